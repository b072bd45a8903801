use super::{Prediction, Quote, Refusal, Status, Terms, round::Sums};
use crate::{Error, Result};
use alloc::collections::BTreeMap;
use alloy_primitives::{Address, U256};
use countermark_primitives::{Seconds, Timestamp, Wei};

/// A feed: its slots, subscriptions and what it holds.
///
/// ```
/// use countermark_primitives::{Address, Coded, Seconds, Timestamp, Wei};
/// use countermark_settle::predictoor::{Feed, Status, Terms};
/// let (s, t, w) = (Seconds::new, Timestamp::new, Wei::from_u128);
/// let terms = Terms { epoch: s(300), subscription: s(86_400), true_value_timeout: s(259_200) };
/// let [ann, bob, collector] = [1, 2, 9].map(Address::repeat_byte);
/// let mut feed = Feed::new(terms, collector)?;
/// let slot = t(1_700_000_400);
/// feed.submit(t(1_700_000_000), ann, slot, true, w(10))?;
/// feed.submit(t(1_700_000_000), bob, slot, false, w(5))?;
/// let late = feed.submit(t(1_700_000_100), bob, slot, true, w(5)).unwrap_err();
/// assert_eq!(late.code(), "round_refused");
/// assert_eq!(feed.submit_true_value(slot, slot, true, false)?.status, Status::Paying);
/// assert_eq!(feed.payout(slot, slot, ann)?.map(|p| p.amount), Some(w(15)));
/// assert_eq!(feed.payout(slot, slot, ann)?, None); // paid already
/// # Ok::<(), countermark_settle::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    terms: Terms,
    paused: bool,
    fee_collector: Address,
    held: Wei,
    rounds: BTreeMap<Timestamp, Round>,
    subscriptions: BTreeMap<Address, Timestamp>,
}

/// A slot of a feed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Round {
    /// Where the slot stands.
    pub status: Status,
    /// The true value; false until there is one.
    pub truth: bool,
    /// Stakes on up.
    pub sum_up: Wei,
    /// All stakes.
    pub sum: Wei,
    /// What subscriptions brought to this slot.
    pub revenue: Wei,
    predictions: BTreeMap<Address, Entry>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry {
    prediction: Prediction,
    paid: bool,
}

/// What a predictoor's wallet and the feed must exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Transfer {
    /// The predictoor pays the feed.
    In(Wei),
    /// The feed pays the predictoor.
    Out(Wei),
}

/// The outcome of a slot, as the contract's event `TruevalSubmitted` states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Verdict {
    /// `Paying` or `Canceled`.
    pub status: Status,
    /// Stakes on up.
    pub sum_up: Wei,
    /// All stakes.
    pub sum: Wei,
    /// Sent to the fee collector, because every stake was wrong.
    pub slashed: Wei,
}

/// A payout, as the contract's event `PredictionPayout` states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Payout {
    /// The prediction that is paid.
    pub prediction: Prediction,
    /// Sent to the predictoor; zero for a loser.
    pub amount: Wei,
    /// The true value; false for a slot that was cancelled.
    pub truth: bool,
    /// Part of the stakes on up, in units of 1e-18.
    pub share_up: U256,
    /// `Paying` or `Canceled`.
    pub status: Status,
}

/// A subscription, as the contract's event `NewSubscription` states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Subscription {
    /// It runs while the current epoch starts before this.
    pub expires: Timestamp,
    /// The epoch it was bought in.
    pub epoch: Timestamp,
}

/// How the price of a subscription became revenue, as the contract's event `RevenueAdded` states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Revenue {
    /// What was paid before fees.
    pub amount: Wei,
    /// The first slot that gets a part.
    pub slot: Timestamp,
    /// What each slot gets.
    pub per_epoch: Wei,
    /// How many slots get it. `amount - per_epoch x epochs` belongs to nobody.
    pub epochs: u64,
    /// Seconds from slot to slot.
    pub epoch: Seconds,
}

pub(super) fn add(a: Wei, b: Wei) -> Result<Wei> {
    Ok(a.checked_add(b)?)
}

impl Round {
    /// A predictoor's prediction and whether it was paid out.
    pub fn prediction(&self, of: Address) -> Option<(Prediction, bool)> {
        self.predictions.get(&of).map(|e| (e.prediction, e.paid))
    }

    fn sums(&self) -> Sums {
        let truth = (self.status == Status::Paying).then_some(self.truth);
        Sums { up: self.sum_up, all: self.sum, revenue: self.revenue, truth }
    }

    /// The sums of stakes with a prediction in place of the predictoor's former one.
    fn replaced(&self, by: &Prediction, old: Option<&Prediction>) -> Result<(Wei, Wei)> {
        let (mut up, mut all) = (self.sum_up, self.sum);
        if let Some(old) = old {
            all = all.checked_sub(old.stake)?;
            up = if old.up { up.checked_sub(old.stake)? } else { up };
        }
        Ok((if by.up { add(up, by.stake)? } else { up }, add(all, by.stake)?))
    }
}

