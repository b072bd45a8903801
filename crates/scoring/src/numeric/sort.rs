//! Sorting rows by value: the inner loop of every rank.

use alloc::vec::Vec;

/// A value as an integer that sorts the same way, with its row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry {
    /// Sortable form of the value: equal keys are equal values.
    pub(crate) key: u64,
    /// Row of the value.
    pub(crate) row: u32,
}

/// Sortable form of a float that is not NaN: the order of keys is the order of values, -0 and 0 are one.
pub(crate) fn key_of(x: f64) -> u64 {
    let bits = (x + 0.0).to_bits();
    if bits >> 63 == 1 { !bits } else { bits | (1 << 63) }
}

/// Below this many entries the general sort is faster.
const SMALL: usize = 96;
/// Bits of a counting pass; three passes look at the 33 highest bits that differ.
const DIGIT: u32 = 11;
const PASSES: u32 = 3;
const BUCKETS: usize = 1 << DIGIT;

/// Scratch memory of [`Sorter::sort`], kept from call to call.
#[derive(Debug, Default)]
pub(crate) struct Sorter {
    other: Vec<Entry>,
    counts: Vec<[u32; BUCKETS]>,
}

impl Sorter {
    /// Sorts entries by key, then by row. The entries must come in order of their rows.
    ///
    /// Three counting passes over the highest 33 bits in which the keys differ leave runs that agree in these bits
    /// in order of rows; runs with different keys are sorted one by one. Linear for spread-out values, never worse
    /// than `n log n`.
    #[allow(
        clippy::indexing_slicing,
        clippy::cast_possible_truncation,
        reason = "digits are masked to 11 bits and counts of at most 2^32 - 1 entries add up to positions below n"
    )]
    pub(crate) fn sort(&mut self, entries: &mut Vec<Entry>) {
        let n = entries.len();
        if n < SMALL || u32::try_from(n).is_err() {
            entries.sort_unstable();
            return;
        }
        let (low, high) = entries.iter().fold((u64::MAX, 0), |(l, h), e| (l.min(e.key), h.max(e.key)));
        // Distances from the lowest key fill the bits from 0 up to this width.
        let width = 64 - (high - low).leading_zeros();
        let shift = width.saturating_sub(PASSES * DIGIT);
        let digit = |key: u64, pass: u32| ((key - low) >> (shift + pass * DIGIT)) as usize & (BUCKETS - 1);

        self.counts.clear();
        self.counts.resize(PASSES as usize, [0; BUCKETS]);
        for e in entries.iter() {
            for pass in 0..PASSES {
                self.counts[pass as usize][digit(e.key, pass)] += 1;
            }
        }
        self.other.clear();
        self.other.resize(n, Entry::default());
        for pass in 0..PASSES {
            let counts = &mut self.counts[pass as usize];
            if counts.iter().any(|c| *c as usize == n) {
                continue; // all in one bucket
            }
            let mut at = 0;
            for c in counts.iter_mut() {
                at += core::mem::replace(c, at);
            }
            for e in entries.iter() {
                let place = &mut counts[digit(e.key, pass)];
                self.other[*place as usize] = *e;
                *place += 1;
            }
            core::mem::swap(entries, &mut self.other);
        }
        if shift > 0 {
            for run in entries.chunk_by_mut(|a, b| (a.key - low) >> shift == (b.key - low) >> shift) {
                if run.len() > 1 && run.windows(2).any(|w| w[0].key > w[1].key) {
                    run.sort_unstable();
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[allow(clippy::cast_possible_truncation, reason = "a few hundred entries")]
    fn check(values: &[f64]) {
        let mut e: Vec<Entry> =
            values.iter().enumerate().map(|(i, x)| Entry { key: key_of(*x), row: i as u32 }).collect();
        let mut want = e.clone();
        want.sort();
        let mut sorter = Sorter::default();
        sorter.sort(&mut e);
        assert_eq!(e, want);
    }

    proptest! {
        #[test]
        fn keys_order_as_floats_do(a in any::<f64>(), b in any::<f64>()) {
            prop_assume!(!a.is_nan() && !b.is_nan());
            prop_assert_eq!(a.partial_cmp(&b), Some(key_of(a).cmp(&key_of(b))));
        }

        #[test]
        fn sorts_anything(v in proptest::collection::vec(any::<f64>(), 0..700)) {
            check(&v.iter().map(|x| if x.is_nan() { 0.0 } else { *x }).collect::<Vec<_>>());
        }

        #[test]
        fn sorts_clusters_and_ties(
            v in proptest::collection::vec((0u8..4, -3i64..3), 0..700),
        ) {
            // Values a few units in the last place apart beside far outliers: runs the passes cannot separate.
            let centre = [0.5f64, 1e300, -2.0, 0.0];
            let v: Vec<f64> = v
                .iter()
                .map(|(c, d)| f64::from_bits(centre[*c as usize].to_bits() + d.unsigned_abs()))
                .collect();
            check(&v);
        }
    }

    #[test]
    fn zeros_are_one_value_and_infinities_are_the_ends() {
        assert_eq!(key_of(-0.0), key_of(0.0));
        assert!(key_of(f64::NEG_INFINITY) < key_of(f64::MIN) && key_of(f64::MAX) < key_of(f64::INFINITY));
        assert!(key_of(-f64::MIN_POSITIVE) < key_of(0.0));
    }
}
