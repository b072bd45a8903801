//! The programs that conformance suites and benches compare with, each with packages of its own, pinned.

use std::path::PathBuf;

use crate::setup;
use crate::sh::{self, Cmd, Done, Fail};

/// A Python program: `oracles/scoring/NAME.py` on the packages of `pins/NAME.txt`.
const SCORING: &[&str] =
    &["numerai", "predictoor_metrics", "crowd_kit", "scoring_rules", "agreement", "yuma"];

/// What the originals' own tests run on, without the originals: `pins/foreign.txt`.
const FOREIGN: &str = "foreign";

/// The virtual environment of one oracle.
fn environment(name: &str) -> Done<PathBuf> {
    if name != FOREIGN && !SCORING.contains(&name) {
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
    let mut all = SCORING.iter().map(command).collect::<Done<Vec<_>>>()?;
    all.push(predictoor()?);
    Ok(all)
}

/// The original Predictoor contract in revm: a program with a workspace of its own, on the bytecode that npm installs.
fn predictoor() -> Done<(&'static str, String)> {
    let packages = contracts()?;
    let target = sh::out().join("oracles/predictoor");
    let program = target.join("debug/predictoor-oracle");
    let mut build = Cmd::cargo()
        .args(["build", "--quiet", "--locked", "--manifest-path"])
        .arg(sh::root().join("crates/xtask/oracles/predictoor/Cargo.toml"))
        .env("CARGO_TARGET_DIR", &target);
    if !program.exists() {
        build = build.what("building the Predictoor oracle (once, about two minutes)");
    }
    build.run()?;
    Ok(("predictoor", format!("{} {}", sh::short(&program), sh::short(&packages))))
}

/// A command that runs an oracle's Python on our package too.
pub(crate) fn python(name: &str) -> Done<Cmd> {
    Ok(setup::with_package(&environment(name)?))
}

/// The folder where npm has installed the original contracts and a JavaScript EVM. ES modules resolve from their own
/// folder, so the script is copied beside its packages.
fn contracts() -> Done<PathBuf> {
    setup::toolchains()?;
    let sources = sh::root().join("crates/xtask/oracles/datatoken");
    let dir = sh::out().join("oracles/datatoken");
    for entry in std::fs::read_dir(&sources)?.flatten() {
        if entry.path().is_file() {
            sh::copy(&entry.path(), &dir.join(entry.file_name()))?;
        }
    }
    setup::npm(&dir)?;
    Ok(dir)
}

/// The original contracts in a JavaScript EVM.
pub(crate) fn datatoken() -> Done<Vec<(&'static str, String)>> {
    let script = contracts()?.join("oracle.mjs");
    Ok(vec![("contracts", format!("node {}", sh::short(&script)))])
}
