//! Whether forecasts mean what they say.

use super::{finite, outside, same_length};
use crate::{Column, Error, Matrix, Result};
use alloc::format;
use alloc::vec::Vec;
use countermark_primitives::{B256, Entropy as _, Error as Base, SeedEntropy};

/// Bins or thresholds at most.
const MAX_BINS: usize = 10_000;
/// Resamples of a consistency band at most.
const MAX_RESAMPLES: usize = 100_000;

fn events(o: &[bool], p: &[f64]) -> Result<()> {
    same_length("probabilities", o.len(), p.len())?;
    match p.iter().position(|p| !(0.0..=1.0).contains(p)) {
        Some(i) => Err(outside("probability", p.get(i).copied().unwrap_or(f64::NAN), i, "0..=1")),
        None if p.is_empty() => Err(Error::TooFewRows { kept: 0, of: 0, needed: 1 }),
        None => Ok(()),
    }
}

fn counted(what: &'static str, count: usize, most: usize) -> Result<()> {
    if (1..=most).contains(&count) {
        return Ok(());
    }
    Err(Base::OutOfRange { what, got: format!("{count}"), range: "1 and up, within reason" }.into())
}

/// The bin of a number in 0..=1 among `bins` equal ones; 1 belongs to the last.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "0..=1 times a number of bins that is at most 10,000"
)]
fn bin(p: f64, bins: usize) -> usize {
    ((p * bins as f64) as usize).min(bins - 1)
}

#[allow(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn share(part: u64, of: u64) -> f64 {
    part as f64 / of as f64
}

/// A bin of a [`ReliabilityDiagram`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReliabilityBin {
    /// Forecasts in it.
    pub count: u64,
    /// Their mean.
    pub forecast: f64,
    /// Share of the events that happened.
    pub observed: f64,
    /// Where that share would lie in 90 of 100 samples if the forecasts meant what they say; NaN without resamples.
    pub band: [f64; 2],
}

/// How often what was forecast with a probability happened.
#[derive(Debug, Clone, PartialEq)]
pub struct ReliabilityDiagram {
    /// The bins with a forecast in them, ascending.
    pub bins: Vec<ReliabilityBin>,
}

/// Forecast probabilities against observed shares, in `bins` bins of equal width, with consistency bands from `resamples`
/// draws of the events from their forecasts (0 for none), from a seed: the same bands everywhere.
///
/// Source: Bröcker and Smith, 2007. Time in proportion to n x resamples.
///
/// # Errors
/// `length_mismatch`; `out_of_range` for a probability, or a number of bins or resamples; `too_few_rows` without any.
///
/// ```
/// use countermark_primitives::B256;
/// use countermark_scoring::rules::reliability_diagram;
/// let d = reliability_diagram(&[false, true, true, true], &[0.1, 0.2, 0.9, 0.8], 2, 100, &B256::ZERO)?;
/// assert_eq!((d.bins[0].count, d.bins[0].observed, d.bins[1].observed), (2, 0.5, 1.0));
/// assert!(d.bins[1].band[0] <= 1.0);
/// assert!(reliability_diagram(&[true], &[0.5], 0, 0, &B256::ZERO).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn reliability_diagram(
    o: &[bool],
    p: &[f64],
    bins: usize,
    resamples: usize,
    seed: &B256,
) -> Result<ReliabilityDiagram> {
    events(o, p)?;
    counted("number of bins", bins, MAX_BINS)?;
    if resamples > 0 {
        counted("number of resamples", resamples, MAX_RESAMPLES)?;
    }
    let mut count = alloc::vec![0u64; bins];
    let mut happened = alloc::vec![0u64; bins];
    let mut sum = alloc::vec![0.0f64; bins];
    let places: Vec<usize> = p.iter().map(|p| bin(*p, bins)).collect();
    for ((b, p), o) in places.iter().zip(p).zip(o) {
        if let (Some(c), Some(h), Some(s)) = (count.get_mut(*b), happened.get_mut(*b), sum.get_mut(*b)) {
            *c += 1;
            *h += u64::from(*o);
            *s += p;
        }
    }
    let mut draws: Vec<Vec<u64>> = alloc::vec![Vec::with_capacity(resamples); bins];
    let mut entropy = SeedEntropy::labelled(&seed.0, "reliability diagram");
    let mut bytes = alloc::vec![0u8; p.len() * 8];
    for _ in 0..resamples {
        let mut drawn = alloc::vec![0u64; bins];
        entropy.fill(&mut bytes);
        for ((b, p), random) in places.iter().zip(p).zip(bytes.as_chunks::<8>().0) {
            // 53 bits: uniform in [0, 1).
            #[allow(clippy::cast_precision_loss, reason = "below 2^53")]
            let u = (u64::from_le_bytes(*random) >> 11) as f64 / (1u64 << 53) as f64;
            if let Some(d) = drawn.get_mut(*b) {
                *d += u64::from(u < *p);
            }
        }
        draws.iter_mut().zip(drawn).for_each(|(all, d)| all.push(d));
    }
    let mut out = Vec::new();
    for (((count, happened), sum), mut draws) in count.into_iter().zip(happened).zip(sum).zip(draws) {
        if count == 0 {
            continue;
        }
        draws.sort_unstable();
        let at = |part: usize| {
            let i = (draws.len().saturating_sub(1) * part + 50) / 100;
            draws.get(i).map_or(f64::NAN, |d| share(*d, count))
        };
        #[allow(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
        let forecast = sum / count as f64;
        out.push(ReliabilityBin { count, forecast, observed: share(happened, count), band: [at(5), at(95)] });
    }
    Ok(ReliabilityDiagram { bins: out })
}

