use super::*;
use countermark_primitives::Coded as _;
use proptest::prelude::*;

fn nano(percent: i64) -> Nano {
    Nano::new(percent * 10_000_000)
}

/// Two tiers, quorum 2, half must approve; bad work costs a fifth (builders, below 40 %) or a tenth.
fn terms(pot: Wei) -> CampaignTerms {
    CampaignTerms {
        pot,
        quorum: 2,
        approval: nano(50),
        tiers: alloc::vec![
            RewardTier { from: nano(50), reward: Wei::from_u128(10) },
            RewardTier { from: nano(90), reward: Wei::from_u128(15) },
        ],
        review_reward: Wei::from_u128(1),
        builder_cut: CollateralCut { below: nano(40), part: nano(20) },
        validator_cut: CollateralCut { below: nano(40), part: nano(10) },
    }
}

fn item(builder: u32, content: u8) -> Item {
    Item { builder, content: B256::repeat_byte(content) }
}

fn review(item: u32, validator: u32, approve: bool) -> Review {
    Review { item, validator, approve }
}

/// Builder 0 has all approved (tier 1), builder 1 none; validators 2 and 3 agree, 4 always errs.
#[test]
fn worked_example() {
    let items = [item(0, 1), item(0, 2), item(1, 3), item(1, 1), item(0, 4)];
    let reviews = [
        review(0, 2, true),
        review(0, 3, true),
        review(0, 4, false),
        review(1, 2, true),
        review(1, 3, true),
        review(2, 2, false),
        review(2, 3, false),
        review(2, 4, true),
        review(3, 2, true),
        review(4, 2, true),
    ];
    let collaterals = [1000, 101, 50, 0, 99].map(Wei::from_u128);
    let s = settle_campaign(&terms(Wei::from_u128(100)), &collaterals, &items, &reviews).unwrap();
    use ItemOutcome::{Approved, Duplicate, Rejected, Undecided};
    assert_eq!(s.items, [Approved, Approved, Rejected, Duplicate, Undecided]);
    assert_eq!(s.rows.iter().map(|r| r.tier).collect::<Vec<_>>(), [Some(1), None, None, None, None]);
    assert_eq!(s.rows.iter().map(|r| r.paid).collect::<Vec<_>>(), [30, 0, 3, 3, 0].map(Wei::from_u128));
    // A fifth of 101 and a tenth of 99, rounded down.
    assert_eq!(s.rows.iter().map(|r| r.cut).collect::<Vec<_>>(), [0, 20, 0, 0, 9].map(Wei::from_u128));
    assert_eq!((s.rows[1].duplicates, s.rows[4].reviews, s.rows[4].agreed), (1, 2, 0));
    assert_eq!(s.remainder, Wei::from_u128(100 + 29 - 36));

    // A pot of 7 for 36 earned: 5.83, 0.58, 0.58.
    let s = settle_campaign(&terms(Wei::from_u128(7)), &collaterals, &items, &reviews).unwrap();
    assert_eq!(s.rows.iter().map(|r| r.paid).collect::<Vec<_>>(), [6, 0, 1, 0, 0].map(Wei::from_u128));
    assert_eq!(s.paid, Wei::from_u128(7));
}

#[test]
fn bad_input_is_refused() {
    let code = |t: &CampaignTerms, items: &[Item], reviews: &[Review]| {
        settle_campaign(t, &[Wei::ZERO; 2], items, reviews).unwrap_err().code()
    };
    let good = terms(Wei::ZERO);
    let items = [item(0, 1)];
    assert_eq!(code(&CampaignTerms { quorum: 0, ..good.clone() }, &[], &[]), "out_of_range");
    assert_eq!(code(&CampaignTerms { approval: Nano::new(0), ..good.clone() }, &[], &[]), "out_of_range");
    let falling = good.tiers.iter().rev().copied().collect();
    assert_eq!(code(&CampaignTerms { tiers: falling, ..good.clone() }, &[], &[]), "out_of_range");
    assert_eq!(code(&good, &[item(2, 1)], &[]), "out_of_range");
    assert_eq!(code(&good, &items, &[review(1, 1, true)]), "out_of_range");
    assert_eq!(code(&good, &items, &[review(0, 2, true)]), "out_of_range");
    assert_eq!(code(&good, &items, &[review(0, 0, true)]), "out_of_range");
    assert_eq!(code(&good, &items, &[review(0, 1, true), review(0, 1, true)]), "out_of_range");
}

#[test]
fn amounts_at_the_end_of_the_range() {
    let max = Wei::new(U256::MAX);
    let mut t = CampaignTerms { quorum: 1, review_reward: Wei::ZERO, ..terms(max) };
    t.tiers = alloc::vec![RewardTier { from: nano(0), reward: max }];
    let (one, two) = ([item(0, 1)], [item(0, 1), item(0, 2)]);
    let reviews = [review(0, 1, true), review(1, 1, true)];
    let s = settle_campaign(&t, &[Wei::ZERO; 2], &one, &reviews[..1]).unwrap();
    assert_eq!((s.paid, s.remainder), (max, Wei::ZERO));
    assert_eq!(settle_campaign(&t, &[Wei::ZERO; 2], &two, &reviews).unwrap_err().code(), "overflow");
}

fn amounts() -> impl Strategy<Value = Wei> {
    prop_oneof![
        (0u128..200).prop_map(Wei::from_u128),
        any::<u128>().prop_map(Wei::from_u128),
        (0u64..9).prop_map(|d| Wei::new(U256::MAX - U256::from(d))),
    ]
}

proptest! {
    #[test]
    fn nothing_is_lost(
        pot in amounts(),
        collaterals in proptest::collection::vec(amounts(), 6),
        items in proptest::collection::vec((0u32..3, 0u8..20), 0..20),
        approvals in proptest::collection::vec((0u32..20, 3u32..6, any::<bool>()), 0..40),
    ) {
        let items: Vec<Item> = items.into_iter().map(|(b, c)| item(b, c)).collect();
        let mut reviews: Vec<Review> = approvals.into_iter()
            .filter(|a| (a.0 as usize) < items.len())
            .map(|(i, v, a)| review(i, v, a))
            .collect();
        reviews.sort_by_key(|r| (r.item, r.validator));
        reviews.dedup_by_key(|r| (r.item, r.validator));
        match settle_campaign(&terms(pot), &collaterals, &items, &reviews) {
            Ok(s) => {
                let sum = |f: fn(&CampaignRow) -> Wei| {
                    s.rows.iter().try_fold(Wei::ZERO, |a, r| a.checked_add(f(r))).unwrap()
                };
                prop_assert_eq!(sum(|r| r.paid), s.paid);
                prop_assert_eq!(sum(|r| r.cut), s.cuts);
                prop_assert_eq!(pot.checked_add(s.cuts).unwrap(), s.paid.checked_add(s.remainder).unwrap());
                let enough = sum(|r| r.earned) <= pot;
                for (r, c) in s.rows.iter().zip(&collaterals) {
                    prop_assert!(r.cut <= *c && r.paid <= r.earned && (!enough || r.paid == r.earned));
                }
                prop_assert!(enough || s.paid == pot);
            }
            Err(e) => prop_assert_eq!(e.code(), "overflow"),
        }
    }
}
