//! The vector paths: the same chains as the software path, more elements at a time. The only unsafe code of the crate.

#![allow(unsafe_code, reason = "CPU intrinsics")]
#![allow(clippy::indexing_slicing, reason = "panels are sized from the same dimensions as the loops")]

use crate::functions::{self, Hardware};
use crate::{Path, Unary, canonical};
use alloc::vec;

/// Rows of a register tile.
const MR: usize = 6;
/// Depth of a packed block. A block boundary stores and reloads an accumulator: no bit is lost.
const KC: usize = 256;
/// Rows of a packed block.
const MC: usize = 96;
/// Columns of a packed block.
const NC: usize = 1024;

/// Whether the path was run; `c += a·b` in chains, `a` `[m, k]`, `b` `[k, n]`, `c` `[m, n]` all zero at entry.
pub(crate) fn gemm(path: Path, a: &[f32], b: &[f32], k: usize, n: usize, c: &mut [f32]) -> bool {
    let fits = n > 0 && k > 0 && c.len().is_multiple_of(n) && a.len() == c.len() / n * k && b.len() == k * n;
    if !fits || !path.is_available() {
        return false;
    }
    match path {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: the path's CPU features were detected just above; the lengths match.
        Path::Avx512 => unsafe { x86::gemm_avx512(a, b, k, n, c) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as above.
        Path::Avx2Fma => unsafe { x86::gemm_avx2(a, b, k, n, c) },
        #[cfg(target_arch = "aarch64")]
        // SAFETY: as above.
        Path::Neon => unsafe { arm::gemm_neon(a, b, k, n, c) },
        _ => return false,
    }
    true
}

/// Whether the path was run; `out[i] = f(x[i])` for the polynomial functions.
pub(crate) fn polynomial(path: Path, f: Unary, x: &[f32], out: &mut [f32]) -> bool {
    if !path.is_available() {
        return false;
    }
    match path {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: the path's CPU features were detected just above.
        Path::Avx512 | Path::Avx2Fma => unsafe { x86::map_fma(f, x, out) },
        #[cfg(target_arch = "aarch64")]
        // SAFETY: as above.
        Path::Neon => unsafe { arm::map_fma(f, x, out) },
        _ => return false,
    }
    true
}

/// The loops of `polynomial`; inlined into functions that are compiled with FMA.
#[inline(always)]
fn map_body(f: Unary, x: &[f32], out: &mut [f32]) {
    match f {
        Unary::Exp => x.iter().zip(out).for_each(|(v, o)| *o = canonical(functions::exp::<Hardware>(*v))),
        Unary::Log => x.iter().zip(out).for_each(|(v, o)| *o = canonical(functions::log::<Hardware>(*v))),
        _ => x.iter().zip(out).for_each(|(v, o)| *o = canonical(functions::tanh::<Hardware>(*v))),
    }
}

/// Packs blocks of A and B and calls `micro` on each MR x NR tile of C.
///
/// `micro(kc, ap, bp, c, ldc)` adds to the tile at `c`, whose rows are `ldc` apart, the chains over a packed panel of A
/// (`kc` groups of MR) and of B (`kc` groups of NR).
#[inline(always)]
fn drive<const NR: usize>(
    a: &[f32],
    b: &[f32],
    k: usize,
    n: usize,
    c: &mut [f32],
    micro: impl Fn(usize, &[f32], &[f32], &mut [f32], usize),
) {
    let m = c.len() / n;
    let mut bp = vec![0f32; KC.min(k) * NC.min(n).next_multiple_of(NR)];
    let mut ap = vec![0f32; KC.min(k) * MC.min(m).next_multiple_of(MR)];
    for jc in (0..n).step_by(NC) {
        let nc = NC.min(n - jc);
        for pc in (0..k).step_by(KC) {
            let kc = KC.min(k - pc);
            for jr in (0..nc).step_by(NR) {
                let w = NR.min(nc - jr);
                for (p, dst) in bp[jr * kc..][..kc * NR].chunks_exact_mut(NR).enumerate() {
                    dst[..w].copy_from_slice(&b[(pc + p) * n + jc + jr..][..w]);
                    dst[w..].fill(0.0);
                }
            }
            for ic in (0..m).step_by(MC) {
                let mc = MC.min(m - ic);
                for ir in (0..mc).step_by(MR) {
                    let dst = &mut ap[ir * kc..][..kc * MR];
                    for i in 0..MR {
                        if ir + i < mc {
                            let src = &a[(ic + ir + i) * k + pc..][..kc];
                            src.iter().zip(dst[i..].iter_mut().step_by(MR)).for_each(|(v, d)| *d = *v);
                        } else {
                            dst[i..].iter_mut().step_by(MR).for_each(|d| *d = 0.0);
                        }
                    }
                }
                for jr in (0..nc).step_by(NR) {
                    let w = NR.min(nc - jr);
                    let panel_b = &bp[jr * kc..][..kc * NR];
                    for ir in (0..mc).step_by(MR) {
                        let h = MR.min(mc - ir);
                        let panel_a = &ap[ir * kc..][..kc * MR];
                        let at = (ic + ir) * n + jc + jr;
                        if h == MR && w == NR {
                            micro(kc, panel_a, panel_b, &mut c[at..], n);
                        } else {
                            // The edge: through a full tile of its own.
                            let mut tile = [[0f32; NR]; MR];
                            for i in 0..h {
                                tile[i][..w].copy_from_slice(&c[at + i * n..][..w]);
                            }
                            micro(kc, panel_a, panel_b, tile.as_flattened_mut(), NR);
                            for i in 0..h {
                                c[at + i * n..][..w].copy_from_slice(&tile[i][..w]);
                            }
                        }
                    }
                }
            }
        }
    }
}

/// One register-tile kernel and the gemm around it for one instruction set.
macro_rules! kernel {
    ($gemm:ident, $micro:ident, $features:literal, $vectors:literal x $width:literal,
     $zero:ident, $load:ident, $store:ident, $splat:ident, |$a:ident, $b:ident, $c:ident| $fma:expr) => {
        /// # Safety
        /// The CPU has the named features.
        #[target_feature(enable = $features)]
        #[inline]
        unsafe fn $micro(kc: usize, ap: &[f32], bp: &[f32], c: &mut [f32], ldc: usize) {
            const NR: usize = $vectors * $width;
            assert!(
                ap.len() == kc * MR && bp.len() == kc * NR && c.len() >= (MR - 1) * ldc + NR && ldc >= NR
            );
            let (ap, bp, c) = (ap.as_ptr(), bp.as_ptr(), c.as_mut_ptr());
            // SAFETY: every offset lies inside the lengths asserted above.
            unsafe {
                let mut acc = [[$zero(0.0); $vectors]; MR];
                for i in 0..MR {
                    for j in 0..$vectors {
                        acc[i][j] = $load(c.add(i * ldc + j * $width));
                    }
                }
                for p in 0..kc {
                    let mut row = [$zero(0.0); $vectors];
                    for j in 0..$vectors {
                        row[j] = $load(bp.add(p * NR + j * $width));
                    }
                    for i in 0..MR {
                        let $a = $splat(*ap.add(p * MR + i));
                        for j in 0..$vectors {
                            let ($b, $c) = (row[j], acc[i][j]);
                            acc[i][j] = $fma;
                        }
                    }
                }
                for i in 0..MR {
                    for j in 0..$vectors {
                        $store(c.add(i * ldc + j * $width), acc[i][j]);
                    }
                }
            }
        }

        /// # Safety
        /// The CPU has the named features.
        #[target_feature(enable = $features)]
        pub(super) unsafe fn $gemm(a: &[f32], b: &[f32], k: usize, n: usize, c: &mut [f32]) {
            drive::<{ $vectors * $width }>(a, b, k, n, c, |kc, ap, bp, c, ldc| {
                // SAFETY: this function has the same features.
                unsafe { $micro(kc, ap, bp, c, ldc) }
            });
        }
    };
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::{MR, Unary, drive, map_body};
    use core::arch::x86_64::{
        _mm256_fmadd_ps, _mm256_loadu_ps, _mm256_set1_ps, _mm256_storeu_ps, _mm512_fmadd_ps, _mm512_loadu_ps,
        _mm512_set1_ps, _mm512_storeu_ps,
    };

    kernel!(gemm_avx512, micro_avx512, "avx512f,avx2,fma", 2 x 16,
        _mm512_set1_ps, _mm512_loadu_ps, _mm512_storeu_ps, _mm512_set1_ps, |a, b, c| _mm512_fmadd_ps(a, b, c));
    kernel!(gemm_avx2, micro_avx2, "avx2,fma", 2 x 8,
        _mm256_set1_ps, _mm256_loadu_ps, _mm256_storeu_ps, _mm256_set1_ps, |a, b, c| _mm256_fmadd_ps(a, b, c));

    /// # Safety
    /// The CPU has AVX2 and FMA.
    #[target_feature(enable = "avx2,fma")]
    pub(super) unsafe fn map_fma(f: Unary, x: &[f32], out: &mut [f32]) {
        map_body(f, x, out);
    }
}

#[cfg(target_arch = "aarch64")]
mod arm {
    use super::{MR, Unary, drive, map_body};
    use core::arch::aarch64::{vdupq_n_f32, vfmaq_f32, vld1q_f32, vst1q_f32};

    kernel!(gemm_neon, micro_neon, "neon", 3 x 4,
        vdupq_n_f32, vld1q_f32, vst1q_f32, vdupq_n_f32, |a, b, c| vfmaq_f32(c, a, b));

    /// # Safety
    /// The CPU has NEON.
    #[target_feature(enable = "neon")]
    pub(super) unsafe fn map_fma(f: Unary, x: &[f32], out: &mut [f32]) {
        map_body(f, x, out);
    }
}
