//! Whether one forecaster is better than another.

use super::{finite, same_length};
use crate::numeric::mean;
use crate::numeric::special::{ln_beta, t_cdf};
use crate::{Error, Result};
use alloc::format;
use alloc::vec::Vec;
use countermark_primitives::Error as Base;

/// The test of Diebold and Mariano.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DieboldMariano {
    /// Mean of the first forecaster's scores less the second's: below 0 where the first is better.
    pub mean_difference: f64,
    /// The statistic, with the correction for small samples of Harvey, Leybourne and Newbold; NaN when the variance of
    /// the mean is not positive.
    pub statistic: f64,
    /// Probability of a statistic as large in size, if both were equally good: Student's t with n - 1 degrees of freedom.
    pub p_value: f64,
}

/// Tests whether two forecasters are equally good, from their scores of the same events in order of time, for forecasts
/// `horizon` steps ahead (1 and more): differences up to `horizon - 1` apart count as dependent.
///
/// Sources: Diebold and Mariano, 1995; Harvey, Leybourne and Newbold, 1997.
///
/// # Errors
/// `length_mismatch`; `non_finite`; `too_few_rows` below two scores; `out_of_range` for a horizon of 0, or one that is not
/// below the number of scores.
///
/// ```
/// use countermark_scoring::rules::diebold_mariano;
/// let (a, b) = ([1.0, 2.0, 1.5, 2.5, 1.0, 2.0], [1.5, 2.2, 2.5, 2.6, 1.5, 2.9]);
/// let t = diebold_mariano(&a, &b, 1)?;
/// assert!(t.mean_difference < 0.0 && t.statistic < -2.0 && t.p_value < 0.05);
/// assert!(diebold_mariano(&a, &b, 6).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
#[allow(clippy::cast_precision_loss, reason = "numbers of scores are far below 2^53")]
pub fn diebold_mariano(first: &[f64], second: &[f64], horizon: usize) -> Result<DieboldMariano> {
    let count = first.len();
    same_length("scores", count, second.len())?;
    finite("first scores", first)?;
    finite("second scores", second)?;
    if count < 2 {
        return Err(Error::TooFewRows { kept: count, of: count, needed: 2 });
    }
    if horizon == 0 || horizon >= count {
        let got = format!("{horizon}");
        return Err(Base::OutOfRange { what: "horizon", got, range: "1 to the number of scores - 1" }.into());
    }
    let d: Vec<f64> = first.iter().zip(second).map(|(a, b)| a - b).collect();
    let (n, h) = (count as f64, horizon as f64);
    let mean_difference = mean(&d);
    let covariance = |lag: usize| {
        let pairs = d.iter().zip(d.iter().skip(lag));
        pairs.map(|(a, b)| (a - mean_difference) * (b - mean_difference)).sum::<f64>() / n
    };
    let variance = (covariance(0) + 2.0 * (1..horizon).map(covariance).sum::<f64>()) / n;
    let correction = libm::sqrt((n + 1.0 - 2.0 * h + h * (h - 1.0) / n) / n);
    let statistic =
        if variance > 0.0 { mean_difference / libm::sqrt(variance) * correction } else { f64::NAN };
    Ok(DieboldMariano {
        mean_difference,
        statistic,
        p_value: if statistic.is_nan() {
            f64::NAN
        } else {
            2.0 * t_cdf(-statistic.abs(), n - 1.0, ln_beta(0.5, 0.5 * (n - 1.0)))
        },
    })
}
