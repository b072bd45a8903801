//! Forged transcripts against the real engine, each beside its honest twin; one JSON object a line.
//! Exits 1 when a forgery is accepted or an honest transcript refused.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test program")]

#[path = "../../proof-of-learning/tests/common/forgeries.rs"]
mod forgeries;

use countermark_engine::Trainer;
use countermark_exact::{Exec, Philox};
use countermark_primitives::{Address, B256};
use countermark_proof_of_learning::Dataset;
use forgeries::{Scene, bounded, job, rows};
use std::process::ExitCode;

fn data(shift: f32) -> Dataset {
    let rng = Philox::new(&B256::repeat_byte(4));
    let x: Vec<f32> = (0..100 * 4).map(|i| rng.uniform(0, 0, i) * 2.0 - 1.0 + shift).collect();
    let y = x.chunks(4).map(|r| r[0] * r[1] + r[2] - 0.5 * r[3] * r[3]).collect();
    Dataset::try_new(4, 1, x, y).unwrap()
}

fn main() -> ExitCode {
    let mut trainer = Trainer::new(data(0.0), Exec::detect(1));
    let mut other = Trainer::new(data(0.125), Exec::detect(1));
    let spec = job(trainer.data(), &[8], 30);
    let (prover, beacon) = (Address::repeat_byte(0xa1), B256::repeat_byte(5));
    let mut scene = Scene { spec, prover, beacon, runner: &mut trainer };
    let mut table = rows(&mut scene, &mut other);
    table.push(bounded(&mut scene, 60));
    let mut code = ExitCode::SUCCESS;
    for r in table {
        println!(
            r#"{{"id":"{}","honest_accepted":{},"forgery":"{}","check":"{}"}}"#,
            r.id, r.honest_accepted, r.forgery, r.check
        );
        if !r.honest_accepted || r.forgery == "accepted" {
            code = ExitCode::FAILURE;
        }
    }
    code
}