/// Expected and maximum calibration error, 0..=1: mean (by forecasts) and largest distance between forecast and observed
/// share over `bins` bins of equal width.
///
/// Source: Naeini, Cooper and Hauskrecht, 2015.
///
/// # Errors
/// As [`reliability_diagram`].
///
/// ```
/// use countermark_scoring::rules::expected_calibration_error;
/// let [expected, largest] = expected_calibration_error(&[true, false], &[1.0, 0.5], 10)?;
/// assert_eq!((expected, largest), (0.25, 0.5));
/// assert!(expected_calibration_error(&[], &[], 10).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn expected_calibration_error(o: &[bool], p: &[f64], bins: usize) -> Result<[f64; 2]> {
    let d = reliability_diagram(o, p, bins, 0, &B256::ZERO)?;
    let (mut mean, mut largest) = (0.0, 0.0f64);
    for b in &d.bins {
        let gap = (b.forecast - b.observed).abs();
        mean += gap * share(b.count, o.len() as u64);
        largest = largest.max(gap);
    }
    Ok([mean, largest])
}

/// The parts of a mean Brier score: `reliability - resolution + uncertainty`, exactly, when a bin's forecasts are equal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BrierDecomposition {
    /// How far forecasts are from what happened when they were made; 0 is best.
    pub reliability: f64,
    /// How far what happened differs from the average where forecasts differ; more is better.
    pub resolution: f64,
    /// The score of always forecasting the average.
    pub uncertainty: f64,
}

/// Decomposes the mean Brier score by the distinct values of the forecasts, or by `bins` bins of equal width.
///
/// Source: Murphy, 1973.
///
/// # Errors
/// `length_mismatch`; `out_of_range`; `too_few_rows`.
///
/// ```
/// use countermark_scoring::rules::brier_decomposition;
/// let d = brier_decomposition(&[true, false, true, true], &[0.5, 0.5, 1.0, 1.0], None)?;
/// assert_eq!((d.reliability, d.resolution, d.uncertainty), (0.0, 0.0625, 0.1875));
/// assert!(brier_decomposition(&[true], &[2.0], None).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
#[allow(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
pub fn brier_decomposition(o: &[bool], p: &[f64], bins: Option<usize>) -> Result<BrierDecomposition> {
    events(o, p)?;
    if let Some(bins) = bins {
        counted("number of bins", bins, MAX_BINS)?;
    }
    let mut pairs: Vec<(f64, bool)> = p.iter().copied().zip(o.iter().copied()).collect();
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
    let n = pairs.len() as f64;
    let rate = |of: &[(f64, bool)]| of.iter().filter(|x| x.1).count() as f64 / of.len() as f64;
    let average = rate(&pairs);
    let same = |a: &(f64, bool), b: &(f64, bool)| match bins {
        Some(k) => bin(a.0, k) == bin(b.0, k),
        None => a.0 == b.0,
    };
    let (mut reliability, mut resolution) = (0.0, 0.0);
    for group in pairs.chunk_by(same) {
        let size = group.len() as f64;
        let forecast = match bins {
            Some(_) => group.iter().map(|x| x.0).sum::<f64>() / size,
            None => group.first().map_or(f64::NAN, |x| x.0),
        };
        let observed = rate(group);
        reliability += size * (forecast - observed) * (forecast - observed);
        resolution += size * (observed - average) * (observed - average);
    }
    Ok(BrierDecomposition {
        reliability: reliability / n,
        resolution: resolution / n,
        uncertainty: average * (1.0 - average),
    })
}

