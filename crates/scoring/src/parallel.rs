//! The one place where work is spread over threads. What is computed for an index never depends on the others, so
//! results are the same on any number of threads.

use crate::Result;
use alloc::vec::Vec;

/// `f(scratch, i)` for each `i` below `count`, in order. Each thread makes its scratch memory once by `init`.
#[cfg(feature = "parallel")]
pub(crate) fn map<S, T: Send>(
    count: usize,
    init: impl Fn() -> S + Sync + Send,
    f: impl Fn(&mut S, usize) -> T + Sync + Send,
) -> Vec<T> {
    use rayon::prelude::*;
    (0..count).into_par_iter().map_init(init, f).collect()
}

/// `f(scratch, i)` for each `i` below `count`, in order.
#[cfg(not(feature = "parallel"))]
pub(crate) fn map<S, T: Send>(
    count: usize,
    init: impl Fn() -> S + Sync + Send,
    f: impl Fn(&mut S, usize) -> T + Sync + Send,
) -> Vec<T> {
    let mut scratch = init();
    (0..count).map(|i| f(&mut scratch, i)).collect()
}

/// `f(item)` for each item, in order.
#[cfg(feature = "parallel")]
pub(crate) fn update<I: Send, T: Send>(items: &mut [I], f: impl Fn(&mut I) -> T + Sync + Send) -> Vec<T> {
    use rayon::prelude::*;
    items.par_iter_mut().with_max_len(1).map(f).collect()
}

/// `f(item)` for each item, in order.
#[cfg(not(feature = "parallel"))]
pub(crate) fn update<I: Send, T: Send>(items: &mut [I], f: impl Fn(&mut I) -> T + Sync + Send) -> Vec<T> {
    items.iter_mut().map(f).collect()
}

/// Runs `work` on a pool of `threads` threads, 1 to 1024. Without it, feature `parallel` uses one thread a core; without
/// the feature there is one thread, whatever is asked for. Results are the same bits either way.
///
/// # Errors
/// `out_of_range` for a number of threads outside 1 to 1024, or one that the system refuses.
///
/// ```
/// use countermark_scoring::{Mode, numerai_corr, with_threads};
/// let target = vec![0.0, 0.25, 0.5, 0.5, 0.5, 0.75, 1.0, 0.5];
/// let rising: Vec<f64> = (1..=8).map(f64::from).collect();
/// let corr = || numerai_corr(&[(&rising).into()], &(&target).into(), Mode::Strict);
/// assert_eq!(with_threads(1, corr)??, with_threads(2, corr)??);
/// assert!(with_threads(0, || ()).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn with_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> Result<T> {
    let refused = || {
        use alloc::string::ToString as _;
        let got = threads.to_string();
        countermark_primitives::Error::OutOfRange { what: "number of threads", got, range: "1..=1024" }
    };
    if !(1..=1024).contains(&threads) {
        return Err(refused().into());
    }
    #[cfg(feature = "parallel")]
    {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().map_err(|_| refused())?;
        Ok(pool.install(work))
    }
    #[cfg(not(feature = "parallel"))]
    Ok(work())
}
