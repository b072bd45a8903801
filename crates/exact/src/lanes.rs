//! Vectors of two, four and eight numbers, for the sorting network.

#![allow(unsafe_code, reason = "CPU intrinsics")]

/// Some lanes side by side. Every operation is that of single numbers, lane by lane, rounded once.
///
/// # Safety
/// Of all functions: the CPU has the instructions of the vector, and pointers have `WIDTH` values.
pub(crate) trait Vector: Copy {
    /// The number of lanes, a divisor of eight.
    const WIDTH: usize;
    unsafe fn load(p: *const f64) -> Self;
    unsafe fn store(self, p: *mut f64);
    /// The same number in all lanes.
    unsafe fn splat(x: f64) -> Self;
    /// The lower and the higher number of each lane: they change places where `b < self`.
    unsafe fn exchange(self, b: Self) -> (Self, Self);
    /// `|self - b|`.
    unsafe fn distance(self, b: Self) -> Self;
    unsafe fn add(self, b: Self) -> Self;
    unsafe fn multiply(self, b: Self) -> Self;
}

/// Two lanes without intrinsics.
#[derive(Clone, Copy)]
pub(crate) struct Plain([f64; 2]);

impl Vector for Plain {
    const WIDTH: usize = 2;

    #[inline(always)]
    unsafe fn load(p: *const f64) -> Self {
        // SAFETY: the caller's promise.
        unsafe { Self([p.read(), p.add(1).read()]) }
    }

    #[inline(always)]
    unsafe fn store(self, p: *mut f64) {
        // SAFETY: the caller's promise.
        unsafe { p.cast::<[f64; 2]>().write_unaligned(self.0) }
    }

    #[inline(always)]
    unsafe fn splat(x: f64) -> Self {
        Self([x; 2])
    }

    #[inline(always)]
    unsafe fn exchange(self, b: Self) -> (Self, Self) {
        let ([p, q], [r, s]) = (self.0, b.0);
        let low = [if r < p { r } else { p }, if s < q { s } else { q }];
        (Self(low), Self([if r < p { p } else { r }, if s < q { q } else { s }]))
    }

    #[inline(always)]
    unsafe fn distance(self, b: Self) -> Self {
        let ([p, q], [r, s]) = (self.0, b.0);
        Self([(p - r).abs(), (q - s).abs()])
    }

    #[inline(always)]
    unsafe fn add(self, b: Self) -> Self {
        let ([p, q], [r, s]) = (self.0, b.0);
        Self([p + r, q + s])
    }

    #[inline(always)]
    unsafe fn multiply(self, b: Self) -> Self {
        let ([p, q], [r, s]) = (self.0, b.0);
        Self([p * r, q * s])
    }
}

/// A vector of intrinsics.
#[cfg(all(feature = "std", any(target_arch = "x86_64", target_arch = "aarch64")))]
macro_rules! vector {
    ($name:ident, $raw:ty, $width:literal, $load:ident, $store:ident, $splat:ident, $add:ident, $multiply:ident,
     |$a:ident, $b:ident| $exchange:expr, |$p:ident, $q:ident| $distance:expr) => {
        #[derive(Clone, Copy)]
        pub(crate) struct $name($raw);

        impl Vector for $name {
            const WIDTH: usize = $width;

            #[inline(always)]
            unsafe fn load(p: *const f64) -> Self {
                // SAFETY: the caller's promise.
                Self(unsafe { $load(p) })
            }

            #[inline(always)]
            unsafe fn store(self, p: *mut f64) {
                // SAFETY: the caller's promise.
                unsafe { $store(p, self.0) }
            }

            #[inline(always)]
            unsafe fn splat(x: f64) -> Self {
                // SAFETY: the caller's promise.
                Self(unsafe { $splat(x) })
            }

            #[inline(always)]
            unsafe fn exchange(self, b: Self) -> (Self, Self) {
                let ($a, $b) = (self.0, b.0);
                // SAFETY: the caller's promise.
                let (low, high) = unsafe { $exchange };
                (Self(low), Self(high))
            }

            #[inline(always)]
            unsafe fn distance(self, b: Self) -> Self {
                let ($p, $q) = (self.0, b.0);
                // SAFETY: the caller's promise.
                Self(unsafe { $distance })
            }

            #[inline(always)]
            unsafe fn add(self, b: Self) -> Self {
                // SAFETY: the caller's promise.
                Self(unsafe { $add(self.0, b.0) })
            }

            #[inline(always)]
            unsafe fn multiply(self, b: Self) -> Self {
                // SAFETY: the caller's promise.
                Self(unsafe { $multiply(self.0, b.0) })
            }
        }
    };
}

