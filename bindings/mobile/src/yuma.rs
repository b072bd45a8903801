//! Yuma consensus: an epoch of a Bittensor subnet in the chain's arithmetic.

use crate::{
    convert::Done,
    subnet::{Subnet, parts},
};
use countermark::scoring::yuma::{self, LiquidAlpha, Parameters, Row};

/// One entry of a row of weights or bonds.
#[derive(Debug, Clone, Copy, uniffi::Record)]
pub struct YumaEntry {
    /// Whom it is on.
    pub uid: u16,
    /// Its value.
    pub value: u16,
}

/// A subnet's state before an epoch. Lists have one entry for each uid, at most 65535; rows of `weights` and `bonds` are
/// in the order stored.
#[derive(Debug, uniffi::Record)]
pub struct YumaNetwork {
    /// The present block.
    pub block: u64,
    /// Block of the last epoch; null before the first.
    #[uniffi(default = None)]
    pub last_epoch: Option<u64>,
    /// Blocks between epochs.
    pub tempo: u16,
    /// The uid of the subnet's owner.
    #[uniffi(default = None)]
    pub owner: Option<u16>,
    /// Alpha staked, in rao.
    pub alpha_stake: Vec<u64>,
    /// TAO staked, in rao.
    pub tao_stake: Vec<u64>,
    /// Whether the uid may validate now.
    pub validator_permit: Vec<bool>,
    /// Block of the uid's last weights.
    pub last_update: Vec<u64>,
    /// Block of the uid's registration.
    pub registered: Vec<u64>,
    /// Weights as submitted; a uid that the subnet has not is passed over.
    pub weights: Vec<Vec<YumaEntry>>,
    /// Bonds as the last epoch left them.
    pub bonds: Vec<Vec<YumaEntry>>,
    /// With commit-reveal, the block of each uid's earliest live commit, or null; null without commit-reveal.
    #[uniffi(default = None)]
    pub commits: Option<Vec<Option<u64>>>,
}

/// Parameters of a subnet; each one's default is the chain's.
#[derive(Debug, uniffi::Record)]
pub struct YumaParameters {
    /// Blocks after which a uid without new weights is inactive.
    #[uniffi(default = 5000)]
    pub activity_cutoff: u64,
    /// Least stake that counts, in rao.
    #[uniffi(default = 0)]
    pub stake_threshold: u64,
    /// What a rao of TAO counts for beside one of alpha, of 2^64 - 1 parts.
    #[uniffi(default = 3320413933267719290)]
    pub tao_weight: u64,
    /// How many uids may validate.
    #[uniffi(default = 128)]
    pub max_validators: u16,
    /// The majority of stake that makes a consensus, of 65535 parts.
    #[uniffi(default = 32767)]
    pub kappa: u16,
    /// How far bonds follow clipped weights rather than submitted ones, of 65535 parts.
    #[uniffi(default = 65535)]
    pub bonds_penalty: u16,
    /// Part of old bonds that an epoch keeps, in parts per million.
    #[uniffi(default = 900000)]
    pub bonds_moving_average: u64,
    /// Yuma3: bonds move towards the weights themselves.
    #[uniffi(default = false)]
    pub yuma3: bool,
    /// With Yuma3, every bond has its own moving average.
    #[uniffi(default = false)]
    pub liquid_alpha: bool,
    /// Least part of a new bond with liquid alpha, of 65535 parts.
    #[uniffi(default = 45875)]
    pub alpha_low: u16,
    /// Greatest part of a new bond with liquid alpha, of 65535 parts.
    #[uniffi(default = 58982)]
    pub alpha_high: u16,
    /// Slope of liquid alpha, in hundredths.
    #[uniffi(default = 1000)]
    pub alpha_steepness: i16,
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

/// What an epoch gives, with one entry for each uid. Numbers are multiples of 2^-32, exact.
#[derive(Debug, uniffi::Record)]
pub struct YumaEpoch {
    /// Whether the uid's weights are recent.
    pub active: Vec<bool>,
    /// Whether the uid may validate in the next epoch.
    pub validator_permit: Vec<bool>,
    /// Part of all stake.
    pub stake: Vec<f64>,
    /// The weight that a majority of stake supports.
    pub consensus: Vec<f64>,
    /// What is left of a validator's weights after clipping.
    pub validator_trust: Vec<f64>,
    /// Part that miners get for their rank.
    pub incentive: Vec<f64>,
    /// Part that validators get for their bonds.
    pub dividends: Vec<f64>,
    /// Bonds for the next epoch.
    pub bonds: Vec<Vec<YumaEntry>>,
    /// Emission for rank, in rao.
    pub server_emission: Vec<u64>,
    /// Emission for bonds, in rao.
    pub validator_emission: Vec<u64>,
    /// Emission for both, in rao; rounded by itself.
    pub emission: Vec<u64>,
}

fn rows(m: Vec<Vec<YumaEntry>>) -> Vec<Row> {
    m.into_iter().map(|row| row.into_iter().map(|e| (e.uid, e.value)).collect()).collect()
}

fn entries(m: Vec<Row>) -> Vec<Vec<YumaEntry>> {
    let entry = |(uid, value)| YumaEntry { uid, value };
    m.into_iter().map(|row| row.into_iter().map(entry).collect()).collect()
}

/// One epoch of Yuma consensus, as the chain computes it, to the last bit. `rao`: what the epoch emits.
#[uniffi::export]
pub fn yuma_epoch(network: YumaNetwork, parameters: YumaParameters, rao: u64) -> Done<YumaEpoch> {
    let subnet = Subnet {
        block: network.block,
        last_epoch: network.last_epoch,
        tempo: network.tempo,
        owner: network.owner,
        alpha_stake: network.alpha_stake,
        tao_stake: network.tao_stake,
        validator_permit: network.validator_permit,
        last_update: network.last_update,
        registered: network.registered,
        commits: network.commits,
        weights: rows(network.weights),
        bonds: rows(network.bonds),
        parameters: Parameters::from(&parameters),
    };
    let (e, stored) = subnet.epoch(rao)?;
    Ok(YumaEpoch {
        stake: parts(&e.stake),
        consensus: parts(&e.consensus),
        validator_trust: parts(&e.validator_trust),
        incentive: parts(&e.incentive),
        dividends: parts(&e.dividends),
        active: e.active,
        validator_permit: e.validator_permit,
        bonds: entries(stored.bonds),
        server_emission: stored.server_emission,
        validator_emission: stored.validator_emission,
        emission: stored.emission,
    })
}

/// Weights scaled so that the greatest is 65535: what the chain stores of a submission. Zeros stay.
#[uniffi::export]
pub fn yuma_max_upscale(weights: Vec<u16>) -> Vec<u16> {
    yuma::max_upscale(&weights)
}
