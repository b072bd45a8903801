use super::{MetaModel, Metric, MetricWeight, ModelResult, ScoreReport, Vector};
use crate::{Column, Error, Mode, ModelScore, Result, meta_model, score};
use alloc::collections::{BTreeMap, BTreeSet, btree_map::Entry};
use alloc::string::String;
use alloc::vec::Vec;
use countermark_primitives::{B256, Document as _, Error as Base, Nano, U256, Wei};
use countermark_receipt::{Attachments, attachment_hash};
use countermark_settle::{PayoutRule, Row, Settlement, settle_pot, weighted_score};

/// A model that takes part in a round.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelEntry {
    /// Its name, unique in the round, at most 128 bytes.
    pub name: String,
    /// Its predictions, one per row.
    pub predictions: Vec<f64>,
    /// What is staked on it.
    pub stake: Wei,
}

/// What a round is scored and settled by.
#[derive(Debug, Clone, PartialEq)]
pub struct Round {
    /// Name of the round or target, at most 128 bytes.
    pub name: String,
    /// One target per row.
    pub targets: Vec<f64>,
    /// A meta model from elsewhere, one value per row; `None` takes the models' own mean.
    pub meta_model: Option<Vec<f64>>,
    /// Whether the models' own mean is weighted by stake.
    pub stake_weighted: bool,
    /// Whether predictions and targets will travel with the report.
    pub disclosed: bool,
    /// The metrics settled on, in the order of [`Metric`].
    pub metrics: Vec<MetricWeight>,
    /// How scores become amounts.
    pub rule: PayoutRule,
    /// What there is to pay out.
    pub pot: Wei,
}

/// How much of a report was recomputed. The settlement always is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScoreVerdict {
    /// Models in the report.
    pub models: usize,
    /// Models whose correlation (or reason) was recomputed from their predictions.
    pub corr_recomputed: usize,
    /// Models whose contribution was recomputed.
    pub mmc_recomputed: usize,
}

/// Scores the models ([`Mode::PerModel`]), settles the pot, and answers the report with the attachments that belong
/// to it, by attachment hash: targets, predictions, and the meta model if it was given.
///
/// # Errors
/// Those of [`score`] and [`settle_pot`]; `limit_exceeded` for long names; `out_of_range` for a name used twice or
/// metrics that are repeated or out of order.
pub fn build_score_report(
    round: &Round,
    models: &[ModelEntry],
) -> Result<(ScoreReport, BTreeMap<B256, Vec<u8>>)> {
    let mut attachments = BTreeMap::new();
    let mut attach = |values: &[f64]| {
        let bytes = Vector(values.to_vec()).to_document();
        let hash = attachment_hash(&bytes);
        attachments.insert(hash, bytes);
        hash
    };
    let rows = u32::try_from(round.targets.len()).map_err(|_| Base::LimitExceeded {
        what: "rows",
        limit: u64::from(u32::MAX),
        got: round.targets.len() as u64,
    })?;
    let targets = attach(&round.targets);
    let meta = match (&round.meta_model, round.stake_weighted) {
        (Some(given), _) => MetaModel::Given(attach(given)),
        (None, true) => MetaModel::StakeWeighted,
        (None, false) => MetaModel::EqualMean,
    };
    let columns: Vec<Column<'_>> = models.iter().map(|m| (&m.predictions).into()).collect();
    let stakes: Vec<Wei> = models.iter().map(|m| m.stake).collect();
    let scores = scores(&columns, &round.targets, meta, round.meta_model.as_deref(), &stakes)?;

    let mut results = Vec::with_capacity(models.len());
    for (m, s) in models.iter().zip(scores) {
        let (corr, mmc) = s.nanos()?;
        results.push(ModelResult {
            name: m.name.clone(),
            predictions: attach(&m.predictions),
            corr,
            mmc,
            reason: s.reason,
            stake: m.stake,
            payout: Wei::ZERO,
            burned: Wei::ZERO,
        });
    }
    let mut report = ScoreReport {
        round: round.name.clone(),
        targets,
        rows,
        meta_model: meta,
        disclosed: round.disclosed,
        metrics: round.metrics.clone(),
        rule: round.rule,
        pot: round.pot,
        models: results,
        paid: Wei::ZERO,
        burned: Wei::ZERO,
        remainder: Wei::ZERO,
    };
    report.check()?;
    let settled = settle_pot(report.pot, &report.settled_scores()?, &stakes, &report.rule)?;
    for (m, row) in report.models.iter_mut().zip(&settled.rows) {
        (m.payout, m.burned) = (row.paid, row.burned);
    }
    (report.paid, report.burned, report.remainder) = (settled.paid, settled.burned, settled.remainder);
    Ok((report, attachments))
}

