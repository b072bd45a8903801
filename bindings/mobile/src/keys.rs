//! Keys and signatures.

use crate::{
    convert::{Done, signature},
    plain::{address, hash},
};
use countermark::crypto;
use std::fmt;

/// A secp256k1 secret key. It is never printed, compared or serialised.
#[derive(Debug, uniffi::Object)]
#[uniffi::export(Display)]
pub struct SecretKey(crypto::SecretKey);

impl fmt::Display for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[uniffi::export]
impl SecretKey {
    /// From the 32 bytes of the scalar, big-endian.
    #[uniffi::constructor]
    pub fn from_bytes(bytes: &[u8]) -> Done<Self> {
        Ok(Self(crypto::SecretKey::from_bytes(bytes)?))
    }

    /// Derives a key from 32 secret bytes.
    #[uniffi::constructor]
    pub fn from_seed(seed: &[u8]) -> Done<Self> {
        Ok(Self(crypto::SecretKey::from_seed(&hash("seed", seed)?.0)))
    }

    /// The Ethereum address, with its EIP-55 checksum.
    pub fn address(&self) -> String {
        self.0.address().to_string()
    }

    /// The public key: 33 bytes, compressed SEC1 form.
    pub fn public_key(&self) -> Vec<u8> {
        self.0.public_key().to_bytes().to_vec()
    }

    /// Signs 32 bytes as they are: r, s and v, 65 bytes.
    pub fn sign_digest(&self, digest: &[u8]) -> Done<Vec<u8>> {
        Ok(self.0.sign_digest(&hash("digest", digest)?)?.to_bytes().to_vec())
    }

    /// Signs bytes as a wallet signs a personal message (EIP-191): r, s and v, 65 bytes.
    pub fn sign_message(&self, message: &[u8]) -> Done<Vec<u8>> {
        Ok(self.0.sign_message(message)?.to_bytes().to_vec())
    }
}

/// What a wallet hashes for a personal message (EIP-191), 32 bytes.
#[uniffi::export]
pub fn eip191_digest(message: &[u8]) -> Vec<u8> {
    crypto::eip191_digest(message).to_vec()
}

/// The address whose key signed the 32 bytes.
#[uniffi::export]
pub fn recover_address(digest: &[u8], signature: &[u8]) -> Done<String> {
    let signature = self::signature(signature)?;
    Ok(crypto::recover_address(&hash("digest", digest)?, &signature)?.to_string())
}

/// Returns when the 32 bytes were signed by the key of `signer`, throws otherwise.
#[uniffi::export]
pub fn verify_signature(digest: &[u8], signature: &[u8], signer: &str) -> Done<()> {
    let (digest, signature) = (hash("digest", digest)?, self::signature(signature)?);
    Ok(crypto::verify_signature(&digest, &signature, address("signer", signer)?)?)
}
