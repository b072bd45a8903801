//! What the three skins parse and run alike; each includes this file. `Fault` is the skin's own error.

use crate::convert::Fault;
use countermark::scoring::labels::{
    Annotations, DawidSkene, Glad, InitialErrors, MissingSkill, OneCoin, Vote,
};
use countermark::{
    compute_to_data::{
        GatedOutputs, Isolation, Job, Limits, Policy, Sandbox as _, Slot, algorithm_hash, apply_gate,
    },
    datatoken::Profile,
    primitives::{Address, B256, CancelToken, Error as Basic, Nano, Timestamp, Wei, ignore_progress},
    receipt::Table,
    sandbox::{self, InProcessSandbox, ProcessSandbox, WorkerCommand},
    scoring::{
        Mode,
        predictoor::{Forecast, Prediction, Slot as FeedSlot, Status},
    },
    settle::{PayoutRule, Share},
};
use std::path::PathBuf;

pub(crate) fn hash(what: &'static str, bytes: &[u8]) -> Result<B256, Basic> {
    B256::try_from(bytes).map_err(|_| Basic::LengthMismatch { what, expected: 32, got: bytes.len() })
}

pub(crate) fn hash_text(what: &'static str, text: &str) -> Result<B256, Basic> {
    text.parse().map_err(|_| Basic::InvalidText { what, form: "hex of 32 bytes" })
}

pub(crate) fn address(what: &'static str, text: &str) -> Result<Address, Basic> {
    text.parse().map_err(|_| Basic::InvalidText { what, form: "hex of 20 bytes" })
}

pub(crate) fn mode(text: &str) -> Result<Mode, Basic> {
    match text {
        "strict" => Ok(Mode::Strict),
        "per_model" => Ok(Mode::PerModel),
        "compat" => Ok(Mode::Compat),
        _ => Err(Basic::InvalidText { what: "mode", form: "mode (strict, per_model or compat)" }),
    }
}

fn share(text: &str) -> Result<Share, Basic> {
    match text {
        "whole_pot" => Ok(Share::WholePot),
        "at_most_rate" => Ok(Share::AtMostRate),
        _ => Err(Basic::InvalidText { what: "share", form: "share (whole_pot or at_most_rate)" }),
    }
}

pub(crate) fn forecast(text: &str) -> Result<Forecast, Basic> {
    match text {
        "price" => Ok(Forecast::Price),
        "relative_change" => Ok(Forecast::RelativeChange),
        _ => Err(Basic::InvalidText { what: "form", form: "form (price or relative_change)" }),
    }
}

pub(crate) const fn status_name(status: Status) -> &'static str {
    match status {
        Status::Pending => "pending",
        Status::Paying => "paying",
        Status::Canceled => "canceled",
    }
}

fn same_length(what: &'static str, expected: usize, got: usize) -> Result<(), Basic> {
    if got == expected { Ok(()) } else { Err(Basic::LengthMismatch { what, expected, got }) }
}

/// Predictions from their columns.
pub(crate) fn predictions(up: &[bool], stakes: &[Wei]) -> Result<Vec<Prediction>, Basic> {
    same_length("stakes", up.len(), stakes.len())?;
    Ok(up.iter().zip(stakes).map(|(up, stake)| Prediction { up: *up, stake: *stake }).collect())
}

/// Slots of a feed from their columns.
pub(crate) fn feed_slots(
    starts: &[u64],
    staked_up: &[f64],
    staked: &[f64],
    truth: &[Option<bool>],
    canceled: &[bool],
) -> Result<Vec<FeedSlot>, Basic> {
    same_length("staked_up", starts.len(), staked_up.len())?;
    same_length("staked", starts.len(), staked.len())?;
    same_length("truth", starts.len(), truth.len())?;
    same_length("canceled", starts.len(), canceled.len())?;
    let rows = starts.iter().zip(staked_up).zip(staked).zip(truth).zip(canceled);
    let mut slots = Vec::with_capacity(starts.len());
    for ((((start, up), all), truth), canceled) in rows {
        let start = Timestamp::new(*start);
        slots.push(FeedSlot { start, staked_up: *up, staked: *all, truth: *truth, canceled: *canceled });
    }
    Ok(slots)
}

