use crate::{
    Error, ONE_DATATOKEN, Profile, Result,
    fee::{check_binding, verify_provider_fee},
};
use alloc::{string::String, vec::Vec};
use countermark_evm::{Event as Body, Log, ProviderFee, TransactionReceipt};
use countermark_primitives::{
    Address, B256, Canonical, ChainId, Error as Basic, Reader, Seconds, Timestamp, U256, Writer,
};

/// How strong the evidence is that a log happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EvidenceLevel {
    /// Somebody says so: a transaction receipt as a node gives it.
    Asserted,
    /// Proved to stand in a block whose hash is trusted. Not produced yet.
    Proved,
    /// Proved, and the block signed by Ethereum's sync committee. Not produced yet.
    Final,
}

impl EvidenceLevel {
    /// One lower-case word, the same in every language.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Asserted => "asserted",
            Self::Proved => "proved",
            Self::Final => "final",
        }
    }
}

impl Canonical for EvidenceLevel {
    fn write(&self, w: &mut Writer) {
        w.u8(match self {
            Self::Asserted => 1,
            Self::Proved => 2,
            Self::Final => 3,
        });
    }

    fn read(r: &mut Reader<'_>) -> countermark_primitives::Result<Self> {
        let at = r.position();
        match r.u8("evidence level")? {
            1 => Ok(Self::Asserted),
            2 => Ok(Self::Proved),
            3 => Ok(Self::Final),
            _ => Err(Basic::NonCanonical { what: "evidence level", at }),
        }
    }
}

/// A service of a dataset: what its publisher offers, and on what terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// The chain of the contracts.
    pub chain_id: ChainId,
    /// The dataset's data NFT.
    pub nft: Address,
    /// Who owns the data NFT, and so answers for the dataset.
    pub owner: Address,
    /// The datatoken that pays for the service.
    pub datatoken: Address,
    /// Place of the service in the dataset's description, from 0.
    pub index: u64,
    /// Id of the service, which the provider's data must name.
    pub id: String,
    /// How long an order is good for; 0 = forever.
    pub timeout: Seconds,
    /// Who serves it and signs its fees; `None` when no provider fee is asked.
    pub provider: Option<Address>,
}

impl Canonical for Service {
    fn write(&self, w: &mut Writer) {
        self.chain_id.write(w);
        w.address(&self.nft);
        w.address(&self.owner);
        w.address(&self.datatoken);
        w.u64(self.index);
        w.text(&self.id);
        self.timeout.write(w);
        w.option(self.provider.as_ref(), |w, a| w.address(a));
    }

    fn read(r: &mut Reader<'_>) -> countermark_primitives::Result<Self> {
        Ok(Self {
            chain_id: ChainId::read(r)?,
            nft: r.address("service data NFT")?,
            owner: r.address("service owner")?,
            datatoken: r.address("service datatoken")?,
            index: r.u64("service index")?,
            id: r.text("service id", 256)?,
            timeout: Seconds::read(r)?,
            provider: r.option("service provider", |r| r.address("service provider"))?,
        })
    }
}

/// What a verifier of orders insists on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderPolicy {
    /// `Strict`: the user is the consumer, and fee signatures have the strict form. `Compat`: the user is consumer or
    /// payer, every signature the contract takes counts, and asserted logs are enough.
    pub profile: Profile,
    /// Who asks to be served.
    pub user: Address,
    /// Whether profile `Strict` serves on the word of whoever hands over the transaction receipt.
    pub allow_asserted: bool,
}

/// What an order gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderVerdict {
    /// Strength of the evidence.
    pub level: EvidenceLevel,
    /// Who may use the service.
    pub consumer: Address,
    /// Who paid.
    pub payer: Address,
    /// When the order was started.
    pub started_at: Timestamp,
    /// Last second it is good for: the service's timeout or the provider fee's end, whichever is earlier; `None` =
    /// forever.
    pub valid_until: Option<Timestamp>,
    /// The provider fee that was paid with it.
    pub provider_fee: Option<ProviderFee>,
    /// Hash of the transaction.
    pub transaction: B256,
}

/// Checks that a transaction receipt shows a paid, unexpired order of this service by this user.
///
/// Only logs written by the service's datatoken count, wherever the transaction was sent to, so orders through the
/// factory or a smart account are found too. Of several orders the first that passes is taken.
///
/// # Errors
/// With the check's name: `order_failed`, `order_started_missing`, `order_emitter`, `service_mismatch`,
/// `order_consumer`, `order_unpaid`, `order_in_future`, `order_expired`, `provider_fee_missing`,
/// `provider_fee_signature`, `provider_fee_unpaid`, `provider_fee_expired`, `evidence_too_weak`, and `event_malformed`
/// for a log of the datatoken that is not canonical.
pub fn verify_order(
    receipt: &TransactionReceipt,
    service: &Service,
    policy: &OrderPolicy,
    now: Timestamp,
) -> Result<OrderVerdict> {
    let transaction = receipt.transaction_hash;
    if !receipt.succeeded {
        return Err(Error::OrderFailed { transaction });
    }
    let mut refusal = None;
    for logs in orders(receipt, service)? {
        match verify_one(receipt, logs, service, policy, now) {
            Ok(verdict) => return Ok(verdict),
            Err(e) => refusal = refusal.or(Some(e)),
        }
    }
    Err(refusal.unwrap_or_else(|| match foreign_order(receipt, service) {
        Some(got) => Error::OrderEmitter { expected: service.datatoken, got },
        None => Error::OrderStartedMissing { transaction },
    }))
}

