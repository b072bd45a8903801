//! Eigenvalues and eigenvectors of a symmetric matrix: Householder's reduction, then QL with implicit shifts
//! (Golub and Van Loan, Matrix Computations, sections 8.3.1 and 8.3.3).

use alloc::vec::Vec;

/// `matrix = V diag(values) V'`, the eigenvector of `values[k]` in column `k` of the row-major `vectors`.
pub(crate) struct Eigen {
    pub(crate) values: Vec<f64>,
    pub(crate) vectors: Vec<f64>,
}

impl Eigen {
    /// Of a row-major `n` x `n` matrix. `None` when the iteration does not end, as for values that are not finite.
    pub(crate) fn new(matrix: Vec<f64>, n: usize) -> Option<Self> {
        if matrix.iter().any(|x| !x.is_finite()) || matrix.len() != n * n {
            return None;
        }
        let mut v = matrix;
        let (mut d, mut e) = tridiagonal(&mut v, n);
        // Rotations of QL work on pairs of eigenvectors, so they lie in rows meanwhile.
        transpose(&mut v, n);
        implicit_ql(&mut d, &mut e, &mut v, n)?;
        transpose(&mut v, n);
        Some(Self { values: d, vectors: v })
    }
}

#[allow(clippy::indexing_slicing, reason = "indices are below n, the matrix is n x n")]
fn transpose(v: &mut [f64], n: usize) {
    for i in 0..n {
        for j in i + 1..n {
            v.swap(i * n + j, j * n + i);
        }
    }
}

/// Reduces `a` to `Q T Q'`: diagonal and subdiagonal of T, `a` becomes Q.
#[allow(clippy::indexing_slicing, reason = "indices are below n, the matrix is n x n")]
fn tridiagonal(a: &mut [f64], n: usize) -> (Vec<f64>, Vec<f64>) {
    let (mut d, mut e) = (alloc::vec![0.0; n], alloc::vec![0.0; n]);
    let mut scales = alloc::vec![0.0; n];
    let mut w = alloc::vec![0.0; n];
    // Eliminate row i left of the subdiagonal, from the last row upwards; the reflector stays in row i.
    for i in (1..n).rev() {
        let norm = libm::sqrt(a[i * n..i * n + i].iter().map(|x| x * x).sum::<f64>());
        let last = a[i * n + i - 1];
        if i == 1 || norm == 0.0 || a[i * n..i * n + i - 1].iter().all(|x| *x == 0.0) {
            e[i] = last;
            a[i * n..i * n + i].fill(0.0);
            continue;
        }
        let alpha = if last > 0.0 { -norm } else { norm };
        e[i] = alpha;
        a[i * n + i - 1] = last - alpha;
        // The reflector is I - s u u'.
        let s = 1.0 / (alpha * (alpha - last));
        scales[i] = s;
        let (above, rest) = a.split_at_mut(i * n);
        let u = &rest[..i];
        w[..i].fill(0.0);
        for j in 0..i {
            let row = &above[j * n..j * n + j + 1];
            let mut sum = 0.0;
            for k in 0..j {
                sum += row[k] * u[k];
                w[k] += row[k] * u[j];
            }
            w[j] += sum + row[j] * u[j];
        }
        let half = s * s / 2.0 * w[..i].iter().zip(u).map(|(w, u)| w * u).sum::<f64>();
        w[..i].iter_mut().zip(u).for_each(|(w, u)| *w = s * *w - half * u);
        for j in 0..i {
            for k in 0..=j {
                above[j * n + k] -= u[j] * w[k] + w[j] * u[k];
            }
        }
    }
    for i in 0..n {
        d[i] = a[i * n + i];
    }
    // Q from its reflectors, the smallest first.
    for i in 0..n {
        if scales[i] != 0.0 {
            let (above, rest) = a.split_at_mut(i * n);
            let u = &rest[..i];
            w[..i].fill(0.0);
            for (k, u) in u.iter().enumerate() {
                w[..i].iter_mut().zip(&above[k * n..k * n + i]).for_each(|(w, x)| *w += u * x);
            }
            for (k, u) in u.iter().enumerate() {
                let f = scales[i] * u;
                above[k * n..k * n + i].iter_mut().zip(&w[..i]).for_each(|(x, w)| *x -= f * w);
            }
        }
        a[i * n + i] = 1.0;
        for k in 0..i {
            a[i * n + k] = 0.0;
            a[k * n + i] = 0.0;
        }
    }
    (d, e)
}

