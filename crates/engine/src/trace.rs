use burn_ir::TensorIr;
use countermark_primitives::{B256, Canonical, Reader, Result as BasicResult, Writer, hash::blake3_tagged};
use countermark_receipt::MerkleTree;
use std::collections::HashMap;

/// A tensor as an operator trace names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TensorRecord {
    /// Number in the order of first use in the trace, from 0.
    pub id: u32,
    /// Lengths of the dimensions.
    pub shape: Vec<u32>,
    /// BLAKE3 over element type, shape and values.
    pub hash: B256,
}

/// One executed operation: enough to run it again alone, given its inputs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationRecord {
    /// The operation, such as `linear`.
    pub kind: String,
    /// Its attributes (axes, scalars) in canonical bytes.
    pub attributes: Vec<u8>,
    /// Tensors it read.
    pub inputs: Vec<TensorRecord>,
    /// Tensors it made.
    pub outputs: Vec<TensorRecord>,
}

impl Canonical for TensorRecord {
    fn write(&self, w: &mut Writer) {
        w.u32(self.id);
        w.list(&self.shape, |w, d| w.u32(*d));
        w.hash(&self.hash);
    }

    fn read(r: &mut Reader<'_>) -> BasicResult<Self> {
        Ok(Self {
            id: r.u32("tensor number")?,
            shape: r.list("tensor shape", 4, 16, |r| r.u32("dimension"))?,
            hash: r.hash("tensor hash")?,
        })
    }
}

impl Canonical for OperationRecord {
    fn write(&self, w: &mut Writer) {
        w.text(&self.kind);
        w.bytes(&self.attributes);
        w.list(&self.inputs, |w, t| t.write(w));
        w.list(&self.outputs, |w, t| t.write(w));
    }

    fn read(r: &mut Reader<'_>) -> BasicResult<Self> {
        Ok(Self {
            kind: r.text("operation", 64)?,
            attributes: r.bytes("attributes", 1 << 16)?.to_vec(),
            inputs: r.list("inputs", 40, 1 << 10, TensorRecord::read)?,
            outputs: r.list("outputs", 40, 1 << 10, TensorRecord::read)?,
        })
    }
}

/// The operations of a stretch of work, in order.
///
/// Tensors are numbered in the order of first use, and the moments at which memory is freed are left out, so the trace
/// depends on what was computed only.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trace {
    /// The operations.
    pub operations: Vec<OperationRecord>,
}

impl Trace {
    /// Merkle root over the operations' canonical bytes.
    pub fn root(&self) -> B256 {
        let leaves: Vec<Vec<u8>> = self.operations.iter().map(Canonical::to_bytes).collect();
        MerkleTree::new(&leaves).root()
    }
}

/// A trace being recorded.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    numbers: HashMap<u64, u32>,
    trace: Trace,
}

impl Recorder {
    pub(crate) fn tensor(&mut self, ir: &TensorIr, values: &[u8]) -> TensorRecord {
        let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        let id = *self.numbers.entry(ir.id.value()).or_insert(next);
        let shape: Vec<u32> =
            ir.shape.to_vec().iter().map(|d| u32::try_from(*d).unwrap_or(u32::MAX)).collect();
        let mut w = Writer::new();
        w.list(&shape, |w, d| w.u32(*d));
        let hash = blake3_tagged("countermark/engine/tensor/v1", &[&w.finish(), values]);
        TensorRecord { id, shape, hash }
    }

    pub(crate) fn push(&mut self, operation: OperationRecord) {
        self.trace.operations.push(operation);
    }

    pub(crate) fn finish(self) -> Trace {
        self.trace
    }
}
