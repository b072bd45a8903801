//! The numerics every area shares: sums in one order, sorting, quantiles. The same bits on every platform.

mod normal;
mod sort;
pub(crate) mod special;
mod sum;

pub use normal::normal_quantile;
pub(crate) use sort::{Entry, Sorter, key_of};
pub(crate) use sum::{dot, mean, pearson, sum1, sum2};
