//! Calls and reads in the words of the contracts' ABIs, as the oracle takes them.

use countermark_datatoken::{Call, Genesis, State};
use countermark_evm::{ProviderFee, Role};
use countermark_primitives::{Address, hex};
use serde_json::{Value, json};

fn fee(f: &ProviderFee) -> Value {
    json!([
        f.address,
        f.token,
        f.amount.to_string(),
        f.v,
        f.r,
        f.s,
        f.valid_until.to_string(),
        hex::encode_prefixed(&f.data),
    ])
}

/// Contract, its artifact, function and arguments.
pub(crate) fn call(g: &Genesis, call: &Call) -> (Address, &'static str, &'static str, Value) {
    match call {
        Call::CreateNft(t) => (
            g.factory,
            "ERC721Factory",
            "deployERC721Contract",
            json!([
                t.name,
                t.symbol,
                t.template_index.to_string(),
                t.additional_deployer,
                t.additional_metadata_updater,
                t.token_uri,
                t.transferable,
                t.owner,
            ]),
        ),
        Call::CreateDatatoken { nft, terms: t } => {
            let p = t.publish_market_fee;
            let addresses = [t.minter, t.payment_collector, p.address, p.token];
            let uints = [t.cap.to_string(), p.amount.to_string()];
            let args = json!([t.template_index.to_string(), [&t.name, &t.symbol], addresses, uints, []]);
            (*nft, "ERC721Template", "createERC20", args)
        }
        Call::SetRole { contract, role, user, granted } => {
            let function = match (role, granted) {
                (Role::Manager, true) => "addManager",
                (Role::Manager, false) => "removeManager",
                (Role::DeployErc20, true) => "addToCreateERC20List",
                (Role::DeployErc20, false) => "removeFromCreateERC20List",
                (Role::UpdateMetadata, true) => "addToMetadataList",
                (Role::UpdateMetadata, false) => "removeFromMetadataList",
                (Role::Store, true) => "addTo725StoreList",
                (Role::Store, false) => "removeFrom725StoreList",
                (Role::Minter, true) => "addMinter",
                (Role::Minter, false) => "removeMinter",
                (Role::PaymentManager, true) => "addPaymentManager",
                (Role::PaymentManager, false) => "removePaymentManager",
            };
            let of_datatoken = matches!(role, Role::Minter | Role::PaymentManager);
            (
                *contract,
                if of_datatoken { "ERC20Template" } else { "ERC721Template" },
                function,
                json!([user]),
            )
        }
        Call::Mint { datatoken, account, amount } => {
            (*datatoken, "ERC20Template", "mint", json!([account, amount.to_string()]))
        }
        Call::SetPaymentCollector { datatoken, collector } => {
            (*datatoken, "ERC20Template", "setPaymentCollector", json!([collector]))
        }
        Call::SetPublishMarketFee { datatoken, fee: p } => {
            let args = json!([p.address, p.token, p.amount.to_string()]);
            (*datatoken, "ERC20Template", "setPublishingMarketFee", args)
        }
        Call::Transfer { token, to, amount } => {
            (*token, "MockERC20", "transfer", json!([to, amount.to_string()]))
        }
        Call::Approve { token, spender, amount } => {
            (*token, "MockERC20", "approve", json!([spender, amount.to_string()]))
        }
        Call::TransferFrom { token, from, to, amount } => {
            (*token, "MockERC20", "transferFrom", json!([from, to, amount.to_string()]))
        }
        Call::StartOrder { datatoken, consumer, service_index, provider_fee, consume_market_fee: c } => {
            let market = json!([c.address, c.token, c.amount.to_string()]);
            let args = json!([consumer, service_index.to_string(), fee(provider_fee), market]);
            (*datatoken, "ERC20Template", "startOrder", args)
        }
        Call::ReuseOrder { datatoken, order_tx, provider_fee } => {
            (*datatoken, "ERC20Template", "reuseOrder", json!([order_tx, fee(provider_fee)]))
        }
        Call::UpdateOpcFee { swap_ocean, swap_other, consume, provider } => {
            let args = [swap_ocean, swap_other, consume, provider].map(ToString::to_string);
            (g.router, "FactoryRouter", "updateOPCFee", json!(args))
        }
        Call::UpdateOpcCollector { collector } => {
            (g.router, "FactoryRouter", "updateOPCCollector", json!([collector]))
        }
        other => unreachable!("no scenario makes {other:?}"),
    }
}

