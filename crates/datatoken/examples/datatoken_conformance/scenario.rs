//! Random scenarios: a dataset is published, people are given tokens, orders are tried in every way the contracts
//! distinguish.

use crate::{Fallible, wire};
use countermark_crypto::SecretKey;
use countermark_datatoken::{
    Call, DatatokenTerms, Env, Error, Event, Genesis, NftTerms, ONE_DATATOKEN, Profile, PublishMarketFee,
    State, apply, provider_data, sign_provider_fee,
};
use countermark_evm::{ConsumeMarketFee, Event as Body, Log, ProviderFee, Role, StartOrder};
use countermark_primitives::{Address, B256, BlockNumber, Timestamp, U256, hex};
use serde_json::{Value, json};

/// What the oracle deployed.
#[derive(Debug, Clone)]
pub(crate) struct Base {
    state: State,
    treasury: Address,
    tokens: Vec<Address>,
}

impl Base {
    pub(crate) fn read(v: &Value) -> Fallible<Self> {
        let address = |name: &str| -> Fallible<Address> {
            Ok(v[name].as_str().ok_or(format!("the oracle names no {name}"))?.parse()?)
        };
        let mut state = State::new(Genesis {
            factory: address("factory")?,
            factory_nonce: 1,
            nft_template: address("nftTemplate")?,
            datatoken_template: address("datatokenTemplate")?,
            router: address("router")?,
            router_owner: address("routerOwner")?,
            opc_collector: address("opcCollector")?,
        });
        let treasury = address("treasury")?;
        let supply: U256 = v["supply"].as_str().ok_or("the oracle names no supply")?.parse()?;
        let mut tokens = Vec::new();
        for t in v["tokens"].as_array().ok_or("the oracle names no tokens")? {
            let token: Address = t.as_str().ok_or("a token is no text")?.parse()?;
            state.register_token(token);
            let body = Body::Transfer { from: Address::ZERO, to: treasury, value: supply };
            state.replay(&Event { emitter: token, body })?;
            tokens.push(token);
        }
        Ok(Self { state, treasury, tokens })
    }
}

/// One call and what our side says.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) function: &'static str,
    pub(crate) request: Value,
    pub(crate) calldata: Option<String>,
    pub(crate) revert: Option<String>,
    pub(crate) logs: Vec<Log>,
}

/// A sequence of calls from the deployed state, and looks into storage at its end.
#[derive(Debug, Clone)]
pub(crate) struct Scenario {
    pub(crate) case: u64,
    pub(crate) steps: Vec<Step>,
    pub(crate) reads: Vec<wire::Read>,
    pub(crate) before: State,
    pub(crate) after: State,
}

impl Scenario {
    pub(crate) fn request(&self) -> Value {
        let steps: Vec<_> = self.steps.iter().map(|s| &s.request).collect();
        let reads: Vec<_> = self.reads.iter().map(|r| &r.request).collect();
        json!({"id": self.case, "steps": steps, "reads": reads})
    }

    pub(crate) fn generate(base: &Base, seed: u64, case: u64) -> Fallible<Self> {
        let mut m = Maker::new(base, seed, case);
        m.publish()?;
        m.fund()?;
        for _ in 0..m.dice.below(4) + 3 {
            m.anything()?;
        }
        for _ in 0..m.dice.below(3) + 2 {
            m.order()?;
        }
        let mut tokens = base.tokens.clone();
        tokens.extend(m.state.datatoken(m.datatoken).map(|_| m.datatoken));
        let g = m.state.genesis();
        let mut people: Vec<Address> = m.keys.iter().map(SecretKey::address).collect();
        people.extend([m.datatoken, g.opc_collector, base.treasury]);
        let reads = wire::reads(&m.state, m.nft, m.datatoken, &tokens, &people);
        Ok(Self { case, steps: m.steps, reads, before: base.state.clone(), after: m.state })
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014): scenarios must be the same everywhere.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n as u64).unwrap()
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn pick<T: Clone>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())].clone()
    }

    fn word(&mut self) -> U256 {
        U256::from_limbs([self.next(), self.next(), self.next(), self.next()])
    }
}

struct Maker<'a> {
    base: &'a Base,
    state: State,
    dice: Dice,
    keys: Vec<SecretKey>,
    nft: Address,
    datatoken: Address,
    now: u64,
    block: u64,
    steps: Vec<Step>,
}

