//! Scores of arrays and the settlement of a pot.

use crate::{
    convert::{Done, floats, wei},
    plain::{mode, payout_rule},
};
use countermark::{
    primitives::{Error as Basic, Nano},
    scoring::{self, Matrix, Mode},
    settle,
};

/// The scores of one model.
#[derive(Debug, uniffi::Record)]
pub struct ModelScore {
    /// Numerai's correlation, -1..=1; NaN where there is a reason.
    pub corr: f64,
    /// Contribution to the meta model; NaN where there is a reason or no meta model.
    pub mmc: f64,
    /// Why there is no score, as an error code; null where there is one.
    pub reason: Option<String>,
}

/// Numerai's correlation of one model with the target, -1..=1. Both: little-endian f64. NaN or infinite values are
/// refused.
#[uniffi::export]
pub fn numerai_corr(predictions: &[u8], target: &[u8]) -> Done<f64> {
    let (predictions, target) = (floats("predictions", predictions)?, floats("target", target)?);
    let scores = scoring::numerai_corr(&[(&predictions).into()], &(&target).into(), Mode::Strict)?;
    Ok(scores.first().copied().unwrap_or(f64::NAN))
}

/// Contribution of one model to the meta model (MMC). All three: little-endian f64. NaN or infinite values are
/// refused.
#[uniffi::export]
pub fn correlation_contribution(predictions: &[u8], meta_model: &[u8], target: &[u8]) -> Done<f64> {
    let (predictions, target) = (floats("predictions", predictions)?, floats("target", target)?);
    let (columns, meta_model) = ([(&predictions).into()], floats("meta_model", meta_model)?);
    let scores =
        scoring::correlation_contribution(&columns, &(&meta_model).into(), &(&target).into(), Mode::Strict)?;
    Ok(scores.first().copied().unwrap_or(f64::NAN))
}

/// Scores many models in one call.
///
/// `predictions`: little-endian f64, shape `[n, models]`, row-major; `target` and `meta_model`: shape `[n]`. `mode`:
/// `per_model` gives a model that cannot be scored a reason, `strict` throws, `compat` does as numerai-tools.
#[uniffi::export]
pub fn score_models(
    predictions: &[u8],
    target: &[u8],
    meta_model: Option<Vec<u8>>,
    mode: &str,
) -> Done<Vec<ModelScore>> {
    let mode = self::mode(mode)?;
    let (predictions, target) = (floats("predictions", predictions)?, floats("target", target)?);
    let meta_model = meta_model.map(|m| floats("meta_model", &m)).transpose()?;
    let matrix = rows_of(&predictions, target.len())?;
    let meta_model = meta_model.as_ref().map(Into::into);
    let scores = scoring::score(&matrix.columns(), &(&target).into(), meta_model.as_ref(), mode)?;
    let reason = |s: &scoring::ModelScore| s.reason.map(|reason| reason.code().to_owned());
    Ok(scores.iter().map(|s| ModelScore { corr: s.corr, mmc: s.mmc, reason: reason(s) }).collect())
}

/// A row-major matrix of `rows` rows; as many columns as fill it.
fn rows_of(values: &[f64], rows: usize) -> Done<Matrix<'_>> {
    let columns = if rows == 0 { 0 } else { values.len().div_ceil(rows) };
    if columns.saturating_mul(rows) != values.len() {
        let (what, expected) = ("predictions", columns.saturating_mul(rows));
        return Err(Basic::LengthMismatch { what, expected, got: values.len() }.into());
    }
    let stride = isize::try_from(columns).unwrap_or(isize::MAX);
    Ok(Matrix::strided_f64(values, 0, [rows, columns], [stride, 1])?)
}

/// A settled pot, in the smallest unit of its token, as decimal text: `pot + burned == paid + remainder`.
#[derive(Debug, uniffi::Record)]
pub struct Settlement {
    /// What there was to pay out.
    pub pot: String,
    /// One row for each score, in the order given.
    pub rows: Vec<SettlementRow>,
    /// Sum of what was paid.
    pub paid: String,
    /// Sum of what was taken from stakes.
    pub burned: String,
    /// What nobody earned, and what was taken from stakes.
    pub remainder: String,
}

/// One staked score and what came of it.
#[derive(Debug, uniffi::Record)]
pub struct SettlementRow {
    /// The score that was settled, to the nearest 1e-9.
    pub score: f64,
    /// What was staked on it.
    pub stake: String,
    /// The score after payout factor and clip.
    pub rate: f64,
    /// Paid out of the pot.
    pub paid: String,
    /// Taken from the stake.
    pub burned: String,
}

/// Settles a pot in integers: scores (rounded to 1e-9) to rates, positive rates are paid, negative ones burn their
/// part of the stake.
///
/// `stakes`, `pot` and `threshold`: decimal text, in the smallest unit. `clip`: bound of the rate as a part of the
/// stake, 0..=1. `threshold`: stake in total above which rates shrink. `share`: `whole_pot` or `at_most_rate`.
#[uniffi::export]
pub fn settle_pot(
    pot: &str,
    scores: Vec<f64>,
    stakes: Vec<String>,
    clip: f64,
    threshold: Option<String>,
    share: &str,
) -> Done<Settlement> {
    let scores = scores.into_iter().map(Nano::from_f64).collect::<Result<Vec<_>, _>>()?;
    let stakes = stakes.iter().map(|s| wei(s)).collect::<Result<Vec<_>, _>>()?;
    let threshold = threshold.map(|t| wei(&t)).transpose()?;
    let rule = payout_rule(clip, threshold, share)?;
    let settled = settle::settle_pot(wei(pot)?, &scores, &stakes, &rule)?;
    Ok(settlement(&settled))
}

pub(crate) fn settlement(settled: &settle::Settlement) -> Settlement {
    let row = |r: &settle::Row| SettlementRow {
        score: r.score.to_f64(),
        stake: r.stake.to_string(),
        rate: r.rate.to_f64(),
        paid: r.paid.to_string(),
        burned: r.burned.to_string(),
    };
    Settlement {
        pot: settled.pot.to_string(),
        rows: settled.rows.iter().map(row).collect(),
        paid: settled.paid.to_string(),
        burned: settled.burned.to_string(),
        remainder: settled.remainder.to_string(),
    }
}
