//! The burn backend that runs on exact kernels, and the sessions it lives in.

mod session;

pub use crate::interpreter::Value;
pub use session::Session;

use crate::interpreter::Interpreter;
use crate::trace::Trace;
use crate::{Error, Result};
use burn_backend::backend::DeviceId;
use burn_backend::{DType, DTypeUsage, DTypeUsageSet, ExecutionError, Shape, TensorData};
use burn_ir::{OperationIr, TensorId, TensorIr};
use burn_router::{BackendRouter, MultiBackendBridge, RouterTensor, RunnerChannel, RunnerClient};
use countermark_exact::Exec;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The backend: use it as `Autodiff<Exact>` for training. Its devices come from a [`Session`].
pub type Exact = BackendRouter<Channel>;

/// The device of one session.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExactDevice {
    slot: u16,
}

impl burn_backend::backend::Device for ExactDevice {
    fn from_id(id: DeviceId) -> Self {
        Self { slot: id.index_id }
    }

    fn to_id(&self) -> DeviceId {
        DeviceId::new(0, self.slot)
    }
}

impl burn_backend::backend::DeviceOps for ExactDevice {}

/// The runner of one session's operations.
#[derive(Debug, Clone)]
pub struct ExactClient {
    device: ExactDevice,
    state: Arc<Mutex<Interpreter>>,
}

impl ExactClient {
    fn lock(&self) -> MutexGuard<'_, Interpreter> {
        // Every method of the interpreter leaves it consistent, so a panic elsewhere does no harm here.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reset(&self, exec: Option<Exec>) {
        self.lock().reset(exec);
    }

    fn refusal(&self) -> Result<()> {
        self.lock().refusal()
    }

    fn start_trace(&self) {
        self.lock().start_trace();
    }

    fn end_trace(&self) -> Trace {
        self.lock().end_trace()
    }
}

impl RunnerClient for ExactClient {
    type Device = ExactDevice;

    fn register_op(&self, op: OperationIr) {
        self.lock().run(&op);
    }

    fn read_tensor_async(
        &self,
        tensor: TensorIr,
    ) -> burn_std::future::DynFut<Result<TensorData, ExecutionError>> {
        let data = self.lock().read(&tensor);
        Box::pin(core::future::ready(data.map_err(|e| ExecutionError::WithContext { reason: e.to_string() })))
    }

    fn sync(&self) -> Result<(), ExecutionError> {
        Ok(())
    }

    fn create_empty_handle(&self) -> TensorId {
        Interpreter::next_id()
    }

    fn register_tensor_data(&self, data: TensorData) -> RouterTensor<Self> {
        let (shape, dtype) = (data.shape.clone(), data.dtype);
        let id = Interpreter::next_id();
        self.lock().insert_data(id, data);
        RouterTensor::new(id, shape, dtype, self.clone())
    }

    fn device(&self) -> ExactDevice {
        self.device.clone()
    }

    fn seed(&self, _seed: u64) {
        // Nothing here draws random numbers: operation Random is refused.
    }

    fn dtype_usage(&self, dtype: DType) -> DTypeUsageSet {
        match dtype {
            DType::F32 | DType::I32 | DType::I64 | DType::Bool(_) => DTypeUsage::general(),
            _ => DTypeUsageSet::empty(),
        }
    }
}

/// Moves nothing: there is one backend, and host memory only.
#[derive(Debug)]
pub struct Bridge;

impl MultiBackendBridge for Bridge {
    type TensorHandle = Value;
    type Device = ExactDevice;

    fn change_backend_float(tensor: Value, _: Shape, _: &ExactDevice) -> Value {
        tensor
    }

    fn change_backend_int(tensor: Value, _: Shape, _: &ExactDevice) -> Value {
        tensor
    }

    fn change_backend_bool(tensor: Value, _: Shape, _: &ExactDevice) -> Value {
        tensor
    }
}

/// Ties burn's router to [`ExactClient`].
#[derive(Debug, Clone)]
pub struct Channel;

impl RunnerChannel for Channel {
    type Device = ExactDevice;
    type Bridge = Bridge;
    type Client = ExactClient;
    type FloatElem = f32;
    type IntElem = i32;
    type BoolElem = bool;

    fn name(_: &ExactDevice) -> String {
        "exact".into()
    }

    fn init_client(device: &ExactDevice) -> ExactClient {
        ExactClient { device: device.clone(), state: Arc::new(Mutex::new(Interpreter::new(Exec::detect(1)))) }
    }

    fn get_tensor_handle(tensor: &TensorIr, client: &ExactClient) -> Value {
        client.lock().handle(tensor)
    }

    fn register_tensor(
        client: &ExactClient,
        handle: Value,
        shape: Shape,
        dtype: DType,
    ) -> RouterTensor<ExactClient> {
        let id = Interpreter::next_id();
        client.lock().insert(id, handle);
        RouterTensor::new(id, shape, dtype, client.clone())
    }
}

/// The panic's text as an error.
fn framework(panic: &(dyn core::any::Any + Send)) -> Error {
    let text = panic.downcast_ref::<&str>().map(|s| (*s).to_string());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    Error::Framework { reason: text.unwrap_or_else(|| "panic without text".into()) }
}
