//! What each member adds to a coalition: Shapley values and leave-one-out, of any game and of an ensemble of models.
//!
//! Source: L. S. Shapley, "A value for n-person games" (1953); sampling of permutations: Castro, Gomez, Tejada,
//! "Polynomial calculation of the Shapley value based on sampling" (2009).

use crate::numerai::{Ranker, as_error, reason_of};
use crate::numeric::{dot, mean, sum2};
use crate::{Column, Error, Result};
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use countermark_primitives::{Entropy as _, Error as Base, SeedEntropy};

/// Players that the exact method takes: it asks for the value of each of the 2^n coalitions.
pub const MAX_EXACT_PLAYERS: usize = 16;
/// Players that the other methods take.
pub const MAX_PLAYERS: usize = 1 << 12;
/// Permutations that may be sampled.
const MAX_PERMUTATIONS: u32 = 1 << 20;

/// How a contribution is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ContributionMethod {
    /// `v(all) - v(all without i)`.
    LeaveOneOut,
    /// The mean of `v(S and i) - v(S)` over all orders of arrival, exactly; at most [`MAX_EXACT_PLAYERS`] players.
    Shapley,
    /// The same mean over random orders of arrival.
    SampledShapley {
        /// Orders drawn, 2 to 2^20.
        permutations: u32,
        /// Seed of the orders: the same seed gives the same values.
        seed: [u8; 32],
    },
}

/// What each player contributes.
#[derive(Debug, Clone, PartialEq)]
pub struct Contributions {
    /// One value per player. Shapley values add up to `v(all) - v(none)`.
    pub values: Vec<f64>,
    /// Standard error of each value; 0 where the method is exact.
    pub standard_errors: Vec<f64>,
}

/// The contribution of each of `players` to the game `value`, which maps a coalition (`true` for each member) to
/// a finite number. The coalition without members is a coalition too.
///
/// # Errors
/// `limit_exceeded` for more players than the method takes; `out_of_range` for a number of permutations outside
/// 2..=2^20; `non_finite` when a coalition's value is NaN or infinite; what `value` fails with.
///
/// ```
/// use countermark_scoring::{ContributionMethod, contributions};
/// // Left glove, left glove, right glove: a pair is worth 1.
/// let pair = |s: &[bool]| Ok(if (s[0] || s[1]) && s[2] { 1.0 } else { 0.0 });
/// let c = contributions(3, ContributionMethod::Shapley, pair)?;
/// assert!((c.values[2] - 2.0 / 3.0).abs() < 1e-15 && (c.values[0] - 1.0 / 6.0).abs() < 1e-15);
/// assert!(contributions(17, ContributionMethod::Shapley, |_| Ok(0.0)).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn contributions(
    players: usize,
    method: ContributionMethod,
    mut value: impl FnMut(&[bool]) -> Result<f64>,
) -> Result<Contributions> {
    let exact = method == ContributionMethod::Shapley;
    let limit = if exact { MAX_EXACT_PLAYERS } else { MAX_PLAYERS };
    if players > limit {
        return Err(Base::LimitExceeded { what: "players", limit: limit as u64, got: players as u64 }.into());
    }
    let mut calls = 0;
    let mut value = |coalition: &[bool]| {
        let v = value(coalition)?;
        calls += 1;
        if v.is_finite() {
            Ok(v)
        } else {
            Err(Error::NonFinite { column: String::from("coalition value"), row: calls - 1 })
        }
    };
    let exactly =
        |values: Vec<f64>| Contributions { standard_errors: alloc::vec![0.0; values.len()], values };
    match method {
        ContributionMethod::LeaveOneOut => leave_one_out(players, &mut value).map(exactly),
        ContributionMethod::Shapley => shapley(players, &mut value).map(exactly),
        ContributionMethod::SampledShapley { permutations, seed } => {
            if !(2..=MAX_PERMUTATIONS).contains(&permutations) {
                let got = permutations.to_string();
                return Err(
                    Base::OutOfRange { what: "number of permutations", got, range: "2..=1048576" }.into()
                );
            }
            sampled(players, permutations, &seed, &mut value)
        }
    }
}

type Value<'a> = dyn FnMut(&[bool]) -> Result<f64> + 'a;

