//! What era reports commit to, and their edges: names, NaNs, limits, threads, cancellation.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use countermark_primitives::{
    B256, CancelToken, Coded as _, Document as _, Nano, Progress, Wei, ignore_progress,
};
use countermark_scoring::{
    Column, EraInput, EraMetric, EraReport, EraReportTerms, Eras, Ids, Result, build_era_report,
    replay_era_report, verify_era_report, with_threads,
};
use countermark_settle::{PayoutRule, Share};
use std::ops::ControlFlow;

const TARGET: [f64; 6] = [0.0, 0.5, 1.0, 0.25, 0.75, 0.5];
const MINE: [f64; 6] = [0.1, 0.2, 0.9, 0.3, 0.6, 0.5];

fn terms() -> EraReportTerms {
    let rule = PayoutRule { clip: Nano::new(50_000_000), threshold: None, share: Share::AtMostRate };
    EraReportTerms { round: "1".into(), multipliers: vec![Nano::ONE], rule, pot: Wei::from_u128(900) }
}

fn build(data: &EraInput<'_>, terms: EraReportTerms, names: &[&str]) -> Result<EraReport> {
    let (stakes, cancel) = (vec![Wei::from_u128(1_000); names.len()], CancelToken::new());
    build_era_report(data, &[EraMetric::Corr], terms, names, &stakes, &cancel, &mut ignore_progress)
        .map(|(report, _)| report)
}

fn replay(report: &EraReport, data: &EraInput<'_>) -> Result<()> {
    replay_era_report(report, data, &CancelToken::new(), &mut ignore_progress)
}

/// Lists of names that look alike written one after the other are different inputs.
#[test]
fn names_do_not_run_together() {
    let inputs = |ids: [&str; 2], eras: [&str; 2]| -> B256 {
        let predictions = [(&MINE[..]).into()];
        let ids: Vec<&str> = ids.into_iter().chain(["3", "4", "5", "6"]).collect();
        let eras: Vec<&str> = [[eras[0]; 3], [eras[1]; 3]].concat();
        let data = EraInput {
            eras: Some(Eras::Text(&eras)),
            ids: Some(Ids::Text(&ids)),
            ..EraInput::new(&predictions, (&TARGET[..]).into())
        };
        build(&data, terms(), &["m"]).unwrap().inputs
    };
    let plain = inputs(["1", "2"], ["a", "b"]);
    assert_eq!(plain, inputs(["1", "2"], ["a", "b"]));
    assert_ne!(inputs(["1\n2", "x"], ["a", "b"]), inputs(["1", "2\nx"], ["a", "b"]));
    assert_ne!(inputs(["1", "2"], ["a\n1", "b"]), inputs(["1", "2"], ["a", "b\n1"]));
    assert_ne!(plain, inputs(["1", "2"], ["a", "c"]));
}

/// The bits of a NaN differ between machines and languages; those of zero are its sign.
#[test]
fn a_nan_is_a_nan() {
    let with = |x: f64| [x, 0.2, 0.9, 0.3, 0.6, 0.5];
    let (mine, report) = (with(f64::NAN), |values: &[f64; 6]| {
        let predictions = [(&values[..]).into()];
        build(&EraInput::new(&predictions, (&TARGET[..]).into()), terms(), &["m"]).unwrap()
    });
    let honest = report(&mine);
    for bits in [0x7ff8_0000_0000_0001, 0xfff8_0000_0000_0000, 0x7ff0_0000_0000_0001] {
        let other = with(f64::from_bits(bits));
        let predictions = [(&other[..]).into()];
        replay(&honest, &EraInput::new(&predictions, (&TARGET[..]).into())).unwrap();
    }
    assert_ne!(report(&with(0.0)).models[0].predictions, report(&with(-0.0)).models[0].predictions);
}

