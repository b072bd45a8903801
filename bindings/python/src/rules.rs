//! Proper scoring rules, calibration and the comparison of forecasters.

use crate::convert::{Array, Done, Numbers};
use crate::plain::hash;
use countermark::scoring::{
    self, Matrix,
    rules::{self, CrpsEstimator, Ensembles},
};
use numpy::PyArray1;
use pyo3::prelude::*;

type Scores<'py> = Bound<'py, PyArray1<f64>>;

/// Runs `f` without the interpreter's lock and makes an array of what it gives.
fn scores<'py>(py: Python<'py>, f: impl FnOnce() -> scoring::Result<Vec<f64>> + Send) -> Done<Scores<'py>> {
    Ok(PyArray1::from_vec(py, py.detach(f)?))
}

fn vector<'a>(what: &'static str, array: &'a Array<'_>) -> Done<Numbers<'a>> {
    Ok(Numbers::new(what, array, 1)?)
}

fn table<'a>(what: &'static str, array: &'a Array<'_>) -> Done<Numbers<'a>> {
    Ok(Numbers::new(what, array, 2)?)
}

/// `f` of observations, members and weights.
fn ensemble<'py>(
    py: Python<'py>,
    observations: &Array<'py>,
    forecasts: &Array<'py>,
    weights: Option<&Array<'py>>,
    f: impl FnOnce(&scoring::Column<'_>, &Matrix<'_>, Option<&Matrix<'_>>) -> scoring::Result<Vec<f64>> + Send,
) -> Done<Scores<'py>> {
    let y = vector("shape of observations", observations)?;
    let x = table("shape of forecasts", forecasts)?;
    let w = weights.map(|w| table("shape of weights", w)).transpose()?;
    scores(py, || {
        let w = w.as_ref().map(Numbers::matrix).transpose()?;
        f(&y.column(), &x.matrix()?, w.as_ref())
    })
}

/// The continuous ranked probability score (CRPS) of ensembles.
///
/// `observations`: shape `[n]`; `forecasts` and `weights`: shape `[n, members]`, C order is the fastest. `estimator`:
/// "nrg", "fair", "pwm", "qd", "akr", "akr_circperm" or "int". Lower is better.
#[pyfunction]
#[pyo3(signature = (observations, forecasts, estimator = "pwm", weights = None))]
pub(crate) fn crps_ensemble<'py>(
    py: Python<'py>,
    observations: Array<'py>,
    forecasts: Array<'py>,
    estimator: &str,
    weights: Option<Array<'py>>,
) -> Done<Scores<'py>> {
    let estimator = CrpsEstimator::parse(estimator)?;
    ensemble(py, &observations, &forecasts, weights.as_ref(), |y, x, w| {
        rules::crps_ensemble(y, x, estimator, w)
    })
}

/// The threshold-weighted CRPS: both sides clipped to `lower..=upper`.
#[pyfunction]
#[pyo3(signature = (observations, forecasts, lower, upper, estimator = "pwm", weights = None))]
pub(crate) fn twcrps_ensemble<'py>(
    py: Python<'py>,
    observations: Array<'py>,
    forecasts: Array<'py>,
    lower: f64,
    upper: f64,
    estimator: &str,
    weights: Option<Array<'py>>,
) -> Done<Scores<'py>> {
    let estimator = CrpsEstimator::parse(estimator)?;
    ensemble(py, &observations, &forecasts, weights.as_ref(), |y, x, w| {
        rules::twcrps_ensemble(y, x, lower, upper, estimator, w)
    })
}

/// The outcome-weighted CRPS: members and observations count where they lie in `lower..=upper`.
#[pyfunction]
#[pyo3(signature = (observations, forecasts, lower, upper, weights = None))]
pub(crate) fn owcrps_ensemble<'py>(
    py: Python<'py>,
    observations: Array<'py>,
    forecasts: Array<'py>,
    lower: f64,
    upper: f64,
    weights: Option<Array<'py>>,
) -> Done<Scores<'py>> {
    ensemble(py, &observations, &forecasts, weights.as_ref(), |y, x, w| {
        rules::owcrps_ensemble(y, x, lower, upper, w)
    })
}

