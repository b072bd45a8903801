//! Predictoor: rounds settled in integers, how well a feed or model foresees, and what that would have earned.

use crate::{
    convert::{Array, Done, Numbers, integer, wei},
    plain::{feed_slots, forecast, predictions, status_name},
};
use countermark::{
    primitives::Timestamp,
    scoring::predictoor::{self, Candles, PredictoorTerms, TraderTerms},
};
use num_bigint::BigUint;
use pyo3::prelude::*;

/// What came of a slot, in the smallest unit of its token: `sum + revenue == sum(payouts) + slashed + left`.
#[pyclass(frozen, get_all, module = "countermark")]
pub(crate) struct RoundSettlement {
    /// "paying" or "canceled".
    status: &'static str,
    /// Stakes on up.
    sum_up: BigUint,
    /// All stakes.
    sum: BigUint,
    /// One payout for each prediction, in the order given.
    payouts: Vec<BigUint>,
    /// All stakes, when every one of them was wrong: to the fee collector.
    slashed: BigUint,
    /// What nobody gets: the rest of the divisions, or revenue without a winner.
    left: BigUint,
}

/// Settles a slot of a Predictoor feed as its contract does: a winner gets
/// `floor(stake * (all stakes + revenue) / stakes of the winners)`.
///
/// `up` and `stakes`: one entry for each prediction; ints in the smallest unit. `revenue`: what subscriptions brought.
/// `truth`: what happened; None for a slot that is cancelled.
#[pyfunction]
#[pyo3(signature = (up, stakes, revenue, truth))]
pub(crate) fn settle_round(
    py: Python<'_>,
    up: Vec<bool>,
    stakes: Vec<BigUint>,
    revenue: BigUint,
    truth: Option<bool>,
) -> Done<RoundSettlement> {
    let stakes = stakes.iter().map(|s| wei("stake", s)).collect::<Result<Vec<_>, _>>()?;
    let (round, revenue) = (predictions(&up, &stakes)?, wei("revenue", &revenue)?);
    let s = py.detach(|| predictoor::settle_round(&round, revenue, truth))?;
    Ok(RoundSettlement {
        status: status_name(s.status),
        sum_up: integer(s.sum_up),
        sum: integer(s.sum),
        payouts: s.payouts.into_iter().map(integer).collect(),
        slashed: integer(s.slashed),
        left: integer(s.left),
    })
}

/// What the accuracy service says of a feed.
#[pyclass(frozen, get_all, module = "countermark")]
pub(crate) struct FeedAccuracy {
    /// Slots the stakes foresaw.
    correct: u64,
    /// Slots with stakes and a true value that are not cancelled.
    evaluated: u64,
    /// `correct / evaluated` in percent; 0 when nothing is evaluated.
    percent: f64,
    /// Stakes of slots that start in the 24 hours before the day.
    staked_yesterday: f64,
    /// Stakes of slots that start in the day.
    staked_today: f64,
}

/// Accuracy of a feed over slots: more than half of the stakes on up foresees up.
///
/// `starts`: seconds; `staked_up`, `staked`: float64, shape `[slots]`, in tokens; `truth`: True, False or None for each
/// slot; `canceled`: True for slots that count for nothing but their stakes. `day`: when the present day began.
#[pyfunction]
pub(crate) fn feed_accuracy(
    py: Python<'_>,
    starts: Vec<u64>,
    staked_up: Vec<f64>,
    staked: Vec<f64>,
    truth: Vec<Option<bool>>,
    canceled: Vec<bool>,
    day: u64,
) -> Done<FeedAccuracy> {
    let slots = feed_slots(&starts, &staked_up, &staked, &truth, &canceled)?;
    let a = py.detach(|| predictoor::feed_accuracy(&slots, Timestamp::new(day)))?;
    Ok(FeedAccuracy {
        correct: a.correct,
        evaluated: a.evaluated,
        percent: a.percent,
        staked_yesterday: a.staked_yesterday,
        staked_today: a.staked_today,
    })
}

