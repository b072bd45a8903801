//! Forged transcripts, each beside its honest twin: one row each, over any runner.

use countermark_primitives::hash::sha256_tagged;
use countermark_primitives::{Address, B256, CancelToken, Coded as _, Document as _, Nano, ignore_progress};
use countermark_proof_of_learning::{
    Challenge, Dataset, JobSpec, Result, SegmentRunner, State, Training, Transcript, Verdict, initial_state,
    seed, verify_training, verify_transcript, verify_verification,
};

/// What happened to a forgery.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) id: &'static str,
    pub(crate) honest_accepted: bool,
    /// `rejected`, `bounded`, or `accepted`, which is a failure.
    pub(crate) forgery: &'static str,
    /// The check that refused, or for `bounded` the measured rate.
    pub(crate) check: String,
}

/// Ten segments, so that one of them is a tenth of the work.
pub(crate) fn job(data: &Dataset, hidden: &[u32], steps: u64) -> JobSpec {
    JobSpec::mlp(data, hidden, 0.02, 8, steps, steps / 10).unwrap()
}

/// What stands for the id of the training's receipt.
pub(crate) fn receipt_id(training: &Training) -> B256 {
    sha256_tagged("test/receipt/v1", &[&training.to_document()])
}

pub(crate) struct Scene<'a, R> {
    pub(crate) spec: JobSpec,
    pub(crate) prover: Address,
    pub(crate) beacon: B256,
    pub(crate) runner: &'a mut R,
}

impl<R: SegmentRunner> Scene<'_, R> {
    pub(crate) fn honest(&mut self) -> Transcript {
        let cancel = CancelToken::new();
        Transcript::prove(&self.spec, &self.prover, &self.beacon, self.runner, &cancel, &mut ignore_progress)
            .unwrap()
    }

    pub(crate) fn seed(&self) -> B256 {
        seed(&self.spec.id(), &self.prover, &self.beacon)
    }

    fn run(&mut self, spec: &JobSpec, seed: &B256, start: &State, s: u32) -> (State, B256) {
        let (from, to) = spec.segment_steps(s);
        let cancel = CancelToken::new();
        let out =
            self.runner.run_segment(spec, seed, start, from, to, &cancel, &mut ignore_progress).unwrap();
        (out.state, out.trace_root)
    }

    /// Trains segment by segment, each by `step(scene, segment, start)`, then commits as if it were the job.
    pub(crate) fn forge(
        &mut self,
        first: State,
        mut step: impl FnMut(&mut Self, u32, &State) -> State,
    ) -> Transcript {
        let (mut starts, mut ends) = (vec![], vec![]);
        let mut state = first;
        for s in 0..self.spec.segments() {
            let end = step(self, s, &state);
            ends.push(end.root());
            starts.push(std::mem::replace(&mut state, end));
        }
        self.commit(starts, &ends, state)
    }

    pub(crate) fn commit(&mut self, starts: Vec<State>, ends: &[B256], last: State) -> Transcript {
        let metric = self.runner.metric(&self.spec, &last).unwrap();
        let (seed, spec) = (self.seed(), self.spec.clone());
        let (_, trace) = self.run(&spec, &seed, starts.last().unwrap(), spec.segments() - 1);
        Transcript::commit(&spec, &self.prover, &self.beacon, starts, ends, last, trace, metric).unwrap()
    }

    /// The verifier asks for `samples` segments of what the prover published.
    pub(crate) fn verify(
        &mut self,
        t: &Transcript,
        training: &Training,
        beacon: u64,
        samples: u32,
    ) -> Result<Verdict> {
        let id = receipt_id(training);
        let asked = Challenge { beacon: sha256_tagged("test/beacon/v1", &[&beacon.to_le_bytes()]), samples };
        let openings = t.open(&asked.segments(training, &id))?;
        let cancel = CancelToken::new();
        let prover = self.prover;
        verify_transcript(
            training,
            &id,
            &prover,
            &asked,
            &openings,
            self.runner,
            &cancel,
            &mut ignore_progress,
        )
    }
}

fn ulp(state: &State) -> State {
    let mut s = state.clone();
    let v = &mut s.tensors[0].values[0];
    *v = f32::from_bits(v.to_bits() ^ 1);
    s
}

