import json
from typing import Any

import pytest
from conftest import load, unhex

import countermark as cm

V = load("orders.json")


def verify(case: dict[str, Any]) -> cm.OrderVerdict:
    change = case.get("change", {})
    receipt = change.get("transaction_receipt", json.dumps(V["transaction_receipt"]))
    service = cm.Service(**{**V["service"], **case.get("service", {})})
    return cm.verify_order(
        receipt,
        service,
        change.get("user", V["user"]),
        change.get("profile", "strict"),
        change.get("allow_asserted", True),
        change.get("now", V["now"]),
    )


def test_order() -> None:
    verdict = verify({})
    assert {name: getattr(verdict, name) for name in V["verdict"]} == V["verdict"]


@pytest.mark.parametrize("case", V["bad"], ids=lambda c: c["what"])
def test_refused_orders(case: dict[str, Any]) -> None:
    with pytest.raises(cm.CountermarkError) as caught:
        verify(case)
    assert caught.value.code == case["code"]


def test_prepared_order_names_what_a_person_approves() -> None:
    prepared = cm.prepare_order(
        V["user"],
        V["now"],
        V["card"],
        cm.Service(**V["service"]),
        unhex(V["algorithm"]),
        json.dumps(V["transaction_receipt"]),
    )
    message = json.loads(prepared.typed_data)["message"]
    assert message["serviceId"] == V["service"]["id"]
    assert message["algorithm"] == V["algorithm"]
    assert message["id"] == prepared.id
    with pytest.raises(cm.InvalidError, match="card is not valid hex"):
        cm.prepare_order(
            V["user"], 0, "0x12", cm.Service(**V["service"]), bytes(32), json.dumps(V["transaction_receipt"])
        )
