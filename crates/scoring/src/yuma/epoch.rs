//! One epoch, from stake and weights to shares of the emission.

use super::{
    Fixed, Network, Parameters, Row,
    bonds::{Liquid, average, between},
    median::column_medians,
    number::Number,
    sparse::{
        Matrix, divide, normalize, normalize_columns, normalize_rows, row_sums, upscale_columns,
        weighted_columns, weighted_rows,
    },
};
use crate::Result;
use alloc::{vec, vec::Vec};

/// What an epoch gives, with one entry for each uid: [`Fixed`] is what the chain computes, `f64` what it stands for.
///
/// Rows of matrices are `(uid, value)`, absent for 0. All numbers are within 0..=1 but for Yuma3's bonds under a moving
/// average above a million, which may be greater.
#[derive(Debug, Clone, PartialEq)]
pub struct Epoch<N> {
    /// Whether the uid's weights are recent.
    pub active: Vec<bool>,
    /// Part of all stake.
    pub stake: Vec<N>,
    /// Part of the stake of active validators.
    pub active_stake: Vec<N>,
    /// Whether the uid may validate in the next epoch.
    pub validator_permit: Vec<bool>,
    /// Weights that count, in parts of each row.
    pub weights: Vec<Vec<(u16, N)>>,
    /// The weight that a majority of stake supports.
    pub consensus: Vec<N>,
    /// Weights, at most the consensus.
    pub clipped_weights: Vec<Vec<(u16, N)>>,
    /// What is left of a row after clipping.
    pub validator_trust: Vec<N>,
    /// Part that miners get for their rank.
    pub incentive: Vec<N>,
    /// Part that validators get for their bonds.
    pub dividends: Vec<N>,
    /// Bonds after the epoch: of Yuma3, parts of 1; else parts of each column's greatest.
    pub bonds: Vec<Vec<(u16, N)>>,
    /// Part of the emission for rank.
    pub server_share: Vec<N>,
    /// Part of the emission for bonds; for stake when nobody has a rank or bond.
    pub validator_share: Vec<N>,
    /// Part of the emission for both.
    pub combined_share: Vec<N>,
}

/// What the chain keeps of an epoch: parts of 65535, rounded down, and rao.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Part of all stake, of 65535.
    pub stake: Vec<u16>,
    /// Consensus, of 65535.
    pub consensus: Vec<u16>,
    /// Validator trust, of 65535.
    pub validator_trust: Vec<u16>,
    /// Incentive, of 65535.
    pub incentive: Vec<u16>,
    /// Dividends, of 65535.
    pub dividends: Vec<u16>,
    /// Bonds, of 65535; none of a uid that may not validate in the next epoch.
    pub bonds: Vec<Row>,
    /// Emission for rank, in rao.
    pub server_emission: Vec<u64>,
    /// Emission for bonds, in rao.
    pub validator_emission: Vec<u64>,
    /// Emission for both, in rao; rounded by itself, so it may differ from their sum.
    pub emission: Vec<u64>,
}

impl Epoch<Fixed> {
    /// What the chain keeps, where the epoch emits `rao`.
    pub fn stored(&self, rao: u64) -> Stored {
        let parts = |v: &[Fixed]| v.iter().map(|x| x.to_u16()).collect();
        let row = |(row, permit): (&Vec<(u16, Fixed)>, &bool)| {
            let kept: &[(u16, Fixed)] = if *permit { row } else { &[] };
            kept.iter().map(|(j, x)| (*j, x.to_u16())).collect()
        };
        Stored {
            stake: parts(&self.stake),
            consensus: parts(&self.consensus),
            validator_trust: parts(&self.validator_trust),
            incentive: parts(&self.incentive),
            dividends: parts(&self.dividends),
            bonds: self.bonds.iter().zip(&self.validator_permit).map(row).collect(),
            server_emission: split_emission(&self.server_share, rao),
            validator_emission: split_emission(&self.validator_share, rao),
            emission: split_emission(&self.combined_share, rao),
        }
    }
}

