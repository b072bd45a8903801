//! Dawid and Skene's model: each worker has a confusion matrix.

use super::annotations::Annotations;
use super::estimate::{Estimate, Workers, add, estimate};
use super::exponential::log2;
use super::{EPS, Stop, by_labels};
use crate::{Result, parallel};
use alloc::vec::Vec;
use countermark_primitives::{CancelToken, Error as Base, ProgressFn};

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
    /// [`InitialErrors::Assign`] probabilities too. A row of NaN stands for an answer of which nothing is known.
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
    progress: ProgressFn<'_>,
) -> Result<DawidSkene> {
    let gold = gold_labels(a, &options.gold)?;
    if let Some(initial) = &options.initial_errors {
        check_initial(a, initial)?;
    }
    let initial = options.initial_errors.as_ref();
    by_labels!(a.labels(), S => {
        let mut workers = Confusion::<S>::new(a, initial);
        let found = estimate(a, &options.stop, gold.as_deref(), &mut workers, cancel, progress)?;
        let Estimate { labels, probabilities, priors, loss_history } = found;
        Ok(DawidSkene { labels, probabilities, priors, errors: workers.errors(), loss_history })
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
    let k = a.labels();
    let expected = a.workers() * k * k;
    if values.len() != expected {
        return Err(Base::LengthMismatch { what: "initial errors", expected, got: values.len() }.into());
    }
    let refuse = |got, range| Err(Base::OutOfRange { what: "initial error", got, range }.into());
    for (i, row) in values.chunks_exact(k).enumerate() {
        let missing = row.iter().all(|x| x.is_nan());
        if let Some(x) = row.iter().find(|x| !(missing || x.is_finite() && **x >= 0.0)) {
            return refuse(alloc::format!("{x} of worker {}", i / k), "0 or more");
        }
    }
    if matches!(initial, InitialErrors::Assign(_)) {
        let missing =
            |w: u32, l: u32| values.get((w as usize * k + l as usize) * k).is_some_and(|x| x.is_nan());
        let mut answers = (0..a.tasks()).flat_map(|t| a.tasks.of(t));
        if let Some((w, l)) = answers.find(|(w, l)| missing(*w, *l)) {
            return refuse(
                alloc::format!("none for answer {l} of worker {w}"),
                "a row for every answer given",
            );
        }
    }
    Ok(())
}

/// Workers whose matrices a thread estimates at a time.
const WORKERS: usize = 32;

/// Base-2 logs of each worker's confusion matrix.
struct Confusion<'a, const S: usize> {
    labels: usize,
    /// Rows of `S` true labels that an answer has.
    rows: usize,
    initial: Option<&'a InitialErrors>,
    /// Whether the worker gave the answer, `[workers, answer]`.
    given: Vec<bool>,
    /// `[workers, answer, rows]`.
    logs: Vec<[f64; S]>,
}

impl<'a, const S: usize> Confusion<'a, S> {
    fn new(a: &Annotations, initial: Option<&'a InitialErrors>) -> Self {
        let labels = a.labels();
        let mut given = alloc::vec![false; a.workers() * labels];
        for (w, l) in (0..a.tasks()).flat_map(|t| a.tasks.of(t)) {
            if let Some(g) = given.get_mut(*w as usize * labels + *l as usize) {
                *g = true;
            }
        }
        Self { labels, rows: labels.div_ceil(S), initial, given, logs: Vec::new() }
    }

    /// Takes one worker's initial errors into the counts; a row of NaN is none.
    fn add_initial(
        &self,
        worker: usize,
        initial: &InitialErrors,
        given: &mut [bool],
        counts: &mut [[f64; S]],
    ) {
        let (InitialErrors::Assign(v) | InitialErrors::Add(v)) = initial;
        let k = self.labels;
        let known = v.chunks_exact(k).skip(worker * k);
        for ((row, given), counts) in known.zip(given).zip(counts.chunks_exact_mut(self.rows)) {
            if row.first().is_some_and(|x| x.is_nan()) {
                continue;
            }
            *given = true;
            for (c, x) in counts.as_flattened_mut().iter_mut().zip(row) {
                *c = if matches!(initial, InitialErrors::Assign(_)) { *x } else { *c + x };
            }
        }
    }

    /// Probabilities, `[workers, answer, true label]`.
    fn errors(&self) -> Vec<f64> {
        let mut out = Vec::with_capacity(self.given.len() * self.labels);
        for (given, row) in self.given.iter().zip(self.logs.chunks_exact(self.rows)) {
            let row = row.as_flattened().iter().take(self.labels);
            out.extend(row.map(|x| if *given { libm::exp2(*x) } else { f64::NAN }));
        }
        out
    }
}

/// The rows of the answers that were given.
fn rows_given<'a, const S: usize>(
    given: &'a [bool],
    counts: &'a mut [[f64; S]],
    rows: usize,
) -> impl Iterator<Item = &'a mut [f64]> {
    let all = given.iter().zip(counts.chunks_exact_mut(rows));
    all.filter(|(given, _)| **given).map(|(_, row)| row.as_flattened_mut())
}

