"""What the scoring benches share: timing of two sides in one process, and the rows they print.

A row is a JSON line: `name`, `size`, wall seconds of both sides and their ratio (peer / ours) with the `bar` it must
reach, CPU seconds and their ratio, memory in MiB above what the process held just before the call with the `limit` for
ours, the largest difference of the results, and `ok`. Run both sides on the same arrays; the construction of what the
peer wants (pandas objects, say) is not timed.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple


class Timing(NamedTuple):
    """What one side took: its result, best wall and CPU seconds, most memory above the start in MiB."""

    result: Any
    wall: float
    cpu: float
    extra: float


def status(field: str) -> float:
    """A field of /proc/self/status, in MiB."""
    with open("/proc/self/status", encoding="ascii") as f:
        return (
            next(float(line.split()[1]) for line in f if line.startswith(field + ":"))
            / 1024
        )


def peak_above(call: Callable[[], Any]) -> tuple[Any, float]:
    """The result, and the peak of the resident set above the resident set just before the call, in MiB."""
    gc.collect()
    with open("/proc/self/clear_refs", "w", encoding="ascii") as f:
        f.write("5")  # resets the peak (proc(5))
    before = status("VmRSS")
    result = call()
    return result, status("VmHWM") - before


def timed(call: Callable[[], Any], repeats: int) -> Timing:
    """Times a call after one that warms it up; the least of the repeats counts."""
    call()
    result, extra = peak_above(call)
    wall, cpu = [], []
    for _ in range(repeats):
        w, c = time.perf_counter(), time.process_time()
        result = call()
        wall.append(time.perf_counter() - w)
        cpu.append(time.process_time() - c)
    return Timing(result, min(wall), min(cpu), extra)


def row(
    name: str,
    size: str,
    ours: Timing,
    peer: Timing,
    bar: float,
    difference: float,
    tolerance: float,
    limit_mib: float | None = None,
) -> dict[str, Any]:
    """A row; `ok` when ratio, difference and (where there is a limit) memory are within bounds."""
    ratio = peer.wall / ours.wall
    fits = limit_mib is None or ours.extra <= limit_mib
    return {
        "name": name,
        "size": size,
        "ours_s": round(ours.wall, 6),
        "peer_s": round(peer.wall, 6),
        "ratio": round(ratio, 2),
        "bar": bar,
        "ours_cpu_s": round(ours.cpu, 6),
        "peer_cpu_s": round(peer.cpu, 6),
        "cpu_ratio": round(peer.cpu / max(ours.cpu, 1e-9), 2),
        "ours_mib": round(ours.extra, 1),
        "peer_mib": round(peer.extra, 1),
        "limit_mib": limit_mib and round(limit_mib, 1),
        "difference": difference,
        "ok": bool(ratio >= bar and difference <= tolerance and fits),
    }


def main(description: str, rows: Callable[[bool], Iterable[dict[str, Any]]]) -> None:
    """Prints the rows of a bench as they come; exits 1 when one is not ok. `rows` is told whether to be quick."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help="smaller sizes")
    ok = True
    for r in rows(parser.parse_args().quick):
        print(json.dumps(r), flush=True)
        ok = ok and r["ok"]
    sys.exit(0 if ok else 1)
