//! Sorting eight columns at a time by a network whose comparisons are minimum and maximum of a vector, and what
//! scores of ensembles need around it.
//!
//! The network is Batcher's merge exchange (Knuth, The Art of Computer Programming, volume 3, algorithm 5.2.2M), its
//! first stages replaced by Green's network for 16 (same volume, 5.3.4). The order of work keeps values in registers.

#![allow(unsafe_code, reason = "vectors, and instructions that were detected at run time")]

use crate::lanes::Vector;

/// Columns that are sorted side by side.
pub const LANES: usize = 8;
/// Values that are sorted in registers.
const SMALL: usize = 16;
/// Values of a merge that wait in registers.
const NEAR: usize = 8;

/// Calls `work` with the widest vectors of this CPU.
macro_rules! widest {
    ($work:ident($($arg:ident: $of:ty),*) $(-> $out:ty)?) => {{
        #[cfg(all(feature = "std", target_arch = "x86_64"))]
        {
            #[target_feature(enable = "avx512f")]
            fn avx512($($arg: $of),*) $(-> $out)? {
                // SAFETY: this function has the feature that `Eight` needs.
                unsafe { $work::<crate::lanes::Eight>($($arg),*) }
            }
            #[target_feature(enable = "avx")]
            fn avx($($arg: $of),*) $(-> $out)? {
                // SAFETY: this function has the feature that `Four` needs.
                unsafe { $work::<crate::lanes::Four>($($arg),*) }
            }
            if std::arch::is_x86_feature_detected!("avx512f") {
                // SAFETY: the feature was detected.
                return unsafe { avx512($($arg),*) };
            }
            if std::arch::is_x86_feature_detected!("avx") {
                // SAFETY: the feature was detected.
                return unsafe { avx($($arg),*) };
            }
        }
        #[cfg(all(feature = "std", target_arch = "aarch64"))]
        if std::arch::is_aarch64_feature_detected!("neon") {
            // SAFETY: the feature was detected; it is one that every function of this target has.
            return unsafe { $work::<crate::lanes::Two>($($arg),*) };
        }
        // SAFETY: `Plain` needs nothing.
        unsafe { $work::<crate::lanes::Plain>($($arg),*) }
    }};
}

/// Sorts each lane over the rows, ascending; the same result on every CPU. No value may be NaN: where one is, the same
/// values come out in no order.
///
/// ```
/// use countermark_exact::{LANES, sort_lanes};
/// let mut rows = [[2.0; LANES], [1.0; LANES], [3.0; LANES]];
/// sort_lanes(&mut rows);
/// assert_eq!(rows, [[1.0; LANES], [2.0; LANES], [3.0; LANES]]);
/// ```
pub fn sort_lanes(rows: &mut [[f64; LANES]]) {
    widest!(sort(rows: &mut [[f64; LANES]]))
}

/// For each lane, with `x` in row `i` of `n`: the sums over the rows of `|x - target|` and of `(2 i + 1 - n) x`, in the
/// order of the rows; the same bits on every CPU. Of sorted values the second is the sum of the distances of all pairs.
///
/// ```
/// use countermark_exact::{LANES, lane_distances};
/// let [near, apart] = lane_distances(&[[1.0; LANES], [4.0; LANES]], &[2.0; LANES]);
/// assert_eq!((near, apart), ([3.0; LANES], [3.0; LANES]));
/// ```
pub fn lane_distances(rows: &[[f64; LANES]], target: &[f64; LANES]) -> [[f64; LANES]; 2] {
    widest!(distances(rows: &[[f64; LANES]], target: &[f64; LANES]) -> [[f64; LANES]; 2])
}

