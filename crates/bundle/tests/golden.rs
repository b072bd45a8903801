//! The golden bundle and its forgeries: every language runs these same files.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use countermark_bundle::{Bundle, MAX_BUNDLE, verify_bundle};
use countermark_compute_to_data::Run;
use countermark_datatoken::{Grant, Order};
use countermark_identity::Agent;
use countermark_primitives::{Canonical as _, Coded as _, hex};
use countermark_proof_of_learning::{Training, Verification};
use countermark_receipt::{Body, Receipt, schema};
use countermark_scoring::ScoreReport;
use serde_json::Value;

const GOLDEN: &[u8] = include_bytes!("../../../bindings/vectors/golden.cmrk");
const FORGERIES: &str = include_str!("../../../bindings/vectors/forgeries.json");

/// Rebuilds a forgery from its difference to the golden bundle: `[from, to]` copies, text is hex to write.
fn rebuild(parts: &Value) -> Vec<u8> {
    let mut out = vec![];
    for part in parts.as_array().unwrap() {
        match part.as_str() {
            Some(text) => out.extend(hex::decode(text).unwrap()),
            None => {
                let end = |i: usize| usize::try_from(part[i].as_u64().unwrap()).unwrap();
                out.extend_from_slice(&GOLDEN[end(0)..end(1)]);
            }
        }
    }
    out
}

#[test]
fn the_golden_bundle_verifies() {
    let list: Value = serde_json::from_str(FORGERIES).unwrap();
    let verdict = verify_bundle(GOLDEN).unwrap();
    assert_eq!(verdict.digest.to_string(), list["digest"].as_str().unwrap());
    let kinds: Vec<&str> = verdict.receipts.iter().map(|r| r.kind).collect();
    let expected = "agent agent agent agent order grant run training verification score_report";
    assert_eq!(kinds.join(" "), expected);
    assert_eq!(verdict.receipts[9].strength.as_str(), "recomputed");
    assert_eq!(verdict.receipts[8].strength.as_str(), "sampled");
    assert_eq!(verdict.receipts[7].issuer_name, "trainer");
    assert_eq!(Bundle::from_bytes(GOLDEN).unwrap().to_bytes(), GOLDEN);
}

#[test]
fn every_forgery_is_refused_by_its_check() {
    let list: Value = serde_json::from_str(FORGERIES).unwrap();
    let cases = list["forgeries"].as_array().unwrap();
    assert!(cases.len() >= 24);
    for case in cases {
        let id = case["id"].as_str().unwrap();
        let forged = rebuild(&case["bytes"]);
        assert_ne!(forged, GOLDEN, "{id}");
        let refused = verify_bundle(&forged).expect_err(id);
        assert_eq!(refused.code(), case["code"].as_str().unwrap(), "{id}: {refused}");
        assert_eq!(refused.check(), case["check"].as_str(), "{id}: {refused}");
    }
}

#[test]
fn each_kind_fails_by_signature_and_by_link_or_evidence() {
    let list: Value = serde_json::from_str(FORGERIES).unwrap();
    for kind in ["agent", "order", "grant", "run", "training", "verification", "score_report"] {
        let checks: Vec<&str> = list["forgeries"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|f| f["id"].as_str().unwrap().starts_with(&format!("{kind}:")))
            .map(|f| f["check"].as_str().unwrap())
            .collect();
        assert_eq!(checks.len(), 3, "{kind}");
        assert_eq!(checks[0], "signature", "{kind}");
        assert!(checks[1..].iter().all(|c| ["link", "evidence"].contains(c)), "{kind}");
    }
}

#[test]
fn any_changed_byte_is_refused() {
    for at in 0..GOLDEN.len() {
        let mut bytes = GOLDEN.to_vec();
        bytes[at] ^= 1 << (at % 8);
        assert!(verify_bundle(&bytes).is_err(), "byte {at}");
    }
}

/// The digest at the end is unkeyed: whoever changes a byte can recompute it.
#[test]
fn any_changed_byte_is_refused_under_a_recomputed_digest() {
    let body = GOLDEN.len() - 32;
    for at in (0..body).step_by(23) {
        let mut bytes = GOLDEN[..body].to_vec();
        bytes[at] ^= 0x10;
        let digest = countermark_bundle::digest_of(&bytes);
        bytes.extend_from_slice(digest.as_slice());
        let refused = verify_bundle(&bytes).expect_err("changed");
        assert_ne!(refused.check(), Some("digest"), "byte {at}: {refused}");
    }
}

#[test]
fn truncated_and_oversized_files() {
    for n in (0..GOLDEN.len()).step_by(7) {
        let refused = verify_bundle(&GOLDEN[..n]).expect_err("truncated");
        assert_eq!(refused.check(), Some("format"), "{n}: {refused}");
    }
    let refused = verify_bundle(&vec![0; MAX_BUNDLE + 1]).unwrap_err();
    assert_eq!(refused.code(), "limit_exceeded");
    let mut longer = GOLDEN.to_vec();
    longer.push(0);
    assert_eq!(verify_bundle(&longer).unwrap_err().code(), "trailing_bytes");
}

#[test]
fn mutations_never_panic() {
    countermark_testkit::mutate("bundle", GOLDEN, 10_000, |bytes| {
        if bytes != GOLDEN {
            assert!(verify_bundle(bytes).is_err());
        }
    });
}

/// Every body of the golden bundle under 10,000 mutations: an error, or a value whose bytes are these.
#[test]
fn mutated_bodies_decode_canonically_or_not_at_all() {
    fn check<B: Body>(receipt: &Receipt) {
        countermark_testkit::mutate(B::NAME, &receipt.body, 10_000, |bytes| {
            if let Ok(body) = B::from_bytes(B::NAME, bytes) {
                assert_eq!(body.to_bytes(), bytes, "{}", B::NAME);
            }
        });
    }
    let bundle = Bundle::from_bytes(GOLDEN).unwrap();
    for receipt in &bundle.receipts[3..] {
        match receipt.schema {
            schema::AGENT => check::<Agent>(receipt),
            schema::ORDER => check::<Order>(receipt),
            schema::GRANT => check::<Grant>(receipt),
            schema::RUN => check::<Run>(receipt),
            schema::TRAINING => check::<Training>(receipt),
            schema::VERIFICATION => check::<Verification>(receipt),
            schema::SCORE_REPORT => check::<ScoreReport>(receipt),
            other => panic!("no decoder for schema {other} here"),
        }
    }
    countermark_testkit::mutate("receipt", &bundle.receipts[4].to_bytes(), 10_000, |bytes| {
        if let Ok(receipt) = Receipt::from_bytes("receipt", bytes) {
            assert_eq!(receipt.to_bytes(), bytes);
        }
    });
}
