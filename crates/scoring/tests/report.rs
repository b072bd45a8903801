//! Score reports: honest ones verify, every changed field is noticed by name, bytes are canonical.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use countermark_primitives::{B256, Canonical, Coded, Document, Nano, Wei};
use countermark_receipt::Body;
use countermark_scoring::*;
use countermark_settle::{PayoutRule, Share};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn round(disclosed: bool, stake_weighted: bool, meta_model: Option<Vec<f64>>) -> Round {
    let weight = |metric, m| MetricWeight { metric, multiplier: Nano::new(m) };
    Round {
        name: "round 7".into(),
        targets: (0..60).map(|i| f64::from(i * 37 % 5) / 4.0).collect(),
        meta_model,
        stake_weighted,
        disclosed,
        metrics: vec![
            weight(Metric::NumeraiCorr, 750_000_000),
            weight(Metric::CorrelationContribution, 2_250_000_000),
        ],
        rule: PayoutRule {
            clip: Nano::new(50_000_000),
            threshold: Some(Wei::from_u128(10_000)),
            share: Share::AtMostRate,
        },
        pot: Wei::from_u128(700),
    }
}

fn models() -> Vec<ModelEntry> {
    let model = |k: i32, stake| {
        // Targets times a slope, falling for model 3, and something like noise.
        let slope = if k == 3 { -8 } else { 10 * (3 - k) };
        let predictions = (0..60).map(|i| f64::from((i * 37 % 5) * slope + (i * (11 + k)) % 53)).collect();
        ModelEntry { name: format!("model {k}"), predictions, stake: Wei::from_u128(stake) }
    };
    let mut all: Vec<ModelEntry> = (0..6).zip(1..).map(|(k, n)| model(k, 1_000 * n)).collect();
    all[4].predictions[9] = f64::NAN;
    all[5].predictions = vec![0.5; 60];
    all
}

#[test]
fn an_honest_report_is_recomputed_whole() {
    for meta in [None, Some((0..60).map(f64::from).collect())] {
        for stake_weighted in [true, false] {
            let (report, attached) =
                build_score_report(&round(true, stake_weighted, meta.clone()), &models()).unwrap();
            let v = verify_score_report(&report, &attached).unwrap();
            assert_eq!(v, ScoreVerdict { models: 6, corr_recomputed: 6, mmc_recomputed: 6 });
            assert_eq!(report.models[4].reason, Some(Reason::NonFinite { row: 9 }));
            assert_eq!(report.models[5].reason, Some(Reason::Constant));
            assert!(report.paid > Wei::ZERO && report.burned > Wei::ZERO, "{report:?}");
            assert_eq!(ScoreReport::from_document(&report.to_document()).unwrap(), report);
            let mut carried: Vec<B256> = attached.keys().copied().collect();
            let mut named = report.attachments();
            carried.sort();
            named.sort();
            assert_eq!(carried, named);
        }
    }
}

#[test]
fn a_private_report_is_checked_as_far_as_it_goes() {
    let (report, attached) = build_score_report(&round(false, true, None), &models()).unwrap();
    assert!(report.attachments().is_empty());
    let verdict = |a: &BTreeMap<B256, Vec<u8>>| verify_score_report(&report, a).unwrap();
    assert_eq!(verdict(&BTreeMap::new()).corr_recomputed, 0);
    let mut some = attached.clone();
    some.remove(&report.models[2].predictions);
    assert_eq!(verdict(&some), ScoreVerdict { models: 6, corr_recomputed: 5, mmc_recomputed: 0 });
    assert_eq!(verdict(&attached).mmc_recomputed, 6);
}

#[test]
fn a_disclosed_report_needs_its_inputs() {
    let (report, attached) = build_score_report(&round(true, true, None), &models()).unwrap();
    for hash in report.attachments() {
        let mut less = attached.clone();
        less.remove(&hash);
        let e = verify_score_report(&report, &less).unwrap_err();
        assert_eq!((e.code(), e.check()), ("score_input_missing", Some("score_recomputed")));
        let mut wrong = attached.clone();
        wrong.get_mut(&hash).unwrap()[20] ^= 1;
        assert_eq!(verify_score_report(&report, &wrong).unwrap_err().code(), "score_mismatch");
    }
}

