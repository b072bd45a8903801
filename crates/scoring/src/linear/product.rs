//! Matrix products from sources that are packed block by block.

use crate::Column;
use alloc::vec::Vec;
use core::ops::Range;
use countermark_exact::{PANEL_COLUMNS, PANEL_ROWS, panel_product};

/// Steps that are packed at a time; the order of every sum depends on it.
const DEPTH: usize = 256;
/// Rows and columns of a product that one task makes: whole panels, and small enough for the nearer caches.
pub(crate) const TILE: usize = 240;

/// A matrix `[index, depth]` that can be packed into panels.
pub(crate) trait Source: Sync {
    /// Values `[index, depth]` as panels of `width` indices: `out[(panel * depth + p) * width + lane]`. With width 1
    /// these are the rows of the matrix. What is beyond the last index does not matter.
    fn pack(&self, index: Range<usize>, depth: Range<usize>, width: usize, out: &mut [f64]);

    /// The same where it is there already.
    fn packed(&self, _index: &Range<usize>, _depth: &Range<usize>, _width: usize) -> Option<&[f64]> {
        None
    }
}

/// Sets the values of one index over the depth.
#[inline]
fn lane(out: &mut [f64], width: usize, depth: usize, i: usize, values: &[f64]) {
    let panel = out.chunks_exact_mut(depth * width).nth(i / width).unwrap_or_default();
    if width == 1 {
        panel.copy_from_slice(values);
    } else if let Some(from) = panel.get_mut(i % width..) {
        from.chunks_mut(width).zip(values).for_each(|(o, x)| o.iter_mut().take(1).for_each(|o| *o = *x));
    }
}

/// Sets the values of one step over the indices.
#[inline]
fn step(out: &mut [f64], width: usize, depth: usize, p: usize, values: &[f64]) {
    for (panel, values) in out.chunks_exact_mut(depth * width).zip(values.chunks(width)) {
        panel.iter_mut().skip(p * width).zip(values).for_each(|(o, x)| *o = *x);
    }
}

/// A row-major matrix, its rows as indices.
pub(crate) struct Rows<'a> {
    pub(crate) data: &'a [f64],
    /// Length of a row.
    pub(crate) width: usize,
}

impl Source for Rows<'_> {
    fn pack(&self, index: Range<usize>, depth: Range<usize>, width: usize, out: &mut [f64]) {
        for (i, row) in index.enumerate() {
            let at = row * self.width;
            if let Some(values) = self.data.get(at + depth.start..at + depth.end) {
                lane(out, width, depth.len(), i, values);
            }
        }
    }
}

/// A row-major matrix, its columns as indices.
pub(crate) struct Transposed<'a> {
    pub(crate) data: &'a [f64],
    /// Length of a row.
    pub(crate) width: usize,
}

impl Source for Transposed<'_> {
    fn pack(&self, index: Range<usize>, depth: Range<usize>, width: usize, out: &mut [f64]) {
        for (p, row) in depth.clone().enumerate() {
            let at = row * self.width;
            if let Some(values) = self.data.get(at + index.start..at + index.end) {
                step(out, width, depth.len(), p, values);
            }
        }
    }
}

/// Features of some rows, each less a constant.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FeatureBlock<'a> {
    pub(crate) columns: &'a [Column<'a>],
    /// The rows that count, in order; `None` for all of them.
    pub(crate) rows: Option<&'a [u32]>,
    /// How many rows count.
    pub(crate) len: usize,
}

impl FeatureBlock<'_> {
    /// Values of some of the rows that count.
    pub(crate) fn read(&self, column: &Column<'_>, rows: Range<usize>, out: &mut [f64]) {
        match self.rows {
            None => column.read(rows.start, out),
            Some(all) => column.gather(all.get(rows).unwrap_or_default(), out),
        }
    }
}

