use crate::{Error, Event, PublishMarketFee, Result};
use alloc::{
    boxed::Box,
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec::Vec,
};
use countermark_evm::{Event as Body, Role};
use countermark_primitives::{Address, U256, hash};

mod bytes;

/// Where the contracts of a chain stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Genesis {
    /// The factory of data NFTs and datatokens.
    pub factory: Address,
    /// Contracts the factory has created before.
    pub factory_nonce: u64,
    /// Template of data NFTs.
    pub nft_template: Address,
    /// Template 1 of datatokens.
    pub datatoken_template: Address,
    /// The router, which keeps the community's fees.
    pub router: Address,
    /// Who may change them.
    pub router_owner: Address,
    /// Who receives them.
    pub opc_collector: Address,
}

/// The community's fees, in units of 10^-18.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpcFees {
    /// Of swaps against approved tokens.
    pub swap_ocean: U256,
    /// Of other swaps.
    pub swap_other: U256,
    /// Of the one datatoken of an order.
    pub consume: U256,
    /// Of provider fees.
    pub provider: U256,
}

impl Default for OpcFees {
    /// `contracts/pools/FactoryRouter.sol`: 0.1 %, 0.2 %, 3 %, none.
    fn default() -> Self {
        let e15 = |n: u64| U256::from(n * 1_000_000_000_000_000);
        Self { swap_ocean: e15(1), swap_other: e15(2), consume: e15(30), provider: U256::ZERO }
    }
}

/// Who holds which roles, in the order of the contract's `auth` list: appended when new, the last takes the place of
/// one that is removed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Roles(pub(crate) Vec<(Address, u8)>);

pub(crate) const fn bit(role: Role) -> u8 {
    match role {
        Role::Manager => 1,
        Role::DeployErc20 => 2,
        Role::UpdateMetadata => 4,
        Role::Store => 8,
        Role::Minter => 16,
        Role::PaymentManager => 32,
    }
}

impl Roles {
    fn bits(&self, user: Address) -> u8 {
        self.0.iter().find(|(a, _)| *a == user).map_or(0, |(_, b)| *b)
    }

    pub(crate) fn has(&self, user: Address, role: Role) -> bool {
        self.bits(user) & bit(role) != 0
    }

    fn set(&mut self, user: Address, bits: u8, granted: bool) {
        match self.0.iter().position(|(a, _)| *a == user) {
            Some(i) => {
                if let Some((_, b)) = self.0.get_mut(i) {
                    *b = if granted { *b | bits } else { *b & !bits };
                    if *b == 0 {
                        self.0.swap_remove(i);
                    }
                }
            }
            None if granted => self.0.push((user, bits)),
            None => {}
        }
    }
}

/// A data NFT: one token with the id 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nft {
    /// Owner of token 1.
    pub owner: Address,
    /// Name.
    pub name: String,
    /// Symbol.
    pub symbol: String,
    /// Token URI.
    pub token_uri: String,
    /// Whether it may change hands.
    pub transferable: bool,
    /// Its datatokens, oldest first.
    pub datatokens: Vec<Address>,
    pub(crate) roles: Roles,
}

/// A datatoken of template 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Datatoken {
    /// Its data NFT.
    pub nft: Address,
    /// Name.
    pub name: String,
    /// Symbol.
    pub symbol: String,
    /// Receives the datatokens of orders; zero = the owner of the data NFT.
    pub collector: Address,
    /// Fee of the publishing market.
    pub publish_market_fee: PublishMarketFee,
    pub(crate) roles: Roles,
}

/// Everything the modelled contracts remember.
///
/// Changes only through [`crate::apply`] and [`State::replay`]; replaying the events of every call gives the same
/// state, byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    pub(crate) genesis: Genesis,
    pub(crate) fees: OpcFees,
    pub(crate) nfts: BTreeMap<Address, Nft>,
    pub(crate) datatokens: BTreeMap<Address, Datatoken>,
    pub(crate) payment_tokens: BTreeSet<Address>,
    // Amounts of zero are left out, so that one state has one encoding.
    pub(crate) supplies: BTreeMap<Address, U256>,
    pub(crate) balances: BTreeMap<(Address, Address), U256>,
    pub(crate) allowances: BTreeMap<(Address, Address, Address), U256>,
}

