use crate::{Error, Result, agreement::pair};
use alloc::{vec, vec::Vec};
use countermark_primitives::Error as Base;

/// Labels whose pairs are counted in a matrix.
const MAX_LABELS: u32 = 1 << 12;

/// Correlated agreement: for each item, 1 if the two labels occur together more often than by chance, less the mean of
/// the same over labels of two different other items.
///
/// The penalty of item t is the mean over all ordered pairs of items `p != q`, both other than t, of `S(a_p, b_q)`:
/// what a random draw of two items pays in expectation. `S(c, k)` is 1 where the share of `(c, k)` exceeds the product
/// of the shares of c and k, all taken from these items. `a`, `b`: codes below `labels`, one for each of three or more
/// items. Shnayder et al., "Informed truthfulness in multi-task peer prediction" (2016), after Dasgupta and Ghosh.
///
/// # Errors
/// `too_few_rows` below three items; `length_mismatch`, `out_of_range`; `limit_exceeded` above 4,096 labels.
///
/// ```
/// use countermark_scoring::peer_prediction::correlated_agreement;
/// // Of six pairs of other items, two agree.
/// assert_eq!(correlated_agreement(&[0, 0, 1, 1], &[0, 0, 1, 1], 2)?, [1.0 - 2.0 / 6.0; 4]);
/// assert!(correlated_agreement(&[0, 1], &[0, 1], 2).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn correlated_agreement(a: &[u32], b: &[u32], labels: u32) -> Result<Vec<f64>> {
    if labels > MAX_LABELS {
        let (limit, got) = (u64::from(MAX_LABELS), u64::from(labels));
        return Err(Base::LimitExceeded { what: "number of labels", limit, got }.into());
    }
    let [first, second] = pair(a, b, labels)?;
    let n = a.len() as u64;
    if n < 3 {
        return Err(Error::TooFewRows { kept: a.len(), of: a.len(), needed: 3 });
    }
    let width = labels as usize;
    let cell = |x: u32, y: u32| x as usize * width + y as usize;
    let mut joint = vec![0u64; width * width];
    for (x, y) in a.iter().zip(b) {
        if let Some(c) = joint.get_mut(cell(*x, *y)) {
            *c += 1;
        }
    }
    // Below 2^32 items: the products fit 64 bits, their sums 128.
    let marginals = first.iter().flat_map(|r| second.iter().map(move |s| r * s));
    let together: Vec<bool> = joint.iter().zip(marginals).map(|(c, rs)| n * c > rs).collect();
    let s = |x: u32, y: u32| u128::from(together.get(cell(x, y)).copied().unwrap_or(false));

    // Sums of S over all pairs of items, by row, by column, and on the diagonal.
    let mut by_first = vec![0u128; width];
    let mut by_second = vec![0u128; width];
    for (row, sum) in together.chunks_exact(width).zip(&mut by_first) {
        *sum = row.iter().zip(&second).filter(|(t, _)| **t).map(|(_, n)| u128::from(*n)).sum();
    }
    for (row, r) in together.chunks_exact(width).zip(&first) {
        for (sum, _) in by_second.iter_mut().zip(row).filter(|(_, t)| **t) {
            *sum += u128::from(*r);
        }
    }
    let all: u128 = by_first.iter().zip(&first).map(|(sum, r)| sum * u128::from(*r)).sum();
    let diagonal: u128 = a.iter().zip(b).map(|(x, y)| s(*x, *y)).sum();
    let of = |sums: &[u128], x: u32| sums.get(x as usize).copied().unwrap_or(0);
    let pairs = ((n - 1) * (n - 2)) as f64;
    let pay = |(x, y): (&u32, &u32)| {
        let own = s(*x, *y);
        // Row and column of t leave, and the rest of the diagonal; t's own cell is in row, column and diagonal.
        let others = all + 2 * own - of(&by_first, *x) - of(&by_second, *y) - diagonal;
        own as f64 - others as f64 / pairs
    };
    Ok(a.iter().zip(b).map(pay).collect())
}
