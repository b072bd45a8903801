//! A bundle from anybody: a verdict or an error, and what decodes encodes to the same bytes.
#![no_main]

use countermark::bundle::{Bundle, verify_bundle};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(bundle) = Bundle::from_bytes(bytes) {
        assert_eq!(bundle.to_bytes(), bytes);
    }
    let _ = verify_bundle(bytes);
});
