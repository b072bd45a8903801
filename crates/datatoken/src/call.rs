use crate::Result;
use alloc::{string::String, vec::Vec};
use countermark_evm::{ConsumeMarketFee, Event as Body, Log, ProviderFee, Role, TransactionReceipt};
use countermark_primitives::{Address, B256, BlockNumber, Canonical as _, Timestamp, U256, hash};

/// Whose rules hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Profile {
    /// What the original contracts do, quirks included; proved against their bytecode.
    Compat,
    /// The original with its quirks closed: a provider fee must be signed in the strict form, must not have
    /// expired, and must name the datatoken.
    #[default]
    Strict,
}

/// The world around a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Env {
    /// Whose rules hold.
    pub profile: Profile,
    /// Time of the block.
    pub now: Timestamp,
    /// Number of the block.
    pub block: BlockNumber,
    /// Who calls.
    pub caller: Address,
}

/// What a publishing market takes of every order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PublishMarketFee {
    /// Who is paid, and who may change the fee.
    pub address: Address,
    /// Token the fee is paid in.
    pub token: Address,
    /// Amount in the token's smallest unit.
    pub amount: U256,
}

/// Arguments of a new data NFT (`deployERC721Contract`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NftTerms {
    /// Name.
    pub name: String,
    /// Symbol.
    pub symbol: String,
    /// Place of the template in the factory's list, from 1. This model has one.
    pub template_index: U256,
    /// Gets the right to create datatokens, where not zero.
    pub additional_deployer: Address,
    /// Gets the right to change the metadata, where not zero.
    pub additional_metadata_updater: Address,
    /// Token URI.
    pub token_uri: String,
    /// Whether it may change hands.
    pub transferable: bool,
    /// Owner.
    pub owner: Address,
}

/// Arguments of a new datatoken (`createERC20`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatatokenTerms {
    /// Name.
    pub name: String,
    /// Symbol.
    pub symbol: String,
    /// Place of the template in the factory's list, from 1. This model has template 1.
    pub template_index: U256,
    /// Gets the right to mint, where not zero.
    pub minter: Address,
    /// Receives the datatokens of orders; zero = the owner of the data NFT.
    pub payment_collector: Address,
    /// Fee of the publishing market.
    pub publish_market_fee: PublishMarketFee,
    /// Must not be zero; template 1 reports it and has no cap.
    pub cap: U256,
}

/// A call of a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the members carry the names of the Solidity arguments")]
pub enum Call {
    /// Factory: a new data NFT.
    CreateNft(NftTerms),
    /// Data NFT: a new datatoken.
    CreateDatatoken { nft: Address, terms: DatatokenTerms },
    /// Data NFT (manager, deploy, metadata, store) or datatoken (minter, payment manager): grants or takes a role.
    SetRole { contract: Address, role: Role, user: Address, granted: bool },
    /// Datatoken: mints.
    Mint { datatoken: Address, account: Address, amount: U256 },
    /// Datatoken: names who receives the datatokens of orders; zero = the owner of the data NFT.
    SetPaymentCollector { datatoken: Address, collector: Address },
    /// Datatoken: changes the publishing market's fee.
    SetPublishMarketFee { datatoken: Address, fee: PublishMarketFee },
    /// Any token: moves the caller's tokens.
    Transfer { token: Address, to: Address, amount: U256 },
    /// Any token: sets how much a spender may move.
    Approve { token: Address, spender: Address, amount: U256 },
    /// Any token: moves another's tokens within the allowance.
    TransferFrom { token: Address, from: Address, to: Address, amount: U256 },
    /// Datatoken: pays one datatoken and all fees for a service.
    StartOrder {
        datatoken: Address,
        consumer: Address,
        service_index: U256,
        provider_fee: ProviderFee,
        consume_market_fee: ConsumeMarketFee,
    },
    /// Datatoken: pays a new provider fee for an older order.
    ReuseOrder { datatoken: Address, order_tx: B256, provider_fee: ProviderFee },
    /// Router: sets the community's fees, in units of 10^-18.
    UpdateOpcFee { swap_ocean: U256, swap_other: U256, consume: U256, provider: U256 },
    /// Router: names who receives the community's fees.
    UpdateOpcCollector { collector: Address },
}

/// What a contract wrote during a call.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Event {
    /// The contract.
    pub emitter: Address,
    /// What it wrote.
    pub body: Body,
}

impl Event {
    /// The log, as a chain stores it.
    pub fn to_log(&self) -> Log {
        self.body.encode(self.emitter)
    }

    /// Reads a log back.
    ///
    /// # Errors
    /// As [`Body::decode`].
    pub fn from_log(log: &Log) -> Result<Self> {
        Ok(Self { emitter: log.address, body: Body::decode(log)? })
    }
}

/// The transaction receipt that a chain made of this state machine alone would give for a call to `to`.
///
/// The transaction hash is SHA-256(tag ‖ everything else), the block hash is its hash again: good for tests, examples
/// and private ledgers, and no hash of a public chain.
pub fn transaction_receipt(env: &Env, to: Address, events: &[Event]) -> TransactionReceipt {
    let mut receipt = TransactionReceipt {
        block_number: env.block,
        from: env.caller,
        to: Some(to),
        succeeded: true,
        logs: events.iter().map(Event::to_log).collect::<Vec<_>>(),
        ..Default::default()
    };
    receipt.transaction_hash =
        hash::sha256_tagged("countermark/datatoken/transaction/v1", &[&receipt.to_bytes()]);
    receipt.block_hash =
        hash::sha256_tagged("countermark/datatoken/block/v1", &[receipt.transaction_hash.as_slice()]);
    receipt
}
