import threading
from typing import Any

import numpy as np
import pytest
from conftest import load

import countermark as cm

V = load("scoring.json")
TARGET = np.array(V["target"])
META = np.array(V["meta_model"], dtype=float)
MODELS = {m["name"]: np.array(m["predictions"], dtype=float) for m in V["models"]}
GOOD = [m for m in V["models"] if "corr" in m]
BAD = [m for m in V["models"] if "code" in m]


@pytest.mark.parametrize("model", GOOD, ids=lambda m: m["name"])
def test_scores(model: dict[str, Any]) -> None:
    p = MODELS[model["name"]]
    assert abs(cm.numerai_corr(p, TARGET) - model["corr"]) <= V["tolerance"]
    assert abs(cm.correlation_contribution(p, META, TARGET) - model["mmc"]) <= V["tolerance"]


@pytest.mark.parametrize("model", BAD, ids=lambda m: m["name"])
def test_refused_predictions(model: dict[str, Any]) -> None:
    for call in (
        lambda p: cm.numerai_corr(p, TARGET),
        lambda p: cm.correlation_contribution(p, META, TARGET),
        lambda p: cm.score_models(p[:, None], TARGET, META, mode="strict"),
    ):
        with pytest.raises(cm.CountermarkError) as caught:
            call(MODELS[model["name"]])
        assert (caught.value.code, caught.value.kind) == (model["code"], model["kind"])


def test_many_models_in_one_call() -> None:
    scores = cm.score_models(np.column_stack(list(MODELS.values())), TARGET, META)
    for model, score in zip(V["models"], scores, strict=True):
        assert score.reason == model.get("code")
        if "corr" in model:
            assert abs(score.corr - model["corr"]) <= V["tolerance"]
            assert abs(score.mmc - model["mmc"]) <= V["tolerance"]
        else:
            assert np.isnan(score.corr) and np.isnan(score.mmc)


def test_any_layout_gives_the_same_bits() -> None:
    rng = np.random.default_rng(1)
    target, meta, p = rng.random(50), rng.random(50), rng.random((50, 4))

    def bits(matrix: Any) -> list[tuple[float, float]]:
        return [(s.corr, s.mmc) for s in cm.score_models(matrix, target, meta)]

    expected = bits(p)
    wide = np.repeat(np.repeat(p, 2, axis=0), 3, axis=1)
    for same in (np.asfortranarray(p), wide[::2, ::3], p.tolist(), p[::-1][::-1], np.asfortranarray(p)[:, :]):
        assert bits(same) == expected
    assert bits(p[:, ::-1]) == expected[::-1]
    assert [cm.numerai_corr(p[:, j], target) for j in range(4)] == [corr for corr, _ in expected]
    assert cm.numerai_corr(p.astype(np.float32)[:, 0], target) == cm.numerai_corr(
        p.astype(np.float32).astype(np.float64)[:, 0], target
    )


def test_shapes_are_checked() -> None:
    for bad in (lambda: cm.numerai_corr(META[:, None], TARGET), lambda: cm.score_models(META, TARGET)):
        with pytest.raises(cm.ShapeError) as caught:
            bad()
        assert caught.value.code == "length_mismatch"
    with pytest.raises(cm.ShapeError, match="prediction 0 has 7 rows, expected 8"):
        cm.numerai_corr(META[1:], TARGET)
    with pytest.raises(cm.InvalidError, match="mode"):
        cm.score_models(META[:, None], TARGET, META, mode="lenient")
    with pytest.raises(TypeError):
        cm.numerai_corr(object(), TARGET)  # type: ignore[arg-type]


def test_the_gil_is_released() -> None:
    rng = np.random.default_rng(2)
    target, p = rng.random(20_000), np.asfortranarray(rng.random((20_000, 100)))
    ticks, stop = 0, threading.Event()

    def tick() -> None:
        nonlocal ticks
        while not stop.wait(0.001):
            ticks += 1

    thread = threading.Thread(target=tick)
    thread.start()
    cm.score_models(p, target)
    stop.set()
    thread.join()
    assert ticks > 3


@pytest.mark.parametrize("case", V["settlements"], ids=lambda c: c.get("code", c["share"]))
def test_settlements(case: dict[str, Any]) -> None:
    def settle() -> cm.Settlement:
        threshold = None if case["threshold"] is None else int(case["threshold"])
        stakes = [int(s) for s in case["stakes"]]
        return cm.settle_pot(int(case["pot"]), case["scores"], stakes, case["clip"], threshold, case["share"])

    if "code" in case:
        with pytest.raises(cm.CountermarkError) as caught:
            settle()
        assert (caught.value.code, caught.value.kind) == (case["code"], case["kind"])
        return
    settled = settle()
    assert [row.paid for row in settled.rows] == [int(p) for p in case["paid"]]
    assert [row.burned for row in settled.rows] == [int(b) for b in case["burned"]]
    assert settled.remainder == int(case["remainder"])
    assert settled.pot + settled.burned == settled.paid + settled.remainder


def test_amounts_out_of_range() -> None:
    with pytest.raises(OverflowError):
        cm.settle_pot(-1, [0.1], [1], 0.05, None, "whole_pot")
    with pytest.raises(cm.RangeError, match=r"outside 0\.\.2\^256"):
        cm.settle_pot(2**256, [0.1], [1], 0.05, None, "whole_pot")
    with pytest.raises(cm.RangeError, match="NaN"):
        cm.settle_pot(1, [float("nan")], [1], 0.05, None, "whole_pot")
