import random
from typing import Any

import pytest
from conftest import load, unhex

import countermark as cm

F = load("forgeries.json")


def test_golden(golden: bytes) -> None:
    verdict = cm.verify_bundle(golden)
    assert verdict.digest == F["digest"]
    kinds = [r.kind for r in verdict.receipts]
    assert kinds[:4] == ["agent"] * 4 and kinds[-1] == "score_report"
    assert [r.index for r in verdict.receipts] == list(range(len(kinds)))
    assert {r.strength for r in verdict.receipts} <= {"asserted", "sampled", "recomputed", "proved"}
    assert verdict.receipts[0].issuer_name == "owner"
    assert all(r.id.startswith("0x") and len(r.id) == 66 for r in verdict.receipts)
    assert repr(verdict) == f"Verdict(digest='{F['digest']}', {len(kinds)} receipts)"


@pytest.mark.parametrize("forgery", F["forgeries"], ids=lambda f: f["id"])
def test_forgeries(golden: bytes, forgery: dict[str, Any]) -> None:
    parts = [unhex(p) if isinstance(p, str) else golden[p[0] : p[1]] for p in forgery["bytes"]]
    with pytest.raises(cm.CountermarkError) as caught:
        cm.verify_bundle(b"".join(parts))
    assert (caught.value.code, caught.value.check) == (forgery["code"], forgery["check"])


def test_every_truncation_is_refused(golden: bytes) -> None:
    for end in range(0, len(golden), 97):
        with pytest.raises(cm.CountermarkError) as caught:
            cm.verify_bundle(golden[:end])
        assert caught.value.check in ("format", "digest")


def test_flipped_bits_are_refused(golden: bytes) -> None:
    rng = random.Random(1)
    for at in rng.sample(range(len(golden)), 300):
        flipped = bytearray(golden)
        flipped[at] ^= 1 << rng.randrange(8)
        with pytest.raises(cm.CountermarkError) as caught:
            cm.verify_bundle(bytes(flipped))
        assert caught.value.check in ("format", "digest")


def test_oversized_and_trailing(golden: bytes) -> None:
    with pytest.raises(cm.LimitError) as limit:
        cm.verify_bundle(golden + bytes((64 << 20) + 1 - len(golden)))
    assert limit.value.code == "limit_exceeded"
    with pytest.raises(cm.InvalidError) as trailing:
        cm.verify_bundle(golden + b"\0")
    assert trailing.value.code == "trailing_bytes"
