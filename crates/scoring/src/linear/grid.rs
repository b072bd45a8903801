//! Features on a grid: values that are small integers over a power of two, as quantised features are. Their sums of
//! products are integers, so the Gram matrix is exact, in any order, and takes a fraction of the time.

use super::product::{FeatureBlock, tiles};
use crate::parallel;
use alloc::vec::Vec;
use core::ops::Range;
use countermark_exact::{PAIR_COLUMNS, PAIR_ROWS, Pair, pair_product};

/// The integers lie between minus this and this, as an i8's do.
const LARGEST: f64 = 128.0;
/// Most halvings that are tried.
const HALVINGS: u8 = 7;
/// Rows that are packed at a time; even.
const SLAB: usize = 1024;
/// Rows that are summed in 32 bits: so many times `LARGEST` squared is below 2^31.
const ROWS: usize = 64 * SLAB;
/// 1.5 x 2^52: the sum with a small number is an integer, and its lowest bits are that integer.
const ROUND: f64 = 6_755_399_441_055_744.0;

/// The grid of one feature.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Lattice {
    /// Values are integers over 2 to this.
    halvings: u8,
    /// Sum of the integers, and of their squares.
    sum: i64,
    square: i64,
}

fn power(halvings: u8) -> f64 {
    f64::from(1u32 << halvings)
}

/// The integer, where `x` is on the grid.
#[allow(clippy::cast_possible_truncation, reason = "the lowest bits are meant")]
fn integer(x: f64, scale: f64) -> i32 {
    (x * scale + ROUND).to_bits() as i32
}

impl Lattice {
    /// Of a feature's values; `None` when they are on no such grid.
    pub(crate) fn of(values: &[f64]) -> Option<Self> {
        let mut found = Self { halvings: 0, sum: 0, square: 0 };
        let mut done = 0;
        for block in values.chunks(SLAB) {
            while !found.holds(block) {
                found = Self { halvings: found.halvings + 1, sum: found.sum * 2, square: found.square * 4 };
                // What lay on the coarser grid lies on this one, unless it is too large.
                if found.halvings > HALVINGS || !found.holds(values.get(..done).unwrap_or_default()) {
                    return None;
                }
            }
            let scale = power(found.halvings);
            let (sum, square) = block.iter().fold((0i32, 0i32), |(sum, square), x| {
                let t = integer(*x, scale);
                (sum + t, square + t * t)
            });
            found.sum += i64::from(sum);
            found.square += i64::from(square);
            done += block.len();
        }
        Some(found)
    }

    fn holds(&self, values: &[f64]) -> bool {
        let scale = power(self.halvings);
        values.iter().fold(true, |on, x| {
            let t = x * scale;
            on & ((t + ROUND) - ROUND == t) & (t.abs() <= LARGEST)
        })
    }

    /// Mean, and sums of squares of the centred and of the plain values; each rounded once or twice.
    #[allow(clippy::cast_precision_loss, reason = "sums of fewer than 2^32 rows, rounded as documented")]
    pub(crate) fn moments(&self, rows: usize) -> (f64, f64, f64) {
        let (n, scale) = (rows as f64, power(self.halvings));
        let centred = centred(rows, self.square, self.sum, self.sum);
        (self.sum as f64 / n / scale, centred / n / scale / scale, self.square as f64 / scale / scale)
    }
}

/// `rows * product - a * b`: an integer, rounded once.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_wrap, reason = "rows are below 2^32")]
fn centred(rows: usize, product: i64, a: i64, b: i64) -> f64 {
    // The products have fewer than 62 bits then.
    if rows < 1 << 23 {
        return (rows as i64 * product - a * b) as f64;
    }
    (rows as i128 * i128::from(product) - i128::from(a) * i128::from(b)) as f64
}

/// The grids of all features.
#[derive(Debug)]
pub(crate) struct Grid(pub(crate) Vec<Lattice>);

/// A part of the matrix that one task sums.
struct Part {
    /// Numbers of its ranges of rows and columns.
    at: (usize, usize),
    sums: Vec<i32>,
}

