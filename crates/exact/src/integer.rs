//! Products of 16-bit integers: exact, so the same in any order.

use crate::Result;
use crate::panel::check;

/// Rows of the left matrix come in multiples of this.
pub const PAIR_ROWS: usize = 6;
/// Columns of a panel of the right matrix.
pub const PAIR_COLUMNS: usize = 16;

/// Two steps of a sum.
pub type Pair = [i16; 2];

/// Adds A B to `out`: `out[i * width + j] += sum over p of a[i, p] . b[p, j]`, the products of pairs.
///
/// `a` is row-major `[rows, pairs]`, `rows` a multiple of [`PAIR_ROWS`]; `b` holds panels of `pairs` groups of
/// [`PAIR_COLUMNS`] pairs, one group per step `p`; `out` is row-major, `width` = [`PAIR_COLUMNS`] columns for each
/// panel. A sum that leaves i32 wraps around: keep values small.
///
/// # Errors
/// `shape_mismatch` unless the lengths fit.
///
/// ```
/// use countermark_exact::{PAIR_COLUMNS, PAIR_ROWS, pair_product};
/// let (a, b) = ([[2, -1]; PAIR_ROWS], [[3, 4]; PAIR_COLUMNS]);
/// let mut out = [1; PAIR_ROWS * PAIR_COLUMNS];
/// pair_product(&a, &b, 1, &mut out)?;
/// assert!(out.iter().all(|x| *x == 3));
/// assert!(pair_product(&a, &b, 2, &mut out).is_err());
/// # Ok::<(), countermark_exact::Error>(())
/// ```
pub fn pair_product(a: &[Pair], b: &[Pair], pairs: usize, out: &mut [i32]) -> Result<()> {
    check([a.len(), b.len(), out.len()], pairs, PAIR_ROWS, PAIR_COLUMNS)?;
    if pairs > 0 {
        run(a, b, pairs, out);
    }
    Ok(())
}

type Tile = [[i32; PAIR_COLUMNS]; PAIR_ROWS];

#[cfg(all(feature = "std", target_arch = "x86_64"))]
#[allow(unsafe_code, reason = "the instructions were detected at run time")]
fn run(a: &[Pair], b: &[Pair], pairs: usize, out: &mut [i32]) {
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the feature was detected.
        all(a, b, pairs, out, |a, b| unsafe { x86::tile(a, b, pairs) });
    } else {
        all(a, b, pairs, out, |a, b| portable(a, b, pairs));
    }
}

#[cfg(not(all(feature = "std", target_arch = "x86_64")))]
fn run(a: &[Pair], b: &[Pair], pairs: usize, out: &mut [i32]) {
    all(a, b, pairs, out, |a, b| portable(a, b, pairs));
}

/// Every group of rows with every panel.
#[inline(always)]
fn all(a: &[Pair], b: &[Pair], pairs: usize, out: &mut [i32], tile: impl Fn(&[Pair], &[Pair]) -> Tile) {
    let width = b.len() / pairs;
    for (j, b) in b.chunks_exact(pairs * PAIR_COLUMNS).enumerate() {
        for (a, out) in a.chunks_exact(pairs * PAIR_ROWS).zip(out.chunks_exact_mut(PAIR_ROWS * width)) {
            for (out, sums) in out.chunks_exact_mut(width).zip(&tile(a, b)) {
                let out = out.iter_mut().skip(j * PAIR_COLUMNS);
                out.zip(sums).for_each(|(o, s)| *o = o.wrapping_add(*s));
            }
        }
    }
}

#[inline(always)]
#[allow(clippy::indexing_slicing, reason = "every row has so many pairs")]
fn portable(a: &[Pair], b: &[Pair], pairs: usize) -> Tile {
    let mut tile = [[0i32; PAIR_COLUMNS]; PAIR_ROWS];
    let rows: [&[Pair]; PAIR_ROWS] = core::array::from_fn(|i| &a[i * pairs..][..pairs]);
    for (p, b) in b.as_chunks::<PAIR_COLUMNS>().0.iter().enumerate().take(pairs) {
        for (sums, row) in tile.iter_mut().zip(rows) {
            let [x, y] = row[p].map(i32::from);
            for (s, [u, v]) in sums.iter_mut().zip(b) {
                *s = s.wrapping_add((x * i32::from(*u)).wrapping_add(y * i32::from(*v)));
            }
        }
    }
    tile
}

