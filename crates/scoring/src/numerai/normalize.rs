//! Scales of a column, projections and weighted sums of columns.
//!
//! Source: numerai/numerai-tools 0.7.2, `numerai_tools/scoring.py` (`center`, `variance_normalize`, `standardize`,
//! `min_max_normalize`, `weight_normalize`, `orthogonalize`, `stake_weight`, `one_hot_encode`).

use super::models::same_length;
use super::rank::is_constant;
use crate::numeric::{dot, key_of, mean, sum1};
use crate::{Column, Result};
use alloc::format;
use alloc::vec::Vec;
use countermark_primitives::Error as Base;

/// How a column is scaled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Normalization {
    /// `x - mean`.
    Center,
    /// `x / sd`, with the population standard deviation.
    Variance,
    /// `(x - mean) / sd`.
    Standard,
    /// `(x - min) / (max - min)`.
    MinMax,
    /// `x / sum |x|`: portfolio weights.
    Weight,
}

/// Scales a column. A NaN stays NaN and counts nowhere; a constant has the standard deviation 0 exactly, so that
/// scaling it divides by zero and gives infinities or NaN, as in numerai-tools.
///
/// ```
/// use countermark_scoring::{Normalization, normalize};
/// let x = vec![1.0, 3.0, f64::NAN];
/// assert_eq!(normalize(&(&x).into(), Normalization::Standard)[..2], [-1.0, 1.0]);
/// assert_eq!(normalize(&(&x).into(), Normalization::Weight)[..2], [0.25, 0.75]);
/// assert!(normalize(&(&vec![2.0, 2.0]).into(), Normalization::MinMax)[0].is_nan());
/// ```
pub fn normalize(x: &Column<'_>, how: Normalization) -> Vec<f64> {
    let mut v = x.to_vec();
    let known: Vec<f64> = v.iter().copied().filter(|x| !x.is_nan()).collect();
    let (shift, scale) = match how {
        Normalization::Center => (average(&known), 1.0),
        Normalization::Variance => (0.0, deviation(&known)),
        Normalization::Standard => (average(&known), deviation(&known)),
        Normalization::MinMax => {
            let low = known.iter().copied().fold(f64::INFINITY, f64::min);
            (low, known.iter().copied().fold(f64::NEG_INFINITY, f64::max) - low)
        }
        Normalization::Weight => (0.0, sum1(&known, f64::abs)),
    };
    for x in &mut v {
        *x = (*x - shift) / scale;
    }
    v
}

/// The mean, which for a constant is that number exactly; NaN when empty.
pub(crate) fn average(v: &[f64]) -> f64 {
    match v.first() {
        Some(x) if is_constant(v) => *x,
        _ => mean(v),
    }
}

/// Population standard deviation (divisor n); NaN when empty.
#[allow(clippy::cast_precision_loss, reason = "a slice of f64 has fewer than 2^53 elements in practice")]
pub(crate) fn deviation(v: &[f64]) -> f64 {
    let m = average(v);
    libm::sqrt(sum1(v, |x| (x - m) * (x - m)) / v.len() as f64)
}

/// What is left of each column after its projection on `by`: `v - u (v'u) / (u'u)`. Nothing is centred. NaN when
/// `by` is zero everywhere.
///
/// # Errors
/// `length_mismatch` when a column has another number of rows than `by`.
///
/// ```
/// use countermark_scoring::orthogonalize;
/// let (v, u) = (vec![1.0, 2.0], vec![0.0, 2.0]);
/// assert_eq!(orthogonalize(&[(&v).into()], &(&u).into())?, [[1.0, 0.0]]);
/// assert!(orthogonalize(&[(&v).into()], &(&vec![1.0]).into()).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn orthogonalize(columns: &[Column<'_>], by: &Column<'_>) -> Result<Vec<Vec<f64>>> {
    let u = by.to_vec();
    let square = dot(&u, &u);
    let one = |(j, c): (usize, &Column<'_>)| {
        same_length(&format!("column {j}"), c, u.len())?;
        let mut v = c.to_vec();
        let beta = dot(&v, &u) / square;
        v.iter_mut().zip(&u).for_each(|(v, u)| *v -= u * beta);
        Ok(v)
    };
    columns.iter().enumerate().map(one).collect()
}

