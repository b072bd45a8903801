//! Eras as the vectors of every language hold them.
#![allow(dead_code, reason = "each test takes what it needs")]

use countermark_primitives::{Error as Base, Nano, Wei};
use countermark_scoring::{Column, EraInput, Eras, Ids, Result};
use countermark_settle::{PayoutRule, Share};
use serde_json::{Map, Value};

pub(crate) fn vectors(name: &str) -> Value {
    let path = format!("{}/../../bindings/vectors/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// `null` is NaN.
pub(crate) fn number(v: &Value) -> f64 {
    assert!(v.is_number() || v.is_null() || v == "inf", "{v} is no number");
    if v == "inf" { f64::INFINITY } else { v.as_f64().unwrap_or(f64::NAN) }
}

pub(crate) fn numbers(v: &Value) -> Vec<f64> {
    v.as_array().unwrap().iter().map(number).collect()
}

pub(crate) fn text(v: &Value) -> &str {
    v.as_str().unwrap()
}

/// Columns of a list of rows.
pub(crate) fn matrix(v: &Value) -> Vec<Vec<f64>> {
    let rows: Vec<Vec<f64>> = v.as_array().unwrap().iter().map(numbers).collect();
    let width = rows.first().map_or(0, Vec::len);
    (0..width).map(|j| rows.iter().map(|r| r[j]).collect()).collect()
}

pub(crate) fn amounts(v: &Value) -> Result<Vec<Wei>> {
    Ok(v.as_array().unwrap().iter().map(|x| text(x).parse()).collect::<std::result::Result<_, Base>>()?)
}

pub(crate) fn rule(terms: &Value) -> Result<PayoutRule> {
    let share = match text(&terms["share"]) {
        "at_most_rate" => Share::AtMostRate,
        "whole_pot" => Share::WholePot,
        _ => return Err(Base::InvalidText { what: "share", form: "share" }.into()),
    };
    let threshold = terms["threshold"].as_str().map(str::parse).transpose()?;
    Ok(PayoutRule { clip: Nano::from_f64(number(&terms["clip"]))?, threshold, share })
}

/// What is scored.
pub(crate) struct Data {
    pub(crate) predictions: Vec<Vec<f64>>,
    pub(crate) target: Vec<f64>,
    pub(crate) eras: Option<Vec<Value>>,
    pub(crate) ids: Option<Vec<String>>,
    pub(crate) meta_model: Option<Vec<f64>>,
    pub(crate) benchmark: Option<Vec<f64>>,
    pub(crate) features: Option<Vec<Vec<i8>>>,
}

impl Data {
    /// The columns of `data`, but those of `changes` where it has them; `null` is none.
    pub(crate) fn of(data: &Value, changes: &Value) -> Self {
        let changes: &Map<String, Value> = changes.as_object().unwrap();
        let column = |name: &str| changes.get(name).unwrap_or(&data[name]);
        let some = |name: &str| Some(column(name)).filter(|v| !v.is_null());
        #[allow(clippy::cast_possible_truncation, reason = "the features are whole and small")]
        let small = |f: Vec<f64>| f.into_iter().map(|x| x as i8).collect();
        Self {
            predictions: matrix(column("predictions")),
            target: numbers(column("target")),
            eras: some("eras").map(|v| v.as_array().unwrap().clone()),
            ids: some("ids").map(|v| v.as_array().unwrap().iter().map(|x| text(x).into()).collect()),
            meta_model: some("meta_model").map(numbers),
            benchmark: some("benchmark").map(numbers),
            features: some("features").map(|v| matrix(v).into_iter().map(small).collect()),
        }
    }

    pub(crate) fn predictions(&self) -> Vec<Column<'_>> {
        self.predictions.iter().map(Column::from).collect()
    }

    pub(crate) fn features(&self) -> Vec<Column<'_>> {
        self.features.iter().flatten().map(|f| f.as_slice().into()).collect()
    }

    pub(crate) fn with<T>(&self, f: impl FnOnce(&EraInput<'_>) -> T) -> T {
        let (predictions, features) = (self.predictions(), self.features());
        let eras = self.eras.as_ref();
        let numbers: Option<Vec<i64>> = eras.and_then(|v| v.iter().map(Value::as_i64).collect());
        let names: Vec<&str> = eras.into_iter().flatten().filter_map(Value::as_str).collect();
        let ids: Option<Vec<&str>> = self.ids.as_ref().map(|v| v.iter().map(String::as_str).collect());
        f(&EraInput {
            eras: eras.map(|_| numbers.as_ref().map_or(Eras::Text(&names), |n| Eras::I64(n))),
            ids: ids.as_deref().map(Ids::Text),
            meta_model: self.meta_model.as_ref().map(Column::from),
            benchmark: self.benchmark.as_ref().map(Column::from),
            features: &features,
            ..EraInput::new(&predictions, (&self.target).into())
        })
    }
}
