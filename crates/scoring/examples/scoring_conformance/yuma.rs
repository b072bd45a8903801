//! Yuma consensus beside a program on Python's integers: whole epochs, medians, scaled weights.

use super::{
    answer::Answer,
    function::{Call, Function},
    generate::Random,
};
use countermark_scoring::{
    Error,
    yuma::{
        Epoch, Fixed, LiquidAlpha, Network, Parameters, Row, Stored, epoch, max_upscale, weighted_median,
    },
};
use serde_json::json;
use std::string::ToString;

const ORACLE: &str = "yuma";

#[rustfmt::skip]
pub(super) const FUNCTIONS: &[Function] = &[
    Function { name: "yuma_epoch", oracle: ORACLE, tolerance: 0.0, call: network },
    Function { name: "yuma_median", oracle: ORACLE, tolerance: 0.0, call: medians },
    Function { name: "yuma_max_upscale", oracle: ORACLE, tolerance: 0.0, call: upscale },
];

/// A row on some uids, in their order or not; 0 and equal values among them.
fn row(r: &mut Random, n: usize, beyond: usize) -> Row {
    let share = r.pick(&[0.0, 0.3, 0.8, 1.0]);
    let kind = r.below(4);
    let mut row = Row::new();
    for j in 0..n + beyond {
        if r.unit() < share {
            let x = match kind {
                0 => r.pick(&[0, 1, 7, 16_384, 32_768, 65_535]),
                1 => 65_535,
                2 => r.below(8) as u16,
                _ => r.below(65_536) as u16,
            };
            row.push((j as u16, x));
        }
    }
    if r.below(4) == 0 {
        for i in (1..row.len()).rev() {
            row.swap(i, r.below(i + 1));
        }
    }
    row
}

fn rao(r: &mut Random, kind: usize) -> u64 {
    match kind {
        0 => 1_000_000_000,
        1 => r.pick(&[0, 1, 5, 1_000, 1 << 40]),
        2 => r.u64() >> r.below(64),
        _ => r.u64() >> 14,
    }
}

fn parameters(r: &mut Random) -> Parameters {
    let any = |r: &mut Random| r.below(65_536) as u16;
    let yuma3 = r.below(3) != 0;
    let (a, b, kappa, penalty) = (any(r), any(r), any(r), any(r));
    let (tao_weight, average) = (r.u64(), r.below(1_000_000) as u64);
    let liquid = LiquidAlpha {
        low: a.min(b),
        high: a.max(b),
        steepness: r.pick(&[1_000, 1_000, 0, -1_000, 20_000, -20_000, 32_767, -32_768, 7]),
    };
    Parameters {
        activity_cutoff: r.pick(&[5_000, 50, 1, u64::MAX]),
        stake_threshold: r.pick(&[0, 0, 0, 1_000_000_000, 1 << 40]),
        tao_weight: r.pick(&[3_320_413_933_267_719_290, 0, u64::MAX, tao_weight]),
        max_validators: r.pick(&[128, 64, 3, 1, 0]),
        kappa: r.pick(&[32_767, 32_767, 0, 65_535, kappa]),
        bonds_penalty: r.pick(&[65_535, 0, 65_534, 1, penalty]),
        bonds_moving_average: r.pick(&[900_000, 975_000, 0, 1_000_000, 1_500_000, u64::MAX, average]),
        yuma3,
        liquid_alpha: (yuma3 && r.below(3) != 0).then_some(liquid),
    }
}

fn network(r: &mut Random) -> Call {
    let n = r.pick(&[0, 1, 2, 3, 4, 5, 5, 6, 8, 12, 24]);
    let p = parameters(r);
    let block = r.pick(&[10_000, 100]);
    let (alpha_kind, tao_kind) = (r.below(4), r.below(4));
    let alpha_stake: Vec<u64> = (0..n).map(|_| rao(r, alpha_kind)).collect();
    let tao_stake: Vec<u64> = (0..n).map(|_| rao(r, tao_kind) * r.pick(&[0, 1])).collect();
    let permits = r.pick(&[0.3, 0.8, 1.0]);
    let validator_permit: Vec<bool> = (0..n).map(|_| r.unit() < permits).collect();
    let recent = r.pick(&[3, 60, 5_200]);
    let ago = |r: &mut Random, most: usize| block - (r.below(most) as u64).min(block);
    let last_update: Vec<u64> = (0..n).map(|_| ago(r, recent)).collect();
    let new = r.pick(&[3, 120, 20_000]);
    let registered: Vec<u64> = (0..n).map(|_| if new == 3 { 1 } else { ago(r, new) }).collect();
    let commits: Option<Vec<Option<u64>>> =
        (r.below(4) == 0).then(|| (0..n).map(|_| (r.below(3) != 0).then(|| ago(r, 120))).collect());
    let beyond = r.pick(&[0, 0, 0, 2]);
    let weights: Vec<Row> = (0..n).map(|_| row(r, n, beyond)).collect();
    let bonds: Vec<Row> = (0..n).map(|_| row(r, n, 0)).collect();
    let network = Network {
        block,
        last_epoch: r.pick(&[None, Some(block - 10), Some(block - 100)]),
        tempo: r.pick(&[10, 99, 360]),
        owner: (n > 0 && r.below(4) == 0).then(|| r.below(n) as u16),
        alpha_stake: &alpha_stake,
        tao_stake: &tao_stake,
        validator_permit: &validator_permit,
        last_update: &last_update,
        registered: &registered,
        commits: commits.as_deref(),
        weights: &weights,
        bonds: &bonds,
    };
    let any = r.u64();
    let emitted = r.pick(&[1_000_000_000, 0, 1, u64::MAX, any]);
    let inputs = json!({
        "block": block, "last_epoch": network.last_epoch, "tempo": network.tempo, "owner": network.owner,
        "alpha_stake": alpha_stake, "tao_stake": tao_stake, "validator_permit": validator_permit,
        "last_update": last_update, "registered": registered, "commits": commits, "weights": weights,
        "bonds": bonds, "activity_cutoff": p.activity_cutoff, "stake_threshold": p.stake_threshold,
        "tao_weight": p.tao_weight, "max_validators": p.max_validators, "kappa": p.kappa,
        "bonds_penalty": p.bonds_penalty, "bonds_moving_average": p.bonds_moving_average, "yuma3": p.yuma3,
        "liquid_alpha": p.liquid_alpha.map(|l| json!([l.low, l.high, l.steepness])), "rao": emitted,
    });
    let ours = epoch(&network, &p).map(|e| lines(&e, &e.stored(emitted)));
    Call::new(inputs, Answer::exact(ours))
}

