//! The vectors of every language: scores of many models over many eras, what they are settled to, and what features
//! explain of them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

mod era_vectors;

use countermark_primitives::{CancelToken, Coded as _, Nano, Wei, ignore_progress};
use countermark_scoring::{
    Column, EraMetric, EraScores, EraSettlement, Error, FeatureCache, Mode, Reason, Result,
    feature_exposures, feature_neutral_corr, neutral_contribution, neutral_correlation, neutralize,
    score_eras,
};
use era_vectors::{Data, amounts, matrix, number, numbers, rule, text, vectors};
use serde_json::Value;

fn mode(case: &Value) -> Result<Mode> {
    Ok(match text(&case["mode"]) {
        "compat" => Mode::Compat,
        "per_model" => Mode::PerModel,
        "strict" => Mode::Strict,
        _ => return Err(countermark_primitives::Error::InvalidText { what: "mode", form: "mode" }.into()),
    })
}

fn scored(data: &Data, case: &Value) -> Result<EraScores> {
    let names = case["metrics"].as_array().unwrap().iter().map(text);
    let metrics = names.map(EraMetric::parse).collect::<Result<Vec<_>>>()?;
    let (mode, cancel) = (mode(case)?, CancelToken::new());
    data.with(|input| score_eras(input, &metrics, mode, None, &cancel, &mut ignore_progress))
}

fn settled(scores: &EraScores, terms: &Value) -> Result<EraSettlement> {
    let multipliers =
        numbers(&terms["multipliers"]).into_iter().map(Nano::from_f64).collect::<Result<Vec<_>, _>>()?;
    let pot: Wei = text(&terms["pot"]).parse()?;
    scores.settle(&multipliers, &amounts(&terms["stakes"])?, pot, &rule(terms)?)
}

