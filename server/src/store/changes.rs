//! What changes something, always inside a transaction.

use app::certificate::CertificateName;
use app::service::Permission;
use app::timestamp::Timestamp;
use async_trait::async_trait;

use super::database::Open;
use super::query::{Query, query};
use super::records::{Account, AuditEntry, Certificate, Contents, MasterKeyCheck, NewSession, SealedKey, User};
use super::rows::{self, select_certificate};
use super::{Error, Result, Transaction};

/// A transaction with the verbs that it knows.
pub(super) struct Changes {
    pub(super) database: Open,
}

#[async_trait]
impl Transaction for Changes {
    async fn commit(self: Box<Self>) -> Result<()> {
        self.database.commit().await
    }

    async fn insert_account(&mut self, account: &Account) -> Result<()> {
        let sql = "insert into accounts (id, name, created_at) values ($1, $2, $3)";
        let insert = query(sql).bind(&account.id).bind(&account.name).bind(account.created_at);
        self.database.change(insert).await.map(drop)
    }

    async fn insert_user(&mut self, user: &User) -> Result<()> {
        let sql = "insert into users (id, email, name, password_hash, created_at) values ($1, $2, $3, $4, $5)";
        let insert = query(sql).bind(&user.id).bind(&user.email).bind(&user.name);
        let insert = insert.bind(&user.password_hash).bind(user.created_at);
        self.database.change(insert).await.map(drop)
    }

    async fn insert_membership(&mut self, user_id: &str, account_id: &str, permissions: &[Permission]) -> Result<()> {
        let sql = "insert into memberships (user_id, account_id) values ($1, $2)";
        self.database.change(query(sql).bind(user_id).bind(account_id)).await?;
        for permission in permissions {
            let sql = "insert into permissions (user_id, account_id, permission) values ($1, $2, $3)";
            self.database.change(query(sql).bind(user_id).bind(account_id).bind(permission.as_str())).await?;
        }
        Ok(())
    }

    async fn has_users(&mut self) -> Result<bool> {
        Ok(!self.database.rows(query("select id from users limit 1")).await?.is_empty())
    }

    async fn replace_setup_link(&mut self, token_hash: &[u8; 32], created_at: Timestamp) -> Result<()> {
        let sql = "insert into setup_links (id, token_hash, created_at) values (1, $1, $2) \
                   on conflict (id) do update set token_hash = excluded.token_hash, created_at = excluded.created_at";
        self.database.change(query(sql).bind(token_hash).bind(created_at)).await.map(drop)
    }

    async fn take_setup_link(&mut self, token_hash: &[u8; 32]) -> Result<bool> {
        let sql = "delete from setup_links where token_hash = $1";
        Ok(self.database.change(query(sql).bind(token_hash)).await? == 1)
    }

    async fn insert_session(&mut self, session: &NewSession) -> Result<()> {
        let sql =
            "insert into sessions (id_hash, user_id, account_id, created_at, used_at) values ($1, $2, $3, $4, $4)";
        let insert = query(sql).bind(&session.id_hash).bind(&session.user_id).bind(&session.account_id);
        self.database.change(insert.bind(session.created_at)).await.map(drop)
    }

    async fn touch_session(&mut self, id_hash: &[u8; 32], at: Timestamp) -> Result<()> {
        // Two requests of one page can come in the other order.
        let sql = "update sessions set used_at = $2 where id_hash = $1 and used_at < $2";
        self.database.change(query(sql).bind(id_hash).bind(at)).await.map(drop)
    }

    async fn delete_session(&mut self, id_hash: &[u8; 32]) -> Result<()> {
        self.database.change(query("delete from sessions where id_hash = $1").bind(id_hash)).await.map(drop)
    }

    async fn purge_sessions(&mut self, created_before: Timestamp, used_before: Timestamp) -> Result<u64> {
        let sql = "delete from sessions where created_at < $1 or used_at < $2";
        self.database.change(query(sql).bind(created_before).bind(used_before)).await
    }

    async fn insert_certificate(
        &mut self,
        certificate: &Certificate,
        contents: &Contents,
        key: Option<&SealedKey>,
    ) -> Result<()> {
        self.database.change(insert_certificate(certificate, &comparable(&certificate.name))).await?;
        self.insert_contents(contents).await?;
        if let Some(key) = key {
            self.insert_sealed_key(contents, key).await?;
        }
        Ok(())
    }

