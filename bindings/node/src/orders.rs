//! Orders of data services.

use crate::{
    convert::{Done, js, whole},
    plain::{address, profile},
};
use countermark::{
    datatoken::{self, OrderPolicy},
    evm::TransactionReceipt,
    primitives::{ChainId, Seconds, Timestamp},
};
use napi::{Result, bindgen_prelude::BigInt};
use napi_derive::napi;

/// A service of a dataset: what its publisher offers, and on what terms.
#[napi(object)]
pub struct Service {
    /// The chain of the contracts.
    pub chain_id: BigInt,
    /// Address of the dataset's data NFT.
    pub nft: String,
    /// Who owns the data NFT.
    pub owner: String,
    /// The datatoken that pays for the service.
    pub datatoken: String,
    /// Place of the service in the dataset's description, from 0.
    pub index: BigInt,
    /// Id of the service.
    pub id: String,
    /// How long an order is good for, in seconds; 0 = forever.
    pub timeout: BigInt,
    /// Who serves it and signs its fees; absent when no provider fee is asked.
    pub provider: Option<String>,
}

impl Service {
    pub(crate) fn core(&self) -> Done<datatoken::Service> {
        Ok(datatoken::Service {
            chain_id: ChainId::new(whole("chain id", &self.chain_id)?),
            nft: address("nft", &self.nft)?,
            owner: address("owner", &self.owner)?,
            datatoken: address("datatoken", &self.datatoken)?,
            index: whole("service index", &self.index)?,
            id: self.id.clone(),
            timeout: Seconds::new(whole("timeout", &self.timeout)?),
            provider: self.provider.as_deref().map(|p| address("provider", p)).transpose()?,
        })
    }
}

/// What an order gives.
#[napi(object)]
pub struct OrderVerdict {
    /// Strength of the evidence: "asserted", "proved" or "final".
    pub level: String,
    /// Who may use the service.
    pub consumer: String,
    /// Who paid.
    pub payer: String,
    /// When the order was started, in seconds since 1970.
    pub started_at: BigInt,
    /// Last second it is good for; absent = forever.
    pub valid_until: Option<BigInt>,
    /// Hash of the transaction, as hex.
    pub transaction: String,
}

/// Checks that a transaction receipt (JSON of eth_getTransactionReceipt) shows a paid, unexpired order of this
/// service by this user.
///
/// `profile`: "strict" or "compat" (as the original contracts take it). `allowAsserted`: whether "strict" takes the
/// word of whoever hands over the transaction receipt. `now`: seconds since 1970.
#[napi]
pub fn verify_order(
    transaction_receipt: String,
    service: Service,
    user: String,
    #[napi(ts_arg_type = "'strict' | 'compat'")] profile: String,
    allow_asserted: bool,
    now: BigInt,
) -> Result<OrderVerdict> {
    js(|| {
        let policy =
            OrderPolicy { profile: self::profile(&profile)?, user: address("user", &user)?, allow_asserted };
        let receipt = TransactionReceipt::from_json(&transaction_receipt)?;
        let now = Timestamp::new(whole("now", &now)?);
        let verdict = datatoken::verify_order(&receipt, &service.core()?, &policy, now)?;
        Ok(OrderVerdict {
            level: verdict.level.as_str().to_owned(),
            consumer: verdict.consumer.to_string(),
            payer: verdict.payer.to_string(),
            started_at: verdict.started_at.get().into(),
            valid_until: verdict.valid_until.map(|t| t.get().into()),
            transaction: verdict.transaction.to_string(),
        })
    })
}
