"""Scoring side by side with numerai-tools, in one process, on the same arrays.

Usage: python numerai.py [--quick] [--json FILE]
Needs the packages countermark and numerai-tools 0.7.2. Prints a JSON row per case and size, with wall seconds (best of
the repeats) of both sides, their ratio, the bar, CPU seconds and the largest difference of the results; exits 1 when a
ratio falls short of its bar or the results differ. Both sides are warmed up on the same data first. The peer gets the
pandas objects it wants ready made: their construction is not timed. Ours gets the numpy arrays.

The bar of 2 only keeps the frame honest; the bars to reach at 5000 x 1000 are 20 for the correlation and 12 for the
contribution.
"""

import argparse
import json
import sys
import time

import countermark
import numerai_tools.scoring as peer
import numpy as np
import pandas as pd

BAR = 2.0
SIZES = [(1000, 50), (5000, 100), (5000, 1000)]
QUICK = [(1000, 10), (1000, 50), (5000, 50)]
TOLERANCE = 1e-12


def make(rows, models, seed):
    """Targets in five bins, predictions with a little signal in (0, 1), the meta model the mean of the first 50."""
    g = np.random.default_rng(seed)
    target = g.choice([0.0, 0.25, 0.5, 0.75, 1.0], size=rows, p=[0.05, 0.2, 0.5, 0.2, 0.05])
    z = (target - target.mean()) / target.std()
    x = g.standard_normal((rows, models)) + 0.02 * z[:, None]
    predictions = np.asfortranarray(1.0 / (1.0 + np.exp(-x)))
    return predictions, target, predictions[:, :50].mean(axis=1)


def timed(call, repeats):
    """Result, best wall seconds, best CPU seconds, after one call that is not counted."""
    result = call()
    wall, cpu = [], []
    for _ in range(repeats):
        w, c = time.perf_counter(), time.process_time()
        result = call()
        wall.append(time.perf_counter() - w)
        cpu.append(time.process_time() - c)
    return result, min(wall), min(cpu)


def cases(rows, models):
    predictions, target, meta = make(rows, models, seed=rows + models)
    ids = pd.Index([f"n{i:07d}" for i in range(rows)], name="id")
    frame = pd.DataFrame(predictions, index=ids, columns=[f"m{j}" for j in range(models)])
    t, m = pd.Series(target, index=ids, name="target"), pd.Series(meta, index=ids, name="meta")

    def peer_both():
        return peer.numerai_corr(frame, t).to_numpy(), peer.correlation_contribution(frame, m, t).to_numpy()

    yield (
        "numerai_corr",
        lambda: np.array([s.corr for s in countermark.score_models(predictions, target)]),
        lambda: peer.numerai_corr(frame, t).to_numpy(),
    )

    def our_both():
        return zip(
            *((s.corr, s.mmc) for s in countermark.score_models(predictions, target, meta)), strict=True
        )

    yield "score_models", lambda: np.array(list(our_both())), peer_both


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="smaller sizes")
    parser.add_argument("--json", metavar="FILE", help="write the rows to a file as one JSON list, too")
    args = parser.parse_args()
    rows_out = []
    for rows, models in QUICK if args.quick else SIZES:
        for name, ours, theirs in cases(rows, models):
            a, ours_s, ours_cpu = timed(ours, 5)
            b, peer_s, peer_cpu = timed(theirs, 2)
            difference = float(np.max(np.abs(np.asarray(a) - np.asarray(b))))
            ratio = peer_s / ours_s
            row = {
                "name": name,
                "size": f"{rows}x{models}",
                "ours_s": round(ours_s, 6),
                "peer_s": round(peer_s, 6),
                "ratio": round(ratio, 2),
                "bar": BAR,
                "ok": ratio >= BAR and difference <= TOLERANCE,
                "ours_cpu_s": round(ours_cpu, 6),
                "peer_cpu_s": round(peer_cpu, 6),
                "difference": difference,
            }
            rows_out.append(row)
            print(json.dumps(row), flush=True)
    if args.json:
        with open(args.json, "w", encoding="utf-8") as f:
            json.dump(rows_out, f, indent=1)
    return 0 if all(r["ok"] for r in rows_out) else 1


if __name__ == "__main__":
    sys.exit(main())
