use crate::{Dataset, Error, Result};
use alloc::{string::ToString, vec::Vec};
use countermark_primitives::{B256, Canonical, Reader, Result as BasicResult, Writer, hash::sha256_tagged};

/// Numeric profile `f32-fma` of `countermark-exact`.
pub const PROFILE_F32_FMA: u8 = 1;
/// Dense layers with bias, relu between them, none after the last; mean squared error; plain SGD.
pub const MODEL_MLP_RELU: u8 = 1;
/// Mean squared error of the last state over all rows of the training data.
pub const METRIC_MSE: u8 = 1;

const MAX_LAYERS: usize = 64;
const MAX_WIDTH: u32 = 1 << 16;
const MAX_PARAMETERS: u64 = 1 << 24;
const MAX_SEGMENTS: u64 = 1 << 20;

/// A training job, complete: with a seed it has exactly one result.
#[derive(Debug, Clone, PartialEq)]
pub struct JobSpec {
    /// Numeric profile: [`PROFILE_F32_FMA`].
    pub profile: u8,
    /// Model, loss and optimiser: [`MODEL_MLP_RELU`].
    pub model: u8,
    /// Metric of the result: [`METRIC_MSE`].
    pub metric: u8,
    /// Widths of the layers from input to output; at least two.
    pub widths: Vec<u32>,
    /// Learning rate of SGD.
    pub learning_rate: f32,
    /// Rows in a batch; an epoch's tail that does not fill a batch is left out.
    pub batch: u32,
    /// Number of steps.
    pub steps: u64,
    /// Steps in a segment; the last segment may be shorter.
    pub cadence: u64,
    /// Root of the training data ([`Dataset::root`]).
    pub data_root: B256,
    /// Number of rows of the training data.
    pub rows: u32,
    /// Hash of what normalised the data ([`crate::Normaliser::hash`]); zero when nothing did.
    pub normaliser: B256,
}

fn invalid(what: &'static str, got: impl ToString, range: &'static str) -> Error {
    Error::InvalidSpec { what, got: got.to_string(), range }
}

impl JobSpec {
    /// A job that trains an MLP with these hidden widths on these data.
    ///
    /// # Errors
    /// `learning_invalid_spec`.
    pub fn mlp(
        data: &Dataset,
        hidden: &[u32],
        learning_rate: f32,
        batch: u32,
        steps: u64,
        cadence: u64,
    ) -> Result<Self> {
        let mut widths = Vec::with_capacity(hidden.len() + 2);
        widths.push(data.inputs());
        widths.extend_from_slice(hidden);
        widths.push(data.outputs());
        let spec = Self {
            profile: PROFILE_F32_FMA,
            model: MODEL_MLP_RELU,
            metric: METRIC_MSE,
            widths,
            learning_rate,
            batch,
            steps,
            cadence,
            data_root: data.root(),
            rows: data.rows(),
            normaliser: B256::ZERO,
        };
        spec.check()?;
        Ok(spec)
    }

    /// The job's id: SHA-256 over its canonical bytes.
    pub fn id(&self) -> B256 {
        sha256_tagged("countermark/proof-of-learning/job/v1", &[&self.to_bytes()])
    }

    /// `Ok` when every field is in range.
    ///
    /// # Errors
    /// `learning_invalid_spec`.
    pub fn check(&self) -> Result<()> {
        let known = [("profile", self.profile), ("model", self.model), ("metric", self.metric)];
        if let Some((what, got)) = known.into_iter().find(|(_, v)| *v != 1) {
            return Err(invalid(what, got, "1"));
        }
        if !(2..=MAX_LAYERS).contains(&self.widths.len()) {
            return Err(invalid("number of widths", self.widths.len(), "2..=64"));
        }
        if let Some(w) = self.widths.iter().find(|w| !(1..=MAX_WIDTH).contains(*w)) {
            return Err(invalid("width", w, "1..=65536"));
        }
        let parameters: u64 = self.layers().map(|(i, o)| (u64::from(i) + 1) * u64::from(o)).sum();
        if parameters > MAX_PARAMETERS {
            return Err(invalid("number of parameters", parameters, "at most 2^24"));
        }
        if !(self.learning_rate.is_finite() && self.learning_rate > 0.0) {
            return Err(invalid("learning rate", self.learning_rate, "finite and above 0"));
        }
        if self.batch == 0 || self.batch > self.rows {
            return Err(invalid("batch", self.batch, "1..=rows"));
        }
        if self.steps == 0 || self.cadence == 0 || self.cadence > self.steps {
            return Err(invalid("cadence", self.cadence, "1..=steps"));
        }
        if self.steps.div_ceil(self.cadence) > MAX_SEGMENTS {
            return Err(invalid("number of segments", self.steps.div_ceil(self.cadence), "at most 2^20"));
        }
        Ok(())
    }

