use crate::hash;

/// Where random bytes come from: always an argument, never a global.
pub trait Entropy {
    /// Fills the whole buffer.
    fn fill(&mut self, out: &mut [u8]);
}

/// A reproducible stream of bytes from a 32-byte seed (BLAKE3 in extendable-output mode).
///
/// Secret if and only if the seed is. The same seed gives the same bytes on every platform.
///
/// ```
/// use countermark_primitives::{Entropy, SeedEntropy};
/// let (mut a, mut b) = ([0u8; 8], [0u8; 8]);
/// SeedEntropy::new(&[7; 32]).fill(&mut a);
/// SeedEntropy::new(&[7; 32]).fill(&mut b);
/// assert_eq!(a, b);
/// SeedEntropy::new(&[8; 32]).fill(&mut b);
/// assert_ne!(a, b);
/// ```
pub struct SeedEntropy(blake3::OutputReader);

impl core::fmt::Debug for SeedEntropy {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("SeedEntropy(..)")
    }
}

impl SeedEntropy {
    /// A stream that starts at its beginning.
    pub fn new(seed: &[u8; 32]) -> Self {
        Self::labelled(seed, "")
    }

    /// One of many independent streams of the same seed.
    pub fn labelled(seed: &[u8; 32], label: &str) -> Self {
        let key = hash::blake3_tagged("countermark/primitives/seed-entropy/v1", &[seed, label.as_bytes()]);
        Self(blake3::Hasher::new_keyed(&key.0).finalize_xof())
    }
}

impl Entropy for SeedEntropy {
    fn fill(&mut self, out: &mut [u8]) {
        self.0.fill(out);
    }
}
