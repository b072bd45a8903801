//! The oracle's process and its line protocol.

use super::Fail;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

pub(super) struct Oracle {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    /// What the first line says: name, version and digest of the package that was loaded.
    pub(super) about: Value,
    pub(super) calls: u64,
}

impl Oracle {
    pub(super) fn start(command: &str) -> Result<Self, Fail> {
        let mut child = Command::new("sh")
            .args(["-c", &format!("exec {command}")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| format!("the oracle does not start: {e}"))?;
        let to = child.stdin.take().ok_or("the oracle has no standard input")?;
        let from = BufReader::new(child.stdout.take().ok_or("the oracle has no standard output")?);
        let mut oracle = Self { child, to, from, about: Value::Null, calls: 0 };
        oracle.about = oracle.line()?;
        for field in ["oracle", "version", "sha256"] {
            if !oracle.about[field].is_string() {
                return Err(format!("the oracle does not state its {field}: {}", oracle.about).into());
            }
        }
        Ok(oracle)
    }

    pub(super) fn ask(&mut self, function: &str, inputs: &Value) -> Result<Value, Fail> {
        self.calls += 1;
        let mut line = json!({ "function": function, "inputs": inputs }).to_string();
        line.push('\n');
        self.to.write_all(line.as_bytes()).map_err(|e| format!("the oracle is gone: {e}"))?;
        self.to.flush()?;
        self.line()
    }

    fn line(&mut self) -> Result<Value, Fail> {
        let mut line = String::new();
        if self.from.read_line(&mut line)? == 0 {
            return Err("the oracle ended early".into());
        }
        Ok(serde_json::from_str(&line).map_err(|e| format!("the oracle answered {line:?}: {e}"))?)
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
