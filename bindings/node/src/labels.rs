//! True labels from many people's answers.

use crate::{
    convert::{Background, Work},
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
use napi::bindgen_prelude::{AsyncTask, Float64Array, Uint32Array};
use napi_derive::napi;

/// What a method says of tasks and workers.
#[napi(object)]
pub struct Aggregation {
    /// The label of each task.
    pub labels: Uint32Array,
    /// Probability of each label, row-major, shape `[tasks, labels]`.
    pub probabilities: Float64Array,
    /// Skill (or ability) of each worker; empty for Dawid-Skene.
    pub skills: Float64Array,
    /// Share of each label; empty for votes and GLAD.
    pub priors: Float64Array,
    /// Dawid-Skene: probability of an answer given the true label, row-major `[workers, answer, true label]`.
    pub errors: Float64Array,
    /// GLAD: log easiness of each task.
    pub easiness: Float64Array,
    /// The objective after each step.
    pub loss_history: Vec<f64>,
}

type Aggregating = AsyncTask<Background<Aggregated, Aggregation>>;

/// Runs a method on another thread; the arrays are copied first.
fn run(
    [tasks, workers, labels]: [&[u32]; 3],
    f: impl FnOnce(&Annotations) -> countermark::scoring::Result<Aggregated> + Send + 'static,
) -> Aggregating {
    let columns = [tasks.to_vec(), workers.to_vec(), labels.to_vec()];
    let work: Work<_> = Box::new(move || {
        let [t, w, l] = &columns;
        Ok(f(&aggregate_answers(t, w, l)?)?)
    });
    AsyncTask::new(Background::new(work, |a: Aggregated| Aggregation {
        labels: a.labels.into(),
        probabilities: a.probabilities.into(),
        skills: a.skills.into(),
        priors: a.priors.into(),
        errors: a.errors.into(),
        easiness: a.easiness.into(),
        loss_history: a.loss_history,
    }))
}

fn stop(iterations: Option<u32>, tolerance: Option<f64>) -> Stop {
    let usual = Stop::default();
    Stop {
        iterations: iterations.unwrap_or(usual.iterations),
        tolerance: tolerance.unwrap_or(usual.tolerance),
    }
}

/// The label most workers gave, each vote weighing 1 or the worker's skill. `tasks`, `workers`, `labels`: codes from 0 of
/// one length; `skills`: one per worker, NaN where unknown; `onMissingSkill`: "error" (default), "ignore", or "value",
/// which takes `defaultSkill`.
#[napi(ts_return_type = "Promise<Aggregation>")]
pub fn majority_vote(
    tasks: &[u32],
    workers: &[u32],
    labels: &[u32],
    skills: Option<&[f64]>,
    #[napi(ts_arg_type = "'error' | 'ignore' | 'value'")] on_missing_skill: Option<String>,
    default_skill: Option<f64>,
) -> Aggregating {
    let skills = skills.map(<[f64]>::to_vec);
    run([tasks, workers, labels], move |a| {
        let missing = missing_skill(on_missing_skill.as_deref().unwrap_or("error"), default_skill)?;
        Ok(core_majority_vote(a, skills.as_deref(), missing)?.into())
    })
}

/// Worker agreement with aggregate: a majority vote, then one weighted by agreement with it.
#[napi(ts_return_type = "Promise<Aggregation>")]
pub fn wawa(tasks: &[u32], workers: &[u32], labels: &[u32]) -> Aggregating {
    run([tasks, workers, labels], |a| Ok(core_wawa(a)?.into()))
}

/// Dawid and Skene's model: a confusion matrix for each worker. `gold`: task, known label, task, known label, and so on;
/// `initialErrors`: row-major `[workers, answer, true label]`, used as `initialErrorStrategy` says.
#[napi(ts_return_type = "Promise<Aggregation>")]
#[allow(clippy::too_many_arguments, reason = "the same arguments in every language")]
pub fn dawid_skene(
    tasks: &[u32],
    workers: &[u32],
    labels: &[u32],
    iterations: Option<u32>,
    tolerance: Option<f64>,
    gold: Option<&[u32]>,
    initial_errors: Option<&[f64]>,
    #[napi(ts_arg_type = "'assign' | 'addition'")] initial_error_strategy: Option<String>,
) -> Aggregating {
    let gold = gold.unwrap_or_default().as_chunks::<2>().0.iter().map(|[t, l]| (*t, *l)).collect();
    let initial = initial_errors.map(<[f64]>::to_vec);
    let stop = stop(iterations, tolerance);
    run([tasks, workers, labels], move |a| {
        let initial_errors = self::initial_errors(initial, initial_error_strategy.as_deref())?;
        let options = DawidSkeneOptions { stop, gold, initial_errors };
        Ok(core_dawid_skene(a, &options, &CancelToken::new(), &mut ignore_progress)?.into())
    })
}

/// The one-coin model: each worker is right with one probability.
#[napi(ts_return_type = "Promise<Aggregation>")]
pub fn one_coin_dawid_skene(
    tasks: &[u32],
    workers: &[u32],
    labels: &[u32],
    iterations: Option<u32>,
    tolerance: Option<f64>,
) -> Aggregating {
    let stop = stop(iterations, tolerance);
    run([tasks, workers, labels], move |a| {
        Ok(core_one_coin(a, &stop, &CancelToken::new(), &mut ignore_progress)?.into())
    })
}

/// GLAD: workers differ in ability, tasks in difficulty. `priors`: share of each label, equal unless given.
#[napi(ts_return_type = "Promise<Aggregation>")]
pub fn glad(
    tasks: &[u32],
    workers: &[u32],
    labels: &[u32],
    iterations: Option<u32>,
    tolerance: Option<f64>,
    priors: Option<&[f64]>,
) -> Aggregating {
    let priors = priors.map(<[f64]>::to_vec);
    let options = GladOptions { stop: stop(iterations, tolerance), priors, ..GladOptions::default() };
    run([tasks, workers, labels], move |a| {
        Ok(core_glad(a, &options, &CancelToken::new(), &mut ignore_progress)?.into())
    })
}
