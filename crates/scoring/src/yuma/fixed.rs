//! Signed numbers with 32 bits before and 32 after the point, and the few operations of 64 and 64 bits an epoch needs.
//!
//! The rules are those of substrate-fixed 0.6.0: products round down, quotients towards zero.

use crate::Result;
use alloc::vec::Vec;
use countermark_primitives::Error as Base;

/// A number of 32 bits before the point (sign included) and 32 after it: I32F32.
///
/// ```
/// use countermark_scoring::yuma::Fixed;
/// let half = Fixed::from_bits(1 << 31);
/// assert_eq!(half.saturating_mul(half).to_f64(), 0.25);
/// assert_eq!(half.safe_div(Fixed::ZERO), Fixed::ZERO); // where the chain fails, it goes on with 0
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Fixed(i64);

/// Bounds of what [`Fixed::exp`] takes.
const EXP_LIMIT: i64 = 20 << 32;

/// Terms of the exponential's series after `1 + y`.
const EXP_TERMS: core::ops::RangeInclusive<i128> = 2..=31;

/// What the exponential of exactly 1 is: e with 23 bits after the point.
const EULER: i64 = 11_674_931_200;

impl Fixed {
    /// Zero.
    pub const ZERO: Self = Self(0);
    /// One.
    pub const ONE: Self = Self(1 << 32);
    /// The largest number, just below 2^31.
    pub const MAX: Self = Self(i64::MAX);

    /// The number of these bits: `bits / 2^32`.
    pub const fn from_bits(bits: i64) -> Self {
        Self(bits)
    }

    /// The number's bits: itself times 2^32.
    pub const fn to_bits(self) -> i64 {
        self.0
    }

    /// A whole number.
    pub fn whole(x: i32) -> Self {
        Self(i64::from(x) << 32)
    }

    /// `x / 65535`, rounded down.
    pub fn ratio(x: u16) -> Self {
        Self((i64::from(x) << 32) / 65_535)
    }

    /// The nearest `f64`.
    #[allow(clippy::cast_precision_loss, reason = "documented")]
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / 4_294_967_296.0
    }

    /// `65535 x`, rounded down, within 0..=65535: how the chain keeps proportions.
    pub fn to_u16(self) -> u16 {
        let wide = (i128::from(self.0) * 65_535) >> 32;
        u16::try_from(wide).unwrap_or(if wide < 0 { 0 } else { u16::MAX })
    }

    fn clip(wide: i128) -> Self {
        Self(i64::try_from(wide).unwrap_or(if wide < 0 { i64::MIN } else { i64::MAX }))
    }

    /// The sum, or the nearest end of the range.
    pub const fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The difference, or the nearest end of the range.
    pub const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    fn product(self, other: Self) -> i128 {
        (i128::from(self.0) * i128::from(other.0)) >> 32
    }

    /// The product rounded down, or the nearest end of the range.
    pub fn saturating_mul(self, other: Self) -> Self {
        Self::clip(self.product(other))
    }

    /// The product rounded down; none outside the range.
    pub fn checked_mul(self, other: Self) -> Option<Self> {
        i64::try_from(self.product(other)).ok().map(Self)
    }

    fn quotient(self, other: Self) -> Option<i128> {
        (i128::from(self.0) << 32).checked_div(i128::from(other.0))
    }

    /// The quotient rounded towards zero; 0 when the divisor is 0 or the quotient outside the range.
    pub fn safe_div(self, other: Self) -> Self {
        self.quotient(other).and_then(|q| i64::try_from(q).ok()).map_or(Self::ZERO, Self)
    }

    /// The exponential by a series of 31 terms, of this number within -20..=20: 0.8 % too small at 20, right to nine
    /// digits up to 8, and cut after 23 bits at exactly 1.
    pub fn exp(self) -> Self {
        let x = self.0.clamp(-EXP_LIMIT, EXP_LIMIT);
        if x == Self::ONE.0 {
            return Self(EULER);
        }
        let y = i128::from(x.abs());
        let one = i128::from(Self::ONE.0);
        let (mut sum, mut term) = (one + y, y);
        for i in EXP_TERMS {
            term = ((term * y) >> 32) / i;
            sum += term;
        }
        // At least one, so the quotient exists.
        Self::clip(if x < 0 { (one << 32).checked_div(sum).unwrap_or(0) } else { sum })
    }

    /// `1 / (1 + e^z)`.
    pub(super) fn sigmoid(z: Self) -> Self {
        Self::ONE.safe_div(Self::ONE.saturating_add(z.exp()))
    }

    /// The sum; an error where the chain would wrap.
    pub(super) fn total(what: &'static str, all: impl Iterator<Item = Self>) -> Result<Self> {
        let mut sum = 0i64;
        for x in all {
            sum = sum.checked_add(x.0).ok_or(Base::Overflow { what })?;
        }
        Ok(Self(sum))
    }

    /// How much of a new bond an epoch takes: `1 - moving_average / 10^6`.
    pub(super) fn moving_average(parts_per_million: u64) -> Self {
        let part = (whole64(parts_per_million) / 1_000_000) >> 32;
        Self::ONE.saturating_sub(Self::clip(part))
    }
}

