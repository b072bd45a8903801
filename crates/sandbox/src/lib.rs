#![doc = include_str!("../README.md")]

#[cfg(unix)]
mod confine;
mod engine;
mod error;
mod host;
mod in_process;
mod process;
mod shape;
mod worker;

pub use error::{Error, Result};
pub use in_process::InProcessSandbox;
pub use process::{ProcessSandbox, WorkerCommand};
pub use shape::{IMPORT_MODULE, IMPORTS, ModuleLimits, check_module};
pub use worker::worker_main;

/// Name and version of the executor, as it stands in run receipts.
pub const EXECUTOR: &str = "wasmtime 48";
