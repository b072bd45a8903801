//! Scores by era, model and metric, and what they come to.

use super::EraMetric;
use super::diagnostics::Block;
use crate::{Error, Reason, Result, Summary, summarize};
use alloc::string::String;
use alloc::vec::Vec;
use countermark_primitives::{Error as Base, Nano, Wei};
use countermark_settle::{PayoutRule, Settlement, settle_pot, weighted_score};

/// What [`score_eras`](crate::score_eras) found: a score for each era, model and metric, in that order.
#[derive(Debug, Clone, PartialEq)]
pub struct EraScores {
    eras: Vec<String>,
    metrics: Vec<EraMetric>,
    models: usize,
    /// Shape `[eras, models, metrics]`.
    scores: Vec<f64>,
    /// Shape `[eras, models]`.
    reasons: Vec<Option<Reason>>,
    errors: Vec<Option<Error>>,
}

/// A pot settled on the scores of some eras.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EraSettlement {
    /// What each model was settled on: the sum of mean x multiplier over the metrics; zero without a score.
    pub scores: Vec<Nano>,
    /// The amounts.
    pub settlement: Settlement,
}

impl EraScores {
    pub(super) fn new(
        eras: Vec<String>,
        metrics: Vec<EraMetric>,
        models: usize,
        blocks: Vec<Result<Block>>,
    ) -> Self {
        let (mut scores, mut reasons, mut errors) = (Vec::new(), Vec::new(), Vec::new());
        for block in blocks {
            match block {
                Ok(block) => {
                    scores.extend(block.scores);
                    reasons.extend(block.reasons);
                    errors.push(None);
                }
                Err(e) => {
                    scores.resize(scores.len() + models * metrics.len(), f64::NAN);
                    reasons.resize(reasons.len() + models, None);
                    errors.push(Some(e));
                }
            }
        }
        Self { eras, metrics, models, scores, reasons, errors }
    }

    /// Names of the eras, in order; one empty name when there was no era column.
    pub fn eras(&self) -> &[String] {
        &self.eras
    }

    /// The metrics, as asked for.
    pub fn metrics(&self) -> &[EraMetric] {
        &self.metrics
    }

    /// Number of models.
    pub fn models(&self) -> usize {
        self.models
    }

    /// All scores, shape `[eras, models, metrics]`; NaN where there is none.
    pub fn scores(&self) -> &[f64] {
        &self.scores
    }

    /// One score; NaN where there is none.
    pub fn get(&self, era: usize, model: usize, metric: usize) -> f64 {
        if model >= self.models || metric >= self.metrics.len() {
            return f64::NAN;
        }
        let at = (era * self.models + model) * self.metrics.len() + metric;
        self.scores.get(at).copied().unwrap_or(f64::NAN)
    }

    /// Why a model has no score in an era.
    pub fn reason(&self, era: usize, model: usize) -> Option<Reason> {
        if model >= self.models {
            None
        } else {
            self.reasons.get(era * self.models + model).copied().flatten()
        }
    }

    /// Why nobody has a score in an era.
    pub fn error(&self, era: usize) -> Option<&Error> {
        self.errors.get(era).and_then(Option::as_ref)
    }

    /// A model's scores of one metric, era by era.
    pub fn by_era(&self, model: usize, metric: usize) -> Vec<f64> {
        (0..self.eras.len()).map(|era| self.get(era, model, metric)).collect()
    }

    /// Mean, standard deviation, Sharpe ratio, drawdown and autocorrelation over the eras.
    pub fn summary(&self, model: usize, metric: usize) -> Summary {
        summarize(&(&self.by_era(model, metric)).into())
    }

    /// Settles a pot on the mean scores: each metric's mean over the eras is rounded to the nearest 1e-9 (half to even),
    /// multiplied, summed, and settled by the rule. A model without a score in any era counts as zero.
    ///
    /// # Errors
    /// `length_mismatch` unless there is a multiplier per metric and a stake per model; `out_of_range` for a mean or a
    /// sum that no [`Nano`] holds; those of [`settle_pot`].
    pub fn settle(
        &self,
        multipliers: &[Nano],
        stakes: &[Wei],
        pot: Wei,
        rule: &PayoutRule,
    ) -> Result<EraSettlement> {
        for (what, expected, got) in
            [("multipliers", self.metrics.len(), multipliers.len()), ("stakes", self.models, stakes.len())]
        {
            if expected != got {
                return Err(Base::LengthMismatch { what, expected, got }.into());
            }
        }
        let mut scores = Vec::with_capacity(self.models);
        for model in 0..self.models {
            let mean = |metric| {
                let mean = self.summary(model, metric).mean;
                Nano::from_f64(if mean.is_nan() { 0.0 } else { mean })
            };
            let means = (0..self.metrics.len()).map(mean).collect::<Result<Vec<_>, _>>()?;
            scores.push(weighted_score(&means, multipliers)?);
        }
        let settlement = settle_pot(pot, &scores, stakes, rule)?;
        Ok(EraSettlement { scores, settlement })
    }
}
