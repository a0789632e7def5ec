//! Making the newest version of the master key the active one, and wrapping every data key with it.
//!
//! From the moment when it is the active one, everything new is sealed with it. What is older is wrapped anew in small transactions,
//! each of which leaves every key as it was or with the new version: whoever is stopped half-way starts again and goes on.

use std::time::Duration;

use super::{WhichKey, fingerprint, header_place, place};
use crate::services::Services;
use crate::services::audit::{self, Actor, Event, Outcome};
use crate::store::{MasterKeyCheck, StoredKey, Transaction};
use crate::vault::Error;

/// How many keys are wrapped in one transaction: others who write wait no longer than that takes.
const AT_ONCE: u32 = 100;
/// Between two transactions: with SQLite, whoever waits looks only now and then whether it may write.
const PAUSE: Duration = Duration::from_millis(10);

/// What a rotation came to.
#[derive(Debug)]
pub struct Rotation {
    /// The active version of the master key.
    pub active: i64,
    /// How many private keys were wrapped with it.
    pub rewrapped: u64,
    /// How many secret header values of API nodes were.
    pub rewrapped_headers: u64,
    /// Those that do not open, and stay as they are.
    pub damaged: Vec<WhichKey>,
    /// Older versions in the file that no stored key needs any more.
    pub unneeded: Vec<i64>,
    /// Older versions in the file that damaged keys are wrapped with.
    pub needed: Vec<i64>,
}

impl Services {
    /// Makes the newest version in the master key file the active one, if it is not yet, and wraps with it whatever is not wrapped
    /// with it yet. Private keys stay sealed. **Permissions:** the command line.
    pub async fn rotate_master_key(&self) -> Result<Rotation, Error> {
        let in_file = self.vault.versions_in_file()?;
        let check = self.activate(in_file.last().copied().unwrap_or_default()).await?;
        let (rewrapped, mut damaged) = self.rewrap_all(&check).await?;
        let (rewrapped_headers, damaged_headers) = self.rewrap_headers(&check).await?;
        damaged.extend(damaged_headers);
        let (mut needed, mut unneeded) = (Vec::new(), Vec::new());
        for version in in_file.into_iter().filter(|version| *version < check.version) {
            if self.store.needs_master_key(version).await? { needed.push(version) } else { unneeded.push(version) }
        }
        Ok(Rotation { active: check.version, rewrapped, rewrapped_headers, damaged, unneeded, needed })
    }

    /// The check value of the active version, which is the newest one from here on.
    async fn activate(&self, newest: i64) -> Result<MasterKeyCheck, Error> {
        let mut transaction = self.store.begin().await?;
        let active = transaction.lock_master_key().await?.ok_or(Error::NoCheck)?;
        if active.version > newest {
            return Err(Error::LacksVersion { version: active.version });
        }
        if active.version == newest {
            return Ok(active);
        }
        let check = self.vault.new_check(newest)?;
        transaction.insert_master_key_check(&check).await?;
        let detail = format!("number {newest} is the active one, it was number {}", active.version);
        self.record(&mut *transaction, "master_key.rotate", &detail).await?;
        transaction.commit().await?;
        Ok(check)
    }

    /// How many were wrapped anew, and which could not be.
    async fn rewrap_all(&self, check: &MasterKeyCheck) -> Result<(u64, Vec<WhichKey>), Error> {
        let (mut rewrapped, mut damaged) = (0, Vec::new());
        let mut after = (String::new(), 0);
        loop {
            let mut transaction = self.store.begin().await?;
            let keys = transaction.lock_keys_older_than(check.version, (&after.0, after.1), AT_ONCE).await?;
            let Some(last) = keys.last() else { return Ok((rewrapped, damaged)) };
            after = (last.certificate_id.clone(), last.content_version);
            let before = rewrapped;
            for key in keys {
                match self.rewrapped(&key, check) {
                    Ok(sealed) => {
                        transaction.rewrap_key(&key.certificate_id, key.content_version, &sealed).await?;
                        rewrapped += 1;
                    }
                    Err(Error::DoesNotOpen | Error::LacksVersion { .. }) => damaged.push(key.into()),
                    Err(error) => return Err(error),
                }
            }
            self.commit(transaction, rewrapped - before, ("key", "keys"), check).await?;
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// The same with the secret header values of API nodes.
    async fn rewrap_headers(&self, check: &MasterKeyCheck) -> Result<(u64, Vec<WhichKey>), Error> {
        let (mut rewrapped, mut damaged) = (0, Vec::new());
        let mut after = (String::new(), -1);
        loop {
            let mut transaction = self.store.begin().await?;
            let headers = transaction.lock_headers_older_than(check.version, (&after.0, after.1), AT_ONCE).await?;
            let Some(last) = headers.last() else { return Ok((rewrapped, damaged)) };
            after = (last.node_id.clone(), last.position);
            let before = rewrapped;
            for header in headers {
                let Some(sealed) = header.key.clone() else { continue };
                match self.vault.rewrap(&header_place(&header), sealed, check) {
                    Ok(sealed) => {
                        transaction.rewrap_header(&header.node_id, header.position, &sealed).await?;
                        rewrapped += 1;
                    }
                    Err(Error::DoesNotOpen | Error::LacksVersion { .. }) => damaged.push(header.into()),
                    Err(error) => return Err(error),
                }
            }
            self.commit(transaction, rewrapped - before, ("header value", "header values"), check).await?;
            tokio::time::sleep(PAUSE).await;
        }
    }

    fn rewrapped(&self, key: &StoredKey, check: &MasterKeyCheck) -> Result<crate::store::SealedKey, Error> {
        let (Some(leaf), Some(sealed)) = (&key.leaf, &key.key) else { return Err(Error::DoesNotOpen) };
        self.vault.rewrap(&place(key, &fingerprint(leaf)), sealed.clone(), check)
    }

    /// Commits what was wrapped anew, with its entry; nothing is written of nothing.
    async fn commit(
        &self,
        mut transaction: Box<dyn Transaction>,
        number: u64,
        what: (&str, &str),
        check: &MasterKeyCheck,
    ) -> Result<(), Error> {
        if number > 0 {
            let (what, verb) = if number == 1 { (what.0, "is") } else { (what.1, "are") };
            let detail = format!("{number} {what} {verb} sealed with number {} now", check.version);
            self.record(&mut *transaction, "master_key.rewrap", &detail).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    async fn record(&self, transaction: &mut dyn Transaction, action: &str, detail: &str) -> Result<(), Error> {
        let event = Event { action, object_id: None, object_name: "", outcome: Outcome::Done, detail };
        audit::record(transaction, None, &Actor::command_line(), self.clock.now(), event).await?;
        Ok(())
    }
}
