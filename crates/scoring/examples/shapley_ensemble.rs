//! Models weighed by their Shapley values predict better than the best of them: red wines, many random splits.
//!
//! Eight simple regressors learn from half of the wines. On a quarter, whose quality is then known, each one's Shapley
//! contribution to the correlation of their ensemble is measured; on the last quarter, which nothing has seen, the
//! ensemble with those weights meets each single model and the plain average.
//! `cargo run -p countermark-scoring --example shapley_ensemble`
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    missing_docs,
    reason = "an example"
)]

use countermark_primitives::{Entropy as _, SeedEntropy};
use countermark_scoring::{Column, ContributionMethod, Ensemble, Mode, numerai_corr};

const FEATURES: usize = 11;

type Row = [f64; FEATURES];

/// Measurements of some wines and what people thought of each.
#[derive(Clone, Default)]
struct Wines {
    x: Vec<Row>,
    y: Vec<f64>,
}

/// Learns from wines, then foretells others.
type Regressor = fn(&Wines, &[Row]) -> Vec<f64>;

/// Each sees other measurements, or looks at them in another way.
const MODELS: [(&str, Regressor); 8] = [
    ("ridge on acids", |past, new| ridge(past, new, &[0, 1, 2, 8])),
    ("ridge on sugar, salt, sulphur", |past, new| ridge(past, new, &[3, 4, 5, 6, 9])),
    ("ridge on alcohol and density", |past, new| ridge(past, new, &[7, 10])),
    ("ridge on everything", |past, new| ridge(past, new, &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])),
    ("15 neighbours", |past, new| neighbours(past, new, 15)),
    ("50 neighbours", |past, new| neighbours(past, new, 50)),
    ("40 stumps", |past, new| stumps(past, new, 40)),
    ("noise", |_, new| new.iter().map(|r| (r[3] * 1e4).sin()).collect()),
];

/// Means over the splits.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) splits: u64,
    /// Correlation of each model, unseen wines.
    pub(crate) models: Vec<(&'static str, f64)>,
    /// Weight of each model.
    pub(crate) weights: Vec<f64>,
    /// Of the model that was best on the wines the weights come from.
    pub(crate) best_of_past: f64,
    pub(crate) average: f64,
    pub(crate) ensemble: f64,
    /// Splits in which the ensemble beats the model that was best on past wines.
    pub(crate) wins: u64,
}

pub(crate) fn run(splits: u64) -> Outcome {
    let wines = wines();
    let mut sums = vec![0.0; MODELS.len()];
    let mut weights = vec![0.0; MODELS.len()];
    let (mut best_of_past, mut average, mut ensemble, mut wins) = (0.0, 0.0, 0.0, 0);
    for seed in 0..splits {
        let [train, past, unseen] = split(&wines, seed);
        let (train, [past, unseen]) = standardised(train, [past, unseen]);
        let predict = |on: &Wines| MODELS.iter().map(|(_, f)| f(&train, &on.x)).collect::<Vec<_>>();
        let (before, after) = (predict(&past), predict(&unseen));
        fn columns(v: &[Vec<f64>]) -> Vec<Column<'_>> {
            v.iter().map(Column::from).collect()
        }
        let target = |w: &Wines| w.y.clone();
        let corr = |predictions: &[Vec<f64>], y: &[f64]| -> Vec<f64> {
            numerai_corr(&columns(predictions), &y.into(), Mode::Strict).unwrap()
        };
        let (known, hidden) = (target(&past), target(&unseen));
        let shapley =
            Ensemble::fit(&columns(&before), &(&known).into(), ContributionMethod::Shapley).unwrap();
        let plain = Ensemble::new(&[1.0; MODELS.len()]).unwrap();
        let together = [shapley.predict(&columns(&after)).unwrap(), plain.predict(&columns(&after)).unwrap()];
        let (then, now, ours) = (corr(&before, &known), corr(&after, &hidden), corr(&together, &hidden));
        let best = (0..then.len()).max_by(|a, b| then[*a].total_cmp(&then[*b])).unwrap();
        for (i, w) in shapley.weights().iter().enumerate() {
            weights[i] += w.to_f64();
            sums[i] += now[i];
        }
        best_of_past += now[best];
        ensemble += ours[0];
        average += ours[1];
        wins += u64::from(ours[0] > now[best]);
    }
    #[allow(clippy::cast_precision_loss)]
    let mean = |x: f64| x / splits as f64;
    Outcome {
        splits,
        models: MODELS.iter().zip(sums).map(|((name, _), s)| (*name, mean(s))).collect(),
        weights: weights.into_iter().map(mean).collect(),
        best_of_past: mean(best_of_past),
        average: mean(average),
        ensemble: mean(ensemble),
        wins,
    }
}

#[allow(dead_code, reason = "a test includes this file and calls run")]
fn main() {
    let o = run(20);
    println!("mean correlation with the quality of unseen wines, {} splits", o.splits);
    for ((name, corr), weight) in o.models.iter().zip(&o.weights) {
        println!("{name:32} {corr:8.4}   weight {weight:.3}");
    }
    println!("{:32} {:8.4}", "best model of the past", o.best_of_past);
    println!("{:32} {:8.4}", "plain average", o.average);
    println!("{:32} {:8.4}   ahead of the best model in {} splits", "Shapley ensemble", o.ensemble, o.wins);
}

