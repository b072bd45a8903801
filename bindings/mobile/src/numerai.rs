//! Numerai: primitives, scores with options, submissions, payouts. Arrays are little-endian f64, matrices row-major.

use crate::{
    convert::{Done, floats, wei},
    plain::{
        SignalsData, align as align_rows, contribution_method, correlation as plain_correlation, gaps,
        matrix_of, max_churn_and_turnover as plain_max_churn, mode, normalization, rank_method,
        staked_models, tournament, tournament_rule, weight_columns, with_signals,
    },
    scoring::SettlementRow,
};
use countermark::{
    primitives::Error as Basic,
    scoring::{self, CleanOptions, CorrOptions, RoundLimits, Submission},
    settle,
};

/// One metric of one model.
#[derive(Debug, uniffi::Record)]
pub struct MetricScore {
    /// The score; NaN where there is a reason.
    pub value: f64,
    /// Why there is no score, as an error code; null where there is one.
    pub reason: Option<String>,
}

pub(crate) fn metric_scores(scores: Vec<scoring::MetricScore>) -> Vec<MetricScore> {
    let reason = |s: &scoring::MetricScore| s.reason.map(|r| r.code().to_owned());
    scores.iter().map(|s| MetricScore { value: s.value, reason: reason(s) }).collect()
}

fn count(top_bottom: Option<u32>) -> Option<usize> {
    top_bottom.map(|k| k as usize)
}

/// Ranks in (0, 1), `(r - 0.5) / n`; NaN stays NaN. `method`, for equal values: `average` (tie-kept), `first`
/// (tie-broken), `min`, `max` or `dense`.
#[uniffi::export]
pub fn rank(values: &[u8], method: &str) -> Done<Vec<f64>> {
    let method = rank_method(method)?;
    Ok(scoring::rank(&(&floats("values", values)?).into(), method))
}

/// The standard normal quantile of each value, meant for ranks in (0, 1).
#[uniffi::export]
pub fn gaussian(values: &[u8]) -> Done<Vec<f64>> {
    Ok(scoring::gaussian(&(&floats("values", values)?).into()))
}

/// `sign(x) * |x|^p` of each finite value; refused where the result correlates less than 0.9 with the values.
#[uniffi::export]
pub fn power(values: &[u8], p: f64) -> Done<Vec<f64>> {
    Ok(scoring::power(&(&floats("values", values)?).into(), p)?)
}

/// Scales a column; NaN stays NaN and counts nowhere. `how`: `center`, `variance` (over the population sd),
/// `standard`, `min_max` or `weight` (over the sum of absolute values).
#[uniffi::export]
pub fn normalize(values: &[u8], how: &str) -> Done<Vec<f64>> {
    let how = normalization(how)?;
    Ok(scoring::normalize(&(&floats("values", values)?).into(), how))
}

/// What is left of each column after its projection on `by`. `columns`: shape `[n, k]`; `by`: shape `[n]`. Nothing is
/// centred.
#[uniffi::export]
pub fn orthogonalize(columns: &[u8], by: &[u8]) -> Done<Vec<Vec<f64>>> {
    let (columns, by) = (floats("columns", columns)?, floats("by", by)?);
    let columns = matrix_of("columns", &columns, by.len())?;
    Ok(scoring::orthogonalize(&columns.columns(), &(&by).into())?)
}

/// The stake-weighted meta model, one value per row. `predictions`: shape `[n, models]`; `stakes`: one per model.
#[uniffi::export]
pub fn stake_weight(predictions: &[u8], stakes: Vec<f64>) -> Done<Vec<f64>> {
    let predictions = floats("predictions", predictions)?;
    let rows = predictions.len().checked_div(stakes.len()).unwrap_or(0);
    let predictions = matrix_of("predictions", &predictions, rows)?;
    Ok(scoring::stake_weight(&predictions.columns(), &stakes)?)
}

/// A column of categories, coded.
#[derive(Debug, uniffi::Record)]
pub struct OneHot {
    /// The distinct values, ascending; a NaN is the last.
    pub categories: Vec<f64>,
    /// For each row the number of its category.
    pub codes: Vec<u32>,
}

/// The distinct values of a column, and which of them each row has: column k of the one-hot encoding is 1 where the
/// row's code is k.
#[uniffi::export]
pub fn one_hot_encode(values: &[u8]) -> Done<OneHot> {
    let hot = scoring::one_hot_encode(&(&floats("values", values)?).into())?;
    Ok(OneHot { categories: hot.categories, codes: hot.codes })
}

