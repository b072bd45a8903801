use crate::{Error, Result};
use alloc::string::String;
use countermark_crypto::PublicKey;
use countermark_primitives::{Address, Canonical, Document, Reader, Result as BasicResult, Writer};
use countermark_receipt::{Body, schema};

/// Most bytes of an agent's name.
pub const MAX_NAME: usize = 64;

/// An agent's card: the first receipt of everything an agent issues, signed by the agent itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// Name for people, 1 to 64 bytes of UTF-8 without control characters. Chosen by the agent: proves nothing.
    pub name: String,
    /// secp256k1 key, compressed SEC1 form.
    pub public_key: [u8; 33],
    /// X25519 key others seal to, where the agent takes sealed things.
    pub sealing_key: Option<[u8; 32]>,
}

impl Agent {
    /// A card.
    ///
    /// # Errors
    /// `agent_name_invalid`; `invalid_public_key` when the key is not a point of the curve.
    pub fn try_new(name: &str, public_key: &[u8], sealing_key: Option<[u8; 32]>) -> Result<Self> {
        let key = PublicKey::from_bytes(public_key)?;
        check_name(name)?;
        Ok(Self { name: name.into(), public_key: key.to_bytes(), sealing_key })
    }
}

fn check_name(name: &str) -> Result<()> {
    if name.is_empty() || name.len() > MAX_NAME || name.chars().any(char::is_control) {
        return Err(Error::AgentNameInvalid);
    }
    Ok(())
}

/// The evidence of a card: its key is the issuer's.
///
/// ```
/// use countermark_crypto::SecretKey;
/// use countermark_identity::{Agent, verify_agent};
/// use countermark_primitives::Coded;
/// let key = SecretKey::from_seed(&[1; 32]);
/// let card = Agent::try_new("owner", &key.public_key().to_bytes(), None)?;
/// verify_agent(&card, key.address())?;
/// let other = SecretKey::from_seed(&[2; 32]).address();
/// assert_eq!(verify_agent(&card, other).unwrap_err().code(), "agent_key_mismatch");
/// # Ok::<(), countermark_identity::Error>(())
/// ```
///
/// # Errors
/// `agent_key_mismatch`, `agent_name_invalid`, `invalid_public_key`.
pub fn verify_agent(card: &Agent, issuer: Address) -> Result<()> {
    check_name(&card.name)?;
    let got = PublicKey::from_bytes(&card.public_key)?.address();
    if got == issuer { Ok(()) } else { Err(Error::AgentKeyMismatch { expected: issuer, got }) }
}

impl Canonical for Agent {
    fn write(&self, w: &mut Writer) {
        w.text(&self.name);
        w.raw(&self.public_key);
        w.option(self.sealing_key.as_ref(), |w, k| w.raw(k));
    }

    fn read(r: &mut Reader<'_>) -> BasicResult<Self> {
        Ok(Self {
            name: r.text("agent name", MAX_NAME)?,
            public_key: r.array("agent key")?,
            sealing_key: r.option("sealing key", |r| r.array("sealing key"))?,
        })
    }
}

impl Document for Agent {
    const SCHEMA: u16 = schema::AGENT;
    const VERSION: u16 = 1;
    const NAME: &'static str = "agent";
}

impl Body for Agent {
    const PARENTS: &'static [u16] = &[];
}
