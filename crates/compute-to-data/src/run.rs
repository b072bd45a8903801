use crate::{
    Error, Failure, GatedOutputs, Isolation, Job, Policy, RawOutcome, Result, Status, admit, apply_gate,
    gate::{check_released, numbers, round},
    job::{MAX_SLOTS, MAX_VALUES},
};
use alloc::{string::String, vec::Vec};
use countermark_crypto::{SealingKey, SealingPublicKey, open, seal};
use countermark_primitives::{
    B256, Canonical, Coded, Document, Entropy, Error as Basic, Reader, Result as BasicResult, Writer,
};
use countermark_receipt::{Attachments, Body, Table, attachment_hash, schema};

const SEAL_INFO: &[u8] = b"countermark/compute-to-data/sealed-part/v1";
const MAX_REFUSAL: usize = 64;
const MAX_EXECUTOR: usize = 64;
/// What HPKE adds to a plaintext: the encapsulated key and the tag.
const SEAL_OVERHEAD: u64 = 48;

/// The public statement of a run: all its terms, and what passed the gate.
///
/// Everything here was fixed before the run except the status, the fuel bucket and the outputs, and those are what
/// the budget counts. Why a run failed, exact fuel, log and unrounded outputs are in the sealed part, whose length
/// depends on the job alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// What was run on what, within which limits.
    pub job: Job,
    /// The owner's policy at the time.
    pub policy: Policy,
    /// Rows of the input table.
    pub rows: u64,
    /// Whether outputs were released. False covers every failure and every refusal by the gate.
    pub ok: bool,
    /// One list per slot, in units of 10^-digits of the slot; no list at all unless `ok`.
    pub outputs: Vec<Vec<i64>>,
    /// The fuel used was at most 2^bucket.
    pub fuel_bucket: u8,
    /// Name and version of the executor.
    pub executor: String,
    /// The wall the algorithm ran behind.
    pub isolation: Isolation,
    /// The owner's key the sealed part is sealed to.
    pub sealed_to: SealingPublicKey,
    /// Attachment hash of the sealed part.
    pub sealed: B256,
}

impl Run {
    /// The released values of a slot, or `None` for an undeclared name or a failed run.
    pub fn numbers(&self, name: &str) -> Option<Vec<f64>> {
        numbers(&self.job, &self.outputs, name)
    }
}

impl Canonical for Run {
    fn write(&self, w: &mut Writer) {
        self.job.write(w);
        self.policy.write(w);
        w.u64(self.rows);
        w.bool(self.ok);
        w.list(&self.outputs, |w, values| w.list(values, |w, v| w.i64(*v)));
        w.u8(self.fuel_bucket);
        w.text(&self.executor);
        self.isolation.write(w);
        w.raw(&self.sealed_to.0);
        w.hash(&self.sealed);
    }

    fn read(r: &mut Reader<'_>) -> BasicResult<Self> {
        Ok(Self {
            job: Job::read(r)?,
            policy: Policy::read(r)?,
            rows: r.u64("run rows")?,
            ok: r.bool("run status")?,
            outputs: r.list("run outputs", 4, MAX_SLOTS, |r| {
                r.list("run output", 8, MAX_VALUES, |r| r.i64("output value"))
            })?,
            fuel_bucket: r.u8("fuel bucket")?,
            executor: r.text("executor", MAX_EXECUTOR)?,
            isolation: Isolation::read(r)?,
            sealed_to: SealingPublicKey(r.array("sealing key")?),
            sealed: r.hash("sealed part")?,
        })
    }
}

impl Document for Run {
    const SCHEMA: u16 = schema::RUN;
    const VERSION: u16 = 1;
    const NAME: &'static str = "run";
}

impl Body for Run {
    const PARENTS: &'static [u16] = &[schema::AGENT, schema::GRANT];

    fn attachments(&self) -> Vec<B256> {
        alloc::vec![self.sealed]
    }
}

impl Canonical for Isolation {
    fn write(&self, w: &mut Writer) {
        w.u8(match self {
            Self::Process => 1,
            Self::InProcess => 2,
        });
    }

    fn read(r: &mut Reader<'_>) -> BasicResult<Self> {
        let at = r.position();
        match r.u8("isolation")? {
            1 => Ok(Self::Process),
            2 => Ok(Self::InProcess),
            _ => Err(Basic::NonCanonical { what: "isolation", at }),
        }
    }
}

