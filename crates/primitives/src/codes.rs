//! The list of all error codes of the library (`codes.txt`): one `code kind crate` a line, sorted by crate.
//!
//! ```
//! use countermark_primitives::codes;
//! assert_eq!(codes::kind_of("truncated"), Some("invalid"));
//! assert_eq!(codes::kind_of("no_such_code"), None);
//! ```

/// The list as text, for documentation and for the skins' tests.
pub const LIST: &str = include_str!("../codes.txt");

/// All codes with their kind and the crate that owns them, in the order of the file.
pub fn all() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    LIST.lines().filter(|l| !l.is_empty() && !l.starts_with('#')).filter_map(|l| {
        let mut words = l.split_whitespace();
        Some((words.next()?, words.next()?, words.next()?))
    })
}

/// The kind a code belongs to, or `None` for a code that does not exist.
pub fn kind_of(code: &str) -> Option<&'static str> {
    all().find(|(c, _, _)| *c == code).map(|(_, kind, _)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeSet;

    #[test]
    fn codes_are_unique_and_snake_case() {
        let mut seen = BTreeSet::new();
        for (code, kind, owner) in all() {
            assert!(seen.insert(code), "{code} is listed twice");
            assert!(code.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c.is_ascii_digit()), "{code}");
            assert!(!kind.is_empty() && !owner.is_empty());
        }
        assert!(seen.len() >= 12);
    }
}
