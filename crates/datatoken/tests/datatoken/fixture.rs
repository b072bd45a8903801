use countermark_crypto::SecretKey;
use countermark_datatoken::*;
use countermark_evm::{ConsumeMarketFee, Event as Body, ProviderFee, TransactionReceipt};
use countermark_primitives::{Address, BlockNumber, ChainId, Seconds, Timestamp, U256};

pub(crate) const NOW: u64 = 1_700_000_000;

pub(crate) fn key(n: u8) -> SecretKey {
    SecretKey::from_seed(&[n; 32])
}

pub(crate) fn u(n: u64) -> U256 {
    U256::from(n)
}

/// A dataset with a datatoken; the consumer holds three of it and 10,000 of a payment token.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) chain: State,
    pub(crate) nft: Address,
    pub(crate) datatoken: Address,
    pub(crate) token: Address,
    pub(crate) owner: Address,
    pub(crate) consumer: Address,
    pub(crate) market: Address,
    pub(crate) log: Vec<Event>,
}

pub(crate) fn genesis() -> Genesis {
    let a = Address::repeat_byte;
    Genesis {
        factory: a(1),
        factory_nonce: 1,
        nft_template: a(2),
        datatoken_template: a(3),
        router: a(4),
        router_owner: a(5),
        opc_collector: a(6),
    }
}

pub(crate) fn env(profile: Profile, caller: Address) -> Env {
    Env { profile, now: Timestamp::new(NOW), block: BlockNumber::new(5), caller }
}

pub(crate) fn nft_terms(owner: Address) -> NftTerms {
    NftTerms {
        name: "Wine".into(),
        symbol: "WINE".into(),
        template_index: u(1),
        additional_deployer: Address::ZERO,
        additional_metadata_updater: Address::ZERO,
        token_uri: String::new(),
        transferable: true,
        owner,
    }
}

impl World {
    pub(crate) fn new(publish_fee: u64) -> Self {
        let mut w = Self {
            chain: State::new(genesis()),
            nft: Address::ZERO,
            datatoken: Address::ZERO,
            token: Address::repeat_byte(7),
            owner: key(1).address(),
            consumer: key(2).address(),
            market: key(4).address(),
            log: Vec::new(),
        };
        w.chain.register_token(w.token);
        let body = Body::Transfer { from: Address::ZERO, to: w.consumer, value: u(10_000) };
        let minted = Event { emitter: w.token, body };
        w.chain.replay(&minted).unwrap();
        w.log.push(minted);
        w.nft = w.chain.next_contract();
        w.call(w.owner, Call::CreateNft(nft_terms(w.owner))).unwrap();
        w.datatoken = w.chain.next_contract();
        let terms = DatatokenTerms {
            name: "Access".into(),
            symbol: "DT".into(),
            template_index: u(1),
            minter: w.owner,
            payment_collector: Address::ZERO,
            publish_market_fee: PublishMarketFee {
                address: w.market,
                token: w.token,
                amount: u(publish_fee),
            },
            cap: u(1),
        };
        w.call(w.owner, Call::CreateDatatoken { nft: w.nft, terms }).unwrap();
        let (datatoken, token) = (w.datatoken, w.token);
        let mint = Call::Mint { datatoken, account: w.consumer, amount: ONE_DATATOKEN * u(3) };
        w.call(w.owner, mint).unwrap();
        w.call(w.consumer, Call::Approve { token, spender: datatoken, amount: U256::MAX }).unwrap();
        w
    }

    pub(crate) fn call_as(&mut self, profile: Profile, caller: Address, call: Call) -> Result<Vec<Event>> {
        let events = apply(&mut self.chain, &env(profile, caller), call)?;
        self.log.extend(events.iter().cloned());
        Ok(events)
    }

    pub(crate) fn call(&mut self, caller: Address, call: Call) -> Result<Vec<Event>> {
        self.call_as(Profile::Compat, caller, call)
    }

    pub(crate) fn offer(&self, amount: u64) -> ProviderFee {
        let data = provider_data(self.datatoken, "compute");
        ProviderFee {
            token: self.token,
            amount: u(amount),
            data,
            valid_until: u(NOW + 600),
            ..Default::default()
        }
    }

    pub(crate) fn order(&self, provider_fee: ProviderFee, consume: u64) -> Call {
        Call::StartOrder {
            datatoken: self.datatoken,
            consumer: self.consumer,
            service_index: u(1),
            provider_fee,
            consume_market_fee: ConsumeMarketFee {
                address: self.market,
                token: self.token,
                amount: u(consume),
            },
        }
    }

    pub(crate) fn service(&self) -> Service {
        Service {
            chain_id: ChainId::new(1),
            nft: self.nft,
            owner: self.owner,
            datatoken: self.datatoken,
            index: 1,
            id: "compute".into(),
            timeout: Seconds::new(3600),
            provider: Some(key(3).address()),
        }
    }

    /// A paid order with a fee of 1001.
    pub(crate) fn paid(&self) -> TransactionReceipt {
        let fee = sign_provider_fee(self.offer(1001), &key(3)).unwrap();
        let events = self.clone().call_as(Profile::Strict, self.consumer, self.order(fee, 0)).unwrap();
        transaction_receipt(&env(Profile::Strict, self.consumer), self.datatoken, &events)
    }
}
