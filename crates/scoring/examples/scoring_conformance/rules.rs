//! Proper scoring rules.

use super::{
    answer::{Answer, column, columns},
    function::{Call, Function},
    generate::Random,
};
use countermark_primitives::B256;
use countermark_scoring::rules::{self, CrpsEstimator, Ensembles};
use countermark_scoring::{self as scoring, Matrix};
use serde_json::{Value, json};

#[rustfmt::skip]
pub(super) const FUNCTIONS: &[Function] = &[
    Function { name: "crps_ensemble", oracle: "scoring_rules", tolerance: 1e-12, call: ensemble },
    Function { name: "twcrps_ensemble", oracle: "scoring_rules", tolerance: 1e-12, call: |r| restricted(r, "tw") },
    Function { name: "owcrps_ensemble", oracle: "scoring_rules", tolerance: 1e-12, call: |r| restricted(r, "ow") },
    Function { name: "vrcrps_ensemble", oracle: "scoring_rules", tolerance: 1e-12, call: |r| restricted(r, "vr") },
    Function { name: "energy_score", oracle: "scoring_rules", tolerance: 1e-12, call: energy },
    Function { name: "variogram_score", oracle: "scoring_rules", tolerance: 1e-12, call: variogram },
    Function { name: "crps", oracle: "scoring_rules", tolerance: 1e-12, call: |r| parametric(r, true) },
    Function { name: "log_score", oracle: "scoring_rules", tolerance: 1e-12, call: |r| parametric(r, false) },
    Function { name: "pit", oracle: "scoring_rules", tolerance: 1e-12, call: pit },
    Function { name: "quantile_score", oracle: "scoring_rules", tolerance: 1e-12, call: quantile },
    Function { name: "crps_quantile", oracle: "scoring_rules", tolerance: 1e-12, call: quantiles },
    Function { name: "interval_score", oracle: "scoring_rules", tolerance: 1e-12, call: interval },
    Function { name: "weighted_interval_score", oracle: "scoring_rules", tolerance: 1e-12, call: weighted_interval },
    Function { name: "brier_score", oracle: "scoring_rules", tolerance: 1e-12, call: binary },
    Function { name: "rps_score", oracle: "scoring_rules", tolerance: 1e-12, call: categorical },
    Function { name: "brier_decomposition", oracle: "scoring_rules", tolerance: 1e-12, call: decomposition },
    Function { name: "calibration", oracle: "scoring_rules", tolerance: 1e-12, call: calibration },
    Function { name: "murphy_diagram", oracle: "scoring_rules", tolerance: 1e-12, call: murphy },
    Function { name: "diebold_mariano", oracle: "scoring_rules", tolerance: 1e-12, call: comparison },
];

fn matrix(data: &[f64], rows: usize) -> scoring::Result<Matrix<'_>> {
    let columns = data.len() / rows.max(1);
    Matrix::strided_f64(data, 0, [rows, columns], [columns as isize, 1])
}

fn rows(data: &[f64], n: usize) -> Value {
    let width = (data.len() / n.max(1)).max(1);
    columns(&data.chunks(width).map(<[f64]>::to_vec).collect::<Vec<_>>())
}

fn reply<E: std::fmt::Display>(r: Result<Vec<f64>, E>) -> Answer {
    Answer::each(r)
}

/// Observations, members around them (with ties now and then), weights of some calls.
struct Members {
    y: Vec<f64>,
    x: Vec<f64>,
    w: Option<Vec<f64>>,
}

fn members(r: &mut Random) -> Members {
    let (n, m) = (1 + r.below(20), 2 + r.below(40));
    let tied = r.below(4) == 0;
    let one = |r: &mut Random| if tied { r.below(5) as f64 } else { r.normal() * 3.0 };
    let mut x: Vec<f64> = (0..n * m).map(|_| one(r)).collect();
    let y = (0..n).map(|_| one(r)).collect();
    if r.below(30) == 0 {
        r.punch(&mut x, 0.0, f64::NAN);
    }
    let w = (r.below(3) == 0).then(|| (0..n * m).map(|_| r.unit() + 0.01).collect());
    Members { y, x, w }
}

