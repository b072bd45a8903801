//! All metrics of one era.

use super::{EraInput, EraMetric};
use crate::numerai::{
    Alignment, CorrTarget, Explained, FeatureExposure, Frame, MAX_FILTERED_RATIO, MmcTarget, Ranker,
    as_error, reason_of,
};
use crate::numeric::{mean, pearson, sum1};
use crate::{Column, CorrOptions, Error, FeatureCache, Ids, Mode, Reason, Result, parallel};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Models that are scored together: bounds the memory beside the predictions.
const CHUNK: usize = 64;

/// One era's scores, `[model][metric]`, and why a model has none.
pub(super) struct Block {
    pub(super) scores: Vec<f64>,
    pub(super) reasons: Vec<Option<Reason>>,
}

/// Scores one era. `before` holds the rows of the era before.
pub(super) fn score_era(
    input: &EraInput<'_>,
    metrics: &[EraMetric],
    mode: Mode,
    cache: Option<&FeatureCache>,
    rows: &[u32],
    before: Option<&[u32]>,
) -> Result<Block> {
    if mode == Mode::Compat {
        return compat(input, metrics, cache, rows, before);
    }
    let era = Era::new(input, metrics, cache, rows, before)?;
    let chunks = input.predictions.len().div_ceil(CHUNK);
    let parts = parallel::map(chunks, Scratch::default, |s, c| era.chunk(s, c * CHUNK, mode));
    let mut block = Block { scores: Vec::new(), reasons: Vec::new() };
    for part in parts {
        let part = part?;
        block.scores.extend(part.scores);
        block.reasons.extend(part.reasons);
    }
    Ok(block)
}

/// Scratch memory of one thread.
#[derive(Default)]
struct Scratch {
    ranker: Ranker,
    gauss: Vec<f64>,
    powered: Vec<f64>,
}

/// What an era's metrics need, computed once.
struct Era<'a> {
    input: &'a EraInput<'a>,
    metrics: &'a [EraMetric],
    rows: &'a [u32],
    corr: CorrTarget,
    mmc: Option<MmcTarget>,
    bmc: Option<MmcTarget>,
    /// Centred meta model and its sum of squares.
    meta: Option<(Vec<f64>, f64)>,
    features: Option<Explained<'a>>,
    pairs: Option<Pairs>,
}

