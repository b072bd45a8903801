//! Numerai: primitives, scores with options, submissions, payouts. Matrices are row-major.

use crate::{
    convert::{Background, Work, bigint, js, wei},
    plain::{
        SignalsData, align as align_rows, contribution_method, correlation as plain_correlation, gaps,
        matrix_of, max_churn_and_turnover as plain_max_churn, mode, normalization, rank_method,
        staked_models, tournament, tournament_rule, weight_columns, with_signals,
    },
    scoring::SettlementRow,
};
use countermark::{
    primitives::Error as Basic,
    scoring::{self, CleanOptions, CorrOptions, Mode, RoundLimits, Submission},
    settle,
};
use napi::{
    Result,
    bindgen_prelude::{AsyncTask, BigInt, Float64Array},
};
use napi_derive::napi;

/// One metric of one model.
#[napi(object)]
pub struct MetricScore {
    /// The score; NaN where there is a reason.
    pub value: f64,
    /// Why there is no score, as an error code; absent where there is one.
    pub reason: Option<String>,
}

type Scores = AsyncTask<Background<Vec<scoring::MetricScore>, Vec<MetricScore>>>;

/// A call that scores models on another thread.
fn scores(work: Work<Vec<scoring::MetricScore>>) -> Scores {
    AsyncTask::new(Background::new(work, metric_scores))
}

pub(crate) fn metric_scores(scores: Vec<scoring::MetricScore>) -> Vec<MetricScore> {
    let reason = |s: &scoring::MetricScore| s.reason.map(|r| r.code().to_owned());
    scores.iter().map(|s| MetricScore { value: s.value, reason: reason(s) }).collect()
}

/// One list of values per model.
type Columns = Vec<Vec<f64>>;

fn mode_or_default(text: Option<&str>) -> core::result::Result<Mode, Basic> {
    mode(text.unwrap_or("per_model"))
}

fn count(top_bottom: Option<u32>) -> Option<usize> {
    top_bottom.map(|k| k as usize)
}

/// Ranks in (0, 1), `(r - 0.5) / n`; NaN stays NaN. `method`, for equal values: "average" (tie-kept), "first"
/// (tie-broken), "min", "max" or "dense".
#[napi]
pub fn rank(
    values: &[f64],
    #[napi(ts_arg_type = "'average' | 'first' | 'min' | 'max' | 'dense'")] method: Option<String>,
) -> Result<Float64Array> {
    js(|| {
        let method = rank_method(method.as_deref().unwrap_or("average"))?;
        Ok(scoring::rank(&values.into(), method).into())
    })
}

/// The standard normal quantile of each value, meant for ranks in (0, 1).
#[napi]
pub fn gaussian(values: &[f64]) -> Float64Array {
    scoring::gaussian(&values.into()).into()
}

/// `sign(x) * |x|^p` of each finite value; refused where the result correlates less than 0.9 with the values.
#[napi]
pub fn power(values: &[f64], p: f64) -> Result<Float64Array> {
    js(|| Ok(scoring::power(&values.into(), p)?.into()))
}

/// Scales a column; NaN stays NaN and counts nowhere. `how`: "center", "variance" (over the population sd), "standard",
/// "min_max" or "weight" (over the sum of absolute values).
#[napi]
pub fn normalize(
    values: &[f64],
    #[napi(ts_arg_type = "'center' | 'variance' | 'standard' | 'min_max' | 'weight'")] how: String,
) -> Result<Float64Array> {
    js(|| Ok(scoring::normalize(&values.into(), normalization(&how)?).into()))
}

/// What is left of each column after its projection on `by`. `columns`: shape `[n, k]`; `by`: shape `[n]`. Nothing is
/// centred.
#[napi]
pub fn orthogonalize(columns: &[f64], by: &[f64]) -> Result<Vec<Float64Array>> {
    js(|| {
        let columns = matrix_of("columns", columns, by.len())?;
        let out = scoring::orthogonalize(&columns.columns(), &by.into())?;
        Ok(out.into_iter().map(Float64Array::from).collect())
    })
}