/// Numbers of any type are the same inputs when they are the same numbers.
#[test]
fn a_number_is_a_number_of_any_type() {
    let wide = [1.0, -2.0, 0.0, 2.0, 1.0, -1.0];
    let (narrow, short) = ([1.0f32, -2.0, 0.0, 2.0, 1.0, -1.0], [1i8, -2, 0, 2, 1, -1]);
    let predictions = [(&MINE[..]).into()];
    let features: [Column<'_>; 3] = [(&wide[..]).into(), (&narrow[..]).into(), (&short[..]).into()];
    let of = |feature: &[Column<'_>]| {
        let plain = EraInput::new(&predictions, (&TARGET[..]).into());
        build(&EraInput { features: feature, ..plain }, terms(), &["m"]).unwrap().inputs
    };
    assert_eq!(of(&features[..1]), of(&features[1..2]));
    assert_eq!(of(&features[..1]), of(&features[2..]));
    assert_ne!(of(&features[..1]), of(&features[..2]));
}

#[test]
fn what_cannot_be_reported_is_refused_before_it_is_scored() {
    let predictions = [(&MINE[..]).into(), (&TARGET[..]).into()];
    let data = EraInput::new(&predictions, (&TARGET[..]).into());
    let code = |terms: EraReportTerms, names: &[&str], stakes: usize| {
        let (stakes, cancel) = (vec![Wei::ZERO; stakes], CancelToken::new());
        // Whoever gets as far as scoring is told so.
        let mut never = |_: Progress| ControlFlow::Break(());
        build_era_report(&data, &[EraMetric::Corr], terms, names, &stakes, &cancel, &mut never)
            .unwrap_err()
            .code()
    };
    let long = "x".repeat(129);
    assert_eq!(code(terms(), &["a", "b"], 2), "cancelled");
    assert_eq!(code(terms(), &["a"], 2), "length_mismatch");
    assert_eq!(code(terms(), &["a", "b"], 3), "length_mismatch");
    assert_eq!(code(terms(), &["a", "a"], 2), "out_of_range");
    assert_eq!(code(terms(), &["a", &long], 2), "limit_exceeded");
    assert_eq!(code(EraReportTerms { round: long.clone(), ..terms() }, &["a", "b"], 2), "limit_exceeded");
    assert_eq!(code(EraReportTerms { multipliers: vec![], ..terms() }, &["a", "b"], 2), "length_mismatch");
    let rule = PayoutRule { clip: Nano::new(-1), ..terms().rule };
    assert_eq!(code(EraReportTerms { rule, ..terms() }, &["a", "b"], 2), "out_of_range");
    let eras = [&*long; 6];
    let data = EraInput { eras: Some(Eras::Text(&eras)), ..data };
    assert_eq!(build(&data, terms(), &["a", "b"]).unwrap_err().code(), "limit_exceeded");
    let codes = Eras::Codes(&[0, 0, 0, 1, 1, 1], &["same", "same"]);
    let data = EraInput { eras: Some(codes), ..data };
    assert_eq!(build(&data, terms(), &["a", "b"]).unwrap_err().code(), "out_of_range");
}

#[test]
fn limits_of_a_stated_report() {
    let predictions = [(&MINE[..]).into()];
    let data = EraInput::new(&predictions, (&TARGET[..]).into());
    let honest = build(&data, terms(), &["m"]).unwrap();
    let code = |change: &dyn Fn(&mut EraReport)| {
        let mut report = honest.clone();
        change(&mut report);
        verify_era_report(&report).map_err(|e| e.code())
    };
    assert_eq!(code(&|_| ()), Ok(()));
    let many = |report: &mut EraReport, models: usize, eras: usize| {
        let model = report.models[0].clone();
        report.models = (0..models)
            .map(|i| countermark_scoring::EraModel { name: i.to_string(), ..model.clone() })
            .collect();
        report.eras = (0..eras).map(|i| i.to_string()).collect();
        report.scores = vec![None; models * eras];
    };
    assert_eq!(code(&|r| many(r, 65_537, 1)), Err("limit_exceeded"));
    assert_eq!(code(&|r| many(r, 1, 65_537)), Err("limit_exceeded"));
    assert_eq!(code(&|r| many(r, 300, 65_536)), Err("limit_exceeded"));
    assert_eq!(code(&|r| r.models[0].stake = Wei::MAX), Err("settlement_mismatch"));
    assert_eq!(code(&|r| r.scores[0] = Some(Nano::new(i64::MAX))), Err("score_mismatch"));
    assert_eq!(
        code(&|r| (r.scores[0], r.terms.multipliers[0]) = (Some(Nano::new(i64::MAX)), Nano::new(i64::MIN))),
        Err("overflow")
    );
}

/// A report of nothing is a report; so is one of rows without models or without metrics.
#[test]
fn empty_reports() {
    let data = EraInput::new(&[], (&TARGET[..]).into());
    let report = build(&data, terms(), &[]).unwrap();
    verify_era_report(&report).unwrap();
    replay(&report, &data).unwrap();
    assert_eq!((report.paid, report.remainder), (Wei::ZERO, terms().pot));
    let nothing = EraInput::new(&[], (&TARGET[..0]).into());
    let report = build(&nothing, terms(), &[]).unwrap();
    replay(&report, &nothing).unwrap();
    assert!(report.eras.is_empty() && replay(&report, &data).is_err());
    let predictions = [(&MINE[..]).into()];
    let data = EraInput::new(&predictions, (&TARGET[..]).into());
    let (stakes, cancel) = ([Wei::from_u128(7)], CancelToken::new());
    let plain = EraReportTerms { multipliers: vec![], ..terms() };
    let built = build_era_report(&data, &[], plain, &["m"], &stakes, &cancel, &mut ignore_progress);
    let report = built.unwrap().0;
    replay(&report, &data).unwrap();
    assert_eq!(EraReport::from_document(&report.to_document()).unwrap(), report);
}

#[test]
fn same_bytes_on_any_number_of_threads_and_an_end_when_asked_for() {
    let rows = 40 * 50;
    let value = |i: usize, k: usize| f64::from(u32::try_from((i * (31 + k) + k * k) % 997).unwrap());
    let models: Vec<Vec<f64>> = (0..70).map(|k| (0..rows).map(|i| value(i, k)).collect()).collect();
    let target: Vec<f64> = (0..rows).map(|i| value(i, 77) % 5.0).collect();
    let eras: Vec<i64> = (0..rows).map(|i| i64::try_from(i % 40).unwrap()).collect();
    let predictions: Vec<Column<'_>> = models.iter().map(Column::from).collect();
    let data = EraInput { eras: Some(Eras::I64(&eras)), ..EraInput::new(&predictions, (&target).into()) };
    let names: Vec<String> = (0..70).map(|k| format!("model {k}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let all = || build(&data, terms(), &names).unwrap();
    let report = with_threads(1, all).unwrap();
    assert_eq!(report.to_document(), with_threads(3, all).unwrap().to_document());
    let cancelled = CancelToken::new();
    cancelled.cancel();
    let error = replay_era_report(&report, &data, &cancelled, &mut ignore_progress).unwrap_err();
    assert_eq!(error.code(), "cancelled");
    let mut seen = Vec::new();
    let mut once = |p: Progress| {
        seen.push((p.done, p.total));
        ControlFlow::Break(())
    };
    let error = replay_era_report(&report, &data, &CancelToken::new(), &mut once).unwrap_err();
    assert_eq!((error.code(), seen), ("cancelled", vec![(16, 40)]));
}
