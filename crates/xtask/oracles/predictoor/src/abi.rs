//! As much of the contract ABI as the oracle calls: words, bytes, arrays and tuples in, words out.

use revm::primitives::{Address, B256, U256, keccak256};

/// An argument.
pub(crate) enum Arg {
    Word(U256),
    /// `string` or `bytes`.
    Bytes(Vec<u8>),
    /// `T[]`.
    Array(Vec<Arg>),
    /// A struct, or the arguments themselves.
    Tuple(Vec<Arg>),
}

impl Arg {
    fn dynamic(&self) -> bool {
        match self {
            Self::Word(_) => false,
            Self::Bytes(_) | Self::Array(_) => true,
            Self::Tuple(parts) => parts.iter().any(Self::dynamic),
        }
    }

    fn encode(&self) -> Vec<u8> {
        match self {
            Self::Word(word) => word.to_be_bytes_vec(),
            Self::Bytes(bytes) => {
                let mut out = number(bytes.len());
                out.extend(bytes);
                out.resize(32 + bytes.len().div_ceil(32) * 32, 0);
                out
            }
            Self::Array(items) => [number(items.len()), sequence(items)].concat(),
            Self::Tuple(parts) => sequence(parts),
        }
    }
}

fn number(n: usize) -> Vec<u8> {
    U256::from(n).to_be_bytes_vec()
}

/// Heads, then the tails of what has no fixed length.
fn sequence(parts: &[Arg]) -> Vec<u8> {
    let encoded: Vec<(bool, Vec<u8>)> = parts.iter().map(|p| (p.dynamic(), p.encode())).collect();
    let mut at: usize = encoded.iter().map(|(dynamic, e)| if *dynamic { 32 } else { e.len() }).sum();
    let (mut heads, mut tails) = (Vec::new(), Vec::new());
    for (dynamic, e) in encoded {
        if dynamic {
            heads.extend(number(at));
            at += e.len();
            tails.extend(e);
        } else {
            heads.extend(e);
        }
    }
    heads.extend(tails);
    heads
}

impl From<U256> for Arg {
    fn from(x: U256) -> Self {
        Self::Word(x)
    }
}

impl From<u64> for Arg {
    fn from(x: u64) -> Self {
        Self::Word(U256::from(x))
    }
}

impl From<bool> for Arg {
    fn from(x: bool) -> Self {
        Self::Word(U256::from(x))
    }
}

impl From<Address> for Arg {
    fn from(x: Address) -> Self {
        Self::Word(U256::from_be_slice(x.as_slice()))
    }
}

impl From<B256> for Arg {
    fn from(x: B256) -> Self {
        Self::Word(x.into())
    }
}

impl From<&str> for Arg {
    fn from(x: &str) -> Self {
        Self::Bytes(x.as_bytes().to_vec())
    }
}

/// The arguments of a constructor.
pub(crate) fn arguments(args: Vec<Arg>) -> Vec<u8> {
    Arg::Tuple(args).encode()
}

/// A call of `signature`, such as `transfer(address,uint256)`.
pub(crate) fn call(signature: &str, args: Vec<Arg>) -> Vec<u8> {
    let selector = keccak256(signature);
    [&selector[..4], &arguments(args)].concat()
}

/// The 32-byte words of an answer.
pub(crate) fn words(data: &[u8]) -> Vec<U256> {
    data.chunks_exact(32).map(U256::from_be_slice).collect()
}

/// `Error(string)` as its text, `Panic(uint256)` as `Panic(0x..)`, nothing as the empty text.
pub(crate) fn revert_text(data: &[u8]) -> String {
    let body = data.get(4..).unwrap_or_default();
    match data.get(..4) {
        Some([0x08, 0xc3, 0x79, 0xa0]) => {
            let length = words(body).get(1).map_or(0, |n| n.to::<usize>());
            let text = body.get(64..64 + length).unwrap_or_default();
            String::from_utf8_lossy(text).into_owned()
        }
        Some([0x4e, 0x48, 0x7b, 0x71]) => format!("Panic(0x{:02x})", words(body)[0]),
        _ => data.iter().map(|b| format!("{b:02x}")).collect(),
    }
}
