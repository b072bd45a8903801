//! Many models over many eras: scores, settlement, and the report as a receipt; neutralisation to features.

use crate::{
    convert::{Array, Done, Listed, Numbers, integer, wei},
    era_report::{Statement, metrics_of, nanos, opened},
    numerai::{MetricScore, ScoreSummary, metric_scores},
    plain::{address, hash_text, mode, payout_rule},
    sandbox::CancelToken,
    scoring::{Settlement, settlement},
    wallet::Prepared,
};
use countermark::{
    primitives::{Progress, ignore_progress},
    scoring::{self, EraInput, EraReportTerms, Eras, Ids, Reason},
};
use num_bigint::BigUint;
use numpy::{PyArray1, PyArray2, PyArray3, PyArrayMethods as _};
use pyo3::prelude::*;
use std::ops::ControlFlow;

/// Factored features by content: the same features again are not factored again. Keeps at most `mebibytes`.
#[pyclass(frozen, module = "countermark")]
pub(crate) struct FeatureCache(scoring::FeatureCache);

#[pymethods]
impl FeatureCache {
    #[new]
    #[pyo3(signature = (mebibytes = 256))]
    fn new(mebibytes: usize) -> Self {
        Self(scoring::FeatureCache::new(mebibytes.saturating_mul(1 << 20)))
    }

    /// How often a call found its features here.
    #[getter]
    fn hits(&self) -> u64 {
        self.0.hits()
    }

    /// Bytes kept.
    #[getter]
    fn bytes(&self) -> usize {
        self.0.bytes()
    }
}

fn table<'a>(what: &'static str, array: &'a Array<'_>) -> Done<Numbers<'a>> {
    Ok(Numbers::new(what, array, 2)?)
}

fn vector<'a>(what: &'static str, array: &'a Array<'_>) -> Done<Numbers<'a>> {
    Ok(Numbers::new(what, array, 1)?)
}

/// Each model less `proportion` times its least squares fit by the features and a constant.
///
/// `predictions`: shape `[n, models]`; `features`: shape `[n, features]`, float64, float32 or int8. The result has shape
/// `[models, n]`; a model without a residual is NaN.
#[pyfunction]
#[pyo3(signature = (predictions, features, proportion = 1.0, mode = "per_model"))]
pub(crate) fn neutralize<'py>(
    py: Python<'py>,
    predictions: Array<'py>,
    features: Array<'py>,
    proportion: f64,
    mode: &str,
) -> PyResult<Bound<'py, PyArray2<f64>>> {
    let done = || -> Done<_> {
        let mode = self::mode(mode)?;
        let p = table("shape of predictions", &predictions)?;
        let f = table("shape of features", &features)?;
        let n = p.shape().first().copied().unwrap_or(0);
        let all = py.detach(|| scoring::neutralize(&p.columns()?, &f.columns()?, proportion, mode))?;
        let models = all.len();
        Ok((all.into_iter().flat_map(|m| m.unwrap_or_else(|_| vec![f64::NAN; n])).collect(), [models, n]))
    };
    let (values, shape): (Vec<f64>, _) = done().map_err(PyErr::from)?;
    PyArray1::from_vec(py, values).reshape(shape)
}

/// Feature-neutral correlation (FNC) of each model, -1..=1.
///
/// `predictions`: shape `[n, models]`; `features`: shape `[n, features]`, float64, float32 or int8; `target`: `[n]`.
/// `cache` keeps the factored features for the next call with the same values.
#[pyfunction]
#[pyo3(signature = (predictions, features, target, mode = "per_model", cache = None))]
pub(crate) fn feature_neutral_corr<'py>(
    py: Python<'py>,
    predictions: Array<'py>,
    features: Array<'py>,
    target: Array<'py>,
    mode: &str,
    cache: Option<&FeatureCache>,
) -> Done<Vec<MetricScore>> {
    let mode = self::mode(mode)?;
    let (p, f) = (table("shape of predictions", &predictions)?, table("shape of features", &features)?);
    let t = vector("shape of target", &target)?;
    let cache = cache.map(|c| &c.0);
    Ok(metric_scores(py.detach(|| {
        let (p, f) = (p.columns()?, f.columns()?);
        scoring::feature_neutral_corr(&p, &f, &t.column(), mode, cache)
    })?))
}

