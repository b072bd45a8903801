"""Majority vote."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

import countermark as cm

from ..._frames import Answers
from ..base import BaseClassificationAggregator

__all__ = ["MajorityVote"]


@dataclass(eq=False)
class MajorityVote(BaseClassificationAggregator):
    """The label most workers gave, or that with the largest sum of their skills."""

    #: Skill of workers without one, with ``on_missing_skill="value"``.
    default_skill: float | None = None
    #: "error", "ignore" or "value".
    on_missing_skill: str = "error"
    #: Share of each worker's different answers that agree with the result.
    skills_: pd.Series[Any] = field(init=False, repr=False)
    #: Share of the votes, tasks by labels.
    probas_: pd.DataFrame = field(init=False, repr=False)

    def fit(self, data: pd.DataFrame, skills: pd.Series[Any] | None = None) -> MajorityVote:
        """Learn from answers; ``skills`` by worker weight them."""
        data = data[["task", "worker", "label"]]
        weights = None
        if skills is not None:
            data, weights = self._weighted(data, skills)
        answers = Answers(data)
        if not len(answers.data):
            self.probas_ = answers.probabilities(np.empty((0, 0)))
            self.labels_ = pd.Series([], dtype="O", name="agg_label")
            self.skills_ = pd.Series([], dtype=float, name="skill", index=answers.workers)
            return self
        by_worker = None if weights is None else weights.reindex(answers.workers).to_numpy(dtype=float)
        vote = cm.majority_vote(*answers.columns(), by_worker)
        self.probas_ = answers.probabilities(vote.probabilities)
        self.labels_ = answers.chosen(vote.labels)
        self.skills_ = pd.Series(vote.skills, index=answers.workers, name="skill")
        return self

    def _weighted(self, data: pd.DataFrame, skills: pd.Series[Any]) -> tuple[pd.DataFrame, pd.Series[Any]]:
        if self.on_missing_skill != "value" and self.default_skill is not None:
            raise ValueError('default_skill is used but on_missing_skill is not "value"')
        missing = ~data["worker"].isin(skills.index[skills.notna()])
        if self.on_missing_skill == "error":
            if missing.any():
                raise ValueError(
                    f"Skill value is missing in {missing.sum()} assignments. Specify skills for every"
                    "used worker or use different 'on_unknown_skill' value."
                )
        elif self.on_missing_skill == "ignore":
            dropped = data["task"].nunique() - data["task"][~missing].nunique()
            if dropped:
                raise ValueError(
                    f"{dropped} tasks has no workers with known skills. Provide at least one worker with "
                    "knownskill for every task or use different 'on_unknown_skill' value."
                )
            data = data[~missing]
        elif self.on_missing_skill == "value":
            if self.default_skill is None:
                raise ValueError('Default skill value must be specified when using on_missing_skill="value"')
            skills = skills.reindex(data["worker"].unique()).fillna(self.default_skill)
        else:
            raise ValueError(f'Unknown option {self.on_missing_skill!r} of "on_missing_skill" argument.')
        return data, skills

    def fit_predict_proba(self, data: pd.DataFrame, skills: pd.Series[Any] | None = None) -> pd.DataFrame:
        """The shares of the votes, tasks by labels."""
        return self.fit(data, skills).probas_

    def fit_predict(self, data: pd.DataFrame, skills: pd.Series[Any] | None = None) -> pd.Series[Any]:
        """The label of each task."""
        return self.fit(data, skills).labels_