impl Feed {
    /// A new feed. `fee_collector` gets stakes that all lost and unused revenue; the zero address for none yet.
    ///
    /// # Errors
    /// `round_refused` for terms that [`Terms::check`] refuses.
    pub fn new(terms: Terms, fee_collector: Address) -> Result<Self> {
        terms.check()?;
        Ok(Self {
            terms,
            paused: false,
            fee_collector,
            held: Wei::ZERO,
            rounds: BTreeMap::new(),
            subscriptions: BTreeMap::new(),
        })
    }

    /// The times of this feed.
    pub const fn terms(&self) -> Terms {
        self.terms
    }

    /// Whether predictions and purchases are paused.
    pub const fn is_paused(&self) -> bool {
        self.paused
    }

    /// Who gets stakes that all lost and unused revenue.
    pub const fn fee_collector(&self) -> Address {
        self.fee_collector
    }

    /// The stake tokens that the feed holds.
    pub const fn held(&self) -> Wei {
        self.held
    }

    /// A slot; `None` when nothing ever touched it.
    pub fn round(&self, slot: Timestamp) -> Option<&Round> {
        self.rounds.get(&slot)
    }

    fn pay(&mut self, amount: Wei) -> Result<()> {
        self.held = self.held.checked_sub(amount).map_err(|_| Refusal::Balance)?;
        Ok(())
    }

    /// Submits a prediction, or replaces the predictoor's former one for the slot. Any slot to come but the next one
    /// is open. The transfer is the caller's to make: where a wallet cannot pay, the change does not stand.
    ///
    /// # Errors
    /// `round_refused` (slot not aligned, paused, too late); `overflow`.
    pub fn submit(
        &mut self,
        now: Timestamp,
        predictoor: Address,
        slot: Timestamp,
        up: bool,
        stake: Wei,
    ) -> Result<Transfer> {
        self.terms.aligned(slot)?;
        self.refuse_paused()?;
        if slot < self.terms.soonest(now)? {
            return Err(Refusal::TooLate.into());
        }
        let prediction = Prediction { up, stake };
        let untouched = Round::default();
        let round = self.rounds.get(&slot).unwrap_or(&untouched);
        let old = round.predictions.get(&predictoor).map(|e| e.prediction);
        let (sum_up, sum) = round.replaced(&prediction, old.as_ref())?;
        let had = old.map_or(Wei::ZERO, |p| p.stake);
        let transfer = if stake < had {
            let back = had.checked_sub(stake)?;
            self.pay(back)?;
            Transfer::Out(back)
        } else {
            let more = stake.checked_sub(had)?;
            self.held = self.held.checked_add(more)?;
            Transfer::In(more)
        };
        let round = self.rounds.entry(slot).or_default();
        (round.sum_up, round.sum) = (sum_up, sum);
        round.predictions.insert(predictoor, Entry { prediction, paid: false });
        Ok(transfer)
    }

    /// Gives a slot that has begun its true value, or cancels it; one that comes too late cancels it as well.
    ///
    /// # Errors
    /// `round_refused` (slot not aligned, too early, settled already, stakes that all lost and no fee collector).
    pub fn submit_true_value(
        &mut self,
        now: Timestamp,
        slot: Timestamp,
        truth: bool,
        cancel: bool,
    ) -> Result<Verdict> {
        self.terms.aligned(slot)?;
        if slot > self.terms.epoch_start(now)? {
            return Err(Refusal::TooEarly.into());
        }
        let untouched = Round::default();
        let round = self.rounds.get(&slot).unwrap_or(&untouched);
        if round.status != Status::Pending {
            return Err(Refusal::AlreadySettled.into());
        }
        let canceled = cancel || self.terms.timed_out(now, slot)?;
        let sums = Sums { truth: (!canceled).then_some(truth), ..round.sums() };
        let slashed = if sums.all_lost() { sums.all } else { Wei::ZERO };
        if sums.all_lost() {
            if self.fee_collector == Address::ZERO {
                return Err(Refusal::NoSlashCollector.into());
            }
            self.pay(slashed)?;
        }
        let round = self.rounds.entry(slot).or_default();
        round.truth = truth && !canceled;
        round.status = if canceled { Status::Canceled } else { Status::Paying };
        Ok(Verdict { status: round.status, sum_up: round.sum_up, sum: round.sum, slashed })
    }

    /// Pays a predictoor out; anybody may ask. `None` when paid already, or when there is nothing to go by yet. A slot
    /// whose true value is overdue is cancelled by the asking.
    ///
    /// # Errors
    /// `round_refused` (slot not aligned, nothing submitted, only zero stakes, the feed holds too little); `overflow`
    /// where the product of stake and pot passes 2^256-1.
    pub fn payout(&mut self, now: Timestamp, slot: Timestamp, predictoor: Address) -> Result<Option<Payout>> {
        self.terms.aligned(slot)?;
        let overdue = self.terms.timed_out(now, slot)?;
        let round = self.rounds.get_mut(&slot).ok_or(Refusal::NotSubmitted)?;
        let mut sums = round.sums();
        let entry = round.predictions.get_mut(&predictoor).ok_or(Refusal::NotSubmitted)?;
        if entry.paid {
            return Ok(None);
        }
        let status = match round.status {
            Status::Pending if overdue => Status::Canceled,
            Status::Pending => return Ok(None),
            settled => settled,
        };
        if status == Status::Canceled {
            sums.truth = None;
        }
        let (amount, share_up) = sums.payout(&entry.prediction)?;
        self.held = self.held.checked_sub(amount).map_err(|_| Error::from(Refusal::Balance))?;
        round.status = status;
        entry.paid = true;
        let (prediction, truth) = (entry.prediction, round.truth);
        Ok(Some(Payout { prediction, amount, truth, share_up, status }))
    }