/// What only the data owner learns of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct SealedPart {
    /// How the algorithm failed, if it did.
    pub failure: Option<Failure>,
    /// Code of the gate's refusal, if it refused.
    pub refusal: Option<String>,
    /// Fuel used.
    pub fuel: u64,
    /// What the algorithm logged.
    pub log: Vec<u8>,
    /// Outputs as the algorithm wrote them; NaN where it wrote nothing.
    pub outputs: Vec<Vec<f64>>,
}

impl Canonical for SealedPart {
    fn write(&self, w: &mut Writer) {
        w.option(self.failure.as_ref(), |w, f| f.write(w));
        w.option(self.refusal.as_ref(), |w, t| w.text(t));
        w.u64(self.fuel);
        w.bytes(&self.log);
        w.list(&self.outputs, |w, values| w.list(values, |w, v| w.f64(*v)));
    }

    fn read(r: &mut Reader<'_>) -> BasicResult<Self> {
        Ok(Self {
            failure: r.option("failure", Failure::read)?,
            refusal: r.option("refusal", |r| r.text("refusal", MAX_REFUSAL))?,
            fuel: r.u64("fuel")?,
            log: r.bytes("log", u32::MAX as usize)?.to_vec(),
            outputs: r.list("raw outputs", 4, MAX_SLOTS, |r| {
                r.list("raw output", 8, MAX_VALUES, |r| r.f64("raw value"))
            })?,
        })
    }
}

impl SealedPart {
    /// Length before encryption: a function of the job, so that the ciphertext's length says nothing of the run.
    fn padded_len(job: &Job) -> u64 {
        let outputs = 4 + 4 * job.slots.len() as u64 + 8 * job.values();
        4 + 2 + (1 + 4 + MAX_REFUSAL as u64) + 8 + (4 + u64::from(job.limits.log_bytes)) + outputs
    }

    fn to_padded(&self, job: &Job) -> Result<Vec<u8>> {
        let mut w = Writer::new();
        w.bytes(&self.to_bytes());
        let mut bytes = w.finish();
        let len =
            usize::try_from(Self::padded_len(job)).map_err(|_| Basic::Overflow { what: "sealed part" })?;
        if bytes.len() > len {
            return Err(Error::RunInconsistent { reason: "the outcome is larger than its job allows" });
        }
        bytes.resize(len, 0);
        Ok(bytes)
    }

    fn from_padded(bytes: &[u8]) -> Result<Self> {
        let mut r = Reader::new(bytes);
        let part = Self::from_bytes("sealed part", r.bytes("sealed part", bytes.len())?)?;
        if r.raw("padding", r.remaining())?.iter().any(|b| *b != 0) {
            return Err(Error::SealedPartMismatch { reason: "the padding is not zero" });
        }
        Ok(part)
    }
}

/// A finished run with its context, as [`build_run`] needs it.
#[derive(Debug, Clone, Copy)]
pub struct Executed<'a> {
    /// The owner's policy.
    pub policy: &'a Policy,
    /// The job that was run.
    pub job: &'a Job,
    /// The private input.
    pub table: &'a Table,
    /// What came out of the sandbox.
    pub raw: &'a RawOutcome,
}

/// A run receipt's body with what goes beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct BuiltRun {
    /// The public statement, ready to be signed.
    pub run: Run,
    /// The attachment named by `run.sealed`.
    pub sealed: Vec<u8>,
    /// Why nothing was released, for the owner only; `None` when the run is `ok`.
    pub refused: Option<Error>,
}

