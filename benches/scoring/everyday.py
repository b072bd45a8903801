"""The everyday case: full diagnostics of many models over many eras, with its wall time and its memory.

Usage: python everyday.py [ROWS] [ERAS]
50 float64 models and 740 int8 features; by default 5,000,000 rows in 500 eras. Prints seconds and the peak of the resident
set, which must stay below 8 GiB for the whole process, inputs and all; exits 1 otherwise. There is no peer that runs this.
"""

import json
import sys
import time

import numpy as np
from side_by_side import status

import countermark as cm

METRICS = ["corr", "mmc", "fnc", "max_exposure", "exposure", "churn"]


def main():
    rows, eras = (int(sys.argv[1]), int(sys.argv[2])) if len(sys.argv) > 2 else (5_000_000, 500)
    g = np.random.default_rng(5)
    target = g.integers(0, 5, rows).astype(float) / 4
    predictions = np.empty((rows, 50), order="F")
    for j in range(50):
        predictions[:, j] = g.random(rows) + 0.05 * target
    features = np.empty((rows, 740), dtype=np.int8, order="F")
    for j in range(740):
        features[:, j] = g.integers(0, 5, rows, dtype=np.int8)
    meta = predictions[:, :10].mean(axis=1)
    era = np.repeat(np.arange(eras), -(-rows // eras))[:rows]
    data = cm.EraData(predictions, target, eras=era.tolist(), meta_model=meta, features=features)

    def progress(done, total):
        print(f"\r{done}/{total} eras", end="", file=sys.stderr, flush=True)

    start, cpu = time.perf_counter(), time.process_time()
    scores = cm.score_eras(data, METRICS, on_progress=progress)
    drawdowns = [scores.summary(m, 0).max_drawdown for m in range(50)]
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    peak = status("VmHWM") / 1024
    print(file=sys.stderr)
    print(
        json.dumps(
            {
                "rows": rows,
                "eras": eras,
                "seconds": round(seconds, 1),
                "cpu_s": round(cpu, 1),
                "peak_gib": round(peak, 2),
                "scores": scores.scores.size,
                "missing": int(np.isnan(scores.scores).sum()),
                "worst_drawdown": round(max(drawdowns), 4),
                "ok": peak < 8,
            }
        )
    )
    sys.exit(0 if peak < 8 else 1)


if __name__ == "__main__":
    main()
