//! Canonical bytes: one value, one encoding.
//!
//! Fields in declared order; integers little-endian; 256-bit integers as 32 bytes big-endian; bytes, text and lists
//! with a `u32` count; an option is one byte, 0 or 1, and then the value; floats only as their IEEE bits with one NaN;
//! no maps. A document starts with `CMRK`, its `u16` schema and its `u16` version. Trailing bytes are refused, and
//! decoding and encoding again gives the same bytes.
//!
//! ```
//! use countermark_primitives::{Canonical, Coded, Reader, Result, Writer};
//!
//! #[derive(Debug, PartialEq)]
//! struct Point { x: u32, label: String }
//!
//! impl Canonical for Point {
//!     fn write(&self, w: &mut Writer) {
//!         w.u32(self.x);
//!         w.text(&self.label);
//!     }
//!     fn read(r: &mut Reader<'_>) -> Result<Self> {
//!         Ok(Self { x: r.u32("x")?, label: r.text("label", 64)? })
//!     }
//! }
//!
//! let p = Point { x: 7, label: "seven".into() };
//! let bytes = p.to_bytes();
//! assert_eq!(Point::from_bytes("point", &bytes)?, p);
//! assert_eq!(Point::from_bytes("point", &bytes[..5]).unwrap_err().code(), "truncated");
//! # Ok::<(), countermark_primitives::Error>(())
//! ```

use crate::{Error, Result};
use alloc::{string::String, vec::Vec};
use alloy_primitives::{Address, B256, U256};

/// The first four bytes of every document.
pub const MAGIC: [u8; 4] = *b"CMRK";

/// A value with canonical bytes.
pub trait Canonical: Sized {
    /// Appends the value's bytes.
    fn write(&self, w: &mut Writer);

    /// Reads one value, leaving the reader after it.
    ///
    /// # Errors
    /// The format faults of [`Error`]; never a panic, and never an allocation larger than the input warrants.
    fn read(r: &mut Reader<'_>) -> Result<Self>;

    /// The value's bytes.
    fn to_bytes(&self) -> Vec<u8> {
        let mut w = Writer::new();
        self.write(&mut w);
        w.finish()
    }

    /// Reads exactly one value.
    ///
    /// # Errors
    /// As [`Canonical::read`], and `trailing_bytes` when something follows.
    fn from_bytes(what: &'static str, bytes: &[u8]) -> Result<Self> {
        let mut r = Reader::new(bytes);
        let v = Self::read(&mut r)?;
        r.finish(what)?;
        Ok(v)
    }
}

/// A value that is stored by itself: its bytes start with magic, schema and version.
pub trait Document: Canonical {
    /// Number of the schema, unique in the library.
    const SCHEMA: u16;
    /// Newest version that is written and read.
    const VERSION: u16;
    /// Name of the schema in lower-case snake_case.
    const NAME: &'static str;

    /// The header and the value.
    fn to_document(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.header(Self::SCHEMA, Self::VERSION);
        self.write(&mut w);
        w.finish()
    }

    /// Reads header and value, nothing else.
    ///
    /// # Errors
    /// `bad_magic`, `schema_mismatch`, `unsupported_version`, and those of [`Canonical::from_bytes`].
    fn from_document(bytes: &[u8]) -> Result<Self> {
        let mut r = Reader::new(bytes);
        r.header(Self::NAME, Self::SCHEMA, Self::VERSION)?;
        let v = Self::read(&mut r)?;
        r.finish(Self::NAME)?;
        Ok(v)
    }
}

/// Writes canonical bytes.
#[derive(Debug, Default)]
pub struct Writer(Vec<u8>);

impl Writer {
    /// An empty writer.
    pub fn new() -> Self {
        Self::default()
    }

    /// Magic, schema and version.
    pub fn header(&mut self, schema: u16, version: u16) {
        self.raw(&MAGIC);
        self.u16(schema);
        self.u16(version);
    }

