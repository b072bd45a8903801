//! Yuma consensus: an epoch of a Bittensor subnet in the chain's arithmetic.

use crate::{
    convert::{js, whole},
    subnet::{Subnet, parts},
};
use countermark::{
    primitives::Error as Basic,
    scoring::yuma::{self, LiquidAlpha, Parameters, Row},
};
use napi::{Result, bindgen_prelude::BigInt};
use napi_derive::napi;

/// One entry of a row of weights or bonds.
#[napi(object)]
pub struct YumaEntry {
    /// Whom it is on.
    pub uid: u32,
    /// Its value, 0..=65535.
    pub value: u32,
}

/// A subnet's state before an epoch. Lists have one entry for each uid, at most 65535; rows of `weights` and `bonds` are
/// in the order stored.
#[napi(object)]
pub struct YumaNetwork {
    /// The present block.
    pub block: BigInt,
    /// Block of the last epoch; absent before the first.
    pub last_epoch: Option<BigInt>,
    /// Blocks between epochs.
    pub tempo: u32,
    /// The uid of the subnet's owner.
    pub owner: Option<u32>,
    /// Alpha staked, in rao.
    pub alpha_stake: Vec<BigInt>,
    /// TAO staked, in rao.
    pub tao_stake: Vec<BigInt>,
    /// Whether the uid may validate now.
    pub validator_permit: Vec<bool>,
    /// Block of the uid's last weights.
    pub last_update: Vec<BigInt>,
    /// Block of the uid's registration.
    pub registered: Vec<BigInt>,
    /// Weights as submitted; a uid that the subnet has not is passed over.
    pub weights: Vec<Vec<YumaEntry>>,
    /// Bonds as the last epoch left them.
    pub bonds: Vec<Vec<YumaEntry>>,
    /// With commit-reveal, the block of each uid's earliest live commit, or null; absent without commit-reveal.
    #[napi(ts_type = "Array<bigint | null>")]
    pub commits: Option<Vec<Option<BigInt>>>,
}

/// Parameters of a subnet; what is absent is the chain's default.
#[napi(object)]
pub struct YumaParameters {
    /// Blocks after which a uid without new weights is inactive.
    pub activity_cutoff: Option<BigInt>,
    /// Least stake that counts, in rao.
    pub stake_threshold: Option<BigInt>,
    /// What a rao of TAO counts for beside one of alpha, of 2^64 - 1 parts.
    pub tao_weight: Option<BigInt>,
    /// How many uids may validate.
    pub max_validators: Option<u32>,
    /// The majority of stake that makes a consensus, of 65535 parts.
    pub kappa: Option<u32>,
    /// How far bonds follow clipped weights rather than submitted ones, of 65535 parts.
    pub bonds_penalty: Option<u32>,
    /// Part of old bonds that an epoch keeps, in parts per million.
    pub bonds_moving_average: Option<BigInt>,
    /// Yuma3: bonds move towards the weights themselves.
    pub yuma3: Option<bool>,
    /// With Yuma3, every bond has its own moving average.
    pub liquid_alpha: Option<bool>,
    /// Least part of a new bond with liquid alpha, of 65535 parts.
    pub alpha_low: Option<u32>,
    /// Greatest part of a new bond with liquid alpha, of 65535 parts.
    pub alpha_high: Option<u32>,
    /// Slope of liquid alpha, in hundredths.
    pub alpha_steepness: Option<i32>,
}

/// What an epoch gives, with one entry for each uid. Numbers are multiples of 2^-32, exact.
#[napi(object)]
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
    pub server_emission: Vec<BigInt>,
    /// Emission for bonds, in rao.
    pub validator_emission: Vec<BigInt>,
    /// Emission for both, in rao; rounded by itself.
    pub emission: Vec<BigInt>,
}

type Basically<T> = core::result::Result<T, Basic>;

fn short(what: &'static str, x: u32) -> Basically<u16> {
    u16::try_from(x).map_err(|_| Basic::OutOfRange { what, got: x.to_string(), range: "0..=65535" })
}

fn wholes(what: &'static str, v: &[BigInt]) -> Basically<Vec<u64>> {
    v.iter().map(|x| whole(what, x)).collect()
}

fn rows(what: &'static str, m: &[Vec<YumaEntry>]) -> Basically<Vec<Row>> {
    let entry = |e: &YumaEntry| Ok((short("uid", e.uid)?, short(what, e.value)?));
    m.iter().map(|row| row.iter().map(entry).collect()).collect()
}

