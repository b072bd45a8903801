//! The contracts as a pure function. Source of every rule: Ocean's contracts 2.6.0, the file named at each call.

use crate::{
    Call, DatatokenTerms, Env, Error, Event, NftTerms, ONE_DATATOKEN, Profile, PublishMarketFee, Result,
    Revert, State,
    fee::{check_binding, recover_provider_fee, verify_provider_fee},
    state::Undo,
};
use alloc::vec::Vec;
use countermark_evm::{ConsumeMarketFee, Event as Body, ProviderFee, Role};
use countermark_primitives::{Address, B256, U256};

const ONE: U256 = U256::from_limbs([1, 0, 0, 0]);

/// Does a call: answers what the contracts write, in order. A failed call changes nothing.
///
/// ```
/// use countermark_datatoken::{Call, Env, Genesis, NftTerms, Profile, Revert, State, apply};
/// use countermark_primitives::{Address, BlockNumber, Coded, Timestamp, U256};
/// let a = Address::repeat_byte;
/// let mut state = State::new(Genesis {
///     factory: a(1), factory_nonce: 1, nft_template: a(2), datatoken_template: a(3),
///     router: a(4), router_owner: a(5), opc_collector: a(6),
/// });
/// let env = Env { profile: Profile::Strict, now: Timestamp::new(9), block: BlockNumber::new(1), caller: a(7) };
/// let mut terms = NftTerms {
///     name: "Wine".into(), symbol: "W".into(), template_index: U256::from(1), additional_deployer: Address::ZERO,
///     additional_metadata_updater: Address::ZERO, token_uri: String::new(), transferable: true, owner: a(7),
/// };
/// let nft = state.next_contract();
/// let events = apply(&mut state, &env, Call::CreateNft(terms.clone()))?;
/// assert_eq!(events.len(), 4); // InstanceDeployed, NFTCreated, Transfer, AddedManager
/// assert_eq!(state.nft(nft).map(|n| n.owner), Some(a(7)));
///
/// terms.owner = Address::ZERO;
/// let refused = apply(&mut state, &env, Call::CreateNft(terms)).unwrap_err();
/// assert_eq!(refused.code(), "call_reverted");
/// assert_eq!(refused.to_string(), "the call reverts: ERC721DTFactory: address(0) cannot be owner");
/// # Ok::<(), countermark_datatoken::Error>(())
/// ```
///
/// # Errors
/// `call_reverted` with the contract's reason; `unknown_contract` for an address that is no such contract here;
/// `not_modelled` where the original would do something this model leaves out; in profile `Strict` also
/// `provider_fee_signature`, `provider_fee_expired`, `service_mismatch`.
pub fn apply(state: &mut State, env: &Env, call: Call) -> Result<Vec<Event>> {
    let mut tx = Tx { state, env, events: Vec::new(), undo: Vec::new() };
    match tx.run(call) {
        Ok(()) => Ok(tx.events),
        Err(e) => {
            let Tx { state, undo, .. } = tx;
            state.take_back(undo);
            Err(e)
        }
    }
}

struct Tx<'a> {
    state: &'a mut State,
    env: &'a Env,
    events: Vec<Event>,
    undo: Vec<Undo>,
}

fn require(condition: bool, reason: Revert) -> Result<()> {
    if condition { Ok(()) } else { Err(reason.into()) }
}

