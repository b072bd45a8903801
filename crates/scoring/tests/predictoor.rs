//! The vectors of every language: rounds settled by the contract, metrics and profits of pdr-backend's libraries.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use countermark_primitives::{Coded as _, Timestamp, Wei};
use countermark_scoring::predictoor::*;
use serde_json::Value;

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../bindings/vectors/predictoor.json")).unwrap()
}

fn numbers(v: &Value) -> Vec<f64> {
    v.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
}

fn flags(v: &Value) -> Vec<bool> {
    v.as_array().unwrap().iter().map(|x| x.as_bool().unwrap()).collect()
}

fn amount(v: &Value) -> Wei {
    v.as_str().unwrap().parse().unwrap()
}

fn near(got: &[f64], expected: &[f64]) {
    assert_eq!(got.len(), expected.len());
    for (a, b) in got.iter().zip(expected) {
        assert!((a - b).abs() <= 1e-12 * b.abs().max(1.0), "{a} is not {b}");
    }
}

#[test]
fn rounds_are_those_of_the_contract() {
    for round in vectors()["rounds"].as_array().unwrap() {
        let up = flags(&round["up"]);
        let stakes: Vec<Wei> = round["stakes"].as_array().unwrap().iter().map(amount).collect();
        if up.len() != stakes.len() {
            continue; // a case of the skins, whose columns may differ
        }
        let predictions: Vec<Prediction> =
            up.into_iter().zip(stakes).map(|(up, stake)| Prediction { up, stake }).collect();
        let settled = settle_round(&predictions, amount(&round["revenue"]), round["truth"].as_bool());
        if let Some(code) = round["code"].as_str() {
            assert_eq!(settled.unwrap_err().code(), code);
            continue;
        }
        let s = settled.unwrap();
        let payouts: Vec<Wei> = round["payouts"].as_array().unwrap().iter().map(amount).collect();
        assert_eq!(s.payouts, payouts);
        assert_eq!(s.status == Status::Canceled, round["status"] == "canceled");
        for (name, got) in [("sum_up", s.sum_up), ("sum", s.sum), ("slashed", s.slashed), ("left", s.left)] {
            assert_eq!(got, amount(&round[name]), "{name}");
        }
    }
}

#[test]
fn metrics_are_those_of_the_libraries() {
    let v = vectors();
    let (truth, prob_up) = (flags(&v["truth"]), numbers(&v["prob_up"]));
    let running = running_metrics(&truth, &prob_up).unwrap();
    assert_eq!(direction_metrics(&truth, &prob_up).unwrap(), running[truth.len() - 1]);
    for (m, e) in running.iter().zip(v["metrics"].as_array().unwrap()) {
        let got = [m.accuracy, m.accuracy_lower, m.accuracy_upper, m.precision, m.recall, m.f1, m.log_loss];
        let names = ["accuracy", "accuracy_lower", "accuracy_upper", "precision", "recall", "f1", "log_loss"];
        near(&got, &names.map(|n| e[n].as_f64().unwrap()));
    }

    let a = &v["accuracy"];
    let column = |name: &str| a[name].as_array().unwrap().clone();
    let (staked_up, staked, canceled) =
        (numbers(&a["staked_up"]), numbers(&a["staked"]), flags(&a["canceled"]));
    let slots: Vec<Slot> = (0..staked.len())
        .map(|i| Slot {
            start: Timestamp::new(column("starts")[i].as_u64().unwrap()),
            staked_up: staked_up[i],
            staked: staked[i],
            truth: column("truth")[i].as_bool(),
            canceled: canceled[i],
        })
        .collect();
    let got = feed_accuracy(&slots, Timestamp::new(a["day"].as_u64().unwrap())).unwrap();
    let e = &a["expected"];
    assert_eq!((Some(got.correct), Some(got.evaluated)), (e["correct"].as_u64(), e["evaluated"].as_u64()));
    let floats = ["percent", "staked_yesterday", "staked_today"].map(|n| e[n].as_f64().unwrap());
    near(&[got.percent, got.staked_yesterday, got.staked_today], &floats);

    let r = &v["regression"];
    let errors = |forecast: &str, form| {
        regression_errors(&numbers(&r["price"]), &numbers(&r["next_price"]), &numbers(&r[forecast]), form)
    };
    near(&errors("forecast", Forecast::RelativeChange).unwrap(), &numbers(&r["errors"]));
    near(&errors("price_forecast", Forecast::Price).unwrap(), &numbers(&r["price_errors"]));
}

#[test]
fn profits_are_those_of_the_simulation() {
    let v = vectors();
    let (truth, prob_up) = (flags(&v["truth"]), numbers(&v["prob_up"]));
    let p = &v["predictoor"];
    let x = |from: &Value, name: &str| from[name].as_f64().unwrap();
    let terms = PredictoorTerms {
        stake: x(p, "stake"),
        others_stake: x(p, "others_stake"),
        others_accuracy: x(p, "others_accuracy"),
        revenue: x(p, "revenue"),
    };
    near(&predictoor_profit(&prob_up, &truth, &terms).unwrap(), &numbers(&p["profit"]));

    let t = &v["trader"];
    let (close, high, low) = (numbers(&t["close"]), numbers(&t["high"]), numbers(&t["low"]));
    let terms = TraderTerms {
        amount: x(t, "amount"),
        fee: x(t, "fee"),
        take_profit: x(t, "take_profit"),
        stop_loss: x(t, "stop_loss"),
        confidence_threshold: x(t, "confidence_threshold"),
    };
    let candles = Candles { close: &close, high: &high, low: &low };
    near(&trader_profit(&prob_up, &candles, &terms).unwrap(), &numbers(&t["profit"]));
}

#[test]
fn bad_inputs_are_named() {
    let code = |e: countermark_scoring::Error| e.code();
    let nan = f64::NAN;
    assert_eq!(direction_metrics(&[], &[]).map_err(code), Err("too_few_rows"));
    assert_eq!(running_metrics(&[], &[]), Ok(vec![]));
    assert_eq!(direction_metrics(&[true], &[nan]).map_err(code), Err("non_finite"));
    assert_eq!(direction_metrics(&[true], &[-0.1]).map_err(code), Err("out_of_range"));
    assert_eq!(running_metrics(&[true], &[0.1, 0.2]).map_err(code), Err("length_mismatch"));
    let slot =
        |staked| Slot { start: Timestamp::new(0), staked_up: 0.0, staked, truth: None, canceled: false };
    assert_eq!(feed_accuracy(&[slot(-1.0)], Timestamp::new(0)).map_err(code), Err("out_of_range"));
    assert_eq!(feed_accuracy(&[slot(nan)], Timestamp::new(0)).map_err(code), Err("non_finite"));
    let alone = PredictoorTerms { stake: 1.0, others_stake: 0.0, others_accuracy: 0.5, revenue: 0.0 };
    // Nobody staked on what happened.
    assert_eq!(predictoor_profit(&[0.0], &[true], &alone).map_err(code), Err("out_of_range"));
    let terms =
        TraderTerms { amount: 1.0, fee: 0.0, take_profit: 0.1, stop_loss: 0.1, confidence_threshold: 0.0 };
    let zero = Candles { close: &[0.0], high: &[1.0], low: &[1.0] };
    assert_eq!(trader_profit(&[0.6], &zero, &terms).map_err(code), Err("out_of_range"));
    let short = Candles { close: &[1.0], high: &[], low: &[1.0] };
    assert_eq!(trader_profit(&[0.6], &short, &terms).map_err(code), Err("length_mismatch"));
}
