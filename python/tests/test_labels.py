from typing import Any

import numpy as np
import pytest

import countermark as cm

RNG = np.random.default_rng(11)
TASKS, WORKERS, LABELS = 300, 12, 3
TRUTH = RNG.integers(0, LABELS, TASKS)
SKILL = np.linspace(0.35, 0.95, WORKERS)
T = np.repeat(np.arange(TASKS), 5).astype(np.uint32)
W = RNG.integers(0, WORKERS, len(T)).astype(np.uint32)
L = np.where(RNG.random(len(T)) < SKILL[W], TRUTH[T], RNG.integers(0, LABELS, len(T))).astype(np.uint32)


@pytest.mark.parametrize(
    "method", [cm.majority_vote, cm.wawa, cm.dawid_skene, cm.one_coin_dawid_skene, cm.glad]
)
def test_methods_find_most_labels(method: Any) -> None:
    a = method(T, W, L)
    assert a.labels.dtype == np.uint32 and a.probabilities.shape == (TASKS, LABELS)
    np.testing.assert_allclose(a.probabilities.sum(axis=1), 1, atol=1e-8)
    assert (a.labels == TRUTH).mean() > 0.85
    order = RNG.permutation(len(T))
    shuffled = method(T[order], W[order], L[order])
    assert (shuffled.labels == a.labels).all()
    if len(a.skills):
        assert np.corrcoef(a.skills, SKILL)[0, 1] > 0.8


def test_weighted_votes_and_gold() -> None:
    votes = ([0, 0, 0], [0, 1, 2], [1, 0, 1])
    t, w, c = (np.array(v, dtype=np.uint32) for v in votes)
    assert cm.majority_vote(t, w, c).labels.tolist() == [1]
    assert cm.majority_vote(t, w, c, skills=[0.2, 0.9, 0.2]).labels.tolist() == [0]
    gold = cm.dawid_skene(T, W, L, gold=[(0, int(TRUTH[0])), (1, (int(TRUTH[1]) + 1) % LABELS)])
    assert gold.labels[1] == (TRUTH[1] + 1) % LABELS


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: cm.majority_vote(T, W[:5], L), "length_mismatch"),
        (lambda: cm.majority_vote(T + np.uint32(1), W, L), "out_of_range"),
        (lambda: cm.majority_vote(T[:0], W[:0], L[:0]), "out_of_range"),
        (lambda: cm.majority_vote(T, W, L, skills=[0.5] * 3), "length_mismatch"),
        (lambda: cm.majority_vote(T, W, L, on_missing_skill="guess"), "invalid_text"),
        (lambda: cm.dawid_skene(T, W, L, gold=[(9999, 0)]), "out_of_range"),
        (lambda: cm.glad(T, W, L * np.uint32(0)), "out_of_range"),
        (lambda: cm.glad(T, W, L, priors=[1.0]), "length_mismatch"),
    ],
)
def test_refused(call: Any, code: str) -> None:
    with pytest.raises(cm.CountermarkError) as caught:
        call()
    assert caught.value.code == code


def test_cancelled() -> None:
    token = cm.CancelToken()
    token.cancel()
    with pytest.raises(cm.CancelledError):
        cm.dawid_skene(T, W, L, cancel=token)
