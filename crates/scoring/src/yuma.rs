//! Yuma consensus: what Bittensor's validators' weights come to, in the chain's arithmetic bit by bit and in `f64`.
//!
//! Source: opentensor/subtensor, `pallets/subtensor/src/epoch/{run_epoch,math}.rs`, release 425, the sparse path that
//! the chain runs.

mod bonds;
mod epoch;
mod fixed;
mod median;
mod network;
mod number;
mod sparse;
mod weights;

pub use epoch::{Epoch, Stored, split_emission};
pub use fixed::Fixed;
pub use median::weighted_median;
pub use network::{LiquidAlpha, Network, Parameters, Row};
pub use weights::max_upscale;

use crate::Result;

/// One epoch of Yuma consensus as the chain computes it, to the last bit. [`Epoch::stored`] is what the chain keeps.
///
/// # Errors
/// `length_mismatch` and `limit_exceeded` for lists that have not one entry for each of at most 65535 uids,
/// `duplicate_id` for a uid twice in a row, `out_of_range` for a bond or owner of no uid, and `overflow` where the
/// chain's sums would wrap.
///
/// ```
/// use countermark_scoring::yuma::{Network, Parameters, epoch};
/// let weights = [vec![(1, 65_535)], vec![]];
/// let bonds = [vec![], vec![]];
/// let network = Network {
///     block: 1_000, last_epoch: Some(900), tempo: 99, owner: None, commits: None,
///     alpha_stake: &[5_000_000_000, 0], tao_stake: &[0, 0], validator_permit: &[true, false],
///     last_update: &[950, 0], registered: &[10, 20], weights: &weights, bonds: &bonds,
/// };
/// let epoch = epoch(&network, &Parameters::default())?;
/// assert_eq!(epoch.stored(1_000_000_000).emission, [500_000_000, 500_000_000]); // validator and miner
/// assert!(countermark_scoring::yuma::epoch(&Network { tao_stake: &[0], ..network }, &Parameters::default()).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn epoch(network: &Network<'_>, parameters: &Parameters) -> Result<Epoch<Fixed>> {
    epoch::run(network, parameters)
}

/// The same epoch in `f64` and with the real exponential, for studies and plots.
///
/// Every number is within 1e-5 of [`epoch`]'s, unless a comparison (stake against kappa, weight against consensus or
/// bond) hangs on bits after the 32nd, or all of a sum is as small as those: a stake of less than 2^-32 of the total is
/// 0 in [`epoch`] and may keep its permit here.
///
/// # Errors
/// As [`epoch`], but nothing overflows.
pub fn epoch_f64(network: &Network<'_>, parameters: &Parameters) -> Result<Epoch<f64>> {
    epoch::run(network, parameters)
}
