"""What the three modules share: checks that raise, and the step between pandas and arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd

from countermark.exceptions import CountermarkError


class CheckError(CountermarkError, AssertionError):
    """A check that numerai-tools makes with ``assert`` failed."""


def check(holds: Any, message: str, code: str, kind: str = "invalid") -> None:
    """Raise :class:`CheckError` unless the check holds."""
    if not holds:
        raise CheckError(message, code, kind)


def check_no_nan(data: Any, what: str) -> None:
    """Refuse a series or frame with a gap."""
    check(not bool(np.any(pd.isna(data.to_numpy()))), f"{what} contains NaNs", "non_finite", "range")


def check_sorted(data: Any) -> None:
    """Refuse a series or frame whose index is not ascending."""
    index = data.index
    in_order = index.is_monotonic_increasing or np.array_equal(index.sort_values(), index)
    check(in_order, "Index is not sorted: unsorted index found", "invalid_text")


def by_column(data: Any, function: Callable[[np.ndarray], np.ndarray]) -> Any:
    """A series or frame like ``data``, its columns through ``function``."""
    if isinstance(data, pd.Series):
        return pd.Series(function(floats(data)), index=data.index, name=data.name)
    columns = [function(floats(data.iloc[:, j])) for j in range(data.shape[1])]
    return frame_of(columns, data)


def frame_of(columns: Iterable[np.ndarray], like: pd.DataFrame) -> pd.DataFrame:
    """Columns as a frame with the labels of another."""
    matrix = np.empty((len(like.index), len(like.columns)), order="F")
    for j, column in enumerate(columns):
        matrix[:, j] = column
    return pd.DataFrame(matrix, index=like.index, columns=like.columns, copy=False)


def floats(data: Any) -> np.ndarray:
    """The values as float64; a copy only where the type differs."""
    return data.to_numpy(dtype=np.float64)  # type: ignore[no-any-return]


def matrix(data: pd.DataFrame) -> np.ndarray:
    """The values of a frame as float64, in the order in which its columns lie together."""
    return np.asfortranarray(floats(data))