/// Writes column `l` down lane `l` of the rows, as far as both go.
///
/// ```
/// use countermark_exact::{LANES, fill_lanes};
/// let mut rows = [[0.0; LANES]; 2];
/// fill_lanes(&[&[1.0, 2.0]; LANES], &mut rows);
/// assert_eq!(rows, [[1.0; LANES], [2.0; LANES]]);
/// ```
pub fn fill_lanes(columns: &[&[f64]; LANES], rows: &mut [[f64; LANES]]) {
    let done = fill_fours(columns, rows);
    for (lane, column) in columns.iter().enumerate() {
        for (row, x) in rows.iter_mut().zip(*column).skip(done) {
            if let Some(to) = row.get_mut(lane) {
                *to = *x;
            }
        }
    }
}

/// Fills rows from the first on, four at a time; gives the number that are filled.
#[cfg(all(feature = "std", target_arch = "x86_64"))]
fn fill_fours(columns: &[&[f64]; LANES], rows: &mut [[f64; LANES]]) -> usize {
    /// # Safety
    /// `upto` is a multiple of four; the columns have as many values, and there are as many rows from `to` on.
    #[target_feature(enable = "avx")]
    unsafe fn fours(columns: &[&[f64]; LANES], to: *mut f64, upto: usize) {
        for row in (0..upto).step_by(4) {
            for (half, c) in columns.as_chunks::<4>().0.iter().enumerate() {
                // SAFETY: four values and four rows are there.
                unsafe {
                    let from = c.map(|c| c.as_ptr().add(row));
                    crate::lanes::transpose(from, to.add(row * LANES + half * 4), LANES);
                }
            }
        }
    }
    if !std::arch::is_x86_feature_detected!("avx") {
        return 0;
    }
    let upto = columns.iter().fold(rows.len(), |least, c| least.min(c.len())) / 4 * 4;
    // SAFETY: the feature was detected; columns and rows have at least `upto` values.
    unsafe { fours(columns, rows.as_mut_ptr().cast(), upto) };
    upto
}

#[cfg(not(all(feature = "std", target_arch = "x86_64")))]
fn fill_fours(_: &[&[f64]; LANES], _: &mut [[f64; LANES]]) -> usize {
    0
}

/// # Safety
/// The CPU has the instructions of `V`.
#[inline(always)]
unsafe fn sort<V: Vector>(rows: &mut [[f64; LANES]]) {
    let n = rows.len();
    // Runs of every `step`-th row are sorted in registers, then merged by twos.
    let first = n.div_ceil(SMALL).next_power_of_two();
    let base = rows.as_mut_ptr().cast::<f64>();
    for lane in (0..LANES).step_by(V::WIDTH) {
        let run = |r: usize, step: usize| Run {
            // SAFETY: `r` is below n, and the lanes of a vector from `lane` on are lanes of a row.
            first: unsafe { base.add(r * LANES + lane) },
            step: step * LANES,
            len: (n - r).div_ceil(step),
        };
        for r in 0..first.min(n) {
            // SAFETY: the rows of a run are rows; it has at most SMALL.
            unsafe { small::<V>(run(r, first)) };
        }
        let mut step = first / 2;
        while step > 0 {
            for r in 0..step {
                let whole = run(r, step);
                // SAFETY: the rows of a run are rows, at least 2 NEAR of them as n / step > SMALL.
                unsafe {
                    if whole.len > 4 * NEAR { merge::<V, true>(whole) } else { merge::<V, false>(whole) }
                }
            }
            step /= 2;
        }
    }
}

/// Every so-many-th row of one vector's lanes.
#[derive(Clone, Copy)]
struct Run {
    first: *mut f64,
    /// Numbers from one row to the next.
    step: usize,
    len: usize,
}

impl Run {
    /// # Safety
    /// Of this and the functions below: the rows of the run are there, and the CPU has the instructions of `V`.
    #[inline(always)]
    unsafe fn get<V: Vector>(self, i: usize) -> V {
        debug_assert!(i < self.len, "row {i} of {}", self.len);
        // SAFETY: row i is there.
        unsafe { V::load(self.first.add(i * self.step)) }
    }

    #[inline(always)]
    unsafe fn set<V: Vector>(self, i: usize, v: V) {
        debug_assert!(i < self.len, "row {i} of {}", self.len);
        // SAFETY: row i is there.
        unsafe { v.store(self.first.add(i * self.step)) }
    }