/// The correlation of two columns without NaN, -1..=1; NaN when either is constant. `method`: `pearson`, `spearman` or
/// `tie_broken_rank`. `top_bottom`, with `pearson`: only so many of the lowest and of the highest predictions.
#[uniffi::export]
pub fn correlation(target: &[u8], predictions: &[u8], method: &str, top_bottom: Option<u32>) -> Done<f64> {
    let (target, predictions) = (floats("target", target)?, floats("predictions", predictions)?);
    plain_correlation(&(&target).into(), &(&predictions).into(), method, count(top_bottom))
}

/// The feature that resembles a model most.
#[derive(Debug, uniffi::Record)]
pub struct FeatureCorrelation {
    /// The feature's number.
    pub feature: u32,
    /// The absolute correlation, 0..=1.
    pub value: f64,
}

/// The feature with the largest absolute Pearson correlation with the predictions. `predictions`: shape `[n]`;
/// `features`: shape `[n, f]`.
#[uniffi::export]
pub fn max_feature_correlation(
    predictions: &[u8],
    features: &[u8],
    top_bottom: Option<u32>,
) -> Done<FeatureCorrelation> {
    let (p, f) = (floats("predictions", predictions)?, floats("features", features)?);
    let columns = matrix_of("features", &f, p.len())?.columns();
    let (feature, value) = scoring::max_feature_correlation(&(&p).into(), &columns, count(top_bottom))?;
    Ok(FeatureCorrelation { feature: u32::try_from(feature).unwrap_or(u32::MAX), value })
}

/// How much a model resembles the others of its round.
#[derive(Debug, uniffi::Record)]
pub struct PairwiseCorrelation {
    /// The largest correlation with another model (MCWNM).
    pub max: f64,
    /// The mean correlation with the other models (APCWNM).
    pub mean: f64,
    /// The model that the largest correlation is with.
    pub nearest: Option<u32>,
    /// Why there is no correlation, as an error code; null where there is one.
    pub reason: Option<String>,
}

/// Pearson's correlation of each model with every other. `predictions`: shape `[rows, models]`.
#[uniffi::export]
pub fn pairwise_correlation(predictions: &[u8], rows: u32, mode: &str) -> Done<Vec<PairwiseCorrelation>> {
    let mode = self::mode(mode)?;
    let predictions = floats("predictions", predictions)?;
    let matrix = matrix_of("predictions", &predictions, rows as usize)?;
    let one = |p: scoring::PairwiseCorrelation| PairwiseCorrelation {
        max: p.max,
        mean: p.mean,
        nearest: p.nearest.and_then(|j| u32::try_from(j).ok()),
        reason: p.reason.map(|r| r.code().to_owned()),
    };
    let pairs = scoring::pairwise_correlation(&matrix.columns(), rows as usize, mode)?;
    Ok(pairs.into_iter().map(one).collect())
}

/// Numerai's correlation of many models, with the library's options. With a meta model for a target and
/// `target_pow15` false it is the correlation with the meta model (CWMM).
///
/// `predictions`: shape `[n, models]`; `target`: shape `[n]`. `top_bottom`: only so many of each model's lowest and
/// highest predictions.
#[uniffi::export]
pub fn numerai_corr_with(
    predictions: &[u8],
    target: &[u8],
    top_bottom: Option<u32>,
    target_pow15: bool,
    mode: &str,
) -> Done<Vec<MetricScore>> {
    let mode = self::mode(mode)?;
    let (p, t) = (floats("predictions", predictions)?, floats("target", target)?);
    let options = CorrOptions { top_bottom: count(top_bottom), target_pow15, ..CorrOptions::default() };
    let columns = matrix_of("predictions", &p, t.len())?.columns();
    Ok(metric_scores(scoring::numerai_corr_with(&columns, &(&t).into(), &options, mode)?))
}

