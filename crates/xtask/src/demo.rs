//! `demo`: builds everything, runs the main job, has its bundle verified in Python, Node and Kotlin, writes the report.

use std::path::{Path, PathBuf};
use std::time::Instant;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::args::Args;
use crate::bind::{self, Language};
use crate::report_html;
use crate::setup;
use crate::sh::{self, Captured, Cmd, Done, Fail, say};
use crate::suites::kotlin::build_dirs;
use crate::test::ms;

/// How to run the main job.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) seed: Option<u64>,
    /// The stage that a forgery is planted in.
    pub(crate) tamper: Option<String>,
    /// Whether the forger recomputes every unkeyed hash above it.
    pub(crate) rehash: bool,
    pub(crate) out: PathBuf,
}

impl Default for Options {
    fn default() -> Self {
        Self { seed: None, tamper: None, rehash: false, out: out() }
    }
}

/// What `report.json` holds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Report {
    #[serde(default)]
    pub(crate) seed: Value,
    pub(crate) stages: Vec<Stage>,
    #[serde(default)]
    pub(crate) pictures: Value,
}

/// One stage of the main job.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Stage {
    pub(crate) name: String,
    /// `ok`, `rejected` (a forged or copying case, refused as it must be) or `failed`.
    pub(crate) verdict: String,
    #[serde(default)]
    pub(crate) inputs: Value,
    #[serde(default)]
    pub(crate) outputs: Value,
    #[serde(default)]
    pub(crate) digest: String,
    #[serde(default)]
    pub(crate) ms: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) check: Option<String>,
}

impl Report {
    pub(crate) fn load(path: &Path) -> Done<Self> {
        serde_json::from_str(&sh::read(path)?)
            .map_err(|error| Fail::new(format!("{}: {error}", sh::short(path))))
    }

    /// The first failed stage and the check that named it.
    pub(crate) fn failed(&self) -> Option<(&str, Option<&str>)> {
        let stage = self.stages.iter().find(|stage| !matches!(stage.verdict.as_str(), "ok" | "rejected"))?;
        Some((&stage.name, stage.check.as_deref()))
    }

    fn digest_of(&self, name: &str) -> Option<&str> {
        self.stages.iter().find(|stage| stage.name == name).map(|stage| stage.digest.as_str())
    }
}

pub(crate) fn out() -> PathBuf {
    sh::out().join("demo")
}

/// The bundle of the honest run.
pub(crate) fn bundle() -> PathBuf {
    out().join("bundle.cmrk")
}

/// The stages that verify the bundle outside Rust.
const VERIFIERS: [&str; 3] = ["verify_python", "verify_node", "verify_kotlin"];
const VERIFY_RUST: &str = "verify_rust";

/// `demo [--seed S] [--tamper STAGE [--rehash]]`
pub(crate) fn main(mut args: Args) -> Done {
    let seed = args.number("--seed")?;
    let tamper = args.option("--tamper")?;
    let rehash = args.flag("--rehash");
    if rehash && tamper.is_none() {
        return Err(args.wrong("--rehash goes with --tamper STAGE"));
    }
    args.end()?;
    say("[1/4] setup");
    setup::all()?;
    say("[2/4] skins for Python, Node and Kotlin");
    bind::ready(&Language::RUN)?;
    say("[3/4] the main job's program");
    build()?;
    say("[4/4] the main job");
    let options = Options { seed, tamper, rehash, ..Options::default() };
    let report = run(&options)?;
    println!("report: {}", sh::short(&options.out.join("report.html")));
    match report.failed() {
        None => Ok(()),
        Some((stage, check)) => {
            Err(Fail::new(format!("stage {stage}: check {}", check.unwrap_or("unknown"))))
        }
    }
}

/// Builds `main_job`, which is also the worker it starts.
pub(crate) fn build() -> Done {
    Cmd::cargo()
        .args(["build", "--locked", "-p", "main_job"])
        .what("building main_job (the first time takes minutes)")
        .run()
}

/// The honest run: every stage must be as it should.
pub(crate) fn honest() -> Done {
    match run(&Options::default())?.failed() {
        None => Ok(()),
        Some((stage, check)) => {
            Err(Fail::new(format!("stage {stage}: check {}", check.unwrap_or("unknown"))))
        }
    }
}

/// Runs the main job and the verifiers and writes the report; a failed stage is in the report, not in the error.
pub(crate) fn run(options: &Options) -> Done<Report> {
    sh::remove(&options.out)?;
    std::fs::create_dir_all(&options.out)?;
    let (mut report, code) = main_job(Cmd::new(sh::cargo_target().join("debug/main_job")), options)?;
    if code == 0 {
        for name in VERIFIERS {
            let stage = verify(name, &report, options, options.tamper.as_deref() == Some(name))?;
            println!("{:<24} {:<9} {:>8.0} ms  {}", stage.name, stage.verdict, stage.ms, stage.digest);
            report.stages.push(stage);
        }
    }
    let text = format!("{}\n", serde_json::to_string_pretty(&report)?);
    sh::write(&options.out.join("report.json"), text)?;
    sh::write(&options.out.join("report.html"), report_html::page(&report))?;
    Ok(report)
}

