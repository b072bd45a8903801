//! The formulas, over many observations at a time.

use super::counts::{self, Counts};
use super::family::Family;
use super::functions::{exp, log1p, normal_cdf, normal_size};
use super::mixture;
use crate::numeric::special::{beta_i, gamma_p, ln_beta, t_cdf};
use core::f64::consts::{FRAC_1_SQRT_2, LN_2};

const LN_SQRT_2PI: f64 = 0.918_938_533_204_672_8;
const INV_SQRT_PI: f64 = 0.564_189_583_547_756_3;
/// Observations whose parameters are copied side by side.
const CHUNK: usize = 256;

/// What is asked of an observation.
#[derive(Debug, Clone, Copy)]
pub(super) enum Score {
    Crps,
    Log,
    Cdf,
}

/// Observations, and the parameters of each: one number for all, or one for each.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    pub(super) y: &'a [f64],
    pub(super) parameters: &'a [&'a [f64]],
}

impl<'a> Rows<'a> {
    /// Whether every observation has the same parameters.
    pub(super) fn alike(&self) -> bool {
        self.parameters.iter().all(|p| p.len() == 1)
    }

    /// A parameter of an observation.
    pub(super) fn parameter(&self, which: usize, row: usize) -> f64 {
        let of = self.parameters.get(which).copied().unwrap_or_default();
        of.get(if of.len() == 1 { 0 } else { row }).copied().unwrap_or(0.0)
    }

    /// The parameters, where every observation has the same.
    fn same(&self) -> Option<[f64; 3]> {
        self.alike().then(|| core::array::from_fn(|which| self.parameter(which, 0)))
    }

    /// `f(output, observations)` of some observations at a time.
    fn parts(self, out: &mut [f64], f: impl Fn(&mut [f64], &[f64])) {
        out.chunks_mut(CHUNK).zip(self.y.chunks(CHUNK)).for_each(|(out, y)| f(out, y));
    }

    /// `f(output, observations, parameters)` of some observations at a time. Parameters are copied, so that one loop
    /// serves all mixtures of one number and one for each.
    fn chunks(self, out: &mut [f64], f: impl Fn(&mut [f64], &[f64], &[[f64; CHUNK]; 3])) {
        let mut columns = [[0.0; CHUNK]; 3];
        for (c, (out, y)) in out.chunks_mut(CHUNK).zip(self.y.chunks(CHUNK)).enumerate() {
            for (to, from) in columns.iter_mut().zip(self.parameters) {
                match from {
                    [one] => to.fill(*one),
                    each => to.iter_mut().zip(each.iter().skip(c * CHUNK)).for_each(|(t, f)| *t = *f),
                }
            }
            f(out, y, &columns);
        }
    }

    /// `score` of each count; the probabilities are kept while the parameters stay the same.
    fn counts(self, family: Family, out: &mut [f64], score: impl Fn(&Counts, f64) -> f64) {
        let mut table = Counts::default();
        let mut last = None;
        for (row, (o, y)) in out.iter_mut().zip(self.y).enumerate() {
            let these = [self.parameter(0, row), self.parameter(1, row)];
            if last != Some(these) {
                table.fill(family, these);
                last = Some(these);
            }
            *o = score(&table, *y);
        }
    }
}

/// The second expression of each observation, with what the first makes of its parameters; that is made once where all
/// have the same. A macro, as loops become vector code only where the expressions are a part of them.
macro_rules! each {
    ($rows:expr, $out:expr, |$p:pat_param| $ready:expr, |$r:pat_param, $y:ident| $score:expr $(,)?) => {
        if let Some($p) = $rows.same() {
            let ready = $ready;
            $rows.parts($out, |out, y| {
                for (o, y) in out.iter_mut().zip(y) {
                    let ($r, $y) = (&ready, *y);
                    *o = $score;
                }
            });
        } else {
            $rows.chunks($out, |out, y, [p, q, s]| {
                for ((((o, y), p), q), s) in out.iter_mut().zip(y).zip(p).zip(q).zip(s) {
                    let $p = [*p, *q, *s];
                    let ready = $ready;
                    let ($r, $y) = (&ready, *y);
                    *o = $score;
                }
            })
        }
    };
}

