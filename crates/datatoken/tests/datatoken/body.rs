use crate::fixture::*;
use countermark_crypto::FieldValue;
use countermark_datatoken::*;
use countermark_primitives::{B256, Coded, Document, Timestamp};
use countermark_receipt::{Body, Draft, Receipt};

fn order(w: &World) -> Order {
    Order { service: w.service(), algorithm: B256::repeat_byte(1), transaction: w.paid() }
}

fn grant(w: &World) -> Grant {
    Grant {
        dataset: B256::repeat_byte(2),
        algorithm: B256::repeat_byte(1),
        consumer: w.consumer,
        level: EvidenceLevel::Asserted,
        valid_until: Some(Timestamp::new(NOW + 600)),
    }
}

#[test]
fn order_and_grant_become_receipts() {
    let w = World::new(0);
    let (order, grant) = (order(&w), grant(&w));
    let at = Timestamp::new(NOW + 1);
    let card = B256::repeat_byte(9);
    let draft = Draft { issuer: w.consumer, issued_at: at, parents: vec![card], body: order.clone() };
    let ordered: Receipt = draft.sign(&key(2)).unwrap();
    assert!(draft.sign(&key(1)).is_err());
    let draft =
        Draft { issuer: w.owner, issued_at: at, parents: vec![card, ordered.id()], body: grant.clone() };
    let granted = draft.sign(&key(1)).unwrap();
    assert_eq!(ordered.body::<Order>().unwrap(), order);
    assert_eq!(granted.body::<Grant>().unwrap(), grant);
    verify_order_body(&order, ordered.issuer, ordered.issued_at).unwrap();
    let verdict = verify_grant(&grant, granted.issuer, granted.issued_at, &order, ordered.issuer).unwrap();
    assert_eq!(verdict.consumer, w.consumer);
    let e = verify_grant(&grant, w.consumer, at, &order, w.consumer).unwrap_err();
    assert_eq!((e.code(), e.check()), ("grant_mismatch", Some("grant_mismatch")));
}

#[test]
fn a_person_reads_what_matters() {
    let w = World::new(0);
    let approval = order(&w).approval().unwrap();
    assert_eq!(approval.primary_type, "DataOrder");
    assert!(approval.fields.iter().any(|f| f.name == "amount" && f.value == FieldValue::Uint(ONE_DATATOKEN)));
    assert!(
        approval
            .fields
            .iter()
            .any(|f| f.name == "serviceId" && f.value == FieldValue::Text("compute".into()))
    );
    let approval = grant(&w).approval().unwrap();
    assert!(
        approval
            .fields
            .iter()
            .any(|f| f.name == "evidence" && f.value == FieldValue::Text("asserted".into()))
    );
    assert!(
        approval.fields.iter().any(|f| f.name == "validUntil" && f.value == FieldValue::Uint(u(NOW + 600)))
    );
}

#[test]
fn documents_round_trip_and_refuse_damage() {
    let w = World::new(0);
    let bytes = order(&w).to_document();
    assert_eq!(Order::from_document(&bytes).unwrap(), order(&w));
    for cut in 0..bytes.len() {
        assert!(Order::from_document(&bytes[..cut]).is_err());
    }
    let bytes = grant(&w).to_document();
    for at in 0..bytes.len() {
        let mut b = bytes.clone();
        b[at] ^= 0x80;
        if let Ok(g) = Grant::from_document(&b) {
            assert_eq!(g.to_document(), b);
        }
    }
}
