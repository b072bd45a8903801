use crate::{Error, Result};
use alloc::sync::Arc;
use core::ops::ControlFlow;
use core::sync::atomic::{AtomicBool, Ordering};

/// A flag shared between whoever runs a long call and whoever may stop it.
///
/// ```
/// use countermark_primitives::{CancelToken, Coded};
/// let token = CancelToken::new();
/// assert!(token.check(0, 10).is_ok());
/// token.cancel();
/// assert_eq!(token.check(3, 10).unwrap_err().code(), "cancelled");
/// ```
#[derive(Debug, Clone, Default)]
pub struct CancelToken(Arc<AtomicBool>);

impl CancelToken {
    /// A token nobody has cancelled yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks every holder's call to stop at its next check.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether [`CancelToken::cancel`] was called.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }

    /// `Ok` while not cancelled.
    ///
    /// # Errors
    /// `cancelled`, with how far the work had come.
    pub fn check(&self, done: u64, total: u64) -> Result<()> {
        if self.is_cancelled() { Err(Error::Cancelled { done, total }) } else { Ok(()) }
    }
}

/// How far a long call has come, in steps of its own kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Steps done, 0..=total.
    pub done: u64,
    /// Steps there are.
    pub total: u64,
}

/// A progress callback; `ControlFlow::Break` cancels the call.
pub type ProgressFn<'a> = &'a mut dyn FnMut(Progress) -> ControlFlow<()>;

/// A progress callback that ignores progress.
pub fn ignore_progress(_: Progress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}
