#![doc = include_str!("../README.md")]

mod areas;
mod args;
mod bind;
mod demo;
mod floors;
mod foreign;
mod frames;
mod licences;
mod oracles;
mod parity;
mod records;
mod report_html;
mod setup;
mod sh;
mod stubs;
mod suites;
mod test;

use std::process::ExitCode;

use args::Args;
use sh::{Done, Fail};

const USAGE: &str = "\
cargo xtask COMMAND

  demo [--seed S] [--tamper STAGE [--rehash]]   the main job end to end; report in target/demo/
  test [--quick] [--only PREFIX]                everything, one record a test in target/test-records.jsonl
  records [FILE]                                counts a records file and prints the closing line
  setup                                         what the two above install first
  bind {py,node,kotlin,swift,react-native}...   builds a skin and puts it where its language loads it
  stubs [--check]                               generated files that are checked in
  floors [--manifest-path FILE] [--metadata FILE]  imports only go down
  licences                                      licences and sources of all dependencies
  parity [--root DIR]                           which name exists in which language; docs/PARITY.md
  conformance AREA [--cases N] [--seed S] [--json FILE] [--inject-fault N|list]
  conformance scoring --foreign-tests DIR [--json FILE]  the originals' tests, of clones in DIR, on our modules
  attacks AREA [--json FILE]
  bench AREA [--quick] [--json FILE]
  certify                                       all conformance at full size, and every fault caught

Exit: 0 all well, 1 a check failed, 2 wrong usage.";

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let done = match words.next() {
        Some(command) => run(&command, words.collect()),
        None => Err(Fail::usage(USAGE)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(fail) => {
            eprintln!("{}{fail}", if fail.text == USAGE { "" } else { "error: " });
            ExitCode::from(fail.code)
        }
    }
}

type Command = (&'static str, fn(Args) -> Done);

const COMMANDS: &[Command] = &[
    ("demo", demo::main),
    ("test", test::main),
    ("records", test::count),
    ("setup", setup::main),
    ("bind", bind::main),
    ("stubs", stubs::main),
    ("floors", floors::main),
    ("licences", licences::main),
    ("parity", parity::main),
    ("conformance", frames::conformance),
    ("attacks", frames::attacks),
    ("bench", frames::bench),
    ("certify", frames::certify),
];

fn run(command: &str, words: Vec<String>) -> Done {
    if ["help", "--help", "-h"].contains(&command) {
        println!("{USAGE}");
        return Ok(());
    }
    match COMMANDS.iter().find(|(name, _)| *name == command) {
        Some((name, run)) => run(Args::new(name, words)),
        None => Err(Fail::usage(format!("unknown command {command}\n\n{USAGE}"))),
    }
}
