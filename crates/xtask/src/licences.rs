//! `licences`: every package in the lock is under an allowed licence and comes from the registry or this repository.

use crate::args::Args;
use crate::floors::Metadata;
use crate::sh::{Cmd, Done, Fail};

/// SPDX identifiers that may be in the tree. UniFFI is under MPL-2.0, whose terms stay within its own files.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "Unlicense",
    "Zlib",
];

/// `licences`
pub(crate) fn main(args: Args) -> Done {
    args.end()?;
    println!("{} packages under allowed licences", check()?);
    Ok(())
}

/// Checks all packages cargo knows of; returns how many.
pub(crate) fn check() -> Done<usize> {
    let text = Cmd::cargo().args(["metadata", "--format-version", "1", "--locked"]).read()?;
    let metadata: Metadata = serde_json::from_str(&text)?;
    let mut wrong = Vec::new();
    for package in &metadata.packages {
        let name = format!("{} {}", package.name, package.version);
        match &package.license {
            None => wrong.push(format!("{name} states no licence")),
            Some(licence) if !allowed(licence) => wrong.push(format!("{name} is under {licence}")),
            Some(_) => {}
        }
        if package.source.as_ref().is_some_and(|source| !source.starts_with("registry+")) {
            wrong.push(format!("{name} does not come from the registry"));
        }
    }
    if wrong.is_empty() {
        Ok(metadata.packages.len())
    } else {
        Err(Fail::new(format!("licences:\n  {}", wrong.join("\n  "))))
    }
}

/// Whether an SPDX expression can be satisfied with allowed licences only. `A/B` is the old form of `A OR B`.
fn allowed(expression: &str) -> bool {
    let text = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let tokens: Vec<&str> = text.split_whitespace().collect();
    let mut rest = tokens.as_slice();
    either(&mut rest) == Some(true) && rest.is_empty()
}

fn either(rest: &mut &[&str]) -> Option<bool> {
    let mut good = both(rest)?;
    while let [first, tail @ ..] = *rest
        && first.eq_ignore_ascii_case("OR")
    {
        *rest = tail;
        good |= both(rest)?;
    }
    Some(good)
}

fn both(rest: &mut &[&str]) -> Option<bool> {
    let mut good = one(rest)?;
    while let [first, tail @ ..] = *rest
        && first.eq_ignore_ascii_case("AND")
    {
        *rest = tail;
        good &= one(rest)?;
    }
    Some(good)
}

fn one(rest: &mut &[&str]) -> Option<bool> {
    match *rest {
        ["(", tail @ ..] => {
            *rest = tail;
            let good = either(rest)?;
            let [")", tail @ ..] = *rest else { return None };
            *rest = tail;
            Some(good)
        }
        [licence, "WITH", exception, tail @ ..] => {
            *rest = tail;
            Some(ALLOWED.contains(&format!("{licence} WITH {exception}").as_str()))
        }
        [licence, tail @ ..] => {
            *rest = tail;
            Some(ALLOWED.contains(licence))
        }
        [] => None,
    }
}

#[cfg(test)]
mod tests {
    use super::allowed;

    #[test]
    fn expressions_are_read_as_spdx_means_them() {
        for good in
            ["MIT", "MIT OR GPL-3.0-only", "MIT/Apache-2.0", "(GPL-2.0 OR MIT) AND Unicode-3.0", "MPL-2.0"]
        {
            assert!(allowed(good), "{good}");
        }
        for bad in ["GPL-3.0-only", "MIT AND GPL-3.0-only", "(MIT", "", "MIT WITH LLVM-exception", "MIT MIT"]
        {
            assert!(!allowed(bad), "{bad}");
        }
    }
}
