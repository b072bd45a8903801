"""Answers questions of agreement with scikit-learn, statsmodels and krippendorff, and of peer prediction with the
formulas of the papers, written here with numpy and fractions.

A line of JSON on standard input is a call: {"function": NAME, "inputs": {...}}; a line on standard output is its
answer: {"outputs": ...}, or {"error": CLASS} where it is refused. NaN is null, integers are decimal strings.
"""
import hashlib
import importlib.metadata
import itertools
import json
import math
import pathlib
import sys
import warnings

import krippendorff
import numpy as np
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats import inter_rater


def plain(x):
    x = float(x)
    if math.isnan(x):
        return None
    return x if math.isfinite(x) else ("inf" if x > 0 else "-inf")


def numbers(values):
    return np.array([math.nan if x is None else x for x in values], dtype=float)


def need(condition):
    if not condition:
        raise ValueError


def cohen_kappa(i):
    need(i["a"])
    return [cohen_kappa_score(i["a"], i["b"], labels=range(i["labels"]), weights=i["weights"])]


def scott_pi(i):
    need(i["a"])
    a, b = np.array(i["a"]), np.array(i["b"])
    both = np.concatenate([a, b])
    chance = sum(np.mean(both == k) ** 2 for k in range(i["labels"]))
    return [math.nan if len(set(both)) == 1 else (np.mean(a == b) - chance) / (1 - chance)]


def fleiss_kappa(i):
    return [inter_rater.fleiss_kappa(np.array(i["table"]))]


def krippendorff_alpha(i):
    data = np.array([numbers(row) for row in i["ratings"]])
    return [krippendorff.alpha(reliability_data=data, level_of_measurement=i["level"])]


def bayesian_truth_serum(i):
    answers, labels = np.array(i["answers"], dtype=int), i["labels"]
    need(len(answers))
    y = np.array([numbers(row) for row in i["forecasts"]])
    need((y > 0).all() and (y <= 1).all())
    x = np.bincount(answers, minlength=labels) / len(answers)
    mean = np.exp(np.mean(np.log(y), axis=0))
    given = x > 0
    return [
        math.log(x[k] / mean[k]) + i["alpha"] * np.sum(x[given] * np.log(row[given] / x[given]))
        for k, row in zip(answers, y, strict=True)
    ]


def robust_bayesian_truth_serum(i):
    x, y = i["answers"], numbers(i["forecasts"])
    n = len(x)
    need(n >= 3 and ((y >= 0) & (y <= 1)).all())

    def rule(p, yes):
        return 2 * p - p**2 if yes else 1 - p**2

    out = []
    for r in range(n):
        j, k = (r + 1) % n, (r + 2) % n
        delta = min(y[j], 1 - y[j])
        shadow = y[j] + delta if x[r] else y[j] - delta
        out.append(rule(shadow, x[k]) + rule(y[r], x[k]))
    return out


def peer_truth_serum(i):
    a, b = i["a"], i["b"]
    need(a)
    both = a + b
    share = i["shares"] or [both.count(k) / len(both) for k in range(i["labels"])]
    need(i["shares"] is None or min(share) > 0)
    return [1 / share[x] - 1 if x == y else -1 for x, y in zip(a, b, strict=True)]


def output_agreement(i):
    need(i["a"])
    return [int(x == y) for x, y in zip(i["a"], i["b"], strict=True)]


def correlated_agreement(i):
    a, b = i["a"], i["b"]
    n = len(a)
    need(n >= 3)
    pairs = list(zip(a, b, strict=True))

    def s(x, y):
        return int(n * pairs.count((x, y)) > a.count(x) * b.count(y))

    table = {(x, y): s(x, y) for x in set(a) for y in set(b)}
    out = []
    for t in range(n):
        rest = [u for u in range(n) if u != t]
        penalty = [table[a[p], b[q]] for p, q in itertools.permutations(rest, 2)]
        out.append(table[pairs[t]] - sum(penalty) / len(penalty))
    return out


def determinant(m):
    if not m:
        return 1
    minors = ([row[:j] + row[j + 1 :] for row in m[1:]] for j in range(len(m)))
    return sum((-1) ** j * m[0][j] * determinant(minor) for j, minor in enumerate(minors))


def determinant_mutual_information(i):
    a, b, c, split = i["a"], i["b"], i["labels"], i["split"]
    need(split >= c and len(a) - split >= c)

    def table(part):
        pairs = list(zip(a[part], b[part], strict=True))
        return [[pairs.count((x, y)) for y in range(c)] for x in range(c)]

    return [str(determinant(table(slice(0, split))) * determinant(table(slice(split, None))))]


def surrogate_scores(i):
    noise = i["noise"]
    need(sum(noise) < 1)
    out = []
    for score, label in zip(i["scores"], i["labels"], strict=True):
        y = int(label)
        out.append(((1 - noise[1 - y]) * score[y] - noise[y] * score[1 - y]) / (1 - noise[0] - noise[1]))
    return out


FUNCTIONS = {
    f.__name__: f
    for f in (
        cohen_kappa,
        scott_pi,
        fleiss_kappa,
        krippendorff_alpha,
        bayesian_truth_serum,
        robust_bayesian_truth_serum,
        peer_truth_serum,
        output_agreement,
        correlated_agreement,
        determinant_mutual_information,
        surrogate_scores,
    )
}


def identity():
    digest = hashlib.sha256()
    for module in (krippendorff.krippendorff, inter_rater, sys.modules[cohen_kappa_score.__module__]):
        digest.update(pathlib.Path(module.__file__).read_bytes())
    packages = ("scikit-learn", "statsmodels", "krippendorff")
    return {
        "oracle": "agreement",
        "version": " ".join(f"{p} {importlib.metadata.version(p)}" for p in packages),
        "sha256": digest.hexdigest(),
    }


def answer(call):
    try:
        out = FUNCTIONS[call["function"]](call["inputs"])
        return {"outputs": [x if isinstance(x, str) else plain(x) for x in out]}
    except (AssertionError, ValueError) as e:
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
