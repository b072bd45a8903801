//! Every conversion between Python's values and the core's, and the one way a fault becomes an exception.

use countermark::{
    crypto::Signature,
    primitives::{Coded, Error as Basic, U256, Wei, codes},
    scoring::{Column, Matrix},
};
use num_bigint::BigUint;
use numpy::{
    AllowTypeChange, IntoPyArray as _, PyArray1, PyArrayDyn, PyArrayLikeDyn, PyReadonlyArray1,
    PyUntypedArrayMethods as _,
    ndarray::{ArrayD, ArrayViewD},
};
use pyo3::{
    exceptions::{PyRuntimeError, PyTypeError},
    inspect::PyStaticExpr,
    prelude::*,
    sync::PyOnceLock,
    type_hint_identifier, type_hint_subscript,
};
use std::{borrow::Cow, convert::Infallible};

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

/// Anything numpy makes an array of float64 of; an array that is one already is not copied.
pub(crate) struct Array<'py>(PyArrayLikeDyn<'py, f64, AllowTypeChange>);

impl<'a, 'py> FromPyObject<'a, 'py> for Array<'py> {
    type Error = PyErr;
    const INPUT_TYPE: PyStaticExpr = type_hint_identifier!("numpy.typing", "ArrayLike");

    fn extract(value: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        value.extract().map(Self)
    }
}

/// Values of an array in C or Fortran order, borrowed where they lie together, with the strides in elements.
pub(crate) struct Numbers<'a> {
    data: Cow<'a, [f64]>,
    shape: Vec<usize>,
    strides: Vec<isize>,
}

impl<'a> Numbers<'a> {
    /// # Errors
    /// `length_mismatch` unless the array has this number of dimensions.
    pub(crate) fn new(what: &'static str, array: &'a Array<'_>, dimensions: usize) -> Result<Self, Basic> {
        let array = &array.0;
        if array.ndim() != dimensions {
            return Err(Basic::LengthMismatch { what, expected: dimensions, got: array.ndim() });
        }
        let view = array.as_array();
        Ok(match array.as_slice() {
            Ok(data) => Self::over(Cow::Borrowed(data), &view),
            Err(_) => {
                let packed = view.as_standard_layout();
                let data = Cow::Owned(packed.iter().copied().collect());
                Self::over(data, &packed.view())
            }
        })
    }

    fn over(data: Cow<'a, [f64]>, view: &ArrayViewD<'_, f64>) -> Self {
        Self { data, shape: view.shape().to_vec(), strides: view.strides().to_vec() }
    }

    /// The values in memory order: row order for one dimension.
    pub(crate) fn values(&self) -> &[f64] {
        &self.data
    }

    pub(crate) fn column(&self) -> Column<'_> {
        Column::from(&*self.data)
    }

    pub(crate) fn matrix(&self) -> countermark::scoring::Result<Matrix<'_>> {
        let two = |all: &[_]| <[_; 2]>::try_from(all).unwrap_or_default();
        let strides = <[isize; 2]>::try_from(self.strides.as_slice()).unwrap_or_default();
        Matrix::strided_f64(&self.data, 0, two(&self.shape), strides)
    }
}

/// What pickle is told about a key.
pub(crate) fn no_pickle(what: &str) -> PyErr {
    PyTypeError::new_err(format!("a {what} is not pickled"))
}

/// The values of a two-dimensional array in row-major order, copied, and its number of columns.
pub(crate) fn rows(what: &'static str, array: &Array<'_>) -> Result<(Vec<f64>, usize), Basic> {
    match array.0.shape() {
        [_, columns] => Ok((array.0.as_array().iter().copied().collect(), *columns)),
        shape => Err(Basic::LengthMismatch { what, expected: 2, got: shape.len() }),
    }
}

/// The values of an array in row-major order, copied.
pub(crate) fn row_major(what: &'static str, array: &Array<'_>, dimensions: usize) -> Result<Vec<f64>, Basic> {
    match array.0.ndim() {
        got if got == dimensions => Ok(array.0.as_array().iter().copied().collect()),
        got => Err(Basic::LengthMismatch { what, expected: dimensions, got }),
    }
}

/// Numbers of things: uint32 or int64 arrays, or lists.
#[derive(FromPyObject)]
pub(crate) enum Codes<'py> {
    Narrow(PyReadonlyArray1<'py, u32>),
    Wide(PyReadonlyArray1<'py, i64>),
    List(Vec<u32>),
}

impl Codes<'_> {
    /// # Errors
    /// `out_of_range` for a number below 0 or above 2^32 - 1.
    pub(crate) fn values(&self, what: &'static str) -> Result<Cow<'_, [u32]>, Basic> {
        match self {
            Self::Narrow(a) => Ok(match a.as_slice() {
                Ok(values) => Cow::Borrowed(values),
                Err(_) => a.as_array().iter().copied().collect(),
            }),
            Self::Wide(a) => {
                let outside = |x: &i64| Basic::OutOfRange { what, got: x.to_string(), range: "0..2^32" };
                let one = |x: &i64| u32::try_from(*x).map_err(|_| outside(x));
                a.as_array().iter().map(one).collect::<Result<Vec<_>, _>>().map(Cow::Owned)
            }
            Self::List(values) => Ok(Cow::Borrowed(values)),
        }
    }
}

/// An array of float64 on its way to Python.
pub(crate) struct Floats(Py<PyArrayDyn<f64>>);

impl Floats {
    /// Values in row-major order that fill the shape.
    pub(crate) fn new(py: Python<'_>, values: Vec<f64>, shape: &[usize]) -> Self {
        Self(ArrayD::from_shape_vec(shape, values).unwrap_or_default().into_pyarray(py).unbind())
    }
}

impl<'py> IntoPyObject<'py> for &Floats {
    type Target = PyArrayDyn<f64>;
    type Output = Bound<'py, Self::Target>;
    type Error = Infallible;
    const OUTPUT_TYPE: PyStaticExpr = type_hint_subscript!(
        type_hint_identifier!("numpy.typing", "NDArray"),
        type_hint_identifier!("numpy", "float64")
    );

    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        Ok(self.0.bind(py).clone())
    }
}

/// An array of uint32 on its way to Python.
pub(crate) struct Integers(Py<PyArray1<u32>>);

impl Integers {
    pub(crate) fn new(py: Python<'_>, values: Vec<u32>) -> Self {
        Self(values.into_pyarray(py).unbind())
    }
}

impl<'py> IntoPyObject<'py> for &Integers {
    type Target = PyArray1<u32>;
    type Output = Bound<'py, Self::Target>;
    type Error = Infallible;
    const OUTPUT_TYPE: PyStaticExpr = type_hint_subscript!(
        type_hint_identifier!("numpy.typing", "NDArray"),
        type_hint_identifier!("numpy", "uint32")
    );

    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        Ok(self.0.bind(py).clone())
    }
}
