//! Labels from many people's answers.

use crate::{
    convert::{Array, Codes, Done, Floats, Integers, Numbers, row_major},
    plain::{initial_errors, missing_skill},
    sandbox::CancelToken,
};
use countermark::{
    primitives::{self, ignore_progress},
    scoring::labels,
};
use pyo3::prelude::*;

/// Answers to a set of tasks, sorted once for any number of methods. An answer given twice counts twice.
///
/// `task`, `worker`, `label`: one number for each answer, from 0: arrays of uint32 or int64, or lists. `tasks`,
/// `workers`, `labels`: how many there are; None for the largest number and one. Every task needs an answer.
#[pyclass(frozen, module = "countermark")]
pub(crate) struct Annotations(labels::Annotations);

#[pymethods]
impl Annotations {
    #[new]
    #[pyo3(signature = (task, worker, label, tasks = None, workers = None, labels = None))]
    fn new(
        py: Python<'_>,
        task: Codes<'_>,
        worker: Codes<'_>,
        label: Codes<'_>,
        tasks: Option<u32>,
        workers: Option<u32>,
        labels: Option<u32>,
    ) -> Done<Self> {
        let (task, worker, label) = (task.values("task")?, worker.values("worker")?, label.values("label")?);
        let counts = [tasks, workers, labels];
        Ok(Self(py.detach(|| labels::Annotations::from_slices(&task, &worker, &label, counts))?))
    }

    /// Number of tasks.
    #[getter]
    fn tasks(&self) -> usize {
        self.0.tasks()
    }

    /// Number of workers.
    #[getter]
    fn workers(&self) -> usize {
        self.0.workers()
    }

    /// Number of labels.
    #[getter]
    fn labels(&self) -> usize {
        self.0.labels()
    }

    /// Number of answers.
    fn __len__(&self) -> usize {
        self.0.len()
    }

    fn __repr__(&self) -> String {
        let a = &self.0;
        format!("Annotations({} answers of {} workers to {} tasks)", a.len(), a.workers(), a.tasks())
    }
}

/// What a vote decides.
#[pyclass(frozen, get_all, module = "countermark")]
pub(crate) struct Vote {
    /// The label of each task with the most votes, the lowest of equals: uint32, shape `[tasks]`.
    labels: Integers,
    /// Share of the votes: float64, shape `[tasks, labels]`.
    probabilities: Floats,
    /// Skill of each worker: float64, shape `[workers]`; NaN without an answer.
    skills: Floats,
}

fn vote(py: Python<'_>, a: &Annotations, v: labels::Vote) -> Vote {
    Vote {
        labels: Integers::new(py, v.labels),
        probabilities: Floats::new(py, v.probabilities, &[a.0.tasks(), a.0.labels()]),
        skills: Floats::new(py, v.skills, &[a.0.workers()]),
    }
}

/// The label most workers gave; `skills`, shape `[workers]`, are the weights of their votes.
///
/// `on_missing_skill`, for a worker whose skill is NaN: "error", "ignore" (the answers are left out) or "value"
/// (`default_skill`). The skills of the result are each worker's agreement with it.
#[pyfunction]
#[pyo3(signature = (annotations, skills = None, on_missing_skill = "error", default_skill = None))]
pub(crate) fn majority_vote(
    py: Python<'_>,
    annotations: &Annotations,
    skills: Option<Array<'_>>,
    on_missing_skill: &str,
    default_skill: Option<f64>,
) -> Done<Vote> {
    let missing = missing_skill(on_missing_skill, default_skill)?;
    let skills = skills.as_ref().map(|s| Numbers::new("shape of skills", s, 1)).transpose()?;
    let skills = skills.as_ref().map(Numbers::values);
    let v = py.detach(|| labels::majority_vote(&annotations.0, skills, missing))?;
    Ok(vote(py, annotations, v))
}

/// Worker agreement with aggregate: a majority vote, then one weighted by how often each worker agreed with it.
#[pyfunction]
pub(crate) fn wawa(py: Python<'_>, annotations: &Annotations) -> Done<Vote> {
    let v = py.detach(|| labels::wawa(&annotations.0))?;
    Ok(vote(py, annotations, v))
}

