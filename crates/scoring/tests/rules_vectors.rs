//! The vectors of every language: scoring rules, calibration and comparisons; and what must be refused.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use countermark_primitives::{B256, Coded as _, hex};
use countermark_scoring::rules::{self, CrpsEstimator, Ensembles};
use countermark_scoring::{Column, Matrix, Result};
use serde_json::{Value, json};

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../bindings/vectors/rules.json")).unwrap()
}

/// `null` is NaN.
fn number(v: &Value) -> f64 {
    match v.as_str() {
        Some("inf") => f64::INFINITY,
        Some("-inf") => f64::NEG_INFINITY,
        _ => {
            assert!(v.is_number() || v.is_null(), "{v} is no number");
            v.as_f64().unwrap_or(f64::NAN)
        }
    }
}

fn numbers(v: &Value) -> Vec<f64> {
    v.as_array().unwrap().iter().map(number).collect()
}

/// Numbers of nested lists, and how many there are at each level.
fn nested(v: &Value) -> (Vec<f64>, Vec<usize>) {
    let Some(items) = v.as_array() else { return (vec![number(v)], Vec::new()) };
    let parts: Vec<_> = items.iter().map(nested).collect();
    let mut shape = vec![items.len()];
    shape.extend(parts.first().map_or(&[][..], |p| &p.1));
    (parts.into_iter().flat_map(|p| p.0).collect(), shape)
}

struct Table {
    values: Vec<f64>,
    shape: [usize; 2],
}

impl Table {
    fn of(v: &Value) -> Option<Self> {
        let (values, shape) = v.as_array().map(|_| nested(v))?;
        Some(Self { values, shape: [shape[0], shape.get(1).copied().unwrap_or(0)] })
    }

    fn matrix(&self) -> Matrix<'_> {
        let stride = isize::try_from(self.shape[1]).unwrap();
        Matrix::strided_f64(&self.values, 0, self.shape, [stride, 1]).unwrap()
    }
}

/// The arguments of a case by their names.
struct Arguments<'a>(&'a Value);

impl Arguments<'_> {
    fn vector(&self, name: &str) -> Vec<f64> {
        numbers(&self.0[name])
    }
    fn number(&self, name: &str) -> f64 {
        number(&self.0[name])
    }
    fn count(&self, name: &str) -> usize {
        usize::try_from(self.0[name].as_u64().unwrap()).unwrap()
    }
    fn text(&self, name: &str) -> &str {
        self.0[name].as_str().unwrap()
    }
    fn table(&self, name: &str) -> Table {
        Table::of(&self.0[name]).unwrap()
    }
    fn events(&self) -> Vec<bool> {
        self.0["events"].as_array().unwrap().iter().map(|x| x.as_bool().unwrap()).collect()
    }
    fn categories(&self) -> Vec<u32> {
        let all = self.0["categories"].as_array().unwrap().iter();
        all.map(|x| u32::try_from(x.as_u64().unwrap()).unwrap()).collect()
    }
    fn seed(&self) -> B256 {
        hex::decode_to_array::<_, 32>(self.text("seed")).unwrap().into()
    }
}

