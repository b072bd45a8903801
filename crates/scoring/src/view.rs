//! Borrowed, strided views of predictions: nothing is copied until a column is ranked.

use crate::Result;
use alloc::vec::Vec;
use countermark_primitives::Error as Base;

/// The numbers behind a view.
#[derive(Debug, Clone, Copy)]
enum Data<'a> {
    F64(&'a [f64]),
    F32(&'a [f32]),
    I8(&'a [i8]),
}

impl Data<'_> {
    fn len(&self) -> usize {
        match self {
            Self::F64(d) => d.len(),
            Self::F32(d) => d.len(),
            Self::I8(d) => d.len(),
        }
    }
}

/// One column: `len` numbers, each `stride` elements after the one before (negative: backwards).
///
/// f32 and i8 values are widened to f64, which is exact.
#[derive(Debug, Clone, Copy)]
pub struct Column<'a> {
    data: Data<'a>,
    start: usize,
    stride: isize,
    len: usize,
}

/// Fails unless `start + stride * i` lies inside `size` for every `i` in `0..len`.
fn fits(what: &'static str, size: usize, start: usize, steps: &[(usize, isize)]) -> Result<()> {
    let bad = |got: usize| Base::LengthMismatch { what, expected: size, got };
    if steps.iter().any(|(len, _)| *len == 0) {
        return Ok(());
    }
    // Smallest and largest offset of any element; i128 cannot overflow from two usize products.
    let (mut low, mut high) = (start as i128, start as i128);
    for (len, stride) in steps {
        let far = (*len as i128 - 1).saturating_mul(*stride as i128);
        if far < 0 {
            low = low.saturating_add(far);
        } else {
            high = high.saturating_add(far);
        }
    }
    if low < 0 {
        return Err(bad(0).into());
    }
    if high >= size as i128 {
        return Err(bad(usize::try_from(high).unwrap_or(usize::MAX).saturating_add(1)).into());
    }
    Ok(())
}

impl<'a> From<&'a [f64]> for Column<'a> {
    fn from(data: &'a [f64]) -> Self {
        Self { data: Data::F64(data), start: 0, stride: 1, len: data.len() }
    }
}

impl<'a> From<&'a [f32]> for Column<'a> {
    fn from(data: &'a [f32]) -> Self {
        Self { data: Data::F32(data), start: 0, stride: 1, len: data.len() }
    }
}

impl<'a> From<&'a [i8]> for Column<'a> {
    fn from(data: &'a [i8]) -> Self {
        Self { data: Data::I8(data), start: 0, stride: 1, len: data.len() }
    }
}

impl<'a> From<&'a Vec<f64>> for Column<'a> {
    fn from(data: &'a Vec<f64>) -> Self {
        Self::from(data.as_slice())
    }
}

impl<'a> Column<'a> {
    /// A strided view of f64 values; `start` and `stride` count elements.
    ///
    /// # Errors
    /// `length_mismatch` when an element would lie outside `data`.
    ///
    /// ```
    /// use countermark_scoring::Column;
    /// let data = [1.0, 2.0, 3.0, 4.0];
    /// let backwards = Column::strided_f64(&data, 3, -1, 4)?;
    /// assert_eq!(backwards.to_vec(), [4.0, 3.0, 2.0, 1.0]);
    /// assert!(Column::strided_f64(&data, 0, 2, 3).is_err());
    /// # Ok::<(), countermark_scoring::Error>(())
    /// ```
    pub fn strided_f64(data: &'a [f64], start: usize, stride: isize, len: usize) -> Result<Self> {
        fits("column view", data.len(), start, &[(len, stride)])?;
        Ok(Self { data: Data::F64(data), start, stride, len })
    }

    /// A strided view of f32 values; `start` and `stride` count elements.
    ///
    /// # Errors
    /// `length_mismatch` when an element would lie outside `data`.
    pub fn strided_f32(data: &'a [f32], start: usize, stride: isize, len: usize) -> Result<Self> {
        fits("column view", data.len(), start, &[(len, stride)])?;
        Ok(Self { data: Data::F32(data), start, stride, len })
    }

