//! Statements that an outside wallet signs.

use crate::{
    convert::{js, signature, whole},
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
use napi::{
    Result,
    bindgen_prelude::{BigInt, Uint8Array},
};
use napi_derive::napi;

/// A statement on its way through a wallet: what to sign, and what the signature is put to.
#[napi]
pub struct Prepared(pub(crate) receipt::Prepared);

#[napi]
impl Prepared {
    /// The id the receipt will have, as hex.
    #[napi(getter)]
    pub fn id(&self) -> String {
        self.0.id().to_string()
    }

    /// The 32 bytes to sign, for a signer of plain hashes.
    #[napi(getter)]
    pub fn digest(&self) -> Uint8Array {
        self.0.digest().to_vec().into()
    }

    /// The same as EIP-712 typed data in JSON, for a wallet.
    #[napi(getter)]
    pub fn typed_data(&self) -> String {
        self.0.typed_data().to_json()
    }

    /// The address that has to sign.
    #[napi(getter)]
    pub fn issuer(&self) -> String {
        self.0.issuer().to_string()
    }

    /// Puts the wallet's 65 signature bytes to the statement; gives the bytes of the receipt.
    #[napi]
    pub fn finish(&self, signature: &[u8]) -> Result<Uint8Array> {
        js(|| Ok(self.0.clone().finish(&self::signature(signature)?)?.to_bytes().into()))
    }
}

/// An agent's card, to be signed by the key it names: `publicKey` is 33 bytes (compressed SEC1), `sealingKey` the 32
/// bytes of an X25519 key where the agent takes sealed things, `issuedAt` seconds since 1970.
#[napi]
pub fn prepare_agent(
    name: String,
    public_key: &[u8],
    sealing_key: Option<&[u8]>,
    issued_at: BigInt,
) -> Result<Prepared> {
    js(|| {
        let sealing_key = sealing_key.map(|key| hash("sealing key", key)).transpose()?;
        let body = Agent::try_new(&name, public_key, sealing_key.map(Into::into))?;
        let issuer = PublicKey::from_bytes(public_key)?.address();
        let issued_at = Timestamp::new(whole("issued_at", &issued_at)?);
        Ok(Prepared(Draft { issuer, issued_at, parents: Vec::new(), body }.prepare()?))
    })
}

/// A consumer's order, to be signed by the consumer: `card` is the id (hex) of the issuer's own card, `algorithm` the
/// 32-byte hash of the module to run, `transactionReceipt` the JSON of eth_getTransactionReceipt.
#[napi]
pub fn prepare_order(
    issuer: String,
    issued_at: BigInt,
    card: String,
    service: Service,
    algorithm: &[u8],
    transaction_receipt: String,
) -> Result<Prepared> {
    js(|| {
        let body = Order {
            service: service.core()?,
            algorithm: hash("algorithm", algorithm)?,
            transaction: TransactionReceipt::from_json(&transaction_receipt)?,
        };
        let (issuer, issued_at) =
            (address("issuer", &issuer)?, Timestamp::new(whole("issued_at", &issued_at)?));
        let draft = Draft { issuer, issued_at, parents: vec![hash_text("card", &card)?], body };
        Ok(Prepared(draft.prepare()?))
    })
}