/// The stake-weighted meta model, one value per row. `predictions`: shape `[n, models]`; `stakes`: one per model.
#[napi]
pub fn stake_weight(predictions: &[f64], stakes: &[f64]) -> Result<Float64Array> {
    js(|| {
        let rows = predictions.len().checked_div(stakes.len()).unwrap_or(0);
        let predictions = matrix_of("predictions", predictions, rows)?;
        Ok(scoring::stake_weight(&predictions.columns(), stakes)?.into())
    })
}

/// A column of categories, coded.
#[napi(object)]
pub struct OneHot {
    /// The distinct values, ascending; a NaN is the last.
    pub categories: Vec<f64>,
    /// For each row the number of its category.
    pub codes: Vec<u32>,
}

/// The distinct values of a column, and which of them each row has: column k of the one-hot encoding is 1 where
/// `codes[row] === k`.
#[napi]
pub fn one_hot_encode(values: &[f64]) -> Result<OneHot> {
    js(|| {
        let hot = scoring::one_hot_encode(&values.into())?;
        Ok(OneHot { categories: hot.categories, codes: hot.codes })
    })
}

/// The correlation of two columns without NaN, -1..=1; NaN when either is constant. `topBottom`, with "pearson": only
/// so many of the lowest and of the highest predictions.
#[napi]
pub fn correlation(
    target: &[f64],
    predictions: &[f64],
    #[napi(ts_arg_type = "'pearson' | 'spearman' | 'tie_broken_rank'")] method: Option<String>,
    top_bottom: Option<u32>,
) -> Result<f64> {
    js(|| {
        let method = method.as_deref().unwrap_or("pearson");
        plain_correlation(&target.into(), &predictions.into(), method, count(top_bottom))
    })
}

/// The feature that resembles a model most.
#[napi(object)]
pub struct FeatureCorrelation {
    /// The feature's number.
    pub feature: u32,
    /// The absolute correlation, 0..=1.
    pub value: f64,
}

/// The feature with the largest absolute Pearson correlation with the predictions. `predictions`: shape `[n]`;
/// `features`: shape `[n, f]`.
#[napi(ts_return_type = "Promise<FeatureCorrelation>")]
pub fn max_feature_correlation(
    predictions: &[f64],
    features: &[f64],
    top_bottom: Option<u32>,
) -> AsyncTask<Background<(usize, f64), FeatureCorrelation>> {
    let (p, f) = (predictions.to_vec(), features.to_vec());
    let work: Work<_> = Box::new(move || {
        let features = matrix_of("features", &f, p.len())?;
        Ok(scoring::max_feature_correlation(&(&p).into(), &features.columns(), count(top_bottom))?)
    });
    AsyncTask::new(Background::new(work, |(feature, value)| FeatureCorrelation {
        feature: u32::try_from(feature).unwrap_or(u32::MAX),
        value,
    }))
}

/// How much a model resembles the others of its round.
#[napi(object)]
pub struct PairwiseCorrelation {
    /// The largest correlation with another model (MCWNM).
    pub max: f64,
    /// The mean correlation with the other models (APCWNM).
    pub mean: f64,
    /// The model that the largest correlation is with.
    pub nearest: Option<u32>,
    /// Why there is no correlation, as an error code; absent where there is one.
    pub reason: Option<String>,
}

