use crate::{Error, Result};
use alloc::vec::Vec;
use countermark_primitives::Error as Base;

/// Different values that ratios may be taken of: the distance of every two of them is.
const MAX_RATIO_VALUES: usize = 1 << 14;

/// What differences of values mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Measurement {
    /// Names: equal or not.
    Nominal,
    /// An order: distance by the number of ratings between.
    Ordinal,
    /// A scale without a zero: the squared difference.
    Interval,
    /// A scale with a zero: the squared difference over the sum; 0 where the sum is.
    Ratio,
}

/// Krippendorff's alpha, `1 - Do / De`, of any number of people with ratings missing.
///
/// `ratings`: row-major `[people, units]`, NaN where one has not rated a unit; a unit with one rating alone is left
/// out. Krippendorff, "Computing Krippendorff's alpha-reliability" (2011); equal to the PyPI package `krippendorff`.
///
/// # Errors
/// `length_mismatch`; `non_finite` for an infinite rating; `constant_column` when all ratings are one value;
/// `too_few_rows` when no unit has two ratings; `limit_exceeded` for ratios of more than 16,384 different values.
///
/// ```
/// use countermark_scoring::agreement::{Measurement, krippendorff_alpha};
/// let two_people = [1.0, 2.0, 3.0, f64::NAN, 1.0, 2.0, 4.0, 4.0];
/// let alpha = krippendorff_alpha(&two_people, 4, Measurement::Interval)?;
/// assert!((alpha - 0.8780487804878049).abs() < 1e-12);
/// assert!(krippendorff_alpha(&[1.0, 1.0], 1, Measurement::Nominal).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn krippendorff_alpha(ratings: &[f64], units: usize, level: Measurement) -> Result<f64> {
    if units == 0 || !ratings.len().is_multiple_of(units) {
        let expected = ratings.len().next_multiple_of(units.max(1)).max(1);
        return Err(Base::LengthMismatch { what: "ratings", expected, got: ratings.len() }.into());
    }
    let values = domain(ratings)?;
    if values.len() < 2 {
        return Err(Error::ConstantColumn { column: "ratings".into() });
    }
    let groups = units_of(ratings, units, &values);
    if groups.is_empty() {
        return Err(Error::TooFewRows { kept: 0, of: units, needed: 1 });
    }
    // Ratings of each value in units with two or more.
    let mut counts = alloc::vec![0u64; values.len()];
    for (index, n) in groups.iter().flatten() {
        if let Some(c) = counts.get_mut(*index) {
            *c += n;
        }
    }
    let total: u64 = counts.iter().sum();
    let scale = Scale::new(level, &values, &counts)?;
    let everything: Vec<(usize, u64)> = counts.iter().copied().enumerate().filter(|x| x.1 > 0).collect();
    let observed: f64 = groups.iter().map(|g| scale.disagreement(g) / (size(g) - 1) as f64).sum();
    let expected = scale.disagreement(&everything) / (total - 1) as f64;
    Ok(if expected == 0.0 { f64::NAN } else { 1.0 - observed / expected })
}

/// The different values, ascending.
fn domain(ratings: &[f64]) -> Result<Vec<f64>> {
    if let Some(row) = ratings.iter().position(|x| x.is_infinite()) {
        return Err(Error::NonFinite { column: "ratings".into(), row });
    }
    // Adding 0 makes both zeros one.
    let mut values: Vec<f64> = ratings.iter().filter(|x| !x.is_nan()).map(|x| x + 0.0).collect();
    values.sort_unstable_by(f64::total_cmp);
    values.dedup();
    Ok(values)
}

/// Index of a value and how many people gave it.
type Group = Vec<(usize, u64)>;

fn size(group: &[(usize, u64)]) -> u64 {
    group.iter().map(|x| x.1).sum()
}

/// The ratings of each unit that has two or more.
fn units_of(ratings: &[f64], units: usize, values: &[f64]) -> Vec<Group> {
    let of_unit = |u: usize| -> Group {
        let rated = ratings.iter().skip(u).step_by(units).filter(|x| !x.is_nan());
        let mut found: Vec<usize> =
            rated.filter_map(|x| values.binary_search_by(|v| v.total_cmp(&(x + 0.0))).ok()).collect();
        found.sort_unstable();
        found.chunk_by(|a, b| a == b).filter_map(|c| Some((*c.first()?, c.len() as u64))).collect()
    };
    (0..units).map(of_unit).filter(|g| size(g) > 1).collect()
}

