//! The first entry of the chain for what belongs to no account.

use app::timestamp::Timestamp;

use super::{Actor, Event, Outcome, record};
use crate::store::{self, Store};

/// Begins the log of a database that nobody has used yet, so that this chain has an entry everywhere and is missed where it was
/// removed. To be called before the vault is opened for the first time: a database that has a check value of a master key, or an
/// account, is left as it is. **Permissions:** the command line.
///
/// # Errors
/// What the store fails with.
pub async fn begin(store: &dyn Store, now: Timestamp) -> store::Result<()> {
    if !store.master_key_checks().await?.is_empty() || !store.is_empty().await? {
        return Ok(());
    }
    let mut transaction = store.begin().await?;
    // Of several servers that start at once, one comes first.
    let (last, _hash) = transaction.lock_audit_chain(None).await?;
    if last > 0 {
        return Ok(());
    }
    let event = Event {
        action: "database.create",
        object_id: None,
        object_name: "",
        outcome: Outcome::Done,
        detail: concat!("by Signet ", env!("CARGO_PKG_VERSION")),
    };
    record(&mut *transaction, None, &Actor::signet(), now, event).await?;
    transaction.commit().await
}
