import copy
import pickle

import pytest
from conftest import load, unhex

import countermark as cm

KEYS = load("keys.json")


@pytest.mark.parametrize("case", KEYS["keys"], ids=lambda c: c["address"])
def test_address_and_public_key(case: dict[str, str]) -> None:
    key = cm.SecretKey.from_bytes(unhex(case["private_key"]))
    assert key.address == case["address"]
    assert key.public_key == unhex(case["public_key_compressed"])


@pytest.mark.parametrize("case", KEYS["eip191"], ids=lambda c: c["digest"][:10])
def test_personal_messages(case: dict[str, str]) -> None:
    key = cm.SecretKey.from_bytes(unhex(case["private_key"]))
    message, signature = unhex(case["message"]), unhex(case["signature"])
    digest = cm.eip191_digest(message)
    assert digest == unhex(case["digest"])
    assert key.sign_message(message) == key.sign_digest(digest) == signature
    assert cm.recover_address(digest, signature) == case["address"]
    cm.verify_signature(digest, signature, case["address"])
    with pytest.raises(cm.SignatureError) as caught:
        cm.verify_signature(digest, signature, "0x" + "11" * 20)
    assert (caught.value.code, caught.value.check) == ("signature_mismatch", "signature")


@pytest.mark.parametrize("case", KEYS["bad"], ids=lambda c: c["what"])
def test_bad_keys(case: dict[str, str]) -> None:
    with pytest.raises(cm.CountermarkError) as caught:
        cm.SecretKey.from_bytes(unhex(case["private_key"]))
    assert (caught.value.code, caught.value.kind) == (case["code"], case["kind"])


def test_a_key_from_a_seed_is_another_than_the_seed() -> None:
    seed = bytes([1] * 32)
    assert cm.SecretKey.from_seed(seed).address == cm.SecretKey.from_seed(seed).address
    assert cm.SecretKey.from_seed(seed).address != cm.SecretKey.from_bytes(seed).address
    with pytest.raises(cm.ShapeError, match="seed has length 3, expected 32"):
        cm.SecretKey.from_seed(b"abc")


def test_a_key_keeps_its_secret() -> None:
    secret = bytes([0x11] * 32)
    key = cm.SecretKey.from_bytes(secret)
    assert repr(key) == f"SecretKey(.. of {key.address})"
    assert secret.hex() not in repr(key)
    for leak in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="not pickled"):
            leak(key)


@pytest.mark.parametrize(
    ("digest", "signature", "code"),
    [(31, 65, "length_mismatch"), (32, 64, "length_mismatch"), (32, 65, "signature_malformed")],
)
def test_malformed_signatures(digest: int, signature: int, code: str) -> None:
    with pytest.raises(cm.CountermarkError) as caught:
        cm.recover_address(bytes(digest), bytes(signature) if signature != 65 else b"\xff" * 65)
    if digest == 32 or signature != 65:
        assert caught.value.code == code
