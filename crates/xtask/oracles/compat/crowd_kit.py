"""Compares countermark.compat.crowdkit with the installed crowd-kit, call by call.

Prints one JSON line a class or function: {"name", "cases", "refused", "differences", "largest", "first"}; exit 1 on a
difference. Both sides get the same random frames: few or many tasks and workers, answers given twice, labels that are
numbers, text or one only, columns in another order, and options. Results and attributes must agree in type, labels,
order and names, numbers within the tolerance; where one side raises, the other must raise an exception of the same name.

`crowd_kit.py [--cases N] [--seed S] [--only NAME]`
"""

import argparse
import json
import math
import sys
import warnings

import numpy as np
import pandas as pd
from countermark.compat.crowdkit import aggregation
from countermark.compat.crowdkit.metrics import data
from crowdkit import aggregation as their_aggregation
from crowdkit.metrics import data as their_data

TOLERANCE, GLAD_TOLERANCE = 1e-10, 5e-2
ATTRIBUTES = ("labels_", "probas_", "skills_", "priors_", "errors_", "loss_history_", "alphas_", "betas_")


class Random:
    """Random frames and options."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def chance(self, share):
        return self.rng.random() < share

    def pick(self, *items):
        return items[self.rng.integers(len(items))]

    def frame(self, bools=True):
        tasks, workers, labels = (int(self.rng.integers(1, n)) for n in (30, 9, 6))
        n = 0 if self.chance(0.03) else int(self.rng.integers(1, 6)) * tasks
        truth, skill = self.rng.integers(0, labels, tasks), self.rng.random(workers)
        task, worker = self.rng.integers(0, tasks, n), self.rng.integers(0, workers, n)
        label = np.where(self.rng.random(n) < skill[worker], truth[task], self.rng.integers(0, labels, n))
        names = np.array(["no", "Yes", "maybe", "7", "ä", ""])
        form = self.rng.integers(5 if bools else 4)
        label = (label, names[label].astype(object), label.astype("int8"), label - 2, label > 1)[form]
        if self.chance(0.5):
            task = np.array([f"t{t}" for t in task], dtype=object)
        if self.chance(0.5):
            worker = np.array([f"w{w}" for w in worker], dtype=object)
        frame = pd.DataFrame({"task": task, "worker": worker, "label": label})
        if self.chance(0.2):
            frame = frame[["label", "worker", "task"]].assign(extra=1)
        if self.chance(0.02):
            frame = frame.drop(columns="worker")
        if self.chance(0.2):
            frame = frame.set_index(pd.Index(self.rng.permutation(n) + 5))
        return frame

    def skills(self, frame, most=1.0):
        """A skill for each worker; sometimes one is missing."""
        workers = frame["worker"].unique() if "worker" in frame else []
        workers = [w for w in workers if not self.chance(0.08)]
        return pd.Series((self.rng.integers(1, 17, len(workers)) / 16 * most).astype(float), index=workers)


def majority_vote(r):
    frame = r.frame()
    options = {}
    if r.chance(0.5):
        options = {"on_missing_skill": r.pick("error", "ignore", "value", "other")}
        options |= {"default_skill": 0.25} if r.chance(0.5) else {}
    return options, [("fit", [frame] + ([r.skills(frame)] if r.chance(0.7) else []))]


def weighted(options):
    def make(r):
        fit, other = r.frame(), r.frame()
        both = [("fit", [fit]), ("predict", [fit]), ("predict_proba", [fit])]
        calls = r.pick(both, both, [("fit_predict_proba", [fit])], both[1:2], [both[0], ("predict", [other])])
        return options(r), calls

    return make


def zero_based_skill(r):
    return {
        "n_iter": int(r.pick(1, 5, 20)),
        "lr_init": r.pick(1.0, 0.5),
        "lr_steps_to_reduce": int(r.pick(1, 3, 20)),
    }


def dawid_skene(r):
    frame = r.frame()
    options = {"n_iter": int(r.pick(1, 2, 10, 100)), "tol": r.pick(1e-5, 1e-3)}
    args = [frame, None, None]
    whole = "worker" in frame and len(frame)
    if whole and r.chance(0.3):
        known = frame["task"].drop_duplicates().sample(frac=0.4, random_state=1)
        labels = r.rng.choice(frame["label"].unique(), len(known))
        args[1] = pd.Series(labels, index=pd.Index(known.to_numpy(), name="task"))
        if r.chance(0.3):
            args[1].loc["nowhere"] = args[1].iloc[0] if len(known) else frame["label"].iloc[0]
    if whole and frame["label"].dtype != bool and r.chance(0.4):
        options["initial_error_strategy"] = r.pick("assign", "addition", "addition", "other", None)
        labels = np.sort(frame["label"].unique())
        pairs = pd.MultiIndex.from_product([frame["worker"].unique(), labels], names=["worker", "label"])
        counts = pd.DataFrame(
            r.rng.integers(0, 9, (len(pairs), len(labels))) + 1.0, index=pairs, columns=labels
        )
        if r.chance(0.3):
            counts = counts / counts.groupby("worker").sum()
        if r.chance(0.3):
            counts = counts.iloc[r.rng.random(len(pairs)) < 0.7]
        if r.chance(0.1):
            counts = counts.rename_axis(["who", "label"])
        args[2] = counts
    return options, [(r.pick("fit", "fit_predict", "fit_predict_proba"), args)]


def one_coin(r):
    options = {"n_iter": int(r.pick(0, 1, 2, 10, 100)), "tol": r.pick(1e-5, 1e-3)}
    return options, [(r.pick("fit", "fit_predict", "fit_predict_proba"), [r.frame()])]


def glad(r):
    frame = r.frame(bools=False)
    # A single label leaves nothing to err on: the original's arithmetic ends in NaN there, ours in a refusal.
    while "label" in frame and frame["label"].nunique() == 1:
        frame = r.frame(bools=False)
    options = {}
    if len(frame) and r.chance(0.3):
        labels = frame["label"].unique()
        shares = r.rng.random(len(labels)) + 0.1
        options["labels_priors"] = pd.Series(shares / shares.sum(), index=labels)
    return options, [(r.pick("fit", "fit_predict", "fit_predict_proba"), [frame])]


CLASSES = [
    ("MajorityVote", majority_vote),
    ("Wawa", weighted(lambda r: {})),
    ("ZeroBasedSkill", weighted(zero_based_skill)),
    ("DawidSkene", dawid_skene),
    ("OneCoinDawidSkene", one_coin),
    ("GLAD", glad),
]


def alpha_krippendorff(r):
    distance = [lambda a, b: 0.0 if a == b else 0.5 + (str(a) < str(b)) * 0.1] if r.chance(0.3) else []
    return [r.frame(), *distance], {}


def answered(r):
    """Of no answers at all, the original makes something of another kind."""
    frame = r.frame(bools=False)
    while not len(frame):
        frame = r.frame(bools=False)
    return frame


def consistency(r):
    frame = answered(r)
    args = [frame] + ([r.skills(frame)] if r.chance(0.4) else [])
    return args, {"by_task": r.chance(0.5)}


def uncertainty(r):
    frame = answered(r)
    args = [frame] + ([r.skills(frame)] if r.chance(0.4) else [])
    return args, {"compute_by": r.pick("task", "worker"), "aggregate": r.chance(0.5)}


FUNCTIONS = [alpha_krippendorff, consistency, uncertainty]


def numbers(a, b):
    a, b = np.asarray(a, float), np.asarray(b, float)
    if a.shape != b.shape or (np.isnan(a) != np.isnan(b)).any():
        return math.inf
    near = np.abs(a - b) / np.maximum(1.0, np.abs(b))
    near = near[~(np.isnan(near) | (a == b))]
    return float(near.max(initial=0.0))


def same_index(a, b):
    alike = list(a) == list(b) and list(a.names) == list(b.names) and a.nlevels == b.nlevels
    return alike and (a.nlevels > 1 or len(b) == 0 or a.dtype == b.dtype)


def apart(a, b):
    """The largest difference; infinite where the values are of different kinds."""
    if isinstance(b, pd.DataFrame):
        alike = (
            isinstance(a, pd.DataFrame) and same_index(a.index, b.index) and same_index(a.columns, b.columns)
        )
        return numbers(a, b) if alike else math.inf
    if isinstance(b, pd.Series):
        alike = isinstance(a, pd.Series) and same_index(a.index, b.index) and a.name == b.name
        if not alike or (len(b) and a.dtype != b.dtype):
            return math.inf
        if b.dtype == float:
            return numbers(a, b)
        return 0.0 if list(a) == list(b) else math.inf
    if b is None or isinstance(b, str):
        return 0.0 if a == b else math.inf
    return numbers(a, b)


def fitted(module, name, options, calls):
    """What came of the calls and what the object then knows."""
    model = getattr(module, name)(**options)
    results = [
        getattr(model, call)(*(a.copy() if a is not None else None for a in args)) for call, args in calls
    ]
    results = [None if isinstance(x, type(model)) else x for x in results]
    known = [getattr(model, a, None) for a in ATTRIBUTES]
    if name == "GLAD":
        # The length of an optimiser's path may differ by a step.
        known[ATTRIBUTES.index("loss_history_")] = bool(model.loss_history_)
    return results + known


def unclear(theirs):
    """Whether rounding decides a label: two probabilities of a task are all but equal and largest."""
    probas = theirs[-len(ATTRIBUTES) + 1]
    if probas is None or probas.shape[1] < 2:
        return False
    top = np.sort(probas.to_numpy(), axis=1)
    return bool((top[:, -1] - top[:, -2] < 1e-6).any())


def outcome(call):
    try:
        return None, call()
    except Exception as e:  # noqa: BLE001
        return type(e).__name__, None


def run(name, cases, seed, ours_and_theirs, tolerance, skip):
    row = {"name": name, "cases": 0, "refused": 0, "differences": 0, "largest": 0.0}
    for case in range(cases):
        ours, theirs = ours_and_theirs(Random([seed, case, *name.encode()]))
        (raised, got), (expected_raise, expected) = outcome(ours), outcome(theirs)
        same = raised == expected_raise
        if same and raised is None and skip(expected):
            continue
        each = [apart(a, b) for a, b in zip(got, expected, strict=True)] if same and raised is None else []
        difference = max(each, default=0.0) if same else math.inf
        row["cases"] += 1
        row["refused"] += raised is not None and same
        row["largest"] = max(row["largest"], difference if math.isfinite(difference) else 0.0)
        if difference > tolerance:
            row["differences"] += 1
            first = {"case": case, "raised": [raised, expected_raise], "difference": [str(x) for x in each]}
            row.setdefault("first", first)
    return row


def rows(cases, seed, only):
    for name, make in CLASSES:

        def both(r, name=name, make=make):
            options, calls = make(r)
            return (lambda m=m: fitted(m, name, options, calls) for m in (aggregation, their_aggregation))

        if only in (None, name):
            tolerance = GLAD_TOLERANCE if name == "GLAD" else TOLERANCE
            skip = unclear if name in ("DawidSkene", "OneCoinDawidSkene", "GLAD") else lambda _: False
            yield run(name, cases if name != "GLAD" else cases // 4, seed, both, tolerance, skip)
    for make in FUNCTIONS:
        name = make.__name__

        def both(r, name=name, make=make):
            args, options = make(r)
            return (lambda m=m: [getattr(m, name)(*args, **options)] for m in (data, their_data))

        if only in (None, name):
            yield run(name, cases, seed, both, TOLERANCE, lambda _: False)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    clean = True
    for row in rows(options.cases, options.seed, options.only):
        clean &= row["differences"] == 0
        print(json.dumps(row), flush=True)
    sys.exit(0 if clean else 1)


if __name__ == "__main__":
    main()