pub(crate) fn payout_rule(clip: f64, threshold: Option<Wei>, share: &str) -> Result<PayoutRule, Fault> {
    Ok(PayoutRule { clip: Nano::from_f64(clip)?, threshold, share: self::share(share)? })
}

pub(crate) fn profile(text: &str) -> Result<Profile, Basic> {
    match text {
        "strict" => Ok(Profile::Strict),
        "compat" => Ok(Profile::Compat),
        _ => Err(Basic::InvalidText { what: "profile", form: "profile (strict or compat)" }),
    }
}

pub(crate) fn isolation(text: &str) -> Result<Isolation, Basic> {
    match text {
        "process" => Ok(Isolation::Process),
        "in_process" => Ok(Isolation::InProcess),
        _ => Err(Basic::InvalidText { what: "isolation", form: "isolation (process or in_process)" }),
    }
}

pub(crate) const fn isolation_name(isolation: Isolation) -> &'static str {
    match isolation {
        Isolation::Process => "process",
        Isolation::InProcess => "in_process",
    }
}

/// A declared output; `length` is `None` for a single number.
pub(crate) fn slot(
    name: &str,
    length: Option<u32>,
    lo: i64,
    hi: i64,
    digits: u32,
) -> Result<Slot, countermark::compute_to_data::Error> {
    // More digits than any slot takes, where the number does not fit.
    let digits = u8::try_from(digits).unwrap_or(u8::MAX);
    match length {
        Some(length) => Slot::vector(name, length, lo, hi, digits),
        None => Slot::scalar(name, lo, hi, digits),
    }
}

/// What an algorithm is run on, and how.
pub(crate) struct Request {
    pub(crate) module: Vec<u8>,
    pub(crate) columns: Vec<String>,
    /// Shape [rows, columns], row-major.
    pub(crate) values: Vec<f64>,
    pub(crate) slots: Vec<Slot>,
    pub(crate) limits: Limits,
    pub(crate) seed: B256,
    pub(crate) isolation: Isolation,
    /// Program and arguments; nothing is searched for when it is empty.
    pub(crate) worker: Vec<String>,
}

/// What a run gave.
pub(crate) struct Ran {
    pub(crate) job: Job,
    pub(crate) outputs: GatedOutputs,
    pub(crate) fuel: u64,
    pub(crate) log: Vec<u8>,
    pub(crate) executor: String,
    pub(crate) isolation: Isolation,
}

/// Runs a module and passes its outputs through the gate, under the default policy with this one module listed.
pub(crate) fn run(request: Request, cancel: &CancelToken) -> Result<Ran, Fault> {
    let Request { module, columns, values, slots, limits, seed, isolation, worker } = request;
    let table = Table::try_new(columns, values)?;
    let job = Job { algorithm: algorithm_hash(&module), input: table.root(), slots, limits, seed };
    let policy = Policy { limits, ..Policy::listing(vec![job.algorithm]) };
    countermark::compute_to_data::admit(&policy, &job, table.rows() as u64)?;
    let raw = match isolation {
        Isolation::InProcess => {
            InProcessSandbox::default().run(&job, &module, &table, cancel, &mut ignore_progress)?
        }
        Isolation::Process => {
            let mut words = worker.into_iter();
            let program = words.next().map(PathBuf::from);
            let program = program.ok_or(sandbox::Error::WorkerMissing { path: PathBuf::new() })?;
            let args = words.map(Into::into).collect();
            ProcessSandbox::new(WorkerCommand { program, args }).run(
                &job,
                &module,
                &table,
                cancel,
                &mut ignore_progress,
            )?
        }
    };
    let outputs = apply_gate(&policy, &job, &table, &raw)?;
    let (fuel, log, executor, isolation) = (raw.fuel, raw.log, raw.executor, raw.isolation);
    Ok(Ran { job, outputs, fuel, log, executor, isolation })
}

