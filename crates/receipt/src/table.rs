use crate::{Error, MerkleTree, Result, schema};
use alloc::{string::String, vec::Vec};
use countermark_primitives::{
    B256, Canonical, Document, Error as Basic, Reader, Result as BasicResult, Writer,
    hash::{blake3_tagged, sha256_tagged},
};

const MAX_COLUMNS: usize = 4096;
const MAX_VALUES: usize = 1 << 28;

/// A table of finite numbers: named columns, rows in a fixed order. What a data owner commits to.
///
/// ```
/// use countermark_receipt::Table;
/// use countermark_primitives::Coded;
/// let t = Table::try_new(vec!["x".into(), "y".into()], vec![1.0, 2.0, 3.0, 4.0])?;
/// assert_eq!((t.rows(), t.column("y")), (2, Some(vec![2.0, 4.0])));
/// let bad = Table::try_new(vec!["x".into()], vec![f64::NAN]);
/// assert_eq!(bad.unwrap_err().code(), "non_finite_cell");
/// # Ok::<(), countermark_receipt::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    columns: Vec<String>,
    values: Vec<f64>,
}

impl Table {
    /// From column names and values, shape `[rows, columns]`, row-major f64.
    ///
    /// # Errors
    /// `limit_exceeded` for no or over 4096 columns or over 2^28 values, `length_mismatch` when the last row is short,
    /// `non_finite_cell` naming column and row.
    pub fn try_new(columns: Vec<String>, values: Vec<f64>) -> Result<Self> {
        let width = columns.len();
        if width == 0 || width > MAX_COLUMNS {
            let (limit, got) = (MAX_COLUMNS as u64, width as u64);
            return Err(Basic::LimitExceeded { what: "table columns", limit, got }.into());
        }
        if values.len() > MAX_VALUES {
            let (limit, got) = (MAX_VALUES as u64, values.len() as u64);
            return Err(Basic::LimitExceeded { what: "table values", limit, got }.into());
        }
        let short = values.len() % width;
        if short != 0 {
            return Err(Basic::LengthMismatch { what: "last table row", expected: width, got: short }.into());
        }
        if let Some(i) = values.iter().position(|v| !v.is_finite()) {
            return Err(Error::NonFiniteCell { column: i % width, row: i / width });
        }
        Ok(Self { columns, values })
    }

    /// Names of the columns.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.values.len() / self.columns.len().max(1)
    }

    /// All values, row-major.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// One row, or `None` past the last.
    pub fn row(&self, index: usize) -> Option<&[f64]> {
        let width = self.columns.len();
        let start = index.checked_mul(width)?;
        self.values.get(start..start.checked_add(width)?)
    }

    /// A copy of one column, by name.
    pub fn column(&self, name: &str) -> Option<Vec<f64>> {
        let at = self.columns.iter().position(|c| c == name)?;
        Some(self.values.iter().skip(at).step_by(self.columns.len()).copied().collect())
    }

    /// The commitment: column names, and a Merkle tree over BLAKE3 hashes of (row number, row).
    pub fn root(&self) -> B256 {
        let width = self.columns.len().max(1);
        let leaves: Vec<B256> = self
            .values
            .chunks_exact(width)
            .enumerate()
            .map(|(i, row)| {
                let mut w = Writer::new();
                w.u64(i as u64);
                row.iter().for_each(|v| w.f64(*v));
                blake3_tagged("countermark/receipt/table-row/v1", &[&w.finish()])
            })
            .collect();
        let mut names = Writer::new();
        names.list(&self.columns, |w, c| w.text(c));
        let rows = MerkleTree::new(&leaves).root();
        sha256_tagged("countermark/receipt/table/v1", &[&names.finish(), rows.as_slice()])
    }
}

impl Canonical for Table {
    fn write(&self, w: &mut Writer) {
        w.list(&self.columns, |w, c| w.text(c));
        w.list(&self.values, |w, v| w.f64(*v));
    }

    fn read(r: &mut Reader<'_>) -> BasicResult<Self> {
        let columns = r.list("table columns", 4, MAX_COLUMNS, |r| r.text("column name", 1024))?;
        let at = r.position();
        let values = r.list("table values", 8, MAX_VALUES, |r| r.f64("table value"))?;
        Self::try_new(columns, values).map_err(|_| Basic::NonCanonical { what: "table", at })
    }
}

impl Document for Table {
    const SCHEMA: u16 = schema::TABLE;
    const VERSION: u16 = 1;
    const NAME: &'static str = "table";
}
