//! Numerai's correlation and meta-model contribution for many models in one call.
//!
//! Source of both formulas: numerai/numerai-tools 0.7.2, `numerai_tools/scoring.py` (`numerai_corr`,
//! `correlation_contribution`, `contribution_scores`), with the library's defaults.

use crate::numerai::rank::{Ranker, check_power, is_constant, signed_power};
use crate::numeric::{dot, mean, pearson, sum1, sum2};
use crate::{Column, Error, Result, parallel};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use countermark_primitives::Error as Base;

/// What happens when a model's predictions cannot be scored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Mode {
    /// The call fails with an error that names the column and the row.
    Strict,
    /// The model gets no score but a [`Reason`]; the others are scored as if it were not there.
    #[default]
    PerModel,
    /// As numerai-tools: a row with a NaN anywhere is left out for every model, at least 80 % of the rows must
    /// remain, infinite predictions rank at the ends, and a constant model's correlation is NaN.
    Compat,
}

/// Why a model has no score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// A prediction is NaN or infinite.
    NonFinite {
        /// The first such row, from 0.
        row: u64,
    },
    /// All predictions are the same.
    Constant,
    /// There are not as many predictions as targets.
    Length {
        /// Number of targets.
        expected: u64,
        /// Number of predictions.
        got: u64,
    },
}

impl Reason {
    /// The reason as an error code, the same that [`Mode::Strict`] fails with.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NonFinite { .. } => "non_finite",
            Self::Constant => "constant_column",
            Self::Length { .. } => "length_mismatch",
        }
    }
}

/// The scores of one model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ModelScore {
    /// Numerai's correlation, -1..=1; NaN where there is a reason.
    pub corr: f64,
    /// Contribution to the meta model (MMC); NaN where there is a reason, or no meta model was given.
    pub mmc: f64,
    /// Why there is no score.
    pub reason: Option<Reason>,
}

const NO_SCORE: ModelScore = ModelScore { corr: f64::NAN, mmc: f64::NAN, reason: None };