impl<const S: usize> Workers<S> for Confusion<'_, S> {
    type Count = [f64; S];

    const NOTHING: [f64; S] = [0.0; S];

    fn counts(&self) -> usize {
        self.given.len() * self.rows
    }

    #[inline(always)]
    fn gather(&self, counts: &mut [[f64; S]], answers: &[(u32, u32)], rows: &[[f64; S]]) {
        if let ([row], 1) = (rows, self.rows) {
            // A copy stays in registers.
            let row = *row;
            for (w, l) in answers {
                if let Some(counts) = counts.get_mut(*w as usize * self.labels + *l as usize) {
                    add(counts, &row);
                }
            }
            return;
        }
        for (w, l) in answers {
            let at = (*w as usize * self.labels + *l as usize) * self.rows;
            if let Some(counts) = counts.get_mut(at..at + self.rows) {
                for (counts, row) in counts.iter_mut().zip(rows) {
                    add(counts, row);
                }
            }
        }
    }

    fn maximize(&mut self, tables: &[&[[f64; S]]], first: bool) {
        let (k, size) = (self.labels, self.labels * self.rows);
        let mut logs = core::mem::take(&mut self.logs);
        logs.resize(self.counts(), [0.0; S]);
        let this = &*self;
        let some = |(w, logs): &mut (usize, &mut [[f64; S]])| {
            let mut given = alloc::vec![false; k];
            let mut sums = alloc::vec![[0.0; S]; this.rows];
            for (counts, w) in logs.chunks_exact_mut(size).zip(*w..) {
                let at = w * size..(w + 1) * size;
                counts.fill([0.0; S]);
                for table in tables {
                    let table = table.get(at.clone()).unwrap_or_default();
                    counts.iter_mut().zip(table).for_each(|(c, x)| add(c, x));
                }
                given.copy_from_slice(this.given.get(w * k..(w + 1) * k).unwrap_or_default());
                if let Some(initial) = this.initial.filter(|_| first) {
                    this.add_initial(w, initial, &mut given, counts);
                }
                sums.fill([0.0; S]);
                for row in rows_given(&given, counts, this.rows) {
                    for (c, s) in row.iter_mut().zip(sums.as_flattened_mut()).take(k) {
                        *c = c.max(EPS);
                        *s += *c;
                    }
                }
                for row in rows_given(&given, counts, this.rows) {
                    for (c, s) in row.iter_mut().zip(sums.as_flattened()).take(k) {
                        *c = log2(*c / s);
                    }
                }
            }
        };
        let chunks = logs.chunks_mut((WORKERS * size).max(1)).enumerate();
        let mut chunks: Vec<_> = chunks.map(|(i, logs)| (i * WORKERS, logs)).collect();
        parallel::update(&mut chunks, some);
        self.logs = logs;
    }

    #[inline(always)]
    fn log_likelihood(&self, answers: &[(u32, u32)], row: usize) -> [f64; S] {
        let mut out = [0.0; S];
        for (w, l) in answers {
            let at = (*w as usize * self.labels + *l as usize) * self.rows + row;
            if let Some(logs) = self.logs.get(at) {
                add(&mut out, logs);
            }
        }
        out
    }
}
