//! Dawid and Skene's model: each worker has a confusion matrix.

use super::annotations::Annotations;
use super::exponential::{LN_2, exp2};
use super::{EPS, Stop, largest, step, vote};
use crate::numeric::sum1;
use crate::{Result, parallel};
use alloc::vec::Vec;
use countermark_primitives::{CancelToken, Error as Base, ProgressFn};

/// Tasks or workers that one thread works on at a time.
const BLOCK: usize = 1024;

/// What is known before the first step.
#[derive(Debug, Clone, PartialEq)]
pub enum InitialErrors {
    /// In the place of the counts of the first step.
    Assign(Vec<f64>),
    /// Added to the counts of the first step.
    Add(Vec<f64>),
}

/// Options of [`dawid_skene`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DawidSkeneOptions {
    /// When it ends.
    pub stop: Stop,
    /// Tasks whose label is known: task and label.
    pub gold: Vec<(u32, u32)>,
    /// Workers' answers from before, row-major `[workers, answer, true label]`: counts, or for
    /// [`InitialErrors::Assign`] probabilities too.
    pub initial_errors: Option<InitialErrors>,
}

/// What Dawid and Skene's model says of tasks and workers.
#[derive(Debug, Clone, PartialEq)]
pub struct DawidSkene {
    /// The most probable label of each task; the lowest number of equals.
    pub labels: Vec<u32>,
    /// Probability of each label, row-major `[tasks, labels]`, at least 1e-10 each, so a row may add up to a little
    /// more than 1.
    pub probabilities: Vec<f64>,
    /// Share of each label, `[labels]`.
    pub priors: Vec<f64>,
    /// Probability of an answer given the true label, row-major `[workers, answer, true label]`; NaN for an answer the
    /// worker never gave.
    pub errors: Vec<f64>,
    /// The objective after each step.
    pub loss_history: Vec<f64>,
}

/// Estimates true labels and workers' confusion matrices by expectation maximisation, starting from the majority's
/// shares (Dawid and Skene, 1979).
///
/// Source of every detail: crowd-kit 1.4.2, `DawidSkene`: error rows of answers a worker never gave do not exist, the
/// others are clipped at 1e-10 and divided by their sum; the objective that decides when to stop counts the prior once
/// per answer. Steps take time in proportion to (answers + tasks) x labels.
///
/// # Errors
/// `out_of_range` for a gold task or label that there is not, or initial errors that are negative, NaN, or missing where
/// they are assigned; `length_mismatch` for initial errors; `cancelled`.
///
/// ```
/// use countermark_primitives::{CancelToken, ignore_progress};
/// use countermark_scoring::labels::{Annotation, Annotations, DawidSkeneOptions, dawid_skene};
/// let answer = |task, worker, label| Annotation { task, worker, label };
/// let all: Vec<_> = (0..6).flat_map(|t| (0..3).map(move |w| answer(t, w, if w == 2 { 0 } else { t % 2 }))).collect();
/// let a = Annotations::new(&all, 6, 3, 2)?;
/// let run = |o: &DawidSkeneOptions| dawid_skene(&a, o, &CancelToken::new(), &mut ignore_progress);
/// let found = run(&DawidSkeneOptions::default())?;
/// assert_eq!(found.labels, [0, 1, 0, 1, 0, 1]);
/// // Worker 2 always answers 0.
/// assert!(found.errors[2 * 4 + 1] > 0.999 && found.errors[2 * 4 + 2].is_nan());
/// assert!(run(&DawidSkeneOptions { gold: vec![(9, 0)], ..Default::default() }).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn dawid_skene(
    a: &Annotations,
    options: &DawidSkeneOptions,
    cancel: &CancelToken,
    mut progress: ProgressFn<'_>,
) -> Result<DawidSkene> {
    let gold = gold_labels(a, &options.gold)?;
    if let Some(initial) = &options.initial_errors {
        check_initial(a, initial)?;
    }
    let model = Model { a, gold: gold.as_deref(), labels: a.labels(), stride: stride(a.labels()) };
    let mut probabilities = model.padded(&vote::shares(a, None));
    model.set_gold(&mut probabilities);
    let mut priors = model.priors(&probabilities);
    let mut errors = model.maximize(&probabilities, options.initial_errors.as_ref());
    let mut expected = model.expect(&errors, &priors, &probabilities);
    let (mut loss, mut loss_history) = (f64::NEG_INFINITY, Vec::new());
    for done in 0..options.stop.iterations {
        step(done, options.stop.iterations, cancel, &mut progress)?;
        core::mem::swap(&mut probabilities, &mut expected.probabilities);
        let entropy = expected.entropy;
        priors = model.priors(&probabilities);
        errors = model.maximize(&probabilities, None);
        priors.iter_mut().for_each(|p| *p = p.max(EPS));
        // The next expectation, and with it what this step is worth.
        expected = model.expect(&errors, &priors, &probabilities);
        #[allow(clippy::cast_precision_loss, reason = "below 2^32")]
        let new = (expected.joint + entropy) / a.len() as f64;
        loss_history.push(new);
        let better = new - loss;
        if better < options.stop.tolerance {
            break;
        }
        loss = new;
    }
    let (k, stride) = (model.labels, model.stride);
    let ran = !loss_history.is_empty();
    let probabilities = model.unpadded(probabilities, ran);
    let gave = |row: &[f64]| row.iter().any(|x| *x != 0.0);
    let nan = alloc::vec![f64::NAN; k];
    let errors = errors.chunks_exact(stride).flat_map(|row| {
        let row = row.get(..k).unwrap_or_default();
        if gave(row) { row.iter().map(|x| libm::exp2(*x)).collect() } else { nan.clone() }
    });
    Ok(DawidSkene {
        labels: probabilities.chunks_exact(k).map(largest).collect(),
        errors: errors.collect(),
        priors: priors.get(..k).unwrap_or_default().to_vec(),
        probabilities,
        loss_history,
    })
}