impl<'a> Maker<'a> {
    fn new(base: &'a Base, seed: u64, case: u64) -> Self {
        let dice = Dice(seed.wrapping_mul(0x1000_0000_01b3) ^ case.rotate_left(32));
        let keys = (1..=5).map(|n| SecretKey::from_seed(&[n; 32])).collect();
        let (nft, datatoken) = (Address::ZERO, Address::ZERO);
        let state = base.state.clone();
        Self { base, state, dice, keys, nft, datatoken, now: 1_700_000_000, block: 100, steps: Vec::new() }
    }

    fn person(&mut self) -> Address {
        let n = self.dice.below(self.keys.len());
        self.keys[n].address()
    }

    /// Mostly a person, sometimes somebody odd.
    fn anybody(&mut self) -> Address {
        let g = *self.state.genesis();
        let odd = [Address::ZERO, g.opc_collector, g.router, self.datatoken, Address::with_last_byte(1)];
        if self.dice.one_in(4) { self.dice.pick(&odd) } else { self.person() }
    }

    fn token(&mut self) -> Address {
        let odd = [Address::ZERO, Address::repeat_byte(0xee), self.datatoken];
        if self.dice.one_in(5) { self.dice.pick(&odd) } else { self.dice.pick(&self.base.tokens.clone()) }
    }

    fn amount(&mut self) -> U256 {
        let small = U256::from(self.dice.below(2000));
        let wide = self.dice.word() >> self.dice.below(256);
        let one = ONE_DATATOKEN;
        let list =
            [U256::ZERO, small, small, small, one, one - U256::from(1), one + U256::from(1), wide, U256::MAX];
        self.dice.pick(&list)
    }

    /// Does the call on our side and notes it for the other; calls the model leaves out are dropped.
    fn call(&mut self, caller: Address, call: Call) -> Fallible<()> {
        self.now += u64::try_from(self.dice.below(100))?;
        self.block += 1;
        let env = Env {
            profile: Profile::Compat,
            now: Timestamp::new(self.now),
            block: BlockNumber::new(self.block),
            caller,
        };
        let (to, contract, f, args) = wire::call(self.state.genesis(), &call);
        let mut request = json!({
            "caller": caller, "to": to, "contract": contract, "fn": f, "args": args,
            "now": self.now.to_string(), "block": self.block.to_string(),
        });
        let calldata = start_order_calldata(&call);
        if let Some(data) = &calldata {
            request["data"] = json!(data);
        }
        let function = name_of(&call);
        let (revert, logs) = match apply(&mut self.state, &env, call) {
            Ok(events) => (None, events.iter().map(Event::to_log).collect()),
            Err(Error::CallReverted { reason }) => (Some(reason.text().to_owned()), Vec::new()),
            Err(Error::NotModelled { .. } | Error::UnknownContract { .. }) => return Ok(()),
            Err(e) => return Err(e.into()),
        };
        self.steps.push(Step { function, request, calldata, revert, logs });
        Ok(())
    }

    fn publish(&mut self) -> Fallible<()> {
        let router_owner = self.state.genesis().router_owner;
        if self.dice.one_in(2) {
            let one = ONE_DATATOKEN;
            let rates = [
                U256::ZERO,
                U256::from(30_000_000_000_000_000u64),
                U256::from(123_456_789_012_345_678u64),
                U256::from(123_456_789_012_345_678u64),
                one,
                one + U256::from(1),
                U256::MAX,
            ];
            let (consume, provider) = (self.dice.pick(&rates[..5]), self.dice.pick(&rates));
            let consume = if self.dice.one_in(12) { one + one } else { consume };
            let (swap_ocean, swap_other) = (self.amount(), self.amount());
            let caller = if self.dice.one_in(5) { self.person() } else { router_owner };
            self.call(caller, Call::UpdateOpcFee { swap_ocean, swap_other, consume, provider })?;
        }
        if self.dice.one_in(3) {
            let collector = if self.dice.one_in(3) { Address::ZERO } else { self.person() };
            let caller = if self.dice.one_in(4) { self.person() } else { router_owner };
            self.call(caller, Call::UpdateOpcCollector { collector })?;
        }
        let (creator, owner) = (self.person(), self.person());
        while self.nft == Address::ZERO {
            let next = self.state.next_contract();
            let terms = self.nft_terms(owner);
            self.call(creator, Call::CreateNft(terms))?;
            if self.state.nft(next).is_some() {
                self.nft = next;
            }
        }
        while self.datatoken == Address::ZERO {
            let next = self.state.next_contract();
            let deployer = if self.dice.one_in(4) { self.person() } else { owner };
            let terms = self.datatoken_terms();
            self.call(deployer, Call::CreateDatatoken { nft: self.nft, terms })?;
            if self.state.datatoken(next).is_some() {
                self.datatoken = next;
            }
        }
        Ok(())
    }

