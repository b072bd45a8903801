//! Settlements conserve every unit, verify, survive their bytes, and refuse what does not fit.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use countermark_primitives::{Canonical, Coded, Nano, U256, Wei};
use countermark_settle::{PayoutRule, Settlement, Share, settle_pot, weighted_score};
use proptest::prelude::*;

fn amount() -> impl Strategy<Value = Wei> {
    prop_oneof![
        4 => any::<u64>().prop_map(|x| Wei::from_u128(u128::from(x))),
        2 => any::<u128>().prop_map(Wei::from_u128),
        1 => any::<[u8; 32]>().prop_map(|b| Wei::new(U256::from_be_bytes(b))),
        1 => (0u64..100).prop_map(|d| Wei::new(U256::MAX - U256::from(d))),
        1 => Just(Wei::ZERO),
    ]
}

fn rule() -> impl Strategy<Value = PayoutRule> {
    (0i64..=1_000_000_000, proptest::option::of(amount()), any::<bool>()).prop_map(
        |(clip, threshold, whole)| PayoutRule {
            clip: Nano::new(clip),
            threshold,
            share: if whole { Share::WholePot } else { Share::AtMostRate },
        },
    )
}

fn case() -> impl Strategy<Value = (Wei, Vec<(Nano, Wei)>, PayoutRule)> {
    let score = prop_oneof![any::<i64>(), -100_000_000i64..100_000_000, Just(0)].prop_map(Nano::new);
    (amount(), proptest::collection::vec((score, amount()), 0..20), rule())
}

proptest! {
    #[test]
    fn every_unit_is_accounted_for((pot, rows, rule) in case()) {
        let (scores, stakes): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
        match settle_pot(pot, &scores, &stakes, &rule) {
            Err(e) => prop_assert_eq!(e.code(), "overflow"),
            Ok(s) => {
                prop_assert_eq!(
                    s.pot.checked_add(s.burned).unwrap(),
                    s.paid.checked_add(s.remainder).unwrap()
                );
                let sum = |f: fn(&countermark_settle::Row) -> Wei| {
                    s.rows.iter().try_fold(Wei::ZERO, |a, r| a.checked_add(f(r))).unwrap()
                };
                prop_assert_eq!(sum(|r| r.paid), s.paid);
                prop_assert_eq!(sum(|r| r.burned), s.burned);
                prop_assert!(s.paid <= pot);
                let mut earned = false;
                for r in &s.rows {
                    prop_assert!(r.burned <= r.stake && (r.burned == Wei::ZERO || r.score < Nano::new(0)));
                    prop_assert!(r.paid == Wei::ZERO || r.score > Nano::new(0));
                    prop_assert!(r.rate <= rule.clip && r.rate.get() >= -rule.clip.get());
                    prop_assert!(rule.share == Share::WholePot || r.paid <= r.stake);
                    earned |= r.rate > Nano::new(0) && r.stake > Wei::ZERO;
                }
                if rule.share == Share::WholePot {
                    prop_assert_eq!(s.paid, if earned { pot } else { Wei::ZERO });
                }
                s.verify(&rule).unwrap();
                prop_assert_eq!(Settlement::from_bytes("settlement", &s.to_bytes()).unwrap(), s);
            }
        }
    }

    #[test]
    fn small_amounts_never_overflow(
        pot in any::<u64>(),
        rows in proptest::collection::vec((any::<i64>(), any::<u64>()), 1..20),
        rule in rule(),
    ) {
        let scores: Vec<_> = rows.iter().map(|r| Nano::new(r.0)).collect();
        let stakes: Vec<_> = rows.iter().map(|r| Wei::from_u128(u128::from(r.1))).collect();
        prop_assert!(settle_pot(Wei::from_u128(u128::from(pot)), &scores, &stakes, &rule).is_ok());
    }

    #[test]
    fn any_changed_row_is_noticed((pot, rows, rule) in case(), pick in any::<prop::sample::Index>(), which in 0..5u8) {
        let (scores, stakes): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
        let Ok(mut s) = settle_pot(pot, &scores, &stakes, &rule) else { return Ok(()) };
        prop_assume!(!s.rows.is_empty());
        let bump = |w: Wei| w.checked_add(Wei::from_u128(1)).unwrap_or(Wei::ZERO);
        let i = pick.index(s.rows.len());
        match which {
            0 => s.rows[i].paid = bump(s.rows[i].paid),
            1 => s.rows[i].burned = bump(s.rows[i].burned),
            2 => s.paid = bump(s.paid),
            3 => s.burned = bump(s.burned),
            _ => s.remainder = bump(s.remainder),
        }
        let e = s.verify(&rule).unwrap_err();
        prop_assert_eq!((e.code(), e.check()), ("settlement_mismatch", Some("settlement_recomputed")));
    }

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(s) = Settlement::from_bytes("settlement", &bytes) {
            prop_assert_eq!(s.to_bytes(), bytes.clone());
        }
        if let Ok(r) = PayoutRule::from_bytes("rule", &bytes) {
            prop_assert_eq!(r.to_bytes(), bytes);
        }
    }
}

#[test]
fn bad_arguments_have_codes() {
    let rule = PayoutRule { clip: Nano::new(50_000_000), threshold: None, share: Share::WholePot };
    let one = Nano::ONE;
    let code = |r: Result<Settlement, countermark_settle::Error>| r.unwrap_err().code();
    assert_eq!(code(settle_pot(Wei::ZERO, &[one], &[], &rule)), "length_mismatch");
    assert_eq!(code(settle_pot(Wei::ZERO, &[one; 2], &[Wei::MAX; 2], &rule)), "overflow");
    let wide = PayoutRule { clip: Nano::new(1_000_000_001), ..rule };
    assert_eq!(code(settle_pot(Wei::ZERO, &[], &[], &wide)), "out_of_range");
}

#[test]
fn a_pot_without_winners_stays() {
    let rule = PayoutRule { clip: Nano::ONE, threshold: None, share: Share::WholePot };
    let s = settle_pot(Wei::from_u128(9), &[Nano::new(-1_000_000_000)], &[Wei::from_u128(4)], &rule).unwrap();
    assert_eq!((s.paid, s.burned, s.remainder), (Wei::ZERO, Wei::from_u128(4), Wei::from_u128(13)));
    let empty = settle_pot(Wei::from_u128(9), &[], &[], &rule).unwrap();
    assert_eq!(empty.remainder, Wei::from_u128(9));
}

#[test]
fn weighted_scores_round_half_to_even() {
    let half = Nano::new(500_000_000);
    for (score, want) in [(1, 0), (3, 2), (-1, 0), (-3, -2), (5, 2), (4, 2)] {
        assert_eq!(weighted_score(&[Nano::new(score)], &[half]).unwrap(), Nano::new(want), "{score}");
    }
    let big = Nano::new(i64::MAX);
    assert_eq!(weighted_score(&[big; 2], &[big; 2]).unwrap_err().code(), "overflow");
    assert_eq!(weighted_score(&[big; 2], &[big]).unwrap_err().code(), "length_mismatch");
}
