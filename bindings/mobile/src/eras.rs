//! Many models over many eras: scores, settlement, and the report as a receipt; neutralisation to features. Arrays are
//! little-endian f64, matrices row-major.

use crate::{
    convert::{Done, floats, wei},
    era_data::{Data, Features, Names},
    era_report::{Statement, metrics_of, nanos, opened},
    numerai::{MetricScore, ScoreSummary, metric_scores},
    plain::{address, hash_text, matrix_of, mode, payout_rule, weight_columns},
    sandbox::CancelToken,
    scoring::{Settlement, settlement},
    wallet::Prepared,
};
use countermark::{
    primitives::{self, Error as Basic, Progress, Wei, ignore_progress},
    scoring::{self, EraReportTerms, Reason},
};
use std::{fmt, ops::ControlFlow, sync::Arc};

/// Factored features by content: the same features again are not factored again.
#[derive(Debug, uniffi::Object)]
pub struct FeatureCache(scoring::FeatureCache);

#[uniffi::export]
impl FeatureCache {
    /// Keeps at most `mebibytes`.
    #[uniffi::constructor]
    pub fn new(mebibytes: u32) -> Self {
        Self(scoring::FeatureCache::new((mebibytes as usize).saturating_mul(1 << 20)))
    }

    /// How often a call found its features here.
    pub fn hits(&self) -> u64 {
        self.0.hits()
    }

    /// Bytes kept.
    pub fn bytes(&self) -> u64 {
        self.0.bytes() as u64
    }
}

fn count(top_bottom: Option<u32>) -> Option<usize> {
    top_bottom.map(|k| k as usize)
}

/// Each model less `proportion` times its least squares fit by the features and a constant.
///
/// `predictions`: shape `[rows, models]`; `features`: shape `[rows, features]`. One list for each model; one without a
/// residual is NaN.
#[uniffi::export]
pub fn neutralize(
    predictions: &[u8],
    features: &[u8],
    rows: u32,
    proportion: f64,
    mode: &str,
) -> Done<Vec<Vec<f64>>> {
    let (p, f) = (floats("predictions", predictions)?, floats("features", features)?);
    let (mode, rows) = (self::mode(mode)?, rows as usize);
    let (p, f) = (matrix_of("predictions", &p, rows)?, matrix_of("features", &f, rows)?);
    Ok(weight_columns(scoring::neutralize(&p.columns(), &f.columns(), proportion, mode)?, rows))
}

/// Feature-neutral correlation (FNC) of each model, -1..=1.
///
/// `predictions`: shape `[n, models]`; `features`: shape `[n, features]`; `target`: `[n]`. `cache` keeps the factored
/// features for the next call with the same values.
#[uniffi::export]
pub fn feature_neutral_corr(
    predictions: &[u8],
    features: &[u8],
    target: &[u8],
    mode: &str,
    cache: Option<Arc<FeatureCache>>,
) -> Done<Vec<MetricScore>> {
    let (p, f) = (floats("predictions", predictions)?, floats("features", features)?);
    let (t, mode) = (floats("target", target)?, self::mode(mode)?);
    let (p, f) = (matrix_of("predictions", &p, t.len())?, matrix_of("features", &f, t.len())?);
    let cache = cache.as_ref().map(|c| &c.0);
    Ok(metric_scores(scoring::feature_neutral_corr(&p.columns(), &f.columns(), &(&t).into(), mode, cache)?))
}

/// Correlation with the target of gaussianised ranks neutralised to the features, -1..=1; nothing is ranked again.
#[uniffi::export]
pub fn neutral_correlation(
    predictions: &[u8],
    features: &[u8],
    target: &[u8],
    top_bottom: Option<u32>,
    mode: &str,
) -> Done<Vec<MetricScore>> {
    let (p, f) = (floats("predictions", predictions)?, floats("features", features)?);
    let (t, mode) = (floats("target", target)?, self::mode(mode)?);
    let (p, f) = (matrix_of("predictions", &p, t.len())?, matrix_of("features", &f, t.len())?);
    let k = count(top_bottom);
    Ok(metric_scores(scoring::neutral_correlation(&p.columns(), &f.columns(), &(&t).into(), k, mode)?))
}

