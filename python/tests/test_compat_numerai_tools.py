"""Values are numerai-tools 0.7.2's own; the whole comparison is `cargo xtask test --only compat/`."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

import countermark as cm
from countermark.compat.numerai_tools import CheckError, scoring, signals, submissions

IDS = pd.Index([f"n{k}" for k in range(8)], name="id")
TARGET = pd.Series([0, 0.25, 0.5, 0.5, 0.5, 0.75, 1, 0.5], index=IDS, name="target")
MODELS = pd.DataFrame({"a": range(1, 9), "t": [1, 1, 2, 2, 3, 3, 4, 4]}, index=IDS)
META = MODELS["a"].rename("mm")
FEATURES = pd.DataFrame({"f1": [k % 3 for k in range(1, 9)], "f2": [k % 2 for k in range(1, 9)]}, index=IDS)

NUMBERS: dict[str, Any] = {
    "corr_tails": 0.7263251383240921,
    "fnc": {"a": 0.7059962114229676, "t": 0.7902997455239266},
    "neutral_correlation": {"a": 0.8154882431496333, "t": 0.8234059211174366},
    "neutral_contribution": {"a": 1.457167719820518e-16, "t": 0.00989053568630982},
    "max_feature": 0.07161148740394327,
    "corr_without_n3": {"a": 0.6883496532678062, "t": 0.7878314769674333},
    "alpha": {"a": 0.2487593687273439, "t": 0.21486972230177853},
    "mpc": {"t": 0.0005990145661508306, "a": -0.001797043698452491},
    "churn": 0.024099927051466796,
}


def near(got: pd.Series, **expected: float) -> None:
    assert isinstance(got, pd.Series)
    assert got.to_dict() == pytest.approx(expected, rel=1e-12, abs=1e-12)


def refused(code: str, call: Any) -> None:
    with pytest.raises(AssertionError) as caught:
        call()
    assert isinstance(caught.value, CheckError) and isinstance(caught.value, cm.CountermarkError)
    assert caught.value.code == code


def test_scores() -> None:
    near(scoring.numerai_corr(MODELS, TARGET), a=0.7059962114229676, t=0.7933127931255278)
    near(scoring.correlation_contribution(MODELS, META, TARGET), a=0.0, t=0.0758017989503866)
    near(
        scoring.numerai_corr(MODELS[["a"]], TARGET, top_bottom=2, target_pow15=False),
        a=NUMBERS["corr_tails"],
    )
    near(scoring.feature_neutral_corr(MODELS, FEATURES, TARGET), **NUMBERS["fnc"])
    near(scoring.neutral_correlation(MODELS, FEATURES, TARGET), **NUMBERS["neutral_correlation"])
    near(scoring.neutral_contribution(MODELS, META, FEATURES, TARGET), **NUMBERS["neutral_contribution"])
    assert scoring.max_feature_correlation(MODELS["t"], FEATURES) == (
        "f1",
        pytest.approx(NUMBERS["max_feature"], abs=1e-12),
    )


def test_scores_of_rows_in_common() -> None:
    # The row that is left out counts in the mean of the target.
    some = MODELS.drop(index="n3").sample(frac=1, random_state=1)
    near(scoring.numerai_corr(some, TARGET), **NUMBERS["corr_without_n3"])
    gap = MODELS.astype(float).copy()
    gap.loc["n3", "t"] = np.nan
    near(scoring.numerai_corr(gap, TARGET), **NUMBERS["corr_without_n3"])


def test_portfolios() -> None:
    weights = pd.Series([1.0, 0.5, 1, 2, 1, 0.5, 1, 1], index=IDS)
    near(scoring.alpha(MODELS, FEATURES, weights, TARGET), **NUMBERS["alpha"])
    stakes = pd.Series({"t": 3.0, "a": 1.0})
    near(scoring.meta_portfolio_contribution(MODELS, stakes, FEATURES, weights, TARGET), **NUMBERS["mpc"])


def test_columns() -> None:
    ranks = scoring.tie_kept_rank(MODELS)
    assert list(ranks["t"]) == [0.125, 0.125, 0.375, 0.375, 0.625, 0.625, 0.875, 0.875]
    assert ranks.index.equals(IDS) and list(ranks.columns) == ["a", "t"]
    assert list(scoring.tie_broken_rank(MODELS)["t"]) == [(k + 0.5) / 8 for k in range(8)]
    shaped = scoring.tie_kept_rank__gaussianize__pow_1_5(MODELS)
    assert shaped["a"].iloc[-1] == pytest.approx(1.5341205443525463**1.5, rel=1e-14)
    encoded = scoring.one_hot_encode(FEATURES.assign(x="k"), ["f2", "x"], dtype=np.int8)
    assert list(encoded.columns) == ["f1", "f2_0", "f2_1", "x_k"] and encoded["x_k"].dtype == np.int8


def test_signals() -> None:
    other = MODELS["t"].iloc[::-1]
    assert signals.churn(MODELS["a"], other) == pytest.approx(NUMBERS["churn"], abs=1e-12)
    assert signals.churn(MODELS["a"], -MODELS["a"], top_bottom=2) == 1.0
    assert signals.turnover(MODELS["a"], MODELS["t"]) == 8.0
    assert signals.neutral_churn_penalty(0.2) == pytest.approx(0.5378828427399902, abs=1e-15)
    refused("constant_column", lambda: signals.churn(MODELS["a"], MODELS["a"] * 0))


def test_submissions() -> None:
    sub = pd.DataFrame({"id": IDS[::-1], "prediction": np.linspace(0.1, 0.9, 8)})
    names = submissions.validate_submission_numerai(IDS.to_series(), sub)
    assert names[:2] == ("id", "prediction") and list(names[2]["id"]) == list(IDS) and names[3] == []
    universe = pd.DataFrame({"id": [*IDS, "new"]})
    clean = submissions.clean_submission(universe, sub, "id", "prediction", rank_and_fill=True)
    assert clean["new"] == 0.5 and clean["n0"] == 0.9375 and clean.index.name == "id"
    headers = sub.rename(columns={"id": "ticker"})
    refused("invalid_submission_headers", lambda: submissions.validate_headers_numerai(headers))
    twice = pd.concat([sub, sub.iloc[:1]])
    refused("invalid_submission_ids", lambda: submissions.validate_ids_numerai(IDS.to_series(), twice, "id"))
    flat = sub.assign(prediction=0.5)
    refused("invalid_submission_values", lambda: submissions.validate_values(flat, "prediction"))


def test_refusals_are_assertions() -> None:
    nan = MODELS.astype(float).copy()
    nan.iloc[0, 0] = np.nan
    refused("non_finite", lambda: scoring.power(nan, 1.5))
    refused("invalid_text", lambda: scoring.gaussian(MODELS.iloc[::-1]))
    refused("length_mismatch", lambda: scoring.neutralize(MODELS, FEATURES.iloc[1:]))
    refused("too_few_rows", lambda: scoring.numerai_corr(MODELS.iloc[:5], TARGET))
    # What numpy or pandas would refuse is a ValueError too.
    with pytest.raises(ValueError, match="no 5 highest"):
        scoring.correlation_contribution(MODELS, META, TARGET, top_bottom=5)
    assert np.isnan(scoring.numerai_corr(MODELS.assign(a=1), TARGET)["a"])