#[cfg(all(feature = "std", target_arch = "x86_64"))]
#[allow(unsafe_code, reason = "vector loads and stores")]
mod x86 {
    use super::{PAIR_COLUMNS, PAIR_ROWS, Pair, Tile};
    use core::arch::x86_64::{
        _mm256_add_epi32, _mm256_loadu_si256, _mm256_madd_epi16, _mm256_set1_epi32, _mm256_setzero_si256,
        _mm256_storeu_si256,
    };

    #[target_feature(enable = "avx2")]
    #[allow(clippy::indexing_slicing, reason = "every row has so many pairs")]
    pub(super) fn tile(a: &[Pair], b: &[Pair], pairs: usize) -> Tile {
        let mut sums = [[_mm256_setzero_si256(); 2]; PAIR_ROWS];
        let rows: [&[Pair]; PAIR_ROWS] = core::array::from_fn(|i| &a[i * pairs..][..pairs]);
        for (p, b) in b.as_chunks::<PAIR_COLUMNS>().0.iter().enumerate().take(pairs) {
            // SAFETY: a group is two vectors of eight pairs.
            let b = [0, 8].map(|at| unsafe { _mm256_loadu_si256(b.as_ptr().add(at).cast()) });
            for (sums, row) in sums.iter_mut().zip(rows) {
                // SAFETY: a pair has the size of an i32.
                let x = _mm256_set1_epi32(unsafe { (&raw const row[p]).cast::<i32>().read_unaligned() });
                for (s, b) in sums.iter_mut().zip(b) {
                    *s = _mm256_add_epi32(*s, _mm256_madd_epi16(x, b));
                }
            }
        }
        let mut tile = [[0; PAIR_COLUMNS]; PAIR_ROWS];
        for (out, sums) in tile.iter_mut().zip(sums) {
            for (half, s) in out.as_chunks_mut::<8>().0.iter_mut().zip(sums) {
                // SAFETY: half a row is one vector of eight sums.
                unsafe { _mm256_storeu_si256(half.as_mut_ptr().cast(), s) };
            }
        }
        tile
    }
}

#[cfg(test)]
#[allow(clippy::cast_possible_truncation, reason = "the lowest bits are meant")]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    /// Every 16-bit value turns up, the least one too, whose square fills an i32 half way.
    fn values(n: usize, step: u32) -> Vec<Pair> {
        let value = |k: u32| if k.is_multiple_of(7) { i16::MIN } else { (k.wrapping_mul(step) >> 8) as i16 };
        (0..n as u32).map(|i| [value(2 * i), value(2 * i + 1)]).collect()
    }

    #[test]
    fn sums_are_those_of_the_definition_and_wrap_around() {
        let (p, q, pairs) = (2, 2, 21);
        let (a, b) = (values(p * pairs * PAIR_ROWS, 2_654_435_761), values(q * pairs * PAIR_COLUMNS, 40_503));
        let mut want = alloc::vec![5i32; p * PAIR_ROWS * q * PAIR_COLUMNS];
        for i in 0..p * PAIR_ROWS {
            for j in 0..q * PAIR_COLUMNS {
                let mut s = 5i64;
                for k in 0..pairs {
                    let (x, y) = (
                        a[i * pairs + k],
                        b[(j / PAIR_COLUMNS * pairs + k) * PAIR_COLUMNS + j % PAIR_COLUMNS],
                    );
                    s += (0..2).map(|h| i64::from(x[h]) * i64::from(y[h])).sum::<i64>();
                }
                want[i * q * PAIR_COLUMNS + j] = s as i32;
            }
        }
        let mut got = alloc::vec![5; want.len()];
        pair_product(&a, &b, pairs, &mut got).unwrap();
        assert_eq!(got, want);
        let mut got = alloc::vec![5; want.len()];
        all(&a, &b, pairs, &mut got, |a, b| portable(a, b, pairs));
        assert_eq!(got, want);
    }

    #[test]
    fn lengths_are_checked() {
        assert!(pair_product(&[[0; 2]; 6], &[[0; 2]; 15], 1, &mut [0; 96]).is_err());
        assert!(pair_product(&[[0; 2]; 6], &[[0; 2]; 16], 1, &mut [0; 95]).is_err());
        assert!(pair_product(&[], &[], 0, &mut []).is_ok());
    }
}
