use super::Refusal;
use crate::Result;
use countermark_primitives::{Error as Base, Seconds, Timestamp};

/// Slots that one subscription's revenue may be spread over. A block of Ethereum has gas for fewer than 2,000.
const MAX_EPOCHS: u64 = 1 << 16;

/// The times of a feed, fixed when it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Terms {
    /// Length of a slot; live feeds have 300 or 3600.
    pub epoch: Seconds,
    /// How long a subscription runs; a multiple of `epoch`.
    pub subscription: Seconds,
    /// How long after its start a slot may still get a true value; later it is cancelled.
    pub true_value_timeout: Seconds,
}

impl Terms {
    /// Whether a feed can be made of these.
    ///
    /// # Errors
    /// `round_refused` for an epoch of zero seconds, and for a subscription that is no multiple of an epoch.
    pub fn check(&self) -> Result<()> {
        match self.subscription.get().checked_rem(self.epoch.get()) {
            None => Err(Refusal::EpochLength.into()),
            Some(0) => Ok(()),
            Some(_) => Err(Refusal::SubscriptionLength.into()),
        }
    }

    /// The start of the epoch that a time lies in.
    ///
    /// # Errors
    /// `round_refused` for an epoch of zero seconds.
    ///
    /// ```
    /// use countermark_primitives::{Seconds, Timestamp};
    /// use countermark_settle::predictoor::Terms;
    /// let s = Seconds::new;
    /// let terms = Terms { epoch: s(300), subscription: s(86_400), true_value_timeout: s(259_200) };
    /// assert_eq!(terms.epoch_start(Timestamp::new(1_700_000_399))?.get(), 1_700_000_100);
    /// assert!(Terms { epoch: s(0), ..terms }.epoch_start(Timestamp::new(1)).is_err());
    /// # Ok::<(), countermark_settle::Error>(())
    /// ```
    pub fn epoch_start(&self, t: Timestamp) -> Result<Timestamp> {
        let rest = t.get().checked_rem(self.epoch.get()).ok_or(Refusal::EpochLength)?;
        Ok(Timestamp::new(t.get() - rest))
    }

    /// The first slot that can still be predicted: the one after the next.
    ///
    /// # Errors
    /// `round_refused` for an epoch of zero seconds; `overflow` at the end of time.
    pub fn soonest(&self, now: Timestamp) -> Result<Timestamp> {
        Ok(self.epoch_start(now)?.after(self.epoch)?.after(self.epoch)?)
    }

    /// Whether a slot is the start of an epoch.
    pub(super) fn aligned(&self, slot: Timestamp) -> Result<()> {
        if self.epoch_start(slot)? == slot { Ok(()) } else { Err(Refusal::InvalidSlot.into()) }
    }

    /// Whether it is too late for a true value of the slot.
    pub(super) fn timed_out(&self, now: Timestamp, slot: Timestamp) -> Result<bool> {
        let end = u128::from(slot.get()) + u128::from(self.true_value_timeout.get());
        Ok(u128::from(self.epoch_start(now)?.get()) > end)
    }

    /// When a subscription that is bought now ends.
    pub(super) fn expiry(&self, now: Timestamp) -> Result<Timestamp> {
        Ok(self.epoch_start(now)?.after(self.subscription)?)
    }

    /// The slots that share the revenue of a subscription.
    pub(super) fn subscription_epochs(&self) -> Result<u64> {
        let epochs =
            self.subscription.get().checked_div(self.epoch.get()).ok_or(Refusal::EpochLength)?.max(1);
        if epochs > MAX_EPOCHS {
            let what = "epochs of a subscription";
            return Err(Base::LimitExceeded { what, limit: MAX_EPOCHS, got: epochs }.into());
        }
        Ok(epochs)
    }
}