/// Correlation with the target of gaussianised ranks neutralised to the features, -1..=1; nothing is ranked again.
#[pyfunction]
#[pyo3(signature = (predictions, features, target, top_bottom = None, mode = "per_model"))]
pub(crate) fn neutral_correlation<'py>(
    py: Python<'py>,
    predictions: Array<'py>,
    features: Array<'py>,
    target: Array<'py>,
    top_bottom: Option<usize>,
    mode: &str,
) -> Done<Vec<MetricScore>> {
    let mode = self::mode(mode)?;
    let (p, f) = (table("shape of predictions", &predictions)?, table("shape of features", &features)?);
    let t = vector("shape of target", &target)?;
    Ok(metric_scores(py.detach(|| {
        let (p, f) = (p.columns()?, f.columns()?);
        scoring::neutral_correlation(&p, &f, &t.column(), top_bottom, mode)
    })?))
}

/// Contribution to the meta model once both are neutralised to the features.
#[pyfunction]
#[pyo3(signature = (predictions, meta_model, features, target, top_bottom = None, mode = "per_model"))]
pub(crate) fn neutral_contribution<'py>(
    py: Python<'py>,
    predictions: Array<'py>,
    meta_model: Array<'py>,
    features: Array<'py>,
    target: Array<'py>,
    top_bottom: Option<usize>,
    mode: &str,
) -> Done<Vec<MetricScore>> {
    let mode = self::mode(mode)?;
    let (p, f) = (table("shape of predictions", &predictions)?, table("shape of features", &features)?);
    let (m, t) = (vector("shape of meta_model", &meta_model)?, vector("shape of target", &target)?);
    Ok(metric_scores(py.detach(|| {
        let (p, f) = (p.columns()?, f.columns()?);
        scoring::neutral_contribution(&p, &m.column(), &f, &t.column(), top_bottom, mode)
    })?))
}

/// How much a model leans on single features.
#[pyclass(frozen, get_all, module = "countermark")]
pub(crate) struct FeatureExposure {
    /// The largest absolute correlation with a feature; NaN where there is a reason.
    max: f64,
    /// Its feature, the first of equals.
    feature: Option<usize>,
    /// Root mean square of the correlations.
    rms: f64,
    /// Why there is none, as an error code.
    reason: Option<&'static str>,
}

/// The correlation of each model with the features: predictions count as they are, not their ranks.
#[pyfunction]
#[pyo3(signature = (predictions, features, mode = "per_model"))]
pub(crate) fn feature_exposures<'py>(
    py: Python<'py>,
    predictions: Array<'py>,
    features: Array<'py>,
    mode: &str,
) -> Done<Vec<FeatureExposure>> {
    let mode = self::mode(mode)?;
    let (p, f) = (table("shape of predictions", &predictions)?, table("shape of features", &features)?);
    let all = py.detach(|| scoring::feature_exposures(&p.columns()?, &f.columns()?, mode))?;
    let one = |e: Result<scoring::FeatureExposure, Reason>| match e {
        Ok(e) => FeatureExposure { max: e.max, feature: e.feature, rms: e.rms, reason: None },
        Err(r) => FeatureExposure { max: f64::NAN, feature: None, rms: f64::NAN, reason: Some(r.code()) },
    };
    Ok(all.into_iter().map(one).collect())
}

/// What is scored: one row per scored item, in any order of eras. Arrays are not copied.
///
/// `predictions`: shape `[n, models]`; `target`, `meta_model`, `benchmark`: `[n]`; `features`: `[n, features]`, float64,
/// float32 or int8; `eras`: n ints or strs; `ids`: n strs, for churn.
#[pyclass(frozen, module = "countermark")]
pub(crate) struct EraData {
    predictions: Py<PyAny>,
    target: Py<PyAny>,
    eras: Option<Names>,
    ids: Option<Vec<String>>,
    meta_model: Option<Py<PyAny>>,
    benchmark: Option<Py<PyAny>>,
    features: Option<Py<PyAny>>,
}

