//! Statements that an outside wallet signs.

use crate::{
    convert::{Done, signature},
    orders::Service,
    plain::{address, hash, hash_text},
};
use countermark::{
    crypto::PublicKey,
    datatoken::Order,
    evm::TransactionReceipt,
    identity::Agent,
    primitives::{Canonical as _, Timestamp},
    receipt::{self, Draft},
};

/// A statement on its way through a wallet: what to sign, and what the signature is put to.
#[derive(Debug, uniffi::Object)]
pub struct Prepared(pub(crate) receipt::Prepared);

#[uniffi::export]
impl Prepared {
    /// The id the receipt will have, as hex.
    pub fn id(&self) -> String {
        self.0.id().to_string()
    }

    /// The 32 bytes to sign, for a signer of plain hashes.
    pub fn digest(&self) -> Vec<u8> {
        self.0.digest().to_vec()
    }

    /// The same as EIP-712 typed data in JSON, for a wallet.
    pub fn typed_data(&self) -> String {
        self.0.typed_data().to_json()
    }

    /// The address that has to sign.
    pub fn issuer(&self) -> String {
        self.0.issuer().to_string()
    }

    /// Puts the wallet's 65 signature bytes to the statement; gives the bytes of the receipt.
    pub fn finish(&self, signature: &[u8]) -> Done<Vec<u8>> {
        Ok(self.0.clone().finish(&self::signature(signature)?)?.to_bytes())
    }
}

/// An agent's card, to be signed by the key it names: `public_key` is 33 bytes (compressed SEC1), `sealing_key` the
/// 32 bytes of an X25519 key where the agent takes sealed things, `issued_at` seconds since 1970.
#[uniffi::export]
pub fn prepare_agent(
    name: &str,
    public_key: &[u8],
    sealing_key: Option<Vec<u8>>,
    issued_at: u64,
) -> Done<Prepared> {
    let sealing_key = sealing_key.map(|key| hash("sealing key", &key)).transpose()?;
    let body = Agent::try_new(name, public_key, sealing_key.map(Into::into))?;
    let issuer = PublicKey::from_bytes(public_key)?.address();
    let draft = Draft { issuer, issued_at: Timestamp::new(issued_at), parents: Vec::new(), body };
    Ok(Prepared(draft.prepare()?))
}

/// A consumer's order, to be signed by the consumer: `card` is the id (hex) of the issuer's own card, `algorithm` the
/// 32-byte hash of the module to run, `transaction_receipt` the JSON of eth_getTransactionReceipt.
#[uniffi::export]
pub fn prepare_order(
    issuer: &str,
    issued_at: u64,
    card: &str,
    service: Service,
    algorithm: &[u8],
    transaction_receipt: &str,
) -> Done<Prepared> {
    let body = Order {
        service: service.core()?,
        algorithm: hash("algorithm", algorithm)?,
        transaction: TransactionReceipt::from_json(transaction_receipt)?,
    };
    let (issuer, issued_at) = (address("issuer", issuer)?, Timestamp::new(issued_at));
    let draft = Draft { issuer, issued_at, parents: vec![hash_text("card", card)?], body };
    Ok(Prepared(draft.prepare()?))
}
