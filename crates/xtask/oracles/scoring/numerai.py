"""Answers scoring questions with numerai-tools, and settlement questions with Python integers.

A line of JSON on standard input is a call: {"function": NAME, "inputs": {...}}; a line on standard output is its
answer: {"outputs": ...}, or {"error": CLASS} where the library refuses. NaN is null, infinities are "inf" and "-inf",
amounts are decimal strings. The first line printed names the oracle and the package that was loaded.

Needs numerai-tools 0.7.2. The settlement functions are written here from the documented rules alone, on fractions.
"""
import hashlib
import importlib.metadata
import itertools
import json
import logging
import math
import pathlib
import sys
import warnings
from fractions import Fraction

import numerai_tools
import numpy as np
import pandas as pd
from numerai_tools import scoring, signals, submissions

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


def vector(values):
    return np.array([number(x) for x in values], dtype=float)


def rank(i):
    return columns_of(scoring.rank(frame(i["predictions"]), i["method"]))


def normalize(i):
    df, how = frame(i["predictions"]), getattr(scoring, i["how"])
    return [listed(how(df[c])) for c in df] if i["how"] == "min_max_normalize" else columns_of(how(df))


def orthogonalize(i):
    v = frame(i["predictions"]).values
    return [listed(c) for c in scoring.orthogonalize(v, vector(i["by"])).T]


def stake_weight(i):
    df = frame(i["predictions"])
    stakes = pd.Series(vector(i["stakes"]), index=df.columns)
    return [listed(scoring.stake_weight(df, stakes))]


def one_hot_encode(i):
    values = i["texts"] if "texts" in i else vector(i["values"])
    hot = scoring.one_hot_encode(pd.DataFrame({"x": values}), ["x"])
    names = [c.removeprefix("x_") for c in hot.columns]
    if "texts" in i:
        return names + [f"{x:g}" for c in hot.columns for x in hot[c]]
    return [listed(float(n) for n in names)] + columns_of(hot)


def pair_correlation(i):
    df, t, kind = frame(i["predictions"]), series(i["target"], "target"), i["kind"]
    of = {
        "correlation": scoring.correlation,
        "spearman": scoring.spearman_correlation,
        "tie_broken_rank": scoring.tie_broken_rank_correlation,
        "pearson": lambda t, p: scoring.pearson_correlation(t, p, i["top_bottom"]),
    }[kind]
    return listed(of(t, df[c]) for c in df)


def max_feature_correlation(i):
    s, f, k = series(i["s"], "s"), frame(i["features"]), i["top_bottom"]
    name, r = scoring.max_feature_correlation(s, f, k)
    near = sum(abs(abs(scoring.pearson_correlation(f[c], s, k)) - r) < 1e-12 for c in f)
    return [[-1.0 if near > 1 else float(name.removeprefix("m")), plain(float(r))]]


def pairwise_correlation(i):
    df = frame(i["predictions"])
    if df.shape[1] == 0:
        return []
    (df,) = scoring.filter_sort_index_many([df])
    r = np.atleast_2d(np.corrcoef(df.values.T)).copy()
    np.fill_diagonal(r, math.nan)
    return [listed([np.nanmax(row), np.nanmean(row)]) for row in r]


def summarize(i):
    out = []
    for scores in i["scores"]:
        s = series(scores, "s")
        total = s.dropna().cumsum()
        fall = (total.cummax() - total).max()
        out.append(listed([s.count(), s.mean(), s.std(ddof=0), scoring.sharpe_ratio(s), fall, s.autocorr(1)]))
    return out


def numerai_corr_with(i):
    p, t = frame(i["predictions"]), series(i["target"], "target")
    return listed(scoring.numerai_corr(p, t, i["ratio"], i["top_bottom"], i["target_pow15"]))


def correlation_with_meta_model(i):
    p, m = scoring.tie_kept_rank__gaussianize__pow_1_5(frame(i["predictions"])), series(i["meta_model"], "meta")
    return listed(scoring.correlation(m, p[c]) for c in p)


def correlation_contribution_with(i):
    p, m, t = frame(i["predictions"]), series(i["meta_model"], "meta"), series(i["target"], "target")
    return listed(scoring.correlation_contribution(p, m, t, i["top_bottom"]))


def neutralized_weights(i):
    p, n, v = frame(i["predictions"]), frame(i["neutralizers"]), series(i["weights"], "v")
    return columns_of(scoring.generate_neutralized_weights(p, n, v, i["center_and_normalize"]))


def alpha(i):
    p, n, v = frame(i["predictions"]), frame(i["neutralizers"]), series(i["weights"], "v")
    return listed(scoring.alpha(p, n, v, series(i["target"], "target")))


