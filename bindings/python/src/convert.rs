//! Every conversion between Python's values and the core's, and the one way a fault becomes an exception.

use crate::arrow::{Slice, Table};
use countermark::{
    crypto::Signature,
    primitives::{Coded, Error as Basic, U256, Wei, codes},
    scoring::{Column, Matrix},
};
use num_bigint::BigUint;
use numpy::{AllowTypeChange, PyArrayLikeDyn, PyReadonlyArrayDyn, ndarray::ArrayViewD};
use pyo3::{
    exceptions::{PyRuntimeError, PyTypeError},
    inspect::PyStaticExpr,
    prelude::*,
    sync::PyOnceLock,
    type_hint_identifier,
};
use std::{borrow::Cow, sync::OnceLock};

/// A fault of the core on its way to Python.
pub(crate) struct Raised(Box<dyn Coded + Send + Sync>);

/// What the functions of this skin return.
pub(crate) type Done<T> = Result<T, Raised>;
pub(crate) type Fault = Raised;

impl<E: Coded + Send + Sync + 'static> From<E> for Raised {
    fn from(error: E) -> Self {
        Self(Box::new(error))
    }
}

impl From<Raised> for PyErr {
    fn from(raised: Raised) -> Self {
        raise(raised.0.as_ref())
    }
}

/// The exception of `countermark.exceptions` that belongs to the fault's kind.
fn raise(error: &dyn Coded) -> PyErr {
    static MAKE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    Python::attach(|py| {
        let make = MAKE.get_or_try_init(py, || {
            Ok::<_, PyErr>(py.import("countermark.exceptions")?.getattr("_make")?.unbind())
        });
        let (kind, text) = (error.kind().as_str(), error.to_string());
        let made = make.and_then(|make| {
            make.bind(py).call1((text, error.code(), kind, error.check(), error.is_retryable()))
        });
        made.map_or_else(
            // The package is not importable, as in a sandbox worker.
            |_| PyRuntimeError::new_err(format!("{}: {error}", error.code())),
            PyErr::from_value,
        )
    })
}

/// A code that an exception can carry, with the kind it belongs to.
#[pyclass(frozen, get_all, module = "countermark")]
pub(crate) struct ErrorCode {
    /// The code, snake_case, unique in the library.
    code: &'static str,
    /// The kind, which names the exception class.
    kind: &'static str,
}

#[pymethods]
impl ErrorCode {
    fn __repr__(&self) -> String {
        format!("ErrorCode(code='{}', kind='{}')", self.code, self.kind)
    }
}

/// All codes an exception can carry.
#[pyfunction]
pub(crate) fn error_codes() -> Vec<ErrorCode> {
    codes::all().map(|(code, kind, _)| ErrorCode { code, kind }).collect()
}

pub(crate) fn signature(bytes: &[u8]) -> countermark::crypto::Result<Signature> {
    Signature::from_bytes(bytes)
}

/// A Python int as an amount; negative ints and ints above 2^256-1 are Python's own OverflowError or out_of_range.
pub(crate) fn wei(what: &'static str, amount: &BigUint) -> Result<Wei, Basic> {
    U256::try_from_be_slice(&amount.to_bytes_be()).map(Wei::new).ok_or(Basic::OutOfRange {
        what,
        got: amount.to_string(),
        range: "0..2^256",
    })
}

pub(crate) fn integer(amount: Wei) -> BigUint {
    BigUint::from_bytes_be(&amount.get().to_be_bytes::<32>())
}

