//! `scoring/digest/*`: a report of 50 models and its payouts have the same digest on one thread, on two, and on
//! processors this machine is not.

use std::path::{Path, PathBuf};

use super::rust;
use crate::setup::{self, Need};
use crate::sh::{Cmd, Done, Fail, cargo_target};
use crate::test::Ctx;

const PROGRAM: &str = "scoring_digest";
const PACKAGE: &str = "countermark-scoring";
/// Built with the linker and the C library that come with the target, so that no cross compiler is needed.
const ARM: &str = "aarch64-unknown-linux-musl";

/// Every digest the program prints, and the path it says the kernels took.
#[derive(Debug, PartialEq, Eq)]
struct Printed {
    digests: Vec<(String, String)>,
    path: String,
    threads: String,
}

pub(crate) fn run(ctx: &mut Ctx) -> Done {
    if !ctx.wants("scoring/digest/") {
        return Ok(());
    }
    let native = native()?;
    let expected = program(Cmd::new(&native), 1)?;
    let same = |printed: &Printed| {
        let differs = |((name, a), (_, b)): (&(String, String), &(String, String))| {
            (a != b).then(|| format!("{name}: {a} on {}, natively {b}", printed.path))
        };
        if printed.digests.is_empty() || printed.digests.len() != expected.digests.len() {
            return Err(Fail::new(format!("digests {:?}, natively {:?}", printed.digests, expected.digests)));
        }
        match printed.digests.iter().zip(&expected.digests).find_map(differs) {
            Some(text) => Err(Fail::new(text)),
            None => Ok(()),
        }
    };
    ctx.check("rust", "scoring/digest/native-threads-2", |_| {
        let printed = program(Cmd::new(&native), 2)?;
        same(&printed)?;
        if printed.threads == "2" {
            return Ok(());
        }
        Err(Fail::new(format!("asked for 2 threads, {} were used", printed.threads)))
    })?;
    for (model, path) in [("Haswell", "avx2-fma"), ("Nehalem", "software-fma")] {
        for threads in [1, 2] {
            let id = format!("scoring/digest/{}-threads-{threads}", model.to_lowercase());
            ctx.check("rust", &id, |_| {
                setup::system(&[Need::Qemu])?;
                let cmd = Cmd::new("qemu-x86_64-static").args(["-cpu", model]).arg(&native);
                let printed = program(cmd, threads)?;
                same(&printed)?;
                took(&printed, path)
            })?;
        }
    }
    ctx.check("rust", "scoring/digest/aarch64-threads-2", |_| {
        setup::system(&[Need::Qemu])?;
        let printed = program(Cmd::new("qemu-aarch64-static").arg(arm()?), 2)?;
        same(&printed)?;
        took(&printed, "neon")
    })
}

fn took(printed: &Printed, path: &str) -> Done {
    if printed.path == path {
        return Ok(());
    }
    Err(Fail::new(format!("expected path {path}, got {}", printed.path)))
}

fn native() -> Done<PathBuf> {
    let build = Cmd::cargo().args(["build", "--quiet", "--locked", "--example", PROGRAM]);
    rust::select(build, None).what(format!("building {PROGRAM}")).run()?;
    Ok(cargo_target().join("debug/examples").join(PROGRAM))
}

/// The same program for AArch64.
fn arm() -> Done<PathBuf> {
    setup::target(ARM)?;
    Cmd::cargo()
        .args(["build", "--quiet", "--locked", "-p", PACKAGE, "--features", "parallel"])
        .args(["--example", PROGRAM, "--target", ARM])
        .env("CARGO_TARGET_AARCH64_UNKNOWN_LINUX_MUSL_LINKER", "rust-lld")
        .what(format!("building {PROGRAM} for {ARM}"))
        .run()?;
    Ok(cargo_target().join(ARM).join("debug/examples").join(Path::new(PROGRAM)))
}

fn program(cmd: Cmd, threads: u32) -> Done<Printed> {
    let text = cmd.args(["--threads", &threads.to_string()]).read()?;
    parse(&text).ok_or_else(|| Fail::new(format!("{PROGRAM} printed no closing line: {text}")))
}

/// Lines `digest NAME 0x..`, then `path avx2-fma threads 2`.
fn parse(text: &str) -> Option<Printed> {
    let mut digests = Vec::new();
    for line in text.lines() {
        match line.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["digest", name, digest] => digests.push(((*name).to_owned(), (*digest).to_owned())),
            ["path", path, "threads", threads] => {
                return Some(Printed { digests, path: (*path).to_owned(), threads: (*threads).to_owned() });
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn the_lines_are_read() {
        let printed = parse("digest report 0xab\ndigest payouts 0xcd\npath neon threads 2\n").unwrap();
        assert_eq!(printed.digests, [("report".into(), "0xab".into()), ("payouts".into(), "0xcd".into())]);
        assert_eq!((printed.path.as_str(), printed.threads.as_str()), ("neon", "2"));
        assert_eq!(parse("digest report 0xab"), None);
    }
}
