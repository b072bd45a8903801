use countermark_primitives::{B256, Coded, Kind};

/// Faults of receipts, Merkle proofs and tables.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A fault of decoding or of a basic type.
    #[error(transparent)]
    Primitive(#[from] countermark_primitives::Error),
    /// A fault of a key or signature.
    #[error(transparent)]
    Crypto(#[from] countermark_crypto::Error),
    /// The leaf does not belong to the tree at that place.
    #[error("leaf {index} of {count} is not under Merkle root {root}")]
    MerkleMismatch {
        /// Root the leaf was checked against.
        root: B256,
        /// Place of the leaf.
        index: u64,
        /// Leaves of the tree.
        count: u64,
    },
    /// A cell of a table is NaN or infinite.
    #[error("column {column}, row {row} is not finite")]
    NonFiniteCell {
        /// Column, counted from 0.
        column: usize,
        /// Row, counted from 0.
        row: usize,
    },
}

/// Shorthand with this crate's error.
pub type Result<T, E = Error> = core::result::Result<T, E>;

impl Coded for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Primitive(e) => e.code(),
            Self::Crypto(e) => e.code(),
            Self::MerkleMismatch { .. } => "merkle_mismatch",
            Self::NonFiniteCell { .. } => "non_finite_cell",
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Primitive(e) => e.kind(),
            Self::Crypto(e) => e.kind(),
            Self::MerkleMismatch { .. } => Kind::Proof,
            Self::NonFiniteCell { .. } => Kind::Range,
        }
    }

    fn check(&self) -> Option<&'static str> {
        match self {
            Self::Primitive(e) => e.check(),
            Self::Crypto(e) => e.check(),
            Self::MerkleMismatch { .. } => Some("merkle_opening"),
            Self::NonFiniteCell { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use countermark_primitives::codes;

    #[test]
    fn every_code_is_listed() {
        for e in [
            Error::MerkleMismatch { root: B256::ZERO, index: 0, count: 0 },
            Error::NonFiniteCell { column: 0, row: 0 },
        ] {
            assert_eq!(codes::kind_of(e.code()), Some(e.kind().as_str()), "{}", e.code());
        }
    }
}
