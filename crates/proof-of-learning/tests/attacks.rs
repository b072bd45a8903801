//! Forgeries against the protocol, over a small runner of the test's own: linear regression by SGD.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]

#[path = "common/forgeries.rs"]
mod forgeries;

use countermark_exact::{Binary, Exec, binary, matmul, matmul_tn, mean, sum_dim};
use countermark_primitives::hash::blake3_tagged;
use countermark_primitives::{
    Address, B256, CancelToken, Canonical, Coded, Document, Nano, Progress, ProgressFn, ignore_progress,
};
use countermark_proof_of_learning::{
    Dataset, Error, JobSpec, Result, Segment, SegmentRunner, State, Training, Transcript, Verification,
    batch_rows, verify_verification,
};
use forgeries::{Scene, bounded, job, receipt_id, rows};
use proptest::prelude::*;

struct Linear(Dataset);

impl Linear {
    fn residual(&self, spec: &JobSpec, s: &State, x: &[f32], y: &[f32]) -> Vec<f32> {
        let (i, o) = (spec.widths[0] as usize, spec.widths[1] as usize);
        let rows = x.len() / i;
        let mut p = matmul(Exec::detect(1), x, &s.tensors[0].values, rows, i, o).unwrap();
        p.chunks_mut(o).for_each(|l| l.iter_mut().zip(&s.tensors[1].values).for_each(|(v, b)| *v += b));
        binary(Binary::Sub, &p, y).unwrap()
    }
}

impl SegmentRunner for Linear {
    fn data_root(&self) -> B256 {
        self.0.root()
    }

    fn run_segment(
        &mut self,
        spec: &JobSpec,
        seed: &B256,
        start: &State,
        from: u64,
        to: u64,
        cancel: &CancelToken,
        progress: ProgressFn<'_>,
    ) -> Result<Segment> {
        let (i, o) = (spec.widths[0] as usize, spec.widths[1] as usize);
        let mut state = start.clone();
        let mut trace_root = B256::ZERO;
        for step in from..to {
            cancel.check(step - from, to - from)?;
            let batch = batch_rows(spec, seed, step)?;
            let x: Vec<f32> = batch.iter().flat_map(|r| self.0.row(*r).unwrap().0).copied().collect();
            let y: Vec<f32> = batch.iter().flat_map(|r| self.0.row(*r).unwrap().1).copied().collect();
            let d = self.residual(spec, &state, &x, &y);
            let gradients = [
                matmul_tn(Exec::detect(1), &x, &d, i, batch.len(), o).unwrap(),
                sum_dim(&d, [1, batch.len(), o]).unwrap(),
            ];
            for (t, g) in state.tensors.iter_mut().zip(&gradients) {
                t.values.iter_mut().zip(g).for_each(|(w, g)| *w = (-spec.learning_rate).mul_add(*g, *w));
            }
            trace_root = blake3_tagged("test/trace/v1", &[&state.to_bytes()]);
            let _ = progress(Progress { done: step + 1 - from, total: to - from });
        }
        Ok(Segment { state, trace_root })
    }

    fn metric(&mut self, spec: &JobSpec, state: &State) -> Result<Nano> {
        let d = self.residual(spec, state, self.0.x(), self.0.y());
        Ok(Nano::from_f64(f64::from(mean(&binary(Binary::Mul, &d, &d).unwrap()).unwrap()))?)
    }
}

fn data(shift: f32) -> Dataset {
    let x: Vec<f32> = (0..120u16).map(|i| f32::from(i * 37 % 101) / 50.0 - 1.0 + shift).collect();
    let y = x.chunks(3).map(|r| r[0] - 2.0 * r[1] + 0.5 * r[2] + 0.25).collect();
    Dataset::try_new(3, 1, x, y).unwrap()
}

fn scene(runner: &mut Linear) -> Scene<'_, Linear> {
    let spec = job(&runner.0, &[], 50);
    Scene { spec, prover: Address::repeat_byte(0xa1), beacon: B256::repeat_byte(5), runner }
}

