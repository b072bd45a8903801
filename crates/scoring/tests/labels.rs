//! The vectors of every language: labels, probabilities and skills that crowd-kit finds; and what must be refused.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use countermark_primitives::{CancelToken, Coded as _, ignore_progress};
use countermark_scoring::labels::*;
use countermark_scoring::{Result, with_threads};
use serde_json::{Map, Value};
use std::ops::ControlFlow;

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../bindings/vectors/labels.json")).unwrap()
}

fn numbers(v: &Value) -> Vec<f64> {
    v.as_array().unwrap().iter().map(|x| x.as_f64().unwrap_or(f64::NAN)).collect()
}

fn codes(v: &Value) -> Vec<u32> {
    v.as_array().into_iter().flatten().map(|x| u32::try_from(x.as_u64().unwrap()).unwrap()).collect()
}

type Found = (Vec<u32>, Vec<(&'static str, Vec<f64>)>);

/// The answers of `columns`, and the function and options of `case`.
fn run(columns: &Value, case: &Value) -> Result<Found> {
    let [t, w, l] = ["tasks", "workers", "labels"].map(|name| codes(&columns[name]));
    let count = |codes: &[u32]| codes.iter().max().map_or(0, |x| x + 1);
    let a = &Annotations::from_slices(&t, &w, &l, [count(&t), count(&w), count(&l)])?;
    let (cancel, progress) = (CancelToken::new(), &mut ignore_progress);
    let number = |name: &str, default: f64| case[name].as_f64().unwrap_or(default);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let stop = Stop { iterations: number("iterations", 100.0) as u32, tolerance: number("tolerance", 1e-5) };
    let vote = |v: Vote| (v.labels, vec![("probabilities", v.probabilities), ("skills", v.skills)]);
    Ok(match case["function"].as_str().unwrap() {
        "majority_vote" => {
            let skills = case["skills"].as_array().map(|_| numbers(&case["skills"]));
            vote(majority_vote(a, skills.as_deref(), MissingSkill::Error)?)
        }
        "wawa" => vote(wawa(a)?),
        "zero_based_skill" => {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let steps_to_reduce = number("steps_to_reduce", 20.0) as u32;
            let options = ZeroBasedSkillOptions { steps_to_reduce, ..Default::default() };
            vote(zero_based_skill(a, &options, &cancel, progress)?)
        }
        "dawid_skene" => {
            let gold = codes(&case["gold_tasks"]).into_iter().zip(codes(&case["gold_labels"])).collect();
            let initial_errors = case["strategy"].as_str().map(|strategy| match strategy {
                "assign" => InitialErrors::Assign(numbers(&case["initial_errors"])),
                _ => InitialErrors::Add(numbers(&case["initial_errors"])),
            });
            let d = dawid_skene(a, &DawidSkeneOptions { stop, gold, initial_errors }, &cancel, progress)?;
            let rest = [("priors", d.priors), ("errors", d.errors), ("loss_history", d.loss_history)];
            (d.labels, [("probabilities", d.probabilities)].into_iter().chain(rest).collect())
        }
        "one_coin_dawid_skene" => {
            let d = one_coin_dawid_skene(a, &stop, &cancel, progress)?;
            let rest = [("priors", d.priors), ("skills", d.skills), ("loss_history", d.loss_history)];
            (d.labels, [("probabilities", d.probabilities)].into_iter().chain(rest).collect())
        }
        _ => {
            let g = glad(a, &GladOptions { stop, ..Default::default() }, &cancel, progress)?;
            let rest = [("skills", g.abilities), ("easiness", g.easiness), ("loss_history", g.loss_history)];
            (g.labels, [("probabilities", g.probabilities)].into_iter().chain(rest).collect())
        }
    })
}

#[test]
fn labels_are_those_of_the_original() {
    let v = vectors();
    for case in v["cases"].as_array().unwrap() {
        let (labels, values) = run(&v, case).unwrap();
        let expected: &Map<String, Value> = case["expected"].as_object().unwrap();
        assert_eq!(labels, codes(&expected["labels"]));
        let glad = case["function"] == "glad";
        // The file allows an optimiser its own path; this one follows the original's.
        let tolerance = if glad { 1e-9 } else { v["tolerance"].as_f64().unwrap() };
        assert_eq!(values.len() + 1, expected.len());
        for (name, got) in values {
            let expected = numbers(&expected[name]);
            assert_eq!(got.len(), expected.len(), "{name}");
            for (a, b) in got.iter().zip(&expected) {
                let near = (a - b).abs() <= tolerance * b.abs().max(1.0);
                assert!(near || a.is_nan() && b.is_nan(), "{name}: {a} is not {b}");
            }
        }
    }
}

#[test]
fn bad_answers_are_refused() {
    for case in vectors()["refused"].as_array().unwrap() {
        let error = run(case, case).unwrap_err();
        assert_eq!(error.code(), case["code"].as_str().unwrap(), "{error}");
        assert_eq!(error.kind().as_str(), case["kind"].as_str().unwrap());
    }
    let answer = Annotation { task: 0, worker: 0, label: 0 };
    let code = |counts: [u32; 3]| {
        Annotations::new(&[answer], counts[0], counts[1], counts[2]).map(|_| ()).map_err(|e| e.code())
    };
    assert_eq!(code([1, 1, 1]), Ok(()));
    assert_eq!(code([1, 0, 1]), Err("out_of_range"));
    assert_eq!(code([2, 1, 1]), Err("out_of_range"));
    assert_eq!(code([1, 1, u32::MAX]), Err("limit_exceeded"));
}

/// Tasks in several blocks, labels in one row and in two, with answers by a simple rule.
fn many(labels: u32) -> Annotations {
    let each = (0..3_000u32).flat_map(|task| (0..5).map(move |i| (task, (task * 7 + i * i * 13) % 101)));
    let answer = |(task, worker): (u32, u32)| {
        let wrong = (task * 31 + worker * 17) % 10 < worker % 7;
        Annotation { task, worker, label: (task + u32::from(wrong) * (1 + task % 3)) % labels }
    };
    Annotations::new(&each.map(answer).collect::<Vec<_>>(), 3_000, 101, labels).unwrap()
}

#[test]
fn same_bits_on_any_number_of_threads() {
    for labels in [2, 3, 4, 5, 6, 7, 11] {
        let a = many(labels);
        let all = || {
            let (cancel, mut progress) = (CancelToken::new(), ignore_progress);
            let d = dawid_skene(&a, &DawidSkeneOptions::default(), &cancel, &mut progress).unwrap();
            let o = one_coin_dawid_skene(&a, &Stop::default(), &cancel, &mut progress).unwrap();
            let g = glad(&a, &GladOptions::default(), &cancel, &mut progress).unwrap();
            [
                d.probabilities,
                d.loss_history,
                o.probabilities,
                o.loss_history,
                g.probabilities,
                g.loss_history,
            ]
        };
        let bits = |x: [Vec<f64>; 6]| x.map(|v| v.into_iter().map(f64::to_bits).collect::<Vec<_>>());
        assert_eq!(bits(with_threads(1, all).unwrap()), bits(with_threads(3, all).unwrap()));
    }
}

#[test]
fn the_order_of_tasks_does_not_matter() {
    let found = |order: &[u32]| {
        let each = order.iter().flat_map(|task| (0..4).map(move |i| (*task, (task * 5 + i * 3) % 11)));
        let label = |(task, worker): &(u32, u32)| (task + u32::from(worker % 5 == 0)) % 3;
        let all: Vec<_> = each.collect();
        let (tasks, workers): (Vec<_>, Vec<_>) = all.iter().copied().unzip();
        let labels: Vec<_> = all.iter().map(label).collect();
        let a = Annotations::from_slices(&tasks, &workers, &labels, [200, 11, 3]).unwrap();
        dawid_skene(&a, &DawidSkeneOptions::default(), &CancelToken::new(), &mut ignore_progress).unwrap()
    };
    let sorted: Vec<u32> = (0..200).collect();
    let mixed: Vec<u32> = (0..200).map(|i| i * 77 % 200).collect();
    let (a, b) = (found(&sorted), found(&mixed));
    assert_eq!((a.labels, a.probabilities), (b.labels, b.probabilities));
}

#[test]
fn stops_when_asked_to() {
    let a = many(4);
    let mut seen = 0;
    let mut twice = |p: countermark_primitives::Progress| {
        seen = p.done;
        if p.done < 2 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    let stop = Stop { iterations: 50, tolerance: -1.0 };
    let options = DawidSkeneOptions { stop, ..Default::default() };
    let error = dawid_skene(&a, &options, &CancelToken::new(), &mut twice).unwrap_err();
    assert_eq!((error.code(), seen), ("cancelled", 2));
}
