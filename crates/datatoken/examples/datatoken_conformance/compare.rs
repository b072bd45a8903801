//! Comparison, function by function, and the planted fault.

use crate::{Fallible, scenario::Scenario};
use countermark_datatoken::Event;
use countermark_evm::Log;
use countermark_primitives::{Canonical, hex};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Our functions, in the order of `--inject-fault`.
pub(crate) const FUNCTIONS: [&str; 24] = [
    "create_nft",
    "create_datatoken",
    "set_role",
    "mint",
    "set_payment_collector",
    "set_publish_market_fee",
    "transfer",
    "approve",
    "transfer_from",
    "start_order",
    "reuse_order",
    "update_opc_fee",
    "update_opc_collector",
    "encode_start_order",
    "decode_log",
    "replay",
    "balance_of",
    "total_supply",
    "allowance",
    "has_role",
    "role_holders",
    "nft_owner",
    "payment_collector",
    "publish_market_fee",
];

#[derive(Debug, Clone, Default)]
struct Count {
    cases: u64,
    differences: u64,
    reproduce: Option<Value>,
}

/// What was compared so far.
#[derive(Debug)]
pub(crate) struct Tally {
    seed: u64,
    fault: Option<usize>,
    calls: u64,
    counts: [Count; FUNCTIONS.len()],
    outcomes: BTreeMap<String, u64>,
}

fn log_json(log: &Log) -> Value {
    let topics: Vec<_> = log.topics.iter().map(hex::encode_prefixed).collect();
    json!({"address": format!("{:#x}", log.address), "topics": topics, "data": hex::encode_prefixed(&log.data)})
}

fn read_log(v: &Value) -> Fallible<Log> {
    let text = |v: &Value| v.as_str().map(ToOwned::to_owned).ok_or("the oracle's log is malformed");
    let mut topics = Vec::new();
    for t in v["topics"].as_array().ok_or("the oracle's log has no topics")? {
        topics.push(text(t)?.parse()?);
    }
    Ok(Log { address: text(&v["address"])?.parse()?, topics, data: hex::decode(text(&v["data"])?)? })
}

impl Tally {
    pub(crate) fn new(seed: u64, fault: Option<usize>) -> Self {
        Self { seed, fault, calls: 0, counts: Default::default(), outcomes: BTreeMap::new() }
    }

    pub(crate) fn calls(&self) -> u64 {
        self.calls
    }

    pub(crate) fn cases(&self) -> u64 {
        self.counts.iter().map(|c| c.cases).sum()
    }

    pub(crate) fn differences(&self) -> u64 {
        self.counts.iter().map(|c| c.differences).sum()
    }

    pub(crate) fn fault_was_used(&self) -> bool {
        self.fault.is_some_and(|n| self.counts[n].cases > 0)
    }

    /// How often the original succeeded, and how often it reverted with which text.
    pub(crate) fn outcomes(&self) -> &BTreeMap<String, u64> {
        &self.outcomes
    }

    pub(crate) fn report(&self) -> Vec<Value> {
        let item = |(name, c): (&&str, &Count)| match &c.reproduce {
            Some(r) => json!({"name": name, "cases": c.cases, "differences": c.differences, "reproduce": r}),
            None => json!({"name": name, "cases": c.cases, "differences": c.differences}),
        };
        FUNCTIONS.iter().zip(&self.counts).map(item).collect()
    }

    /// Compares one output of one of our functions; the planted fault changes its first case.
    fn check(&mut self, function: &str, mut ours: Value, original: &Value, place: Value) -> Fallible<bool> {
        let n = FUNCTIONS.iter().position(|f| *f == function).ok_or(format!("{function} is not listed"))?;
        let count = &mut self.counts[n];
        if self.fault == Some(n) && count.cases == 0 {
            perturb(&mut ours);
        }
        count.cases += 1;
        if ours == *original {
            return Ok(true);
        }
        count.differences += 1;
        count.reproduce.get_or_insert_with(|| {
            let mut r = place;
            r["seed"] = json!(self.seed);
            r["ours"] = ours;
            r["original"] = original.clone();
            r
        });
        Ok(false)
    }

    /// Compares a scenario up to its first difference: what follows one would only repeat it.
    pub(crate) fn compare(&mut self, s: &Scenario, answer: &Value) -> Fallible<()> {
        if answer["id"] != json!(s.case) {
            return Err("the oracle answers another scenario".into());
        }
        self.calls += (s.steps.len() + s.reads.len()) as u64;
        let requests: Vec<_> = s.steps.iter().map(|step| &step.request).collect();
        let mut replica = s.before.clone();
        for (i, step) in s.steps.iter().enumerate() {
            let place = || json!({"case": s.case, "step": i, "calls": &requests[..=i]});
            let outcome =
                answer["steps"][i]["revert"].as_str().map_or("success".into(), |t| format!("revert: {t}"));
            *self.outcomes.entry(outcome).or_default() += 1;
            let original =
                json!({"revert": answer["steps"][i]["revert"], "logs": answer["steps"][i]["logs"]});
            let logs: Vec<_> = step.logs.iter().map(log_json).collect();
            let ours = json!({"revert": step.revert, "logs": logs});
            if !self.check(step.function, ours, &original, place())? {
                return Ok(());
            }
            if let Some(data) = &step.calldata {
                let original = &answer["steps"][i]["calldata"];
                if !self.check("encode_start_order", json!(data), original, place())? {
                    return Ok(());
                }
            }
            for original in answer["steps"][i]["logs"].as_array().into_iter().flatten() {
                let event = Event::from_log(&read_log(original)?);
                let again = event.as_ref().map_or_else(|e| json!(e.to_string()), |e| log_json(&e.to_log()));
                if !self.check("decode_log", again, original, place())? {
                    return Ok(());
                }
                if let Ok(event) = event {
                    replica.replay(&event)?;
                }
            }
        }
        // The state that the original's own logs give.
        let (replayed, applied) = (hex::encode(replica.to_bytes()), hex::encode(s.after.to_bytes()));
        self.check("replay", json!(replayed), &json!(applied), json!({"case": s.case, "calls": requests}))?;
        for (i, read) in s.reads.iter().enumerate() {
            let place = json!({"case": s.case, "read": read.request, "calls": requests});
            self.check(read.function, read.ours.clone(), &answer["reads"][i], place)?;
        }
        Ok(())
    }
}

/// Changes one thing.
fn perturb(v: &mut Value) {
    match v {
        Value::Bool(b) => *b = !*b,
        Value::String(s) => s.push('0'),
        Value::Array(a) if !a.is_empty() => perturb(&mut a[0]),
        Value::Object(o) if o.get("logs").and_then(Value::as_array).is_some_and(|l| !l.is_empty()) => {
            perturb(&mut o["logs"][0]["data"]);
        }
        Value::Object(o) => drop(o.insert("revert".into(), json!("planted"))),
        other => *other = json!("planted"),
    }
}
