use crate::{Error, EvidenceLevel, OrderPolicy, OrderVerdict, Profile, Result, Service, verify_order};
use alloc::vec;
use countermark_crypto::{Field, FieldValue};
use countermark_evm::TransactionReceipt;
use countermark_primitives::{Address, B256, Canonical, Document, Reader, Timestamp, U256, Writer};
use countermark_receipt::{Approval, Body, schema};

fn field(name: &'static str, value: FieldValue) -> Field {
    Field { name, value }
}

/// A consumer's statement: this is what I ordered and paid, and this is the algorithm I want to run. Issued by the
/// consumer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The service, on the terms the consumer saw.
    pub service: Service,
    /// Hash of the algorithm to run next to the data.
    pub algorithm: B256,
    /// The transaction that paid for it.
    pub transaction: TransactionReceipt,
}

impl Canonical for Order {
    fn write(&self, w: &mut Writer) {
        self.service.write(w);
        w.hash(&self.algorithm);
        self.transaction.write(w);
    }

    fn read(r: &mut Reader<'_>) -> countermark_primitives::Result<Self> {
        Ok(Self {
            service: Service::read(r)?,
            algorithm: r.hash("algorithm")?,
            transaction: TransactionReceipt::read(r)?,
        })
    }
}

impl Document for Order {
    const SCHEMA: u16 = schema::ORDER;
    const VERSION: u16 = 1;
    const NAME: &'static str = "order";
}

impl Body for Order {
    const PARENTS: &'static [u16] = &[schema::AGENT];

    fn approval(&self) -> Option<Approval> {
        let s = &self.service;
        let fields = vec![
            field("chainId", FieldValue::Uint(U256::from(s.chain_id.get()))),
            field("datatoken", FieldValue::Address(s.datatoken)),
            field("serviceIndex", FieldValue::Uint(U256::from(s.index))),
            field("serviceId", FieldValue::Text(s.id.clone())),
            field("amount", FieldValue::Uint(crate::ONE_DATATOKEN)),
            field("algorithm", FieldValue::Hash(self.algorithm)),
            field("transaction", FieldValue::Hash(self.transaction.transaction_hash)),
        ];
        Some(Approval { primary_type: "DataOrder", fields })
    }
}

/// An owner's statement: this consumer may run this algorithm on this dataset. Issued by the owner of the data NFT,
/// on an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Commitment to the dataset: the Merkle root over its rows.
    pub dataset: B256,
    /// Hash of the algorithm that may run.
    pub algorithm: B256,
    /// Who may run it.
    pub consumer: Address,
    /// Strength of the evidence of payment that the owner accepted.
    pub level: EvidenceLevel,
    /// Last second the grant is good for; `None` = forever.
    pub valid_until: Option<Timestamp>,
}

impl Canonical for Grant {
    fn write(&self, w: &mut Writer) {
        w.hash(&self.dataset);
        w.hash(&self.algorithm);
        w.address(&self.consumer);
        self.level.write(w);
        w.option(self.valid_until.as_ref(), |w, t| t.write(w));
    }

    fn read(r: &mut Reader<'_>) -> countermark_primitives::Result<Self> {
        Ok(Self {
            dataset: r.hash("dataset")?,
            algorithm: r.hash("algorithm")?,
            consumer: r.address("consumer")?,
            level: EvidenceLevel::read(r)?,
            valid_until: r.option("grant end", Timestamp::read)?,
        })
    }
}

impl Document for Grant {
    const SCHEMA: u16 = schema::GRANT;
    const VERSION: u16 = 1;
    const NAME: &'static str = "grant";
}

impl Body for Grant {
    const PARENTS: &'static [u16] = &[schema::AGENT, schema::ORDER];

    fn approval(&self) -> Option<Approval> {
        let end = self.valid_until.map_or(0, Timestamp::get);
        let fields = vec![
            field("dataset", FieldValue::Hash(self.dataset)),
            field("algorithm", FieldValue::Hash(self.algorithm)),
            field("consumer", FieldValue::Address(self.consumer)),
            field("evidence", FieldValue::Text(self.level.as_str().into())),
            // 0 = forever
            field("validUntil", FieldValue::Uint(U256::from(end))),
        ];
        Some(Approval { primary_type: "DataGrant", fields })
    }
}

/// The evidence of an order receipt: its transaction pays for its service, and its issuer is the consumer.
///
/// # Errors
/// As [`verify_order`] at the time of issue, with asserted logs allowed: the verdict's level says what they are.
pub fn verify_order_body(order: &Order, issuer: Address, issued_at: Timestamp) -> Result<OrderVerdict> {
    let policy = OrderPolicy { profile: Profile::Strict, user: issuer, allow_asserted: true };
    verify_order(&order.transaction, &order.service, &policy, issued_at)
}

/// The evidence of a grant receipt: what it grants is what its order gives, decided again at the time of issue.
///
/// # Errors
/// `grant_mismatch` naming issuer, algorithm, consumer, evidence level or end; and those of [`verify_order_body`].
pub fn verify_grant(
    grant: &Grant,
    issuer: Address,
    issued_at: Timestamp,
    order: &Order,
    order_issuer: Address,
) -> Result<OrderVerdict> {
    let verdict = verify_order_body(order, order_issuer, issued_at)?;
    for (what, holds) in [
        ("issuer", issuer == order.service.owner),
        ("algorithm", grant.algorithm == order.algorithm),
        ("consumer", grant.consumer == verdict.consumer),
        ("evidence level", grant.level == verdict.level),
        ("end", grant.valid_until == verdict.valid_until),
    ] {
        if !holds {
            return Err(Error::GrantMismatch { what });
        }
    }
    Ok(verdict)
}
