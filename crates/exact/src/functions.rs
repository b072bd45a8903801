//! `exp`, `log` and `tanh` of one value, from fused multiply-adds, exact additions and bit operations only.
//!
//! The polynomials are the classic single-precision minimax ones of S. Moshier's Cephes library (`expf`, `logf`,
//! `tanhf`), evaluated by Horner's rule with one fused multiply-add a step.

/// A correctly rounded `a * b + c`.
pub(crate) trait Fma {
    fn fma(a: f32, b: f32, c: f32) -> f32;
}

/// The compiler's `fma`: one instruction inside functions compiled for a CPU that has it.
#[cfg(all(feature = "std", any(target_arch = "x86_64", target_arch = "aarch64")))]
pub(crate) struct Hardware;
#[cfg(all(feature = "std", any(target_arch = "x86_64", target_arch = "aarch64")))]
impl Fma for Hardware {
    #[inline(always)]
    fn fma(a: f32, b: f32, c: f32) -> f32 {
        a.mul_add(b, c)
    }
}

/// In software, on any target.
pub(crate) struct Software;
impl Fma for Software {
    #[inline(always)]
    fn fma(a: f32, b: f32, c: f32) -> f32 {
        libm::fmaf(a, b, c)
    }
}

pub(crate) const NAN: f32 = f32::from_bits(0x7fc0_0000);

const LN2_HI: f32 = 0.693_359_4; // 0x3f318000: 9 bits, so that n * LN2_HI is exact
const LN2_LO: f32 = -2.121_944_4e-4;

#[inline(always)]
fn power_of_two(n: i32) -> f32 {
    // -126 <= n <= 127 for every caller.
    f32::from_bits(n.wrapping_add(127).cast_unsigned() << 23)
}

/// e^x. Relative error below 1.2e-7 for normal results; overflow to infinity, underflow through the subnormals to +0.
#[inline(always)]
pub(crate) fn exp<F: Fma>(x: f32) -> f32 {
    const ROUND: f32 = 12_582_912.0; // 1.5 * 2^23: adding it rounds to an integer
    let inside = x.clamp(-104.0, 89.0);
    let inside = if inside.is_nan() { 0.0 } else { inside };
    let n = F::fma(inside, core::f32::consts::LOG2_E, ROUND) - ROUND;
    let r = F::fma(n, -LN2_LO, F::fma(n, -LN2_HI, inside));
    let mut p = 1.987_569_1e-4_f32;
    for c in [1.398_2e-3_f32, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5] {
        p = F::fma(p, r, c);
    }
    let y = F::fma(p, r * r, r) + 1.0;
    #[expect(clippy::cast_possible_truncation, reason = "|n| <= 151")]
    let n = n as i32;
    let half = n >> 1;
    let y = y * power_of_two(half) * power_of_two(n - half);
    if x.is_nan() {
        NAN
    } else if x > 88.722_83 {
        f32::INFINITY
    } else if x < -103.972_08 {
        0.0
    } else {
        y
    }
}

/// Natural logarithm. Relative error below 1.2e-7; -inf at +-0, NaN below 0.
#[inline(always)]
pub(crate) fn log<F: Fma>(x: f32) -> f32 {
    let subnormal = x < f32::MIN_POSITIVE;
    let bits = (if subnormal { x * 8_388_608.0 } else { x }).to_bits();
    let shift = if subnormal { 23 } else { 0 };
    let e = (bits >> 23).cast_signed().wrapping_sub(126 + shift);
    let m = f32::from_bits((bits & 0x007f_ffff) | 0x3f00_0000); // in [0.5, 1)
    let low = m < core::f32::consts::FRAC_1_SQRT_2;
    let m = if low { m + m - 1.0 } else { m - 1.0 };
    #[expect(clippy::cast_precision_loss, reason = "|e| <= 512")]
    let e = (if low { e.wrapping_sub(1) } else { e }) as f32;
    let z = m * m;
    let mut y = 7.037_683_6e-2_f32;
    for c in [
        -1.151_461e-1_f32,
        1.167_699_8e-1,
        -1.242_014_1e-1,
        1.424_932_3e-1,
        -1.666_805_7e-1,
        2.000_071_5e-1,
        -2.499_999_4e-1,
        3.333_333e-1,
    ] {
        y = F::fma(y, m, c);
    }
    let y = F::fma(e, LN2_LO, (y * m) * z);
    let y = F::fma(z, -0.5, y);
    let y = F::fma(e, LN2_HI, m + y);
    if x.is_nan() || x < 0.0 {
        NAN
    } else if x == 0.0 {
        f32::NEG_INFINITY
    } else if x == f32::INFINITY {
        f32::INFINITY
    } else {
        y
    }
}

