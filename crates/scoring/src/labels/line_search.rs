//! Line searches for the strong Wolfe conditions, with scipy's constants: that of Moré and Thuente (ACM TOMS 20, 1994),
//! and that of Nocedal and Wright (Numerical Optimization, algorithms 3.5 and 3.6), which takes over where the first
//! fails or its step will not do.

use alloc::vec::Vec;

/// Sufficient decrease.
const DECREASE: f64 = 1e-4;
/// Bound of the slope at the end of a line search, as a part of the slope at its start.
const CURVATURE: f64 = 0.4;
const STEP_MIN: f64 = 1e-100;
const STEP_MAX: f64 = 1e100;
const STEP_TOLERANCE: f64 = 1e-14;
/// Trials of Moré and Thuente's search.
const TRIALS: usize = 99;
/// Doublings of the step before an interval is found.
const DOUBLINGS: usize = 10;
/// Trials within an interval.
const ZOOMS: usize = 11;
/// A cubic's or a quadratic's minimum closer to an end than this part of the interval is not taken.
const CUBIC_MARGIN: f64 = 0.2;
const QUADRATIC_MARGIN: f64 = 0.1;

/// What is known at a step: its value and slope.
#[derive(Clone, Copy)]
pub(super) struct End {
    pub(super) step: f64,
    pub(super) value: f64,
    pub(super) slope: f64,
}

impl End {
    /// What the value after a step from here must not exceed.
    fn bound(self, step: f64) -> f64 {
        self.value + DECREASE * step * self.slope
    }
}

/// A trial with the gradient there.
pub(super) struct Point {
    pub(super) end: End,
    pub(super) gradient: Vec<f64>,
}

/// The first trial: the step that would lower the value as much as the one `before` did.
pub(super) fn first_step(start: End, before: f64) -> f64 {
    let step =
        if start.slope == 0.0 { 1.0 } else { (1.01 * 2.0 * (start.value - before) / start.slope).min(1.0) };
    if step < 0.0 { 1.0 } else { step }
}

/// Moré and Thuente's search.
pub(super) fn more_thuente(at: &mut impl FnMut(f64) -> Point, start: End, mut step: f64) -> Option<Point> {
    let End { value, slope, .. } = start;
    if slope.is_nan() || slope >= 0.0 || step < STEP_MIN {
        return None;
    }
    let test = DECREASE * slope;
    let (mut best, mut other) = (start, start);
    let mut bracketed = false;
    let mut first_stage = true;
    let mut width = STEP_MAX - STEP_MIN;
    let mut width_before = 2.0 * width;
    let (mut low, mut high) = (0.0, step + 4.0 * step);
    for _ in 0..TRIALS {
        if !step.is_finite() {
            return None;
        }
        let point = at(step);
        let End { value: f, slope: g, .. } = point.end;
        let bound = value + step * test;
        if first_stage && f <= bound && g >= 0.0 {
            first_stage = false;
        }
        if f <= bound && g.abs() <= CURVATURE * -slope {
            return Some(point);
        }
        let stuck = (bracketed && (step <= low || step >= high || high - low <= STEP_TOLERANCE * high))
            || (step == STEP_MAX && f <= bound && g <= test)
            || (step == STEP_MIN && (f > bound || g >= test));
        if stuck {
            return None;
        }
        let new = point.end;
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

/// Nocedal and Wright's search: doubles the step until an interval holds one that will do. The end of the last doubling
/// is taken as it is, as scipy does.
pub(super) fn wolfe(
    at: &mut impl FnMut(f64) -> Point,
    accept: &impl Fn(&Point) -> bool,
    start: End,
    first: f64,
) -> Option<Point> {
    let (mut last, mut new) = (start, at(first));
    for i in 0..DOUBLINGS {
        let End { step, value, slope } = new.end;
        if step == 0.0 || last.step > STEP_MAX {
            return None;
        }
        if value > start.bound(step) || (i > 0 && value >= last.value) {
            return zoom(at, accept, start, last, new.end);
        }
        if slope.abs() <= -CURVATURE * start.slope && accept(&new) {
            return Some(new);
        }
        if slope >= 0.0 {
            return zoom(at, accept, start, new.end, last);
        }
        last = new.end;
        new = at((2.0 * step).min(STEP_MAX));
    }
    Some(new)
}

/// Narrows an interval whose `low` end has the lower value, until a step in it will do.
fn zoom(
    at: &mut impl FnMut(f64) -> Point,
    accept: &impl Fn(&Point) -> bool,
    start: End,
    mut low: End,
    mut high: End,
) -> Option<Point> {
    // The end that was replaced last.
    let mut left = None;
    for _ in 0..ZOOMS {
        let width = high.step - low.step;
        // The margins have the sign of the width, so for a negative one they lie outside.
        let (a, b) = if width < 0.0 { (high.step, low.step) } else { (low.step, high.step) };
        let inside = |step: &f64, margin: f64| !(*step > b - margin * width || *step < a + margin * width);
        let cubic = left.and_then(|left| cubic(low, high, left)).filter(|s| inside(s, CUBIC_MARGIN));
        let step = cubic
            .or_else(|| quadratic(low, high).filter(|s| inside(s, QUADRATIC_MARGIN)))
            .unwrap_or(low.step + 0.5 * width);
        let new = at(step);
        let End { value, slope, .. } = new.end;
        if value > start.bound(step) || value >= low.value {
            left = Some(high);
            high = new.end;
            continue;
        }
        if slope.abs() <= -CURVATURE * start.slope && accept(&new) {
            return Some(new);
        }
        if slope * width >= 0.0 {
            left = Some(high);
            high = low;
        } else {
            left = Some(low);
        }
        low = new.end;
    }
    None
}

/// Where the cubic through three points with the slope at `a` is least.
fn cubic(a: End, b: End, c: End) -> Option<f64> {
    let (db, dc) = (b.step - a.step, c.step - a.step);
    let (rb, rc) = (b.value - a.value - a.slope * db, c.value - a.value - a.slope * dc);
    let scale = (db * dc) * (db * dc) * (db - dc);
    let third = (dc * dc * rb - db * db * rc) / scale;
    let second = (db * db * db * rc - dc * dc * dc * rb) / scale;
    let step = a.step + (libm::sqrt(second * second - 3.0 * third * a.slope) - second) / (3.0 * third);
    step.is_finite().then_some(step)
}

/// Where the parabola through two points with the slope at `a` is least.
fn quadratic(a: End, b: End) -> Option<f64> {
    let width = b.step - a.step;
    let second = (b.value - a.value - a.slope * width) / (width * width);
    let step = a.step - a.slope / (2.0 * second);
    (second.is_finite() && step.is_finite()).then_some(step)
}
