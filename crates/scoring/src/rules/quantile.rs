//! Scores of quantiles and intervals.

use super::{finite, outside, same_length};
use crate::{Matrix, Result};
use alloc::vec::Vec;

fn levels(alpha: &[f64]) -> Result<()> {
    match alpha.iter().position(|a| !(*a > 0.0 && *a < 1.0)) {
        Some(i) => Err(outside("level", alpha.get(i).copied().unwrap_or(f64::NAN), i, "above 0, below 1")),
        None => Ok(()),
    }
}

/// The quantile (pinball) score of each forecast of the quantile at level `alpha`, 0 or more: `(1{y < q} - alpha)(q - y)`.
///
/// Source: Koenker and Bassett, 1978.
///
/// # Errors
/// `length_mismatch`; `non_finite`; `out_of_range` for a level outside (0, 1).
///
/// ```
/// use countermark_scoring::rules::quantile_score;
/// assert_eq!(quantile_score(&[1.0, 3.0], &[2.0, 2.0], 0.75)?, [0.25, 0.75]);
/// assert!(quantile_score(&[1.0], &[2.0], 1.0).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn quantile_score(observations: &[f64], quantiles: &[f64], alpha: f64) -> Result<Vec<f64>> {
    levels(&[alpha])?;
    same_length("quantiles", observations.len(), quantiles.len())?;
    finite("observations", observations)?;
    finite("quantiles", quantiles)?;
    Ok(observations.iter().zip(quantiles).map(|(y, q)| pinball(*y, *q, alpha)).collect())
}

fn pinball(y: f64, q: f64, alpha: f64) -> f64 {
    if q <= y { alpha * (y - q) } else { (1.0 - alpha) * (q - y) }
}

/// The CRPS from forecasts of several quantiles: twice their mean quantile score. `quantiles`: `[n, k]`, a row of
/// quantiles at the levels `alpha` `[k]` per observation.
///
/// Source: Berrisch and Ziel, 2023.
///
/// # Errors
/// As [`quantile_score`].
///
/// ```
/// use countermark_scoring::{Matrix, rules::crps_quantile};
/// let q = Matrix::strided_f64(&[0.0, 1.0], 0, [1, 2], [2, 1])?;
/// assert_eq!(crps_quantile(&[0.5], &q, &[0.25, 0.75])?, [0.25]);
/// assert!(crps_quantile(&[0.5], &q, &[0.25]).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
#[allow(clippy::cast_precision_loss, reason = "numbers of levels are far below 2^53")]
pub fn crps_quantile(observations: &[f64], quantiles: &Matrix<'_>, alpha: &[f64]) -> Result<Vec<f64>> {
    let [n, k] = quantiles.shape();
    same_length("rows of quantiles", observations.len(), n)?;
    same_length("levels", k, alpha.len())?;
    levels(alpha)?;
    finite("observations", observations)?;
    let mut out = Vec::with_capacity(n);
    for (i, y) in observations.iter().enumerate() {
        let row = quantiles.row(i).to_vec();
        finite("quantiles", &row)?;
        let sum: f64 = row.iter().zip(alpha).map(|(q, a)| pinball(*y, *q, *a)).sum();
        out.push(2.0 * sum / k as f64);
    }
    Ok(out)
}

/// The interval score of each central interval of coverage `1 - alpha`, 0 or more: its width, and `2 / alpha` times the
/// distance of an observation outside.
///
/// Source: Gneiting and Raftery, 2007, section 6.2.
///
/// # Errors
/// `length_mismatch`; `non_finite`; `out_of_range` for a level outside (0, 1) or a lower end above the upper.
///
/// ```
/// use countermark_scoring::rules::interval_score;
/// assert_eq!(interval_score(&[0.5, 3.0], &[0.0, 0.0], &[1.0, 1.0], 0.5)?, [1.0, 9.0]);
/// assert!(interval_score(&[0.5], &[1.0], &[0.0], 0.5).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn interval_score(observations: &[f64], lower: &[f64], upper: &[f64], alpha: f64) -> Result<Vec<f64>> {
    levels(&[alpha])?;
    for (what, values) in [("lower ends", lower), ("upper ends", upper)] {
        same_length(what, observations.len(), values.len())?;
        finite(what, values)?;
    }
    finite("observations", observations)?;
    let mut out = Vec::with_capacity(observations.len());
    for (i, ((y, l), u)) in observations.iter().zip(lower).zip(upper).enumerate() {
        if l > u {
            return Err(outside("lower end", *l, i, "at most the upper end"));
        }
        out.push(interval(*y, *l, *u, alpha));
    }
    Ok(out)
}

fn interval(y: f64, l: f64, u: f64, alpha: f64) -> f64 {
    (u - l) + 2.0 / alpha * ((l - y).max(0.0) + (y - u).max(0.0))
}

/// The weighted interval score of a median and central intervals at the levels `alpha` `[k]`, 0 or more:
/// `(|y - median| / 2 + sum of alpha / 2 x interval score) / (k + 1/2)`. `lower` and `upper`: `[n, k]`.
///
/// Source: Bracher and others, 2021. (scoringrules 0.10 takes the median itself for its distance from the observation on
/// one of its backends; here it is the distance.)
///
/// # Errors
/// As [`interval_score`].
///
/// ```
/// use countermark_scoring::{Matrix, rules::weighted_interval_score};
/// let (l, u) = (Matrix::column_major(&[0.0], 1, 1)?, Matrix::column_major(&[1.0], 1, 1)?);
/// assert_eq!(weighted_interval_score(&[1.5], &[0.5], &l, &u, &[0.5])?, [(0.5 + 0.25 * 3.0) / 1.5]);
/// assert!(weighted_interval_score(&[1.5], &[], &l, &u, &[0.5]).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
#[allow(clippy::cast_precision_loss, reason = "numbers of levels are far below 2^53")]
pub fn weighted_interval_score(
    observations: &[f64],
    median: &[f64],
    lower: &Matrix<'_>,
    upper: &Matrix<'_>,
    alpha: &[f64],
) -> Result<Vec<f64>> {
    levels(alpha)?;
    same_length("medians", observations.len(), median.len())?;
    finite("observations", observations)?;
    finite("medians", median)?;
    for (what, m) in [("lower ends", lower), ("upper ends", upper)] {
        same_length(what, observations.len(), m.shape()[0])?;
        same_length(what, alpha.len(), m.shape()[1])?;
    }
    let mut out = Vec::with_capacity(observations.len());
    for (i, (y, m)) in observations.iter().zip(median).enumerate() {
        let (l, u) = (lower.row(i).to_vec(), upper.row(i).to_vec());
        finite("lower ends", &l)?;
        finite("upper ends", &u)?;
        let mut sum = 0.5 * (y - m).abs();
        for ((l, u), a) in l.iter().zip(&u).zip(alpha) {
            if l > u {
                return Err(outside("lower end", *l, i, "at most the upper end"));
            }
            sum += a / 2.0 * interval(*y, *l, *u, *a);
        }
        out.push(sum / (alpha.len() as f64 + 0.5));
    }
    Ok(out)
}
