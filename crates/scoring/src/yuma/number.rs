//! What an epoch computes with: the chain's fixed point, or `f64`.

use super::fixed::{Fixed, normalize64, stake64};
use crate::{Result, numeric::sum1};
use alloc::vec::Vec;

/// Numbers of an epoch. Sums and products of [`Fixed`] stop at the ends of its range.
pub(super) trait Number: Copy + PartialOrd + Send + Sync {
    const ZERO: Self;
    const ONE: Self;
    const HALF: Self;

    fn whole(x: i32) -> Self;
    /// `x / 65535`.
    fn ratio(x: u16) -> Self;
    fn plus(self, other: Self) -> Self;
    fn minus(self, other: Self) -> Self;
    fn times(self, other: Self) -> Self;
    /// 0 where the product leaves the range.
    fn times_or_zero(self, other: Self) -> Self;
    /// 0 where there is no quotient.
    fn over(self, other: Self) -> Self;
    fn sigmoid(z: Self) -> Self;
    fn total(what: &'static str, all: impl Iterator<Item = Self>) -> Result<Self>;
    fn moving_average(parts_per_million: u64) -> Self;
    /// Parts of all stake: `alpha + tao weight` of each `(alpha, tao)`; 0 below the threshold unless exempt.
    fn stakes(all: &[(u64, u64)], weight: u64, keep: impl Fn(usize, u64) -> bool) -> Result<Vec<Self>>;

    fn clamp(self, low: Self, high: Self) -> Self {
        if self < low {
            low
        } else if self > high {
            high
        } else {
            self
        }
    }
}

impl Number for Fixed {
    const ZERO: Self = Self::ZERO;
    const ONE: Self = Self::ONE;
    const HALF: Self = Self::from_bits(1 << 31);

    fn whole(x: i32) -> Self {
        Self::whole(x)
    }
    fn ratio(x: u16) -> Self {
        Self::ratio(x)
    }
    fn plus(self, other: Self) -> Self {
        self.saturating_add(other)
    }
    fn minus(self, other: Self) -> Self {
        self.saturating_sub(other)
    }
    fn times(self, other: Self) -> Self {
        self.saturating_mul(other)
    }
    fn times_or_zero(self, other: Self) -> Self {
        self.checked_mul(other).unwrap_or(Self::ZERO)
    }
    fn over(self, other: Self) -> Self {
        self.safe_div(other)
    }
    fn sigmoid(z: Self) -> Self {
        Self::sigmoid(z)
    }
    fn total(what: &'static str, all: impl Iterator<Item = Self>) -> Result<Self> {
        Self::total(what, all)
    }
    fn moving_average(parts_per_million: u64) -> Self {
        Self::moving_average(parts_per_million)
    }
    fn stakes(all: &[(u64, u64)], weight: u64, keep: impl Fn(usize, u64) -> bool) -> Result<Vec<Self>> {
        let kept = |(uid, (alpha, tao)): (usize, &(u64, u64))| {
            let stake = stake64(*alpha, *tao, weight);
            if keep(uid, u64::try_from(stake >> 64).unwrap_or(0)) { stake } else { 0 }
        };
        normalize64(&all.iter().enumerate().map(kept).collect::<Vec<_>>())
    }
}

#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "this is the inexact twin; a float to an integer stops at the ends of the range"
)]
impl Number for f64 {
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;
    const HALF: Self = 0.5;

    fn whole(x: i32) -> Self {
        Self::from(x)
    }
    fn ratio(x: u16) -> Self {
        Self::from(x) / 65_535.0
    }
    fn plus(self, other: Self) -> Self {
        self + other
    }
    fn minus(self, other: Self) -> Self {
        self - other
    }
    fn times(self, other: Self) -> Self {
        self * other
    }
    fn times_or_zero(self, other: Self) -> Self {
        self * other
    }
    fn over(self, other: Self) -> Self {
        if other == 0.0 { 0.0 } else { self / other }
    }
    fn sigmoid(z: Self) -> Self {
        1.0 / (1.0 + libm::exp(z.clamp(-20.0, 20.0)))
    }
    fn total(_: &'static str, all: impl Iterator<Item = Self>) -> Result<Self> {
        Ok(sum1(&all.collect::<Vec<_>>(), |x| x))
    }
    fn moving_average(parts_per_million: u64) -> Self {
        1.0 - parts_per_million as Self / 1e6
    }
    fn stakes(all: &[(u64, u64)], weight: u64, keep: impl Fn(usize, u64) -> bool) -> Result<Vec<Self>> {
        let weight = weight as Self / u64::MAX as Self;
        let kept = |(uid, (alpha, tao)): (usize, &(u64, u64))| {
            let stake = *alpha as Self + *tao as Self * weight;
            if keep(uid, stake as u64) { stake } else { 0.0 }
        };
        let stakes: Vec<Self> = all.iter().enumerate().map(kept).collect();
        let sum = Self::total("", stakes.iter().copied())?;
        Ok(stakes.into_iter().map(|s| s.over(sum)).collect())
    }
}