/// Whether the parameters of one observation fit each other, and the score has a value for them.
pub(super) fn fits(family: Family, score: Score, [p, q]: [f64; 2]) -> bool {
    match (family, score) {
        (Family::Uniform, _) => p < q,
        (Family::T, Score::Crps) => p > 1.0,
        (Family::Poisson | Family::NegativeBinomial | Family::Binomial, Score::Crps | Score::Cdf) => {
            counts::spread(family, [p, q]).is_ok()
        }
        _ => true,
    }
}

/// Writes the scores of finite observations with parameters that were checked.
pub(super) fn evaluate(family: Family, score: Score, rows: Rows<'_>, out: &mut [f64]) {
    match (family, score) {
        (Family::Poisson | Family::NegativeBinomial | Family::Binomial, Score::Crps) => {
            rows.counts(family, out, Counts::crps);
        }
        (Family::Poisson | Family::NegativeBinomial | Family::Binomial, Score::Cdf) => {
            rows.counts(family, out, Counts::cdf);
        }
        (Family::NormalMixture, _) => mixture::evaluate(score, rows, out),
        (_, Score::Crps) => crps(family, rows, out),
        (_, Score::Log) => log(family, rows, out),
        (_, Score::Cdf) => cdf(family, rows, out),
    }
}

fn crps(family: Family, rows: Rows<'_>, out: &mut [f64]) {
    match family {
        Family::Normal => each!(rows, out, |[mu, sigma, _]| (mu, sigma), |(mu, sigma), y| sigma
            * (normal_size((y - mu) / sigma) - INV_SQRT_PI)),
        Family::Logistic => each!(rows, out, |[mu, sigma, _]| (mu, sigma), |(mu, sigma), y| {
            let z = ((y - mu) / sigma).abs();
            // z - 2 ln F(z) - 1, with -ln F(z) = ln(1 + exp(-z)); even in z.
            sigma * (z + 2.0 * log1p(exp(-z)) - 1.0)
        }),
        Family::Laplace => each!(rows, out, |[mu, sigma, _]| (mu, sigma), |(mu, sigma), y| {
            let z = ((y - mu) / sigma).abs();
            sigma * (z + exp(-z) - 0.75)
        }),
        Family::T => each!(
            rows,
            out,
            |[df, mu, sigma]| {
                let ln_beta_half = ln_beta(0.5, 0.5 * df);
                let beta = libm::exp(ln_beta(0.5, df - 0.5) - 2.0 * ln_beta_half);
                (df, mu, sigma, ln_beta_half, 2.0 * libm::sqrt(df) / (df - 1.0) * beta)
            },
            |(df, mu, sigma, ln_beta, own), y| {
                let z = (y - mu) / sigma;
                let square = z * z;
                let density =
                    libm::exp(-0.5 * (df + 1.0) * libm::log1p(square / df) - ln_beta) / libm::sqrt(*df);
                // Where z^2 has no number, density times z^2 is 0.
                let bell = if square.is_finite() { density * (df + square) } else { 0.0 };
                sigma * (z * (2.0 * t_cdf(z, *df, *ln_beta) - 1.0) + 2.0 * bell / (df - 1.0) - own)
            },
        ),
        Family::Gamma => each!(
            rows,
            out,
            |[shape, rate, _]| {
                (shape, rate, libm::lgamma(shape), 1.0 / (rate * libm::exp(ln_beta(0.5, shape))))
            },
            |(shape, rate, ln_gamma, own), y| {
                let (f, step) = gamma_p(*shape, y * rate, *ln_gamma);
                y * (2.0 * f - 1.0) - shape / rate * (2.0 * (f - step) - 1.0) - own
            },
        ),
        Family::Lognormal => each!(
            rows,
            out,
            |[mu, sigma, _]| {
                (mu, sigma, libm::exp(mu + 0.5 * sigma * sigma), normal_cdf(-sigma * FRAC_1_SQRT_2))
            },
            |(mu, sigma, mean, own), y| {
                let z = if y > 0.0 { (libm::log(y) - mu) / sigma } else { f64::NEG_INFINITY };
                y * (2.0 * normal_cdf(z) - 1.0) - 2.0 * mean * (normal_cdf(z - sigma) - own)
            },
        ),
        Family::Exponential => each!(rows, out, |[rate, _, _]| (rate, 0.5 / rate), |(rate, half), y| {
            let f = 1.0 - exp(if y > 0.0 { -rate * y } else { 0.0 });
            y.abs() - 2.0 * f / rate + half
        }),
        Family::Beta => each!(
            rows,
            out,
            |[a, b, _]| {
                let ln_beta_ab = ln_beta(a, b);
                (a, b, ln_beta_ab, 2.0 * libm::exp(ln_beta(2.0 * a, 2.0 * b) - 2.0 * ln_beta_ab) / a)
            },
            |(a, b, ln_beta, ratio), y| {
                let (f, step) = beta_i(*a, *b, y, *ln_beta);
                y * (2.0 * f - 1.0) + a / (a + b) * (1.0 - 2.0 * (f - step) - ratio)
            },
        ),
        // Uniform; the others are not asked for.
        _ => each!(rows, out, |[min, max, _]| (min, max - min), |(min, width), y| {
            let z = (y - min) / width;
            let c = unit(z);
            width * ((z - c).abs() + c * c - c + 1.0 / 3.0)
        },),
    }
}