/// The vertically re-scaled CRPS with weight 1 in `lower..=upper` and 0 elsewhere.
#[pyfunction]
#[pyo3(signature = (observations, forecasts, lower, upper, weights = None))]
pub(crate) fn vrcrps_ensemble<'py>(
    py: Python<'py>,
    observations: Array<'py>,
    forecasts: Array<'py>,
    lower: f64,
    upper: f64,
    weights: Option<Array<'py>>,
) -> Done<Scores<'py>> {
    ensemble(py, &observations, &forecasts, weights.as_ref(), |y, x, w| {
        rules::vrcrps_ensemble(y, x, lower, upper, w)
    })
}

/// Observed vectors and ensembles as the core wants them: values, members, dimensions.
fn vectors(observations: &Array<'_>, forecasts: &Array<'_>) -> Done<(Vec<f64>, Vec<f64>, usize, usize)> {
    let y = table("shape of observations", observations)?;
    let x = Numbers::new("shape of forecasts", forecasts, 3)?;
    let (members, dimensions) = (x.shape().get(1).copied(), y.shape().get(1).copied());
    Ok((y.row_major(), x.row_major(), members.unwrap_or(0), dimensions.unwrap_or(0)))
}

/// The energy score of ensembles of vectors. `observations`: shape `[n, d]`; `forecasts`: `[n, members, d]`.
#[pyfunction]
#[pyo3(signature = (observations, forecasts, fair = false))]
pub(crate) fn energy_score<'py>(
    py: Python<'py>,
    observations: Array<'py>,
    forecasts: Array<'py>,
    fair: bool,
) -> Done<Scores<'py>> {
    let (y, x, members, dimensions) = vectors(&observations, &forecasts)?;
    scores(py, || rules::energy_score(&Ensembles::new(&y, &x, members, dimensions)?, fair))
}

/// The variogram score of order `p`. `observations`: shape `[n, d]`; `forecasts`: `[n, members, d]`; `weights`: `[d, d]`.
#[pyfunction]
#[pyo3(signature = (observations, forecasts, p = 0.5, weights = None))]
pub(crate) fn variogram_score<'py>(
    py: Python<'py>,
    observations: Array<'py>,
    forecasts: Array<'py>,
    p: f64,
    weights: Option<Array<'py>>,
) -> Done<Scores<'py>> {
    let (y, x, members, dimensions) = vectors(&observations, &forecasts)?;
    let w = weights.as_ref().map(|w| table("shape of weights", w)).transpose()?.map(|w| w.row_major());
    scores(py, || rules::variogram_score(&Ensembles::new(&y, &x, members, dimensions)?, p, w.as_deref()))
}

/// `f` of a family, observations and parameters.
fn parametric<'py>(
    py: Python<'py>,
    observations: &Array<'py>,
    parameters: &[Array<'py>],
    f: impl FnOnce(&[f64], &[&[f64]]) -> scoring::Result<Vec<f64>> + Send,
) -> Done<Scores<'py>> {
    let y = vector("shape of observations", observations)?;
    let parameters =
        parameters.iter().map(|p| vector("shape of a parameter", p)).collect::<Done<Vec<_>>>()?;
    let parameters: Vec<_> = parameters.iter().map(Numbers::values).collect();
    let y = y.values();
    scores(py, || f(&y, &parameters.iter().map(|p| &**p).collect::<Vec<_>>()))
}

/// The CRPS of observations under distributions of one family.
///
/// `family`: "normal", "logistic", "laplace" (mean, scale), "t" (df, location, scale), "gamma" (shape, rate), "lognormal"
/// (mean and sd of the log), "exponential" (rate), "uniform" (min, max), "beta" (a, b), "poisson" (mean), "negbinom" (n,
/// prob), "binomial" (n, prob), "mixnorm" (means, then sds, then weights). `parameters`: one array each, of one number
/// for all observations or one for each.
#[pyfunction]
pub(crate) fn crps<'py>(
    py: Python<'py>,
    family: &str,
    observations: Array<'py>,
    parameters: Vec<Array<'py>>,
) -> Done<Scores<'py>> {
    parametric(py, &observations, &parameters, |y, p| rules::crps(family, y, p))
}

