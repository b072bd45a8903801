//! Proper scoring rules, calibration and the comparison of forecasters. Arrays are little-endian f64, matrices row-major.

use crate::{
    convert::{Done, floats},
    plain::{hash, matrix_of},
};
use countermark::scoring::{
    Column, Matrix, Result as Scored,
    rules::{self, CrpsEstimator, Ensembles},
};

/// `f` of observations, members and weights.
fn ensemble(
    observations: &[u8],
    forecasts: &[u8],
    weights: Option<Vec<u8>>,
    f: impl FnOnce(&Column<'_>, &Matrix<'_>, Option<&Matrix<'_>>) -> Scored<Vec<f64>>,
) -> Done<Vec<f64>> {
    let (y, x) = (floats("observations", observations)?, floats("forecasts", forecasts)?);
    let w = weights.map(|w| floats("weights", &w)).transpose()?;
    let w = w.as_deref().map(|w| matrix_of("weights", w, y.len())).transpose()?;
    Ok(f(&(&y).into(), &matrix_of("forecasts", &x, y.len())?, w.as_ref())?)
}

/// The continuous ranked probability score (CRPS) of ensembles.
///
/// `observations`: shape `[n]`; `forecasts` and `weights`: shape `[n, members]`. `estimator`: `nrg`, `fair`, `pwm`, `qd`,
/// `akr`, `akr_circperm` or `int`. Lower is better.
#[uniffi::export]
pub fn crps_ensemble(
    observations: &[u8],
    forecasts: &[u8],
    estimator: &str,
    weights: Option<Vec<u8>>,
) -> Done<Vec<f64>> {
    let estimator = CrpsEstimator::parse(estimator)?;
    ensemble(observations, forecasts, weights, |y, x, w| rules::crps_ensemble(y, x, estimator, w))
}

/// The threshold-weighted CRPS: both sides clipped to `lower..=upper`.
#[uniffi::export]
pub fn twcrps_ensemble(
    observations: &[u8],
    forecasts: &[u8],
    lower: f64,
    upper: f64,
    estimator: &str,
    weights: Option<Vec<u8>>,
) -> Done<Vec<f64>> {
    let estimator = CrpsEstimator::parse(estimator)?;
    ensemble(observations, forecasts, weights, |y, x, w| {
        rules::twcrps_ensemble(y, x, lower, upper, estimator, w)
    })
}

/// The outcome-weighted CRPS: members and observations count where they lie in `lower..=upper`.
#[uniffi::export]
pub fn owcrps_ensemble(
    observations: &[u8],
    forecasts: &[u8],
    lower: f64,
    upper: f64,
    weights: Option<Vec<u8>>,
) -> Done<Vec<f64>> {
    ensemble(observations, forecasts, weights, |y, x, w| rules::owcrps_ensemble(y, x, lower, upper, w))
}

/// The vertically re-scaled CRPS with weight 1 in `lower..=upper` and 0 elsewhere.
#[uniffi::export]
pub fn vrcrps_ensemble(
    observations: &[u8],
    forecasts: &[u8],
    lower: f64,
    upper: f64,
    weights: Option<Vec<u8>>,
) -> Done<Vec<f64>> {
    ensemble(observations, forecasts, weights, |y, x, w| rules::vrcrps_ensemble(y, x, lower, upper, w))
}

/// `f` of observed vectors and an ensemble for each; as many members as fill it.
fn vectors(
    observations: &[u8],
    forecasts: &[u8],
    dimensions: u32,
    f: impl FnOnce(&Ensembles<'_>) -> Scored<Vec<f64>>,
) -> Done<Vec<f64>> {
    let (y, x) = (floats("observations", observations)?, floats("forecasts", forecasts)?);
    let members = x.len().checked_div(y.len()).unwrap_or(0);
    Ok(f(&Ensembles::new(&y, &x, members, dimensions as usize)?)?)
}

/// The energy score of ensembles of vectors. `observations`: shape `[n, dimensions]`; `forecasts`: `[n, members,
/// dimensions]`.
#[uniffi::export]
pub fn energy_score(observations: &[u8], forecasts: &[u8], dimensions: u32, fair: bool) -> Done<Vec<f64>> {
    vectors(observations, forecasts, dimensions, |e| rules::energy_score(e, fair))
}

/// The variogram score of order `p` (usual: 0.5). `observations`: shape `[n, dimensions]`; `forecasts`: `[n, members,
/// dimensions]`; `weights`: `[dimensions, dimensions]`.
#[uniffi::export]
pub fn variogram_score(
    observations: &[u8],
    forecasts: &[u8],
    dimensions: u32,
    p: f64,
    weights: Option<Vec<f64>>,
) -> Done<Vec<f64>> {
    vectors(observations, forecasts, dimensions, |e| rules::variogram_score(e, p, weights.as_deref()))
}

type Parametric = fn(&str, &[f64], &[&[f64]]) -> Scored<Vec<f64>>;

fn parametric(f: Parametric, family: &str, observations: &[u8], parameters: &[Vec<f64>]) -> Done<Vec<f64>> {
    let parameters: Vec<&[f64]> = parameters.iter().map(Vec::as_slice).collect();
    Ok(f(family, &floats("observations", observations)?, &parameters)?)
}

/// The CRPS of observations under distributions of one family.
///
/// `family`: `normal`, `logistic`, `laplace` (mean, scale), `t` (df, location, scale), `gamma` (shape, rate), `lognormal`
/// (mean and sd of the log), `exponential` (rate), `uniform` (min, max), `beta` (a, b), `poisson` (mean), `negbinom` (n,
/// prob), `binomial` (n, prob), `mixnorm` (means, then sds, then weights). `parameters`: one list each, of one number
/// for all observations or one for each.
#[uniffi::export]
pub fn crps(family: &str, observations: &[u8], parameters: Vec<Vec<f64>>) -> Done<Vec<f64>> {
    parametric(rules::crps, family, observations, &parameters)
}

/// The log score of observations, `-ln` of their density or probability; families as `crps`.
#[uniffi::export]
pub fn log_score(family: &str, observations: &[u8], parameters: Vec<Vec<f64>>) -> Done<Vec<f64>> {
    parametric(rules::log_score, family, observations, &parameters)
}

/// The distribution function at the observations (probability integral transform); families as `crps`.
#[uniffi::export]
pub fn pit(family: &str, observations: &[u8], parameters: Vec<Vec<f64>>) -> Done<Vec<f64>> {
    parametric(rules::pit, family, observations, &parameters)
}

/// The quantile (pinball) score of forecasts of the quantile at level `alpha`, in (0, 1).
#[uniffi::export]
pub fn quantile_score(observations: &[u8], quantiles: &[u8], alpha: f64) -> Done<Vec<f64>> {
    let (y, q) = (floats("observations", observations)?, floats("quantiles", quantiles)?);
    Ok(rules::quantile_score(&y, &q, alpha)?)
}

/// The CRPS from quantiles: `quantiles` has shape `[n, k]`, `alpha` their levels, shape `[k]`.
#[uniffi::export]
pub fn crps_quantile(observations: &[u8], quantiles: &[u8], alpha: Vec<f64>) -> Done<Vec<f64>> {
    let (y, q) = (floats("observations", observations)?, floats("quantiles", quantiles)?);
    Ok(rules::crps_quantile(&y, &matrix_of("quantiles", &q, y.len())?, &alpha)?)
}

/// The interval score of central intervals of coverage `1 - alpha`.
#[uniffi::export]
pub fn interval_score(observations: &[u8], lower: &[u8], upper: &[u8], alpha: f64) -> Done<Vec<f64>> {
    let (l, u) = (floats("lower", lower)?, floats("upper", upper)?);
    Ok(rules::interval_score(&floats("observations", observations)?, &l, &u, alpha)?)
}

/// The weighted interval score of a median and central intervals; `lower` and `upper` have shape `[n, k]`, `alpha` `[k]`.
#[uniffi::export]
pub fn weighted_interval_score(
    observations: &[u8],
    median: &[u8],
    lower: &[u8],
    upper: &[u8],
    alpha: Vec<f64>,
) -> Done<Vec<f64>> {
    let (y, m) = (floats("observations", observations)?, floats("median", median)?);
    let (l, u) = (floats("lower", lower)?, floats("upper", upper)?);
    let (l, u) = (matrix_of("lower", &l, y.len())?, matrix_of("upper", &u, y.len())?);
    Ok(rules::weighted_interval_score(&y, &m, &l, &u, &alpha)?)
}

/// The Brier score of forecasts of events, `(p - o)^2`.
#[uniffi::export]
pub fn brier_score(events: Vec<bool>, p: &[u8]) -> Done<Vec<f64>> {
    Ok(rules::brier_score(&events, &floats("p", p)?)?)
}

/// The log score of forecasts of events, `-ln` of the probability of what happened.
#[uniffi::export]
pub fn binary_log_score(events: Vec<bool>, p: &[u8]) -> Done<Vec<f64>> {
    Ok(rules::binary_log_score(&events, &floats("p", p)?)?)
}

/// `f` of categories and the probabilities forecast of each.
fn categorical(
    f: fn(&[u32], &Matrix<'_>) -> Scored<Vec<f64>>,
    categories: &[u32],
    p: &[u8],
) -> Done<Vec<f64>> {
    Ok(f(categories, &matrix_of("p", &floats("p", p)?, categories.len())?)?)
}

/// The log score of forecasts of categories; `p` has shape `[n, categories]`.
#[uniffi::export]
pub fn categorical_log_score(categories: &[u32], p: &[u8]) -> Done<Vec<f64>> {
    categorical(rules::categorical_log_score, categories, p)
}

/// The spherical score of forecasts of categories, -1..=0; `p` has shape `[n, categories]`.
#[uniffi::export]
pub fn spherical_score(categories: &[u32], p: &[u8]) -> Done<Vec<f64>> {
    categorical(rules::spherical_score, categories, p)
}

/// The ranked probability score of forecasts of ordered categories; `p` has shape `[n, categories]`.
#[uniffi::export]
pub fn rps_score(categories: &[u32], p: &[u8]) -> Done<Vec<f64>> {
    categorical(rules::rps_score, categories, p)
}

/// The ranked log score of forecasts of ordered categories; `p` has shape `[n, categories]`.
#[uniffi::export]
pub fn ranked_log_score(categories: &[u32], p: &[u8]) -> Done<Vec<f64>> {
    categorical(rules::ranked_log_score, categories, p)
}

/// A bin of a reliability diagram.
#[derive(Debug, uniffi::Record)]
pub struct ReliabilityBin {
    /// Forecasts in it.
    pub count: u64,
    /// Their mean.
    pub forecast: f64,
    /// Share of the events that happened.
    pub observed: f64,
    /// Lower end of the 90 % consistency band; NaN without resamples.
    pub lower: f64,
    /// Upper end of the band.
    pub upper: f64,
}

/// Forecast probabilities against observed shares in `bins` equal bins, with consistency bands from `resamples` draws.
///
/// `seed`: 32 bytes; the same bands everywhere.
#[uniffi::export]
pub fn reliability_diagram(
    events: Vec<bool>,
    p: &[u8],
    bins: u32,
    resamples: u32,
    seed: &[u8],
) -> Done<Vec<ReliabilityBin>> {
    let (p, seed) = (floats("p", p)?, hash("seed", seed)?);
    let d = rules::reliability_diagram(&events, &p, bins as usize, resamples as usize, &seed)?;
    let one = |b: &rules::ReliabilityBin| {
        let [lower, upper] = b.band;
        ReliabilityBin { count: b.count, forecast: b.forecast, observed: b.observed, lower, upper }
    };
    Ok(d.bins.iter().map(one).collect())
}

/// Expected and maximum calibration error over `bins` equal bins.
#[uniffi::export]
pub fn expected_calibration_error(events: Vec<bool>, p: &[u8], bins: u32) -> Done<Vec<f64>> {
    Ok(rules::expected_calibration_error(&events, &floats("p", p)?, bins as usize)?.to_vec())
}

/// The parts of a mean Brier score: `reliability - resolution + uncertainty`.
#[derive(Debug, uniffi::Record)]
pub struct BrierDecomposition {
    /// How far forecasts are from what happened when they were made.
    pub reliability: f64,
    /// How far what happened differs from the average where forecasts differ.
    pub resolution: f64,
    /// The score of always forecasting the average.
    pub uncertainty: f64,
}

/// Decomposes the mean Brier score by the distinct forecasts, or by `bins` equal bins.
#[uniffi::export]
pub fn brier_decomposition(events: Vec<bool>, p: &[u8], bins: Option<u32>) -> Done<BrierDecomposition> {
    let d = rules::brier_decomposition(&events, &floats("p", p)?, bins.map(|b| b as usize))?;
    let (reliability, resolution, uncertainty) = (d.reliability, d.resolution, d.uncertainty);
    Ok(BrierDecomposition { reliability, resolution, uncertainty })
}

/// The elementary scores of forecasts of a mean at each threshold.
#[uniffi::export]
pub fn murphy_diagram(observations: &[u8], forecasts: &[u8], thresholds: Vec<f64>) -> Done<Vec<f64>> {
    let (y, x) = (floats("observations", observations)?, floats("forecasts", forecasts)?);
    Ok(rules::murphy_diagram(&y, &x, &thresholds)?)
}

/// The rank of each observation in its ensemble, as a number in 0..=1; `seed`: 32 bytes, breaks ties.
#[uniffi::export]
pub fn pit_ensemble(observations: &[u8], forecasts: &[u8], seed: &[u8]) -> Done<Vec<f64>> {
    let seed = hash("seed", seed)?;
    ensemble(observations, forecasts, None, |y, x, _| rules::pit_ensemble(y, x, &seed))
}

/// How many probability integral transforms lie in each of `bins` equal bins.
#[uniffi::export]
pub fn pit_histogram(pit: &[u8], bins: u32) -> Done<Vec<u64>> {
    Ok(rules::pit_histogram(&floats("pit", pit)?, bins as usize)?)
}

/// The test of Diebold and Mariano.
#[derive(Debug, uniffi::Record)]
pub struct DieboldMariano {
    /// Mean of the first scores less the second: below 0 where the first forecaster is better.
    pub mean_difference: f64,
    /// The corrected statistic.
    pub statistic: f64,
    /// Probability of a statistic as large in size if both were equally good.
    pub p_value: f64,
}

/// Tests whether two forecasters are equally good, from their scores of the same events, `horizon` steps ahead.
#[uniffi::export]
pub fn diebold_mariano(first: &[u8], second: &[u8], horizon: u32) -> Done<DieboldMariano> {
    let t = rules::diebold_mariano(&floats("first", first)?, &floats("second", second)?, horizon as usize)?;
    let (mean_difference, statistic, p_value) = (t.mean_difference, t.statistic, t.p_value);
    Ok(DieboldMariano { mean_difference, statistic, p_value })
}
