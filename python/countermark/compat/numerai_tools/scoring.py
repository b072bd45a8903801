"""The functions of ``numerai_tools.scoring``."""

from __future__ import annotations

from typing import Any, Literal, TypeVar

import numpy as np
import pandas as pd

from . import _core
from ._frames import by_column, check, check_no_nan, check_sorted, floats, frame_of

#: The largest share of rows that matching two inputs may leave out.
DEFAULT_MAX_FILTERED_INDEX_RATIO = 0.2

S1 = TypeVar("S1", bound="pd.DataFrame | pd.Series")
S2 = TypeVar("S2", bound="pd.DataFrame | pd.Series")
RANK_METHOD_TYPE = Literal["average", "min", "max", "first", "dense"]


# Rows that inputs have in common.


def _known_ids(data: Any) -> pd.Index:
    return data.dropna().index


def _check_overlap(kept: int, data: Any, ratio: float, name: str, other: str) -> None:
    share = kept / len(data)
    needed = round(1 - ratio, 2) * 100
    text = f"{name} does not have enough overlapping ids with {other}, must have >= {needed}% overlapping ids"
    check(share >= 1 - ratio, text, "too_few_rows", "shape")


def _in_step(*inputs: Any) -> bool:
    """Whether the inputs have the same sorted, distinct ids and no gaps, so that nothing is to be done."""
    index = inputs[0].index
    if not (index.is_unique and index.is_monotonic_increasing):
        return False
    same = all(other.index is index or other.index.equals(index) for other in inputs[1:])
    return same and len(index) > 0 and not any(bool(np.any(pd.isna(x.to_numpy()))) for x in inputs)


def filter_sort_index(
    s1: S1, s2: S2, max_filtered_ratio: float = DEFAULT_MAX_FILTERED_INDEX_RATIO
) -> tuple[S1, S2]:
    """The rows that both inputs have without a gap, sorted by id.

    Refused when either loses more than ``max_filtered_ratio`` of its rows.
    """
    if max_filtered_ratio >= 0 and _in_step(s1, s2):
        return s1.copy(), s2.copy()
    ids = _known_ids(s1).intersection(_known_ids(s2))
    _check_overlap(len(ids), s1, max_filtered_ratio, "s1", "s2")
    _check_overlap(len(ids), s2, max_filtered_ratio, "s2", "s1")
    return s1.loc[ids].sort_index(), s2.loc[ids].sort_index()


def filter_sort_index_many(
    inputs: list[Any], max_filtered_ratio: float = DEFAULT_MAX_FILTERED_INDEX_RATIO
) -> list[Any]:
    """As :func:`filter_sort_index`, for any number of inputs."""
    check(len(inputs) > 0, "List must contain at least one element", "too_few_rows", "shape")
    if max_filtered_ratio >= 0 and _in_step(*inputs):
        return [data.copy() for data in inputs]
    ids = _known_ids(inputs[0])
    for data in inputs[1:]:
        ids = ids.intersection(_known_ids(data))
    kept = [data.loc[ids].sort_index() for data in inputs]
    for i, (data, rows) in enumerate(zip(inputs, kept, strict=True)):
        _check_overlap(len(rows), data, max_filtered_ratio, f"inputs[{i}]", "the others")
    return kept


def filter_sort_top_bottom(s: pd.Series, top_bottom: int) -> tuple[pd.Series, pd.Series]:
    """The highest and the lowest values, each sorted by id; equal values in the order of rows."""
    order = np.argsort(s.to_numpy(), kind="stable")
    return s.iloc[order[-top_bottom:]].sort_index(), s.iloc[order[:top_bottom]].sort_index()


def filter_sort_top_bottom_concat(s: pd.Series, top_bottom: int) -> pd.Series:
    """The highest and the lowest values in one series, sorted by id."""
    return pd.concat(filter_sort_top_bottom(s, top_bottom)).sort_index()


# Transformations of columns.


def rank_series(s: pd.Series, method: RANK_METHOD_TYPE = "average") -> pd.Series:
    """Ranks as shares in (0, 1): ``(rank - 0.5) / count``."""
    check_sorted(s)
    return by_column(s, lambda v: _core.rank(v, method))


def rank(s: S1, method: RANK_METHOD_TYPE = "average") -> S1:
    """:func:`rank_series`, for each column."""
    check_sorted(s)
    return by_column(s, lambda v: _core.rank(v, method))  # type: ignore[no-any-return]


def tie_broken_rank(df: pd.DataFrame) -> pd.DataFrame:
    """Ranks as shares, equal values in the order of rows."""
    return rank(df, "first")


def tie_kept_rank(s: S1) -> S1:
    """Ranks as shares, equal values at their mean rank."""
    return rank(s, "average")


