//! Numerai's scores on the lowest and highest predictions only, and with the library's other options.
//!
//! Source: numerai/numerai-tools 0.7.2, `numerai_tools/scoring.py` (`filter_sort_top_bottom`, `numerai_corr`,
//! `contribution_scores`).

use super::align::{MAX_FILTERED_RATIO, too_many_rows};
use super::correlation;
use super::models::{MetricScore, Scratch, counted_rows, each_model, pick, scored};
use super::normalize::average;
use super::rank::{Ranker, check_power, signed_power};
use super::score::Mode;
use crate::numeric::{Entry, Sorter, dot, key_of, sum2};
use crate::{Column, Error, Result};
use alloc::vec::Vec;

/// The rows of the lowest and of the highest values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopBottom {
    /// Rows of the highest values, ascending.
    pub top: Vec<usize>,
    /// Rows of the lowest values, ascending.
    pub bottom: Vec<usize>,
}

impl TopBottom {
    /// The `count` lowest and `count` highest values; all rows in both when there are not as many. Equal values in the
    /// order of rows, a NaN above everything.
    ///
    /// # Errors
    /// `limit_exceeded` above 2^32 rows.
    ///
    /// ```
    /// use countermark_scoring::TopBottom;
    /// let tails = TopBottom::of(&[0.2, 0.9, 0.1, 0.9, 0.5], 2)?;
    /// assert_eq!((tails.bottom, tails.top), (vec![0, 2], vec![1, 3]));
    /// # Ok::<(), countermark_scoring::Error>(())
    /// ```
    pub fn of(values: &[f64], count: usize) -> Result<Self> {
        if u32::try_from(values.len()).is_err() {
            return Err(too_many_rows(values.len()));
        }
        let key = |x: &f64| if x.is_nan() { u64::MAX } else { key_of(*x) };
        let mut entries: Vec<Entry> =
            values.iter().zip(0u32..).map(|(x, row)| Entry { key: key(x), row }).collect();
        Sorter::default().sort(&mut entries);
        let rows = |entries: &[Entry]| {
            let mut rows: Vec<usize> = entries.iter().map(|e| e.row as usize).collect();
            rows.sort_unstable();
            rows
        };
        let count = count.min(entries.len());
        let (bottom, _) = entries.split_at(count);
        let (_, top) = entries.split_at(entries.len() - count);
        Ok(Self { top: rows(top), bottom: rows(bottom) })
    }

    /// All the rows in order, none twice.
    ///
    /// # Errors
    /// `too_few_rows` when a row is in both.
    pub fn both(&self) -> Result<Vec<usize>> {
        let mut rows: Vec<usize> = self.bottom.iter().chain(&self.top).copied().collect();
        rows.sort_unstable();
        if rows.windows(2).any(|w| w.first() == w.last()) {
            let needed = rows.len();
            rows.dedup();
            return Err(Error::TooFewRows { kept: rows.len(), of: rows.len(), needed });
        }
        Ok(rows)
    }
}

/// Options of [`numerai_corr_with`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CorrOptions {
    /// The largest share of rows that [`Mode::Compat`] may leave out, 0..=1.
    pub max_filtered_ratio: f64,
    /// Score this many of the lowest and as many of the highest predictions; `None` or 0 for all.
    pub top_bottom: Option<usize>,
    /// Whether the centred target is raised to the power 1.5; false when it is a return or a meta model.
    pub target_pow15: bool,
}

impl Default for CorrOptions {
    /// All rows, the target raised, at most 20 % left out.
    fn default() -> Self {
        Self { max_filtered_ratio: MAX_FILTERED_RATIO, top_bottom: None, target_pow15: true }
    }
}

/// Numerai's correlation with all options of the library, -1..=1: Pearson's correlation of
/// `power(gaussian(tie_kept_rank(prediction)), 1.5)` with the centred target, itself to the power 1.5 unless switched
/// off. With a meta model for a target and the power off it is the correlation with the meta model (CWMM).
///
/// # Errors
/// As [`score`](crate::score); `too_few_rows` when there are fewer than twice `top_bottom` rows.
///
/// ```
/// use countermark_scoring::{CorrOptions, Mode, numerai_corr_with};
/// let target = vec![0.0, 0.25, 0.5, 0.5, 0.5, 0.75, 1.0, 0.5];
/// let rising: Vec<f64> = (1..=8).map(f64::from).collect();
/// let (models, t) = ([(&rising).into()], (&target).into());
/// let tails = CorrOptions { top_bottom: Some(2), ..CorrOptions::default() };
/// let r = numerai_corr_with(&models, &t, &tails, Mode::Strict)?;
/// assert!((r[0].value - 0.713599850421542).abs() < 1e-15);
/// let too_many = CorrOptions { top_bottom: Some(5), ..CorrOptions::default() };
/// assert!(numerai_corr_with(&models, &t, &too_many, Mode::Strict).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn numerai_corr_with(
    predictions: &[Column<'_>],
    target: &Column<'_>,
    options: &CorrOptions,
    mode: Mode,
) -> Result<Vec<MetricScore>> {
    let n = target.len();
    let rows = counted_rows(predictions, &[("target", target)], n, options.max_filtered_ratio, mode)?;
    // The target is centred before rows are left out, so they count in its mean.
    let known: Vec<f64> = target.to_vec().into_iter().filter(|x| !x.is_nan()).collect();
    let centre = average(&known);
    let mut t = pick(target, rows.as_deref());
    if t.len() < 2 {
        return Err(Error::TooFewRows { kept: t.len(), of: n, needed: 2 });
    }
    t.iter_mut().for_each(|x| *x -= centre);
    if options.target_pow15 {
        let powered: Vec<f64> = t.iter().map(|x| signed_power(*x, 1.5)).collect();
        check_power(&t, &powered)?;
        t = powered;
    }
    let k = tails_within(options.top_bottom, t.len())?;
    let corr = |s: &mut Scratch| match k {
        None => Ok(correlation::of(&s.powered, &t)),
        Some(k) => {
            let rows = TopBottom::of(&s.powered, k)?.both()?;
            let pick = |v: &[f64]| -> Vec<f64> { rows.iter().filter_map(|r| v.get(*r).copied()).collect() };
            Ok(correlation::of(&pick(&s.powered), &pick(&t)))
        }
    };
    flat(each_model(predictions, n, rows.as_deref(), mode, corr)?)
}

