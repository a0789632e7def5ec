//! Creating, changing and duplicating nodes.

use app::api_node::{Checked, Draft, check};
use app::certificate::{CertificateName, Status};
use app::service::{Error, FieldProblem};
use app::timestamp::Timestamp;

use super::{WRITE, shown};
use crate::auth::problem;
use crate::services::accounts::refused;
use crate::services::audit::{self, Event, Outcome};
use crate::services::certificates::{parse_id, stale};
use crate::services::failure::Result;
use crate::services::{Door, Seen, Services};
use crate::store::{ApiNode, HeaderValue, ListedNode, NodeHeader, SealedKey, Transaction};
use crate::vault::HeaderPlace;

/// Nodes that a company has at most.
const MOST: u64 = 10_000;
/// The first version of everything.
const FIRST: i64 = 1;

/// Creates a node. **Permissions:** `api_nodes:manage`, or a token with `api_nodes:write`.
pub(super) async fn create(door: &Door, draft: Draft) -> Result<ListedNode> {
    let account_id = door.authorise(WRITE, "api_node.create", None).await?;
    let checked = check(draft).map_err(refused)?;
    let mut transaction = door.services.store.begin().await?;
    transaction.hold_account(account_id).await?;
    let node = add(door, &mut *transaction, account_id, &checked, None, "").await?;
    transaction.commit().await?;
    Ok(ListedNode { node, last_use: None })
}

/// Creates a copy of a node. **Permissions:** as above.
pub(super) async fn duplicate(door: &Door, id: &str) -> Result<ListedNode> {
    let account_id = door.authorise(WRITE, "api_node.create", Some(id)).await?;
    let mut transaction = door.services.store.begin().await?;
    let original = lock(&mut *transaction, account_id, id, &Seen::Any).await?;
    let mut draft = shown::draft(&original);
    draft.name = copy_name(&original.name);
    let checked = check(draft).map_err(refused)?;
    let detail = format!("a copy of “{}”", original.name);
    let node = add(door, &mut *transaction, account_id, &checked, Some(&original), &detail).await?;
    transaction.commit().await?;
    Ok(ListedNode { node, last_use: None })
}

/// Changes a node. One that changes nothing leaves no trace. **Permissions:** as above.
pub(super) async fn change(
    door: &Door,
    id: &str,
    seen: &Seen,
    edit: impl FnOnce(Draft) -> Draft + Send,
) -> Result<ListedNode> {
    let account_id = door.authorise(WRITE, "api_node.change", Some(id)).await?;
    let now = door.services.clock.now();
    let mut transaction = door.services.store.begin().await?;
    let before = lock(&mut *transaction, account_id, id, seen).await?;
    let checked = check(edit(shown::draft(&before))).map_err(refused)?;
    let mut after = node(door, &mut *transaction, &checked, Some(&before), &before.id, account_id).await?;
    let changed = changed_fields(&before, &after);
    if changed.is_empty() {
        drop(transaction);
        let found = door.services.store.api_node(account_id, id).await?;
        return Ok(found.ok_or(Error::NotFound)?);
    }
    check_references(&mut *transaction, account_id, &checked, Some(&before), now).await?;
    after.version = before.version.saturating_add(1);
    after.created_at = before.created_at;
    transaction.update_api_node(&after).await?;
    record(door, &mut *transaction, "api_node.change", &after, &changed.join(", ")).await?;
    transaction.commit().await?;
    let found = door.services.store.api_node(account_id, id).await?;
    Ok(found.ok_or(Error::NotFound)?)
}

/// The node in the version that the caller has seen, locked until the end of the transaction.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Stale`].
pub(super) async fn lock(
    transaction: &mut dyn Transaction,
    account_id: &str,
    id: &str,
    seen: &Seen,
) -> Result<ApiNode> {
    let node = transaction.lock_api_node(account_id, parse_id(id)?).await?.ok_or(Error::NotFound)?;
    if seen.includes(node.version) { Ok(node) } else { Err(stale(&node.changed_by, node.changed_at)) }
}

