#![doc = include_str!("../README.md")]
#![no_std]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod data;
mod error;
mod runner;
mod seed;
mod spec;
mod state;
mod training;
mod transcript;
mod verification;
mod verify;

pub use data::{Dataset, Normaliser};
pub use error::{Check, Error, Result};
pub use runner::{Segment, SegmentRunner};
pub use seed::{batch_rows, challenge, initial_state, seed};
pub use spec::{JobSpec, METRIC_MSE, MODEL_MLP_RELU, PROFILE_F32_FMA};
pub use state::{State, TILE, Tensor};
pub use training::{BeaconSource, SegmentLeaf, Training, verify_training};
pub use transcript::{Opening, Transcript};
pub use verification::{Anchoring, LeafOpening, Soundness, Verification, verify_verification};
pub use verify::{Challenge, Verdict, verify_transcript};
