#![doc = include_str!("../README.md")]

pub use countermark_bundle as bundle;
pub use countermark_compute_to_data as compute_to_data;
pub use countermark_crypto as crypto;
pub use countermark_datatoken as datatoken;
#[cfg(feature = "engine")]
pub use countermark_engine as engine;
pub use countermark_evm as evm;
pub use countermark_exact as exact;
pub use countermark_identity as identity;
pub use countermark_primitives as primitives;
pub use countermark_proof_of_learning as proof_of_learning;
pub use countermark_receipt as receipt;
#[cfg(feature = "sandbox")]
pub use countermark_sandbox as sandbox;
pub use countermark_scoring as scoring;
pub use countermark_settle as settle;
