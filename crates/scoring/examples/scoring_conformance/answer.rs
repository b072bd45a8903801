//! What either side answered, and how far two answers are apart.

use super::Fail;
use serde_json::{Value, json};

/// One call's outputs.
pub(super) enum Answer {
    /// One vector per case.
    Floats(Vec<Vec<f64>>),
    /// All of one case: integers as decimal text, labels, reasons. They agree or they don't.
    Exact(Vec<String>),
    /// The call was refused.
    Error(String),
}

impl Answer {
    /// Floats of one case each, or the refusal.
    pub(super) fn each<E: std::fmt::Display>(r: Result<Vec<f64>, E>) -> Self {
        Self::cases(r.map(|v| v.into_iter().map(|x| vec![x]).collect()))
    }

    /// Floats by case, or the refusal.
    pub(super) fn cases<E: std::fmt::Display>(r: Result<Vec<Vec<f64>>, E>) -> Self {
        r.map_or_else(|e| Self::Error(e.to_string()), Self::Floats)
    }

    /// Texts of one case, or the refusal.
    pub(super) fn exact<E: std::fmt::Display>(r: Result<Vec<String>, E>) -> Self {
        r.map_or_else(|e| Self::Error(e.to_string()), Self::Exact)
    }

    pub(super) fn parse(v: &Value) -> Result<Self, Fail> {
        if let Some(e) = v["error"].as_str() {
            return Ok(Self::Error(e.to_owned()));
        }
        let strange = || format!("the oracle answered {v}");
        let list = v["outputs"].as_array().ok_or_else(strange)?;
        let float = |x: &Value| match (x, x.as_str()) {
            (Value::Null, _) => Some(f64::NAN),
            (_, Some("inf")) => Some(f64::INFINITY),
            (_, Some("-inf")) => Some(f64::NEG_INFINITY),
            _ => x.as_f64(),
        };
        let case = |x: &Value| match x.as_array() {
            Some(v) => v.iter().map(float).collect(),
            None => float(x).map(|x| vec![x]),
        };
        if let Some(all) = list.iter().map(case).collect::<Option<Vec<_>>>() {
            return Ok(Self::Floats(all));
        }
        let text = |x: &Value| x.as_str().map(str::to_owned);
        Ok(list.iter().map(text).collect::<Option<Vec<_>>>().map(Self::Exact).ok_or_else(strange)?)
    }

    pub(super) fn count(&self) -> u64 {
        match self {
            Self::Floats(v) => v.len() as u64,
            _ => 1,
        }
    }

    pub(super) fn is_error(&self) -> bool {
        matches!(self, Self::Error(_))
    }

    /// Changes one finite output; false when there is none.
    pub(super) fn spoil(&mut self) -> bool {
        match self {
            Self::Floats(v) => match v.iter_mut().flatten().filter(|x| x.is_finite()).last() {
                Some(x) => {
                    *x += 1e-6 * x.abs().max(1.0);
                    true
                }
                None => false,
            },
            Self::Exact(v) => match v.last_mut() {
                Some(s) => {
                    s.insert(0, '1');
                    true
                }
                None => false,
            },
            Self::Error(_) => false,
        }
    }

    /// Case by case, the largest difference in it.
    pub(super) fn differences(&self, theirs: &Self) -> Vec<(usize, f64)> {
        match (self, theirs) {
            (Self::Floats(a), Self::Floats(b)) if a.len() == b.len() => {
                a.iter().zip(b).map(|(a, b)| difference(a, b)).enumerate().collect()
            }
            (Self::Exact(a), Self::Exact(b)) if a == b => vec![(0, 0.0)],
            (Self::Exact(a), Self::Floats(b)) | (Self::Floats(b), Self::Exact(a))
                if a.is_empty() && b.is_empty() =>
            {
                vec![]
            }
            (Self::Error(_), Self::Error(_)) => vec![(0, 0.0)],
            _ => vec![(0, f64::INFINITY)],
        }
    }

    pub(super) fn only(&self, case: usize) -> Value {
        match self {
            Self::Floats(v) => v.get(case).map_or_else(|| columns(v), |c| column(c)),
            Self::Exact(v) => json!(v),
            Self::Error(e) => json!({ "error": e }),
        }
    }
}

fn difference(a: &[f64], b: &[f64]) -> f64 {
    if a.len() != b.len() {
        return f64::INFINITY;
    }
    let one = |a: &f64, b: &f64| {
        if a == b || (a.is_nan() && b.is_nan()) {
            0.0
        } else if a.is_finite() && b.is_finite() {
            (a - b).abs() / b.abs().max(1.0)
        } else {
            f64::INFINITY
        }
    };
    a.iter().zip(b).map(|(a, b)| one(a, b)).fold(0.0, f64::max)
}

/// NaN is null, an infinity is text.
pub(super) fn number(x: f64) -> Value {
    match x {
        x if x.is_nan() => Value::Null,
        x if x.is_infinite() => json!(if x > 0.0 { "inf" } else { "-inf" }),
        x => json!(x),
    }
}

pub(super) fn column(v: &[f64]) -> Value {
    v.iter().map(|x| number(*x)).collect()
}

pub(super) fn columns(v: &[Vec<f64>]) -> Value {
    v.iter().map(|c| column(c)).collect()
}
