//! What the drop-in modules in `countermark.compat` need beyond the public functions: whole matrices through a step.

use crate::{
    convert::{Array, Done, Numbers},
    plain::rank_method,
};
use countermark::scoring::{self, Column, Mode};
use numpy::{PyArray1, PyArray2, PyArrayMethods as _};
use pyo3::prelude::*;

/// The columns of a matrix, each through a step, as the rows of a new one.
fn by_column<'py>(
    py: Python<'py>,
    matrix: &Array<'py>,
    step: impl Fn(&Column<'_>) -> scoring::Result<Vec<f64>> + Send + Sync,
) -> PyResult<Bound<'py, PyArray2<f64>>> {
    let matrix = Numbers::new("shape of the matrix", matrix, 2).map_err(crate::convert::Raised::from)?;
    let made = py.detach(|| -> Done<_> {
        let matrix = matrix.matrix()?;
        let mut values = Vec::new();
        for column in matrix.columns() {
            values.extend(step(&column)?);
        }
        let [rows, columns] = matrix.shape();
        Ok((values, [columns, rows]))
    });
    let (values, shape) = made?;
    PyArray1::from_vec(py, values).reshape(shape)
}

/// Ranks of each column of a matrix, shape `[n, k]`; the result has shape `[k, n]`.
#[pyfunction]
pub(crate) fn _rank_columns<'py>(
    py: Python<'py>,
    matrix: Array<'py>,
    method: &str,
) -> PyResult<Bound<'py, PyArray2<f64>>> {
    let method = rank_method(method).map_err(crate::convert::Raised::from)?;
    by_column(py, &matrix, |column| Ok(scoring::rank(column, method)))
}

/// Standard normal quantiles of each column of a matrix, shape `[n, k]`; the result has shape `[k, n]`.
#[pyfunction]
pub(crate) fn _gaussian_columns<'py>(
    py: Python<'py>,
    matrix: Array<'py>,
) -> PyResult<Bound<'py, PyArray2<f64>>> {
    by_column(py, &matrix, |column| Ok(scoring::gaussian(column)))
}

/// `sign(x) |x|^p` of each column of a matrix, shape `[n, k]`; the result has shape `[k, n]`.
#[pyfunction]
pub(crate) fn _power_columns<'py>(
    py: Python<'py>,
    matrix: Array<'py>,
    p: f64,
) -> PyResult<Bound<'py, PyArray2<f64>>> {
    by_column(py, &matrix, |column| scoring::power(column, p))
}

/// Each column of a matrix, shape `[n, k]`, less `proportion` of its least-squares fit by the neutralizers, shape
/// `[n, f]`, and a constant; the result has shape `[k, n]`.
#[pyfunction]
pub(crate) fn _neutralize_columns<'py>(
    py: Python<'py>,
    matrix: Array<'py>,
    neutralizers: Array<'py>,
    proportion: f64,
) -> PyResult<Bound<'py, PyArray2<f64>>> {
    let fault = crate::convert::Raised::from;
    let matrix = Numbers::new("shape of the matrix", &matrix, 2).map_err(fault)?;
    let neutralizers = Numbers::new("shape of the neutralizers", &neutralizers, 2).map_err(fault)?;
    let made = py.detach(|| -> Done<_> {
        let (matrix, neutralizers) = (matrix.matrix()?, neutralizers.matrix()?);
        let columns = matrix.columns();
        let residuals = scoring::neutralize(&columns, &neutralizers.columns(), proportion, Mode::PerModel)?;
        let mut values = Vec::new();
        for (column, residual) in columns.iter().zip(residuals) {
            match residual {
                Ok(residual) => values.extend(residual),
                // The constant fits a constant column; one with a NaN stays without a value.
                Err(_) => values.extend(column.to_vec().iter().map(|x| x - proportion * x)),
            }
        }
        let [rows, columns] = matrix.shape();
        Ok((values, [columns, rows]))
    });
    let (values, shape) = made?;
    PyArray1::from_vec(py, values).reshape(shape)
}
