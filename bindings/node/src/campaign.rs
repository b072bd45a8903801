//! Settlement of labelling campaigns.

use crate::{
    campaign_parts::{cut, item, tier, tier_number},
    convert::{Done, bigint, js, wei},
};
use countermark::{
    primitives::Nano,
    settle::campaign::{self, Review},
};
use napi::{
    Result,
    bindgen_prelude::{BigInt, Uint8Array},
};
use napi_derive::napi;

/// What an approved item earns from an approval rate on.
#[napi(object)]
pub struct RewardTier {
    /// Lowest approval rate of the tier, 0..=1.
    pub from: f64,
    /// Reward of each approved item.
    pub reward: BigInt,
}

/// The part of the collateral that bad work costs.
#[napi(object)]
pub struct CollateralCut {
    /// A rate below this is bad work, 0..=1; 0 cuts nobody.
    pub below: f64,
    /// Part of the collateral that is cut, 0..=1.
    pub part: f64,
}

/// The architect's terms. Rates are parts of one, to the nearest 1e-9.
#[napi(object)]
pub struct CampaignTerms {
    /// The architect's budget.
    pub pot: BigInt,
    /// Reviews an item needs before it is approved or rejected, 1 or more.
    pub quorum: u32,
    /// Part of its reviews that must approve an item, above 0, up to 1.
    pub approval: f64,
    /// Tiers by rising approval rate and not falling reward; a rate below the first earns nothing.
    pub tiers: Vec<RewardTier>,
    /// Reward of a review that agrees with what came of the item.
    pub review_reward: BigInt,
    /// For a builder's approval rate.
    pub builder_cut: CollateralCut,
    /// For the share of a validator's reviews that agree.
    pub validator_cut: CollateralCut,
}

impl CampaignTerms {
    fn core(&self) -> Done<campaign::CampaignTerms> {
        let tiers = self.tiers.iter().map(|t| Ok(tier(t.from, wei("reward", &t.reward)?)?));
        Ok(campaign::CampaignTerms {
            pot: wei("pot", &self.pot)?,
            quorum: self.quorum,
            approval: Nano::from_f64(self.approval)?,
            tiers: tiers.collect::<Done<_>>()?,
            review_reward: wei("review_reward", &self.review_reward)?,
            builder_cut: cut(self.builder_cut.below, self.builder_cut.part)?,
            validator_cut: cut(self.validator_cut.below, self.validator_cut.part)?,
        })
    }
}

/// An item as it was submitted.
#[napi(object)]
pub struct CampaignItem {
    /// Who submitted it: an index of the collaterals.
    pub builder: u32,
    /// Digest of its canonical form, 32 bytes.
    pub content: Uint8Array,
}

/// A validator's view of an item.
#[napi(object)]
pub struct CampaignReview {
    /// Index of the item.
    pub item: u32,
    /// Who reviewed it: an index of the collaterals.
    pub validator: u32,
    /// Whether the validator approves.
    pub approve: bool,
}

/// What came of a participant.
#[napi(object)]
pub struct CampaignRow {
    /// Items approved.
    pub approved: u32,
    /// Items rejected.
    pub rejected: u32,
    /// Items that were submitted before.
    pub duplicates: u32,
    /// Index of the reward tier; absent for a rate below the first, or nothing decided.
    pub tier: Option<u32>,
    /// Reviews of decided items.
    pub reviews: u32,
    /// Reviews that agree with what came of the item.
    pub agreed: u32,
    /// What items and reviews earn by the terms.
    pub earned: BigInt,
    /// Paid out of the pot: `earned`, or its part of a pot that is too small.
    pub paid: BigInt,
    /// Cut from the collateral.
    pub cut: BigInt,
}

/// A settled campaign.
#[napi(object)]
pub struct CampaignSettlement {
    /// One row for each participant.
    pub rows: Vec<CampaignRow>,
    /// What came of each item: "approved", "rejected", "undecided" or "duplicate".
    pub items: Vec<String>,
    /// Sum of what was paid.
    pub paid: BigInt,
    /// Sum of what was cut.
    pub cuts: BigInt,
    /// What is left of the pot and what was cut: the architect's.
    pub remainder: BigInt,
}

/// Settles a labelling campaign in integers: builders submit items, validators review them, `pot + cuts == paid +
/// remainder`.
///
/// `collaterals`: what each participant staked, in the smallest unit, zero allowed; `items` in order of time, a later one with the
/// same content is a duplicate; a review's validator is not the item's builder and reviews it once. A pot too small is
/// split in proportion, by largest remainder.
#[napi]
pub fn settle_campaign(
    terms: CampaignTerms,
    collaterals: Vec<BigInt>,
    items: Vec<CampaignItem>,
    reviews: Vec<CampaignReview>,
) -> Result<CampaignSettlement> {
    js(|| {
        let terms = terms.core()?;
        let collaterals = collaterals.iter().map(|c| Ok(wei("collateral", c)?)).collect::<Done<Vec<_>>>()?;
        let items = items.iter().map(|i| Ok(item(i.builder, &i.content)?)).collect::<Done<Vec<_>>>()?;
        let review = |r: &CampaignReview| Review { item: r.item, validator: r.validator, approve: r.approve };
        let reviews: Vec<Review> = reviews.iter().map(review).collect();
        let s = campaign::settle_campaign(&terms, &collaterals, &items, &reviews)?;
        let row = |r: &campaign::CampaignRow| CampaignRow {
            approved: r.approved,
            rejected: r.rejected,
            duplicates: r.duplicates,
            tier: tier_number(r.tier),
            reviews: r.reviews,
            agreed: r.agreed,
            earned: bigint(r.earned),
            paid: bigint(r.paid),
            cut: bigint(r.cut),
        };
        Ok(CampaignSettlement {
            rows: s.rows.iter().map(row).collect(),
            items: s.items.iter().map(|i| i.name().to_owned()).collect(),
            paid: bigint(s.paid),
            cuts: bigint(s.cuts),
            remainder: bigint(s.remainder),
        })
    })
}