/// Pearson's correlation of each model with every other. `predictions`: shape `[rows, models]`.
#[napi(ts_return_type = "Promise<Array<PairwiseCorrelation>>")]
pub fn pairwise_correlation(
    predictions: &[f64],
    rows: u32,
    #[napi(ts_arg_type = "'strict' | 'per_model' | 'compat'")] mode: Option<String>,
) -> AsyncTask<Background<Vec<scoring::PairwiseCorrelation>, Vec<PairwiseCorrelation>>> {
    let p = predictions.to_vec();
    let work: Work<_> = Box::new(move || {
        let mode = mode_or_default(mode.as_deref())?;
        let matrix = matrix_of("predictions", &p, rows as usize)?;
        Ok(scoring::pairwise_correlation(&matrix.columns(), rows as usize, mode)?)
    });
    AsyncTask::new(Background::new(work, |pairs| {
        let one = |p: scoring::PairwiseCorrelation| PairwiseCorrelation {
            max: p.max,
            mean: p.mean,
            nearest: p.nearest.and_then(|j| u32::try_from(j).ok()),
            reason: p.reason.map(|r| r.code().to_owned()),
        };
        pairs.into_iter().map(one).collect()
    }))
}

/// Numerai's correlation of many models, with the library's options. With a meta model for a target and `targetPow15`
/// false it is the correlation with the meta model (CWMM).
///
/// `predictions`: shape `[n, models]`; `target`: shape `[n]`. `topBottom`: only so many of each model's lowest and
/// highest predictions.
#[napi(ts_return_type = "Promise<Array<MetricScore>>")]
pub fn numerai_corr_with(
    predictions: &[f64],
    target: &[f64],
    top_bottom: Option<u32>,
    target_pow15: Option<bool>,
    #[napi(ts_arg_type = "'strict' | 'per_model' | 'compat'")] mode: Option<String>,
) -> Scores {
    let (p, t) = (predictions.to_vec(), target.to_vec());
    scores(Box::new(move || {
        let mode = mode_or_default(mode.as_deref())?;
        let target_pow15 = target_pow15.unwrap_or(true);
        let options = CorrOptions { top_bottom: count(top_bottom), target_pow15, ..CorrOptions::default() };
        let matrix = matrix_of("predictions", &p, t.len())?;
        Ok(scoring::numerai_corr_with(&matrix.columns(), &(&t).into(), &options, mode)?)
    }))
}

/// Contribution of many models to the meta model (MMC, BMC), on all rows or on each model's tails.
///
/// `predictions`: shape `[n, models]`; `metaModel` and `target`: shape `[n]`. `topBottom`: only so many of the lowest
/// and highest orthogonalised predictions.
#[napi(ts_return_type = "Promise<Array<MetricScore>>")]
pub fn correlation_contribution_with(
    predictions: &[f64],
    meta_model: &[f64],
    target: &[f64],
    top_bottom: Option<u32>,
    #[napi(ts_arg_type = "'strict' | 'per_model' | 'compat'")] mode: Option<String>,
) -> Scores {
    let (p, m, t) = (predictions.to_vec(), meta_model.to_vec(), target.to_vec());
    scores(Box::new(move || {
        let mode = mode_or_default(mode.as_deref())?;
        let columns = matrix_of("predictions", &p, t.len())?.columns();
        let k = count(top_bottom);
        Ok(scoring::correlation_contribution_with(&columns, &(&m).into(), &(&t).into(), k, mode)?)
    }))
}

/// The neutralised portfolio of each model; NaN for a model that cannot be ranked.
///
/// `predictions`: shape `[n, models]`; `neutralizers`: shape `[n, f]`; `sampleWeights`: shape `[n]`.
#[napi(ts_return_type = "Promise<Array<Array<number>>>")]
pub fn neutralized_weights(
    predictions: &[f64],
    neutralizers: &[f64],
    sample_weights: &[f64],
    center_and_normalize: Option<bool>,
    #[napi(ts_arg_type = "'strict' | 'per_model' | 'compat'")] mode: Option<String>,
) -> AsyncTask<Background<Columns, Columns>> {
    let (p, n, v) = (predictions.to_vec(), neutralizers.to_vec(), sample_weights.to_vec());
    let work: Work<_> = Box::new(move || {
        let mode = mode_or_default(mode.as_deref())?;
        let columns = matrix_of("predictions", &p, v.len())?.columns();
        let neutralizers = matrix_of("neutralizers", &n, v.len())?.columns();
        let normalize = center_and_normalize.unwrap_or(false);
        let w = scoring::neutralized_weights(&columns, &neutralizers, &(&v).into(), normalize, mode)?;
        Ok(weight_columns(w, v.len()))
    });
    AsyncTask::new(Background::new(work, |weights| weights))
}

