//! Neutralisation to features, and the scores of what is left.

use super::super::{
    answer::{Answer, column},
    function::{Call, Function},
    generate::Random,
};
use super::shared::{json as list, tails, values, views};
use countermark_scoring::{self as scoring, Ids, Mode, Signal};
use serde_json::json;

#[rustfmt::skip]
pub(crate) const FUNCTIONS: &[Function] = &[
    Function { name: "neutralize", oracle: "numerai", tolerance: 1e-9, call: neutralize },
    Function { name: "feature_neutral_corr", oracle: "numerai", tolerance: 1e-9, call: fnc },
    Function { name: "neutral_correlation", oracle: "numerai", tolerance: 1e-9, call: correlation },
    Function { name: "neutral_contribution", oracle: "numerai", tolerance: 1e-9, call: contribution },
    Function { name: "neutral_churn", oracle: "numerai", tolerance: 1e-9, call: churn },
    Function { name: "feature_exposures", oracle: "numerai", tolerance: 1e-9, call: exposures },
];

/// Features: smooth, in bins, int8-like, constant, equal or proportional to another, far smaller than the others.
fn features(r: &mut Random, rows: usize, count: usize) -> Vec<Vec<f64>> {
    let mut all: Vec<Vec<f64>> = Vec::new();
    for _ in 0..count {
        let kind = r.below(14);
        let constant = r.pick(&[0.0, 0.5, 1.0]);
        let scale = match kind {
            12 => 1e-3,
            13 => 1e-10,
            _ => 1.0,
        };
        let one = |r: &mut Random| match kind {
            0..=4 => r.below(5) as f64 / 4.0,
            5 => r.below(256) as f64 - 128.0,
            6 => constant,
            _ => r.normal() * scale,
        };
        let column = match (kind, all.last()) {
            (10, Some(last)) => last.clone(),
            (11, Some(last)) => last.iter().map(|x| 2.0 * x - 1.0).collect(),
            _ => (0..rows).map(|_| one(r)).collect(),
        };
        all.push(column);
    }
    all
}

/// Models without ties, so that no rank of a residual hangs on rounding; now and then a constant, or with ties.
fn models(r: &mut Random, rows: usize, target: &[f64]) -> Vec<Vec<f64>> {
    let count = 1 + r.below(12);
    let mut all: Vec<Vec<f64>> =
        (0..count).map(|_| target.iter().map(|t| r.normal() + t).collect()).collect();
    if r.below(8) == 0 {
        all.push(vec![0.25; rows]);
    }
    if r.below(4) == 0 {
        all.push((0..rows).map(|_| r.below(5) as f64 + 1e-9 * r.unit()).collect());
    }
    all
}

struct Inputs {
    predictions: Vec<Vec<f64>>,
    features: Vec<Vec<f64>>,
    target: Vec<f64>,
}

/// Enough rows for residuals that are more than rounding.
fn inputs(r: &mut Random, gaps: bool) -> Inputs {
    let count = r.below(24);
    let rows = 3 * count + 8 + r.rows();
    let target: Vec<f64> = (0..rows).map(|_| r.below(5) as f64 / 4.0).collect();
    let mut predictions = models(r, rows, &target);
    let mut features = features(r, rows, count);
    let mut target = target;
    if gaps {
        match r.below(8) {
            0 => r.punch(&mut target, 0.05, f64::NAN),
            1 => r.punch(&mut predictions[0], 0.02, f64::NAN),
            2 if count > 0 => r.punch(&mut features[0], 0.02, f64::NAN),
            _ => {}
        }
    }
    Inputs { predictions, features, target }
}

fn neutralize(r: &mut Random) -> Call {
    let mut i = inputs(r, false);
    // Fewer rows than features: nothing is left but what rounding leaves.
    if r.below(5) == 0 {
        // Features of one size: next to the cut of small singular values either side could be right.
        i.features.retain(|f| f.iter().any(|x| x.abs() > 1e-2) && f.iter().all(|x| x.abs() < 16.0));
        let rows = 1 + r.below(i.features.len().max(1) + 3);
        i.predictions.iter_mut().chain(&mut i.features).for_each(|c| c.truncate(rows));
    }
    if r.below(20) == 0 {
        r.punch(&mut i.predictions[0], 0.0, f64::NAN);
    }
    let proportion = r.pick(&[1.0, 1.0, 0.5, 0.0, 1.5]);
    let ours = scoring::neutralize(&views(&i.predictions), &views(&i.features), proportion, Mode::Compat);
    let rows = i.predictions[0].len();
    let ours = ours.map(|all| all.into_iter().map(|m| m.unwrap_or_else(|_| vec![f64::NAN; rows])).collect());
    let inputs = json!({
        "predictions": list(&i.predictions), "features": list(&i.features), "proportion": proportion,
    });
    Call::new(inputs, Answer::cases(ours))
}

