//! Attacks on compute-to-data, each beside its honest twin: one JSON object a line, exit code 1 if any passes.
//!
//! `{"id", "honest_accepted", "forgery": "rejected" | "bounded" | "PASSED", "check", "code"}`. *Bounded* means that
//! the attack runs, and gets no more than the policy gives to everybody.

use countermark_compute_to_data::{
    Algorithms, Executed, Job, Limits, Policy, RawOutcome, Run, Sandbox as _, Slot, algorithm_hash,
    build_run, open_sealed, verify_run,
};
use countermark_crypto::SealingKey;
use countermark_primitives::{B256, CancelToken, Coded, SeedEntropy, ignore_progress};
use countermark_receipt::{Table, attachment_hash};
use countermark_sandbox::{Error, ProcessSandbox, WorkerCommand, worker_main};
use std::{collections::BTreeMap, process::ExitCode};

const SUMMARY: &str = include_str!("../../../examples/main_job/algorithms/summary.wat");
const COPIER: &str = include_str!("../../../examples/main_job/algorithms/copier.wat");

type Failed = Box<dyn std::error::Error>;
type Blobs = BTreeMap<B256, Vec<u8>>;

/// One finished run: its receipt, the attachments, and the code and check of the refusal, if there was one.
struct Done {
    run: Run,
    blobs: Blobs,
    refused: Option<(String, String)>,
}

struct Bench {
    table: Table,
    sandbox: ProcessSandbox,
    owner: SealingKey,
}

fn named(e: &dyn Coded) -> (String, String) {
    (e.code().into(), e.check().unwrap_or(e.code()).into())
}

impl Bench {
    fn new(worker: &str) -> Result<Self, Failed> {
        let data = linfa_datasets::winequality();
        let columns = data.feature_names().to_vec();
        let table = Table::try_new(columns, data.records().iter().copied().collect())?;
        let program = std::env::current_exe()?;
        let sandbox = ProcessSandbox::new(WorkerCommand { program, args: vec![worker.into()] });
        Ok(Self { table, sandbox, owner: SealingKey::from_seed(&[1; 32]) })
    }

    fn job(&self, module: &[u8]) -> Result<Job, Failed> {
        Ok(Job {
            algorithm: algorithm_hash(module),
            input: self.table.root(),
            slots: vec![Slot::vector("mean", 11, 0, 400, 4)?, Slot::vector("sd", 11, 0, 400, 4)?],
            limits: Limits { fuel: 20_000_000, memory_bytes: 4 << 20, ..Limits::default() },
            seed: B256::ZERO,
        })
    }

    fn execute(&mut self, job: &Job, module: &[u8]) -> Result<RawOutcome, Error> {
        self.sandbox.run(job, module, &self.table, &CancelToken::new(), &mut ignore_progress)
    }

    /// The whole way from a module to a verified receipt, under a policy that lets every algorithm in.
    fn whole(&mut self, job: &Job, module: &[u8]) -> Result<Done, (String, String)> {
        let policy = Policy { algorithms: Algorithms::Any, ..Policy::default() };
        let raw = self.execute(job, module).map_err(|e| named(&e))?;
        let executed = Executed { policy: &policy, job, table: &self.table, raw: &raw };
        let mut entropy = SeedEntropy::new(&[2; 32]);
        let built = build_run(executed, &self.owner.public_key(), &mut entropy).map_err(|e| named(&e))?;
        let blobs = Blobs::from([(attachment_hash(&built.sealed), built.sealed)]);
        verify_run(&built.run, &blobs).map_err(|e| named(&e))?;
        open_sealed(&built.run, &blobs, &self.owner).map_err(|e| named(&e))?;
        let refused = built.refused.as_ref().map(|e| named(e));
        Ok(Done { run: built.run, blobs, refused })
    }

    fn honest(&mut self) -> Result<Done, Failed> {
        let module = wat::parse_str(SUMMARY)?;
        let job = self.job(&module)?;
        let done = self.whole(&job, &module).map_err(|(code, _)| code)?;
        match done.refused {
            None => Ok(done),
            Some((code, _)) => Err(format!("the honest summary is refused: {code}").into()),
        }
    }
}

struct Report {
    honest: bool,
    passed: u32,
}

impl Report {
    fn row(&mut self, id: &str, forgery: &str, code: &str, check: &str) {
        self.passed += u32::from(forgery == "PASSED");
        println!(
            "{{\"id\":\"{id}\",\"honest_accepted\":{},\"forgery\":\"{forgery}\",\"check\":\"{check}\",\"code\":\"{code}\"}}",
            self.honest
        );
    }

    /// A module that has to be refused with a code.
    fn refused(&mut self, id: &str, expected: &str, result: Result<Done, (String, String)>) {
        match result.map(|done| done.refused) {
            Ok(Some((code, check))) | Err((code, check)) if code == expected => {
                self.row(id, "rejected", &code, &check);
            }
            Ok(Some((code, check))) | Err((code, check)) => self.row(id, "PASSED", &code, &check),
            Ok(None) => self.row(id, "PASSED", "", ""),
        }
    }
}

