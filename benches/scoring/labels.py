"""Labels side by side with crowd-kit, in one process, on the same answers.

Usage: python labels.py [--quick]
Needs the packages countermark and crowd-kit 1.4.2. Rows and memory as side_by_side.py says: ours gets numpy arrays of
int64 and its time has the sorting of the answers in it; the peer gets a frame of them. Memory is at most twice that of
the arrays, beyond the output. GLAD's peer takes minutes at full size, so both sides run it on a tenth of the tasks.
"""

import os

import countermark as cm
import numpy as np
import pandas as pd
from crowdkit import aggregation
from side_by_side import main, row, timed

#: Method, peer, bar, tolerance, share of the tasks.
METHODS = [
    ("majority_vote", "MajorityVote", 10.0, 1e-12, 1.0),
    ("dawid_skene", "DawidSkene", 60.0, 1e-10, 1.0),
    ("one_coin_dawid_skene", "OneCoinDawidSkene", 100.0, 1e-10, 1.0),
    ("glad", "GLAD", 100.0, 1e-2, 0.1),
]
WORKERS, LABELS, ANSWERS = 1000, 5, 5


def make(tasks, seed=7):
    """Workers right with probability Beta(6, 3) in 0.25..0.98, else any other label; no answer twice."""
    g = np.random.default_rng(seed)
    truth = g.integers(0, LABELS, tasks)
    skill = np.clip(g.beta(6, 3, WORKERS), 0.25, 0.98)
    task = np.repeat(np.arange(tasks), ANSWERS)
    worker = g.integers(0, WORKERS, len(task))
    right = g.random(len(task)) < skill[worker]
    other = (truth[task] + g.integers(1, LABELS, len(task))) % LABELS
    frame = pd.DataFrame({"task": task, "worker": worker, "label": np.where(right, truth[task], other)})
    return frame.drop_duplicates(["task", "worker"], ignore_index=True)


def rows(quick):
    for tasks in (2_000, 5_000, 10_000) if quick else (25_000, 50_000, 100_000):
        for name, peer, bar, tolerance, share in METHODS:
            frame = make(int(tasks * share))
            arrays = [frame[c].to_numpy() for c in ("task", "worker", "label")]
            model = getattr(aggregation, peer)()

            def ours(arrays=arrays, name=name):
                return getattr(cm, name)(cm.Annotations(*arrays))

            def theirs(model=model, frame=frame):
                return model.fit_predict_proba(frame).sort_index().to_numpy()

            a, b = timed(ours, 5), timed(theirs, 1)
            output = sum(x.nbytes for x in outputs(a.result)) / 2**20
            difference = float(np.abs(a.result.probabilities - b.result).max())
            differing = int((a.result.labels != b.result.argmax(axis=1)).sum())
            limit = 2 * sum(x.nbytes for x in arrays) / 2**20 + output
            size = f"{tasks * share:.0f}x{ANSWERS}"
            r = row(name, size, a, b, 2.0 if quick else bar, difference, tolerance, limit)
            r |= {"labels_that_differ": differing, "cpus": os.cpu_count()}
            r["ok"] = r["ok"] and differing == 0
            yield r


def outputs(result):
    names = ("labels", "probabilities", "priors", "errors", "skills", "abilities", "easiness")
    return [getattr(result, name) for name in names if hasattr(result, name)]


if __name__ == "__main__":
    main(__doc__.splitlines()[0], rows)
