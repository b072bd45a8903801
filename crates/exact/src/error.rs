use crate::Path;
use alloc::string::String;
use countermark_primitives::{Coded, Kind};

/// Faults of the exact operators.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A slice does not hold what the stated dimensions need.
    #[error("{what} holds {got} values, its dimensions need {expected}")]
    ShapeMismatch {
        /// The operand.
        what: &'static str,
        /// Values the dimensions need; `usize::MAX` when their product overflows.
        expected: usize,
        /// Values there are.
        got: usize,
    },
    /// An index points outside its dimension.
    #[error("index {index} is outside 0..{len} of {what}")]
    IndexOutOfRange {
        /// The dimension.
        what: &'static str,
        /// The index, as text, since it may be negative.
        index: String,
        /// Length of the dimension.
        len: usize,
    },
    /// A reduction over no elements has no value.
    #[error("{what} over no elements")]
    EmptyReduction {
        /// The operation.
        what: &'static str,
    },
    /// This CPU or this build has no such instruction-set path.
    #[error("path {} is not available here", path.name())]
    PathUnavailable {
        /// The path asked for.
        path: Path,
    },
    /// A number of threads outside 1..=1024.
    #[error("{got} threads asked for, outside 1..=1024")]
    ThreadsOutOfRange {
        /// The number asked for.
        got: usize,
    },
}

/// Shorthand with this crate's error.
pub type Result<T, E = Error> = core::result::Result<T, E>;

impl Coded for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::ShapeMismatch { .. } => "exact_shape_mismatch",
            Self::IndexOutOfRange { .. } => "exact_index_out_of_range",
            Self::EmptyReduction { .. } => "exact_empty_reduction",
            Self::PathUnavailable { .. } => "exact_path_unavailable",
            Self::ThreadsOutOfRange { .. } => "exact_threads_out_of_range",
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::ShapeMismatch { .. } | Self::EmptyReduction { .. } => Kind::Shape,
            Self::IndexOutOfRange { .. } | Self::ThreadsOutOfRange { .. } => Kind::Range,
            Self::PathUnavailable { .. } => Kind::Unavailable,
        }
    }
}

/// `Ok` when `got` values are what the dimensions need.
pub(crate) fn check_len(what: &'static str, dims: &[usize], got: usize) -> Result<()> {
    let expected = dims.iter().try_fold(1usize, |n, d| n.checked_mul(*d)).unwrap_or(usize::MAX);
    if expected == got { Ok(()) } else { Err(Error::ShapeMismatch { what, expected, got }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString as _;
    use countermark_primitives::codes::kind_of;

    #[test]
    fn every_code_is_listed_with_its_kind() {
        for e in [
            Error::ShapeMismatch { what: "a", expected: 1, got: 2 },
            Error::IndexOutOfRange { what: "a", index: 3.to_string(), len: 2 },
            Error::EmptyReduction { what: "max" },
            Error::PathUnavailable { path: Path::Neon },
            Error::ThreadsOutOfRange { got: 0 },
        ] {
            assert_eq!(kind_of(e.code()), Some(e.kind().as_str()), "{e}");
        }
    }

    #[test]
    fn dimensions_that_overflow_are_refused() {
        assert!(check_len("a", &[usize::MAX, 2], 2).is_err());
        assert!(check_len("a", &[3, 2], 6).is_ok());
    }
}