/// Features less their shifts, features as indices.
pub(crate) struct ByFeature<'a> {
    pub(crate) features: FeatureBlock<'a>,
    pub(crate) shifts: &'a [f64],
}

impl Source for ByFeature<'_> {
    fn pack(&self, index: Range<usize>, depth: Range<usize>, width: usize, out: &mut [f64]) {
        let mut values = [0.0; DEPTH];
        let values = values.get_mut(..depth.len()).unwrap_or_default();
        let all = self.features.columns.iter().zip(self.shifts);
        for (i, (column, shift)) in all.take(index.end).skip(index.start).enumerate() {
            self.features.read(column, depth.clone(), values);
            values.iter_mut().for_each(|x| *x -= shift);
            lane(out, width, depth.len(), i, values);
        }
    }
}

/// Features less their shifts, rows as indices.
pub(crate) struct ByRow<'a> {
    pub(crate) features: FeatureBlock<'a>,
    pub(crate) shifts: &'a [f64],
}

impl Source for ByRow<'_> {
    fn pack(&self, index: Range<usize>, depth: Range<usize>, width: usize, out: &mut [f64]) {
        let mut values = [0.0; TILE];
        let values = values.get_mut(..index.len()).unwrap_or_default();
        let all = self.features.columns.iter().zip(self.shifts);
        for (p, (column, shift)) in all.take(depth.end).skip(depth.start).enumerate() {
            self.features.read(column, index.clone(), values);
            values.iter_mut().for_each(|x| *x -= shift);
            step(out, width, depth.len(), p, values);
        }
    }
}

/// A matrix that is packed once and used in many products, each over all its indices.
pub(crate) struct Packed<'a, S> {
    source: &'a S,
    data: Vec<f64>,
    /// Number of indices, and the same with the padding of the last panel.
    indices: usize,
    padded: usize,
    width: usize,
}

impl<'a, S: Source> Packed<'a, S> {
    /// The first `indices` of a matrix over the first `depth` steps, for the left side of products.
    pub(crate) fn left(source: &'a S, indices: usize, depth: usize) -> Self {
        Self::new(source, indices, depth, PANEL_ROWS, 1)
    }

    /// The same for the right side.
    pub(crate) fn right(source: &'a S, indices: usize, depth: usize) -> Self {
        Self::new(source, indices, depth, PANEL_COLUMNS, PANEL_COLUMNS)
    }

    fn new(source: &'a S, indices: usize, depth: usize, multiple: usize, width: usize) -> Self {
        let padded = indices.next_multiple_of(multiple);
        let mut data = alloc::vec![0.0; padded * depth];
        for (i, out) in data.chunks_mut((padded * DEPTH).max(1)).enumerate() {
            source.pack(0..indices, i * DEPTH..depth.min((i + 1) * DEPTH), width, out);
        }
        Self { source, data, indices, padded, width }
    }
}

impl<S: Source> Source for Packed<'_, S> {
    fn pack(&self, index: Range<usize>, depth: Range<usize>, width: usize, out: &mut [f64]) {
        self.source.pack(index, depth, width, out);
    }

    fn packed(&self, index: &Range<usize>, depth: &Range<usize>, width: usize) -> Option<&[f64]> {
        let fits = *index == (0..self.indices) && depth.start.is_multiple_of(DEPTH) && width == self.width;
        fits.then(|| self.data.get(depth.start * self.padded..depth.end * self.padded)).flatten()
    }
}

/// A part of a product, row-major.
pub(crate) struct Tile {
    data: Vec<f64>,
    width: usize,
    columns: usize,
}

impl Tile {
    /// Row `i` of the part.
    pub(crate) fn row(&self, i: usize) -> &[f64] {
        self.data.get(i * self.width..).and_then(|d| d.get(..self.columns)).unwrap_or_default()
    }
}

