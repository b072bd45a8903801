use crate::{Binary, Exec, Permutation, Philox, Result, Unary};
use crate::{binary, gather, matmul, matmul_nt, matmul_tn, max_dim, scatter_add, sum, sum_dim, unary};
use alloc::vec::Vec;
use countermark_primitives::{B256, hash::blake3_tagged, hex};

/// The digest every machine must get from [`known_answer_digest`].
pub const KNOWN_ANSWER: B256 =
    B256::new(hex!("004cb3d0a31f75b83fb82741c81b1f934f160a931775a81475cbc9cf9bd63a56"));

/// Hashes the results of all operators over a sweep that holds ordinary values, subnormals, infinities and NaN, odd shapes
/// and more than one block of every blocked loop.
///
/// # Errors
/// None in practice: the shapes are fixed.
pub fn known_answer_digest(exec: Exec) -> Result<B256> {
    let rng = Philox::new(&blake3_tagged("countermark/exact/known-answer-seed/v1", &[]));
    let values =
        |tensor: u32, n: u32| -> Vec<f32> { (0..n).map(|i| rng.uniform(0, tensor, i) * 4.0 - 2.0).collect() };
    // One float of every exponent and sign, with a mantissa that varies.
    let mut sweep: Vec<f32> =
        (0..512u32).map(|e| f32::from_bits((e << 23) | (rng.word(1, 0, e) >> 9))).collect();
    sweep.extend([
        0.0,
        -0.0,
        f32::INFINITY,
        f32::NEG_INFINITY,
        f32::NAN,
        1e-45,
        -1e-45,
        88.72,
        -103.9,
        0.625,
        1.0,
    ]);
    sweep.extend(values(1, 2000).iter().map(|v| v * 40.0));

    let mut bytes = Vec::new();
    let mut put = |x: &[f32]| x.iter().for_each(|v| bytes.extend_from_slice(&v.to_bits().to_le_bytes()));
    for f in
        [Unary::Neg, Unary::Abs, Unary::Relu, Unary::Recip, Unary::Sqrt, Unary::Exp, Unary::Log, Unary::Tanh]
    {
        put(&unary(exec, f, &sweep));
    }
    let mut turned = sweep.clone();
    turned.rotate_left(257);
    for f in [Binary::Add, Binary::Sub, Binary::Mul, Binary::Div] {
        put(&binary(f, &sweep, &turned)?);
    }
    let (a, b) = (values(2, 67 * 523), values(3, 523 * 77));
    put(&matmul(exec, &a, &b, 67, 523, 77)?);
    put(&matmul_nt(exec, &a, &a, 67, 523, 67)?);
    put(&matmul_tn(exec, &b, &b, 77, 523, 77)?);
    put(&matmul(exec, &values(4, 5), &values(5, 5 * 1100), 1, 5, 1100)?);
    let tiny: Vec<f32> = a.iter().map(|v| v * 1e-22).collect();
    put(&matmul(exec, &tiny, &tiny.iter().map(|v| v * 0.5).collect::<Vec<_>>(), 67, 523, 67)?);

    put(&[sum(&a), sum(&sweep), sum(&[])]);
    put(&sum_dim(&a, [67, 523, 1])?);
    put(&sum_dim(&a, [1, 67, 523])?);
    put(&max_dim(&a, [67, 523, 1])?.0);
    let p = Permutation::new(&B256::repeat_byte(9), 523);
    let index: Vec<i64> = (0..67).filter_map(|i| p.apply(i)).map(i64::from).collect();
    let picked = gather(&a, [67, 523, 1], &index, 1)?;
    put(&picked);
    put(&scatter_add(&a, [67, 523, 1], &index, &picked, 1)?);
    Ok(blake3_tagged("countermark/exact/known-answer/v1", &[&bytes]))
}
