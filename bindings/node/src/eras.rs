//! Many models over many eras: scores, settlement, and the report as a receipt; neutralisation to features. Matrices are
//! row-major.

use crate::{
    convert::{Background, Done, Work, bigint, js, wei, whole},
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
    receipt,
    scoring::{self, EraReportTerms, Mode, Reason},
};
use napi::{
    Either, Result,
    bindgen_prelude::{AsyncTask, BigInt, Either3, Float32Array, Float64Array, FnArgs, Int8Array},
    threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode},
};
use napi_derive::napi;
use std::{ops::ControlFlow, sync::Arc};

/// Factored features by content: the same features again are not factored again.
#[napi]
pub struct FeatureCache(Arc<scoring::FeatureCache>);

#[napi]
impl FeatureCache {
    /// Keeps at most `mebibytes` (256).
    #[napi(constructor)]
    pub fn new(mebibytes: Option<u32>) -> Self {
        let limit = (mebibytes.unwrap_or(256) as usize).saturating_mul(1 << 20);
        Self(Arc::new(scoring::FeatureCache::new(limit)))
    }

    /// How often a call found its features here.
    #[napi(getter)]
    #[allow(clippy::cast_precision_loss, reason = "calls are far below 2^53")]
    pub fn hits(&self) -> f64 {
        self.0.hits() as f64
    }

    /// Bytes kept.
    #[napi(getter)]
    #[allow(clippy::cast_precision_loss, reason = "memory is far below 2^53")]
    pub fn bytes(&self) -> f64 {
        self.0.bytes() as f64
    }
}

fn kept(cache: Option<&FeatureCache>) -> Option<Arc<scoring::FeatureCache>> {
    cache.map(|c| Arc::clone(&c.0))
}

type FeatureArray = Either3<Float64Array, Float32Array, Int8Array>;

fn features(array: &FeatureArray) -> Features {
    match array {
        Either3::A(v) => Features::F64(v.to_vec()),
        Either3::B(v) => Features::F32(v.to_vec()),
        Either3::C(v) => Features::I8(v.to_vec()),
    }
}

fn mode_or_default(text: Option<&str>) -> core::result::Result<Mode, Basic> {
    mode(text.unwrap_or("per_model"))
}

fn count(top_bottom: Option<u32>) -> Option<usize> {
    top_bottom.map(|k| k as usize)
}

type Scores = AsyncTask<Background<Vec<scoring::MetricScore>, Vec<MetricScore>>>;

fn scores(work: impl FnOnce() -> Done<Vec<scoring::MetricScore>> + Send + 'static) -> Scores {
    AsyncTask::new(Background::new(Box::new(work), metric_scores))
}

/// One list of values per model.
type Columns = Vec<Vec<f64>>;

/// Each model less `proportion` (1) times its least squares fit by the features and a constant.
///
/// `predictions`: shape `[rows, models]`; `features`: shape `[rows, features]`. One list for each model; one without a
/// residual is NaN.
#[napi(ts_return_type = "Promise<Array<Array<number>>>")]
pub fn neutralize(
    predictions: &[f64],
    #[napi(ts_arg_type = "Float64Array | Float32Array | Int8Array")] features: FeatureArray,
    rows: u32,
    proportion: Option<f64>,
    #[napi(ts_arg_type = "'strict' | 'per_model' | 'compat'")] mode: Option<String>,
) -> AsyncTask<Background<Columns, Columns>> {
    let (p, f, rows) = (predictions.to_vec(), self::features(&features), rows as usize);
    let work: Work<_> = Box::new(move || {
        let mode = mode_or_default(mode.as_deref())?;
        let p = matrix_of("predictions", &p, rows)?.columns();
        let all = scoring::neutralize(&p, &f.columns(rows)?, proportion.unwrap_or(1.0), mode)?;
        Ok(weight_columns(all, rows))
    });
    AsyncTask::new(Background::new(work, |columns| columns))
}

