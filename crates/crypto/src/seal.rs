use crate::{Error, Result};
use alloc::vec::Vec;
use core::{convert::Infallible, fmt};
use countermark_primitives::{Entropy, Error as Basic};
use hpke::{
    Deserializable as _, Kem as _, OpModeR, OpModeS, Serializable as _, aead::ChaCha20Poly1305,
    kdf::HkdfSha256, kem::X25519HkdfSha256, rand_core,
};

type Kem = X25519HkdfSha256;

/// An X25519 secret key that opens what was sealed to it. Never printed.
#[derive(Clone)]
pub struct SealingKey {
    secret: <Kem as hpke::Kem>::PrivateKey,
    public: SealingPublicKey,
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealingKey(.. of {:?})", self.public)
    }
}

impl SealingKey {
    /// Derives a key pair from 32 secret bytes (DeriveKeyPair of RFC 9180 section 7.1.3).
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        let (secret, public) = Kem::derive_keypair(seed);
        let mut bytes = [0u8; 32];
        bytes.copy_from_slice(&public.to_bytes());
        Self { secret, public: SealingPublicKey(bytes) }
    }

    /// The public half, to give away.
    pub fn public_key(&self) -> SealingPublicKey {
        self.public
    }
}

/// An X25519 public key, 32 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SealingPublicKey(pub [u8; 32]);

struct Rng<'a>(&'a mut dyn Entropy);

impl rand_core::TryRng for Rng<'_> {
    type Error = Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut b = [0; 4];
        self.0.fill(&mut b);
        Ok(u32::from_le_bytes(b))
    }
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut b = [0; 8];
        self.0.fill(&mut b);
        Ok(u64::from_le_bytes(b))
    }
    fn try_fill_bytes(&mut self, dst: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill(dst);
        Ok(())
    }
}

impl rand_core::TryCryptoRng for Rng<'_> {}

/// Encrypts to a key: HPKE base mode (RFC 9180) with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305.
///
/// The result is the 32-byte encapsulated key and then the ciphertext with its 16-byte tag. `info` names the purpose
/// and `aad` the context; both must be given again to [`open`]. `entropy` must never repeat for two plaintexts.
///
/// ```
/// use countermark_crypto::{SealingKey, open, seal};
/// use countermark_primitives::SeedEntropy;
/// let key = SealingKey::from_seed(&[1; 32]);
/// let mut entropy = SeedEntropy::new(&[2; 32]);
/// let sealed = seal(&key.public_key(), b"doc", b"context", b"secret", &mut entropy)?;
/// assert_eq!(open(&key, b"doc", b"context", &sealed)?, b"secret");
/// assert!(open(&key, b"doc", b"other", &sealed).is_err());
/// # Ok::<(), countermark_crypto::Error>(())
/// ```
///
/// # Errors
/// `sealing_failed` when the recipient's key is a point of small order.
pub fn seal(
    to: &SealingPublicKey,
    info: &[u8],
    aad: &[u8],
    plaintext: &[u8],
    entropy: &mut dyn Entropy,
) -> Result<Vec<u8>> {
    let recipient = <Kem as hpke::Kem>::PublicKey::from_bytes(&to.0).map_err(|_| Error::SealingFailed)?;
    let (enc, mut context) = hpke::setup_sender_with_rng::<ChaCha20Poly1305, HkdfSha256, Kem>(
        &OpModeS::Base,
        &recipient,
        info,
        &mut Rng(entropy),
    )
    .map_err(|_| Error::SealingFailed)?;
    let mut out = enc.to_bytes().to_vec();
    out.extend(context.seal(plaintext, aad).map_err(|_| Error::SealingFailed)?);
    Ok(out)
}

/// Decrypts what [`seal`] made for this key, `info` and `aad`.
///
/// # Errors
/// `truncated` below 48 bytes; `opening_failed` for any change of bytes, key or context.
pub fn open(key: &SealingKey, info: &[u8], aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>> {
    let Some((enc, ciphertext)) = sealed.split_at_checked(32).filter(|(_, c)| c.len() >= 16) else {
        return Err(Basic::Truncated { what: "sealed bytes", at: 0, needed: 48, left: sealed.len() }.into());
    };
    let enc = <Kem as hpke::Kem>::EncappedKey::from_bytes(enc).map_err(|_| Error::OpeningFailed)?;
    let mut context =
        hpke::setup_receiver::<ChaCha20Poly1305, HkdfSha256, Kem>(&OpModeR::Base, &key.secret, &enc, info)
            .map_err(|_| Error::OpeningFailed)?;
    context.open(ciphertext, aad).map_err(|_| Error::OpeningFailed)
}
