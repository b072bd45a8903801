//! A transaction receipt as JSON or as canonical bytes.
#![no_main]

use countermark::evm::{Event, TransactionReceipt};
use countermark::primitives::Canonical;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = core::str::from_utf8(bytes).ok().and_then(|s| TransactionReceipt::from_json(s).ok());
    let wire = TransactionReceipt::from_bytes("fuzz", bytes).ok();
    for receipt in text.into_iter().chain(wire) {
        for log in &receipt.logs {
            if let Ok(event) = Event::decode(log) {
                assert_eq!(event.encode(log.address), *log);
            }
        }
    }
});
