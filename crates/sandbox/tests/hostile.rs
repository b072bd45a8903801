//! Modules that misbehave: each ends in its own typed way, in a child process and in this one alike.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod common;

use common::{both, job, module, policy, small, wine};
use countermark_compute_to_data::{Error as JobError, Failure, Job, Status, apply_gate};
use countermark_primitives::Coded;
use countermark_receipt::Table;

fn table() -> Table {
    let values = (0..40).map(|i| f64::from(i) / 3.0).collect();
    Table::try_new(vec!["x".into(), "y".into()], values).unwrap()
}

fn failure(module: &[u8], change: impl FnOnce(&mut Job)) -> Failure {
    let table = table();
    let mut job = job(module, &table);
    change(&mut job);
    match both(&job, module, &table).unwrap().status {
        Status::Failed(failure) => failure,
        Status::Ok => panic!("it should fail"),
    }
}

fn refusal(module: &[u8]) -> countermark_sandbox::Error {
    let table = table();
    both(&job(module, &table), module, &table).unwrap_err()
}

#[test]
fn an_endless_loop_runs_out_of_fuel_and_is_charged_in_full() {
    let m = small("(loop $l (br $l))", "");
    let t = table();
    let mut j = job(&m, &t);
    j.limits.fuel = 300_000;
    let raw = both(&j, &m, &t).unwrap();
    assert_eq!(raw.status, Status::Failed(Failure::OutOfFuel));
    assert_eq!(raw.fuel, j.limits.fuel);
    assert_eq!(apply_gate(&policy(&m), &j, &t, &raw).unwrap_err().code(), "algorithm_out_of_fuel");
}

#[test]
fn an_endless_start_function_runs_out_of_fuel() {
    let m = small("", "(func $s (loop $l (br $l))) (start $s)");
    assert_eq!(failure(&m, |j| j.limits.fuel = 300_000), Failure::OutOfFuel);
}

#[test]
fn a_storm_of_host_calls_runs_out_of_fuel() {
    let m = small("(loop $l (call $log (i32.const 0) (i32.const 65536)) (br $l))", "");
    assert_eq!(failure(&m, |j| j.limits.fuel = 1_000_000), Failure::OutOfFuel);
}

#[test]
fn memory_ends_at_the_limit_and_not_before() {
    // One page at the start, then 63 more make 4 MiB.
    let grow = |pages: u32| small(&format!("(drop (memory.grow (i32.const {pages})))"), "");
    let m = grow(63);
    let t = table();
    assert_eq!(both(&job(&m, &t), &m, &t).unwrap().status, Status::Ok);
    assert_eq!(failure(&grow(64), |_| {}), Failure::MemoryLimit);
    assert_eq!(failure(&grow(65_000), |_| {}), Failure::MemoryLimit);
    let bomb = small("(loop $l (drop (memory.grow (i32.const 1))) (br $l))", "");
    assert_eq!(failure(&bomb, |_| {}), Failure::MemoryLimit);
    let at_once = module(r#"(module (memory (export "memory") 65) (func (export "run")))"#);
    assert_eq!(failure(&at_once, |_| {}), Failure::MemoryLimit);
    let tables = small("", "(table 200000 funcref)");
    assert_eq!(failure(&tables, |_| {}), Failure::MemoryLimit);
}

#[test]
fn traps_are_all_alike() {
    for body in [
        "unreachable",
        "(drop (i32.div_u (i32.const 1) (i32.const 0)))",
        "(drop (i32.load (i32.const -4)))",
        "(call $log (i32.const 65530) (i32.const 100))",
        "(call $log (i32.const -1) (i32.const 100))",
        "(call $seed (i32.const 65535))",
    ] {
        assert_eq!(failure(&small(body, ""), |_| {}), Failure::Trapped, "{body}");
    }
}

#[test]
fn deep_recursion_hits_the_stack_limit() {
    assert_eq!(failure(&small("(call $run)", ""), |_| {}), Failure::StackLimit);
}

#[test]
fn undeclared_outputs_end_the_run() {
    for (slot, index) in [(2, 0), (0, 11), (-1, 0), (0, -1), (i32::MAX, i32::MAX)] {
        let body = format!("(call $output (i32.const {slot}) (i32.const {index}) (f64.const 1))");
        assert_eq!(failure(&small(&body, ""), |_| {}), Failure::OutputRefused);
    }
}

#[test]
fn a_log_flood_is_kept_up_to_the_limit() {
    let m = small(
        "(local $i i32) (loop $l (call $log (i32.const 0) (i32.const 1000))
         (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 1000))))",
        r#"(data (i32.const 0) "secret")"#,
    );
    let t = table();
    let raw = both(&job(&m, &t), &m, &t).unwrap();
    assert_eq!((raw.status, raw.log.len()), (Status::Ok, 256));
    assert!(raw.log.starts_with(b"secret"));
}