#[test]
fn every_forgery_is_rejected_by_the_check_it_breaks() {
    let (mut runner, mut other) = (Linear(data(0.0)), Linear(data(0.125)));
    let table = rows(&mut scene(&mut runner), &mut other);
    let expected = [
        ("lazy_copy_of_one_segment", "segment_root"),
        ("other_learning_rate", "segment_root"),
        ("swapped_batch_order", "segment_root"),
        ("other_data", "segment_root"),
        ("verifier_given_other_data", "data_root"),
        ("teleport_between_segments", "segment_link"),
        ("truncated_tail", "segment_root"),
        ("one_ulp_in_one_weight", "segment_root"),
        ("chosen_initial_state", "init_root"),
        ("stolen_statement", "init_root"),
        ("stolen_states", "init_root"),
        ("better_metric", "metric"),
        ("other_trace", "trace_root"),
        ("fewer_segments", "segments"),
        ("other_last_state", "boundary_root"),
        ("more_steps_claimed", "init_root"),
        ("opening_of_another_state", "state_opening"),
        ("neighbour_withheld", "segment_opening"),
        ("segments_of_the_provers_choice", "challenge"),
        ("verification_of_fewer_segments", "challenge"),
        ("verification_with_another_digest", "rerun_digest"),
        ("verification_with_another_leaf", "segment_opening"),
        ("verification_without_a_leaf", "segment_opening"),
        ("training_of_another_prover", "init_root"),
    ];
    let got: Vec<_> = table.iter().map(|r| (r.id, r.check.as_str())).collect();
    assert_eq!(got, expected);
    assert!(table.iter().all(|r| r.honest_accepted && r.forgery == "rejected"));
}

#[test]
fn one_lazy_segment_is_seen_as_often_as_sampling_promises() {
    let mut runner = Linear(data(0.0));
    let row = bounded(&mut scene(&mut runner), 400);
    assert!(row.honest_accepted && row.forgery == "bounded", "{row:?}");
}

#[test]
fn cancelling_stops_prover_and_verifier() {
    let mut runner = Linear(data(0.0));
    let mut s = scene(&mut runner);
    let cancel = CancelToken::new();
    let mut seen = 0;
    let mut stop_at_20 = |p: Progress| {
        seen = p.done;
        if p.done == 20 {
            cancel.cancel();
        }
        core::ops::ControlFlow::Continue(())
    };
    let r = Transcript::prove(&s.spec.clone(), &s.prover, &s.beacon, s.runner, &cancel, &mut stop_at_20);
    assert_eq!(r.unwrap_err().code(), "cancelled");
    assert_eq!(seen, 20);
    let bad = JobSpec { batch: 0, ..s.spec.clone() };
    let r =
        Transcript::prove(&bad, &s.prover, &s.beacon, s.runner, &CancelToken::new(), &mut ignore_progress);
    assert!(matches!(r.unwrap_err(), Error::InvalidSpec { what: "batch", .. }));
    let t = s.honest();
    assert_eq!(t.open(&[10]).unwrap_err().code(), "out_of_range");
}

fn documents() -> (Training, Verification, Address) {
    let mut runner = Linear(data(0.0));
    let mut s = scene(&mut runner);
    let t = s.honest();
    let v = s.verify(&t, t.training(), 1, 4).unwrap();
    assert!(v.checked >= 4 && v.checked <= 6 && v.segments == 10 && v.steps == 50);
    assert_eq!(v.steps_checked, u64::from(v.checked) * 5);
    (t.training().clone(), v.verification, s.prover)
}

#[test]
fn statements_round_trip_and_the_training_is_small() {
    let (t, v, _) = documents();
    let (tb, vb) = (t.to_document(), v.to_document());
    assert!(tb.len() < 1024, "{}", tb.len());
    assert_eq!(Training::from_document(&tb).unwrap(), t);
    assert_eq!(Verification::from_document(&vb).unwrap(), v);
    for n in 0..vb.len() {
        assert!(Verification::from_document(&vb[..n]).is_err());
    }
    for n in 0..tb.len() {
        assert!(Training::from_document(&tb[..n]).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]
    #[test]
    fn any_flipped_bit_of_a_verification_is_noticed(positions in prop::collection::vec(any::<u32>(), 150)) {
        let (t, v, prover) = documents();
        let (id, bytes) = (receipt_id(&t), v.to_document());
        prop_assert!(verify_verification(&v, &t, &id, &prover).is_ok());
        for p in positions {
            let mut b = bytes.clone();
            let at = p as usize % (b.len() * 8);
            b[at / 8] ^= 1 << (at % 8);
            let noticed = match Verification::from_document(&b) {
                Err(_) => true,
                Ok(forged) => verify_verification(&forged, &t, &id, &prover).is_err(),
            };
            prop_assert!(noticed, "bit {at}");
        }
    }
}
