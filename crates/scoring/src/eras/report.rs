//! Scores over eras as a statement that can be signed, checked and replayed.

use super::scores::mean_nano;
use super::{EraInput, EraMetric, EraScores, score_eras};
use crate::{Column, Error, Mode, Result, parallel};
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use countermark_primitives::{
    B256, CancelToken, Canonical, Document, Error as Base, Nano, ProgressFn, Reader, Result as BaseResult,
    Wei, Writer, hash::blake3_tagged,
};
use countermark_receipt::{Body, schema};
use countermark_settle::{PayoutRule, Row, Settlement, settle_pot, weighted_score};

/// Longest name of a round, an era or a model, in bytes.
const MAX_NAME: usize = 128;
const MAX_MODELS: usize = 65_536;
const MAX_ERAS: usize = 65_536;
const MAX_SCORES: usize = 1 << 24;
/// The bits that stand for every NaN in a hash, as in canonical bytes.
const NAN: u64 = 0x7ff8_0000_0000_0000;

/// What a report is settled by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EraReportTerms {
    /// Name of the round, at most 128 bytes.
    pub round: String,
    /// What each metric counts for, in the order of the metrics.
    pub multipliers: Vec<Nano>,
    /// How scores become amounts.
    pub rule: PayoutRule,
    /// What there is to pay out.
    pub pot: Wei,
}

/// One model of an [`EraReport`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EraModel {
    /// Its name, unique in the report, at most 128 bytes.
    pub name: String,
    /// Hash of its predictions.
    pub predictions: B256,
    /// What it was settled on: the sum of mean x multiplier.
    pub score: Nano,
    /// What was staked on it.
    pub stake: Wei,
    /// What it is paid out of the pot.
    pub payout: Wei,
    /// What is taken from its stake.
    pub burned: Wei,
}

/// Scores of many models over many eras and the pot they settle: the body of an era report receipt. It commits to every
/// input by a hash, so that whoever has them can replay it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EraReport {
    /// What it is settled by.
    pub terms: EraReportTerms,
    /// The metrics, each once.
    pub metrics: Vec<EraMetric>,
    /// Names of the eras, in order.
    pub eras: Vec<String>,
    /// Hash of target, eras, ids, meta model, benchmark and features.
    pub inputs: B256,
    /// The models.
    pub models: Vec<EraModel>,
    /// Every score in units of 1e-9, shape `[eras, models, metrics]`; `None` where there is none.
    pub scores: Vec<Option<Nano>>,
    /// Sum of the payouts.
    pub paid: Wei,
    /// Sum of what was taken from stakes.
    pub burned: Wei,
    /// `pot + burned - paid`.
    pub remainder: Wei,
}

impl Canonical for EraReport {
    fn write(&self, w: &mut Writer) {
        w.text(&self.terms.round);
        w.list(&self.terms.multipliers, |w, m| m.write(w));
        self.terms.rule.write(w);
        self.terms.pot.write(w);
        w.list(&self.metrics, |w, m| w.text(m.name()));
        w.list(&self.eras, |w, e| w.text(e));
        w.hash(&self.inputs);
        w.list(&self.models, |w, m| {
            w.text(&m.name);
            w.hash(&m.predictions);
            m.score.write(w);
            m.stake.write(w);
            m.payout.write(w);
            m.burned.write(w);
        });
        w.list(&self.scores, |w, s| w.option(s.as_ref(), |w, s| s.write(w)));
        self.paid.write(w);
        self.burned.write(w);
        self.remainder.write(w);
    }

