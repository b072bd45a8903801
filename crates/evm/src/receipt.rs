use crate::{Error, Log, MAX_LOG_DATA, MAX_TOPICS, Result};
use alloc::{string::String, string::ToString as _, vec::Vec};
use countermark_primitives::{Address, B256, BlockNumber, Canonical, Error as Basic, Reader, Writer, hex};
use serde::Deserialize;

/// Longest JSON text of a transaction receipt that is read, in bytes.
pub const MAX_RECEIPT_JSON: usize = 4 << 20;
/// Most logs of a transaction receipt that are read.
pub const MAX_LOGS: usize = 1024;

/// What a node says a transaction did: `eth_getTransactionReceipt`, reduced to what a verifier uses.
///
/// Its canonical bytes say only that somebody asserts it; see `EvidenceLevel` of the datatoken crate.
///
/// ```
/// use countermark_evm::TransactionReceipt;
/// use countermark_primitives::Coded;
/// let hash = format!("0x{}", "11".repeat(32));
/// let address = format!("0x{}", "22".repeat(20));
/// let json = format!(r#"{{"transactionHash":"{hash}","blockHash":"{hash}","blockNumber":"0x10","from":"{address}",
///     "to":null,"status":"0x1","logs":[]}}"#);
/// let receipt = TransactionReceipt::from_json(&json)?;
/// assert_eq!(receipt.block_number.get(), 16);
/// assert_eq!(TransactionReceipt::from_json(&json.replace("0x10", "16")).unwrap_err().code(), "invalid_text");
/// # Ok::<(), countermark_evm::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct TransactionReceipt {
    /// Hash of the transaction.
    pub transaction_hash: B256,
    /// Hash of the block it stands in.
    pub block_hash: B256,
    /// Number of that block.
    pub block_number: BlockNumber,
    /// Sender.
    pub from: Address,
    /// Recipient; `None` when the transaction created a contract.
    pub to: Option<Address>,
    /// Whether it succeeded. A failed transaction has no effect, whatever its logs.
    pub succeeded: bool,
    /// What the contracts it reached wrote, in order.
    pub logs: Vec<Log>,
}

impl Canonical for TransactionReceipt {
    fn write(&self, w: &mut Writer) {
        w.hash(&self.transaction_hash);
        w.hash(&self.block_hash);
        w.u64(self.block_number.get());
        w.address(&self.from);
        w.option(self.to.as_ref(), |w, a| w.address(a));
        w.bool(self.succeeded);
        w.list(&self.logs, |w, l| l.write(w));
    }

    fn read(r: &mut Reader<'_>) -> countermark_primitives::Result<Self> {
        Ok(Self {
            transaction_hash: r.hash("transaction hash")?,
            block_hash: r.hash("block hash")?,
            block_number: BlockNumber::new(r.u64("block number")?),
            from: r.address("transaction sender")?,
            to: r.option("transaction recipient", |r| r.address("transaction recipient"))?,
            succeeded: r.bool("transaction status")?,
            logs: r.list("logs", 28, MAX_LOGS, Log::read)?,
        })
    }
}

// Nodes and layer-2 chains add members of their own; those are ignored.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReceiptJson {
    transaction_hash: String,
    block_hash: String,
    block_number: String,
    from: String,
    to: Option<String>,
    status: String,
    logs: Vec<LogJson>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LogJson {
    address: String,
    topics: Vec<String>,
    data: String,
    transaction_hash: Option<String>,
    block_hash: Option<String>,
    block_number: Option<String>,
    #[serde(default)]
    removed: bool,
}

impl TransactionReceipt {
    /// Reads the `result` of `eth_getTransactionReceipt`.
    ///
    /// Hex is strict: `0x`, the exact length for hashes and addresses, no leading zero in quantities. Members this
    /// library has no use for are ignored. A log that names another transaction or block than its receipt, or that is
    /// marked as removed, is refused.
    ///
    /// # Errors
    /// `limit_exceeded`, `receipt_json`, `invalid_text`, `length_mismatch`, `receipt_inconsistent`.
    pub fn from_json(text: &str) -> Result<Self> {
        within("transaction receipt", text.len(), MAX_RECEIPT_JSON)?;
        let j: ReceiptJson =
            serde_json::from_str(text).map_err(|e| Error::ReceiptJson { reason: e.to_string() })?;
        within("logs", j.logs.len(), MAX_LOGS)?;
        let mut receipt = Self {
            transaction_hash: fixed("transaction hash", &j.transaction_hash)?.into(),
            block_hash: fixed("block hash", &j.block_hash)?.into(),
            block_number: BlockNumber::new(quantity("block number", &j.block_number)?),
            from: fixed("transaction sender", &j.from)?.into(),
            to: match &j.to {
                Some(a) => Some(fixed("transaction recipient", a)?.into()),
                None => None,
            },
            succeeded: match j.status.as_str() {
                "0x1" => true,
                "0x0" => false,
                _ => return Err(Basic::InvalidText { what: "transaction status", form: "0x0 or 0x1" }.into()),
            },
            logs: Vec::with_capacity(j.logs.len()),
        };
        for (index, log) in j.logs.iter().enumerate() {
            let log = receipt.read_log(index, log)?;
            receipt.logs.push(log);
        }
        Ok(receipt)
    }

