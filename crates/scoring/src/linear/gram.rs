//! Gram matrices of features in floating point.

use super::product::{ByFeature, FeatureBlock, product, tiles};
use crate::parallel;
use alloc::vec::Vec;

/// The lower half of the Gram matrix of shifted features, each element times `scale`, row-major.
pub(crate) fn gram(
    features: FeatureBlock<'_>,
    shifts: &[f64],
    scale: impl Fn(usize, usize) -> f64,
) -> Vec<f64> {
    let count = features.columns.len();
    let parts = tiles(0..count);
    let pairs: Vec<_> =
        parts.iter().flat_map(|a| parts.iter().filter(|b| b.start <= a.start).map(move |b| (a, b))).collect();
    let source = ByFeature { features, shifts };
    let mut out = alloc::vec![0.0; count * count];
    // In rounds, so that the parts take little memory beside the matrix.
    const ROUND: usize = 16;
    for round in pairs.chunks(ROUND) {
        let one = |(): &mut (), i: usize| {
            round.get(i).map(|(a, b)| product(&source, (*a).clone(), &source, (*b).clone(), 0..features.len))
        };
        for ((a, b), tile) in round.iter().zip(parallel::map(round.len(), || (), one).iter().flatten()) {
            for (i, row) in (*a).clone().enumerate() {
                let at = row * count + b.start;
                for ((o, x), column) in out.iter_mut().skip(at).zip(tile.row(i)).zip((*b).clone()) {
                    *o = x * scale(row, column);
                }
            }
        }
    }
    out
}