/// A module whose `run` has the given body.
fn small(body: &str, more: &str) -> Result<Vec<u8>, Failed> {
    Ok(wat::parse_str(format!(
        r#"(module (import "countermark" "read_column" (func $read (param i32 i32) (result i32)))
            (import "countermark" "output" (func $output (param i32 i32 f64)))
            (import "countermark" "log" (func $log (param i32 i32)))
            (memory (export "memory") 4)
            (func $run (export "run") {body}) {more})"#
    ))?)
}

/// Writes 22 values, the i-th being the expression `value` of local $i, after reading the first column to address 0.
fn writer(value: &str) -> Result<Vec<u8>, Failed> {
    small(
        &format!(
            "(local $i i32) (drop (call $read (i32.const 0) (i32.const 0)))
             (loop $l
               (call $output (i32.div_u (local.get $i) (i32.const 11)) (i32.rem_u (local.get $i) (i32.const 11)) {value})
               (local.set $i (i32.add (local.get $i) (i32.const 1)))
               (br_if $l (i32.lt_u (local.get $i) (i32.const 22))))"
        ),
        "",
    )
}

/// Id, expected code, bytes.
type Hostile = (&'static str, &'static str, Vec<u8>);

fn modules() -> Result<Vec<Hostile>, Failed> {
    let cell = |stride: u32| format!("(f64.load (i32.mul (local.get $i) (i32.const {})))", 8 * stride);
    let wasi = r#"(module (import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32)))
        (memory (export "memory") 1) (func (export "run")))"#;
    let sock = r#"(module (import "wasi_snapshot_preview1" "sock_send" (func))
        (memory (export "memory") 1) (func (export "run")))"#;
    Ok(vec![
        ("copy_rows", "gate_row_overlap", wat::parse_str(COPIER)?),
        ("copy_column", "gate_row_overlap", writer(&cell(1))?),
        ("copy_column_with_stride", "gate_row_overlap", writer(&cell(37))?),
        (
            "copy_below_the_digits",
            "gate_row_overlap",
            writer(&format!("(f64.add (f64.const 0.00001) {})", cell(1)))?,
        ),
        (
            "write_undeclared_slot",
            "algorithm_output_refused",
            small("(call $output (i32.const 2) (i32.const 0) (f64.const 1))", "")?,
        ),
        ("write_nothing", "gate_schema", small("", "")?),
        ("write_nan", "gate_schema", writer("(f64.const nan:0x4000000001234)")?),
        ("write_out_of_range", "gate_range", writer("(f64.const 1e300)")?),
        ("import_file_write", "algorithm_import_refused", wat::parse_str(wasi)?),
        ("import_socket", "algorithm_import_refused", wat::parse_str(sock)?),
        ("endless_loop", "algorithm_out_of_fuel", small("(loop $l (br $l))", "")?),
        ("endless_start", "algorithm_out_of_fuel", small("", "(func $s (loop $l (br $l))) (start $s)")?),
        (
            "host_call_storm",
            "algorithm_out_of_fuel",
            small("(loop $l (call $log (i32.const 0) (i32.const 65536)) (br $l))", "")?,
        ),
        (
            "memory_bomb",
            "algorithm_memory_limit",
            small("(loop $l (drop (memory.grow (i32.const 16))) (br $l))", "")?,
        ),
        ("deep_recursion", "algorithm_stack_limit", small("(call $run)", "")?),
        ("trap", "algorithm_trapped", small("unreachable", "")?),
        ("compile_bomb_functions", "algorithm_too_large", small("", &"(func)".repeat(30_000))?),
        ("compile_bomb_body", "algorithm_too_large", small(&"(drop (i32.const 1))".repeat(200_000), "")?),
        ("not_a_module", "algorithm_invalid", b"#!/bin/sh\nid".to_vec()),
    ])
}

fn receipts(report: &mut Report, honest: &Done) {
    type Forgery = fn(&mut Run, &mut Blobs);
    let forgeries: [(&str, &str, Forgery); 6] = [
        ("receipt_output_out_of_range", "gate_range", |r, _| {
            if let Some(v) = r.outputs.iter_mut().flatten().next() {
                *v = i64::MAX;
            }
        }),
        ("receipt_more_outputs", "gate_schema", |r, _| r.outputs.push(vec![1])),
        ("receipt_smaller_budget", "gate_budget", |r, _| r.policy.max_bits = 8),
        ("receipt_fewer_rows", "gate_min_rows", |r, _| r.rows = 1),
        ("receipt_other_algorithm", "algorithm_not_allowed", |r, _| {
            r.policy.algorithms = Algorithms::Listed(vec![B256::ZERO]);
        }),
        ("receipt_without_sealed_part", "sealed_part_missing", |_, b| b.clear()),
    ];
    for (id, expected, forge) in forgeries {
        let (mut run, mut blobs) = (honest.run.clone(), honest.blobs.clone());
        forge(&mut run, &mut blobs);
        let result = match verify_run(&run, &blobs) {
            Ok(()) => Ok(Done { run, blobs, refused: None }),
            Err(e) => Err(named(&e)),
        };
        report.refused(id, expected, result);
    }
}

