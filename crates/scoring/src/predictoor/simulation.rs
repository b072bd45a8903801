use super::{finite, probabilities, same_rows, within};
use crate::Result;
use alloc::{string::ToString as _, vec::Vec};
use countermark_primitives::Error as Base;

/// What a predictoor stakes, and against whom. Amounts in tokens.
#[derive(Debug, Clone, Copy, PartialEq)]
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

/// What a predictoor earns slot by slot: it stakes `stake x p` on up and `stake x (1 - p)` on down, and the right side
/// gets its part of all stakes and the revenue. Shape `[rows]`, in tokens; negative is a loss.
///
/// # Errors
/// `length_mismatch`, `non_finite`; `out_of_range` for a probability or accuracy outside 0..=1, amounts below 0, and a
/// slot in which nobody at all was right.
///
/// ```
/// use countermark_scoring::predictoor::{PredictoorTerms, predictoor_profit};
/// let terms = PredictoorTerms { stake: 1.0, others_stake: 2.0, others_accuracy: 0.5, revenue: 0.9 };
/// let profit = predictoor_profit(&[0.5, 0.5], &[true, false], &terms)?;
/// assert!(profit.iter().all(|p| (p - 0.3).abs() < 1e-12)); // a third of 3.9, less 1
/// assert!(predictoor_profit(&[0.5], &[true], &PredictoorTerms { stake: -1.0, ..terms }).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn predictoor_profit(prob_up: &[f64], truth: &[bool], terms: &PredictoorTerms) -> Result<Vec<f64>> {
    same_rows("probability", truth.len(), prob_up.len())?;
    probabilities(prob_up)?;
    let amounts = [terms.stake, terms.others_stake, terms.revenue];
    within("amount of a predictoor", &amounts, (0.0, f64::MAX), "0..")?;
    within("accuracy of the others", &[terms.others_accuracy], (0.0, 1.0), "0..=1")?;
    let pot = terms.revenue + (terms.others_stake + terms.stake);
    let others = terms.others_stake * terms.others_accuracy;
    let each = |(p, up): (&f64, &bool)| {
        let (on_up, on_down) = (terms.stake * p, terms.stake * (1.0 - p));
        let mine = if *up { on_up } else { on_down };
        let right = others + mine;
        if right == 0.0 {
            let got = right.to_string();
            return Err(Base::OutOfRange { what: "stake that was right", got, range: "above 0" }.into());
        }
        let won = pot * (mine / right);
        Ok(if *up { (won - on_up) - on_down } else { (won - on_down) - on_up })
    };
    prob_up.iter().zip(truth).map(each).collect()
}

/// How a trader follows the probabilities.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TraderTerms {
    /// Put into a position, times 1 + confidence.
    pub amount: f64,
    /// Fee of a trade, as a part of it, 0..=1.
    pub fee: f64,
    /// A position is closed with profit once the price has moved by this part of it.
    pub take_profit: f64,
    /// A position is closed with loss once the price has moved by this part of it.
    pub stop_loss: f64,
    /// Positions are opened and kept only above this confidence: `2 (p - 0.5)` for up, `2 (0.5 - p)` for down.
    pub confidence_threshold: f64,
}

/// The prices of each row: at its end, and the extremes in it. All have one entry per row and are above 0.
#[derive(Debug, Clone, Copy)]
pub struct Candles<'a> {
    /// Price at which positions are opened.
    pub close: &'a [f64],
    /// Highest price.
    pub high: &'a [f64],
    /// Lowest price.
    pub low: &'a [f64],
}

#[derive(Clone, Copy)]
struct Position {
    long: bool,
    /// Tokens to sell, or to buy back.
    size: f64,
    /// What it cost, or brought.
    worth: f64,
    take_profit: f64,
    stop_loss: f64,
}

impl Position {
    fn open(long: bool, price: f64, confidence: f64, terms: &TraderTerms) -> Self {
        let amount = terms.amount * (1.0 + confidence);
        let (gain, loss) = (price * terms.take_profit, price * terms.stop_loss);
        if long {
            let size = (amount - amount * terms.fee) / price;
            Self { long, size, worth: amount, take_profit: price + gain, stop_loss: price - loss }
        } else {
            let size = amount / price;
            let worth = (size - size * terms.fee) * price;
            Self { long, size, worth, take_profit: price - gain, stop_loss: price + loss }
        }
    }