/// Scores every model: one ranking of each column serves both metrics, and nothing is allocated per column.
///
/// `predictions` holds one column per model; `target` and `meta_model` have a value for each row.
/// * correlation: Pearson's correlation of `power(gaussian(tie_kept_rank(prediction)), 1.5)` with
///   `power(target - mean(target), 1.5)`;
/// * contribution: `mean(t * (p - m (p'm) / (m'm)))`, with `p`, `m` the gaussianised tie-kept ranks of prediction
///   and meta model, and `t` the centred target, first multiplied by 4 if all targets lie in 0..=1.
///
/// The scores are the same bits on every platform and for every selection of the other models.
///
/// # Errors
/// Target or meta model: `non_finite`, `constant_column`, `length_mismatch`. `too_few_rows` below two rows.
/// `power_decorrelates` for targets that the power 1.5 distorts. [`Mode::Strict`] has the same errors for
/// predictions. [`Mode::Compat`] fails where numerai-tools does: `too_few_rows` when over 20 % of the rows have a
/// NaN; and for infinite targets or meta models.
///
/// ```
/// use countermark_primitives::Coded;
/// use countermark_scoring::{Mode, score};
/// let target = vec![0.0, 0.25, 0.5, 0.5, 0.5, 0.75, 1.0, 0.5];
/// let meta: Vec<f64> = (1..=8).map(f64::from).collect();
/// let mine = vec![1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 4.0, 4.0];
/// let flat = vec![0.5; 8];
/// let models = [(&mine).into(), (&flat).into()];
/// let s = score(&models, &(&target).into(), Some(&(&meta).into()), Mode::PerModel)?;
/// assert!((s[0].corr - 0.7933127931255278).abs() < 1e-15);
/// assert!((s[0].mmc - 0.0758017989503866).abs() < 1e-15);
/// assert_eq!(s[1].reason.unwrap().code(), "constant_column");
/// let e = score(&models, &(&target).into(), None, Mode::Strict).unwrap_err();
/// assert_eq!(e.to_string(), "prediction 1 is constant");
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn score(
    predictions: &[Column<'_>],
    target: &Column<'_>,
    meta_model: Option<&Column<'_>>,
    mode: Mode,
) -> Result<Vec<ModelScore>> {
    let corr = CorrTarget::new;
    if mode != Mode::Compat {
        let rows = target.len();
        let t = finite_column("target", target, rows)?;
        let m = meta_model.map(|m| finite_column("meta_model", m, rows)).transpose()?;
        let corr = corr(&t, None)?;
        let mmc = m.map(|m| MmcTarget::new(&m, &t));
        return each(predictions, rows, None, mode, Some(&corr), mmc.as_ref());
    }
    let mut scores = compat_corr(predictions, target)?;
    if let Some(m) = meta_model {
        for (s, mmc) in scores.iter_mut().zip(compat_mmc(predictions, m, target)?) {
            s.mmc = mmc.mmc;
        }
    }
    Ok(scores)
}

/// Numerai's correlation of each model with the target: [`score`] without a meta model.
///
/// # Errors
/// As [`score`].
///
/// ```
/// use countermark_scoring::{Mode, numerai_corr};
/// let target = vec![0.0, 0.25, 0.5, 0.5, 0.5, 0.75, 1.0, 0.5];
/// let rising: Vec<f64> = (1..=8).map(f64::from).collect();
/// let r = numerai_corr(&[(&rising).into()], &(&target).into(), Mode::Strict)?;
/// assert!((r[0] - 0.7059962114229676).abs() < 1e-15);
/// let bad = vec![f64::NAN; 8];
/// assert!(numerai_corr(&[(&bad).into()], &(&target).into(), Mode::Strict).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn numerai_corr(predictions: &[Column<'_>], target: &Column<'_>, mode: Mode) -> Result<Vec<f64>> {
    Ok(score(predictions, target, None, mode)?.into_iter().map(|s| s.corr).collect())
}

/// Contribution of each model to the meta model (MMC; with the benchmark model in its place, BMC).
///
/// # Errors
/// As [`score`].
///
/// ```
/// use countermark_scoring::{Mode, correlation_contribution};
/// let target = vec![0.0, 0.25, 0.5, 0.5, 0.5, 0.75, 1.0, 0.5];
/// let meta: Vec<f64> = (1..=8).map(f64::from).collect();
/// let (m, t) = ((&meta).into(), (&target).into());
/// // A copy of the meta model adds nothing to it.
/// assert_eq!(correlation_contribution(&[m], &m, &t, Mode::Strict)?, [0.0]);
/// assert!(correlation_contribution(&[m], &(&vec![1.0; 8]).into(), &t, Mode::Strict).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn correlation_contribution(
    predictions: &[Column<'_>],
    meta_model: &Column<'_>,
    target: &Column<'_>,
    mode: Mode,
) -> Result<Vec<f64>> {
    let scores = if mode == Mode::Compat {
        compat_mmc(predictions, meta_model, target)?
    } else {
        let rows = target.len();
        let t = finite_column("target", target, rows)?;
        let m = finite_column("meta_model", meta_model, rows)?;
        each(predictions, rows, None, mode, None, Some(&MmcTarget::new(&m, &t)))?
    };
    Ok(scores.into_iter().map(|s| s.mmc).collect())
}

/// What a correlation needs of the target, computed once a call.
pub(crate) struct CorrTarget {
    /// Centred target to the power 1.5, centred again.
    centred: Vec<f64>,
    /// Its sum of squares.
    square: f64,
}

