//! Products of f64 panels: the inner loop of dense linear algebra in double precision.

use crate::{Error, Result};

/// Rows of the left matrix come in multiples of this.
pub const PANEL_ROWS: usize = 6;
/// Columns of a panel of the right matrix.
pub const PANEL_COLUMNS: usize = 8;

/// Adds A B to `out`: `out[i * width + j] += sum over p of a[i, p] * b[p, j]`.
///
/// `a` is row-major `[rows, depth]`, `rows` a multiple of [`PANEL_ROWS`]; `b` holds panels of `depth` groups of
/// [`PANEL_COLUMNS`] values, one group per step `p`; `out` is row-major, `width` = [`PANEL_COLUMNS`] columns for each
/// panel. Each element's sum is the chain `acc = fma(a[i, p], b[p, j], acc)` over `p` in order, starting from +0, and is
/// then added to `out`: the same bits on every CPU, many times slower on one without fused multiply-add.
///
/// # Errors
/// `shape_mismatch` unless the lengths fit.
///
/// ```
/// use countermark_exact::{PANEL_COLUMNS, PANEL_ROWS, panel_product};
/// let (a, b) = ([2.0; PANEL_ROWS], [3.0; PANEL_COLUMNS]);
/// let mut out = [1.0; PANEL_ROWS * PANEL_COLUMNS];
/// panel_product(&a, &b, 1, &mut out)?;
/// assert!(out.iter().all(|x| *x == 7.0));
/// assert!(panel_product(&a, &b, 2, &mut out).is_err());
/// # Ok::<(), countermark_exact::Error>(())
/// ```
pub fn panel_product(a: &[f64], b: &[f64], depth: usize, out: &mut [f64]) -> Result<()> {
    check([a.len(), b.len(), out.len()], depth, PANEL_ROWS, PANEL_COLUMNS)?;
    if depth > 0 {
        run(a, b, depth, out);
    }
    Ok(())
}

/// Fails unless `a` and `b` are whole panels of so many rows and columns, and `out` is as large as their product.
pub(crate) fn check(lengths: [usize; 3], depth: usize, rows: usize, columns: usize) -> Result<()> {
    let [a, b, out] = lengths;
    let panels = |len: usize, width: usize| {
        let size = depth.saturating_mul(width).max(1);
        len.is_multiple_of(size).then_some(len / size)
    };
    let (Some(high), Some(wide)) = (panels(a, rows), panels(b, columns)) else {
        let expected = depth.saturating_mul(rows);
        return Err(Error::ShapeMismatch { what: "packed panel", expected, got: a });
    };
    let expected = (high * rows).saturating_mul(wide * columns);
    if out != expected {
        return Err(Error::ShapeMismatch { what: "panel product", expected, got: out });
    }
    Ok(())
}

/// `a * b + c`, rounded once.
trait Fma {
    fn fma(a: f64, b: f64, c: f64) -> f64;
}

/// One instruction inside functions compiled for a CPU that has it.
#[cfg(all(feature = "std", any(target_arch = "x86_64", target_arch = "aarch64")))]
struct Hardware;

#[cfg(all(feature = "std", any(target_arch = "x86_64", target_arch = "aarch64")))]
impl Fma for Hardware {
    #[inline(always)]
    fn fma(a: f64, b: f64, c: f64) -> f64 {
        a.mul_add(b, c)
    }
}

/// Integer arithmetic.
#[cfg(any(test, not(all(feature = "std", target_arch = "aarch64"))))]
struct Software;

#[cfg(any(test, not(all(feature = "std", target_arch = "aarch64"))))]
impl Fma for Software {
    fn fma(a: f64, b: f64, c: f64) -> f64 {
        libm::fma(a, b, c)
    }
}

#[cfg(all(feature = "std", target_arch = "x86_64"))]
#[allow(unsafe_code, reason = "the compiler may use instructions that were detected at run time")]
fn run(a: &[f64], b: &[f64], depth: usize, out: &mut [f64]) {
    #[target_feature(enable = "avx512f,avx512vl,fma")]
    fn avx512(a: &[f64], b: &[f64], depth: usize, out: &mut [f64]) {
        all::<Hardware, 2>(a, b, depth, out);
    }
    #[target_feature(enable = "avx2,fma")]
    fn avx2(a: &[f64], b: &[f64], depth: usize, out: &mut [f64]) {
        all::<Hardware, 1>(a, b, depth, out);
    }
    use std::arch::is_x86_feature_detected as has;
    if has!("avx512f") && has!("avx512vl") && has!("fma") {
        // SAFETY: the features were detected.
        unsafe { avx512(a, b, depth, out) }
    } else if has!("avx2") && has!("fma") {
        // SAFETY: the features were detected.
        unsafe { avx2(a, b, depth, out) }
    } else {
        all::<Software, 1>(a, b, depth, out);
    }
}

