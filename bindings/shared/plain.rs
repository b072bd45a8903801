//! What the three skins parse and run alike; each includes this file. `Fault` is the skin's own error.

use crate::convert::Fault;
use countermark::{
    compute_to_data::{
        GatedOutputs, Isolation, Job, Limits, Policy, Sandbox as _, Slot, algorithm_hash, apply_gate,
    },
    datatoken::Profile,
    primitives::{Address, B256, CancelToken, Error as Basic, Timestamp, Wei, ignore_progress},
    receipt::Table,
    sandbox::{self, InProcessSandbox, ProcessSandbox, WorkerCommand},
    scoring::{
        Mode,
        predictoor::{Forecast, Prediction, Slot as FeedSlot, Status},
    },
    settle::Share,
};
use std::path::PathBuf;

pub(crate) fn hash(what: &'static str, bytes: &[u8]) -> Result<B256, Basic> {
    B256::try_from(bytes).map_err(|_| Basic::LengthMismatch { what, expected: 32, got: bytes.len() })
}

pub(crate) fn hash_text(what: &'static str, text: &str) -> Result<B256, Basic> {
    text.parse().map_err(|_| Basic::InvalidText { what, form: "hex of 32 bytes" })
}

pub(crate) fn address(what: &'static str, text: &str) -> Result<Address, Basic> {
    text.parse().map_err(|_| Basic::InvalidText { what, form: "hex of 20 bytes" })
}

pub(crate) fn mode(text: &str) -> Result<Mode, Basic> {
    match text {
        "strict" => Ok(Mode::Strict),
        "per_model" => Ok(Mode::PerModel),
        "compat" => Ok(Mode::Compat),
        _ => Err(Basic::InvalidText { what: "mode", form: "mode (strict, per_model or compat)" }),
    }
}

pub(crate) fn share(text: &str) -> Result<Share, Basic> {
    match text {
        "whole_pot" => Ok(Share::WholePot),
        "at_most_rate" => Ok(Share::AtMostRate),
        _ => Err(Basic::InvalidText { what: "share", form: "share (whole_pot or at_most_rate)" }),
    }
}

pub(crate) fn forecast(text: &str) -> Result<Forecast, Basic> {
    match text {
        "price" => Ok(Forecast::Price),
        "relative_change" => Ok(Forecast::RelativeChange),
        _ => Err(Basic::InvalidText { what: "form", form: "form (price or relative_change)" }),
    }
}

pub(crate) const fn status_name(status: Status) -> &'static str {
    match status {
        Status::Pending => "pending",
        Status::Paying => "paying",
        Status::Canceled => "canceled",
    }
}

fn same_length(what: &'static str, expected: usize, got: usize) -> Result<(), Basic> {
    if got == expected { Ok(()) } else { Err(Basic::LengthMismatch { what, expected, got }) }
}

/// Predictions from their columns.
pub(crate) fn predictions(up: &[bool], stakes: &[Wei]) -> Result<Vec<Prediction>, Basic> {
    same_length("stakes", up.len(), stakes.len())?;
    Ok(up.iter().zip(stakes).map(|(up, stake)| Prediction { up: *up, stake: *stake }).collect())
}

/// Slots of a feed from their columns.
pub(crate) fn feed_slots(
    starts: &[u64],
    staked_up: &[f64],
    staked: &[f64],
    truth: &[Option<bool>],
    canceled: &[bool],
) -> Result<Vec<FeedSlot>, Basic> {
    same_length("staked_up", starts.len(), staked_up.len())?;
    same_length("staked", starts.len(), staked.len())?;
    same_length("truth", starts.len(), truth.len())?;
    same_length("canceled", starts.len(), canceled.len())?;
    let rows = starts.iter().zip(staked_up).zip(staked).zip(truth).zip(canceled);
    let slot = |((((start, up), all), truth), canceled): ((((&u64, &f64), &f64), &Option<bool>), &bool)| {
        let start = Timestamp::new(*start);
        FeedSlot { start, staked_up: *up, staked: *all, truth: *truth, canceled: *canceled }
    };
    Ok(rows.map(slot).collect())
}