fn ensemble(r: &mut Random) -> Call {
    let i = members(r);
    let estimator = r.pick(&CrpsEstimator::ALL);
    let n = i.y.len();
    let ours = matrix(&i.x, n).and_then(|x| {
        let w = i.w.as_deref().map(|w| matrix(w, n)).transpose()?;
        rules::crps_ensemble(&(&i.y).into(), &x, estimator, w.as_ref())
    });
    let inputs = json!({
        "y": column(&i.y), "x": rows(&i.x, n), "w": i.w.as_ref().map(|w| rows(w, n)),
        "estimator": estimator.name(),
    });
    Call::new(inputs, reply(ours))
}

fn restricted(r: &mut Random, form: &str) -> Call {
    let i = members(r);
    let n = i.y.len();
    let (a, b) = r.pick(&[(-1.0, 2.0), (0.5, 1e9), (-1e9, 0.5), (-3.5, 3.5)]);
    let ours = matrix(&i.x, n).and_then(|x| {
        let (y, w) = ((&i.y).into(), i.w.as_deref().map(|w| matrix(w, n)).transpose()?);
        match form {
            "tw" => rules::twcrps_ensemble(&y, &x, a, b, CrpsEstimator::Qd, w.as_ref()),
            "ow" => rules::owcrps_ensemble(&y, &x, a, b, w.as_ref()),
            _ => rules::vrcrps_ensemble(&y, &x, a, b, w.as_ref()),
        }
    });
    let inputs = json!({
        "y": column(&i.y), "x": rows(&i.x, n), "w": i.w.as_ref().map(|w| rows(w, n)), "a": a, "b": b,
    });
    Call::new(inputs, reply(ours))
}

fn vectors(r: &mut Random) -> (Vec<f64>, Vec<f64>, [usize; 3]) {
    let (n, m, d) = (1 + r.below(8), 2 + r.below(12), 1 + r.below(5));
    let values = |r: &mut Random, n| (0..n).map(|_| r.normal() * 2.0).collect();
    (values(r, n * d), values(r, n * m * d), [n, m, d])
}

fn energy(r: &mut Random) -> Call {
    let (y, x, shape) = vectors(r);
    let fair = r.below(2) == 0;
    let ours = Ensembles::new(&y, &x, shape[1], shape[2]).and_then(|e| rules::energy_score(&e, fair));
    Call::new(json!({ "y": column(&y), "x": column(&x), "shape": shape, "fair": fair }), reply(ours))
}

fn variogram(r: &mut Random) -> Call {
    let (y, x, shape) = vectors(r);
    let p = r.pick(&[0.5, 1.0, 2.0]);
    let d = shape[2];
    let w: Option<Vec<f64>> = (r.below(2) == 0).then(|| (0..d * d).map(|_| r.unit()).collect());
    let ours = Ensembles::new(&y, &x, shape[1], d).and_then(|e| rules::variogram_score(&e, p, w.as_deref()));
    let inputs = json!({
        "y": column(&y), "x": column(&x), "shape": shape, "p": p, "w": w.as_ref().map(|w| column(w)),
    });
    Call::new(inputs, reply(ours))
}

