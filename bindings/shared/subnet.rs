//! A subnet's state as the three skins read it, and an epoch of it; each includes this file.

use countermark::scoring::{
    self,
    yuma::{Epoch, Fixed, Network, Parameters, Row, Stored, epoch},
};

/// What a [`Network`] borrows, and the parameters.
pub(crate) struct Subnet {
    pub(crate) block: u64,
    pub(crate) last_epoch: Option<u64>,
    pub(crate) tempo: u16,
    pub(crate) owner: Option<u16>,
    pub(crate) alpha_stake: Vec<u64>,
    pub(crate) tao_stake: Vec<u64>,
    pub(crate) validator_permit: Vec<bool>,
    pub(crate) last_update: Vec<u64>,
    pub(crate) registered: Vec<u64>,
    pub(crate) commits: Option<Vec<Option<u64>>>,
    pub(crate) weights: Vec<Row>,
    pub(crate) bonds: Vec<Row>,
    pub(crate) parameters: Parameters,
}

impl Subnet {
    pub(crate) fn epoch(&self, rao: u64) -> scoring::Result<(Epoch<Fixed>, Stored)> {
        let network = Network {
            block: self.block,
            last_epoch: self.last_epoch,
            tempo: self.tempo,
            owner: self.owner,
            alpha_stake: &self.alpha_stake,
            tao_stake: &self.tao_stake,
            validator_permit: &self.validator_permit,
            last_update: &self.last_update,
            registered: &self.registered,
            commits: self.commits.as_deref(),
            weights: &self.weights,
            bonds: &self.bonds,
        };
        let epoch = epoch(&network, &self.parameters)?;
        let stored = epoch.stored(rao);
        Ok((epoch, stored))
    }
}

/// Numbers within 0..=1 of 32 bits after the point, which `f64` holds exactly.
pub(crate) fn parts(v: &[Fixed]) -> Vec<f64> {
    v.iter().map(|x| x.to_f64()).collect()
}
