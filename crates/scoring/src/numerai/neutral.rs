//! Predictions less what a set of features explains of them, and the scores of what is left.
//!
//! Source: numerai/numerai-tools 0.7.2, `numerai_tools/scoring.py` (`neutralize`, `feature_neutral_corr`,
//! `neutral_contribution`, `neutral_correlation`) and `numerai_tools/signals.py` (`neutral_churn`).

use super::align::{Alignment, Frame, Ids, MAX_FILTERED_RATIO, too_many_rows};
use super::churn::{Signal, churn};
use super::correlation;
use super::models::{MetricScore, same_length, scored};
use super::normalize::average;
use super::rank::{Ranker, is_constant, signed_power};
use super::score::{Mode, Reason, as_error, reason_of};
use super::top_bottom::{TopBottom, bucketed, contribution, tails_within};
use crate::linear::{Factor, FeatureBlock};
use crate::numeric::dot;
use crate::{Column, Error, FeatureCache, Result, parallel};
use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;
use countermark_primitives::Error as Base;

/// Models that are neutralised together: bounds the memory beside the predictions.
const CHUNK: usize = 252;

/// The residual of each model, or why it has none.
type Residuals = Vec<Result<Vec<f64>, Reason>>;

/// Features of the rows that count, factored.
pub(crate) struct Explained<'a> {
    features: FeatureBlock<'a>,
    factor: Arc<Factor>,
}

impl<'a> Explained<'a> {
    pub(crate) fn new(
        columns: &'a [Column<'a>],
        rows: Option<&'a [u32]>,
        n: usize,
        cache: Option<&FeatureCache>,
    ) -> Result<Self> {
        for (j, c) in columns.iter().enumerate() {
            same_length(&format!("feature {j}"), c, n)?;
        }
        let features = FeatureBlock { columns, rows, len: rows.map_or(n, <[u32]>::len) };
        let factor = match cache {
            Some(cache) => cache.factor(features)?,
            None => Arc::new(Factor::new(features)?),
        };
        Ok(Self { features, factor })
    }

    /// Pearson's correlation of each feature with each model, row-major `[features, k]`.
    pub(crate) fn exposures(&self, models: &[f64]) -> Vec<f64> {
        self.factor.exposures(self.features, models)
    }

    /// Leaves of each model what the features do not explain. `models` is row-major `[k, rows that count]`.
    pub(crate) fn neutralize(&self, models: &mut [f64]) {
        self.factor.neutralize(self.features, models, 1.0);
    }

    /// `f` of each model's residual; `prepare` puts what is neutralised into a row, or answers why it cannot.
    fn each<T: Send>(
        &self,
        models: usize,
        prepare: impl Fn(&mut Ranker, usize, &mut [f64]) -> Result<Option<Reason>> + Sync + Send,
        proportion: f64,
        f: impl Fn(&mut Ranker, &[f64]) -> Result<T> + Sync + Send,
    ) -> Result<Vec<Result<T, Reason>>> {
        let rows = self.features.len;
        let chunk = |ranker: &mut Ranker, c: usize| -> Result<Vec<Result<T, Reason>>> {
            let these = c * CHUNK..models.min((c + 1) * CHUNK);
            let mut block = alloc::vec![0.0; these.len() * rows];
            let mut reasons = Vec::with_capacity(these.len());
            for (j, row) in these.clone().zip(block.chunks_exact_mut(rows)) {
                reasons.push(prepare(ranker, j, row)?);
            }
            self.factor.neutralize(self.features, &mut block, proportion);
            let all = reasons.iter().zip(block.chunks_exact(rows));
            all.map(|(reason, row)| reason.map_or_else(|| f(ranker, row).map(Ok), |r| Ok(Err(r)))).collect()
        };
        let chunks = parallel::map(models.div_ceil(CHUNK), Ranker::default, chunk);
        let mut out = Vec::with_capacity(models);
        for c in chunks {
            out.extend(c?);
        }
        Ok(out)
    }
}

