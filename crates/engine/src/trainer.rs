use crate::backend::{Exact, ExactDevice, Session};
use crate::model::Mlp;
use crate::{Error, Result, Trace};
use burn::backend::Autodiff;
use burn::module::AutodiffModule as _;
use burn::optim::{GradientsParams, Optimizer as _, SgdConfig};
use burn::tensor::{Tensor, TensorData};
use core::ops::ControlFlow;
use countermark_exact::{Binary, Exec, binary, mean};
use countermark_primitives::{B256, CancelToken, Error as BasicError, Nano, Progress, ProgressFn};
use countermark_proof_of_learning::{
    Dataset, Error as LearningError, JobSpec, Result as LearningResult, Segment, SegmentRunner, State,
    batch_rows,
};

type Train = Autodiff<Exact>;

/// Trains jobs on one dataset, bit for bit: the runner of a prover and of a verifier.
///
/// Each call works in a session of its own; two trainers, or two threads, never share anything.
#[derive(Debug, Clone)]
pub struct Trainer {
    data: Dataset,
    exec: Exec,
}

fn matrix<B: burn::tensor::backend::Backend>(
    values: Vec<f32>,
    columns: usize,
    device: &B::Device,
) -> Tensor<B, 2> {
    let rows = values.len() / columns.max(1);
    Tensor::from_data(TensorData::new(values, [rows, columns]), device)
}

impl Trainer {
    /// A trainer that uses this path and number of threads; neither changes a bit.
    pub fn new(data: Dataset, exec: Exec) -> Self {
        Self { data, exec }
    }

    /// The data it trains on.
    pub fn data(&self) -> &Dataset {
        &self.data
    }

    fn batch(&self, spec: &JobSpec, seed: &B256, step: u64) -> LearningResult<(Vec<f32>, Vec<f32>)> {
        let (mut x, mut y) = (Vec::new(), Vec::new());
        for row in batch_rows(spec, seed, step)? {
            let (a, b) = self.data.row(row).ok_or_else(|| LearningError::WrongSize {
                what: "training data".into(),
                expected: spec.rows as usize,
                got: self.data.rows() as usize,
            })?;
            x.extend_from_slice(a);
            y.extend_from_slice(b);
        }
        Ok((x, y))
    }

    fn check(&self, spec: &JobSpec) -> LearningResult<()> {
        spec.check()?;
        let sides = [spec.widths.first().copied(), spec.widths.last().copied()];
        for (what, want, got) in [
            ("inputs of the model", sides[0], self.data.inputs()),
            ("outputs of the model", sides[1], self.data.outputs()),
        ] {
            if want != Some(got) {
                let expected = got as usize;
                return Err(LearningError::WrongSize {
                    what: what.into(),
                    expected,
                    got: want.unwrap_or(0) as usize,
                });
            }
        }
        Ok(())
    }

    /// Trains from the state before step `from` to the one before `to`, and records the operations of the last step.
    ///
    /// # Errors
    /// `learning_invalid_spec`, `learning_wrong_size` when job and data do not fit, `learning_non_finite` when the training
    /// diverges, `cancelled`, and those of [`Session::run`].
    #[allow(clippy::too_many_arguments, reason = "the job, where it stands and how to stop it")]
    pub fn train(
        &self,
        spec: &JobSpec,
        seed: &B256,
        start: &State,
        from: u64,
        to: u64,
        cancel: &CancelToken,
        progress: ProgressFn<'_>,
    ) -> LearningResult<(State, Trace)> {
        self.check(spec)?;
        start.check(spec)?;
        if from >= to || to > spec.steps {
            let got = format!("{from}..{to}");
            return Err(BasicError::OutOfRange { what: "steps", got, range: "from < to <= steps" }.into());
        }
        let (inputs, outputs) = (self.data.inputs() as usize, self.data.outputs() as usize);
        let rate = f64::from(spec.learning_rate);
        let session = Session::open(self.exec)?;
        let mut model = session.run(|device| Mlp::<Train>::from_state(start, device))?;
        let mut optimiser = SgdConfig::new().init::<Train, Mlp<Train>>();
        let mut trace = Trace::default();
        let total = to - from;
        for step in from..to {
            cancel.check(step - from, total)?;
            let (x, y) = self.batch(spec, seed, step)?;
            let one = |device: &ExactDevice| {
                let (x, y) = (matrix::<Train>(x, inputs, device), matrix::<Train>(y, outputs, device));
                let gradients = GradientsParams::from_grads(model.loss(x, y).backward(), &model);
                optimiser.step(rate, model, gradients)
            };
            if step + 1 == to {
                (model, trace) = session.run_traced(one)?;
            } else {
                model = session.run(one)?;
            }
            let done = step + 1 - from;
            if progress(Progress { done, total }) == ControlFlow::Break(()) {
                return Err(BasicError::Cancelled { done, total }.into());
            }
        }
        let state = session.run(|_| model.valid().to_state(start))?;
        state.check(spec)?;
        Ok((state, trace))
    }
}

impl SegmentRunner for Trainer {
    fn data_root(&self) -> B256 {
        self.data.root()
    }

    fn run_segment(
        &mut self,
        spec: &JobSpec,
        seed: &B256,
        start: &State,
        from: u64,
        to: u64,
        cancel: &CancelToken,
        progress: ProgressFn<'_>,
    ) -> LearningResult<Segment> {
        let (state, trace) = self.train(spec, seed, start, from, to, cancel, progress)?;
        Ok(Segment { state, trace_root: trace.root() })
    }

    fn metric(&mut self, spec: &JobSpec, state: &State) -> LearningResult<Nano> {
        self.check(spec)?;
        let p = predict(self.exec, spec, state, self.data.x())?;
        let d = binary(Binary::Sub, &p, self.data.y()).map_err(Error::from)?;
        let squares = binary(Binary::Mul, &d, &d).map_err(Error::from)?;
        Ok(Nano::from_f64(f64::from(mean(&squares).map_err(Error::from)?))?)
    }
}

/// The model's outputs, shape `[n, outputs]`, for rows of shape `[n, inputs]`, both row-major.
///
/// # Errors
/// `engine_row_length`, those of [`State::check`], and those of [`Session::run`].
pub fn predict(exec: Exec, spec: &JobSpec, state: &State, rows: &[f32]) -> LearningResult<Vec<f32>> {
    spec.check()?;
    state.check(spec)?;
    let columns = spec.widths.first().map_or(1, |w| *w as usize);
    if !rows.len().is_multiple_of(columns) {
        return Err(Error::RowLength { columns, got: rows.len() }.into());
    }
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let session = Session::open(exec)?;
    let out: Result<_> = session.run(|device| {
        Mlp::<Exact>::from_state(state, device).forward(matrix(rows.to_vec(), columns, device)).into_data()
    });
    Ok(out?.into_vec::<f32>().map_err(|e| Error::Framework { reason: format!("{e:?}") })?)
}