/// Applies the gate and states the result, also when nothing may be released.
///
/// `entropy` must be fresh for each call: it makes the key of the sealed part.
///
/// # Errors
/// Those of [`admit`] and `input_root_mismatch`, because such a run should never have been started;
/// `run_inconsistent` for an outcome that no executor of this job can give; `sealing_failed`.
pub fn build_run(
    executed: Executed<'_>,
    owner: &SealingPublicKey,
    entropy: &mut dyn Entropy,
) -> Result<BuiltRun> {
    let Executed { policy, job, table, raw } = executed;
    let rows = table.rows() as u64;
    admit(policy, job, rows)?;
    if raw.executor.is_empty() || raw.executor.len() > MAX_EXECUTOR {
        return Err(Error::RunInconsistent { reason: "an executor's name is 1 to 64 bytes" });
    }
    let (outputs, refused) = match apply_gate(policy, job, table, raw) {
        Ok(gated) => (GatedOutputs::into_slots(gated), None),
        Err(e @ Error::InputRoot { .. }) => return Err(e),
        Err(e) => (Vec::new(), Some(e)),
    };
    let failure = match raw.status {
        Status::Ok => None,
        Status::Failed(failure) => Some(failure),
    };
    let part = SealedPart {
        failure,
        refusal: refused.as_ref().filter(|_| failure.is_none()).map(|e| e.code().into()),
        fuel: raw.fuel,
        log: raw.log.clone(),
        outputs: raw.outputs.clone(),
    };
    let sealed = seal(owner, SEAL_INFO, job.hash().as_slice(), &part.to_padded(job)?, entropy)?;
    let run = Run {
        job: job.clone(),
        policy: policy.clone(),
        rows,
        ok: refused.is_none(),
        outputs,
        fuel_bucket: fuel_bucket(raw.fuel),
        executor: raw.executor.clone(),
        isolation: raw.isolation,
        sealed_to: *owner,
        sealed: attachment_hash(&sealed),
    };
    Ok(BuiltRun { run, sealed, refused })
}

/// The smallest b with fuel <= 2^b, at most 63.
fn fuel_bucket(fuel: u64) -> u8 {
    let bits = 64 - fuel.saturating_sub(1).leading_zeros();
    u8::try_from(bits.min(63)).unwrap_or(63)
}

/// The evidence of a run receipt, checked without the private table: the job was admissible under the stated policy,
/// what was released is what the slots declare, and the sealed part is there with the length that says nothing.
///
/// # Errors
/// Those of [`admit`], `gate_schema`, `gate_range`, `run_inconsistent`, `sealed_part_missing`,
/// `sealed_part_mismatch`.
pub fn verify_run(run: &Run, attachments: &dyn Attachments) -> Result<()> {
    admit(&run.policy, &run.job, run.rows)?;
    let fault = |reason| Err(Error::RunInconsistent { reason });
    match run.ok {
        true => check_released(&run.job, &run.outputs)?,
        false if !run.outputs.is_empty() => return fault("a failed run releases outputs"),
        false => {}
    }
    if run.fuel_bucket > fuel_bucket(run.job.limits.fuel) {
        return fault("the fuel bucket lies above the fuel limit");
    }
    if run.executor.is_empty() {
        return fault("the executor has no name");
    }
    sealed_bytes(run, attachments).map(|_| ())
}

fn sealed_bytes<'a>(run: &Run, attachments: &'a dyn Attachments) -> Result<&'a [u8]> {
    let bytes = attachments.get(&run.sealed).ok_or(Error::SealedPartMissing { hash: run.sealed })?;
    if attachment_hash(bytes) != run.sealed {
        return Err(Error::SealedPartMismatch { reason: "the bytes have another hash" });
    }
    if bytes.len() as u64 != SealedPart::padded_len(&run.job).saturating_add(SEAL_OVERHEAD) {
        return Err(Error::SealedPartMismatch { reason: "its length is not the one of the job" });
    }
    Ok(bytes)
}

/// Opens the owner's part and compares it with the public one.
///
/// # Errors
/// Those of [`verify_run`]; `opening_failed` for another key; `sealed_part_mismatch` when the public part does not
/// follow from the sealed one.
pub fn open_sealed(run: &Run, attachments: &dyn Attachments, key: &SealingKey) -> Result<SealedPart> {
    verify_run(run, attachments)?;
    let bytes = open(key, SEAL_INFO, run.job.hash().as_slice(), sealed_bytes(run, attachments)?)?;
    let part = SealedPart::from_padded(&bytes)?;
    let fault = |reason| Err(Error::SealedPartMismatch { reason });
    if run.ok != (part.failure.is_none() && part.refusal.is_none()) {
        return fault("the status is another");
    }
    if run.fuel_bucket != fuel_bucket(part.fuel) {
        return fault("the fuel bucket is another");
    }
    if run.ok && round(&run.policy, &run.job, &part.outputs)? != run.outputs {
        return fault("the released outputs are others");
    }
    Ok(part)
}
