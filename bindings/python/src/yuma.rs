//! Yuma consensus: an epoch of a Bittensor subnet in the chain's arithmetic.

use crate::{
    convert::Done,
    subnet::{Subnet, parts},
};
use countermark::scoring::yuma::{self, LiquidAlpha, Parameters};
use pyo3::prelude::*;

/// A subnet's state before an epoch. Lists have one entry for each uid, at most 65535; rows of `weights` and `bonds` are
/// `(uid, value)` in the order stored, values 0..=65535.
#[pyclass(frozen, get_all, module = "countermark")]
pub(crate) struct YumaNetwork {
    /// The present block.
    block: u64,
    /// Block of the last epoch; None before the first.
    last_epoch: Option<u64>,
    /// Blocks between epochs.
    tempo: u16,
    /// The uid of the subnet's owner.
    owner: Option<u16>,
    /// Alpha staked, in rao.
    alpha_stake: Vec<u64>,
    /// TAO staked, in rao.
    tao_stake: Vec<u64>,
    /// Whether the uid may validate now.
    validator_permit: Vec<bool>,
    /// Block of the uid's last weights.
    last_update: Vec<u64>,
    /// Block of the uid's registration.
    registered: Vec<u64>,
    /// Weights as submitted; a uid that the subnet has not is passed over.
    weights: Vec<Vec<(u16, u16)>>,
    /// Bonds as the last epoch left them.
    bonds: Vec<Vec<(u16, u16)>>,
    /// With commit-reveal, the block of each uid's earliest live commit, or None; None without commit-reveal.
    commits: Option<Vec<Option<u64>>>,
}

#[pymethods]
impl YumaNetwork {
    #[new]
    #[pyo3(signature = (*, block, tempo, alpha_stake, tao_stake, validator_permit, last_update, registered, weights, bonds, last_epoch=None, owner=None, commits=None))]
    #[allow(clippy::too_many_arguments, reason = "Python names them")]
    fn new(
        block: u64,
        tempo: u16,
        alpha_stake: Vec<u64>,
        tao_stake: Vec<u64>,
        validator_permit: Vec<bool>,
        last_update: Vec<u64>,
        registered: Vec<u64>,
        weights: Vec<Vec<(u16, u16)>>,
        bonds: Vec<Vec<(u16, u16)>>,
        last_epoch: Option<u64>,
        owner: Option<u16>,
        commits: Option<Vec<Option<u64>>>,
    ) -> Self {
        Self {
            block,
            last_epoch,
            tempo,
            owner,
            alpha_stake,
            tao_stake,
            validator_permit,
            last_update,
            registered,
            weights,
            bonds,
            commits,
        }
    }
}

/// Parameters of a subnet; each one's default is the chain's.
#[pyclass(frozen, get_all, module = "countermark")]
pub(crate) struct YumaParameters {
    /// Blocks after which a uid without new weights is inactive.
    activity_cutoff: u64,
    /// Least stake that counts, in rao.
    stake_threshold: u64,
    /// What a rao of TAO counts for beside one of alpha, of 2^64 - 1 parts.
    tao_weight: u64,
    /// How many uids may validate.
    max_validators: u16,
    /// The majority of stake that makes a consensus, of 65535 parts.
    kappa: u16,
    /// How far bonds follow clipped weights rather than submitted ones, of 65535 parts.
    bonds_penalty: u16,
    /// Part of old bonds that an epoch keeps, in parts per million.
    bonds_moving_average: u64,
    /// Yuma3: bonds move towards the weights themselves.
    yuma3: bool,
    /// With Yuma3, every bond has its own moving average.
    liquid_alpha: bool,
    /// Least part of a new bond with liquid alpha, of 65535 parts.
    alpha_low: u16,
    /// Greatest part of a new bond with liquid alpha, of 65535 parts.
    alpha_high: u16,
    /// Slope of liquid alpha, in hundredths.
    alpha_steepness: i16,
}

