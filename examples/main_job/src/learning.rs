//! Training with a transcript, its verification by sampled re-execution, and a forged transcript.

use crate::agents::{Agents, derive};
use crate::data::learnable;
use crate::stage::{Done, Facts, Fault};
use crate::story::Story;
use countermark::engine::Trainer;
use countermark::exact::Exec;
use countermark::primitives::{Address, B256, CancelToken, ignore_progress};
use countermark::proof_of_learning::{
    Challenge, Dataset, JobSpec, Normaliser, SegmentRunner as _, Transcript, verify_transcript,
    verify_verification,
};
use countermark::receipt::Table;

const STEPS: u64 = 400;
const CADENCE: u64 = 20;
const SAMPLES: u32 = 5;

/// The training rows as the job names them: measurements normalised by the run's released outputs.
pub fn dataset(table: &Table, normaliser: &Normaliser) -> Done<Dataset> {
    let (x, y) = learnable(table);
    Ok(Dataset::try_new(11, 1, normaliser.apply(&x)?, y)?)
}

/// The job whose training is proved.
pub fn job(data: &Dataset, normaliser: &Normaliser, hidden: u32) -> Done<JobSpec> {
    let spec = JobSpec::mlp(data, &[hidden], 0.05, 32, STEPS, CADENCE)?;
    Ok(JobSpec { normaliser: normaliser.hash(), ..spec })
}

/// A model and the transcript of its training.
pub struct Trained {
    pub spec: JobSpec,
    pub transcript: Transcript,
    pub receipt: B256,
}

pub fn train(
    story: &mut Story,
    agents: &Agents,
    data: &Dataset,
    normaliser: &Normaliser,
    run: B256,
    facts: &mut Facts,
) -> Done<Trained> {
    let spec = job(data, normaliser, 16)?;
    let beacon = derive(story.seed, "seed beacon");
    let prover = agents.trainer.address();
    let mut trainer = Trainer::new(data.clone(), story.exec);
    let transcript =
        Transcript::prove(&spec, &prover, &beacon, &mut trainer, &CancelToken::new(), &mut ignore_progress)?;
    let mut loss = vec![];
    for (i, start) in transcript.starts().iter().enumerate() {
        loss.push(serde_json::json!([i as u64 * CADENCE, trainer.metric(&spec, start)?.to_f64()]));
    }
    loss.push(serde_json::json!([STEPS, transcript.training().metric.to_f64()]));
    story.loss = loss;
    let training = transcript.training().clone();
    facts.input("model", "11-16-1, relu, mean squared error, SGD");
    facts.input("rows", spec.rows);
    facts.input("steps", spec.steps);
    facts.input("path", story.exec.path().name());
    facts.input("threads", story.exec.threads());
    facts.output("segments", training.segments);
    facts.output("mean squared error", training.metric.to_f64());
    facts.output("last state", training.last_root);
    if story.tampers("training") {
        let forged = lazy(&spec, &prover, &beacon, &transcript)?;
        reexecute(story, &prover, &forged, data)?;
        return Err(Fault::accepted("a transcript with a segment that was not trained"));
    }
    let receipt = agents.trainer.sign(training, Some(run), story.now())?;
    facts.digest = story.bundle.push(receipt);
    Ok(Trained { spec, transcript, receipt: facts.digest })
}

/// The prover skips the last segment and claims that nothing moved.
fn lazy(spec: &JobSpec, prover: &Address, beacon: &B256, honest: &Transcript) -> Done<Transcript> {
    let starts = honest.starts().to_vec();
    let mut ends: Vec<B256> = honest.leaves().iter().map(|l| l.end_root).collect();
    let Some(stuck) = starts.last().cloned() else { return Err(Fault::accepted("no segment")) };
    if let Some(end) = ends.last_mut() {
        *end = stuck.root();
    }
    let t = honest.training();
    Ok(Transcript::commit(spec, prover, beacon, starts, &ends, stuck, t.trace_root, t.metric)?)
}

fn challenge(story: &Story) -> Challenge {
    Challenge { beacon: derive(story.seed, "challenge beacon"), samples: SAMPLES }
}

/// A transcript that is not in the bundle, verified under the id it would have.
fn reexecute(story: &Story, prover: &Address, transcript: &Transcript, data: &Dataset) -> Done {
    let id = transcript.training().segment_root;
    let asked = challenge(story);
    let openings = transcript.open(&asked.segments(transcript.training(), &id))?;
    let mut trainer = Trainer::new(data.clone(), story.exec);
    let (training, cancel) = (transcript.training(), CancelToken::new());
    verify_transcript(training, &id, prover, &asked, &openings, &mut trainer, &cancel, &mut ignore_progress)?;
    Ok(())
}

