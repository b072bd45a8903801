//! Prints digests of a report of 50 models over eras and of its payouts: the same on every processor and number of
//! threads. `scoring_digest [--threads N]`
#![allow(
    clippy::print_stdout,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    missing_docs,
    reason = "a tool for developers: it prints, and its numbers are its own"
)]

use countermark_exact::Path;
use countermark_primitives::{
    CancelToken, Canonical as _, Document as _, Entropy as _, Nano, SeedEntropy, Wei, Writer, hash::sha256,
    ignore_progress,
};
use countermark_scoring::{
    Column, EraInput, EraMetric, EraReportTerms, Eras, Error, Ids, build_era_report, labels, rules,
    with_threads,
};
use countermark_settle::{PayoutRule, Share};

const MODELS: usize = 50;
const FEATURES: usize = 24;
const ROWS: usize = 120;
const ERAS: usize = 6;

/// Uniform in [0, 1).
fn unit(e: &mut SeedEntropy) -> f64 {
    let mut b = [0u8; 8];
    e.fill(&mut b);
    (u64::from_le_bytes(b) >> 11) as f64 / (1u64 << 53) as f64
}

fn report() -> Result<Vec<(&'static str, Vec<u8>)>, Error> {
    let mut e = SeedEntropy::new(&[7; 32]);
    let n = ROWS * ERAS;
    let target: Vec<f64> = (0..n).map(|_| (unit(&mut e) * 5.0).floor() / 4.0).collect();
    let mut models: Vec<Vec<f64>> =
        (0..MODELS).map(|_| target.iter().map(|t| unit(&mut e) + 0.1 * t).collect()).collect();
    // One that is dead, one with a gap, one with ties.
    if let [first, second, third, ..] = models.as_mut_slice() {
        first.fill(0.5);
        if let Some(x) = second.get_mut(3) {
            *x = f64::NAN;
        }
        third.iter_mut().for_each(|x| *x = (*x * 10.0).round() / 10.0);
    }
    let features: Vec<Vec<i8>> =
        (0..FEATURES).map(|_| (0..n).map(|_| (unit(&mut e) * 5.0) as i8).collect()).collect();
    let meta: Vec<f64> = target.iter().map(|t| unit(&mut e) + 0.2 * t).collect();
    let eras: Vec<i64> = (0..n).map(|i| (i / ROWS) as i64).collect();
    let ids: Vec<u64> = (0..n).map(|i| (i % ROWS) as u64).collect();
    let predictions: Vec<Column<'_>> = models.iter().map(Column::from).collect();
    let features: Vec<Column<'_>> = features.iter().map(|f| f.as_slice().into()).collect();
    let input = EraInput {
        eras: Some(Eras::I64(&eras)),
        ids: Some(Ids::U64(&ids)),
        meta_model: Some((&meta).into()),
        benchmark: Some((&meta).into()),
        features: &features,
        ..EraInput::new(&predictions, (&target).into())
    };
    let terms = EraReportTerms {
        round: "digest".into(),
        multipliers: [750, 2_250, 0, 0, 100, 0, 0, 0].map(|m| Nano::new(m * 1_000_000)).to_vec(),
        rule: PayoutRule {
            clip: Nano::new(50_000_000),
            threshold: Some(Wei::from_u128(40_000)),
            share: Share::AtMostRate,
        },
        pot: Wei::from_u128(1_000_000),
    };
    let names: Vec<String> = (0..MODELS).map(|j| format!("model {j}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let stakes: Vec<Wei> = (0..MODELS as u128).map(|j| Wei::from_u128(1_000 + 17 * j)).collect();
    let (go, mut quiet) = (CancelToken::new(), ignore_progress);
    let (report, scores) =
        build_era_report(&input, &EraMetric::ALL, terms, &names, &stakes, &go, &mut quiet)?;
    let mut payouts = Writer::new();
    for m in &report.models {
        m.payout.write(&mut payouts);
        m.burned.write(&mut payouts);
    }
    let bits = |v: &[f64]| v.iter().flat_map(|x| x.to_bits().to_le_bytes()).collect::<Vec<u8>>();
    Ok(vec![
        ("report", report.to_document()),
        ("payouts", payouts.finish()),
        ("scores", bits(scores.scores())),
        ("rules", bits(&scoring_rules(&mut e)?)),
        ("labels", bits(&crowd(&mut e)?)),
    ])
}

/// Ensembles and closed forms.
fn scoring_rules(e: &mut SeedEntropy) -> Result<Vec<f64>, Error> {
    let (n, m) = (200, 30);
    let y: Vec<f64> = (0..n).map(|_| unit(e)).collect();
    let x: Vec<f64> = (0..n * m).map(|_| unit(e)).collect();
    let forecasts = countermark_scoring::Matrix::strided_f64(&x, 0, [n, m], [m as isize, 1])?;
    let mut out = Vec::new();
    for estimator in rules::CrpsEstimator::ALL {
        out.extend(rules::crps_ensemble(&(&y).into(), &forecasts, estimator, None)?);
    }
    let both: [&[f64]; 2] = [&[0.7], &[1.3]];
    for family in ["normal", "logistic", "laplace", "gamma", "lognormal", "beta"] {
        out.extend(rules::crps(family, &y, &both)?);
        out.extend(rules::log_score(family, &y, &both)?);
    }
    out.extend(rules::crps("t", &y, &[&[4.5], &[0.2], &[0.8]])?);
    Ok(out)
}

/// Labels of workers of several qualities.
fn crowd(e: &mut SeedEntropy) -> Result<Vec<f64>, Error> {
    let answers: Vec<labels::Annotation> = (0..600u32)
        .map(|i| {
            let (task, worker) = (i / 5, (unit(e) * 20.0) as u32);
            let right = unit(e) < 0.5 + f64::from(worker) / 50.0;
            labels::Annotation { task, worker, label: if right { task % 3 } else { (unit(e) * 3.0) as u32 } }
        })
        .collect();
    let a = labels::Annotations::new(&answers, 120, 20, 3)?;
    let (go, mut quiet) = (CancelToken::new(), ignore_progress);
    let mut out = labels::dawid_skene(&a, &Default::default(), &go, &mut quiet)?.probabilities;
    out.extend(labels::one_coin_dawid_skene(&a, &Default::default(), &go, &mut quiet)?.probabilities);
    out.extend(labels::glad(&a, &Default::default(), &go, &mut quiet)?.probabilities);
    Ok(out)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let threads = match (args.next().as_deref(), args.next()) {
        (Some("--threads"), Some(n)) => n.parse()?,
        (None, _) => 1,
        _ => return Err("usage: scoring_digest [--threads N]".into()),
    };
    for (name, bytes) in with_threads(threads, report)?? {
        println!("digest {name} {}", sha256(&bytes));
    }
    println!("path {} threads {threads}", Path::detect().name());
    Ok(())
}