def min_max_normalize(s: pd.Series) -> pd.Series:
    """Scaled to 0..1."""
    low, high = s.min(), s.max()
    return (s - low) / (high - low)


def variance_normalize(df: pd.DataFrame) -> pd.DataFrame:
    """Scaled to a population standard deviation of 1."""
    return df / df.std(axis=0, ddof=0)


def weight_normalize(s: S1) -> S1:
    """Scaled to an absolute sum of 1."""
    return s / s.abs().sum(axis=0)  # type: ignore[no-any-return]


def center(s: S1) -> S1:
    """Shifted to a mean of 0."""
    return s - s.mean()  # type: ignore[no-any-return]


def standardize(df: pd.DataFrame) -> pd.DataFrame:
    """Shifted to a mean of 0 and scaled to a standard deviation of 1."""
    return variance_normalize(center(df))


def power(df: pd.DataFrame, p: float) -> pd.DataFrame:
    """``sign(x) |x|^p``; refused where a column then correlates below 0.9 with itself."""
    check_no_nan(df, "Data")
    check_sorted(df)
    return by_column(df, lambda v: _core.power(v, p))


def gaussian(df: pd.DataFrame) -> pd.DataFrame:
    """The standard normal quantile of every value."""
    check_sorted(df)
    return by_column(df, _core.gaussian)


def tie_kept_rank__gaussianize__pow_1_5(df: pd.DataFrame) -> pd.DataFrame:
    """Rank, gaussian and power 1.5."""
    return power(gaussian(tie_kept_rank(df)), 1.5)


def tie_kept_rank__gaussianize__neutralize__variance_normalize(
    df: pd.DataFrame, neutralizers: pd.DataFrame
) -> pd.DataFrame:
    """Rank, gaussian, neutral to the neutralizers, and scaled."""
    return variance_normalize(neutralize(gaussian(tie_kept_rank(df)), neutralizers))


def one_hot_encode(df: pd.DataFrame, columns: list[str], dtype: type = np.float64) -> pd.DataFrame:
    """Each named column replaced by one of 0 and 1 for each of its values, at the end."""
    for name in columns:
        codes, values = pd.factorize(df[name], sort=True, use_na_sentinel=False)
        encoded = pd.DataFrame(
            np.asarray(codes)[:, None] == np.arange(len(values)),
            columns=[f"{name}_{value}" for value in values],
            index=df.index,
        )
        df = df.join(encoded.astype(dtype)).drop(columns=name)
    return df


def orthogonalize(v: np.ndarray, u: np.ndarray) -> np.ndarray:
    """``v`` without its part along ``u``, column by column."""
    along = (v.T @ u) / (u.T @ u)
    return v - np.outer(u, along)


def neutralize(df: pd.DataFrame, neutralizers: pd.DataFrame, proportion: float = 1.0) -> pd.DataFrame:
    """Each column less ``proportion`` of its least-squares fit on the neutralizers and a constant.

    A constant column becomes NaN.
    """
    check_no_nan(df, "Data")
    check_no_nan(neutralizers, "Neutralizers")
    same = len(df.index) == len(neutralizers.index) and bool((df.index == neutralizers.index).all())
    check(same, "Indices don't match", "length_mismatch", "shape")
    constant = (df.std() == 0).to_numpy()
    neutral = _core.neutralize(floats(df), floats(neutralizers), proportion)
    neutral[constant] = np.nan
    return frame_of(neutral.T, df)


def stake_weight(predictions: pd.DataFrame, stakes: pd.Series) -> pd.Series:
    """The mean of predictions, weighted by stakes."""
    weighted = predictions[stakes.index].mul(stakes, axis="columns")
    return weighted.sum(axis=1) / stakes.sum()


# Correlations of two series.


def validate_indices(live_targets: pd.Series, predictions: pd.Series) -> None:
    """Refuse two series unless they have the same sorted ids and no gaps."""
    check_sorted(live_targets)
    check(
        np.array_equal(predictions.index, live_targets.index),
        "Indices don't match",
        "length_mismatch",
        "shape",
    )
    check_no_nan(predictions, "Data")
    check_no_nan(live_targets, "Data")


def correlation(live_targets: pd.Series, predictions: pd.Series) -> float:
    """Pearson's correlation."""
    validate_indices(live_targets, predictions)
    return _core.correlation(floats(live_targets), floats(predictions))


def tie_broken_rank_correlation(target: pd.Series, predictions: pd.Series) -> float:
    """Pearson's correlation of the target with the tie-broken ranks of the predictions."""
    return correlation(target, rank_series(predictions, "first"))


