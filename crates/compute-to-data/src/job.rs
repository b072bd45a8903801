use crate::{Error, Result};
use alloc::{string::String, vec::Vec};
use countermark_primitives::{B256, Canonical, Error as Basic, Reader, Writer, hash};
use countermark_receipt::Table;

/// Most slots a job can declare.
pub(crate) const MAX_SLOTS: usize = 256;
/// Most values all slots of a job can hold together.
pub(crate) const MAX_VALUES: usize = 65_536;
/// Most decimal digits of a slot.
pub(crate) const MAX_DIGITS: u8 = 9;
/// Largest magnitude of a slot's fixed-point bound: every integer up to here is an exact f64.
pub(crate) const MAX_FIXED: i64 = 1 << 53;

/// The name of an algorithm: BLAKE3 of the module's bytes.
pub fn algorithm_hash(module: &[u8]) -> B256 {
    hash::blake3_tagged("countermark/compute-to-data/algorithm/v1", &[module])
}

/// One declared output: a name and `len` numbers, each a multiple of 10^-digits in a closed range.
///
/// What is declared here is all a job can ever release; the declaration alone says how many bits that is.
///
/// ```
/// use countermark_compute_to_data::Slot;
/// use countermark_primitives::Coded;
/// let mean = Slot::vector("mean", 11, 0, 400, 4)?;
/// assert_eq!(mean.bits(), 11 * 22); // 4_000_001 possible values each
/// assert_eq!(Slot::scalar("ratio", 1, 0, 4).unwrap_err().code(), "slot_invalid");
/// # Ok::<(), countermark_compute_to_data::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    name: String,
    vector: bool,
    len: u32,
    lo: i64,
    hi: i64,
    digits: u8,
}

impl Slot {
    /// A single number between `lo` and `hi` (whole units, both included) with `digits` decimal digits.
    ///
    /// # Errors
    /// `slot_invalid`.
    pub fn scalar(name: &str, lo: i64, hi: i64, digits: u8) -> Result<Self> {
        Self::try_new(name, false, 1, lo, hi, digits)
    }

    /// `len` numbers between `lo` and `hi` (whole units, both included) with `digits` decimal digits.
    ///
    /// # Errors
    /// `slot_invalid`.
    pub fn vector(name: &str, len: u32, lo: i64, hi: i64, digits: u8) -> Result<Self> {
        Self::try_new(name, true, len, lo, hi, digits)
    }

    fn try_new(name: &str, vector: bool, len: u32, lo: i64, hi: i64, digits: u8) -> Result<Self> {
        let fault = |reason| Error::SlotInvalid { slot: name.into(), reason };
        if digits > MAX_DIGITS {
            return Err(fault("more than 9 digits"));
        }
        let unit = 10i64.pow(u32::from(digits));
        let (Some(lo), Some(hi)) = (lo.checked_mul(unit), hi.checked_mul(unit)) else {
            return Err(fault("the range times 10^digits exceeds 2^53"));
        };
        let slot = Self { name: name.into(), vector, len, lo, hi, digits };
        slot.check()?;
        Ok(slot)
    }

    fn check(&self) -> Result<()> {
        let fault = |reason| Err(Error::SlotInvalid { slot: self.name.clone(), reason });
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if self.name.is_empty() || self.name.len() > 64 || !self.name.chars().all(plain) {
            return fault("a name is 1 to 64 of a-z, 0-9 and _");
        }
        if self.digits > MAX_DIGITS {
            return fault("more than 9 digits");
        }
        if self.lo > self.hi {
            return fault("the range is empty");
        }
        if self.lo < -MAX_FIXED || self.hi > MAX_FIXED {
            return fault("the range times 10^digits exceeds 2^53");
        }
        if self.len == 0 || self.len as usize > MAX_VALUES || (!self.vector && self.len != 1) {
            return fault("a scalar holds 1 value, a vector 1 to 65536");
        }
        Ok(())
    }

    /// Name, unique in the job.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Number of values.
    pub fn len(&self) -> u32 {
        self.len
    }

    /// Always false: a slot holds at least one value.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether the slot was declared as a vector.
    pub fn is_vector(&self) -> bool {
        self.vector
    }

    /// Decimal digits kept.
    pub fn digits(&self) -> u8 {
        self.digits
    }

    /// Smallest and largest value, in units of 10^-digits.
    pub fn range(&self) -> (i64, i64) {
        (self.lo, self.hi)
    }

    /// Bits the slot can carry: `len` times log2 of the number of values, rounded up.
    pub fn bits(&self) -> u64 {
        // Checked above: the difference is below 2^54.
        let values = self.hi.saturating_sub(self.lo).unsigned_abs() + 1;
        let each = 64 - (values - 1).leading_zeros();
        u64::from(each) * u64::from(self.len)
    }
}

impl Canonical for Slot {
    fn write(&self, w: &mut Writer) {
        w.text(&self.name);
        w.bool(self.vector);
        w.u32(self.len);
        w.i64(self.lo);
        w.i64(self.hi);
        w.u8(self.digits);
    }

    fn read(r: &mut Reader<'_>) -> countermark_primitives::Result<Self> {
        let at = r.position();
        let slot = Self {
            name: r.text("slot name", 64)?,
            vector: r.bool("slot kind")?,
            len: r.u32("slot length")?,
            lo: r.i64("slot minimum")?,
            hi: r.i64("slot maximum")?,
            digits: r.u8("slot digits")?,
        };
        slot.check().map_err(|_| Basic::NonCanonical { what: "slot", at })?;
        Ok(slot)
    }
}

