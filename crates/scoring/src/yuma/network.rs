//! What an epoch is computed from.

use crate::Result;
use alloc::{format, string::ToString as _, vec::Vec};
use countermark_primitives::Error as Base;

/// One uid's weights or bonds: `(uid, value)`, in the order stored.
pub type Row = Vec<(u16, u16)>;

/// A subnet's state before an epoch. Arrays and lists have one entry for each uid, at most 65535.
#[derive(Debug, Clone, Copy)]
pub struct Network<'a> {
    /// The present block.
    pub block: u64,
    /// Block of the last epoch; none before the first.
    pub last_epoch: Option<u64>,
    /// Blocks between epochs.
    pub tempo: u16,
    /// The uid of the subnet's owner, which keeps its permit, its weight on itself and any stake.
    pub owner: Option<u16>,
    /// Alpha staked, in rao.
    pub alpha_stake: &'a [u64],
    /// TAO staked, in rao.
    pub tao_stake: &'a [u64],
    /// Whether the uid may validate now.
    pub validator_permit: &'a [bool],
    /// Block of the uid's last weights.
    pub last_update: &'a [u64],
    /// Block of the uid's registration.
    pub registered: &'a [u64],
    /// With commit-reveal, the block of each uid's earliest live commit.
    pub commits: Option<&'a [Option<u64>]>,
    /// Weights as submitted. A uid that the subnet has not is passed over, as the chain does.
    pub weights: &'a [Row],
    /// Bonds as the last epoch left them.
    pub bonds: &'a [Row],
}

/// Parameters of a subnet; the default is the chain's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameters {
    /// Blocks after which a uid without new weights is inactive.
    pub activity_cutoff: u64,
    /// Least stake that counts, in rao.
    pub stake_threshold: u64,
    /// What a rao of TAO counts for beside one of alpha, of 2^64 - 1 parts.
    pub tao_weight: u64,
    /// How many uids may validate.
    pub max_validators: u16,
    /// The majority of stake that makes a consensus, of 65535 parts.
    pub kappa: u16,
    /// How far bonds follow clipped weights rather than submitted ones, of 65535 parts.
    pub bonds_penalty: u16,
    /// Part of old bonds that an epoch keeps, in parts per million. Above a million, the new part is negative.
    pub bonds_moving_average: u64,
    /// Yuma3: bonds move towards the weights themselves, whatever the stake.
    pub yuma3: bool,
    /// Yuma3 with liquid alpha: every bond has its own moving average.
    pub liquid_alpha: Option<LiquidAlpha>,
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            activity_cutoff: 5_000,
            stake_threshold: 0,
            tao_weight: 3_320_413_933_267_719_290,
            max_validators: 128,
            kappa: 32_767,
            bonds_penalty: u16::MAX,
            bonds_moving_average: 900_000,
            yuma3: false,
            liquid_alpha: None,
        }
    }
}

/// Bounds and slope of the moving average with liquid alpha.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LiquidAlpha {
    /// Least part of a new bond, of 65535 parts.
    pub low: u16,
    /// Greatest part of a new bond, of 65535 parts.
    pub high: u16,
    /// Slope of the sigmoid, in hundredths.
    pub steepness: i16,
}

impl Default for LiquidAlpha {
    fn default() -> Self {
        Self { low: 45_875, high: 58_982, steepness: 1_000 }
    }
}

impl Network<'_> {
    /// The number of uids.
    pub(super) const fn uids(&self) -> usize {
        self.alpha_stake.len()
    }

    /// Whether uid `at` is the owner.
    pub(super) fn owns(&self, at: usize) -> bool {
        self.owner.is_some_and(|o| usize::from(o) == at)
    }

    /// Bonds on a uid that registered at this block or later are void.
    pub(super) fn since(&self) -> u64 {
        self.last_epoch
            .map_or_else(|| self.block.saturating_sub(self.tempo.into()), |last| last.saturating_add(1))
    }

    pub(super) fn check(&self) -> Result<()> {
        let n = self.uids();
        let limit = u16::MAX.into();
        if n > usize::from(u16::MAX) {
            let got = u64::try_from(n).unwrap_or(u64::MAX);
            return Err(Base::LimitExceeded { what: "number of uids", limit, got }.into());
        }
        for (what, got) in [
            ("list of TAO stakes", self.tao_stake.len()),
            ("list of validator permits", self.validator_permit.len()),
            ("list of last updates", self.last_update.len()),
            ("list of registrations", self.registered.len()),
            ("list of commits", self.commits.map_or(n, <[_]>::len)),
            ("list of weights", self.weights.len()),
            ("list of bonds", self.bonds.len()),
        ] {
            if got != n {
                return Err(Base::LengthMismatch { what, expected: n, got }.into());
            }
        }
        if let Some(owner) = self.owner.filter(|o| usize::from(*o) >= n) {
            return Err(outside("uid of the owner", owner));
        }
        // For each uid, the last row that named it.
        let mut seen = alloc::vec![usize::MAX; usize::from(u16::MAX) + 1];
        for (what, rows, bound) in [("weight", self.weights, usize::MAX), ("bond", self.bonds, n)] {
            seen.fill(usize::MAX);
            for (i, row) in rows.iter().enumerate() {
                for (uid, _) in row {
                    if usize::from(*uid) >= bound {
                        return Err(outside("uid of a bond", *uid));
                    }
                    match seen.get_mut(usize::from(*uid)) {
                        Some(last) if *last == i => {
                            return Err(crate::Error::DuplicateId {
                                id: format!("{uid} ({what} of uid {i})"),
                            });
                        }
                        Some(last) => *last = i,
                        None => {}
                    }
                }
            }
        }
        Ok(())
    }
}

fn outside(what: &'static str, uid: u16) -> crate::Error {
    Base::OutOfRange { what, got: uid.to_string(), range: "the uids of the network" }.into()
}
