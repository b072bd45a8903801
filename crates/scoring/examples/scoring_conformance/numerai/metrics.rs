//! Scores with options, portfolios, alignment and churn.

use super::super::{
    answer::{Answer, column},
    function::{Call, Function},
    generate::Random,
};
use super::make_scored;
use super::shared::{cases, json as list, tails, tails_are_exact, tame, values, views};
use countermark_scoring::{
    self as scoring, Alignment, Column, ContributionMethod, CorrOptions, Frame, Ids, Mode, Signal, SignalsEra,
};
use serde_json::{Value, json};

#[rustfmt::skip]
pub(crate) const FUNCTIONS: &[Function] = &[
    Function { name: "numerai_corr_with", oracle: "numerai", tolerance: 1e-12, call: corr },
    Function { name: "correlation_with_meta_model", oracle: "numerai", tolerance: 1e-12, call: cwmm },
    Function { name: "correlation_contribution_with", oracle: "numerai", tolerance: 1e-12, call: mmc },
    Function { name: "neutralized_weights", oracle: "numerai", tolerance: 1e-12, call: weights },
    Function { name: "alpha", oracle: "numerai", tolerance: 1e-12, call: alpha },
    Function { name: "meta_portfolio_contribution", oracle: "numerai", tolerance: 1e-12, call: mpc },
    Function { name: "ensemble_contribution", oracle: "numerai", tolerance: 1e-12, call: ensemble },
    Function { name: "align", oracle: "numerai", tolerance: 0.0, call: align },
    Function { name: "top_bottom", oracle: "numerai", tolerance: 0.0, call: top_bottom },
    Function { name: "churn", oracle: "numerai", tolerance: 1e-12, call: churn },
    Function { name: "turnover", oracle: "numerai", tolerance: 1e-12, call: turnover },
    Function { name: "neutral_churn_penalty", oracle: "numerai", tolerance: 1e-12, call: penalty },
    Function { name: "max_churn_and_turnover", oracle: "numerai", tolerance: 1e-12, call: max_churn },
];

fn corr(r: &mut Random) -> Call {
    let (predictions, target, k) = loop {
        let (mut predictions, target) = make_scored(r);
        let k = tails(r, target.len());
        keep_exact_tails(&mut predictions, &target, k);
        if !predictions.is_empty() {
            break (predictions, target, k);
        }
    };
    let options = CorrOptions {
        max_filtered_ratio: r.pick(&[0.2, 0.2, 0.5, 0.0]),
        top_bottom: k,
        target_pow15: r.below(2) == 0,
    };
    let ours = scoring::numerai_corr_with(&views(&predictions), &(&target).into(), &options, Mode::Compat);
    let inputs = json!({
        "predictions": list(&predictions), "target": column(&target), "ratio": options.max_filtered_ratio,
        "top_bottom": k, "target_pow15": options.target_pow15,
    });
    Call::new(inputs, values(ours))
}

/// Removes models whose tails, after rows with gaps are left out, have a target that is one value by rounding only.
fn keep_exact_tails(predictions: &mut Vec<Vec<f64>>, target: &[f64], k: Option<usize>) {
    loop {
        let rows: Vec<usize> = (0..target.len())
            .filter(|i| !target[*i].is_nan() && predictions.iter().all(|c| !c[*i].is_nan()))
            .collect();
        let pick = |v: &[f64]| -> Vec<f64> { rows.iter().map(|i| v[*i]).collect() };
        let t = pick(target);
        let bad = predictions.iter().position(|p| !tails_are_exact(&pick(p), &t, k));
        match bad {
            Some(j) => predictions.remove(j),
            None => return,
        };
    }
}

fn cwmm(r: &mut Random) -> Call {
    let rows = 1 + r.rows();
    let meta = tame(r, rows);
    let predictions: Vec<_> = (0..1 + r.below(20)).map(|_| r.column(rows)).collect();
    let options = CorrOptions { target_pow15: false, ..CorrOptions::default() };
    let ours = scoring::numerai_corr_with(&views(&predictions), &(&meta).into(), &options, Mode::Compat);
    Call::new(json!({ "predictions": list(&predictions), "meta_model": column(&meta) }), values(ours))
}

