use alloc::{collections::BTreeMap, vec::Vec};
use countermark_primitives::{B256, hash};

/// The name by which a receipt's body refers to bytes that travel beside it: BLAKE3 with the tag
/// `countermark/receipt/attachment/v1`.
pub fn attachment_hash(bytes: &[u8]) -> B256 {
    hash::blake3_tagged("countermark/receipt/attachment/v1", &[bytes])
}

/// Bytes found by their [`attachment_hash`]. An implementation answers only bytes that have the hash asked for.
pub trait Attachments {
    /// The bytes, or `None` when they are not at hand.
    fn get(&self, hash: &B256) -> Option<&[u8]>;
}

impl Attachments for BTreeMap<B256, Vec<u8>> {
    fn get(&self, hash: &B256) -> Option<&[u8]> {
        BTreeMap::get(self, hash).map(Vec::as_slice)
    }
}