/// How to take one change back.
#[derive(Debug)]
pub(crate) enum Undo {
    Supply(Address, U256),
    Balance((Address, Address), U256),
    Allowance((Address, Address, Address), U256),
    Nft(Address, Option<Box<Nft>>),
    Datatoken(Address, Option<Box<Datatoken>>),
    Fees(OpcFees),
    Genesis(Genesis),
}

fn put<K: Ord>(map: &mut BTreeMap<K, U256>, key: K, value: U256) -> U256 {
    let old = if value.is_zero() { map.remove(&key) } else { map.insert(key, value) };
    old.unwrap_or_default()
}

impl State {
    /// A chain whose factory has created nothing this model knows.
    pub fn new(genesis: Genesis) -> Self {
        Self {
            genesis,
            fees: OpcFees::default(),
            nfts: BTreeMap::new(),
            datatokens: BTreeMap::new(),
            payment_tokens: BTreeSet::new(),
            supplies: BTreeMap::new(),
            balances: BTreeMap::new(),
            allowances: BTreeMap::new(),
        }
    }

    /// Makes a plain EIP-20 token known, whose supply comes in as `Transfer` events from the zero address
    /// ([`State::replay`]).
    pub fn register_token(&mut self, token: Address) {
        self.payment_tokens.insert(token);
    }

    /// Where the contracts stand.
    pub fn genesis(&self) -> &Genesis {
        &self.genesis
    }

    /// The community's fees.
    pub fn opc_fees(&self) -> &OpcFees {
        &self.fees
    }

    /// A data NFT.
    pub fn nft(&self, address: Address) -> Option<&Nft> {
        self.nfts.get(&address)
    }

    /// A datatoken.
    pub fn datatoken(&self, address: Address) -> Option<&Datatoken> {
        self.datatokens.get(&address)
    }

    /// Tokens there are, in the smallest unit.
    pub fn total_supply(&self, token: Address) -> U256 {
        self.supplies.get(&token).copied().unwrap_or_default()
    }

    /// Tokens somebody has, in the smallest unit.
    pub fn balance_of(&self, token: Address, holder: Address) -> U256 {
        self.balances.get(&(token, holder)).copied().unwrap_or_default()
    }

    /// Tokens a spender may still move for an owner.
    pub fn allowance(&self, token: Address, owner: Address, spender: Address) -> U256 {
        self.allowances.get(&(token, owner, spender)).copied().unwrap_or_default()
    }

    /// Whether somebody holds a role on a data NFT or a datatoken.
    pub fn has_role(&self, contract: Address, user: Address, role: Role) -> bool {
        let roles = self.nfts.get(&contract).map(|n| &n.roles);
        roles.or_else(|| self.datatokens.get(&contract).map(|d| &d.roles)).is_some_and(|r| r.has(user, role))
    }

    /// Who holds any role on a data NFT or a datatoken, in the order of the contract's own list.
    pub fn role_holders(&self, contract: Address) -> Vec<Address> {
        let roles = self.nfts.get(&contract).map(|n| &n.roles);
        let roles = roles.or_else(|| self.datatokens.get(&contract).map(|d| &d.roles));
        roles.map(|r| r.0.iter().map(|(a, _)| *a).collect()).unwrap_or_default()
    }

    /// Who receives the datatokens of orders; `None` for an unknown datatoken.
    pub fn payment_collector(&self, datatoken: Address) -> Option<Address> {
        let d = self.datatokens.get(&datatoken)?;
        if d.collector == Address::ZERO { self.nfts.get(&d.nft).map(|n| n.owner) } else { Some(d.collector) }
    }

    /// Address of the next contract the factory creates: Keccak-256(RLP([factory, nonce])), last 20 bytes
    /// (Yellow Paper, section 7).
    pub fn next_contract(&self) -> Address {
        let nonce = self.genesis.factory_nonce.to_be_bytes();
        let digits: Vec<u8> = nonce.into_iter().skip_while(|b| *b == 0).collect();
        let nonce = match digits.as_slice() {
            [] => alloc::vec![0x80],
            [small] if *small < 0x80 => digits,
            // At most 8 bytes.
            long => [&[0x80 + u8::try_from(long.len()).unwrap_or(8)], long].concat(),
        };
        let items = [&[0x94], self.genesis.factory.as_slice(), &nonce].concat();
        let list = [&[0xc0 + u8::try_from(items.len()).unwrap_or(30)], items.as_slice()].concat();
        Address::from_slice(hash::keccak256(list).get(12..).unwrap_or(&[0; 20]))
    }

