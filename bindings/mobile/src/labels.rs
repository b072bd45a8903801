//! Labels from many people's answers.

use crate::{
    convert::Done,
    plain::{gold_labels, initial_errors as initial, missing_skill},
    sandbox::CancelToken,
};
use countermark::{
    primitives::{self, ignore_progress},
    scoring::labels,
};
use std::sync::Arc;

/// Answers to a set of tasks, sorted once for any number of methods. An answer given twice counts twice.
#[derive(Debug, uniffi::Object)]
pub struct Annotations(labels::Annotations);

#[uniffi::export]
impl Annotations {
    /// `task`, `worker`, `label`: one number for each answer, from 0. `tasks`, `workers`, `labels`: how many there are;
    /// null for the largest number and one. Every task needs an answer.
    #[uniffi::constructor]
    pub fn new(
        task: Vec<u32>,
        worker: Vec<u32>,
        label: Vec<u32>,
        tasks: Option<u32>,
        workers: Option<u32>,
        labels: Option<u32>,
    ) -> Done<Self> {
        Ok(Self(labels::Annotations::from_slices(&task, &worker, &label, [tasks, workers, labels])?))
    }

    /// Number of tasks.
    pub fn tasks(&self) -> u64 {
        self.0.tasks() as u64
    }

    /// Number of workers.
    pub fn workers(&self) -> u64 {
        self.0.workers() as u64
    }

    /// Number of labels.
    pub fn labels(&self) -> u64 {
        self.0.labels() as u64
    }
}

/// What a vote decides.
#[derive(Debug, uniffi::Record)]
pub struct Vote {
    /// The label of each task with the most votes, the lowest of equals.
    pub labels: Vec<u32>,
    /// Share of the votes, row-major `[tasks, labels]`.
    pub probabilities: Vec<f64>,
    /// Skill of each worker; NaN without an answer.
    pub skills: Vec<f64>,
}

impl From<labels::Vote> for Vote {
    fn from(v: labels::Vote) -> Self {
        Self { labels: v.labels, probabilities: v.probabilities, skills: v.skills }
    }
}

/// The label most workers gave; `skills`, one per worker, are the weights of their votes.
///
/// `on_missing_skill`, for a worker whose skill is NaN: `error`, `ignore` (the answers are left out) or `value`
/// (`default_skill`). The skills of the result are each worker's agreement with it.
#[uniffi::export]
pub fn majority_vote(
    annotations: &Annotations,
    skills: Option<Vec<f64>>,
    on_missing_skill: &str,
    default_skill: Option<f64>,
) -> Done<Vote> {
    let missing = missing_skill(on_missing_skill, default_skill)?;
    Ok(labels::majority_vote(&annotations.0, skills.as_deref(), missing)?.into())
}

/// Worker agreement with aggregate: a majority vote, then one weighted by how often each worker agreed with it.
#[uniffi::export]
pub fn wawa(annotations: &Annotations) -> Done<Vote> {
    Ok(labels::wawa(&annotations.0)?.into())
}

/// A weighted vote whose weights follow each worker's agreement with the result, round by round.
///
/// Skills start at `1 / labels + margin`; a round moves each by `rate` of the way to the agreement it found;
/// `steps_to_reduce` rounds later the rate is multiplied by `reduce_factor`. Usual: 100, 1, 20, 0.5, 1e-5.
#[uniffi::export]
pub fn zero_based_skill(
    annotations: &Annotations,
    iterations: u32,
    rate: f64,
    steps_to_reduce: u32,
    reduce_factor: f64,
    margin: f64,
    cancel: Option<Arc<CancelToken>>,
) -> Done<Vote> {
    let options = labels::ZeroBasedSkillOptions { iterations, rate, steps_to_reduce, reduce_factor, margin };
    Ok(labels::zero_based_skill(&annotations.0, &options, &token(cancel), &mut ignore_progress)?.into())
}

/// What Dawid and Skene's model says of tasks and workers.
#[derive(Debug, uniffi::Record)]
pub struct DawidSkene {
    /// The most probable label of each task, the lowest of equals.
    pub labels: Vec<u32>,
    /// Probability of each label, row-major `[tasks, labels]`, at least 1e-10 each.
    pub probabilities: Vec<f64>,
    /// Share of each label.
    pub priors: Vec<f64>,
    /// Probability of an answer given the true label, row-major `[workers, answer, true label]`; NaN for an answer the
    /// worker never gave.
    pub errors: Vec<f64>,
    /// The objective after each step.
    pub loss_history: Vec<f64>,
}

