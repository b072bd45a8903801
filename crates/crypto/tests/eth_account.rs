//! Keys, addresses and EIP-191 signatures equal those of eth-account (`vectors/eth.json`).

#![allow(clippy::unwrap_used)]

use countermark_crypto::{
    Error, PublicKey, SecretKey, Signature, eip191_digest, recover_address, verify_signature,
};
use countermark_primitives::{Coded as _, hex};
use serde_json::Value;

fn vectors() -> Value {
    serde_json::from_str(include_str!("vectors/eth.json")).unwrap()
}

fn bytes(v: &Value) -> Vec<u8> {
    hex::decode(v.as_str().unwrap()).unwrap()
}

#[test]
fn keys_and_addresses() {
    let v = vectors();
    let keys = v["keys"].as_array().unwrap();
    assert!(keys.len() >= 3);
    for k in keys {
        let key = SecretKey::from_bytes(&bytes(&k["private_key"])).unwrap();
        assert_eq!(key.address().to_string(), k["address"].as_str().unwrap());
        assert_eq!(key.public_key().to_bytes().to_vec(), bytes(&k["public_key_compressed"]));
    }
}

#[test]
fn personal_messages() {
    let v = vectors();
    let cases = v["eip191_personal_sign"].as_array().unwrap();
    assert!(cases.len() >= 3);
    for c in cases {
        let key = SecretKey::from_bytes(&bytes(&c["private_key"])).unwrap();
        let message = bytes(&c["message"]);
        let digest = eip191_digest(&message);
        assert_eq!(digest.to_vec(), bytes(&c["hash"]));
        let signature = key.sign_message(&message).unwrap();
        // The vector file drops leading zeros of r and s in its joined form; compare the parts as numbers.
        assert_eq!(
            signature.r().to_string().trim_start_matches("0x").trim_start_matches('0'),
            c["r"].as_str().unwrap().trim_start_matches("0x").trim_start_matches('0')
        );
        assert_eq!(
            signature.s().to_string().trim_start_matches("0x").trim_start_matches('0'),
            c["s"].as_str().unwrap().trim_start_matches("0x").trim_start_matches('0')
        );
        assert_eq!(u64::from(signature.v()), c["v"].as_u64().unwrap());
        assert_eq!(recover_address(&digest, &signature).unwrap(), key.address());
    }
}

#[test]
fn strict_parsing_refuses_what_others_let_pass() {
    let key = SecretKey::from_seed(&[3; 32]);
    let good = key.sign_message(b"x").unwrap().to_bytes();
    let code = |b: &[u8]| Signature::from_bytes(b).map(|_| ()).unwrap_err().code();
    assert_eq!(code(&good[..64]), "length_mismatch");
    let mut v = good;
    v[64] = 29;
    assert_eq!(code(&v), "signature_malformed");
    let mut zero_r = good;
    zero_r[..32].fill(0);
    assert_eq!(code(&zero_r), "signature_malformed");
    // n - s: the same signature with the high s.
    let n = countermark_primitives::U256::from_str_radix(
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141",
        16,
    )
    .unwrap();
    let s = countermark_primitives::U256::from_be_slice(&good[32..64]);
    let mut high = good;
    high[32..64].copy_from_slice(&(n - s).to_be_bytes::<32>());
    high[64] = if good[64] == 27 { 28 } else { 27 };
    assert_eq!(code(&high), "signature_malformed");
}

#[test]
fn another_message_is_another_signer() {
    let key = SecretKey::from_seed(&[3; 32]);
    let signature = key.sign_message(b"x").unwrap();
    let e = verify_signature(&eip191_digest(b"y"), &signature, key.address()).unwrap_err();
    assert!(matches!(e, Error::SignatureMismatch { .. }));
    assert_eq!(e.check(), Some("signature"));
}

#[test]
fn secrets_are_not_printed() {
    let key = SecretKey::from_bytes(&[0x11; 32]).unwrap();
    assert!(!format!("{key:?}").contains("1111111111"));
}

#[test]
fn a_public_key_has_one_encoding() {
    let mut bytes = SecretKey::from_seed(&[3; 32]).public_key().to_bytes();
    let even = SecretKey::from_seed(&[3; 32]).public_key();
    assert_eq!(PublicKey::from_bytes(&bytes).unwrap(), even);
    for tag in [0, 1, 4, 5, 6, 7] {
        bytes[0] = tag;
        assert_eq!(PublicKey::from_bytes(&bytes).unwrap_err().code(), "invalid_public_key", "{tag}");
    }
    assert_eq!(PublicKey::from_bytes(&bytes[1..]).unwrap_err().code(), "length_mismatch");
}
