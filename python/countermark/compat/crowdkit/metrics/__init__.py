"""Metrics of answers."""

from . import data

__all__ = ["data"]