    /// Orders row `i` and the later row `j`.
    #[inline(always)]
    unsafe fn order<V: Vector>(self, i: usize, j: usize) {
        // SAFETY: the caller's promise.
        unsafe {
            let (low, high) = self.get::<V>(i).exchange(self.get(j));
            self.set(i, low);
            self.set(j, high);
        }
    }
}

/// Sorts a run of at most SMALL.
#[inline(always)]
unsafe fn small<V: Vector>(run: Run) {
    macro_rules! by_length {
        ($($n:literal)*) => {
            match run.len {
                // SAFETY: the caller's promise.
                $($n => unsafe { in_registers::<V, $n>(run) },)*
                _ => debug_assert!(run.len < 2, "a run of {}", run.len),
            }
        };
    }
    by_length!(2 3 4 5 6 7 8 9 10 11 12 13 14 15 16);
}

/// Green's network, without the comparisons with values above N: those would never change places.
#[inline(always)]
#[allow(clippy::indexing_slicing, reason = "indices are below N")]
unsafe fn in_registers<V: Vector, const N: usize>(run: Run) {
    // SAFETY: the caller's promise; N is the length.
    let mut v: [V; N] = core::array::from_fn(|i| unsafe { run.get(i) });
    macro_rules! order {
        ($($a:literal $b:literal),*) => {
            $(if $b < N {
                // SAFETY: the caller's promise.
                (v[$a], v[$b]) = unsafe { v[$a].exchange(v[$b]) };
            })*
        };
    }
    order!(0 1, 2 3, 4 5, 6 7, 8 9, 10 11, 12 13, 14 15);
    order!(0 2, 1 3, 4 6, 5 7, 8 10, 9 11, 12 14, 13 15);
    order!(0 4, 1 5, 2 6, 3 7, 8 12, 9 13, 10 14, 11 15);
    order!(0 8, 1 9, 2 10, 3 11, 4 12, 5 13, 6 14, 7 15);
    order!(1 2, 3 12, 4 8, 5 10, 6 9, 7 11, 13 14);
    order!(1 4, 7 13, 2 8, 11 14);
    order!(2 4, 5 6, 9 10, 11 13, 3 8, 7 12);
    order!(6 8, 10 12, 3 5, 7 9);
    order!(3 4, 5 6, 7 8, 9 10, 11 12);
    order!(6 7, 8 9);
    for (i, x) in v.iter().enumerate() {
        // SAFETY: the caller's promise.
        unsafe { run.set(i, *x) };
    }
}