    /// The same receipt as JSON in the form [`TransactionReceipt::from_json`] reads. A view: never hashed.
    pub fn to_json(&self) -> String {
        let logs: Vec<_> = self
            .logs
            .iter()
            .enumerate()
            .map(|(i, l)| {
                serde_json::json!({
                    "address": l.address, "topics": l.topics, "data": hex::encode_prefixed(&l.data),
                    "transactionHash": self.transaction_hash, "blockHash": self.block_hash,
                    "blockNumber": alloc::format!("{:#x}", self.block_number.get()),
                    "logIndex": alloc::format!("{i:#x}"), "removed": false,
                })
            })
            .collect();
        serde_json::json!({
            "transactionHash": self.transaction_hash, "blockHash": self.block_hash,
            "blockNumber": alloc::format!("{:#x}", self.block_number.get()),
            "from": self.from, "to": self.to, "status": if self.succeeded { "0x1" } else { "0x0" }, "logs": logs,
        })
        .to_string()
    }

    fn read_log(&self, index: usize, log: &LogJson) -> Result<Log> {
        let differs = |what| Error::ReceiptInconsistent { index, what };
        if log.removed {
            return Err(differs("removed mark"));
        }
        if let Some(h) = &log.transaction_hash
            && self.transaction_hash.0 != fixed::<32>("log transaction hash", h)?
        {
            return Err(differs("transaction hash"));
        }
        if let Some(h) = &log.block_hash
            && self.block_hash.0 != fixed::<32>("log block hash", h)?
        {
            return Err(differs("block hash"));
        }
        if let Some(n) = &log.block_number
            && self.block_number.get() != quantity("log block number", n)?
        {
            return Err(differs("block number"));
        }
        within("log topics", log.topics.len(), MAX_TOPICS)?;
        let topics =
            log.topics.iter().map(|t| fixed("log topic", t).map(B256::from)).collect::<Result<_>>()?;
        within("log data", log.data.len() / 2, MAX_LOG_DATA)?;
        Ok(Log {
            address: fixed("log address", &log.address)?.into(),
            topics,
            data: strict_hex("log data", &log.data)?,
        })
    }
}

pub(crate) fn within(what: &'static str, got: usize, limit: usize) -> Result<()> {
    if got > limit {
        return Err(Basic::LimitExceeded { what, limit: limit as u64, got: got as u64 }.into());
    }
    Ok(())
}

fn strict_hex(what: &'static str, text: &str) -> Result<Vec<u8>> {
    let bad = Basic::InvalidText { what, form: "hex with 0x" };
    let digits = text.strip_prefix("0x").ok_or(bad.clone())?;
    // The decoder of `hex` would take a second 0x.
    if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(bad.into());
    }
    hex::decode(digits).map_err(|_| bad.into())
}

fn fixed<const N: usize>(what: &'static str, text: &str) -> Result<[u8; N]> {
    if text.len() != 2 + 2 * N {
        return Err(Basic::LengthMismatch { what, expected: 2 + 2 * N, got: text.len() }.into());
    }
    let bytes = strict_hex(what, text)?;
    <[u8; N]>::try_from(bytes).map_err(|b| Basic::LengthMismatch { what, expected: N, got: b.len() }.into())
}

fn quantity(what: &'static str, text: &str) -> Result<u64> {
    let bad = Basic::InvalidText { what, form: "hex quantity" };
    let digits = text.strip_prefix("0x").ok_or(bad.clone())?;
    let canonical = digits == "0" || !digits.starts_with('0');
    if !canonical || digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(bad.into());
    }
    u64::from_str_radix(digits, 16).map_err(|_| bad.into())
}