/// Estimates true labels and workers' confusion matrices by expectation maximisation, from the majority's shares on.
///
/// `gold_tasks` and `gold_labels`: tasks whose label is known. `initial_errors`: workers' answers from before, row-major
/// `[workers, answer, true label]`; `initial_error_strategy` `assign` takes them in the place of the counts of the first
/// step, `addition` adds them. Ends after `iterations` steps (usual: 100) or once one improves the objective by less
/// than `tolerance` (usual: 1e-5).
#[uniffi::export]
#[allow(clippy::too_many_arguments, reason = "Kotlin and Swift name them")]
pub fn dawid_skene(
    annotations: &Annotations,
    iterations: u32,
    tolerance: f64,
    gold_tasks: Vec<u32>,
    gold_labels: Vec<u32>,
    initial_errors: Option<Vec<f64>>,
    initial_error_strategy: &str,
    cancel: Option<Arc<CancelToken>>,
) -> Done<DawidSkene> {
    let options = labels::DawidSkeneOptions {
        stop: labels::Stop { iterations, tolerance },
        gold: self::gold_labels(&gold_tasks, &gold_labels)?,
        initial_errors: initial(initial_errors, initial_error_strategy)?,
    };
    let d = labels::dawid_skene(&annotations.0, &options, &token(cancel), &mut ignore_progress)?;
    Ok(DawidSkene {
        labels: d.labels,
        probabilities: d.probabilities,
        priors: d.priors,
        errors: d.errors,
        loss_history: d.loss_history,
    })
}

/// What the one-coin model says of tasks and workers.
#[derive(Debug, uniffi::Record)]
pub struct OneCoin {
    /// The most probable label of each task, the lowest of equals.
    pub labels: Vec<u32>,
    /// Probability of each label, row-major `[tasks, labels]`, at least 1e-10 each.
    pub probabilities: Vec<f64>,
    /// Share of each label.
    pub priors: Vec<f64>,
    /// Probability of each worker to be right; NaN without an answer.
    pub skills: Vec<f64>,
    /// The objective after each step.
    pub loss_history: Vec<f64>,
}

/// Estimates true labels and one skill per worker by expectation maximisation. Arguments as for `dawid_skene`.
#[uniffi::export]
pub fn one_coin_dawid_skene(
    annotations: &Annotations,
    iterations: u32,
    tolerance: f64,
    cancel: Option<Arc<CancelToken>>,
) -> Done<OneCoin> {
    let stop = labels::Stop { iterations, tolerance };
    let d = labels::one_coin_dawid_skene(&annotations.0, &stop, &token(cancel), &mut ignore_progress)?;
    Ok(OneCoin {
        labels: d.labels,
        probabilities: d.probabilities,
        priors: d.priors,
        skills: d.skills,
        loss_history: d.loss_history,
    })
}

/// What GLAD says of tasks and workers.
#[derive(Debug, uniffi::Record)]
pub struct Glad {
    /// The most probable label of each task, the lowest of equals.
    pub labels: Vec<u32>,
    /// Probability of each label, row-major `[tasks, labels]`.
    pub probabilities: Vec<f64>,
    /// Ability of each worker: 0 guesses, below 0 misleads.
    pub abilities: Vec<f64>,
    /// Log easiness of each task: a worker of ability a is right with probability `1 / (1 + exp(-a exp(easiness)))`.
    pub easiness: Vec<f64>,
    /// The objective after each step.
    pub loss_history: Vec<f64>,
}

/// Estimates true labels, workers' abilities and tasks' easiness: expectation maximisation, each maximisation by at most
/// `gradient_steps` conjugate gradient steps (usual: 25), until no element of the gradient exceeds `gradient_tolerance`
/// (usual: 1e-2).
///
/// `priors`: share of each label; `ability_means` and `easiness_means`: means of the normal priors of variance 1, one per
/// worker and task. Equal shares and 1 where they are null.
#[uniffi::export]
#[allow(clippy::too_many_arguments, reason = "Kotlin and Swift name them")]
pub fn glad(
    annotations: &Annotations,
    iterations: u32,
    tolerance: f64,
    priors: Option<Vec<f64>>,
    ability_means: Option<Vec<f64>>,
    easiness_means: Option<Vec<f64>>,
    gradient_steps: u32,
    gradient_tolerance: f64,
    cancel: Option<Arc<CancelToken>>,
) -> Done<Glad> {
    let stop = labels::Stop { iterations, tolerance };
    let options = labels::GladOptions {
        stop,
        priors,
        ability_means,
        easiness_means,
        gradient_steps,
        gradient_tolerance,
    };
    let g = labels::glad(&annotations.0, &options, &token(cancel), &mut ignore_progress)?;
    Ok(Glad {
        labels: g.labels,
        probabilities: g.probabilities,
        abilities: g.abilities,
        easiness: g.easiness,
        loss_history: g.loss_history,
    })
}

fn token(cancel: Option<Arc<CancelToken>>) -> primitives::CancelToken {
    cancel.map_or_else(primitives::CancelToken::new, |cancel| cancel.0.clone())
}