/// Feature-neutral correlation (FNC) of each model, -1..=1.
///
/// `predictions`: shape `[n, models]`; `features`: shape `[n, features]`; `target`: `[n]`. `cache` keeps the factored
/// features for the next call with the same values.
#[napi(ts_return_type = "Promise<Array<MetricScore>>")]
pub fn feature_neutral_corr(
    predictions: &[f64],
    #[napi(ts_arg_type = "Float64Array | Float32Array | Int8Array")] features: FeatureArray,
    target: &[f64],
    #[napi(ts_arg_type = "'strict' | 'per_model' | 'compat'")] mode: Option<String>,
    cache: Option<&FeatureCache>,
) -> Scores {
    let (p, f, t) = (predictions.to_vec(), self::features(&features), target.to_vec());
    let cache = kept(cache);
    scores(move || {
        let mode = mode_or_default(mode.as_deref())?;
        let p = matrix_of("predictions", &p, t.len())?.columns();
        let f = f.columns(t.len())?;
        Ok(scoring::feature_neutral_corr(&p, &f, &(&t).into(), mode, cache.as_deref())?)
    })
}

/// Correlation with the target of gaussianised ranks neutralised to the features, -1..=1; nothing is ranked again.
#[napi(ts_return_type = "Promise<Array<MetricScore>>")]
pub fn neutral_correlation(
    predictions: &[f64],
    #[napi(ts_arg_type = "Float64Array | Float32Array | Int8Array")] features: FeatureArray,
    target: &[f64],
    top_bottom: Option<u32>,
    #[napi(ts_arg_type = "'strict' | 'per_model' | 'compat'")] mode: Option<String>,
) -> Scores {
    let (p, f, t) = (predictions.to_vec(), self::features(&features), target.to_vec());
    scores(move || {
        let mode = mode_or_default(mode.as_deref())?;
        let p = matrix_of("predictions", &p, t.len())?.columns();
        let f = f.columns(t.len())?;
        Ok(scoring::neutral_correlation(&p, &f, &(&t).into(), count(top_bottom), mode)?)
    })
}

/// Contribution to the meta model once both are neutralised to the features.
#[napi(ts_return_type = "Promise<Array<MetricScore>>")]
pub fn neutral_contribution(
    predictions: &[f64],
    meta_model: &[f64],
    #[napi(ts_arg_type = "Float64Array | Float32Array | Int8Array")] features: FeatureArray,
    target: &[f64],
    top_bottom: Option<u32>,
    #[napi(ts_arg_type = "'strict' | 'per_model' | 'compat'")] mode: Option<String>,
) -> Scores {
    let (p, m) = (predictions.to_vec(), meta_model.to_vec());
    let (f, t) = (self::features(&features), target.to_vec());
    scores(move || {
        let mode = mode_or_default(mode.as_deref())?;
        let p = matrix_of("predictions", &p, t.len())?.columns();
        let (f, k) = (f.columns(t.len())?, count(top_bottom));
        Ok(scoring::neutral_contribution(&p, &(&m).into(), &f, &(&t).into(), k, mode)?)
    })
}

/// How much a model leans on single features.
#[napi(object)]
pub struct FeatureExposure {
    /// The largest absolute correlation with a feature; NaN where there is a reason.
    pub max: f64,
    /// Its feature, the first of equals.
    pub feature: Option<u32>,
    /// Root mean square of the correlations.
    pub rms: f64,
    /// Why there is none, as an error code; absent where there is one.
    pub reason: Option<String>,
}

type Exposures = Vec<core::result::Result<scoring::FeatureExposure, Reason>>;

