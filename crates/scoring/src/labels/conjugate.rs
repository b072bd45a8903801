//! Minimisation by nonlinear conjugate gradients: Polak and Ribiere's directions (Nocedal and Wright, Numerical
//! Optimization, section 5.2) with the line search of Moré and Thuente (ACM TOMS 20, 1994), with the constants that
//! scipy's `minimize(method="CG")` uses. A direction that hardly descends is replaced by the gradient's; where the line
//! search fails, the iteration ends where it is.

use crate::numeric::dot;
use alloc::vec::Vec;

/// Sufficient decrease.
const DECREASE: f64 = 1e-4;
/// Bound of the slope at the end of a line search, as a part of the slope at its start.
const CURVATURE: f64 = 0.4;
const STEP_MIN: f64 = 1e-100;
const STEP_MAX: f64 = 1e100;
const STEP_TOLERANCE: f64 = 1e-14;
const STEPS: usize = 100;
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
        if largest(&gradient) <= tolerance {
            break;
        }
        let square = dot(&gradient, &gradient);
        let mut at = |step: f64| f(&along(&x, step, &direction));
        let slope = dot(&gradient, &direction);
        let Some((step, (new, next))) = search(&mut at, &direction, value, before, slope) else { break };
        let change: Vec<f64> = next.iter().zip(&gradient).map(|(n, g)| n - g).collect();
        let beta = (dot(&change, &next) / square).max(0.0);
        let mut turned: Vec<f64> = next.iter().zip(&direction).map(|(n, d)| beta * d - n).collect();
        if dot(&turned, &next) > -DESCENT * dot(&next, &next) {
            turned = next.iter().map(|n| -n).collect();
        }
        x = along(&x, step, &direction);
        (before, value, gradient, direction) = (value, new, next, turned);
    }
    x
}

fn along(x: &[f64], step: f64, direction: &[f64]) -> Vec<f64> {
    x.iter().zip(direction).map(|(x, d)| x + step * d).collect()
}

fn largest(v: &[f64]) -> f64 {
    v.iter().fold(0.0, |a: f64, x| a.max(x.abs()))
}

/// One end of the interval that holds a minimum: step, value and slope.
#[derive(Clone, Copy)]
struct End {
    step: f64,
    value: f64,
    slope: f64,
}

/// A step that satisfies the strong Wolfe conditions, with value and gradient there.
fn search(
    at: &mut impl FnMut(f64) -> Evaluated,
    direction: &[f64],
    value: f64,
    before: f64,
    slope: f64,
) -> Option<(f64, Evaluated)> {
    if slope.is_nan() || slope >= 0.0 {
        return None;
    }
    let mut step = (1.01 * 2.0 * (value - before) / slope).min(1.0);
    if step < 0.0 {
        step = 1.0;
    }
    let test = DECREASE * slope;
    let start = End { step: 0.0, value, slope };
    let (mut best, mut other) = (start, start);
    let mut bracketed = false;
    let mut first_stage = true;
    let mut width = STEP_MAX - STEP_MIN;
    let mut width_before = 2.0 * width;
    let (mut low, mut high) = (0.0, step + 4.0 * step);
    for _ in 0..STEPS {
        if !step.is_finite() {
            return None;
        }
        let (f, gradient) = at(step);
        let g = dot(&gradient, direction);
        let bound = value + step * test;
        if first_stage && f <= bound && g >= 0.0 {
            first_stage = false;
        }
        if f <= bound && g.abs() <= CURVATURE * -slope {
            return Some((step, (f, gradient)));
        }
        let stuck = (bracketed && (step <= low || step >= high || high - low <= STEP_TOLERANCE * high))
            || (step == STEP_MAX && f <= bound && g <= test)
            || (step == STEP_MIN && (f > bound || g >= test));
        if stuck {
            return None;
        }
        let new = End { step, value: f, slope: g };
        if first_stage && f <= best.value && f > bound {
            // A modified function, until the value is low enough and the slope not negative.
            let bend = |e: End| End { value: e.value - e.step * test, slope: e.slope - test, ..e };
            let back = |e: End| End { value: e.value + e.step * test, slope: e.slope + test, ..e };
            let (mut b, mut o) = (bend(best), bend(other));
            step = refine(&mut b, &mut o, bend(new), &mut bracketed, low, high);
            (best, other) = (back(b), back(o));
        } else {
            step = refine(&mut best, &mut other, new, &mut bracketed, low, high);
        }
        if bracketed {
            if (other.step - best.step).abs() >= 0.66 * width_before {
                step = best.step + 0.5 * (other.step - best.step);
            }
            width_before = width;
            width = (other.step - best.step).abs();
            (low, high) = (best.step.min(other.step), best.step.max(other.step));
        } else {
            (low, high) = (step + 1.1 * (step - best.step), step + 4.0 * (step - best.step));
        }
        step = step.clamp(STEP_MIN, STEP_MAX);
        if bracketed && (step <= low || step >= high || high - low <= STEP_TOLERANCE * high) {
            step = best.step;
        }
    }
    None
}

