//! Cholesky's factorisation of a Gram matrix, columns that depend on earlier ones left out.

use super::product::{Rows, TILE, Transposed, product, tiles};
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

impl Cholesky {
    /// Factors `gram`, row-major `size` x `size`, whose lower half counts. A row of zeros is left out.
    pub(crate) fn new(mut gram: Vec<f64>, size: usize) -> Self {
        let mut pivots = Vec::with_capacity(size);
        for block in tiles(size) {
            let below: Vec<_> = tiles(size).into_iter().filter(|rows| rows.end > block.start).collect();
            if block.start > 0 {
                let done = Rows { data: &gram, width: size };
                let one = |(): &mut (), k: usize| {
                    below.get(k).map(|r| product(&done, r.clone(), &done, block.clone(), 0..block.start))
                };
                let updates = parallel::map(below.len(), || (), one);
                for (rows, update) in below.iter().zip(updates.iter().flatten()) {
                    for (i, r) in rows.clone().enumerate() {
                        subtract(&mut gram, r * size + block.start, update.row(i));
                    }
                }
            }
            factor_block(&mut gram, size, block.clone(), &mut pivots);
            solve_below(&mut gram, size, &block, &below);
        }
        for i in 0..size {
            if let Some(above) = gram.get_mut(i * size + i + 1..(i + 1) * size) {
                above.fill(0.0);
            }
        }
        Self { lower: gram, size, pivots }
    }

    /// Solves `G x = b` for each column of `b`, row-major `[size, width]`, in place; rows of dropped columns get zero.
    pub(crate) fn solve(&self, b: &mut [f64], width: usize) {
        let rows = Rows { data: &self.lower, width: self.size };
        let columns = Transposed { data: &self.lower, width: self.size };
        let blocks = tiles(self.size);
        for block in &blocks {
            let update =
                product(&rows, block.clone(), &Transposed { data: b, width }, 0..width, 0..block.start);
            for (i, r) in block.clone().enumerate() {
                subtract(b, r * width, update.row(i));
            }
            for i in block.clone() {
                self.eliminate(b, width, i, block.start..i, |j| i * self.size + j);
            }
        }
        for block in blocks.iter().rev() {
            let source = Transposed { data: b, width };
            let update = product(&columns, block.clone(), &source, 0..width, block.end..self.size);
            for (i, r) in block.clone().enumerate() {
                subtract(b, r * width, update.row(i));
            }
            for i in block.clone().rev() {
                self.eliminate(b, width, i, i + 1..block.end, |j| j * self.size + i);
            }
        }
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

fn subtract(data: &mut [f64], at: usize, values: &[f64]) {
    data.iter_mut().skip(at).zip(values).for_each(|(d, v)| *d -= v);
}

/// Factors a diagonal block in place.
#[allow(clippy::indexing_slicing, reason = "indices are below size, the matrix is size x size")]
fn factor_block(m: &mut [f64], size: usize, block: Range<usize>, pivots: &mut Vec<f64>) {
    for j in block.clone() {
        let mut d = m[j * size + j];
        for k in block.start..j {
            d -= m[j * size + k] * m[j * size + k];
        }
        pivots.push(d);
        let root = if d > DEPENDENT { libm::sqrt(d) } else { 0.0 };
        m[j * size + j] = root;
        for i in j + 1..block.end {
            let mut s = m[i * size + j];
            for k in block.start..j {
                s -= m[i * size + k] * m[j * size + k];
            }
            m[i * size + j] = if root > 0.0 { s / root } else { 0.0 };
        }
    }
}

/// The rows below a factored block: each is solved against it.
#[allow(clippy::indexing_slicing, reason = "indices are below size, the matrix is size x size")]
fn solve_below(m: &mut [f64], size: usize, block: &Range<usize>, below: &[Range<usize>]) {
    let solved = {
        let m = &*m;
        let one = |(): &mut (), k: usize| {
            let rows = below.get(k).cloned().unwrap_or_default();
            let rows = rows.start.max(block.end)..rows.end;
            let mut out = Vec::with_capacity(rows.len() * block.len());
            let mut x = [0.0; TILE];
            for r in rows.clone() {
                for (c, j) in block.clone().enumerate() {
                    let l = &m[j * size + block.start..j * size + j + 1];
                    let mut s = m[r * size + j];
                    for (l, x) in l[..c].iter().zip(&x) {
                        s -= l * x;
                    }
                    x[c] = if l[c] > 0.0 { s / l[c] } else { 0.0 };
                }
                out.extend_from_slice(&x[..block.len()]);
            }
            (rows, out)
        };
        parallel::map(below.len(), || (), one)
    };
    for (rows, values) in solved {
        for (r, row) in rows.zip(values.chunks(block.len())) {
            m[r * size + block.start..r * size + block.end].copy_from_slice(row);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