impl Ran {
    /// Name and values of each slot, in declared order.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = (String, Vec<f64>)> + '_ {
        let slots = self.job.slots.iter();
        slots.map(|s| (s.name().to_owned(), self.outputs.numbers(&self.job, s.name()).unwrap_or_default()))
    }
}

pub(crate) fn rank_method(text: &str) -> Result<countermark::scoring::RankMethod, Basic> {
    use countermark::scoring::RankMethod;
    match text {
        "average" => Ok(RankMethod::Average),
        "first" => Ok(RankMethod::First),
        "min" => Ok(RankMethod::Min),
        "max" => Ok(RankMethod::Max),
        "dense" => Ok(RankMethod::Dense),
        _ => Err(Basic::InvalidText { what: "method", form: "method (average, first, min, max or dense)" }),
    }
}

pub(crate) fn normalization(text: &str) -> Result<countermark::scoring::Normalization, Basic> {
    use countermark::scoring::Normalization;
    let form = "normalization (center, variance, standard, min_max or weight)";
    match text {
        "center" => Ok(Normalization::Center),
        "variance" => Ok(Normalization::Variance),
        "standard" => Ok(Normalization::Standard),
        "min_max" => Ok(Normalization::MinMax),
        "weight" => Ok(Normalization::Weight),
        _ => Err(Basic::InvalidText { what: "how", form }),
    }
}

/// A correlation of two columns by its name. Only Pearson's takes tails.
pub(crate) fn correlation(
    target: &countermark::scoring::Column<'_>,
    predictions: &countermark::scoring::Column<'_>,
    method: &str,
    top_bottom: Option<usize>,
) -> Result<f64, Fault> {
    use countermark::scoring::{pearson_correlation, spearman_correlation, tie_broken_rank_correlation};
    let form = "method (pearson, spearman or tie_broken_rank; top_bottom with pearson only)";
    Ok(match (method, top_bottom) {
        ("pearson", k) => pearson_correlation(target, predictions, k)?,
        ("spearman", None) => spearman_correlation(target, predictions)?,
        ("tie_broken_rank", None) => tie_broken_rank_correlation(target, predictions)?,
        _ => return Err(Basic::InvalidText { what: "method", form }.into()),
    })
}

pub(crate) fn tournament(text: &str) -> Result<countermark::scoring::Tournament, Basic> {
    use countermark::scoring::Tournament;
    match text {
        "numerai" => Ok(Tournament::Numerai),
        "signals" => Ok(Tournament::Signals),
        "crypto" => Ok(Tournament::Crypto),
        _ => Err(Basic::InvalidText { what: "tournament", form: "tournament (numerai, signals or crypto)" }),
    }
}

/// The payout rule of a tournament: with the round's multipliers, or for Signals with the day the round opens on.
pub(crate) fn tournament_rule(
    name: &str,
    multipliers: &[f64],
    round_day: Option<&str>,
) -> Result<countermark::settle::TournamentRule, Fault> {
    use countermark::{primitives::Nano, scoring::Tournament, settle::TournamentRule};
    let multipliers = multipliers.iter().map(|x| Nano::from_f64(*x)).collect::<Result<Vec<_>, Basic>>()?;
    let wrong = |expected| Basic::LengthMismatch { what: "multipliers", expected, got: multipliers.len() };
    Ok(match (tournament(name)?, multipliers.as_slice()) {
        (Tournament::Numerai, [corr, mmc]) => TournamentRule::numerai(*corr, *mmc),
        (Tournament::Numerai, _) => return Err(wrong(2).into()),
        (Tournament::Crypto, [mmc]) => TournamentRule::crypto(*mmc),
        (Tournament::Crypto, _) => return Err(wrong(1).into()),
        (_, []) => {
            let (year, month, day) = date(round_day.unwrap_or_default())?;
            TournamentRule::signals(year, month, day)
        }
        _ => return Err(wrong(0).into()),
    })
}

