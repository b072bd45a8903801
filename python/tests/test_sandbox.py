import signal
import sys
import threading
import time
from typing import Any, Literal

import pytest
from conftest import load, unhex

import countermark as cm

V = load("sandbox.json")
WALLS: tuple[Literal["process", "in_process"], ...] = ("process", "in_process")


def run(module: str, **changes: Any) -> cm.RunOutcome:
    arguments: dict[str, Any] = {
        "module": unhex(V["modules"][module]["wasm"]) if module in V["modules"] else unhex(module),
        "columns": V["columns"],
        "values": V["rows"],
        "slots": [cm.Slot(**V["slot"])],
        "limits": cm.Limits(**V["limits"]),
        "seed": unhex(V["seed"]),
    }
    return cm.run_algorithm(**{**arguments, **changes})


@pytest.mark.parametrize("isolation", WALLS)
@pytest.mark.parametrize("case", V["cases"], ids=lambda c: c["what"])
def test_modules(case: dict[str, Any], isolation: Literal["process", "in_process"]) -> None:
    slots = [cm.Slot(**{**V["slot"], "length": case.get("length", V["slot"]["length"])})]
    if "code" in case:
        with pytest.raises(cm.CountermarkError) as caught:
            run(case["module"], isolation=isolation, slots=slots)
        assert (caught.value.code, caught.value.kind) == (case["code"], case["kind"])
        return
    outcome = run(case["module"], isolation=isolation)
    assert [(o.name, o.values) for o in outcome.outputs] == [(V["slot"]["name"], case["outputs"])]
    assert outcome.isolation == isolation
    assert outcome.fuel > 0


def test_both_walls_use_the_same_fuel() -> None:
    assert len({run("mean", isolation=wall).fuel for wall in WALLS}) == 1


def test_what_is_not_wasm() -> None:
    with pytest.raises(cm.CountermarkError) as caught:
        run(V["not_wasm"]["wasm"])
    assert caught.value.code == V["not_wasm"]["code"]


def test_a_missing_worker_is_named() -> None:
    with pytest.raises(cm.UnavailableError, match="/no/such/worker") as caught:
        run("mean", worker=V["missing_worker"]["worker"])
    assert caught.value.code == V["missing_worker"]["code"]
    with pytest.raises(cm.UnavailableError) as caught:
        run("mean", worker=[])
    assert caught.value.code == V["missing_worker"]["code"]


def test_a_worker_that_says_nothing() -> None:
    with pytest.raises(cm.CountermarkError) as caught:
        run("mean", worker=[sys.executable, "-I", "-c", "print('hello')"])
    assert caught.value.code in ("sandbox_worker_garbled", "sandbox_worker_died")


def test_arguments_are_checked() -> None:
    with pytest.raises(cm.ShapeError, match="columns has length 1, expected 2"):
        run("mean", columns=["x"])
    with pytest.raises(cm.ShapeError):
        run("mean", values=[1.0, 2.0])
    with pytest.raises(cm.ShapeError, match="seed"):
        run("mean", seed=b"")
    with pytest.raises(cm.InvalidError, match="isolation"):
        run("mean", isolation="none")
    with pytest.raises(cm.RangeError) as slot:
        run("mean", slots=[cm.Slot("mean", 2, 1, 0, 3)])
    assert slot.value.code == "slot_invalid"
    rows = [list(row) for row in V["rows"]]
    rows[3][1] = float("nan")
    with pytest.raises(cm.RangeError, match="column 1, row 3"):
        run("mean", values=rows)


# More time than the test may take; the fuel lasts for longer.
LONG = cm.Limits(fuel=10**9, memory_bytes=4 << 20, wall_ms=30_000, log_bytes=0)


def test_a_cancelled_token_stops_a_run() -> None:
    token = cm.CancelToken()
    token.cancel()
    assert token.is_cancelled()
    for isolation in WALLS:
        with pytest.raises(cm.CancelledError) as caught:
            run("loop", limits=LONG, cancel=token, isolation=isolation)
        assert caught.value.code == "cancelled"


def test_ctrl_c_stops_a_run() -> None:
    timer = threading.Timer(0.2, signal.raise_signal, [signal.SIGINT])
    timer.start()
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        # A worker that never answers.
        run("mean", limits=LONG, worker=[sys.executable, "-I", "-c", "import time; time.sleep(60)"])
    assert time.monotonic() - start < 10
    timer.join()
