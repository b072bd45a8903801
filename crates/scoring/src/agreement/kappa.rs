use crate::{Error, Result};
use alloc::string::ToString as _;
use alloc::vec;
use alloc::vec::Vec;
use countermark_primitives::Error as Base;

/// Labels there may be.
const MAX_LABELS: u32 = 1 << 20;
/// Ratings there may be.
const MAX_RATINGS: usize = u32::MAX as usize;

/// How much two labels that differ disagree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KappaWeights {
    /// All alike.
    Unweighted,
    /// By the distance of their codes.
    Linear,
    /// By the square of that distance.
    Quadratic,
}

/// How often each label occurs.
pub(crate) fn counts(what: &'static str, codes: &[u32], labels: u32) -> Result<Vec<u64>> {
    if labels == 0 {
        let got = labels.to_string();
        return Err(Base::OutOfRange { what: "number of labels", got, range: "1 or more" }.into());
    }
    if labels > MAX_LABELS {
        let (limit, got) = (u64::from(MAX_LABELS), u64::from(labels));
        return Err(Base::LimitExceeded { what: "number of labels", limit, got }.into());
    }
    if codes.len() > MAX_RATINGS {
        let (limit, got) = (MAX_RATINGS as u64, codes.len() as u64);
        return Err(Base::LimitExceeded { what: "number of ratings", limit, got }.into());
    }
    let mut counts = vec![0u64; labels as usize];
    for code in codes {
        match counts.get_mut(*code as usize) {
            Some(n) => *n += 1,
            None => {
                use alloc::string::ToString as _;
                let got = code.to_string();
                return Err(Base::OutOfRange { what, got, range: "below the number of labels" }.into());
            }
        }
    }
    Ok(counts)
}

/// Two people's labels of the same items, checked, with each one's counts.
pub(crate) fn pair(a: &[u32], b: &[u32], labels: u32) -> Result<[Vec<u64>; 2]> {
    if a.len() != b.len() {
        return Err(Base::LengthMismatch { what: "second labels", expected: a.len(), got: b.len() }.into());
    }
    if a.is_empty() {
        return Err(Error::TooFewRows { kept: 0, of: 0, needed: 1 });
    }
    Ok([counts("first label", a, labels)?, counts("second label", b, labels)?])
}

/// Cohen's kappa of two people's labels, `1 - sum(w o) / sum(w e)`: 1 for perfect agreement, 0 for that of chance.
///
/// `a`, `b`: codes below `labels`, one for each item; weights measure the distance of codes. Cohen, "A coefficient of
/// agreement for nominal scales" (1960) and "Weighted kappa" (1968); equal to scikit-learn's `cohen_kappa_score`.
///
/// # Errors
/// `length_mismatch`, `too_few_rows`, `out_of_range`; `limit_exceeded` above 2^20 labels.
///
/// ```
/// use countermark_scoring::agreement::{KappaWeights, cohen_kappa};
/// let kappa = cohen_kappa(&[0, 0, 1, 1], &[0, 1, 1, 1], 2, KappaWeights::Unweighted)?;
/// assert_eq!(kappa, 0.5);
/// assert!(cohen_kappa(&[0], &[2], 2, KappaWeights::Unweighted).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn cohen_kappa(a: &[u32], b: &[u32], labels: u32, weights: KappaWeights) -> Result<f64> {
    let [rows, columns] = pair(a, b, labels)?;
    let n = a.len() as u128;
    let distance = |x: u32, y: u32| -> u128 {
        let d = u128::from(x.abs_diff(y));
        match weights {
            KappaWeights::Unweighted => u128::from(d != 0),
            KappaWeights::Linear => d,
            KappaWeights::Quadratic => d * d,
        }
    };
    // Below 2^32 ratings and 2^20 labels: no sum here passes 2^106.
    let observed: u128 = a.iter().zip(b).map(|(x, y)| distance(*x, *y)).sum();
    let counts = || rows.iter().zip(&columns).map(|(r, s)| (u128::from(*r), u128::from(*s)));
    // `sum w[c, d] rows[c] columns[d]`, without the matrix.
    let expected: u128 = match weights {
        KappaWeights::Unweighted => n * n - counts().map(|(r, s)| r * s).sum::<u128>(),
        KappaWeights::Linear => {
            let (mut below_r, mut below_s) = (0, 0);
            counts()
                .map(|(r, s)| {
                    below_r += r;
                    below_s += s;
                    below_r * (n - below_s) + below_s * (n - below_r)
                })
                .sum()
        }
        KappaWeights::Quadratic => {
            let (mut squares, mut first, mut second) = (0u128, 0u128, 0u128);
            for (code, (r, s)) in (0u128..).zip(counts()) {
                squares += code * code * (r + s);
                first += code * r;
                second += code * s;
            }
            n * squares - 2 * first * second
        }
    };
    Ok(if expected == 0 { f64::NAN } else { 1.0 - (n * observed) as f64 / expected as f64 })
}

