use crate::{Error, Result};
use alloc::{format, string::ToString as _, vec::Vec};
use countermark_primitives::hash::{blake3_tagged, sha256_tagged};
use countermark_primitives::{B256, Canonical, Reader, Result as BasicResult, Writer};
use countermark_receipt::MerkleTree;

/// Training data: inputs and targets, row-major, finite, committed row by row.
#[derive(Debug, Clone, PartialEq)]
pub struct Dataset {
    inputs: u32,
    outputs: u32,
    rows: u32,
    x: Vec<f32>,
    y: Vec<f32>,
    root: B256,
}

fn finite(what: &str, x: &[f32]) -> Result<()> {
    match x.iter().enumerate().find(|(_, v)| !v.is_finite()) {
        None => Ok(()),
        Some((index, v)) => Err(Error::NonFinite { what: what.into(), index, got: v.to_string() }),
    }
}

impl Dataset {
    /// From `x`, shape `[rows, inputs]`, and `y`, shape `[rows, outputs]`, both row-major.
    ///
    /// # Errors
    /// `learning_wrong_size` when they do not have the same number of rows, `learning_non_finite`.
    ///
    /// ```
    /// use countermark_proof_of_learning::Dataset;
    /// assert_eq!(Dataset::try_new(2, 1, vec![0.0; 6], vec![1.0; 3])?.rows(), 3);
    /// assert!(Dataset::try_new(2, 1, vec![0.0; 5], vec![1.0; 3]).is_err());
    /// assert!(Dataset::try_new(1, 1, vec![f32::NAN], vec![1.0]).is_err());
    /// # Ok::<(), countermark_proof_of_learning::Error>(())
    /// ```
    pub fn try_new(inputs: u32, outputs: u32, x: Vec<f32>, y: Vec<f32>) -> Result<Self> {
        let (width, height) = (inputs.max(1) as usize, outputs.max(1) as usize);
        let count = y.len() / height;
        let rows = u32::try_from(count).unwrap_or(u32::MAX);
        for (what, got, size) in [("targets", y.len(), height), ("inputs", x.len(), width)] {
            let expected = (rows as usize).saturating_mul(size);
            if got != expected || inputs == 0 || outputs == 0 {
                return Err(Error::WrongSize { what: what.into(), expected, got });
            }
        }
        finite("inputs", &x)?;
        finite("targets", &y)?;
        let leaves: Vec<B256> = x
            .chunks_exact(width)
            .zip(y.chunks_exact(height))
            .zip(0u32..)
            .map(|((x, y), row)| {
                let mut w = Writer::new();
                w.u32(row);
                w.list(x, |w, v| w.f32(*v));
                w.list(y, |w, v| w.f32(*v));
                blake3_tagged("countermark/proof-of-learning/row/v1", &[&w.finish()])
            })
            .collect();
        let root = MerkleTree::new(&leaves).root();
        Ok(Self { inputs, outputs, rows, x, y, root })
    }

    /// Values in a row of inputs.
    pub fn inputs(&self) -> u32 {
        self.inputs
    }

    /// Values in a row of targets.
    pub fn outputs(&self) -> u32 {
        self.outputs
    }

    /// Number of rows.
    pub fn rows(&self) -> u32 {
        self.rows
    }

    /// All inputs, shape `[rows, inputs]`, row-major.
    pub fn x(&self) -> &[f32] {
        &self.x
    }

    /// All targets, shape `[rows, outputs]`, row-major.
    pub fn y(&self) -> &[f32] {
        &self.y
    }

    /// Inputs and targets of one row.
    pub fn row(&self, row: u32) -> Option<(&[f32], &[f32])> {
        let (i, o) = (self.inputs as usize, self.outputs as usize);
        Some((self.x.chunks_exact(i).nth(row as usize)?, self.y.chunks_exact(o).nth(row as usize)?))
    }

    /// Merkle root over the rows; it binds their number and order. A leaf is BLAKE3 over row number, inputs and targets.
    pub fn root(&self) -> B256 {
        self.root
    }
}

/// Turns each column c into (v - mean\[c\]) / deviation\[c\], in f64, and then rounds to f32.
#[derive(Debug, Clone, PartialEq)]
pub struct Normaliser {
    mean: Vec<f64>,
    deviation: Vec<f64>,
}

