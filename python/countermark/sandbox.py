"""Algorithms next to private data."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from numpy.typing import ArrayLike

from . import _countermark
from ._countermark import CancelToken, Limits, RunOutcome, Slot


def _worker_command() -> list[str]:
    """Program and arguments of this package's own sandbox worker."""
    return [sys.executable, "-I", str(Path(__file__).with_name("_worker.py")), str(_countermark.__file__)]


def run_algorithm(
    module: bytes,
    columns: Sequence[str],
    values: ArrayLike,
    slots: Sequence[Slot],
    *,
    seed: bytes,
    limits: Limits | None = None,
    isolation: Literal["process", "in_process"] = "process",
    worker: Sequence[str] | None = None,
    cancel: CancelToken | None = None,
) -> RunOutcome:
    """Runs a WebAssembly module next to a table and passes its outputs through the gate.

    Args:
        module: the WebAssembly bytes.
        columns: names of the table's columns.
        values: float64, shape [rows, columns].
        slots: the declared outputs; nothing else can leave.
        seed: 32 bytes, the only randomness the module gets.
        limits: bounds of the run; None for the default ones.
        isolation: "process" runs in a child process, "in_process" does not.
        worker: program and arguments of the child process; None for this package's own.
        cancel: stops the run from another thread; Ctrl-C stops it too.

    Raises:
        CountermarkError: ``sandbox_worker_missing``, ``algorithm_import_refused``, ``algorithm_out_of_fuel``,
            ``algorithm_memory_limit``, ``gate_row_overlap`` and the like.
    """
    command = list(worker) if worker is not None else _worker_command()
    return _countermark.run_algorithm(
        module, list(columns), values, list(slots), limits, seed, isolation, command, cancel
    )