fn ensemble(a: &Arguments<'_>) -> Result<Vec<f64>> {
    let (y, x) = (a.vector("observations"), a.table("forecasts"));
    let (y, x): (Column<'_>, _) = ((&y).into(), x.matrix());
    let w = Table::of(&a.0["weights"]);
    let w = w.as_ref().map(Table::matrix);
    let estimator = || CrpsEstimator::parse(a.text("estimator"));
    let (lower, upper) = (a.number("lower"), a.number("upper"));
    match a.text("function") {
        "crps_ensemble" => rules::crps_ensemble(&y, &x, estimator()?, w.as_ref()),
        "twcrps_ensemble" => rules::twcrps_ensemble(&y, &x, lower, upper, estimator()?, w.as_ref()),
        "owcrps_ensemble" => rules::owcrps_ensemble(&y, &x, lower, upper, w.as_ref()),
        "vrcrps_ensemble" => rules::vrcrps_ensemble(&y, &x, lower, upper, w.as_ref()),
        _ => rules::pit_ensemble(&y, &x, &a.seed()),
    }
}

fn vectors_of(a: &Arguments<'_>) -> Result<Vec<f64>> {
    let ((y, dimensions), (x, members)) = (nested(&a.0["observations"]), nested(&a.0["forecasts"]));
    let e = Ensembles::new(&y, &x, members[1], dimensions[1])?;
    match a.text("function") {
        "energy_score" => rules::energy_score(&e, a.0["fair"].as_bool().unwrap()),
        _ => {
            let weights = Table::of(&a.0["weights"]).map(|w| w.values);
            rules::variogram_score(&e, a.number("p"), weights.as_deref())
        }
    }
}

fn parametric(a: &Arguments<'_>) -> Result<Vec<f64>> {
    let parameters: Vec<Vec<f64>> = a.0["parameters"].as_array().unwrap().iter().map(numbers).collect();
    let parameters: Vec<&[f64]> = parameters.iter().map(Vec::as_slice).collect();
    let (family, y) = (a.text("family"), a.vector("observations"));
    match a.text("function") {
        "crps" => rules::crps(family, &y, &parameters),
        "log_score" => rules::log_score(family, &y, &parameters),
        _ => rules::pit(family, &y, &parameters),
    }
}

fn calibration(a: &Arguments<'_>) -> Result<Value> {
    let (o, p) = (a.events(), a.vector("p"));
    Ok(match a.text("function") {
        "reliability_diagram" => {
            let d = rules::reliability_diagram(&o, &p, a.count("bins"), a.count("resamples"), &a.seed())?;
            let bin = |b: &rules::ReliabilityBin| {
                let [lower, upper] = b.band;
                json!({"count": b.count, "forecast": b.forecast, "observed": b.observed, "lower": lower, "upper": upper})
            };
            d.bins.iter().map(bin).collect()
        }
        "expected_calibration_error" => {
            json!(rules::expected_calibration_error(&o, &p, a.count("bins"))?)
        }
        _ => {
            let bins = a.0["bins"].as_u64().map(|n| usize::try_from(n).unwrap());
            let d = rules::brier_decomposition(&o, &p, bins)?;
            json!({"reliability": d.reliability, "resolution": d.resolution, "uncertainty": d.uncertainty})
        }
    })
}

fn run(case: &Value) -> Result<Value> {
    let a = &Arguments(case);
    let plain = |scores: Vec<f64>| {
        let one = |x: f64| if x == f64::INFINITY { json!("inf") } else { json!(x) };
        scores.into_iter().map(one).collect()
    };
    let function = a.text("function");
    Ok(plain(match function {
        "crps_ensemble" | "twcrps_ensemble" | "owcrps_ensemble" | "vrcrps_ensemble" | "pit_ensemble" => {
            ensemble(a)?
        }
        "energy_score" | "variogram_score" => vectors_of(a)?,
        "crps" | "log_score" | "pit" => parametric(a)?,
        "quantile_score" => {
            rules::quantile_score(&a.vector("observations"), &a.vector("quantiles"), a.number("alpha"))?
        }
        "crps_quantile" => {
            let q = a.table("quantiles");
            rules::crps_quantile(&a.vector("observations"), &q.matrix(), &a.vector("alpha"))?
        }
        "interval_score" => {
            let [y, l, u] = ["observations", "lower", "upper"].map(|name| a.vector(name));
            rules::interval_score(&y, &l, &u, a.number("alpha"))?
        }
        "weighted_interval_score" => {
            let [y, m, alpha] = ["observations", "median", "alpha"].map(|name| a.vector(name));
            let (l, u) = (a.table("lower"), a.table("upper"));
            rules::weighted_interval_score(&y, &m, &l.matrix(), &u.matrix(), &alpha)?
        }
        "brier_score" => rules::brier_score(&a.events(), &a.vector("p"))?,
        "binary_log_score" => rules::binary_log_score(&a.events(), &a.vector("p"))?,
        "categorical_log_score" => rules::categorical_log_score(&a.categories(), &a.table("p").matrix())?,
        "spherical_score" => rules::spherical_score(&a.categories(), &a.table("p").matrix())?,
        "rps_score" => rules::rps_score(&a.categories(), &a.table("p").matrix())?,
        "ranked_log_score" => rules::ranked_log_score(&a.categories(), &a.table("p").matrix())?,
        "murphy_diagram" => {
            let [y, x, t] = ["observations", "forecasts", "thresholds"].map(|name| a.vector(name));
            rules::murphy_diagram(&y, &x, &t)?
        }
        "pit_histogram" => return Ok(json!(rules::pit_histogram(&a.vector("pit"), a.count("bins"))?)),
        "diebold_mariano" => {
            let t = rules::diebold_mariano(&a.vector("first"), &a.vector("second"), a.count("horizon"))?;
            return Ok(json!({
                "mean_difference": t.mean_difference, "statistic": t.statistic, "p_value": t.p_value,
            }));
        }
        _ => return calibration(a),
    }))
}

fn near(got: &Value, expected: &Value, tolerance: f64) -> bool {
    match (got, expected) {
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| near(a, b, tolerance))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(k, a)| b.get(k).is_some_and(|b| near(a, b, tolerance)))
        }
        _ => {
            let (a, b) = (number(got), number(expected));
            a == b || (a - b).abs() <= tolerance * b.abs().max(1.0) || a.is_nan() && b.is_nan()
        }
    }
}

#[test]
fn scores_are_those_of_the_originals_and_definitions() {
    let v = vectors();
    let tolerance = number(&v["tolerance"]);
    let cases = v["cases"].as_array().unwrap();
    let wrong = |case: &&Value| {
        let got = run(case).unwrap();
        (!near(&got, &case["expected"], tolerance)).then(|| format!("{case}: {got}"))
    };
    let wrong: Vec<String> = cases.iter().filter_map(|case| wrong(&case)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_rule_and_family_is_there() {
    let v = vectors();
    let of = |name: &str| -> Vec<&str> {
        let all = v["cases"].as_array().unwrap().iter().filter_map(|c| c[name].as_str());
        all.collect::<std::collections::BTreeSet<_>>().into_iter().collect()
    };
    assert_eq!((of("function").len(), of("family").len(), of("estimator").len()), (26, 13, 7));
}

#[test]
fn bad_arguments_are_refused() {
    let accepted = |case: &&Value| match run(case) {
        Ok(got) => Some(format!("{case}: {got}")),
        Err(e) if e.code() == case["code"] && e.kind().as_str() == case["kind"] => None,
        Err(e) => Some(format!("{case}: {} {e}", e.code())),
    };
    let v = vectors();
    let wrong: Vec<String> = v["refused"].as_array().unwrap().iter().filter_map(|c| accepted(&c)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
