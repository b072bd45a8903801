//! Merkle trees of the shape of RFC 6962 (an odd node moves up unchanged, none is duplicated), with tagged leaves and
//! nodes and a root that binds the number of leaves.
//!
//! ```
//! use countermark_primitives::Coded;
//! use countermark_receipt::MerkleTree;
//! let tree = MerkleTree::new(&["a", "b", "c"]);
//! let proof = tree.prove(2).unwrap();
//! proof.verify(&tree.root(), 3, 2, b"c")?;
//! assert_eq!(proof.verify(&tree.root(), 3, 1, b"c").unwrap_err().code(), "merkle_mismatch");
//! # Ok::<(), countermark_receipt::Error>(())
//! ```

use crate::{Error, Result};
use alloc::{vec, vec::Vec};
use countermark_primitives::{B256, Canonical, Reader, Result as BasicResult, Writer, hash::sha256_tagged};

fn leaf(data: &[u8]) -> B256 {
    sha256_tagged("countermark/receipt/merkle-leaf/v1", &[data])
}

fn node(left: &B256, right: &B256) -> B256 {
    sha256_tagged("countermark/receipt/merkle-node/v1", &[left.as_slice(), right.as_slice()])
}

fn bind(count: u64, top: &B256) -> B256 {
    sha256_tagged("countermark/receipt/merkle-root/v1", &[&count.to_le_bytes(), top.as_slice()])
}

/// All nodes of a tree; takes 64 bytes a leaf.
#[derive(Debug, Clone)]
pub struct MerkleTree {
    levels: Vec<Vec<B256>>,
}

impl MerkleTree {
    /// A tree over the leaves' bytes. A tree of nothing has a root too.
    pub fn new<T: AsRef<[u8]>>(leaves: &[T]) -> Self {
        let mut level: Vec<B256> = leaves.iter().map(|l| leaf(l.as_ref())).collect();
        let mut levels = vec![];
        while level.len() > 1 {
            let up = level
                .chunks(2)
                .map(|pair| match pair {
                    [l, r] => node(l, r),
                    [l] => *l,
                    _ => B256::ZERO,
                })
                .collect();
            levels.push(core::mem::replace(&mut level, up));
        }
        levels.push(level);
        Self { levels }
    }

    /// Number of leaves.
    pub fn len(&self) -> u64 {
        self.levels.first().map_or(0, |l| l.len() as u64)
    }

    /// Whether there is no leaf.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The root; it binds the number of leaves.
    pub fn root(&self) -> B256 {
        let top = self.levels.last().and_then(|l| l.first()).copied().unwrap_or(B256::ZERO);
        bind(self.len(), &top)
    }

    /// The proof for one leaf, or `None` past the last.
    pub fn prove(&self, index: u64) -> Option<MerkleProof> {
        if index >= self.len() {
            return None;
        }
        let mut at = usize::try_from(index).ok()?;
        let mut path = vec![];
        for level in &self.levels {
            if let Some(sibling) = level.get(at ^ 1) {
                path.push(*sibling);
            }
            at >>= 1;
        }
        Some(MerkleProof { path })
    }
}

/// The siblings from a leaf up to the root: at most 64.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MerkleProof {
    path: Vec<B256>,
}

impl MerkleProof {
    /// `Ok` when the leaf stands at `index` in the tree of `count` leaves with that root.
    ///
    /// # Errors
    /// `merkle_mismatch` otherwise.
    pub fn verify(&self, root: &B256, count: u64, index: u64, data: &[u8]) -> Result<()> {
        let fail = Error::MerkleMismatch { root: *root, index, count };
        if index >= count {
            return Err(fail);
        }
        let (mut at, mut width, mut h) = (index, count, leaf(data));
        let mut path = self.path.iter();
        while width > 1 {
            if (at ^ 1) < width {
                let Some(sibling) = path.next() else { return Err(fail) };
                h = if at & 1 == 0 { node(&h, sibling) } else { node(sibling, &h) };
            }
            at >>= 1;
            width = width.div_ceil(2);
        }
        if path.next().is_none() && bind(count, &h) == *root { Ok(()) } else { Err(fail) }
    }
}

impl Canonical for MerkleProof {
    fn write(&self, w: &mut Writer) {
        w.list(&self.path, Writer::hash);
    }

    fn read(r: &mut Reader<'_>) -> BasicResult<Self> {
        Ok(Self { path: r.list("Merkle path", 32, 64, |r| r.hash("Merkle sibling"))? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString as _;

    fn leaves(n: usize) -> Vec<Vec<u8>> {
        (0..n).map(|i| i.to_string().into_bytes()).collect()
    }

    #[test]
    fn every_leaf_proves_itself_and_nothing_else() {
        for n in 1..40usize {
            let data = leaves(n);
            let tree = MerkleTree::new(&data);
            for (i, own) in data.iter().enumerate() {
                let p = tree.prove(i as u64).unwrap();
                for j in 0..n {
                    assert_eq!(
                        p.verify(&tree.root(), n as u64, j as u64, own).is_ok(),
                        i == j,
                        "{n} {i} {j}"
                    );
                }
                assert!(p.verify(&tree.root(), n as u64 + 1, i as u64, own).is_err());
            }
            assert!(tree.prove(n as u64).is_none());
        }
    }

    #[test]
    fn length_and_duplication_change_the_root() {
        let mut roots = alloc::collections::BTreeSet::new();
        for n in 0..20 {
            assert!(roots.insert(MerkleTree::new(&leaves(n)).root()));
        }
        let mut doubled = leaves(3);
        doubled.push(doubled[2].clone());
        assert!(roots.insert(MerkleTree::new(&doubled).root()));
    }

    #[test]
    fn a_node_is_no_leaf() {
        let data = leaves(4);
        let tree = MerkleTree::new(&data);
        let (l, r) = (leaf(&data[0]), leaf(&data[1]));
        let forged = [l.as_slice(), r.as_slice()].concat();
        let short = MerkleProof { path: tree.prove(0).unwrap().path[1..].to_vec() };
        assert!(short.verify(&tree.root(), 2, 0, &forged).is_err());
        assert!(short.verify(&tree.root(), 4, 0, &forged).is_err());
    }
}