/// A family, parameters by observation, and observations of its kind.
fn family(r: &mut Random) -> (&'static str, Vec<f64>, Vec<Vec<f64>>) {
    let n = 1 + r.below(20);
    let name = r.pick(&[
        "normal",
        "logistic",
        "laplace",
        "t",
        "gamma",
        "lognormal",
        "exponential",
        "uniform",
        "beta",
        "poisson",
        "negbinom",
        "binomial",
        "mixnorm",
    ]);
    let positive = |r: &mut Random| r.pick(&[0.2, 0.5, 1.0, 2.0, 7.5]) * (0.5 + r.unit());
    let many = |r: &mut Random, f: &dyn Fn(&mut Random) -> f64| (0..n).map(|_| f(r)).collect::<Vec<f64>>();
    let real = |r: &mut Random| r.normal() * 2.0;
    let y = |r: &mut Random| match name {
        "gamma" | "lognormal" | "exponential" => many(r, &|r| r.unit() * 8.0 + 1e-3),
        "beta" => many(r, &|r| r.unit()),
        "poisson" | "negbinom" | "binomial" => many(r, &|r| r.below(20) as f64),
        _ => many(r, &|r| r.normal() * 4.0),
    };
    let y = y(r);
    let parameters = match name {
        "t" => vec![many(r, &|r| 1.5 + r.unit() * 20.0), many(r, &real), many(r, &positive)],
        "gamma" | "beta" => vec![many(r, &positive), many(r, &positive)],
        "exponential" => vec![many(r, &positive)],
        "poisson" => vec![many(r, &|r| r.unit() * r.pick(&[1.0, 10.0, 60.0]) + 0.1)],
        "negbinom" => vec![many(r, &|r| 1.0 + r.below(12) as f64), many(r, &|r| 0.2 + 0.7 * r.unit())],
        "binomial" => vec![many(r, &|r| 20.0 + r.below(30) as f64), many(r, &|r| 0.05 + 0.9 * r.unit())],
        "uniform" => vec![many(r, &|r| -r.unit() * 3.0), many(r, &|r| 0.5 + r.unit() * 3.0)],
        "mixnorm" => {
            let k = 1 + r.below(4);
            let each = |r: &mut Random, f: &dyn Fn(&mut Random) -> f64| {
                (0..k).map(|_| many(r, f)).collect::<Vec<_>>()
            };
            let mut all = each(r, &real);
            all.extend(each(r, &positive));
            all.extend(each(r, &|r| r.unit() + 0.05));
            all
        }
        // Wider, and the original loses its digits.
        "lognormal" => vec![many(r, &real), many(r, &|r| 0.1 + 1.5 * r.unit())],
        _ => vec![many(r, &real), many(r, &positive)],
    };
    (name, y, parameters)
}

fn parametric(r: &mut Random, crps: bool) -> Call {
    let (name, y, parameters) = family(r);
    let views: Vec<&[f64]> = parameters.iter().map(Vec::as_slice).collect();
    let ours = if crps { rules::crps(name, &y, &views) } else { rules::log_score(name, &y, &views) };
    Call::new(json!({ "family": name, "y": column(&y), "parameters": columns(&parameters) }), reply(ours))
}

fn pit(r: &mut Random) -> Call {
    let (name, y, parameters) = family(r);
    let views: Vec<&[f64]> = parameters.iter().map(Vec::as_slice).collect();
    let ours = rules::pit(name, &y, &views);
    Call::new(json!({ "family": name, "y": column(&y), "parameters": columns(&parameters) }), reply(ours))
}

fn normals(r: &mut Random, n: usize) -> Vec<f64> {
    (0..n).map(|_| r.normal()).collect()
}

fn quantile(r: &mut Random) -> Call {
    let n = 1 + r.below(30);
    let (y, q, alpha) = (normals(r, n), normals(r, n), r.unit());
    Call::new(
        json!({ "y": column(&y), "q": column(&q), "alpha": alpha }),
        reply(rules::quantile_score(&y, &q, alpha)),
    )
}

fn quantiles(r: &mut Random) -> Call {
    let (n, k) = (1 + r.below(20), 1 + r.below(9));
    let (y, q) = (normals(r, n), normals(r, n * k));
    let alpha: Vec<f64> = (0..k).map(|_| r.unit()).collect();
    let ours = matrix(&q, n).and_then(|q| rules::crps_quantile(&y, &q, &alpha));
    Call::new(json!({ "y": column(&y), "q": rows(&q, n), "alpha": column(&alpha) }), reply(ours))
}

fn ends(r: &mut Random, n: usize) -> (Vec<f64>, Vec<f64>) {
    (0..n).map(|_| (r.normal(), r.unit() * 3.0)).map(|(l, width)| (l, l + width)).unzip()
}

fn interval(r: &mut Random) -> Call {
    let n = 1 + r.below(30);
    let (y, alpha) = (normals(r, n), r.unit());
    let (l, u) = ends(r, n);
    Call::new(
        json!({ "y": column(&y), "l": column(&l), "u": column(&u), "alpha": alpha }),
        reply(rules::interval_score(&y, &l, &u, alpha)),
    )
}