    /// A strided view of i8 values; `start` and `stride` count elements.
    ///
    /// # Errors
    /// `length_mismatch` when an element would lie outside `data`.
    pub fn strided_i8(data: &'a [i8], start: usize, stride: isize, len: usize) -> Result<Self> {
        fits("column view", data.len(), start, &[(len, stride)])?;
        Ok(Self { data: Data::I8(data), start, stride, len })
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The values, in order.
    pub fn to_vec(&self) -> Vec<f64> {
        let mut out = Vec::with_capacity(self.len);
        self.load(&mut out);
        out
    }

    /// Replaces `out` by the values, in order.
    pub(crate) fn load(&self, out: &mut Vec<f64>) {
        out.clear();
        out.resize(self.len, 0.0);
        self.read(0, out);
    }

    /// The values from row `from` on into `out`; rows after the last are left as they are.
    #[allow(
        clippy::indexing_slicing,
        reason = "every constructor checked start, stride and len against the data"
    )]
    pub(crate) fn read(&self, from: usize, out: &mut [f64]) {
        let n = out.len().min(self.len.saturating_sub(from));
        if n == 0 {
            return;
        }
        let first = self.at(from);
        let out = &mut out[..n];
        match (self.data, self.stride) {
            (Data::F64(d), 1) => out.copy_from_slice(&d[first..first + n]),
            (Data::F32(d), 1) => {
                out.iter_mut().zip(&d[first..first + n]).for_each(|(o, x)| *o = f64::from(*x))
            }
            (Data::I8(d), 1) => {
                out.iter_mut().zip(&d[first..first + n]).for_each(|(o, x)| *o = f64::from(*x))
            }
            _ => out.iter_mut().enumerate().for_each(|(i, o)| *o = self.value(self.at(from + i))),
        }
    }

    /// The values of `rows`, in their order, into `out`; the shorter of both counts. A row there is not is NaN.
    pub(crate) fn gather(&self, rows: &[u32], out: &mut [f64]) {
        match (rows.first(), rows.last()) {
            // Rows side by side, as an era's mostly are.
            (Some(first), Some(last))
                if rows.len() == out.len()
                    && (*last as usize) < self.len
                    && rows.windows(2).all(|w| matches!(w, [a, b] if a.wrapping_add(1) == *b)) =>
            {
                self.read(*first as usize, out);
            }
            _ => {
                for (o, row) in out.iter_mut().zip(rows) {
                    let row = *row as usize;
                    *o = if row < self.len { self.value(self.at(row)) } else { f64::NAN };
                }
            }
        }
    }

    /// Appends a letter for the type and the stored bytes of `rows`, in their order, or of all rows.
    pub(crate) fn write_bytes(&self, rows: Option<&[u32]>, out: &mut Vec<u8>) {
        match self.data {
            Data::F64(d) => self.write(b'd', d, rows, |x| x.to_bits().to_le_bytes(), out),
            Data::F32(d) => self.write(b'f', d, rows, |x| x.to_bits().to_le_bytes(), out),
            Data::I8(d) => self.write(b'b', d, rows, i8::to_le_bytes, out),
        }
    }

    fn write<T: Copy, const N: usize>(
        &self,
        letter: u8,
        data: &[T],
        rows: Option<&[u32]>,
        bytes: impl Fn(T) -> [u8; N],
        out: &mut Vec<u8>,
    ) {
        out.push(letter);
        let from = out.len();
        out.resize(from + rows.map_or(self.len, <[u32]>::len) * N, 0);
        let (places, _) = out.get_mut(from..).unwrap_or_default().as_chunks_mut::<N>();
        if let (None, 1, Some(values)) = (rows, self.stride, data.get(self.start..)) {
            places.iter_mut().zip(values).for_each(|(o, x)| *o = bytes(*x));
            return;
        }
        for (i, o) in places.iter_mut().enumerate() {
            let row = rows.map_or(Some(i), |r| r.get(i).map(|r| *r as usize));
            let value = row.filter(|r| *r < self.len).and_then(|r| data.get(self.at(r)));
            value.into_iter().for_each(|x| *o = bytes(*x));
        }
    }

    /// Where the value of row `i` is.
    fn at(&self, i: usize) -> usize {
        self.start.wrapping_add_signed(self.stride.wrapping_mul(i.cast_signed()))
    }

    #[allow(clippy::indexing_slicing, reason = "callers pass an offset that the constructor checked")]
    fn value(&self, at: usize) -> f64 {
        match self.data {
            Data::F64(d) => d[at],
            Data::F32(d) => f64::from(d[at]),
            Data::I8(d) => f64::from(d[at]),
        }
    }
}