/// Puts a model's gaussianised tie-kept ranks on the rows that count into `out`, or answers why there are none.
fn gaussianised(
    ranker: &mut Ranker,
    column: &Column<'_>,
    j: usize,
    rows: Option<&[u32]>,
    n: usize,
    mode: Mode,
    out: &mut [f64],
) -> Result<Option<Reason>> {
    if mode != Mode::Compat {
        let values = column.to_vec();
        if let Some(reason) = reason_of(&values, n) {
            return refused(j, reason, mode);
        }
        out.copy_from_slice(&values);
    } else {
        same_length(&format!("prediction {j}"), column, n)?;
        match rows {
            Some(rows) => column.gather(rows, out),
            None => column.read(0, out),
        }
        if let Some(row) = out.iter().position(|x| x.is_nan()) {
            return Err(Error::NonFinite { column: format!("prediction {j}"), row });
        }
    }
    let (mut gauss, mut unused) = (Vec::new(), Vec::new());
    ranker.transform(out, &mut gauss, &mut unused);
    out.copy_from_slice(&gauss);
    Ok(is_constant(out).then_some(Reason::Constant))
}

fn refused(j: usize, reason: Reason, mode: Mode) -> Result<Option<Reason>> {
    match mode {
        Mode::Strict => Err(as_error(&format!("prediction {j}"), reason)),
        _ => Ok(Some(reason)),
    }
}

fn enough_rows(n: usize, needed: usize) -> Result<()> {
    if u32::try_from(n).is_err() {
        return Err(too_many_rows(n));
    }
    if n < needed { Err(Error::TooFewRows { kept: n, of: n, needed }) } else { Ok(()) }
}

fn checked_proportion(proportion: f64) -> Result<()> {
    if proportion.is_finite() {
        return Ok(());
    }
    Err(Base::OutOfRange { what: "proportion", got: format!("{proportion}"), range: "a finite number" }
        .into())
}

