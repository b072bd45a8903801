//! `bind`: builds the skins' libraries in one cargo call and puts them where each language loads them.

use std::env::consts::{ARCH, DLL_EXTENSION, DLL_PREFIX, OS};
use std::path::PathBuf;

use crate::args::Args;
use crate::setup::{self, Need};
use crate::sh::{self, Cmd, Done, Fail};
use crate::stubs;

/// A language a skin is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Python,
    Node,
    Kotlin,
    Swift,
    ReactNative,
}

impl Language {
    pub(crate) const ALL: [Self; 5] =
        [Self::Python, Self::Node, Self::Kotlin, Self::Swift, Self::ReactNative];
    /// Those that the demo and the tests run.
    pub(crate) const RUN: [Self; 3] = [Self::Python, Self::Node, Self::Kotlin];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Python => "py",
            Self::Node => "node",
            Self::Kotlin => "kotlin",
            Self::Swift => "swift",
            Self::ReactNative => "react-native",
        }
    }

    fn package(self) -> &'static str {
        match self {
            Self::Python => "countermark-python",
            Self::Node => "countermark-node",
            Self::Kotlin | Self::Swift | Self::ReactNative => "countermark-mobile",
        }
    }

    /// What the library in `target/dist` is called.
    fn library(self) -> &'static str {
        match self {
            Self::Python => "_countermark",
            Self::Node => "countermark_node",
            Self::Kotlin | Self::Swift | Self::ReactNative => "countermark_mobile",
        }
    }

    pub(crate) fn built(self) -> PathBuf {
        let file = format!("{DLL_PREFIX}{}.{DLL_EXTENSION}", self.library());
        sh::cargo_target().join("dist").join(file)
    }

    /// Where the language loads it from; Swift and React Native take sources only here.
    fn loaded(self) -> Option<PathBuf> {
        let root = sh::root();
        let node = || format!("js/countermark.{}.node", node_platform());
        match self {
            Self::Python => Some(root.join("python/countermark/_countermark.abi3.so")),
            Self::Node => Some(root.join(node())),
            Self::Kotlin => {
                let file = format!("{DLL_PREFIX}{}.{DLL_EXTENSION}", self.library());
                Some(kotlin_native().join(jna_platform()).join(file))
            }
            Self::Swift | Self::ReactNative => None,
        }
    }
}

/// The folder the Kotlin project takes native libraries from, in JNA's layout.
pub(crate) fn kotlin_native() -> PathBuf {
    sh::out().join("kotlin-native")
}

/// The folder in which the Node skin's declarations are collected while it compiles.
pub(crate) fn napi_types() -> PathBuf {
    sh::cargo_target().join("napi-types")
}

fn node_platform() -> String {
    let arch = match ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    match OS {
        "macos" => format!("darwin-{arch}"),
        "windows" => format!("win32-{arch}-msvc"),
        os => format!("{os}-{arch}-gnu"),
    }
}

fn jna_platform() -> String {
    let arch = if ARCH == "x86_64" { "x86-64" } else { ARCH };
    match OS {
        "macos" => format!("darwin-{arch}"),
        "windows" => format!("win32-{arch}"),
        os => format!("{os}-{arch}"),
    }
}

/// `bind {py,node,kotlin,swift,react-native}...`: builds, copies and refreshes the checked-in stubs.
pub(crate) fn main(mut args: Args) -> Done {
    let words = args.rest();
    let known = || Language::ALL.map(Language::name).join(", ");
    if words.is_empty() {
        return Err(args.wrong(&format!("name the languages, of: {}", known())));
    }
    let languages = words
        .iter()
        .map(|word| Language::ALL.into_iter().find(|language| language.name() == word))
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| args.wrong(&format!("languages are: {}", known())))?;
    args.end()?;
    build(&languages)?;
    stubs::refresh(&languages)?;
    install(&languages)
}

/// Builds what the languages need, in one call, and copies it; leaves the checked-in stubs alone.
pub(crate) fn ready(languages: &[Language]) -> Done {
    build(languages)?;
    install(languages)
}

/// Builds the libraries in profile `dist`, symbols kept: always all of them, because a smaller selection has other
/// features, and everything below would be built again.
pub(crate) fn build(languages: &[Language]) -> Done {
    let mut packages: Vec<&str> = Language::ALL.map(Language::package).to_vec();
    packages.dedup();
    let types = napi_types();
    std::fs::create_dir_all(&types)?;
    let mut cmd = Cmd::cargo()
        .args(["build", "--locked", "--profile", "dist"])
        .env("NAPI_TYPE_DEF_TMP_FOLDER", &types)
        .what(format!("building {} (profile dist; the first time takes minutes)", packages.join(", ")));
    for package in &packages {
        cmd = cmd.args(["-p", package]);
    }
    if languages.contains(&Language::Node) && !types.join("countermark-node").exists() {
        // The declarations are written while the crate compiles: make sure that it does.
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        cmd = cmd.env("NAPI_FORCE_BUILD_COUNTERMARK_NODE", now.as_millis().to_string());
    }
    cmd.run()?;
    for language in languages {
        if !language.built().is_file() {
            return Err(Fail::new(format!("cargo built no {}", sh::short(&language.built()))));
        }
    }
    Ok(())
}

/// Copies the libraries to where they are loaded from, without their symbols.
fn install(languages: &[Language]) -> Done {
    for language in languages {
        let Some(to) = language.loaded() else { continue };
        let from = language.built();
        let age = |path: &PathBuf| std::fs::metadata(path).and_then(|meta| meta.modified()).ok();
        if let (Some(built), Some(there)) = (age(&from), age(&to))
            && there > built
        {
            continue;
        }
        setup::system(&[Need::Strip])?;
        // Stripped beside its place, then renamed: a program that has the old one mapped keeps it.
        let part = sh::out().join("setup").join(format!("{}.stripped", language.library()));
        sh::copy(&from, &part)?;
        Cmd::new("strip").arg(if OS == "macos" { "-x" } else { "-s" }).arg(&part).run()?;
        sh::copy(&part, &to)?;
        sh::remove(&part)?;
        println!("    {} -> {}", sh::short(&from), sh::short(&to));
    }
    Ok(())
}
