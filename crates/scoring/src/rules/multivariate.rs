//! Scores of forecasts of vectors.

use super::{finite, same_length};
use crate::{Error, Result, parallel};
use alloc::format;
use alloc::vec::Vec;
use countermark_primitives::Error as Base;

/// Observed vectors and the ensembles that forecast them.
#[derive(Debug, Clone, Copy)]
pub struct Ensembles<'a> {
    observations: &'a [f64],
    forecasts: &'a [f64],
    members: usize,
    dimensions: usize,
}

impl<'a> Ensembles<'a> {
    /// `observations`: row-major `[n, dimensions]`; `forecasts`: row-major `[n, members, dimensions]`.
    ///
    /// # Errors
    /// `length_mismatch`; `non_finite`; `too_few_rows` without members or dimensions.
    pub fn new(
        observations: &'a [f64],
        forecasts: &'a [f64],
        members: usize,
        dimensions: usize,
    ) -> Result<Self> {
        if members == 0 || dimensions == 0 {
            return Err(Error::TooFewRows { kept: 0, of: 0, needed: 1 });
        }
        let n = observations.len() / dimensions;
        same_length("observations", n * dimensions, observations.len())?;
        same_length("forecasts", observations.len().saturating_mul(members), forecasts.len())?;
        finite("observations", observations)?;
        finite("forecasts", forecasts)?;
        Ok(Self { observations, forecasts, members, dimensions })
    }

    fn each(&self, f: impl Fn(&[f64], &[f64]) -> f64 + Sync + Send) -> Vec<f64> {
        let n = self.observations.len() / self.dimensions;
        let (d, size) = (self.dimensions, self.dimensions * self.members);
        let one = |(): &mut (), i: usize| {
            let y = self.observations.get(i * d..(i + 1) * d).unwrap_or_default();
            f(y, self.forecasts.get(i * size..(i + 1) * size).unwrap_or_default())
        };
        parallel::map(n, || (), one)
    }
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    libm::sqrt(a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum())
}

/// The energy score of each observation, `mean|x - y| - sum|xi - xj| / (2 m^2)` in Euclidean distances, or divided by
/// `2 m (m - 1)` where `fair`. Time in proportion to n m^2 d.
///
/// Source: Gneiting and Raftery, 2007, section 4.3.
///
/// # Errors
/// `too_few_rows` for a fair score of one member.
///
/// ```
/// use countermark_scoring::rules::{Ensembles, energy_score};
/// let e = Ensembles::new(&[0.0, 0.0], &[3.0, 4.0, 0.0, 0.0], 2, 2)?;
/// assert_eq!(energy_score(&e, false)?, [2.5 - 1.25]);
/// assert!(Ensembles::new(&[0.0, 0.0], &[3.0], 2, 2).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
#[allow(clippy::cast_precision_loss, reason = "numbers of members are far below 2^53")]
pub fn energy_score(e: &Ensembles<'_>, fair: bool) -> Result<Vec<f64>> {
    if fair && e.members < 2 {
        return Err(Error::TooFewRows { kept: e.members, of: e.members, needed: 2 });
    }
    let m = e.members as f64;
    let pairs = if fair { m * (m - 1.0) } else { m * m };
    let d = e.dimensions;
    Ok(e.each(|y, x| {
        let near: f64 = x.chunks_exact(d).map(|x| distance(x, y)).sum();
        let mut apart = 0.0;
        for (i, a) in x.chunks_exact(d).enumerate() {
            apart += x.chunks_exact(d).take(i).map(|b| distance(a, b)).sum::<f64>();
        }
        near / m - apart / pairs
    }))
}

/// The variogram score of order `p` of each observation: the sum over pairs of dimensions, both ways round, of weight x
/// `(|yi - yj|^p - mean|xi - xj|^p)^2`. `weights`: row-major `[d, d]`, 0 or more; `None` for 1. Time in proportion to
/// n m d^2.
///
/// Source: Scheuerer and Hamill, 2015.
///
/// # Errors
/// `length_mismatch`; `out_of_range` for weights or an order that is not above 0.
///
/// ```
/// use countermark_scoring::rules::{Ensembles, variogram_score};
/// let e = Ensembles::new(&[0.0, 4.0], &[1.0, 2.0], 1, 2)?;
/// assert_eq!(variogram_score(&e, 0.5, None)?, [2.0]);
/// assert!(variogram_score(&e, 0.0, None).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
#[allow(clippy::cast_precision_loss, reason = "numbers of members are far below 2^53")]
pub fn variogram_score(e: &Ensembles<'_>, p: f64, weights: Option<&[f64]>) -> Result<Vec<f64>> {
    let bad = |what, got, range| Err(Base::OutOfRange { what, got, range }.into());
    if !(p.is_finite() && p > 0.0) {
        return bad("order", format!("{p}"), "above 0");
    }
    let d = e.dimensions;
    if let Some(w) = weights {
        same_length("weights", d * d, w.len())?;
        if let Some(x) = w.iter().find(|x| !(x.is_finite() && **x >= 0.0)) {
            return bad("weight", format!("{x}"), "0 or more");
        }
    }
    let raised = |x: f64| if p == 0.5 { libm::sqrt(x.abs()) } else { libm::pow(x.abs(), p) };
    let at = |v: &[f64], i: usize, j: usize| match (v.get(i), v.get(j)) {
        (Some(a), Some(b)) => raised(a - b),
        _ => f64::NAN,
    };
    Ok(e.each(|y, x| {
        let mut sum = 0.0;
        for i in 0..d {
            for j in 0..i {
                let weight = weights.map_or(2.0, |w| {
                    w.get(i * d + j).copied().unwrap_or(0.0) + w.get(j * d + i).copied().unwrap_or(0.0)
                });
                let mean = x.chunks_exact(d).map(|x| at(x, i, j)).sum::<f64>() / e.members as f64;
                let difference = at(y, i, j) - mean;
                sum += weight * difference * difference;
            }
        }
        sum
    }))
}
