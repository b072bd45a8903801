//! `python/<file>::<test>`: pytest over `python/tests`, with a plugin that writes one line a test.

use crate::records::{Outcome, Record};
use crate::setup;
use crate::sh::{self, Cmd, Done, Fail, root};
use crate::test::Ctx;

pub(crate) fn run(ctx: &mut Ctx) -> Done {
    setup::python()?;
    ctx.skins()?;
    let file = sh::out().join("setup/pytest.jsonl");
    sh::write(&file, "")?;
    let mut paths =
        vec![root().join("python").into_os_string(), root().join("crates/xtask/reporters").into_os_string()];
    if let Some(path) = std::env::var_os("PYTHONPATH").filter(|path| !path.is_empty()) {
        paths.push(path);
    }
    let paths = std::env::join_paths(paths).map_err(|error| Fail::new(error.to_string()))?;
    let captured = Cmd::new(setup::venv_bin("python"))
        .args([
            "-m",
            "pytest",
            "-q",
            "--no-header",
            "-p",
            "pytest_records",
            "-p",
            "no:cacheprovider",
            "--continue-on-collection-errors",
            "tests",
        ])
        .env("PYTHONPATH", paths)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("COUNTERMARK_RECORDS", &file)
        .dir(root().join("python"))
        .output()?;
    let records = lines("python", "python/", &sh::read(&file)?)?;
    // Exit 1 means failed tests, which have their records; anything else is a fault of the run.
    let explained = captured.code == 0 || records.iter().any(|record| record.outcome == Outcome::Failed);
    if records.is_empty() || !explained {
        return Err(Fail::new(format!("pytest exited {}\n{}", captured.code, captured.tail(40))));
    }
    records.into_iter().try_for_each(|record| ctx.recorder.push(record))
}

/// Records of a language from JSON lines that lack the language and the prefix.
pub(crate) fn lines(language: &str, prefix: &str, text: &str) -> Done<Vec<Record>> {
    text.lines()
        .map(|line| {
            let mut value: serde_json::Value = serde_json::from_str(line)?;
            if let Some(object) = value.as_object_mut() {
                object.insert("language".to_owned(), language.into());
            }
            let mut record: Record = serde_json::from_value(value)?;
            record.id = format!("{prefix}{}", record.id);
            Ok(match record.reason.take() {
                Some(reason) => record.because(reason),
                None => record,
            })
        })
        .collect()
}