    fn read(r: &mut Reader<'_>) -> BaseResult<Self> {
        let metric = |r: &mut Reader<'_>| {
            let name = r.text("metric", MAX_NAME)?;
            let found = EraMetric::ALL.into_iter().find(|m| m.name() == name);
            found.ok_or(Base::InvalidText { what: "metric", form: "name of a metric" })
        };
        let most = EraMetric::ALL.len();
        Ok(Self {
            terms: EraReportTerms {
                round: r.text("round", MAX_NAME)?,
                multipliers: r.list("multipliers", 8, most, Nano::read)?,
                rule: PayoutRule::read(r)?,
                pot: Wei::read(r)?,
            },
            metrics: r.list("metrics", 4, most, metric)?,
            eras: r.list("eras", 4, MAX_ERAS, |r| r.text("era", MAX_NAME))?,
            inputs: r.hash("inputs")?,
            models: r.list("models", 140, MAX_MODELS, |r| {
                Ok(EraModel {
                    name: r.text("model name", MAX_NAME)?,
                    predictions: r.hash("predictions")?,
                    score: Nano::read(r)?,
                    stake: Wei::read(r)?,
                    payout: Wei::read(r)?,
                    burned: Wei::read(r)?,
                })
            })?,
            scores: r.list("scores", 1, MAX_SCORES, |r| r.option("score", Nano::read))?,
            paid: Wei::read(r)?,
            burned: Wei::read(r)?,
            remainder: Wei::read(r)?,
        })
    }
}

impl Document for EraReport {
    const SCHEMA: u16 = schema::ERA_REPORT;
    const VERSION: u16 = 1;
    const NAME: &'static str = "era_report";
}

impl Body for EraReport {
    const PARENTS: &'static [u16] = &[schema::AGENT];
}

/// Scores the models ([`Mode::PerModel`]) and settles the pot: the report of it, with the scores in full precision.
///
/// # Errors
/// Those of [`score_eras`] and [`EraScores::settle`]; `length_mismatch` unless there is a name and a stake per model;
/// `limit_exceeded` for long names; `out_of_range` for a name used twice, of a model or of an era.
///
/// ```
/// use countermark_primitives::{CancelToken, Nano, Wei, ignore_progress};
/// use countermark_scoring::*;
/// use countermark_settle::{PayoutRule, Share};
/// let (target, mine) = (vec![0.0, 0.5, 1.0, 0.5], vec![0.1, 0.4, 0.9, 0.5]);
/// let models = [(&mine).into()];
/// let input = EraInput::new(&models, (&target).into());
/// let terms = EraReportTerms {
///     round: "1".into(),
///     multipliers: vec![Nano::ONE],
///     rule: PayoutRule { clip: Nano::new(50_000_000), threshold: None, share: Share::AtMostRate },
///     pot: Wei::from_u128(100),
/// };
/// let go = CancelToken::new();
/// let stakes = [Wei::from_u128(1_000)];
/// let (report, _) =
///     build_era_report(&input, &[EraMetric::Corr], terms, &["me"], &stakes, &go, &mut ignore_progress)?;
/// assert_eq!(report.paid, Wei::from_u128(50));
/// verify_era_report(&report)?;
/// replay_era_report(&report, &input, &go, &mut ignore_progress)?;
/// let forged = EraReport { paid: Wei::from_u128(51), ..report };
/// assert!(verify_era_report(&forged).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn build_era_report(
    input: &EraInput<'_>,
    metrics: &[EraMetric],
    terms: EraReportTerms,
    names: &[&str],
    stakes: &[Wei],
    cancel: &CancelToken,
    progress: ProgressFn<'_>,
) -> Result<(EraReport, EraScores)> {
    // What would be refused in the end is refused before anything is scored.
    let (models, width) = (input.predictions.len(), metrics.len());
    check_lengths(&[
        ("model names", models, names.len()),
        ("stakes", models, stakes.len()),
        ("multipliers", width, terms.multipliers.len()),
    ])?;
    terms.rule.check()?;
    check_names("round", [&*terms.round])?;
    check_names("model name", names.iter().copied())?;
    let scores = score_eras(input, metrics, Mode::PerModel, None, cancel, progress)?;
    let settled = scores.settle(&terms.multipliers, stakes, terms.pot, &terms.rule)?;
    let hashes = hash_columns(input.predictions);
    let each = names.iter().zip(hashes).zip(&settled.scores).zip(&settled.settlement.rows);
    let report = EraReport {
        metrics: metrics.to_vec(),
        eras: scores.eras().to_vec(),
        inputs: hash_inputs(input),
        models: each
            .map(|(((name, predictions), score), row)| EraModel {
                name: (*name).into(),
                predictions,
                score: *score,
                stake: row.stake,
                payout: row.paid,
                burned: row.burned,
            })
            .collect(),
        scores: nanos(&scores)?,
        paid: settled.settlement.paid,
        burned: settled.settlement.burned,
        remainder: settled.settlement.remainder,
        terms,
    };
    report.check()?;
    Ok((report, scores))
}