def meta_portfolio_contribution(i):
    p, n, v = frame(i["predictions"]), frame(i["neutralizers"]), series(i["weights"], "v")
    stakes = pd.Series(vector(i["stakes"]), index=p.columns)
    return listed(scoring.meta_portfolio_contribution(p, stakes, n, v, series(i["target"], "target")))


def ensemble_contribution(i):
    """All orders of arrival, one by one."""
    ranks = scoring.gaussian(scoring.tie_kept_rank(frame(i["predictions"]))).values * vector(i["weights"])
    target, models = vector(i["target"]), range(ranks.shape[1])

    def value(coalition):
        return np.corrcoef(ranks[:, list(coalition)].sum(axis=1), target)[0, 1] if coalition else 0.0

    if i["method"] == "leave_one_out":
        return listed(value(models) - value([j for j in models if j != k]) for k in models)
    orders = list(itertools.permutations(models))
    gains = np.zeros(len(models))
    for order in orders:
        for k, j in enumerate(order):
            gains[j] += value(order[: k + 1]) - value(order[:k])
    return listed(gains / len(orders))


def align(i):
    tables = []
    for t in i["tables"]:
        df = frame(t["columns"])
        df.index = t["ids"]
        tables.append(df.assign(row=np.arange(len(df), dtype=float)))
    if len(tables) == 2:
        tables = scoring.filter_sort_index(*tables, i["ratio"])
    else:
        tables = scoring.filter_sort_index_many(tables, i["ratio"])
    # The library goes on with a repeated id, and fails later.
    assert all(t.index.is_unique for t in tables)
    return [listed(t["row"]) for t in tables]


def top_bottom(i):
    return [listed(s.index) for s in scoring.filter_sort_top_bottom(series(i["values"], "s"), i["top_bottom"])]


def two_signals(i):
    return [pd.Series(vector(s["values"]), index=s["ids"]) for s in i["signals"]]


def churn(i):
    return listed([signals.churn(*two_signals(i), i["top_bottom"])])


def turnover(i):
    return listed([signals.turnover(*two_signals(i))])


def neutral_churn_penalty(i):
    return listed([signals.neutral_churn_penalty(*vector(i["inputs"]))])


def max_churn_and_turnover(i):
    def era(e):
        universe = pd.Index(e["universe"], name="ticker")
        neutralizers = frame(e["neutralizers"]).set_axis(universe)
        weights = pd.Series(vector(e["weights"]), index=universe)
        return pd.Series(vector(e["values"]), index=pd.Index(e["ids"], name="ticker"), name="signal"), neutralizers, weights

    current, *previous = map(era, i["eras"])
    by_date = [{str(k): e[part] for k, e in enumerate(previous)} for part in range(3)]
    return [listed(signals.calculate_max_churn_and_turnover(*current, *by_date))]


def validate_submission(i):
    headers, rows = i["headers"], len(i["ids"])
    id_names = submissions.NUMERAI_ALLOWED_ID_COLS + submissions.SIGNALS_ALLOWED_ID_COLS
    cells = {}
    for k, h in enumerate(headers):
        is_id = h.lower() in id_names + submissions.CRYPTO_ALLOWED_ID_COLS
        is_value = h in ("prediction", "probability", "signal")
        cells[h] = i["ids"] if is_id else vector(i["values"]) if is_value else [0.0] * rows
    df = pd.DataFrame(cells)
    live = pd.Series(i["live"])
    try:
        if i["tournament"] == "numerai":
            *names, sub, invalid = submissions.validate_submission_numerai(live, df)
            names.append(None)
        else:
            ids = submissions.SIGNALS_ALLOWED_ID_COLS + submissions.CRYPTO_ALLOWED_ID_COLS
            universe = pd.DataFrame({name: live for name in ids})
            if i["tournament"] == "signals":
                *names, sub, invalid = submissions.validate_submission_signals(universe, df, i["require_date"])
            else:
                *names, sub, invalid = submissions.validate_submission_crypto(universe, df)
                names.append(None)
    except AssertionError as e:
        return [str(e).split(":")[0]]
    return [n or "-" for n in names] + [str(x) for x in sub.index] + sorted(invalid)


def clean_submission(i):
    universe = pd.DataFrame({"src": pd.Series(i["universe"], dtype=object)})
    dst = None
    if i["remap"] is not None:
        universe["dst"] = pd.Series(i["remap"], dtype=object)
        dst = "dst"
    df = pd.DataFrame({"src": pd.Series(i["ids"], dtype=object), "signal": vector(i["values"])})
    s = submissions.clean_submission(universe, df, "src", "signal", dst, None, i["rank_and_fill"])
    return [listed(float(x) for x in s.index), listed(s)]


