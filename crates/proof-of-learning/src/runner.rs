use crate::{JobSpec, Result, State};
use countermark_primitives::{B256, CancelToken, Nano, ProgressFn};

/// What running a segment gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// The state after its last step.
    pub state: State,
    /// Root of the operator trace of its last step.
    pub trace_root: B256,
}

/// A training engine over one dataset. The same arguments give the same bits everywhere, or an error.
pub trait SegmentRunner {
    /// Root of the data it trains on.
    fn data_root(&self) -> B256;

    /// Trains from the state before step `from` to the state before step `to`, `from < to`.
    ///
    /// Progress counts the steps of this call.
    ///
    /// # Errors
    /// `cancelled`, and those of the engine.
    #[allow(clippy::too_many_arguments, reason = "the job, where it stands and how to stop it")]
    fn run_segment(
        &mut self,
        spec: &JobSpec,
        seed: &B256,
        start: &State,
        from: u64,
        to: u64,
        cancel: &CancelToken,
        progress: ProgressFn<'_>,
    ) -> Result<Segment>;

    /// The job's metric of a state.
    ///
    /// # Errors
    /// Those of the engine.
    fn metric(&mut self, spec: &JobSpec, state: &State) -> Result<Nano>;
}
