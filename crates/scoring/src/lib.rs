#![doc = include_str!("../README.md")]
#![no_std]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod error;
mod normal;
mod rank;
mod report;
mod score;
mod sort;
mod sum;
mod view;

pub use error::{Error, Result};
pub use normal::normal_quantile;
pub use rank::{gaussian, power, tie_kept_rank};
pub use report::{
    MetaModel, Metric, MetricWeight, ModelEntry, ModelResult, Round, ScoreReport, ScoreVerdict, Vector,
    build_score_report, verify_score_report,
};
pub use score::{Mode, ModelScore, Reason, correlation_contribution, meta_model, numerai_corr, score};
pub use view::{Column, Matrix};
