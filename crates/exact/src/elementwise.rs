use crate::error::check_len;
use crate::functions::{self, NAN, Software};
use crate::{Exec, Path, Result};
use alloc::vec::Vec;

/// The value itself, or the one NaN 0x7fc00000.
#[inline(always)]
pub fn canonical(x: f32) -> f32 {
    if x.is_nan() { NAN } else { x }
}

/// Turns every NaN of a slice into 0x7fc00000.
pub fn canonicalise(x: &mut [f32]) {
    for v in x {
        *v = canonical(*v);
    }
}

/// A function of one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unary {
    /// Sign flipped; the sign of zero too.
    Neg,
    /// Absolute value.
    Abs,
    /// x where x > 0, else +0; NaN stays NaN.
    Relu,
    /// 1 / x, correctly rounded.
    Recip,
    /// Square root, correctly rounded.
    Sqrt,
    /// e^x by our polynomial; see the crate's documentation.
    Exp,
    /// Natural logarithm by our polynomial.
    Log,
    /// Hyperbolic tangent by our polynomial.
    Tanh,
}

/// A function of two values, each correctly rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Binary {
    /// Sum.
    Add,
    /// Difference.
    Sub,
    /// Product.
    Mul,
    /// Quotient.
    Div,
}

impl Binary {
    /// The function of one pair; a NaN result is canonical.
    #[inline(always)]
    pub fn apply(self, a: f32, b: f32) -> f32 {
        canonical(match self {
            Self::Add => a + b,
            Self::Sub => a - b,
            Self::Mul => a * b,
            Self::Div => a / b,
        })
    }
}

fn map(x: &[f32], f: impl Fn(f32) -> f32) -> Vec<f32> {
    x.iter().map(|v| canonical(f(*v))).collect()
}

/// Applies a function to every element.
///
/// ```
/// use countermark_exact::{Exec, Unary, unary};
/// assert_eq!(unary(Exec::detect(1), Unary::Relu, &[-1.0, 2.0]), [0.0, 2.0]);
/// assert_eq!(unary(Exec::detect(1), Unary::Exp, &[0.0, f32::NEG_INFINITY]), [1.0, 0.0]);
/// ```
pub fn unary(exec: Exec, f: Unary, x: &[f32]) -> Vec<f32> {
    match f {
        Unary::Neg => map(x, |v| -v),
        Unary::Abs => map(x, f32::abs),
        Unary::Relu => map(x, |v| if v > 0.0 || v.is_nan() { v } else { 0.0 }),
        Unary::Recip => map(x, |v| 1.0 / v),
        Unary::Sqrt => map(x, libm::sqrtf),
        Unary::Exp | Unary::Log | Unary::Tanh => polynomial(exec.path(), f, x),
    }
}

fn polynomial(path: Path, f: Unary, x: &[f32]) -> Vec<f32> {
    #[cfg(all(feature = "std", any(target_arch = "x86_64", target_arch = "aarch64")))]
    if path != Path::Software {
        let mut out = alloc::vec![0.0; x.len()];
        if crate::simd::polynomial(path, f, x, &mut out) {
            return out;
        }
    }
    let _ = path;
    match f {
        Unary::Exp => map(x, functions::exp::<Software>),
        Unary::Log => map(x, functions::log::<Software>),
        _ => map(x, functions::tanh::<Software>),
    }
}

/// Applies a function to pairs of elements of two slices of the same length.
///
/// # Errors
/// `exact_shape_mismatch`.
///
/// ```
/// use countermark_exact::{Binary, binary};
/// assert_eq!(binary(Binary::Mul, &[2.0, 3.0], &[4.0, 5.0])?, [8.0, 15.0]);
/// assert!(binary(Binary::Mul, &[2.0], &[4.0, 5.0]).is_err());
/// # Ok::<(), countermark_exact::Error>(())
/// ```
pub fn binary(f: Binary, a: &[f32], b: &[f32]) -> Result<Vec<f32>> {
    check_len("right operand", &[a.len()], b.len())?;
    // The match is outside the loop, so that each loop is vectorised.
    let go = |g: fn(f32, f32) -> f32| a.iter().zip(b).map(|(x, y)| g(*x, *y)).collect();
    Ok(match f {
        Binary::Add => go(|x, y| Binary::Add.apply(x, y)),
        Binary::Sub => go(|x, y| Binary::Sub.apply(x, y)),
        Binary::Mul => go(|x, y| Binary::Mul.apply(x, y)),
        Binary::Div => go(|x, y| Binary::Div.apply(x, y)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nan_is_always_the_same_nan() {
        let odd = f32::from_bits(0xff80_0001);
        for f in [
            Unary::Neg,
            Unary::Abs,
            Unary::Relu,
            Unary::Recip,
            Unary::Sqrt,
            Unary::Exp,
            Unary::Log,
            Unary::Tanh,
        ] {
            assert_eq!(unary(Exec::detect(1), f, &[odd])[0].to_bits(), 0x7fc0_0000, "{f:?}");
        }
        for f in [Binary::Add, Binary::Sub, Binary::Mul, Binary::Div] {
            assert_eq!(f.apply(odd, 1.0).to_bits(), 0x7fc0_0000);
        }
        assert_eq!(Binary::Sub.apply(f32::INFINITY, f32::INFINITY).to_bits(), 0x7fc0_0000);
    }

    #[test]
    fn relu_gives_plus_zero() {
        let y = unary(Exec::detect(1), Unary::Relu, &[-0.0, -3.0, 1e-42]);
        assert_eq!(y.iter().map(|v| v.to_bits()).collect::<Vec<_>>(), [0, 0, 1e-42f32.to_bits()]);
    }
}
