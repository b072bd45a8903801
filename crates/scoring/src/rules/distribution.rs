//! Scores of forecasts that are distributions.
//!
//! Closed forms: Jordan, Krueger and Lerch, Evaluating probabilistic forecasts with scoringRules, 2019 (appendix A),
//! and the papers it names. Counts are scored by their definition, a sum over their values.

mod closed;
mod counts;
mod family;
mod functions;
mod mixture;

use super::same_length;
use crate::{Error, Result, parallel};
use alloc::format;
use alloc::vec::Vec;
use closed::{Rows, Score};
use countermark_primitives::Error as Base;
use family::{Family, Rule};

/// Observations of one thread's task, at least and at most.
const TASK: [usize; 2] = [64, 8192];

/// A forecast distribution.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the line of a variant describes its fields")]
pub enum Distribution {
    /// Normal: mean, standard deviation > 0.
    Normal { mu: f64, sigma: f64 },
    /// Logistic: mean, scale > 0.
    Logistic { mu: f64, sigma: f64 },
    /// Laplace: mean, scale > 0.
    Laplace { mu: f64, sigma: f64 },
    /// Student's t: degrees of freedom > 0 (> 1 for a CRPS), location, scale > 0.
    T { df: f64, mu: f64, sigma: f64 },
    /// Gamma: shape > 0, rate > 0.
    Gamma { shape: f64, rate: f64 },
    /// Lognormal: mean and standard deviation > 0 of the logarithm.
    Lognormal { mu: f64, sigma: f64 },
    /// Exponential: rate > 0.
    Exponential { rate: f64 },
    /// Uniform on `min..=max`.
    Uniform { min: f64, max: f64 },
    /// Beta: a > 0, b > 0, on 0..=1.
    Beta { a: f64, b: f64 },
    /// Poisson: mean > 0.
    Poisson { mean: f64 },
    /// Negative binomial: failures before the `n`-th success (any n > 0), probability of success in (0, 1].
    NegativeBinomial { n: f64, prob: f64 },
    /// Binomial: trials (a whole number), probability of success in 0..=1.
    Binomial { n: f64, prob: f64 },
    /// Mixture of normals: means, standard deviations > 0, weights >= 0 with a positive sum that they are divided by.
    NormalMixture { mu: Vec<f64>, sigma: Vec<f64>, weight: Vec<f64> },
}

impl Distribution {
    /// A distribution by the name of its family and its parameters in the order above: `normal`, `logistic`, `laplace`,
    /// `t`, `gamma`, `lognormal`, `exponential`, `uniform`, `beta`, `poisson`, `negbinom`, `binomial`; and `mixnorm`, with
    /// means, standard deviations and weights one after the other.
    ///
    /// # Errors
    /// `invalid_text` for another name; `length_mismatch` for another number of parameters; `out_of_range` for a parameter.
    ///
    /// ```
    /// use countermark_scoring::rules::Distribution;
    /// assert_eq!(Distribution::parse("normal", &[0.0, 1.0])?, Distribution::Normal { mu: 0.0, sigma: 1.0 });
    /// assert!(Distribution::parse("normal", &[0.0, -1.0]).is_err());
    /// # Ok::<(), countermark_scoring::Error>(())
    /// ```
    pub fn parse(family: &str, parameters: &[f64]) -> Result<Self> {
        let out = match (Family::parse(family, parameters.len())?, parameters) {
            (Family::Normal, &[mu, sigma]) => Self::Normal { mu, sigma },
            (Family::Logistic, &[mu, sigma]) => Self::Logistic { mu, sigma },
            (Family::Laplace, &[mu, sigma]) => Self::Laplace { mu, sigma },
            (Family::T, &[df, mu, sigma]) => Self::T { df, mu, sigma },
            (Family::Gamma, &[shape, rate]) => Self::Gamma { shape, rate },
            (Family::Lognormal, &[mu, sigma]) => Self::Lognormal { mu, sigma },
            (Family::Exponential, &[rate]) => Self::Exponential { rate },
            (Family::Uniform, &[min, max]) => Self::Uniform { min, max },
            (Family::Beta, &[a, b]) => Self::Beta { a, b },
            (Family::Poisson, &[mean]) => Self::Poisson { mean },
            (Family::NegativeBinomial, &[n, prob]) => Self::NegativeBinomial { n, prob },
            (Family::Binomial, &[n, prob]) => Self::Binomial { n, prob },
            (_, all) => {
                let (mu, rest) = all.split_at(all.len() / 3);
                let (sigma, weight) = rest.split_at(all.len() / 3);
                Self::NormalMixture { mu: mu.to_vec(), sigma: sigma.to_vec(), weight: weight.to_vec() }
            }
        };
        out.check()?;
        Ok(out)
    }

