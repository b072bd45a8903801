//! `stubs`: the generated files that are checked in where users read them, made from the built libraries.

use std::path::{Path, PathBuf};

use crate::args::Args;
use crate::bind::{self, Language};
use crate::setup;
use crate::sh::{self, Cmd, Done, Fail, say};

/// `stubs [--check]`
pub(crate) fn main(mut args: Args) -> Done {
    let check_only = args.flag("--check");
    args.end()?;
    bind::build(&Language::ALL)?;
    if check_only { check() } else { refresh(&Language::ALL) }
}

/// Fails where a checked-in file differs from what the libraries in `target/dist` give.
pub(crate) fn check() -> Done {
    let mut stale = Vec::new();
    for (path, text) in generate(&Language::ALL)? {
        if sh::read(&sh::root().join(&path)).ok().as_deref() != Some(text.as_str()) {
            stale.push(path.display().to_string());
        }
    }
    if stale.is_empty() {
        return Ok(());
    }
    Err(Fail::new(format!(
        "out of date: {}\n  run `cargo xtask stubs` and commit what it changed",
        stale.join(", ")
    )))
}

/// Writes the checked-in files of these languages; untouched where nothing changed.
pub(crate) fn refresh(languages: &[Language]) -> Done {
    for (path, text) in generate(languages)? {
        let full = sh::root().join(&path);
        if sh::read(&full).ok().as_deref() != Some(text.as_str()) {
            sh::write(&full, text)?;
            println!("    wrote {}", path.display());
        }
    }
    Ok(())
}

type Generated = Vec<(PathBuf, String)>;

fn generate(languages: &[Language]) -> Done<Generated> {
    let mut files = Vec::new();
    for language in languages {
        say(&format!("stubs: {}", language.name()));
        files.extend(match language {
            Language::Python => python()?,
            Language::Node => node()?,
            Language::Kotlin => uniffi("kotlin", &["kt"], "bindings/mobile/kotlin/src/main/kotlin")?,
            Language::Swift => uniffi("swift", &["swift", "h", "modulemap"], "bindings/mobile/swift")?,
            Language::ReactNative => react_native()?,
        });
    }
    Ok(files)
}

/// The type stub of the extension module, from PyO3's introspection data in the library.
fn python() -> Done<Generated> {
    let library = Language::Python.built();
    let fail = |error: &dyn std::fmt::Display| {
        Fail::new(format!(
            "introspection of {}: {error}\n  build it with `cargo xtask bind py`",
            sh::short(&library)
        ))
    };
    let module =
        pyo3_introspection::introspect_cdylib(&library, "_countermark").map_err(|error| fail(&error))?;
    let mut files: Vec<_> = pyo3_introspection::module_stub_files(&module).into_iter().collect();
    files.sort();
    match files.as_slice() {
        // One module without submodules: its stub stands beside the library.
        [(_, text)] if !text.trim().is_empty() => {
            let mut text = text.trim_end().to_owned();
            text.push('\n');
            Ok(vec![(PathBuf::from("python/countermark/_countermark.pyi"), text)])
        }
        _ => Err(fail(&format!("expected one stub file, got {}", files.len()))),
    }
}

const NODE_TYPES: &str = r"
import { generateTypeDef } from '@napi-rs/cli'
import { readFileSync } from 'node:fs'
const [typeDefDir, header] = process.argv.slice(-2)
const { dts, exports } = await generateTypeDef({
  typeDefDir, cwd: process.cwd(), constEnum: false,
  dtsHeader: readFileSync(header, 'utf8'),
})
if (exports.length === 0) { console.error('no type definitions were collected'); process.exit(1) }
process.stdout.write(dts)
";

/// `index.d.ts`, from the type definitions that napi-derive wrote while the skin compiled.
fn node() -> Done<Generated> {
    let text = Cmd::new("node")
        .args(["--input-type=module", "-e", NODE_TYPES, "--"])
        .arg(bind::napi_types())
        .arg(sh::root().join("js/index.header.d.ts"))
        .dir(setup::napi_types()?)
        .read()?;
    Ok(vec![(PathBuf::from("js/index.d.ts"), text)])
}

/// What UniFFI generates for one language; the generator is built in the dev profile, where it compiles fastest.
fn uniffi(language: &str, kinds: &[&str], place: &str) -> Done<Generated> {
    let scratch = sh::out().join("stubs").join(language);
    sh::remove(&scratch)?;
    Cmd::cargo()
        .args(["run", "--quiet", "--locked", "-p", "countermark-mobile-bindgen", "--"])
        .args(["generate", "--library"])
        .arg(Language::Kotlin.built())
        .args(["--language", language, "--no-format", "--out-dir"])
        .arg(&scratch)
        .read()?;
    collect(&scratch, kinds, place)
}

/// Every file of these kinds below `scratch`, with its place in the repository.
fn collect(scratch: &Path, kinds: &[&str], place: &str) -> Done<Generated> {
    let mut files = Vec::new();
    for kind in kinds {
        for file in sh::files(scratch, kind) {
            let name = file.strip_prefix(scratch).map_err(|error| Fail::new(error.to_string()))?;
            // Generators leave trailing blanks that git complains about.
            let mut text: String =
                sh::read(&file)?.lines().flat_map(|line| [line.trim_end(), "\n"]).collect();
            text.truncate(text.trim_end().len());
            text.push('\n');
            files.push((Path::new(place).join(name), text));
        }
    }
    if files.is_empty() {
        return Err(Fail::new(format!("the generator wrote nothing into {}", sh::short(scratch))));
    }
    Ok(files)
}

/// The React Native sources (TypeScript and C++), by the pinned `uniffi-bindgen-react-native`.
fn react_native() -> Done<Generated> {
    let generator = setup::react_native()?;
    let scratch = sh::out().join("stubs/react-native");
    sh::remove(&scratch)?;
    std::fs::create_dir_all(&scratch)?;
    Cmd::new(generator)
        .args(["generate", "jsi", "bindings", "--library", "--no-format", "--ts-dir"])
        .arg(scratch.join("src/generated"))
        .arg("--cpp-dir")
        .arg(scratch.join("cpp/generated"))
        .arg(Language::ReactNative.built())
        .read()?;
    collect(&scratch, &["ts", "cpp", "hpp"], "bindings/mobile/react-native")
}
