use super::positive_shares;
use crate::{Error, Result, agreement::counts};
use alloc::{string::ToString as _, vec, vec::Vec};
use countermark_primitives::Error as Base;

/// A forecast's shares may miss the sum of 1 by this.
const SUM_TOLERANCE: f64 = 1e-6;

/// Bayesian truth serum: an answer earns by being more common than people foresaw, a forecast by being close to the
/// answers given, `ln(x_k / y_k) + alpha sum_k x_k ln(p_k / x_k)` with `x` the shares of the answers and `y` the
/// geometric mean of the forecasts.
///
/// `answers`: codes below `labels`, one for each person; `forecasts`: the share of each label that the person expects,
/// row-major `[people, labels]`, above 0, each row adding up to 1. With `alpha` 1 the scores add up to 0. Meant for
/// many people. Prelec, "A Bayesian truth serum for subjective data" (2004).
///
/// # Errors
/// `too_few_rows` without an answer; `length_mismatch`; `out_of_range` for a code, a forecast or a sum; `non_finite`.
///
/// ```
/// use countermark_scoring::peer_prediction::bayesian_truth_serum;
/// let scores = bayesian_truth_serum(&[0, 0, 1], &[0.5, 0.5, 0.6, 0.4, 0.5, 0.5], 2, 1.0)?;
/// assert!(scores[1] > scores[2] && scores.iter().sum::<f64>().abs() < 1e-12);
/// assert!(bayesian_truth_serum(&[0], &[1.0, 0.0], 2, 1.0).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn bayesian_truth_serum(answers: &[u32], forecasts: &[f64], labels: u32, alpha: f64) -> Result<Vec<f64>> {
    let counted = counts("answer", answers, labels)?;
    if answers.is_empty() {
        return Err(Error::TooFewRows { kept: 0, of: 0, needed: 1 });
    }
    if !alpha.is_finite() {
        return Err(Error::NonFinite { column: "alpha".into(), row: 0 });
    }
    let width = labels as usize;
    let expected = answers.len().saturating_mul(width);
    if forecasts.len() != expected {
        return Err(Base::LengthMismatch { what: "forecasts", expected, got: forecasts.len() }.into());
    }
    positive_shares("forecast", forecasts)?;
    for row in forecasts.chunks_exact(width) {
        let sum: f64 = row.iter().sum();
        if (sum - 1.0).abs() > SUM_TOLERANCE {
            return Err(
                Base::OutOfRange { what: "sum of a forecast", got: sum.to_string(), range: "1" }.into()
            );
        }
    }
    let people = answers.len() as f64;
    let shares: Vec<f64> = counted.iter().map(|n| *n as f64 / people).collect();
    let mut log_means = vec![0.0; width];
    for row in forecasts.chunks_exact(width) {
        log_means.iter_mut().zip(row).for_each(|(m, p)| *m += libm::log(*p));
    }
    let surprise: Vec<f64> =
        shares.iter().zip(&log_means).map(|(x, m)| libm::log(*x) - *m / people).collect();
    let score = |(answer, forecast): (&u32, &[f64])| {
        let foreseen: f64 =
            shares.iter().zip(forecast).filter(|(x, _)| **x > 0.0).map(|(x, p)| x * libm::log(p / x)).sum();
        surprise.get(*answer as usize).map_or(f64::NAN, |s| s + alpha * foreseen)
    };
    Ok(answers.iter().zip(forecasts.chunks_exact(width)).map(score).collect())
}

/// Robust Bayesian truth serum for yes or no and three people or more, each score in 0..=2.
///
/// Person i's forecast, and the next person's forecast moved towards i's answer, are both scored by the quadratic rule
/// against the answer of the person after that, in a ring. `answers`: one for each person; `forecasts`: the share of
/// yes that the person expects, 0..=1. Witkowski and Parkes, "A robust Bayesian truth serum for small populations"
/// (2012).
///
/// # Errors
/// `too_few_rows` below three people; `length_mismatch`; `non_finite`; `out_of_range`.
///
/// ```
/// use countermark_scoring::peer_prediction::robust_bayesian_truth_serum;
/// let scores = robust_bayesian_truth_serum(&[true, true, false], &[0.5, 0.6, 0.5])?;
/// assert_eq!(scores.len(), 3);
/// assert!(robust_bayesian_truth_serum(&[true, false], &[0.5, 0.5]).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn robust_bayesian_truth_serum(answers: &[bool], forecasts: &[f64]) -> Result<Vec<f64>> {
    let n = answers.len();
    if forecasts.len() != n {
        return Err(Base::LengthMismatch { what: "forecasts", expected: n, got: forecasts.len() }.into());
    }
    if n < 3 {
        return Err(Error::TooFewRows { kept: n, of: n, needed: 3 });
    }
    if let Some(row) = forecasts.iter().position(|x| !x.is_finite()) {
        return Err(Error::NonFinite { column: "forecast".into(), row });
    }
    if let Some(x) = forecasts.iter().find(|x| !(0.0..=1.0).contains(*x)) {
        return Err(Base::OutOfRange { what: "forecast", got: x.to_string(), range: "0..=1" }.into());
    }
    let quadratic = |p: f64, yes: bool| if yes { 2.0 * p - p * p } else { 1.0 - p * p };
    let next = forecasts.iter().cycle().skip(1);
    let judges = answers.iter().cycle().skip(2);
    let people = answers.iter().zip(forecasts).zip(next.zip(judges));
    let score = |((answer, own), (reference, judge)): ((&bool, &f64), (&f64, &bool))| {
        let step = reference.min(1.0 - reference);
        let shadow = if *answer { reference + step } else { reference - step };
        quadratic(shadow, *judge) + quadratic(*own, *judge)
    };
    Ok(people.map(score).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The score of a person who answers yes, by hand: shadow 0.8, quadratic 0.96; own 0.7, quadratic 0.91.
    #[test]
    fn robust_score_by_hand() {
        let scores = robust_bayesian_truth_serum(&[true, false, true], &[0.7, 0.4, 0.2]).unwrap();
        assert!((scores[0] - (0.96 + 0.91)).abs() < 1e-12);
    }

    #[test]
    fn forecasts_are_checked() {
        use countermark_primitives::Coded as _;
        let code = |f: &[f64]| bayesian_truth_serum(&[0, 1], f, 2, 1.0).unwrap_err().code();
        assert_eq!(code(&[0.5; 3]), "length_mismatch");
        assert_eq!(code(&[0.5, 0.5, 0.5, 0.6]), "out_of_range");
        assert_eq!(code(&[0.5, 0.5, 0.0, 1.0]), "out_of_range");
        assert_eq!(code(&[0.5, 0.5, f64::NAN, 1.0]), "non_finite");
    }
}
