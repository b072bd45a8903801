#![doc = include_str!("../README.md")]
#![no_std]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod body;
mod call;
mod error;
mod fee;
mod machine;
mod order;
mod revert;
mod state;

pub use body::{Grant, Order, verify_grant, verify_order_body};
pub use call::{Call, DatatokenTerms, Env, Event, NftTerms, Profile, PublishMarketFee, transaction_receipt};
pub use error::{Error, Result};
pub use fee::{
    provider_data, provider_fee_digest, recover_provider_fee, sign_provider_fee, verify_provider_fee,
};
pub use machine::apply;
pub use order::{EvidenceLevel, OrderPolicy, OrderVerdict, Service, verify_order};
pub use revert::Revert;
pub use state::{Datatoken, Genesis, Nft, OpcFees, State};

/// What one order costs: one datatoken, 10^18 of its smallest units.
pub const ONE_DATATOKEN: countermark_primitives::U256 =
    countermark_primitives::U256::from_limbs([1_000_000_000_000_000_000, 0, 0, 0]);
