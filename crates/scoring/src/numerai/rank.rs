//! Ranks and what is made of them: the primitives of Numerai's scores.
//!
//! Source: numerai/numerai-tools 0.7.2, `numerai_tools/scoring.py` (`tie_kept_rank`, `gaussian`, `power`).

use crate::numeric::normal_quantile;
use crate::numeric::{Entry, Sorter, key_of};
use crate::numeric::{mean, pearson, sum1};
use crate::{Column, Error, Result};
use alloc::string::String;
use alloc::vec::Vec;

/// The rank that equal values share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum RankMethod {
    /// The mean of their places: numerai-tools' "tie-kept" rank.
    #[default]
    Average,
    /// None: ties are broken by the order of rows, numerai-tools' "tie-broken" rank.
    First,
    /// The lowest of their places.
    Min,
    /// The highest of their places.
    Max,
    /// One more than the number of distinct values below.
    Dense,
}

/// Ranks by any method: `(r - 0.5) / n`, with places `r` from 1 and `n` the number of values that are not NaN. A NaN
/// stays NaN; infinities rank at the ends. For columns of up to 2^32 rows.
///
/// ```
/// use countermark_scoring::{RankMethod, rank};
/// let x = vec![2.0, 1.0, 2.0, f64::NAN];
/// assert_eq!(rank(&(&x).into(), RankMethod::First)[..3], [1.5 / 3.0, 0.5 / 3.0, 2.5 / 3.0]);
/// assert_eq!(rank(&(&x).into(), RankMethod::Dense)[..3], [1.5 / 3.0, 0.5 / 3.0, 1.5 / 3.0]);
/// assert!(rank(&(&x).into(), RankMethod::Max)[3].is_nan());
/// ```
pub fn rank(x: &Column<'_>, method: RankMethod) -> Vec<f64> {
    let values = x.to_vec();
    let mut ranker = Ranker::default();
    let n = ranker.sort(&values);
    let mut out = alloc::vec![f64::NAN; values.len()];
    // Places before the ties, and distinct values before them.
    let (mut before, mut distinct) = (0, 0);
    ranker.each_tie(|twice, entries| {
        let (first, last) = (before + 1, before + entries.len());
        (before, distinct) = (last, distinct + 1);
        for (i, e) in entries.iter().enumerate() {
            let twice = match method {
                RankMethod::Average => twice,
                RankMethod::First => 2 * (first + i),
                RankMethod::Min => 2 * first,
                RankMethod::Max => 2 * last,
                RankMethod::Dense => 2 * distinct,
            };
            if let Some(o) = out.get_mut(e.row as usize) {
                *o = share(twice, n);
            }
        }
    });
    out
}

/// Ranks in (0, 1): `(r - 0.5) / n`, with `r` the mean rank (1..=n) of the values equal to it, and `n` the number of
/// values that are not NaN. A NaN stays NaN; infinities rank at the ends. For columns of up to 2^32 rows.
///
/// ```
/// use countermark_scoring::tie_kept_rank;
/// let x = vec![0.3, 0.1, 0.3, f64::NAN];
/// let r = tie_kept_rank(&(&x).into());
/// assert_eq!(r[..3], [2.0 / 3.0, 0.5 / 3.0, 2.0 / 3.0]);
/// assert!(r[3].is_nan());
/// ```
pub fn tie_kept_rank(x: &Column<'_>) -> Vec<f64> {
    rank(x, RankMethod::Average)
}

/// The standard normal quantile of each value, nothing else: no centring, no scaling. Meant for ranks in (0, 1);
/// 0 and 1 give infinities, anything outside NaN, and NaN stays NaN.
///
/// ```
/// use countermark_scoring::gaussian;
/// assert_eq!(gaussian(&(&vec![0.5]).into()), [0.0]);
/// assert!(gaussian(&(&vec![2.0]).into())[0].is_nan());
/// ```
pub fn gaussian(p: &Column<'_>) -> Vec<f64> {
    let mut v = p.to_vec();
    for x in &mut v {
        *x = normal_quantile(*x);
    }
    v
}