/// Eras as numbers or text.
#[derive(FromPyObject)]
enum Names {
    Numbers(Vec<i64>),
    Text(Vec<String>),
}

#[pymethods]
impl EraData {
    #[new]
    #[pyo3(signature = (
        predictions, target, eras = None, ids = None, meta_model = None, benchmark = None, features = None
    ))]
    fn new(
        predictions: Py<PyAny>,
        target: Py<PyAny>,
        eras: Option<Listed<Names>>,
        ids: Option<Listed<Vec<String>>>,
        meta_model: Option<Py<PyAny>>,
        benchmark: Option<Py<PyAny>>,
        features: Option<Py<PyAny>>,
    ) -> Self {
        let (eras, ids) = (eras.map(|e| e.0), ids.map(|i| i.0));
        Self { predictions, target, eras, ids, meta_model, benchmark, features }
    }
}

impl EraData {
    /// Calls `f` with the core's view of the arrays, without the interpreter's lock.
    fn with<T: Send>(
        &self,
        py: Python<'_>,
        f: impl FnOnce(&EraInput<'_>) -> scoring::Result<T> + Send,
    ) -> PyResult<T> {
        let array = |object: &Py<PyAny>| object.bind(py).extract::<Array<'_>>();
        let optional = |object: &Option<Py<PyAny>>| object.as_ref().map(array).transpose();
        let (predictions, target) = (array(&self.predictions)?, array(&self.target)?);
        let (meta, benchmark, features) =
            (optional(&self.meta_model)?, optional(&self.benchmark)?, optional(&self.features)?);
        let done = || -> Done<T> {
            let p = table("shape of predictions", &predictions)?;
            let t = vector("shape of target", &target)?;
            let meta = meta.as_ref().map(|m| vector("shape of meta_model", m)).transpose()?;
            let benchmark = benchmark.as_ref().map(|m| vector("shape of benchmark", m)).transpose()?;
            let features = features.as_ref().map(|m| table("shape of features", m)).transpose()?;
            let eras: Vec<&str> = match &self.eras {
                Some(Names::Text(v)) => v.iter().map(String::as_str).collect(),
                _ => Vec::new(),
            };
            let ids: Option<Vec<&str>> = self.ids.as_ref().map(|v| v.iter().map(String::as_str).collect());
            Ok(py.detach(|| {
                let predictions = p.columns()?;
                let features = match &features {
                    Some(f) => f.columns()?,
                    None => Vec::new(),
                };
                f(&EraInput {
                    eras: self.eras.as_ref().map(|e| match e {
                        Names::Numbers(v) => Eras::I64(v),
                        Names::Text(_) => Eras::Text(&eras),
                    }),
                    ids: ids.as_deref().map(Ids::Text),
                    meta_model: meta.as_ref().map(Numbers::column),
                    benchmark: benchmark.as_ref().map(Numbers::column),
                    features: &features,
                    ..EraInput::new(&predictions, t.column())
                })
            })?)
        };
        done().map_err(PyErr::from)
    }
}

/// Scores by era, model and metric.
#[pyclass(frozen, module = "countermark")]
pub(crate) struct EraScores(scoring::EraScores);

#[pymethods]
impl EraScores {
    /// Names of the eras, in order.
    #[getter]
    fn eras(&self) -> Vec<String> {
        self.0.eras().to_vec()
    }

    /// Names of the metrics.
    #[getter]
    fn metrics(&self) -> Vec<&'static str> {
        self.0.metrics().iter().map(|m| m.name()).collect()
    }

    /// Number of models.
    #[getter]
    fn models(&self) -> usize {
        self.0.models()
    }

    /// All scores, float64, shape `[eras, models, metrics]`; NaN where there is none.
    #[getter]
    fn scores<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray3<f64>>> {
        let shape = [self.0.eras().len(), self.0.models(), self.0.metrics().len()];
        PyArray1::from_slice(py, self.0.scores()).reshape(shape)
    }

