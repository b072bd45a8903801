from typing import Any

import numpy as np
import pytest
from conftest import load

import countermark as cm

V = load("labels.json")
NAMES = ("probabilities", "skills", "priors", "errors", "easiness", "loss_history")


Codes = np.ndarray[Any, np.dtype[np.uint32]]


def answers(columns: dict[str, Any]) -> tuple[Codes, Codes, Codes]:
    task, worker, label = (np.array(columns[n], dtype=np.uint32) for n in ("tasks", "workers", "labels"))
    return task, worker, label


def run(columns: dict[str, Any], case: dict[str, Any]) -> cm.Aggregation:
    a, function = answers(columns), case["function"]
    options: dict[str, Any] = {k: case[k] for k in ("iterations", "tolerance") if k in case}
    if function == "majority_vote":
        return cm.majority_vote(*a, skills=case.get("skills"))
    if function == "wawa":
        return cm.wawa(*a)
    if function == "zero_based_skill":
        return cm.zero_based_skill(*a, steps_to_reduce=case.get("steps_to_reduce", 20))
    if function == "one_coin_dawid_skene":
        return cm.one_coin_dawid_skene(*a, **options)
    if function == "glad":
        return cm.glad(*a, **options)
    if "strategy" in case:
        initial = np.array(case["initial_errors"])
        size = 1 if initial.size == 1 else max(columns["labels"]) + 1
        options["initial_errors"] = initial.reshape(-1, size, size)
        options["initial_error_strategy"] = case["strategy"]
    gold = list(zip(case.get("gold_tasks", []), case.get("gold_labels", []), strict=True))
    return cm.dawid_skene(*a, gold=gold, **options)


@pytest.mark.parametrize("case", V["cases"], ids=lambda c: c["function"])
def test_labels_are_those_of_the_original(case: dict[str, Any]) -> None:
    found, expected = run(V, case), case["expected"]
    tolerance = V["glad_tolerance" if case["function"] == "glad" else "tolerance"]
    assert found.labels.tolist() == expected["labels"]
    for name in NAMES:
        values = np.array(expected.get(name, []), dtype=float)
        got = np.ravel(getattr(found, name))
        assert got == pytest.approx(values, rel=tolerance, abs=tolerance, nan_ok=True), name


@pytest.mark.parametrize("case", V["refused"], ids=lambda c: c["function"])
def test_bad_answers(case: dict[str, Any]) -> None:
    with pytest.raises(cm.CountermarkError) as caught:
        run(case, case)
    assert (caught.value.code, caught.value.kind) == (case["code"], case["kind"])


def test_bad_options() -> None:
    a = answers(V)
    with pytest.raises(cm.CountermarkError) as caught:
        cm.majority_vote(*a, on_missing_skill="guess")
    assert caught.value.code == "invalid_text"
    with pytest.raises(cm.CountermarkError) as caught:
        cm.majority_vote(*a, skills=[float("nan")] + [1.0] * 5)
    assert caught.value.code == "out_of_range"
    cancel = cm.CancelToken()
    cancel.cancel()
    with pytest.raises(cm.CancelledError):
        cm.dawid_skene(*a, cancel=cancel)
