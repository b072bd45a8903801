//! Proper scoring rules, calibration and the comparison of forecasters. Matrices are row-major.

use crate::{
    convert::{Background, Done, Work, js},
    plain::{hash, matrix_of},
};
use countermark::scoring::{
    Matrix,
    rules::{self, CrpsEstimator, Ensembles},
};
use napi::{
    Result,
    bindgen_prelude::{AsyncTask, Float64Array},
};
use napi_derive::napi;

type Scores = AsyncTask<Background<Vec<f64>, Float64Array>>;

/// A call that scores on another thread.
fn scores(work: impl FnOnce() -> Done<Vec<f64>> + Send + 'static) -> Scores {
    AsyncTask::new(Background::new(Box::new(work), Float64Array::from))
}

/// Observations with an ensemble of forecasts each, copied.
struct Data {
    observations: Vec<f64>,
    forecasts: Vec<f64>,
    weights: Option<Vec<f64>>,
}

impl Data {
    fn new(observations: &[f64], forecasts: &[f64], weights: Option<&[f64]>) -> Self {
        let (observations, forecasts) = (observations.to_vec(), forecasts.to_vec());
        Self { observations, forecasts, weights: weights.map(<[f64]>::to_vec) }
    }

    fn forecasts(&self) -> Done<Matrix<'_>> {
        matrix_of("forecasts", &self.forecasts, self.observations.len())
    }

    fn weights(&self) -> Done<Option<Matrix<'_>>> {
        let weights = self.weights.as_deref();
        weights.map(|w| matrix_of("weights", w, self.observations.len())).transpose()
    }
}

fn estimator(name: Option<&str>) -> countermark::scoring::Result<CrpsEstimator> {
    CrpsEstimator::parse(name.unwrap_or("pwm"))
}

/// The continuous ranked probability score (CRPS) of ensembles.
///
/// `observations`: shape `[n]`; `forecasts` and `weights`: shape `[n, members]`. `estimator`: "pwm" unless given. Lower
/// is better.
#[napi(ts_return_type = "Promise<Float64Array>")]
pub fn crps_ensemble(
    observations: &[f64],
    forecasts: &[f64],
    #[napi(ts_arg_type = "'nrg' | 'fair' | 'pwm' | 'qd' | 'akr' | 'akr_circperm' | 'int'")] estimator: Option<
        String,
    >,
    weights: Option<&[f64]>,
) -> Scores {
    let d = Data::new(observations, forecasts, weights);
    scores(move || {
        let estimator = self::estimator(estimator.as_deref())?;
        let weights = d.weights()?;
        Ok(rules::crps_ensemble(&(&d.observations).into(), &d.forecasts()?, estimator, weights.as_ref())?)
    })
}

/// The threshold-weighted CRPS: both sides clipped to `lower..=upper`.
#[napi(ts_return_type = "Promise<Float64Array>")]
pub fn twcrps_ensemble(
    observations: &[f64],
    forecasts: &[f64],
    lower: f64,
    upper: f64,
    #[napi(ts_arg_type = "'nrg' | 'fair' | 'pwm' | 'qd' | 'akr' | 'akr_circperm' | 'int'")] estimator: Option<
        String,
    >,
    weights: Option<&[f64]>,
) -> Scores {
    let d = Data::new(observations, forecasts, weights);
    scores(move || {
        let (estimator, weights) = (self::estimator(estimator.as_deref())?, d.weights()?);
        let (y, x) = ((&d.observations).into(), d.forecasts()?);
        Ok(rules::twcrps_ensemble(&y, &x, lower, upper, estimator, weights.as_ref())?)
    })
}

/// The outcome-weighted CRPS: members and observations count where they lie in `lower..=upper`.
#[napi(ts_return_type = "Promise<Float64Array>")]
pub fn owcrps_ensemble(
    observations: &[f64],
    forecasts: &[f64],
    lower: f64,
    upper: f64,
    weights: Option<&[f64]>,
) -> Scores {
    let d = Data::new(observations, forecasts, weights);
    scores(move || {
        let weights = d.weights()?;
        let (y, x) = ((&d.observations).into(), d.forecasts()?);
        Ok(rules::owcrps_ensemble(&y, &x, lower, upper, weights.as_ref())?)
    })
}

