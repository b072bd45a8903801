//! True labels from many people's answers.

use crate::{
    convert::{Background, Work},
    plain::{Aggregated, aggregate_answers, gold_labels, initial_errors as initial, missing_skill},
    sandbox::CancelToken,
};
use countermark::{
    primitives::{self, ignore_progress},
    scoring::{
        self,
        labels::{self, Annotations},
    },
};
use napi::bindgen_prelude::{AsyncTask, Float64Array, Uint32Array};
use napi_derive::napi;

/// What a method says of tasks and workers.
#[napi(object)]
pub struct Aggregation {
    /// The label of each task.
    pub labels: Uint32Array,
    /// Probability of each label, row-major `[tasks, labels]`.
    pub probabilities: Float64Array,
    /// Skill (or ability) of each worker; empty for Dawid-Skene.
    pub skills: Float64Array,
    /// Share of each label; empty for votes and GLAD.
    pub priors: Float64Array,
    /// Dawid-Skene: probability of an answer given the true label, row-major `[workers, answer, true label]`; NaN for an
    /// answer the worker never gave.
    pub errors: Float64Array,
    /// GLAD: log easiness of each task.
    pub easiness: Float64Array,
    /// The objective after each step.
    pub loss_history: Float64Array,
}

/// A result on its way from the thread that found it.
pub struct Found(Aggregated);

impl From<Found> for Aggregation {
    fn from(Found(a): Found) -> Self {
        Self {
            labels: a.labels.into(),
            probabilities: a.probabilities.into(),
            skills: a.skills.into(),
            priors: a.priors.into(),
            errors: a.errors.into(),
            easiness: a.easiness.into(),
            loss_history: a.loss_history.into(),
        }
    }
}

type Task = AsyncTask<Background<Found, Aggregation>>;

/// Sorts the answers and runs a method off the event loop.
fn run(
    [tasks, workers, labels]: [&[u32]; 3],
    f: impl FnOnce(&Annotations) -> scoring::Result<Aggregated> + Send + 'static,
) -> Task {
    let (tasks, workers, labels) = (tasks.to_vec(), workers.to_vec(), labels.to_vec());
    let work: Work<_> = Box::new(move || Ok(Found(f(&aggregate_answers(&tasks, &workers, &labels)?)?)));
    AsyncTask::new(Background::new(work, Aggregation::from))
}

fn stop(iterations: Option<u32>, tolerance: Option<f64>) -> labels::Stop {
    let d = labels::Stop::default();
    let (iterations, tolerance) = (iterations.unwrap_or(d.iterations), tolerance.unwrap_or(d.tolerance));
    labels::Stop { iterations, tolerance }
}

fn token(cancel: Option<&CancelToken>) -> primitives::CancelToken {
    cancel.map_or_else(primitives::CancelToken::new, |cancel| cancel.0.clone())
}

/// The label most workers gave, each vote weighing 1 or the worker's skill.
///
/// `tasks`, `workers`, `labels`: codes from 0, one of each for an answer. `skills`: one per worker, NaN where unknown;
/// `onMissingSkill`: "error", "ignore", or "value", which takes `defaultSkill`.
#[napi(ts_return_type = "Promise<Aggregation>")]
pub fn majority_vote(
    tasks: &[u32],
    workers: &[u32],
    labels: &[u32],
    skills: Option<&[f64]>,
    #[napi(ts_arg_type = "'error' | 'ignore' | 'value'")] on_missing_skill: Option<String>,
    default_skill: Option<f64>,
) -> Task {
    let skills = skills.map(<[f64]>::to_vec);
    run([tasks, workers, labels], move |a| {
        let missing = missing_skill(on_missing_skill.as_deref().unwrap_or("error"), default_skill)?;
        Ok(labels::majority_vote(a, skills.as_deref(), missing)?.into())
    })
}

/// Worker agreement with aggregate: a majority vote, then one weighted by agreement with it.
#[napi(ts_return_type = "Promise<Aggregation>")]
pub fn wawa(tasks: &[u32], workers: &[u32], labels: &[u32]) -> Task {
    run([tasks, workers, labels], |a| Ok(labels::wawa(a)?.into()))
}