/// `sign(x) * |x|^p` for each value.
///
/// # Errors
/// `non_finite` for the first NaN or infinity; `power_decorrelates` when the result's Pearson correlation with the
/// values is below 0.9 or undefined, unless the result is constant.
///
/// ```
/// use countermark_scoring::power;
/// assert_eq!(power(&(&vec![-4.0, 0.0, 4.0]).into(), 1.5)?, [-8.0, 0.0, 8.0]);
/// assert!(power(&(&vec![1.0, f64::NAN]).into(), 1.5).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn power(x: &Column<'_>, p: f64) -> Result<Vec<f64>> {
    let v = x.to_vec();
    if let Some(row) = v.iter().position(|x| !x.is_finite()) {
        return Err(Error::NonFinite { column: String::from("values"), row });
    }
    let out: Vec<f64> = v.iter().map(|x| signed_power(*x, p)).collect();
    check_power(&v, &out)?;
    Ok(out)
}

/// Refuses a power that turned the values into something else.
pub(crate) fn check_power(x: &[f64], powered: &[f64]) -> Result<()> {
    if powered.len() > 1 && is_constant(powered) {
        return Ok(());
    }
    let m = mean(x);
    let centred: Vec<f64> = x.iter().map(|x| x - m).collect();
    let r = pearson(powered, &centred, sum1(&centred, |x| x * x));
    // A correlation that is undefined fails too.
    if r >= 0.9 { Ok(()) } else { Err(Error::PowerDecorrelates { correlation: r }) }
}

pub(crate) fn signed_power(x: f64, p: f64) -> f64 {
    let y = if p == 1.5 { pow15(x.abs()) } else { libm::pow(x.abs(), p) };
    if x < 0.0 {
        -y
    } else if x == 0.0 {
        0.0
    } else {
        y
    }
}

fn pow15(x: f64) -> f64 {
    x * libm::sqrt(x)
}

/// Whether all values are the same number; false when there is none.
pub(crate) fn is_constant(v: &[f64]) -> bool {
    v.split_first().is_some_and(|(first, rest)| rest.iter().all(|x| x == first))
}

/// `(r - 0.5) / n` from twice the mean rank.
#[allow(clippy::cast_precision_loss, reason = "counts of rows in memory are far below 2^53")]
fn share(twice: usize, n: usize) -> f64 {
    (twice as f64 / 2.0 - 0.5) / n as f64
}

/// Scratch memory for ranking column after column: after the first column of a length nothing is allocated, and every
/// quantile is computed once per length, since it depends on rank and count alone.
#[derive(Debug, Default)]
pub(crate) struct Ranker {
    entries: Vec<Entry>,
    sorter: Sorter,
    /// Rows the tables are for.
    n: usize,
    /// Quantile by twice the mean rank; NaN where not computed yet.
    quantiles: Vec<f64>,
    /// The quantile to the power 1.5, with its sign.
    powers: Vec<f64>,
}

impl Ranker {
    /// Sorts the values that are not NaN and answers how many there are.
    fn sort(&mut self, values: &[f64]) -> usize {
        self.entries.clear();
        // Callers that score refuse more rows than this.
        let rows = values.iter().zip(0..=u32::MAX);
        self.entries.extend(rows.filter(|(x, _)| !x.is_nan()).map(|(x, row)| Entry { key: key_of(*x), row }));
        self.sorter.sort(&mut self.entries);
        self.entries.len()
    }

    /// Calls `f` with twice the mean rank and the entries of each group of equal values, in order.
    fn each_tie(&self, mut f: impl FnMut(usize, &[Entry])) {
        let mut before = 0;
        for tie in self.entries.chunk_by(|a, b| a.key == b.key) {
            // Ranks before+1 ..= before+len: their mean, doubled.
            f(2 * before + 1 + tie.len(), tie);
            before += tie.len();
        }
    }

