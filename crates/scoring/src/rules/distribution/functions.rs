//! The functions that every observation needs, by arithmetic alone: the same bits everywhere, and loops over them become
//! vector code.

use core::f64::consts::FRAC_1_SQRT_2;

/// 1.5 x 2^52: adding and subtracting it rounds to a whole number.
const ROUND: f64 = 6_755_399_441_055_744.0;
/// The reciprocals of the factorials of 13, 11, ..., 1 and of 12, 10, ..., 0.
const ODD: [f64; 7] =
    [1.0 / 6_227_020_800.0, 1.0 / 39_916_800.0, 1.0 / 362_880.0, 1.0 / 5_040.0, 1.0 / 120.0, 1.0 / 6.0, 1.0];
const EVEN: [f64; 7] =
    [1.0 / 479_001_600.0, 1.0 / 3_628_800.0, 1.0 / 40_320.0, 1.0 / 720.0, 1.0 / 24.0, 0.5, 1.0];

/// A polynomial, the highest power first.
#[inline(always)]
fn series<const N: usize>(c: [f64; N], x: f64) -> f64 {
    c.into_iter().reduce(|y, c| y * x + c).unwrap_or(0.0)
}

/// e^x for x <= 0, to 4 units in the last place; 0 below -745.
#[inline(always)]
pub(super) fn exp(x: f64) -> f64 {
    // ln 2 in two parts; the first has zeros at its end, so that its product with a small whole number is exact.
    const HIGH: f64 = 0.693_147_180_369_123_8;
    const LOW: f64 = 1.908_214_929_270_587_7e-10;
    let x = if x > -746.0 { x } else { -746.0 };
    let whole = (x * core::f64::consts::LOG2_E + ROUND) - ROUND;
    let r = (x - whole * HIGH) - whole * LOW;
    let square = r * r;
    let y = series(EVEN, square) + r * series(ODD, square);
    // Two steps, as the result may be below the normal numbers.
    let half = (whole * 0.5 + ROUND) - ROUND;
    let power = |k: f64| f64::from_bits((k + ROUND).to_bits().wrapping_add(1023) << 52);
    y * power(half) * power(whole - half)
}

/// ln(1 + x) for 0 <= x <= 1, to 4 units in the last place: 2 artanh(s) at s = x / (2 + x) <= 1/3, by its series.
#[inline(always)]
pub(super) fn log1p(x: f64) -> f64 {
    let s = x / (2.0 + x);
    let square = s * s;
    let fourth = square * square;
    // 1 + s^2 / 3 + s^4 / 5 + ..., the terms of s^4 and the others apart.
    let even = [1.0 / 33.0, 1.0 / 29.0, 1.0 / 25.0, 1.0 / 21.0, 1.0 / 17.0, 1.0 / 13.0, 1.0 / 9.0, 0.2];
    let odd = [1.0 / 31.0, 1.0 / 27.0, 1.0 / 23.0, 1.0 / 19.0, 1.0 / 15.0, 1.0 / 11.0, 1.0 / 7.0, 1.0 / 3.0];
    2.0 * s + 2.0 * s * (square * series(odd, fourth) + fourth * series(even, fourth))
}

/// (1 + 2 x) e^(x^2) erfc(x) for x >= 0 as a polynomial in (x - 3.75) / (x + 3.75), the lowest power first (the form is
/// that of Shepherd and Laframboise, 1981; interpolated at Chebyshev's points with 50 digits), to 2e-16.
const TAIL: [f64; 23] = [
    1.237_512_630_837_827_5,
    -0.140_240_598_585_545_22,
    0.003_585_415_485_466_306_7,
    0.082_276_738_489_991_59,
    -0.108_803_930_141_939_15,
    0.092_304_321_164_356_16,
    -0.058_693_398_584_491_845,
    0.028_362_277_371_370_044,
    -0.009_746_579_620_815_09,
    0.001_755_626_169_227_672_2,
    0.000_293_714_087_772_276_85,
    -0.000_290_155_365_639_471_3,
    5.164_737_123_871_838e-5,
    2.238_759_272_534_769e-5,
    -1.143_961_526_007_595e-5,
    -9.792_975_290_998_23e-7,
    1.743_857_741_135_918_1e-6,
    -5.081_691_181_169_818_6e-8,
    -2.499_653_803_740_524_3e-7,
    1.877_850_115_646_879_5e-8,
    3.256_499_083_798_513e-8,
    -1.952_790_162_974_837e-9,
    -2.729_394_133_253_385_5e-9,
];

