use crate::Failure;
use alloc::string::String;
use countermark_primitives::{B256, Coded, Kind};

/// Faults of jobs, admission, algorithms, the output gate and run receipts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A fault of decoding or of a basic type.
    #[error(transparent)]
    Primitive(#[from] countermark_primitives::Error),
    /// A fault of sealing or opening.
    #[error(transparent)]
    Crypto(#[from] countermark_crypto::Error),
    /// A slot declaration that can't be met by any value.
    #[error("slot {slot}: {reason}")]
    SlotInvalid {
        /// Name of the slot.
        slot: String,
        /// The rule that is broken.
        reason: &'static str,
    },
    /// The job asks for more than the policy gives.
    #[error("the job asks for {got} {what}, the policy allows {limit}")]
    JobLimit {
        /// What is asked for.
        what: &'static str,
        /// What the policy allows.
        limit: u64,
        /// What the job asks.
        got: u64,
    },
    /// The policy does not list the algorithm.
    #[error("algorithm {algorithm} is not on the policy's list")]
    AlgorithmNotAllowed {
        /// Hash of the module.
        algorithm: B256,
    },
    /// The module is not the one the job names.
    #[error("the module hashes to {got}, the job names {expected}")]
    AlgorithmHash {
        /// Hash in the job.
        expected: B256,
        /// Hash of the bytes at hand.
        got: B256,
    },
    /// The table is not the one the job names.
    #[error("the input table has root {got}, the job names {expected}")]
    InputRoot {
        /// Root in the job.
        expected: B256,
        /// Root of the table at hand.
        got: B256,
    },
    /// A part of the module is larger than the executor accepts.
    #[error("the algorithm has {got} {what}, at most {limit} are accepted")]
    AlgorithmTooLarge {
        /// What is counted.
        what: String,
        /// The bound.
        limit: u64,
        /// The count found.
        got: u64,
    },
    /// The bytes are not a module this executor can run.
    #[error("the algorithm is not a valid module: {reason}")]
    AlgorithmInvalid {
        /// What is wrong with it.
        reason: String,
    },
    /// The module wants something of the outside that algorithms don't get.
    #[error("the algorithm imports {module}.{name}, which algorithms are not given")]
    AlgorithmImport {
        /// Module part of the import.
        module: String,
        /// Name part of the import.
        name: String,
    },
    /// The algorithm started and did not finish.
    #[error("the algorithm failed: {failure}")]
    AlgorithmFailed {
        /// How it failed.
        failure: Failure,
    },
    /// The outputs are not what the job declared.
    #[error("output {slot}[{index}]: {reason}")]
    GateSchema {
        /// Name of the slot.
        slot: String,
        /// Position in the slot.
        index: u32,
        /// The rule that is broken.
        reason: &'static str,
    },
    /// An output lies outside the declared range.
    #[error("output {slot}[{index}] is outside the declared range")]
    GateRange {
        /// Name of the slot.
        slot: String,
        /// Position in the slot.
        index: u32,
    },
    /// The outputs could carry more information than the policy gives away.
    #[error("the outputs can carry {got} bits, the policy gives away {limit}")]
    GateBudget {
        /// Bits of the policy.
        limit: u64,
        /// Bits the declared outputs can carry.
        got: u64,
    },
    /// Too few rows for an aggregate to hide a single one.
    #[error("the table has {got} rows, the policy asks for at least {limit}")]
    GateMinRows {
        /// Rows of the policy.
        limit: u64,
        /// Rows there are.
        got: u64,
    },
    /// The outputs repeat what stands in the private table.
    #[error("the outputs repeat {bits} bits of {what}, at most {limit} could be chance")]
    GateRowOverlap {
        /// What they repeat.
        what: &'static str,
        /// Evidence found, in bits.
        bits: u64,
        /// Evidence tolerated, in bits.
        limit: u64,
    },
    /// Two statements of a run receipt exclude each other.
    #[error("run receipt: {reason}")]
    RunInconsistent {
        /// The rule that is broken.
        reason: &'static str,
    },
    /// The sealed part of a run receipt was not given.
    #[error("the sealed part {hash} of the run receipt is missing")]
    SealedPartMissing {
        /// Hash in the receipt.
        hash: B256,
    },
    /// The sealed part of a run receipt is not the one it commits to.
    #[error("the sealed part does not fit the run receipt: {reason}")]
    SealedPartMismatch {
        /// The rule that is broken.
        reason: &'static str,
    },
}

/// Shorthand with this crate's error.
pub type Result<T, E = Error> = core::result::Result<T, E>;

impl Coded for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Primitive(e) => e.code(),
            Self::Crypto(e) => e.code(),
            Self::SlotInvalid { .. } => "slot_invalid",
            Self::JobLimit { .. } => "job_limit_refused",
            Self::AlgorithmNotAllowed { .. } => "algorithm_not_allowed",
            Self::AlgorithmHash { .. } => "algorithm_hash_mismatch",
            Self::InputRoot { .. } => "input_root_mismatch",
            Self::AlgorithmTooLarge { .. } => "algorithm_too_large",
            Self::AlgorithmInvalid { .. } => "algorithm_invalid",
            Self::AlgorithmImport { .. } => "algorithm_import_refused",
            Self::AlgorithmFailed { failure } => failure.code(),
            Self::GateSchema { .. } => "gate_schema",
            Self::GateRange { .. } => "gate_range",
            Self::GateBudget { .. } => "gate_budget",
            Self::GateMinRows { .. } => "gate_min_rows",
            Self::GateRowOverlap { .. } => "gate_row_overlap",
            Self::RunInconsistent { .. } => "run_inconsistent",
            Self::SealedPartMissing { .. } => "sealed_part_missing",
            Self::SealedPartMismatch { .. } => "sealed_part_mismatch",
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Primitive(e) => e.kind(),
            Self::Crypto(e) => e.kind(),
            Self::SlotInvalid { .. } => Kind::Range,
            Self::AlgorithmInvalid { .. } => Kind::Invalid,
            Self::AlgorithmTooLarge { .. } => Kind::Limit,
            Self::AlgorithmFailed { failure } => failure.kind(),
            Self::AlgorithmHash { .. }
            | Self::InputRoot { .. }
            | Self::RunInconsistent { .. }
            | Self::SealedPartMissing { .. }
            | Self::SealedPartMismatch { .. } => Kind::Proof,
            Self::JobLimit { .. }
            | Self::AlgorithmNotAllowed { .. }
            | Self::AlgorithmImport { .. }
            | Self::GateSchema { .. }
            | Self::GateRange { .. }
            | Self::GateBudget { .. }
            | Self::GateMinRows { .. }
            | Self::GateRowOverlap { .. } => Kind::Refused,
        }
    }

    fn check(&self) -> Option<&'static str> {
        match self {
            Self::Primitive(e) => e.check(),
            Self::Crypto(e) => e.check(),
            Self::SlotInvalid { .. } => Some("gate_schema"),
            Self::JobLimit { .. } | Self::AlgorithmNotAllowed { .. } => Some("admission"),
            Self::AlgorithmHash { .. } => Some("algorithm_hash"),
            Self::InputRoot { .. } => Some("input_root"),
            Self::AlgorithmTooLarge { .. } | Self::AlgorithmInvalid { .. } | Self::AlgorithmImport { .. } => {
                Some("algorithm_shape")
            }
            Self::AlgorithmFailed { failure: Failure::OutputRefused } => Some("gate_schema"),
            Self::AlgorithmFailed { .. } => Some("algorithm_limits"),
            Self::GateSchema { .. }
            | Self::GateRange { .. }
            | Self::GateBudget { .. }
            | Self::GateMinRows { .. }
            | Self::GateRowOverlap { .. } => Some(self.code()),
            Self::RunInconsistent { .. } => Some("run_consistency"),
            Self::SealedPartMissing { .. } | Self::SealedPartMismatch { .. } => Some("sealed_part"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;
    use countermark_primitives::codes;

    #[test]
    fn every_code_is_listed() {
        let (s, reason, limit, got) = (String::new, "", 0, 0);
        let mut all: Vec<Error> =
            Failure::ALL.iter().map(|f| Error::AlgorithmFailed { failure: *f }).collect();
        all.extend([
            Error::SlotInvalid { slot: s(), reason },
            Error::JobLimit { what: "", limit, got },
            Error::AlgorithmNotAllowed { algorithm: B256::ZERO },
            Error::AlgorithmHash { expected: B256::ZERO, got: B256::ZERO },
            Error::InputRoot { expected: B256::ZERO, got: B256::ZERO },
            Error::AlgorithmTooLarge { what: s(), limit, got },
            Error::AlgorithmInvalid { reason: s() },
            Error::AlgorithmImport { module: s(), name: s() },
            Error::GateSchema { slot: s(), index: 0, reason },
            Error::GateRange { slot: s(), index: 0 },
            Error::GateBudget { limit, got },
            Error::GateMinRows { limit, got },
            Error::GateRowOverlap { what: "", bits: 0, limit },
            Error::RunInconsistent { reason },
            Error::SealedPartMissing { hash: B256::ZERO },
            Error::SealedPartMismatch { reason },
        ]);
        for e in &all {
            assert_eq!(codes::kind_of(e.code()), Some(e.kind().as_str()), "{}", e.code());
            assert!(e.check().is_some());
        }
        let listed = codes::all().filter(|(_, _, owner)| *owner == "compute-to-data").count();
        assert_eq!(listed, all.len());
    }
}
