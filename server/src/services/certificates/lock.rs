//! Taking hold of a certificate to change it.

use app::service::Error;
use app::timestamp::Timestamp;

use crate::services::Seen;
use crate::services::audit::Actor;
use crate::services::failure::{Failure, Result};
use crate::store::{Certificate, Transaction};

/// The certificate in the version that the caller has seen, locked until the end of the transaction.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Stale`].
pub(super) async fn lock(
    transaction: &mut dyn Transaction,
    account_id: &str,
    id: &str,
    seen: &Seen,
) -> Result<Certificate> {
    let certificate = transaction.lock_certificate(account_id, parse_id(id)?).await?.ok_or(Error::NotFound)?;
    if seen.includes(certificate.version) {
        Ok(certificate)
    } else {
        Err(stale(&certificate.changed_by, certificate.changed_at))
    }
}

/// The id as the store knows it. What is no id at all belongs to nothing.
///
/// # Errors
/// [`Error::NotFound`].
pub(in crate::services) fn parse_id(id: &str) -> Result<&str, Error> {
    match uuid::Uuid::try_parse(id) {
        Ok(uuid) if uuid.hyphenated().to_string() == id => Ok(id),
        _ => Err(Error::NotFound),
    }
}

/// The answer for somebody who has seen an earlier version than the one that this person made then.
pub(in crate::services) fn stale(changed_by: &str, changed_at: Timestamp) -> Failure {
    let by = Some(changed_by.to_owned()).filter(|by| !by.is_empty());
    Failure::Answer(Error::Stale { by, at: changed_at })
}

/// Notes who changed it and when, and raises its version.
pub(super) fn touch(certificate: &mut Certificate, actor: &Actor, now: Timestamp) {
    actor.name().clone_into(&mut certificate.changed_by);
    certificate.changed_at = now;
    certificate.version = certificate.version.saturating_add(1);
}