/// The known label of each task; `None` where none is known at all.
fn gold_labels(a: &Annotations, gold: &[(u32, u32)]) -> Result<Option<Vec<u32>>> {
    let mut out = alloc::vec![u32::MAX; a.tasks()];
    for (task, label) in gold {
        let (got, range) =
            (alloc::format!("label {label} of task {task}"), "a task and a label that there are");
        match out.get_mut(*task as usize) {
            Some(o) if (*label as usize) < a.labels() => *o = *label,
            _ => return Err(Base::OutOfRange { what: "gold label", got, range }.into()),
        }
    }
    Ok((!gold.is_empty()).then_some(out))
}

fn check_initial(a: &Annotations, initial: &InitialErrors) -> Result<()> {
    let (InitialErrors::Assign(values) | InitialErrors::Add(values)) = initial;
    let expected = a.workers() * a.labels() * a.labels();
    if values.len() != expected {
        return Err(Base::LengthMismatch { what: "initial errors", expected, got: values.len() }.into());
    }
    if let Some(i) = values.iter().position(|x| !(x.is_finite() && *x >= 0.0)) {
        let got = alloc::format!("{} at {i}", values.get(i).copied().unwrap_or(f64::NAN));
        return Err(Base::OutOfRange { what: "initial error", got, range: "0 or more" }.into());
    }
    Ok(())
}

/// Length of a padded row: a vector register or several.
pub(super) fn stride(labels: usize) -> usize {
    labels.next_multiple_of(4)
}

/// Rows `f` fills, in blocks that threads share out; each block's numbers are summed in order.
pub(super) fn rows(
    count: usize,
    stride: usize,
    f: impl Fn(usize, &mut [f64]) -> [f64; 2] + Sync + Send,
) -> (Vec<f64>, [f64; 2]) {
    let block = |(): &mut (), b: usize| {
        let these = b * BLOCK..count.min((b + 1) * BLOCK);
        let mut out = alloc::vec![0.0; these.len() * stride];
        let (mut x, mut y) = (Vec::with_capacity(these.len()), Vec::with_capacity(these.len()));
        for (i, row) in these.zip(out.chunks_exact_mut(stride)) {
            let [a, b] = f(i, row);
            x.push(a);
            y.push(b);
        }
        (out, sum1(&x, |x| x), sum1(&y, |y| y))
    };
    let parts = parallel::map(count.div_ceil(BLOCK), || (), block);
    let mut out = Vec::with_capacity(count * stride);
    let (mut x, mut y) = (Vec::new(), Vec::new());
    for (part, a, b) in parts {
        out.extend_from_slice(&part);
        x.push(a);
        y.push(b);
    }
    (out, [sum1(&x, |x| x), sum1(&y, |y| y)])
}

