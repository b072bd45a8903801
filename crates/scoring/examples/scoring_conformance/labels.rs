//! Labels from many people's answers.

use super::{
    answer::Answer,
    function::{Call, Function},
    generate::Random,
};
use countermark_primitives::{CancelToken, ignore_progress};
use countermark_scoring::labels::{
    Annotation, Annotations, DawidSkeneOptions, GladOptions, InitialErrors, MissingSkill, Stop,
    ZeroBasedSkillOptions, dawid_skene, glad, majority_vote, one_coin_dawid_skene, wawa, zero_based_skill,
};
use serde_json::{Value, json};

#[rustfmt::skip]
pub(super) const FUNCTIONS: &[Function] = &[
    Function { name: "majority_vote", oracle: "crowd_kit", tolerance: 1e-12, call: majority },
    Function { name: "wawa", oracle: "crowd_kit", tolerance: 1e-12, call: with_agreement },
    Function { name: "zero_based_skill", oracle: "crowd_kit", tolerance: 1e-12, call: zero_based },
    Function { name: "dawid_skene", oracle: "crowd_kit", tolerance: 1e-10, call: confusion },
    Function { name: "one_coin_dawid_skene", oracle: "crowd_kit", tolerance: 1e-10, call: one_coin },
    Function { name: "glad", oracle: "crowd_kit", tolerance: 1e-6, call: abilities },
];

struct Answers {
    all: Vec<Annotation>,
    a: Annotations,
    tasks: usize,
    workers: usize,
    labels: usize,
}

/// Random answers in which every task, worker and label occurs: workers of all qualities, some answers twice.
fn answers(r: &mut Random, most_labels: usize) -> Answers {
    loop {
        let (tasks, workers, labels) = (1 + r.below(40), 1 + r.below(12), 2 + r.below(most_labels - 1));
        let truth: Vec<usize> = (0..tasks).map(|_| r.below(labels)).collect();
        let skills: Vec<f64> = (0..workers).map(|_| r.unit()).collect();
        let mut all = Vec::new();
        for (task, truth) in truth.iter().enumerate() {
            for _ in 0..1 + r.below(7) {
                let worker = r.below(workers);
                let label = if r.unit() < skills[worker] { *truth } else { r.below(labels) };
                let number = |x: usize| x as u32;
                all.push(Annotation { task: number(task), worker: number(worker), label: number(label) });
            }
        }
        let used = |n: usize, f: fn(&Annotation) -> u32| (0..n as u32).all(|x| all.iter().any(|a| f(a) == x));
        if used(workers, |a| a.worker) && used(labels, |a| a.label) {
            let a = Annotations::new(&all, tasks as u32, workers as u32, labels as u32);
            if let Ok(a) = a {
                return Answers { all, a, tasks, workers, labels };
            }
        }
    }
}

impl Answers {
    fn json(&self) -> Value {
        json!({ "answers": self.all.iter().map(|a| [a.task, a.worker, a.label]).collect::<Vec<_>>() })
    }

    fn with(&self, more: Value) -> Value {
        let mut json = self.json();
        if let (Some(json), Value::Object(more)) = (json.as_object_mut(), more) {
            json.extend(more);
        }
        json
    }

    /// Label and probabilities of each task; a label that rounding could change is -1.
    fn rows(&self, labels: &[u32], probabilities: &[f64]) -> Vec<Vec<f64>> {
        let rows = labels.iter().zip(probabilities.chunks(self.labels));
        rows.map(|(label, p)| {
            let mut sorted = p.to_vec();
            sorted.sort_by(|a, b| b.total_cmp(a));
            let clear = sorted[0] - sorted.get(1).copied().unwrap_or(0.0) > 1e-3;
            let label = if clear { f64::from(*label) } else { -1.0 };
            [label].into_iter().chain(p.iter().copied()).collect()
        })
        .collect()
    }
}

fn majority(r: &mut Random) -> Call {
    let x = answers(r, 6);
    let skills: Option<Vec<f64>> = (r.below(2) == 0).then(|| {
        let some =
            |r: &mut Random| if r.below(8) == 0 { f64::NAN } else { (r.unit() * 8.0).round() / 8.0 + 0.125 };
        (0..x.workers).map(|_| some(r)).collect()
    });
    let (missing, name) = match r.below(3) {
        0 => (MissingSkill::Error, "error"),
        1 => (MissingSkill::Ignore, "ignore"),
        _ => (MissingSkill::Value(0.5), "value"),
    };
    let ours = majority_vote(&x.a, skills.as_deref(), missing).map(|v| {
        let mut rows = x.rows(&v.labels, &v.probabilities);
        rows.push(v.skills);
        rows
    });
    let skills = skills.map(|s| super::answer::column(&s));
    Call::new(x.with(json!({ "skills": skills, "missing": name })), Answer::cases(ours))
}

