//! `report.html`: one self-contained page with the stages, the pictures and the thread of receipts.

use std::fmt::Write;

use serde_json::Value;

use crate::demo::{Report, Stage};

const STYLE: &str = "
body { font: 16px/1.5 system-ui, sans-serif; color: #1d2433; background: #fff; max-width: 64rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin-bottom: 0; } h2 { font-size: 1.15rem; margin-top: 2.2rem; }
p.note { color: #5b6475; margin-top: .2rem; }
table { border-collapse: collapse; width: 100%; font-size: .88rem; }
th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid #e3e7ee; vertical-align: top; }
td.n { text-align: right; font-variant-numeric: tabular-nums; }
code { font: .82rem ui-monospace, monospace; overflow-wrap: anywhere; }
.ok { color: #12703d; } .rejected { color: #8a5a00; } .failed { color: #b3261e; font-weight: 600; }
details summary { cursor: pointer; color: #5b6475; } pre { font-size: .75rem; white-space: pre-wrap; overflow-wrap: anywhere; margin: .3rem 0; }
svg { max-width: 100%; height: auto; } svg text { font: 12px system-ui, sans-serif; fill: #38415a; }
.charts { display: flex; flex-wrap: wrap; gap: 1.5rem; } figure { margin: 0; flex: 1 1 26rem; max-width: 31rem; } figcaption { font-size: .88rem; color: #5b6475; }
";

/// The page.
pub(crate) fn page(report: &Report) -> String {
    let picture =
        |name: &str| report.pictures.get(name).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let (loss, scores) = (points(picture("loss")), picture("scores"));
    let mut charts = String::new();
    if loss.len() > 1 {
        charts += &figure("Training loss by step, logarithmic", &line_chart(&loss));
    }
    if !scores.is_empty() {
        charts +=
            &figure("Scores on held-out rows: correlation and contribution", &bars(scores, &["corr", "mmc"]));
        charts += &figure(
            "Settlement: stake and payout, in whole units of the pot's token",
            &bars(scores, &["stake", "payout"]),
        );
    }
    let failed = report.failed();
    let headline = match failed {
        None => "Every stage is as it should be.".to_owned(),
        Some((stage, check)) => {
            format!("Stage {} failed at check {}.", escape(stage), escape(check.unwrap_or("unknown")))
        }
    };
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Countermark: the main job</title>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><style>{STYLE}</style></head><body>\n\
         <h1>The main job</h1>\n<p class=\"note\">Seed {}. {headline}</p>\n\
         <h2>The thread of receipts</h2>\n{}\n<h2>Stages</h2>\n{}\n<h2>Pictures</h2>\n<div class=\"charts\">{charts}</div>\n</body></html>\n",
        escape(&plain(&report.seed)),
        thread(report),
        table(&report.stages)
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn figure(caption: &str, svg: &str) -> String {
    format!("<figure>{svg}<figcaption>{}</figcaption></figure>\n", escape(caption))
}

fn short(digest: &str) -> String {
    let start: String = digest.chars().take(12).collect();
    if start.len() < digest.len() { format!("{start}…") } else { start }
}

fn table(stages: &[Stage]) -> String {
    let mut rows = String::new();
    for stage in stages {
        let class = match stage.verdict.as_str() {
            verdict @ ("ok" | "rejected") => verdict,
            _ => "failed",
        };
        let details = serde_json::to_string_pretty(&serde_json::json!({
            "inputs": stage.inputs, "outputs": stage.outputs, "digest": stage.digest
        }))
        .unwrap_or_default();
        let _ = writeln!(
            rows,
            "<tr><td>{}</td><td class=\"{class}\">{}</td><td>{}</td><td class=\"n\">{:.0}</td><td><code>{}</code></td>\
             <td><details><summary>show</summary><pre>{}</pre></details></td></tr>",
            escape(&stage.name),
            escape(&stage.verdict),
            escape(stage.check.as_deref().unwrap_or_default()),
            stage.ms,
            escape(&short(&stage.digest)),
            escape(&details)
        );
    }
    format!(
        "<table><thead><tr><th>stage</th><th>verdict</th><th>check</th><th>ms</th><th>digest</th><th>in and out</th></tr></thead>\n\
         <tbody>{rows}</tbody></table>"
    )
}

fn number(value: &Value) -> Option<f64> {
    // Amounts come as decimal strings.
    value.as_f64().or_else(|| value.as_str()?.parse().ok()).filter(|number| number.is_finite())
}

fn points(pairs: &[Value]) -> Vec<(f64, f64)> {
    pairs.iter().filter_map(|pair| Some((number(pair.get(0)?)?, number(pair.get(1)?)?))).collect()
}

const WIDTH: f64 = 480.0;
const HEIGHT: f64 = 240.0;
const LEFT: f64 = 56.0;
const EDGE: f64 = 24.0;

fn svg(body: &str) -> String {
    format!("<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\">{body}</svg>")
}

/// Least and greatest value, never equal.
fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) = values
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    if high > low { (low, high) } else { (low, low + 1.0) }
}

fn label(value: f64) -> String {
    match value.abs() {
        size if size >= 1e6 => format!("{value:.1e}"),
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 1.0 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

/// A horizontal rule with its value at the left.
fn rule(body: &mut String, y: f64, value: f64) {
    let _ = write!(
        body,
        "<line x1=\"{LEFT}\" y1=\"{y:.1}\" x2=\"{}\" y2=\"{y:.1}\" stroke=\"#e3e7ee\"/>\
         <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
        WIDTH - EDGE,
        LEFT - 6.0,
        y + 4.0,
        label(value)
    );
}

/// Points of positive height, on a logarithmic scale.
fn line_chart(points: &[(f64, f64)]) -> String {
    let height = |value: f64| value.max(f64::MIN_POSITIVE).ln();
    let (left, right) = range(points.iter().map(|point| point.0));
    let (low, high) = range(points.iter().map(|point| height(point.1)));
    let x = |value: f64| LEFT + (value - left) / (right - left) * (WIDTH - LEFT - EDGE);
    let y = |value: f64| HEIGHT - EDGE - (height(value) - low) / (high - low) * (HEIGHT - 2.0 * EDGE);
    let mut body = String::new();
    for value in [low.exp(), f64::midpoint(low, high).exp(), high.exp()] {
        rule(&mut body, y(value), value);
    }
    for value in [left, right] {
        let anchor = if value > left { "end" } else { "start" };
        let _ = write!(
            body,
            "<text x=\"{:.1}\" y=\"{}\" text-anchor=\"{anchor}\">{}</text>",
            x(value),
            HEIGHT - 6.0,
            value
        );
    }
    let path: Vec<String> =
        points.iter().map(|point| format!("{:.1},{:.1}", x(point.0), y(point.1))).collect();
    let _ = write!(
        body,
        "<polyline points=\"{}\" fill=\"none\" stroke=\"#2457c5\" stroke-width=\"2\"/>",
        path.join(" ")
    );
    svg(&body)
}

const COLOURS: [&str; 2] = ["#2457c5", "#d98a1f"];

/// Grouped bars: one group a model, one bar a key.
fn bars(rows: &[Value], keys: &[&str; 2]) -> String {
    let value = |row: &Value, key: &str| row.get(key).and_then(number).unwrap_or(0.0);
    let all = rows.iter().flat_map(|row| keys.iter().map(move |key| value(row, key)));
    let (low, high) = range(all.chain([0.0]));
    let y = |value: f64| HEIGHT - 2.0 * EDGE - (value - low) / (high - low) * (HEIGHT - 3.5 * EDGE);
    let mut body = String::new();
    for value in [low, 0.0, high] {
        rule(&mut body, y(value), value);
    }
    let mut left = LEFT + 6.0;
    let mut count = 0.0;
    for _ in rows {
        count += 1.0;
    }
    let group = (WIDTH - LEFT - EDGE) / f64::max(count, 1.0);
    let width = (group - 12.0) / 2.0;
    for row in rows {
        let mut at = left;
        for (key, colour) in keys.iter().zip(COLOURS) {
            let value = value(row, key);
            let (top, bottom) = (y(value.max(0.0)), y(value.min(0.0)));
            let _ = write!(
                body,
                "<rect x=\"{at:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{:.1}\" fill=\"{colour}\"><title>{}: {}</title></rect>",
                (bottom - top).max(0.5),
                escape(key),
                label(value)
            );
            at += width;
        }
        let name = row.get("model").map(plain).unwrap_or_default();
        let _ = write!(
            body,
            "<text x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
            left + width,
            HEIGHT - EDGE + 2.0,
            escape(&name)
        );
        left += group;
    }
    let mut at = LEFT;
    for (key, colour) in keys.iter().zip(COLOURS) {
        let _ = write!(
            body,
            "<rect x=\"{at}\" y=\"4\" width=\"10\" height=\"10\" fill=\"{colour}\"/><text x=\"{}\" y=\"13\">{}</text>",
            at + 14.0,
            escape(key)
        );
        at += 90.0;
    }
    svg(&body)
}

/// The receipts in order, each with an arc to every receipt it builds on.
fn thread(report: &Report) -> String {
    let listed = report.pictures.get("receipts").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    if listed.is_empty() {
        return "<p class=\"note\">The main job listed no receipts.</p>".to_owned();
    }
    let text = |receipt: &Value, key: &str| receipt.get(key).map(plain).unwrap_or_default();
    let (step, wide) = (46.0, 720.0);
    let mut places: Vec<(String, f64)> = Vec::new();
    let mut body = String::new();
    let mut y = 24.0;
    for receipt in listed {
        for parent in receipt.get("parents").and_then(Value::as_array).into_iter().flatten() {
            let parent = plain(parent);
            if let Some((_, from)) = places.iter().find(|(id, _)| *id == parent) {
                let bend = 300.0 + (y - from) * 0.8;
                let _ = write!(
                    body,
                    "<path d=\"M 300 {y:.0} C {bend:.0} {y:.0} {bend:.0} {from:.0} 306 {from:.0}\" fill=\"none\" stroke=\"#9aa5bb\"/>\
                     <path d=\"M 306 {:.0} l -6 4 l 6 4 z\" fill=\"#9aa5bb\"/>",
                    from - 4.0
                );
            }
        }
        let _ = write!(
            body,
            "<rect x=\"10\" y=\"{:.0}\" width=\"290\" height=\"34\" rx=\"5\" fill=\"#f2f5fb\" stroke=\"#2457c5\"/>\
             <text x=\"20\" y=\"{:.0}\">{}</text><text x=\"290\" y=\"{:.0}\" text-anchor=\"end\">{}</text>",
            y - 17.0,
            y + 4.0,
            escape(&text(receipt, "name")),
            y + 4.0,
            escape(&short(&text(receipt, "id")))
        );
        places.push((text(receipt, "id"), y));
        y += step;
    }
    format!(
        "<svg viewBox=\"0 0 {wide} {y:.0}\" role=\"img\">{body}</svg>\
         <p class=\"note\">Each box is a signed receipt; an arrow leads to a receipt it names by hash.</p>"
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::page;
    use crate::demo::{Report, Stage};

    #[test]
    fn the_page_escapes_and_draws() {
        let stage = Stage {
            name: "train <script>".to_owned(),
            verdict: "ok".to_owned(),
            inputs: json!({}),
            outputs: json!({ "steps": 200 }),
            digest: "0x0123456789abcdef".to_owned(),
            ms: 12.0,
            check: None,
        };
        let pictures = json!({
            "loss": [[0, 1.5], [1, 0.7], [2, 0.5]],
            "scores": [{ "model": "a&b", "corr": 0.1, "mmc": -0.02, "stake": "100", "payout": "7" }],
            "receipts": [{ "name": "agent", "id": "0xaa", "parents": [] }, { "name": "order", "id": "0xbb", "parents": ["0xaa"] }],
        });
        let html = page(&Report { seed: json!(1), stages: vec![stage], pictures });
        assert!(
            !html.contains("<script>") && html.contains("train &lt;script&gt;") && html.contains("a&amp;b")
        );
        assert_eq!(html.matches("<svg").count(), 4);
        assert!(html.contains("<polyline") && html.contains("<path"));
        assert!(!html.contains("NaN"));
    }
}
