//! What a module looks like, decided before any of it is compiled.

use countermark_compute_to_data::{Error, Result};
use wasmparser::{Encoding, ExternalKind, FunctionBody, Parser, Payload, TypeRef};

/// The module part of every import an algorithm may have.
pub const IMPORT_MODULE: &str = "countermark";

/// The functions an algorithm may import from [`IMPORT_MODULE`], and nothing else: no files, clock, network,
/// environment or entropy can be named.
pub const IMPORTS: [&str; 6] = ["rows", "columns", "read_column", "output", "log", "seed"];

/// Bounds that keep compiling a module cheap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModuleLimits {
    /// Bytes of the module.
    pub bytes: u64,
    /// Types, functions, globals, exports, elements and data segments, each.
    pub items: u64,
    /// Tables; there is at most one memory.
    pub tables: u64,
    /// Bytes of one function's code.
    pub function_bytes: u64,
    /// Locals of one function.
    pub locals: u64,
}

impl Default for ModuleLimits {
    /// 4 MiB, 20 000 items, 4 tables, 256 KiB a function, 4096 locals a function.
    fn default() -> Self {
        Self { bytes: 4 << 20, items: 20_000, tables: 4, function_bytes: 256 << 10, locals: 4096 }
    }
}

fn within(what: &str, limit: u64, got: impl Into<u64>) -> Result<()> {
    let got = got.into();
    if got > limit { Err(Error::AlgorithmTooLarge { what: what.into(), limit, got }) } else { Ok(()) }
}

fn invalid(reason: impl ToString) -> Error {
    Error::AlgorithmInvalid { reason: reason.to_string() }
}

/// Checks format, size, shape, imports and exports of a module without compiling it.
///
/// An algorithm exports its memory as `memory` and a function without parameters or results as `run`.
///
/// ```
/// use countermark_primitives::Coded;
/// use countermark_sandbox::{ModuleLimits, check_module};
/// let e = check_module(&ModuleLimits::default(), b"#!/bin/sh").unwrap_err();
/// assert_eq!(e.code(), "algorithm_invalid");
/// ```
///
/// # Errors
/// `algorithm_too_large`, `algorithm_invalid`, `algorithm_import_refused` naming the import.
pub fn check_module(limits: &ModuleLimits, module: &[u8]) -> Result<()> {
    within("bytes", limits.bytes, module.len() as u64)?;
    let (mut run, mut memory) = (false, false);
    for payload in Parser::new(0).parse_all(module) {
        match payload.map_err(invalid)? {
            Payload::Version { encoding: Encoding::Component, .. } => {
                return Err(invalid("it is a component, not a core module"));
            }
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    let import = import.map_err(invalid)?;
                    let function = matches!(import.ty, TypeRef::Func(_));
                    if import.module != IMPORT_MODULE || !IMPORTS.contains(&import.name) || !function {
                        let (module, name) = (import.module.into(), import.name.into());
                        return Err(Error::AlgorithmImport { module, name });
                    }
                }
            }
            Payload::ExportSection(exports) => {
                within("exports", limits.items, exports.count())?;
                for export in exports {
                    let export = export.map_err(invalid)?;
                    run |= export.name == "run" && export.kind == ExternalKind::Func;
                    memory |= export.name == "memory" && export.kind == ExternalKind::Memory;
                }
            }
            Payload::TypeSection(s) => within("types", limits.items, s.count())?,
            Payload::FunctionSection(s) => within("functions", limits.items, s.count())?,
            Payload::GlobalSection(s) => within("globals", limits.items, s.count())?,
            Payload::ElementSection(s) => within("element segments", limits.items, s.count())?,
            Payload::DataSection(s) => within("data segments", limits.items, s.count())?,
            Payload::TableSection(s) => within("tables", limits.tables, s.count())?,
            Payload::MemorySection(s) => within("memories", 1, s.count())?,
            Payload::CodeSectionEntry(body) => check_function(limits, &body)?,
            _ => {}
        }
    }
    match (run, memory) {
        (true, true) => Ok(()),
        (false, _) => Err(invalid("it exports no function `run`")),
        (true, false) => Err(invalid("it exports no memory `memory`")),
    }
}

fn check_function(limits: &ModuleLimits, body: &FunctionBody<'_>) -> Result<()> {
    within("bytes of one function", limits.function_bytes, body.range().len() as u64)?;
    let mut locals = 0u64;
    for group in body.get_locals_reader().map_err(invalid)? {
        locals = locals.saturating_add(group.map_err(invalid)?.0.into());
        within("locals of one function", limits.locals, locals)?;
    }
    Ok(())
}
