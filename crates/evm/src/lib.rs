#![doc = include_str!("../README.md")]
#![no_std]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod abi;
mod call;
mod error;
mod event;
mod log;
mod receipt;

pub use call::{ConsumeMarketFee, ProviderFee, START_ORDER_SELECTOR, StartOrder};
pub use error::{Error, Result};
pub use event::{Event, Role};
pub use log::{Log, MAX_LOG_DATA, MAX_TOPICS};
pub use receipt::{MAX_LOGS, MAX_RECEIPT_JSON, TransactionReceipt};
