//! Numerai: primitives, scores with options, submissions, payouts.

use crate::{
    convert::{Array, Done, Numbers, integer, rows, wei},
    plain::{
        SignalsData, align as align_rows, contribution_method, correlation as plain_correlation, gaps,
        max_churn_and_turnover as plain_max_churn, mode, normalization, rank_method, staked_models,
        tournament, tournament_rule, weight_columns, with_signals,
    },
    scoring::SettlementRow,
};
use countermark::{
    primitives::Error as Basic,
    scoring::{self, CleanOptions, CorrOptions, Matrix, RoundLimits, Submission},
    settle,
};
use num_bigint::BigUint;
use pyo3::prelude::*;

fn vector<'a>(what: &'static str, array: &'a Array<'_>) -> Result<Numbers<'a>, Basic> {
    Numbers::new(what, array, 1)
}

fn table<'a>(what: &'static str, array: &'a Array<'_>) -> Result<Numbers<'a>, Basic> {
    Numbers::new(what, array, 2)
}

/// One metric of one model.
#[pyclass(frozen, get_all, module = "countermark")]
pub(crate) struct MetricScore {
    /// The score; NaN where there is a reason.
    value: f64,
    /// Why there is no score, as an error code; None where there is one.
    reason: Option<&'static str>,
}

#[pymethods]
impl MetricScore {
    fn __repr__(&self) -> String {
        let reason = self.reason.map_or("None".to_owned(), |reason| format!("'{reason}'"));
        format!("MetricScore(value={:?}, reason={reason})", self.value)
    }
}

pub(crate) fn metric_scores(scores: Vec<scoring::MetricScore>) -> Vec<MetricScore> {
    let one = |s: scoring::MetricScore| MetricScore { value: s.value, reason: s.reason.map(|r| r.code()) };
    scores.into_iter().map(one).collect()
}

/// Ranks in (0, 1), `(r - 0.5) / n`; NaN stays NaN.
///
/// `values`: float64, shape `[n]`. `method`, for equal values: "average" (tie-kept), "first" (tie-broken), "min",
/// "max" or "dense".
#[pyfunction]
#[pyo3(signature = (values, method = "average"))]
pub(crate) fn rank(py: Python<'_>, values: Array<'_>, method: &str) -> Done<Vec<f64>> {
    let method = rank_method(method)?;
    let values = vector("shape of values", &values)?;
    Ok(py.detach(|| scoring::rank(&values.column(), method)))
}

/// The standard normal quantile of each value, meant for ranks in (0, 1). `values`: float64, shape `[n]`.
#[pyfunction]
pub(crate) fn gaussian(py: Python<'_>, values: Array<'_>) -> Done<Vec<f64>> {
    let values = vector("shape of values", &values)?;
    Ok(py.detach(|| scoring::gaussian(&values.column())))
}

/// `sign(x) * |x| ** p` of each value; refused where the result correlates less than 0.9 with the values.
///
/// `values`: float64, shape `[n]`, finite.
#[pyfunction]
pub(crate) fn power(py: Python<'_>, values: Array<'_>, p: f64) -> Done<Vec<f64>> {
    let values = vector("shape of values", &values)?;
    Ok(py.detach(|| scoring::power(&values.column(), p))?)
}

/// Scales a column; NaN stays NaN and counts nowhere.
///
/// `values`: float64, shape `[n]`. `how`: "center", "variance" (over the population sd), "standard", "min_max" or
/// "weight" (over the sum of absolute values).
#[pyfunction]
pub(crate) fn normalize(py: Python<'_>, values: Array<'_>, how: &str) -> Done<Vec<f64>> {
    let how = normalization(how)?;
    let values = vector("shape of values", &values)?;
    Ok(py.detach(|| scoring::normalize(&values.column(), how)))
}

/// What is left of each column after its projection on `by`, one list per column. `columns`: shape `[n, k]`; `by`:
/// shape `[n]`. Nothing is centred.
#[pyfunction]
pub(crate) fn orthogonalize(py: Python<'_>, columns: Array<'_>, by: Array<'_>) -> Done<Vec<Vec<f64>>> {
    let (columns, by) = (table("shape of columns", &columns)?, vector("shape of by", &by)?);
    Ok(py.detach(|| scoring::orthogonalize(&columns.columns()?, &by.column()))?)
}