    /// Why a model has no score in an era, as an error code; None where it has one.
    fn reason(&self, era: usize, model: usize) -> Option<&'static str> {
        self.0.reason(era, model).map(Reason::code)
    }

    /// Why nobody has a score in an era, as text.
    fn error(&self, era: usize) -> Option<String> {
        self.0.error(era).map(ToString::to_string)
    }

    /// Mean, standard deviation, Sharpe ratio, drawdown and autocorrelation over the eras.
    fn summary(&self, model: usize, metric: usize) -> ScoreSummary {
        self.0.summary(model, metric).into()
    }

    /// Settles a pot on the mean scores, in integers. `multipliers`: one float per metric; `stakes`, `pot`, `threshold`:
    /// ints in the smallest unit.
    #[pyo3(signature = (multipliers, stakes, pot, clip = 0.05, threshold = None, share = "at_most_rate"))]
    #[allow(clippy::too_many_arguments, reason = "keyword arguments in Python")]
    fn settle(
        &self,
        py: Python<'_>,
        multipliers: Vec<f64>,
        stakes: Vec<BigUint>,
        pot: BigUint,
        clip: f64,
        threshold: Option<BigUint>,
        share: &str,
    ) -> Done<Settlement> {
        let multipliers = nanos(&multipliers)?;
        let stakes = stakes.iter().map(|s| wei("stake", s)).collect::<Result<Vec<_>, _>>()?;
        let threshold = threshold.map(|t| wei("threshold", &t)).transpose()?;
        let rule = payout_rule(clip, threshold, share)?;
        let pot = wei("pot", &pot)?;
        let settled = py.detach(|| self.0.settle(&multipliers, &stakes, pot, &rule))?;
        Ok(settlement(&settled.settlement))
    }

    fn __repr__(&self) -> String {
        let (eras, models) = (self.0.eras().len(), self.0.models());
        format!("EraScores(eras={eras}, models={models}, metrics={:?})", self.metrics())
    }
}

/// Scores every model in every era on every metric, on all cores.
///
/// `metrics`: any of "corr", "mmc", "bmc", "cwmm", "fnc", "max_exposure", "exposure", "churn". `mode`: "per_model" gives a
/// model that cannot be scored NaN and a reason, "strict" raises, "compat" does as numerai-tools within each era.
/// `on_progress(done, total)` is called between eras; where it returns False, and where `cancel` is set, the call ends.
#[pyfunction]
#[pyo3(signature = (data, metrics, mode = "per_model", cache = None, on_progress = None, cancel = None))]
pub(crate) fn score_eras(
    py: Python<'_>,
    data: &EraData,
    metrics: Vec<String>,
    mode: &str,
    cache: Option<&FeatureCache>,
    on_progress: Option<Py<PyAny>>,
    cancel: Option<&CancelToken>,
) -> PyResult<EraScores> {
    let parse = || -> Done<_> { Ok((self::mode(mode)?, metrics_of(&metrics)?)) };
    let (mode, metrics) = parse().map_err(PyErr::from)?;
    let cancel = CancelToken::core(cancel);
    let mut raised = None;
    let mut progress = |p: Progress| {
        let Some(call) = &on_progress else { return ControlFlow::Continue(()) };
        let said = Python::attach(|py| {
            let answer = call.bind(py).call1((p.done, p.total))?;
            Ok::<_, PyErr>(answer.is_none() || answer.is_truthy()?)
        });
        match said {
            Ok(true) => ControlFlow::Continue(()),
            Ok(false) => ControlFlow::Break(()),
            Err(e) => {
                raised = Some(e);
                ControlFlow::Break(())
            }
        }
    };
    let cache = cache.map(|c| &c.0);
    let scored =
        data.with(py, |input| scoring::score_eras(input, &metrics, mode, cache, &cancel, &mut progress));
    match raised {
        Some(e) => Err(e),
        None => Ok(EraScores(scored?)),
    }
}

