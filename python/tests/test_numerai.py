from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from conftest import load
from numpy.typing import NDArray

import countermark as cm

V = load("numerai.json")
TOLERANCE = V["tolerance"]


def floats(values: list[float | None]) -> NDArray[np.float64]:
    return np.array(values, dtype=float)


TARGET = floats(V["target"])
META = floats(V["meta_model"])
MODELS = np.column_stack([floats(m["predictions"]) for m in V["models"]])
NEUTRALIZERS = np.column_stack([floats(c) for c in V["neutralizers"]])
WEIGHTS = floats(V["sample_weights"])
MODES = ("strict", "per_model", "compat")


def near(got: Any, expected: Any) -> None:
    np.testing.assert_allclose(
        np.array(got, dtype=float), np.array(expected, dtype=float), rtol=0, atol=TOLERANCE
    )


def values(scores: list[cm.MetricScore]) -> list[float]:
    assert all(s.reason is None for s in scores)
    return [s.value for s in scores]


def refused(code: str, call: Callable[[], object]) -> None:
    with pytest.raises(cm.CountermarkError) as caught:
        call()
    assert caught.value.code == code


def test_primitives() -> None:
    for case in V["rank"]:
        near(cm.rank(floats(case["values"]), case["method"]), case["expected"])
    near(cm.gaussian(floats(V["rank"][0]["expected"])), V["gaussian"])
    near(cm.power(META, 1.5), V["power"])
    refused("power_decorrelates", lambda: cm.power([*range(100), 130], 80))
    for case in V["normalize"]:
        near(cm.normalize(META, case["how"]), case["expected"])
    for case in V["correlation"]:
        near(cm.correlation(TARGET, MODELS[:, 0], case["method"], case["top_bottom"]), case["expected"])
    near(cm.orthogonalize(MODELS[:, :1], META)[0], V["orthogonalize"])
    near(cm.stake_weight(MODELS, V["stakes"]), V["stake_weight"])
    features = np.column_stack([MODELS[:, 1], TARGET, MODELS[:, 2]])
    best = cm.max_feature_correlation(MODELS[:, 0], features)
    near([best.feature, best.value], V["max_feature_correlation"]["expected"])
    pairs = cm.pairwise_correlation(MODELS, mode="strict")
    near([[p.max, p.mean] for p in pairs], V["pairwise_correlation"])
    s = cm.summarize(floats(V["summary"]["scores"]))
    near([s.eras, s.mean, s.sd, s.sharpe, s.max_drawdown, s.autocorrelation], V["summary"]["expected"])
    hot = cm.one_hot_encode([0.5, 0.25, 0.5])
    assert (hot.categories, hot.codes) == ([0.25, 0.5], [1, 0, 1])


@pytest.mark.parametrize("mode", MODES)
def test_scores(mode: str) -> None:
    for case in V["numerai_corr_with"]:
        k, pow15 = case["top_bottom"], case["target_pow15"]
        near(values(cm.numerai_corr_with(MODELS, TARGET, k, pow15, mode)), case["expected"])
    for case in V["correlation_contribution_with"]:
        two = MODELS[:, [0, 2]]
        near(
            values(cm.correlation_contribution_with(two, META, TARGET, case["top_bottom"], mode)),
            case["expected"],
        )
    near(cm.neutralized_weights(MODELS, NEUTRALIZERS, WEIGHTS, True, mode), V["neutralized_weights"])
    near(values(cm.alpha(MODELS, NEUTRALIZERS, WEIGHTS, TARGET, mode)), V["alpha"])
    mpc = cm.meta_portfolio_contribution(MODELS, V["stakes"], NEUTRALIZERS, WEIGHTS, TARGET, mode)
    near(values(mpc), V["meta_portfolio_contribution"])


def test_a_gap_costs_what_the_mode_says() -> None:
    broken = MODELS.copy()
    broken[3, 1] = np.nan
    each = cm.alpha(broken, NEUTRALIZERS, WEIGHTS, TARGET)
    assert each[1].reason == "non_finite"
    near([each[0].value, each[2].value], [V["alpha"][0], V["alpha"][2]])
    assert all(s.reason is None for s in cm.alpha(broken, NEUTRALIZERS, WEIGHTS, TARGET, mode="compat"))
    refused("non_finite", lambda: cm.alpha(broken, NEUTRALIZERS, WEIGHTS, TARGET, mode="strict"))
    refused("too_few_rows", lambda: cm.numerai_corr_with(MODELS, TARGET, 13))
    refused("length_mismatch", lambda: cm.alpha(MODELS, NEUTRALIZERS[1:], WEIGHTS, TARGET))
    refused("invalid_text", lambda: cm.correlation(TARGET, META, "spearman", 3))


