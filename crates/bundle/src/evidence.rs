//! Evidence: what a bundle alone lets anyone recompute comes out the same.

use crate::{Statement, Strength, verify::Entry};
use alloc::boxed::Box;
use countermark_compute_to_data::verify_run;
use countermark_datatoken::{verify_grant, verify_order_body};
use countermark_identity::verify_agent;
use countermark_primitives::Coded;
use countermark_proof_of_learning::{verify_training, verify_verification};
use countermark_receipt::Attachments;
use countermark_scoring::{verify_era_report, verify_score_report};

type Fault = Box<dyn Coded + Send + Sync>;

fn boxed(e: impl Coded + Send + Sync + 'static) -> Fault {
    Box::new(e)
}

/// Checks a receipt's evidence and says how strong it is.
pub(crate) fn check(
    entry: &Entry<'_>,
    parents: &[&Entry<'_>],
    attachments: &dyn Attachments,
) -> Result<Strength, Fault> {
    let (issuer, issued_at) = (entry.receipt.issuer, entry.receipt.issued_at);
    let parent = parents.get(1).map(|p| (&p.statement, p));
    match (&entry.statement, parent) {
        (Statement::Agent(card), _) => {
            verify_agent(card, issuer).map_err(boxed)?;
            Ok(Strength::Proved)
        }
        (Statement::Order(order), _) => {
            verify_order_body(order, issuer, issued_at).map_err(boxed)?;
            Ok(Strength::Asserted)
        }
        (Statement::Grant(grant), Some((Statement::Order(order), p))) => {
            verify_grant(grant, issuer, issued_at, order, p.receipt.issuer).map_err(boxed)?;
            Ok(Strength::Recomputed)
        }
        (Statement::Run(run), _) => {
            verify_run(run, attachments).map_err(boxed)?;
            Ok(Strength::Asserted)
        }
        (Statement::Training(training), _) => {
            verify_training(training, &issuer).map_err(boxed)?;
            Ok(Strength::Asserted)
        }
        (Statement::Verification(v), Some((Statement::Training(training), p))) => {
            verify_verification(v, training, &p.id, &p.receipt.issuer).map_err(boxed)?;
            Ok(Strength::Sampled)
        }
        (Statement::ScoreReport(report), _) => {
            let verdict = verify_score_report(report, attachments).map_err(boxed)?;
            let all = verdict.corr_recomputed == verdict.models && verdict.mmc_recomputed == verdict.models;
            Ok(if all { Strength::Recomputed } else { Strength::Asserted })
        }
        (Statement::EraReport(report), _) => {
            // The amounts follow from the scores; the scores are replayed by whoever has the inputs.
            verify_era_report(report).map_err(boxed)?;
            Ok(Strength::Asserted)
        }
        // `link::resolve` has made sure of the parents' kinds.
        _ => Ok(Strength::Asserted),
    }
}
