use super::*;
use crate::Coded as _;
use alloc::vec;
use proptest::prelude::*;

#[derive(Debug, Clone, PartialEq)]
struct All {
    a: u8,
    b: u64,
    c: i64,
    d: U256,
    e: bool,
    f: Option<u16>,
    g: Vec<u32>,
    h: String,
    i: B256,
}

impl Canonical for All {
    fn write(&self, w: &mut Writer) {
        w.u8(self.a);
        w.u64(self.b);
        w.i64(self.c);
        w.u256(&self.d);
        w.bool(self.e);
        w.option(self.f.as_ref(), |w, v| w.u16(*v));
        w.list(&self.g, |w, v| w.u32(*v));
        w.text(&self.h);
        w.hash(&self.i);
    }
    fn read(r: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            a: r.u8("a")?,
            b: r.u64("b")?,
            c: r.i64("c")?,
            d: r.u256("d")?,
            e: r.bool("e")?,
            f: r.option("f", |r| r.u16("f"))?,
            g: r.list("g", 4, 1000, |r| r.u32("g"))?,
            h: r.text("h", 100)?,
            i: r.hash("i")?,
        })
    }
}

impl Document for All {
    const SCHEMA: u16 = 60_000;
    const VERSION: u16 = 1;
    const NAME: &'static str = "all";
}

fn sample() -> All {
    All {
        a: 1,
        b: 2,
        c: -3,
        d: U256::MAX,
        e: true,
        f: Some(9),
        g: vec![1, 2, 3],
        h: "héllo".into(),
        i: B256::repeat_byte(7),
    }
}

#[test]
fn document_round_trips_and_refuses_every_truncation() {
    let bytes = sample().to_document();
    assert_eq!(All::from_document(&bytes), Ok(sample()));
    for n in 0..bytes.len() {
        assert!(All::from_document(&bytes[..n]).is_err(), "{n}");
    }
    let mut longer = bytes.clone();
    longer.push(0);
    assert_eq!(All::from_document(&longer).unwrap_err().code(), "trailing_bytes");
}

#[test]
fn header_faults_are_told_apart() {
    let good = sample().to_document();
    let with = |i: usize, b: u8| {
        let mut v = good.clone();
        v[i] = b;
        All::from_document(&v).unwrap_err().code()
    };
    assert_eq!(with(0, b'X'), "bad_magic");
    assert_eq!(with(4, 0), "schema_mismatch");
    assert_eq!(with(6, 9), "unsupported_version");
    assert_eq!(with(6, 0), "unsupported_version");
}

#[test]
fn a_huge_count_allocates_nothing() {
    let mut w = Writer::new();
    w.u32(u32::MAX);
    let bytes = w.finish();
    let mut r = Reader::new(&bytes);
    assert_eq!(r.list("items", 1, usize::MAX, |r| r.u8("item")).unwrap_err().code(), "truncated");
    let mut r = Reader::new(&bytes);
    assert_eq!(r.bytes("blob", 10).unwrap_err().code(), "limit_exceeded");
}

#[test]
fn only_one_nan_and_two_bools() {
    let mut r = Reader::new(&[0x01, 0x00, 0xc0, 0x7f]);
    assert_eq!(r.f32("x").unwrap_err().code(), "non_canonical");
    let mut w = Writer::new();
    w.f32(f32::from_bits(0xffc0_0001));
    assert_eq!(w.finish(), [0, 0, 0xc0, 0x7f]);
    assert_eq!(Reader::new(&[2]).bool("b").unwrap_err().code(), "non_canonical");
}

proptest! {
    #[test]
    fn decoding_then_encoding_is_the_identity(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(v) = All::from_bytes("all", &bytes) {
            prop_assert_eq!(v.to_bytes(), bytes);
        }
    }

    #[test]
    fn a_flipped_byte_decodes_to_something_else_or_fails(i in 0usize..120, x in 1u8..) {
        let mut bytes = sample().to_bytes();
        let n = bytes.len();
        bytes[i % n] ^= x;
        if let Ok(v) = All::from_bytes("all", &bytes) {
            prop_assert_ne!(v, sample());
        }
    }
}
