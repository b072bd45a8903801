//! Era reports as the three skins build and read them; each includes this file.

use crate::convert::Fault;
use countermark::{
    primitives::{
        Address, B256, CancelToken, Canonical as _, Error as Basic, Nano, Timestamp, Wei, ignore_progress,
    },
    receipt::{self, Draft, Receipt},
    scoring::{self, EraInput, EraMetric, EraReport, EraReportTerms, build_era_report, verify_era_report},
};

pub(crate) fn metrics_of(names: &[String]) -> scoring::Result<Vec<EraMetric>> {
    names.iter().map(|m| EraMetric::parse(m)).collect()
}

pub(crate) fn nanos(values: &[f64]) -> Result<Vec<Nano>, Basic> {
    values.iter().map(|x| Nano::from_f64(*x)).collect()
}

/// What an era report says besides the scores, and who says it.
pub(crate) struct Statement {
    pub(crate) issuer: Address,
    pub(crate) issued_at: u64,
    pub(crate) card: B256,
    pub(crate) metrics: Vec<EraMetric>,
    pub(crate) terms: EraReportTerms,
    pub(crate) names: Vec<String>,
    pub(crate) stakes: Vec<Wei>,
}

impl Statement {
    /// Scores and settles.
    pub(crate) fn build(&self, input: &EraInput<'_>) -> scoring::Result<EraReport> {
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        let (terms, cancel) = (self.terms.clone(), CancelToken::new());
        Ok(build_era_report(
            input,
            &self.metrics,
            terms,
            &names,
            &self.stakes,
            &cancel,
            &mut ignore_progress,
        )?
        .0)
    }

    /// The report as a statement to be signed.
    pub(crate) fn prepare(&self, body: EraReport) -> receipt::Result<receipt::Prepared> {
        let issued_at = Timestamp::new(self.issued_at);
        Draft { issuer: self.issuer, issued_at, parents: vec![self.card], body }.prepare()
    }
}

/// A report whose signature and amounts were checked, with its receipt.
pub(crate) fn opened(receipt: &[u8]) -> Result<(Receipt, EraReport), Fault> {
    let receipt = Receipt::from_bytes("receipt", receipt)?;
    let report: EraReport = receipt.verify()?;
    verify_era_report(&report)?;
    Ok((receipt, report))
}