/// Contribution to the meta model once both are neutralised to the features.
#[uniffi::export]
pub fn neutral_contribution(
    predictions: &[u8],
    meta_model: &[u8],
    features: &[u8],
    target: &[u8],
    top_bottom: Option<u32>,
    mode: &str,
) -> Done<Vec<MetricScore>> {
    let (p, f) = (floats("predictions", predictions)?, floats("features", features)?);
    let (m, t) = (floats("meta_model", meta_model)?, floats("target", target)?);
    let mode = self::mode(mode)?;
    let p = matrix_of("predictions", &p, t.len())?.columns();
    let f = matrix_of("features", &f, t.len())?.columns();
    let k = count(top_bottom);
    Ok(metric_scores(scoring::neutral_contribution(&p, &(&m).into(), &f, &(&t).into(), k, mode)?))
}

/// How much a model leans on single features.
#[derive(Debug, uniffi::Record)]
pub struct FeatureExposure {
    /// The largest absolute correlation with a feature; NaN where there is a reason.
    pub max: f64,
    /// Its feature, the first of equals.
    pub feature: Option<u32>,
    /// Root mean square of the correlations.
    pub rms: f64,
    /// Why there is none, as an error code; null where there is one.
    pub reason: Option<String>,
}

/// The correlation of each model with the features: predictions count as they are, not their ranks. Shapes `[rows,
/// models]` and `[rows, features]`.
#[uniffi::export]
pub fn feature_exposures(
    predictions: &[u8],
    features: &[u8],
    rows: u32,
    mode: &str,
) -> Done<Vec<FeatureExposure>> {
    let (p, f) = (floats("predictions", predictions)?, floats("features", features)?);
    let (mode, rows) = (self::mode(mode)?, rows as usize);
    let (p, f) = (matrix_of("predictions", &p, rows)?, matrix_of("features", &f, rows)?);
    let one = |e: Result<scoring::FeatureExposure, Reason>| match e {
        Ok(e) => {
            let feature = e.feature.and_then(|f| u32::try_from(f).ok());
            FeatureExposure { max: e.max, feature, rms: e.rms, reason: None }
        }
        Err(r) => {
            let reason = Some(r.code().to_owned());
            FeatureExposure { max: f64::NAN, feature: None, rms: f64::NAN, reason }
        }
    };
    Ok(scoring::feature_exposures(&p.columns(), &f.columns(), mode)?.into_iter().map(one).collect())
}

/// The era of each row.
#[derive(Debug, uniffi::Enum)]
pub enum EraNames {
    /// Scored in ascending order of the numbers.
    Numbers {
        /// One for each row.
        rows: Vec<i64>,
    },
    /// Scored in ascending order by code points.
    Text {
        /// One for each row.
        rows: Vec<String>,
    },
}

/// What is scored: one row per scored item, in any order of eras. Arrays are copied once.
#[derive(uniffi::Object)]
pub struct EraData(Data);

impl fmt::Debug for EraData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EraData({} rows)", self.0.target.len())
    }
}

#[uniffi::export]
impl EraData {
    /// `predictions`: shape `[n, models]`; `target`, `meta_model`, `benchmark`: `[n]`; `features`: `[n, features]`; `eras`
    /// (null: one era) and `ids` (for churn): one for each row.
    #[uniffi::constructor]
    pub fn new(
        predictions: &[u8],
        target: &[u8],
        eras: Option<EraNames>,
        ids: Option<Vec<String>>,
        meta_model: Option<Vec<u8>>,
        benchmark: Option<Vec<u8>>,
        features: Option<Vec<u8>>,
    ) -> Done<Self> {
        let optional = |what, bytes: Option<Vec<u8>>| bytes.map(|b| floats(what, &b)).transpose();
        Ok(Self(Data {
            predictions: floats("predictions", predictions)?,
            target: floats("target", target)?,
            eras: eras.map(|e| match e {
                EraNames::Numbers { rows } => Names::Numbers(rows),
                EraNames::Text { rows } => Names::Text(rows),
            }),
            ids,
            meta_model: optional("meta_model", meta_model)?,
            benchmark: optional("benchmark", benchmark)?,
            features: optional("features", features)?.map(Features::F64),
        }))
    }
}

