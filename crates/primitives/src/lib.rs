#![doc = include_str!("../README.md")]
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

pub mod canonical;
pub mod codes;
mod entropy;
mod error;
pub mod hash;
mod task;
mod units;

pub use alloy_primitives::{Address, B256, U256, hex};
pub use canonical::{Canonical, Document, Reader, Writer};
pub use entropy::{Entropy, SeedEntropy};
pub use error::{Coded, Error, Kind, Result};
pub use task::{CancelToken, Progress, ProgressFn, ignore_progress};
pub use units::{BlockNumber, ChainId, Nano, Seconds, Step, Timestamp, Wei};
