//! Powers of two and their inverse, by additions and multiplications that become vector code.

/// ln 2.
pub(super) const LN_2: f64 = core::f64::consts::LN_2;

/// 2^x for x <= 0, to within 1e-14 of itself; 0 below -1000. Arithmetic only, so the same bits everywhere, and a loop over
/// it becomes vector code.
#[inline(always)]
pub(super) fn exp2(x: f64) -> f64 {
    // Adding and subtracting 1.5 x 2^52 rounds to a whole number.
    const ROUND: f64 = 6_755_399_441_055_744.0;
    let x = if x > -1000.0 { x } else { -1000.0 };
    let whole = (x + ROUND) - ROUND;
    let r = (x - whole) * LN_2;
    // The series of e^r for |r| <= ln 2 / 2.
    let mut y = 1.0 / 39_916_800.0;
    for c in [
        1.0 / 3_628_800.0,
        1.0 / 362_880.0,
        1.0 / 40_320.0,
        1.0 / 5_040.0,
        1.0 / 720.0,
        1.0 / 120.0,
        1.0 / 24.0,
        1.0 / 6.0,
        0.5,
        1.0,
        1.0,
    ] {
        y = y * r + c;
    }
    // whole lies in -1000..=0, so the exponent is that of a normal number.
    let bits = (x + ROUND).to_bits().wrapping_add(1023) << 52;
    let scaled = y * f64::from_bits(bits);
    if x > -1000.0 { scaled } else { 0.0 }
}

/// Base-2 logarithm of a positive normal number, to within 1e-15 of itself or of 1e-15. Arithmetic only, as [`exp2`].
#[inline(always)]
pub(super) fn log2(x: f64) -> f64 {
    // Bits of sqrt(1/2): adding what is missing to 1 moves the mantissa into sqrt(1/2)..sqrt(2).
    const HALF: u64 = 0x3fe6_a09e_667f_3bcd;
    const ONE: u64 = 0x3ff0_0000_0000_0000;
    let shifted = x.to_bits().wrapping_add(ONE - HALF);
    let mantissa = f64::from_bits((shifted & 0x000f_ffff_ffff_ffff).wrapping_add(HALF));
    // The exponent, in the low bits of 2^52.
    const TWO_52: f64 = 4_503_599_627_370_496.0;
    let whole = f64::from_bits((shifted >> 52) | 0x4330_0000_0000_0000) - (TWO_52 + 1023.0);
    // ln m = 2 artanh s for s = (m - 1) / (m + 1), |s| < 0.172.
    let s = (mantissa - 1.0) / (mantissa + 1.0);
    let z = s * s;
    let mut y = 1.0 / 21.0;
    for n in [19.0, 17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0, 1.0] {
        y = y * z + 1.0 / n;
    }
    whole + s * y * (2.0 / LN_2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_close_to_the_library() {
        for i in 1..100_000 {
            for x in [f64::from(i) / 65_536.0, 1.0 - f64::from(i) * 1e-12, f64::from(i) * 1e-300] {
                let (a, b) = (log2(x), libm::log2(x));
                assert!((a - b).abs() <= 1e-15 * b.abs().max(1.0), "{x} {a} {b}");
            }
        }
        assert_eq!((log2(1.0), log2(0.5), log2(8.0)), (0.0, -1.0, 3.0));
    }

    #[test]
    fn close_to_the_library() {
        for i in 0..100_000 {
            let x = -f64::from(i) * 0.009_97;
            let (a, b) = (exp2(x), libm::exp2(x));
            assert!((a - b).abs() <= 1e-14 * b, "{x} {a} {b}");
        }
        assert!(exp2(0.0) == 1.0 && exp2(-1e9) == 0.0 && exp2(f64::NEG_INFINITY) == 0.0);
    }
}
