//! An era report from anybody: what decodes encodes to the same bytes, and checking it ends in a verdict or an error.
#![no_main]

use countermark::primitives::{Canonical, Document};
use countermark::scoring::{EraReport, Vector, verify_era_report};
use countermark::settle::Settlement;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(report) = EraReport::from_bytes("fuzz", bytes) {
        assert_eq!(report.to_bytes(), bytes);
        let _ = verify_era_report(&report);
    }
    if let Ok(vector) = Vector::from_document(bytes) {
        assert_eq!(vector.to_document(), bytes);
    }
    if let Ok(settlement) = Settlement::from_bytes("fuzz", bytes) {
        assert_eq!(settlement.to_bytes(), bytes);
    }
});
