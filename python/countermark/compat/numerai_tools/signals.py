"""The functions of ``numerai_tools.signals``."""

from __future__ import annotations

import math
from statistics import fmean

import pandas as pd

from ._frames import CheckError, check
from .scoring import (
    filter_sort_index,
    filter_sort_top_bottom,
    gaussian,
    generate_neutralized_weights,
    neutralize,
    spearman_correlation,
    tie_kept_rank,
)
from .submissions import clean_submission, validate_submission_signals


def churn(s1: pd.Series, s2: pd.Series, top_bottom: int | None = None) -> float:
    """How much two signals differ: 1 less their Spearman correlation, 0..2.

    With ``top_bottom``, the mean share of ids that leave the highest and the lowest so many, 0..1.
    """
    if top_bottom is not None and top_bottom > 0:
        tails = zip(
            filter_sort_top_bottom(s1, top_bottom), filter_sort_top_bottom(s2, top_bottom), strict=True
        )
        shares = [len(a.index.intersection(b.index)) / top_bottom for a, b in tails]
        return 1 - sum(shares) / 2
    s1, s2 = filter_sort_index(s1, s2)
    for name, signal in (("s1", s1), ("s2", s2)):
        text = f"{name} must have non-zero standard deviation"
        check(signal.std() > 0, text, "constant_column", "range")
    return 1 - spearman_correlation(s1, s2)


def _neutral(signal: pd.Series, neutralizers: pd.DataFrame) -> pd.Series:
    signal, neutralizers = filter_sort_index(signal, neutralizers)
    return neutralize(gaussian(tie_kept_rank(signal.to_frame())), neutralizers).iloc[:, 0]


def neutral_churn(
    s1: pd.Series, s2: pd.Series, neutralizers1: pd.DataFrame, neutralizers2: pd.DataFrame
) -> float:
    """Churn of two signals, each neutralized to its own era's neutralizers."""
    return churn(_neutral(s1, neutralizers1), _neutral(s2, neutralizers2))


def neutral_churn_penalty(
    neutral_churn: float, threshold: float = 0.1, scaling_factor: float = 10.0
) -> float:
    """The share of a positive payout that is left: 1 up to the threshold, then a falling logistic curve."""
    for name, value in (("neutral_churn", neutral_churn), ("threshold", threshold)):
        within = math.isfinite(value) and 0 <= value <= 2
        check(within, f"{name} must be finite and between 0 and 2", "out_of_range", "range")
    usable = math.isfinite(scaling_factor) and scaling_factor > 0
    check(usable, "scaling_factor must be finite and positive", "out_of_range", "range")
    if neutral_churn <= threshold:
        return 1.0
    fallen = math.exp(scaling_factor * (threshold - neutral_churn))
    return 2 * fallen / (1 + fallen)


def turnover(s1: pd.Series, s2: pd.Series) -> float:
    """Half the sum of absolute changes of two portfolios' weights."""
    s1, s2 = filter_sort_index(s1, s2)
    return (s1 - s2).abs().sum() / 2  # type: ignore[no-any-return]


def _cleaned(
    submission: pd.Series, sample_weight: pd.Series, names: tuple[str, str] | None = None
) -> tuple[tuple[str, str], pd.Series]:
    """A submission as it is scored, over all ids of its era, and the names of its columns."""
    universe = sample_weight.index.to_frame()
    ids, signals, _, live, _ = validate_submission_signals(universe, submission.reset_index())
    own = (ids, signals)
    return own, clean_submission(universe, live, *own, *(names or own), rank_and_fill=True)


def calculate_mean_neutral_churn(
    curr_sub: pd.Series,
    curr_neutralizer: pd.DataFrame,
    curr_sample_weight: pd.Series,
    prev_subs: dict[str, pd.Series],
    prev_neutralizers: dict[str, pd.DataFrame],
    prev_sample_weights: dict[str, pd.Series],
) -> float:
    """The mean neutral churn against earlier submissions, by date; 1.0 when none can be compared.

    Neutralizers and sample weights cover all ids of their era.
    """
    names, current = _cleaned(curr_sub, curr_sample_weight)
    neutral = _neutral(current, curr_neutralizer)
    text = "curr_sub must have non-zero standard deviation after neutralization"
    check(neutral.std() > 0, text, "constant_column", "range")
    churns = []
    for date, submission in prev_subs.items():
        _, before = _cleaned(submission, prev_sample_weights[date], names)
        before = _neutral(before, prev_neutralizers[date])
        try:
            churns.append(churn(neutral, before))
        except AssertionError:
            continue
    return fmean(churns) if churns else 1.0


def calculate_max_churn_and_turnover(
    curr_sub: pd.Series,
    curr_neutralizer: pd.DataFrame,
    curr_sample_weight: pd.Series,
    prev_subs: dict[str, pd.Series],
    prev_neutralizers: dict[str, pd.DataFrame],
    prev_sample_weights: dict[str, pd.Series],
) -> tuple[float, float]:
    """The largest churn and turnover against earlier submissions, by date; 1.0 when none can be compared.

    Neutralizers and sample weights cover all ids of their era.
    """

    def weights(signal: pd.Series, neutralizers: pd.DataFrame, sample_weight: pd.Series) -> pd.Series:
        portfolio = generate_neutralized_weights(
            signal.to_frame(), neutralizers, sample_weight, center_and_normalize=True
        )
        return portfolio[signal.name]

    names, current = _cleaned(curr_sub, curr_sample_weight)
    held = weights(current, curr_neutralizer, curr_sample_weight)
    found: list[tuple[float, float]] = []
    for date, submission in prev_subs.items():
        _, before = _cleaned(submission, prev_sample_weights[date], names)
        held_before = weights(before, prev_neutralizers[date], prev_sample_weights[date])
        try:
            found.append((abs(churn(current, before)), abs(turnover(held, held_before))))
        except CheckError as error:
            # Too few ids in common: not compared.
            if error.code != "too_few_rows":
                raise
    if not found:
        return 1.0, 1.0
    return max(churn for churn, _ in found), max(turnover for _, turnover in found)
