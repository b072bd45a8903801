use crate::{
    Error, ModuleLimits, Result,
    engine::{Target, compile, engine, run},
};
use countermark_compute_to_data::{Isolation, Job, RawOutcome, Sandbox};
use countermark_primitives::{CancelToken, Error as Basic, Progress, ProgressFn};
use countermark_receipt::Table;
use std::{
    sync::{Arc, mpsc},
    thread,
    time::{Duration, Instant},
};

/// Runs algorithms in this process, as Pulley bytecode: no machine code is generated and no signal handler is set,
/// but the engine is the only wall. The receipt says `in_process`.
///
/// For phones, and for trusted algorithms; a server uses [`crate::ProcessSandbox`]. Outputs and fuel are the same.
#[derive(Debug, Clone, Default)]
pub struct InProcessSandbox {
    /// Bounds of the modules accepted.
    pub module: ModuleLimits,
}

impl Sandbox for InProcessSandbox {
    type Error = Error;

    fn run(
        &mut self,
        job: &Job,
        module: &[u8],
        input: &Table,
        cancel: &CancelToken,
        progress: ProgressFn<'_>,
    ) -> Result<RawOutcome> {
        let started = Instant::now();
        let mut step = |done| match progress(Progress { done, total: 2 }).is_break() || cancel.is_cancelled()
        {
            true => Err(Basic::Cancelled { done, total: 2 }),
            false => Ok(()),
        };
        step(0)?;
        job.check_inputs(module, input)?;
        let engine = engine(Target::Pulley, job)?;
        let compiled = compile(&engine, &self.module, module)?;
        step(1)?;
        let deadline = started.checked_add(Duration::from_millis(job.limits.wall_ms));
        let input = Arc::new(input.clone());
        let outcome = thread::scope(|scope| {
            let (finished, watch) = mpsc::channel::<()>();
            let ticking = engine.clone();
            scope.spawn(move || {
                while watch.recv_timeout(Duration::from_millis(2)) == Err(mpsc::RecvTimeoutError::Timeout) {
                    if cancel.is_cancelled() || deadline.is_some_and(|d| Instant::now() >= d) {
                        ticking.increment_epoch();
                    }
                }
            });
            let outcome = run(&engine, &compiled, job, input, Isolation::InProcess);
            drop(finished);
            outcome
        })?;
        step(2)?;
        Ok(outcome)
    }
}
