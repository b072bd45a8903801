//! Numerai's scores and the settlement of a pot.

pub(super) mod metrics;
pub(super) mod neutral;
pub(super) mod primitives;
mod shared;
pub(super) mod tournament;

use super::{
    answer::{Answer, column, columns},
    function::{Call, Function},
    generate::Random,
};
use countermark_primitives::{Nano, U256, Wei};
use countermark_scoring::{self as scoring, Column, Mode};
use countermark_settle::{PayoutRule, Share, largest_remainder, settle_pot};
use serde_json::{Value, json};

#[rustfmt::skip]
pub(super) const FUNCTIONS: &[Function] = &[
    Function { name: "tie_kept_rank", oracle: "numerai", tolerance: 1e-12, call: |r| call(make_rank(r)) },
    Function { name: "gaussian", oracle: "numerai", tolerance: 1e-12, call: |r| call(make_gaussian(r)) },
    Function { name: "power", oracle: "numerai", tolerance: 1e-12, call: |r| call(make_power(r)) },
    Function { name: "numerai_corr", oracle: "numerai", tolerance: 1e-12, call: |r| call(make_corr(r)) },
    Function { name: "correlation_contribution", oracle: "numerai", tolerance: 1e-12, call: |r| call(make_mmc(r)) },
    Function { name: "largest_remainder", oracle: "numerai", tolerance: 0.0, call: |r| call(make_split(r)) },
    Function { name: "settle_pot", oracle: "numerai", tolerance: 0.0, call: |r| call(make_settle(r)) },
];

fn call(inputs: Inputs) -> Call {
    let (json, ours) = (inputs.to_json(), ours(&inputs));
    Call { inputs: json, ours, only: Box::new(move |case| inputs.only(case).to_json()) }
}

/// One call's inputs. Predictions are columns, one case each.
enum Inputs {
    Rank(Vec<Vec<f64>>),
    Gaussian(Vec<Vec<f64>>),
    Power(Vec<Vec<f64>>, f64),
    Corr { predictions: Vec<Vec<f64>>, target: Vec<f64> },
    Mmc { predictions: Vec<Vec<f64>>, meta_model: Vec<f64>, target: Vec<f64> },
    Split { pot: Wei, weights: Vec<U256> },
    Settle { pot: Wei, scores: Vec<i64>, stakes: Vec<Wei>, rule: PayoutRule },
}

fn make_rank(r: &mut Random) -> Inputs {
    let rows = r.rows();
    let columns = 1 + r.below(30);
    let mut all: Vec<_> = (0..columns).map(|_| r.column(rows)).collect();
    for c in &mut all {
        for with in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            if r.below(4) == 0 {
                let share = r.pick(&[0.0, 0.05, 0.5]);
                r.punch(c, share, with);
            }
        }
    }
    Inputs::Rank(all)
}

fn make_gaussian(r: &mut Random) -> Inputs {
    let rows = 1 + r.below(300);
    let column = |r: &mut Random| -> Vec<f64> {
        let kind = r.below(4);
        let one = |r: &mut Random| match kind {
            0 => r.unit(),
            // Tails, down to the smallest probabilities, and close to 1.
            1 => r.unit().powi(r.pick(&[2, 10, 100])),
            2 => 1.0 - r.unit().powi(r.pick(&[2, 5])),
            _ => r.pick(&[0.0, 1.0, 0.5, 0.075, 0.925, f64::NAN, -0.5, 1.5, f64::MIN_POSITIVE]),
        };
        (0..rows).map(|_| one(r)).collect()
    };
    Inputs::Gaussian((0..1 + r.below(30)).map(|_| column(r)).collect())
}

fn make_power(r: &mut Random) -> Inputs {
    let rows = r.rows();
    let p = r.pick(&[1.5, 1.5, 0.5, 1.0, 2.0]);
    let column = |r: &mut Random| -> Vec<f64> {
        let kind = r.below(8);
        let constant = r.pick(&[0.0, 0.25, 1.0, -4.0]);
        let one = |r: &mut Random| match kind {
            0 => constant,
            1 => r.below(5) as f64 - 2.0,
            _ => r.normal(),
        };
        (0..rows).map(|_| one(r)).collect()
    };
    let mut all: Vec<_> = (0..1 + r.below(12)).map(|_| column(r)).collect();
    if r.below(20) == 0 {
        let j = r.below(all.len());
        r.punch(&mut all[j], 0.0, f64::NAN);
    }
    Inputs::Power(all, p)
}

