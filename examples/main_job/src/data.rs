//! The red wine quality data: 1,599 wines, 11 measurements and a quality from 3 to 8.

use crate::stage::Done;
use countermark::receipt::Table;

pub const FEATURES: usize = 11;

/// The owner's private table: measurements and quality of the wines to learn from.
pub struct Wine {
    pub table: Table,
    /// Measurements of the held-out wines, `[n, 11]`, row-major.
    pub held_out: Vec<f64>,
    /// Their quality, `[n]`, mapped to 0..1 as the models learn it.
    pub held_out_quality: Vec<f64>,
}

/// Every fifth wine is held out.
pub fn load() -> Done<Wine> {
    let wine = linfa_datasets::winequality();
    let mut names: Vec<String> = wine.feature_names().to_vec();
    names.push("quality".into());
    let (mut rows, mut held_out, mut held_out_quality) = (vec![], vec![], vec![]);
    for (i, (row, quality)) in wine.records().rows().into_iter().zip(wine.targets()).enumerate() {
        let quality = f64::from(u32::try_from(*quality).unwrap_or(0));
        if i % 5 == 0 {
            held_out.extend(row.iter());
            held_out_quality.push(scaled(quality));
        } else {
            rows.extend(row.iter());
            rows.push(quality);
        }
    }
    Ok(Wine { table: Table::try_new(names, rows)?, held_out, held_out_quality })
}

/// Quality 3..8 as 0..1.
pub fn scaled(quality: f64) -> f64 {
    (quality - 3.0) / 5.0
}

/// The measurements of a table's rows without the quality, row-major, and the scaled qualities.
pub fn learnable(table: &Table) -> (Vec<f64>, Vec<f32>) {
    let width = table.columns().len();
    let (mut x, mut y) = (vec![], vec![]);
    for row in table.values().chunks_exact(width) {
        x.extend(row.iter().take(FEATURES));
        #[allow(clippy::cast_possible_truncation)]
        y.extend(row.iter().skip(FEATURES).map(|q| scaled(*q) as f32));
    }
    (x, y)
}
