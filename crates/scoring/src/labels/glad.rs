//! GLAD: workers differ in ability, tasks in difficulty (Whitehill and others, 2009).

use super::annotations::Annotations;
use super::conjugate::minimize;
use super::exponential::{LN_2, exp2};
use super::{Stop, largest, step};
use crate::numeric::sum1;
use crate::{Result, parallel};
use alloc::vec::Vec;
use core::ops::Range;
use countermark_primitives::{CancelToken, Error as Base, ProgressFn};

/// Blocks of tasks that threads share out, at most.
const BLOCKS: usize = 64;

/// Options of [`glad`].
#[derive(Debug, Clone, PartialEq)]
pub struct GladOptions {
    /// When it ends.
    pub stop: Stop,
    /// Share of each label, `[labels]`, fixed; `None` for equal ones.
    pub priors: Option<Vec<f64>>,
    /// Expected ability of each worker, `[workers]`; `None` for 1.
    pub ability_means: Option<Vec<f64>>,
    /// Expected log easiness of each task, `[tasks]`; `None` for 1.
    pub easiness_means: Option<Vec<f64>>,
    /// Conjugate gradient steps of a maximisation, at most.
    pub gradient_steps: u32,
    /// A maximisation ends once no element of the gradient exceeds this.
    pub gradient_tolerance: f64,
}

impl Default for GladOptions {
    /// crowd-kit's defaults.
    fn default() -> Self {
        let none = None::<Vec<f64>>;
        Self {
            stop: Stop::default(),
            priors: none.clone(),
            ability_means: none.clone(),
            easiness_means: none,
            gradient_steps: 25,
            gradient_tolerance: 1e-2,
        }
    }
}

/// What GLAD says of tasks and workers.
#[derive(Debug, Clone, PartialEq)]
pub struct Glad {
    /// The most probable label of each task; the lowest number of equals.
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

/// Estimates true labels, workers' abilities and tasks' easiness by expectation maximisation, each maximisation by
/// conjugate gradients, with normal priors of variance 1.
///
/// Source: crowd-kit 1.4.2, `GLAD`. Its objective is not divided by the number of terms before the first step and is
/// afterwards, and here as there the first comparison is of the two. Each maximisation takes the path of scipy's
/// conjugate gradients, both line searches included: on 4,000 tasks with 5 answers each probabilities agree to 1e-11.
///
/// # Errors
/// `length_mismatch`; `out_of_range` for a single label, priors that are not above 0, or means that are not finite;
/// `cancelled`.
///
/// ```
/// use countermark_primitives::{CancelToken, ignore_progress};
/// use countermark_scoring::labels::{Annotation, Annotations, GladOptions, glad};
/// let answer = |task, worker, label| Annotation { task, worker, label };
/// let all: Vec<_> = (0..6).flat_map(|t| (0..3).map(move |w| answer(t, w, if w == 2 { 0 } else { t % 2 }))).collect();
/// let a = Annotations::new(&all, 6, 3, 2)?;
/// let run = |o: &GladOptions| glad(&a, o, &CancelToken::new(), &mut ignore_progress);
/// let found = run(&GladOptions::default())?;
/// assert_eq!(found.labels, [0, 1, 0, 1, 0, 1]);
/// assert!(found.abilities[2] < found.abilities[0]);
/// assert!(run(&GladOptions { priors: Some(vec![1.0]), ..Default::default() }).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn glad(
    a: &Annotations,
    options: &GladOptions,
    cancel: &CancelToken,
    mut progress: ProgressFn<'_>,
) -> Result<Glad> {
    let model = Model::new(a, options)?;
    // Abilities, then easiness.
    let mut x = alloc::vec![1.0; a.workers() + a.tasks()];
    let mut probabilities = model.expect(&x);
    let mut loss = model.objective(&x, &model.given(&probabilities)).0;
    let mut loss_history = Vec::new();
    for done in 0..options.stop.iterations {
        step(done, options.stop.iterations, cancel, &mut progress)?;
        probabilities = model.expect(&x);
        let given = model.given(&probabilities);
        let negative = |x: &[f64]| {
            let (value, mut gradient) = model.objective(x, &given);
            gradient.iter_mut().for_each(|g| *g = -*g);
            (-value, gradient)
        };
        x = minimize(x, options.gradient_steps, options.gradient_tolerance, negative);
        #[allow(clippy::cast_precision_loss, reason = "below 2^53")]
        let terms = (a.len() * a.labels()) as f64;
        let new = model.objective(&x, &given).0 / terms;
        loss_history.push(new);
        if new - loss < options.stop.tolerance {
            break;
        }
        loss = new;
    }
    let easiness = x.split_off(a.workers());
    Ok(Glad {
        labels: probabilities.chunks_exact(a.labels()).map(largest).collect(),
        probabilities,
        abilities: x,
        easiness,
        loss_history,
    })
}