/// Predictions and a target, with gaps in some calls: mostly below the bound of 20 % of the rows, sometimes above.
fn make_scored(r: &mut Random) -> (Vec<Vec<f64>>, Vec<f64>) {
    loop {
        let rows = if r.below(50) == 0 { 0 } else { r.rows() };
        let kind = r.below(10);
        let constant = r.pick(&[0.0, 0.25, 1.0]);
        let one = |r: &mut Random| match kind {
            0..=5 => r.below(5) as f64 / 4.0,
            6 | 7 => r.unit(),
            8 => r.normal() * 3.0,
            _ => constant,
        };
        let mut target: Vec<f64> = (0..rows).map(|_| one(r)).collect();
        let mut predictions: Vec<Vec<f64>> = (0..1 + r.below(30)).map(|_| r.column(rows)).collect();
        for c in &mut predictions {
            // Some signal, so that correlations are not all near zero.
            if r.below(3) == 0 {
                c.iter_mut().zip(&target).for_each(|(x, t)| *x += t);
            }
            if r.below(20) == 0 {
                let end = r.pick(&[f64::INFINITY, f64::NEG_INFINITY]);
                r.punch(c, 0.02, end);
            }
        }
        let share = r.pick(&[0.0, 0.01, 0.1]);
        for _ in 0..r.pick(&[0, 0, 0, 1, 2]) {
            let j = r.below(predictions.len());
            r.punch(&mut predictions[j], share, f64::NAN);
        }
        if r.below(6) == 0 {
            r.punch(&mut target, share, f64::NAN);
        }
        // Left-out rows may leave a target that is one value, with a mean that is none of it: what the library then
        // answers hangs on the rounding of a sum of equal numbers.
        let kept: Vec<f64> = (0..rows)
            .filter(|i| !target[*i].is_nan() && predictions.iter().all(|c| !c[*i].is_nan()))
            .map(|i| target[i])
            .collect();
        if kept.len() == rows || kept.windows(2).any(|w| w[0] != w[1]) || kept.len() < 2 {
            return (predictions, target);
        }
    }
}

fn make_corr(r: &mut Random) -> Inputs {
    let (predictions, target) = make_scored(r);
    Inputs::Corr { predictions, target }
}

fn make_mmc(r: &mut Random) -> Inputs {
    let (mut predictions, target) = make_scored(r);
    let mut meta_model = r.column(target.len());
    match r.below(8) {
        0 => r.punch(&mut meta_model, 0.05, f64::NAN),
        // The meta model among the models: its contribution is zero.
        1 => predictions.push(meta_model.clone()),
        _ => {}
    }
    Inputs::Mmc { predictions, meta_model, target }
}

fn make_split(r: &mut Random) -> Inputs {
    let n = r.below(20);
    let small = r.below(2) == 0;
    let weight = |r: &mut Random| if small { U256::from(r.below(6)) } else { r.amount().get() };
    Inputs::Split { pot: r.amount(), weights: (0..n).map(|_| weight(r)).collect() }
}

fn make_settle(r: &mut Random) -> Inputs {
    let n = r.below(20);
    let small = r.below(4) != 0;
    let amount = |r: &mut Random| if small { Wei::from_u128(u128::from(r.u64())) } else { r.amount() };
    let score = |r: &mut Random| match r.below(5) {
        0 => r.u64().cast_signed(),
        1 => 0,
        _ => (r.normal() * 3e7) as i64,
    };
    Inputs::Settle {
        pot: amount(r),
        scores: (0..n).map(|_| score(r)).collect(),
        stakes: (0..n).map(|_| amount(r)).collect(),
        rule: PayoutRule {
            clip: Nano::new(r.pick(&[0, 17_000_000, 50_000_000, 1_000_000_000])),
            threshold: (r.below(2) == 0).then(|| amount(r)),
            share: r.pick(&[Share::WholePot, Share::AtMostRate]),
        },
    }
}

