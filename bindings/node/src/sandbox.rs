//! Algorithms next to private data.

use crate::{
    convert::{Background, Done, Work, js, signed, whole},
    plain::{self, Ran, Request, hash, isolation},
};
use countermark::{compute_to_data, primitives, sandbox::worker_main};
use napi::{
    Result,
    bindgen_prelude::{AsyncTask, BigInt, Uint8Array},
};
use napi_derive::napi;
use std::io::{stdin, stdout};

/// A flag that stops a run.
#[napi]
pub struct CancelToken(pub(crate) primitives::CancelToken);

#[napi]
impl CancelToken {
    /// A token nobody has cancelled yet.
    #[napi(constructor)]
    #[allow(clippy::new_without_default, reason = "JavaScript has no Default")]
    pub fn new() -> Self {
        Self(primitives::CancelToken::new())
    }

    /// Asks the call that holds this token to stop.
    #[napi]
    pub fn cancel(&self) {
        self.0.cancel();
    }

    /// Whether `cancel` was called.
    #[napi]
    pub fn is_cancelled(&self) -> bool {
        self.0.is_cancelled()
    }
}

/// A declared output: `length` numbers (absent: a single one) between `lo` and `hi`, with `digits` decimal digits.
#[napi(object)]
pub struct Slot {
    /// Name, unique in the run.
    pub name: String,
    /// Number of values; absent for a single number.
    pub length: Option<u32>,
    /// Smallest value, in whole units.
    pub lo: BigInt,
    /// Largest value, in whole units.
    pub hi: BigInt,
    /// Decimal digits kept.
    pub digits: u32,
}

/// Bounds of a run.
#[napi(object)]
pub struct Limits {
    /// Instructions.
    pub fuel: BigInt,
    /// Linear memory in bytes.
    pub memory_bytes: BigInt,
    /// Wall clock in milliseconds.
    pub wall_ms: BigInt,
    /// Bytes of log kept.
    pub log_bytes: u32,
}

/// What a run gave, after the gate; for the data owner.
#[napi(object)]
pub struct RunOutcome {
    /// Hash of the module, as hex.
    pub algorithm: String,
    /// Merkle root of the table, as hex.
    pub input: String,
    /// The released values, in declared order.
    pub outputs: Vec<SlotValues>,
    /// Fuel used.
    pub fuel: BigInt,
    /// What the algorithm logged.
    pub log: Uint8Array,
    /// Name and version of the executor.
    pub executor: String,
    /// The wall it ran behind: "process" or "in_process".
    pub isolation: String,
}

/// The released values of one slot.
#[napi(object)]
pub struct SlotValues {
    /// Name of the slot.
    pub name: String,
    /// Its values, rounded to the declared digits.
    pub values: Vec<f64>,
}

/// A finished run on its way back to the event loop.
pub struct Finished(Ran);

impl From<Finished> for RunOutcome {
    fn from(Finished(ran): Finished) -> Self {
        Self {
            algorithm: ran.job.algorithm.to_string(),
            input: ran.job.input.to_string(),
            outputs: ran.numbers().map(|(name, values)| SlotValues { name, values }).collect(),
            fuel: ran.fuel.into(),
            log: ran.log.into(),
            executor: ran.executor,
            isolation: plain::isolation_name(ran.isolation).to_owned(),
        }
    }
}

fn limits(limits: Option<Limits>) -> Done<compute_to_data::Limits> {
    let Some(l) = limits else { return Ok(compute_to_data::Limits::default()) };
    Ok(compute_to_data::Limits {
        fuel: whole("fuel", &l.fuel)?,
        memory_bytes: whole("memory_bytes", &l.memory_bytes)?,
        wall_ms: whole("wall_ms", &l.wall_ms)?,
        log_bytes: l.log_bytes,
    })
}

/// Runs a WebAssembly module next to a table and passes its outputs through the gate.
///
/// `columns`: names; `values`: shape `[rows, columns]`, row-major. `limits`: absent = the default bounds. `seed`: 32
/// bytes, the only randomness the module gets. `isolation`: "process" starts `worker` (program and arguments),
/// "in_process" does not. The package wraps it with options.
#[napi(skip_typescript)]
#[allow(clippy::too_many_arguments, reason = "the same arguments in every language")]
pub fn run_algorithm(
    module: &[u8],
    columns: Vec<String>,
    values: &[f64],
    slots: Vec<Slot>,
    limits: Option<Limits>,
    seed: &[u8],
    isolation: String,
    worker: Option<Vec<String>>,
    cancel: Option<&CancelToken>,
) -> Result<AsyncTask<Background<Finished, RunOutcome>>> {
    let token = cancel.map_or_else(primitives::CancelToken::new, |cancel| cancel.0.clone());
    js(|| {
        let slots = slots.iter().map(|s| -> Done<_> {
            let (lo, hi) = (signed("slot minimum", &s.lo)?, signed("slot maximum", &s.hi)?);
            Ok(plain::slot(&s.name, s.length, lo, hi, s.digits)?)
        });
        let request = Request {
            module: module.to_vec(),
            columns,
            values: values.to_vec(),
            slots: slots.collect::<Done<_>>()?,
            limits: self::limits(limits)?,
            seed: hash("seed", seed)?,
            isolation: self::isolation(&isolation)?,
            worker: worker.unwrap_or_default(),
        };
        let work: Work<_> = Box::new(move || plain::run(request, &token).map(Finished));
        Ok(AsyncTask::new(Background::new(work, RunOutcome::from)))
    })
}

/// The whole life of a worker process, on its standard input and output; true when it answered.
#[napi(js_name = "workerMain", skip_typescript)]
pub fn worker() -> bool {
    worker_main(stdin().lock(), stdout().lock()).is_ok()
}
