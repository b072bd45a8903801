//! Verifies a bundle and scores an array. Usage: `verify_and_score [BUNDLE]`

use countermark::bundle::verify_bundle;
use countermark::scoring::{Mode, numerai_corr};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).unwrap_or("bindings/vectors/golden.cmrk".into());
    let verdict = verify_bundle(&std::fs::read(path)?)?;
    println!("digest {}", verdict.digest);
    for r in &verdict.receipts {
        println!("{} by {}: {}", r.kind, r.issuer_name, r.strength);
    }
    let target = [0.0, 0.25, 0.5, 0.5, 0.5, 0.75, 1.0, 0.5];
    let predictions = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0];
    let scores = numerai_corr(&[(&predictions[..]).into()], &(&target[..]).into(), Mode::Strict)?;
    println!("numerai_corr {}", scores.first().copied().unwrap_or(f64::NAN));
    Ok(())
}