/// Where the values lie, so that distances are of two kinds at most.
enum Scale {
    Names,
    /// Squared differences of these positions.
    Line(Vec<f64>),
    Ratios(Vec<f64>),
}

impl Scale {
    fn new(level: Measurement, values: &[f64], counts: &[u64]) -> Result<Self> {
        Ok(match level {
            Measurement::Nominal => Self::Names,
            Measurement::Interval => Self::Line(values.to_vec()),
            Measurement::Ordinal => {
                // The ratings between two values and half of their own: the difference of these middles.
                let mut below = 0;
                let middle = |n: &u64| {
                    let twice = 2 * below + n;
                    below += n;
                    twice as f64 / 2.0
                };
                Self::Line(counts.iter().map(middle).collect())
            }
            Measurement::Ratio if values.len() > MAX_RATIO_VALUES => {
                let what: &'static str = "number of different ratings";
                let (limit, got) = (MAX_RATIO_VALUES as u64, values.len() as u64);
                return Err(Base::LimitExceeded { what, limit, got }.into());
            }
            Measurement::Ratio => Self::Ratios(values.to_vec()),
        })
    }

    /// Sum of the distances of every two ratings, in both orders.
    fn disagreement(&self, group: &[(usize, u64)]) -> f64 {
        let n = size(group);
        let placed = |at: &[f64]| -> Vec<(f64, f64)> {
            group.iter().filter_map(|(i, n)| Some((*at.get(*i)?, *n as f64))).collect()
        };
        match self {
            Self::Names => {
                let square = |n: u64| u128::from(n) * u128::from(n);
                (square(n) - group.iter().map(|x| square(x.1)).sum::<u128>()) as f64
            }
            Self::Line(at) => {
                let points = placed(at);
                let mean = points.iter().map(|(x, n)| x * n).sum::<f64>() / n as f64;
                2.0 * n as f64 * points.iter().map(|(x, n)| (x - mean) * (x - mean) * n).sum::<f64>()
            }
            Self::Ratios(at) => {
                let points = placed(at);
                let distance = |x: f64, y: f64| {
                    let share = if x + y == 0.0 { 0.0 } else { (x - y) / (x + y) };
                    share * share
                };
                let pairs = points.iter().enumerate().flat_map(|(i, p)| {
                    points.iter().take(i).map(move |q| 2.0 * p.1 * q.1 * distance(p.0, q.0))
                });
                pairs.sum()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the paper, with the values printed there.
    #[test]
    fn example_of_the_paper() {
        const N: f64 = f64::NAN;
        #[rustfmt::skip]
        let ratings = [
            1.0, 2.0, 3.0, 3.0, 2.0, 1.0, 4.0, 1.0, 2.0, N, N, N,
            1.0, 2.0, 3.0, 3.0, 2.0, 2.0, 4.0, 1.0, 2.0, 5.0, N, 3.0,
            N, 3.0, 3.0, 3.0, 2.0, 3.0, 4.0, 2.0, 2.0, 5.0, 1.0, N,
            1.0, 2.0, 3.0, 3.0, 2.0, 4.0, 4.0, 1.0, 2.0, 5.0, 1.0, N,
        ];
        use Measurement::{Interval, Nominal, Ordinal, Ratio};
        for (level, printed) in [(Nominal, 0.743), (Ordinal, 0.815), (Interval, 0.849), (Ratio, 0.797)] {
            let alpha = krippendorff_alpha(&ratings, 12, level).unwrap();
            assert!((alpha - printed).abs() < 5e-4, "{level:?}: {alpha}");
        }
    }

    #[test]
    fn bad_ratings_are_refused() {
        use countermark_primitives::Coded as _;
        let code = |r: &[f64], units| krippendorff_alpha(r, units, Measurement::Interval).unwrap_err().code();
        assert_eq!(code(&[1.0, 2.0, 3.0], 2), "length_mismatch");
        assert_eq!(code(&[], 0), "length_mismatch");
        assert_eq!(code(&[1.0, f64::INFINITY], 1), "non_finite");
        assert_eq!(code(&[f64::NAN, 1.0], 1), "constant_column");
        assert_eq!(code(&[1.0, 2.0], 2), "too_few_rows");
    }
}
