"""Worker agreement with aggregate."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ._weighted import WeightedVote
from .majority_vote import MajorityVote

__all__ = ["Wawa"]


@dataclass(eq=False)
class Wawa(WeightedVote):
    """A majority vote, then one weighted by how often each worker agreed with it."""

    def fit(self, data: pd.DataFrame) -> Wawa:
        """Learn each worker's agreement with the majority."""
        self.skills_ = MajorityVote().fit(data).skills_
        return self
