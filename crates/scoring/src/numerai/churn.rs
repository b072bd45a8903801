//! How much a submission differs from earlier ones, and what Numerai Signals does about it.
//!
//! Source: numerai/numerai-tools 0.7.2, `numerai_tools/signals.py`; numerai/docs,
//! `numerai-signals/scoring/README.md` (thresholds).

use super::align::{Alignment, Frame, Ids, Key, MAX_FILTERED_RATIO};
use super::correlation::spearman_correlation;
use super::portfolio::neutralized_weights;
use super::rank::is_constant;
use super::score::{Mode, as_error};
use super::submission::{CleanOptions, Submission, Tournament, clean_submission, validate_submission};
use super::top_bottom::TopBottom;
use crate::numeric::sum2;
use crate::{Column, Error, Result};
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use countermark_primitives::Error as Base;

/// Values by id: a submission, or portfolio weights.
#[derive(Debug, Clone, Copy)]
pub struct Signal<'a> {
    /// The names of the rows, each at most once.
    pub ids: Ids<'a>,
    /// The values, one per id.
    pub values: Column<'a>,
}

/// Both signals' values for their common ids.
fn common(a: &Signal<'_>, b: &Signal<'_>) -> Result<(Vec<f64>, Vec<f64>)> {
    let (left, right) = ([a.values], [b.values]);
    let frames = [Frame { ids: a.ids, columns: &left }, Frame { ids: b.ids, columns: &right }];
    let rows = Alignment::new(&frames, MAX_FILTERED_RATIO)?;
    Ok((rows.pick(0, &a.values), rows.pick(1, &b.values)))
}

/// Churn of two signals: 1 - Spearman's correlation over their common ids, 0..=2. With `top_bottom`, 1 minus the mean
/// share of ids that both have in their lowest and in their highest so many values, 0..=1, whatever ids they have in
/// common.
///
/// # Errors
/// `too_few_rows` when the common ids are below 80 % of either; `constant_column`; `duplicate_id`; `length_mismatch`.
///
/// ```
/// use countermark_scoring::{Ids, Signal, churn};
/// let (x, y) = (vec![0.1, 0.2, 0.3, 0.4], vec![0.4, 0.3, 0.2, 0.1]);
/// let a = Signal { ids: Ids::Text(&["A", "B", "C", "D"]), values: (&x).into() };
/// let b = Signal { ids: Ids::Text(&["D", "C", "B", "A"]), values: (&y).into() };
/// // The same values by id, in another order of rows.
/// assert!(churn(&a, &b, None)?.abs() < 1e-15 && churn(&a, &b, Some(1))? == 0.0);
/// let other = Signal { ids: Ids::Text(&["E", "F", "G", "H"]), values: (&y).into() };
/// assert!(churn(&a, &other, None).is_err() && churn(&a, &other, Some(1))? == 1.0);
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn churn(a: &Signal<'_>, b: &Signal<'_>, top_bottom: Option<usize>) -> Result<f64> {
    if let Some(k) = top_bottom.filter(|k| *k > 0) {
        let (a_tails, b_tails) = (tails(a, k)?, tails(b, k)?);
        #[allow(clippy::cast_precision_loss, reason = "row counts are below 2^32")]
        let share = |a: &[Key<'_>], b: &[Key<'_>]| {
            a.iter().filter(|key| b.binary_search(key).is_ok()).count() as f64 / k as f64
        };
        return Ok(1.0 - (share(&a_tails.0, &b_tails.0) + share(&a_tails.1, &b_tails.1)) / 2.0);
    }
    let (x, y) = common(a, b)?;
    for (name, values) in [("first signal", &x), ("second signal", &y)] {
        if values.len() < 2 || is_constant(values) {
            return Err(as_error(name, super::score::Reason::Constant));
        }
    }
    Ok(1.0 - spearman_correlation(&(&x).into(), &(&y).into())?)
}

/// The distinct ids of the highest and of the lowest values, sorted.
fn tails<'a>(s: &Signal<'a>, k: usize) -> Result<(Vec<Key<'a>>, Vec<Key<'a>>)> {
    let (rows, got) = (s.ids.len(), s.values.len());
    if rows != got {
        return Err(Error::ColumnLength { column: String::from("signal"), expected: rows, got });
    }
    let tails = TopBottom::of(&s.values.to_vec(), k)?;
    let keys = |rows: &[usize]| {
        let mut keys: Vec<Key<'a>> =
            rows.iter().filter_map(|r| u32::try_from(*r).ok()).map(|r| s.ids.key(r)).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    };
    Ok((keys(&tails.top), keys(&tails.bottom)))
}

