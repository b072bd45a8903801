//! `rust/<package>/<path>`: the test programs of the workspace, run one by one for a record of every test.

use std::path::{Path, PathBuf};
use std::time::Instant;

use serde_json::Value;

use super::SKINS;
use crate::floors;
use crate::records::{Outcome, Record};
use crate::sh::{self, Captured, Cmd, Done, Fail};
use crate::test::{Ctx, ms};

/// A test program that cargo built.
#[derive(Debug, Clone)]
pub(crate) struct Binary {
    package: String,
    /// `tests/NAME::`, `bin/NAME::`, or nothing for the tests of a library or of a program named like its package.
    target: String,
    executable: PathBuf,
    /// Folder of the package, in which cargo runs its tests.
    dir: PathBuf,
}

/// The package that `--only rust/PACKAGE...` names, where it names one.
pub(crate) fn package(only: Option<&str>, prefix: &str) -> Done<Option<String>> {
    let Some(wanted) = only.and_then(|only| only.strip_prefix(prefix)?.split('/').next()) else {
        return Ok(None);
    };
    let mut names = floors::metadata(None)?.packages.into_iter().map(|package| package.name);
    Ok(names.find(|name| name == wanted))
}

/// `-p NAME`, or the whole workspace but the skins.
pub(crate) fn select(mut cmd: Cmd, package: Option<&str>) -> Cmd {
    if let Some(package) = package {
        return cmd.args(["-p", package]);
    }
    cmd = cmd.arg("--workspace");
    SKINS.iter().fold(cmd, |cmd, skin| cmd.args(["--exclude", skin]))
}

/// Builds tests and programs in one go and lists the test programs.
pub(crate) fn build(package: Option<&str>) -> Done<Vec<Binary>> {
    let cmd = Cmd::cargo().args(["build", "--locked", "--bins", "--tests"]);
    let captured = select(cmd, package)
        .arg("--message-format=json-render-diagnostics")
        .what("building tests and programs (the first time takes minutes)")
        .stdout()?;
    if captured.code != 0 {
        return Err(Fail::new(format!("the workspace does not build, cargo exited {}", captured.code)));
    }
    let packages = floors::metadata(None)?.packages;
    let mut binaries: Vec<Binary> = captured
        .json_lines()
        .iter()
        .filter(|message| message.pointer("/profile/test") == Some(&Value::Bool(true)))
        .filter_map(|message| {
            let text = |path| message.pointer(path).and_then(Value::as_str);
            let manifest = text("/manifest_path")?;
            let package = packages.iter().find(|package| package.manifest_path == manifest)?;
            let name = text("/target/name")?;
            Some(Binary {
                package: package.name.clone(),
                target: match text("/target/kind/0")? {
                    "test" => format!("tests/{name}::"),
                    "bin" if name != package.name => format!("bin/{name}::"),
                    _ => String::new(),
                },
                executable: PathBuf::from(text("/executable")?),
                dir: Path::new(manifest).parent()?.to_path_buf(),
            })
        })
        .collect();
    binaries.sort_by(|a, b| (&a.package, &a.target).cmp(&(&b.package, &b.target)));
    Ok(binaries)
}

pub(crate) fn run(ctx: &mut Ctx) -> Done {
    let only = ctx.only.clone();
    let binaries = match package(only.as_deref(), "rust/")? {
        Some(package) => build(Some(&package))?,
        None => ctx.workspace()?,
    };
    let wanted: Vec<&Binary> = binaries
        .iter()
        .filter(|binary| ctx.wants(&format!("rust/{}/{}", binary.package, binary.target)))
        .collect();
    for (at, binary) in wanted.iter().enumerate() {
        let before = ctx.recorder.counts();
        let start = Instant::now();
        execute(ctx, binary)?;
        let counts = ctx.recorder.counts().since(before);
        if counts.total() > 0 {
            let target = binary.target.trim_end_matches("::");
            let name = if target.is_empty() { "unit tests" } else { target };
            println!(
                "    [{}/{}] {} {name}: {counts} in {:.1} s",
                at + 1,
                wanted.len(),
                binary.package,
                start.elapsed().as_secs_f64()
            );
        }
    }
    Ok(())
}

