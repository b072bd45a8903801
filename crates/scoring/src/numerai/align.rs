//! Rows of several tables that belong together: by id, with numerai-tools' rules.
//!
//! Source: numerai/numerai-tools 0.7.2, `numerai_tools/scoring.py` (`filter_sort_index`, `filter_sort_index_many`).

use crate::{Column, Error, Result};
use alloc::format;
use alloc::string::ToString as _;
use alloc::vec::Vec;
use countermark_primitives::Error as Base;

/// The largest share of rows that an alignment leaves out of any table before it fails: numerai-tools' default.
pub const MAX_FILTERED_RATIO: f64 = 0.2;

/// The names of a table's rows, in any order. Numbers of both kinds are compared as numbers, text by code points.
#[derive(Debug, Clone, Copy)]
pub enum Ids<'a> {
    /// Row numbers 0, 1, 2 and so on, this many.
    Rows(usize),
    /// Signed numbers.
    I64(&'a [i64]),
    /// Unsigned numbers.
    U64(&'a [u64]),
    /// Text.
    Text(&'a [&'a str]),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key<'a> {
    Number(i128),
    Text(&'a str),
}

impl core::fmt::Display for Key<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Number(n) => n.fmt(f),
            Self::Text(t) => t.fmt(f),
        }
    }
}

impl<'a> Ids<'a> {
    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Rows(n) => *n,
            Self::I64(v) => v.len(),
            Self::U64(v) => v.len(),
            Self::Text(v) => v.len(),
        }
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The id of a row below the length.
    #[allow(clippy::indexing_slicing, reason = "callers ask for rows below the length only")]
    pub(crate) fn key(&self, row: u32) -> Key<'a> {
        let i = row as usize;
        match self {
            Self::Rows(_) => Key::Number(i128::from(row)),
            Self::I64(v) => Key::Number(i128::from(v[i])),
            Self::U64(v) => Key::Number(i128::from(v[i])),
            Self::Text(v) => Key::Text(v[i]),
        }
    }

    /// The ids of some rows, as `f` wants them.
    pub(crate) fn with_rows<T>(&self, rows: &[u32], f: impl FnOnce(Ids<'_>) -> T) -> T {
        fn pick<K: Copy>(all: &[K], rows: &[u32]) -> Vec<K> {
            rows.iter().filter_map(|r| all.get(*r as usize).copied()).collect()
        }
        match self {
            Self::Rows(_) => f(Ids::U64(&rows.iter().map(|r| u64::from(*r)).collect::<Vec<_>>())),
            Self::I64(v) => f(Ids::I64(&pick(v, rows))),
            Self::U64(v) => f(Ids::U64(&pick(v, rows))),
            Self::Text(v) => f(Ids::Text(&pick(v, rows))),
        }
    }

    /// All rows, by id; rows with the same id in their order.
    fn sorted(&self) -> Result<Vec<u32>> {
        let n = u32::try_from(self.len()).map_err(|_| too_many_rows(self.len()))?;
        let mut order: Vec<u32> = (0..n).collect();
        if !matches!(self, Self::Rows(_)) && !order.is_sorted_by_key(|r| self.key(*r)) {
            order.sort_by_key(|r| self.key(*r));
        }
        Ok(order)
    }
}

pub(crate) fn too_many_rows(rows: usize) -> Error {
    Base::LimitExceeded { what: "rows", limit: u64::from(u32::MAX), got: rows as u64 }.into()
}

/// A table: ids and columns. A row counts only when no column has a NaN in it; a table without columns has no gaps.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// The names of the rows.
    pub ids: Ids<'a>,
    /// The columns, each as long as there are ids.
    pub columns: &'a [Column<'a>],
}

impl Frame<'_> {
    /// Whether each row has a value in every column.
    fn complete(&self, frame: usize) -> Result<Vec<bool>> {
        let rows = self.ids.len();
        let mut keep = alloc::vec![true; rows];
        let mut values = Vec::new();
        for (j, c) in self.columns.iter().enumerate() {
            if c.len() != rows {
                let column = format!("column {j} of table {frame}");
                return Err(Error::ColumnLength { column, expected: rows, got: c.len() });
            }
            c.load(&mut values);
            keep.iter_mut().zip(&values).for_each(|(k, x)| *k &= !x.is_nan());
        }
        Ok(keep)
    }
}