fn leave_one_out(players: usize, value: &mut Value<'_>) -> Result<Vec<f64>> {
    let mut coalition = alloc::vec![true; players];
    let all = value(&coalition)?;
    let mut out = Vec::with_capacity(players);
    for i in 0..players {
        set(&mut coalition, i, false);
        out.push(all - value(&coalition)?);
        set(&mut coalition, i, true);
    }
    Ok(out)
}

fn set(coalition: &mut [bool], player: usize, member: bool) {
    if let Some(c) = coalition.get_mut(player) {
        *c = member;
    }
}

#[allow(
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "at most 16 players: masks are below 2^players, the length of the table"
)]
fn shapley(players: usize, value: &mut Value<'_>) -> Result<Vec<f64>> {
    let mut coalition = alloc::vec![false; players];
    let mut table = Vec::with_capacity(1 << players);
    for mask in 0usize..1 << players {
        for (i, member) in coalition.iter_mut().enumerate() {
            *member = mask >> i & 1 == 1;
        }
        table.push(value(&coalition)?);
    }
    // |S|! (n - |S| - 1)! / n! = 1 / (n * binomial(n - 1, |S|)).
    let mut weights = Vec::with_capacity(players);
    let mut binomial = 1u64;
    for size in 0..players {
        weights.push(1.0 / (players as f64 * binomial as f64));
        binomial = binomial * (players - 1 - size) as u64 / (size as u64 + 1);
    }
    let one = |i: usize| {
        let without = (0..table.len()).filter(|mask| mask >> i & 1 == 0);
        without.map(|mask| weights[mask.count_ones() as usize] * (table[mask | 1 << i] - table[mask])).sum()
    };
    Ok((0..players).map(one).collect())
}

fn sampled(
    players: usize,
    permutations: u32,
    seed: &[u8; 32],
    value: &mut Value<'_>,
) -> Result<Contributions> {
    let mut entropy = SeedEntropy::labelled(seed, "contribution");
    let mut below = |n: usize| {
        // Rejection keeps the draw uniform; n is at most 2^12.
        let n = u32::try_from(n).unwrap_or(u32::MAX).max(1);
        let limit = u32::MAX - u32::MAX % n;
        loop {
            let mut b = [0u8; 4];
            entropy.fill(&mut b);
            let x = u32::from_le_bytes(b);
            if x < limit {
                return (x % n) as usize;
            }
        }
    };
    let mut order: Vec<usize> = (0..players).collect();
    let mut coalition = alloc::vec![false; players];
    let none = value(&coalition)?;
    // Welford's update: mean and sum of squares about it.
    let mut moments = alloc::vec![(0.0f64, 0.0f64); players];
    for drawn in 1..=permutations {
        for i in (1..players).rev() {
            order.swap(i, below(i + 1));
        }
        coalition.fill(false);
        let mut before = none;
        for player in &order {
            set(&mut coalition, *player, true);
            let now = value(&coalition)?;
            let gain = now - before;
            before = now;
            if let Some((m, square)) = moments.get_mut(*player) {
                let delta = gain - *m;
                *m += delta / f64::from(drawn);
                *square += delta * (gain - *m);
            }
        }
    }
    let n = f64::from(permutations);
    Ok(Contributions {
        values: moments.iter().map(|(m, _)| *m).collect(),
        standard_errors: moments.iter().map(|(_, s)| libm::sqrt(s / (n - 1.0) / n)).collect(),
    })
}

