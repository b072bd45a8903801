//! A labelling campaign's terms and items as the three skins read them; each includes this file.

use crate::plain::hash;
use countermark::{
    primitives::{Error as Basic, Nano, Wei},
    settle::campaign::{CollateralCut, Item, RewardTier},
};

pub(crate) fn tier(from: f64, reward: Wei) -> Result<RewardTier, Basic> {
    Ok(RewardTier { from: Nano::from_f64(from)?, reward })
}

pub(crate) fn cut(below: f64, part: f64) -> Result<CollateralCut, Basic> {
    Ok(CollateralCut { below: Nano::from_f64(below)?, part: Nano::from_f64(part)? })
}

pub(crate) fn item(builder: u32, content: &[u8]) -> Result<Item, Basic> {
    Ok(Item { builder, content: hash("content", content)? })
}

/// The number of a tier.
pub(crate) fn tier_number(tier: Option<usize>) -> Option<u32> {
    tier.and_then(|t| u32::try_from(t).ok())
}
