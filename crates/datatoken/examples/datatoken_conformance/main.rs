//! Compares the state machine, profile `Compat`, with the bytecode of Ocean's contracts: the same random calls on both
//! sides, then revert text, logs and storage, byte for byte.
//!
//! `conformance --oracle NAME=CMD [--cases N] [--seed S] [--inject-fault K|list]`; a case is one scenario of about thirty
//! calls and reads. CMD is a program that speaks the protocol of `crates/xtask/oracles/datatoken/oracle.mjs`.
//! The last line on stdout is one JSON object; exit 1 on any difference.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test tool: it stops at its own mistakes")]

mod compare;
mod scenario;
mod wire;

use compare::{FUNCTIONS, Tally};
use scenario::{Base, Scenario};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, ExitCode, Stdio};
use std::sync::mpsc::sync_channel;

type Fallible<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

struct Options {
    cases: u64,
    seed: u64,
    fault: Option<usize>,
    list: bool,
    oracle: String,
}

fn options() -> Fallible<Options> {
    let mut o = Options { cases: 200, seed: 1, fault: None, list: false, oracle: String::new() };
    let mut args = std::env::args().skip(1);
    while let Some(name) = args.next() {
        let mut value = || args.next().ok_or(format!("{name} needs a value"));
        match name.as_str() {
            "--cases" => o.cases = value()?.parse()?,
            "--seed" => o.seed = value()?.parse()?,
            "--oracle" => {
                let value = value()?;
                o.oracle = value.split_once('=').ok_or("--oracle needs NAME=CMD")?.1.to_owned();
            }
            "--inject-fault" => match value()?.as_str() {
                "list" => o.list = true,
                n => o.fault = Some(n.parse()?),
            },
            other => return Err(format!("unknown option {other}").into()),
        }
    }
    match o.fault {
        Some(n) if n >= FUNCTIONS.len() => {
            Err(format!("there is no function {n}; see --inject-fault list").into())
        }
        _ => Ok(o),
    }
}

fn run(o: &Options) -> Fallible<Value> {
    let mut oracle =
        Command::new("sh").arg("-c").arg(&o.oracle).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut to = oracle.stdin.take().ok_or("the oracle has no input")?;
    let mut from = BufReader::new(oracle.stdout.take().ok_or("the oracle has no output")?).lines();
    let mut next =
        || -> Fallible<Value> { Ok(serde_json::from_str(&from.next().ok_or("the oracle stopped")??)?) };
    let header = next()?;
    let base = Base::read(&header["base"])?;
    let mut tally = Tally::new(o.seed, o.fault);

    // One thread makes scenarios, this one compares; the channel bounds how far the first runs ahead.
    let (send, receive) = sync_channel::<Scenario>(16);
    let (seed, cases) = (o.seed, o.cases);
    let writer = std::thread::spawn(move || -> Fallible<()> {
        for case in 0..cases {
            let scenario = Scenario::generate(&base, seed, case)?;
            writeln!(to, "{}", scenario.request())?;
            if send.send(scenario).is_err() {
                break;
            }
        }
        Ok(())
    });
    for (done, scenario) in receive.iter().enumerate() {
        tally.compare(&scenario, &next()?)?;
        if (done + 1) % 100 == 0 {
            eprintln!("datatoken: {} of {cases} scenarios, {} calls", done + 1, tally.calls());
        }
    }
    writer.join().map_err(|_| "the scenario maker stopped")??;
    oracle.wait()?;
    if let Some(n) = o.fault.filter(|_| !tally.fault_was_used()) {
        return Err(format!("no case calls {}: raise --cases", FUNCTIONS[n]).into());
    }
    Ok(json!({
        "area": "datatoken",
        "oracles": [{ "oracle": header["oracle"], "version": header["version"], "sha256": header["sha256"] }],
        "evm": header["evm"], "seed": o.seed, "scenarios": cases, "calls": tally.calls(),
        "cases": tally.cases(), "differences": tally.differences(), "outcomes": tally.outcomes(), "functions": tally.report(),
    }))
}

fn main() -> ExitCode {
    let result = options().and_then(|o| {
        if o.list {
            FUNCTIONS.iter().enumerate().for_each(|(i, name)| println!("{i} {name}"));
            return Ok(0);
        }
        let report = run(&o)?;
        println!("{report}");
        Ok(report["differences"].as_u64().unwrap_or(1))
    });
    match result {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(1),
        Err(e) => {
            eprintln!("conformance: {e}");
            ExitCode::from(2)
        }
    }
}
