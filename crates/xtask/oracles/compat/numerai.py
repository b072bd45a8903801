"""Compares countermark.compat.numerai_tools with the installed numerai-tools, call by call.

Prints one JSON line a function: {"name", "cases", "refused", "differences", "largest", "first"}; exit 1 on a
difference. Both sides get copies of the same random pandas objects: gaps, ties, constants, infinities, ids that are
unsorted, missing or doubled, few rows. Results must agree in type, labels, order and names, numbers within the
tolerance; where one side raises, the other must raise an exception of the same class.

`numerai.py [--cases N] [--seed S]`
"""

import argparse
import json
import logging
import math
import sys
import warnings

import numpy as np
import pandas as pd
from countermark.compat.numerai_tools import scoring, signals, submissions
from numerai_tools import scoring as their_scoring
from numerai_tools import signals as their_signals
from numerai_tools import submissions as their_submissions

THEIRS = {scoring: their_scoring, signals: their_signals, submissions: their_submissions}


class Random:
    """Random pandas objects."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        # Whether ids may come twice.
        self.doubles = True

    def chance(self, share):
        return self.rng.random() < share

    def pick(self, *items):
        return items[self.rng.integers(len(items))]

    def rows(self, least=1):
        """How many rows: an empty frame passes through some functions of pandas and not through others, so only the
        alignments get one."""
        few = self.pick(0, 1, 2, 3, 8, 8, 20, 20, 60, 150)
        return max(least, int(few if self.chance(0.3) else self.rng.integers(8, 90)))

    def ids(self, n):
        ids = pd.Index([f"n{k:04d}" for k in range(n)], name="id") if self.chance(0.6) else pd.RangeIndex(n)
        return ids

    def column(self, n):
        kind = self.rng.integers(7)
        if kind == 0:
            return self.rng.random(n)
        if kind == 1:
            return self.rng.integers(0, 5, n) / 4
        if kind == 2:
            # Their powers and sums are exact, so that both sides see a constant.
            return np.full(n, self.pick(0.0, 0.25, 1.0))
        if kind == 3:
            return self.rng.integers(-3, 4, n)
        if kind == 4:
            return self.rng.normal(size=n) * 10.0 ** self.rng.integers(-6, 6)
        return self.rng.normal(size=n)

    def moved(self, data):
        """Some rows gone, doubled or out of order."""
        n = len(data)
        if n and self.chance(0.3):
            kept = np.sort(self.rng.choice(n, max(1, int(n * self.pick(0.9, 0.85, 0.5))), replace=False))
            data = data.iloc[kept]
        if n and self.chance(0.2):
            data = data.iloc[self.rng.permutation(len(data))]
        if n and self.doubles and self.chance(0.03):
            data = pd.concat([data, data.iloc[:1]])
        return data

    def holes(self, data):
        if len(data) and self.chance(0.15):
            data = data.astype(float)
            for _ in range(int(self.rng.integers(1, 4))):
                at = tuple(int(self.rng.integers(k)) for k in data.shape)
                data.iloc[at] = self.pick(np.nan, np.nan, np.nan, np.inf, -np.inf)
        return data

    def series(self, ids, name="s", move=True):
        s = self.holes(pd.Series(self.column(len(ids)), index=ids, name=name))
        return self.moved(s) if move else s

    def frame(self, ids, columns=None, move=True):
        k = int(self.rng.integers(1, 6)) if columns is None else columns
        df = self.holes(pd.DataFrame({f"m{j}": self.column(len(ids)) for j in range(k)}, index=ids))
        return self.moved(df) if move else df

    def smooth(self, ids, columns=None):
        """Neutralizers without gaps or constants: whether a matrix has full rank is a matter of rounding otherwise."""
        k = int(self.rng.integers(1, 4)) if columns is None else columns
        df = pd.DataFrame({f"f{j}": self.rng.normal(size=len(ids)) for j in range(k)}, index=ids)
        return self.moved(df) if self.chance(0.3) else df

    def varied(self, ids, columns=None):
        """Predictions without constants, which neutralizing turns into rounding errors."""
        k = int(self.rng.integers(1, 5)) if columns is None else columns
        one = lambda: (
            self.rng.normal(size=len(ids)) if self.chance(0.5) else self.rng.random(len(ids)).round(1)
        )
        df = pd.DataFrame({f"m{j}": one() for j in range(k)}, index=ids)
        return self.moved(self.holes(df)) if self.chance(0.4) else df

    def tails(self, n):
        return self.pick(None, None, 0, 1, 2, max(1, n // 4), n // 2 + 1)

    def submission(self, ids_name, values_name, n=None):
        n = int(self.pick(0, 1, 99, 100, 130, 130)) if n is None else n
        universe = pd.Series([f"T{k:04d}" for k in range(max(n - self.pick(0, 0, 5), 1))], name=ids_name)
        sub = pd.DataFrame({ids_name: [f"T{k:04d}" for k in range(n)], values_name: self.rng.random(n)})
        if n and self.chance(0.5):
            sub = sub.iloc[self.rng.permutation(n)].reset_index(drop=True)
        if n and self.chance(0.4):
            match self.rng.integers(6):
                case 0:
                    sub.loc[0, values_name] = self.pick(np.nan, -0.1, 1.1, -1e-9, 1 + 1e-9)
                case 1:
                    sub[values_name] = 0.5
                case 2:
                    sub.loc[0, ids_name] = None
                case 3:
                    sub = pd.concat([sub, sub.iloc[:1]])
                case 4:
                    sub = sub.rename(columns={self.pick(ids_name, values_name): "other"})
                case _:
                    sub[ids_name] = sub[ids_name] + self.pick("", "X")
        return universe, sub


def one(make, least=1):
    return lambda r: (make(r, r.ids(r.rows(least))), {})


#: Fewer rows leave nothing but rounding errors once they are neutral.
NEUTRAL_ROWS = 12


def scored(r, least=1):
    ids = r.ids(r.rows(least))
    options = {"top_bottom": r.tails(len(ids))} if r.chance(0.3) else {}
    return r, ids, options


def corr(r):
    r, ids, options = scored(r)
    options |= {"target_pow15": False} if r.chance(0.3) else {}
    options |= {"max_filtered_index_ratio": r.pick(0.5, 0.9)} if r.chance(0.2) else {}
    return (r.frame(ids), r.series(ids, "target")), options


def finite(series):
    return series.replace([np.inf, -np.inf], 1.0)


def contribution(r):
    # With an id twice the original scores rows against the wrong ids, or numpy stops it; ours refuses.
    r.doubles = False
    r, ids, options = scored(r)
    return (r.varied(ids), r.varied(ids, 1).iloc[:, 0].rename("mm"), finite(r.series(ids, "target"))), options


def neutral(r):
    r, ids, options = scored(r, NEUTRAL_ROWS)
    return (r.varied(ids), r.smooth(ids), r.series(ids, "target")), options


def neutral_contribution(r):
    r.doubles = False
    r, ids, options = scored(r, NEUTRAL_ROWS)
    return (
        r.varied(ids),
        r.varied(ids, 1).iloc[:, 0].rename("mm"),
        r.smooth(ids),
        finite(r.series(ids, "target")),
    ), options


def portfolio(r, *more):
    ids = r.ids(r.rows())
    weights = pd.Series(r.rng.random(len(ids)) + 0.1, index=ids)
    return r.varied(ids), r.smooth(ids), r.moved(weights) if r.chance(0.3) else weights, ids


def weights_of(r):
    predictions, neutralizers, weights, _ = portfolio(r)
    return (predictions, neutralizers, weights), {"center_and_normalize": r.chance(0.5)}


def alpha(r):
    predictions, neutralizers, weights, ids = portfolio(r)
    return (predictions, neutralizers, weights, r.series(ids, "target")), {}


def mpc(r):
    predictions, neutralizers, weights, ids = portfolio(r)
    stakes = pd.Series(r.rng.random(predictions.shape[1]), index=predictions.columns)
    stakes = r.holes(stakes) if r.chance(0.2) else stakes.iloc[::-1]
    return (predictions, stakes, neutralizers, weights, r.series(ids, "target")), {}


def pair(r, *options):
    ids = r.ids(r.rows())
    same = r.chance(0.8)
    return (r.series(ids, "a", not same), r.series(ids, "b", not same)), {}


def pair_tails(r):
    args, _ = pair(r)
    return args, ({"top_bottom": r.tails(len(args[0]))} if r.chance(0.4) else {})


def feature(r):
    ids = r.ids(r.rows())
    return (r.varied(ids, 1).iloc[:, 0], r.frame(ids, move=False)), {}


def orthogonal(r):
    n, k = int(r.rng.integers(1, 40)), int(r.rng.integers(1, 5))
    return (
        r.rng.normal(size=(n, k)),
        r.rng.normal(size=n) if r.chance(0.7) else r.rng.normal(size=(n, 1)),
    ), {}


def staked(r):
    df = r.frame(r.ids(r.rows()))
    return (df, pd.Series(r.rng.random(df.shape[1]), index=df.columns).iloc[:: r.pick(1, -1)]), {}


def one_hot(r):
    n = int(r.rng.integers(1, 30))
    df = pd.DataFrame(
        {
            "a": r.rng.integers(0, 4, n),
            "b": r.rng.integers(0, 3, n) / 2,
            "c": [r.pick("x", "y", "z") for _ in range(n)],
            "d": r.rng.random(n),
        }
    )
    columns = [name for name in ("a", "b", "c") if r.chance(0.6)]
    return (df, columns), ({"dtype": np.int8} if r.chance(0.3) else {})


def neutral_churn(r):
    a, b = r.ids(40), r.ids(40)
    return (r.varied(a, 1).iloc[:, 0], r.varied(b, 1).iloc[:, 0], r.smooth(a), r.smooth(b)), {}


def penalty(r):
    values = (0.0, 0.1, 0.2, 1.0, 2.0, 2.1, -0.1, math.nan, math.inf)
    draw = lambda *usual: r.pick(*usual) if r.chance(0.8) else r.pick(*values)
    return (draw(r.rng.random() * 2), draw(0.1, 0.3), draw(10.0, 1.0, 700.0)), {}


def era(r, name, ids_name):
    n = int(r.pick(100, 120, 120))
    shift = int(r.pick(0, 0, 10, 60))
    tickers = pd.Index([f"T{k + shift:04d}" for k in range(n)], name=ids_name)
    neutralizers = pd.DataFrame(r.rng.normal(size=(n, 2)), index=tickers, columns=["f0", "f1"])
    weights = pd.Series(r.rng.random(n) + 0.1, index=tickers, name="sample_weight")
    values = r.rng.random(n) if r.chance(0.7) else r.rng.integers(0, 5, n) / 4
    sub = pd.Series(values, index=tickers, name=name)
    return (sub.iloc[: n - 3] if r.chance(0.1) else sub), neutralizers, weights


def eras(r):
    ids_name = r.pick("ticker", "numerai_ticker")
    current = era(r, "signal", ids_name)
    before = {f"2024{k:02d}01": era(r, "signal", ids_name) for k in range(int(r.rng.integers(0, 4)))}
    return (*current, *({date: e[i] for date, e in before.items()} for i in range(3))), {}


def headers(ids_name, values_name):
    return lambda r: ((r.submission(ids_name, values_name)[1],), {})


def signals_headers(r):
    _, sub = r.submission(r.pick("ticker", "sedol"), "signal")
    if r.chance(0.5):
        sub[r.pick("date", "friday_date")] = "2024-01-05"
    return (sub,), {"assert_date_col": r.chance(0.3)}


def values(r):
    _, sub = r.submission("id", "prediction")
    return (sub.rename(columns={"other": "prediction"}), "prediction"), {}


def checked(ids_name, values_name, whole):
    def make(r):
        universe, sub = r.submission(ids_name, values_name)
        return ((universe.to_frame() if whole else universe), sub), {}

    return make


def live(ids_name, values_name):
    def make(r):
        universe, sub = r.submission(ids_name, values_name)
        return (universe, sub, ids_name), {}

    return make


def signals_checked(r):
    universe, sub = r.submission("ticker", "signal")
    for name, value in (("data_type", "live"), ("date", "2024-01-05")):
        if r.chance(0.3):
            sub[name] = value
    return (universe.to_frame(), sub), {"assert_date_col": r.chance(0.2)}


def mapped(r):
    universe, sub = r.submission("ticker", "signal", int(r.rng.integers(1, 40)))
    universe = universe.to_frame()
    universe["figi"] = [f"F{k:04d}" for k in r.rng.permutation(len(universe))]
    if r.chance(0.2):
        universe.loc[0, "figi"] = r.pick(None, "F0001")
    return universe, sub, r.pick("ticker", "figi")


def remap(r):
    universe, sub, target = mapped(r)
    return (sub, universe, "ticker", target), {}


def clean(r):
    universe, sub, target = mapped(r)
    options = {"dst_id_col": target, "dst_signal_col": "prediction"} if r.chance(0.5) else {}
    return (universe, sub, "ticker", "signal"), options | {"rank_and_fill": r.chance(0.5)}


def many(r):
    ids = r.ids(r.rows(0))
    inputs = [r.pick(r.series, r.frame)(ids) for _ in range(int(r.rng.integers(0, 4)))]
    return (inputs,), ({"max_filtered_ratio": r.pick(0.0, 0.5)} if r.chance(0.3) else {})


#: Module, function, what makes the arguments, tolerance.
FUNCTIONS = [
    (scoring, "filter_sort_index", one(lambda r, i: (r.pick(r.series, r.frame)(i), r.series(i)), 0), 0),
    (scoring, "filter_sort_index_many", many, 0),
    (scoring, "filter_sort_top_bottom", one(lambda r, i: (r.series(i), int(r.pick(1, 2, 5)))), 0),
    (scoring, "filter_sort_top_bottom_concat", one(lambda r, i: (r.series(i), int(r.pick(1, 2, 5)))), 0),
    (
        scoring,
        "rank_series",
        one(lambda r, i: (r.series(i), r.pick("average", "min", "max", "first", "dense"))),
        1e-12,
    ),
    (
        scoring,
        "rank",
        one(lambda r, i: (r.frame(i), r.pick("average", "min", "max", "first", "dense"))),
        1e-12,
    ),
    (scoring, "tie_broken_rank", one(lambda r, i: (r.frame(i),)), 1e-12),
    (scoring, "tie_kept_rank", one(lambda r, i: (r.pick(r.series, r.frame)(i),)), 1e-12),
    (scoring, "min_max_normalize", one(lambda r, i: (r.series(i),)), 1e-12),
    (scoring, "variance_normalize", one(lambda r, i: (r.pick(r.series, r.frame)(i),)), 1e-12),
    (scoring, "weight_normalize", one(lambda r, i: (r.pick(r.series, r.frame)(i),)), 1e-12),
    (scoring, "center", one(lambda r, i: (r.pick(r.series, r.frame)(i),)), 1e-12),
    (scoring, "standardize", one(lambda r, i: (r.varied(i),)), 1e-12),
    (
        scoring,
        "power",
        one(lambda r, i: (r.frame(i).replace([np.inf, -np.inf], 1.0), r.pick(0.5, 1.0, 1.5, 2.0))),
        1e-12,
    ),
    (scoring, "gaussian", one(lambda r, i: (r.frame(i),)), 1e-12),
    (scoring, "orthogonalize", orthogonal, 1e-12),
    (scoring, "stake_weight", staked, 1e-12),
    (scoring, "one_hot_encode", one_hot, 0),
    (scoring, "validate_indices", pair, 0),
    (scoring, "correlation", pair, 1e-12),
    (scoring, "tie_broken_rank_correlation", pair, 1e-12),
    (scoring, "spearman_correlation", pair, 1e-12),
    (scoring, "pearson_correlation", pair_tails, 1e-12),
    (scoring, "sharpe_ratio", one(lambda r, i: (r.varied(i, 1).iloc[:, 0],)), 1e-12),
    (scoring, "max_feature_correlation", feature, 1e-12),
    (scoring, "tie_kept_rank__gaussianize__pow_1_5", one(lambda r, i: (r.frame(i),)), 1e-12),
    (
        scoring,
        "neutralize",
        one(lambda r, i: (r.varied(i), r.smooth(i), r.pick(1.0, 0.5, 0.0)), NEUTRAL_ROWS),
        1e-9,
    ),
    (
        scoring,
        "tie_kept_rank__gaussianize__neutralize__variance_normalize",
        one(lambda r, i: (r.varied(i), r.smooth(i)), NEUTRAL_ROWS),
        1e-9,
    ),
    (scoring, "numerai_corr", corr, 1e-12),
    (scoring, "correlation_contribution", contribution, 1e-12),
    (scoring, "feature_neutral_corr", neutral, 1e-9),
    (scoring, "neutral_correlation", neutral, 1e-9),
    (scoring, "neutral_contribution", neutral_contribution, 1e-9),
    (scoring, "generate_neutralized_weights", weights_of, 1e-9),
    (scoring, "alpha", alpha, 1e-9),
    (scoring, "meta_portfolio_contribution", mpc, 1e-9),
    (signals, "churn", pair_tails, 1e-12),
    (signals, "neutral_churn", neutral_churn, 1e-9),
    (signals, "neutral_churn_penalty", penalty, 1e-12),
    (signals, "turnover", pair, 1e-12),
    (signals, "calculate_mean_neutral_churn", eras, 1e-9),
    (signals, "calculate_max_churn_and_turnover", eras, 1e-9),
    (submissions, "validate_headers_numerai", headers("id", "prediction"), 0),
    (submissions, "validate_headers_signals", signals_headers, 0),
    (submissions, "validate_headers_crypto", headers("symbol", "signal"), 0),
    (submissions, "validate_values", values, 0),
    (submissions, "validate_ids_numerai", live("id", "prediction"), 0),
    (submissions, "validate_ids_signals", live("ticker", "signal"), 0),
    (submissions, "validate_ids_crypto", live("symbol", "signal"), 0),
    (submissions, "validate_submission_numerai", checked("id", "prediction", False), 0),
    (submissions, "validate_submission_signals", signals_checked, 0),
    (submissions, "validate_submission_crypto", checked("symbol", "signal", True), 0),
    (submissions, "remap_ids", remap, 0),
    (submissions, "clean_submission", clean, 1e-12),
]


RAISED = (AssertionError, ZeroDivisionError, KeyError, TypeError, ValueError)


def copied(x):
    if isinstance(x, pd.DataFrame | pd.Series | np.ndarray):
        return x.copy()
    if isinstance(x, dict):
        return {key: copied(value) for key, value in x.items()}
    return [copied(i) for i in x] if isinstance(x, list) else x


def outcome(function, args, options):
    """What a call gave, with what it left of its arguments, or what it raised."""
    args = [copied(a) for a in args]
    try:
        return None, (function(*args, **options), args)
    except RAISED as e:
        return e, None


def alike(ours, theirs):
    """Whether ``except`` with the class of theirs catches ours."""
    if ours is None or theirs is None:
        return ours is theirs
    return isinstance(ours, next(c for c in RAISED if isinstance(theirs, c)))


def numbers(a, b):
    """The largest relative difference; infinite where one side has no number."""
    a, b = (np.asarray(x, dtype=float).ravel() for x in (a, b))
    if a.shape != b.shape:
        return math.inf
    same = (a == b) | (np.isnan(a) & np.isnan(b))
    with np.errstate(all="ignore"):
        apart = np.where(same, 0.0, np.abs(a - b) / np.maximum(1, np.abs(b)))
    return float(np.nan_to_num(apart, nan=math.inf).max(initial=0.0))


def apart(a, b):
    """How far two results are apart; infinite where they differ in more than numbers."""
    if isinstance(b, pd.DataFrame):
        alike = isinstance(a, pd.DataFrame) and list(a.columns) == list(b.columns) and a.index.equals(b.index)
        return (
            max((apart(a.iloc[:, j], b.iloc[:, j]) for j in range(b.shape[1])), default=0.0)
            if alike
            else math.inf
        )
    if isinstance(b, pd.Series):
        alike = isinstance(a, pd.Series) and a.index.equals(b.index) and a.name == b.name
        alike = alike and a.index.name == b.index.name
        if not alike:
            return math.inf
        if not pd.api.types.is_numeric_dtype(b):
            return 0.0 if a.equals(b) else math.inf
        return numbers(a, b)
    if isinstance(b, tuple | list):
        if type(a) is not type(b) or len(a) != len(b):
            return math.inf
        if b and all(isinstance(x, str) for x in b) and isinstance(b, list):
            return 0.0 if sorted(a) == sorted(b) else math.inf
        return max((apart(x, y) for x, y in zip(a, b, strict=True)), default=0.0)
    if isinstance(b, dict):
        same = isinstance(a, dict) and list(a) == list(b)
        return max((apart(a[k], b[k]) for k in b), default=0.0) if same else math.inf
    if b is None or isinstance(b, str | bool | type):
        return 0.0 if a == b else math.inf
    return numbers(a, b)


def compare(module, name, make, tolerance, cases, seed):
    row = {"name": name, "cases": 0, "refused": 0, "differences": 0, "largest": 0.0}
    ours, theirs = getattr(module, name), getattr(THEIRS[module], name)
    for case in range(cases):
        args, options = make(Random([seed, case, *name.encode()]))
        (raised, got), (expected_raise, expected) = (
            outcome(ours, args, options),
            outcome(theirs, args, options),
        )
        same = alike(raised, expected_raise)
        difference = math.inf if not same else 0.0 if raised else apart(got, expected)
        row["cases"] += 1
        row["refused"] += same and raised is not None
        row["largest"] = max(row["largest"], difference if math.isfinite(difference) else 0.0)
        if difference > tolerance:
            row["differences"] += 1
            names = [None if r is None else type(r).__name__ for r in (raised, expected_raise)]
            row.setdefault("first", {"case": case, "raised": names, "difference": str(difference)})
    return row


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    logging.disable(logging.WARNING)
    clean_run = True
    for function in FUNCTIONS:
        if options.only in (None, function[1]):
            row = compare(*function, options.cases, options.seed)
            clean_run &= row["differences"] == 0
            print(json.dumps(row), flush=True)
    sys.exit(0 if clean_run else 1)


if __name__ == "__main__":
    main()
