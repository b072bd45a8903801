use crate::Result;
use alloc::vec::Vec;
use countermark_primitives::Error as Base;

/// One answer: a worker gave a label to a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Annotation {
    /// Number of the task.
    pub task: u32,
    /// Number of the worker.
    pub worker: u32,
    /// Number of the label.
    pub label: u32,
}

/// All answers to a set of tasks, sorted by task once for any number of methods. An answer given twice
/// counts twice.
///
/// ```
/// use countermark_scoring::labels::{Annotation, Annotations};
/// let answer = |task, worker, label| Annotation { task, worker, label };
/// let a = Annotations::new(&[answer(0, 0, 1), answer(0, 1, 1), answer(1, 0, 0)], 2, 2, 2)?;
/// assert_eq!((a.tasks(), a.workers(), a.labels(), a.len()), (2, 2, 2, 3));
/// assert!(Annotations::new(&[answer(0, 0, 5)], 1, 1, 2).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Annotations {
    pub(super) tasks: Grouped,
    /// Number of answers of each worker.
    pub(super) by_worker: Vec<u32>,
    labels: u32,
}

/// Answers by task.
#[derive(Debug, Clone)]
pub(super) struct Grouped {
    starts: Vec<u32>,
    /// Worker and label.
    entries: Vec<(u32, u32)>,
}

impl Grouped {
    fn new(count: u32, all: impl Iterator<Item = (u32, u32, u32)> + Clone, total: usize) -> Self {
        let mut starts = alloc::vec![0u32; count as usize + 1];
        let (mut sorted, mut last) = (true, 0);
        for (key, _, _) in all.clone() {
            if let Some(s) = starts.get_mut(key as usize + 1) {
                *s += 1;
            }
            sorted &= last <= key;
            last = key;
        }
        let mut sum = 0;
        for s in &mut starts {
            sum += *s;
            *s = sum;
        }
        if sorted {
            let mut entries = Vec::with_capacity(total);
            entries.extend(all.map(|(_, w, l)| (w, l)));
            return Self { starts, entries };
        }
        let mut next = starts.clone();
        let mut entries = alloc::vec![(0, 0); total];
        for (key, w, l) in all {
            if let Some(at) = next.get_mut(key as usize) {
                if let Some(e) = entries.get_mut(*at as usize) {
                    *e = (w, l);
                }
                *at += 1;
            }
        }
        Self { starts, entries }
    }

    pub(super) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// The answers of one group.
    pub(super) fn of(&self, i: usize) -> &[(u32, u32)] {
        match (self.starts.get(i), self.starts.get(i + 1)) {
            (Some(a), Some(b)) => self.entries.get(*a as usize..*b as usize).unwrap_or_default(),
            _ => &[],
        }
    }
}

impl Annotations {
    /// Sorts the answers. Tasks, workers and labels are numbered from 0, and each number below its count names one,
    /// whether it occurs or not.
    ///
    /// # Errors
    /// `out_of_range` for a number that is not below its count, a task or a label count of zero, or a task without an
    /// answer; `limit_exceeded` above 2^32 - 1 answers, or for more probabilities (tasks x labels, workers x labels^2)
    /// than 2^31.
    pub fn new(answers: &[Annotation], tasks: u32, workers: u32, labels: u32) -> Result<Self> {
        Self::from_columns(answers.iter().map(|a| (a.task, a.worker, a.label)), tasks, workers, labels)
    }

    /// As [`Annotations::new`], from columns of the same length; `counts` of tasks, workers and labels.
    ///
    /// # Errors
    /// As [`Annotations::new`]; `length_mismatch`.
    pub fn from_slices(task: &[u32], worker: &[u32], label: &[u32], counts: [u32; 3]) -> Result<Self> {
        for (what, got) in [("workers", worker.len()), ("labels", label.len())] {
            if got != task.len() {
                return Err(Base::LengthMismatch { what, expected: task.len(), got }.into());
            }
        }
        let all = task.iter().zip(worker).zip(label).map(|((t, w), l)| (*t, *w, *l));
        let [tasks, workers, labels] = counts;
        Self::from_columns(all, tasks, workers, labels)
    }

    fn from_columns(
        all: impl Iterator<Item = (u32, u32, u32)> + Clone,
        tasks: u32,
        workers: u32,
        labels: u32,
    ) -> Result<Self> {
        let out = |what, got: u32, range| -> crate::Error {
            use alloc::string::ToString as _;
            Base::OutOfRange { what, got: got.to_string(), range }.into()
        };
        for (what, count) in [("number of tasks", tasks), ("number of labels", labels)] {
            if count == 0 {
                return Err(out(what, 0, "1 or more"));
            }
        }
        let square = u64::from(labels) * u64::from(labels);
        let size = (u64::from(tasks) * u64::from(labels)).max(u64::from(workers).saturating_mul(square));
        const LIMIT: u64 = 1 << 31;
        if size > LIMIT {
            return Err(Base::LimitExceeded { what: "probabilities", limit: LIMIT, got: size }.into());
        }
        // Which one is bad is only asked once one is.
        let (mut total, mut good) = (0u64, true);
        for (t, w, l) in all.clone() {
            good &= (t < tasks) & (w < workers) & (l < labels);
            total += 1;
        }
        for (t, w, l) in all.clone().take_while(|_| !good) {
            for (what, got, count) in [("task", t, tasks), ("worker", w, workers), ("label", l, labels)] {
                if got >= count {
                    return Err(out(what, got, "below its count"));
                }
            }
        }
        let limit = u64::from(u32::MAX);
        if total > limit {
            return Err(Base::LimitExceeded { what: "annotations", limit, got: total }.into());
        }
        let total = usize::try_from(total).unwrap_or(usize::MAX);
        let by_task = Grouped::new(tasks, all.clone(), total);
        let bounds = by_task.starts.iter().zip(by_task.starts.iter().skip(1));
        if let Some((empty, _)) = (0..tasks).zip(bounds).find(|(_, (a, b))| a == b) {
            return Err(out("task without an annotation", empty, "one annotation or more a task"));
        }
        let mut by_worker = alloc::vec![0; workers as usize];
        for (_, w, _) in all {
            if let Some(n) = by_worker.get_mut(w as usize) {
                *n += 1;
            }
        }
        Ok(Self { tasks: by_task, by_worker, labels })
    }

    /// Number of tasks.
    pub fn tasks(&self) -> usize {
        self.tasks.len()
    }

    /// Number of workers.
    pub fn workers(&self) -> usize {
        self.by_worker.len()
    }

    /// Number of labels.
    pub fn labels(&self) -> usize {
        self.labels as usize
    }

    /// Number of answers.
    pub fn len(&self) -> usize {
        self.tasks.entries.len()
    }

    /// Whether there is no answer; never, since every task has one.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