pub fn forged(story: &Story, agents: &Agents, trained: &Trained, data: &Dataset, facts: &mut Facts) -> Done {
    let prover = agents.trainer.address();
    let beacon = derive(story.seed, "seed beacon");
    let transcript = lazy(&trained.spec, &prover, &beacon, &trained.transcript)?;
    facts.input("forgery", "the last segment is claimed but was not trained");
    facts.digest = transcript.training().segment_root;
    if story.tampers("training_forged") {
        // A verifier who did not look vouches for it with the openings of the honest transcript.
        let asked = challenge(story);
        let openings =
            trained.transcript.open(&asked.segments(trained.transcript.training(), &trained.receipt))?;
        let mut trainer = Trainer::new(data.clone(), story.exec);
        let verdict = verify_transcript(
            trained.transcript.training(),
            &trained.receipt,
            &prover,
            &asked,
            &openings,
            &mut trainer,
            &CancelToken::new(),
            &mut ignore_progress,
        )?;
        verify_verification(&verdict.verification, transcript.training(), &trained.receipt, &prover)?;
        return Err(Fault::accepted("a verification of another transcript"));
    }
    match reexecute(story, &prover, &transcript, data) {
        Err(refused) => facts.rejected = Some(refused),
        Ok(()) => return Err(Fault::accepted("a transcript with a segment that was not trained")),
    }
    Ok(())
}

/// The verifier runs the sampled segments again and signs what it found.
pub fn verify(
    story: &mut Story,
    agents: &Agents,
    trained: &Trained,
    data: &Dataset,
    facts: &mut Facts,
) -> Done<B256> {
    let prover = agents.trainer.address();
    let training = trained.transcript.training();
    let asked = challenge(story);
    let openings = trained.transcript.open(&asked.segments(training, &trained.receipt))?;
    let mut trainer = Trainer::new(data.clone(), story.exec);
    let (cancel, id) = (CancelToken::new(), trained.receipt);
    let verdict = verify_transcript(
        training,
        &id,
        &prover,
        &asked,
        &openings,
        &mut trainer,
        &cancel,
        &mut ignore_progress,
    )?;
    let mut verification = verdict.verification;
    if story.tampers("verification") {
        // The verifier looked at other segments than the challenge asked for.
        if let Some(first) = verification.sampled.get_mut(1) {
            *first = if *first == 1 { 2 } else { 1 };
        }
    }
    verify_verification(&verification, training, &id, &prover)?;
    facts.input("transcript", id);
    facts.output("segments re-executed", format!("{} of {}", verdict.checked, verdict.segments));
    facts.output("steps re-executed", format!("{} of {}", verdict.steps_checked, verdict.steps));
    facts.output("soundness", verification.soundness.as_str());
    facts.output("anchoring", verification.anchoring.as_str());
    let receipt = agents.verifier.sign(verification, Some(id), story.now())?;
    facts.digest = story.bundle.push(receipt);
    Ok(facts.digest)
}

/// `train --digest`: the whole training and nothing else, to be compared between machines.
pub fn digest(seed: u64, threads: usize) -> Done<(B256, Exec)> {
    let wine = crate::data::load()?;
    let (x, _) = learnable(&wine.table);
    let (mut mean, mut sd) = (vec![], vec![]);
    for c in 0..11 {
        let column: Vec<f64> = x.iter().skip(c).step_by(11).copied().collect();
        let n = f64::from(u32::try_from(column.len()).unwrap_or(1));
        let m = column.iter().sum::<f64>() / n;
        let v = column.iter().map(|v| (v - m) * (v - m)).sum::<f64>() / n;
        mean.push(m);
        sd.push(v.sqrt());
    }
    let normaliser = Normaliser::try_new(mean, sd)?;
    let data = dataset(&wine.table, &normaliser)?;
    let spec = job(&data, &normaliser, 16)?;
    let exec = Exec::detect(threads);
    let mut trainer = Trainer::new(data, exec);
    let beacon = derive(seed, "seed beacon");
    let prover = Address::repeat_byte(7);
    let transcript =
        Transcript::prove(&spec, &prover, &beacon, &mut trainer, &CancelToken::new(), &mut ignore_progress)?;
    let training = transcript.training();
    let parts = [training.segment_root, training.last_root, training.trace_root];
    let bytes: Vec<&[u8]> = parts.iter().map(|h| h.as_slice()).collect();
    Ok((countermark::primitives::hash::sha256_tagged("countermark/examples/train/v1", &bytes), exec))
}
