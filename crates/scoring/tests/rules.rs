//! Scoring rules: values that follow from their definitions, properties, and refusals.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::cast_precision_loss, missing_docs)]

use countermark_primitives::Coded;
use countermark_scoring::rules::{
    CrpsEstimator, Distribution, crps, crps_ensemble, log_score, owcrps_ensemble, pit, twcrps_ensemble,
    vrcrps_ensemble,
};
use countermark_scoring::{Matrix, Result, with_threads};
use proptest::prelude::*;
use std::f64::consts::{LN_2, PI};

fn close(got: f64, want: f64) {
    assert!((got - want).abs() <= 1e-13 * want.abs().max(1e-2), "{got}, expected {want}");
}

fn bits(v: &[f64]) -> Vec<u64> {
    v.iter().map(|x| x.to_bits()).collect()
}

fn table(x: &[f64], m: usize) -> Matrix<'_> {
    Matrix::strided_f64(x, 0, [x.len() / m, m], [m.cast_signed(), 1]).unwrap()
}

fn ensemble(y: &[f64], x: &[f64], m: usize, estimator: CrpsEstimator) -> Result<Vec<f64>> {
    crps_ensemble(&y.into(), &table(x, m), estimator, None)
}

fn one(family: &str, y: f64, p: &[f64]) -> [f64; 3] {
    let p: Vec<&[f64]> = p.iter().map(std::slice::from_ref).collect();
    [crps, log_score, pit].map(|f| f(family, &[y], &p).unwrap()[0])
}

/// Numbers that look random: the fractions of multiples of the golden ratio.
fn scattered(n: usize) -> Vec<f64> {
    (1..=n).map(|i| (i as f64 * 0.618_033_988_749_894_9).fract()).collect()
}

const PARAMETERS: [(&str, &[f64]); 13] = [
    ("normal", &[0.1, 1.2]),
    ("logistic", &[0.1, 0.7]),
    ("laplace", &[-0.2, 0.9]),
    ("t", &[3.5, 0.1, 1.2]),
    ("gamma", &[2.5, 1.3]),
    ("lognormal", &[0.1, 0.6]),
    ("exponential", &[1.5]),
    ("uniform", &[-0.5, 2.0]),
    ("beta", &[2.0, 3.5]),
    ("poisson", &[3.7]),
    ("negbinom", &[2.5, 0.4]),
    ("binomial", &[9.0, 0.3]),
    ("mixnorm", &[-0.5, 1.0, 0.6, 1.1, 0.3, 0.7]),
];

#[test]
fn normal_in_closed_form() {
    // CRPS of N(0, 1) at 0: 2 phi(0) - 1 / sqrt(pi) = (sqrt 2 - 1) / sqrt(pi).
    let [s, l, p] = one("normal", 0.0, &[0.0, 1.0]);
    close(s, (2f64.sqrt() - 1.0) / PI.sqrt());
    close(l, 0.5 * (2.0 * PI).ln());
    close(p, 0.5);
    // Location and scale: s is homogeneous of degree one.
    close(one("normal", 7.0, &[7.0, 3.0])[0], 3.0 * (2f64.sqrt() - 1.0) / PI.sqrt());
    // Far away only the distance is left: z - 1 / sqrt(pi), as Phi = 1 and phi = 0.
    close(one("normal", 40.0, &[0.0, 1.0])[0], 40.0 - 1.0 / PI.sqrt());
    // The tables' 97.5 % point, and the far tail to its own size: Phi(-10), Phi(-37).
    close(one("normal", 1.959_963_984_540_054, &[0.0, 1.0])[2], 0.975);
    for (z, tail) in [(-10.0, 7.619_853_024_160_527e-24), (-37.0, 5.725_571_222_524_846e-300)] {
        let got = one("normal", z, &[0.0, 1.0])[2];
        assert!((got - tail).abs() <= 1e-12 * tail, "{got}");
    }
}