/// Alpha of many models: the mean over rows of neutralised weight times centred target (Numerai Signals).
///
/// `predictions`: shape `[n, models]`; `neutralizers`: shape `[n, f]`; `sampleWeights` and `target`: shape `[n]`.
#[napi(ts_return_type = "Promise<Array<MetricScore>>")]
pub fn alpha(
    predictions: &[f64],
    neutralizers: &[f64],
    sample_weights: &[f64],
    target: &[f64],
    #[napi(ts_arg_type = "'strict' | 'per_model' | 'compat'")] mode: Option<String>,
) -> Scores {
    let (p, n) = (predictions.to_vec(), neutralizers.to_vec());
    let (v, t) = (sample_weights.to_vec(), target.to_vec());
    scores(Box::new(move || {
        let mode = mode_or_default(mode.as_deref())?;
        let columns = matrix_of("predictions", &p, t.len())?.columns();
        let neutralizers = matrix_of("neutralizers", &n, t.len())?.columns();
        Ok(scoring::alpha(&columns, &neutralizers, &(&v).into(), &(&t).into(), mode)?)
    }))
}

/// Contribution of many models to the meta portfolio (MPC, Numerai Signals). `stakes`: one per model; the arrays as in
/// `alpha`.
#[napi(ts_return_type = "Promise<Array<MetricScore>>")]
pub fn meta_portfolio_contribution(
    predictions: &[f64],
    stakes: &[f64],
    neutralizers: &[f64],
    sample_weights: &[f64],
    target: &[f64],
    #[napi(ts_arg_type = "'strict' | 'per_model' | 'compat'")] mode: Option<String>,
) -> Scores {
    let (p, s, n) = (predictions.to_vec(), stakes.to_vec(), neutralizers.to_vec());
    let (v, t) = (sample_weights.to_vec(), target.to_vec());
    scores(Box::new(move || {
        let mode = mode_or_default(mode.as_deref())?;
        let columns = matrix_of("predictions", &p, t.len())?.columns();
        let n = matrix_of("neutralizers", &n, t.len())?.columns();
        let (v, t) = ((&v).into(), (&t).into());
        Ok(scoring::meta_portfolio_contribution(&columns, &s, &n, &v, &t, mode)?)
    }))
}

/// What each model adds.
#[napi(object)]
pub struct Contributions {
    /// One value per model; NaN for a model that cannot be ranked.
    pub values: Vec<f64>,
    /// Standard error of each value; 0 where the method is exact.
    pub standard_errors: Vec<f64>,
}

/// The contribution of each model to an ensemble's correlation with the target.
///
/// `predictions`: shape `[n, models]`; `target`: shape `[n]`; `weights`: one per model, 0 or more. `method`: "shapley"
/// (exact, 16 models at most), "leave_one_out", or "sampled_shapley" with `permutations` and a `seed` of 32 bytes.
#[napi(ts_return_type = "Promise<Contributions>")]
pub fn ensemble_contribution(
    predictions: &[f64],
    target: &[f64],
    weights: Option<&[f64]>,
    #[napi(ts_arg_type = "'shapley' | 'leave_one_out' | 'sampled_shapley'")] method: Option<String>,
    permutations: Option<u32>,
    seed: Option<&[u8]>,
) -> AsyncTask<Background<scoring::Contributions, Contributions>> {
    let (p, t) = (predictions.to_vec(), target.to_vec());
    let (weights, seed) = (weights.map(<[f64]>::to_vec), seed.map(<[u8]>::to_vec));
    let work: Work<_> = Box::new(move || {
        let method = method.as_deref().unwrap_or("shapley");
        let method = contribution_method(method, permutations, seed.as_deref())?;
        let columns = matrix_of("predictions", &p, t.len())?.columns();
        Ok(scoring::ensemble_contribution(&columns, &(&t).into(), weights.as_deref(), method)?)
    });
    AsyncTask::new(Background::new(work, |c| Contributions {
        values: c.values,
        standard_errors: c.standard_errors,
    }))
}

