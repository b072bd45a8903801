//! The vectors of every language: settled campaigns, and what must be refused.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::cast_possible_truncation, missing_docs)]

use countermark_primitives::{B256, Coded as _, Nano, Wei};
use countermark_settle::{Result, campaign::*};
use serde_json::{Value, json};

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../bindings/vectors/campaign.json")).unwrap()
}

fn wei(v: &Value) -> Wei {
    v.as_str().unwrap().parse().unwrap()
}

fn rate(v: &Value) -> Nano {
    Nano::from_f64(v.as_f64().unwrap()).unwrap()
}

fn number(v: &Value) -> u32 {
    v.as_u64().unwrap() as u32
}

fn cut(v: &Value) -> CollateralCut {
    CollateralCut { below: rate(&v["below"]), part: rate(&v["part"]) }
}

fn list<T>(v: &Value, f: impl Fn(&Value) -> T) -> Vec<T> {
    v.as_array().unwrap().iter().map(f).collect()
}

fn run(c: &Value) -> Result<CampaignSettlement> {
    let t = &c["terms"];
    let terms = CampaignTerms {
        pot: wei(&t["pot"]),
        quorum: number(&t["quorum"]),
        approval: rate(&t["approval"]),
        tiers: list(&t["tiers"], |x| RewardTier { from: rate(&x["from"]), reward: wei(&x["reward"]) }),
        review_reward: wei(&t["review_reward"]),
        builder_cut: cut(&t["builder_cut"]),
        validator_cut: cut(&t["validator_cut"]),
    };
    let content = |v: &Value| v.as_str().unwrap().parse::<B256>().unwrap();
    let item = |i: &Value| Item { builder: number(&i["builder"]), content: content(&i["content"]) };
    let review = |r: &Value| Review {
        item: number(&r["item"]),
        validator: number(&r["validator"]),
        approve: r["approve"].as_bool().unwrap(),
    };
    let collaterals = list(&c["collaterals"], wei);
    settle_campaign(&terms, &collaterals, &list(&c["items"], item), &list(&c["reviews"], review))
}

fn told(s: &CampaignSettlement) -> Value {
    let row = |r: &CampaignRow| {
        json!({
            "approved": r.approved, "rejected": r.rejected, "duplicates": r.duplicates, "tier": r.tier,
            "reviews": r.reviews, "agreed": r.agreed,
            "earned": r.earned.to_string(), "paid": r.paid.to_string(), "cut": r.cut.to_string(),
        })
    };
    json!({
        "rows": s.rows.iter().map(row).collect::<Vec<_>>(),
        "items": s.items.iter().map(|i| i.name()).collect::<Vec<_>>(),
        "paid": s.paid.to_string(), "cuts": s.cuts.to_string(), "remainder": s.remainder.to_string(),
    })
}

#[test]
fn settlements_are_those_worked_out() {
    for c in vectors()["cases"].as_array().unwrap() {
        assert_eq!(told(&run(c).unwrap()), c["expected"], "{}", c["id"]);
    }
}

#[test]
fn bad_campaigns() {
    let v = vectors();
    // A digest of another length cannot be written in Rust.
    for c in v["refused"].as_array().unwrap().iter().filter(|c| c["code"] != "length_mismatch") {
        let error = run(c).unwrap_err();
        let expected = (c["code"].as_str().unwrap(), c["kind"].as_str().unwrap());
        assert_eq!((error.code(), error.kind().as_str()), expected, "{}", c["id"]);
    }
}