fn joined<T>(v: &[T], apart: &str, text: impl Fn(&T) -> String) -> String {
    v.iter().map(text).collect::<Vec<_>>().join(apart)
}

fn bits(v: &[Fixed]) -> String {
    joined(v, " ", |x| x.to_bits().to_string())
}

fn flags(v: &[bool]) -> String {
    joined(v, " ", |x| u8::from(*x).to_string())
}

/// Rows as the oracle prints them: `;` between rows, and between the entries of a row that is not empty.
fn rows<T: Copy>(m: &[Vec<(u16, T)>], text: impl Fn(T) -> String) -> String {
    joined(m, ";", |row| joined(row, ";", |(j, x)| format!("{j} {}", text(*x))))
}

fn lines(e: &Epoch<Fixed>, s: &Stored) -> Vec<String> {
    let fixed = |m: &[Vec<(u16, Fixed)>]| rows(m, |x| x.to_bits().to_string());
    let parts: Vec<String> = [&s.stake, &s.consensus, &s.validator_trust, &s.incentive, &s.dividends]
        .map(|v| joined(v, " ", ToString::to_string))
        .into();
    let rao: Vec<String> = [&s.server_emission, &s.validator_emission, &s.emission]
        .map(|v| joined(v, " ", ToString::to_string))
        .into();
    [
        ("active", flags(&e.active)),
        ("stake", bits(&e.stake)),
        ("active_stake", bits(&e.active_stake)),
        ("validator_permit", flags(&e.validator_permit)),
        ("weights", fixed(&e.weights)),
        ("consensus", bits(&e.consensus)),
        ("clipped_weights", fixed(&e.clipped_weights)),
        ("validator_trust", bits(&e.validator_trust)),
        ("incentive", bits(&e.incentive)),
        ("dividends", bits(&e.dividends)),
        ("bonds", fixed(&e.bonds)),
        ("server_share", bits(&e.server_share)),
        ("validator_share", bits(&e.validator_share)),
        ("combined_share", bits(&e.combined_share)),
        ("stored_bonds", rows(&s.bonds, |x| x.to_string())),
        ("stored", parts.join(";")),
        ("rao", rao.join(";")),
    ]
    .map(|(name, text)| format!("{name}: {text}"))
    .into()
}

fn medians(r: &mut Random) -> Call {
    let (mut cases, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..4 {
        let n = r.below(12);
        let (stakes, scores) = (r.below(4), r.below(3));
        let stake = |r: &mut Random| match stakes {
            0 => 1i64 << 30,
            1 => r.pick(&[0, 1, 2]) << 29,
            2 => r.pick(&[0, 1, i64::MAX / 16]),
            _ => r.below(1 << 31) as i64,
        };
        let stake: Vec<i64> = (0..n).map(|_| stake(r)).collect();
        let most = r.pick(&[2, 4, 1 << 32]);
        let score: Vec<i64> = (0..n).map(|_| if scores == 0 { 0 } else { r.below(most) as i64 }).collect();
        let any = r.below(1 << 32) as i64;
        let majority = r.pick(&[2_147_450_879, 1 << 31, 0, 1 << 32, any]);
        let fixed = |v: &[i64]| v.iter().copied().map(Fixed::from_bits).collect::<Vec<_>>();
        ours.push(weighted_median(&fixed(&stake), &fixed(&score), Fixed::from_bits(majority)));
        cases.push(json!([stake, score, majority]));
    }
    let ours: Result<Vec<String>, Error> =
        ours.into_iter().map(|m| m.map(|m| m.to_bits().to_string())).collect();
    Call::new(json!({ "cases": cases }), Answer::exact(ours))
}

fn upscale(r: &mut Random) -> Call {
    let mut cases = Vec::new();
    for _ in 0..4 {
        let (n, most) = (r.below(20), r.pick(&[1, 3, 9, 32_768, 32_769, 65_536]));
        let near = r.below(2) * (32_768 % most);
        cases.push((0..n).map(|_| near.max(r.below(most)) as u16).collect::<Vec<u16>>());
    }
    let ours = cases.iter().map(|v| joined(&max_upscale(v), " ", ToString::to_string)).collect();
    Call::new(json!({ "cases": cases }), Answer::Exact(ours))
}