struct Model<'a> {
    a: &'a Annotations,
    log_priors: Vec<f64>,
    /// Expected abilities, then expected easiness.
    means: Vec<f64>,
    /// ln (labels - 1).
    others: f64,
    blocks: Vec<Range<usize>>,
}

/// Scratch memory of one thread: an answer's log odds, their sigmoid, and the log of being wrong.
#[derive(Default)]
struct Odds {
    odds: Vec<f64>,
    right: Vec<f64>,
    log_wrong: Vec<f64>,
}

impl Odds {
    /// Fills the sigmoids and logs: `1 / (1 + exp(-a))` and `-ln(1 + exp(a))`.
    fn fill(&mut self) {
        self.right.clear();
        self.right.resize(self.odds.len(), 0.0);
        self.log_wrong.clear();
        self.log_wrong.resize(self.odds.len(), 0.0);
        for ((a, r), w) in self.odds.iter().zip(&mut self.right).zip(&mut self.log_wrong) {
            let e = exp2(-a.abs() / LN_2);
            let share = 1.0 / (1.0 + e);
            *r = if *a >= 0.0 { share } else { e * share };
            *w = -(a.max(0.0) + log1p(e));
        }
    }
}

/// ln(1 + e) for 0 <= e <= 1: the series of 2 artanh(e / (2 + e)), which becomes vector code.
#[inline(always)]
fn log1p(e: f64) -> f64 {
    let s = e / (2.0 + e);
    let z = s * s;
    let mut y = 1.0 / 33.0;
    for n in [31.0, 29.0, 27.0, 25.0, 23.0, 21.0, 19.0, 17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0, 1.0] {
        y = y * z + 1.0 / n;
    }
    2.0 * s * y
}

impl<'a> Model<'a> {
    fn new(a: &'a Annotations, options: &GladOptions) -> Result<Self> {
        let k = a.labels();
        let number = |what, got, range| Base::OutOfRange { what, got: alloc::format!("{got}"), range };
        if k < 2 {
            return Err(
                Base::OutOfRange { what: "number of labels", got: "1".into(), range: "2 or more" }.into()
            );
        }
        let given = |what, values: &Option<Vec<f64>>, expected: usize, default: f64| {
            let v = values.clone().unwrap_or_else(|| alloc::vec![default; expected]);
            if v.len() == expected {
                Ok(v)
            } else {
                Err(Base::LengthMismatch { what, expected, got: v.len() })
            }
        };
        #[allow(clippy::cast_precision_loss, reason = "numbers of labels are below 2^32")]
        let (equal, others) = (1.0 / k as f64, libm::log((k - 1) as f64));
        let priors = given("priors", &options.priors, k, equal)?;
        if let Some(p) = priors.iter().find(|p| !(p.is_finite() && **p > 0.0)) {
            return Err(number("prior", p, "above 0").into());
        }
        let mut means = given("ability means", &options.ability_means, a.workers(), 1.0)?;
        means.extend(given("easiness means", &options.easiness_means, a.tasks(), 1.0)?);
        if let Some(m) = means.iter().find(|m| !m.is_finite()) {
            return Err(number("prior mean", m, "a finite number").into());
        }
        // A block keeps a sum per worker: together no more of them than there are answers.
        let count = (a.len() / a.workers().max(1)).clamp(1, BLOCKS);
        let size = a.tasks().div_ceil(count).max(1);
        let blocks = (0..a.tasks()).step_by(size).map(|at| at..a.tasks().min(at + size)).collect();
        let log_priors = priors.iter().map(|p| libm::log(*p)).collect();
        Ok(Self { a, log_priors, means, others, blocks })
    }

    /// Log odds of the answers of some tasks.
    fn odds(&self, x: &[f64], tasks: Range<usize>, odds: &mut Odds) {
        let (abilities, easiness) = x.split_at(self.a.workers().min(x.len()));
        odds.odds.clear();
        for t in tasks {
            let ease = libm::exp(easiness.get(t).copied().unwrap_or(0.0));
            let one = |(w, _): &(u32, u32)| abilities.get(*w as usize).copied().unwrap_or(0.0) * ease;
            odds.odds.extend(self.a.tasks.of(t).iter().map(one));
        }
        odds.fill();
    }