/// The elementary scores of forecasts of a mean at each threshold: mean of `|y - t|` over forecasts on the other side of
/// `t` than their observation. A forecaster whose curve is lowest everywhere is best by every consistent score.
///
/// Source: Ehm, Gneiting, Jordan and Krueger, 2016 (the mean functional, divided by 1).
///
/// # Errors
/// `length_mismatch`; `non_finite`; `too_few_rows`; `out_of_range` for the number of thresholds.
///
/// ```
/// use countermark_scoring::rules::murphy_diagram;
/// assert_eq!(murphy_diagram(&[1.0], &[0.25], &[0.0, 0.5, 2.0])?, [0.0, 0.5, 0.0]);
/// assert!(murphy_diagram(&[1.0], &[f64::NAN], &[0.5]).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
#[allow(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
pub fn murphy_diagram(observations: &[f64], forecasts: &[f64], thresholds: &[f64]) -> Result<Vec<f64>> {
    same_length("forecasts", observations.len(), forecasts.len())?;
    finite("observations", observations)?;
    finite("forecasts", forecasts)?;
    finite("thresholds", thresholds)?;
    counted("number of thresholds", thresholds.len(), MAX_BINS)?;
    if observations.is_empty() {
        return Err(Error::TooFewRows { kept: 0, of: 0, needed: 1 });
    }
    let n = observations.len() as f64;
    let at = |t: &f64| {
        let pairs = observations.iter().zip(forecasts);
        let sum: f64 =
            pairs.filter(|(y, x)| y.min(**x) <= *t && *t < y.max(**x)).map(|(y, _)| (y - t).abs()).sum();
        sum / n
    };
    Ok(thresholds.iter().map(at).collect())
}

/// The rank of each observation in its ensemble as a number in 0..=1: the share of the m + 1 places below it, ties broken
/// at random from a seed. Uniform where the ensemble is calibrated. `forecasts`: `[n, m]`.
///
/// Source: Hamill, 2001 (rank histograms).
///
/// # Errors
/// `length_mismatch`; `non_finite`; `too_few_rows` without members.
///
/// ```
/// use countermark_primitives::B256;
/// use countermark_scoring::{Matrix, rules::pit_ensemble};
/// let x = Matrix::strided_f64(&[1.0, 2.0, 3.0], 0, [1, 3], [3, 1])?;
/// let p = pit_ensemble(&(&vec![2.5]).into(), &x, &B256::ZERO)?;
/// assert!(p[0] > 0.5 && p[0] < 0.75);
/// assert!(pit_ensemble(&(&vec![]).into(), &x, &B256::ZERO).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
#[allow(clippy::cast_precision_loss, reason = "numbers of members are far below 2^53")]
pub fn pit_ensemble(observations: &Column<'_>, forecasts: &Matrix<'_>, seed: &B256) -> Result<Vec<f64>> {
    let [n, m] = forecasts.shape();
    same_length("observations", n, observations.len())?;
    if m == 0 {
        return Err(Error::TooFewRows { kept: 0, of: 0, needed: 1 });
    }
    let y = observations.to_vec();
    finite("observations", &y)?;
    let mut entropy = SeedEntropy::labelled(&seed.0, "ensemble rank");
    let mut out = Vec::with_capacity(n);
    for (i, y) in y.iter().enumerate() {
        let row = forecasts.row(i).to_vec();
        if row.iter().any(|x| !x.is_finite()) {
            return Err(Error::NonFinite { column: "forecasts".into(), row: i });
        }
        let below = row.iter().filter(|x| *x < y).count();
        let equal = row.iter().filter(|x| *x == y).count();
        let mut bytes = [0u8; 8];
        entropy.fill(&mut bytes);
        let u = (u64::from_le_bytes(bytes) >> 11) as f64 / (1u64 << 53) as f64;
        out.push((below as f64 + u * (equal as f64 + 1.0)) / (m as f64 + 1.0));
    }
    Ok(out)
}

/// How many probability integral transforms lie in each of `bins` bins of equal width: flat where forecasts are
/// calibrated, a hump where they are too wide, a bowl where they are too narrow.
///
/// # Errors
/// `out_of_range` for a value outside 0..=1 or the number of bins.
///
/// ```
/// use countermark_scoring::rules::pit_histogram;
/// assert_eq!(pit_histogram(&[0.1, 0.6, 1.0], 2)?, [1, 2]);
/// assert!(pit_histogram(&[1.1], 2).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn pit_histogram(pit: &[f64], bins: usize) -> Result<Vec<u64>> {
    counted("number of bins", bins, MAX_BINS)?;
    let mut out = alloc::vec![0u64; bins];
    for (i, p) in pit.iter().enumerate() {
        if !(0.0..=1.0).contains(p) {
            return Err(outside("probability", *p, i, "0..=1"));
        }
        if let Some(o) = out.get_mut(bin(*p, bins)) {
            *o += 1;
        }
    }
    Ok(out)
}
