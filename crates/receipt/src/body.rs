use alloc::vec::Vec;
use countermark_crypto::Field;
use countermark_primitives::{B256, Document};

/// The statement a receipt makes: one type per schema, defined by the crate of its subject.
pub trait Body: Document {
    /// Schemas of the receipts it builds on, in order. The first is the issuer's agent card, except for the card
    /// itself, which builds on nothing.
    const PARENTS: &'static [u16];

    /// Hashes of the attachments it refers to; a bundle must carry them all, and none besides.
    fn attachments(&self) -> Vec<B256> {
        Vec::new()
    }

    /// What a person reads in a wallet before approving, or `None` for a statement that a machine makes.
    fn approval(&self) -> Option<Approval> {
        None
    }
}

/// The readable part of a typed signature (EIP-712); the receipt id is added as the last member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// Name of the struct, such as `DataOrder`.
    pub primary_type: &'static str,
    /// Members the person reads.
    pub fields: Vec<Field>,
}
