//! `node/<file>::<test>`: `node --test` over `js/test`, with a reporter that writes one line a test.

use super::python::lines;
use crate::records::Outcome;
use crate::setup;
use crate::sh::{self, Cmd, Done, Fail, root};
use crate::test::Ctx;

pub(crate) fn run(ctx: &mut Ctx) -> Done {
    setup::node()?;
    ctx.skins()?;
    let js = root().join("js");
    let mut tests: Vec<_> = ["mjs", "cjs", "js", "mts", "cts", "ts"]
        .iter()
        .flat_map(|ext| sh::files(&js.join("test"), ext))
        .filter(|file| file.file_stem().is_some_and(|stem| stem.to_string_lossy().ends_with(".test")))
        .collect();
    tests.sort();
    if tests.is_empty() {
        return Err(Fail::new("no *.test.mjs, .cjs or .js below js/test"));
    }
    let file = sh::out().join("setup/node-test.jsonl");
    sh::write(&file, "")?;
    let captured = Cmd::new("node")
        .args(["--test", "--test-reporter=spec", "--test-reporter-destination=stdout", "--test-reporter"])
        .arg(root().join("crates/xtask/reporters/node_records.mjs"))
        .arg("--test-reporter-destination")
        .arg(&file)
        .args(&tests)
        .dir(&js)
        .output()?;
    let records = lines("node", "node/", &sh::read(&file)?)?;
    let explained = captured.code == 0 || records.iter().any(|record| record.outcome == Outcome::Failed);
    if records.is_empty() || !explained {
        return Err(Fail::new(format!("node --test exited {}\n{}", captured.code, captured.tail(40))));
    }
    records.into_iter().try_for_each(|record| ctx.recorder.push(record))
}
