//! Submissions to the three tournaments: what is accepted, and the form in which they are scored.
//!
//! Source: numerai/numerai-tools 0.7.2, `numerai_tools/submissions.py`.

use super::normalize::deviation;
use super::rank::tie_kept_rank;
use crate::{Column, Error, Result, SubmissionPart};
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use countermark_primitives::Error as Base;

/// One of Numerai's tournaments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Tournament {
    /// The classic tournament.
    Numerai,
    /// Numerai Signals: stocks.
    Signals,
    /// Numerai Crypto.
    Crypto,
}

const DATE_HEADERS: &[&str] = &["friday_date", "date"];
/// Ids that a submission to Signals or Crypto must have at least.
pub const MIN_TICKERS: usize = 100;

impl Tournament {
    /// Names the column of ids may have.
    pub const fn id_headers(self) -> &'static [&'static str] {
        match self {
            Self::Numerai => &["id"],
            Self::Signals => &["ticker", "sedol", "bloomberg_ticker", "composite_figi", "numerai_ticker"],
            Self::Crypto => &["symbol"],
        }
    }

    /// Names the column of predictions may have.
    pub const fn prediction_headers(self) -> &'static [&'static str] {
        match self {
            Self::Numerai => &["prediction", "probability"],
            Self::Signals | Self::Crypto => &["prediction", "signal"],
        }
    }
}

/// A submission as it is in its file. For a deprecated or ignored column only the header counts.
#[derive(Debug, Clone, Copy)]
pub struct Submission<'a> {
    /// Names of the columns, in order.
    pub headers: &'a [&'a str],
    /// The column of ids; `None` where a cell is empty.
    pub ids: &'a [Option<&'a str>],
    /// The column of predictions; NaN where a cell is empty.
    pub values: &'a [f64],
}

/// The columns of a submission, as places in its headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SubmissionColumns {
    /// The column of ids.
    pub id: usize,
    /// The column of predictions.
    pub prediction: usize,
    /// The column of dates, where there is one (Signals only).
    pub date: Option<usize>,
}

/// What is kept of a submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValidSubmission {
    /// The columns.
    pub columns: SubmissionColumns,
    /// Rows whose ids are live, in order of the ids.
    pub rows: Vec<usize>,
    /// Ids that are not live, each once, in order.
    pub invalid_ids: Vec<String>,
}

fn refuse<T>(part: SubmissionPart, why: String) -> Result<T> {
    Err(Error::InvalidSubmission { part, why })
}

/// Checks headers, ids and values of a submission, in this order.
///
/// * Headers: a column of ids and one of predictions, in this order and nothing else. For Signals a column `data_type`
///   (deprecated) and the first of `friday_date` and `date` are set aside before; `require_date` refuses a submission
///   without a date.
/// * Ids: none missing; among those that are live none twice, and at least as many as there are live ids (Numerai) or
///   100 (Signals, Crypto). Ids that are not live are left out and listed.
/// * Values of the rows that are left: no NaN, in 0..=1 with the slack of `numpy.isclose` at the ends, and not all the
///   same: a standard deviation above 1e-8.
///
/// # Errors
/// `invalid_submission_headers`, `invalid_submission_ids`, `invalid_submission_values`: the prefixes of
/// numerai-tools' messages, the messages beginning with them. `length_mismatch` unless there is a value per id.
///
/// ```
/// use countermark_primitives::Coded;
/// use countermark_scoring::{Submission, Tournament, validate_submission};
/// let live = [Some("a"), Some("b")];
/// let submission = Submission {
///     headers: &["id", "prediction"],
///     ids: &[Some("b"), Some("x"), Some("a")],
///     values: &[0.2, 0.3, 0.9],
/// };
/// let valid = validate_submission(Tournament::Numerai, &live, &submission, false)?;
/// assert_eq!((valid.rows, valid.invalid_ids), (vec![2, 0], vec!["x".to_string()]));
/// let flat = Submission { values: &[0.5; 3], ..submission };
/// let e = validate_submission(Tournament::Numerai, &live, &flat, false).unwrap_err();
/// assert_eq!(e.code(), "invalid_submission_values");
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn validate_submission(
    tournament: Tournament,
    live_ids: &[Option<&str>],
    submission: &Submission<'_>,
    require_date: bool,
) -> Result<ValidSubmission> {
    let Submission { headers, ids, values } = *submission;
    if ids.len() != values.len() {
        let (expected, got) = (ids.len(), values.len());
        return Err(Base::LengthMismatch { what: "predictions", expected, got }.into());
    }
    let columns = validate_headers(tournament, headers, require_date)?;
    let name = headers.get(columns.id).copied().unwrap_or("id");
    let (rows, invalid_ids) = validate_ids(tournament, live_ids, ids, name)?;
    let kept: Vec<f64> = rows.iter().filter_map(|r| values.get(*r).copied()).collect();
    validate_values(&kept)?;
    Ok(ValidSubmission { columns, rows, invalid_ids })
}

