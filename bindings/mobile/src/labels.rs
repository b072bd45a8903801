//! True labels from many people's answers.

use crate::{
    convert::Done,
    plain::{Aggregated, aggregate_answers, initial_errors, missing_skill},
};
use countermark::{
    primitives::{CancelToken, ignore_progress},
    scoring::labels::{
        Annotations, DawidSkeneOptions, GladOptions, Stop, dawid_skene as core_dawid_skene,
        glad as core_glad, majority_vote as core_majority_vote, one_coin_dawid_skene as core_one_coin,
        wawa as core_wawa,
    },
};

/// What a method says of tasks and workers.
#[derive(Debug, uniffi::Record)]
pub struct Aggregation {
    /// The label of each task.
    pub labels: Vec<u32>,
    /// Probability of each label, row-major, shape `[tasks, labels]`.
    pub probabilities: Vec<f64>,
    /// Skill (or ability) of each worker; empty for Dawid-Skene.
    pub skills: Vec<f64>,
    /// Share of each label; empty for votes and GLAD.
    pub priors: Vec<f64>,
    /// Dawid-Skene: probability of an answer given the true label, row-major `[workers, answer, true label]`.
    pub errors: Vec<f64>,
    /// GLAD: log easiness of each task.
    pub easiness: Vec<f64>,
    /// The objective after each step.
    pub loss_history: Vec<f64>,
}

fn run(
    [tasks, workers, labels]: [&[u32]; 3],
    f: impl FnOnce(&Annotations) -> countermark::scoring::Result<Aggregated>,
) -> Done<Aggregation> {
    let a = f(&aggregate_answers(tasks, workers, labels)?)?;
    Ok(Aggregation {
        labels: a.labels,
        probabilities: a.probabilities,
        skills: a.skills,
        priors: a.priors,
        errors: a.errors,
        easiness: a.easiness,
        loss_history: a.loss_history,
    })
}

/// The label most workers gave, each vote weighing 1 or the worker's skill. `tasks`, `workers`, `labels`: codes from 0 of
/// one length; `skills`: one per worker, NaN where unknown; `on_missing_skill`: `error`, `ignore`, or `value`, which takes
/// `default_skill`.
#[uniffi::export]
pub fn majority_vote(
    tasks: &[u32],
    workers: &[u32],
    labels: &[u32],
    skills: Option<Vec<f64>>,
    on_missing_skill: &str,
    default_skill: Option<f64>,
) -> Done<Aggregation> {
    let missing = missing_skill(on_missing_skill, default_skill)?;
    run([tasks, workers, labels], |a| Ok(core_majority_vote(a, skills.as_deref(), missing)?.into()))
}

/// Worker agreement with aggregate: a majority vote, then one weighted by agreement with it.
#[uniffi::export]
pub fn wawa(tasks: &[u32], workers: &[u32], labels: &[u32]) -> Done<Aggregation> {
    run([tasks, workers, labels], |a| Ok(core_wawa(a)?.into()))
}

/// Dawid and Skene's model: a confusion matrix for each worker. `gold`: task, known label, task, known label, and so on;
/// `initial_errors`: row-major `[workers, answer, true label]`, used as `initial_error_strategy` says: `assign` or
/// `addition`.
#[uniffi::export]
#[allow(clippy::too_many_arguments, reason = "the same arguments in every language")]
pub fn dawid_skene(
    tasks: &[u32],
    workers: &[u32],
    labels: &[u32],
    iterations: u32,
    tolerance: f64,
    gold: &[u32],
    initial_errors: Option<Vec<f64>>,
    initial_error_strategy: Option<String>,
) -> Done<Aggregation> {
    let initial_errors = self::initial_errors(initial_errors, initial_error_strategy.as_deref())?;
    let gold = gold.as_chunks::<2>().0.iter().map(|[t, l]| (*t, *l)).collect();
    let options = DawidSkeneOptions { stop: Stop { iterations, tolerance }, gold, initial_errors };
    run([tasks, workers, labels], |a| {
        Ok(core_dawid_skene(a, &options, &CancelToken::new(), &mut ignore_progress)?.into())
    })
}

/// The one-coin model: each worker is right with one probability.
#[uniffi::export]
pub fn one_coin_dawid_skene(
    tasks: &[u32],
    workers: &[u32],
    labels: &[u32],
    iterations: u32,
    tolerance: f64,
) -> Done<Aggregation> {
    run([tasks, workers, labels], |a| {
        let stop = Stop { iterations, tolerance };
        Ok(core_one_coin(a, &stop, &CancelToken::new(), &mut ignore_progress)?.into())
    })
}

/// GLAD: workers differ in ability, tasks in difficulty. `priors`: share of each label, equal where null.
#[uniffi::export]
pub fn glad(
    tasks: &[u32],
    workers: &[u32],
    labels: &[u32],
    iterations: u32,
    tolerance: f64,
    priors: Option<Vec<f64>>,
) -> Done<Aggregation> {
    let options = GladOptions { stop: Stop { iterations, tolerance }, priors, ..GladOptions::default() };
    run([tasks, workers, labels], |a| {
        Ok(core_glad(a, &options, &CancelToken::new(), &mut ignore_progress)?.into())
    })
}
