use crate::{Error, Result, Signature, eip191_digest};
use core::fmt;
use countermark_primitives::{Address, B256, Error as Basic, hash};
use k256::ecdsa::{SigningKey, VerifyingKey};

/// A secp256k1 secret key. Zeroised when dropped; never printed, compared or serialised.
///
/// ```
/// use countermark_crypto::SecretKey;
/// use countermark_primitives::Coded;
/// let key = SecretKey::from_bytes(&[0x11; 32])?;
/// assert_eq!(key.address().to_string(), "0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A");
/// assert_eq!(SecretKey::from_bytes(&[0x11; 31]).unwrap_err().code(), "length_mismatch");
/// assert_eq!(SecretKey::from_bytes(&[0; 32]).unwrap_err().code(), "invalid_secret_key");
/// # Ok::<(), countermark_crypto::Error>(())
/// ```
#[derive(Clone)]
pub struct SecretKey(SigningKey);

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey(.. of {})", self.address())
    }
}

impl SecretKey {
    /// From the 32 bytes of the scalar, big-endian.
    ///
    /// # Errors
    /// `length_mismatch` unless 32 bytes; `invalid_secret_key` for zero and for values not below the group order.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        if bytes.len() != 32 {
            return Err(Basic::LengthMismatch { what: "secret key", expected: 32, got: bytes.len() }.into());
        }
        SigningKey::from_slice(bytes).map(Self).map_err(|_| Error::InvalidSecretKey)
    }

    /// Derives a key from 32 secret bytes: the first valid scalar of
    /// SHA-256(`countermark/crypto/secret-key/v1` ‖ seed ‖ counter), counter = 0, 1, ...
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        let mut counter = 0u8;
        loop {
            let scalar = hash::sha256_tagged("countermark/crypto/secret-key/v1", &[seed, &[counter]]);
            // Fails with probability 2^-128 a try.
            if let Ok(key) = Self::from_bytes(scalar.as_slice()) {
                return key;
            }
            counter = counter.wrapping_add(1);
        }
    }

    /// The public key.
    pub fn public_key(&self) -> PublicKey {
        PublicKey(*self.0.verifying_key())
    }

    /// The Ethereum address of the public key.
    pub fn address(&self) -> Address {
        self.public_key().address()
    }

    /// Signs 32 bytes as they are: ECDSA with the nonce of RFC 6979, low s, and the recovery bit.
    ///
    /// # Errors
    /// `signature_malformed` in the event (2^-127) that the nonce gives no usable recovery bit.
    pub fn sign_digest(&self, digest: &B256) -> Result<Signature> {
        let (signature, recovery) = self.0.sign_prehash_recoverable(digest.as_slice());
        Signature::from_parts(&signature, recovery)
    }

    /// Signs bytes as a wallet signs a personal message (EIP-191 version 0x45).
    ///
    /// # Errors
    /// As [`SecretKey::sign_digest`].
    pub fn sign_message(&self, message: &[u8]) -> Result<Signature> {
        self.sign_digest(&eip191_digest(message))
    }
}

/// A secp256k1 public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// From the 33 bytes of the compressed SEC1 form.
    ///
    /// # Errors
    /// `length_mismatch` unless 33 bytes, `invalid_public_key` unless they start with 2 or 3 and are a point of the
    /// curve.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        if bytes.len() != 33 {
            return Err(Basic::LengthMismatch { what: "public key", expected: 33, got: bytes.len() }.into());
        }
        let invalid = Error::InvalidPublicKey { scheme: "secp256k1" };
        // Tag 5, the compact form, would be a second encoding of the same key.
        if !matches!(bytes.first(), Some(2 | 3)) {
            return Err(invalid);
        }
        VerifyingKey::from_sec1_bytes(bytes).map(Self).map_err(|_| invalid)
    }

    /// The compressed SEC1 form.
    pub fn to_bytes(&self) -> [u8; 33] {
        let mut out = [0u8; 33];
        let point = self.0.to_sec1_point(true);
        for (o, b) in out.iter_mut().zip(point.as_bytes()) {
            *o = *b;
        }
        out
    }

    /// The Ethereum address: the last 20 bytes of Keccak-256 over the 64 coordinate bytes.
    pub fn address(&self) -> Address {
        let point = self.0.to_sec1_point(false);
        let coordinates = point.as_bytes().get(1..).unwrap_or_default();
        Address::from_slice(hash::keccak256(coordinates).get(12..).unwrap_or(&[0; 20]))
    }
}
