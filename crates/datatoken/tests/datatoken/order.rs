use crate::fixture::*;
use countermark_crypto::SecretKey;
use countermark_datatoken::*;
use countermark_evm::{ProviderFee, TransactionReceipt};
use countermark_primitives::{Address, Coded, Seconds, Timestamp, hex};

/// A signature that the original contract accepted.
#[test]
fn provider_fee_vector() {
    let key = SecretKey::from_bytes(&[0x11; 32]).unwrap();
    let offer = ProviderFee {
        token: Address::repeat_byte(0x22),
        amount: u(1001),
        data: provider_data(Address::repeat_byte(0x11), "0"),
        valid_until: u(1_700_000_500),
        ..Default::default()
    };
    assert_eq!(offer.data, br#"{"dt":"0x1111111111111111111111111111111111111111","id":"0"}"#);
    let fee = sign_provider_fee(offer, &key).unwrap();
    assert_eq!(fee.address.to_string(), "0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A");
    let digest = provider_fee_digest(&fee);
    assert_eq!(hex::encode(digest), "84a2e9e01d08b1e9024005f3a1a98965a3a9cee583ef462278ee16f2f9d25a16");
    assert_eq!(fee.v, 27);
    assert_eq!(hex::encode(fee.r), "9e95e2e3d8c7433f1afd32e405c3dd739f37220cbfb953cda72156c3e847375c");
    assert_eq!(hex::encode(fee.s), "475a85614c7ef89c2175b444f745c6bc7bb2175d6a0c7e30076b4f4e699bab52");
    assert_eq!(recover_provider_fee(&fee), fee.address);
    for v in [0, 1, 26, 28, 29, 255] {
        assert_ne!(recover_provider_fee(&ProviderFee { v, ..fee.clone() }), fee.address, "{v}");
    }
}

#[test]
fn service_ids_are_quoted() {
    let data = provider_data(Address::repeat_byte(0xab), "a\"b\n");
    assert_eq!(data, br#"{"dt":"0xabababababababababababababababababababab","id":"a\"b\n"}"#);
}

fn policy(user: Address) -> OrderPolicy {
    OrderPolicy { profile: Profile::Strict, user, allow_asserted: true }
}

#[test]
fn timeouts_end_after_their_last_second() {
    let w = World::new(0);
    let paid = w.paid();
    let at = |service: &Service, now| verify_order(&paid, service, &policy(w.consumer), Timestamp::new(now));
    let service = Service { timeout: Seconds::new(100), ..w.service() };
    assert_eq!(at(&service, NOW + 100).unwrap().valid_until, Some(Timestamp::new(NOW + 100)));
    assert_eq!(at(&service, NOW + 101).unwrap_err().check(), Some("order_expired"));
    assert_eq!(at(&service, NOW - 1).unwrap_err().check(), Some("order_in_future"));
    let forever = Service { timeout: Seconds::new(0), ..w.service() };
    assert_eq!(at(&forever, NOW + 600).unwrap().valid_until, Some(Timestamp::new(NOW + 600)));
    assert_eq!(at(&forever, NOW + 601).unwrap_err().check(), Some("provider_fee_expired"));
    let free = Service { provider: None, ..forever };
    let verdict = at(&free, u64::MAX).unwrap();
    assert_eq!((verdict.valid_until, verdict.provider_fee), (None, None));
    let endless = Service { timeout: Seconds::new(u64::MAX), ..w.service() };
    assert_eq!(at(&endless, NOW).unwrap_err().code(), "overflow");
}

#[test]
fn the_order_of_this_user_is_found_among_others() {
    let mut w = World::new(0);
    let fee = |id| {
        sign_provider_fee(ProviderFee { data: provider_data(w.datatoken, id), ..w.offer(3) }, &key(3))
            .unwrap()
    };
    let (other, mine) = (fee("download"), fee("compute"));
    let Call::StartOrder { datatoken, provider_fee, consume_market_fee, .. } = w.order(other, 0) else {
        unreachable!()
    };
    let consumer = w.consumer;
    let first =
        Call::StartOrder { datatoken, consumer, service_index: u(0), provider_fee, consume_market_fee };
    let mut events = w.call(consumer, first).unwrap();
    let at = events.len();
    events.extend(w.call(consumer, w.order(mine, 0)).unwrap());
    let factory = genesis().factory;
    let receipt = transaction_receipt(&env(Profile::Strict, consumer), factory, &events);
    let verify =
        |r: &TransactionReceipt| verify_order(r, &w.service(), &policy(consumer), Timestamp::new(NOW));
    assert!(verify(&receipt).is_ok());
    // The fee of one order is none of the other.
    let mut moved = receipt.clone();
    let position = moved.logs[at..].iter().position(|l| l.topics[0][0] == 0xf8).unwrap();
    let log = moved.logs.remove(at + position);
    moved.logs.insert(1, log);
    assert_eq!(verify(&moved).unwrap_err().check(), Some("service_mismatch"));
}

#[test]
fn the_payer_may_use_an_order_only_under_compat() {
    let mut w = World::new(0);
    let fee = sign_provider_fee(w.offer(3), &key(3)).unwrap();
    let guest = key(9).address();
    let Call::StartOrder { datatoken, service_index, provider_fee, consume_market_fee, .. } = w.order(fee, 0)
    else {
        unreachable!()
    };
    let call =
        Call::StartOrder { datatoken, consumer: guest, service_index, provider_fee, consume_market_fee };
    let events = w.call(w.consumer, call).unwrap();
    let receipt = transaction_receipt(&env(Profile::Strict, w.consumer), w.datatoken, &events);
    let now = Timestamp::new(NOW);
    let verify = |policy: &OrderPolicy| verify_order(&receipt, &w.service(), policy, now);
    assert_eq!(verify(&policy(guest)).unwrap().payer, w.consumer);
    assert_eq!(verify(&policy(w.consumer)).unwrap_err().check(), Some("order_consumer"));
    let compat = OrderPolicy { profile: Profile::Compat, user: w.consumer, allow_asserted: false };
    assert_eq!(verify(&compat).unwrap().consumer, guest);
}

/// Every single changed byte of every log of an order is noticed or changes nothing that was decided.
#[test]
fn every_byte_of_the_logs_counts() {
    let w = World::new(0);
    let paid = w.paid();
    let verify =
        |r: &TransactionReceipt| verify_order(r, &w.service(), &policy(w.consumer), Timestamp::new(NOW));
    let honest = verify(&paid).unwrap();
    for (l, log) in paid.logs.iter().enumerate() {
        for at in 0..log.data.len() {
            let mut forged = paid.clone();
            forged.logs[l].data[at] ^= 1;
            if let Ok(v) = verify(&forged) {
                let same = OrderVerdict {
                    started_at: honest.started_at,
                    valid_until: honest.valid_until,
                    ..v.clone()
                };
                assert_eq!(same, honest, "log {l} byte {at}");
            }
        }
    }
}
