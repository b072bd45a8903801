//! `demo/seed` and `demo/tamper/<stage>`: another seed gives other digests, and a forgery in any stage is caught.

use crate::demo::{self, Options};
use crate::sh::{self, Done, Fail};
use crate::test::Ctx;

pub(crate) fn run(ctx: &mut Ctx) -> Done {
    ctx.demo()?;
    let honest = demo::Report::load(&demo::out().join("report.json"))?;
    ctx.check("all", "demo/seed", |_| {
        let options =
            Options { seed: Some(OTHER_SEED), out: sh::out().join("demo-seed"), ..Options::default() };
        let other = demo::run(&options)?;
        let mut same = Vec::new();
        for stage in &honest.stages {
            let twin = other.stages.iter().find(|twin| twin.name == stage.name);
            if twin.is_none_or(|twin| twin.digest == stage.digest) {
                same.push(stage.name.as_str());
            }
        }
        if same.is_empty() {
            Ok(())
        } else {
            Err(Fail::new(format!("same digest with another seed: {}", same.join(", "))))
        }
    })?;
    for stage in &honest.stages {
        for rehash in [false, true] {
            let id = format!("demo/tamper/{}{}", stage.name, if rehash { "/rehash" } else { "" });
            ctx.check("all", &id, |_| tamper(&stage.name, rehash))?;
        }
    }
    Ok(())
}

const OTHER_SEED: u64 = 7;

fn tamper(stage: &str, rehash: bool) -> Done {
    let options = Options {
        tamper: Some(stage.to_owned()),
        rehash,
        out: sh::out().join("demo-tamper"),
        ..Options::default()
    };
    let report = demo::run(&options)?;
    match report.failed() {
        None => Err(Fail::new("the forgery went through")),
        Some((name, _)) if name != stage => Err(Fail::new(format!("stage {name} failed instead"))),
        Some((_, None)) => Err(Fail::new("it was refused without naming a check")),
        Some((_, Some(check))) => {
            println!("    {stage}{}: {check}", if rehash { " (hashes recomputed)" } else { "" });
            Ok(())
        }
    }
}
