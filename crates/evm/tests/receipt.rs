//! Transaction receipts as nodes give them, and everything a node must not get away with.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use countermark_evm::{Event, Log, MAX_LOGS, StartOrder, TransactionReceipt};
use countermark_primitives::{Address, B256, BlockNumber, Canonical, Coded, U256};
use proptest::prelude::*;

fn sample() -> TransactionReceipt {
    let event = Event::Transfer { from: Address::ZERO, to: Address::repeat_byte(2), value: U256::from(9) };
    TransactionReceipt {
        transaction_hash: B256::repeat_byte(1),
        block_hash: B256::repeat_byte(2),
        block_number: BlockNumber::new(17),
        from: Address::repeat_byte(3),
        to: Some(Address::repeat_byte(4)),
        succeeded: true,
        logs: vec![event.encode(Address::repeat_byte(5)), Log::default()],
    }
}

#[test]
fn json_and_canonical_bytes_round_trip() {
    let r = sample();
    assert_eq!(TransactionReceipt::from_json(&r.to_json()).unwrap(), r);
    assert_eq!(TransactionReceipt::from_bytes("receipt", &r.to_bytes()).unwrap(), r);
}

#[test]
fn members_of_other_chains_are_ignored() {
    let json = sample().to_json().replacen('{', r#"{"l1Fee":"0x1","effectiveGasPrice":"0x2","#, 1);
    assert_eq!(TransactionReceipt::from_json(&json).unwrap(), sample());
}

#[test]
fn wrong_json_is_a_typed_error() {
    let good = sample().to_json();
    for (from, to, code) in [
        ("\"blockNumber\":\"0x11\"", "\"blockNumber\":\"0x011\"", "invalid_text"),
        ("\"blockNumber\":\"0x11\"", "\"blockNumber\":17", "receipt_json"),
        ("\"status\":\"0x1\"", "\"status\":\"0x2\"", "invalid_text"),
        ("\"status\":\"0x1\"", "\"statut\":\"0x1\"", "receipt_json"),
        ("\"removed\":false", "\"removed\":true", "receipt_inconsistent"),
        ("0x0101", "0x01", "length_mismatch"),
        ("0x0101", "0x01zz", "invalid_text"),
        ("0x0101", "0X0101", "invalid_text"),
        ("\"data\":\"0x\"", "\"data\":\"0x0\"", "invalid_text"),
        ("\"data\":\"0x\"", "\"data\":\"0x0x\"", "invalid_text"),
        ("\"data\":\"0x\"", "\"data\":\"\"", "invalid_text"),
    ] {
        assert!(good.contains(from), "{from}");
        let e = TransactionReceipt::from_json(&good.replacen(from, to, 1)).unwrap_err();
        assert_eq!(e.code(), code, "{from} -> {to}: {e}");
    }
    assert_eq!(TransactionReceipt::from_json("null").unwrap_err().code(), "receipt_json");
    assert_eq!(TransactionReceipt::from_json(&"[".repeat(100_000)).unwrap_err().code(), "receipt_json");
    assert_eq!(TransactionReceipt::from_json(&" ".repeat(5 << 20)).unwrap_err().code(), "limit_exceeded");
}

#[test]
fn a_log_of_another_transaction_is_refused() {
    let r = sample();
    let mut other = r.clone();
    other.transaction_hash = B256::repeat_byte(0xaa);
    let (mine, theirs): (serde_json::Value, serde_json::Value) =
        (serde_json::from_str(&r.to_json()).unwrap(), serde_json::from_str(&other.to_json()).unwrap());
    let mut mixed = mine;
    mixed["logs"] = theirs["logs"].clone();
    let e = TransactionReceipt::from_json(&mixed.to_string()).unwrap_err();
    assert_eq!((e.code(), e.check()), ("receipt_inconsistent", Some("receipt_inconsistent")));
}

#[test]
fn counts_are_bounded_before_anything_is_allocated() {
    let mut r = sample();
    r.logs = vec![Log::default(); MAX_LOGS + 1];
    assert_eq!(TransactionReceipt::from_json(&r.to_json()).unwrap_err().code(), "limit_exceeded");
    assert_eq!(
        TransactionReceipt::from_bytes("receipt", &r.to_bytes()).unwrap_err().code(),
        "limit_exceeded"
    );
    let bytes = sample().to_bytes();
    let mut huge = bytes.clone();
    let at = 32 + 32 + 8 + 20 + 21 + 1;
    huge[at..at + 4].copy_from_slice(&1000u32.to_le_bytes());
    assert_eq!(TransactionReceipt::from_bytes("receipt", &huge).unwrap_err().code(), "truncated");
}

/// A call whose arguments all differ, against the layout the ABI specification prescribes (16 head words and the tail).
#[test]
fn start_order_calldata() {
    let mut call =
        StartOrder { consumer: Address::repeat_byte(1), service_index: U256::from(2), ..Default::default() };
    call.provider_fee.data = b"{\"dt\":\"0x\"}".to_vec();
    call.provider_fee.v = 28;
    call.consume_market_fee.amount = U256::from(3);
    let bytes = call.encode();
    assert_eq!(bytes[..4], [0x79, 0xd9, 0xd7, 0xf3]);
    // consumer, index, offset of the provider fee, three words of the market's fee
    assert_eq!(U256::from_be_slice(&bytes[4 + 64..4 + 96]), U256::from(6 * 32));
    assert_eq!(StartOrder::decode(&bytes).unwrap(), call);
}

proptest! {
    #[test]
    fn broken_bytes_never_panic(at in any::<prop::sample::Index>(), bit in 0u8..8, cut in any::<prop::sample::Index>()) {
        let mut b = sample().to_bytes();
        let i = at.index(b.len());
        b[i] ^= 1 << bit;
        if let Ok(r) = TransactionReceipt::from_bytes("receipt", &b) {
            prop_assert_eq!(r.to_bytes(), b.clone());
        }
        b.truncate(cut.index(b.len()));
        prop_assert!(TransactionReceipt::from_bytes("receipt", &b).is_err());
    }

    #[test]
    fn broken_calldata_never_panics(at in any::<prop::sample::Index>(), bit in 0u8..8) {
        let mut call = StartOrder::default();
        call.provider_fee.data = vec![7; 40];
        let mut b = call.encode();
        let i = at.index(b.len());
        b[i] ^= 1 << bit;
        if let Ok(c) = StartOrder::decode(&b) {
            prop_assert_eq!(c.encode(), b);
        }
    }
}