impl Tx<'_> {
    fn run(&mut self, call: Call) -> Result<()> {
        let caller = self.env.caller;
        match call {
            Call::CreateNft(terms) => self.create_nft(terms),
            Call::CreateDatatoken { nft, terms } => self.create_datatoken(nft, terms),
            Call::SetRole { contract, role: role @ (Role::Minter | Role::PaymentManager), user, granted } => {
                self.set_datatoken_role(contract, role, user, granted)
            }
            Call::SetRole { contract, role, user, granted } => {
                self.set_nft_role(contract, role, user, granted)
            }
            Call::Mint { datatoken, account, amount } => self.mint(datatoken, account, amount),
            Call::SetPaymentCollector { datatoken, collector } => {
                self.set_payment_collector(datatoken, collector)
            }
            Call::SetPublishMarketFee { datatoken, fee } => self.set_publish_market_fee(datatoken, fee),
            Call::Transfer { token, to, amount } => {
                self.known_token(token)?;
                self.transfer(token, caller, to, amount)
            }
            Call::Approve { token, spender, amount } => {
                self.known_token(token)?;
                self.approve(token, caller, spender, amount)
            }
            Call::TransferFrom { token, from, to, amount } => {
                self.known_token(token)?;
                self.transfer_from(token, caller, from, to, amount)
            }
            Call::StartOrder { datatoken, consumer, service_index, provider_fee, consume_market_fee } => {
                self.start_order(datatoken, consumer, service_index, &provider_fee, consume_market_fee)
            }
            Call::ReuseOrder { datatoken, order_tx, provider_fee } => {
                self.reuse_order(datatoken, order_tx, &provider_fee)
            }
            Call::UpdateOpcFee { swap_ocean, swap_other, consume, provider } => {
                require(caller == self.state.genesis.router_owner, Revert::NotRouterOwner)?;
                let router = self.state.genesis.router;
                self.emit(router, Body::OpcFeeChanged { caller, swap_ocean, swap_other, consume, provider })
            }
            Call::UpdateOpcCollector { collector } => {
                require(caller == self.state.genesis.router_owner, Revert::NotRouterOwner)?;
                require(collector != Address::ZERO, Revert::OpcCollectorZero)?;
                let router = self.state.genesis.router;
                self.emit(router, Body::OpcCollectorChanged { caller, collector })
            }
        }
    }

    fn emit(&mut self, emitter: Address, body: Body) -> Result<()> {
        let event = Event { emitter, body };
        self.state.fold(&event, &mut self.undo)?;
        self.events.push(event);
        Ok(())
    }

    fn when(&self) -> (U256, U256) {
        (U256::from(self.env.now.get()), U256::from(self.env.block.get()))
    }

    fn role(&mut self, at: Address, what: (Role, bool), user: Address, signer: Address) -> Result<()> {
        let ((role, granted), (timestamp, block_number)) = (what, self.when());
        self.emit(at, Body::RoleChanged { role, granted, user, signer, timestamp, block_number })
    }

    /// `contracts/ERC721Factory.sol` deployERC721Contract, `contracts/templates/ERC721Template.sol` initialize.
    fn create_nft(&mut self, t: NftTerms) -> Result<()> {
        let g = self.state.genesis;
        require(t.template_index == ONE, Revert::NftTemplateIndex)?;
        require(t.owner != Address::ZERO, Revert::NftOwnerZero)?;
        let nft = self.state.next_contract();
        if t.owner == nft || self.state.is_contract(t.owner) {
            return Err(Error::NotModelled { what: "a contract that owns a data NFT", address: t.owner });
        }
        self.emit(g.factory, Body::InstanceDeployed { instance: nft })?;
        self.emit(
            g.factory,
            Body::NftCreated {
                nft,
                template: g.nft_template,
                name: t.name,
                admin: t.owner,
                symbol: t.symbol,
                token_uri: t.token_uri,
                transferable: t.transferable,
                creator: self.env.caller,
            },
        )?;
        if t.additional_deployer != Address::ZERO {
            self.role(nft, (Role::DeployErc20, true), t.additional_deployer, g.factory)?;
        }
        if t.additional_metadata_updater != Address::ZERO {
            self.role(nft, (Role::UpdateMetadata, true), t.additional_metadata_updater, g.factory)?;
        }
        self.emit(nft, Body::NftTransfer { from: Address::ZERO, to: t.owner, token_id: ONE })?;
        self.role(nft, (Role::Manager, true), t.owner, g.factory)
    }

    /// `contracts/templates/ERC721Template.sol` createERC20, `contracts/ERC721Factory.sol` createToken,
    /// `contracts/templates/ERC20Template.sol` initialize.
    fn create_datatoken(&mut self, nft: Address, t: DatatokenTerms) -> Result<()> {
        let g = self.state.genesis;
        self.known_nft(nft)?;
        require(self.state.has_role(nft, self.env.caller, Role::DeployErc20), Revert::NotDeployErc20)?;
        require(!t.cap.is_zero(), Revert::ZeroCap)?;
        require(t.template_index == ONE, Revert::DatatokenTemplateIndex)?;
        let token = self.state.next_contract();
        self.emit(g.factory, Body::InstanceDeployed { instance: token })?;
        let (template, name, symbol, cap) = (g.datatoken_template, t.name, t.symbol, t.cap);
        self.emit(g.factory, Body::TokenCreated { token, template, name, symbol, cap, creator: nft })?;
        if t.minter != Address::ZERO {
            self.role(token, (Role::Minter, true), t.minter, g.factory)?;
        }
        if t.payment_collector != Address::ZERO {
            self.new_collector(token, g.factory, t.payment_collector)?;
        }
        self.fee_changed(token, g.factory, t.publish_market_fee)
    }

    /// `contracts/utils/ERC721RolesAddress.sol`; managers are made by the owner, other roles by a manager.
    fn set_nft_role(&mut self, nft: Address, role: Role, user: Address, granted: bool) -> Result<()> {
        let caller = self.env.caller;
        let owner = self.known_nft(nft)?;
        let has = |role| self.state.has_role(nft, caller, role);
        if role == Role::Manager {
            require(caller == owner, Revert::NotNftOwner)?;
        } else if granted {
            require(has(Role::Manager), Revert::NotManager)?;
        } else {
            let reason = match role {
                Role::DeployErc20 => Revert::RemoveDeployErc20,
                Role::UpdateMetadata => Revert::RemoveMetadata,
                _ => Revert::RemoveStore,
            };
            require(has(Role::Manager) || (caller == user && has(role)), reason)?;
        }
        // Only addToCreateERC20List takes the zero address seriously.
        if granted && user == Address::ZERO && role != Role::DeployErc20 {
            return Ok(());
        }
        self.role(nft, (role, granted), user, caller)
    }

    /// `contracts/utils/ERC20Roles.sol`.
    fn set_datatoken_role(&mut self, token: Address, role: Role, user: Address, granted: bool) -> Result<()> {
        let caller = self.env.caller;
        require(self.is_deployer(token)?, Revert::NotDeployer)?;
        if granted {
            if user == Address::ZERO {
                return Ok(());
            }
            let reason =
                if role == Role::Minter { Revert::AlreadyMinter } else { Revert::AlreadyPaymentManager };
            require(!self.state.has_role(token, user, role), reason)?;
        }
        self.role(token, (role, granted), user, caller)
    }

    /// `contracts/templates/ERC20Template.sol` mint; the cap of template 1 is 2^256-1, so only overflow stops it.
    fn mint(&mut self, token: Address, account: Address, amount: U256) -> Result<()> {
        self.known_datatoken(token)?;
        require(self.state.has_role(token, self.env.caller, Role::Minter), Revert::NotMinter)?;
        let fits = self.state.total_supply(token).checked_add(amount).is_some();
        require(fits, Revert::ArithmeticPanic)?;
        require(account != Address::ZERO, Revert::MintToZero)?;
        self.emit(token, Body::Transfer { from: Address::ZERO, to: account, value: amount })
    }

    fn set_payment_collector(&mut self, token: Address, collector: Address) -> Result<()> {
        let caller = self.env.caller;
        let may = self.is_deployer(token)? || self.state.has_role(token, caller, Role::PaymentManager);
        require(may, Revert::NotPaymentManager)?;
        self.new_collector(token, caller, collector)
    }

    fn set_publish_market_fee(&mut self, token: Address, fee: PublishMarketFee) -> Result<()> {
        let current = self.known_datatoken(token)?;
        require(self.env.caller == current.address, Revert::NotPublishMarket)?;
        require(fee.address != Address::ZERO, Revert::PublishMarketAddressZero)?;
        require(fee.token != Address::ZERO, Revert::PublishMarketTokenZero)?;
        self.fee_changed(token, self.env.caller, fee)
    }

    /// `contracts/templates/ERC20Template.sol` startOrder, statement by statement.
    fn start_order(
        &mut self,
        token: Address,
        consumer: Address,
        service_index: U256,
        provider_fee: &ProviderFee,
        consume: ConsumeMarketFee,
    ) -> Result<()> {
        let payer = self.env.caller;
        let publish = self.known_datatoken(token)?;
        self.check_strict(token, provider_fee)?;
        require(self.state.balance_of(token, payer) >= ONE_DATATOKEN, Revert::NotEnoughDatatokens)?;
        let (timestamp, block_number) = self.when();
        self.emit(
            token,
            Body::OrderStarted {
                consumer,
                payer,
                amount: ONE_DATATOKEN,
                service_index,
                timestamp,
                publish_market_address: publish.address,
                block_number,
            },
        )?;
        let due = |amount: U256, token, address| {
            !amount.is_zero() && token != Address::ZERO && address != Address::ZERO
        };
        if due(publish.amount, publish.token, publish.address) {
            self.pull(token, publish.token, publish.address, publish.amount)?;
            let PublishMarketFee { address, token: fee_token, amount } = publish;
            self.emit(token, Body::PublishMarketFee { address, token: fee_token, amount })?;
        }
        if due(consume.amount, consume.token, consume.address) {
            self.pull(token, consume.token, consume.address, consume.amount)?;
            self.emit(token, Body::ConsumeMarketFee(consume))?;
        }
        self.take_provider_fee(token, provider_fee)?;
        let fee = self.state.fees.consume;
        let collector = self
            .state
            .payment_collector(token)
            .ok_or(Error::UnknownContract { what: "datatoken", address: token })?;
        let rest = ONE_DATATOKEN.checked_sub(fee).ok_or(Revert::ArithmeticPanic)?;
        self.transfer(token, payer, collector, rest)?;
        self.transfer(token, payer, self.state.genesis.opc_collector, fee)
    }

    /// `contracts/templates/ERC20Template.sol` reuseOrder: nothing on chain looks at the older order.
    fn reuse_order(&mut self, token: Address, order_tx: B256, provider_fee: &ProviderFee) -> Result<()> {
        self.known_datatoken(token)?;
        self.check_strict(token, provider_fee)?;
        let (timestamp, block_number) = self.when();
        self.emit(token, Body::OrderReused { order_tx, caller: self.env.caller, timestamp, block_number })?;
        self.take_provider_fee(token, provider_fee)
    }

    /// What profile `Strict` asks of a provider fee beyond the contract. An offer without any content is no offer.
    fn check_strict(&self, token: Address, fee: &ProviderFee) -> Result<()> {
        if self.env.profile == Profile::Compat || *fee == ProviderFee::default() {
            return Ok(());
        }
        verify_provider_fee(fee, Profile::Strict)?;
        if !fee.valid_until.is_zero() && U256::from(self.env.now.get()) > fee.valid_until {
            return Err(Error::ProviderFeeExpired { valid_until: fee.valid_until, now: self.env.now });
        }
        check_binding(&fee.data, token, None)
    }

    /// `contracts/templates/ERC20Template.sol` _checkProviderFee.
    fn take_provider_fee(&mut self, token: Address, fee: &ProviderFee) -> Result<()> {
        require(recover_provider_fee(fee) == fee.address, Revert::InvalidProviderFee)?;
        self.emit(token, Body::ProviderFee(fee.clone()))?;
        if fee.amount.is_zero() || fee.token == Address::ZERO || fee.address == Address::ZERO {
            return Ok(());
        }
        let rate = self.state.fees.provider;
        let scaled = fee.amount.checked_mul(rate).ok_or(Revert::ArithmeticPanic)?;
        let cut = scaled.checked_div(ONE_DATATOKEN).unwrap_or_default();
        let rest = fee.amount.checked_sub(cut).ok_or(Revert::ArithmeticPanic)?;
        self.pull(token, fee.token, token, fee.amount)?;
        self.transfer(fee.token, token, fee.address, rest)?;
        if !cut.is_zero() {
            self.transfer(fee.token, token, self.state.genesis.opc_collector, cut)?;
        }
        Ok(())
    }

    /// `_pullUnderlying`: moves tokens of the caller, and insists that the receiver has that many more afterwards.
    fn pull(&mut self, datatoken: Address, token: Address, to: Address, amount: U256) -> Result<()> {
        if !self.state.is_token(token) {
            return Err(if self.state.is_contract(token) {
                Error::NotModelled { what: "a contract that is no token as payment token", address: token }
            } else {
                // A call to an address without code.
                Revert::NoData.into()
            });
        }
        let before = self.state.balance_of(token, to);
        self.transfer_from(token, datatoken, self.env.caller, to, amount)?;
        let least = before.checked_add(amount).ok_or(Revert::ArithmeticPanic)?;
        require(self.state.balance_of(token, to) >= least, Revert::PullTooLow)
    }

    /// OpenZeppelin 4.8 `ERC20.sol`.
    fn transfer(&mut self, token: Address, from: Address, to: Address, value: U256) -> Result<()> {
        require(from != Address::ZERO, Revert::TransferFromZero)?;
        require(to != Address::ZERO, Revert::TransferToZero)?;
        require(self.state.balance_of(token, from) >= value, Revert::TransferBalance)?;
        self.emit(token, Body::Transfer { from, to, value })
    }

    fn approve(&mut self, token: Address, owner: Address, spender: Address, value: U256) -> Result<()> {
        require(owner != Address::ZERO, Revert::ApproveFromZero)?;
        require(spender != Address::ZERO, Revert::ApproveToZero)?;
        self.emit(token, Body::Approval { owner, spender, value })
    }

    fn transfer_from(
        &mut self,
        token: Address,
        spender: Address,
        from: Address,
        to: Address,
        value: U256,
    ) -> Result<()> {
        let allowed = self.state.allowance(token, from, spender);
        if allowed != U256::MAX {
            let left = allowed.checked_sub(value).ok_or(Revert::Allowance)?;
            self.approve(token, from, spender, left)?;
        }
        self.transfer(token, from, to, value)
    }

    fn new_collector(&mut self, token: Address, caller: Address, collector: Address) -> Result<()> {
        let (timestamp, block_number) = self.when();
        self.emit(token, Body::NewPaymentCollector { caller, collector, timestamp, block_number })
    }

    fn fee_changed(&mut self, at: Address, caller: Address, fee: PublishMarketFee) -> Result<()> {
        let PublishMarketFee { address, token, amount } = fee;
        self.emit(at, Body::PublishMarketFeeChanged { caller, address, token, amount })
    }

    /// Holder of the data NFT's deploy role, or its owner.
    fn is_deployer(&self, token: Address) -> Result<bool> {
        let unknown = Error::UnknownContract { what: "datatoken", address: token };
        let nft = self.state.datatokens.get(&token).ok_or(unknown)?.nft;
        let caller = self.env.caller;
        Ok(self.state.has_role(nft, caller, Role::DeployErc20) || self.known_nft(nft)? == caller)
    }

    fn known_token(&self, address: Address) -> Result<()> {
        if self.state.is_token(address) {
            Ok(())
        } else {
            Err(Error::UnknownContract { what: "token", address })
        }
    }

    fn known_nft(&self, address: Address) -> Result<Address> {
        let nft = self.state.nfts.get(&address);
        nft.map(|n| n.owner).ok_or(Error::UnknownContract { what: "data NFT", address })
    }

    fn known_datatoken(&self, address: Address) -> Result<PublishMarketFee> {
        let datatoken = self.state.datatokens.get(&address);
        datatoken.map(|d| d.publish_market_fee).ok_or(Error::UnknownContract { what: "datatoken", address })
    }
}
