//! Scores of forecasts that are distributions.
//!
//! Closed forms: Jordan, Krueger and Lerch, Evaluating probabilistic forecasts with scoringRules, 2019 (appendix A),
//! and the papers it names. Counts are scored by their definition, a sum over their values.

use super::parametric::Family;
use super::same_length;
use crate::numeric::special::{beta_i, gamma_p, ln_beta, normal_cdf, normal_pdf, t_cdf};
use crate::{Error, Result};
use alloc::format;
use alloc::vec::Vec;
use core::f64::consts::{FRAC_1_SQRT_2, LN_2};
use countermark_primitives::Error as Base;

/// Values of a count that are looked at, at most.
const MAX_COUNTS: f64 = 2e7;

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
        let family = Family::parse(family)?;
        let out = family.with(parameters)?;
        out.check()?;
        Ok(out)
    }

    /// Whether every parameter is in its range.
    ///
    /// # Errors
    /// `out_of_range`, naming the parameter; `length_mismatch` for a mixture.
    pub fn check(&self) -> Result<()> {
        let refuse = |what, x: f64, range| Err(Base::OutOfRange { what, got: format!("{x}"), range }.into());
        let number = |what, x: f64| if x.is_finite() { Ok(()) } else { refuse(what, x, "a finite number") };
        let positive =
            |what, x: f64| if x.is_finite() && x > 0.0 { Ok(()) } else { refuse(what, x, "above 0") };
        match self {
            Self::Normal { mu, sigma }
            | Self::Logistic { mu, sigma }
            | Self::Laplace { mu, sigma }
            | Self::Lognormal { mu, sigma } => number("mu", *mu).and(positive("sigma", *sigma)),
            Self::T { df, mu, sigma } => {
                positive("df", *df).and(number("mu", *mu)).and(positive("sigma", *sigma))
            }
            Self::Gamma { shape, rate } => positive("shape", *shape).and(positive("rate", *rate)),
            Self::Exponential { rate } => positive("rate", *rate),
            Self::Uniform { min, max } => {
                number("min", *min).and(number("max", *max))?;
                if min < max { Ok(()) } else { refuse("max", *max, "above min") }
            }
            Self::Beta { a, b } => positive("a", *a).and(positive("b", *b)),
            Self::Poisson { mean } => positive("mean", *mean),
            Self::NegativeBinomial { n, prob } => {
                positive("n", *n)?;
                if *prob > 0.0 && *prob <= 1.0 { Ok(()) } else { refuse("prob", *prob, "above 0, at most 1") }
            }
            Self::Binomial { n, prob } => {
                if !(*n >= 0.0 && *n < 1e15 && libm::floor(*n) == *n) {
                    return refuse("n", *n, "a whole number");
                }
                if (0.0..=1.0).contains(prob) { Ok(()) } else { refuse("prob", *prob, "0..=1") }
            }
            Self::NormalMixture { mu, sigma, weight } => {
                same_length("standard deviations", mu.len(), sigma.len())?;
                same_length("weights", mu.len(), weight.len())?;
                mu.iter().try_for_each(|m| number("mu", *m))?;
                sigma.iter().try_for_each(|s| positive("sigma", *s))?;
                weight.iter().try_for_each(|w| {
                    if w.is_finite() && *w >= 0.0 { Ok(()) } else { refuse("weight", *w, "0 or more") }
                })?;
                positive("sum of weights", weight.iter().sum())
            }
        }
    }

    /// Whether the parameters are seen at once to be in their ranges; where not, `check` decides.
    pub(super) fn is_plain(&self) -> bool {
        match self {
            Self::Normal { mu, sigma }
            | Self::Logistic { mu, sigma }
            | Self::Laplace { mu, sigma }
            | Self::Lognormal { mu, sigma } => mu.is_finite() && sigma.is_finite() && *sigma > 0.0,
            _ => false,
        }
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
        self.check()?;
        self.crps_unchecked(y)
    }

    /// The same for parameters that were checked.
    pub(super) fn crps_unchecked(&self, y: f64) -> Result<f64> {
        observed(y)?;
        const INV_SQRT_PI: f64 = 0.564_189_583_547_756_3;
        Ok(match self {
            Self::Normal { mu, sigma } => {
                let z = (y - mu) / sigma;
                sigma * (z * libm::erf(z * FRAC_1_SQRT_2) + 2.0 * normal_pdf(z) - INV_SQRT_PI)
            }
            Self::Logistic { mu, sigma } => {
                let z = (y - mu) / sigma;
                // z - 2 ln F(z) - 1, with -ln F(z) = ln(1 + exp(-z)); even in z.
                sigma * (z.abs() + 2.0 * libm::log1p(libm::exp(-z.abs())) - 1.0)
            }
            Self::Laplace { mu, sigma } => {
                let z = ((y - mu) / sigma).abs();
                sigma * (z + libm::exp(-z) - 0.75)
            }
            Self::T { df, mu, sigma } => {
                if *df <= 1.0 {
                    let got = format!("{df}");
                    return Err(Base::OutOfRange { what: "df", got, range: "above 1" }.into());
                }
                let z = (y - mu) / sigma;
                let density = t_density(z, *df);
                let beta = libm::exp(ln_beta(0.5, df - 0.5) - 2.0 * ln_beta(0.5, 0.5 * df));
                let square = z * z;
                sigma
                    * (z * (2.0 * t_cdf(z, *df) - 1.0) + 2.0 * density * (df + square) / (df - 1.0)
                        - 2.0 * libm::sqrt(*df) / (df - 1.0) * beta)
            }
            Self::Gamma { shape, rate } => {
                let f = gamma_p(*shape, y * rate);
                let f1 = gamma_p(shape + 1.0, y * rate);
                y * (2.0 * f - 1.0)
                    - shape / rate * (2.0 * f1 - 1.0)
                    - 1.0 / (rate * libm::exp(ln_beta(0.5, *shape)))
            }
            Self::Lognormal { mu, sigma } => {
                let z = if y > 0.0 { (libm::log(y) - mu) / sigma } else { f64::NEG_INFINITY };
                let mean = libm::exp(mu + 0.5 * sigma * sigma);
                y * (2.0 * normal_cdf(z) - 1.0)
                    - 2.0 * mean * (normal_cdf(z - sigma) - normal_cdf(-sigma * FRAC_1_SQRT_2))
            }
            Self::Exponential { rate } => {
                let f = if y > 0.0 { -libm::expm1(-rate * y) } else { 0.0 };
                y.abs() - 2.0 * f / rate + 0.5 / rate
            }
            Self::Uniform { min, max } => {
                let z = (y - min) / (max - min);
                let c = z.clamp(0.0, 1.0);
                (max - min) * ((z - c).abs() + c * c - c + 1.0 / 3.0)
            }
            Self::Beta { a, b } => {
                let (f, f1) = (beta_i(*a, *b, y), beta_i(a + 1.0, *b, y));
                let ratio = 2.0 * libm::exp(ln_beta(2.0 * a, 2.0 * b) - 2.0 * ln_beta(*a, *b)) / a;
                y * (2.0 * f - 1.0) + a / (a + b) * (1.0 - 2.0 * f1 - ratio)
            }
            Self::Poisson { .. } | Self::NegativeBinomial { .. } | Self::Binomial { .. } => {
                Counts::new(self)?.crps(y)
            }
            Self::NormalMixture { mu, sigma, weight } => mixture(mu, sigma, weight, y),
        })
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
        self.check()?;
        self.log_score_unchecked(y)
    }

    /// The same for parameters that were checked.
    pub(super) fn log_score_unchecked(&self, y: f64) -> Result<f64> {
        observed(y)?;
        const LN_SQRT_2PI: f64 = 0.918_938_533_204_672_8;
        let inf = f64::INFINITY;
        let normal = |mu: f64, sigma: f64, y: f64| {
            let z = (y - mu) / sigma;
            0.5 * z * z + libm::log(sigma) + LN_SQRT_2PI
        };
        let whole = libm::floor(y) == y && y >= 0.0;
        Ok(match self {
            Self::Normal { mu, sigma } => normal(*mu, *sigma, y),
            Self::Logistic { mu, sigma } => {
                let z = ((y - mu) / sigma).abs();
                z + 2.0 * libm::log1p(libm::exp(-z)) + libm::log(*sigma)
            }
            Self::Laplace { mu, sigma } => ((y - mu) / sigma).abs() + libm::log(*sigma) + LN_2,
            Self::T { df, mu, sigma } => {
                let z = (y - mu) / sigma;
                0.5 * (df + 1.0) * libm::log1p(z * z / df)
                    + 0.5 * libm::log(*df)
                    + ln_beta(0.5, 0.5 * df)
                    + libm::log(*sigma)
            }
            Self::Gamma { shape, rate } if y > 0.0 => {
                rate * y - shape * libm::log(*rate) + libm::lgamma(*shape) - (shape - 1.0) * libm::log(y)
            }
            Self::Lognormal { mu, sigma } if y > 0.0 => normal(*mu, *sigma, libm::log(y)) + libm::log(y),
            Self::Exponential { rate } if y >= 0.0 => rate * y - libm::log(*rate),
            Self::Uniform { min, max } if (*min..=*max).contains(&y) => libm::log(max - min),
            Self::Beta { a, b } if (0.0..=1.0).contains(&y) => {
                let part = |shape: f64, x: f64| if shape == 1.0 { 0.0 } else { (shape - 1.0) * libm::log(x) };
                ln_beta(*a, *b) - part(*a, y) - part(*b, 1.0 - y)
            }
            Self::Poisson { .. } | Self::NegativeBinomial { .. } | Self::Binomial { .. } if whole => {
                -self.ln_mass(y)
            }
            Self::NormalMixture { mu, sigma, weight } => {
                // The largest term first, so that far observations keep their digits.
                let total: f64 = weight.iter().sum();
                let each = mu.iter().zip(sigma).zip(weight);
                let logs: Vec<f64> =
                    each.map(|((m, s), w)| libm::log(w / total) - normal(*m, *s, y)).collect();
                let top = logs.iter().fold(f64::NEG_INFINITY, |a, x| a.max(*x));
                -(top + libm::log(logs.iter().map(|l| libm::exp(l - top)).sum()))
            }
            _ => inf,
        })
    }

    /// The distribution function at an observation, 0..=1: its probability integral transform.
    ///
    /// # Errors
    /// As [`Distribution::crps`], but for Student's t.
    pub fn cdf(&self, y: f64) -> Result<f64> {
        self.check()?;
        self.cdf_unchecked(y)
    }

    /// The same for parameters that were checked.
    pub(super) fn cdf_unchecked(&self, y: f64) -> Result<f64> {
        observed(y)?;
        Ok(match self {
            Self::Normal { mu, sigma } => normal_cdf((y - mu) / sigma),
            Self::Logistic { mu, sigma } => {
                let z = (y - mu) / sigma;
                let e = libm::exp(-z.abs());
                if z > 0.0 { 1.0 / (1.0 + e) } else { e / (1.0 + e) }
            }
            Self::Laplace { mu, sigma } => {
                let z = (y - mu) / sigma;
                let half = 0.5 * libm::exp(-z.abs());
                if z > 0.0 { 1.0 - half } else { half }
            }
            Self::T { df, mu, sigma } => t_cdf((y - mu) / sigma, *df),
            Self::Gamma { shape, rate } => gamma_p(*shape, y * rate),
            Self::Lognormal { mu, sigma } if y > 0.0 => normal_cdf((libm::log(y) - mu) / sigma),
            Self::Lognormal { .. } => 0.0,
            Self::Exponential { rate } => {
                if y > 0.0 {
                    -libm::expm1(-rate * y)
                } else {
                    0.0
                }
            }
            Self::Uniform { min, max } => ((y - min) / (max - min)).clamp(0.0, 1.0),
            Self::Beta { a, b } => beta_i(*a, *b, y),
            Self::Poisson { .. } | Self::NegativeBinomial { .. } | Self::Binomial { .. } => {
                Counts::new(self)?.cdf(y)
            }
            Self::NormalMixture { mu, sigma, weight } => {
                let total: f64 = weight.iter().sum();
                let each = mu.iter().zip(sigma).zip(weight);
                each.map(|((m, s), w)| w / total * normal_cdf((y - m) / s)).sum()
            }
        })
    }

    /// The log of a count's probability.
    fn ln_mass(&self, k: f64) -> f64 {
        match self {
            Self::Poisson { mean } => k * libm::log(*mean) - mean - libm::lgamma(k + 1.0),
            Self::NegativeBinomial { n, prob } => {
                let failures = if k == 0.0 { 0.0 } else { k * libm::log1p(-prob) };
                n * libm::log(*prob) + failures - ln_beta(*n, k + 1.0) - libm::log(n + k)
            }
            Self::Binomial { n, prob } if k <= *n => {
                let part = |count: f64, log: f64| if count == 0.0 { 0.0 } else { count * log };
                part(k, libm::log(*prob)) + part(n - k, libm::log1p(-prob))
                    - ln_beta(k + 1.0, n - k + 1.0)
                    - libm::log(n + 1.0)
            }
            _ => f64::NEG_INFINITY,
        }
    }
}

