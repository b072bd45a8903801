"""The everyday case: full diagnostics of many models over many eras, with its wall time and its memory.

Usage: python everyday.py [--quick] | ROWS ERAS
50 float64 models and 740 int8 features, 10,000 rows an era: 1,000,000, 2,500,000 and 5,000,000 rows, each in a process of
its own, so that the cost per era can be compared. No peer runs this, so there is no ratio; the limit is 8 GiB for the whole
process, inputs and all.
"""

import json
import subprocess
import sys
import time

import countermark as cm
import numpy as np
from side_by_side import main, status

MODELS, FEATURES, LIMIT_MIB = 50, 740, 8192
METRICS = ["corr", "mmc", "fnc", "max_exposure", "exposure", "churn"]


def data(rows, eras):
    g = np.random.default_rng(5)
    target = g.integers(0, 5, rows).astype(float) / 4
    predictions = np.empty((rows, MODELS), order="F")
    for j in range(MODELS):
        predictions[:, j] = g.random(rows) + 0.05 * target
    features = np.empty((rows, FEATURES), dtype=np.int8, order="F")
    for j in range(FEATURES):
        features[:, j] = g.integers(0, 5, rows, dtype=np.int8)
    meta = predictions[:, :10].mean(axis=1)
    era = np.repeat(np.arange(eras), -(-rows // eras))[:rows]
    ids = [f"n{i:05d}" for i in range(-(-rows // eras))] * eras
    return cm.EraData(
        predictions,
        target,
        eras=era,
        ids=ids[:rows],
        meta_model=meta,
        features=features,
    )


def run(rows, eras):
    """One size in this process, as a row."""
    scored = data(rows, eras)

    def progress(done, total):
        print(f"\r{done}/{total} eras", end="", file=sys.stderr, flush=True)

    start, cpu = time.perf_counter(), time.process_time()
    scores = cm.score_eras(scored, METRICS, on_progress=progress)
    for model in range(MODELS):
        for metric in range(len(METRICS)):
            scores.summary(model, metric)
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    print(file=sys.stderr)
    # The first era has no earlier one to be compared with.
    missing = int(np.isnan(scores.scores).sum()) - MODELS
    peak = status("VmHWM")
    return {
        "name": "everyday",
        "size": f"{rows}x{MODELS}x{FEATURES}/{eras}",
        "ours_s": round(seconds, 1),
        "ours_cpu_s": round(cpu, 1),
        "ms_per_era": round(1000 * seconds / eras, 1),
        "ours_mib": round(peak),
        "limit_mib": LIMIT_MIB,
        "ok": peak < LIMIT_MIB and missing == 0,
    }


def rows_of(quick):
    for eras in [10] if quick else [100, 250, 500]:
        command = [sys.executable, __file__, str(eras * 10_000), str(eras)]
        yield json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps(run(int(sys.argv[1]), int(sys.argv[2]))))
    else:
        main(__doc__.splitlines()[0], rows_of)