/// The vertically re-scaled CRPS with weight 1 in `lower..=upper` and 0 elsewhere.
#[napi(ts_return_type = "Promise<Float64Array>")]
pub fn vrcrps_ensemble(
    observations: &[f64],
    forecasts: &[f64],
    lower: f64,
    upper: f64,
    weights: Option<&[f64]>,
) -> Scores {
    let d = Data::new(observations, forecasts, weights);
    scores(move || {
        let weights = d.weights()?;
        let (y, x) = ((&d.observations).into(), d.forecasts()?);
        Ok(rules::vrcrps_ensemble(&y, &x, lower, upper, weights.as_ref())?)
    })
}

/// Observed vectors and an ensemble for each; as many members as fill it.
fn ensembles(d: &Data, dimensions: u32) -> Done<Ensembles<'_>> {
    let members = d.forecasts.len().checked_div(d.observations.len()).unwrap_or(0);
    Ok(Ensembles::new(&d.observations, &d.forecasts, members, dimensions as usize)?)
}

/// The energy score of ensembles of vectors. `observations`: shape `[n, dimensions]`; `forecasts`: `[n, members,
/// dimensions]`.
#[napi(ts_return_type = "Promise<Float64Array>")]
pub fn energy_score(observations: &[f64], forecasts: &[f64], dimensions: u32, fair: Option<bool>) -> Scores {
    let d = Data::new(observations, forecasts, None);
    scores(move || Ok(rules::energy_score(&ensembles(&d, dimensions)?, fair.unwrap_or(false))?))
}

/// The variogram score of order `p` (0.5). `observations`: shape `[n, dimensions]`; `forecasts`: `[n, members,
/// dimensions]`; `weights`: `[dimensions, dimensions]`.
#[napi(ts_return_type = "Promise<Float64Array>")]
pub fn variogram_score(
    observations: &[f64],
    forecasts: &[f64],
    dimensions: u32,
    p: Option<f64>,
    weights: Option<&[f64]>,
) -> Scores {
    let d = Data::new(observations, forecasts, weights);
    scores(move || {
        let weights = d.weights.as_deref();
        Ok(rules::variogram_score(&ensembles(&d, dimensions)?, p.unwrap_or(0.5), weights)?)
    })
}

type Parametric = fn(&str, &[f64], &[&[f64]]) -> countermark::scoring::Result<Vec<f64>>;

fn parametric(f: Parametric, family: String, observations: &[f64], parameters: &[Float64Array]) -> Scores {
    let y = observations.to_vec();
    let parameters: Vec<Vec<f64>> = parameters.iter().map(|p| p.to_vec()).collect();
    scores(move || {
        let parameters: Vec<&[f64]> = parameters.iter().map(Vec::as_slice).collect();
        Ok(f(&family, &y, &parameters)?)
    })
}

/// The CRPS of observations under distributions of one family.
///
/// `family`: "normal", "logistic", "laplace" (mean, scale), "t" (df, location, scale), "gamma" (shape, rate), "lognormal"
/// (mean and sd of the log), "exponential" (rate), "uniform" (min, max), "beta" (a, b), "poisson" (mean), "negbinom" (n,
/// prob), "binomial" (n, prob), "mixnorm" (means, then sds, then weights). `parameters`: one array each, of one number
/// for all observations or one for each.
#[napi(ts_return_type = "Promise<Float64Array>")]
pub fn crps(family: String, observations: &[f64], parameters: Vec<Float64Array>) -> Scores {
    parametric(rules::crps, family, observations, &parameters)
}

/// The log score of observations, `-ln` of their density or probability; families as `crps`.
#[napi(ts_return_type = "Promise<Float64Array>")]
pub fn log_score(family: String, observations: &[f64], parameters: Vec<Float64Array>) -> Scores {
    parametric(rules::log_score, family, observations, &parameters)
}

/// The distribution function at the observations (probability integral transform); families as `crps`.
#[napi(ts_return_type = "Promise<Float64Array>")]
pub fn pit(family: String, observations: &[f64], parameters: Vec<Float64Array>) -> Scores {
    parametric(rules::pit, family, observations, &parameters)
}

/// The quantile (pinball) score of forecasts of the quantile at level `alpha`, in (0, 1).
#[napi]
pub fn quantile_score(observations: &[f64], quantiles: &[f64], alpha: f64) -> Result<Float64Array> {
    js(|| Ok(rules::quantile_score(observations, quantiles, alpha)?.into()))
}

