"""The compiled core, on plain arrays, with its faults as the checks of numerai-tools."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from countermark import _countermark as core
from countermark.exceptions import CountermarkError

from ._frames import check


@contextmanager
def checks() -> Iterator[None]:
    """A fault of the core becomes a failed check."""
    try:
        yield
    except CountermarkError as fault:
        check(False, str(fault), fault.code, fault.kind)


def rank(columns: np.ndarray, method: str) -> np.ndarray:
    """Ranks of each column; shape ``[n, k]`` in, ``[k, n]`` out, as for the others."""
    with checks():
        rows: np.ndarray = core._rank_columns(columns, method)
    return rows


def gaussian(columns: np.ndarray) -> np.ndarray:
    """Normal quantiles of each column."""
    with checks():
        rows: np.ndarray = core._gaussian_columns(columns)
    return rows


def power(columns: np.ndarray, p: float) -> np.ndarray:
    """Signed powers of each column."""
    with checks():
        rows: np.ndarray = core._power_columns(columns, p)
    return rows


def correlation(
    a: np.ndarray, b: np.ndarray, method: str = "pearson", top_bottom: int | None = None
) -> float:
    """Correlation of two columns, of the tails of ``b`` only where ``top_bottom`` says how many."""
    with checks():
        return core.correlation(a, b, method, top_bottom)


def corr_scores(predictions: np.ndarray, target: np.ndarray, **options: Any) -> list[float]:
    """Numerai's correlation of each column of a matrix without gaps."""
    with checks():
        scores = core.numerai_corr_with(predictions, target, mode="compat", **options)
    return [score.value for score in scores]


def contributions(
    predictions: np.ndarray, meta_model: np.ndarray, target: np.ndarray, top_bottom: int | None
) -> list[float]:
    """Contribution of each column of a matrix without gaps to the meta model."""
    with checks():
        scores = core.correlation_contribution_with(predictions, meta_model, target, top_bottom, "compat")
    return [score.value for score in scores]


def neutralize(columns: np.ndarray, neutralizers: np.ndarray, proportion: float) -> np.ndarray:
    """Each column less a part of its least-squares fit on the neutralizers and a constant; ``[k, n]`` out."""
    if not np.isfinite(columns).all():
        # LAPACK, which the original calls, spreads one infinity over everything.
        return np.full(columns.T.shape, np.nan)
    with checks():
        rows: np.ndarray = core._neutralize_columns(columns, neutralizers, proportion)
    return rows
