#![doc = include_str!("../README.md")]
#![no_std]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod error;
pub mod gate;
mod job;
mod outcome;
mod policy;
mod run;
mod wire;

pub use error::{Error, Result};
pub use gate::{GatedOutputs, apply_gate};
pub use job::{Job, Limits, Slot, algorithm_hash};
pub use outcome::{Failure, Isolation, RawOutcome, Sandbox, Status};
pub use policy::{Admission, Algorithms, OutOfRange, Overlap, Policy, admit};
pub use run::{BuiltRun, Executed, Run, SealedPart, build_run, open_sealed, verify_run};
pub use wire::{RunJob, RunOutcome};
