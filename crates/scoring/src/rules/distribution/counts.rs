//! Counts, which are scored by their definition: a sum over their values.

use super::family::Family;
use alloc::vec::Vec;

/// Values of a count that are looked at, at most.
const MAX_COUNTS: f64 = 2e7;
/// Probabilities below this share of the probability at the mean are 0.
const LEAST: f64 = 1e-24;

/// The distribution function of a count, as far as it is neither 0 nor 1.
#[derive(Debug, Default)]
pub(super) struct Counts {
    /// The count that the vectors begin with.
    first: f64,
    /// The distribution function F.
    function: Vec<f64>,
    /// Sums of F^2 before each count, and of (1 - F)^2 from each count on; one more than counts.
    below: Vec<f64>,
    above: Vec<f64>,
}

/// Mean and variance, unless the count spreads over more than 2e7 values.
pub(super) fn spread(family: Family, [p, q]: [f64; 2]) -> Result<(), (f64, f64)> {
    let (mean, variance) = moments(family, [p, q]);
    let reach = 40.0 * (libm::sqrt(variance) + 1.0);
    if reach <= MAX_COUNTS && mean <= 1e15 { Ok(()) } else { Err((mean, variance)) }
}

fn moments(family: Family, [p, q]: [f64; 2]) -> (f64, f64) {
    match family {
        Family::NegativeBinomial => (p * (1.0 - q) / q, p * (1.0 - q) / (q * q)),
        Family::Binomial => (p * q, p * q * (1.0 - q)),
        _ => (p, p),
    }
}

impl Counts {
    /// Fills the vectors for a mean (Poisson), or a number and a probability.
    pub(super) fn fill(&mut self, family: Family, [p, q]: [f64; 2]) {
        // The ratio of the probabilities of k + 1 and k.
        match family {
            Family::NegativeBinomial => {
                self.fill_by(family, [p, q], f64::INFINITY, |k| (p + k) / (k + 1.0) * (1.0 - q))
            }
            Family::Binomial => self.fill_by(family, [p, q], p, |k| (p - k) / (k + 1.0) * (q / (1.0 - q))),
            _ => self.fill_by(family, [p, q], f64::INFINITY, |k| p / (k + 1.0)),
        }
    }

    fn fill_by(&mut self, family: Family, parameters: [f64; 2], last: f64, ratio: impl Fn(f64) -> f64) {
        let (mean, _) = moments(family, parameters);
        let mass = &mut self.function;
        mass.clear();
        // From the mean both ways until nothing is added; the masses are then made to add up to 1.
        let middle = libm::floor(mean).min(last);
        let (mut k, mut p) = (middle, 1.0);
        while k > 0.0 && middle - k <= MAX_COUNTS && p >= LEAST {
            k -= 1.0;
            p /= ratio(k);
            mass.push(p);
        }
        mass.reverse();
        self.first = k;
        mass.push(1.0);
        (k, p) = (middle, 1.0);
        while k < last && k - middle <= MAX_COUNTS && p >= LEAST {
            p *= ratio(k);
            k += 1.0;
            mass.push(p);
        }
        let sum = crate::numeric::sum1(mass, |p| p);
        let (mut f, mut square) = (0.0, 0.0);
        self.below.clear();
        self.below.push(0.0);
        for p in mass.iter_mut() {
            f += *p / sum;
            *p = f.min(1.0);
            square += *p * *p;
            self.below.push(square);
        }
        square = 0.0;
        self.above.clear();
        self.above.push(0.0);
        for f in mass.iter().rev() {
            square += (1.0 - f) * (1.0 - f);
            self.above.push(square);
        }
        self.above.reverse();
    }

    /// The place of a number: how many counts before its own, and how far it is above its own.
    fn place(&self, y: f64) -> Option<(usize, f64)> {
        let whole = libm::floor(y);
        let at = whole - self.first;
        let inside = at >= 0.0 && at < self.function.len() as f64;
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a whole number below a length"
        )]
        inside.then_some((at as usize, y - whole))
    }

    pub(super) fn cdf(&self, y: f64) -> f64 {
        match self.place(y) {
            Some((at, _)) => self.function.get(at).copied().unwrap_or(1.0),
            None => f64::from(u8::from(y >= self.first)),
        }
    }

    /// The integral of the squared difference of the distribution and the observation's step.
    pub(super) fn crps(&self, y: f64) -> f64 {
        let at = |v: &[f64], i: usize| v.get(i).copied().unwrap_or(0.0);
        match self.place(y) {
            // On k..k + 1 the step is 0 up to y, and 1 from there.
            Some((k, part)) => {
                let f = at(&self.function, k);
                let own = part * f * f + (1.0 - part) * (1.0 - f) * (1.0 - f);
                at(&self.below, k) + own + at(&self.above, k + 1)
            }
            None if y < self.first => self.first - y + at(&self.above, 0),
            None => y - (self.first + self.function.len() as f64) + at(&self.below, self.function.len()),
        }
    }
}