fn with_agreement(r: &mut Random) -> Call {
    let x = answers(r, 6);
    let ours = wawa(&x.a).map(|v| {
        let mut rows = x.rows(&v.labels, &v.probabilities);
        rows.push(v.skills);
        rows
    });
    Call::new(x.json(), Answer::cases(ours))
}

fn zero_based(r: &mut Random) -> Call {
    let x = answers(r, 6);
    let options = ZeroBasedSkillOptions {
        iterations: r.pick(&[0, 1, 7]),
        rate: r.pick(&[1.0, 0.5]),
        steps_to_reduce: r.pick(&[1, 3, 20]),
        ..ZeroBasedSkillOptions::default()
    };
    let json = x.with(json!({
        "iterations": options.iterations, "rate": options.rate, "steps": options.steps_to_reduce,
    }));
    let ours = zero_based_skill(&x.a, &options, &CancelToken::new(), &mut ignore_progress).map(|v| {
        let mut rows = x.rows(&v.labels, &v.probabilities);
        rows.push(v.skills);
        rows
    });
    Call::new(json, Answer::cases(ours))
}

fn confusion(r: &mut Random) -> Call {
    let x = answers(r, 6);
    let stop =
        Stop { iterations: r.pick(&[1, 2, 5, 100, 100]), tolerance: r.pick(&[1e-5, 1e-5, 1e-3, 1e-7]) };
    let gold: Vec<(u32, u32)> = match r.below(3) {
        0 => (0..x.tasks)
            .map(|t| (t as u32, r.below(4 * x.labels) as u32))
            .filter(|g| g.1 < x.labels as u32)
            .collect(),
        _ => Vec::new(),
    };
    let size = x.workers * x.labels * x.labels;
    let counts = |r: &mut Random| -> Vec<f64> { (0..size).map(|_| 2.0 + r.below(9) as f64).collect() };
    let initial = match r.below(4) {
        0 => Some((InitialErrors::Assign(counts(r)), "assign")),
        1 => Some((InitialErrors::Add(counts(r)), "addition")),
        _ => None,
    };
    let json = x.with(json!({
        "iterations": stop.iterations, "tolerance": stop.tolerance, "gold": gold,
        "strategy": initial.as_ref().map(|i| i.1),
        "initial": initial.as_ref().map(|(InitialErrors::Assign(v) | InitialErrors::Add(v), _)| v),
    }));
    let options = DawidSkeneOptions { stop, gold, initial_errors: initial.map(|i| i.0) };
    let ours = dawid_skene(&x.a, &options, &CancelToken::new(), &mut ignore_progress).map(|d| {
        let mut rows = x.rows(&d.labels, &d.probabilities);
        rows.extend([d.priors, d.loss_history]);
        rows.extend(d.errors.chunks(x.labels).map(<[f64]>::to_vec));
        rows
    });
    Call::new(json, Answer::cases(ours))
}

fn one_coin(r: &mut Random) -> Call {
    let x = answers(r, 6);
    let stop =
        Stop { iterations: r.pick(&[1, 2, 5, 100, 100]), tolerance: r.pick(&[1e-5, 1e-5, 1e-3, 1e-7]) };
    let ours = one_coin_dawid_skene(&x.a, &stop, &CancelToken::new(), &mut ignore_progress).map(|d| {
        let mut rows = x.rows(&d.labels, &d.probabilities);
        rows.extend([d.priors, d.loss_history, d.skills]);
        rows
    });
    let json = x.with(json!({ "iterations": stop.iterations, "tolerance": stop.tolerance }));
    Call::new(json, Answer::cases(ours))
}

fn abilities(r: &mut Random) -> Call {
    let x = answers(r, 4);
    let ours = glad(&x.a, &GladOptions::default(), &CancelToken::new(), &mut ignore_progress);
    let ours = ours.map(|g| x.rows(&g.labels, &g.probabilities));
    Call::new(x.json(), Answer::cases(ours))
}
