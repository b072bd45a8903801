//! The continuous ranked probability score of ensembles (Matheson and Winkler, 1976; Gneiting and Raftery, 2007), and
//! its weighted forms (Allen, Ginsbourger and Ziegel, 2023).

use super::{finite, same_length};
use crate::{Column, Error, Matrix, Result, parallel};
use alloc::format;
use alloc::vec::Vec;
use countermark_exact::{LANES, fill_lanes, lane_distances, sort_lanes};
use countermark_primitives::Error as Base;

/// Observations that one thread scores at a time.
const BLOCK: usize = 512;

/// How the CRPS is estimated from members.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum CrpsEstimator {
    /// Energy form, `mean|x - y| - sum|xi - xj| / (2 m^2)`.
    Nrg,
    /// Without bias from the number of members: divided by `2 m (m - 1)`.
    Fair,
    /// Probability weighted moments; without weights the same value as [`CrpsEstimator::Fair`].
    #[default]
    Pwm,
    /// Quantile decomposition; the same value as [`CrpsEstimator::Nrg`].
    Qd,
    /// Approximate kernel representation: each member against the one before it.
    Akr,
    /// The same against the member half the ensemble away.
    AkrCircperm,
    /// Integral of the squared difference of distributions; the same value as [`CrpsEstimator::Nrg`].
    Int,
}

impl CrpsEstimator {
    /// All estimators.
    pub const ALL: [Self; 7] =
        [Self::Nrg, Self::Fair, Self::Pwm, Self::Qd, Self::Akr, Self::AkrCircperm, Self::Int];

    /// `nrg`, `fair`, `pwm`, `qd`, `akr`, `akr_circperm`, `int`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nrg => "nrg",
            Self::Fair => "fair",
            Self::Pwm => "pwm",
            Self::Qd => "qd",
            Self::Akr => "akr",
            Self::AkrCircperm => "akr_circperm",
            Self::Int => "int",
        }
    }

    /// The estimator of a name.
    ///
    /// # Errors
    /// `invalid_text`.
    pub fn parse(name: &str) -> Result<Self> {
        let form = "estimator (nrg, fair, pwm, qd, akr, akr_circperm or int)";
        let found = Self::ALL.into_iter().find(|e| e.name() == name);
        found.ok_or_else(|| Base::InvalidText { what: "estimator", form }.into())
    }
}

/// The CRPS of each observation, 0 or more for all estimators but `fair` and `pwm`, which can fall below it.
///
/// `observations`: `[n]`; `forecasts`: `[n, m]`, one row of members per observation, best stored row by row; `weights`:
/// `[n, m]`, 0 or more, each row with a positive sum that it is divided by. Time in proportion to n m log^2 m; an
/// ensemble at a time is copied.
///
/// # Errors
/// `length_mismatch`; `non_finite` naming the observation; `too_few_rows` without members, and for `fair` and `pwm` with
/// one; `out_of_range` for weights.
///
/// ```
/// use countermark_scoring::Matrix;
/// use countermark_scoring::rules::{CrpsEstimator, crps_ensemble};
/// let y = vec![0.5];
/// let x = Matrix::strided_f64(&[0.0, 1.0, 3.0], 0, [1, 3], [3, 1])?;
/// let s = crps_ensemble(&(&y).into(), &x, CrpsEstimator::Nrg, None)?;
/// assert!((s[0] - (3.5 / 3.0 - 6.0 / 9.0)).abs() < 1e-15);
/// assert!(crps_ensemble(&(&vec![f64::NAN]).into(), &x, CrpsEstimator::Nrg, None).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn crps_ensemble(
    observations: &Column<'_>,
    forecasts: &Matrix<'_>,
    estimator: CrpsEstimator,
    weights: Option<&Matrix<'_>>,
) -> Result<Vec<f64>> {
    let [n, m] = check(observations, forecasts)?;
    let needed = if matches!(estimator, CrpsEstimator::Fair | CrpsEstimator::Pwm) { 2 } else { 1 };
    if m < needed {
        return Err(Error::TooFewRows { kept: m, of: m, needed });
    }
    if let Some(w) = weights {
        same_length("rows of weights", n, w.shape()[0])?;
        same_length("columns of weights", m, w.shape()[1])?;
        return each(observations, forecasts, n, |_, i, y, x: &mut Vec<f64>| {
            weighted(y, x, &normalised(w, i)?, estimator)
        });
    }
    let akr = match estimator {
        CrpsEstimator::Akr => Some(1),
        CrpsEstimator::AkrCircperm => Some(m / 2),
        _ => None,
    };
    if let Some(shift) = akr {
        return each(observations, forecasts, n, |_, _, y, x| Ok(kernel(y, x, shift)));
    }
    sorted(observations, forecasts, n, m, needed == 2)
}

