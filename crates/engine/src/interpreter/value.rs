use crate::{Error, Result};
use burn_backend::{DType, TensorData};
use burn_ir::TensorIr;
use countermark_exact::canonicalise;
use countermark_primitives::Writer;
use std::sync::Arc;

/// The elements of a tensor, row-major.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Data {
    Float(Vec<f32>),
    Int(Vec<i64>),
    Bool(Vec<bool>),
}

impl Data {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Float(v) => v.len(),
            Self::Int(v) => v.len(),
            Self::Bool(v) => v.len(),
        }
    }

    /// The elements at these positions; positions past the end are left out.
    pub(crate) fn pick(&self, at: &[usize]) -> Self {
        fn go<T: Copy>(v: &[T], at: &[usize]) -> Vec<T> {
            at.iter().filter_map(|i| v.get(*i)).copied().collect()
        }
        match self {
            Self::Float(v) => Self::Float(go(v, at)),
            Self::Int(v) => Self::Int(go(v, at)),
            Self::Bool(v) => Self::Bool(go(v, at)),
        }
    }
}

/// A tensor in host memory; cheap to clone.
#[derive(Debug, Clone)]
pub struct Value {
    shape: Arc<[usize]>,
    data: Arc<Data>,
}

fn unsupported(dtype: DType) -> Error {
    Error::UnsupportedType { operation: "transfer".into(), dtype: format!("{dtype:?}") }
}

impl Value {
    pub(crate) fn new(shape: &[usize], data: Data) -> Self {
        Self { shape: shape.into(), data: Arc::new(data) }
    }

    pub(crate) fn shape(&self) -> &[usize] {
        &self.shape
    }

    pub(crate) fn data(&self) -> &Data {
        &self.data
    }

    pub(crate) fn zeros(ir: &TensorIr) -> Self {
        let n = ir.shape.num_elements();
        let data = match ir.dtype {
            DType::I32 | DType::I64 => Data::Int(vec![0; n]),
            DType::Bool(_) => Data::Bool(vec![false; n]),
            _ => Data::Float(vec![0.0; n]),
        };
        Self::new(&ir.shape.to_vec(), data)
    }

    pub(crate) fn from_data(data: TensorData) -> Result<Self> {
        let (shape, dtype) = (data.shape.to_vec(), data.dtype);
        let bad = |_| unsupported(dtype);
        let data = match dtype {
            DType::F32 => {
                let mut v = data.into_vec::<f32>().map_err(bad)?;
                canonicalise(&mut v);
                Data::Float(v)
            }
            DType::I32 => {
                Data::Int(data.into_vec::<i32>().map_err(bad)?.into_iter().map(i64::from).collect())
            }
            DType::I64 => Data::Int(data.into_vec::<i64>().map_err(bad)?),
            DType::Bool(_) => Data::Bool(data.into_vec::<bool>().map_err(bad)?),
            _ => return Err(unsupported(dtype)),
        };
        Ok(Self::new(&shape, data))
    }

    pub(crate) fn into_data(self, ir: &TensorIr) -> Result<TensorData> {
        let shape = ir.shape.clone();
        Ok(match (&*self.data, ir.dtype) {
            (Data::Float(v), DType::F32) => TensorData::new(v.clone(), shape),
            (Data::Int(v), DType::I64) => TensorData::new(v.clone(), shape),
            (Data::Int(v), DType::I32) => {
                let narrow: Result<Vec<i32>, _> = v.iter().map(|x| i32::try_from(*x)).collect();
                TensorData::new(narrow.map_err(|_| unsupported(ir.dtype))?, shape)
            }
            (Data::Bool(v), DType::Bool(_)) => TensorData::new(v.clone(), shape),
            _ => return Err(unsupported(ir.dtype)),
        })
    }

    /// Element type (1 = f32, 2 = integer, 3 = truth value), count and elements in canonical bytes.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut w = Writer::new();
        match &*self.data {
            Data::Float(v) => {
                w.u8(1);
                w.list(v, |w, x| w.f32(*x));
            }
            Data::Int(v) => {
                w.u8(2);
                w.list(v, |w, x| w.i64(*x));
            }
            Data::Bool(v) => {
                w.u8(3);
                w.list(v, |w, x| w.bool(*x));
            }
        }
        w.finish()
    }
}

/// Positions, for each element of a tensor of shape `out` in row-major order, in a tensor read with these strides.
pub(crate) fn strided(out: &[usize], strides: &[usize]) -> Vec<usize> {
    let mut at = vec![0usize];
    for (len, stride) in out.iter().zip(strides) {
        at = at.iter().flat_map(|base| (0..*len).map(move |i| base + i * stride)).collect();
    }
    at
}

/// Row-major strides.
pub(crate) fn strides(shape: &[usize]) -> Vec<usize> {
    let mut next = 1;
    let mut out: Vec<usize> = shape
        .iter()
        .rev()
        .map(|len| {
            let s = next;
            next *= len;
            s
        })
        .collect();
    out.reverse();
    out
}

/// Strides under which a tensor reads as `out`: 0 along dimensions of length 1 that are repeated. `None` when it can't.
pub(crate) fn broadcast(shape: &[usize], out: &[usize]) -> Option<Vec<usize>> {
    let missing = out.len().checked_sub(shape.len())?;
    let own = strides(shape);
    let mut all = vec![0; missing];
    for ((len, stride), want) in shape.iter().zip(own).zip(out.iter().skip(missing)) {
        match (*len, *want) {
            (a, b) if a == b => all.push(stride),
            (1, _) => all.push(0),
            _ => return None,
        }
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broadcasting_repeats_rows_and_columns() {
        assert_eq!(strided(&[2, 3], &broadcast(&[3], &[2, 3]).unwrap()), [0, 1, 2, 0, 1, 2]);
        assert_eq!(strided(&[2, 3], &broadcast(&[2, 1], &[2, 3]).unwrap()), [0, 0, 0, 1, 1, 1]);
        assert!(broadcast(&[2], &[2, 3]).is_none() && broadcast(&[1, 2, 3], &[2, 3]).is_none());
        assert_eq!(strided(&[3, 2], &[1, 3]), [0, 3, 1, 4, 2, 5]); // a transpose
    }
}
