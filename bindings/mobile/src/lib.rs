//! The mobile skin (UniFFI): Kotlin, Swift and React Native. Arrays cross as bytes: little-endian f64, one after the
//! other; amounts cross as decimal text.

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

uniffi::setup_scaffolding!("countermark_mobile");

/// The version of the library.
#[uniffi::export]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}
