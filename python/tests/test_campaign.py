from typing import Any

import pytest
from conftest import load

import countermark as cm

V = load("campaign.json")


def run(case: dict[str, Any]) -> cm.CampaignSettlement:
    t = case["terms"]
    cuts = {k: (t[k]["below"], t[k]["part"]) for k in ("builder_cut", "validator_cut")}
    terms = cm.CampaignTerms(
        pot=int(t["pot"]),
        quorum=t["quorum"],
        approval=t["approval"],
        tiers=[(x["from"], int(x["reward"])) for x in t["tiers"]],
        review_reward=int(t["review_reward"]),
        **cuts,
    )
    items = [(i["builder"], bytes.fromhex(i["content"][2:])) for i in case["items"]]
    reviews = [(r["item"], r["validator"], r["approve"]) for r in case["reviews"]]
    return cm.settle_campaign(terms, [int(c) for c in case["collaterals"]], items, reviews)


@pytest.mark.parametrize("case", V["cases"], ids=lambda c: c["id"])
def test_settlements_are_those_worked_out(case: dict[str, Any]) -> None:
    found, expected = run(case), case["expected"]
    assert found.items == expected["items"]
    sums = [int(expected[k]) for k in ("paid", "cuts", "remainder")]
    assert [found.paid, found.cuts, found.remainder] == sums
    for row, e in zip(found.rows, expected["rows"], strict=True):
        amounts = {k: int(v) if isinstance(v, str) else v for k, v in e.items()}
        assert {k: getattr(row, k) for k in e} == amounts
    pot = int(case["terms"]["pot"])
    assert pot + found.cuts == found.paid + found.remainder


@pytest.mark.parametrize("case", V["refused"], ids=lambda c: c["id"])
def test_bad_campaigns(case: dict[str, Any]) -> None:
    with pytest.raises(cm.CountermarkError) as caught:
        run(case)
    assert (caught.value.code, caught.value.kind) == (case["code"], case["kind"])