/// A weighted vote whose weights follow each worker's agreement with the result, round by round.
///
/// Skills start at `1 / labels + margin` (1e-5); each of `iterations` rounds (100) moves them by `rate` (1) of the way to
/// the agreement it found; after every `stepsToReduce` rounds (20) the rate is multiplied by `reduceFactor` (0.5).
#[napi(ts_return_type = "Promise<Aggregation>")]
#[allow(clippy::too_many_arguments, reason = "each has a default")]
pub fn zero_based_skill(
    tasks: &[u32],
    workers: &[u32],
    labels: &[u32],
    iterations: Option<u32>,
    rate: Option<f64>,
    steps_to_reduce: Option<u32>,
    reduce_factor: Option<f64>,
    margin: Option<f64>,
    cancel: Option<&CancelToken>,
) -> Task {
    let d = labels::ZeroBasedSkillOptions::default();
    let options = labels::ZeroBasedSkillOptions {
        iterations: iterations.unwrap_or(d.iterations),
        rate: rate.unwrap_or(d.rate),
        steps_to_reduce: steps_to_reduce.unwrap_or(d.steps_to_reduce),
        reduce_factor: reduce_factor.unwrap_or(d.reduce_factor),
        margin: margin.unwrap_or(d.margin),
    };
    let token = token(cancel);
    run([tasks, workers, labels], move |a| {
        Ok(labels::zero_based_skill(a, &options, &token, &mut ignore_progress)?.into())
    })
}

/// Dawid and Skene's model: a confusion matrix for each worker, by expectation maximisation.
///
/// `goldTasks` and `goldLabels`: tasks whose label is known. `initialErrors`: row-major `[workers, answer, true label]`,
/// used as `initialErrorStrategy` says. `iterations`: 100; `tolerance`: 1e-5. `cancel` stops it.
#[napi(ts_return_type = "Promise<Aggregation>")]
#[allow(clippy::too_many_arguments, reason = "each has a default")]
pub fn dawid_skene(
    tasks: &[u32],
    workers: &[u32],
    labels: &[u32],
    iterations: Option<u32>,
    tolerance: Option<f64>,
    gold_tasks: Option<&[u32]>,
    gold_labels: Option<&[u32]>,
    initial_errors: Option<&[f64]>,
    #[napi(ts_arg_type = "'assign' | 'addition'")] initial_error_strategy: Option<String>,
    cancel: Option<&CancelToken>,
) -> Task {
    let (stop, token) = (stop(iterations, tolerance), token(cancel));
    let gold = (gold_tasks.unwrap_or_default().to_vec(), gold_labels.unwrap_or_default().to_vec());
    let initial_errors = initial_errors.map(<[f64]>::to_vec);
    run([tasks, workers, labels], move |a| {
        let gold = self::gold_labels(&gold.0, &gold.1)?;
        let initial_errors = initial(initial_errors, initial_error_strategy.as_deref())?;
        let options = labels::DawidSkeneOptions { stop, gold, initial_errors };
        Ok(labels::dawid_skene(a, &options, &token, &mut ignore_progress)?.into())
    })
}

/// The one-coin model: each worker is right with one probability, by expectation maximisation.
#[napi(ts_return_type = "Promise<Aggregation>")]
pub fn one_coin_dawid_skene(
    tasks: &[u32],
    workers: &[u32],
    labels: &[u32],
    iterations: Option<u32>,
    tolerance: Option<f64>,
    cancel: Option<&CancelToken>,
) -> Task {
    let (stop, token) = (stop(iterations, tolerance), token(cancel));
    run([tasks, workers, labels], move |a| {
        Ok(labels::one_coin_dawid_skene(a, &stop, &token, &mut ignore_progress)?.into())
    })
}

/// GLAD: workers differ in ability, tasks in difficulty. `priors`: share of each label; equal where absent.
#[napi(ts_return_type = "Promise<Aggregation>")]
pub fn glad(
    tasks: &[u32],
    workers: &[u32],
    labels: &[u32],
    iterations: Option<u32>,
    tolerance: Option<f64>,
    priors: Option<&[f64]>,
    cancel: Option<&CancelToken>,
) -> Task {
    let (stop, priors) = (stop(iterations, tolerance), priors.map(<[f64]>::to_vec));
    let options = labels::GladOptions { stop, priors, ..labels::GladOptions::default() };
    let token = token(cancel);
    run(
        [tasks, workers, labels],
        move |a| Ok(labels::glad(a, &options, &token, &mut ignore_progress)?.into()),
    )
}
