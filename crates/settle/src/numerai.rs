//! Payouts of Numerai's tournaments, in integers.
//!
//! Source: numerai/docs, `numerai-tournament/staking.md`, `numerai-signals/staking.md`, `numerai-crypto/staking.md`:
//! `payout = stake x clip(payout factor x score)`, `payout factor = min(1, threshold / total at risk)`.

use crate::payout::{PayoutRule, Row, Share, weighted_score};
use crate::{Result, mul_div};
use alloc::string::ToString as _;
use alloc::vec::Vec;
use alloy_primitives::U256;
use countermark_primitives::{Error as Base, Nano, Wei};

/// Wei in one NMR.
const NMR: u128 = 1_000_000_000_000_000_000;
const NANO: u64 = 1_000_000_000;

/// How a tournament turns metrics into payouts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TournamentRule {
    /// What each metric counts, in units of 1e-9. Multipliers are set round by round.
    pub multipliers: Vec<Nano>,
    /// Bound of gain and loss, as a part of the stake, 0..=1.
    pub clip: Nano,
    /// Stake at risk in total above which the payout factor falls below 1.
    pub threshold: Wei,
}

const FIVE_PERCENT: Nano = Nano::new(50_000_000);

fn nmr(count: u128) -> Wei {
    Wei::from_u128(count.saturating_mul(NMR))
}

impl TournamentRule {
    /// The classic tournament: correlation and contribution (MMC) with the round's multipliers, clip 5 %, threshold
    /// 72,000 NMR.
    pub fn numerai(corr: Nano, mmc: Nano) -> Self {
        Self { multipliers: [corr, mmc].to_vec(), clip: FIVE_PERCENT, threshold: nmr(72_000) }
    }

    /// Numerai Signals for a round that opens on this day, threshold 36,000 NMR. Until 2025-09-02: FNCv4 x 1 + MMC x 2,
    /// clip 5 %; after it: alpha x 0.3 + MPC x 0.8, clip 1.7 %.
    ///
    /// ```
    /// use countermark_settle::TournamentRule;
    /// assert_eq!(TournamentRule::signals(2025, 9, 2).clip.get(), 50_000_000);
    /// assert_eq!(TournamentRule::signals(2025, 9, 3).clip.get(), 17_000_000);
    /// ```
    pub fn signals(year: u16, month: u8, day: u8) -> Self {
        let threshold = nmr(36_000);
        if (year, month, day) <= (2025, 9, 2) {
            let multipliers = [Nano::ONE, Nano::new(2_000_000_000)].to_vec();
            Self { multipliers, clip: FIVE_PERCENT, threshold }
        } else {
            let multipliers = [Nano::new(300_000_000), Nano::new(800_000_000)].to_vec();
            Self { multipliers, clip: Nano::new(17_000_000), threshold }
        }
    }

    /// Numerai Crypto: contribution (MMC) with the round's multiplier, clip 5 %, threshold 10,000 NMR.
    pub fn crypto(mmc: Nano) -> Self {
        Self { multipliers: [mmc].to_vec(), clip: FIVE_PERCENT, threshold: nmr(10_000) }
    }
}

/// One staked model of a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StakedModel {
    /// One value per multiplier of the rule. `None` in the place of all of them is a round without a valid submission:
    /// it counts as staked with nothing.
    pub metrics: Option<Vec<Nano>>,
    /// Stake at the close of the round, less pending releases.
    pub stake: Wei,
    /// Part of a positive payout that is kept after the neutral churn penalty, 0..=1; 1 without a penalty.
    pub retained: Nano,
}

/// The payouts of a round. Stakes after it add up to the stakes before, plus `paid`, less `burned`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TournamentPayouts {
    /// One per model, in order; a model without a valid submission has stake and rate 0.
    pub rows: Vec<Row>,
    /// Stake at risk that the payout factor was taken from.
    pub at_risk: Wei,
    /// Sum of what is paid.
    pub paid: Wei,
    /// Sum of what is burned.
    pub burned: Wei,
}

/// Payouts of one round: for each model the score is the sum of metric x multiplier to the nearest 1e-9 (half to
/// even), the rate `clip(trunc(score x threshold / at risk))` once more is at risk than the threshold, and payout or
/// burn the floor of stake x rate; a payout is then multiplied by the part retained, and floored again.
///
/// `at_risk` is the stake of the whole round where `models` are not all of it; `None` adds up theirs.
///
/// # Errors
/// `length_mismatch` unless each model has a metric per multiplier; `out_of_range` for a clip or a retained part
/// outside 0..=1, or when `at_risk` is less than the models' stakes; `overflow`.
///
/// ```
/// use countermark_primitives::{Nano, Wei};
/// use countermark_settle::{StakedModel, TournamentRule, tournament_payouts};
/// let rule = TournamentRule::numerai(Nano::new(750_000_000), Nano::new(2_250_000_000));
/// let metrics = Some(vec![Nano::new(20_000_000), Nano::new(4_000_000)]);
/// let model = StakedModel { metrics, stake: Wei::from_u128(1_000_000), retained: Nano::ONE };
/// let round = tournament_payouts(&rule, &[model.clone()], None)?;
/// // 0.75 x 0.02 + 2.25 x 0.004 = 0.024 of the stake.
/// assert_eq!(round.rows[0].paid, Wei::from_u128(24_000));
/// assert!(tournament_payouts(&rule, &[model], Some(Wei::ZERO)).is_err());
/// # Ok::<(), countermark_settle::Error>(())
/// ```
pub fn tournament_payouts(
    rule: &TournamentRule,
    models: &[StakedModel],
    at_risk: Option<Wei>,
) -> Result<TournamentPayouts> {
    let payout = PayoutRule { clip: rule.clip, threshold: Some(rule.threshold), share: Share::AtMostRate };
    payout.check()?;
    let mut staked = Wei::ZERO;
    for m in models.iter().filter(|m| m.metrics.is_some()) {
        staked = staked.checked_add(m.stake)?;
    }
    let at_risk = at_risk.unwrap_or(staked);
    if at_risk < staked {
        let got = at_risk.to_string();
        return Err(
            Base::OutOfRange { what: "stake at risk", got, range: "the models' stakes or more" }.into()
        );
    }
    let mut rows = Vec::with_capacity(models.len());
    let (mut paid, mut burned) = (Wei::ZERO, Wei::ZERO);
    for m in models {
        let row = settle(rule, &payout, m, at_risk)?;
        paid = paid.checked_add(row.paid)?;
        burned = burned.checked_add(row.burned)?;
        rows.push(row);
    }
    Ok(TournamentPayouts { rows, at_risk, paid, burned })
}

