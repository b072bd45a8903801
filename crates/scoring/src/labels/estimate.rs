//! The expectation maximisation that Dawid and Skene's model and its one-coin form share.

use super::annotations::Annotations;
use super::exponential::{LN_2, exp2};
use super::{EPS, Stop, largest, step, vote};
use crate::numeric::sum1;
use crate::{Result, parallel};
use alloc::vec::Vec;
use core::ops::Range;
use countermark_exact::{Kernel, vectorized};
use countermark_primitives::{CancelToken, ProgressFn};

/// Tasks whose numbers are added up one after the other before they enter a sum: the logarithm of the product of their
/// sums, each at most `8 x chunks`, must not overflow.
const GROUP: usize = 64;

/// Blocks of tasks that threads share out, at most: fixed, so that sums don't depend on the number of threads.
const BLOCKS: usize = 4;

/// Base-2 log likelihood of a label that cannot be.
const NOTHING: f64 = -4096.0;

/// -1e-10 ln 1e-10: the entropy of a probability raised to [`EPS`].
const EPS_ENTROPY: f64 = 2.302_585_092_994_046e-9;

/// What a worker's answer says of a task, and what is learnt of the worker from the tasks. A task's probabilities are
/// rows of `S` labels, the last one padded.
pub(super) trait Workers<const S: usize>: Sync {
    /// What a block of tasks gathers for a maximisation.
    type Count: Copy + Send + Sync;

    /// A count of nothing.
    const NOTHING: Self::Count;

    /// Length of a table of counts.
    fn counts(&self) -> usize;

    /// Adds a task's probabilities to the counts of those who answered it.
    fn gather(&self, counts: &mut [Self::Count], answers: &[(u32, u32)], rows: &[[f64; S]]);

    /// Learns from the counts of all blocks.
    fn maximize(&mut self, tables: &[&[Self::Count]], first: bool);

    /// Base-2 log likelihood of the answers given each of the labels of a row.
    fn log_likelihood(&self, answers: &[(u32, u32)], row: usize) -> [f64; S];
}

/// What the iteration found about the tasks.
pub(super) struct Estimate {
    pub(super) labels: Vec<u32>,
    pub(super) probabilities: Vec<f64>,
    pub(super) priors: Vec<f64>,
    pub(super) loss_history: Vec<f64>,
}

/// Some tasks and the memory that one thread works on.
struct Block<const S: usize, C> {
    tasks: Range<usize>,
    now: Vec<[f64; S]>,
    next: Vec<[f64; S]>,
    counts: Vec<C>,
}

/// Sums over the tasks of a block.
#[derive(Default)]
struct Sums {
    /// Next probabilities by label.
    shares: Vec<f64>,
    /// Entropy of the next probabilities, in nats.
    entropy: f64,
    /// Expected log likelihood under the present probabilities, in bits.
    joint: f64,
}

