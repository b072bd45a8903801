"""The functions of ``numerai_tools.submissions``."""

from __future__ import annotations

import logging

import numpy as np
import pandas as pd

from ._frames import check
from .scoring import tie_kept_rank

NUMERAI_ALLOWED_ID_COLS = ["id"]
NUMERAI_ALLOWED_PRED_COLS = ["prediction", "probability"]

SIGNALS_ALLOWED_ID_COLS = ["ticker", "sedol", "bloomberg_ticker", "composite_figi", "numerai_ticker"]
SIGNALS_ALLOWED_PRED_COLS = ["prediction", "signal"]
SIGNALS_ALLOWED_DATE_COLS = ["friday_date", "date"]
SIGNALS_MIN_TICKERS = 100

CRYPTO_ALLOWED_ID_COLS = ["symbol"]
CRYPTO_ALLOWED_PRED_COLS = ["prediction", "signal"]
CRYPTO_MIN_TICKERS = 100

logger = logging.getLogger(__name__)


# Headers. The names of both columns are the answer.


def _validate_headers(
    submission: pd.DataFrame, expected_id_cols: list[str], expected_pred_cols: list[str]
) -> tuple[str, str]:
    names = list(submission.columns)
    known = len(names) == 2 and names[0] in expected_id_cols and names[1] in expected_pred_cols
    text = f"headers must be one of {expected_id_cols} and one of {expected_pred_cols}"
    check(known, f"invalid_submission_headers: {text}", "invalid_submission_headers")
    return names[0], names[1]


def validate_headers_numerai(submission: pd.DataFrame) -> tuple[str, str]:
    """Headers of a submission to the classic tournament."""
    return _validate_headers(submission, NUMERAI_ALLOWED_ID_COLS, NUMERAI_ALLOWED_PRED_COLS)


def validate_headers_signals(
    submission: pd.DataFrame, assert_date_col: bool = False
) -> tuple[str, str, str | None]:
    """Headers of a submission to Signals, and the name of its date column.

    The date column is taken out of the submission; where there must be one, it is put back at the end.
    """
    date = next((name for name in submission.columns if name in SIGNALS_ALLOWED_DATE_COLS), None)
    dates = None if date is None else submission.pop(date)
    text = "invalid_submission_headers: submission must contain a date column"
    check(date is not None or not assert_date_col, text, "invalid_submission_headers")
    ticker, signal = _validate_headers(submission, SIGNALS_ALLOWED_ID_COLS, SIGNALS_ALLOWED_PRED_COLS)
    if assert_date_col:
        submission[date] = dates
    return ticker, signal, date


def validate_headers_crypto(submission: pd.DataFrame) -> tuple[str, str]:
    """Headers of a submission to Crypto."""
    return _validate_headers(submission, CRYPTO_ALLOWED_ID_COLS, CRYPTO_ALLOWED_PRED_COLS)


# Values and ids.


def validate_values(submission: pd.DataFrame, prediction_col: str) -> None:
    """Refuse predictions with gaps, outside 0..1 by more than rounding, or all the same."""

    def valid(holds: object, text: str) -> None:
        check(holds, f"invalid_submission_values: {text}", "invalid_submission_values")

    values = submission[prediction_col]
    valid(not values.isna().any(), "submission must not contain NaNs")
    low, high = values.min(), values.max()
    above, below = low >= 0 or np.isclose(low, 0), high <= 1 or np.isclose(high, 1)
    valid(len(values) == 0 or (above and below), "values must be between 0 and 1 exclusive")
    valid(not np.isclose(0, values.std()), "submission must have non-zero standard deviation")


def _validate_ids(
    live_ids: pd.Series, submission: pd.DataFrame, id_col: str, min_tickers: int
) -> tuple[pd.DataFrame, list[str]]:
    def valid(holds: object, text: str) -> None:
        check(holds, f"invalid_submission_ids: {text}", "invalid_submission_ids")

    valid(not submission[id_col].isna().any(), f"Submission must not contain NaNs in the {id_col} column.")
    ids = submission[id_col].astype(str)
    live = ids.isin(live_ids.astype(str))
    kept = submission.assign(**{id_col: ids})[live].sort_values(id_col)
    valid(kept[id_col].is_unique, f"Duplicates detected in {id_col} for live period.")
    text = "Not enough stocks submitted. Are you using the latest live ids or live universe?"
    valid(len(kept) >= min_tickers, text)
    return kept, list(set(ids) - set(kept[id_col]))


