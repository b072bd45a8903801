use crate::{
    Bundle, Check, Error, ReceiptVerdict, Result, Statement, Verdict, evidence, file::digest_of, link,
};
use alloc::{boxed::Box, collections::BTreeSet, string::String, vec::Vec};
use countermark_primitives::{B256, Coded, Error as Basic};
use countermark_proof_of_learning::Training;
use countermark_receipt::{Receipt, schema};

/// Work that the receipts of one bundle may ask for together: initial parameters and samples to draw,
/// predictions to score.
/// About a second; without a bound, a small file could ask for days.
const MAX_WORK: u64 = 1 << 24;

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
/// `limit_exceeded` when the receipts ask for more work than a bundle may; otherwise the first fault found. [`Coded::check`] says which check refused: `format`, `digest`, `signature`, `link` or
/// `evidence`; the text says which receipt.
pub fn verify_bundle(bytes: &[u8]) -> Result<Verdict> {
    verify_within(bytes, MAX_WORK)
}

fn verify_within(bytes: &[u8], limit: u64) -> Result<Verdict> {
    let mut got = 0u64;
    let bundle = Bundle::from_bytes(bytes)?;
    let digest = digest_of(bytes.get(..bytes.len().saturating_sub(32)).unwrap_or_default());
    let mut entries: Vec<Entry<'_>> = Vec::with_capacity(bundle.receipts.len());
    let mut referenced = BTreeSet::new();
    let mut receipts = Vec::with_capacity(bundle.receipts.len());
    for (index, receipt) in bundle.receipts.iter().enumerate() {
        let statement = Statement::open(index, receipt)?;
        let entry = Entry { index, id: receipt.id(), receipt, statement };
        let parents = link::resolve(&entry, &entries).map_err(|e| entry.fail(Check::Link, e))?;
        got = got.saturating_add(work(&entry, &parents));
        if got > limit {
            return Err(Basic::LimitExceeded { what: "work a bundle asks for", limit, got }.into());
        }
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

/// What checking a receipt's evidence costs beyond reading it.
fn work(entry: &Entry<'_>, parents: &[&Entry<'_>]) -> u64 {
    let parameters = |t: &Training| {
        t.spec.layers().fold(0u64, |sum, (i, o)| sum.saturating_add((u64::from(i) + 1) * u64::from(o)))
    };
    match (&entry.statement, parents.get(1).map(|p| &p.statement)) {
        (Statement::Training(t), _) => parameters(t),
        (Statement::Verification(v), Some(Statement::Training(t))) => {
            parameters(t).saturating_add(v.samples.min(t.segments).into())
        }
        (Statement::ScoreReport(r), _) => (r.models.len() as u64).saturating_mul(r.rows.into()),
        _ => 0,
    }
}

/// The name on the issuer's card: its own, or that of the first parent.
fn issuer_name(entry: &Entry<'_>, parents: &[&Entry<'_>]) -> String {
    let own = core::iter::once(&entry.statement);
    own.chain(parents.first().map(|p| &p.statement))
        .find_map(|s| if let Statement::Agent(a) = s { Some(a.name.clone()) } else { None })
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_bounded_to_the_unit() {
        let golden = include_bytes!("../../../bindings/vectors/golden.cmrk");
        // A network 11-16-1, drawn for the training and for its verification of 5 segments; 5 models on 320 rows.
        let needed = 2 * (12 * 16 + 17) + 5 + 5 * 320;
        assert!(verify_within(golden, needed).is_ok());
        let refused = verify_within(golden, needed - 1).unwrap_err();
        assert_eq!(refused.code(), "limit_exceeded");
    }
}
