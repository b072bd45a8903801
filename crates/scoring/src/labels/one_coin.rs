//! The one-coin model: each worker is right with one probability, and otherwise errs evenly.

use super::annotations::Annotations;
use super::estimate::{Estimate, Workers, estimate};
use super::{EPS, Stop, by_labels};
use crate::Result;
use alloc::vec::Vec;
use countermark_primitives::{CancelToken, ProgressFn};

/// What the one-coin model says of tasks and workers.
#[derive(Debug, Clone, PartialEq)]
pub struct OneCoin {
    /// The most probable label of each task; the lowest number of equals.
    pub labels: Vec<u32>,
    /// Probability of each label, row-major `[tasks, labels]`, at least 1e-10 each.
    pub probabilities: Vec<f64>,
    /// Share of each label, `[labels]`.
    pub priors: Vec<f64>,
    /// Probability of each worker to be right; NaN without an answer.
    pub skills: Vec<f64>,
    /// The objective after each step.
    pub loss_history: Vec<f64>,
}

/// Estimates true labels and one skill per worker by expectation maximisation (Zhang and others, 2016).
///
/// Source of every detail: crowd-kit 1.4.2, `OneCoinDawidSkene`. Steps take time in proportion to answers + tasks x
/// labels.
///
/// # Errors
/// `cancelled`.
///
/// ```
/// use countermark_primitives::{CancelToken, ignore_progress};
/// use countermark_scoring::labels::{Annotation, Annotations, Stop, one_coin_dawid_skene};
/// let answer = |task, worker, label| Annotation { task, worker, label };
/// let all: Vec<_> = (0..6).flat_map(|t| (0..3).map(move |w| answer(t, w, if w == 2 { 0 } else { t % 2 }))).collect();
/// let a = Annotations::new(&all, 6, 3, 2)?;
/// let found = one_coin_dawid_skene(&a, &Stop::default(), &CancelToken::new(), &mut ignore_progress)?;
/// assert_eq!(found.labels, [0, 1, 0, 1, 0, 1]);
/// assert!((found.skills[2] - 0.5).abs() < 1e-6);
/// let stopped = CancelToken::new();
/// stopped.cancel();
/// assert!(one_coin_dawid_skene(&a, &Stop::default(), &stopped, &mut ignore_progress).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn one_coin_dawid_skene(
    a: &Annotations,
    stop: &Stop,
    cancel: &CancelToken,
    progress: ProgressFn<'_>,
) -> Result<OneCoin> {
    by_labels!(a.labels(), S => {
        let mut workers = Coins::new(a);
        let found = estimate::<S, _>(a, stop, None, &mut workers, cancel, progress)?;
        let Estimate { labels, probabilities, priors, loss_history } = found;
        Ok(OneCoin { labels, probabilities, priors, skills: workers.skills, loss_history })
    })
}

/// Each worker's coin.
struct Coins<'a> {
    /// Answers of each worker.
    answers: &'a [u32],
    /// Labels but one.
    others: f64,
    skills: Vec<f64>,
    /// Base-2 logs of being wrong, and how much more being right is worth.
    logs: Vec<(f64, f64)>,
}

impl<'a> Coins<'a> {
    fn new(a: &'a Annotations) -> Self {
        #[allow(clippy::cast_precision_loss, reason = "numbers of labels are below 2^32")]
        let others = (a.labels().max(2) - 1) as f64;
        Self { answers: &a.by_worker, others, skills: Vec::new(), logs: Vec::new() }
    }
}

impl<const S: usize> Workers<S> for Coins<'_> {
    /// Sum of the probabilities of the worker's answers.
    type Count = f64;

    const NOTHING: f64 = 0.0;

    fn counts(&self) -> usize {
        self.answers.len()
    }

    #[inline(always)]
    fn gather(&self, counts: &mut [f64], answers: &[(u32, u32)], rows: &[[f64; S]]) {
        for (w, l) in answers {
            if let (Some(c), Some(p)) = (counts.get_mut(*w as usize), rows.as_flattened().get(*l as usize)) {
                *c += p;
            }
        }
    }

    fn maximize(&mut self, tables: &[&[f64]], _first: bool) {
        let mut sums = alloc::vec![0.0; self.answers.len()];
        for table in tables {
            sums.iter_mut().zip(*table).for_each(|(s, x)| *s += x);
        }
        self.skills = sums.iter().zip(self.answers).map(|(s, n)| s / f64::from(*n)).collect();
        let coin = |s: &f64| {
            let wrong = libm::log2(((1.0 - s) / self.others).clamp(EPS, 1.0 - EPS));
            (wrong, libm::log2(s.clamp(EPS, 1.0 - EPS)) - wrong)
        };
        self.logs = self.skills.iter().map(coin).collect();
    }

    #[inline(always)]
    fn log_likelihood(&self, answers: &[(u32, u32)], row: usize) -> [f64; S] {
        let (mut out, mut base) = ([0.0; S], 0.0);
        for (w, l) in answers {
            let (wrong, gain) = self.logs.get(*w as usize).copied().unwrap_or_default();
            base += wrong;
            let column = (*l as usize).wrapping_sub(row * S);
            if let Some(o) = out.get_mut(column) {
                *o += gain;
            }
        }
        out.map(|o| o + base)
    }
}
