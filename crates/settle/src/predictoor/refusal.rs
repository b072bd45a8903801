/// Why a feed refuses a call: the contract's reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Refusal {
    /// The slot is not the start of an epoch.
    InvalidSlot,
    /// The feed is paused.
    Paused,
    /// Predictions for the slot are closed.
    TooLate,
    /// The slot has not begun.
    TooEarly,
    /// The slot has a true value or is cancelled.
    AlreadySettled,
    /// The predictoor has no prediction in the slot.
    NotSubmitted,
    /// Only zero stakes in the slot: the contract divides by their sum.
    NoStake,
    /// Stakes that all lost have nowhere to go.
    NoSlashCollector,
    /// Unused revenue has nowhere to go.
    NoRevenueCollector,
    /// Revenue of a slot that has stakes, or has not begun, cannot be redeemed; a fee collector cannot be zero.
    NotAllowed,
    /// The feed holds less than it would have to transfer.
    Balance,
    /// The reader has no subscription that is still running.
    NoSubscription,
    /// Predictions for the slot are still open, so their sums cannot be read.
    NotClosed,
    /// The time of a subscription is no multiple of an epoch.
    SubscriptionLength,
    /// An epoch of zero seconds.
    EpochLength,
}

impl Refusal {
    /// The text of the contract's revert; `Panic(0x12)` for a division by zero, empty for a revert without text.
    pub const fn text(self) -> &'static str {
        match self {
            Self::InvalidSlot => "invalid epoch",
            Self::Paused => "paused",
            Self::TooLate => "too late to submit",
            Self::TooEarly => "too early to submit",
            Self::AlreadySettled => "already settled",
            Self::NotSubmitted => "not submitted",
            Self::NoStake | Self::EpochLength => "Panic(0x12)",
            Self::NoSlashCollector => "Cannot send slashed stakes to address 0",
            Self::NoRevenueCollector => "Cannot send fees to address 0",
            Self::NotAllowed => "",
            Self::Balance => "ERC20: transfer amount exceeds balance",
            Self::NoSubscription => "No subscription",
            Self::NotClosed => "predictions not closed",
            Self::SubscriptionLength => "%",
        }
    }
}
