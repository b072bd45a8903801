use crate::{Error, Result, largest_remainder, mul_div};
use alloc::vec::Vec;
use alloy_primitives::U256;
use countermark_primitives::{Canonical, Error as Base, Nano, Reader, Result as BaseResult, Wei, Writer};

/// Units of a [`Nano`] in one.
const NANO: u64 = 1_000_000_000;
/// Rows a settlement may hold in canonical bytes.
const MAX_ROWS: usize = 1 << 20;

/// How much of the pot the positive rates are paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Share {
    /// The whole pot is split in proportion to stake x rate, by largest remainder.
    WholePot,
    /// Each row gets `floor(stake x rate)`, as in the Numerai tournament; when the pot is too small for all of
    /// them, the whole pot is split in proportion to those amounts, by largest remainder.
    AtMostRate,
}

/// How scores become amounts.
///
/// `rate = clip(factor x score)`, with `factor = min(1, threshold / sum of stakes)`: the form of Numerai's payout
/// (docs.numer.ai, "Staking"), where the threshold shrinks every rate once more is staked than it allows for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PayoutRule {
    /// Bound of the rate in both directions, as a part of the stake, 0..=1.
    pub clip: Nano,
    /// Stake in total above which the payout factor falls below 1; `None` leaves it at 1.
    pub threshold: Option<Wei>,
    /// What positive rates are paid.
    pub share: Share,
}

impl PayoutRule {
    /// Whether the bound lies in 0..=1.
    ///
    /// # Errors
    /// `out_of_range`.
    pub fn check(&self) -> Result<()> {
        if self.clip < Nano::new(0) || self.clip > Nano::ONE {
            use alloc::string::ToString as _;
            let got = self.clip.get().to_string();
            return Err(Base::OutOfRange { what: "payout clip", got, range: "0..=1000000000" }.into());
        }
        Ok(())
    }

    /// The rate of one score: `trunc(score x min(threshold, total) / total)` in units of 1e-9, then clipped.
    pub(crate) fn rate(&self, score: Nano, total: Wei) -> Result<Nano> {
        let size = match self.threshold {
            Some(limit) if limit < total => {
                let (q, _) = mul_div(U256::from(score.get().unsigned_abs()), limit.get(), total.get())?;
                q
            }
            _ => U256::from(score.get().unsigned_abs()),
        };
        let size = size.min(U256::from(self.clip.get().unsigned_abs()));
        // At most `clip`, which is at most 1e9.
        let size = i64::try_from(size).map_err(|_| Base::Overflow { what: "rate" })?;
        Ok(Nano::new(if score.get() < 0 { -size } else { size }))
    }
}

/// One staked score and what came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Row {
    /// The score that was settled.
    pub score: Nano,
    /// What was staked on it.
    pub stake: Wei,
    /// The score after payout factor and clip.
    pub rate: Nano,
    /// Paid out of the pot; zero unless the rate is positive.
    pub paid: Wei,
    /// Taken from the stake, `floor(stake x |rate|)`; zero unless the rate is negative.
    pub burned: Wei,
}

/// A settled pot. `pot + burned == paid + remainder`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// What there was to pay out.
    pub pot: Wei,
    /// One row for each score, in the order given.
    pub rows: Vec<Row>,
    /// Sum of what was paid.
    pub paid: Wei,
    /// Sum of what was taken from stakes.
    pub burned: Wei,
    /// The part of the pot nobody earned, and what was taken from stakes: to be destroyed or kept, as the terms
    /// of the pot say.
    pub remainder: Wei,
}

