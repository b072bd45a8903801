//! The one-coin model: each worker is right with one probability, and otherwise errs evenly.

use super::annotations::Annotations;
use super::dawid_skene::{priors, rows, soften, stride};
use super::exponential::LN_2;
use super::{EPS, Stop, largest, step, vote};
use crate::{Error, Result, parallel};
use alloc::vec::Vec;
use countermark_primitives::{CancelToken, Error as Base, ProgressFn};

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
/// `out_of_range` for a single label, which leaves nothing to err on; `cancelled`.
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
/// let one = Annotations::new(&[answer(0, 0, 0)], 1, 1, 1)?;
/// assert!(one_coin_dawid_skene(&one, &Stop::default(), &CancelToken::new(), &mut ignore_progress).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn one_coin_dawid_skene(
    a: &Annotations,
    stop: &Stop,
    cancel: &CancelToken,
    mut progress: ProgressFn<'_>,
) -> Result<OneCoin> {
    let k = a.labels();
    if k < 2 {
        let got = alloc::format!("{k}");
        return Err(Error::Base(Base::OutOfRange { what: "number of labels", got, range: "2 or more" }));
    }
    let stride = stride(k);
    let mut probabilities = alloc::vec![0.0; a.tasks() * stride];
    for (o, r) in probabilities.chunks_exact_mut(stride).zip(vote::shares(a, None).chunks_exact(k)) {
        o.iter_mut().zip(r).for_each(|(o, r)| *o = *r);
    }
    let mut shares = priors(&probabilities, stride);
    let mut skills = maximize(a, &probabilities, stride);
    let mut next = expect(a, &skills, &shares, &probabilities, stride);
    let (mut loss, mut loss_history) = (f64::NEG_INFINITY, Vec::new());
    for done in 0..stop.iterations {
        step(done, stop.iterations, cancel, &mut progress)?;
        probabilities = next.0;
        let entropy = next.1[1];
        shares = priors(&probabilities, stride);
        skills = maximize(a, &probabilities, stride);
        shares.iter_mut().for_each(|p| *p = p.max(EPS));
        next = expect(a, &skills, &shares, &probabilities, stride);
        #[allow(clippy::cast_precision_loss, reason = "below 2^32")]
        let new = (next.1[0] + entropy) / a.len() as f64;
        loss_history.push(new);
        if new - loss < stop.tolerance {
            break;
        }
        loss = new;
    }
    let clip = !loss_history.is_empty();
    let each = probabilities.chunks_exact(stride).flat_map(|r| r.iter().take(k));
    let probabilities: Vec<f64> = each.map(|p| if clip { p.max(EPS) } else { *p }).collect();
    Ok(OneCoin {
        labels: probabilities.chunks_exact(k).map(largest).collect(),
        priors: shares.get(..k).unwrap_or_default().to_vec(),
        probabilities,
        skills,
        loss_history,
    })
}

/// Mean probability of each worker's answers.
#[allow(clippy::cast_precision_loss, reason = "numbers of answers are below 2^32")]
fn maximize(a: &Annotations, probabilities: &[f64], stride: usize) -> Vec<f64> {
    let one = |(): &mut (), w: usize| {
        let answers = a.workers.of(w);
        let p = |(t, l): &(u32, u32)| probabilities.get(*t as usize * stride + *l as usize).copied();
        answers.iter().filter_map(p).sum::<f64>() / answers.len() as f64
    };
    parallel::map(a.workers(), || (), one)
}

/// The next probabilities, with the joint expectation of the present ones and the entropy of the next.
fn expect(
    a: &Annotations,
    skills: &[f64],
    shares: &[f64],
    present: &[f64],
    stride: usize,
) -> (Vec<f64>, [f64; 2]) {
    let k = a.labels();
    #[allow(clippy::cast_precision_loss, reason = "numbers of labels are below 2^32")]
    let others = (k - 1) as f64;
    // Base-2 logs of being wrong, and how much more being right is worth.
    let coin = |s: &f64| {
        let wrong = libm::log2(((1.0 - s) / others).clamp(EPS, 1.0 - EPS));
        (wrong, libm::log2(s.clamp(EPS, 1.0 - EPS)) - wrong)
    };
    let coins: Vec<(f64, f64)> = skills.iter().map(coin).collect();
    let log = |(c, p): (usize, &f64)| if c < k { libm::log2(p.max(EPS)) } else { -4096.0 };
    let priors: Vec<f64> = shares.iter().enumerate().map(log).collect();
    rows(a.tasks(), stride, |t, row| {
        let answers = a.tasks.of(t);
        let mut base = 0.0;
        for (w, l) in answers {
            let (wrong, gain) = coins.get(*w as usize).copied().unwrap_or_default();
            base += wrong;
            if let Some(r) = row.get_mut(*l as usize) {
                *r += gain;
            }
        }
        #[allow(clippy::cast_precision_loss, reason = "below 2^32")]
        let count = answers.len() as f64;
        let now = present.get(t * stride..(t + 1) * stride).unwrap_or_default();
        let mut joint = 0.0;
        for ((p, r), prior) in now.iter().zip(row.iter_mut()).zip(&priors) {
            let own = *r + base;
            joint += p * (own + count * prior);
            *r = own + prior;
        }
        [joint * LN_2, soften(row, k)]
    })
}