impl Grid {
    /// The lower half of the Gram matrix, `centred` or not, each element times `scale`, row-major.
    pub(crate) fn gram(
        &self,
        features: FeatureBlock<'_>,
        centred: bool,
        scale: impl Fn(usize, usize) -> f64,
    ) -> Vec<f64> {
        let count = features.columns.len();
        let ranges = tiles(0..count);
        let mut out = alloc::vec![0.0; count * count];
        let mut parts = Vec::new();
        for (i, rows) in ranges.iter().enumerate() {
            for (j, columns) in ranges.iter().enumerate().take(i + 1) {
                let size =
                    rows.len().next_multiple_of(PAIR_ROWS) * columns.len().next_multiple_of(PAIR_COLUMNS);
                parts.push(Part { at: (i, j), sums: alloc::vec![0; size] });
            }
        }
        for from in (0..features.len).step_by(ROWS) {
            let end = features.len.min(from + ROWS);
            for slab in (from..end).step_by(SLAB).map(|at| at..end.min(at + SLAB)) {
                self.add(features, &ranges, slab, &mut parts);
            }
            for part in &mut parts {
                flush(part, &ranges, &mut out, count);
            }
        }
        for (i, (row, a)) in out.chunks_exact_mut(count.max(1)).zip(&self.0).enumerate() {
            for (j, (x, b)) in row.iter_mut().zip(&self.0).enumerate().take(i + 1) {
                *x = finished(*x, features.len, centred, a, b) * scale(i, j);
            }
        }
        out
    }

    /// Adds the products of some rows.
    fn add(
        &self,
        features: FeatureBlock<'_>,
        ranges: &[Range<usize>],
        rows: Range<usize>,
        parts: &mut [Part],
    ) {
        let pack = |(): &mut (), k: usize| self.pack(features, ranges.get(k).cloned(), rows.clone());
        let packed = parallel::map(ranges.len(), || (), pack);
        parallel::update(parts, |part| {
            if let (Some((left, _)), Some((_, right))) = (packed.get(part.at.0), packed.get(part.at.1)) {
                // The lengths are multiples of the panels by construction.
                let fits = pair_product(left, right, rows.len().div_ceil(2), &mut part.sums);
                debug_assert!(fits.is_ok());
            }
        });
    }

    /// The integers of some features and rows, as left and as right side of a product.
    #[allow(clippy::cast_possible_truncation, reason = "integers up to LARGEST")]
    fn pack(
        &self,
        features: FeatureBlock<'_>,
        range: Option<Range<usize>>,
        rows: Range<usize>,
    ) -> (Vec<Pair>, Vec<Pair>) {
        let range = range.unwrap_or_default();
        let pairs = rows.len().div_ceil(2);
        let mut left = alloc::vec![[0; 2]; range.len().next_multiple_of(PAIR_ROWS) * pairs];
        let mut right = alloc::vec![[0; 2]; range.len().next_multiple_of(PAIR_COLUMNS) * pairs];
        let mut values = [0.0; SLAB];
        let values = values.get_mut(..rows.len()).unwrap_or_default();
        let all = features.columns.iter().zip(&self.0).take(range.end).skip(range.start);
        for (i, ((column, lattice), left)) in all.zip(left.chunks_exact_mut(pairs)).enumerate() {
            features.read(column, rows.clone(), values);
            let scale = power(lattice.halvings);
            let integers = left.as_flattened_mut().iter_mut();
            integers.zip(&*values).for_each(|(o, x)| *o = integer(*x, scale) as i16);
            let panel = right.chunks_exact_mut(pairs * PAIR_COLUMNS).nth(i / PAIR_COLUMNS);
            let (groups, _) = panel.unwrap_or_default().as_chunks_mut::<PAIR_COLUMNS>();
            for (group, pair) in groups.iter_mut().zip(left) {
                group.iter_mut().skip(i % PAIR_COLUMNS).take(1).for_each(|o| *o = *pair);
            }
        }
        (left, right)
    }
}

/// Moves the sums of a part into the matrix.
fn flush(part: &mut Part, ranges: &[Range<usize>], out: &mut [f64], count: usize) {
    let (Some(rows), Some(columns)) = (ranges.get(part.at.0), ranges.get(part.at.1)) else { return };
    let width = columns.len().next_multiple_of(PAIR_COLUMNS);
    for (row, sums) in rows.clone().zip(part.sums.chunks_exact_mut(width)) {
        let out = out.iter_mut().skip(row * count + columns.start);
        for (o, s) in out.zip(sums.iter_mut().take(columns.len())) {
            *o += f64::from(*s);
            *s = 0;
        }
    }
}

