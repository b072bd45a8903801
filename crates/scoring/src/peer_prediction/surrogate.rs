use crate::{Error, Result};
use alloc::{string::ToString as _, vec::Vec};
use countermark_primitives::Error as Base;

/// Surrogate scores: what a proper score would be in expectation, from labels that are wrong at known rates,
/// `[(1 - e_(1-y)) S(y) - e_y S(1-y)] / (1 - e_0 - e_1)` for the noisy label y.
///
/// `scores`: the score of each forecast if no came true, and if yes did; `labels`: the noisy outcomes; `noise`: the
/// rates `e_0` of a no turned to yes and `e_1` of a yes turned to no, together below 1. Liu, Wang and Chen, "Surrogate
/// scoring rules" (2020).
///
/// # Errors
/// `length_mismatch`; `out_of_range` for rates outside 0..=1 or a sum of 1 or more; `non_finite`.
///
/// ```
/// use countermark_scoring::peer_prediction::surrogate_scores;
/// let s = surrogate_scores(&[[0.0, 1.0]], &[true], [0.1, 0.2])?;
/// assert!((s[0] - 0.9 / 0.7).abs() < 1e-15);
/// assert!(surrogate_scores(&[[0.0, 1.0]], &[true], [0.5, 0.5]).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn surrogate_scores(scores: &[[f64; 2]], labels: &[bool], noise: [f64; 2]) -> Result<Vec<f64>> {
    if scores.len() != labels.len() {
        return Err(Base::LengthMismatch { what: "labels", expected: scores.len(), got: labels.len() }.into());
    }
    let [e0, e1] = noise;
    let rate = 0.0..=1.0;
    if !(rate.contains(&e0) && rate.contains(&e1) && e0 + e1 < 1.0) {
        let got = (e0 + e1).to_string();
        return Err(Base::OutOfRange { what: "sum of the rates of noise", got, range: "0..1" }.into());
    }
    if let Some(row) = scores.iter().position(|s| s.iter().any(|x| !x.is_finite())) {
        return Err(Error::NonFinite { column: "scores".into(), row });
    }
    let clean = 1.0 - e0 - e1;
    let one = |([no, yes], label): (&[f64; 2], &bool)| {
        if *label { ((1.0 - e0) * yes - e1 * no) / clean } else { ((1.0 - e1) * no - e0 * yes) / clean }
    };
    Ok(scores.iter().zip(labels).map(one).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Averaged over the noise, the surrogate is the score of the true outcome.
    #[test]
    fn unbiased() {
        let (scores, [e0, e1]) = ([[0.3, -1.7]; 2], [0.15, 0.25]);
        let s = surrogate_scores(&scores, &[false, true], [e0, e1]).unwrap();
        assert!(((1.0 - e0) * s[0] + e0 * s[1] - 0.3).abs() < 1e-12);
        assert!((e1 * s[0] + (1.0 - e1) * s[1] + 1.7).abs() < 1e-12);
    }
}