/// Checks a report against itself: its shape, and that means, settled scores and every amount follow from the scores it
/// states. Whether the scores are those of the inputs is [`replay_era_report`]'s question.
///
/// # Errors
/// `score_mismatch` naming the model (check `score_recomputed`); `settlement_mismatch` naming field and row (check
/// `settlement_recomputed`); `length_mismatch`, `limit_exceeded` and `out_of_range` for its shape; those of [`settle_pot`].
pub fn verify_era_report(report: &EraReport) -> Result<()> {
    report.check()?;
    let (models, width) = (report.models.len(), report.metrics.len());
    let mut scores = Vec::with_capacity(models);
    for (j, model) in report.models.iter().enumerate() {
        let mut means = Vec::with_capacity(width);
        for k in 0..width {
            let by_era: Vec<Option<Nano>> =
                report.scores.iter().skip(j * width + k).step_by((models * width).max(1)).copied().collect();
            means.push(mean_nano(&by_era)?);
        }
        let score = weighted_score(&means, &report.terms.multipliers)?;
        same(&model.name, "score", score == model.score)?;
        scores.push(score);
    }
    let stakes: Vec<Wei> = report.models.iter().map(|m| m.stake).collect();
    // Rates are not stated in a report, so they are taken from the recomputation.
    let again = settle_pot(report.terms.pot, &scores, &stakes, &report.terms.rule)?;
    let rows = report.models.iter().zip(&again.rows);
    let stated = Settlement {
        pot: report.terms.pot,
        rows: rows.map(|(m, r)| Row { paid: m.payout, burned: m.burned, ..*r }).collect(),
        paid: report.paid,
        burned: report.burned,
        remainder: report.remainder,
    };
    Ok(stated.verify(&report.terms.rule)?)
}

/// Recomputes a report from its inputs: they must be those it commits to, and every score must come out the same to the
/// last unit.
///
/// # Errors
/// Those of [`verify_era_report`] and [`score_eras`]; `score_mismatch` naming the model and the field that differs.
pub fn replay_era_report(
    report: &EraReport,
    input: &EraInput<'_>,
    cancel: &CancelToken,
    progress: ProgressFn<'_>,
) -> Result<()> {
    verify_era_report(report)?;
    same("-", "models", report.models.len() == input.predictions.len())?;
    same("-", "inputs", report.inputs == hash_inputs(input))?;
    for (m, hash) in report.models.iter().zip(hash_columns(input.predictions)) {
        same(&m.name, "predictions", m.predictions == hash)?;
    }
    let scores = score_eras(input, &report.metrics, Mode::PerModel, None, cancel, progress)?;
    same("-", "eras", report.eras == scores.eras())?;
    let again = nanos(&scores)?;
    let width = report.metrics.len().max(1);
    for (i, (a, b)) in report.scores.iter().zip(&again).enumerate() {
        let name = |m: &EraModel| m.name.clone();
        let model = report.models.get(i / width % report.models.len().max(1)).map_or_else(String::new, name);
        let metric = report.metrics.get(i % width).map_or("score", |m| m.name());
        same(&model, metric, a == b)?;
    }
    Ok(())
}

fn same(model: &str, field: &'static str, holds: bool) -> Result<()> {
    if holds { Ok(()) } else { Err(Error::ScoreMismatch { model: model.into(), field }) }
}

impl EraReport {
    fn check(&self) -> Result<()> {
        let shape = self.eras.len().saturating_mul(self.models.len()).saturating_mul(self.metrics.len());
        check_lengths(&[
            ("multipliers", self.metrics.len(), self.terms.multipliers.len()),
            ("scores", shape, self.scores.len()),
        ])?;
        let limits = [
            ("models", MAX_MODELS, self.models.len()),
            ("eras", MAX_ERAS, self.eras.len()),
            ("scores", MAX_SCORES, shape),
        ];
        for (what, limit, got) in limits {
            if got > limit {
                return Err(Base::LimitExceeded { what, limit: limit as u64, got: got as u64 }.into());
            }
        }
        check_names("round", [&*self.terms.round])?;
        check_names("model name", self.models.iter().map(|m| &*m.name))?;
        check_names("era", self.eras.iter().map(|e| &**e))?;
        check_names("metric", self.metrics.iter().map(|m| m.name()))
    }
}