/// The CRPS from quantiles: `quantiles` has shape `[n, k]`, `alpha` their levels, shape `[k]`.
#[napi]
pub fn crps_quantile(observations: &[f64], quantiles: &[f64], alpha: &[f64]) -> Result<Float64Array> {
    js(|| {
        let q = matrix_of("quantiles", quantiles, observations.len())?;
        Ok(rules::crps_quantile(observations, &q, alpha)?.into())
    })
}

/// The interval score of central intervals of coverage `1 - alpha`.
#[napi]
pub fn interval_score(
    observations: &[f64],
    lower: &[f64],
    upper: &[f64],
    alpha: f64,
) -> Result<Float64Array> {
    js(|| Ok(rules::interval_score(observations, lower, upper, alpha)?.into()))
}

/// The weighted interval score of a median and central intervals; `lower` and `upper` have shape `[n, k]`, `alpha` `[k]`.
#[napi]
pub fn weighted_interval_score(
    observations: &[f64],
    median: &[f64],
    lower: &[f64],
    upper: &[f64],
    alpha: &[f64],
) -> Result<Float64Array> {
    js(|| {
        let n = observations.len();
        let (l, u) = (matrix_of("lower", lower, n)?, matrix_of("upper", upper, n)?);
        Ok(rules::weighted_interval_score(observations, median, &l, &u, alpha)?.into())
    })
}

/// The Brier score of forecasts of events, `(p - o)^2`.
#[napi]
pub fn brier_score(events: Vec<bool>, p: &[f64]) -> Result<Float64Array> {
    js(|| Ok(rules::brier_score(&events, p)?.into()))
}

/// The log score of forecasts of events, `-ln` of the probability of what happened.
#[napi]
pub fn binary_log_score(events: Vec<bool>, p: &[f64]) -> Result<Float64Array> {
    js(|| Ok(rules::binary_log_score(&events, p)?.into()))
}

