//! Stages: what each part of the job did, for people and for the report.

use countermark::primitives::{B256, Coded};
use serde_json::{Map, Value, json};
use std::time::Instant;

/// Why a stage did not go as it should: a library error, reduced to what a report shows.
#[derive(Debug)]
pub struct Fault {
    pub code: String,
    pub check: String,
    pub message: String,
}

impl<E: Coded> From<E> for Fault {
    fn from(e: E) -> Self {
        let check = e.check().unwrap_or_else(|| e.code()).to_string();
        Self { code: e.code().to_string(), check, message: e.to_string() }
    }
}

impl Fault {
    /// A forgery that nothing refused.
    pub fn accepted(what: &str) -> Self {
        Self {
            code: "forgery_accepted".into(),
            check: "none".into(),
            message: format!("{what} was accepted"),
        }
    }
}

pub type Done<T = ()> = Result<T, Fault>;

/// What a stage tells of itself.
#[derive(Debug, Default)]
pub struct Facts {
    pub inputs: Map<String, Value>,
    pub outputs: Map<String, Value>,
    pub digest: B256,
    /// Set by a stage whose forgery was refused, as it should be.
    pub rejected: Option<Fault>,
}

impl Facts {
    pub fn input(&mut self, name: &str, value: impl ToString) {
        self.inputs.insert(name.into(), json!(value.to_string()));
    }

    pub fn output(&mut self, name: &str, value: impl ToString) {
        self.outputs.insert(name.into(), json!(value.to_string()));
    }
}

/// All stages so far, and what the report draws.
#[derive(Debug, Default)]
pub struct Recorder {
    stages: Vec<Value>,
    pub pictures: Map<String, Value>,
    failed: Option<(String, Fault)>,
}

impl Recorder {
    /// Runs a stage, prints a line, keeps the record. `None` when it failed.
    pub fn stage<T>(&mut self, name: &str, work: impl FnOnce(&mut Facts) -> Done<T>) -> Option<T> {
        if self.failed.is_some() {
            return None;
        }
        eprint!("{name:<18}");
        let started = Instant::now();
        let mut facts = Facts::default();
        let result = work(&mut facts);
        let ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let (verdict, fault) = match (&result, &facts.rejected) {
            (Ok(_), None) => ("ok", None),
            (Ok(_), Some(f)) => ("rejected", Some(f)),
            (Err(f), _) => ("failed", Some(f)),
        };
        let mut record = json!({
            "name": name, "verdict": verdict, "inputs": facts.inputs, "outputs": facts.outputs,
            "digest": facts.digest.to_string(), "ms": ms,
        });
        if let (Some(f), Some(map)) = (fault, record.as_object_mut()) {
            map.insert("check".into(), json!(f.check));
            map.insert("code".into(), json!(f.code));
            map.insert("message".into(), json!(f.message));
        }
        match fault {
            None => eprintln!("{verdict:<9} {ms:>6} ms"),
            Some(f) => eprintln!("{verdict:<9} {ms:>6} ms  check {}: {}", f.check, f.message),
        }
        self.stages.push(record);
        match result {
            Ok(value) => Some(value),
            Err(f) => {
                self.failed = Some((name.into(), f));
                None
            }
        }
    }

    /// The first failed stage and its check.
    pub fn failure(&self) -> Option<(&str, &str)> {
        self.failed.as_ref().map(|(name, f)| (name.as_str(), f.check.as_str()))
    }

    pub fn to_json(&self, seed: u64) -> Value {
        json!({ "seed": seed, "stages": self.stages, "pictures": self.pictures })
    }
}
