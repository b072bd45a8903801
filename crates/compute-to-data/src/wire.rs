//! What goes to a sandbox worker and comes back: private to the data owner's machine.

use crate::{
    Error, Failure, Isolation, Job, RawOutcome, Status,
    job::{MAX_SLOTS, MAX_VALUES},
};
use alloc::vec::Vec;
use countermark_primitives::{Canonical, Document, Error as Basic, Reader, Result as BasicResult, Writer};
use countermark_receipt::{Table, schema};

/// Largest module a worker is given, in bytes.
pub(crate) const MAX_MODULE: usize = 16 << 20;
const MAX_TEXT: usize = 512;

/// A job with everything a worker needs to run it.
#[derive(Debug, Clone, PartialEq)]
pub struct RunJob {
    /// The job.
    pub job: Job,
    /// Bytes of the module.
    pub module: Vec<u8>,
    /// The private input.
    pub input: Table,
}

impl Canonical for RunJob {
    fn write(&self, w: &mut Writer) {
        self.job.write(w);
        w.bytes(&self.module);
        self.input.write(w);
    }

    fn read(r: &mut Reader<'_>) -> BasicResult<Self> {
        Ok(Self {
            job: Job::read(r)?,
            module: r.bytes("module", MAX_MODULE)?.to_vec(),
            input: Table::read(r)?,
        })
    }
}

impl Document for RunJob {
    const SCHEMA: u16 = schema::RUN_JOB;
    const VERSION: u16 = 1;
    const NAME: &'static str = "run_job";
}

/// What a worker answers.
#[derive(Debug, Clone, PartialEq)]
pub enum RunOutcome {
    /// The algorithm was started.
    Ran(RawOutcome),
    /// It never was, and why.
    Refused(Error),
}

impl RunOutcome {
    /// Bytes the longest answer to a job can have.
    pub fn max_len(job: &Job) -> u64 {
        let outputs = 4 * job.slots.len() as u64 + 8 * job.values();
        4096 + u64::from(job.limits.log_bytes) + outputs
    }

    /// The outcome, if it has the shape of the job.
    ///
    /// # Errors
    /// The refusal; `length_mismatch` or `limit_exceeded` for an outcome that is not one of this job.
    pub fn into_outcome(self, job: &Job) -> crate::Result<RawOutcome> {
        let raw = match self {
            Self::Refused(e) => return Err(e),
            Self::Ran(raw) => raw,
        };
        if raw.outputs.len() != job.slots.len() {
            let (expected, got) = (job.slots.len(), raw.outputs.len());
            return Err(Basic::LengthMismatch { what: "outcome slots", expected, got }.into());
        }
        for (slot, values) in job.slots.iter().zip(&raw.outputs) {
            let (expected, got) = (slot.len() as usize, values.len());
            if expected != got {
                return Err(Basic::LengthMismatch { what: "outcome slot", expected, got }.into());
            }
        }
        let (limit, got) = (u64::from(job.limits.log_bytes), raw.log.len() as u64);
        if got > limit {
            return Err(Basic::LimitExceeded { what: "outcome log", limit, got }.into());
        }
        Ok(raw)
    }
}

impl Canonical for RunOutcome {
    fn write(&self, w: &mut Writer) {
        match self {
            Self::Ran(raw) => {
                w.u8(0);
                raw.write(w);
            }
            Self::Refused(e) => write_refusal(w, e),
        }
    }

    fn read(r: &mut Reader<'_>) -> BasicResult<Self> {
        let at = r.position();
        Ok(match r.u8("outcome kind")? {
            0 => Self::Ran(RawOutcome::read(r)?),
            kind => Self::Refused(read_refusal(r, kind, at)?),
        })
    }
}

impl Document for RunOutcome {
    const SCHEMA: u16 = schema::RUN_OUTCOME;
    const VERSION: u16 = 1;
    const NAME: &'static str = "run_outcome";
}

fn write_refusal(w: &mut Writer, e: &Error) {
    match e {
        Error::AlgorithmHash { expected, got } => {
            w.u8(1);
            w.hash(expected);
            w.hash(got);
        }
        Error::InputRoot { expected, got } => {
            w.u8(2);
            w.hash(expected);
            w.hash(got);
        }
        Error::AlgorithmTooLarge { what, limit, got } => {
            w.u8(3);
            w.text(clip(what));
            w.u64(*limit);
            w.u64(*got);
        }
        Error::AlgorithmImport { module, name } => {
            w.u8(5);
            w.text(clip(module));
            w.text(clip(name));
        }
        Error::AlgorithmInvalid { reason } => {
            w.u8(4);
            w.text(clip(reason));
        }
        other => {
            w.u8(4);
            w.text(clip(&alloc::format!("{other}")));
        }
    }
}

fn read_refusal(r: &mut Reader<'_>, kind: u8, at: usize) -> BasicResult<Error> {
    Ok(match kind {
        1 => Error::AlgorithmHash { expected: r.hash("refusal")?, got: r.hash("refusal")? },
        2 => Error::InputRoot { expected: r.hash("refusal")?, got: r.hash("refusal")? },
        3 => Error::AlgorithmTooLarge {
            what: r.text("refusal", MAX_TEXT)?,
            limit: r.u64("refusal")?,
            got: r.u64("refusal")?,
        },
        4 => Error::AlgorithmInvalid { reason: r.text("refusal", MAX_TEXT)? },
        5 => Error::AlgorithmImport {
            module: r.text("refusal", MAX_TEXT)?,
            name: r.text("refusal", MAX_TEXT)?,
        },
        _ => return Err(Basic::NonCanonical { what: "outcome kind", at }),
    })
}

/// The longest prefix of whole characters within the bound.
fn clip(text: &str) -> &str {
    let mut end = text.len().min(MAX_TEXT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

impl Canonical for RawOutcome {
    fn write(&self, w: &mut Writer) {
        let failure = match self.status {
            Status::Ok => None,
            Status::Failed(failure) => Some(failure),
        };
        w.option(failure.as_ref(), |w, f| f.write(w));
        w.list(&self.outputs, |w, values| w.list(values, |w, v| w.f64(*v)));
        w.u64(self.fuel);
        w.bytes(&self.log);
        w.text(&self.executor);
        self.isolation.write(w);
    }

    fn read(r: &mut Reader<'_>) -> BasicResult<Self> {
        Ok(Self {
            status: r.option("failure", Failure::read)?.map_or(Status::Ok, Status::Failed),
            outputs: r.list("raw outputs", 4, MAX_SLOTS, |r| {
                r.list("raw output", 8, MAX_VALUES, |r| r.f64("raw value"))
            })?,
            fuel: r.u64("fuel")?,
            log: r.bytes("log", u32::MAX as usize)?.to_vec(),
            executor: r.text("executor", 64)?,
            isolation: Isolation::read(r)?,
        })
    }
}
