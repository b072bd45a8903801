//! Labels from many people's answers.

use crate::{
    convert::{Background, Work, js},
    plain::{gold_labels, initial_errors, missing_skill},
    sandbox::CancelToken,
};
use countermark::{
    primitives::{self, ignore_progress},
    scoring::labels,
};
use napi::{
    Result,
    bindgen_prelude::{AsyncTask, Float64Array, Uint32Array},
};
use napi_derive::napi;
use std::sync::Arc;

/// Answers to a set of tasks, sorted once for any number of methods. An answer given twice counts twice.
#[napi]
pub struct Annotations(Arc<labels::Annotations>);

#[napi]
impl Annotations {
    /// `task`, `worker`, `label`: one number for each answer, from 0. `tasks`, `workers`, `labels`: how many there are;
    /// the largest number and one where absent. Every task needs an answer.
    #[napi(constructor)]
    pub fn new(
        task: &[u32],
        worker: &[u32],
        label: &[u32],
        tasks: Option<u32>,
        workers: Option<u32>,
        labels: Option<u32>,
    ) -> Result<Self> {
        js(|| {
            let counts = [tasks, workers, labels];
            Ok(Self(Arc::new(labels::Annotations::from_slices(task, worker, label, counts)?)))
        })
    }

    /// Number of tasks.
    #[napi(getter)]
    pub fn tasks(&self) -> u32 {
        count(self.0.tasks())
    }

    /// Number of workers.
    #[napi(getter)]
    pub fn workers(&self) -> u32 {
        count(self.0.workers())
    }

    /// Number of labels.
    #[napi(getter)]
    pub fn labels(&self) -> u32 {
        count(self.0.labels())
    }
}

/// Counts of tasks, workers and labels are below 2^32.
fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// What a vote decides.
#[napi(object)]
pub struct Vote {
    /// The label of each task with the most votes, the lowest of equals.
    pub labels: Uint32Array,
    /// Share of the votes, row-major `[tasks, labels]`.
    pub probabilities: Float64Array,
    /// Skill of each worker; NaN without an answer.
    pub skills: Float64Array,
}

impl From<labels::Vote> for Vote {
    fn from(v: labels::Vote) -> Self {
        Self { labels: v.labels.into(), probabilities: v.probabilities.into(), skills: v.skills.into() }
    }
}

type Votes = AsyncTask<Background<labels::Vote, Vote>>;

/// The label most workers gave; `skills`, one per worker, are the weights of their votes.
///
/// `onMissingSkill`, for a worker whose skill is NaN: "error", "ignore" (the answers are left out) or "value"
/// (`defaultSkill`). The skills of the result are each worker's agreement with it.
#[napi(ts_return_type = "Promise<Vote>")]
pub fn majority_vote(
    annotations: &Annotations,
    skills: Option<&[f64]>,
    #[napi(ts_arg_type = "'error' | 'ignore' | 'value'")] on_missing_skill: Option<String>,
    default_skill: Option<f64>,
) -> Votes {
    let (a, skills) = (annotations.0.clone(), skills.map(<[f64]>::to_vec));
    let work: Work<_> = Box::new(move || {
        let missing = missing_skill(on_missing_skill.as_deref().unwrap_or("error"), default_skill)?;
        Ok(labels::majority_vote(&a, skills.as_deref(), missing)?)
    });
    AsyncTask::new(Background::new(work, Vote::from))
}

/// Worker agreement with aggregate: a majority vote, then one weighted by how often each worker agreed with it.
#[napi(ts_return_type = "Promise<Vote>")]
pub fn wawa(annotations: &Annotations) -> Votes {
    let a = annotations.0.clone();
    let work: Work<_> = Box::new(move || Ok(labels::wawa(&a)?));
    AsyncTask::new(Background::new(work, Vote::from))
}

