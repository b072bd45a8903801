"""Answers questions about proper scoring rules with scoringrules, scipy and scikit-learn: a JSON line in, a JSON line
out, as numerai.py beside it.

Needs scoringrules 0.10.0. What it lacks (spherical score, calibration, Murphy diagram, Diebold-Mariano) is written here
from the definitions, on numpy.
"""
import hashlib
import importlib.metadata
import json
import math
import pathlib
import sys
import warnings

import numpy as np
import scoringrules as sr
from scipy import stats

BACKEND = "numpy"


def number(x):
    return math.nan if x is None else float(x)


def array(values):
    return np.array([number(x) for x in values])


def grid(rows):
    return np.array([[number(x) for x in row] for row in rows])


def plain(x):
    x = float(x)
    if math.isnan(x):
        return None
    return x if math.isfinite(x) else ("inf" if x > 0 else "-inf")


def listed(values):
    return [plain(x) for x in np.ravel(values)]


def ensembles(i):
    y, x = array(i["y"]), grid(i["x"])
    if not (np.isfinite(y).all() and np.isfinite(x).all()):
        raise ValueError("not finite")
    return y, x, None if i["w"] is None else grid(i["w"])


def crps_ensemble(i):
    y, x, w = ensembles(i)
    return listed(sr.crps_ensemble(y, x, estimator=i["estimator"], ens_w=w, backend=BACKEND))


def twcrps_ensemble(i):
    y, x, w = ensembles(i)
    return listed(sr.twcrps_ensemble(y, x, a=i["a"], b=i["b"], estimator="qd", ens_w=w, backend=BACKEND))


def owcrps_ensemble(i):
    y, x, w = ensembles(i)
    return listed(sr.owcrps_ensemble(y, x, a=i["a"], b=i["b"], ens_w=w, backend=BACKEND))


def vrcrps_ensemble(i):
    y, x, w = ensembles(i)
    return listed(sr.vrcrps_ensemble(y, x, a=i["a"], b=i["b"], ens_w=w, backend=BACKEND))


def vectors(i):
    n, m, d = i["shape"]
    return array(i["y"]).reshape(n, d), array(i["x"]).reshape(n, m, d)


def energy_score(i):
    y, x = vectors(i)
    return listed(sr.es_ensemble(y, x, estimator="fair" if i["fair"] else "nrg", backend=BACKEND))


def variogram_score(i):
    y, x = vectors(i)
    d = i["shape"][2]
    w = np.ones((d, d)) if i["w"] is None else array(i["w"]).reshape(d, d)
    # Its default axes for weights differ between versions, so the weights are given for each observation.
    weights = np.broadcast_to(w, (len(y), d, d))
    return listed(sr.vs_ensemble(y, x, w=weights, p=i["p"], backend=BACKEND))


def mixture(parameters):
    k = len(parameters) // 3
    m, s, w = (np.stack(parameters[j * k : (j + 1) * k], axis=-1) for j in range(3))
    return m, s, w / w.sum(axis=-1, keepdims=True)


def crps(i):
    y, p, family = array(i["y"]), [array(c) for c in i["parameters"]], i["family"]
    if family == "mixnorm":
        return listed(sr.crps_mixnorm(y, *mixture(p), backend=BACKEND))
    if family in ("binomial", "negbinom", "poisson"):
        # By the definition: the integral of the squared difference of distribution and step.
        frozen = distribution(family, p)
        k = np.arange(0, 2000)[:, None]
        return listed(((frozen.cdf(k) - (k >= y)) ** 2).sum(axis=0))
    if family == "gamma":
        return listed(sr.crps_gamma(y, shape=p[0], rate=p[1], backend=BACKEND))
    return listed(getattr(sr, f"crps_{family}")(y, *p, backend=BACKEND))


def distribution(family, p):
    return {
        "normal": lambda: stats.norm(p[0], p[1]),
        "logistic": lambda: stats.logistic(p[0], p[1]),
        "laplace": lambda: stats.laplace(p[0], p[1]),
        "t": lambda: stats.t(p[0], p[1], p[2]),
        "gamma": lambda: stats.gamma(p[0], scale=1 / p[1]),
        "lognormal": lambda: stats.lognorm(p[1], scale=np.exp(p[0])),
        "exponential": lambda: stats.expon(scale=1 / p[0]),
        "uniform": lambda: stats.uniform(p[0], p[1] - p[0]),
        "beta": lambda: stats.beta(p[0], p[1]),
        "poisson": lambda: stats.poisson(p[0]),
        "negbinom": lambda: stats.nbinom(p[0], p[1]),
        "binomial": lambda: stats.binom(p[0], p[1]),
    }[family]()


def log_score(i):
    y, p, family = array(i["y"]), [array(c) for c in i["parameters"]], i["family"]
    if family == "mixnorm":
        return listed(sr.logs_mixnorm(y, *mixture(p), backend=BACKEND))
    frozen = distribution(family, p)
    logs = frozen.logpmf if family in ("binomial", "negbinom", "poisson") else frozen.logpdf
    return listed(-logs(y))


