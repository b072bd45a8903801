//! Reductions in one fixed order.
//!
//! A sum of n values cuts them in blocks of 4096. In a block, lane l of 16 adds the values at l, l + 16, l + 32, ... in
//! that order, starting from +0; then lane l and lane l + 8 are added, then l and l + 4, l + 2, l + 1. The block sums are added
//! in order, starting from the first.

#![allow(
    clippy::indexing_slicing,
    reason = "fixed-size lanes, and strides checked against the length at entry"
)]

use crate::error::check_len;
use crate::functions::NAN;
use crate::{Error, Result, canonical};
use alloc::vec::Vec;

/// Elements in a block of a sum.
pub const SUM_BLOCK: usize = 4096;
/// Lanes of a block of a sum.
pub const SUM_LANES: usize = 16;

fn sum_block(x: &[f32]) -> f32 {
    let mut lanes = [0f32; SUM_LANES];
    let (whole, rest) = x.as_chunks::<SUM_LANES>();
    for chunk in whole {
        for (acc, v) in lanes.iter_mut().zip(chunk) {
            *acc += *v;
        }
    }
    for (acc, v) in lanes.iter_mut().zip(rest) {
        *acc += *v;
    }
    let mut half = SUM_LANES / 2;
    while half > 0 {
        for l in 0..half {
            lanes[l] += lanes[l + half];
        }
        half /= 2;
    }
    canonical(lanes[0])
}

/// The sums of the blocks, the partial results that a sum adds in order. No values: no blocks.
pub fn sum_blocks(x: &[f32]) -> Vec<f32> {
    x.chunks(SUM_BLOCK).map(sum_block).collect()
}

/// The sum in the fixed order; +0 over no values.
///
/// ```
/// assert_eq!(countermark_exact::sum(&[1.0, 2.0, 4.0]), 7.0);
/// assert!(countermark_exact::sum(&[f32::INFINITY, f32::NEG_INFINITY]).is_nan());
/// ```
pub fn sum(x: &[f32]) -> f32 {
    let mut blocks = x.chunks(SUM_BLOCK).map(sum_block);
    let first = blocks.next().unwrap_or(0.0);
    canonical(blocks.fold(first, |a, b| a + b))
}

/// The sum divided by the count.
///
/// # Errors
/// `exact_empty_reduction`.
pub fn mean(x: &[f32]) -> Result<f32> {
    if x.is_empty() {
        return Err(Error::EmptyReduction { what: "mean" });
    }
    Ok(canonical(sum(x) / count(x.len())))
}

#[allow(clippy::cast_precision_loss, reason = "counts above 2^24 round to nearest, the same everywhere")]
fn count(n: usize) -> f32 {
    n as f32
}

/// The greatest value and its first position; NaN (at its first position) when there is one; +0 is above -0.
///
/// # Errors
/// `exact_empty_reduction`.
pub fn max(x: &[f32]) -> Result<(f32, usize)> {
    let mut best: Option<(f32, usize)> = None;
    for (i, v) in x.iter().enumerate() {
        if v.is_nan() {
            return Ok((NAN, i));
        }
        let above =
            best.is_none_or(|(b, _)| *v > b || (*v == b && v.is_sign_positive() && b.is_sign_negative()));
        if above {
            best = Some((*v, i));
        }
    }
    best.ok_or(Error::EmptyReduction { what: "max" })
}

/// Calls `f` on each run of values along the middle dimension.
fn along<T>(x: &[f32], dims: [usize; 3], mut f: impl FnMut(&[f32]) -> Result<T>) -> Result<Vec<T>> {
    check_len("input", &dims, x.len())?;
    let [outer, len, inner] = dims;
    let mut out = Vec::with_capacity(outer * inner);
    let mut run = Vec::with_capacity(len);
    for o in 0..outer {
        for i in 0..inner {
            if inner == 1 {
                out.push(f(&x[o * len..(o + 1) * len])?);
            } else {
                run.clear();
                run.extend((0..len).map(|l| x[(o * len + l) * inner + i]));
                out.push(f(&run)?);
            }
        }
    }
    Ok(out)
}

/// Sums along the middle dimension of `dims = [outer, len, inner]`, row-major; the result is `[outer, inner]`. Each sum
/// has the order of [`sum`].
///
/// # Errors
/// `exact_shape_mismatch`.
///
/// ```
/// use countermark_exact::sum_dim;
/// assert_eq!(sum_dim(&[1.0, 2.0, 3.0, 4.0], [1, 2, 2])?, [4.0, 6.0]);
/// assert!(sum_dim(&[1.0, 2.0, 3.0], [1, 2, 2]).is_err());
/// # Ok::<(), countermark_exact::Error>(())
/// ```
pub fn sum_dim(x: &[f32], dims: [usize; 3]) -> Result<Vec<f32>> {
    along(x, dims, |run| Ok(sum(run)))
}

/// Means along the middle dimension, as [`sum_dim`].
///
/// # Errors
/// `exact_shape_mismatch`, `exact_empty_reduction`.
pub fn mean_dim(x: &[f32], dims: [usize; 3]) -> Result<Vec<f32>> {
    along(x, dims, mean)
}

/// Greatest values along the middle dimension and their positions, as [`sum_dim`] and [`max`].
///
/// # Errors
/// `exact_shape_mismatch`, `exact_empty_reduction`.
pub fn max_dim(x: &[f32], dims: [usize; 3]) -> Result<(Vec<f32>, Vec<usize>)> {
    Ok(along(x, dims, max)?.into_iter().unzip())
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[test]
    fn the_order_is_the_documented_one() {
        // Lane 0 gets 2^24 and then 1, which is lost; in plain sequence the many ones of other lanes would be lost too.
        let mut x = vec![0f32; 48];
        x[0] = 16_777_216.0;
        x[16] = 1.0;
        x[1] = 1.0;
        x[17] = 1.0;
        assert_eq!(sum(&x), 16_777_218.0);
        // Two blocks: the second one is summed by itself first.
        let mut y = vec![0f32; SUM_BLOCK + 2];
        y[0] = 16_777_216.0;
        y[SUM_BLOCK] = 1.0;
        y[SUM_BLOCK + 1] = 1.0;
        assert_eq!(sum_blocks(&y), [16_777_216.0, 2.0]);
        assert_eq!(sum(&y), 16_777_218.0);
    }

    #[test]
    fn a_sum_along_a_dimension_is_the_sum_of_its_run() {
        let x: Vec<f32> = (0..2 * 37 * 3u16).map(|i| f32::from(i) * 0.1 - 7.0).collect();
        let got = sum_dim(&x, [2, 37, 3]).unwrap();
        let run: Vec<f32> = (0..37).map(|l| x[(37 + l) * 3 + 2]).collect();
        assert_eq!(got[5].to_bits(), sum(&run).to_bits());
    }

    #[test]
    fn max_has_rules_for_zero_and_nan() {
        assert_eq!(max(&[-0.0, 0.0]).unwrap().1, 1);
        assert_eq!(max(&[0.0, -0.0, 0.0]).unwrap().1, 0);
        assert_eq!(max(&[1.0, f32::NAN, 2.0]).unwrap().1, 1);
        assert!(max(&[]).is_err() && mean(&[]).is_err());
    }
}
