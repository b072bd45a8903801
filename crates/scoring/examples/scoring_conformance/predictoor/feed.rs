//! Scenarios on one feed: what a step says, and the state that is left, both as the oracle words them.

use super::super::{answer::Answer, function::Call, generate::Random};
use countermark_primitives::{Address, Error as Base, Seconds, Timestamp, U256, Wei};
use countermark_settle::{
    Error,
    predictoor::{Feed, Price, Status, Terms, Transfer},
};
use serde_json::{Value, json};

const WALLETS: u8 = 6;
const COLLECTOR: u8 = 0xc0;
const NO_BALANCE: &str = "ERC20: transfer amount exceeds balance";

/// A scenario and both descriptions of it.
pub(super) fn call(r: &mut Random) -> Call {
    let s = Scenario::random(r);
    Call::new(s.to_json(), Answer::Exact(s.play()))
}

struct Scenario {
    terms: Terms,
    price: Option<Price>,
    steps: Vec<(u64, Step)>,
    slots: Vec<u64>,
}

enum Step {
    Submit { who: u8, slot: u64, up: bool, stake: Wei },
    TrueValue { slot: u64, truth: bool, cancel: bool },
    Payout { who: u8, slot: u64 },
    Payouts { who: u8, slots: Vec<u64> },
    Pause,
    Collector { zero: bool },
    Redeem { slot: u64 },
    Subscribe { who: u8, consume_fee: Wei, named: bool },
    Aggregate { who: u8, slot: u64 },
}

fn wei(x: u128) -> Wei {
    Wei::from_u128(x)
}

/// Mostly what a wallet can pay, sometimes not.
fn stake(r: &mut Random) -> Wei {
    match r.below(8) {
        0 => r.amount(),
        1 => Wei::ZERO,
        2 => Wei::new(U256::MAX / U256::from(8u8)),
        3 => wei(u128::from(r.u64()) << 62),
        _ => wei(r.below(40) as u128),
    }
}

fn price(r: &mut Random) -> Price {
    let fee = |r: &mut Random| {
        wei(match r.below(20) {
            0..=4 => 0,
            5 => 99_999_999_999_999,
            6 => 500_000_000_000_000_001,
            7 => 500_000_000_000_000_000,
            _ => 100_000_000_000_000 + u128::from(r.u64() % 200_000_000_000_000_000),
        })
    };
    Price {
        rate: match r.below(16) {
            0 => wei(9_999_999_999),
            1 => wei(10_000_000_000),
            // Around the end of the range of what one datatoken may cost.
            2 => Wei::new(U256::from(1u8) << r.pick(&[120, 134, 136, 137, 200])),
            3..=5 => wei(3_000_000_000_000_000_001),
            _ => wei(10_000_000_000 + u128::from(r.u64())),
        },
        ocean_fee: wei(r.pick(&[0, 1, 1_000_000_000_000_000, 2_000_000_000_000_000, u128::MAX])),
        market_fee: fee(r),
    }
}

