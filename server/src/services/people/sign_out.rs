//! Signing out.

use app::service::SessionCookie;

use crate::auth::clear_cookie;
use crate::services::audit::{self, Event, Outcome};
use crate::services::failure::Result;
use crate::services::{Door, Who};

/// Ends the caller's session; without one only the cookie goes. **Permissions:** none.
pub(super) async fn sign_out(door: &Door) -> Result<SessionCookie> {
    let services = &*door.services;
    if let Who::Person(person) = &door.caller.who {
        let mut transaction = services.store.begin().await?;
        transaction.delete_session(&person.session).await?;
        let event = Event {
            action: "session.sign_out",
            object_id: Some(&person.user_id),
            object_name: &person.name,
            outcome: Outcome::Done,
            detail: "",
        };
        let now = services.clock.now();
        audit::record(&mut *transaction, Some(&person.account_id), &door.actor(), now, event).await?;
        transaction.commit().await?;
    }
    Ok(clear_cookie(services.cookies))
}
