//! Real training on the exact backend.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]

use burn::backend::Autodiff;
use burn::module::{Module, Param};
use burn::nn::{Linear, loss::CrossEntropyLossConfig};
use burn::optim::{GradientsParams, Optimizer, SgdConfig};
use burn::tensor::activation::relu;
use burn::tensor::backend::Backend;
use burn::tensor::{Distribution, Int, Tensor, TensorData};
use countermark_engine::backend::{Exact, ExactDevice, Session};
use countermark_engine::{Trainer, predict};
use countermark_exact::{Exec, Path, Philox};
use countermark_primitives::{Address, B256, CancelToken, Coded, Progress, ignore_progress};
use countermark_proof_of_learning::{Dataset, JobSpec, Transcript, initial_state, seed};

/// y = a smooth function of 11 inputs.
fn data(rows: u32) -> Dataset {
    let rng = Philox::new(&B256::repeat_byte(4));
    let x: Vec<f32> = (0..rows * 11).map(|i| rng.uniform(0, 0, i) * 2.0 - 1.0).collect();
    let y = x.chunks(11).map(|r| r[0] * r[1] + r[2] - 0.5 * r[3] * r[3] + 0.1 * r[10]).collect();
    Dataset::try_new(11, 1, x, y).unwrap()
}

fn prove(data: &Dataset, spec: &JobSpec, exec: Exec) -> Transcript {
    let mut trainer = Trainer::new(data.clone(), exec);
    let (prover, beacon, cancel) = (Address::repeat_byte(1), B256::repeat_byte(2), CancelToken::new());
    Transcript::prove(spec, &prover, &beacon, &mut trainer, &cancel, &mut ignore_progress).unwrap()
}

fn execs() -> Vec<Exec> {
    let here = Path::ALL.into_iter().filter(|p| p.is_available());
    here.flat_map(|p| [1, 2].map(|t| Exec::try_new(p, t).unwrap())).collect()
}

#[test]
fn the_same_transcript_on_every_path_and_thread_count() {
    let data = data(300);
    let spec = JobSpec::mlp(&data, &[16], 0.05, 32, 40, 20).unwrap();
    let all: Vec<_> = execs().into_iter().map(|e| prove(&data, &spec, e)).collect();
    for t in &all[1..] {
        assert_eq!(t.training(), all[0].training());
    }
    // A wide layer, so that the blocked kernels and the threads really run.
    let spec = JobSpec::mlp(&data, &[300, 40], 0.01, 128, 3, 3).unwrap();
    let all: Vec<_> = execs().into_iter().map(|e| prove(&data, &spec, e).training().clone()).collect();
    assert!(all.windows(2).all(|w| w[0] == w[1]));
}

#[test]
fn the_golden_training() {
    // The demo's size. Run under other CPUs (qemu-user) too: the constants are the same everywhere.
    let data = data(1599);
    let spec = JobSpec::mlp(&data, &[16], 0.05, 32, 200, 20).unwrap();
    let t = prove(&data, &spec, Exec::detect(1)).training().clone();
    let got = [t.segment_root, t.last_root, t.trace_root].map(|h| h.to_string());
    let want = [
        "0xdb0ced93bcebe37a8e4204c4de6e97ac2374018cbc15d788aebb1b8e0c933473",
        "0xe1ba429e497e96ee9137aa63ee95c2b5f312587f7e41c82b139b9d4a15728de8",
        "0x82a81e26feef01246e9097f759d6dc4c9564987485197c8c0e258046924b4a7b",
    ];
    assert_eq!(got, want);
}

#[test]
fn training_learns_and_predict_gives_the_metric() {
    let data = data(500);
    let spec = JobSpec::mlp(&data, &[16], 0.1, 32, 300, 100).unwrap();
    let t = prove(&data, &spec, Exec::detect(1));
    let mean_square = |p: &[f32]| {
        let d = p.iter().zip(data.y()).map(|(p, y)| f64::from(p - y) * f64::from(p - y));
        d.sum::<f64>() / 500.0
    };
    let before = mean_square(&predict(Exec::detect(1), &spec, &t.starts()[0], data.x()).unwrap());
    let after = mean_square(&predict(Exec::detect(1), &spec, t.last_state(), data.x()).unwrap());
    assert!(after < before * 0.5, "{before} -> {after}");
    assert!((t.training().metric.to_f64() - after).abs() < 1e-6);
}