fn date(text: &str) -> Result<(u16, u8, u8), Basic> {
    let bad = || Basic::InvalidText { what: "round_day", form: "date (YYYY-MM-DD)" };
    let parts: Vec<&str> = text.split('-').collect();
    let [y @ [_, _, _, _], m @ [_, _], d @ [_, _]] =
        [0, 1, 2].map(|i| parts.get(i).map_or(&[][..], |p| p.as_bytes()))
    else {
        return Err(bad());
    };
    let number = |digits: &[u8]| -> Result<u16, Basic> {
        let text = core::str::from_utf8(digits).map_err(|_| bad())?;
        if digits.iter().all(u8::is_ascii_digit) { text.parse().map_err(|_| bad()) } else { Err(bad()) }
    };
    let (month, day) = (u8::try_from(number(m)?), u8::try_from(number(d)?));
    match (month, day) {
        (Ok(month @ 1..=12), Ok(day @ 1..=31)) if parts.len() == 3 => Ok((number(y)?, month, day)),
        _ => Err(bad()),
    }
}

/// The models of a round from columns of the same length.
pub(crate) fn staked_models(
    metrics: Vec<Option<Vec<f64>>>,
    stakes: Vec<countermark::primitives::Wei>,
    retained: Option<Vec<f64>>,
) -> Result<Vec<countermark::settle::StakedModel>, Fault> {
    use countermark::{primitives::Nano, settle::StakedModel};
    let expected = metrics.len();
    let retained = retained.unwrap_or_else(|| vec![1.0; expected]);
    for (what, got) in [("stakes", stakes.len()), ("retained", retained.len())] {
        if got != expected {
            return Err(Basic::LengthMismatch { what, expected, got }.into());
        }
    }
    let nano = |x: f64| Nano::from_f64(x);
    let one = |((metrics, stake), kept): ((Option<Vec<f64>>, _), f64)| {
        let metrics = metrics.map(|m| m.into_iter().map(nano).collect::<Result<_, _>>()).transpose()?;
        Ok(StakedModel { metrics, stake, retained: nano(kept)? })
    };
    metrics.into_iter().zip(stakes).zip(retained).map(one).collect()
}

pub(crate) fn contribution_method(
    text: &str,
    permutations: Option<u32>,
    seed: Option<&[u8]>,
) -> Result<countermark::scoring::ContributionMethod, Basic> {
    use countermark::scoring::ContributionMethod;
    let form = "method (leave_one_out, shapley, or sampled_shapley with permutations and a seed)";
    match (text, permutations, seed) {
        ("leave_one_out", None, None) => Ok(ContributionMethod::LeaveOneOut),
        ("shapley", None, None) => Ok(ContributionMethod::Shapley),
        ("sampled_shapley", Some(permutations), Some(seed)) => {
            Ok(ContributionMethod::SampledShapley { permutations, seed: hash("seed", seed)?.0 })
        }
        _ => Err(Basic::InvalidText { what: "method", form }),
    }
}

