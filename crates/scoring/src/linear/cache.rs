//! Factored features, kept for the next call with the same values.

use super::{Factor, FeatureBlock};
use crate::{Result, parallel};
use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use countermark_primitives::{B256, hash::blake3_tagged};

/// Factored features by content: a call that is given the same features again, of the same type but wherever they lie,
/// does not factor them again. Keeps at most the given number of bytes, and forgets what was used longest ago. May be shared by threads.
/// Without feature `std` nothing is kept.
///
/// ```
/// use countermark_scoring::{FeatureCache, Mode, feature_neutral_corr};
/// let cache = FeatureCache::new(64 << 20);
/// let target = vec![0.0, 0.25, 0.5, 0.5, 0.75, 1.0];
/// let (p, f) = (vec![0.1, 0.5, 0.2, 0.4, 0.3, 0.9], vec![1.0, 0.0, 2.0, 1.0, 0.0, 1.0]);
/// let call = || feature_neutral_corr(&[(&p).into()], &[(&f).into()], &(&target).into(), Mode::Strict, Some(&cache));
/// assert_eq!(call()?, call()?);
/// assert!((cache.hits(), cache.bytes() > 0) == (1, true));
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub struct FeatureCache {
    limit: usize,
    #[cfg(feature = "std")]
    kept: std::sync::Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    /// Factor and time of last use, by content.
    entries: BTreeMap<B256, (Arc<Factor>, u64)>,
    clock: u64,
    bytes: usize,
    hits: u64,
}

impl fmt::Debug for FeatureCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FeatureCache")
            .field("limit", &self.limit)
            .field("bytes", &self.bytes())
            .finish_non_exhaustive()
    }
}

impl FeatureCache {
    /// An empty cache of at most `limit` bytes. Factored features take about 8 bytes per pair of features.
    pub fn new(limit: usize) -> Self {
        Self {
            limit,
            #[cfg(feature = "std")]
            kept: std::sync::Mutex::new(Kept::default()),
        }
    }

    /// How often a call found its features here.
    pub fn hits(&self) -> u64 {
        self.with(|kept| kept.hits).unwrap_or(0)
    }

    /// Bytes kept.
    pub fn bytes(&self) -> usize {
        self.with(|kept| kept.bytes).unwrap_or(0)
    }

    #[cfg(feature = "std")]
    fn with<T>(&self, f: impl FnOnce(&mut Kept) -> T) -> Option<T> {
        // A thread that panicked while it held the lock left nothing half done that matters.
        Some(f(&mut self.kept.lock().unwrap_or_else(std::sync::PoisonError::into_inner)))
    }

    #[cfg(not(feature = "std"))]
    fn with<T>(&self, _: impl FnOnce(&mut Kept) -> T) -> Option<T> {
        None
    }

    /// The factor of these features, from here or made now.
    pub(crate) fn factor(&self, features: FeatureBlock<'_>) -> Result<Arc<Factor>> {
        let key = content(features);
        let found = self.with(|kept| {
            kept.clock += 1;
            let clock = kept.clock;
            let hit = kept.entries.get_mut(&key).map(|(factor, used)| {
                *used = clock;
                factor.clone()
            });
            kept.hits += u64::from(hit.is_some());
            hit
        });
        if let Some(Some(factor)) = found {
            return Ok(factor);
        }
        let factor = Arc::new(Factor::new(features)?);
        self.with(|kept| kept.insert(key, factor.clone(), self.limit));
        Ok(factor)
    }
}

impl Kept {
    fn insert(&mut self, key: B256, factor: Arc<Factor>, limit: usize) {
        let size = factor.bytes();
        if size > limit || self.entries.contains_key(&key) {
            return;
        }
        while self.bytes + size > limit {
            let oldest = self.entries.iter().min_by_key(|(_, (_, used))| *used).map(|(key, _)| *key);
            let Some((gone, _)) = oldest.and_then(|key| self.entries.remove(&key)) else { break };
            self.bytes -= gone.bytes();
        }
        self.bytes += size;
        self.entries.insert(key, (factor, self.clock));
    }
}

/// Hash of the stored values of the rows that count.
fn content(features: FeatureBlock<'_>) -> B256 {
    let one = |bytes: &mut Vec<u8>, j: usize| {
        bytes.clear();
        features.columns.iter().skip(j).take(1).for_each(|c| c.write_bytes(features.rows, bytes));
        blake3_tagged("scoring feature", &[bytes])
    };
    let columns = parallel::map(features.columns.len(), Vec::new, one);
    let parts: Vec<&[u8]> = columns.iter().map(B256::as_slice).collect();
    blake3_tagged("scoring features", &parts)
}

#[cfg(all(test, feature = "std"))]
mod tests {
    use super::*;
    use crate::Column;

    #[test]
    fn forgets_what_was_used_longest_ago() {
        let columns: Vec<Vec<f64>> =
            (0..3).map(|k| (0..9).map(|i| f64::from((i * (k + 2)) % 7)).collect()).collect();
        let views: Vec<[Column<'_>; 1]> = columns.iter().map(|c| [c.into()]).collect();
        let block = |k: usize| FeatureBlock { columns: &views[k], rows: None, len: 9 };
        let size = Factor::new(block(0)).unwrap().bytes();
        let cache = FeatureCache::new(2 * size);
        for k in [0, 1, 0, 2, 0, 1] {
            cache.factor(block(k)).unwrap();
        }
        // 1 was forgotten for 2, and 0 never.
        assert_eq!((cache.hits(), cache.bytes()), (2, 2 * size));
        let none = FeatureCache::new(0);
        none.factor(block(0)).unwrap();
        assert_eq!(none.bytes(), 0);
    }
}
