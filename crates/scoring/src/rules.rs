//! Proper scoring rules: what a forecast is worth once the outcome is known. Lower is better throughout.
//!
//! Values agree with scoringrules 0.10 (`scoringrules/core`) where it has the rule; each function names its paper.

mod calibration;
mod categorical;
mod comparison;
mod distribution;
mod ensemble;
mod multivariate;
mod quantile;

pub use calibration::{
    BrierDecomposition, ReliabilityBin, ReliabilityDiagram, brier_decomposition, expected_calibration_error,
    murphy_diagram, pit_ensemble, pit_histogram, reliability_diagram,
};
pub use categorical::{
    binary_log_score, brier_score, categorical_log_score, ranked_log_score, rps_score, spherical_score,
};
pub use comparison::{DieboldMariano, diebold_mariano};
pub use distribution::{Distribution, crps, log_score, pit};
pub use ensemble::{CrpsEstimator, crps_ensemble, owcrps_ensemble, twcrps_ensemble, vrcrps_ensemble};
pub use multivariate::{Ensembles, energy_score, variogram_score};
pub use quantile::{crps_quantile, interval_score, quantile_score, weighted_interval_score};

use crate::{Error, Result};
use alloc::format;
use countermark_primitives::Error as Base;

/// Refuses the first number that is NaN or infinite.
fn finite(name: &str, values: &[f64]) -> Result<()> {
    match values.iter().position(|x| !x.is_finite()) {
        Some(row) => Err(Error::NonFinite { column: name.into(), row }),
        None => Ok(()),
    }
}

fn same_length(what: &'static str, expected: usize, got: usize) -> Result<()> {
    if expected == got { Ok(()) } else { Err(Base::LengthMismatch { what, expected, got }.into()) }
}

/// A number outside its range, with its place.
fn outside(what: &'static str, x: f64, at: usize, range: &'static str) -> Error {
    Base::OutOfRange { what, got: format!("{x} at {at}"), range }.into()
}
