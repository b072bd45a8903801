//! What the scores of this area share: which rows count, and what happens to a model that cannot be scored.

use super::align::{Alignment, Frame, Ids, too_many_rows};
use super::rank::Ranker;
use super::score::{Mode, Reason, as_error, reason_of};
use crate::{Column, Error, Result, parallel};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// One metric of one model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MetricScore {
    /// The score; NaN where there is a reason.
    pub value: f64,
    /// Why there is no score.
    pub reason: Option<Reason>,
}

/// The rows that count: `None` for all of them, else a selection in order.
///
/// In [`Mode::Compat`] a NaN in a prediction or in one of `named` drops the row for everybody, down to the bound. In
/// the other modes each of `named` must be finite and not constant.
pub(crate) fn counted_rows(
    predictions: &[Column<'_>],
    named: &[(&str, &Column<'_>)],
    rows: usize,
    max_filtered_ratio: f64,
    mode: Mode,
) -> Result<Option<Vec<u32>>> {
    if u32::try_from(rows).is_err() {
        return Err(too_many_rows(rows));
    }
    for (name, column) in named {
        same_length(name, column, rows)?;
    }
    if mode != Mode::Compat {
        if rows < 2 {
            return Err(Error::TooFewRows { kept: rows, of: rows, needed: 2 });
        }
        for (name, column) in named {
            if let Some(reason) = reason_of(&column.to_vec(), rows) {
                return Err(as_error(name, reason));
            }
        }
        return Ok(None);
    }
    for (j, p) in predictions.iter().enumerate() {
        same_length(&format!("prediction {j}"), p, rows)?;
    }
    let named: Vec<Column<'_>> = named.iter().map(|(_, c)| **c).collect();
    let ids = Ids::Rows(rows);
    let both = [Frame { ids, columns: predictions }, Frame { ids, columns: &named }];
    Ok(Some(Alignment::new(&both, max_filtered_ratio)?.rows(0).to_vec()))
}

pub(crate) fn same_length(name: &str, column: &Column<'_>, rows: usize) -> Result<()> {
    if column.len() == rows {
        Ok(())
    } else {
        Err(Error::ColumnLength { column: String::from(name), expected: rows, got: column.len() })
    }
}

/// The selected values of a column.
pub(crate) fn pick(column: &Column<'_>, rows: Option<&[u32]>) -> Vec<f64> {
    let values = column.to_vec();
    match rows {
        None => values,
        Some(rows) => rows.iter().filter_map(|r| values.get(*r as usize).copied()).collect(),
    }
}

/// Scratch memory of one thread.
#[derive(Default)]
pub(crate) struct Scratch {
    values: Vec<f64>,
    picked: Vec<f64>,
    ranker: Ranker,
    /// Gaussianised tie-kept ranks of the model at hand.
    pub(crate) gauss: Vec<f64>,
    /// The same to the power 1.5.
    pub(crate) powered: Vec<f64>,
}

/// `f` of each model that can be scored, once its gaussianised ranks are in the scratch memory; the reason of the
/// others, or the error in [`Mode::Strict`].
pub(crate) fn each_model<T: Send>(
    predictions: &[Column<'_>],
    n: usize,
    rows: Option<&[u32]>,
    mode: Mode,
    f: impl Fn(&mut Scratch) -> T + Sync + Send,
) -> Result<Vec<Result<T, Reason>>> {
    let one = |s: &mut Scratch, j: usize, column: &Column<'_>| {
        column.load(&mut s.values);
        if mode != Mode::Compat
            && let Some(reason) = reason_of(&s.values, n)
        {
            return match mode {
                Mode::Strict => Err(as_error(&format!("prediction {j}"), reason)),
                _ => Ok(Err(reason)),
            };
        }
        if let Some(rows) = rows {
            s.picked.clear();
            s.picked.extend(rows.iter().filter_map(|r| s.values.get(*r as usize)));
            core::mem::swap(&mut s.values, &mut s.picked);
        }
        s.ranker.transform(&s.values, &mut s.gauss, &mut s.powered);
        Ok(Ok(f(s)))
    };
    let at = |s: &mut Scratch, j: usize| predictions.get(j).map(|c| one(s, j, c));
    parallel::map(predictions.len(), Scratch::default, at).into_iter().flatten().collect()
}

/// Values and reasons side by side.
pub(crate) fn scored(values: Vec<Result<f64, Reason>>) -> Vec<MetricScore> {
    let one = |r: Result<f64, Reason>| match r {
        Ok(value) => MetricScore { value, reason: None },
        Err(reason) => MetricScore { value: f64::NAN, reason: Some(reason) },
    };
    values.into_iter().map(one).collect()
}
