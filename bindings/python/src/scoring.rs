//! Scores of arrays and the settlement of a pot.

use crate::{
    convert::{Array, Done, Numbers, integer, wei},
    plain::{mode, payout_rule},
};
use countermark::{
    primitives::{Nano, Wei},
    scoring::{self, Mode},
    settle,
};
use num_bigint::BigUint;
use pyo3::prelude::*;

/// The scores of one model.
#[pyclass(frozen, get_all, module = "countermark")]
pub(crate) struct ModelScore {
    /// Numerai's correlation, -1..=1; NaN where there is a reason.
    corr: f64,
    /// Contribution to the meta model; NaN where there is a reason or no meta model.
    mmc: f64,
    /// Why there is no score, as an error code; None where there is one.
    reason: Option<&'static str>,
}

#[pymethods]
impl ModelScore {
    fn __repr__(&self) -> String {
        let reason = self.reason.map_or("None".to_owned(), |reason| format!("'{reason}'"));
        format!("ModelScore(corr={:?}, mmc={:?}, reason={reason})", self.corr, self.mmc)
    }
}

/// Numerai's correlation of one model with the target, -1..=1.
///
/// `predictions` and `target`: float64, shape `[n]`, of any strides. NaN or infinite values are refused.
#[pyfunction]
pub(crate) fn numerai_corr(py: Python<'_>, predictions: Array<'_>, target: Array<'_>) -> Done<f64> {
    let predictions = Numbers::new("shape of predictions", &predictions, 1)?;
    let target = Numbers::new("shape of target", &target, 1)?;
    let scores =
        py.detach(|| scoring::numerai_corr(&[predictions.column()], &target.column(), Mode::Strict))?;
    Ok(scores.first().copied().unwrap_or(f64::NAN))
}

/// Contribution of one model to the meta model (MMC).
///
/// All three: float64, shape `[n]`, of any strides. NaN or infinite values are refused.
#[pyfunction]
pub(crate) fn correlation_contribution(
    py: Python<'_>,
    predictions: Array<'_>,
    meta_model: Array<'_>,
    target: Array<'_>,
) -> Done<f64> {
    let predictions = Numbers::new("shape of predictions", &predictions, 1)?;
    let meta_model = Numbers::new("shape of meta_model", &meta_model, 1)?;
    let target = Numbers::new("shape of target", &target, 1)?;
    let scores = py.detach(|| {
        let columns = [predictions.column()];
        scoring::correlation_contribution(&columns, &meta_model.column(), &target.column(), Mode::Strict)
    })?;
    Ok(scores.first().copied().unwrap_or(f64::NAN))
}

/// Scores many models in one call.
///
/// `predictions`: float64, shape `[n, models]`, of any strides (Fortran order is the fastest); `target` and
/// `meta_model`: float64, shape `[n]`. `mode`: "per_model" gives a model that cannot be scored a reason, "strict"
/// raises, "compat" does as numerai-tools.
#[pyfunction]
#[pyo3(signature = (predictions, target, meta_model = None, mode = "per_model"))]
pub(crate) fn score_models(
    py: Python<'_>,
    predictions: Array<'_>,
    target: Array<'_>,
    meta_model: Option<Array<'_>>,
    mode: &str,
) -> Done<Vec<ModelScore>> {
    let mode = self::mode(mode)?;
    let predictions = Numbers::new("shape of predictions", &predictions, 2)?;
    let target = Numbers::new("shape of target", &target, 1)?;
    let meta_model = meta_model.as_ref().map(|m| Numbers::new("shape of meta_model", m, 1)).transpose()?;
    let scores = py.detach(|| {
        let meta_model = meta_model.as_ref().map(Numbers::column);
        scoring::score(&predictions.matrix()?.columns(), &target.column(), meta_model.as_ref(), mode)
    })?;
    let score =
        |s: scoring::ModelScore| ModelScore { corr: s.corr, mmc: s.mmc, reason: s.reason.map(|r| r.code()) };
    Ok(scores.into_iter().map(score).collect())
}

/// A settled pot, in the smallest unit of its token: `pot + burned == paid + remainder`.
#[pyclass(frozen, get_all, module = "countermark")]
pub(crate) struct Settlement {
    /// What there was to pay out.
    pot: BigUint,
    /// One row for each score, in the order given.
    rows: Vec<SettlementRow>,
    /// Sum of what was paid.
    paid: BigUint,
    /// Sum of what was taken from stakes.
    burned: BigUint,
    /// What nobody earned, and what was taken from stakes.
    remainder: BigUint,
}

/// One staked score and what came of it.
#[pyclass(frozen, get_all, module = "countermark")]
#[derive(Clone)]
pub(crate) struct SettlementRow {
    /// The score that was settled, to the nearest 1e-9.
    score: f64,
    /// What was staked on it.
    stake: BigUint,
    /// The score after payout factor and clip.
    rate: f64,
    /// Paid out of the pot.
    paid: BigUint,
    /// Taken from the stake.
    burned: BigUint,
}

impl SettlementRow {
    pub(crate) fn new(r: &settle::Row) -> Self {
        Self {
            score: r.score.to_f64(),
            stake: integer(r.stake),
            rate: r.rate.to_f64(),
            paid: integer(r.paid),
            burned: integer(r.burned),
        }
    }
}

/// Settles a pot in integers: scores (rounded to 1e-9) to rates, positive rates are paid, negative ones burn their
/// part of the stake.
///
/// `stakes`, `pot` and `threshold`: ints in the smallest unit. `clip`: bound of the rate as a part of the stake,
/// 0..=1. `threshold`: stake in total above which rates shrink. `share`: "whole_pot" or "at_most_rate".
#[pyfunction]
#[pyo3(signature = (pot, scores, stakes, clip, threshold, share))]
pub(crate) fn settle_pot(
    py: Python<'_>,
    pot: BigUint,
    scores: Vec<f64>,
    stakes: Vec<BigUint>,
    clip: f64,
    threshold: Option<BigUint>,
    share: &str,
) -> Done<Settlement> {
    let scores = scores.into_iter().map(Nano::from_f64).collect::<Result<Vec<_>, _>>()?;
    let stakes = stakes.iter().map(|s| wei("stake", s)).collect::<Result<Vec<_>, _>>()?;
    let threshold = threshold.map(|t| wei("threshold", &t)).transpose()?;
    let rule = payout_rule(clip, threshold, share)?;
    let pot: Wei = wei("pot", &pot)?;
    let settled = py.detach(|| settle::settle_pot(pot, &scores, &stakes, &rule))?;
    Ok(settlement(&settled))
}

/// A settlement as Python's.
pub(crate) fn settlement(settled: &settle::Settlement) -> Settlement {
    Settlement {
        pot: integer(settled.pot),
        rows: settled.rows.iter().map(SettlementRow::new).collect(),
        paid: integer(settled.paid),
        burned: integer(settled.burned),
        remainder: integer(settled.remainder),
    }
}
