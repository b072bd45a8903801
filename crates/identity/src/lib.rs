#![doc = include_str!("../README.md")]
#![no_std]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod agent;
mod error;

pub use agent::{Agent, MAX_NAME, verify_agent};
pub use error::{Error, Result};
