//! Running other programs, and the one failure type of this crate.

use std::env;
use std::ffi::OsStr;
use std::fmt;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// Why a command of xtask stops: a text for people and the exit code (1 = a check failed, 2 = wrong usage).
#[derive(Debug, Clone)]
pub(crate) struct Fail {
    pub(crate) text: String,
    pub(crate) code: u8,
}

/// What every step returns.
pub(crate) type Done<T = ()> = Result<T, Fail>;

impl Fail {
    /// A check failed, or a program did: exit 1.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), code: 1 }
    }

    /// The command line is wrong: exit 2.
    pub(crate) fn usage(text: impl Into<String>) -> Self {
        Self { text: text.into(), code: 2 }
    }
}

impl fmt::Display for Fail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl From<serde_json::Error> for Fail {
    fn from(error: serde_json::Error) -> Self {
        Self::new(format!("unexpected JSON: {error}"))
    }
}

impl From<io::Error> for Fail {
    fn from(error: io::Error) -> Self {
        Self::new(error.to_string())
    }
}

/// The workspace root: the nearest folder upwards whose `Cargo.toml` has a `[workspace]`.
pub(crate) fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        let here = env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
        here.ancestors()
            .find(|dir| {
                std::fs::read_to_string(dir.join("Cargo.toml"))
                    .is_ok_and(|text| text.lines().any(|line| line.trim() == "[workspace]"))
            })
            .map_or_else(|| here.clone(), Path::to_path_buf)
    })
}

/// Where xtask keeps what it makes: `target/` of the workspace.
pub(crate) fn out() -> PathBuf {
    root().join("target")
}

/// Where cargo puts what it builds: `CARGO_TARGET_DIR`, or `target/` of the workspace.
pub(crate) fn cargo_target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(dir) if !dir.is_empty() => root().join(dir),
        _ => out(),
    }
}

