//! True labels from many people's answers.

use crate::{
    convert::Done,
    plain::{Aggregated, aggregate_answers, gold_labels, initial_errors as initial, missing_skill},
    sandbox::CancelToken,
};
use countermark::{
    primitives::{self, ignore_progress},
    scoring::labels,
};
use std::sync::Arc;

/// What a method says of tasks and workers.
#[derive(Debug, uniffi::Record)]
pub struct Aggregation {
    /// The label of each task.
    pub labels: Vec<u32>,
    /// Probability of each label, row-major `[tasks, labels]`.
    pub probabilities: Vec<f64>,
    /// Skill (or ability) of each worker; empty for Dawid-Skene.
    pub skills: Vec<f64>,
    /// Share of each label; empty for votes and GLAD.
    pub priors: Vec<f64>,
    /// Dawid-Skene: probability of an answer given the true label, row-major `[workers, answer, true label]`; NaN for an
    /// answer the worker never gave.
    pub errors: Vec<f64>,
    /// GLAD: log easiness of each task.
    pub easiness: Vec<f64>,
    /// The objective after each step.
    pub loss_history: Vec<f64>,
}

fn made(found: impl Into<Aggregated>) -> Aggregation {
    let a = found.into();
    Aggregation {
        labels: a.labels,
        probabilities: a.probabilities,
        skills: a.skills,
        priors: a.priors,
        errors: a.errors,
        easiness: a.easiness,
        loss_history: a.loss_history,
    }
}

fn token(cancel: Option<Arc<CancelToken>>) -> primitives::CancelToken {
    cancel.map_or_else(primitives::CancelToken::new, |cancel| cancel.0.clone())
}

/// The label most workers gave, each vote weighing 1 or the worker's skill.
///
/// `tasks`, `workers`, `labels`: codes from 0, one of each for an answer. `skills`: one per worker, NaN where unknown;
/// `on_missing_skill`: `error`, `ignore`, or `value`, which takes `default_skill`.
#[uniffi::export]
pub fn majority_vote(
    tasks: Vec<u32>,
    workers: Vec<u32>,
    labels: Vec<u32>,
    skills: Option<Vec<f64>>,
    on_missing_skill: &str,
    default_skill: Option<f64>,
) -> Done<Aggregation> {
    let a = aggregate_answers(&tasks, &workers, &labels)?;
    let missing = missing_skill(on_missing_skill, default_skill)?;
    Ok(made(labels::majority_vote(&a, skills.as_deref(), missing)?))
}

/// Worker agreement with aggregate: a majority vote, then one weighted by agreement with it.
#[uniffi::export]
pub fn wawa(tasks: Vec<u32>, workers: Vec<u32>, labels: Vec<u32>) -> Done<Aggregation> {
    Ok(made(labels::wawa(&aggregate_answers(&tasks, &workers, &labels)?)?))
}

/// A weighted vote whose weights follow each worker's agreement with the result, round by round.
///
/// Skills start at `1 / labels + margin` (usual: 1e-5); each of `iterations` rounds (100) moves them by `rate` (1) of the
/// way to the agreement it found; after every `steps_to_reduce` rounds (20) the rate is multiplied by `reduce_factor`
/// (0.5).
#[uniffi::export]
#[allow(clippy::too_many_arguments, reason = "Kotlin and Swift name them")]
pub fn zero_based_skill(
    tasks: Vec<u32>,
    workers: Vec<u32>,
    labels: Vec<u32>,
    iterations: u32,
    rate: f64,
    steps_to_reduce: u32,
    reduce_factor: f64,
    margin: f64,
    cancel: Option<Arc<CancelToken>>,
) -> Done<Aggregation> {
    let a = aggregate_answers(&tasks, &workers, &labels)?;
    let options = labels::ZeroBasedSkillOptions { iterations, rate, steps_to_reduce, reduce_factor, margin };
    Ok(made(labels::zero_based_skill(&a, &options, &token(cancel), &mut ignore_progress)?))
}

/// Dawid and Skene's model: a confusion matrix for each worker, by expectation maximisation.
///
/// `gold_tasks` and `gold_labels`: tasks whose label is known. `initial_errors`: row-major `[workers, answer, true
/// label]`, used as `initial_error_strategy` says: `assign` or `addition`. Usual: 100 `iterations`, `tolerance` 1e-5.
#[uniffi::export]
#[allow(clippy::too_many_arguments, reason = "Kotlin and Swift name them")]
pub fn dawid_skene(
    tasks: Vec<u32>,
    workers: Vec<u32>,
    labels: Vec<u32>,
    iterations: u32,
    tolerance: f64,
    gold_tasks: Vec<u32>,
    gold_labels: Vec<u32>,
    initial_errors: Option<Vec<f64>>,
    initial_error_strategy: Option<String>,
    cancel: Option<Arc<CancelToken>>,
) -> Done<Aggregation> {
    let a = aggregate_answers(&tasks, &workers, &labels)?;
    let options = labels::DawidSkeneOptions {
        stop: labels::Stop { iterations, tolerance },
        gold: self::gold_labels(&gold_tasks, &gold_labels)?,
        initial_errors: initial(initial_errors, initial_error_strategy.as_deref())?,
    };
    Ok(made(labels::dawid_skene(&a, &options, &token(cancel), &mut ignore_progress)?))
}

/// The one-coin model: each worker is right with one probability, by expectation maximisation.
#[uniffi::export]
pub fn one_coin_dawid_skene(
    tasks: Vec<u32>,
    workers: Vec<u32>,
    labels: Vec<u32>,
    iterations: u32,
    tolerance: f64,
    cancel: Option<Arc<CancelToken>>,
) -> Done<Aggregation> {
    let a = aggregate_answers(&tasks, &workers, &labels)?;
    let stop = labels::Stop { iterations, tolerance };
    Ok(made(labels::one_coin_dawid_skene(&a, &stop, &token(cancel), &mut ignore_progress)?))
}

/// GLAD: workers differ in ability, tasks in difficulty. `priors`: share of each label; equal where null.
#[uniffi::export]
pub fn glad(
    tasks: Vec<u32>,
    workers: Vec<u32>,
    labels: Vec<u32>,
    iterations: u32,
    tolerance: f64,
    priors: Option<Vec<f64>>,
    cancel: Option<Arc<CancelToken>>,
) -> Done<Aggregation> {
    let a = aggregate_answers(&tasks, &workers, &labels)?;
    let stop = labels::Stop { iterations, tolerance };
    let options = labels::GladOptions { stop, priors, ..labels::GladOptions::default() };
    Ok(made(labels::glad(&a, &options, &token(cancel), &mut ignore_progress)?))
}
