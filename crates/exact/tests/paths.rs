//! Every path and thread count gives the same bits.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "test code"
)]

use countermark_exact::{
    Exec, KNOWN_ANSWER, Path, Philox, Unary, known_answer_digest, matmul, matmul_nt, matmul_tn, unary,
};
use countermark_primitives::{B256, Coded as _};
use proptest::prelude::*;

fn everywhere() -> Vec<Exec> {
    let paths = Path::ALL.into_iter().filter(|p| p.is_available());
    paths.flat_map(|p| [1, 2, 3, 7].map(|t| Exec::try_new(p, t).unwrap())).collect()
}

fn bits(x: &[f32]) -> Vec<u32> {
    x.iter().map(|v| v.to_bits()).collect()
}

fn values(tensor: u32, n: usize, scale: f32) -> Vec<f32> {
    let rng = Philox::new(&B256::repeat_byte(0x5a));
    (0..n).map(|i| (rng.uniform(0, tensor, i as u32) - 0.5) * scale).collect()
}

/// The definition, written as plainly as possible.
fn naive(a: &[f32], b: &[f32], m: usize, k: usize, n: usize) -> Vec<f32> {
    let mut c = vec![0f32; m * n];
    for i in 0..m {
        for j in 0..n {
            c[i * n + j] = (0..k).fold(0.0, |acc, p| libm::fmaf(a[i * k + p], b[p * n + j], acc));
        }
    }
    c
}

#[test]
fn the_known_answer_holds_on_every_path() {
    for exec in everywhere() {
        assert_eq!(known_answer_digest(exec).unwrap(), KNOWN_ANSWER, "{exec:?}");
    }
}

#[test]
fn a_matmul_larger_than_every_block_is_the_naive_chain() {
    let (m, k, n) = (131, 523, 1077);
    let (a, b) = (values(1, m * k, 2.0), values(2, k * n, 2.0));
    let want = bits(&naive(&a, &b, m, k, n));
    for exec in everywhere() {
        assert_eq!(bits(&matmul(exec, &a, &b, m, k, n).unwrap()), want, "{exec:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn odd_shapes_agree(m in 1usize..40, k in 1usize..40, n in 1usize..70, e in -30i32..10) {
        let scale = 2f32.powi(e);
        let (a, b) = (values(3, m * k, scale), values(4, k * n, scale));
        let want = bits(&naive(&a, &b, m, k, n));
        let bt = countermark_exact::transpose(&b, k, n).unwrap();
        let at = countermark_exact::transpose(&a, m, k).unwrap();
        for exec in everywhere() {
            prop_assert_eq!(&bits(&matmul(exec, &a, &b, m, k, n).unwrap()), &want);
            prop_assert_eq!(&bits(&matmul_nt(exec, &a, &bt, m, k, n).unwrap()), &want);
            prop_assert_eq!(&bits(&matmul_tn(exec, &at, &b, m, k, n).unwrap()), &want);
        }
    }

    #[test]
    fn functions_agree_on_any_bits(x in prop::collection::vec(any::<u32>(), 1..70)) {
        let x: Vec<f32> = x.into_iter().map(f32::from_bits).collect();
        for f in [Unary::Exp, Unary::Log, Unary::Tanh, Unary::Sqrt, Unary::Recip] {
            let want = bits(&unary(Exec::try_new(Path::Software, 1).unwrap(), f, &x));
            for exec in everywhere() {
                prop_assert_eq!(&bits(&unary(exec, f, &x)), &want);
            }
        }
    }
}

#[test]
fn a_path_that_is_not_here_is_refused() {
    let missing = Path::ALL.into_iter().find(|p| !p.is_available()).unwrap();
    assert_eq!(Exec::try_new(missing, 1).unwrap_err().code(), "exact_path_unavailable");
    assert_eq!(Exec::try_new(Path::Software, 2000).unwrap_err().code(), "exact_threads_out_of_range");
    assert_ne!(Path::detect(), missing);
}
