//! Agreement beyond chance, and payments for answers without a ground truth. Labels are codes from 0.

use crate::{
    convert::{Done, floats},
    plain::{kappa_weights, measurement},
};
use countermark::{
    primitives::Error as Basic,
    scoring::{agreement, peer_prediction as peers},
};

/// Cohen's kappa of two people's labels, codes below `labels`; `weights`: null, `linear` or `quadratic`. NaN where both
/// use one label only.
#[uniffi::export]
pub fn cohen_kappa(a: &[u32], b: &[u32], labels: u32, weights: Option<String>) -> Done<f64> {
    Ok(agreement::cohen_kappa(a, b, labels, kappa_weights(weights.as_deref())?)?)
}

/// Scott's pi of two people's labels, codes below `labels`.
#[uniffi::export]
pub fn scott_pi(a: &[u32], b: &[u32], labels: u32) -> Done<f64> {
    Ok(agreement::scott_pi(a, b, labels)?)
}

/// Fleiss' kappa. `table`: how many people gave item i category j, shape `[items, categories]`, row-major.
#[uniffi::export]
pub fn fleiss_kappa(table: &[u32], categories: u32) -> Done<f64> {
    Ok(agreement::fleiss_kappa(table, categories as usize)?)
}

/// Krippendorff's alpha. `ratings`: little-endian f64, shape `[people, units]`, row-major, NaN where missing; `level`:
/// `nominal`, `ordinal`, `interval` or `ratio`.
#[uniffi::export]
pub fn krippendorff_alpha(ratings: &[u8], units: u32, level: &str) -> Done<f64> {
    let level = measurement(level)?;
    Ok(agreement::krippendorff_alpha(&floats("ratings", ratings)?, units as usize, level)?)
}

/// Bayesian truth serum: a score for each person. `answers`: codes; `forecasts`: the share of each label that the person
/// expects, little-endian f64, shape `[people, labels]`, row-major, above 0, each row adding up to 1; `alpha`: usual: 1.
#[uniffi::export]
pub fn bayesian_truth_serum(answers: &[u32], forecasts: &[u8], labels: u32, alpha: f64) -> Done<Vec<f64>> {
    Ok(peers::bayesian_truth_serum(answers, &floats("forecasts", forecasts)?, labels, alpha)?)
}

/// Robust Bayesian truth serum for yes or no and three people or more. `forecasts`: the share of yes that each expects,
/// 0..=1.
#[uniffi::export]
pub fn robust_bayesian_truth_serum(answers: Vec<bool>, forecasts: Vec<f64>) -> Done<Vec<f64>> {
    Ok(peers::robust_bayesian_truth_serum(&answers, &forecasts)?)
}

/// Peer truth serum: `1 / share - 1` for each item where the peer gave the same label, else -1. `shares`: the public
/// share of each label, above 0; null takes those of both together.
#[uniffi::export]
pub fn peer_truth_serum(
    answers: &[u32],
    peers: &[u32],
    labels: u32,
    shares: Option<Vec<f64>>,
) -> Done<Vec<f64>> {
    Ok(self::peers::peer_truth_serum(answers, peers, labels, shares.as_deref())?)
}

/// Output agreement: 1 for each item where the peer gave the same label, else 0.
#[uniffi::export]
pub fn output_agreement(answers: &[u32], peers: &[u32], labels: u32) -> Done<Vec<f64>> {
    Ok(self::peers::output_agreement(answers, peers, labels)?)
}

/// Correlated agreement of two people's labels of three or more items: a payment for each item.
#[uniffi::export]
pub fn correlated_agreement(a: &[u32], b: &[u32], labels: u32) -> Done<Vec<f64>> {
    Ok(peers::correlated_agreement(a, b, labels)?)
}

/// Determinant-based mutual information: the product of two exact determinants, of the items before `split` and of the
/// rest, as decimal text.
#[uniffi::export]
pub fn determinant_mutual_information(a: &[u32], b: &[u32], labels: u32, split: u32) -> Done<String> {
    Ok(peers::determinant_mutual_information(a, b, labels, split as usize)?.to_string())
}

/// Surrogate scores from noisy labels. `scores`: the score of each forecast if no came true and if yes did, shape
/// `[n, 2]`, row-major; `noise`: the rates of a no turned to yes and of a yes turned to no.
#[uniffi::export]
pub fn surrogate_scores(scores: Vec<f64>, labels: Vec<bool>, noise: Vec<f64>) -> Done<Vec<f64>> {
    let (pairs, rest) = scores.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(Basic::LengthMismatch { what: "columns of scores", expected: 2, got: rest.len() }.into());
    }
    let got = noise.len();
    let noise =
        <[f64; 2]>::try_from(noise).map_err(|_| Basic::LengthMismatch { what: "noise", expected: 2, got })?;
    Ok(peers::surrogate_scores(pairs, &labels, noise)?)
}