/// One slice for each order of the datatoken: its `OrderStarted` log and all that follow up to the next one.
fn orders<'a>(receipt: &'a TransactionReceipt, service: &Service) -> Result<Vec<&'a [Log]>> {
    let mut starts = Vec::new();
    for (i, log) in receipt.logs.iter().enumerate().filter(|(_, l)| l.address == service.datatoken) {
        match Body::decode(log) {
            Ok(Body::OrderStarted { .. } | Body::OrderReused { .. }) => starts.push(i),
            Ok(_) | Err(countermark_evm::Error::UnknownEvent { .. }) => {}
            Err(e) => return Err(e.into()),
        }
    }
    let ends = starts.iter().skip(1).copied().chain([receipt.logs.len()]);
    Ok(starts.iter().zip(ends).filter_map(|(from, to)| receipt.logs.get(*from..to)).collect())
}

fn foreign_order(receipt: &TransactionReceipt, service: &Service) -> Option<Address> {
    let foreign = receipt.logs.iter().filter(|l| l.address != service.datatoken);
    foreign.filter(|l| matches!(Body::decode(l), Ok(Body::OrderStarted { .. }))).map(|l| l.address).next()
}

fn verify_one(
    receipt: &TransactionReceipt,
    logs: &[Log],
    service: &Service,
    policy: &OrderPolicy,
    now: Timestamp,
) -> Result<OrderVerdict> {
    let transaction = receipt.transaction_hash;
    let missing = Error::OrderStartedMissing { transaction };
    let first = logs.first().ok_or(missing.clone())?;
    let Body::OrderStarted { consumer, payer, amount, service_index, timestamp, .. } = Body::decode(first)?
    else {
        return Err(missing);
    };
    if service_index != U256::from(service.index) {
        return Err(Error::ServiceMismatch { what: "service index" });
    }
    let is_user = consumer == policy.user || (policy.profile == Profile::Compat && payer == policy.user);
    if !is_user {
        return Err(Error::OrderConsumer { expected: policy.user, got: consumer });
    }
    let paid = moved(logs, service.datatoken, |from, _| from == payer);
    if amount != ONE_DATATOKEN || paid < ONE_DATATOKEN {
        return Err(Error::OrderUnpaid { got: paid.min(amount) });
    }
    let started_at = match u64::try_from(timestamp) {
        Ok(t) if t <= now.get() => Timestamp::new(t),
        _ => return Err(Error::OrderInFuture { started_at: timestamp, now }),
    };
    let mut valid_until = match service.timeout.get() {
        0 => None,
        _ => Some(started_at.after(service.timeout)?),
    };
    if let Some(valid_until) = valid_until
        && now > valid_until
    {
        return Err(Error::OrderExpired { valid_until, now });
    }
    let provider_fee = match service.provider {
        Some(provider) => {
            let fee = verify_fee(logs, payer, provider, service, policy)?;
            if !fee.valid_until.is_zero() {
                if U256::from(now.get()) > fee.valid_until {
                    return Err(Error::ProviderFeeExpired { valid_until: fee.valid_until, now });
                }
                // An end past 2^64 never comes.
                if let Ok(end) = u64::try_from(fee.valid_until).map(Timestamp::new) {
                    valid_until = Some(valid_until.map_or(end, |v| v.min(end)));
                }
            }
            Some(fee)
        }
        None => None,
    };
    let level = EvidenceLevel::Asserted;
    if policy.profile == Profile::Strict && !policy.allow_asserted {
        return Err(Error::EvidenceTooWeak { needed: EvidenceLevel::Proved, got: level });
    }
    Ok(OrderVerdict { level, consumer, payer, started_at, valid_until, provider_fee, transaction })
}

fn verify_fee(
    logs: &[Log],
    payer: Address,
    provider: Address,
    service: &Service,
    policy: &OrderPolicy,
) -> Result<ProviderFee> {
    let fee = logs
        .iter()
        .filter(|l| l.address == service.datatoken)
        .find_map(|l| match Body::decode(l) {
            Ok(Body::ProviderFee(fee)) => Some(fee),
            _ => None,
        })
        .filter(|fee| fee.address == provider)
        .ok_or(Error::ProviderFeeMissing { provider })?;
    verify_provider_fee(&fee, policy.profile)?;
    check_binding(&fee.data, service.datatoken, Some(&service.id))?;
    if !fee.amount.is_zero() && fee.token != Address::ZERO {
        let paid = moved(logs, fee.token, |from, to| from == payer && to == service.datatoken);
        if paid < fee.amount {
            return Err(Error::ProviderFeeUnpaid { token: fee.token, amount: fee.amount });
        }
    }
    Ok(fee)
}

/// Sum of a token's transfers that the filter takes.
fn moved(logs: &[Log], token: Address, keep: impl Fn(Address, Address) -> bool) -> U256 {
    logs.iter().filter(|l| l.address == token).fold(U256::ZERO, |sum, l| match Body::decode(l) {
        Ok(Body::Transfer { from, to, value }) if keep(from, to) => sum.saturating_add(value),
        _ => sum,
    })
}
