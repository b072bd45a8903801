//! The contracts around a feed, and scenarios played on it.

use crate::abi::Arg;
use crate::evm::{Chain, Outcome};
use k256::ecdsa::SigningKey;
use revm::primitives::{Address, B256, Log, U256, keccak256};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::path::Path;

type Fail = Box<dyn std::error::Error>;

/// Predictoors and subscribers.
const WALLETS: u8 = 6;
/// Every slot of a scenario has begun by then.
const LATER: u64 = u64::MAX;

/// Everything that scenarios share.
pub(crate) struct Ocean {
    /// Of the bytecode that was loaded.
    pub(crate) digest: String,
    chain: Chain,
    factory: Address,
    router: Address,
    exchange: Address,
    /// The stake token: a datatoken of template 1, which can be minted up to 2^256-1.
    token: Address,
    wallets: Vec<(Address, SigningKey)>,
}

const fn plain(byte: u8) -> Address {
    Address::repeat_byte(byte)
}

const OWNER: Address = plain(0xd0);
const COLLECTOR: Address = plain(0xc0);
const MARKET: Address = plain(0x3a);

fn list<T: Into<Arg>>(items: impl IntoIterator<Item = T>) -> Arg {
    Arg::Array(items.into_iter().map(Into::into).collect())
}

/// The address in a word.
fn address(word: U256) -> Address {
    Address::from_word(B256::from(word))
}

fn done(outcome: Outcome) -> Result<Vec<U256>, Fail> {
    Ok(outcome.map(|(words, _)| words).map_err(|e| format!("setting up: {e}"))?)
}