/// The log score of observations, `-ln` of their density or probability; families as `crps`.
#[pyfunction]
pub(crate) fn log_score<'py>(
    py: Python<'py>,
    family: &str,
    observations: Array<'py>,
    parameters: Vec<Array<'py>>,
) -> Done<Scores<'py>> {
    parametric(py, &observations, &parameters, |y, p| rules::log_score(family, y, p))
}

/// The distribution function at the observations (probability integral transform); families as `crps`.
#[pyfunction]
pub(crate) fn pit<'py>(
    py: Python<'py>,
    family: &str,
    observations: Array<'py>,
    parameters: Vec<Array<'py>>,
) -> Done<Scores<'py>> {
    parametric(py, &observations, &parameters, |y, p| rules::pit(family, y, p))
}

/// The quantile (pinball) score of forecasts of the quantile at level `alpha`, in (0, 1).
#[pyfunction]
pub(crate) fn quantile_score<'py>(
    py: Python<'py>,
    observations: Array<'py>,
    quantiles: Array<'py>,
    alpha: f64,
) -> Done<Scores<'py>> {
    let (y, q) = (vector("shape of observations", &observations)?, vector("shape of quantiles", &quantiles)?);
    let (y, q) = (y.values(), q.values());
    scores(py, || rules::quantile_score(&y, &q, alpha))
}

/// The CRPS from quantiles: `quantiles` has shape `[n, k]`, `alpha` their levels, shape `[k]`.
#[pyfunction]
pub(crate) fn crps_quantile<'py>(
    py: Python<'py>,
    observations: Array<'py>,
    quantiles: Array<'py>,
    alpha: Array<'py>,
) -> Done<Scores<'py>> {
    let (y, q) = (vector("shape of observations", &observations)?, table("shape of quantiles", &quantiles)?);
    let alpha = vector("shape of alpha", &alpha)?;
    let (y, alpha) = (y.values(), alpha.values());
    scores(py, || rules::crps_quantile(&y, &q.matrix()?, &alpha))
}

/// The interval score of central intervals of coverage `1 - alpha`.
#[pyfunction]
pub(crate) fn interval_score<'py>(
    py: Python<'py>,
    observations: Array<'py>,
    lower: Array<'py>,
    upper: Array<'py>,
    alpha: f64,
) -> Done<Scores<'py>> {
    let y = vector("shape of observations", &observations)?;
    let (l, u) = (vector("shape of lower", &lower)?, vector("shape of upper", &upper)?);
    let (y, l, u) = (y.values(), l.values(), u.values());
    scores(py, || rules::interval_score(&y, &l, &u, alpha))
}

/// The weighted interval score of a median and central intervals; `lower` and `upper` have shape `[n, k]`, `alpha` `[k]`.
#[pyfunction]
pub(crate) fn weighted_interval_score<'py>(
    py: Python<'py>,
    observations: Array<'py>,
    median: Array<'py>,
    lower: Array<'py>,
    upper: Array<'py>,
    alpha: Array<'py>,
) -> Done<Scores<'py>> {
    let (y, m) = (vector("shape of observations", &observations)?, vector("shape of median", &median)?);
    let (l, u) = (table("shape of lower", &lower)?, table("shape of upper", &upper)?);
    let alpha = vector("shape of alpha", &alpha)?;
    let (y, m, alpha) = (y.values(), m.values(), alpha.values());
    scores(py, || rules::weighted_interval_score(&y, &m, &l.matrix()?, &u.matrix()?, &alpha))
}

/// The Brier score of forecasts of events, `(p - o)^2`.
#[pyfunction]
pub(crate) fn brier_score<'py>(py: Python<'py>, events: Vec<bool>, p: Array<'py>) -> Done<Scores<'py>> {
    let p = vector("shape of p", &p)?;
    let p = p.values();
    scores(py, || rules::brier_score(&events, &p))
}

