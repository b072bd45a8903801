//! Sorting eight columns at a time: a merge exchange network (Knuth, The Art of Computer Programming, volume 3,
//! algorithm 5.2.2M) whose comparisons are minimum and maximum of a vector.

/// Columns that are sorted side by side.
pub const LANES: usize = 8;

/// A row of the columns, where a vector load crosses no cache line.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[repr(C, align(64))]
pub struct Lanes(pub [f64; LANES]);

/// Sorts each lane over the rows, ascending; the same result on every CPU. No value may be NaN: where one is, what comes
/// out is in no order.
///
/// ```
/// use countermark_exact::{LANES, Lanes, sort_lanes};
/// let mut rows = [2.0, 1.0, 3.0].map(|x| Lanes([x; LANES]));
/// sort_lanes(&mut rows);
/// assert_eq!(rows, [1.0, 2.0, 3.0].map(|x| Lanes([x; LANES])));
/// ```
pub fn sort_lanes(rows: &mut [Lanes]) {
    run(rows);
}

#[cfg(all(feature = "std", target_arch = "x86_64"))]
fn run(rows: &mut [Lanes]) {
    use std::arch::is_x86_feature_detected as has;
    if has!("avx512f") {
        x86::avx512(rows);
    } else if has!("avx2") {
        x86::avx2(rows);
    } else {
        portable(rows);
    }
}

#[cfg(not(all(feature = "std", target_arch = "x86_64")))]
fn run(rows: &mut [Lanes]) {
    portable(rows);
}

/// Calls `exchange(i, j)` for each comparison of the network of `n` rows, `i < j < n`.
#[inline(always)]
fn network(n: usize, mut exchange: impl FnMut(usize, usize)) {
    let top = n.next_power_of_two() / 2;
    let mut p = top;
    while p > 0 {
        let (mut q, mut r, mut d) = (top, 0, p);
        loop {
            // Those i with i & p == r and a partner come in runs of p.
            for from in (r..n.saturating_sub(d)).step_by(2 * p) {
                for i in from..(from + p).min(n - d) {
                    exchange(i, i + d);
                }
            }
            if q == p {
                break;
            }
            d = q - p;
            q /= 2;
            r = p;
        }
        p /= 2;
    }
}

/// The lesser of each lane to the lower row.
#[inline(always)]
#[allow(clippy::indexing_slicing, reason = "rows and lanes that there are")]
fn portable(rows: &mut [Lanes]) {
    network(rows.len(), |i, j| {
        let (Lanes(x), Lanes(y)) = (rows[i], rows[j]);
        rows[i] = Lanes(core::array::from_fn(|l| if y[l] < x[l] { y[l] } else { x[l] }));
        rows[j] = Lanes(core::array::from_fn(|l| if y[l] < x[l] { x[l] } else { y[l] }));
    });
}

#[cfg(all(feature = "std", target_arch = "x86_64"))]
#[allow(unsafe_code, reason = "vector loads and stores")]
mod x86 {
    use super::{LANES, Lanes, network};
    use core::arch::x86_64::{
        _mm256_loadu_pd, _mm256_max_pd, _mm256_min_pd, _mm256_storeu_pd, _mm512_loadu_pd, _mm512_max_pd,
        _mm512_min_pd, _mm512_storeu_pd,
    };

    /// To be called where `avx512f` was detected.
    pub(super) fn avx512(rows: &mut [Lanes]) {
        #[target_feature(enable = "avx512f")]
        fn sort(rows: &mut [Lanes]) {
            let base: *mut f64 = rows.as_mut_ptr().cast();
            network(rows.len(), |i, j| {
                // SAFETY: the network names rows that there are, of eight numbers each.
                unsafe {
                    let (a, b) = (base.add(i * LANES), base.add(j * LANES));
                    let (x, y) = (_mm512_loadu_pd(a), _mm512_loadu_pd(b));
                    // Of equals the second operand is taken, as in the portable comparison.
                    _mm512_storeu_pd(a, _mm512_min_pd(y, x));
                    _mm512_storeu_pd(b, _mm512_max_pd(x, y));
                }
            });
        }
        // SAFETY: the caller detected the feature.
        unsafe { sort(rows) }
    }

    /// To be called where `avx2` was detected.
    pub(super) fn avx2(rows: &mut [Lanes]) {
        #[target_feature(enable = "avx2")]
        fn sort(rows: &mut [Lanes]) {
            let base: *mut f64 = rows.as_mut_ptr().cast();
            network(rows.len(), |i, j| {
                for half in [0, LANES / 2] {
                    // SAFETY: the network names rows that there are, of two halves of four numbers each.
                    unsafe {
                        let (a, b) = (base.add(i * LANES + half), base.add(j * LANES + half));
                        let (x, y) = (_mm256_loadu_pd(a), _mm256_loadu_pd(b));
                        _mm256_storeu_pd(a, _mm256_min_pd(y, x));
                        _mm256_storeu_pd(b, _mm256_max_pd(x, y));
                    }
                }
            });
        }
        // SAFETY: the caller detected the feature.
        unsafe { sort(rows) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    #[test]
    fn sorts_any_number_of_members() {
        for n in 0..70usize {
            let mut v: Vec<Lanes> =
                (0..n).map(|i| Lanes(core::array::from_fn(|l| ((i * 37 + l * 11) % 23) as f64))).collect();
            let mut want = v.clone();
            for lane in 0..LANES {
                let mut c: Vec<f64> = v.iter().map(|m| m.0[lane]).collect();
                c.sort_by(f64::total_cmp);
                want.iter_mut().zip(c).for_each(|(w, x)| w.0[lane] = x);
            }
            let mut same = v.clone();
            portable(&mut v);
            sort_lanes(&mut same);
            assert_eq!(v, want);
            assert_eq!(same, want);
        }
    }
}