impl Scenario {
    fn random(r: &mut Random) -> Self {
        let epoch = r.pick(&[1, 7, 60, 300, 300, 3600]);
        let mut terms = Terms {
            epoch: Seconds::new(epoch),
            subscription: Seconds::new(epoch * r.pick(&[0, 1, 2, 3, 10, 30])),
            true_value_timeout: Seconds::new(r.pick(&[0, 1, epoch, 2 * epoch, 5 * epoch, u64::MAX])),
        };
        match r.below(60) {
            0 => terms.epoch = Seconds::new(0),
            1 => terms.subscription = Seconds::new(epoch + 1),
            _ => {}
        }
        let price = (r.below(6) != 0).then(|| price(r));
        let first = 1_700_000_000 / epoch * epoch;
        let mut now = first + r.u64() % epoch;
        let slots: Vec<u64> = (0..7).map(|k| first + k * epoch).chain([u64::MAX / epoch * epoch]).collect();
        // Mostly the epoch so far ahead or the one before it.
        let near = |r: &mut Random, now: u64, ahead: u64| match r.below(40) {
            0 => first + r.u64() % (7 * epoch),
            1 => u64::MAX / epoch * epoch,
            2..=9 => first + (r.u64() % 7) * epoch,
            _ => (now / epoch + ahead).saturating_sub(r.u64() % 2) * epoch,
        };
        // What was staked, so that most true values and payouts are for slots that have predictions.
        let mut staked: Vec<(u8, u64)> = Vec::new();
        let wallets = 1 + r.below(usize::from(WALLETS));
        let steps = (0..6 + r.below(40))
            .map(|_| {
                now += r.pick(&[0, 0, 0, 0, 1, epoch / 2, epoch, 2 * epoch]);
                let who = r.below(wallets) as u8;
                let begun: Vec<(u8, u64)> = staked.iter().copied().filter(|(_, slot)| *slot <= now).collect();
                let (whose, slot) = match r.below(8) {
                    0..=5 if !begun.is_empty() => begun[r.below(begun.len())],
                    _ => (who, near(r, now, 0)),
                };
                let step = match r.below(42) {
                    0..=14 => {
                        let ahead = r.pick(&[2, 3, 3, 3, 4]);
                        let slot = near(r, now, ahead);
                        staked.push((who, slot));
                        Step::Submit { who, slot, up: r.below(2) == 0, stake: stake(r) }
                    }
                    15..=20 => Step::TrueValue { slot, truth: r.below(2) == 0, cancel: r.below(6) == 0 },
                    21..=30 => Step::Payout { who: whose, slot },
                    31 | 32 => {
                        let several = r.below(4);
                        let other = |r: &mut Random| if r.below(3) == 0 { near(r, now, 0) } else { slot };
                        Step::Payouts { who: whose, slots: (0..several).map(|_| other(r)).collect() }
                    }
                    33 if r.below(3) == 0 => Step::Pause,
                    34 => Step::Collector { zero: r.below(4) == 0 },
                    35 => Step::Redeem { slot: near(r, now, 0) },
                    36..=39 if price.is_some() => {
                        let market = u128::from(r.u64() % 400_000_000_000_000_000) + 100_000_000_000_000;
                        let consume_fee =
                            wei(r.pick(&[0, 0, 1, 500_000_000_000_000_001, market, market, market]));
                        Step::Subscribe { who, consume_fee, named: r.below(3) != 0 }
                    }
                    _ => {
                        let ahead = r.pick(&[0, 1, 1, 2]);
                        Step::Aggregate { who, slot: near(r, now, ahead) }
                    }
                };
                (now, step)
            })
            .collect();
        Self { terms, price, steps, slots }
    }

    fn to_json(&self) -> Value {
        let price = self.price.map(|p| {
            json!({
                "rate": p.rate.to_string(),
                "ocean_fee": p.ocean_fee.to_string(),
                "market_fee": p.market_fee.to_string(),
            })
        });
        json!({
            "epoch": self.terms.epoch.get(),
            "subscription": self.terms.subscription.get(),
            "timeout": self.terms.true_value_timeout.get(),
            "price": price,
            "steps": self.steps.iter().map(|(now, s)| s.to_json(*now)).collect::<Vec<_>>(),
            "slots": self.slots,
        })
    }

    fn play(&self) -> Vec<String> {
        let wallet = U256::MAX / U256::from(8u8);
        let table = Feed::new(self.terms, Address::ZERO).and_then(|mut feed| {
            if let Some(price) = &self.price {
                price.check()?;
                feed.set_fee_collector(Address::repeat_byte(COLLECTOR))?;
            }
            let wallets = [wallet; WALLETS as usize];
            Ok(Table {
                feed,
                price: self.price,
                wallets,
                exchange: U256::ZERO,
                collector: U256::ZERO,
                market: U256::ZERO,
            })
        });
        let mut table = match table {
            Ok(table) => table,
            Err(e) => return vec![format!("revert: {}", reason(&e, self.price.map(|p| p.market_fee)))],
        };
        let mut out: Vec<String> = self.steps.iter().map(|(now, s)| table.step(*now, s)).collect();
        out.extend(self.slots.iter().map(|slot| table.slot(*slot)));
        out.push(table.balances());
        out
    }
}

