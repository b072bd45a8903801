//! What a series of scores, one per era or round, comes to.
//!
//! Source: numerai/numerai-tools 0.7.2 (`sharpe_ratio`); numerai/example-scripts (drawdown of the cumulative sum);
//! numerai/docs, `numerai-tournament/reputation.md`, `numerai-tournament/scoring/grandmasters-and-seasons.md`.

use super::correlation;
use super::normalize::{average, deviation};
use crate::numeric::{sum1, sum2};
use crate::{Column, Error, Result};
use alloc::vec::Vec;
use countermark_primitives::{Error as Base, Wei};

/// Statistics of a model's scores, one per era.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    /// Eras with a score.
    pub eras: u64,
    /// Eras without (NaN), which count nowhere.
    pub missing: u64,
    /// Mean score.
    pub mean: f64,
    /// Population standard deviation (divisor n).
    pub sd: f64,
    /// `mean / sd`; infinite or NaN when the scores are all the same.
    pub sharpe: f64,
    /// The deepest fall of the cumulative sum below its highest value so far, 0 or more; the sum's first value is the
    /// first score, not 0.
    pub max_drawdown: f64,
    /// Pearson's correlation of each score with the one before, -1..=1; pairs with a NaN are left out.
    pub autocorrelation: f64,
}

/// Summarises a model's scores by era. Everything is NaN without a score.
///
/// ```
/// use countermark_scoring::summarize;
/// let s = summarize(&(&vec![0.02, -0.01, -0.01, 0.04]).into());
/// assert!((s.mean - 0.01).abs() < 1e-15 && (s.max_drawdown - 0.02).abs() < 1e-15);
/// assert!((s.sharpe - s.mean / s.sd).abs() < 1e-15);
/// assert_eq!(summarize(&(&vec![f64::NAN]).into()).missing, 1);
/// ```
pub fn summarize(scores: &Column<'_>) -> Summary {
    let all = scores.to_vec();
    let known: Vec<f64> = all.iter().copied().filter(|x| !x.is_nan()).collect();
    let (mean, sd) = (average(&known), deviation(&known));
    let (mut sum, mut peak, mut fall) = (0.0f64, f64::NEG_INFINITY, 0.0f64);
    for x in &known {
        sum += x;
        peak = peak.max(sum);
        fall = fall.max(peak - sum);
    }
    let pairs = all.iter().zip(all.iter().skip(1)).filter(|(a, b)| !a.is_nan() && !b.is_nan());
    let (before, after): (Vec<f64>, Vec<f64>) = pairs.map(|(a, b)| (*a, *b)).unzip();
    Summary {
        eras: known.len() as u64,
        missing: (all.len() - known.len()) as u64,
        mean,
        sd,
        sharpe: mean / sd,
        max_drawdown: if known.is_empty() { f64::NAN } else { fall },
        autocorrelation: correlation::of(&after, &before),
    }
}

/// `mean / sd` of scores, the standard deviation with divisor n; NaN values count nowhere.
///
/// ```
/// use countermark_scoring::sharpe_ratio;
/// assert_eq!(sharpe_ratio(&(&vec![1.0, f64::NAN, 3.0]).into()), 2.0);
/// assert!(sharpe_ratio(&(&vec![]).into()).is_nan());
/// ```
pub fn sharpe_ratio(scores: &Column<'_>) -> f64 {
    summarize(scores).sharpe
}

/// Days that a reputation looks back.
pub const REPUTATION_DAYS: u32 = 365;