/// The stake-weighted meta model, one value per row. `predictions`: shape `[n, models]`; `stakes`: one per model.
#[pyfunction]
pub(crate) fn stake_weight(py: Python<'_>, predictions: Array<'_>, stakes: Vec<f64>) -> Done<Vec<f64>> {
    let predictions = table("shape of predictions", &predictions)?;
    Ok(py.detach(|| scoring::stake_weight(&predictions.columns()?, &stakes))?)
}

/// A column of categories, coded.
#[pyclass(frozen, get_all, module = "countermark")]
pub(crate) struct OneHot {
    /// The distinct values, ascending; a NaN is the last.
    categories: Vec<f64>,
    /// For each row the number of its category.
    codes: Vec<u32>,
}

#[pymethods]
impl OneHot {
    fn __repr__(&self) -> String {
        format!("OneHot({} categories, {} rows)", self.categories.len(), self.codes.len())
    }
}

/// The distinct values of a column, and which of them each row has: column k of the one-hot encoding is `codes == k`.
#[pyfunction]
pub(crate) fn one_hot_encode(py: Python<'_>, values: Array<'_>) -> Done<OneHot> {
    let values = vector("shape of values", &values)?;
    let hot = py.detach(|| scoring::one_hot_encode(&values.column()))?;
    Ok(OneHot { categories: hot.categories, codes: hot.codes })
}

/// The correlation of two columns, -1..=1; NaN when either is constant.
///
/// `target` and `predictions`: float64, shape `[n]`, without NaN. `method`: "pearson", "spearman" or
/// "tie_broken_rank". `top_bottom`, with "pearson": only so many of the lowest and of the highest predictions.
#[pyfunction]
#[pyo3(signature = (target, predictions, method = "pearson", top_bottom = None))]
pub(crate) fn correlation(
    py: Python<'_>,
    target: Array<'_>,
    predictions: Array<'_>,
    method: &str,
    top_bottom: Option<usize>,
) -> Done<f64> {
    let target = vector("shape of target", &target)?;
    let predictions = vector("shape of predictions", &predictions)?;
    py.detach(|| plain_correlation(&target.column(), &predictions.column(), method, top_bottom))
}

/// The feature that resembles a model most.
#[pyclass(frozen, get_all, module = "countermark")]
pub(crate) struct FeatureCorrelation {
    /// The feature's number.
    feature: usize,
    /// The absolute correlation, 0..=1.
    value: f64,
}

#[pymethods]
impl FeatureCorrelation {
    fn __repr__(&self) -> String {
        format!("FeatureCorrelation(feature={}, value={:?})", self.feature, self.value)
    }
}

/// The feature with the largest absolute Pearson correlation with the predictions. `predictions`: shape `[n]`;
/// `features`: shape `[n, f]`.
#[pyfunction]
#[pyo3(signature = (predictions, features, top_bottom = None))]
pub(crate) fn max_feature_correlation(
    py: Python<'_>,
    predictions: Array<'_>,
    features: Array<'_>,
    top_bottom: Option<usize>,
) -> Done<FeatureCorrelation> {
    let (p, f) = (vector("shape of predictions", &predictions)?, table("shape of features", &features)?);
    let (feature, value) =
        py.detach(|| scoring::max_feature_correlation(&p.column(), &f.columns()?, top_bottom))?;
    Ok(FeatureCorrelation { feature, value })
}

/// How much a model resembles the others of its round.
#[pyclass(frozen, get_all, module = "countermark")]
pub(crate) struct PairwiseCorrelation {
    /// The largest correlation with another model (MCWNM).
    max: f64,
    /// The mean correlation with the other models (APCWNM).
    mean: f64,
    /// The model that the largest correlation is with.
    nearest: Option<usize>,
    /// Why there is no correlation, as an error code; None where there is one.
    reason: Option<&'static str>,
}

#[pymethods]
impl PairwiseCorrelation {
    fn __repr__(&self) -> String {
        format!("PairwiseCorrelation(max={:?}, mean={:?})", self.max, self.mean)
    }
}