/// The log score of forecasts of events, `-ln` of the probability of what happened.
#[pyfunction]
pub(crate) fn binary_log_score<'py>(py: Python<'py>, events: Vec<bool>, p: Array<'py>) -> Done<Scores<'py>> {
    let p = vector("shape of p", &p)?;
    let p = p.values();
    scores(py, || rules::binary_log_score(&events, &p))
}

/// The log score of forecasts of categories; `p` has shape `[n, categories]`.
#[pyfunction]
pub(crate) fn categorical_log_score<'py>(
    py: Python<'py>,
    categories: Vec<u32>,
    p: Array<'py>,
) -> Done<Scores<'py>> {
    let p = table("shape of p", &p)?;
    scores(py, || rules::categorical_log_score(&categories, &p.matrix()?))
}

/// The spherical score of forecasts of categories, -1..=0; `p` has shape `[n, categories]`.
#[pyfunction]
pub(crate) fn spherical_score<'py>(
    py: Python<'py>,
    categories: Vec<u32>,
    p: Array<'py>,
) -> Done<Scores<'py>> {
    let p = table("shape of p", &p)?;
    scores(py, || rules::spherical_score(&categories, &p.matrix()?))
}

/// The ranked probability score of forecasts of ordered categories; `p` has shape `[n, categories]`.
#[pyfunction]
pub(crate) fn rps_score<'py>(py: Python<'py>, categories: Vec<u32>, p: Array<'py>) -> Done<Scores<'py>> {
    let p = table("shape of p", &p)?;
    scores(py, || rules::rps_score(&categories, &p.matrix()?))
}

/// The ranked log score of forecasts of ordered categories; `p` has shape `[n, categories]`.
#[pyfunction]
pub(crate) fn ranked_log_score<'py>(
    py: Python<'py>,
    categories: Vec<u32>,
    p: Array<'py>,
) -> Done<Scores<'py>> {
    let p = table("shape of p", &p)?;
    scores(py, || rules::ranked_log_score(&categories, &p.matrix()?))
}

/// A bin of a reliability diagram.
#[pyclass(frozen, get_all, module = "countermark")]
pub(crate) struct ReliabilityBin {
    /// Forecasts in it.
    count: u64,
    /// Their mean.
    forecast: f64,
    /// Share of the events that happened.
    observed: f64,
    /// Lower end of the 90 % consistency band; NaN without resamples.
    lower: f64,
    /// Upper end of the band.
    upper: f64,
}

/// Forecast probabilities against observed shares in `bins` equal bins, with consistency bands from `resamples` draws.
///
/// `seed`: 32 bytes; the same bands everywhere.
#[pyfunction]
#[pyo3(signature = (events, p, bins = 10, resamples = 1000, seed = None))]
pub(crate) fn reliability_diagram(
    py: Python<'_>,
    events: Vec<bool>,
    p: Array<'_>,
    bins: usize,
    resamples: usize,
    seed: Option<&[u8]>,
) -> Done<Vec<ReliabilityBin>> {
    let p = vector("shape of p", &p)?;
    let p = p.values();
    let seed = hash("seed", seed.unwrap_or(&[0; 32]))?;
    let d = py.detach(|| rules::reliability_diagram(&events, &p, bins, resamples, &seed))?;
    let one = |b: &rules::ReliabilityBin| {
        let [lower, upper] = b.band;
        ReliabilityBin { count: b.count, forecast: b.forecast, observed: b.observed, lower, upper }
    };
    Ok(d.bins.iter().map(one).collect())
}

/// Expected and maximum calibration error over `bins` equal bins.
#[pyfunction]
#[pyo3(signature = (events, p, bins = 10))]
pub(crate) fn expected_calibration_error(
    py: Python<'_>,
    events: Vec<bool>,
    p: Array<'_>,
    bins: usize,
) -> Done<Vec<f64>> {
    let p = vector("shape of p", &p)?;
    let p = p.values();
    Ok(py.detach(|| rules::expected_calibration_error(&events, &p, bins))?.to_vec())
}

