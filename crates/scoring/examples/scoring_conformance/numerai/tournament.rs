//! Submissions and payouts of the three tournaments.

use super::super::{
    answer::{Answer, column},
    function::{Call, Function},
    generate::Random,
};
use super::shared::cases;
use countermark_primitives::{Coded as _, Nano, Wei};
use countermark_scoring::{self as scoring, CleanOptions, Submission, Tournament};
use countermark_settle::{StakedModel, TournamentRule, tournament_payouts};
use serde_json::json;

#[rustfmt::skip]
pub(crate) const FUNCTIONS: &[Function] = &[
    Function { name: "validate_submission", oracle: "numerai", tolerance: 0.0, call: validate },
    Function { name: "clean_submission", oracle: "numerai", tolerance: 0.0, call: clean },
    Function { name: "tournament_payouts", oracle: "numerai", tolerance: 0.0, call: payouts },
];

fn validate(r: &mut Random) -> Call {
    let (tournament, name) = r.pick(&[
        (Tournament::Numerai, "numerai"),
        (Tournament::Signals, "signals"),
        (Tournament::Crypto, "crypto"),
    ]);
    let id = r.pick(tournament.id_headers());
    let mut headers = vec![id, r.pick(tournament.prediction_headers())];
    for extra in ["date", "friday_date", "data_type", "other"] {
        if r.below(8) == 0 {
            headers.insert(r.below(headers.len() + 1), extra);
        }
    }
    match r.below(20) {
        0 => headers.reverse(),
        1 => drop(headers.pop()),
        2 => headers[0] = "ID",
        3 => headers = vec!["id", "prediction"],
        _ => {}
    }
    let size = r.pick(&[3, 99, 100, 101, 130]);
    let live: Vec<String> = (0..size).map(|i| format!("a{:03}", (i * 37) % 1000)).collect();
    let keep = r.pick(&[0.9, 1.0, 1.0, 1.0]);
    let mut ids: Vec<Option<String>> = live.iter().filter(|_| r.unit() < keep).cloned().map(Some).collect();
    for _ in 0..r.pick(&[0, 0, 2]) {
        let at = r.below(ids.len() + 1);
        ids.insert(at, Some(r.pick(&["zzz", "A000", "nan", ""]).to_owned()));
    }
    if r.below(15) == 0 {
        ids.push(r.pick(&[None, Some("a000")]).map(str::to_owned));
    }
    let scale = r.pick(&[0.0, 1e-9, 1e-7, 0.5, 1.0, 1.0, 1.0, 1.0]);
    let end =
        r.pick(&[None, None, Some(0.0), Some(1.0), Some(-9e-9), Some(-2e-8), Some(1.000_009), Some(1.00002)]);
    let mut values: Vec<f64> = ids.iter().map(|_| 0.25 + 0.5 * r.unit() * scale).collect();
    if let (Some(end), false) = (end, values.is_empty()) {
        let at = r.below(values.len());
        values[at] = end;
    }
    if r.below(15) == 0 {
        r.punch(&mut values, 0.0, f64::NAN);
    }
    let require_date = tournament == Tournament::Signals && r.below(4) == 0;
    let live_refs: Vec<Option<&str>> = live.iter().map(|s| Some(s.as_str())).collect();
    let id_refs: Vec<Option<&str>> = ids.iter().map(Option::as_deref).collect();
    let submission = Submission { headers: &headers, ids: &id_refs, values: &values };
    let ours = match scoring::validate_submission(tournament, &live_refs, &submission, require_date) {
        Ok(valid) => {
            let c = valid.columns;
            let date = c.date.map_or_else(|| "-".to_owned(), |d| headers[d].to_owned());
            let head = [headers[c.id].to_owned(), headers[c.prediction].to_owned(), date];
            let rows = valid.rows.iter().map(usize::to_string);
            head.into_iter().chain(rows).chain(valid.invalid_ids).collect()
        }
        Err(e) => vec![e.code().to_owned()],
    };
    let inputs = json!({
        "tournament": name, "headers": headers, "live": live, "ids": ids, "values": column(&values),
        "require_date": require_date,
    });
    Call::new(inputs, Answer::Exact(ours))
}

