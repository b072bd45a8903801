use crate::{ConsumeMarketFee, Error, Log, MAX_LOG_DATA, ProviderFee, Result, abi, abi::erc721};
use alloc::{string::String, vec::Vec};
use alloy_sol_types::SolEvent;
use countermark_primitives::{Address, B256, U256};

/// A right on a data NFT or a datatoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Data NFT: hands out the other rights.
    Manager,
    /// Data NFT: creates datatokens.
    DeployErc20,
    /// Data NFT: changes the metadata.
    UpdateMetadata,
    /// Data NFT: writes ERC-725 data.
    Store,
    /// Datatoken: mints.
    Minter,
    /// Datatoken: names the payment collector.
    PaymentManager,
}

/// An event of the Ocean contracts or of a token, without the address of its contract.
///
/// Encoding and decoding are inverse: [`Event::decode`] refuses every log that [`Event::encode`] would not write.
///
/// ```
/// use countermark_evm::Event;
/// use countermark_primitives::{Address, Coded, U256};
/// let event = Event::Transfer { from: Address::ZERO, to: Address::repeat_byte(1), value: U256::from(7) };
/// let mut log = event.encode(Address::repeat_byte(2));
/// assert_eq!(Event::decode(&log)?, event);
/// log.data.push(0);
/// assert_eq!(Event::decode(&log).unwrap_err().code(), "event_malformed");
/// # Ok::<(), countermark_evm::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the members carry the names of the Solidity events")]
pub enum Event {
    /// A service was paid with one datatoken.
    OrderStarted {
        consumer: Address,
        payer: Address,
        amount: U256,
        service_index: U256,
        timestamp: U256,
        publish_market_address: Address,
        block_number: U256,
    },
    /// The provider fee of an older order was paid again; nothing on chain checks that the order exists.
    OrderReused { order_tx: B256, caller: Address, timestamp: U256, block_number: U256 },
    /// The provider fee of the order before it, as signed.
    ProviderFee(ProviderFee),
    /// The publishing market was paid.
    PublishMarketFee { address: Address, token: Address, amount: U256 },
    /// The consuming market was paid.
    ConsumeMarketFee(ConsumeMarketFee),
    /// The publishing market's fee was set.
    PublishMarketFeeChanged { caller: Address, address: Address, token: Address, amount: U256 },
    /// Who receives the datatokens of orders was set.
    NewPaymentCollector { caller: Address, collector: Address, timestamp: U256, block_number: U256 },
    /// A role was granted or taken away; the original has one event per role and direction.
    RoleChanged {
        role: Role,
        granted: bool,
        user: Address,
        signer: Address,
        timestamp: U256,
        block_number: U256,
    },
    /// The factory created a contract.
    InstanceDeployed { instance: Address },
    /// A data NFT was created.
    NftCreated {
        nft: Address,
        template: Address,
        name: String,
        admin: Address,
        symbol: String,
        token_uri: String,
        transferable: bool,
        creator: Address,
    },
    /// A datatoken was created; the creator is its data NFT.
    TokenCreated {
        token: Address,
        template: Address,
        name: String,
        symbol: String,
        cap: U256,
        creator: Address,
    },
    /// The community's fees were set.
    OpcFeeChanged { caller: Address, swap_ocean: U256, swap_other: U256, consume: U256, provider: U256 },
    /// Who receives the community's fees was set.
    OpcCollectorChanged { caller: Address, collector: Address },
    /// An allowance of a token was set (EIP-20).
    Approval { owner: Address, spender: Address, value: U256 },
    /// Tokens moved (EIP-20); from the zero address when minted.
    Transfer { from: Address, to: Address, value: U256 },
    /// A data NFT moved (EIP-721).
    NftTransfer { from: Address, to: Address, token_id: U256 },
}

fn put<E: SolEvent>(address: Address, event: &E) -> Log {
    let d = event.encode_log_data();
    Log { address, topics: d.topics().to_vec(), data: d.data.to_vec() }
}