/// A refusal in the contract's words. `fee` is the fee rate that may be out of range.
fn reason(e: &Error, fee: Option<Wei>) -> String {
    match e {
        Error::RoundRefused { reason } => reason.text().into(),
        Error::Base(Base::Overflow { .. }) => "Panic(0x11)".into(),
        Error::Base(Base::OutOfRange { what: "rate", .. }) => {
            "FixedRateExchange: Invalid exchange rate value".into()
        }
        Error::Base(Base::OutOfRange { what, .. }) => {
            let name = if *what == "consume fee" { "ConsumeSwapFee" } else { "SwapFee" };
            let low = fee.is_some_and(|f| f < wei(100_000_000_000_000));
            format!("{name} too {}", if low { "low" } else { "high" })
        }
        other => other.to_string(),
    }
}

#[derive(Clone)]
struct Table {
    feed: Feed,
    price: Option<Price>,
    wallets: [U256; WALLETS as usize],
    exchange: U256,
    collector: U256,
    market: U256,
}

fn address(who: u8) -> Address {
    Address::repeat_byte(who + 1)
}

fn status(s: Status) -> u8 {
    match s {
        Status::Pending => 0,
        Status::Paying => 1,
        Status::Canceled => 2,
    }
}

impl Table {
    /// The step's events, or why it is refused, in which case nothing has changed.
    fn step(&mut self, now: u64, step: &Step) -> String {
        let before = self.clone();
        self.apply(Timestamp::new(now), step).unwrap_or_else(|reason| {
            *self = before;
            format!("revert: {reason}")
        })
    }

    fn take(&mut self, who: u8, amount: Wei) -> Result<(), String> {
        let wallet = &mut self.wallets[usize::from(who)];
        *wallet = wallet.checked_sub(amount.get()).ok_or(NO_BALANCE)?;
        Ok(())
    }

    fn apply(&mut self, now: Timestamp, step: &Step) -> Result<String, String> {
        let plain = |e: Error| reason(&e, None);
        let at = Timestamp::new;
        let word = u8::from;
        match step {
            Step::Submit { who, slot, up, stake } => {
                let round = self.feed.round(at(*slot));
                let first = round.is_none_or(|r| r.prediction(address(*who)).is_none());
                let fits = round.is_none_or(|r| r.sum.checked_add(*stake).is_ok());
                let done = self.feed.submit(now, address(*who), at(*slot), *up, *stake);
                let transfer = done.map_err(|e| match e {
                    // No token has a supply that large: the contract's token finds the wallet short before a sum
                    // overflows, unless this is the predictoor's first stake in the slot.
                    Error::Base(Base::Overflow { .. }) if !first || fits => NO_BALANCE.into(),
                    e => plain(e),
                })?;
                match transfer {
                    Transfer::In(x) => self.take(*who, x)?,
                    Transfer::Out(x) => self.wallets[usize::from(*who)] += x.get(),
                }
                Ok(format!("PredictionSubmitted(w{who}, {slot}, {stake})"))
            }
            Step::TrueValue { slot, truth, cancel } => {
                let v = self.feed.submit_true_value(now, at(*slot), *truth, *cancel).map_err(plain)?;
                self.collector += v.slashed.get();
                let (truth, status) = (word(*truth), status(v.status));
                Ok(format!("TruevalSubmitted({slot}, {truth}, {status}, {}, {})", v.sum_up, v.sum))
            }
            Step::Payout { who, slot } => self.payout(now, *who, *slot),
            Step::Payouts { who, slots } => {
                let events: Vec<String> =
                    slots.iter().map(|s| self.payout(now, *who, *s)).collect::<Result<_, _>>()?;
                Ok(events.into_iter().filter(|e| !e.is_empty()).collect::<Vec<_>>().join("; "))
            }
            Step::Pause => Ok(format!("Paused({})", word(self.feed.toggle_pause()))),
            Step::Collector { zero } => {
                let collector = if *zero { Address::ZERO } else { Address::repeat_byte(COLLECTOR) };
                self.feed.set_fee_collector(collector).map_err(plain)?;
                Ok(String::new())
            }
            Step::Redeem { slot } => {
                let revenue = self.feed.redeem_unused_revenue(now, at(*slot)).map_err(plain)?;
                self.collector += revenue.get();
                Ok(String::new())
            }
            Step::Subscribe { who, consume_fee, named } => self.subscribe(now, *who, *consume_fee, *named),
            Step::Aggregate { who, slot } => {
                let (up, all) = self.feed.aggregate(now, address(*who), at(*slot)).map_err(plain)?;
                Ok(format!("{up}, {all}"))
            }
        }
    }

