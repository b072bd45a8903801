use super::Refusal;
use crate::{Error, Result};
use alloc::vec::Vec;
use alloy_primitives::U256;
use countermark_primitives::{Error as Base, Wei};

/// Where a slot stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Status {
    /// No true value yet.
    #[default]
    Pending,
    /// It has a true value: winners are paid.
    Paying,
    /// Stakes are given back.
    Canceled,
}

/// One predictoor's forecast for a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Prediction {
    /// Up, or down.
    pub up: bool,
    /// What was staked on it; zero is a prediction too.
    pub stake: Wei,
}

/// The sums that a payout depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sums {
    pub(super) up: Wei,
    pub(super) all: Wei,
    pub(super) revenue: Wei,
    /// `None` when cancelled.
    pub(super) truth: Option<bool>,
}

impl Sums {
    /// What a prediction is paid, and the part of the stakes that said up in units of 1e-18.
    ///
    /// # Errors
    /// `overflow`; `round_refused` when nothing at all is staked.
    pub(super) fn payout(&self, p: &Prediction) -> Result<(Wei, U256)> {
        let overflow = || Error::from(Base::Overflow { what: "payout" });
        let amount = match self.truth {
            None => p.stake.get(),
            Some(truth) if truth == p.up => {
                let winners = if truth { self.up.get() } else { self.all.checked_sub(self.up)?.get() };
                if winners.is_zero() {
                    U256::ZERO
                } else {
                    let pot = self.all.get().checked_add(self.revenue.get()).ok_or_else(overflow)?;
                    p.stake.get().checked_mul(pot).ok_or_else(overflow)? / winners
                }
            }
            Some(_) => U256::ZERO,
        };
        let scaled =
            self.up.get().checked_mul(U256::from(1_000_000_000_000_000_000u64)).ok_or_else(overflow)?;
        let share = scaled.checked_div(self.all.get()).ok_or(Refusal::NoStake)?;
        Ok((Wei::new(amount), share))
    }

    /// Whether there are stakes and all of them are on the wrong side.
    pub(super) fn all_lost(&self) -> bool {
        let winners = match self.truth {
            None => return false,
            Some(true) => self.up != Wei::ZERO,
            Some(false) => self.up != self.all,
        };
        self.all != Wei::ZERO && !winners
    }
}

/// What came of a slot. `sum + revenue == payouts + slashed + left`, always.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoundSettlement {
    /// `Paying` or `Canceled`.
    pub status: Status,
    /// Stakes on up.
    pub sum_up: Wei,
    /// All stakes.
    pub sum: Wei,
    /// One payout per prediction, in the order given.
    pub payouts: Vec<Wei>,
    /// All stakes, when every one of them was wrong: to the fee collector.
    pub slashed: Wei,
    /// What nobody gets: of a slot with winners, the rest of the divisions, fewer units than there are winners; the
    /// whole revenue of a slot that was cancelled or has no winner.
    pub left: Wei,
}

