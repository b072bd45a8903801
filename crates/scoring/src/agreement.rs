//! How far people agree beyond chance.
//!
//! Counts are kept as integers, so the order of the ratings never changes a result. Where every rating is the same, so
//! that chance alone would agree too, a measure is NaN.

mod kappa;
mod krippendorff;

pub use kappa::{KappaWeights, cohen_kappa, fleiss_kappa, scott_pi};
pub(crate) use kappa::{counts, pair};
pub use krippendorff::{Measurement, krippendorff_alpha};
