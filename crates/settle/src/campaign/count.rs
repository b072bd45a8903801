use super::{CampaignRow, CampaignTerms, Item, ItemOutcome, Review};
use crate::Result;
use alloc::{collections::BTreeSet, string::ToString as _, vec, vec::Vec};
use countermark_primitives::{Error as Base, Nano, Wei};

/// Units of a [`Nano`] in one.
pub(super) const NANO: u64 = 1_000_000_000;

/// Whether `good / all` reaches a rate that is not negative.
pub(super) fn share(good: u32, all: u32, rate: Nano) -> bool {
    u128::from(good) * u128::from(NANO) >= u128::from(all) * u128::from(rate.get().unsigned_abs())
}

/// What everybody did, and what came of the items.
pub(super) struct Counts {
    pub(super) outcomes: Vec<ItemOutcome>,
    /// Numbers only; amounts are zero.
    pub(super) rows: Vec<CampaignRow>,
}

impl Counts {
    pub(super) fn new(
        terms: &CampaignTerms,
        participants: usize,
        items: &[Item],
        reviews: &[Review],
    ) -> Result<Self> {
        bounded("number of items", items.len())?;
        bounded("number of reviews", reviews.len())?;
        let empty = CampaignRow {
            approved: 0,
            rejected: 0,
            duplicates: 0,
            tier: None,
            reviews: 0,
            agreed: 0,
            earned: Wei::ZERO,
            paid: Wei::ZERO,
            cut: Wei::ZERO,
        };
        let mut rows = vec![empty; participants];
        let votes = votes(items, participants, reviews)?;
        let mut seen = BTreeSet::new();
        let mut outcomes = Vec::with_capacity(items.len());
        for (item, (approvals, all)) in items.iter().zip(votes) {
            let outcome = match seen.insert(item.content) {
                false => ItemOutcome::Duplicate,
                true if all < terms.quorum => ItemOutcome::Undecided,
                true if share(approvals, all, terms.approval) => ItemOutcome::Approved,
                true => ItemOutcome::Rejected,
            };
            outcomes.push(outcome);
            let row = rows.get_mut(item.builder as usize).ok_or_else(|| nobody("builder", item.builder))?;
            match outcome {
                ItemOutcome::Approved => row.approved += 1,
                ItemOutcome::Rejected => row.rejected += 1,
                ItemOutcome::Duplicate => row.duplicates += 1,
                ItemOutcome::Undecided => {}
            }
        }
        for review in reviews {
            let agreed = match outcomes.get(review.item as usize) {
                Some(ItemOutcome::Approved) => review.approve,
                Some(ItemOutcome::Rejected) => !review.approve,
                _ => continue,
            };
            if let Some(row) = rows.get_mut(review.validator as usize) {
                row.reviews += 1;
                row.agreed += u32::from(agreed);
            }
        }
        Ok(Self { outcomes, rows })
    }
}

/// Approvals and reviews of each item.
fn votes(items: &[Item], participants: usize, reviews: &[Review]) -> Result<Vec<(u32, u32)>> {
    let mut votes = vec![(0u32, 0u32); items.len()];
    let mut seen = BTreeSet::new();
    for r in reviews {
        let (Some(item), Some(vote)) = (items.get(r.item as usize), votes.get_mut(r.item as usize)) else {
            let got = r.item.to_string();
            return Err(Base::OutOfRange { what: "reviewed item", got, range: "an item" }.into());
        };
        if r.validator as usize >= participants {
            return Err(nobody("validator", r.validator).into());
        }
        if r.validator == item.builder || !seen.insert((r.item, r.validator)) {
            let got = r.validator.to_string();
            let range = "not the item's builder, and once an item";
            return Err(Base::OutOfRange { what: "validator", got, range }.into());
        }
        vote.0 += u32::from(r.approve);
        vote.1 += 1;
    }
    Ok(votes)
}

fn nobody(what: &'static str, index: u32) -> Base {
    Base::OutOfRange { what, got: index.to_string(), range: "a participant" }
}

fn bounded(what: &'static str, got: usize) -> Result<()> {
    let limit = u64::from(u32::MAX);
    match got as u64 {
        got if got > limit => Err(Base::LimitExceeded { what, limit, got }.into()),
        _ => Ok(()),
    }
}
