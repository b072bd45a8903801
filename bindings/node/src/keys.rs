//! Keys and signatures.

use crate::{
    convert::{js, signature},
    plain::{address, hash},
};
use countermark::crypto;
use napi::{Result, bindgen_prelude::Uint8Array};
use napi_derive::napi;

/// A secp256k1 secret key. It is never printed, compared or serialised.
#[napi]
pub struct SecretKey(crypto::SecretKey);

#[napi]
impl SecretKey {
    /// From the 32 bytes of the scalar, big-endian.
    #[napi(factory)]
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        js(|| Ok(Self(crypto::SecretKey::from_bytes(bytes)?)))
    }

    /// Derives a key from 32 secret bytes.
    #[napi(factory)]
    pub fn from_seed(seed: &[u8]) -> Result<Self> {
        js(|| Ok(Self(crypto::SecretKey::from_seed(&hash("seed", seed)?.0))))
    }

    /// The Ethereum address, with its EIP-55 checksum.
    #[napi(getter)]
    pub fn address(&self) -> String {
        self.0.address().to_string()
    }

    /// The public key: 33 bytes, compressed SEC1 form.
    #[napi(getter)]
    pub fn public_key(&self) -> Uint8Array {
        self.0.public_key().to_bytes().to_vec().into()
    }

    /// Signs 32 bytes as they are: r, s and v, 65 bytes.
    #[napi]
    pub fn sign_digest(&self, digest: &[u8]) -> Result<Uint8Array> {
        js(|| Ok(self.0.sign_digest(&hash("digest", digest)?)?.to_bytes().to_vec().into()))
    }

    /// Signs bytes as a wallet signs a personal message (EIP-191): r, s and v, 65 bytes.
    #[napi]
    pub fn sign_message(&self, message: &[u8]) -> Result<Uint8Array> {
        js(|| Ok(self.0.sign_message(message)?.to_bytes().to_vec().into()))
    }
}

/// What a wallet hashes for a personal message (EIP-191), 32 bytes.
#[napi]
pub fn eip191_digest(message: &[u8]) -> Uint8Array {
    crypto::eip191_digest(message).to_vec().into()
}

/// The address whose key signed the 32 bytes.
#[napi]
pub fn recover_address(digest: &[u8], signature: &[u8]) -> Result<String> {
    js(|| {
        let signature = self::signature(signature)?;
        Ok(crypto::recover_address(&hash("digest", digest)?, &signature)?.to_string())
    })
}

/// Returns when the 32 bytes were signed by the key of `signer`, throws an error of kind `signature` otherwise.
#[napi]
pub fn verify_signature(digest: &[u8], signature: &[u8], signer: String) -> Result<()> {
    js(|| {
        let (digest, signature) = (hash("digest", digest)?, self::signature(signature)?);
        Ok(crypto::verify_signature(&digest, &signature, address("signer", &signer)?)?)
    })
}