/// Values of a function, flat, and the reasons that stand beside them.
type Found = (Vec<f64>, Vec<Option<&'static str>>);

fn run(data: &Data, case: &Value) -> Result<Found> {
    let top_bottom = case["top_bottom"].as_u64().map(|n| usize::try_from(n).unwrap());
    let (p, f) = (data.predictions(), data.features());
    let target: Column<'_> = (&data.target).into();
    let function = text(&case["function"]);
    if function == "score_eras" {
        return scored(data, case).map(|s| (s.scores().to_vec(), Vec::new()));
    }
    if function == "settle" {
        return settled(&scored(data, case)?, case).map(|_| (Vec::new(), Vec::new()));
    }
    let mode = mode(case)?;
    let scores = match function {
        "neutralize" => {
            let all = neutralize(&p, &f, number(&case["proportion"]), mode)?;
            let rows = data.target.len();
            let values = all.iter().flat_map(|m| m.clone().unwrap_or_else(|_| vec![f64::NAN; rows]));
            return Ok((values.collect(), all.iter().map(|m| m.as_ref().err().map(|r| r.code())).collect()));
        }
        "feature_exposures" => {
            let all = feature_exposures(&p, &f, mode)?;
            let parts = |e: &Result<countermark_scoring::FeatureExposure, Reason>| match e {
                Ok(e) => [e.max, e.feature.map_or(f64::NAN, |j| f64::from(u32::try_from(j).unwrap())), e.rms],
                Err(_) => [f64::NAN; 3],
            };
            let reasons = all.iter().map(|e| e.as_ref().err().map(|r| r.code())).collect();
            return Ok((all.iter().flat_map(parts).collect(), reasons));
        }
        "feature_neutral_corr" => {
            let cache = FeatureCache::new(1 << 20);
            let first = feature_neutral_corr(&p, &f, &target, mode, Some(&cache))?;
            let again = feature_neutral_corr(&p, &f, &target, mode, None)?;
            assert_eq!(format!("{first:?}"), format!("{again:?}"));
            again
        }
        "neutral_correlation" => neutral_correlation(&p, &f, &target, top_bottom, mode)?,
        _ => {
            assert_eq!(function, "neutral_contribution");
            let meta = data.meta_model.as_ref().unwrap().into();
            neutral_contribution(&p, &meta, &f, &target, top_bottom, mode)?
        }
    };
    let reasons = scores.iter().map(|s| s.reason.map(|r| r.code())).collect();
    Ok((scores.iter().map(|s| s.value).collect(), reasons))
}

fn near(got: f64, expected: f64, tolerance: f64) -> bool {
    (got - expected).abs() <= tolerance * expected.abs().max(1.0) || got.is_nan() && expected.is_nan()
}

fn same(got: &[f64], expected: &[f64], tolerance: f64, what: &str) {
    assert_eq!(got.len(), expected.len(), "{what}");
    for (i, (a, b)) in got.iter().zip(expected).enumerate() {
        assert!(near(*a, *b, tolerance), "{what}, value {i}: {a} is not {b}");
    }
}

fn codes(v: &Value) -> Vec<Option<&str>> {
    v.as_array().unwrap().iter().map(Value::as_str).collect()
}

#[test]
fn values_are_those_of_the_original() {
    let v = vectors("eras");
    let [tolerance, wide] = ["tolerance", "fnc_tolerance"].map(|t| number(&v[t]));
    for case in v["cases"].as_array().unwrap() {
        let (function, expected) = (text(&case["function"]), &case["expected"]);
        let data = Data::of(&v["data"], case);
        if function == "score_eras" {
            continue;
        }
        let (values, reasons) = run(&data, case).unwrap();
        let models = expected.as_array().unwrap().iter();
        let expected: Vec<f64> = match function {
            "neutralize" => models
                .flat_map(|m| m.as_array().map_or_else(|| vec![f64::NAN; data.target.len()], |_| numbers(m)))
                .collect(),
            "feature_exposures" => {
                let stated: Vec<_> = models.clone().map(|m| m["reason"].as_str()).collect();
                assert_eq!(reasons, stated);
                models.flat_map(|m| ["max", "feature", "rms"].map(|part| number(&m[part]))).collect()
            }
            _ => {
                assert_eq!(reasons, codes(&case["reasons"]));
                numbers(expected)
            }
        };
        same(&values, &expected, if function.contains("neutral") { wide } else { tolerance }, function);
    }
}

#[test]
fn every_era_model_and_metric_is_that_of_the_original() {
    let v = vectors("eras");
    let [tolerance, wide] = ["tolerance", "fnc_tolerance"].map(|t| number(&v[t]));
    let mut seen = 0;
    for case in v["cases"].as_array().unwrap().iter().filter(|c| c["function"] == "score_eras") {
        let (s, expected) = (scored(&Data::of(&v["data"], case), case).unwrap(), &case["expected"]);
        assert_eq!(s.eras(), codes(&expected["eras"]).into_iter().flatten().collect::<Vec<_>>());
        let (eras, models, width) = (s.eras().len(), s.models(), s.metrics().len());
        let values = numbers(&expected["scores"]);
        assert_eq!((values.len(), s.scores().len()), (eras * models * width, eras * models * width));
        for (i, (a, b)) in s.scores().iter().zip(&values).enumerate() {
            let (e, j, metric) = (i / width / models, i / width % models, s.metrics()[i % width]);
            let tolerance = if metric == EraMetric::Fnc { wide } else { tolerance };
            assert!(near(*a, *b, tolerance), "era {e}, model {j}, {}: {a} is not {b}", metric.name());
            assert_eq!(s.get(e, j, i % width).to_bits(), a.to_bits());
        }
        let all = (0..eras).flat_map(|e| (0..models).map(move |j| (e, j)));
        let reasons: Vec<_> = all.map(|(e, j)| s.reason(e, j).map(|r| r.code())).collect();
        assert_eq!(reasons, codes(&expected["reasons"]));
        let errors: Vec<_> = (0..eras).map(|e| s.error(e).map(Error::code)).collect();
        assert_eq!(errors, codes(&expected["errors"]));
        for (i, summary) in expected["summaries"].as_array().into_iter().flatten().enumerate() {
            let got = s.summary(i / width, i % width);
            assert_eq!(
                (Some(got.eras), Some(got.missing)),
                (summary["eras"].as_u64(), summary["missing"].as_u64())
            );
            let parts = ["mean", "sd", "sharpe", "max_drawdown", "autocorrelation"];
            let got = [got.mean, got.sd, got.sharpe, got.max_drawdown, got.autocorrelation];
            same(&got, &parts.map(|part| number(&summary[part])), wide, "summary");
        }
        for terms in case["settlements"].as_array().unwrap() {
            let (got, expected) = (settled(&s, terms).unwrap(), &terms["expected"]);
            let rows = expected["rows"].as_array().unwrap();
            assert_eq!((rows.len(), got.scores.len()), (models, models));
            for ((row, r), score) in rows.iter().zip(&got.settlement.rows).zip(&got.scores) {
                assert_eq!((score.to_f64(), r.rate.to_f64()), (number(&row["score"]), number(&row["rate"])));
                let stated = ["paid", "burned"].map(|part| text(&row[part]));
                assert_eq!([r.paid.to_string(), r.burned.to_string()], stated);
            }
            let t = &got.settlement;
            let stated = ["paid", "burned", "remainder"].map(|part| text(&expected[part]));
            assert_eq!([t.paid.to_string(), t.burned.to_string(), t.remainder.to_string()], stated);
            seen += 1;
        }
    }
    assert!(seen >= 4);
}

#[test]
fn bad_inputs_are_refused() {
    let v = vectors("eras");
    for case in v["refused"].as_array().unwrap() {
        let error = run(&Data::of(&v["data"], case), case).expect_err(&case.to_string());
        assert_eq!(error.code(), text(&case["code"]), "{error}: {case}");
        assert_eq!(error.kind().as_str(), text(&case["kind"]), "{error}");
    }
}

#[test]
fn the_vectors_are_whole() {
    let v = vectors("eras");
    assert!(v["refused"].as_array().unwrap().len() >= 40);
    assert_eq!(matrix(&v["data"]["predictions"]).len(), 4);
}
