//! `target/test-records.jsonl`: one line a test, and the closing line counted from it.

use std::fmt;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::sh::{self, Done, Fail};

/// How a test ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Outcome {
    Passed,
    Failed,
    Skipped,
}

/// One test: who ran it, its id, how long it took and how it ended.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) language: String,
    pub(crate) id: String,
    pub(crate) ms: u64,
    pub(crate) outcome: Outcome,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
}

impl Record {
    /// A record of `id`; the reason is given for all but a pass.
    pub(crate) fn new(language: &str, id: impl Into<String>, ms: u64, outcome: Outcome) -> Self {
        Self { language: language.to_owned(), id: id.into(), ms, outcome, reason: None }
    }

    pub(crate) fn because(mut self, reason: impl Into<String>) -> Self {
        let reason: String = reason.into();
        self.reason = Some(reason.trim().chars().take(4_000).collect());
        self
    }
}

/// How many tests ended in which way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

impl Counts {
    fn add(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Passed => self.passed += 1,
            Outcome::Failed => self.failed += 1,
            Outcome::Skipped => self.skipped += 1,
        }
    }

    pub(crate) fn total(self) -> u64 {
        self.passed + self.failed + self.skipped
    }

    pub(crate) fn since(self, earlier: Self) -> Self {
        Self {
            passed: self.passed - earlier.passed,
            failed: self.failed - earlier.failed,
            skipped: self.skipped - earlier.skipped,
        }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

/// Reads a records file and counts; a line that is no record, or a skip without a reason, is a failure.
pub(crate) fn count(path: &Path) -> Done<Counts> {
    let mut counts = Counts::default();
    for (at, line) in sh::read(path)?.lines().enumerate() {
        let record: Record = serde_json::from_str(line)
            .map_err(|error| Fail::new(format!("{}:{}: {error}", sh::short(path), at + 1)))?;
        if record.outcome == Outcome::Skipped && record.reason.is_none() {
            return Err(Fail::new(format!("{}: skipped without a reason", record.id)));
        }
        counts.add(record.outcome);
    }
    Ok(counts)
}

/// Writes the records as they come.
#[derive(Debug)]
pub(crate) struct Recorder {
    path: PathBuf,
    file: File,
    only: Option<String>,
    counts: Counts,
}

impl Recorder {
    /// Starts an empty file; with `only`, records of other ids are dropped.
    pub(crate) fn create(path: &Path, only: Option<String>) -> Done<Self> {
        sh::write(path, "")?;
        let file = File::options()
            .append(true)
            .open(path)
            .map_err(|error| Fail::new(format!("{}: {error}", sh::short(path))))?;
        Ok(Self { path: path.to_path_buf(), file, only, counts: Counts::default() })
    }

    /// Whether a record of this id is wanted.
    pub(crate) fn keeps(&self, id: &str) -> bool {
        self.only.as_ref().is_none_or(|only| id.starts_with(only.as_str()))
    }

    /// Keeps a record if its id is wanted.
    pub(crate) fn push(&mut self, record: Record) -> Done {
        if self.keeps(&record.id) { self.force(record) } else { Ok(()) }
    }

    /// Keeps a record whatever its id: a suite that could not run at all.
    pub(crate) fn force(&mut self, record: Record) -> Done {
        match record.outcome {
            Outcome::Passed => {}
            Outcome::Failed => {
                println!("    FAILED {}", record.id);
                for line in record.reason.as_deref().unwrap_or_default().lines().take(30) {
                    println!("      {line}");
                }
            }
            Outcome::Skipped => {
                println!("    skipped {}: {}", record.id, record.reason.as_deref().unwrap_or_default());
            }
        }
        self.counts.add(record.outcome);
        let mut line = serde_json::to_string(&record)?;
        line.push('\n');
        self.file.write_all(line.as_bytes())?;
        Ok(())
    }

    pub(crate) fn counts(&self) -> Counts {
        self.counts
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}
