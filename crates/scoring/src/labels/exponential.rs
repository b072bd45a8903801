//! Powers of two, as fast as additions.

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

#[cfg(test)]
mod tests {
    use super::*;

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