/// Turnover of two portfolios: half the sum of the absolute differences of their weights over the common ids.
///
/// # Errors
/// `too_few_rows` when the common ids are below 80 % of either; `duplicate_id`; `length_mismatch`.
///
/// ```
/// use countermark_scoring::{Ids, Signal, turnover};
/// let (x, y) = (vec![0.5, -0.5], vec![-0.5, 0.5]);
/// let a = Signal { ids: Ids::Rows(2), values: (&x).into() };
/// assert_eq!(turnover(&a, &Signal { values: (&y).into(), ..a })?, 1.0);
/// assert!(turnover(&a, &Signal { ids: Ids::I64(&[8, 9]), ..a }).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn turnover(a: &Signal<'_>, b: &Signal<'_>) -> Result<f64> {
    let (x, y) = common(a, b)?;
    Ok(sum2(&x, &y, |x, y| (x - y).abs()) / 2.0)
}

/// The share of a positive payout that is left at a neutral churn of 0..=2: 1 up to the threshold, then
/// `2 / (1 + exp(scale (churn - threshold)))`. Burns are not changed.
///
/// Numerai uses the threshold 0.1 and the scale 10.
///
/// # Errors
/// `out_of_range` unless churn and threshold lie in 0..=2 and the scale is positive and finite.
///
/// ```
/// use countermark_scoring::neutral_churn_penalty;
/// assert_eq!(neutral_churn_penalty(0.1, 0.1, 10.0)?, 1.0);
/// assert!((neutral_churn_penalty(0.2, 0.1, 10.0)? - 0.5378828427399903).abs() < 1e-15);
/// assert!(neutral_churn_penalty(2.1, 0.1, 10.0).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn neutral_churn_penalty(neutral_churn: f64, threshold: f64, scale: f64) -> Result<f64> {
    let bad = |what, got: f64, range| Err(Base::OutOfRange { what, got: got.to_string(), range }.into());
    if !(0.0..=2.0).contains(&neutral_churn) {
        return bad("neutral churn", neutral_churn, "0..=2");
    }
    if !(0.0..=2.0).contains(&threshold) {
        return bad("churn threshold", threshold, "0..=2");
    }
    if !(scale.is_finite() && scale > 0.0) {
        return bad("churn scale", scale, "above 0 and finite");
    }
    if neutral_churn <= threshold {
        return Ok(1.0);
    }
    let decay = libm::exp(-scale * (neutral_churn - threshold));
    Ok(2.0 * decay / (1.0 + decay))
}

/// The mean neutral churn of a submission against its predecessors (the tournament takes the last five): the mean over
/// those that can be compared, and 1 when none can. `None` or NaN is a submission that cannot.
///
/// ```
/// use countermark_scoring::mean_neutral_churn;
/// assert_eq!(mean_neutral_churn(&[Some(0.1), None, Some(0.3)]), 0.2);
/// assert_eq!(mean_neutral_churn(&[None]), 1.0);
/// ```
pub fn mean_neutral_churn(churns: &[Option<f64>]) -> f64 {
    let known: Vec<f64> = churns.iter().flatten().copied().filter(|c| !c.is_nan()).collect();
    if known.is_empty() { 1.0 } else { crate::numeric::mean(&known) }
}

/// Why a round of Numerai Signals is not staked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Disqualification {
    /// There is no submission in the week before.
    NoPriorSubmission,
    /// Churn against the week before reaches [`RoundLimits::max_churn`].
    Churn,
    /// Turnover against the week before reaches [`RoundLimits::max_turnover`].
    Turnover,
}

impl Disqualification {
    /// One lower-case word for each.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoPriorSubmission => "no_prior_submission",
            Self::Churn => "churn",
            Self::Turnover => "turnover",
        }
    }
}

/// Bounds from which on a round's stake is set to 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RoundLimits {
    /// Churn, 0..=2.
    pub max_churn: f64,
    /// Turnover, 0..
    pub max_turnover: f64,
}

impl Default for RoundLimits {
    /// Churn 0.15 and turnover 0.25.
    fn default() -> Self {
        Self { max_churn: 0.15, max_turnover: 0.25 }
    }
}

impl RoundLimits {
    /// Why a round with this churn and turnover against the week before is not staked; `prior` is `None` without a
    /// submission in the week before. A NaN disqualifies.
    ///
    /// ```
    /// use countermark_scoring::{Disqualification, RoundLimits};
    /// let limits = RoundLimits::default();
    /// assert_eq!(limits.disqualifies(Some((0.14, 0.2))), None);
    /// assert_eq!(limits.disqualifies(Some((0.15, 0.2))), Some(Disqualification::Churn));
    /// assert_eq!(limits.disqualifies(None), Some(Disqualification::NoPriorSubmission));
    /// ```
    pub fn disqualifies(&self, prior: Option<(f64, f64)>) -> Option<Disqualification> {
        let Some((churn, turnover)) = prior else {
            return Some(Disqualification::NoPriorSubmission);
        };
        if churn.is_nan() || churn >= self.max_churn {
            Some(Disqualification::Churn)
        } else if turnover.is_nan() || turnover >= self.max_turnover {
            Some(Disqualification::Turnover)
        } else {
            None
        }
    }
}