/// A matrix, shape `[rows, columns]`: one row per scored item, one column per model. Any strides, so row-major,
/// column-major and sliced arrays all fit; column-major is the fastest.
#[derive(Debug, Clone, Copy)]
pub struct Matrix<'a> {
    data: Data<'a>,
    start: usize,
    rows: usize,
    columns: usize,
    row_stride: isize,
    column_stride: isize,
}

impl<'a> Matrix<'a> {
    /// Column-major f64: column `j` is `data[j * rows..][..rows]`.
    ///
    /// # Errors
    /// `length_mismatch` when `data` has not `rows * columns` elements.
    ///
    /// ```
    /// use countermark_scoring::Matrix;
    /// let m = Matrix::column_major(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 3, 2)?;
    /// assert_eq!(m.columns()[1].to_vec(), [4.0, 5.0, 6.0]);
    /// assert!(Matrix::column_major(&[1.0], 3, 2).is_err());
    /// # Ok::<(), countermark_scoring::Error>(())
    /// ```
    pub fn column_major(data: &'a [f64], rows: usize, columns: usize) -> Result<Self> {
        let expected = rows.saturating_mul(columns);
        if data.len() != expected {
            return Err(Base::LengthMismatch { what: "matrix", expected, got: data.len() }.into());
        }
        let column_stride = isize::try_from(rows).unwrap_or(isize::MAX);
        Self::strided_f64(data, 0, [rows, columns], [1, column_stride])
    }

    /// A strided view of f64 values: `shape` is `[rows, columns]`; `start` and `strides` count elements.
    ///
    /// # Errors
    /// `length_mismatch` when an element would lie outside `data`.
    pub fn strided_f64(
        data: &'a [f64],
        start: usize,
        shape: [usize; 2],
        strides: [isize; 2],
    ) -> Result<Self> {
        Self::new(Data::F64(data), start, shape, strides)
    }

    /// A strided view of f32 values: `shape` is `[rows, columns]`; `start` and `strides` count elements.
    ///
    /// # Errors
    /// `length_mismatch` when an element would lie outside `data`.
    pub fn strided_f32(
        data: &'a [f32],
        start: usize,
        shape: [usize; 2],
        strides: [isize; 2],
    ) -> Result<Self> {
        Self::new(Data::F32(data), start, shape, strides)
    }

    /// A strided view of i8 values: `shape` is `[rows, columns]`; `start` and `strides` count elements.
    ///
    /// # Errors
    /// `length_mismatch` when an element would lie outside `data`.
    pub fn strided_i8(data: &'a [i8], start: usize, shape: [usize; 2], strides: [isize; 2]) -> Result<Self> {
        Self::new(Data::I8(data), start, shape, strides)
    }

    fn new(data: Data<'a>, start: usize, [rows, columns]: [usize; 2], [rs, cs]: [isize; 2]) -> Result<Self> {
        fits("matrix view", data.len(), start, &[(rows, rs), (columns, cs)])?;
        Ok(Self { data, start, rows, columns, row_stride: rs, column_stride: cs })
    }

    /// `[rows, columns]`.
    pub fn shape(&self) -> [usize; 2] {
        [self.rows, self.columns]
    }

