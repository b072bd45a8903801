//! Newtypes for every unit, so that seconds never meet wei.

use crate::{Canonical, Error, Reader, Result, Writer};
use alloc::string::ToString as _;
use alloy_primitives::U256;
use core::{fmt, str::FromStr};

macro_rules! u64_unit {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
        pub struct $name(u64);

        impl $name {
            /// From the plain number.
            pub const fn new(value: u64) -> Self {
                Self(value)
            }
            /// The plain number.
            pub const fn get(self) -> u64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl FromStr for $name {
            type Err = Error;
            fn from_str(s: &str) -> Result<Self> {
                s.parse().map(Self).map_err(|_| Error::InvalidText { what: $what, form: "decimal" })
            }
        }

        impl Canonical for $name {
            fn write(&self, w: &mut Writer) {
                w.u64(self.0);
            }
            fn read(r: &mut Reader<'_>) -> Result<Self> {
                r.u64($what).map(Self)
            }
        }
    };
}

u64_unit!(
    /// Seconds since 1970-01-01T00:00:00Z, without leap seconds.
    Timestamp, "timestamp"
);
u64_unit!(
    /// A duration in seconds.
    Seconds, "seconds"
);
u64_unit!(
    /// The number of a block on its chain.
    BlockNumber, "block number"
);
u64_unit!(
    /// An EIP-155 chain id.
    ChainId, "chain id"
);
u64_unit!(
    /// A training step, counted from 0.
    Step, "step"
);

impl Timestamp {
    /// This time plus a duration.
    ///
    /// # Errors
    /// `overflow` past 2^64-1 seconds.
    pub fn after(self, d: Seconds) -> Result<Self> {
        self.0.checked_add(d.get()).map(Self).ok_or(Error::Overflow { what: "timestamp" })
    }
}

/// An amount in the smallest unit of its token (10^-18 of one, for most).
///
/// JSON and text show it as a decimal string, never as a number.
///
/// ```
/// use countermark_primitives::Wei;
/// let one: Wei = "1000000000000000000".parse()?;
/// assert_eq!(one.to_string(), "1000000000000000000");
/// assert!("-1".parse::<Wei>().is_err());
/// assert!(one.checked_sub(Wei::MAX).is_err());
/// # Ok::<(), countermark_primitives::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Wei(U256);

impl Wei {
    /// Nothing.
    pub const ZERO: Self = Self(U256::ZERO);
    /// 2^256 - 1.
    pub const MAX: Self = Self(U256::MAX);

    /// From a 256-bit integer.
    pub const fn new(value: U256) -> Self {
        Self(value)
    }

    /// From a 128-bit integer.
    pub fn from_u128(value: u128) -> Self {
        Self(U256::from(value))
    }

    /// The 256-bit integer.
    pub const fn get(self) -> U256 {
        self.0
    }

    /// The sum.
    ///
    /// # Errors
    /// `overflow` above 2^256-1.
    pub fn checked_add(self, other: Self) -> Result<Self> {
        self.0.checked_add(other.0).map(Self).ok_or(Error::Overflow { what: "amount" })
    }

    /// The difference.
    ///
    /// # Errors
    /// `overflow` below 0.
    pub fn checked_sub(self, other: Self) -> Result<Self> {
        self.0.checked_sub(other.0).map(Self).ok_or(Error::Overflow { what: "amount" })
    }
}

impl fmt::Display for Wei {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl FromStr for Wei {
    type Err = Error;
    fn from_str(s: &str) -> Result<Self> {
        let bad = Error::InvalidText { what: "amount", form: "decimal" };
        if s.is_empty() || s.len() > 78 || !s.bytes().all(|b| b.is_ascii_digit()) {
            return Err(bad);
        }
        U256::from_str_radix(s, 10).map(Self).map_err(|_| bad)
    }
}

impl Canonical for Wei {
    fn write(&self, w: &mut Writer) {
        w.u256(&self.0);
    }
    fn read(r: &mut Reader<'_>) -> Result<Self> {
        r.u256("amount").map(Self)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Wei {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if s.is_human_readable() {
            s.collect_str(self)
        } else {
            serde::Serialize::serialize(&self.0.to_be_bytes::<32>(), s)
        }
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Wei {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        if d.is_human_readable() {
            let s = <alloc::string::String as serde::Deserialize>::deserialize(d)?;
            s.parse().map_err(serde::de::Error::custom)
        } else {
            let b = <[u8; 32] as serde::Deserialize>::deserialize(d)?;
            Ok(Self(U256::from_be_bytes(b)))
        }
    }
}

/// A score as an integer in units of 1e-9: how a float enters a receipt or a settlement.
///
/// ```
/// use countermark_primitives::Nano;
/// assert_eq!(Nano::from_f64(0.25)?.get(), 250_000_000);
/// assert_eq!(Nano::from_f64(-0.5e-9)?.get(), 0); // half to even
/// assert!(Nano::from_f64(f64::NAN).is_err());
/// # Ok::<(), countermark_primitives::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
pub struct Nano(i64);

impl Nano {
    /// One, in units of 1e-9.
    pub const ONE: Self = Self(1_000_000_000);

    /// From the count of units.
    pub const fn new(units: i64) -> Self {
        Self(units)
    }

    /// The count of units.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The nearest count of units, half to even.
    ///
    /// # Errors
    /// `out_of_range` for NaN, infinities and magnitudes of 9.2e9 and more.
    pub fn from_f64(x: f64) -> Result<Self> {
        let scaled = libm::rint(x * 1e9);
        // 2^63 is a float; every float strictly below it in magnitude fits an i64.
        if scaled.is_nan() || scaled.abs() >= 9_223_372_036_854_775_808.0 {
            let range = "-9.2e9..9.2e9 (finite)";
            return Err(Error::OutOfRange { what: "score", got: x.to_string(), range });
        }
        #[expect(clippy::cast_possible_truncation, reason = "checked above")]
        Ok(Self(scaled as i64))
    }

    /// The nearest float, for display.
    #[allow(clippy::cast_precision_loss)]
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / 1e9
    }
}

impl Canonical for Nano {
    fn write(&self, w: &mut Writer) {
        w.i64(self.0);
    }
    fn read(r: &mut Reader<'_>) -> Result<Self> {
        r.i64("score").map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn wei_text_round_trips(b in any::<[u8; 32]>()) {
            let w = Wei::new(U256::from_be_bytes(b));
            prop_assert_eq!(w.to_string().parse::<Wei>(), Ok(w));
        }

        #[test]
        fn nano_is_the_nearest_unit(x in -9.0e9f64..9.0e9) {
            let n = Nano::from_f64(x).unwrap();
            prop_assert!((n.to_f64() - x).abs() <= 0.5e-9 + x.abs() * 3e-16);
        }
    }

    #[test]
    fn amounts_overflow_at_both_ends() {
        assert!(Wei::MAX.checked_add(Wei::from_u128(1)).is_err());
        assert!(Wei::ZERO.checked_sub(Wei::from_u128(1)).is_err());
        assert_eq!(Wei::MAX.checked_add(Wei::ZERO), Ok(Wei::MAX));
    }

    #[test]
    fn text_of_amounts_is_strict() {
        for bad in ["", "+1", " 1", "1e3", "0x10", "1_000"] {
            assert!(bad.parse::<Wei>().is_err(), "{bad}");
        }
        let past = "115792089237316195423570985008687907853269984665640564039457584007913129639936";
        assert!(past.parse::<Wei>().is_err());
    }
}