#[test]
fn other_families_in_closed_form() {
    // Logistic at its centre: F = 1/2, so s (0 + 2 ln 2 - 1); its density is 1/4.
    let [s, l, p] = one("logistic", 0.3, &[0.3, 2.0]);
    close(s, 2.0 * (2.0 * LN_2 - 1.0));
    close(l, (4.0 * 2.0f64).ln());
    close(p, 0.5);
    // Laplace: E|X - mu| = s, E|X - X'| = 3/2 s; so s - 3/4 s at the centre.
    close(one("laplace", 1.0, &[1.0, 2.0])[0], 0.5);
    close(one("laplace", 1.0, &[1.0, 2.0])[1], 4f64.ln());
    // Exponential at 0: E X - E|X - X'| / 2 = 1 / rate - 1 / (2 rate).
    let [s, l, p] = one("exponential", 0.0, &[4.0]);
    close(s, 0.125);
    close(l, -(4f64.ln()));
    assert_eq!(p, 0.0);
    // Its median is ln 2 / rate.
    close(one("exponential", LN_2 / 4.0, &[4.0])[2], 0.5);
    // Gamma with shape 1 is exponential; beta with 1, 1 is uniform; t with many degrees of freedom is normal.
    for y in [0.01, 0.4, 0.99] {
        for (a, b) in one("gamma", y, &[1.0, 4.0]).iter().zip(one("exponential", y, &[4.0])) {
            close(*a, b);
        }
        for (a, b) in one("beta", y, &[1.0, 1.0]).iter().zip(one("uniform", y, &[0.0, 1.0])) {
            close(*a, b);
        }
        for (a, b) in one("t", y, &[1e9, 0.0, 1.0]).iter().zip(one("normal", y, &[0.0, 1.0])) {
            assert!((a - b).abs() < 1e-6, "{a} {b}");
        }
    }
    // Uniform on 0..=1: (y^3 + (1 - y)^3) / 3, and the distance more outside.
    close(one("uniform", 0.25, &[0.0, 1.0])[0], (1.0 / 64.0 + 27.0 / 64.0) / 3.0);
    close(one("uniform", 3.0, &[0.0, 1.0])[0], 1.0 / 3.0 + 2.0);
    assert!(one("uniform", 3.0, &[0.0, 1.0])[1].is_infinite());
    // t with 2 degrees of freedom has F(z) = (1 + z / sqrt(2 + z^2)) / 2 and density (2 + z^2)^(-3/2).
    let [_, l, p] = one("t", 1.0, &[2.0, 0.0, 1.0]);
    close(p, 0.5 * (1.0 + 1.0 / 3f64.sqrt()));
    close(l, 1.5 * 3f64.ln());
    // The log of a lognormal is normal.
    close(one("lognormal", 1f64.exp(), &[1.0, 2.0])[2], 0.5);
    // E|X - y| at y = 0 is exp(1/2); E|X - X'| = 2 exp(1/2) (2 Phi(1 / sqrt 2) - 1).
    let half = one("normal", 0.5f64.sqrt(), &[0.0, 1.0])[2];
    close(one("lognormal", 0.0, &[0.0, 1.0])[0], 0.5f64.exp() * (2.0 - 2.0 * half));
}

#[test]
fn counts_by_hand() {
    // Binomial with 1 trial: F is 1 - p on 0..1, so p^2 at 0 and (1 - p)^2 at 1.
    close(one("binomial", 0.0, &[1.0, 0.3])[0], 0.09);
    close(one("binomial", 1.0, &[1.0, 0.3])[0], 0.49);
    // Half of the way, half of each; below and above, the distance more.
    close(one("binomial", 0.5, &[1.0, 0.3])[0], 0.5 * 0.09 + 0.5 * 0.49);
    close(one("binomial", -2.0, &[1.0, 0.3])[0], 2.09);
    close(one("binomial", 4.0, &[1.0, 0.3])[0], 3.49);
    close(one("binomial", 1.0, &[2.0, 0.5])[1], LN_2);
    // Negative binomial with n = 1 is geometric: 1 - F(k) = q^(k + 1); at 0 the sum of q^(2 k + 2).
    close(one("negbinom", 0.0, &[1.0, 0.4])[0], 0.36 / (1.0 - 0.36));
    close(one("negbinom", 2.0, &[1.0, 0.4])[1], -(0.4f64 * 0.36).ln());
    close(one("negbinom", 2.0, &[1.0, 0.4])[2], 1.0 - 0.216);
    // Poisson with mean 1: E X - E|X - X'| / 2 at 0, with the published E|X - X'| = 2 e^-2 (I0(2) + I1(2)).
    let (i0, i1) = (2.279_585_302_336_067, 1.590_636_854_637_329);
    close(one("poisson", 0.0, &[1.0])[0], 1.0 - (-2f64).exp() * (i0 + i1));
    close(one("poisson", 2.0, &[1.0])[1], 1.0 + LN_2);
    close(one("poisson", 1.5, &[1.0])[2], 2.0 / 1f64.exp());
    assert!(one("poisson", 1.5, &[1.0])[1].is_infinite());
    // Certain counts.
    assert_eq!(one("binomial", 3.0, &[3.0, 1.0])[0], 0.0);
    let [s, l, p] = one("binomial", 0.0, &[3.0, 0.0]);
    assert_eq!((s, p), (0.0, 1.0));
    close(l, 0.0);
    // Many values: far from the normal limit by about 1 / (standard deviation).
    let (a, b) = (one("poisson", 1e6, &[1e6])[0], one("normal", 1e6, &[1e6, 1e3])[0]);
    assert!((a / b - 1.0).abs() < 1e-3, "{a} {b}");
}

