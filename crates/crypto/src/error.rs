use countermark_primitives::{Address, Coded, Kind};

/// Faults of keys, signatures and sealing. No variant carries a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A fault of decoding or of a basic type.
    #[error(transparent)]
    Primitive(#[from] countermark_primitives::Error),
    /// The secret key is zero or not below the order of the group.
    #[error("the secret key is zero or not below the group order")]
    InvalidSecretKey,
    /// The public key is not a point of the curve, or not in compressed form.
    #[error("the {scheme} public key is not a valid point")]
    InvalidPublicKey {
        /// Curve or scheme.
        scheme: &'static str,
    },
    /// The signature is not of the strict form.
    #[error("signature is malformed: {what}")]
    SignatureMalformed {
        /// The rule that is broken.
        what: &'static str,
    },
    /// The signature belongs to somebody else or to other bytes.
    #[error("signature is by {got}, expected {expected}")]
    SignatureMismatch {
        /// The signer it should be.
        expected: Address,
        /// The signer it recovers to.
        got: Address,
    },
    /// The sealed bytes were not made for this key and context, or were changed.
    #[error("sealed bytes do not open with this key and context")]
    OpeningFailed,
    /// The recipient's key can't be sealed to.
    #[error("cannot seal to this recipient")]
    SealingFailed,
}

/// Shorthand with this crate's error.
pub type Result<T, E = Error> = core::result::Result<T, E>;

impl Coded for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Primitive(e) => e.code(),
            Self::InvalidSecretKey => "invalid_secret_key",
            Self::InvalidPublicKey { .. } => "invalid_public_key",
            Self::SignatureMalformed { .. } => "signature_malformed",
            Self::SignatureMismatch { .. } => "signature_mismatch",
            Self::OpeningFailed => "opening_failed",
            Self::SealingFailed => "sealing_failed",
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Primitive(e) => e.kind(),
            Self::InvalidSecretKey | Self::InvalidPublicKey { .. } | Self::SealingFailed => Kind::Invalid,
            Self::SignatureMalformed { .. } | Self::SignatureMismatch { .. } => Kind::Signature,
            Self::OpeningFailed => Kind::Proof,
        }
    }

    fn check(&self) -> Option<&'static str> {
        match self {
            Self::Primitive(e) => e.check(),
            Self::SignatureMalformed { .. } | Self::SignatureMismatch { .. } => Some("signature"),
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
            Error::InvalidSecretKey,
            Error::InvalidPublicKey { scheme: "secp256k1" },
            Error::SignatureMalformed { what: "" },
            Error::SignatureMismatch { expected: Address::ZERO, got: Address::ZERO },
            Error::OpeningFailed,
            Error::SealingFailed,
        ] {
            assert_eq!(codes::kind_of(e.code()), Some(e.kind().as_str()), "{}", e.code());
        }
    }
}
