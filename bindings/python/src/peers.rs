//! Agreement beyond chance, and payments for answers without a ground truth.

use crate::{
    convert::{Array, Done, Numbers, rows},
    plain::{kappa_weights, measurement},
};
use countermark::primitives::Error as Basic;
use countermark::scoring::{Result, agreement, peer_prediction as peers};
use numpy::{PyArray1, PyReadonlyArray1, PyReadonlyArray2};
use pyo3::prelude::*;

/// Labels as codes: uint32, shape `[n]`.
type Codes<'py> = PyReadonlyArray1<'py, u32>;

fn codes(values: &Codes<'_>) -> Vec<u32> {
    values.as_array().to_vec()
}

/// Runs `f` on two people's labels.
fn pair<T: Send>(
    py: Python<'_>,
    [a, b]: [&Codes<'_>; 2],
    f: impl FnOnce(&[u32], &[u32]) -> Result<T> + Send,
) -> Done<T> {
    let (a, b) = (codes(a), codes(b));
    Ok(py.detach(|| f(&a, &b))?)
}

fn array(py: Python<'_>, values: Vec<f64>) -> Py<PyArray1<f64>> {
    PyArray1::from_vec(py, values).unbind()
}

/// Cohen's kappa of two people's labels, codes below `labels`; `weights`: None, "linear" or "quadratic". NaN where both
/// use one label only.
#[pyfunction]
#[pyo3(signature = (a, b, labels, weights = None))]
pub(crate) fn cohen_kappa(
    py: Python<'_>,
    a: Codes<'_>,
    b: Codes<'_>,
    labels: u32,
    weights: Option<&str>,
) -> Done<f64> {
    let weights = kappa_weights(weights)?;
    pair(py, [&a, &b], |a, b| agreement::cohen_kappa(a, b, labels, weights))
}

/// Scott's pi of two people's labels, codes below `labels`.
#[pyfunction]
pub(crate) fn scott_pi(py: Python<'_>, a: Codes<'_>, b: Codes<'_>, labels: u32) -> Done<f64> {
    pair(py, [&a, &b], |a, b| agreement::scott_pi(a, b, labels))
}

/// Fleiss' kappa. `table`: how many people gave item i category j, uint32, shape `[items, categories]`.
#[pyfunction]
pub(crate) fn fleiss_kappa(py: Python<'_>, table: PyReadonlyArray2<'_, u32>) -> Done<f64> {
    let view = table.as_array();
    let (counts, categories): (Vec<u32>, usize) = (view.iter().copied().collect(), view.ncols());
    Ok(py.detach(|| agreement::fleiss_kappa(&counts, categories))?)
}

/// Krippendorff's alpha. `ratings`: float64, shape `[people, units]`, NaN where missing; `level`: "nominal", "ordinal",
/// "interval" or "ratio".
#[pyfunction]
#[pyo3(signature = (ratings, level = "interval"))]
pub(crate) fn krippendorff_alpha(py: Python<'_>, ratings: Array<'_>, level: &str) -> Done<f64> {
    let level = measurement(level)?;
    let (ratings, units) = rows("shape of ratings", &ratings)?;
    Ok(py.detach(|| agreement::krippendorff_alpha(&ratings, units, level))?)
}

/// Bayesian truth serum: a score for each person. `answers`: codes; `forecasts`: the share of each label that the
/// person expects, shape `[people, labels]`, above 0, each row adding up to 1.
#[pyfunction]
#[pyo3(signature = (answers, forecasts, alpha = 1.0))]
pub(crate) fn bayesian_truth_serum(
    py: Python<'_>,
    answers: Codes<'_>,
    forecasts: Array<'_>,
    alpha: f64,
) -> Done<Py<PyArray1<f64>>> {
    let (answers, (forecasts, labels)) = (codes(&answers), rows("shape of forecasts", &forecasts)?);
    let labels = u32::try_from(labels).unwrap_or(u32::MAX);
    let scores = py.detach(|| peers::bayesian_truth_serum(&answers, &forecasts, labels, alpha))?;
    Ok(array(py, scores))
}

/// Robust Bayesian truth serum for yes or no and three people or more. `forecasts`: the share of yes that each expects,
/// 0..=1.
#[pyfunction]
pub(crate) fn robust_bayesian_truth_serum(
    py: Python<'_>,
    answers: Vec<bool>,
    forecasts: Array<'_>,
) -> Done<Py<PyArray1<f64>>> {
    let forecasts = Numbers::new("shape of forecasts", &forecasts, 1)?.row_major();
    Ok(array(py, py.detach(|| peers::robust_bayesian_truth_serum(&answers, &forecasts))?))
}

/// Peer truth serum: `1 / share - 1` for each item where the peer gave the same label, else -1. `shares`: the public
/// share of each label, above 0; None takes those of both together.
#[pyfunction]
#[pyo3(signature = (answers, peers, labels, shares = None))]
pub(crate) fn peer_truth_serum(
    py: Python<'_>,
    answers: Codes<'_>,
    peers: Codes<'_>,
    labels: u32,
    shares: Option<Array<'_>>,
) -> Done<Py<PyArray1<f64>>> {
    let shares = match &shares {
        Some(s) => Some(Numbers::new("shape of shares", s, 1)?.row_major()),
        None => None,
    };
    let scores = pair(py, [&answers, &peers], |a, b| {
        countermark::scoring::peer_prediction::peer_truth_serum(a, b, labels, shares.as_deref())
    })?;
    Ok(array(py, scores))
}

/// Output agreement: 1 for each item where the peer gave the same label, else 0.
#[pyfunction]
pub(crate) fn output_agreement(
    py: Python<'_>,
    answers: Codes<'_>,
    peers: Codes<'_>,
    labels: u32,
) -> Done<Py<PyArray1<f64>>> {
    let scores = pair(py, [&answers, &peers], |a, b| {
        countermark::scoring::peer_prediction::output_agreement(a, b, labels)
    })?;
    Ok(array(py, scores))
}

/// Correlated agreement of two people's labels of three or more items: a payment for each item.
#[pyfunction]
pub(crate) fn correlated_agreement(
    py: Python<'_>,
    a: Codes<'_>,
    b: Codes<'_>,
    labels: u32,
) -> Done<Py<PyArray1<f64>>> {
    let scores = pair(py, [&a, &b], |a, b| peers::correlated_agreement(a, b, labels))?;
    Ok(array(py, scores))
}

/// Determinant-based mutual information: the product of two exact determinants, of the items before `split` and of the
/// rest.
#[pyfunction]
pub(crate) fn determinant_mutual_information(
    py: Python<'_>,
    a: Codes<'_>,
    b: Codes<'_>,
    labels: u32,
    split: usize,
) -> Done<i128> {
    pair(py, [&a, &b], |a, b| peers::determinant_mutual_information(a, b, labels, split))
}

/// Surrogate scores from noisy labels. `scores`: the score of each forecast if no came true and if yes did, shape
/// `[n, 2]`; `noise`: the rates of a no turned to yes and of a yes turned to no.
#[pyfunction]
pub(crate) fn surrogate_scores(
    py: Python<'_>,
    scores: PyReadonlyArray2<'_, f64>,
    labels: Vec<bool>,
    noise: [f64; 2],
) -> Done<Py<PyArray1<f64>>> {
    let view = scores.as_array();
    if view.ncols() != 2 {
        let (what, got) = ("columns of scores", view.ncols());
        return Err(Basic::LengthMismatch { what, expected: 2, got }.into());
    }
    let scores: Vec<[f64; 2]> =
        view.rows().into_iter().filter_map(|r| Some([*r.first()?, *r.last()?])).collect();
    Ok(array(py, py.detach(|| peers::surrogate_scores(&scores, &labels, noise))?))
}
