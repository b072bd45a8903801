//! Scores of many models: modes, reasons, views, and the published values of numerai-tools 0.7.2.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use countermark_primitives::Coded;
use countermark_scoring::{
    Column, Error, Matrix, Mode, Reason, correlation_contribution, numerai_corr, score,
};
use proptest::prelude::*;

const TARGET: [f64; 8] = [0.0, 0.25, 0.5, 0.5, 0.5, 0.75, 1.0, 0.5];
const RISING: [f64; 8] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0];
const TIED: [f64; 8] = [1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 4.0, 4.0];

fn col(v: &[f64]) -> Column<'_> {
    v.into()
}

/// Bits, so that NaN equals NaN and nothing else is forgiven.
fn bits(v: impl IntoIterator<Item = f64>) -> Vec<u64> {
    v.into_iter().map(f64::to_bits).collect()
}

fn any_prediction() -> impl Strategy<Value = f64> {
    prop_oneof![4 => 0.0f64..1.0, 2 => (0u8..5).prop_map(|x| f64::from(x) / 4.0), 1 => -1e300f64..1e300]
}

#[test]
fn published_values() {
    for mode in [Mode::Strict, Mode::PerModel, Mode::Compat] {
        let models = [col(&RISING), col(&TIED)];
        let s = score(&models, &col(&TARGET), Some(&col(&RISING)), mode).unwrap();
        for (got, want) in [
            (s[0].corr, 0.7059962114229676),
            (s[1].corr, 0.7933127931255278),
            (s[0].mmc, 0.0),
            (s[1].mmc, 0.0758017989503866),
        ] {
            assert!((got - want).abs() < 2e-15, "{mode:?}: {got}, published {want}");
        }
    }
}

#[test]
fn strict_names_column_and_row() {
    let mut bad = RISING;
    bad[3] = f64::NEG_INFINITY;
    let run = |models: &[Column<'_>], t: &[f64], m: Option<&[f64]>| {
        let m = m.map(Column::from);
        score(models, &t.into(), m.as_ref(), Mode::Strict).unwrap_err()
    };
    let non_finite = |column: &str| Error::NonFinite { column: column.into(), row: 3 };
    assert_eq!(run(&[col(&RISING), col(&bad)], &TARGET, None), non_finite("prediction 1"));
    assert_eq!(run(&[col(&RISING)], &bad, None), non_finite("target"));
    assert_eq!(run(&[col(&RISING)], &TARGET, Some(&bad)), non_finite("meta_model"));
    assert_eq!(run(&[col(&[1.0; 8])], &TARGET, None).to_string(), "prediction 0 is constant");
    assert_eq!(run(&[col(&RISING)], &[0.5; 8], None).to_string(), "target is constant");
    assert_eq!(run(&[], &TARGET, Some(&[0.5; 8])).to_string(), "meta_model is constant");
    assert_eq!(run(&[col(&RISING[..7])], &TARGET, None).to_string(), "prediction 0 has 7 rows, expected 8");
    assert_eq!(run(&[], &TARGET, Some(&RISING[..2])).code(), "length_mismatch");
    assert_eq!(run(&[], &[], None).code(), "too_few_rows");
    assert_eq!(run(&[], &[1.0], None).code(), "too_few_rows");
}

#[test]
fn compat_leaves_a_row_out_for_everybody_or_fails() {
    let (mut one, mut two) = (RISING, TIED);
    one[0] = f64::NAN;
    let models = [col(&one), col(&two)];
    // 7 of 8 rows are enough; the second model is scored on them too.
    let compat = numerai_corr(&models, &col(&TARGET), Mode::Compat).unwrap();
    let full = numerai_corr(&[col(&TIED)], &col(&TARGET), Mode::Strict).unwrap();
    assert!(compat.iter().all(|x| x.is_finite()) && compat[1] != full[0]);
    two[1] = f64::NAN;
    let e = numerai_corr(&[col(&one), col(&two)], &col(&TARGET), Mode::Compat).unwrap_err();
    assert_eq!(e, Error::TooFewRows { kept: 6, of: 8, needed: 7 });
    // A constant meta model: NaN for all, as the library; an error elsewhere.
    let mmc =
        correlation_contribution(&[col(&RISING)], &col(&[1.0; 8]), &col(&TARGET), Mode::Compat).unwrap();
    assert!(mmc[0].is_nan());
    let mmc =
        correlation_contribution(&[col(&[1.0; 8])], &col(&RISING), &col(&TARGET), Mode::Compat).unwrap();
    assert_eq!(mmc, [0.0]);
}

