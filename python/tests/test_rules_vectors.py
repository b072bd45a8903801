from typing import Any

import numpy as np
import pytest
from conftest import load, unhex

import countermark as cm

V = load("rules.json")
NOT_ARGUMENTS = ("function", "expected", "code", "kind")
# Arguments that are a number, or lists of numbers.
NUMBERS = {"observations", "forecasts", "weights", "quantiles", "lower", "upper", "median", "alpha", "p"}
NUMBERS |= {"thresholds", "pit", "first", "second"}


def argument(name: str, value: Any) -> Any:
    if name == "seed":
        return unhex(value)
    if name == "parameters":
        return [np.array(p, dtype=float) for p in value]
    if name in NUMBERS and isinstance(value, list):
        return np.array(value, dtype=float)
    return float(value) if name in NUMBERS else value


def run(case: dict[str, Any]) -> Any:
    given = {name: argument(name, x) for name, x in case.items() if name not in NOT_ARGUMENTS}
    return getattr(cm, case["function"])(**given)


def close(got: Any, expected: Any) -> None:
    got, expected = np.array(got, dtype=float), np.array(expected, dtype=float)
    assert got.shape == expected.shape
    np.testing.assert_allclose(got, expected, rtol=V["tolerance"], atol=V["tolerance"])


@pytest.mark.parametrize("case", V["cases"], ids=lambda c: c["function"])
def test_scores_are_those_of_the_originals_and_definitions(case: dict[str, Any]) -> None:
    found, expected = run(case), case["expected"]
    if case["function"] == "reliability_diagram":
        for b, e in zip(found, expected, strict=True):
            close([getattr(b, name) for name in e], list(e.values()))
    elif isinstance(expected, dict):
        close([getattr(found, name) for name in expected], list(expected.values()))
    else:
        close(found, expected)


@pytest.mark.parametrize("case", V["refused"], ids=lambda c: f"{c['function']}-{c['code']}")
def test_bad_arguments(case: dict[str, Any]) -> None:
    with pytest.raises(cm.CountermarkError) as caught:
        run(case)
    assert (caught.value.code, caught.value.kind) == (case["code"], case["kind"])


def test_every_rule_family_and_estimator_is_there() -> None:
    def of(name: str) -> set[str]:
        return {c[name] for c in V["cases"] if name in c}

    assert (len(of("function")), len(of("family")), len(of("estimator"))) == (26, 13, 7)
