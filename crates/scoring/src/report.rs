//! The score report: scores and their settlement as a statement that can be recomputed.

mod evidence;

pub use evidence::{ModelEntry, Round, ScoreVerdict, build_score_report, verify_score_report};

use crate::Reason;
use alloc::string::String;
use alloc::vec::Vec;
use countermark_primitives::{
    B256, Canonical, Document, Error as Base, Nano, Reader, Result as BaseResult, Wei, Writer,
};
use countermark_receipt::{Body, schema};
use countermark_settle::PayoutRule;

/// Longest name of a model or round, in bytes.
const MAX_NAME: usize = 128;
/// Models a report may hold.
const MAX_MODELS: usize = 65_536;
/// Schema of [`Vector`].
const VECTOR: u16 = schema::SCORE_VECTOR;

/// One f64 for each row: how predictions, targets and meta models are attached to a report.
///
/// ```
/// use countermark_primitives::Document;
/// use countermark_scoring::Vector;
/// let v = Vector(vec![0.25, 0.5]);
/// let bytes = v.to_document();
/// assert_eq!(Vector::from_document(&bytes)?, v);
/// assert!(Vector::from_document(&bytes[..20]).is_err());
/// # Ok::<(), countermark_primitives::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Vector(pub Vec<f64>);

impl Canonical for Vector {
    fn write(&self, w: &mut Writer) {
        w.list(&self.0, |w, x| w.f64(*x));
    }
    fn read(r: &mut Reader<'_>) -> BaseResult<Self> {
        r.list("vector", 8, u32::MAX as usize, |r| r.f64("vector element")).map(Self)
    }
}

impl Document for Vector {
    const SCHEMA: u16 = VECTOR;
    const VERSION: u16 = 1;
    const NAME: &'static str = "score_vector";
}

/// A metric a report can settle on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Metric {
    /// `numerai_corr`.
    NumeraiCorr,
    /// `correlation_contribution` (MMC).
    CorrelationContribution,
}

impl Metric {
    /// The name of the function that computes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NumeraiCorr => "numerai_corr",
            Self::CorrelationContribution => "correlation_contribution",
        }
    }
}

/// A metric and what it counts for: the settled score is the sum of metric x multiplier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MetricWeight {
    /// The metric.
    pub metric: Metric,
    /// Its multiplier, in units of 1e-9.
    pub multiplier: Nano,
}

/// What the contributions are measured against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MetaModel {
    /// The mean of the gaussianised tie-kept ranks of the models that can be scored.
    EqualMean,
    /// The same, weighted by stake.
    StakeWeighted,
    /// A [`Vector`] from elsewhere, named by its attachment hash.
    Given(B256),
}

/// What a report says of one model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelResult {
    /// The model's name, unique in the report.
    pub name: String,
    /// Attachment hash of its predictions, a [`Vector`].
    pub predictions: B256,
    /// Numerai's correlation; zero where there is a reason.
    pub corr: Nano,
    /// Contribution to the meta model; zero where there is a reason.
    pub mmc: Nano,
    /// Why the model could not be scored.
    pub reason: Option<Reason>,
    /// What was staked on it.
    pub stake: Wei,
    /// What it is paid out of the pot.
    pub payout: Wei,
    /// What is taken from its stake.
    pub burned: Wei,
}

/// Scores of one round and the pot they settle: the body of a score report receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScoreReport {
    /// Name of the round or target.
    pub round: String,
    /// Attachment hash of the targets, a [`Vector`].
    pub targets: B256,
    /// Number of targets.
    pub rows: u32,
    /// What contributions are measured against.
    pub meta_model: MetaModel,
    /// Whether targets and predictions travel with the report, so that everybody can recompute all of it.
    pub disclosed: bool,
    /// The metrics settled on, each at most once, in the order of [`Metric`].
    pub metrics: Vec<MetricWeight>,
    /// How scores become amounts. A model with a reason is settled as a score of zero.
    pub rule: PayoutRule,
    /// What there was to pay out.
    pub pot: Wei,
    /// One entry per model.
    pub models: Vec<ModelResult>,
    /// Sum of the payouts.
    pub paid: Wei,
    /// Sum of what was taken from stakes.
    pub burned: Wei,
    /// `pot + burned - paid`.
    pub remainder: Wei,
}

impl Canonical for Metric {
    fn write(&self, w: &mut Writer) {
        w.text(self.name());
    }
    fn read(r: &mut Reader<'_>) -> BaseResult<Self> {
        let name = r.text("metric", MAX_NAME)?;
        [Self::NumeraiCorr, Self::CorrelationContribution]
            .into_iter()
            .find(|m| m.name() == name)
            .ok_or(Base::InvalidText { what: "metric", form: "name of a metric" })
    }
}

