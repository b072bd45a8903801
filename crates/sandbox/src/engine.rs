//! One run of one module in a fresh store.

use crate::{
    EXECUTOR, Error, Result,
    host::{Host, Stop, link},
    shape::{ModuleLimits, check_module},
};
use countermark_compute_to_data::{Error as JobError, Failure, Isolation, Job, RawOutcome, Status};
use countermark_receipt::Table;
use std::sync::Arc;
use wasmtime::{Config, Engine, Linker, Module, OptLevel, RegallocAlgorithm, Store, Trap};

/// Bytes of stack an algorithm's calls can use.
const STACK_BYTES: usize = 512 << 10;

/// What executes the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// Machine code made by Cranelift; traps are signals, so the process should be a worker's own.
    Native,
    /// Pulley bytecode: no generated machine code, no signal handlers.
    Pulley,
}

fn failed(e: wasmtime::Error) -> Error {
    Error::EngineFailed { reason: e.to_string() }
}

/// The settings that make a run depend on nothing but its job: one NaN, no threads, no relaxed SIMD, fixed stack
/// and memory limits, fuel.
pub(crate) fn engine(target: Target, job: &Job) -> Result<Engine> {
    let mut config = Config::new();
    if target == Target::Pulley {
        config.target("pulley64").map_err(failed)?;
        config.signals_based_traps(false);
    }
    config
        .consume_fuel(true)
        .epoch_interruption(true)
        .max_wasm_stack(STACK_BYTES)
        .wasm_backtrace_max_frames(None)
        .cranelift_nan_canonicalization(true)
        // Compile time is the guest's to choose, so it has to be near linear in the module's size.
        .cranelift_opt_level(OptLevel::None)
        .cranelift_regalloc_algorithm(RegallocAlgorithm::SinglePass)
        .wasm_relaxed_simd(false)
        .wasm_multi_memory(false)
        .wasm_memory64(false)
        .wasm_tail_call(false)
        .memory_reservation(job.limits.memory_bytes.next_multiple_of(64 << 10))
        .memory_reservation_for_growth(0)
        .memory_guard_size(64 << 10)
        .guard_before_linear_memory(false)
        .memory_init_cow(false);
    Engine::new(&config).map_err(failed)
}

/// Checks and compiles; what is wrong with a module is found here, before it sees data.
pub(crate) fn compile(engine: &Engine, limits: &ModuleLimits, module: &[u8]) -> Result<Module> {
    check_module(limits, module)?;
    Module::new(engine, module)
        .map_err(|e| JobError::AlgorithmInvalid { reason: format!("{e:#}") })
        .map_err(Error::Job)
}

/// Instantiates and runs. The engine's epoch must be raised by somebody if the wall clock is to be obeyed.
pub(crate) fn run(
    engine: &Engine,
    module: &Module,
    job: &Job,
    input: Arc<Table>,
    isolation: Isolation,
) -> Result<RawOutcome> {
    let mut linker = Linker::new(engine);
    link(&mut linker).map_err(failed)?;
    let mut store = Store::new(engine, Host::new(job, input));
    store.limiter(|host| host);
    store.set_fuel(job.limits.fuel).map_err(failed)?;
    store.set_epoch_deadline(1);
    let result = linker.instantiate(&mut store, module).and_then(|instance| {
        let run = instance.get_typed_func::<(), ()>(&mut store, "run")?;
        run.call(&mut store, ())
    });
    let status = match result {
        Ok(()) => Status::Ok,
        Err(e) => Status::Failed(failure(e)?),
    };
    let fuel = match status {
        // Time and the size of stack frames depend on the machine, so the whole limit is charged.
        Status::Failed(Failure::OutOfFuel | Failure::StackLimit | Failure::Timeout) => job.limits.fuel,
        _ => job.limits.fuel.saturating_sub(store.get_fuel().map_err(failed)?),
    };
    let host = store.into_data();
    Ok(RawOutcome {
        status,
        outputs: host.outputs,
        fuel,
        log: host.log,
        executor: EXECUTOR.into(),
        isolation,
    })
}

/// Sorts an end of execution into the fixed set; what is not an end of execution is a fault of the module's types.
fn failure(e: wasmtime::Error) -> Result<Failure> {
    if let Some(Stop(failure)) = e.downcast_ref::<Stop>() {
        return Ok(*failure);
    }
    match e.downcast_ref::<Trap>() {
        Some(Trap::OutOfFuel) => Ok(Failure::OutOfFuel),
        Some(Trap::StackOverflow) => Ok(Failure::StackLimit),
        Some(Trap::Interrupt) => Ok(Failure::Timeout),
        Some(_) => Ok(Failure::Trapped),
        None => Err(JobError::AlgorithmInvalid { reason: format!("{e:#}") }.into()),
    }
}