#[cfg(all(feature = "std", target_arch = "x86_64"))]
pub(crate) use x86::{Eight, Four, transpose};

#[cfg(all(feature = "std", target_arch = "x86_64"))]
mod x86 {
    use super::Vector;
    use core::arch::x86_64::{
        __m256d, __m512d, _mm256_add_pd, _mm256_andnot_pd, _mm256_loadu_pd, _mm256_max_pd, _mm256_min_pd,
        _mm256_mul_pd, _mm256_permute2f128_pd, _mm256_set1_pd, _mm256_storeu_pd, _mm256_sub_pd,
        _mm256_unpackhi_pd, _mm256_unpacklo_pd, _mm512_abs_pd, _mm512_add_pd, _mm512_loadu_pd, _mm512_max_pd,
        _mm512_min_pd, _mm512_mul_pd, _mm512_set1_pd, _mm512_storeu_pd, _mm512_sub_pd,
    };

    // Of equal operands, +0 and -0 among them, minimum and maximum give the second.
    vector!(
        Four,
        __m256d,
        4,
        _mm256_loadu_pd,
        _mm256_storeu_pd,
        _mm256_set1_pd,
        _mm256_add_pd,
        _mm256_mul_pd,
        |a, b| (_mm256_min_pd(b, a), _mm256_max_pd(a, b)),
        |a, b| _mm256_andnot_pd(_mm256_set1_pd(-0.0), _mm256_sub_pd(a, b))
    );
    vector!(
        Eight,
        __m512d,
        8,
        _mm512_loadu_pd,
        _mm512_storeu_pd,
        _mm512_set1_pd,
        _mm512_add_pd,
        _mm512_mul_pd,
        |a, b| (_mm512_min_pd(b, a), _mm512_max_pd(a, b)),
        |a, b| _mm512_abs_pd(_mm512_sub_pd(a, b))
    );

    /// Four values of each of four columns become rows, which are `stride` apart from `to` on.
    ///
    /// # Safety
    /// The CPU has AVX; the places can be read and written.
    #[inline(always)]
    pub(crate) unsafe fn transpose(columns: [*const f64; 4], to: *mut f64, stride: usize) {
        // SAFETY: the caller's promise.
        unsafe {
            let [a, b, c, d] = columns.map(|p| _mm256_loadu_pd(p));
            let (p, q) = (_mm256_unpacklo_pd(a, b), _mm256_unpackhi_pd(a, b));
            let (r, s) = (_mm256_unpacklo_pd(c, d), _mm256_unpackhi_pd(c, d));
            _mm256_storeu_pd(to, _mm256_permute2f128_pd::<0x20>(p, r));
            _mm256_storeu_pd(to.add(stride), _mm256_permute2f128_pd::<0x20>(q, s));
            _mm256_storeu_pd(to.add(2 * stride), _mm256_permute2f128_pd::<0x31>(p, r));
            _mm256_storeu_pd(to.add(3 * stride), _mm256_permute2f128_pd::<0x31>(q, s));
        }
    }
}

#[cfg(all(feature = "std", target_arch = "aarch64"))]
pub(crate) use arm::Two;

#[cfg(all(feature = "std", target_arch = "aarch64"))]
mod arm {
    use super::Vector;
    use core::arch::aarch64::{
        float64x2_t, vabdq_f64, vaddq_f64, vbslq_f64, vcltq_f64, vdupq_n_f64, vld1q_f64, vmulq_f64, vst1q_f64,
    };

    // Not the minimum of the CPU, which orders -0 below +0.
    vector!(
        Two,
        float64x2_t,
        2,
        vld1q_f64,
        vst1q_f64,
        vdupq_n_f64,
        vaddq_f64,
        vmulq_f64,
        |a, b| {
            let less = vcltq_f64(b, a);
            (vbslq_f64(less, b, a), vbslq_f64(less, a, b))
        },
        |a, b| vabdq_f64(a, b)
    );
}
