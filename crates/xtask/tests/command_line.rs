//! xtask as it is run: exit codes, and the structure checks failing on what is planted.
#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "helpers of tests; a fault fails the test")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};

fn xtask(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask")).args(args).output().expect("xtask starts")
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or(-1)
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A folder of this test's own, empty at the start.
fn scratch(name: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).expect("a scratch folder");
    dir
}

fn put(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, text).expect("a file");
}

#[test]
fn wrong_usage_exits_2_and_says_what_there_is() {
    let cases: [(&[&str], &str); 11] = [
        (&[], "cargo xtask COMMAND"),
        (&["no-such-command"], "unknown command no-such-command"),
        (&["floors", "--no-such-flag"], "unexpected --no-such-flag"),
        (&["bind", "cobol"], "py, node, kotlin, swift, react-native"),
        (&["conformance", "no-such-area"], "unknown area no-such-area; areas: scoring, datatoken"),
        (&["conformance", "primitives"], "area primitives has no suite yet"),
        (&["conformance"], "needs an AREA"),
        (&["attacks", "no-such-area"], "datatoken, proof-of-learning, compute-to-data, bundle"),
        (&["bench", "no-such-area"], "unknown area"),
        (&["demo", "--rehash"], "--rehash goes with --tamper"),
        (&["conformance", "scoring", "--cases", "many"], "--cases needs a number"),
    ];
    for (args, expected) in cases {
        let output = xtask(args);
        assert_eq!(code(&output), 2, "{args:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(expected), "{args:?}: {}", stderr(&output));
    }
    assert_eq!(code(&xtask(&["help"])), 0);
}

fn metadata(change: impl FnOnce(&mut Value)) -> Value {
    let mut metadata: Value = serde_json::from_str(include_str!("fixtures/metadata.json")).expect("fixture");
    change(&mut metadata);
    metadata
}

fn add_edge(metadata: &mut Value, from: &str, to: Value) {
    for package in metadata["packages"].as_array_mut().expect("packages") {
        if package["name"] == from {
            package["dependencies"].as_array_mut().expect("dependencies").push(to.clone());
        }
    }
}

fn floors(name: &str, metadata: &Value) -> Output {
    let file = scratch(name).join("metadata.json");
    put(&file, &metadata.to_string());
    xtask(&["floors", "--metadata", &file.display().to_string()])
}

#[test]
fn floors_pass_when_imports_go_down() {
    let output = floors("floors-good", &metadata(|_| {}));
    assert_eq!(code(&output), 0, "{}", stderr(&output));
}

#[test]
fn a_planted_edge_fails_floors() {
    let path = |name: &str| json!({ "name": name, "kind": null, "path": "/x" });
    let cases = [
        ("upward", "countermark-primitives", path("countermark-bundle"), "upwards, from floor 0 to floor 3"),
        ("level", "countermark-scoring", path("countermark-datatoken"), "both stand on floor 2"),
        ("reversed", "countermark-crypto", path("countermark-receipt"), "both stand on floor 1"),
        (
            "upward-dev",
            "countermark-scoring",
            json!({ "name": "countermark-bundle", "kind": "dev", "path": "/x" }),
            "upwards, from floor 2 to floor 3",
        ),
        ("testkit", "countermark-scoring", path("countermark-testkit"), "a dev-dependency only"),
        ("xtask", "xtask", path("countermark-primitives"), "xtask depends on no countermark crate"),
        (
            "burn",
            "countermark-scoring",
            json!({ "name": "burn-ir", "kind": null }),
            "burn belongs to countermark-engine",
        ),
        (
            "alloy",
            "countermark-datatoken",
            json!({ "name": "alloy-sol-types", "kind": null }),
            "alloy-sol-types belongs to countermark-evm",
        ),
        (
            "bls",
            "countermark-receipt",
            json!({ "name": "countermark-crypto", "kind": null, "path": "/x", "features": ["bls"] }),
            "without `bls`",
        ),
    ];
    for (name, from, to, expected) in cases {
        let output = floors(&format!("floors-{name}"), &metadata(|metadata| add_edge(metadata, from, to)));
        assert_eq!(code(&output), 1, "{name}");
        assert!(stderr(&output).contains(expected), "{name}: {}", stderr(&output));
    }
    let unknown = metadata(|metadata| {
        metadata["packages"].as_array_mut().expect("packages").push(json!({ "name": "countermark-new" }));
    });
    let output = floors("floors-unknown", &unknown);
    assert_eq!(code(&output), 1);
    assert!(stderr(&output).contains("countermark-new has no floor yet"));
}

/// A small public surface in all four languages.
fn surfaces(root: &Path, python_extra: &str) {
    let python = format!(
        "class Key:\n    def sign(self, digest: bytes) -> bytes: ...\n\ndef verify_bundle(data: bytes) -> None: ...\n{python_extra}"
    );
    put(&root.join("python/countermark/_countermark.pyi"), &python);
    put(
        &root.join("js/index.d.ts"),
        "export declare class Key {\n  sign(digest: Uint8Array): Uint8Array\n}\nexport declare function verifyBundle(data: Uint8Array): void\n",
    );
    put(
        &root.join("bindings/mobile/kotlin/src/main/kotlin/uniffi/countermark_mobile/countermark_mobile.kt"),
        "public interface KeyInterface {\n    fun `sign`(`digest`: kotlin.ByteArray): kotlin.ByteArray\n}\n\
         public object FfiConverterX {\n} fun `verifyBundle`(`data`: kotlin.ByteArray) {\n}\n",
    );
    put(
        &root.join("bindings/mobile/swift/countermark_mobile.swift"),
        "public protocol KeyProtocol: AnyObject {\n    func sign(digest: Data)  -> Data\n}\npublic func verifyBundle(data: Data)throws  {\n}\n",
    );
}

#[test]
fn parity_writes_its_page_and_fails_on_a_planted_gap() {
    let root = scratch("parity");
    let dir = root.display().to_string();
    let parity = || xtask(&["parity", "--root", &dir]);
    surfaces(&root, "");
    let stale = parity();
    assert_eq!(code(&stale), 1);
    assert!(stderr(&stale).contains("docs/PARITY.md was out of date"), "{}", stderr(&stale));
    let good = parity();
    assert_eq!(code(&good), 0, "{}", stderr(&good));
    assert!(stdout(&good).contains("3 names in 4 languages, 0 explained gaps"), "{}", stdout(&good));
    let page = fs::read_to_string(root.join("docs/PARITY.md")).expect("the page");
    assert!(page.contains("| `verify_bundle` | yes | yes | yes | yes |"), "{page}");

    surfaces(&root, "\ndef only_here() -> None: ...\n");
    let gap = parity();
    assert_eq!(code(&gap), 1);
    for language in ["node", "kotlin", "swift"] {
        assert!(stderr(&gap).contains(&format!("only_here is missing in {language}")), "{}", stderr(&gap));
    }

    put(&root.join("bindings/parity.toml"), "# why not\nonly_here.node,kotlin,swift = \"numpy only\"\n");
    assert_eq!(code(&parity()), 1, "the page is stale again");
    let explained = parity();
    assert_eq!(code(&explained), 0, "{}", stderr(&explained));
    assert!(stdout(&explained).contains("3 explained gaps"));

    surfaces(&root, "");
    let unused = parity();
    assert_eq!(code(&unused), 1);
    assert!(stderr(&unused).contains("which is no gap any more"), "{}", stderr(&unused));

    put(&root.join("bindings/parity.toml"), "only_here.node\n");
    assert!(stderr(&parity()).contains("parity.toml:1"));
}

#[test]
fn records_are_counted_from_the_file() {
    let file = scratch("records").join("records.jsonl");
    let path = file.display().to_string();
    let record = |id: &str, outcome: &str, reason: Option<&str>| {
        let mut value = json!({ "language": "rust", "id": id, "ms": 1, "outcome": outcome });
        if let Some(reason) = reason {
            value["reason"] = json!(reason);
        }
        format!("{value}\n")
    };
    let good =
        record("a", "passed", None) + &record("b", "passed", None) + &record("c", "skipped", Some("slow"));
    put(&file, &good);
    let output = xtask(&["records", &path]);
    assert_eq!((code(&output), stdout(&output).as_str()), (0, "2 passed, 0 failed, 1 skipped\n"));

    put(&file, &(good.clone() + &record("d", "failed", Some("no"))));
    let output = xtask(&["records", &path]);
    assert_eq!((code(&output), stdout(&output).as_str()), (1, "2 passed, 1 failed, 1 skipped\n"));

    for (extra, expected) in
        [(record("e", "skipped", None), "skipped without a reason"), ("{}\n".to_owned(), ":4:")]
    {
        put(&file, &(good.clone() + &extra));
        let output = xtask(&["records", &path]);
        assert_eq!(code(&output), 1);
        assert!(stderr(&output).contains(expected), "{}", stderr(&output));
    }
}