    /// Probability of each label given abilities and easiness.
    fn expect(&self, x: &[f64]) -> Vec<f64> {
        let k = self.a.labels();
        let one = |odds: &mut Odds, b: usize| {
            let tasks = self.blocks.get(b).cloned().unwrap_or_default();
            self.odds(x, tasks.clone(), odds);
            let mut all = odds.odds.iter().zip(&odds.log_wrong);
            let mut out = Vec::with_capacity(tasks.len() * k);
            for t in tasks {
                let mut row = self.log_priors.clone();
                let mut base = 0.0;
                for (_, l) in self.a.tasks.of(t) {
                    let Some((a, wrong)) = all.next() else { break };
                    base += wrong - self.others;
                    if let Some(r) = row.get_mut(*l as usize) {
                        *r += a + self.others;
                    }
                }
                row.iter_mut().for_each(|r| *r += base);
                let top = row.iter().fold(f64::NEG_INFINITY, |a, x| a.max(*x));
                row.iter_mut().for_each(|r| *r = libm::exp(*r - top));
                let sum: f64 = row.iter().sum();
                out.extend(row.iter().map(|r| r / sum));
            }
            out
        };
        parallel::map(self.blocks.len(), Odds::default, one).concat()
    }

    /// The probability of each answer, by task.
    fn given(&self, probabilities: &[f64]) -> Vec<f64> {
        let k = self.a.labels();
        let mut out = Vec::with_capacity(self.a.len());
        for (t, row) in probabilities.chunks_exact(k).enumerate() {
            out.extend(self.a.tasks.of(t).iter().filter_map(|(_, l)| row.get(*l as usize).copied()));
        }
        out
    }

    /// The expected log likelihood with the priors of the parameters, and its gradient.
    fn objective(&self, x: &[f64], given: &[f64]) -> (f64, Vec<f64>) {
        let workers = self.a.workers();
        let mut starts = Vec::with_capacity(self.blocks.len());
        let mut at = 0;
        for b in &self.blocks {
            starts.push(at);
            at += b.clone().map(|t| self.a.tasks.of(t).len()).sum::<usize>();
        }
        let easiness = x.get(workers..).unwrap_or_default();
        let one = |odds: &mut Odds, b: usize| {
            let tasks = self.blocks.get(b).cloned().unwrap_or_default();
            self.odds(x, tasks.clone(), odds);
            let given = given.get(starts.get(b).copied().unwrap_or(0)..).unwrap_or_default();
            let mut all = odds.odds.iter().zip(&odds.right).zip(&odds.log_wrong).zip(given);
            let mut by_worker = alloc::vec![0.0; workers];
            let (mut by_task, mut values) =
                (Vec::with_capacity(tasks.len()), Vec::with_capacity(tasks.len()));
            for t in tasks {
                let ease = libm::exp(easiness.get(t).copied().unwrap_or(0.0));
                let (mut value, mut slope) = (0.0, 0.0);
                for (w, _) in self.a.tasks.of(t) {
                    let Some((((a, right), wrong), p)) = all.next() else { break };
                    value += wrong - self.others * (1.0 - p) + p * a;
                    slope += (p - right) * a;
                    if let Some(s) = by_worker.get_mut(*w as usize) {
                        *s += (p - right) * ease;
                    }
                }
                values.push(value);
                by_task.push(slope);
            }
            (sum1(&values, |x| x), by_worker, by_task)
        };
        let mut values = Vec::with_capacity(self.blocks.len());
        let mut gradient = alloc::vec![0.0; workers];
        for (value, by_worker, by_task) in parallel::map(self.blocks.len(), Odds::default, one) {
            values.push(value);
            gradient.iter_mut().zip(by_worker).for_each(|(g, s)| *g += s);
            gradient.extend(by_task);
        }
        let away: Vec<f64> = x.iter().zip(&self.means).map(|(x, m)| x - m).collect();
        gradient.iter_mut().zip(&away).for_each(|(g, d)| *g -= d);
        // Log densities of the standard normal distribution.
        const HALF_LN_2PI: f64 = 0.918_938_533_204_672_8;
        #[allow(clippy::cast_precision_loss, reason = "below 2^33")]
        let constant = HALF_LN_2PI * away.len() as f64;
        let value = sum1(&values, |x| x) - sum1(&away, |d| d * d) / 2.0 - constant;
        (if value.is_nan() { f64::NEG_INFINITY } else { value }, gradient)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_of_one_plus() {
        for i in 0..=1000 {
            let e = f64::from(i) / 1000.0;
            assert!((log1p(e) - libm::log1p(e)).abs() <= 3e-16, "{e}");
        }
    }
}