def spearman_correlation(target: pd.Series, predictions: pd.Series) -> float:
    """Spearman's correlation."""
    validate_indices(target, predictions)
    return _core.correlation(floats(target), floats(predictions), "spearman")


def pearson_correlation(target: pd.Series, predictions: pd.Series, top_bottom: int | None = None) -> float:
    """Pearson's correlation, of the highest and lowest ``top_bottom`` predictions only where given."""
    if top_bottom is not None and top_bottom > 0:
        tails = filter_sort_top_bottom_concat(predictions, top_bottom)
        target, predictions = filter_sort_index(target, tails, 1 - top_bottom / len(target))
    return correlation(target, predictions)


def sharpe_ratio(s: pd.Series) -> float:
    """The mean over the population standard deviation."""
    return np.mean(s) / np.std(s)  # type: ignore[no-any-return]


def max_feature_correlation(
    s: pd.Series, features: pd.DataFrame, top_bottom: int | None = None
) -> tuple[str, float]:
    """The feature that correlates the most with the series, in either direction, and how much."""
    size = features.apply(lambda f: pearson_correlation(f, s, top_bottom)).abs()
    name = size.idxmax()
    return str(name), size[name]


# Scores.


def numerai_corr(
    predictions: pd.DataFrame,
    targets: pd.Series,
    max_filtered_index_ratio: float = DEFAULT_MAX_FILTERED_INDEX_RATIO,
    top_bottom: int | None = None,
    target_pow15: bool = True,
) -> pd.Series:
    """Numerai's correlation of each column with the target.

    ``target_pow15``: False for targets that are returns.
    """
    # The mean of the target counts every row, those that are left out included.
    kept, predictions = filter_sort_index(center(targets), predictions, max_filtered_index_ratio)
    if len(kept) == len(targets) and kept.index.is_unique:
        scores = _core.corr_scores(
            floats(predictions), floats(kept), top_bottom=top_bottom, target_pow15=target_pow15
        )
        return pd.Series(scores, index=predictions.columns)
    if target_pow15:
        kept = power(kept.to_frame(), 1.5).iloc[:, 0]
    return _correlations(kept, tie_kept_rank__gaussianize__pow_1_5(predictions), top_bottom)


def _correlations(target: pd.Series, columns: pd.DataFrame, top_bottom: int | None) -> pd.Series:
    return columns.apply(lambda column: pearson_correlation(target, column, top_bottom))


def neutral_correlation(
    predictions: pd.DataFrame,
    neutralizers: pd.DataFrame,
    targets: pd.Series,
    max_filtered_index_ratio: float = DEFAULT_MAX_FILTERED_INDEX_RATIO,
    top_bottom: int | None = None,
) -> pd.Series:
    """Pearson's correlation of the target with each column's neutralized gaussian ranks."""
    targets, predictions, neutralizers = filter_sort_index_many(
        [center(targets), predictions, neutralizers], max_filtered_index_ratio
    )
    neutral = neutralize(gaussian(tie_kept_rank(predictions)), neutralizers)
    return _correlations(targets, neutral, top_bottom)


def feature_neutral_corr(
    predictions: pd.DataFrame, features: pd.DataFrame, targets: pd.Series, top_bottom: int | None = None
) -> pd.Series:
    """Numerai's correlation of each column once it is neutral to the features (FNC)."""
    neutral = tie_kept_rank__gaussianize__neutralize__variance_normalize(predictions, features)
    return numerai_corr(neutral, targets, top_bottom=top_bottom)


def contribution_scores(
    neutral_preds: np.ndarray,
    live_targets: pd.Series,
    predictions: pd.DataFrame,
    top_bottom: int | None = None,
) -> pd.Series:
    """The covariance of each column of ``neutral_preds``, shape ``[n, columns]``, with the centred target.

    Targets that all lie in 0..1 are taken times 4. With ``top_bottom``, only the highest and
    lowest values of each column.
    """
    if live_targets.between(0, 1).all():
        live_targets = live_targets * 4
    target = floats(center(live_targets))
    columns = np.asarray(neutral_preds, dtype=np.float64)
    same = len(columns) == len(target)
    check(same, "predictions and targets differ in length", "length_mismatch", "shape")
    if top_bottom is None or top_bottom <= 0:
        scores = target @ columns / len(target)
    else:
        scores = _tail_scores(columns, target, top_bottom)
    return pd.Series(scores, index=predictions.columns)


def _check_tails(rows: int, top_bottom: int | None) -> None:
    fit = top_bottom is None or 2 * top_bottom <= rows
    text = f"{rows} rows have no {top_bottom} highest and {top_bottom} others lowest"
    check(fit, text, "too_few_rows", "shape")


