use std::path::PathBuf;

use super::{Options, main_job};
use crate::sh::{Cmd, Fail};

/// A main job that leaves these stages and ends so; what it was called with goes to `words`.
fn fake(
    name: &str,
    verdict: Option<&str>,
    code: i32,
    tamper: Option<&str>,
) -> Result<(String, i32, String), Fail> {
    let dir = std::env::temp_dir().join(format!("countermark-xtask-{}-{name}", std::process::id()));
    let out: PathBuf = dir.join("out");
    std::fs::create_dir_all(&out)?;
    let program = dir.join("main_job");
    let stages = verdict.map_or_else(
        || "true".to_owned(),
        |verdict| {
            format!(
                r#"echo '{{"seed":1,"stages":[{{"name":"order","verdict":"{verdict}","ms":1.5,"digest":"0xab","check":"signature"}}]}}' > "$3/stages.json""#
            )
        },
    );
    std::fs::write(&program, format!("echo \"$@\" > \"$3/words\"\n{stages}\nexit {code}\n"))?;
    let options = Options {
        seed: Some(7),
        tamper: tamper.map(str::to_owned),
        rehash: tamper.is_some(),
        out: out.clone(),
    };
    let found = main_job(Cmd::new("sh").arg(&program), &options).map(|(report, code)| {
        let check = report.failed().and_then(|(_, check)| check).unwrap_or_default().to_owned();
        (check, code, std::fs::read_to_string(out.join("words")).unwrap_or_default())
    });
    std::fs::remove_dir_all(&dir)?;
    found
}

#[test]
fn the_exit_code_and_the_stages_must_agree() {
    for (name, verdict, code, expected) in [
        ("ok", Some("ok"), 0, Ok("")),
        ("refused", Some("rejected"), 0, Ok("")),
        ("failed", Some("failed"), 1, Ok("signature")),
        ("silent", Some("failed"), 0, Err(1)),
        ("liar", Some("ok"), 1, Err(1)),
        ("crashed", Some("failed"), 101, Err(1)),
        ("nothing", None, 0, Err(1)),
        ("usage", None, 2, Err(2)),
    ] {
        let found = fake(name, verdict, code, None);
        match expected {
            Ok(check) => assert_eq!(found.expect(name).0, check, "{name}"),
            Err(code) => assert_eq!(found.expect_err(name).code, code, "{name}"),
        }
    }
}

#[test]
fn a_forgery_goes_to_the_main_job_unless_another_language_has_the_stage() {
    let words = |name, stage| fake(name, Some("ok"), 0, Some(stage)).expect("runs").2;
    assert!(words("own", "order").ends_with("--seed 7 --tamper order --rehash\n"));
    assert!(words("other", "verify_node").ends_with("--seed 7\n"));
}
