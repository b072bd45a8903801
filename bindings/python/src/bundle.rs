//! Bundles, verified offline.

use crate::convert::Done;
use countermark::bundle;
use pyo3::prelude::*;

/// What verifying a bundle found.
#[pyclass(frozen, get_all, module = "countermark")]
pub(crate) struct Verdict {
    /// Digest of the bundle, as hex.
    digest: String,
    /// One entry for each receipt, in the bundle's order.
    receipts: Vec<ReceiptVerdict>,
}

#[pymethods]
impl Verdict {
    fn __repr__(&self) -> String {
        format!("Verdict(digest='{}', {} receipts)", self.digest, self.receipts.len())
    }
}

/// What is known of one receipt.
#[pyclass(frozen, get_all, module = "countermark")]
#[derive(Clone)]
pub(crate) struct ReceiptVerdict {
    /// Place in the bundle, from 0.
    index: usize,
    /// Name of the schema.
    kind: &'static str,
    /// Id of the receipt, as hex.
    id: String,
    /// Address of who signed it.
    issuer: String,
    /// The name on the issuer's card; for people only.
    issuer_name: String,
    /// When, by the issuer's clock, in seconds since 1970.
    issued_at: u64,
    /// What stands behind the statement: "asserted", "sampled", "recomputed" or "proved".
    strength: &'static str,
}

#[pymethods]
impl ReceiptVerdict {
    fn __repr__(&self) -> String {
        let Self { index, kind, id, strength, .. } = self;
        format!("ReceiptVerdict(index={index}, kind='{kind}', id='{id}', strength='{strength}')")
    }
}

/// Verifies a bundle offline: form, digest, and each receipt's signature, links and evidence.
///
/// Raises the first fault found; its `check` is "format", "digest", "signature", "link" or "evidence".
#[pyfunction]
pub(crate) fn verify_bundle(py: Python<'_>, bundle: &[u8]) -> Done<Verdict> {
    let verdict = py.detach(|| bundle::verify_bundle(bundle))?;
    let receipt = |r: bundle::ReceiptVerdict| ReceiptVerdict {
        index: r.index,
        kind: r.kind,
        id: r.id.to_string(),
        issuer: r.issuer.to_string(),
        issuer_name: r.issuer_name,
        issued_at: r.issued_at.get(),
        strength: r.strength.as_str(),
    };
    Ok(Verdict {
        digest: verdict.digest.to_string(),
        receipts: verdict.receipts.into_iter().map(receipt).collect(),
    })
}
