use crate::{Body, Result};
use alloc::{string::ToString as _, vec, vec::Vec};
use countermark_crypto::{Domain, Field, FieldValue, Signature, TypedData, eip191_digest, verify_signature};
use countermark_primitives::{
    Address, B256, Canonical, Error as Basic, Reader, Result as BasicResult, Timestamp, Writer, canonical,
    hash,
};

/// Most receipts one receipt may build on.
pub const MAX_PARENTS: usize = 64;
/// Most bytes of a body.
pub const MAX_BODY: usize = 16 << 20;

/// How the issuer signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Scheme {
    /// EIP-712 typed data: what a wallet shows and signs, and what machines of ours sign too.
    Eip712,
    /// EIP-191 personal message over the 32 bytes of the receipt id.
    Eip191,
}

impl Scheme {
    const fn byte(self) -> u8 {
        match self {
            Self::Eip712 => 1,
            Self::Eip191 => 2,
        }
    }

    fn from_byte(b: u8) -> BasicResult<Self> {
        match b {
            1 => Ok(Self::Eip712),
            2 => Ok(Self::Eip191),
            got => Err(Basic::UnsupportedVersion { what: "signature scheme", got: got.into(), supported: 2 }),
        }
    }
}

/// A signed statement. Its id covers everything but the signature; it names what it builds on by id.
///
/// Wire form: `CMRK`, schema, version, issuer (20), issued_at (u64), parents (list of 32), body (bytes), scheme (1),
/// signature (65).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Schema of the body.
    pub schema: u16,
    /// Version of the body.
    pub version: u16,
    /// Who states it.
    pub issuer: Address,
    /// When, by the issuer's own clock: stated, not proved.
    pub issued_at: Timestamp,
    /// Ids of the receipts it builds on.
    pub parents: Vec<B256>,
    /// Canonical bytes of the body.
    pub body: Vec<u8>,
    /// How it is signed.
    pub scheme: Scheme,
    /// The issuer's signature.
    pub signature: Signature,
}

/// The part of a receipt that is hashed and signed.
pub(crate) struct Unsigned<'a> {
    pub(crate) schema: u16,
    pub(crate) version: u16,
    pub(crate) issuer: Address,
    pub(crate) issued_at: Timestamp,
    pub(crate) parents: &'a [B256],
    pub(crate) body: &'a [u8],
}

impl Unsigned<'_> {
    pub(crate) fn write(&self, w: &mut Writer) {
        w.header(self.schema, self.version);
        w.address(&self.issuer);
        self.issued_at.write(w);
        w.list(self.parents, Writer::hash);
        w.bytes(self.body);
    }

    pub(crate) fn id(&self) -> B256 {
        let mut w = Writer::new();
        self.write(&mut w);
        hash::sha256_tagged("countermark/receipt/id/v1", &[&w.finish()])
    }
}

/// What the issuer's wallet signs for a body of this schema.
pub(crate) fn typed_data<B: Body>(body: &B, id: B256) -> TypedData {
    let (primary_type, mut fields) = match body.approval() {
        Some(a) => (a.primary_type, a.fields),
        None => ("Receipt", vec![Field { name: "schema", value: FieldValue::Text(B::NAME.to_string()) }]),
    };
    fields.push(Field { name: "id", value: FieldValue::Hash(id) });
    TypedData { domain: Domain { name: "Countermark", version: "1", chain_id: None }, primary_type, fields }
}

impl Receipt {
    fn unsigned(&self) -> Unsigned<'_> {
        Unsigned {
            schema: self.schema,
            version: self.version,
            issuer: self.issuer,
            issued_at: self.issued_at,
            parents: &self.parents,
            body: &self.body,
        }
    }

    /// SHA-256 with the tag `countermark/receipt/id/v1` over the wire form up to the body.
    pub fn id(&self) -> B256 {
        self.unsigned().id()
    }

    /// Decodes the body, without a look at the signature.
    ///
    /// # Errors
    /// `schema_mismatch`, `unsupported_version`, and the body's own format faults.
    pub fn body<B: Body>(&self) -> Result<B> {
        if self.schema != B::SCHEMA {
            return Err(Basic::SchemaMismatch { what: B::NAME, expected: B::SCHEMA, got: self.schema }.into());
        }
        if self.version == 0 || self.version > B::VERSION {
            let (got, supported) = (self.version, B::VERSION);
            return Err(Basic::UnsupportedVersion { what: B::NAME, got, supported }.into());
        }
        Ok(B::from_bytes(B::NAME, &self.body)?)
    }

    /// Decodes the body and checks that the issuer signed it.
    ///
    /// # Errors
    /// As [`Receipt::body`]; `signature_mismatch` or `signature_malformed` when the issuer did not sign this.
    pub fn verify<B: Body>(&self) -> Result<B> {
        let body = self.body::<B>()?;
        let id = self.id();
        let digest = match self.scheme {
            Scheme::Eip712 => typed_data(&body, id).digest(),
            Scheme::Eip191 => eip191_digest(id.as_slice()),
        };
        verify_signature(&digest, &self.signature, self.issuer)?;
        Ok(body)
    }
}

impl Canonical for Receipt {
    fn write(&self, w: &mut Writer) {
        self.unsigned().write(w);
        w.u8(self.scheme.byte());
        self.signature.write(w);
    }

    fn read(r: &mut Reader<'_>) -> BasicResult<Self> {
        if r.array::<4>("receipt")? != canonical::MAGIC {
            return Err(Basic::BadMagic { what: "receipt" });
        }
        Ok(Self {
            schema: r.u16("receipt schema")?,
            version: r.u16("receipt version")?,
            issuer: r.address("receipt issuer")?,
            issued_at: Timestamp::read(r)?,
            parents: r.list("receipt parents", 32, MAX_PARENTS, |r| r.hash("receipt parent"))?,
            body: r.bytes("receipt body", MAX_BODY)?.to_vec(),
            scheme: Scheme::from_byte(r.u8("signature scheme")?)?,
            signature: Signature::read(r)?,
        })
    }
}