    /// The layers as (inputs, outputs).
    pub fn layers(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.widths.iter().zip(self.widths.iter().skip(1)).map(|(i, o)| (*i, *o))
    }

    /// Number of segments; 0 for a specification that [`JobSpec::check`] refuses.
    pub fn segments(&self) -> u32 {
        if self.cadence == 0 {
            return 0;
        }
        u32::try_from(self.steps.div_ceil(self.cadence)).unwrap_or(0)
    }

    /// First step of a segment and the first step after it.
    pub fn segment_steps(&self, segment: u32) -> (u64, u64) {
        let from = u64::from(segment).saturating_mul(self.cadence).min(self.steps);
        (from, from.saturating_add(self.cadence).min(self.steps))
    }
}

impl Canonical for JobSpec {
    fn write(&self, w: &mut Writer) {
        w.u8(self.profile);
        w.u8(self.model);
        w.u8(self.metric);
        w.list(&self.widths, |w, v| w.u32(*v));
        w.f32(self.learning_rate);
        w.u32(self.batch);
        w.u64(self.steps);
        w.u64(self.cadence);
        w.hash(&self.data_root);
        w.u32(self.rows);
        w.hash(&self.normaliser);
    }

    fn read(r: &mut Reader<'_>) -> BasicResult<Self> {
        Ok(Self {
            profile: r.u8("profile")?,
            model: r.u8("model")?,
            metric: r.u8("metric")?,
            widths: r.list("widths", 4, MAX_LAYERS, |r| r.u32("width"))?,
            learning_rate: r.f32("learning rate")?,
            batch: r.u32("batch")?,
            steps: r.u64("steps")?,
            cadence: r.u64("cadence")?,
            data_root: r.hash("data root")?,
            rows: r.u32("rows")?,
            normaliser: r.hash("normaliser")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use countermark_primitives::Coded as _;

    fn spec() -> JobSpec {
        let data = Dataset::try_new(2, 1, alloc::vec![0.5; 20], alloc::vec![1.0; 10]).unwrap();
        JobSpec::mlp(&data, &[4], 0.1, 3, 25, 10).unwrap()
    }

    #[test]
    fn segments_cover_all_steps_once() {
        let s = spec();
        let all: Vec<_> = (0..s.segments()).map(|i| s.segment_steps(i)).collect();
        assert_eq!(all, [(0, 10), (10, 20), (20, 25)]);
    }

    #[test]
    fn every_field_changes_the_id() {
        let s = spec();
        let others = [
            JobSpec { learning_rate: f32::from_bits(s.learning_rate.to_bits() + 1), ..s.clone() },
            JobSpec { batch: 4, ..s.clone() },
            JobSpec { steps: 26, ..s.clone() },
            JobSpec { cadence: 11, ..s.clone() },
            JobSpec { data_root: B256::ZERO, ..s.clone() },
            JobSpec { rows: 11, ..s.clone() },
            JobSpec { normaliser: B256::repeat_byte(1), ..s.clone() },
            JobSpec { widths: alloc::vec![2, 5, 1], ..s.clone() },
        ];
        for o in others {
            assert_ne!(o.id(), s.id());
            assert_eq!(JobSpec::from_bytes("job", &o.to_bytes()).unwrap(), o);
        }
    }

    #[test]
    fn nonsense_is_refused() {
        let s = spec();
        for bad in [
            JobSpec { profile: 2, ..s.clone() },
            JobSpec { widths: alloc::vec![2], ..s.clone() },
            JobSpec { widths: alloc::vec![2, 0, 1], ..s.clone() },
            JobSpec { widths: alloc::vec![1 << 16; 3], ..s.clone() },
            JobSpec { learning_rate: f32::NAN, ..s.clone() },
            JobSpec { learning_rate: -0.1, ..s.clone() },
            JobSpec { batch: 11, ..s.clone() },
            JobSpec { cadence: 26, ..s.clone() },
            JobSpec { steps: u64::MAX, cadence: 1, ..s.clone() },
        ] {
            assert_eq!(bad.check().unwrap_err().code(), "learning_invalid_spec", "{bad:?}");
        }
    }
}