/// Runs the program and reads the stages it left; exit 1 must mean a failed stage and nothing else.
fn main_job(program: Cmd, options: &Options) -> Done<(Report, i32)> {
    let verifier = options.tamper.as_deref().filter(|stage| VERIFIERS.contains(stage));
    let mut cmd = program.arg("run").arg("--out").arg(&options.out);
    if let Some(seed) = options.seed {
        cmd = cmd.args(["--seed", &seed.to_string()]);
    }
    if let (Some(stage), None) = (&options.tamper, verifier) {
        cmd = cmd.args(["--tamper", stage]);
        if options.rehash {
            cmd = cmd.arg("--rehash");
        }
    }
    let code = cmd.status()?;
    if code == 2 {
        return Err(Fail::usage(format!("and the stages of other languages: {}", VERIFIERS.join(", "))));
    }
    let report = Report::load(&options.out.join("stages.json"))
        .map_err(|fail| Fail::new(format!("main_job exited {code} and left no stages: {fail}")))?;
    if !matches!(code, 0 | 1) || (code == 1) != report.failed().is_some() {
        return Err(Fail::new(format!("main_job exited {code}, which its stages do not explain")));
    }
    Ok((report, code))
}

/// Verifies the bundle in another language; a stage fails when the verdict or the digest is not Rust's.
fn verify(name: &str, report: &Report, options: &Options, tampered: bool) -> Done<Stage> {
    let file = match (tampered, options.rehash) {
        (false, _) => options.out.join("bundle.cmrk"),
        (true, true) => options.out.join("tampered.cmrk"),
        (true, false) => flip(&options.out)?,
    };
    let cmd = match name {
        "verify_python" => setup::python_cmd().args(["-m", "countermark", "verify"]),
        "verify_node" => Cmd::new("node").arg(sh::root().join("js/cli.cjs")).arg("verify"),
        _ => kotlin("countermark.Verify")?,
    };
    let start = Instant::now();
    let captured = cmd.arg(&file).arg("--json").output()?;
    let ms = ms(start);
    let answer = answer(name, &captured)?;
    let text = |key: &str| answer.get(key).and_then(Value::as_str).map(str::to_owned);
    let valid = captured.code == 0 && answer.get("valid") == Some(&Value::Bool(true));
    let digest = text("digest").unwrap_or_default();
    let expected = report.digest_of(VERIFY_RUST).unwrap_or_default();
    let (verdict, check) = if !valid {
        ("failed", text("check").or_else(|| text("code")))
    } else if digest != expected || digest.is_empty() {
        ("failed", Some("same_digest".to_owned()))
    } else {
        ("ok", None)
    };
    Ok(Stage {
        name: name.to_owned(),
        verdict: verdict.to_owned(),
        inputs: json!({ "bundle": file.file_name().map(|name| name.to_string_lossy()) }),
        outputs: answer,
        digest,
        #[expect(clippy::cast_precision_loss, reason = "a duration in milliseconds is far below 2^52")]
        ms: ms as f64,
        check,
    })
}

/// The JSON a verifier printed; exit 0 is valid, 1 invalid, all else a broken verifier.
fn answer(name: &str, captured: &Captured) -> Done<Value> {
    captured
        .json()
        .filter(|_| matches!(captured.code, 0 | 1))
        .ok_or_else(|| Fail::new(format!("{name}: exit {}\n{}", captured.code, captured.tail(20))))
}

/// A copy of the bundle with one bit of its middle byte changed.
fn flip(dir: &Path) -> Done<PathBuf> {
    let mut bytes = std::fs::read(dir.join("bundle.cmrk"))?;
    let middle = bytes.len() / 2;
    if let Some(byte) = bytes.get_mut(middle) {
        *byte ^= 1;
    }
    let path = dir.join("flipped.cmrk");
    sh::write(&path, bytes)?;
    Ok(path)
}

/// A command that runs a main class of the Kotlin project, compiled with what it needs on the class path.
pub(crate) fn kotlin(class: &str) -> Done<Cmd> {
    let list = sh::out().join("setup/kotlin-classpath.txt");
    let pom = sh::root().join("bindings/mobile/kotlin/pom.xml");
    let sources = ["bindings/mobile/kotlin/src", "examples/kotlin"];
    let age = |path: &Path| std::fs::metadata(path).and_then(|meta| meta.modified()).ok();
    let made = age(&list);
    let newer = sources
        .iter()
        .flat_map(|dir| sh::files(&sh::root().join(dir), "kt"))
        .chain([pom])
        .any(|file| age(&file) > made);
    if newer || made.is_none() {
        sh::remove(&list)?;
        setup::maven()?
            .arg("test-compile")
            .arg("org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath")
            .arg(format!("-Dmdep.outputFile={}", list.display()))
            .args(["-Dmdep.includeScope=test", "-DskipTests"])
            .what("compiling the Kotlin project with Maven")
            .read()?;
    }
    let mut paths: Vec<PathBuf> = build_dirs()
        .iter()
        .flat_map(|dir| [dir.join("classes"), dir.join("test-classes")])
        .filter(|dir| dir.is_dir())
        .collect();
    paths.push(bind::kotlin_native());
    paths.extend(std::env::split_paths(sh::read(&list)?.trim()));
    let paths = std::env::join_paths(paths).map_err(|error| Fail::new(error.to_string()))?;
    Ok(Cmd::new("java").arg("-cp").arg(paths).arg(class))
}

#[cfg(test)]
mod tests;
