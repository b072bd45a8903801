//! Settlement of labelling campaigns.

use crate::{
    campaign_parts::{cut, item, tier, tier_number},
    convert::{Done, integer, wei},
};
use countermark::{
    primitives::Nano,
    settle::campaign::{self, Review},
};
use num_bigint::BigUint;
use pyo3::prelude::*;

/// The architect's terms. Rates are parts of one, to the nearest 1e-9.
#[pyclass(frozen, get_all, module = "countermark")]
pub(crate) struct CampaignTerms {
    /// The architect's budget.
    pot: BigUint,
    /// Reviews an item needs before it is approved or rejected, 1 or more.
    quorum: u32,
    /// Part of its reviews that must approve an item, above 0, up to 1.
    approval: f64,
    /// `(from, reward)` by rising approval rate and not falling reward; a rate below the first earns nothing.
    tiers: Vec<(f64, BigUint)>,
    /// Reward of a review that agrees with what came of the item.
    review_reward: BigUint,
    /// `(below, part)`: the part of the collateral that an approval rate below this costs a builder; 0 cuts nobody.
    builder_cut: (f64, f64),
    /// The same for the share of a validator's reviews that agree.
    validator_cut: (f64, f64),
}

#[pymethods]
impl CampaignTerms {
    #[new]
    #[pyo3(signature = (*, pot, quorum, approval, tiers, review_reward, builder_cut = (0.0, 0.0), validator_cut = (0.0, 0.0)))]
    #[allow(clippy::too_many_arguments, reason = "Python names them")]
    fn new(
        pot: BigUint,
        quorum: u32,
        approval: f64,
        tiers: Vec<(f64, BigUint)>,
        review_reward: BigUint,
        builder_cut: (f64, f64),
        validator_cut: (f64, f64),
    ) -> Self {
        Self { pot, quorum, approval, tiers, review_reward, builder_cut, validator_cut }
    }
}

impl CampaignTerms {
    fn core(&self) -> Done<campaign::CampaignTerms> {
        let tiers = self.tiers.iter().map(|(from, reward)| Ok(tier(*from, wei("reward", reward)?)?));
        Ok(campaign::CampaignTerms {
            pot: wei("pot", &self.pot)?,
            quorum: self.quorum,
            approval: Nano::from_f64(self.approval)?,
            tiers: tiers.collect::<Done<_>>()?,
            review_reward: wei("review_reward", &self.review_reward)?,
            builder_cut: cut(self.builder_cut.0, self.builder_cut.1)?,
            validator_cut: cut(self.validator_cut.0, self.validator_cut.1)?,
        })
    }
}

/// What came of a participant.
#[pyclass(frozen, get_all, module = "countermark")]
#[derive(Clone)]
pub(crate) struct CampaignRow {
    /// Items approved.
    approved: u32,
    /// Items rejected.
    rejected: u32,
    /// Items that were submitted before.
    duplicates: u32,
    /// Index of the reward tier; None for a rate below the first, or nothing decided.
    tier: Option<u32>,
    /// Reviews of decided items.
    reviews: u32,
    /// Reviews that agree with what came of the item.
    agreed: u32,
    /// What items and reviews earn by the terms.
    earned: BigUint,
    /// Paid out of the pot: `earned`, or its part of a pot that is too small.
    paid: BigUint,
    /// Cut from the collateral.
    cut: BigUint,
}

#[pymethods]
impl CampaignRow {
    fn __repr__(&self) -> String {
        let Self { approved, rejected, duplicates, earned, paid, cut, .. } = self;
        format!(
            "CampaignRow(approved={approved}, rejected={rejected}, duplicates={duplicates}, earned={earned}, \
             paid={paid}, cut={cut})"
        )
    }
}

/// A settled campaign.
#[pyclass(frozen, get_all, module = "countermark")]
pub(crate) struct CampaignSettlement {
    /// One row for each participant.
    rows: Vec<CampaignRow>,
    /// What came of each item: "approved", "rejected", "undecided" or "duplicate".
    items: Vec<&'static str>,
    /// Sum of what was paid.
    paid: BigUint,
    /// Sum of what was cut.
    cuts: BigUint,
    /// What is left of the pot and what was cut: the architect's.
    remainder: BigUint,
}

/// Settles a labelling campaign in integers: builders submit items, validators review them, `pot + cuts == paid +
/// remainder`.
///
/// `collaterals`: what each participant staked, in the smallest unit, zero allowed; `items`: `(builder, content)` with 32 bytes of content, in order of time, a later one with the
/// same content is a duplicate; `reviews`: `(item, validator, approve)`, the validator is not the item's builder and reviews it once. A pot too small is
/// split in proportion, by largest remainder.
#[pyfunction]
pub(crate) fn settle_campaign(
    py: Python<'_>,
    terms: &CampaignTerms,
    collaterals: Vec<BigUint>,
    items: Vec<(u32, Vec<u8>)>,
    reviews: Vec<(u32, u32, bool)>,
) -> Done<CampaignSettlement> {
    let terms = terms.core()?;
    let collaterals = collaterals.iter().map(|c| Ok(wei("collateral", c)?)).collect::<Done<Vec<_>>>()?;
    let items = items.iter().map(|(b, content)| Ok(item(*b, content)?)).collect::<Done<Vec<_>>>()?;
    let reviews: Vec<Review> =
        reviews.into_iter().map(|(item, validator, approve)| Review { item, validator, approve }).collect();
    let s = py.detach(|| campaign::settle_campaign(&terms, &collaterals, &items, &reviews))?;
    let row = |r: &campaign::CampaignRow| CampaignRow {
        approved: r.approved,
        rejected: r.rejected,
        duplicates: r.duplicates,
        tier: tier_number(r.tier),
        reviews: r.reviews,
        agreed: r.agreed,
        earned: integer(r.earned),
        paid: integer(r.paid),
        cut: integer(r.cut),
    };
    Ok(CampaignSettlement {
        rows: s.rows.iter().map(row).collect(),
        items: s.items.iter().map(|i| i.name()).collect(),
        paid: integer(s.paid),
        cuts: integer(s.cuts),
        remainder: integer(s.remainder),
    })
}
