//! Matrices of a row for each uid that hold only some columns, in the order given.
#![allow(clippy::indexing_slicing, reason = "Network::check has seen every length and column")]

use super::number::Number;
use crate::Result;
use alloc::{vec, vec::Vec};

/// One row's `(column, value)`.
pub(super) type Entries<N> = Vec<(u16, N)>;
pub(super) type Matrix<N> = Vec<Entries<N>>;

/// Divides by the sum, unless that is 0.
pub(super) fn normalize<N: Number>(what: &'static str, v: &mut [N]) -> Result<()> {
    let sum = N::total(what, v.iter().copied())?;
    divide(v, sum);
    Ok(())
}

pub(super) fn divide<N: Number>(v: &mut [N], by: N) {
    if by != N::ZERO {
        v.iter_mut().for_each(|x| *x = x.over(by));
    }
}

pub(super) fn row_sums<N: Number>(what: &'static str, m: &Matrix<N>) -> Result<Vec<N>> {
    m.iter().map(|row| N::total(what, row.iter().map(|(_, x)| *x))).collect()
}

/// Rows whose sum is above 0 are divided by it.
pub(super) fn normalize_rows<N: Number>(what: &'static str, m: &mut Matrix<N>) -> Result<()> {
    for (sum, row) in row_sums(what, m)?.into_iter().zip(m) {
        if sum > N::ZERO {
            row.iter_mut().for_each(|(_, x)| *x = x.over(sum));
        }
    }
    Ok(())
}

/// `sum over i of by_i m_ij`.
pub(super) fn weighted_columns<N: Number>(m: &Matrix<N>, by: &[N]) -> Vec<N> {
    let mut sums = vec![N::ZERO; m.len()];
    for (row, by) in m.iter().zip(by) {
        for (j, x) in row {
            let sum = &mut sums[usize::from(*j)];
            *sum = sum.plus(by.times(*x));
        }
    }
    sums
}

/// `sum over j of m_ij by_j`.
pub(super) fn weighted_rows<N: Number>(m: &Matrix<N>, by: &[N]) -> Vec<N> {
    let term = |sum: N, (j, x): &(u16, N)| sum.plus(by[usize::from(*j)].times(*x));
    m.iter().map(|row| row.iter().fold(N::ZERO, term)).collect()
}

/// Divides every entry by what `fold` makes of its column, where that is not 0.
fn divide_columns<N: Number>(m: &mut Matrix<N>, fold: impl Fn(N, N) -> N) {
    let mut by = vec![N::ZERO; m.len()];
    for (j, x) in m.iter().flatten() {
        let b = &mut by[usize::from(*j)];
        *b = fold(*b, *x);
    }
    for (j, x) in m.iter_mut().flatten() {
        let by = by[usize::from(*j)];
        if by != N::ZERO {
            *x = x.over(by);
        }
    }
}

pub(super) fn normalize_columns<N: Number>(m: &mut Matrix<N>) {
    divide_columns(m, N::plus);
}

/// Every column's greatest entry becomes 1.
pub(super) fn upscale_columns<N: Number>(m: &mut Matrix<N>) {
    divide_columns(m, |a, b| if b > a { b } else { a });
}

/// `sum of the terms` by column, in column order, of what is above 0.
pub(super) struct Accumulator<N> {
    sums: Vec<N>,
    touched: Vec<u16>,
    is_touched: Vec<bool>,
}

impl<N: Number> Accumulator<N> {
    pub(super) fn new(columns: usize) -> Self {
        Self { sums: vec![N::ZERO; columns], touched: Vec::new(), is_touched: vec![false; columns] }
    }

    pub(super) fn add(&mut self, column: u16, x: N) {
        let j = usize::from(column);
        if !self.is_touched[j] {
            self.is_touched[j] = true;
            self.touched.push(column);
        }
        self.sums[j] = self.sums[j].plus(x);
    }

    pub(super) fn take(&mut self) -> Entries<N> {
        self.touched.sort_unstable();
        let mut row = Vec::with_capacity(self.touched.len());
        for column in self.touched.drain(..) {
            let j = usize::from(column);
            self.is_touched[j] = false;
            let x = core::mem::replace(&mut self.sums[j], N::ZERO);
            if x > N::ZERO {
                row.push((column, x));
            }
        }
        row
    }
}