fn entries(m: Vec<Row>) -> Vec<Vec<YumaEntry>> {
    let entry = |(uid, value): (u16, u16)| YumaEntry { uid: uid.into(), value: value.into() };
    m.into_iter().map(|row| row.into_iter().map(entry).collect()).collect()
}

fn subnet(n: &YumaNetwork, p: &YumaParameters) -> Basically<Subnet> {
    let commit = |c: &Option<BigInt>| c.as_ref().map(|c| whole("commit", c)).transpose();
    Ok(Subnet {
        block: whole("block", &n.block)?,
        last_epoch: n.last_epoch.as_ref().map(|b| whole("last epoch", b)).transpose()?,
        tempo: short("tempo", n.tempo)?,
        owner: n.owner.map(|o| short("owner", o)).transpose()?,
        alpha_stake: wholes("stake", &n.alpha_stake)?,
        tao_stake: wholes("stake", &n.tao_stake)?,
        validator_permit: n.validator_permit.clone(),
        last_update: wholes("last update", &n.last_update)?,
        registered: wholes("registration", &n.registered)?,
        commits: n.commits.as_ref().map(|c| c.iter().map(commit).collect()).transpose()?,
        weights: rows("weight", &n.weights)?,
        bonds: rows("bond", &n.bonds)?,
        parameters: parameters(p)?,
    })
}

fn parameters(p: &YumaParameters) -> Basically<Parameters> {
    let (d, l) = (Parameters::default(), LiquidAlpha::default());
    let big = |what, x: &Option<BigInt>, default| x.as_ref().map_or(Ok(default), |x| whole(what, x));
    let small = |what, x: Option<u32>, default| x.map_or(Ok(default), |x| short(what, x));
    let liquid = LiquidAlpha {
        low: small("alpha_low", p.alpha_low, l.low)?,
        high: small("alpha_high", p.alpha_high, l.high)?,
        steepness: p.alpha_steepness.map_or(Ok(l.steepness), |x| {
            i16::try_from(x).map_err(|_| Basic::OutOfRange {
                what: "alpha_steepness",
                got: x.to_string(),
                range: "-2^15..2^15",
            })
        })?,
    };
    Ok(Parameters {
        activity_cutoff: big("activity_cutoff", &p.activity_cutoff, d.activity_cutoff)?,
        stake_threshold: big("stake_threshold", &p.stake_threshold, d.stake_threshold)?,
        tao_weight: big("tao_weight", &p.tao_weight, d.tao_weight)?,
        max_validators: small("max_validators", p.max_validators, d.max_validators)?,
        kappa: small("kappa", p.kappa, d.kappa)?,
        bonds_penalty: small("bonds_penalty", p.bonds_penalty, d.bonds_penalty)?,
        bonds_moving_average: big("bonds_moving_average", &p.bonds_moving_average, d.bonds_moving_average)?,
        yuma3: p.yuma3.unwrap_or(d.yuma3),
        liquid_alpha: p.liquid_alpha.unwrap_or(false).then_some(liquid),
    })
}

/// One epoch of Yuma consensus, as the chain computes it, to the last bit. `rao`: what the epoch emits.
#[napi]
pub fn yuma_epoch(network: YumaNetwork, parameters: YumaParameters, rao: BigInt) -> Result<YumaEpoch> {
    js(|| {
        let (e, stored) = subnet(&network, &parameters)?.epoch(whole("rao", &rao)?)?;
        let bigs = |v: Vec<u64>| v.into_iter().map(BigInt::from).collect();
        Ok(YumaEpoch {
            stake: parts(&e.stake),
            consensus: parts(&e.consensus),
            validator_trust: parts(&e.validator_trust),
            incentive: parts(&e.incentive),
            dividends: parts(&e.dividends),
            active: e.active,
            validator_permit: e.validator_permit,
            bonds: entries(stored.bonds),
            server_emission: bigs(stored.server_emission),
            validator_emission: bigs(stored.validator_emission),
            emission: bigs(stored.emission),
        })
    })
}

/// Weights scaled so that the greatest is 65535: what the chain stores of a submission. Zeros stay.
#[napi]
pub fn yuma_max_upscale(weights: Vec<u32>) -> Result<Vec<u32>> {
    js(|| {
        let weights = weights.into_iter().map(|w| short("weight", w)).collect::<Basically<Vec<u16>>>()?;
        Ok(yuma::max_upscale(&weights).into_iter().map(u32::from).collect())
    })
}