fn log(family: Family, rows: Rows<'_>, out: &mut [f64]) {
    let inf = f64::INFINITY;
    match family {
        Family::Normal => {
            each!(rows, out, |[mu, sigma, _]| (mu, sigma, libm::log(sigma)), |(mu, sigma, ln_sigma), y| {
                let z = (y - mu) / sigma;
                0.5 * z * z + ln_sigma + LN_SQRT_2PI
            },)
        }
        Family::Logistic => {
            each!(rows, out, |[mu, sigma, _]| (mu, sigma, libm::log(sigma)), |(mu, sigma, ln_sigma), y| {
                let z = ((y - mu) / sigma).abs();
                z + 2.0 * log1p(exp(-z)) + ln_sigma
            });
        }
        Family::Laplace => {
            each!(rows, out, |[mu, sigma, _]| (mu, sigma, libm::log(sigma)), |(mu, sigma, ln_sigma), y| ((y
                - mu)
                / sigma)
                .abs()
                + ln_sigma
                + LN_2,)
        }
        Family::T => each!(
            rows,
            out,
            |[df, mu, sigma]| {
                (df, mu, sigma, 0.5 * libm::log(df) + ln_beta(0.5, 0.5 * df) + libm::log(sigma))
            },
            |(df, mu, sigma, own), y| {
                let z = (y - mu) / sigma;
                0.5 * (df + 1.0) * libm::log1p(z * z / df) + own
            },
        ),
        Family::Gamma => each!(
            rows,
            out,
            |[shape, rate, _]| (shape, rate, libm::lgamma(shape) - shape * libm::log(rate)),
            |(shape, rate, own), y| {
                if y > 0.0 { rate * y - (shape - 1.0) * libm::log(y) + own } else { inf }
            },
        ),
        Family::Lognormal => {
            each!(rows, out, |[mu, sigma, _]| (mu, sigma, libm::log(sigma)), |(mu, sigma, ln_sigma), y| {
                if y > 0.0 {
                    let ln_y = libm::log(y);
                    let z = (ln_y - mu) / sigma;
                    0.5 * z * z + ln_sigma + LN_SQRT_2PI + ln_y
                } else {
                    inf
                }
            },)
        }
        Family::Exponential => {
            each!(rows, out, |[rate, _, _]| (rate, libm::log(rate)), |(rate, ln_rate), y| if y >= 0.0 {
                rate * y - ln_rate
            } else {
                inf
            },)
        }
        Family::Beta => each!(rows, out, |[a, b, _]| (a, b, ln_beta(a, b)), |(a, b, ln_beta), y| {
            let part = |shape: f64, ln: f64| if shape == 1.0 { 0.0 } else { (shape - 1.0) * ln };
            if (0.0..=1.0).contains(&y) {
                ln_beta - part(*a, libm::log(y)) - part(*b, libm::log1p(-y))
            } else {
                inf
            }
        },),
        Family::Poisson => each!(rows, out, |[mean, _, _]| (mean, libm::log(mean)), |(mean, ln_mean), y| {
            if whole(y) { mean + libm::lgamma(y + 1.0) - y * ln_mean } else { inf }
        },),
        Family::NegativeBinomial => each!(
            rows,
            out,
            |[n, prob, _]| (n, n * libm::log(prob), libm::log1p(-prob)),
            |(n, successes, ln_failure), y| {
                if whole(y) {
                    ln_beta(*n, y + 1.0) + libm::log(n + y) - successes - power(y, *ln_failure)
                } else {
                    inf
                }
            },
        ),
        Family::Binomial => each!(
            rows,
            out,
            |[n, prob, _]| (n, libm::log(prob), libm::log1p(-prob), libm::log(n + 1.0)),
            |(n, ln_success, ln_failure, own), y| {
                if whole(y) && y <= *n {
                    ln_beta(y + 1.0, n - y + 1.0) + own - power(y, *ln_success) - power(n - y, *ln_failure)
                } else {
                    inf
                }
            },
        ),
        // Uniform; the others are not asked for.
        _ => each!(rows, out, |[min, max, _]| (min, max, libm::log(max - min)), |(min, max, ln_width), y| {
            if *min <= y && y <= *max { *ln_width } else { inf }
        },),
    }
}

