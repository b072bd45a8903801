from typing import Any

import numpy as np
import pytest
from conftest import load

pd = pytest.importorskip("pandas")
from countermark.compat.crowdkit import aggregation as agg  # noqa: E402
from countermark.compat.crowdkit.aggregation.base import BaseClassificationAggregator  # noqa: E402
from countermark.compat.crowdkit.metrics.data import alpha_krippendorff, consistency, uncertainty  # noqa: E402

# Found by crowd-kit 1.4.2 on these answers.
V = load("labels.json")
CASES = {c["function"]: c["expected"] for c in reversed(V["cases"])}
FRAME = pd.DataFrame({"task": V["tasks"], "worker": V["workers"], "label": V["labels"]})
METHODS = {
    "majority_vote": agg.MajorityVote,
    "wawa": agg.Wawa,
    "zero_based_skill": agg.ZeroBasedSkill,
    "dawid_skene": agg.DawidSkene,
    "one_coin_dawid_skene": agg.OneCoinDawidSkene,
    "glad": agg.GLAD,
}
TEXT = np.array(["cat", "dog", "mouse"], dtype=object)


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("text", [False, True])
def test_found_as_by_the_original(name: str, text: bool) -> None:
    expected, frame = CASES[name], FRAME
    if text:
        frame = FRAME.assign(task="t" + FRAME["task"].astype(str).str.zfill(2), label=TEXT[FRAME["label"]])
    model = METHODS[name]()
    labels = model.fit_predict(frame)
    labels = labels.sort_index()
    assert (labels.name, labels.index.name) == ("agg_label", "task")
    assert labels.tolist() == (TEXT[expected["labels"]].tolist() if text else expected["labels"])
    tolerance = V["glad_tolerance" if name == "glad" else "tolerance"]

    def near(got: Any, values: list[float | None]) -> None:
        wanted = np.array(values, dtype=float)
        assert np.ravel(got) == pytest.approx(wanted, rel=tolerance, abs=tolerance, nan_ok=True)

    near(model.probas_.sort_index(), expected["probabilities"])
    skills = model.alphas_ if name == "glad" else getattr(model, "skills_", None)
    if skills is not None:
        near(skills.sort_index(), expected["skills"])
    if "loss_history" in expected:
        near(model.loss_history_, expected["loss_history"])
    if name == "dawid_skene":
        assert (model.errors_.index.names, model.priors_.name) == (["worker", "label"], "prior")
        near(model.priors_, expected["priors"])
        present = [x for x in expected["errors"] if x is not None]
        near(model.errors_.sort_index(), present)


def test_order_is_that_of_the_answers() -> None:
    frame = FRAME.iloc[::-1]
    assert agg.DawidSkene().fit(frame).probas_.index.tolist() == frame["task"].unique().tolist()
    assert agg.MajorityVote().fit(frame).probas_.index.is_monotonic_increasing


def test_errors_of_the_original() -> None:
    with pytest.raises(KeyError):
        agg.MajorityVote().fit(FRAME.drop(columns="worker"))
    with pytest.raises(ValueError, match="not fitted") as caught:
        agg.Wawa().predict(FRAME)
    assert isinstance(caught.value, AttributeError)
    some = pd.Series({0: 1.0})
    with pytest.raises(ValueError, match="Skill value is missing"):
        agg.MajorityVote().fit(FRAME, some)
    with pytest.raises(ValueError, match="default_skill"):
        agg.MajorityVote(default_skill=1.0).fit(FRAME, some)
    with pytest.raises(ValueError, match="Unknown option"):
        agg.MajorityVote(on_missing_skill="guess").fit(FRAME, some)
    assert agg.MajorityVote(1.0, "value").fit(FRAME, some).labels_.notna().all()
    with pytest.raises(ValueError, match="index of initial_error"):
        agg.DawidSkene(initial_error_strategy="assign").fit(FRAME, None, pd.DataFrame([[1.0]]))
    with pytest.raises(ZeroDivisionError):
        agg.GLAD().fit(FRAME.iloc[:0])
    assert agg.DawidSkene().fit_predict(FRAME.iloc[:0]).empty
    assert agg.OneCoinDawidSkene().fit(FRAME.assign(label=3)).labels_.eq(3).all()
    with pytest.raises(NotImplementedError):
        BaseClassificationAggregator().fit(FRAME)


def test_metrics_of_data() -> None:
    answers = pd.DataFrame(
        {"task": list("XXYYZZ"), "worker": list("ABABAB"), "label": ["Yes", "Yes", "No", "No", "Yes", "No"]}
    )
    # The values of the original's documentation.
    assert alpha_krippendorff(answers.iloc[:4]) == 1.0
    assert alpha_krippendorff(answers) == pytest.approx(0.4444444444444444, abs=1e-12)
    by_task = uncertainty(answers, pd.Series({"A": 1, "B": 1}), compute_by="task", aggregate=False)
    assert by_task.tolist() == pytest.approx([0.0, 0.0, np.log(2)], abs=1e-6)
    assert 0.0 < consistency(answers) <= 1.0
    with pytest.raises(TypeError):
        uncertainty([1, 2])
    with pytest.raises(AssertionError, match='no "label"'):
        consistency(answers.drop(columns="label"))
    with pytest.raises(AssertionError, match="Did not provide skills"):
        uncertainty(answers, pd.Series({"A": 1.0}))
