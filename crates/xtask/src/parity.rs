//! `parity`: which public function exists in which language, read from the checked-in surfaces.

mod read;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

use crate::args::Args;
use crate::sh::{self, Done, Fail};

/// The public names of one language, normalised: `function`, `Type` and `Type.member`.
pub(crate) type Surface = BTreeSet<String>;

/// `parity [--root DIR]`
pub(crate) fn main(mut args: Args) -> Done {
    let root = args.option("--root")?.map_or_else(|| sh::root().to_path_buf(), PathBuf::from);
    args.end()?;
    println!("{}", check(&root)?);
    Ok(())
}

/// Reads the surfaces below `root`, rewrites `docs/PARITY.md` where it is stale, and fails on that or on a gap that
/// `bindings/parity.toml` does not explain.
pub(crate) fn check(root: &Path) -> Done<String> {
    let surfaces = surfaces(root)?;
    let reasons = reasons(&root.join("bindings/parity.toml"))?;
    let names: BTreeSet<&String> = surfaces.iter().flat_map(|(_, surface)| surface).collect();
    let mut gaps = Vec::new();
    let mut used = BTreeSet::new();
    for name in &names {
        for (language, surface) in &surfaces {
            if surface.contains(*name) {
                continue;
            }
            match reason(&reasons, name, language) {
                Some((key, _)) => drop(used.insert(key.clone())),
                None => gaps.push(format!("{name} is missing in {language}")),
            }
        }
    }
    for (name, language) in reasons.keys().filter(|key| !used.contains(*key)) {
        gaps.push(format!("bindings/parity.toml explains {name}.{language}, which is no gap any more"));
    }
    if !gaps.is_empty() {
        let shown = gaps.join("\n  ");
        return Err(Fail::new(format!(
            "parity:\n  {shown}\n  Bind it, or give a reason in bindings/parity.toml."
        )));
    }
    let page = page(&surfaces, &names, &reasons)?;
    let path = root.join("docs/PARITY.md");
    if sh::read(&path).ok().as_deref() != Some(page.as_str()) {
        sh::write(&path, page)?;
        return Err(Fail::new(
            "docs/PARITY.md was out of date and has been rewritten: look at it and commit it",
        ));
    }
    Ok(format!("{} names in {} languages, {} explained gaps", names.len(), surfaces.len(), used.len()))
}

fn surfaces(root: &Path) -> Done<Vec<(&'static str, Surface)>> {
    let text = |path: PathBuf| sh::read(&path);
    let all = |dir: &str, ext: &str| -> Done<String> {
        let files = sh::files(&root.join(dir), ext);
        if files.is_empty() {
            return Err(Fail::new(format!("no .{ext} file below {dir}: run `cargo xtask stubs`")));
        }
        files.iter().map(|file| sh::read(file)).collect()
    };
    // What the Python package adds in Python itself counts too; its command line, its exceptions and the modules that
    // stand in for other Python packages don't.
    let package = root.join("python/countermark");
    let mut python = text(package.join("_countermark.pyi"))?;
    for file in sh::files(&package, "py") {
        let stem = file.file_stem().unwrap_or_default().to_string_lossy();
        let stands_in = file.starts_with(package.join("compat"));
        if !stands_in && !stem.starts_with('_') && !["cli", "exceptions"].contains(&&*stem) {
            python += &sh::read(&file)?;
        }
    }
    Ok(vec![
        ("python", read::python(&python)),
        ("node", read::typescript(&text(root.join("js/index.d.ts"))?)),
        ("kotlin", read::kotlin(&all("bindings/mobile/kotlin/src/main/kotlin/uniffi", "kt")?)),
        ("swift", read::swift(&all("bindings/mobile/swift", "swift")?)),
    ])
}

/// `name.lang = "reason"` lines; `lang` may be a list `a,b`, and a name of a type stands for its members too.
fn reasons(path: &Path) -> Done<BTreeMap<(String, String), String>> {
    let mut reasons = BTreeMap::new();
    if !path.exists() {
        return Ok(reasons);
    }
    for (at, line) in sh::read(path)?.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let wrong =
            || Fail::new(format!("{}:{}: expected `name.language = \"reason\"`", sh::short(path), at + 1));
        let (key, value) = line.split_once('=').ok_or_else(wrong)?;
        let (name, languages) = key.trim().trim_matches('"').rsplit_once('.').ok_or_else(wrong)?;
        let reason =
            value.trim().strip_prefix('"').and_then(|text| text.strip_suffix('"')).ok_or_else(wrong)?;
        if reason.trim().is_empty() {
            return Err(wrong());
        }
        for language in languages.split(',') {
            reasons.insert((name.to_owned(), language.trim().to_owned()), reason.to_owned());
        }
    }
    Ok(reasons)
}

type Reasons = BTreeMap<(String, String), String>;

fn reason<'a>(
    reasons: &'a Reasons,
    name: &str,
    language: &str,
) -> Option<(&'a (String, String), &'a String)> {
    let find = |name: &str| reasons.get_key_value(&(name.to_owned(), language.to_owned()));
    find(name).or_else(|| find(name.split_once('.')?.0))
}

fn page(surfaces: &[(&str, Surface)], names: &BTreeSet<&String>, reasons: &Reasons) -> Done<String> {
    let mut page = String::from(
        "# Parity\n\nWhich public name exists in which language. Made by `cargo xtask parity`; don't edit it.\n\
         Names are in snake_case here and follow each language's custom there.\n\n| name |",
    );
    let fail = |_| Fail::new("cannot write the parity page");
    for (language, _) in surfaces {
        write!(page, " {language} |").map_err(fail)?;
    }
    writeln!(page, "\n| --- |{}", " :-: |".repeat(surfaces.len())).map_err(fail)?;
    let mut notes: Vec<&String> = Vec::new();
    for name in names {
        write!(page, "| `{name}` |").map_err(fail)?;
        for (language, surface) in surfaces {
            if surface.contains(*name) {
                page.push_str(" yes |");
            } else if let Some((_, why)) = reason(reasons, name, language) {
                let at = notes.iter().position(|note| *note == why).unwrap_or_else(|| {
                    notes.push(why);
                    notes.len() - 1
                });
                write!(page, " [{}] |", at + 1).map_err(fail)?;
            }
        }
        page.push('\n');
    }
    for (at, note) in notes.iter().enumerate() {
        writeln!(page, "{}[{}] {note}", if at == 0 { "\n" } else { "" }, at + 1).map_err(fail)?;
    }
    Ok(page)
}
