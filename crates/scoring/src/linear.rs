//! Least squares on many columns: what is left of predictions once a set of features has explained what it can.
//!
//! The features are never copied whole: blocks of them are widened to f64 and centred as they are multiplied, so int8
//! features stay int8. All sums run in one order, on any number of threads and any CPU.

mod cache;
mod cholesky;
mod eigen;
mod factor;
mod gram;
mod grid;
mod product;

pub use cache::FeatureCache;
pub(crate) use factor::Factor;
pub(crate) use product::FeatureBlock;
