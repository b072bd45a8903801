//! The gate: the only way from an algorithm's outputs to its consumer.
//!
//! In this order, and each under its own name: `gate_min_rows` and `gate_budget` (with the rest of [`admit`], again),
//! `gate_schema` (every declared value written, finite), `gate_range`, then rounding to the declared decimal digits
//! into integers, so that low bits carry nothing, and `gate_row_overlap` against the private table.
//!
//! The bound that always holds is the budget: no more than [`Job::bits`] bits leave, however they are used. The
//! overlap check refuses outputs that repeat cells as they are or rounded, in any order; it can't recognise a
//! table under an encoding of the algorithm's own, which is what the budget is for.

mod overlap;

use crate::{Error, Job, OutOfRange, Overlap, Policy, RawOutcome, Result, Slot, admit, job::MAX_FIXED};
use alloc::vec::Vec;
use countermark_receipt::Table;

/// What passed the gate: one list per slot, each value in units of 10^-digits of its slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatedOutputs {
    slots: Vec<Vec<i64>>,
}

impl GatedOutputs {
    /// All slots in declared order.
    pub fn slots(&self) -> &[Vec<i64>] {
        &self.slots
    }

    /// The values of a slot as numbers, or `None` for a name the job does not declare.
    pub fn numbers(&self, job: &Job, name: &str) -> Option<Vec<f64>> {
        numbers(job, &self.slots, name)
    }

    pub(crate) fn into_slots(self) -> Vec<Vec<i64>> {
        self.slots
    }
}

/// Fixed-point values of a slot as the nearest f64.
pub(crate) fn numbers(job: &Job, slots: &[Vec<i64>], name: &str) -> Option<Vec<f64>> {
    let (at, slot) = job.slot(name)?;
    // Integers up to 2^53 and powers of ten up to 10^9 are exact, so the division rounds once.
    Some(slots.get(at)?.iter().map(|v| *v as f64 / unit(slot.digits())).collect())
}

fn unit(digits: u8) -> f64 {
    let mut unit = 1.0;
    for _ in 0..digits {
        unit *= 10.0;
    }
    unit
}

/// The nearest multiple of 10^-digits, half to even, as an integer; `None` beyond 2^53.
pub(crate) fn fixed(value: f64, digits: u8) -> Option<i64> {
    let rounded = libm::rint(value * unit(digits));
    #[expect(clippy::cast_possible_truncation, reason = "an integer of at most 2^53 in magnitude")]
    (rounded.abs() <= MAX_FIXED as f64).then_some(rounded as i64)
}

/// Passes an outcome, or refuses all of it.
///
/// `table` is the private input the algorithm saw.
///
/// # Errors
/// Those of [`RawOutcome::check_status`] and [`admit`]; `input_root_mismatch` when `table` is not the job's input;
/// `gate_schema`, `gate_range`, `gate_row_overlap`.
pub fn apply_gate(policy: &Policy, job: &Job, table: &Table, raw: &RawOutcome) -> Result<GatedOutputs> {
    raw.check_status()?;
    admit(policy, job, table.rows() as u64)?;
    let got = table.root();
    if got != job.input {
        return Err(Error::InputRoot { expected: job.input, got });
    }
    let slots = round(policy, job, &raw.outputs)?;
    if policy.overlap != Overlap::Off {
        overlap::check(job, table, &slots, policy.overlap == Overlap::Cells)?;
    }
    Ok(GatedOutputs { slots })
}

/// Schema, rounding and range.
pub(crate) fn round(policy: &Policy, job: &Job, outputs: &[Vec<f64>]) -> Result<Vec<Vec<i64>>> {
    check_shape(job, outputs)?;
    let mut slots = Vec::with_capacity(job.slots.len());
    for (slot, values) in job.slots.iter().zip(outputs) {
        let mut rounded = Vec::with_capacity(values.len());
        for (index, value) in (0u32..).zip(values) {
            rounded.push(round_one(policy, slot, index, *value)?);
        }
        slots.push(rounded);
    }
    Ok(slots)
}

fn round_one(policy: &Policy, slot: &Slot, index: u32, value: f64) -> Result<i64> {
    if !value.is_finite() {
        let reason = "it was not written, or not with a finite number";
        return Err(Error::GateSchema { slot: slot.name().into(), index, reason });
    }
    let (lo, hi) = slot.range();
    // Beyond 2^53 only the sign is left, which is enough to know the nearest bound.
    let beyond = if value < 0.0 { i64::MIN } else { i64::MAX };
    let rounded = fixed(value, slot.digits()).unwrap_or(beyond);
    if policy.out_of_range == OutOfRange::Refuse && (rounded < lo || rounded > hi) {
        return Err(Error::GateRange { slot: slot.name().into(), index });
    }
    Ok(rounded.clamp(lo, hi))
}

/// As many lists as slots, each of its slot's length.
pub(crate) fn check_shape<T>(job: &Job, outputs: &[Vec<T>]) -> Result<()> {
    if outputs.len() != job.slots.len() {
        let index = u32::try_from(outputs.len()).unwrap_or(u32::MAX);
        return Err(Error::GateSchema {
            slot: "".into(),
            index,
            reason: "another number of slots is declared",
        });
    }
    match job.slots.iter().zip(outputs).find(|(s, o)| s.len() as usize != o.len()) {
        Some((slot, values)) => Err(Error::GateSchema {
            slot: slot.name().into(),
            index: u32::try_from(values.len()).unwrap_or(u32::MAX),
            reason: "another length is declared",
        }),
        None => Ok(()),
    }
}

/// What can be checked of released values without the table: shape and range.
pub(crate) fn check_released(job: &Job, slots: &[Vec<i64>]) -> Result<()> {
    check_shape(job, slots)?;
    for (slot, values) in job.slots.iter().zip(slots) {
        let (lo, hi) = slot.range();
        if let Some((index, _)) = (0u32..).zip(values).find(|(_, v)| **v < lo || **v > hi) {
            return Err(Error::GateRange { slot: slot.name().into(), index });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