/// The threshold-weighted CRPS: both sides clipped to `lower..=upper`, so that only differences there count.
///
/// # Errors
/// As [`crps_ensemble`]; `out_of_range` unless `lower < upper`.
///
/// ```
/// use countermark_scoring::Matrix;
/// use countermark_scoring::rules::{CrpsEstimator, twcrps_ensemble};
/// let x = Matrix::strided_f64(&[0.0, 1.0], 0, [1, 2], [2, 1])?;
/// let y = vec![0.0];
/// // Above 2 both sides are the same.
/// assert_eq!(twcrps_ensemble(&(&y).into(), &x, 2.0, 9.0, CrpsEstimator::Nrg, None)?, [0.0]);
/// assert!(twcrps_ensemble(&(&y).into(), &x, 2.0, 2.0, CrpsEstimator::Nrg, None).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn twcrps_ensemble(
    observations: &Column<'_>,
    forecasts: &Matrix<'_>,
    lower: f64,
    upper: f64,
    estimator: CrpsEstimator,
    weights: Option<&Matrix<'_>>,
) -> Result<Vec<f64>> {
    interval(lower, upper)?;
    let [n, m] = check(observations, forecasts)?;
    let y: Vec<f64> = observations.to_vec().into_iter().map(|y| y.clamp(lower, upper)).collect();
    finite("observations", &observations.to_vec())?;
    let mut x = Vec::with_capacity(n * m);
    let mut row = alloc::vec![0.0; m];
    for i in 0..n {
        load(forecasts, i, &mut row)?;
        x.extend(row.iter().map(|x| x.clamp(lower, upper)));
    }
    let stride = isize::try_from(m).unwrap_or(isize::MAX);
    let clipped = Matrix::strided_f64(&x, 0, [n, m], [stride, 1])?;
    crps_ensemble(&(&y).into(), &clipped, estimator, weights)
}

/// The outcome-weighted CRPS: members and observation count where they lie in `lower..=upper`; 0 for an
/// observation that does not, NaN where it does and no member does. Time in proportion to n m log m.
///
/// # Errors
/// As [`twcrps_ensemble`].
///
/// ```
/// use countermark_scoring::Matrix;
/// use countermark_scoring::rules::owcrps_ensemble;
/// let x = Matrix::strided_f64(&[0.5, 1.0, 9.0], 0, [1, 3], [3, 1])?;
/// let s = owcrps_ensemble(&(&vec![0.75]).into(), &x, 0.0, 2.0, None)?;
/// assert!((s[0] - 0.125).abs() < 1e-15);
/// assert!(owcrps_ensemble(&(&vec![]).into(), &x, 0.0, 2.0, None).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn owcrps_ensemble(
    observations: &Column<'_>,
    forecasts: &Matrix<'_>,
    lower: f64,
    upper: f64,
    weights: Option<&Matrix<'_>>,
) -> Result<Vec<f64>> {
    restricted(observations, forecasts, [lower, upper], weights, |y, pairs, inside| {
        let total: f64 = pairs.iter().map(|(_, w)| w).sum();
        let (near, spread) = moments(y, pairs);
        if inside { near / total - spread / (total * total) } else { near * 0.0 / total }
    })
}

/// The vertically re-scaled CRPS: differences count with the weight of both ends, 1 in `lower..=upper` and 0
/// elsewhere, and missing weight counts by distance from 0. Time in proportion to n m log m.
///
/// # Errors
/// As [`twcrps_ensemble`].
///
/// ```
/// use countermark_scoring::Matrix;
/// use countermark_scoring::rules::vrcrps_ensemble;
/// let x = Matrix::strided_f64(&[0.5, 1.0], 0, [1, 2], [2, 1])?;
/// let s = vrcrps_ensemble(&(&vec![0.75]).into(), &x, 0.0, 2.0, None)?;
/// assert!((s[0] - 0.125).abs() < 1e-15);
/// assert!(vrcrps_ensemble(&(&vec![0.75]).into(), &x, 2.0, 0.0, None).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn vrcrps_ensemble(
    observations: &Column<'_>,
    forecasts: &Matrix<'_>,
    lower: f64,
    upper: f64,
    weights: Option<&Matrix<'_>>,
) -> Result<Vec<f64>> {
    restricted(observations, forecasts, [lower, upper], weights, |y, pairs, inside| {
        let own = f64::from(u8::from(inside));
        let total: f64 = pairs.iter().map(|(_, w)| w).sum();
        let size: f64 = pairs.iter().map(|(x, w)| x.abs() * w).sum();
        let (near, spread) = moments(y, pairs);
        near * own - spread + (size - y.abs() * own) * (total - own)
    })
}

