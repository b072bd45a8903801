use crate::{EvidenceLevel, Revert};
use countermark_primitives::{Address, B256, Coded, Error as Basic, Kind, Timestamp, U256};

/// Faults of calls, orders and grants.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A fault of decoding or of a basic type.
    #[error(transparent)]
    Primitive(#[from] Basic),
    /// A fault of a key or signature.
    #[error(transparent)]
    Crypto(#[from] countermark_crypto::Error),
    /// A fault of a log or transaction receipt.
    #[error(transparent)]
    Evm(#[from] countermark_evm::Error),
    /// The contract reverts.
    #[error("the call reverts: {}", reason.text())]
    CallReverted {
        /// The contract's reason.
        reason: Revert,
    },
    /// No contract of the stated kind is known at the address.
    #[error("no {what} is known at {address}")]
    UnknownContract {
        /// Kind of contract the call needs.
        what: &'static str,
        /// Where it was looked for.
        address: Address,
    },
    /// Something the original allows and this model leaves out, such as a data NFT used as a payment token.
    #[error("{what} at {address} is not modelled")]
    NotModelled {
        /// The use that is left out.
        what: &'static str,
        /// The contract concerned.
        address: Address,
    },
    /// An event that can't follow the state it is replayed on.
    #[error("{event} of {emitter} contradicts the state")]
    ReplayConflict {
        /// Name of the event.
        event: &'static str,
        /// Its contract.
        emitter: Address,
    },
    /// The provider's signature is not by the stated provider, or not of the strict form.
    #[error("the provider fee is not signed by {provider}")]
    ProviderFeeSignature {
        /// The provider the fee names.
        provider: Address,
    },
    /// The provider fee's validity has ended.
    #[error("the provider fee was valid until {valid_until}, it is {now}")]
    ProviderFeeExpired {
        /// End of validity in seconds since 1970.
        valid_until: U256,
        /// Time of the decision.
        now: Timestamp,
    },
    /// The order carries no provider fee of the service's provider.
    #[error("the order has no provider fee of {provider}")]
    ProviderFeeMissing {
        /// The service's provider.
        provider: Address,
    },
    /// The provider fee was announced and never moved.
    #[error("the provider fee of {amount} of token {token} was not paid")]
    ProviderFeeUnpaid {
        /// Token of the fee.
        token: Address,
        /// Amount of the fee.
        amount: U256,
    },
    /// The transaction failed.
    #[error("transaction {transaction} failed")]
    OrderFailed {
        /// Hash of the transaction.
        transaction: B256,
    },
    /// The transaction receipt holds no order.
    #[error("no order was started in transaction {transaction}")]
    OrderStartedMissing {
        /// Hash of the transaction.
        transaction: B256,
    },
    /// The only orders of the transaction receipt were written by another contract.
    #[error("the order was written by {got}, the datatoken is {expected}")]
    OrderEmitter {
        /// The service's datatoken.
        expected: Address,
        /// The contract that wrote the order.
        got: Address,
    },
    /// The order is of somebody else.
    #[error("the order is for {got}, not for {expected}")]
    OrderConsumer {
        /// Who claims the order.
        expected: Address,
        /// Whom the order names.
        got: Address,
    },
    /// Less than one datatoken was paid.
    #[error("the order paid {got} of the datatoken, one order costs 10^18")]
    OrderUnpaid {
        /// What the logs show as paid.
        got: U256,
    },
    /// The order's time is over.
    #[error("the order was valid until {valid_until}, it is {now}")]
    OrderExpired {
        /// Last second of validity.
        valid_until: Timestamp,
        /// Time of the decision.
        now: Timestamp,
    },
    /// The order claims a time that has not come.
    #[error("the order was started at {started_at}, it is {now}")]
    OrderInFuture {
        /// Time the order states.
        started_at: U256,
        /// Time of the decision.
        now: Timestamp,
    },
    /// The order or the provider's data is for another service.
    #[error("the order has another {what} than the service")]
    ServiceMismatch {
        /// What differs.
        what: &'static str,
    },
    /// The evidence is weaker than the policy asks.
    #[error("the order is only {}, the policy asks for {}", got.as_str(), needed.as_str())]
    EvidenceTooWeak {
        /// Level the policy asks for.
        needed: EvidenceLevel,
        /// Level of the evidence.
        got: EvidenceLevel,
    },
    /// The grant says something else than the order gives.
    #[error("the grant has another {what} than its order gives")]
    GrantMismatch {
        /// What differs.
        what: &'static str,
    },
}

/// Shorthand with this crate's error.
pub type Result<T, E = Error> = core::result::Result<T, E>;

impl From<Revert> for Error {
    fn from(reason: Revert) -> Self {
        Self::CallReverted { reason }
    }
}

impl Coded for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Primitive(e) => e.code(),
            Self::Crypto(e) => e.code(),
            Self::Evm(e) => e.code(),
            Self::CallReverted { .. } => "call_reverted",
            Self::UnknownContract { .. } => "unknown_contract",
            Self::NotModelled { .. } => "not_modelled",
            Self::ReplayConflict { .. } => "replay_conflict",
            Self::ProviderFeeSignature { .. } => "provider_fee_signature",
            Self::ProviderFeeExpired { .. } => "provider_fee_expired",
            Self::ProviderFeeMissing { .. } => "provider_fee_missing",
            Self::ProviderFeeUnpaid { .. } => "provider_fee_unpaid",
            Self::OrderFailed { .. } => "order_failed",
            Self::OrderStartedMissing { .. } => "order_started_missing",
            Self::OrderEmitter { .. } => "order_emitter",
            Self::OrderConsumer { .. } => "order_consumer",
            Self::OrderUnpaid { .. } => "order_unpaid",
            Self::OrderExpired { .. } => "order_expired",
            Self::OrderInFuture { .. } => "order_in_future",
            Self::ServiceMismatch { .. } => "service_mismatch",
            Self::EvidenceTooWeak { .. } => "evidence_too_weak",
            Self::GrantMismatch { .. } => "grant_mismatch",
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Primitive(e) => e.kind(),
            Self::Crypto(e) => e.kind(),
            Self::Evm(e) => e.kind(),
            Self::CallReverted { .. } | Self::EvidenceTooWeak { .. } => Kind::Refused,
            Self::UnknownContract { .. } | Self::ReplayConflict { .. } => Kind::Conflict,
            Self::NotModelled { .. } => Kind::Unsupported,
            Self::ProviderFeeSignature { .. } => Kind::Signature,
            Self::ProviderFeeExpired { .. } | Self::OrderExpired { .. } | Self::OrderInFuture { .. } => {
                Kind::Expired
            }
            _ => Kind::Proof,
        }
    }

    fn check(&self) -> Option<&'static str> {
        match self {
            Self::Primitive(e) => e.check(),
            Self::Crypto(e) => e.check(),
            Self::Evm(e) => e.check(),
            Self::CallReverted { .. }
            | Self::UnknownContract { .. }
            | Self::NotModelled { .. }
            | Self::ReplayConflict { .. } => None,
            // A check bears the name of its code.
            other => Some(other.code()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use countermark_primitives::codes;

    #[test]
    fn every_code_is_listed() {
        let (a, u, t, h) = (Address::ZERO, U256::ZERO, Timestamp::new(0), B256::ZERO);
        let (needed, got) = (EvidenceLevel::Proved, EvidenceLevel::Asserted);
        for e in [
            Error::CallReverted { reason: Revert::NoData },
            Error::UnknownContract { what: "", address: a },
            Error::NotModelled { what: "", address: a },
            Error::ReplayConflict { event: "", emitter: a },
            Error::ProviderFeeSignature { provider: a },
            Error::ProviderFeeExpired { valid_until: u, now: t },
            Error::ProviderFeeMissing { provider: a },
            Error::ProviderFeeUnpaid { token: a, amount: u },
            Error::OrderFailed { transaction: h },
            Error::OrderStartedMissing { transaction: h },
            Error::OrderEmitter { expected: a, got: a },
            Error::OrderConsumer { expected: a, got: a },
            Error::OrderUnpaid { got: u },
            Error::OrderExpired { valid_until: t, now: t },
            Error::OrderInFuture { started_at: u, now: t },
            Error::ServiceMismatch { what: "" },
            Error::EvidenceTooWeak { needed, got },
            Error::GrantMismatch { what: "" },
        ] {
            assert_eq!(codes::kind_of(e.code()), Some(e.kind().as_str()), "{}", e.code());
        }
    }
}