/// The stake-weighted meta model, `sum_k s_k p_k / sum_k s_k` for each row. A product with a NaN counts as 0 and a NaN
/// stake is none, as in numerai-tools; stakes that add up to 0 give no number.
///
/// # Errors
/// `length_mismatch` unless there is a stake per column and all columns are of one length.
///
/// ```
/// use countermark_scoring::stake_weight;
/// let (a, b) = (vec![0.2, 0.4], vec![0.6, 0.8]);
/// let m = stake_weight(&[(&a).into(), (&b).into()], &[1.0, 3.0])?;
/// assert!((m[0] - 0.5).abs() < 1e-15 && (m[1] - 0.7).abs() < 1e-15);
/// assert!(stake_weight(&[(&a).into()], &[]).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn stake_weight(predictions: &[Column<'_>], stakes: &[f64]) -> Result<Vec<f64>> {
    if stakes.len() != predictions.len() {
        let (expected, got) = (predictions.len(), stakes.len());
        return Err(Base::LengthMismatch { what: "stakes", expected, got }.into());
    }
    let rows = predictions.first().map_or(0, Column::len);
    let mut sum = alloc::vec![0.0f64; rows];
    let mut values = Vec::new();
    for (j, (p, stake)) in predictions.iter().zip(stakes).enumerate() {
        same_length(&format!("prediction {j}"), p, rows)?;
        p.load(&mut values);
        for (s, x) in sum.iter_mut().zip(&values) {
            let part = x * stake;
            *s += if part.is_nan() { 0.0 } else { part };
        }
    }
    let known: Vec<f64> = stakes.iter().copied().filter(|s| !s.is_nan()).collect();
    let total = sum1(&known, |x| x);
    sum.iter_mut().for_each(|s| *s /= total);
    Ok(sum)
}

/// A column of categories as 0/1 columns.
#[derive(Debug, Clone, PartialEq)]
pub struct OneHot<K> {
    /// The distinct values, ascending; a NaN is one, and the last.
    pub categories: Vec<K>,
    /// For each row the number of its category.
    pub codes: Vec<u32>,
}

impl<K> OneHot<K> {
    /// The column of one category: 1 in the rows that have it, else 0.
    pub fn column(&self, category: u32) -> Vec<f64> {
        self.codes.iter().map(|c| if *c == category { 1.0 } else { 0.0 }).collect()
    }
}

/// One-hot encoding of numbers: one 0/1 column for each distinct value. Both zeros are one value.
///
/// # Errors
/// `limit_exceeded` above 2^32 rows.
///
/// ```
/// use countermark_scoring::one_hot_encode;
/// let hot = one_hot_encode(&(&vec![0.5, 0.25, 0.5]).into())?;
/// assert_eq!(hot.categories, [0.25, 0.5]);
/// assert_eq!(hot.column(1), [1.0, 0.0, 1.0]);
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn one_hot_encode(values: &Column<'_>) -> Result<OneHot<f64>> {
    let v = values.to_vec();
    encode(&v, |x| if x.is_nan() { u64::MAX } else { key_of(*x) })
}

/// One-hot encoding of text: one 0/1 column for each distinct value.
///
/// # Errors
/// `limit_exceeded` above 2^32 rows.
pub fn one_hot_encode_text<'a>(values: &[&'a str]) -> Result<OneHot<&'a str>> {
    encode(values, |x| *x)
}

fn encode<T: Copy, K: Ord>(values: &[T], key: impl Fn(&T) -> K) -> Result<OneHot<T>> {
    if u32::try_from(values.len()).is_err() {
        return Err(super::align::too_many_rows(values.len()));
    }
    let mut categories = values.to_vec();
    categories.sort_by_key(|x| key(x));
    categories.dedup_by(|a, b| key(a) == key(b));
    let code = |x: &T| {
        let place = categories.partition_point(|c| key(c) < key(x));
        u32::try_from(place).unwrap_or(u32::MAX)
    };
    let codes = values.iter().map(code).collect();
    Ok(OneHot { categories, codes })
}