/// Attacks that run to their end, and what they get.
fn bounded(report: &mut Report, bench: &mut Bench) -> Result<(), Failed> {
    // Rows under an encoding of the algorithm's own: released, but no more than the budget, whatever they say.
    let coded = writer(
        "(f64.add (f64.const 0.5) (f64.mul (f64.const 7.77) (f64.load (i32.mul (local.get $i) (i32.const 8)))))",
    )?;
    let job = bench.job(&coded)?;
    let done = bench.whole(&job, &coded).map_err(|(code, _)| code)?;
    let within = job.bits() <= done.run.policy.max_bits;
    report.row("encoded_copy", if within { "bounded" } else { "PASSED" }, "", "gate_budget");
    let mut wide = bench.job(&coded)?;
    wide.slots = vec![Slot::vector("all", 17_589, 0, 400, 4)?];
    let result = bench.whole(&wide, &coded);
    report.refused("encoded_copy_of_everything", "gate_budget", result);

    // Secrets below the declared digits, in the log, and in the reason of failure: the public part is the same.
    let public = |bench: &mut Bench, module: &[u8]| -> Result<(Run, usize), Failed> {
        let mut job = bench.job(module)?;
        // The module differs in its constant, which stands for the secret; its name is put aside to compare the rest.
        job.seed = B256::ZERO;
        let mut done = bench.whole(&job, module).map_err(|(code, _)| code)?;
        let length = done.blobs.values().map(Vec::len).sum();
        done.run.job.algorithm = B256::ZERO;
        done.run.sealed = B256::ZERO;
        Ok((done.run, length))
    };
    let low = |v: f64| writer(&format!("(f64.const {v})"));
    let log = |n: u32| small(&format!("(call $log (i32.const 0) (i32.const {n}))"), "");
    let fail = |body: &str| small(body, "");
    for (id, check, a, b) in [
        ("secret_in_low_bits", "gate_rounding", low(1.234_512_3)?, low(1.234_478_9)?),
        ("secret_in_log", "sealed_part", log(1)?, log(9)?),
        (
            "secret_in_reason_of_failure",
            "sealed_part",
            fail("unreachable")?,
            fail("(drop (i32.div_u (i32.const 1) (i32.const 0)))")?,
        ),
    ] {
        let same = public(bench, &a)? == public(bench, &b)?;
        report.row(id, if same { "bounded" } else { "PASSED" }, "", check);
    }
    Ok(())
}

fn swaps(report: &mut Report, bench: &mut Bench) -> Result<(), Failed> {
    let module = wat::parse_str(SUMMARY)?;
    let job = bench.job(&module)?;
    let result = bench.whole(&job, &wat::parse_str(COPIER)?);
    report.refused("swap_module_after_approval", "algorithm_hash_mismatch", result);
    let other = Job { input: B256::repeat_byte(1), ..job.clone() };
    let result = bench.whole(&other, &module);
    report.refused("swap_table_after_approval", "input_root_mismatch", result);
    let command = WorkerCommand { program: "/no/such/worker".into(), args: vec![] };
    let right = std::mem::replace(&mut bench.sandbox, ProcessSandbox::new(command));
    let result = bench.whole(&job, &module);
    bench.sandbox = right;
    report.refused("remove_worker", "sandbox_worker_missing", result);
    Ok(())
}

fn attack() -> Result<u32, Failed> {
    let mut bench = Bench::new("worker")?;
    let honest = bench.honest()?;
    let mut report = Report { honest: honest.run.ok, passed: 0 };
    for (id, expected, module) in modules()? {
        let job = bench.job(&module)?;
        let result = bench.whole(&job, &module);
        report.refused(id, expected, result);
    }
    bounded(&mut report, &mut bench)?;
    swaps(&mut report, &mut bench)?;
    receipts(&mut report, &honest);
    #[cfg(target_os = "linux")]
    {
        // The same honest run, in a worker that afterwards tries what an escaped guest would.
        let walled = Bench::new("escaped-worker")?.honest().is_ok();
        report.row(
            "escape_to_files_and_sockets",
            if walled { "rejected" } else { "PASSED" },
            "",
            "process_limits",
        );
    }
    Ok(report.passed)
}

fn main() -> ExitCode {
    let arg = std::env::args().nth(1);
    if let Some(mode @ ("worker" | "escaped-worker")) = arg.as_deref() {
        let done = worker_main(std::io::stdin().lock(), std::io::stdout().lock());
        let escaped = mode == "escaped-worker"
            && (std::fs::File::open("/proc/self/status").is_ok()
                || std::net::UdpSocket::bind("127.0.0.1:0").is_ok());
        return if done.is_ok() && !escaped { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    match attack() {
        Ok(0) => ExitCode::SUCCESS,
        Ok(n) => {
            eprintln!("{n} attacks passed");
            ExitCode::FAILURE
        }
        Err(e) => {
            eprintln!("the honest twin failed: {e}");
            ExitCode::FAILURE
        }
    }
}