NMR = 10**18
RULES = {
    # Clip and threshold; multipliers where they are not the round's.
    "numerai": (50_000_000, 72_000, None),
    "signals until 2025-09-02": (50_000_000, 36_000, [NANO, 2 * NANO]),
    "signals": (17_000_000, 36_000, [300_000_000, 800_000_000]),
    "crypto": (50_000_000, 10_000, None),
}


def tournament_payouts(i):
    clip, threshold, multipliers = RULES[i["tournament"]]
    if multipliers is None:
        multipliers = i["multipliers"] if i["tournament"] == "numerai" else i["multipliers"][1:]
    stakes = [int(m["stake"]) if m["metrics"] is not None else 0 for m in i["models"]]
    at_risk = sum(stakes) if i["at_risk"] is None else int(i["at_risk"])
    if sum(stakes) >= LIMIT:
        raise OverflowError
    if at_risk < sum(stakes):
        raise ValueError("at_risk")
    factor = min(Fraction(1), Fraction(threshold * NMR, at_risk)) if at_risk else Fraction(1)
    out, paid, burned = [], 0, 0
    for m, stake in zip(i["models"], stakes):
        if not 0 <= m["retained"] <= NANO:
            raise ValueError("retained")
        score = round(Fraction(sum(a * b for a, b in zip(m["metrics"] or [], multipliers)), NANO))
        if not -(2**63) <= score < 2**63:
            raise OverflowError
        rate = min(math.floor(abs(score) * factor), clip) * (-1 if score < 0 else 1)
        size = math.floor(Fraction(stake * abs(rate), NANO))
        gain = math.floor(Fraction(size * m["retained"], NANO)) if rate > 0 else 0
        loss = size if rate < 0 else 0
        paid, burned = paid + gain, burned + loss
        out += [score, rate, gain, loss]
    return [str(x) for x in out + [at_risk, paid, burned]]


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


def features(columns, rows):
    return pd.DataFrame({f"f{j}": [number(x) for x in c] for j, c in enumerate(columns)}, index=range(rows))


def neutralize(i):
    p = frame(i["predictions"])
    return columns_of(scoring.neutralize(p, features(i["features"], len(p)), i["proportion"]))


def feature_neutral_corr(i):
    p = frame(i["predictions"])
    return listed(scoring.feature_neutral_corr(p, features(i["features"], len(p)), series(i["target"], "target")))


def neutral_correlation(i):
    p = frame(i["predictions"])
    f, t = features(i["features"], len(p)), series(i["target"], "target")
    return listed(scoring.neutral_correlation(p, f, t, top_bottom=i["top_bottom"]))


def neutral_contribution(i):
    p = frame(i["predictions"])
    f, t, m = features(i["features"], len(p)), series(i["target"], "target"), series(i["meta_model"], "meta")
    return listed(scoring.neutral_contribution(p, m, f, t, i["top_bottom"]))


def neutral_churn(i):
    def signal(values, ids):
        return pd.Series([number(x) for x in values], index=ids, name="signal")

    def neutralizers(columns, ids):
        return pd.DataFrame({f"f{j}": c for j, c in enumerate(columns)}, index=ids)

    a, b = signal(i["a"], i["a_ids"]), signal(i["b"], i["b_ids"])
    f, g = neutralizers(i["a_features"], i["a_ids"]), neutralizers(i["b_features"], i["b_ids"])
    return [plain(float(signals.neutral_churn(a, b, f, g)))]


def feature_exposures(i):
    p = frame(i["predictions"])
    f = features(i["features"], len(p))
    return [listed([scoring.pearson_correlation(f[c], p[m]) for c in f.columns]) for m in p.columns]


FUNCTIONS = {
    f.__name__: f
    for f in (
        tie_kept_rank,
        gaussian,
        power,
        numerai_corr,
        correlation_contribution,
        largest_remainder,
        settle_pot,
        rank,
        normalize,
        orthogonalize,
        stake_weight,
        one_hot_encode,
        pair_correlation,
        max_feature_correlation,
        pairwise_correlation,
        summarize,
        numerai_corr_with,
        correlation_with_meta_model,
        correlation_contribution_with,
        neutralized_weights,
        alpha,
        meta_portfolio_contribution,
        ensemble_contribution,
        align,
        top_bottom,
        churn,
        turnover,
        neutral_churn_penalty,
        max_churn_and_turnover,
        validate_submission,
        clean_submission,
        tournament_payouts,
        neutralize,
        feature_neutral_corr,
        neutral_correlation,
        neutral_contribution,
        neutral_churn,
        feature_exposures,
    )
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
    logging.disable()
    np.seterr(all="ignore")
    print(json.dumps(identity()), flush=True)
    for line in sys.stdin:
        if line.strip():
            print(json.dumps(answer(json.loads(line)), allow_nan=False), flush=True)


if __name__ == "__main__":
    main()
