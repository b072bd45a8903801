//! Many models over many eras in one call: every metric by era, what it comes to, and what each model is owed.

mod diagnostics;
mod group;
mod report;
mod scores;

pub use group::Eras;
pub use report::{
    EraModel, EraReport, EraReportTerms, build_era_report, replay_era_report, verify_era_report,
};
pub use scores::{EraScores, EraSettlement};

use crate::numerai::same_length;
use crate::{Column, Error, FeatureCache, Ids, Mode, Result, parallel};
use alloc::format;
use alloc::vec::Vec;
use core::ops::ControlFlow;
use countermark_primitives::{CancelToken, Error as Base, Progress, ProgressFn};

/// Eras that are scored between two looks at cancellation and progress.
const ROUND: usize = 16;

/// A score that a model gets in each era.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum EraMetric {
    /// Numerai's correlation with the target, [`numerai_corr`](crate::numerai_corr).
    Corr,
    /// Contribution to the meta model, [`correlation_contribution`](crate::correlation_contribution).
    Mmc,
    /// The same against the benchmark model.
    Bmc,
    /// Correlation with the meta model.
    Cwmm,
    /// Feature-neutral correlation, [`feature_neutral_corr`](crate::feature_neutral_corr).
    Fnc,
    /// The largest absolute correlation with a feature, [`feature_exposures`](crate::feature_exposures).
    MaxExposure,
    /// The root mean square of the correlations with the features.
    Exposure,
    /// 1 - Spearman's correlation with the era before, over the ids of both; without ids, row by row where both eras
    /// have as many rows. NaN in the first era, and where fewer than 80 % of the ids of either are common.
    Churn,
}

impl EraMetric {
    /// All metrics, in their order.
    pub const ALL: [Self; 8] = [
        Self::Corr,
        Self::Mmc,
        Self::Bmc,
        Self::Cwmm,
        Self::Fnc,
        Self::MaxExposure,
        Self::Exposure,
        Self::Churn,
    ];

    /// `corr`, `mmc`, `bmc`, `cwmm`, `fnc`, `max_exposure`, `exposure`, `churn`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Corr => "corr",
            Self::Mmc => "mmc",
            Self::Bmc => "bmc",
            Self::Cwmm => "cwmm",
            Self::Fnc => "fnc",
            Self::MaxExposure => "max_exposure",
            Self::Exposure => "exposure",
            Self::Churn => "churn",
        }
    }

    /// The metric of a name.
    ///
    /// # Errors
    /// `invalid_text` for a name that is none of [`EraMetric::name`].
    ///
    /// ```
    /// use countermark_scoring::EraMetric;
    /// assert_eq!(EraMetric::parse("fnc")?, EraMetric::Fnc);
    /// assert!(EraMetric::parse("tc").is_err());
    /// # Ok::<(), countermark_scoring::Error>(())
    /// ```
    pub fn parse(name: &str) -> Result<Self> {
        let form = "metric (corr, mmc, bmc, cwmm, fnc, max_exposure, exposure or churn)";
        let found = Self::ALL.into_iter().find(|m| m.name() == name);
        found.ok_or_else(|| Base::InvalidText { what: "metric", form }.into())
    }
}

/// What is scored: one row per scored item, in any order of eras.
#[derive(Debug, Clone, Copy)]
pub struct EraInput<'a> {
    /// One column per model.
    pub predictions: &'a [Column<'a>],
    /// The target of each row.
    pub target: Column<'a>,
    /// The era of each row; `None` when all rows are one era.
    pub eras: Option<Eras<'a>>,
    /// The id of each row, for churn.
    pub ids: Option<Ids<'a>>,
    /// The meta model, for `mmc` and `cwmm`.
    pub meta_model: Option<Column<'a>>,
    /// The benchmark model, for `bmc`.
    pub benchmark: Option<Column<'a>>,
    /// One column per feature, of any type, for `fnc` and exposures.
    pub features: &'a [Column<'a>],
}