/// Scott's pi of two people's labels: as Cohen's kappa, chance by the labels of both together.
///
/// Scott, "Reliability of content analysis" (1955).
///
/// # Errors
/// As [`cohen_kappa`].
///
/// ```
/// use countermark_scoring::agreement::scott_pi;
/// assert!((scott_pi(&[0, 0, 1, 1], &[0, 1, 1, 1], 2)? - 7.0 / 15.0).abs() < 1e-15);
/// assert!(scott_pi(&[], &[], 2).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn scott_pi(a: &[u32], b: &[u32], labels: u32) -> Result<f64> {
    let [first, second] = pair(a, b, labels)?;
    let n = a.len() as u128;
    let differ = a.iter().zip(b).filter(|(x, y)| x != y).count() as u128;
    let agree: u128 = first.iter().zip(&second).map(|(r, s)| u128::from(r + s).pow(2)).sum();
    let expected = 4 * n * n - agree;
    Ok(if expected == 0 { f64::NAN } else { 1.0 - (4 * n * differ) as f64 / expected as f64 })
}

/// Fleiss' kappa of many people: -1..=1.
///
/// `table`: how many people gave item i category j, row-major `[items, categories]`; each row adds up to the same
/// number of people. Fleiss, "Measuring nominal scale agreement among many raters" (1971); equal to statsmodels'
/// `fleiss_kappa`.
///
/// # Errors
/// `length_mismatch` for a ragged table or rows with different sums; `too_few_rows` without an item; `limit_exceeded`.
///
/// ```
/// use countermark_scoring::agreement::fleiss_kappa;
/// assert_eq!(fleiss_kappa(&[3, 0, 0, 3], 2)?, 1.0);
/// assert!(fleiss_kappa(&[3, 0, 1, 0], 2).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn fleiss_kappa(table: &[u32], categories: usize) -> Result<f64> {
    if table.is_empty() || categories == 0 {
        return Err(Error::TooFewRows { kept: 0, of: 0, needed: 1 });
    }
    if !table.len().is_multiple_of(categories) {
        let expected = table.len().next_multiple_of(categories);
        return Err(Base::LengthMismatch { what: "table", expected, got: table.len() }.into());
    }
    let sum = |row: &[u32]| row.iter().map(|x| u128::from(*x)).sum::<u128>();
    let (people, items) = (sum(table.get(..categories).unwrap_or_default()), table.len() / categories);
    let (limit, got) = (u64::from(u32::MAX), people.saturating_mul(items as u128));
    if got > u128::from(limit) {
        let got = u64::try_from(got).unwrap_or(u64::MAX);
        return Err(Base::LimitExceeded { what: "number of ratings", limit, got }.into());
    }
    let mut totals = vec![0u128; categories];
    let mut squares = 0u128;
    for row in table.chunks_exact(categories) {
        if sum(row) != people {
            let length = |n: u128| usize::try_from(n).unwrap_or(usize::MAX);
            let (expected, got) = (length(people), length(sum(row)));
            return Err(Base::LengthMismatch { what: "ratings of an item", expected, got }.into());
        }
        for (total, x) in totals.iter_mut().zip(row) {
            *total += u128::from(*x);
            squares += u128::from(*x).pow(2);
        }
    }
    let all = people * items as u128;
    // One person cannot agree with anybody.
    let pairs = all * people.saturating_sub(1);
    let chance: u128 = totals.iter().map(|x| x * x).sum();
    let expected = all * all - chance;
    if pairs == 0 || expected == 0 {
        return Ok(f64::NAN);
    }
    // 1 - (1 - P) / (1 - Pe), both differences exact.
    let observed = (pairs + all - squares) as f64 / pairs as f64;
    Ok(1.0 - observed / (expected as f64 / (all * all) as f64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The definition, with the matrix of weights.
    fn by_matrix(a: &[u32], b: &[u32], labels: u32, power: i32) -> f64 {
        let weight = |x: u32, y: u32| match power {
            0 => f64::from(u8::from(x != y)),
            p => (0..p).map(|_| f64::from(x.abs_diff(y))).product(),
        };
        let count = |v: &[u32], k: u32| v.iter().filter(|x| **x == k).count() as f64;
        let observed: f64 = a.iter().zip(b).map(|(x, y)| weight(*x, *y)).sum();
        let cells = (0..labels).flat_map(|x| (0..labels).map(move |y| (x, y)));
        let expected: f64 = cells.map(|(x, y)| weight(x, y) * count(a, x) * count(b, y)).sum();
        1.0 - observed / (expected / a.len() as f64)
    }

    proptest! {
        #[test]
        fn sums_without_the_matrix_are_those_with_it(
            pairs in proptest::collection::vec((0u32..5, 0u32..5), 2..40),
        ) {
            let (a, b): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
            use KappaWeights::{Linear, Quadratic, Unweighted};
            for (power, weights) in [(0, Unweighted), (1, Linear), (2, Quadratic)] {
                let (ours, theirs) = (cohen_kappa(&a, &b, 5, weights).unwrap(), by_matrix(&a, &b, 5, power));
                prop_assert!(ours.is_nan() == theirs.is_nan());
                prop_assert!(ours.is_nan() || (ours - theirs).abs() < 1e-12);
                let swapped = cohen_kappa(&b, &a, 5, weights).unwrap();
                prop_assert_eq!(ours.to_bits(), swapped.to_bits());
            }
        }
    }

    #[test]
    fn one_label_says_nothing() {
        assert!(cohen_kappa(&[1, 1], &[1, 1], 3, KappaWeights::Linear).unwrap().is_nan());
        assert!(scott_pi(&[1], &[1], 3).unwrap().is_nan());
        assert!(fleiss_kappa(&[2, 0, 2, 0], 2).unwrap().is_nan());
        assert!(fleiss_kappa(&[1, 0, 0, 1], 2).unwrap().is_nan());
    }
}