/// The next probabilities, their entropy, and the joint expectation of the present ones.
pub(super) struct Expectation {
    pub(super) probabilities: Vec<f64>,
    pub(super) entropy: f64,
    pub(super) joint: f64,
}

/// Turns base-2 log likelihoods into probabilities in place and answers their entropy in nats, each at least [`EPS`].
#[inline(always)]
pub(super) fn soften(logs: &mut [f64], labels: usize) -> f64 {
    let top = logs.iter().take(labels).fold(f64::NEG_INFINITY, |a, x| if *x > a { *x } else { a });
    let mut sum = 0.0;
    let mut weighted = 0.0;
    for x in logs.iter_mut() {
        let shifted = *x - top;
        let e = exp2(shifted);
        // Where e is 0 the log may be infinite.
        weighted += if e > 0.0 { e * shifted } else { 0.0 };
        sum += e;
        *x = e;
    }
    let scale = 1.0 / sum;
    let mut low = false;
    for x in logs.iter_mut().take(labels) {
        *x *= scale;
        low |= *x < EPS;
    }
    if !low {
        // -sum p log2 p with log2 p = shifted - log2 sum.
        return (libm::log2(sum) - weighted * scale) * LN_2;
    }
    entropy(logs.get(..labels).unwrap_or_default())
}

/// Entropy in nats of probabilities raised to [`EPS`].
pub(super) fn entropy(p: &[f64]) -> f64 {
    p.iter().map(|p| p.max(EPS)).map(|p| -p * libm::log(p)).sum()
}

struct Model<'a> {
    a: &'a Annotations,
    gold: Option<&'a [u32]>,
    labels: usize,
    /// Rows of labels are padded to this length.
    stride: usize,
}