/// The correlation of each model with the features: predictions count as they are, not their ranks. Shapes `[rows,
/// models]` and `[rows, features]`.
#[napi(ts_return_type = "Promise<Array<FeatureExposure>>")]
pub fn feature_exposures(
    predictions: &[f64],
    #[napi(ts_arg_type = "Float64Array | Float32Array | Int8Array")] features: FeatureArray,
    rows: u32,
    #[napi(ts_arg_type = "'strict' | 'per_model' | 'compat'")] mode: Option<String>,
) -> AsyncTask<Background<Exposures, Vec<FeatureExposure>>> {
    let (p, f, rows) = (predictions.to_vec(), self::features(&features), rows as usize);
    let work: Work<_> = Box::new(move || {
        let mode = mode_or_default(mode.as_deref())?;
        let p = matrix_of("predictions", &p, rows)?.columns();
        Ok(scoring::feature_exposures(&p, &f.columns(rows)?, mode)?)
    });
    AsyncTask::new(Background::new(work, |all| {
        let one = |e: core::result::Result<scoring::FeatureExposure, Reason>| match e {
            Ok(e) => {
                let feature = e.feature.and_then(|f| u32::try_from(f).ok());
                FeatureExposure { max: e.max, feature, rms: e.rms, reason: None }
            }
            Err(r) => {
                let reason = Some(r.code().to_owned());
                FeatureExposure { max: f64::NAN, feature: None, rms: f64::NAN, reason }
            }
        };
        all.into_iter().map(one).collect()
    }))
}

/// What a score may need besides predictions and target; one entry or row for each of theirs.
#[napi(object)]
pub struct EraOptions {
    /// The era of each row; all rows are one era unless given.
    #[napi(ts_type = "Array<string> | Array<number>")]
    pub eras: Option<Either<Vec<String>, Vec<f64>>>,
    /// The id of each row, for churn.
    pub ids: Option<Vec<String>>,
    /// The meta model, for "mmc" and "cwmm".
    pub meta_model: Option<Float64Array>,
    /// The benchmark model, for "bmc".
    pub benchmark: Option<Float64Array>,
    /// Shape `[n, features]`, for "fnc" and exposures.
    #[napi(ts_type = "Float64Array | Float32Array | Int8Array")]
    pub features: Option<FeatureArray>,
}

/// What is scored: one row per scored item, in any order of eras. Arrays are copied once.
#[napi]
pub struct EraData(Arc<Data>);

#[napi]
impl EraData {
    /// `predictions`: shape `[n, models]`; `target`: shape `[n]`.
    #[napi(constructor)]
    pub fn new(predictions: &[f64], target: &[f64], options: Option<EraOptions>) -> Result<Self> {
        js(|| {
            let o = options.unwrap_or(EraOptions {
                eras: None,
                ids: None,
                meta_model: None,
                benchmark: None,
                features: None,
            });
            Ok(Self(Arc::new(Data {
                predictions: predictions.to_vec(),
                target: target.to_vec(),
                eras: o.eras.map(names).transpose()?,
                ids: o.ids,
                meta_model: o.meta_model.map(|m| m.to_vec()),
                benchmark: o.benchmark.map(|m| m.to_vec()),
                features: o.features.as_ref().map(features),
            })))
        })
    }
}

fn names(eras: Either<Vec<String>, Vec<f64>>) -> core::result::Result<Names, Basic> {
    match eras {
        Either::A(text) => Ok(Names::Text(text)),
        Either::B(numbers) => {
            numbers.into_iter().map(era_number).collect::<core::result::Result<_, _>>().map(Names::Numbers)
        }
    }
}

#[allow(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
fn era_number(x: f64) -> core::result::Result<i64, Basic> {
    if x.fract() == 0.0 && x.abs() <= 9_007_199_254_740_992.0 {
        return Ok(x as i64);
    }
    Err(Basic::OutOfRange { what: "era", got: x.to_string(), range: "whole numbers up to 2^53" })
}

/// Scores by era, model and metric.
#[napi]
pub struct EraScores(scoring::EraScores);

#[napi]
impl EraScores {
    /// Names of the eras, in order.
    #[napi(getter)]
    pub fn eras(&self) -> Vec<String> {
        self.0.eras().to_vec()
    }

    /// Names of the metrics.
    #[napi(getter)]
    pub fn metrics(&self) -> Vec<String> {
        self.0.metrics().iter().map(|m| m.name().to_owned()).collect()
    }

    /// Number of models.
    #[napi(getter)]
    pub fn models(&self) -> u32 {
        u32::try_from(self.0.models()).unwrap_or(u32::MAX)
    }

    /// All scores, shape `[eras, models, metrics]`; NaN where there is none.
    #[napi(getter)]
    pub fn scores(&self) -> Float64Array {
        self.0.scores().to_vec().into()
    }

