//! The era report as every language reads it: the golden receipt, what must be refused, and bytes from anybody.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

mod era_vectors;

use countermark_crypto::{SecretKey, Signature};
use countermark_primitives::{
    B256, CancelToken, Canonical as _, Coded, Document as _, Nano, Timestamp, Wei, hex, ignore_progress,
};
use countermark_receipt::{Body, Draft, Receipt};
use countermark_scoring::{
    EraMetric, EraReport, EraReportTerms, MetaModel, MetricWeight, Result, ScoreReport, build_era_report,
    replay_era_report, verify_era_report,
};
use countermark_settle::{settle_pot, weighted_score};
use era_vectors::{Data, amounts, numbers, rule, text, vectors};
use serde_json::{Value, json};

const KIND: &str = "proof";
const SCORE: (&str, &str, Option<&str>) = ("score_mismatch", KIND, Some("score_recomputed"));
const SETTLEMENT: (&str, &str, Option<&str>) = ("settlement_mismatch", KIND, Some("settlement_recomputed"));
const SIGNATURE: (&str, &str, Option<&str>) = ("signature_mismatch", "signature", Some("signature"));

fn key(v: &Value) -> SecretKey {
    SecretKey::from_seed(&hex::decode_to_array(text(&v["seed"])).unwrap())
}

fn build(v: &Value) -> Result<EraReport> {
    let metrics: Vec<EraMetric> =
        v["metrics"].as_array().unwrap().iter().map(|m| EraMetric::parse(text(m))).collect::<Result<_>>()?;
    let names: Vec<&str> = v["names"].as_array().unwrap().iter().map(text).collect();
    let terms = EraReportTerms {
        round: text(&v["round"]).into(),
        multipliers: numbers(&v["multipliers"]).into_iter().map(|x| Nano::from_f64(x).unwrap()).collect(),
        rule: rule(v)?,
        pot: text(&v["pot"]).parse()?,
    };
    let (stakes, cancel) = (amounts(&v["stakes"])?, CancelToken::new());
    Data::of(&v["data"], &json!({}))
        .with(|i| build_era_report(i, &metrics, terms, &names, &stakes, &cancel, &mut ignore_progress))
        .map(|(report, _)| report)
}

fn signed<B: Body>(v: &Value, body: B, parents: usize) -> Receipt {
    let (issuer, issued_at) = (key(v).address(), Timestamp::new(v["issued_at"].as_u64().unwrap()));
    let card = B256::from(hex::decode_to_array::<_, 32>(text(&v["card"])).unwrap());
    Draft { issuer, issued_at, parents: vec![card; parents], body }.sign(&key(v)).unwrap()
}

fn opened(bytes: &[u8]) -> Result<(Receipt, EraReport), Box<dyn Coded>> {
    let fault = |e| -> Box<dyn Coded> { Box::new(e) };
    let receipt = Receipt::from_bytes("receipt", bytes).map_err(|e| -> Box<dyn Coded> { Box::new(e) })?;
    let report: EraReport = receipt.verify().map_err(|e| -> Box<dyn Coded> { Box::new(e) })?;
    verify_era_report(&report).map_err(fault)?;
    Ok((receipt, report))
}

/// Checks a receipt and, with changes to its inputs, replays it.
fn check(v: &Value, case: &Value) -> Result<(), Box<dyn Coded>> {
    let bytes = hex::decode(text(case.get("receipt").unwrap_or(&v["receipt"]))).unwrap();
    let (_, report) = opened(&bytes)?;
    if let Some(changes) = case.get("data") {
        let cancel = CancelToken::new();
        Data::of(&v["data"], changes)
            .with(|i| replay_era_report(&report, i, &cancel, &mut ignore_progress))
            .map_err(|e| -> Box<dyn Coded> { Box::new(e) })?;
    }
    Ok(())
}