/// Of the standard normal: its distribution function at -|z|, and e^(-z^2 / 2).
#[inline(always)]
pub(super) fn normal_tail(z: f64) -> (f64, f64) {
    let size = z.abs();
    let bell = exp(-0.5 * size * size);
    let x = if size < 1e9 { size * FRAC_1_SQRT_2 } else { 1e9 };
    let t = (x - 3.75) / (x + 3.75);
    let square = t * t;
    // Even and odd powers apart: two short chains.
    let [a0, b0, a1, b1, a2, b2, a3, b3, a4, b4, a5, b5, a6, b6, a7, b7, a8, b8, a9, b9, a10, b10, a11] =
        TAIL;
    let even = [a11, a10, a9, a8, a7, a6, a5, a4, a3, a2, a1, a0];
    let odd = [b10, b9, b8, b7, b6, b5, b4, b3, b2, b1, b0];
    (0.5 * bell * (series(even, square) + t * series(odd, square)) / (1.0 + 2.0 * x), bell)
}

/// The standard normal distribution function.
#[inline(always)]
pub(super) fn normal_cdf(z: f64) -> f64 {
    let tail = normal_tail(z).0;
    if z > 0.0 { 1.0 - tail } else { tail }
}

/// E|X| of a normal X with mean z and standard deviation 1.
#[inline(always)]
pub(super) fn normal_size(z: f64) -> f64 {
    const SQRT_2_BY_PI: f64 = 0.797_884_560_802_865_4;
    let (tail, bell) = normal_tail(z);
    z.abs() * (1.0 - 2.0 * tail) + SQRT_2_BY_PI * bell
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64, relative: f64) {
        assert!((a - b).abs() <= relative * b.abs() || a == b, "{a} {b}");
    }

    #[test]
    fn close_to_the_library() {
        for i in 0..200_000 {
            let x = f64::from(i) * 0.003_5;
            close(exp(-x), libm::exp(-x), 4.0 * f64::EPSILON);
            let u = f64::from(i) / 200_000.0;
            close(log1p(u), libm::log1p(u), 4.0 * f64::EPSILON);
            let z = f64::from(i) * 0.000_18;
            // The rounding of the exponent z^2 / 2 is in both.
            let want = 0.5 * libm::erfc(z * FRAC_1_SQRT_2);
            close(normal_tail(z).0, want, 1e-15 + z * z * 2.0 * f64::EPSILON);
            close(normal_cdf(z), 1.0 - want, 4.0 * f64::EPSILON);
            close(normal_cdf(-z), normal_tail(z).0, 0.0);
            let size = z * libm::erf(z * FRAC_1_SQRT_2)
                + libm::sqrt(2.0 / core::f64::consts::PI) * libm::exp(-0.5 * z * z);
            close(normal_size(-z), size, 4.0 * f64::EPSILON);
        }
    }

    #[test]
    fn ends() {
        assert!(exp(0.0) == 1.0 && exp(-800.0) == 0.0 && exp(f64::NEG_INFINITY) == 0.0);
        assert!(exp(-740.0) > 0.0 && exp(-740.0) < 1e-300);
        assert!(log1p(0.0) == 0.0);
        close(log1p(1e-300), 1e-300, 0.0);
        assert!(normal_cdf(f64::INFINITY) == 1.0 && normal_cdf(f64::NEG_INFINITY) == 0.0);
        assert!(normal_size(f64::INFINITY) == f64::INFINITY && normal_cdf(0.0) == 0.5);
    }
}
