//! Yuma consensus: the chain's own epochs bit by bit, its test scenario, the `f64` twin, and bad inputs.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use countermark_primitives::Coded as _;
use countermark_scoring::yuma::*;
use serde_json::Value;

fn vectors() -> Value {
    serde_json::from_str(include_str!("vectors/yuma.json")).unwrap()
}

fn list<T: std::str::FromStr<Err: std::fmt::Debug>>(v: &Value) -> Vec<T> {
    v.as_str().unwrap().split_whitespace().map(|x| x.parse().unwrap()).collect()
}

fn bits(v: &Value) -> Vec<Fixed> {
    list(v).into_iter().map(Fixed::from_bits).collect()
}

fn flags(v: &Value) -> Vec<bool> {
    list::<u8>(v).into_iter().map(|x| x == 1).collect()
}

fn rows<T: std::str::FromStr<Err: std::fmt::Debug>>(v: &Value) -> Vec<Vec<(u16, T)>> {
    let entry = |e: &str| {
        let (j, x) = e.split_once(':').unwrap();
        (j.parse().unwrap(), x.parse().unwrap())
    };
    let row = |r: &Value| r.as_str().unwrap().split_whitespace().map(entry).collect();
    v.as_array().unwrap().iter().map(row).collect()
}

fn bit_rows(v: &Value) -> Vec<Vec<(u16, Fixed)>> {
    let fixed = |row: Vec<(u16, i64)>| row.into_iter().map(|(j, x)| (j, Fixed::from_bits(x))).collect();
    rows(v).into_iter().map(fixed).collect()
}

fn number<T: TryFrom<u64, Error: std::fmt::Debug>>(v: &Value) -> T {
    let x = v.as_u64().unwrap_or_else(|| v.as_str().unwrap().parse().unwrap());
    T::try_from(x).unwrap()
}

/// Owns what a network borrows.
struct Inputs {
    network: Network<'static>,
    parameters: Parameters,
    rao: u64,
}

fn keep<T>(v: Vec<T>) -> &'static [T] {
    v.leak()
}

fn inputs(v: &Value) -> Inputs {
    let commits: Vec<Option<u64>> =
        v["earliest_live_commit_block"].as_array().unwrap().iter().map(Value::as_u64).collect();
    let last = number(&v["last_mechanism_step_block"]);
    Inputs {
        network: Network {
            block: number(&v["current_block"]),
            last_epoch: Some(last).filter(|b| *b != 0),
            tempo: number(&v["tempo"]),
            owner: (!v["owner_uid"].is_null()).then(|| number(&v["owner_uid"])),
            alpha_stake: keep(list(&v["alpha_stake"])),
            tao_stake: keep(list(&v["tao_stake"])),
            validator_permit: keep(flags(&v["validator_permit"])),
            last_update: keep(list(&v["last_update"])),
            registered: keep(list(&v["block_at_registration"])),
            commits: v["commit_reveal"].as_bool().unwrap().then(|| keep(commits)),
            weights: keep(rows(&v["weights"])),
            bonds: keep(rows(&v["bonds"])),
        },
        parameters: Parameters {
            activity_cutoff: number(&v["activity_cutoff_blocks"]),
            stake_threshold: number(&v["stake_threshold"]),
            tao_weight: number(&v["tao_weight"]),
            max_validators: number(&v["max_allowed_validators"]),
            kappa: number(&v["kappa"]),
            bonds_penalty: number(&v["bonds_penalty"]),
            bonds_moving_average: number(&v["bonds_moving_average"]),
            yuma3: v["yuma3"].as_bool().unwrap(),
            liquid_alpha: v["liquid_alpha"].as_bool().unwrap().then(|| LiquidAlpha {
                low: number(&v["alpha_low"]),
                high: number(&v["alpha_high"]),
                steepness: v["alpha_sigmoid_steepness"].as_i64().unwrap().try_into().unwrap(),
            }),
        },
        rao: number(&v["rao_emission"]),
    }
}

/// Calls `each` with every epoch: id, what it is about, inputs, what is expected.
fn every_epoch(mut each: impl FnMut(&str, &str, &Inputs, &Value)) {
    for net in vectors()["networks"].as_array().unwrap() {
        let mut input = net["input"].clone();
        for (k, e) in net["epochs"].as_array().unwrap().iter().enumerate() {
            if let Some(set) = e["set"].as_object() {
                set.iter().for_each(|(name, v)| input[name] = v.clone());
            }
            let id = format!("{} epoch {k}", net["id"]);
            each(&id, net["about"].as_str().unwrap(), &inputs(&input), &e["expected"]);
            input["bonds"] = e["expected"]["stored"]["bonds"].clone();
            input["validator_permit"] = e["expected"]["stored"]["validator_permit"].clone();
        }
    }
}