/// `f` of categories and the probabilities forecast of each.
fn categorical(
    f: fn(&[u32], &Matrix<'_>) -> countermark::scoring::Result<Vec<f64>>,
    categories: &[u32],
    p: &[f64],
) -> Result<Float64Array> {
    js(|| Ok(f(categories, &matrix_of("p", p, categories.len())?)?.into()))
}

/// The log score of forecasts of categories; `p` has shape `[n, categories]`.
#[napi]
pub fn categorical_log_score(categories: &[u32], p: &[f64]) -> Result<Float64Array> {
    categorical(rules::categorical_log_score, categories, p)
}

/// The spherical score of forecasts of categories, -1..=0; `p` has shape `[n, categories]`.
#[napi]
pub fn spherical_score(categories: &[u32], p: &[f64]) -> Result<Float64Array> {
    categorical(rules::spherical_score, categories, p)
}

/// The ranked probability score of forecasts of ordered categories; `p` has shape `[n, categories]`.
#[napi]
pub fn rps_score(categories: &[u32], p: &[f64]) -> Result<Float64Array> {
    categorical(rules::rps_score, categories, p)
}

/// The ranked log score of forecasts of ordered categories; `p` has shape `[n, categories]`.
#[napi]
pub fn ranked_log_score(categories: &[u32], p: &[f64]) -> Result<Float64Array> {
    categorical(rules::ranked_log_score, categories, p)
}

/// A bin of a reliability diagram.
#[napi(object)]
pub struct ReliabilityBin {
    /// Forecasts in it.
    pub count: f64,
    /// Their mean.
    pub forecast: f64,
    /// Share of the events that happened.
    pub observed: f64,
    /// Lower end of the 90 % consistency band; NaN without resamples.
    pub lower: f64,
    /// Upper end of the band.
    pub upper: f64,
}

type Bins = AsyncTask<Background<rules::ReliabilityDiagram, Vec<ReliabilityBin>>>;

/// Forecast probabilities against observed shares in `bins` (10) equal bins, with consistency bands from `resamples`
/// (1000) draws.
///
/// `seed`: 32 bytes, zeros unless given; the same bands everywhere.
#[napi(ts_return_type = "Promise<Array<ReliabilityBin>>")]
#[allow(clippy::cast_precision_loss, reason = "numbers of forecasts are far below 2^53")]
pub fn reliability_diagram(
    events: Vec<bool>,
    p: &[f64],
    bins: Option<u32>,
    resamples: Option<u32>,
    seed: Option<&[u8]>,
) -> Bins {
    let (p, seed) = (p.to_vec(), seed.unwrap_or(&[0; 32]).to_vec());
    let (bins, resamples) = (bins.unwrap_or(10) as usize, resamples.unwrap_or(1000) as usize);
    let work: Work<_> = Box::new(move || {
        let seed = hash("seed", &seed)?;
        Ok(rules::reliability_diagram(&events, &p, bins, resamples, &seed)?)
    });
    AsyncTask::new(Background::new(work, |d| {
        let one = |b: &rules::ReliabilityBin| {
            let [lower, upper] = b.band;
            ReliabilityBin { count: b.count as f64, forecast: b.forecast, observed: b.observed, lower, upper }
        };
        d.bins.iter().map(one).collect()
    }))
}

/// Expected and maximum calibration error over `bins` (10) equal bins.
#[napi]
pub fn expected_calibration_error(events: Vec<bool>, p: &[f64], bins: Option<u32>) -> Result<Vec<f64>> {
    js(|| Ok(rules::expected_calibration_error(&events, p, bins.unwrap_or(10) as usize)?.to_vec()))
}

/// The parts of a mean Brier score: `reliability - resolution + uncertainty`.
#[napi(object)]
pub struct BrierDecomposition {
    /// How far forecasts are from what happened when they were made.
    pub reliability: f64,
    /// How far what happened differs from the average where forecasts differ.
    pub resolution: f64,
    /// The score of always forecasting the average.
    pub uncertainty: f64,
}

/// Decomposes the mean Brier score by the distinct forecasts, or by `bins` equal bins.
#[napi]
pub fn brier_decomposition(events: Vec<bool>, p: &[f64], bins: Option<u32>) -> Result<BrierDecomposition> {
    js(|| {
        let d = rules::brier_decomposition(&events, p, bins.map(|b| b as usize))?;
        let (reliability, resolution, uncertainty) = (d.reliability, d.resolution, d.uncertainty);
        Ok(BrierDecomposition { reliability, resolution, uncertainty })
    })
}

/// The elementary scores of forecasts of a mean at each threshold.
#[napi]
pub fn murphy_diagram(observations: &[f64], forecasts: &[f64], thresholds: &[f64]) -> Result<Float64Array> {
    js(|| Ok(rules::murphy_diagram(observations, forecasts, thresholds)?.into()))
}

/// The rank of each observation in its ensemble, as a number in 0..=1; `seed`: 32 bytes, zeros unless given, breaks ties.
#[napi(ts_return_type = "Promise<Float64Array>")]
pub fn pit_ensemble(observations: &[f64], forecasts: &[f64], seed: Option<&[u8]>) -> Scores {
    let d = Data::new(observations, forecasts, None);
    let seed = seed.unwrap_or(&[0; 32]).to_vec();
    scores(move || {
        let seed = hash("seed", &seed)?;
        Ok(rules::pit_ensemble(&(&d.observations).into(), &d.forecasts()?, &seed)?)
    })
}

/// How many probability integral transforms lie in each of `bins` (10) equal bins.
#[napi]
#[allow(clippy::cast_precision_loss, reason = "numbers of forecasts are far below 2^53")]
pub fn pit_histogram(pit: &[f64], bins: Option<u32>) -> Result<Vec<f64>> {
    js(|| {
        let counts = rules::pit_histogram(pit, bins.unwrap_or(10) as usize)?;
        Ok(counts.into_iter().map(|c| c as f64).collect())
    })
}

/// The test of Diebold and Mariano.
#[napi(object)]
pub struct DieboldMariano {
    /// Mean of the first scores less the second: below 0 where the first forecaster is better.
    pub mean_difference: f64,
    /// The corrected statistic.
    pub statistic: f64,
    /// Probability of a statistic as large in size if both were equally good.
    pub p_value: f64,
}

/// Tests whether two forecasters are equally good, from their scores of the same events, `horizon` (1) steps ahead.
#[napi]
pub fn diebold_mariano(first: &[f64], second: &[f64], horizon: Option<u32>) -> Result<DieboldMariano> {
    js(|| {
        let t = rules::diebold_mariano(first, second, horizon.unwrap_or(1) as usize)?;
        let (mean_difference, statistic, p_value) = (t.mean_difference, t.statistic, t.p_value);
        Ok(DieboldMariano { mean_difference, statistic, p_value })
    })
}