/// Settles what a report states of its scores again: what a forger does so that only the scores give it away.
fn resettled(mut r: EraReport) -> EraReport {
    let (models, width) = (r.models.len(), r.metrics.len());
    for j in 0..models {
        let mean = |k: usize| {
            let all: Vec<i64> = (0..r.eras.len())
                .filter_map(|e| r.scores[(e * models + j) * width + k])
                .map(Nano::get)
                .collect();
            // Not rounded as the report rounds: the forgery has sums that divide.
            Nano::new(all.iter().sum::<i64>() / i64::try_from(all.len().max(1)).unwrap())
        };
        let means: Vec<Nano> = (0..width).map(mean).collect();
        r.models[j].score = weighted_score(&means, &r.terms.multipliers).unwrap();
    }
    let scores: Vec<Nano> = r.models.iter().map(|m| m.score).collect();
    let stakes: Vec<Wei> = r.models.iter().map(|m| m.stake).collect();
    let s = settle_pot(r.terms.pot, &scores, &stakes, &r.terms.rule).unwrap();
    for (m, row) in r.models.iter_mut().zip(&s.rows) {
        (m.payout, m.burned) = (row.paid, row.burned);
    }
    (r.paid, r.burned, r.remainder) = (s.paid, s.burned, s.remainder);
    r
}