#[test]
fn every_forged_field_is_named() {
    let (honest, attached) = build_score_report(&round(true, true, None), &models()).unwrap();
    let one = Wei::from_u128(1);
    type Forge = fn(&mut ScoreReport);
    let cases: &[(&str, Forge)] = &[
        // Payouts follow the stated scores, so the forger has settled again.
        ("score_recomputed", |r| r.models[0].corr = Nano::new(r.models[0].corr.get() + 1)),
        ("score_recomputed", |r| r.models[1].mmc = Nano::new(r.models[1].mmc.get() - 1)),
        ("score_recomputed", |r| r.models[5].reason = Some(Reason::Length { expected: 1, got: 2 })),
        ("score_recomputed", |r| r.meta_model = MetaModel::EqualMean),
        ("score_recomputed", |r| r.rows += 1),
        ("score_recomputed", |r| r.models.swap(0, 1)),
    ];
    for (i, (check, forge)) in cases.iter().enumerate() {
        let mut r = honest.clone();
        forge(&mut r);
        if i == 5 {
            // Swapping whole entries is no forgery: the same statement in another order.
            assert!(verify_score_report(&resettled(r), &attached).is_ok());
            continue;
        }
        let e = verify_score_report(&resettled(r), &attached).unwrap_err();
        assert_eq!(e.check(), Some(*check), "case {i}: {e}");
    }
    let cases: &[Forge] = &[
        |r| r.models[0].payout = Wei::from_u128(u128::MAX),
        |r| r.models[3].burned = Wei::ZERO,
        |r| r.pot = Wei::from_u128(u128::MAX),
        |r| r.rule.clip = Nano::new(1),
        |r| r.metrics.clear(),
        |r| r.models[0].stake = Wei::from_u128(77),
        |r| r.remainder = Wei::ZERO,
    ];
    for (i, forge) in cases.iter().enumerate() {
        let mut r = honest.clone();
        forge(&mut r);
        let e = verify_score_report(&r, &attached).unwrap_err();
        assert_eq!(
            (e.code(), e.check()),
            ("settlement_mismatch", Some("settlement_recomputed")),
            "case {i}: {e}"
        );
    }
    assert!(honest.models[0].payout > one && honest.models[3].burned > Wei::ZERO);
}

/// What a forger would do: settle the changed scores again, so that only the scores give it away.
fn resettled(mut r: ScoreReport) -> ScoreReport {
    let stakes: Vec<Wei> = r.models.iter().map(|m| m.stake).collect();
    let s = countermark_settle::settle_pot(r.pot, &r.settled_scores().unwrap(), &stakes, &r.rule).unwrap();
    for (m, row) in r.models.iter_mut().zip(&s.rows) {
        (m.payout, m.burned) = (row.paid, row.burned);
    }
    (r.paid, r.burned, r.remainder) = (s.paid, s.burned, s.remainder);
    r
}

#[test]
fn a_report_is_the_body_of_a_receipt() {
    let (body, attached) = build_score_report(&round(true, true, None), &models()).unwrap();
    let key = countermark_crypto::SecretKey::from_seed(&[7; 32]);
    let (issuer, issued_at) = (key.address(), countermark_primitives::Timestamp::new(1_700_000_000));
    let parents = vec![B256::repeat_byte(1), B256::repeat_byte(2)];
    let receipt = countermark_receipt::Draft { issuer, issued_at, parents, body }.sign(&key).unwrap();
    verify_score_report(&receipt.verify::<ScoreReport>().unwrap(), &attached).unwrap();
}

#[test]
fn bad_rounds_are_refused() {
    let code = |r: &Round, m: &[ModelEntry]| build_score_report(r, m).unwrap_err().code();
    let r = round(true, true, None);
    let mut twice = models();
    twice[1].name = twice[0].name.clone();
    assert_eq!(code(&r, &twice), "out_of_range");
    let mut long = models();
    long[0].name = "x".repeat(129);
    assert_eq!(code(&r, &long), "limit_exceeded");
    let mut unstaked = models();
    unstaked.iter_mut().for_each(|m| m.stake = Wei::ZERO);
    assert_eq!(code(&r, &unstaked), "no_weight");
    let mut reversed = r.clone();
    reversed.metrics.reverse();
    assert_eq!(code(&reversed, &models()), "out_of_range");
    let mut nan = r.clone();
    nan.targets[3] = f64::NAN;
    assert_eq!(code(&nan, &models()), "non_finite");
    let flat = round(true, true, Some(vec![1.0; 60]));
    assert_eq!(code(&flat, &models()), "constant_column");
    // Nobody can be scored: everybody has a reason, and the pot stays.
    let (report, attached) = build_score_report(&r, &models()[4..]).unwrap();
    assert_eq!(report.paid, Wei::ZERO);
    assert_eq!(verify_score_report(&report, &attached).unwrap().corr_recomputed, 2);
}

proptest! {
    #[test]
    fn changed_bytes_never_panic_and_never_verify(at in any::<prop::sample::Index>(), bit in 0u8..8) {
        let (report, attached) = build_score_report(&round(true, false, None), &models()).unwrap();
        let mut bytes = report.to_document();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        if let Ok(changed) = ScoreReport::from_document(&bytes) {
            prop_assert_eq!(changed.to_document(), bytes.clone());
            // Free text, and stakes or a rule that come to the same amounts, are guarded by the signature alone.
            let mut same = changed.clone();
            (same.round, same.rule) = (report.round.clone(), report.rule);
            (same.metrics, same.disclosed) = (report.metrics.clone(), report.disclosed);
            for (a, b) in same.models.iter_mut().zip(&report.models) {
                (a.name, a.stake) = (b.name.clone(), b.stake);
            }
            prop_assert!(verify_score_report(&changed, &attached).is_err() || same == report);
        }
        prop_assert!(ScoreReport::from_document(&bytes[..at]).is_err());
    }

    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = ScoreReport::from_bytes("report", &bytes);
        let _ = Vector::from_document(&bytes);
        let _ = Reason::from_bytes("reason", &bytes);
    }
}
