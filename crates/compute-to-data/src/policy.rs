use crate::{Error, Job, Limits, Result};
use alloc::vec::Vec;
use countermark_primitives::{B256, Canonical, Error as Basic, Reader, Writer, hash};

/// Most algorithms a policy can list.
pub(crate) const MAX_ALGORITHMS: usize = 1024;

/// Which algorithms a data owner lets near the data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Algorithms {
    /// Any module the executor accepts; only the gate stands between it and the consumer.
    Any,
    /// Modules with these hashes. An empty list lets nobody in.
    Listed(Vec<B256>),
}

/// How closely outputs are compared with the private table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overlap {
    /// Not at all.
    Off,
    /// Outputs may not single out a row or repeat a run of cells.
    Rows,
    /// As `Rows`, and outputs may not coincide with cells more often than chance explains.
    Cells,
}

/// What happens to a value outside its slot's range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutOfRange {
    /// Nothing is released.
    Refuse,
    /// The nearest bound is released.
    Clamp,
}

/// What a data owner allows. The default lets no algorithm in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Which algorithms may run.
    pub algorithms: Algorithms,
    /// Rows a table must have.
    pub min_rows: u64,
    /// Bits one run may release.
    pub max_bits: u64,
    /// Slots one job may declare.
    pub max_slots: u32,
    /// How outputs are compared with the table.
    pub overlap: Overlap,
    /// What happens to values out of range.
    pub out_of_range: OutOfRange,
    /// Highest limits a job may ask for.
    pub limits: Limits,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            algorithms: Algorithms::Listed(Vec::new()),
            min_rows: 10,
            max_bits: 1024,
            max_slots: 16,
            overlap: Overlap::Cells,
            out_of_range: OutOfRange::Refuse,
            limits: Limits::default(),
        }
    }
}

impl Policy {
    /// The default policy with a list of algorithms.
    pub fn listing(algorithms: Vec<B256>) -> Self {
        Self { algorithms: Algorithms::Listed(algorithms), ..Self::default() }
    }

    /// SHA-256 of the policy's canonical bytes.
    pub fn hash(&self) -> B256 {
        hash::sha256_tagged("countermark/compute-to-data/policy/v1", &[&self.to_bytes()])
    }
}

impl Canonical for Policy {
    fn write(&self, w: &mut Writer) {
        match &self.algorithms {
            Algorithms::Any => w.bool(false),
            Algorithms::Listed(hashes) => {
                w.bool(true);
                w.list(hashes, Writer::hash);
            }
        }
        w.u64(self.min_rows);
        w.u64(self.max_bits);
        w.u32(self.max_slots);
        w.u8(match self.overlap {
            Overlap::Off => 0,
            Overlap::Rows => 1,
            Overlap::Cells => 2,
        });
        w.bool(self.out_of_range == OutOfRange::Clamp);
        self.limits.write(w);
    }

    fn read(r: &mut Reader<'_>) -> countermark_primitives::Result<Self> {
        Ok(Self {
            algorithms: if r.bool("policy algorithms")? {
                Algorithms::Listed(r.list("policy algorithms", 32, MAX_ALGORITHMS, |r| r.hash("algorithm"))?)
            } else {
                Algorithms::Any
            },
            min_rows: r.u64("policy rows")?,
            max_bits: r.u64("policy bits")?,
            max_slots: r.u32("policy slots")?,
            overlap: {
                let at = r.position();
                match r.u8("policy overlap")? {
                    0 => Overlap::Off,
                    1 => Overlap::Rows,
                    2 => Overlap::Cells,
                    _ => return Err(Basic::NonCanonical { what: "policy overlap", at }),
                }
            },
            out_of_range: if r.bool("policy range")? { OutOfRange::Clamp } else { OutOfRange::Refuse },
            limits: Limits::read(r)?,
        })
    }
}

/// What an admitted job can release at most, to be shown before approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Admission {
    /// Upper bound of the information the consumer gets, in bits.
    pub bits: u64,
}

/// Decides, from public facts alone, whether a job may run on a table of `rows` rows.
///
/// ```
/// use countermark_compute_to_data::{Job, Limits, Policy, Slot, admit, algorithm_hash};
/// use countermark_primitives::{B256, Coded};
/// let job = Job {
///     algorithm: algorithm_hash(b"module"),
///     input: B256::ZERO,
///     slots: vec![Slot::scalar("mean", 0, 100, 2)?],
///     limits: Limits::default(),
///     seed: B256::ZERO,
/// };
/// let policy = Policy::listing(vec![job.algorithm]);
/// assert_eq!(admit(&policy, &job, 1599)?.bits, 7 + 14);
/// assert_eq!(admit(&policy, &job, 3).unwrap_err().code(), "gate_min_rows");
/// assert_eq!(admit(&Policy::default(), &job, 1599).unwrap_err().code(), "algorithm_not_allowed");
/// # Ok::<(), countermark_compute_to_data::Error>(())
/// ```
///
/// # Errors
/// `algorithm_not_allowed`, `job_limit_refused`, `slot_invalid`, `gate_min_rows`, `gate_budget`.
pub fn admit(policy: &Policy, job: &Job, rows: u64) -> Result<Admission> {
    if let Algorithms::Listed(hashes) = &policy.algorithms
        && !hashes.contains(&job.algorithm)
    {
        return Err(Error::AlgorithmNotAllowed { algorithm: job.algorithm });
    }
    job.check_slots()?;
    let slots = job.slots.len() as u64;
    if slots > u64::from(policy.max_slots) {
        return Err(Error::JobLimit { what: "slots", limit: policy.max_slots.into(), got: slots });
    }
    job.limits.check_within(&policy.limits)?;
    if rows < policy.min_rows {
        return Err(Error::GateMinRows { limit: policy.min_rows, got: rows });
    }
    let bits = job.bits();
    if bits > policy.max_bits {
        return Err(Error::GateBudget { limit: policy.max_bits, got: bits });
    }
    Ok(Admission { bits })
}
