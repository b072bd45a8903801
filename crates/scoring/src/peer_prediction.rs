//! Mechanisms that pay for answers without a ground truth: each answer is scored by those of others.

mod correlation;
mod determinant;
mod matching;
mod surrogate;
mod truth_serum;

pub use correlation::correlated_agreement;
pub use determinant::determinant_mutual_information;
pub use matching::{output_agreement, peer_truth_serum};
pub use surrogate::surrogate_scores;
pub use truth_serum::{bayesian_truth_serum, robust_bayesian_truth_serum};

use crate::{Error, Result};
use alloc::string::ToString as _;
use countermark_primitives::Error as Base;

/// Finite and above 0 up to 1, as what a logarithm or a division takes.
fn positive_shares(what: &'static str, shares: &[f64]) -> Result<()> {
    if let Some(row) = shares.iter().position(|x| !x.is_finite()) {
        return Err(Error::NonFinite { column: what.into(), row });
    }
    match shares.iter().find(|x| !(**x > 0.0 && **x <= 1.0)) {
        Some(x) => Err(Base::OutOfRange { what, got: x.to_string(), range: "above 0, up to 1" }.into()),
        None => Ok(()),
    }
}