async fn add(
    door: &Door,
    transaction: &mut dyn Transaction,
    account_id: &str,
    checked: &Checked,
    original: Option<&ApiNode>,
    detail: &str,
) -> Result<ApiNode> {
    if transaction.count_nodes_of(account_id).await? >= MOST {
        let message = format!("There are {MOST} API nodes already. Delete those that nothing uses any more.");
        return Err(refused([problem("name", message)]));
    }
    let now = door.services.clock.now();
    let id = door.services.new_uuid()?;
    let node = node(door, transaction, checked, original, &id, account_id).await?;
    check_references(transaction, account_id, checked, original, now).await?;
    transaction.insert_api_node(&node).await?;
    record(door, transaction, "api_node.create", &node, detail).await?;
    Ok(node)
}

/// Writes into the audit log what was done to a node.
pub(super) async fn record(
    door: &Door,
    transaction: &mut dyn Transaction,
    action: &str,
    node: &ApiNode,
    detail: &str,
) -> Result<()> {
    let event = Event { action, object_id: Some(&node.id), object_name: &node.name, outcome: Outcome::Done, detail };
    audit::record(transaction, Some(&node.account_id), &door.actor(), door.services.clock.now(), event).await?;
    Ok(())
}

/// What was checked, as it is stored. Secret header values that are not given are those of `before`.
async fn node(
    door: &Door,
    transaction: &mut dyn Transaction,
    checked: &Checked,
    before: Option<&ApiNode>,
    id: &str,
    account_id: &str,
) -> Result<ApiNode> {
    let services = &*door.services;
    if let Some(message) = services.egress.refuses_host(checked.host()) {
        return Err(refused([problem("url", message)]));
    }
    let now = services.clock.now();
    Ok(ApiNode {
        id: id.to_owned(),
        account_id: account_id.to_owned(),
        name: checked.name().as_str().to_owned(),
        method: checked.method().to_owned(),
        url: checked.url().to_owned(),
        headers: headers(services, transaction, checked, before, id, account_id).await?,
        body: checked.body().to_owned(),
        timeout_ms: i64::from(checked.timeout_ms()),
        follow_redirects: checked.follow_redirects(),
        server_ca: checked.server_ca().map(str::to_owned),
        mtls_enabled: checked.mtls().enabled,
        certificate_id: checked.mtls().certificate.pinned().map(str::to_owned),
        created_at: now,
        changed_at: now,
        changed_by: door.actor().name().to_owned(),
        version: FIRST,
    })
}

async fn headers(
    services: &Services,
    transaction: &mut dyn Transaction,
    checked: &Checked,
    before: Option<&ApiNode>,
    id: &str,
    account_id: &str,
) -> Result<Vec<NodeHeader>> {
    let mut kept = Kept::of(before);
    let mut headers = Vec::new();
    for (place, header) in checked.headers().iter().enumerate() {
        let seat = HeaderPlace { account_id, node_id: id, header: header.name() };
        let value = match header.value() {
            Some(value) if header.is_secret() => {
                kept.take(header.name());
                HeaderValue::Sealed(services.vault.seal_header(transaction, &seat, value).await?)
            }
            Some(value) => HeaderValue::Plain(value.to_owned()),
            None => match (kept.take(header.name()), before) {
                (Some(sealed), Some(before)) if before.id == id => HeaderValue::Sealed(sealed.clone()),
                // A copy: sealed anew, since it opens in its own place only.
                (Some(sealed), Some(before)) => {
                    let from = HeaderPlace { account_id, node_id: &before.id, header: header.name() };
                    let opened = services.vault.open_header(&from, sealed)?;
                    HeaderValue::Sealed(services.vault.seal_header(transaction, &seat, opened.expose()).await?)
                }
                _ => return Err(refused([lacks_value(place)])),
            },
        };
        headers.push(NodeHeader { name: header.name().to_owned(), value });
    }
    Ok(headers)
}