/// Contribution of many models to the meta model (MMC, BMC), on all rows or on each model's tails.
///
/// `predictions`: shape `[n, models]`; `meta_model` and `target`: shape `[n]`. `top_bottom`: only so many of the lowest
/// and highest orthogonalised predictions.
#[uniffi::export]
pub fn correlation_contribution_with(
    predictions: &[u8],
    meta_model: &[u8],
    target: &[u8],
    top_bottom: Option<u32>,
    mode: &str,
) -> Done<Vec<MetricScore>> {
    let mode = self::mode(mode)?;
    let (p, t) = (floats("predictions", predictions)?, floats("target", target)?);
    let m = floats("meta_model", meta_model)?;
    let columns = matrix_of("predictions", &p, t.len())?.columns();
    let (m, t, k) = ((&m).into(), (&t).into(), count(top_bottom));
    Ok(metric_scores(scoring::correlation_contribution_with(&columns, &m, &t, k, mode)?))
}

/// The neutralised portfolio of each model; NaN for a model that cannot be ranked.
///
/// `predictions`: shape `[n, models]`; `neutralizers`: shape `[n, f]`; `sample_weights`: shape `[n]`.
#[uniffi::export]
pub fn neutralized_weights(
    predictions: &[u8],
    neutralizers: &[u8],
    sample_weights: &[u8],
    center_and_normalize: bool,
    mode: &str,
) -> Done<Vec<Vec<f64>>> {
    let mode = self::mode(mode)?;
    let (p, n) = (floats("predictions", predictions)?, floats("neutralizers", neutralizers)?);
    let v = floats("sample_weights", sample_weights)?;
    let p = matrix_of("predictions", &p, v.len())?.columns();
    let n = matrix_of("neutralizers", &n, v.len())?.columns();
    let weights = scoring::neutralized_weights(&p, &n, &(&v).into(), center_and_normalize, mode)?;
    Ok(weight_columns(weights, v.len()))
}

/// Alpha of many models: the mean over rows of neutralised weight times centred target (Numerai Signals).
///
/// `predictions`: shape `[n, models]`; `neutralizers`: shape `[n, f]`; `sample_weights` and `target`: shape `[n]`.
#[uniffi::export]
pub fn alpha(
    predictions: &[u8],
    neutralizers: &[u8],
    sample_weights: &[u8],
    target: &[u8],
    mode: &str,
) -> Done<Vec<MetricScore>> {
    let mode = self::mode(mode)?;
    let (p, n) = (floats("predictions", predictions)?, floats("neutralizers", neutralizers)?);
    let (v, t) = (floats("sample_weights", sample_weights)?, floats("target", target)?);
    let p = matrix_of("predictions", &p, t.len())?.columns();
    let n = matrix_of("neutralizers", &n, t.len())?.columns();
    Ok(metric_scores(scoring::alpha(&p, &n, &(&v).into(), &(&t).into(), mode)?))
}

/// Contribution of many models to the meta portfolio (MPC, Numerai Signals). `stakes`: one per model; the arrays as in
/// `alpha`.
#[uniffi::export]
pub fn meta_portfolio_contribution(
    predictions: &[u8],
    stakes: Vec<f64>,
    neutralizers: &[u8],
    sample_weights: &[u8],
    target: &[u8],
    mode: &str,
) -> Done<Vec<MetricScore>> {
    let mode = self::mode(mode)?;
    let (p, n) = (floats("predictions", predictions)?, floats("neutralizers", neutralizers)?);
    let (v, t) = (floats("sample_weights", sample_weights)?, floats("target", target)?);
    let p = matrix_of("predictions", &p, t.len())?.columns();
    let n = matrix_of("neutralizers", &n, t.len())?.columns();
    let scores = scoring::meta_portfolio_contribution(&p, &stakes, &n, &(&v).into(), &(&t).into(), mode)?;
    Ok(metric_scores(scores))
}

/// What each model adds.
#[derive(Debug, uniffi::Record)]
pub struct Contributions {
    /// One value per model; NaN for a model that cannot be ranked.
    pub values: Vec<f64>,
    /// Standard error of each value; 0 where the method is exact.
    pub standard_errors: Vec<f64>,
}

/// The contribution of each model to an ensemble's correlation with the target.
///
/// `predictions`: shape `[n, models]`; `target`: shape `[n]`; `weights`: one per model, 0 or more. `method`: `shapley`
/// (exact, 16 models at most), `leave_one_out`, or `sampled_shapley` with `permutations` and a `seed` of 32 bytes.
#[uniffi::export]
pub fn ensemble_contribution(
    predictions: &[u8],
    target: &[u8],
    weights: Option<Vec<f64>>,
    method: &str,
    permutations: Option<u32>,
    seed: Option<Vec<u8>>,
) -> Done<Contributions> {
    let method = contribution_method(method, permutations, seed.as_deref())?;
    let (p, t) = (floats("predictions", predictions)?, floats("target", target)?);
    let columns = matrix_of("predictions", &p, t.len())?.columns();
    let c = scoring::ensemble_contribution(&columns, &(&t).into(), weights.as_deref(), method)?;
    Ok(Contributions { values: c.values, standard_errors: c.standard_errors })
}