    pub(crate) fn is_token(&self, address: Address) -> bool {
        self.payment_tokens.contains(&address) || self.datatokens.contains_key(&address)
    }

    pub(crate) fn is_contract(&self, address: Address) -> bool {
        let g = &self.genesis;
        self.is_token(address)
            || self.nfts.contains_key(&address)
            || [g.factory, g.nft_template, g.datatoken_template, g.router].contains(&address)
    }

    /// Takes in an event that happened on the chain.
    ///
    /// # Errors
    /// `replay_conflict` when it can't follow this state, such as a transfer of more than there is; the state is
    /// unchanged then.
    pub fn replay(&mut self, event: &Event) -> Result<()> {
        let mut undo = Vec::new();
        let done = self.fold(event, &mut undo);
        if done.is_err() {
            self.take_back(undo);
        }
        done
    }

    pub(crate) fn take_back(&mut self, undo: Vec<Undo>) {
        for u in undo.into_iter().rev() {
            match u {
                Undo::Supply(k, v) => drop(put(&mut self.supplies, k, v)),
                Undo::Balance(k, v) => drop(put(&mut self.balances, k, v)),
                Undo::Allowance(k, v) => drop(put(&mut self.allowances, k, v)),
                Undo::Nft(k, Some(v)) => drop(self.nfts.insert(k, *v)),
                Undo::Nft(k, None) => drop(self.nfts.remove(&k)),
                Undo::Datatoken(k, Some(v)) => drop(self.datatokens.insert(k, *v)),
                Undo::Datatoken(k, None) => drop(self.datatokens.remove(&k)),
                Undo::Fees(v) => self.fees = v,
                Undo::Genesis(v) => self.genesis = v,
            }
        }
    }

    fn edit_nft(&mut self, at: Address, undo: &mut Vec<Undo>) -> Option<&mut Nft> {
        let nft = self.nfts.get_mut(&at)?;
        undo.push(Undo::Nft(at, Some(Box::new(nft.clone()))));
        Some(nft)
    }

    fn edit_datatoken(&mut self, at: Address, undo: &mut Vec<Undo>) -> Option<&mut Datatoken> {
        let datatoken = self.datatokens.get_mut(&at)?;
        undo.push(Undo::Datatoken(at, Some(Box::new(datatoken.clone()))));
        Some(datatoken)
    }

    /// The one place where the state changes. `None` inside means a conflict.
    pub(crate) fn fold(&mut self, event: &Event, undo: &mut Vec<Undo>) -> Result<()> {
        let emitter = event.emitter;
        let (name, done) = match &event.body {
            Body::Transfer { from, to, value } => {
                ("Transfer", self.fold_transfer(emitter, *from, *to, *value, undo))
            }
            Body::Approval { owner, spender, value } => ("Approval", {
                self.is_token(emitter).then(|| {
                    let key = (emitter, *owner, *spender);
                    undo.push(Undo::Allowance(key, put(&mut self.allowances, key, *value)));
                })
            }),
            Body::RoleChanged { role, granted, user, signer, .. } => {
                ("RoleChanged", self.fold_role(emitter, (*role, *granted), *user, *signer, undo))
            }
            Body::InstanceDeployed { instance } => ("InstanceDeployed", {
                (emitter == self.genesis.factory && *instance == self.next_contract()).then(|| {
                    undo.push(Undo::Genesis(self.genesis));
                    self.genesis.factory_nonce = self.genesis.factory_nonce.saturating_add(1);
                })
            }),
            Body::NftCreated { nft, name, admin, symbol, token_uri, transferable, .. } => ("NFTCreated", {
                (emitter == self.genesis.factory && !self.is_contract(*nft)).then(|| {
                    undo.push(Undo::Nft(*nft, None));
                    let (name, symbol, token_uri) = (name.clone(), symbol.clone(), token_uri.clone());
                    let (transferable, datatokens, roles) = (*transferable, Vec::new(), Roles::default());
                    let n = Nft { owner: *admin, name, symbol, token_uri, transferable, datatokens, roles };
                    self.nfts.insert(*nft, n);
                })
            }),
            Body::NftTransfer { from, to, token_id } => ("Transfer of a data NFT", {
                // Minting repeats what NFTCreated said; this model has no call that moves a data NFT.
                let minted = *from == Address::ZERO && *token_id == U256::from(1);
                (minted && self.nfts.get(&emitter).is_some_and(|n| n.owner == *to)).then_some(())
            }),
            Body::TokenCreated { token, name, symbol, creator, .. } => {
                ("TokenCreated", self.fold_token(emitter, *token, (name, symbol), *creator, undo))
            }
            Body::NewPaymentCollector { collector, .. } => {
                ("NewPaymentCollector", self.edit_datatoken(emitter, undo).map(|d| d.collector = *collector))
            }
            Body::PublishMarketFeeChanged { address, token, amount, .. } => ("PublishMarketFeeChanged", {
                let fee = PublishMarketFee { address: *address, token: *token, amount: *amount };
                self.edit_datatoken(emitter, undo).map(|d| d.publish_market_fee = fee)
            }),
            Body::OpcFeeChanged { swap_ocean, swap_other, consume, provider, .. } => ("OPCFeeChanged", {
                let fees = OpcFees {
                    swap_ocean: *swap_ocean,
                    swap_other: *swap_other,
                    consume: *consume,
                    provider: *provider,
                };
                (emitter == self.genesis.router).then(|| {
                    undo.push(Undo::Fees(self.fees));
                    self.fees = fees;
                })
            }),
            Body::OpcCollectorChanged { collector, .. } => ("OPCCollectorChanged", {
                (emitter == self.genesis.router).then(|| {
                    undo.push(Undo::Genesis(self.genesis));
                    self.genesis.opc_collector = *collector;
                })
            }),
            // What they moved stands in transfers; they change nothing else.
            _ => ("order", self.datatokens.contains_key(&emitter).then_some(())),
        };
        done.ok_or(Error::ReplayConflict { event: name, emitter })
    }

