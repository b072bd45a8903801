use super::{Datatoken, Genesis, Nft, OpcFees, Roles, State};
use crate::PublishMarketFee;
use alloc::collections::{BTreeMap, BTreeSet};
use countermark_primitives::{Address, Canonical, Document, Error, Reader, Result, Writer};

const MAX_TEXT: usize = 64 << 10;
const MAX_ENTRIES: usize = 1 << 22;

impl Document for State {
    const SCHEMA: u16 = countermark_receipt::schema::DATATOKEN_STATE;
    const VERSION: u16 = 1;
    const NAME: &'static str = "datatoken_state";
}

/// Reads a list of pairs in ascending order without repetition: the one encoding of a map.
fn map<K: Ord + Clone, V>(
    r: &mut Reader<'_>,
    what: &'static str,
    min_size: usize,
    mut item: impl FnMut(&mut Reader<'_>) -> Result<(K, V)>,
) -> Result<BTreeMap<K, V>> {
    let mut out = BTreeMap::new();
    for _ in 0..r.count(what, min_size, MAX_ENTRIES)? {
        let at = r.position();
        let (k, v) = item(r)?;
        if out.last_key_value().is_some_and(|(last, _)| *last >= k) {
            return Err(Error::NonCanonical { what, at });
        }
        out.insert(k, v);
    }
    Ok(out)
}

fn amount(r: &mut Reader<'_>, what: &'static str) -> Result<countermark_primitives::U256> {
    let at = r.position();
    let v = r.u256(what)?;
    if v.is_zero() { Err(Error::NonCanonical { what, at }) } else { Ok(v) }
}

impl Canonical for Genesis {
    fn write(&self, w: &mut Writer) {
        w.address(&self.factory);
        w.u64(self.factory_nonce);
        for a in [
            &self.nft_template,
            &self.datatoken_template,
            &self.router,
            &self.router_owner,
            &self.opc_collector,
        ] {
            w.address(a);
        }
    }

    fn read(r: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            factory: r.address("factory")?,
            factory_nonce: r.u64("factory nonce")?,
            nft_template: r.address("data NFT template")?,
            datatoken_template: r.address("datatoken template")?,
            router: r.address("router")?,
            router_owner: r.address("router owner")?,
            opc_collector: r.address("community collector")?,
        })
    }
}

impl Canonical for OpcFees {
    fn write(&self, w: &mut Writer) {
        for v in [&self.swap_ocean, &self.swap_other, &self.consume, &self.provider] {
            w.u256(v);
        }
    }

    fn read(r: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            swap_ocean: r.u256("swap fee")?,
            swap_other: r.u256("swap fee")?,
            consume: r.u256("consume fee")?,
            provider: r.u256("provider fee")?,
        })
    }
}

impl Canonical for Roles {
    fn write(&self, w: &mut Writer) {
        w.list(&self.0, |w, (a, b)| {
            w.address(a);
            w.u8(*b);
        });
    }

    fn read(r: &mut Reader<'_>) -> Result<Self> {
        let start = r.position();
        let list = r.list("roles", 21, MAX_ENTRIES, |r| {
            let at = r.position();
            let (a, b) = (r.address("role holder")?, r.u8("roles")?);
            if b == 0 || b > 63 { Err(Error::NonCanonical { what: "roles", at }) } else { Ok((a, b)) }
        })?;
        let holders: BTreeSet<Address> = list.iter().map(|(a, _)| *a).collect();
        if holders.len() != list.len() {
            return Err(Error::NonCanonical { what: "roles", at: start });
        }
        Ok(Self(list))
    }
}

impl Canonical for Nft {
    fn write(&self, w: &mut Writer) {
        w.address(&self.owner);
        w.text(&self.name);
        w.text(&self.symbol);
        w.text(&self.token_uri);
        w.bool(self.transferable);
        w.list(&self.datatokens, |w, a| w.address(a));
        self.roles.write(w);
    }

    fn read(r: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            owner: r.address("data NFT owner")?,
            name: r.text("data NFT name", MAX_TEXT)?,
            symbol: r.text("data NFT symbol", MAX_TEXT)?,
            token_uri: r.text("data NFT token URI", MAX_TEXT)?,
            transferable: r.bool("data NFT transferable")?,
            datatokens: r.list("data NFT datatokens", 20, MAX_ENTRIES, |r| r.address("datatoken"))?,
            roles: Roles::read(r)?,
        })
    }
}

impl Canonical for Datatoken {
    fn write(&self, w: &mut Writer) {
        w.address(&self.nft);
        w.text(&self.name);
        w.text(&self.symbol);
        w.address(&self.collector);
        w.address(&self.publish_market_fee.address);
        w.address(&self.publish_market_fee.token);
        w.u256(&self.publish_market_fee.amount);
        self.roles.write(w);
    }

    fn read(r: &mut Reader<'_>) -> Result<Self> {
        Ok(Self {
            nft: r.address("datatoken NFT")?,
            name: r.text("datatoken name", MAX_TEXT)?,
            symbol: r.text("datatoken symbol", MAX_TEXT)?,
            collector: r.address("payment collector")?,
            publish_market_fee: PublishMarketFee {
                address: r.address("publish market fee address")?,
                token: r.address("publish market fee token")?,
                amount: r.u256("publish market fee amount")?,
            },
            roles: Roles::read(r)?,
        })
    }
}

impl Canonical for State {
    fn write(&self, w: &mut Writer) {
        self.genesis.write(w);
        self.fees.write(w);
        w.count(self.nfts.len());
        for (k, v) in &self.nfts {
            w.address(k);
            v.write(w);
        }
        w.count(self.datatokens.len());
        for (k, v) in &self.datatokens {
            w.address(k);
            v.write(w);
        }
        w.count(self.payment_tokens.len());
        for k in &self.payment_tokens {
            w.address(k);
        }
        w.count(self.supplies.len());
        for (k, v) in &self.supplies {
            w.address(k);
            w.u256(v);
        }
        w.count(self.balances.len());
        for ((token, holder), v) in &self.balances {
            w.address(token);
            w.address(holder);
            w.u256(v);
        }
        w.count(self.allowances.len());
        for ((token, owner, spender), v) in &self.allowances {
            w.address(token);
            w.address(owner);
            w.address(spender);
            w.u256(v);
        }
    }

    fn read(r: &mut Reader<'_>) -> Result<Self> {
        let a = |r: &mut Reader<'_>| r.address("token state address");
        Ok(Self {
            genesis: Genesis::read(r)?,
            fees: OpcFees::read(r)?,
            nfts: map(r, "data NFTs", 20, |r| Ok((a(r)?, Nft::read(r)?)))?,
            datatokens: map(r, "datatokens", 20, |r| Ok((a(r)?, Datatoken::read(r)?)))?,
            payment_tokens: map(r, "payment tokens", 20, |r| Ok((a(r)?, ())))?.into_keys().collect(),
            supplies: map(r, "supplies", 52, |r| Ok((a(r)?, amount(r, "supply")?)))?,
            balances: map(r, "balances", 72, |r| Ok(((a(r)?, a(r)?), amount(r, "balance")?)))?,
            allowances: map(r, "allowances", 92, |r| Ok(((a(r)?, a(r)?, a(r)?), amount(r, "allowance")?)))?,
        })
    }
}
