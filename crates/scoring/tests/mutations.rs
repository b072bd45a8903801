//! Bytes from anybody: every decoder of this crate under 10,000 mutations of a valid input. What decodes encodes to the
//! same bytes, and checking it ends in a verdict or an error.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

mod era_vectors;

use countermark_primitives::{B256, CancelToken, Canonical, Document as _, Nano, Wei, hex, ignore_progress};
use countermark_receipt::{Receipt, attachment_hash};
use countermark_scoring::{
    EraReport, Metric, MetricWeight, ModelEntry, Round, ScoreReport, Vector, build_score_report,
    replay_era_report, verify_era_report, verify_score_report,
};
use countermark_settle::{PayoutRule, Settlement, Share, settle_pot};
use countermark_testkit::mutate;
use era_vectors::{Data, text, vectors};
use serde_json::json;
use std::collections::BTreeMap;

const COUNT: usize = 10_000;

fn decoded<T: Canonical>(bytes: &[u8]) -> Option<T> {
    let value = T::from_bytes("mutated", bytes).ok()?;
    assert_eq!(value.to_bytes(), bytes);
    Some(value)
}

#[test]
fn era_reports() {
    let v = vectors("era_report");
    let receipt = Receipt::from_bytes("receipt", &hex::decode(text(&v["receipt"])).unwrap()).unwrap();
    let honest: EraReport = receipt.verify().unwrap();
    let (data, cancel) = (Data::of(&v["data"], &json!({})), CancelToken::new());
    let (mut read, mut passed, mut replayed) = (0, 0, 0);
    mutate("era report", &receipt.body, COUNT, |bytes| {
        let Some(report) = decoded::<EraReport>(bytes) else { return };
        read += 1;
        if verify_era_report(&report).is_err() {
            return;
        }
        passed += 1;
        if data.with(|i| replay_era_report(&report, i, &cancel, &mut ignore_progress)).is_ok() {
            replayed += 1;
            // Names, and terms that come to the same amounts, are guarded by the signature alone.
            let same = EraReport { terms: honest.terms.clone(), ..report.clone() };
            let names = honest.models.iter().zip(&report.models);
            assert!(names.clone().all(|(a, b)| a.predictions == b.predictions && a.score == b.score));
            assert_eq!(
                (&same.inputs, &same.scores, &same.eras),
                (&honest.inputs, &honest.scores, &honest.eras)
            );
        }
    });
    assert!(read > 1_000 && passed > 50 && replayed > 10, "{read} {passed} {replayed}");
}

#[test]
fn receipts_of_era_reports() {
    let bytes = hex::decode(text(&vectors("era_report")["receipt"])).unwrap();
    mutate("era report receipt", &bytes, COUNT, |mutated| {
        let Some(receipt) = decoded::<Receipt>(mutated) else { return };
        assert!(receipt.verify::<EraReport>().is_err() || mutated == bytes);
    });
}

fn round() -> (ScoreReport, BTreeMap<B256, Vec<u8>>) {
    let values = |k: u32| (0..20).map(|i| f64::from((i * (7 + k) + k) % 11)).collect();
    let model = |k: u32| ModelEntry {
        name: format!("model {k}"),
        predictions: values(k + 1),
        stake: Wei::from_u128(1_000 * u128::from(k + 1)),
    };
    let weight = |metric| MetricWeight { metric, multiplier: Nano::ONE };
    let round = Round {
        name: "round".into(),
        targets: values(0),
        meta_model: Some(values(9)),
        stake_weighted: false,
        disclosed: true,
        metrics: vec![weight(Metric::NumeraiCorr), weight(Metric::CorrelationContribution)],
        rule: rule(),
        pot: Wei::from_u128(500),
    };
    build_score_report(&round, &[model(0), model(1), model(2)]).unwrap()
}

fn rule() -> PayoutRule {
    PayoutRule {
        clip: Nano::new(50_000_000),
        threshold: Some(Wei::from_u128(4_000)),
        share: Share::AtMostRate,
    }
}

#[test]
fn score_reports() {
    let (report, attached) = round();
    let mut read = 0;
    mutate("score report", &report.to_bytes(), COUNT, |bytes| {
        if let Some(report) = decoded::<ScoreReport>(bytes) {
            read += 1;
            let _ = verify_score_report(&report, &attached);
            let _ = verify_score_report(&report, &BTreeMap::<B256, Vec<u8>>::new());
        }
    });
    assert!(read > 1_000, "{read}");
}

/// A report may name any vector: one with other rows, with a NaN, an infinity or subnormal numbers.
#[test]
fn attached_vectors() {
    let (report, attached) = round();
    let mut read = 0;
    for (part, seed) in [report.targets, report.models[1].predictions].into_iter().enumerate() {
        mutate(&format!("vector {part}"), &attached[&seed], COUNT / 2, |bytes| {
            let Ok(vector) = Vector::from_document(bytes) else { return };
            assert_eq!(vector.to_document(), bytes);
            read += 1;
            let (mut report, mut attached, hash) = (report.clone(), attached.clone(), attachment_hash(bytes));
            attached.insert(hash, bytes.to_vec());
            match part {
                0 => report.targets = hash,
                _ => report.models[1].predictions = hash,
            }
            report.rows = u32::try_from(if part == 0 { vector.0.len() } else { 20 }).unwrap();
            let _ = verify_score_report(&report, &attached);
        });
    }
    assert!(read > 1_000, "{read}");
}

#[test]
fn settlements() {
    let scores = [30_000_000, -20_000_000, 0, 70_000_000].map(Nano::new);
    let settled = settle_pot(Wei::from_u128(90), &scores, &[Wei::from_u128(1_000); 4], &rule()).unwrap();
    let mut read = 0;
    mutate("settlement", &settled.to_bytes(), COUNT, |bytes| {
        if let Some(s) = decoded::<Settlement>(bytes) {
            read += 1;
            let _ = s.verify(&rule());
        }
    });
    assert!(read > 1_000, "{read}");
    mutate("payout rule", &rule().to_bytes(), COUNT, |bytes| {
        if let Some(rule) = decoded::<PayoutRule>(bytes) {
            let _ = settle_pot(Wei::from_u128(90), &scores, &[Wei::from_u128(1_000); 4], &rule);
        }
    });
}