impl Ocean {
    pub(crate) fn deploy(artifacts: &Path) -> Result<Self, Fail> {
        let mut hash = Sha256::new();
        let mut load = |file: &str| -> Result<Vec<u8>, Fail> {
            let text = std::fs::read_to_string(artifacts.join(file))?;
            let artifact: Value = serde_json::from_str(&text)?;
            let hex =
                artifact["bytecode"].as_str().and_then(|s| s.strip_prefix("0x")).ok_or("no bytecode")?;
            let code = (0..hex.len() / 2)
                .map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16))
                .collect::<Result<Vec<u8>, _>>()?;
            hash.update(&code);
            Ok(code)
        };
        let router = load("pools/FactoryRouter.sol/FactoryRouter.json")?;
        let exchange = load("pools/fixedRate/FixedRateExchange.sol/FixedRateExchange.json")?;
        let nft = load("templates/ERC721Template.sol/ERC721Template.json")?;
        let datatoken = load("templates/ERC20Template.sol/ERC20Template.json")?;
        let feed = load("templates/ERC20Template3.sol/ERC20Template3.json")?;
        let factory = load("ERC721Factory.sol/ERC721Factory.json")?;
        let digest = hash.finalize().iter().map(|b| format!("{b:02x}")).collect();

        let mut chain = Chain::new();
        let wallets = (1..=WALLETS)
            .map(|i| {
                let key = SigningKey::from_slice(&[i; 32])?;
                let point = key.verifying_key().to_encoded_point(false);
                Ok((Address::from_slice(&keccak256(&point.as_bytes()[1..])[12..]), key))
            })
            .collect::<Result<Vec<_>, Fail>>()?;

        let empty = || list::<u64>([]);
        let unused = plain(0x0b);
        let router = chain.deploy(
            OWNER,
            &router,
            vec![OWNER.into(), unused.into(), OWNER.into(), plain(0x0c).into(), empty()],
        );
        let exchange = chain.deploy(OWNER, &exchange, vec![router.into()]);
        let [nft, datatoken, feed] = [nft, datatoken, feed].map(|code| chain.deploy(OWNER, &code, vec![]));
        let factory = chain.deploy(OWNER, &factory, vec![nft.into(), datatoken.into(), router.into()]);
        let mut send = |to, signature, args| done(chain.send(1, OWNER, to, signature, args));
        send(factory, "addTokenTemplate(address)", vec![feed.into()])?;
        send(router, "addFactory(address)", vec![factory.into()])?;
        send(router, "addFixedRateContract(address)", vec![exchange.into()])?;
        let words = send(
            factory,
            "createNftWithErc20((string,string,uint256,string,bool,address),\
             (uint256,string[],address[],uint256[],bytes[]))",
            vec![
                nft_terms(),
                Arg::Tuple(vec![
                    1u64.into(),
                    list(["Token", "T"]),
                    list([OWNER, OWNER, Address::ZERO, Address::ZERO]),
                    list([U256::MAX, U256::ZERO]),
                    empty(),
                ]),
            ],
        )?;
        let token = address(words[1]);
        for (wallet, _) in &wallets {
            let amount = U256::MAX / U256::from(8);
            send(token, "mint(address,uint256)", vec![(*wallet).into(), amount.into()])?;
        }
        Ok(Self { digest, chain, factory, router, exchange, token, wallets })
    }

    /// Plays a scenario.
    pub(crate) fn play(&self, inputs: &Value) -> Result<Vec<String>, Fail> {
        let mut chain = self.chain.clone();
        let feed = match self.create(&mut chain, inputs)? {
            Ok(feed) => feed,
            Err(reason) => return Ok(vec![format!("revert: {reason}")]),
        };
        for (wallet, _) in &self.wallets {
            let args = vec![feed.into(), U256::MAX.into()];
            done(chain.send(1, *wallet, self.token, "approve(address,uint256)", args))?;
        }
        let mut game = Game { ocean: self, chain, feed };
        let steps = inputs["steps"].as_array().ok_or("no steps")?;
        let mut out = steps.iter().map(|s| game.step(s)).collect::<Result<Vec<_>, Fail>>()?;
        for slot in inputs["slots"].as_array().ok_or("no slots")? {
            out.push(game.slot(number(slot)?)?);
        }
        out.push(game.balances()?);
        Ok(out)
    }

    /// A new feed, with an exchange that sells its subscriptions where there is a price.
    fn create(&self, chain: &mut Chain, inputs: &Value) -> Result<Result<Address, String>, Fail> {
        let [epoch, subscription, timeout] = ["epoch", "subscription", "timeout"].map(|k| number(&inputs[k]));
        let erc20 = Arg::Tuple(vec![
            2u64.into(),
            list(["Feed", "F"]),
            list([OWNER, OWNER, Address::ZERO, Address::ZERO, self.token]),
            list([
                U256::MAX,
                U256::ZERO,
                U256::from(epoch?),
                U256::from(subscription?),
                U256::from(timeout?),
            ]),
            list::<u64>([]),
        ]);
        let price = &inputs["price"];
        let created = if price.is_null() {
            let signature = "createNftWithErc20((string,string,uint256,string,bool,address),\
                             (uint256,string[],address[],uint256[],bytes[]))";
            chain.send(1, OWNER, self.factory, signature, vec![nft_terms(), erc20])
        } else {
            let [rate, ocean_fee, market_fee] =
                ["rate", "ocean_fee", "market_fee"].map(|k| amount(&price[k]));
            let fees = vec![0u64.into(), ocean_fee?.into(), 0u64.into(), 0u64.into()];
            let signature = "updateOPCFee(uint256,uint256,uint256,uint256)";
            done(chain.send(1, OWNER, self.router, signature, fees))?;
            let sale = Arg::Tuple(vec![
                self.exchange.into(),
                list([self.token, OWNER, COLLECTOR, Address::ZERO]),
                list([U256::from(18), U256::from(18), rate?, market_fee?, U256::ONE]),
            ]);
            let signature = "createNftWithErc20WithFixedRate((string,string,uint256,string,bool,address),\
                             (uint256,string[],address[],uint256[],bytes[]),(address,address[],uint256[]))";
            chain.send(1, OWNER, self.factory, signature, vec![nft_terms(), erc20, sale])
        };
        Ok(created.map(|(words, _)| address(words[1])))
    }
}

fn nft_terms() -> Arg {
    Arg::Tuple(vec!["N".into(), "N".into(), 1u64.into(), "".into(), true.into(), OWNER.into()])
}

fn number(v: &Value) -> Result<u64, Fail> {
    v.as_u64().ok_or_else(|| format!("{v} is no number").into())
}

fn amount(v: &Value) -> Result<U256, Fail> {
    Ok(U256::from_str_radix(v.as_str().ok_or("an amount is text")?, 10)?)
}

