//! The whole job, stage by stage.

use crate::agents::{self, Agents, Party};
use crate::stage::{Done, Fault, Recorder};
use crate::{compute, data, forge, learning, order, scores};
use countermark::bundle::{Bundle, verify_bundle};
use countermark::compute_to_data::Run;
use countermark::datatoken::{Grant, Order};
use countermark::exact::Exec;
use countermark::identity::Agent;
use countermark::primitives::Timestamp;
use countermark::proof_of_learning::{Training, Verification};
use countermark::receipt::{Draft, Receipt, schema};
use countermark::scoring::ScoreReport;
use serde_json::Value;
use std::cell::Cell;

/// What a forger plants.
#[derive(Debug, Clone, Default)]
pub struct Tamper {
    /// Stage that is forged.
    pub stage: Option<String>,
    /// Whether every hash that needs no key is recomputed afterwards.
    pub rehash: bool,
}

/// Everything the stages share.
pub struct Story {
    pub seed: u64,
    pub tamper: Tamper,
    pub bundle: Bundle,
    pub exec: Exec,
    pub loss: Vec<Value>,
    pub scores: Vec<Value>,
    clock: Cell<u64>,
}

/// The stages, and the kind of receipt that each of them leaves in the bundle.
pub const STAGES: [(&str, u16); 10] = [
    ("agents", schema::AGENT),
    ("order", schema::ORDER),
    ("compute", schema::RUN),
    ("compute_copying", schema::RUN),
    ("training", schema::TRAINING),
    ("training_forged", schema::TRAINING),
    ("verification", schema::VERIFICATION),
    ("scoring", schema::SCORE_REPORT),
    ("bundle", schema::GRANT),
    ("verify_rust", schema::GRANT),
];

impl Story {
    pub fn new(seed: u64, tamper: Tamper) -> Self {
        Self {
            seed,
            tamper,
            bundle: Bundle::default(),
            exec: Exec::detect(2),
            loss: vec![],
            scores: vec![],
            clock: Cell::new(1_800_000_000),
        }
    }

    /// The story's clock: a minute later at each look.
    pub fn now(&self) -> Timestamp {
        self.clock.set(self.clock.get() + 60);
        Timestamp::new(self.clock.get())
    }

    /// Whether the stage itself plants its forgery.
    pub fn tampers(&self, stage: &str) -> bool {
        self.tamper.stage.as_deref() == Some(stage) && !self.tamper.rehash
    }

    /// Where hashes are to be recomputed: forges the stage's receipt in the bundle so far.
    fn rehashed(&self, stage: &str) -> Done {
        let kind = STAGES.iter().find(|(name, _)| *name == stage).map(|(_, kind)| *kind);
        match kind {
            Some(kind) if self.tamper.rehash && self.tamper.stage.as_deref() == Some(stage) => {
                let forged =
                    forge::outsider(&self.bundle, kind).ok_or_else(|| Fault::accepted("a changed field"))?;
                verify_bundle(&forged.to_bytes())?;
                Err(Fault::accepted("a changed field"))
            }
            _ => Ok(()),
        }
    }
}

