use alloc::boxed::Box;
use core::fmt;
use countermark_primitives::{B256, Coded, Kind, Timestamp};

/// The four questions asked of every receipt of a bundle, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Check {
    /// Are the bytes of the one canonical form?
    Format,
    /// Did the issuer sign this?
    Signature,
    /// Does it build on what it says, and agree with it?
    Link,
    /// Does what can be recomputed come out the same?
    Evidence,
}

impl Check {
    /// The check as one lower-case word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::Signature => "signature",
            Self::Link => "link",
            Self::Evidence => "evidence",
        }
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a bundle is not valid.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The container's bytes are not of the one canonical form.
    #[error(transparent)]
    Primitive(#[from] countermark_primitives::Error),
    /// The digest at the end is not that of the bytes before it.
    #[error("bundle digest is {got}, its last 32 bytes say {expected}")]
    DigestMismatch {
        /// Digest stated at the end.
        expected: B256,
        /// Digest of the bytes.
        got: B256,
    },
    /// A receipt fails one of its checks.
    #[error("receipt {index} ({name}): {check}: {fault}")]
    Receipt {
        /// Place in the bundle, from 0.
        index: usize,
        /// Name of the schema.
        name: &'static str,
        /// The check that failed.
        check: Check,
        /// What was found.
        fault: Box<dyn Coded + Send + Sync>,
    },
    /// An attachment that no receipt refers to.
    #[error("no receipt refers to attachment {hash}")]
    AttachmentUnreferenced {
        /// Hash of the attachment.
        hash: B256,
    },
}

/// Shorthand with this crate's error.
pub type Result<T, E = Error> = core::result::Result<T, E>;

impl Coded for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Primitive(e) => e.code(),
            Self::DigestMismatch { .. } => "bundle_digest_mismatch",
            Self::Receipt { fault, .. } => fault.code(),
            Self::AttachmentUnreferenced { .. } => "attachment_unreferenced",
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Primitive(e) => e.kind(),
            Self::DigestMismatch { .. } | Self::AttachmentUnreferenced { .. } => Kind::Proof,
            Self::Receipt { fault, .. } => fault.kind(),
        }
    }

    fn check(&self) -> Option<&'static str> {
        Some(match self {
            Self::Primitive(_) => "format",
            Self::DigestMismatch { .. } => "digest",
            Self::Receipt { check, .. } => check.as_str(),
            Self::AttachmentUnreferenced { .. } => "link",
        })
    }
}

/// Why a receipt does not fit to what it builds on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LinkFault {
    /// The number of parents is not that of the schema.
    #[error("builds on {got} receipts, the schema on {expected}")]
    ParentCount {
        /// Number the schema has.
        expected: usize,
        /// Number found.
        got: usize,
    },
    /// A parent is not among the receipts before this one.
    #[error("parent {parent} is not among the receipts before it")]
    ParentMissing {
        /// Id of the parent.
        parent: B256,
    },
    /// A parent is of another schema than this receipt builds on.
    #[error("parent is of kind {got}, expected {expected}")]
    ParentKind {
        /// Schema expected.
        expected: &'static str,
        /// Schema found.
        got: &'static str,
    },
    /// The first parent is another agent's card.
    #[error("the card it names is another agent's")]
    IssuerCard,
    /// Issued before something it builds on.
    #[error("issued at {issued_at}, before its parent at {parent}")]
    TimeOrder {
        /// Own time.
        issued_at: Timestamp,
        /// The parent's time.
        parent: Timestamp,
    },
    /// The same receipt twice.
    #[error("the same receipt stands earlier in the bundle")]
    Duplicate,
    /// An attachment it refers to is not in the bundle.
    #[error("attachment {hash} is not in the bundle")]
    AttachmentMissing {
        /// Hash of the attachment.
        hash: B256,
    },
    /// A value differs from the same value in a parent.
    #[error("{what} differs from its parent's")]
    Mismatch {
        /// The value.
        what: &'static str,
    },
}

impl Coded for LinkFault {
    fn code(&self) -> &'static str {
        match self {
            Self::ParentCount { .. } => "link_parent_count",
            Self::ParentMissing { .. } => "link_parent_missing",
            Self::ParentKind { .. } => "link_parent_kind",
            Self::IssuerCard => "link_issuer_card",
            Self::TimeOrder { .. } => "link_time_order",
            Self::Duplicate => "link_duplicate",
            Self::AttachmentMissing { .. } => "attachment_missing",
            Self::Mismatch { .. } => "link_mismatch",
        }
    }

    fn kind(&self) -> Kind {
        Kind::Proof
    }

    fn check(&self) -> Option<&'static str> {
        Some("link")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use countermark_primitives::codes;

    #[test]
    fn every_code_is_listed() {
        let hash = B256::ZERO;
        for e in [Error::DigestMismatch { expected: hash, got: hash }, Error::AttachmentUnreferenced { hash }]
        {
            assert_eq!(codes::kind_of(e.code()), Some(e.kind().as_str()), "{}", e.code());
        }
        let time = Timestamp::new(0);
        for e in [
            LinkFault::ParentCount { expected: 0, got: 1 },
            LinkFault::ParentMissing { parent: hash },
            LinkFault::ParentKind { expected: "", got: "" },
            LinkFault::IssuerCard,
            LinkFault::TimeOrder { issued_at: time, parent: time },
            LinkFault::Duplicate,
            LinkFault::AttachmentMissing { hash },
            LinkFault::Mismatch { what: "" },
        ] {
            assert_eq!(codes::kind_of(e.code()), Some("proof"), "{}", e.code());
        }
    }
}
