//! Plain correlations between two columns, and between a model and the others.
//!
//! Source: numerai/numerai-tools 0.7.2, `numerai_tools/scoring.py` (`correlation`, `pearson_correlation`,
//! `spearman_correlation`, `tie_broken_rank_correlation`, `max_feature_correlation`); numerai/docs,
//! `numerai-tournament/scoring/definitions.md` (MCWNM, APCWNM, CWMM).

use super::models::{counted_rows, pick, same_length};
use super::rank::{RankMethod, is_constant, rank};
use super::score::{Mode, Reason, as_error, reason_of};
use super::top_bottom::TopBottom;
use crate::numeric::{dot, mean, pearson, sum1};
use crate::{Column, Error, Result, parallel};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Pearson's correlation of two columns of the same rows, -1..=1; numerai-tools' `correlation` and
/// `pearson_correlation`. NaN when either is constant or has an infinity, or below two rows.
///
/// With `top_bottom`, only the rows of that many lowest and as many highest predictions count, ties in order of rows;
/// a row with a NaN is then left out instead of refused, where enough are left.
///
/// # Errors
/// `length_mismatch`; `non_finite` for a NaN; `too_few_rows` when there are not twice `top_bottom` rows, or too few of
/// them without a NaN.
///
/// ```
/// use countermark_scoring::pearson_correlation;
/// let (t, p) = (vec![1.0, 7.0, 3.0, 4.0, 5.0], vec![1.0, 2.0, 3.0, 4.0, 5.0]);
/// let (t, p) = ((&t).into(), (&p).into());
/// assert!((pearson_correlation(&t, &p, None)? - 0.3535533905932738).abs() < 1e-15);
/// assert!((pearson_correlation(&t, &p, Some(1))? - 1.0).abs() < 1e-15);
/// assert!(pearson_correlation(&t, &p, Some(3)).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn pearson_correlation(
    target: &Column<'_>,
    predictions: &Column<'_>,
    top_bottom: Option<usize>,
) -> Result<f64> {
    same_length("predictions", predictions, target.len())?;
    let (mut t, mut p) = (target.to_vec(), predictions.to_vec());
    if let Some(k) = top_bottom.filter(|k| *k > 0) {
        let all = t.len();
        let rows = TopBottom::of(&p, k)?.both()?;
        let chosen = rows.len();
        let known = |r: &usize| match (t.get(*r), p.get(*r)) {
            (Some(t), Some(p)) if !t.is_nan() && !p.is_nan() => Some((*t, *p)),
            _ => None,
        };
        let pairs: Vec<(f64, f64)> = rows.iter().filter_map(known).collect();
        enough_of(pairs.len(), all, k, all)?;
        enough_of(pairs.len(), chosen, k, all)?;
        (t, p) = pairs.into_iter().unzip();
    }
    for (name, values) in [("target", &t), ("predictions", &p)] {
        no_nan(name, values)?;
    }
    Ok(of(&t, &p))
}

/// numerai-tools' bound for top and bottom rows: the share `k / all` must be left.
#[allow(clippy::cast_precision_loss, reason = "row counts are below 2^32")]
fn enough_of(kept: usize, of: usize, k: usize, all: usize) -> Result<()> {
    let ratio = 1.0 - k as f64 / all as f64;
    if kept as f64 / of as f64 >= 1.0 - ratio {
        Ok(())
    } else {
        Err(Error::TooFewRows { kept, of, needed: k })
    }
}

pub(crate) fn no_nan(name: &str, values: &[f64]) -> Result<()> {
    match values.iter().position(|x| x.is_nan()) {
        Some(row) => Err(Error::NonFinite { column: String::from(name), row }),
        None => Ok(()),
    }
}