/// Pearson's correlation of each model with every other. `predictions`: float64, shape `[n, models]`.
#[pyfunction]
#[pyo3(signature = (predictions, mode = "per_model"))]
pub(crate) fn pairwise_correlation(
    py: Python<'_>,
    predictions: Array<'_>,
    mode: &str,
) -> Done<Vec<PairwiseCorrelation>> {
    let mode = self::mode(mode)?;
    let predictions = table("shape of predictions", &predictions)?;
    let pairs = py.detach(|| {
        let matrix = predictions.matrix()?;
        let [rows, _] = matrix.shape();
        scoring::pairwise_correlation(&matrix.columns(), rows, mode)
    })?;
    let one = |p: scoring::PairwiseCorrelation| PairwiseCorrelation {
        max: p.max,
        mean: p.mean,
        nearest: p.nearest,
        reason: p.reason.map(|r| r.code()),
    };
    Ok(pairs.into_iter().map(one).collect())
}

/// Numerai's correlation of many models, with the library's options. With a meta model for a target and
/// `target_pow15=False` it is the correlation with the meta model (CWMM).
///
/// `predictions`: float64, shape `[n, models]`; `target`: shape `[n]`. `top_bottom`: only so many of each model's
/// lowest and highest predictions. `mode`: "per_model", "strict" or "compat".
#[pyfunction]
#[pyo3(signature = (predictions, target, top_bottom = None, target_pow15 = true, mode = "per_model"))]
pub(crate) fn numerai_corr_with(
    py: Python<'_>,
    predictions: Array<'_>,
    target: Array<'_>,
    top_bottom: Option<usize>,
    target_pow15: bool,
    mode: &str,
) -> Done<Vec<MetricScore>> {
    let mode = self::mode(mode)?;
    let (p, t) = (table("shape of predictions", &predictions)?, vector("shape of target", &target)?);
    let options = CorrOptions { top_bottom, target_pow15, ..CorrOptions::default() };
    let scores = py.detach(|| scoring::numerai_corr_with(&p.columns()?, &t.column(), &options, mode))?;
    Ok(metric_scores(scores))
}

/// Contribution of many models to the meta model (MMC, BMC), on all rows or on each model's tails.
///
/// `predictions`: float64, shape `[n, models]`; `meta_model` and `target`: shape `[n]`. `top_bottom`: only so many of
/// the lowest and highest orthogonalised predictions.
#[pyfunction]
#[pyo3(signature = (predictions, meta_model, target, top_bottom = None, mode = "per_model"))]
pub(crate) fn correlation_contribution_with(
    py: Python<'_>,
    predictions: Array<'_>,
    meta_model: Array<'_>,
    target: Array<'_>,
    top_bottom: Option<usize>,
    mode: &str,
) -> Done<Vec<MetricScore>> {
    let mode = self::mode(mode)?;
    let (p, t) = (table("shape of predictions", &predictions)?, vector("shape of target", &target)?);
    let m = vector("shape of meta_model", &meta_model)?;
    let scores = py.detach(|| {
        let columns = p.columns()?;
        scoring::correlation_contribution_with(&columns, &m.column(), &t.column(), top_bottom, mode)
    })?;
    Ok(metric_scores(scores))
}

/// The neutralised portfolio of each model, one list per model; NaN for a model that cannot be ranked.
///
/// `predictions`: float64, shape `[n, models]`; `neutralizers`: shape `[n, f]`; `sample_weights`: shape `[n]`.
#[pyfunction]
#[pyo3(signature = (predictions, neutralizers, sample_weights, center_and_normalize = false, mode = "per_model"))]
pub(crate) fn neutralized_weights(
    py: Python<'_>,
    predictions: Array<'_>,
    neutralizers: Array<'_>,
    sample_weights: Array<'_>,
    center_and_normalize: bool,
    mode: &str,
) -> Done<Vec<Vec<f64>>> {
    let mode = self::mode(mode)?;
    let p = table("shape of predictions", &predictions)?;
    let n = table("shape of neutralizers", &neutralizers)?;
    let v = vector("shape of sample_weights", &sample_weights)?;
    let weights = py.detach(|| {
        let (p, n) = (p.columns()?, n.columns()?);
        scoring::neutralized_weights(&p, &n, &v.column(), center_and_normalize, mode)
    })?;
    Ok(weight_columns(weights, v.column().len()))
}

