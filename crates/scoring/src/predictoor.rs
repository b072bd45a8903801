//! Predictoor: how well a feed or a model foresees up and down, and what that would have earned.
//!
//! Source: oceanprotocol/pdr-backend, `pdr_backend/accuracy/app.py` and `pdr_backend/sim/`. What stakes earn on chain,
//! in exact integers, is [`settle_round`] and [`Feed`], from `countermark-settle`.

mod accuracy;
mod metrics;
mod simulation;

pub use accuracy::{FeedAccuracy, Slot, feed_accuracy, predicted_up};
pub use countermark_settle::predictoor::{
    Feed, Payout, Prediction, Price, Quote, Refusal, Revenue, Round, RoundSettlement, Status, Subscription,
    Terms, Transfer, Verdict, settle_round,
};
pub use metrics::{DirectionMetrics, Forecast, direction_metrics, regression_errors, running_metrics};
pub use simulation::{Candles, PredictoorTerms, TraderTerms, predictoor_profit, trader_profit};

use crate::{Error, Result};
use alloc::string::ToString as _;
use countermark_primitives::Error as Base;

fn same_rows(column: &str, expected: usize, got: usize) -> Result<()> {
    if got == expected {
        return Ok(());
    }
    Err(Error::ColumnLength { column: column.into(), expected, got })
}

fn finite(column: &str, values: &[f64]) -> Result<()> {
    match values.iter().position(|x| !x.is_finite()) {
        None => Ok(()),
        Some(row) => Err(Error::NonFinite { column: column.into(), row }),
    }
}

/// Finite and within bounds; `range` says which.
fn within(what: &'static str, values: &[f64], (low, high): (f64, f64), range: &'static str) -> Result<()> {
    finite(what, values)?;
    match values.iter().find(|x| !(low..=high).contains(*x)) {
        None => Ok(()),
        Some(x) => Err(Base::OutOfRange { what, got: x.to_string(), range }.into()),
    }
}

fn probabilities(values: &[f64]) -> Result<()> {
    within("probability", values, (0.0, 1.0), "0..=1")
}