fn mmc(r: &mut Random) -> Call {
    let (predictions, target) = make_scored(r);
    let k = tails(r, target.len());
    // Without ties: which of two equal sums of rounded numbers is larger hangs on the order of additions.
    let meta: Vec<f64> =
        if r.below(10) == 0 { vec![0.5; target.len()] } else { target.iter().map(|_| r.normal()).collect() };
    let predictions = if k.is_some() {
        let jitter = |x: &f64| if x.is_finite() { x.clamp(-9.0, 9.0) + r.normal() } else { *x };
        let mut jitter = jitter;
        predictions.iter().map(|c| c.iter().map(&mut jitter).collect()).collect()
    } else {
        predictions
    };
    let ours = scoring::correlation_contribution_with(
        &views(&predictions),
        &(&meta).into(),
        &(&target).into(),
        k,
        Mode::Compat,
    );
    let inputs = json!({
        "predictions": list(&predictions), "meta_model": column(&meta), "target": column(&target), "top_bottom": k,
    });
    Call::new(inputs, values(ours))
}

/// Neutralizers of about unit length and positive sampling weights; rarely a gap.
fn universe(r: &mut Random, rows: usize) -> (Vec<Vec<f64>>, Vec<f64>) {
    let scale = 1.0 / (rows as f64).sqrt();
    let mut neutralizers: Vec<Vec<f64>> =
        (0..1 + r.below(4)).map(|_| (0..rows).map(|_| r.normal() * scale).collect()).collect();
    let mut weights: Vec<f64> = (0..rows).map(|_| r.unit() + 0.5).collect();
    match r.below(30) {
        0 => r.punch(&mut neutralizers[0], 0.0, f64::NAN),
        1 => r.punch(&mut weights, 0.0, f64::NAN),
        _ => {}
    }
    (neutralizers, weights)
}

fn weights(r: &mut Random) -> Call {
    let rows = r.rows();
    let mut predictions: Vec<_> = (0..1 + r.below(10)).map(|_| r.column(rows)).collect();
    if r.below(20) == 0 {
        r.punch(&mut predictions[0], 0.0, f64::NAN);
    }
    let (neutralizers, v) = universe(r, rows);
    let normalize = r.below(2) == 0;
    let ours = scoring::neutralized_weights(
        &views(&predictions),
        &views(&neutralizers),
        &(&v).into(),
        normalize,
        Mode::Compat,
    );
    let inputs = json!({
        "predictions": list(&predictions), "neutralizers": list(&neutralizers), "weights": column(&v),
        "center_and_normalize": normalize,
    });
    Call::new(inputs, cases(ours.map(|v| v.into_iter().flatten().collect())))
}

fn alpha(r: &mut Random) -> Call {
    let (predictions, target) = make_scored(r);
    let (neutralizers, v) = universe(r, target.len());
    let ours = scoring::alpha(
        &views(&predictions),
        &views(&neutralizers),
        &(&v).into(),
        &(&target).into(),
        Mode::Compat,
    );
    let inputs = json!({
        "predictions": list(&predictions), "neutralizers": list(&neutralizers), "weights": column(&v),
        "target": column(&target),
    });
    Call::new(inputs, values(ours))
}

fn mpc(r: &mut Random) -> Call {
    let (predictions, target) = make_scored(r);
    let (neutralizers, v) = universe(r, target.len());
    let negative = r.below(20) == 0;
    let stake = |r: &mut Random| match r.below(8) {
        0 => 0.0,
        1 => f64::NAN,
        2 if negative => -r.unit(),
        _ => r.unit() * 1000.0,
    };
    let stakes: Vec<f64> = predictions.iter().map(|_| stake(r)).collect();
    let ours = scoring::meta_portfolio_contribution(
        &views(&predictions),
        &stakes,
        &views(&neutralizers),
        &(&v).into(),
        &(&target).into(),
        Mode::Compat,
    );
    let inputs = json!({
        "predictions": list(&predictions), "stakes": column(&stakes), "neutralizers": list(&neutralizers),
        "weights": column(&v), "target": column(&target),
    });
    Call::new(inputs, values(ours))
}

fn ensemble(r: &mut Random) -> Call {
    let rows = 2 + r.rows();
    let target: Vec<f64> = (0..rows).map(|i| i as f64 / 8.0 + r.unit()).collect();
    let predictions: Vec<Vec<f64>> =
        (0..1 + r.below(5)).map(|_| (0..rows).map(|_| r.normal()).collect()).collect();
    let weights: Vec<f64> = predictions.iter().map(|_| r.unit() + 0.1).collect();
    let (method, name) = r.pick(&[
        (ContributionMethod::Shapley, "shapley"),
        (ContributionMethod::LeaveOneOut, "leave_one_out"),
    ]);
    let ours =
        scoring::ensemble_contribution(&views(&predictions), &(&target).into(), Some(&weights), method);
    let inputs = json!({
        "predictions": list(&predictions), "target": column(&target), "weights": column(&weights), "method": name,
    });
    Call::new(inputs, Answer::each(ours.map(|c| c.values)))
}

