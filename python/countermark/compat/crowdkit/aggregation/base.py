"""What every aggregator of classifications offers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

__all__ = ["BaseClassificationAggregator"]


@dataclass(eq=False)
class BaseClassificationAggregator:
    """Finds the label of each task."""

    #: The label of each task.
    labels_: pd.Series[Any] = field(init=False, repr=False)

    def fit(self, data: pd.DataFrame) -> BaseClassificationAggregator:
        """Learn from answers: a frame with the columns ``task``, ``worker`` and ``label``."""
        raise NotImplementedError()

    def fit_predict(self, data: pd.DataFrame) -> pd.Series[Any]:
        """The labels of the answers' tasks."""
        raise NotImplementedError()
