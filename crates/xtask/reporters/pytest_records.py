"""A pytest plugin: one JSON line a test into the file that COUNTERMARK_RECORDS names."""

import json
import os
from typing import Any

_tests: dict[str, dict[str, Any]] = {}


def pytest_runtest_logreport(report: Any) -> None:
    """Merge set-up, call and tear-down of a test; write it when the last of them is over."""
    test = _tests.setdefault(report.nodeid, {"id": report.nodeid, "ms": 0, "outcome": "passed"})
    test["ms"] += round(report.duration * 1000)
    if report.failed:
        test["outcome"], test["reason"] = "failed", report.longreprtext
    elif report.skipped and test["outcome"] == "passed":
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longreprtext
        test["outcome"], test["reason"] = "skipped", getattr(report, "wasxfail", "") or reason
    if report.when == "teardown":
        _write(_tests.pop(report.nodeid))


def pytest_collectreport(report: Any) -> None:
    """A module that cannot be imported is a failed test."""
    if report.failed:
        _write({"id": report.nodeid or "collection", "ms": 0, "outcome": "failed", "reason": report.longreprtext})


def _write(test: dict[str, Any]) -> None:
    with open(os.environ["COUNTERMARK_RECORDS"], "a", encoding="utf-8") as file:
        file.write(json.dumps(test) + "\n")
