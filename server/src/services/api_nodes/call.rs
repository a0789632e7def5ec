//! Calls.

use app::api_node::{CallInput, CallOutcome, Checked};
use app::service::{Error, LastCall, NodeTest};

use super::{CALL, WRITE, change, opening, plans};
use crate::egress::{Outlet, Setting};
use crate::services::Door;
use crate::services::accounts::refused;
use crate::services::certificates::parse_id;
use crate::services::failure::{Failure, Result};
use crate::store::ApiNode;

/// How often it is tried to open a certificate as it was at one moment, while others change it.
const LOOKS: usize = 5;

/// Makes a call of a node as it is stored. **Permissions:** `api_nodes:manage`, or a token with `api_nodes:call`.
pub(super) async fn call(door: &Door, id: &str, input: &CallInput) -> Result<CallOutcome> {
    let account_id = door.authorise(CALL, "api_node.call", Some(id)).await?;
    let plan = plans::plan(door, account_id, id).await?;
    let request = plan.checked.render(input).map_err(refused)?;
    let outcome = plan.outlet.call(request).await;
    note(door, Some(id), plan.checked.host(), &outcome);
    Ok(outcome)
}

/// Makes a call of a node as it is typed. **Permissions:** `api_nodes:manage`; no token may.
pub(super) async fn test(door: &Door, test: NodeTest) -> Result<CallOutcome> {
    let NodeTest { id, draft, input } = test;
    let account_id = door.authorise(WRITE, "api_node.test", id.as_deref()).await?;
    let services = &*door.services;
    let stored: Option<ApiNode> = match &id {
        None => None,
        Some(id) => {
            let found = services.store.api_node(account_id, parse_id(id)?).await?;
            Some(found.ok_or(Error::NotFound)?.node)
        }
    };
    let checked = opening::with_secrets(door, draft, stored.as_ref())?;
    if let Some(message) = services.egress.refuses_host(checked.host()) {
        return Err(refused([crate::auth::problem("url", message)]));
    }
    let request = checked.render(&input).map_err(refused)?;
    let mut transaction = services.store.begin().await?;
    change::check_references(&mut *transaction, account_id, &checked, stored.as_ref(), services.clock.now()).await?;
    drop(transaction);
    let what_for = format!("for a test request of the API node “{}”", checked.name());
    let setting = setting(door, &checked, account_id, &what_for).await?;
    let outlet = Outlet::new(&services.egress, setting)
        .map_err(|_never| Failure::Mistake("TLS versions and cipher suites do not fit"))?;
    let outcome = outlet.call(request).await;
    note(door, stored.as_ref().map(|node| node.id.as_str()), checked.host(), &outcome);
    Ok(outcome)
}

/// What a request is made with, with the certificate of this moment.
async fn setting(door: &Door, checked: &Checked, account_id: &str, what_for: &str) -> Result<Setting> {
    let store = &door.services.store;
    for _ in 0..LOOKS {
        let certificate = match checked.mtls().certificate.pinned() {
            _ if !checked.mtls().enabled => None,
            None => store.primary(account_id).await?,
            Some(id) => store.certificate(account_id, id).await?,
        };
        match opening::setting(door, checked, account_id, certificate.as_ref(), what_for).await {
            // Replaced in between.
            Err(Failure::Answer(Error::NotFound)) => {}
            made => return made,
        }
    }
    Err(Failure::Mistake("a certificate changes faster than it can be read"))
}

/// Counts a call. The certificate counts where it was sent.
fn note(door: &Door, id: Option<&str>, host: &str, outcome: &CallOutcome) {
    let sent = outcome.tls.as_ref().filter(|tls| tls.client_certificate_sent);
    let certificate = sent.and_then(|tls| tls.certificate_id.as_deref());
    let result = LastCall::result_of(outcome);
    door.services.uses.count(id, certificate, &result, host, door.services.clock.now());
}
