"""Scores 50 models over eras on real data and draws the pictures. Usage: score_models.py [FOLDER]"""

# %% Real data: 442 diabetes patients, ten measurements, the disease's progress a year later (scikit-learn's copy).
import sys
from pathlib import Path

import numpy as np
from sklearn.datasets import load_diabetes

import countermark as cm

folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("target/score_models")
folder.mkdir(parents=True, exist_ok=True)
x, y = load_diabetes(return_X_y=True)
rng = np.random.default_rng(1)
order = rng.permutation(len(y))
x, y = x[order], y[order]
train, test = slice(0, 202), slice(202, 442)
eras = np.repeat(np.arange(12), 20)

# %% Fifty ridge regressions, each on some of the measurements; one of them died, one lost a value.
predictions = {}
for j in range(50):
    used = rng.choice(10, size=rng.integers(1, 9), replace=False)
    a, penalty = x[train][:, used], 10.0 ** rng.uniform(-3, 1)
    weights = np.linalg.solve(a.T @ a + penalty * np.eye(len(used)), a.T @ (y[train] - y[train].mean()))
    predictions[f"ridge {j:02d}"] = x[test][:, used] @ weights
predictions["ridge 07"] = np.full(240, 0.5)
predictions["ridge 19"][100] = np.nan

# %% One call. Targets are the ranks' fifths, as in a tournament; the meta model is the mean of the good models.
target = np.searchsorted(np.quantile(y, [0.2, 0.4, 0.6, 0.8]), y[test]) / 4
good = [p for p in predictions.values() if np.isfinite(p).all() and p.std() > 0]
meta = np.mean([(p - p.mean()) / p.std() for p in good], axis=0)
features = np.asfortranarray((x[test] * 127 / np.abs(x).max()).astype(np.int8))
r = cm.score(
    predictions,
    target,
    eras,
    metrics=["corr", "mmc", "fnc", "max_exposure"],
    meta_model=meta,
    features=features,
)
print(r)
for name, reasons in r.bad.items():
    print(f"{name}: {', '.join(f'{code} in era {era}' for era, code in list(reasons.items())[:2])}")

# %% Stakes in units of 1e-18; what each model is owed.
stakes = {name: (j + 1) * 10**18 for j, name in enumerate(r.names)}
s = r.settle(stakes, pot=20 * 10**18, multipliers={"corr": 0.5, "mmc": 2.0})
assert s.pot + s.burned == s.paid + s.remainder
print(f"paid {s.paid / 1e18:.3f}, burned {s.burned / 1e18:.3f}")

# %% The pictures.
r.plot("corr").savefig(folder / "cumulative.png")
r.plot_payouts(s, unit=10**18).savefig(folder / "payouts.png")
high = y[test] > np.median(y)
best = max(r.summary(), key=lambda row: row["mean"] if row["metric"] == "corr" else -1)
p = 1 / (1 + np.exp(-(predictions[best["model"]] / 40)))
cm.plot_reliability(high.tolist(), p, bins=6).savefig(folder / "reliability.png")
(folder / "report.html").write_text(r._repr_html_(), encoding="utf-8")
print(f"best by corr: {best['model']}, mean {best['mean']:.4f}; pictures in {folder}")
