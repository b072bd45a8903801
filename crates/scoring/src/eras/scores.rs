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

    /// A score in units of 1e-9, half to even; `None` where there is none.
    ///
    /// # Errors
    /// `out_of_range` for a score that no [`Nano`] holds.
    pub fn nano(&self, era: usize, model: usize, metric: usize) -> Result<Option<Nano>> {
        let x = self.get(era, model, metric);
        if x.is_nan() { Ok(None) } else { Ok(Some(Nano::from_f64(x)?)) }
    }

    /// Settles a pot on mean scores: every score is rounded to 1e-9 (half to even), averaged over the eras that have one
    /// (half to even), multiplied, summed, and settled by the rule: integers all the way. A model without a score in any
    /// era counts as zero.
    ///
    /// # Errors
    /// `length_mismatch` unless there is a multiplier per metric and a stake per model; `out_of_range` for a score or a sum
    /// that no [`Nano`] holds; those of [`settle_pot`].
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
            let mut means = Vec::with_capacity(self.metrics.len());
            for metric in 0..self.metrics.len() {
                let by_era = (0..self.eras.len()).map(|era| self.nano(era, model, metric));
                means.push(mean_nano(&by_era.collect::<Result<Vec<_>>>()?)?);
            }
            scores.push(weighted_score(&means, multipliers)?);
        }
        let settlement = settle_pot(pot, &scores, stakes, rule)?;
        Ok(EraSettlement { scores, settlement })
    }
}

/// The mean of the scores there are, half to even; zero without any.
pub(super) fn mean_nano(scores: &[Option<Nano>]) -> Result<Nano> {
    let (mut sum, mut count) = (0i128, 0i128);
    for s in scores.iter().flatten() {
        sum += i128::from(s.get());
        count += 1;
    }
    if count == 0 {
        return Ok(Nano::new(0));
    }
    let (floor, rest) = (sum.div_euclid(count), sum.rem_euclid(count));
    let up = 2 * rest > count || (2 * rest == count && floor.rem_euclid(2) == 1);
    let mean = i64::try_from(floor + i128::from(up)).map_err(|_| Base::Overflow { what: "mean score" })?;
    Ok(Nano::new(mean))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_are_rounded_half_to_even() {
        let mean = |v: &[i64]| {
            let all: Vec<Option<Nano>> = v.iter().map(|x| Some(Nano::new(*x))).collect();
            mean_nano(&all).unwrap().get()
        };
        assert_eq!([mean(&[1, 2]), mean(&[2, 3]), mean(&[-1, -2]), mean(&[-2, -3])], [2, 2, -2, -2]);
        assert_eq!([mean(&[]), mean(&[i64::MAX, i64::MAX]), mean(&[5, -7, 1])], [0, i64::MAX, 0]);
        assert_eq!(mean_nano(&[None, Some(Nano::new(4))]).unwrap().get(), 4);
    }
}