/// Contribution to the meta model (MMC; BMC with the benchmark models' meta model) on each model's `top_bottom`
/// lowest and as many highest orthogonalised predictions: `sum(t q) / (2 top_bottom)` over them, in time in proportion
/// to rows times models. `None` or 0 scores all rows, `t'q / n`.
///
/// # Errors
/// As [`score`](crate::score); `too_few_rows` when there are fewer than twice `top_bottom` rows; `constant_column` in
/// [`Mode::Compat`] when the meta model is constant and only tails are scored.
///
/// ```
/// use countermark_scoring::{Mode, correlation_contribution_with};
/// let target = vec![0.0, 0.25, 0.5, 0.5, 0.5, 0.75, 1.0, 0.5];
/// let meta: Vec<f64> = (1..=8).map(f64::from).collect();
/// let mine = vec![1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 4.0, 4.0];
/// let (models, m, t) = ([(&mine).into()], (&meta).into(), (&target).into());
/// let all = correlation_contribution_with(&models, &m, &t, None, Mode::Strict)?;
/// assert!((all[0].value - 0.0758017989503866).abs() < 1e-15);
/// assert!(correlation_contribution_with(&models, &m, &t, Some(5), Mode::Strict).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn correlation_contribution_with(
    predictions: &[Column<'_>],
    meta_model: &Column<'_>,
    target: &Column<'_>,
    top_bottom: Option<usize>,
    mode: Mode,
) -> Result<Vec<MetricScore>> {
    let n = target.len();
    let ratio = MAX_FILTERED_RATIO;
    // Three alignments, each with its own bound; the last one's rows count.
    let with_meta = counted_rows(predictions, &[("meta_model", meta_model)], n, ratio, mode)?;
    let named = [("meta_model", meta_model), ("target", target)];
    let rows = counted_rows(predictions, &named, n, ratio, mode)?;
    if let (Some(first), Some(rows)) = (&with_meta, &rows) {
        #[allow(clippy::cast_precision_loss, reason = "row counts are below 2^32")]
        let share = rows.len() as f64 / first.len() as f64;
        if share < 1.0 - ratio {
            let needed = (first.len() * 4).div_ceil(5);
            return Err(Error::TooFewRows { kept: rows.len(), of: first.len(), needed });
        }
    }
    let (mut m, mut unused) = (Vec::new(), Vec::new());
    Ranker::default().transform(&pick(meta_model, rows.as_deref()), &mut m, &mut unused);
    let square = dot(&m, &m);
    let t = bucketed(pick(target, rows.as_deref()));
    let k = tails_within(top_bottom, t.len())?;
    if k.is_some() && square == 0.0 {
        return Err(Error::ConstantColumn { column: "meta_model".into() });
    }
    let mmc = |s: &mut Scratch| {
        let beta = dot(&s.gauss, &m) / square;
        for (q, m) in s.gauss.iter_mut().zip(&m) {
            *q -= m * beta;
        }
        contribution(&s.gauss, &t, k)
    };
    flat(each_model(predictions, n, rows.as_deref(), mode, mmc)?)
}

/// Centred targets; first times 4 when all lie in 0..=1, which makes buckets of -2 to 2.
pub(crate) fn bucketed(mut t: Vec<f64>) -> Vec<f64> {
    let factor = if t.iter().all(|t| (0.0..=1.0).contains(t)) { 4.0 } else { 1.0 };
    t.iter_mut().for_each(|t| *t *= factor);
    let m = average(&t);
    t.iter_mut().for_each(|t| *t -= m);
    t
}

/// The covariance of orthogonalised predictions `q` and centred targets, over all rows or over the tails of `q`.
#[allow(clippy::cast_precision_loss, reason = "row counts are below 2^32")]
pub(crate) fn contribution(q: &[f64], t: &[f64], tails: Option<usize>) -> Result<f64> {
    let Some(k) = tails else {
        return Ok(sum2(t, q, |t, q| t * q) / t.len() as f64);
    };
    let rows = TopBottom::of(q, k)?.both()?;
    let products: Vec<f64> =
        rows.iter().filter_map(|r| t.get(*r).zip(q.get(*r))).map(|(t, q)| t * q).collect();
    Ok(crate::numeric::sum1(&products, |x| x) / (2 * k) as f64)
}

/// The number of rows in a tail, when tails are wanted; both tails must fit.
pub(crate) fn tails_within(top_bottom: Option<usize>, rows: usize) -> Result<Option<usize>> {
    match top_bottom {
        Some(k) if k > rows / 2 => {
            Err(Error::TooFewRows { kept: rows, of: rows, needed: k.saturating_mul(2) })
        }
        k => Ok(k.filter(|k| *k > 0)),
    }
}

/// The first failure of any model, else their scores.
fn flat(models: Vec<Result<Result<f64>, super::score::Reason>>) -> Result<Vec<MetricScore>> {
    let turned = models.into_iter().map(|m| match m {
        Ok(Ok(value)) => Ok(Ok(value)),
        Ok(Err(e)) => Err(e),
        Err(reason) => Ok(Err(reason)),
    });
    Ok(scored(turned.collect::<Result<_>>()?))
}
