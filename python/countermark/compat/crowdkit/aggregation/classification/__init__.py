"""Aggregation of classifications."""

from .dawid_skene import DawidSkene, OneCoinDawidSkene
from .glad import GLAD
from .majority_vote import MajorityVote
from .wawa import Wawa
from .zero_based_skill import ZeroBasedSkill

__all__ = ["GLAD", "DawidSkene", "MajorityVote", "OneCoinDawidSkene", "Wawa", "ZeroBasedSkill"]
