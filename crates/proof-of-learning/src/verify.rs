use crate::error::{Check, Error, Result, check_hash};
use crate::verification::{check_leaf, rerun_digest};
use crate::{Anchoring, LeafOpening, Opening, SegmentRunner, Soundness, Training, Verification};
use crate::{challenge, verify_training};
use alloc::{collections::BTreeMap, format, vec::Vec};
use countermark_primitives::{Address, B256, CancelToken, Progress, ProgressFn};

/// What a verifier asks of a prover.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Challenge {
    /// A beacon published after the transcript.
    pub beacon: B256,
    /// How many segments to draw, besides the first and the last.
    pub samples: u32,
}

impl Challenge {
    /// The segments to open, ascending ([`challenge`]).
    pub fn segments(&self, training: &Training, training_id: &B256) -> Vec<u32> {
        challenge(training_id, &self.beacon, training.segments, self.samples)
    }
}

/// An accepted transcript: how much of it was run again, and the statement to sign.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// Segments run again.
    pub checked: u32,
    /// Segments there are.
    pub segments: u32,
    /// Steps run again.
    pub steps_checked: u64,
    /// Steps there are.
    pub steps: u64,
    /// The statement.
    pub verification: Verification,
}

/// Re-executes the sampled segments of a transcript, bit for bit.
///
/// `training_id` is the id of the training's receipt, `openings` what the prover answered to the challenge: one for each
/// segment of [`Challenge::segments`], in that order. Progress counts the steps to run again.
///
/// # Errors
/// Those of [`verify_training`]; then `learning_mismatch` or `learning_rejected` with the check that refused: `data_root`,
/// `challenge`, `segment_opening`, `boundary_root`, `segment_link`, `state_opening`, `segment_root`, `trace_root`, `metric`;
/// `cancelled`; and those of the runner.
#[allow(clippy::too_many_arguments, reason = "two statements, an answer, an engine and how to stop it")]
pub fn verify_transcript<R: SegmentRunner + ?Sized>(
    training: &Training,
    training_id: &B256,
    prover: &Address,
    asked: &Challenge,
    openings: &[Opening],
    runner: &mut R,
    cancel: &CancelToken,
    progress: ProgressFn<'_>,
) -> Result<Verdict> {
    let spec = &training.spec;
    let seed = verify_training(training, prover)?;
    check_hash(Check::DataRoot, None, &spec.data_root, &runner.data_root())?;
    let sampled = asked.segments(training, training_id);
    if !sampled.iter().eq(openings.iter().map(|o| &o.leaf.segment)) {
        let detail = format!("{} openings, not the {} segments asked for", openings.len(), sampled.len());
        return Err(Error::Rejected { check: Check::Challenge, segment: None, detail });
    }
    let job = spec.id();
    let total: u64 = sampled.iter().map(|s| spec.segment_steps(*s)).map(|(a, b)| b - a).sum();
    let mut leaves = BTreeMap::new();
    // All that is cheap comes before any training.
    for o in openings {
        let s = o.leaf.segment;
        check_leaf(training, &job, prover, &o.leaf, &o.proof)?;
        leaves.insert(s, LeafOpening { leaf: o.leaf, proof: o.proof.clone() });
        match (&o.previous, s.checked_sub(1)) {
            (None, None) => {}
            (Some((before, proof)), Some(p)) if before.segment == p => {
                check_leaf(training, &job, prover, before, proof)?;
                check_hash(Check::SegmentLink, Some(s), &before.end_root, &o.leaf.start_root)?;
                leaves.insert(p, LeafOpening { leaf: *before, proof: proof.clone() });
            }
            _ => {
                let detail = "the segment before it is not opened".into();
                return Err(Error::Rejected { check: Check::SegmentOpening, segment: Some(s), detail });
            }
        }
        o.start.check(spec)?;
        check_hash(Check::StateOpening, Some(s), &o.leaf.start_root, &o.start.root())?;
    }
    let mut done = 0;
    let mut ends = Vec::with_capacity(openings.len());
    for o in openings {
        let s = o.leaf.segment;
        let (from, to) = spec.segment_steps(s);
        cancel.check(done, total)?;
        let mut part = |p: Progress| progress(Progress { done: done + p.done, total });
        let run = runner.run_segment(spec, &seed, &o.start, from, to, cancel, &mut part)?;
        let end = run.state.root();
        check_hash(Check::SegmentRoot, Some(s), &end, &o.leaf.end_root)?;
        ends.push((s, end));
        done += to - from;
        if to == spec.steps {
            check_hash(Check::TraceRoot, Some(s), &run.trace_root, &training.trace_root)?;
            let metric = runner.metric(spec, &run.state)?;
            if metric != training.metric {
                let detail =
                    format!("{} stated, {} found, in units of 1e-9", training.metric.get(), metric.get());
                return Err(Error::Rejected { check: Check::Metric, segment: Some(s), detail });
            }
        }
    }
    let verification = Verification {
        beacon: asked.beacon,
        samples: asked.samples,
        rerun_digest: rerun_digest(training_id, asked, ends.into_iter()),
        openings: leaves.into_values().collect(),
        soundness: Soundness::Effort,
        anchoring: Anchoring::Unanchored,
        sampled,
    };
    Ok(Verdict {
        checked: u32::try_from(openings.len()).unwrap_or(u32::MAX),
        segments: training.segments,
        steps_checked: total,
        steps: spec.steps,
        verification,
    })
}
