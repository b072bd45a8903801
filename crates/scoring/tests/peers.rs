//! The vectors of every language: agreement and peer prediction, and what must be refused.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::cast_possible_truncation, missing_docs)]

use countermark_primitives::{Coded as _, Error as Base};
use countermark_scoring::{
    Result,
    agreement::{self, KappaWeights, Measurement},
    peer_prediction as peers,
};
use serde_json::Value;

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../bindings/vectors/peers.json")).unwrap()
}

/// Numbers, flat.
fn numbers(v: &Value) -> Vec<f64> {
    match v {
        Value::Array(list) => list.iter().flat_map(numbers).collect(),
        Value::String(text) => vec![text.parse().unwrap()],
        _ => vec![v.as_f64().unwrap_or(f64::NAN)],
    }
}

fn codes(v: &Value) -> Vec<u32> {
    v.as_array()
        .unwrap()
        .iter()
        .flat_map(|x| x.as_array().cloned().unwrap_or_else(|| vec![x.clone()]))
        .map(|x| u32::try_from(x.as_u64().unwrap()).unwrap())
        .collect()
}

fn flags(v: &Value) -> Vec<bool> {
    v.as_array().unwrap().iter().map(|x| x.as_bool().unwrap()).collect()
}

fn width(v: &Value) -> usize {
    v[0].as_array().map_or(0, Vec::len)
}

fn run(c: &Value) -> Result<Vec<f64>> {
    let labels = || c["labels"].as_u64().unwrap() as u32;
    let choice = |what, form| Base::InvalidText { what, form };
    Ok(match c["function"].as_str().unwrap() {
        "cohen_kappa" => {
            let weights = match c["weights"].as_str() {
                None => KappaWeights::Unweighted,
                Some("linear") => KappaWeights::Linear,
                Some("quadratic") => KappaWeights::Quadratic,
                Some(_) => return Err(choice("weights", "choice").into()),
            };
            vec![agreement::cohen_kappa(&codes(&c["a"]), &codes(&c["b"]), labels(), weights)?]
        }
        "scott_pi" => vec![agreement::scott_pi(&codes(&c["a"]), &codes(&c["b"]), labels())?],
        "fleiss_kappa" => vec![agreement::fleiss_kappa(&codes(&c["table"]), width(&c["table"]))?],
        "krippendorff_alpha" => {
            let level = match c["level"].as_str().unwrap() {
                "nominal" => Measurement::Nominal,
                "ordinal" => Measurement::Ordinal,
                "interval" => Measurement::Interval,
                "ratio" => Measurement::Ratio,
                _ => return Err(choice("level", "choice").into()),
            };
            vec![agreement::krippendorff_alpha(&numbers(&c["ratings"]), width(&c["ratings"]), level)?]
        }
        "bayesian_truth_serum" => {
            let alpha = c["alpha"].as_f64().unwrap();
            peers::bayesian_truth_serum(&codes(&c["answers"]), &numbers(&c["forecasts"]), labels(), alpha)?
        }
        "robust_bayesian_truth_serum" => {
            peers::robust_bayesian_truth_serum(&flags(&c["answers"]), &numbers(&c["forecasts"]))?
        }
        "peer_truth_serum" => {
            let shares = c["shares"].is_array().then(|| numbers(&c["shares"]));
            let (a, b) = (codes(&c["answers"]), codes(&c["peers"]));
            peers::peer_truth_serum(&a, &b, labels(), shares.as_deref())?
        }
        "output_agreement" => peers::output_agreement(&codes(&c["answers"]), &codes(&c["peers"]), labels())?,
        "correlated_agreement" => peers::correlated_agreement(&codes(&c["a"]), &codes(&c["b"]), labels())?,
        "determinant_mutual_information" => {
            let (a, b, split) = (codes(&c["a"]), codes(&c["b"]), c["split"].as_u64().unwrap() as usize);
            let exact = peers::determinant_mutual_information(&a, &b, labels(), split)?;
            assert!(c["expected"].as_str().is_none_or(|e| e == exact.to_string()));
            vec![exact.to_string().parse().unwrap()]
        }
        _ => {
            let scores = numbers(&c["scores"]);
            let noise = <[f64; 2]>::try_from(numbers(&c["noise"])).unwrap();
            peers::surrogate_scores(scores.as_chunks::<2>().0, &flags(&c["labels"]), noise)?
        }
    })
}

#[test]
fn scores_are_those_of_the_original() {
    let v = vectors();
    let tolerance = v["tolerance"].as_f64().unwrap();
    for c in v["cases"].as_array().unwrap() {
        let (got, expected) = (run(c).unwrap(), numbers(&c["expected"]));
        assert_eq!(got.len(), expected.len(), "{c}");
        for (g, e) in got.iter().zip(&expected) {
            let near = g.is_nan() && e.is_nan() || (g - e).abs() <= tolerance * e.abs().max(1.0);
            assert!(near, "{g} is not {e}: {c}");
        }
    }
}

#[test]
fn bad_answers() {
    for c in vectors()["refused"].as_array().unwrap() {
        let error = run(c).unwrap_err();
        assert_eq!(
            (error.code(), error.kind().as_str()),
            (c["code"].as_str().unwrap(), c["kind"].as_str().unwrap()),
            "{c}"
        );
    }
}
