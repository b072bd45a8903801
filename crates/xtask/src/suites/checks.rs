//! Checks of the repository itself.

use crate::bind::{self, Language};
use crate::sh::{self, Cmd, Done, Fail};
use crate::test::{Ctx, succeeded};
use crate::{floors, licences, parity, stubs};

pub(crate) fn floors(ctx: &mut Ctx) -> Done {
    ctx.check("rust", "check/floors", |_| floors::check(&floors::metadata(None)?).map(drop))
}

pub(crate) fn licences(ctx: &mut Ctx) -> Done {
    ctx.check("rust", "check/licences", |_| licences::check().map(drop))
}

pub(crate) fn parity(ctx: &mut Ctx) -> Done {
    ctx.check("all", "check/parity", |_| parity::check(sh::root()).map(drop))
}

pub(crate) fn stubs(ctx: &mut Ctx) -> Done {
    ctx.check("all", "check/stubs", |ctx| {
        ctx.skins()?;
        // The same three packages as above: nothing is compiled again.
        bind::build(&Language::ALL)?;
        stubs::check()
    })
}

/// What a project that only scores must not have to compile.
const HEAVY: [&str; 4] = ["burn", "wasmtime", "ark-", "alloy-sol-types"];
/// CPU seconds of a build from nothing, twice what a slow shared machine takes.
const LIGHT_SECONDS: f64 = 120.0;

/// An empty project that adds `countermark-scoring` by path builds in little CPU time and without heavy dependencies.
pub(crate) fn light_build(ctx: &mut Ctx) -> Done {
    ctx.check("rust", "check/light-build", |_| {
        let dir = sh::out().join("light-build");
        sh::remove(&dir)?;
        let scoring = sh::root().join("crates/scoring");
        sh::write(
            &dir.join("Cargo.toml"),
            format!(
                "[package]\nname = \"light\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
                 [dependencies]\ncountermark-scoring = {{ path = {:?} }}\n",
                scoring.display().to_string()
            ),
        )?;
        sh::write(&dir.join("src/lib.rs"), "pub use countermark_scoring as scoring;\n")?;
        sh::copy(&sh::root().join("Cargo.lock"), &dir.join("Cargo.lock"))?;
        let here = |cmd: Cmd| cmd.dir(&dir).env("CARGO_TARGET_DIR", dir.join("target"));
        let tree = here(Cmd::cargo().args(["tree", "-e", "normal", "--prefix", "none"])).read()?;
        let heavy: Vec<&str> =
            tree.lines().filter(|line| HEAVY.iter().any(|name| line.starts_with(name))).collect();
        if !heavy.is_empty() {
            return Err(Fail::new(format!("countermark-scoring pulls in {}", heavy.join(", "))));
        }
        // `times` prints the CPU time of the shell, then that of everything it waited for.
        let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
        let built = here(Cmd::new("bash").args(["-c", "\"$0\" build --quiet && times", &cargo])).output()?;
        succeeded(&built)?;
        let seconds: f64 = built
            .stdout
            .lines()
            .nth(1)
            .and_then(|line| line.split_whitespace().map(minutes).sum())
            .ok_or_else(|| Fail::new(format!("cannot read the CPU time: {}", built.stdout)))?;
        println!("    {} packages, {seconds:.1} s of CPU", tree.lines().count());
        if seconds < LIGHT_SECONDS {
            return Ok(());
        }
        Err(Fail::new(format!("{seconds:.1} s of CPU, the limit is {LIGHT_SECONDS}")))
    })
}

/// `1m2.345s` in seconds.
fn minutes(text: &str) -> Option<f64> {
    let (minutes, seconds) = text.strip_suffix('s')?.split_once('m')?;
    Some(minutes.parse::<f64>().ok()? * 60.0 + seconds.replace(',', ".").parse::<f64>().ok()?)
}

#[cfg(test)]
mod tests {
    use super::minutes;

    #[test]
    fn times_are_read() {
        assert_eq!(minutes("1m2.500s"), Some(62.5));
        assert_eq!(minutes("0m0,25s"), Some(0.25));
        assert_eq!(minutes("12"), None);
    }
}
