//! Opening what a call needs: the certificate's key, and secret header values.

use app::api_node::{CallError, Checked, Draft, FailureKind, check};
use app::service::{Error, Secret};

use super::change::Kept;
use super::shown;
use crate::egress::{Identity, Setting};
use crate::services::accounts::refused;
use crate::services::audit::{self, Event, Outcome};
use crate::services::failure::{Failure, Result};
use crate::services::refusals::Refusal;
use crate::services::{Door, Problem};
use crate::store::{ApiNode, Certificate};
use crate::vault::{self, HeaderPlace, Place};

/// What the opening of a key is recorded as.
const OPEN: &str = "key.open";

/// A draft with the secret header values that its node has already.
pub(super) fn with_secrets(door: &Door, draft: Draft, stored: Option<&ApiNode>) -> Result<Checked> {
    let checked = check(draft).map_err(refused)?;
    let mut kept = Kept::of(stored);
    let mut secrets = Vec::new();
    for (place, header) in checked.headers().iter().enumerate().filter(|(_, header)| header.is_secret()) {
        let sealed = kept.take(header.name());
        if header.value().is_some() {
            continue;
        }
        let (Some(sealed), Some(node)) = (sealed, stored) else {
            return Err(refused([super::change::lacks_value(place)]));
        };
        let seat = HeaderPlace { account_id: &node.account_id, node_id: &node.id, header: header.name() };
        let opened = door.services.vault.open_header(&seat, sealed)?;
        secrets.push(Secret::from(opened.expose().to_owned()));
    }
    Ok(checked.with_secrets(secrets.into_iter()))
}

/// A stored node with its secret header values.
pub(super) fn stored(door: &Door, node: &ApiNode) -> Result<Checked> {
    with_secrets(door, shown::draft(node), Some(node))
}

/// What an outlet is made for. The opening of a key is recorded, with what it is for.
pub(super) async fn setting(
    door: &Door,
    checked: &Checked,
    account_id: &str,
    certificate: Option<&Certificate>,
    what_for: &str,
) -> Result<Setting> {
    let store = &door.services.store;
    let server_ca = match checked.server_ca() {
        None => Vec::new(),
        Some(id) => store.contents(account_id, id).await?.map(|contents| contents.chain).unwrap_or_default(),
    };
    let mut setting = Setting {
        server_ca,
        follow_redirects: checked.follow_redirects(),
        timeout: std::time::Duration::from_millis(u64::from(checked.timeout_ms())),
        ..Setting::default()
    };
    if checked.mtls().enabled {
        match certificate {
            Some(certificate) => setting.identity = Some(open(door, certificate, what_for).await?),
            None => setting.no_identity = Some(no_certificate(checked)),
        }
    }
    Ok(setting)
}

/// Opens a certificate's key. **Permissions:** asked for by whoever calls.
async fn open(door: &Door, certificate: &Certificate, what_for: &str) -> Result<Identity> {
    let services = &*door.services;
    let Certificate { account_id, id, content_version, .. } = certificate;
    let contents = services.store.contents(account_id, id).await?;
    // Replaced at this very moment: whoever calls looks again.
    let contents = contents.filter(|contents| contents.content_version == *content_version).ok_or(Error::NotFound)?;
    let sealed = services.store.sealed_key(account_id, id, *content_version).await?;
    let sealed = sealed.ok_or(Failure::Mistake("a client certificate has no key"))?;
    let place = Place {
        account_id,
        certificate_id: id,
        fingerprint_sha256: &certificate.fingerprint_sha256,
        content_version: *content_version,
    };
    let what_for = format!("{what_for}, version {content_version} of the contents");
    let key = match services.vault.open_key(&place, &sealed) {
        Ok(key) => key,
        Err(cause) => {
            // Everybody in the company can read the log, and has no use for paths on the server.
            let why = match &cause {
                vault::Error::DoesNotOpen => Problem::DoesNotOpen.to_string(),
                vault::Error::LacksVersion { version } => Problem::LacksVersion(*version).to_string(),
                _ => "the key could not be opened".to_owned(),
            };
            // Each call tries again, so these can come in any number.
            let refusal = Refusal {
                account_id: Some(account_id.clone()),
                actor: door.actor(),
                action: OPEN.to_owned(),
                object_id: Some(id.clone()),
                object_name: certificate.name.clone(),
                detail: format!("{what_for}; {why}"),
            };
            services.record_refusal(refusal).await?;
            return Err(cause.into());
        }
    };
    let mut transaction = services.store.begin().await?;
    let event = Event {
        action: OPEN,
        object_id: Some(id),
        object_name: &certificate.name,
        outcome: Outcome::Done,
        detail: &what_for,
    };
    audit::record(&mut *transaction, Some(account_id), &door.actor(), services.clock.now(), event).await?;
    transaction.commit().await?;
    let hosts = certificate.allowed_hosts.clone();
    Identity::new(id.clone(), certificate.name.clone(), &contents.chain, &key, hosts)
        .map_err(|_unusable| Failure::Mistake("a stored certificate cannot be used in a handshake"))
}

fn no_certificate(checked: &Checked) -> CallError {
    let (message, hint) = match checked.mtls().certificate.pinned() {
        None => (
            "The node follows the primary certificate, and the company has none. Nothing was sent.",
            "Make a certificate the primary (Company > Certificates), or choose one for this node by name.",
        ),
        Some(_) => (
            "The node's certificate is not there any more. Nothing was sent.",
            "Choose another certificate for this node.",
        ),
    };
    CallError { kind: FailureKind::NoCertificate, message: message.to_owned(), hint: hint.to_owned() }
}