/// The rows of several tables that belong together, by text ids; a table without values has no gaps.
pub(crate) fn align(
    ids: &[Vec<String>],
    values: &[Option<countermark::scoring::Matrix<'_>>],
    max_filtered_ratio: f64,
) -> Result<Vec<Vec<u32>>, Fault> {
    use countermark::scoring::{Alignment, Frame, Ids};
    if values.len() != ids.len() {
        return Err(Basic::LengthMismatch { what: "values", expected: ids.len(), got: values.len() }.into());
    }
    let texts: Vec<Vec<&str>> = ids.iter().map(|t| t.iter().map(String::as_str).collect()).collect();
    let columns: Vec<_> =
        values.iter().map(|m| m.as_ref().map(|m| m.columns()).unwrap_or_default()).collect();
    let frames: Vec<Frame<'_>> =
        texts.iter().zip(&columns).map(|(ids, columns)| Frame { ids: Ids::Text(ids), columns }).collect();
    let rows = Alignment::new(&frames, max_filtered_ratio)?;
    Ok((0..ids.len()).map(|i| rows.rows(i).to_vec()).collect())
}

/// A value by id, for two signals at a time.
pub(crate) fn with_signals<T>(
    [a, b]: [(&[String], countermark::scoring::Column<'_>); 2],
    f: impl FnOnce(
        &countermark::scoring::Signal<'_>,
        &countermark::scoring::Signal<'_>,
    ) -> countermark::scoring::Result<T>,
) -> countermark::scoring::Result<T> {
    use countermark::scoring::{Ids, Signal};
    let x: Vec<&str> = a.0.iter().map(String::as_str).collect();
    let y: Vec<&str> = b.0.iter().map(String::as_str).collect();
    f(&Signal { ids: Ids::Text(&x), values: a.1 }, &Signal { ids: Ids::Text(&y), values: b.1 })
}

/// Ids with gaps, borrowed.
pub(crate) fn gaps(ids: &[Option<String>]) -> Vec<Option<&str>> {
    ids.iter().map(Option::as_deref).collect()
}

/// A column of weights per model: NaN where the model has a reason.
pub(crate) fn weight_columns<R>(weights: Vec<Result<Vec<f64>, R>>, rows: usize) -> Vec<Vec<f64>> {
    weights.into_iter().map(|w| w.unwrap_or_else(|_| vec![f64::NAN; rows])).collect()
}

/// Row-major values as a matrix of `rows` rows; as many columns as fill it.
pub(crate) fn matrix_of<'a>(
    what: &'static str,
    values: &'a [f64],
    rows: usize,
) -> Result<countermark::scoring::Matrix<'a>, Fault> {
    let columns = if rows == 0 { 0 } else { values.len().div_ceil(rows) };
    let expected = columns.saturating_mul(rows);
    if expected != values.len() {
        return Err(Basic::LengthMismatch { what, expected, got: values.len() }.into());
    }
    let stride = isize::try_from(columns).unwrap_or(isize::MAX);
    Ok(countermark::scoring::Matrix::strided_f64(values, 0, [rows, columns], [stride, 1])?)
}

/// A submission to Signals with its universe, owned. `neutralizers`: row-major, shape `[universe, f]`.
pub(crate) struct SignalsData {
    pub(crate) submission_ids: Vec<String>,
    pub(crate) submission: Vec<f64>,
    pub(crate) universe: Vec<String>,
    pub(crate) neutralizers: Vec<f64>,
    pub(crate) sample_weights: Vec<f64>,
}

/// The largest churn and the largest turnover of a submission against earlier ones.
pub(crate) fn max_churn_and_turnover(
    current: &SignalsData,
    previous: &[&SignalsData],
) -> Result<(f64, f64), Fault> {
    use countermark::scoring::{Column, SignalsEra, max_churn_and_turnover};
    fn texts(ids: &[String]) -> Vec<&str> {
        ids.iter().map(String::as_str).collect()
    }
    struct Views<'a> {
        ids: Vec<&'a str>,
        universe: Vec<&'a str>,
        neutralizers: Vec<Column<'a>>,
    }
    let all: Vec<&SignalsData> = core::iter::once(current).chain(previous.iter().copied()).collect();
    let views = all
        .iter()
        .map(|d| {
            let neutralizers = matrix_of("neutralizers", &d.neutralizers, d.universe.len())?.columns();
            Ok(Views { ids: texts(&d.submission_ids), universe: texts(&d.universe), neutralizers })
        })
        .collect::<Result<Vec<_>, Fault>>()?;
    let eras: Vec<SignalsEra<'_>> = all
        .iter()
        .zip(&views)
        .map(|(d, v)| SignalsEra {
            submission_ids: &v.ids,
            submission: &d.submission,
            universe: &v.universe,
            neutralizers: &v.neutralizers,
            sample_weights: (&d.sample_weights).into(),
        })
        .collect();
    match eras.split_first() {
        Some((current, previous)) => Ok(max_churn_and_turnover(current, previous)?),
        None => Ok((1.0, 1.0)),
    }
}

