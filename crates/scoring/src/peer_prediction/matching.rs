use super::positive_shares;
use crate::{Result, agreement::pair};
use alloc::{vec, vec::Vec};
use countermark_primitives::Error as Base;

/// Output agreement: 1 for each item where the peer gave the same label, else 0.
///
/// `answers`, `peers`: codes below `labels`, one for each item. von Ahn and Dabbish, "Designing games with a purpose"
/// (2008).
///
/// # Errors
/// `length_mismatch`, `too_few_rows`, `out_of_range`.
///
/// ```
/// use countermark_scoring::peer_prediction::output_agreement;
/// assert_eq!(output_agreement(&[0, 1], &[0, 0], 2)?, [1.0, 0.0]);
/// assert!(output_agreement(&[0], &[0, 1], 2).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn output_agreement(answers: &[u32], peers: &[u32], labels: u32) -> Result<Vec<f64>> {
    pair(answers, peers, labels)?;
    Ok(answers.iter().zip(peers).map(|(x, y)| f64::from(u8::from(x == y))).collect())
}

/// Peer truth serum: `1 / R(x) - 1` for each item where the peer gave the same label x, else -1, so that agreeing on a
/// rare label earns more and guessing by shares earns nothing.
///
/// `answers`, `peers`: codes below `labels`, one for each item; `shares`: R, the public share of each label, above 0;
/// `None` takes the shares of both columns together. Faltings, Jurca and Radanovic, "Peer truth serum" (2017).
///
/// # Errors
/// `length_mismatch`, `too_few_rows`, `out_of_range`, `non_finite`.
///
/// ```
/// use countermark_scoring::peer_prediction::peer_truth_serum;
/// assert_eq!(peer_truth_serum(&[0, 1], &[0, 0], 2, Some(&[0.5, 0.5]))?, [1.0, -1.0]);
/// assert!(peer_truth_serum(&[0], &[0], 2, Some(&[1.0, 0.0])).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn peer_truth_serum(
    answers: &[u32],
    peers: &[u32],
    labels: u32,
    shares: Option<&[f64]>,
) -> Result<Vec<f64>> {
    let [first, second] = pair(answers, peers, labels)?;
    let mut inverse = vec![0.0; labels as usize];
    match shares {
        Some(shares) => {
            if shares.len() != inverse.len() {
                let (expected, got) = (inverse.len(), shares.len());
                return Err(Base::LengthMismatch { what: "shares", expected, got }.into());
            }
            positive_shares("share", shares)?;
            inverse.iter_mut().zip(shares).for_each(|(i, r)| *i = 1.0 / r);
        }
        None => {
            let all = 2.0 * answers.len() as f64;
            // A label that nobody gave is never looked up.
            let both = first.iter().zip(&second).map(|(a, b)| (a + b) as f64);
            inverse.iter_mut().zip(both).for_each(|(i, n)| *i = all / n);
        }
    }
    let pay = |(x, y): (&u32, &u32)| match inverse.get(*x as usize) {
        Some(i) if x == y => i - 1.0,
        _ => -1.0,
    };
    Ok(answers.iter().zip(peers).map(pay).collect())
}
