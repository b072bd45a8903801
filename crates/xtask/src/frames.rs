//! `conformance`, `attacks`, `bench` and `certify`: the frames that each area fills with an example or a script.

use std::path::Path;

use serde_json::{Value, json};

use crate::areas::{self, ATTACKS, Attacks, BENCHES, CONFORMANCE, Conformance};
use crate::args::Args;
use crate::bind::{self, Language};
use crate::foreign;
use crate::oracles;
use crate::sh::{self, Cmd, Done, Fail, say};

/// How a conformance run is bounded and disturbed.
#[derive(Debug, Default)]
pub(crate) struct Options {
    pub(crate) cases: Option<u64>,
    pub(crate) seed: Option<u64>,
    /// Index of the function whose output is perturbed.
    pub(crate) fault: Option<u64>,
}

/// `conformance AREA [--cases N] [--seed S] [--json FILE] [--inject-fault N|list]`, or
/// `conformance scoring --foreign-tests DIR [--json FILE]`
pub(crate) fn conformance(mut args: Args) -> Done {
    let (cases, seed) = (args.number("--cases")?, args.number("--seed")?);
    let (file, fault) = (args.option("--json")?, args.option("--inject-fault")?);
    let foreign = args.option("--foreign-tests")?;
    let area = args.word();
    let suite = areas::find("conformance", CONFORMANCE, |suite| suite.area, area.as_deref())?;
    if let Some(dir) = foreign {
        if suite.area != "scoring" {
            return Err(args.wrong("--foreign-tests goes with area scoring"));
        }
        args.end()?;
        return foreign::main(Path::new(&dir), file.as_deref());
    }
    let list = fault.as_deref() == Some("list");
    let fault = match fault {
        Some(number) if !list => Some(
            number
                .parse()
                .map_err(|_| args.wrong(&format!("--inject-fault needs a number or list, got {number}")))?,
        ),
        _ => None,
    };
    args.end()?;
    if list {
        for (index, name) in faults(suite)? {
            println!("{index} {name}");
        }
        return Ok(());
    }
    let (report, code) = run_conformance(suite, &Options { cases, seed, fault })?;
    save(file.as_deref(), &report)?;
    let wrong = print_conformance(&report)?;
    match (wrong, code) {
        (0, 0) => Ok(()),
        (0, code) => Err(Fail::new(format!("conformance {}: the suite exited {code}", suite.area))),
        (wrong, _) => Err(Fail::new(format!("conformance {}: {wrong} differences", suite.area))),
    }
}

/// Builds an example of a package, such as `scoring_conformance`, and answers how to start it. The whole workspace is
/// selected, so that its dependencies are those the tests have built, with the same features.
fn example(package: &str, frame: &str) -> Done<Cmd> {
    let name = format!("{}_{frame}", package.trim_start_matches("countermark-").replace('-', "_"));
    let build = Cmd::cargo().args(["build", "--quiet", "--locked", "--example", &name]);
    crate::suites::rust::select(build, None).what(format!("building {name}")).run()?;
    Ok(Cmd::new(sh::cargo_target().join("debug/examples").join(name)))
}

/// The functions of a suite that a fault can be injected into.
pub(crate) fn faults(suite: &Conformance) -> Done<Vec<(u64, String)>> {
    let text = example(suite.package, "conformance")?.args(["--inject-fault", "list"]).read()?;
    text.lines()
        .map(|line| {
            let (index, name) = line.trim().split_once(' ')?;
            Some((index.parse().ok()?, name.trim().to_owned()))
        })
        .collect::<Option<Vec<_>>>()
        .filter(|faults| !faults.is_empty())
        .ok_or_else(|| {
            Fail::new(format!("conformance {}: cannot read the list of faults:\n{text}", suite.area))
        })
}

/// Runs a suite against its oracle; the report and the exit code, which is 1 when anything differs.
pub(crate) fn run_conformance(suite: &Conformance, options: &Options) -> Done<(Value, i32)> {
    let oracles = (suite.oracles)()?;
    let names = oracles.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    let mut cmd = example(suite.package, "conformance")?
        .what(format!("conformance {}: ours beside {names}", suite.area));
    for (name, command) in &oracles {
        cmd = cmd.args(["--oracle", &format!("{name}={command}")]);
    }
    for (name, value) in
        [("--cases", options.cases), ("--seed", options.seed), ("--inject-fault", options.fault)]
    {
        if let Some(value) = value {
            cmd = cmd.args([name, &value.to_string()]);
        }
    }
    let captured = cmd.stdout()?;
    let report = captured.json().ok_or_else(|| {
        Fail::new(format!(
            "conformance {}: no report, the suite exited {}\n{}",
            suite.area,
            captured.code,
            captured.tail(15)
        ))
    })?;
    Ok((report, captured.code))
}