/// A look into storage: which of our functions answers it, what the oracle is asked, our answer.
#[derive(Debug, Clone)]
pub(crate) struct Read {
    pub(crate) function: &'static str,
    pub(crate) request: Value,
    pub(crate) ours: Value,
}

/// Everything the contracts can be asked about these accounts.
pub(crate) fn reads(
    state: &State,
    nft: Address,
    datatoken: Address,
    tokens: &[Address],
    people: &[Address],
) -> Vec<Read> {
    let mut out = Vec::new();
    let mut add = |function, to: Address, contract: &str, f: &str, args: Value, ours: Value| {
        out.push(Read {
            function,
            request: json!({"to": to, "contract": contract, "fn": f, "args": args}),
            ours,
        });
    };
    for &token in tokens {
        add(
            "total_supply",
            token,
            "MockERC20",
            "totalSupply",
            json!([]),
            json!(state.total_supply(token).to_string()),
        );
        for &who in people {
            let ours = json!(state.balance_of(token, who).to_string());
            add("balance_of", token, "MockERC20", "balanceOf", json!([who]), ours);
            let ours = json!(state.allowance(token, who, datatoken).to_string());
            add("allowance", token, "MockERC20", "allowance", json!([who, datatoken]), ours);
        }
    }
    let nft_roles = [Role::Manager, Role::DeployErc20, Role::UpdateMetadata, Role::Store];
    let datatoken_roles = [Role::Minter, Role::PaymentManager];
    if state.nft(nft).is_some() {
        for &who in people {
            let ours = json!(nft_roles.map(|r| state.has_role(nft, who, r)));
            add("has_role", nft, "ERC721Template", "getPermissions", json!([who]), ours);
        }
        for (i, who) in state.role_holders(nft).iter().map(Some).chain([None]).enumerate() {
            let ours = who.map_or(json!({"revert": ""}), |a| json!(format!("{a:#x}")));
            add("role_holders", nft, "ERC721Template", "auth", json!([i.to_string()]), ours);
        }
        let owner = state.nft(nft).map(|n| format!("{:#x}", n.owner));
        add("nft_owner", nft, "ERC721Template", "ownerOf", json!(["1"]), json!(owner));
    }
    if let Some(d) = state.datatoken(datatoken) {
        for &who in people {
            let ours = json!(datatoken_roles.map(|r| state.has_role(datatoken, who, r)));
            add("has_role", datatoken, "ERC20Template", "getPermissions", json!([who]), ours);
        }
        for (i, who) in state.role_holders(datatoken).iter().map(Some).chain([None]).enumerate() {
            let ours = who.map_or(json!({"revert": ""}), |a| json!(format!("{a:#x}")));
            add("role_holders", datatoken, "ERC20Template", "authERC20", json!([i.to_string()]), ours);
        }
        let collector = state.payment_collector(datatoken).map(|a| format!("{a:#x}"));
        add(
            "payment_collector",
            datatoken,
            "ERC20Template",
            "getPaymentCollector",
            json!([]),
            json!(collector),
        );
        let p = d.publish_market_fee;
        let ours = json!([format!("{:#x}", p.address), format!("{:#x}", p.token), p.amount.to_string()]);
        add("publish_market_fee", datatoken, "ERC20Template", "getPublishingMarketFee", json!([]), ours);
    }
    out
}
