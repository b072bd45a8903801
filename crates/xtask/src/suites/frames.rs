//! `attacks/<area>/<id>` and `conformance/<area>/<function>`: the frames at a size that fits a test run.

use std::time::Instant;

use crate::areas::{ATTACKS, CONFORMANCE};
use crate::frames::{self, Options};
use crate::records::{Outcome, Record};
use crate::sh::{Done, Fail};
use crate::test::{Ctx, ms};

pub(crate) fn attacks(ctx: &mut Ctx) -> Done {
    for suite in ATTACKS {
        let prefix = format!("attacks/{}/", suite.area);
        if !ctx.wants(&prefix) {
            continue;
        }
        let start = Instant::now();
        match frames::run_attacks(suite) {
            Ok(rows) => {
                for row in rows {
                    let outcome = if row.holds() { Outcome::Passed } else { Outcome::Failed };
                    let record = Record::new("rust", format!("{prefix}{}", row.id), ms(start), outcome);
                    ctx.recorder.push(match outcome {
                        Outcome::Passed => record,
                        _ => record.because(format!(
                            "honest twin accepted: {}, forgery {}, check {}",
                            row.honest, row.forgery, row.check
                        )),
                    })?;
                }
            }
            Err(fail) => failed(ctx, format!("{prefix}suite"), start, fail)?,
        }
    }
    Ok(())
}

pub(crate) fn conformance(ctx: &mut Ctx) -> Done {
    for suite in CONFORMANCE {
        let prefix = format!("conformance/{}/", suite.area);
        if !ctx.wants(&prefix) {
            continue;
        }
        let start = Instant::now();
        let options = Options { cases: Some(suite.sample), ..Options::default() };
        let functions = frames::run_conformance(suite, &options)
            .and_then(|(report, code)| Ok((frames::functions(&report)?, code, report)));
        match functions {
            Ok((functions, code, report)) => {
                if code != 0 && functions.iter().all(|(_, differences)| *differences == 0) {
                    failed(
                        ctx,
                        format!("{prefix}suite"),
                        start,
                        Fail::new(format!("the suite exited {code}")),
                    )?;
                }
                for (name, differences) in functions {
                    let outcome = if differences == 0 { Outcome::Passed } else { Outcome::Failed };
                    let record = Record::new("rust", format!("{prefix}{name}"), ms(start), outcome);
                    ctx.recorder.push(match outcome {
                        Outcome::Passed => record,
                        _ => record.because(report.to_string()),
                    })?;
                }
            }
            Err(fail) => failed(ctx, format!("{prefix}suite"), start, fail)?,
        }
        // One fault shows that the suite can fail at all; `certify` injects every one.
        let start = Instant::now();
        let first = frames::faults(suite).and_then(|faults| {
            faults.into_iter().next().ok_or_else(|| Fail::new(format!("{}: no faults to inject", suite.area)))
        });
        match first {
            Ok((index, name)) => {
                ctx.check("rust", &format!("{prefix}inject-fault/{name}"), |_| {
                    frames::fault_is_caught(suite, index, &name)
                })?;
            }
            Err(fail) => failed(ctx, format!("{prefix}inject-fault"), start, fail)?,
        }
    }
    Ok(())
}

fn failed(ctx: &mut Ctx, id: String, start: Instant, fail: Fail) -> Done {
    ctx.recorder.force(Record::new("rust", id, ms(start), Outcome::Failed).because(fail.text))
}
