use crate::error::check_len;
use crate::functions::{Fma, Software};
use crate::{Exec, Path, Result, canonicalise};
use alloc::{vec, vec::Vec};

/// C = A·B. `a` is `[m, k]`, `b` is `[k, n]`, the result `[m, n]`, all row-major.
///
/// `c[i, j]` is the chain `acc = fma(a[i, p], b[p, j], acc)` for p = 0, 1, ..., k - 1, starting from +0.
///
/// # Errors
/// `exact_shape_mismatch`.
///
/// ```
/// use countermark_exact::{Exec, matmul};
/// assert_eq!(matmul(Exec::detect(1), &[1.0, 2.0], &[3.0, 4.0], 1, 2, 1)?, [11.0]);
/// assert!(matmul(Exec::detect(1), &[1.0, 2.0], &[3.0, 4.0], 2, 2, 1).is_err());
/// # Ok::<(), countermark_exact::Error>(())
/// ```
pub fn matmul(exec: Exec, a: &[f32], b: &[f32], m: usize, k: usize, n: usize) -> Result<Vec<f32>> {
    check_len("left matrix", &[m, k], a.len())?;
    check_len("right matrix", &[k, n], b.len())?;
    let total = m.checked_mul(n).filter(|t| *t <= isize::MAX.unsigned_abs() / 4);
    let Some(total) = total else {
        return Err(crate::Error::ShapeMismatch { what: "product", expected: usize::MAX, got: 0 });
    };
    let mut c = vec![0f32; total];
    if total > 0 && k > 0 {
        rows(exec, a, b, k, n, &mut c);
    }
    canonicalise(&mut c);
    Ok(c)
}

/// Splits the rows of C over threads; each element is still one chain, so the split changes no bit.
fn rows(exec: Exec, a: &[f32], b: &[f32], k: usize, n: usize, c: &mut [f32]) {
    #[cfg(feature = "std")]
    {
        let m = c.len() / n;
        // Starting a thread costs about as much as 2^16 multiply-adds.
        let worth = (m.saturating_mul(n).saturating_mul(k) >> 16).max(1);
        let threads = exec.threads().min(worth).min(m);
        if threads > 1 {
            let height = m.div_ceil(threads);
            std::thread::scope(|s| {
                for (part, a) in c.chunks_mut(height * n).zip(a.chunks(height * k)) {
                    s.spawn(move || block(exec.path(), a, b, k, n, part));
                }
            });
            return;
        }
    }
    block(exec.path(), a, b, k, n, c);
}

fn block(path: Path, a: &[f32], b: &[f32], k: usize, n: usize, c: &mut [f32]) {
    #[cfg(all(feature = "std", any(target_arch = "x86_64", target_arch = "aarch64")))]
    if path != Path::Software && crate::simd::gemm(path, a, b, k, n, c) {
        return;
    }
    let _ = path;
    for (row, out) in a.chunks_exact(k).zip(c.chunks_exact_mut(n)) {
        for (x, bs) in row.iter().zip(b.chunks_exact(n)) {
            for (acc, y) in out.iter_mut().zip(bs) {
                *acc = Software::fma(*x, *y, *acc);
            }
        }
    }
}

/// C = A·Bᵀ. `a` is `[m, k]`, `b` is `[n, k]`, the result `[m, n]`; bits as [`matmul`] of A and the transposed B.
///
/// # Errors
/// `exact_shape_mismatch`.
pub fn matmul_nt(exec: Exec, a: &[f32], b: &[f32], m: usize, k: usize, n: usize) -> Result<Vec<f32>> {
    matmul(exec, a, &transpose(b, n, k)?, m, k, n)
}

/// C = Aᵀ·B. `a` is `[k, m]`, `b` is `[k, n]`, the result `[m, n]`; bits as [`matmul`] of the transposed A and B.
///
/// # Errors
/// `exact_shape_mismatch`.
pub fn matmul_tn(exec: Exec, a: &[f32], b: &[f32], m: usize, k: usize, n: usize) -> Result<Vec<f32>> {
    matmul(exec, &transpose(a, k, m)?, b, m, k, n)
}

/// The transpose of a row-major matrix `[rows, cols]`.
///
/// # Errors
/// `exact_shape_mismatch`.
pub fn transpose(x: &[f32], rows: usize, cols: usize) -> Result<Vec<f32>> {
    check_len("matrix", &[rows, cols], x.len())?;
    let mut out = Vec::with_capacity(x.len());
    for c in 0..cols {
        out.extend(x.iter().skip(c).step_by(cols));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_forms_agree_with_the_definition() {
        let a = [1.5f32, -2.0, 0.25, 3.0, 1e-3, -7.0]; // 2 x 3
        let b = [0.1f32, 0.2, 0.3, 0.4, 0.5, 0.6]; // 3 x 2
        let e = Exec::detect(1);
        let c = matmul(e, &a, &b, 2, 3, 2).unwrap();
        for i in 0..2 {
            for j in 0..2 {
                let want = (0..3).fold(0f32, |s, p| libm::fmaf(a[i * 3 + p], b[p * 2 + j], s));
                assert_eq!(c[i * 2 + j].to_bits(), want.to_bits());
            }
        }
        assert_eq!(c, matmul_nt(e, &a, &transpose(&b, 3, 2).unwrap(), 2, 3, 2).unwrap());
        assert_eq!(c, matmul_tn(e, &transpose(&a, 2, 3).unwrap(), &b, 2, 3, 2).unwrap());
    }

    #[test]
    fn empty_and_impossible_shapes() {
        let e = Exec::detect(2);
        assert_eq!(matmul(e, &[], &[], 2, 0, 3).unwrap(), [0.0; 6]);
        assert_eq!(matmul(e, &[], &[1.0], 0, 1, 1).unwrap(), []);
        assert!(matmul(e, &[], &[], usize::MAX, 0, usize::MAX).is_err());
        assert!(matmul(e, &[], &[], 1 << 40, 0, 1 << 40).is_err());
        let nan = matmul(e, &[f32::from_bits(0xffff_ffff)], &[1.0], 1, 1, 1).unwrap();
        assert_eq!(nan[0].to_bits(), 0x7fc0_0000);
    }
}