/// An array of float64, float32 or int8 or columns that Arrow lends, not copied; anything else numpy makes an array of
/// float64 of.
pub(crate) enum Array<'py> {
    F64(PyReadonlyArrayDyn<'py, f64>),
    F32(PyReadonlyArrayDyn<'py, f32>),
    I8(PyReadonlyArrayDyn<'py, i8>),
    Arrow(Table),
    Made(PyArrayLikeDyn<'py, f64, AllowTypeChange>),
}

impl<'a, 'py> FromPyObject<'a, 'py> for Array<'py> {
    type Error = PyErr;
    const INPUT_TYPE: PyStaticExpr = type_hint_identifier!("numpy.typing", "ArrayLike");

    fn extract(value: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if let Some(array) = Self::of_numpy(&value) {
            return Ok(array);
        }
        // The Arrow export of pandas takes a frame's index for a column, and needs pyarrow.
        if value.hasattr("iloc")? {
            let made = value.call_method0("to_numpy")?;
            return Self::of_numpy(&made).map_or_else(|| made.extract().map(Self::Made), Ok);
        }
        match Table::export(&value)? {
            Some(table) => Ok(Self::Arrow(table)),
            None => value.extract().map(Self::Made),
        }
    }
}

impl<'py> Array<'py> {
    /// numpy's array of a type that is not copied.
    fn of_numpy(value: &Bound<'py, PyAny>) -> Option<Self> {
        let f64s = value.extract().map(Self::F64).ok();
        f64s.or_else(|| value.extract().map(Self::F32).ok()).or_else(|| value.extract().map(Self::I8).ok())
    }
}

/// The numbers of an array, borrowed where they lie together.
enum Data<'a> {
    F64(Cow<'a, [f64]>),
    F32(Cow<'a, [f32]>),
    I8(Cow<'a, [i8]>),
    /// Columns that lie apart, and the same together once somebody needs them so, column by column.
    Apart(&'a Table, OnceLock<Vec<f64>>),
}

/// Values of an array in C or Fortran order, borrowed where they lie together, with the strides in elements.
pub(crate) struct Numbers<'a> {
    data: Data<'a>,
    shape: Vec<usize>,
    strides: Vec<isize>,
}

/// The array's memory where it has no gaps, else a copy in C order; with shape and strides of either.
fn together<'a, T: Copy + numpy::Element>(
    slice: Option<&'a [T]>,
    view: &ArrayViewD<'a, T>,
) -> (Cow<'a, [T]>, Vec<usize>, Vec<isize>) {
    match slice {
        Some(data) => (Cow::Borrowed(data), view.shape().to_vec(), view.strides().to_vec()),
        None => {
            let packed = view.as_standard_layout();
            let (shape, strides) = (packed.shape().to_vec(), packed.strides().to_vec());
            (Cow::Owned(packed.iter().copied().collect()), shape, strides)
        }
    }
}

impl<'a> Numbers<'a> {
    /// # Errors
    /// `length_mismatch` unless the array has this number of dimensions.
    pub(crate) fn new(what: &'static str, array: &'a Array<'_>, dimensions: usize) -> Result<Self, Basic> {
        let (data, shape, strides) = match array {
            Array::F64(a) => {
                let (d, shape, strides) = together(a.as_slice().ok(), &a.as_array());
                (Data::F64(d), shape, strides)
            }
            Array::Made(a) => {
                let (d, shape, strides) = together(a.as_slice().ok(), &a.as_array());
                (Data::F64(d), shape, strides)
            }
            Array::F32(a) => {
                let (d, shape, strides) = together(a.as_slice().ok(), &a.as_array());
                (Data::F32(d), shape, strides)
            }
            Array::I8(a) => {
                let (d, shape, strides) = together(a.as_slice().ok(), &a.as_array());
                (Data::I8(d), shape, strides)
            }
            Array::Arrow(table) => match (table.width(), table.slices().next()) {
                (None, Some(column)) => {
                    let data = match column {
                        Slice::F64(v) => Data::F64(v.into()),
                        Slice::F32(v) => Data::F32(v.into()),
                        Slice::I8(v) => Data::I8(v.into()),
                    };
                    (data, vec![table.rows()], vec![1])
                }
                (width, _) => {
                    let (rows, width) = (table.rows(), width.unwrap_or(0));
                    (Data::Apart(table, OnceLock::new()), vec![rows, width], vec![1, rows.cast_signed()])
                }
            },
        };
        if shape.len() != dimensions {
            return Err(Basic::LengthMismatch { what, expected: dimensions, got: shape.len() });
        }
        Ok(Self { data, shape, strides })
    }

    /// The values in memory order, as float64: row order for one dimension.
    pub(crate) fn values(&self) -> Cow<'_, [f64]> {
        match &self.data {
            Data::F64(d) => Cow::Borrowed(d),
            Data::F32(d) => d.iter().map(|x| f64::from(*x)).collect(),
            Data::I8(d) => d.iter().map(|x| f64::from(*x)).collect(),
            Data::Apart(table, made) => Cow::Borrowed(made.get_or_init(|| joined(table))),
        }
    }

    pub(crate) fn shape(&self) -> &[usize] {
        &self.shape
    }

    pub(crate) fn column(&self) -> Column<'_> {
        match &self.data {
            Data::F64(d) => Column::from(&**d),
            Data::F32(d) => Column::from(&**d),
            Data::I8(d) => Column::from(&**d),
            Data::Apart(table, made) => Column::from(&**made.get_or_init(|| joined(table))),
        }
    }

    /// One column for each of a table's.
    pub(crate) fn columns(&self) -> countermark::scoring::Result<Vec<Column<'_>>> {
        let Data::Apart(table, _) = &self.data else { return Ok(self.matrix()?.columns()) };
        let one = |slice| match slice {
            Slice::F64(v) => Column::from(v),
            Slice::F32(v) => Column::from(v),
            Slice::I8(v) => Column::from(v),
        };
        Ok(table.slices().map(one).collect())
    }

    pub(crate) fn matrix(&self) -> countermark::scoring::Result<Matrix<'_>> {
        let shape = <[_; 2]>::try_from(self.shape.as_slice()).unwrap_or_default();
        let strides = <[isize; 2]>::try_from(self.strides.as_slice()).unwrap_or_default();
        match &self.data {
            Data::F64(d) => Matrix::strided_f64(d, 0, shape, strides),
            Data::F32(d) => Matrix::strided_f32(d, 0, shape, strides),
            Data::I8(d) => Matrix::strided_i8(d, 0, shape, strides),
            Data::Apart(table, made) => {
                Matrix::strided_f64(made.get_or_init(|| joined(table)), 0, shape, strides)
            }
        }
    }

    /// All values in row-major order, as float64.
    pub(crate) fn row_major(&self) -> Vec<f64> {
        let index = |at: isize| usize::try_from(at).unwrap_or(usize::MAX);
        let values = self.values();
        let mut out = Vec::with_capacity(values.len());
        let mut place = vec![0usize; self.shape.len()];
        for _ in 0..self.shape.iter().product() {
            let at: isize = place.iter().zip(&self.strides).map(|(i, s)| i.cast_signed() * s).sum();
            out.extend(values.get(index(at)));
            for (i, n) in place.iter_mut().zip(&self.shape).rev() {
                *i += 1;
                if *i < *n {
                    break;
                }
                *i = 0;
            }
        }
        out
    }
}