def test_rows_by_id() -> None:
    case = V["align"]
    tables = [None if v is None else floats(v)[:, None] for v in case["values"]]
    assert cm.align(case["ids"], tables, case["max_filtered_ratio"]) == case["expected"]
    refused("too_few_rows", lambda: cm.align(case["ids"], tables, 0.1))
    refused("duplicate_id", lambda: cm.align([["a", "a"], ["a", "b"]], [None, None], 0.5))
    case = V["churn"]
    a, b = ((s["ids"], floats(s["values"])) for s in case["signals"])
    near(cm.churn(*a, *b), case["expected"])
    near(cm.churn(*a, *b, case["top_bottom"]), case["expected_top_bottom"])
    near(cm.turnover(*a, *b), case["turnover"])
    for case in V["neutral_churn_penalty"]:
        near(cm.neutral_churn_penalty(case["churn"]), case["expected"])
    refused("out_of_range", lambda: cm.neutral_churn_penalty(2.5))
    assert cm.round_disqualification(0.1, 0.3) == "turnover"
    assert cm.round_disqualification(None, None) == "no_prior_submission"
    assert cm.round_disqualification(0.1, 0.2) is None


def signals_era(week: int) -> cm.SignalsEra:
    n = V["max_churn_and_turnover"]["tickers"]
    tickers = [f"T{i:03}" for i in range(n)]
    signal = [((i * 37 + week * 13 * (i % 5)) % n) / (n - 1) for i in range(n)]
    neutralizers = np.array([[(i % 7) / 10] for i in range(n)])
    return cm.SignalsEra(tickers, signal, tickers, neutralizers, [1 + (i % 3) / 10 for i in range(n)])


def test_churn_against_earlier_weeks() -> None:
    worst = cm.max_churn_and_turnover(signals_era(0), [signals_era(1), signals_era(2)])
    near([worst.churn, worst.turnover], V["max_churn_and_turnover"]["expected"])
    era = signals_era(0)
    assert era.submission_ids == era.universe and len(era.submission) == len(era.sample_weights)
    assert era.neutralizers[:3] == [[0.0], [0.1], [0.2]]
    few = cm.SignalsEra(["A"], [0.5], ["A"], np.zeros((1, 1)), [1.0])
    refused("invalid_submission_ids", lambda: cm.max_churn_and_turnover(few, []))
    near(cm.mean_neutral_churn([0.1, None, 0.3]), 0.2)
    near(cm.account_score([0.01, 0.05], [3.0, 1.0]), 0.02)
    refused("out_of_range", lambda: cm.account_score([0.01], [-1.0]))


@pytest.mark.parametrize("case", V["validate_submission"], ids=lambda c: c.get("code", "valid"))
def test_submissions(case: dict[str, Any]) -> None:
    def call() -> cm.ValidSubmission:
        predictions = [np.nan if x is None else x for x in case["values"]]
        rest = case["headers"], case["ids"], predictions, case["require_date"]
        return cm.validate_submission(case["tournament"], case["live_ids"], *rest)

    if "code" in case:
        refused(case["code"], call)
        return
    valid = call()
    assert (valid.rows, valid.invalid_ids) == (case["rows"], case["invalid_ids"])
    assert (valid.id_column, valid.prediction_column, valid.date_column) == ("id", "prediction", None)


def test_clean_submissions() -> None:
    for case in V["clean_submission"]:
        clean = cm.clean_submission(
            case["universe"], case["ids"], case["values"], case["remap"], case["rank_and_fill"]
        )
        assert clean.ids == case["expected_ids"]
        near(clean.values, case["expected"])
    refused("too_few_rows", lambda: cm.clean_submission([], [], []))


def test_payouts() -> None:
    for case in V["tournament_payouts"]:
        stakes = [int(s) for s in case["stakes"]]
        at_risk = None if case["at_risk"] is None else int(case["at_risk"])
        rest = case["metrics"], stakes, case["retained"], at_risk, case["round_day"]
        p = cm.tournament_payouts(case["tournament"], case["multipliers"], *rest)
        assert [r.paid for r in p.rows] == [int(x) for x in case["paid"]]
        assert [r.burned for r in p.rows] == [int(x) for x in case["burned"]]
        assert (p.paid, p.burned) == (int(case["total_paid"]), int(case["total_burned"]))
    refused("invalid_text", lambda: cm.tournament_payouts("signals", [], [], []))
    refused("length_mismatch", lambda: cm.tournament_payouts("numerai", [1.0], [], []))
    refused("out_of_range", lambda: cm.tournament_payouts("crypto", [1.0], [[0.1]], [5], at_risk=4))


def test_contributions_and_seasons() -> None:
    expected = V["ensemble_contribution"]
    near(cm.ensemble_contribution(MODELS, TARGET).values, expected["shapley"])
    near(cm.ensemble_contribution(MODELS, TARGET, method="leave_one_out").values, expected["leave_one_out"])
    drawn = cm.ensemble_contribution(MODELS, TARGET, None, "sampled_shapley", 2000, bytes(32))
    again = cm.ensemble_contribution(MODELS, TARGET, None, "sampled_shapley", 2000, bytes(32))
    assert drawn.values == again.values
    for got, exact, error in zip(drawn.values, expected["shapley"], drawn.standard_errors, strict=True):
        assert abs(got - exact) < 5 * error
    refused("invalid_text", lambda: cm.ensemble_contribution(MODELS, TARGET, method="sampled_shapley"))
    refused("limit_exceeded", lambda: cm.ensemble_contribution(np.tile(MODELS, 6), TARGET))
    season = cm.season_score([0.02, np.nan, 0.04], [10**18] * 3)
    assert (season.qualified_rounds, season.is_qualified) == (2, False)
    near([season.score, cm.reputation([0, 365], [0.5, 0.01], 365)], [0.02, 0.01])
