//! Algorithms next to private data.

use crate::{
    convert::{Done, floats},
    plain::{self, Request, hash, isolation},
};
use countermark::{compute_to_data, primitives};
use std::sync::Arc;

/// A flag by which another thread stops a run.
#[derive(Debug, Default, uniffi::Object)]
pub struct CancelToken(pub(crate) primitives::CancelToken);

#[uniffi::export]
impl CancelToken {
    /// A token nobody has cancelled yet.
    #[uniffi::constructor]
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks the call that holds this token to stop.
    pub fn cancel(&self) {
        self.0.cancel();
    }

    /// Whether `cancel` was called.
    pub fn is_cancelled(&self) -> bool {
        self.0.is_cancelled()
    }
}

/// A declared output: `length` numbers (null: a single one) between `lo` and `hi`, with `digits` decimal digits.
#[derive(Debug, uniffi::Record)]
pub struct Slot {
    /// Name, unique in the run.
    pub name: String,
    /// Number of values; null for a single number.
    pub length: Option<u32>,
    /// Smallest value, in whole units.
    pub lo: i64,
    /// Largest value, in whole units.
    pub hi: i64,
    /// Decimal digits kept.
    pub digits: u32,
}

/// Bounds of a run.
#[derive(Debug, uniffi::Record)]
pub struct Limits {
    /// Instructions.
    pub fuel: u64,
    /// Linear memory in bytes.
    pub memory_bytes: u64,
    /// Wall clock in milliseconds.
    pub wall_ms: u64,
    /// Bytes of log kept.
    pub log_bytes: u32,
}

/// What a run gave, after the gate; for the data owner.
#[derive(Debug, uniffi::Record)]
pub struct RunOutcome {
    /// Hash of the module, as hex.
    pub algorithm: String,
    /// Merkle root of the table, as hex.
    pub input: String,
    /// The released values, in declared order.
    pub outputs: Vec<SlotValues>,
    /// Fuel used.
    pub fuel: u64,
    /// What the algorithm logged.
    pub log: Vec<u8>,
    /// Name and version of the executor.
    pub executor: String,
    /// The wall it ran behind: `process` or `in_process`.
    pub isolation: String,
}

/// The released values of one slot.
#[derive(Debug, uniffi::Record)]
pub struct SlotValues {
    /// Name of the slot.
    pub name: String,
    /// Its values, rounded to the declared digits.
    pub values: Vec<f64>,
}

/// Runs a WebAssembly module next to a table and passes its outputs through the gate.
///
/// `columns`: names; `values`: little-endian f64, shape `[rows, columns]`, row-major. `limits`: null = the default
/// bounds. `seed`: 32 bytes, the only randomness the module gets. `isolation`: `process` starts `worker` (program and
/// arguments), `in_process` does not.
#[uniffi::export]
#[allow(clippy::too_many_arguments, reason = "the same arguments in every language")]
pub fn run_algorithm(
    module: Vec<u8>,
    columns: Vec<String>,
    values: &[u8],
    slots: Vec<Slot>,
    limits: Option<Limits>,
    seed: &[u8],
    isolation: &str,
    worker: Option<Vec<String>>,
    cancel: Option<Arc<CancelToken>>,
) -> Done<RunOutcome> {
    let slots = slots.iter().map(|s| plain::slot(&s.name, s.length, s.lo, s.hi, s.digits));
    let limits = limits.map_or_else(compute_to_data::Limits::default, |l| compute_to_data::Limits {
        fuel: l.fuel,
        memory_bytes: l.memory_bytes,
        wall_ms: l.wall_ms,
        log_bytes: l.log_bytes,
    });
    let request = Request {
        module,
        columns,
        values: floats("values", values)?,
        slots: slots.collect::<Result<_, _>>()?,
        limits,
        seed: hash("seed", seed)?,
        isolation: self::isolation(isolation)?,
        worker: worker.unwrap_or_default(),
    };
    let token = cancel.map_or_else(primitives::CancelToken::new, |cancel| cancel.0.clone());
    let ran = plain::run(request, &token)?;
    Ok(RunOutcome {
        algorithm: ran.job.algorithm.to_string(),
        input: ran.job.input.to_string(),
        outputs: ran.numbers().map(|(name, values)| SlotValues { name, values }).collect(),
        fuel: ran.fuel,
        log: ran.log,
        executor: ran.executor,
        isolation: plain::isolation_name(ran.isolation).to_owned(),
    })
}