/// The same SGD written by hand in f64: no shared code but the specification.
#[test]
fn one_step_is_the_gradient_step_of_the_textbook() {
    let data = data(64);
    let spec = JobSpec::mlp(&data, &[5], 0.1, 16, 1, 1).unwrap();
    let t = prove(&data, &spec, Exec::detect(1));
    let s = seed(&spec.id(), &Address::repeat_byte(1), &B256::repeat_byte(2));
    let w: Vec<Vec<f64>> = initial_state(&spec, &s)
        .unwrap()
        .tensors
        .iter()
        .map(|t| t.values.iter().map(|v| f64::from(*v)).collect())
        .collect();
    let mut g: Vec<Vec<f64>> = w.iter().map(|t| vec![0.0; t.len()]).collect();
    for row in countermark_proof_of_learning::batch_rows(&spec, &s, 0).unwrap() {
        let (x, y) = data.row(row).unwrap();
        let z: Vec<f64> = (0..5)
            .map(|h| (0..11).map(|i| f64::from(x[i]) * w[0][i * 5 + h]).sum::<f64>() + w[1][h])
            .collect();
        let out = (0..5).map(|h| z[h].max(0.0) * w[2][h]).sum::<f64>() + w[3][0];
        let d = 2.0 * (out - f64::from(y[0])) / 16.0;
        g[3][0] += d;
        for h in 0..5 {
            g[2][h] += d * z[h].max(0.0);
            if z[h] > 0.0 {
                g[1][h] += d * w[2][h];
                (0..11).for_each(|i| g[0][i * 5 + h] += d * w[2][h] * f64::from(x[i]));
            }
        }
    }
    for ((got, w), g) in t.last_state().tensors.iter().zip(&w).zip(&g) {
        for ((got, w), g) in got.values.iter().zip(w).zip(g) {
            assert!((f64::from(*got) - (w - 0.1 * g)).abs() < 2e-7);
        }
    }
}

#[test]
fn the_trace_names_the_operations_and_does_not_depend_on_the_past() {
    let data = data(100);
    let spec = JobSpec::mlp(&data, &[8], 0.05, 16, 6, 3).unwrap();
    let trainer = Trainer::new(data, Exec::detect(1));
    let s = B256::repeat_byte(3);
    let start = initial_state(&spec, &s).unwrap();
    let run = |from: u64, to: u64, start| {
        trainer.train(&spec, &s, start, from, to, &CancelToken::new(), &mut ignore_progress).unwrap()
    };
    let (whole, trace) = run(0, 6, &start);
    let (half, _) = run(0, 5, &start);
    let (again, last) = run(5, 6, &half);
    assert_eq!(again, whole);
    assert_eq!(last, trace);
    let kinds: Vec<&str> = trace.operations.iter().map(|o| o.kind.as_str()).collect();
    for kind in
        ["init", "linear", "mask_fill", "mean", "linear_weight_backward", "linear_bias_backward", "sub"]
    {
        assert!(kinds.contains(&kind), "{kind} in {kinds:?}");
    }
    // Numbers are given in the order of first use, without gaps.
    let ids: std::collections::BTreeSet<u32> =
        trace.operations.iter().flat_map(|o| o.inputs.iter().chain(&o.outputs)).map(|t| t.id).collect();
    assert_eq!(ids.into_iter().collect::<Vec<_>>(), (0..).take(ids_len(&trace)).collect::<Vec<_>>());
    assert_ne!(run(0, 5, &start).1.root(), trace.root());
}

fn ids_len(trace: &countermark_engine::Trace) -> usize {
    let all = trace.operations.iter().flat_map(|o| o.inputs.iter().chain(&o.outputs)).map(|t| t.id);
    all.max().map_or(0, |m| m as usize + 1)
}

#[test]
fn trainings_in_parallel_do_not_meet() {
    let data = data(200);
    let spec = JobSpec::mlp(&data, &[8], 0.05, 16, 30, 10).unwrap();
    let want = prove(&data, &spec, Exec::detect(1)).training().clone();
    std::thread::scope(|s| {
        let all: Vec<_> =
            (0..6).map(|_| s.spawn(|| prove(&data, &spec, Exec::detect(1)).training().clone())).collect();
        for h in all {
            assert_eq!(h.join().unwrap(), want);
        }
    });
}

#[derive(Module, Debug)]
struct Classifier<B: Backend> {
    a: Linear<B>,
    b: Linear<B>,
}