/// Merges the sorted even and odd rows of a run of 2 NEAR rows or more. `FAR`: of more than 4 NEAR.
///
/// With even rows E and odd rows O, Batcher compares E[k] with O[k] for all k, then O[k] with E[k + g] for all k, for g
/// the greatest power of two that has an E[g], its half, and so on to 1. All g of one k can follow each other:
/// E[k + g] then has met O[k - g], O[k - 3 g], ..., which is all that it must. So O[k] and the NEAR rows after E[k] are
/// in registers; only larger g go to memory.
#[inline(always)]
#[allow(clippy::indexing_slicing, reason = "constant indices")]
unsafe fn merge<V: Vector, const FAR: bool>(run: Run) {
    let (even, odd) = (run.len.div_ceil(2), run.len / 2);
    let most = if FAR { even.next_power_of_two() / 2 } else { NEAR };
    // SAFETY: rows of `even` and `odd` are rows of the run; the caller's promise.
    unsafe {
        for k in 0..most.min(odd) {
            run.order::<V>(2 * k, 2 * k + 1);
        }
        // E[k + 1] and so on.
        let mut next: [V; NEAR] =
            core::array::from_fn(|i| run.get(if i < NEAR - 1 { 2 * (i + 1) } else { 0 }));
        let mut far = most;
        for k in 0..even - NEAR {
            let mut own: V = run.get(2 * k + 1);
            if FAR {
                if far > NEAR && k + far >= even {
                    far /= 2;
                }
                let mut g = far;
                if g == most {
                    // E and O of this distance have not met.
                    let mut e: V = run.get(2 * (k + g));
                    if k + g < odd {
                        let (low, high) = e.exchange(run.get(2 * (k + g) + 1));
                        e = low;
                        run.set(2 * (k + g) + 1, high);
                    }
                    (own, e) = own.exchange(e);
                    run.set(2 * (k + g), e);
                    g /= 2;
                }
                while g > NEAR {
                    let (low, high) = own.exchange(run.get(2 * (k + g)));
                    own = low;
                    run.set(2 * (k + g), high);
                    g /= 2;
                }
                next[7] = run.get(2 * (k + NEAR));
            } else {
                next[7] = run.get(2 * (k + NEAR));
                if k + NEAR < odd {
                    let (low, high) = next[7].exchange(run.get(2 * (k + NEAR) + 1));
                    next[7] = low;
                    run.set(2 * (k + NEAR) + 1, high);
                }
            }
            (own, next[7]) = own.exchange(next[7]);
            (own, next[3]) = own.exchange(next[3]);
            (own, next[1]) = own.exchange(next[1]);
            (own, next[0]) = own.exchange(next[0]);
            run.set(2 * k + 1, own);
            run.set(2 * k + 2, next[0]);
            next = [next[1], next[2], next[3], next[4], next[5], next[6], next[7], next[7]];
        }
        // No E is NEAR rows further on.
        for j in 0..NEAR - 1 {
            let k = even - NEAR + j;
            let mut own: V = run.get(2 * k + 1);
            if j < 4 {
                (own, next[(j + 3) % NEAR]) = own.exchange(next[(j + 3) % NEAR]);
            }
            if j < 6 {
                (own, next[(j + 1) % NEAR]) = own.exchange(next[(j + 1) % NEAR]);
            }
            (own, next[j]) = own.exchange(next[j]);
            run.set(2 * k + 1, own);
            run.set(2 * k + 2, next[j]);
        }
    }
}