/// Pearson's correlation; NaN when either is constant.
pub(crate) fn of(x: &[f64], y: &[f64]) -> f64 {
    if is_constant(x) || is_constant(y) {
        return f64::NAN;
    }
    let m = mean(y);
    let y: Vec<f64> = y.iter().map(|y| y - m).collect();
    pearson(x, &y, sum1(&y, |y| y * y))
}

/// Spearman's rank correlation, ties with their mean rank, -1..=1; NaN when either column is constant, or below two
/// rows. Infinities rank at the ends.
///
/// # Errors
/// `length_mismatch`; `non_finite` for a NaN.
///
/// ```
/// use countermark_scoring::spearman_correlation;
/// let (a, b) = (vec![1.0, 2.0, 3.0], vec![1.0, 9.0, 10.0]);
/// assert!((spearman_correlation(&(&a).into(), &(&b).into())? - 1.0).abs() < 1e-15);
/// assert!(spearman_correlation(&(&a).into(), &(&vec![1.0]).into()).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn spearman_correlation(target: &Column<'_>, predictions: &Column<'_>) -> Result<f64> {
    same_length("predictions", predictions, target.len())?;
    no_nan("target", &target.to_vec())?;
    no_nan("predictions", &predictions.to_vec())?;
    Ok(of(&rank(target, RankMethod::Average), &rank(predictions, RankMethod::Average)))
}

/// Pearson's correlation of the target with the predictions' ranks, ties broken by the order of rows: Numerai's
/// correlation before 2022, -1..=1. NaN when the target is constant, or below two rows.
///
/// # Errors
/// `length_mismatch`; `non_finite` for a NaN.
///
/// ```
/// use countermark_scoring::tie_broken_rank_correlation;
/// let (t, p) = (vec![0.0, 0.5, 1.0], vec![0.3, 0.3, 0.3]);
/// // Equal predictions rank in the order they come in.
/// assert!((tie_broken_rank_correlation(&(&t).into(), &(&p).into())? - 1.0).abs() < 1e-15);
/// assert!(tie_broken_rank_correlation(&(&t).into(), &(&vec![f64::NAN; 3]).into()).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn tie_broken_rank_correlation(target: &Column<'_>, predictions: &Column<'_>) -> Result<f64> {
    same_length("predictions", predictions, target.len())?;
    let t = target.to_vec();
    no_nan("target", &t)?;
    no_nan("predictions", &predictions.to_vec())?;
    Ok(of(&t, &rank(predictions, RankMethod::First)))
}

/// The feature with the largest absolute correlation with the predictions: its number and that absolute value. The
/// first of equals; a feature whose correlation is not defined is passed over.
///
/// # Errors
/// As [`pearson_correlation`], for the first feature that fails; `constant_column` when no feature has a correlation.
///
/// ```
/// use countermark_scoring::max_feature_correlation;
/// let (s, f, g) = (vec![1.0, 2.0, 3.0], vec![0.0, 1.0, 0.0], vec![3.0, 2.0, 1.0]);
/// let (feature, r) = max_feature_correlation(&(&s).into(), &[(&f).into(), (&g).into()], None)?;
/// assert!(feature == 1 && (r - 1.0).abs() < 1e-15);
/// assert!(max_feature_correlation(&(&s).into(), &[], None).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn max_feature_correlation(
    predictions: &Column<'_>,
    features: &[Column<'_>],
    top_bottom: Option<usize>,
) -> Result<(usize, f64)> {
    let one =
        |(): &mut (), j: usize| features.get(j).map(|f| pearson_correlation(f, predictions, top_bottom));
    let mut best: Option<(usize, f64)> = None;
    for (j, r) in parallel::map(features.len(), || (), one).into_iter().flatten().enumerate() {
        let r = r?.abs();
        if !r.is_nan() && best.is_none_or(|(_, b)| r > b) {
            best = Some((j, r));
        }
    }
    best.ok_or_else(|| Error::ConstantColumn { column: String::from("every feature") })
}

