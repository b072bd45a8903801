//! Scores of arrays and the settlement of a pot.

use crate::{
    convert::{Background, Done, Work, bigint, js, wei},
    plain::{mode, payout_rule},
};
use countermark::{
    primitives::{Error as Basic, Nano},
    scoring::{self, Matrix, Mode},
    settle,
};
use napi::{
    Result,
    bindgen_prelude::{AsyncTask, BigInt},
};
use napi_derive::napi;

/// The scores of one model.
#[napi(object)]
pub struct ModelScore {
    /// Numerai's correlation, -1..=1; NaN where there is a reason.
    pub corr: f64,
    /// Contribution to the meta model; NaN where there is a reason or no meta model.
    pub mmc: f64,
    /// Why there is no score, as an error code; absent where there is one.
    pub reason: Option<String>,
}

/// Numerai's correlation of one model with the target, -1..=1. NaN or infinite values are refused.
#[napi]
pub fn numerai_corr(predictions: &[f64], target: &[f64]) -> Result<f64> {
    js(|| {
        let scores = scoring::numerai_corr(&[predictions.into()], &target.into(), Mode::Strict)?;
        Ok(scores.first().copied().unwrap_or(f64::NAN))
    })
}

/// Contribution of one model to the meta model (MMC). NaN or infinite values are refused.
#[napi]
pub fn correlation_contribution(predictions: &[f64], meta_model: &[f64], target: &[f64]) -> Result<f64> {
    js(|| {
        let columns = [predictions.into()];
        let scores =
            scoring::correlation_contribution(&columns, &meta_model.into(), &target.into(), Mode::Strict)?;
        Ok(scores.first().copied().unwrap_or(f64::NAN))
    })
}

/// Scores many models in one call, on another thread; the arrays are copied first.
///
/// `predictions`: shape `[n, models]`, row-major; `target` and `metaModel`: shape `[n]`. `mode`: "per_model" gives a
/// model that cannot be scored a reason, "strict" rejects, "compat" does as numerai-tools.
#[napi(ts_return_type = "Promise<Array<ModelScore>>")]
pub fn score_models(
    predictions: &[f64],
    target: &[f64],
    meta_model: Option<&[f64]>,
    #[napi(ts_arg_type = "'strict' | 'per_model' | 'compat'")] mode: Option<String>,
) -> AsyncTask<Background<Vec<scoring::ModelScore>, Vec<ModelScore>>> {
    let (predictions, target) = (predictions.to_vec(), target.to_vec());
    let meta_model = meta_model.map(<[f64]>::to_vec);
    let work: Work<_> = Box::new(move || {
        let mode = self::mode(mode.as_deref().unwrap_or("per_model"))?;
        let matrix = rows_of(&predictions, target.len())?;
        let meta_model = meta_model.as_ref().map(Into::into);
        Ok(scoring::score(&matrix.columns(), &(&target).into(), meta_model.as_ref(), mode)?)
    });
    AsyncTask::new(Background::new(work, |scores| {
        let reason = |s: &scoring::ModelScore| s.reason.map(|reason| reason.code().to_owned());
        scores.iter().map(|s| ModelScore { corr: s.corr, mmc: s.mmc, reason: reason(s) }).collect()
    }))
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

/// A settled pot, in the smallest unit of its token: `pot + burned == paid + remainder`.
#[napi(object)]
pub struct Settlement {
    /// What there was to pay out.
    pub pot: BigInt,
    /// One row for each score, in the order given.
    pub rows: Vec<SettlementRow>,
    /// Sum of what was paid.
    pub paid: BigInt,
    /// Sum of what was taken from stakes.
    pub burned: BigInt,
    /// What nobody earned, and what was taken from stakes.
    pub remainder: BigInt,
}

/// One staked score and what came of it.
#[napi(object)]
pub struct SettlementRow {
    /// The score that was settled, to the nearest 1e-9.
    pub score: f64,
    /// What was staked on it.
    pub stake: BigInt,
    /// The score after payout factor and clip.
    pub rate: f64,
    /// Paid out of the pot.
    pub paid: BigInt,
    /// Taken from the stake.
    pub burned: BigInt,
}

/// Settles a pot in integers: scores (rounded to 1e-9) to rates, positive rates are paid, negative ones burn their
/// part of the stake.
///
/// `stakes`, `pot` and `threshold`: bigints in the smallest unit. `clip`: bound of the rate as a part of the stake,
/// 0..=1. `threshold`: stake in total above which rates shrink. `share`: "whole_pot" or "at_most_rate".
#[napi]
pub fn settle_pot(
    pot: BigInt,
    scores: Vec<f64>,
    stakes: Vec<BigInt>,
    clip: f64,
    #[napi(ts_arg_type = "bigint | undefined | null")] threshold: Option<BigInt>,
    #[napi(ts_arg_type = "'whole_pot' | 'at_most_rate'")] share: String,
) -> Result<Settlement> {
    js(|| {
        let scores = scores.into_iter().map(Nano::from_f64).collect::<core::result::Result<Vec<_>, _>>()?;
        let stakes = stakes.iter().map(|s| wei("stake", s)).collect::<core::result::Result<Vec<_>, _>>()?;
        let threshold = threshold.map(|t| wei("threshold", &t)).transpose()?;
        let rule = payout_rule(clip, threshold, &share)?;
        let settled = settle::settle_pot(wei("pot", &pot)?, &scores, &stakes, &rule)?;
        Ok(settlement(&settled))
    })
}

pub(crate) fn settlement(settled: &settle::Settlement) -> Settlement {
    let row = |r: &settle::Row| SettlementRow {
        score: r.score.to_f64(),
        stake: bigint(r.stake),
        rate: r.rate.to_f64(),
        paid: bigint(r.paid),
        burned: bigint(r.burned),
    };
    Settlement {
        pot: bigint(settled.pot),
        rows: settled.rows.iter().map(row).collect(),
        paid: bigint(settled.paid),
        burned: bigint(settled.burned),
        remainder: bigint(settled.remainder),
    }
}
