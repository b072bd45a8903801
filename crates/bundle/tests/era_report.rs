//! A report of scores over eras travels in a bundle like any other receipt.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use countermark_bundle::{Bundle, verify_bundle};
use countermark_crypto::SecretKey;
use countermark_identity::Agent;
use countermark_primitives::{B256, CancelToken, Coded as _, Nano, Timestamp, Wei, ignore_progress};
use countermark_receipt::{Body, Draft, Receipt};
use countermark_scoring::{EraInput, EraMetric, EraReport, EraReportTerms, build_era_report};
use countermark_settle::{PayoutRule, Share};

fn signed(key: &SecretKey, parents: Vec<B256>, body: impl Body) -> Receipt {
    let issuer = key.public_key().address();
    Draft { issuer, issued_at: Timestamp::new(1_700_000_000), parents, body }.sign(key).unwrap()
}

fn report() -> EraReport {
    let target = vec![0.0, 0.25, 0.5, 0.5, 0.5, 0.75, 1.0, 0.5];
    let rising: Vec<f64> = (1..=8).map(f64::from).collect();
    let models = [(&rising).into()];
    let terms = EraReportTerms {
        round: "round 1".into(),
        multipliers: vec![Nano::ONE],
        rule: PayoutRule { clip: Nano::new(50_000_000), threshold: None, share: Share::AtMostRate },
        pot: Wei::from_u128(100),
    };
    let input = EraInput::new(&models, (&target).into());
    let stakes = [Wei::from_u128(1_000)];
    let (metrics, go) = ([EraMetric::Corr], CancelToken::new());
    build_era_report(&input, &metrics, terms, &["me"], &stakes, &go, &mut ignore_progress).unwrap().0
}

fn bundle(report: EraReport) -> Vec<u8> {
    let key = SecretKey::from_seed(&[7; 32]);
    let card = Agent::try_new("scorer", &key.public_key().to_bytes(), None).unwrap();
    let mut bundle = Bundle::default();
    let id = bundle.push(signed(&key, vec![], card));
    bundle.push(signed(&key, vec![id], report));
    bundle.to_bytes()
}

#[test]
fn a_report_is_verified() {
    let verdict = verify_bundle(&bundle(report())).unwrap();
    let told: Vec<_> = verdict.receipts.iter().map(|r| (r.kind, r.strength.as_str())).collect();
    assert_eq!(told, [("agent", "proved"), ("era_report", "asserted")]);
    assert_eq!(verdict.receipts[1].issuer_name, "scorer");
}

#[test]
fn a_signed_report_with_other_payouts_is_refused() {
    let honest = report();
    let forged = EraReport { paid: Wei::from_u128(51), ..honest };
    let refused = verify_bundle(&bundle(forged)).unwrap_err();
    assert_eq!((refused.code(), refused.check()), ("settlement_mismatch", Some("evidence")), "{refused}");
}
