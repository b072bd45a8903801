//! Forged orders, fees and grants, each beside its honest twin: one JSON object a row on stdout, exit 1 when a forgery
//! passes or an honest twin does not.
#![allow(clippy::unwrap_used, reason = "a test tool: it stops at its own mistakes")]

use countermark_crypto::SecretKey;
use countermark_datatoken::*;
use countermark_evm::{ConsumeMarketFee, Event as Body, ProviderFee, TransactionReceipt};
use countermark_primitives::{Address, B256, BlockNumber, ChainId, Coded, Seconds, Timestamp, U256};
use std::process::ExitCode;

const ORDERED_AT: u64 = 1_700_000_000;

/// A dataset, a paid order, and everybody's keys.
#[derive(Clone)]
struct World {
    chain: State,
    owner: Address,
    consumer: Address,
    provider: SecretKey,
    token: Address,
    service: Service,
}

fn env(caller: Address) -> Env {
    Env { profile: Profile::Strict, now: Timestamp::new(ORDERED_AT), block: BlockNumber::new(5), caller }
}

fn world() -> Result<World> {
    let a = Address::repeat_byte;
    let key = |n| SecretKey::from_seed(&[n; 32]);
    let (owner, consumer, provider) = (key(1).address(), key(2).address(), key(3));
    let mut chain = State::new(Genesis {
        factory: a(1),
        factory_nonce: 1,
        nft_template: a(2),
        datatoken_template: a(3),
        router: a(4),
        router_owner: a(5),
        opc_collector: a(6),
    });
    let token = a(7);
    chain.register_token(token);
    let body = Body::Transfer { from: Address::ZERO, to: consumer, value: U256::from(10_000) };
    chain.replay(&Event { emitter: token, body })?;
    let nft = chain.next_contract();
    let nft_terms = NftTerms {
        name: "Wine".into(),
        symbol: "WINE".into(),
        template_index: U256::from(1),
        additional_deployer: Address::ZERO,
        additional_metadata_updater: Address::ZERO,
        token_uri: String::new(),
        transferable: true,
        owner,
    };
    apply(&mut chain, &env(owner), Call::CreateNft(nft_terms))?;
    let datatoken = chain.next_contract();
    let terms = DatatokenTerms {
        name: "Access".into(),
        symbol: "DT".into(),
        template_index: U256::from(1),
        minter: owner,
        payment_collector: Address::ZERO,
        publish_market_fee: PublishMarketFee::default(),
        cap: U256::from(1),
    };
    apply(&mut chain, &env(owner), Call::CreateDatatoken { nft, terms })?;
    let amount = ONE_DATATOKEN * U256::from(3);
    apply(&mut chain, &env(owner), Call::Mint { datatoken, account: consumer, amount })?;
    apply(&mut chain, &env(consumer), Call::Approve { token, spender: datatoken, amount: U256::MAX })?;
    let service = Service {
        chain_id: ChainId::new(1),
        nft,
        owner,
        datatoken,
        index: 1,
        id: "compute".into(),
        timeout: Seconds::new(3600),
        provider: Some(provider.address()),
    };
    Ok(World { chain, owner, consumer, provider, token, service })
}

impl World {
    fn offer(&self) -> ProviderFee {
        ProviderFee {
            token: self.token,
            amount: U256::from(1001),
            data: provider_data(self.service.datatoken, &self.service.id),
            valid_until: U256::from(ORDERED_AT + 600),
            ..Default::default()
        }
    }

    fn fee(&self) -> Result<ProviderFee> {
        sign_provider_fee(self.offer(), &self.provider)
    }

    fn order(&self, provider_fee: ProviderFee, profile: Profile) -> Result<TransactionReceipt> {
        let call = Call::StartOrder {
            datatoken: self.service.datatoken,
            consumer: self.consumer,
            service_index: U256::from(self.service.index),
            provider_fee,
            consume_market_fee: ConsumeMarketFee::default(),
        };
        let env = Env { profile, ..env(self.consumer) };
        let events = apply(&mut self.chain.clone(), &env, call)?;
        Ok(transaction_receipt(&env, self.service.datatoken, &events))
    }

    fn verify(&self, receipt: &TransactionReceipt, now: u64) -> Result<OrderVerdict> {
        let policy = OrderPolicy { profile: Profile::Strict, user: self.consumer, allow_asserted: true };
        verify_order(receipt, &self.service, &policy, Timestamp::new(now))
    }

    /// Rewrites the events of an honest order's receipt.
    fn edited(&self, edit: impl Fn(Event) -> Option<Event>) -> Result<TransactionReceipt> {
        let mut receipt = self.order(self.fee()?, Profile::Strict)?;
        let events = receipt.logs.iter().map(Event::from_log).collect::<Result<Vec<_>>>()?;
        receipt.logs = events.into_iter().filter_map(edit).map(|e| e.to_log()).collect();
        Ok(receipt)
    }
}