/// A weighted vote whose weights follow each worker's agreement with the result, round by round.
///
/// Skills start at `1 / labels + margin`; a round moves each by `rate` of the way to the agreement it found;
/// `steps_to_reduce` rounds later the rate is multiplied by `reduce_factor`.
#[pyfunction]
#[pyo3(signature = (annotations, iterations = 100, rate = 1.0, steps_to_reduce = 20, reduce_factor = 0.5, margin = 1e-5, cancel = None))]
#[allow(clippy::too_many_arguments, reason = "Python names them")]
pub(crate) fn zero_based_skill(
    py: Python<'_>,
    annotations: &Annotations,
    iterations: u32,
    rate: f64,
    steps_to_reduce: u32,
    reduce_factor: f64,
    margin: f64,
    cancel: Option<&CancelToken>,
) -> Done<Vote> {
    let options = labels::ZeroBasedSkillOptions { iterations, rate, steps_to_reduce, reduce_factor, margin };
    let token = token(cancel);
    let v = py.detach(|| labels::zero_based_skill(&annotations.0, &options, &token, &mut ignore_progress))?;
    Ok(vote(py, annotations, v))
}

/// What Dawid and Skene's model says of tasks and workers.
#[pyclass(frozen, get_all, module = "countermark")]
pub(crate) struct DawidSkene {
    /// The most probable label of each task, the lowest of equals: uint32, shape `[tasks]`.
    labels: Integers,
    /// Probability of each label: float64, shape `[tasks, labels]`, at least 1e-10 each.
    probabilities: Floats,
    /// Share of each label: float64, shape `[labels]`.
    priors: Floats,
    /// Probability of an answer given the true label: float64, shape `[workers, answer, true label]`; NaN for an answer
    /// the worker never gave.
    errors: Floats,
    /// The objective after each step.
    loss_history: Vec<f64>,
}

/// Estimates true labels and workers' confusion matrices by expectation maximisation, from the majority's shares on.
///
/// `gold`: tasks whose label is known, as (task, label). `initial_errors`: workers' answers from before, float64, shape
/// `[workers, answer, true label]`; `initial_error_strategy` "assign" takes them in the place of the counts of the first
/// step, "addition" adds them. Ends after `iterations` steps or once one improves the objective by less than
/// `tolerance`.
#[pyfunction]
#[pyo3(signature = (annotations, iterations = 100, tolerance = 1e-5, gold = Vec::new(), initial_errors = None, initial_error_strategy = "addition", cancel = None))]
#[allow(clippy::too_many_arguments, reason = "Python names them")]
pub(crate) fn dawid_skene(
    py: Python<'_>,
    annotations: &Annotations,
    iterations: u32,
    tolerance: f64,
    gold: Vec<(u32, u32)>,
    initial_errors: Option<Array<'_>>,
    initial_error_strategy: &str,
    cancel: Option<&CancelToken>,
) -> Done<DawidSkene> {
    let a = &annotations.0;
    let initial = initial_errors.map(|e| row_major("shape of initial_errors", &e, 3)).transpose()?;
    let options = labels::DawidSkeneOptions {
        stop: labels::Stop { iterations, tolerance },
        gold,
        initial_errors: self::initial_errors(initial, initial_error_strategy)?,
    };
    let token = token(cancel);
    let d = py.detach(|| labels::dawid_skene(a, &options, &token, &mut ignore_progress))?;
    Ok(DawidSkene {
        labels: Integers::new(py, d.labels),
        probabilities: Floats::new(py, d.probabilities, &[a.tasks(), a.labels()]),
        priors: Floats::new(py, d.priors, &[a.labels()]),
        errors: Floats::new(py, d.errors, &[a.workers(), a.labels(), a.labels()]),
        loss_history: d.loss_history,
    })
}

/// What the one-coin model says of tasks and workers.
#[pyclass(frozen, get_all, module = "countermark")]
pub(crate) struct OneCoin {
    /// The most probable label of each task, the lowest of equals: uint32, shape `[tasks]`.
    labels: Integers,
    /// Probability of each label: float64, shape `[tasks, labels]`, at least 1e-10 each.
    probabilities: Floats,
    /// Share of each label: float64, shape `[labels]`.
    priors: Floats,
    /// Probability of each worker to be right: float64, shape `[workers]`; NaN without an answer.
    skills: Floats,
    /// The objective after each step.
    loss_history: Vec<f64>,
}