/// # Safety
/// The CPU has the instructions of `V`.
#[inline(always)]
#[allow(clippy::cast_precision_loss, reason = "numbers of rows are far below 2^53")]
unsafe fn distances<V: Vector>(rows: &[[f64; LANES]], target: &[f64; LANES]) -> [[f64; LANES]; 2] {
    let mut out = [[0.0; LANES]; 2];
    let [near, apart] = &mut out;
    for lane in (0..LANES).step_by(V::WIDTH) {
        // SAFETY: the lanes of a vector from `lane` on are lanes of a row.
        unsafe {
            let t = V::load(target.as_ptr().add(lane));
            let (mut n, mut s) = (V::splat(0.0), V::splat(0.0));
            let mut factor = 1.0 - rows.len() as f64;
            for row in rows {
                let x = V::load(row.as_ptr().add(lane));
                n = n.add(x.distance(t));
                s = s.add(x.multiply(V::splat(factor)));
                factor += 2.0;
            }
            n.store(near.as_mut_ptr().add(lane));
            s.store(apart.as_mut_ptr().add(lane));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    /// Columns with ties, both zeros and infinities.
    fn columns(n: usize) -> Vec<[f64; LANES]> {
        let odd = [0.0, -0.0, f64::INFINITY, f64::NEG_INFINITY];
        let mut state = 7u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let x = state >> 40;
            if x % 19 < 4 { odd[(x % 19) as usize] } else { (x % 4001) as f64 * 0.1 - 200.0 }
        };
        (0..n).map(|_| core::array::from_fn(|_| next())).collect()
    }

    fn bits(rows: &[[f64; LANES]]) -> Vec<[u64; LANES]> {
        rows.iter().map(|r| r.map(f64::to_bits)).collect()
    }

    #[test]
    fn sorts_any_number_of_rows() {
        for n in (0..300).chain([511, 512, 513, 1000]) {
            let mut v = columns(n);
            let mut want = v.clone();
            for lane in 0..LANES {
                let mut c: Vec<f64> = v.iter().map(|m| m[lane]).collect();
                c.sort_by(|a, b| a.partial_cmp(b).unwrap());
                want.iter_mut().zip(c).for_each(|(w, x)| w[lane] = x);
            }
            sort_lanes(&mut v);
            assert_eq!(v, want, "{n}");
        }
    }

    #[test]
    fn any_zeros_and_ones_are_sorted() {
        // A network that sorts these sorts everything (Knuth, 5.3.4, theorem Z).
        for n in 1..=16usize {
            for from in (0..1usize << n).step_by(LANES) {
                let mut v: Vec<[f64; LANES]> =
                    (0..n).map(|i| core::array::from_fn(|l| ((from + l) >> i & 1) as f64)).collect();
                sort_lanes(&mut v);
                let rising = |p: &[[f64; LANES]]| p[0].iter().zip(&p[1]).all(|(a, b)| a <= b);
                assert!(v.windows(2).all(rising), "{n} {from}");
            }
        }
    }

    #[test]
    fn merges_any_zeros_and_ones() {
        // Two sorted halves of zeros and ones are known by their numbers of ones.
        for n in 16..150usize {
            let (even, odd) = (n.div_ceil(2), n / 2);
            for ones in 0..=even {
                for from in (0..=odd).step_by(LANES) {
                    let mut v: Vec<[f64; LANES]> = (0..n)
                        .map(|i| {
                            core::array::from_fn(|l| {
                                let (at, len, ones) = if i % 2 == 0 {
                                    (i / 2, even, ones)
                                } else {
                                    (i / 2, odd, (from + l).min(odd))
                                };
                                f64::from(u8::from(at + ones >= len))
                            })
                        })
                        .collect();
                    let run = Run { first: v.as_mut_ptr().cast(), step: LANES, len: n };
                    // SAFETY: the run is all of v; `Plain` needs nothing.
                    for lane in (0..LANES).step_by(2) {
                        let run = Run { first: unsafe { run.first.add(lane) }, ..run };
                        unsafe {
                            if n > 4 * NEAR {
                                merge::<crate::lanes::Plain, true>(run);
                            } else {
                                merge::<crate::lanes::Plain, false>(run);
                            }
                        }
                    }
                    let rising = |p: &[[f64; LANES]]| p[0].iter().zip(&p[1]).all(|(a, b)| a <= b);
                    assert!(v.windows(2).all(rising), "{n} {ones} {from}");
                }
            }
        }
    }

    #[test]
    fn the_same_bits_without_intrinsics() {
        for n in [1, 2, 7, 16, 17, 31, 32, 33, 64, 65, 100, 255, 256, 257] {
            let mut v = columns(n);
            let mut plain = v.clone();
            sort_lanes(&mut v);
            // SAFETY: `Plain` needs nothing.
            unsafe { sort::<crate::lanes::Plain>(&mut plain) };
            assert_eq!(bits(&v), bits(&plain));
            let target = core::array::from_fn(|l| l as f64 * 0.3 - 1.0);
            v.iter_mut().flatten().for_each(|x| *x = x.clamp(-1e9, 1e9));
            // SAFETY: `Plain` needs nothing.
            let plain = unsafe { distances::<crate::lanes::Plain>(&v, &target) };
            assert_eq!(bits(&lane_distances(&v, &target)), bits(&plain));
        }
    }

    #[test]
    fn columns_become_lanes() {
        for n in [0, 1, 3, 4, 5, 8, 100, 103] {
            let all: Vec<f64> = (0..n * LANES).map(|i| i as f64).collect();
            let columns: [&[f64]; LANES] = core::array::from_fn(|l| &all[l * n..(l + 1) * n]);
            let mut rows = alloc::vec![[-1.0; LANES]; n + 1];
            fill_lanes(&columns, &mut rows);
            for (i, row) in rows.iter().enumerate() {
                let want: [f64; LANES] =
                    core::array::from_fn(|l| if i < n { (l * n + i) as f64 } else { -1.0 });
                assert_eq!(*row, want);
            }
        }
    }
}
