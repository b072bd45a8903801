//! Sorting eight ensembles at a time: a merge exchange network (Knuth, The Art of Computer Programming, volume 3,
//! algorithm 5.2.2M) whose comparisons are minimum and maximum of a vector.

/// Ensembles that are sorted side by side.
pub(super) const LANES: usize = 8;

/// Sorts each lane over the members, ascending. No value is NaN.
#[allow(clippy::indexing_slicing, reason = "both indices are below the number of members")]
pub(super) fn sort(members: &mut [[f64; LANES]]) {
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
            sort(&mut v);
            assert_eq!(v, want);
        }
    }
}
