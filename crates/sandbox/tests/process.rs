//! The child process: always gone when the call returns, and never trusted to answer properly.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod common;

use common::{SUMMARY, job, module, process, run, small, wine};
use countermark_compute_to_data::{Failure, Isolation, Sandbox, Status};
use countermark_primitives::{CancelToken, Coded, Kind, ignore_progress};
use countermark_sandbox::{InProcessSandbox, ProcessSandbox, WorkerCommand};
use std::{
    ops::ControlFlow,
    path::Path,
    time::{Duration, Instant},
};

fn endless() -> Vec<u8> {
    small("(loop $l (br $l))", "")
}

fn shell(script: &str) -> ProcessSandbox {
    ProcessSandbox::new(WorkerCommand { program: "/bin/sh".into(), args: vec!["-c".into(), script.into()] })
}

/// Ids of this process's children, zombies included.
fn children() -> Vec<u32> {
    let me = std::process::id();
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|n| n.parse().ok()) else { continue };
        let stat = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
        if after_name.split_whitespace().nth(1) == Some(&me.to_string()) {
            found.push(pid);
        }
    }
    found
}

/// One test, because it looks at all children of the test process.
#[test]
fn the_worker_is_always_reaped() {
    let table = wine();
    let m = endless();
    let mut j = job(&m, &table);
    j.limits.fuel = u64::MAX >> 1;

    // Wall clock.
    j.limits.wall_ms = 300;
    let started = Instant::now();
    let raw = run(&mut process(), &j, &m, &table).unwrap();
    assert_eq!(raw.status, Status::Failed(Failure::Timeout));
    assert_eq!(raw.fuel, j.limits.fuel);
    assert!(started.elapsed() < Duration::from_secs(20));

    // Cancelled from another thread.
    j.limits.wall_ms = 600_000;
    let token = CancelToken::new();
    let remote = token.clone();
    let canceller = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(200));
        remote.cancel();
    });
    let e = process().run(&j, &m, &table, &token, &mut ignore_progress).unwrap_err();
    canceller.join().unwrap();
    assert_eq!(e.code(), "cancelled");

    // Cancelled by the progress callback after the worker was started.
    let mut stop = |p: countermark_primitives::Progress| match p.done {
        0 => ControlFlow::Continue(()),
        _ => ControlFlow::Break(()),
    };
    let e = process().run(&j, &m, &table, &CancelToken::new(), &mut stop).unwrap_err();
    assert_eq!(e.code(), "cancelled");

    // A worker that never answers, ignores requests and has a child of its own.
    j.limits.wall_ms = 300;
    let raw = run(&mut shell("sleep 600 & sleep 600"), &j, &m, &table).unwrap();
    assert_eq!(raw.status, Status::Failed(Failure::Timeout));

    // Answers that are none.
    let garbled = [
        ("cat > /dev/null; printf CMRK", "sandbox_worker_garbled"),
        ("cat > /dev/null; head -c 1000000 /dev/zero", "sandbox_worker_garbled"),
        ("exec cat", "sandbox_worker_garbled"),
        ("exit 0", "sandbox_worker_garbled"),
        ("exit 3", "sandbox_worker_died"),
        ("kill -9 $$", "sandbox_worker_died"),
        ("cat > /dev/null; exec >&-; sleep 600", "sandbox_worker_died"),
    ];
    j.limits.wall_ms = 60_000;
    for (script, code) in garbled {
        let script = format!("PATH=/usr/bin:/bin; {script}");
        assert_eq!(run(&mut shell(&script), &j, &m, &table).unwrap_err().code(), code, "{script}");
    }
    // Another test of this file may just be starting one.
    let deadline = Instant::now() + Duration::from_secs(5);
    while !children().is_empty() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(children(), Vec::<u32>::new());
}

#[test]
fn a_missing_worker_is_named_and_nothing_runs_in_process_instead() {
    let table = wine();
    let m = module(SUMMARY);
    for path in ["/no/such/worker", "/", "countermark-sandbox-worker"] {
        let mut sandbox = ProcessSandbox::new(WorkerCommand { program: path.into(), args: vec![] });
        let e = run(&mut sandbox, &job(&m, &table), &m, &table).unwrap_err();
        assert_eq!((e.code(), e.kind()), ("sandbox_worker_missing", Kind::Unavailable));
        assert!(e.to_string().contains(path));
    }
    // A file that can't be executed is there, but does not answer.
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let mut sandbox = ProcessSandbox::new(WorkerCommand { program: file, args: vec![] });
    assert_eq!(run(&mut sandbox, &job(&m, &table), &m, &table).unwrap_err().code(), "sandbox_worker_died");
}

#[test]
fn the_in_process_sandbox_stops_at_the_wall_clock_and_when_cancelled() {
    let table = wine();
    let m = endless();
    let mut j = job(&m, &table);
    j.limits.fuel = u64::MAX >> 1;
    j.limits.wall_ms = 200;
    let raw = run(&mut InProcessSandbox::default(), &j, &m, &table).unwrap();
    assert_eq!((raw.status, raw.isolation), (Status::Failed(Failure::Timeout), Isolation::InProcess));
    j.limits.wall_ms = 600_000;
    let token = CancelToken::new();
    let remote = token.clone();
    let canceller = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(200));
        remote.cancel();
    });
    let e = InProcessSandbox::default().run(&j, &m, &table, &token, &mut ignore_progress).unwrap_err();
    canceller.join().unwrap();
    assert_eq!(e.code(), "cancelled");
}

#[test]
fn a_worker_refuses_what_is_no_job() {
    use countermark_sandbox::worker_main;
    let mut out = Vec::new();
    assert_eq!(worker_main(&b""[..], &mut out).unwrap_err().code(), "truncated");
    assert_eq!(worker_main(&b"XXXX\x1f\0\x01\0"[..], &mut out).unwrap_err().code(), "bad_magic");
    assert!(out.is_empty());
}
