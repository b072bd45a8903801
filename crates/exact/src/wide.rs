//! The same code for wider vectors.

/// Work whose code is worth compiling for wider vectors. Mark `run`, and what it calls, `#[inline(always)]`: only what is
/// inlined gains.
pub trait Kernel {
    /// What the work gives.
    type Output;

    /// Does the work.
    fn run(self) -> Self::Output;
}

/// Runs a kernel, compiled a second time for 256-bit vectors where the CPU has them. The results are the same bits, since
/// the compiler neither fuses nor reorders floating point.
///
/// ```
/// use countermark_exact::{Kernel, vectorized};
/// struct Squares<'a>(&'a [f64]);
/// impl Kernel for Squares<'_> {
///     type Output = Vec<f64>;
///     #[inline(always)]
///     fn run(self) -> Vec<f64> {
///         self.0.iter().map(|x| x * x).collect()
///     }
/// }
/// assert_eq!(vectorized(Squares(&[0.5, 3.0])), [0.25, 9.0]);
/// ```
#[inline]
pub fn vectorized<K: Kernel>(kernel: K) -> K::Output {
    run(kernel)
}

#[cfg(all(feature = "std", target_arch = "x86_64"))]
#[allow(unsafe_code, reason = "the compiler may use instructions that were detected at run time")]
#[inline]
fn run<K: Kernel>(kernel: K) -> K::Output {
    #[target_feature(enable = "avx2")]
    fn avx2<K: Kernel>(kernel: K) -> K::Output {
        kernel.run()
    }
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the feature was detected.
        unsafe { avx2(kernel) }
    } else {
        kernel.run()
    }
}

#[cfg(not(all(feature = "std", target_arch = "x86_64")))]
#[inline]
fn run<K: Kernel>(kernel: K) -> K::Output {
    kernel.run()
}