/// Weights in proportion to contributions, whole units of 1e-9 that add up to 1; a model with a negative contribution or
/// NaN weighs nothing.
#[uniffi::export]
pub fn ensemble_weights(contributions: Vec<f64>) -> Done<Vec<f64>> {
    Ok(scoring::Ensemble::new(&contributions)?.weights().iter().map(|w| w.to_f64()).collect())
}

/// The weighted sum of the models' gaussianised tie-kept ranks, weights by contribution as `ensemble_weights` gives them: a
/// model that weighs nothing is not looked at.
///
/// `predictions`: little-endian f64, row-major, shape `[n, models]`; `contributions`: one per model.
#[uniffi::export]
pub fn ensemble_prediction(predictions: &[u8], contributions: Vec<f64>) -> Done<Vec<f64>> {
    let ensemble = scoring::Ensemble::new(&contributions)?;
    let p = floats("predictions", predictions)?;
    let rows = p.len() / contributions.len().max(1);
    Ok(ensemble.predict(&matrix_of("predictions", &p, rows)?.columns())?)
}

/// The rows of several tables whose ids all of them have, one list of row numbers per table, in order of the ids:
/// numerai-tools' `filter_sort_index` and `filter_sort_index_many`.
///
/// `values`: for each table its columns, shape `[n, k]`, or null; a row with a NaN is left out. `max_filtered_ratio`:
/// the largest share of rows that may be left out of any table; the library's default is 0.2.
#[uniffi::export]
pub fn align(
    ids: Vec<Vec<String>>,
    values: Vec<Option<Vec<u8>>>,
    max_filtered_ratio: f64,
) -> Done<Vec<Vec<u32>>> {
    let values = values
        .iter()
        .map(|v| v.as_ref().map(|v| floats("values", v)).transpose())
        .collect::<Result<Vec<_>, Basic>>()?;
    let matrices = values
        .iter()
        .zip(&ids)
        .map(|(v, ids)| v.as_ref().map(|v| matrix_of("values", v, ids.len())).transpose())
        .collect::<Done<Vec<_>>>()?;
    align_rows(&ids, &matrices, max_filtered_ratio)
}

/// Churn of two signals: 1 - Spearman's correlation over their common ids, 0..=2; with `top_bottom` 1 minus the mean
/// overlap of their tails, 0..=1.
#[uniffi::export]
pub fn churn(
    first_ids: Vec<String>,
    first: &[u8],
    second_ids: Vec<String>,
    second: &[u8],
    top_bottom: Option<u32>,
) -> Done<f64> {
    let (a, b) = (floats("first", first)?, floats("second", second)?);
    let both = [(&*first_ids, (&a).into()), (&*second_ids, (&b).into())];
    Ok(with_signals(both, |a, b| scoring::churn(a, b, count(top_bottom)))?)
}

/// Turnover of two portfolios: half the sum of the absolute differences of their weights over the common ids.
#[uniffi::export]
pub fn turnover(first_ids: Vec<String>, first: &[u8], second_ids: Vec<String>, second: &[u8]) -> Done<f64> {
    let (a, b) = (floats("first", first)?, floats("second", second)?);
    Ok(with_signals([(&*first_ids, (&a).into()), (&*second_ids, (&b).into())], scoring::turnover)?)
}

/// The share of a positive payout that is left at a neutral churn of 0..=2. Numerai uses the threshold 0.1 and the
/// scale 10.
#[uniffi::export]
pub fn neutral_churn_penalty(neutral_churn: f64, threshold: f64, scale: f64) -> Done<f64> {
    Ok(scoring::neutral_churn_penalty(neutral_churn, threshold, scale)?)
}

/// The mean neutral churn against earlier submissions (the tournament takes the last five); null or NaN is one that
/// cannot be compared, and 1 the answer when none can.
#[uniffi::export]
pub fn mean_neutral_churn(churns: Vec<Option<f64>>) -> f64 {
    scoring::mean_neutral_churn(&churns)
}

