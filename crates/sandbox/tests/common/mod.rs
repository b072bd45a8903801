//! Fixtures of the sandbox tests: the red wine table, jobs over it, and small hostile modules.
#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "fixtures")]

use countermark_compute_to_data::{Job, Limits, Policy, RawOutcome, Sandbox, Slot, algorithm_hash};
use countermark_primitives::{B256, CancelToken, ignore_progress};
use countermark_receipt::Table;
use countermark_sandbox::{Error, InProcessSandbox, ProcessSandbox, WorkerCommand};

pub(crate) const SUMMARY: &str = include_str!("../../../../examples/main_job/algorithms/summary.wat");
pub(crate) const COPIER: &str = include_str!("../../../../examples/main_job/algorithms/copier.wat");

/// 1599 rows, 11 features and the quality.
pub(crate) fn wine() -> Table {
    let d = linfa_datasets::winequality();
    let mut columns = d.feature_names().to_vec();
    columns.push("quality".into());
    let mut values = Vec::new();
    for (row, quality) in d.records().rows().into_iter().zip(d.targets()) {
        values.extend(row.iter());
        values.push(*quality as f64);
    }
    Table::try_new(columns, values).unwrap()
}

pub(crate) fn module(wat: &str) -> Vec<u8> {
    wat::parse_str(wat).unwrap()
}

/// A module with the given body of `run` and further definitions.
pub(crate) fn small(body: &str, more: &str) -> Vec<u8> {
    module(&format!(
        r#"(module
            (import "countermark" "output" (func $output (param i32 i32 f64)))
            (import "countermark" "log" (func $log (param i32 i32)))
            (import "countermark" "seed" (func $seed (param i32)))
            (memory (export "memory") 1)
            (func $run (export "run") {body})
            {more})"#
    ))
}

pub(crate) fn job(module: &[u8], table: &Table) -> Job {
    Job {
        algorithm: algorithm_hash(module),
        input: table.root(),
        slots: vec![Slot::vector("mean", 11, 0, 400, 4).unwrap(), Slot::vector("sd", 11, 0, 400, 4).unwrap()],
        limits: Limits { fuel: 2_000_000, memory_bytes: 4 << 20, wall_ms: 30_000, log_bytes: 256 },
        seed: B256::repeat_byte(7),
    }
}

pub(crate) fn policy(module: &[u8]) -> Policy {
    Policy::listing(vec![algorithm_hash(module)])
}

pub(crate) fn process() -> ProcessSandbox {
    ProcessSandbox::new(WorkerCommand {
        program: env!("CARGO_BIN_EXE_countermark-sandbox-worker").into(),
        args: vec![],
    })
}

pub(crate) fn run<S: Sandbox<Error = Error>>(
    sandbox: &mut S,
    job: &Job,
    module: &[u8],
    table: &Table,
) -> Result<RawOutcome, Error> {
    sandbox.run(job, module, table, &CancelToken::new(), &mut ignore_progress)
}

/// Runs in a child process and in this one; both must end the same way.
pub(crate) fn both(job: &Job, module: &[u8], table: &Table) -> Result<RawOutcome, Error> {
    let child = run(&mut process(), job, module, table);
    let here = run(&mut InProcessSandbox::default(), job, module, table);
    match (&child, &here) {
        (Ok(c), Ok(h)) => {
            assert_eq!((c.status, c.fuel, &c.log), (h.status, h.fuel, &h.log));
            let bits =
                |o: &RawOutcome| -> Vec<u64> { o.outputs.iter().flatten().map(|v| v.to_bits()).collect() };
            assert_eq!(bits(c), bits(h));
        }
        (Err(c), Err(h)) => assert_eq!(c, h),
        _ => panic!("child: {child:?}, in process: {here:?}"),
    }
    child
}
