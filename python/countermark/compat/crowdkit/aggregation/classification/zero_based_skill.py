"""Zero-based skill."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

import countermark as cm

from ..._frames import Answers
from ._weighted import WeightedVote

__all__ = ["ZeroBasedSkill"]


@dataclass(eq=False)
class ZeroBasedSkill(WeightedVote):
    """A weighted vote whose weights follow each worker's agreement with the result."""

    #: Rounds.
    n_iter: int = 100
    #: How far a round moves a skill, at first.
    lr_init: float = 1.0
    #: Rounds until that is reduced.
    lr_steps_to_reduce: int = 20
    #: By this factor.
    lr_reduce_factor: float = 0.5
    #: How far above guessing a skill starts.
    eps: float = 1e-5

    def fit(self, data: pd.DataFrame) -> ZeroBasedSkill:
        """Learn the workers' skills round by round."""
        answers = Answers(data)
        if not len(answers.data) or (self.n_iter > 0 and self.lr_steps_to_reduce == 0):
            raise ZeroDivisionError("division by zero")
        steps = max(self.lr_steps_to_reduce, 1)
        rounds = max(self.n_iter, 0)
        vote = cm.zero_based_skill(
            *answers.columns(), rounds, self.lr_init, steps, self.lr_reduce_factor, self.eps
        )
        self.skills_ = pd.Series(vote.skills, index=answers.workers, name="skill")
        return self
