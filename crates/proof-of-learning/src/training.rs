use crate::error::{Check, Error, Result, check_hash};
use crate::{JobSpec, initial_state, seed};
use alloc::{format, string::ToString as _};
use countermark_primitives::hash::sha256_tagged;
use countermark_primitives::{
    Address, B256, Canonical, Document, Error as BasicError, Nano, Reader, Result as BasicResult, Writer,
};
use countermark_receipt::{Body, schema};

/// How well it is known when a beacon was published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BeaconSource {
    /// The prover says so; nothing proves it.
    Asserted,
}

impl BeaconSource {
    /// The word, the same in every language.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Asserted => "asserted",
        }
    }
}

/// One segment of a transcript: from which state to which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SegmentLeaf {
    /// Number of the segment, from 0.
    pub segment: u32,
    /// Root of the state before its first step.
    pub start_root: B256,
    /// Root of the state after its last step.
    pub end_root: B256,
}

impl SegmentLeaf {
    /// The leaf of the segment tree: SHA-256 over job, prover, number and both roots.
    pub fn hash(&self, job: &B256, prover: &Address) -> B256 {
        let number = self.segment.to_le_bytes();
        let parts: [&[u8]; 5] = [
            job.as_slice(),
            prover.as_slice(),
            &number,
            self.start_root.as_slice(),
            self.end_root.as_slice(),
        ];
        sha256_tagged("countermark/proof-of-learning/segment/v1", &parts)
    }
}

impl Canonical for SegmentLeaf {
    fn write(&self, w: &mut Writer) {
        w.u32(self.segment);
        w.hash(&self.start_root);
        w.hash(&self.end_root);
    }

    fn read(r: &mut Reader<'_>) -> BasicResult<Self> {
        Ok(Self {
            segment: r.u32("segment")?,
            start_root: r.hash("start root")?,
            end_root: r.hash("end root")?,
        })
    }
}

/// The statement of a prover that a training took place: the transcript's public part. Its receipt builds on the
/// prover's card and on the run whose outputs normalised the data.
#[derive(Debug, Clone, PartialEq)]
pub struct Training {
    /// The job.
    pub spec: JobSpec,
    /// The beacon of the seed.
    pub beacon: B256,
    /// How well the beacon's time is known.
    pub beacon_source: BeaconSource,
    /// Number of segments.
    pub segments: u32,
    /// Merkle root over the segments' leaves.
    pub segment_root: B256,
    /// Root of the state before step 0.
    pub first_root: B256,
    /// Root of the state after the last step.
    pub last_root: B256,
    /// The job's metric of the last state.
    pub metric: Nano,
    /// Root of the operator trace of the last step.
    pub trace_root: B256,
}

impl Canonical for Training {
    fn write(&self, w: &mut Writer) {
        self.spec.write(w);
        w.hash(&self.beacon);
        w.u8(match self.beacon_source {
            BeaconSource::Asserted => 1,
        });
        w.u32(self.segments);
        w.hash(&self.segment_root);
        w.hash(&self.first_root);
        w.hash(&self.last_root);
        self.metric.write(w);
        w.hash(&self.trace_root);
    }

    fn read(r: &mut Reader<'_>) -> BasicResult<Self> {
        Ok(Self {
            spec: JobSpec::read(r)?,
            beacon: r.hash("beacon")?,
            beacon_source: match r.u8("beacon source")? {
                1 => BeaconSource::Asserted,
                got => return Err(unknown_word("beacon source", got)),
            },
            segments: r.u32("segments")?,
            segment_root: r.hash("segment root")?,
            first_root: r.hash("first root")?,
            last_root: r.hash("last root")?,
            metric: Nano::read(r)?,
            trace_root: r.hash("trace root")?,
        })
    }
}

pub(crate) fn unknown_word(what: &'static str, got: u8) -> BasicError {
    BasicError::OutOfRange { what, got: got.to_string(), range: "1" }
}

impl Document for Training {
    const SCHEMA: u16 = schema::TRAINING;
    const VERSION: u16 = 1;
    const NAME: &'static str = "training";
}

impl Body for Training {
    const PARENTS: &'static [u16] = &[schema::AGENT, schema::RUN];
}

/// What can be checked of a training offline, without training: the job makes sense, the number of segments is that of the
/// job, and the first state is the one that job, prover and beacon give. Answers the seed.
///
/// Metric, trace and the other roots are the prover's signed word until a verifier runs the training again.
///
/// # Errors
/// `learning_invalid_spec` (check `spec`), `learning_rejected` (`segments`), `learning_mismatch` (`init_root`).
pub fn verify_training(training: &Training, prover: &Address) -> Result<B256> {
    let spec = &training.spec;
    spec.check()?;
    if training.segments != spec.segments() {
        let detail = format!("{} segments stated, the job has {}", training.segments, spec.segments());
        return Err(Error::Rejected { check: Check::Segments, segment: None, detail });
    }
    let seed = seed(&spec.id(), prover, &training.beacon);
    check_hash(Check::InitRoot, None, &initial_state(spec, &seed)?.root(), &training.first_root)?;
    Ok(seed)
}
