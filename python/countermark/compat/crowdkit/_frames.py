"""What the classes share: the step between frames of answers and numbered answers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

Codes = np.ndarray[Any, np.dtype[np.uint32]]

#: Probabilities are kept at least this far from 0, as the original keeps them.
EPS = 1e-10


class NotFittedError(ValueError, AttributeError):
    """A method was called before ``fit``."""


def check_fitted(aggregator: Any) -> None:
    """Refuse an aggregator that has no skills yet."""
    if not hasattr(aggregator, "skills_"):
        raise NotFittedError(
            f"This {type(aggregator).__name__} instance is not fitted yet. Call 'fit' with appropriate "
            "arguments before using this estimator."
        )


class Answers:
    """A frame of answers, coded: tasks, workers and labels in ascending order.

    Rows in which one of the three is missing are left out.
    """

    def __init__(self, data: pd.DataFrame, labels: pd.Index[Any] | None = None) -> None:
        """Code the columns ``task``, ``worker`` and ``label``; with ``labels``, in their order."""
        data = data[["task", "worker", "label"]]
        if data.isna().to_numpy().any():
            data = data.dropna()
        self.data = data
        self.task, self.tasks = _coded(data["task"], "task")
        self.worker, self.workers = _coded(data["worker"], "worker")
        if labels is None:
            self.label, self.labels = _coded(data["label"], "label")
        else:
            self.label, self.labels = labels.get_indexer(data["label"]), labels
            if (self.label < 0).any():
                raise ValueError("an answer has a label without a prior")

    def columns(self) -> tuple[Codes, Codes, Codes]:
        """Tasks, workers and labels of the answers, as the core takes them."""
        return self.task.astype(np.uint32), self.worker.astype(np.uint32), self.label.astype(np.uint32)

    def probabilities(self, values: np.ndarray[Any, Any]) -> pd.DataFrame:
        """A frame of tasks by labels."""
        return pd.DataFrame(values, index=self.tasks, columns=self.labels, copy=False)

    def chosen(self, codes: np.ndarray[Any, Any]) -> pd.Series[Any]:
        """The labels of these numbers, by task."""
        return pd.Series(self.labels.take(codes), index=self.tasks, name="agg_label")


def _coded(column: pd.Series[Any], name: str) -> tuple[np.ndarray[Any, Any], pd.Index[Any]]:
    codes, values = pd.factorize(column, sort=True)
    return codes, pd.Index(values, name=name)


def first_seen(codes: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The different numbers in the order in which they appear."""
    return np.asarray(pd.unique(codes))