    /// Gaussianised tie-kept ranks of values without NaN, and the same to the power 1.5.
    ///
    /// `gauss` and `powered` have the length of `values`. The bits are those of
    /// `gaussian(tie_kept_rank(values))`.
    #[allow(
        clippy::indexing_slicing,
        reason = "rows are below the checked length, twice the rank is at most 2n"
    )]
    pub(crate) fn transform(&mut self, values: &[f64], gauss: &mut Vec<f64>, powered: &mut Vec<f64>) {
        let n = self.sort(values);
        if self.n != n {
            self.n = n;
            for table in [&mut self.quantiles, &mut self.powers] {
                table.clear();
                table.resize(2 * n + 1, f64::NAN);
            }
        }
        for out in [&mut *gauss, &mut *powered] {
            out.resize(values.len(), f64::NAN);
        }
        let mut before = 0;
        for tie in self.entries.chunk_by(|a, b| a.key == b.key) {
            let twice = 2 * before + 1 + tie.len();
            before += tie.len();
            let mut z = self.quantiles[twice];
            if z.is_nan() {
                z = normal_quantile(share(twice, n));
                self.quantiles[twice] = z;
                self.powers[twice] = signed_power(z, 1.5);
            }
            let z15 = self.powers[twice];
            for e in tie {
                gauss[e.row as usize] = z;
                powered[e.row as usize] = z15;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use countermark_primitives::Coded as _;
    use proptest::prelude::*;

    /// The definition, in n^2 steps.
    fn naive(v: &[f64]) -> Vec<f64> {
        let n = v.iter().filter(|x| !x.is_nan()).count() as f64;
        let mean_rank = |x: f64| {
            let below = v.iter().filter(|y| **y < x).count() as f64;
            let same = v.iter().filter(|y| **y == x).count() as f64;
            below + (same + 1.0) / 2.0
        };
        v.iter().map(|x| if x.is_nan() { *x } else { (mean_rank(*x) - 0.5) / n }).collect()
    }

    proptest! {
        #[test]
        fn ranks_follow_the_definition(
            v in proptest::collection::vec(prop_oneof![any::<f64>(), (-3i8..3).prop_map(f64::from)], 0..300),
        ) {
            let got = tie_kept_rank(&(&v).into());
            for (a, b) in got.iter().zip(naive(&v)) {
                prop_assert!(*a == b || (a.is_nan() && b.is_nan()), "{a} {b}");
            }
        }

        #[test]
        fn the_table_has_the_bits_of_the_direct_way(
            columns in proptest::collection::vec(proptest::collection::vec(-3i8..3, 200), 1..4),
        ) {
            let mut ranker = Ranker::default();
            let (mut g, mut p) = (Vec::new(), Vec::new());
            for c in columns {
                let v: Vec<f64> = c.into_iter().map(f64::from).collect();
                ranker.transform(&v, &mut g, &mut p);
                let direct = gaussian(&(&tie_kept_rank(&(&v).into())).into());
                prop_assert_eq!(&g, &direct);
                prop_assert_eq!(&p, &direct.iter().map(|x| signed_power(*x, 1.5)).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn power_names_what_it_refuses() {
        let e = power(&(&[1.0, f64::INFINITY][..]).into(), 1.5).unwrap_err();
        assert_eq!(e, Error::NonFinite { column: "values".into(), row: 1 });
        // One value has no correlation; a far outlier to a high power drowns the rest.
        assert_eq!(power(&(&[1.0][..]).into(), 1.5).unwrap_err().code(), "power_decorrelates");
        let v: Vec<f64> = (0..100).map(f64::from).chain([130.0]).collect();
        assert_eq!(power(&(&v).into(), 80.0).unwrap_err().code(), "power_decorrelates");
        assert_eq!(power(&(&[2.0, 2.0][..]).into(), 2.0).unwrap(), [4.0, 4.0]);
    }

    #[test]
    fn published_values_of_eight_rows() {
        let v: Vec<f64> = (1..=8).map(f64::from).collect();
        let g = gaussian(&(&tie_kept_rank(&(&v).into())).into());
        let want = [0.1573106846101707, 0.4887764111146695, 0.887146559018876, 1.5341205443525463];
        for (i, w) in want.iter().enumerate() {
            assert!((g[4 + i] - w).abs() < 1e-15 && (g[3 - i] + w).abs() < 1e-15);
        }
    }
}