/// An element of the matrix from the sum of products, an integer below 2^53.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "integers below 2^53")]
fn finished(sum: f64, rows: usize, is_centred: bool, a: &Lattice, b: &Lattice) -> f64 {
    let x = if is_centred { centred(rows, sum as i64, a.sum, b.sum) / rows as f64 } else { sum };
    x / (power(a.halvings) * power(b.halvings))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Column;
    use crate::linear::gram::gram;

    #[test]
    fn grids_are_found_where_they_are() {
        let of = |v: &[f64]| Lattice::of(v).map(|l| (l.halvings, l.sum, l.square));
        assert_eq!(of(&[0.0, 1.0, -128.0, 127.0]), Some((0, 0, 32514)));
        assert_eq!(of(&[0.25, -0.0, 1.0]), Some((2, 5, 17)));
        assert_eq!(of(&[]), Some((0, 0, 0)));
        for v in [0.1, 129.0, 1.0 / 256.0, 1e300, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(of(&[1.0, v]), None, "{v}");
        }
        // Finer values after the first block: what went before is too large for them, or not.
        let mut v = alloc::vec![3.0; SLAB + 1];
        v[SLAB] = 0.125;
        assert_eq!(of(&v), Some((3, 24 * 1024 + 1, 576 * 1024 + 1)));
        v[0] = 17.0;
        assert_eq!(of(&v), None);
    }

    #[test]
    fn the_matrix_is_exact() {
        // More features than a part, an odd number of rows, more than a slab; halves, quarters and extremes.
        let (n, count) = (2 * SLAB + 77, TILE_AND_MORE);
        let value = |i: usize, j: usize| match j % 3 {
            0 => ((i * 31 + j * 17) % 257) as f64 - 128.0,
            1 => ((i * 7 + j) % 5) as f64 / 4.0,
            _ => ((i / (j + 1)) % 2) as f64 / 2.0,
        };
        let values: Vec<Vec<f64>> = (0..count).map(|j| (0..n).map(|i| value(i, j)).collect()).collect();
        let columns: Vec<Column<'_>> = values.iter().map(Column::from).collect();
        let features = FeatureBlock { columns: &columns, rows: None, len: n };
        let grid = Grid(values.iter().map(|v| Lattice::of(v).unwrap()).collect());
        let plain = lower(grid.gram(features, false, |_, _| 1.0), count);
        // Sums of such values are exact in floating point as well.
        assert_eq!(plain, lower(gram(features, &alloc::vec![0.0; count], |_, _| 1.0), count));
        let means: Vec<f64> = grid.0.iter().map(|l| l.moments(n).0).collect();
        let got = lower(grid.gram(features, true, |i, j| 1.0 + (i + j) as f64), count);
        let want = lower(gram(features, &means, |i, j| 1.0 + (i + j) as f64), count);
        for (got, want) in got.iter().zip(&want) {
            assert!((got - want).abs() <= 1e-12 * want.abs().max(1.0) * n as f64, "{got} {want}");
        }
    }

    const TILE_AND_MORE: usize = 240 + 19;

    fn lower(mut m: Vec<f64>, size: usize) -> Vec<f64> {
        (0..size).for_each(|i| m[i * size + i + 1..(i + 1) * size].fill(0.0));
        m
    }

    #[test]
    fn sums_do_not_overflow() {
        let v = alloc::vec![-128.0; 2 * ROWS + 3];
        let columns = [Column::from(&v)];
        let features = FeatureBlock { columns: &columns, rows: None, len: v.len() };
        let grid = Grid(alloc::vec![Lattice::of(&v).unwrap()]);
        assert_eq!(grid.gram(features, false, |_, _| 1.0), [16384.0 * v.len() as f64]);
        assert_eq!(grid.gram(features, true, |_, _| 1.0), [0.0]);
        assert_eq!(grid.0[0].moments(v.len()), (-128.0, 0.0, 16384.0 * v.len() as f64));
    }
}