    /// The price to close at in this row: its own limits first, then the close once the forecast no longer backs it.
    fn exit(&self, close: f64, high: f64, low: f64, backed: bool) -> Option<f64> {
        let (gained, lost) = if self.long {
            (high >= self.take_profit, low <= self.stop_loss)
        } else {
            (low <= self.take_profit, high >= self.stop_loss)
        };
        match (gained, lost, backed) {
            (true, _, _) => Some(self.take_profit),
            (_, true, _) => Some(self.stop_loss),
            (_, _, false) => Some(close),
            _ => None,
        }
    }

    fn profit(&self, price: f64, terms: &TraderTerms) -> f64 {
        if self.long {
            (self.size - self.size * terms.fee) * price - self.worth
        } else {
            self.worth - self.size * price
        }
    }
}

/// What a trader earns row by row, with one position at a time: it goes long when up is likely enough and short when
/// down is; it takes profit, stops a loss, or closes once the forecast no longer backs the position. Shape `[rows]`, in
/// the currency of the prices. A row that opens a position earns 0 and never closes it; the fee of buying a short back
/// is not counted, as in pdr-backend; what is open at the end stays open.
///
/// # Errors
/// `length_mismatch`, `non_finite`; `out_of_range` for a probability or fee outside 0..=1, an amount, limit or threshold
/// below 0, and a price that is not above 0.
///
/// ```
/// use countermark_scoring::predictoor::{Candles, TraderTerms, trader_profit};
/// let terms = TraderTerms {
///     amount: 100.0, fee: 0.0, take_profit: 0.05, stop_loss: 0.02, confidence_threshold: 0.1,
/// };
/// let prices = Candles { close: &[10.0, 10.2, 10.2], high: &[10.0, 10.6, 10.3], low: &[10.0, 10.0, 10.1] };
/// // Long with 100 x 1.5; the second row's high reaches 10.5.
/// let profit = trader_profit(&[0.75, 0.75, 0.5], &prices, &terms)?;
/// assert!((profit[1] - 7.5).abs() < 1e-9 && profit[0] == 0.0 && profit[2] == 0.0);
/// assert!(trader_profit(&[0.75], &prices, &terms).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn trader_profit(prob_up: &[f64], prices: &Candles<'_>, terms: &TraderTerms) -> Result<Vec<f64>> {
    probabilities(prob_up)?;
    for (name, column) in [("close", prices.close), ("high", prices.high), ("low", prices.low)] {
        same_rows(name, prob_up.len(), column.len())?;
        finite(name, column)?;
        if let Some(x) = column.iter().find(|x| **x <= 0.0) {
            return Err(Base::OutOfRange { what: "price", got: x.to_string(), range: "above 0" }.into());
        }
    }
    within("fee", &[terms.fee], (0.0, 1.0), "0..=1")?;
    let rest = [terms.amount, terms.take_profit, terms.stop_loss, terms.confidence_threshold];
    within("term of a trader", &rest, (0.0, f64::MAX), "0..")?;

    let mut position: Option<Position> = None;
    let rows = prob_up.iter().zip(prices.close).zip(prices.high).zip(prices.low);
    let each = |(((p, close), high), low): (((&f64, &f64), &f64), &f64)| {
        let (up, down) = ((p - 0.5) * 2.0, ((1.0 - p) - 0.5) * 2.0);
        let go_up = *p > 0.5 && up > terms.confidence_threshold;
        let go_down = *p < 0.5 && down > terms.confidence_threshold;
        let Some(open) = position else {
            position = match (go_up, go_down) {
                (true, _) => Some(Position::open(true, *close, up, terms)),
                (_, true) => Some(Position::open(false, *close, down, terms)),
                _ => None,
            };
            return 0.0;
        };
        match open.exit(*close, *high, *low, if open.long { go_up } else { go_down }) {
            Some(price) => {
                position = None;
                open.profit(price, terms)
            }
            None => 0.0,
        }
    };
    Ok(rows.map(each).collect())
}
