//! Reads the public names out of stubs and generated sources, line by line: they are generated, so their form is fixed.

use super::Surface;

/// `verifyBundle` and `verify_bundle` both become `verify_bundle`.
fn snake(name: &str) -> String {
    let mut text = String::new();
    let mut previous = ' ';
    let mut letters = name.chars().peekable();
    while let Some(letter) = letters.next() {
        let next_is_small = letters.peek().is_some_and(char::is_ascii_lowercase);
        if letter.is_ascii_uppercase()
            && previous != ' '
            && previous != '_'
            && (!previous.is_ascii_uppercase() || next_is_small)
        {
            text.push('_');
        }
        text.push(letter.to_ascii_lowercase());
        previous = letter;
    }
    text
}

/// The identifier a text starts with, backticks dropped.
fn word(text: &str) -> Option<&str> {
    let text = text.trim_start().trim_start_matches('`');
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len());
    text.get(..end).filter(|word| !word.is_empty())
}

/// The identifier after `keyword`, where the line starts with it.
fn after<'a>(line: &'a str, keyword: &str) -> Option<&'a str> {
    word(line.trim_start().strip_prefix(keyword)?)
}

/// Errors follow each language's custom and are compared by their codes instead.
fn is_error(name: &str) -> bool {
    name.ends_with("Error") || name.ends_with("Exception")
}

/// Names that a generator adds for itself.
fn is_machinery(name: &str) -> bool {
    let small = name.to_ascii_lowercase();
    name.starts_with('_')
        || ["uniffi", "ffi", "noobject", "nohandle", "initialize", "disposable"]
            .iter()
            .any(|p| small.starts_with(p))
        || ["close", "destroy", "tostring", "equals", "hashcode", "deinit", "hash", "use", "rustbuffer"]
            .contains(&small.as_str())
        // How Swift shows a type as text.
        || ["description", "debugdescription"].contains(&small.as_str())
}

#[derive(Default)]
struct Names {
    names: Surface,
    current: Option<String>,
}

impl Names {
    fn function(&mut self, name: Option<&str>) {
        if let Some(name) = name.filter(|name| !is_machinery(name)) {
            self.names.insert(snake(name));
        }
    }

    fn enter(&mut self, name: Option<&str>) {
        self.current = name.filter(|name| !is_machinery(name) && !is_error(name)).map(str::to_owned);
        self.names.extend(self.current.clone());
    }

    fn member(&mut self, name: Option<&str>) {
        if let (Some(owner), Some(name)) = (&self.current, name.filter(|name| !is_machinery(name))) {
            self.names.insert(format!("{owner}.{}", snake(name)));
        }
    }
}

/// A `.pyi`: top-level `def` and `class`, methods and properties; names with an underscore in front are private.
pub(super) fn python(text: &str) -> Surface {
    let mut found = Names::default();
    for line in text.lines() {
        let plain = |keyword| after(line, keyword);
        match line.len() - line.trim_start().len() {
            0 if line.starts_with("class ") => found.enter(plain("class ")),
            0 => {
                found.function(plain("def ").or_else(|| plain("async def ")));
                if !line.trim().is_empty() && !line.starts_with(['@', '#', ')']) {
                    found.current = None;
                }
            }
            4 => {
                found.member(plain("def ").or_else(|| plain("async def ")));
            }
            _ => {}
        }
    }
    found.names
}

/// An `index.d.ts`: exported functions, classes and interfaces with their members.
pub(super) fn typescript(text: &str) -> Surface {
    let mut found = Names::default();
    let mut comment = false;
    for line in text.lines() {
        let bare = line.trim();
        if bare.starts_with("/*") || comment {
            comment = !bare.contains("*/");
            continue;
        }
        if line.starts_with('}') {
            found.current = None;
        } else if let Some(rest) = line.strip_prefix("export ") {
            let rest = rest.strip_prefix("declare ").unwrap_or(rest);
            let rest = rest.strip_prefix("const ").filter(|rest| rest.starts_with("enum ")).unwrap_or(rest);
            match rest.split_once(' ') {
                Some(("function", rest)) => found.function(word(rest)),
                Some(("enum" | "type", rest)) => {
                    found.enter(word(rest));
                    found.current = None;
                }
                Some(("class" | "interface", rest)) => {
                    found.enter(word(rest));
                    if rest.trim_end().ends_with('}') {
                        found.current = None;
                    }
                }
                _ => {}
            }
        } else if line.starts_with("  ") && !line.starts_with("   ") {
            let member = ["static ", "get ", "set ", "readonly "]
                .iter()
                .fold(bare, |rest, modifier| rest.strip_prefix(modifier).unwrap_or(rest));
            found.member(word(member).filter(|name| *name != "constructor" && *name != "private"));
        }
    }
    found.names
}

/// Generated Kotlin. Types come first; what a declaration at the margin opens lasts until the next one, and a `fun`
/// outside any public type is a function of the package.
pub(super) fn kotlin(text: &str) -> Surface {
    let mut found = Names::default();
    let mut fields = false;
    let mut hidden = false;
    for line in text.lines() {
        let bare = line.trim_start();
        let declared = |keyword: &str| after(line, keyword).filter(|_| line.len() == bare.len());
        if let Some(name) = declared("public interface ") {
            found.enter(Some(name.strip_suffix("Interface").unwrap_or(name)));
            hidden = found.current.is_none();
        } else if let Some(name) = declared("open class ").or_else(|| declared("data class ")) {
            found.enter(Some(name));
            fields = line.starts_with("data ");
            hidden = found.current.is_none();
        } else if let Some(name) = declared("enum class ").or_else(|| declared("sealed class ")) {
            found.enter(Some(name));
            found.current = None;
            hidden = true;
        } else if ["internal ", "private "].iter().any(|keyword| line.starts_with(keyword)) {
            found.current = None;
            hidden = true;
        } else if line.starts_with("public object ") {
            found.current = None;
            hidden = false;
        } else if line.starts_with(')') {
            fields = false;
        } else if fields {
            found.member(after(line, "val ").or_else(|| after(line, "var ")));
        } else if let Some((before, rest)) = line.split_once("fun `") {
            if found.current.is_some() {
                found.member(word(rest));
            } else if !hidden && !before.ends_with("override ") {
                found.function(word(rest));
            }
        }
    }
    found.names
}

/// Generated Swift. Members of classes stand at the margin like functions do, but are `open` or `static`.
pub(super) fn swift(text: &str) -> Surface {
    let mut found = Names::default();
    for line in text.lines() {
        let declared = |keyword: &str| line.starts_with(keyword).then(|| after(line, keyword)).flatten();
        if let Some(name) = declared("public protocol ") {
            found.enter(Some(name.strip_suffix("Protocol").unwrap_or(name)));
        } else if let Some(name) = declared("open class ").or_else(|| declared("public struct ")) {
            found.enter(Some(name));
        } else if let Some(name) = declared("public enum ") {
            found.enter(Some(name));
            found.current = None;
        } else if line.starts_with("public func ") {
            found.current = None;
            found.function(declared("public func "));
        } else if ["fileprivate ", "private ", "extension "].iter().any(|keyword| line.starts_with(keyword)) {
            found.current = None;
        } else {
            let keywords = ["public static func ", "open func ", "func ", "public var ", "public let "];
            found.member(keywords.iter().find_map(|keyword| after(line, keyword)));
        }
    }
    found.names
}

#[cfg(test)]
mod tests;
