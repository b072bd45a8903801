//! Special functions of the distributions, to about 1e-13: the same bits on every platform.

/// ln|B(a, b)| for a, b > 0.
pub(crate) fn ln_beta(a: f64, b: f64) -> f64 {
    libm::lgamma(a) + libm::lgamma(b) - libm::lgamma(a + b)
}

/// The regularised lower incomplete gamma function P(a, x), a > 0, and its step to P(a + 1, x) = P(a, x) - step; with
/// `ln_gamma` of a. Its series below a + 1, the continued fraction of Q = 1 - P above (DLMF 8.11.4, 8.9.2, 8.8.5).
pub(crate) fn gamma_p(a: f64, x: f64, ln_gamma: f64) -> (f64, f64) {
    if x.is_nan() || a.is_nan() {
        return (f64::NAN, f64::NAN);
    }
    if x <= 0.0 {
        return (0.0, 0.0);
    }
    if x.is_infinite() {
        return (1.0, 0.0);
    }
    let front = libm::exp(a * libm::log(x) - x - ln_gamma);
    let p = if x < a + 1.0 {
        let (mut term, mut sum, mut n) = (1.0 / a, 1.0 / a, a);
        while term > sum * 1e-17 {
            n += 1.0;
            term *= x / n;
            sum += term;
        }
        (front * sum).min(1.0)
    } else {
        let mut b = x + 1.0 - a;
        let mut c = 1e300;
        let mut d = 1.0 / b;
        let mut h = d;
        for i in 1..100_000 {
            let i = f64::from(i);
            let an = -i * (i - a);
            b += 2.0;
            d = 1.0 / nonzero(an * d + b);
            c = nonzero(b + an / c);
            let step = d * c;
            h *= step;
            if (step - 1.0).abs() < 1e-16 {
                break;
            }
        }
        (1.0 - front * h).max(0.0)
    };
    (p, front / a)
}

/// The regularised incomplete beta function I_x(a, b), a, b > 0, and its step to I_x(a + 1, b) = I_x(a, b) - step; with
/// the [`ln_beta`] of both. By its continued fraction (DLMF 8.17.22, 8.17.20).
pub(crate) fn beta_i(a: f64, b: f64, x: f64, ln_beta: f64) -> (f64, f64) {
    if x.is_nan() {
        return (f64::NAN, f64::NAN);
    }
    if x <= 0.0 {
        return (0.0, 0.0);
    }
    if x >= 1.0 {
        return (1.0, 0.0);
    }
    let front = libm::exp(a * libm::log(x) + b * libm::log1p(-x) - ln_beta);
    // The fraction converges fast on this side of the mean.
    let i = if x > (a + 1.0) / (a + b + 2.0) {
        1.0 - (front * beta_fraction(b, a, 1.0 - x) / b).clamp(0.0, 1.0)
    } else {
        (front * beta_fraction(a, b, x) / a).clamp(0.0, 1.0)
    };
    (i, front / a)
}

fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    let mut c = 1.0;
    let mut d = 1.0 / nonzero(1.0 - (a + b) * x / (a + 1.0));
    let mut h = d;
    for m in 1..100_000 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / nonzero(1.0 + even * d);
        c = nonzero(1.0 + even / c);
        h *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / nonzero(1.0 + odd * d);
        c = nonzero(1.0 + odd / c);
        let step = d * c;
        h *= step;
        if (step - 1.0).abs() < 1e-16 {
            break;
        }
    }
    h
}

/// Keeps a denominator of a continued fraction away from zero.
fn nonzero(x: f64) -> f64 {
    if x.abs() < 1e-300 { 1e-300 } else { x }
}

/// Student's t distribution function with `df` degrees of freedom, and the [`ln_beta`] of 1/2 and df/2.
pub(crate) fn t_cdf(z: f64, df: f64, ln_beta: f64) -> f64 {
    if z.is_infinite() {
        return if z > 0.0 { 1.0 } else { 0.0 };
    }
    let square = z * z;
    // The tail by whichever argument is not close to 1.
    let tail = if square < df {
        0.5 - 0.5 * beta_i(0.5, 0.5 * df, square / (df + square), ln_beta).0
    } else {
        0.5 * beta_i(0.5 * df, 0.5, df / (df + square), ln_beta).0
    };
    if z > 0.0 { 1.0 - tail } else { tail }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        let close = |a: f64, b: f64| assert!((a - b).abs() <= 2e-14 * b.abs().max(1e-3), "{a} {b}");
        // A difference of numbers up to 1 is as exact as they are, not as its own size.
        let step = |next: f64, (p, step): (f64, f64)| {
            assert!((next - (p - step)).abs() <= 1e-14, "{next} {p} {step}")
        };
        let gamma_p = |a: f64, x: f64| super::gamma_p(a, x, libm::lgamma(a));
        let beta_i = |a: f64, b: f64, x: f64| super::beta_i(a, b, x, ln_beta(a, b));
        // P(1, x) = 1 - exp(-x); P(1/2, x) = erf(sqrt x).
        for x in [0.01, 0.5, 1.0, 3.0, 20.0] {
            close(gamma_p(1.0, x).0, -libm::expm1(-x));
            close(gamma_p(0.5, x).0, libm::erf(libm::sqrt(x)));
            step(gamma_p(1.5, x).0, gamma_p(0.5, x));
        }
        // I_x(a, 1) = x^a; I_x(1, b) = 1 - (1 - x)^b.
        for x in [0.05, 0.3, 0.9] {
            close(beta_i(3.0, 1.0, x).0, x * x * x);
            close(beta_i(1.0, 4.0, x).0, 1.0 - libm::pow(1.0 - x, 4.0));
            step(beta_i(2.0, 4.0, x).0, beta_i(1.0, 4.0, x));
        }
        // One degree of freedom: Cauchy.
        for z in [-40.0, -1.0, 0.0, 0.3, 7.0] {
            close(t_cdf(z, 1.0, ln_beta(0.5, 0.5)), 0.5 + libm::atan(z) / core::f64::consts::PI);
        }
        assert!(gamma_p(2.0, -1.0).0 == 0.0 && gamma_p(2.0, f64::INFINITY).0 == 1.0);
        assert!(beta_i(2.0, 2.0, 0.0).0 == 0.0 && beta_i(2.0, 2.0, 1.0).0 == 1.0);
    }
}