fn wines() -> Wines {
    let data = linfa_datasets::winequality();
    let mut w = Wines::default();
    for (row, quality) in data.records().rows().into_iter().zip(data.targets()) {
        let mut x = [0.0; FEATURES];
        x.iter_mut().zip(row).for_each(|(a, b)| *a = *b);
        w.x.push(x);
        w.y.push(f64::from(u32::try_from(*quality).unwrap()));
    }
    w
}

/// Half, a quarter and a quarter, in random order.
fn split(all: &Wines, seed: u64) -> [Wines; 3] {
    let mut key = [0; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    let mut entropy = SeedEntropy::labelled(&key, "wine");
    let mut order: Vec<(u64, usize)> = (0..all.y.len())
        .map(|i| {
            let mut b = [0; 8];
            entropy.fill(&mut b);
            (u64::from_le_bytes(b), i)
        })
        .collect();
    order.sort_unstable();
    let mut parts = [Wines::default(), Wines::default(), Wines::default()];
    for (k, (_, i)) in order.into_iter().enumerate() {
        let part = &mut parts[[0, 1, 0, 2][k % 4]];
        part.x.push(all.x[i]);
        part.y.push(all.y[i]);
    }
    parts
}

/// Measurements less their mean over their standard deviation, both of the first part.
#[allow(clippy::cast_precision_loss)]
fn standardised(mut first: Wines, mut others: [Wines; 2]) -> (Wines, [Wines; 2]) {
    for k in 0..FEATURES {
        let n = first.x.len() as f64;
        let mean = first.x.iter().map(|r| r[k]).sum::<f64>() / n;
        let variance = first.x.iter().map(|r| (r[k] - mean).powi(2)).sum::<f64>() / n;
        let all = [&mut first].into_iter().chain(&mut others).flat_map(|w| &mut w.x);
        all.for_each(|r| r[k] = (r[k] - mean) / variance.sqrt());
    }
    (first, others)
}

/// Least squares with a penalty on the coefficients, by the normal equations.
#[allow(clippy::cast_precision_loss)]
fn ridge(past: &Wines, new: &[Row], features: &[usize]) -> Vec<f64> {
    let n = features.len();
    let mean = past.y.iter().sum::<f64>() / past.y.len() as f64;
    let mut m = vec![vec![0.0; n + 1]; n];
    for (r, y) in past.x.iter().zip(&past.y) {
        for i in 0..n {
            for j in 0..n {
                m[i][j] += r[features[i]] * r[features[j]];
            }
            m[i][n] += r[features[i]] * (y - mean);
        }
    }
    for (i, row) in m.iter_mut().enumerate() {
        row[i] += 1.0;
    }
    for i in 0..n {
        let pivot = m[i].clone();
        for row in m.iter_mut().enumerate().filter(|(j, _)| *j != i).map(|(_, row)| row) {
            let factor = row[i] / pivot[i];
            row.iter_mut().zip(&pivot).for_each(|(a, p)| *a -= factor * p);
        }
    }
    let coefficients: Vec<f64> = (0..n).map(|i| m[i][n] / m[i][i]).collect();
    new.iter().map(|r| features.iter().zip(&coefficients).map(|(f, c)| r[*f] * c).sum()).collect()
}

/// The mean quality of the nearest wines.
#[allow(clippy::cast_precision_loss)]
fn neighbours(past: &Wines, new: &[Row], k: usize) -> Vec<f64> {
    let one = |r: &Row| {
        let distance = |o: &Row| r.iter().zip(o).map(|(a, b)| (a - b).powi(2)).sum::<f64>();
        let mut near: Vec<(f64, f64)> = past.x.iter().map(distance).zip(past.y.iter().copied()).collect();
        near.select_nth_unstable_by(k, |a, b| a.0.total_cmp(&b.0));
        near[..k].iter().map(|(_, y)| y).sum::<f64>() / k as f64
    };
    new.iter().map(one).collect()
}

/// Boosted stumps: each splits one measurement where that explains most of what is left.
#[allow(clippy::cast_precision_loss)]
fn stumps(past: &Wines, new: &[Row], rounds: usize) -> Vec<f64> {
    let mut left: Vec<f64> = past.y.clone();
    let mut out = vec![0.0; new.len()];
    for _ in 0..rounds {
        let mut best = (0.0, 0, 0.0, [0.0; 2]);
        for k in 0..FEATURES {
            for cut in (-6..=6).map(|c| f64::from(c) * 0.3) {
                let mut sums = [(0.0, 0.0); 2];
                for (r, y) in past.x.iter().zip(&left) {
                    let side = &mut sums[usize::from(r[k] > cut)];
                    *side = (side.0 + y, side.1 + 1.0);
                }
                let gain = sums.iter().filter(|s| s.1 > 0.0).map(|s| s.0 * s.0 / s.1).sum::<f64>();
                if gain > best.0 {
                    best = (gain, k, cut, sums.map(|s| if s.1 > 0.0 { 0.3 * s.0 / s.1 } else { 0.0 }));
                }
            }
        }
        let (_, k, cut, value) = best;
        let step = |r: &Row| value[usize::from(r[k] > cut)];
        left.iter_mut().zip(&past.x).for_each(|(y, r)| *y -= step(r));
        out.iter_mut().zip(new).for_each(|(o, r)| *o += step(r));
    }
    out
}