    /// Whether every parameter is in its range.
    ///
    /// # Errors
    /// `out_of_range`, naming the parameter; `length_mismatch` for a mixture.
    pub fn check(&self) -> Result<()> {
        if let Self::NormalMixture { mu, sigma, weight } = self {
            same_length("standard deviations", mu.len(), sigma.len())?;
            same_length("weights", mu.len(), weight.len())?;
            mu.iter().try_for_each(|m| Rule::Number.check("mu", *m))?;
            sigma.iter().try_for_each(|s| Rule::Positive.check("sigma", *s))?;
            weight.iter().try_for_each(|w| Rule::NotNegative.check("weight", *w))?;
            return Rule::Positive.check("sum of weights", weight.iter().sum());
        }
        let (family, values) = self.family();
        family.parameters().iter().zip(values).try_for_each(|((what, rule), x)| rule.check(what, x))?;
        match self {
            Self::Uniform { min, max } if max <= min => {
                Err(Base::OutOfRange { what: "max", got: format!("{max}"), range: "above min" }.into())
            }
            _ => Ok(()),
        }
    }

    /// The family and its parameters; without the numbers of a mixture.
    fn family(&self) -> (Family, [f64; 3]) {
        match *self {
            Self::Normal { mu, sigma } => (Family::Normal, [mu, sigma, 0.0]),
            Self::Logistic { mu, sigma } => (Family::Logistic, [mu, sigma, 0.0]),
            Self::Laplace { mu, sigma } => (Family::Laplace, [mu, sigma, 0.0]),
            Self::T { df, mu, sigma } => (Family::T, [df, mu, sigma]),
            Self::Gamma { shape, rate } => (Family::Gamma, [shape, rate, 0.0]),
            Self::Lognormal { mu, sigma } => (Family::Lognormal, [mu, sigma, 0.0]),
            Self::Exponential { rate } => (Family::Exponential, [rate, 0.0, 0.0]),
            Self::Uniform { min, max } => (Family::Uniform, [min, max, 0.0]),
            Self::Beta { a, b } => (Family::Beta, [a, b, 0.0]),
            Self::Poisson { mean } => (Family::Poisson, [mean, 0.0, 0.0]),
            Self::NegativeBinomial { n, prob } => (Family::NegativeBinomial, [n, prob, 0.0]),
            Self::Binomial { n, prob } => (Family::Binomial, [n, prob, 0.0]),
            Self::NormalMixture { .. } => (Family::NormalMixture, [0.0; 3]),
        }
    }

    /// A score of one observation, by the code that scores many.
    fn one(&self, score: Score, y: f64) -> Result<f64> {
        self.check()?;
        if !y.is_finite() {
            return Err(Error::NonFinite { column: "observations".into(), row: 0 });
        }
        let (family, values) = self.family();
        let [p, q, _] = values;
        if !closed::fits(family, score, [p, q]) {
            return Err(match counts::spread(family, [p, q]) {
                Err((mean, variance)) if family != Family::T => {
                    let got = format!("one with mean {mean} and variance {variance}");
                    Base::OutOfRange { what: "count", got, range: "at most 2e7 values" }.into()
                }
                _ => Base::OutOfRange { what: "df", got: format!("{p}"), range: "above 1" }.into(),
            });
        }
        let parameters: Vec<&[f64]> = match self {
            Self::NormalMixture { mu, sigma, weight } => {
                [mu, sigma, weight].into_iter().flatten().map(core::slice::from_ref).collect()
            }
            _ => values.iter().map(core::slice::from_ref).collect(),
        };
        let mut out = [f64::NAN];
        closed::evaluate(family, score, Rows { y: &[y], parameters: &parameters }, &mut out);
        let [out] = out;
        Ok(out)
    }

