//! The Node skin: converts in, leaves the event loop, calls the core, converts out.
#![allow(missing_debug_implementations, reason = "these types are seen from JavaScript only")]

pub mod bundle;
pub mod campaign;
#[path = "../../shared/campaign.rs"]
mod campaign_parts;
pub mod convert;
#[path = "../../shared/era_data.rs"]
mod era_data;
#[path = "../../shared/era_report.rs"]
mod era_report;
pub mod eras;
pub mod keys;
pub mod labels;
pub mod numerai;
pub mod orders;
pub mod peers;
#[path = "../../shared/plain.rs"]
mod plain;
pub mod predictoor;
pub mod rules;
pub mod sandbox;
pub mod scoring;
#[path = "../../shared/subnet.rs"]
mod subnet;
pub mod wallet;
pub mod yuma;

use napi_derive::napi;

/// The version of the library.
#[napi]
pub fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}
