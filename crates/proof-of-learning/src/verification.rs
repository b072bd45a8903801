use crate::error::{Check, Error, Result, check_hash};
use crate::training::unknown_word;
use crate::{Challenge, SegmentLeaf, Training, verify_training};
use alloc::{collections::BTreeMap, collections::BTreeSet, format, string::ToString as _, vec::Vec};
use countermark_primitives::hash::sha256_tagged;
use countermark_primitives::{Address, B256, Canonical, Document, Reader, Result as BasicResult, Writer};
use countermark_receipt::{Body, MerkleProof, schema};

/// What an accepted verification shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Soundness {
    /// Most of the work was done: what random sampling shows.
    Effort,
}

impl Soundness {
    /// The word, the same in every language.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Effort => "effort",
        }
    }
}

/// How well it is known that commitment came before challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Anchoring {
    /// Nothing proves it.
    Unanchored,
}

impl Anchoring {
    /// The word, the same in every language.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unanchored => "unanchored",
        }
    }
}

/// A leaf and its place in the segment tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeafOpening {
    /// The segment.
    pub leaf: SegmentLeaf,
    /// Its place.
    pub proof: MerkleProof,
}

/// The statement of a verifier that the sampled segments, run again, ended in the committed states.
#[derive(Debug, Clone, PartialEq)]
pub struct Verification {
    /// The beacon of the challenge.
    pub beacon: B256,
    /// How many segments were to be drawn, besides the first and the last.
    pub samples: u32,
    /// The segments that were run again, ascending.
    pub sampled: Vec<u32>,
    /// Their leaves and those of the segments before them, ascending.
    pub openings: Vec<LeafOpening>,
    /// SHA-256 over the states the verifier's own run ended in.
    pub rerun_digest: B256,
    /// What is shown.
    pub soundness: Soundness,
    /// How well the order of events is known.
    pub anchoring: Anchoring,
}

const MAX_OPENINGS: usize = 1 << 16;

impl Canonical for Verification {
    fn write(&self, w: &mut Writer) {
        w.hash(&self.beacon);
        w.u32(self.samples);
        w.list(&self.sampled, |w, s| w.u32(*s));
        w.list(&self.openings, |w, o| {
            o.leaf.write(w);
            o.proof.write(w);
        });
        w.hash(&self.rerun_digest);
        w.u8(match self.soundness {
            Soundness::Effort => 1,
        });
        w.u8(match self.anchoring {
            Anchoring::Unanchored => 1,
        });
    }

    fn read(r: &mut Reader<'_>) -> BasicResult<Self> {
        Ok(Self {
            beacon: r.hash("beacon")?,
            samples: r.u32("samples")?,
            sampled: r.list("sampled segments", 4, MAX_OPENINGS, |r| r.u32("sampled segment"))?,
            openings: r.list("openings", 72, MAX_OPENINGS, |r| {
                Ok(LeafOpening { leaf: SegmentLeaf::read(r)?, proof: MerkleProof::read(r)? })
            })?,
            rerun_digest: r.hash("rerun digest")?,
            soundness: match r.u8("soundness")? {
                1 => Soundness::Effort,
                got => return Err(unknown_word("soundness", got)),
            },
            anchoring: match r.u8("anchoring")? {
                1 => Anchoring::Unanchored,
                got => return Err(unknown_word("anchoring", got)),
            },
        })
    }
}

impl Document for Verification {
    const SCHEMA: u16 = schema::VERIFICATION;
    const VERSION: u16 = 1;
    const NAME: &'static str = "verification";
}

impl Body for Verification {
    const PARENTS: &'static [u16] = &[schema::AGENT, schema::TRAINING];
}

/// SHA-256 over transcript, challenge (beacon, samples) and (segment, end root) of each re-run segment.
pub(crate) fn rerun_digest(
    transcript: &B256,
    asked: &Challenge,
    ends: impl Iterator<Item = (u32, B256)>,
) -> B256 {
    let mut w = Writer::new();
    w.hash(transcript);
    w.hash(&asked.beacon);
    w.u32(asked.samples);
    for (segment, end) in ends {
        w.u32(segment);
        w.hash(&end);
    }
    sha256_tagged("countermark/proof-of-learning/rerun/v1", &[&w.finish()])
}

/// `Ok` when the leaf stands in the training's tree; first and last leaf must have the stated end states.
pub(crate) fn check_leaf(
    training: &Training,
    job: &B256,
    prover: &Address,
    leaf: &SegmentLeaf,
    proof: &MerkleProof,
) -> Result<()> {
    let at = Some(leaf.segment);
    let (count, index) = (u64::from(training.segments), u64::from(leaf.segment));
    let hash = leaf.hash(job, prover);
    proof.verify(&training.segment_root, count, index, hash.as_slice()).map_err(|e| Error::Rejected {
        check: Check::SegmentOpening,
        segment: at,
        detail: e.to_string(),
    })?;
    if leaf.segment == 0 {
        check_hash(Check::BoundaryRoot, at, &training.first_root, &leaf.start_root)?;
    }
    if index + 1 == count {
        check_hash(Check::BoundaryRoot, at, &training.last_root, &leaf.end_root)?;
    }
    Ok(())
}

/// What can be checked of a verification offline: the training's own evidence, the sampled segments are those the challenge
/// gives, their leaves and the ones before them stand in the committed tree and join, and the digest of the re-run
/// states is that of the leaves. That the run took place is the verifier's signed word.
///
/// # Errors
/// Those of [`verify_training`]; `learning_rejected` or `learning_mismatch` with check `challenge`, `segment_opening`,
/// `boundary_root`, `segment_link` or `rerun_digest`.
pub fn verify_verification(
    verification: &Verification,
    training: &Training,
    training_id: &B256,
    prover: &Address,
) -> Result<()> {
    verify_training(training, prover)?;
    let v = verification;
    let question = Challenge { beacon: v.beacon, samples: v.samples };
    let asked = question.segments(training, training_id);
    if asked != v.sampled {
        let detail =
            format!("{} segments named, the challenge asks for {} others", v.sampled.len(), asked.len());
        return Err(Error::Rejected { check: Check::Challenge, segment: None, detail });
    }
    let needed: BTreeSet<u32> = asked.iter().flat_map(|s| [s.saturating_sub(1), *s]).collect();
    let opened: Vec<u32> = v.openings.iter().map(|o| o.leaf.segment).collect();
    if !needed.iter().eq(opened.iter()) {
        let detail = format!("{} leaves opened, {} needed", opened.len(), needed.len());
        return Err(Error::Rejected { check: Check::SegmentOpening, segment: None, detail });
    }
    let job = training.spec.id();
    let mut leaves = BTreeMap::new();
    for o in &v.openings {
        check_leaf(training, &job, prover, &o.leaf, &o.proof)?;
        leaves.insert(o.leaf.segment, o.leaf);
    }
    for (s, leaf) in &leaves {
        if let Some(before) = s.checked_sub(1).and_then(|p| leaves.get(&p)) {
            check_hash(Check::SegmentLink, Some(*s), &before.end_root, &leaf.start_root)?;
        }
    }
    let ends = asked.iter().filter_map(|s| Some((*s, leaves.get(s)?.end_root)));
    check_hash(Check::RerunDigest, None, &rerun_digest(training_id, &question, ends), &v.rerun_digest)
}