#[test]
fn nothing_but_the_import_set_can_be_imported() {
    for (m, name) in [
        ("wasi_snapshot_preview1", "fd_write"),
        ("wasi_snapshot_preview1", "clock_time_get"),
        ("env", "log"),
        ("countermark", "open"),
    ] {
        let m_wat = format!(
            r#"(module (import "{m}" "{name}" (func)) (memory (export "memory") 1) (func (export "run")))"#
        );
        let e = refusal(&module(&m_wat));
        assert_eq!(e.code(), "algorithm_import_refused");
        assert!(e.to_string().contains(&format!("{m}.{name}")), "{e}");
    }
    // The right name, but a memory of the host; and the right name with another signature.
    let m = module(
        r#"(module (import "countermark" "log" (memory 1)) (export "memory" (memory 0)) (func (export "run")))"#,
    );
    assert_eq!(refusal(&m).code(), "algorithm_import_refused");
    let m = module(
        r#"(module (import "countermark" "log" (func (param f64))) (memory (export "memory") 1) (func (export "run")))"#,
    );
    assert_eq!(refusal(&m).code(), "algorithm_invalid");
}

#[test]
fn what_is_not_an_algorithm_is_invalid() {
    let good = small("", "");
    let mut cases: Vec<Vec<u8>> = vec![
        vec![],
        b"#!/bin/sh\necho".to_vec(),
        b"(module)".to_vec(),
        module("(module)"),
        module(r#"(module (func (export "run")))"#),
        module(r#"(module (memory (export "memory") 1))"#),
        module(r#"(module (memory (export "memory") 1) (func (export "run") (param i32)))"#),
        module(r#"(module (memory (export "memory") 1 1 shared) (func (export "run")))"#),
        module(r#"(module (memory (export "memory") i64 1) (func (export "run")))"#),
        b"\0asm\x0d\0\x01\0".to_vec(), // the header of a component
    ];
    cases.extend((1..good.len()).step_by(7).map(|n| good[..n].to_vec()));
    for case in cases {
        assert_eq!(refusal(&case).code(), "algorithm_invalid", "{case:02x?}");
    }
}

#[test]
fn flipped_bits_never_panic() {
    let good = small("(call $output (i32.const 0) (i32.const 0) (f64.const 1))", "");
    let t = table();
    let mut sandbox = countermark_sandbox::InProcessSandbox::default();
    for at in 0..good.len() * 8 {
        let mut m = good.clone();
        m[at / 8] ^= 1 << (at % 8);
        let mut j = job(&m, &t);
        j.limits.fuel = 10_000;
        // Any outcome or typed error will do; coming back is the test.
        if let Err(e) = common::run(&mut sandbox, &j, &m, &t) {
            assert!(matches!(
                e.code(),
                "algorithm_invalid" | "algorithm_import_refused" | "algorithm_too_large"
            ));
        }
    }
}

#[test]
fn modules_that_would_be_slow_to_compile_are_refused_by_their_shape() {
    let huge = small("", &format!(r#"(data (i32.const 0) "{}")"#, "x".repeat(5 << 20)));
    let functions = small("", &"(func)".repeat(20_001));
    let function = small(&"(drop (i32.add (i32.const 1) (i32.const 2)))".repeat(60_000), "");
    let locals = small(&format!("(local {})", "i32 ".repeat(5000)), "");
    for (m, what) in [
        (huge, "bytes"),
        (functions, "functions"),
        (function, "bytes of one function"),
        (locals, "locals of one function"),
    ] {
        match refusal(&m) {
            countermark_sandbox::Error::Job(JobError::AlgorithmTooLarge { what: w, limit, got }) => {
                assert_eq!(w, what);
                assert!(got > limit);
            }
            e => panic!("{what}: {e}"),
        }
    }
}

#[test]
fn the_bytes_that_run_are_the_bytes_that_were_named() {
    let (m, t) = (small("", ""), table());
    let mut j = job(&m, &t);
    let other = small("nop", "");
    assert_eq!(both(&j, &other, &t).unwrap_err().code(), "algorithm_hash_mismatch");
    j.input = wine().root();
    assert_eq!(both(&j, &m, &t).unwrap_err().code(), "input_root_mismatch");
}