/// The functions of a report: name and number of differences.
pub(crate) fn functions(report: &Value) -> Done<Vec<(String, u64)>> {
    report
        .get("functions")
        .and_then(Value::as_array)
        .and_then(|rows| {
            rows.iter()
                .map(|row| Some((row.get("name")?.as_str()?.to_owned(), row.get("differences")?.as_u64()?)))
                .collect()
        })
        .ok_or_else(|| Fail::new(format!("a conformance report without functions: {report}")))
}

fn text(value: &Value, key: &str) -> String {
    match value.get(key) {
        None | Some(Value::Null) => "-".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

fn print_conformance(report: &Value) -> Done<u64> {
    for oracle in report.get("oracles").and_then(Value::as_array).into_iter().flatten() {
        let (name, version) = (text(oracle, "oracle"), text(oracle, "version"));
        println!("oracle {name} {version}, sha256 {}", text(oracle, "sha256"));
    }
    println!("{} calls, seed {}", text(report, "calls"), text(report, "seed"));
    println!(
        "{:<32} {:>9} {:>11} {:>18} {:>10}",
        "function", "cases", "differences", "largest difference", "tolerance"
    );
    for row in report.get("functions").and_then(Value::as_array).into_iter().flatten() {
        println!(
            "{:<32} {:>9} {:>11} {:>18} {:>10}",
            text(row, "name"),
            text(row, "cases"),
            text(row, "differences"),
            text(row, "largest_difference"),
            text(row, "tolerance")
        );
        if row.get("differences").and_then(Value::as_u64) != Some(0) {
            // The whole case is in the --json file.
            let case: String = text(row, "reproduce").chars().take(400).collect();
            println!("  reproduce {}: {case}", text(row, "name"));
        }
    }
    Ok(functions(report)?.iter().map(|(_, differences)| differences).sum())
}

pub(crate) fn save(file: Option<&str>, report: &Value) -> Done {
    match file {
        Some(file) => sh::write(Path::new(file), format!("{}\n", serde_json::to_string_pretty(report)?)),
        None => Ok(()),
    }
}

/// Injects one fault and insists that the suite notices it in this very function, with a case that reproduces it.
pub(crate) fn fault_is_caught(suite: &Conformance, index: u64, name: &str) -> Done {
    let options = Options { cases: Some(suite.sample), seed: None, fault: Some(index) };
    let (report, code) = run_conformance(suite, &options)?;
    let hit: Vec<String> = functions(&report)?
        .into_iter()
        .filter(|(_, differences)| *differences > 0)
        .map(|(name, _)| name)
        .collect();
    let reproduced =
        report.get("functions").and_then(Value::as_array).into_iter().flatten().any(|row| {
            text(row, "name") == name && !matches!(row.get("reproduce"), None | Some(Value::Null))
        });
    if code == 1 && hit == [name] && reproduced {
        return Ok(());
    }
    Err(Fail::new(format!(
        "fault {index} in {name}: exit {code}, differences in [{}], {} reproducing case",
        hit.join(", "),
        if reproduced { "a" } else { "no" }
    )))
}

/// `attacks AREA [--json FILE]`
pub(crate) fn attacks(mut args: Args) -> Done {
    let file = args.option("--json")?;
    let area = args.word();
    args.end()?;
    let suite = areas::find("attacks", ATTACKS, |suite| suite.area, area.as_deref())?;
    let rows = run_attacks(suite)?;
    let rows_json: Vec<Value> = rows.iter().map(|row| row.json.clone()).collect();
    save(file.as_deref(), &json!({ "area": suite.area, "rows": rows_json }))?;
    println!("{:<44} {:<13} {:<10} check", "id", "honest twin", "forgery");
    for row in &rows {
        let twin = if row.honest { "accepted" } else { "REFUSED" };
        println!("{:<44} {:<13} {:<10} {}", row.id, twin, row.forgery, row.check);
    }
    let wrong: Vec<&str> = rows.iter().filter(|row| !row.holds()).map(|row| row.id.as_str()).collect();
    if wrong.is_empty() {
        println!("{} attacks, all held", rows.len());
        return Ok(());
    }
    Err(Fail::new(format!("attacks {}: not held: {}", suite.area, wrong.join(", "))))
}

/// One forgery beside its honest twin.
#[derive(Debug)]
pub(crate) struct Attack {
    pub(crate) id: String,
    pub(crate) honest: bool,
    pub(crate) forgery: String,
    pub(crate) check: String,
    json: Value,
}

impl Attack {
    /// The honest twin passes, the forgery ends in one of the four ways we promise, and a check is named.
    pub(crate) fn holds(&self) -> bool {
        let ends = ["rejected", "slashed", "bounded", "reported"];
        self.honest && ends.contains(&self.forgery.as_str()) && self.check != "-"
    }
}

/// Runs an area's forgeries.
pub(crate) fn run_attacks(suite: &Attacks) -> Done<Vec<Attack>> {
    let captured = example(suite.package, "attacks")?.what(format!("attacks {}", suite.area)).stdout()?;
    let rows: Vec<Attack> = captured
        .json_lines()
        .into_iter()
        .map(|json| Attack {
            id: text(&json, "id"),
            honest: json.get("honest_accepted") == Some(&Value::Bool(true)),
            forgery: text(&json, "forgery"),
            check: text(&json, "check"),
            json,
        })
        .collect();
    let expected = i32::from(!rows.iter().all(Attack::holds));
    if rows.is_empty() || (captured.code != expected && captured.code != 0) {
        return Err(Fail::new(format!(
            "attacks {}: {} rows, exit {}\n{}",
            suite.area,
            rows.len(),
            captured.code,
            captured.tail(15)
        )));
    }
    Ok(rows)
}

/// `bench AREA [--quick] [--json FILE]`
pub(crate) fn bench(mut args: Args) -> Done {
    let (quick, file) = (args.flag("--quick"), args.option("--json")?);
    let area = args.word();
    args.end()?;
    let suite = areas::find("bench", BENCHES, |suite| suite.area, area.as_deref())?;
    bind::ready(&[Language::Python])?;
    let mut rows = Vec::new();
    for (oracle, script) in suite.scripts {
        // The peer at its best: nobody's choice of an older BLAS kernel.
        let mut cmd = oracles::python(oracle)?
            .arg(script)
            .without_env("OPENBLAS_")
            .what(format!("bench {}: ours beside {oracle}", suite.area));
        if quick {
            cmd = cmd.arg("--quick");
        }
        let captured = cmd.stdout()?;
        let found = captured.json_lines();
        let short = found.iter().any(|row| row.get("ok") != Some(&Value::Bool(true)));
        if found.is_empty() || (!short && captured.code != 0) {
            return Err(Fail::new(format!(
                "bench {}: {script}: {} rows, the script exited {}\n{}",
                suite.area,
                found.len(),
                captured.code,
                captured.tail(15)
            )));
        }
        rows.extend(found);
    }
    save(file.as_deref(), &json!({ "area": suite.area, "rows": rows }))?;
    const COLUMNS: [(&str, &str); 10] = [
        ("ours s", "ours_s"),
        ("peer s", "peer_s"),
        ("ratio", "ratio"),
        ("bar", "bar"),
        ("cpu ratio", "cpu_ratio"),
        ("ours MiB", "ours_mib"),
        ("peer MiB", "peer_mib"),
        ("limit MiB", "limit_mib"),
        ("difference", "difference"),
        ("ok", "ok"),
    ];
    let line = |name: &str, size: &str, rest: [String; 10]| {
        let cells: Vec<String> = rest.iter().map(|cell| format!("{cell:>10}")).collect();
        println!("{name:<36} {size:>18} {}", cells.join(" "));
    };
    line("name", "size", COLUMNS.map(|(title, _)| title.to_owned()));
    for row in &rows {
        line(&text(row, "name"), &text(row, "size"), COLUMNS.map(|(_, key)| number(row, key)));
    }
    let short: Vec<String> = rows
        .iter()
        .filter(|row| row.get("ok") != Some(&Value::Bool(true)))
        .map(|row| format!("{} at {}", text(row, "name"), text(row, "size")))
        .collect();
    if short.is_empty() {
        return Ok(());
    }
    Err(Fail::new(format!("bench {}: below the bar: {}", suite.area, short.join(", "))))
}

/// A number in at most ten places; other values as they are.
fn number(row: &Value, key: &str) -> String {
    match row.get(key).and_then(Value::as_f64) {
        Some(value) if value != 0.0 && value.abs() < 1e-3 => format!("{value:.1e}"),
        Some(value) => format!("{value:.3}"),
        None => text(row, key),
    }
}

/// `certify`: every area at full size, then every fault, which must be caught.
pub(crate) fn certify(args: Args) -> Done {
    args.end()?;
    let mut wrong = Vec::new();
    for (at, suite) in CONFORMANCE.iter().enumerate() {
        say(&format!("[{}/{}] certify {}", at + 1, CONFORMANCE.len(), suite.area));
        let (report, code) = run_conformance(suite, &Options::default())?;
        let differences = print_conformance(&report)?;
        if differences > 0 || code != 0 {
            wrong.push(format!("{}: {differences} differences, exit {code}", suite.area));
        }
        let faults = faults(suite)?;
        for (index, name) in &faults {
            match fault_is_caught(suite, *index, name) {
                Ok(()) => println!("    fault {index} in {name}: caught"),
                Err(fail) => wrong.push(fail.text),
            }
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(Fail::new(format!("certify:\n  {}", wrong.join("\n  ")))) }
}
