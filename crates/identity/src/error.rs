use countermark_primitives::{Address, Coded, Kind};

/// Faults of agents' cards.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A fault of decoding or of a basic type.
    #[error(transparent)]
    Primitive(#[from] countermark_primitives::Error),
    /// A fault of a key or signature.
    #[error(transparent)]
    Crypto(#[from] countermark_crypto::Error),
    /// The key on the card is not the issuer's.
    #[error("the card's key belongs to {got}, the card is issued by {expected}")]
    AgentKeyMismatch {
        /// Issuer of the card.
        expected: Address,
        /// Address of the key on the card.
        got: Address,
    },
    /// The name is empty, too long or has control characters.
    #[error("agent name is empty, over 64 bytes or has control characters")]
    AgentNameInvalid,
}

/// Shorthand with this crate's error.
pub type Result<T, E = Error> = core::result::Result<T, E>;

impl Coded for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Primitive(e) => e.code(),
            Self::Crypto(e) => e.code(),
            Self::AgentKeyMismatch { .. } => "agent_key_mismatch",
            Self::AgentNameInvalid => "agent_name_invalid",
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Primitive(e) => e.kind(),
            Self::Crypto(e) => e.kind(),
            Self::AgentKeyMismatch { .. } => Kind::Proof,
            Self::AgentNameInvalid => Kind::Invalid,
        }
    }

    fn check(&self) -> Option<&'static str> {
        match self {
            Self::Primitive(e) => e.check(),
            Self::Crypto(e) => e.check(),
            Self::AgentKeyMismatch { .. } => Some("agent_key"),
            Self::AgentNameInvalid => Some("agent_name"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use countermark_primitives::codes;

    #[test]
    fn every_code_is_listed() {
        let zero = Address::ZERO;
        for e in [Error::AgentKeyMismatch { expected: zero, got: zero }, Error::AgentNameInvalid] {
            assert_eq!(codes::kind_of(e.code()), Some(e.kind().as_str()), "{}", e.code());
        }
    }
}
