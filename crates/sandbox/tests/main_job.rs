//! The honest algorithm and the copier of the main job, on the real table, from admission to the run receipt.

mod common;

use common::{COPIER, SUMMARY, both, job, module, policy, wine};
use countermark_compute_to_data::{
    Algorithms, Executed, Overlap, Policy, Run, Status, apply_gate, build_run, open_sealed, verify_run,
};
use countermark_crypto::SealingKey;
use countermark_primitives::{Coded, Document as _, SeedEntropy};
use countermark_receipt::attachment_hash;
use std::collections::BTreeMap;

#[test]
fn the_honest_summary_passes_the_gate_and_ends_in_a_receipt() {
    let (table, m) = (wine(), module(SUMMARY));
    let (job, policy) = (job(&m, &table), policy(&m));
    let raw = both(&job, &m, &table).unwrap();
    assert_eq!(raw.status, Status::Ok);
    let gated = apply_gate(&policy, &job, &table, &raw).unwrap();

    // The same sums, written independently.
    for (i, name) in table.columns().iter().take(11).enumerate() {
        let x = table.column(name).unwrap();
        let mean = x.iter().sum::<f64>() / 1599.0;
        let sd = (x.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / 1599.0).sqrt();
        assert_eq!(raw.outputs[0][i].to_bits(), mean.to_bits(), "{name}");
        assert_eq!(raw.outputs[1][i].to_bits(), sd.to_bits(), "{name}");
        assert!((gated.numbers(&job, "mean").unwrap()[i] - mean).abs() <= 0.5e-4);
    }
    assert_eq!(gated.slots()[0][0], 83_196); // 8.3196: the mean fixed acidity the dataset's paper gives as 8.32

    let key = SealingKey::from_seed(&[3; 32]);
    let executed = Executed { policy: &policy, job: &job, table: &table, raw: &raw };
    let built = build_run(executed, &key.public_key(), &mut SeedEntropy::new(&[4; 32])).unwrap();
    assert!(built.run.ok && built.refused.is_none());
    let run = Run::from_document(&built.run.to_document()).unwrap();
    let attachments = BTreeMap::from([(attachment_hash(&built.sealed), built.sealed)]);
    verify_run(&run, &attachments).unwrap();
    assert_eq!(run.numbers("mean"), gated.numbers(&job, "mean"));
    assert_eq!(open_sealed(&run, &attachments, &key).unwrap().fuel, raw.fuel);
    assert!(raw.fuel <= 1 << run.fuel_bucket && raw.fuel > 1 << (run.fuel_bucket - 1));
}

#[test]
fn the_copier_runs_and_is_refused_by_the_gate() {
    let (table, m) = (wine(), module(COPIER));
    let job = job(&m, &table);
    let raw = both(&job, &m, &table).unwrap();
    assert_eq!(raw.status, Status::Ok);
    assert_eq!(raw.outputs[0][0], 7.4);
    for overlap in [Overlap::Rows, Overlap::Cells] {
        let policy = Policy { algorithms: Algorithms::Any, overlap, ..Policy::default() };
        let e = apply_gate(&policy, &job, &table, &raw).unwrap_err();
        assert_eq!((e.code(), e.check()), ("gate_row_overlap", Some("gate_row_overlap")));

        let key = SealingKey::from_seed(&[3; 32]);
        let executed = Executed { policy: &policy, job: &job, table: &table, raw: &raw };
        let built = build_run(executed, &key.public_key(), &mut SeedEntropy::new(&[5; 32])).unwrap();
        assert_eq!(built.refused.unwrap().code(), "gate_row_overlap");
        assert!(!built.run.ok && built.run.outputs.is_empty());
        let attachments = BTreeMap::from([(attachment_hash(&built.sealed), built.sealed)]);
        let part = open_sealed(&built.run, &attachments, &key).unwrap();
        assert_eq!(part.refusal.as_deref(), Some("gate_row_overlap"));
    }
}

#[test]
fn two_runs_are_the_same_to_the_bit() {
    let (table, m) = (wine(), module(SUMMARY));
    let job = job(&m, &table);
    let a = common::run(&mut common::process(), &job, &m, &table).unwrap();
    let b = common::run(&mut common::process(), &job, &m, &table).unwrap();
    assert_eq!(a, b);
}
