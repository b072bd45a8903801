//! Orders of data services.

use crate::{
    convert::Done,
    plain::{address, profile},
};
use countermark::{
    datatoken::{self, OrderPolicy},
    evm::TransactionReceipt,
    primitives::{ChainId, Error as Basic, Seconds, Timestamp},
};

/// A service of a dataset: what its publisher offers, and on what terms.
#[derive(Debug, uniffi::Record)]
pub struct Service {
    /// The chain of the contracts.
    pub chain_id: u64,
    /// Address of the dataset's data NFT.
    pub nft: String,
    /// Who owns the data NFT.
    pub owner: String,
    /// The datatoken that pays for the service.
    pub datatoken: String,
    /// Place of the service in the dataset's description, from 0.
    pub index: u64,
    /// Id of the service.
    pub id: String,
    /// How long an order is good for, in seconds; 0 = forever.
    pub timeout: u64,
    /// Who serves it and signs its fees; null when no provider fee is asked.
    pub provider: Option<String>,
}

impl Service {
    pub(crate) fn core(&self) -> Result<datatoken::Service, Basic> {
        Ok(datatoken::Service {
            chain_id: ChainId::new(self.chain_id),
            nft: address("nft", &self.nft)?,
            owner: address("owner", &self.owner)?,
            datatoken: address("datatoken", &self.datatoken)?,
            index: self.index,
            id: self.id.clone(),
            timeout: Seconds::new(self.timeout),
            provider: self.provider.as_deref().map(|p| address("provider", p)).transpose()?,
        })
    }
}

/// What an order gives.
#[derive(Debug, uniffi::Record)]
pub struct OrderVerdict {
    /// Strength of the evidence: `asserted`, `proved` or `final`.
    pub level: String,
    /// Who may use the service.
    pub consumer: String,
    /// Who paid.
    pub payer: String,
    /// When the order was started, in seconds since 1970.
    pub started_at: u64,
    /// Last second it is good for; null = forever.
    pub valid_until: Option<u64>,
    /// Hash of the transaction, as hex.
    pub transaction: String,
}

/// Checks that a transaction receipt (JSON of eth_getTransactionReceipt) shows a paid, unexpired order of this
/// service by this user.
///
/// `profile`: `strict` or `compat` (as the original contracts take it). `allow_asserted`: whether `strict` takes the
/// word of whoever hands over the transaction receipt. `now`: seconds since 1970.
#[uniffi::export]
pub fn verify_order(
    transaction_receipt: &str,
    service: Service,
    user: &str,
    profile: &str,
    allow_asserted: bool,
    now: u64,
) -> Done<OrderVerdict> {
    let policy =
        OrderPolicy { profile: self::profile(profile)?, user: address("user", user)?, allow_asserted };
    let receipt = TransactionReceipt::from_json(transaction_receipt)?;
    let verdict = datatoken::verify_order(&receipt, &service.core()?, &policy, Timestamp::new(now))?;
    Ok(OrderVerdict {
        level: verdict.level.as_str().to_owned(),
        consumer: verdict.consumer.to_string(),
        payer: verdict.payer.to_string(),
        started_at: verdict.started_at.get(),
        valid_until: verdict.valid_until.map(Timestamp::get),
        transaction: verdict.transaction.to_string(),
    })
}