pub(crate) fn profile(text: &str) -> Result<Profile, Basic> {
    match text {
        "strict" => Ok(Profile::Strict),
        "compat" => Ok(Profile::Compat),
        _ => Err(Basic::InvalidText { what: "profile", form: "profile (strict or compat)" }),
    }
}

pub(crate) fn isolation(text: &str) -> Result<Isolation, Basic> {
    match text {
        "process" => Ok(Isolation::Process),
        "in_process" => Ok(Isolation::InProcess),
        _ => Err(Basic::InvalidText { what: "isolation", form: "isolation (process or in_process)" }),
    }
}

pub(crate) const fn isolation_name(isolation: Isolation) -> &'static str {
    match isolation {
        Isolation::Process => "process",
        Isolation::InProcess => "in_process",
    }
}

/// A declared output; `length` is `None` for a single number.
pub(crate) fn slot(
    name: &str,
    length: Option<u32>,
    lo: i64,
    hi: i64,
    digits: u32,
) -> Result<Slot, countermark::compute_to_data::Error> {
    // More digits than any slot takes, where the number does not fit.
    let digits = u8::try_from(digits).unwrap_or(u8::MAX);
    match length {
        Some(length) => Slot::vector(name, length, lo, hi, digits),
        None => Slot::scalar(name, lo, hi, digits),
    }
}

/// What an algorithm is run on, and how.
pub(crate) struct Request {
    pub(crate) module: Vec<u8>,
    pub(crate) columns: Vec<String>,
    /// Shape [rows, columns], row-major.
    pub(crate) values: Vec<f64>,
    pub(crate) slots: Vec<Slot>,
    pub(crate) limits: Limits,
    pub(crate) seed: B256,
    pub(crate) isolation: Isolation,
    /// Program and arguments; nothing is searched for when it is empty.
    pub(crate) worker: Vec<String>,
}

/// What a run gave.
pub(crate) struct Ran {
    pub(crate) job: Job,
    pub(crate) outputs: GatedOutputs,
    pub(crate) fuel: u64,
    pub(crate) log: Vec<u8>,
    pub(crate) executor: String,
    pub(crate) isolation: Isolation,
}

/// Runs a module and passes its outputs through the gate, under the default policy with this one module listed.
pub(crate) fn run(request: Request, cancel: &CancelToken) -> Result<Ran, Fault> {
    let Request { module, columns, values, slots, limits, seed, isolation, worker } = request;
    let table = Table::try_new(columns, values)?;
    let job = Job { algorithm: algorithm_hash(&module), input: table.root(), slots, limits, seed };
    let policy = Policy { limits, ..Policy::listing(vec![job.algorithm]) };
    countermark::compute_to_data::admit(&policy, &job, table.rows() as u64)?;
    let raw = match isolation {
        Isolation::InProcess => {
            InProcessSandbox::default().run(&job, &module, &table, cancel, &mut ignore_progress)?
        }
        Isolation::Process => {
            let mut words = worker.into_iter();
            let program = words.next().map(PathBuf::from);
            let program = program.ok_or(sandbox::Error::WorkerMissing { path: PathBuf::new() })?;
            let args = words.map(Into::into).collect();
            ProcessSandbox::new(WorkerCommand { program, args }).run(
                &job,
                &module,
                &table,
                cancel,
                &mut ignore_progress,
            )?
        }
    };
    let outputs = apply_gate(&policy, &job, &table, &raw)?;
    let (fuel, log, executor, isolation) = (raw.fuel, raw.log, raw.executor, raw.isolation);
    Ok(Ran { job, outputs, fuel, log, executor, isolation })
}

impl Ran {
    /// Name and values of each slot, in declared order.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = (String, Vec<f64>)> + '_ {
        let slots = self.job.slots.iter();
        slots.map(|s| (s.name().to_owned(), self.outputs.numbers(&self.job, s.name()).unwrap_or_default()))
    }
}