/// Scores by era, model and metric.
#[derive(Debug, uniffi::Object)]
pub struct EraScores(scoring::EraScores);

#[uniffi::export]
impl EraScores {
    /// Names of the eras, in order.
    pub fn eras(&self) -> Vec<String> {
        self.0.eras().to_vec()
    }

    /// Names of the metrics.
    pub fn metrics(&self) -> Vec<String> {
        self.0.metrics().iter().map(|m| m.name().to_owned()).collect()
    }

    /// Number of models.
    pub fn models(&self) -> u32 {
        u32::try_from(self.0.models()).unwrap_or(u32::MAX)
    }

    /// All scores, shape `[eras, models, metrics]`; NaN where there is none.
    pub fn scores(&self) -> Vec<f64> {
        self.0.scores().to_vec()
    }

    /// Why a model has no score in an era, as an error code; null where it has one.
    pub fn reason(&self, era: u32, model: u32) -> Option<String> {
        self.0.reason(era as usize, model as usize).map(|r| r.code().to_owned())
    }

    /// Why nobody has a score in an era, as text.
    pub fn error(&self, era: u32) -> Option<String> {
        self.0.error(era as usize).map(ToString::to_string)
    }

    /// Mean, standard deviation, Sharpe ratio, drawdown and autocorrelation over the eras.
    pub fn summary(&self, model: u32, metric: u32) -> ScoreSummary {
        self.0.summary(model as usize, metric as usize).into()
    }

    /// Settles a pot on the mean scores, in integers. `multipliers`: one per metric; `stakes`, `pot`, `threshold`: decimal
    /// text, in the smallest unit; `share`: `whole_pot` or `at_most_rate`.
    pub fn settle(
        &self,
        multipliers: Vec<f64>,
        stakes: Vec<String>,
        pot: &str,
        clip: f64,
        threshold: Option<String>,
        share: &str,
    ) -> Done<Settlement> {
        let threshold = threshold.map(|t| wei(&t)).transpose()?;
        let rule = payout_rule(clip, threshold, share)?;
        let settled = self.0.settle(&nanos(&multipliers)?, &amounts(&stakes)?, wei(pot)?, &rule)?;
        Ok(settlement(&settled.settlement))
    }
}

fn amounts(stakes: &[String]) -> Result<Vec<Wei>, Basic> {
    stakes.iter().map(|s| wei(s)).collect()
}

/// What long calls report to.
#[uniffi::export(callback_interface)]
pub trait ProgressListener: Send + Sync {
    /// Called between steps; false ends the call with `cancelled`.
    fn on_progress(&self, done: u64, total: u64) -> bool;
}

/// Scores every model in every era on every metric, on all cores.
///
/// `metrics`: any of `corr`, `mmc`, `bmc`, `cwmm`, `fnc`, `max_exposure`, `exposure`, `churn`. `mode`: `per_model` gives a
/// model that cannot be scored NaN and a reason, `strict` throws, `compat` does as numerai-tools within each era.
/// `progress` is told between eras; where it says false, and where `cancel` is set, the call ends.
#[uniffi::export]
pub fn score_eras(
    data: &EraData,
    metrics: Vec<String>,
    mode: &str,
    cache: Option<Arc<FeatureCache>>,
    progress: Option<Box<dyn ProgressListener>>,
    cancel: Option<Arc<CancelToken>>,
) -> Done<EraScores> {
    let (mode, metrics) = (self::mode(mode)?, metrics_of(&metrics)?);
    let cancel = cancel.map_or_else(primitives::CancelToken::new, |cancel| cancel.0.clone());
    let cache = cache.as_ref().map(|c| &c.0);
    let mut watch = |p: Progress| match &progress {
        Some(listener) if !listener.on_progress(p.done, p.total) => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    };
    data.0.with(|input| scoring::score_eras(input, &metrics, mode, cache, &cancel, &mut watch)).map(EraScores)
}

