//! Hashes. SHA-256 for receipts, logs and transcripts; BLAKE3 for bulk data; Keccak-256 for Ethereum.
//!
//! Every hash of ours starts with an ASCII tag `countermark/<area>/<object>/v1`, so a digest made for one purpose
//! can never stand for another.
//!
//! ```
//! use countermark_primitives::hash::{blake3_tagged, sha256_tagged};
//! let a = sha256_tagged("countermark/doc/a/v1", &[b"same bytes"]);
//! let b = sha256_tagged("countermark/doc/b/v1", &[b"same bytes"]);
//! assert_ne!(a, b);
//! assert_ne!(a, blake3_tagged("countermark/doc/a/v1", &[b"same bytes"]));
//! ```

use alloy_primitives::B256;
use sha2::{Digest as _, Sha256};

pub use alloy_primitives::keccak256;

/// SHA-256 over the tag and then all parts, one after the other without separators.
///
/// The parts must have a fixed or self-delimiting length: the hash does not see where one ends.
pub fn sha256_tagged(tag: &str, parts: &[&[u8]]) -> B256 {
    let mut h = Sha256::new();
    h.update(tag.as_bytes());
    for p in parts {
        h.update(p);
    }
    B256::from_slice(&h.finalize())
}

/// BLAKE3 over the tag and then all parts, one after the other without separators.
pub fn blake3_tagged(tag: &str, parts: &[&[u8]]) -> B256 {
    let mut h = blake3::Hasher::new();
    h.update(tag.as_bytes());
    for p in parts {
        h.update(p);
    }
    B256::from(*h.finalize().as_bytes())
}

/// Plain SHA-256, for formats that others defined.
pub fn sha256(bytes: &[u8]) -> B256 {
    B256::from_slice(&Sha256::digest(bytes))
}