    /// A row as a view; one without elements for a row there is not.
    pub(crate) fn row(&self, i: usize) -> Column<'a> {
        Column {
            data: self.data,
            start: self.start.wrapping_add_signed(self.row_stride.wrapping_mul(i.cast_signed())),
            stride: self.column_stride,
            len: if i < self.rows { self.columns } else { 0 },
        }
    }

    /// The columns as views.
    pub fn columns(&self) -> Vec<Column<'a>> {
        (0..self.columns)
            .map(|j| Column {
                data: self.data,
                start: self.start.wrapping_add_signed(self.column_stride.wrapping_mul(j.cast_signed())),
                stride: self.row_stride,
                len: self.rows,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use countermark_primitives::Coded as _;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_view_is_refused_or_reads_the_right_elements(
            size in 0usize..20, start in 0usize..25, rows in 0usize..6, columns in 0usize..6,
            rs in -8isize..8, cs in -8isize..8,
        ) {
            let data: Vec<f64> = (0..size).map(|i| i as f64).collect();
            let at = |i: usize, j: usize| start as isize + rs * i as isize + cs * j as isize;
            let inside = (0..rows).all(|i| (0..columns).all(|j| usize::try_from(at(i, j)).is_ok_and(|k| k < size)));
            match Matrix::strided_f64(&data, start, [rows, columns], [rs, cs]) {
                Ok(m) => {
                    prop_assert!(inside);
                    for (j, c) in m.columns().iter().enumerate() {
                        let want: Vec<f64> = (0..rows).map(|i| at(i, j) as f64).collect();
                        prop_assert_eq!(c.to_vec(), want);
                    }
                }
                Err(e) => {
                    prop_assert!(!inside);
                    prop_assert_eq!(e.code(), "length_mismatch");
                }
            }
        }
    }

    #[test]
    fn all_types_read_and_gather_the_same_values() {
        let f64s: Vec<f64> = (-128..=127).map(f64::from).collect();
        let f32s: Vec<f32> = (-128i8..=127).map(f32::from).collect();
        let i8s: Vec<i8> = (-128..=127).collect();
        let columns = [
            Column::strided_f64(&f64s, 255, -3, 80).unwrap(),
            Column::strided_f32(&f32s, 255, -3, 80).unwrap(),
            Column::strided_i8(&i8s, 255, -3, 80).unwrap(),
        ];
        for c in columns {
            assert_eq!(c.to_vec(), columns[0].to_vec());
            let (mut block, mut picked) = ([0.0; 5], [0.0; 4]);
            c.read(77, &mut block);
            assert_eq!(block[..3], c.to_vec()[77..]);
            c.gather(&[3, 4, 79, 80], &mut picked);
            assert!(picked[..3] == [c.to_vec()[3], c.to_vec()[4], c.to_vec()[79]] && picked[3].is_nan());
        }
        let mut side_by_side = [0.0; 3];
        Column::from(i8s.as_slice()).gather(&[0, 1, 2], &mut side_by_side);
        assert_eq!(side_by_side, [-128.0, -127.0, -126.0]);
    }

    #[test]
    fn bytes_are_those_of_the_values_wherever_they_lie() {
        let f32s = [0.5f32, 7.0, -1.0, 7.0, 3.0];
        let bytes = |c: &Column<'_>, rows: Option<&[u32]>| {
            let mut out = alloc::vec![9];
            c.write_bytes(rows, &mut out);
            out
        };
        let want: Vec<u8> =
            [9, b'f'].into_iter().chain([0.5f32, -1.0].iter().flat_map(|x| x.to_le_bytes())).collect();
        assert_eq!(bytes(&f32s[..].into(), Some(&[0, 2])), want);
        assert_eq!(bytes(&Column::strided_f32(&f32s, 0, 2, 2).unwrap(), None), want);
        assert_eq!(bytes(&[0.5f32, -1.0][..].into(), None), want);
        assert_eq!(bytes(&[-1i8, 2][..].into(), None), [9, b'b', 255, 2]);
    }

    #[test]
    fn extreme_strides_are_refused() {
        let d = [0.0f32; 4];
        assert!(Column::strided_f32(&d, 0, isize::MAX, usize::MAX).is_err());
        assert!(Column::strided_f32(&d, 3, isize::MIN, 2).is_err());
        assert!(Column::strided_f32(&d, 9, 1, 0).is_ok_and(|c| c.to_vec().is_empty()));
    }
}