    async fn lock_certificate(&mut self, account_id: &str, id: &str) -> Result<Option<Certificate>> {
        self.lock_account(account_id).await?;
        let sql = select_certificate!("where account_id = $1 and id = $2 and deleted_on is null for update");
        self.database.one(query(sql).bind(account_id).bind(id), rows::certificate).await
    }

    async fn lock_deleted_certificate(&mut self, account_id: &str, id: &str) -> Result<Option<Certificate>> {
        self.lock_account(account_id).await?;
        let sql = select_certificate!(
            "where account_id = $1 and id = $2 and deleted_on is not null and not is_destroyed for update"
        );
        self.database.one(query(sql).bind(account_id).bind(id), rows::certificate).await
    }

    async fn lock_primary(&mut self, account_id: &str) -> Result<Option<Certificate>> {
        self.lock_account(account_id).await?;
        let sql = select_certificate!("where account_id = $1 and is_primary and deleted_on is null for update");
        self.database.one(query(sql).bind(account_id), rows::certificate).await
    }

    async fn users_of_certificate(&mut self, account_id: &str, id: &str) -> Result<Vec<String>> {
        let sql = "select name from certificate_users \
                   where account_id = $1 and certificate_id = $2 and status = 'active' order by name";
        let users = query(sql).bind(account_id).bind(id);
        self.database.all(users, |row| row.value("certificate_users.name")).await
    }

    async fn update_certificate(&mut self, certificate: &Certificate) -> Result<()> {
        let name = comparable(&certificate.name);
        let sql = "update certificates \
                   set name = $3, is_primary = $4, deleted_on = $5, changed_by = $6, changed_at = $7, version = $8, \
                     name_comparable = $9 \
                   where account_id = $1 and id = $2 and version < $8 and not is_destroyed";
        let update = query(sql)
            .bind(&certificate.account_id)
            .bind(&certificate.id)
            .bind(&certificate.name)
            .bind(certificate.primary)
            .bind(certificate.deleted_on)
            .bind(&certificate.changed_by)
            .bind(certificate.changed_at)
            .bind(certificate.version)
            .bind(name.as_str());
        self.database.change_one("certificates", update).await
    }

    async fn destroy_deleted_before(&mut self, before: Timestamp) -> Result<Vec<(String, String)>> {
        // What another server is destroying or restoring at this moment is left to it.
        let sql = "select account_id, id from certificates where deleted_on < $1 and not is_destroyed \
                   for update skip locked";
        let mut destroyed = self.database.all(query(sql).bind(before), rows::account_and_id).await?;
        // In one order for all servers, since each account's audit chain is locked in it next.
        destroyed.sort_unstable();
        for (_account_id, id) in &destroyed {
            for sql in [
                "delete from sealed_keys where certificate_id = $1",
                "delete from certificate_chains where certificate_id = $1",
                "delete from certificate_versions where certificate_id = $1",
                "update certificates set is_destroyed = true where id = $1",
            ] {
                self.database.change(query(sql).bind(id)).await?;
            }
        }
        Ok(destroyed)
    }

    async fn insert_master_key_check(&mut self, check: &MasterKeyCheck) -> Result<()> {
        let sql = "insert into master_key_checks (version, sealed) values ($1, $2)";
        self.database.change(query(sql).bind(check.version).bind(&check.sealed)).await.map(drop)
    }

    async fn lock_audit_chain(&mut self, account_id: Option<&str>) -> Result<(i64, [u8; 32])> {
        if let Some(end) = self.lock_chain_end(account_id).await? {
            return Ok(end);
        }
        // Another transaction can have begun the chain in the meantime: then it is theirs that is locked.
        let sql = "insert into audit_chains (chain, account_id, sequence, hash) values ($1, $2, 0, $3) \
                   on conflict (chain) do nothing";
        let insert = query(sql).bind(rows::chain_name(account_id)).bind(account_id).bind(&[0; 32]);
        self.database.change(insert).await?;
        self.lock_chain_end(account_id).await?.ok_or(Error::Stale { table: "audit_chains" })
    }

    async fn append_audit(&mut self, entry: &AuditEntry) -> Result<()> {
        let chain = rows::chain_name(entry.account_id.as_deref());
        let sql = "update audit_chains set sequence = $2, hash = $3 \
                   where chain = $1 and sequence = $2 - 1 and hash = $4";
        let advance = query(sql).bind(chain).bind(entry.sequence).bind(&entry.hash).bind(&entry.previous_hash);
        self.database.change_one("audit_chains", advance).await?;
        self.database.change(insert_audit_entry(chain, entry)).await.map(drop)
    }
}

