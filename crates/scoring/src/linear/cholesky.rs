//! Cholesky's factorisation of a Gram matrix, columns that depend on earlier ones left out.

use super::product::{Rows, Source, Transposed, product, tiles};
use crate::parallel;
use alloc::vec::Vec;
use core::ops::Range;

/// A lower factor of a matrix with a diagonal of ones: `G = L L'` on the columns that are kept.
#[derive(Debug)]
pub(crate) struct Cholesky {
    /// Row-major, `size` x `size`; above the diagonal, and in the column of a dropped one, zero.
    lower: Vec<f64>,
    size: usize,
    /// For each column its squared distance from the span of those before it, as a part of its own square.
    pub(crate) pivots: Vec<f64>,
}

/// A column closer to the others than this is left out.
pub(crate) const DEPENDENT: f64 = 1e-12;
/// Ranges up to this long are worked off element by element; longer ones in halves, joined by a matrix product.
const LEAF: usize = 24;

fn halves(all: &Range<usize>) -> (Range<usize>, Range<usize>) {
    let middle = all.start + all.len().div_ceil(2).next_multiple_of(LEAF / 2).min(all.len());
    (all.start..middle, middle..all.end)
}

impl Cholesky {
    /// Factors `gram`, row-major `size` x `size`, whose lower half counts. A row of zeros is left out.
    pub(crate) fn new(mut gram: Vec<f64>, size: usize) -> Self {
        let mut pivots = Vec::with_capacity(size);
        factor(&mut gram, size, 0..size, &mut pivots);
        for i in 0..size {
            if let Some(above) = gram.get_mut(i * size + i + 1..(i + 1) * size) {
                above.fill(0.0);
            }
        }
        Self { lower: gram, size, pivots }
    }

    /// Solves `G x = b` for each column of `b`, row-major `[size, width]`, in place; rows of dropped columns get zero.
    pub(crate) fn solve(&self, b: &mut [f64], width: usize) {
        self.forward(b, width, 0..self.size);
        self.backward(b, width, 0..self.size);
    }

    /// `L x = b` for some rows, those before them solved and subtracted.
    fn forward(&self, b: &mut [f64], width: usize, range: Range<usize>) {
        if range.len() <= LEAF {
            for i in range.clone() {
                self.eliminate(b, width, i, range.start..i, |j| i * self.size + j);
            }
            return;
        }
        let (first, second) = halves(&range);
        self.forward(b, width, first.clone());
        update(b, width, &Rows { data: &self.lower, width: self.size }, &second, &first);
        self.forward(b, width, second);
    }

    /// `L' x = b` for some rows, those after them solved and subtracted.
    fn backward(&self, b: &mut [f64], width: usize, range: Range<usize>) {
        if range.len() <= LEAF {
            for i in range.clone().rev() {
                self.eliminate(b, width, i, i + 1..range.end, |j| j * self.size + i);
            }
            return;
        }
        let (first, second) = halves(&range);
        self.backward(b, width, second.clone());
        update(b, width, &Transposed { data: &self.lower, width: self.size }, &first, &second);
        self.backward(b, width, first);
    }

    /// `b[i] = (b[i] - sum over j of L(at(j)) b[j]) / L(i, i)`.
    fn eliminate(&self, b: &mut [f64], width: usize, i: usize, j: Range<usize>, at: impl Fn(usize) -> usize) {
        let diagonal = self.lower.get(i * self.size + i).copied().unwrap_or(0.0);
        // The rows before and after `i` are read, row `i` is written.
        let (before, rest) = b.split_at_mut(i * width);
        let (own, after) = rest.split_at_mut(width);
        if diagonal == 0.0 {
            own.fill(0.0);
            return;
        }
        for j in j {
            let other = if j < i { before.get(j * width..) } else { after.get((j - i - 1) * width..) };
            let l = self.lower.get(at(j)).copied().unwrap_or(0.0);
            own.iter_mut().zip(other.unwrap_or_default()).for_each(|(o, x)| *o -= l * x);
        }
        own.iter_mut().for_each(|o| *o /= diagonal);
    }
}

/// `b[rows] -= A[rows, from] b[from]`, for `b` row-major with `width` columns.
fn update(b: &mut [f64], width: usize, a: &impl Source, rows: &Range<usize>, from: &Range<usize>) {
    for part in tiles(rows.clone()) {
        let tile = product(a, part.clone(), &Transposed { data: b, width }, 0..width, from.clone());
        part.enumerate().for_each(|(i, r)| subtract(b, r * width, tile.row(i)));
    }
}

fn subtract(data: &mut [f64], at: usize, values: &[f64]) {
    data.iter_mut().skip(at).zip(values).for_each(|(d, v)| *d -= v);
}

