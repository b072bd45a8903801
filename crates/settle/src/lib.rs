#![doc = include_str!("../README.md")]
#![no_std]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

pub mod campaign;
mod error;
mod numerai;
mod payout;
pub mod predictoor;
mod split;

pub use error::{Error, Result};
pub use numerai::{StakedModel, TournamentPayouts, TournamentRule, tournament_payouts};
pub use payout::{PayoutRule, Row, Settlement, Share, settle_pot, weighted_score};
pub use split::{largest_remainder, mul_div};
