use crate::{Error, Result, agreement::pair};
use alloc::vec::Vec;
use countermark_primitives::Error as Base;

/// Labels of a determinant.
const MAX_LABELS: u32 = 32;

/// Determinant-based mutual information: the product of the determinants of the two people's tables of counts, one of
/// the items before `split` and one of the rest. Its expectation is the square of a measure of what one says about the
/// other, and no strategy earns more than the truth, whatever the other does.
///
/// `a`, `b`: codes below `labels`, at most 32, one for each item; each part needs as many items as there are labels.
/// Exact. Kong, "Dominantly truthful multi-task peer prediction with a constant number of tasks" (2020).
///
/// # Errors
/// `too_few_rows` for a part that is too short; `length_mismatch`, `out_of_range`; `limit_exceeded`; `overflow` for a
/// determinant or product outside 128 bits.
///
/// ```
/// use countermark_scoring::peer_prediction::determinant_mutual_information;
/// assert_eq!(determinant_mutual_information(&[0, 1, 0, 1], &[0, 1, 1, 0], 2, 2)?, -1);
/// assert!(determinant_mutual_information(&[0, 1, 0], &[0, 1, 1], 2, 2).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn determinant_mutual_information(a: &[u32], b: &[u32], labels: u32, split: usize) -> Result<i128> {
    if labels > MAX_LABELS {
        let (limit, got) = (u64::from(MAX_LABELS), u64::from(labels));
        return Err(Base::LimitExceeded { what: "number of labels", limit, got }.into());
    }
    pair(a, b, labels)?;
    let (size, rest) = (labels as usize, a.len().saturating_sub(split));
    if split < size || rest < size {
        return Err(Error::TooFewRows { kept: split.min(rest), of: a.len(), needed: size });
    }
    let part = |from: usize, count: usize| {
        let mut table = alloc::vec![alloc::vec![0i128; size]; size];
        for (x, y) in a.iter().zip(b).skip(from).take(count) {
            if let Some(cell) = table.get_mut(*x as usize).and_then(|row| row.get_mut(*y as usize)) {
                *cell += 1;
            }
        }
        determinant(table).ok_or(Base::Overflow { what: "determinant" })
    };
    let (first, second) = (part(0, split)?, part(split, rest)?);
    Ok(first.checked_mul(second).ok_or(Base::Overflow { what: "product of determinants" })?)
}

/// The determinant by Bareiss's division-free elimination, in which every entry is a minor; `None` where a product
/// passes 128 bits.
fn determinant(mut rows: Vec<Vec<i128>>) -> Option<i128> {
    let mut sign = 1i128;
    let mut last = 1i128;
    while !rows.is_empty() {
        let Some(pivot) = rows.iter().position(|r| r.first().is_some_and(|x| *x != 0)) else {
            return Some(0);
        };
        if pivot != 0 {
            rows.swap(0, pivot);
            sign = -sign;
        }
        let top = rows.remove(0);
        let (head, tail) = top.split_first()?;
        rows = rows
            .iter()
            .map(|row| {
                let (first, others) = row.split_first()?;
                let cell = |(x, t): (&i128, &i128)| {
                    x.checked_mul(*head)?.checked_sub(first.checked_mul(*t)?)?.checked_div(last)
                };
                others.iter().zip(tail).map(cell).collect()
            })
            .collect::<Option<_>>()?;
        last = *head;
    }
    sign.checked_mul(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn determinants() {
        let of = |rows: &[&[i128]]| determinant(rows.iter().map(|r| r.to_vec()).collect());
        assert_eq!(of(&[&[0, 2], &[3, 4]]), Some(-6));
        assert_eq!(of(&[&[2, 0, 1], &[1, 3, 2], &[1, 1, 4]]), Some(18));
        assert_eq!(of(&[&[1, 2], &[2, 4]]), Some(0));
        assert_eq!(of(&[&[i128::MAX, 1], &[1, i128::MAX]]), None);
    }
}