/// The columns of a table one after the other, as float64.
fn joined(table: &Table) -> Vec<f64> {
    let mut out = Vec::with_capacity(table.rows() * table.width().unwrap_or(0));
    for slice in table.slices() {
        match slice {
            Slice::F64(v) => out.extend_from_slice(v),
            Slice::F32(v) => out.extend(v.iter().map(|x| f64::from(*x))),
            Slice::I8(v) => out.extend(v.iter().map(|x| f64::from(*x))),
        }
    }
    out
}

/// A list, or what turns into one: an array of numpy, a column of pandas, polars or pyarrow.
pub(crate) struct Listed<T>(pub(crate) T);

impl<'a, 'py, T: FromPyObjectOwned<'py>> FromPyObject<'a, 'py> for Listed<T> {
    type Error = PyErr;
    const INPUT_TYPE: PyStaticExpr = T::INPUT_TYPE;

    fn extract(value: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let direct = value.extract::<T>().map_err(Into::into);
        let Err(error) = direct else { return direct.map(Self) };
        for name in ["tolist", "to_list", "to_pylist"] {
            if value.hasattr(name)? {
                return value.call_method0(name)?.extract::<T>().map(Self).map_err(Into::into);
            }
        }
        Err(error)
    }
}

/// What pickle is told about a key.
pub(crate) fn no_pickle(what: &str) -> PyErr {
    PyTypeError::new_err(format!("a {what} is not pickled"))
}

/// The values of a two-dimensional array in row-major order, copied, and its number of columns.
pub(crate) fn rows(what: &'static str, array: &Array<'_>) -> Result<(Vec<f64>, usize), Basic> {
    let numbers = Numbers::new(what, array, 2)?;
    Ok((numbers.row_major(), numbers.shape().last().copied().unwrap_or(0)))
}
