//! Signing out of every browser.

use app::service::SessionCookie;

use crate::auth::clear_cookie;
use crate::services::Door;
use crate::services::audit::{self, Event, Outcome};
use crate::services::failure::Result;

/// Ends all sessions of the caller, in every company. **Permissions:** a session.
pub(super) async fn sign_out_everywhere(door: &Door) -> Result<SessionCookie> {
    let person = door.person()?;
    let services = &*door.services;
    let mut transaction = services.store.begin().await?;
    let ended = transaction.delete_sessions_of(&person.user_id).await?;
    let detail = format!("sessions ended: {ended}");
    let event = Event {
        action: "session.sign_out_everywhere",
        object_id: Some(&person.user_id),
        object_name: &person.name,
        outcome: Outcome::Done,
        detail: &detail,
    };
    let now = services.clock.now();
    audit::record(&mut *transaction, Some(&person.account_id), &door.actor(), now, event).await?;
    transaction.commit().await?;
    Ok(clear_cookie(services.cookies))
}
