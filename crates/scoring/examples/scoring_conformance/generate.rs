//! Random inputs from a seed: columns with ties, gaps, constants and extremes, and amounts up to 2^256-1.

use countermark_primitives::{Entropy as _, SeedEntropy, U256, Wei};

pub(super) struct Random(SeedEntropy);

impl Random {
    pub(super) fn new(seed: u64, label: &str) -> Self {
        let mut key = [0u8; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        Self(SeedEntropy::labelled(&key, label))
    }

    pub(super) fn u64(&mut self) -> u64 {
        let mut b = [0u8; 8];
        self.0.fill(&mut b);
        u64::from_le_bytes(b)
    }

    /// A number below `n`.
    pub(super) fn below(&mut self, n: usize) -> usize {
        (self.u64() % n as u64) as usize
    }

    pub(super) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// Uniform in (0, 1).
    pub(super) fn unit(&mut self) -> f64 {
        ((self.u64() >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    /// About standard normal: the sum of twelve uniforms.
    pub(super) fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }

    /// A number of rows, from one to some hundreds.
    pub(super) fn rows(&mut self) -> usize {
        let n = self.pick(&[1, 2, 4, 8, 20, 20, 30, 64, 64, 150, 400]);
        n + self.below(n)
    }

    /// A column for ranking: smooth, tied, constant, clustered or extreme.
    pub(super) fn column(&mut self, rows: usize) -> Vec<f64> {
        let kind = self.below(8);
        let scale = self.pick(&[1.0, 2.0, 10.0, 100.0]);
        let constant = self.pick(&[0.0, 0.25, 0.5, 1.0, -3.0]);
        let one = |r: &mut Self| match kind {
            0 | 1 => r.unit(),
            2 => r.normal(),
            3 => (r.unit() * scale).round() / scale,
            4 => r.below(5) as f64 / 4.0,
            5 => constant,
            // Neighbours in the last place, and both zeros.
            6 => f64::from_bits(0.5f64.to_bits() + r.u64() % 4) * r.pick(&[1.0, -1.0, 0.0, -0.0]),
            _ => f64::from_bits(r.u64() % 0x7ff0_0000_0000_0000) * r.pick(&[1.0, -1.0]),
        };
        (0..rows).map(|_| one(self)).collect()
    }

    /// Replaces some values: with probability `share` each, at least one.
    pub(super) fn punch(&mut self, column: &mut [f64], share: f64, with: f64) {
        if !column.is_empty() {
            let i = self.below(column.len());
            column[i] = with;
        }
        for x in column {
            if self.unit() < share {
                *x = with;
            }
        }
    }

    /// An amount of any size, the ends of the range among them.
    pub(super) fn amount(&mut self) -> Wei {
        Wei::new(match self.below(12) {
            0 => U256::ZERO,
            1 => U256::MAX - U256::from(self.u64() % 100),
            2 => U256::from_limbs([self.u64(), self.u64(), self.u64(), self.u64()]),
            3..=6 => U256::from_limbs([self.u64(), self.u64(), 0, 0]),
            7 => U256::from(self.below(10)),
            _ => U256::from(self.u64()),
        })
    }
}