fn validate_headers(
    tournament: Tournament,
    headers: &[&str],
    require_date: bool,
) -> Result<SubmissionColumns> {
    let mut places: Vec<(usize, &str)> = headers.iter().copied().enumerate().collect();
    let mut date = None;
    if tournament == Tournament::Signals {
        places.retain(|(_, h)| *h != "data_type");
        if let Some((place, name)) = places.iter().copied().find(|(_, h)| DATE_HEADERS.contains(h)) {
            date = Some(place);
            places.retain(|(_, h)| *h != name);
        }
        if require_date && date.is_none() {
            return refuse(SubmissionPart::Headers, String::from("submission must contain a date column"));
        }
    }
    let (ids, predictions) = (tournament.id_headers(), tournament.prediction_headers());
    match places.as_slice() {
        [(id, i), (prediction, p)] if ids.contains(i) && predictions.contains(p) => {
            Ok(SubmissionColumns { id: *id, prediction: *prediction, date })
        }
        _ => refuse(
            SubmissionPart::Headers,
            format!("headers must be one of {ids:?} and one of {predictions:?}"),
        ),
    }
}

fn validate_ids(
    tournament: Tournament,
    live_ids: &[Option<&str>],
    ids: &[Option<&str>],
    name: &str,
) -> Result<(Vec<usize>, Vec<String>)> {
    let part = SubmissionPart::Ids;
    let live: BTreeSet<&str> = live_ids.iter().flatten().copied().collect();
    let mut kept: Vec<(&str, usize)> = Vec::with_capacity(ids.len());
    let mut invalid = BTreeSet::new();
    for (row, id) in ids.iter().enumerate() {
        let Some(id) = id else {
            return refuse(part, format!("submission must not contain NaNs in the {name} column"));
        };
        if live.contains(id) {
            kept.push((id, row));
        } else {
            invalid.insert(*id);
        }
    }
    kept.sort_unstable();
    if let Some((id, _)) =
        kept.windows(2).find(|w| w.first().map(|k| k.0) == w.last().map(|k| k.0)).and_then(<[_]>::first)
    {
        return refuse(part, format!("duplicates detected in {name} for live period: {id}"));
    }
    let needed = if tournament == Tournament::Numerai { live_ids.len() } else { MIN_TICKERS };
    if kept.len() < needed {
        let got = kept.len();
        return refuse(
            part,
            format!("not enough stocks submitted: {got} live ids, at least {needed} are needed"),
        );
    }
    Ok((kept.into_iter().map(|(_, row)| row).collect(), invalid.into_iter().map(String::from).collect()))
}

/// The bounds of `numpy.isclose`.
fn is_close(x: f64, to: f64) -> bool {
    x == to || (x.is_finite() && to.is_finite() && (x - to).abs() <= 1e-8 + 1e-5 * to.abs())
}

