//! The envelope: every byte counts, and nothing but the issuer's signature is accepted.

#![allow(clippy::unwrap_used)]

use countermark_crypto::{Field, FieldValue, SecretKey};
use countermark_primitives::{Canonical, Coded as _, Document, Reader, Result, Timestamp, Writer};
use countermark_receipt::{Approval, Body, Draft, Receipt, Table};
use proptest::prelude::*;

#[derive(Debug, Clone, PartialEq)]
struct Spend {
    to: String,
    amount: u64,
}

impl Canonical for Spend {
    fn write(&self, w: &mut Writer) {
        w.text(&self.to);
        w.u64(self.amount);
    }
    fn read(r: &mut Reader<'_>) -> Result<Self> {
        Ok(Self { to: r.text("to", 64)?, amount: r.u64("amount")? })
    }
}

impl Document for Spend {
    const SCHEMA: u16 = 60_002;
    const VERSION: u16 = 1;
    const NAME: &'static str = "spend";
}

impl Body for Spend {
    const PARENTS: &'static [u16] = &[10];
    fn approval(&self) -> Option<Approval> {
        let to = Field { name: "to", value: FieldValue::Text(self.to.clone()) };
        Some(Approval { primary_type: "Spend", fields: vec![to] })
    }
}

fn receipt() -> (SecretKey, Receipt) {
    let key = SecretKey::from_seed(&[5; 32]);
    let draft = Draft {
        issuer: key.address(),
        issued_at: Timestamp::new(1_700_000_000),
        parents: vec![[3; 32].into()],
        body: Spend { to: "bob".into(), amount: 7 },
    };
    let receipt = draft.sign(&key).unwrap();
    (key, receipt)
}

#[test]
fn round_trip() {
    let (_, r) = receipt();
    let bytes = r.to_bytes();
    let back = Receipt::from_bytes("receipt", &bytes).unwrap();
    assert_eq!(back, r);
    assert_eq!(back.id(), r.id());
    assert_eq!(back.verify::<Spend>().unwrap().amount, 7);
}

#[test]
fn any_changed_byte_fails() {
    let (_, r) = receipt();
    let bytes = r.to_bytes();
    for i in 0..bytes.len() {
        for bit in [0x01, 0x80] {
            let mut b = bytes.clone();
            b[i] ^= bit;
            let refused = Receipt::from_bytes("receipt", &b)
                .map_err(|e| e.code())
                .and_then(|r| r.verify::<Spend>().map_err(|e| e.code()));
            assert!(refused.is_err(), "byte {i} bit {bit}");
        }
    }
}

#[test]
fn another_key_cannot_sign_for_the_issuer() {
    let (_, r) = receipt();
    let draft = Draft {
        issuer: r.issuer,
        issued_at: r.issued_at,
        parents: r.parents.clone(),
        body: r.body::<Spend>().unwrap(),
    };
    let e = draft.sign(&SecretKey::from_seed(&[6; 32])).unwrap_err();
    assert_eq!((e.code(), e.check()), ("signature_mismatch", Some("signature")));
}

#[test]
fn parents_are_counted() {
    let (key, r) = receipt();
    let draft =
        Draft { issuer: r.issuer, issued_at: r.issued_at, parents: vec![], body: r.body::<Spend>().unwrap() };
    assert_eq!(draft.sign(&key).unwrap_err().code(), "length_mismatch");
}

#[test]
fn table_root_sees_every_cell_name_and_order() {
    let base = Table::try_new(vec!["a".into(), "b".into()], vec![1.0, 2.0, 3.0, 4.0]).unwrap();
    let other =
        |c: [&str; 2], v: [f64; 4]| Table::try_new(c.map(String::from).to_vec(), v.to_vec()).unwrap().root();
    assert_eq!(other(["a", "b"], [1.0, 2.0, 3.0, 4.0]), base.root());
    for changed in [
        other(["a", "c"], [1.0, 2.0, 3.0, 4.0]),
        other(["a", "b"], [1.0, 2.0, 3.0, 4.5]),
        other(["a", "b"], [3.0, 4.0, 1.0, 2.0]),
        other(["b", "a"], [2.0, 1.0, 4.0, 3.0]),
    ] {
        assert_ne!(changed, base.root());
    }
    assert_eq!(Table::from_document(&base.to_document()).unwrap(), base);
}

proptest! {
    #[test]
    fn garbage_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(r) = Receipt::from_bytes("receipt", &bytes) {
            prop_assert_eq!(r.to_bytes(), bytes.clone());
        }
        let _ = Table::from_document(&bytes);
    }
}
