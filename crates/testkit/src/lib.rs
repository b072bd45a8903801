#![doc = include_str!("../README.md")]

use countermark_primitives::{Entropy as _, SeedEntropy};

/// Calls `property` on `count` mutations of `seed_bytes`: truncations, bit flips, overwritten runs, insertions and
/// splices, chosen by a stream that depends on `label` only, so that a failing case can be run again.
///
/// This is the in-tree half of fuzzing: every decoder gets its corpus plus this many mutations on stable Rust; the
/// targets in `fuzz/` call the same properties under a coverage-guided fuzzer.
pub fn mutate(label: &str, seed_bytes: &[u8], count: usize, mut property: impl FnMut(&[u8])) {
    let mut stream = SeedEntropy::labelled(&[0; 32], label);
    let mut word = || {
        let mut b = [0u8; 8];
        stream.fill(&mut b);
        usize::try_from(u64::from_le_bytes(b) >> 1).unwrap_or(0)
    };
    for _ in 0..count {
        let mut bytes = seed_bytes.to_vec();
        for _ in 0..1 + word() % 3 {
            let len = bytes.len().max(1);
            let at = word() % len;
            match word() % 5 {
                0 => bytes.truncate(at),
                1 => bytes.iter_mut().skip(at).take(1).for_each(|b| *b ^= 1 << (word() % 8)),
                2 => bytes.iter_mut().skip(at).take(4).for_each(|b| *b = 0xff),
                3 => bytes.insert(at.min(bytes.len()), 0x80),
                _ => {
                    let tail = bytes.get(at..).unwrap_or_default().to_vec();
                    bytes.extend_from_slice(&tail);
                }
            }
        }
        property(&bytes);
    }
}
