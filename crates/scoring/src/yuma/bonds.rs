//! How bonds follow weights: by one moving average, or by one of each bond.
#![allow(clippy::indexing_slicing, reason = "Network::check has seen every length and column")]

use super::{
    network::LiquidAlpha,
    number::Number,
    sparse::{Accumulator, Entries, Matrix},
};
use alloc::{vec, vec::Vec};

/// `a new + (1 - a) old` of what is above 0, in column order.
pub(super) fn average<N: Number>(new: &Matrix<N>, old: &Matrix<N>, a: N) -> Matrix<N> {
    let mut sums = Accumulator::new(new.len());
    let rest = N::ONE.minus(a);
    let row = |(new, old): (&Entries<N>, &Entries<N>)| {
        new.iter().for_each(|(j, x)| sums.add(*j, a.times(*x)));
        old.iter().for_each(|(j, x)| sums.add(*j, rest.times(*x)));
        sums.take()
    };
    new.iter().zip(old).map(row).collect()
}

/// `weights + penalty (clipped - weights)`; the ends of the penalty's range leave a matrix as it is.
pub(super) fn between<N: Number>(weights: &Matrix<N>, clipped: &Matrix<N>, penalty: u16) -> Matrix<N> {
    match penalty {
        0 => return weights.clone(),
        u16::MAX => return clipped.clone(),
        _ => {}
    }
    let penalty = N::ratio(penalty);
    let mut sums = Accumulator::new(weights.len());
    let mut clipped_at = vec![N::ZERO; weights.len()];
    let row = |(weights, clipped): (&Entries<N>, &Entries<N>)| {
        clipped.iter().for_each(|(j, x)| clipped_at[usize::from(*j)] = *x);
        // What is clipped is a part of what was given, so the columns of `weights` are all there are.
        for (j, w) in weights {
            let c = core::mem::replace(&mut clipped_at[usize::from(*j)], N::ZERO);
            sums.add(*j, w.plus(penalty.times(c.minus(*w))));
        }
        sums.take()
    };
    weights.iter().zip(clipped).map(row).collect()
}

/// The moving averages of single bonds.
pub(super) struct Liquid<N> {
    low: N,
    high: N,
    /// The slope, divided by -100.
    slope: N,
}

impl<N: Number> Liquid<N> {
    pub(super) fn new(l: LiquidAlpha) -> Self {
        let slope = N::whole(l.steepness.into()).over(N::whole(-100));
        Self { low: N::ratio(l.low), high: N::ratio(l.high), slope }
    }

    /// The part of a new bond: by how far the weight is above the consensus, or below the bond.
    pub(super) fn alpha(&self, consensus: N, weight: N, bond: N) -> N {
        let apart = if weight >= bond { weight.minus(consensus) } else { bond.minus(weight) };
        let z = self.slope.times(apart.clamp(N::ZERO, N::ONE).minus(N::HALF));
        let alpha = self.low.plus(N::sigmoid(z).times(self.high.minus(self.low)));
        alpha.clamp(self.low, self.high)
    }

    /// `a new + (1 - a) old` within 0..=1 in the columns and order of `new`, of what is above 0. A bond without new
    /// weight ends.
    pub(super) fn average(&self, new: &Matrix<N>, old: &Matrix<N>, consensus: &[N]) -> Matrix<N> {
        let none = (N::ZERO, N::ZERO);
        // Column by column, the old bond and what of it the moving average sees.
        let mut bonds = vec![none; new.len()];
        let row = |(new, old): (&Entries<N>, &Entries<N>)| {
            for (at, seen) in in_order(old) {
                let (j, x) = old[at];
                bonds[usize::from(j)] = (x, if seen { x } else { N::ZERO });
            }
            let mut row = Vec::with_capacity(new.len());
            for (at, seen) in in_order(new) {
                let (j, x) = new[at];
                let (bond, bond_seen) = bonds[usize::from(j)];
                let weight = if seen { x } else { N::ZERO };
                let a = self.alpha(consensus[usize::from(j)], weight, bond_seen);
                let kept = N::ONE.minus(a).times(bond);
                let bought = a.times(x);
                let bought = if bought > N::ZERO { bought } else { N::ZERO };
                let value = kept.plus(bought).clamp(N::ZERO, N::ONE);
                if value > N::ZERO {
                    row.push((j, value));
                }
            }
            old.iter().for_each(|(j, _)| bonds[usize::from(*j)] = none);
            row
        };
        new.iter().zip(old).map(row).collect()
    }
}