/// Refuses the first of `(what, expected, got)` that are not equal.
fn check_lengths(lengths: &[(&'static str, usize, usize)]) -> Result<()> {
    match lengths.iter().find(|(_, expected, got)| expected != got) {
        Some(&(what, expected, got)) => Err(Base::LengthMismatch { what, expected, got }.into()),
        None => Ok(()),
    }
}

/// Refuses names that are too long, or there twice.
fn check_names<'a>(what: &'static str, names: impl IntoIterator<Item = &'a str>) -> Result<()> {
    let mut seen = BTreeSet::new();
    for name in names {
        if name.len() > MAX_NAME {
            let (limit, got) = (MAX_NAME as u64, name.len() as u64);
            return Err(Base::LimitExceeded { what, limit, got }.into());
        }
        if !seen.insert(name) {
            return Err(Base::OutOfRange { what, got: name.into(), range: "each once" }.into());
        }
    }
    Ok(())
}

/// All scores in units of 1e-9.
fn nanos(scores: &EraScores) -> Result<Vec<Option<Nano>>> {
    let one = |x: &f64| if x.is_nan() { Ok(None) } else { Nano::from_f64(*x).map(Some) };
    Ok(scores.scores().iter().map(one).collect::<Result<_, _>>()?)
}

/// Hash of each column's values as f64. A NaN is a NaN, whatever bits the machine that made it chose.
fn hash_columns(columns: &[Column<'_>]) -> Vec<B256> {
    let one = |buffer: &mut Vec<u8>, j: usize| {
        buffer.clear();
        if let Some(c) = columns.get(j) {
            let bits = |x: f64| if x.is_nan() { NAN } else { x.to_bits() };
            c.to_vec().iter().for_each(|x| buffer.extend_from_slice(&bits(*x).to_le_bytes()));
        }
        blake3_tagged("scoring column", &[buffer])
    };
    parallel::map(columns.len(), Vec::new, one)
}

/// Hash of everything but the predictions. Names are written with their lengths, so that no two lists of names come to
/// the same bytes.
fn hash_inputs(input: &EraInput<'_>) -> B256 {
    let mut w = Vec::new();
    let mut add = |name: &str, hashes: &[B256]| {
        w.extend_from_slice(format!("{name} {}\n", hashes.len()).as_bytes());
        hashes.iter().for_each(|h| w.extend_from_slice(h.as_slice()));
    };
    add("target", &hash_columns(&[input.target]));
    add("meta_model", &hash_columns(input.meta_model.as_slice()));
    add("benchmark", &hash_columns(input.benchmark.as_slice()));
    add("features", &hash_columns(input.features));
    let rows = input.target.len();
    let eras = input.eras.map(|eras| {
        let names = super::group::group(Some(eras), rows);
        let mut by_row = alloc::vec![0u32; rows];
        let mut bytes = Writer::new();
        bytes.count(names.len());
        for (i, g) in (0u32..).zip(&names) {
            bytes.text(&g.name);
            for r in &g.rows {
                if let Some(e) = by_row.get_mut(*r as usize) {
                    *e = i;
                }
            }
        }
        by_row.iter().for_each(|e| bytes.u32(*e));
        blake3_tagged("scoring eras", &[&bytes.finish()])
    });
    add("eras", eras.as_slice());
    let ids = input.ids.map(|ids| {
        let mut bytes = Writer::new();
        let rows = 0..u32::try_from(ids.len()).unwrap_or(u32::MAX);
        rows.for_each(|r| bytes.text(&ids.key(r).to_string()));
        blake3_tagged("scoring ids", &[&bytes.finish()])
    });
    add("ids", ids.as_slice());
    blake3_tagged("scoring inputs", &[&w])
}