    fn fold_transfer(
        &mut self,
        token: Address,
        from: Address,
        to: Address,
        value: U256,
        undo: &mut Vec<Undo>,
    ) -> Option<()> {
        if !self.is_token(token) {
            return None;
        }
        if from == Address::ZERO {
            let supply = self.total_supply(token).checked_add(value)?;
            undo.push(Undo::Supply(token, put(&mut self.supplies, token, supply)));
        } else {
            let left = self.balance_of(token, from).checked_sub(value)?;
            undo.push(Undo::Balance((token, from), put(&mut self.balances, (token, from), left)));
        }
        if to == Address::ZERO {
            let supply = self.total_supply(token).checked_sub(value)?;
            undo.push(Undo::Supply(token, put(&mut self.supplies, token, supply)));
        } else {
            let sum = self.balance_of(token, to).checked_add(value)?;
            undo.push(Undo::Balance((token, to), put(&mut self.balances, (token, to), sum)));
        }
        Some(())
    }

    fn fold_role(
        &mut self,
        at: Address,
        what: (Role, bool),
        user: Address,
        signer: Address,
        undo: &mut Vec<Undo>,
    ) -> Option<()> {
        let (role, granted) = what;
        match role {
            Role::Minter | Role::PaymentManager => {
                self.edit_datatoken(at, undo)?.roles.set(user, bit(role), granted);
            }
            _ => {
                // When the factory makes the owner a manager, the owner gets the other three roles without an event
                // (contracts/templates/ERC721Template.sol, _initialize).
                let birth = role == Role::Manager && granted && signer == self.genesis.factory;
                let bits = if birth { 1 | 2 | 4 | 8 } else { bit(role) };
                self.edit_nft(at, undo)?.roles.set(user, bits, granted);
            }
        }
        Some(())
    }

    fn fold_token(
        &mut self,
        emitter: Address,
        token: Address,
        text: (&str, &str),
        nft: Address,
        undo: &mut Vec<Undo>,
    ) -> Option<()> {
        if emitter != self.genesis.factory || self.is_contract(token) {
            return None;
        }
        self.edit_nft(nft, undo)?.datatokens.push(token);
        undo.push(Undo::Datatoken(token, None));
        let d = Datatoken {
            nft,
            name: text.0.into(),
            symbol: text.1.into(),
            collector: Address::ZERO,
            publish_market_fee: PublishMarketFee::default(),
            roles: Roles::default(),
        };
        self.datatokens.insert(token, d);
        Some(())
    }
}
