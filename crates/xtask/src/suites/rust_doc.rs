//! `rust-doc/<package>/<item>:<line>`: the examples in the documentation, from what `cargo test --doc` prints.

use std::time::Instant;

use super::rust;
use crate::records::{Outcome, Record};
use crate::sh::{Cmd, Done, Fail};
use crate::test::{Ctx, ms};

pub(crate) fn run(ctx: &mut Ctx) -> Done {
    let package = rust::package(ctx.only.as_deref(), "rust-doc/")?;
    let cmd =
        rust::select(Cmd::cargo().args(["test", "--locked", "--doc", "--no-fail-fast"]), package.as_deref());
    let mut package_name = String::new();
    let mut found = Vec::new();
    let mut log: Vec<String> = Vec::new();
    let mut last = Instant::now();
    let code = cmd.lines(|line| {
        if let Some(name) = line.trim().strip_prefix("Doc-tests ") {
            package_name = name.replace('_', "-");
            println!("    {package_name}");
        } else if let Some(record) = parse(&package_name, line) {
            found.push((record, ms(last)));
        }
        last = Instant::now();
        log.push(line.to_owned());
    })?;
    let failed = found.iter().any(|(record, _)| record.outcome == Outcome::Failed);
    for (mut record, ms) in found {
        record.ms = ms;
        if record.outcome == Outcome::Failed {
            let output = output_of(&log, &record.id);
            record = record.because(output);
        }
        ctx.recorder.push(record)?;
    }
    if code != 0 && !failed {
        let tail = log.get(log.len().saturating_sub(40)..).unwrap_or_default().join("\n");
        return Err(Fail::new(format!("cargo test --doc exited {code}\n{tail}")));
    }
    Ok(())
}

/// `test crates/x/src/a.rs - a::b (line 7) ... ok`
fn parse(package: &str, line: &str) -> Option<Record> {
    let (name, outcome) = line.strip_prefix("test ")?.rsplit_once(" ... ")?;
    let (file, item) = name.split_once(" - ")?;
    let (item, number) = item.split_once("(line ")?;
    let number = number.split_once(')')?.0;
    let stem = file.rsplit('/').next()?;
    let item = if item.trim().is_empty() { stem } else { item.trim() };
    let record = |outcome| Record::new("rust", format!("rust-doc/{package}/{item}:{number}"), 0, outcome);
    match outcome.split(' ').next()? {
        "ok" => Some(record(Outcome::Passed)),
        "ignored" | "ignored," => {
            Some(record(Outcome::Skipped).because("marked `ignore` in the documentation"))
        }
        "FAILED" => Some(record(Outcome::Failed)),
        _ => None,
    }
}

/// The lines that cargo printed about a failed example.
fn output_of(log: &[String], id: &str) -> String {
    let line = id.rsplit(':').next().unwrap_or_default();
    let start =
        log.iter().position(|text| text.starts_with("---- ") && text.contains(&format!("(line {line})")));
    match start {
        Some(start) => log.iter().skip(start).take(25).cloned().collect::<Vec<_>>().join("\n"),
        None => "failed".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Outcome, parse};

    #[test]
    fn doc_test_lines_are_read() {
        let found = |line| parse("x", line).map(|record| (record.id, record.outcome));
        let expected = |id: &str, outcome| Some((id.to_owned(), outcome));
        assert_eq!(
            found("test crates/x/src/a.rs - a::b (line 7) ... ok"),
            expected("rust-doc/x/a::b:7", Outcome::Passed)
        );
        assert_eq!(
            found("test crates/x/src/../README.md - (line 3) ... FAILED"),
            expected("rust-doc/x/README.md:3", Outcome::Failed)
        );
        assert_eq!(
            found("test crates/x/src/a.rs - a (line 9) - compile fail ... ok"),
            expected("rust-doc/x/a:9", Outcome::Passed)
        );
        assert_eq!(found("test result: ok. 3 passed; 0 failed"), None);
    }
}
