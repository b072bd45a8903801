//! Every conversion between the host's values and the core's, and the one way a fault becomes an exception.

use countermark::{
    crypto::Signature,
    primitives::{Coded, Error as Basic, Wei, codes},
};
use std::fmt;

/// A fault: Kotlin's `CountermarkException`, Swift's `CountermarkError`.
#[derive(Debug, uniffi::Object)]
#[uniffi::export(Debug, Display)]
pub struct CountermarkError(Box<dyn Coded + Send + Sync>);

#[uniffi::export]
impl CountermarkError {
    /// Stable snake_case code, the same in every language.
    pub fn code(&self) -> String {
        self.0.code().to_owned()
    }

    /// The family of the fault: `invalid`, `shape`, `range`, `signature`, `proof`, `refused`, `expired`, `limit`,
    /// `conflict`, `cancelled`, `unsupported`, `unavailable` or `internal`.
    pub fn kind(&self) -> String {
        self.0.kind().as_str().to_owned()
    }

    /// The verification check that refused, where one did: `format`, `digest`, `signature`, `link`, `evidence`.
    pub fn check(&self) -> Option<String> {
        self.0.check().map(str::to_owned)
    }

    /// Whether the same call may succeed later.
    pub fn retryable(&self) -> bool {
        self.0.is_retryable()
    }

    /// What happened, for people.
    pub fn text(&self) -> String {
        self.0.to_string()
    }
}

impl fmt::Display for CountermarkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.0, self.0.code())
    }
}

/// What the functions of this skin return.
pub type Done<T> = Result<T, CountermarkError>;
pub(crate) type Fault = CountermarkError;

impl<E: Coded + Send + Sync + 'static> From<E> for CountermarkError {
    fn from(error: E) -> Self {
        Self(Box::new(error))
    }
}

/// A code that an exception can carry, with the kind it belongs to.
#[derive(Debug, uniffi::Record)]
pub struct ErrorCode {
    /// The code, snake_case, unique in the library.
    pub code: String,
    /// The kind.
    pub kind: String,
}

/// All codes an exception can carry.
#[uniffi::export]
pub fn error_codes() -> Vec<ErrorCode> {
    codes::all().map(|(code, kind, _)| ErrorCode { code: code.into(), kind: kind.into() }).collect()
}

pub(crate) fn signature(bytes: &[u8]) -> countermark::crypto::Result<Signature> {
    Signature::from_bytes(bytes)
}

/// Decimal text as an amount.
pub(crate) fn wei(text: &str) -> Result<Wei, Basic> {
    text.parse()
}

/// Little-endian f64 values, 8 bytes each.
pub(crate) fn floats(what: &'static str, bytes: &[u8]) -> Result<Vec<f64>, Basic> {
    let (values, rest) = bytes.as_chunks::<8>();
    if !rest.is_empty() {
        return Err(Basic::LengthMismatch { what, expected: 8, got: rest.len() });
    }
    Ok(values.iter().map(|b| f64::from_le_bytes(*b)).collect())
}
