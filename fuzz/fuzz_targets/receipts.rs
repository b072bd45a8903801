//! Envelope and every body: what decodes encodes to the same bytes.
#![no_main]

use countermark::primitives::Canonical;
use countermark::receipt::{Receipt, Table};
use countermark::{compute_to_data, datatoken, identity, proof_of_learning, scoring};
use libfuzzer_sys::fuzz_target;

fn identity<T: Canonical>(bytes: &[u8]) {
    if let Ok(value) = T::from_bytes("fuzz", bytes) {
        assert_eq!(value.to_bytes(), bytes);
    }
}

fuzz_target!(|bytes: &[u8]| {
    identity::<Receipt>(bytes);
    identity::<Table>(bytes);
    identity::<identity::Agent>(bytes);
    identity::<datatoken::Order>(bytes);
    identity::<datatoken::Grant>(bytes);
    identity::<datatoken::State>(bytes);
    identity::<compute_to_data::Run>(bytes);
    identity::<proof_of_learning::Training>(bytes);
    identity::<proof_of_learning::Verification>(bytes);
    identity::<proof_of_learning::State>(bytes);
    identity::<scoring::ScoreReport>(bytes);
    identity::<scoring::EraReport>(bytes);
});
