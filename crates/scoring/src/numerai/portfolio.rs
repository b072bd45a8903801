//! Signals as portfolios: neutralised weights, alpha and the contribution to the meta portfolio.
//!
//! Source: numerai/numerai-tools 0.7.2, `numerai_tools/scoring.py` (`generate_neutralized_weights`, `alpha`,
//! `meta_portfolio_contribution`).

use super::align::{MAX_FILTERED_RATIO, too_many_rows};
use super::correlation::no_nan;
use super::models::{MetricScore, Scratch, counted_rows, each_model, pick, same_length, scored};
use super::normalize::average;
use super::score::{Mode, Reason};
use crate::numeric::{dot, sum1};
use crate::{Column, Error, Result};
use alloc::format;
use alloc::vec::Vec;
use countermark_primitives::Error as Base;

/// What turns signals into portfolios, loaded once a call.
struct Universe {
    /// Neutralising columns, shape `[f, n]`.
    neutralizers: Vec<Vec<f64>>,
    /// Sampling weight of each row.
    weights: Vec<f64>,
}

impl Universe {
    /// The selected rows; gaps are refused in every row, selected or not.
    fn new(
        neutralizers: &[Column<'_>],
        weights: &Column<'_>,
        n: usize,
        rows: Option<&[u32]>,
        mode: Mode,
    ) -> Result<Self> {
        let load = |name: &str, c: &Column<'_>| {
            same_length(name, c, n)?;
            let all = c.to_vec();
            no_nan(name, &all)?;
            if mode != Mode::Compat
                && let Some(row) = all.iter().position(|x| x.is_infinite())
            {
                return Err(Error::NonFinite { column: name.into(), row });
            }
            Ok(pick(c, rows))
        };
        let each = neutralizers.iter().enumerate();
        Ok(Self {
            neutralizers: each.map(|(j, c)| load(&format!("neutralizer {j}"), c)).collect::<Result<_>>()?,
            weights: load("sample_weights", weights)?,
        })
    }

    /// `v * (x - N (N'(v * x)))`.
    fn neutralize(&self, x: &[f64]) -> Vec<f64> {
        let weighted: Vec<f64> = x.iter().zip(&self.weights).map(|(x, v)| x * v).collect();
        let mut fitted = alloc::vec![0.0f64; x.len()];
        for column in &self.neutralizers {
            let beta = dot(column, &weighted);
            fitted.iter_mut().zip(column).for_each(|(f, c)| *f += c * beta);
        }
        let residual = x.iter().zip(&fitted).map(|(x, f)| x - f);
        residual.zip(&self.weights).map(|(r, v)| r * v).collect()
    }
}

/// One row has no rank to speak of, in any mode.
fn two_rows(rows: usize, of: usize) -> Result<()> {
    if rows < 2 { Err(Error::TooFewRows { kept: rows, of, needed: 2 }) } else { Ok(()) }
}