/// A model's reputation: the mean of its scores in the year up to `today`, that is over rounds with
/// `today - 365 < day <= today`. Days are counted from any fixed day. A NaN score counts nowhere; NaN when none is left.
///
/// # Errors
/// `length_mismatch` unless there is a day per score.
///
/// ```
/// use countermark_scoring::reputation;
/// let scores = vec![0.5, 0.01, 0.03];
/// assert_eq!(reputation(&[0, 365, 366], &(&scores).into(), 366)?, 0.02);
/// assert!(reputation(&[0], &(&scores).into(), 366).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn reputation(days: &[u32], scores: &Column<'_>, today: u32) -> Result<f64> {
    if days.len() != scores.len() {
        let (column, expected, got) = ("scores".into(), days.len(), scores.len());
        return Err(Error::ColumnLength { column, expected, got });
    }
    let recent = |day: u32| day <= today && today - day < REPUTATION_DAYS;
    let scores = scores.to_vec();
    let counted: Vec<f64> =
        days.iter().zip(scores).filter(|(d, x)| recent(**d) && !x.is_nan()).map(|(_, x)| x).collect();
    Ok(average(&counted))
}

/// An account's score in one round: the mean of its models' scores, weighted by their stakes (any unit). A NaN score
/// or a stake of 0 counts nowhere; NaN when nothing is left.
///
/// # Errors
/// `length_mismatch` unless there is a stake per score; `out_of_range` for a stake that is negative or not finite.
///
/// ```
/// use countermark_scoring::account_score;
/// assert_eq!(account_score(&(&vec![0.01, 0.05]).into(), &[3.0, 1.0])?, 0.02);
/// assert!(account_score(&(&vec![0.01]).into(), &[-1.0]).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn account_score(scores: &Column<'_>, stakes: &[f64]) -> Result<f64> {
    if stakes.len() != scores.len() {
        let (expected, got) = (scores.len(), stakes.len());
        return Err(Base::LengthMismatch { what: "stakes", expected, got }.into());
    }
    if let Some(bad) = stakes.iter().find(|s| !s.is_finite() || **s < 0.0) {
        let got = alloc::format!("{bad}");
        return Err(Base::OutOfRange { what: "stake", got, range: "0.. and finite" }.into());
    }
    let scores = scores.to_vec();
    let (counted, weights): (Vec<f64>, Vec<f64>) =
        scores.iter().zip(stakes).filter(|(x, s)| !x.is_nan() && **s > 0.0).map(|(x, s)| (*x, *s)).unzip();
    Ok(sum2(&counted, &weights, |x, s| x * s) / sum1(&weights, |s| s))
}

/// One round of a season.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SeasonRound {
    /// The score; NaN when there was no submission.
    pub score: f64,
    /// Stake at risk.
    pub stake: Wei,
}

/// A model's or account's season.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SeasonScore {
    /// The mean score over all rounds; a round without a score or without stake counts as 0. NaN without a round.
    pub score: f64,
    /// Rounds with a score and at least 1 NMR (1e18 wei) at risk.
    pub qualified_rounds: u64,
    /// Whether there are at least [`SEASON_ROUNDS`] of them.
    pub is_qualified: bool,
}

/// Qualified rounds that a season takes.
pub const SEASON_ROUNDS: u64 = 20;
/// Wei in one NMR.
const NMR: u128 = 1_000_000_000_000_000_000;

/// The score of a season.
///
/// ```
/// use countermark_primitives::Wei;
/// use countermark_scoring::{SeasonRound, season_score};
/// let nmr = Wei::from_u128(1_000_000_000_000_000_000);
/// let rounds = [SeasonRound { score: 0.02, stake: nmr }, SeasonRound { score: 0.5, stake: Wei::ZERO }];
/// let season = season_score(&rounds);
/// assert_eq!((season.score, season.qualified_rounds, season.is_qualified), (0.01, 1, false));
/// ```
pub fn season_score(rounds: &[SeasonRound]) -> SeasonScore {
    let counts = |r: &&SeasonRound| !r.score.is_nan() && r.stake >= Wei::from_u128(NMR);
    let score = |r: &SeasonRound| if r.score.is_nan() || r.stake == Wei::ZERO { 0.0 } else { r.score };
    let scores: Vec<f64> = rounds.iter().map(score).collect();
    let qualified_rounds = rounds.iter().filter(counts).count() as u64;
    SeasonScore { score: average(&scores), qualified_rounds, is_qualified: qualified_rounds >= SEASON_ROUNDS }
}