/// The bits of a whole number with 64 bits after the point, at most 2^63 - 1.
fn whole64(x: u64) -> i128 {
    i128::from(x.min(i64::MAX.unsigned_abs())) << 64
}

/// A stake with 64 bits after the point: `alpha + tao weight`, where `weight` is of 2^64 - 1 parts.
pub(super) fn stake64(alpha: u64, tao: u64, weight: u64) -> i128 {
    let weight = (i128::from(weight) << 32) / i128::from(u64::MAX);
    let tao = (whole64(tao) >> 64) * weight;
    whole64(alpha).saturating_add(tao.checked_mul(1 << 32).unwrap_or(i128::MAX))
}

/// Every stake's part of their sum, with 64 bits after the point and then rounded down to 32; all 0 if the sum is.
pub(super) fn normalize64(stakes: &[i128]) -> Result<Vec<Fixed>> {
    let mut sum = 0i128;
    for s in stakes {
        sum = sum.checked_add(*s).ok_or(Base::Overflow { what: "sum of the stakes" })?;
    }
    // The upper half of the bits after the point is what rounding down leaves.
    Ok(stakes.iter().map(|s| Fixed::clip(fraction32(*s, sum))).collect())
}

/// `floor(2^32 part / whole)` for `0 <= part <= whole`, 0 for 0 / 0, by long division: the numbers have 128 bits.
fn fraction32(part: i128, whole: i128) -> i128 {
    let (Some(mut quotient), Some(rest)) = (part.checked_div(whole), part.checked_rem(whole)) else {
        return 0;
    };
    let (mut rest, whole) = (rest.unsigned_abs(), whole.unsigned_abs());
    for _ in 0..32 {
        rest <<= 1;
        quotient <<= 1;
        if rest >= whole {
            rest -= whole;
            quotient |= 1;
        }
    }
    quotient
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn series_of_the_exponential() {
        for (x, e) in [
            (0, 1 << 32),
            (1, 4_294_967_297),
            (-1, 4_294_967_295),
            (1 << 32, 11_674_931_200),
            (-(1 << 32), 1_580_030_169),
            ((1 << 32) + 1, 11_674_931_552),
            ((1 << 32) - 1, 11_674_931_544),
            (i64::MAX, 2_066_907_302_758_576_256),
            (i64::MIN, 8),
        ] {
            assert_eq!(Fixed(x).exp(), Fixed(e), "exp of {x}");
        }
    }

    proptest! {
        #[test]
        fn fraction_is_the_quotient_rounded_down(part in 0..u64::MAX, more in 1..u64::MAX) {
            let whole = i128::from(part) + i128::from(more);
            prop_assert_eq!(fraction32(i128::from(part), whole), (i128::from(part) << 32) / whole);
        }

        #[test]
        fn exponential_is_near_that_of_reals(x in -20i64..8, bits in 0i64..1 << 32) {
            let x = Fixed((x << 32) + bits);
            let e = libm::exp(x.to_f64());
            prop_assert!((x.exp().to_f64() - e).abs() < 1e-6 * e.max(1.0), "{:?}", x);
        }
    }
}