/// A submission to Numerai Signals with the universe of its era. Arrays: little-endian f64.
#[derive(Debug, uniffi::Record)]
pub struct SignalsEra {
    /// Tickers of the submission.
    pub submission_ids: Vec<String>,
    /// Its predictions, 0..=1.
    pub submission: Vec<u8>,
    /// All tickers of the universe, each once.
    pub universe: Vec<String>,
    /// Neutralizing columns, shape `[universe, f]`, row-major.
    pub neutralizers: Vec<u8>,
    /// Sampling weights, one per ticker of the universe.
    pub sample_weights: Vec<u8>,
}

impl SignalsEra {
    fn owned(self) -> Result<SignalsData, Basic> {
        Ok(SignalsData {
            submission_ids: self.submission_ids,
            submission: floats("submission", &self.submission)?,
            universe: self.universe,
            neutralizers: floats("neutralizers", &self.neutralizers)?,
            sample_weights: floats("sample_weights", &self.sample_weights)?,
        })
    }
}

/// How much a submission differs from earlier ones.
#[derive(Debug, uniffi::Record)]
pub struct ChurnAndTurnover {
    /// The largest churn, 0..=2.
    pub churn: f64,
    /// The largest turnover.
    pub turnover: f64,
}

/// The largest churn and the largest turnover against earlier submissions, each cleaned on the universe of its own era;
/// one with too few tickers in common is passed over, and both are 1 when none is left.
#[uniffi::export]
pub fn max_churn_and_turnover(current: SignalsEra, previous: Vec<SignalsEra>) -> Done<ChurnAndTurnover> {
    let current = current.owned()?;
    let previous = previous.into_iter().map(SignalsEra::owned).collect::<Result<Vec<_>, _>>()?;
    let (churn, turnover) = plain_max_churn(&current, &previous.iter().collect::<Vec<_>>())?;
    Ok(ChurnAndTurnover { churn, turnover })
}

/// Why a round of Numerai Signals is not staked: `no_prior_submission`, `churn` (0.15 or more), `turnover` (0.25 or
/// more), or null. Both null: there was no submission in the week before.
#[uniffi::export]
pub fn round_disqualification(churn: Option<f64>, turnover: Option<f64>) -> Option<String> {
    RoundLimits::default().disqualifies(churn.zip(turnover)).map(|d| d.as_str().to_owned())
}