/// Diagonalises T; `v` holds Q' and becomes the eigenvectors, in rows.
#[allow(clippy::indexing_slicing, reason = "indices are below n, the matrix is n x n")]
fn implicit_ql(d: &mut [f64], e: &mut [f64], v: &mut [f64], n: usize) -> Option<()> {
    if n > 0 {
        e.rotate_left(1);
        e[n - 1] = 0.0;
    }
    for l in 0..n {
        let mut rounds = 0;
        loop {
            let negligible = |m: &usize| e[*m].abs() <= f64::EPSILON * (d[*m].abs() + d[*m + 1].abs());
            let m = (l..n.saturating_sub(1)).find(negligible).unwrap_or(n - 1);
            if m == l {
                break;
            }
            rounds += 1;
            if rounds > 60 {
                return None;
            }
            let g = (d[l + 1] - d[l]) / (2.0 * e[l]);
            let r = libm::hypot(g, 1.0);
            let mut g = d[m] - d[l] + e[l] / (g + if g >= 0.0 { r } else { -r });
            let (mut s, mut c, mut p) = (1.0, 1.0, 0.0);
            let mut split = false;
            for i in (l..m).rev() {
                let (f, b) = (s * e[i], c * e[i]);
                let r = libm::hypot(f, g);
                e[i + 1] = r;
                if r == 0.0 {
                    d[i + 1] -= p;
                    e[m] = 0.0;
                    split = true;
                    break;
                }
                s = f / r;
                c = g / r;
                let g0 = d[i + 1] - p;
                let t = (d[i] - g0) * s + 2.0 * c * b;
                p = s * t;
                d[i + 1] = g0 + p;
                g = c * t - b;
                let (low, high) = v.split_at_mut((i + 1) * n);
                for (x, y) in low[i * n..].iter_mut().zip(&mut high[..n]) {
                    let f = *y;
                    *y = s * *x + c * f;
                    *x = c * *x - s * f;
                }
            }
            if !split {
                d[l] -= p;
                e[l] = g;
                e[m] = 0.0;
            }
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rebuilds_the_matrix() {
        for n in [1usize, 2, 3, 8, 41] {
            let a: Vec<f64> = (0..n * n)
                .map(|k| {
                    let (i, j) = ((k / n).min(k % n), (k / n).max(k % n));
                    ((i * 13 + j * 7) % 10) as f64 - 4.5
                })
                .collect();
            let e = Eigen::new(a.clone(), n).unwrap();
            for i in 0..n {
                for j in 0..n {
                    let rebuilt: f64 =
                        (0..n).map(|k| e.vectors[i * n + k] * e.values[k] * e.vectors[j * n + k]).sum();
                    let inner: f64 = (0..n).map(|k| e.vectors[k * n + i] * e.vectors[k * n + j]).sum();
                    assert!((rebuilt - a[i * n + j]).abs() < 1e-11, "{n}: {rebuilt} {}", a[i * n + j]);
                    assert!((inner - f64::from(i == j)).abs() < 1e-12);
                }
            }
        }
        assert!(Eigen::new(alloc::vec![f64::NAN], 1).is_none());
    }

    #[test]
    fn a_matrix_of_rank_one() {
        let e = Eigen::new(alloc::vec![1.0; 25], 5).unwrap();
        assert!(e.values.iter().filter(|x| x.abs() > 1e-12).count() == 1);
    }
}