#[test]
fn mixtures() {
    // Of equal parts: the part. Weights need no sum of 1; a weight of 0 takes its part away.
    let own = one("normal", 0.7, &[0.2, 1.5]);
    for p in [[0.2, 0.2, 1.5, 1.5, 3.0, 1.0], [0.2, 9.0, 1.5, 0.1, 2.0, 0.0]] {
        one("mixnorm", 0.7, &p).iter().zip(own).for_each(|(a, b)| close(*a, b));
    }
    // Far away, the nearer part decides, and no digits are lost: 300 standard deviations.
    let far = one("mixnorm", 300.0, &[0.0, -5.0, 1.0, 1.0, 0.5, 0.5])[1];
    close(far, 45_000.0 + 0.5 * (2.0 * PI).ln() + LN_2);
    assert_eq!(one("mixnorm", 1e200, &[0.0, 0.0, 1.0, 1.0, 1.0, 1.0])[1], f64::INFINITY);
}

#[test]
fn crps_is_the_integral_of_the_squared_difference() {
    // Midpoints of 400,000 steps over -30..=70.
    for (family, p) in PARAMETERS {
        let p: Vec<&[f64]> = p.iter().map(std::slice::from_ref).collect();
        let step = 100.0 / 400_000.0;
        let at: Vec<f64> = (0..400_000).map(|i| -30.0 + (f64::from(i) + 0.5) * step).collect();
        let f = pit(family, &at, &p).unwrap();
        let y = if family == "beta" { 0.3 } else { 2.0 };
        let sum: f64 = at.iter().zip(&f).map(|(x, f)| (f - f64::from(u8::from(*x >= y))).powi(2)).sum();
        let want = crps(family, &[y], &p).unwrap()[0];
        // A t distribution has more beyond.
        assert!((sum * step - want).abs() < 2e-4, "{family}: {} {want}", sum * step);
    }
}

#[test]
fn ensembles_by_hand() {
    // |0 - 0.5|, |1 - 0.5|, |3 - 0.5| have the mean 3.5 / 3; the distances 1, 3, 2 count twice.
    let (y, x) = ([0.5], [3.0, 0.0, 1.0]);
    let of = |e| ensemble(&y, &x, 3, e).unwrap()[0];
    use CrpsEstimator::{Akr, AkrCircperm, Fair, Int, Nrg, Pwm, Qd};
    for e in [Nrg, Qd, Int] {
        close(of(e), 3.5 / 3.0 - 12.0 / 18.0);
    }
    for e in [Fair, Pwm] {
        close(of(e), 3.5 / 3.0 - 12.0 / 12.0);
    }
    // Each against the one before it: 2, 3, 1.
    for e in [Akr, AkrCircperm] {
        close(of(e), 3.5 / 3.0 - 0.5 * 6.0 / 3.0);
    }
    // One member: the distance.
    assert_eq!(ensemble(&[2.0], &[5.0], 1, Nrg).unwrap(), [3.0]);
    // A perfect ensemble.
    assert_eq!(ensemble(&[2.0], &[2.0; 5], 5, Qd).unwrap(), [0.0]);
}

