//! What is left of a column once features and a constant are fitted to it by least squares.

use super::cholesky::{Cholesky, DEPENDENT};
use super::eigen::Eigen;
use super::gram::gram;
use super::grid::{Grid, Lattice};
use super::product::{ByFeature, ByRow, FeatureBlock, Packed, Rows, Transposed, product, tiles};
use crate::numeric::{mean, sum1};
use crate::{Error, Result, parallel};
use alloc::format;
use alloc::vec::Vec;

/// Singular values of `[features | 1]` below this part of the largest count as zero: numpy's `lstsq` with the `rcond`
/// that numerai-tools passes.
const CUT: f64 = 1e-6;
/// A pivot between [`DEPENDENT`] and this, or columns whose sizes are further apart than its root, and the singular
/// values themselves decide.
const DOUBTFUL: f64 = 1e-7;
/// Pivots below this cost digits, which a second pass wins back.
const UNEVEN: f64 = 1e-3;

/// Means and lengths of features.
#[derive(Debug)]
pub(crate) struct Moments {
    means: Vec<f64>,
    /// One over the length of each centred feature; zero for a constant one.
    scales: Vec<f64>,
    /// Whether lengths differ so little that every feature counts.
    even: bool,
    /// The features as integers, if all of them are.
    grid: Option<Grid>,
}

/// Of one feature: its mean, the lengths of the centred and of the plain feature, and its grid if it has one.
type Statistics = (f64, f64, f64, Option<Lattice>);

/// The factored features of one selection of rows.
#[derive(Debug)]
pub(crate) struct Factor {
    moments: Moments,
    /// What the solver wants subtracted from each feature.
    shifts: Vec<f64>,
    solver: Solver,
    passes: usize,
}

#[derive(Debug)]
enum Solver {
    /// Centred features of length one.
    Cholesky(Cholesky),
    /// Features as they are, with the constant last: `V diag(inverse) V'` on the directions that count.
    Spectral { vectors: Vec<f64>, inverse: Vec<f64> },
}

impl Moments {
    fn new(features: FeatureBlock<'_>) -> Result<Self> {
        let one = |buffer: &mut Vec<f64>, j: usize| -> Result<Statistics> {
            let Some(column) = features.columns.get(j) else { return Ok((0.0, 0.0, 0.0, None)) };
            buffer.resize(features.len, 0.0);
            features.read(column, 0..features.len, buffer);
            if let Some(lattice) = Lattice::of(buffer) {
                let (mean, centred, square) = lattice.moments(features.len);
                return Ok((mean, libm::sqrt(centred), libm::sqrt(square), Some(lattice)));
            }
            if let Some(i) = buffer.iter().position(|x| !x.is_finite()) {
                let row = features.rows.and_then(|r| r.get(i)).map_or(i, |r| *r as usize);
                return Err(Error::NonFinite { column: format!("feature {j}"), row });
            }
            let constant = buffer.windows(2).all(|w| matches!(w, [a, b] if a == b));
            let m = if constant { buffer.first().copied().unwrap_or(0.0) } else { mean(buffer) };
            let square = sum1(buffer, |x| (x - m) * (x - m));
            Ok((m, libm::sqrt(square), libm::sqrt(sum1(buffer, |x| x * x)), None))
        };
        let stats = parallel::map(features.columns.len(), Vec::new, one);
        let stats = stats.into_iter().collect::<Result<Vec<_>>>()?;
        let ones = ones(features.len);
        let largest = stats.iter().fold(ones, |a, (_, _, s, _)| a.max(*s));
        let smallest = stats.iter().filter(|(_, s, ..)| *s > 0.0).fold(ones, |a, (_, s, ..)| a.min(*s));
        Ok(Self {
            means: stats.iter().map(|(m, ..)| *m).collect(),
            scales: stats.iter().map(|(_, s, ..)| if *s > 0.0 { 1.0 / s } else { 0.0 }).collect(),
            even: smallest > largest * libm::sqrt(DOUBTFUL),
            grid: stats.into_iter().map(|(.., lattice)| lattice).collect::<Option<_>>().map(Grid),
        })
    }

    /// The lower half of the Gram matrix of the features, row-major; `centred`, of centred features of length one.
    fn gram(&self, features: FeatureBlock<'_>, centred: bool) -> Vec<f64> {
        let scale = |i: usize, j: usize| {
            let of = |i: usize| self.scales.get(i).copied().unwrap_or(0.0);
            if centred { of(i) * of(j) } else { 1.0 }
        };
        match &self.grid {
            Some(grid) => grid.gram(features, centred, scale),
            None if centred => gram(features, &self.means, scale),
            None => gram(features, &alloc::vec![0.0; self.means.len()], scale),
        }
    }