/// The events of a feed that a scenario compares.
const EVENTS: [(&str, &str); 6] = [
    ("PredictionSubmitted", "(address,uint256,uint256)"),
    ("Paused", "(bool)"),
    ("PredictionPayout", "(address,uint256,uint256,uint256,bool,bool,uint256,uint8)"),
    ("NewSubscription", "(address,uint256,uint256)"),
    ("TruevalSubmitted", "(uint256,bool,uint8,uint256,uint256)"),
    ("RevenueAdded", "(uint256,uint256,uint256,uint256,uint256)"),
];

struct Game<'a> {
    ocean: &'a Ocean,
    chain: Chain,
    feed: Address,
}

impl Game<'_> {
    fn wallet(&self, v: &Value) -> Result<&(Address, SigningKey), Fail> {
        let at = usize::try_from(number(v)?)?;
        Ok(self.ocean.wallets.get(at).ok_or("no such wallet")?)
    }

    /// A word as text: `w2` for the address of a wallet.
    fn word(&self, word: U256) -> String {
        let wallet = self.ocean.wallets.iter().position(|(a, _)| *a == address(word));
        wallet.map_or_else(|| word.to_string(), |i| format!("w{i}"))
    }

    fn words(&self, words: impl IntoIterator<Item = U256>) -> String {
        words.into_iter().map(|w| self.word(w)).collect::<Vec<_>>().join(", ")
    }

    fn event(&self, log: &Log) -> Option<String> {
        let topics = log.data.topics();
        let name = |(name, types): &(&'static str, &str)| {
            (keccak256(format!("{name}{types}")) == *topics.first()?).then_some(*name)
        };
        let name = EVENTS.iter().find_map(name).filter(|_| log.address == self.feed)?;
        let indexed = topics.iter().skip(1).map(|t| U256::from_be_bytes(t.0));
        Some(format!("{name}({})", self.words(indexed.chain(crate::abi::words(&log.data.data)))))
    }

    fn step(&mut self, s: &Value) -> Result<String, Fail> {
        let (feed, now) = (self.feed, number(&s["now"])?);
        let flag = |key: &str| Arg::from(s[key] == true);
        let slot = || number(&s["slot"]).map(Arg::from);
        let who = || self.wallet(&s["who"]).map(|(a, _)| *a);
        let zero = || Arg::from(0u64);
        let (from, signature, args) = match s["call"].as_str().unwrap_or_default() {
            "submit" => {
                let args = vec![flag("up"), amount(&s["stake"])?.into(), slot()?];
                (who()?, "submitPredval(bool,uint256,uint256)", args)
            }
            "true_value" => {
                (OWNER, "submitTrueVal(uint256,bool,bool)", vec![slot()?, flag("truth"), flag("cancel")])
            }
            "payout" => (MARKET, "payout(uint256,address)", vec![slot()?, who()?.into()]),
            "payouts" => {
                let slots = s["slots"].as_array().ok_or("no slots")?;
                let slots = slots.iter().map(number).collect::<Result<Vec<u64>, _>>()?;
                (MARKET, "payoutMultiple(uint256[],address)", vec![list(slots), who()?.into()])
            }
            "pause" => (OWNER, "pausePredictions()", vec![]),
            "collector" => {
                let collector = if s["zero"] == true { Address::ZERO } else { COLLECTOR };
                (OWNER, "setFeeCollector(address)", vec![collector.into()])
            }
            "redeem" => (OWNER, "redeemUnusedSlotRevenue(uint256)", vec![slot()?]),
            "subscribe" => {
                let id = [Arg::from(self.ocean.token), feed.into()];
                let id = keccak256(crate::abi::arguments(id.into()));
                let market = if s["named"] == true { MARKET } else { Address::ZERO };
                let order = Arg::Tuple(vec![who()?.into(), zero(), no_provider_fee(), no_market_fee()]);
                let sale = Arg::Tuple(vec![
                    self.ocean.exchange.into(),
                    id.into(),
                    U256::MAX.into(),
                    amount(&s["consume_fee"])?.into(),
                    market.into(),
                ]);
                let signature = "buyFromFreAndOrder((address,uint256,\
                                 (address,address,uint256,uint8,bytes32,bytes32,uint256,bytes),\
                                 (address,address,uint256)),(address,bytes32,uint256,uint256,address))";
                (who()?, signature, vec![order, sale])
            }
            "aggregate" => {
                let auth = self.authorisation(&s["who"], now)?;
                let signature = "getAggPredval(uint256,(address,uint8,bytes32,bytes32,uint256))";
                return Ok(match self.chain.read(now, feed, signature, vec![slot()?, auth]) {
                    Ok((words, _)) => self.words(words),
                    Err(reason) => format!("revert: {reason}"),
                });
            }
            other => return Err(format!("there is no step {other}").into()),
        };
        Ok(match self.chain.send(now, from, feed, signature, args) {
            Ok((_, logs)) => logs.iter().filter_map(|l| self.event(l)).collect::<Vec<_>>().join("; "),
            Err(reason) => format!("revert: {reason}"),
        })
    }

    /// A wallet's signed word that it is the one who reads, good for an hour.
    fn authorisation(&self, who: &Value, now: u64) -> Result<Arg, Fail> {
        let (wallet, key) = self.wallet(who)?;
        let until = U256::from(now) + U256::from(3600);
        let inner = keccak256([wallet.as_slice(), &until.to_be_bytes::<32>()].concat());
        let digest = keccak256([b"\x19Ethereum Signed Message:\n32", inner.as_slice()].concat());
        let (signature, recovery) = key.sign_prehash_recoverable(digest.as_slice())?;
        let half = |bytes: &[u8]| Arg::from(U256::from_be_slice(bytes));
        let (r, s) = signature.split_bytes();
        let v = 27 + u64::from(recovery.to_byte());
        Ok(Arg::Tuple(vec![(*wallet).into(), v.into(), half(&r), half(&s), until.into()]))
    }

    fn look(&mut self, signature: &str, args: Vec<Arg>) -> Result<Vec<U256>, Fail> {
        let outcome = self.chain.read(LATER, self.feed, signature, args);
        Ok(outcome.map(|(words, _)| words).map_err(|e| format!("{signature}: {e}"))?)
    }

    /// Sums, status, true value, revenue and predictions of a slot.
    fn slot(&mut self, slot: u64) -> Result<String, Fail> {
        let nobody = || Arg::Tuple(vec![0u64.into(), 0u64.into(), 0u64.into(), 0u64.into(), 0u64.into()]);
        let signature = "getAggPredval(uint256,(address,uint8,bytes32,bytes32,uint256))";
        let mut words = self.look(signature, vec![slot.into(), nobody()])?;
        for signature in
            ["epochStatus(uint256)", "trueValues(uint256)", "getsubscriptionRevenueAtEpoch(uint256)"]
        {
            words.extend(self.look(signature, vec![slot.into()])?);
        }
        for i in 0..self.ocean.wallets.len() {
            let wallet = self.ocean.wallets[i].0;
            let signature = "getPrediction(uint256,address,(address,uint8,bytes32,bytes32,uint256))";
            let found = self.look(signature, vec![slot.into(), wallet.into(), nobody()])?;
            let [up, stake, predictoor, paid] = found[..] else {
                return Err("a prediction has 4 words".into());
            };
            if !predictoor.is_zero() {
                words.extend([U256::from(i), up, stake, paid]);
            }
        }
        Ok(words.iter().map(U256::to_string).collect::<Vec<_>>().join(" "))
    }

    /// Stake tokens of the feed, the exchange, both collectors and every wallet; whether the feed is paused.
    fn balances(&mut self) -> Result<String, Fail> {
        let mut holders = vec![self.feed, self.ocean.exchange, COLLECTOR, MARKET];
        holders.extend(self.ocean.wallets.iter().map(|(a, _)| *a));
        let mut words = Vec::new();
        for holder in holders {
            let args = vec![holder.into()];
            words.extend(done(self.chain.read(LATER, self.ocean.token, "balanceOf(address)", args))?);
        }
        words.extend(self.look("paused()", vec![])?);
        Ok(words.iter().map(U256::to_string).collect::<Vec<_>>().join(" "))
    }
}

fn no_provider_fee() -> Arg {
    let mut words: Vec<Arg> = (0..7).map(|_| Arg::from(0u64)).collect();
    words.push(Arg::Bytes(vec![]));
    Arg::Tuple(words)
}

fn no_market_fee() -> Arg {
    Arg::Tuple((0..3).map(|_| Arg::from(0u64)).collect())
}