/// The portfolio of each model: `v (x - N (N'(v x)))` with `x` the gaussianised tie-kept ranks to the power 1.5, `N`
/// the neutralizers and `v` the sampling weights. With `center_and_normalize` the weights of a model are then centred
/// and divided by the sum of their absolute values.
///
/// The neutralizers are expected to be orthonormal in `v x`; nothing here checks that. A model that cannot be ranked
/// has the reason instead of its weights.
///
/// # Errors
/// `non_finite` for a NaN (an infinity too, outside [`Mode::Compat`]) among neutralizers or sampling weights, and
/// in [`Mode::Compat`] among predictions; `length_mismatch`; `too_few_rows` below two rows. [`Mode::Strict`]: as
/// [`score`](crate::score).
///
/// ```
/// use countermark_scoring::{Mode, neutralized_weights};
/// let (p, market) = (vec![0.1, 0.2, 0.3, 0.4], vec![0.5; 4]);
/// let v = vec![1.0; 4];
/// let w = neutralized_weights(&[(&p).into()], &[(&market).into()], &(&v).into(), true, Mode::Strict)?;
/// let w = w[0].as_ref().unwrap();
/// assert!((w.iter().map(|x| x.abs()).sum::<f64>() - 1.0).abs() < 1e-15 && w[3] > 0.0);
/// assert!(neutralized_weights(&[(&p).into()], &[], &(&vec![1.0]).into(), true, Mode::Strict).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn neutralized_weights(
    predictions: &[Column<'_>],
    neutralizers: &[Column<'_>],
    sample_weights: &Column<'_>,
    center_and_normalize: bool,
    mode: Mode,
) -> Result<Vec<Result<Vec<f64>, Reason>>> {
    let n = sample_weights.len();
    if u32::try_from(n).is_err() {
        return Err(too_many_rows(n));
    }
    if mode == Mode::Compat {
        for (j, p) in predictions.iter().enumerate() {
            same_length(&format!("prediction {j}"), p, n)?;
            no_nan(&format!("prediction {j}"), &p.to_vec())?;
        }
    }
    let universe = Universe::new(neutralizers, sample_weights, n, None, mode)?;
    two_rows(n, n)?;
    each_model(predictions, n, None, mode, |s: &mut Scratch| {
        let mut w = universe.neutralize(&s.powered);
        if center_and_normalize {
            let m = average(&w);
            w.iter_mut().for_each(|w| *w -= m);
            let size = sum1(&w, f64::abs);
            w.iter_mut().for_each(|w| *w /= size);
        }
        w
    })
}

/// Alpha, the score of Numerai Signals since 2025: the mean over rows of a model's neutralised weight times the
/// centred target, `w't / n`. (The formula in Numerai's documentation has no division by `n`; the library divides.)
///
/// # Errors
/// Target: `non_finite`, `constant_column`; otherwise those of [`neutralized_weights`]. [`Mode::Compat`]:
/// `too_few_rows` when over 20 % of the rows have a NaN in a prediction or the target.
///
/// ```
/// use countermark_scoring::{Mode, alpha};
/// let (p, t, v) = (vec![0.1, 0.2, 0.3, 0.4], vec![-0.2, 0.1, 0.0, 0.3], vec![1.0; 4]);
/// let a = alpha(&[(&p).into()], &[], &(&v).into(), &(&t).into(), Mode::Strict)?;
/// assert!(a[0].value > 0.0);
/// assert!(alpha(&[(&p).into()], &[], &(&v).into(), &(&vec![f64::NAN; 4]).into(), Mode::Strict).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn alpha(
    predictions: &[Column<'_>],
    neutralizers: &[Column<'_>],
    sample_weights: &Column<'_>,
    target: &Column<'_>,
    mode: Mode,
) -> Result<Vec<MetricScore>> {
    let n = target.len();
    let rows = counted_rows(predictions, &[("target", target)], n, MAX_FILTERED_RATIO, mode)?;
    let universe = Universe::new(neutralizers, sample_weights, n, rows.as_deref(), mode)?;
    // Centred over all rows that have a target, those left out included.
    let known: Vec<f64> = target.to_vec().into_iter().filter(|x| !x.is_nan()).collect();
    let centre = average(&known);
    let t: Vec<f64> = pick(target, rows.as_deref()).into_iter().map(|x| x - centre).collect();
    two_rows(t.len(), n)?;
    #[allow(clippy::cast_precision_loss, reason = "row counts are below 2^32")]
    let count = t.len() as f64;
    let one = |s: &mut Scratch| dot(&universe.neutralize(&s.powered), &t) / count;
    Ok(scored(each_model(predictions, n, rows.as_deref(), mode, one)?))
}

/// The library divides contributions by this.
const MPC_SCALE: f64 = 50.0;

/// Contribution to the meta portfolio (MPC): the gradient, with respect to each stake, of the stake-weighted
/// portfolio's return per unit of its length, over 50.
///
/// With `W` the centred neutralised weights and `s` the stakes over their sum, `v = W s` and the score of model k is
/// `(W_k - v (W_k'v) / (v'v))' t / |v| / 50`, `t` the centred target. A NaN stake is none. A model with a reason is
/// not in the portfolio, and its stake does not count.
///
/// # Errors
/// As [`alpha`]; `length_mismatch` unless there is a stake per model; `out_of_range` when the stakes over the sum of
/// their absolute values do not add up to 1: a negative one, or none above 0.
///
/// ```
/// use countermark_scoring::{Mode, meta_portfolio_contribution};
/// let (a, b) = (vec![0.1, 0.2, 0.3, 0.4], vec![0.2, 0.1, 0.4, 0.3]);
/// let (t, v) = (vec![-0.2, 0.1, 0.0, 0.3], vec![1.0; 4]);
/// let models = [(&a).into(), (&b).into()];
/// let (v, t) = ((&v).into(), (&t).into());
/// let c = meta_portfolio_contribution(&models, &[3.0, 1.0], &[], &v, &t, Mode::Strict)?;
/// // The gradient has no component along the stakes.
/// assert!((3.0 * c[0].value + c[1].value).abs() < 1e-15);
/// assert!(meta_portfolio_contribution(&models, &[0.0, 0.0], &[], &v, &t, Mode::Strict).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn meta_portfolio_contribution(
    predictions: &[Column<'_>],
    stakes: &[f64],
    neutralizers: &[Column<'_>],
    sample_weights: &Column<'_>,
    target: &Column<'_>,
    mode: Mode,
) -> Result<Vec<MetricScore>> {
    if stakes.len() != predictions.len() {
        let (expected, got) = (predictions.len(), stakes.len());
        return Err(Base::LengthMismatch { what: "stakes", expected, got }.into());
    }
    let n = target.len();
    let rows = counted_rows(predictions, &[("target", target)], n, MAX_FILTERED_RATIO, mode)?;
    let universe = Universe::new(neutralizers, sample_weights, n, rows.as_deref(), mode)?;
    let mut t = pick(target, rows.as_deref());
    two_rows(t.len(), n)?;
    centre(&mut t);
    let portfolios = each_model(predictions, n, rows.as_deref(), mode, |s: &mut Scratch| {
        let mut w = universe.neutralize(&s.powered);
        centre(&mut w);
        w
    })?;
    if mode == Mode::PerModel && portfolios.iter().all(Result::is_err) {
        return Ok(scored(portfolios.into_iter().map(|w| w.map(|_| f64::NAN)).collect()));
    }
    let counted = |(stake, w): (&f64, &Result<Vec<f64>, Reason>)| {
        if stake.is_nan() || w.is_err() { 0.0 } else { *stake }
    };
    let stakes: Vec<f64> = stakes.iter().zip(&portfolios).map(counted).collect();
    let size = sum1(&stakes, f64::abs);
    let shares: Vec<f64> = stakes.iter().map(|s| s / size).collect();
    let total = sum1(&shares, |x| x);
    // numpy.isclose.
    let adds_up = (total - 1.0).abs() <= 1e-8 + 1e-5;
    if !adds_up {
        let got = format!("{total}");
        return Err(Base::OutOfRange { what: "sum of stakes over absolute stakes", got, range: "1" }.into());
    }
    let mut v = alloc::vec![0.0f64; t.len()];
    for (share, w) in shares.iter().zip(&portfolios) {
        if let Ok(w) = w {
            v.iter_mut().zip(w).for_each(|(v, w)| *v += w * share);
        }
    }
    centre(&mut v);
    let square = dot(&v, &v);
    let length = libm::sqrt(square);
    let along = dot(&v, &t);
    let one = |w: Result<Vec<f64>, Reason>| {
        w.map(|w| (dot(&w, &t) - along * (dot(&w, &v) / square)) / length / MPC_SCALE)
    };
    Ok(scored(portfolios.into_iter().map(one).collect()))
}

fn centre(v: &mut [f64]) {
    let m = average(v);
    v.iter_mut().for_each(|x| *x -= m);
}