/// Settles a slot: a winner gets `floor(stake x (all stakes + revenue) / stakes of the winners)`.
///
/// `revenue` is what subscriptions brought to this slot; `truth` is `None` for a slot that is cancelled, where every
/// stake is given back. Predictions without any stake between them are paid nothing.
///
/// # Errors
/// `overflow` when a sum or product passes 2^256-1: the contract could not pay either.
///
/// ```
/// use countermark_primitives::{Coded, Wei};
/// use countermark_settle::predictoor::{Prediction, settle_round};
/// let on = |up, stake| Prediction { up, stake: Wei::from_u128(stake) };
/// let round = [on(true, 7), on(true, 3), on(false, 11)];
/// let settled = settle_round(&round, Wei::from_u128(300_000_000_000_000_000), Some(true))?;
/// assert_eq!(settled.payouts[0], Wei::from_u128(210_000_000_000_000_014));
/// assert_eq!(settled.payouts[1], Wei::from_u128(90_000_000_000_000_006));
/// assert_eq!(settled.left, Wei::from_u128(1));
/// let huge = [Prediction { up: true, stake: Wei::MAX }; 2];
/// assert_eq!(settle_round(&huge, Wei::ZERO, None).unwrap_err().code(), "overflow");
/// # Ok::<(), countermark_settle::Error>(())
/// ```
pub fn settle_round(
    predictions: &[Prediction],
    revenue: Wei,
    truth: Option<bool>,
) -> Result<RoundSettlement> {
    let mut sums = Sums { up: Wei::ZERO, all: Wei::ZERO, revenue, truth };
    for p in predictions {
        sums.all = sums.all.checked_add(p.stake)?;
        // At most the sum of all.
        sums.up = if p.up { sums.up.checked_add(p.stake)? } else { sums.up };
    }
    let pot = sums.all.checked_add(revenue)?;
    let mut payouts = Vec::with_capacity(predictions.len());
    let mut rest = pot;
    for p in predictions {
        let amount = if sums.all == Wei::ZERO { Wei::ZERO } else { sums.payout(p)?.0 };
        rest = rest.checked_sub(amount)?;
        payouts.push(amount);
    }
    let slashed = if sums.all_lost() { sums.all } else { Wei::ZERO };
    Ok(RoundSettlement {
        status: if truth.is_some() { Status::Paying } else { Status::Canceled },
        sum_up: sums.up,
        sum: sums.all,
        payouts,
        slashed,
        left: rest.checked_sub(slashed)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use countermark_primitives::Coded as _;
    use proptest::prelude::*;

    fn stake() -> impl Strategy<Value = U256> {
        prop_oneof![
            3 => any::<u64>().prop_map(U256::from),
            2 => (0u64..4).prop_map(U256::from),
            2 => any::<u128>().prop_map(U256::from),
            1 => (0u64..9).prop_map(|d| U256::MAX - U256::from(d)),
        ]
    }

    proptest! {
        #[test]
        fn stakes_and_revenue_are_accounted_for(
            rows in proptest::collection::vec((any::<bool>(), stake()), 0..12),
            revenue in stake(),
            truth in any::<Option<bool>>(),
        ) {
            let rows: Vec<Prediction> =
                rows.into_iter().map(|(up, stake)| Prediction { up, stake: Wei::new(stake) }).collect();
            match settle_round(&rows, Wei::new(revenue), truth) {
                Err(e) => prop_assert_eq!(e.code(), "overflow"),
                Ok(s) => {
                    let paid = s.payouts.iter().try_fold(Wei::ZERO, |a, p| a.checked_add(*p)).unwrap();
                    let out = paid.checked_add(s.slashed).unwrap().checked_add(s.left).unwrap();
                    prop_assert_eq!(out, s.sum.checked_add(Wei::new(revenue)).unwrap());
                    let won = |p: &Prediction| truth == Some(p.up) && p.stake != Wei::ZERO;
                    let winners = rows.iter().filter(|p| won(p)).count();
                    if winners > 0 {
                        prop_assert!(s.left.get() < U256::from(winners));
                        prop_assert_eq!(s.slashed, Wei::ZERO);
                    } else {
                        prop_assert_eq!(s.left, Wei::new(revenue));
                    }
                    for (p, paid) in rows.iter().zip(&s.payouts) {
                        // A winner never loses, a loser never wins, a cancelled slot gives back.
                        let fair = match truth {
                            None => *paid == p.stake,
                            Some(truth) if truth == p.up => *paid >= p.stake,
                            Some(_) => *paid == Wei::ZERO,
                        };
                        prop_assert!(fair);
                    }
                }
            }
        }
    }

    #[test]
    fn the_largest_sum_is_given_back_and_cannot_be_shared() {
        let all = [Prediction { up: false, stake: Wei::MAX }];
        // 0 x 1e18 fits, so a cancelled slot of 2^256-1 on down is paid back.
        assert_eq!(settle_round(&all, Wei::ZERO, None).unwrap().payouts, [Wei::MAX]);
        assert_eq!(settle_round(&all, Wei::ZERO, Some(true)).unwrap().slashed, Wei::MAX);
        assert_eq!(settle_round(&all, Wei::ZERO, Some(false)).unwrap_err().code(), "overflow");
        assert_eq!(settle_round(&all, Wei::from_u128(1), None).unwrap_err().code(), "overflow");
    }
}
