use crate::{Error, Job, Result};
use alloc::{string::String, vec::Vec};
use core::fmt;
use countermark_primitives::{
    CancelToken, Canonical, Coded, Error as Basic, Kind, ProgressFn, Reader, Writer,
};
use countermark_receipt::Table;

/// The fixed set of ways an algorithm can fail. Nothing else of a failure leaves the sandbox, and only the owner
/// sees which it was: the consumer learns that the run failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The fuel was used up.
    OutOfFuel,
    /// More linear memory or table space than allowed was asked for.
    MemoryLimit,
    /// Calls nest too deep.
    StackLimit,
    /// The wall clock ran out.
    Timeout,
    /// A trap: unreachable code, division by zero, memory out of bounds.
    Trapped,
    /// A slot or position that was not declared was written.
    OutputRefused,
}

impl Failure {
    /// All failures, in the order of their wire numbers.
    pub const ALL: [Self; 6] = [
        Self::OutOfFuel,
        Self::MemoryLimit,
        Self::StackLimit,
        Self::Timeout,
        Self::Trapped,
        Self::OutputRefused,
    ];

    /// The error code of the failure.
    pub fn code(self) -> &'static str {
        match self {
            Self::OutOfFuel => "algorithm_out_of_fuel",
            Self::MemoryLimit => "algorithm_memory_limit",
            Self::StackLimit => "algorithm_stack_limit",
            Self::Timeout => "algorithm_timeout",
            Self::Trapped => "algorithm_trapped",
            Self::OutputRefused => "algorithm_output_refused",
        }
    }

    /// The family of the failure.
    pub fn kind(self) -> Kind {
        match self {
            Self::Trapped => Kind::Invalid,
            Self::OutputRefused => Kind::Refused,
            _ => Kind::Limit,
        }
    }

    fn number(self) -> u8 {
        match self {
            Self::OutOfFuel => 1,
            Self::MemoryLimit => 2,
            Self::StackLimit => 3,
            Self::Timeout => 4,
            Self::Trapped => 5,
            Self::OutputRefused => 6,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OutOfFuel => "it ran out of fuel",
            Self::MemoryLimit => "it asked for more memory than allowed",
            Self::StackLimit => "its calls nest too deep",
            Self::Timeout => "it ran out of time",
            Self::Trapped => "it trapped",
            Self::OutputRefused => "it wrote an output that was not declared",
        })
    }
}

impl Canonical for Failure {
    fn write(&self, w: &mut Writer) {
        w.u8(self.number());
    }

    fn read(r: &mut Reader<'_>) -> countermark_primitives::Result<Self> {
        let at = r.position();
        let number = r.u8("failure")?;
        Self::ALL
            .into_iter()
            .find(|f| f.number() == number)
            .ok_or(Basic::NonCanonical { what: "failure", at })
    }
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// The algorithm returned.
    Ok,
    /// It did not.
    Failed(Failure),
}

/// The wall between algorithm and host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Isolation {
    /// A process of its own, with an emptied environment.
    Process,
    /// The caller's process: the engine is the only wall.
    InProcess,
}

/// What came out of a sandbox, before the gate. Private to the data owner.
#[derive(Debug, Clone, PartialEq)]
pub struct RawOutcome {
    /// How the run ended.
    pub status: Status,
    /// One list per declared slot, of the declared length; NaN where the algorithm wrote nothing.
    pub outputs: Vec<Vec<f64>>,
    /// Fuel used.
    pub fuel: u64,
    /// What the algorithm logged, at most the job's limit.
    pub log: Vec<u8>,
    /// Name and version of the executor.
    pub executor: String,
    /// The wall it ran behind.
    pub isolation: Isolation,
}

impl RawOutcome {
    /// The failure as an error.
    ///
    /// # Errors
    /// `algorithm_out_of_fuel`, `algorithm_memory_limit`, `algorithm_stack_limit`, `algorithm_timeout`,
    /// `algorithm_trapped`, `algorithm_output_refused`.
    pub fn check_status(&self) -> Result<()> {
        match self.status {
            Status::Ok => Ok(()),
            Status::Failed(failure) => Err(Error::AlgorithmFailed { failure }),
        }
    }
}

/// Runs an algorithm next to a table.
pub trait Sandbox {
    /// Faults of the executor itself.
    type Error: Coded;

    /// Runs `module` on `input`.
    ///
    /// A failure of the algorithm while it runs is an outcome with status `Failed`. An error means that it never
    /// started (wrong hash, invalid module, refused import) or that the executor broke or was cancelled.
    ///
    /// # Errors
    /// Those of [`Job::check_inputs`], `algorithm_invalid`, `algorithm_import_refused`, `algorithm_too_large`,
    /// `cancelled`, and the executor's own.
    fn run(
        &mut self,
        job: &Job,
        module: &[u8],
        input: &Table,
        cancel: &CancelToken,
        progress: ProgressFn<'_>,
    ) -> Result<RawOutcome, Self::Error>;
}
