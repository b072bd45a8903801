"""Aggregation of answers: the classification methods."""

from . import base
from .classification import GLAD, DawidSkene, MajorityVote, OneCoinDawidSkene, Wawa, ZeroBasedSkill

__all__ = ["GLAD", "DawidSkene", "MajorityVote", "OneCoinDawidSkene", "Wawa", "ZeroBasedSkill", "base"]
