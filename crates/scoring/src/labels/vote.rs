//! Majority vote and its weighted form.

use super::annotations::Annotations;
use super::{largest, step};
use crate::Result;
use alloc::vec::Vec;
use countermark_primitives::{CancelToken, Error as Base, ProgressFn};

/// What a vote decides.
#[derive(Debug, Clone, PartialEq)]
pub struct Vote {
    /// The label of each task with the most votes; the lowest number of equals.
    pub labels: Vec<u32>,
    /// Share of the votes, row-major `[tasks, labels]`; NaN in a row whose votes add up to 0.
    pub probabilities: Vec<f64>,
    /// Share of each worker's different answers that agree with the result; NaN without an answer.
    pub skills: Vec<f64>,
}

/// What happens to answers of a worker whose skill is not known (NaN).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum MissingSkill {
    /// The call fails.
    #[default]
    Error,
    /// The answers are left out; a task that has no other fails the call.
    Ignore,
    /// The skill is this.
    Value(f64),
}

/// The label most workers gave, each vote weighing 1, or the worker's skill where `skills` has them.
///
/// Source: crowd-kit 1.4.2, `MajorityVote`.
///
/// # Errors
/// `length_mismatch` unless there is a skill per worker; `out_of_range` for a skill that is infinite, or missing where
/// it must not be.
///
/// ```
/// use countermark_scoring::labels::{Annotation, Annotations, MissingSkill, majority_vote};
/// let answer = |task, worker, label| Annotation { task, worker, label };
/// let a = Annotations::new(&[answer(0, 0, 1), answer(0, 1, 0), answer(0, 2, 1)], 1, 3, 2)?;
/// assert_eq!(majority_vote(&a, None, MissingSkill::Error)?.labels, [1]);
/// let trusted = majority_vote(&a, Some(&[0.2, 0.9, 0.2]), MissingSkill::Error)?;
/// assert_eq!((trusted.labels, trusted.skills), (vec![0], vec![0.0, 1.0, 0.0]));
/// assert!(majority_vote(&a, Some(&[0.2]), MissingSkill::Error).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn majority_vote(a: &Annotations, skills: Option<&[f64]>, missing: MissingSkill) -> Result<Vote> {
    let weights = skills.map(|s| weights(a, s, missing)).transpose()?;
    let probabilities = shares(a, weights.as_deref());
    let labels: Vec<u32> = probabilities.chunks_exact(a.labels()).map(largest).collect();
    let skills = agreement(a, &labels, weights.as_deref());
    Ok(Vote { labels, probabilities, skills })
}

/// Worker agreement with aggregate: a majority vote, then one weighted by how often each worker agreed with it.
///
/// Source: crowd-kit 1.4.2, `Wawa`. The skills are those of the first vote.
///
/// # Errors
/// None beyond those of [`majority_vote`].
///
/// ```
/// use countermark_scoring::labels::{Annotation, Annotations, wawa};
/// let answer = |task, worker, label| Annotation { task, worker, label };
/// let a = Annotations::new(&[answer(0, 0, 1), answer(0, 1, 0), answer(0, 2, 1), answer(1, 1, 0)], 2, 3, 2)?;
/// assert_eq!(wawa(&a)?.skills, [1.0, 0.5, 1.0]);
/// assert!(Annotations::new(&[answer(7, 0, 1)], 1, 3, 2).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn wawa(a: &Annotations) -> Result<Vote> {
    let first = majority_vote(a, None, MissingSkill::Error)?;
    let second = majority_vote(a, Some(&first.skills), MissingSkill::Ignore)?;
    Ok(Vote { skills: first.skills, ..second })
}

/// Options of [`zero_based_skill`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ZeroBasedSkillOptions {
    /// Rounds; all of them run.
    pub iterations: u32,
    /// How far a round moves each skill towards the agreement it found.
    pub rate: f64,
    /// The rate changes at every round whose number, from 1, this divides.
    pub steps_to_reduce: u32,
    /// What the rate is multiplied by.
    pub reduce_factor: f64,
    /// A skill starts this far above that of guessing, 1 / labels.
    pub margin: f64,
}

impl Default for ZeroBasedSkillOptions {
    /// crowd-kit's defaults.
    fn default() -> Self {
        Self { iterations: 100, rate: 1.0, steps_to_reduce: 20, reduce_factor: 0.5, margin: 1e-5 }
    }
}

