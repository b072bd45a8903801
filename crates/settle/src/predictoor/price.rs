use crate::{Result, predictoor::feed::add};
use alloc::string::ToString as _;
use alloy_primitives::U256;
use countermark_primitives::{Error as Base, Wei};

/// 1e18: one datatoken, and the unit of every fee rate.
const ONE: U256 = U256::from_limbs([1_000_000_000_000_000_000, 0, 0, 0]);
/// The lowest price of a datatoken.
const MIN_RATE: u64 = 10_000_000_000;
/// A fee rate is zero or 0.01 %..=50 %.
const FEES: core::ops::RangeInclusive<u64> = 100_000_000_000_000..=500_000_000_000_000_000;

/// What a subscription costs: the fixed rate of one datatoken and the fees on top, as parts in 1e-18.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Price {
    /// Stake tokens for one datatoken (18 decimals both), before fees.
    pub rate: Wei,
    /// The Ocean community's fee rate.
    pub ocean_fee: Wei,
    /// The publishing market's fee rate.
    pub market_fee: Wei,
}

/// One subscription's price, part by part. Their sum is what the buyer pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Quote {
    /// Becomes revenue of the slots to come.
    pub base: Wei,
    /// To the Ocean community.
    pub ocean_fee: Wei,
    /// To the publishing market.
    pub market_fee: Wei,
    /// To the consume market.
    pub consume_fee: Wei,
    /// A consume fee that names no market: paid, and kept by the feed without belonging to anybody.
    pub kept: Wei,
}

impl Quote {
    /// What the buyer pays.
    ///
    /// # Errors
    /// `overflow`.
    pub fn total(&self) -> Result<Wei> {
        let parts = [self.market_fee, self.ocean_fee, self.consume_fee, self.kept];
        parts.into_iter().try_fold(self.base, add)
    }
}

fn fee_rate(what: &'static str, fee: Wei) -> Result<()> {
    let fits =
        fee == Wei::ZERO || (fee.get() >= U256::from(*FEES.start()) && fee.get() <= U256::from(*FEES.end()));
    if fits {
        return Ok(());
    }
    Err(Base::OutOfRange { what, got: fee.to_string(), range: "0 or 1e14..=5e17" }.into())
}

impl Price {
    /// Whether an exchange can be made with this price.
    ///
    /// # Errors
    /// `out_of_range` for a rate below 1e10 and for a market fee that is neither 0 nor 1e14..=5e17.
    pub fn check(&self) -> Result<()> {
        if self.rate.get() < U256::from(MIN_RATE) {
            let got = self.rate.to_string();
            return Err(Base::OutOfRange { what: "rate", got, range: "1e10.." }.into());
        }
        fee_rate("market fee", self.market_fee)
    }

    /// The price of one subscription. `consume_fee` is the rate that the market asks where it is bought; `named` says
    /// whether that market gives an address to pay it to.
    ///
    /// # Errors
    /// `overflow`; `out_of_range` for a consume fee that is neither 0 nor 1e14..=5e17.
    ///
    /// ```
    /// use countermark_primitives::{Coded, Wei};
    /// use countermark_settle::predictoor::Price;
    /// let w = Wei::from_u128;
    /// let price = Price {
    ///     rate: w(1_500_000_000_000_000_000),
    ///     ocean_fee: w(1_000_000_000_000_000),
    ///     market_fee: w(1_000_000_000_000_000),
    /// };
    /// let quote = price.quote(w(100_000_000_000_000), true)?;
    /// assert_eq!(quote.total()?, w(1_503_150_000_000_000_000));
    /// assert_eq!(price.quote(w(1), true).unwrap_err().code(), "out_of_range");
    /// # Ok::<(), countermark_settle::Error>(())
    /// ```
    pub fn quote(&self, consume_fee: Wei, named: bool) -> Result<Quote> {
        let times = |a: U256, b: U256| a.checked_mul(b).ok_or(Base::Overflow { what: "price" });
        // One datatoken times the rate times ten to the 18 decimals of the stake token, over the decimals of both.
        let base = times(times(ONE, self.rate.get())?, ONE)? / ONE / ONE;
        let part = |rate: Wei| times(base, rate.get()).map(|p| Wei::new(p / ONE));
        let consumed = part(consume_fee)?;
        let quote = Quote {
            base: Wei::new(base),
            ocean_fee: part(self.ocean_fee)?,
            market_fee: part(self.market_fee)?,
            consume_fee: if named { consumed } else { Wei::ZERO },
            kept: if named { Wei::ZERO } else { consumed },
        };
        quote.total()?;
        fee_rate("consume fee", consume_fee)?;
        Ok(quote)
    }
}