#[test]
fn epochs_are_the_chains_bit_by_bit() {
    let mut epochs = 0;
    every_epoch(|id, _, i, v| {
        let e = epoch(&i.network, &i.parameters).unwrap();
        let s = &v["stored"];
        let expected = Epoch {
            active: flags(&s["active"]),
            stake: bits(&v["stake"]),
            active_stake: bits(&v["active_stake"]),
            validator_permit: flags(&s["validator_permit"]),
            weights: bit_rows(&v["weights"]),
            consensus: bits(&v["consensus"]),
            clipped_weights: bit_rows(&v["clipped_weights"]),
            validator_trust: bits(&v["validator_trust"]),
            incentive: bits(&v["incentive"]),
            dividends: bits(&v["dividends"]),
            bonds: bit_rows(&v["bonds"]),
            server_share: bits(&v["server_share"]),
            validator_share: bits(&v["validator_share"]),
            combined_share: bits(&v["combined_share"]),
        };
        assert_eq!(e, expected, "{id}");
        let stored = Stored {
            stake: list(&s["stake_weight"]),
            consensus: list(&s["consensus"]),
            validator_trust: list(&s["validator_trust"]),
            incentive: list(&s["incentive"]),
            dividends: list(&s["dividends"]),
            bonds: rows(&s["bonds"]),
            server_emission: list(&s["server_emission"]),
            validator_emission: list(&s["validator_emission"]),
            emission: list(&s["emission"]),
        };
        assert_eq!(e.stored(i.rao), stored, "{id}");
        epochs += 1;
    });
    assert_eq!(epochs, 124);
}

/// How far apart the twin may be, where nothing hangs on the last bits.
const BOUND: f64 = 1e-5;

#[test]
fn twin_is_near() {
    every_epoch(|id, _, i, _| {
        let exact = epoch(&i.network, &i.parameters).unwrap();
        let twin = epoch_f64(&i.network, &i.parameters).unwrap();
        assert_eq!(exact.active, twin.active, "{id}");
        for (name, exact, twin) in [
            ("stake", exact.stake, twin.stake),
            ("active stake", exact.active_stake, twin.active_stake),
            ("consensus", exact.consensus, twin.consensus),
            ("trust", exact.validator_trust, twin.validator_trust),
            ("incentive", exact.incentive, twin.incentive),
            ("dividends", exact.dividends, twin.dividends),
            ("server share", exact.server_share, twin.server_share),
            ("validator share", exact.validator_share, twin.validator_share),
            ("combined share", exact.combined_share, twin.combined_share),
        ] {
            assert_eq!(exact.len(), twin.len());
            for (x, y) in exact.iter().zip(twin) {
                assert!((x.to_f64() - y).abs() < BOUND, "{id}, {name}: {} beside {y}", x.to_f64());
            }
        }
    });
}

#[test]
fn medians_and_scales_are_the_chains() {
    let v = vectors();
    for c in v["primitives"]["weighted_median"].as_array().unwrap() {
        let majority = bits(&c["majority"])[0];
        let got = weighted_median(&bits(&c["stake"]), &bits(&c["score"]), majority).unwrap();
        assert_eq!(got, bits(&c["median"])[0], "{c}");
    }
    for c in v["primitives"]["vec_u16_max_upscale_to_u16"].as_array().unwrap() {
        assert_eq!(max_upscale(&list::<u16>(&c["in"])), list::<u16>(&c["out"]));
    }
    for c in v["primitives"]["exp_safe"].as_array().unwrap() {
        let xy = bits(c);
        assert_eq!(xy[0].exp(), xy[1], "{c}");
    }
    for c in v["primitives"]["saturating_mul"].as_array().unwrap() {
        let abc = bits(c);
        assert_eq!(abc[0].saturating_mul(abc[1]), abc[2], "{c}");
    }
    for c in v["primitives"]["safe_div"].as_array().unwrap() {
        let abc = bits(c);
        assert_eq!(abc[0].safe_div(abc[1]), abc[2], "{c}");
    }
}

/// Majority 0.51; the values of the repository's `tests/math.rs`.
#[test]
fn medians_of_the_repository() {
    let fixed = |v: &[i64]| v.iter().map(|x| Fixed::from_bits((x << 32) / 100)).collect::<Vec<_>>();
    for (stake, score, median) in [
        (&[][..], &[][..], 0),
        (&[49, 51], &[50, 100], 100),
        (&[51, 49], &[50, 100], 50),
        (&[49, 1, 50], &[50, 70, 100], 70),
        (&[20, 20, 20, 20, 20], &[80, 20, 100, 60, 40], 60),
    ] {
        let got = weighted_median(&fixed(stake), &fixed(score), fixed(&[51])[0]).unwrap();
        assert_eq!(got, fixed(&[median])[0], "{stake:?}");
    }
}