fn check(observations: &Column<'_>, forecasts: &Matrix<'_>) -> Result<[usize; 2]> {
    let [n, m] = forecasts.shape();
    same_length("observations", n, observations.len())?;
    if m == 0 {
        return Err(Error::TooFewRows { kept: 0, of: 0, needed: 1 });
    }
    Ok([n, m])
}

fn interval(lower: f64, upper: f64) -> Result<()> {
    if lower < upper {
        return Ok(());
    }
    let got = format!("{lower}..{upper}");
    Err(Base::OutOfRange { what: "interval", got, range: "lower below upper" }.into())
}

/// The members of one observation.
fn load(forecasts: &Matrix<'_>, i: usize, out: &mut [f64]) -> Result<()> {
    forecasts.row(i).read(0, out);
    // Without an early end, so that it becomes vector code.
    if out.iter().fold(true, |all, x| all & x.is_finite()) {
        return Ok(());
    }
    let member = out.iter().position(|x| !x.is_finite()).unwrap_or(0);
    Err(Error::NonFinite { column: format!("member {member}"), row: i })
}

/// `f(index in the block, observation number, observation, members)` for each observation.
fn each(
    observations: &Column<'_>,
    forecasts: &Matrix<'_>,
    n: usize,
    f: impl Fn(usize, usize, f64, &mut Vec<f64>) -> Result<f64> + Sync + Send,
) -> Result<Vec<f64>> {
    let y = observations.to_vec();
    finite("observations", &y)?;
    let m = forecasts.shape()[1];
    let block = |row: &mut Vec<f64>, b: usize| -> Result<Vec<f64>> {
        row.resize(m, 0.0);
        let these = b * BLOCK..n.min((b + 1) * BLOCK);
        let mut out = Vec::with_capacity(these.len());
        for (at, i) in these.enumerate() {
            load(forecasts, i, row)?;
            out.push(f(at, i, y.get(i).copied().unwrap_or(f64::NAN), row)?);
        }
        Ok(out)
    };
    let mut out = Vec::with_capacity(n);
    for part in parallel::map(n.div_ceil(BLOCK), Vec::new, block) {
        out.extend(part?);
    }
    Ok(out)
}

/// `mean|x - y|` less the spread of all pairs, from sorted members, eight observations at a time.
#[allow(clippy::cast_precision_loss, reason = "numbers of members are far below 2^53")]
fn sorted(
    observations: &Column<'_>,
    forecasts: &Matrix<'_>,
    n: usize,
    m: usize,
    fair: bool,
) -> Result<Vec<f64>> {
    let y = observations.to_vec();
    finite("observations", &y)?;
    let size = m as f64;
    let pairs = if fair { size * (size - 1.0) } else { size * size };
    let block = |(rows, lanes): &mut (Vec<f64>, Vec<[f64; LANES]>), b: usize| -> Result<Vec<f64>> {
        rows.resize(m * LANES, 0.0);
        lanes.resize(m, [0.0; LANES]);
        let these = b * BLOCK..n.min((b + 1) * BLOCK);
        let mut out = Vec::with_capacity(these.len());
        for from in these.clone().step_by(LANES) {
            let count = LANES.min(these.end - from);
            let mut target = [0.0; LANES];
            for ((i, t), row) in (from..from + count).zip(&mut target).zip(rows.chunks_exact_mut(m)) {
                forecasts.row(i).read(0, row);
                *t = y.get(i).copied().unwrap_or(f64::NAN);
            }
            let mut columns: [&[f64]; LANES] = [&[]; LANES];
            columns.iter_mut().zip(rows.chunks_exact(m)).for_each(|(c, row)| *c = row);
            fill_lanes(&columns, lanes);
            sort_lanes(lanes);
            let [near, apart] = lane_distances(lanes, &target);
            // A member that is not finite makes its sum so.
            if !near.iter().all(|a| a.is_finite()) {
                (from..from + count)
                    .zip(rows.chunks_exact_mut(m))
                    .try_for_each(|(i, r)| load(forecasts, i, r))?;
            }
            out.extend(near.iter().zip(&apart).take(count).map(|(a, s)| a / size - s / pairs));
        }
        Ok(out)
    };
    let mut out = Vec::with_capacity(n);
    for part in parallel::map(n.div_ceil(BLOCK), Default::default, block) {
        out.extend(part?);
    }
    Ok(out)
}