/// Scores, settles and states it all as an era report, to be signed by the issuer: a receipt that commits to every input.
///
/// `card`: id (hex) of the issuer's own card; `names`: one per model; `multipliers`: one float per metric; `stakes`, `pot`,
/// `threshold`: ints in the smallest unit.
#[pyfunction]
#[pyo3(signature = (
    issuer, issued_at, card, round, data, metrics, names, multipliers, stakes, pot, clip = 0.05, threshold = None,
    share = "at_most_rate"
))]
#[allow(clippy::too_many_arguments, reason = "keyword arguments in Python")]
pub(crate) fn prepare_era_report(
    py: Python<'_>,
    issuer: &str,
    issued_at: u64,
    card: &str,
    round: &str,
    data: &EraData,
    metrics: Vec<String>,
    names: Vec<String>,
    multipliers: Vec<f64>,
    stakes: Vec<BigUint>,
    pot: BigUint,
    clip: f64,
    threshold: Option<BigUint>,
    share: &str,
) -> PyResult<Prepared> {
    let parse = || -> Done<_> {
        let threshold = threshold.as_ref().map(|t| wei("threshold", t)).transpose()?;
        let rule = payout_rule(clip, threshold, share)?;
        let (multipliers, pot) = (nanos(&multipliers)?, wei("pot", &pot)?);
        Ok(Statement {
            issuer: address("issuer", issuer)?,
            issued_at,
            card: hash_text("card", card)?,
            metrics: metrics_of(&metrics)?,
            terms: EraReportTerms { round: round.into(), multipliers, rule, pot },
            names,
            stakes: stakes.iter().map(|s| wei("stake", s)).collect::<Result<Vec<_>, _>>()?,
        })
    };
    let statement = parse().map_err(PyErr::from)?;
    let body = data.with(py, |input| statement.build(input))?;
    let prepare = || -> Done<_> { Ok(statement.prepare(body)?) };
    Ok(Prepared::of(prepare().map_err(PyErr::from)?))
}

/// What an era report states of one model.
#[pyclass(frozen, get_all, module = "countermark")]
#[derive(Clone)]
pub(crate) struct EraReportModel {
    /// Its name.
    name: String,
    /// What it was settled on.
    score: f64,
    /// What was staked on it.
    stake: BigUint,
    /// What it is paid.
    payout: BigUint,
    /// What is taken from its stake.
    burned: BigUint,
}

/// An era report that was checked.
#[pyclass(frozen, get_all, module = "countermark")]
pub(crate) struct EraReportVerdict {
    /// Who signed it.
    issuer: String,
    /// Name of the round.
    round: String,
    /// Names of the eras.
    eras: Vec<String>,
    /// The models.
    models: Vec<EraReportModel>,
    /// Sum of the payouts.
    paid: BigUint,
    /// `pot + burned - paid`.
    remainder: BigUint,
}

/// Checks an era report: the issuer signed it, and every amount follows from the scores it states.
#[pyfunction]
pub(crate) fn verify_era_report(receipt: &[u8]) -> Done<EraReportVerdict> {
    let (receipt, report) = opened(receipt)?;
    let model = |m: &scoring::EraModel| EraReportModel {
        name: m.name.clone(),
        score: m.score.to_f64(),
        stake: integer(m.stake),
        payout: integer(m.payout),
        burned: integer(m.burned),
    };
    Ok(EraReportVerdict {
        issuer: receipt.issuer.to_string(),
        round: report.terms.round.clone(),
        eras: report.eras.clone(),
        models: report.models.iter().map(model).collect(),
        paid: integer(report.paid),
        remainder: integer(report.remainder),
    })
}

/// Recomputes an era report from its inputs: they must be those it commits to, and every score must come out the same.
#[pyfunction]
pub(crate) fn replay_era_report(py: Python<'_>, receipt: &[u8], data: &EraData) -> PyResult<()> {
    let (_, report) = opened(receipt).map_err(PyErr::from)?;
    let cancel = CancelToken::core(None);
    data.with(py, |input| scoring::replay_era_report(&report, input, &cancel, &mut ignore_progress))
}
