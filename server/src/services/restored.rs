//! What is done to a database that was restored from a backup.

use app::timestamp::Timestamp;

use super::audit::{self, Actor, Event, Outcome};
use crate::store::{self, Store};

/// Signs everybody out, since who had left after the backup was made would be signed in again, and records it.
/// **Permissions:** the command line.
pub async fn after_restore(store: &dyn Store, now: Timestamp) -> store::Result<()> {
    let mut transaction = store.begin().await?;
    let any_time = Timestamp::from_microseconds(i64::MAX);
    transaction.purge_sessions(any_time, any_time).await?;
    let event = Event {
        action: "backup.restore",
        object_id: None,
        object_name: "",
        outcome: Outcome::Done,
        detail: "everybody is signed out",
    };
    audit::record(&mut *transaction, None, &Actor::command_line(), now, event).await?;
    transaction.commit().await
}