fn observed(y: f64) -> Result<()> {
    if y.is_finite() { Ok(()) } else { Err(Error::NonFinite { column: "observations".into(), row: 0 }) }
}

fn t_density(z: f64, df: f64) -> f64 {
    libm::exp(-0.5 * (df + 1.0) * libm::log1p(z * z / df) - ln_beta(0.5, 0.5 * df)) / libm::sqrt(df)
}

/// Grimit and others, 2006.
fn mixture(mu: &[f64], sigma: &[f64], weight: &[f64], y: f64) -> f64 {
    // E|X| of a normal X.
    let size = |m: f64, s: f64| {
        let z = m / s;
        m * libm::erf(z * FRAC_1_SQRT_2) + 2.0 * s * normal_pdf(z)
    };
    let total: f64 = weight.iter().sum();
    let parts: Vec<(f64, f64, f64)> =
        mu.iter().zip(sigma).zip(weight).map(|((m, s), w)| (*m, *s, w / total)).collect();
    let mut near = 0.0;
    let mut apart = 0.0;
    for (i, (m, s, w)) in parts.iter().enumerate() {
        near += w * size(y - m, *s);
        apart += w * w * size(0.0, s * core::f64::consts::SQRT_2);
        for (m2, s2, w2) in parts.iter().take(i) {
            apart += 2.0 * w * w2 * size(m - m2, libm::sqrt(s * s + s2 * s2));
        }
    }
    near - 0.5 * apart
}

