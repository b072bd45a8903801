use crate::{
    Body, MAX_BODY, MAX_PARENTS, Receipt, Result, Scheme,
    envelope::{Unsigned, typed_data},
};
use alloc::vec::Vec;
use countermark_crypto::{SecretKey, Signature, TypedData, verify_signature};
use countermark_primitives::{Address, B256, Error as Basic, Timestamp};

/// A statement that is not signed yet.
#[derive(Debug, Clone)]
pub struct Draft<B> {
    /// Who will state it.
    pub issuer: Address,
    /// When, by the issuer's clock.
    pub issued_at: Timestamp,
    /// Ids of the receipts it builds on, in the order of [`Body::PARENTS`].
    pub parents: Vec<B256>,
    /// The statement.
    pub body: B,
}

impl<B: Body> Draft<B> {
    /// Everything a wallet needs to sign, and what [`Prepared::finish`] needs afterwards.
    ///
    /// # Errors
    /// `length_mismatch` for a number of parents the schema does not have, `limit_exceeded` for a body over 16 MiB.
    pub fn prepare(&self) -> Result<Prepared> {
        if self.parents.len() != B::PARENTS.len() {
            let (expected, got) = (B::PARENTS.len(), self.parents.len());
            return Err(Basic::LengthMismatch { what: "receipt parents", expected, got }.into());
        }
        let body = self.body.to_bytes();
        for (what, limit, got) in
            [("receipt parents", MAX_PARENTS, self.parents.len()), ("receipt body", MAX_BODY, body.len())]
        {
            if got > limit {
                return Err(Basic::LimitExceeded { what, limit: limit as u64, got: got as u64 }.into());
            }
        }
        let (schema, version, issuer, issued_at) = (B::SCHEMA, B::VERSION, self.issuer, self.issued_at);
        let parents = &self.parents;
        let id = Unsigned { schema, version, issuer, issued_at, parents, body: &body }.id();
        let typed_data = typed_data(&self.body, id);
        let digest = typed_data.digest();
        let parents = self.parents.clone();
        Ok(Prepared { schema, version, issuer, issued_at, parents, body, id, digest, typed_data })
    }

    /// Signs with a key at hand.
    ///
    /// # Errors
    /// As [`Draft::prepare`]; `signature_mismatch` when the key is not the issuer's.
    pub fn sign(&self, key: &SecretKey) -> Result<Receipt> {
        let prepared = self.prepare()?;
        let signature = key.sign_digest(&prepared.digest)?;
        prepared.finish(&signature)
    }
}

/// A statement on its way through a wallet.
#[derive(Debug, Clone)]
pub struct Prepared {
    schema: u16,
    version: u16,
    issuer: Address,
    issued_at: Timestamp,
    parents: Vec<B256>,
    body: Vec<u8>,
    id: B256,
    digest: B256,
    typed_data: TypedData,
}

impl Prepared {
    /// The id the receipt will have.
    pub fn id(&self) -> B256 {
        self.id
    }

    /// The digest to sign, for a signer of plain hashes.
    pub fn digest(&self) -> B256 {
        self.digest
    }

    /// The same as typed data, for `eth_signTypedData_v4`.
    pub fn typed_data(&self) -> &TypedData {
        &self.typed_data
    }

    /// Who has to sign.
    pub fn issuer(&self) -> Address {
        self.issuer
    }

    /// Puts the wallet's signature to the statement.
    ///
    /// # Errors
    /// `signature_mismatch` when somebody else than the issuer signed, or something else was signed.
    pub fn finish(self, signature: &Signature) -> Result<Receipt> {
        verify_signature(&self.digest, signature, self.issuer)?;
        Ok(Receipt {
            schema: self.schema,
            version: self.version,
            issuer: self.issuer,
            issued_at: self.issued_at,
            parents: self.parents,
            body: self.body,
            scheme: Scheme::Eip712,
            signature: *signature,
        })
    }
}
