"""GLAD."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

import countermark as cm

from ..._frames import Answers, first_seen
from ..base import BaseClassificationAggregator

__all__ = ["GLAD"]


@dataclass(eq=False)
class GLAD(BaseClassificationAggregator):
    """Abilities of workers, easiness of tasks and their labels, by expectation maximisation."""

    #: Steps at most.
    n_iter: int = 100
    #: The iteration ends once a step improves the objective by less.
    tol: float = 1e-5
    #: Without effect: nothing is printed.
    silent: bool = True
    #: Share of each label.
    labels_priors: pd.Series[Any] | None = None
    #: Expected ability of each worker.
    alphas_priors_mean: pd.Series[Any] | None = None
    #: Expected log easiness of each task.
    betas_priors_mean: pd.Series[Any] | None = None
    #: Conjugate gradient steps of a maximisation, at most.
    m_step_max_iter: int = 25
    #: A maximisation ends once no element of the gradient exceeds this.
    m_step_tol: float = 1e-2
    #: Probability of each label, tasks by labels.
    probas_: pd.DataFrame = field(init=False, repr=False)
    #: Ability of each worker.
    alphas_: pd.Series[Any] = field(init=False, repr=False)
    #: Log easiness of each task.
    betas_: pd.Series[Any] = field(init=False, repr=False)
    #: Share of each label.
    priors_: pd.Series[Any] = field(init=False, repr=False)
    #: The objective after each step.
    loss_history_: list[float] = field(init=False, repr=False)

    def fit(self, data: pd.DataFrame) -> GLAD:
        """Learn from answers."""
        for name in ("worker", "task"):
            # The original reads these as attributes.
            if name not in data:
                raise AttributeError(f"'DataFrame' object has no attribute {name!r}")
        data = data.filter(["task", "worker", "label"])
        if self.labels_priors is None:
            answers = Answers(data)
            if not len(answers.data):
                raise ZeroDivisionError("float division by zero")
            seen = answers.labels.take(first_seen(answers.label)).rename(None)
            self.priors_ = pd.Series(1.0 / len(seen), index=seen)
        else:
            answers = Answers(data, self.labels_priors.index.sort_values())
            self.priors_ = self.labels_priors
        found = cm.glad(
            *answers.columns(),
            max(self.n_iter, 0),
            self.tol,
            _by(self.labels_priors, answers.labels),
            ability_means=_by(self.alphas_priors_mean, answers.workers),
            easiness_means=_by(self.betas_priors_mean, answers.tasks),
            gradient_steps=self.m_step_max_iter,
            gradient_tolerance=self.m_step_tol,
        )
        # The original's labels have been through a column of mixed kinds.
        if pd.api.types.is_integer_dtype(answers.labels):
            answers.labels = answers.labels.astype("int64")
        self.probas_ = answers.probabilities(found.probabilities).rename_axis(columns="variable")
        self.labels_ = answers.chosen(found.labels)
        abilities = pd.Series(found.skills, index=answers.workers, name="alpha")
        easiness = pd.Series(found.easiness, index=answers.tasks, name="beta")
        self.alphas_ = abilities.iloc[first_seen(answers.worker)]
        self.betas_ = easiness.iloc[first_seen(answers.task)]
        self.loss_history_ = found.loss_history
        return self

    def fit_predict_proba(self, data: pd.DataFrame) -> pd.DataFrame:
        """Probability of each label, tasks by labels."""
        return self.fit(data).probas_

    def fit_predict(self, data: pd.DataFrame) -> pd.Series[Any]:
        """The label of each task."""
        return self.fit(data).labels_


def _by(values: pd.Series[Any] | None, index: pd.Index[Any]) -> list[float] | None:
    return None if values is None else values.reindex(index).astype(float).tolist()
