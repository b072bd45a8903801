//! `examples/<path>`: the main job, and the ten-line story in each language, run on the main job's bundle.

use crate::demo;
use crate::setup;
use crate::sh::{Cmd, Done, root};
use crate::test::{Ctx, succeeded};

pub(crate) fn run(ctx: &mut Ctx) -> Done {
    ctx.check("rust", "examples/main_job", Ctx::demo)?;
    ctx.check("rust", "examples/rust", |ctx| {
        ctx.demo()?;
        Cmd::cargo()
            .args(["run", "--quiet", "--locked", "-p", "verify_and_score", "--"])
            .arg(demo::bundle())
            .output()
            .and_then(|captured| succeeded(&captured))
    })?;
    ctx.program("python", "examples/python/verify_and_score.py", |ctx| {
        ctx.demo()?;
        Ok(setup::python_cmd().arg("examples/python/verify_and_score.py").arg(demo::bundle()))
    })?;
    ctx.program("python", "examples/python/score_models.py", |_| {
        Ok(setup::python_cmd().arg("examples/python/score_models.py").arg("target/score_models"))
    })?;
    ctx.program("node", "examples/node/verify_and_score.mjs", |ctx| {
        ctx.demo()?;
        Ok(Cmd::new("node").arg(root().join("examples/node/verify_and_score.mjs")).arg(demo::bundle()))
    })?;
    ctx.program("kotlin", "examples/kotlin/VerifyAndScore.kt", |ctx| {
        ctx.demo()?;
        Ok(demo::kotlin("VerifyAndScoreKt")?.arg(demo::bundle()))
    })
}
