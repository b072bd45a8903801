use alloc::string::String;
use countermark_primitives::{Coded, Kind};

/// Faults of the engine.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The model asked for an operation that the exact runner does not have. It is never run by anything else.
    #[error("operation {operation} is not on the list of exact operations")]
    UnsupportedOperation {
        /// The operation, such as `Float.Cos`.
        operation: String,
    },
    /// An operation on an element type the exact runner does not have.
    #[error("operation {operation} on {dtype}, the exact runner knows F32, I32, I64 and Bool")]
    UnsupportedType {
        /// The operation.
        operation: String,
        /// The element type.
        dtype: String,
    },
    /// An operation named a tensor that was never made or is gone.
    #[error("operation {operation} reads a tensor that does not exist")]
    MissingTensor {
        /// The operation.
        operation: String,
    },
    /// An operation's result does not have the shape that was announced for it.
    #[error("operation {operation} made {got} values, {expected} were announced")]
    ResultShape {
        /// The operation.
        operation: String,
        /// Values announced.
        expected: usize,
        /// Values made.
        got: usize,
    },
    /// Rows to predict that are not whole.
    #[error("{got} input values are not rows of {columns}")]
    RowLength {
        /// Values in a row.
        columns: usize,
        /// Values given.
        got: usize,
    },
    /// The framework above the runner panicked; nothing of its result was used.
    #[error("the training framework failed: {reason}")]
    Framework {
        /// The panic's text.
        reason: String,
    },
    /// All 65536 sessions are in use.
    #[error("all sessions of this process are in use")]
    SessionsExhausted,
    /// A kernel refused its operands.
    #[error(transparent)]
    Kernel(#[from] countermark_exact::Error),
}

/// Shorthand with this crate's error.
pub type Result<T, E = Error> = core::result::Result<T, E>;

impl Coded for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::UnsupportedOperation { .. } => "engine_unsupported_operation",
            Self::UnsupportedType { .. } => "engine_unsupported_type",
            Self::MissingTensor { .. } => "engine_missing_tensor",
            Self::ResultShape { .. } => "engine_result_shape",
            Self::RowLength { .. } => "engine_row_length",
            Self::Framework { .. } => "engine_framework",
            Self::SessionsExhausted => "engine_sessions_exhausted",
            Self::Kernel(e) => e.code(),
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::UnsupportedOperation { .. } | Self::UnsupportedType { .. } => Kind::Unsupported,
            Self::MissingTensor { .. } | Self::ResultShape { .. } | Self::Framework { .. } => Kind::Internal,
            Self::RowLength { .. } => Kind::Shape,
            Self::SessionsExhausted => Kind::Limit,
            Self::Kernel(e) => e.kind(),
        }
    }

    fn is_retryable(&self) -> bool {
        matches!(self, Self::SessionsExhausted)
    }
}

impl From<Error> for countermark_proof_of_learning::Error {
    fn from(e: Error) -> Self {
        Self::Runner(alloc::boxed::Box::new(e))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use countermark_primitives::codes::kind_of;

    #[test]
    fn every_code_is_listed_with_its_kind() {
        let operation = String::from("Float.Cos");
        for e in [
            Error::UnsupportedOperation { operation: operation.clone() },
            Error::UnsupportedType { operation: operation.clone(), dtype: "F64".into() },
            Error::MissingTensor { operation: operation.clone() },
            Error::ResultShape { operation, expected: 1, got: 2 },
            Error::RowLength { columns: 2, got: 3 },
            Error::Framework { reason: "x".into() },
            Error::SessionsExhausted,
            Error::Kernel(countermark_exact::Error::EmptyReduction { what: "max" }),
        ] {
            assert_eq!(kind_of(e.code()), Some(e.kind().as_str()), "{e}");
        }
    }
}
