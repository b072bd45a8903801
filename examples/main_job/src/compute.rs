//! The consumer's algorithm next to the owner's data, in a child process; and one that tries to copy rows out.

use crate::agents::{Agents, derive};
use crate::data::FEATURES;
use crate::stage::{Done, Facts, Fault};
use crate::story::Story;
use countermark::compute_to_data::{
    Algorithms, Executed, Isolation, Job, Limits, Policy, RawOutcome, Run, Sandbox, Slot, algorithm_hash,
    build_run, open_sealed,
};
use countermark::primitives::{B256, CancelToken, SeedEntropy, ignore_progress};
use countermark::proof_of_learning::Normaliser;
use countermark::receipt::Table;
use countermark::sandbox::{ProcessSandbox, WorkerCommand};

const SUMMARY: &str = include_str!("../algorithms/summary.wat");
const COPIER: &str = include_str!("../algorithms/copier.wat");

fn assemble(text: &str) -> Done<Vec<u8>> {
    wat::parse_str(text).map_err(|e| Fault {
        code: "algorithm_text".into(),
        check: "algorithm_text".into(),
        message: e.to_string(),
    })
}

/// The algorithm the consumer asks for.
pub fn summary() -> Done<(Vec<u8>, B256)> {
    let module = assemble(SUMMARY)?;
    let hash = algorithm_hash(&module);
    Ok((module, hash))
}

/// This program again, with the argument `worker`: it then does nothing but run one algorithm.
fn worker() -> Done<WorkerCommand> {
    let program = std::env::current_exe().map_err(|e| Fault {
        code: "sandbox_worker_missing".into(),
        check: "sandbox_worker_missing".into(),
        message: e.to_string(),
    })?;
    Ok(WorkerCommand { program, args: vec!["worker".into()] })
}

fn job(story: &Story, table: &Table, algorithm: B256) -> Done<Job> {
    let columns = u32::try_from(FEATURES).unwrap_or(0);
    Ok(Job {
        algorithm,
        input: table.root(),
        slots: vec![Slot::vector("mean", columns, 0, 400, 6)?, Slot::vector("sd", columns, 0, 400, 6)?],
        limits: Limits { fuel: 100_000_000, memory_bytes: 4 << 20, wall_ms: 20_000, log_bytes: 1024 },
        seed: derive(story.seed, "job"),
    })
}

fn execute(job: &Job, module: &[u8], table: &Table) -> Done<RawOutcome> {
    let mut sandbox = ProcessSandbox::new(worker()?);
    Ok(sandbox.run(job, module, table, &CancelToken::new(), &mut ignore_progress)?)
}

/// Runs the granted algorithm, states the result, seals the owner's part. Answers the id of the run and the released
/// normaliser.
pub fn run(
    story: &mut Story,
    agents: &Agents,
    table: &Table,
    grant: B256,
    facts: &mut Facts,
) -> Done<(B256, Normaliser)> {
    let (module, algorithm) = summary()?;
    let job = job(story, table, algorithm)?;
    let policy = Policy::listing(vec![algorithm]);
    let raw = execute(&job, &module, table)?;
    let executed = Executed { policy: &policy, job: &job, table, raw: &raw };
    let mut entropy = SeedEntropy::new(&derive(story.seed, "run sealing").0);
    let mut built = build_run(executed, &agents.owner.sealing.public_key(), &mut entropy)?;
    if let Some(refused) = built.refused {
        return Err(refused.into());
    }
    if story.tampers("compute") {
        // The public part claims a mean the algorithm never gave.
        if let Some(value) = built.run.outputs.first_mut().and_then(|slot| slot.first_mut()) {
            *value += 1;
        }
    }
    story.bundle.attach(built.sealed);
    let opened = open_sealed(&built.run, &story.bundle.attachments, &agents.owner.sealing)?;
    facts.input("algorithm", algorithm);
    facts.input("dataset", job.input);
    facts.input("rows", built.run.rows);
    facts
        .input("isolation", if built.run.isolation == Isolation::Process { "process" } else { "in_process" });
    facts.output("released bits at most", job.bits());
    facts.output("fuel, in the sealed part", opened.fuel);
    facts.output("fuel, in the public part", format!("at most 2^{}", built.run.fuel_bucket));
    for name in ["mean", "sd"] {
        facts.output(name, format!("{:?}", built.run.numbers(name).unwrap_or_default()));
    }
    let normaliser = Normaliser::try_new(
        built.run.numbers("mean").unwrap_or_default(),
        built.run.numbers("sd").unwrap_or_default(),
    )?;
    let receipt = agents.owner.sign(built.run, Some(grant), story.now())?;
    facts.digest = story.bundle.push(receipt);
    Ok((facts.digest, normaliser))
}

/// A module that writes rows of the table where it declared statistics. The gate must refuse it, even where the owner
/// lets any algorithm run.
pub fn copying(story: &Story, agents: &Agents, table: &Table, facts: &mut Facts) -> Done {
    let module = assemble(COPIER)?;
    let algorithm = algorithm_hash(&module);
    let job = job(story, table, algorithm)?;
    let policy = Policy { algorithms: Algorithms::Any, ..Policy::default() };
    let raw = execute(&job, &module, table)?;
    let executed = Executed { policy: &policy, job: &job, table, raw: &raw };
    let mut entropy = SeedEntropy::new(&derive(story.seed, "copy sealing").0);
    let built = build_run(executed, &agents.owner.sealing.public_key(), &mut entropy)?;
    facts.input("algorithm", algorithm);
    facts.output("released values", built.run.outputs.iter().map(Vec::len).sum::<usize>());
    facts.digest = built.run.sealed;
    if story.tampers("compute_copying") {
        // The host releases what its gate refused.
        let outputs = raw.outputs.iter().map(|s| s.iter().map(|v| scaled(*v)).collect()).collect();
        let released = Run { ok: true, outputs, ..built.run };
        let attachments =
            [(released.sealed, built.sealed)].into_iter().collect::<std::collections::BTreeMap<_, _>>();
        open_sealed(&released, &attachments, &agents.owner.sealing)?;
        return Err(Fault::accepted("a release that the gate had refused"));
    }
    match built.refused {
        Some(refused) => facts.rejected = Some(refused.into()),
        None => return Err(Fault::accepted("an algorithm that copies rows")),
    }
    Ok(())
}

#[allow(clippy::cast_possible_truncation)]
fn scaled(v: f64) -> i64 {
    (v * 1e6).round() as i64
}
