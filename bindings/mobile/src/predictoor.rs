//! Predictoor: rounds settled in integers, how well a feed or model foresees, and what that would have earned.

use crate::{
    convert::{Done, floats, wei},
    plain::{feed_slots, forecast, predictions, status_name},
};
use countermark::{
    primitives::Timestamp,
    scoring::predictoor::{self, Candles, PredictoorTerms, TraderTerms},
};

/// What came of a slot, in the smallest unit of its token, as decimal text: `sum + revenue` is the payouts, `slashed`
/// and `left`.
#[derive(Debug, uniffi::Record)]
pub struct RoundSettlement {
    /// `paying` or `canceled`.
    pub status: String,
    /// Stakes on up.
    pub sum_up: String,
    /// All stakes.
    pub sum: String,
    /// One payout for each prediction, in the order given.
    pub payouts: Vec<String>,
    /// All stakes, when every one of them was wrong: to the fee collector.
    pub slashed: String,
    /// What nobody gets: the rest of the divisions, or revenue without a winner.
    pub left: String,
}

/// Settles a slot of a Predictoor feed as its contract does: a winner gets
/// `floor(stake * (all stakes + revenue) / stakes of the winners)`.
///
/// `up` and `stakes`: one entry for each prediction; decimal text, in the smallest unit. `revenue`: what subscriptions
/// brought. `truth`: what happened; null for a slot that is cancelled.
#[uniffi::export]
pub fn settle_round(
    up: Vec<bool>,
    stakes: Vec<String>,
    revenue: &str,
    truth: Option<bool>,
) -> Done<RoundSettlement> {
    let stakes = stakes.iter().map(|s| wei(s)).collect::<Result<Vec<_>, _>>()?;
    let s = predictoor::settle_round(&predictions(&up, &stakes)?, wei(revenue)?, truth)?;
    Ok(RoundSettlement {
        status: status_name(s.status).to_owned(),
        sum_up: s.sum_up.to_string(),
        sum: s.sum.to_string(),
        payouts: s.payouts.iter().map(ToString::to_string).collect(),
        slashed: s.slashed.to_string(),
        left: s.left.to_string(),
    })
}

/// What the accuracy service says of a feed.
#[derive(Debug, uniffi::Record)]
pub struct FeedAccuracy {
    /// Slots the stakes foresaw.
    pub correct: u64,
    /// Slots with stakes and a true value that are not cancelled.
    pub evaluated: u64,
    /// `correct / evaluated` in percent; 0 when nothing is evaluated.
    pub percent: f64,
    /// Stakes of slots that start in the 24 hours before the day.
    pub staked_yesterday: f64,
    /// Stakes of slots that start in the day.
    pub staked_today: f64,
}

/// Accuracy of a feed over slots: more than half of the stakes on up foresees up.
///
/// `starts`: seconds; `staked_up`, `staked`: little-endian f64, shape `[slots]`, in tokens; `truth`: true, false or null
/// for each slot; `canceled`: true for slots that count for nothing but their stakes. `day`: when the present day began.
#[uniffi::export]
pub fn feed_accuracy(
    starts: Vec<u64>,
    staked_up: &[u8],
    staked: &[u8],
    truth: Vec<Option<bool>>,
    canceled: Vec<bool>,
    day: u64,
) -> Done<FeedAccuracy> {
    let (staked_up, staked) = (floats("staked_up", staked_up)?, floats("staked", staked)?);
    let slots = feed_slots(&starts, &staked_up, &staked, &truth, &canceled)?;
    let a = predictoor::feed_accuracy(&slots, Timestamp::new(day))?;
    Ok(FeedAccuracy {
        correct: a.correct,
        evaluated: a.evaluated,
        percent: a.percent,
        staked_yesterday: a.staked_yesterday,
        staked_today: a.staked_today,
    })
}

/// How well probabilities foresaw up and down.
#[derive(Debug, uniffi::Record)]
pub struct DirectionMetrics {
    /// Part of the rows foreseen: above 0.5 is up, exactly 0.5 is down.
    pub accuracy: f64,
    /// Lower end of the accuracy's 95 % interval, by the normal approximation.
    pub accuracy_lower: f64,
    /// Upper end of that interval.
    pub accuracy_upper: f64,
    /// Part of the rows foreseen up that went up; 0 when none was.
    pub precision: f64,
    /// Part of the rows that went up that were foreseen; 0 when none did.
    pub recall: f64,
    /// Harmonic mean of precision and recall; 0 when both are.
    pub f1: f64,
    /// Mean log loss; 3 while only one of up and down has happened.
    pub log_loss: f64,
}