proptest! {
    #[test]
    fn a_bad_model_changes_no_other(
        good in proptest::collection::vec(proptest::collection::vec(any_prediction(), 30), 2..5),
        target in proptest::collection::vec((0u8..5).prop_map(|x| f64::from(x) / 4.0), 30),
        row in 0usize..30,
        bad in prop_oneof![Just(f64::NAN), Just(f64::INFINITY), Just(f64::NEG_INFINITY)],
        place in 0usize..3,
    ) {
        prop_assume!(target.iter().any(|t| *t != target[0]));
        let meta = &good[0];
        prop_assume!(meta.iter().any(|t| *t != meta[0]));
        let mut broken = good[1].clone();
        broken[row] = bad;
        let flat = vec![0.25; 30];
        let mut models: Vec<Column<'_>> = good.iter().map(Column::from).collect();
        let run = |m: &[Column<'_>]| {
            score(m, &col(&target), Some(&col(meta)), Mode::PerModel).unwrap()
        };
        let before = run(&models);
        let place = place.min(models.len());
        for extra in [col(&broken), col(&flat), col(&broken[..29])] {
            models.insert(place, extra);
        }
        let after = run(&models);
        prop_assert_eq!(after[place].reason, Some(Reason::Length { expected: 30, got: 29 }));
        prop_assert_eq!(after[place + 1].reason, Some(Reason::Constant));
        prop_assert_eq!(after[place + 2].reason, Some(Reason::NonFinite { row: row as u64 }));
        prop_assert!(after[place..place + 3].iter().all(|s| s.corr.is_nan() && s.mmc.is_nan()));
        let rest = after.iter().enumerate().filter(|(i, _)| !(place..place + 3).contains(i));
        let rest: Vec<_> = rest.map(|(_, s)| *s).collect();
        prop_assert_eq!(bits(before.iter().map(|s| s.corr)), bits(rest.iter().map(|s| s.corr)));
        prop_assert_eq!(bits(before.iter().map(|s| s.mmc)), bits(rest.iter().map(|s| s.mmc)));
    }

    #[test]
    fn any_strides_give_the_same_bits(
        rows in 3usize..40, columns in 1usize..5, seed in proptest::collection::vec(0.0f32..1.0, 200),
    ) {
        let cell = |i: usize, j: usize| seed[i * columns + j];
        let target: Vec<f64> = (0..rows).map(|i| f64::from(seed[i]) + i as f64).collect();
        let major: Vec<f64> = (0..columns).flat_map(|j| (0..rows).map(move |i| f64::from(cell(i, j)))).collect();
        let flipped: Vec<f32> = (0..rows).flat_map(|i| (0..columns).rev().map(move |j| cell(i, j))).collect();
        let a = Matrix::column_major(&major, rows, columns).unwrap();
        // Row-major f32 with its columns backwards.
        let strides = [columns as isize, -1];
        let b = Matrix::strided_f32(&flipped, columns - 1, [rows, columns], strides).unwrap();
        let run = |m: &Matrix<'_>| {
            bits(numerai_corr(&m.columns(), &col(&target), Mode::PerModel).unwrap())
        };
        prop_assert_eq!(run(&a), run(&b));
    }

    #[test]
    fn only_the_order_of_predictions_counts(
        p in proptest::collection::vec(any_prediction(), 50),
        t in proptest::collection::vec(any_prediction(), 50),
    ) {
        let shifted: Vec<f64> = p.iter().map(|x| x / 8.0).collect();
        let negated: Vec<f64> = p.iter().map(|x| -x).collect();
        let models = [col(&p), col(&shifted), col(&negated)];
        if let Ok(s) = numerai_corr(&models, &col(&t), Mode::Strict) {
            prop_assert_eq!(s[0].to_bits(), s[1].to_bits());
            prop_assert!((s[0] + s[2]).abs() < 1e-14);
            prop_assert!(s[0].abs() <= 1.0);
        }
    }
}

/// The same bits on every platform: 50 models over 500 rows, ties among them, as one digest.
#[test]
fn golden_digest() {
    use countermark_primitives::{Entropy as _, SeedEntropy, hash::sha256};
    let mut entropy = SeedEntropy::new(&[7; 32]);
    let mut column = |k: usize| -> Vec<f64> {
        let mut bytes = vec![0u8; 500 * 4];
        entropy.fill(&mut bytes);
        let words = bytes.as_chunks::<4>().0.iter().map(|b| u32::from_le_bytes(*b));
        // Every third model has ten values only.
        words.map(|w| f64::from(if k.is_multiple_of(3) { w % 10 } else { w }) / 3.0).collect()
    };
    let models: Vec<Vec<f64>> = (0..50).map(&mut column).collect();
    let target: Vec<f64> = column(0).iter().map(|x| (x * 3.0 / 2.0).floor() / 4.0).collect();
    let views: Vec<Column<'_>> = models.iter().map(Column::from).collect();
    let meta = countermark_scoring::meta_model(&views, &vec![countermark_primitives::U256::from(3); 50], 500)
        .unwrap();
    let scores = score(&views, &col(&target), Some(&col(&meta)), Mode::Strict).unwrap();
    let bytes: Vec<u8> = scores.iter().flat_map(|s| [s.corr, s.mmc]).flat_map(f64::to_le_bytes).collect();
    let want = "0xd3b473d9ac74fe7a3e49e752dc02867c0f02474c66665ac9fd31c35e5ccb4e31";
    assert_eq!(sha256(&bytes).to_string(), want);
}
