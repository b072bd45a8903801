//! Predictoor: rounds settled in integers, how well a feed or model foresees, and what that would have earned.

use crate::{
    convert::{bigint, js, wei, whole},
    plain::{feed_slots, forecast, predictions, status_name},
};
use countermark::{
    primitives::Timestamp,
    scoring::predictoor::{self, Candles},
};
use napi::{
    Result,
    bindgen_prelude::{BigInt, Float64Array},
};
use napi_derive::napi;

/// What came of a slot, in the smallest unit of its token: `sum + revenue` is the payouts, `slashed` and `left`.
#[napi(object)]
pub struct RoundSettlement {
    /// "paying" or "canceled".
    pub status: String,
    /// Stakes on up.
    pub sum_up: BigInt,
    /// All stakes.
    pub sum: BigInt,
    /// One payout for each prediction, in the order given.
    pub payouts: Vec<BigInt>,
    /// All stakes, when every one of them was wrong: to the fee collector.
    pub slashed: BigInt,
    /// What nobody gets: the rest of the divisions, or revenue without a winner.
    pub left: BigInt,
}

/// Settles a slot of a Predictoor feed as its contract does: a winner gets
/// `floor(stake * (all stakes + revenue) / stakes of the winners)`.
///
/// `up` and `stakes`: one entry for each prediction; bigints in the smallest unit. `revenue`: what subscriptions
/// brought. `truth`: what happened; absent for a slot that is cancelled.
#[napi]
pub fn settle_round(
    up: Vec<bool>,
    stakes: Vec<BigInt>,
    revenue: BigInt,
    #[napi(ts_arg_type = "boolean | undefined | null")] truth: Option<bool>,
) -> Result<RoundSettlement> {
    js(|| {
        let stakes = stakes.iter().map(|s| wei("stake", s)).collect::<core::result::Result<Vec<_>, _>>()?;
        let round = predictions(&up, &stakes)?;
        let s = predictoor::settle_round(&round, wei("revenue", &revenue)?, truth)?;
        Ok(RoundSettlement {
            status: status_name(s.status).into(),
            sum_up: bigint(s.sum_up),
            sum: bigint(s.sum),
            payouts: s.payouts.into_iter().map(bigint).collect(),
            slashed: bigint(s.slashed),
            left: bigint(s.left),
        })
    })
}

/// What the accuracy service says of a feed.
#[napi(object)]
pub struct FeedAccuracy {
    /// Slots the stakes foresaw.
    pub correct: u32,
    /// Slots with stakes and a true value that are not cancelled.
    pub evaluated: u32,
    /// `correct / evaluated` in percent; 0 when nothing is evaluated.
    pub percent: f64,
    /// Stakes of slots that start in the 24 hours before the day.
    pub staked_yesterday: f64,
    /// Stakes of slots that start in the day.
    pub staked_today: f64,
}

/// Accuracy of a feed over slots: more than half of the stakes on up foresees up.
///
/// `starts`: seconds, as bigints; `stakedUp`, `staked`: shape `[slots]`, in tokens; `truth`: true, false or null for
/// each slot; `canceled`: true for slots that count for nothing but their stakes. `day`: when the present day began.
#[napi]
pub fn feed_accuracy(
    starts: Vec<BigInt>,
    staked_up: &[f64],
    staked: &[f64],
    #[napi(ts_arg_type = "Array<boolean | null>")] truth: Vec<Option<bool>>,
    canceled: Vec<bool>,
    day: BigInt,
) -> Result<FeedAccuracy> {
    js(|| {
        let starts = starts.iter().map(|s| whole("start", s)).collect::<core::result::Result<Vec<_>, _>>()?;
        let slots = feed_slots(&starts, staked_up, staked, &truth, &canceled)?;
        let a = predictoor::feed_accuracy(&slots, Timestamp::new(whole("day", &day)?))?;
        Ok(FeedAccuracy {
            // An array of JavaScript has fewer than 2^32 entries.
            correct: u32::try_from(a.correct).unwrap_or(u32::MAX),
            evaluated: u32::try_from(a.evaluated).unwrap_or(u32::MAX),
            percent: a.percent,
            staked_yesterday: a.staked_yesterday,
            staked_today: a.staked_today,
        })
    })
}

