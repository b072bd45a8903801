use crate::error::{Check, Error, Result};
use crate::spec::JobSpec;
use alloc::{format, string::String, string::ToString as _, vec::Vec};
use countermark_primitives::hash::blake3_tagged;
use countermark_primitives::{B256, Canonical, Reader, Result as BasicResult, Writer};
use countermark_receipt::MerkleTree;

/// Rows and columns of a tile: 4 KiB of f32.
pub const TILE: usize = 32;

/// A named matrix of weights; a vector has one row.
#[derive(Debug, Clone, PartialEq)]
pub struct Tensor {
    /// Name, such as `layers.0.weight`.
    pub name: String,
    /// Number of rows.
    pub rows: u32,
    /// Number of columns.
    pub columns: u32,
    /// Values, shape `[rows, columns]`, row-major, f32.
    pub values: Vec<f32>,
}

/// All that training carries from one step to the next, in the order of the model's layers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    /// The tensors.
    pub tensors: Vec<Tensor>,
}

impl State {
    /// Names and shapes the state of a job has: for each layer weight `[inputs, outputs]` and bias `[1, outputs]`.
    pub fn shapes(spec: &JobSpec) -> Vec<(String, u32, u32)> {
        let of_layer = |(l, (i, o)): (usize, (u32, u32))| {
            [(format!("layers.{l}.weight"), i, o), (format!("layers.{l}.bias"), 1, o)]
        };
        spec.layers().enumerate().flat_map(of_layer).collect()
    }

    /// `Ok` when names, shapes and sizes are those of the job and every value is finite.
    ///
    /// # Errors
    /// `learning_rejected` (check `state_opening`), `learning_wrong_size`, `learning_non_finite`.
    pub fn check(&self, spec: &JobSpec) -> Result<()> {
        let shapes = Self::shapes(spec);
        let same = shapes.len() == self.tensors.len()
            && shapes
                .iter()
                .zip(&self.tensors)
                .all(|((n, r, c), t)| *n == t.name && (*r, *c) == (t.rows, t.columns));
        if !same {
            let detail = "the tensors are not those of the job's model".to_string();
            return Err(Error::Rejected { check: Check::StateOpening, segment: None, detail });
        }
        for t in &self.tensors {
            let expected = (t.rows as usize).saturating_mul(t.columns as usize);
            if t.values.len() != expected {
                return Err(Error::WrongSize { what: t.name.clone(), expected, got: t.values.len() });
            }
            if let Some((index, v)) = t.values.iter().enumerate().find(|(_, v)| !v.is_finite()) {
                return Err(Error::NonFinite { what: t.name.clone(), index, got: v.to_string() });
            }
        }
        Ok(())
    }

    /// Merkle root over the tiles of all tensors, row of tiles by row of tiles.
    ///
    /// A leaf is BLAKE3 over name, shape, tile position and the tile's values; a tile is at most 32 x 32.
    pub fn root(&self) -> B256 {
        let mut leaves = Vec::new();
        for t in &self.tensors {
            let width = (t.columns as usize).max(1);
            let bands = t.values.chunks(width * TILE);
            for (band, row) in bands.zip(0u32..) {
                for column in 0..width.div_ceil(TILE) {
                    let mut w = Writer::new();
                    w.text(&t.name);
                    w.u32(t.rows);
                    w.u32(t.columns);
                    w.u32(row);
                    w.count(column);
                    for line in band.chunks(width) {
                        line.iter().skip(column * TILE).take(TILE).for_each(|v| w.f32(*v));
                    }
                    leaves.push(blake3_tagged("countermark/proof-of-learning/tile/v1", &[&w.finish()]));
                }
            }
        }
        MerkleTree::new(&leaves).root()
    }
}

impl Canonical for State {
    fn write(&self, w: &mut Writer) {
        w.list(&self.tensors, |w, t| {
            w.text(&t.name);
            w.u32(t.rows);
            w.u32(t.columns);
            w.list(&t.values, |w, v| w.f32(*v));
        });
    }

    fn read(r: &mut Reader<'_>) -> BasicResult<Self> {
        let tensors = r.list("tensors", 16, 256, |r| {
            Ok(Tensor {
                name: r.text("tensor name", 128)?,
                rows: r.u32("tensor rows")?,
                columns: r.u32("tensor columns")?,
                values: r.list("tensor values", 4, 1 << 24, |r| r.f32("tensor value"))?,
            })
        })?;
        Ok(Self { tensors })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Dataset;
    use countermark_primitives::Coded as _;

    fn state(rows: u32, columns: u32) -> State {
        let values = (0..rows * columns).map(|i| f32::from_bits(0x3f00_0000 + i)).collect();
        State { tensors: alloc::vec![Tensor { name: "layers.0.weight".into(), rows, columns, values }] }
    }

    #[test]
    fn the_root_sees_every_value_in_every_tile() {
        let base = state(70, 45);
        for i in 0..base.tensors[0].values.len() {
            let mut other = base.clone();
            let v = &mut other.tensors[0].values[i];
            *v = f32::from_bits(v.to_bits() ^ 1);
            assert_ne!(other.root(), base.root(), "{i}");
        }
        let mut reshaped = base.clone();
        (reshaped.tensors[0].rows, reshaped.tensors[0].columns) = (45, 70);
        assert_ne!(reshaped.root(), base.root());
    }

    #[test]
    fn a_state_of_another_model_or_with_nan_is_refused() {
        let data = Dataset::try_new(70, 45, alloc::vec![0.0; 70], alloc::vec![0.0; 45]).unwrap();
        let spec = JobSpec::mlp(&data, &[], 0.1, 1, 1, 1).unwrap();
        let mut s = state(70, 45);
        assert_eq!(s.check(&spec).unwrap_err().check(), Some("state_opening"));
        let bias =
            Tensor { name: "layers.0.bias".into(), rows: 1, columns: 45, values: alloc::vec![0.0; 45] };
        s.tensors.push(bias);
        s.check(&spec).unwrap();
        assert_eq!(State::from_bytes("state", &s.to_bytes()).unwrap(), s);
        s.tensors[1].values[3] = f32::NAN;
        assert_eq!(s.check(&spec).unwrap_err().code(), "learning_non_finite");
        s.tensors[1].values.pop();
        assert_eq!(s.check(&spec).unwrap_err().code(), "learning_wrong_size");
    }
}
