//! `compat/<package>/<function>`: the drop-in modules beside the installed originals, call by call.

use std::time::Instant;

use serde_json::Value;

use crate::records::{Outcome, Record};
use crate::sh::{self, Done, Fail};
use crate::test::{Ctx, ms};
use crate::{foreign, oracles};

pub(crate) fn run(ctx: &mut Ctx) -> Done {
    for script in sh::files(&sh::root().join("crates/xtask/oracles/compat"), "py") {
        let name = script.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let prefix = format!("compat/{name}/");
        if ctx.wants(&prefix) {
            ctx.skins()?;
            compare(ctx, &name, &prefix)?;
        }
    }
    for (name, why) in foreign::absent() {
        let record = Record::new("python", format!("compat/foreign/{name}"), 0, Outcome::Skipped);
        ctx.recorder.push(record.because(why))?;
    }
    Ok(())
}

/// The oracle whose packages a script runs on: most are named alike.
fn oracle_of(script: &str) -> &str {
    if script == "crowdkit" { "crowd_kit" } else { script }
}

fn compare(ctx: &mut Ctx, name: &str, prefix: &str) -> Done {
    let start = Instant::now();
    let script = format!("crates/xtask/oracles/compat/{name}.py");
    let captured = oracles::python(oracle_of(name))?.arg(&script).output()?;
    let rows = captured.json_lines();
    let text = |row: &Value, key: &str| row.get(key).map(ToString::to_string).unwrap_or_default();
    let clean = |row: &Value| row.get("differences").and_then(Value::as_u64) == Some(0);
    if rows.is_empty() || (captured.code != 0 && rows.iter().all(clean)) {
        return Err(Fail::new(format!("{script} exited {}\n{}", captured.code, captured.tail(30))));
    }
    for row in &rows {
        let function = row.get("name").and_then(Value::as_str).unwrap_or("-");
        let outcome = if clean(row) { Outcome::Passed } else { Outcome::Failed };
        let record = Record::new("python", format!("{prefix}{function}"), ms(start), outcome);
        ctx.recorder.push(match outcome {
            Outcome::Passed => record,
            _ => record.because(format!(
                "{} of {} cases differ, by up to {}: {}",
                text(row, "differences"),
                text(row, "cases"),
                text(row, "largest"),
                text(row, "first")
            )),
        })?;
    }
    Ok(())
}
