//! The rest of numerai-tools 0.7.2: vectors that its own code gave, the three modes, and what is refused.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use countermark_primitives::{Coded, Nano, Wei};
use countermark_scoring::*;
use countermark_settle::{StakedModel, TournamentRule, tournament_payouts};
use serde_json::Value;

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../bindings/vectors/numerai.json")).unwrap()
}

fn floats(v: &Value) -> Vec<f64> {
    v.as_array().unwrap().iter().map(|x| x.as_f64().unwrap_or(f64::NAN)).collect()
}

fn table(v: &Value) -> Vec<Vec<f64>> {
    v.as_array().unwrap().iter().map(floats).collect()
}

fn views(v: &[Vec<f64>]) -> Vec<Column<'_>> {
    v.iter().map(Column::from).collect()
}

fn texts(v: &Value) -> Vec<&str> {
    v.as_array().unwrap().iter().map(|x| x.as_str().unwrap()).collect()
}

fn gaps(v: &Value) -> Vec<Option<&str>> {
    v.as_array().unwrap().iter().map(Value::as_str).collect()
}

fn size(v: &Value) -> Option<usize> {
    v.as_u64().and_then(|x| usize::try_from(x).ok())
}

#[track_caller]
fn near(got: &[f64], expected: &[f64]) {
    assert_eq!(got.len(), expected.len());
    for (a, b) in got.iter().zip(expected) {
        assert!((a - b).abs() <= 1e-12 || (a.is_nan() && b.is_nan()), "{got:?} is not {expected:?}");
    }
}

fn values(scores: &[MetricScore]) -> Vec<f64> {
    scores.iter().map(|s| s.value).collect()
}

/// The columns of the vectors.
struct Data {
    json: Value,
    target: Vec<f64>,
    meta: Vec<f64>,
    models: Vec<Vec<f64>>,
    neutralizers: Vec<Vec<f64>>,
    weights: Vec<f64>,
    stakes: Vec<f64>,
}

fn data() -> Data {
    let json = vectors();
    let models = json["models"].as_array().unwrap().iter().map(|m| floats(&m["predictions"])).collect();
    Data {
        target: floats(&json["target"]),
        meta: floats(&json["meta_model"]),
        models,
        neutralizers: table(&json["neutralizers"]),
        weights: floats(&json["sample_weights"]),
        stakes: floats(&json["stakes"]),
        json,
    }
}

#[test]
fn primitives() {
    let d = data();
    let v = &d.json;
    for case in v["rank"].as_array().unwrap() {
        let method = match case["method"].as_str().unwrap() {
            "average" => RankMethod::Average,
            "first" => RankMethod::First,
            "min" => RankMethod::Min,
            "max" => RankMethod::Max,
            _ => RankMethod::Dense,
        };
        near(&rank(&(&floats(&case["values"])).into(), method), &floats(&case["expected"]));
    }
    near(&gaussian(&(&floats(&v["rank"][0]["expected"])).into()), &floats(&v["gaussian"]));
    near(&power(&(&d.meta).into(), 1.5).unwrap(), &floats(&v["power"]));
    for case in v["normalize"].as_array().unwrap() {
        let how = match case["how"].as_str().unwrap() {
            "center" => Normalization::Center,
            "variance" => Normalization::Variance,
            "standard" => Normalization::Standard,
            "min_max" => Normalization::MinMax,
            _ => Normalization::Weight,
        };
        near(&normalize(&(&d.meta).into(), how), &floats(&case["expected"]));
    }
    let (t, p) = ((&d.target).into(), (&d.models[0]).into());
    for case in v["correlation"].as_array().unwrap() {
        let got = match case["method"].as_str().unwrap() {
            "pearson" => pearson_correlation(&t, &p, size(&case["top_bottom"])),
            "spearman" => spearman_correlation(&t, &p),
            _ => tie_broken_rank_correlation(&t, &p),
        };
        near(&[got.unwrap()], &[case["expected"].as_f64().unwrap()]);
    }
    near(&orthogonalize(&[p], &(&d.meta).into()).unwrap()[0], &floats(&v["orthogonalize"]));
    near(&stake_weight(&views(&d.models), &d.stakes).unwrap(), &floats(&v["stake_weight"]));
    let features = [(&d.models[1]).into(), t, (&d.models[2]).into()];
    let (feature, r) = max_feature_correlation(&p, &features, None).unwrap();
    near(&[f64::from(u8::try_from(feature).unwrap()), r], &floats(&v["max_feature_correlation"]["expected"]));
    let pairs = pairwise_correlation(&views(&d.models), d.target.len(), Mode::Strict).unwrap();
    for (got, expected) in pairs.iter().zip(table(&v["pairwise_correlation"])) {
        near(&[got.max, got.mean], &expected);
    }
    let s = summarize(&(&floats(&v["summary"]["scores"])).into());
    let got = [7.0, s.mean, s.sd, s.sharpe, s.max_drawdown, s.autocorrelation];
    near(&got, &floats(&v["summary"]["expected"]));
    assert_eq!((s.eras, s.missing), (7, 1));
}