    /// Bytes as they are, without a count: for fixed-length fields.
    pub fn raw(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// One byte.
    pub fn u8(&mut self, v: u8) {
        self.0.push(v);
    }

    /// Two bytes, little-endian.
    pub fn u16(&mut self, v: u16) {
        self.raw(&v.to_le_bytes());
    }

    /// Four bytes, little-endian.
    pub fn u32(&mut self, v: u32) {
        self.raw(&v.to_le_bytes());
    }

    /// Eight bytes, little-endian.
    pub fn u64(&mut self, v: u64) {
        self.raw(&v.to_le_bytes());
    }

    /// Eight bytes, little-endian two's complement.
    pub fn i64(&mut self, v: i64) {
        self.raw(&v.to_le_bytes());
    }

    /// 32 bytes, big-endian.
    pub fn u256(&mut self, v: &U256) {
        self.raw(&v.to_be_bytes::<32>());
    }

    /// One byte, 0 or 1.
    pub fn bool(&mut self, v: bool) {
        self.u8(u8::from(v));
    }

    /// The IEEE bits, little-endian; every NaN becomes 0x7fc00000.
    pub fn f32(&mut self, v: f32) {
        self.u32(if v.is_nan() { 0x7fc0_0000 } else { v.to_bits() });
    }

    /// The IEEE bits, little-endian; every NaN becomes 0x7ff8000000000000.
    pub fn f64(&mut self, v: f64) {
        self.u64(if v.is_nan() { 0x7ff8_0000_0000_0000 } else { v.to_bits() });
    }

    /// 20 bytes.
    pub fn address(&mut self, v: &Address) {
        self.raw(v.as_slice());
    }

    /// 32 bytes.
    pub fn hash(&mut self, v: &B256) {
        self.raw(v.as_slice());
    }

    /// A `u32` count. Counts above 2^32-1 saturate: no decoder accepts such a document.
    pub fn count(&mut self, n: usize) {
        self.u32(u32::try_from(n).unwrap_or(u32::MAX));
    }

    /// Count and bytes.
    pub fn bytes(&mut self, v: &[u8]) {
        self.count(v.len());
        self.raw(v);
    }

    /// Count of bytes and UTF-8.
    pub fn text(&mut self, v: &str) {
        self.bytes(v.as_bytes());
    }

    /// 0, or 1 and the value.
    pub fn option<T>(&mut self, v: Option<&T>, f: impl FnOnce(&mut Self, &T)) {
        self.bool(v.is_some());
        if let Some(v) = v {
            f(self, v);
        }
    }

    /// Count and items.
    pub fn list<T>(&mut self, v: &[T], mut f: impl FnMut(&mut Self, &T)) {
        self.count(v.len());
        for item in v {
            f(self, item);
        }
    }

    /// What was written.
    pub fn finish(self) -> Vec<u8> {
        self.0
    }
}

/// Reads canonical bytes from untrusted input.
///
/// `what` names the field in errors.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    left: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    /// Starts at the first byte.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { left: bytes, at: 0 }
    }

    /// Offset of the next byte.
    pub fn position(&self) -> usize {
        self.at
    }

    /// Number of unread bytes.
    pub fn remaining(&self) -> usize {
        self.left.len()
    }

    /// Exactly `n` bytes.
    ///
    /// # Errors
    /// `truncated`.
    pub fn raw(&mut self, what: &'static str, n: usize) -> Result<&'a [u8]> {
        let Some((head, tail)) = self.left.split_at_checked(n) else {
            return Err(Error::Truncated { what, at: self.at, needed: n, left: self.left.len() });
        };
        self.left = tail;
        self.at += n;
        Ok(head)
    }

    /// A fixed-length field.
    ///
    /// # Errors
    /// `truncated`.
    pub fn array<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N]> {
        let mut out = [0u8; N];
        out.copy_from_slice(self.raw(what, N)?);
        Ok(out)
    }

    /// Magic, schema and version; answers the version.
    ///
    /// # Errors
    /// `truncated`, `bad_magic`, `schema_mismatch`, `unsupported_version`.
    pub fn header(&mut self, what: &'static str, schema: u16, newest: u16) -> Result<u16> {
        if self.array::<4>(what)? != MAGIC {
            return Err(Error::BadMagic { what });
        }
        let got = self.u16(what)?;
        if got != schema {
            return Err(Error::SchemaMismatch { what, expected: schema, got });
        }
        let version = self.u16(what)?;
        if version == 0 || version > newest {
            return Err(Error::UnsupportedVersion { what, got: version, supported: newest });
        }
        Ok(version)
    }

    /// One byte.
    ///
    /// # Errors
    /// `truncated`.
    pub fn u8(&mut self, what: &'static str) -> Result<u8> {
        self.array::<1>(what).map(|[b]| b)
    }

    /// Two bytes.
    ///
    /// # Errors
    /// `truncated`.
    pub fn u16(&mut self, what: &'static str) -> Result<u16> {
        self.array(what).map(u16::from_le_bytes)
    }

    /// Four bytes.
    ///
    /// # Errors
    /// `truncated`.
    pub fn u32(&mut self, what: &'static str) -> Result<u32> {
        self.array(what).map(u32::from_le_bytes)
    }

    /// Eight bytes.
    ///
    /// # Errors
    /// `truncated`.
    pub fn u64(&mut self, what: &'static str) -> Result<u64> {
        self.array(what).map(u64::from_le_bytes)
    }

