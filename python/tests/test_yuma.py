from typing import Any

import pytest
from conftest import load

import countermark as cm

V = load("yuma.json")
SHARES = ("stake", "consensus", "validator_trust", "incentive", "dividends")
EMISSIONS = ("server_emission", "validator_emission", "emission")


def rows(matrix: list[list[list[int]]]) -> list[list[tuple[int, int]]]:
    return [[(uid, value) for uid, value in row] for row in matrix]


def network(**inputs: Any) -> cm.YumaNetwork:
    whole = {name: [int(s) for s in inputs[name]] for name in ("alpha_stake", "tao_stake")}
    matrices = {name: rows(inputs[name]) for name in ("weights", "bonds")}
    return cm.YumaNetwork(**{**inputs, **whole, **matrices})


@pytest.mark.parametrize("case", V["epochs"], ids=[case["id"] for case in V["epochs"]])
def test_epochs(case: dict[str, Any]) -> None:
    parameters = {**case["parameters"], "tao_weight": int(case["parameters"]["tao_weight"])}
    got = cm.yuma_epoch(network(**case["network"]), cm.YumaParameters(**parameters), int(case["rao"]))
    expected = case["expected"]
    assert (got.active, got.validator_permit) == (expected["active"], expected["validator_permit"])
    for name in SHARES:
        assert getattr(got, name) == [bits / 2**32 for bits in expected[name]], name
    for name in EMISSIONS:
        assert getattr(got, name) == [int(rao) for rao in expected[name]], name
    assert got.bonds == rows(expected["bonds"])


def test_defaults_are_the_chains() -> None:
    p = cm.YumaParameters()
    assert (p.kappa, p.bonds_moving_average, p.tao_weight) == (32767, 900_000, 3320413933267719290)
    assert (p.alpha_low, p.alpha_high, p.alpha_steepness, p.yuma3) == (45875, 58982, 1000, False)


def test_upscale() -> None:
    for case in V["upscale"]:
        assert cm.yuma_max_upscale(case["in"]) == case["out"]


def test_bad_inputs() -> None:
    good = V["epochs"][1]["network"]

    def code(**changes: Any) -> tuple[str, str]:
        with pytest.raises(cm.CountermarkError) as caught:
            cm.yuma_epoch(network(**{**good, **changes}), cm.YumaParameters(), 1)
        return caught.value.code, caught.value.kind

    n = len(good["alpha_stake"])
    assert code(tao_stake=[]) == ("length_mismatch", "shape")
    assert code(weights=good["weights"][1:]) == ("length_mismatch", "shape")
    assert code(owner=n) == ("out_of_range", "range")
    assert code(bonds=[[[n, 1]]] + [[]] * (n - 1)) == ("out_of_range", "range")
    assert code(weights=[[[1, 1], [1, 2]]] + [[]] * (n - 1)) == ("duplicate_id", "invalid")
    assert code(alpha_stake=[2**64 - 1] * n)[0] == "overflow"
    with pytest.raises(OverflowError):
        cm.YumaParameters(kappa=65536)