/// The probabilities of a count's values, as far as they matter.
struct Counts {
    first: f64,
    mass: Vec<f64>,
}

impl Counts {
    fn new(of: &Distribution) -> Result<Self> {
        let (mean, variance, last) = match of {
            Distribution::Poisson { mean } => (*mean, *mean, f64::INFINITY),
            Distribution::NegativeBinomial { n, prob } => {
                (n * (1.0 - prob) / prob, n * (1.0 - prob) / (prob * prob), f64::INFINITY)
            }
            Distribution::Binomial { n, prob } => (n * prob, n * prob * (1.0 - prob), *n),
            _ => (0.0, 0.0, 0.0),
        };
        let reach = 40.0 * (libm::sqrt(variance) + 1.0);
        if !(reach <= MAX_COUNTS && mean <= 1e15) {
            let got = format!("one with mean {mean} and variance {variance}");
            return Err(Base::OutOfRange { what: "count", got, range: "at most 2e7 values" }.into());
        }
        // From the mean both ways until nothing is added; the masses are then made to add up to 1.
        let middle = libm::floor(mean).min(last);
        let mut below = Vec::new();
        let mut above = Vec::new();
        let mut k = middle;
        while k <= last && k - middle <= MAX_COUNTS {
            let p = libm::exp(of.ln_mass(k));
            above.push(p);
            if p < 1e-22 && k > mean {
                break;
            }
            k += 1.0;
        }
        k = middle - 1.0;
        while k >= 0.0 {
            let p = libm::exp(of.ln_mass(k));
            below.push(p);
            if p < 1e-22 {
                break;
            }
            k -= 1.0;
        }
        let first = middle - below.len() as f64;
        below.reverse();
        below.append(&mut above);
        let sum = crate::numeric::sum1(&below, |p| p);
        below.iter_mut().for_each(|p| *p /= sum);
        Ok(Self { first, mass: below })
    }

    fn cdf(&self, y: f64) -> f64 {
        let upto = libm::floor(y) - self.first + 1.0;
        let mut left = upto;
        let head = self.mass.iter().take_while(|_| {
            left -= 1.0;
            left >= 0.0
        });
        head.sum::<f64>().min(1.0)
    }

    /// The integral of the squared difference of the distribution and the observation's step.
    fn crps(&self, y: f64) -> f64 {
        let last = self.first + self.mass.len() as f64;
        // Where the distribution is 0 or 1 the difference is 0 or 1.
        let mut sum = (self.first - y).max(0.0) + (y - last).max(0.0);
        let (mut f, mut k) = (0.0f64, self.first);
        for p in &self.mass {
            f += p;
            // On k..k+1 the step is 0 up to y, and 1 from there.
            let before = (y - k).clamp(0.0, 1.0);
            sum += before * f * f + (1.0 - before) * (1.0 - f) * (1.0 - f);
            k += 1.0;
        }
        sum
    }
}