/// The contribution of each model to an ensemble's correlation with the target.
///
/// A coalition's value is Pearson's correlation of the weighted sum of its members' gaussianised tie-kept ranks with
/// the target, 0 for a coalition without members or whose sum is constant. Weights are not negative; without them all
/// models count the same. A model with a NaN, an infinity or one value only contributes NaN and is in no coalition.
///
/// # Errors
/// `non_finite`, `constant_column` for the target; `too_few_rows` below two rows; `length_mismatch` unless there is a
/// weight per model; `out_of_range` for a weight that is negative, NaN or infinite; the errors of [`contributions`].
///
/// ```
/// use countermark_scoring::{ContributionMethod, ensemble_contribution};
/// let target = vec![0.0, 0.25, 0.5, 0.5, 0.75, 1.0];
/// let good = vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
/// let bad = vec![6.0, 1.0, 5.0, 2.0, 4.0, 3.0];
/// let models = [(&good).into(), (&bad).into()];
/// let c = ensemble_contribution(&models, &(&target).into(), None, ContributionMethod::LeaveOneOut)?;
/// assert!(c.values[0] > 0.0 && c.values[1] < 0.0);
/// let flat = vec![1.0; 6];
/// assert!(ensemble_contribution(&models, &(&flat).into(), None, ContributionMethod::Shapley).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn ensemble_contribution(
    predictions: &[Column<'_>],
    target: &Column<'_>,
    weights: Option<&[f64]>,
    method: ContributionMethod,
) -> Result<Contributions> {
    let game = Ensemble::new(predictions, target, weights)?;
    let inner = contributions(game.models.len(), method, |coalition| Ok(game.value(coalition)))?;
    let mut all = Contributions {
        values: alloc::vec![f64::NAN; predictions.len()],
        standard_errors: alloc::vec![f64::NAN; predictions.len()],
    };
    for ((model, value), error) in game.models.iter().zip(inner.values).zip(inner.standard_errors) {
        if let (Some(v), Some(e)) = (all.values.get_mut(*model), all.standard_errors.get_mut(*model)) {
            (*v, *e) = (value, error);
        }
    }
    Ok(all)
}

/// The covariances that give every coalition's correlation without another look at the rows.
struct Ensemble {
    /// Which of the models these are.
    models: Vec<usize>,
    /// Shape `[k, k]`: covariance of models i and j, times both weights and the number of rows.
    gram: Vec<f64>,
    /// Covariance of model i with the target, scaled alike.
    cross: Vec<f64>,
    target_square: f64,
}

impl Ensemble {
    fn new(predictions: &[Column<'_>], target: &Column<'_>, weights: Option<&[f64]>) -> Result<Self> {
        let mut t = target.to_vec();
        let rows = t.len();
        if rows < 2 {
            return Err(Error::TooFewRows { kept: rows, of: rows, needed: 2 });
        }
        if let Some(reason) = reason_of(&t, rows) {
            return Err(as_error("target", reason));
        }
        if predictions.len() > MAX_PLAYERS {
            let got = predictions.len() as u64;
            return Err(Base::LimitExceeded { what: "players", limit: MAX_PLAYERS as u64, got }.into());
        }
        if let Some(w) = weights {
            if w.len() != predictions.len() {
                let (expected, got) = (predictions.len(), w.len());
                return Err(Base::LengthMismatch { what: "weights", expected, got }.into());
            }
            if let Some(bad) = w.iter().find(|w| !w.is_finite() || **w < 0.0) {
                let got = bad.to_string();
                return Err(Base::OutOfRange { what: "weight", got, range: "0.. and finite" }.into());
            }
        }
        centre(&mut t);
        let mut ranker = Ranker::default();
        let (mut models, mut columns) = (Vec::new(), Vec::new());
        let (mut values, mut unused) = (Vec::new(), Vec::new());
        for (j, p) in predictions.iter().enumerate() {
            p.load(&mut values);
            if reason_of(&values, rows).is_some() {
                continue;
            }
            let mut gauss = Vec::with_capacity(rows);
            ranker.transform(&values, &mut gauss, &mut unused);
            centre(&mut gauss);
            let weight = weights.and_then(|w| w.get(j)).copied().unwrap_or(1.0);
            gauss.iter_mut().for_each(|g| *g *= weight);
            models.push(j);
            columns.push(gauss);
        }
        let cross = columns.iter().map(|c| dot(c, &t)).collect();
        let gram = columns.iter().flat_map(|a| columns.iter().map(move |b| dot(a, b))).collect();
        Ok(Self { models, gram, cross, target_square: sum2(&t, &t, |x, y| x * y) })
    }

    fn value(&self, coalition: &[bool]) -> f64 {
        let (mut cross, mut square) = (0.0, 0.0);
        let rows = self.gram.chunks_exact(self.models.len().max(1));
        for ((row, c), _) in rows.zip(&self.cross).zip(coalition).filter(|(_, member)| **member) {
            cross += c;
            square += row.iter().zip(coalition).filter(|(_, m)| **m).map(|(g, _)| g).sum::<f64>();
        }
        // A sum that cancels leaves only rounding: about 1e-16 of what was cancelled.
        if square <= 0.0 { 0.0 } else { cross / (libm::sqrt(square) * libm::sqrt(self.target_square)) }
    }
}

fn centre(v: &mut [f64]) {
    let m = mean(v);
    v.iter_mut().for_each(|x| *x -= m);
}

#[cfg(test)]
mod tests {
    use super::*;
    use countermark_primitives::Coded as _;
    use proptest::prelude::*;

