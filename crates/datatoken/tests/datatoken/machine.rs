use crate::fixture::*;
use countermark_datatoken::*;
use countermark_evm::{Event as Body, ProviderFee, Role};
use countermark_primitives::{Address, Canonical, Coded, Document, U256};
use proptest::prelude::*;

/// Values that the original bytecode gave: provider rate 123456789012345678, consume fee 3e16, fees 7, 5 and 1001.
#[test]
fn an_order_with_every_fee() {
    let mut w = World::new(7);
    let rates = Call::UpdateOpcFee {
        swap_ocean: U256::ZERO,
        swap_other: U256::ZERO,
        consume: u(30_000_000_000_000_000),
        provider: u(123_456_789_012_345_678),
    };
    w.call(genesis().router_owner, rates).unwrap();
    let fee = sign_provider_fee(w.offer(1001), &key(3)).unwrap();
    let events = w.call(w.consumer, w.order(fee.clone(), 5)).unwrap();
    let (t, d, me) = (w.token, w.datatoken, w.consumer);
    let moved = |emitter, from, to, value| Event { emitter, body: Body::Transfer { from, to, value } };
    assert!(
        matches!(&events[0].body, Body::OrderStarted { amount, payer, .. } if *amount == ONE_DATATOKEN && *payer == me)
    );
    assert_eq!(events[1], moved(t, me, w.market, u(7)));
    assert!(matches!(events[2].body, Body::PublishMarketFee { .. }));
    assert_eq!(events[3], moved(t, me, w.market, u(5)));
    assert!(matches!(events[4].body, Body::ConsumeMarketFee(_)));
    assert_eq!(events[5].body, Body::ProviderFee(fee));
    let opc = genesis().opc_collector;
    assert_eq!(events[6], moved(t, me, d, u(1001)));
    assert_eq!(events[7], moved(t, d, key(3).address(), u(878)));
    assert_eq!(events[8], moved(t, d, opc, u(123)));
    assert_eq!(events[9], moved(d, me, w.owner, u(970_000_000_000_000_000)));
    assert_eq!(events[10], moved(d, me, opc, u(30_000_000_000_000_000)));
    assert_eq!(events.len(), 11);
    assert_eq!(w.chain.balance_of(t, me), u(10_000 - 7 - 5 - 1001));
}

#[test]
fn a_payer_who_is_the_fee_address_reverts() {
    let mut w = World::new(0);
    let call = Call::StartOrder {
        datatoken: w.datatoken,
        consumer: w.consumer,
        service_index: u(0),
        provider_fee: ProviderFee::default(),
        consume_market_fee: countermark_evm::ConsumeMarketFee {
            address: w.consumer,
            token: w.token,
            amount: u(1),
        },
    };
    let e = w.call(w.consumer, call).unwrap_err();
    assert_eq!(e, Error::CallReverted { reason: Revert::PullTooLow });
}

#[test]
fn strict_closes_what_compat_leaves_open() {
    let w = World::new(0);
    let sign = |offer| sign_provider_fee(offer, &key(3)).unwrap();
    let mut high = sign(w.offer(5));
    let order: U256 = "0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141".parse().unwrap();
    high.s = (order - U256::from_be_bytes(high.s.0)).to_be_bytes::<32>().into();
    high.v = 55 - high.v;
    let nobody = ProviderFee { amount: u(5), token: w.token, v: 9, ..Default::default() };
    let old = sign(ProviderFee { valid_until: u(NOW - 1), ..w.offer(5) });
    let foreign = sign(ProviderFee { data: provider_data(w.token, "compute"), ..w.offer(5) });
    let silent = sign(ProviderFee { data: Vec::new(), ..w.offer(5) });
    for (fee, code) in [
        (high, "provider_fee_signature"),
        (nobody, "provider_fee_signature"),
        (old, "provider_fee_expired"),
        (foreign, "service_mismatch"),
        (silent, "service_mismatch"),
    ] {
        let call = w.order(fee, 0);
        assert!(w.clone().call_as(Profile::Compat, w.consumer, call.clone()).is_ok(), "{code}");
        let e = w.clone().call_as(Profile::Strict, w.consumer, call).unwrap_err();
        assert_eq!((e.code(), e.check()), (code, Some(code)));
    }
    let edge = sign(ProviderFee { valid_until: u(NOW), ..w.offer(5) });
    for fee in [edge, ProviderFee::default()] {
        assert!(w.clone().call_as(Profile::Strict, w.consumer, w.order(fee, 0)).is_ok());
    }
}

#[test]
fn roles_of_a_new_data_nft() {
    let mut w = World::new(0);
    let nft = w.chain.next_contract();
    let (helper, creator) = (key(8).address(), key(9).address());
    let terms =
        NftTerms { additional_deployer: helper, additional_metadata_updater: helper, ..nft_terms(w.owner) };
    let events = w.call(creator, Call::CreateNft(terms)).unwrap();
    assert_eq!(events.len(), 6);
    let all = [Role::Manager, Role::DeployErc20, Role::UpdateMetadata, Role::Store];
    assert!(all.iter().all(|r| w.chain.has_role(nft, w.owner, *r)));
    assert_eq!(all.map(|r| w.chain.has_role(nft, helper, r)), [false, true, true, false]);
    assert!(!all.iter().any(|r| w.chain.has_role(nft, creator, *r)));
    assert_eq!(w.chain.role_holders(nft), [helper, w.owner]);
}