/// Moré and Thuente's safeguarded step: the next trial, with the interval brought up to date.
fn refine(best: &mut End, other: &mut End, new: End, bracketed: &mut bool, low: f64, high: f64) -> f64 {
    let opposite = new.slope * (best.slope / best.slope.abs()) < 0.0;
    let theta = 3.0 * (best.value - new.value) / (new.step - best.step) + best.slope + new.slope;
    let size = |third: f64| theta.abs().max(best.slope.abs()).max(third.abs());
    let s = size(new.slope);
    let discriminant = (theta / s) * (theta / s) - (best.slope / s) * (new.slope / s);
    let secant = || new.step + new.slope / (new.slope - best.slope) * (best.step - new.step);
    let next;
    if new.value > best.value {
        // Higher: a minimum lies between.
        let mut gamma = s * libm::sqrt(discriminant);
        if new.step < best.step {
            gamma = -gamma;
        }
        let r = ((gamma - best.slope) + theta) / (((gamma - best.slope) + gamma) + new.slope);
        let cubic = best.step + r * (new.step - best.step);
        let slope = (best.value - new.value) / (new.step - best.step) + best.slope;
        let quadratic = best.step + best.slope / slope / 2.0 * (new.step - best.step);
        next = if (cubic - best.step).abs() <= (quadratic - best.step).abs() {
            cubic
        } else {
            cubic + (quadratic - cubic) / 2.0
        };
        *bracketed = true;
    } else if opposite {
        // Lower, and past the minimum.
        let mut gamma = s * libm::sqrt(discriminant);
        if new.step > best.step {
            gamma = -gamma;
        }
        let r = ((gamma - new.slope) + theta) / (((gamma - new.slope) + gamma) + best.slope);
        let cubic = new.step + r * (best.step - new.step);
        let quadratic = secant();
        next = if (cubic - new.step).abs() > (quadratic - new.step).abs() { cubic } else { quadratic };
        *bracketed = true;
    } else if new.slope.abs() < best.slope.abs() {
        // Lower, and flatter.
        let mut gamma = s * libm::sqrt(discriminant.max(0.0));
        if new.step > best.step {
            gamma = -gamma;
        }
        let r = ((gamma - new.slope) + theta) / ((gamma + (best.slope - new.slope)) + gamma);
        let cubic = if r < 0.0 && gamma != 0.0 {
            new.step + r * (best.step - new.step)
        } else if new.step > best.step {
            high
        } else {
            low
        };
        let quadratic = secant();
        let nearer = (cubic - new.step).abs() < (quadratic - new.step).abs();
        if *bracketed {
            let step = if nearer { cubic } else { quadratic };
            let limit = new.step + 0.66 * (other.step - new.step);
            next = if new.step > best.step { step.min(limit) } else { step.max(limit) };
        } else {
            let farther = (cubic - new.step).abs() > (quadratic - new.step).abs();
            next = (if farther { cubic } else { quadratic }).max(low).min(high);
        }
    } else if *bracketed {
        // Lower, and steeper.
        let theta = 3.0 * (new.value - other.value) / (other.step - new.step) + other.slope + new.slope;
        let s = theta.abs().max(other.slope.abs()).max(new.slope.abs());
        let mut gamma = s * libm::sqrt((theta / s) * (theta / s) - (other.slope / s) * (new.slope / s));
        if new.step > other.step {
            gamma = -gamma;
        }
        let r = ((gamma - new.slope) + theta) / (((gamma - new.slope) + gamma) + other.slope);
        next = new.step + r * (other.step - new.step);
    } else {
        next = if new.step > best.step { high } else { low };
    }
    if new.value > best.value {
        *other = new;
    } else {
        if opposite {
            *other = *best;
        }
        *best = new;
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_minimum_of_the_banana() {
        // Rosenbrock's function.
        let f = |x: &[f64]| {
            let (a, b) = (1.0 - x[0], x[1] - x[0] * x[0]);
            (a * a + 100.0 * b * b, alloc::vec![-2.0 * a - 400.0 * x[0] * b, 200.0 * b])
        };
        let x = minimize(alloc::vec![-1.2, 1.0], 200, 1e-6, f);
        assert!((x[0] - 1.0).abs() < 1e-5 && (x[1] - 1.0).abs() < 1e-5, "{x:?}");
    }

    #[test]
    fn ends_where_there_is_nothing_to_descend() {
        let flat = |x: &[f64]| (0.0, alloc::vec![0.0; x.len()]);
        assert_eq!(minimize(alloc::vec![3.0], 10, 1e-6, flat), [3.0]);
        let nan = |x: &[f64]| (f64::NAN, alloc::vec![f64::NAN; x.len()]);
        assert_eq!(minimize(alloc::vec![3.0], 10, 1e-6, nan), [3.0]);
    }
}