/// Weights in proportion to contributions, whole units of 1e-9 that add up to 1; a model with a negative contribution or
/// NaN weighs nothing.
#[napi]
pub fn ensemble_weights(contributions: Vec<f64>) -> Result<Vec<f64>> {
    js(|| Ok(scoring::Ensemble::new(&contributions)?.weights().iter().map(|w| w.to_f64()).collect()))
}

/// The weighted sum of the models' gaussianised tie-kept ranks, weights by contribution as `ensembleWeights` gives them: a
/// model that weighs nothing is not looked at.
///
/// `predictions`: row-major, shape `[n, models]`; `contributions`: one per model.
#[napi]
pub fn ensemble_prediction(predictions: &[f64], contributions: Vec<f64>) -> Result<Float64Array> {
    js(|| {
        let ensemble = scoring::Ensemble::new(&contributions)?;
        let rows = predictions.len() / contributions.len().max(1);
        Ok(ensemble.predict(&matrix_of("predictions", predictions, rows)?.columns())?.into())
    })
}

/// The rows of several tables whose ids all of them have, one list of row numbers per table, in order of the ids:
/// numerai-tools' `filter_sort_index` and `filter_sort_index_many`.
///
/// `values`: for each table its columns, shape `[n, k]`, or null; a row with a NaN is left out. `maxFilteredRatio`: the
/// largest share of rows that may be left out of any table, 0.2 by default.
#[napi]
pub fn align(
    ids: Vec<Vec<String>>,
    #[napi(ts_arg_type = "Array<Float64Array | null | undefined>")] values: Vec<Option<Float64Array>>,
    max_filtered_ratio: Option<f64>,
) -> Result<Vec<Vec<u32>>> {
    js(|| {
        let matrices = values
            .iter()
            .zip(&ids)
            .map(|(v, ids)| v.as_ref().map(|v| matrix_of("values", v, ids.len())).transpose())
            .collect::<crate::convert::Done<Vec<_>>>()?;
        align_rows(&ids, &matrices, max_filtered_ratio.unwrap_or(scoring::MAX_FILTERED_RATIO))
    })
}

/// Churn of two signals: 1 - Spearman's correlation over their common ids, 0..=2; with `topBottom` 1 minus the mean
/// overlap of their tails, 0..=1.
#[napi]
pub fn churn(
    first_ids: Vec<String>,
    first: &[f64],
    second_ids: Vec<String>,
    second: &[f64],
    top_bottom: Option<u32>,
) -> Result<f64> {
    js(|| {
        let both = [(&*first_ids, first.into()), (&*second_ids, second.into())];
        Ok(with_signals(both, |a, b| scoring::churn(a, b, count(top_bottom)))?)
    })
}

/// Turnover of two portfolios: half the sum of the absolute differences of their weights over the common ids.
#[napi]
pub fn turnover(
    first_ids: Vec<String>,
    first: &[f64],
    second_ids: Vec<String>,
    second: &[f64],
) -> Result<f64> {
    js(|| {
        let both = [(&*first_ids, first.into()), (&*second_ids, second.into())];
        Ok(with_signals(both, scoring::turnover)?)
    })
}

/// The share of a positive payout that is left at a neutral churn of 0..=2. `threshold` is 0.1 and `scale` 10 by
/// default.
#[napi]
pub fn neutral_churn_penalty(neutral_churn: f64, threshold: Option<f64>, scale: Option<f64>) -> Result<f64> {
    js(|| Ok(scoring::neutral_churn_penalty(neutral_churn, threshold.unwrap_or(0.1), scale.unwrap_or(10.0))?))
}