def _tail_scores(columns: np.ndarray, target: np.ndarray, count: int) -> np.ndarray:
    """Sums of products over each column's tails, in time in proportion to rows and columns."""
    rows = len(target)
    _check_tails(rows, count)
    known = ~np.isnan(columns).any(axis=0)
    check(known.all(), "s1 does not have enough overlapping ids with s2", "too_few_rows", "shape")
    order = np.argsort(columns, axis=0, kind="stable")
    tails = np.concatenate([order[:count], order[rows - count :]])
    products = target[tails] * np.take_along_axis(columns, tails, axis=0)
    return products.sum(axis=0) / (2 * count)  # type: ignore[no-any-return]


def correlation_contribution(
    predictions: pd.DataFrame, meta_model: pd.Series, live_targets: pd.Series, top_bottom: int | None = None
) -> pd.Series:
    """How much each column contributes to the meta model's correlation with the target (MMC, BMC)."""
    meta_model, predictions = filter_sort_index(meta_model, predictions)
    live_targets, predictions = filter_sort_index(live_targets, predictions)
    live_targets, meta_model = filter_sort_index(live_targets, meta_model)
    _check_tails(len(live_targets), top_bottom)
    scores = _core.contributions(floats(predictions), floats(meta_model), floats(live_targets), top_bottom)
    return pd.Series(scores, index=predictions.columns)


def neutral_contribution(
    predictions: pd.DataFrame,
    meta_model: pd.Series,
    neutralizers: pd.DataFrame,
    live_targets: pd.Series,
    top_bottom: int | None = None,
) -> pd.Series:
    """As :func:`correlation_contribution`, with predictions and meta model neutralized first."""
    live_targets, predictions, meta_model, neutralizers = filter_sort_index_many(
        [live_targets, predictions, meta_model, neutralizers]
    )
    shaped = floats(neutralize(gaussian(tie_kept_rank(predictions)), neutralizers))
    meta = neutralize(gaussian(tie_kept_rank(meta_model.to_frame())), neutralizers).iloc[:, 0]
    return contribution_scores(orthogonalize(shaped, floats(meta)), live_targets, predictions, top_bottom)


# Portfolios.


def generate_neutralized_weights(
    predictions: pd.DataFrame,
    neutralizers: pd.DataFrame,
    sample_weights: pd.Series,
    center_and_normalize: bool = False,
) -> pd.DataFrame:
    """Portfolio weights: shaped predictions, neutral to the neutralizers under the sample weights."""
    check_no_nan(predictions, "Predictions")
    check_no_nan(neutralizers, "Normalization factors")
    check_no_nan(sample_weights, "Weights")
    shaped, neutralizers, sample_weights = filter_sort_index_many(
        [tie_kept_rank__gaussianize__pow_1_5(predictions), neutralizers, sample_weights]
    )
    x, n, v = floats(shaped), floats(neutralizers), floats(sample_weights)[:, None]
    weights = frame_of((x - n @ (n.T @ (v * x))) * v, shaped)
    return weight_normalize(center(weights)) if center_and_normalize else weights


def alpha(
    predictions: pd.DataFrame, neutralizers: pd.DataFrame, sample_weights: pd.Series, targets: pd.Series
) -> pd.Series:
    """The return of each column's neutralized weights, by row."""
    predictions, targets = filter_sort_index(predictions, center(targets))
    weights = generate_neutralized_weights(predictions, neutralizers, sample_weights)
    same = len(weights.index) == len(targets.index)
    check(same, "the neutralizers lack rows of the predictions", "length_mismatch", "shape")
    scores = floats(targets) @ floats(weights) / len(targets)
    return pd.Series(scores, index=weights.columns)


def meta_portfolio_contribution(
    predictions: pd.DataFrame,
    stakes: pd.Series,
    neutralizers: pd.DataFrame,
    sample_weights: pd.Series,
    targets: pd.Series,
) -> pd.Series:
    """The gradient of the staked portfolio's return, by stake (MPC)."""
    predictions, targets = filter_sort_index(predictions, targets)
    shares = weight_normalize(stakes.fillna(0))
    check(np.isclose(shares.sum(), 1), "Stakes must sum to 1", "out_of_range", "range")
    weights = generate_neutralized_weights(predictions, neutralizers, sample_weights)
    columns = floats(weights[stakes.index])
    columns = columns - columns.mean(axis=0)
    portfolio = columns @ floats(shares)
    portfolio = portfolio - portfolio.mean()
    size = np.sqrt(portfolio @ portfolio)
    gradient = orthogonalize(columns, portfolio).T @ floats(center(targets))
    return pd.Series(gradient / size / 50, index=stakes.index)
