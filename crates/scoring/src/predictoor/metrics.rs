use super::{finite, probabilities, same_rows};
use crate::{Error, Result};
use alloc::vec::Vec;

/// How well probabilities foresaw up and down.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DirectionMetrics {
    /// Part of the rows foreseen: above 0.5 is up, exactly 0.5 is down.
    pub accuracy: f64,
    /// Lower end of the 95 % interval of the accuracy, by the normal approximation, 0..=1.
    pub accuracy_lower: f64,
    /// Upper end of that interval.
    pub accuracy_upper: f64,
    /// Part of the rows foreseen up that went up; 0 when none was.
    pub precision: f64,
    /// Part of the rows that went up that were foreseen; 0 when none did.
    pub recall: f64,
    /// Harmonic mean of precision and recall; 0 when both are.
    pub f1: f64,
    /// Mean of `-ln` of the probability given to what happened, with probabilities kept 2^-52 away from 0 and 1; 3
    /// while only one of up and down has happened.
    pub log_loss: f64,
}

/// The normal quantile of 0.975.
const Z: f64 = 1.959_963_984_540_054;
/// The log loss while it has no meaning.
const NO_LOSS: f64 = 3.0;

/// Counts over the rows so far.
#[derive(Default)]
struct Tally {
    rows: u64,
    correct: u64,
    ups: u64,
    called_up: u64,
    called_up_right: u64,
    loss: f64,
    /// What rounding took from `loss` (Neumaier).
    carry: f64,
}

impl Tally {
    fn push(&mut self, truth: bool, prob_up: f64) {
        let called = prob_up > 0.5;
        self.rows += 1;
        self.correct += u64::from(called == truth);
        self.ups += u64::from(truth);
        self.called_up += u64::from(called);
        self.called_up_right += u64::from(called && truth);
        let p = if truth { prob_up } else { 1.0 - prob_up };
        let x = -libm::log(p.clamp(f64::EPSILON, 1.0 - f64::EPSILON));
        let sum = self.loss + x;
        let (big, small) = if self.loss >= x { (self.loss, x) } else { (x, self.loss) };
        self.carry += (big - sum) + small;
        self.loss = sum;
    }

    #[allow(clippy::cast_precision_loss, reason = "fewer than 2^53 rows")]
    fn metrics(&self) -> DirectionMetrics {
        let ratio = |a: u64, b: u64| if b == 0 { 0.0 } else { a as f64 / b as f64 };
        let n = self.rows as f64;
        let accuracy = ratio(self.correct, self.rows);
        let half = Z * libm::sqrt(accuracy * (1.0 - accuracy) / n);
        let one_kind = self.ups == 0 || self.ups == self.rows;
        DirectionMetrics {
            accuracy,
            accuracy_lower: (accuracy - half).clamp(0.0, 1.0),
            accuracy_upper: (accuracy + half).clamp(0.0, 1.0),
            precision: ratio(self.called_up_right, self.called_up),
            recall: ratio(self.called_up_right, self.ups),
            f1: ratio(2 * self.called_up_right, self.ups + self.called_up),
            log_loss: if one_kind { NO_LOSS } else { (self.loss + self.carry) / n },
        }
    }
}

fn check(truth: &[bool], prob_up: &[f64]) -> Result<()> {
    same_rows("probability", truth.len(), prob_up.len())?;
    probabilities(prob_up)
}

/// Metrics over all rows: `truth[i]` says whether row `i` went up, `prob_up[i]` in 0..=1 what was foreseen.
///
/// # Errors
/// `length_mismatch`, `too_few_rows` for none, `non_finite`, `out_of_range`.
///
/// ```
/// use countermark_scoring::predictoor::direction_metrics;
/// let m = direction_metrics(&[true, false, true, true], &[0.9, 0.2, 0.5, 0.7])?;
/// assert_eq!((m.accuracy, m.precision), (0.75, 1.0)); // exactly 0.5 is down
/// assert!((m.log_loss - 0.3445).abs() < 1e-4);
/// assert!(direction_metrics(&[true], &[1.5]).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn direction_metrics(truth: &[bool], prob_up: &[f64]) -> Result<DirectionMetrics> {
    check(truth, prob_up)?;
    if truth.is_empty() {
        return Err(Error::TooFewRows { kept: 0, of: 0, needed: 1 });
    }
    let mut tally = Tally::default();
    truth.iter().zip(prob_up).for_each(|(t, p)| tally.push(*t, *p));
    Ok(tally.metrics())
}

/// Metrics after each row, over the rows up to it, in one pass. Shape `[rows]`.
///
/// # Errors
/// `length_mismatch`, `non_finite`, `out_of_range`.
///
/// ```
/// use countermark_scoring::predictoor::running_metrics;
/// let m = running_metrics(&[true, false], &[0.9, 0.6])?;
/// assert_eq!((m[0].accuracy, m[1].accuracy), (1.0, 0.5));
/// assert_eq!(m[0].log_loss, 3.0); // only up has happened
/// assert!(running_metrics(&[true], &[]).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn running_metrics(truth: &[bool], prob_up: &[f64]) -> Result<Vec<DirectionMetrics>> {
    check(truth, prob_up)?;
    let mut tally = Tally::default();
    let each = |(t, p): (&bool, &f64)| {
        tally.push(*t, *p);
        tally.metrics()
    };
    Ok(truth.iter().zip(prob_up).map(each).collect())
}

/// What a regression model foretells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forecast {
    /// The next price.
    Price,
    /// The change, as a part of the present price.
    RelativeChange,
}

/// Signed errors of a regression model: the next price less the one foretold. All slices have one entry per row.
///
/// # Errors
/// `length_mismatch`, `non_finite`.
///
/// ```
/// use countermark_scoring::predictoor::{Forecast, regression_errors};
/// assert_eq!(regression_errors(&[100.0], &[103.0], &[0.02], Forecast::RelativeChange)?, [1.0]);
/// assert!(regression_errors(&[100.0], &[103.0], &[f64::NAN], Forecast::Price).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn regression_errors(
    price: &[f64],
    next_price: &[f64],
    forecast: &[f64],
    form: Forecast,
) -> Result<Vec<f64>> {
    same_rows("next price", price.len(), next_price.len())?;
    same_rows("forecast", price.len(), forecast.len())?;
    finite("price", price)?;
    finite("next price", next_price)?;
    finite("forecast", forecast)?;
    let each = |((now, next), f): ((&f64, &f64), &f64)| match form {
        Forecast::Price => next - f,
        Forecast::RelativeChange => next - (now + f * now),
    };
    Ok(price.iter().zip(next_price).zip(forecast).map(each).collect())
}