/// The mean neutral churn against earlier submissions (the tournament takes the last five); null or NaN is one that
/// cannot be compared, and 1 the answer when none can.
#[napi]
pub fn mean_neutral_churn(
    #[napi(ts_arg_type = "Array<number | null | undefined>")] churns: Vec<Option<f64>>,
) -> f64 {
    scoring::mean_neutral_churn(&churns)
}

/// A submission to Numerai Signals with the universe of its era.
#[napi(object, object_to_js = false)]
pub struct SignalsEra {
    /// Tickers of the submission.
    pub submission_ids: Vec<String>,
    /// Its predictions, 0..=1.
    pub submission: Float64Array,
    /// All tickers of the universe, each once.
    pub universe: Vec<String>,
    /// Neutralizing columns, shape `[universe, f]`, row-major.
    pub neutralizers: Float64Array,
    /// Sampling weights, one per ticker of the universe.
    pub sample_weights: Float64Array,
}

impl SignalsEra {
    fn owned(self) -> SignalsData {
        SignalsData {
            submission_ids: self.submission_ids,
            submission: self.submission.to_vec(),
            universe: self.universe,
            neutralizers: self.neutralizers.to_vec(),
            sample_weights: self.sample_weights.to_vec(),
        }
    }
}

/// How much a submission differs from earlier ones.
#[napi(object)]
pub struct ChurnAndTurnover {
    /// The largest churn, 0..=2.
    pub churn: f64,
    /// The largest turnover.
    pub turnover: f64,
}

/// The largest churn and the largest turnover against earlier submissions, each cleaned on the universe of its own era;
/// one with too few tickers in common is passed over, and both are 1 when none is left.
#[napi(ts_return_type = "Promise<ChurnAndTurnover>")]
pub fn max_churn_and_turnover(
    current: SignalsEra,
    previous: Vec<SignalsEra>,
) -> AsyncTask<Background<(f64, f64), ChurnAndTurnover>> {
    let current = current.owned();
    let previous: Vec<SignalsData> = previous.into_iter().map(SignalsEra::owned).collect();
    let work: Work<_> = Box::new(move || plain_max_churn(&current, &previous.iter().collect::<Vec<_>>()));
    AsyncTask::new(Background::new(work, |(churn, turnover)| ChurnAndTurnover { churn, turnover }))
}

/// Why a round of Numerai Signals is not staked: "no_prior_submission", "churn" (0.15 or more), "turnover" (0.25 or
/// more), or null. Both absent: there was no submission in the week before.
#[napi]
pub fn round_disqualification(churn: Option<f64>, turnover: Option<f64>) -> Option<String> {
    RoundLimits::default().disqualifies(churn.zip(turnover)).map(|d| d.as_str().to_owned())
}

/// Statistics of a model's scores, one per era.
#[napi(object)]
pub struct ScoreSummary {
    /// Eras with a score.
    pub eras: f64,
    /// Eras without (NaN), which count nowhere.
    pub missing: f64,
    /// Mean score.
    pub mean: f64,
    /// Population standard deviation.
    pub sd: f64,
    /// `mean / sd`.
    pub sharpe: f64,
    /// The deepest fall of the cumulative sum below its highest value so far, 0 or more.
    pub max_drawdown: f64,
    /// Correlation of each score with the one before, -1..=1.
    pub autocorrelation: f64,
}

impl From<scoring::Summary> for ScoreSummary {
    #[allow(clippy::cast_precision_loss, reason = "numbers of eras are far below 2^53")]
    fn from(s: scoring::Summary) -> Self {
        Self {
            eras: s.eras as f64,
            missing: s.missing as f64,
            mean: s.mean,
            sd: s.sd,
            sharpe: s.sharpe,
            max_drawdown: s.max_drawdown,
            autocorrelation: s.autocorrelation,
        }
    }
}

/// Summarises a model's scores by era; NaN where there is none.
#[napi]
pub fn summarize(scores: &[f64]) -> ScoreSummary {
    scoring::summarize(&scores.into()).into()
}