/// A path relative to the workspace root, for messages.
pub(crate) fn short(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

/// Says what happens next.
pub(crate) fn say(what: &str) {
    println!("==> {what}");
    let _ = io::stdout().flush();
}

/// What a finished program left.
#[derive(Debug)]
pub(crate) struct Captured {
    /// Exit code; -1 when a signal ended it.
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Captured {
    /// The last `lines` lines of both streams, for a failure's reason.
    pub(crate) fn tail(&self, lines: usize) -> String {
        let all: Vec<&str> =
            self.stdout.lines().chain(self.stderr.lines()).filter(|line| !line.trim().is_empty()).collect();
        all.get(all.len().saturating_sub(lines)..).unwrap_or_default().join("\n")
    }

    /// The last line of standard output that is a JSON object, or the whole of it where that is one.
    pub(crate) fn json(&self) -> Option<serde_json::Value> {
        let object = |text: &str| serde_json::from_str(text).ok().filter(serde_json::Value::is_object);
        self.stdout.lines().rev().find_map(object).or_else(|| object(&self.stdout))
    }

    /// Every line of standard output that is a JSON object.
    pub(crate) fn json_lines(&self) -> Vec<serde_json::Value> {
        self.stdout
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .filter(serde_json::Value::is_object)
            .collect()
    }
}

/// A program to run, from the workspace root unless another folder is named.
#[derive(Debug)]
pub(crate) struct Cmd {
    inner: Command,
    line: String,
    what: Option<String>,
    hint: Option<String>,
}

impl Cmd {
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        let mut inner = Command::new(program.as_ref());
        // Test binaries run with RUSTC_BOOTSTRAP; a cargo started below one of them must not see it.
        inner.current_dir(root()).env_remove("RUSTC_BOOTSTRAP").stdin(Stdio::null());
        let line = short(Path::new(program.as_ref()));
        Self { inner, line, what: None, hint: None }
    }

    /// The cargo that runs us.
    pub(crate) fn cargo() -> Self {
        let mut cmd = Self::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cmd.line = "cargo".to_owned();
        cmd
    }

    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.line.push(' ');
        self.line.push_str(&arg.as_ref().to_string_lossy());
        self.inner.arg(arg);
        self
    }

    pub(crate) fn args<I, S>(self, args: I) -> Self
    where
        I: IntoIterator<Item = S>,
        S: AsRef<OsStr>,
    {
        args.into_iter().fold(self, Self::arg)
    }

    pub(crate) fn env(mut self, key: &str, value: impl AsRef<OsStr>) -> Self {
        self.inner.env(key, value);
        self
    }

    /// Takes away every variable of the environment whose name starts so.
    pub(crate) fn without_env(mut self, prefix: &str) -> Self {
        for (key, _) in std::env::vars_os() {
            if key.to_string_lossy().starts_with(prefix) {
                self.inner.env_remove(key);
            }
        }
        self
    }

    pub(crate) fn dir(mut self, dir: impl AsRef<Path>) -> Self {
        self.inner.current_dir(dir);
        self
    }

    /// The line printed before the program starts.
    pub(crate) fn what(mut self, what: impl Into<String>) -> Self {
        self.what = Some(what.into());
        self
    }

    /// What to do when it fails.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    fn announce(&self) {
        if let Some(what) = &self.what {
            say(what);
        }
    }

    fn no_start(&self, error: &io::Error) -> Fail {
        Fail::new(format!("cannot start `{}`: {error}{}", self.line, self.advice()))
    }

    fn advice(&self) -> String {
        self.hint.as_ref().map(|hint| format!("\n  {hint}")).unwrap_or_default()
    }

    /// Runs it with its output shown; fails unless it exits 0.
    pub(crate) fn run(self) -> Done {
        let (line, advice) = (self.line.clone(), self.advice());
        match self.status()? {
            0 => Ok(()),
            code => Err(Fail::new(format!("`{line}` exited {code}{advice}"))),
        }
    }

    /// Runs it with its output shown and returns the exit code.
    pub(crate) fn status(mut self) -> Done<i32> {
        self.announce();
        let status = self.inner.status().map_err(|error| self.no_start(&error))?;
        Ok(status.code().unwrap_or(-1))
    }

    /// Runs it and keeps both streams.
    pub(crate) fn output(mut self) -> Done<Captured> {
        self.announce();
        let output = self.inner.output().map_err(|error| self.no_start(&error))?;
        Ok(Captured {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }

    /// Runs it, keeps standard output and shows standard error as it comes.
    pub(crate) fn stdout(mut self) -> Done<Captured> {
        self.announce();
        self.inner.stderr(Stdio::inherit());
        let output = self.inner.output().map_err(|error| self.no_start(&error))?;
        Ok(Captured {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::new(),
        })
    }

    /// Like [`Cmd::output`], and fails unless it exits 0; the failure carries the end of what it printed.
    pub(crate) fn read(self) -> Done<String> {
        let (line, advice) = (self.line.clone(), self.advice());
        let captured = self.output()?;
        match captured.code {
            0 => Ok(captured.stdout),
            code => Err(Fail::new(format!("`{line}` exited {code}\n{}{advice}", captured.tail(15)))),
        }
    }

    /// Runs it with both streams in one pipe and hands over line by line.
    pub(crate) fn lines(mut self, mut each: impl FnMut(&str)) -> Done<i32> {
        self.announce();
        let (reader, writer) = io::pipe()?;
        self.inner.stdout(writer.try_clone()?).stderr(writer);
        let mut child = self.inner.spawn().map_err(|error| self.no_start(&error))?;
        // The command still holds the writing ends; the reader would never see the end of them.
        self.inner.stdout(Stdio::null()).stderr(Stdio::null());
        let mut reader = BufReader::new(reader);
        let mut line = Vec::new();
        while reader.by_ref().read_until(b'\n', &mut line)? > 0 {
            each(String::from_utf8_lossy(&line).trim_end());
            line.clear();
        }
        Ok(child.wait()?.code().unwrap_or(-1))
    }
}

/// Reads a text file; the failure names it.
pub(crate) fn read(path: &Path) -> Done<String> {
    std::fs::read_to_string(path).map_err(|error| Fail::new(format!("{}: {error}", short(path))))
}

/// Writes a file by way of a temporary beside it, so that nothing half-written stays behind; makes the folder.
pub(crate) fn write(path: &Path, bytes: impl AsRef<[u8]>) -> Done {
    let fail = |error: io::Error| Fail::new(format!("{}: {error}", short(path)));
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(fail)?;
    }
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(".part");
    let part = path.with_file_name(name);
    std::fs::write(&part, bytes).and_then(|()| std::fs::rename(&part, path)).map_err(fail)
}

/// Copies a file; makes the folder.
pub(crate) fn copy(from: &Path, to: &Path) -> Done {
    let bytes = std::fs::read(from).map_err(|error| Fail::new(format!("{}: {error}", short(from))))?;
    write(to, bytes)
}

/// Removes a folder or a file if it is there.
pub(crate) fn remove(path: &Path) -> Done {
    let gone = if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
    match gone {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Fail::new(format!("{}: {error}", short(path))))
        }
        _ => Ok(()),
    }
}

/// All files below a folder whose name ends in `.ext`, sorted; none where the folder is missing.
pub(crate) fn files(dir: &Path, ext: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![dir.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                if path.file_name() != Some(OsStr::new("node_modules")) {
                    folders.push(path);
                }
            } else if path.extension() == Some(OsStr::new(ext)) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
