//! Run receipts and the worker's documents: round trips, forgeries, damaged bytes.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use countermark_compute_to_data::{
    Algorithms, Error, Executed, Failure, Isolation, Job, Limits, Policy, RawOutcome, Run, RunJob,
    RunOutcome, Slot, Status, build_run, open_sealed, verify_run,
};
use countermark_crypto::SealingKey;
use countermark_primitives::{B256, Canonical, Coded, Document, SeedEntropy};
use countermark_receipt::{Body, Table, attachment_hash, schema};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn table() -> Table {
    let values = (0..60).map(|i| f64::from(i * i % 97) / 4.0).collect();
    Table::try_new(vec!["a".into(), "b".into(), "c".into()], values).unwrap()
}

fn job() -> Job {
    Job {
        algorithm: B256::repeat_byte(1),
        input: table().root(),
        slots: vec![
            Slot::scalar("total", -50, 5000, 3).unwrap(),
            Slot::vector("mean", 3, 0, 100, 4).unwrap(),
        ],
        limits: Limits { fuel: 5000, log_bytes: 64, ..Limits::default() },
        seed: B256::repeat_byte(2),
    }
}

fn policy() -> Policy {
    Policy::listing(vec![B256::repeat_byte(1)])
}

fn raw() -> RawOutcome {
    RawOutcome {
        status: Status::Ok,
        outputs: vec![vec![731.123_456], vec![12.345_678, 11.111_111, 13.999_999]],
        fuel: 1025,
        log: b"hello owner".to_vec(),
        executor: "wasmtime 48".into(),
        isolation: Isolation::Process,
    }
}

type Blobs = BTreeMap<B256, Vec<u8>>;

fn build(raw: &RawOutcome) -> (Run, Blobs, Option<Error>) {
    let (policy, job, table) = (policy(), job(), table());
    let executed = Executed { policy: &policy, job: &job, table: &table, raw };
    let b = build_run(executed, &owner().public_key(), &mut SeedEntropy::new(&[6; 32])).unwrap();
    (b.run, BTreeMap::from([(attachment_hash(&b.sealed), b.sealed)]), b.refused)
}

fn owner() -> SealingKey {
    SealingKey::from_seed(&[5; 32])
}

#[test]
fn a_receipt_states_what_passed_and_seals_the_rest() {
    let (run, blobs, refused) = build(&raw());
    assert_eq!(refused, None);
    assert_eq!(run.outputs, [vec![731_123], vec![123_457, 111_111, 140_000]]);
    assert_eq!(run.numbers("mean"), Some(vec![12.3457, 11.1111, 14.0]));
    assert_eq!((run.ok, run.fuel_bucket, run.rows), (true, 11, 20));
    assert_eq!(run.attachments(), [run.sealed]);
    assert_eq!(Run::PARENTS, [schema::AGENT, schema::GRANT]);
    verify_run(&run, &blobs).unwrap();
    let part = open_sealed(&run, &blobs, &owner()).unwrap();
    assert_eq!((part.fuel, part.log.as_slice(), &part.outputs), (1025, &b"hello owner"[..], &raw().outputs));
    assert_eq!(Run::from_document(&run.to_document()).unwrap(), run);
    let e = open_sealed(&run, &blobs, &SealingKey::from_seed(&[8; 32])).unwrap_err();
    assert_eq!(e.code(), "opening_failed");
}

#[test]
fn the_consumer_learns_that_a_run_failed_and_nothing_else() {
    // Same fuel bucket, different reasons, logs and outputs: the public parts differ only in the hash of the sealed one.
    let failures = Failure::ALL.map(|f| RawOutcome { status: Status::Failed(f), ..raw() });
    let refused = RawOutcome { outputs: vec![vec![6000.0], vec![1.0; 3]], log: vec![], ..raw() };
    let chatty = RawOutcome { log: vec![7; 64], fuel: 2048, ..refused.clone() };
    let mut seen: Option<(Run, usize)> = None;
    for raw in failures.iter().chain([&refused, &chatty]) {
        let (mut run, blobs, why) = build(raw);
        verify_run(&run, &blobs).unwrap();
        let part = open_sealed(&run, &blobs, &owner()).unwrap();
        assert!(part.failure.is_some() != part.refusal.is_some());
        assert_eq!(
            part.refusal.as_deref().or(part.failure.map(Failure::code)),
            why.as_ref().map(Coded::code)
        );
        let length = blobs[&run.sealed].len();
        run.sealed = B256::ZERO;
        let (first, len) = seen.get_or_insert((run.clone(), length));
        assert_eq!((&run, length), (&*first, *len));
    }
}