/// Settles a pot: scores to rates by the rule, negative rates burn their part of the stake, positive ones are paid.
///
/// `scores` and `stakes` have one entry per model, in the same order. A score of zero is neither paid nor burned.
/// When no row has a positive product of stake and rate, the pot stays in the remainder.
///
/// # Errors
/// `length_mismatch`; `out_of_range` for a clip outside 0..=1; `overflow` when the stakes, the products of stake and
/// rate, or pot and burned stakes add up to more than 2^256-1.
///
/// ```
/// use countermark_primitives::{Nano, Wei};
/// use countermark_settle::{PayoutRule, Share, settle_pot};
/// // Numerai's form: 10 % scores on 1000 each, clipped to 5 %, factor 1000/2000.
/// let rule = PayoutRule {
///     clip: Nano::new(50_000_000),
///     threshold: Some(Wei::from_u128(1_000)),
///     share: Share::AtMostRate,
/// };
/// let scores = [Nano::new(200_000_000), Nano::new(-40_000_000)];
/// let s = settle_pot(Wei::from_u128(500), &scores, &[Wei::from_u128(1_000); 2], &rule)?;
/// assert_eq!(s.rows[0].paid, Wei::from_u128(50));
/// assert_eq!(s.rows[1].burned, Wei::from_u128(20));
/// assert_eq!(s.remainder, Wei::from_u128(470));
/// assert!(settle_pot(Wei::ZERO, &scores, &[], &rule).is_err());
/// # Ok::<(), countermark_settle::Error>(())
/// ```
pub fn settle_pot(pot: Wei, scores: &[Nano], stakes: &[Wei], rule: &PayoutRule) -> Result<Settlement> {
    rule.check()?;
    if scores.len() != stakes.len() {
        return Err(Base::LengthMismatch { what: "stakes", expected: scores.len(), got: stakes.len() }.into());
    }
    let mut total = Wei::ZERO;
    for s in stakes {
        total = total.checked_add(*s)?;
    }

    let mut rows = Vec::with_capacity(scores.len());
    let mut weights = Vec::with_capacity(scores.len());
    let mut burned = Wei::ZERO;
    for (score, stake) in scores.iter().zip(stakes) {
        let rate = rule.rate(*score, total)?;
        let size = U256::from(rate.get().unsigned_abs());
        let (part, _) = mul_div(stake.get(), size, U256::from(NANO))?;
        let loss = if rate.get() < 0 { Wei::new(part) } else { Wei::ZERO };
        burned = burned.checked_add(loss)?;
        weights.push(match (rate.get() > 0, rule.share) {
            (false, _) => U256::ZERO,
            (true, Share::AtMostRate) => part,
            (true, Share::WholePot) => {
                stake.get().checked_mul(size).ok_or(Base::Overflow { what: "stake times rate" })?
            }
        });
        rows.push(Row { score: *score, stake: *stake, rate, paid: Wei::ZERO, burned: loss });
    }

    let parts = pay(pot, &weights, rule.share)?;
    let mut paid = Wei::ZERO;
    for (row, part) in rows.iter_mut().zip(parts) {
        row.paid = part;
        paid = paid.checked_add(part)?;
    }
    let remainder = pot.checked_add(burned)?.checked_sub(paid)?;
    Ok(Settlement { pot, rows, paid, burned, remainder })
}

/// What each weight is paid; empty when nobody is.
fn pay(pot: Wei, weights: &[U256], share: Share) -> Result<Vec<Wei>> {
    if weights.iter().all(|w| w.is_zero()) {
        return Ok(Vec::new());
    }
    if share == Share::AtMostRate {
        let mut sum = U256::ZERO;
        for w in weights {
            sum = sum.checked_add(*w).ok_or(Base::Overflow { what: "sum of payouts" })?;
        }
        if sum <= pot.get() {
            return Ok(weights.iter().map(|w| Wei::new(*w)).collect());
        }
    }
    largest_remainder(pot, weights)
}

/// One score from several: the sum of score x multiplier, to the nearest unit of 1e-9, half to even.
///
/// # Errors
/// `length_mismatch`; `overflow` outside the range of [`Nano`].
///
/// ```
/// use countermark_primitives::Nano;
/// use countermark_settle::weighted_score;
/// let (corr, mmc) = (Nano::new(20_000_000), Nano::new(-4_000_000));
/// let s = weighted_score(&[corr, mmc], &[Nano::new(750_000_000), Nano::new(2_250_000_000)])?;
/// assert_eq!(s.get(), 6_000_000);
/// assert!(weighted_score(&[corr], &[]).is_err());
/// # Ok::<(), countermark_settle::Error>(())
/// ```
pub fn weighted_score(scores: &[Nano], multipliers: &[Nano]) -> Result<Nano> {
    if scores.len() != multipliers.len() {
        let (expected, got) = (scores.len(), multipliers.len());
        return Err(Base::LengthMismatch { what: "multipliers", expected, got }.into());
    }
    let overflow = Base::Overflow { what: "weighted score" };
    let mut sum = 0i128;
    for (s, m) in scores.iter().zip(multipliers) {
        // |i64 x i64| < 2^126: only the sum can overflow.
        let product = i128::from(s.get()) * i128::from(m.get());
        sum = sum.checked_add(product).ok_or_else(|| overflow.clone())?;
    }
    let unit = i128::from(NANO);
    let (floor, rest) = (sum.div_euclid(unit), sum.rem_euclid(unit));
    let up = rest > unit / 2 || (rest == unit / 2 && floor.rem_euclid(2) == 1);
    let rounded = floor + i128::from(up);
    Ok(Nano::new(i64::try_from(rounded).map_err(|_| overflow)?))
}

