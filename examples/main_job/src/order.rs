//! Data NFT, datatoken, a paid order, and the owner's grant.

use crate::agents::{Agents, derive};
use crate::stage::{Done, Facts};
use crate::story::Story;
use countermark::datatoken::{
    Call, DatatokenTerms, Env, Event, Genesis, Grant, NftTerms, ONE_DATATOKEN, Order, OrderPolicy, Profile,
    PublishMarketFee, Service, State, apply, provider_data, sign_provider_fee, transaction_receipt,
    verify_grant, verify_order,
};
use countermark::evm::{ConsumeMarketFee, Event as EventBody, ProviderFee};
use countermark::primitives::{Address, B256, BlockNumber, ChainId, Seconds, U256};

const SERVICE: &str = "wine-compute";

/// Publishes, pays, verifies and grants. Answers the id of the grant.
pub fn order_and_grant(
    story: &mut Story,
    agents: &Agents,
    dataset: B256,
    algorithm: B256,
    facts: &mut Facts,
) -> Done<B256> {
    let (owner, consumer) = (agents.owner.address(), agents.consumer.address());
    let place = |label: &str| Address::from_slice(derive(story.seed, label).get(12..).unwrap_or(&[0; 20]));
    let genesis = Genesis {
        factory: place("factory"),
        factory_nonce: 1,
        nft_template: place("nft template"),
        datatoken_template: place("datatoken template"),
        router: place("router"),
        router_owner: place("router owner"),
        opc_collector: place("opc collector"),
    };
    let coin = place("payment token");
    let mut state = State::new(genesis);
    state.register_token(coin);
    let funded = EventBody::Transfer { from: Address::ZERO, to: consumer, value: U256::from(1_000_000u64) };
    state.replay(&Event { emitter: coin, body: funded })?;
    let env = |caller, block| Env {
        profile: Profile::Strict,
        now: story.now(),
        block: BlockNumber::new(block),
        caller,
    };

    let nft = state.next_contract();
    let terms = NftTerms {
        name: "Red wine quality".into(),
        symbol: "WINE".into(),
        template_index: U256::from(1),
        additional_deployer: Address::ZERO,
        additional_metadata_updater: Address::ZERO,
        token_uri: String::new(),
        transferable: true,
        owner,
    };
    apply(&mut state, &env(owner, 1), Call::CreateNft(terms))?;
    let datatoken = state.next_contract();
    let terms = DatatokenTerms {
        name: "Wine compute".into(),
        symbol: "WINEC".into(),
        template_index: U256::from(1),
        minter: owner,
        payment_collector: Address::ZERO,
        publish_market_fee: PublishMarketFee::default(),
        cap: U256::MAX,
    };
    apply(&mut state, &env(owner, 2), Call::CreateDatatoken { nft, terms })?;
    apply(&mut state, &env(owner, 3), Call::Mint { datatoken, account: consumer, amount: ONE_DATATOKEN })?;

    let offer = ProviderFee {
        token: coin,
        amount: U256::from(1_001u64),
        data: provider_data(datatoken, SERVICE),
        valid_until: U256::from(story.now().get() + 86_400),
        ..Default::default()
    };
    let provider_fee = sign_provider_fee(offer, &agents.owner.key)?;
    let allowance = Call::Approve { token: coin, spender: datatoken, amount: provider_fee.amount };
    apply(&mut state, &env(consumer, 4), allowance)?;
    let call = Call::StartOrder {
        datatoken,
        consumer,
        service_index: U256::ZERO,
        provider_fee,
        consume_market_fee: ConsumeMarketFee::default(),
    };
    let mut events = apply(&mut state, &env(consumer, 5), call)?;
    if story.tampers("order") {
        // The logs claim a smaller fee than the provider signed.
        for e in &mut events {
            if let EventBody::ProviderFee(fee) = &mut e.body {
                fee.amount = U256::from(1u64);
            }
        }
    }
    let transaction = transaction_receipt(&env(consumer, 5), datatoken, &events);

    let service = Service {
        chain_id: ChainId::new(8996),
        nft,
        owner,
        datatoken,
        index: 0,
        id: SERVICE.into(),
        timeout: Seconds::new(7 * 86_400),
        provider: Some(owner),
    };
    // The owner runs the ledger, so the owner may take its own logs at their word.
    let policy = OrderPolicy { profile: Profile::Strict, user: consumer, allow_asserted: true };
    let verdict = verify_order(&transaction, &service, &policy, story.now())?;
    facts.input("nft", nft);
    facts.input("datatoken", datatoken);
    facts.input("provider fee", "1001");
    facts.output("evidence", verdict.level.as_str());
    facts.output("consumer", verdict.consumer);
    facts.output("transaction", verdict.transaction);

    let order = Order { service, algorithm, transaction };
    let order_receipt = agents.consumer.sign(order.clone(), None, story.now())?;
    let order_id = story.bundle.push(order_receipt);
    let grant =
        Grant { dataset, algorithm, consumer, level: verdict.level, valid_until: verdict.valid_until };
    verify_grant(&grant, owner, story.now(), &order, consumer)?;
    let grant_receipt = agents.owner.sign(grant, Some(order_id), story.now())?;
    facts.digest = story.bundle.push(grant_receipt);
    Ok(facts.digest)
}
