//! Sums in one fixed order.
//!
//! The order depends on the length alone, never on threads or on the width of a vector unit: blocks of [`BLOCK`]
//! elements; within a block eight running sums (sum `j` takes elements `j`, `j + 8`, ...), joined as
//! `((0+1)+(2+3))+((4+5)+(6+7))`, then the elements after the last full eight one by one; blocks joined pairwise,
//! the left half always the largest power of two of blocks below the count. Multiplications are rounded before
//! they are added: no fused multiply-add.

/// Elements of a block.
pub(crate) const BLOCK: usize = 256;

/// Sum of `f(a_i, b_i)` over the shorter of both slices, in the fixed order.
#[inline]
pub(crate) fn sum2(a: &[f64], b: &[f64], f: impl Fn(f64, f64) -> f64 + Copy) -> f64 {
    let n = a.len().min(b.len());
    let (a, _) = a.split_at(n);
    let (b, _) = b.split_at(n);
    tree(a, b, f)
}

/// Sum of `f(a_i)` in the fixed order.
#[inline]
pub(crate) fn sum1(a: &[f64], f: impl Fn(f64) -> f64 + Copy) -> f64 {
    tree(a, a, |x, _| f(x))
}

/// Inner product.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    sum2(a, b, |x, y| x * y)
}

/// Arithmetic mean; NaN when empty.
#[allow(
    clippy::cast_precision_loss,
    reason = "a slice of f64 has fewer than 2^61 elements; exact below 2^53"
)]
pub(crate) fn mean(a: &[f64]) -> f64 {
    sum1(a, |x| x) / a.len() as f64
}

/// Pearson's correlation of `x` with `y`, where `y` is centred and `y_square` its sum of squares. NaN when either is
/// constant. Clipped to -1..=1.
pub(crate) fn pearson(x: &[f64], y: &[f64], y_square: f64) -> f64 {
    let m = mean(x);
    let cross = sum2(x, y, |x, y| (x - m) * y);
    let square = sum1(x, |x| (x - m) * (x - m));
    let r = cross / (libm::sqrt(square) * libm::sqrt(y_square));
    r.clamp(-1.0, 1.0)
}

fn tree(a: &[f64], b: &[f64], f: impl Fn(f64, f64) -> f64 + Copy) -> f64 {
    if a.len() <= BLOCK {
        return block(a, b, f);
    }
    let blocks = a.len().div_ceil(BLOCK);
    // The largest power of two below the number of blocks.
    let left = (blocks.next_power_of_two() / 2) * BLOCK;
    let (a0, a1) = a.split_at(left);
    let (b0, b1) = b.split_at(left);
    tree(a0, b0, f) + tree(a1, b1, f)
}

#[inline]
fn block(a: &[f64], b: &[f64], f: impl Fn(f64, f64) -> f64 + Copy) -> f64 {
    let (a8, a_rest) = a.as_chunks::<8>();
    let (b8, b_rest) = b.as_chunks::<8>();
    let mut s = [0.0f64; 8];
    for (x, y) in a8.iter().zip(b8) {
        for ((s, x), y) in s.iter_mut().zip(x).zip(y) {
            *s += f(*x, *y);
        }
    }
    let [s0, s1, s2, s3, s4, s5, s6, s7] = s;
    let mut sum = ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
    for (x, y) in a_rest.iter().zip(b_rest) {
        sum += f(*x, *y);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    /// The same order, written without slices of slices.
    fn by_the_book(v: &[f64]) -> f64 {
        let mut sums: Vec<f64> = v
            .chunks(BLOCK)
            .map(|c| {
                let full = c.len() / 8 * 8;
                let lane = |j: usize| (j..full).step_by(8).fold(0.0, |s, i| s + c[i]);
                let head =
                    ((lane(0) + lane(1)) + (lane(2) + lane(3))) + ((lane(4) + lane(5)) + (lane(6) + lane(7)));
                c[full..].iter().fold(head, |s, x| s + x)
            })
            .collect();
        // Joining neighbours level by level is the same tree; an odd one out moves up unchanged.
        while sums.len() > 1 {
            sums = sums.chunks(2).map(|p| p.iter().skip(1).fold(p[0], |a, b| a + b)).collect();
        }
        sums.first().copied().unwrap_or(0.0)
    }

    proptest! {
        #[test]
        fn the_order_is_the_documented_one(v in proptest::collection::vec(-1e9f64..1e9, 0..3000)) {
            prop_assert_eq!(sum1(&v, |x| x).to_bits(), by_the_book(&v).to_bits());
        }
    }

    #[test]
    fn correlation_of_a_constant_is_nan() {
        let y = [-1.0, 0.0, 1.0];
        assert!(pearson(&[2.0; 3], &y, 2.0).is_nan());
        assert!(pearson(&[1.0, 2.0, 3.0], &[0.0; 3], 0.0).is_nan());
        assert!((pearson(&[1.0, 2.0, 3.0], &y, 2.0) - 1.0).abs() < 1e-15);
        assert!((pearson(&[3.0, 2.0, 1.0], &y, 2.0) + 1.0).abs() < 1e-15);
    }
}