#[test]
fn scores_in_every_mode() {
    let d = data();
    let models = views(&d.models);
    let (t, m) = ((&d.target).into(), (&d.meta).into());
    for mode in [Mode::Strict, Mode::PerModel, Mode::Compat] {
        for case in d.json["numerai_corr_with"].as_array().unwrap() {
            let options = CorrOptions {
                top_bottom: size(&case["top_bottom"]),
                target_pow15: case["target_pow15"].as_bool().unwrap(),
                ..CorrOptions::default()
            };
            let got = numerai_corr_with(&models, &t, &options, mode).unwrap();
            near(&values(&got), &floats(&case["expected"]));
        }
        for case in d.json["correlation_contribution_with"].as_array().unwrap() {
            let k = size(&case["top_bottom"]);
            let got = correlation_contribution_with(&[models[0], models[2]], &m, &t, k, mode).unwrap();
            near(&values(&got), &floats(&case["expected"]));
        }
        let (n, v) = (views(&d.neutralizers), (&d.weights).into());
        let got = neutralized_weights(&models, &n, &v, true, mode).unwrap();
        for (got, expected) in got.iter().zip(table(&d.json["neutralized_weights"])) {
            near(got.as_ref().unwrap(), &expected);
        }
        near(&values(&alpha(&models, &n, &v, &t, mode).unwrap()), &floats(&d.json["alpha"]));
        let got = meta_portfolio_contribution(&models, &d.stakes, &n, &v, &t, mode).unwrap();
        near(&values(&got), &floats(&d.json["meta_portfolio_contribution"]));
    }
}

