//! The public API: machine, orders, receipts.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

mod body;
mod fixture;
mod machine;
mod order;
