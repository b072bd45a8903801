//! The main job, end to end, through public APIs only, on the red wine quality data.
//!
//! ```text
//! main_job run [--seed S] [--out DIR] [--tamper STAGE [--rehash]]   all stages, a bundle and stages.json in DIR
//! main_job train --digest [--seed S] [--threads N]                  the training alone, to compare machines
//! main_job golden --out DIR                                         test vectors: a bundle and its forgeries
//! main_job worker                                                   what the sandbox starts; reads a job
//! ```

#![allow(unreachable_pub, reason = "a binary")]

mod agents;
mod compute;
mod data;
mod forge;
mod learning;
mod order;
mod scores;
mod stage;
mod story;

use countermark::bundle::{Bundle, verify_bundle};
use countermark::primitives::{Coded as _, hex};
use serde_json::json;
use stage::Recorder;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use story::{STAGES, Story, Tamper};

const USAGE: &str = "usage: main_job run [--seed S] [--out DIR] [--tamper STAGE [--rehash]]
       main_job train --digest [--seed S] [--threads N]
       main_job golden --out DIR";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let command = args.first().map(String::as_str);
    let outcome = match command {
        Some("worker") => return worker(),
        Some("run") => run(&args),
        Some("train") if args.iter().any(|a| a == "--digest") => train(&args),
        Some("golden") => golden(&args),
        _ => Err(USAGE.into()),
    };
    match outcome {
        Ok(code) => code,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

fn worker() -> ExitCode {
    match countermark::sandbox::worker_main(std::io::stdin().lock(), std::io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn option<'a>(args: &'a [String], name: &str) -> Result<Option<&'a str>, String> {
    match args.iter().position(|a| a == name) {
        None => Ok(None),
        Some(i) => args.get(i + 1).map(|v| Some(v.as_str())).ok_or(format!("{name} needs a value\n{USAGE}")),
    }
}

fn number(args: &[String], name: &str, default: u64) -> Result<u64, String> {
    match option(args, name)? {
        None => Ok(default),
        Some(v) => v.parse().map_err(|_| format!("{name} {v} is not a number\n{USAGE}")),
    }
}

/// Writes a file whole or not at all.
fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    }
    let part = path.with_extension("part");
    let written = std::fs::write(&part, bytes).and_then(|()| std::fs::rename(&part, path));
    written.map_err(|e| format!("{}: {e}", path.display()))
}

fn run(args: &[String]) -> Result<ExitCode, String> {
    let out = PathBuf::from(option(args, "--out")?.unwrap_or("target/demo"));
    let stage = option(args, "--tamper")?.map(String::from);
    // Stages of other languages are forged by handing them a forged copy of the bundle.
    let elsewhere = stage.as_deref().is_some_and(|s| s.starts_with("verify_") && s != "verify_rust");
    if let Some(s) = stage.as_deref().filter(|s| !elsewhere && STAGES.iter().all(|(name, _)| name != s)) {
        let names: Vec<&str> = STAGES.iter().map(|(name, _)| *name).collect();
        return Err(format!("no stage {s}; there are {}", names.join(", ")));
    }
    let tamper = Tamper { stage: stage.filter(|_| !elsewhere), rehash: args.iter().any(|a| a == "--rehash") };
    let seed = number(args, "--seed", 0)?;
    let mut story = Story::new(seed, tamper);
    let mut recorder = Recorder::default();
    story::tell(&mut story, &mut recorder);
    let stages = serde_json::to_string_pretty(&recorder.to_json(seed)).map_err(|e| e.to_string())?;
    write(&out.join("stages.json"), stages.as_bytes())?;
    if let Some((stage, check)) = recorder.failure() {
        eprintln!("stage {stage}: check {check}");
        return Ok(ExitCode::FAILURE);
    }
    write(&out.join("bundle.cmrk"), &story.bundle.to_bytes())?;
    let forged = forge::outsider(&story.bundle, countermark::receipt::schema::GRANT);
    write(&out.join("tampered.cmrk"), &forged.map(|b| b.to_bytes()).unwrap_or_default())?;
    Ok(ExitCode::SUCCESS)
}

fn train(args: &[String]) -> Result<ExitCode, String> {
    let threads = usize::try_from(number(args, "--threads", 2)?).unwrap_or(usize::MAX);
    let (digest, exec) = learning::digest(number(args, "--seed", 0)?, threads).map_err(|f| f.message)?;
    println!("digest {digest} isa {} threads {}", exec.path().name(), exec.threads());
    Ok(ExitCode::SUCCESS)
}

/// A bundle and its forgeries, as differences to the bundle, with what every language must say of each.
fn golden(args: &[String]) -> Result<ExitCode, String> {
    let out = PathBuf::from(option(args, "--out")?.ok_or(USAGE)?);
    let mut story = Story::new(0, Tamper::default());
    let mut recorder = Recorder::default();
    let agents = story::tell(&mut story, &mut recorder).ok_or("the story failed")?;
    let bytes = story.bundle.to_bytes();
    let verdict = verify_bundle(&bytes).map_err(|e| e.to_string())?;
    let mut cases = vec![];
    for (what, forged) in forge::all(&story.bundle, &|r| story::resign(&agents, r)) {
        let refused = verify_bundle(&forged).err().ok_or(format!("accepted: {what}"))?;
        let (code, check) = (refused.code(), refused.check().unwrap_or("none"));
        cases.push(json!({ "id": what, "code": code, "check": check, "bytes": difference(&bytes, &forged) }));
    }
    let list = json!({ "bundle": "golden.cmrk", "digest": verdict.digest.to_string(), "forgeries": cases });
    let text = serde_json::to_string_pretty(&list).map_err(|e| e.to_string())?;
    Bundle::from_bytes(&bytes).map_err(|e| e.to_string())?;
    write(&out.join("golden.cmrk"), &bytes)?;
    write(&out.join("forgeries.json"), text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// How to make `forged` from `honest`: parts to copy (`[from, to]`) and parts to write (hex), in order.
fn difference(honest: &[u8], forged: &[u8]) -> Vec<serde_json::Value> {
    let prefix = honest.iter().zip(forged).take_while(|(a, b)| a == b).count();
    let (h, f) = (honest.get(prefix..).unwrap_or_default(), forged.get(prefix..).unwrap_or_default());
    let suffix = h.iter().rev().zip(f.iter().rev()).take_while(|(a, b)| a == b).count();
    let mut parts = vec![json!([0, prefix])];
    let middle = f.get(..f.len() - suffix).unwrap_or_default();
    if honest.len() == forged.len() {
        // Same length: only the bytes that differ, in runs.
        let mut at = prefix;
        let end = honest.len() - suffix;
        while at < end {
            let same = run_length(honest, forged, at, end, true);
            if same > 0 {
                parts.push(json!([at, at + same]));
            }
            let changed = run_length(honest, forged, at + same, end, false);
            let bytes = forged.get(at + same..at + same + changed).unwrap_or_default();
            parts.push(json!(hex::encode(bytes)));
            at += same + changed;
        }
    } else {
        parts.push(json!(hex::encode(middle)));
    }
    parts.push(json!([honest.len() - suffix, honest.len()]));
    parts
}

fn run_length(a: &[u8], b: &[u8], from: usize, to: usize, same: bool) -> usize {
    let pair = a.iter().zip(b).skip(from).take(to - from);
    pair.take_while(|(x, y)| (x == y) == same).count()
}
