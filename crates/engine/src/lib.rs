#![doc = include_str!("../README.md")]

extern crate alloc;

pub mod backend;
mod error;
mod interpreter;
mod model;
mod trace;
mod trainer;

pub use error::{Error, Result};
pub use trace::{OperationRecord, TensorRecord, Trace};
pub use trainer::{Trainer, predict};
