use alloc::string::String;

/// The family a fault belongs to; each skin has one exception class per kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// The bytes or text are not of the stated form.
    Invalid,
    /// Lengths or dimensions do not fit together.
    Shape,
    /// A value lies outside its range.
    Range,
    /// A signature does not belong to the stated signer and message.
    Signature,
    /// A hash, link or piece of evidence does not prove what it should.
    Proof,
    /// A policy said no.
    Refused,
    /// Too late, or too early.
    Expired,
    /// A stated bound was reached.
    Limit,
    /// The request contradicts the state.
    Conflict,
    /// The caller cancelled.
    Cancelled,
    /// A version, scheme or operation this build does not know.
    Unsupported,
    /// Something outside (a program, a device) is not there.
    Unavailable,
    /// A fault of this library.
    Internal,
}

impl Kind {
    /// The kind as one lower-case word, the same in every language.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::Shape => "shape",
            Self::Range => "range",
            Self::Signature => "signature",
            Self::Proof => "proof",
            Self::Refused => "refused",
            Self::Expired => "expired",
            Self::Limit => "limit",
            Self::Conflict => "conflict",
            Self::Cancelled => "cancelled",
            Self::Unsupported => "unsupported",
            Self::Unavailable => "unavailable",
            Self::Internal => "internal",
        }
    }
}

/// What every Countermark error carries beside its text.
///
/// The code is the contract across Rust, Python, JavaScript and mobile; the text may change, the code may not.
/// All codes are listed in `codes.txt` ([`crate::codes`]).
pub trait Coded: core::error::Error {
    /// A stable snake_case code, unique in the whole library.
    fn code(&self) -> &'static str;
    /// The family the fault belongs to.
    fn kind(&self) -> Kind;
    /// Whether the same call may succeed later without a change of its arguments.
    fn is_retryable(&self) -> bool {
        false
    }
    /// The name of the verification check that refused, where one did (`signature`, `link`, `gate_row_overlap`, ...).
    fn check(&self) -> Option<&'static str> {
        None
    }
}

/// Faults of decoding and of the basic types.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The input ends inside a field.
    #[error("{what} at byte {at} needs {needed} bytes, {left} are left")]
    Truncated {
        /// Field being read.
        what: &'static str,
        /// Offset of the field.
        at: usize,
        /// Bytes the field needs.
        needed: usize,
        /// Bytes there are.
        left: usize,
    },
    /// Bytes follow the end of the document.
    #[error("{count} bytes follow the end of {what}")]
    TrailingBytes {
        /// Document that was read.
        what: &'static str,
        /// How many bytes are left over.
        count: usize,
    },
    /// The first four bytes are not `CMRK`.
    #[error("{what} does not start with the magic bytes CMRK")]
    BadMagic {
        /// Document expected.
        what: &'static str,
    },
    /// The document is of another schema.
    #[error("expected schema {expected} ({what}), got {got}")]
    SchemaMismatch {
        /// Document expected.
        what: &'static str,
        /// Schema number expected.
        expected: u16,
        /// Schema number found.
        got: u16,
    },
    /// A version, scheme or algorithm this build does not know.
    #[error("{what} {got} is not supported, the newest known is {supported}")]
    UnsupportedVersion {
        /// What has a version.
        what: &'static str,
        /// Version found.
        got: u16,
        /// Newest version this build reads.
        supported: u16,
    },
    /// The bytes decode, but are not the one canonical form.
    #[error("{what} at byte {at} is not canonical")]
    NonCanonical {
        /// Field being read.
        what: &'static str,
        /// Offset of the field.
        at: usize,
    },
    /// A stated size bound is exceeded.
    #[error("{what} is {got}, the limit is {limit}")]
    LimitExceeded {
        /// What is bounded.
        what: &'static str,
        /// The bound.
        limit: u64,
        /// The value found.
        got: u64,
    },
    /// Two lengths that must agree do not.
    #[error("{what} has length {got}, expected {expected}")]
    LengthMismatch {
        /// What has the wrong length.
        what: &'static str,
        /// Length expected.
        expected: usize,
        /// Length found.
        got: usize,
    },
    /// Text that is not of the stated form (UTF-8, hex, decimal).
    #[error("{what} is not valid {form}")]
    InvalidText {
        /// What was parsed.
        what: &'static str,
        /// The form expected.
        form: &'static str,
    },
    /// A value outside its range.
    #[error("{what} is {got}, outside {range}")]
    OutOfRange {
        /// What was checked.
        what: &'static str,
        /// The value.
        got: String,
        /// The range, as text.
        range: &'static str,
    },
    /// An integer operation left the range of its type.
    #[error("{what} overflows")]
    Overflow {
        /// The operation.
        what: &'static str,
    },
    /// The caller's cancel token was set.
    #[error("cancelled after {done} of {total} steps")]
    Cancelled {
        /// Steps done.
        done: u64,
        /// Steps there were to do.
        total: u64,
    },
}

/// Shorthand with this crate's error.
pub type Result<T, E = Error> = core::result::Result<T, E>;

impl Coded for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Truncated { .. } => "truncated",
            Self::TrailingBytes { .. } => "trailing_bytes",
            Self::BadMagic { .. } => "bad_magic",
            Self::SchemaMismatch { .. } => "schema_mismatch",
            Self::UnsupportedVersion { .. } => "unsupported_version",
            Self::NonCanonical { .. } => "non_canonical",
            Self::LimitExceeded { .. } => "limit_exceeded",
            Self::LengthMismatch { .. } => "length_mismatch",
            Self::InvalidText { .. } => "invalid_text",
            Self::OutOfRange { .. } => "out_of_range",
            Self::Overflow { .. } => "overflow",
            Self::Cancelled { .. } => "cancelled",
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::UnsupportedVersion { .. } => Kind::Unsupported,
            Self::LimitExceeded { .. } => Kind::Limit,
            Self::LengthMismatch { .. } => Kind::Shape,
            Self::OutOfRange { .. } | Self::Overflow { .. } => Kind::Range,
            Self::Cancelled { .. } => Kind::Cancelled,
            _ => Kind::Invalid,
        }
    }

    fn check(&self) -> Option<&'static str> {
        match self {
            Self::Truncated { .. }
            | Self::TrailingBytes { .. }
            | Self::BadMagic { .. }
            | Self::SchemaMismatch { .. }
            | Self::UnsupportedVersion { .. }
            | Self::NonCanonical { .. } => Some("format"),
            _ => None,
        }
    }
}