/// `A B'` for indices `a_index` of A and `b_index` of B over `depth`.
pub(crate) fn product(
    a: &impl Source,
    a_index: Range<usize>,
    b: &impl Source,
    b_index: Range<usize>,
    depth: Range<usize>,
) -> Tile {
    let height = a_index.len().next_multiple_of(PANEL_ROWS);
    let width = b_index.len().next_multiple_of(PANEL_COLUMNS);
    let mut out = alloc::vec![0.0; height * width];
    let (mut a_packed, mut b_packed) = (Vec::new(), Vec::new());
    let mut from = depth.start;
    while from < depth.end {
        let block = from..depth.end.min(from + DEPTH);
        from = block.end;
        let a_block = packed(a, &a_index, &block, 1, height, &mut a_packed);
        let b_block = packed(b, &b_index, &block, PANEL_COLUMNS, width, &mut b_packed);
        // The lengths are multiples of the panels by construction.
        let fits = panel_product(a_block, b_block, block.len(), &mut out);
        debug_assert!(fits.is_ok());
    }
    Tile { data: out, width, columns: b_index.len() }
}

/// A block of a source, packed; `padded` indices.
fn packed<'a>(
    source: &'a impl Source,
    index: &Range<usize>,
    depth: &Range<usize>,
    width: usize,
    padded: usize,
    buffer: &'a mut Vec<f64>,
) -> &'a [f64] {
    if let Some(packed) = source.packed(index, depth, width) {
        return packed;
    }
    buffer.resize(padded * depth.len(), 0.0);
    source.pack(index.clone(), depth.clone(), width, buffer);
    buffer
}

/// The parts of a range, each of at most [`TILE`].
pub(crate) fn tiles(all: Range<usize>) -> Vec<Range<usize>> {
    all.clone().step_by(TILE).map(|at| at..all.end.min(at + TILE)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(i: usize, p: usize) -> f64 {
        ((i * 31 + p * 17) % 13) as f64 - 6.0
    }

    #[test]
    fn every_source_packs_the_same_matrix() {
        let (n, depth) = (21, 300);
        let by_index: Vec<f64> = (0..n).flat_map(|i| (0..depth).map(move |p| value(i, p))).collect();
        let by_depth: Vec<f64> = (0..depth).flat_map(|p| (0..n).map(move |i| value(i, p))).collect();
        let rows: Vec<u32> = (0..300).map(|r| (r * 7) % 300).collect();
        // Rows in another order, so that gathering puts them back.
        let mut shuffled = by_index.clone();
        for i in 0..n {
            for (p, r) in rows.iter().enumerate() {
                shuffled[i * depth + *r as usize] = by_index[i * depth + p];
            }
        }
        let columns: Vec<Column<'_>> = shuffled.chunks(depth).map(Column::from).collect();
        let features = FeatureBlock { columns: &columns, rows: Some(&rows), len: depth };
        let zero = alloc::vec![0.0; n];
        let direct = Rows { data: &by_index, width: depth };
        let want = product(&direct, 3..21, &direct, 2..19, 5..300);
        let expected = |i: usize, j: usize| (5..300).map(|p| value(i, p) * value(j, p)).sum::<f64>();
        for i in 0..18 {
            let row: Vec<f64> = (0..17).map(|j| expected(i + 3, j + 2)).collect();
            assert_eq!(want.row(i), row);
        }
        let check = |got: Tile| (0..18).for_each(|i| assert_eq!(got.row(i), want.row(i)));
        check(product(&Transposed { data: &by_depth, width: n }, 3..21, &direct, 2..19, 5..300));
        check(product(&direct, 3..21, &ByFeature { features, shifts: &zero }, 2..19, 5..300));
        let columns: Vec<Column<'_>> = by_depth.chunks(n).map(Column::from).collect();
        let features = FeatureBlock { columns: &columns, rows: None, len: n };
        let zero = alloc::vec![0.0; depth];
        check(product(&ByRow { features, shifts: &zero }, 3..21, &direct, 2..19, 5..300));
    }
}