impl<'a> EraInput<'a> {
    /// Predictions and target alone.
    pub fn new(predictions: &'a [Column<'a>], target: Column<'a>) -> Self {
        Self { predictions, target, eras: None, ids: None, meta_model: None, benchmark: None, features: &[] }
    }

    /// Whether what the metrics need is there, and everything has as many rows as the target. Predictions are looked at
    /// model by model later.
    fn check(&self, metrics: &[EraMetric]) -> Result<()> {
        let rows = self.target.len();
        if u32::try_from(rows).is_err() {
            return Err(
                Base::LimitExceeded { what: "rows", limit: u64::from(u32::MAX), got: rows as u64 }.into()
            );
        }
        let length = |name: &str, got: usize| {
            if got == rows {
                Ok(())
            } else {
                Err(Error::ColumnLength { column: name.into(), expected: rows, got })
            }
        };
        if let Some(eras) = &self.eras {
            length("eras", eras.len())?;
        }
        if let Some(ids) = &self.ids {
            length("ids", ids.len())?;
        }
        for (name, column) in [("meta_model", &self.meta_model), ("benchmark", &self.benchmark)] {
            if let Some(c) = column {
                length(name, c.len())?;
            }
        }
        for (j, c) in self.features.iter().enumerate() {
            same_length(&format!("feature {j}"), c, rows)?;
        }
        for (i, metric) in metrics.iter().enumerate() {
            if metrics.iter().take(i).any(|m| m == metric) {
                let got = metric.name().into();
                return Err(Base::OutOfRange { what: "metrics", got, range: "each metric once" }.into());
            }
            let missing = match metric {
                EraMetric::Mmc | EraMetric::Cwmm if self.meta_model.is_none() => "meta_model",
                EraMetric::Bmc if self.benchmark.is_none() => "benchmark",
                EraMetric::Fnc | EraMetric::MaxExposure | EraMetric::Exposure if self.features.is_empty() => {
                    "features"
                }
                _ => continue,
            };
            return Err(Error::MetricInputMissing { metric: metric.name(), input: missing });
        }
        Ok(())
    }
}

/// Scores every model in every era on every metric: rows are sorted into eras once, and within an era each model is
/// ranked and gaussianised once for all metrics and the features are factored once.
///
/// Nothing is copied whole: an era's rows are gathered as it is scored. The scores are the same bits on every platform
/// and number of threads. `cache` keeps factored features for a later call. [`Mode::PerModel`]: a model that cannot
/// be scored in an era has NaN there and a reason, the others are untouched; an era that cannot be scored (its target
/// is constant, say) has NaN and an error of its own. [`Mode::Compat`]: the rules of numerai-tools within each era.
/// [`Mode::Strict`]: the first fault fails the call.
///
/// # Errors
/// `length_mismatch`; `metric_input_missing` when a metric's input is not there; `out_of_range` for a metric named
/// twice; `limit_exceeded` above 2^32 rows; `cancelled`. [`Mode::Strict`]: those of the metrics.
///
/// ```
/// use countermark_primitives::{CancelToken, ignore_progress};
/// use countermark_scoring::{EraInput, EraMetric, Eras, Mode, score_eras};
/// let target = vec![0.0, 0.5, 1.0, 0.5, 0.0, 1.0, 0.5, 0.25];
/// let (mine, flat) = (vec![0.1, 0.4, 0.9, 0.5, 0.2, 0.8, 0.6, 0.3], vec![0.5; 8]);
/// let models = [(&mine).into(), (&flat).into()];
/// let eras = [1, 1, 1, 1, 2, 2, 2, 2];
/// let input = EraInput { eras: Some(Eras::I64(&eras)), ..EraInput::new(&models, (&target).into()) };
/// let run = |metrics: &[EraMetric]| {
///     score_eras(&input, metrics, Mode::PerModel, None, &CancelToken::new(), &mut ignore_progress)
/// };
/// let s = run(&[EraMetric::Corr])?;
/// assert!(s.get(0, 0, 0) > 0.9 && s.summary(0, 0).eras == 2);
/// assert_eq!(s.reason(1, 1).unwrap().code(), "constant_column");
/// assert!(run(&[EraMetric::Mmc]).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn score_eras(
    input: &EraInput<'_>,
    metrics: &[EraMetric],
    mode: Mode,
    cache: Option<&FeatureCache>,
    cancel: &CancelToken,
    progress: ProgressFn<'_>,
) -> Result<EraScores> {
    input.check(metrics)?;
    let groups = group::group(input.eras, input.target.len());
    let total = groups.len() as u64;
    let mut scored = Vec::with_capacity(groups.len());
    let mut at = 0;
    while at < groups.len() {
        cancel.check(at as u64, total)?;
        let round = at..groups.len().min(at + ROUND);
        let one = |(): &mut (), i: usize| {
            let i = round.start + i;
            let era = groups.get(i)?;
            let before = i.checked_sub(1).and_then(|i| groups.get(i));
            Some(diagnostics::score_era(input, metrics, mode, cache, &era.rows, before.map(|e| &*e.rows)))
        };
        for block in parallel::map(round.len(), || (), one).into_iter().flatten() {
            scored.push(match (block, mode) {
                (Ok(block), _) => Ok(block),
                (Err(e), Mode::Strict) => return Err(e),
                (Err(e), _) => Err(e),
            });
        }
        at = round.end;
        if progress(Progress { done: at as u64, total }) == ControlFlow::Break(()) {
            return Err(Base::Cancelled { done: at as u64, total }.into());
        }
    }
    let names = groups.into_iter().map(|g| g.name).collect();
    Ok(EraScores::new(names, metrics.to_vec(), input.predictions.len(), scored))
}
