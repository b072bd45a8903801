//! Shapley weights on real data: the example's claim.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "../examples/shapley_ensemble.rs"]
mod example;

#[test]
fn the_ensemble_beats_the_best_single_model_on_unseen_wines() {
    let o = example::run(20);
    // What one could have chosen beforehand, and the best of the models seen from afterwards.
    let best = o.models.iter().map(|(_, c)| *c).fold(f64::MIN, f64::max);
    assert!(o.ensemble > o.best_of_past + 0.01 && o.ensemble > best + 0.005, "{o:?}");
    assert!(o.ensemble > o.average && 4 * o.wins >= 3 * o.splits, "{o:?}");
}
