//! The import set: all that an algorithm can ask of the world.
//!
//! Every call charges fuel for the work it does, so a storm of host calls ends like any other loop.

use crate::shape::IMPORT_MODULE;
use countermark_compute_to_data::{Failure, Job};
use countermark_receipt::Table;
use std::{fmt, sync::Arc};
use wasmtime::{Caller, Extern, Linker, Memory, ResourceLimiter, Result};

/// Fuel of a host call beside what it moves.
const CALL_FUEL: u64 = 16;
/// Elements all tables of a module can hold together.
const MAX_TABLE_ELEMENTS: usize = 100_000;

/// Why the host stopped the guest.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stop(pub(crate) Failure);

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Stop {}

/// The state behind the imports.
#[derive(Debug)]
pub(crate) struct Host {
    input: Arc<Table>,
    seed: [u8; 32],
    memory_bytes: usize,
    log_bytes: usize,
    table_elements: usize,
    pub(crate) outputs: Vec<Vec<f64>>,
    pub(crate) log: Vec<u8>,
}

impl Host {
    pub(crate) fn new(job: &Job, input: Arc<Table>) -> Self {
        Self {
            input,
            seed: job.seed.0,
            memory_bytes: usize::try_from(job.limits.memory_bytes).unwrap_or(usize::MAX),
            log_bytes: usize::try_from(job.limits.log_bytes).unwrap_or(usize::MAX),
            table_elements: 0,
            outputs: job.slots.iter().map(|s| vec![f64::NAN; s.len() as usize]).collect(),
            log: Vec::new(),
        }
    }
}

impl ResourceLimiter for Host {
    fn memory_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> Result<bool> {
        // A trap rather than -1: the same module fails the same way wherever the limit is the same.
        if desired > self.memory_bytes { Err(stop(Failure::MemoryLimit)) } else { Ok(true) }
    }

    fn table_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> Result<bool> {
        let more = desired.saturating_sub(current);
        self.table_elements = self.table_elements.saturating_add(more);
        if self.table_elements > MAX_TABLE_ELEMENTS { Err(stop(Failure::MemoryLimit)) } else { Ok(true) }
    }

    fn instances(&self) -> usize {
        1
    }

    fn memories(&self) -> usize {
        1
    }
}

fn stop(failure: Failure) -> wasmtime::Error {
    wasmtime::Error::new(Stop(failure))
}

fn charge(caller: &mut Caller<'_, Host>, moved: usize) -> Result<()> {
    let cost = CALL_FUEL.saturating_add(moved as u64);
    match caller.get_fuel()?.checked_sub(cost) {
        Some(left) => caller.set_fuel(left),
        None => {
            caller.set_fuel(0)?;
            Err(stop(Failure::OutOfFuel))
        }
    }
}

fn memory(caller: &mut Caller<'_, Host>) -> Result<Memory> {
    caller.get_export("memory").and_then(Extern::into_memory).ok_or_else(|| stop(Failure::Trapped))
}

/// The guest's bytes `at..at + len`, or a trap.
fn span(memory: &mut [u8], at: i32, len: usize) -> Result<&mut [u8]> {
    let at = usize::try_from(at.cast_unsigned()).unwrap_or(usize::MAX);
    let end = at.saturating_add(len);
    memory.get_mut(at..end).ok_or_else(|| stop(Failure::Trapped))
}

/// Links the whole import set.
pub(crate) fn link(linker: &mut Linker<Host>) -> Result<()> {
    linker.func_wrap(IMPORT_MODULE, "rows", |mut caller: Caller<'_, Host>| -> Result<i32> {
        charge(&mut caller, 0)?;
        Ok(i32::try_from(caller.data().input.rows()).unwrap_or(i32::MAX))
    })?;
    linker.func_wrap(IMPORT_MODULE, "columns", |mut caller: Caller<'_, Host>| -> Result<i32> {
        charge(&mut caller, 0)?;
        Ok(i32::try_from(caller.data().input.columns().len()).unwrap_or(i32::MAX))
    })?;
    linker.func_wrap(IMPORT_MODULE, "read_column", read_column)?;
    linker.func_wrap(IMPORT_MODULE, "output", output)?;
    linker.func_wrap(IMPORT_MODULE, "log", log)?;
    linker.func_wrap(IMPORT_MODULE, "seed", |mut caller: Caller<'_, Host>, at: i32| -> Result<()> {
        charge(&mut caller, 32)?;
        let (bytes, host) = memory(&mut caller)?.data_and_store_mut(&mut caller);
        span(bytes, at, 32)?.copy_from_slice(&host.seed);
        Ok(())
    })?;
    Ok(())
}

/// `read_column(column, at) -> rows`: writes the column as little-endian f64; -1 for a column that isn't there.
fn read_column(mut caller: Caller<'_, Host>, column: i32, at: i32) -> Result<i32> {
    let input = Arc::clone(&caller.data().input);
    charge(&mut caller, input.rows())?;
    let width = input.columns().len();
    let Some(column) = usize::try_from(column).ok().filter(|c| *c < width) else {
        return Ok(-1);
    };
    let (bytes, _) = memory(&mut caller)?.data_and_store_mut(&mut caller);
    let target = span(bytes, at, input.rows().saturating_mul(8))?;
    for (cell, value) in target.chunks_exact_mut(8).zip(input.values().iter().skip(column).step_by(width)) {
        cell.copy_from_slice(&value.to_le_bytes());
    }
    Ok(i32::try_from(input.rows()).unwrap_or(i32::MAX))
}

/// `output(slot, index, value)`: sets one declared value; anything undeclared ends the run.
fn output(mut caller: Caller<'_, Host>, slot: i32, index: i32, value: f64) -> Result<()> {
    charge(&mut caller, 0)?;
    let slot = usize::try_from(slot).unwrap_or(usize::MAX);
    let index = usize::try_from(index).unwrap_or(usize::MAX);
    match caller.data_mut().outputs.get_mut(slot).and_then(|values| values.get_mut(index)) {
        Some(place) => {
            *place = value;
            Ok(())
        }
        None => Err(stop(Failure::OutputRefused)),
    }
}

/// `log(at, len)`: keeps bytes for the data owner up to the job's limit and drops the rest, without a sign.
fn log(mut caller: Caller<'_, Host>, at: i32, len: i32) -> Result<()> {
    let len = usize::try_from(len.cast_unsigned()).unwrap_or(usize::MAX);
    charge(&mut caller, len)?;
    let (bytes, host) = memory(&mut caller)?.data_and_store_mut(&mut caller);
    let said = span(bytes, at, len)?;
    let room = host.log_bytes.saturating_sub(host.log.len());
    host.log.extend(said.iter().take(room));
    Ok(())
}
