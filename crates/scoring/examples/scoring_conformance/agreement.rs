//! Agreement beyond chance, and peer prediction.

use super::{
    answer::{Answer, column, columns},
    function::{Call, Function},
    generate::Random,
};
use countermark_scoring::agreement::{
    KappaWeights, Measurement, cohen_kappa, fleiss_kappa, krippendorff_alpha, scott_pi,
};
use countermark_scoring::peer_prediction::{
    bayesian_truth_serum, correlated_agreement, determinant_mutual_information, output_agreement,
    peer_truth_serum, robust_bayesian_truth_serum, surrogate_scores,
};
use serde_json::json;

#[rustfmt::skip]
pub(super) const FUNCTIONS: &[Function] = &[
    Function { name: "cohen_kappa", oracle: "agreement", tolerance: 1e-12, call: cohen },
    Function { name: "scott_pi", oracle: "agreement", tolerance: 1e-12, call: scott },
    Function { name: "fleiss_kappa", oracle: "agreement", tolerance: 1e-12, call: fleiss },
    Function { name: "krippendorff_alpha", oracle: "agreement", tolerance: 1e-10, call: krippendorff },
    Function { name: "bayesian_truth_serum", oracle: "agreement", tolerance: 1e-12, call: serum },
    Function { name: "robust_bayesian_truth_serum", oracle: "agreement", tolerance: 1e-12, call: robust },
    Function { name: "peer_truth_serum", oracle: "agreement", tolerance: 1e-12, call: peer },
    Function { name: "output_agreement", oracle: "agreement", tolerance: 0.0, call: output },
    Function { name: "correlated_agreement", oracle: "agreement", tolerance: 1e-12, call: correlated },
    Function { name: "determinant_mutual_information", oracle: "agreement", tolerance: 0.0, call: determinant },
    Function { name: "surrogate_scores", oracle: "agreement", tolerance: 1e-12, call: surrogate },
];

struct Pair {
    a: Vec<u32>,
    b: Vec<u32>,
    labels: u32,
}

/// Two people's labels of 0 to some 30 items, who agree more or less.
fn pair(r: &mut Random) -> Pair {
    let (n, labels, skill) = (r.pick(&[0, 1, 2, 3, 5, 9, 30]), 1 + r.below(5) as u32, r.unit());
    let a: Vec<u32> = (0..n).map(|_| r.below(labels as usize) as u32).collect();
    let other = |r: &mut Random, x: u32| if r.unit() < skill { x } else { r.below(labels as usize) as u32 };
    let b = a.iter().map(|x| other(r, *x)).collect();
    Pair { a, b, labels }
}

fn one<E: std::fmt::Display>(x: Result<f64, E>) -> Answer {
    Answer::each(x.map(|x| vec![x]))
}

fn cohen(r: &mut Random) -> Call {
    let Pair { a, b, labels } = pair(r);
    let (weights, name) = match r.below(3) {
        0 => (KappaWeights::Unweighted, None),
        1 => (KappaWeights::Linear, Some("linear")),
        _ => (KappaWeights::Quadratic, Some("quadratic")),
    };
    let ours = one(cohen_kappa(&a, &b, labels, weights));
    Call::new(json!({ "a": a, "b": b, "labels": labels, "weights": name }), ours)
}

fn scott(r: &mut Random) -> Call {
    let Pair { a, b, labels } = pair(r);
    let ours = one(scott_pi(&a, &b, labels));
    Call::new(json!({ "a": a, "b": b, "labels": labels }), ours)
}

fn fleiss(r: &mut Random) -> Call {
    let (items, categories, people) = (1 + r.below(20), 1 + r.below(5), r.pick(&[1, 2, 3, 7]));
    let mut table = vec![0u32; items * categories];
    for row in table.chunks_exact_mut(categories) {
        let usual = r.below(categories);
        for _ in 0..people {
            let at = if r.below(2) == 0 { usual } else { r.below(categories) };
            row[at] += 1;
        }
    }
    if r.below(8) == 0 {
        table[0] += 1;
    }
    let ours = one(fleiss_kappa(&table, categories));
    Call::new(json!({ "table": table.chunks(categories).collect::<Vec<_>>() }), ours)
}

