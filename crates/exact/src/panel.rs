//! Products of f64 panels: the inner loop of dense linear algebra in double precision.

use crate::{Error, Result};

/// Rows of the product that a panel of A makes.
pub const PANEL_A: usize = 8;
/// Columns of the product that a panel of B makes.
pub const PANEL_B: usize = 16;

/// Adds A'B to `out` for packed panels: `out[i * width + j] += sum over p of a[p, i] * b[p, j]`.
///
/// `a` holds panels of `depth` groups of [`PANEL_A`] values, one group per step `p`; `b` the same with [`PANEL_B`];
/// `out` is row-major, [`PANEL_A`] rows for each panel of A, `width` = [`PANEL_B`] columns for each panel of B.
/// Each element's sum starts at zero and runs over `p` in order, every product rounded before it is added, and is then
/// added to `out`: the same bits on every CPU, whatever its vectors.
///
/// # Errors
/// `shape_mismatch` unless the lengths fit.
///
/// ```
/// use countermark_exact::{PANEL_A, PANEL_B, panel_product};
/// let (a, b) = ([2.0; PANEL_A], [3.0; PANEL_B]);
/// let mut out = [1.0; PANEL_A * PANEL_B];
/// panel_product(&a, &b, 1, &mut out)?;
/// assert!(out.iter().all(|x| *x == 7.0));
/// assert!(panel_product(&a, &b, 2, &mut out).is_err());
/// # Ok::<(), countermark_exact::Error>(())
/// ```
pub fn panel_product(a: &[f64], b: &[f64], depth: usize, out: &mut [f64]) -> Result<()> {
    let panels = |data: &[f64], width: usize| {
        let size = depth.saturating_mul(width).max(1);
        data.len().is_multiple_of(size).then_some(data.len() / size)
    };
    let (Some(rows), Some(columns)) = (panels(a, PANEL_A), panels(b, PANEL_B)) else {
        let expected = depth.saturating_mul(PANEL_A);
        return Err(Error::ShapeMismatch { what: "packed panel", expected, got: a.len() });
    };
    let expected = (rows * PANEL_A).saturating_mul(columns * PANEL_B);
    if out.len() != expected {
        return Err(Error::ShapeMismatch { what: "panel product", expected, got: out.len() });
    }
    if depth > 0 {
        run(a, b, depth, out);
    }
    Ok(())
}

#[cfg(all(feature = "std", target_arch = "x86_64"))]
#[allow(unsafe_code, reason = "the compiler may use instructions that were detected at run time")]
fn run(a: &[f64], b: &[f64], depth: usize, out: &mut [f64]) {
    #[target_feature(enable = "avx512f,avx512vl")]
    fn avx512(a: &[f64], b: &[f64], depth: usize, out: &mut [f64]) {
        all::<8, 8>(a, b, depth, out);
    }
    #[target_feature(enable = "avx2")]
    fn avx2(a: &[f64], b: &[f64], depth: usize, out: &mut [f64]) {
        all::<4, 8>(a, b, depth, out);
    }
    use std::arch::is_x86_feature_detected as has;
    if has!("avx512f") && has!("avx512vl") {
        // SAFETY: the features were detected.
        unsafe { avx512(a, b, depth, out) }
    } else if has!("avx2") {
        // SAFETY: the feature was detected.
        unsafe { avx2(a, b, depth, out) }
    } else {
        all::<4, 4>(a, b, depth, out);
    }
}

#[cfg(not(all(feature = "std", target_arch = "x86_64")))]
fn run(a: &[f64], b: &[f64], depth: usize, out: &mut [f64]) {
    all::<4, 8>(a, b, depth, out);
}

/// Every panel with every panel, in tiles of `M` x `N` that fit the registers.
#[inline(always)]
fn all<const M: usize, const N: usize>(a: &[f64], b: &[f64], depth: usize, out: &mut [f64]) {
    let width = b.len() / depth;
    for (a, out) in a.chunks_exact(depth * PANEL_A).zip(out.chunks_exact_mut(PANEL_A * width)) {
        for (j, b) in b.chunks_exact(depth * PANEL_B).enumerate() {
            for i0 in (0..PANEL_A).step_by(M) {
                for j0 in (0..PANEL_B).step_by(N) {
                    let tile = tile::<M, N>(a, b, i0, j0);
                    for (i, sums) in tile.iter().enumerate() {
                        let at = (i0 + i) * width + j * PANEL_B + j0;
                        if let Some(out) = out.get_mut(at..at + N) {
                            out.iter_mut().zip(sums).for_each(|(o, s)| *o += s);
                        }
                    }
                }
            }
        }
    }
}

#[inline(always)]
#[allow(clippy::indexing_slicing, reason = "the offsets divide the widths of both panels")]
fn tile<const M: usize, const N: usize>(a: &[f64], b: &[f64], i0: usize, j0: usize) -> [[f64; N]; M] {
    let mut sums = [[0.0f64; N]; M];
    let (a, _) = a.as_chunks::<PANEL_A>();
    let (b, _) = b.as_chunks::<PANEL_B>();
    for (a, b) in a.iter().zip(b) {
        for i in 0..M {
            let x = a[i0 + i];
            for j in 0..N {
                sums[i][j] += x * b[j0 + j];
            }
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    fn values(n: usize, seed: u64) -> Vec<f64> {
        (0..n as u64)
            .map(|i| {
                (i.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(seed).rotate_left(31) % 2001) as f64 / 7.0
                    - 143.0
            })
            .collect()
    }

    #[test]
    fn every_tile_size_gives_the_bits_of_the_definition() {
        let (p, q, depth) = (3, 2, 37);
        let (a, b) = (values(p * depth * PANEL_A, 1), values(q * depth * PANEL_B, 2));
        let start = values(p * PANEL_A * q * PANEL_B, 3);
        let mut want = start.clone();
        for i in 0..p * PANEL_A {
            for j in 0..q * PANEL_B {
                let (mut s, stripe) = (0.0, (i / PANEL_A * depth, j / PANEL_B * depth));
                for k in 0..depth {
                    s +=
                        a[(stripe.0 + k) * PANEL_A + i % PANEL_A] * b[(stripe.1 + k) * PANEL_B + j % PANEL_B];
                }
                want[i * q * PANEL_B + j] += s;
            }
        }
        for f in [all::<8, 8>, all::<4, 8>, all::<4, 4>, run] {
            let mut got = start.clone();
            f(&a, &b, depth, &mut got);
            assert_eq!(got, want);
        }
    }

    #[test]
    fn lengths_are_checked() {
        assert!(panel_product(&[0.0; 8], &[0.0; 15], 1, &mut [0.0; 128]).is_err());
        assert!(panel_product(&[0.0; 8], &[0.0; 16], 1, &mut [0.0; 127]).is_err());
        assert!(panel_product(&[], &[], 0, &mut []).is_ok());
    }
}
