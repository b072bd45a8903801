use crate::{Error, Result};
use alloc::{collections::BTreeMap, vec::Vec};
use countermark_primitives::{B256, Canonical as _, Error as Basic, Reader, Writer, hash::sha256_tagged};
use countermark_receipt::{Receipt, attachment_hash, schema};

/// Most bytes of a bundle.
pub const MAX_BUNDLE: usize = 64 << 20;
const MAX_RECEIPTS: usize = 4096;
const MAX_ATTACHMENTS: usize = 4096;
const VERSION: u16 = 1;

/// Receipts and what they refer to, in one file.
///
/// Wire form: `CMRK`, schema 1, version 1, receipts (list, parents first), attachments (list of bytes, ascending by
/// hash, none twice), and the digest: SHA-256 with the tag `countermark/bundle/digest/v1` over all bytes before it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bundle {
    /// Receipts; each stands after those it builds on.
    pub receipts: Vec<Receipt>,
    /// Attachments by their [`attachment_hash`].
    pub attachments: BTreeMap<B256, Vec<u8>>,
}

impl Bundle {
    /// Adds a receipt.
    pub fn push(&mut self, receipt: Receipt) -> B256 {
        let id = receipt.id();
        self.receipts.push(receipt);
        id
    }

    /// Adds bytes that receipts refer to.
    pub fn attach(&mut self, bytes: Vec<u8>) -> B256 {
        let hash = attachment_hash(&bytes);
        self.attachments.insert(hash, bytes);
        hash
    }

    /// The file, digest included.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.header(schema::BUNDLE, VERSION);
        w.list(&self.receipts, |w, r| r.write(w));
        w.count(self.attachments.len());
        for bytes in self.attachments.values() {
            w.bytes(bytes);
        }
        let mut out = w.finish();
        let digest = digest_of(&out);
        out.extend_from_slice(digest.as_slice());
        out
    }

    /// Reads a file: form and digest. Says nothing about signatures, links or evidence.
    ///
    /// # Errors
    /// `limit_exceeded` over 64 MiB, the format faults, `bundle_digest_mismatch`.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        if bytes.len() > MAX_BUNDLE {
            let (limit, got) = (MAX_BUNDLE as u64, bytes.len() as u64);
            return Err(Basic::LimitExceeded { what: "bundle size", limit, got }.into());
        }
        match Self::parse(bytes) {
            // A changed byte can make any field unreadable; the digest says so more plainly.
            Err(Error::Primitive(e)) if !says_where_it_ends(&e) => check_digest(bytes).and(Err(e.into())),
            other => other,
        }
    }

    fn parse(bytes: &[u8]) -> Result<Self> {
        let mut r = Reader::new(bytes);
        r.header("bundle", schema::BUNDLE, VERSION)?;
        let receipts = r.list("bundle receipts", 110, MAX_RECEIPTS, Receipt::read)?;
        let count = r.count("bundle attachments", 4, MAX_ATTACHMENTS)?;
        let mut attachments = BTreeMap::new();
        for _ in 0..count {
            let at = r.position();
            let bytes = r.bytes("attachment", MAX_BUNDLE)?;
            let hash = attachment_hash(bytes);
            if attachments.last_key_value().is_some_and(|(last, _)| *last >= hash) {
                return Err(Basic::NonCanonical { what: "order of attachments", at }.into());
            }
            attachments.insert(hash, bytes.to_vec());
        }
        r.hash("bundle digest")?;
        r.finish("bundle")?;
        check_digest(bytes)?;
        Ok(Self { receipts, attachments })
    }

    /// The digest, which names the bundle.
    pub fn digest(&self) -> B256 {
        let bytes = self.to_bytes();
        bytes.len().checked_sub(32).and_then(|n| bytes.get(..n)).map(digest_of).unwrap_or_default()
    }
}

/// Whether a fault tells that the file is cut short, too long, or no bundle of a version known here.
fn says_where_it_ends(e: &Basic) -> bool {
    !matches!(e, Basic::NonCanonical { .. } | Basic::InvalidText { .. } | Basic::LimitExceeded { .. })
}

fn check_digest(bytes: &[u8]) -> Result<()> {
    let Some((covered, last)) = bytes.split_last_chunk::<32>() else { return Ok(()) };
    let (expected, got) = (B256::from(*last), digest_of(covered));
    if got == expected { Ok(()) } else { Err(Error::DigestMismatch { expected, got }) }
}

/// The digest of a bundle's bytes up to its digest.
pub fn digest_of(covered: &[u8]) -> B256 {
    sha256_tagged("countermark/bundle/digest/v1", &[covered])
}
