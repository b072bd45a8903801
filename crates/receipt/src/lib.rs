#![doc = include_str!("../README.md")]
#![no_std]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod attachment;
mod body;
mod draft;
mod envelope;
mod error;
pub mod merkle;
pub mod schema;
mod table;

pub use attachment::{Attachments, attachment_hash};
pub use body::{Approval, Body};
pub use draft::{Draft, Prepared};
pub use envelope::{MAX_BODY, MAX_PARENTS, Receipt, Scheme};
pub use error::{Error, Result};
pub use merkle::{MerkleProof, MerkleTree};
pub use table::Table;
