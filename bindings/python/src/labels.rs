//! True labels from many people's answers.

use crate::convert::{Array, Done, Numbers};
use crate::plain::{Aggregated, aggregate_answers, initial_errors, missing_skill};
use crate::sandbox::CancelToken;
use countermark::primitives::ignore_progress;
use countermark::scoring::labels::{
    Annotations, DawidSkeneOptions, GladOptions, Stop, dawid_skene as core_dawid_skene, glad as core_glad,
    majority_vote as core_majority_vote, one_coin_dawid_skene as core_one_coin, wawa as core_wawa,
};
use numpy::{PyArray1, PyArray2, PyArrayMethods as _, PyReadonlyArray1};
use pyo3::prelude::*;

/// What a method says of tasks and workers.
#[pyclass(frozen, get_all, module = "countermark")]
pub(crate) struct Aggregation {
    /// The label of each task, uint32, shape `[tasks]`.
    labels: Py<PyArray1<u32>>,
    /// Probability of each label, shape `[tasks, labels]`.
    probabilities: Py<PyArray2<f64>>,
    /// Skill (or ability) of each worker, shape `[workers]`; empty for Dawid-Skene.
    skills: Py<PyArray1<f64>>,
    /// Share of each label, shape `[labels]`; empty for votes and GLAD.
    priors: Py<PyArray1<f64>>,
    /// Dawid-Skene: probability of an answer given the true label, row-major `[workers, answer, true label]`.
    errors: Py<PyArray1<f64>>,
    /// GLAD: log easiness of each task.
    easiness: Py<PyArray1<f64>>,
    /// The objective after each step.
    loss_history: Vec<f64>,
}

fn made(py: Python<'_>, a: Aggregated, labels: usize) -> PyResult<Aggregation> {
    let tasks = a.labels.len();
    Ok(Aggregation {
        labels: PyArray1::from_vec(py, a.labels).unbind(),
        probabilities: PyArray1::from_vec(py, a.probabilities).reshape([tasks, labels])?.unbind(),
        skills: PyArray1::from_vec(py, a.skills).unbind(),
        priors: PyArray1::from_vec(py, a.priors).unbind(),
        errors: PyArray1::from_vec(py, a.errors).unbind(),
        easiness: PyArray1::from_vec(py, a.easiness).unbind(),
        loss_history: a.loss_history,
    })
}

/// Codes of tasks, workers and labels: uint32 arrays of one length.
type Codes<'py> = PyReadonlyArray1<'py, u32>;

/// Sorts the answers, runs a method and makes its result Python's.
fn run<'py>(
    py: Python<'py>,
    [tasks, workers, labels]: [&Codes<'py>; 3],
    f: impl FnOnce(&Annotations) -> countermark::scoring::Result<Aggregated> + Send,
) -> PyResult<Aggregation> {
    let together = |codes: &Codes<'py>| codes.as_array().to_vec();
    let columns = [together(tasks), together(workers), together(labels)];
    let done = py.detach(|| -> Done<_> {
        let [t, w, l] = &columns;
        let a = aggregate_answers(t, w, l)?;
        Ok((f(&a)?, a.labels()))
    });
    let (aggregated, labels) = done.map_err(PyErr::from)?;
    made(py, aggregated, labels)
}

/// The label most workers gave, each vote weighing 1 or the worker's skill.
///
/// `tasks`, `workers`, `labels`: uint32 codes from 0, shape `[n]`. `skills`: float64, shape `[workers]`, NaN where unknown;
/// `on_missing_skill`: "error", "ignore", or "value", which takes `default_skill`.
#[pyfunction]
#[pyo3(signature = (tasks, workers, labels, skills = None, on_missing_skill = "error", default_skill = None))]
pub(crate) fn majority_vote<'py>(
    py: Python<'py>,
    tasks: Codes<'py>,
    workers: Codes<'py>,
    labels: Codes<'py>,
    skills: Option<Array<'py>>,
    on_missing_skill: &str,
    default_skill: Option<f64>,
) -> PyResult<Aggregation> {
    let done = || -> Done<_> {
        let missing = missing_skill(on_missing_skill, default_skill)?;
        let skills = skills.as_ref().map(|s| Numbers::new("shape of skills", s, 1)).transpose()?;
        Ok((missing, skills.map(|s| s.values().into_owned())))
    };
    let (missing, skills) = done().map_err(PyErr::from)?;
    run(py, [&tasks, &workers, &labels], |a| Ok(core_majority_vote(a, skills.as_deref(), missing)?.into()))
}