fn clean(r: &mut Random) -> Call {
    // Repeated ids only among few rows, which pandas sorts stably.
    let repeated = r.below(3) == 0;
    let size = if repeated { 1 + r.below(8) } else { 1 + r.below(200) };
    let pool = if repeated { 6 } else { 1000 };
    let ids = |r: &mut Random, count: usize| -> Vec<usize> {
        let mut all: Vec<usize> = (0..pool).collect();
        for i in (1..pool).rev() {
            all.swap(i, r.below(i + 1));
        }
        if repeated { (0..count).map(|_| r.below(pool)).collect() } else { all[..count].to_vec() }
    };
    let gap = |r: &mut Random, i: usize| if r.below(12) == 0 { None } else { Some(format!("{i:04}")) };
    let universe: Vec<Option<String>> = ids(r, size).into_iter().map(|i| gap(r, i)).collect();
    let remap: Option<Vec<Option<String>>> =
        (r.below(2) == 0).then(|| ids(r, size).into_iter().map(|i| gap(r, i + 2000)).collect());
    let count = r.below(size + 1);
    let submitted: Vec<Option<String>> = ids(r, count).into_iter().map(|i| Some(format!("{i:04}"))).collect();
    let mut values: Vec<f64> = submitted.iter().map(|_| r.below(20) as f64 / 20.0).collect();
    if r.below(5) == 0 {
        r.punch(&mut values, 0.1, f64::NAN);
    }
    let rank_and_fill = r.below(2) == 0;
    fn refs(v: &[Option<String>]) -> Vec<Option<&str>> {
        v.iter().map(Option::as_deref).collect()
    }
    let mapped = remap.as_deref().map(refs);
    let options = CleanOptions { remap: mapped.as_deref(), rank_and_fill };
    let ours = scoring::clean_submission(&refs(&universe), &refs(&submitted), &values, &options);
    let number = |s: &String| s.parse::<f64>().unwrap_or(f64::NAN);
    let ours = ours.map(|c| vec![c.ids.iter().map(number).collect(), c.values]);
    let inputs = json!({
        "universe": universe, "remap": remap, "ids": submitted, "values": column(&values),
        "rank_and_fill": rank_and_fill,
    });
    Call::new(inputs, cases(ours))
}

fn payouts(r: &mut Random) -> Call {
    let nano = |r: &mut Random, sd: f64| Nano::new((r.normal() * sd) as i64);
    let (corr, mmc) = (nano(r, 1e9), nano(r, 2e9));
    let (rule, name) = match r.below(4) {
        0 => (TournamentRule::numerai(corr, mmc), "numerai"),
        1 => (TournamentRule::signals(2025, 9, 2), "signals until 2025-09-02"),
        2 => (TournamentRule::signals(2026, 1, 1), "signals"),
        _ => (TournamentRule::crypto(mmc), "crypto"),
    };
    let count = rule.multipliers.len();
    let models: Vec<StakedModel> = (0..r.below(12))
        .map(|_| StakedModel {
            metrics: (r.below(8) != 0).then(|| {
                (0..count)
                    .map(|_| if r.below(20) == 0 { Nano::new(r.u64().cast_signed()) } else { nano(r, 3e7) })
                    .collect()
            }),
            stake: if r.below(30) == 0 { r.amount() } else { Wei::from_u128(u128::from(r.u64()) * 4_000) },
            retained: match r.below(60) {
                0 => Nano::new(-1),
                1 => Nano::new(1_000_000_001),
                2..=20 => Nano::new(537_882_842),
                _ => Nano::ONE,
            },
        })
        .collect();
    let at_risk = (r.below(3) == 0).then(|| r.amount());
    let ours = tournament_payouts(&rule, &models, at_risk).map(|p| {
        let rows = p.rows.iter().flat_map(|row| {
            [
                row.score.get().to_string(),
                row.rate.get().to_string(),
                row.paid.to_string(),
                row.burned.to_string(),
            ]
        });
        rows.chain([p.at_risk, p.paid, p.burned].map(|x| x.to_string())).collect()
    });
    let numbers = |v: &[Nano]| v.iter().map(|n| n.get()).collect::<Vec<_>>();
    let inputs = json!({
        "tournament": name,
        "multipliers": numbers(&[corr, mmc]),
        "models": models.iter().map(|m| json!({
            "metrics": m.metrics.as_deref().map(numbers),
            "stake": m.stake.to_string(),
            "retained": m.retained.get(),
        })).collect::<Vec<_>>(),
        "at_risk": at_risk.map(|x| x.to_string()),
    });
    Call::new(inputs, Answer::exact(ours))
}