fn take<E: SolEvent>(log: &Log) -> Result<E> {
    let bad = Error::EventMalformed { event: E::SIGNATURE, emitter: log.address };
    let event = E::decode_raw_log(log.topics.iter().copied(), &log.data).map_err(|_| bad.clone())?;
    // One event, one encoding: no dirty padding, no second layout of the dynamic values.
    if put(log.address, &event) == *log { Ok(event) } else { Err(bad) }
}

macro_rules! roles {
    ($($role:ident $granted:literal $abi:ident;)*) => {
        fn put_role(at: Address, e: (Role, bool), user: Address, signer: Address, timestamp: U256, blockNumber: U256) -> Option<Log> {
            $(if e == (Role::$role, $granted) {
                return Some(put(at, &abi::$abi { user, signer, timestamp, blockNumber }));
            })*
            None
        }

        fn take_role(topic: B256, log: &Log) -> Option<Result<Event>> {
            $(if topic == abi::$abi::SIGNATURE_HASH {
                return Some(take::<abi::$abi>(log).map(|e| Event::RoleChanged {
                    role: Role::$role, granted: $granted, user: e.user, signer: e.signer,
                    timestamp: e.timestamp, block_number: e.blockNumber,
                }));
            })*
            None
        }
    };
}

#[allow(non_snake_case, reason = "the names of the ABI")]
mod role_events {
    use super::*;
    roles! {
        Manager true AddedManager;
        Manager false RemovedManager;
        DeployErc20 true AddedToCreateERC20List;
        DeployErc20 false RemovedFromCreateERC20List;
        UpdateMetadata true AddedToMetadataList;
        UpdateMetadata false RemovedFromMetadataList;
        Store true AddedTo725StoreList;
        Store false RemovedFrom725StoreList;
        Minter true AddedMinter;
        Minter false RemovedMinter;
        PaymentManager true AddedPaymentManager;
        PaymentManager false RemovedPaymentManager;
    }

    pub(super) fn encode(at: Address, e: (Role, bool), who: (Address, Address), when: (U256, U256)) -> Log {
        // The macro's table has every role in both directions (tested).
        put_role(at, e, who.0, who.1, when.0, when.1).unwrap_or_default()
    }

    pub(super) fn decode(topic: B256, log: &Log) -> Option<Result<Event>> {
        take_role(topic, log)
    }
}

