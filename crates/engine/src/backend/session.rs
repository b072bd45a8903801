use super::{Channel, ExactClient, ExactDevice, framework};
use crate::trace::Trace;
use crate::{Error, Result};
use burn_router::get_client;
use countermark_exact::Exec;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};

/// Slots in use. burn keeps a client per device for the life of the process, so devices are handed out again.
static SLOTS: Mutex<Vec<bool>> = Mutex::new(Vec::new());

/// A device of its own: memory, settings and refusals that no other session sees. What it holds is freed with it.
///
/// ```
/// use burn::tensor::Tensor;
/// use countermark_engine::backend::{Exact, Session};
/// use countermark_exact::Exec;
/// use countermark_primitives::Coded;
///
/// let session = Session::open(Exec::detect(1))?;
/// let sum = session.run(|device| Tensor::<Exact, 1>::from_floats([1.0, 2.0], device).sum().into_data())?;
/// assert_eq!(sum.to_vec::<f32>().ok(), Some(vec![3.0]));
///
/// // Not on the list: refused, and no other implementation steps in.
/// let cos = session.run(|device| Tensor::<Exact, 1>::from_floats([1.0, 2.0], device).cos().into_data());
/// assert_eq!(cos.unwrap_err().code(), "engine_unsupported_operation");
/// # Ok::<(), countermark_engine::Error>(())
/// ```
#[derive(Debug)]
pub struct Session {
    device: ExactDevice,
    client: ExactClient,
}

impl Session {
    /// Takes a free device; its operations use this path and number of threads.
    ///
    /// # Errors
    /// `engine_sessions_exhausted`.
    pub fn open(exec: Exec) -> Result<Self> {
        let slot = {
            let mut slots = SLOTS.lock().unwrap_or_else(PoisonError::into_inner);
            let free = slots.iter().position(|used| !used).unwrap_or(slots.len());
            let slot = u16::try_from(free).map_err(|_| Error::SessionsExhausted)?;
            match slots.get_mut(free) {
                Some(used) => *used = true,
                None => slots.push(true),
            }
            slot
        };
        let device = ExactDevice { slot };
        let client = get_client::<Channel>(&device);
        client.reset(Some(exec));
        Ok(Self { device, client })
    }

    /// Runs code that uses the device. The first refusal of any of its operations is the call's error, whatever the code
    /// returned; a panic inside burn is an error too. A session that refused refuses all further calls.
    ///
    /// # Errors
    /// `engine_unsupported_operation`, `engine_unsupported_type`, `engine_missing_tensor`, `engine_result_shape`,
    /// `engine_framework`, and those of the kernels.
    pub fn run<T>(&self, f: impl FnOnce(&ExactDevice) -> T) -> Result<T> {
        self.client.refusal()?;
        let out = catch_unwind(AssertUnwindSafe(|| f(&self.device)));
        self.client.refusal()?;
        out.map_err(|panic| framework(&*panic))
    }

    /// As [`Session::run`], and records every operation.
    ///
    /// # Errors
    /// As [`Session::run`].
    pub fn run_traced<T>(&self, f: impl FnOnce(&ExactDevice) -> T) -> Result<(T, Trace)> {
        self.client.start_trace();
        let out = self.run(f);
        let trace = self.client.end_trace();
        Ok((out?, trace))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.client.reset(None);
        let mut slots = SLOTS.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(used) = slots.get_mut(usize::from(self.device.slot)) {
            *used = false;
        }
    }
}