/// Runs all stages; stops at the first that fails. Answers the agents, when there are any, to sign forgeries with.
pub fn tell(story: &mut Story, recorder: &mut Recorder) -> Option<Agents> {
    let (_, algorithm) = compute::summary().ok()?;
    let wine = data::load().ok()?;
    let agents = recorder.stage("agents", |f| {
        let agents = agents::create(story, f)?;
        story.rehashed("agents")?;
        Ok(agents)
    })?;
    let grant = recorder.stage("order", |f| {
        let grant = order::order_and_grant(story, &agents, wine.table.root(), algorithm, f)?;
        story.rehashed("order")?;
        Ok(grant)
    })?;
    let (run, normaliser) = recorder.stage("compute", |f| {
        let run = compute::run(story, &agents, &wine.table, grant, f)?;
        story.rehashed("compute")?;
        Ok(run)
    })?;
    recorder.stage("compute_copying", |f| {
        compute::copying(story, &agents, &wine.table, f)?;
        story.rehashed("compute_copying")
    })?;
    let (data, trained) = recorder.stage("training", |f| {
        let data = learning::dataset(&wine.table, &normaliser)?;
        let trained = learning::train(story, &agents, &data, &normaliser, run, f)?;
        story.rehashed("training")?;
        Ok((data, trained))
    })?;
    recorder.stage("training_forged", |f| {
        learning::forged(story, &agents, &trained, &data, f)?;
        story.rehashed("training_forged")
    })?;
    let verification = recorder.stage("verification", |f| {
        let id = learning::verify(story, &agents, &trained, &data, f)?;
        story.rehashed("verification")?;
        Ok(id)
    })?;
    recorder.stage("scoring", |f| {
        scores::score(story, &agents, &wine, (&data, &normaliser, &trained), verification, f)?;
        story.rehashed("scoring")
    })?;
    recorder.stage("bundle", |f| {
        let bytes = planted(story, "bundle");
        Bundle::from_bytes(&bytes)?;
        f.input("receipts", story.bundle.receipts.len());
        f.input("attachments", story.bundle.attachments.len());
        f.output("bytes", bytes.len());
        f.digest = story.bundle.digest();
        story.rehashed("bundle")
    })?;
    recorder.stage("verify_rust", |f| {
        let bytes = planted(story, "verify_rust");
        let verdict = verify_bundle(&bytes)?;
        for r in &verdict.receipts {
            f.output(&format!("{} {}", r.index, r.kind), format!("{} by {}", r.strength, r.issuer_name));
        }
        f.digest = verdict.digest;
        story.rehashed("verify_rust")
    })?;
    let thread = story.bundle.receipts.iter().map(|r| {
        let parents: Vec<String> = r.parents.iter().map(ToString::to_string).collect();
        let kind = schema::name_of(r.schema).unwrap_or("unknown");
        let who = agents.all().into_iter().find(|p| p.address() == r.issuer).map_or("", |p| p.name);
        serde_json::json!({ "name": format!("{kind}, {who}"), "id": r.id().to_string(), "parents": parents })
    });
    recorder.pictures.insert("receipts".into(), thread.collect());
    recorder.pictures.insert("loss".into(), story.loss.clone().into());
    recorder.pictures.insert("scores".into(), story.scores.clone().into());
    Some(agents)
}

/// The bundle's bytes; one bit of them flipped where the stage is to be forged.
fn planted(story: &Story, stage: &str) -> Vec<u8> {
    let mut bytes = story.bundle.to_bytes();
    let middle = bytes.len() / 2;
    if let Some(byte) = bytes.get_mut(middle).filter(|_| story.tampers(stage)) {
        *byte ^= 1;
    }
    bytes
}

/// Signs a changed receipt again with its issuer's key.
pub fn resign(agents: &Agents, receipt: &Receipt) -> Option<Receipt> {
    let party = agents.all().into_iter().find(|p| p.address() == receipt.issuer)?;
    match receipt.schema {
        schema::AGENT => again::<Agent>(party, receipt),
        schema::ORDER => again::<Order>(party, receipt),
        schema::GRANT => again::<Grant>(party, receipt),
        schema::RUN => again::<Run>(party, receipt),
        schema::TRAINING => again::<Training>(party, receipt),
        schema::VERIFICATION => again::<Verification>(party, receipt),
        schema::SCORE_REPORT => again::<ScoreReport>(party, receipt),
        _ => None,
    }
}

fn again<B: countermark::receipt::Body>(party: &Party, receipt: &Receipt) -> Option<Receipt> {
    let (issuer, issued_at, parents) = (receipt.issuer, receipt.issued_at, receipt.parents.clone());
    Draft { issuer, issued_at, parents, body: receipt.body::<B>().ok()? }.sign(&party.key).ok()
}
