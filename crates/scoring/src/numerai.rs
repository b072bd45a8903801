//! Numerai's scores. Source: numerai/numerai-tools 0.7.2, `numerai_tools/scoring.py`.

mod rank;
mod score;

pub(crate) use rank::Ranker;
pub use rank::{gaussian, power, tie_kept_rank};
pub(crate) use score::{as_error, reason_of};
pub use score::{Mode, ModelScore, Reason, correlation_contribution, meta_model, numerai_corr, score};
