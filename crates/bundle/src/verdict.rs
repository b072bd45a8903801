use alloc::{string::String, vec::Vec};
use core::fmt;
use countermark_primitives::{Address, B256, Timestamp};

/// How much stands behind a receipt's statement, beyond its signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Strength {
    /// The issuer says so; form and bounds were checked.
    Asserted,
    /// A random share of the work was re-executed by another agent, who says so.
    Sampled,
    /// Verifying the bundle recomputed it.
    Recomputed,
    /// It follows from a signature or hash alone.
    Proved,
}

impl Strength {
    /// The strength as one lower-case word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Asserted => "asserted",
            Self::Sampled => "sampled",
            Self::Recomputed => "recomputed",
            Self::Proved => "proved",
        }
    }
}

impl fmt::Display for Strength {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What verifying a bundle found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Digest of the bundle.
    pub digest: B256,
    /// One entry per receipt, in the bundle's order.
    pub receipts: Vec<ReceiptVerdict>,
}

/// What is known of one receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptVerdict {
    /// Place in the bundle, from 0.
    pub index: usize,
    /// Name of the schema.
    pub kind: &'static str,
    /// Id of the receipt.
    pub id: B256,
    /// Who signed it.
    pub issuer: Address,
    /// The name on the issuer's card; for people only.
    pub issuer_name: String,
    /// When, by the issuer's clock.
    pub issued_at: Timestamp,
    /// What stands behind the statement.
    pub strength: Strength,
}