/// Scores, settles and states it all as an era report, to be signed by the issuer: a receipt that commits to every input.
///
/// `card`: id (hex) of the issuer's own card; `names`: one per model; `multipliers`: one per metric; `stakes`, `pot`,
/// `threshold`: decimal text, in the smallest unit; `share`: `whole_pot` or `at_most_rate`.
#[uniffi::export]
#[allow(clippy::too_many_arguments, reason = "the same arguments in every language")]
pub fn prepare_era_report(
    issuer: &str,
    issued_at: u64,
    card: &str,
    round: String,
    data: &EraData,
    metrics: Vec<String>,
    names: Vec<String>,
    multipliers: Vec<f64>,
    stakes: Vec<String>,
    pot: &str,
    clip: f64,
    threshold: Option<String>,
    share: &str,
) -> Done<Prepared> {
    let threshold = threshold.map(|t| wei(&t)).transpose()?;
    let rule = payout_rule(clip, threshold, share)?;
    let statement = Statement {
        issuer: address("issuer", issuer)?,
        issued_at,
        card: hash_text("card", card)?,
        metrics: metrics_of(&metrics)?,
        terms: EraReportTerms { round, multipliers: nanos(&multipliers)?, rule, pot: wei(pot)? },
        names,
        stakes: amounts(&stakes)?,
    };
    Ok(Prepared(statement.prepare(data.0.with(|input| statement.build(input))?)?))
}

/// What an era report states of one model.
#[derive(Debug, uniffi::Record)]
pub struct EraReportModel {
    /// Its name.
    pub name: String,
    /// What it was settled on.
    pub score: f64,
    /// What was staked on it.
    pub stake: String,
    /// What it is paid.
    pub payout: String,
    /// What is taken from its stake.
    pub burned: String,
}

/// An era report that was checked.
#[derive(Debug, uniffi::Record)]
pub struct EraReportVerdict {
    /// Who signed it.
    pub issuer: String,
    /// Name of the round.
    pub round: String,
    /// Names of the eras.
    pub eras: Vec<String>,
    /// The models.
    pub models: Vec<EraReportModel>,
    /// Sum of the payouts.
    pub paid: String,
    /// `pot + burned - paid`.
    pub remainder: String,
}

/// Checks an era report: the issuer signed it, and every amount follows from the scores it states.
#[uniffi::export]
pub fn verify_era_report(receipt: &[u8]) -> Done<EraReportVerdict> {
    let (receipt, report) = opened(receipt)?;
    let model = |m: &scoring::EraModel| EraReportModel {
        name: m.name.clone(),
        score: m.score.to_f64(),
        stake: m.stake.to_string(),
        payout: m.payout.to_string(),
        burned: m.burned.to_string(),
    };
    Ok(EraReportVerdict {
        issuer: receipt.issuer.to_string(),
        round: report.terms.round.clone(),
        eras: report.eras.clone(),
        models: report.models.iter().map(model).collect(),
        paid: report.paid.to_string(),
        remainder: report.remainder.to_string(),
    })
}

/// Recomputes an era report from its inputs: they must be those it commits to, and every score must come out the same.
#[uniffi::export]
pub fn replay_era_report(receipt: &[u8], data: &EraData) -> Done<()> {
    let (_, report) = opened(receipt)?;
    let cancel = primitives::CancelToken::new();
    data.0.with(|input| scoring::replay_era_report(&report, input, &cancel, &mut ignore_progress))
}
