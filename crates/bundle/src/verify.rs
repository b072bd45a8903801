use crate::{
    Bundle, Check, Error, ReceiptVerdict, Result, Statement, Verdict, evidence, file::digest_of, link,
};
use alloc::{boxed::Box, collections::BTreeSet, string::String, vec::Vec};
use countermark_primitives::{B256, Coded};
use countermark_receipt::{Receipt, schema};

/// A receipt whose bytes and signature are good.
pub(crate) struct Entry<'a> {
    pub(crate) index: usize,
    pub(crate) id: B256,
    pub(crate) receipt: &'a Receipt,
    pub(crate) statement: Statement,
}

impl Entry<'_> {
    pub(crate) fn name(&self) -> &'static str {
        schema::name_of(self.receipt.schema).unwrap_or("unknown")
    }

    fn fail(&self, check: Check, fault: impl Coded + Send + Sync + 'static) -> Error {
        Error::Receipt { index: self.index, name: self.name(), check, fault: Box::new(fault) }
    }
}

/// Verifies a bundle offline: form and digest, and then for each receipt its signature, its links to what it builds
/// on, and its evidence: whatever can be recomputed from the bundle alone. Re-executing a training or a run is a
/// separate call, because it needs data that a bundle does not carry.
///
/// The same function, with the same verdict, stands behind every language.
///
/// # Errors
/// The first fault found. [`Coded::check`] says which check refused: `format`, `digest`, `signature`, `link` or
/// `evidence`; the text says which receipt.
pub fn verify_bundle(bytes: &[u8]) -> Result<Verdict> {
    let bundle = Bundle::from_bytes(bytes)?;
    let digest = digest_of(bytes.get(..bytes.len().saturating_sub(32)).unwrap_or_default());
    let mut entries: Vec<Entry<'_>> = Vec::with_capacity(bundle.receipts.len());
    let mut referenced = BTreeSet::new();
    let mut receipts = Vec::with_capacity(bundle.receipts.len());
    for (index, receipt) in bundle.receipts.iter().enumerate() {
        let statement = Statement::open(index, receipt)?;
        let entry = Entry { index, id: receipt.id(), receipt, statement };
        let parents = link::resolve(&entry, &entries).map_err(|e| entry.fail(Check::Link, e))?;
        link::agree(&entry, &parents).map_err(|e| entry.fail(Check::Link, e))?;
        for hash in entry.statement.attachments() {
            link::attached(&hash, &bundle).map_err(|e| entry.fail(Check::Link, e))?;
            referenced.insert(hash);
        }
        let strength = evidence::check(&entry, &parents, &bundle.attachments).map_err(|fault| {
            let (index, name, check) = (entry.index, entry.name(), Check::Evidence);
            Error::Receipt { index, name, check, fault }
        })?;
        receipts.push(ReceiptVerdict {
            index,
            kind: entry.name(),
            id: entry.id,
            issuer: receipt.issuer,
            issuer_name: issuer_name(&entry, &parents),
            issued_at: receipt.issued_at,
            strength,
        });
        entries.push(entry);
    }
    if let Some(hash) = bundle.attachments.keys().find(|h| !referenced.contains(*h)) {
        return Err(Error::AttachmentUnreferenced { hash: *hash });
    }
    Ok(Verdict { digest, receipts })
}

/// The name on the issuer's card: its own, or that of the first parent.
fn issuer_name(entry: &Entry<'_>, parents: &[&Entry<'_>]) -> String {
    let own = core::iter::once(&entry.statement);
    own.chain(parents.first().map(|p| &p.statement))
        .find_map(|s| if let Statement::Agent(a) = s { Some(a.name.clone()) } else { None })
        .unwrap_or_default()
}
