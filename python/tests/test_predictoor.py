from typing import Any

import numpy as np
import pytest
from conftest import load

import countermark as cm

V = load("predictoor.json")
TRUTH, PROB_UP = V["truth"], np.array(V["prob_up"])


def near(got: Any, expected: Any) -> None:
    assert got == pytest.approx(expected, rel=V["tolerance"], abs=V["tolerance"])


@pytest.mark.parametrize("case", V["rounds"], ids=range(len(V["rounds"])))
def test_rounds(case: dict[str, Any]) -> None:
    def settle() -> cm.RoundSettlement:
        stakes = [int(s) for s in case["stakes"]]
        return cm.settle_round(case["up"], stakes, int(case["revenue"]), case["truth"])

    if "code" in case:
        with pytest.raises(cm.CountermarkError) as caught:
            settle()
        assert (caught.value.code, caught.value.kind) == (case["code"], case["kind"])
        return
    s = settle()
    assert s.status == case["status"]
    assert s.payouts == [int(p) for p in case["payouts"]]
    for name in ("sum_up", "sum", "slashed", "left"):
        assert getattr(s, name) == int(case[name])
    assert s.sum + int(case["revenue"]) == sum(s.payouts) + s.slashed + s.left


def test_accuracy_of_a_feed() -> None:
    a = V["accuracy"]
    columns = [a[name] for name in ("starts", "staked_up", "staked", "truth", "canceled")]
    got = cm.feed_accuracy(*columns, day=a["day"])
    near({name: getattr(got, name) for name in a["expected"]}, a["expected"])
    with pytest.raises(cm.ShapeError):
        cm.feed_accuracy(*columns[:4], canceled=[], day=a["day"])


def test_metrics() -> None:
    running = cm.running_metrics(TRUTH, PROB_UP)
    for got, expected in zip(running, V["metrics"], strict=True):
        near({name: getattr(got, name) for name in expected}, expected)
    whole = cm.direction_metrics(np.array(TRUTH), np.repeat(PROB_UP, 2)[::2])
    near(whole.log_loss, V["metrics"][-1]["log_loss"])
    r = V["regression"]
    near(cm.regression_errors(r["price"], r["next_price"], r["forecast"], "relative_change"), r["errors"])
    near(cm.regression_errors(r["price"], r["next_price"], r["price_forecast"], "price"), r["price_errors"])


def test_profits() -> None:
    p, t = dict(V["predictoor"]), dict(V["trader"])
    near(p.pop("profit"), cm.predictoor_profit(PROB_UP, TRUTH, **p))
    near(t.pop("profit"), cm.trader_profit(PROB_UP, **t))


def test_bad_inputs() -> None:
    def code(call: Any) -> str:
        with pytest.raises(cm.CountermarkError) as caught:
            call()
        return caught.value.code

    assert code(lambda: cm.direction_metrics([], [])) == "too_few_rows"
    assert code(lambda: cm.direction_metrics([True], [float("nan")])) == "non_finite"
    assert code(lambda: cm.direction_metrics([True], [1.1])) == "out_of_range"
    assert code(lambda: cm.running_metrics([True], [0.1, 0.2])) == "length_mismatch"
    assert code(lambda: cm.direction_metrics([True], [[0.1]])) == "length_mismatch"
    assert code(lambda: cm.predictoor_profit([0.5], [True], -1, 1, 0.5, 0)) == "out_of_range"
    assert code(lambda: cm.trader_profit([0.5], [0], [1], [1], 1, 0, 0.1, 0.1, 0)) == "out_of_range"
    assert code(lambda: cm.regression_errors([1], [1], [1], "absolute")) == "invalid_text"
    assert code(lambda: cm.settle_round([True], [2**256], 0, None)) == "out_of_range"
