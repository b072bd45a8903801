//! What is scored over eras, copied from the host; Node's skin and the mobile one include this file.

use crate::{convert::Fault, plain::matrix_of};
use countermark::{
    primitives::Error as Basic,
    scoring::{self, Column, EraInput, Eras, Ids, Matrix},
};

/// Eras as numbers or text.
pub(crate) enum Names {
    Numbers(Vec<i64>),
    Text(Vec<String>),
}

/// Values of features, row-major.
pub(crate) enum Features {
    F64(Vec<f64>),
    #[allow(dead_code, reason = "phones send f64")]
    F32(Vec<f32>),
    #[allow(dead_code, reason = "phones send f64")]
    I8(Vec<i8>),
}

impl Features {
    /// One column for each feature, `rows` long.
    pub(crate) fn columns(&self, rows: usize) -> Result<Vec<Column<'_>>, Fault> {
        let got = match self {
            Self::F64(v) => return Ok(matrix_of("features", v, rows)?.columns()),
            Self::F32(v) => v.len(),
            Self::I8(v) => v.len(),
        };
        let width = got.checked_div(rows).unwrap_or(0);
        let expected = width.saturating_mul(rows);
        if got != expected {
            return Err(Basic::LengthMismatch { what: "features", expected, got }.into());
        }
        let (shape, strides) = ([rows, width], [isize::try_from(width).unwrap_or(isize::MAX), 1]);
        Ok(match self {
            Self::F64(v) => Matrix::strided_f64(v, 0, shape, strides)?,
            Self::F32(v) => Matrix::strided_f32(v, 0, shape, strides)?,
            Self::I8(v) => Matrix::strided_i8(v, 0, shape, strides)?,
        }
        .columns())
    }
}

fn text(values: &[String]) -> Vec<&str> {
    values.iter().map(String::as_str).collect()
}

/// One row per scored item; matrices row-major.
pub(crate) struct Data {
    pub(crate) predictions: Vec<f64>,
    pub(crate) target: Vec<f64>,
    pub(crate) eras: Option<Names>,
    pub(crate) ids: Option<Vec<String>>,
    pub(crate) meta_model: Option<Vec<f64>>,
    pub(crate) benchmark: Option<Vec<f64>>,
    pub(crate) features: Option<Features>,
}

impl Data {
    /// Calls `f` with the core's view of it.
    pub(crate) fn with<T>(&self, f: impl FnOnce(&EraInput<'_>) -> scoring::Result<T>) -> Result<T, Fault> {
        let rows = self.target.len();
        let predictions = matrix_of("predictions", &self.predictions, rows)?.columns();
        let features = match &self.features {
            Some(features) => features.columns(rows)?,
            None => Vec::new(),
        };
        let names = match &self.eras {
            Some(Names::Text(v)) => text(v),
            _ => Vec::new(),
        };
        let ids = self.ids.as_deref().map(text);
        let eras = self.eras.as_ref().map(|e| match e {
            Names::Numbers(v) => Eras::I64(v),
            Names::Text(_) => Eras::Text(&names),
        });
        Ok(f(&EraInput {
            eras,
            ids: ids.as_deref().map(Ids::Text),
            meta_model: self.meta_model.as_ref().map(Column::from),
            benchmark: self.benchmark.as_ref().map(Column::from),
            features: &features,
            ..EraInput::new(&predictions, (&self.target).into())
        })?)
    }
}
