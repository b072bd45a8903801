use super::*;
use crate::{Algorithms, Failure, Isolation, Limits, Status};
use alloc::{string::String, vec, vec::Vec};
use countermark_primitives::{B256, Coded, Entropy, SeedEntropy};

/// Pseudo-random cells with one decimal, like measurements; columns differ in spread.
fn table(rows: usize, width: usize) -> Table {
    let mut entropy = SeedEntropy::new(&[9; 32]);
    let columns = (0..width).map(|c| alloc::format!("c{c}")).collect();
    let mut values = Vec::new();
    for _ in 0..rows {
        for c in 0..width {
            let mut b = [0u8; 2];
            entropy.fill(&mut b);
            values.push(f64::from(u16::from_le_bytes(b) % (200 + 50 * u16::try_from(c).unwrap())) / 10.0);
        }
    }
    Table::try_new(columns, values).unwrap()
}

fn job(table: &Table, len: u32, digits: u8) -> Job {
    Job {
        algorithm: B256::ZERO,
        input: table.root(),
        slots: vec![Slot::vector("out", len, -1000, 1000, digits).unwrap()],
        limits: Limits::default(),
        seed: B256::ZERO,
    }
}

fn policy(overlap: Overlap) -> Policy {
    Policy { algorithms: Algorithms::Any, max_bits: 1 << 20, overlap, ..Policy::default() }
}

fn raw(outputs: Vec<f64>) -> RawOutcome {
    RawOutcome {
        status: Status::Ok,
        outputs: vec![outputs],
        fuel: 1,
        log: vec![],
        executor: String::from("test"),
        isolation: Isolation::InProcess,
    }
}

fn code(policy: &Policy, digits: u8, table: &Table, outputs: Vec<f64>) -> &'static str {
    let job = job(table, u32::try_from(outputs.len()).unwrap(), digits);
    match apply_gate(policy, &job, table, &raw(outputs)) {
        Ok(_) => "ok",
        Err(e) => {
            assert_eq!(e.check(), Some(e.code()));
            e.code()
        }
    }
}

fn moments(table: &Table) -> Vec<f64> {
    let n = table.rows() as f64;
    let mut out = Vec::new();
    for name in table.columns() {
        let x = table.column(name).unwrap();
        let mean = x.iter().sum::<f64>() / n;
        out.push(mean);
        out.push(libm::sqrt(x.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / n));
    }
    out
}

fn shuffled(mut values: Vec<f64>) -> Vec<f64> {
    // A fixed permutation that leaves no two neighbours together.
    values.sort_by(|a, b| (a * 7919.0 % 13.7).total_cmp(&(b * 7919.0 % 13.7)));
    values
}

#[test]
fn means_and_deviations_pass_on_tables_of_many_sizes() {
    for rows in [10, 11, 30, 100, 1000] {
        for width in [1, 2, 5, 12, 40] {
            for digits in [0, 1, 2, 4, 6] {
                let t = table(rows, width);
                for overlap in [Overlap::Rows, Overlap::Cells] {
                    let verdict = code(&policy(overlap), digits, &t, moments(&t));
                    assert_eq!(verdict, "ok", "{rows} rows, {width} columns, {digits} digits, {overlap:?}");
                }
            }
        }
    }
}

