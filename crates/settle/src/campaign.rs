//! Labelling campaigns: an architect funds work, builders submit items, validators review them.
//!
//! The roles and rules are those that Synesis One and AIT publish: an item is approved by a quorum of reviews, only
//! approved items are paid, a builder's approval rate chooses the reward tier, what was submitted before is blocked, and
//! collateral is cut for bad work. Amounts are exact: `pot + cuts == paid + remainder`.

mod count;

use crate::{Error, Result, largest_remainder, mul_div};
use alloc::{string::ToString as _, vec::Vec};
use alloy_primitives::{B256, U256};
use count::{Counts, NANO, share};
use countermark_primitives::{Error as Base, Nano, Wei};

/// What an approved item earns from an approval rate on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RewardTier {
    /// Lowest approval rate of the tier, 0..=1.
    pub from: Nano,
    /// Reward of each approved item.
    pub reward: Wei,
}

/// The part of the collateral that bad work costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CollateralCut {
    /// A rate below this is bad work, 0..=1; 0 cuts nobody.
    pub below: Nano,
    /// Part of the collateral that is cut, 0..=1.
    pub part: Nano,
}

/// The architect's terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CampaignTerms {
    /// The architect's budget.
    pub pot: Wei,
    /// Reviews an item needs before it is approved or rejected, 1 or more.
    pub quorum: u32,
    /// Part of its reviews that must approve an item, above 0, up to 1.
    pub approval: Nano,
    /// Tiers by rising approval rate and not falling reward; a rate below the first earns nothing.
    pub tiers: Vec<RewardTier>,
    /// Reward of a review that agrees with what came of the item.
    pub review_reward: Wei,
    /// For a builder's approval rate.
    pub builder_cut: CollateralCut,
    /// For the share of a validator's reviews that agree.
    pub validator_cut: CollateralCut,
}

impl CampaignTerms {
    /// Whether all rates lie in their ranges and the tiers rise.
    ///
    /// # Errors
    /// `out_of_range`.
    pub fn check(&self) -> Result<()> {
        let bad = |what, got: Nano, range| {
            Err(Base::OutOfRange { what, got: got.to_f64().to_string(), range }.into())
        };
        if self.quorum == 0 {
            return Err(Base::OutOfRange { what: "quorum", got: "0".into(), range: "1 or more" }.into());
        }
        if self.approval <= Nano::new(0) || self.approval > Nano::ONE {
            return bad("approval", self.approval, "above 0, up to 1");
        }
        let cuts = [&self.builder_cut, &self.validator_cut].into_iter().flat_map(|c| [c.below, c.part]);
        for rate in cuts.chain(self.tiers.iter().map(|t| t.from)) {
            if rate < Nano::new(0) || rate > Nano::ONE {
                return bad("campaign rate", rate, "0..=1");
            }
        }
        for (lower, upper) in self.tiers.iter().zip(self.tiers.iter().skip(1)) {
            if upper.from <= lower.from || upper.reward < lower.reward {
                return bad("reward tier", upper.from, "above the tier before, with no smaller reward");
            }
        }
        Ok(())
    }

    /// The tier of `approved` out of `decided` items.
    fn tier(&self, approved: u32, decided: u32) -> Option<usize> {
        self.tiers.iter().rposition(|t| decided > 0 && share(approved, decided, t.from))
    }
}

/// An item as it was submitted, in order of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Item {
    /// Who submitted it: an index of the collaterals.
    pub builder: u32,
    /// Digest of its canonical form; an item with the digest of an earlier one is a duplicate.
    pub content: B256,
}

/// A validator's view of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Review {
    /// Index of the item.
    pub item: u32,
    /// Who reviewed it: an index of the collaterals, not the item's builder.
    pub validator: u32,
    /// Whether the validator approves.
    pub approve: bool,
}

/// What came of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ItemOutcome {
    /// Enough reviews approve.
    Approved,
    /// The quorum is there, and not enough approve.
    Rejected,
    /// Too few reviews: neither paid nor held against anybody.
    Undecided,
    /// Submitted before: blocked, its reviews count for nothing.
    Duplicate,
}

impl ItemOutcome {
    /// `approved`, `rejected`, `undecided` or `duplicate`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Undecided => "undecided",
            Self::Duplicate => "duplicate",
        }
    }
}

/// What came of a participant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CampaignRow {
    /// Items approved.
    pub approved: u32,
    /// Items rejected.
    pub rejected: u32,
    /// Items that were submitted before.
    pub duplicates: u32,
    /// Index of the reward tier; `None` for a rate below the first, or nothing decided.
    pub tier: Option<usize>,
    /// Reviews of decided items.
    pub reviews: u32,
    /// Reviews that agree with what came of the item.
    pub agreed: u32,
    /// What items and reviews earn by the terms.
    pub earned: Wei,
    /// Paid out of the pot: `earned`, or its part of a pot that is too small.
    pub paid: Wei,
    /// Cut from the collateral.
    pub cut: Wei,
}

