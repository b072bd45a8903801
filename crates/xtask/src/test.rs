//! `test`: every suite in order, one record a test, and the closing line counted from the records file.

use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::args::Args;
use crate::bind::{self, Language};
use crate::records::{self, Outcome, Record, Recorder};
use crate::setup;
use crate::sh::{self, Captured, Cmd, Done, Fail, say};
use crate::suites::{self, Suite};

/// What the suites share: the records, the flags, and steps that are done once.
#[derive(Debug)]
pub(crate) struct Ctx {
    pub(crate) recorder: Recorder,
    pub(crate) quick: bool,
    pub(crate) only: Option<String>,
    bound: Option<Done>,
    built: Option<Done<Vec<suites::rust::Binary>>>,
    demo: Option<Done>,
}

impl Ctx {
    /// Runs one test that is a check of its own: passes when `work` returns, fails with its text otherwise.
    pub(crate) fn check(&mut self, language: &str, id: &str, work: impl FnOnce(&mut Self) -> Done) -> Done {
        if !self.recorder.keeps(id) {
            return Ok(());
        }
        let start = Instant::now();
        let done = work(self);
        let record = |outcome| Record::new(language, id, ms(start), outcome);
        self.recorder.push(match done {
            Ok(()) => record(Outcome::Passed),
            Err(fail) => record(Outcome::Failed).because(fail.text),
        })
    }

    /// One test that is a program: passes on exit 0; otherwise the end of its output is the reason.
    pub(crate) fn program(
        &mut self,
        language: &str,
        id: &str,
        cmd: impl FnOnce(&mut Self) -> Done<Cmd>,
    ) -> Done {
        self.check(language, id, |ctx| succeeded(&cmd(ctx)?.output()?))
    }

    /// Whether this run may keep a record below `prefix`.
    pub(crate) fn wants(&self, prefix: &str) -> bool {
        self.only.as_ref().is_none_or(|only| prefix.starts_with(only.as_str()) || only.starts_with(prefix))
    }

    /// The skins, built and in their places; done once.
    pub(crate) fn skins(&mut self) -> Done {
        self.bound.get_or_insert_with(|| bind::ready(&Language::RUN)).clone()
    }

    /// All test programs and binaries of the workspace, built once, with one set of features.
    pub(crate) fn workspace(&mut self) -> Done<Vec<suites::rust::Binary>> {
        self.built.get_or_insert_with(|| suites::rust::build(None)).clone()
    }

    /// `target/debug/main_job` and the programs it starts.
    pub(crate) fn main_job(&mut self) -> Done {
        // A full run has built everything already; building a part again could mean other features and a rebuild.
        if self.only.is_none() || self.built.is_some() {
            self.workspace().map(drop)
        } else {
            crate::demo::build()
        }
    }

    /// The demo's bundle, made once a run.
    pub(crate) fn demo(&mut self) -> Done {
        if self.demo.is_none() {
            let done = self.skins().and_then(|()| self.main_job()).and_then(|()| crate::demo::honest());
            self.demo = Some(done);
        }
        self.demo.clone().unwrap_or(Ok(()))
    }
}

/// Whether a program exited 0.
pub(crate) fn succeeded(captured: &Captured) -> Done {
    match captured.code {
        0 => Ok(()),
        code => Err(Fail::new(format!("exit {code}\n{}", captured.tail(40)))),
    }
}

pub(crate) fn ms(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX)
}

fn records_path() -> PathBuf {
    sh::out().join("test-records.jsonl")
}

/// `test [--quick] [--only PREFIX]`
pub(crate) fn main(mut args: Args) -> Done {
    let quick = args.flag("--quick");
    let only = args.option("--only")?;
    args.end()?;
    let recorder = Recorder::create(&records_path(), only.clone())?;
    let mut ctx = Ctx { recorder, quick, only, bound: None, built: None, demo: None };
    let chosen: Vec<&Suite> = suites::ALL.iter().filter(|suite| ctx.wants(suite.prefix)).collect();
    if chosen.is_empty() {
        return Err(no_match(&ctx));
    }
    let start = Instant::now();
    if ctx.only.is_none() {
        say("setup");
        setup::all()?;
    } else {
        setup::toolchains()?;
    }
    for (at, suite) in chosen.iter().enumerate() {
        run(&mut ctx, suite, &format!("[{}/{}]", at + 1, chosen.len()))?;
    }
    if ctx.recorder.counts().total() == 0 {
        return Err(no_match(&ctx));
    }
    println!("records: {}, {} s", sh::short(ctx.recorder.path()), start.elapsed().as_secs());
    close(ctx.recorder.path())
}

fn run(ctx: &mut Ctx, suite: &Suite, at: &str) -> Done {
    if suite.slow && ctx.quick {
        let id = suite.prefix.trim_end_matches('/');
        return ctx.recorder.force(
            Record::new(suite.language, id, 0, Outcome::Skipped).because("slow: left out by --quick"),
        );
    }
    say(&format!("{at} {}: {}", suite.prefix.trim_end_matches('/'), suite.title));
    let (start, before) = (Instant::now(), ctx.recorder.counts());
    if let Err(fail) = (suite.run)(ctx) {
        // The suite as a whole could not run.
        let id = format!("{}/suite", suite.prefix.trim_end_matches('/'));
        ctx.recorder.force(Record::new(suite.language, id, ms(start), Outcome::Failed).because(fail.text))?;
    }
    let counts = ctx.recorder.counts().since(before);
    println!("    {counts} in {:.1} s", start.elapsed().as_secs_f64());
    Ok(())
}

fn no_match(ctx: &Ctx) -> Fail {
    let prefixes: Vec<&str> = suites::ALL.iter().map(|suite| suite.prefix).collect();
    let only = ctx.only.as_deref().unwrap_or_default();
    Fail::usage(format!("no test id starts with {only}; ids start with: {}", prefixes.join(", ")))
}

/// `records [FILE]`
pub(crate) fn count(mut args: Args) -> Done {
    let path = args.word().map_or_else(records_path, PathBuf::from);
    args.end()?;
    close(&path)
}

/// Prints the closing line, counted from the file.
fn close(path: &Path) -> Done {
    let counts = records::count(path)?;
    println!("{counts}");
    match counts.failed {
        0 => Ok(()),
        failed => Err(Fail::new(format!("{failed} tests failed"))),
    }
}
