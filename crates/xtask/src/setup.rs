//! `setup`: makes a fresh Debian machine with Rust, Python and Node ready. Safe to call again: stamps in
//! `target/setup/` remember what is done and for which lock file.

use std::env;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::args::Args;
use crate::sh::{self, Cmd, Done, Fail};

/// `setup`
pub(crate) fn main(args: Args) -> Done {
    args.end()?;
    all()
}

/// Everything that every command needs.
pub(crate) fn all() -> Done {
    toolchains()?;
    system(&[Need::Venv, Need::Java, Need::Maven, Need::Strip, Need::Qemu])?;
    python()?;
    node()
}

/// The three languages a machine must bring itself.
pub(crate) fn toolchains() -> Done {
    for (program, flag, least, install) in [
        (
            "rustc",
            "--version",
            (1, 95),
            "install Rust with rustup (https://rustup.rs) or `rustup update stable`",
        ),
        (
            "python3",
            "--version",
            (3, 11),
            "install Python 3.11 or newer (Debian: apt install python3 python3-venv)",
        ),
        ("node", "--version", (20, 0), "install Node 20 or newer (https://nodejs.org)"),
    ] {
        let text = Cmd::new(program).arg(flag).hint(install).read()?;
        let found = version(&text).ok_or_else(|| {
            Fail::new(format!("cannot read a version out of `{program} {flag}`: {}", text.trim()))
        })?;
        if found < least {
            let ((a, b), (c, d)) = (found, least);
            return Err(Fail::new(format!("{program} is {a}.{b}, at least {c}.{d} is needed\n  {install}")));
        }
    }
    Ok(())
}

/// The first `major.minor` in a text.
fn version(text: &str) -> Option<(u32, u32)> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let mut parts = text.get(start..)?.split(|c: char| !c.is_ascii_digit());
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// A program from a Debian package.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Need {
    Venv,
    Java,
    Maven,
    Strip,
    Qemu,
}

impl Need {
    fn package(self) -> &'static str {
        match self {
            Self::Venv => "python3-venv",
            Self::Java => "default-jdk-headless",
            Self::Maven => "maven",
            Self::Strip => "binutils",
            Self::Qemu => "qemu-user-static",
        }
    }

    fn present(self) -> bool {
        match self {
            Self::Venv => Cmd::new("python3").args(["-c", "import ensurepip, venv"]).read().is_ok(),
            Self::Java => on_path("javac"),
            Self::Maven => on_path("mvn"),
            Self::Strip => on_path("strip"),
            Self::Qemu => on_path("qemu-x86_64-static"),
        }
    }
}

fn on_path(program: &str) -> bool {
    env::split_paths(&env::var_os("PATH").unwrap_or_default()).any(|dir| dir.join(program).is_file())
}

/// Installs the Debian packages whose programs are missing.
pub(crate) fn system(needs: &[Need]) -> Done {
    let missing: Vec<&str> = needs.iter().filter(|need| !need.present()).map(|need| need.package()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(" ");
    let by_hand = format!("as root: apt-get update && apt-get install -y {list}");
    if !on_path("apt-get") {
        return Err(Fail::new(format!(
            "programs of these Debian packages are missing: {list}; install them"
        )));
    }
    let root = Cmd::new("id").arg("-u").read()?.trim() == "0";
    if !root && !on_path("sudo") {
        return Err(Fail::new(format!("programs are missing and there is no sudo\n  {by_hand}")));
    }
    let apt = |args: &[&str]| {
        let cmd = if root { Cmd::new("apt-get") } else { Cmd::new("sudo").args(["-n", "apt-get"]) };
        cmd.args(args).env("DEBIAN_FRONTEND", "noninteractive").hint(&by_hand)
    };
    apt(&["update", "-q"]).what(format!("installing {list} with apt-get")).run()?;
    let mut install = vec!["install", "-y", "-q", "--no-install-recommends"];
    install.extend(&missing);
    apt(&install).run()
}

/// The standard library of another target, by rustup.
pub(crate) fn target(triple: &str) -> Done {
    let libraries = Cmd::new("rustc").args(["--print", "target-libdir", "--target", triple]).read()?;
    if Path::new(libraries.trim()).is_dir() {
        return Ok(());
    }
    Cmd::new("rustup")
        .args(["target", "add", triple])
        .what(format!("installing the standard library for {triple}"))
        .hint("rustup needs a way to static.rust-lang.org, or a mirror named by RUSTUP_DIST_SERVER")
        .run()
}

/// The Python programs, in `target/venv`.
pub(crate) fn python() -> Done {
    toolchains()?;
    venv(&venv_dir(), &sh::root().join("python/requirements-dev.txt"), "Python packages for tests")
}

fn venv_dir() -> PathBuf {
    sh::out().join("venv")
}

/// A program of the venv.
pub(crate) fn venv_bin(program: &str) -> PathBuf {
    venv_dir().join("bin").join(program)
}

/// A command that runs the venv's Python on the package in `python/`.
pub(crate) fn python_cmd() -> Cmd {
    with_package(&venv_bin("python"))
}

pub(crate) fn with_package(python: &Path) -> Cmd {
    Cmd::new(python).env("PYTHONPATH", sh::root().join("python")).env("PYTHONDONTWRITEBYTECODE", "1")
}

pub(crate) fn venv(dir: &Path, requirements: &Path, what: &str) -> Done {
    once(dir, &[requirements], || {
        system(&[Need::Venv])?;
        sh::remove(dir)?;
        Cmd::new("python3")
            .args(["-m", "venv"])
            .arg(dir)
            .what(format!("{what}: {}", sh::short(dir)))
            .run()?;
        Cmd::new(dir.join("bin/python"))
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--require-virtualenv",
                "-r",
            ])
            .arg(requirements)
            .hint("pip needs a way to PyPI, or a mirror named in pip.conf")
            .run()
    })
}

