//! The suites of `test`, in the order in which they run.

pub(crate) mod checks;
pub(crate) mod compat;
pub(crate) mod demo;
pub(crate) mod digest;
pub(crate) mod exact;
pub(crate) mod examples;
pub(crate) mod frames;
pub(crate) mod kotlin;
pub(crate) mod lint;
pub(crate) mod node;
pub(crate) mod python;
pub(crate) mod rust;
pub(crate) mod rust_doc;

use crate::sh::Done;
use crate::test::Ctx;

/// A group of tests whose ids share a prefix.
#[derive(Debug)]
pub(crate) struct Suite {
    pub(crate) prefix: &'static str,
    pub(crate) language: &'static str,
    pub(crate) title: &'static str,
    /// Left out by `--quick`.
    pub(crate) slow: bool,
    pub(crate) run: fn(&mut Ctx) -> Done,
}

const fn suite(
    prefix: &'static str,
    language: &'static str,
    title: &'static str,
    run: fn(&mut Ctx) -> Done,
) -> Suite {
    Suite { prefix, language, title, slow: false, run }
}

const fn slow(
    prefix: &'static str,
    language: &'static str,
    title: &'static str,
    run: fn(&mut Ctx) -> Done,
) -> Suite {
    Suite { prefix, language, title, slow: true, run }
}

/// All of them; cheap checks first, then what needs the workspace built, then the skins, then what takes long.
pub(crate) const ALL: &[Suite] = &[
    suite("check/floors", "rust", "imports only go down", checks::floors),
    suite("check/licences", "rust", "licences and sources of dependencies", checks::licences),
    suite("check/parity", "all", "every public name in every language", checks::parity),
    suite("lint/fmt", "rust", "cargo fmt --check", lint::fmt),
    suite("lint/ruff", "python", "ruff check", lint::ruff),
    suite("rust/", "rust", "unit and integration tests", rust::run),
    suite("rust-doc/", "rust", "examples in the documentation", rust_doc::run),
    suite("lint/clippy", "rust", "cargo clippy, warnings are errors", lint::clippy),
    suite("docs/rustdoc", "rust", "cargo doc, warnings are errors", lint::rustdoc),
    suite("python/", "python", "pytest", python::run),
    suite("types/mypy", "python", "mypy --strict", lint::mypy),
    suite("node/", "node", "node --test", node::run),
    suite("types/tsc", "node", "TypeScript", lint::tsc),
    suite("kotlin/", "kotlin", "JUnit by Maven", kotlin::run),
    suite("check/stubs", "all", "checked-in stubs are current", checks::stubs),
    suite("examples/", "all", "the examples", examples::run),
    slow("exact/qemu", "rust", "the same digest on other processors", exact::qemu),
    slow("scoring/digest/", "rust", "the same report on other processors", digest::run),
    slow("attacks/", "rust", "runnable forgeries", frames::attacks),
    slow("conformance/", "rust", "against the originals", frames::conformance),
    slow("compat/", "python", "drop-in modules beside the originals", compat::run),
    slow("demo/", "all", "other seeds, planted forgeries", demo::run),
    slow("check/light-build", "rust", "one crate alone builds light", checks::light_build),
];

/// The skins, built as they ship, and their generator: without Rust tests of their own.
pub(crate) const SKINS: [&str; 4] =
    ["countermark-python", "countermark-node", "countermark-mobile", "countermark-mobile-bindgen"];