def pit(i):
    y, p, family = array(i["y"]), [array(c) for c in i["parameters"]], i["family"]
    if family == "mixnorm":
        m, s, w = mixture(p)
        return listed((w * stats.norm(m, s).cdf(y[:, None])).sum(axis=-1))
    return listed(distribution(family, p).cdf(y))


def quantile_score(i):
    return listed(sr.quantile_score(array(i["y"]), array(i["q"]), i["alpha"], backend=BACKEND))


def crps_quantile(i):
    return listed(sr.crps_quantile(array(i["y"]), grid(i["q"]), array(i["alpha"]), backend=BACKEND))


def interval_score(i):
    return listed(sr.interval_score(array(i["y"]), array(i["l"]), array(i["u"]), i["alpha"], backend=BACKEND))


def weighted_interval_score(i):
    y, m, alpha = array(i["y"]), array(i["m"]), array(i["alpha"])
    each = sr.interval_score(y, grid(i["l"]), grid(i["u"]), alpha, backend=BACKEND).reshape(len(y), len(alpha))
    return listed((0.5 * np.abs(y - m) + (each * alpha / 2).sum(axis=-1)) / (len(alpha) + 0.5))


def brier_score(i):
    o, p = np.array(i["o"], dtype=float), array(i["p"])
    return listed(sr.brier_score(o, p, backend=BACKEND)) + listed(sr.log_score(o, p, backend=BACKEND))


def rps_score(i):
    p, c = grid(i["p"]), np.array(i["c"])
    one_hot = np.eye(p.shape[1])[c]
    rps = ((p.cumsum(axis=1) - one_hot.cumsum(axis=1)) ** 2).sum(axis=1)
    rls = -np.log(np.abs(p.cumsum(axis=1) + one_hot.cumsum(axis=1) - 1)).sum(axis=1)
    own = p[np.arange(len(c)), c]
    return listed(rps) + listed(rls) + listed(-np.log(own)) + listed(-own / np.linalg.norm(p, axis=1))


def places(p, bins):
    return np.minimum((p * bins).astype(int), bins - 1)


def brier_decomposition(i):
    o, p = np.array(i["o"], dtype=float), array(i["p"])
    groups = p if i["bins"] is None else places(p, i["bins"])
    reliability = resolution = 0.0
    for g in np.unique(groups):
        own = groups == g
        reliability += own.sum() * (p[own].mean() - o[own].mean()) ** 2
        resolution += own.sum() * (o[own].mean() - o.mean()) ** 2
    return listed([reliability / len(p), resolution / len(p), o.mean() * (1 - o.mean())])


def calibration(i):
    o, p = np.array(i["o"], dtype=float), array(i["p"])
    b = places(p, i["bins"])
    expected = largest = 0.0
    out = []
    for g in np.unique(b):
        own = b == g
        gap = abs(p[own].mean() - o[own].mean())
        expected += gap * own.sum() / len(p)
        largest = max(largest, gap)
        out += [own.sum(), p[own].mean(), o[own].mean()]
    return listed([expected, largest, *out])


def murphy_diagram(i):
    y, x = array(i["y"]), array(i["x"])
    out = []
    for t in array(i["t"]):
        apart = (np.minimum(x, y) <= t) & (t < np.maximum(x, y))
        out.append((np.abs(y - t) * apart).mean())
    return listed(out)


def diebold_mariano(i):
    d = array(i["a"]) - array(i["b"])
    n, h = len(d), i["horizon"]
    if not 1 <= h < n:
        raise ValueError("horizon")
    c = d - d.mean()
    variance = sum((c[lag:] * c[: n - lag]).sum() / n * (1 if lag == 0 else 2) for lag in range(h)) / n
    if variance <= 0:
        return listed([d.mean(), math.nan, math.nan])
    statistic = d.mean() / math.sqrt(variance) * math.sqrt((n + 1 - 2 * h + h * (h - 1) / n) / n)
    return listed([d.mean(), statistic, 2 * stats.t.cdf(-abs(statistic), n - 1)])


FUNCTIONS = {
    f.__name__: f
    for f in (
        crps_ensemble,
        twcrps_ensemble,
        owcrps_ensemble,
        vrcrps_ensemble,
        energy_score,
        variogram_score,
        crps,
        log_score,
        pit,
        quantile_score,
        crps_quantile,
        interval_score,
        weighted_interval_score,
        brier_score,
        rps_score,
        brier_decomposition,
        calibration,
        murphy_diagram,
        diebold_mariano,
    )
}


def identity():
    root = pathlib.Path(sr.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return {
        "oracle": "scoringrules",
        "version": importlib.metadata.version("scoringrules"),
        "sha256": digest.hexdigest(),
    }


def answer(call):
    try:
        return {"outputs": FUNCTIONS[call["function"]](call["inputs"])}
    except (AssertionError, ValueError, ZeroDivisionError) as e:
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