/// Runs until the objective improves by less than the tolerance. `gold` has the known label of each task, or `u32::MAX`.
pub(super) fn estimate<const S: usize, W: Workers<S>>(
    a: &Annotations,
    stop: &Stop,
    gold: Option<&[u32]>,
    workers: &mut W,
    cancel: &CancelToken,
    mut progress: ProgressFn<'_>,
) -> Result<Estimate> {
    let model = Model::<S> { a, gold, rows: a.labels().div_ceil(S) };
    let mut blocks = model.blocks(&*workers);
    let start = parallel::update(&mut blocks, |block| model.start(&*workers, block));
    let mut priors = model.priors(&start);
    workers.maximize(&tables(&blocks), true);
    let mut sums = model.step(&*workers, &priors, &mut blocks);
    let (mut loss, mut loss_history) = (f64::NEG_INFINITY, Vec::new());
    for done in 0..stop.iterations {
        step(done, stop.iterations, cancel, &mut progress)?;
        for block in &mut blocks {
            core::mem::swap(&mut block.now, &mut block.next);
        }
        priors = model.priors(&sums);
        priors.iter_mut().for_each(|p| *p = p.max(EPS));
        workers.maximize(&tables(&blocks), false);
        let entropy = sums.iter().map(|s| s.entropy).sum::<f64>();
        // The next expectation, and with it what this step is worth.
        sums = model.step(&*workers, &priors, &mut blocks);
        #[allow(clippy::cast_precision_loss, reason = "below 2^32")]
        let new = (sums.iter().map(|s| s.joint).sum::<f64>() * LN_2 + entropy) / a.len() as f64;
        loss_history.push(new);
        if new - loss < stop.tolerance {
            break;
        }
        loss = new;
    }
    let (k, clip) = (a.labels(), !loss_history.is_empty());
    let mut probabilities = Vec::with_capacity(a.tasks() * k);
    let floor = if clip { EPS } else { 0.0 };
    for block in &blocks {
        let all = block.now.as_flattened();
        if model.rows * S == k {
            probabilities.extend(all.iter().map(|p| p.max(floor)));
        } else {
            let each = all.chunks_exact(model.rows * S).flat_map(|row| row.iter().take(k));
            probabilities.extend(each.map(|p| p.max(floor)));
        }
    }
    let labels = probabilities.chunks_exact(k).map(largest).collect();
    Ok(Estimate { labels, probabilities, priors, loss_history })
}

fn tables<const S: usize, C>(blocks: &[Block<S, C>]) -> Vec<&[C]> {
    blocks.iter().map(|b| b.counts.as_slice()).collect()
}

/// [`Model::expect`] for wider vectors.
struct Expect<'a, const S: usize, W: Workers<S>> {
    model: &'a Model<'a, S>,
    workers: &'a W,
    log_priors: &'a [[f64; S]],
    block: &'a mut Block<S, W::Count>,
}

impl<const S: usize, W: Workers<S>> Kernel for Expect<'_, S, W> {
    type Output = Sums;

    #[inline(always)]
    fn run(self) -> Sums {
        self.model.expect(self.workers, self.log_priors, self.block)
    }
}

struct Model<'a, const S: usize> {
    a: &'a Annotations,
    gold: Option<&'a [u32]>,
    /// Rows of a task.
    rows: usize,
}

