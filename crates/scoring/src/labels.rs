//! True labels from many people's answers, and how far each person can be trusted, without a ground truth.
//!
//! The methods and their stopping rules are those of Toloka/crowd-kit 1.4.2 (`crowdkit/aggregation/classification`), so
//! that the same answers give the same labels after the same number of steps.

mod annotations;
mod conjugate;
mod dawid_skene;
mod estimate;
mod exponential;
mod glad;
mod line_search;
mod one_coin;
mod vote;

pub use annotations::{Annotation, Annotations};
pub use dawid_skene::{DawidSkene, DawidSkeneOptions, InitialErrors, dawid_skene};
pub use glad::{Glad, GladOptions, glad};
pub use one_coin::{OneCoin, one_coin_dawid_skene};
pub use vote::{MissingSkill, Vote, ZeroBasedSkillOptions, majority_vote, wawa, zero_based_skill};

use crate::Result;
use core::ops::ControlFlow;
use countermark_primitives::{CancelToken, Error as Base, Progress, ProgressFn};

/// Probabilities are kept at least this far from 0 where their logarithm is taken.
const EPS: f64 = 1e-10;

/// When an iteration ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stop {
    /// Steps at most.
    pub iterations: u32,
    /// The iteration ends once a step improves the objective by less than this.
    pub tolerance: f64,
}

impl Default for Stop {
    /// 100 steps, 1e-5: crowd-kit's defaults.
    fn default() -> Self {
        Self { iterations: 100, tolerance: 1e-5 }
    }
}

/// Reports a step and stops when asked to.
fn step(done: u32, total: u32, cancel: &CancelToken, progress: &mut ProgressFn<'_>) -> Result<()> {
    let (done, total) = (u64::from(done), u64::from(total));
    cancel.check(done, total)?;
    if progress(Progress { done, total }) == ControlFlow::Break(()) {
        return Err(Base::Cancelled { done, total }.into());
    }
    Ok(())
}

/// Runs `$call`, which has the length of a row as `$S`: the labels, if few, or 8 of them.
macro_rules! by_labels {
    ($labels:expr, $S:ident => $call:expr) => {
        match $labels {
            0..=2 => {
                const $S: usize = 2;
                $call
            }
            3 | 4 => {
                const $S: usize = 4;
                $call
            }
            5 => {
                const $S: usize = 5;
                $call
            }
            6 => {
                const $S: usize = 6;
                $call
            }
            _ => {
                const $S: usize = 8;
                $call
            }
        }
    };
}
use by_labels;

/// The number of the largest value, the first of equals; NaN values are passed over.
fn largest(values: &[f64]) -> u32 {
    let mut best = (0u32, f64::NEG_INFINITY);
    for (i, x) in (0u32..).zip(values) {
        if *x > best.1 {
            best = (i, *x);
        }
    }
    best.0
}
