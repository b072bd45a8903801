use crate::{Error, Result, abi};
use alloc::vec::Vec;
use alloy_sol_types::SolCall as _;
use countermark_primitives::{Address, B256, Canonical, Reader, U256, Writer};

/// First four bytes of a `startOrder` call.
pub const START_ORDER_SELECTOR: [u8; 4] = [0x79, 0xd9, 0xd7, 0xf3];

const MAX_PROVIDER_DATA: usize = 64 << 10;

/// What a provider asks for serving an order, with its signature (`providerFee` of the datatoken contracts).
///
/// All zero and empty means no fee.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct ProviderFee {
    /// The provider: who signed, and who is paid.
    pub address: Address,
    /// Token the fee is paid in.
    pub token: Address,
    /// Amount in the token's smallest unit.
    pub amount: U256,
    /// Free bytes of the provider; Ocean providers put the JSON text `{"dt":"0x..","id":".."}` here.
    pub data: Vec<u8>,
    /// Recovery value of the signature: 27 or 28.
    pub v: u8,
    /// Signature r, big-endian.
    pub r: B256,
    /// Signature s, big-endian.
    pub s: B256,
    /// Absolute end of validity in seconds since 1970; the contract stores no meaning for it.
    pub valid_until: U256,
}

impl Canonical for ProviderFee {
    fn write(&self, w: &mut Writer) {
        w.address(&self.address);
        w.address(&self.token);
        w.u256(&self.amount);
        w.bytes(&self.data);
        w.u8(self.v);
        w.hash(&self.r);
        w.hash(&self.s);
        w.u256(&self.valid_until);
    }

    fn read(r: &mut Reader<'_>) -> countermark_primitives::Result<Self> {
        Ok(Self {
            address: r.address("provider fee address")?,
            token: r.address("provider fee token")?,
            amount: r.u256("provider fee amount")?,
            data: r.bytes("provider data", MAX_PROVIDER_DATA)?.to_vec(),
            v: r.u8("provider fee v")?,
            r: r.hash("provider fee r")?,
            s: r.hash("provider fee s")?,
            valid_until: r.u256("provider fee validUntil")?,
        })
    }
}

/// The fee of the market through which somebody orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct ConsumeMarketFee {
    /// Who is paid.
    pub address: Address,
    /// Token the fee is paid in.
    pub token: Address,
    /// Amount in the token's smallest unit.
    pub amount: U256,
}

/// Arguments of `startOrder`: selector 0x79d9d7f3.
///
/// ```
/// use countermark_evm::{START_ORDER_SELECTOR, StartOrder};
/// use countermark_primitives::Coded;
/// let call = StartOrder::default();
/// let bytes = call.encode();
/// assert!(bytes.starts_with(&START_ORDER_SELECTOR));
/// assert_eq!(StartOrder::decode(&bytes)?, call);
/// assert_eq!(StartOrder::decode(&bytes[..bytes.len() - 1]).unwrap_err().code(), "calldata_malformed");
/// # Ok::<(), countermark_evm::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct StartOrder {
    /// Who may use the service.
    pub consumer: Address,
    /// Position of the service in the dataset's description, from 0.
    pub service_index: U256,
    /// The provider's fee.
    pub provider_fee: ProviderFee,
    /// The market's fee.
    pub consume_market_fee: ConsumeMarketFee,
}

impl StartOrder {
    /// Selector and ABI encoding, as a transaction to the datatoken carries them.
    pub fn encode(&self) -> Vec<u8> {
        self.to_abi().abi_encode()
    }

    /// Reads the one encoding [`StartOrder::encode`] gives.
    ///
    /// # Errors
    /// `calldata_malformed` for another selector, other lengths, dirty padding or trailing bytes; `limit_exceeded`.
    pub fn decode(calldata: &[u8]) -> Result<Self> {
        let bad = Error::CalldataMalformed { function: "startOrder" };
        crate::receipt::within("calldata", calldata.len(), MAX_PROVIDER_DATA + 4096)?;
        let c = abi::startOrderCall::abi_decode(calldata).map_err(|_| bad.clone())?;
        let call = Self {
            consumer: c.consumer,
            service_index: c.serviceIndex,
            provider_fee: ProviderFee {
                address: c.providerFee.providerFeeAddress,
                token: c.providerFee.providerFeeToken,
                amount: c.providerFee.providerFeeAmount,
                data: c.providerFee.providerData.to_vec(),
                v: c.providerFee.v,
                r: c.providerFee.r,
                s: c.providerFee.s,
                valid_until: c.providerFee.validUntil,
            },
            consume_market_fee: ConsumeMarketFee {
                address: c.consumeMarketFee.consumeMarketFeeAddress,
                token: c.consumeMarketFee.consumeMarketFeeToken,
                amount: c.consumeMarketFee.consumeMarketFeeAmount,
            },
        };
        if call.encode() == calldata { Ok(call) } else { Err(bad) }
    }

    fn to_abi(&self) -> abi::startOrderCall {
        let p = &self.provider_fee;
        abi::startOrderCall {
            consumer: self.consumer,
            serviceIndex: self.service_index,
            providerFee: abi::FeeOfProvider {
                providerFeeAddress: p.address,
                providerFeeToken: p.token,
                providerFeeAmount: p.amount,
                v: p.v,
                r: p.r,
                s: p.s,
                validUntil: p.valid_until,
                providerData: p.data.clone().into(),
            },
            consumeMarketFee: abi::FeeOfConsumeMarket {
                consumeMarketFeeAddress: self.consume_market_fee.address,
                consumeMarketFeeToken: self.consume_market_fee.token,
                consumeMarketFeeAmount: self.consume_market_fee.amount,
            },
        }
    }
}
