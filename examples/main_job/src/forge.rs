//! Forgeries of a finished bundle, for the demo and for the tests of all languages.

use countermark::bundle::{Bundle, Error, verify_bundle};
use countermark::primitives::{B256, Coded as _};
use countermark::receipt::Receipt;
use std::collections::BTreeMap;

/// Changes the first byte of a statement that leaves it readable, and then recomputes every hash above it that needs
/// no key: ids, the parents named by later receipts, the digest of the bundle.
pub fn outsider(bundle: &Bundle, schema: u16) -> Option<Bundle> {
    let target = bundle.receipts.iter().position(|r| r.schema == schema)?;
    let length = bundle.receipts.get(target)?.body.len();
    (0..length).find_map(|at| {
        let mut forged = bundle.clone();
        let byte = forged.receipts.get_mut(target)?.body.get_mut(at)?;
        *byte ^= 1;
        relink(bundle, &mut forged);
        let refused = verify_bundle(&forged.to_bytes()).err()?;
        (refused.check() != Some("format")).then_some(forged)
    })
}

/// Puts the changed receipts' new ids where later receipts name the old ones.
fn relink(before: &Bundle, after: &mut Bundle) {
    let mut renamed: BTreeMap<B256, B256> = BTreeMap::new();
    for (old, new) in before.receipts.iter().zip(&mut after.receipts) {
        rename_parents(new, &renamed);
        renamed.insert(old.id(), new.id());
    }
}

fn rename_parents(receipt: &mut Receipt, renamed: &BTreeMap<B256, B256>) {
    for parent in &mut receipt.parents {
        if let Some(new) = renamed.get(parent) {
            *parent = *new;
        }
    }
}

/// The forgeries every language must refuse: what was done, and the bundle's bytes.
pub fn all(bundle: &Bundle, resign: &dyn Fn(&Receipt) -> Option<Receipt>) -> Vec<(String, Vec<u8>)> {
    use countermark::receipt::schema;
    let mut out = vec![];
    let kinds = [
        schema::AGENT,
        schema::ORDER,
        schema::GRANT,
        schema::RUN,
        schema::TRAINING,
        schema::VERIFICATION,
        schema::SCORE_REPORT,
    ];
    for kind in kinds {
        let name = schema::name_of(kind).unwrap_or("unknown");
        if let Some(forged) = outsider(bundle, kind) {
            out.push((
                format!("{name}: a field is changed, every unkeyed hash is recomputed"),
                forged.to_bytes(),
            ));
        }
        for (who, relinked) in [("its issuer signs again", false), ("everybody signs again", true)] {
            if let Some(forged) = insider(bundle, kind, resign, relinked) {
                out.push((format!("{name}: a field is changed and {who}"), forged.to_bytes()));
            }
        }
    }
    let mut without = bundle.clone();
    without.attachments.pop_first();
    out.push(("an attachment is left out".into(), without.to_bytes()));
    let mut more = bundle.clone();
    more.attach(b"free rider".to_vec());
    out.push(("an attachment nobody refers to".into(), more.to_bytes()));
    let mut flipped = bundle.to_bytes();
    if let Some(byte) = flipped.last_mut() {
        *byte ^= 1;
    }
    out.push(("the last byte of the digest is changed".into(), flipped));
    out
}

/// Like [`outsider`], but keys take part: the issuer's own, or everybody's from the change on. What is left to tell is
/// the link to receipts of others, or the evidence. `None` where a change of one bit leaves a statement that is as
/// good as the one before, such as another name on a card.
fn insider(
    bundle: &Bundle,
    schema: u16,
    resign: &dyn Fn(&Receipt) -> Option<Receipt>,
    everybody: bool,
) -> Option<Bundle> {
    let target = bundle.receipts.iter().position(|r| r.schema == schema)?;
    let length = bundle.receipts.get(target)?.body.len();
    let signed = |at: usize| {
        let mut forged = bundle.clone();
        let byte = forged.receipts.get_mut(target)?.body.get_mut(at)?;
        *byte ^= 1;
        let mut renamed: BTreeMap<B256, B256> = BTreeMap::new();
        for (i, old) in bundle.receipts.iter().enumerate() {
            let new = forged.receipts.get_mut(i)?;
            if i == target || (everybody && i > target) {
                rename_parents(new, &renamed);
                *new = resign(new)?;
            }
            renamed.insert(old.id(), new.id());
        }
        Some(forged)
    };
    let refused = |forged: &Bundle, wanted: &[&str], here: bool| match verify_bundle(&forged.to_bytes()) {
        Err(e @ Error::Receipt { index, .. }) => {
            e.check().is_some_and(|c| wanted.contains(&c)) && (!here || index == target)
        }
        _ => false,
    };
    let mut all = (0..length).filter_map(signed);
    if everybody {
        // Best the evidence of the statement itself; else whatever tells.
        let own = all.find(|f| refused(f, &["evidence"], true));
        return own
            .or_else(|| (0..length).filter_map(signed).find(|f| refused(f, &["link", "evidence"], false)));
    }
    // What was signed before by others names the old statement; the last in line has only its evidence.
    let broken = all.find(|f| refused(f, &["link"], false));
    broken.or_else(|| (0..length).filter_map(signed).find(|f| refused(f, &["evidence"], false)))
}
