"""Numerai's scores side by side with numerai-tools 0.7.2, in one process, on the same arrays.

Usage: python numerai.py [--quick]
The peer gets the pandas objects it wants ready made: their construction is not timed. Ours gets the numpy arrays. Bars:
at 5000 x 1000 20 for the correlation, 12 for the contribution, 30 for both with the correlation with the meta model; with
2,000 features 4 for the feature-neutral correlation and 20 once the features are factored. Smaller sizes show how the
cost grows, with a bar of 2. Memory: 25 % of the predictions (above the output); with features two matrices of features x
features and 25 % of the inputs.
"""

import numerai_tools.scoring as peer
import numpy as np
import pandas as pd
from side_by_side import main, row, timed

import countermark as cm

TOLERANCE = 1e-12


def make(rows, models, seed, features=0):
    """Targets in five bins, predictions with a little signal in (0, 1), the meta model the mean of the first 50."""
    g = np.random.default_rng(seed)
    target = g.choice([0.0, 0.25, 0.5, 0.75, 1.0], size=rows, p=[0.05, 0.2, 0.5, 0.2, 0.05])
    z = (target - target.mean()) / target.std()
    x = g.standard_normal((rows, models)) + 0.02 * z[:, None]
    predictions = np.asfortranarray(1.0 / (1.0 + np.exp(-x)))
    table = np.asfortranarray((g.integers(0, 5, size=(rows, features)) / 4).astype(np.float32))
    return predictions, target, predictions[:, :50].mean(axis=1), table


def frames(predictions, target, meta, features):
    ids = pd.Index([f"n{i:07d}" for i in range(len(target))], name="id")
    frame = pd.DataFrame(predictions, index=ids, columns=[f"m{j}" for j in range(predictions.shape[1])])
    table = pd.DataFrame(features, index=ids, columns=[f"f{j}" for j in range(features.shape[1])])
    return frame, pd.Series(target, index=ids, name="target"), pd.Series(meta, index=ids, name="meta"), table


def ours(data, metrics):
    """One call; era, model x metric."""
    return cm.score_eras(data, metrics).scores[0]


def cwmm(frame, m):
    return peer.numerai_corr(frame, m, target_pow15=False)


def scores(rows, models, bars):
    predictions, target, meta, none = make(rows, models, seed=rows + models)
    frame, t, m, _ = frames(predictions, target, meta, none)
    data = cm.EraData(predictions, target, meta_model=meta)
    mib = predictions.nbytes / 2**20
    calls = {
        "corr": (["corr"], lambda: [peer.numerai_corr(frame, t)]),
        "mmc": (["mmc"], lambda: [peer.correlation_contribution(frame, m, t)]),
        "corr+mmc+cwmm": (
            ["corr", "mmc", "cwmm"],
            lambda: [peer.numerai_corr(frame, t), peer.correlation_contribution(frame, m, t), cwmm(frame, m)],
        ),
    }
    for name, (metrics, theirs) in calls.items():
        a, b = timed(lambda metrics=metrics: ours(data, metrics), 5), timed(theirs, 2)
        difference = float(np.max(np.abs(a.result - np.stack([x.to_numpy() for x in b.result], axis=1))))
        yield row(name, f"{rows}x{models}", a, b, bars[name], difference, TOLERANCE, mib / 4)


def neutral(rows, models, features, first, cached):
    predictions, target, meta, table = make(rows, models, rows + models, features)
    frame, t, _, f = frames(predictions, target, meta, table)
    mib = (predictions.nbytes + table.nbytes) / 2**20
    limit = 2 * features**2 * 8 / 2**20 + mib / 4
    cache = cm.FeatureCache(1024)

    def values(cache):
        return np.array([s.value for s in cm.feature_neutral_corr(predictions, table, target, cache=cache)])

    size = f"{rows}x{models}x{features}"
    b = timed(lambda: peer.feature_neutral_corr(frame, f, t).to_numpy(), 1)
    for name, c, bar in [("fnc", None, first), ("fnc cached", cache, cached)]:
        a = timed(lambda c=c: values(c), 2)
        yield row(name, size, a, b, bar, float(np.max(np.abs(a.result - b.result))), 1e-9, limit)


def rows_of(quick):
    low = {"corr": 2, "mmc": 2, "corr+mmc+cwmm": 2}
    if quick:
        yield from scores(1000, 50, low)
        yield from neutral(1000, 50, 100, 1, 1)
        return
    for rows, models in [(1250, 1000), (2500, 1000), (5000, 250), (5000, 500)]:
        yield from scores(rows, models, low)
    yield from scores(5000, 1000, {"corr": 20, "mmc": 12, "corr+mmc+cwmm": 30})
    yield from neutral(5000, 100, 500, 2, 2)
    yield from neutral(5000, 1000, 2000, 4, 20)


if __name__ == "__main__":
    main(__doc__.splitlines()[0], rows_of)
