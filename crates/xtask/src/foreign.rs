//! The originals' own tests, unmodified, run on the drop-in modules: where a user has them, because the packages on
//! PyPI carry none.

use std::path::Path;

use crate::bind::{self, Language};
use crate::frames::save;
use crate::oracles;
use crate::records::{Outcome, Record};
use crate::sh::{self, Done, Fail};
use crate::suites::python;

/// A project whose tests we know.
struct Project {
    /// Its name on GitHub, and the folder of its clone.
    name: &'static str,
    /// The test files that concern what the drop-in module offers.
    tests: &'static [&'static str],
}

const PROJECTS: &[Project] = &[
    Project {
        name: "numerai-tools",
        tests: &["tests/test_scoring.py", "tests/test_signals.py", "tests/test_submissions.py"],
    },
    Project {
        name: "crowd-kit",
        tests: &["tests/aggregation/test_ds_aggregation.py", "tests/aggregation/test_glad_aggregation.py"],
    },
];

/// Why a project is left out when a user has no tests of it.
pub(crate) fn absent() -> impl Iterator<Item = (&'static str, String)> {
    PROJECTS.iter().map(|project| {
        let name = project.name;
        let how = "cargo xtask conformance scoring --foreign-tests DIR runs those of a clone in DIR";
        (name, format!("its package carries no tests; {how}/{name}"))
    })
}

/// `conformance scoring --foreign-tests DIR`
pub(crate) fn main(dir: &Path, file: Option<&str>) -> Done {
    bind::ready(&[Language::Python])?;
    let mut records = Vec::new();
    for project in PROJECTS {
        records.extend(run(dir, project)?);
    }
    save(file, &serde_json::to_value(&records)?)?;
    let count = |outcome| records.iter().filter(|record| record.outcome == outcome).count();
    for record in records.iter().filter(|record| record.outcome != Outcome::Passed) {
        let reason = record.reason.as_deref().unwrap_or_default();
        println!("{:?} {}: {}", record.outcome, record.id, reason.lines().last().unwrap_or_default());
    }
    let (passed, failed) = (count(Outcome::Passed), count(Outcome::Failed));
    println!("{passed} passed, {failed} failed, {} skipped", count(Outcome::Skipped));
    if failed == 0 { Ok(()) } else { Err(Fail::new(format!("{failed} of the originals' tests failed"))) }
}

/// One project: its tests are copied away from its sources, so that `import` finds our shim and not the original.
fn run(dir: &Path, project: &Project) -> Done<Vec<Record>> {
    let prefix = format!("foreign/{}/", project.name);
    let clone = dir.join(project.name);
    let sources = sh::files(&clone.join("tests"), "py");
    if sources.is_empty() {
        let why = format!("no tests in {}", sh::short(&clone.join("tests")));
        let id = prefix.trim_end_matches('/');
        return Ok(vec![Record::new("python", id, 0, Outcome::Skipped).because(why)]);
    }
    let copy = sh::out().join("foreign").join(project.name);
    sh::remove(&copy)?;
    for source in &sources {
        let inside = source.strip_prefix(&clone).unwrap_or(source);
        sh::copy(source, &copy.join(inside))?;
    }
    let lines = copy.join("records.jsonl");
    sh::write(&lines, "")?;
    let root = sh::root();
    let paths = ["crates/xtask/foreign", "crates/xtask/reporters", "python"].map(|path| root.join(path));
    let paths = std::env::join_paths(paths).map_err(|error| Fail::new(error.to_string()))?;
    let captured = oracles::python("foreign")?
        .args(["-m", "pytest", "-q", "--no-header", "-p", "pytest_records", "-p", "no:cacheprovider"])
        .args(project.tests)
        .env("PYTHONPATH", paths)
        .env("COUNTERMARK_RECORDS", &lines)
        .dir(&copy)
        .what(format!("the tests of {} on our module", project.name))
        .output()?;
    let records = python::lines("python", &prefix, &sh::read(&lines)?)?;
    if records.is_empty() {
        return Err(Fail::new(format!("pytest exited {}\n{}", captured.code, captured.tail(40))));
    }
    Ok(records)
}
