"""What the three modules share: checks that raise, and the step between pandas and arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from countermark.exceptions import CountermarkError


class CheckError(CountermarkError, AssertionError, ValueError):
    """A call is refused: an ``AssertionError`` of numerai-tools, or a ``ValueError`` of numpy or pandas."""


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


def by_column(data: Any, step: Callable[[np.ndarray], np.ndarray]) -> Any:
    """A series or frame like ``data``; ``step`` takes columns ``[n, k]`` and gives rows ``[k, n]``."""
    if isinstance(data, pd.Series):
        return pd.Series(step(floats(data)[:, None])[0], index=data.index, name=data.name)
    return frame_of(step(floats(data)).T, data)


def frame_of(values: np.ndarray, like: pd.DataFrame) -> pd.DataFrame:
    """Values with the labels of another frame."""
    return pd.DataFrame(values, index=like.index, columns=like.columns)


def floats(data: Any) -> np.ndarray:
    """The values as float64; a copy only where the type differs."""
    return data.to_numpy(dtype=np.float64)  # type: ignore[no-any-return]