fn settle(rule: &TournamentRule, payout: &PayoutRule, model: &StakedModel, at_risk: Wei) -> Result<Row> {
    if !(Nano::new(0)..=Nano::ONE).contains(&model.retained) {
        let got = model.retained.get().to_string();
        return Err(Base::OutOfRange { what: "retained part", got, range: "0..=1000000000" }.into());
    }
    let nothing = Nano::new(0);
    let Some(metrics) = &model.metrics else {
        return Ok(Row {
            score: nothing,
            stake: Wei::ZERO,
            rate: nothing,
            paid: Wei::ZERO,
            burned: Wei::ZERO,
        });
    };
    let score = weighted_score(metrics, &rule.multipliers)?;
    let rate = payout.rate(score, at_risk)?;
    let part_of = |amount: U256, part: Nano| -> Result<U256> {
        Ok(mul_div(amount, U256::from(part.get().unsigned_abs()), U256::from(NANO))?.0)
    };
    let size = part_of(model.stake.get(), rate)?;
    let (paid, burned) =
        if rate < nothing { (U256::ZERO, size) } else { (part_of(size, model.retained)?, U256::ZERO) };
    Ok(Row { score, stake: model.stake, rate, paid: Wei::new(paid), burned: Wei::new(burned) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use countermark_primitives::Coded as _;
    use proptest::prelude::*;

    fn model() -> impl Strategy<Value = StakedModel> {
        let metric = prop_oneof![any::<i64>(), -100_000_000i64..100_000_000].prop_map(Nano::new);
        let metrics = proptest::option::of(proptest::collection::vec(metric, 2));
        let stake = prop_oneof![any::<u128>().prop_map(Wei::from_u128), (0u128..100_000).prop_map(nmr)];
        (metrics, stake, 0i64..=1_000_000_000).prop_map(|(metrics, stake, kept)| StakedModel {
            metrics,
            stake,
            retained: Nano::new(kept),
        })
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_no_rate_passes_the_clip(
            models in proptest::collection::vec(model(), 0..12), new in any::<bool>(), more in any::<u64>(),
        ) {
            let rule = TournamentRule::signals(2025, if new { 10 } else { 9 }, 1);
            let mut staked = models.iter().filter(|m| m.metrics.is_some());
            let staked = staked.try_fold(Wei::ZERO, |a, m| a.checked_add(m.stake)).unwrap();
            let at_risk = staked.checked_add(Wei::from_u128(u128::from(more))).unwrap();
            match tournament_payouts(&rule, &models, Some(at_risk)) {
                Err(e) => prop_assert_eq!(e.code(), "overflow"),
                Ok(round) => {
                    let mut after = Wei::ZERO;
                    for (row, model) in round.rows.iter().zip(&models) {
                        prop_assert!(row.rate <= rule.clip && row.rate.get() >= -rule.clip.get());
                        prop_assert!(row.paid == Wei::ZERO || row.burned == Wei::ZERO);
                        prop_assert!(model.metrics.is_some() || (row.paid, row.burned) == (Wei::ZERO, Wei::ZERO));
                        let own = row.stake.checked_add(row.paid).unwrap().checked_sub(row.burned).unwrap();
                        after = after.checked_add(own).unwrap();
                    }
                    let before = staked.checked_add(round.paid).unwrap();
                    prop_assert_eq!(before.checked_sub(round.burned).unwrap(), after);
                }
            }
        }
    }

    #[test]
    fn the_factor_halves_at_twice_the_threshold_and_the_penalty_spares_burns() {
        let rule = TournamentRule::crypto(Nano::ONE);
        let of = |score, retained| StakedModel {
            metrics: Some([Nano::new(score)].to_vec()),
            stake: nmr(100),
            retained: Nano::new(retained),
        };
        let models =
            [of(40_000_000, 1_000_000_000), of(40_000_000, 500_000_000), of(-40_000_000, 500_000_000)];
        let round = tournament_payouts(&rule, &models, Some(nmr(20_000))).unwrap();
        assert_eq!(round.rows[0].paid, nmr(2));
        assert_eq!(round.rows[1].paid, nmr(1));
        assert_eq!(round.rows[2].burned, nmr(2));
        assert_eq!(tournament_payouts(&rule, &models, Some(nmr(299))).unwrap_err().code(), "out_of_range");
        assert_eq!(tournament_payouts(&rule, &[of(1, -1)], None).unwrap_err().code(), "out_of_range");
    }
}
