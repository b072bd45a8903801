use alloc::string::String;
use countermark_primitives::{Coded, Error as Base, Kind};

/// Faults of scoring.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A value that must be finite is NaN or infinite.
    #[error("{column} has a value at row {row} that is NaN or infinite")]
    NonFinite {
        /// The column: `prediction 3`, `target`, `meta_model`.
        column: String,
        /// The row, from 0.
        row: usize,
    },
    /// A column has one value only, so a correlation with it has no meaning.
    #[error("{column} is constant")]
    ConstantColumn {
        /// The column: `prediction 3`, `target`, `meta_model`.
        column: String,
    },
    /// A column has not as many rows as there must be.
    #[error("{column} has {got} rows, expected {expected}")]
    ColumnLength {
        /// The column: `prediction 3`, `target`, `meta_model`.
        column: String,
        /// Rows expected.
        expected: usize,
        /// Rows found.
        got: usize,
    },
    /// Too few rows are left to score.
    #[error("{kept} of {of} rows can be scored, at least {needed} must be")]
    TooFewRows {
        /// Rows with a value in every column.
        kept: usize,
        /// Rows there are.
        of: usize,
        /// Rows needed.
        needed: usize,
    },
    /// An id names two rows of one column.
    #[error("id {id} occurs more than once")]
    DuplicateId {
        /// The id, as text.
        id: String,
    },
    /// A tournament would refuse the submission.
    #[error("{}: {why}", part.prefix())]
    InvalidSubmission {
        /// What is wrong with it.
        part: SubmissionPart,
        /// Why.
        why: String,
    },
    /// Raising to a power changed the values beyond recognition.
    #[error("raised to the power, the values correlate only {correlation} with themselves, below 0.9")]
    PowerDecorrelates {
        /// Pearson's correlation; NaN when undefined.
        correlation: f64,
    },
    /// A report's score is not what its predictions and targets give.
    #[error("{field} of model {model} differs from its recomputation")]
    ScoreMismatch {
        /// Name of the model; `-` for a field of the report itself.
        model: String,
        /// The field that differs.
        field: &'static str,
    },
    /// A report promises its inputs, and one is not there.
    #[error("the {what} of {model} are not attached")]
    ScoreInputMissing {
        /// `predictions` or `targets`.
        what: &'static str,
        /// Name of the model; `the report` for targets.
        model: String,
    },
    /// A metric needs an input that was not given.
    #[error("metric {metric} needs {input}")]
    MetricInputMissing {
        /// The metric's name.
        metric: &'static str,
        /// The input's name: `meta_model`, `benchmark`, `features`.
        input: &'static str,
    },
    /// A fault of settling.
    #[error(transparent)]
    Settle(#[from] countermark_settle::Error),
    /// A fault of the basic types: a length, a range, a format.
    #[error(transparent)]
    Base(#[from] Base),
}

/// The part of a submission that is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SubmissionPart {
    /// Names and order of the columns.
    Headers,
    /// Ids: missing, repeated or too few.
    Ids,
    /// Predictions: missing, outside 0..=1 or all the same.
    Values,
}

impl SubmissionPart {
    /// What numerai-tools' messages begin with; also the error's code.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Headers => "invalid_submission_headers",
            Self::Ids => "invalid_submission_ids",
            Self::Values => "invalid_submission_values",
        }
    }
}

/// Shorthand with this crate's error.
pub type Result<T, E = Error> = core::result::Result<T, E>;

impl Coded for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::NonFinite { .. } => "non_finite",
            Self::ConstantColumn { .. } => "constant_column",
            Self::ColumnLength { .. } => "length_mismatch",
            Self::TooFewRows { .. } => "too_few_rows",
            Self::DuplicateId { .. } => "duplicate_id",
            Self::InvalidSubmission { part, .. } => part.prefix(),
            Self::PowerDecorrelates { .. } => "power_decorrelates",
            Self::ScoreMismatch { .. } => "score_mismatch",
            Self::ScoreInputMissing { .. } => "score_input_missing",
            Self::MetricInputMissing { .. } => "metric_input_missing",
            Self::Settle(e) => e.code(),
            Self::Base(e) => e.code(),
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::ColumnLength { .. } | Self::TooFewRows { .. } => Kind::Shape,
            Self::MetricInputMissing { .. } => Kind::Invalid,
            Self::DuplicateId { .. } | Self::InvalidSubmission { .. } => Kind::Invalid,
            Self::ScoreMismatch { .. } | Self::ScoreInputMissing { .. } => Kind::Proof,
            Self::Settle(e) => e.kind(),
            Self::Base(e) => e.kind(),
            _ => Kind::Range,
        }
    }

    fn check(&self) -> Option<&'static str> {
        match self {
            Self::ScoreMismatch { .. } | Self::ScoreInputMissing { .. } => Some("score_recomputed"),
            Self::Settle(e) => e.check(),
            Self::Base(e) => e.check(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_listed() {
        let name = || String::from("m");
        for e in [
            Error::NonFinite { column: name(), row: 0 },
            Error::ConstantColumn { column: name() },
            Error::ColumnLength { column: name(), expected: 1, got: 2 },
            Error::TooFewRows { kept: 0, of: 1, needed: 1 },
            Error::MetricInputMissing { metric: "mmc", input: "meta_model" },
            Error::DuplicateId { id: name() },
            Error::InvalidSubmission { part: SubmissionPart::Headers, why: name() },
            Error::InvalidSubmission { part: SubmissionPart::Ids, why: name() },
            Error::InvalidSubmission { part: SubmissionPart::Values, why: name() },
            Error::PowerDecorrelates { correlation: 0.1 },
            Error::ScoreMismatch { model: name(), field: "corr" },
            Error::ScoreInputMissing { what: "targets", model: name() },
            Error::Settle(countermark_settle::Error::NoWeight { count: 1 }),
            Error::Base(Base::Overflow { what: "x" }),
        ] {
            assert_eq!(countermark_primitives::codes::kind_of(e.code()), Some(e.kind().as_str()), "{e}");
        }
    }
}