    /// Why a model has no score in an era, as an error code; null where it has one.
    #[napi]
    pub fn reason(&self, era: u32, model: u32) -> Option<String> {
        self.0.reason(era as usize, model as usize).map(|r| r.code().to_owned())
    }

    /// Why nobody has a score in an era, as text.
    #[napi]
    pub fn error(&self, era: u32) -> Option<String> {
        self.0.error(era as usize).map(ToString::to_string)
    }

    /// Mean, standard deviation, Sharpe ratio, drawdown and autocorrelation over the eras.
    #[napi]
    pub fn summary(&self, model: u32, metric: u32) -> ScoreSummary {
        self.0.summary(model as usize, metric as usize).into()
    }

    /// Settles a pot on the mean scores, in integers. `multipliers`: one per metric; `stakes`, `pot`, `threshold`: bigints
    /// in the smallest unit; `clip`: 0.05 and `share`: "at_most_rate" unless given.
    #[napi]
    pub fn settle(
        &self,
        multipliers: Vec<f64>,
        stakes: Vec<BigInt>,
        pot: BigInt,
        clip: Option<f64>,
        #[napi(ts_arg_type = "bigint | undefined | null")] threshold: Option<BigInt>,
        #[napi(ts_arg_type = "'whole_pot' | 'at_most_rate'")] share: Option<String>,
    ) -> Result<Settlement> {
        js(|| {
            let threshold = threshold.map(|t| wei("threshold", &t)).transpose()?;
            let rule = payout_rule(clip.unwrap_or(CLIP), threshold, share.as_deref().unwrap_or(SHARE))?;
            let pot = wei("pot", &pot)?;
            let settled = self.0.settle(&nanos(&multipliers)?, &amounts(&stakes)?, pot, &rule)?;
            Ok(settlement(&settled.settlement))
        })
    }
}

const CLIP: f64 = 0.05;
const SHARE: &str = "at_most_rate";

fn amounts(stakes: &[BigInt]) -> core::result::Result<Vec<Wei>, Basic> {
    stakes.iter().map(|s| wei("stake", s)).collect()
}

/// Called on the event loop with what is done and the total.
type Watcher = ThreadsafeFunction<FnArgs<(f64, f64)>, (), FnArgs<(f64, f64)>, napi::Status, false, true>;

/// Scores every model in every era on every metric, on all cores and off the event loop.
///
/// `metrics`: any of "corr", "mmc", "bmc", "cwmm", "fnc", "max_exposure", "exposure", "churn". `mode`: "per_model" gives a
/// model that cannot be scored NaN and a reason, "strict" rejects, "compat" does as numerai-tools within each era.
/// `onProgress(done, total)` is called between eras; once `cancel` is set the call ends with `cancelled`.
#[napi(ts_return_type = "Promise<EraScores>")]
#[allow(clippy::cast_precision_loss, reason = "numbers of eras are far below 2^53")]
pub fn score_eras(
    data: &EraData,
    metrics: Vec<String>,
    #[napi(ts_arg_type = "'strict' | 'per_model' | 'compat'")] mode: Option<String>,
    cache: Option<&FeatureCache>,
    #[napi(ts_arg_type = "(done: number, total: number) => void")] on_progress: Option<Watcher>,
    cancel: Option<&CancelToken>,
) -> AsyncTask<Background<scoring::EraScores, EraScores>> {
    let (data, cache) = (Arc::clone(&data.0), kept(cache));
    let cancel = cancel.map_or_else(primitives::CancelToken::new, |cancel| cancel.0.clone());
    let work: Work<_> = Box::new(move || {
        let (mode, metrics) = (mode_or_default(mode.as_deref())?, metrics_of(&metrics)?);
        let mut progress = |p: Progress| {
            if let Some(call) = &on_progress {
                let said = (p.done as f64, p.total as f64).into();
                call.call(said, ThreadsafeFunctionCallMode::NonBlocking);
            }
            ControlFlow::Continue(())
        };
        data.with(|input| {
            scoring::score_eras(input, &metrics, mode, cache.as_deref(), &cancel, &mut progress)
        })
    });
    AsyncTask::new(Background::new(work, EraScores))
}