impl Settlement {
    /// Settles again from the scores, stakes and pot that this settlement states, and compares.
    ///
    /// # Errors
    /// `settlement_mismatch` (check `settlement_recomputed`) with the first field that differs, and the errors of
    /// [`settle_pot`].
    pub fn verify(&self, rule: &PayoutRule) -> Result<()> {
        let scores: Vec<Nano> = self.rows.iter().map(|r| r.score).collect();
        let stakes: Vec<Wei> = self.rows.iter().map(|r| r.stake).collect();
        let again = settle_pot(self.pot, &scores, &stakes, rule)?;
        for (i, (a, b)) in self.rows.iter().zip(&again.rows).enumerate() {
            let row = Some(i);
            for (field, same) in
                [("rate", a.rate == b.rate), ("paid", a.paid == b.paid), ("burned", a.burned == b.burned)]
            {
                if !same {
                    return Err(Error::SettlementMismatch { field, row });
                }
            }
        }
        let totals = [
            ("paid", self.paid == again.paid),
            ("burned", self.burned == again.burned),
            ("remainder", self.remainder == again.remainder),
        ];
        match totals.iter().find(|(_, same)| !same) {
            Some((field, _)) => Err(Error::SettlementMismatch { field, row: None }),
            None => Ok(()),
        }
    }
}

impl Canonical for Share {
    fn write(&self, w: &mut Writer) {
        w.u8(match self {
            Self::WholePot => 1,
            Self::AtMostRate => 2,
        });
    }
    fn read(r: &mut Reader<'_>) -> BaseResult<Self> {
        let at = r.position();
        match r.u8("share")? {
            1 => Ok(Self::WholePot),
            2 => Ok(Self::AtMostRate),
            _ => Err(Base::NonCanonical { what: "share", at }),
        }
    }
}

impl Canonical for PayoutRule {
    fn write(&self, w: &mut Writer) {
        self.clip.write(w);
        w.option(self.threshold.as_ref(), |w, t| t.write(w));
        self.share.write(w);
    }
    fn read(r: &mut Reader<'_>) -> BaseResult<Self> {
        let clip = Nano::read(r)?;
        let threshold = r.option("payout threshold", Wei::read)?;
        Ok(Self { clip, threshold, share: Share::read(r)? })
    }
}

impl Canonical for Row {
    fn write(&self, w: &mut Writer) {
        self.score.write(w);
        self.stake.write(w);
        self.rate.write(w);
        self.paid.write(w);
        self.burned.write(w);
    }
    fn read(r: &mut Reader<'_>) -> BaseResult<Self> {
        Ok(Self {
            score: Nano::read(r)?,
            stake: Wei::read(r)?,
            rate: Nano::read(r)?,
            paid: Wei::read(r)?,
            burned: Wei::read(r)?,
        })
    }
}

impl Canonical for Settlement {
    fn write(&self, w: &mut Writer) {
        self.pot.write(w);
        w.list(&self.rows, |w, row| row.write(w));
        self.paid.write(w);
        self.burned.write(w);
        self.remainder.write(w);
    }
    fn read(r: &mut Reader<'_>) -> BaseResult<Self> {
        Ok(Self {
            pot: Wei::read(r)?,
            rows: r.list("settlement rows", 112, MAX_ROWS, Row::read)?,
            paid: Wei::read(r)?,
            burned: Wei::read(r)?,
            remainder: Wei::read(r)?,
        })
    }
}
