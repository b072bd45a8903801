#![allow(clippy::indexing_slicing, reason = "fixed-size arrays")]

use countermark_primitives::B256;

/// Ten rounds of Philox4x32: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011), section 3.3.
pub fn philox4x32_10(mut counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    for round in 0..10 {
        if round > 0 {
            key = [key[0].wrapping_add(0x9e37_79b9), key[1].wrapping_add(0xbb67_ae85)];
        }
        let (lo0, hi0) = halves(0xd251_1f53, counter[0]);
        let (lo1, hi1) = halves(0xcd9e_8d57, counter[2]);
        counter = [hi1 ^ counter[1] ^ key[0], lo1, hi0 ^ counter[3] ^ key[1], lo0];
    }
    counter
}

/// Low and high half of a 64-bit product.
#[allow(clippy::cast_possible_truncation, reason = "the two halves of a 64-bit product")]
fn halves(a: u32, b: u32) -> (u32, u32) {
    let p = u64::from(a) * u64::from(b);
    (p as u32, (p >> 32) as u32)
}

/// A stateless generator: every value is a function of the seed and of where it is used.
///
/// The key is the first eight bytes of the seed, little-endian; the counter is (index / 4, tensor, step low, step high).
///
/// ```
/// use countermark_exact::Philox;
/// use countermark_primitives::B256;
/// let rng = Philox::new(&B256::repeat_byte(7));
/// assert_eq!(rng.uniform(0, 1, 5), rng.uniform(0, 1, 5));
/// assert_ne!(rng.uniform(0, 1, 5), rng.uniform(1, 1, 5));
/// assert!((0.0..1.0).contains(&rng.uniform(9, 9, 9)));
/// ```
#[derive(Clone, Copy)]
pub struct Philox {
    key: [u32; 2],
}

impl core::fmt::Debug for Philox {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Philox(..)")
    }
}

impl Philox {
    /// A generator for this seed. The seed should be the output of a hash.
    pub fn new(seed: &B256) -> Self {
        let s = seed.0;
        Self {
            key: [u32::from_le_bytes([s[0], s[1], s[2], s[3]]), u32::from_le_bytes([s[4], s[5], s[6], s[7]])],
        }
    }

    /// The 32-bit word at a position.
    #[allow(clippy::cast_possible_truncation, reason = "the two halves of a step")]
    pub fn word(&self, step: u64, tensor: u32, index: u32) -> u32 {
        let block = philox4x32_10([index / 4, tensor, step as u32, (step >> 32) as u32], self.key);
        block[(index % 4) as usize]
    }

    /// The uniform value at a position: the top 24 bits of the word times 2^-24, in [0, 1), exact.
    #[allow(clippy::cast_precision_loss, reason = "24 bits are exact")]
    pub fn uniform(&self, step: u64, tensor: u32, index: u32) -> f32 {
        (self.word(step, tensor, index) >> 8) as f32 * (1.0 / 16_777_216.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_known_answers() {
        // Random123, tests/kat_vectors, lines "philox4x32 10".
        let f = u32::MAX;
        assert_eq!(philox4x32_10([0; 4], [0; 2]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        assert_eq!(philox4x32_10([f; 4], [f; 2]), [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]);
        assert_eq!(
            philox4x32_10([0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0]),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }

    #[test]
    fn the_mean_of_uniforms_is_a_half() {
        let rng = Philox::new(&B256::repeat_byte(3));
        let mean = (0..100_000).map(|i| f64::from(rng.uniform(1, 2, i))).sum::<f64>() / 1e5;
        assert!((mean - 0.5).abs() < 5.0 * 0.2887 / 316.2);
    }
}
