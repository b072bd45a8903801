"""The same receipt bytes whoever signs: this library's key, or eth-account's."""

import json

import pytest
from conftest import load, unhex
from eth_account import Account

import countermark as cm

ORDER = load("orders.json")
SECRET = bytes([0x42] * 32)


def prepared_statements() -> list[cm.Prepared]:
    key = cm.SecretKey.from_bytes(SECRET)
    return [
        cm.prepare_agent("owner", key.public_key, None, 1_800_000_000),
        cm.prepare_agent("Ünï ☂", key.public_key, bytes(range(32)), 0),
        cm.prepare_order(
            key.address,
            ORDER["now"],
            ORDER["card"],
            cm.Service(**ORDER["service"]),
            unhex(ORDER["algorithm"]),
            json.dumps(ORDER["transaction_receipt"]),
        ),
    ]


@pytest.mark.parametrize("prepared", prepared_statements(), ids=["agent", "unicode", "order"])
def test_eth_account(prepared: cm.Prepared) -> None:
    own = prepared.finish(cm.SecretKey.from_bytes(SECRET).sign_digest(prepared.digest))
    assert cm.sign_with(prepared, Account.from_key(SECRET)) == own
    assert prepared.issuer == Account.from_key(SECRET).address


def test_another_wallet_is_refused() -> None:
    prepared = prepared_statements()[0]
    with pytest.raises(cm.SignatureError) as caught:
        cm.sign_with(prepared, Account.from_key(bytes([0x43] * 32)))
    assert caught.value.code == "signature_mismatch"


def test_a_duck_is_enough() -> None:
    class Duck:
        def sign_typed_data(self, *, full_message: dict[str, object]) -> bytes:
            assert full_message["primaryType"] == "Receipt"
            return cm.SecretKey.from_bytes(SECRET).sign_digest(prepared.digest)

    prepared = prepared_statements()[0]
    assert prepared.id in repr(prepared)
    assert len(cm.sign_with(prepared, Duck())) > 100


def test_bad_cards() -> None:
    key = cm.SecretKey.from_bytes(SECRET)
    for name, public_key, sealing_key, code in [
        ("", key.public_key, None, "agent_name_invalid"),
        ("x" * 65, key.public_key, None, "agent_name_invalid"),
        ("x", key.public_key[:-1], None, "length_mismatch"),
        ("x", b"\x07" + key.public_key[1:], None, "invalid_public_key"),
        ("x", key.public_key, bytes(31), "length_mismatch"),
    ]:
        with pytest.raises(cm.CountermarkError) as caught:
            cm.prepare_agent(name, public_key, sealing_key, 0)
        assert caught.value.code == code
