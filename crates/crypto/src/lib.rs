#![doc = include_str!("../README.md")]
#![no_std]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod error;
mod key;
#[cfg(feature = "seal")]
mod seal;
mod signature;
mod typed;

pub use error::{Error, Result};
pub use key::{PublicKey, SecretKey};
#[cfg(feature = "seal")]
pub use seal::{SealingKey, SealingPublicKey, open, seal};
pub use signature::{Signature, eip191_digest, recover_address, verify_signature};
pub use typed::{Domain, Field, FieldValue, TypedData};