type Refusal = (&'static str, &'static str, Option<&'static str>);

/// What a forger calls it, does, and is told.
type Forgery = (&'static str, fn(&mut EraReport), Refusal);

/// Reports that a forger signs with the right key.
fn signed_forgeries() -> Vec<Forgery> {
    let shape = ("length_mismatch", "shape", None);
    let twice = ("out_of_range", "range", None);
    vec![
        ("payouts of two models are swapped", swap_payouts, SETTLEMENT),
        ("a burned stake is forgiven", |r| r.models[3].burned = Wei::ZERO, SETTLEMENT),
        ("a stake is larger", |r| r.models[1].stake = Wei::from_u128(9_000_000_000_000_000_000), SETTLEMENT),
        ("the pot is larger", |r| r.terms.pot = Wei::from_u128(u128::MAX), SETTLEMENT),
        ("the remainder is smaller", |r| r.remainder = Wei::ZERO, SETTLEMENT),
        (
            "the sum of payouts is larger",
            |r| r.paid = r.terms.pot.checked_add(r.terms.pot).unwrap(),
            SETTLEMENT,
        ),
        ("the threshold is gone", |r| r.terms.rule.threshold = None, SETTLEMENT),
        ("a settled score is larger", |r| r.models[0].score = Nano::new(r.models[0].score.get() + 1), SCORE),
        ("a multiplier is larger", |r| r.terms.multipliers[0] = Nano::ONE, SCORE),
        ("a score of one era is larger", |r| bump(r, 1_000), SCORE),
        ("scores of two models are swapped in one era", |r| r.scores.swap(0, 4), SCORE),
        ("a bad era of a model is given a score", |r| r.scores[28] = Some(Nano::new(900_000_000)), SCORE),
        ("one score is missing", |r| r.scores.truncate(47), shape),
        ("one multiplier is missing", |r| r.terms.multipliers.truncate(3), shape),
        ("two models have one name", |r| r.models[1].name = r.models[0].name.clone(), twice),
        ("two eras have one name", |r| r.eras[1] = r.eras[0].clone(), twice),
        ("a metric is there twice", |r| r.metrics[1] = r.metrics[0], twice),
        ("the clip is above one", |r| r.terms.rule.clip = Nano::new(1_000_000_001), twice),
    ]
}

fn swap_payouts(r: &mut EraReport) {
    let payout = r.models[0].payout;
    r.models[0].payout = std::mem::replace(&mut r.models[1].payout, payout);
}

fn bump(r: &mut EraReport, by: i64) {
    r.scores[0] = r.scores[0].map(|s| Nano::new(s.get() + by));
}

/// A score report, which is another kind of receipt.
fn other_kind(report: &EraReport) -> ScoreReport {
    ScoreReport {
        round: report.terms.round.clone(),
        targets: report.inputs,
        rows: 36,
        meta_model: MetaModel::EqualMean,
        disclosed: false,
        metrics: Vec::<MetricWeight>::new(),
        rule: report.terms.rule,
        pot: Wei::ZERO,
        models: Vec::new(),
        paid: Wei::ZERO,
        burned: Wei::ZERO,
        remainder: Wei::ZERO,
    }
}

/// The receipt, its verdict and all refusals of the vector, made from its inputs.
fn made(v: &Value) -> Value {
    let report = build(v).unwrap();
    let receipt = signed(v, report.clone(), 1);
    let bytes = receipt.to_bytes();
    let entry = |id: &str, receipt: Option<&[u8]>, changes: Option<Value>, (code, kind, check): Refusal| {
        let mut case = json!({"id": id, "code": code, "kind": kind, "check": check});
        if let Some(receipt) = receipt {
            case["receipt"] = hex::encode_prefixed(receipt).into();
        }
        if let Some(changes) = changes {
            case["data"] = changes;
        }
        case
    };
    let mut refused = Vec::new();
    let body = bytes.len() - receipt.body.len() - 66;
    for (id, at) in
        [("a byte of the round's name", body + 4), ("a byte of the last amount", bytes.len() - 67)]
    {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        refused.push(entry(&format!("{id} is changed"), Some(&changed), None, SIGNATURE));
    }
    let format = |code| (code, "invalid", Some("format"));
    let mut changed = bytes.clone();
    changed[0] ^= 1;
    refused.push(entry("it begins with something else", Some(&changed), None, format("bad_magic")));
    let short = &bytes[..bytes.len() - 1];
    refused.push(entry("it is cut short", Some(short), None, format("truncated")));
    let long = [bytes.as_slice(), &[0]].concat();
    refused.push(entry("it is longer", Some(&long), None, format("trailing_bytes")));
    let mut other = receipt.clone();
    other.signature = sign_by(&SecretKey::from_seed(&[9; 32]), &receipt);
    refused.push(entry("somebody else signed", Some(&other.to_bytes()), None, SIGNATURE));
    let kind = signed(v, other_kind(&report), 2).to_bytes();
    refused.push(entry("it is a score report", Some(&kind), None, format("schema_mismatch")));
    for (id, forge, refusal) in signed_forgeries() {
        let mut forged = report.clone();
        forge(&mut forged);
        refused.push(entry(id, Some(&signed(v, forged, 1).to_bytes()), None, refusal));
    }
    let mut forged = report.clone();
    bump(&mut forged, 300_000_000);
    let forged = signed(v, resettled(forged), 1).to_bytes();
    opened(&forged).map_err(|e| e.to_string()).unwrap();
    refused.push(entry("scores are made up and settled anew", Some(&forged), Some(json!({})), SCORE));
    for (id, changes) in changed_inputs(&v["data"]) {
        refused.push(entry(id, None, Some(changes), SCORE));
    }
    let model = |m: &countermark_scoring::EraModel| {
        json!({
            "name": m.name, "score": m.score.to_f64(), "stake": m.stake.to_string(),
            "payout": m.payout.to_string(), "burned": m.burned.to_string(),
        })
    };
    json!({
        "issuer": receipt.issuer.to_string(),
        "digest": prepared_digest(&receipt),
        "id": receipt.id().to_string(),
        "receipt": hex::encode_prefixed(&bytes),
        "verdict": {
            "issuer": receipt.issuer.to_string(), "round": report.terms.round, "eras": report.eras,
            "models": report.models.iter().map(model).collect::<Vec<_>>(),
            "paid": report.paid.to_string(), "remainder": report.remainder.to_string(),
        },
        "refused": refused,
    })
}

/// The signature that `key` gives to the statement of a receipt.
fn sign_by(key: &SecretKey, receipt: &Receipt) -> Signature {
    key.sign_digest(&digest(receipt)).unwrap()
}

fn digest(r: &Receipt) -> B256 {
    let body: EraReport = r.body().unwrap();
    let draft = Draft { issuer: r.issuer, issued_at: r.issued_at, parents: r.parents.clone(), body };
    draft.prepare().unwrap().digest()
}

fn prepared_digest(receipt: &Receipt) -> String {
    digest(receipt).to_string()
}

/// Inputs that are not those of the report.
fn changed_inputs(data: &Value) -> Vec<(&'static str, Value)> {
    let with = |name: &str, change: &dyn Fn(&mut Vec<Value>)| {
        let mut column = data[name].as_array().unwrap().clone();
        change(&mut column);
        json!({ name: column })
    };
    let mut shorter = data.clone();
    shorter.as_object_mut().unwrap().values_mut().for_each(|column| drop(pop(column)));
    let rename = |c: &mut Vec<Value>| c.iter_mut().filter(|e| **e == json!(10)).for_each(|e| *e = json!(11));
    vec![
        ("one target is another", with("target", &|c| c[4] = json!(0.3))),
        ("an era has another name", with("eras", &rename)),
        ("a row is of another era", with("eras", &|c| c[0] = json!(9))),
        ("eras are missing", json!({"eras": null})),
        ("one prediction of one row is another", with("predictions", &|c| c[7][0] = json!(0.123_4))),
        ("a bad prediction is a good one", with("predictions", &|c| c[17][3] = json!(0.5))),
        ("two models are swapped", with("predictions", &|c| c.iter_mut().for_each(swap))),
        ("one model is missing", with("predictions", &|c| c.iter_mut().for_each(|r| drop(pop(r))))),
        ("two ids are swapped", with("ids", &|c| c.swap(0, 1))),
        ("ids are run together", with("ids", &|c| (c[0], c[1]) = (json!("t00\nt01"), json!("")))),
        ("ids are missing", json!({"ids": null})),
        ("the meta model is another", with("meta_model", &|c| c[30] = json!(0.5))),
        ("the benchmark is missing", json!({"benchmark": null})),
        ("one feature of one row is another", with("features", &|c| c[20][2] = json!(3))),
        ("rows are in another order", with("target", &|c| c.swap(0, 1))),
        ("the last row is missing", shorter),
    ]
}

fn swap(row: &mut Value) {
    row.as_array_mut().unwrap().swap(0, 1);
}

fn pop(row: &mut Value) -> Option<Value> {
    row.as_array_mut().unwrap().pop()
}

#[test]
fn the_golden_receipt_is_made_again_to_the_byte() {
    let v = vectors("era_report");
    for (name, value) in made(&v).as_object().unwrap() {
        assert!(v[name] == *value, "{name}");
    }
    let bytes = hex::decode(text(&v["receipt"])).unwrap();
    let (receipt, report) = opened(&bytes).map_err(|e| e.to_string()).unwrap();
    assert_eq!(receipt.to_bytes(), bytes);
    assert_eq!(report.eras, ["8", "9", "10"]);
    let document = report.to_document();
    assert_eq!(EraReport::from_document(&document).unwrap(), report);
    assert!(check(&v, &json!({"data": {}})).is_ok());
}

#[test]
fn every_change_is_refused_by_its_check() {
    let v = vectors("era_report");
    let cases = v["refused"].as_array().unwrap();
    assert!(cases.len() >= 40);
    let differs = |case: &&Value| {
        let stated = (text(&case["code"]), text(&case["kind"]), case["check"].as_str());
        match check(&v, case) {
            Ok(()) => Some(format!("{}: accepted", case["id"])),
            Err(e) if (e.code(), e.kind().as_str(), e.check()) == stated => None,
            Err(e) => {
                Some(format!("{}: {} {} {:?}: {e}", case["id"], e.code(), e.kind().as_str(), e.check()))
            }
        }
    };
    let wrong: Vec<String> = cases.iter().filter_map(|case| differs(&case)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn any_changed_byte_of_the_receipt_is_refused() {
    let v = vectors("era_report");
    let bytes = hex::decode(text(&v["receipt"])).unwrap();
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1 << (at % 8);
        assert!(opened(&changed).is_err(), "byte {at}");
    }
}

/// With `COUNTERMARK_WRITE_VECTORS` set, writes the vector anew from its inputs.
#[test]
fn the_vector_is_what_its_inputs_make() {
    let v = vectors("era_report");
    let made = made(&v);
    if std::env::var_os("COUNTERMARK_WRITE_VECTORS").is_none() {
        for name in ["issuer", "id", "digest", "receipt", "verdict", "refused"] {
            assert_eq!(made[name], v[name], "{name}");
        }
        return;
    }
    let mut out = String::from("{\n");
    for name in ["seed", "issued_at", "card", "round", "metrics", "names", "multipliers", "stakes", "pot"] {
        out += &format!("\"{name}\":{},\n", v[name]);
    }
    for name in ["clip", "threshold", "share"] {
        out += &format!("\"{name}\":{},\n", v[name]);
    }
    let lines = |all: &Value| {
        let each: Vec<String> =
            all.as_object().unwrap().iter().map(|(k, x)| format!("\"{k}\":{x}")).collect();
        each.join(",\n")
    };
    out += &format!("\"data\":{{\n{}}},\n", lines(&v["data"]));
    for name in ["issuer", "id", "digest", "receipt", "verdict"] {
        out += &format!("\"{name}\":{},\n", made[name]);
    }
    let refused: Vec<String> = made["refused"].as_array().unwrap().iter().map(Value::to_string).collect();
    out += &format!("\"refused\":[\n{}]}}\n", refused.join(",\n"));
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../bindings/vectors/era_report.json");
    std::fs::write(path, out).unwrap();
}
