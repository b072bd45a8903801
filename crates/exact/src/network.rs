//! Sorting eight columns at a time: a merge exchange network (Knuth, The Art of Computer Programming, volume 3,
//! algorithm 5.2.2M) whose comparisons are minimum and maximum of a vector.

/// Columns that are sorted side by side.
pub const LANES: usize = 8;

/// Sorts each lane over the rows, ascending; the same result on every CPU. No value may be NaN: where one is, what comes
/// out is in no order.
///
/// ```
/// use countermark_exact::{LANES, sort_lanes};
/// let mut rows = [[2.0; LANES], [1.0; LANES], [3.0; LANES]];
/// sort_lanes(&mut rows);
/// assert_eq!(rows, [[1.0; LANES], [2.0; LANES], [3.0; LANES]]);
/// ```
pub fn sort_lanes(rows: &mut [[f64; LANES]]) {
    run(rows);
}

#[cfg(all(feature = "std", target_arch = "x86_64"))]
#[allow(unsafe_code, reason = "the compiler may use instructions that were detected at run time")]
fn run(rows: &mut [[f64; LANES]]) {
    #[target_feature(enable = "avx512f,avx512vl")]
    fn avx512(rows: &mut [[f64; LANES]]) {
        sort(rows);
    }
    #[target_feature(enable = "avx2")]
    fn avx2(rows: &mut [[f64; LANES]]) {
        sort(rows);
    }
    use std::arch::is_x86_feature_detected as has;
    if has!("avx512f") && has!("avx512vl") {
        // SAFETY: the features were detected.
        unsafe { avx512(rows) }
    } else if has!("avx2") {
        // SAFETY: the feature was detected.
        unsafe { avx2(rows) }
    } else {
        sort(rows);
    }
}

#[cfg(not(all(feature = "std", target_arch = "x86_64")))]
fn run(rows: &mut [[f64; LANES]]) {
    sort(rows);
}

#[inline(always)]
#[allow(clippy::indexing_slicing, reason = "both indices are below the number of rows")]
fn sort(members: &mut [[f64; LANES]]) {
    let n = members.len();
    if n < 2 {
        return;
    }
    let top = n.next_power_of_two() / 2;
    let mut p = top;
    while p > 0 {
        let (mut q, mut r, mut d) = (top, 0, p);
        loop {
            for i in 0..n - d {
                if i & p == r {
                    let (a, b) = (members[i], members[i + d]);
                    for lane in 0..LANES {
                        let (x, y) = (a[lane], b[lane]);
                        members[i][lane] = if y < x { y } else { x };
                        members[i + d][lane] = if y < x { x } else { y };
                    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    #[test]
    fn sorts_any_number_of_members() {
        for n in 0..70usize {
            let mut v: Vec<[f64; LANES]> =
                (0..n).map(|i| core::array::from_fn(|l| ((i * 37 + l * 11) % 23) as f64)).collect();
            let mut want = v.clone();
            for lane in 0..LANES {
                let mut c: Vec<f64> = v.iter().map(|m| m[lane]).collect();
                c.sort_by(f64::total_cmp);
                want.iter_mut().zip(c).for_each(|(w, x)| w[lane] = x);
            }
            let mut same = v.clone();
            sort(&mut v);
            sort_lanes(&mut same);
            assert_eq!(v, want);
            assert_eq!(same, want);
        }
    }
}