#[test]
fn bad_inputs_have_their_codes() {
    let code = |r: Result<Vec<f64>>| r.unwrap_err().code();
    let nrg = CrpsEstimator::Nrg;
    assert_eq!(code(ensemble(&[1.0, 2.0], &[1.0, 2.0, 3.0], 3, nrg)), "length_mismatch");
    assert_eq!(code(ensemble(&[f64::NAN], &[1.0, 2.0], 2, nrg)), "non_finite");
    assert_eq!(code(ensemble(&[1.0], &[1.0], 1, CrpsEstimator::Fair)), "too_few_rows");
    assert_eq!(code(ensemble(&[1.0], &[1.0], 1, CrpsEstimator::Pwm)), "too_few_rows");
    let none = Matrix::strided_f64(&[], 0, [1, 0], [1, 1]).unwrap();
    assert_eq!(code(crps_ensemble(&[1.0].as_slice().into(), &none, nrg, None)), "too_few_rows");
    assert_eq!(CrpsEstimator::parse("median").unwrap_err().code(), "invalid_text");
    let x = [1.0, 2.0];
    for w in [[0.0, 0.0], [-1.0, 2.0], [f64::NAN, 1.0], [f64::INFINITY, 1.0]] {
        let r = crps_ensemble(&[1.0].as_slice().into(), &table(&x, 2), nrg, Some(&table(&w, 2)));
        assert_eq!(code(r), "out_of_range");
    }
    let short = table(&[1.0, 1.0, 1.0], 3);
    assert_eq!(
        code(crps_ensemble(&[1.0].as_slice().into(), &table(&x, 2), nrg, Some(&short))),
        "length_mismatch"
    );
    for (lower, upper) in [(1.0, 1.0), (2.0, 1.0), (f64::NAN, 1.0)] {
        let y = [1.0];
        let (y, x) = (y.as_slice().into(), table(&x, 2));
        assert_eq!(code(twcrps_ensemble(&y, &x, lower, upper, nrg, None)), "out_of_range");
        assert_eq!(code(owcrps_ensemble(&y, &x, lower, upper, None)), "out_of_range");
        assert_eq!(code(vrcrps_ensemble(&y, &x, lower, upper, None)), "out_of_range");
    }
    for f in [crps, log_score, pit] {
        assert_eq!(code(f("gumbel", &[], &[&[0.0], &[1.0]])), "invalid_text");
        assert_eq!(code(f("normal", &[], &[&[0.0]])), "length_mismatch");
        assert_eq!(code(f("normal", &[0.0; 3], &[&[0.0], &[1.0, 1.0]])), "length_mismatch");
        assert_eq!(code(f("mixnorm", &[0.0], &[&[0.0], &[1.0]])), "length_mismatch");
        assert_eq!(code(f("mixnorm", &[0.0], &[&[0.0], &[1.0], &[0.0]])), "out_of_range");
        assert_eq!(code(f("normal", &[f64::INFINITY], &[&[0.0], &[1.0]])), "non_finite");
        assert!(f("normal", &[], &[&[0.0], &[1.0]]).unwrap().is_empty());
    }
    assert_eq!(code(crps("t", &[0.0], &[&[1.0], &[0.0], &[1.0]])), "out_of_range");
    assert!(log_score("t", &[0.0], &[&[1.0], &[0.0], &[1.0]]).is_ok());
    assert_eq!(code(crps("poisson", &[0.0], &[&[1e15]])), "out_of_range");
    assert!(log_score("poisson", &[0.0], &[&[1e15]]).is_ok());
    for (family, p) in [
        ("normal", &[0.0, 0.0][..]),
        ("laplace", &[f64::NAN, 1.0]),
        ("logistic", &[0.0, f64::INFINITY]),
        ("t", &[0.0, 0.0, 1.0]),
        ("gamma", &[-1.0, 1.0]),
        ("lognormal", &[0.0, -1.0]),
        ("exponential", &[0.0]),
        ("uniform", &[1.0, 1.0]),
        ("beta", &[1.0, 0.0]),
        ("poisson", &[0.0]),
        ("negbinom", &[1.0, 0.0]),
        ("binomial", &[1.5, 0.5]),
        ("binomial", &[2.0, 1.5]),
    ] {
        let parts: Vec<&[f64]> = p.iter().map(std::slice::from_ref).collect();
        for f in [crps, log_score, pit] {
            assert_eq!(code(f(family, &[0.5], &parts)), "out_of_range", "{family}");
        }
        assert_eq!(Distribution::parse(family, p).unwrap_err().code(), "out_of_range");
    }
}