/// Checks a report against itself and against what is attached: the settlement is always recomputed from the stated
/// scores, and the scores of every model whose predictions are at hand are recomputed to the last unit.
///
/// A disclosed report must have all its inputs; one that is not is checked as far as they go, and the verdict says
/// how far. Contributions against the models' own mean need everybody's predictions.
///
/// # Errors
/// `score_mismatch` and `score_input_missing` (check `score_recomputed`), `settlement_mismatch` (check
/// `settlement_recomputed`), and those of decoding and scoring.
pub fn verify_score_report(report: &ScoreReport, attachments: &dyn Attachments) -> Result<ScoreVerdict> {
    report.check()?;
    report.verify_settlement()?;
    let vector = |what, model: &str, hash: &B256| match attachments.get(hash) {
        Some(bytes) if attachment_hash(bytes) == *hash => Ok(Some(Vector::from_document(bytes)?.0)),
        Some(_) => Err(Error::ScoreMismatch { model: model.into(), field: what }),
        None if report.disclosed => Err(Error::ScoreInputMissing { what, model: model.into() }),
        None => Ok(None),
    };
    let mut verdict = ScoreVerdict { models: report.models.len(), corr_recomputed: 0, mmc_recomputed: 0 };
    let Some(targets) = vector("targets", "the report", &report.targets)? else { return Ok(verdict) };
    if targets.len() as u64 != u64::from(report.rows) {
        return Err(Error::ScoreMismatch { model: "-".into(), field: "rows" });
    }
    let given = match &report.meta_model {
        MetaModel::Given(hash) => vector("meta model", "the report", hash)?,
        _ => None,
    };
    // Each attachment is decoded once, however many models name it.
    let mut decoded = BTreeMap::new();
    for m in &report.models {
        if let Entry::Vacant(place) = decoded.entry(m.predictions)
            && let Some(values) = vector("predictions", &m.name, &m.predictions)?
        {
            place.insert(values);
        }
    }
    let known: Vec<(&ModelResult, &Vec<f64>)> =
        report.models.iter().filter_map(|m| Some((m, decoded.get(&m.predictions)?))).collect();
    let with_mmc = match report.meta_model {
        MetaModel::Given(_) => given.is_some(),
        _ => known.len() == report.models.len(),
    };
    let columns: Vec<Column<'_>> = known.iter().map(|(_, v)| (*v).into()).collect();
    let scores = if with_mmc {
        let stakes: Vec<Wei> = known.iter().map(|(m, _)| m.stake).collect();
        scores(&columns, &targets, report.meta_model, given.as_deref(), &stakes)?
    } else {
        score(&columns, &(&targets).into(), None, Mode::PerModel)?
    };
    for ((m, _), s) in known.iter().zip(scores) {
        let (corr, mmc) = s.nanos()?;
        let fields =
            [("reason", m.reason == s.reason), ("corr", m.corr == corr), ("mmc", !with_mmc || m.mmc == mmc)];
        if let Some((field, _)) = fields.into_iter().find(|(_, same)| !same) {
            return Err(Error::ScoreMismatch { model: m.name.clone(), field });
        }
    }
    verdict.corr_recomputed = known.len();
    verdict.mmc_recomputed = if with_mmc { known.len() } else { 0 };
    Ok(verdict)
}