/// Alpha of many models: the mean over rows of neutralised weight times centred target (Numerai Signals).
///
/// `predictions`: float64, shape `[n, models]`; `neutralizers`: shape `[n, f]`; `sample_weights` and `target`: shape
/// `[n]`.
#[pyfunction]
#[pyo3(signature = (predictions, neutralizers, sample_weights, target, mode = "per_model"))]
pub(crate) fn alpha(
    py: Python<'_>,
    predictions: Array<'_>,
    neutralizers: Array<'_>,
    sample_weights: Array<'_>,
    target: Array<'_>,
    mode: &str,
) -> Done<Vec<MetricScore>> {
    let mode = self::mode(mode)?;
    let (p, t) = (table("shape of predictions", &predictions)?, vector("shape of target", &target)?);
    let n = table("shape of neutralizers", &neutralizers)?;
    let v = vector("shape of sample_weights", &sample_weights)?;
    let scores = py.detach(|| {
        let (p, n) = (p.columns()?, n.columns()?);
        scoring::alpha(&p, &n, &v.column(), &t.column(), mode)
    })?;
    Ok(metric_scores(scores))
}

/// Contribution of many models to the meta portfolio (MPC, Numerai Signals). `stakes`: one per model; the arrays as in
/// `alpha`.
#[pyfunction]
#[pyo3(signature = (predictions, stakes, neutralizers, sample_weights, target, mode = "per_model"))]
pub(crate) fn meta_portfolio_contribution(
    py: Python<'_>,
    predictions: Array<'_>,
    stakes: Vec<f64>,
    neutralizers: Array<'_>,
    sample_weights: Array<'_>,
    target: Array<'_>,
    mode: &str,
) -> Done<Vec<MetricScore>> {
    let mode = self::mode(mode)?;
    let (p, t) = (table("shape of predictions", &predictions)?, vector("shape of target", &target)?);
    let n = table("shape of neutralizers", &neutralizers)?;
    let v = vector("shape of sample_weights", &sample_weights)?;
    let scores = py.detach(|| {
        let (p, n) = (p.columns()?, n.columns()?);
        scoring::meta_portfolio_contribution(&p, &stakes, &n, &v.column(), &t.column(), mode)
    })?;
    Ok(metric_scores(scores))
}

/// What each model adds.
#[pyclass(frozen, get_all, module = "countermark")]
pub(crate) struct Contributions {
    /// One value per model; NaN for a model that cannot be ranked.
    values: Vec<f64>,
    /// Standard error of each value; 0 where the method is exact.
    standard_errors: Vec<f64>,
}

#[pymethods]
impl Contributions {
    fn __repr__(&self) -> String {
        format!("Contributions(values={:?})", self.values)
    }
}

/// The contribution of each model to an ensemble's correlation with the target.
///
/// `predictions`: float64, shape `[n, models]`; `target`: shape `[n]`; `weights`: one per model, 0 or more. `method`:
/// "shapley" (exact, 16 models at most), "leave_one_out", or "sampled_shapley" with `permutations` and a `seed` of 32
/// bytes.
#[pyfunction]
#[pyo3(signature = (predictions, target, weights = None, method = "shapley", permutations = None, seed = None))]
pub(crate) fn ensemble_contribution(
    py: Python<'_>,
    predictions: Array<'_>,
    target: Array<'_>,
    weights: Option<Vec<f64>>,
    method: &str,
    permutations: Option<u32>,
    seed: Option<&[u8]>,
) -> Done<Contributions> {
    let method = contribution_method(method, permutations, seed)?;
    let (p, t) = (table("shape of predictions", &predictions)?, vector("shape of target", &target)?);
    let c =
        py.detach(|| scoring::ensemble_contribution(&p.columns()?, &t.column(), weights.as_deref(), method))?;
    Ok(Contributions { values: c.values, standard_errors: c.standard_errors })
}

/// Weights in proportion to contributions, whole units of 1e-9 that add up to 1; a model with a negative contribution or
/// NaN weighs nothing.
#[pyfunction]
pub(crate) fn ensemble_weights(contributions: Vec<f64>) -> Done<Vec<f64>> {
    Ok(scoring::Ensemble::new(&contributions)?.weights().iter().map(|w| w.to_f64()).collect())
}

