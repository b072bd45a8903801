use alloc::{boxed::Box, string::String};
use core::fmt;
use countermark_primitives::{B256, Coded, Kind};

/// What a verifier checks, in the order in which it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Check {
    /// The job specification makes sense.
    Spec,
    /// The number of segments is that of the specification.
    Segments,
    /// The data are those of the specification.
    DataRoot,
    /// The first state is the one the seed gives.
    InitRoot,
    /// The opened segments are those the challenge asks for.
    Challenge,
    /// An opened leaf stands in the committed tree.
    SegmentOpening,
    /// A segment starts where the one before it ended.
    SegmentLink,
    /// First and last segment start and end with the stated states.
    BoundaryRoot,
    /// The state handed over is the committed one.
    StateOpening,
    /// Re-execution ends in the committed state.
    SegmentRoot,
    /// Re-execution gives the stated operator trace.
    TraceRoot,
    /// The last state has the stated metric.
    Metric,
    /// The digest of the re-run states is that of the opened leaves.
    RerunDigest,
}

impl Check {
    /// The name in lower-case snake_case, the same in every language.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Spec => "spec",
            Self::Segments => "segments",
            Self::DataRoot => "data_root",
            Self::InitRoot => "init_root",
            Self::Challenge => "challenge",
            Self::SegmentOpening => "segment_opening",
            Self::SegmentLink => "segment_link",
            Self::BoundaryRoot => "boundary_root",
            Self::StateOpening => "state_opening",
            Self::SegmentRoot => "segment_root",
            Self::TraceRoot => "trace_root",
            Self::Metric => "metric",
            Self::RerunDigest => "rerun_digest",
        }
    }
}

/// Where in a transcript a check refused: shown in messages.
struct At<'a>(&'a Option<u32>);

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(s) => write!(f, " of segment {s}"),
            None => Ok(()),
        }
    }
}

/// Faults of jobs, transcripts and their verification.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A job specification that makes no sense.
    #[error("job specification: {what} is {got}, must be {range}")]
    InvalidSpec {
        /// The field.
        what: &'static str,
        /// Its value.
        got: String,
        /// What it must be.
        range: &'static str,
    },
    /// A hash that was recomputed is not the stated one.
    #[error("{}{} is {got}, expected {expected}", check.name(), At(segment))]
    Mismatch {
        /// The check that refused.
        check: Check,
        /// The segment it was about.
        segment: Option<u32>,
        /// What follows from the evidence.
        expected: B256,
        /// What is stated.
        got: B256,
    },
    /// A stated number or set is not the one that follows from the evidence.
    #[error("{}{} does not hold: {detail}", check.name(), At(segment))]
    Rejected {
        /// The check that refused.
        check: Check,
        /// The segment it was about.
        segment: Option<u32>,
        /// What was expected and what was found.
        detail: String,
    },
    /// A tensor or table of the wrong size.
    #[error("{what} has {got} values, expected {expected}")]
    WrongSize {
        /// What has the wrong size.
        what: String,
        /// Values expected.
        expected: usize,
        /// Values found.
        got: usize,
    },
    /// NaN or infinity where training data or weights must be finite.
    #[error("{what} holds {got} at position {index}")]
    NonFinite {
        /// The tensor or column.
        what: String,
        /// Its position in row-major order.
        index: usize,
        /// The value, as text.
        got: String,
    },
    /// The runner failed; its own code and kind are passed on.
    #[error("runner: {0}")]
    Runner(Box<dyn Coded + Send + Sync>),
    /// A fault of the basic types.
    #[error(transparent)]
    Basic(#[from] countermark_primitives::Error),
}

/// Shorthand with this crate's error.
pub type Result<T, E = Error> = core::result::Result<T, E>;

impl Coded for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::InvalidSpec { .. } => "learning_invalid_spec",
            Self::Mismatch { .. } => "learning_mismatch",
            Self::Rejected { .. } => "learning_rejected",
            Self::WrongSize { .. } => "learning_wrong_size",
            Self::NonFinite { .. } => "learning_non_finite",
            Self::Runner(e) => e.code(),
            Self::Basic(e) => e.code(),
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::InvalidSpec { .. } | Self::NonFinite { .. } => Kind::Range,
            Self::Mismatch { .. } | Self::Rejected { .. } => Kind::Proof,
            Self::WrongSize { .. } => Kind::Shape,
            Self::Runner(e) => e.kind(),
            Self::Basic(e) => e.kind(),
        }
    }

    fn check(&self) -> Option<&'static str> {
        match self {
            Self::InvalidSpec { .. } => Some(Check::Spec.name()),
            Self::Mismatch { check, .. } | Self::Rejected { check, .. } => Some(check.name()),
            Self::WrongSize { .. } | Self::NonFinite { .. } => None,
            Self::Runner(e) => e.check(),
            Self::Basic(e) => e.check(),
        }
    }
}

/// `Ok` when a stated hash is the one that follows from the evidence.
pub(crate) fn check_hash(check: Check, segment: Option<u32>, expected: &B256, got: &B256) -> Result<()> {
    if expected == got {
        Ok(())
    } else {
        Err(Error::Mismatch { check, segment, expected: *expected, got: *got })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use countermark_primitives::codes::kind_of;

    #[test]
    fn every_code_is_listed_with_its_kind() {
        let cancelled = countermark_primitives::Error::Cancelled { done: 0, total: 1 };
        for e in [
            Error::InvalidSpec { what: "batch", got: "0".into(), range: "1..=rows" },
            Error::Mismatch { check: Check::InitRoot, segment: None, expected: B256::ZERO, got: B256::ZERO },
            Error::Rejected { check: Check::Metric, segment: Some(3), detail: "x".into() },
            Error::WrongSize { what: "x".into(), expected: 1, got: 2 },
            Error::NonFinite { what: "x".into(), index: 1, got: "NaN".into() },
            Error::Runner(Box::new(cancelled.clone())),
            Error::Basic(cancelled),
        ] {
            assert_eq!(kind_of(e.code()), Some(e.kind().as_str()), "{e}");
        }
    }
}
