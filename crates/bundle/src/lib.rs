#![doc = include_str!("../README.md")]
#![no_std]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod error;
mod evidence;
mod file;
mod link;
mod statement;
mod verdict;
mod verify;

pub use error::{Check, Error, LinkFault, Result};
pub use file::{Bundle, MAX_BUNDLE, digest_of};
pub use statement::Statement;
pub use verdict::{ReceiptVerdict, Strength, Verdict};
pub use verify::verify_bundle;