    /// The continuous ranked probability score of an observation, 0 or more, in its unit.
    ///
    /// # Errors
    /// Those of [`Distribution::check`]; `non_finite` for the observation; `out_of_range` for Student's t with one degree
    /// of freedom or less, whose score is infinite, and for a count that spreads over more than 2e7 values.
    ///
    /// ```
    /// use countermark_scoring::rules::Distribution;
    /// let s = Distribution::Normal { mu: 0.0, sigma: 1.0 }.crps(0.0)?;
    /// assert!((s - 0.2336949772551092).abs() < 1e-15);
    /// assert!(Distribution::Normal { mu: 0.0, sigma: 0.0 }.crps(0.0).is_err());
    /// # Ok::<(), countermark_scoring::Error>(())
    /// ```
    pub fn crps(&self, y: f64) -> Result<f64> {
        self.one(Score::Crps, y)
    }

    /// The log score of an observation, `-ln` of its density or probability; infinite where that is 0.
    ///
    /// # Errors
    /// Those of [`Distribution::check`]; `non_finite` for the observation.
    ///
    /// ```
    /// use countermark_scoring::rules::Distribution;
    /// assert_eq!(Distribution::Uniform { min: 0.0, max: 4.0 }.log_score(1.0)?, 4f64.ln());
    /// assert!(Distribution::Exponential { rate: 1.0 }.log_score(-1.0)?.is_infinite());
    /// assert!(Distribution::Exponential { rate: -1.0 }.log_score(1.0).is_err());
    /// # Ok::<(), countermark_scoring::Error>(())
    /// ```
    pub fn log_score(&self, y: f64) -> Result<f64> {
        self.one(Score::Log, y)
    }

    /// The distribution function at an observation, 0..=1: its probability integral transform.
    ///
    /// # Errors
    /// As [`Distribution::crps`], but for Student's t.
    pub fn cdf(&self, y: f64) -> Result<f64> {
        self.one(Score::Cdf, y)
    }
}

/// A score of each observation under its own distribution.
fn each(name: &str, score: Score, observations: &[f64], parameters: &[&[f64]]) -> Result<Vec<f64>> {
    let n = observations.len();
    for p in parameters {
        if p.len() != 1 {
            same_length("parameters", n, p.len())?;
        }
    }
    let family = Family::parse(name, parameters.len())?;
    let mut out = alloc::vec![0.0; n];
    let [least, most] = TASK;
    let task = (n / 16).clamp(least, most);
    let mut tasks: Vec<(usize, &mut [f64])> =
        out.chunks_mut(task).enumerate().map(|(i, out)| (i * task, out)).collect();
    let work = |(from, out): &mut (usize, &mut [f64])| -> Result<()> {
        let these = *from..*from + out.len();
        let cut = |p: &&'_ [f64]| if p.len() == 1 { 0..1 } else { these.clone() };
        let parameters: Vec<&[f64]> = parameters.iter().map(|p| p.get(cut(p)).unwrap_or_default()).collect();
        let rows = Rows { y: observations.get(these.clone()).unwrap_or_default(), parameters: &parameters };
        if all_fit(family, score, rows) {
            closed::evaluate(family, score, rows, out);
            return Ok(());
        }
        // The first fault, found one by one.
        let mut own = Vec::with_capacity(parameters.len());
        for (row, (o, y)) in out.iter_mut().zip(rows.y).enumerate() {
            own.clear();
            own.extend((0..parameters.len()).map(|which| rows.parameter(which, row)));
            let scored = Distribution::parse(name, &own).and_then(|d| d.one(score, *y));
            *o = scored.map_err(|e| at(e, *from + row))?;
        }
        Ok(())
    };
    parallel::update(&mut tasks, work).into_iter().collect::<Result<()>>()?;
    Ok(out)
}

/// Whether every observation can be scored.
fn all_fit(family: Family, score: Score, rows: Rows<'_>) -> bool {
    let upto = if rows.alike() { 1 } else { rows.y.len() };
    Rule::Number.all(rows.y)
        && family.holds(rows.parameters)
        && match family {
            Family::NormalMixture => (0..upto).all(|row| mixture::fits(rows, row)),
            _ => (0..upto)
                .all(|row| closed::fits(family, score, [rows.parameter(0, row), rows.parameter(1, row)])),
        }
}

/// An error with the number of its observation.
fn at(e: Error, row: usize) -> Error {
    match e {
        Error::NonFinite { column, .. } => Error::NonFinite { column, row },
        Error::Base(Base::OutOfRange { what, got, range }) => {
            Base::OutOfRange { what, got: format!("{got} at observation {row}"), range }.into()
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
    each(family, Score::Crps, observations, parameters)
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
    each(family, Score::Log, observations, parameters)
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
    each(family, Score::Cdf, observations, parameters)
}