/// The weighted sum of the models' gaussianised tie-kept ranks, weights by contribution as `ensemble_weights` gives them: a
/// model that weighs nothing is not looked at.
///
/// `predictions`: float64, shape `[n, models]`; `contributions`: one per model.
#[pyfunction]
pub(crate) fn ensemble_prediction(
    py: Python<'_>,
    predictions: Array<'_>,
    contributions: Vec<f64>,
) -> Done<Vec<f64>> {
    let p = table("shape of predictions", &predictions)?;
    Ok(py.detach(|| scoring::Ensemble::new(&contributions)?.predict(&p.columns()?))?)
}

/// The rows of several tables whose ids all of them have, one list of row numbers per table, in order of the ids:
/// numerai-tools' `filter_sort_index` and `filter_sort_index_many`.
///
/// `ids`: one list of texts per table. `values`: for each table its columns, float64, shape `[n, k]`, or None; a row
/// with a NaN is left out. `max_filtered_ratio`: the largest share of rows that may be left out of any table.
#[pyfunction]
#[pyo3(signature = (ids, values, max_filtered_ratio = 0.2))]
pub(crate) fn align(
    py: Python<'_>,
    ids: Vec<Vec<String>>,
    values: Vec<Option<Array<'_>>>,
    max_filtered_ratio: f64,
) -> Done<Vec<Vec<u32>>> {
    let tables = values
        .iter()
        .map(|a| a.as_ref().map(|a| table("shape of values", a)).transpose())
        .collect::<Result<Vec<_>, Basic>>()?;
    py.detach(|| {
        let matrices = tables
            .iter()
            .map(|t| t.as_ref().map(Numbers::matrix).transpose())
            .collect::<scoring::Result<Vec<Option<Matrix<'_>>>>>()?;
        align_rows(&ids, &matrices, max_filtered_ratio)
    })
}

/// Churn of two signals: 1 - Spearman's correlation over their common ids, 0..=2; with `top_bottom` 1 minus the mean
/// overlap of their tails, 0..=1.
#[pyfunction]
#[pyo3(signature = (first_ids, first, second_ids, second, top_bottom = None))]
pub(crate) fn churn(
    py: Python<'_>,
    first_ids: Vec<String>,
    first: Array<'_>,
    second_ids: Vec<String>,
    second: Array<'_>,
    top_bottom: Option<usize>,
) -> Done<f64> {
    let (a, b) = (vector("shape of first", &first)?, vector("shape of second", &second)?);
    Ok(py.detach(|| {
        let both = [(&*first_ids, a.column()), (&*second_ids, b.column())];
        with_signals(both, |a, b| scoring::churn(a, b, top_bottom))
    })?)
}

/// Turnover of two portfolios: half the sum of the absolute differences of their weights over the common ids.
#[pyfunction]
pub(crate) fn turnover(
    py: Python<'_>,
    first_ids: Vec<String>,
    first: Array<'_>,
    second_ids: Vec<String>,
    second: Array<'_>,
) -> Done<f64> {
    let (a, b) = (vector("shape of first", &first)?, vector("shape of second", &second)?);
    Ok(py.detach(|| {
        let both = [(&*first_ids, a.column()), (&*second_ids, b.column())];
        with_signals(both, scoring::turnover)
    })?)
}

/// The share of a positive payout that is left at a neutral churn of 0..=2.
#[pyfunction]
#[pyo3(signature = (neutral_churn, threshold = 0.1, scale = 10.0))]
pub(crate) fn neutral_churn_penalty(neutral_churn: f64, threshold: f64, scale: f64) -> Done<f64> {
    Ok(scoring::neutral_churn_penalty(neutral_churn, threshold, scale)?)
}

/// The mean neutral churn against earlier submissions (the tournament takes the last five); None or NaN is one that
/// cannot be compared, and 1 the answer when none can.
#[pyfunction]
pub(crate) fn mean_neutral_churn(churns: Vec<Option<f64>>) -> f64 {
    scoring::mean_neutral_churn(&churns)
}

/// A submission to Numerai Signals with the universe of its era.
///
/// `submission_ids`, `submission`: tickers and predictions, 0..=1. `universe`: all tickers, each once; `neutralizers`:
/// float64, shape `[universe, f]`; `sample_weights`: one per ticker of the universe.
#[pyclass(frozen, module = "countermark")]
pub(crate) struct SignalsEra(SignalsData);

