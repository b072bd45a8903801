"""Answers questions about labels with crowd-kit: a JSON line in, a JSON line out, as numerai.py beside it.

Needs crowd-kit 1.4.2 and scikit-learn 1.5.2.
"""
import hashlib
import importlib.metadata
import json
import math
import pathlib
import sys
import warnings

import crowdkit
import numpy as np
import pandas as pd
from crowdkit.aggregation import (
    GLAD,
    DawidSkene,
    MajorityVote,
    OneCoinDawidSkene,
    Wawa,
    ZeroBasedSkill,
)


def plain(x):
    x = float(x)
    if math.isnan(x):
        return None
    return x if math.isfinite(x) else ("inf" if x > 0 else "-inf")


def frame(i):
    return pd.DataFrame(i["answers"], columns=["task", "worker", "label"])


def rows(model):
    """Label and probabilities of each task; a label that rounding could change is -1."""
    out = []
    probas = model.probas_.sort_index().sort_index(axis=1)
    labels = model.labels_.reindex(probas.index)
    for label, p in zip(labels, probas.to_numpy()):
        top = sorted(p, reverse=True)
        clear = top[0] - (top[1] if len(top) > 1 else 0.0) > 1e-3
        out.append([plain(label) if clear else -1.0, *map(plain, p)])
    return out


def by_worker(values, i):
    return [plain(x) for x in values.reindex(sorted({a[1] for a in i["answers"]}))]


def majority_vote(i):
    skills = None
    if i["skills"] is not None:
        known = {w: s for w, s in enumerate(i["skills"]) if s is not None}
        skills = pd.Series(known, dtype=float).rename_axis("worker")
    default = 0.5 if i["missing"] == "value" else None
    model = MajorityVote(on_missing_skill=i["missing"], default_skill=default).fit(frame(i), skills)
    return [*rows(model), by_worker(model.skills_, i)]


def wawa(i):
    model = Wawa().fit(frame(i))
    # predict itself fails on newer versions of scikit-learn; this is what it does.
    vote = MajorityVote(on_missing_skill="ignore").fit(frame(i), model.skills_)
    return [*rows(vote), by_worker(model.skills_, i)]


def zero_based_skill(i):
    model = ZeroBasedSkill(i["iterations"], i["rate"], i["steps"]).fit(frame(i))
    vote = MajorityVote().fit(frame(i), model.skills_)
    return [*rows(vote), by_worker(model.skills_, i)]


def dawid_skene(i):
    data = frame(i)
    labels = sorted(data["label"].unique())
    workers = sorted(data["worker"].unique())
    index = pd.MultiIndex.from_product([workers, labels], names=["worker", "label"])
    initial = None
    if i["initial"] is not None:
        initial = pd.DataFrame(np.array(i["initial"]).reshape(len(index), len(labels)), index=index, columns=labels)
    gold = None
    if i["gold"]:
        gold = pd.Series({t: c for t, c in i["gold"]}).rename_axis("task")
    model = DawidSkene(n_iter=i["iterations"], tol=i["tolerance"], initial_error_strategy=i["strategy"])
    model.fit(data, gold, initial)
    errors = model.errors_.reindex(index)[labels]
    out = rows(model)
    out.append([plain(x) for x in model.priors_.reindex(labels)])
    out.append([plain(x) for x in model.loss_history_])
    return out + [[plain(x) for x in row] for row in errors.to_numpy()]


def one_coin_dawid_skene(i):
    data = frame(i)
    model = OneCoinDawidSkene(n_iter=i["iterations"], tol=i["tolerance"]).fit(data)
    out = rows(model)
    out.append([plain(x) for x in model.priors_.sort_index()])
    out.append([plain(x) for x in model.loss_history_])
    return [*out, by_worker(model.skills_, i)]


def glad(i):
    return rows(GLAD(silent=True).fit(frame(i)))


FUNCTIONS = {f.__name__: f for f in (majority_vote, wawa, zero_based_skill, dawid_skene, one_coin_dawid_skene, glad)}


def identity():
    root = pathlib.Path(crowdkit.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return {
        "oracle": "crowd-kit",
        "version": importlib.metadata.version("crowd-kit"),
        "sha256": digest.hexdigest(),
    }


def answer(call):
    try:
        return {"outputs": FUNCTIONS[call["function"]](call["inputs"])}
    except (AssertionError, ValueError, KeyError, ZeroDivisionError) as e:
        return {"error": type(e).__name__}


def main():
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    print(json.dumps(identity()), flush=True)
    for line in sys.stdin:
        if line.strip():
            print(json.dumps(answer(json.loads(line)), allow_nan=False), flush=True)


if __name__ == "__main__":
    main()