    fn nft_terms(&mut self, owner: Address) -> NftTerms {
        let names =
            ["", "Wine", "a name that is longer than thirty-two bytes, so it takes two words", "Weißwein"];
        NftTerms {
            name: self.dice.pick(&names).into(),
            symbol: self.dice.pick(&names).into(),
            template_index: U256::from(self.dice.pick(&[1, 1, 1, 1, 0, 2])),
            additional_deployer: self.anybody(),
            additional_metadata_updater: self.anybody(),
            token_uri: self.dice.pick(&names).into(),
            transferable: self.dice.one_in(2),
            owner: if self.dice.one_in(8) { Address::ZERO } else { owner },
        }
    }

    fn datatoken_terms(&mut self) -> DatatokenTerms {
        let cap = self.amount();
        let fee = PublishMarketFee { address: self.anybody(), token: self.token(), amount: self.amount() };
        let fee = if self.dice.one_in(3) { PublishMarketFee::default() } else { fee };
        DatatokenTerms {
            name: "Access".into(),
            symbol: "DT".into(),
            template_index: U256::from(self.dice.pick(&[1, 1, 1, 1, 0, 2])),
            minter: if self.dice.one_in(5) { Address::ZERO } else { self.person() },
            payment_collector: if self.dice.one_in(2) { Address::ZERO } else { self.anybody() },
            publish_market_fee: fee,
            cap: if self.dice.one_in(6) { U256::ZERO } else { cap.max(U256::from(1)) },
        }
    }

    /// Gives people what an order takes; not always, not always enough.
    fn fund(&mut self) -> Fallible<()> {
        let owner = self.state.nft(self.nft).map_or(Address::ZERO, |n| n.owner);
        let datatoken = self.datatoken;
        let minters = self.state.role_holders(datatoken);
        if minters.is_empty() {
            self.call(
                owner,
                Call::SetRole { contract: datatoken, role: Role::Minter, user: owner, granted: true },
            )?;
        }
        for n in 0..3 {
            let who = self.keys[n].address();
            let minter = self.state.role_holders(datatoken).first().copied().unwrap_or(owner);
            let amount = self.dice.pick(&[4, 4, 4, 1, 2]);
            self.call(
                minter,
                Call::Mint { datatoken, account: who, amount: ONE_DATATOKEN * U256::from(amount) },
            )?;
            for token in self.base.tokens.clone() {
                if !self.dice.one_in(5) {
                    let amount = U256::from(self.dice.pick(&[1_000_000u64, 1_000_000_000, 900]));
                    self.call(self.base.treasury, Call::Transfer { token, to: who, amount })?;
                }
                if !self.dice.one_in(6) {
                    let amount = self.dice.pick(&[U256::MAX, U256::from(5000), U256::from(700)]);
                    self.call(who, Call::Approve { token, spender: datatoken, amount })?;
                }
            }
        }
        Ok(())
    }

    /// Any call by anybody.
    fn anything(&mut self) -> Fallible<()> {
        let (datatoken, nft) = (self.datatoken, self.nft);
        let owner = self.state.nft(nft).map_or(Address::ZERO, |n| n.owner);
        let caller = if self.dice.one_in(2) { owner } else { self.anybody() };
        let token = self.dice.pick(&[self.base.tokens[0], self.base.tokens[1], datatoken]);
        let call = match self.dice.below(9) {
            0 | 1 => {
                let roles = [
                    Role::Manager,
                    Role::DeployErc20,
                    Role::UpdateMetadata,
                    Role::Store,
                    Role::Minter,
                    Role::PaymentManager,
                ];
                let role = self.dice.pick(&roles);
                let of_datatoken = matches!(role, Role::Minter | Role::PaymentManager);
                let user = if self.dice.one_in(3) { caller } else { self.anybody() };
                let contract = if of_datatoken { datatoken } else { nft };
                Call::SetRole { contract, role, user, granted: self.dice.one_in(2) }
            }
            2 => Call::Mint { datatoken, account: self.anybody(), amount: self.amount() },
            3 => Call::SetPaymentCollector { datatoken, collector: self.anybody() },
            4 => {
                let fee =
                    PublishMarketFee { address: self.anybody(), token: self.token(), amount: self.amount() };
                let current = self.state.datatoken(datatoken).map(|d| d.publish_market_fee.address);
                let caller = if self.dice.one_in(4) { caller } else { current.unwrap_or(caller) };
                return self.call(caller, Call::SetPublishMarketFee { datatoken, fee });
            }
            5 => Call::Transfer { token, to: self.anybody(), amount: self.amount() },
            6 => Call::Approve { token, spender: self.anybody(), amount: self.amount() },
            7 => {
                let (from, spender) = (self.person(), self.person());
                let allowed = self.amount();
                self.call(from, Call::Approve { token, spender, amount: allowed })?;
                let amount = if self.dice.one_in(2) { self.amount() } else { allowed };
                let call = Call::TransferFrom { token, from, to: self.anybody(), amount };
                return self.call(spender, call);
            }
            _ => {
                let terms = self.datatoken_terms();
                Call::CreateDatatoken { nft, terms }
            }
        };
        self.call(caller, call)
    }

