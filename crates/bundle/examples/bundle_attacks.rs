//! Every forgery of the golden bundle beside its honest twin, one JSON object a line; exit 1 if one passes.

#![allow(missing_docs)]

use countermark_bundle::verify_bundle;
use countermark_primitives::{Coded as _, hex};
use serde_json::{Value, json};
use std::process::ExitCode;

const GOLDEN: &[u8] = include_bytes!("../../../bindings/vectors/golden.cmrk");
const FORGERIES: &str = include_str!("../../../bindings/vectors/forgeries.json");

fn rebuild(parts: &[Value]) -> Option<Vec<u8>> {
    let mut out = vec![];
    for part in parts {
        match part.as_str() {
            Some(text) => out.extend(hex::decode(text).ok()?),
            None => {
                let end = |i: usize| part.get(i)?.as_u64().and_then(|n| usize::try_from(n).ok());
                out.extend_from_slice(GOLDEN.get(end(0)?..end(1)?)?);
            }
        }
    }
    Some(out)
}

fn main() -> ExitCode {
    let honest = verify_bundle(GOLDEN).is_ok();
    let list: Value = serde_json::from_str(FORGERIES).unwrap_or_default();
    let cases = list.get("forgeries").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut good = honest && !cases.is_empty();
    for case in &cases {
        let parts = case.get("bytes").and_then(Value::as_array).cloned().unwrap_or_default();
        let refused = rebuild(&parts).and_then(|bytes| verify_bundle(&bytes).err());
        let check = refused.as_ref().and_then(|e| e.check());
        let outcome = if refused.is_some() { "rejected" } else { "accepted" };
        good &= refused.is_some();
        println!(
            "{}",
            json!({ "id": case.get("id"), "honest_accepted": honest, "forgery": outcome, "check": check })
        );
    }
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