    /// Starts or stops accepting predictions and purchases; answers whether the feed is paused now.
    pub fn toggle_pause(&mut self) -> bool {
        self.paused = !self.paused;
        self.paused
    }

    fn refuse_paused(&self) -> Result<()> {
        if self.paused { Err(Refusal::Paused.into()) } else { Ok(()) }
    }

    /// Names who gets stakes that all lost and unused revenue.
    ///
    /// # Errors
    /// `round_refused` for the zero address.
    pub fn set_fee_collector(&mut self, collector: Address) -> Result<()> {
        if collector == Address::ZERO {
            return Err(Refusal::NotAllowed.into());
        }
        self.fee_collector = collector;
        Ok(())
    }

    /// Buys a subscription: `quote.base` becomes revenue of the slots it covers, the current one first; fees go past
    /// the feed. The buyer pays [`Quote::total`]. A subscription that still runs is replaced, not prolonged.
    ///
    /// # Errors
    /// `round_refused` when paused; `overflow`; `limit_exceeded` for a subscription of more than 65,536 epochs.
    pub fn subscribe(
        &mut self,
        now: Timestamp,
        consumer: Address,
        quote: &Quote,
    ) -> Result<(Revenue, Subscription)> {
        self.refuse_paused()?;
        let (slot, epochs) = (self.terms.epoch_start(now)?, self.terms.subscription_epochs()?);
        let per_epoch = Wei::new(quote.base.get().checked_div(U256::from(epochs)).unwrap_or_default());
        let held = add(add(self.held, quote.base)?, quote.kept)?;
        let mut sums = alloc::vec::Vec::new();
        let mut at = slot;
        for i in 0..epochs {
            at = if i == 0 { slot } else { at.after(self.terms.epoch)? };
            let before = self.rounds.get(&at).map_or(Wei::ZERO, |r| r.revenue);
            sums.push((at, add(before, per_epoch)?));
        }
        let subscription = Subscription { expires: self.terms.expiry(now)?, epoch: slot };
        self.subscriptions.insert(consumer, subscription.expires);
        self.held = held;
        for (at, revenue) in sums {
            self.rounds.entry(at).or_default().revenue = revenue;
        }
        Ok((Revenue { amount: quote.base, slot, per_epoch, epochs, epoch: self.terms.epoch }, subscription))
    }

    /// Whether a user's subscription still runs.
    ///
    /// # Errors
    /// None for a feed that [`Feed::new`] made.
    pub fn has_subscription(&self, now: Timestamp, user: Address) -> Result<bool> {
        let epoch = self.terms.epoch_start(now)?;
        Ok(self.subscriptions.get(&user).is_some_and(|expires| epoch < *expires))
    }

    /// The stakes on up and all stakes of a slot. Everybody may read them once the slot has begun; before, a
    /// subscriber may read the next slot. That `reader` is who it says must be checked by the caller.
    ///
    /// # Errors
    /// `round_refused` (slot not aligned, no subscription, predictions not closed).
    pub fn aggregate(&self, now: Timestamp, reader: Address, slot: Timestamp) -> Result<(Wei, Wei)> {
        self.terms.aligned(slot)?;
        if slot > self.terms.epoch_start(now)? {
            if !self.has_subscription(now, reader)? {
                return Err(Refusal::NoSubscription.into());
            }
            if slot >= self.terms.soonest(now)? {
                return Err(Refusal::NotClosed.into());
            }
        }
        Ok(self.rounds.get(&slot).map_or((Wei::ZERO, Wei::ZERO), |r| (r.sum_up, r.sum)))
    }

    /// Sends the revenue of a slot without stakes to the fee collector. The slot's revenue stays as it is: the contract
    /// does not mark it as redeemed.
    ///
    /// # Errors
    /// `round_refused` (slot not aligned, not begun, has stakes, no fee collector, the feed holds too little).
    pub fn redeem_unused_revenue(&mut self, now: Timestamp, slot: Timestamp) -> Result<Wei> {
        self.terms.aligned(slot)?;
        let (sum, revenue) = self.rounds.get(&slot).map_or((Wei::ZERO, Wei::ZERO), |r| (r.sum, r.revenue));
        if self.terms.epoch_start(now)? < slot || sum != Wei::ZERO {
            return Err(Refusal::NotAllowed.into());
        }
        if self.fee_collector == Address::ZERO {
            return Err(Refusal::NoRevenueCollector.into());
        }
        self.pay(revenue)?;
        Ok(revenue)
    }
}

#[cfg(test)]
mod tests;
