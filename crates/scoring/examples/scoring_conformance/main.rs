//! Compares this crate's functions with oracle programs, call by call, on random inputs.
//!
//! `conformance --oracle NAME=CMD... [--cases N] [--seed S] [--only PREFIX] [--inject-fault K|list]`
//!
//! CMD is run by the shell; it prints one JSON line that says what it is, then answers a JSON line for each call. The
//! last line on standard output is a JSON object with the differences per function; progress goes to standard error.
//! Exit status: 0 no difference, 1 a difference, 2 wrong usage or an oracle that fails.
//! `--only PREFIX` compares the functions whose oracle or name begins so.
//! `--inject-fault K` changes one output of our K-th function, which must then be reported; `list` prints them.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    missing_docs,
    reason = "a tool for developers: it prints, and a broken oracle may stop it"
)]

mod agreement;
mod answer;
mod function;
mod generate;
mod labels;
mod numerai;
mod oracle;
mod predictoor;
mod rules;
mod yuma;

use answer::Answer;
use function::Function;
use generate::Random;
use oracle::Oracle;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::process::ExitCode;

/// One list per area.
const AREAS: &[&[Function]] = &[
    agreement::FUNCTIONS,
    labels::FUNCTIONS,
    rules::FUNCTIONS,
    numerai::FUNCTIONS,
    numerai::primitives::FUNCTIONS,
    numerai::metrics::FUNCTIONS,
    numerai::neutral::FUNCTIONS,
    numerai::tournament::FUNCTIONS,
    predictoor::FUNCTIONS,
    yuma::FUNCTIONS,
];

fn functions() -> impl Iterator<Item = &'static Function> {
    AREAS.iter().copied().flatten()
}

type Fail = Box<dyn std::error::Error>;

struct Options {
    cases: u64,
    seed: u64,
    fault: Option<usize>,
    /// How the oracle or the name of a function begins.
    only: String,
    /// Command by name.
    oracles: BTreeMap<String, String>,
}

impl Options {
    fn wants(&self, f: &Function) -> bool {
        f.oracle.starts_with(&self.only) || f.name.starts_with(&self.only)
    }
}

fn options() -> Result<Option<Options>, Fail> {
    let mut o =
        Options { cases: 21_000, seed: 1, fault: None, only: String::new(), oracles: BTreeMap::new() };
    let mut args = std::env::args().skip(1);
    while let Some(name) = args.next() {
        let value = args.next().ok_or_else(|| format!("{name} needs a value"))?;
        match name.as_str() {
            "--cases" => o.cases = value.parse()?,
            "--seed" => o.seed = value.parse()?,
            "--oracle" => {
                let (name, command) = value.split_once('=').ok_or("--oracle needs NAME=CMD")?;
                o.oracles.insert(name.into(), command.into());
            }
            "--only" => o.only = value,
            "--inject-fault" if value == "list" => return Ok(None),
            "--inject-fault" => {
                let k: usize = value.parse()?;
                if k >= functions().count() {
                    return Err(
                        format!("there are functions 0 to {}, not {k}", functions().count() - 1).into()
                    );
                }
                o.fault = Some(k);
            }
            _ => return Err(format!("unknown option {name}").into()),
        }
    }
    if let Some(f) = functions().find(|f| o.wants(f) && !o.oracles.contains_key(f.oracle)) {
        return Err(format!("--oracle {}=CMD is needed", f.oracle).into());
    }
    Ok(Some(o))
}

fn main() -> ExitCode {
    let run = options().and_then(|o| match o {
        Some(o) => run(&o),
        None => {
            functions().enumerate().for_each(|(i, f)| println!("{i} {}", f.name));
            Ok(true)
        }
    });
    match run {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(e) => {
            eprintln!("conformance: {e}");
            ExitCode::from(2)
        }
    }
}

fn run(o: &Options) -> Result<bool, Fail> {
    let mut oracles = BTreeMap::new();
    let wanted = |name: &str| functions().any(|f| f.oracle == name && o.wants(f));
    for (name, command) in o.oracles.iter().filter(|(name, _)| wanted(name)) {
        oracles.insert(name.as_str(), Oracle::start(command)?);
    }
    let each = o.cases.div_ceil(functions().filter(|f| o.wants(f)).count().max(1) as u64);
    let mut rows = Vec::new();
    let mut clean = true;
    for (k, f) in functions().enumerate().filter(|(_, f)| o.wants(f)) {
        let oracle = oracles.get_mut(f.oracle).ok_or("an oracle is gone")?;
        let tally = compare(f, oracle, each, o.seed, o.fault == Some(k))?;
        eprintln!(
            "{}: {} cases, {} calls, {} differences",
            f.name, tally.cases, tally.calls, tally.differences
        );
        clean &= tally.differences == 0;
        let mut row = json!({
            "name": f.name,
            "oracle": f.oracle,
            "cases": tally.cases,
            "calls": tally.calls,
            "refused_by_both": tally.refused,
            "differences": tally.differences,
            "largest_difference": tally.largest.is_finite().then_some(tally.largest),
            "tolerance": f.tolerance,
        });
        if let (Some(case), Some(row)) = (tally.reproduce, row.as_object_mut()) {
            row.insert("reproduce".into(), case);
        }
        rows.push(row);
    }
    let about: Vec<&Value> = oracles.values().map(|o| &o.about).collect();
    let report = json!({
        "area": "scoring",
        "oracles": about,
        "seed": o.seed,
        "calls": oracles.values().map(|o| o.calls).sum::<u64>(),
        "functions": rows,
    });
    println!("{report}");
    Ok(clean)
}

#[derive(Default)]
struct Tally {
    cases: u64,
    calls: u64,
    refused: u64,
    differences: u64,
    /// Largest `|a-b| / max(1, |b|)`; infinite when one side has a number and the other has none.
    largest: f64,
    reproduce: Option<Value>,
}

fn compare(f: &Function, oracle: &mut Oracle, cases: u64, seed: u64, mut fault: bool) -> Result<Tally, Fail> {
    let mut t = Tally::default();
    while t.cases < cases {
        let mut call = (f.call)(&mut Random::new(seed, &format!("{}/{}", f.name, t.calls)));
        if fault {
            fault = !call.ours.spoil();
        }
        let theirs = Answer::parse(&oracle.ask(f.name, &call.inputs)?)?;
        t.calls += 1;
        // An empty answer is a case too, or a function that only makes such would never end.
        t.cases += call.ours.count().max(1);
        t.refused += u64::from(call.ours.is_error() && theirs.is_error());
        for (case, difference) in call.ours.differences(&theirs) {
            t.largest = t.largest.max(difference);
            if difference <= f.tolerance {
                continue;
            }
            t.differences += 1;
            t.reproduce.get_or_insert_with(|| {
                json!({
                    "function": f.name,
                    "inputs": (call.only)(case),
                    "ours": call.ours.only(case),
                    "oracle": theirs.only(case),
                    "seed": seed,
                    "call": t.calls - 1,
                    "case": case,
                })
            });
        }
    }
    if fault {
        return Err(format!("no output of {} could be changed in {} cases", f.name, t.cases).into());
    }
    Ok(t)
}