/// Each share's rao, rounded down; 0 for shares below 0.
///
/// ```
/// use countermark_scoring::yuma::{Fixed, split_emission};
/// let third = Fixed::ONE.safe_div(Fixed::from_bits(3 << 32));
/// assert_eq!(split_emission(&[third, Fixed::ONE, Fixed::ZERO], 1_000_000_000), [333_333_333, 1_000_000_000, 0]);
/// ```
pub fn split_emission(shares: &[Fixed], rao: u64) -> Vec<u64> {
    let one = |x: &Fixed| {
        let rao = (i128::from(x.to_bits()) * i128::from(rao)) >> 32;
        u64::try_from(rao).unwrap_or(if rao < 0 { 0 } else { u64::MAX })
    };
    shares.iter().map(one).collect()
}

/// The `k` greatest that are not 0; of equals, those of higher place.
fn top<N: Number>(v: &[N], k: usize) -> Vec<bool> {
    let mut order: Vec<(usize, N)> = v.iter().copied().enumerate().collect();
    order.sort_by(|(_, a), (_, b)| a.partial_cmp(b).unwrap_or(core::cmp::Ordering::Equal));
    let mut top = vec![false; v.len()];
    for (at, x) in order.into_iter().rev().take(k) {
        if let Some(t) = top.get_mut(at) {
            *t = x != N::ZERO;
        }
    }
    top
}

/// Weights that count: of permitted rows, not on oneself, given and committed after the miner's registration.
fn counted<N: Number>(network: &Network<'_>, permit: &[bool]) -> Result<Matrix<N>> {
    let row = |(i, ((row, permit), updated)): (usize, ((&Row, &bool), &u64))| {
        // Without a commit nothing is too early.
        let committed = network.commits.and_then(|c| c.get(i).copied().flatten()).unwrap_or(u64::MAX);
        let counts = |(j, w): &(u16, u16)| {
            let registered = *network.registered.get(usize::from(*j))?;
            let own = usize::from(*j) == i && !network.owns(i);
            let early = *updated <= registered || committed < registered;
            (!own && !early).then(|| (*j, N::whole((*w).into())))
        };
        if *permit { row.iter().filter_map(counts).collect() } else { Vec::new() }
    };
    let rows = network.weights.iter().zip(permit).zip(network.last_update);
    let mut weights: Matrix<N> = rows.enumerate().map(row).collect();
    normalize_rows("sum of a row of weights", &mut weights)?;
    Ok(weights)
}

fn clipped<N: Number>(weights: &Matrix<N>, consensus: &[N]) -> Matrix<N> {
    let clip = |(j, w): &(u16, N)| {
        let c = *consensus.get(usize::from(*j))?;
        if c < *w { (c > N::ZERO).then_some((*j, c)) } else { Some((*j, *w)) }
    };
    weights.iter().map(|row| row.iter().filter_map(clip).collect()).collect()
}

/// Bonds before the epoch, but for those on uids that registered since the last one.
fn old_bonds<N: Number>(network: &Network<'_>, value: impl Fn(u16) -> N) -> Matrix<N> {
    let since = network.since();
    let held = |(j, b): &(u16, u16)| {
        let registered = *network.registered.get(usize::from(*j))?;
        (since > registered).then(|| (*j, value(*b)))
    };
    network.bonds.iter().map(|row| row.iter().filter_map(held).collect()).collect()
}