/// Runs one test program; `#[ignore]` marks slow tests, which only `--quick` leaves out.
fn execute(ctx: &mut Ctx, binary: &Binary) -> Done {
    let prefix = format!("rust/{}/{}", binary.package, binary.target);
    let start = Instant::now();
    let mut cmd = Cmd::new(&binary.executable)
        .args(["--format", "json", "-Z", "unstable-options", "--report-time"])
        // The JSON form of libtest is not stable yet; the flag below only concerns this program.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_MANIFEST_DIR", &binary.dir)
        .dir(&binary.dir);
    if !ctx.quick {
        cmd = cmd.arg("--include-ignored");
    }
    if let Some(filter) =
        ctx.only.as_ref().and_then(|only| only.strip_prefix(&prefix)).filter(|rest| !rest.is_empty())
    {
        cmd = cmd.arg(filter);
    }
    let captured = cmd.output()?;
    for record in records(&prefix, &captured) {
        ctx.recorder.push(record)?;
    }
    let finished = captured.json_lines().iter().any(|event| {
        event.get("type").and_then(Value::as_str) == Some("suite")
            && matches!(event.get("event").and_then(Value::as_str), Some("ok" | "failed"))
    });
    if finished {
        return Ok(());
    }
    // It died, or it is a program with a main of its own.
    let id =
        format!("{}{}", prefix.trim_end_matches("::"), if binary.target.is_empty() { "lib" } else { "" });
    let outcome = if captured.code == 0 { Outcome::Passed } else { Outcome::Failed };
    let record = Record::new("rust", id, ms(start), outcome);
    ctx.recorder.push(match captured.code {
        0 => record,
        code => {
            record.because(format!("{} exited {code}\n{}", sh::short(&binary.executable), captured.tail(30)))
        }
    })
}

/// The records of what libtest printed: one for each test that ended or was still running when the program died.
fn records(prefix: &str, captured: &Captured) -> Vec<Record> {
    let mut found = Vec::new();
    let mut running: Vec<String> = Vec::new();
    for event in captured.json_lines() {
        let text = |key| event.get(key).and_then(Value::as_str);
        let (Some("test"), Some(name), Some(kind)) = (text("type"), text("name"), text("event")) else {
            continue;
        };
        let seconds = event.get("exec_time").and_then(Value::as_f64).unwrap_or(0.0);
        let ms = u64::try_from(std::time::Duration::from_secs_f64(seconds.max(0.0)).as_millis()).unwrap_or(0);
        let record = |outcome| Record::new("rust", format!("{prefix}{name}"), ms, outcome);
        if kind == "started" {
            running.push(name.to_owned());
            continue;
        }
        running.retain(|other| other != name);
        found.push(match kind {
            "ok" => record(Outcome::Passed),
            "ignored" => {
                let reason = text("message").unwrap_or("marked #[ignore]");
                record(Outcome::Skipped).because(format!("slow, left out by --quick: {reason}"))
            }
            _ => record(Outcome::Failed).because(text("stdout").or(text("message")).unwrap_or("failed")),
        });
    }
    let died = |name: &String| {
        Record::new("rust", format!("{prefix}{name}"), 0, Outcome::Failed)
            .because("running when the program died")
    };
    found.extend(running.iter().map(died));
    found
}

#[cfg(test)]
mod tests {
    use super::{Outcome, records};
    use crate::sh::Captured;

    #[test]
    fn libtest_events_become_records() {
        let stdout = r#"{ "type": "suite", "event": "started", "test_count": 4 }
{ "type": "test", "event": "started", "name": "a" }
{ "type": "test", "name": "a", "event": "ok", "exec_time": 0.25 }
{ "type": "test", "event": "started", "name": "b" }
{ "type": "test", "name": "b", "event": "failed", "exec_time": 0.001, "stdout": "thread panicked" }
{ "type": "test", "name": "c", "event": "ignored" }
{ "type": "test", "event": "started", "name": "d" }
"#;
        let captured = Captured { code: -1, stdout: stdout.to_owned(), stderr: String::new() };
        let found: Vec<_> = records("rust/x/", &captured)
            .into_iter()
            .map(|record| (record.id, record.ms, record.outcome, record.reason.is_some()))
            .collect();
        let expected = [
            ("rust/x/a", 250, Outcome::Passed, false),
            ("rust/x/b", 1, Outcome::Failed, true),
            ("rust/x/c", 0, Outcome::Skipped, true),
            ("rust/x/d", 0, Outcome::Failed, true),
        ];
        assert_eq!(found, expected.map(|(id, ms, outcome, reason)| (id.to_owned(), ms, outcome, reason)));
    }
}