/// The Node programs, in `js/node_modules`.
pub(crate) fn node() -> Done {
    toolchains()?;
    npm(&sh::root().join("js"))
}

/// The folder where the generator of `js/index.d.ts` is installed.
pub(crate) fn napi_types() -> Done<PathBuf> {
    toolchains()?;
    let list = sh::root().join("crates/xtask/pins/napi/package.json");
    let dir = sh::out().join("napi-cli");
    once(&dir.join("node_modules"), &[&list], || {
        sh::copy(&list, &dir.join("package.json"))?;
        Cmd::new("npm")
            .args(["install", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"])
            .dir(&dir)
            .what("installing the generator of js/index.d.ts (once)")
            .hint("npm needs a way to its registry")
            .run()
    })?;
    Ok(dir)
}

pub(crate) fn npm(dir: &Path) -> Done {
    let lock = dir.join("package-lock.json");
    once(&dir.join("node_modules"), &[&lock], || {
        Cmd::new("npm")
            .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
            .dir(dir)
            .what(format!("Node packages: npm ci in {}", sh::short(dir)))
            .hint("npm needs a way to its registry")
            .run()
    })
}

/// Runs `work` unless `made` exists and the stamp says that it was made from these very files.
fn once(made: &Path, from: &[&Path], work: impl FnOnce() -> Done) -> Done {
    let mut hash = Sha256::new();
    for file in from {
        hash.update(sh::read(file)?.as_bytes());
    }
    let digest: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    let stamp = sh::out().join("setup").join(sh::short(made).replace('/', "-"));
    if made.exists() && sh::read(&stamp).is_ok_and(|text| text == digest) {
        return Ok(());
    }
    sh::remove(&stamp)?;
    work()?;
    sh::write(&stamp, digest)
}

/// A Maven command in the Kotlin project.
pub(crate) fn maven() -> Done<Cmd> {
    system(&[Need::Java, Need::Maven])?;
    Ok(Cmd::new("mvn")
        .args(["-q", "-B", "-f"])
        .arg(sh::root().join("bindings/mobile/kotlin/pom.xml"))
        .hint("Maven needs a way to Maven Central, or a mirror named in settings.xml"))
}

/// The generator of the React Native sources, built from its npm package with the lock we keep for it.
pub(crate) fn react_native() -> Done<PathBuf> {
    let pins = sh::root().join("crates/xtask/pins/ubrn");
    let dir = sh::out().join("ubrn");
    let program = dir.join("target/debug/uniffi-bindgen-react-native");
    let (list, lock) = (pins.join("package-lock.json"), pins.join("Cargo.lock"));
    once(&program, &[&list, &lock], || {
        for file in [&pins.join("package.json"), &list] {
            sh::copy(file, &dir.join(file.file_name().unwrap_or_default()))?;
        }
        npm(&dir)?;
        let sources = dir.join("node_modules/uniffi-bindgen-react-native");
        sh::copy(&lock, &sources.join("Cargo.lock"))?;
        Cmd::cargo()
            .args(["build", "--quiet", "--locked", "--bin", "uniffi-bindgen-react-native", "--manifest-path"])
            .arg(sources.join("crates/ubrn_cli/Cargo.toml"))
            .env("CARGO_TARGET_DIR", dir.join("target"))
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .what("building the React Native generator (once)")
            .run()
    })?;
    Ok(program)
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn versions_are_read() {
        assert_eq!(version("rustc 1.95.0 (59807616e 2026-04-14)"), Some((1, 95)));
        assert_eq!(version("v20.20.2\n"), Some((20, 20)));
        assert_eq!(version("Python 3"), None);
    }
}