/// A settled campaign. `pot + cuts == paid + remainder`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CampaignSettlement {
    /// One row for each participant.
    pub rows: Vec<CampaignRow>,
    /// What came of each item.
    pub items: Vec<ItemOutcome>,
    /// Sum of what was paid.
    pub paid: Wei,
    /// Sum of what was cut.
    pub cuts: Wei,
    /// What is left of the pot and what was cut: the architect's.
    pub remainder: Wei,
}

/// Settles a campaign.
///
/// `collaterals`: what each participant staked, in whatever role; zero is allowed. A pot too small for everything earned
/// is split in proportion, by largest remainder. Cuts of one participant in both roles add up to his collateral at most;
/// each is `floor(collateral x part)`.
///
/// # Errors
/// `out_of_range` for terms, an index, a review of one's own item or a second one of the same item; `limit_exceeded`
/// above 2^32 - 1 items or reviews; `overflow` when earnings, cuts or the pot with the cuts pass 2^256-1.
///
/// ```
/// use countermark_primitives::{B256, Nano, Wei};
/// use countermark_settle::campaign::*;
/// let none = CollateralCut { below: Nano::new(0), part: Nano::new(0) };
/// let terms = CampaignTerms {
///     pot: Wei::from_u128(100),
///     quorum: 1,
///     approval: Nano::new(500_000_000),
///     tiers: vec![RewardTier { from: Nano::new(0), reward: Wei::from_u128(10) }],
///     review_reward: Wei::from_u128(2),
///     builder_cut: none,
///     validator_cut: none,
/// };
/// let item = Item { builder: 0, content: B256::repeat_byte(1) };
/// let review = Review { item: 0, validator: 1, approve: true };
/// let s = settle_campaign(&terms, &[Wei::ZERO; 2], &[item], &[review])?;
/// assert_eq!((s.rows[0].paid, s.rows[1].paid), (Wei::from_u128(10), Wei::from_u128(2)));
/// assert_eq!(s.remainder, Wei::from_u128(88));
/// let own = Review { validator: 0, ..review };
/// assert!(settle_campaign(&terms, &[Wei::ZERO; 2], &[item], &[own]).is_err());
/// # Ok::<(), countermark_settle::Error>(())
/// ```
pub fn settle_campaign(
    terms: &CampaignTerms,
    collaterals: &[Wei],
    items: &[Item],
    reviews: &[Review],
) -> Result<CampaignSettlement> {
    terms.check()?;
    let counts = Counts::new(terms, collaterals.len(), items, reviews)?;
    let mut rows = Vec::with_capacity(collaterals.len());
    let (mut earnings, mut cuts) = (U256::ZERO, Wei::ZERO);
    for (mut row, collateral) in counts.rows.into_iter().zip(collaterals) {
        let decided = row.approved.saturating_add(row.rejected);
        row.tier = terms.tier(row.approved, decided);
        let reward = row.tier.and_then(|t| terms.tiers.get(t)).map_or(Wei::ZERO, |t| t.reward);
        row.earned = times(reward, row.approved)?.checked_add(times(terms.review_reward, row.agreed)?)?;
        earnings =
            earnings.checked_add(row.earned.get()).ok_or(Base::Overflow { what: "sum of earnings" })?;
        let building = cut(&terms.builder_cut, *collateral, row.approved, decided)?;
        let reviewing = cut(&terms.validator_cut, *collateral, row.agreed, row.reviews)?;
        // Each is at most the collateral, so what is left after the first bounds the second.
        row.cut = building.checked_add(reviewing.min(collateral.checked_sub(building)?))?;
        cuts = cuts.checked_add(row.cut)?;
        rows.push(row);
    }
    if earnings <= terms.pot.get() {
        rows.iter_mut().for_each(|r| r.paid = r.earned);
    } else {
        let weights: Vec<U256> = rows.iter().map(|r| r.earned.get()).collect();
        let parts = largest_remainder(terms.pot, &weights)?;
        rows.iter_mut().zip(parts).for_each(|(r, part)| r.paid = part);
    }
    let mut paid = Wei::ZERO;
    for row in &rows {
        paid = paid.checked_add(row.paid)?;
    }
    let remainder = terms.pot.checked_add(cuts)?.checked_sub(paid)?;
    Ok(CampaignSettlement { rows, items: counts.outcomes, paid, cuts, remainder })
}

fn times(amount: Wei, n: u32) -> Result<Wei> {
    let product = amount.get().checked_mul(U256::from(n));
    Ok(Wei::new(product.ok_or(Error::Base(Base::Overflow { what: "reward times number" }))?))
}

/// What `good` out of `all` cost.
fn cut(rule: &CollateralCut, collateral: Wei, good: u32, all: u32) -> Result<Wei> {
    if all == 0 || share(good, all, rule.below) {
        return Ok(Wei::ZERO);
    }
    let part = U256::from(rule.part.get().unsigned_abs());
    Ok(Wei::new(mul_div(collateral.get(), part, U256::from(NANO))?.0))
}

#[cfg(test)]
mod tests;
