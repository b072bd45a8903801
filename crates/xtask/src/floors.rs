//! `floors`: imports only go down, checked from `cargo metadata`. The table is the one of `ARCHITECTURE.md`.

use std::path::Path;

use serde::Deserialize;

use crate::args::Args;
use crate::sh::{self, Cmd, Done, Fail};

/// Which floor a package stands on. Skins and façade share floor 4, what is run stands above them all.
const FLOORS: &[(u8, &[&str])] = &[
    (0, &["countermark-primitives"]),
    (
        1,
        &[
            "countermark-crypto",
            "countermark-receipt",
            "countermark-evm",
            "countermark-settle",
            "countermark-exact",
        ],
    ),
    (
        2,
        &[
            "countermark-identity",
            "countermark-datatoken",
            "countermark-compute-to-data",
            "countermark-proof-of-learning",
            "countermark-proof-of-inference",
            "countermark-scoring",
        ],
    ),
    (3, &["countermark-bundle", "countermark-engine", "countermark-sandbox", "countermark-store"]),
    (
        4,
        &[
            "countermark",
            "countermark-python",
            "countermark-node",
            "countermark-mobile",
            "countermark-mobile-bindgen",
        ],
    ),
    (5, &["main_job", "verify_and_score"]),
];

/// Edges within one floor that are part of the design.
const LEVEL_EDGES: &[(&str, &str)] = &[
    ("countermark-receipt", "countermark-crypto"),
    ("countermark-python", "countermark"),
    ("countermark-node", "countermark"),
    ("countermark-mobile", "countermark"),
];

/// Dependencies from outside that only the named packages may have.
const RESERVED: &[(&str, &[&str])] = &[
    ("alloy-sol-types", &["countermark-evm"]),
    ("alloy-dyn-abi", &["countermark-evm"]),
    ("burn", &["countermark-engine"]),
    ("wasmtime", &["countermark-sandbox"]),
    ("rusqlite", &["countermark-store"]),
];

const TESTKIT: &str = "countermark-testkit";

/// What `cargo metadata --no-deps` says, as far as floors need it.
#[derive(Debug, Deserialize)]
pub(crate) struct Metadata {
    pub(crate) packages: Vec<Package>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) manifest_path: String,
    #[serde(default)]
    pub(crate) license: Option<String>,
    #[serde(default)]
    pub(crate) source: Option<String>,
    #[serde(default)]
    pub(crate) version: String,
    #[serde(default)]
    dependencies: Vec<Dependency>,
}

#[derive(Debug, Deserialize)]
struct Dependency {
    name: String,
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    path: Option<String>,
    #[serde(default)]
    features: Vec<String>,
}

/// `floors [--manifest-path FILE | --metadata FILE]`
pub(crate) fn main(mut args: Args) -> Done {
    let (manifest, file) = (args.option("--manifest-path")?, args.option("--metadata")?);
    args.end()?;
    let metadata = match file {
        Some(file) => serde_json::from_str(&sh::read(Path::new(&file))?)?,
        None => metadata(manifest.as_deref())?,
    };
    let edges = check(&metadata)?;
    println!("{} packages, {edges} edges between them, all of them downwards", metadata.packages.len());
    Ok(())
}

/// The members of the workspace.
pub(crate) fn metadata(manifest: Option<&str>) -> Done<Metadata> {
    let mut cmd = Cmd::cargo().args(["metadata", "--format-version", "1", "--no-deps"]);
    if let Some(manifest) = manifest {
        cmd = cmd.args(["--manifest-path", manifest]);
    }
    Ok(serde_json::from_str(&cmd.read()?)?)
}

fn floor(name: &str) -> Option<u8> {
    FLOORS.iter().find(|(_, names)| names.contains(&name)).map(|(floor, _)| *floor)
}

/// Counts the edges between members; fails naming every one that does not go down.
pub(crate) fn check(metadata: &Metadata) -> Done<usize> {
    let mut wrong = Vec::new();
    let mut edges = 0;
    for package in &metadata.packages {
        if floor(&package.name).is_none() && package.name != TESTKIT && package.name != "xtask" {
            wrong.push(format!("{} has no floor yet: add it to crates/xtask/src/floors.rs", package.name));
            continue;
        }
        for dependency in &package.dependencies {
            let member = dependency.path.is_some()
                || metadata.packages.iter().any(|other| other.name == dependency.name);
            let fault = if member {
                member_edge(&package.name, dependency)
            } else {
                foreign_edge(&package.name, dependency)
            };
            edges += usize::from(member);
            if let Some(fault) = fault {
                let kind = dependency.kind.as_deref().map(|kind| format!(" ({kind})")).unwrap_or_default();
                wrong.push(format!("{} -> {}{kind}: {fault}", package.name, dependency.name));
            }
        }
    }
    if wrong.is_empty() { Ok(edges) } else { Err(Fail::new(format!("floors:\n  {}", wrong.join("\n  ")))) }
}

fn member_edge(from: &str, dependency: &Dependency) -> Option<String> {
    let to = dependency.name.as_str();
    let dev = dependency.kind.as_deref() == Some("dev");
    if from == "xtask" {
        return Some("xtask depends on no countermark crate".to_owned());
    }
    if to == TESTKIT {
        return (!dev).then(|| "the test kit is a dev-dependency only".to_owned());
    }
    if from == "countermark-receipt" && dependency.features.iter().any(|feature| feature == "bls") {
        return Some("receipt uses crypto without `bls`".to_owned());
    }
    let Some(below) = floor(to) else { return Some("no floor is known for it".to_owned()) };
    // The test kit may use whatever the tests that use it may.
    let above = if from == TESTKIT { 3 } else { floor(from)? };
    if below < above || LEVEL_EDGES.contains(&(from, to)) {
        None
    } else if below == above {
        Some(format!("both stand on floor {above}; what they share moves down"))
    } else {
        Some(format!("upwards, from floor {above} to floor {below}"))
    }
}

fn foreign_edge(from: &str, dependency: &Dependency) -> Option<String> {
    if dependency.kind.as_deref() == Some("dev") || floor(from).is_none_or(|floor| floor > 3) {
        return None;
    }
    let family = |name: &str| dependency.name == name || dependency.name.starts_with(&format!("{name}-"));
    RESERVED
        .iter()
        .find(|(name, users)| family(name) && !users.contains(&from))
        .map(|(name, users)| format!("{name} belongs to {} alone", users.join(", ")))
}
