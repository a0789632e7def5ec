//! Is the log what was written? Every chain is walked from its beginning to the end that it knows of itself.

use super::{ACCOUNT_CREATE, hash};
use crate::store::{self, Store};

/// How many entries are read at once.
const AT_ONCE: u32 = 500;
/// The number of a chain's first entry.
const FIRST: i64 = 1;

/// A chain in which nothing was changed, removed or moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whole {
    /// Whose; `None` for the one of what belongs to no account.
    pub account_id: Option<String>,
    /// How many entries it has.
    pub entries: i64,
    /// Hash of the last one. Kept elsewhere, it tells later whether the end was cut off together with what the chain knows of it.
    pub hash: [u8; 32],
}

/// Why a chain is not whole.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    /// This entry is not what was written, or is not there: compare with a backup.
    #[error("the audit chain {} is broken: entry {sequence} was changed, removed or moved", name(account_id.as_deref()))]
    At {
        /// Whose chain.
        account_id: Option<String>,
        /// Place in the chain.
        sequence: i64,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Walks every chain that there is or should be: also those of accounts that are gone, as long as the chain for what belongs to no
/// account says that they were created.
///
/// # Errors
/// [`Broken::At`] for the first entry that was changed or removed, or before which one was removed or moved.
pub async fn verify_all(store: &dyn Store) -> Result<Vec<Whole>, Broken> {
    let (mut whole, mut created) = (Vec::new(), Vec::new());
    for account_id in store.audit_chains().await? {
        let (chain, accounts) = walk(store, account_id.as_deref()).await?;
        whole.push(chain);
        created.extend(accounts);
    }
    let is_walked = |id: &str| whole.iter().any(|chain| chain.account_id.as_deref() == Some(id));
    let gone: Vec<_> = created.into_iter().filter(|id| !is_walked(id)).collect();
    // Asked again: it may have been created at this moment.
    let chains = if gone.is_empty() { Vec::new() } else { store.audit_chains().await? };
    for account_id in gone.into_iter().map(Some) {
        if !chains.contains(&account_id) {
            return Err(Broken::At { account_id, sequence: FIRST });
        }
        whole.push(verify(store, account_id.as_deref()).await?);
    }
    Ok(whole)
}

/// Walks one chain. Entries that are appended meanwhile are walked as well.
///
/// # Errors
/// As [`verify_all`].
pub async fn verify(store: &dyn Store, account_id: Option<&str>) -> Result<Whole, Broken> {
    walk(store, account_id).await.map(|(whole, _created)| whole)
}

/// A chain, and the accounts that it says were created, if it is the one for what belongs to none.
async fn walk(store: &dyn Store, account_id: Option<&str>) -> Result<(Whole, Vec<String>), Broken> {
    let mut walk = Walk { account_id, sequence: 0, hash: [0; 32], created: Vec::new() };
    loop {
        let end = store.audit_chain_end(account_id).await?;
        let (last, last_hash) = end.unwrap_or((0, [0; 32]));
        // Each account's chain begins with the account, and the one for what belongs to none with the database. A chain never
        // comes before its first entry.
        if last == 0 && store.audit_chains().await?.iter().any(|chain| chain.as_deref() == account_id) {
            // Asked again: it may have been begun at this moment.
            if store.audit_chain_end(account_id).await? == end {
                return Err(walk.broken_at(FIRST));
            }
            continue;
        }
        walk.to(store, last).await?;
        if walk.hash != last_hash {
            return Err(walk.broken_at(last.max(1)));
        }
        // Every entry is written together with the chain's new end.
        let more = !store.audit_entries(account_id, last, 1).await?.is_empty();
        if !more {
            let whole = Whole { account_id: account_id.map(str::to_owned), entries: last, hash: last_hash };
            return Ok((whole, walk.created));
        }
        if store.audit_chain_end(account_id).await? == end {
            return Err(walk.broken_at(last.saturating_add(1)));
        }
    }
}

/// How far a chain was walked.
struct Walk<'a> {
    account_id: Option<&'a str>,
    sequence: i64,
    hash: [u8; 32],
    created: Vec<String>,
}

impl Walk<'_> {
    /// Walks on to the entry with this number.
    async fn to(&mut self, store: &dyn Store, last: i64) -> Result<(), Broken> {
        while self.sequence < last {
            let page = store.audit_entries(self.account_id, self.sequence, AT_ONCE).await?;
            if page.is_empty() {
                return Err(self.broken_at(self.sequence.saturating_add(1)));
            }
            for entry in page.iter().take_while(|entry| entry.sequence <= last) {
                let sequence = self.sequence.saturating_add(1);
                let whole = entry.sequence == sequence
                    && entry.account_id.as_deref() == self.account_id
                    && entry.previous_hash == self.hash
                    && entry.hash == hash(entry);
                if !whole {
                    return Err(self.broken_at(sequence));
                }
                (self.sequence, self.hash) = (sequence, entry.hash);
                if self.account_id.is_none() && entry.action == ACCOUNT_CREATE && entry.result == "done" {
                    self.created.extend(entry.object_id.clone());
                }
            }
            // What comes next is beyond the end, so one before it is missing.
            if page.iter().any(|entry| entry.sequence > last) && self.sequence < last {
                return Err(self.broken_at(self.sequence.saturating_add(1)));
            }
        }
        Ok(())
    }

    fn broken_at(&self, sequence: i64) -> Broken {
        Broken::At { account_id: self.account_id.map(str::to_owned), sequence }
    }
}

fn name(account_id: Option<&str>) -> String {
    account_id.map_or_else(|| "of what belongs to no account".to_owned(), |id| format!("of account {id}"))
}

#[cfg(test)]
mod tests {
    use app::timestamp::Timestamp;
    use sqlx::{Connection as _, SqliteConnection};

    use super::*;
    use crate::services::audit::{Actor, Event, Outcome, record};

    #[tokio::test]
    async fn an_entry_that_was_changed_together_with_its_hash_is_found_at_the_next_one() {
        let folder = tempfile::TempDir::new().unwrap();
        let url = format!("sqlite:{}", folder.path().join("signet.db").display());
        let store = store::connect(&url).await.unwrap();
        for detail in ["one", "two", "three"] {
            let event = Event { action: "x", object_id: None, object_name: "", outcome: Outcome::Done, detail };
            let mut transaction = store.begin().await.unwrap();
            record(&mut *transaction, None, &Actor::signet(), Timestamp::from_seconds(1), event).await.unwrap();
            transaction.commit().await.unwrap();
        }
        assert_eq!(verify(&*store, None).await.unwrap().entries, 3);

        let mut changed = store.audit_entries(None, 1, 1).await.unwrap().remove(0);
        "another".clone_into(&mut changed.detail);
        let update = sqlx::query("update audit_entries set detail = ?1, hash = ?2 where sequence = 2");
        let update = update.bind(&changed.detail).bind(hash(&changed).to_vec());
        update.execute(&mut SqliteConnection::connect(&url).await.unwrap()).await.unwrap();
        let broken = verify(&*store, None).await.unwrap_err();
        assert!(matches!(broken, Broken::At { sequence: 3, .. }), "{broken}");
    }
}
