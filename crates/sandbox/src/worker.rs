use crate::{
    Error, ModuleLimits, Result,
    engine::{Target, compile, engine, run},
};
use countermark_compute_to_data::{Isolation, RunJob, RunOutcome};
use countermark_primitives::Document as _;
use std::{
    io::{Read, Write},
    sync::Arc,
};

/// Largest job a worker reads: the largest table and module, and some.
const MAX_JOB_BYTES: u64 = 4 << 30;

/// The whole life of a worker process: reads one run job up to the end of `stdin`, gives up every right it does not
/// need, runs the job as native code and writes one run outcome.
///
/// Call it from the `main` of a program of your own to be a worker; exit with a code other than 0 when it fails.
/// On Linux the process can afterwards open no file or socket, grow no file, start no process (unless it runs as root,
/// whom the kernel does not count), and it dies with its parent.
///
/// # Errors
/// `truncated` and the like when `stdin` is not a run job; `sandbox_worker_died` when `stdin` or `stdout` break;
/// `sandbox_engine_failed`.
pub fn worker_main(stdin: impl Read, mut stdout: impl Write) -> Result<()> {
    let broken = |e: std::io::Error| Error::WorkerDied { reason: e.to_string() };
    #[cfg(unix)]
    crate::confine::die_with_parent();
    let mut bytes = Vec::new();
    stdin.take(MAX_JOB_BYTES).read_to_end(&mut bytes).map_err(broken)?;
    let run_job = RunJob::from_document(&bytes)?;
    #[cfg(unix)]
    crate::confine::confine(&run_job.job.limits, bytes.len() as u64)?;
    drop(bytes);
    let outcome = match execute(run_job) {
        Ok(raw) => RunOutcome::Ran(raw),
        Err(Error::Job(e)) => RunOutcome::Refused(e),
        Err(e) => return Err(e),
    };
    stdout.write_all(&outcome.to_document()).and_then(|()| stdout.flush()).map_err(broken)
}

fn execute(run_job: RunJob) -> Result<countermark_compute_to_data::RawOutcome> {
    let RunJob { job, module, input } = run_job;
    job.check_inputs(&module, &input)?;
    let engine = engine(Target::Native, &job)?;
    let compiled = compile(&engine, &ModuleLimits::default(), &module)?;
    run(&engine, &compiled, &job, Arc::new(input), Isolation::Process)
}
