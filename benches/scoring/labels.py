"""Labels from many people's answers side by side with crowd-kit 1.4.2, in one process, on the same answers.

Usage: python labels.py [--quick]
100,000 tasks, 5 answers each, 1,000 workers, 5 classes, and smaller sizes. The peer gets its DataFrame ready made, ours
the three code arrays. Bars: Dawid-Skene 60, one-coin 100, GLAD 100 (on the size stated: the peer takes minutes for more).
Memory: twice the input, the three arrays of 64-bit integers that both could be given.
"""

import warnings

import countermark as cm
import numpy as np
import pandas as pd
from crowdkit.aggregation import GLAD, DawidSkene, OneCoinDawidSkene
from side_by_side import main, row, timed


def make(tasks, per=5, workers=1000, classes=5, seed=7):
    g = np.random.default_rng(seed)
    truth = g.integers(0, classes, tasks)
    skill = np.clip(g.beta(6, 3, workers), 0.25, 0.98)
    t = np.repeat(np.arange(tasks), per)
    w = g.integers(0, workers, tasks * per)
    right = g.random(tasks * per) < skill[w]
    wrong = (truth[t] + g.integers(1, classes, tasks * per)) % classes
    frame = pd.DataFrame(
        {"task": t, "worker": w, "label": np.where(right, truth[t], wrong)}
    )
    frame = frame.drop_duplicates(["task", "worker"]).reset_index(drop=True)
    return frame, [
        frame[c].to_numpy().astype(np.uint32) for c in ("task", "worker", "label")
    ]


METHODS = {
    "dawid_skene": (lambda codes: cm.dawid_skene(*codes), lambda: DawidSkene(), 1e-10),
    "one_coin": (
        lambda codes: cm.one_coin_dawid_skene(*codes),
        lambda: OneCoinDawidSkene(),
        1e-10,
    ),
    "glad": (lambda codes: cm.glad(*codes), lambda: GLAD(silent=True), 1e-6),
}


def compare(name, tasks, workers, bar):
    frame, codes = make(tasks, workers=workers)
    ours, theirs, tolerance = METHODS[name]
    a = timed(lambda: ours(codes), 5)
    b = timed(lambda: theirs().fit(frame), 1)
    probas = b.result.probas_.sort_index().sort_index(axis=1).to_numpy()
    difference = float(np.max(np.abs(a.result.probabilities - probas)))
    limit = 2 * 3 * 8 * len(frame) / 2**20
    return row(name, f"{tasks}x5", a, b, bar, difference, tolerance, max(limit, 4.0))


def rows_of(quick):
    warnings.simplefilter("ignore")
    if quick:
        for name in METHODS:
            yield compare(name, 300, 40, 2)
        return
    for tasks in (25_000, 50_000):
        yield compare("dawid_skene", tasks, 1000, 2)
        yield compare("one_coin", tasks, 1000, 2)
    yield compare("glad", 1_000, 100, 2)
    yield compare("glad", 4_000, 200, 100)
    yield compare("dawid_skene", 100_000, 1000, 60)
    yield compare("one_coin", 100_000, 1000, 100)


if __name__ == "__main__":
    main(__doc__.splitlines()[0], rows_of)
