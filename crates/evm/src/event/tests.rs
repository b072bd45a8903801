use super::*;
use alloc::vec;
use countermark_primitives::hex;
use proptest::prelude::*;

/// One of each event, all members different.
fn samples() -> Vec<Event> {
    let a = Address::repeat_byte;
    let n = U256::from;
    let fee = ProviderFee {
        address: a(1),
        token: a(2),
        amount: n(3),
        data: b"{}".to_vec(),
        v: 27,
        r: B256::repeat_byte(4),
        s: B256::repeat_byte(5),
        valid_until: n(6),
    };
    let mut all = vec![
        Event::OrderStarted {
            consumer: a(1),
            payer: a(2),
            amount: n(3),
            service_index: n(4),
            timestamp: n(5),
            publish_market_address: a(6),
            block_number: n(7),
        },
        Event::OrderReused {
            order_tx: B256::repeat_byte(1),
            caller: a(2),
            timestamp: n(3),
            block_number: n(4),
        },
        Event::ProviderFee(fee),
        Event::PublishMarketFee { address: a(1), token: a(2), amount: n(3) },
        Event::ConsumeMarketFee(ConsumeMarketFee { address: a(1), token: a(2), amount: n(3) }),
        Event::PublishMarketFeeChanged { caller: a(1), address: a(2), token: a(3), amount: n(4) },
        Event::NewPaymentCollector { caller: a(1), collector: a(2), timestamp: n(3), block_number: n(4) },
        Event::InstanceDeployed { instance: a(1) },
        Event::NftCreated {
            nft: a(1),
            template: a(2),
            name: "name".into(),
            admin: a(3),
            symbol: "S".into(),
            token_uri: "uri".into(),
            transferable: true,
            creator: a(4),
        },
        Event::TokenCreated {
            token: a(1),
            template: a(2),
            name: "a name of more than thirty-two bytes, all ASCII".into(),
            symbol: String::new(),
            cap: U256::MAX,
            creator: a(3),
        },
        Event::OpcFeeChanged {
            caller: a(1),
            swap_ocean: n(2),
            swap_other: n(3),
            consume: n(4),
            provider: n(5),
        },
        Event::OpcCollectorChanged { caller: a(1), collector: a(2) },
        Event::Approval { owner: a(1), spender: a(2), value: n(3) },
        Event::Transfer { from: a(1), to: a(2), value: n(3) },
        Event::NftTransfer { from: a(1), to: a(2), token_id: n(1) },
    ];
    for role in [
        Role::Manager,
        Role::DeployErc20,
        Role::UpdateMetadata,
        Role::Store,
        Role::Minter,
        Role::PaymentManager,
    ] {
        for granted in [true, false] {
            let (user, signer) = (a(1), a(2));
            all.push(Event::RoleChanged { role, granted, user, signer, timestamp: n(3), block_number: n(4) });
        }
    }
    all
}

#[test]
fn every_event_round_trips() {
    let at = Address::repeat_byte(9);
    for e in samples() {
        let log = e.encode(at);
        assert_eq!(log.address, at, "{e:?}");
        assert_eq!(Event::decode(&log), Ok(e));
    }
}

/// Topics computed from the ABIs of `@oceanprotocol/contracts` 2.6.0.
#[test]
fn first_topics_are_the_contracts() {
    let expected = [
        "e1c4fa794edfa8f619b8257a077398950357b9c6398528f94480307352f9afcc",
        "526e31449ea46e2aecf9b480c8d7dfa191348ef74ffdf75b445a6ab726daa6ff",
        "f8ed11cdaaf10eca2b6c941fb802cb8682afe86cac1eb93f70d0780fa062c544",
        "4049a448ac6f0284a98d2cb9199e73605944ea5bec901a037f88c84703de82b2",
        "6d11837f46cc09b011cf4aae09fcade046c020aac088090ae4f77ff67b707972",
        "02ab4b3fc023109c2d0da394bda239166c833f63c42b71b67ed4b836dca0ddfe",
        "4d7694d695c57cc54947177c8e8a0e61aae664e9223492a798c32fadfc6419cc",
    ];
    for (event, topic) in samples().iter().zip(expected) {
        let log = event.encode(Address::ZERO);
        assert_eq!(log.topics.first().map(hex::encode).as_deref(), Some(topic), "{event:?}");
    }
}

#[test]
fn a_log_with_one_byte_more_or_less_is_refused() {
    for e in samples() {
        let log = e.encode(Address::ZERO);
        let mut longer = log.clone();
        longer.data.push(0);
        assert!(Event::decode(&longer).is_err(), "{e:?}");
        let mut shorter = log.clone();
        if shorter.data.pop().is_some() {
            assert!(Event::decode(&shorter).is_err(), "{e:?}");
        }
        let mut topics = log.clone();
        topics.topics.push(B256::ZERO);
        assert_ne!(Event::decode(&topics).ok(), Some(e.clone()));
        topics.topics.truncate(1);
        topics.topics.extend_from_slice(&log.topics);
        assert_ne!(Event::decode(&topics).ok(), Some(e));
    }
}

#[test]
fn padding_must_be_zero() {
    let log = Event::InstanceDeployed { instance: Address::repeat_byte(1) }.encode(Address::ZERO);
    let mut dirty = log;
    if let Some(b) = dirty.data.first_mut() {
        *b = 1;
    }
    assert!(matches!(Event::decode(&dirty), Err(Error::EventMalformed { .. })));
}

proptest! {
    #[test]
    fn what_decodes_encodes_to_the_same_log(
        which in 0usize..27, at in any::<proptest::sample::Index>(), bit in 0u8..8, cut in any::<proptest::sample::Index>(),
    ) {
        let all = samples();
        if let Some(e) = all.get(which) {
            let mut log = e.encode(Address::ZERO);
            if !log.data.is_empty() {
                let i = at.index(log.data.len());
                log.data[i] ^= 1 << bit;
                if let Ok(back) = Event::decode(&log) {
                    prop_assert_eq!(back.encode(Address::ZERO), log.clone());
                }
                log.data.truncate(cut.index(log.data.len()));
                prop_assert!(Event::decode(&log).is_err());
            }
        }
    }
}