/// A model's reputation: the mean of its scores in the 365 days up to `today`. `days`: the day of each score, counted
/// from any fixed day.
#[napi]
pub fn reputation(days: Vec<u32>, scores: &[f64], today: u32) -> Result<f64> {
    js(|| Ok(scoring::reputation(&days, &scores.into(), today)?))
}

/// An account's score in one round: the mean of its models' scores, weighted by their stakes (any unit).
#[napi]
pub fn account_score(scores: &[f64], stakes: &[f64]) -> Result<f64> {
    js(|| Ok(scoring::account_score(&scores.into(), stakes)?))
}

/// A season.
#[napi(object)]
pub struct SeasonScore {
    /// The mean over all rounds; a round without a score or a stake counts as 0.
    pub score: f64,
    /// Rounds with a score and at least 1 NMR at risk.
    pub qualified_rounds: u32,
    /// Whether there are at least 20 of them.
    pub is_qualified: bool,
}

/// The score of a season. `scores`: one per round, NaN where there is none; `stakes`: bigints, in wei.
#[napi]
pub fn season_score(scores: Vec<f64>, stakes: Vec<BigInt>) -> Result<SeasonScore> {
    js(|| {
        let stakes = stakes.iter().map(|s| wei("stake", s)).collect::<core::result::Result<Vec<_>, _>>()?;
        if stakes.len() != scores.len() {
            let (expected, got) = (scores.len(), stakes.len());
            return Err(Basic::LengthMismatch { what: "stakes", expected, got }.into());
        }
        let rounds = scores.into_iter().zip(stakes);
        let rounds: Vec<_> = rounds.map(|(score, stake)| scoring::SeasonRound { score, stake }).collect();
        let s = scoring::season_score(&rounds);
        let qualified_rounds = u32::try_from(s.qualified_rounds).unwrap_or(u32::MAX);
        Ok(SeasonScore { score: s.score, qualified_rounds, is_qualified: s.is_qualified })
    })
}

/// What is kept of a submission.
#[napi(object)]
pub struct ValidSubmission {
    /// Name of the column of ids.
    pub id_column: String,
    /// Name of the column of predictions.
    pub prediction_column: String,
    /// Name of the column of dates, where there is one.
    pub date_column: Option<String>,
    /// Rows whose ids are live, in order of the ids.
    pub rows: Vec<u32>,
    /// Ids that are not live.
    pub invalid_ids: Vec<String>,
}

/// Checks headers, ids and values of a submission; a fault's code is the prefix of numerai-tools' message:
/// invalid_submission_headers, invalid_submission_ids, invalid_submission_values.
///
/// `ids`: null where a cell is empty; `values`: NaN where one is.
#[napi]
pub fn validate_submission(
    #[napi(ts_arg_type = "'numerai' | 'signals' | 'crypto'")] tournament: String,
    #[napi(ts_arg_type = "Array<string | null | undefined>")] live_ids: Vec<Option<String>>,
    headers: Vec<String>,
    #[napi(ts_arg_type = "Array<string | null | undefined>")] ids: Vec<Option<String>>,
    values: &[f64],
    require_date: Option<bool>,
) -> Result<ValidSubmission> {
    js(|| {
        let tournament = self::tournament(&tournament)?;
        let names: Vec<&str> = headers.iter().map(String::as_str).collect();
        let submission = Submission { headers: &names, ids: &gaps(&ids), values };
        let require_date = require_date.unwrap_or(false);
        let valid = scoring::validate_submission(tournament, &gaps(&live_ids), &submission, require_date)?;
        let name = |place: usize| headers.get(place).cloned();
        Ok(ValidSubmission {
            id_column: name(valid.columns.id).unwrap_or_default(),
            prediction_column: name(valid.columns.prediction).unwrap_or_default(),
            date_column: valid.columns.date.and_then(name),
            rows: valid.rows.into_iter().filter_map(|r| u32::try_from(r).ok()).collect(),
            invalid_ids: valid.invalid_ids,
        })
    })
}