pub(super) fn run<N: Number>(network: &Network<'_>, p: &Parameters) -> Result<Epoch<N>> {
    network.check()?;
    let active: Vec<bool> = network
        .last_update
        .iter()
        .map(|updated| updated.saturating_add(p.activity_cutoff) >= network.block)
        .collect();
    let stakes: Vec<(u64, u64)> =
        network.alpha_stake.iter().copied().zip(network.tao_stake.iter().copied()).collect();
    let enough = |uid: usize, rao: u64| network.owns(uid) || rao >= p.stake_threshold;
    let stake = N::stakes(&stakes, p.tao_weight, enough)?;
    let with_owner = |mut permit: Vec<bool>| {
        if let Some(owner) = network.owner.and_then(|o| permit.get_mut(usize::from(o))) {
            *owner = true;
        }
        permit
    };
    let next_permit = with_owner(top(&stake, p.max_validators.into()));
    let permit = with_owner(network.validator_permit.to_vec());
    let mut active_stake = stake.clone();
    for ((s, active), permit) in active_stake.iter_mut().zip(&active).zip(&permit) {
        if !active || !permit {
            *s = N::ZERO;
        }
    }
    normalize("sum of the active stake", &mut active_stake)?;

    let weights = counted(network, &permit)?;
    let consensus = column_medians(&active_stake, &weights, N::ratio(p.kappa))?;
    let clipped_weights = clipped(&weights, &consensus);
    let validator_trust = row_sums("sum of a row of clipped weights", &clipped_weights)?;
    let mut incentive = weighted_columns(&clipped_weights, &active_stake);
    normalize("sum of the ranks", &mut incentive)?;

    let towards = between(&weights, &clipped_weights, p.bonds_penalty);
    let a = N::moving_average(p.bonds_moving_average);
    let (bonds, mut dividends) = if p.yuma3 {
        let old = old_bonds(network, N::ratio);
        let bonds = match p.liquid_alpha {
            Some(l) if consensus.iter().any(|c| *c != N::ZERO) => {
                Liquid::new(l).average(&towards, &old, &consensus)
            }
            _ => average(&towards, &old, a),
        };
        let mut parts = bonds.clone();
        normalize_columns(&mut parts);
        for (j, x) in parts.iter_mut().flatten() {
            *x = incentive.get(usize::from(*j)).map_or(N::ZERO, |i| x.times(*i));
        }
        let mut dividends = row_sums("sum of a row of bonds", &parts)?;
        dividends.iter_mut().zip(&active_stake).for_each(|(d, s)| *d = d.times_or_zero(*s));
        (bonds, dividends)
    } else {
        let mut old = old_bonds(network, |b| N::whole(b.into()));
        normalize_columns(&mut old);
        let mut new = towards;
        for (row, s) in new.iter_mut().zip(&active_stake) {
            row.iter_mut().for_each(|(_, x)| *x = s.times(*x));
        }
        normalize_columns(&mut new);
        let mut bonds = average(&new, &old, a);
        normalize_columns(&mut bonds);
        let dividends = weighted_rows(&bonds, &incentive);
        upscale_columns(&mut bonds);
        (bonds, dividends)
    };
    normalize("sum of the dividends", &mut dividends)?;

    let mut combined_share: Vec<N> = incentive.iter().zip(&dividends).map(|(i, d)| i.plus(*d)).collect();
    let (mut server_share, mut validator_share) = (incentive.clone(), dividends.clone());
    let sum = N::total("sum of incentive and dividends", combined_share.iter().copied())?;
    for share in [&mut combined_share, &mut server_share, &mut validator_share] {
        divide(share, sum);
    }
    if sum == N::ZERO {
        let idle = active_stake.iter().all(|s| *s == N::ZERO);
        validator_share.clone_from(if idle { &stake } else { &active_stake });
        combined_share.clone_from(&validator_share);
    }
    Ok(Epoch {
        active,
        stake,
        active_stake,
        validator_permit: next_permit,
        weights,
        consensus,
        clipped_weights,
        validator_trust,
        incentive,
        dividends,
        bonds,
        server_share,
        validator_share,
        combined_share,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From the chain's own function.
    #[test]
    fn the_later_of_equals_are_on_top() {
        for (v, k, expected) in [
            (vec![9, 100, 9, 9, 9, 0, 0], 6, [1, 1, 1, 1, 1, 0, 0].as_slice()),
            (vec![5, 100, 5, 0, 9], 2, &[0, 1, 0, 0, 1]),
            (vec![5, 5, 0, 100, 100, 5, 100, 5], 5, &[0, 0, 0, 1, 1, 1, 1, 1]),
            (vec![5, 5, 5], 1, &[0, 0, 1]),
            (vec![5, 0, 9], 0, &[0, 0, 0]),
            (vec![5, 100, 0], 6, &[1, 1, 0]),
        ] {
            let v: Vec<Fixed> = v.into_iter().map(Fixed::from_bits).collect();
            let expected: Vec<bool> = expected.iter().map(|x| *x == 1).collect();
            assert_eq!(top(&v, k), expected, "{k} of {v:?}");
        }
    }
}