/// Estimates true labels and one skill per worker by expectation maximisation. Arguments as for `dawid_skene`.
#[pyfunction]
#[pyo3(signature = (annotations, iterations = 100, tolerance = 1e-5, cancel = None))]
pub(crate) fn one_coin_dawid_skene(
    py: Python<'_>,
    annotations: &Annotations,
    iterations: u32,
    tolerance: f64,
    cancel: Option<&CancelToken>,
) -> Done<OneCoin> {
    let (a, stop, token) = (&annotations.0, labels::Stop { iterations, tolerance }, token(cancel));
    let d = py.detach(|| labels::one_coin_dawid_skene(a, &stop, &token, &mut ignore_progress))?;
    Ok(OneCoin {
        labels: Integers::new(py, d.labels),
        probabilities: Floats::new(py, d.probabilities, &[a.tasks(), a.labels()]),
        priors: Floats::new(py, d.priors, &[a.labels()]),
        skills: Floats::new(py, d.skills, &[a.workers()]),
        loss_history: d.loss_history,
    })
}

/// What GLAD says of tasks and workers.
#[pyclass(frozen, get_all, module = "countermark")]
pub(crate) struct Glad {
    /// The most probable label of each task, the lowest of equals: uint32, shape `[tasks]`.
    labels: Integers,
    /// Probability of each label: float64, shape `[tasks, labels]`.
    probabilities: Floats,
    /// Ability of each worker, float64, shape `[workers]`: 0 guesses, below 0 misleads.
    abilities: Floats,
    /// Log easiness of each task, float64, shape `[tasks]`: a worker of ability a is right with probability
    /// `1 / (1 + exp(-a exp(easiness)))`.
    easiness: Floats,
    /// The objective after each step.
    loss_history: Vec<f64>,
}

/// Estimates true labels, workers' abilities and tasks' easiness: expectation maximisation, each maximisation by at most
/// `gradient_steps` conjugate gradient steps, until no element of the gradient exceeds `gradient_tolerance`.
///
/// `priors`, shape `[labels]`: share of each label; `ability_means`, shape `[workers]`, and `easiness_means`, shape
/// `[tasks]`: means of the normal priors of variance 1. Equal shares and 1 where they are None.
#[pyfunction]
#[pyo3(signature = (annotations, iterations = 100, tolerance = 1e-5, priors = None, ability_means = None, easiness_means = None, gradient_steps = 25, gradient_tolerance = 1e-2, cancel = None))]
#[allow(clippy::too_many_arguments, reason = "Python names them")]
pub(crate) fn glad(
    py: Python<'_>,
    annotations: &Annotations,
    iterations: u32,
    tolerance: f64,
    priors: Option<Vec<f64>>,
    ability_means: Option<Vec<f64>>,
    easiness_means: Option<Vec<f64>>,
    gradient_steps: u32,
    gradient_tolerance: f64,
    cancel: Option<&CancelToken>,
) -> Done<Glad> {
    let a = &annotations.0;
    let stop = labels::Stop { iterations, tolerance };
    let options = labels::GladOptions {
        stop,
        priors,
        ability_means,
        easiness_means,
        gradient_steps,
        gradient_tolerance,
    };
    let token = token(cancel);
    let g = py.detach(|| labels::glad(a, &options, &token, &mut ignore_progress))?;
    Ok(Glad {
        labels: Integers::new(py, g.labels),
        probabilities: Floats::new(py, g.probabilities, &[a.tasks(), a.labels()]),
        abilities: Floats::new(py, g.abilities, &[a.workers()]),
        easiness: Floats::new(py, g.easiness, &[a.tasks()]),
        loss_history: g.loss_history,
    })
}

fn token(cancel: Option<&CancelToken>) -> primitives::CancelToken {
    cancel.map_or_else(primitives::CancelToken::new, |cancel| cancel.0.clone())
}
