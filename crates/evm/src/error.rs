use alloc::string::String;
use countermark_primitives::{Address, B256, Coded, Error as Basic, Kind};

/// Faults of reading what an Ethereum node says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A fault of the basic types or of canonical bytes.
    #[error(transparent)]
    Primitive(#[from] Basic),
    /// A transaction receipt that is not the JSON of `eth_getTransactionReceipt`.
    #[error("transaction receipt is not valid: {reason}")]
    ReceiptJson {
        /// What the JSON reader says.
        reason: String,
    },
    /// A log of a transaction receipt that contradicts the receipt it stands in.
    #[error("log {index} has another {what} than its transaction receipt")]
    ReceiptInconsistent {
        /// Position in the receipt, from 0.
        index: usize,
        /// The contradicted field.
        what: &'static str,
    },
    /// A log whose first topic is no event of this library.
    #[error("no known event has the first topic {topic:?}")]
    UnknownEvent {
        /// First topic, where there is one.
        topic: Option<B256>,
    },
    /// A log whose topics or data are not the one encoding of its event.
    #[error("log of {emitter} is not a canonical {event}")]
    EventMalformed {
        /// The event its first topic names.
        event: &'static str,
        /// The contract that wrote the log.
        emitter: Address,
    },
    /// Calldata that is not the one encoding of the stated call.
    #[error("calldata is not a canonical call of {function}")]
    CalldataMalformed {
        /// The function expected.
        function: &'static str,
    },
}

/// Shorthand with this crate's error.
pub type Result<T, E = Error> = core::result::Result<T, E>;

impl Coded for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Primitive(e) => e.code(),
            Self::ReceiptJson { .. } => "receipt_json",
            Self::ReceiptInconsistent { .. } => "receipt_inconsistent",
            Self::UnknownEvent { .. } => "unknown_event",
            Self::EventMalformed { .. } => "event_malformed",
            Self::CalldataMalformed { .. } => "calldata_malformed",
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Primitive(e) => e.kind(),
            Self::UnknownEvent { .. } => Kind::Unsupported,
            _ => Kind::Invalid,
        }
    }

    fn check(&self) -> Option<&'static str> {
        match self {
            Self::Primitive(e) => e.check(),
            Self::ReceiptInconsistent { .. } => Some("receipt_inconsistent"),
            Self::EventMalformed { .. } => Some("event_malformed"),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use countermark_primitives::codes;

    #[test]
    fn every_code_is_listed() {
        for e in [
            Error::ReceiptJson { reason: String::new() },
            Error::ReceiptInconsistent { index: 0, what: "" },
            Error::UnknownEvent { topic: None },
            Error::EventMalformed { event: "", emitter: Address::ZERO },
            Error::CalldataMalformed { function: "" },
        ] {
            assert_eq!(codes::kind_of(e.code()), Some(e.kind().as_str()), "{}", e.code());
        }
    }
}
