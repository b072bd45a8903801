use alloc::vec::Vec;
use countermark_primitives::{Address, B256, Canonical, Reader, Result, Writer};

/// Most topics a log can have (EVM opcodes LOG0 to LOG4).
pub const MAX_TOPICS: usize = 4;
/// Longest log data that is read, in bytes.
pub const MAX_LOG_DATA: usize = 256 << 10;

/// An event log: what a contract wrote during a transaction.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Log {
    /// The contract that wrote it. Anybody can deploy a contract that writes any event: always compare it.
    pub address: Address,
    /// Indexed values, at most 4; the first is Keccak-256 of the event's declaration.
    pub topics: Vec<B256>,
    /// ABI encoding of the values that are not indexed.
    pub data: Vec<u8>,
}

impl Canonical for Log {
    fn write(&self, w: &mut Writer) {
        w.address(&self.address);
        w.list(&self.topics, |w, t| w.hash(t));
        w.bytes(&self.data);
    }

    fn read(r: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            address: r.address("log address")?,
            topics: r.list("log topics", 32, MAX_TOPICS, |r| r.hash("log topic"))?,
            data: r.bytes("log data", MAX_LOG_DATA)?.to_vec(),
        })
    }
}