impl<const S: usize> Model<'_, S> {
    /// Blocks whose tables together are no larger than the answers, or a single one.
    fn blocks<W: Workers<S>>(&self, workers: &W) -> Vec<Block<S, W::Count>> {
        let table = workers.counts() * size_of::<W::Count>();
        let count = (self.a.len() * 2 * size_of::<f64>() / table.max(1)).clamp(1, BLOCKS);
        let size = self.a.tasks().div_ceil(count).next_multiple_of(GROUP);
        let block = |at: usize| {
            let tasks = at..self.a.tasks().min(at + size);
            // Memory that the system clears when a thread first writes to it.
            let empty = || alloc::vec![[0.0; S]; tasks.len() * self.rows];
            let (now, next, counts) = (empty(), empty(), alloc::vec![W::NOTHING; workers.counts()]);
            Block { tasks, now, next, counts }
        };
        (0..self.a.tasks()).step_by(size.max(1)).map(block).collect()
    }

    fn gold(&self, task: usize) -> Option<usize> {
        let label = self.gold?.get(task).copied()?;
        (label != u32::MAX).then_some(label as usize)
    }

    /// The majority's shares, gathered.
    #[inline(always)]
    fn start<W: Workers<S>>(&self, workers: &W, block: &mut Block<S, W::Count>) -> Sums {
        let mut sums = Sums { shares: alloc::vec![0.0; self.rows * S], ..Sums::default() };
        for (t, rows) in block.tasks.clone().zip(block.now.chunks_exact_mut(self.rows)) {
            let answers = self.a.tasks.of(t);
            match self.gold(t) {
                Some(label) => one_hot(rows.as_flattened_mut(), label),
                None => vote::share(answers, None, rows.as_flattened_mut()),
            }
            workers.gather(&mut block.counts, answers, rows);
            sums.shares.iter_mut().zip(rows.as_flattened()).for_each(|(s, p)| *s += p);
        }
        sums
    }

    /// Mean of the probabilities by label.
    fn priors(&self, sums: &[Sums]) -> Vec<f64> {
        let mut out = alloc::vec![0.0; self.a.labels()];
        for s in sums {
            out.iter_mut().zip(&s.shares).for_each(|(o, x)| *o += x);
        }
        #[allow(clippy::cast_precision_loss, reason = "below 2^32")]
        out.iter_mut().for_each(|o| *o /= self.a.tasks() as f64);
        out
    }

    fn step<W: Workers<S>>(
        &self,
        workers: &W,
        priors: &[f64],
        blocks: &mut [Block<S, W::Count>],
    ) -> Vec<Sums> {
        // Padding gets a likelihood of nothing.
        let mut log_priors = alloc::vec![[NOTHING; S]; self.rows];
        let logs = log_priors.as_flattened_mut().iter_mut();
        logs.zip(priors).for_each(|(o, p)| *o = libm::log2(p.max(EPS)));
        parallel::update(blocks, |block| {
            vectorized(Expect { model: self, workers, log_priors: &log_priors, block })
        })
    }

    /// The next probabilities of a block, gathered. Each group of tasks is gone through several times with little work at
    /// a time, so that no task waits for the one before.
    #[inline(always)]
    fn expect<W: Workers<S>>(
        &self,
        workers: &W,
        log_priors: &[[f64; S]],
        block: &mut Block<S, W::Count>,
    ) -> Sums {
        block.counts.fill(W::NOTHING);
        let mut shares = alloc::vec![[0.0; S]; self.rows];
        let (mut entropies, mut joints) = (Vec::new(), Vec::new());
        let group = GROUP * self.rows;
        let mut lanes = alloc::vec![[[0.0; GROUP]; S]; self.rows];
        let first = (block.tasks.start..block.tasks.end).step_by(GROUP);
        for ((now, next), first) in block.now.chunks(group).zip(block.next.chunks_mut(group)).zip(first) {
            joints.push(self.logs(workers, log_priors, first, now, &mut lanes));
            entropies.push(soften(lanes.as_flattened_mut(), self.a.labels(), now.len() / self.rows));
            for (i, rows) in next.chunks_exact_mut(self.rows).enumerate() {
                for ((row, columns), shares) in rows.iter_mut().zip(&lanes).zip(&mut shares) {
                    *row = lane(columns, i);
                    add(shares, row);
                }
            }
        }
        // A pass of its own, so that the workers' logs and their counts need not fit into the cache together.
        for (rows, t) in block.next.chunks_exact(self.rows).zip(block.tasks.clone()) {
            workers.gather(&mut block.counts, self.a.tasks.of(t), rows);
        }
        let shares = shares.as_flattened().to_vec();
        Sums { shares, entropy: sum1(&entropies, |x| x), joint: sum1(&joints, |x| x) }
    }

    /// Base-2 log likelihoods of a group of tasks, a task a lane. Answers the expectation of all under the present
    /// probabilities.
    #[inline(always)]
    fn logs<W: Workers<S>>(
        &self,
        workers: &W,
        log_priors: &[[f64; S]],
        first: usize,
        now: &[[f64; S]],
        lanes: &mut [[[f64; GROUP]; S]],
    ) -> f64 {
        let mut joint = [0.0; S];
        let mut used = 0;
        for ((i, now), t) in now.chunks_exact(self.rows).enumerate().zip(first..) {
            used = i + 1;
            let (answers, gold) = (self.a.tasks.of(t), self.gold(t));
            #[allow(clippy::cast_precision_loss, reason = "below 2^32")]
            let count = answers.len() as f64;
            for (row, ((p, prior), columns)) in now.iter().zip(log_priors).zip(&mut *lanes).enumerate() {
                let logs = workers.log_likelihood(answers, row);
                let mut sums = [0.0; S];
                for ((((j, s), l), p), prior) in joint.iter_mut().zip(&mut sums).zip(logs).zip(p).zip(prior) {
                    *j += p * (l + count * prior);
                    *s = l + prior;
                }
                if let Some(label) = gold {
                    sums = [NOTHING; S];
                    if let Some(x) = sums.get_mut(label.wrapping_sub(row * S)) {
                        *x = 0.0;
                    }
                }
                set_lane(columns, i, sums);
            }
        }
        // A lane without a task has one label for sure.
        for (c, column) in lanes.as_flattened_mut().iter_mut().enumerate() {
            column.iter_mut().skip(used).for_each(|x| *x = if c == 0 { 0.0 } else { NOTHING });
        }
        joint.iter().sum()
    }
}