#[pymethods]
impl SignalsEra {
    #[new]
    fn new(
        submission_ids: Vec<String>,
        submission: Vec<f64>,
        universe: Vec<String>,
        neutralizers: Array<'_>,
        sample_weights: Vec<f64>,
    ) -> Done<Self> {
        let (neutralizers, _) = rows("shape of neutralizers", &neutralizers)?;
        Ok(Self(SignalsData { submission_ids, submission, universe, neutralizers, sample_weights }))
    }

    /// Tickers of the submission.
    #[getter]
    fn submission_ids(&self) -> Vec<String> {
        self.0.submission_ids.clone()
    }

    /// Predictions of the submission.
    #[getter]
    fn submission(&self) -> Vec<f64> {
        self.0.submission.clone()
    }

    /// All tickers.
    #[getter]
    fn universe(&self) -> Vec<String> {
        self.0.universe.clone()
    }

    /// Neutralizing columns, one list per ticker of the universe.
    #[getter]
    fn neutralizers(&self) -> Vec<Vec<f64>> {
        let columns = self.0.neutralizers.len().checked_div(self.0.universe.len()).unwrap_or(0);
        self.0.neutralizers.chunks(columns.max(1)).map(<[f64]>::to_vec).collect()
    }

    /// Sampling weights, one per ticker of the universe.
    #[getter]
    fn sample_weights(&self) -> Vec<f64> {
        self.0.sample_weights.clone()
    }

    fn __repr__(&self) -> String {
        format!("SignalsEra({} of {} tickers)", self.0.submission_ids.len(), self.0.universe.len())
    }
}

/// How much a submission differs from earlier ones.
#[pyclass(frozen, get_all, module = "countermark")]
pub(crate) struct ChurnAndTurnover {
    /// The largest churn, 0..=2.
    churn: f64,
    /// The largest turnover.
    turnover: f64,
}

#[pymethods]
impl ChurnAndTurnover {
    fn __repr__(&self) -> String {
        format!("ChurnAndTurnover(churn={:?}, turnover={:?})", self.churn, self.turnover)
    }
}

/// The largest churn and the largest turnover against earlier submissions, each cleaned on the universe of its own era;
/// one with too few tickers in common is passed over, and both are 1 when none is left.
#[pyfunction]
pub(crate) fn max_churn_and_turnover(
    py: Python<'_>,
    current: PyRef<'_, SignalsEra>,
    previous: Vec<PyRef<'_, SignalsEra>>,
) -> Done<ChurnAndTurnover> {
    let (current, previous) = (&current.0, previous.iter().map(|e| &e.0).collect::<Vec<_>>());
    let (churn, turnover) = py.detach(|| plain_max_churn(current, &previous))?;
    Ok(ChurnAndTurnover { churn, turnover })
}

/// Why a round of Numerai Signals is not staked: "no_prior_submission", "churn" (0.15 or more), "turnover" (0.25 or
/// more), or None. Both None: there was no submission in the week before.
#[pyfunction]
#[pyo3(signature = (churn, turnover))]
pub(crate) fn round_disqualification(churn: Option<f64>, turnover: Option<f64>) -> Option<&'static str> {
    RoundLimits::default().disqualifies(churn.zip(turnover)).map(|d| d.as_str())
}

/// Statistics of a model's scores, one per era.
#[pyclass(frozen, get_all, module = "countermark")]
pub(crate) struct ScoreSummary {
    /// Eras with a score.
    eras: u64,
    /// Eras without (NaN), which count nowhere.
    missing: u64,
    /// Mean score.
    mean: f64,
    /// Population standard deviation.
    sd: f64,
    /// `mean / sd`.
    sharpe: f64,
    /// The deepest fall of the cumulative sum below its highest value so far, 0 or more.
    max_drawdown: f64,
    /// Correlation of each score with the one before, -1..=1.
    autocorrelation: f64,
}

impl From<scoring::Summary> for ScoreSummary {
    fn from(s: scoring::Summary) -> Self {
        Self {
            eras: s.eras,
            missing: s.missing,
            mean: s.mean,
            sd: s.sd,
            sharpe: s.sharpe,
            max_drawdown: s.max_drawdown,
            autocorrelation: s.autocorrelation,
        }
    }
}

#[pymethods]
impl ScoreSummary {
    fn __repr__(&self) -> String {
        format!("ScoreSummary(eras={}, mean={:?}, sharpe={:?})", self.eras, self.mean, self.sharpe)
    }
}