    /// Eight bytes, signed.
    ///
    /// # Errors
    /// `truncated`.
    pub fn i64(&mut self, what: &'static str) -> Result<i64> {
        self.array(what).map(i64::from_le_bytes)
    }

    /// 32 bytes, big-endian.
    ///
    /// # Errors
    /// `truncated`.
    pub fn u256(&mut self, what: &'static str) -> Result<U256> {
        self.array(what).map(U256::from_be_bytes::<32>)
    }

    /// One byte, 0 or 1.
    ///
    /// # Errors
    /// `truncated`; `non_canonical` for any other byte.
    pub fn bool(&mut self, what: &'static str) -> Result<bool> {
        let at = self.at;
        match self.u8(what)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Error::NonCanonical { what, at }),
        }
    }

    /// IEEE bits.
    ///
    /// # Errors
    /// `truncated`; `non_canonical` for a NaN other than 0x7fc00000.
    pub fn f32(&mut self, what: &'static str) -> Result<f32> {
        let at = self.at;
        let v = f32::from_bits(self.u32(what)?);
        if v.is_nan() && v.to_bits() != 0x7fc0_0000 {
            return Err(Error::NonCanonical { what, at });
        }
        Ok(v)
    }

    /// IEEE bits.
    ///
    /// # Errors
    /// `truncated`; `non_canonical` for a NaN other than 0x7ff8000000000000.
    pub fn f64(&mut self, what: &'static str) -> Result<f64> {
        let at = self.at;
        let v = f64::from_bits(self.u64(what)?);
        if v.is_nan() && v.to_bits() != 0x7ff8_0000_0000_0000 {
            return Err(Error::NonCanonical { what, at });
        }
        Ok(v)
    }

    /// 20 bytes.
    ///
    /// # Errors
    /// `truncated`.
    pub fn address(&mut self, what: &'static str) -> Result<Address> {
        self.array::<20>(what).map(Address::from)
    }

    /// 32 bytes.
    ///
    /// # Errors
    /// `truncated`.
    pub fn hash(&mut self, what: &'static str) -> Result<B256> {
        self.array::<32>(what).map(B256::from)
    }

    /// A count of items that take at least `min_size` bytes each, at most `max` of them.
    ///
    /// # Errors
    /// `limit_exceeded`, and `truncated` when the input can't hold that many.
    pub fn count(&mut self, what: &'static str, min_size: usize, max: usize) -> Result<usize> {
        let n = self.u32(what)? as usize;
        if n > max {
            return Err(Error::LimitExceeded { what, limit: max as u64, got: n as u64 });
        }
        let needed = n.saturating_mul(min_size);
        if needed > self.left.len() {
            return Err(Error::Truncated { what, at: self.at, needed, left: self.left.len() });
        }
        Ok(n)
    }

    /// Count and bytes, at most `max`.
    ///
    /// # Errors
    /// `limit_exceeded`, `truncated`.
    pub fn bytes(&mut self, what: &'static str, max: usize) -> Result<&'a [u8]> {
        let n = self.count(what, 1, max)?;
        self.raw(what, n)
    }

    /// Count and UTF-8, at most `max` bytes.
    ///
    /// # Errors
    /// `limit_exceeded`, `truncated`, `invalid_text`.
    pub fn text(&mut self, what: &'static str, max: usize) -> Result<String> {
        let b = self.bytes(what, max)?;
        match core::str::from_utf8(b) {
            Ok(s) => Ok(s.into()),
            Err(_) => Err(Error::InvalidText { what, form: "UTF-8" }),
        }
    }

    /// 0, or 1 and a value.
    ///
    /// # Errors
    /// `truncated`, `non_canonical`, and those of the value.
    pub fn option<T>(
        &mut self,
        what: &'static str,
        f: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<Option<T>> {
        if self.bool(what)? { f(self).map(Some) } else { Ok(None) }
    }

    /// Count and items of at least `min_size` bytes each, at most `max` of them.
    ///
    /// # Errors
    /// `limit_exceeded`, `truncated`, and those of the items.
    pub fn list<T>(
        &mut self,
        what: &'static str,
        min_size: usize,
        max: usize,
        mut f: impl FnMut(&mut Self) -> Result<T>,
    ) -> Result<Vec<T>> {
        let n = self.count(what, min_size.max(1), max)?;
        let mut out = Vec::with_capacity(n);
        for _ in 0..n {
            out.push(f(self)?);
        }
        Ok(out)
    }

    /// The end: nothing may be left.
    ///
    /// # Errors
    /// `trailing_bytes`.
    pub fn finish(self, what: &'static str) -> Result<()> {
        match self.left.len() {
            0 => Ok(()),
            count => Err(Error::TrailingBytes { what, count }),
        }
    }
}

#[cfg(test)]
mod tests;