impl Model<'_> {
    fn padded(&self, rows: &[f64]) -> Vec<f64> {
        let mut out = alloc::vec![0.0; self.a.tasks() * self.stride];
        for (o, r) in out.chunks_exact_mut(self.stride).zip(rows.chunks_exact(self.labels)) {
            o.iter_mut().zip(r).for_each(|(o, r)| *o = *r);
        }
        out
    }

    fn unpadded(&self, rows: Vec<f64>, clip: bool) -> Vec<f64> {
        let each = rows.chunks_exact(self.stride).flat_map(|r| r.iter().take(self.labels));
        each.map(|p| if clip { p.max(EPS) } else { *p }).collect()
    }

    fn gold(&self, task: usize) -> Option<usize> {
        let label = self.gold?.get(task).copied()?;
        (label != u32::MAX).then_some(label as usize)
    }

    fn set_gold(&self, probabilities: &mut [f64]) {
        for (t, row) in probabilities.chunks_exact_mut(self.stride).enumerate() {
            if let Some(label) = self.gold(t) {
                one_hot(row, label);
            }
        }
    }

    /// Mean of the probabilities.
    fn priors(&self, probabilities: &[f64]) -> Vec<f64> {
        priors(probabilities, self.stride)
    }

    /// Base-2 logs of the error rows, `[workers, answer, padded true label]`; all zero for an answer never given.
    fn maximize(&self, probabilities: &[f64], initial: Option<&InitialErrors>) -> Vec<f64> {
        match self.stride {
            4 => self.maximize_by(4, probabilities, initial),
            8 => self.maximize_by(8, probabilities, initial),
            s => self.maximize_by(s, probabilities, initial),
        }
    }

    #[inline(always)]
    fn maximize_by(&self, stride: usize, probabilities: &[f64], initial: Option<&InitialErrors>) -> Vec<f64> {
        let k = self.labels;
        let one = |given: &mut Vec<bool>, w: usize| {
            let mut errors = alloc::vec![0.0; k * stride];
            given.clear();
            given.resize(k, false);
            for (t, l) in self.a.workers.of(w) {
                let at = *l as usize * stride;
                let from = *t as usize * stride;
                if let (Some(e), Some(p)) =
                    (errors.get_mut(at..at + stride), probabilities.get(from..from + stride))
                {
                    e.iter_mut().zip(p).for_each(|(e, p)| *e += p);
                }
                if let Some(g) = given.get_mut(*l as usize) {
                    *g = true;
                }
            }
            match initial {
                Some(InitialErrors::Assign(v) | InitialErrors::Add(v)) => {
                    let assign = matches!(initial, Some(InitialErrors::Assign(_)));
                    for l in 0..k {
                        let row = v.iter().skip((w * k + l) * k).take(k);
                        let errors = errors.iter_mut().skip(l * stride).zip(row);
                        errors.for_each(|(e, x)| *e = if assign { *x } else { *e + x });
                    }
                    given.fill(true);
                }
                None => {}
            }
            for c in 0..k {
                let mut sum = 0.0;
                for (l, _) in given.iter().enumerate().filter(|(_, g)| **g) {
                    if let Some(e) = errors.get_mut(l * stride + c) {
                        *e = e.max(EPS);
                        sum += *e;
                    }
                }
                for (l, _) in given.iter().enumerate().filter(|(_, g)| **g) {
                    if let Some(e) = errors.get_mut(l * stride + c) {
                        *e = libm::log2(*e / sum);
                        // A certain answer's log is 0, which would look as if it had never been given.
                        if *e == 0.0 {
                            *e = -f64::MIN_POSITIVE;
                        }
                    }
                }
            }
            errors
        };
        parallel::map(self.a.workers(), Vec::new, one).concat()
    }

    fn expect(&self, errors: &[f64], priors: &[f64], present: &[f64]) -> Expectation {
        match self.stride {
            4 => self.expect_by(4, errors, priors, present),
            8 => self.expect_by(8, errors, priors, present),
            s => self.expect_by(s, errors, priors, present),
        }
    }

    #[inline(always)]
    fn expect_by(&self, stride: usize, errors: &[f64], priors: &[f64], present: &[f64]) -> Expectation {
        let k = self.labels;
        // Padding gets a likelihood of nothing.
        let log = |(c, p): (usize, &f64)| if c < k { libm::log2(p.max(EPS)) } else { -4096.0 };
        let log_priors: Vec<f64> = priors.iter().enumerate().map(log).collect();
        let one = |t: usize, row: &mut [f64]| {
            let answers = self.a.tasks.of(t);
            for (w, l) in answers {
                let at = (*w as usize * k + *l as usize) * stride;
                if let Some(e) = errors.get(at..at + stride) {
                    row.iter_mut().zip(e).for_each(|(r, e)| *r += e);
                }
            }
            #[allow(clippy::cast_precision_loss, reason = "below 2^32")]
            let count = answers.len() as f64;
            let now = present.get(t * stride..(t + 1) * stride).unwrap_or_default();
            let mut joint = 0.0;
            for ((p, r), prior) in now.iter().zip(row.iter_mut()).zip(&log_priors) {
                joint += p * (*r + count * prior);
                *r += prior;
            }
            let entropy = soften(row, k);
            match self.gold(t) {
                Some(label) => {
                    one_hot(row, label);
                    [joint * LN_2, self::entropy(row.get(..k).unwrap_or_default())]
                }
                None => [joint * LN_2, entropy],
            }
        };
        let (probabilities, [joint, entropy]) = rows(self.a.tasks(), stride, one);
        Expectation { probabilities, entropy, joint }
    }
}

fn one_hot(row: &mut [f64], label: usize) {
    row.fill(0.0);
    if let Some(x) = row.get_mut(label) {
        *x = 1.0;
    }
}

/// Mean of rows.
#[allow(clippy::cast_precision_loss, reason = "numbers of tasks are below 2^32")]
pub(super) fn priors(rows: &[f64], stride: usize) -> Vec<f64> {
    let n = (rows.len() / stride.max(1)) as f64;
    let mut sums = alloc::vec![0.0; stride];
    // In blocks, which keeps the error of a long sum small.
    for block in rows.chunks(BLOCK * stride) {
        let mut part = alloc::vec![0.0; stride];
        for row in block.chunks_exact(stride) {
            part.iter_mut().zip(row).for_each(|(s, x)| *s += x);
        }
        sums.iter_mut().zip(part).for_each(|(s, x)| *s += x);
    }
    sums.iter_mut().for_each(|s| *s /= n);
    sums
}