/// How well probabilities foresaw up and down.
#[napi(object)]
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

/// Metrics over all rows. `truth`: whether each row went up; `probUp`: shape `[n]`, 0..=1.
#[napi]
pub fn direction_metrics(truth: Vec<bool>, prob_up: &[f64]) -> Result<DirectionMetrics> {
    js(|| Ok(predictoor::direction_metrics(&truth, prob_up)?.into()))
}

/// Metrics after each row, over the rows up to it. Inputs as for `directionMetrics`.
#[napi]
pub fn running_metrics(truth: Vec<bool>, prob_up: &[f64]) -> Result<Vec<DirectionMetrics>> {
    js(|| Ok(predictoor::running_metrics(&truth, prob_up)?.into_iter().map(Into::into).collect()))
}

/// Signed errors of a regression model: the next price less the one foretold. All arrays: shape `[n]`. `form`: "price"
/// when the model foretells the next price, "relative_change" when it foretells a part of the present one.
#[napi]
pub fn regression_errors(
    price: &[f64],
    next_price: &[f64],
    forecast: &[f64],
    #[napi(ts_arg_type = "'price' | 'relative_change'")] form: String,
) -> Result<Float64Array> {
    js(|| {
        let form = self::forecast(&form)?;
        Ok(predictoor::regression_errors(price, next_price, forecast, form)?.into())
    })
}

/// What a predictoor stakes, and against whom, in tokens.
#[napi(object)]
pub struct PredictoorTerms {
    /// Staked on each slot, split over both sides by the probability.
    pub stake: f64,
    /// What all others stake on a slot.
    pub others_stake: f64,
    /// The part of that which is right, 0..=1.
    pub others_accuracy: f64,
    /// What subscriptions bring to a slot.
    pub revenue: f64,
}

/// What a predictoor earns slot by slot, in tokens: it stakes `stake * p` on up and `stake * (1 - p)` on down, and the
/// right side gets its part of all stakes and the revenue. `probUp`: shape `[n]`, 0..=1; `truth`: whether each slot went
/// up.
#[napi]
pub fn predictoor_profit(prob_up: &[f64], truth: Vec<bool>, terms: PredictoorTerms) -> Result<Float64Array> {
    let PredictoorTerms { stake, others_stake, others_accuracy, revenue } = terms;
    let terms = predictoor::PredictoorTerms { stake, others_stake, others_accuracy, revenue };
    js(|| Ok(predictoor::predictoor_profit(prob_up, &truth, &terms)?.into()))
}

/// How a trader follows the probabilities.
#[napi(object)]
pub struct TraderTerms {
    /// Put into a position, times 1 + confidence.
    pub amount: f64,
    /// Fee of a trade, as a part of it, 0..=1.
    pub fee: f64,
    /// A position is closed with profit once the price has moved by this part of it.
    pub take_profit: f64,
    /// A position is closed with loss once the price has moved by this part of it.
    pub stop_loss: f64,
    /// Positions are opened and kept only above this confidence: `2 (p - 0.5)` for long, `2 (0.5 - p)` for short.
    pub confidence_threshold: f64,
}

/// What a trader earns row by row, in the currency of the prices, with one position at a time. All arrays: shape `[n]`;
/// prices above 0.
#[napi]
pub fn trader_profit(
    prob_up: &[f64],
    close: &[f64],
    high: &[f64],
    low: &[f64],
    terms: TraderTerms,
) -> Result<Float64Array> {
    let TraderTerms { amount, fee, take_profit, stop_loss, confidence_threshold } = terms;
    let terms = predictoor::TraderTerms { amount, fee, take_profit, stop_loss, confidence_threshold };
    js(|| Ok(predictoor::trader_profit(prob_up, &Candles { close, high, low }, &terms)?.into()))
}