impl Event {
    /// The log the contract at `emitter` writes.
    pub fn encode(&self, emitter: Address) -> Log {
        match self.clone() {
            Self::OrderStarted {
                consumer,
                payer,
                amount,
                service_index,
                timestamp,
                publish_market_address,
                block_number,
            } => put(
                emitter,
                &abi::OrderStarted {
                    consumer,
                    payer,
                    amount,
                    serviceIndex: service_index,
                    timestamp,
                    publishMarketAddress: publish_market_address,
                    blockNumber: block_number,
                },
            ),
            Self::OrderReused { order_tx, caller, timestamp, block_number } => put(
                emitter,
                &abi::OrderReused { orderTxId: order_tx, caller, timestamp, number: block_number },
            ),
            Self::ProviderFee(f) => put(
                emitter,
                &abi::ProviderFee {
                    providerFeeAddress: f.address,
                    providerFeeToken: f.token,
                    providerFeeAmount: f.amount,
                    providerData: f.data.into(),
                    v: f.v,
                    r: f.r,
                    s: f.s,
                    validUntil: f.valid_until,
                },
            ),
            Self::PublishMarketFee { address, token, amount } => put(
                emitter,
                &abi::PublishMarketFee {
                    publishMarketFeeAddress: address,
                    publishMarketFeeToken: token,
                    publishMarketFeeAmount: amount,
                },
            ),
            Self::ConsumeMarketFee(ConsumeMarketFee { address, token, amount }) => put(
                emitter,
                &abi::ConsumeMarketFee {
                    consumeMarketFeeAddress: address,
                    consumeMarketFeeToken: token,
                    consumeMarketFeeAmount: amount,
                },
            ),
            Self::PublishMarketFeeChanged { caller, address, token, amount } => put(
                emitter,
                &abi::PublishMarketFeeChanged {
                    caller,
                    publishMarketFeeAddress: address,
                    publishMarketFeeToken: token,
                    publishMarketFeeAmount: amount,
                },
            ),
            Self::NewPaymentCollector { caller, collector, timestamp, block_number } => put(
                emitter,
                &abi::NewPaymentCollector {
                    caller,
                    newPaymentCollector: collector,
                    timestamp,
                    blockNumber: block_number,
                },
            ),
            Self::RoleChanged { role, granted, user, signer, timestamp, block_number } => {
                role_events::encode(emitter, (role, granted), (user, signer), (timestamp, block_number))
            }
            Self::InstanceDeployed { instance } => put(emitter, &abi::InstanceDeployed { instance }),
            Self::NftCreated { nft, template, name, admin, symbol, token_uri, transferable, creator } => put(
                emitter,
                &abi::NFTCreated {
                    newTokenAddress: nft,
                    templateAddress: template,
                    tokenName: name,
                    admin,
                    symbol,
                    tokenURI: token_uri,
                    transferable,
                    creator,
                },
            ),
            Self::TokenCreated { token, template, name, symbol, cap, creator } => put(
                emitter,
                &abi::TokenCreated {
                    newTokenAddress: token,
                    templateAddress: template,
                    name,
                    symbol,
                    cap,
                    creator,
                },
            ),
            Self::OpcFeeChanged { caller, swap_ocean, swap_other, consume, provider } => put(
                emitter,
                &abi::OPCFeeChanged {
                    caller,
                    newSwapOceanFee: swap_ocean,
                    newSwapNonOceanFee: swap_other,
                    newConsumeFee: consume,
                    newProviderFee: provider,
                },
            ),
            Self::OpcCollectorChanged { caller, collector } => {
                put(emitter, &abi::OPCCollectorChanged { caller, newOpcCollector: collector })
            }
            Self::Approval { owner, spender, value } => {
                put(emitter, &abi::Approval { owner, spender, value })
            }
            Self::Transfer { from, to, value } => put(emitter, &abi::Transfer { from, to, value }),
            Self::NftTransfer { from, to, token_id } => {
                put(emitter, &erc721::Transfer { from, to, tokenId: token_id })
            }
        }
    }

    /// Reads a log. The caller compares [`Log::address`] with the contract it means.
    ///
    /// # Errors
    /// `unknown_event` for a first topic this library does not know, `event_malformed` when topics or data are not
    /// the one encoding of that event, `limit_exceeded`.
    pub fn decode(log: &Log) -> Result<Self> {
        crate::receipt::within("log data", log.data.len(), MAX_LOG_DATA)?;
        let topic = log.topics.first().copied();
        let unknown = Error::UnknownEvent { topic };
        let Some(topic) = topic else { return Err(unknown) };
        if let Some(role) = role_events::decode(topic, log) {
            return role;
        }
        Self::decode_order(topic, log).or_else(|| Self::decode_setup(topic, log)).unwrap_or(Err(unknown))
    }

    /// The logs that decode, each with its position; logs of other events are left out, malformed ones refused.
    ///
    /// # Errors
    /// `event_malformed`, `limit_exceeded`.
    pub fn decode_all(logs: &[Log]) -> Result<Vec<(usize, Address, Self)>> {
        let mut out = Vec::new();
        for (i, log) in logs.iter().enumerate() {
            match Self::decode(log) {
                Ok(e) => out.push((i, log.address, e)),
                Err(Error::UnknownEvent { .. }) => {}
                Err(e) => return Err(e),
            }
        }
        Ok(out)
    }

