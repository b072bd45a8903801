//! The weight that a majority of stake supports.

use super::{
    Fixed,
    number::Number,
    sparse::{Matrix, normalize},
};
use crate::Result;
use alloc::{vec, vec::Vec};
use countermark_primitives::Error as Base;

/// The largest score that stake of at least `majority` gives or exceeds: the stake-weighted median, where `majority`
/// is a half. 0 without stake; stake is divided by its sum first.
///
/// `stake`, `score`: one entry for each scorer, neither below 0; those without stake have no say.
///
/// # Errors
/// `length_mismatch`; `out_of_range` for stake below 0; `overflow` when the stakes sum to 2^31 or more.
///
/// ```
/// use countermark_scoring::yuma::{Fixed, weighted_median};
/// let tenth = |n: i64| Fixed::from_bits((n << 32) / 10);
/// let stake = [tenth(4), tenth(3), tenth(3)];
/// let score = [tenth(9), tenth(5), tenth(1)];
/// assert_eq!(weighted_median(&stake, &score, tenth(5))?, tenth(5));
/// assert!(weighted_median(&stake, &score[..2], tenth(5)).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn weighted_median(stake: &[Fixed], score: &[Fixed], majority: Fixed) -> Result<Fixed> {
    if score.len() != stake.len() {
        let (expected, got) = (stake.len(), score.len());
        return Err(Base::LengthMismatch { what: "list of scores", expected, got }.into());
    }
    if let Some(s) = stake.iter().find(|s| **s < Fixed::ZERO) {
        let got = alloc::format!("{}", s.to_f64());
        return Err(Base::OutOfRange { what: "stake", got, range: "0.." }.into());
    }
    let mut with_stake: Vec<(Fixed, Fixed)> =
        stake.iter().zip(score).filter(|(s, _)| **s > Fixed::ZERO).map(|(s, x)| (*x, *s)).collect();
    let mut parts: Vec<Fixed> = with_stake.iter().map(|(_, s)| *s).collect();
    normalize("sum of the stakes", &mut parts)?;
    with_stake.iter_mut().zip(&parts).for_each(|((_, s), part)| *s = *part);
    let sum = Fixed::total("sum of the stakes", parts.into_iter())?;
    Ok(median(&mut with_stake, sum.saturating_sub(majority)))
}

/// The least score so that the stake up to it exceeds `minority`, else the greatest score; 0 of none.
fn median<N: Number>(scored: &mut [(N, N)], minority: N) -> N {
    scored.sort_by(|(a, _), (b, _)| a.partial_cmp(b).unwrap_or(core::cmp::Ordering::Equal));
    let mut below = N::ZERO;
    for run in scored.chunk_by(|(a, _), (b, _)| a == b) {
        below = run.iter().fold(below, |sum, (_, stake)| sum.plus(*stake));
        if minority < below {
            return run.first().map_or(N::ZERO, |(score, _)| *score);
        }
    }
    scored.last().map_or(N::ZERO, |(score, _)| *score)
}

/// The median of every column of `weights`; what a row with stake does not hold is 0.
pub(super) fn column_medians<N: Number>(stake: &[N], weights: &Matrix<N>, majority: N) -> Result<Vec<N>> {
    const WHAT: &str = "sum of the active stake";
    let mut parts: Vec<N> = stake.iter().copied().filter(|s| *s > N::ZERO).collect();
    normalize(WHAT, &mut parts)?;
    let sum = N::total(WHAT, parts.iter().copied())?;
    let minority = sum.minus(majority);
    let mut columns: Vec<Vec<(N, N)>> = vec![Vec::new(); weights.len()];
    let rows = stake.iter().zip(weights).filter(|(s, _)| **s > N::ZERO).map(|(_, row)| row);
    for (part, row) in parts.iter().zip(rows) {
        for (j, x) in row {
            if let Some(column) = columns.get_mut(usize::from(*j)) {
                column.push((*x, *part));
            }
        }
    }
    let of = |scored: &mut Vec<(N, N)>| {
        if scored.len() < parts.len() {
            let said = scored.iter().fold(N::ZERO, |sum, (_, part)| sum.plus(*part));
            scored.push((N::ZERO, sum.minus(said)));
        }
        median(scored, minority)
    };
    Ok(columns.iter_mut().map(of).collect())
}
