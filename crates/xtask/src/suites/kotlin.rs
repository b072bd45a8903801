//! `kotlin/<class>::<test>`: `mvn test` in the Kotlin project, read from Surefire's XML.

use std::path::PathBuf;

use crate::records::{Outcome, Record};
use crate::setup;
use crate::sh::{self, Done, Fail, root};
use crate::test::Ctx;

/// Where the Kotlin project may build: the pom decides.
pub(crate) fn build_dirs() -> [PathBuf; 2] {
    [sh::out().join("kotlin"), root().join("bindings/mobile/kotlin/target")]
}

pub(crate) fn run(ctx: &mut Ctx) -> Done {
    ctx.skins()?;
    for dir in build_dirs() {
        sh::remove(&dir.join("surefire-reports"))?;
    }
    let captured = setup::maven()?.arg("test").output()?;
    let mut records = Vec::new();
    for file in build_dirs().iter().flat_map(|dir| sh::files(&dir.join("surefire-reports"), "xml")) {
        records.extend(parse(&sh::read(&file)?));
    }
    let explained = captured.code == 0 || records.iter().any(|record| record.outcome == Outcome::Failed);
    if records.is_empty() || !explained {
        return Err(Fail::new(format!("mvn test exited {}\n{}", captured.code, captured.tail(40))));
    }
    records.into_iter().try_for_each(|record| ctx.recorder.push(record))
}

/// The test cases of one Surefire report.
fn parse(xml: &str) -> Vec<Record> {
    let mut found = Vec::new();
    for part in xml.split("<testcase ").skip(1) {
        let (head, body) = match part.split_once('>') {
            Some((head, _)) if head.ends_with('/') => (head, ""),
            Some((head, rest)) => (head, rest.split("</testcase>").next().unwrap_or_default()),
            None => continue,
        };
        let (Some(class), Some(name)) = (attribute(head, "classname"), attribute(head, "name")) else {
            continue;
        };
        let seconds: f64 =
            attribute(head, "time").and_then(|text| text.replace(',', "").parse().ok()).unwrap_or(0.0);
        let ms = u64::try_from(std::time::Duration::from_secs_f64(seconds.max(0.0)).as_millis()).unwrap_or(0);
        let record = |outcome| Record::new("kotlin", format!("kotlin/{class}::{name}"), ms, outcome);
        let element = |name: &str| body.split_once(&format!("<{name}")).map(|(_, rest)| rest.to_owned());
        found.push(if let Some(why) = element("failure").or_else(|| element("error")) {
            record(Outcome::Failed).because(unescape(&why))
        } else if let Some(why) = element("skipped") {
            record(Outcome::Skipped)
                .because(attribute(&why, "message").unwrap_or_else(|| "disabled".to_owned()))
        } else {
            record(Outcome::Passed)
        });
    }
    found
}

fn attribute(head: &str, name: &str) -> Option<String> {
    let at = if head.starts_with(&format!("{name}=\"")) { 0 } else { head.find(&format!(" {name}=\""))? + 1 };
    let value = head.get(at + name.len() + 2..)?.split('"').next()?;
    Some(unescape(value))
}

fn unescape(text: &str) -> String {
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&#10;", "\n"), ("&amp;", "&")]
        .iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

#[cfg(test)]
mod tests {
    use super::{Outcome, parse};

    #[test]
    fn surefire_reports_are_read() {
        let xml = r#"<?xml version="1.0"?><testsuite name="x" tests="3">
  <testcase name="verifies a bundle()" classname="countermark.BundleTest" time="0.012"/>
  <testcase name="fails" classname="countermark.BundleTest" time="1,000.5">
    <failure message="expected: &lt;1&gt;" type="X"><![CDATA[trace]]></failure>
  </testcase>
  <testcase name="later" classname="countermark.BundleTest" time="0"><skipped message="needs a phone"/></testcase>
</testsuite>"#;
        let found: Vec<_> =
            parse(xml).into_iter().map(|r| (r.id, r.ms, r.outcome, r.reason.is_some())).collect();
        let id = |name: &str| format!("kotlin/countermark.BundleTest::{name}");
        assert_eq!(
            found,
            [
                (id("verifies a bundle()"), 12, Outcome::Passed, false),
                (id("fails"), 1_000_500, Outcome::Failed, true),
                (id("later"), 0, Outcome::Skipped, true),
            ]
        );
    }
}