/// A weighted vote whose weights follow each worker's agreement with the result, round by round.
///
/// Source: crowd-kit 1.4.2, `ZeroBasedSkill`. The skills are those that the last vote is weighted by.
///
/// # Errors
/// `out_of_range` for `steps_to_reduce` of 0 or skills that are no longer finite; `cancelled`.
///
/// ```
/// use countermark_primitives::{CancelToken, ignore_progress};
/// use countermark_scoring::labels::{Annotation, Annotations, ZeroBasedSkillOptions, zero_based_skill};
/// let answer = |task, worker, label| Annotation { task, worker, label };
/// let a = Annotations::new(&[answer(0, 0, 1), answer(0, 1, 0), answer(0, 2, 1), answer(1, 1, 0)], 2, 3, 2)?;
/// let run = |o| zero_based_skill(&a, &o, &CancelToken::new(), &mut ignore_progress);
/// let found = run(ZeroBasedSkillOptions::default())?;
/// assert_eq!((found.labels, found.skills), (vec![1, 0], vec![1.0, 0.5, 1.0]));
/// assert!(run(ZeroBasedSkillOptions { steps_to_reduce: 0, ..Default::default() }).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn zero_based_skill(
    a: &Annotations,
    options: &ZeroBasedSkillOptions,
    cancel: &CancelToken,
    mut progress: ProgressFn<'_>,
) -> Result<Vote> {
    if options.steps_to_reduce == 0 {
        let got = "0".into();
        return Err(Base::OutOfRange { what: "steps to reduce", got, range: "1 or more" }.into());
    }
    #[allow(clippy::cast_precision_loss, reason = "numbers of labels are below 2^32")]
    let start = 1.0 / a.labels() as f64 + options.margin;
    let mut skills = alloc::vec![start; a.workers()];
    let mut rate = options.rate;
    for done in 0..options.iterations {
        step(done, options.iterations, cancel, &mut progress)?;
        if (done + 1) % options.steps_to_reduce == 0 {
            rate *= options.reduce_factor;
        }
        let agreed = majority_vote(a, Some(&skills), MissingSkill::Error)?.skills;
        skills.iter_mut().zip(agreed).for_each(|(s, agreed)| *s += rate * (agreed - *s));
    }
    let last = majority_vote(a, Some(&skills), MissingSkill::Error)?;
    Ok(Vote { skills, ..last })
}

/// A usable skill per worker; NaN for one whose answers are left out.
fn weights(a: &Annotations, skills: &[f64], missing: MissingSkill) -> Result<Vec<f64>> {
    if skills.len() != a.workers() {
        return Err(Base::LengthMismatch { what: "skills", expected: a.workers(), got: skills.len() }.into());
    }
    let refuse = |worker: usize, range| {
        let got = alloc::format!("that of worker {worker}");
        Err(Base::OutOfRange { what: "skill", got, range }.into())
    };
    let mut out = skills.to_vec();
    for (w, s) in out.iter_mut().enumerate() {
        if s.is_infinite() {
            return refuse(w, "a finite number");
        }
        if s.is_nan() && a.by_worker.get(w).is_some_and(|n| *n > 0) {
            match missing {
                MissingSkill::Error => return refuse(w, "a number for every worker"),
                MissingSkill::Ignore => {}
                MissingSkill::Value(v) if v.is_finite() => *s = v,
                MissingSkill::Value(_) => return refuse(w, "a finite default"),
            }
        }
    }
    let known = |w: &u32| out.get(*w as usize).is_some_and(|s| !s.is_nan());
    if let Some(t) = (0..a.tasks()).find(|t| !a.tasks.of(*t).iter().any(|(w, _)| known(w))) {
        let got = alloc::format!("none for task {t}");
        return Err(Base::OutOfRange { what: "known skills", got, range: "one or more a task" }.into());
    }
    Ok(out)
}

/// Shares of the votes, row-major `[tasks, labels]`.
pub(super) fn shares(a: &Annotations, weights: Option<&[f64]>) -> Vec<f64> {
    let k = a.labels();
    let mut out = alloc::vec![0.0; a.tasks() * k];
    for (t, row) in out.chunks_exact_mut(k).enumerate() {
        share(a.tasks.of(t), weights, row);
    }
    out
}

/// Shares of the votes on one task; the row has zeros.
pub(super) fn share(answers: &[(u32, u32)], weights: Option<&[f64]>, row: &mut [f64]) {
    for (w, l) in answers {
        let weight = weights.map_or(1.0, |s| s.get(*w as usize).copied().unwrap_or(f64::NAN));
        if let Some(x) = row.get_mut(*l as usize).filter(|_| !weight.is_nan()) {
            *x += weight;
        }
    }
    let sum: f64 = row.iter().sum();
    row.iter_mut().for_each(|x| *x /= sum);
}

/// Of each worker's different answers, the share that agrees with the labels.
fn agreement(a: &Annotations, labels: &[u32], weights: Option<&[f64]>) -> Vec<f64> {
    let mut counts = alloc::vec![(0u32, 0u32); a.workers()];
    let mut different = Vec::new();
    for (t, label) in labels.iter().enumerate() {
        different.clear();
        different.extend_from_slice(a.tasks.of(t));
        different.sort_unstable();
        different.dedup();
        for (w, l) in &different {
            if let Some((right, all)) = counts.get_mut(*w as usize) {
                *right += u32::from(l == label);
                *all += 1;
            }
        }
    }
    let known = |w: usize| weights.is_none_or(|s| s.get(w).is_some_and(|s| !s.is_nan()));
    let share = |(right, all): &(u32, u32)| f64::from(*right) / f64::from(*all);
    counts.iter().enumerate().map(|(w, c)| if known(w) { share(c) } else { f64::NAN }).collect()
}
