use crate::{Error, Result};
use alloc::{format, vec::Vec};
use core::{fmt, str::FromStr};
use countermark_primitives::{Address, B256, Canonical, Error as Basic, Reader, Writer, hash, hex};
use k256::ecdsa::{RecoveryId, Signature as Ecdsa, VerifyingKey};

/// A recoverable secp256k1 signature of the strict form: r and s in range, s low, v 27 or 28.
///
/// Text and bytes are r ‖ s ‖ v, 65 bytes, as wallets give them; v may also come as 0 or 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Signature([u8; 65]);

impl Signature {
    /// From r ‖ s ‖ v.
    ///
    /// # Errors
    /// `length_mismatch` unless 65 bytes; `signature_malformed` unless strict.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let Ok(mut b) = <[u8; 65]>::try_from(bytes) else {
            return Err(Basic::LengthMismatch { what: "signature", expected: 65, got: bytes.len() }.into());
        };
        let [rs @ .., v] = &mut b;
        *v = match *v {
            0 | 27 => 27,
            1 | 28 => 28,
            _ => return Err(Error::SignatureMalformed { what: "v is none of 0, 1, 27, 28" }),
        };
        let ecdsa = Ecdsa::from_slice(rs)
            .map_err(|_| Error::SignatureMalformed { what: "r or s is zero or not below the group order" })?;
        if ecdsa.normalize_s() != ecdsa {
            return Err(Error::SignatureMalformed { what: "s is in the upper half of the group order" });
        }
        Ok(Self(b))
    }

    /// r ‖ s ‖ v with v 27 or 28.
    pub fn to_bytes(&self) -> [u8; 65] {
        self.0
    }

    /// The r value, big-endian.
    pub fn r(&self) -> B256 {
        B256::from_slice(self.0.get(..32).unwrap_or(&[0; 32]))
    }

    /// The s value, big-endian.
    pub fn s(&self) -> B256 {
        B256::from_slice(self.0.get(32..64).unwrap_or(&[0; 32]))
    }

    /// The v value, 27 or 28.
    pub fn v(&self) -> u8 {
        let [.., v] = self.0;
        v
    }

    pub(crate) fn from_parts(signature: &Ecdsa, recovery: RecoveryId) -> Result<Self> {
        if recovery.is_x_reduced() {
            return Err(Error::SignatureMalformed { what: "r was reduced" });
        }
        let mut bytes = Vec::with_capacity(65);
        bytes.extend_from_slice(&signature.to_bytes());
        bytes.push(27 + u8::from(recovery.is_y_odd()));
        Self::from_bytes(&bytes)
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode_prefixed(self.0))
    }
}

impl FromStr for Signature {
    type Err = Error;
    fn from_str(s: &str) -> Result<Self> {
        let bytes = hex::decode(s).map_err(|_| Basic::InvalidText { what: "signature", form: "hex" })?;
        Self::from_bytes(&bytes)
    }
}

impl Canonical for Signature {
    fn write(&self, w: &mut Writer) {
        w.raw(&self.0);
    }

    fn read(r: &mut Reader<'_>) -> countermark_primitives::Result<Self> {
        let at = r.position();
        let bytes: [u8; 65] = r.array("signature")?;
        match Self::from_bytes(&bytes) {
            // v given as 0 or 1 would be a second encoding of the same signature.
            Ok(s) if s.0 == bytes => Ok(s),
            _ => Err(Basic::NonCanonical { what: "signature", at }),
        }
    }
}

/// What a wallet hashes for a personal message (EIP-191 version 0x45):
/// keccak256(`"\x19Ethereum Signed Message:\n"` ‖ decimal length ‖ message).
pub fn eip191_digest(message: &[u8]) -> B256 {
    let prefix = format!("\x19Ethereum Signed Message:\n{}", message.len());
    hash::keccak256([prefix.as_bytes(), message].concat())
}

/// The address whose key signed the digest.
///
/// ```
/// use countermark_crypto::{SecretKey, eip191_digest, recover_address};
/// let key = SecretKey::from_seed(&[1; 32]);
/// let signature = key.sign_message(b"hello")?;
/// assert_eq!(recover_address(&eip191_digest(b"hello"), &signature)?, key.address());
/// assert_ne!(recover_address(&eip191_digest(b"hullo"), &signature)?, key.address());
/// # Ok::<(), countermark_crypto::Error>(())
/// ```
///
/// # Errors
/// `signature_malformed` when r is not the coordinate of a point.
pub fn recover_address(digest: &B256, signature: &Signature) -> Result<Address> {
    let bad = Error::SignatureMalformed { what: "r is not on the curve" };
    let [rs @ .., v] = &signature.0;
    let ecdsa = Ecdsa::from_slice(rs).map_err(|_| bad.clone())?;
    let recovery = RecoveryId::new(*v == 28, false);
    let key = VerifyingKey::recover_from_prehash(digest.as_slice(), &ecdsa, recovery).map_err(|_| bad)?;
    let point = key.to_sec1_point(false);
    let coordinates = point.as_bytes().get(1..).unwrap_or_default();
    Ok(Address::from_slice(hash::keccak256(coordinates).get(12..).unwrap_or(&[0; 20])))
}

/// `Ok` when the digest was signed by the key of `signer`.
///
/// # Errors
/// `signature_mismatch` naming both addresses, `signature_malformed`.
pub fn verify_signature(digest: &B256, signature: &Signature, signer: Address) -> Result<()> {
    let got = recover_address(digest, signature)?;
    if got == signer { Ok(()) } else { Err(Error::SignatureMismatch { expected: signer, got }) }
}
