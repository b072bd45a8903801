//! Predictoor: staked forecasts of up or down for time slots, settled as Ocean's feed contract settles them.
//!
//! Source of every rule: `@oceanprotocol/contracts` 2.6.0, `contracts/templates/ERC20Template3.sol`, and for the price
//! of a subscription `contracts/pools/fixedRate/FixedRateExchange.sol`. All amounts are 256-bit integers and every
//! step is checked; where the contract panics (arithmetic above 2^256-1, division by zero) the functions here answer
//! with an error, and nothing has changed.
//!
//! A slot is named by the time it starts. Times are 64-bit seconds: what passes 2^64-1 is refused as `overflow`, where
//! the contract, which counts in 256 bits, would go on. Who may call what (the feed's deployer gives true values and
//! pauses) and the wallets of the predictoors are outside; a function says what must be transferred.

mod feed;
mod price;
mod refusal;
mod round;
mod time;

pub use feed::{Feed, Payout, Revenue, Round, Subscription, Transfer, Verdict};
pub use price::{Price, Quote};
pub use refusal::Refusal;
pub use round::{Prediction, RoundSettlement, Status, settle_round};
pub use time::Terms;
