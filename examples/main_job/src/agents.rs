//! Four agents: keys from seeds, addresses, and a self-signed card each.

use crate::stage::{Done, Facts};
use crate::story::Story;
use countermark::crypto::{SealingKey, SecretKey};
use countermark::identity::{Agent, verify_agent};
use countermark::primitives::{Address, B256, Timestamp, hash::sha256_tagged};
use countermark::receipt::{Body, Draft, Receipt};

/// Somebody with keys and a card.
pub struct Party {
    pub name: &'static str,
    pub key: SecretKey,
    pub sealing: SealingKey,
    pub card: B256,
}

impl Party {
    fn new(seed: u64, name: &'static str) -> Self {
        let secret = |purpose: &str| derive(seed, &format!("{name}/{purpose}")).0;
        let key = SecretKey::from_seed(&secret("signing"));
        let sealing = SealingKey::from_seed(&secret("sealing"));
        Self { name, key, sealing, card: B256::ZERO }
    }

    pub fn address(&self) -> Address {
        self.key.address()
    }

    /// Signs a statement that builds on the party's own card and on `parent`.
    pub fn sign<B: Body>(&self, body: B, parent: Option<B256>, at: Timestamp) -> Done<Receipt> {
        let card = Some(self.card).filter(|c| *c != B256::ZERO);
        let parents = card.into_iter().chain(parent).collect();
        Ok(Draft { issuer: self.address(), issued_at: at, parents, body }.sign(&self.key)?)
    }
}

/// A value that depends on the demo's seed alone. A real agent's seed comes from a generator of secrets.
pub fn derive(seed: u64, label: &str) -> B256 {
    sha256_tagged("countermark/examples/main-job/v1", &[&seed.to_le_bytes(), label.as_bytes()])
}

pub struct Agents {
    pub owner: Party,
    pub consumer: Party,
    pub trainer: Party,
    pub verifier: Party,
}

impl Agents {
    pub fn all(&self) -> [&Party; 4] {
        [&self.owner, &self.consumer, &self.trainer, &self.verifier]
    }
}

pub fn create(story: &mut Story, facts: &mut Facts) -> Done<Agents> {
    let party = |name| Party::new(story.seed, name);
    let mut agents = Agents {
        owner: party("owner"),
        consumer: party("consumer"),
        trainer: party("trainer"),
        verifier: party("verifier"),
    };
    let stranger = party("stranger").key.public_key();
    for p in [&mut agents.owner, &mut agents.consumer, &mut agents.trainer, &mut agents.verifier] {
        let mut key = p.key.public_key();
        if story.tampers("agents") && p.name == "trainer" {
            key = stranger; // a card with somebody else's key on it
        }
        let sealing = Some(p.sealing.public_key().0);
        let card = p.sign(Agent::try_new(p.name, &key.to_bytes(), sealing)?, None, story.now())?;
        verify_agent(&card.verify::<Agent>()?, p.address())?;
        facts.output(p.name, p.address());
        p.card = story.bundle.push(card);
        facts.digest =
            sha256_tagged("countermark/examples/agents/v1", &[facts.digest.as_slice(), p.card.as_slice()]);
    }
    facts.input("seed", story.seed);
    Ok(agents)
}