#[test]
fn the_first_bad_observation_is_named() {
    // More observations than a task has, two faults; the first is told, whichever kind it is.
    let n = 20_000;
    let (mut y, mut sigma) = (vec![0.0; n], vec![1.0; n]);
    y[15_003] = f64::NAN;
    sigma[17_000] = -1.0;
    let message = |y: &[f64], sigma: &[f64]| crps("normal", y, &[&[0.0], sigma]).unwrap_err().to_string();
    assert_eq!(message(&y, &sigma), "observations has a value at row 15003 that is NaN or infinite");
    sigma[7] = -2.0;
    assert!(message(&y, &sigma).contains("-2 at observation 7"), "{}", message(&y, &sigma));
    // Members, likewise: the first of two bad ones in a block of eight.
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let mut x = scattered(600 * 5);
        x[523 * 5 + 3] = bad;
        x[525 * 5] = bad;
        let e = ensemble(&[0.5; 600], &x, 5, CrpsEstimator::Pwm).unwrap_err();
        assert_eq!(e.to_string(), "member 3 has a value at row 523 that is NaN or infinite");
    }
    // Sums that overflow are no fault of the input.
    assert!(ensemble(&[-1e308], &[1e308, 1e308], 2, CrpsEstimator::Nrg).is_ok());
}

#[test]
fn the_same_bits_on_one_and_two_threads() {
    let (n, m) = (3_001, 21);
    let (y, x) = (scattered(n), scattered(n * m));
    let members = || CrpsEstimator::ALL.map(|e| ensemble(&y, &x, m, e).unwrap()).concat();
    let a = with_threads(1, members).unwrap();
    assert_eq!(bits(&a), bits(&with_threads(2, members).unwrap()));
    for (family, p) in PARAMETERS {
        let y: Vec<f64> =
            if ["poisson", "negbinom", "binomial"].contains(&family) { vec![2.0; n] } else { y.clone() };
        // The first parameter one for each, the others one for all.
        let first: Vec<f64> = y.iter().map(|_| p[0]).collect();
        let mut parts: Vec<&[f64]> = p.iter().map(std::slice::from_ref).collect();
        let all = |parts: &[&[f64]]| [crps, log_score, pit].map(|f| f(family, &y, parts).unwrap()).concat();
        let alike = with_threads(1, || all(&parts)).unwrap();
        parts[0] = &first;
        assert_eq!(bits(&alike), bits(&with_threads(2, || all(&parts)).unwrap()), "{family}");
        // And one at a time.
        let d = Distribution::parse(family, p).unwrap();
        for i in (0..n).step_by(500) {
            let own = [d.crps(y[i]).unwrap(), d.log_score(y[i]).unwrap(), d.cdf(y[i]).unwrap()];
            assert_eq!(bits(&own), bits(&[alike[i], alike[n + i], alike[2 * n + i]]), "{family} {i}");
        }
    }
}

fn members() -> impl Strategy<Value = (f64, Vec<f64>)> {
    (-50.0f64..50.0, proptest::collection::vec(prop_oneof![-50.0f64..50.0, Just(0.0), Just(7.0)], 2..180))
}

