//! The programs that conformance suites and benches compare with, each with packages of its own, pinned.

use std::path::PathBuf;

use crate::setup;
use crate::sh::{self, Cmd, Done, Fail};

/// A Python program: `oracles/scoring/NAME.py` on the packages of `pins/NAME.txt`.
const SCORING: &[&str] = &["numerai"];

/// The virtual environment of one oracle.
fn environment(name: &str) -> Done<PathBuf> {
    if !SCORING.contains(&name) {
        return Err(Fail::new(format!("there is no oracle {name}")));
    }
    setup::toolchains()?;
    let dir = sh::root().join("target/oracles").join(name).join("venv");
    let pins = sh::root().join(format!("crates/xtask/pins/{name}.txt"));
    setup::venv(&dir, &pins, &format!("oracle {name}"))?;
    Ok(dir.join("bin/python"))
}

/// Name and command of each oracle of scoring.
pub(crate) fn scoring() -> Done<Vec<(&'static str, String)>> {
    let command = |name: &&'static str| {
        let python = environment(name)?;
        let script = format!("crates/xtask/oracles/scoring/{name}.py");
        Ok((*name, format!("{} {script}", sh::short(&python))))
    };
    SCORING.iter().map(command).collect()
}

/// A command that runs an oracle's Python on our package too.
pub(crate) fn python(name: &str) -> Done<Cmd> {
    Ok(setup::with_package(&environment(name)?))
}

/// The original contracts in a JavaScript EVM. ES modules resolve from their own folder, so the script is copied
/// beside its packages.
pub(crate) fn datatoken() -> Done<Vec<(&'static str, String)>> {
    setup::toolchains()?;
    let sources = sh::root().join("crates/xtask/oracles/datatoken");
    let dir = sh::out().join("oracles/datatoken");
    for entry in std::fs::read_dir(&sources)?.flatten() {
        if entry.path().is_file() {
            sh::copy(&entry.path(), &dir.join(entry.file_name()))?;
        }
    }
    setup::npm(&dir)?;
    Ok(vec![("contracts", "node target/oracles/datatoken/oracle.mjs".to_owned())])
}