    /// Averages over all orders, one by one.
    fn by_permutations(n: usize, table: &[f64]) -> Vec<f64> {
        fn walk(left: &[usize], mask: usize, table: &[f64], out: &mut [f64]) -> f64 {
            if left.is_empty() {
                return 1.0;
            }
            let mut count = 0.0;
            for (k, p) in left.iter().enumerate() {
                let mut rest = left.to_vec();
                rest.remove(k);
                let orders = walk(&rest, mask | 1 << p, table, out);
                out[*p] += orders * (table[mask | 1 << p] - table[mask]);
                count += orders;
            }
            count
        }
        let mut out = alloc::vec![0.0; n];
        let orders = walk(&(0..n).collect::<Vec<_>>(), 0, table, &mut out);
        out.iter().map(|x| x / orders).collect()
    }

    fn mask(s: &[bool]) -> usize {
        s.iter().enumerate().map(|(i, m)| usize::from(*m) << i).sum()
    }

    proptest! {
        #[test]
        fn exact_values_are_the_mean_over_orders(
            n in 0usize..5, table in proptest::collection::vec(-3.0f64..3.0, 32),
        ) {
            let c = contributions(n, ContributionMethod::Shapley, |s| Ok(table[mask(s)])).unwrap();
            for (a, b) in c.values.iter().zip(by_permutations(n, &table)) {
                prop_assert!((a - b).abs() < 1e-12);
            }
            // Efficiency.
            let all = table[(1 << n) - 1] - table[0];
            prop_assert!((c.values.iter().sum::<f64>() - all).abs() < 1e-12);
        }

        #[test]
        fn sampled_values_are_efficient_and_near(
            table in proptest::collection::vec(-3.0f64..3.0, 16), seed in any::<[u8; 32]>(),
        ) {
            let value = |s: &[bool]| Ok(table[mask(s)]);
            let exact = contributions(4, ContributionMethod::Shapley, value).unwrap();
            let method = ContributionMethod::SampledShapley { permutations: 2_000, seed };
            let c = contributions(4, method, value).unwrap();
            prop_assert_eq!(&c, &contributions(4, method, value).unwrap());
            prop_assert!((c.values.iter().sum::<f64>() - (table[15] - table[0])).abs() < 1e-11);
            for ((a, b), e) in c.values.iter().zip(&exact.values).zip(&c.standard_errors) {
                prop_assert!((a - b).abs() <= 6.0 * e + 1e-12, "{a} {b} {e}");
            }
        }
    }

    #[test]
    fn an_ensemble_of_one_contributes_its_correlation() {
        let target = [0.0, 0.25, 0.5, 0.5, 1.0];
        let model = [0.1, 0.3, 0.2, 0.4, 0.5];
        let gap = [f64::NAN; 5];
        let c = ensemble_contribution(
            &[gap[..].into(), model[..].into()],
            &target[..].into(),
            None,
            ContributionMethod::Shapley,
        )
        .unwrap();
        let gauss = crate::gaussian(&(&crate::tie_kept_rank(&model[..].into())).into());
        let want = crate::pearson_correlation(&target[..].into(), &(&gauss).into(), None).unwrap();
        assert!(c.values[0].is_nan() && (c.values[1] - want).abs() < 1e-15, "{want}");
    }

    #[test]
    fn refusals() {
        let one = |_: &[bool]| Ok(f64::NAN);
        let e = contributions(2, ContributionMethod::LeaveOneOut, one).unwrap_err();
        assert_eq!(e, Error::NonFinite { column: "coalition value".into(), row: 0 });
        let few = ContributionMethod::SampledShapley { permutations: 1, seed: [0; 32] };
        assert_eq!(contributions(2, few, |_| Ok(0.0)).unwrap_err().code(), "out_of_range");
        let x = [1.0, 2.0];
        let weight = ensemble_contribution(&[x[..].into()], &x[..].into(), Some(&[-1.0]), few).unwrap_err();
        assert_eq!(weight.code(), "out_of_range");
    }
}