#[test]
fn copies_are_refused_however_they_are_laid_out() {
    for (rows, width) in [(100, 12), (1000, 12), (1000, 6), (30, 8)] {
        let t = table(rows, width);
        let row = |i: usize| t.row(i).unwrap().to_vec();
        let column = t.column("c1").unwrap();
        let reversed: Vec<f64> = row(3).into_iter().rev().collect();
        let mut hidden = moments(&t);
        hidden.extend(row(7));
        let decoys: Vec<f64> = row(5).iter().flat_map(|v| [*v, 500.0 + v]).collect();
        let copies = [
            ("a row", row(5)),
            ("the last row", row(rows - 1)),
            ("two rows", [row(1), row(2)].concat()),
            ("a row backwards", reversed),
            ("a row in another order", shuffled(row(9))),
            ("a row after honest moments", hidden),
            ("a row between decoys", decoys),
            ("a row, disturbed below the digits", row(4).iter().map(|v| v + 1e-5).collect()),
            ("all rows", t.values().to_vec()),
            ("ten cells of a column", column.iter().take(10).copied().collect()),
        ];
        for (what, outputs) in copies {
            for overlap in [Overlap::Rows, Overlap::Cells] {
                let verdict = code(&policy(overlap), 2, &t, outputs.clone());
                assert_eq!(verdict, "gate_row_overlap", "{what} of {rows} x {width}, {overlap:?}");
                assert_eq!(code(&policy(Overlap::Off), 2, &t, outputs.clone()), "ok");
            }
        }
        // In no order at all, a column is seen only by the comparison of cells.
        let column = shuffled(column.into_iter().take(20).collect());
        assert_eq!(code(&policy(Overlap::Cells), 3, &t, column), "gate_row_overlap");
    }
}

#[test]
fn low_digits_carry_nothing() {
    let t = table(50, 3);
    let j = job(&t, 1, 3);
    let p = policy(Overlap::Cells);
    let gate = |v: f64| apply_gate(&p, &j, &t, &raw(vec![v])).unwrap().slots()[0][0];
    assert_eq!(gate(1.2345), 1234); // a tie in decimal, but the double lies below
    assert_eq!(gate(0.0005), 0); // half to even
    assert_eq!(gate(0.0015), 2);
    for secret in 0..1000 {
        assert_eq!(gate(1.234 + f64::from(secret) * 1e-7), 1234);
    }
    assert_eq!(gate(-0.0), gate(0.0));
}

#[test]
fn range_is_closed_and_refused_or_clamped() {
    let t = table(50, 3);
    let j = job(&t, 1, 1);
    let mut p = policy(Overlap::Cells);
    let gate = |p: &Policy, v: f64| apply_gate(p, &j, &t, &raw(vec![v])).map(|g| g.slots()[0][0]);
    assert_eq!(gate(&p, 1000.0), Ok(10_000));
    assert_eq!(gate(&p, 1000.04), Ok(10_000));
    for v in [1000.06, -1000.06, 1e300, -1e300, f64::MAX] {
        let e = gate(&p, v).unwrap_err();
        assert_eq!((e.code(), e.check()), ("gate_range", Some("gate_range")));
    }
    p.out_of_range = OutOfRange::Clamp;
    assert_eq!(gate(&p, 1e300), Ok(10_000));
    assert_eq!(gate(&p, -1e300), Ok(-10_000));
    for v in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(gate(&p, v).unwrap_err().code(), "gate_schema");
    }
}

#[test]
fn schema_budget_rows_and_status_are_checked_again_at_the_gate() {
    let t = table(50, 3);
    let j = job(&t, 2, 1);
    let p = policy(Overlap::Cells);
    let refuse = |p: &Policy, j: &Job, r: &RawOutcome| apply_gate(p, j, &t, r).unwrap_err().code();
    let good = raw(vec![1.5, 2.5]);
    assert!(apply_gate(&p, &j, &t, &good).is_ok());
    assert_eq!(refuse(&p, &j, &raw(vec![1.0])), "gate_schema");
    assert_eq!(refuse(&p, &j, &raw(vec![1.0, 2.0, 3.0])), "gate_schema");
    assert_eq!(refuse(&p, &j, &RawOutcome { outputs: vec![], ..good.clone() }), "gate_schema");
    assert_eq!(refuse(&Policy { max_bits: j.bits() - 1, ..p.clone() }, &j, &good), "gate_budget");
    assert_eq!(refuse(&Policy { min_rows: 51, ..p.clone() }, &j, &good), "gate_min_rows");
    let failed = RawOutcome { status: Status::Failed(Failure::Trapped), ..good.clone() };
    assert_eq!(refuse(&p, &j, &failed), "algorithm_trapped");
    let other = Job { input: B256::repeat_byte(1), ..j };
    assert_eq!(refuse(&p, &other, &good), "input_root_mismatch");
}
