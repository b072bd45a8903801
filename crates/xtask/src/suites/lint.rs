//! Lints, types and documentation.

use crate::setup;
use crate::sh::{Cmd, Done, root};
use crate::test::Ctx;

pub(crate) fn fmt(ctx: &mut Ctx) -> Done {
    ctx.program("rust", "lint/fmt", |_| Ok(Cmd::cargo().args(["fmt", "--all", "--check"])))
}

pub(crate) fn clippy(ctx: &mut Ctx) -> Done {
    ctx.program("rust", "lint/clippy", |_| {
        Ok(Cmd::cargo().args([
            "clippy",
            "--quiet",
            "--workspace",
            "--all-targets",
            "--locked",
            "--",
            "-D",
            "warnings",
        ]))
    })
}

pub(crate) fn rustdoc(ctx: &mut Ctx) -> Done {
    ctx.program("rust", "docs/rustdoc", |_| {
        Ok(Cmd::cargo()
            .args(["doc", "--quiet", "--workspace", "--no-deps", "--locked"])
            .env("RUSTDOCFLAGS", "-D warnings"))
    })
}

pub(crate) fn ruff(ctx: &mut Ctx) -> Done {
    ctx.program("python", "lint/ruff", |_| {
        setup::python()?;
        let folders = ["python", "examples", "benches", "crates/xtask"];
        let there = folders.into_iter().filter(|folder| root().join(folder).is_dir());
        Ok(Cmd::new(setup::venv_bin("ruff")).args(["check", "--no-cache"]).args(there))
    })
}

pub(crate) fn mypy(ctx: &mut Ctx) -> Done {
    ctx.program("python", "types/mypy", |ctx| {
        setup::python()?;
        ctx.skins()?;
        Ok(Cmd::new(setup::venv_bin("python"))
            .args([
                "-m",
                "mypy",
                "--strict",
                "--cache-dir",
                "../target/mypy",
                "countermark",
                "../examples/python",
            ])
            .dir(root().join("python")))
    })
}

pub(crate) fn tsc(ctx: &mut Ctx) -> Done {
    ctx.program("node", "types/tsc", |_| {
        setup::node()?;
        Ok(Cmd::new("node")
            .args(["node_modules/typescript/bin/tsc", "--noEmit", "-p", "."])
            .dir(root().join("js")))
    })
}