/// Distinct ids in random order, most of them of a common pool; now and then one is repeated.
fn ids(r: &mut Random, pool: usize) -> Vec<i64> {
    let share = r.pick(&[0.5, 0.9, 0.95, 1.0, 1.0]);
    let mut ids: Vec<i64> = (0..pool as i64).filter(|_| r.unit() < share).map(|i| i * 7 - 20).collect();
    if r.below(3) != 0 {
        for i in (1..ids.len()).rev() {
            ids.swap(i, r.below(i + 1));
        }
    }
    if r.below(12) == 0
        && let Some(id) = ids.first().copied()
    {
        ids.push(id);
    }
    ids
}

fn named(ids: &[i64], text: bool) -> Value {
    if text { json!(ids.iter().map(|i| format!("n{i}")).collect::<Vec<_>>()) } else { json!(ids) }
}

/// Owned ids in one of their forms.
struct Names {
    numbers: Vec<i64>,
    texts: Vec<String>,
    text: bool,
}

impl Names {
    fn new(numbers: Vec<i64>, text: bool) -> Self {
        let texts = numbers.iter().map(|i| format!("n{i}")).collect();
        Self { numbers, texts, text }
    }
    fn with<T>(&self, f: impl FnOnce(Ids<'_>) -> T) -> T {
        if self.text {
            f(Ids::Text(&self.texts.iter().map(String::as_str).collect::<Vec<_>>()))
        } else {
            f(Ids::I64(&self.numbers))
        }
    }
}

fn align(r: &mut Random) -> Call {
    let pool = r.rows();
    let text = r.below(2) == 0;
    let count = r.pick(&[1, 2, 2, 2, 3, 4]);
    let ratio = r.pick(&[0.2, 0.2, 0.5, 1.0]);
    let tables: Vec<(Names, Vec<Vec<f64>>)> = (0..count)
        .map(|_| {
            let names = Names::new(ids(r, pool), text);
            let mut columns: Vec<Vec<f64>> =
                (0..1 + r.below(3)).map(|_| names.numbers.iter().map(|_| r.unit()).collect()).collect();
            if r.below(3) == 0 {
                r.punch(&mut columns[0], 0.03, f64::NAN);
            }
            (names, columns)
        })
        .collect();
    let inputs: Vec<Value> =
        tables.iter().map(|(n, c)| json!({ "ids": named(&n.numbers, n.text), "columns": list(c) })).collect();
    let views: Vec<Vec<Column<'_>>> = tables.iter().map(|(_, c)| views(c)).collect();
    let texts: Vec<Vec<&str>> =
        tables.iter().map(|(n, _)| n.texts.iter().map(String::as_str).collect()).collect();
    let frames: Vec<Frame<'_>> = tables
        .iter()
        .zip(&views)
        .zip(&texts)
        .map(|(((n, _), columns), texts)| Frame {
            ids: if n.text { Ids::Text(texts) } else { Ids::I64(&n.numbers) },
            columns,
        })
        .collect();
    let ours = Alignment::new(&frames, ratio);
    let rows = |a: Alignment| (0..count).map(|i| a.rows(i).iter().map(|r| f64::from(*r)).collect()).collect();
    Call::new(json!({ "tables": inputs, "ratio": ratio }), cases(ours.map(rows)))
}

fn top_bottom(r: &mut Random) -> Call {
    let rows = r.rows();
    let mut c = r.column(rows);
    if r.below(4) == 0 {
        r.punch(&mut c, 0.1, f64::NAN);
    }
    let k = 1 + r.below(rows + 2);
    let ours = scoring::TopBottom::of(&c, k);
    let floats = |v: &[usize]| v.iter().map(|r| *r as f64).collect::<Vec<_>>();
    let ours = ours.map(|t| vec![floats(&t.top), floats(&t.bottom)]);
    Call::new(json!({ "values": column(&c), "top_bottom": k }), cases(ours))
}

/// Two signals on ids of one pool.
fn two(r: &mut Random) -> [(Names, Vec<f64>); 2] {
    let pool = r.rows();
    let text = r.below(2) == 0;
    [(); 2].map(|()| {
        let names = Names::new(ids(r, pool), text);
        let mut values = tame(r, names.numbers.len());
        if r.below(5) == 0 {
            r.punch(&mut values, 0.03, f64::NAN);
        }
        (names, values)
    })
}

fn signals(two: &[(Names, Vec<f64>); 2]) -> Value {
    let one = |(n, v): &(Names, Vec<f64>)| json!({ "ids": named(&n.numbers, n.text), "values": column(v) });
    json!(two.iter().map(one).collect::<Vec<_>>())
}

fn of_two<T>(two: &[(Names, Vec<f64>); 2], f: impl FnOnce(&Signal<'_>, &Signal<'_>) -> T) -> T {
    let [(a, x), (b, y)] = two;
    a.with(|a| b.with(|b| f(&Signal { ids: a, values: x.into() }, &Signal { ids: b, values: y.into() })))
}

/// Whether an id is repeated: which of its rows counts is not defined.
fn repeats(names: &Names) -> bool {
    let mut seen = std::collections::BTreeSet::new();
    names.numbers.iter().any(|i| !seen.insert(i))
}

fn churn(r: &mut Random) -> Call {
    let pair = two(r);
    let k = tails(r, pair[0].1.len().max(1));
    let ours = of_two(&pair, |a, b| scoring::churn(a, b, k));
    let inputs = json!({ "signals": signals(&pair), "top_bottom": k });
    Call::new(inputs, Answer::each(ours.map(|x| vec![x])))
}

fn turnover(r: &mut Random) -> Call {
    let pair = loop {
        let pair = two(r);
        if !pair.iter().any(|(n, _)| repeats(n)) {
            break pair;
        }
    };
    let ours = of_two(&pair, scoring::turnover);
    Call::new(json!({ "signals": signals(&pair) }), Answer::each(ours.map(|x| vec![x])))
}

fn penalty(r: &mut Random) -> Call {
    let bad = r.below(4) == 0;
    let (share, double) = (r.unit(), r.unit() * 2.0);
    let pick = |r: &mut Random, good: &[f64], wrong: &[f64]| r.pick(if bad { wrong } else { good });
    let churn = pick(r, &[0.0, 0.1, 2.0, share, double], &[2.1, -0.1, f64::NAN, 1.0]);
    let threshold = pick(r, &[0.1, 0.1, 0.0, 2.0, share], &[3.0, -1.0, f64::NAN, 0.1]);
    let scale = pick(r, &[10.0, 10.0, 1.0, 1e6], &[0.0, f64::INFINITY, 10.0]);
    let ours = scoring::neutral_churn_penalty(churn, threshold, scale);
    Call::new(json!({ "inputs": column(&[churn, threshold, scale]) }), Answer::each(ours.map(|x| vec![x])))
}

/// A submission to Signals with its era's universe.
struct Era {
    ids: Vec<String>,
    values: Vec<f64>,
    universe: Vec<String>,
    neutralizers: Vec<Vec<f64>>,
    weights: Vec<f64>,
}

impl Era {
    fn new(r: &mut Random) -> Self {
        let size = r.pick(&[120, 140, 140]);
        let first = r.below(30);
        let universe: Vec<String> = (first..first + size).map(|i| format!("T{i:03}")).collect();
        let ids: Vec<String> = universe.iter().filter(|_| r.below(15) != 0).cloned().collect();
        let flat = r.below(40) == 0;
        let values = ids.iter().map(|_| if flat { 0.5 } else { r.unit() }).collect();
        let (neutralizers, weights) = universe_without_gaps(r, size);
        Self { ids, values, universe, neutralizers, weights }
    }
    fn json(&self) -> Value {
        json!({
            "ids": self.ids, "values": column(&self.values), "universe": self.universe,
            "neutralizers": list(&self.neutralizers), "weights": column(&self.weights),
        })
    }
}

fn universe_without_gaps(r: &mut Random, rows: usize) -> (Vec<Vec<f64>>, Vec<f64>) {
    loop {
        let (n, v) = universe(r, rows);
        if !n.iter().chain([&v]).flatten().any(|x| x.is_nan()) {
            return (n, v);
        }
    }
}

fn max_churn(r: &mut Random) -> Call {
    let eras: Vec<Era> = (0..1 + r.below(4)).map(|_| Era::new(r)).collect();
    let texts = |v: &[String]| -> Vec<&'static str> {
        v.iter().map(|s| &*Box::leak(s.clone().into_boxed_str())).collect()
    };
    let owned: Vec<_> =
        eras.iter().map(|e| (texts(&e.ids), texts(&e.universe), views(&e.neutralizers))).collect();
    let all: Vec<SignalsEra<'_>> = eras
        .iter()
        .zip(&owned)
        .map(|(e, (ids, universe, neutralizers))| SignalsEra {
            submission_ids: ids,
            submission: &e.values,
            universe,
            neutralizers,
            sample_weights: (&e.weights).into(),
        })
        .collect();
    let ours = scoring::max_churn_and_turnover(&all[0], &all[1..]);
    let inputs = json!({ "eras": eras.iter().map(Era::json).collect::<Vec<_>>() });
    Call::new(inputs, cases(ours.map(|(c, t)| vec![vec![c, t]])))
}
