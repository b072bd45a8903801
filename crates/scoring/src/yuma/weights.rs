//! Weights as validators submit them.

use alloc::vec::Vec;

/// Weights scaled so that the greatest is 65535, rounded half up: what the chain stores of a submission. Zeros stay.
///
/// Source: opentensor/subtensor, `epoch/math.rs`, whose 32 bits after the point decide: the product is divided where
/// the greatest weight is at most 32768, else the quotient of 65535 is multiplied.
///
/// ```
/// use countermark_scoring::yuma::max_upscale;
/// assert_eq!(max_upscale(&[1, 2, 3]), [21_845, 43_690, 65_535]);
/// assert_eq!(max_upscale(&[0, 0]), [0, 0]);
/// ```
pub fn max_upscale(weights: &[u16]) -> Vec<u16> {
    let greatest = u64::from(weights.iter().copied().max().unwrap_or(0));
    let one = |w: &u16| {
        let w = u64::from(*w);
        let bits = if greatest > 32_768 {
            (65_535u64 << 32).checked_div(greatest).map(|q| w * q)
        } else {
            ((w * 65_535) << 32).checked_div(greatest)
        };
        let rounded = (bits.unwrap_or(0) + (1 << 31)) >> 32;
        u16::try_from(rounded).unwrap_or(u16::MAX)
    };
    weights.iter().map(one).collect()
}