#[cfg(all(feature = "std", target_arch = "aarch64"))]
fn run(a: &[f64], b: &[f64], depth: usize, out: &mut [f64]) {
    all::<Hardware, 1>(a, b, depth, out);
}

#[cfg(not(all(feature = "std", any(target_arch = "x86_64", target_arch = "aarch64"))))]
fn run(a: &[f64], b: &[f64], depth: usize, out: &mut [f64]) {
    all::<Software, 1>(a, b, depth, out);
}

/// Groups of rows that stay in the second cache while every panel goes by.
const GROUPS: usize = 16;

/// Every group of rows with every panel, `W` panels at a time as far as there are so many.
#[inline(always)]
fn all<F: Fma, const W: usize>(a: &[f64], b: &[f64], depth: usize, out: &mut [f64]) {
    let (size, width) = (depth * PANEL_COLUMNS, b.len() / depth);
    let rows = GROUPS * PANEL_ROWS;
    for (a, out) in a.chunks(rows * depth).zip(out.chunks_mut((rows * width).max(1))) {
        let together = b.chunks_exact(size * W);
        let rest = together.remainder();
        for (j, b) in together.enumerate() {
            panels::<F, W>(a, b, depth, out, width, j * W);
        }
        let first = (b.len() - rest.len()) / size;
        for (j, b) in rest.chunks_exact(size).enumerate() {
            panels::<F, 1>(a, b, depth, out, width, first + j);
        }
    }
}

/// Every group of rows with `W` panels, the first of them number `j`.
#[inline(always)]
fn panels<F: Fma, const W: usize>(
    a: &[f64],
    b: &[f64],
    depth: usize,
    out: &mut [f64],
    width: usize,
    j: usize,
) {
    for (a, out) in a.chunks_exact(depth * PANEL_ROWS).zip(out.chunks_exact_mut(PANEL_ROWS * width)) {
        let tile = tile::<F, W>(a, b, depth);
        for (out, sums) in out.chunks_exact_mut(width).zip(&tile) {
            let out = out.iter_mut().skip(j * PANEL_COLUMNS);
            out.zip(sums.as_flattened()).for_each(|(o, s)| *o += s);
        }
    }
}

#[inline(always)]
#[allow(clippy::indexing_slicing, reason = "every row and every panel has depth steps")]
fn tile<F: Fma, const W: usize>(
    a: &[f64],
    b: &[f64],
    depth: usize,
) -> [[[f64; PANEL_COLUMNS]; W]; PANEL_ROWS] {
    let mut sums = [[[0.0f64; PANEL_COLUMNS]; W]; PANEL_ROWS];
    let rows: [&[f64]; PANEL_ROWS] = core::array::from_fn(|i| &a[i * depth..][..depth]);
    let (b, _) = b.as_chunks::<PANEL_COLUMNS>();
    let panels: [&[[f64; PANEL_COLUMNS]]; W] = core::array::from_fn(|w| &b[w * depth..][..depth]);
    for p in 0..depth {
        for (sums, row) in sums.iter_mut().zip(rows) {
            for (sums, b) in sums.iter_mut().zip(panels) {
                for (s, b) in sums.iter_mut().zip(&b[p]) {
                    *s = F::fma(row[p], *b, *s);
                }
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
        let (p, q, depth) = (2, 3, 37);
        let (a, b) = (values(p * depth * PANEL_ROWS, 1), values(q * depth * PANEL_COLUMNS, 2));
        let start = values(p * PANEL_ROWS * q * PANEL_COLUMNS, 3);
        let mut want = start.clone();
        for i in 0..p * PANEL_ROWS {
            for j in 0..q * PANEL_COLUMNS {
                let mut s = 0.0;
                for k in 0..depth {
                    let b = b[(j / PANEL_COLUMNS * depth + k) * PANEL_COLUMNS + j % PANEL_COLUMNS];
                    s = libm::fma(a[i * depth + k], b, s);
                }
                want[i * q * PANEL_COLUMNS + j] += s;
            }
        }
        for f in [all::<Software, 1>, all::<Software, 2>, run] {
            let mut got = start.clone();
            f(&a, &b, depth, &mut got);
            assert_eq!(got, want);
        }
    }

    #[test]
    fn lengths_are_checked() {
        assert!(panel_product(&[0.0; 6], &[0.0; 7], 1, &mut [0.0; 48]).is_err());
        assert!(panel_product(&[0.0; 6], &[0.0; 8], 1, &mut [0.0; 47]).is_err());
        assert!(panel_product(&[], &[], 0, &mut []).is_ok());
    }
}