/// A weighted vote whose weights follow each worker's agreement with the result, round by round.
///
/// Skills start at `1 / labels + margin`; a round moves each by `rate` of the way to the agreement it found;
/// `stepsToReduce` rounds later the rate is multiplied by `reduceFactor`.
#[napi(ts_return_type = "Promise<Vote>")]
pub fn zero_based_skill(
    annotations: &Annotations,
    iterations: Option<u32>,
    rate: Option<f64>,
    steps_to_reduce: Option<u32>,
    reduce_factor: Option<f64>,
    margin: Option<f64>,
    cancel: Option<&CancelToken>,
) -> Votes {
    let (a, token) = (annotations.0.clone(), token(cancel));
    let d = labels::ZeroBasedSkillOptions::default();
    let options = labels::ZeroBasedSkillOptions {
        iterations: iterations.unwrap_or(d.iterations),
        rate: rate.unwrap_or(d.rate),
        steps_to_reduce: steps_to_reduce.unwrap_or(d.steps_to_reduce),
        reduce_factor: reduce_factor.unwrap_or(d.reduce_factor),
        margin: margin.unwrap_or(d.margin),
    };
    let work: Work<_> =
        Box::new(move || Ok(labels::zero_based_skill(&a, &options, &token, &mut ignore_progress)?));
    AsyncTask::new(Background::new(work, Vote::from))
}

/// What Dawid and Skene's model says of tasks and workers.
#[napi(object)]
pub struct DawidSkene {
    /// The most probable label of each task, the lowest of equals.
    pub labels: Uint32Array,
    /// Probability of each label, row-major `[tasks, labels]`, at least 1e-10 each.
    pub probabilities: Float64Array,
    /// Share of each label.
    pub priors: Float64Array,
    /// Probability of an answer given the true label, row-major `[workers, answer, true label]`; NaN for an answer the
    /// worker never gave.
    pub errors: Float64Array,
    /// The objective after each step.
    pub loss_history: Float64Array,
}

impl From<labels::DawidSkene> for DawidSkene {
    fn from(d: labels::DawidSkene) -> Self {
        Self {
            labels: d.labels.into(),
            probabilities: d.probabilities.into(),
            priors: d.priors.into(),
            errors: d.errors.into(),
            loss_history: d.loss_history.into(),
        }
    }
}

/// Estimates true labels and workers' confusion matrices by expectation maximisation, from the majority's shares on.
///
/// `goldTasks` and `goldLabels`: tasks whose label is known. `initialErrors`: workers' answers from before, row-major
/// `[workers, answer, true label]`; `initialErrorStrategy` "assign" takes them in the place of the counts of the first
/// step, "addition" adds them. Ends after `iterations` steps (100) or once one improves the objective by less than
/// `tolerance` (1e-5).
#[napi(ts_return_type = "Promise<DawidSkene>")]
#[allow(clippy::too_many_arguments, reason = "each has a default")]
pub fn dawid_skene(
    annotations: &Annotations,
    iterations: Option<u32>,
    tolerance: Option<f64>,
    gold_tasks: Option<&[u32]>,
    gold_labels: Option<&[u32]>,
    initial_errors: Option<&[f64]>,
    #[napi(ts_arg_type = "'assign' | 'addition'")] initial_error_strategy: Option<String>,
    cancel: Option<&CancelToken>,
) -> AsyncTask<Background<labels::DawidSkene, DawidSkene>> {
    let (a, token, stop) = (annotations.0.clone(), token(cancel), stop(iterations, tolerance));
    let (tasks, golds) = (gold_tasks.unwrap_or_default().to_vec(), gold_labels.unwrap_or_default().to_vec());
    let initial = initial_errors.map(<[f64]>::to_vec);
    let work: Work<_> = Box::new(move || {
        let strategy = initial_error_strategy.as_deref().unwrap_or("addition");
        let options = labels::DawidSkeneOptions {
            stop,
            gold: self::gold_labels(&tasks, &golds)?,
            initial_errors: self::initial_errors(initial, strategy)?,
        };
        Ok(labels::dawid_skene(&a, &options, &token, &mut ignore_progress)?)
    });
    AsyncTask::new(Background::new(work, DawidSkene::from))
}

/// What the one-coin model says of tasks and workers.
#[napi(object)]
pub struct OneCoin {
    /// The most probable label of each task, the lowest of equals.
    pub labels: Uint32Array,
    /// Probability of each label, row-major `[tasks, labels]`, at least 1e-10 each.
    pub probabilities: Float64Array,
    /// Share of each label.
    pub priors: Float64Array,
    /// Probability of each worker to be right; NaN without an answer.
    pub skills: Float64Array,
    /// The objective after each step.
    pub loss_history: Float64Array,
}