/// The places of a row, and whether a cursor that only goes forward by columns sees each: not after a larger column.
fn in_order<N>(row: &Entries<N>) -> impl Iterator<Item = (usize, bool)> + use<N> {
    let mut greatest = None;
    let seen: Vec<bool> = row
        .iter()
        .map(|(j, _)| {
            let seen = greatest.is_none_or(|g| *j > g);
            greatest = greatest.max(Some(*j));
            seen
        })
        .collect();
    seen.into_iter().enumerate()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yuma::Fixed;

    /// From the chain's own function: consensus, weight, bond, low, high, steepness in hundredths, alpha.
    #[test]
    fn moving_averages_are_the_chains() {
        for [c, w, b, low, high, steepness, alpha] in [
            [2_991_108_680, 1_959_032_004, 1_107_051_004, 1_049_771_666, 2_207_810_456, -200, 1_896_365_857],
            [1_317_621_385, 2_880_678_835, 833_040_807, 1_362_383_156, 1_432_900_968, 0, 1_397_642_062],
            [3_044_259_187, 725_297_979, 0, 2_523_174_500, 3_204_169_467, 1_171, 2_525_120_339],
            [3_614_758_772, 3_086_268_404, 1_512_528_423, 107_415_143, 1_276_136_464, 1_000, 115_237_220],
        ] {
            let fixed = Fixed::from_bits;
            let slope = Fixed::whole(i32::try_from(steepness).unwrap()).safe_div(Fixed::whole(-100));
            let liquid = Liquid { low: fixed(low), high: fixed(high), slope };
            assert_eq!(liquid.alpha(fixed(c), fixed(w), fixed(b)), fixed(alpha), "steepness {steepness}");
        }
        for (parts, a) in
            [(0, 4_294_967_296), (123_456, 3_764_727_814), (975_000, 107_374_183), (999_999, 4_295)]
        {
            assert_eq!(Fixed::moving_average(parts), Fixed::from_bits(a));
        }
        assert!(Fixed::moving_average(1_500_000) < Fixed::ZERO);
    }

    /// In a row stored out of order the moving average does not see an entry after a larger uid, but moves it.
    #[test]
    fn entries_after_a_larger_uid_are_not_seen() {
        let half = Fixed::from_bits(1 << 31);
        let seen: Vec<_> = in_order(&vec![(1, half), (3, half), (2, half), (4, half)]).collect();
        assert_eq!(seen, [(0, true), (1, true), (2, false), (3, true)]);
        let liquid = Liquid::new(LiquidAlpha { low: 6_554, high: 58_982, steepness: 1_000 });
        let consensus = [Fixed::ZERO; 4];
        let of = |new: Entries<Fixed>| {
            let new = vec![new, vec![], vec![], vec![]];
            let old = vec![vec![(2, Fixed::ONE)], vec![], vec![], vec![]];
            let row = liquid.average(&new, &old, &consensus).swap_remove(0);
            row.into_iter().find(|(j, _)| *j == 2).map(|(_, x)| x)
        };
        let (sorted, unsorted) = (of(vec![(2, half), (3, half)]), of(vec![(3, half), (2, half)]));
        assert!(sorted.is_some() && unsorted.is_some() && sorted != unsorted, "{sorted:?} {unsorted:?}");
    }
}
