//! Several models' predictions on the held-out wines, scored and settled.

use crate::agents::{Agents, derive};
use crate::data::{FEATURES, Wine};
use crate::learning::{self, Trained};
use crate::stage::{Done, Facts};
use crate::story::Story;
use countermark::engine::{Trainer, predict};
use countermark::primitives::{B256, CancelToken, Nano, Wei, ignore_progress};
use countermark::proof_of_learning::{Dataset, Normaliser, initial_state, seed};
use countermark::scoring::{
    Metric, MetricWeight, ModelEntry, Round, build_score_report, verify_score_report,
};
use countermark::settle::{PayoutRule, Share};

const COIN: u128 = 1_000_000_000_000_000_000;

/// An amount in whole coins with three decimals, for the picture only.
fn coins(amount: Wei) -> String {
    let milli = amount.get() / countermark::primitives::U256::from(COIN / 1000);
    let digits = format!("{milli:04}");
    let (whole, part) = digits.split_at(digits.len() - 3);
    format!("{whole}.{part}")
}

pub fn score(
    story: &mut Story,
    agents: &Agents,
    wine: &Wine,
    learnt: (&Dataset, &Normaliser, &Trained),
    verification: B256,
    facts: &mut Facts,
) -> Done {
    let (data, normaliser, trained) = learnt;
    let rows = normaliser.apply(&wine.held_out)?;
    let entry = |name: &str, predictions, stake: u128| ModelEntry {
        name: name.into(),
        predictions,
        stake: Wei::from_u128(stake * COIN),
    };
    let wide = |p: Vec<f32>| p.into_iter().map(f64::from).collect::<Vec<f64>>();
    let verified = wide(predict(story.exec, &trained.spec, trained.transcript.last_state(), &rows)?);
    let mut models = vec![entry("mlp_16 (verified)", verified, 1_000)];
    for hidden in [4, 32] {
        let spec = learning::job(data, normaliser, hidden)?;
        let seed = seed(&spec.id(), &agents.consumer.address(), &derive(story.seed, "open round"));
        let start = initial_state(&spec, &seed)?;
        let trainer = Trainer::new(data.clone(), story.exec);
        let (cancel, steps) = (CancelToken::new(), spec.steps);
        let (state, _) = trainer.train(&spec, &seed, &start, 0, steps, &cancel, &mut ignore_progress)?;
        let predictions = wide(predict(story.exec, &spec, &state, &rows)?);
        models.push(entry(&format!("mlp_{hidden}"), predictions, 800));
    }
    let alcohol: Vec<f64> = wine.held_out.chunks_exact(FEATURES).filter_map(|r| r.get(10).copied()).collect();
    let contrarian = alcohol.iter().map(|a| -a).collect();
    models.push(entry("alcohol alone", alcohol, 500));
    models.push(entry("contrarian", contrarian, 300));

    let weight = |metric, millis: i64| MetricWeight { metric, multiplier: Nano::new(millis * 1_000_000) };
    let round = Round {
        name: "red wine quality, held-out wines".into(),
        targets: wine.held_out_quality.clone(),
        meta_model: None,
        stake_weighted: true,
        disclosed: true,
        metrics: vec![weight(Metric::NumeraiCorr, 750), weight(Metric::CorrelationContribution, 2_250)],
        rule: PayoutRule { clip: Nano::ONE, threshold: None, share: Share::WholePot },
        pot: Wei::from_u128(600 * COIN),
    };
    let (mut report, attachments) = build_score_report(&round, &models)?;
    if story.tampers("scoring") {
        // One wei moves from the second model to the first.
        let one = Wei::from_u128(1);
        if let [first, second, ..] = report.models.as_mut_slice() {
            first.payout = first.payout.checked_add(one)?;
            second.payout = second.payout.checked_sub(one)?;
        }
    }
    let verdict = verify_score_report(&report, &attachments)?;
    facts.input("models", models.len());
    facts.input("wines", wine.held_out_quality.len());
    facts.input("pot", report.pot);
    facts.output("recomputed scores", verdict.corr_recomputed);
    facts.output("paid", report.paid);
    facts.output("burned", report.burned);
    let mut rows = vec![];
    for m in &report.models {
        facts.output(&m.name, format!("corr {} mmc {} payout {}", m.corr.to_f64(), m.mmc.to_f64(), m.payout));
        rows.push(serde_json::json!({
            "model": m.name, "corr": m.corr.to_f64(), "mmc": m.mmc.to_f64(),
            "stake": coins(m.stake), "payout": coins(m.payout), "burned": coins(m.burned),
        }));
    }
    story.scores = rows;
    story.bundle.attachments.extend(attachments);
    let receipt = agents.owner.sign(report, Some(verification), story.now())?;
    facts.digest = story.bundle.push(receipt);
    Ok(())
}