#[test]
fn forged_receipts_fail_by_name() {
    type Forgery = fn(&mut Run, &mut Blobs);
    let cases: [(&str, &str, Forgery); 14] = [
        ("gate_range", "gate_range", |r, _| r.outputs[0][0] = 5_000_001),
        ("gate_range", "gate_range", |r, _| r.outputs[1][2] = -1),
        ("gate_schema", "gate_schema", |r, _| r.outputs[1].push(1)),
        ("gate_schema", "gate_schema", |r, _| r.outputs.truncate(1)),
        ("gate_budget", "gate_budget", |r, _| r.policy.max_bits = 50),
        ("gate_min_rows", "gate_min_rows", |r, _| r.rows = 9),
        ("algorithm_not_allowed", "admission", |r, _| r.job.algorithm = B256::ZERO),
        ("algorithm_not_allowed", "admission", |r, _| r.policy.algorithms = Algorithms::Listed(vec![])),
        ("job_limit_refused", "admission", |r, _| r.job.limits.wall_ms = u64::MAX),
        ("run_inconsistent", "run_consistency", |r, _| r.ok = false),
        ("run_inconsistent", "run_consistency", |r, _| r.fuel_bucket = 14),
        ("sealed_part_missing", "sealed_part", |_, b| b.clear()),
        ("sealed_part_mismatch", "sealed_part", |r, b| b.get_mut(&r.sealed).unwrap()[40] ^= 1),
        ("sealed_part_mismatch", "sealed_part", |r, b| {
            let short = vec![0; 100];
            r.sealed = attachment_hash(&short);
            b.insert(r.sealed, short);
        }),
    ];
    for (code, check, forge) in cases {
        let (mut run, mut blobs, _) = build(&raw());
        forge(&mut run, &mut blobs);
        let e = verify_run(&run, &blobs).unwrap_err();
        assert_eq!((e.code(), e.check()), (code, Some(check)));
    }
}

#[test]
fn the_owner_sees_outputs_that_do_not_follow_from_the_run() {
    let (run, blobs, _) = build(&raw());
    let mut forged = run.clone();
    forged.outputs[0][0] += 1;
    verify_run(&forged, &blobs).unwrap();
    assert_eq!(open_sealed(&forged, &blobs, &owner()).unwrap_err().code(), "sealed_part_mismatch");
    let mut forged = run.clone();
    forged.fuel_bucket -= 1;
    assert_eq!(open_sealed(&forged, &blobs, &owner()).unwrap_err().code(), "sealed_part_mismatch");
    // The sealed part belongs to one job.
    let mut forged = run;
    forged.job.seed = B256::ZERO;
    assert_eq!(open_sealed(&forged, &blobs, &owner()).unwrap_err().code(), "opening_failed");
}

#[test]
fn impossible_slots_are_refused() {
    let code = |r: Result<Slot, Error>| r.unwrap_err().code();
    assert_eq!(code(Slot::scalar("", 0, 1, 0)), "slot_invalid");
    assert_eq!(code(Slot::scalar("Mean", 0, 1, 0)), "slot_invalid");
    assert_eq!(code(Slot::scalar("x", 0, 1, 10)), "slot_invalid");
    assert_eq!(code(Slot::scalar("x", i64::MIN, i64::MAX, 0)), "slot_invalid");
    assert_eq!(code(Slot::scalar("x", 0, i64::MAX, 9)), "slot_invalid");
    assert_eq!(code(Slot::vector("x", 0, 0, 1, 0)), "slot_invalid");
    assert_eq!(code(Slot::vector("x", u32::MAX, 0, 1, 0)), "slot_invalid");
    let mut j = job();
    j.slots.push(j.slots[0].clone());
    assert_eq!(j.check_slots().unwrap_err().code(), "slot_invalid");
    assert_eq!(Job::from_bytes("job", &j.to_bytes()).unwrap_err().code(), "non_canonical");
    j.slots = vec![];
    assert_eq!(j.check_slots().unwrap_err().code(), "slot_invalid");
}