struct Row {
    id: &'static str,
    expected: &'static str,
    honest: Result<OrderVerdict>,
    forged: Result<OrderVerdict>,
}

fn order_rows(w: &World) -> Result<Vec<Row>> {
    let at = ORDERED_AT;
    let good = w.order(w.fee()?, Profile::Strict)?;
    let honest = || w.verify(&good, at);
    let row = |id, expected, forged| Row { id, expected, honest: honest(), forged };
    let other = Address::repeat_byte(0xbb);
    let body = |f: fn(Body) -> Body| move |e: Event| Some(Event { body: f(e.body), ..e });
    let with_fee = |fee: Result<ProviderFee>| w.verify(&w.order(fee?, Profile::Compat)?, at);
    let sign = |offer| sign_provider_fee(offer, &w.provider);
    let policy = OrderPolicy { profile: Profile::Strict, user: w.consumer, allow_asserted: false };
    let same_bytes = w.edited(|e| Some(Event { emitter: other, ..e }))?;
    let no_order = w.edited(|e| (!matches!(e.body, Body::OrderStarted { .. })).then_some(e))?;
    let fee_only_foreign = w.edited(|e| match e.body {
        Body::ProviderFee(_) => Some(Event { emitter: other, ..e }),
        _ => Some(e),
    })?;
    let no_payment = w.edited(|e| (e.emitter != w.service.datatoken || !is_transfer(&e)).then_some(e))?;
    let no_fee_payment = w.edited(|e| (e.emitter != w.token || !is_transfer(&e)).then_some(e))?;
    let cheap = w.edited(body(|b| match b {
        Body::ProviderFee(f) => Body::ProviderFee(ProviderFee { amount: U256::from(1), ..f }),
        b => b,
    }))?;
    let longer = w.edited(body(|b| match b {
        Body::ProviderFee(f) => Body::ProviderFee(ProviderFee { valid_until: U256::from(u64::MAX), ..f }),
        b => b,
    }))?;
    let later = w.edited(body(|b| match b {
        Body::OrderStarted {
            consumer,
            payer,
            amount,
            service_index,
            publish_market_address,
            block_number,
            ..
        } => {
            let timestamp = U256::from(ORDERED_AT + 10_000);
            Body::OrderStarted {
                consumer,
                payer,
                amount,
                service_index,
                timestamp,
                publish_market_address,
                block_number,
            }
        }
        b => b,
    }))?;
    let mut dirty = good.clone();
    if let Some(log) = dirty.logs.first_mut() {
        log.data.push(0);
    }
    let stranger = SecretKey::from_seed(&[9; 32]);
    let signed_by_stranger = || {
        let fee = sign_provider_fee(w.offer(), &stranger)?;
        Ok(ProviderFee { address: w.provider.address(), ..fee })
    };
    let failed = TransactionReceipt { succeeded: false, ..good.clone() };
    let other_service = Service { index: 2, ..w.service.clone() };
    let user = |user| OrderPolicy { profile: Profile::Strict, user, allow_asserted: true };
    let now = Timestamp::new(at);
    Ok(vec![
        row("order_by_another_contract", "order_emitter", w.verify(&same_bytes, at)),
        row("order_log_removed", "order_started_missing", w.verify(&no_order, at)),
        row("failed_transaction", "order_failed", w.verify(&failed, at)),
        row("log_with_trailing_byte", "event_malformed", w.verify(&dirty, at)),
        row("order_of_somebody_else", "order_consumer", verify_order(&good, &w.service, &user(other), now)),
        row(
            "order_of_another_service",
            "service_mismatch",
            verify_order(&good, &other_service, &user(w.consumer), now),
        ),
        row("timeout_passed", "order_expired", {
            let timeless = sign(ProviderFee { valid_until: U256::ZERO, ..w.offer() })?;
            w.verify(&w.order(timeless, Profile::Strict)?, at + 3601)
        }),
        row("order_from_the_future", "order_in_future", w.verify(&later, at)),
        row("datatoken_not_paid", "order_unpaid", w.verify(&no_payment, at)),
        row("provider_fee_by_another_contract", "provider_fee_missing", w.verify(&fee_only_foreign, at)),
        row("no_provider_fee", "provider_fee_missing", with_fee(Ok(ProviderFee::default()))),
        row("provider_fee_of_another_provider", "provider_fee_missing", {
            with_fee(sign_provider_fee(w.offer(), &stranger))
        }),
        row("provider_fee_signed_by_stranger", "provider_fee_signature", {
            // The contract refuses it too, so it is put into an honest receipt.
            let fee: Result<ProviderFee> = signed_by_stranger();
            let fee = fee?;
            let swapped = w.edited(|e| match e.body {
                Body::ProviderFee(_) => Some(Event { body: Body::ProviderFee(fee.clone()), ..e }),
                _ => Some(e),
            })?;
            w.verify(&swapped, at)
        }),
        row("provider_fee_lowered", "provider_fee_signature", w.verify(&cheap, at)),
        row("provider_fee_prolonged", "provider_fee_signature", w.verify(&longer, at)),
        row("provider_fee_with_high_s", "provider_fee_signature", with_fee(w.fee().map(other_signature))),
        row("provider_fee_expired", "provider_fee_expired", w.verify(&good, at + 601)),
        row("provider_fee_not_moved", "provider_fee_unpaid", w.verify(&no_fee_payment, at)),
        row("provider_fee_for_another_service", "service_mismatch", {
            with_fee(sign(ProviderFee { data: provider_data(w.service.datatoken, "download"), ..w.offer() }))
        }),
        row("provider_fee_for_another_datatoken", "service_mismatch", {
            with_fee(sign(ProviderFee { data: provider_data(other, "compute"), ..w.offer() }))
        }),
        row(
            "asserted_log_for_paid_access",
            "evidence_too_weak",
            verify_order(&good, &w.service, &policy, now),
        ),
    ])
}

