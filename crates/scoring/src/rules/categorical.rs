//! Scores of probabilities of events and categories.

use super::{outside, same_length};
use crate::{Error, Matrix, Result};
use alloc::vec::Vec;
use countermark_primitives::Error as Base;

/// How far a row of probabilities may miss the sum 1.
const SUM_TOLERANCE: f64 = 1e-6;

fn probabilities(p: &[f64]) -> Result<()> {
    match p.iter().position(|p| !(0.0..=1.0).contains(p)) {
        Some(i) => Err(outside("probability", p.get(i).copied().unwrap_or(f64::NAN), i, "0..=1")),
        None => Ok(()),
    }
}

/// The Brier score of each forecast of an event, 0..=1: `(p - o)^2`, with `o` 1 where the event happened.
///
/// Source: Brier, 1950.
///
/// # Errors
/// `length_mismatch`; `out_of_range` for a probability outside 0..=1.
///
/// ```
/// use countermark_scoring::rules::brier_score;
/// assert_eq!(brier_score(&[true, false], &[0.75, 0.5])?, [0.0625, 0.25]);
/// assert!(brier_score(&[true], &[1.5]).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn brier_score(events: &[bool], p: &[f64]) -> Result<Vec<f64>> {
    binary(events, p, |o, p| (p - o) * (p - o))
}

/// The log score of each forecast of an event, 0 or more: `-ln` of the probability of what happened; infinite for a
/// certainty that was wrong.
///
/// # Errors
/// As [`brier_score`].
///
/// ```
/// use countermark_scoring::rules::binary_log_score;
/// let s = binary_log_score(&[true, false], &[0.5, 1.0])?;
/// assert!((s[0] - 2f64.ln()).abs() < 1e-15 && s[1].is_infinite());
/// assert!(binary_log_score(&[true], &[f64::NAN]).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn binary_log_score(events: &[bool], p: &[f64]) -> Result<Vec<f64>> {
    binary(events, p, |o, p| -libm::log((p + o - 1.0).abs()))
}

fn binary(events: &[bool], p: &[f64], f: impl Fn(f64, f64) -> f64) -> Result<Vec<f64>> {
    same_length("probabilities", events.len(), p.len())?;
    probabilities(p)?;
    Ok(events.iter().zip(p).map(|(o, p)| f(f64::from(u8::from(*o)), *p)).collect())
}

/// `f(probabilities, observed category)` for each row.
fn categorical(categories: &[u32], p: &Matrix<'_>, f: impl Fn(&[f64], usize) -> f64) -> Result<Vec<f64>> {
    let [n, k] = p.shape();
    same_length("rows of probabilities", categories.len(), n)?;
    let mut out = Vec::with_capacity(n);
    for (i, category) in categories.iter().enumerate() {
        let row = p.row(i).to_vec();
        let category = *category as usize;
        if category >= k {
            let got = alloc::format!("{category} at {i}");
            return Err(Base::OutOfRange { what: "category", got, range: "below the number of them" }.into());
        }
        probabilities(&row).map_err(|_| row_error(i, "each 0..=1"))?;
        if (row.iter().sum::<f64>() - 1.0).abs() > SUM_TOLERANCE {
            return Err(row_error(i, "a sum of 1"));
        }
        out.push(f(&row, category));
    }
    Ok(out)
}

fn row_error(i: usize, range: &'static str) -> Error {
    let got = alloc::format!("those of observation {i}");
    Base::OutOfRange { what: "probabilities", got, range }.into()
}

/// The log score of each forecast of a category, 0 or more: `-ln` of the probability of the one observed. `p`:
/// `[n, categories]`, rows adding up to 1.
///
/// # Errors
/// `length_mismatch`; `out_of_range` for a probability, a sum or a category.
///
/// ```
/// use countermark_scoring::{Matrix, rules::categorical_log_score};
/// let p = Matrix::strided_f64(&[0.25, 0.75], 0, [1, 2], [2, 1])?;
/// assert!((categorical_log_score(&[0], &p)?[0] - 4f64.ln()).abs() < 1e-15);
/// assert!(categorical_log_score(&[2], &p).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn categorical_log_score(categories: &[u32], p: &Matrix<'_>) -> Result<Vec<f64>> {
    categorical(categories, p, |p, c| -libm::log(p.get(c).copied().unwrap_or(0.0)))
}

/// The spherical score of each forecast of a category, -1..=0: `-p(observed) / |p|`.
///
/// Source: Gneiting and Raftery, 2007, section 4.1, with the sign that makes lower better.
///
/// # Errors
/// As [`categorical_log_score`].
///
/// ```
/// use countermark_scoring::{Matrix, rules::spherical_score};
/// let p = Matrix::strided_f64(&[1.0, 0.0], 0, [1, 2], [2, 1])?;
/// assert_eq!(spherical_score(&[0], &p)?, [-1.0]);
/// assert!(spherical_score(&[], &p).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn spherical_score(categories: &[u32], p: &Matrix<'_>) -> Result<Vec<f64>> {
    categorical(categories, p, |p, c| {
        -p.get(c).copied().unwrap_or(0.0) / libm::sqrt(p.iter().map(|p| p * p).sum())
    })
}

/// The ranked probability score of each forecast of an ordered category, 0 or more: the sum over categories of
/// `(F - O)^2`, both cumulated.
///
/// Source: Epstein, 1969.
///
/// # Errors
/// As [`categorical_log_score`].
///
/// ```
/// use countermark_scoring::{Matrix, rules::rps_score};
/// let p = Matrix::strided_f64(&[0.5, 0.25, 0.25], 0, [1, 3], [3, 1])?;
/// assert_eq!(rps_score(&[2], &p)?, [0.25 + 0.5625]);
/// assert!(rps_score(&[3], &p).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn rps_score(categories: &[u32], p: &Matrix<'_>) -> Result<Vec<f64>> {
    categorical(categories, p, |p, c| {
        let mut f = 0.0;
        p.iter().enumerate().fold(0.0, |sum, (k, p)| {
            f += p;
            let difference = f - f64::from(u8::from(k >= c));
            sum + difference * difference
        })
    })
}

/// The ranked log score of each forecast of an ordered category, 0 or more: the sum over categories of
/// `-ln|F + O - 1|`, both cumulated.
///
/// Source: Todter and Ahrens, 2012.
///
/// # Errors
/// As [`categorical_log_score`].
///
/// ```
/// use countermark_scoring::{Matrix, rules::ranked_log_score};
/// let p = Matrix::strided_f64(&[0.5, 0.5], 0, [1, 2], [2, 1])?;
/// assert!((ranked_log_score(&[1], &p)?[0] - 2f64.ln()).abs() < 1e-15);
/// assert!(ranked_log_score(&[2], &p).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn ranked_log_score(categories: &[u32], p: &Matrix<'_>) -> Result<Vec<f64>> {
    categorical(categories, p, |p, c| {
        let mut f = 0.0;
        p.iter().enumerate().fold(0.0, |sum, (k, p)| {
            f += p;
            sum - libm::log((f + f64::from(u8::from(k >= c)) - 1.0).abs())
        })
    })
}
