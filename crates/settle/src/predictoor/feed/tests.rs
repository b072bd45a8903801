use super::*;
use countermark_primitives::Coded as _;
use proptest::prelude::*;

const START: u64 = 1_700_000_400;

fn terms() -> Terms {
    let s = Seconds::new;
    Terms { epoch: s(300), subscription: s(900), true_value_timeout: s(600) }
}

fn at(epochs: u64) -> Timestamp {
    Timestamp::new(START + 300 * epochs)
}

fn who(i: u8) -> Address {
    Address::repeat_byte(i + 1)
}

#[derive(Debug, Clone)]
enum Op {
    Submit { who: u8, slot: u64, up: bool, stake: Wei },
    TrueValue { slot: u64, truth: bool, cancel: bool },
    Payout { who: u8, slot: u64 },
    Subscribe { who: u8, base: Wei },
    Redeem { slot: u64 },
    Pause,
    Wait,
}

fn without_fees(base: Wei) -> Quote {
    let zero = Wei::ZERO;
    Quote { base, ocean_fee: zero, market_fee: zero, consume_fee: zero, kept: zero }
}

fn amount() -> impl Strategy<Value = Wei> {
    prop_oneof![
        4 => any::<u64>().prop_map(|x| Wei::from_u128(u128::from(x))),
        2 => (0u128..5).prop_map(Wei::from_u128),
        1 => any::<[u8; 32]>().prop_map(|b| Wei::new(U256::from_be_bytes(b))),
    ]
}

fn op() -> impl Strategy<Value = Op> {
    let (slot, person) = (0u64..8, 0u8..4);
    prop_oneof![
        8 => (person.clone(), slot.clone(), any::<bool>(), amount())
            .prop_map(|(who, slot, up, stake)| Op::Submit { who, slot, up, stake }),
        4 => (slot.clone(), any::<bool>(), prop::bool::weighted(0.2))
            .prop_map(|(slot, truth, cancel)| Op::TrueValue { slot, truth, cancel }),
        8 => (person.clone(), slot.clone()).prop_map(|(who, slot)| Op::Payout { who, slot }),
        2 => (person, amount()).prop_map(|(who, base)| Op::Subscribe { who, base }),
        1 => slot.prop_map(|slot| Op::Redeem { slot }),
        1 => Just(Op::Pause),
        4 => Just(Op::Wait),
    ]
}

proptest! {
    /// What the feed holds is what came in less what went out, and a slot pays no more than its stakes and revenue.
    #[test]
    fn no_unit_appears(ops in proptest::collection::vec(op(), 0..80)) {
        let mut feed = Feed::new(terms(), who(9)).unwrap();
        let mut held = U256::ZERO;
        let mut paid: BTreeMap<Timestamp, U256> = BTreeMap::new();
        let mut now = 0u64;
        for op in ops {
            let before = feed.clone();
            let t = at(now);
            let outcome = match op.clone() {
                Op::Submit { who: i, slot, up, stake } => {
                    feed.submit(t, who(i), at(slot), up, stake).map(|t| match t {
                        Transfer::In(x) => held += x.get(),
                        Transfer::Out(x) => held -= x.get(),
                    })
                }
                Op::TrueValue { slot, truth, cancel } => {
                    feed.submit_true_value(t, at(slot), truth, cancel).map(|v| {
                        held -= v.slashed.get();
                        *paid.entry(at(slot)).or_default() += v.slashed.get();
                    })
                }
                Op::Payout { who: i, slot } => feed.payout(t, at(slot), who(i)).map(|p| {
                    let amount = p.map_or(U256::ZERO, |p| p.amount.get());
                    held -= amount;
                    *paid.entry(at(slot)).or_default() += amount;
                }),
                Op::Subscribe { who: i, base } => {
                    feed.subscribe(t, who(i), &without_fees(base)).map(|_| held += base.get())
                }
                // Redeemed revenue is not part of a slot's payouts.
                Op::Redeem { slot } => {
                    feed.redeem_unused_revenue(t, at(slot)).map(|x| held -= x.get())
                }
                Op::Pause => {
                    feed.toggle_pause();
                    Ok(())
                }
                Op::Wait => {
                    now += 1;
                    Ok(())
                }
            };
            if outcome.is_err() {
                prop_assert_eq!(&feed, &before, "a refused call changes nothing: {:?}", op);
            }
            prop_assert_eq!(feed.held().get(), held);
        }
        for (slot, paid) in paid {
            let r = feed.round(slot).unwrap();
            prop_assert!(paid <= r.sum.get().saturating_add(r.revenue.get()));
        }
    }
}

