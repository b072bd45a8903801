from typing import Any

import numpy as np
import pytest
from conftest import load

import countermark as cm

V = load("peers.json")


def array(values: Any, columns: int) -> Any:
    """Numbers of a vector: None is NaN; a table has these columns."""
    if values and isinstance(values[0], list):
        return np.array([[np.nan if x is None else float(x) for x in row] for row in values])
    flat = np.array([np.nan if x is None else float(x) for x in values])
    return flat if values else flat.reshape(0, columns)


def run(case: dict[str, Any]) -> Any:
    args = {k: v for k, v in case.items() if k not in ("function", "expected", "code", "kind")}
    name = case["function"]
    if name == "fleiss_kappa":
        table = np.array(args["table"], dtype=np.uint32)
        return cm.fleiss_kappa(table if table.size else table.reshape(0, 0))
    if name != "robust_bayesian_truth_serum":
        for k in ("a", "b", "answers", "peers"):
            if k in args:
                args[k] = np.array(args[k], dtype=np.uint32)
    for k in ("ratings", "forecasts", "scores"):
        if k in args:
            args[k] = array(args[k], args.get("labels", 2) if name == "bayesian_truth_serum" else 2)
    if name == "bayesian_truth_serum":
        del args["labels"]
    return getattr(cm, name)(**args)


@pytest.mark.parametrize("case", V["cases"], ids=lambda c: c["function"])
def test_scores_are_those_of_the_original(case: dict[str, Any]) -> None:
    found, expected = run(case), case["expected"]
    if isinstance(expected, str):
        assert str(found) == expected
    else:
        values = np.array(expected, dtype=float)
        assert np.asarray(found) == pytest.approx(values, rel=V["tolerance"], abs=V["tolerance"], nan_ok=True)


@pytest.mark.parametrize("case", V["refused"], ids=lambda c: c["function"])
def test_bad_answers(case: dict[str, Any]) -> None:
    with pytest.raises(cm.CountermarkError) as caught:
        run(case)
    assert (caught.value.code, caught.value.kind) == (case["code"], case["kind"])