/// Factors a diagonal block in place, the columns before it subtracted.
fn factor(m: &mut [f64], size: usize, range: Range<usize>, pivots: &mut Vec<f64>) {
    if range.len() <= LEAF {
        return factor_leaf(m, size, range, pivots);
    }
    let (first, second) = halves(&range);
    factor(m, size, first.clone(), pivots);
    let below = tiles(second.clone());
    let solve = |(): &mut (), k: usize| below.get(k).map(|rows| solved(m, size, &first, rows.clone()));
    let parts = parallel::map(below.len(), || (), solve);
    for (rows, part) in below.iter().zip(parts.iter().flatten()) {
        for (r, row) in rows.clone().zip(part.chunks_exact(first.len())) {
            m.iter_mut().skip(r * size + first.start).zip(row).for_each(|(m, x)| *m = *x);
        }
    }
    let pairs: Vec<_> =
        below.iter().flat_map(|a| below.iter().filter(|b| b.start <= a.start).map(move |b| (a, b))).collect();
    // In rounds, so that the parts take little memory beside the matrix.
    for round in pairs.chunks(16) {
        let done = Rows { data: m, width: size };
        let one = |(): &mut (), k: usize| {
            let (a, b) = round.get(k)?;
            Some(product(&done, (*a).clone(), &done, (*b).clone(), first.clone()))
        };
        let updates = parallel::map(round.len(), || (), one);
        for ((a, b), update) in round.iter().zip(updates.iter().flatten()) {
            (*a).clone().enumerate().for_each(|(i, r)| subtract(m, r * size + b.start, update.row(i)));
        }
    }
    factor(m, size, second, pivots);
}

#[allow(clippy::indexing_slicing, reason = "indices are below size, the matrix is size x size")]
fn factor_leaf(m: &mut [f64], size: usize, range: Range<usize>, pivots: &mut Vec<f64>) {
    for j in range.clone() {
        let mut d = m[j * size + j];
        for k in range.start..j {
            d -= m[j * size + k] * m[j * size + k];
        }
        pivots.push(d);
        let root = if d > DEPENDENT { libm::sqrt(d) } else { 0.0 };
        m[j * size + j] = root;
        for i in j + 1..range.end {
            let mut s = m[i * size + j];
            for k in range.start..j {
                s -= m[i * size + k] * m[j * size + k];
            }
            m[i * size + j] = if root > 0.0 { s / root } else { 0.0 };
        }
    }
}

/// What rows below the factored `columns` become, row-major `[rows, columns]`: each solved against them.
#[allow(clippy::indexing_slicing, reason = "indices are below size, the matrix is size x size")]
fn solved(m: &[f64], size: usize, columns: &Range<usize>, rows: Range<usize>) -> Vec<f64> {
    let mut x = Vec::with_capacity(rows.len() * columns.len());
    for r in rows {
        x.extend_from_slice(&m[r * size + columns.start..r * size + columns.end]);
    }
    // From the first of the columns on.
    let lower = &m[columns.start * size + columns.start..];
    solve_right(&mut x, columns.len(), lower, size, 0..columns.len());
    x
}

/// `x L' = b` for some columns of the rows of `x`, the columns before them solved and subtracted.
#[allow(clippy::indexing_slicing, reason = "rows have so many columns, the matrix is size x size")]
fn solve_right(x: &mut [f64], width: usize, lower: &[f64], size: usize, range: Range<usize>) {
    if range.len() > LEAF {
        let (first, second) = halves(&range);
        solve_right(x, width, lower, size, first.clone());
        let (left, right) = (Rows { data: x, width }, Rows { data: lower, width: size });
        let update = product(&left, 0..x.len() / width, &right, second.clone(), first);
        for (i, row) in x.chunks_exact_mut(width).enumerate() {
            subtract(row, second.start, update.row(i));
        }
        return solve_right(x, width, lower, size, second);
    }
    for row in x.chunks_exact_mut(width) {
        for j in range.clone() {
            let l = &lower[j * size..][..=j];
            let mut s = row[j];
            for k in range.start..j {
                s -= l[k] * row[k];
            }
            row[j] = if l[j] > 0.0 { s / l[j] } else { 0.0 };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linear::product::TILE;

    #[test]
    fn solves_what_it_factored_across_blocks() {
        // A well-conditioned matrix with a diagonal of ones, larger than two blocks.
        let n = 2 * TILE + 37;
        let g: Vec<f64> = (0..n * n)
            .map(|k| {
                let (i, j) = (k / n, k % n);
                if i == j { 1.0 } else { 0.3 / (1.0 + (i.abs_diff(j) as f64)).powi(2) }
            })
            .collect();
        let x: Vec<f64> = (0..n * 3).map(|i| ((i * 7) % 11) as f64 - 5.0).collect();
        let mut b = alloc::vec![0.0; n * 3];
        for i in 0..n {
            for j in 0..n {
                for c in 0..3 {
                    b[i * 3 + c] += g[i * n + j] * x[j * 3 + c];
                }
            }
        }
        let factor = Cholesky::new(g, n);
        factor.solve(&mut b, 3);
        for (got, want) in b.iter().zip(&x) {
            assert!((got - want).abs() < 1e-11, "{got} {want}");
        }
        assert!(factor.pivots.iter().all(|p| *p > 0.4));
    }

    #[test]
    fn a_column_that_repeats_another_is_left_out() {
        let g = alloc::vec![1.0, 0.5, 1.0, 0.5, 1.0, 0.5, 1.0, 0.5, 1.0];
        let factor = Cholesky::new(g, 3);
        let mut b = [1.0, 2.0, 1.0];
        factor.solve(&mut b, 1);
        assert!(b[2] == 0.0 && (b[0]).abs() < 1e-15 && (b[1] - 2.0).abs() < 1e-15, "{b:?}");
        assert!(factor.pivots[2].abs() < DEPENDENT);
    }
}
