#![doc = include_str!("../README.md")]
#![no_std]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

pub mod agreement;
mod contribution;
mod ensemble;
mod eras;
mod error;
pub mod labels;
mod linear;
mod numerai;
mod numeric;
mod parallel;
pub mod peer_prediction;
pub mod predictoor;
mod report;
pub mod rules;
mod view;
pub mod yuma;

pub use contribution::{
    ContributionMethod, Contributions, MAX_EXACT_PLAYERS, MAX_PLAYERS, contributions, ensemble_contribution,
};
pub use ensemble::Ensemble;
pub use eras::{
    EraInput, EraMetric, EraModel, EraReport, EraReportTerms, EraScores, EraSettlement, Eras,
    build_era_report, replay_era_report, score_eras, verify_era_report,
};
pub use error::{Error, Result, SubmissionPart};
pub use linear::FeatureCache;
pub use numerai::*;
pub use numeric::normal_quantile;
pub use parallel::with_threads;
pub use report::{
    MetaModel, Metric, MetricWeight, ModelEntry, ModelResult, Round, ScoreReport, ScoreVerdict, Vector,
    build_score_report, verify_score_report,
};
pub use view::{Column, Matrix};