    /// Pearson's correlation of each feature with each model, row-major `[features, k]`: NaN where either is constant.
    /// `models` is row-major `[k, rows]`.
    pub(crate) fn exposures(&self, features: FeatureBlock<'_>, models: &[f64]) -> Vec<f64> {
        let k = models.len() / features.len.max(1);
        let length = |m: &[f64]| {
            let mean = mean(m);
            let square = sum1(m, |x| (x - mean) * (x - mean));
            if square > 0.0 { 1.0 / libm::sqrt(square) } else { f64::NAN }
        };
        let lengths: Vec<f64> = models.chunks_exact(features.len.max(1)).map(length).collect();
        let mut out = products(features, &self.means, models, k);
        for (row, scale) in out.chunks_exact_mut(k.max(1)).zip(&self.scales) {
            let scale = if *scale > 0.0 { *scale } else { f64::NAN };
            row.iter_mut().zip(&lengths).for_each(|(x, l)| *x = (*x * scale * l).clamp(-1.0, 1.0));
        }
        out
    }
}

/// Length of the constant.
#[allow(clippy::cast_precision_loss, reason = "row counts are below 2^32")]
fn ones(rows: usize) -> f64 {
    libm::sqrt(rows as f64)
}

impl Factor {
    /// Means and lengths alone.
    ///
    /// # Errors
    /// `non_finite`, naming feature and row.
    pub(crate) fn moments(features: FeatureBlock<'_>) -> Result<Moments> {
        Moments::new(features)
    }

    /// Factors features of some rows.
    ///
    /// # Errors
    /// `non_finite`, naming feature and row.
    pub(crate) fn new(features: FeatureBlock<'_>) -> Result<Self> {
        let count = features.columns.len();
        let moments = Moments::new(features)?;
        if moments.even {
            let factor = Cholesky::new(moments.gram(features, true), count);
            let kept = factor.pivots.iter().filter(|p| **p > DEPENDENT).fold(1.0f64, |a, p| a.min(*p));
            if kept > DOUBTFUL {
                let passes = if kept < UNEVEN { 2 } else { 1 };
                let shifts = moments.means.clone();
                return Ok(Self { moments, shifts, solver: Solver::Cholesky(factor), passes });
            }
        }
        let solver = Self::spectral(features, &moments)?;
        Ok(Self { moments, shifts: alloc::vec![0.0; count], solver, passes: 3 })
    }

    fn spectral(features: FeatureBlock<'_>, moments: &Moments) -> Result<Solver> {
        let (count, ones) = (features.columns.len(), ones(features.len));
        let small = moments.gram(features, false);
        let size = count + 1;
        let mut full = alloc::vec![0.0; size * size];
        for (i, row) in small.chunks(count.max(1)).enumerate() {
            for (j, x) in row.iter().take(i + 1).enumerate() {
                set(&mut full, size, i, j, *x);
            }
        }
        let mut buffer = alloc::vec![0.0; features.len];
        for (j, column) in features.columns.iter().enumerate() {
            features.read(column, 0..features.len, &mut buffer);
            set(&mut full, size, count, j, sum1(&buffer, |x| x));
        }
        set(&mut full, size, count, count, ones * ones);
        let too_large = || Error::NonFinite { column: "the features' products".into(), row: 0 };
        let Eigen { values, vectors } = Eigen::new(full, size).ok_or_else(too_large)?;
        let top = values.iter().fold(0.0f64, |a, x| a.max(*x));
        let inverse = values.iter().map(|x| if *x > 0.0 && *x >= CUT * CUT * top { 1.0 / x } else { 0.0 });
        Ok(Solver::Spectral { inverse: inverse.collect(), vectors })
    }

    /// Bytes this keeps in memory.
    pub(crate) fn bytes(&self) -> usize {
        let solver = match &self.solver {
            Solver::Cholesky(_) => self.shifts.len() * (self.shifts.len() + 1),
            Solver::Spectral { vectors, inverse } => vectors.len() + inverse.len(),
        };
        (solver + 3 * self.shifts.len()) * size_of::<f64>()
    }

    /// As [`Moments::exposures`].
    pub(crate) fn exposures(&self, features: FeatureBlock<'_>, models: &[f64]) -> Vec<f64> {
        self.moments.exposures(features, models)
    }

    /// Replaces each model's values, `models` row-major `[k, rows]`, by values - `proportion` x fit. The features must
    /// be those that were factored.
    pub(crate) fn neutralize(&self, features: FeatureBlock<'_>, models: &mut [f64], proportion: f64) {
        let rows = features.len;
        if rows == 0 {
            return;
        }
        let k = models.len() / rows;
        // Centred features cannot fit the constant, so its part is taken first.
        let mut constants = alloc::vec![0.0; k];
        if let Solver::Cholesky(_) = self.solver {
            for (m, c) in models.chunks_exact_mut(rows).zip(&mut constants) {
                *c = mean(m);
                m.iter_mut().for_each(|x| *x -= *c);
            }
        }
        let original = (proportion != 1.0 || self.passes > 1).then(|| models.to_vec());
        let mut coefficients = self.fit(features, models, k);
        for _ in 1..self.passes {
            if let Some(original) = &original {
                models.copy_from_slice(original);
            }
            self.subtract(features, models, &coefficients, k, 1.0);
            let more = self.fit(features, models, k);
            coefficients.iter_mut().zip(more).for_each(|(c, m)| *c += m);
        }
        if let Some(original) = &original {
            models.copy_from_slice(original);
        }
        self.subtract(features, models, &coefficients, k, proportion);
        if proportion != 1.0 {
            for (m, c) in models.chunks_exact_mut(rows).zip(constants) {
                m.iter_mut().for_each(|x| *x += (1.0 - proportion) * c);
            }
        }
    }