#[test]
fn what_is_not_modelled_says_so() {
    let mut w = World::new(0);
    let owned = Call::CreateNft(nft_terms(w.datatoken));
    assert_eq!(w.call(w.owner, owned).unwrap_err().code(), "not_modelled");
    let (nft, token) = (w.nft, w.token);
    let fee = PublishMarketFee { address: w.owner, token: nft, amount: u(1) };
    w.call(w.market, Call::SetPublishMarketFee { datatoken: w.datatoken, fee }).unwrap();
    let order = w.order(ProviderFee::default(), 0);
    assert_eq!(w.call(w.consumer, order).unwrap_err().code(), "not_modelled");
    let mint = Call::Mint { datatoken: token, account: w.owner, amount: u(1) };
    assert_eq!(w.call(w.owner, mint).unwrap_err().code(), "unknown_contract");
}

#[test]
fn the_state_has_canonical_bytes() {
    let mut w = World::new(7);
    let fee = sign_provider_fee(w.offer(1001), &key(3)).unwrap();
    w.call(w.consumer, w.order(fee, 5)).unwrap();
    let bytes = w.chain.to_document();
    assert_eq!(State::from_document(&bytes).unwrap(), w.chain);
    for cut in 0..bytes.len() {
        assert!(State::from_document(&bytes[..cut]).is_err(), "{cut}");
    }
}

#[test]
fn replay_refuses_what_cannot_follow() {
    let mut w = World::new(0);
    let before = w.chain.to_bytes();
    let too_much = Body::Transfer { from: w.consumer, to: w.owner, value: u(10_001) };
    let unknown = Body::NewPaymentCollector {
        caller: w.owner,
        collector: w.owner,
        timestamp: u(1),
        block_number: u(1),
    };
    let elsewhere = Body::InstanceDeployed { instance: w.nft };
    for (emitter, body) in [(w.token, too_much), (w.token, unknown), (genesis().factory, elsewhere)] {
        let e = w.chain.replay(&Event { emitter, body }).unwrap_err();
        assert_eq!(e.code(), "replay_conflict");
        assert_eq!(w.chain.to_bytes(), before);
    }
}

fn calls() -> impl Strategy<Value = (u8, u8, u8, u64)> {
    (0u8..9, 1u8..5, 0u8..6, prop_oneof![Just(0), Just(1), 0u64..20_000, Just(u64::MAX)])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..Default::default() })]

    /// A failed call changes nothing; the events of the successful ones replay to the same bytes; supply is conserved.
    #[test]
    fn events_replay_and_failures_leave_no_trace(plan in prop::collection::vec(calls(), 1..25)) {
        let mut w = World::new(7);
        let people: Vec<Address> = (1..5).map(|n| key(n).address()).collect();
        for (what, who, other, n) in plan {
            let caller = people[usize::from(who) - 1];
            let user = people.get(usize::from(other)).copied().unwrap_or_default();
            let (datatoken, token, amount) = (w.datatoken, w.token, u(n));
            let call = match what {
                0 => Call::Mint { datatoken, account: user, amount },
                1 => Call::Transfer { token, to: user, amount },
                2 => Call::Approve { token, spender: user, amount },
                3 => Call::TransferFrom { token, from: user, to: caller, amount },
                4 => Call::SetRole { contract: datatoken, role: Role::Minter, user, granted: n % 2 == 0 },
                5 => Call::SetRole { contract: w.nft, role: Role::DeployErc20, user, granted: n % 2 == 0 },
                6 => Call::SetPaymentCollector { datatoken, collector: user },
                7 => w.order(sign_provider_fee(w.offer(n % 3000), &key(3)).unwrap(), n % 6000),
                _ => Call::Transfer { token: datatoken, to: user, amount: ONE_DATATOKEN },
            };
            let before = w.chain.to_bytes();
            if w.call(caller, call).is_err() {
                prop_assert_eq!(w.chain.to_bytes(), before);
            }
        }
        let mut replica = State::new(genesis());
        replica.register_token(w.token);
        for e in &w.log {
            let through_a_log = Event::from_log(&e.to_log()).unwrap();
            replica.replay(&through_a_log).unwrap();
        }
        prop_assert_eq!(replica.to_bytes(), w.chain.to_bytes());
        prop_assert_eq!(w.chain.total_supply(w.token), u(10_000));
        let bytes = w.chain.to_bytes();
        prop_assert_eq!(State::from_bytes("state", &bytes).unwrap().to_bytes(), bytes);
    }

    #[test]
    fn broken_state_bytes_never_panic(at in any::<prop::sample::Index>(), bit in 0u8..8) {
        let mut b = World::new(7).chain.to_bytes();
        let i = at.index(b.len());
        b[i] ^= 1 << bit;
        if let Ok(s) = State::from_bytes("state", &b) {
            prop_assert_eq!(s.to_bytes(), b);
        }
    }
}
