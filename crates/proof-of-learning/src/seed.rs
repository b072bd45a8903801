use crate::{JobSpec, Result, State, Tensor};
use alloc::{collections::BTreeMap, collections::BTreeSet, vec::Vec};
use countermark_exact::{Permutation, Philox};
use countermark_primitives::hash::sha256_tagged;
use countermark_primitives::{Address, B256, Entropy as _, SeedEntropy};

/// The seed of a training: SHA-256 over job, prover and the beacon published after the prover accepted.
pub fn seed(job: &B256, prover: &Address, beacon: &B256) -> B256 {
    let parts: [&[u8]; 3] = [job.as_slice(), prover.as_slice(), beacon.as_slice()];
    sha256_tagged("countermark/proof-of-learning/seed/v1", &parts)
}

/// The state before step 0: every weight and bias of a layer with n inputs is (2 u - 1) / sqrt(n), u uniform in [0, 1).
///
/// The bound is that of He et al. (ICCV 2015) with gain 1/sqrt(3), the usual default for dense layers. The uniform values are
/// [`Philox`] words at (step 0, tensor number, row-major position), keyed by the seed.
///
/// # Errors
/// `learning_invalid_spec`.
pub fn initial_state(spec: &JobSpec, seed: &B256) -> Result<State> {
    spec.check()?;
    let rng = Philox::new(&sha256_tagged("countermark/proof-of-learning/init/v1", &[seed.as_slice()]));
    let inputs = spec.layers().flat_map(|(i, _)| [i, i]);
    let tensors = State::shapes(spec).into_iter().zip(inputs).zip(0u32..).map(
        |(((name, rows, columns), n), tensor)| {
            #[expect(clippy::cast_precision_loss, reason = "widths are at most 2^16")]
            let bound = 1.0 / libm::sqrtf(n as f32);
            // At most 2^24 values: see JobSpec::check.
            let values =
                (0..rows * columns).map(|i| (rng.uniform(0, tensor, i) * 2.0 - 1.0) * bound).collect();
            Tensor { name, rows, columns, values }
        },
    );
    Ok(State { tensors: tensors.collect() })
}

/// The rows of the batch of a step, in order.
///
/// Each epoch goes through a permutation of its own ([`Permutation`], keyed by seed and epoch); step t takes the next `batch` places
/// of it.
///
/// # Errors
/// `learning_invalid_spec`.
///
/// ```
/// use countermark_primitives::B256;
/// use countermark_proof_of_learning::{Dataset, JobSpec, batch_rows};
/// let data = Dataset::try_new(1, 1, vec![0.0; 7], vec![0.0; 7])?;
/// let spec = JobSpec::mlp(&data, &[], 0.1, 3, 10, 5)?;
/// let (a, b) = (batch_rows(&spec, &B256::ZERO, 0)?, batch_rows(&spec, &B256::ZERO, 1)?);
/// assert!(a.iter().all(|row| *row < 7 && !b.contains(row)));
/// assert!(batch_rows(&JobSpec { batch: 8, ..spec }, &B256::ZERO, 0).is_err());
/// # Ok::<(), countermark_proof_of_learning::Error>(())
/// ```
pub fn batch_rows(spec: &JobSpec, seed: &B256, step: u64) -> Result<Vec<u32>> {
    spec.check()?;
    let in_epoch = u64::from(spec.rows / spec.batch); // at least 1
    let epoch = (step / in_epoch).to_le_bytes();
    let key = sha256_tagged("countermark/proof-of-learning/order/v1", &[seed.as_slice(), &epoch]);
    let order = Permutation::new(&key, spec.rows);
    let first = u32::try_from(step % in_epoch).unwrap_or(0) * spec.batch; // below rows
    Ok((first..first + spec.batch).filter_map(|i| order.apply(i)).collect())
}

/// The segments to open: `samples` of them drawn uniformly without replacement, and the first and the last; ascending.
///
/// The draw is a partial Fisher-Yates shuffle fed by BLAKE3 over the transcript's id and a beacon published after it, so that
/// the prover can't know it while training.
pub fn challenge(transcript: &B256, beacon: &B256, segments: u32, samples: u32) -> Vec<u32> {
    let parts: [&[u8]; 2] = [transcript.as_slice(), beacon.as_slice()];
    let mut stream = SeedEntropy::new(&sha256_tagged("countermark/proof-of-learning/challenge/v1", &parts).0);
    let mut chosen = BTreeSet::new();
    let mut moved: BTreeMap<u32, u32> = BTreeMap::new();
    for i in 0..samples.min(segments) {
        let j = i + below(&mut stream, segments - i);
        let at_i = moved.get(&i).copied().unwrap_or(i);
        chosen.insert(moved.insert(j, at_i).unwrap_or(j));
    }
    if segments > 0 {
        chosen.extend([0, segments - 1]);
    }
    chosen.into_iter().collect()
}

/// A uniform number in 0..n, n > 0, by rejection.
fn below(stream: &mut SeedEntropy, n: u32) -> u32 {
    let limit = (1u64 << 32) - (1u64 << 32) % u64::from(n);
    loop {
        let mut b = [0u8; 4];
        stream.fill(&mut b);
        let v = u32::from_le_bytes(b);
        if u64::from(v) < limit {
            return v % n;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Dataset;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_challenge_has_distinct_segments_in_range(n in 1u32..200, q in 0u32..250, b in any::<[u8; 32]>()) {
            let c = challenge(&B256::ZERO, &B256::from(b), n, q);
            prop_assert!(c.windows(2).all(|w| w[0] < w[1]));
            prop_assert!(c[0] == 0 && *c.last().unwrap() == n - 1);
            let drawn = q.min(n) as usize;
            prop_assert!((drawn..=drawn + 2).contains(&c.len()));
            if q >= n {
                prop_assert_eq!(c.len(), drawn);
            }
        }
    }

    #[test]
    fn an_inner_segment_is_drawn_with_probability_q_over_n() {
        // N = 12, q = 3, 8000 beacons: 2000 hits expected, standard deviation 38.7.
        let hits = (0..8000u32)
            .filter(|i| {
                let beacon = sha256_tagged("test", &[&i.to_le_bytes()]);
                challenge(&B256::ZERO, &beacon, 12, 3).contains(&5)
            })
            .count();
        assert!(hits.abs_diff(2000) < 194, "{hits}");
    }

    #[test]
    fn an_epoch_visits_each_row_once_and_the_next_in_another_order() {
        let data = Dataset::try_new(1, 1, alloc::vec![0.0; 30], alloc::vec![0.0; 30]).unwrap();
        let spec = JobSpec::mlp(&data, &[], 0.1, 6, 100, 10).unwrap();
        let epoch = |e: u64| -> Vec<u32> {
            (e * 5..e * 5 + 5).flat_map(|t| batch_rows(&spec, &B256::ZERO, t).unwrap()).collect()
        };
        let (a, b) = (epoch(0), epoch(1));
        assert_ne!(a, b);
        for mut e in [a, b] {
            e.sort_unstable();
            assert_eq!(e, (0..30).collect::<Vec<_>>());
        }
    }

    #[test]
    fn the_seed_binds_job_prover_and_beacon() {
        let (j, b) = (B256::ZERO, B256::repeat_byte(1));
        let p = Address::ZERO;
        let s = seed(&j, &p, &b);
        assert_ne!(s, seed(&b, &p, &b));
        assert_ne!(s, seed(&j, &Address::repeat_byte(1), &b));
        assert_ne!(s, seed(&j, &p, &j));
    }
}