/// Scores, settles and states it all as an era report, to be signed by the issuer: a receipt that commits to every input.
///
/// `card`: id (hex) of the issuer's own card; `names`: one per model; `multipliers`: one per metric; `stakes`, `pot`,
/// `threshold`: bigints in the smallest unit; `clip`: 0.05 and `share`: "at_most_rate" unless given.
#[napi(ts_return_type = "Promise<Prepared>")]
#[allow(clippy::too_many_arguments, reason = "the same arguments in every language")]
pub fn prepare_era_report(
    issuer: String,
    issued_at: BigInt,
    card: String,
    round: String,
    data: &EraData,
    metrics: Vec<String>,
    names: Vec<String>,
    multipliers: Vec<f64>,
    stakes: Vec<BigInt>,
    pot: BigInt,
    clip: Option<f64>,
    #[napi(ts_arg_type = "bigint | undefined | null")] threshold: Option<BigInt>,
    #[napi(ts_arg_type = "'whole_pot' | 'at_most_rate'")] share: Option<String>,
) -> AsyncTask<Background<receipt::Prepared, Prepared>> {
    let data = Arc::clone(&data.0);
    let work: Work<_> = Box::new(move || {
        let threshold = threshold.map(|t| wei("threshold", &t)).transpose()?;
        let rule = payout_rule(clip.unwrap_or(CLIP), threshold, share.as_deref().unwrap_or(SHARE))?;
        let multipliers = nanos(&multipliers)?;
        let statement = Statement {
            issuer: address("issuer", &issuer)?,
            issued_at: whole("issued_at", &issued_at)?,
            card: hash_text("card", &card)?,
            metrics: metrics_of(&metrics)?,
            terms: EraReportTerms { round, multipliers, rule, pot: wei("pot", &pot)? },
            names,
            stakes: amounts(&stakes)?,
        };
        Ok(statement.prepare(data.with(|input| statement.build(input))?)?)
    });
    AsyncTask::new(Background::new(work, Prepared))
}

/// What an era report states of one model.
#[napi(object)]
pub struct EraReportModel {
    /// Its name.
    pub name: String,
    /// What it was settled on.
    pub score: f64,
    /// What was staked on it.
    pub stake: BigInt,
    /// What it is paid.
    pub payout: BigInt,
    /// What is taken from its stake.
    pub burned: BigInt,
}

/// An era report that was checked.
#[napi(object)]
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
    pub paid: BigInt,
    /// `pot + burned - paid`.
    pub remainder: BigInt,
}

/// Checks an era report: the issuer signed it, and every amount follows from the scores it states.
#[napi]
pub fn verify_era_report(receipt: &[u8]) -> Result<EraReportVerdict> {
    js(|| {
        let (receipt, report) = opened(receipt)?;
        let model = |m: &scoring::EraModel| EraReportModel {
            name: m.name.clone(),
            score: m.score.to_f64(),
            stake: bigint(m.stake),
            payout: bigint(m.payout),
            burned: bigint(m.burned),
        };
        Ok(EraReportVerdict {
            issuer: receipt.issuer.to_string(),
            round: report.terms.round.clone(),
            eras: report.eras.clone(),
            models: report.models.iter().map(model).collect(),
            paid: bigint(report.paid),
            remainder: bigint(report.remainder),
        })
    })
}

/// Recomputes an era report from its inputs: they must be those it commits to, and every score must come out the same.
#[napi(ts_return_type = "Promise<void>")]
pub fn replay_era_report(receipt: &[u8], data: &EraData) -> AsyncTask<Background<(), ()>> {
    let (receipt, data) = (receipt.to_vec(), Arc::clone(&data.0));
    let work: Work<_> = Box::new(move || {
        let (_, report) = opened(&receipt)?;
        let cancel = primitives::CancelToken::new();
        data.with(|input| scoring::replay_era_report(&report, input, &cancel, &mut ignore_progress))
    });
    AsyncTask::new(Background::new(work, |()| ()))
}
