"""Agreement and uncertainty of answers."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import numpy as np
import pandas as pd

from ..aggregation.base import BaseClassificationAggregator
from ..aggregation.classification import MajorityVote

__all__ = ["alpha_krippendorff", "consistency", "uncertainty"]

_UNSUPPORTED = "This aggregator is not supported. Please, provide workers skills."


def _check_answers(answers: pd.DataFrame) -> None:
    if not isinstance(answers, pd.DataFrame):
        raise TypeError("Working only with pandas DataFrame")
    for column in ("task", "worker", "label"):
        if column not in answers:
            raise AssertionError(f'There is no "{column}" column in answers')


def _likelihoods(answers: pd.DataFrame, skills: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], Any]:
    """Probability of each answer given each label, and the labels in the order in which they appear."""
    codes, labels = pd.factorize(answers["label"])
    with np.errstate(all="ignore"):
        other = (1.0 - skills) / (len(labels) - 1)
    each = np.repeat(other[:, None], len(labels), axis=1)
    each[np.arange(len(codes)), codes] = skills
    return each, labels


def consistency(
    answers: pd.DataFrame,
    workers_skills: pd.Series[Any] | None = None,
    aggregator: BaseClassificationAggregator | None = None,
    by_task: bool = False,
) -> Any:
    """Posterior probability of each task's aggregated label given the workers' skills.

    Their mean, or with ``by_task`` one for each task.
    ``aggregator`` (a majority vote) finds the labels, and the skills where there are none.
    """
    _check_answers(answers)
    aggregator = MajorityVote() if aggregator is None else aggregator
    aggregated = aggregator.fit_predict(answers)
    if workers_skills is None:
        if not hasattr(aggregator, "skills_"):
            raise AssertionError(_UNSUPPORTED)
        workers_skills = aggregator.skills_
    skills = workers_skills.reindex(answers["worker"]).to_numpy(dtype=float)
    each, labels = _likelihoods(answers, skills)
    codes, tasks = pd.factorize(answers["task"], sort=True)
    products = np.ones((len(tasks), len(labels)))
    np.multiply.at(products, codes, np.where(np.isnan(each), 1.0, each))
    total = products.sum(axis=1)
    chosen = labels.get_indexer(aggregated.reindex(tasks))
    with np.errstate(all="ignore"):
        share = np.where(total != 0, products[np.arange(len(tasks)), chosen] / total, 0.0)
    found = pd.Series(share, index=pd.Index(tasks, name="task"))
    return found if by_task else found.mean()


def uncertainty(
    answers: pd.DataFrame,
    workers_skills: pd.Series[Any] | None = None,
    aggregator: BaseClassificationAggregator | None = None,
    compute_by: str = "task",
    aggregate: bool = True,
) -> Any:
    """Entropy, in nats, of the labels' probabilities for each task or worker; with ``aggregate`` the mean."""
    _check_answers(answers)
    if workers_skills is None and aggregator is not None:
        aggregator.fit(answers)
        if not hasattr(aggregator, "skills_"):
            raise AssertionError(_UNSUPPORTED)
        workers_skills = aggregator.skills_
    skills = np.ones(len(answers))
    if workers_skills is not None:
        skills = workers_skills.reindex(answers["worker"]).to_numpy(dtype=float)
    if np.isnan(skills).any():
        missing = set(answers["worker"][np.isnan(skills)])
        raise AssertionError(f"Did not provide skills for workers: {missing}.Please provide workers skills.")
    each, labels = _likelihoods(answers, skills)
    codes, groups = pd.factorize(answers[compute_by], sort=True)
    sums = np.zeros((len(groups), len(labels)))
    np.add.at(sums, codes, np.where(np.isnan(each), 0.0, each))
    with np.errstate(all="ignore"):
        shares = sums / (sums.sum(axis=1, keepdims=True) + 1e-6)
        shares = shares / shares.sum(axis=1, keepdims=True)
        terms = np.where(shares > 0, -shares * np.log(shares), np.where(shares == 0, 0.0, -np.inf))
    terms = np.where(np.isnan(shares), np.nan, terms)
    found = pd.Series(terms.sum(axis=1), index=pd.Index(groups, name=compute_by))
    return found.mean() if aggregate else found


def _differ(a: Hashable, b: Hashable) -> float:
    return 0.0 if a == b else 1.0


def alpha_krippendorff(
    answers: pd.DataFrame, distance: Callable[[Hashable, Hashable], float] = _differ
) -> float:
    """Krippendorff's alpha (1980): 1 is full agreement, 0 what chance gives.

    ``distance`` of two labels, 0 to 1; the default is 1 for different ones.
    """
    _check_answers(answers)
    codes, labels = pd.factorize(answers["label"])
    if len(labels) == 0:
        raise ValueError("Cannot calculate alpha, no data present!")
    if len(labels) == 1:
        return 1.0
    tasks, found = pd.factorize(answers["task"])
    if len(found) == 1 and answers["worker"].nunique() == 1:
        raise ValueError("Cannot calculate alpha, only one coder and item present!")
    counts = np.zeros((len(found), len(labels)))
    np.add.at(counts, (tasks, codes), 1.0)
    counts = counts[counts.sum(axis=1) >= 2]
    total, size = counts.sum(axis=0), counts.sum(axis=1)
    if np.count_nonzero(total) == 1:
        return 1.0
    if not len(counts):
        raise ZeroDivisionError("division by zero")
    plain = labels.tolist()
    distances = np.array([[float(distance(b, a)) for b in plain] for a in plain])
    observed = float(((counts @ distances * counts).sum(axis=1) / (size - 1)).sum() / total.sum())
    expected = float(total @ distances @ total / (total.sum() * (total.sum() - 1)))
    return 1.0 - observed / expected
