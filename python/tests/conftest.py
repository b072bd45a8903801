"""The vectors that every language reads."""

import json
from pathlib import Path
from typing import Any

import pytest

VECTORS = Path(__file__).parents[2] / "bindings/vectors"


def load(name: str) -> Any:
    return json.loads((VECTORS / name).read_text())


def unhex(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))


@pytest.fixture(scope="session")
def golden() -> bytes:
    return (VECTORS / "golden.cmrk").read_bytes()