/// Each model less `proportion` times its least squares fit by the features and a constant: with 1, nothing linear in
/// the features is left. Values count as they are; rank and gaussianise them first where that is wanted. `features`
/// holds one column per feature, of any type; fits by features that depend on one another are those of least squares
/// with singular values below 1e-6 of the largest cut. Takes time in proportion to rows x features x (features +
/// models). A constant model has no residual but [`Reason::Constant`].
///
/// # Errors
/// `non_finite` for a feature, and in [`Mode::Compat`] and [`Mode::Strict`] for a prediction; `length_mismatch`;
/// `too_few_rows` without rows; `constant_column` in [`Mode::Strict`]; `out_of_range` for a proportion not finite.
///
/// ```
/// use countermark_scoring::{Mode, neutralize};
/// let (p, f) = (vec![1.0, 2.0, 3.0, 5.0], vec![0.0, 1.0, 2.0, 3.0]);
/// let r = neutralize(&[(&p).into()], &[(&f).into()], 1.0, Mode::Strict)?;
/// let r = r[0].as_ref().unwrap();
/// assert!(r.iter().zip([0.2, -0.1, -0.4, 0.3]).all(|(a, b)| (a - b).abs() < 1e-12));
/// assert!(neutralize(&[(&p).into()], &[(&vec![1.0]).into()], 1.0, Mode::Strict).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn neutralize(
    predictions: &[Column<'_>],
    features: &[Column<'_>],
    proportion: f64,
    mode: Mode,
) -> Result<Residuals> {
    let n = predictions.first().or(features.first()).map_or(0, Column::len);
    enough_rows(n, 1)?;
    checked_proportion(proportion)?;
    let explained = Explained::new(features, None, n, None)?;
    let prepare = |_: &mut Ranker, j: usize, out: &mut [f64]| {
        let Some(column) = predictions.get(j) else { return Ok(None) };
        if mode == Mode::Compat {
            same_length(&format!("prediction {j}"), column, n)?;
        }
        let values = column.to_vec();
        match reason_of(&values, n) {
            Some(Reason::NonFinite { row }) if mode == Mode::Compat => {
                Err(as_error(&format!("prediction {j}"), Reason::NonFinite { row }))
            }
            // One row has no spread to be zero.
            Some(Reason::Constant) if mode == Mode::Compat && n == 1 => {
                out.copy_from_slice(&values);
                Ok(None)
            }
            Some(reason) => refused(j, reason, mode),
            None => {
                out.copy_from_slice(&values);
                Ok(None)
            }
        }
    };
    explained.each(predictions.len(), prepare, proportion, |_, residual| Ok(residual.to_vec()))
}

/// Feature-neutral correlation (FNC) of each model, -1..=1: the gaussianised tie-kept ranks are neutralised to the
/// features, and what is left is scored by [`numerai_corr`](crate::numerai_corr), so ranked once more.
///
/// `cache` keeps the factored features for the next call with the same values. [`Mode::PerModel`] gives a model that
/// cannot be scored a reason; [`Mode::Compat`] fails the whole call for it, as the library does.
///
/// # Errors
/// Target and features: `non_finite`, `length_mismatch`; `constant_column` for the target; `too_few_rows`;
/// `power_decorrelates`. [`Mode::Strict`] and [`Mode::Compat`] have the same for predictions. [`Mode::Compat`] takes a
/// target with gaps in up to 20 % of its rows.
///
/// ```
/// use countermark_scoring::{Mode, feature_neutral_corr};
/// let target = vec![0.0, 0.25, 0.5, 0.5, 0.5, 0.75, 1.0, 0.5];
/// let rising: Vec<f64> = (1..=8).map(f64::from).collect();
/// let (f1, f2): (Vec<i8>, Vec<i8>) = ((0..8).map(|i| i % 3).collect(), (0..8).map(|i| i % 2).collect());
/// let features = [f1.as_slice().into(), f2.as_slice().into()];
/// let s = feature_neutral_corr(&[(&rising).into()], &features, &(&target).into(), Mode::Strict, None)?;
/// assert!((s[0].value - 0.683876496439277).abs() < 1e-12);
/// assert!(feature_neutral_corr(&[], &features, &(&vec![0.5]).into(), Mode::Strict, None).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn feature_neutral_corr(
    predictions: &[Column<'_>],
    features: &[Column<'_>],
    target: &Column<'_>,
    mode: Mode,
    cache: Option<&FeatureCache>,
) -> Result<Vec<MetricScore>> {
    let n = target.len();
    enough_rows(n, 2)?;
    let mut t = target.to_vec();
    if mode != Mode::Compat
        && let Some(reason) = reason_of(&t, n)
    {
        return Err(as_error("target", reason));
    }
    // Gaps of the target leave rows out after the models are neutralised.
    let known: Vec<usize> = t.iter().enumerate().filter(|(_, t)| !t.is_nan()).map(|(i, _)| i).collect();
    let needed = (n * 4).div_ceil(5);
    if known.len() < needed.max(2) {
        return Err(Error::TooFewRows { kept: known.len(), of: n, needed: needed.max(2) });
    }
    t.retain(|x| !x.is_nan());
    let centre = average(&t);
    t.iter_mut().for_each(|x| *x -= centre);
    let powered: Vec<f64> = t.iter().map(|x| signed_power(*x, 1.5)).collect();
    super::rank::check_power(&t, &powered)?;
    let explained = Explained::new(features, None, n, cache)?;
    let prepare = |ranker: &mut Ranker, j: usize, out: &mut [f64]| {
        let Some(column) = predictions.get(j) else { return Ok(None) };
        let reason = gaussianised(ranker, column, j, None, n, mode, out)?;
        match (reason, mode) {
            (Some(reason), Mode::Compat) => Err(as_error(&format!("prediction {j}"), reason)),
            (reason, _) => Ok(reason),
        }
    };
    let score = |ranker: &mut Ranker, residual: &[f64]| {
        let (mut unused, mut x) = (Vec::new(), Vec::new());
        if known.len() == n {
            ranker.transform(residual, &mut unused, &mut x);
        } else {
            let picked: Vec<f64> = known.iter().filter_map(|i| residual.get(*i).copied()).collect();
            ranker.transform(&picked, &mut unused, &mut x);
        }
        Ok(correlation::of(&x, &powered))
    };
    Ok(scored(explained.each(predictions.len(), prepare, 1.0, score)?))
}

/// The rows that count in every table: all of them, or in [`Mode::Compat`] those without a gap, down to the bound.
fn rows_of(
    tables: &[&[Column<'_>]],
    n: usize,
    max_filtered_ratio: f64,
    mode: Mode,
) -> Result<Option<Vec<u32>>> {
    if mode != Mode::Compat {
        return Ok(None);
    }
    let ids = Ids::Rows(n);
    let frames: Vec<Frame<'_>> = tables.iter().map(|columns| Frame { ids, columns }).collect();
    Ok(Some(Alignment::new(&frames, max_filtered_ratio)?.rows(0).to_vec()))
}

fn picked(column: &Column<'_>, rows: Option<&[u32]>) -> Vec<f64> {
    super::models::pick(column, rows)
}

/// Correlation of each model with the target once its gaussianised ranks are neutralised to the features, -1..=1. Unlike
/// [`feature_neutral_corr`] nothing is ranked again and nothing is raised to a power. With `top_bottom`, on so many of
/// the lowest and of the highest residuals.
///
/// # Errors
/// As [`feature_neutral_corr`], but [`Mode::Compat`] leaves out rows with a gap anywhere (at most 20 %);
/// `too_few_rows` when both tails do not fit.
///
/// ```
/// use countermark_scoring::{Mode, neutral_correlation};
/// let target = vec![0.0, 0.25, 0.5, 0.5, 0.5, 0.75, 1.0, 0.5];
/// let rising: Vec<f64> = (1..=8).map(f64::from).collect();
/// let (f1, f2): (Vec<i8>, Vec<i8>) = ((0..8).map(|i| i % 3).collect(), (0..8).map(|i| i % 2).collect());
/// let features = [f1.as_slice().into(), f2.as_slice().into()];
/// let s = neutral_correlation(&[(&rising).into()], &features, &(&target).into(), None, Mode::Strict)?;
/// assert!((s[0].value - 0.770825569861283).abs() < 1e-12);
/// assert!(neutral_correlation(&[], &features, &(&target).into(), Some(5), Mode::Strict).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn neutral_correlation(
    predictions: &[Column<'_>],
    features: &[Column<'_>],
    target: &Column<'_>,
    top_bottom: Option<usize>,
    mode: Mode,
) -> Result<Vec<MetricScore>> {
    let n = target.len();
    enough_rows(n, 2)?;
    let all = target.to_vec();
    if mode != Mode::Compat
        && let Some(reason) = reason_of(&all, n)
    {
        return Err(as_error("target", reason));
    }
    let known: Vec<f64> = all.iter().copied().filter(|x| !x.is_nan()).collect();
    let centre = average(&known);
    let rows = rows_of(&[&[*target], predictions, features], n, MAX_FILTERED_RATIO, mode)?;
    let mut t = picked(target, rows.as_deref());
    t.iter_mut().for_each(|x| *x -= centre);
    let k = tails_within(top_bottom, t.len())?;
    let explained = Explained::new(features, rows.as_deref(), n, None)?;
    let prepare = |ranker: &mut Ranker, j: usize, out: &mut [f64]| match predictions.get(j) {
        Some(column) => {
            let reason = gaussianised(ranker, column, j, rows.as_deref(), n, mode, out)?;
            // The library's correlation refuses a residual that is not there.
            reason.map_or(Ok(None), |r| refused(j, r, if mode == Mode::Compat { Mode::Strict } else { mode }))
        }
        None => Ok(None),
    };
    let score = |_: &mut Ranker, residual: &[f64]| match k {
        None => Ok(correlation::of(residual, &t)),
        Some(k) => {
            let rows = TopBottom::of(residual, k)?.both()?;
            let pick = |v: &[f64]| -> Vec<f64> { rows.iter().filter_map(|r| v.get(*r).copied()).collect() };
            Ok(correlation::of(&pick(residual), &pick(&t)))
        }
    };
    Ok(scored(explained.each(predictions.len(), prepare, 1.0, score)?))
}

/// Contribution of each model to the meta model once both are neutralised to the features: as
/// [`correlation_contribution`](crate::correlation_contribution), with [`neutralize`] after the gaussianised ranks.
///
/// # Errors
/// As [`neutral_correlation`]; `constant_column` for the meta model. In [`Mode::Compat`] a constant model has NaN.
///
/// ```
/// use countermark_scoring::{Mode, neutral_contribution};
/// let target = vec![0.0, 0.25, 0.5, 0.5, 0.5, 0.75, 1.0, 0.5];
/// let meta: Vec<f64> = (1..=8).map(f64::from).collect();
/// let f = vec![0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0];
/// let (m, t) = ((&meta).into(), (&target).into());
/// let s = neutral_contribution(&[m], &m, &[(&f).into()], &t, None, Mode::Strict)?;
/// assert!(s[0].value.abs() < 1e-12);
/// let flat = vec![0.5; 8];
/// assert!(neutral_contribution(&[m], &(&flat).into(), &[(&f).into()], &t, None, Mode::Strict).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn neutral_contribution(
    predictions: &[Column<'_>],
    meta_model: &Column<'_>,
    features: &[Column<'_>],
    target: &Column<'_>,
    top_bottom: Option<usize>,
    mode: Mode,
) -> Result<Vec<MetricScore>> {
    let n = target.len();
    enough_rows(n, 2)?;
    same_length("meta_model", meta_model, n)?;
    if mode != Mode::Compat {
        for (name, column) in [("target", target), ("meta_model", meta_model)] {
            if let Some(reason) = reason_of(&column.to_vec(), n) {
                return Err(as_error(name, reason));
            }
        }
    }
    let rows = rows_of(&[&[*target], predictions, &[*meta_model], features], n, MAX_FILTERED_RATIO, mode)?;
    let t = bucketed(picked(target, rows.as_deref()));
    let k = tails_within(top_bottom, t.len())?;
    let explained = Explained::new(features, rows.as_deref(), n, None)?;
    let mut meta = alloc::vec![0.0; explained.features.len];
    let constant =
        gaussianised(&mut Ranker::default(), meta_model, 0, rows.as_deref(), n, Mode::Compat, &mut meta)?;
    explained.neutralize(&mut meta);
    if constant.is_some() {
        // A meta model that says nothing leaves no contribution to speak of.
        if k.is_some() {
            return Err(Error::ConstantColumn { column: "meta_model".into() });
        }
        meta.fill(f64::NAN);
    }
    let square = dot(&meta, &meta);
    let prepare = |ranker: &mut Ranker, j: usize, out: &mut [f64]| match predictions.get(j) {
        Some(column) => gaussianised(ranker, column, j, rows.as_deref(), n, mode, out)
            .and_then(|reason| reason.map_or(Ok(None), |r| refused(j, r, mode))),
        None => Ok(None),
    };
    let score = |_: &mut Ranker, residual: &[f64]| {
        let beta = dot(residual, &meta) / square;
        let q: Vec<f64> = residual.iter().zip(&meta).map(|(r, m)| r - m * beta).collect();
        contribution(&q, &t, k)
    };
    Ok(scored(explained.each(predictions.len(), prepare, 1.0, score)?))
}

/// Churn of two signals after each is neutralised to the features of its era: 1 - Spearman's correlation of the
/// residuals over the common ids, 0..=2. Features have a row for each id of their signal, in the same order.
///
/// # Errors
/// As [`churn`]; `non_finite` and `length_mismatch` for features.
///
/// ```
/// use countermark_scoring::{Ids, Signal, neutral_churn};
/// let (x, f) = (vec![0.1, 0.4, 0.3, 0.9], vec![1.0, 0.0, 1.0, 0.0]);
/// let a = Signal { ids: Ids::Text(&["A", "B", "C", "D"]), values: (&x).into() };
/// let features = [(&f).into()];
/// assert!(neutral_churn(&a, &a, &features, &features)?.abs() < 1e-12);
/// assert!(neutral_churn(&a, &a, &features, &[(&vec![1.0]).into()]).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn neutral_churn(
    a: &Signal<'_>,
    b: &Signal<'_>,
    a_features: &[Column<'_>],
    b_features: &[Column<'_>],
) -> Result<f64> {
    let residual = |s: &Signal<'_>, features: &[Column<'_>]| -> Result<Vec<f64>> {
        let n = s.values.len();
        enough_rows(n, 1)?;
        let values = [s.values];
        let rows = rows_of(&[&values, features], n, MAX_FILTERED_RATIO, Mode::Compat)?;
        let explained = Explained::new(features, rows.as_deref(), n, None)?;
        let mut out = alloc::vec![0.0; explained.features.len];
        let mut ranker = Ranker::default();
        if gaussianised(&mut ranker, &s.values, 0, rows.as_deref(), n, Mode::Compat, &mut out)?.is_some() {
            return Err(Error::ConstantColumn { column: "signal".into() });
        }
        explained.neutralize(&mut out);
        // Rows that were left out have no residual.
        let mut all = alloc::vec![f64::NAN; n];
        for (row, x) in rows.iter().flatten().zip(out) {
            if let Some(o) = all.get_mut(*row as usize) {
                *o = x;
            }
        }
        Ok(all)
    };
    let (left, right) = (residual(a, a_features)?, residual(b, b_features)?);
    churn(
        &Signal { ids: a.ids, values: (&left).into() },
        &Signal { ids: b.ids, values: (&right).into() },
        None,
    )
}

/// How much a model leans on single features.
#[derive(Debug, Clone, PartialEq)]
pub struct FeatureExposure {
    /// Pearson's correlation of the predictions with each feature, -1..=1; NaN for a constant feature.
    pub correlations: Vec<f64>,
    /// The largest absolute correlation; NaN where there is none.
    pub max: f64,
    /// Its feature: the first of equals.
    pub feature: Option<usize>,
    /// Root mean square of the correlations there are.
    pub rms: f64,
}

impl FeatureExposure {
    #[allow(clippy::cast_precision_loss, reason = "numbers of features are far below 2^53")]
    pub(crate) fn of(correlations: Vec<f64>) -> Self {
        let (mut max, mut feature, mut square, mut count) = (f64::NAN, None, 0.0, 0usize);
        for (j, r) in correlations.iter().enumerate().filter(|(_, r)| !r.is_nan()) {
            if feature.is_none() || r.abs() > max {
                (max, feature) = (r.abs(), Some(j));
            }
            square += r * r;
            count += 1;
        }
        let rms = if count > 0 { libm::sqrt(square / count as f64) } else { f64::NAN };
        Self { correlations, max, feature, rms }
    }
}

/// The correlation of each model with each feature, as [`max_feature_correlation`](crate::max_feature_correlation) takes
/// them: predictions count as they are, not their ranks.
///
/// # Errors
/// `non_finite` for a feature; `length_mismatch`; `too_few_rows` below two rows. [`Mode::Strict`] and
/// [`Mode::Compat`]: `non_finite` and, strictly, `constant_column` for a prediction.
///
/// ```
/// use countermark_scoring::{Mode, feature_exposures};
/// let (p, f, g) = (vec![1.0, 2.0, 3.0], vec![0.0, 1.0, 0.0], vec![3.0, 2.0, 1.0]);
/// let e = feature_exposures(&[(&p).into()], &[(&f).into(), (&g).into()], Mode::Strict)?;
/// let e = e[0].as_ref().unwrap();
/// assert!(e.feature == Some(1) && (e.max - 1.0).abs() < 1e-15 && e.correlations[0].abs() < 1e-15);
/// assert!(feature_exposures(&[(&vec![1.0; 3]).into()], &[(&f).into()], Mode::Strict).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn feature_exposures(
    predictions: &[Column<'_>],
    features: &[Column<'_>],
    mode: Mode,
) -> Result<Vec<Result<FeatureExposure, Reason>>> {
    let n = predictions.first().or(features.first()).map_or(0, Column::len);
    enough_rows(n, 2)?;
    for (j, c) in features.iter().enumerate() {
        same_length(&format!("feature {j}"), c, n)?;
    }
    let block = FeatureBlock { columns: features, rows: None, len: n };
    let moments = Factor::moments(block)?;
    let chunk = |(): &mut (), c: usize| -> Result<Vec<Result<FeatureExposure, Reason>>> {
        let these = predictions.get(c * CHUNK..predictions.len().min((c + 1) * CHUNK)).unwrap_or_default();
        let mut models = alloc::vec![0.0; these.len() * n];
        let mut reasons = Vec::with_capacity(these.len());
        for ((j, column), out) in these.iter().enumerate().zip(models.chunks_exact_mut(n)) {
            let values = column.to_vec();
            let j = c * CHUNK + j;
            reasons.push(match reason_of(&values, n) {
                Some(Reason::NonFinite { row }) if mode == Mode::Compat => {
                    return Err(as_error(&format!("prediction {j}"), Reason::NonFinite { row }));
                }
                Some(reason) => refused(j, reason, mode)?,
                None => {
                    out.copy_from_slice(&values);
                    None
                }
            });
        }
        let all = moments.exposures(block, &models);
        let k = these.len();
        let of = |i: usize| FeatureExposure::of(all.iter().skip(i).step_by(k.max(1)).copied().collect());
        Ok(reasons.into_iter().enumerate().map(|(i, r)| r.map_or_else(|| Ok(of(i)), Err)).collect())
    };
    let mut out = Vec::with_capacity(predictions.len());
    for c in parallel::map(predictions.len().div_ceil(CHUNK), || (), chunk) {
        out.extend(c?);
    }
    Ok(out)
}
