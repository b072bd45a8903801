//! What a compared function is.

use super::{answer::Answer, generate::Random};
use serde_json::Value;

/// A function that both sides have.
pub(super) struct Function {
    pub(super) name: &'static str,
    /// The oracle that answers, by its name on the command line.
    pub(super) oracle: &'static str,
    /// Bound of `|a-b| / max(1, |b|)`; 0 for what is exact.
    pub(super) tolerance: f64,
    /// Random inputs and what we answer to them.
    pub(super) call: fn(&mut Random) -> Call,
}

/// One call.
pub(super) struct Call {
    /// What the oracle is asked.
    pub(super) inputs: Value,
    pub(super) ours: Answer,
    /// The inputs of one case alone, where the call has several.
    pub(super) only: Box<dyn Fn(usize) -> Value>,
}

impl Call {
    /// A call whose cases cannot be told apart in its inputs.
    pub(super) fn new(inputs: Value, ours: Answer) -> Self {
        let all = inputs.clone();
        Self { inputs, ours, only: Box::new(move |_| all.clone()) }
    }
}
