//! The Python skin: converts in, releases the GIL, calls the core, converts out.

mod convert;
mod keys;
mod scoring;
mod wallet;

use pyo3::prelude::*;

#[pymodule(gil_used = false)]
mod _countermark {
    #[pymodule_export]
    use crate::{
        convert::{ErrorCode, error_codes},
        keys::{SecretKey, eip191_digest, recover_address, verify_signature},
        scoring::{
            ModelScore, Settlement, SettlementRow, correlation_contribution, numerai_corr, score_models,
            settle_pot,
        },
        version,
        wallet::{Prepared, prepare_agent},
    };
}

/// The version of the library.
#[pyfunction]
fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}