/// Each member against the one `shift` places before it, around the ends.
#[allow(clippy::cast_precision_loss, reason = "numbers of members are far below 2^53")]
fn kernel(y: f64, x: &[f64], shift: usize) -> f64 {
    let size = x.len() as f64;
    let near: f64 = x.iter().map(|x| (x - y).abs()).sum();
    let other = x.iter().skip(x.len() - shift).chain(x.iter().take(x.len() - shift));
    let apart: f64 = x.iter().zip(other).map(|(a, b)| (a - b).abs()).sum();
    near / size - 0.5 * (apart / size)
}

/// A row of weights with the sum 1.
fn normalised(weights: &Matrix<'_>, i: usize) -> Result<Vec<f64>> {
    let mut w = weights.row(i).to_vec();
    let sum: f64 = w.iter().sum();
    if !(sum.is_finite() && sum > 0.0 && w.iter().all(|w| *w >= 0.0)) {
        let got = format!("those of observation {i}");
        let range = "0 or more, with a positive sum";
        return Err(Base::OutOfRange { what: "weights", got, range }.into());
    }
    w.iter_mut().for_each(|w| *w /= sum);
    Ok(w)
}

fn weighted(y: f64, x: &[f64], w: &[f64], estimator: CrpsEstimator) -> Result<f64> {
    let near: f64 = x.iter().zip(w).map(|(x, w)| (x - y).abs() * w).sum();
    let m = x.len();
    let ahead = match estimator {
        CrpsEstimator::Akr => Some(1 % m),
        CrpsEstimator::AkrCircperm => Some((m - 1) / 2),
        _ => None,
    };
    if let Some(ahead) = ahead {
        let next = x.iter().zip(w).cycle().skip(ahead);
        let apart: f64 = x.iter().zip(next).map(|(a, (b, w))| (b - a).abs() * w).sum();
        return Ok(near - 0.5 * apart);
    }
    let mut pairs: Vec<(f64, f64)> = x.iter().copied().zip(w.iter().copied()).collect();
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
    let square: f64 = w.iter().map(|w| w * w).sum();
    // All weight on one member leaves nothing to compare it with.
    let rest = 1.0 - square;
    let spread = spread(&pairs);
    Ok(match estimator {
        CrpsEstimator::Fair => near - spread / rest,
        CrpsEstimator::Pwm => {
            let (mut before, mut lower, mut mean) = (0.0, 0.0, 0.0);
            for (x, w) in &pairs {
                lower += x * w * before;
                before += w;
                mean += x * w;
            }
            near + mean - 2.0 * lower / rest
        }
        _ => near - spread,
    })
}

/// `sum over i < j of wi wj |xi - xj|` of sorted pairs.
fn spread(pairs: &[(f64, f64)]) -> f64 {
    let (mut sum, mut before, mut weight) = (0.0, 0.0, 0.0);
    // Distances from the lowest, which keeps differences of like numbers exact.
    let base = pairs.first().map_or(0.0, |p| p.0);
    for (x, w) in pairs {
        let x = x - base;
        sum += w * (x * weight - before);
        before += w * x;
        weight += w;
    }
    sum
}

/// `sum w |x - y|` and the spread.
fn moments(y: f64, pairs: &[(f64, f64)]) -> (f64, f64) {
    (pairs.iter().map(|(x, w)| (x - y).abs() * w).sum(), spread(pairs))
}

/// `f(observation, sorted members inside with their weights, whether the observation is inside)`.
#[allow(clippy::cast_precision_loss, reason = "numbers of members are far below 2^53")]
fn restricted(
    observations: &Column<'_>,
    forecasts: &Matrix<'_>,
    [lower, upper]: [f64; 2],
    weights: Option<&Matrix<'_>>,
    f: impl Fn(f64, &[(f64, f64)], bool) -> f64 + Sync + Send,
) -> Result<Vec<f64>> {
    interval(lower, upper)?;
    let [n, m] = check(observations, forecasts)?;
    if let Some(w) = weights {
        same_length("rows of weights", n, w.shape()[0])?;
        same_length("columns of weights", m, w.shape()[1])?;
    }
    let inside = |x: f64| lower <= x && x <= upper;
    each(observations, forecasts, n, |_, i, y, x| {
        let w = match weights {
            Some(w) => normalised(w, i)?,
            None => alloc::vec![1.0 / m as f64; m],
        };
        let mut pairs: Vec<(f64, f64)> = x.iter().copied().zip(w).filter(|(x, _)| inside(*x)).collect();
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        Ok(f(y, &pairs, inside(y)))
    })
}
