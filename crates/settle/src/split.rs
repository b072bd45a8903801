use crate::{Error, Result};
use alloc::vec::Vec;
use alloy_primitives::{U256, U512};
use countermark_primitives::{Error as Base, Wei};

/// `floor(a * b / d)` and the rest, with a 512-bit product.
///
/// # Errors
/// `overflow` when the quotient passes 2^256-1 or `d` is zero.
///
/// ```
/// use countermark_primitives::{Coded, U256};
/// use countermark_settle::mul_div;
/// let max = U256::MAX;
/// assert_eq!(mul_div(max, max, max)?, (max, U256::ZERO));
/// assert_eq!(mul_div(max, U256::from(2), U256::from(1)).unwrap_err().code(), "overflow");
/// # Ok::<(), countermark_settle::Error>(())
/// ```
pub fn mul_div(a: U256, b: U256, d: U256) -> Result<(U256, U256)> {
    let overflow = || Error::Base(Base::Overflow { what: "product over divisor" });
    if d.is_zero() {
        return Err(overflow());
    }
    let product: U512 = a.widening_mul(b);
    let (q, r) = product.div_rem(U512::from(d));
    // The rest is below d, so it always fits.
    let q = U256::checked_from_limbs_slice(q.as_limbs()).ok_or_else(overflow)?;
    let r = U256::checked_from_limbs_slice(r.as_limbs()).ok_or_else(overflow)?;
    Ok((q, r))
}

/// Splits `pot` in proportion to `weights` by the method of the largest remainder (Hamilton's method): everybody gets
/// the floor of his exact share, and the units that are left go one each to the largest remainders, a tie to the
/// lower index. The parts add up to the pot exactly; a weight of zero gets nothing.
///
/// # Errors
/// `no_weight` when the weights are all zero (or there are none); `overflow` when they add up to more than 2^256-1.
///
/// ```
/// use countermark_primitives::{Coded, U256, Wei};
/// use countermark_settle::largest_remainder;
/// let parts = largest_remainder(Wei::from_u128(10), &[1, 1, 1].map(U256::from))?;
/// assert_eq!(parts, [4, 3, 3].map(Wei::from_u128));
/// assert_eq!(largest_remainder(Wei::from_u128(10), &[U256::ZERO]).unwrap_err().code(), "no_weight");
/// # Ok::<(), countermark_settle::Error>(())
/// ```
pub fn largest_remainder(pot: Wei, weights: &[U256]) -> Result<Vec<Wei>> {
    let mut total = U256::ZERO;
    for w in weights {
        total = total.checked_add(*w).ok_or(Base::Overflow { what: "sum of weights" })?;
    }
    if total.is_zero() {
        return Err(Error::NoWeight { count: weights.len() });
    }
    let mut parts = Vec::with_capacity(weights.len());
    let mut rests = Vec::with_capacity(weights.len());
    let mut left = pot;
    for (i, w) in weights.iter().enumerate() {
        let (q, r) = mul_div(pot.get(), *w, total)?;
        left = left.checked_sub(Wei::new(q))?;
        parts.push(Wei::new(q));
        rests.push((r, i));
    }
    // The rests add up to left * total and each is below total, so more than `left` of them are not zero.
    rests.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let one = Wei::from_u128(1);
    for (_, i) in rests {
        if left == Wei::ZERO {
            break;
        }
        if let Some(p) = parts.get_mut(i) {
            *p = p.checked_add(one)?;
            left = left.checked_sub(one)?;
        }
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use countermark_primitives::Coded as _;
    use proptest::prelude::*;

    fn any_u256() -> impl Strategy<Value = U256> {
        prop_oneof![
            any::<u64>().prop_map(U256::from),
            any::<[u8; 32]>().prop_map(U256::from_be_bytes),
            (0u64..1000).prop_map(|d| U256::MAX - U256::from(d)),
            (0u64..4).prop_map(U256::from),
        ]
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_quota_holds(
            pot in any_u256(),
            weights in proptest::collection::vec(any_u256(), 0..12),
        ) {
            match largest_remainder(Wei::new(pot), &weights) {
                Ok(parts) => {
                    let total = weights.iter().fold(U256::ZERO, |a, w| a + w);
                    let mut sum = U256::ZERO;
                    for (p, w) in parts.iter().zip(&weights) {
                        sum = sum.checked_add(p.get()).unwrap();
                        let (floor, rest) = mul_div(pot, *w, total).unwrap();
                        let above = p.get() - floor;
                        prop_assert!(above.is_zero() || (above == U256::from(1) && !rest.is_zero()));
                    }
                    prop_assert_eq!(sum, pot);
                }
                Err(Error::NoWeight { .. }) => prop_assert!(weights.iter().all(|w| w.is_zero())),
                Err(e) => {
                    prop_assert_eq!(e.code(), "overflow");
                    prop_assert!(weights.iter().try_fold(U256::ZERO, |a, w| a.checked_add(*w)).is_none());
                }
            }
        }

        #[test]
        fn quotient_and_rest_rebuild_the_product(a in any_u256(), b in any_u256(), d in any_u256()) {
            if let Ok((q, r)) = mul_div(a, b, d) {
                let back: U512 = q.widening_mul(d);
                let product: U512 = a.widening_mul(b);
                prop_assert_eq!(back + U512::from(r), product);
                prop_assert!(r < d);
            }
        }
    }

    #[test]
    fn ties_go_to_the_lower_index() {
        let w = [2, 1, 1].map(U256::from);
        // Shares 1.5, 0.75, 0.75: the two units left go to rows 1 and 2, whose remainders are larger.
        let parts = largest_remainder(Wei::from_u128(3), &w).unwrap();
        assert_eq!(parts, [1, 1, 1].map(Wei::from_u128));
        let parts = largest_remainder(Wei::from_u128(2), &[1, 1, 1, 1].map(U256::from)).unwrap();
        assert_eq!(parts, [1, 1, 0, 0].map(Wei::from_u128));
    }
}
