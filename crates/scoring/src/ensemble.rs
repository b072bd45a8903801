//! An ensemble whose members weigh what they have contributed.

use crate::numerai::{Ranker, as_error, reason_of};
use crate::{Column, ContributionMethod, Error, Result, ensemble_contribution};
use alloc::format;
use alloc::vec::Vec;
use countermark_primitives::{Error as Base, Nano, U256, Wei};
use countermark_settle::largest_remainder;

/// Weights of models, by what each contributed to their ensemble on past data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ensemble {
    weights: Vec<Nano>,
}

impl Ensemble {
    /// Weighs each model by its contribution, [`ensemble_contribution`], on rows whose target is known.
    ///
    /// # Errors
    /// Those of [`ensemble_contribution`] and [`Ensemble::new`].
    ///
    /// ```
    /// use countermark_scoring::{ContributionMethod, Ensemble};
    /// let target = vec![0.0, 0.25, 0.5, 0.5, 0.75, 1.0];
    /// let (good, fair) = (vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0], vec![2.0, 1.0, 3.0, 4.0, 6.0, 5.0]);
    /// let models = [(&good).into(), (&fair).into()];
    /// let e = Ensemble::fit(&models, &(&target).into(), ContributionMethod::Shapley)?;
    /// assert!(e.weights()[0] > e.weights()[1]);
    /// let flat = vec![0.5; 6];
    /// assert!(Ensemble::fit(&models, &(&flat).into(), ContributionMethod::Shapley).is_err());
    /// # Ok::<(), countermark_scoring::Error>(())
    /// ```
    pub fn fit(predictions: &[Column<'_>], target: &Column<'_>, method: ContributionMethod) -> Result<Self> {
        Self::new(&ensemble_contribution(predictions, target, None, method)?.values)
    }

    /// Weights in proportion to contributions, in units of 1e-9 that add up to exactly 1, by the largest remainder. A
    /// model with a negative contribution or none (NaN) weighs nothing.
    ///
    /// # Errors
    /// `out_of_range` for a contribution that is infinite or too large for units of 1e-9; `no_weight` when nobody
    /// contributed.
    ///
    /// ```
    /// use countermark_scoring::Ensemble;
    /// let e = Ensemble::new(&[0.03, -0.01, 0.01, f64::NAN])?;
    /// assert_eq!(e.weights().iter().map(|w| w.to_f64()).collect::<Vec<_>>(), [0.75, 0.0, 0.25, 0.0]);
    /// assert!(Ensemble::new(&[-0.01]).is_err());
    /// # Ok::<(), countermark_scoring::Error>(())
    /// ```
    pub fn new(contributions: &[f64]) -> Result<Self> {
        let share = |c: &f64| {
            if c.is_nan() || *c <= 0.0 {
                return Ok(U256::ZERO);
            }
            Ok(U256::from(Nano::from_f64(*c)?.get().unsigned_abs()))
        };
        let shares = contributions.iter().map(share).collect::<Result<Vec<_>>>()?;
        let whole = Wei::from_u128(1_000_000_000);
        let parts = largest_remainder(whole, &shares)?;
        // A part is at most the whole.
        let nano = |part: Wei| Nano::new(i64::try_from(part.get()).unwrap_or(0));
        Ok(Self { weights: parts.into_iter().map(nano).collect() })
    }

    /// One weight per model, 0..=1, adding up to 1.
    pub fn weights(&self) -> &[Nano] {
        &self.weights
    }

    /// The weighted sum of the models' gaussianised tie-kept ranks; a model that weighs nothing is not looked at.
    ///
    /// # Errors
    /// `length_mismatch` unless there is a column per weight and all that weigh have as many rows; `non_finite`,
    /// `constant_column` for one that weighs.
    ///
    /// ```
    /// use countermark_scoring::Ensemble;
    /// let e = Ensemble::new(&[0.02, 0.01])?;
    /// let (a, b) = (vec![3.0, 2.0, 1.0], vec![0.1, 0.2, 0.3]);
    /// let p = e.predict(&[(&a).into(), (&b).into()])?;
    /// assert!(p[0] > p[1] && p[1] > p[2]);
    /// assert!(e.predict(&[(&a).into()]).is_err());
    /// # Ok::<(), countermark_scoring::Error>(())
    /// ```
    pub fn predict(&self, predictions: &[Column<'_>]) -> Result<Vec<f64>> {
        let (expected, got) = (self.weights.len(), predictions.len());
        if got != expected {
            return Err(Base::LengthMismatch { what: "predictions", expected, got }.into());
        }
        let mut ranker = Ranker::default();
        let (mut values, mut gauss, mut unused) = (Vec::new(), Vec::new(), Vec::new());
        let mut sum: Vec<f64> = Vec::new();
        for (j, (p, weight)) in predictions.iter().zip(&self.weights).enumerate() {
            if weight.get() == 0 {
                continue;
            }
            if sum.is_empty() {
                sum.resize(p.len(), 0.0);
            }
            p.load(&mut values);
            if let Some(reason) = reason_of(&values, sum.len()) {
                return Err(as_error(&format!("prediction {j}"), reason));
            }
            gauss.clear();
            ranker.transform(&values, &mut gauss, &mut unused);
            let weight = weight.to_f64();
            sum.iter_mut().zip(&gauss).for_each(|(s, g)| *s += weight * g);
        }
        if sum.is_empty() {
            return Err(Error::TooFewRows { kept: 0, of: 0, needed: 1 });
        }
        Ok(sum)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use countermark_primitives::Coded as _;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn weights_add_up_to_one(c in proptest::collection::vec(-1.0f64..1.0, 1..40)) {
            match Ensemble::new(&c) {
                Ok(e) => {
                    prop_assert_eq!(e.weights().iter().map(|w| w.get()).sum::<i64>(), 1_000_000_000);
                    for (w, c) in e.weights().iter().zip(&c) {
                        prop_assert!(w.get() >= 0 && (*c > 0.0 || w.get() == 0));
                    }
                }
                Err(e) => {
                    prop_assert_eq!(e.code(), "no_weight");
                    prop_assert!(c.iter().all(|c| *c < 1e-9));
                }
            }
        }
    }

    #[test]
    fn refusals() {
        let code = |c: &[f64]| Ensemble::new(c).unwrap_err().code();
        assert_eq!((code(&[]), code(&[f64::INFINITY])), ("no_weight", "out_of_range"));
        let e = Ensemble::new(&[1.0, 0.0]).unwrap();
        let (good, gap, short, none) = ([1.0, 2.0], [f64::NAN, 1.0], [1.0], [0.0; 0]);
        // What weighs nothing may be anything.
        assert!(e.predict(&[good[..].into(), gap[..].into()]).is_ok());
        let bad = e.predict(&[gap[..].into(), good[..].into()]).unwrap_err();
        assert_eq!(bad, Error::NonFinite { column: "prediction 0".into(), row: 0 });
        let both = Ensemble::new(&[1.0, 1.0]).unwrap();
        assert_eq!(both.predict(&[good[..].into(), short[..].into()]).unwrap_err().code(), "length_mismatch");
        assert_eq!(e.predict(&[none[..].into(), good[..].into()]).unwrap_err().code(), "too_few_rows");
    }
}
