//! Algorithms next to private data.

use crate::{
    convert::{Array, Done, rows},
    plain::{self, Ran, Request, hash, isolation},
};
use countermark::{
    compute_to_data,
    primitives::{self, Error as Basic},
    sandbox::worker_main,
};
use pyo3::{prelude::*, types::PyBytes};
use std::{
    io::{stdin, stdout},
    sync::mpsc::{RecvTimeoutError, channel},
    thread,
    time::Duration,
};

/// A flag by which another thread stops a run.
#[pyclass(frozen, module = "countermark")]
pub(crate) struct CancelToken(primitives::CancelToken);

impl CancelToken {
    /// The core's token; one nobody cancels where there is none.
    pub(crate) fn core(token: Option<&Self>) -> primitives::CancelToken {
        token.map_or_else(primitives::CancelToken::new, |t| t.0.clone())
    }
}

#[pymethods]
impl CancelToken {
    #[new]
    fn new() -> Self {
        Self(primitives::CancelToken::new())
    }

    /// Asks the call that holds this token to stop.
    fn cancel(&self) {
        self.0.cancel();
    }

    /// Whether `cancel` was called.
    fn is_cancelled(&self) -> bool {
        self.0.is_cancelled()
    }
}

/// A declared output: `length` numbers (None: a single one) between `lo` and `hi`, with `digits` decimal digits.
#[pyclass(frozen, get_all, module = "countermark")]
pub(crate) struct Slot {
    /// Name, unique in the run.
    name: String,
    /// Number of values; None for a single number.
    length: Option<u32>,
    /// Smallest value, in whole units.
    lo: i64,
    /// Largest value, in whole units.
    hi: i64,
    /// Decimal digits kept.
    digits: u32,
}

#[pymethods]
impl Slot {
    #[new]
    fn new(name: String, length: Option<u32>, lo: i64, hi: i64, digits: u32) -> Self {
        Self { name, length, lo, hi, digits }
    }
}

/// Bounds of a run.
#[pyclass(frozen, get_all, module = "countermark")]
pub(crate) struct Limits {
    /// Instructions.
    fuel: u64,
    /// Linear memory in bytes.
    memory_bytes: u64,
    /// Wall clock in milliseconds.
    wall_ms: u64,
    /// Bytes of log kept.
    log_bytes: u32,
}

#[pymethods]
impl Limits {
    #[new]
    fn new(fuel: u64, memory_bytes: u64, wall_ms: u64, log_bytes: u32) -> Self {
        Self { fuel, memory_bytes, wall_ms, log_bytes }
    }
}

/// What a run gave, after the gate; for the data owner.
#[pyclass(frozen, get_all, module = "countermark")]
pub(crate) struct RunOutcome {
    /// Hash of the module, as hex.
    algorithm: String,
    /// Merkle root of the table, as hex.
    input: String,
    /// The released values, in declared order.
    outputs: Vec<SlotValues>,
    /// Fuel used.
    fuel: u64,
    /// What the algorithm logged.
    log: Py<PyBytes>,
    /// Name and version of the executor.
    executor: String,
    /// The wall it ran behind: "process" or "in_process".
    isolation: &'static str,
}

/// The released values of one slot.
#[pyclass(frozen, get_all, module = "countermark")]
#[derive(Clone)]
pub(crate) struct SlotValues {
    /// Name of the slot.
    name: String,
    /// Its values, rounded to the declared digits.
    values: Vec<f64>,
}

/// Runs a WebAssembly module next to a table and passes its outputs through the gate.
///
/// `columns`: names; `values`: float64, shape `[rows, columns]`. `limits`: None = the default bounds. `seed`: 32 bytes,
/// the only randomness the module gets. `isolation`: "process" starts `worker` (program and arguments),
/// "in_process" does not. Ctrl-C stops the run.
#[pyfunction]
#[pyo3(signature = (module, columns, values, slots, limits, seed, isolation, worker, cancel))]
#[allow(clippy::too_many_arguments, reason = "the package wraps it with keyword arguments")]
pub(crate) fn run_algorithm(
    py: Python<'_>,
    module: &[u8],
    columns: Vec<String>,
    values: Array<'_>,
    slots: Vec<PyRef<'_, Slot>>,
    limits: Option<&Limits>,
    seed: &[u8],
    isolation: &str,
    worker: Option<Vec<String>>,
    cancel: Option<&CancelToken>,
) -> PyResult<RunOutcome> {
    let request = request(module, columns, &values, &slots, limits, seed, isolation, worker)?;
    let token = cancel.map_or_else(primitives::CancelToken::new, |cancel| cancel.0.clone());
    let (done, interrupted) = py.detach(|| watched(request, &token));
    if let Some(interrupt) = interrupted {
        return Err(interrupt);
    }
    let ran = done?;
    Ok(RunOutcome {
        algorithm: ran.job.algorithm.to_string(),
        input: ran.job.input.to_string(),
        outputs: ran.numbers().map(|(name, values)| SlotValues { name, values }).collect(),
        fuel: ran.fuel,
        log: PyBytes::new(py, &ran.log).unbind(),
        executor: ran.executor,
        isolation: plain::isolation_name(ran.isolation),
    })
}

#[allow(clippy::too_many_arguments, reason = "one for each argument of the function above")]
fn request(
    module: &[u8],
    columns: Vec<String>,
    values: &Array<'_>,
    slots: &[PyRef<'_, Slot>],
    limits: Option<&Limits>,
    seed: &[u8],
    isolation: &str,
    worker: Option<Vec<String>>,
) -> Done<Request> {
    let (values, width) = rows("shape of values", values)?;
    if width != columns.len() {
        return Err(Basic::LengthMismatch { what: "columns", expected: width, got: columns.len() }.into());
    }
    let slots = slots.iter().map(|s| plain::slot(&s.name, s.length, s.lo, s.hi, s.digits));
    Ok(Request {
        module: module.to_vec(),
        columns,
        values,
        slots: slots.collect::<Result<_, _>>()?,
        limits: limits.map_or_else(compute_to_data::Limits::default, |l| compute_to_data::Limits {
            fuel: l.fuel,
            memory_bytes: l.memory_bytes,
            wall_ms: l.wall_ms,
            log_bytes: l.log_bytes,
        }),
        seed: hash("seed", seed)?,
        isolation: self::isolation(isolation)?,
        worker: worker.unwrap_or_default(),
    })
}

/// Runs on another thread, so that this one can see Ctrl-C and cancel.
fn watched(request: Request, token: &primitives::CancelToken) -> (Done<Ran>, Option<PyErr>) {
    thread::scope(|scope| {
        let (finished, wait) = channel::<()>();
        let run = scope.spawn(move || {
            let ran = plain::run(request, token);
            drop(finished);
            ran
        });
        let mut interrupt = None;
        while wait.recv_timeout(Duration::from_millis(20)) == Err(RecvTimeoutError::Timeout) {
            if interrupt.is_none() {
                interrupt = Python::attach(|py| py.check_signals()).err();
            }
            if interrupt.is_some() {
                token.cancel();
            }
        }
        let died = || Err(Basic::Cancelled { done: 0, total: 2 }.into());
        (run.join().unwrap_or_else(|_| died()), interrupt)
    })
}

/// The whole life of a worker process, on its standard input and output; true when it answered.
#[pyfunction]
pub(crate) fn _worker_main(py: Python<'_>) -> bool {
    py.detach(|| worker_main(stdin().lock(), stdout().lock())).is_ok()
}
