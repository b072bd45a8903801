//! The command line, by hand: `--name value`, `--flag` and plain words.

use crate::sh::{Done, Fail};

/// The words after a command's name.
#[derive(Debug)]
pub(crate) struct Args {
    command: &'static str,
    words: Vec<String>,
}

impl Args {
    pub(crate) fn new(command: &'static str, words: Vec<String>) -> Self {
        Self { command, words }
    }

    /// Takes `--name`; true when it was there.
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        let before = self.words.len();
        self.words.retain(|word| word != name);
        self.words.len() != before
    }

    /// Takes `--name value`.
    pub(crate) fn option(&mut self, name: &str) -> Done<Option<String>> {
        let Some(at) = self.words.iter().position(|word| word == name) else { return Ok(None) };
        if at + 1 >= self.words.len() {
            return Err(self.wrong(&format!("{name} needs a value")));
        }
        self.words.remove(at);
        Ok(Some(self.words.remove(at)))
    }

    /// Takes `--name N`.
    pub(crate) fn number(&mut self, name: &str) -> Done<Option<u64>> {
        self.option(name)?
            .map(|text| text.parse().map_err(|_| self.wrong(&format!("{name} needs a number, got {text}"))))
            .transpose()
    }

    /// Takes the next plain word.
    pub(crate) fn word(&mut self) -> Option<String> {
        let at = self.words.iter().position(|word| !word.starts_with('-'))?;
        Some(self.words.remove(at))
    }

    /// Takes every plain word left.
    pub(crate) fn rest(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.word()).collect()
    }

    /// Refuses what nobody took.
    pub(crate) fn end(self) -> Done {
        match self.words.first() {
            None => Ok(()),
            Some(word) => Err(self.wrong(&format!("unexpected {word}"))),
        }
    }

    /// A usage failure of this command.
    pub(crate) fn wrong(&self, text: &str) -> Fail {
        Fail::usage(format!("{}: {text}; `cargo xtask help` shows the usage", self.command))
    }
}