/// The rows of several tables whose ids all of them have, in order of the ids. Made once, used for every score.
///
/// ```
/// use countermark_primitives::Coded;
/// use countermark_scoring::{Alignment, Column, Frame, Ids};
/// let (a, b) = ([1.0, 2.0, 3.0], [5.0, f64::NAN, 7.0]);
/// let (a, b): (Column, Column) = (a[..].into(), b[..].into());
/// let left = Frame { ids: Ids::Text(&["x", "z", "y"]), columns: &[a] };
/// let right = Frame { ids: Ids::Text(&["z", "x", "y"]), columns: &[b] };
/// // Row "x" has a gap on the right: two of three are left.
/// let rows = Alignment::new(&[left, right], 0.4)?;
/// assert_eq!(rows.pick(0, &a), [3.0, 2.0]);
/// assert_eq!(rows.pick(1, &b), [7.0, 5.0]);
/// assert_eq!(Alignment::new(&[left, right], 0.2).unwrap_err().code(), "too_few_rows");
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alignment {
    rows: Vec<Vec<u32>>,
    len: usize,
}

impl Alignment {
    /// Aligns the tables, as `filter_sort_index` (two of them) and `filter_sort_index_many` do.
    ///
    /// # Errors
    /// `too_few_rows` when any table keeps a smaller share of its rows than `1 - max_filtered_ratio`, has no row, or
    /// when there is no table; `duplicate_id` when an id that is kept names two rows of a table (numerai-tools goes
    /// on and fails later, without saying why); `length_mismatch`; `limit_exceeded` above 2^32 rows.
    pub fn new(frames: &[Frame<'_>], max_filtered_ratio: f64) -> Result<Self> {
        let mut orders = Vec::with_capacity(frames.len());
        let mut complete = Vec::with_capacity(frames.len());
        for (i, frame) in frames.iter().enumerate() {
            if frame.ids.is_empty() {
                return Err(Error::TooFewRows { kept: 0, of: 0, needed: 1 });
            }
            orders.push(frame.ids.sorted()?);
            complete.push(frame.complete(i)?);
        }
        let mut tables = frames.iter().zip(&orders).zip(&complete);
        let Some(((first, order), keep)) = tables.next() else {
            return Err(Error::TooFewRows { kept: 0, of: 0, needed: 1 });
        };
        let has_value = |keep: &[bool], row: u32| keep.get(row as usize).copied().unwrap_or(false);
        let mut common: Vec<Key<'_>> =
            order.iter().filter(|r| has_value(keep, **r)).map(|r| first.ids.key(*r)).collect();
        common.dedup();
        for ((frame, order), keep) in tables {
            let mut rest =
                order.iter().filter(|r| has_value(keep, **r)).map(|r| frame.ids.key(*r)).peekable();
            common.retain(|key| {
                while rest.next_if(|k| k < key).is_some() {}
                rest.peek() == Some(key)
            });
        }
        let mut rows = Vec::with_capacity(frames.len());
        for (frame, order) in frames.iter().zip(&orders) {
            let picked = if common.len() == order.len() { unique(frame, order)? } else { None };
            let picked = picked.map_or_else(|| locate(frame, order, &common), Ok)?;
            enough(picked.len(), frame.ids.len(), max_filtered_ratio)?;
            rows.push(picked);
        }
        Ok(Self { rows, len: common.len() })
    }

    /// The rows of one table that are kept, in order of their ids: as many for every table. Empty for a table that
    /// there is not.
    pub fn rows(&self, frame: usize) -> &[u32] {
        self.rows.get(frame).map_or(&[], Vec::as_slice)
    }

    /// How many rows are kept.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether no row is kept.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The kept values of a column of one table, in order of the ids.
    pub fn pick(&self, frame: usize, column: &Column<'_>) -> Vec<f64> {
        let values = column.to_vec();
        self.rows(frame).iter().filter_map(|r| values.get(*r as usize).copied()).collect()
    }
}

/// Every row, when all ids differ; `None` otherwise.
fn unique(frame: &Frame<'_>, order: &[u32]) -> Result<Option<Vec<u32>>> {
    let differ = order.windows(2).all(|w| match w {
        [a, b] => frame.ids.key(*a) != frame.ids.key(*b),
        _ => true,
    });
    Ok(differ.then(|| order.to_vec()))
}

/// The row of each id, which must be the only one.
fn locate(frame: &Frame<'_>, order: &[u32], common: &[Key<'_>]) -> Result<Vec<u32>> {
    let mut picked = Vec::with_capacity(common.len());
    let mut rest = order.iter().copied().peekable();
    for key in common {
        while rest.next_if(|r| frame.ids.key(*r) < *key).is_some() {}
        picked.extend(rest.next());
        if rest.peek().is_some_and(|r| frame.ids.key(*r) == *key) {
            return Err(Error::DuplicateId { id: key.to_string() });
        }
    }
    Ok(picked)
}

