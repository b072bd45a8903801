"""The vote that :class:`Wawa` and :class:`ZeroBasedSkill` end with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Self

import pandas as pd

from ..._frames import check_fitted
from ..base import BaseClassificationAggregator
from .majority_vote import MajorityVote


@dataclass(eq=False)
class WeightedVote(BaseClassificationAggregator):
    """A vote weighted by skills that ``fit`` finds."""

    #: Skill of each worker.
    skills_: pd.Series[Any] = field(init=False, repr=False)
    #: Share of the votes, tasks by labels.
    probas_: pd.DataFrame = field(init=False, repr=False)

    def fit(self, data: pd.DataFrame) -> Self:
        """Learn the workers' skills from answers."""
        raise NotImplementedError()

    def _apply(self, data: pd.DataFrame) -> Self:
        check_fitted(self)
        vote = MajorityVote().fit(data, self.skills_)
        self.probas_, self.labels_ = vote.probas_, vote.labels_
        return self

    def predict(self, data: pd.DataFrame) -> pd.Series[Any]:
        """The label of each task, by the skills that ``fit`` found."""
        return self._apply(data).labels_

    def predict_proba(self, data: pd.DataFrame) -> pd.DataFrame:
        """The shares of the votes, tasks by labels."""
        return self._apply(data).probas_

    def fit_predict(self, data: pd.DataFrame) -> pd.Series[Any]:
        """``fit``, then ``predict``."""
        return self.fit(data).predict(data)

    def fit_predict_proba(self, data: pd.DataFrame) -> pd.DataFrame:
        """``fit``, then ``predict_proba``."""
        return self.fit(data).predict_proba(data)
