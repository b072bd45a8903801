//! Mixtures of normals (Grimit and others, 2006).

use super::closed::{Rows, Score};
use super::functions::{normal_cdf, normal_size};
use core::f64::consts::SQRT_2;

const LN_SQRT_2PI: f64 = 0.918_938_533_204_672_8;

/// Writes the scores of finite observations with parameters that were checked.
pub(super) fn evaluate(score: Score, rows: Rows<'_>, out: &mut [f64]) {
    let mut alike = None;
    for (row, (o, y)) in out.iter_mut().zip(rows.y).enumerate() {
        let own = Mixture { rows, row };
        *o = match score {
            Score::Crps => {
                let apart = match alike {
                    Some(apart) => apart,
                    None => own.apart(),
                };
                if rows.alike() {
                    alike = Some(apart);
                }
                own.near(*y) - 0.5 * apart
            }
            Score::Log => own.log(*y),
            Score::Cdf => own.parts().map(|(m, s, w)| w * normal_cdf((y - m) / s)).sum(),
        };
    }
}

/// Whether the weights of an observation have a finite, positive sum.
pub(super) fn fits(rows: Rows<'_>, row: usize) -> bool {
    let total = Mixture { rows, row }.total();
    total > 0.0 && total < f64::INFINITY
}

#[derive(Clone, Copy)]
struct Mixture<'a> {
    rows: Rows<'a>,
    row: usize,
}

impl<'a> Mixture<'a> {
    fn components(self) -> usize {
        self.rows.parameters.len() / 3
    }

    fn total(self) -> f64 {
        let n = self.components();
        (0..n).map(|i| self.rows.parameter(2 * n + i, self.row)).sum()
    }

    /// Mean, standard deviation and share of each component.
    fn parts(self) -> impl Iterator<Item = (f64, f64, f64)> + use<'a> {
        let (n, total) = (self.components(), self.total());
        let of = move |which: usize| self.rows.parameter(which, self.row);
        (0..n).map(move |i| (of(i), of(n + i), of(2 * n + i) / total))
    }

    /// E|X - y|.
    fn near(self, y: f64) -> f64 {
        self.parts().map(|(m, s, w)| w * s * normal_size((y - m) / s)).sum()
    }

    /// E|X - X'|.
    fn apart(self) -> f64 {
        let mut sum = 0.0;
        for (i, (m, s, w)) in self.parts().enumerate() {
            sum += w * w * s * SQRT_2 * normal_size(0.0);
            for (m2, s2, w2) in self.parts().take(i) {
                let both = libm::hypot(s, s2);
                sum += 2.0 * w * w2 * both * normal_size((m - m2) / both);
            }
        }
        sum
    }

    fn log(self, y: f64) -> f64 {
        // Terms are taken relative to the largest so far, so that far observations keep their digits.
        let (mut top, mut sum) = (f64::NEG_INFINITY, 0.0);
        for (m, s, w) in self.parts() {
            let z = (y - m) / s;
            let term = libm::log(w) - (0.5 * z * z + libm::log(s) + LN_SQRT_2PI);
            if term > top {
                sum = sum * libm::exp(top - term) + 1.0;
                top = term;
            } else if term > f64::NEG_INFINITY {
                sum += libm::exp(term - top);
            }
        }
        -(top + libm::log(sum))
    }
}
