//! Links: what a receipt builds on is there, is of the right kind, is older, and says the same.

use crate::{Bundle, LinkFault, Statement, verify::Entry};
use alloc::vec::Vec;
use countermark_compute_to_data::Run;
use countermark_primitives::B256;
use countermark_proof_of_learning::Normaliser;
use countermark_receipt::schema;

/// The parents of a receipt among the receipts before it.
pub(crate) fn resolve<'a, 'b>(
    entry: &Entry<'_>,
    before: &'b [Entry<'a>],
) -> Result<Vec<&'b Entry<'a>>, LinkFault> {
    if before.iter().any(|e| e.id == entry.id) {
        return Err(LinkFault::Duplicate);
    }
    let (expected, got) = (entry.statement.parents(), &entry.receipt.parents);
    if expected.len() != got.len() {
        return Err(LinkFault::ParentCount { expected: expected.len(), got: got.len() });
    }
    let mut found = Vec::with_capacity(got.len());
    for (schema, id) in expected.iter().zip(got) {
        let parent = before.iter().find(|e| e.id == *id).ok_or(LinkFault::ParentMissing { parent: *id })?;
        if parent.receipt.schema != *schema {
            let expected = schema::name_of(*schema).unwrap_or("unknown");
            return Err(LinkFault::ParentKind { expected, got: parent.name() });
        }
        let (issued_at, earlier) = (entry.receipt.issued_at, parent.receipt.issued_at);
        if issued_at < earlier {
            return Err(LinkFault::TimeOrder { issued_at, parent: earlier });
        }
        found.push(parent);
    }
    match found.first() {
        Some(card) if card.receipt.issuer != entry.receipt.issuer => Err(LinkFault::IssuerCard),
        _ => Ok(found),
    }
}

/// An attachment a receipt refers to is there.
pub(crate) fn attached(hash: &B256, bundle: &Bundle) -> Result<(), LinkFault> {
    if bundle.attachments.contains_key(hash) {
        Ok(())
    } else {
        Err(LinkFault::AttachmentMissing { hash: *hash })
    }
}

/// What two subjects say of the same thing is the same. `parents` are in the order of the schema.
pub(crate) fn agree(entry: &Entry<'_>, parents: &[&Entry<'_>]) -> Result<(), LinkFault> {
    let parent = parents.get(1).map(|p| (&p.statement, p.receipt));
    let pairs: &[(&'static str, bool)] = match (&entry.statement, parent) {
        (Statement::Grant(grant), Some((Statement::Order(order), receipt))) => &[
            ("algorithm", grant.algorithm == order.algorithm),
            ("consumer", grant.consumer == receipt.issuer),
            ("owner", order.service.owner == entry.receipt.issuer),
        ],
        (Statement::Run(run), Some((Statement::Grant(grant), receipt))) => &[
            ("owner", receipt.issuer == entry.receipt.issuer),
            ("dataset", run.job.input == grant.dataset),
            ("algorithm", run.job.algorithm == grant.algorithm),
            ("time of use", grant.valid_until.is_none_or(|end| entry.receipt.issued_at <= end)),
        ],
        (Statement::Training(training), Some((Statement::Run(run), _))) => &[
            ("normaliser", training.spec.normaliser == normaliser_of(run)),
            ("number of rows", u64::from(training.spec.rows) <= run.rows),
        ],
        (Statement::Verification(_), Some((Statement::Training(_), receipt))) => {
            &[("verifier", receipt.issuer != entry.receipt.issuer)]
        }
        _ => &[],
    };
    match pairs.iter().find(|(_, same)| !same) {
        Some((what, _)) => Err(LinkFault::Mismatch { what }),
        None => Ok(()),
    }
}

/// The normaliser that a run's released slots `mean` and `sd` give; zero when they give none.
fn normaliser_of(run: &Run) -> B256 {
    let (Some(mean), Some(sd)) = (run.numbers("mean"), run.numbers("sd")) else { return B256::ZERO };
    Normaliser::try_new(mean, sd).map(|n| n.hash()).unwrap_or_default()
}