/// All rows. `other` trains on data that are not the job's.
pub(crate) fn rows<R: SegmentRunner>(scene: &mut Scene<'_, R>, other: &mut R) -> Vec<Row> {
    let all = scene.spec.segments();
    let spec = scene.spec.clone();
    let seed0 = scene.seed();
    let first = initial_state(&spec, &seed0).unwrap();
    let honest = scene.honest();
    let verdict = scene.verify(&honest, honest.training(), 0, all);
    let honest_accepted = verdict.is_ok();
    let verification = verdict.unwrap().verification;
    let mut out = vec![];
    let mut put = |id, result: Result<(), String>| {
        let (forgery, check) = match result {
            Ok(()) => ("accepted", String::new()),
            Err(check) => ("rejected", check),
        };
        out.push(Row { id, honest_accepted, forgery, check });
    };
    let check = |r: Result<Verdict>| r.map(|_| ()).map_err(|e| e.check().unwrap_or("none").to_string());

    let t = scene
        .forge(first.clone(), |sc, s, st| if s == 4 { st.clone() } else { sc.run(&spec, &seed0, st, s).0 });
    put("lazy_copy_of_one_segment", check(scene.verify(&t, t.training(), 1, all)));

    let slow = JobSpec { learning_rate: spec.learning_rate * 1e-3, ..spec.clone() };
    let t = scene.forge(first.clone(), |sc, s, st| sc.run(&slow, &seed0, st, s).0);
    put("other_learning_rate", check(scene.verify(&t, t.training(), 2, all)));

    let turned = sha256_tagged("test/other-order/v1", &[seed0.as_slice()]);
    let t = scene.forge(first.clone(), |sc, s, st| sc.run(&spec, &turned, st, s).0);
    put("swapped_batch_order", check(scene.verify(&t, t.training(), 3, all)));

    let t = scene.forge(first.clone(), |_, s, st| {
        let (from, to) = spec.segment_steps(s);
        other
            .run_segment(&spec, &seed0, st, from, to, &CancelToken::new(), &mut ignore_progress)
            .unwrap()
            .state
    });
    put("other_data", check(scene.verify(&t, t.training(), 4, all)));
    let asked = Challenge { beacon: B256::ZERO, samples: 1 };
    let id = receipt_id(honest.training());
    let opened = honest.open(&asked.segments(honest.training(), &id)).unwrap();
    let cancel = CancelToken::new();
    let (prover, training) = (scene.prover, honest.training());
    let r = verify_transcript(training, &id, &prover, &asked, &opened, other, &cancel, &mut ignore_progress);
    put("verifier_given_other_data", check(r));

    // Every segment is true work, but segment 5 does not start where segment 4 ended.
    let mut starts = honest.starts().to_vec();
    let mut ends: Vec<B256> = honest.leaves().iter().map(|l| l.end_root).collect();
    starts[5] = ulp(&starts[5]);
    let mut last = starts[5].clone();
    for s in 5..all {
        starts[s as usize] = last.clone();
        last = scene.run(&spec, &seed0, &last, s).0;
        ends[s as usize] = last.root();
    }
    let t = scene.commit(starts, &ends, last);
    put("teleport_between_segments", check(scene.verify(&t, t.training(), 5, all)));

    let t = scene
        .forge(first.clone(), |sc, s, st| if s >= 7 { st.clone() } else { sc.run(&spec, &seed0, st, s).0 });
    put("truncated_tail", check(scene.verify(&t, t.training(), 6, 0)));

    let t = scene.forge(first.clone(), |sc, s, st| {
        let end = sc.run(&spec, &seed0, st, s).0;
        if s == 4 { ulp(&end) } else { end }
    });
    put("one_ulp_in_one_weight", check(scene.verify(&t, t.training(), 7, all)));

    let warm = honest.last_state().clone();
    let t = scene.forge(warm, |sc, s, st| sc.run(&spec, &seed0, st, s).0);
    put("chosen_initial_state", check(scene.verify(&t, t.training(), 8, 0)));

    let owner = scene.prover;
    scene.prover = Address::repeat_byte(0x77);
    put("stolen_statement", check(scene.verify(&honest, honest.training(), 9, 0)));
    let ends: Vec<B256> = honest.leaves().iter().map(|l| l.end_root).collect();
    let t = scene.commit(honest.starts().to_vec(), &ends, honest.last_state().clone());
    put("stolen_states", check(scene.verify(&t, t.training(), 10, 0)));
    scene.prover = owner;

    let better =
        Training { metric: Nano::new(honest.training().metric.get() - 1), ..honest.training().clone() };
    put("better_metric", check(scene.verify(&honest, &better, 11, 0)));
    let trace = Training { trace_root: B256::ZERO, ..honest.training().clone() };
    put("other_trace", check(scene.verify(&honest, &trace, 12, 0)));
    let fewer = Training { segments: all - 1, ..honest.training().clone() };
    put("fewer_segments", check(scene.verify(&honest, &fewer, 13, 0)));
    let zero = Training { last_root: B256::ZERO, ..honest.training().clone() };
    put("other_last_state", check(scene.verify(&honest, &zero, 14, 0)));
    let longer = JobSpec { steps: spec.steps * 2, cadence: spec.cadence * 2, ..spec.clone() };
    let longer = Training { spec: longer, ..honest.training().clone() };
    put("more_steps_claimed", check(scene.verify(&honest, &longer, 15, 0)));

    let mut opened = honest.open(&asked.segments(training, &id)).unwrap();
    opened[0].start = ulp(&opened[0].start);
    let r = verify_transcript(
        training,
        &id,
        &prover,
        &asked,
        &opened,
        scene.runner,
        &cancel,
        &mut ignore_progress,
    );
    put("opening_of_another_state", check(r));
    let mut opened = honest.open(&asked.segments(training, &id)).unwrap();
    opened[1].previous = None;
    let r = verify_transcript(
        training,
        &id,
        &prover,
        &asked,
        &opened,
        scene.runner,
        &cancel,
        &mut ignore_progress,
    );
    put("neighbour_withheld", check(r));
    let chosen = honest.open(&[0, 1, all - 1]).unwrap();
    let few = Challenge { beacon: B256::repeat_byte(9), samples: 4 };
    let r =
        verify_transcript(training, &id, &prover, &few, &chosen, scene.runner, &cancel, &mut ignore_progress);
    put("segments_of_the_provers_choice", check(r));

    // Offline: a verifier's statement.
    let offline = |v: &_| {
        verify_verification(v, training, &id, &prover).map_err(|e| e.check().unwrap_or("none").to_string())
    };
    assert_eq!(offline(&verification), Ok(()), "the honest verification");
    let mut v = verification.clone();
    v.samples = 1;
    put("verification_of_fewer_segments", offline(&v));
    let mut v = verification.clone();
    v.rerun_digest = B256::ZERO;
    put("verification_with_another_digest", offline(&v));
    let mut v = verification.clone();
    v.openings[3].leaf.end_root = B256::ZERO;
    put("verification_with_another_leaf", offline(&v));
    let mut v = verification.clone();
    v.openings.remove(3);
    put("verification_without_a_leaf", offline(&v));
    let r = verify_training(training, &Address::ZERO)
        .map(|_| ())
        .map_err(|e| e.check().unwrap_or("none").to_string());
    put("training_of_another_prover", r);
    out
}

