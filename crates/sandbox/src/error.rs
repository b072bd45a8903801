use countermark_primitives::{Coded, Error as Basic, Kind};
use std::path::PathBuf;

/// Faults of the executor, and those of the algorithm before it starts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The caller cancelled, or bytes do not decode.
    #[error(transparent)]
    Primitive(#[from] Basic),
    /// The job or its algorithm was refused.
    #[error(transparent)]
    Job(#[from] countermark_compute_to_data::Error),
    /// There is no program at the worker's path. The sandbox never runs in this process instead.
    #[error("there is no sandbox worker at {}", path.display())]
    WorkerMissing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The worker could not be started, or ended without an answer.
    #[error("the sandbox worker ended without an answer: {reason}")]
    WorkerDied {
        /// How it ended.
        reason: String,
    },
    /// The worker's answer is not a run outcome of this job.
    #[error("the sandbox worker's answer is not a run outcome: {reason}")]
    WorkerGarbled {
        /// What is wrong with it.
        reason: String,
    },
    /// The WebAssembly engine can't be set up on this machine.
    #[error("the WebAssembly engine failed: {reason}")]
    EngineFailed {
        /// What it said.
        reason: String,
    },
}

/// Shorthand with this crate's error.
pub type Result<T, E = Error> = core::result::Result<T, E>;

impl Coded for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Primitive(e) => e.code(),
            Self::Job(e) => e.code(),
            Self::WorkerMissing { .. } => "sandbox_worker_missing",
            Self::WorkerDied { .. } => "sandbox_worker_died",
            Self::WorkerGarbled { .. } => "sandbox_worker_garbled",
            Self::EngineFailed { .. } => "sandbox_engine_failed",
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Primitive(e) => e.kind(),
            Self::Job(e) => e.kind(),
            Self::WorkerMissing { .. } | Self::WorkerDied { .. } => Kind::Unavailable,
            Self::WorkerGarbled { .. } => Kind::Invalid,
            Self::EngineFailed { .. } => Kind::Internal,
        }
    }

    fn is_retryable(&self) -> bool {
        match self {
            Self::Primitive(e) => e.is_retryable(),
            Self::Job(e) => e.is_retryable(),
            Self::WorkerDied { .. } => true,
            _ => false,
        }
    }

    fn check(&self) -> Option<&'static str> {
        match self {
            Self::Primitive(e) => e.check(),
            Self::Job(e) => e.check(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use countermark_primitives::codes;

    #[test]
    fn every_code_is_listed() {
        let reason = String::new;
        let all = [
            Error::WorkerMissing { path: PathBuf::new() },
            Error::WorkerDied { reason: reason() },
            Error::WorkerGarbled { reason: reason() },
            Error::EngineFailed { reason: reason() },
        ];
        for e in &all {
            assert_eq!(codes::kind_of(e.code()), Some(e.kind().as_str()), "{}", e.code());
        }
        assert_eq!(codes::all().filter(|(_, _, owner)| *owner == "sandbox").count(), all.len());
    }
}