/// How well probabilities foresaw up and down.
#[pyclass(frozen, get_all, module = "countermark")]
pub(crate) struct DirectionMetrics {
    /// Part of the rows foreseen: above 0.5 is up, exactly 0.5 is down.
    accuracy: f64,
    /// Lower end of the accuracy's 95 % interval, by the normal approximation.
    accuracy_lower: f64,
    /// Upper end of that interval.
    accuracy_upper: f64,
    /// Part of the rows foreseen up that went up; 0 when none was.
    precision: f64,
    /// Part of the rows that went up that were foreseen; 0 when none did.
    recall: f64,
    /// Harmonic mean of precision and recall; 0 when both are.
    f1: f64,
    /// Mean log loss; 3 while only one of up and down has happened.
    log_loss: f64,
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

/// Metrics over all rows. `truth`: whether each row went up; `prob_up`: float64, shape `[n]`, 0..=1.
#[pyfunction]
pub(crate) fn direction_metrics(
    py: Python<'_>,
    truth: Vec<bool>,
    prob_up: Array<'_>,
) -> Done<DirectionMetrics> {
    let prob_up = Numbers::new("shape of prob_up", &prob_up, 1)?;
    let prob_up = prob_up.values();
    Ok(py.detach(|| predictoor::direction_metrics(&truth, &prob_up))?.into())
}

/// Metrics after each row, over the rows up to it. Inputs as for `direction_metrics`.
#[pyfunction]
pub(crate) fn running_metrics(
    py: Python<'_>,
    truth: Vec<bool>,
    prob_up: Array<'_>,
) -> Done<Vec<DirectionMetrics>> {
    let prob_up = Numbers::new("shape of prob_up", &prob_up, 1)?;
    let prob_up = prob_up.values();
    let metrics = py.detach(|| predictoor::running_metrics(&truth, &prob_up))?;
    Ok(metrics.into_iter().map(Into::into).collect())
}

/// Signed errors of a regression model: the next price less the one foretold. All arrays: float64, shape `[n]`.
/// `form`: "price" when the model foretells the next price, "relative_change" when it foretells a part of the present
/// one.
#[pyfunction]
pub(crate) fn regression_errors(
    py: Python<'_>,
    price: Array<'_>,
    next_price: Array<'_>,
    forecast: Array<'_>,
    form: &str,
) -> Done<Vec<f64>> {
    let form = self::forecast(form)?;
    let price = Numbers::new("shape of price", &price, 1)?;
    let next_price = Numbers::new("shape of next_price", &next_price, 1)?;
    let forecast = Numbers::new("shape of forecast", &forecast, 1)?;
    let (price, next_price, forecast) = (price.values(), next_price.values(), forecast.values());
    Ok(py.detach(|| predictoor::regression_errors(&price, &next_price, &forecast, form))?)
}

/// What a predictoor earns slot by slot, in tokens: it stakes `stake * p` on up and `stake * (1 - p)` on down, and the
/// right side gets its part of all stakes and the revenue.
///
/// `prob_up`: float64, shape `[n]`, 0..=1; `truth`: whether each slot went up. `others_accuracy`: the part of
/// `others_stake` that is right, 0..=1.
#[pyfunction]
pub(crate) fn predictoor_profit(
    py: Python<'_>,
    prob_up: Array<'_>,
    truth: Vec<bool>,
    stake: f64,
    others_stake: f64,
    others_accuracy: f64,
    revenue: f64,
) -> Done<Vec<f64>> {
    let terms = PredictoorTerms { stake, others_stake, others_accuracy, revenue };
    let prob_up = Numbers::new("shape of prob_up", &prob_up, 1)?;
    let prob_up = prob_up.values();
    Ok(py.detach(|| predictoor::predictoor_profit(&prob_up, &truth, &terms))?)
}

/// What a trader earns row by row, in the currency of the prices, with one position at a time.
///
/// All arrays: float64, shape `[n]`; prices above 0. `amount`: put into a position, times 1 + confidence. `fee`,
/// `take_profit`, `stop_loss`: parts of the price. Positions are opened and kept only above `confidence_threshold`:
/// `2 (p - 0.5)` for long, `2 (0.5 - p)` for short.
#[pyfunction]
#[allow(clippy::too_many_arguments, reason = "Python names them")]
pub(crate) fn trader_profit(
    py: Python<'_>,
    prob_up: Array<'_>,
    close: Array<'_>,
    high: Array<'_>,
    low: Array<'_>,
    amount: f64,
    fee: f64,
    take_profit: f64,
    stop_loss: f64,
    confidence_threshold: f64,
) -> Done<Vec<f64>> {
    let terms = TraderTerms { amount, fee, take_profit, stop_loss, confidence_threshold };
    let prob_up = Numbers::new("shape of prob_up", &prob_up, 1)?;
    let close = Numbers::new("shape of close", &close, 1)?;
    let high = Numbers::new("shape of high", &high, 1)?;
    let low = Numbers::new("shape of low", &low, 1)?;
    let (close, high, low) = (close.values(), high.values(), low.values());
    let prices = Candles { close: &close, high: &high, low: &low };
    let prob_up = prob_up.values();
    Ok(py.detach(|| predictoor::trader_profit(&prob_up, &prices, &terms))?)
}