/// A model with a gap: a row less for everybody, a reason for itself, or an error.
#[test]
fn a_gap_costs_what_the_mode_says() {
    let d = data();
    let mut broken = d.models[1].clone();
    broken[3] = f64::NAN;
    let (n, v, t) = (views(&d.neutralizers), Column::from(&d.weights), Column::from(&d.target));
    let models = [Column::from(&d.models[0]), (&broken).into(), (&d.models[2]).into()];
    let options = CorrOptions::default();
    let m = Column::from(&d.meta);
    type Call<'a> = &'a dyn Fn(&[Column<'_>], Mode) -> Result<Vec<MetricScore>>;
    let calls: [(&str, Call<'_>); 4] = [
        ("corr", &|p, mode| numerai_corr_with(p, &t, &options, mode)),
        ("mmc", &|p, mode| correlation_contribution_with(p, &m, &t, Some(4), mode)),
        ("alpha", &|p, mode| alpha(p, &n, &v, &t, mode)),
        ("mpc", &|p, mode| meta_portfolio_contribution(p, &d.stakes[..p.len()], &n, &v, &t, mode)),
    ];
    for (name, call) in calls {
        let e = call(&models, Mode::Strict).unwrap_err();
        assert_eq!(e, Error::NonFinite { column: "prediction 1".into(), row: 3 }, "{name}");
        let each = call(&models, Mode::PerModel).unwrap();
        assert_eq!(each[1].reason, Some(Reason::NonFinite { row: 3 }), "{name}");
        assert!(each[1].value.is_nan() && each[0].reason.is_none(), "{name}");
        let dropped = call(&models, Mode::Compat).unwrap();
        assert!(dropped.iter().all(|s| s.value.is_finite()), "{name}");
        assert!(dropped[0].value != each[0].value, "{name}: the row counts for others");
        if name != "mpc" {
            // The others' scores are the same bits as without the broken model.
            let alone = call(&[models[0], models[2]], Mode::PerModel).unwrap();
            assert_eq!([each[0], each[2]], alone[..], "{name}");
        }
        let short = Column::from(&d.models[0][1..]);
        assert_eq!(call(&[short], Mode::Compat).unwrap_err().code(), "length_mismatch", "{name}");
        assert_eq!(call(&[short], Mode::PerModel).unwrap()[0].reason.unwrap().code(), "length_mismatch");
        let mut holes = d.models[0].clone();
        holes[..5].fill(f64::NAN);
        assert_eq!(call(&[(&holes).into()], Mode::Compat).unwrap_err().code(), "too_few_rows", "{name}");
    }
}

#[test]
fn threads_change_nothing() {
    let d = data();
    let all = || {
        let (n, v, t) = (views(&d.neutralizers), (&d.weights).into(), (&d.target).into());
        meta_portfolio_contribution(&views(&d.models), &d.stakes, &n, &v, &t, Mode::Strict)
    };
    assert_eq!(with_threads(1, all).unwrap(), with_threads(2, all).unwrap());
}

#[test]
fn rows_by_id() {
    let v = vectors();
    let case = &v["align"];
    let (a, b) = (texts(&case["ids"][0]), texts(&case["ids"][1]));
    let values = floats(&case["values"][0]);
    let column = [Column::from(&values)];
    let frames = [Frame { ids: Ids::Text(&a), columns: &column }, Frame { ids: Ids::Text(&b), columns: &[] }];
    let rows = Alignment::new(&frames, case["max_filtered_ratio"].as_f64().unwrap()).unwrap();
    for i in 0..2 {
        let got: Vec<f64> = rows.rows(i).iter().map(|r| f64::from(*r)).collect();
        assert_eq!(got, floats(&case["expected"][i]));
    }
    let case = &v["churn"];
    let (x, y) = (floats(&case["signals"][0]["values"]), floats(&case["signals"][1]["values"]));
    let (x, y) = (
        Signal { ids: Ids::Text(&a), values: (&x).into() },
        Signal { ids: Ids::Text(&b), values: (&y).into() },
    );
    near(&[churn(&x, &y, None).unwrap()], &[case["expected"].as_f64().unwrap()]);
    let tails = churn(&x, &y, size(&case["top_bottom"])).unwrap();
    near(&[tails], &[case["expected_top_bottom"].as_f64().unwrap()]);
    near(&[turnover(&x, &y).unwrap()], &[case["turnover"].as_f64().unwrap()]);
    for case in v["neutral_churn_penalty"].as_array().unwrap() {
        let got = neutral_churn_penalty(case["churn"].as_f64().unwrap(), 0.1, 10.0).unwrap();
        near(&[got], &[case["expected"].as_f64().unwrap()]);
    }
}

#[test]
fn submissions() {
    let v = vectors();
    for case in v["clean_submission"].as_array().unwrap() {
        let remap = case["remap"].as_array().map(|_| gaps(&case["remap"]));
        let options =
            CleanOptions { remap: remap.as_deref(), rank_and_fill: case["rank_and_fill"].as_bool().unwrap() };
        let (universe, ids) = (gaps(&case["universe"]), gaps(&case["ids"]));
        let clean = clean_submission(&universe, &ids, &floats(&case["values"]), &options).unwrap();
        assert_eq!(clean.ids, texts(&case["expected_ids"]));
        near(&clean.values, &floats(&case["expected"]));
    }
    for case in v["validate_submission"].as_array().unwrap() {
        let tournament = match case["tournament"].as_str().unwrap() {
            "numerai" => Tournament::Numerai,
            "signals" => Tournament::Signals,
            _ => Tournament::Crypto,
        };
        let (headers, ids, values) = (texts(&case["headers"]), gaps(&case["ids"]), floats(&case["values"]));
        let submission = Submission { headers: &headers, ids: &ids, values: &values };
        let live = gaps(&case["live_ids"]);
        let require_date = case["require_date"].as_bool().unwrap();
        match validate_submission(tournament, &live, &submission, require_date) {
            Ok(valid) => {
                assert_eq!(valid.rows, [2, 3, 0]);
                assert_eq!(valid.invalid_ids, texts(&case["invalid_ids"]));
            }
            Err(e) => {
                assert_eq!(Some(e.code()), case["code"].as_str(), "{e}");
                assert!(e.to_string().starts_with(e.code()), "{e}");
            }
        }
    }
}

#[test]
fn payouts() {
    let nano = |v: &Value| Nano::from_f64(v.as_f64().unwrap()).unwrap();
    let wei = |v: &Value| v.as_str().unwrap().parse::<Wei>().unwrap();
    for case in vectors()["tournament_payouts"].as_array().unwrap() {
        let m: Vec<Nano> = case["multipliers"].as_array().unwrap().iter().map(nano).collect();
        let rule = match (case["tournament"].as_str().unwrap(), case["round_day"].as_str()) {
            ("numerai", _) => TournamentRule::numerai(m[0], m[1]),
            ("signals", Some("2025-09-02")) => TournamentRule::signals(2025, 9, 2),
            ("signals", _) => TournamentRule::signals(2025, 9, 3),
            _ => TournamentRule::crypto(m[0]),
        };
        let list = |key: &str| case[key].as_array().unwrap();
        let models: Vec<StakedModel> = (0..list("stakes").len())
            .map(|i| StakedModel {
                metrics: case["metrics"][i].as_array().map(|m| m.iter().map(nano).collect()),
                stake: wei(&case["stakes"][i]),
                retained: nano(&case["retained"][i]),
            })
            .collect();
        let at_risk = case["at_risk"].is_string().then(|| wei(&case["at_risk"]));
        let round = tournament_payouts(&rule, &models, at_risk).unwrap();
        for (i, row) in round.rows.iter().enumerate() {
            assert_eq!((row.paid, row.burned), (wei(&case["paid"][i]), wei(&case["burned"][i])));
        }
        assert_eq!((round.paid, round.burned), (wei(&case["total_paid"]), wei(&case["total_burned"])));
    }
}

#[test]
fn contributions_to_an_ensemble() {
    let d = data();
    let (models, t) = (views(&d.models), (&d.target).into());
    let of = |method| ensemble_contribution(&models, &t, None, method).unwrap();
    let expected = &d.json["ensemble_contribution"];
    let exact = of(ContributionMethod::Shapley).values;
    near(&exact, &floats(&expected["shapley"]));
    near(&of(ContributionMethod::LeaveOneOut).values, &floats(&expected["leave_one_out"]));
    let sampled = of(ContributionMethod::SampledShapley { permutations: 4_000, seed: [7; 32] });
    for ((a, b), e) in sampled.values.iter().zip(exact).zip(sampled.standard_errors) {
        assert!((a - b).abs() < 5.0 * e + 1e-12);
    }
}

#[test]
fn tails_need_rows_and_a_meta_model() {
    let (t, p) = ([0.0, 0.5, 1.0, 0.5], [1.0, 2.0, 3.0, 4.0]);
    let (t, p) = (Column::from(&t[..]), Column::from(&p[..]));
    let flat = [0.5; 4];
    let flat = Column::from(&flat[..]);
    for mode in [Mode::Strict, Mode::PerModel, Mode::Compat] {
        let options = CorrOptions { top_bottom: Some(3), ..CorrOptions::default() };
        assert_eq!(numerai_corr_with(&[p], &t, &options, mode).unwrap_err().code(), "too_few_rows");
        let e = correlation_contribution_with(&[p], &t, &t, Some(usize::MAX), mode).unwrap_err();
        assert_eq!(e.code(), "too_few_rows");
        let e = correlation_contribution_with(&[p], &flat, &t, Some(1), mode).unwrap_err();
        assert_eq!(e.code(), "constant_column");
    }
    // Without tails the library answers NaN to a constant meta model.
    let none = correlation_contribution_with(&[p], &flat, &t, None, Mode::Compat).unwrap();
    assert!(none[0].value.is_nan());
}

#[test]
fn a_week_without_overlap_is_passed_over() {
    let tickers: Vec<String> = (0..240).map(|i| format!("T{i:03}")).collect();
    let tickers: Vec<&str> = tickers.iter().map(String::as_str).collect();
    let values: Vec<f64> = (0..120).map(|i| f64::from(i * 37 % 120) / 119.0).collect();
    let weights = vec![1.0; 120];
    let era = |first: usize| SignalsEra {
        submission_ids: &tickers[first..first + 120],
        submission: &values,
        universe: &tickers[first..first + 120],
        neutralizers: &[],
        sample_weights: (&weights).into(),
    };
    assert_eq!(max_churn_and_turnover(&era(0), &[era(120)]).unwrap(), (1.0, 1.0));
    let (c, t) = max_churn_and_turnover(&era(0), &[era(0), era(120)]).unwrap();
    assert!(c < 1e-12 && t < 1e-12);
    assert_eq!(RoundLimits::default().disqualifies(Some((c, t))), None);
    let few = SignalsEra { submission_ids: &tickers[..99], submission: &values[..99], ..era(0) };
    assert_eq!(max_churn_and_turnover(&few, &[]).unwrap_err().code(), "invalid_submission_ids");
}