    fn payout(&mut self, now: Timestamp, who: u8, slot: u64) -> Result<String, String> {
        let paid = self.feed.payout(now, Timestamp::new(slot), address(who)).map_err(|e| reason(&e, None))?;
        let Some(p) = paid else { return Ok(String::new()) };
        self.wallets[usize::from(who)] += p.amount.get();
        let (stake, amount, share) = (p.prediction.stake, p.amount, p.share_up);
        let (up, truth) = (u8::from(p.prediction.up), u8::from(p.truth));
        let status = status(p.status);
        Ok(format!("PredictionPayout(w{who}, {slot}, {stake}, {amount}, {up}, {truth}, {share}, {status})"))
    }

    fn subscribe(&mut self, now: Timestamp, who: u8, fee: Wei, named: bool) -> Result<String, String> {
        let price = self.price.ok_or("no price")?;
        if self.feed.is_paused() {
            return Err("paused".into());
        }
        let quote = price.quote(fee, named);
        if let Err(Error::Base(Base::OutOfRange { .. })) = quote {
            // The exchange is paid before it looks at the fee.
            let rest = price.quote(Wei::ZERO, true).map_err(|e| reason(&e, None))?;
            let consumed = rest.base.get() * fee.get() / U256::from(1_000_000_000_000_000_000u64);
            let total = rest.total().map_err(|e| reason(&e, None))?;
            self.take(who, Wei::new(total.get() + consumed))?;
        }
        let quote = quote.map_err(|e| reason(&e, Some(fee)))?;
        self.take(who, quote.total().map_err(|e| reason(&e, None))?)?;
        self.exchange += quote.ocean_fee.get() + quote.market_fee.get();
        self.market += quote.consume_fee.get();
        let (r, s) = self.feed.subscribe(now, address(who), &quote).map_err(|e| reason(&e, None))?;
        Ok(format!(
            "RevenueAdded({}, {}, {}, {}, {}); NewSubscription(w{who}, {}, {})",
            r.amount, r.slot, r.per_epoch, r.epochs, r.epoch, s.expires, s.epoch
        ))
    }

    fn slot(&self, slot: u64) -> String {
        let round = self.feed.round(Timestamp::new(slot)).cloned().unwrap_or_default();
        let (status, truth) = (status(round.status), u8::from(round.truth));
        let mut text = format!("{} {} {status} {truth} {}", round.sum_up, round.sum, round.revenue);
        for who in 0..WALLETS {
            if let Some((p, paid)) = round.prediction(address(who)) {
                text += &format!(" {who} {} {} {}", u8::from(p.up), p.stake, u8::from(paid));
            }
        }
        text
    }

    fn balances(&self) -> String {
        let mut all = vec![self.feed.held().get(), self.exchange, self.collector, self.market];
        all.extend(self.wallets);
        all.push(U256::from(self.feed.is_paused()));
        all.iter().map(U256::to_string).collect::<Vec<_>>().join(" ")
    }
}

impl Step {
    fn to_json(&self, now: u64) -> Value {
        match self {
            Self::Submit { who, slot, up, stake } => json!({
                "now": now, "call": "submit", "who": who, "slot": slot, "up": up, "stake": stake.to_string(),
            }),
            Self::TrueValue { slot, truth, cancel } => {
                json!({ "now": now, "call": "true_value", "slot": slot, "truth": truth, "cancel": cancel })
            }
            Self::Payout { who, slot } => json!({ "now": now, "call": "payout", "who": who, "slot": slot }),
            Self::Payouts { who, slots } => {
                json!({ "now": now, "call": "payouts", "who": who, "slots": slots })
            }
            Self::Pause => json!({ "now": now, "call": "pause" }),
            Self::Collector { zero } => json!({ "now": now, "call": "collector", "zero": zero }),
            Self::Redeem { slot } => json!({ "now": now, "call": "redeem", "slot": slot }),
            Self::Subscribe { who, consume_fee, named } => json!({
                "now": now, "call": "subscribe", "who": who, "consume_fee": consume_fee.to_string(), "named": named,
            }),
            Self::Aggregate { who, slot } => {
                json!({ "now": now, "call": "aggregate", "who": who, "slot": slot })
            }
        }
    }
}