impl Normaliser {
    /// From the columns' means and standard deviations.
    ///
    /// # Errors
    /// `learning_wrong_size` for lists of different length, `learning_non_finite` for values that are not finite or a
    /// deviation that is not above 0.
    ///
    /// ```
    /// use countermark_proof_of_learning::Normaliser;
    /// let n = Normaliser::try_new(vec![10.0], vec![2.0])?;
    /// assert_eq!(n.apply(&[10.0, 14.0])?, [0.0, 2.0]);
    /// assert!(Normaliser::try_new(vec![10.0], vec![0.0]).is_err());
    /// # Ok::<(), countermark_proof_of_learning::Error>(())
    /// ```
    pub fn try_new(mean: Vec<f64>, deviation: Vec<f64>) -> Result<Self> {
        if mean.len() != deviation.len() || mean.is_empty() {
            let (expected, got) = (mean.len().max(1), deviation.len());
            return Err(Error::WrongSize { what: "standard deviations".into(), expected, got });
        }
        for (index, (m, d)) in mean.iter().zip(&deviation).enumerate() {
            if !m.is_finite() || !d.is_finite() || *d <= 0.0 {
                let got = format!("mean {m}, deviation {d}");
                return Err(Error::NonFinite { what: "normaliser".into(), index, got });
            }
        }
        Ok(Self { mean, deviation })
    }

    /// SHA-256 over the canonical bytes: what a job specification names.
    pub fn hash(&self) -> B256 {
        sha256_tagged("countermark/proof-of-learning/normaliser/v1", &[&self.to_bytes()])
    }

    /// Normalises rows, shape `[rows, columns]`, row-major.
    ///
    /// # Errors
    /// `learning_wrong_size` for a last row that is not whole, `learning_non_finite` for results that do not fit an f32.
    pub fn apply(&self, rows: &[f64]) -> Result<Vec<f32>> {
        let columns = self.mean.len();
        if !rows.len().is_multiple_of(columns) {
            let expected = rows.len().next_multiple_of(columns);
            return Err(Error::WrongSize { what: "rows".into(), expected, got: rows.len() });
        }
        let scale = self.mean.iter().zip(&self.deviation).cycle();
        #[expect(clippy::cast_possible_truncation, reason = "rounding to nearest is the definition")]
        let out: Vec<f32> = rows.iter().zip(scale).map(|(v, (m, d))| ((v - m) / d) as f32).collect();
        finite("normalised rows", &out)?;
        Ok(out)
    }
}

impl Canonical for Normaliser {
    fn write(&self, w: &mut Writer) {
        w.list(&self.mean, |w, v| w.f64(*v));
        w.list(&self.deviation, |w, v| w.f64(*v));
    }

    fn read(r: &mut Reader<'_>) -> BasicResult<Self> {
        let mean = r.list("means", 8, 1 << 16, |r| r.f64("mean"))?;
        let deviation = r.list("deviations", 8, 1 << 16, |r| r.f64("deviation"))?;
        Self::try_new(mean, deviation).map_err(|e| countermark_primitives::Error::OutOfRange {
            what: "normaliser",
            got: e.to_string(),
            range: "finite means and positive deviations of equal number",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_sees_every_value_and_the_order() {
        let root = |x: &[f32], y: &[f32]| Dataset::try_new(1, 1, x.to_vec(), y.to_vec()).unwrap().root();
        let base = root(&[1.0, 2.0], &[3.0, 4.0]);
        assert_ne!(base, root(&[1.0, f32::from_bits(2f32.to_bits() + 1)], &[3.0, 4.0]));
        assert_ne!(base, root(&[1.0, 2.0], &[3.0, -4.0]));
        assert_ne!(base, root(&[2.0, 1.0], &[4.0, 3.0]));
        assert_ne!(base, root(&[1.0, 2.0, 2.0], &[3.0, 4.0, 4.0]));
    }

    #[test]
    fn normalisers_round_trip_and_refuse_bad_bytes() {
        let n = Normaliser::try_new(alloc::vec![1.0, 2.0], alloc::vec![0.5, 4.0]).unwrap();
        assert_eq!(Normaliser::from_bytes("n", &n.to_bytes()).unwrap(), n);
        let mut bad = n.to_bytes();
        bad.truncate(30);
        assert!(Normaliser::from_bytes("n", &bad).is_err());
        assert!(n.apply(&[1.0]).is_err() && n.apply(&[f64::MAX, 0.0]).is_err());
    }
}