impl<'a> Era<'a> {
    fn new(
        input: &'a EraInput<'a>,
        metrics: &'a [EraMetric],
        cache: Option<&FeatureCache>,
        rows: &'a [u32],
        before: Option<&[u32]>,
    ) -> Result<Self> {
        let wants = |m: &[EraMetric]| m.iter().any(|m| metrics.contains(m));
        let load = |name: &str, column: &Column<'_>| {
            let values = gathered(column, rows);
            match reason_of(&values, rows.len()) {
                Some(reason) => Err(as_error(name, global(reason, rows))),
                None => Ok(values),
            }
        };
        if rows.len() < 2 {
            return Err(Error::TooFewRows { kept: rows.len(), of: rows.len(), needed: 2 });
        }
        let t = load("target", &input.target)?;
        let meta = match &input.meta_model {
            Some(m) if wants(&[EraMetric::Mmc, EraMetric::Cwmm]) => Some(load("meta_model", m)?),
            _ => None,
        };
        let benchmark = match &input.benchmark {
            Some(b) if wants(&[EraMetric::Bmc]) => Some(load("benchmark", b)?),
            _ => None,
        };
        let features = if wants(&[EraMetric::Fnc, EraMetric::MaxExposure, EraMetric::Exposure]) {
            Some(Explained::new(input.features, Some(rows), input.target.len(), cache)?)
        } else {
            None
        };
        let pairs = match before {
            Some(before) if wants(&[EraMetric::Churn]) => Pairs::new(input.ids, rows, before)?,
            _ => None,
        };
        Ok(Self {
            input,
            metrics,
            rows,
            corr: CorrTarget::new(&t, None)?,
            mmc: meta.as_ref().map(|m| MmcTarget::new(m, &t)),
            bmc: benchmark.map(|b| MmcTarget::new(&b, &t)),
            meta: meta.map(|mut m| {
                let middle = mean(&m);
                m.iter_mut().for_each(|x| *x -= middle);
                let square = sum1(&m, |x| x * x);
                (m, square)
            }),
            features,
            pairs,
        })
    }

    fn chunk(&self, s: &mut Scratch, from: usize, mode: Mode) -> Result<Block> {
        let models = self.input.predictions.iter().enumerate().skip(from).take(CHUNK);
        let (n, count, width) = (self.rows.len(), models.len(), self.metrics.len());
        let keeps = |m: &[EraMetric]| m.iter().any(|m| self.metrics.contains(m));
        let keep = |wanted: bool| alloc::vec![0.0; if wanted { count * n } else { 0 }];
        // Raw values for exposures, gaussianised ranks to be neutralised.
        let mut raw = keep(keeps(&[EraMetric::MaxExposure, EraMetric::Exposure]));
        let mut gauss = keep(keeps(&[EraMetric::Fnc]));
        let mut values = alloc::vec![0.0; n];
        let mut block = Block { scores: alloc::vec![f64::NAN; count * width], reasons: Vec::new() };
        for (i, ((j, column), scores)) in models.zip(block.scores.chunks_exact_mut(width.max(1))).enumerate()
        {
            let reason = self.load(column, &mut values);
            if let (Some(reason), Mode::Strict) = (reason, mode) {
                return Err(as_error(&format!("prediction {j}"), reason));
            }
            block.reasons.push(reason);
            if reason.is_some() {
                continue;
            }
            s.ranker.transform(&values, &mut s.gauss, &mut s.powered);
            self.direct(s, column, &values, scores);
            for (kept, new) in [(&mut raw, &values), (&mut gauss, &s.gauss)] {
                if let Some(kept) = kept.get_mut(i * n..(i + 1) * n) {
                    kept.copy_from_slice(new);
                }
            }
        }
        self.with_features(s, &raw, &mut gauss, &mut block);
        Ok(block)
    }

    /// An era's values of a model, or why they cannot be scored.
    fn load(&self, column: &Column<'_>, values: &mut [f64]) -> Option<Reason> {
        let expected = self.input.target.len();
        if column.len() != expected {
            return Some(Reason::Length { expected: expected as u64, got: column.len() as u64 });
        }
        column.gather(self.rows, values);
        reason_of(values, values.len()).map(|reason| global(reason, self.rows))
    }

    /// The metrics that need no feature.
    fn direct(&self, s: &Scratch, column: &Column<'_>, values: &[f64], scores: &mut [f64]) {
        let nan = f64::NAN;
        for (score, metric) in scores.iter_mut().zip(self.metrics) {
            *score = match metric {
                EraMetric::Corr => self.corr.score(&s.powered),
                EraMetric::Mmc => self.mmc.as_ref().map_or(nan, |t| t.score(&s.gauss)),
                EraMetric::Bmc => self.bmc.as_ref().map_or(nan, |t| t.score(&s.gauss)),
                EraMetric::Cwmm => {
                    self.meta.as_ref().map_or(nan, |(m, square)| pearson(&s.powered, m, *square))
                }
                EraMetric::Churn => self.pairs.as_ref().map_or(nan, |p| p.churn(column, values)),
                _ => nan,
            };
        }
    }

    /// The metrics that need features, for all models of a chunk.
    fn with_features(&self, s: &mut Scratch, raw: &[f64], gauss: &mut [f64], block: &mut Block) {
        let Some(features) = &self.features else { return };
        let (n, width) = (self.rows.len(), self.metrics.len());
        let good = |i: usize| block.reasons.get(i).is_some_and(Option::is_none);
        let all = if raw.is_empty() { Vec::new() } else { features.exposures(raw) };
        features.neutralize(gauss);
        let count = block.reasons.len();
        for i in (0..count).filter(|i| good(*i)) {
            let of = all.iter().skip(i).step_by(count).copied().collect();
            let exposure = (!all.is_empty()).then(|| FeatureExposure::of(of));
            let fnc = gauss.get(i * n..(i + 1) * n).map(|residual| {
                s.ranker.transform(residual, &mut s.gauss, &mut s.powered);
                self.corr.score(&s.powered)
            });
            let scores = block.scores.iter_mut().skip(i * width);
            for (score, metric) in scores.zip(self.metrics) {
                match (metric, &exposure, fnc) {
                    (EraMetric::Fnc, _, Some(fnc)) => *score = fnc,
                    (EraMetric::MaxExposure, Some(e), _) => *score = e.max,
                    (EraMetric::Exposure, Some(e), _) => *score = e.rms,
                    _ => {}
                }
            }
        }
    }
}

/// A reason with the row's number in the whole input.
fn global(reason: Reason, rows: &[u32]) -> Reason {
    match reason {
        Reason::NonFinite { row } => {
            let at = usize::try_from(row).unwrap_or(usize::MAX);
            Reason::NonFinite { row: rows.get(at).map_or(row, |r| u64::from(*r)) }
        }
        other => other,
    }
}

fn gathered(column: &Column<'_>, rows: &[u32]) -> Vec<f64> {
    let mut out = alloc::vec![0.0; rows.len()];
    column.gather(rows, &mut out);
    out
}

/// Rows of an era and of the one before that are the same thing.
struct Pairs {
    /// Positions in the era's values.
    now: Vec<u32>,
    /// Rows of the whole input.
    before: Vec<u32>,
}