/// A submission to Numerai Signals with the universe of its era.
#[derive(Debug, Clone, Copy)]
pub struct SignalsEra<'a> {
    /// Tickers of the submission.
    pub submission_ids: &'a [&'a str],
    /// Its predictions, one per ticker, 0..=1.
    pub submission: &'a [f64],
    /// Tickers of the whole universe, each once.
    pub universe: &'a [&'a str],
    /// Neutralizing columns, one value per ticker of the universe.
    pub neutralizers: &'a [Column<'a>],
    /// Sampling weights, one per ticker of the universe.
    pub sample_weights: Column<'a>,
}

impl SignalsEra<'_> {
    /// The submission on the universe, ranked and filled: ids and values.
    fn clean(&self) -> Result<(Vec<String>, Vec<f64>)> {
        let ids: Vec<Option<&str>> = self.submission_ids.iter().map(|i| Some(*i)).collect();
        let universe: Vec<Option<&str>> = self.universe.iter().map(|i| Some(*i)).collect();
        let headers = ["ticker", "signal"];
        let submission = Submission { headers: &headers, ids: &ids, values: self.submission };
        let valid = validate_submission(Tournament::Signals, &universe, &submission, false)?;
        let picked = |r: &usize| ids.get(*r).copied().flatten().zip(self.submission.get(*r).copied());
        let (ids, values): (Vec<Option<&str>>, Vec<f64>) =
            valid.rows.iter().filter_map(picked).map(|(id, x)| (Some(id), x)).unzip();
        let options = CleanOptions { remap: None, rank_and_fill: true };
        let clean = clean_submission(&universe, &ids, &values, &options)?;
        Ok((clean.ids, clean.values))
    }

    /// The portfolio of the cleaned submission, in its order.
    fn weights(&self, clean: &(Vec<String>, Vec<f64>)) -> Result<Vec<f64>> {
        let ids: Vec<&str> = clean.0.iter().map(String::as_str).collect();
        let frames = [
            Frame { ids: Ids::Text(&ids), columns: &[] },
            Frame { ids: Ids::Text(self.universe), columns: &[] },
        ];
        let rows = Alignment::new(&frames, MAX_FILTERED_RATIO)?;
        let picked: Vec<Vec<f64>> = self.neutralizers.iter().map(|c| rows.pick(1, c)).collect();
        let columns: Vec<Column<'_>> = picked.iter().map(Column::from).collect();
        let weights = rows.pick(1, &self.sample_weights);
        let signal = rows.pick(0, &(&clean.1).into());
        let w = neutralized_weights(&[(&signal).into()], &columns, &(&weights).into(), true, Mode::Compat)?;
        Ok(w.into_iter().flatten().next().unwrap_or_default())
    }
}

/// The largest churn and the largest turnover of a submission against earlier ones, each cleaned on the universe of
/// its own era first. An earlier one with too few tickers in common is passed over; 1 and 1 when none is left.
///
/// # Errors
/// Those of [`validate_submission`] for any submission; `constant_column`; `duplicate_id`; those of
/// [`neutralized_weights`].
pub fn max_churn_and_turnover(current: &SignalsEra<'_>, previous: &[SignalsEra<'_>]) -> Result<(f64, f64)> {
    let signal = current.clean()?;
    let weights = current.weights(&signal)?;
    let ids: Vec<&str> = signal.0.iter().map(String::as_str).collect();
    let mut worst: Option<(f64, f64)> = None;
    for era in previous {
        let before = era.clean()?;
        let before_weights = era.weights(&before)?;
        let before_ids: Vec<&str> = before.0.iter().map(String::as_str).collect();
        let churned = churn(&by_ticker(&ids, &signal.1), &by_ticker(&before_ids, &before.1), None);
        let turned = turnover(&by_ticker(&ids, &weights), &by_ticker(&before_ids, &before_weights));
        let (churned, turned) = match (churned, turned) {
            (Err(Error::TooFewRows { .. }), _) | (Ok(_), Err(Error::TooFewRows { .. })) => continue,
            (c, t) => (c?.abs(), t?.abs()),
        };
        worst = Some(worst.map_or((churned, turned), |(c, t)| (larger(c, churned), larger(t, turned))));
    }
    Ok(worst.unwrap_or((1.0, 1.0)))
}

fn by_ticker<'a>(ids: &'a [&'a str], values: &'a Vec<f64>) -> Signal<'a> {
    Signal { ids: Ids::Text(ids), values: values.into() }
}

/// The larger; the first when either is NaN.
fn larger(a: f64, b: f64) -> f64 {
    if b > a { b } else { a }
}
