//! Runs the original Predictoor contract, `ERC20Template3` of npm `@oceanprotocol/contracts`, in revm.
//!
//! `predictoor-oracle FOLDER`: the folder in which npm installed the package. First line out: what was loaded. Then a
//! line of JSON in, `{"function": "predictoor_feed", "inputs": {...}}`, and one out: `{"outputs": [text, ...]}` with
//! one text per step (`Event(word, ...)`, joined by `; `, or `revert: REASON`), then the state that is left. Every
//! line starts from the same deployed contracts.

mod abi;
mod evm;
mod feed;

use feed::Ocean;
use serde_json::{Value, json};
use std::io::{BufRead as _, Write as _};
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: predictoor-oracle FOLDER")?;
    let package = Path::new(&folder).join("node_modules/@oceanprotocol/contracts");
    let about: Value = serde_json::from_str(&std::fs::read_to_string(package.join("package.json"))?)?;
    let ocean = Ocean::deploy(&package.join("artifacts/contracts"))?;
    let mut out = std::io::stdout().lock();
    let first = json!({
        "oracle": "@oceanprotocol/contracts",
        "version": format!("{} in revm 43.0.3", about["version"].as_str().unwrap_or("?")),
        "sha256": ocean.digest,
    });
    writeln!(out, "{first}")?;
    out.flush()?;
    for line in std::io::stdin().lock().lines() {
        let call: Value = serde_json::from_str(&line?)?;
        if call["function"] != "predictoor_feed" {
            return Err(format!("there is no function {}", call["function"]).into());
        }
        writeln!(out, "{}", json!({ "outputs": ocean.play(&call["inputs"])? }))?;
        out.flush()?;
    }
    Ok(())
}