pub(super) fn lacks_value(place: usize) -> FieldProblem {
    let message = "Give this secret header a value: there is none that could be kept.";
    problem(&format!("headers/{place}/value"), message)
}

/// The sealed header values of a node, each to be taken once, by the header's name.
pub(super) struct Kept<'a>(Vec<(&'a str, &'a SealedKey)>);

impl<'a> Kept<'a> {
    pub(super) fn of(node: Option<&'a ApiNode>) -> Self {
        let headers = node.map(|node| node.headers.as_slice()).unwrap_or_default();
        let sealed = headers.iter().filter_map(|header| match &header.value {
            HeaderValue::Sealed(sealed) => Some((header.name.as_str(), sealed)),
            HeaderValue::Plain(_) => None,
        });
        Self(sealed.collect())
    }

    pub(super) fn take(&mut self, name: &str) -> Option<&'a SealedKey> {
        let place = self.0.iter().position(|(kept, _)| kept.eq_ignore_ascii_case(name))?;
        Some(self.0.remove(place).1)
    }
}

/// The certificates that a node names are there, and do.
pub(super) async fn check_references(
    transaction: &mut dyn Transaction,
    account_id: &str,
    checked: &Checked,
    before: Option<&ApiNode>,
    now: Timestamp,
) -> Result<()> {
    let mut problems = Vec::new();
    if let Some(id) = checked.mtls().certificate.pinned() {
        let is_new = before.is_none_or(|before| before.certificate_id.as_deref() != Some(id));
        let message = match transaction.lock_certificate(account_id, id).await? {
            None => Some("There is no certificate with this id: take one from the list.".to_owned()),
            Some(found) if found.ca => Some("That is a CA certificate, and has no key: choose another one.".to_owned()),
            Some(found) if is_new => match Status::at(now, found.not_before, found.not_after) {
                Status::Expired => Some(format!("It expired on {}: choose another one.", found.not_after.date())),
                Status::NotYetValid => {
                    Some(format!("It is valid from {}: choose another one.", found.not_before.date()))
                }
                Status::Valid | Status::Expiring | Status::Urgent => None,
            },
            Some(_) => None,
        };
        problems.extend(message.map(|message| problem("mtls/certificate", message)));
    }
    if let Some(id) = checked.server_ca() {
        let message = match transaction.lock_certificate(account_id, id).await? {
            None => Some("There is no certificate with this id: take one from the list."),
            Some(found) if !found.ca => Some("That is not a CA certificate: choose one, or none for the system's."),
            Some(_) => None,
        };
        problems.extend(message.map(|message| problem("server_ca", message)));
    }
    if problems.is_empty() { Ok(()) } else { Err(refused(problems)) }
}

/// What is different, by name; never a value.
fn changed_fields(before: &ApiNode, after: &ApiNode) -> Vec<&'static str> {
    let fields = [
        (before.name != after.name, "name"),
        (before.method != after.method, "method"),
        (before.url != after.url, "URL"),
        (before.headers != after.headers, "headers"),
        (before.body != after.body, "body"),
        (before.timeout_ms != after.timeout_ms, "time limit"),
        (before.follow_redirects != after.follow_redirects, "redirects"),
        (before.server_ca != after.server_ca, "what its server is trusted by"),
        (before.mtls_enabled != after.mtls_enabled, if after.mtls_enabled { "mTLS on" } else { "mTLS off" }),
        (before.certificate_id != after.certificate_id, "certificate"),
    ];
    fields.into_iter().filter_map(|(is_changed, name)| is_changed.then_some(name)).collect()
}

/// "Create transfer (copy)", as long as a name may be.
fn copy_name(name: &str) -> String {
    let with = |length: usize| format!("{} (copy)", name.chars().take(length).collect::<String>());
    (0..=name.chars().count()).rev().map(with).find(|name| CertificateName::parse(name).is_ok()).unwrap_or_default()
}