impl Changes {
    /// Makes changes inside an account wait for each other. One lock for the whole account, always taken first, because a row
    /// lock alone answers wrongly here: whoever waits for the primary's row would then find that it is not the primary any more,
    /// and not see the one that is.
    async fn lock_account(&mut self, account_id: &str) -> Result<()> {
        let sql = "select id from accounts where id = $1 for no key update";
        self.database.rows(query(sql).bind(account_id)).await.map(drop)
    }

    async fn insert_contents(&mut self, contents: &Contents) -> Result<()> {
        let sql = "insert into certificate_versions (certificate_id, content_version, text, stored_at) values ($1, $2, $3, $4)";
        let insert = query(sql).bind(&contents.certificate_id).bind(contents.content_version);
        self.database.change(insert.bind(&contents.text).bind(contents.stored_at)).await?;
        for (position, der) in (0_i64..).zip(&contents.chain) {
            let sql = "insert into certificate_chains (certificate_id, content_version, position, der) values ($1, $2, $3, $4)";
            let insert = query(sql).bind(&contents.certificate_id).bind(contents.content_version);
            self.database.change(insert.bind(position).bind(der)).await?;
        }
        Ok(())
    }

    async fn insert_sealed_key(&mut self, contents: &Contents, key: &SealedKey) -> Result<()> {
        let sql = "insert into sealed_keys (certificate_id, content_version, master_key_version, wrapped_data_key, sealed) \
                   values ($1, $2, $3, $4, $5)";
        let insert = query(sql).bind(&contents.certificate_id).bind(contents.content_version);
        let insert = insert.bind(key.master_key_version).bind(&key.wrapped_data_key).bind(&key.sealed);
        self.database.change(insert).await.map(drop)
    }

    async fn lock_chain_end(&mut self, account_id: Option<&str>) -> Result<Option<(i64, [u8; 32])>> {
        let sql = "select sequence, hash from audit_chains where chain = $1 for update";
        self.database.one(query(sql).bind(rows::chain_name(account_id)), rows::chain_end).await
    }
}

/// `name` is the comparable one.
fn insert_certificate<'v>(certificate: &'v Certificate, name: &'v str) -> Query<'v> {
    let sql = "insert into certificates \
                 (id, account_id, name, ca, is_primary, content_version, fingerprint_sha256, public_key_sha256, \
                  subject, issued_to, issuer, issuer_name, serial_number, key_type, \
                  not_before, not_after, uploaded_on, changed_at, changed_by, deleted_on, version, name_comparable, \
                  is_destroyed) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, \
                 false)";
    query(sql)
        .bind(&certificate.id)
        .bind(&certificate.account_id)
        .bind(&certificate.name)
        .bind(certificate.ca)
        .bind(certificate.primary)
        .bind(certificate.content_version)
        .bind(&certificate.fingerprint_sha256)
        .bind(&certificate.public_key_sha256)
        .bind(&certificate.subject)
        .bind(&certificate.issued_to)
        .bind(&certificate.issuer)
        .bind(&certificate.issuer_name)
        .bind(&certificate.serial_number)
        .bind(&certificate.key_type)
        .bind(certificate.not_before)
        .bind(certificate.not_after)
        .bind(certificate.uploaded_on)
        .bind(certificate.changed_at)
        .bind(&certificate.changed_by)
        .bind(certificate.deleted_on)
        .bind(certificate.version)
        .bind(name)
}

/// The form in which names are compared. One that could not be a name now (it was stored long ago) is compared as it stands.
fn comparable(name: &str) -> String {
    CertificateName::parse(name).map_or_else(|_| name.to_owned(), |name| name.comparable())
}

fn insert_audit_entry<'v>(chain: &'v str, entry: &'v AuditEntry) -> Query<'v> {
    let sql = "insert into audit_entries \
                 (chain, sequence, at, actor_kind, actor_id, actor_name, address, action, object_id, object_name, \
                  result, detail, previous_hash, hash) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    query(sql)
        .bind(chain)
        .bind(entry.sequence)
        .bind(entry.at)
        .bind(&entry.actor_kind)
        .bind(entry.actor_id.as_deref())
        .bind(&entry.actor_name)
        .bind(entry.address.as_deref())
        .bind(&entry.action)
        .bind(entry.object_id.as_deref())
        .bind(&entry.object_name)
        .bind(&entry.result)
        .bind(&entry.detail)
        .bind(&entry.previous_hash)
        .bind(&entry.hash)
}
