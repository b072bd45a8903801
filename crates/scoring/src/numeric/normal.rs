//! The standard normal quantile.

/// Evaluates `((c[7] x + c[6]) x + ...) x + c[0]` (Horner, no fused multiply-add).
fn poly(c: &[f64; 8], x: f64) -> f64 {
    c.iter().rev().fold(0.0, |sum, k| sum * x + k)
}

/// The standard normal quantile (inverse of the distribution function).
///
/// Algorithm AS 241, routine PPND16: M. J. Wichura, "The percentage points of the normal distribution", Applied
/// Statistics 37 (1988) 477-484; constants as published there, relative error about 1e-16. The logarithm is
/// that of the pure-Rust `libm`, so every platform gives the same bits. 0 gives minus infinity, 1 infinity,
/// anything outside NaN.
///
/// ```
/// use countermark_scoring::normal_quantile;
/// assert_eq!(normal_quantile(0.5), 0.0);
/// assert!((normal_quantile(0.975) - 1.959963984540054).abs() < 1e-15);
/// assert!(normal_quantile(1.5).is_nan());
/// ```
pub fn normal_quantile(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180625 - q * q;
        return q * poly(&A, r) / poly(&B, r);
    }
    if p.is_nan() || !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    let tail = if q < 0.0 { p } else { 1.0 - p };
    if tail == 0.0 {
        return if q < 0.0 { f64::NEG_INFINITY } else { f64::INFINITY };
    }
    let r = libm::sqrt(-libm::log(tail));
    let x = if r <= 5.0 {
        let r = r - 1.6;
        poly(&C, r) / poly(&D, r)
    } else {
        let r = r - 5.0;
        poly(&E, r) / poly(&F, r)
    };
    if q < 0.0 { -x } else { x }
}

// The published constants, digit for digit.
#[allow(clippy::excessive_precision, clippy::unreadable_literal)]
mod constants {
    pub(super) const A: [f64; 8] = [
        3.3871328727963666080e0,
        1.3314166789178437745e2,
        1.9715909503065514427e3,
        1.3731693765509461125e4,
        4.5921953931549871457e4,
        6.7265770927008700853e4,
        3.3430575583588128105e4,
        2.5090809287301226727e3,
    ];
    pub(super) const B: [f64; 8] = [
        1.0,
        4.2313330701600911252e1,
        6.8718700749205790830e2,
        5.3941960214247511077e3,
        2.1213794301586595867e4,
        3.9307895800092710610e4,
        2.8729085735721942674e4,
        5.2264952788528545610e3,
    ];
    pub(super) const C: [f64; 8] = [
        1.42343711074968357734e0,
        4.63033784615654529590e0,
        5.76949722146069140550e0,
        3.64784832476320460504e0,
        1.27045825245236838258e0,
        2.41780725177450611770e-1,
        2.27238449892691845833e-2,
        7.74545014278341407640e-4,
    ];
    pub(super) const D: [f64; 8] = [
        1.0,
        2.05319162663775882187e0,
        1.67638483018380384940e0,
        6.89767334985100004550e-1,
        1.48103976427480074590e-1,
        1.51986665636164571966e-2,
        5.47593808499534494600e-4,
        1.05075007164441684324e-9,
    ];
    pub(super) const E: [f64; 8] = [
        6.65790464350110377720e0,
        5.46378491116411436990e0,
        1.78482653991729133580e0,
        2.96560571828504891230e-1,
        2.65321895265761230930e-2,
        1.24266094738807843860e-3,
        2.71155556874348757815e-5,
        2.01033439929228813265e-7,
    ];
    pub(super) const F: [f64; 8] = [
        1.0,
        5.99832206555887937690e-1,
        1.36929880922735805310e-1,
        1.48753612908506148525e-2,
        7.86869131145613259100e-4,
        1.84631831751005468180e-5,
        1.42151175831644588870e-7,
        2.04426310338993978564e-15,
    ];
}
use constants::{A, B, C, D, E, F};

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of scipy 1.17.1's `scipy.special.ndtri`.
    #[test]
    fn agrees_with_scipy_in_every_branch() {
        for (p, want) in SCIPY {
            let got = normal_quantile(*p);
            assert!((got - want).abs() <= 2e-15 * want.abs(), "ppf({p}) = {got}, scipy {want}");
        }
    }

    #[test]
    fn is_odd_about_one_half_and_rises() {
        let mut last = f64::NEG_INFINITY;
        for i in 1..4096 {
            let p = f64::from(i) / 4096.0;
            let x = normal_quantile(p);
            assert!(x > last);
            assert_eq!(x, -normal_quantile(1.0 - p));
            last = x;
        }
    }

    #[test]
    fn ends_and_outside() {
        assert_eq!(normal_quantile(0.0), f64::NEG_INFINITY);
        assert_eq!(normal_quantile(1.0), f64::INFINITY);
        for p in [f64::NAN, -1e-300, 1.0 + f64::EPSILON, f64::INFINITY] {
            assert!(normal_quantile(p).is_nan(), "{p}");
        }
    }

    include!("normal/scipy.rs");
}
