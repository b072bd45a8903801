//! Bundles, verified offline.

use crate::convert::{Background, Work};
use countermark::bundle;
use napi::bindgen_prelude::{AsyncTask, BigInt};
use napi_derive::napi;

/// What verifying a bundle found.
#[napi(object)]
pub struct Verdict {
    /// Digest of the bundle, as hex.
    pub digest: String,
    /// One entry for each receipt, in the bundle's order.
    pub receipts: Vec<ReceiptVerdict>,
}

/// What is known of one receipt.
#[napi(object)]
pub struct ReceiptVerdict {
    /// Place in the bundle, from 0.
    pub index: u32,
    /// Name of the schema.
    pub kind: String,
    /// Id of the receipt, as hex.
    pub id: String,
    /// Address of who signed it.
    pub issuer: String,
    /// The name on the issuer's card; for people only.
    pub issuer_name: String,
    /// When, by the issuer's clock, in seconds since 1970.
    pub issued_at: BigInt,
    /// What stands behind the statement: "asserted", "sampled", "recomputed" or "proved".
    pub strength: String,
}

impl From<bundle::Verdict> for Verdict {
    fn from(verdict: bundle::Verdict) -> Self {
        let receipt = |r: bundle::ReceiptVerdict| ReceiptVerdict {
            index: u32::try_from(r.index).unwrap_or(u32::MAX),
            kind: r.kind.to_owned(),
            id: r.id.to_string(),
            issuer: r.issuer.to_string(),
            issuer_name: r.issuer_name,
            issued_at: r.issued_at.get().into(),
            strength: r.strength.as_str().to_owned(),
        };
        Self {
            digest: verdict.digest.to_string(),
            receipts: verdict.receipts.into_iter().map(receipt).collect(),
        }
    }
}

/// Verifies a bundle offline: form, digest, and each receipt's signature, links and evidence.
///
/// Rejects with the first fault found; its `check` is "format", "digest", "signature", "link" or "evidence".
#[napi(ts_return_type = "Promise<Verdict>")]
pub fn verify_bundle(bundle: &[u8]) -> AsyncTask<Background<bundle::Verdict, Verdict>> {
    let bundle = bundle.to_vec();
    let work: Work<_> = Box::new(move || Ok(bundle::verify_bundle(&bundle)?));
    AsyncTask::new(Background::new(work, Verdict::from))
}