/// `test_yuma_3_kappa_moves_first`: three validators of stake 8, 1, 1 move from one miner to the other in turn.
#[test]
fn first_mover_of_yuma3_keeps_its_bond() {
    let parameters = Parameters {
        activity_cutoff: 5_000,
        bonds_penalty: 0,
        bonds_moving_average: 975_000,
        yuma3: true,
        liquid_alpha: Some(LiquidAlpha { low: 6_553, high: 19_661, steepness: 1_000 }),
        ..Parameters::default()
    };
    let mut bonds: Vec<Row> = vec![vec![]; 5];
    let (on1, on2) = (vec![(3, 65_535), (4, 0)], vec![(3, 0), (4, 65_535)]);
    let expected_bonds = [
        [[0.1013, 0.0], [0.1013, 0.0], [0.1013, 0.0]],
        [[0.0908, 0.1013], [0.3697, 0.0], [0.3697, 0.0]],
        [[0.0815, 0.1924], [0.3170, 0.1013], [0.5580, 0.0]],
        [[0.0731, 0.2742], [0.2765, 0.1924], [0.4306, 0.1013]],
    ];
    let dividends = [[0.8, 0.1, 0.1], [1.0, 0.0, 0.0], [0.9382, 0.0618, 0.0], [0.8819, 0.0773, 0.0407]];
    for (k, (expected, dividends)) in expected_bonds.iter().zip(dividends).enumerate() {
        let row = |mover: usize| if k >= mover { on2.clone() } else { on1.clone() };
        let weights = vec![row(1), row(2), row(3), vec![], vec![]];
        let at = u64::try_from(k).unwrap() + 2;
        let network = Network {
            block: at + 1,
            last_epoch: None,
            tempo: 0,
            owner: None,
            alpha_stake: &[8, 1, 1, 0, 0],
            tao_stake: &[0; 5],
            validator_permit: &[true, true, true, false, false],
            last_update: &[at, at, at, 1, 1],
            registered: &[1; 5],
            commits: None,
            weights: &weights,
            bonds: &bonds,
        };
        let e = epoch(&network, &parameters).unwrap();
        for (i, (expected, dividend)) in expected.iter().zip(dividends).enumerate() {
            assert!((e.dividends[i].to_f64() - dividend).abs() < 1e-3, "epoch {k}: {:?}", e.dividends);
            for (j, x) in expected.iter().enumerate() {
                let of = e.bonds[i].iter().find(|(uid, _)| usize::from(*uid) == j + 3);
                let got = of.map_or(0.0, |(_, b)| b.to_f64());
                assert!((got - x).abs() < 1e-3, "epoch {k}: {:?}", e.bonds);
            }
        }
        bonds = e.stored(0).bonds;
    }
}

#[test]
fn bad_inputs_have_codes() {
    let (weights, bonds) = (vec![vec![(1, 9)], vec![]], vec![vec![], vec![]]);
    let good = Network {
        block: 10,
        last_epoch: None,
        tempo: 1,
        owner: None,
        alpha_stake: &[1, 1],
        tao_stake: &[0, 0],
        validator_permit: &[true, true],
        last_update: &[9, 9],
        registered: &[1, 1],
        commits: None,
        weights: &weights,
        bonds: &bonds,
    };
    let code = |n: &Network<'_>| epoch(n, &Parameters::default()).map_err(|e| e.code()).map(|_| ());
    assert_eq!(code(&good), Ok(()));
    assert_eq!(code(&Network { tao_stake: &[0], ..good }), Err("length_mismatch"));
    assert_eq!(code(&Network { commits: Some(&[None]), ..good }), Err("length_mismatch"));
    assert_eq!(code(&Network { weights: &weights[..1], ..good }), Err("length_mismatch"));
    assert_eq!(code(&Network { owner: Some(2), ..good }), Err("out_of_range"));
    let twice = [vec![(1, 9), (0, 1), (1, 9)], vec![]];
    assert_eq!(code(&Network { weights: &twice, ..good }), Err("duplicate_id"));
    assert_eq!(code(&Network { bonds: &twice, ..good }), Err("duplicate_id"));
    let beyond = [vec![(2, 9)], vec![]];
    assert_eq!(code(&Network { bonds: &beyond, ..good }), Err("out_of_range"));
    assert_eq!(code(&Network { weights: &beyond, ..good }), Ok(()));
    assert_eq!(code(&Network { alpha_stake: &[u64::MAX, u64::MAX], ..good }), Err("overflow"));
    let none: [u64; 0] = [];
    let empty = Network {
        alpha_stake: &none,
        tao_stake: &none,
        validator_permit: &[],
        last_update: &none,
        registered: &none,
        weights: &[],
        bonds: &[],
        ..good
    };
    assert_eq!(code(&empty), Ok(()));
    let many = vec![0; 65_536];
    assert_eq!(code(&Network { alpha_stake: &many, ..good }), Err("limit_exceeded"));
    let stake = [Fixed::from_bits(-1)];
    assert_eq!(weighted_median(&stake, &stake, Fixed::ONE).unwrap_err().code(), "out_of_range");
}