#[test]
fn bits_are_counted_up() {
    assert_eq!(Slot::scalar("x", 0, 0, 0).unwrap().bits(), 0);
    assert_eq!(Slot::scalar("x", 0, 1, 0).unwrap().bits(), 1);
    assert_eq!(Slot::scalar("x", 0, 2, 0).unwrap().bits(), 2);
    assert_eq!(Slot::scalar("x", -128, 127, 0).unwrap().bits(), 8);
    assert_eq!(Slot::vector("x", 3, 0, 1, 1).unwrap().bits(), 12);
    let edge = 1 << 53;
    assert_eq!(Slot::scalar("x", -edge, edge, 0).unwrap().bits(), 55);
}

#[test]
fn worker_documents_round_trip() {
    let run_job = RunJob { job: job(), module: b"\0asm".to_vec(), input: table() };
    assert_eq!(RunJob::from_document(&run_job.to_document()).unwrap(), run_job);
    let (a, b) = (B256::repeat_byte(1), B256::repeat_byte(2));
    for outcome in [
        RunOutcome::Ran(raw()),
        RunOutcome::Ran(RawOutcome { status: Status::Failed(Failure::Timeout), ..raw() }),
        RunOutcome::Refused(Error::AlgorithmHash { expected: a, got: b }),
        RunOutcome::Refused(Error::InputRoot { expected: a, got: b }),
        RunOutcome::Refused(Error::AlgorithmTooLarge { what: "bytes".into(), limit: 1, got: 2 }),
        RunOutcome::Refused(Error::AlgorithmInvalid { reason: "no".into() }),
        RunOutcome::Refused(Error::AlgorithmImport { module: "env".into(), name: "open".into() }),
    ] {
        let bytes = outcome.to_document();
        assert_eq!(RunOutcome::from_document(&bytes).unwrap(), outcome);
        assert!(bytes.len() as u64 <= RunOutcome::max_len(&job()));
    }
    // Texts of any length fit, cut between characters.
    let long = RunOutcome::Refused(Error::AlgorithmInvalid { reason: "é".repeat(5000) }).to_document();
    assert!(long.len() as u64 <= RunOutcome::max_len(&job()));
    assert!(RunOutcome::from_document(&long).is_ok());
}

#[test]
fn outcomes_of_another_shape_are_refused() {
    let shape = |change: fn(&mut RawOutcome)| {
        let mut r = raw();
        change(&mut r);
        RunOutcome::Ran(r).into_outcome(&job()).unwrap_err().code()
    };
    assert_eq!(shape(|r| r.outputs.truncate(1)), "length_mismatch");
    assert_eq!(shape(|r| r.outputs[1].push(0.0)), "length_mismatch");
    assert_eq!(shape(|r| r.log = vec![0; 65]), "limit_exceeded");
    assert!(RunOutcome::Ran(raw()).into_outcome(&job()).is_ok());
}

fn survives<D: Document + PartialEq + std::fmt::Debug>(bytes: &[u8]) {
    if let Ok(v) = D::from_document(bytes) {
        assert_eq!(v.to_document(), bytes);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn damaged_documents_never_panic(at in 0usize..4000, to: u8, cut in 0usize..4000, which in 0u8..3) {
        let mut bytes = match which {
            0 => build_once().to_document(),
            1 => RunJob { job: job(), module: vec![1, 2, 3], input: table() }.to_document(),
            _ => RunOutcome::Ran(raw()).to_document(),
        };
        let n = bytes.len();
        bytes[at % n] = to;
        if cut % 3 == 0 {
            bytes.truncate(cut % n);
        }
        survives::<Run>(&bytes);
        survives::<RunJob>(&bytes);
        survives::<RunOutcome>(&bytes);
    }
}

fn build_once() -> Run {
    static RUN: std::sync::OnceLock<Run> = std::sync::OnceLock::new();
    RUN.get_or_init(|| build(&raw()).0).clone()
}