/// Worker agreement with aggregate: a majority vote, then one weighted by agreement with it.
#[pyfunction]
pub(crate) fn wawa<'py>(
    py: Python<'py>,
    tasks: Codes<'py>,
    workers: Codes<'py>,
    labels: Codes<'py>,
) -> PyResult<Aggregation> {
    run(py, [&tasks, &workers, &labels], |a| Ok(core_wawa(a)?.into()))
}

/// Dawid and Skene's model: a confusion matrix for each worker, by expectation maximisation.
///
/// `gold`: pairs of task and known label. `initial_errors`: float64, shape `[workers, answer, true label]`, used as
/// `initial_error_strategy` says: "assign" or "addition". `cancel` stops it.
#[pyfunction]
#[pyo3(signature = (
    tasks, workers, labels, iterations = 100, tolerance = 1e-5, gold = None, initial_errors = None,
    initial_error_strategy = None, cancel = None
))]
#[allow(clippy::too_many_arguments, reason = "keyword arguments in Python")]
pub(crate) fn dawid_skene<'py>(
    py: Python<'py>,
    tasks: Codes<'py>,
    workers: Codes<'py>,
    labels: Codes<'py>,
    iterations: u32,
    tolerance: f64,
    gold: Option<Vec<(u32, u32)>>,
    initial_errors: Option<Array<'py>>,
    initial_error_strategy: Option<&str>,
    cancel: Option<&CancelToken>,
) -> PyResult<Aggregation> {
    let done = || -> Done<_> {
        let values =
            initial_errors.as_ref().map(|e| Numbers::new("shape of initial_errors", e, 3)).transpose()?;
        Ok(self::initial_errors(values.map(|v| v.row_major()), initial_error_strategy)?)
    };
    let initial_errors = done().map_err(PyErr::from)?;
    let stop = Stop { iterations, tolerance };
    let options = DawidSkeneOptions { stop, gold: gold.unwrap_or_default(), initial_errors };
    let cancel = CancelToken::core(cancel);
    run(py, [&tasks, &workers, &labels], |a| {
        Ok(core_dawid_skene(a, &options, &cancel, &mut ignore_progress)?.into())
    })
}

/// The one-coin model: each worker is right with one probability, by expectation maximisation.
#[pyfunction]
#[pyo3(signature = (tasks, workers, labels, iterations = 100, tolerance = 1e-5, cancel = None))]
pub(crate) fn one_coin_dawid_skene<'py>(
    py: Python<'py>,
    tasks: Codes<'py>,
    workers: Codes<'py>,
    labels: Codes<'py>,
    iterations: u32,
    tolerance: f64,
    cancel: Option<&CancelToken>,
) -> PyResult<Aggregation> {
    let stop = Stop { iterations, tolerance };
    let cancel = CancelToken::core(cancel);
    run(py, [&tasks, &workers, &labels], |a| {
        Ok(core_one_coin(a, &stop, &cancel, &mut ignore_progress)?.into())
    })
}

/// GLAD: workers differ in ability, tasks in difficulty.
#[pyfunction]
#[pyo3(signature = (tasks, workers, labels, iterations = 100, tolerance = 1e-5, priors = None, cancel = None))]
#[allow(clippy::too_many_arguments, reason = "keyword arguments in Python")]
pub(crate) fn glad<'py>(
    py: Python<'py>,
    tasks: Codes<'py>,
    workers: Codes<'py>,
    labels: Codes<'py>,
    iterations: u32,
    tolerance: f64,
    priors: Option<Vec<f64>>,
    cancel: Option<&CancelToken>,
) -> PyResult<Aggregation> {
    let options = GladOptions { stop: Stop { iterations, tolerance }, priors, ..GladOptions::default() };
    let cancel = CancelToken::core(cancel);
    run(
        py,
        [&tasks, &workers, &labels],
        |a| Ok(core_glad(a, &options, &cancel, &mut ignore_progress)?.into()),
    )
}
