use crate::error::{Error, Result};
use crate::{BeaconSource, JobSpec, SegmentLeaf, SegmentRunner, State, Training, initial_state, seed};
use alloc::{string::ToString as _, vec::Vec};
use core::ops::ControlFlow;
use countermark_primitives::{Address, B256, CancelToken, Error as BasicError, Nano, Progress, ProgressFn};
use countermark_receipt::{MerkleProof, MerkleTree};

/// A segment as the prover opens it to a verifier.
#[derive(Debug, Clone, PartialEq)]
pub struct Opening {
    /// The segment.
    pub leaf: SegmentLeaf,
    /// Its place in the tree.
    pub proof: MerkleProof,
    /// The segment before it and its place; `None` for segment 0.
    pub previous: Option<(SegmentLeaf, MerkleProof)>,
    /// The state the segment starts from.
    pub start: State,
}

/// What a prover keeps: the public statement and the states that may be asked for.
#[derive(Debug, Clone)]
pub struct Transcript {
    training: Training,
    leaves: Vec<SegmentLeaf>,
    starts: Vec<State>,
    last: State,
    tree: MerkleTree,
}

impl Transcript {
    /// Trains from step 0 to the end and commits to every segment.
    ///
    /// # Errors
    /// `learning_invalid_spec`, `learning_mismatch` (check `data_root`) when the runner has other data, `cancelled`, and those
    /// of the runner.
    pub fn prove<R: SegmentRunner + ?Sized>(
        spec: &JobSpec,
        prover: &Address,
        beacon: &B256,
        runner: &mut R,
        cancel: &CancelToken,
        progress: ProgressFn<'_>,
    ) -> Result<Self> {
        spec.check()?;
        crate::error::check_hash(crate::Check::DataRoot, None, &spec.data_root, &runner.data_root())?;
        let seed = seed(&spec.id(), prover, beacon);
        let mut state = initial_state(spec, &seed)?;
        let mut trace_root = B256::ZERO;
        let (mut starts, mut ends) = (Vec::new(), Vec::new());
        for s in 0..spec.segments() {
            let (from, to) = spec.segment_steps(s);
            cancel.check(from, spec.steps)?;
            let mut part = |p: Progress| progress(Progress { done: from + p.done, total: spec.steps });
            let run = runner.run_segment(spec, &seed, &state, from, to, cancel, &mut part)?;
            trace_root = run.trace_root;
            ends.push(run.state.root());
            starts.push(core::mem::replace(&mut state, run.state));
        }
        let metric = runner.metric(spec, &state)?;
        if progress(Progress { done: spec.steps, total: spec.steps }) == ControlFlow::Break(()) {
            return Err(BasicError::Cancelled { done: spec.steps, total: spec.steps }.into());
        }
        Self::commit(spec, prover, beacon, starts, &ends, state, trace_root, metric)
    }

    /// Commits to a training whose states were kept: each segment's first state, the root of its end, and the last state.
    /// Nothing is checked but the numbers: the statement is as true as its author is.
    ///
    /// # Errors
    /// `learning_invalid_spec`, `length_mismatch`.
    #[allow(clippy::too_many_arguments, reason = "the parts of a transcript")]
    pub fn commit(
        spec: &JobSpec,
        prover: &Address,
        beacon: &B256,
        starts: Vec<State>,
        ends: &[B256],
        last: State,
        trace_root: B256,
        metric: Nano,
    ) -> Result<Self> {
        spec.check()?;
        let expected = spec.segments() as usize;
        for (what, got) in [("segment starts", starts.len()), ("segment ends", ends.len())] {
            if got != expected {
                return Err(BasicError::LengthMismatch { what, expected, got }.into());
            }
        }
        let job = spec.id();
        let leaves: Vec<SegmentLeaf> = starts
            .iter()
            .zip(ends)
            .zip(0u32..)
            .map(|((start, end), segment)| SegmentLeaf { segment, start_root: start.root(), end_root: *end })
            .collect();
        let hashes: Vec<B256> = leaves.iter().map(|l| l.hash(&job, prover)).collect();
        let tree = MerkleTree::new(&hashes);
        let training = Training {
            spec: spec.clone(),
            beacon: *beacon,
            beacon_source: BeaconSource::Asserted,
            segments: spec.segments(),
            segment_root: tree.root(),
            first_root: leaves.first().map_or(B256::ZERO, |l| l.start_root),
            last_root: last.root(),
            metric,
            trace_root,
        };
        Ok(Self { training, leaves, starts, last, tree })
    }

    /// The public statement, to be signed.
    pub fn training(&self) -> &Training {
        &self.training
    }

    /// The trained model.
    pub fn last_state(&self) -> &State {
        &self.last
    }

    /// The first states of all segments.
    pub fn starts(&self) -> &[State] {
        &self.starts
    }

    /// The committed segments.
    pub fn leaves(&self) -> &[SegmentLeaf] {
        &self.leaves
    }

    /// Opens segments to a verifier.
    ///
    /// # Errors
    /// `out_of_range` for a segment there is not.
    pub fn open(&self, segments: &[u32]) -> Result<Vec<Opening>> {
        segments.iter().map(|s| self.open_one(*s)).collect()
    }

    fn open_one(&self, segment: u32) -> Result<Opening> {
        let missing = || {
            let got = segment.to_string();
            Error::from(BasicError::OutOfRange { what: "segment", got, range: "0..segments" })
        };
        let at = |s: u32| Some((*self.leaves.get(s as usize)?, self.tree.prove(u64::from(s))?));
        let (leaf, proof) = at(segment).ok_or_else(missing)?;
        let start = self.starts.get(segment as usize).ok_or_else(missing)?.clone();
        Ok(Opening { leaf, proof, previous: segment.checked_sub(1).and_then(at), start })
    }
}
