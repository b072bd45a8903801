//! Minimisation by nonlinear conjugate gradients: Polak and Ribiere's directions (Nocedal and Wright, Numerical
//! Optimization, section 5.2), on the path that scipy 1.17's `minimize(method="CG")` takes. Where both line searches
//! fail, the iteration ends where it is.

use super::line_search::{End, Point, first_step, more_thuente, wolfe};
use crate::numeric::dot;
use alloc::vec::Vec;

/// Sufficient descent of a new direction (Gilbert and Nocedal, 1992).
const DESCENT: f64 = 0.01;

/// A value and its gradient.
type Evaluated = (f64, Vec<f64>);

/// Minimises from `x`, at most `iterations` line searches, until no element of the gradient exceeds `tolerance`.
pub(super) fn minimize(
    mut x: Vec<f64>,
    iterations: u32,
    tolerance: f64,
    mut f: impl FnMut(&[f64]) -> Evaluated,
) -> Vec<f64> {
    let (mut value, mut gradient) = f(&x);
    let mut before = value + libm::sqrt(dot(&gradient, &gradient)) / 2.0;
    let mut direction: Vec<f64> = gradient.iter().map(|g| -g).collect();
    for _ in 0..iterations {
        // A gradient with a NaN ends it too.
        let size = largest(&gradient);
        if size.is_nan() || size <= tolerance {
            break;
        }
        let square = dot(&gradient, &gradient);
        let mut at = |step: f64| {
            let (value, gradient) = f(&along(&x, step, &direction));
            Point { end: End { step, value, slope: dot(&gradient, &direction) }, gradient }
        };
        let turn = |p: &Point| -> Vec<f64> {
            let change: Vec<f64> = p.gradient.iter().zip(&gradient).map(|(n, g)| n - g).collect();
            let beta = (dot(&change, &p.gradient) / square).max(0.0);
            p.gradient.iter().zip(&direction).map(|(n, d)| beta * d - n).collect()
        };
        let descends = |p: &Point| {
            let (g, turned) = (&p.gradient, turn(p));
            largest(g) <= tolerance || dot(&turned, g) <= -DESCENT * dot(g, g)
        };
        let start = End { step: 0.0, value, slope: dot(&gradient, &direction) };
        let first = first_step(start, before);
        let found = more_thuente(&mut at, start, first).filter(&descends);
        let Some(p) = found.or_else(|| wolfe(&mut at, &descends, start, first)) else { break };
        let turned = turn(&p);
        x = along(&x, p.end.step, &direction);
        (before, value, gradient, direction) = (value, p.end.value, p.gradient, turned);
    }
    x
}

fn along(x: &[f64], step: f64, direction: &[f64]) -> Vec<f64> {
    x.iter().zip(direction).map(|(x, d)| x + step * d).collect()
}

/// The largest size of an element; NaN if one is.
fn largest(v: &[f64]) -> f64 {
    v.iter().fold(0.0, |a: f64, x| if x.abs() > a || x.is_nan() { x.abs() } else { a })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rosenbrock's function.
    fn banana(x: &[f64]) -> Evaluated {
        let (a, b) = (1.0 - x[0], x[1] - x[0] * x[0]);
        (a * a + 100.0 * b * b, alloc::vec![-2.0 * a - 400.0 * x[0] * b, 200.0 * b])
    }

    #[test]
    fn finds_the_minimum_of_the_banana() {
        let x = minimize(alloc::vec![-1.2, 1.0], 200, 1e-6, banana);
        assert!((x[0] - 1.0).abs() < 1e-5 && (x[1] - 1.0).abs() < 1e-5, "{x:?}");
    }

    /// scipy 1.17.1's points after some steps. The second search takes over in the first step from (-1.2, 1) and in the
    /// second from (3, -2).
    #[test]
    fn takes_the_path_of_the_original() {
        for (start, steps, expected) in [
            ([-1.2, 1.0], 1, [-1.028_276_820_481_695, 1.070_091_093_680_940_7]),
            ([-1.2, 1.0], 4, [-0.454_015_301_118_546_3, 0.215_969_987_844_445_63]),
            ([-1.2, 1.0], 12, [0.407_383_016_016_165_06, 0.145_619_813_151_754_15]),
            ([3.0, -2.0], 1, [2.003_733_981_176_631, -1.834_005_964_752_240_9]),
            ([3.0, -2.0], 2, [-0.229_991_251_666_875_76, -1.276_853_885_132_137_8]),
            ([3.0, -2.0], 12, [0.879_327_532_156_786_7, 0.772_996_573_914_343_3]),
        ] {
            let x = minimize(start.to_vec(), steps, 1e-6, banana);
            assert!(x.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-8), "{steps} {x:?}");
        }
    }

    #[test]
    fn ends_where_both_searches_fail() {
        // No slope near the kink at (0.3, -0.1) is flat enough.
        let mut calls = 0;
        let f = |x: &[f64]| {
            calls += 1;
            let (a, b) = (x[0] - 0.3, x[1] + 0.1);
            let gradient = alloc::vec![a.signum() + 2.0 * x[0], 2.0 * b.signum()];
            (a.abs() + 2.0 * b.abs() + x[0] * x[0], gradient)
        };
        let x = minimize(alloc::vec![2.0, 1.0], 40, 1e-6, f);
        assert!((x[0] - 0.038_810_587_459_371_16).abs() < 1e-9, "{x:?}");
        assert!((x[1] - 0.215_524_234_983_748_5).abs() < 1e-9, "{x:?}");
        assert!(calls < 200, "{calls}");
    }

    #[test]
    fn ends_where_there_is_nothing_to_descend() {
        let flat = |x: &[f64]| (0.0, alloc::vec![0.0; x.len()]);
        assert_eq!(minimize(alloc::vec![3.0], 10, 1e-6, flat), [3.0]);
        let nan = |x: &[f64]| (f64::NAN, alloc::vec![f64::NAN; x.len()]);
        assert_eq!(minimize(alloc::vec![3.0], 10, 1e-6, nan), [3.0]);
        let one_nan = |x: &[f64]| (x[0] * x[0], alloc::vec![2.0 * x[0], f64::NAN]);
        assert_eq!(minimize(alloc::vec![3.0, 1.0], 10, 1e-6, one_nan), [3.0, 1.0]);
    }
}
