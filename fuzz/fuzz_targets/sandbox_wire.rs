//! What a worker is given and what it answers.
#![no_main]

use countermark::compute_to_data::{RunJob, RunOutcome};
use countermark::primitives::Document;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(job) = RunJob::from_document(bytes) {
        assert_eq!(job.to_document(), bytes);
    }
    if let Ok(outcome) = RunOutcome::from_document(bytes) {
        assert_eq!(outcome.to_document(), bytes);
    }
});