fn fnc(r: &mut Random) -> Call {
    let mut i = inputs(r, true);
    // A constant fails the whole call: seldom, or little else would be compared.
    if r.below(4) != 0 {
        i.predictions.retain(|p| p.windows(2).any(|w| w[0] != w[1]));
    }
    let target = (&i.target).into();
    let ours = scoring::feature_neutral_corr(
        &views(&i.predictions),
        &views(&i.features),
        &target,
        Mode::Compat,
        None,
    );
    let inputs = json!({
        "predictions": list(&i.predictions), "features": list(&i.features), "target": column(&i.target),
    });
    Call::new(inputs, values(ours))
}

fn correlation(r: &mut Random) -> Call {
    let i = inputs(r, true);
    let k = without_constants(&i).then(|| tails(r, i.target.len())).flatten();
    let target = (&i.target).into();
    let ours =
        scoring::neutral_correlation(&views(&i.predictions), &views(&i.features), &target, k, Mode::Compat);
    let inputs = json!({
        "predictions": list(&i.predictions), "features": list(&i.features), "target": column(&i.target),
        "top_bottom": k,
    });
    Call::new(inputs, values(ours))
}

/// The order of a constant's residuals is that of gaps.
fn without_constants(i: &Inputs) -> bool {
    i.predictions.iter().all(|p| p.windows(2).any(|w| w[0] != w[1]))
}

fn contribution(r: &mut Random) -> Call {
    let i = inputs(r, true);
    let meta: Vec<f64> = i.target.iter().map(|_| r.normal()).collect();
    let k = without_constants(&i).then(|| tails(r, i.target.len())).flatten();
    let ours = scoring::neutral_contribution(
        &views(&i.predictions),
        &(&meta).into(),
        &views(&i.features),
        &(&i.target).into(),
        k,
        Mode::Compat,
    );
    let inputs = json!({
        "predictions": list(&i.predictions), "features": list(&i.features), "target": column(&i.target),
        "meta_model": column(&meta), "top_bottom": k,
    });
    Call::new(inputs, values(ours))
}

fn churn(r: &mut Random) -> Call {
    let (a, mut b) = (inputs(r, false), inputs(r, false));
    let n = a.target.len();
    // Mostly with as many rows, so that enough ids are common.
    if r.below(6) != 0 {
        let count = (n / 3).min(b.features.len());
        b.features = features(r, n, count);
        b.predictions = models(r, n, &a.target);
    }
    // The second has the ids of the first from some row on, in another order.
    let m = b.predictions[0].len();
    let shift = r.below(n / 8 + 1);
    let first: Vec<i64> = (0..n as i64).collect();
    let second: Vec<i64> = (0..m as i64).rev().map(|i| i + shift as i64).collect();
    let signal = |ids, x| Signal { ids: Ids::I64(ids), values: x };
    let (x, y) = (&a.predictions[0], &b.predictions[0]);
    let ours = scoring::neutral_churn(
        &signal(&first, x.into()),
        &signal(&second, y.into()),
        &views(&a.features),
        &views(&b.features),
    );
    let inputs = json!({
        "a": column(x), "b": column(y), "a_ids": first, "b_ids": second,
        "a_features": list(&a.features), "b_features": list(&b.features),
    });
    Call::new(inputs, Answer::each(ours.map(|c| vec![c])))
}

fn exposures(r: &mut Random) -> Call {
    let mut i = inputs(r, false);
    // Neither a constant nor one next to it: their correlation hangs on rounding.
    i.features.retain(|f| f.iter().any(|x| (x - f[0]).abs() > 1e-4 * f[0].abs()));
    i.predictions.retain(|p| p.windows(2).any(|w| w[0] != w[1]));
    let ours = scoring::feature_exposures(&views(&i.predictions), &views(&i.features), Mode::Compat);
    let ours = ours.map(|all| {
        all.into_iter().map(|e| e.map_or_else(|_| Vec::new(), |e| e.correlations)).collect::<Vec<_>>()
    });
    let inputs = json!({ "predictions": list(&i.predictions), "features": list(&i.features) });
    Call::new(inputs, Answer::cases(ours))
}
