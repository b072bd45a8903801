//! Predictoor: feeds beside the contract in an EVM, metrics and profits beside pdr-backend's.

mod feed;

use super::{
    answer::Answer,
    function::{Call, Function},
    generate::Random,
};
use countermark_primitives::Timestamp;
use countermark_scoring::{
    Error,
    predictoor::{
        Candles, DirectionMetrics, FeedAccuracy, Forecast, PredictoorTerms, Slot, TraderTerms,
        direction_metrics, feed_accuracy, predictoor_profit, regression_errors, running_metrics,
        trader_profit,
    },
};
use serde_json::json;

const METRICS: &str = "predictoor_metrics";

#[rustfmt::skip]
pub(super) const FUNCTIONS: &[Function] = &[
    Function { name: "predictoor_feed", oracle: "predictoor", tolerance: 0.0, call: feed::call },
    Function { name: "feed_accuracy", oracle: METRICS, tolerance: 1e-12, call: accuracy },
    Function { name: "direction_metrics", oracle: METRICS, tolerance: 1e-12, call: direction },
    Function { name: "running_metrics", oracle: METRICS, tolerance: 1e-12, call: running },
    Function { name: "regression_errors", oracle: METRICS, tolerance: 1e-12, call: regression },
    Function { name: "predictoor_profit", oracle: METRICS, tolerance: 1e-12, call: predictoor },
    Function { name: "trader_profit", oracle: METRICS, tolerance: 1e-12, call: trader },
];

fn flags(r: &mut Random, n: usize) -> Vec<bool> {
    let one_kind = r.below(12);
    (0..n).map(|_| if one_kind < 2 { one_kind == 0 } else { r.below(2) == 0 }).collect()
}

/// Both ends, exactly one half and its neighbours among them.
fn probabilities(r: &mut Random, n: usize) -> Vec<f64> {
    let kind = r.below(6);
    let one = |r: &mut Random| match kind {
        0 => r.pick(&[0.0, 1.0, 0.5, 0.5 + f64::EPSILON, 0.5 - f64::EPSILON / 2.0, 1e-18, 1.0 - 1e-16]),
        1 => r.below(5) as f64 / 4.0,
        2 => 0.5 + (r.unit() - 0.5) * 0.01,
        _ => r.unit(),
    };
    (0..n).map(|_| one(r)).collect()
}

fn accuracy(r: &mut Random) -> Call {
    let day = 1_700_006_400u64;
    let slots: Vec<Slot> = (0..r.below(60))
        .map(|_| {
            let staked = r.pick(&[0.0, 1.0, 1e-18, 1e12]) * r.unit() + r.pick(&[0.0, 2.0]);
            let part = match r.below(4) {
                0 => 0.5,
                1 => 0.0,
                2 => 0.5 + f64::EPSILON,
                _ => r.unit(),
            };
            Slot {
                start: Timestamp::new(match r.below(5) {
                    0 => day,
                    1 => day - 86_400,
                    _ => day - 172_800 + (r.u64() % 1000) * 300,
                }),
                staked_up: staked * part,
                staked,
                truth: r.pick(&[Some(true), Some(false), None]),
                canceled: r.below(8) == 0,
            }
        })
        .collect();
    let row = |s: &Slot| json!([s.start.get(), s.staked_up, s.staked, s.truth, s.canceled]);
    let inputs = json!({ "day": day, "slots": slots.iter().map(row).collect::<Vec<_>>() });
    let list = |a: FeedAccuracy| {
        vec![vec![a.correct as f64, a.evaluated as f64, a.percent, a.staked_yesterday, a.staked_today]]
    };
    Call::new(inputs, Answer::cases(feed_accuracy(&slots, Timestamp::new(day)).map(list)))
}

fn numbers(m: &DirectionMetrics) -> Vec<f64> {
    vec![m.accuracy, m.accuracy_lower, m.accuracy_upper, m.precision, m.recall, m.f1, m.log_loss]
}

