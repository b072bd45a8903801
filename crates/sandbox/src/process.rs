use crate::{Error, Result};
use countermark_compute_to_data::{Failure, Isolation, Job, RawOutcome, RunJob, RunOutcome, Sandbox, Status};
use countermark_primitives::{CancelToken, Document as _, Error as Basic, Progress, ProgressFn};
use countermark_receipt::Table;
use std::{
    ffi::OsString,
    io::{Read as _, Write as _},
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

const POLL: Duration = Duration::from_millis(2);
/// How long a worker may take to exit after its answer.
const EXIT_GRACE: Duration = Duration::from_secs(2);

/// The program that is started for each run: one that calls [`crate::worker_main`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerCommand {
    /// Path of the program; it is not searched for.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<OsString>,
}

/// Runs each algorithm in a fresh child process with an emptied environment, which is killed and reaped at the wall
/// clock limit, when cancelled, and whenever the call returns.
///
/// ```
/// use countermark_compute_to_data::{Job, Limits, Sandbox, Slot, algorithm_hash};
/// use countermark_primitives::{B256, CancelToken, Coded, ignore_progress};
/// use countermark_receipt::Table;
/// use countermark_sandbox::{ProcessSandbox, WorkerCommand};
/// let table = Table::try_new(vec!["x".into()], vec![1.0, 2.0])?;
/// let job = Job {
///     algorithm: algorithm_hash(b""),
///     input: table.root(),
///     slots: vec![Slot::scalar("mean", 0, 10, 3)?],
///     limits: Limits::default(),
///     seed: B256::ZERO,
/// };
/// let mut sandbox = ProcessSandbox::new(WorkerCommand { program: "/no/such/worker".into(), args: vec![] });
/// let e = sandbox.run(&job, b"", &table, &CancelToken::new(), &mut ignore_progress).unwrap_err();
/// assert_eq!(e.code(), "sandbox_worker_missing");
/// assert!(e.to_string().contains("/no/such/worker"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct ProcessSandbox {
    command: WorkerCommand,
}

impl ProcessSandbox {
    /// A sandbox whose runs happen in this worker.
    pub fn new(command: WorkerCommand) -> Self {
        Self { command }
    }

    fn spawn(&self) -> Result<Worker> {
        let path = self.command.program.clone();
        let died = |reason: String| Error::WorkerDied { reason };
        let program = std::path::absolute(&path).map_err(|e| died(e.to_string()))?;
        if !program.is_file() {
            return Err(Error::WorkerMissing { path });
        }
        let mut command = Command::new(program);
        command
            .args(&self.command.args)
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        #[cfg(unix)]
        {
            use std::os::unix::process::CommandExt as _;
            command.current_dir("/").process_group(0);
        }
        command.spawn().map(Worker).map_err(|e| died(format!("{}: {e}", path.display())))
    }
}

/// A child that never outlives its handle.
struct Worker(Child);

impl Worker {
    fn wait(&mut self, deadline: Instant) -> std::io::Result<Option<ExitStatus>> {
        loop {
            match self.0.try_wait()? {
                None if Instant::now() < deadline => thread::sleep(POLL),
                status => return Ok(status),
            }
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // Not yet reaped, so the id is still the worker's own. Errors mean that it is gone already.
        #[cfg(unix)]
        if let Ok(None) = self.0.try_wait() {
            let group = rustix::process::Pid::from_child(&self.0);
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Sandbox for ProcessSandbox {
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
        let request =
            RunJob { job: job.clone(), module: module.to_vec(), input: input.clone() }.to_document();
        let mut worker = self.spawn()?;
        let answer = converse(&mut worker, request, RunOutcome::max_len(job))?;
        step(1)?;
        let deadline = started.checked_add(Duration::from_millis(job.limits.wall_ms));
        let bytes = loop {
            match answer.recv_timeout(POLL) {
                Ok(answer) => break answer.map_err(|e| Error::WorkerDied { reason: e.to_string() })?,
                Err(mpsc::RecvTimeoutError::Timeout) => {}
                Err(mpsc::RecvTimeoutError::Disconnected) => {
                    return Err(Error::WorkerDied { reason: "its output could not be read".into() });
                }
            }
            cancel.check(1, 2)?;
            if deadline.is_some_and(|d| Instant::now() >= d) {
                return Ok(timed_out(job));
            }
        };
        let outcome = finish(&mut worker, &bytes, job)?;
        step(2)?;
        Ok(outcome)
    }
}

/// Sends the request and collects the answer, each on a thread of its own, so that neither side blocks the other.
/// Both end when the worker's pipes close, which its death brings about.
fn converse(
    worker: &mut Worker,
    request: Vec<u8>,
    most: u64,
) -> Result<mpsc::Receiver<std::io::Result<Vec<u8>>>> {
    let pipes = worker.0.stdin.take().zip(worker.0.stdout.take());
    let Some((mut stdin, stdout)) = pipes else {
        return Err(Error::WorkerDied { reason: "it has no pipes".into() });
    };
    // A worker that stops reading says so by its answer or its exit.
    thread::spawn(move || stdin.write_all(&request).is_ok());
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = stdout.take(most.saturating_add(1)).read_to_end(&mut bytes);
        send.send(read.map(|_| bytes)).is_ok()
    });
    Ok(receive)
}

fn finish(worker: &mut Worker, bytes: &[u8], job: &Job) -> Result<RawOutcome> {
    let died = |reason| Err(Error::WorkerDied { reason });
    if bytes.len() as u64 > RunOutcome::max_len(job) {
        let reason = format!("it is longer than {} bytes", RunOutcome::max_len(job));
        return Err(Error::WorkerGarbled { reason });
    }
    match worker.wait(Instant::now() + EXIT_GRACE) {
        Ok(Some(status)) if status.success() => {}
        Ok(Some(status)) => return died(status.to_string()),
        Ok(None) => return died("it did not exit after its answer".into()),
        Err(e) => return died(e.to_string()),
    }
    let garbled = |reason: String| Error::WorkerGarbled { reason };
    let outcome = RunOutcome::from_document(bytes).map_err(|e| garbled(e.to_string()))?;
    let refused = matches!(outcome, RunOutcome::Refused(_));
    match outcome.into_outcome(job) {
        Ok(raw) => Ok(RawOutcome { isolation: Isolation::Process, ..raw }),
        Err(e) if refused => Err(e.into()),
        Err(e) => Err(garbled(e.to_string())),
    }
}

/// The outcome of a worker that had to be stopped: nothing of what it did is kept, the whole fuel is charged.
fn timed_out(job: &Job) -> RawOutcome {
    RawOutcome {
        status: Status::Failed(Failure::Timeout),
        outputs: job.slots.iter().map(|s| vec![f64::NAN; s.len() as usize]).collect(),
        fuel: job.limits.fuel,
        log: Vec::new(),
        executor: crate::EXECUTOR.into(),
        isolation: Isolation::Process,
    }
}