fn krippendorff(r: &mut Random) -> Call {
    let (people, units, missing) = (1 + r.below(6), 1 + r.below(25), r.pick(&[0.0, 0.2, 0.6]));
    let ratings: Vec<Vec<f64>> = (0..people)
        .map(|_| {
            let whole = |r: &mut Random| r.below(6) as f64 - r.pick(&[0.0, 0.0, 0.0, 2.0]);
            let value = |r: &mut Random| if r.below(9) == 0 { r.unit() * 4.0 } else { whole(r) };
            (0..units).map(|_| if r.unit() < missing { f64::NAN } else { value(r) }).collect()
        })
        .collect();
    // Sums near zero would divide rounding by rounding; ratios are of what is not negative.
    let positive: Vec<Vec<f64>> = ratings.iter().map(|v| v.iter().map(|x| x.abs()).collect()).collect();
    let (level, name, ratings) = match r.below(4) {
        0 => (Measurement::Nominal, "nominal", ratings),
        1 => (Measurement::Ordinal, "ordinal", ratings),
        2 => (Measurement::Interval, "interval", ratings),
        _ => (Measurement::Ratio, "ratio", positive),
    };
    let ours = one(krippendorff_alpha(&ratings.concat(), units, level));
    Call::new(json!({ "ratings": columns(&ratings), "level": name }), ours)
}

fn serum(r: &mut Random) -> Call {
    let Pair { a, labels, .. } = pair(r);
    let alpha = r.pick(&[0.0, 0.5, 1.0, 2.0]);
    let mut forecasts = Vec::new();
    for _ in &a {
        let row: Vec<f64> = (0..labels).map(|_| r.unit() + 0.01).collect();
        let sum: f64 = row.iter().sum();
        forecasts.push(row.iter().map(|x| x / sum).collect::<Vec<_>>());
    }
    if r.below(8) == 0 && !forecasts.is_empty() {
        forecasts[0][0] = r.pick(&[0.0, 1.5, f64::NAN]);
    }
    let ours = bayesian_truth_serum(&a, &forecasts.concat(), labels, alpha);
    let inputs = json!({ "answers": a, "forecasts": columns(&forecasts), "labels": labels, "alpha": alpha });
    Call::new(inputs, Answer::each(ours))
}

fn robust(r: &mut Random) -> Call {
    let n = r.pick(&[0, 2, 3, 4, 9]);
    let answers: Vec<bool> = (0..n).map(|_| r.below(2) == 0).collect();
    let ends = [0.0, 0.5, 1.0];
    let mut forecasts: Vec<f64> =
        (0..n).map(|_| if r.below(4) == 0 { r.pick(&ends) } else { r.unit() }).collect();
    if r.below(8) == 0 && n > 0 {
        forecasts[0] = r.pick(&[-0.1, f64::NAN]);
    }
    let ours = robust_bayesian_truth_serum(&answers, &forecasts);
    Call::new(json!({ "answers": answers, "forecasts": column(&forecasts) }), Answer::each(ours))
}

fn peer(r: &mut Random) -> Call {
    let Pair { a, b, labels } = pair(r);
    let shares: Option<Vec<f64>> =
        (r.below(2) == 0).then(|| (0..labels).map(|_| r.pick(&[0.0, 0.1, 0.25, 0.5, 0.9])).collect());
    let ours = peer_truth_serum(&a, &b, labels, shares.as_deref());
    Call::new(json!({ "a": a, "b": b, "labels": labels, "shares": shares }), Answer::each(ours))
}

fn output(r: &mut Random) -> Call {
    let Pair { a, b, labels } = pair(r);
    let ours = output_agreement(&a, &b, labels);
    Call::new(json!({ "a": a, "b": b }), Answer::each(ours))
}

fn correlated(r: &mut Random) -> Call {
    let Pair { a, b, labels } = pair(r);
    let ours = correlated_agreement(&a, &b, labels);
    Call::new(json!({ "a": a, "b": b, "labels": labels }), Answer::each(ours))
}

fn determinant(r: &mut Random) -> Call {
    let Pair { a, b, labels } = pair(r);
    let split = (a.len() + r.below(3)) / 2;
    let ours = determinant_mutual_information(&a, &b, labels, split).map(|d| vec![d.to_string()]);
    Call::new(json!({ "a": a, "b": b, "labels": labels, "split": split }), Answer::exact(ours))
}

fn surrogate(r: &mut Random) -> Call {
    let n = r.below(9);
    let scores: Vec<[f64; 2]> = (0..n).map(|_| [r.normal(), r.normal()]).collect();
    let labels: Vec<bool> = (0..n).map(|_| r.below(2) == 0).collect();
    let noise = [r.unit() * 0.6, r.unit() * 0.6];
    let ours = surrogate_scores(&scores, &labels, noise);
    Call::new(json!({ "scores": scores, "labels": labels, "noise": noise }), Answer::each(ours))
}