    fn order(&mut self) -> Fallible<()> {
        // Mostly one of those who were given tokens.
        let payer = if self.dice.one_in(5) { self.person() } else { self.keys[self.dice.below(3)].address() };
        let provider_fee = self.provider_fee()?;
        let datatoken = self.datatoken;
        if self.dice.one_in(8) {
            let order_tx = B256::from(self.dice.word().to_be_bytes::<32>());
            return self.call(payer, Call::ReuseOrder { datatoken, order_tx, provider_fee });
        }
        let consume_market_fee = if self.dice.one_in(2) {
            ConsumeMarketFee::default()
        } else {
            let small = U256::from(self.dice.below(2000));
            let amount = if self.dice.one_in(4) { self.amount() } else { small };
            ConsumeMarketFee { address: self.anybody(), token: self.token(), amount }
        };
        let (consumer, service_index) = (self.anybody(), self.amount());
        let call = Call::StartOrder { datatoken, consumer, service_index, provider_fee, consume_market_fee };
        self.call(payer, call)
    }

    fn provider_fee(&mut self) -> Fallible<ProviderFee> {
        if self.dice.one_in(6) {
            return Ok(ProviderFee::default());
        }
        let small = U256::from(self.dice.below(2000));
        let amount = if self.dice.one_in(4) { self.amount() } else { small };
        let data = match self.dice.below(4) {
            0 => Vec::new(),
            1 => self.dice.word().to_be_bytes_vec().repeat(3)[..70].to_vec(),
            _ => provider_data(self.datatoken, "0"),
        };
        let key = self.dice.below(self.keys.len());
        let valid_until = self.amount();
        let offer = ProviderFee { token: self.token(), amount, data, valid_until, ..Default::default() };
        let mut fee = sign_provider_fee(offer, &self.keys[key])?;
        match self.dice.below(16) {
            0 => fee.amount = fee.amount.wrapping_add(U256::from(1)),
            1 => fee.v -= 27,
            2 => fee.v = 55 - fee.v,
            3 | 4 => {
                // The other signature of the same key: (r, n - s).
                let order: U256 =
                    "0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141".parse()?;
                fee.s = (order - U256::from_be_bytes(fee.s.0)).to_be_bytes::<32>().into();
                fee.v = 55 - fee.v;
            }
            5 => fee.s = B256::ZERO,
            6 => fee.r = B256::repeat_byte(0xff),
            7 => fee.s = B256::repeat_byte(0xff),
            8 => (fee.address, fee.v) = (Address::ZERO, 9),
            9 => fee.r = B256::from(self.dice.word().to_be_bytes::<32>()),
            _ => {}
        }
        Ok(fee)
    }
}

fn start_order_calldata(call: &Call) -> Option<String> {
    let Call::StartOrder { consumer, service_index, provider_fee, consume_market_fee, .. } = call else {
        return None;
    };
    let (provider_fee, consume_market_fee) = (provider_fee.clone(), *consume_market_fee);
    let call =
        StartOrder { consumer: *consumer, service_index: *service_index, provider_fee, consume_market_fee };
    Some(hex::encode_prefixed(call.encode()))
}

fn name_of(call: &Call) -> &'static str {
    match call {
        Call::CreateNft(_) => "create_nft",
        Call::CreateDatatoken { .. } => "create_datatoken",
        Call::SetRole { .. } => "set_role",
        Call::Mint { .. } => "mint",
        Call::SetPaymentCollector { .. } => "set_payment_collector",
        Call::SetPublishMarketFee { .. } => "set_publish_market_fee",
        Call::Transfer { .. } => "transfer",
        Call::Approve { .. } => "approve",
        Call::TransferFrom { .. } => "transfer_from",
        Call::StartOrder { .. } => "start_order",
        Call::ReuseOrder { .. } => "reuse_order",
        Call::UpdateOpcFee { .. } => "update_opc_fee",
        Call::UpdateOpcCollector { .. } => "update_opc_collector",
        _ => "unknown",
    }
}
