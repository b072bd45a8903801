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
use pyo3::prelude::*;

/// A service of a dataset: what its publisher offers, and on what terms.
#[pyclass(frozen, get_all, module = "countermark")]
pub(crate) struct Service {
    /// The chain of the contracts.
    chain_id: u64,
    /// Address of the dataset's data NFT.
    nft: String,
    /// Who owns the data NFT.
    owner: String,
    /// The datatoken that pays for the service.
    datatoken: String,
    /// Place of the service in the dataset's description, from 0.
    index: u64,
    /// Id of the service.
    id: String,
    /// How long an order is good for, in seconds; 0 = forever.
    timeout: u64,
    /// Who serves it and signs its fees; None when no provider fee is asked.
    provider: Option<String>,
}

#[pymethods]
impl Service {
    #[new]
    #[pyo3(signature = (chain_id, nft, owner, datatoken, index, id, timeout, provider))]
    #[allow(clippy::too_many_arguments, reason = "keyword arguments in Python")]
    fn new(
        chain_id: u64,
        nft: String,
        owner: String,
        datatoken: String,
        index: u64,
        id: String,
        timeout: u64,
        provider: Option<String>,
    ) -> Self {
        Self { chain_id, nft, owner, datatoken, index, id, timeout, provider }
    }
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
#[pyclass(frozen, get_all, module = "countermark")]
pub(crate) struct OrderVerdict {
    /// Strength of the evidence: "asserted", "proved" or "final".
    level: &'static str,
    /// Who may use the service.
    consumer: String,
    /// Who paid.
    payer: String,
    /// When the order was started, in seconds since 1970.
    started_at: u64,
    /// Last second it is good for; None = forever.
    valid_until: Option<u64>,
    /// Hash of the transaction, as hex.
    transaction: String,
}

/// Checks that a transaction receipt (JSON of eth_getTransactionReceipt) shows a paid, unexpired order of this
/// service by this user.
///
/// `profile`: "strict" or "compat" (as the original contracts take it). `allow_asserted`: whether "strict" takes the
/// word of whoever hands over the transaction receipt. `now`: seconds since 1970.
#[pyfunction]
pub(crate) fn verify_order(
    py: Python<'_>,
    transaction_receipt: &str,
    service: &Service,
    user: &str,
    profile: &str,
    allow_asserted: bool,
    now: u64,
) -> Done<OrderVerdict> {
    let policy =
        OrderPolicy { profile: self::profile(profile)?, user: address("user", user)?, allow_asserted };
    let service = service.core()?;
    let verdict = py.detach(|| {
        let receipt = TransactionReceipt::from_json(transaction_receipt)?;
        datatoken::verify_order(&receipt, &service, &policy, Timestamp::new(now))
    })?;
    Ok(OrderVerdict {
        level: verdict.level.as_str(),
        consumer: verdict.consumer.to_string(),
        payer: verdict.payer.to_string(),
        started_at: verdict.started_at.get(),
        valid_until: verdict.valid_until.map(Timestamp::get),
        transaction: verdict.transaction.to_string(),
    })
}