fn ours(inputs: &Inputs) -> Answer {
    fn views(columns: &[Vec<f64>]) -> Vec<Column<'_>> {
        columns.iter().map(Column::from).collect()
    }
    let each = |columns: &[Vec<f64>], f: &dyn Fn(&Column<'_>) -> scoring::Result<Vec<f64>>| {
        Answer::cases(views(columns).iter().map(f).collect::<Result<Vec<_>, _>>())
    };
    let scores = Answer::each::<scoring::Error>;
    match inputs {
        Inputs::Rank(c) => each(c, &|c| Ok(scoring::tie_kept_rank(c))),
        Inputs::Gaussian(c) => each(c, &|c| Ok(scoring::gaussian(c))),
        Inputs::Power(c, p) => each(c, &|c| scoring::power(c, *p)),
        Inputs::Corr { predictions, target } => {
            scores(scoring::numerai_corr(&views(predictions), &target.into(), Mode::Compat))
        }
        Inputs::Mmc { predictions, meta_model, target } => scores(scoring::correlation_contribution(
            &views(predictions),
            &meta_model.into(),
            &target.into(),
            Mode::Compat,
        )),
        Inputs::Split { pot, weights } => {
            Answer::exact(largest_remainder(*pot, weights).map(|p| p.iter().map(Wei::to_string).collect()))
        }
        Inputs::Settle { pot, scores, stakes, rule } => {
            let scores: Vec<Nano> = scores.iter().map(|s| Nano::new(*s)).collect();
            Answer::exact(settle_pot(*pot, &scores, stakes, rule).map(|s| {
                let paid = s.rows.iter().map(|r| r.paid);
                let burned = s.rows.iter().map(|r| r.burned);
                paid.chain(burned).chain([s.remainder]).map(|w| w.to_string()).collect()
            }))
        }
    }
}

impl Inputs {
    fn to_json(&self) -> Value {
        let text = |v: &[Wei]| v.iter().map(Wei::to_string).collect::<Vec<_>>();
        match self {
            Self::Rank(c) | Self::Gaussian(c) => json!({ "predictions": columns(c) }),
            Self::Power(c, p) => json!({ "predictions": columns(c), "p": p }),
            Self::Corr { predictions, target } => {
                json!({ "predictions": columns(predictions), "target": column(target) })
            }
            Self::Mmc { predictions, meta_model, target } => json!({
                "predictions": columns(predictions),
                "meta_model": column(meta_model),
                "target": column(target),
            }),
            Self::Split { pot, weights } => json!({
                "pot": pot.to_string(),
                "weights": weights.iter().map(U256::to_string).collect::<Vec<_>>(),
            }),
            Self::Settle { pot, scores, stakes, rule } => json!({
                "pot": pot.to_string(),
                "scores": scores,
                "stakes": text(stakes),
                "clip": rule.clip.get(),
                "threshold": rule.threshold.map(|t| t.to_string()),
                "share": if rule.share == Share::WholePot { "whole_pot" } else { "at_most_rate" },
            }),
        }
    }

    /// The inputs of one case alone. Where a row is left out because of another model's gap, the case gets the gap.
    fn only(&self, case: usize) -> Self {
        let one = |c: &[Vec<f64>]| c.get(case).map_or_else(|| c.to_vec(), |c| vec![c.clone()]);
        let with_gaps = |all: &[Vec<f64>]| {
            let mut picked = one(all);
            for c in &mut picked {
                for (i, x) in c.iter_mut().enumerate() {
                    if all.iter().any(|o| o[i].is_nan()) {
                        *x = f64::NAN;
                    }
                }
            }
            picked
        };
        match self {
            Self::Rank(c) => Self::Rank(one(c)),
            Self::Gaussian(c) => Self::Gaussian(one(c)),
            Self::Power(c, p) => Self::Power(one(c), *p),
            Self::Corr { predictions, target } => {
                Self::Corr { predictions: with_gaps(predictions), target: target.clone() }
            }
            Self::Mmc { predictions, meta_model, target } => Self::Mmc {
                predictions: with_gaps(predictions),
                meta_model: meta_model.clone(),
                target: target.clone(),
            },
            Self::Split { pot, weights } => Self::Split { pot: *pot, weights: weights.clone() },
            Self::Settle { pot, scores, stakes, rule } => {
                Self::Settle { pot: *pot, scores: scores.clone(), stakes: stakes.clone(), rule: *rule }
            }
        }
    }
}