fn grant_rows(w: &World) -> Result<Vec<Row>> {
    let transaction = w.order(w.fee()?, Profile::Strict)?;
    let order = Order { service: w.service.clone(), algorithm: B256::repeat_byte(1), transaction };
    let now = Timestamp::new(ORDERED_AT + 10);
    let grant = Grant {
        dataset: B256::repeat_byte(2),
        algorithm: order.algorithm,
        consumer: w.consumer,
        level: EvidenceLevel::Asserted,
        valid_until: Some(Timestamp::new(ORDERED_AT + 600)),
    };
    let honest = || verify_grant(&grant, w.owner, now, &order, w.consumer);
    let forged = |g: Grant| verify_grant(&g, w.owner, now, &order, w.consumer);
    let other = Address::repeat_byte(0xbb);
    let row = |id, expected, forged| Row { id, expected, honest: honest(), forged };
    Ok(vec![
        row("grant_of_another_algorithm", "grant_mismatch", {
            forged(Grant { algorithm: B256::repeat_byte(9), ..grant.clone() })
        }),
        row(
            "grant_to_another_consumer",
            "grant_mismatch",
            forged(Grant { consumer: other, ..grant.clone() }),
        ),
        row("grant_claims_proof", "grant_mismatch", {
            forged(Grant { level: EvidenceLevel::Final, ..grant.clone() })
        }),
        row("grant_without_end", "grant_mismatch", forged(Grant { valid_until: None, ..grant.clone() })),
        row("grant_by_a_stranger", "grant_mismatch", verify_grant(&grant, other, now, &order, w.consumer)),
        row("grant_on_an_expired_order", "provider_fee_expired", {
            verify_grant(&grant, w.owner, Timestamp::new(ORDERED_AT + 601), &order, w.consumer)
        }),
        row(
            "order_receipt_by_a_stranger",
            "order_consumer",
            verify_grant(&grant, w.owner, now, &order, other),
        ),
    ])
}

fn is_transfer(e: &Event) -> bool {
    matches!(e.body, Body::Transfer { .. })
}

/// (r, n - s) with the other v: recovers the same address.
fn other_signature(fee: ProviderFee) -> ProviderFee {
    let order: U256 = "0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141".parse().unwrap();
    let s = order.wrapping_sub(U256::from_be_bytes(fee.s.0)).to_be_bytes::<32>().into();
    ProviderFee { s, v: 55 - fee.v, ..fee }
}

fn main() -> ExitCode {
    let rows = world().and_then(|w| {
        let mut rows = order_rows(&w)?;
        rows.extend(grant_rows(&w)?);
        Ok(rows)
    });
    let rows = match rows {
        Ok(rows) => rows,
        Err(e) => {
            eprintln!("attacks: {e}");
            return ExitCode::from(2);
        }
    };
    let mut good = true;
    for r in rows {
        let check = r.forged.as_ref().err().and_then(Coded::check);
        let rejected = check == Some(r.expected);
        let outcome = if r.forged.is_err() { "rejected" } else { "accepted" };
        good &= rejected && r.honest.is_ok();
        println!(
            "{}",
            serde_json::json!({
                "id": r.id, "honest_accepted": r.honest.is_ok(), "forgery": outcome, "check": check,
                "expected_check": r.expected,
            })
        );
    }
    if good { ExitCode::SUCCESS } else { ExitCode::from(1) }
}