/// Adds a row to a row.
#[inline(always)]
pub(super) fn add<const S: usize>(sums: &mut [f64; S], row: &[f64; S]) {
    for (s, x) in sums.iter_mut().zip(row) {
        *s += x;
    }
}

#[inline(always)]
fn lane<const S: usize>(columns: &[[f64; GROUP]; S], i: usize) -> [f64; S] {
    columns.each_ref().map(|column| column.get(i).copied().unwrap_or(0.0))
}

#[inline(always)]
fn set_lane<const S: usize>(columns: &mut [[f64; GROUP]; S], i: usize, values: [f64; S]) {
    for (column, value) in columns.iter_mut().zip(values) {
        if let Some(x) = column.get_mut(i) {
            *x = value;
        }
    }
}

/// What raising a probability to [`EPS`] adds to the entropy.
fn clipped(p: f64) -> f64 {
    if p >= EPS {
        0.0
    } else if p > 0.0 {
        EPS_ENTROPY + p * libm::log(p)
    } else {
        EPS_ENTROPY
    }
}

/// Turns base-2 log likelihoods, a row a label and a task a lane, into probabilities in place. Answers the sum of the
/// entropies in nats, of the first `used` lanes with what clipping at [`EPS`] adds.
#[inline(always)]
fn soften(all: &mut [[f64; GROUP]], labels: usize, used: usize) -> f64 {
    let mut top = [f64::NEG_INFINITY; GROUP];
    for row in &*all {
        for (t, x) in top.iter_mut().zip(row) {
            *t = if *x > *t { *x } else { *t };
        }
    }
    let (mut sums, mut weights) = ([0.0; GROUP], [0.0; GROUP]);
    for row in &mut *all {
        for (((x, t), s), w) in row.iter_mut().zip(&top).zip(&mut sums).zip(&mut weights) {
            let log = *x - t;
            let e = exp2(log);
            // Where the power is 0 the log may be infinite.
            *w += e * if log > -2000.0 { log } else { -2000.0 };
            *s += e;
            *x = e;
        }
    }
    let scales = sums.map(|s| 1.0 / s);
    let mut least = [1.0; GROUP];
    for (c, row) in all.iter_mut().enumerate() {
        for ((x, s), l) in row.iter_mut().zip(&scales).zip(&mut least) {
            *x *= s;
            *l = if *x < *l && c < labels { *x } else { *l };
        }
    }
    let mut nats = 0.0;
    if least.iter().fold(1.0, |a: f64, x| if *x < a { *x } else { a }) < EPS {
        for row in all.iter().take(labels) {
            nats += row.iter().take(used).map(|p| clipped(*p)).sum::<f64>();
        }
    }
    let (mut bits, mut product) = ([0.0; 8], [1.0; 8]);
    let (weights, scales) = (weights.as_chunks::<8>().0, scales.as_chunks::<8>().0);
    for ((w, s), sums) in weights.iter().zip(scales).zip(sums.as_chunks::<8>().0) {
        for ((((b, p), w), s), sum) in bits.iter_mut().zip(&mut product).zip(w).zip(s).zip(sums) {
            *b -= w * s;
            *p *= sum;
        }
    }
    (bits.iter().sum::<f64>() + libm::log2(product.iter().product())) * LN_2 + nats
}

fn one_hot(row: &mut [f64], label: usize) {
    row.fill(0.0);
    if let Some(x) = row.get_mut(label) {
        *x = 1.0;
    }
}
