//! Agreement beyond chance, and payments for answers without a ground truth. Labels are codes from 0.

use crate::{
    convert::js,
    plain::{kappa_weights, measurement},
};
use countermark::{
    primitives::Error as Basic,
    scoring::{agreement, peer_prediction as peers},
};
use napi::{
    Result,
    bindgen_prelude::{BigInt, Float64Array},
};
use napi_derive::napi;

/// Cohen's kappa of two people's labels, codes below `labels`. NaN where both use one label only.
#[napi]
pub fn cohen_kappa(
    a: &[u32],
    b: &[u32],
    labels: u32,
    #[napi(ts_arg_type = "'linear' | 'quadratic'")] weights: Option<String>,
) -> Result<f64> {
    js(|| Ok(agreement::cohen_kappa(a, b, labels, kappa_weights(weights.as_deref())?)?))
}

/// Scott's pi of two people's labels, codes below `labels`.
#[napi]
pub fn scott_pi(a: &[u32], b: &[u32], labels: u32) -> Result<f64> {
    js(|| Ok(agreement::scott_pi(a, b, labels)?))
}

/// Fleiss' kappa. `table`: how many people gave item i category j, shape `[items, categories]`, row-major.
#[napi]
pub fn fleiss_kappa(table: &[u32], categories: u32) -> Result<f64> {
    js(|| Ok(agreement::fleiss_kappa(table, categories as usize)?))
}

/// Krippendorff's alpha. `ratings`: shape `[people, units]`, row-major, NaN where missing; `level`: "interval" unless
/// given.
#[napi]
pub fn krippendorff_alpha(
    ratings: &[f64],
    units: u32,
    #[napi(ts_arg_type = "'nominal' | 'ordinal' | 'interval' | 'ratio'")] level: Option<String>,
) -> Result<f64> {
    js(|| {
        let level = measurement(level.as_deref().unwrap_or("interval"))?;
        Ok(agreement::krippendorff_alpha(ratings, units as usize, level)?)
    })
}

/// Bayesian truth serum: a score for each person. `answers`: codes; `forecasts`: the share of each label that the person
/// expects, shape `[people, labels]`, row-major, above 0, each row adding up to 1; `alpha`: 1 unless given.
#[napi]
pub fn bayesian_truth_serum(
    answers: &[u32],
    forecasts: &[f64],
    labels: u32,
    alpha: Option<f64>,
) -> Result<Float64Array> {
    js(|| Ok(peers::bayesian_truth_serum(answers, forecasts, labels, alpha.unwrap_or(1.0))?.into()))
}

/// Robust Bayesian truth serum for yes or no and three people or more. `forecasts`: the share of yes that each expects,
/// 0..=1.
#[napi]
pub fn robust_bayesian_truth_serum(answers: Vec<bool>, forecasts: &[f64]) -> Result<Float64Array> {
    js(|| Ok(peers::robust_bayesian_truth_serum(&answers, forecasts)?.into()))
}

/// Peer truth serum: `1 / share - 1` for each item where the peer gave the same label, else -1. `shares`: the public
/// share of each label, above 0; those of both together unless given.
#[napi]
pub fn peer_truth_serum(
    answers: &[u32],
    peers: &[u32],
    labels: u32,
    shares: Option<&[f64]>,
) -> Result<Float64Array> {
    js(|| Ok(self::peers::peer_truth_serum(answers, peers, labels, shares)?.into()))
}

/// Output agreement: 1 for each item where the peer gave the same label, else 0.
#[napi]
pub fn output_agreement(answers: &[u32], peers: &[u32], labels: u32) -> Result<Float64Array> {
    js(|| Ok(self::peers::output_agreement(answers, peers, labels)?.into()))
}

/// Correlated agreement of two people's labels of three or more items: a payment for each item.
#[napi]
pub fn correlated_agreement(a: &[u32], b: &[u32], labels: u32) -> Result<Float64Array> {
    js(|| Ok(peers::correlated_agreement(a, b, labels)?.into()))
}

/// Determinant-based mutual information: the product of two exact determinants, of the items before `split` and of the
/// rest.
#[napi]
pub fn determinant_mutual_information(a: &[u32], b: &[u32], labels: u32, split: u32) -> Result<BigInt> {
    js(|| Ok(peers::determinant_mutual_information(a, b, labels, split as usize)?.into()))
}

/// Surrogate scores from noisy labels. `scores`: the score of each forecast if no came true and if yes did, shape
/// `[n, 2]`, row-major; `noise`: the rates of a no turned to yes and of a yes turned to no.
#[napi]
pub fn surrogate_scores(
    scores: &[f64],
    labels: Vec<bool>,
    #[napi(ts_arg_type = "[number, number]")] noise: Vec<f64>,
) -> Result<Float64Array> {
    js(|| {
        let (pairs, rest) = scores.as_chunks::<2>();
        if !rest.is_empty() {
            return Err(
                Basic::LengthMismatch { what: "columns of scores", expected: 2, got: rest.len() }.into()
            );
        }
        let got = noise.len();
        let noise = <[f64; 2]>::try_from(noise).map_err(|_| Basic::LengthMismatch {
            what: "noise",
            expected: 2,
            got,
        })?;
        Ok(peers::surrogate_scores(pairs, &labels, noise)?.into())
    })
}