impl Canonical for MetaModel {
    fn write(&self, w: &mut Writer) {
        match self {
            Self::EqualMean => w.u8(1),
            Self::StakeWeighted => w.u8(2),
            Self::Given(hash) => {
                w.u8(3);
                w.hash(hash);
            }
        }
    }
    fn read(r: &mut Reader<'_>) -> BaseResult<Self> {
        let at = r.position();
        Ok(match r.u8("meta model")? {
            1 => Self::EqualMean,
            2 => Self::StakeWeighted,
            3 => Self::Given(r.hash("meta model")?),
            _ => return Err(Base::NonCanonical { what: "meta model", at }),
        })
    }
}

impl Canonical for Reason {
    fn write(&self, w: &mut Writer) {
        match self {
            Self::NonFinite { row } => {
                w.u8(1);
                w.u64(*row);
            }
            Self::Constant => w.u8(2),
            Self::Length { expected, got } => {
                w.u8(3);
                w.u64(*expected);
                w.u64(*got);
            }
        }
    }
    fn read(r: &mut Reader<'_>) -> BaseResult<Self> {
        let at = r.position();
        Ok(match r.u8("reason")? {
            1 => Self::NonFinite { row: r.u64("reason row")? },
            2 => Self::Constant,
            3 => Self::Length { expected: r.u64("reason length")?, got: r.u64("reason length")? },
            _ => return Err(Base::NonCanonical { what: "reason", at }),
        })
    }
}

impl Canonical for ModelResult {
    fn write(&self, w: &mut Writer) {
        w.text(&self.name);
        w.hash(&self.predictions);
        self.corr.write(w);
        self.mmc.write(w);
        w.option(self.reason.as_ref(), |w, r| r.write(w));
        self.stake.write(w);
        self.payout.write(w);
        self.burned.write(w);
    }
    fn read(r: &mut Reader<'_>) -> BaseResult<Self> {
        Ok(Self {
            name: r.text("model name", MAX_NAME)?,
            predictions: r.hash("predictions")?,
            corr: Nano::read(r)?,
            mmc: Nano::read(r)?,
            reason: r.option("reason", Reason::read)?,
            stake: Wei::read(r)?,
            payout: Wei::read(r)?,
            burned: Wei::read(r)?,
        })
    }
}

impl Canonical for ScoreReport {
    fn write(&self, w: &mut Writer) {
        w.text(&self.round);
        w.hash(&self.targets);
        w.u32(self.rows);
        self.meta_model.write(w);
        w.bool(self.disclosed);
        w.list(&self.metrics, |w, m| {
            m.metric.write(w);
            m.multiplier.write(w);
        });
        self.rule.write(w);
        self.pot.write(w);
        w.list(&self.models, |w, m| m.write(w));
        self.paid.write(w);
        self.burned.write(w);
        self.remainder.write(w);
    }
    fn read(r: &mut Reader<'_>) -> BaseResult<Self> {
        let round = r.text("round", MAX_NAME)?;
        let targets = r.hash("targets")?;
        let rows = r.u32("rows")?;
        let meta_model = MetaModel::read(r)?;
        let disclosed = r.bool("disclosed")?;
        let at = r.position();
        let metrics = r.list("metrics", 12, 2, |r| {
            Ok(MetricWeight { metric: Metric::read(r)?, multiplier: Nano::read(r)? })
        })?;
        // Each metric once, in order: one set has one encoding.
        if !metrics.is_sorted_by(|a, b| a.metric < b.metric) {
            return Err(Base::NonCanonical { what: "metrics", at });
        }
        Ok(Self {
            round,
            targets,
            rows,
            meta_model,
            disclosed,
            metrics,
            rule: PayoutRule::read(r)?,
            pot: Wei::read(r)?,
            models: r.list("models", 149, MAX_MODELS, ModelResult::read)?,
            paid: Wei::read(r)?,
            burned: Wei::read(r)?,
            remainder: Wei::read(r)?,
        })
    }
}

impl Document for ScoreReport {
    const SCHEMA: u16 = schema::SCORE_REPORT;
    const VERSION: u16 = 1;
    const NAME: &'static str = "score_report";
}

impl Body for ScoreReport {
    const PARENTS: &'static [u16] = &[schema::AGENT, schema::VERIFICATION];

    fn attachments(&self) -> Vec<B256> {
        if !self.disclosed {
            return Vec::new();
        }
        let mut out = alloc::vec![self.targets];
        if let MetaModel::Given(hash) = self.meta_model {
            out.push(hash);
        }
        out.extend(self.models.iter().map(|m| m.predictions));
        // Two models may have made the same predictions.
        let mut seen = alloc::collections::BTreeSet::new();
        out.retain(|h| seen.insert(*h));
        out
    }
}