#[pymethods]
impl YumaParameters {
    #[new]
    #[pyo3(signature = (*, activity_cutoff=5_000, stake_threshold=0, tao_weight=3_320_413_933_267_719_290, max_validators=128, kappa=32_767, bonds_penalty=65_535, bonds_moving_average=900_000, yuma3=false, liquid_alpha=false, alpha_low=45_875, alpha_high=58_982, alpha_steepness=1_000))]
    #[allow(clippy::too_many_arguments, reason = "Python names them")]
    fn new(
        activity_cutoff: u64,
        stake_threshold: u64,
        tao_weight: u64,
        max_validators: u16,
        kappa: u16,
        bonds_penalty: u16,
        bonds_moving_average: u64,
        yuma3: bool,
        liquid_alpha: bool,
        alpha_low: u16,
        alpha_high: u16,
        alpha_steepness: i16,
    ) -> Self {
        Self {
            activity_cutoff,
            stake_threshold,
            tao_weight,
            max_validators,
            kappa,
            bonds_penalty,
            bonds_moving_average,
            yuma3,
            liquid_alpha,
            alpha_low,
            alpha_high,
            alpha_steepness,
        }
    }
}

impl From<&YumaParameters> for Parameters {
    fn from(p: &YumaParameters) -> Self {
        let liquid = LiquidAlpha { low: p.alpha_low, high: p.alpha_high, steepness: p.alpha_steepness };
        Self {
            activity_cutoff: p.activity_cutoff,
            stake_threshold: p.stake_threshold,
            tao_weight: p.tao_weight,
            max_validators: p.max_validators,
            kappa: p.kappa,
            bonds_penalty: p.bonds_penalty,
            bonds_moving_average: p.bonds_moving_average,
            yuma3: p.yuma3,
            liquid_alpha: p.liquid_alpha.then_some(liquid),
        }
    }
}

/// What an epoch gives, with one entry for each uid. Floats are multiples of 2^-32, exact.
#[pyclass(frozen, get_all, module = "countermark")]
pub(crate) struct YumaEpoch {
    /// Whether the uid's weights are recent.
    active: Vec<bool>,
    /// Whether the uid may validate in the next epoch.
    validator_permit: Vec<bool>,
    /// Part of all stake.
    stake: Vec<f64>,
    /// The weight that a majority of stake supports.
    consensus: Vec<f64>,
    /// What is left of a validator's weights after clipping.
    validator_trust: Vec<f64>,
    /// Part that miners get for their rank.
    incentive: Vec<f64>,
    /// Part that validators get for their bonds.
    dividends: Vec<f64>,
    /// Bonds for the next epoch, `(uid, value)`, 0..=65535.
    bonds: Vec<Vec<(u16, u16)>>,
    /// Emission for rank, in rao.
    server_emission: Vec<u64>,
    /// Emission for bonds, in rao.
    validator_emission: Vec<u64>,
    /// Emission for both, in rao; rounded by itself.
    emission: Vec<u64>,
}

/// One epoch of Yuma consensus, as the chain computes it, to the last bit. `rao`: what the epoch emits.
#[pyfunction]
#[pyo3(signature = (network, parameters, rao))]
pub(crate) fn yuma_epoch(
    py: Python<'_>,
    network: PyRef<'_, YumaNetwork>,
    parameters: PyRef<'_, YumaParameters>,
    rao: u64,
) -> Done<YumaEpoch> {
    let subnet = Subnet {
        block: network.block,
        last_epoch: network.last_epoch,
        tempo: network.tempo,
        owner: network.owner,
        alpha_stake: network.alpha_stake.clone(),
        tao_stake: network.tao_stake.clone(),
        validator_permit: network.validator_permit.clone(),
        last_update: network.last_update.clone(),
        registered: network.registered.clone(),
        commits: network.commits.clone(),
        weights: network.weights.clone(),
        bonds: network.bonds.clone(),
        parameters: Parameters::from(&*parameters),
    };
    let (e, stored) = py.detach(|| subnet.epoch(rao))?;
    Ok(YumaEpoch {
        stake: parts(&e.stake),
        consensus: parts(&e.consensus),
        validator_trust: parts(&e.validator_trust),
        incentive: parts(&e.incentive),
        dividends: parts(&e.dividends),
        active: e.active,
        validator_permit: e.validator_permit,
        bonds: stored.bonds,
        server_emission: stored.server_emission,
        validator_emission: stored.validator_emission,
        emission: stored.emission,
    })
}

/// Weights scaled so that the greatest is 65535: what the chain stores of a submission. Zeros stay.
#[pyfunction]
pub(crate) fn yuma_max_upscale(weights: Vec<u16>) -> Vec<u16> {
    yuma::max_upscale(&weights)
}