    /// Coefficients `[features (+ 1), k]` of the least squares fit to each model.
    fn fit(&self, features: FeatureBlock<'_>, models: &[f64], k: usize) -> Vec<f64> {
        let mut b = products(features, &self.shifts, models, k);
        match &self.solver {
            Solver::Cholesky(factor) => {
                let scaled = |b: &mut [f64]| {
                    for (row, s) in b.chunks_exact_mut(k.max(1)).zip(&self.moments.scales) {
                        row.iter_mut().for_each(|x| *x *= s);
                    }
                };
                scaled(&mut b);
                factor.solve(&mut b, k);
                scaled(&mut b);
                b
            }
            Solver::Spectral { vectors, inverse } => {
                b.extend(models.chunks_exact(features.len).map(|m| sum1(m, |x| x)));
                let size = self.shifts.len() + 1;
                let mut turned = multiply(&Transposed { data: vectors, width: size }, &b, size, k);
                for (row, s) in turned.chunks_exact_mut(k.max(1)).zip(inverse) {
                    row.iter_mut().for_each(|x| *x *= s);
                }
                multiply(&Rows { data: vectors, width: size }, &turned, size, k)
            }
        }
    }

    /// Subtracts `proportion` x the fit with these coefficients.
    fn subtract(
        &self,
        features: FeatureBlock<'_>,
        models: &mut [f64],
        coefficients: &[f64],
        k: usize,
        proportion: f64,
    ) {
        let (count, rows) = (features.columns.len(), features.len);
        // One model a row, as the models are.
        let mut turned = Vec::with_capacity(count * k);
        (0..k).for_each(|c| turned.extend(coefficients.iter().skip(c).step_by(k).take(count)));
        let left = Rows { data: &turned, width: count };
        let left = Packed::left(&left, k, count);
        let right = ByRow { features, shifts: &self.shifts };
        let parts = tiles(0..rows);
        let one =
            |(): &mut (), i: usize| parts.get(i).map(|p| product(&left, 0..k, &right, p.clone(), 0..count));
        for (part, tile) in parts.iter().zip(parallel::map(parts.len(), || (), one).iter().flatten()) {
            for (i, m) in models.chunks_exact_mut(rows).enumerate() {
                let m = m.iter_mut().skip(part.start);
                m.zip(tile.row(i)).for_each(|(x, fit)| *x -= proportion * fit);
            }
        }
        // The constant of the spectral form is the last coefficient.
        let constants = coefficients.get(count * k..).unwrap_or_default();
        for (m, c) in models.chunks_exact_mut(rows).zip(constants) {
            m.iter_mut().for_each(|x| *x -= proportion * c);
        }
    }
}

/// Inner products of features less `shifts` with models, row-major `[features, k]`.
fn products(features: FeatureBlock<'_>, shifts: &[f64], models: &[f64], k: usize) -> Vec<f64> {
    let count = features.columns.len();
    let left = ByFeature { features, shifts };
    let right = Rows { data: models, width: features.len };
    let right = Packed::right(&right, k, features.len);
    let parts = tiles(0..count);
    let one = |(): &mut (), i: usize| {
        parts.get(i).map(|p| product(&left, p.clone(), &right, 0..k, 0..features.len))
    };
    let mut b = Vec::with_capacity((count + 1) * k);
    for (part, tile) in parts.iter().zip(parallel::map(parts.len(), || (), one).iter().flatten()) {
        (0..part.len()).for_each(|i| b.extend_from_slice(tile.row(i)));
    }
    b
}

#[allow(clippy::indexing_slicing, reason = "both indices are below size")]
fn set(m: &mut [f64], size: usize, i: usize, j: usize, x: f64) {
    m[i * size + j] = x;
    m[j * size + i] = x;
}

/// `A x` for a square matrix and `[size, k]`.
fn multiply(a: &impl super::product::Source, x: &[f64], size: usize, k: usize) -> Vec<f64> {
    let right = Transposed { data: x, width: k };
    let mut out = Vec::with_capacity(size * k);
    for part in tiles(0..size) {
        let tile = product(a, part.clone(), &right, 0..k, 0..size);
        (0..part.len()).for_each(|i| out.extend_from_slice(tile.row(i)));
    }
    out
}
