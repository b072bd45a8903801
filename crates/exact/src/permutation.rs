use crate::philox::philox4x32_10;
use countermark_primitives::B256;

/// A keyed permutation of 0..n with random access and no table.
///
/// A Feistel network (Luby and Rackoff 1988) of ten rounds over the smallest even number of bits that holds n, with Philox
/// as round function; results outside 0..n are permuted again until they fall inside ("cycle walking", Black and Rogaway,
/// CT-RSA 2002, section 4), on average fewer than four times.
///
/// ```
/// use countermark_exact::Permutation;
/// use countermark_primitives::B256;
/// let p = Permutation::new(&B256::repeat_byte(1), 5);
/// let mut all: Vec<u32> = (0..5).filter_map(|i| p.apply(i)).collect();
/// all.sort();
/// assert_eq!(all, [0, 1, 2, 3, 4]);
/// assert_eq!(p.apply(5), None);
/// ```
#[derive(Clone, Copy)]
pub struct Permutation {
    key: [u32; 2],
    n: u32,
    half_bits: u32,
}

impl core::fmt::Debug for Permutation {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Permutation(0..{})", self.n)
    }
}

impl Permutation {
    /// The permutation of 0..n that belongs to a seed: the key is its first eight bytes, little-endian.
    pub fn new(seed: &B256, n: u32) -> Self {
        let [a, b, c, d, e, f, g, h, ..] = seed.0;
        let bits = 32 - n.saturating_sub(1).leading_zeros();
        Self {
            key: [u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h])],
            n,
            half_bits: bits.div_ceil(2).max(1),
        }
    }

    /// How many values are permuted.
    pub fn len(&self) -> u32 {
        self.n
    }

    /// Whether there is nothing to permute.
    pub fn is_empty(&self) -> bool {
        self.n == 0
    }

    /// Where position `i` goes; `None` outside 0..n.
    pub fn apply(&self, i: u32) -> Option<u32> {
        if i >= self.n {
            return None;
        }
        let mut x = i;
        loop {
            x = self.encrypt(x);
            if x < self.n {
                return Some(x);
            }
        }
    }

    fn encrypt(&self, x: u32) -> u32 {
        // half_bits <= 16, so both halves and their union fit.
        let mask = (1u32 << self.half_bits) - 1;
        let (mut left, mut right) = (x >> self.half_bits, x & mask);
        for round in 0..10 {
            let [word, ..] = philox4x32_10([right, round, self.n, 0x6665_6973], self.key);
            (left, right) = (right, left ^ (word & mask));
        }
        (left << self.half_bits) | right
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_value_comes_once(n in 1u32..600, seed in any::<[u8; 32]>()) {
            let p = Permutation::new(&B256::from(seed), n);
            let mut seen = vec![false; n as usize];
            for i in 0..n {
                let y = p.apply(i).unwrap() as usize;
                prop_assert!(!seen[y]);
                seen[y] = true;
            }
        }
    }

    #[test]
    fn the_ends_of_the_range_work() {
        let p = Permutation::new(&B256::ZERO, u32::MAX);
        assert!(p.apply(u32::MAX - 1).is_some() && p.apply(u32::MAX).is_none());
        let p = Permutation::new(&B256::ZERO, 0);
        assert!(p.is_empty() && p.apply(0).is_none());
    }

    #[test]
    fn first_places_are_uniform() {
        // 3000 keys, n = 10: each value leads 300 times, standard deviation 16.4.
        let mut led = [0i32; 10];
        for k in 0..3000u32 {
            let mut seed = [0u8; 32];
            seed[..4].copy_from_slice(&k.to_le_bytes());
            led[Permutation::new(&B256::from(seed), 10).apply(0).unwrap() as usize] += 1;
        }
        assert!(led.iter().all(|c| (c - 300).abs() < 82), "{led:?}");
    }
}