/// How much a model resembles the others of its round.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairwiseCorrelation {
    /// The largest correlation with another model (MCWNM), -1..=1; NaN when there is none.
    pub max: f64,
    /// The mean correlation with the other models (APCWNM), -1..=1; NaN when there is none.
    pub mean: f64,
    /// The model that the largest correlation is with.
    pub nearest: Option<usize>,
    /// Why there is no correlation.
    pub reason: Option<Reason>,
}

/// Pearson's correlation of each model with every other: maximum and mean. Values count as they are, not their ranks.
/// A correlation that is not defined (a constant model) is passed over. Takes time in proportion to rows times the
/// square of the models, and memory for one copy of the predictions.
///
/// # Errors
/// [`Mode::Strict`]: `non_finite`, `constant_column`, `length_mismatch`. [`Mode::Compat`]: `too_few_rows` when over
/// 20 % of the rows have a NaN; `length_mismatch`. All modes: `too_few_rows` below two rows.
///
/// ```
/// use countermark_scoring::{Mode, pairwise_correlation};
/// let (a, b, c) = (vec![1.0, 2.0, 3.0], vec![3.0, 2.0, 1.0], vec![1.0, 3.0, 5.0]);
/// let r = pairwise_correlation(&[(&a).into(), (&b).into(), (&c).into()], 3, Mode::Strict)?;
/// assert!(r[0].nearest == Some(2) && (r[0].max - 1.0).abs() < 1e-15 && r[0].mean.abs() < 1e-15);
/// assert!(pairwise_correlation(&[(&a).into()], 2, Mode::Strict).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn pairwise_correlation(
    predictions: &[Column<'_>],
    rows: usize,
    mode: Mode,
) -> Result<Vec<PairwiseCorrelation>> {
    let kept = counted_rows(predictions, &[], rows, super::align::MAX_FILTERED_RATIO, mode)?;
    let mut models = Vec::with_capacity(predictions.len());
    for (j, p) in predictions.iter().enumerate() {
        let values = pick(p, kept.as_deref());
        let reason = if mode == Mode::Compat { None } else { reason_of(&values, rows) };
        models.push(match (reason, mode) {
            (Some(reason), Mode::Strict) => return Err(as_error(&format!("prediction {j}"), reason)),
            (Some(reason), _) => Err(reason),
            (None, _) => Ok(unit(values)),
        });
    }
    let one = |(): &mut (), i: usize| {
        let mut out = PairwiseCorrelation { max: f64::NAN, mean: f64::NAN, nearest: None, reason: None };
        match models.get(i) {
            Some(Ok(own)) => summarize(own, i, &models, &mut out),
            Some(Err(reason)) => out.reason = Some(*reason),
            None => {}
        }
        out
    };
    Ok(parallel::map(models.len(), || (), one))
}

#[allow(clippy::cast_precision_loss, reason = "numbers of models are far below 2^53")]
fn summarize(own: &[f64], i: usize, models: &[Result<Vec<f64>, Reason>], out: &mut PairwiseCorrelation) {
    let (mut sum, mut count) = (0.0, 0usize);
    for (j, other) in models.iter().enumerate().filter(|(j, _)| *j != i) {
        let Ok(other) = other else { continue };
        let r = dot(own, other).clamp(-1.0, 1.0);
        if r.is_nan() {
            continue;
        }
        sum += r;
        count += 1;
        if out.nearest.is_none() || r > out.max {
            (out.max, out.nearest) = (r, Some(j));
        }
    }
    if count > 0 {
        out.mean = sum / count as f64;
    }
}

/// Centred and of length one; NaN for a constant.
fn unit(mut v: Vec<f64>) -> Vec<f64> {
    if is_constant(&v) {
        v.fill(f64::NAN);
        return v;
    }
    let m = mean(&v);
    v.iter_mut().for_each(|x| *x -= m);
    let length = libm::sqrt(sum1(&v, |x| x * x));
    v.iter_mut().for_each(|x| *x /= length);
    v
}