fn cdf(family: Family, rows: Rows<'_>, out: &mut [f64]) {
    match family {
        Family::Normal => {
            each!(rows, out, |[mu, sigma, _]| (mu, sigma), |(mu, sigma), y| normal_cdf((y - mu) / sigma))
        }
        Family::Logistic => each!(rows, out, |[mu, sigma, _]| (mu, sigma), |(mu, sigma), y| {
            let z = (y - mu) / sigma;
            let e = exp(-z.abs());
            (if z > 0.0 { 1.0 } else { e }) / (1.0 + e)
        }),
        Family::Laplace => each!(rows, out, |[mu, sigma, _]| (mu, sigma), |(mu, sigma), y| {
            let z = (y - mu) / sigma;
            let half = 0.5 * exp(-z.abs());
            if z > 0.0 { 1.0 - half } else { half }
        }),
        Family::T => each!(
            rows,
            out,
            |[df, mu, sigma]| (df, mu, sigma, ln_beta(0.5, 0.5 * df)),
            |(df, mu, sigma, ln_beta), y| t_cdf((y - mu) / sigma, *df, *ln_beta),
        ),
        Family::Gamma => each!(
            rows,
            out,
            |[shape, rate, _]| (shape, rate, libm::lgamma(shape)),
            |(shape, rate, ln_gamma), y| gamma_p(*shape, y * rate, *ln_gamma).0,
        ),
        Family::Lognormal => each!(rows, out, |[mu, sigma, _]| (mu, sigma), |(mu, sigma), y| if y > 0.0 {
            normal_cdf((libm::log(y) - mu) / sigma)
        } else {
            0.0
        },),
        Family::Exponential => {
            each!(rows, out, |[rate, _, _]| rate, |rate, y| if y > 0.0 {
                -libm::expm1(-rate * y)
            } else {
                0.0
            })
        }
        Family::Beta => each!(rows, out, |[a, b, _]| (a, b, ln_beta(a, b)), |(a, b, ln_beta), y| beta_i(
            *a, *b, y, *ln_beta
        )
        .0,),
        // Uniform; the others are not asked for.
        _ => each!(rows, out, |[min, max, _]| (min, max - min), |(min, width), y| unit((y - min) / width)),
    }
}

/// Moved into 0..=1.
#[inline(always)]
fn unit(z: f64) -> f64 {
    let z = if z > 0.0 { z } else { 0.0 };
    if z < 1.0 { z } else { 1.0 }
}

/// Whether a number is a count.
fn whole(y: f64) -> bool {
    y >= 0.0 && libm::floor(y) == y
}

/// The log of a power, where 0^0 is 1.
fn power(count: f64, ln: f64) -> f64 {
    if count == 0.0 { 0.0 } else { count * ln }
}