impl Pairs {
    /// `None` when too little is common. An id that an era has twice is an error.
    fn new(ids: Option<Ids<'_>>, rows: &[u32], before: &[u32]) -> Result<Option<Self>> {
        let Some(ids) = ids else {
            let by_position = |n| (0..n).filter_map(|i| u32::try_from(i).ok()).collect();
            return Ok((rows.len() == before.len())
                .then(|| Self { now: by_position(rows.len()), before: before.to_vec() }));
        };
        let aligned = ids.with_rows(rows, |now| {
            ids.with_rows(before, |earlier| {
                let frames = [Frame { ids: now, columns: &[] }, Frame { ids: earlier, columns: &[] }];
                Alignment::new(&frames, MAX_FILTERED_RATIO)
            })
        });
        match aligned {
            Ok(a) => {
                let at = |r: &u32| before.get(*r as usize).copied();
                Ok(Some(Self { now: a.rows(0).to_vec(), before: a.rows(1).iter().filter_map(at).collect() }))
            }
            Err(Error::TooFewRows { .. }) => Ok(None),
            Err(e) => Err(e),
        }
    }

    /// 1 - Spearman's correlation; NaN when either era's values have a gap or are constant.
    fn churn(&self, column: &Column<'_>, values: &[f64]) -> f64 {
        let now: Vec<f64> = self.now.iter().filter_map(|i| values.get(*i as usize).copied()).collect();
        let before = gathered(column, &self.before);
        1.0 - crate::spearman_correlation(&(&now).into(), &(&before).into()).unwrap_or(f64::NAN)
    }
}

/// numerai-tools' rules: each metric by the function that has them, on the era's rows.
fn compat(
    input: &EraInput<'_>,
    metrics: &[EraMetric],
    cache: Option<&FeatureCache>,
    rows: &[u32],
    before: Option<&[u32]>,
) -> Result<Block> {
    let models = input.predictions.len();
    let expected = input.target.len();
    for (j, p) in input.predictions.iter().enumerate() {
        crate::numerai::same_length(&format!("prediction {j}"), p, expected)?;
    }
    let values: Vec<Vec<f64>> = input.predictions.iter().map(|c| gathered(c, rows)).collect();
    let columns: Vec<Column<'_>> = values.iter().map(Column::from).collect();
    let target = gathered(&input.target, rows);
    let named = |name: &'static str, c: Option<Column<'_>>| {
        c.map(|c| gathered(&c, rows)).ok_or(Error::ConstantColumn { column: String::from(name) })
    };
    let mut scores = alloc::vec![f64::NAN; models * metrics.len()];
    for (k, metric) in metrics.iter().enumerate() {
        let t = (&target).into();
        let found: Vec<f64> = match metric {
            EraMetric::Corr => crate::numerai_corr(&columns, &t, Mode::Compat)?,
            EraMetric::Mmc => {
                let meta = named("meta_model", input.meta_model)?;
                crate::correlation_contribution(&columns, &(&meta).into(), &t, Mode::Compat)?
            }
            EraMetric::Bmc => {
                let benchmark = named("benchmark", input.benchmark)?;
                crate::correlation_contribution(&columns, &(&benchmark).into(), &t, Mode::Compat)?
            }
            EraMetric::Cwmm => {
                let meta = named("meta_model", input.meta_model)?;
                let options = CorrOptions { target_pow15: false, ..CorrOptions::default() };
                let all = crate::numerai_corr_with(&columns, &(&meta).into(), &options, Mode::Compat)?;
                all.into_iter().map(|s| s.value).collect()
            }
            EraMetric::Fnc | EraMetric::MaxExposure | EraMetric::Exposure => {
                let features: Vec<Vec<f64>> = input.features.iter().map(|c| gathered(c, rows)).collect();
                let features: Vec<Column<'_>> = features.iter().map(Column::from).collect();
                if *metric == EraMetric::Fnc {
                    let all = crate::feature_neutral_corr(&columns, &features, &t, Mode::Compat, cache)?;
                    all.into_iter().map(|s| s.value).collect()
                } else {
                    let pick = |e: FeatureExposure| {
                        if *metric == EraMetric::Exposure { e.rms } else { e.max }
                    };
                    let all = crate::feature_exposures(&columns, &features, Mode::Compat)?;
                    all.into_iter().map(|e| e.map_or(f64::NAN, pick)).collect()
                }
            }
            EraMetric::Churn => match before.map(|b| Pairs::new(input.ids, rows, b)).transpose()?.flatten() {
                Some(pairs) => {
                    input.predictions.iter().zip(&values).map(|(c, v)| pairs.churn(c, v)).collect()
                }
                None => alloc::vec![f64::NAN; models],
            },
        };
        for (score, found) in scores.iter_mut().skip(k).step_by(metrics.len()).zip(found) {
            *score = found;
        }
    }
    Ok(Block { scores, reasons: alloc::vec![None; models] })
}