fn validate_values(values: &[f64]) -> Result<()> {
    let part = SubmissionPart::Values;
    if values.iter().any(|x| x.is_nan()) {
        return refuse(part, String::from("submission must not contain NaNs"));
    }
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let inside = (low >= 0.0 || is_close(low, 0.0)) && (high <= 1.0 || is_close(high, 1.0));
    if !values.is_empty() && !inside {
        return refuse(part, format!("values must be between 0 and 1, they are between {low} and {high}"));
    }
    // The sample deviation, with divisor n - 1, which one value has not.
    #[allow(clippy::cast_precision_loss, reason = "row counts are far below 2^53")]
    let n = values.len() as f64;
    let sd = deviation(values) * libm::sqrt(n / (n - 1.0));
    if values.len() > 1 && is_close(0.0, sd) {
        return refuse(part, String::from("submission must have non-zero standard deviation"));
    }
    Ok(())
}

/// Options of [`clean_submission`].
#[derive(Debug, Clone, Copy, Default)]
pub struct CleanOptions<'a> {
    /// For each id of the universe the id to give out in its place; `None` keeps the ids.
    pub remap: Option<&'a [Option<&'a str>]>,
    /// Whether predictions become tie-kept ranks, and gaps 0.5 after that: the form in which they are scored.
    pub rank_and_fill: bool,
}

/// A submission on its universe.
#[derive(Debug, Clone, PartialEq)]
pub struct CleanSubmission {
    /// Ids, ascending, each once.
    pub ids: Vec<String>,
    /// Their predictions; NaN where the submission has none, unless filled.
    pub values: Vec<f64>,
}

/// Brings a submission into the form in which it is scored: every id of the universe, renamed where wanted, once and
/// in order, with its prediction. Of several rows for an id the first counts, in order of the universe.
///
/// # Errors
/// `too_few_rows` for an empty universe or submission; `length_mismatch`.
///
/// ```
/// use countermark_scoring::{CleanOptions, clean_submission};
/// let universe = [Some("a"), Some("b"), Some("c")];
/// let options = CleanOptions { remap: None, rank_and_fill: true };
/// let clean = clean_submission(&universe, &[Some("c"), Some("a")], &[0.9, 0.2], &options)?;
/// assert_eq!(clean.ids, ["a", "b", "c"]);
/// assert_eq!(clean.values, [0.25, 0.5, 0.75]);
/// assert!(clean_submission(&universe, &[], &[], &options).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
pub fn clean_submission(
    universe: &[Option<&str>],
    ids: &[Option<&str>],
    values: &[f64],
    options: &CleanOptions<'_>,
) -> Result<CleanSubmission> {
    for (what, expected, got) in [
        ("predictions", ids.len(), values.len()),
        ("remapped ids", universe.len(), options.remap.map_or(universe.len(), <[_]>::len)),
    ] {
        if expected != got {
            return Err(Base::LengthMismatch { what, expected, got }.into());
        }
    }
    if universe.is_empty() || ids.is_empty() {
        return Err(Error::TooFewRows { kept: 0, of: 0, needed: 1 });
    }
    let mut first: BTreeMap<&str, f64> = BTreeMap::new();
    for (id, x) in ids.iter().zip(values) {
        if let Some(id) = id {
            first.entry(id).or_insert(*x);
        }
    }
    let mut clean: BTreeMap<&str, f64> = BTreeMap::new();
    for (source, target) in universe.iter().zip(options.remap.unwrap_or(universe)) {
        if let Some(target) = target {
            let x = source.and_then(|s| first.get(s)).copied().unwrap_or(f64::NAN);
            clean.entry(target).or_insert(x);
        }
    }
    let mut values: Vec<f64> = clean.values().copied().collect();
    if options.rank_and_fill {
        values = tie_kept_rank(&Column::from(&values));
        values.iter_mut().filter(|x| x.is_nan()).for_each(|x| *x = 0.5);
    }
    Ok(CleanSubmission { ids: clean.into_keys().map(String::from).collect(), values })
}