/// Summarises a model's scores by era. `scores`: float64, shape `[eras]`; NaN where there is none.
#[pyfunction]
pub(crate) fn summarize(scores: Array<'_>) -> Done<ScoreSummary> {
    Ok(scoring::summarize(&vector("shape of scores", &scores)?.column()).into())
}

/// A model's reputation: the mean of its scores in the 365 days up to `today`. `days`: the day of each score, counted
/// from any fixed day.
#[pyfunction]
pub(crate) fn reputation(days: Vec<u32>, scores: Array<'_>, today: u32) -> Done<f64> {
    Ok(scoring::reputation(&days, &vector("shape of scores", &scores)?.column(), today)?)
}

/// An account's score in one round: the mean of its models' scores, weighted by their stakes (any unit).
#[pyfunction]
pub(crate) fn account_score(scores: Array<'_>, stakes: Vec<f64>) -> Done<f64> {
    Ok(scoring::account_score(&vector("shape of scores", &scores)?.column(), &stakes)?)
}

/// A season.
#[pyclass(frozen, get_all, module = "countermark")]
pub(crate) struct SeasonScore {
    /// The mean over all rounds; a round without a score or a stake counts as 0.
    score: f64,
    /// Rounds with a score and at least 1 NMR at risk.
    qualified_rounds: u64,
    /// Whether there are at least 20 of them.
    is_qualified: bool,
}

#[pymethods]
impl SeasonScore {
    fn __repr__(&self) -> String {
        format!("SeasonScore(score={:?}, qualified_rounds={})", self.score, self.qualified_rounds)
    }
}

/// The score of a season. `scores`: one per round, NaN where there is none; `stakes`: ints, in wei.
#[pyfunction]
pub(crate) fn season_score(scores: Vec<f64>, stakes: Vec<BigUint>) -> Done<SeasonScore> {
    let stakes = stakes.iter().map(|s| wei("stake", s)).collect::<Result<Vec<_>, _>>()?;
    if stakes.len() != scores.len() {
        let (expected, got) = (scores.len(), stakes.len());
        return Err(Basic::LengthMismatch { what: "stakes", expected, got }.into());
    }
    let rounds: Vec<_> =
        scores.into_iter().zip(stakes).map(|(score, stake)| scoring::SeasonRound { score, stake }).collect();
    let s = scoring::season_score(&rounds);
    Ok(SeasonScore { score: s.score, qualified_rounds: s.qualified_rounds, is_qualified: s.is_qualified })
}

/// What is kept of a submission.
#[pyclass(frozen, get_all, module = "countermark")]
pub(crate) struct ValidSubmission {
    /// Name of the column of ids.
    id_column: String,
    /// Name of the column of predictions.
    prediction_column: String,
    /// Name of the column of dates, where there is one.
    date_column: Option<String>,
    /// Rows whose ids are live, in order of the ids.
    rows: Vec<usize>,
    /// Ids that are not live.
    invalid_ids: Vec<String>,
}

#[pymethods]
impl ValidSubmission {
    fn __repr__(&self) -> String {
        format!("ValidSubmission({} rows, {} invalid ids)", self.rows.len(), self.invalid_ids.len())
    }
}

/// Checks headers, ids and values of a submission; a fault's code is the prefix of numerai-tools' message:
/// invalid_submission_headers, invalid_submission_ids, invalid_submission_values.
///
/// `tournament`: "numerai", "signals" or "crypto". `ids`: None where a cell is empty; `values`: NaN where one is.
#[pyfunction]
#[pyo3(signature = (tournament, live_ids, headers, ids, values, require_date = false))]
pub(crate) fn validate_submission(
    py: Python<'_>,
    tournament: &str,
    live_ids: Vec<Option<String>>,
    headers: Vec<String>,
    ids: Vec<Option<String>>,
    values: Vec<f64>,
    require_date: bool,
) -> Done<ValidSubmission> {
    let tournament = self::tournament(tournament)?;
    let names: Vec<&str> = headers.iter().map(String::as_str).collect();
    let valid = py.detach(|| {
        let submission = Submission { headers: &names, ids: &gaps(&ids), values: &values };
        scoring::validate_submission(tournament, &gaps(&live_ids), &submission, require_date)
    })?;
    let name = |place: usize| headers.get(place).cloned();
    Ok(ValidSubmission {
        id_column: name(valid.columns.id).unwrap_or_default(),
        prediction_column: name(valid.columns.prediction).unwrap_or_default(),
        date_column: valid.columns.date.and_then(name),
        rows: valid.rows,
        invalid_ids: valid.invalid_ids,
    })
}