/// Answers sorted by task and worker; the counts are those of the largest codes.
pub(crate) fn aggregate_answers(
    tasks: &[u32],
    workers: &[u32],
    labels: &[u32],
) -> countermark::scoring::Result<Annotations> {
    let count = |codes: &[u32]| codes.iter().max().map_or(0, |x| x.saturating_add(1));
    Annotations::from_slices(tasks, workers, labels, [count(tasks), count(workers), count(labels)])
}

/// What any method says of tasks and workers; empty where it says nothing.
#[derive(Default)]
#[allow(unreachable_pub, reason = "part of the type of exported functions in one skin")]
pub struct Aggregated {
    pub(crate) labels: Vec<u32>,
    /// Row-major, shape [tasks, labels].
    pub(crate) probabilities: Vec<f64>,
    pub(crate) skills: Vec<f64>,
    pub(crate) priors: Vec<f64>,
    pub(crate) errors: Vec<f64>,
    pub(crate) easiness: Vec<f64>,
    pub(crate) loss_history: Vec<f64>,
}

impl From<Vote> for Aggregated {
    fn from(v: Vote) -> Self {
        Self { labels: v.labels, probabilities: v.probabilities, skills: v.skills, ..Self::default() }
    }
}

impl From<DawidSkene> for Aggregated {
    fn from(d: DawidSkene) -> Self {
        Self {
            labels: d.labels,
            probabilities: d.probabilities,
            priors: d.priors,
            errors: d.errors,
            loss_history: d.loss_history,
            ..Self::default()
        }
    }
}

impl From<OneCoin> for Aggregated {
    fn from(d: OneCoin) -> Self {
        Self {
            labels: d.labels,
            probabilities: d.probabilities,
            skills: d.skills,
            priors: d.priors,
            loss_history: d.loss_history,
            ..Self::default()
        }
    }
}

impl From<Glad> for Aggregated {
    fn from(g: Glad) -> Self {
        Self {
            labels: g.labels,
            probabilities: g.probabilities,
            skills: g.abilities,
            easiness: g.easiness,
            loss_history: g.loss_history,
            ..Self::default()
        }
    }
}

pub(crate) fn missing_skill(text: &str, default: Option<f64>) -> Result<MissingSkill, Basic> {
    match (text, default) {
        ("error", None) => Ok(MissingSkill::Error),
        ("ignore", None) => Ok(MissingSkill::Ignore),
        ("value", Some(value)) => Ok(MissingSkill::Value(value)),
        _ => Err(Basic::InvalidText {
            what: "on_missing_skill",
            form: "choice (error, ignore, or value with a default)",
        }),
    }
}

pub(crate) fn initial_errors(
    values: Option<Vec<f64>>,
    strategy: Option<&str>,
) -> Result<Option<InitialErrors>, Basic> {
    match (values, strategy) {
        (None, _) => Ok(None),
        (Some(values), Some("assign")) => Ok(Some(InitialErrors::Assign(values))),
        (Some(values), Some("addition")) => Ok(Some(InitialErrors::Add(values))),
        _ => Err(Basic::InvalidText { what: "initial_error_strategy", form: "choice (assign or addition)" }),
    }
}

pub(crate) fn kappa_weights(
    text: Option<&str>,
) -> Result<countermark::scoring::agreement::KappaWeights, Basic> {
    use countermark::scoring::agreement::KappaWeights;
    match text {
        None => Ok(KappaWeights::Unweighted),
        Some("linear") => Ok(KappaWeights::Linear),
        Some("quadratic") => Ok(KappaWeights::Quadratic),
        Some(_) => Err(Basic::InvalidText { what: "weights", form: "choice (linear or quadratic)" }),
    }
}

pub(crate) fn measurement(text: &str) -> Result<countermark::scoring::agreement::Measurement, Basic> {
    use countermark::scoring::agreement::Measurement;
    match text {
        "nominal" => Ok(Measurement::Nominal),
        "ordinal" => Ok(Measurement::Ordinal),
        "interval" => Ok(Measurement::Interval),
        "ratio" => Ok(Measurement::Ratio),
        _ => Err(Basic::InvalidText { what: "level", form: "choice (nominal, ordinal, interval, ratio)" }),
    }
}
