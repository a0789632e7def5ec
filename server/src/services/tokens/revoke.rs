//! Revoking a token.

use app::service::{Error, TokenRow};

use super::{PERMISSION, row};
use crate::services::Door;
use crate::services::audit::{self, Event, Outcome};
use crate::services::failure::Result;

/// Revokes a token for good. **Permissions:** `settings:company_settings`.
pub(super) async fn revoke(door: &Door, id: &str) -> Result<TokenRow> {
    let account_id = door.authorise(PERMISSION, "token.revoke", Some(id)).await?;
    let id = parse_id(id)?;
    let now = door.services.clock.now();
    let mut transaction = door.services.store.begin().await?;
    let token = transaction.lock_token(account_id, id).await?.ok_or(Error::NotFound)?;
    if token.revoked_at.is_some() {
        return Err(Error::NotFound.into());
    }
    transaction.revoke_token(id, now).await?;
    let event = Event {
        action: "token.revoke",
        object_id: Some(id),
        object_name: &token.name,
        outcome: Outcome::Done,
        detail: "",
    };
    audit::record(&mut *transaction, Some(account_id), &door.actor(), now, event).await?;
    transaction.commit().await?;
    Ok(row(token))
}

/// The id as the store knows it. What is no id at all belongs to nothing.
fn parse_id(id: &str) -> Result<&str, Error> {
    let is_id = id.len() == 32 && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if is_id { Ok(id) } else { Err(Error::NotFound) }
}
