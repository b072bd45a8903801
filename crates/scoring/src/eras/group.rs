//! Rows by era.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

/// The era of each row, in any order: eras are scored in ascending order of numbers, or of text by code points.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Eras<'a> {
    /// Numbers.
    I64(&'a [i64]),
    /// Text.
    Text(&'a [&'a str]),
    /// Names in order, and the number of each row's name; a number beyond the names is an era named by it.
    Codes(&'a [u32], &'a [&'a str]),
}

impl Eras<'_> {
    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::I64(v) => v.len(),
            Self::Text(v) => v.len(),
            Self::Codes(v, _) => v.len(),
        }
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// One era: its name and its rows, ascending.
pub(super) struct Group {
    pub(super) name: String,
    pub(super) rows: Vec<u32>,
}

/// The eras in order. At most 2^32 rows.
pub(super) fn group(eras: Option<Eras<'_>>, rows: usize) -> Vec<Group> {
    let all = || 0..u32::try_from(rows).unwrap_or(u32::MAX);
    match eras {
        None if rows == 0 => Vec::new(),
        None => alloc::vec![Group { name: String::new(), rows: all().collect() }],
        Some(Eras::I64(v)) => by_key(v, |k| k.to_string()),
        Some(Eras::Text(v)) => by_key(v, |k| (*k).into()),
        Some(Eras::Codes(v, names)) => {
            by_key(v, |k| names.get(*k as usize).map_or_else(|| k.to_string(), |n| (*n).into()))
        }
    }
}

fn by_key<K: Ord + Copy>(keys: &[K], name: impl Fn(&K) -> String) -> Vec<Group> {
    // Runs first: eras mostly lie together, and then nothing has to be sorted row by row.
    let mut runs: Vec<(K, u32, u32)> = Vec::new();
    let mut at = 0u32;
    for run in keys.chunk_by(|a, b| a == b) {
        let end = at.saturating_add(u32::try_from(run.len()).unwrap_or(u32::MAX));
        runs.extend(run.first().map(|k| (*k, at, end)));
        at = end;
    }
    runs.sort_unstable();
    let same = runs.chunk_by(|a, b| a.0 == b.0);
    let group = |runs: &[(K, u32, u32)]| {
        let (key, ..) = runs.first()?;
        Some(Group { name: name(key), rows: runs.iter().flat_map(|(_, from, to)| *from..*to).collect() })
    };
    same.filter_map(group).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_an_era_need_not_lie_together() {
        let found = |eras| -> Vec<(String, Vec<u32>)> {
            group(eras, 5).into_iter().map(|g| (g.name, g.rows)).collect()
        };
        let want =
            |a: &str, b: &str| alloc::vec![(a.into(), alloc::vec![1, 3]), (b.into(), alloc::vec![0, 2, 4])];
        assert_eq!(found(Some(Eras::I64(&[10, -9, 10, -9, 10]))), want("-9", "10"));
        assert_eq!(found(Some(Eras::Text(&["b", "a", "b", "a", "b"]))), want("a", "b"));
        assert_eq!(found(Some(Eras::Codes(&[1, 0, 1, 0, 1], &["x"]))), want("x", "1"));
        assert_eq!(found(None), [(String::new(), alloc::vec![0, 1, 2, 3, 4])]);
        assert!(group(None, 0).is_empty() && group(Some(Eras::I64(&[])), 0).is_empty());
    }
}