/// A submission on its universe.
#[pyclass(frozen, get_all, module = "countermark")]
pub(crate) struct CleanSubmission {
    /// Ids, ascending, each once.
    ids: Vec<String>,
    /// Their predictions; NaN where the submission has none, unless filled.
    values: Vec<f64>,
}

#[pymethods]
impl CleanSubmission {
    fn __repr__(&self) -> String {
        format!("CleanSubmission({} ids)", self.ids.len())
    }
}

/// Brings a submission into the form in which it is scored: every id of the universe once and in order.
///
/// `remap`: for each id of the universe the id to give out in its place. `rank_and_fill`: predictions become ranks and
/// gaps 0.5.
#[pyfunction]
#[pyo3(signature = (universe, ids, values, remap = None, rank_and_fill = true))]
pub(crate) fn clean_submission(
    py: Python<'_>,
    universe: Vec<Option<String>>,
    ids: Vec<Option<String>>,
    values: Vec<f64>,
    remap: Option<Vec<Option<String>>>,
    rank_and_fill: bool,
) -> Done<CleanSubmission> {
    let clean = py.detach(|| {
        let remap = remap.as_deref().map(gaps);
        let options = CleanOptions { remap: remap.as_deref(), rank_and_fill };
        scoring::clean_submission(&gaps(&universe), &gaps(&ids), &values, &options)
    })?;
    Ok(CleanSubmission { ids: clean.ids, values: clean.values })
}

/// The payouts of a round: stakes after it add up to the stakes before, plus `paid`, less `burned`.
#[pyclass(frozen, get_all, module = "countermark")]
pub(crate) struct TournamentPayouts {
    /// One row per model, in order.
    rows: Vec<SettlementRow>,
    /// Stake at risk that the payout factor was taken from.
    at_risk: BigUint,
    /// Sum of what is paid.
    paid: BigUint,
    /// Sum of what is burned.
    burned: BigUint,
}

#[pymethods]
impl TournamentPayouts {
    fn __repr__(&self) -> String {
        format!("TournamentPayouts({} rows, paid={}, burned={})", self.rows.len(), self.paid, self.burned)
    }
}

/// Payouts of a round of one of Numerai's tournaments, in integers.
///
/// `tournament`: "numerai" (multipliers of correlation and MMC), "crypto" (multiplier of MMC), or "signals" (no
/// multipliers, but `round_day`, "YYYY-MM-DD": the rule changed on 2025-09-02). `metrics`: for each model a value per
/// multiplier, or None without a valid submission. `stakes` and `at_risk`: ints, in wei. `retained`: the part of a
/// positive payout that is kept, for each model.
#[pyfunction]
#[pyo3(signature = (tournament, multipliers, metrics, stakes, retained = None, at_risk = None, round_day = None))]
#[expect(clippy::too_many_arguments, reason = "named arguments in Python")]
pub(crate) fn tournament_payouts(
    py: Python<'_>,
    tournament: &str,
    multipliers: Vec<f64>,
    metrics: Vec<Option<Vec<f64>>>,
    stakes: Vec<BigUint>,
    retained: Option<Vec<f64>>,
    at_risk: Option<BigUint>,
    round_day: Option<&str>,
) -> Done<TournamentPayouts> {
    let rule = tournament_rule(tournament, &multipliers, round_day)?;
    let stakes = stakes.iter().map(|s| wei("stake", s)).collect::<Result<Vec<_>, _>>()?;
    let models = staked_models(metrics, stakes, retained)?;
    let at_risk = at_risk.map(|x| wei("at_risk", &x)).transpose()?;
    let round = py.detach(|| settle::tournament_payouts(&rule, &models, at_risk))?;
    Ok(TournamentPayouts {
        rows: round.rows.iter().map(SettlementRow::new).collect(),
        at_risk: integer(round.at_risk),
        paid: integer(round.paid),
        burned: integer(round.burned),
    })
}