fn weighted_interval(r: &mut Random) -> Call {
    let (n, k) = (1 + r.below(10), 1 + r.below(6));
    let (y, m) = (normals(r, n), normals(r, n));
    let (l, u) = ends(r, n * k);
    let alpha: Vec<f64> = (0..k).map(|_| r.unit()).collect();
    let ours = matrix(&l, n)
        .and_then(|l| matrix(&u, n).and_then(|u| rules::weighted_interval_score(&y, &m, &l, &u, &alpha)));
    let inputs = json!({
        "y": column(&y), "m": column(&m), "l": rows(&l, n), "u": rows(&u, n), "alpha": column(&alpha),
    });
    Call::new(inputs, reply(ours))
}

fn forecasts(r: &mut Random) -> (Vec<bool>, Vec<f64>) {
    let n = 1 + r.below(60);
    let steps = r.pick(&[0usize, 0, 4, 10]);
    let one = |r: &mut Random| if steps == 0 { r.unit() } else { r.below(steps + 1) as f64 / steps as f64 };
    let p: Vec<f64> = (0..n).map(|_| one(r)).collect();
    (p.iter().map(|p| r.unit() < *p).collect(), p)
}

fn binary(r: &mut Random) -> Call {
    let (o, p) = forecasts(r);
    let both = rules::brier_score(&o, &p).and_then(|mut b| {
        b.extend(rules::binary_log_score(&o, &p)?);
        Ok(b)
    });
    Call::new(json!({ "o": o, "p": column(&p) }), reply(both))
}

fn categorical(r: &mut Random) -> Call {
    let (n, k) = (1 + r.below(20), 2 + r.below(5));
    let mut p = Vec::new();
    for _ in 0..n {
        let row: Vec<f64> = (0..k).map(|_| r.unit() + 0.01).collect();
        let sum: f64 = row.iter().sum();
        p.extend(row.iter().map(|x| x / sum));
    }
    let c: Vec<u32> = (0..n).map(|_| r.below(k) as u32).collect();
    let ours = matrix(&p, n).and_then(|p| {
        let mut out = rules::rps_score(&c, &p)?;
        out.extend(rules::ranked_log_score(&c, &p)?);
        out.extend(rules::categorical_log_score(&c, &p)?);
        out.extend(rules::spherical_score(&c, &p)?);
        Ok(out)
    });
    Call::new(json!({ "c": c, "p": rows(&p, n) }), reply(ours))
}

fn decomposition(r: &mut Random) -> Call {
    let (o, p) = forecasts(r);
    let bins = r.pick(&[None, Some(5), Some(10)]);
    let ours = rules::brier_decomposition(&o, &p, bins);
    let ours = ours.map(|d| vec![d.reliability, d.resolution, d.uncertainty]);
    Call::new(json!({ "o": o, "p": column(&p), "bins": bins }), reply(ours))
}

fn calibration(r: &mut Random) -> Call {
    let (o, p) = forecasts(r);
    let bins = 1 + r.below(12);
    let ours = rules::reliability_diagram(&o, &p, bins, 0, &B256::ZERO).and_then(|d| {
        let mut out = rules::expected_calibration_error(&o, &p, bins)?.to_vec();
        out.extend(d.bins.iter().flat_map(|b| [b.count as f64, b.forecast, b.observed]));
        Ok(out)
    });
    Call::new(json!({ "o": o, "p": column(&p), "bins": bins }), reply(ours))
}

fn murphy(r: &mut Random) -> Call {
    let n = 1 + r.below(40);
    let (y, x) = (normals(r, n), normals(r, n));
    let thresholds: Vec<f64> = (0..7).map(|_| r.normal()).collect();
    let ours = rules::murphy_diagram(&y, &x, &thresholds);
    Call::new(json!({ "y": column(&y), "x": column(&x), "t": column(&thresholds) }), reply(ours))
}

fn comparison(r: &mut Random) -> Call {
    let n = 5 + r.below(60);
    let (a, b) = (normals(r, n), normals(r, n));
    let horizon = 1 + r.below(4);
    let ours = rules::diebold_mariano(&a, &b, horizon);
    let ours = ours.map(|t| vec![t.mean_difference, t.statistic, t.p_value]);
    Call::new(json!({ "a": column(&a), "b": column(&b), "horizon": horizon }), reply(ours))
}
