//! Inputs and outputs that the lists of this folder share.

use super::super::{answer::Answer, answer::columns, generate::Random};
use countermark_scoring::{self as scoring, Column, MetricScore, TopBottom};
use serde_json::Value;

pub(super) fn views(columns: &[Vec<f64>]) -> Vec<Column<'_>> {
    columns.iter().map(Column::from).collect()
}

/// A column whose sums can be compared: nothing extreme, and constants that add up exactly.
pub(super) fn tame(r: &mut Random, rows: usize) -> Vec<f64> {
    let kind = r.below(7);
    let constant = r.pick(&[0.0, 0.25, 0.5, 1.0, -3.0]);
    let one = |r: &mut Random| match kind {
        0 | 1 => r.unit(),
        2 => r.normal(),
        3 => (r.unit() * 10.0).round() / 10.0,
        4 => r.below(5) as f64 / 4.0,
        5 => constant,
        _ => r.normal() * 100.0,
    };
    loop {
        let column: Vec<f64> = (0..rows).map(|_| one(r)).collect();
        if is_exact(&column) {
            return column;
        }
    }
}

/// Tame columns, some with gaps.
pub(super) fn tame_with_gaps(r: &mut Random, rows: usize, count: usize) -> Vec<Vec<f64>> {
    let mut all: Vec<_> = (0..count).map(|_| tame(r, rows)).collect();
    for c in &mut all {
        if r.below(5) == 0 {
            let share = r.pick(&[0.0, 0.05, 0.5]);
            r.punch(c, share, f64::NAN);
        }
    }
    all
}

/// Whether a correlation with these numbers hangs on no rounding: they differ, or add up exactly.
pub(super) fn is_exact(v: &[f64]) -> bool {
    v.len() < 2 || v.windows(2).any(|w| w[0] != w[1]) || v.first().is_none_or(|x| (x * 4.0).fract() == 0.0)
}

/// Whether the rows that tails select leave numbers that are exact.
pub(super) fn tails_are_exact(predictions: &[f64], target: &[f64], k: Option<usize>) -> bool {
    let Some(k) = k else { return true };
    let Ok(rows) = TopBottom::of(predictions, k).and_then(|t| t.both()) else { return true };
    let pick = |v: &[f64]| -> Vec<f64> { rows.iter().map(|r| v[*r]).filter(|x| !x.is_nan()).collect() };
    let differ = |v: &[f64]| v.windows(2).any(|w| w[0] != w[1]);
    let same_all = !differ(predictions);
    (differ(&pick(target)) || !differ(target)) && (differ(&pick(predictions)) || same_all)
}

/// Sometimes the number of rows in a tail, sometimes too many.
pub(super) fn tails(r: &mut Random, rows: usize) -> Option<usize> {
    match r.below(3) {
        0 => None,
        1 => Some(r.below(rows / 2 + 2)),
        _ => Some(1 + r.below(rows / 4 + 1)),
    }
}

pub(super) fn values(r: scoring::Result<Vec<MetricScore>>) -> Answer {
    Answer::each(r.map(|v| v.into_iter().map(|s| s.value).collect()))
}

/// Each vector one case.
pub(super) fn cases(r: scoring::Result<Vec<Vec<f64>>>) -> Answer {
    Answer::cases(r)
}

pub(super) fn json(v: &[Vec<f64>]) -> Value {
    columns(v)
}
