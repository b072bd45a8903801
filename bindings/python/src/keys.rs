//! Keys and signatures.

use crate::{
    convert::{Done, no_pickle, signature},
    plain::{address, hash},
};
use countermark::crypto;
use pyo3::{prelude::*, types::PyBytes};

/// A secp256k1 secret key. It is never printed, compared or pickled.
#[pyclass(frozen, module = "countermark")]
pub(crate) struct SecretKey(crypto::SecretKey);

#[pymethods]
impl SecretKey {
    /// From the 32 bytes of the scalar, big-endian.
    #[staticmethod]
    fn from_bytes(bytes: &[u8]) -> Done<Self> {
        Ok(Self(crypto::SecretKey::from_bytes(bytes)?))
    }

    /// Derives a key from 32 secret bytes.
    #[staticmethod]
    fn from_seed(seed: &[u8]) -> Done<Self> {
        Ok(Self(crypto::SecretKey::from_seed(&hash("seed", seed)?.0)))
    }

    /// The Ethereum address, with its EIP-55 checksum.
    #[getter]
    fn address(&self) -> String {
        self.0.address().to_string()
    }

    /// The public key: 33 bytes, compressed SEC1 form.
    #[getter]
    fn public_key<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.0.public_key().to_bytes())
    }

    /// Signs 32 bytes as they are: r, s and v, 65 bytes.
    fn sign_digest<'py>(&self, py: Python<'py>, digest: &[u8]) -> Done<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, &self.0.sign_digest(&hash("digest", digest)?)?.to_bytes()))
    }

    /// Signs bytes as a wallet signs a personal message (EIP-191): r, s and v, 65 bytes.
    fn sign_message<'py>(&self, py: Python<'py>, message: &[u8]) -> Done<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, &self.0.sign_message(message)?.to_bytes()))
    }

    fn __repr__(&self) -> String {
        format!("SecretKey(.. of {})", self.0.address())
    }

    fn __reduce__(&self) -> PyResult<String> {
        Err(no_pickle("SecretKey"))
    }
}

/// What a wallet hashes for a personal message (EIP-191), 32 bytes.
#[pyfunction]
pub(crate) fn eip191_digest<'py>(py: Python<'py>, message: &[u8]) -> Bound<'py, PyBytes> {
    PyBytes::new(py, crypto::eip191_digest(message).as_slice())
}

/// The address whose key signed the 32 bytes.
#[pyfunction(name = "recover_address")]
pub(crate) fn recover_address(digest: &[u8], signature: &[u8]) -> Done<String> {
    let signature = self::signature(signature)?;
    Ok(crypto::recover_address(&hash("digest", digest)?, &signature)?.to_string())
}

/// Returns when the 32 bytes were signed by the key of `signer`, raises SignatureError otherwise.
#[pyfunction(name = "verify_signature")]
pub(crate) fn verify_signature(digest: &[u8], signature: &[u8], signer: &str) -> Done<()> {
    let (digest, signature) = (hash("digest", digest)?, self::signature(signature)?);
    Ok(crypto::verify_signature(&digest, &signature, address("signer", signer)?)?)
}