/// A submission on its universe.
#[napi(object)]
pub struct CleanSubmission {
    /// Ids, ascending, each once.
    pub ids: Vec<String>,
    /// Their predictions; NaN where the submission has none, unless filled.
    pub values: Vec<f64>,
}

/// Brings a submission into the form in which it is scored: every id of the universe once and in order.
///
/// `remap`: for each id of the universe the id to give out in its place. `rankAndFill` (default true): predictions
/// become ranks and gaps 0.5.
#[napi]
pub fn clean_submission(
    #[napi(ts_arg_type = "Array<string | null | undefined>")] universe: Vec<Option<String>>,
    #[napi(ts_arg_type = "Array<string | null | undefined>")] ids: Vec<Option<String>>,
    values: &[f64],
    #[napi(ts_arg_type = "Array<string | null | undefined> | null | undefined")] remap: Option<
        Vec<Option<String>>,
    >,
    rank_and_fill: Option<bool>,
) -> Result<CleanSubmission> {
    js(|| {
        let remap = remap.as_deref().map(gaps);
        let options = CleanOptions { remap: remap.as_deref(), rank_and_fill: rank_and_fill.unwrap_or(true) };
        let clean = scoring::clean_submission(&gaps(&universe), &gaps(&ids), values, &options)?;
        Ok(CleanSubmission { ids: clean.ids, values: clean.values })
    })
}

/// The payouts of a round: stakes after it add up to the stakes before, plus `paid`, less `burned`.
#[napi(object)]
pub struct TournamentPayouts {
    /// One row per model, in order.
    pub rows: Vec<SettlementRow>,
    /// Stake at risk that the payout factor was taken from.
    pub at_risk: BigInt,
    /// Sum of what is paid.
    pub paid: BigInt,
    /// Sum of what is burned.
    pub burned: BigInt,
}

/// Payouts of a round of one of Numerai's tournaments, in integers.
///
/// `tournament`: "numerai" (multipliers of correlation and MMC), "crypto" (multiplier of MMC), or "signals" (no
/// multipliers, but `roundDay`, "YYYY-MM-DD": the rule changed on 2025-09-02). `metrics`: for each model a value per
/// multiplier, or null without a valid submission. `stakes` and `atRisk`: bigints, in wei. `retained`: the part of a
/// positive payout that is kept, for each model.
#[napi]
#[allow(clippy::too_many_arguments, reason = "the arguments of the other languages")]
pub fn tournament_payouts(
    #[napi(ts_arg_type = "'numerai' | 'signals' | 'crypto'")] tournament: String,
    multipliers: Vec<f64>,
    #[napi(ts_arg_type = "Array<Array<number> | null | undefined>")] metrics: Vec<Option<Vec<f64>>>,
    stakes: Vec<BigInt>,
    retained: Option<Vec<f64>>,
    #[napi(ts_arg_type = "bigint | undefined | null")] at_risk: Option<BigInt>,
    round_day: Option<String>,
) -> Result<TournamentPayouts> {
    js(|| {
        let rule = tournament_rule(&tournament, &multipliers, round_day.as_deref())?;
        let stakes = stakes.iter().map(|s| wei("stake", s)).collect::<core::result::Result<Vec<_>, _>>()?;
        let models = staked_models(metrics, stakes, retained)?;
        let at_risk = at_risk.map(|x| wei("at_risk", &x)).transpose()?;
        let round = settle::tournament_payouts(&rule, &models, at_risk)?;
        let row = |r: &settle::Row| SettlementRow {
            score: r.score.to_f64(),
            stake: bigint(r.stake),
            rate: r.rate.to_f64(),
            paid: bigint(r.paid),
            burned: bigint(r.burned),
        };
        Ok(TournamentPayouts {
            rows: round.rows.iter().map(row).collect(),
            at_risk: bigint(round.at_risk),
            paid: bigint(round.paid),
            burned: bigint(round.burned),
        })
    })
}
