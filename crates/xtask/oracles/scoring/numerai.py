"""Answers scoring questions with numerai-tools, and settlement questions with Python integers.

A line of JSON on standard input is a call: {"function": NAME, "inputs": {...}}; a line on standard output is its
answer: {"outputs": ...}, or {"error": CLASS} where the library refuses. NaN is null, infinities are "inf" and "-inf",
amounts are decimal strings. The first line printed names the oracle and the package that was loaded.

Needs numerai-tools 0.7.2. The settlement functions are written here from the documented rules alone, on fractions.
"""
import hashlib
import importlib.metadata
import json
import math
import pathlib
import sys
import warnings
from fractions import Fraction

import numerai_tools
import numpy as np
import pandas as pd
from numerai_tools import scoring

NANO = 10**9
LIMIT = 2**256


def number(x):
    return math.nan if x is None else float(x)


def plain(x):
    if math.isnan(x):
        return None
    return x if math.isfinite(x) else ("inf" if x > 0 else "-inf")


def frame(columns):
    return pd.DataFrame({f"m{j}": [number(x) for x in c] for j, c in enumerate(columns)})


def series(values, name):
    return pd.Series([number(x) for x in values], name=name)


def listed(values):
    return [plain(float(x)) for x in values]


def columns_of(df):
    return [listed(df[c]) for c in df.columns]


def tie_kept_rank(i):
    return columns_of(scoring.tie_kept_rank(frame(i["predictions"])))


def gaussian(i):
    return columns_of(scoring.gaussian(frame(i["predictions"])))


def power(i):
    return columns_of(scoring.power(frame(i["predictions"]), i["p"]))


def numerai_corr(i):
    return listed(scoring.numerai_corr(frame(i["predictions"]), series(i["target"], "target")))


def correlation_contribution(i):
    p, m, t = frame(i["predictions"]), series(i["meta_model"], "meta"), series(i["target"], "target")
    return listed(scoring.correlation_contribution(p, m, t))


def split(pot, weights):
    """Hamilton's method on exact fractions."""
    total = sum(weights)
    if total == 0:
        raise ValueError("no_weight")
    if total >= LIMIT:
        raise OverflowError
    quotas = [Fraction(pot * w, total) for w in weights]
    parts = [math.floor(q) for q in quotas]
    order = sorted(range(len(quotas)), key=lambda k: (-(quotas[k] - parts[k]), k))
    for k in order[: pot - sum(parts)]:
        parts[k] += 1
    return parts


def largest_remainder(i):
    return [str(x) for x in split(int(i["pot"]), [int(w) for w in i["weights"]])]


def settle_pot(i):
    pot, stakes = int(i["pot"]), [int(s) for s in i["stakes"]]
    total = sum(stakes)
    threshold = int(i["threshold"]) if i["threshold"] is not None else None
    factor = Fraction(1)
    if threshold is not None and threshold < total:
        factor = Fraction(threshold, total)
    rates = []
    for score in i["scores"]:
        rate = min(math.floor(abs(score) * factor), i["clip"])
        rates.append(-rate if score < 0 else rate)
    burned = [math.floor(Fraction(s * -r, NANO)) if r < 0 else 0 for s, r in zip(stakes, rates)]
    if i["share"] == "whole_pot":
        weights = [s * r if r > 0 else 0 for s, r in zip(stakes, rates)]
    else:
        weights = [math.floor(Fraction(s * r, NANO)) if r > 0 else 0 for s, r in zip(stakes, rates)]
    if max([total, sum(weights), pot + sum(burned)], default=0) >= LIMIT:
        raise OverflowError
    if not any(weights):
        paid = [0] * len(stakes)
    elif i["share"] == "at_most_rate" and sum(weights) <= pot:
        paid = weights
    else:
        paid = split(pot, weights)
    remainder = pot + sum(burned) - sum(paid)
    return [str(x) for x in paid + burned + [remainder]]


FUNCTIONS = {
    f.__name__: f
    for f in (tie_kept_rank, gaussian, power, numerai_corr, correlation_contribution, largest_remainder, settle_pot)
}


def identity():
    root = pathlib.Path(numerai_tools.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    version = importlib.metadata.version("numerai-tools")
    return {"oracle": "numerai-tools", "version": version, "sha256": digest.hexdigest()}


def answer(call):
    try:
        return {"outputs": FUNCTIONS[call["function"]](call["inputs"])}
    except (AssertionError, ValueError, ZeroDivisionError, OverflowError) as e:
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