/// Bounds of one run. Each is a promise to the data owner and a term of the receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Instructions, counted as WebAssembly operators plus what host calls charge.
    pub fuel: u64,
    /// Linear memory in bytes.
    pub memory_bytes: u64,
    /// Wall clock in milliseconds.
    pub wall_ms: u64,
    /// Bytes of log kept; the rest is dropped.
    pub log_bytes: u32,
}

impl Limits {
    /// Whether each bound is at most the other's.
    fn first_above(&self, most: &Self) -> Option<(&'static str, u64, u64)> {
        [
            ("units of fuel", most.fuel, self.fuel),
            ("bytes of memory", most.memory_bytes, self.memory_bytes),
            ("milliseconds", most.wall_ms, self.wall_ms),
            ("bytes of log", u64::from(most.log_bytes), u64::from(self.log_bytes)),
        ]
        .into_iter()
        .find(|(_, limit, got)| got > limit)
    }

    /// Compares with a policy's bounds.
    ///
    /// # Errors
    /// `job_limit_refused`, naming the first bound that is too high.
    pub fn check_within(&self, most: &Self) -> Result<()> {
        match self.first_above(most) {
            Some((what, limit, got)) => Err(Error::JobLimit { what, limit, got }),
            None => Ok(()),
        }
    }
}

impl Default for Limits {
    /// 10^9 fuel, 64 MiB, 30 s, 4 KiB of log.
    fn default() -> Self {
        Self { fuel: 1_000_000_000, memory_bytes: 64 << 20, wall_ms: 30_000, log_bytes: 4096 }
    }
}

impl Canonical for Limits {
    fn write(&self, w: &mut Writer) {
        w.u64(self.fuel);
        w.u64(self.memory_bytes);
        w.u64(self.wall_ms);
        w.u32(self.log_bytes);
    }

    fn read(r: &mut Reader<'_>) -> countermark_primitives::Result<Self> {
        Ok(Self {
            fuel: r.u64("fuel limit")?,
            memory_bytes: r.u64("memory limit")?,
            wall_ms: r.u64("wall clock limit")?,
            log_bytes: r.u32("log limit")?,
        })
    }
}

/// What is to be run on what, what may come out, and within which bounds.
///
/// All of it is public and fixed before the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// [`algorithm_hash`] of the module.
    pub algorithm: B256,
    /// Merkle root of the input table.
    pub input: B256,
    /// Declared outputs, in the order the algorithm numbers them; names are unique.
    pub slots: Vec<Slot>,
    /// Bounds of the run.
    pub limits: Limits,
    /// The only randomness the algorithm gets.
    pub seed: B256,
}

impl Job {
    /// Position and declaration of a slot.
    pub fn slot(&self, name: &str) -> Option<(usize, &Slot)> {
        self.slots.iter().enumerate().find(|(_, s)| s.name == name)
    }

    /// Number of values over all slots.
    pub fn values(&self) -> u64 {
        self.slots.iter().map(|s| u64::from(s.len)).sum()
    }

    /// Bits all that a consumer sees can carry: the slots, one bit of status and six of the fuel bucket.
    pub fn bits(&self) -> u64 {
        self.slots.iter().fold(7u64, |sum, s| sum.saturating_add(s.bits()))
    }

    /// SHA-256 of the job's canonical bytes.
    pub fn hash(&self) -> B256 {
        hash::sha256_tagged("countermark/compute-to-data/job/v1", &[&self.to_bytes()])
    }

    /// Slots must be between 1 and 256, their names unique and their values at most 65536 together.
    ///
    /// # Errors
    /// `slot_invalid`.
    pub fn check_slots(&self) -> Result<()> {
        let fault = |slot: &str, reason| Err(Error::SlotInvalid { slot: slot.into(), reason });
        if self.slots.is_empty() || self.slots.len() > MAX_SLOTS {
            return fault("", "a job declares 1 to 256 slots");
        }
        if self.values() > MAX_VALUES as u64 {
            return fault("", "more than 65536 values");
        }
        let mut names = alloc::collections::BTreeSet::new();
        match self.slots.iter().find(|s| !names.insert(s.name())) {
            Some(twice) => fault(twice.name(), "the name is used twice"),
            None => Ok(()),
        }
    }

    /// The bytes at hand must be the ones the job names. Every executor calls this on the bytes it is about to run.
    ///
    /// # Errors
    /// `algorithm_hash_mismatch`, `input_root_mismatch`.
    pub fn check_inputs(&self, module: &[u8], input: &Table) -> Result<()> {
        let got = algorithm_hash(module);
        if got != self.algorithm {
            return Err(Error::AlgorithmHash { expected: self.algorithm, got });
        }
        let got = input.root();
        if got != self.input {
            return Err(Error::InputRoot { expected: self.input, got });
        }
        Ok(())
    }
}

impl Canonical for Job {
    fn write(&self, w: &mut Writer) {
        w.hash(&self.algorithm);
        w.hash(&self.input);
        w.list(&self.slots, |w, s| s.write(w));
        self.limits.write(w);
        w.hash(&self.seed);
    }

    fn read(r: &mut Reader<'_>) -> countermark_primitives::Result<Self> {
        let at = r.position();
        let job = Self {
            algorithm: r.hash("job algorithm")?,
            input: r.hash("job input")?,
            slots: r.list("job slots", 26, MAX_SLOTS, Slot::read)?,
            limits: Limits::read(r)?,
            seed: r.hash("job seed")?,
        };
        job.check_slots().map_err(|_| Basic::NonCanonical { what: "job slots", at })?;
        Ok(job)
    }
}
