//! Do the outputs repeat cells of the private table? Evidence is counted in bits and compared with what chance
//! explains. The owner alone evaluates this, so f64 logarithms decide nothing that another machine must repeat.

use super::fixed;
use crate::{Error, Job, Result};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};
use countermark_receipt::Table;

/// Bits beyond the number of comparisons (in bits) that still count as chance: one false alarm in 4096 tables.
const SLACK: f64 = 12.0;
/// Positions of one output value that the run search follows.
const MAX_POSITIONS: usize = 64;

/// One column rounded to some digits; cells too large to round are left out of `counts` and never match.
struct Column {
    cells: Vec<Option<i64>>,
    counts: BTreeMap<i64, u32>,
}

impl Column {
    fn new(table: &Table, at: usize, digits: u8) -> Self {
        let width = table.columns().len();
        let cells: Vec<_> =
            table.values().iter().skip(at).step_by(width.max(1)).map(|v| fixed(*v, digits)).collect();
        let mut counts = BTreeMap::new();
        for cell in cells.iter().flatten() {
            *counts.entry(*cell).or_insert(0) += 1;
        }
        Self { cells, counts }
    }

    /// Self-information of a cell among the column's rows, in bits.
    fn information(&self, cell: i64) -> f64 {
        let count = self.counts.get(&cell).copied().unwrap_or(1);
        libm::log2(self.cells.len() as f64 / f64::from(count))
    }
}

pub(super) fn check(job: &Job, table: &Table, slots: &[Vec<i64>], cells: bool) -> Result<()> {
    let width = table.columns().len();
    let mut all_digits: Vec<u8> = job.slots.iter().map(crate::Slot::digits).collect();
    all_digits.sort_unstable();
    all_digits.dedup();
    let mut matched = alloc::vec![alloc::vec![false; table.rows()]; width];
    for digits in all_digits {
        let columns: Vec<Column> = (0..width).map(|at| Column::new(table, at, digits)).collect();
        let mut outputs = BTreeSet::new();
        for (_, values) in job.slots.iter().zip(slots).filter(|(s, _)| s.digits() == digits) {
            runs(&columns, values)?;
            outputs.extend(values.iter().copied());
        }
        for (column, flags) in columns.iter().zip(&mut matched) {
            for (flag, cell) in flags.iter_mut().zip(&column.cells) {
                *flag |= cell.is_some_and(|c| outputs.contains(&c));
            }
            if cells {
                coincidences(column, width, &outputs)?;
            }
        }
    }
    rows(&matched, table.rows())
}

/// Refuses when consecutive outputs are consecutive cells, along rows or down a column.
fn runs(columns: &[Column], outputs: &[i64]) -> Result<()> {
    let mut positions: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    for (i, v) in outputs.iter().enumerate() {
        let at = positions.entry(*v).or_default();
        if at.len() < MAX_POSITIONS {
            at.push(i);
        }
    }
    let rows = columns.first().map_or(0, |c| c.cells.len());
    let comparisons = (rows * columns.len()).max(1) as f64 * outputs.len() as f64;
    let limit = libm::log2(comparisons) + SLACK;
    let by_rows = (0..rows).flat_map(|r| columns.iter().map(move |c| (c, c.cells.get(r).copied().flatten())));
    longest_run("a row", by_rows, &positions, limit)?;
    let by_columns = columns.iter().flat_map(|c| c.cells.iter().map(move |cell| (c, *cell)));
    longest_run("a column", by_columns, &positions, limit)
}

fn longest_run<'a>(
    what: &'static str,
    cells: impl Iterator<Item = (&'a Column, Option<i64>)>,
    positions: &BTreeMap<i64, Vec<usize>>,
    limit: f64,
) -> Result<()> {
    // Bits of the run that ends before an output position.
    let mut before: BTreeMap<usize, f64> = BTreeMap::new();
    for (column, cell) in cells {
        let mut after = BTreeMap::new();
        if let Some(cell) = cell
            && let Some(at) = positions.get(&cell)
        {
            let bits = column.information(cell);
            for i in at {
                let run = before.get(i).copied().unwrap_or(0.0) + bits;
                refuse_above(what, run, limit)?;
                after.insert(i + 1, run);
            }
        }
        before = after;
    }
    Ok(())
}

/// Refuses when the outputs hit distinct cells of a column more often than random values of its range would:
/// the Chernoff bound of `hits` out of `tries` at the share of the range that is occupied.
fn coincidences(column: &Column, width: usize, outputs: &BTreeSet<i64>) -> Result<()> {
    let (Some((lo, _)), Some((hi, _))) = (column.counts.first_key_value(), column.counts.last_key_value())
    else {
        return Ok(());
    };
    let tries = outputs.range(lo..=hi).count() as f64;
    let hits = outputs.range(lo..=hi).filter(|v| column.counts.contains_key(v)).count() as f64;
    let occupied = column.counts.len() as f64 / (hi.abs_diff(*lo) as f64 + 1.0);
    let share = hits / tries.max(1.0);
    if share <= occupied {
        return Ok(());
    }
    let part = |x: f64, y: f64| if x > 0.0 { x * libm::log2(x / y) } else { 0.0 };
    let bits = tries * (part(share, occupied) + part(1.0 - share, 1.0 - occupied));
    refuse_above("the cells of a column", bits, libm::log2(width as f64) + 2.0 * SLACK)
}

/// Refuses when the outputs, taken as a set, single out a row: three of its cells or more, in columns that the outputs
/// do not hit anyway.
///
/// With f the share of a column's cells that are hit, a row scores S = sum of log2(1/f) over its cells that are hit.
/// If hits were independent of rows, S >= s would have a probability of at most 2^-b, where
/// b = max over t of t*s - sum over all columns of log2(1 - f + f^(1-t)) (Chernoff's bound).
fn rows(matched: &[Vec<bool>], rows: usize) -> Result<()> {
    let mut score = alloc::vec![0.0f64; rows];
    let mut count = alloc::vec![0u32; rows];
    let mut shares = Vec::with_capacity(matched.len());
    for column in matched {
        let hits = column.iter().filter(|m| **m).count();
        if hits == 0 {
            continue;
        }
        let share = hits as f64 / rows as f64;
        shares.push(share);
        for ((score, count), _) in score.iter_mut().zip(&mut count).zip(column).filter(|(_, m)| **m) {
            *score -= libm::log2(share);
            *count += 1;
        }
    }
    let most = score.iter().zip(&count).filter(|(_, c)| **c >= 3).map(|(s, _)| *s).fold(0.0, f64::max);
    let bound = |t: f64| {
        let chance = |f: &f64| libm::log2(1.0 - f + libm::pow(*f, 1.0 - t));
        t * most - shares.iter().map(chance).sum::<f64>()
    };
    let bits = [0.25, 0.5, 0.75, 1.0].into_iter().map(bound).fold(0.0, f64::max);
    let row_bits = libm::log2(rows.max(1) as f64);
    // A small table has rows worth less than the slack; there, most of a row is enough.
    let limit = (row_bits + SLACK).min(0.6 * row_bits * matched.len() as f64);
    refuse_above("a row", bits, limit)
}

fn refuse_above(what: &'static str, bits: f64, limit: f64) -> Result<()> {
    if bits <= limit {
        return Ok(());
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a count of bits, far below 2^53"
    )]
    Err(Error::GateRowOverlap { what, bits: libm::ceil(bits) as u64, limit: libm::floor(limit) as u64 })
}
