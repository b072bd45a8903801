//! The provider's offer: signed off chain, checked by the datatoken contract (`_checkProviderFee`,
//! `contracts/templates/ERC20Template.sol`).

use crate::{Error, Profile, Result};
use alloc::{format, string::String, vec::Vec};
use countermark_crypto::{SecretKey, Signature, eip191_digest, recover_address};
use countermark_evm::ProviderFee;
use countermark_primitives::{Address, B256, U256, hash};
use serde::Deserialize;

/// Order of the secp256k1 group (SEC 2, section 2.4.1).
const GROUP_ORDER: U256 = U256::from_limbs([
    0xbfd2_5e8c_d036_4141,
    0xbaae_dce6_af48_a03b,
    0xffff_ffff_ffff_fffe,
    0xffff_ffff_ffff_ffff,
]);

/// The bytes an Ocean provider puts into its fee: which datatoken and which service it is for.
pub fn provider_data(datatoken: Address, service_id: &str) -> Vec<u8> {
    // serde_json quotes what a service id may contain.
    let id = serde_json::Value::from(service_id);
    format!(r#"{{"dt":"{datatoken:#x}","id":{id}}}"#).into_bytes()
}

#[derive(Deserialize)]
struct ProviderData {
    dt: String,
    id: String,
}

/// `Ok` when the provider's data names this datatoken and this service.
pub(crate) fn check_binding(data: &[u8], datatoken: Address, service_id: Option<&str>) -> Result<()> {
    let wrong = |what| Error::ServiceMismatch { what };
    let d: ProviderData = serde_json::from_slice(data).map_err(|_| wrong("provider data form"))?;
    if d.dt.parse::<Address>().ok() != Some(datatoken) {
        return Err(wrong("datatoken in the provider data"));
    }
    match service_id {
        Some(id) if d.id != id => Err(wrong("service id in the provider data")),
        _ => Ok(()),
    }
}

/// What a provider signs: EIP-191 over Keccak-256(data ‖ address ‖ token ‖ amount ‖ validUntil), packed, the two
/// numbers as 32 bytes big-endian.
///
/// Neither chain, datatoken, consumer nor service is part of it; only the provider's data can bind them
/// ([`provider_data`]).
pub fn provider_fee_digest(fee: &ProviderFee) -> B256 {
    let inner = hash::keccak256(
        [
            fee.data.as_slice(),
            fee.address.as_slice(),
            fee.token.as_slice(),
            &fee.amount.to_be_bytes::<32>(),
            &fee.valid_until.to_be_bytes::<32>(),
        ]
        .concat(),
    );
    eip191_digest(inner.as_slice())
}

/// Fills in address and signature of an offer.
///
/// ```
/// use countermark_crypto::SecretKey;
/// use countermark_datatoken::{Profile, sign_provider_fee, verify_provider_fee};
/// use countermark_evm::ProviderFee;
/// use countermark_primitives::{Coded, U256};
/// let key = SecretKey::from_seed(&[1; 32]);
/// let mut fee = sign_provider_fee(ProviderFee { amount: U256::from(5), ..Default::default() }, &key)?;
/// verify_provider_fee(&fee, Profile::Strict)?;
/// fee.amount = U256::from(4);
/// assert_eq!(verify_provider_fee(&fee, Profile::Strict).unwrap_err().code(), "provider_fee_signature");
/// # Ok::<(), countermark_datatoken::Error>(())
/// ```
///
/// # Errors
/// As [`SecretKey::sign_digest`].
pub fn sign_provider_fee(offer: ProviderFee, key: &SecretKey) -> Result<ProviderFee> {
    let mut fee = ProviderFee { address: key.address(), ..offer };
    let signature = key.sign_digest(&provider_fee_digest(&fee))?;
    (fee.v, fee.r, fee.s) = (signature.v(), signature.r(), signature.s());
    Ok(fee)
}

/// Who signed the fee, as the EVM's `ecrecover` says it: the zero address for a signature that is none, and
/// signatures with high s count.
pub fn recover_provider_fee(fee: &ProviderFee) -> Address {
    let s = U256::from_be_bytes(fee.s.0);
    if !matches!(fee.v, 27 | 28) || s >= GROUP_ORDER {
        return Address::ZERO;
    }
    // (r, n - s) with the other recovery bit is the same signature with low s.
    let high = s > (GROUP_ORDER >> 1);
    let s = if high { GROUP_ORDER.wrapping_sub(s) } else { s };
    let v = if high { 55u8.wrapping_sub(fee.v) } else { fee.v };
    let bytes = [fee.r.as_slice(), &s.to_be_bytes::<32>(), &[v]].concat();
    Signature::from_bytes(&bytes)
        .and_then(|signature| recover_address(&provider_fee_digest(fee), &signature))
        .unwrap_or(Address::ZERO)
}

/// `Ok` when the fee is signed by the address it names.
///
/// `Compat` accepts what the contract accepts: also a high s, and a broken signature of the zero address. `Strict`
/// accepts only signatures of the strict form by a real address.
///
/// # Errors
/// `provider_fee_signature`.
pub fn verify_provider_fee(fee: &ProviderFee, profile: Profile) -> Result<()> {
    let strict_form = || {
        let bytes = [fee.r.as_slice(), fee.s.as_slice(), &[fee.v]].concat();
        fee.v >= 27 && fee.address != Address::ZERO && Signature::from_bytes(&bytes).is_ok()
    };
    if recover_provider_fee(fee) == fee.address && (profile == Profile::Compat || strict_form()) {
        return Ok(());
    }
    Err(Error::ProviderFeeSignature { provider: fee.address })
}
