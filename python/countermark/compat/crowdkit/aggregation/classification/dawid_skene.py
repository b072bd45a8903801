"""Dawid and Skene's model, and its one-coin form."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd

import countermark as cm

from ..._frames import EPS, Answers, first_seen
from ..base import BaseClassificationAggregator

__all__ = ["DawidSkene", "OneCoinDawidSkene"]


@dataclass(eq=False)
class DawidSkene(BaseClassificationAggregator):
    """Confusion matrices of workers and labels of tasks, by expectation maximisation."""

    #: Steps at most.
    n_iter: int = 100
    #: The iteration ends once a step improves the objective by less.
    tol: float = 1e-5
    #: What ``initial_error`` is: "assign" or "addition".
    initial_error_strategy: Literal["assign", "addition"] | None = None
    #: Probability of each label, tasks by labels.
    probas_: pd.DataFrame = field(init=False, repr=False)
    #: Share of each label.
    priors_: pd.Series[Any] = field(init=False, repr=False)
    #: Probability of an answer (rows: worker, answer) given the true label (columns).
    errors_: pd.DataFrame = field(init=False, repr=False)
    #: The objective after each step.
    loss_history_: list[float] = field(init=False, repr=False)

    def fit(
        self,
        data: pd.DataFrame,
        true_labels: pd.Series[Any] | None = None,
        initial_error: pd.DataFrame | None = None,
    ) -> DawidSkene:
        """Learn from answers; ``true_labels`` by task are kept, ``initial_error`` is known of workers."""
        data = data[["task", "worker", "label"]]
        if not data.size:
            self._nothing()
            return self
        answers = Answers(data)
        known = self._initial(answers, initial_error)
        found = cm.dawid_skene(
            *answers.columns(),
            max(self.n_iter, 0),
            self.tol,
            [] if true_labels is None else _gold(answers, true_labels),
            known,
            self.initial_error_strategy,
        )
        self._keep(answers, found)
        rows = self._pairs(answers)
        errors = found.errors.reshape(-1, len(answers.labels))[rows]
        self.errors_ = self._error_frame(answers, rows, errors)
        return self

    def _nothing(self) -> None:
        self.probas_, self.errors_ = pd.DataFrame(), pd.DataFrame()
        self.priors_ = pd.Series(dtype=float, name="prior")
        self.labels_ = pd.Series(dtype=float, name="agg_label")

    def _keep(self, answers: Answers, found: cm.Aggregation) -> None:
        """Tasks in the order in which they appear, unless no step was made."""
        probas, labels = answers.probabilities(found.probabilities), answers.chosen(found.labels)
        self.loss_history_ = found.loss_history
        if self.loss_history_:
            order = first_seen(answers.task)
            probas, labels = probas.iloc[order], labels.iloc[order]
        self.probas_, self.labels_ = probas, labels
        self.priors_ = pd.Series(found.priors, index=answers.labels, name="prior")

    @staticmethod
    def _pairs(answers: Answers) -> np.ndarray[Any, Any]:
        """Numbers of the pairs of worker and answer that occur, in the order in which they appear."""
        return first_seen(answers.worker * len(answers.labels) + answers.label)

    @staticmethod
    def _error_frame(
        answers: Answers, rows: np.ndarray[Any, Any], errors: np.ndarray[Any, Any]
    ) -> pd.DataFrame:
        workers, labels = np.divmod(rows, len(answers.labels))
        index = pd.MultiIndex.from_arrays(
            [answers.workers.take(workers), answers.labels.take(labels)], names=["worker", "label"]
        )
        return pd.DataFrame(errors, index=index, columns=pd.Index(answers.labels.tolist(), dtype=object))

    def _initial(self, answers: Answers, initial: pd.DataFrame | None) -> np.ndarray[Any, Any] | None:
        """The initial errors of every worker and answer; NaN where there are none."""
        if initial is None or self.initial_error_strategy is None:
            return None
        if list(initial.index.names) != ["worker", "label"]:
            raise ValueError(
                f"The index of initial_error must be: ['worker', 'label'],but got: {initial.index.names}"
            )
        every = pd.MultiIndex.from_product([answers.workers, answers.labels], names=["worker", "label"])
        if self.initial_error_strategy == "assign":
            found = every.take(self._pairs(answers))
            absent = found[~found.isin(initial.index)]
            if len(absent):
                raise ValueError(
                    "All the workers in data should be in initial_error: Can not find "
                    f"{absent.get_level_values('worker').nunique()} workers' error matrix in initial_error"
                )
            sums = initial.groupby("worker", sort=False).sum()
            if (initial <= 1.0).all(axis=None) and not np.allclose(sums, 1.0):
                raise ValueError("The sum of each worker's error matrix in initial_error should be 1.0")
        elif self.initial_error_strategy != "addition":
            raise ValueError(
                f"Invalid initial_error_strategy: {self.initial_error_strategy},"
                "should be 'assign' or 'addition'"
            )
        size = len(answers.labels)
        values = initial[answers.labels.tolist()].reindex(every).to_numpy(dtype=float)
        return np.asarray(values).reshape(-1, size, size)

    def fit_predict_proba(
        self,
        data: pd.DataFrame,
        true_labels: pd.Series[Any] | None = None,
        initial_error: pd.DataFrame | None = None,
    ) -> pd.DataFrame:
        """Probability of each label, tasks by labels."""
        return self.fit(data, true_labels, initial_error).probas_

    def fit_predict(
        self,
        data: pd.DataFrame,
        true_labels: pd.Series[Any] | None = None,
        initial_error: pd.DataFrame | None = None,
    ) -> pd.Series[Any]:
        """The label of each task."""
        return self.fit(data, true_labels, initial_error).labels_


def _gold(answers: Answers, true_labels: pd.Series[Any]) -> list[tuple[int, int]]:
    tasks = answers.tasks.get_indexer(true_labels.index)
    labels = answers.labels.get_indexer(true_labels)
    if (labels[(tasks >= 0) & true_labels.notna().to_numpy()] < 0).any():
        raise ValueError("a true label that no answer has")
    keep = (tasks >= 0) & (labels >= 0)
    return list(zip(tasks[keep].tolist(), labels[keep].tolist(), strict=True))


@dataclass(eq=False)
class OneCoinDawidSkene(DawidSkene):
    """One skill per worker, by expectation maximisation."""

    #: Probability of each worker to be right.
    skills_: pd.Series[Any] = field(init=False, repr=False)

    def fit(self, data: pd.DataFrame) -> OneCoinDawidSkene:  # type: ignore[override]
        """Learn from answers."""
        data = data[["task", "worker", "label"]]
        if not data.size:
            self._nothing()
            return self
        answers = Answers(data)
        found = cm.one_coin_dawid_skene(*answers.columns(), max(self.n_iter, 0), self.tol)
        self._keep(answers, found)
        order = first_seen(answers.worker)
        self.skills_ = pd.Series(found.skills, index=answers.workers, name="skill").iloc[order]
        rows = self._pairs(answers)
        skills = found.skills[rows // len(answers.labels), None]
        right = np.arange(len(answers.labels)) == (rows % len(answers.labels))[:, None]
        errors = np.where(right, skills, (1 - skills) / max(len(answers.labels) - 1, 1))
        self.errors_ = self._error_frame(answers, rows, errors.clip(EPS, 1 - EPS))
        return self

    def fit_predict_proba(self, data: pd.DataFrame) -> pd.DataFrame:  # type: ignore[override]
        """Probability of each label, tasks by labels."""
        return self.fit(data).probas_

    def fit_predict(self, data: pd.DataFrame) -> pd.Series[Any]:  # type: ignore[override]
        """The label of each task."""
        return self.fit(data).labels_