/// The parts of a mean Brier score: `reliability - resolution + uncertainty`.
#[pyclass(frozen, get_all, module = "countermark")]
pub(crate) struct BrierDecomposition {
    /// How far forecasts are from what happened when they were made.
    reliability: f64,
    /// How far what happened differs from the average where forecasts differ.
    resolution: f64,
    /// The score of always forecasting the average.
    uncertainty: f64,
}

/// Decomposes the mean Brier score by the distinct forecasts, or by `bins` equal bins.
#[pyfunction]
#[pyo3(signature = (events, p, bins = None))]
pub(crate) fn brier_decomposition(
    py: Python<'_>,
    events: Vec<bool>,
    p: Array<'_>,
    bins: Option<usize>,
) -> Done<BrierDecomposition> {
    let p = vector("shape of p", &p)?;
    let p = p.values();
    let d = py.detach(|| rules::brier_decomposition(&events, &p, bins))?;
    Ok(BrierDecomposition {
        reliability: d.reliability,
        resolution: d.resolution,
        uncertainty: d.uncertainty,
    })
}

/// The elementary scores of forecasts of a mean at each threshold.
#[pyfunction]
pub(crate) fn murphy_diagram<'py>(
    py: Python<'py>,
    observations: Array<'py>,
    forecasts: Array<'py>,
    thresholds: Array<'py>,
) -> Done<Scores<'py>> {
    let (y, x) = (vector("shape of observations", &observations)?, vector("shape of forecasts", &forecasts)?);
    let t = vector("shape of thresholds", &thresholds)?;
    let (y, x, t) = (y.values(), x.values(), t.values());
    scores(py, || rules::murphy_diagram(&y, &x, &t))
}

/// The rank of each observation in its ensemble, as a number in 0..=1; `seed`: 32 bytes, breaks ties.
#[pyfunction]
#[pyo3(signature = (observations, forecasts, seed = None))]
pub(crate) fn pit_ensemble<'py>(
    py: Python<'py>,
    observations: Array<'py>,
    forecasts: Array<'py>,
    seed: Option<&[u8]>,
) -> Done<Scores<'py>> {
    let seed = hash("seed", seed.unwrap_or(&[0; 32]))?;
    ensemble(py, &observations, &forecasts, None, |y, x, _| rules::pit_ensemble(y, x, &seed))
}

/// How many probability integral transforms lie in each of `bins` equal bins.
#[pyfunction]
#[pyo3(signature = (pit, bins = 10))]
pub(crate) fn pit_histogram(py: Python<'_>, pit: Array<'_>, bins: usize) -> Done<Vec<u64>> {
    let p = vector("shape of pit", &pit)?;
    let p = p.values();
    Ok(py.detach(|| rules::pit_histogram(&p, bins))?)
}

/// The test of Diebold and Mariano.
#[pyclass(frozen, get_all, module = "countermark")]
pub(crate) struct DieboldMariano {
    /// Mean of the first scores less the second: below 0 where the first forecaster is better.
    mean_difference: f64,
    /// The corrected statistic.
    statistic: f64,
    /// Probability of a statistic as large in size if both were equally good.
    p_value: f64,
}

/// Tests whether two forecasters are equally good, from their scores of the same events, `horizon` steps ahead.
#[pyfunction]
#[pyo3(signature = (first, second, horizon = 1))]
pub(crate) fn diebold_mariano(
    py: Python<'_>,
    first: Array<'_>,
    second: Array<'_>,
    horizon: usize,
) -> Done<DieboldMariano> {
    let (a, b) = (vector("shape of first", &first)?, vector("shape of second", &second)?);
    let (a, b) = (a.values(), b.values());
    let t = py.detach(|| rules::diebold_mariano(&a, &b, horizon))?;
    Ok(DieboldMariano { mean_difference: t.mean_difference, statistic: t.statistic, p_value: t.p_value })
}