fn direction(r: &mut Random) -> Call {
    let rows: Vec<(Vec<bool>, Vec<f64>)> = (0..4)
        .map(|_| {
            let n = r.rows();
            (flags(r, n), probabilities(r, n))
        })
        .collect();
    let json = rows.iter().map(|(t, p)| json!({ "truth": t, "prob_up": p })).collect::<Vec<_>>();
    let ours: Result<Vec<_>, Error> =
        rows.iter().map(|(t, p)| direction_metrics(t, p).map(|m| numbers(&m))).collect();
    let only = json.clone();
    Call {
        inputs: json!({ "rows": json }),
        ours: Answer::cases(ours),
        only: Box::new(move |case| json!({ "rows": [only.get(case)] })),
    }
}

fn running(r: &mut Random) -> Call {
    let n = r.below(12);
    let (truth, prob_up) = (flags(r, n), probabilities(r, n));
    let ours = running_metrics(&truth, &prob_up).map(|m| m.iter().map(numbers).collect());
    Call::new(json!({ "truth": truth, "prob_up": prob_up }), Answer::cases(ours))
}

fn prices(r: &mut Random, n: usize) -> Vec<f64> {
    let mut price = 10f64.powi(r.below(6) as i32 - 1);
    let step = r.pick(&[0.0, 1e-3, 0.02, 0.3]);
    let walk = |_| {
        price *= 1.0 + step * (r.unit() - 0.5);
        price
    };
    (0..n).map(walk).collect()
}

fn regression(r: &mut Random) -> Call {
    let n = r.below(12);
    let (price, next_price) = (prices(r, n), prices(r, n));
    let relative = r.below(2) == 0;
    let forecast: Vec<f64> =
        if relative { (0..n).map(|_| r.normal() * 0.01).collect() } else { prices(r, n) };
    let form = if relative { Forecast::RelativeChange } else { Forecast::Price };
    let inputs =
        json!({ "price": price, "next_price": next_price, "forecast": forecast, "relative": relative });
    Call::new(inputs, Answer::each(regression_errors(&price, &next_price, &forecast, form)))
}

fn predictoor(r: &mut Random) -> Call {
    let n = r.below(12);
    let (truth, prob_up) = (flags(r, n), probabilities(r, n));
    let terms = PredictoorTerms {
        stake: r.pick(&[0.0, 1.0, 1.0, 100.0]),
        others_stake: r.pick(&[0.0, 2313.0, 50.0]),
        others_accuracy: r.pick(&[0.50001, 0.55, 0.0, 1.0]),
        revenue: r.pick(&[0.0, 0.93007, 12.0]),
    };
    let inputs = json!({
        "truth": truth, "prob_up": prob_up, "stake": terms.stake, "others_stake": terms.others_stake,
        "others_accuracy": terms.others_accuracy, "revenue": terms.revenue,
    });
    Call::new(inputs, Answer::each(predictoor_profit(&prob_up, &truth, &terms)))
}

fn trader(r: &mut Random) -> Call {
    let n = r.below(60);
    let (prob_up, close) = (probabilities(r, n), prices(r, n));
    let spread = r.pick(&[0.0, 0.001, 0.05]);
    let high: Vec<f64> = close.iter().map(|c| c * (1.0 + spread * r.unit())).collect();
    let low: Vec<f64> = close.iter().map(|c| c * (1.0 - spread * r.unit())).collect();
    let terms = TraderTerms {
        amount: r.pick(&[0.0, 1500.0, 1.0]),
        fee: r.pick(&[0.0, 0.001, 1.0]),
        take_profit: r.pick(&[0.0, 0.02, 100.0]),
        stop_loss: r.pick(&[0.0, 0.01, 100.0]),
        confidence_threshold: r.pick(&[0.0, 0.1, 0.5]),
    };
    let inputs = json!({
        "prob_up": prob_up, "close": close, "high": high, "low": low, "amount": terms.amount, "fee": terms.fee,
        "take_profit": terms.take_profit, "stop_loss": terms.stop_loss,
        "confidence_threshold": terms.confidence_threshold,
    });
    let candles = Candles { close: &close, high: &high, low: &low };
    Call::new(inputs, Answer::each(trader_profit(&prob_up, &candles, &terms)))
}
