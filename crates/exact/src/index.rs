#![allow(clippy::indexing_slicing, reason = "positions are computed from dimensions checked at entry")]

use crate::error::check_len;
use crate::{Error, Result, canonical};
use alloc::{string::ToString as _, vec::Vec};

fn position(what: &'static str, index: i64, len: usize) -> Result<usize> {
    match usize::try_from(index) {
        Ok(i) if i < len => Ok(i),
        _ => Err(Error::IndexOutOfRange { what, index: index.to_string(), len }),
    }
}

/// Picks along the middle dimension: `out[o, j, i] = x[o, index[o, j, i], i]`.
///
/// `x` has dimensions `[outer, len, inner]`, `index` and the result `[outer, picks, inner]`, all row-major.
///
/// # Errors
/// `exact_shape_mismatch`, `exact_index_out_of_range`.
///
/// ```
/// use countermark_exact::gather;
/// assert_eq!(gather(&[1.0, 2.0, 3.0, 4.0], [2, 2, 1], &[1, 0], 1)?, [2.0, 3.0]);
/// assert!(gather(&[1.0, 2.0], [1, 2, 1], &[-1], 1).is_err());
/// # Ok::<(), countermark_exact::Error>(())
/// ```
pub fn gather(x: &[f32], dims: [usize; 3], index: &[i64], picks: usize) -> Result<Vec<f32>> {
    let [outer, len, inner] = dims;
    check_len("input", &dims, x.len())?;
    check_len("index", &[outer, picks, inner], index.len())?;
    let mut out = Vec::with_capacity(index.len());
    for (at, k) in index.iter().enumerate() {
        let (o, i) = (at / (picks * inner), at % inner);
        out.push(x[(o * len + position("gather", *k, len)?) * inner + i]);
    }
    Ok(out)
}

/// Adds along the middle dimension: `x[o, index[o, j, i], i] += value[o, j, i]`, for `j` ascending.
///
/// `x` has dimensions `[outer, len, inner]`, `index` and `value` `[outer, picks, inner]`, all row-major. Each position
/// receives its values in ascending order of `j`, one addition each.
///
/// # Errors
/// `exact_shape_mismatch`, `exact_index_out_of_range`.
pub fn scatter_add(
    x: &[f32],
    dims: [usize; 3],
    index: &[i64],
    value: &[f32],
    picks: usize,
) -> Result<Vec<f32>> {
    let [outer, len, inner] = dims;
    check_len("input", &dims, x.len())?;
    check_len("index", &[outer, picks, inner], index.len())?;
    check_len("value", &[outer, picks, inner], value.len())?;
    let mut out = x.to_vec();
    for (at, (k, v)) in index.iter().zip(value).enumerate() {
        let (o, i) = (at / (picks * inner), at % inner);
        let slot = &mut out[(o * len + position("scatter", *k, len)?) * inner + i];
        *slot = canonical(*slot + *v);
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scatter_undoes_gather() {
        let picked = gather(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [1, 3, 2], &[2, 0], 1).unwrap();
        assert_eq!(picked, [5.0, 2.0]);
        let back = scatter_add(&[0.0; 6], [1, 3, 2], &[2, 0], &picked, 1).unwrap();
        assert_eq!(back, [0.0, 2.0, 0.0, 0.0, 5.0, 0.0]);
        assert!(scatter_add(&[0.0; 6], [1, 3, 2], &[3, 0], &picked, 1).is_err());
        assert!(scatter_add(&[0.0; 6], [1, 3, 2], &[2, 0], &picked, 2).is_err());
    }
}