def validate_ids_numerai(
    live_ids: pd.Series, submission: pd.DataFrame, id_col: str
) -> tuple[pd.DataFrame, list[str]]:
    """The live rows, sorted by id, and the ids that are not live. Every live id must be there."""
    return _validate_ids(live_ids, submission, id_col, len(live_ids))


def validate_ids_signals(
    live_ids: pd.Series, submission: pd.DataFrame, id_col: str
) -> tuple[pd.DataFrame, list[str]]:
    """The live rows, sorted by id, and the ids that are not live. 100 must be live."""
    return _validate_ids(live_ids, submission, id_col, SIGNALS_MIN_TICKERS)


def validate_ids_crypto(
    live_ids: pd.Series, submission: pd.DataFrame, id_col: str
) -> tuple[pd.DataFrame, list[str]]:
    """The live rows, sorted by id, and the ids that are not live. 100 must be live."""
    return _validate_ids(live_ids, submission, id_col, CRYPTO_MIN_TICKERS)


# Whole submissions.


def validate_submission_numerai(
    universe: pd.Series, submission: pd.DataFrame
) -> tuple[str, str, pd.DataFrame, list[str]]:
    """Names of both columns, the live rows, and the ids that are not live."""
    ids, predictions = validate_headers_numerai(submission)
    live, invalid = validate_ids_numerai(universe, submission, ids)
    validate_values(live, predictions)
    return ids, predictions, live, invalid


def validate_submission_signals(
    universe: pd.DataFrame, submission: pd.DataFrame, assert_date_col: bool = False
) -> tuple[str, str, str | None, pd.DataFrame, list[str]]:
    """Names of the id, signal and date columns, the live rows, and the ids that are not live.

    A column ``data_type`` is dropped, with a warning.
    """
    if "data_type" in submission.columns:
        logger.warning("data_type column found in Signals submission. It is deprecated, please remove it.")
        del submission["data_type"]
    ids, signals, date = validate_headers_signals(submission, assert_date_col)
    live, invalid = validate_ids_signals(universe[ids], submission, ids)
    validate_values(live, signals)
    return ids, signals, date, live, invalid


def validate_submission_crypto(
    universe: pd.DataFrame, submission: pd.DataFrame
) -> tuple[str, str, pd.DataFrame, list[str]]:
    """Names of both columns, the live rows, and the ids that are not live."""
    ids, predictions = validate_headers_crypto(submission)
    live, invalid = validate_ids_crypto(universe[ids], submission, ids)
    validate_values(live, predictions)
    return ids, predictions, live, invalid


def remap_ids(data: pd.DataFrame, ticker_map: pd.DataFrame, src_id_col: str, dst_id_col: str) -> pd.DataFrame:
    """One row for each row of the map, under its other id: NaN where the data has none. Sorted by that id."""
    others = [name for name in data.columns if name != src_id_col]
    joined = ticker_map.reset_index(drop=True).merge(data, how="left", on=src_id_col)
    return joined[[dst_id_col, *others]].sort_values(dst_id_col)


def clean_submission(
    universe: pd.DataFrame,
    submission: pd.DataFrame,
    src_id_col: str,
    src_signal_col: str,
    dst_id_col: str | None = None,
    dst_signal_col: str | None = None,
    rank_and_fill: bool = False,
) -> pd.Series:
    """A submission over the whole universe, by id, as it is scored.

    ``rank_and_fill``: ranked, with 0.5 for ids that were not submitted.
    """
    check(len(universe) > 0, "universe must not be empty", "too_few_rows", "shape")
    check(len(submission) > 0, "predictions must not be empty", "too_few_rows", "shape")
    ids = src_id_col if dst_id_col is None else dst_id_col
    rows = remap_ids(submission, universe, src_id_col, ids)
    rows = rows[rows[ids].notna()].drop_duplicates(subset=ids, keep="first")
    clean = rows.set_index(ids).sort_index()[src_signal_col]
    clean = clean.rename(src_signal_col if dst_signal_col is None else dst_signal_col)
    return tie_kept_rank(clean).fillna(0.5) if rank_and_fill else clean