/// One lazy segment of ten, three samples: seen with probability 3/10, by design. Measured over `games` challenges.
pub(crate) fn bounded<R: SegmentRunner>(scene: &mut Scene<'_, R>, games: u32) -> Row {
    let (spec, seed0) = (scene.spec.clone(), scene.seed());
    let first = initial_state(&spec, &seed0).unwrap();
    let honest = scene.honest();
    let t = scene.forge(first, |sc, s, st| if s == 4 { st.clone() } else { sc.run(&spec, &seed0, st, s).0 });
    let mut honest_accepted = true;
    let mut caught = 0u32;
    for g in 0..games {
        honest_accepted &= g > 3 || scene.verify(&honest, honest.training(), u64::from(g), 3).is_ok();
        caught += u32::from(scene.verify(&t, t.training(), u64::from(g), 3).is_err());
    }
    let (rate, expected) = (f64::from(caught) / f64::from(games), 0.3);
    let deviation = (expected * (1.0 - expected) / f64::from(games)).sqrt();
    let within = (rate - expected).abs() < 4.0 * deviation;
    Row {
        id: "one_lazy_segment_under_three_samples",
        honest_accepted,
        forgery: if within { "bounded" } else { "accepted" },
        check: format!("caught {caught} of {games}, expected 3 in 10"),
    }
}