fn refusal<T: core::fmt::Debug>(r: Result<T>) -> Refusal {
    match r.unwrap_err() {
        Error::RoundRefused { reason } => reason,
        other => panic!("{other} is no refusal"),
    }
}

#[test]
fn a_slot_closes_one_epoch_before_it_starts() {
    let mut feed = Feed::new(terms(), who(9)).unwrap();
    let slot = at(2);
    let one = Wei::from_u128(1);
    let just = |x: u64| Timestamp::new(slot.get() - 300 - x);
    assert_eq!(feed.submit(just(1), who(0), slot, true, one), Ok(Transfer::In(one)));
    assert_eq!(refusal(feed.submit(just(0), who(1), slot, true, one)), Refusal::TooLate);
    assert_eq!(
        refusal(feed.submit(at(0), who(1), Timestamp::new(START + 601), true, one)),
        Refusal::InvalidSlot
    );

    assert_eq!(refusal(feed.aggregate(just(0), who(5), slot)), Refusal::NoSubscription);
    feed.subscribe(just(0), who(5), &without_fees(one)).unwrap();
    assert_eq!(refusal(feed.aggregate(just(0), who(5), at(3))), Refusal::NotClosed);
    assert_eq!(feed.aggregate(just(0), who(5), slot), Ok((one, one)));
    assert_eq!(feed.aggregate(slot, who(6), slot), Ok((one, one)));
}

#[test]
fn an_overdue_slot_is_cancelled_by_whoever_asks() {
    let mut feed = Feed::new(terms(), Address::ZERO).unwrap();
    let five = Wei::from_u128(5);
    feed.submit(at(0), who(0), at(2), true, five).unwrap();
    // At slot + timeout it is pending still.
    assert_eq!(feed.payout(at(4), at(2), who(0)), Ok(None));
    assert_eq!(refusal(feed.payout(at(5), at(2), who(1))), Refusal::NotSubmitted);
    let paid = feed.payout(at(5), at(2), who(0)).unwrap().unwrap();
    assert_eq!((paid.amount, paid.status), (five, Status::Canceled));
    assert_eq!(feed.payout(at(5), at(2), who(0)), Ok(None));
    assert_eq!(refusal(feed.submit_true_value(at(5), at(2), true, false)), Refusal::AlreadySettled);
}

#[test]
fn a_stake_can_be_changed_and_taken_back() {
    let mut feed = Feed::new(terms(), who(9)).unwrap();
    let w = Wei::from_u128;
    assert_eq!(feed.submit(at(0), who(0), at(2), true, w(5)), Ok(Transfer::In(w(5))));
    assert_eq!(feed.submit(at(0), who(0), at(2), false, w(3)), Ok(Transfer::Out(w(2))));
    assert_eq!(feed.submit(at(0), who(0), at(2), true, w(0)), Ok(Transfer::Out(w(3))));
    assert_eq!(feed.held(), Wei::ZERO);
    // It stays a prediction, of nothing: paying it divides by the sum of stakes.
    feed.submit_true_value(at(2), at(2), true, false).unwrap();
    assert_eq!(refusal(feed.payout(at(2), at(2), who(0))), Refusal::NoStake);
}

#[test]
fn sums_stop_at_the_end_of_the_range() {
    let mut feed = Feed::new(terms(), who(9)).unwrap();
    feed.submit(at(0), who(0), at(2), true, Wei::MAX).unwrap();
    let e = feed.submit(at(0), who(1), at(2), true, Wei::from_u128(1)).unwrap_err();
    assert_eq!(e.code(), "overflow");
    // The stakes on up do not fit into units of 1e-18, so nobody can be paid.
    feed.submit_true_value(at(2), at(2), true, true).unwrap();
    assert_eq!(feed.payout(at(2), at(2), who(0)).unwrap_err().code(), "overflow");
}