impl From<predictoor::DirectionMetrics> for DirectionMetrics {
    fn from(m: predictoor::DirectionMetrics) -> Self {
        Self {
            accuracy: m.accuracy,
            accuracy_lower: m.accuracy_lower,
            accuracy_upper: m.accuracy_upper,
            precision: m.precision,
            recall: m.recall,
            f1: m.f1,
            log_loss: m.log_loss,
        }
    }
}

/// Metrics over all rows. `truth`: whether each row went up; `prob_up`: little-endian f64, shape `[n]`, 0..=1.
#[uniffi::export]
pub fn direction_metrics(truth: Vec<bool>, prob_up: &[u8]) -> Done<DirectionMetrics> {
    Ok(predictoor::direction_metrics(&truth, &floats("prob_up", prob_up)?)?.into())
}

/// Metrics after each row, over the rows up to it. Inputs as for `direction_metrics`.
#[uniffi::export]
pub fn running_metrics(truth: Vec<bool>, prob_up: &[u8]) -> Done<Vec<DirectionMetrics>> {
    let metrics = predictoor::running_metrics(&truth, &floats("prob_up", prob_up)?)?;
    Ok(metrics.into_iter().map(Into::into).collect())
}

/// Signed errors of a regression model: the next price less the one foretold. All arrays: little-endian f64, shape
/// `[n]`. `form`: `price` when the model foretells the next price, `relative_change` when it foretells a part of the
/// present one.
#[uniffi::export]
pub fn regression_errors(price: &[u8], next_price: &[u8], forecast: &[u8], form: &str) -> Done<Vec<f64>> {
    let form = self::forecast(form)?;
    let (price, next_price) = (floats("price", price)?, floats("next_price", next_price)?);
    Ok(predictoor::regression_errors(&price, &next_price, &floats("forecast", forecast)?, form)?)
}

/// What a predictoor earns slot by slot, in tokens: it stakes `stake * p` on up and `stake * (1 - p)` on down, and the
/// right side gets its part of all stakes and the revenue.
///
/// `prob_up`: little-endian f64, shape `[n]`, 0..=1; `truth`: whether each slot went up. `others_accuracy`: the part of
/// `others_stake` that is right, 0..=1.
#[uniffi::export]
pub fn predictoor_profit(
    prob_up: &[u8],
    truth: Vec<bool>,
    stake: f64,
    others_stake: f64,
    others_accuracy: f64,
    revenue: f64,
) -> Done<Vec<f64>> {
    let terms = PredictoorTerms { stake, others_stake, others_accuracy, revenue };
    Ok(predictoor::predictoor_profit(&floats("prob_up", prob_up)?, &truth, &terms)?)
}

/// What a trader earns row by row, in the currency of the prices, with one position at a time.
///
/// All arrays: little-endian f64, shape `[n]`; prices above 0. `amount`: put into a position, times 1 + confidence.
/// `fee`, `take_profit`, `stop_loss`: parts of the price. Positions are opened and kept only above
/// `confidence_threshold`: `2 (p - 0.5)` for long, `2 (0.5 - p)` for short.
#[uniffi::export]
#[allow(clippy::too_many_arguments, reason = "Kotlin and Swift name them")]
pub fn trader_profit(
    prob_up: &[u8],
    close: &[u8],
    high: &[u8],
    low: &[u8],
    amount: f64,
    fee: f64,
    take_profit: f64,
    stop_loss: f64,
    confidence_threshold: f64,
) -> Done<Vec<f64>> {
    let terms = TraderTerms { amount, fee, take_profit, stop_loss, confidence_threshold };
    let (close, high, low) = (floats("close", close)?, floats("high", high)?, floats("low", low)?);
    let prices = Candles { close: &close, high: &high, low: &low };
    Ok(predictoor::trader_profit(&floats("prob_up", prob_up)?, &prices, &terms)?)
}
