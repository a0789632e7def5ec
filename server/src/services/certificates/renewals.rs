//! Which stored certificates an upload may renew.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use app::certificate::{Facts, search_term};
use app::service::{Alike, KnownQuery, ListFilter, ListSort, Renewal, SortBy};

use super::{lock, row, usage};
use crate::services::failure::Result;
use crate::services::{Door, RESTORABLE};
use crate::store::{Certificate, Listing, Moment};

/// Certificates that are looked at more closely, of each kind.
const CANDIDATES: u32 = 50;
/// Renewals that are offered.
const MOST: usize = 5;

/// Those that have subject and issuer, or all names, of an upload: first what is most like it, then what ends first. If it is decided
/// which one the upload takes the place of, that one alone.
pub(super) async fn renewals(door: &Door, account_id: &str, query: &KnownQuery) -> Result<Vec<Renewal>> {
    let store = &*door.services.store;
    if let Some(id) = &query.in_place_of {
        let chosen = match lock::parse_id(id) {
            Ok(id) => store.certificate(account_id, id).await?,
            Err(_no_id) => None,
        };
        let facts = match &chosen {
            Some(chosen) => facts(door, chosen).await?,
            None => None,
        };
        return match chosen.zip(facts) {
            Some((chosen, facts)) => Ok(vec![renewal(door, chosen, facts, query).await?]),
            None => Ok(Vec::new()),
        };
    }
    let mut found = Vec::new();
    for candidate in candidates(door, account_id, query).await? {
        let is_possible = candidate.ca == query.ca && candidate.fingerprint_sha256 != query.fingerprint_sha256;
        if is_possible
            && let Some(facts) = facts(door, &candidate).await?
            && alike(&facts, query) > Alike::Nothing
        {
            found.push((candidate, facts));
        }
    }
    found.sort_by_key(|(candidate, facts)| {
        (Reverse(alike(facts, query)), candidate.not_after, candidate.name.clone(), candidate.id.clone())
    });
    found.truncate(MOST);
    let mut renewals = Vec::new();
    for (candidate, facts) in found {
        renewals.push(renewal(door, candidate, facts, query).await?);
    }
    Ok(renewals)
}

/// Those that are issued to the same (who has another name has another subject), and those that have its first name somewhere.
async fn candidates(door: &Door, account_id: &str, query: &KnownQuery) -> Result<Vec<Certificate>> {
    let store = &*door.services.store;
    let mut candidates = Vec::new();
    if !query.issued_to.is_empty() {
        candidates.extend(store.certificates_issued_to(account_id, &query.issued_to, CANDIDATES).await?);
    }
    if let Some(name) = query.names.first() {
        let now = door.services.clock.now();
        let listing = Listing {
            moment: Moment { now, restorable_after: now.plus_seconds(-RESTORABLE) },
            filter: ListFilter::All,
            term: search_term(name),
            sort: ListSort { by: SortBy::Expiry, descending: true },
        };
        let found = store.count_listed(account_id, &listing).await?;
        let listed = store.certificates_listed(account_id, &listing, &found, 0, CANDIDATES).await?;
        candidates.extend(listed.into_iter().map(|listed| listed.certificate));
    }
    let mut seen = BTreeSet::new();
    candidates.retain(|candidate| seen.insert(candidate.id.clone()));
    Ok(candidates)
}

async fn facts(door: &Door, certificate: &Certificate) -> Result<Option<Facts>> {
    let contents = door.services.store.contents(&certificate.account_id, &certificate.id).await?;
    Ok(contents.and_then(|contents| Facts::read(&contents.chain)))
}

fn alike(facts: &Facts, query: &KnownQuery) -> Alike {
    let subject_and_issuer = facts.subject == query.subject && facts.issuer == query.issuer;
    let set = |names: &[String]| names.iter().map(|name| name.to_lowercase()).collect::<BTreeSet<_>>();
    let names = set(&facts.names) == set(&query.names);
    match (subject_and_issuer, names) {
        (true, true) => Alike::All,
        (true, false) => Alike::SubjectAndIssuer,
        (false, true) if !query.names.is_empty() => Alike::Names,
        (false, _) => Alike::Nothing,
    }
}

async fn renewal(door: &Door, certificate: Certificate, facts: Facts, query: &KnownQuery) -> Result<Renewal> {
    let users = door.services.store.users_of(&certificate.account_id, &certificate.id).await?;
    let mut nodes = usage::nodes(users);
    nodes.retain(|node| node.active);
    Ok(Renewal {
        alike: alike(&facts, query),
        certificate: row(certificate),
        subject: facts.subject,
        issuer: facts.issuer,
        names: facts.names,
        key_type: facts.key_type,
        public_key_sha256: facts.public_key_sha256,
        usages: facts.usages,
        nodes,
    })
}