impl CorrTarget {
    /// `centre` is the mean to subtract first; `None` takes the mean of `target` itself.
    pub(crate) fn new(target: &[f64], centre: Option<f64>) -> Result<Self> {
        let centre = centre.unwrap_or_else(|| mean(target));
        let t: Vec<f64> = target.iter().map(|x| x - centre).collect();
        let mut powered: Vec<f64> = t.iter().map(|x| signed_power(*x, 1.5)).collect();
        check_power(&t, &powered)?;
        // A constant is centred to zero exactly, whatever the rounding of its mean.
        let m = if is_constant(&powered) { powered.first().copied().unwrap_or(0.0) } else { mean(&powered) };
        for x in &mut powered {
            *x -= m;
        }
        let square = sum1(&powered, |x| x * x);
        Ok(Self { centred: powered, square })
    }

    /// Correlation of gaussianised ranks to the power 1.5.
    pub(crate) fn score(&self, powered: &[f64]) -> f64 {
        pearson(powered, &self.centred, self.square)
    }
}

/// What a contribution needs of meta model and target, computed once a call.
pub(crate) struct MmcTarget {
    /// Gaussianised tie-kept ranks of the meta model.
    meta: Vec<f64>,
    /// Their sum of squares.
    meta_square: f64,
    /// Centred targets.
    target: Vec<f64>,
    /// Inner product of targets and meta model.
    target_meta: f64,
}

impl MmcTarget {
    pub(crate) fn new(meta_model: &[f64], target: &[f64]) -> Self {
        let (mut meta, mut unused) = (Vec::new(), Vec::new());
        Ranker::default().transform(meta_model, &mut meta, &mut unused);
        let factor = if target.iter().all(|t| (0.0..=1.0).contains(t)) { 4.0 } else { 1.0 };
        let mut t: Vec<f64> = target.iter().map(|t| t * factor).collect();
        let m = mean(&t);
        for x in &mut t {
            *x -= m;
        }
        let (meta_square, target_meta) = (dot(&meta, &meta), dot(&t, &meta));
        Self { meta, meta_square, target: t, target_meta }
    }

    /// `t'(p - m (p'm)/(m'm)) / n`, multiplied out.
    #[allow(clippy::cast_precision_loss, reason = "row counts are below 2^32")]
    pub(crate) fn score(&self, p: &[f64]) -> f64 {
        let beta = dot(p, &self.meta) / self.meta_square;
        (sum2(&self.target, p, |t, p| t * p) - beta * self.target_meta) / p.len() as f64
    }
}

/// Scratch memory of one thread.
#[derive(Default)]
struct Scratch {
    ranker: Ranker,
    values: Vec<f64>,
    picked: Vec<f64>,
    gauss: Vec<f64>,
    powered: Vec<f64>,
}

