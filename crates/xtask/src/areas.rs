//! The areas that `conformance`, `attacks` and `bench` know: a crate's name without the prefix.

use crate::sh::{self, Done, Fail};

/// Where an area's conformance suite lives and which program answers as the oracle.
#[derive(Debug)]
pub(crate) struct Conformance {
    pub(crate) area: &'static str,
    /// Package whose example `<package>_conformance` drives both sides.
    pub(crate) package: &'static str,
    /// What makes the oracles ready and returns their names and the commands that start them.
    pub(crate) oracles: fn() -> Done<Vec<(&'static str, String)>>,
    /// Cases that reach every function: the size of a test run and of an injected fault. Without a number the suite
    /// runs at its own full size.
    pub(crate) sample: u64,
}

/// Where an area's runnable forgeries live: the example `<package>_attacks` of a package.
#[derive(Debug)]
pub(crate) struct Attacks {
    pub(crate) area: &'static str,
    pub(crate) package: &'static str,
}

/// A bench: Python scripts that run ours and the peer side by side.
#[derive(Debug)]
pub(crate) struct Bench {
    pub(crate) area: &'static str,
    /// The oracle whose packages a script runs on, and the script.
    pub(crate) scripts: &'static [(&'static str, &'static str)],
}

pub(crate) const CONFORMANCE: &[Conformance] = &[
    Conformance {
        area: "scoring",
        package: "countermark-scoring",
        oracles: crate::oracles::scoring,
        sample: 1_000,
    },
    Conformance {
        area: "datatoken",
        package: "countermark-datatoken",
        oracles: crate::oracles::datatoken,
        sample: 40,
    },
];

pub(crate) const ATTACKS: &[Attacks] = &[
    Attacks { area: "datatoken", package: "countermark-datatoken" },
    Attacks { area: "proof-of-learning", package: "countermark-engine" },
    Attacks { area: "compute-to-data", package: "countermark-sandbox" },
    Attacks { area: "bundle", package: "countermark-bundle" },
];

pub(crate) const BENCHES: &[Bench] = &[Bench {
    area: "scoring",
    scripts: &[
        ("numerai", "benches/scoring/numerai.py"),
        ("crowd_kit", "benches/scoring/labels.py"),
        ("scoring_rules", "benches/scoring/rules.py"),
        ("numerai", "benches/scoring/everyday.py"),
    ],
}];

/// Every area there is: the crates of this workspace without their prefix.
fn known() -> Vec<String> {
    let crates = std::fs::read_dir(sh::root().join("crates")).into_iter().flatten().flatten();
    let mut names: Vec<String> = crates
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| name != "xtask")
        .collect();
    names.sort();
    names
}

/// Finds the suite of an area; otherwise a usage failure with the areas of this command.
pub(crate) fn find<'a, T>(
    command: &str,
    suites: &'a [T],
    name: impl Fn(&T) -> &'static str,
    area: Option<&str>,
) -> Done<&'a T> {
    let list = suites.iter().map(&name).collect::<Vec<_>>().join(", ");
    let Some(area) = area else {
        return Err(Fail::usage(format!("{command} needs an AREA, one of: {list}")));
    };
    suites.iter().find(|suite| name(suite) == area).ok_or_else(|| {
        Fail::usage(if known().iter().any(|crate_name| crate_name == area) {
            format!("{command}: area {area} has no suite yet; areas with one: {list}")
        } else {
            format!("{command}: unknown area {area}; areas: {list}")
        })
    })
}
