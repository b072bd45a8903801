use crate::predictoor::Refusal;
use countermark_primitives::{Coded, Error as Base, Kind};

/// Faults of splitting and settling.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is something to split, and nobody with a weight above zero to give it to.
    #[error("all {count} weights are zero")]
    NoWeight {
        /// Number of weights.
        count: usize,
    },
    /// A settlement is not what its scores, stakes, pot and rule give.
    #[error("settlement differs from its recomputation in {field}{}", At(.row))]
    SettlementMismatch {
        /// The field that differs.
        field: &'static str,
        /// The row it is in; `None` for a total.
        row: Option<usize>,
    },
    /// A Predictoor feed refuses a call.
    #[error("the feed refuses: {}", .reason.text())]
    RoundRefused {
        /// The contract's reason.
        reason: Refusal,
    },
    /// A fault of the basic types: a length, a range, an overflow, a format.
    #[error(transparent)]
    Base(#[from] Base),
}

struct At<'a>(&'a Option<usize>);

impl core::fmt::Display for At<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.0 {
            Some(row) => write!(f, " of row {row}"),
            None => Ok(()),
        }
    }
}

/// Shorthand with this crate's error.
pub type Result<T, E = Error> = core::result::Result<T, E>;

impl From<Refusal> for Error {
    fn from(reason: Refusal) -> Self {
        Self::RoundRefused { reason }
    }
}

impl Coded for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::NoWeight { .. } => "no_weight",
            Self::SettlementMismatch { .. } => "settlement_mismatch",
            Self::RoundRefused { .. } => "round_refused",
            Self::Base(e) => e.code(),
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::NoWeight { .. } => Kind::Range,
            Self::SettlementMismatch { .. } => Kind::Proof,
            Self::RoundRefused { .. } => Kind::Refused,
            Self::Base(e) => e.kind(),
        }
    }

    fn check(&self) -> Option<&'static str> {
        match self {
            Self::SettlementMismatch { .. } => Some("settlement_recomputed"),
            Self::NoWeight { .. } | Self::RoundRefused { .. } => None,
            Self::Base(e) => e.check(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString as _;

    #[test]
    fn codes_are_listed() {
        for e in [
            Error::NoWeight { count: 0 },
            Error::SettlementMismatch { field: "paid", row: Some(1) },
            Error::RoundRefused { reason: Refusal::Paused },
            Error::Base(Base::Overflow { what: "x" }),
        ] {
            assert_eq!(countermark_primitives::codes::kind_of(e.code()), Some(e.kind().as_str()), "{e}");
        }
    }

    #[test]
    fn messages_name_the_row() {
        let e = Error::SettlementMismatch { field: "paid", row: Some(1) };
        assert_eq!(e.to_string(), "settlement differs from its recomputation in paid of row 1");
    }
}