/// Hyperbolic tangent, in [-1, 1]. Relative error below 3e-7; keeps the sign of zero.
#[inline(always)]
pub(crate) fn tanh<F: Fma>(x: f32) -> f32 {
    let a = x.abs();
    let z = a * a;
    let mut p = -5.704_988_7e-3_f32;
    for c in [2.063_909e-2_f32, -5.373_971_6e-2, 1.333_144_2e-1, -3.333_328e-1] {
        p = F::fma(p, z, c);
    }
    let near = F::fma(z * p, a, a);
    let wide = a.clamp(0.0, 10.0);
    let far = 1.0 - 2.0 / (exp::<F>(wide + wide) + 1.0);
    if x.is_nan() { NAN } else { (if a < 0.625 { near } else { far }).copysign(x) }
}

#[cfg(test)]
mod tests {
    use super::*;

    type F = Software;

    fn worst(f: fn(f32) -> f32, g: fn(f64) -> f64, lo: f32, hi: f32) -> f64 {
        let n = 40_000u16;
        (0..n)
            .map(|i| {
                let x = lo + (hi - lo) * f32::from(i) / f32::from(n);
                let want = g(f64::from(x));
                ((f64::from(f(x)) - want) / want).abs()
            })
            .fold(0.0, f64::max)
    }

    #[test]
    fn errors_stay_within_what_is_documented() {
        assert!(worst(exp::<F>, libm::exp, -87.0, 88.7) < 1.2e-7);
        assert!(worst(log::<F>, libm::log, 1e-30, 0.99) < 1.2e-7);
        assert!(worst(log::<F>, libm::log, 1.01, 1e30) < 1.2e-7);
        assert!(worst(tanh::<F>, libm::tanh, 1e-6, 12.0) < 3e-7);
        assert!(worst(tanh::<F>, libm::tanh, -12.0, -1e-6) < 3e-7);
    }

    #[test]
    fn the_edges_are_what_ieee_says() {
        let inf = f32::INFINITY;
        for f in [exp::<F>, log::<F>, tanh::<F>] {
            assert_eq!(f(f32::from_bits(0xffc0_1234)).to_bits(), 0x7fc0_0000);
        }
        assert_eq!((exp::<F>(inf), exp::<F>(-inf), exp::<F>(0.0)), (inf, 0.0, 1.0));
        assert_eq!((exp::<F>(88.8), exp::<F>(-104.5)), (inf, 0.0));
        assert!(exp::<F>(-100.0) > 0.0 && exp::<F>(-100.0) < f32::MIN_POSITIVE);
        assert_eq!((log::<F>(1.0), log::<F>(inf)), (0.0, inf));
        assert_eq!((log::<F>(0.0), log::<F>(-0.0)), (-inf, -inf));
        assert!(log::<F>(-1.0).is_nan() && log::<F>(-inf).is_nan());
        assert!((log::<F>(1e-42) - libm::logf(1e-42)).abs() < 1e-5);
        assert_eq!((tanh::<F>(inf), tanh::<F>(-inf)), (1.0, -1.0));
        assert_eq!(tanh::<F>(-0.0).to_bits(), 0x8000_0000);
        assert_eq!(tanh::<F>(1e-40), 1e-40);
    }
}
