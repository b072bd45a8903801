#![doc = include_str!("../README.md")]
#![no_std]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod elementwise;
mod error;
mod functions;
mod index;
mod integer;
mod known_answer;
mod matmul;
mod network;
mod panel;
mod path;
mod permutation;
mod philox;
mod reduce;
#[cfg(all(feature = "std", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod simd;
mod wide;

pub use elementwise::{Binary, Unary, binary, canonical, canonicalise, unary};
pub use error::{Error, Result};
pub use index::{gather, scatter_add};
pub use integer::{PAIR_COLUMNS, PAIR_ROWS, Pair, pair_product};
pub use known_answer::{KNOWN_ANSWER, known_answer_digest};
pub use matmul::{matmul, matmul_nt, matmul_tn, transpose};
pub use network::{LANES, Lanes, sort_lanes};
pub use panel::{PANEL_COLUMNS, PANEL_ROWS, panel_product};
pub use path::{Exec, Path};
pub use permutation::Permutation;
pub use philox::{Philox, philox4x32_10};
pub use reduce::{SUM_BLOCK, SUM_LANES, max, max_dim, mean, mean_dim, sum, sum_blocks, sum_dim};
pub use wide::{Kernel, vectorized};

/// Name of the numeric profile, as job specifications carry it.
pub const PROFILE: &str = "f32-fma";
