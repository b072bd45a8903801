use crate::{Check, Error, Result};
use alloc::{boxed::Box, vec::Vec};
use countermark_compute_to_data::Run;
use countermark_datatoken::{Grant, Order};
use countermark_identity::Agent;
use countermark_primitives::{B256, Coded, Error as Basic};
use countermark_proof_of_learning::{Training, Verification};
use countermark_receipt::{Body, Receipt, schema};
use countermark_scoring::{EraReport, ScoreReport};

/// A receipt's body, decoded.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[allow(missing_docs, clippy::large_enum_variant)]
pub enum Statement {
    Agent(Agent),
    Order(Order),
    Grant(Grant),
    Run(Run),
    Training(Training),
    Verification(Verification),
    ScoreReport(ScoreReport),
    EraReport(EraReport),
}

impl Statement {
    /// Decodes the body and checks the issuer's signature.
    pub(crate) fn open(index: usize, receipt: &Receipt) -> Result<Self> {
        let name = schema::name_of(receipt.schema).unwrap_or("unknown");
        let opened = match receipt.schema {
            schema::AGENT => receipt.verify().map(Self::Agent),
            schema::ORDER => receipt.verify().map(Self::Order),
            schema::GRANT => receipt.verify().map(Self::Grant),
            schema::RUN => receipt.verify().map(Self::Run),
            schema::TRAINING => receipt.verify().map(Self::Training),
            schema::VERIFICATION => receipt.verify().map(Self::Verification),
            schema::SCORE_REPORT => receipt.verify().map(Self::ScoreReport),
            schema::ERA_REPORT => receipt.verify().map(Self::EraReport),
            got => {
                Err(Basic::UnsupportedVersion { what: "receipt schema", got, supported: schema::ERA_REPORT }
                    .into())
            }
        };
        opened.map_err(|e| {
            let check = if e.check() == Some("signature") { Check::Signature } else { Check::Format };
            Error::Receipt { index, name, check, fault: Box::new(e) }
        })
    }

    /// Schemas of the receipts it must build on.
    pub(crate) fn parents(&self) -> &'static [u16] {
        fn of<B: Body>(_: &B) -> &'static [u16] {
            B::PARENTS
        }
        match self {
            Self::Agent(b) => of(b),
            Self::Order(b) => of(b),
            Self::Grant(b) => of(b),
            Self::Run(b) => of(b),
            Self::Training(b) => of(b),
            Self::Verification(b) => of(b),
            Self::ScoreReport(b) => of(b),
            Self::EraReport(b) => of(b),
        }
    }

    /// Attachments it refers to.
    pub(crate) fn attachments(&self) -> Vec<B256> {
        match self {
            Self::Agent(b) => b.attachments(),
            Self::Order(b) => b.attachments(),
            Self::Grant(b) => b.attachments(),
            Self::Run(b) => b.attachments(),
            Self::Training(b) => b.attachments(),
            Self::Verification(b) => b.attachments(),
            Self::ScoreReport(b) => b.attachments(),
            Self::EraReport(b) => b.attachments(),
        }
    }
}
