"""Ensemble scores side by side with scoringrules 0.10 on numpy and on numba, in one process, on the same arrays.

Usage: python rules.py [--quick]
Bars at 100,000 observations x 100 members: 8 against numpy, 3 against numba, each with its fastest estimator of the same
value (`qd`; `pwm` for the fair value). Memory: 25 % of the ensemble above the output.
"""

import numpy as np
import scoringrules as sr
from side_by_side import main, row, timed

import countermark as cm


def ensembles(n, m, seed=3):
    g = np.random.default_rng(seed)
    return g.standard_normal(n), g.standard_normal((n, m)) * 1.1


def compare(n, m, bars):
    y, x = ensembles(n, m)
    limit = max(x.nbytes / 2**20 / 4, 2.0)
    for estimator in ("qd", "pwm"):
        a = timed(lambda estimator=estimator: cm.crps_ensemble(y, x, estimator), 5)
        for backend, bar in bars.items():
            b = timed(
                lambda estimator=estimator, backend=backend: sr.crps_ensemble(
                    y, x, estimator=estimator, backend=backend
                ),
                3,
            )
            difference = float(np.max(np.abs(a.result - b.result)))
            yield row(f"crps {estimator}, {backend}", f"{n}x{m}", a, b, bar, difference, 1e-12, limit)


def normal(n):
    y, _ = ensembles(n, 1)
    a = timed(lambda: cm.crps("normal", y, [[0.1], [1.2]]), 3)
    b = timed(lambda: sr.crps_normal(y, 0.1, 1.2, backend="numpy"), 3)
    # Stated, without a bar: the peer is near the speed of its error function.
    return row("crps_normal, numpy", str(n), a, b, 0, float(np.max(np.abs(a.result - b.result))), 1e-12)


def rows_of(quick):
    if quick:
        yield from compare(2_000, 50, {"numpy": 1})
        return
    for n in (25_000, 50_000):
        yield from compare(n, 100, {"numpy": 2, "numba": 1})
    yield from compare(100_000, 100, {"numpy": 8, "numba": 3})
    yield normal(1_000_000)


if __name__ == "__main__":
    main(__doc__.splitlines()[0], rows_of)
