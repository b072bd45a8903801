//! Scores of many observations under distributions of one family.

use super::{Distribution, same_length};
use crate::{Error, Result, parallel};
use alloc::format;
use alloc::vec::Vec;
use countermark_primitives::Error as Base;

/// Observations that a thread scores at a time.
const BLOCK: usize = 4096;

/// A family of distributions.
#[derive(Clone, Copy)]
pub(super) enum Family {
    Normal,
    Logistic,
    Laplace,
    T,
    Gamma,
    Lognormal,
    Exponential,
    Uniform,
    Beta,
    Poisson,
    NegativeBinomial,
    Binomial,
    NormalMixture,
}

impl Family {
    pub(super) fn parse(name: &str) -> Result<Self> {
        Ok(match name {
            "normal" => Self::Normal,
            "logistic" => Self::Logistic,
            "laplace" => Self::Laplace,
            "t" => Self::T,
            "gamma" => Self::Gamma,
            "lognormal" => Self::Lognormal,
            "exponential" => Self::Exponential,
            "uniform" => Self::Uniform,
            "beta" => Self::Beta,
            "poisson" => Self::Poisson,
            "negbinom" => Self::NegativeBinomial,
            "binomial" => Self::Binomial,
            "mixnorm" => Self::NormalMixture,
            _ => {
                let form = "family (normal, logistic, laplace, t, gamma, lognormal, exponential, uniform, beta, \
                            poisson, negbinom, binomial or mixnorm)";
                return Err(Base::InvalidText { what: "family", form }.into());
            }
        })
    }

    /// The distribution with these parameters, whose ranges are not looked at.
    #[inline]
    pub(super) fn with(self, parameters: &[f64]) -> Result<Distribution> {
        Ok(match (self, parameters) {
            (Self::Normal, &[mu, sigma]) => Distribution::Normal { mu, sigma },
            (Self::Logistic, &[mu, sigma]) => Distribution::Logistic { mu, sigma },
            (Self::Laplace, &[mu, sigma]) => Distribution::Laplace { mu, sigma },
            (Self::T, &[df, mu, sigma]) => Distribution::T { df, mu, sigma },
            (Self::Gamma, &[shape, rate]) => Distribution::Gamma { shape, rate },
            (Self::Lognormal, &[mu, sigma]) => Distribution::Lognormal { mu, sigma },
            (Self::Exponential, &[rate]) => Distribution::Exponential { rate },
            (Self::Uniform, &[min, max]) => Distribution::Uniform { min, max },
            (Self::Beta, &[a, b]) => Distribution::Beta { a, b },
            (Self::Poisson, &[mean]) => Distribution::Poisson { mean },
            (Self::NegativeBinomial, &[n, prob]) => Distribution::NegativeBinomial { n, prob },
            (Self::Binomial, &[n, prob]) => Distribution::Binomial { n, prob },
            (Self::NormalMixture, all) if !all.is_empty() && all.len().is_multiple_of(3) => {
                let (mu, rest) = all.split_at(all.len() / 3);
                let (sigma, weight) = rest.split_at(all.len() / 3);
                let (mu, sigma, weight) = (mu.to_vec(), sigma.to_vec(), weight.to_vec());
                Distribution::NormalMixture { mu, sigma, weight }
            }
            _ => {
                let expected = match self {
                    Self::Poisson | Self::Exponential => 1,
                    Self::T | Self::NormalMixture => 3,
                    _ => 2,
                };
                let got = parameters.len();
                return Err(Base::LengthMismatch { what: "parameters", expected, got }.into());
            }
        })
    }
}

/// `f` of each observation under its own distribution.
fn each(
    family: &str,
    observations: &[f64],
    parameters: &[&[f64]],
    f: impl Fn(&Distribution, f64) -> Result<f64> + Sync + Send,
) -> Result<Vec<f64>> {
    for p in parameters {
        if p.len() != 1 {
            same_length("parameters", observations.len(), p.len())?;
        }
    }
    let family = Family::parse(family)?;
    // The number of parameters is refused even when there is nothing to score.
    family.with(&alloc::vec![0.5; parameters.len()])?;
    let mut out = alloc::vec![0.0; observations.len()];
    let mut blocks: Vec<(usize, &mut [f64])> = out.chunks_mut(BLOCK).enumerate().collect();
    let block = |(b, out): &mut (usize, &mut [f64])| -> Result<()> {
        let first = *b * BLOCK;
        let mut buffer = Vec::with_capacity(parameters.len());
        let ys = observations.iter().skip(first);
        for ((i, y), score) in (first..).zip(ys).zip(out.iter_mut()) {
            buffer.clear();
            buffer.extend(parameters.iter().filter_map(|p| p.get(if p.len() == 1 { 0 } else { i })));
            let d = family.with(&buffer)?;
            if !d.is_plain() {
                d.check().map_err(|e| at(e, i))?;
            }
            *score = f(&d, *y).map_err(|e| at(e, i))?;
        }
        Ok(())
    };
    parallel::update(&mut blocks, block).into_iter().collect::<Result<()>>()?;
    Ok(out)
}

/// The fault with the number of its observation.
#[cold]
fn at(error: Error, i: usize) -> Error {
    match error {
        Error::NonFinite { column, .. } => Error::NonFinite { column, row: i },
        Error::Base(Base::OutOfRange { what, got, range }) => {
            Base::OutOfRange { what, got: format!("{got} at observation {i}"), range }.into()
        }
        other => other,
    }
}

/// The CRPS of many observations under distributions of one family ([`Distribution::parse`] names them). `parameters`:
/// for each parameter one number for all observations, or one for each.
///
/// # Errors
/// Those of [`Distribution::parse`] and [`Distribution::crps`], naming the observation; `length_mismatch`.
///
/// ```
/// use countermark_scoring::rules::crps;
/// let s = crps("normal", &[0.0, 1.0], &[&[0.0, 1.0], &[1.0]])?;
/// assert_eq!(s[0], s[1]);
/// assert!(crps("normal", &[0.0, 1.0], &[&[0.0], &[1.0, 0.0]]).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn crps(family: &str, observations: &[f64], parameters: &[&[f64]]) -> Result<Vec<f64>> {
    each(family, observations, parameters, Distribution::crps_unchecked)
}

/// The log scores of many observations, as [`crps`].
///
/// # Errors
/// As [`crps`].
///
/// ```
/// use countermark_scoring::rules::log_score;
/// assert_eq!(log_score("uniform", &[0.5, 3.0], &[&[0.0], &[1.0]])?, [0.0, f64::INFINITY]);
/// assert!(log_score("gumbel", &[0.5], &[&[0.0]]).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn log_score(family: &str, observations: &[f64], parameters: &[&[f64]]) -> Result<Vec<f64>> {
    each(family, observations, parameters, Distribution::log_score_unchecked)
}

/// The probability integral transforms of many observations: uniform on 0..=1 where forecasts are calibrated. A count's
/// is the whole step at it.
///
/// # Errors
/// As [`crps`].
///
/// ```
/// use countermark_scoring::rules::pit;
/// assert_eq!(pit("uniform", &[0.25], &[&[0.0], &[1.0]])?, [0.25]);
/// assert!(pit("uniform", &[0.25], &[&[0.0]]).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn pit(family: &str, observations: &[f64], parameters: &[&[f64]]) -> Result<Vec<f64>> {
    each(family, observations, parameters, Distribution::cdf_unchecked)
}