/// Scores against a stated meta model. When no model can be scored there is none, and every model has its reason.
fn scores(
    columns: &[Column<'_>],
    targets: &[f64],
    kind: MetaModel,
    given: Option<&[f64]>,
    stakes: &[Wei],
) -> Result<Vec<ModelScore>> {
    let target = targets.into();
    let alone = score(columns, &target, None, Mode::PerModel)?;
    if alone.iter().all(|s| s.reason.is_some()) {
        return Ok(alone);
    }
    let own;
    let meta = match (kind, given) {
        (MetaModel::Given(_), Some(values)) => values,
        (MetaModel::StakeWeighted, _) => {
            let weights: Vec<U256> = stakes.iter().map(|s| s.get()).collect();
            own = meta_model(columns, &weights, targets.len())?;
            &own
        }
        _ => {
            own = meta_model(columns, &alloc::vec![U256::from(1); columns.len()], targets.len())?;
            &own
        }
    };
    score(columns, &target, Some(&meta.into()), Mode::PerModel)
}

impl ModelScore {
    /// Both scores in units of 1e-9, half to even; zeros where there is a reason.
    fn nanos(&self) -> Result<(Nano, Nano)> {
        if self.reason.is_some() {
            return Ok((Nano::new(0), Nano::new(0)));
        }
        // No meta model, no contribution.
        let mmc = if self.mmc.is_nan() { 0.0 } else { self.mmc };
        Ok((Nano::from_f64(self.corr)?, Nano::from_f64(mmc)?))
    }
}

impl ScoreReport {
    /// What every report must be, whatever its numbers.
    fn check(&self) -> Result<()> {
        let mut names = BTreeSet::new();
        for name in self.models.iter().map(|m| &m.name).chain([&self.round]) {
            if name.len() > super::MAX_NAME {
                let (limit, got) = (super::MAX_NAME as u64, name.len() as u64);
                return Err(Base::LimitExceeded { what: "name", limit, got }.into());
            }
        }
        for m in &self.models {
            if !names.insert(&m.name) {
                let range = "names used once";
                return Err(Base::OutOfRange { what: "model name", got: m.name.clone(), range }.into());
            }
            if m.reason.is_some() && (m.corr.get(), m.mmc.get()) != (0, 0) {
                return Err(Error::ScoreMismatch { model: m.name.clone(), field: "reason" });
            }
        }
        if self.models.len() > super::MAX_MODELS {
            let (limit, got) = (super::MAX_MODELS as u64, self.models.len() as u64);
            return Err(Base::LimitExceeded { what: "models", limit, got }.into());
        }
        if !self.metrics.is_sorted_by(|a, b| a.metric < b.metric) {
            let (got, range) = (String::from("repeated or out of order"), "each metric once, in order");
            return Err(Base::OutOfRange { what: "metrics", got, range }.into());
        }
        Ok(())
    }

    /// The score each model is settled on, in the order of the models: the sum of metric x multiplier.
    ///
    /// # Errors
    /// `overflow`.
    pub fn settled_scores(&self) -> Result<Vec<Nano>> {
        let multipliers: Vec<Nano> = self.metrics.iter().map(|m| m.multiplier).collect();
        let one = |m: &ModelResult| {
            if m.reason.is_some() {
                return Ok(Nano::new(0));
            }
            let value = |w: &MetricWeight| match w.metric {
                Metric::NumeraiCorr => m.corr,
                Metric::CorrelationContribution => m.mmc,
            };
            let values: Vec<Nano> = self.metrics.iter().map(value).collect();
            Ok(weighted_score(&values, &multipliers)?)
        };
        self.models.iter().map(one).collect()
    }

    fn verify_settlement(&self) -> Result<()> {
        let scores = self.settled_scores()?;
        let stakes: Vec<Wei> = self.models.iter().map(|m| m.stake).collect();
        // Rates are not stated in a report, so they are taken from the recomputation.
        let again = settle_pot(self.pot, &scores, &stakes, &self.rule)?;
        let rows = self.models.iter().zip(&again.rows);
        let stated = Settlement {
            pot: self.pot,
            rows: rows.map(|(m, r)| Row { paid: m.payout, burned: m.burned, ..*r }).collect(),
            paid: self.paid,
            burned: self.burned,
            remainder: self.remainder,
        };
        Ok(stated.verify(&self.rule)?)
    }
}