/// Scores each column. `rows` selects rows; `None` takes all of them and checks each column first.
fn each(
    predictions: &[Column<'_>],
    n: usize,
    rows: Option<&[usize]>,
    mode: Mode,
    corr: Option<&CorrTarget>,
    mmc: Option<&MmcTarget>,
) -> Result<Vec<ModelScore>> {
    let one = |s: &mut Scratch, (j, column): (usize, &Column<'_>)| {
        column.load(&mut s.values);
        if mode != Mode::Compat
            && let Some(reason) = reason_of(&s.values, n)
        {
            return match mode {
                Mode::Strict => Err(as_error(&format!("prediction {j}"), reason)),
                _ => Ok(ModelScore { reason: Some(reason), ..NO_SCORE }),
            };
        }
        if let Some(rows) = rows {
            s.picked.clear();
            s.picked.extend(rows.iter().filter_map(|r| s.values.get(*r)));
            core::mem::swap(&mut s.values, &mut s.picked);
        }
        s.ranker.transform(&s.values, &mut s.gauss, &mut s.powered);
        Ok(ModelScore {
            corr: corr.map_or(f64::NAN, |t| t.score(&s.powered)),
            mmc: mmc.map_or(f64::NAN, |t| t.score(&s.gauss)),
            reason: None,
        })
    };
    let column = |j: usize| predictions.get(j).map(|c| (j, c));
    parallel::map(predictions.len(), Scratch::default, |s, j| column(j).map(|c| one(s, c)))
        .into_iter()
        .flatten()
        .collect()
}

/// Why values cannot be scored against `n` targets.
pub(crate) fn reason_of(values: &[f64], n: usize) -> Option<Reason> {
    if values.len() != n {
        return Some(Reason::Length { expected: n as u64, got: values.len() as u64 });
    }
    if let Some(row) = values.iter().position(|x| !x.is_finite()) {
        return Some(Reason::NonFinite { row: row as u64 });
    }
    is_constant(values).then_some(Reason::Constant)
}

pub(crate) fn as_error(column: &str, reason: Reason) -> Error {
    let column = String::from(column);
    // The numbers of a reason made here come from usize.
    let size = |x: u64| usize::try_from(x).unwrap_or(usize::MAX);
    match reason {
        Reason::NonFinite { row } => Error::NonFinite { column, row: size(row) },
        Reason::Constant => Error::ConstantColumn { column },
        Reason::Length { expected, got } => {
            Error::ColumnLength { column, expected: size(expected), got: size(got) }
        }
    }
}

/// A target or meta model that can be scored against.
fn finite_column(name: &'static str, column: &Column<'_>, rows: usize) -> Result<Vec<f64>> {
    enough(rows, rows, 2)?;
    let values = column.to_vec();
    match reason_of(&values, rows) {
        Some(reason) => Err(as_error(name, reason)),
        None => Ok(values),
    }
}

fn enough(kept: usize, of: usize, needed: usize) -> Result<()> {
    if u32::try_from(of).is_err() {
        return Err(Base::LimitExceeded { what: "rows", limit: u64::from(u32::MAX), got: of as u64 }.into());
    }
    if kept < needed { Err(Error::TooFewRows { kept, of, needed }) } else { Ok(()) }
}

/// The rows, in order, where none of the columns has a NaN; an infinity there is refused for `named` columns.
fn complete_rows(named: &[(&str, &[f64])], predictions: &[Column<'_>], n: usize) -> Result<Vec<usize>> {
    let mut keep = alloc::vec![true; n];
    for (name, values) in named {
        if values.len() != n {
            return Err(Error::ColumnLength { column: String::from(*name), expected: n, got: values.len() });
        }
        if let Some(row) = values.iter().position(|x| x.is_infinite()) {
            return Err(Error::NonFinite { column: String::from(*name), row });
        }
        keep.iter_mut().zip(*values).for_each(|(k, x)| *k &= !x.is_nan());
    }
    let mut values = Vec::new();
    for (j, column) in predictions.iter().enumerate() {
        column.load(&mut values);
        if values.len() != n {
            return Err(Error::ColumnLength {
                column: format!("prediction {j}"),
                expected: n,
                got: values.len(),
            });
        }
        keep.iter_mut().zip(&values).for_each(|(k, x)| *k &= !x.is_nan());
    }
    Ok(keep.iter().enumerate().filter(|(_, k)| **k).map(|(i, _)| i).collect())
}

/// numerai-tools' bound on dropped rows, `kept / of >= 1 - 0.2` in floats.
#[allow(clippy::cast_precision_loss, reason = "row counts are below 2^32")]
fn enough_overlap(kept: usize, of: usize) -> Result<()> {
    let needed = (of * 4).div_ceil(5).max(1);
    enough(kept, of, 1)?;
    if kept as f64 / of as f64 >= 1.0 - 0.2 { Ok(()) } else { Err(Error::TooFewRows { kept, of, needed }) }
}

fn pick(values: &[f64], rows: &[usize]) -> Vec<f64> {
    rows.iter().filter_map(|r| values.get(*r).copied()).collect()
}

fn compat_corr(predictions: &[Column<'_>], target: &Column<'_>) -> Result<Vec<ModelScore>> {
    let t = target.to_vec();
    let rows = complete_rows(&[("target", &t)], predictions, t.len())?;
    enough_overlap(rows.len(), t.len())?;
    // The target is centred before rows are left out, so they count in its mean.
    let known: Vec<f64> = t.iter().copied().filter(|x| !x.is_nan()).collect();
    let corr = CorrTarget::new(&pick(&t, &rows), Some(mean(&known)))?;
    each(predictions, t.len(), Some(&rows), Mode::Compat, Some(&corr), None)
}

fn compat_mmc(
    predictions: &[Column<'_>],
    meta_model: &Column<'_>,
    target: &Column<'_>,
) -> Result<Vec<ModelScore>> {
    let (m, t) = (meta_model.to_vec(), target.to_vec());
    let n = t.len();
    // Three alignments, one after the other, each with its own bound.
    let with_meta = complete_rows(&[("meta_model", &m)], predictions, n)?;
    enough_overlap(with_meta.len(), n)?;
    let rows = complete_rows(&[("meta_model", &m), ("target", &t)], predictions, n)?;
    enough_overlap(rows.len(), n)?;
    enough_overlap(rows.len(), with_meta.len())?;
    let mmc = MmcTarget::new(&pick(&m, &rows), &pick(&t, &rows));
    each(predictions, n, Some(&rows), Mode::Compat, None, Some(&mmc))
}

/// A meta model: the sum of the models' gaussianised tie-kept ranks, each times its weight.
///
/// Only the order of the values matters to [`score`], so they are not scaled further. Models that [`Mode::PerModel`]
/// would give a reason are left out. Weights are any integers, such as stakes; they are first turned into shares of
/// 2^52 by largest remainder, so the result is the same on every platform.
///
/// # Errors
/// `length_mismatch` unless there is a weight per model; `no_weight` when the models left have no weight.
///
/// ```
/// use countermark_primitives::U256;
/// use countermark_scoring::meta_model;
/// let (a, b) = (vec![1.0, 2.0, 3.0], vec![3.0, 2.0, 1.0]);
/// let m = meta_model(&[(&a).into(), (&b).into()], &[U256::from(3), U256::from(1)], 3)?;
/// assert!(m[0] < m[1] && m[1] < m[2]);
/// assert!(meta_model(&[(&a).into()], &[U256::ZERO], 3).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn meta_model(
    predictions: &[Column<'_>],
    weights: &[countermark_primitives::U256],
    rows: usize,
) -> Result<Vec<f64>> {
    use countermark_primitives::{U256, Wei};
    if weights.len() != predictions.len() {
        let (expected, got) = (predictions.len(), weights.len());
        return Err(Base::LengthMismatch { what: "weights", expected, got }.into());
    }
    enough(rows, rows, 0)?;
    let mut values = Vec::new();
    let mut usable = Vec::with_capacity(weights.len());
    for (column, weight) in predictions.iter().zip(weights) {
        column.load(&mut values);
        usable.push(if reason_of(&values, rows).is_none() { *weight } else { U256::ZERO });
    }
    let shares = countermark_settle::largest_remainder(Wei::from_u128(1 << 52), &usable)?;
    let mut ranker = Ranker::default();
    let (mut gauss, mut unused) = (Vec::new(), Vec::new());
    let mut sum = alloc::vec![0.0f64; rows];
    for ((column, weight), share) in predictions.iter().zip(&usable).zip(shares) {
        if weight.is_zero() {
            continue;
        }
        column.load(&mut values);
        ranker.transform(&values, &mut gauss, &mut unused);
        // At most 2^52, so exact.
        #[allow(clippy::cast_precision_loss, reason = "at most 2^52")]
        let share = u64::try_from(share.get()).unwrap_or(0) as f64 / (1u64 << 52) as f64;
        for (s, g) in sum.iter_mut().zip(&gauss) {
            *s += share * g;
        }
    }
    Ok(sum)
}