proptest! {
    #[test]
    fn estimators_agree_with_their_definitions((y, x) in members()) {
        let m = x.len() as f64;
        let of = |e| ensemble(&[y], &x, x.len(), e).unwrap()[0];
        let near = x.iter().map(|x| (x - y).abs()).sum::<f64>() / m;
        let pairs = x.iter().flat_map(|a| x.iter().map(move |b| (a - b).abs())).sum::<f64>();
        let (nrg, fair) = (near - pairs / (2.0 * m * m), near - pairs / (2.0 * m * (m - 1.0)));
        let tolerance = 1e-12 * (1.0 + near);
        for (e, want) in [
            (CrpsEstimator::Nrg, nrg), (CrpsEstimator::Qd, nrg), (CrpsEstimator::Int, nrg),
            (CrpsEstimator::Fair, fair), (CrpsEstimator::Pwm, fair),
        ] {
            prop_assert!((of(e) - want).abs() <= tolerance, "{:?} {} {}", e, of(e), want);
        }
        // The spread of `fair` is that of `nrg` times m / (m - 1).
        let relation = near - (near - of(CrpsEstimator::Nrg)) * m / (m - 1.0);
        prop_assert!((of(CrpsEstimator::Fair) - relation).abs() <= tolerance);
        prop_assert!(of(CrpsEstimator::Nrg) >= -tolerance);
        // Equal weights are no weights.
        let w = vec![0.25; x.len()];
        let weighted = crps_ensemble(
            &[y].as_slice().into(), &table(&x, x.len()), CrpsEstimator::Nrg, Some(&table(&w, x.len())));
        prop_assert!((weighted.unwrap()[0] - nrg).abs() <= tolerance);
    }

    #[test]
    fn members_have_no_order((y, x) in members(), shift in 0usize..180) {
        let mut other = x.clone();
        other.reverse();
        other.rotate_left(shift % x.len());
        for e in [CrpsEstimator::Nrg, CrpsEstimator::Fair, CrpsEstimator::Pwm, CrpsEstimator::Qd] {
            let [a, b] = [&x, &other].map(|x| ensemble(&[y], x, x.len(), e).unwrap());
            prop_assert_eq!(bits(&a), bits(&b));
        }
    }

    #[test]
    fn an_observation_has_its_score_wherever_it_stands((y, x) in members(), before in 0usize..20) {
        let m = x.len();
        let mut all = scattered(before * m);
        all.extend(&x);
        let mut ys = scattered(before);
        ys.push(y);
        let alone = ensemble(&[y], &x, m, CrpsEstimator::Pwm).unwrap();
        let among = ensemble(&ys, &all, m, CrpsEstimator::Pwm).unwrap();
        prop_assert_eq!(alone[0].to_bits(), among[before].to_bits());
    }

    #[test]
    fn an_interval_of_everything_changes_nothing((y, x) in members()) {
        let plain = ensemble(&[y], &x, x.len(), CrpsEstimator::Nrg).unwrap()[0];
        let (ys, t) = ([y], table(&x, x.len()));
        let ys = ys.as_slice().into();
        let tw = twcrps_ensemble(&ys, &t, -1e3, 1e3, CrpsEstimator::Nrg, None).unwrap()[0];
        let ow = owcrps_ensemble(&ys, &t, -1e3, 1e3, None).unwrap()[0];
        let vr = vrcrps_ensemble(&ys, &t, -1e3, 1e3, None).unwrap()[0];
        for s in [tw, ow, vr] {
            prop_assert!((s - plain).abs() < 1e-11, "{} {}", s, plain);
        }
    }

    #[test]
    fn parametric_scores_are_in_their_ranges(y in -30.0f64..30.0, which in 0usize..13) {
        let (family, p) = PARAMETERS[which];
        let counts = ["poisson", "negbinom", "binomial"].contains(&family);
        let y = if counts { y.floor() } else { y };
        let [s, l, f] = one(family, y, p);
        prop_assert!(s >= -1e-12 && (0.0..=1.0).contains(&f) && !l.is_nan(), "{} {} {} {}", family, s, l, f);
        // A distribution function rises, and a score is continuous: 1 apart, at most 1 more.
        let [s1, _, f1] = one(family, y + 1.0, p);
        prop_assert!(f1 >= f && (s1 - s).abs() <= 1.0 + 1e-9, "{} {} {}", family, s, s1);
    }

    #[test]
    fn location_and_scale(y in -5.0f64..5.0, by in -3.0f64..3.0, scale in 0.1f64..10.0) {
        for family in ["normal", "logistic", "laplace"] {
            let [s, l, f] = one(family, y, &[0.0, 1.0]);
            let moved = one(family, y * scale + by, &[by, scale]);
            for (a, b) in [s * scale, l + scale.ln(), f].iter().zip(moved) {
                prop_assert!((a - b).abs() <= 1e-11 * (1.0 + b.abs()), "{} {} {}", family, a, b);
            }
        }
    }
}