    fn decode_order(topic: B256, log: &Log) -> Option<Result<Self>> {
        Some(match topic {
            abi::OrderStarted::SIGNATURE_HASH => take::<abi::OrderStarted>(log).map(|e| Self::OrderStarted {
                consumer: e.consumer,
                payer: e.payer,
                amount: e.amount,
                service_index: e.serviceIndex,
                timestamp: e.timestamp,
                publish_market_address: e.publishMarketAddress,
                block_number: e.blockNumber,
            }),
            abi::OrderReused::SIGNATURE_HASH => take::<abi::OrderReused>(log).map(|e| Self::OrderReused {
                order_tx: e.orderTxId,
                caller: e.caller,
                timestamp: e.timestamp,
                block_number: e.number,
            }),
            abi::ProviderFee::SIGNATURE_HASH => take::<abi::ProviderFee>(log).map(|e| {
                Self::ProviderFee(ProviderFee {
                    address: e.providerFeeAddress,
                    token: e.providerFeeToken,
                    amount: e.providerFeeAmount,
                    data: e.providerData.to_vec(),
                    v: e.v,
                    r: e.r,
                    s: e.s,
                    valid_until: e.validUntil,
                })
            }),
            abi::PublishMarketFee::SIGNATURE_HASH => {
                take::<abi::PublishMarketFee>(log).map(|e| Self::PublishMarketFee {
                    address: e.publishMarketFeeAddress,
                    token: e.publishMarketFeeToken,
                    amount: e.publishMarketFeeAmount,
                })
            }
            abi::ConsumeMarketFee::SIGNATURE_HASH => take::<abi::ConsumeMarketFee>(log).map(|e| {
                Self::ConsumeMarketFee(ConsumeMarketFee {
                    address: e.consumeMarketFeeAddress,
                    token: e.consumeMarketFeeToken,
                    amount: e.consumeMarketFeeAmount,
                })
            }),
            abi::Transfer::SIGNATURE_HASH if log.topics.len() == 4 => take::<erc721::Transfer>(log)
                .map(|e| Self::NftTransfer { from: e.from, to: e.to, token_id: e.tokenId }),
            abi::Transfer::SIGNATURE_HASH => {
                take::<abi::Transfer>(log).map(|e| Self::Transfer { from: e.from, to: e.to, value: e.value })
            }
            abi::Approval::SIGNATURE_HASH => take::<abi::Approval>(log).map(|e| Self::Approval {
                owner: e.owner,
                spender: e.spender,
                value: e.value,
            }),
            _ => return None,
        })
    }

    fn decode_setup(topic: B256, log: &Log) -> Option<Result<Self>> {
        Some(match topic {
            abi::PublishMarketFeeChanged::SIGNATURE_HASH => {
                take::<abi::PublishMarketFeeChanged>(log).map(|e| Self::PublishMarketFeeChanged {
                    caller: e.caller,
                    address: e.publishMarketFeeAddress,
                    token: e.publishMarketFeeToken,
                    amount: e.publishMarketFeeAmount,
                })
            }
            abi::NewPaymentCollector::SIGNATURE_HASH => {
                take::<abi::NewPaymentCollector>(log).map(|e| Self::NewPaymentCollector {
                    caller: e.caller,
                    collector: e.newPaymentCollector,
                    timestamp: e.timestamp,
                    block_number: e.blockNumber,
                })
            }
            abi::InstanceDeployed::SIGNATURE_HASH => {
                take::<abi::InstanceDeployed>(log).map(|e| Self::InstanceDeployed { instance: e.instance })
            }
            abi::NFTCreated::SIGNATURE_HASH => take::<abi::NFTCreated>(log).map(|e| Self::NftCreated {
                nft: e.newTokenAddress,
                template: e.templateAddress,
                name: e.tokenName,
                admin: e.admin,
                symbol: e.symbol,
                token_uri: e.tokenURI,
                transferable: e.transferable,
                creator: e.creator,
            }),
            abi::TokenCreated::SIGNATURE_HASH => take::<abi::TokenCreated>(log).map(|e| Self::TokenCreated {
                token: e.newTokenAddress,
                template: e.templateAddress,
                name: e.name,
                symbol: e.symbol,
                cap: e.cap,
                creator: e.creator,
            }),
            abi::OPCFeeChanged::SIGNATURE_HASH => {
                take::<abi::OPCFeeChanged>(log).map(|e| Self::OpcFeeChanged {
                    caller: e.caller,
                    swap_ocean: e.newSwapOceanFee,
                    swap_other: e.newSwapNonOceanFee,
                    consume: e.newConsumeFee,
                    provider: e.newProviderFee,
                })
            }
            abi::OPCCollectorChanged::SIGNATURE_HASH => take::<abi::OPCCollectorChanged>(log)
                .map(|e| Self::OpcCollectorChanged { caller: e.caller, collector: e.newOpcCollector }),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests;