#[test]
fn cross_entropy_trains_too() {
    type B = Autodiff<Exact>;
    let rng = Philox::new(&B256::repeat_byte(8));
    let values = |tensor: u32, n: u32| (0..n).map(|i| rng.uniform(0, tensor, i) - 0.5).collect::<Vec<f32>>();
    let run = |exec: Exec| {
        let session = Session::open(exec).unwrap();
        session
            .run(|device: &ExactDevice| {
                let layer = |t: u32, i: u32, o: u32| Linear::<B> {
                    weight: Param::from_data(
                        TensorData::new(values(t, i * o), [i as usize, o as usize]),
                        device,
                    ),
                    bias: Some(Param::from_data(TensorData::new(values(t + 1, o), [o as usize]), device)),
                };
                let mut m = Classifier { a: layer(0, 6, 12), b: layer(2, 12, 4) };
                let x = Tensor::<B, 2>::from_data(TensorData::new(values(4, 60 * 6), [60, 6]), device);
                let y = (0..60i32).map(|i| i % 4).collect::<Vec<_>>();
                let y = Tensor::<B, 1, Int>::from_data(TensorData::new(y, [60]), device);
                let loss = CrossEntropyLossConfig::new().init(device);
                let mut sgd = SgdConfig::new().init();
                let mut losses = vec![];
                for _ in 0..30 {
                    let l = loss.forward(m.b.forward(relu(m.a.forward(x.clone()))), y.clone());
                    losses.push(l.clone().into_data().to_vec::<f32>().unwrap()[0].to_bits());
                    let g = GradientsParams::from_grads(l.backward(), &m);
                    m = sgd.step(0.5, m, g);
                }
                losses
            })
            .unwrap()
    };
    let all: Vec<_> = execs().into_iter().map(run).collect();
    assert!(all.windows(2).all(|w| w[0] == w[1]));
    assert!(f32::from_bits(all[0][29]) < f32::from_bits(all[0][0]));
}

#[test]
fn the_first_refusal_is_the_error_and_the_session_stays_closed() {
    let session = Session::open(Exec::detect(1)).unwrap();
    let r = session.run(|d| {
        let x = Tensor::<Exact, 2>::random([2, 2], Distribution::Default, d);
        (x.clone().cos() + x.sin()).into_data()
    });
    let e = r.unwrap_err();
    assert_eq!(e.code(), "engine_unsupported_operation");
    assert!(e.to_string().contains("Float.Random"), "{e}");
    assert_eq!(session.run(|_| ()).unwrap_err(), e);
    // A training that refuses half-way must not touch another session.
    let other = Session::open(Exec::detect(1)).unwrap();
    other.run(|d| Tensor::<Exact, 1>::zeros([3], d).into_data()).unwrap();
    // A shape that burn itself rejects by panicking is an error as well.
    let r = other.run(|d| {
        Tensor::<Exact, 1>::from_floats([1.0, 2.0], d)
            .add(Tensor::from_floats([1.0, 2.0, 3.0], d))
            .into_data()
    });
    assert_eq!(r.unwrap_err().code(), "engine_framework");
}

#[test]
fn bad_arguments_are_typed_errors() {
    let data = data(50);
    let spec = JobSpec::mlp(&data, &[4], 0.05, 8, 10, 5).unwrap();
    let trainer = Trainer::new(data.clone(), Exec::detect(1));
    let s = B256::ZERO;
    let start = initial_state(&spec, &s).unwrap();
    let train = |spec: &JobSpec, start: &_, from, to| {
        let mut stop = |p: Progress| {
            if p.done == 3 { core::ops::ControlFlow::Break(()) } else { core::ops::ControlFlow::Continue(()) }
        };
        trainer
            .train(spec, &s, start, from, to, &CancelToken::new(), &mut stop)
            .map(|_| ())
            .unwrap_err()
            .code()
    };
    assert_eq!(train(&spec, &start, 5, 5), "out_of_range");
    assert_eq!(train(&spec, &start, 0, 11), "out_of_range");
    assert_eq!(train(&spec, &start, 0, 10), "cancelled");
    let wild = JobSpec { learning_rate: 1e30, ..spec.clone() };
    assert_eq!(train(&wild, &start, 0, 2), "learning_non_finite");
    let mut other = start.clone();
    other.tensors.pop();
    assert_eq!(train(&spec, &other, 0, 1), "learning_rejected");
    let wide = JobSpec { widths: vec![12, 4, 1], ..spec.clone() };
    assert_eq!(train(&wide, &initial_state(&wide, &s).unwrap(), 0, 1), "learning_wrong_size");
    let p = predict(Exec::detect(1), &spec, &start, &[0.0; 12]);
    assert_eq!(p.unwrap_err().code(), "engine_row_length");
}
