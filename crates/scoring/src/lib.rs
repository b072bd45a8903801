#![doc = include_str!("../README.md")]
#![no_std]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod error;
mod numerai;
mod numeric;
mod parallel;
pub mod predictoor;
mod report;
mod view;

pub use error::{Error, Result};
pub use numerai::{
    Mode, ModelScore, Reason, correlation_contribution, gaussian, meta_model, numerai_corr, power, score,
    tie_kept_rank,
};
pub use numeric::normal_quantile;
pub use parallel::with_threads;
pub use report::{
    MetaModel, Metric, MetricWeight, ModelEntry, ModelResult, Round, ScoreReport, ScoreVerdict, Vector,
    build_score_report, verify_score_report,
};
pub use view::{Column, Matrix};
