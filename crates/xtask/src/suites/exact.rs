//! `exact/qemu/*`: the training digest is the same on one thread, on two, and on processors this machine is not.

use crate::setup::{self, Need};
use crate::sh::{Cmd, Done, Fail, cargo_target};
use crate::test::Ctx;

/// What `main_job train --digest` printed.
#[derive(Debug, PartialEq, Eq)]
struct Training {
    digest: String,
    isa: String,
    threads: String,
}

pub(crate) fn qemu(ctx: &mut Ctx) -> Done {
    if !ctx.wants("exact/qemu/") {
        return Ok(());
    }
    ctx.main_job()?;
    let native = train(None, 1)?;
    let same = |training: &Training| {
        if training.digest == native.digest {
            return Ok(());
        }
        Err(Fail::new(format!("digest {} on {}, natively {}", training.digest, training.isa, native.digest)))
    };
    ctx.check("rust", "exact/qemu/native-threads-2", |_| {
        let training = train(None, 2)?;
        same(&training)?;
        if training.threads == "2" {
            return Ok(());
        }
        Err(Fail::new(format!("asked for 2 threads, {} were used", training.threads)))
    })?;
    for (model, threads, isa) in [
        ("Haswell", 1, Some("avx2-fma")),
        ("Haswell", 2, Some("avx2-fma")),
        ("Nehalem", 1, Some("software-fma")),
    ] {
        ctx.check("rust", &format!("exact/qemu/{}-threads-{threads}", model.to_lowercase()), |_| {
            setup::system(&[Need::Qemu])?;
            let training = train(Some(model), threads)?;
            same(&training)?;
            match isa {
                Some(isa) if isa != training.isa => {
                    Err(Fail::new(format!("expected path {isa} on {model}, got {}", training.isa)))
                }
                _ => Ok(()),
            }
        })?;
    }
    Ok(())
}

fn train(model: Option<&str>, threads: u32) -> Done<Training> {
    let job = cargo_target().join("debug/main_job");
    let cmd = match model {
        Some(model) => Cmd::new("qemu-x86_64-static").args(["-cpu", model]).arg(job),
        None => Cmd::new(job),
    };
    let text = cmd.args(["train", "--digest", "--threads", &threads.to_string()]).read()?;
    parse(&text).ok_or_else(|| Fail::new(format!("main_job printed no digest line: {text}")))
}

/// `digest 0x.. isa avx2-fma threads 2`
fn parse(text: &str) -> Option<Training> {
    text.lines().find_map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let ["digest", digest, "isa", isa, "threads", threads] = words.as_slice() else { return None };
        Some(Training {
            digest: (*digest).to_owned(),
            isa: (*isa).to_owned(),
            threads: (*threads).to_owned(),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{Training, parse};

    #[test]
    fn the_digest_line_is_read() {
        let expected =
            Training { digest: "0xab".to_owned(), isa: "software-fma".to_owned(), threads: "2".to_owned() };
        assert_eq!(parse("epoch 1\ndigest 0xab isa software-fma threads 2\n"), Some(expected));
        assert_eq!(parse("digest 0xab"), None);
    }
}