/// numerai-tools' bound, `kept / of >= 1 - ratio` in floats.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "row counts are below 2^32; the number needed is for the message"
)]
fn enough(kept: usize, of: usize, ratio: f64) -> Result<()> {
    let share = 1.0 - ratio;
    if kept as f64 / of as f64 >= share {
        return Ok(());
    }
    let needed = libm::ceil(share * of as f64) as usize;
    Err(Error::TooFewRows { kept, of, needed })
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeMap;
    use alloc::string::String;
    use countermark_primitives::Coded as _;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn kept_rows_are_those_of_common_ids(
            a in proptest::collection::btree_map(0i64..30, any::<bool>(), 1..25),
            b in proptest::collection::btree_map(0i64..30, any::<bool>(), 1..25),
            turn in 0usize..25,
        ) {
            let table = |m: &BTreeMap<i64, bool>| -> (Vec<i64>, Vec<f64>) {
                let mut v: Vec<_> = m.iter().map(|(k, gap)| (*k, if *gap { f64::NAN } else { *k as f64 })).collect();
                let middle = turn % v.len();
                v.rotate_left(middle);
                v.into_iter().unzip()
            };
            let ((ai, av), (bi, bv)) = (table(&a), table(&b));
            let texts: Vec<String> = bi.iter().map(|i| alloc::format!("{i:03}")).collect();
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let (ac, bc): (Column<'_>, Column<'_>) = ((&av).into(), (&bv).into());
            let left = Frame { ids: Ids::I64(&ai), columns: &[ac] };
            let right = Frame { ids: Ids::I64(&bi), columns: &[bc] };
            let want: Vec<f64> =
                a.iter().filter(|(k, g)| !**g && b.get(k) == Some(&false)).map(|(k, _)| *k as f64).collect();
            let got = Alignment::new(&[left, right], 1.0).unwrap();
            prop_assert_eq!(got.pick(0, &ac), want.clone());
            prop_assert_eq!(got.pick(1, &bc), want);
            // Text that sorts as the numbers do gives the same rows.
            let text = Frame { ids: Ids::Text(&texts), columns: &[bc] };
            let (a, b) = (Alignment::new(&[right, right], 1.0), Alignment::new(&[text, text], 1.0));
            prop_assert_eq!(a.unwrap(), b.unwrap());
        }
    }

    #[test]
    fn a_repeated_id_is_named_only_where_it_counts() {
        let ids = |v: &'static [i64]| Frame { ids: Ids::I64(v), columns: &[] };
        let e = Alignment::new(&[ids(&[1, 2, 2]), ids(&[1, 2, 3])], 0.9).unwrap_err();
        assert_eq!(e, Error::DuplicateId { id: "2".into() });
        assert_eq!(Alignment::new(&[ids(&[1, 7, 7]), ids(&[1, 2, 3])], 0.9).unwrap().len(), 1);
        let same = Alignment::new(&[ids(&[2, 2]), ids(&[2, 2])], 0.9).unwrap_err();
        assert_eq!(same.code(), "duplicate_id");
        assert_eq!(Alignment::new(&[], 0.2).unwrap_err().code(), "too_few_rows");
        assert_eq!(Alignment::new(&[ids(&[])], 1.0).unwrap_err().code(), "too_few_rows");
        assert_eq!(Alignment::new(&[ids(&[1]), ids(&[2])], f64::NAN).unwrap_err().code(), "too_few_rows");
    }
}
