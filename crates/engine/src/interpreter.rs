//! Runs burn's operations on host memory with exact kernels, or refuses them.

mod operations;
mod value;

pub use value::Value;

use crate::trace::{OperationRecord, Recorder, Trace};
use crate::{Error, Result};
use burn_backend::TensorData;
use burn_ir::{OperationIr, TensorId, TensorIr, TensorStatus};
use countermark_exact::Exec;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use value::Data;

/// Numbers of tensors are unique in the process, so that a late drop of an old tensor never hits a new one.
static NEXT_ID: AtomicU64 = AtomicU64::new(0);

/// What an operation did: its name, its attributes in canonical bytes, and its results.
struct Done<'a> {
    kind: &'static str,
    attributes: Vec<u8>,
    outputs: Vec<(&'a TensorIr, Data)>,
}

#[derive(Debug)]
pub(crate) struct Interpreter {
    exec: Exec,
    tensors: HashMap<u64, Value>,
    refused: Option<Error>,
    recorder: Option<Recorder>,
}

impl Interpreter {
    pub(crate) fn new(exec: Exec) -> Self {
        Self { exec, tensors: HashMap::new(), refused: None, recorder: None }
    }

    pub(crate) fn next_id() -> TensorId {
        TensorId::new(NEXT_ID.fetch_add(1, Ordering::Relaxed))
    }

    /// Forgets everything.
    pub(crate) fn reset(&mut self, exec: Option<Exec>) {
        *self = Self::new(exec.unwrap_or(self.exec));
    }

    /// The first refusal, if there was one.
    pub(crate) fn refusal(&self) -> Result<()> {
        self.refused.clone().map_or(Ok(()), Err)
    }

    pub(crate) fn start_trace(&mut self) {
        self.recorder = Some(Recorder::default());
    }

    pub(crate) fn end_trace(&mut self) -> Trace {
        self.recorder.take().map(Recorder::finish).unwrap_or_default()
    }

    pub(crate) fn insert(&mut self, id: TensorId, value: Value) {
        self.tensors.insert(id.value(), value);
    }

    pub(crate) fn insert_data(&mut self, id: TensorId, data: TensorData) {
        match Value::from_data(data) {
            Ok(v) => self.insert(id, v),
            Err(e) => self.refuse(e),
        }
    }

    fn refuse(&mut self, e: Error) {
        self.refused.get_or_insert(e);
        self.tensors.clear();
    }

    /// The value of a tensor; zeros once something was refused, since nobody sees results after that.
    pub(crate) fn handle(&mut self, ir: &TensorIr) -> Value {
        let found = match ir.status {
            TensorStatus::ReadWrite => self.tensors.remove(&ir.id.value()),
            _ => self.tensors.get(&ir.id.value()).cloned(),
        };
        match found {
            Some(v) => v,
            None => {
                if self.refused.is_none() {
                    self.refuse(Error::MissingTensor { operation: "read".into() });
                }
                Value::zeros(ir)
            }
        }
    }

    pub(crate) fn read(&mut self, ir: &TensorIr) -> Result<TensorData> {
        self.handle(ir).into_data(ir)
    }

    /// Runs an operation; after a refusal nothing runs any more.
    pub(crate) fn run(&mut self, op: &OperationIr) {
        if let OperationIr::Drop(t) = op {
            self.tensors.remove(&t.id.value());
            return;
        }
        if self.refused.is_some() {
            return;
        }
        if let Err(e) = self.try_run(op) {
            self.refuse(e);
        }
    }

    fn try_run(&mut self, op: &OperationIr) -> Result<()> {
        let done = self.execute(op)?;
        let inputs = self.record(op.inputs())?;
        for (ir, data) in done.outputs {
            let expected = ir.shape.num_elements();
            if data.len() != expected {
                let got = data.len();
                return Err(Error::ResultShape { operation: done.kind.into(), expected, got });
            }
            self.insert(ir.id, Value::new(&ir.shape.to_vec(), data));
        }
        let outputs = self.record(op.outputs())?;
        if let Some(r) = &mut self.recorder {
            r.push(OperationRecord { kind: done.kind.into(), attributes: done.attributes, inputs, outputs });
        }
        // An input this operation owns is gone after it.
        for ir in op.inputs().filter(|ir| ir.status == TensorStatus::ReadWrite) {
            self.tensors.remove(&ir.id.value());
        }
        Ok(())
    }

    /// Hashes tensors, when a trace is being recorded.
    fn record<'a>(
        &mut self,
        tensors: impl Iterator<Item = &'a TensorIr>,
    ) -> Result<Vec<crate::TensorRecord>> {
        let Some(recorder) = &mut self.recorder else { return Ok(Vec::new()) };
        let missing = || Error::MissingTensor { operation: "trace".into() };
        tensors
            .map(|ir| {
                let value = self.tensors.get(&ir.id.value()).ok_or_else(missing)?;
                Ok(recorder.tensor(ir, &value.to_bytes()))
            })
            .collect()
    }
}