/// Statistics of a model's scores, one per era.
#[derive(Debug, uniffi::Record)]
pub struct ScoreSummary {
    /// Eras with a score.
    pub eras: u64,
    /// Eras without (NaN), which count nowhere.
    pub missing: u64,
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

/// Summarises a model's scores by era; NaN where there is none.
#[uniffi::export]
pub fn summarize(scores: &[u8]) -> Done<ScoreSummary> {
    Ok(scoring::summarize(&(&floats("scores", scores)?).into()).into())
}

/// A model's reputation: the mean of its scores in the 365 days up to `today`. `days`: the day of each score, counted
/// from any fixed day.
#[uniffi::export]
pub fn reputation(days: Vec<u32>, scores: &[u8], today: u32) -> Done<f64> {
    Ok(scoring::reputation(&days, &(&floats("scores", scores)?).into(), today)?)
}

/// An account's score in one round: the mean of its models' scores, weighted by their stakes (any unit).
#[uniffi::export]
pub fn account_score(scores: &[u8], stakes: Vec<f64>) -> Done<f64> {
    Ok(scoring::account_score(&(&floats("scores", scores)?).into(), &stakes)?)
}

/// A season.
#[derive(Debug, uniffi::Record)]
pub struct SeasonScore {
    /// The mean over all rounds; a round without a score or a stake counts as 0.
    pub score: f64,
    /// Rounds with a score and at least 1 NMR at risk.
    pub qualified_rounds: u64,
    /// Whether there are at least 20 of them.
    pub is_qualified: bool,
}

/// The score of a season. `scores`: one per round, NaN where there is none; `stakes`: decimal text, in wei.
#[uniffi::export]
pub fn season_score(scores: Vec<f64>, stakes: Vec<String>) -> Done<SeasonScore> {
    let stakes = stakes.iter().map(|s| wei(s)).collect::<Result<Vec<_>, _>>()?;
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
#[derive(Debug, uniffi::Record)]
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
/// `tournament`: `numerai`, `signals` or `crypto`. `ids`: null where a cell is empty; `values`: NaN where one is.
#[uniffi::export]
pub fn validate_submission(
    tournament: &str,
    live_ids: Vec<Option<String>>,
    headers: Vec<String>,
    ids: Vec<Option<String>>,
    values: &[u8],
    require_date: bool,
) -> Done<ValidSubmission> {
    let tournament = self::tournament(tournament)?;
    let values = floats("values", values)?;
    let names: Vec<&str> = headers.iter().map(String::as_str).collect();
    let submission = Submission { headers: &names, ids: &gaps(&ids), values: &values };
    let valid = scoring::validate_submission(tournament, &gaps(&live_ids), &submission, require_date)?;
    let name = |place: usize| headers.get(place).cloned();
    Ok(ValidSubmission {
        id_column: name(valid.columns.id).unwrap_or_default(),
        prediction_column: name(valid.columns.prediction).unwrap_or_default(),
        date_column: valid.columns.date.and_then(name),
        rows: valid.rows.into_iter().filter_map(|r| u32::try_from(r).ok()).collect(),
        invalid_ids: valid.invalid_ids,
    })
}

/// A submission on its universe.
#[derive(Debug, uniffi::Record)]
pub struct CleanSubmission {
    /// Ids, ascending, each once.
    pub ids: Vec<String>,
    /// Their predictions; NaN where the submission has none, unless filled.
    pub values: Vec<f64>,
}

/// Brings a submission into the form in which it is scored: every id of the universe once and in order.
///
/// `remap`: for each id of the universe the id to give out in its place. `rank_and_fill`: predictions become ranks and
/// gaps 0.5.
#[uniffi::export]
pub fn clean_submission(
    universe: Vec<Option<String>>,
    ids: Vec<Option<String>>,
    values: &[u8],
    remap: Option<Vec<Option<String>>>,
    rank_and_fill: bool,
) -> Done<CleanSubmission> {
    let remap = remap.as_deref().map(gaps);
    let options = CleanOptions { remap: remap.as_deref(), rank_and_fill };
    let values = floats("values", values)?;
    let clean = scoring::clean_submission(&gaps(&universe), &gaps(&ids), &values, &options)?;
    Ok(CleanSubmission { ids: clean.ids, values: clean.values })
}

/// The payouts of a round, as decimal text: stakes after it add up to the stakes before, plus `paid`, less `burned`.
#[derive(Debug, uniffi::Record)]
pub struct TournamentPayouts {
    /// One row per model, in order.
    pub rows: Vec<SettlementRow>,
    /// Stake at risk that the payout factor was taken from.
    pub at_risk: String,
    /// Sum of what is paid.
    pub paid: String,
    /// Sum of what is burned.
    pub burned: String,
}

/// Payouts of a round of one of Numerai's tournaments, in integers.
///
/// `tournament`: `numerai` (multipliers of correlation and MMC), `crypto` (multiplier of MMC), or `signals` (no
/// multipliers, but `round_day`, YYYY-MM-DD: the rule changed on 2025-09-02). `metrics`: for each model a value per
/// multiplier, or null without a valid submission. `stakes` and `at_risk`: decimal text, in wei. `retained`: the part of
/// a positive payout that is kept, for each model.
#[uniffi::export]
pub fn tournament_payouts(
    tournament: &str,
    multipliers: Vec<f64>,
    metrics: Vec<Option<Vec<f64>>>,
    stakes: Vec<String>,
    retained: Option<Vec<f64>>,
    at_risk: Option<String>,
    round_day: Option<String>,
) -> Done<TournamentPayouts> {
    let rule = tournament_rule(tournament, &multipliers, round_day.as_deref())?;
    let stakes = stakes.iter().map(|s| wei(s)).collect::<Result<Vec<_>, _>>()?;
    let models = staked_models(metrics, stakes, retained)?;
    let at_risk = at_risk.map(|x| wei(&x)).transpose()?;
    let round = settle::tournament_payouts(&rule, &models, at_risk)?;
    let row = |r: &settle::Row| SettlementRow {
        score: r.score.to_f64(),
        stake: r.stake.to_string(),
        rate: r.rate.to_f64(),
        paid: r.paid.to_string(),
        burned: r.burned.to_string(),
    };
    Ok(TournamentPayouts {
        rows: round.rows.iter().map(row).collect(),
        at_risk: round.at_risk.to_string(),
        paid: round.paid.to_string(),
        burned: round.burned.to_string(),
    })
}