impl From<labels::OneCoin> for OneCoin {
    fn from(d: labels::OneCoin) -> Self {
        Self {
            labels: d.labels.into(),
            probabilities: d.probabilities.into(),
            priors: d.priors.into(),
            skills: d.skills.into(),
            loss_history: d.loss_history.into(),
        }
    }
}

/// Estimates true labels and one skill per worker by expectation maximisation. Arguments as for `dawidSkene`.
#[napi(ts_return_type = "Promise<OneCoin>")]
pub fn one_coin_dawid_skene(
    annotations: &Annotations,
    iterations: Option<u32>,
    tolerance: Option<f64>,
    cancel: Option<&CancelToken>,
) -> AsyncTask<Background<labels::OneCoin, OneCoin>> {
    let (a, token, stop) = (annotations.0.clone(), token(cancel), stop(iterations, tolerance));
    let work: Work<_> =
        Box::new(move || Ok(labels::one_coin_dawid_skene(&a, &stop, &token, &mut ignore_progress)?));
    AsyncTask::new(Background::new(work, OneCoin::from))
}

/// What GLAD says of tasks and workers.
#[napi(object)]
pub struct Glad {
    /// The most probable label of each task, the lowest of equals.
    pub labels: Uint32Array,
    /// Probability of each label, row-major `[tasks, labels]`.
    pub probabilities: Float64Array,
    /// Ability of each worker: 0 guesses, below 0 misleads.
    pub abilities: Float64Array,
    /// Log easiness of each task: a worker of ability a is right with probability `1 / (1 + exp(-a exp(easiness)))`.
    pub easiness: Float64Array,
    /// The objective after each step.
    pub loss_history: Float64Array,
}

impl From<labels::Glad> for Glad {
    fn from(g: labels::Glad) -> Self {
        Self {
            labels: g.labels.into(),
            probabilities: g.probabilities.into(),
            abilities: g.abilities.into(),
            easiness: g.easiness.into(),
            loss_history: g.loss_history.into(),
        }
    }
}

/// Estimates true labels, workers' abilities and tasks' easiness: expectation maximisation, each maximisation by at most
/// `gradientSteps` conjugate gradient steps (25), until no element of the gradient exceeds `gradientTolerance` (1e-2).
///
/// `priors`: share of each label; `abilityMeans` and `easinessMeans`: means of the normal priors of variance 1, one per
/// worker and task. Equal shares and 1 where they are absent.
#[napi(ts_return_type = "Promise<Glad>")]
#[allow(clippy::too_many_arguments, reason = "each has a default")]
pub fn glad(
    annotations: &Annotations,
    iterations: Option<u32>,
    tolerance: Option<f64>,
    priors: Option<&[f64]>,
    ability_means: Option<&[f64]>,
    easiness_means: Option<&[f64]>,
    gradient_steps: Option<u32>,
    gradient_tolerance: Option<f64>,
    cancel: Option<&CancelToken>,
) -> AsyncTask<Background<labels::Glad, Glad>> {
    let (a, token) = (annotations.0.clone(), token(cancel));
    let d = labels::GladOptions::default();
    let options = labels::GladOptions {
        stop: stop(iterations, tolerance),
        priors: priors.map(<[f64]>::to_vec),
        ability_means: ability_means.map(<[f64]>::to_vec),
        easiness_means: easiness_means.map(<[f64]>::to_vec),
        gradient_steps: gradient_steps.unwrap_or(d.gradient_steps),
        gradient_tolerance: gradient_tolerance.unwrap_or(d.gradient_tolerance),
    };
    let work: Work<_> = Box::new(move || Ok(labels::glad(&a, &options, &token, &mut ignore_progress)?));
    AsyncTask::new(Background::new(work, Glad::from))
}

fn stop(iterations: Option<u32>, tolerance: Option<f64>) -> labels::Stop {
    let d = labels::Stop::default();
    labels::Stop {
        iterations: iterations.unwrap_or(d.iterations),
        tolerance: tolerance.unwrap_or(d.tolerance),
    }
}

fn token(cancel: Option<&CancelToken>) -> primitives::CancelToken {
    cancel.map_or_else(primitives::CancelToken::new, |cancel| cancel.0.clone())
}
