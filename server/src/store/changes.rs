//! What changes something, always inside a transaction.

use app::certificate::{Status, folded};
use app::service::Permission;
use app::timestamp::Timestamp;
use async_trait::async_trait;

use super::database::Open;
use super::query::{Query, query};
use super::records::{
    Account, AuditEntry, Certificate, CertificateUser, Contents, DestroyedContents, MasterKeyCheck, NewSession,
    SealedKey, StoredKey, Unsearchable, User,
};
use super::rows::{self, select_certificate, select_stored_key, select_users};
use super::tokens::{self, Token};
use super::{Error, Result, Transaction, search};

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
        self.database.change(insert_certificate(certificate, &Derived::of(certificate))).await?;
        self.count_in(certificate).await?;
        self.insert_contents(contents).await?;
        search::insert(&mut self.database, certificate, contents).await?;
        if let Some(key) = key {
            self.insert_sealed_key(contents, key).await?;
        }
        if certificate.primary {
            self.recount_users(&certificate.account_id, [None; 4]).await?;
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

    async fn users_of_certificate(&mut self, account_id: &str, id: &str) -> Result<Vec<CertificateUser>> {
        let users = query(select_users!()).bind(account_id).bind(id);
        self.database.all(users, rows::certificate_user).await.map(rows::sorted)
    }

    async fn update_certificate(&mut self, certificate: &Certificate) -> Result<()> {
        self.recount(certificate).await?;
        search::rename(&mut self.database, certificate).await?;
        let Derived { name, allowed_hosts, .. } = Derived::of(certificate);
        let sql = "update certificates \
                   set name = $3, is_primary = $4, deleted_on = $5, changed_by = $6, changed_at = $7, version = $8, \
                     name_comparable = $9, allowed_hosts = $10 \
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
            .bind(name.as_str())
            .bind(allowed_hosts.as_str());
        self.database.change_one("certificates", update).await?;
        // Whoever follows the primary uses another one from now on, if it is the primary that has changed.
        self.recount_users(&certificate.account_id, [Some(&certificate.id), None, None, None]).await
    }

    async fn replace_contents(
        &mut self,
        certificate: &Certificate,
        contents: &Contents,
        key: Option<&SealedKey>,
    ) -> Result<()> {
        self.retire_contents(certificate).await?;
        self.insert_contents(contents).await?;
        if let Some(key) = key {
            self.insert_sealed_key(contents, key).await?;
        }
        self.describe_contents(certificate).await?;
        self.update_certificate(certificate).await
    }

    async fn bring_back_contents(&mut self, certificate: &Certificate) -> Result<()> {
        self.retire_contents(certificate).await?;
        let sql = "update certificate_versions set replaced_on = null, replaced_by = '' \
                   where certificate_id = $1 and content_version = $2 and replaced_on is not null";
        let bring_back = query(sql).bind(&certificate.id).bind(certificate.content_version);
        self.database.change_one("certificate_versions", bring_back).await?;
        self.describe_contents(certificate).await?;
        self.update_certificate(certificate).await
    }

    async fn newest_contents(&mut self, id: &str) -> Result<i64> {
        let sql = "select max(content_version) as newest from certificate_versions where certificate_id = $1";
        let newest = self.database.one(query(sql).bind(id), |row| row.value("certificate_versions.newest")).await?;
        newest.ok_or(Error::Stale { table: "certificate_versions" })
    }

    async fn destroy_contents_replaced_before(&mut self, before: Timestamp) -> Result<Vec<DestroyedContents>> {
        // What another server is destroying or bringing back at this moment is left to it.
        let sql = "select certificate_id, content_version, \
                     (select account_id from certificates where certificates.id = certificate_id) as account_id, \
                     (select name from certificates where certificates.id = certificate_id) as name \
                   from certificate_versions where replaced_on < $1 for update skip locked";
        let mut destroyed = self.database.all(query(sql).bind(before), rows::destroyed_contents).await?;
        // In one order for all servers, since each account's audit chain is locked in it next.
        destroyed.sort_unstable();
        for DestroyedContents { certificate_id, content_version, .. } in &destroyed {
            // The key first: there is none without its contents.
            for sql in [
                "delete from sealed_keys where certificate_id = $1 and content_version = $2",
                "delete from certificate_chains where certificate_id = $1 and content_version = $2",
                "delete from certificate_versions where certificate_id = $1 and content_version = $2",
            ] {
                self.database.change(query(sql).bind(certificate_id).bind(*content_version)).await?;
            }
        }
        Ok(destroyed)
    }

    async fn describe_certificate(&mut self, id: &str, api_issuer: &str, signature: &str) -> Result<()> {
        let sql = "update certificates set api_issuer = $2, signature = $3 where id = $1 and signature = ''";
        self.database.change(query(sql).bind(id).bind(api_issuer).bind(signature)).await.map(drop)
    }

    async fn make_searchable(&mut self, certificate: &Unsearchable) -> Result<()> {
        search::make_searchable(&mut self.database, certificate).await
    }

    async fn count_authorities(&mut self, account_id: &str) -> Result<u64> {
        let sql = "select present from certificate_totals where account_id = $1 and ca = $2";
        let count = query(sql).bind(account_id).bind(true);
        Ok(self.database.one(count, |row| row.count("certificate_totals.present")).await?.unwrap_or(0))
    }

    async fn move_users(
        &mut self,
        account_id: &str,
        from: &str,
        to: Option<&str>,
        by: (&str, Timestamp),
    ) -> Result<()> {
        for sql in [
            "update api_nodes set certificate_id = $3, version = version + 1, changed_by = $4, changed_at = $5 \
             where account_id = $1 and certificate_id = $2 and mtls_enabled",
            "update api_nodes set server_ca = $3, version = version + 1, changed_by = $4, changed_at = $5 \
             where account_id = $1 and server_ca = $2",
        ] {
            let update = query(sql).bind(account_id).bind(from).bind(to).bind(by.0).bind(by.1);
            self.database.change(update).await?;
        }
        self.recount_users(account_id, [Some(from), to, None, None]).await
    }

    async fn release_inactive_users(
        &mut self,
        account_id: &str,
        id: &str,
        by: (&str, Timestamp),
    ) -> Result<Vec<String>> {
        let sql = "update api_nodes set certificate_id = null, version = version + 1, changed_by = $3, changed_at = $4 \
                   where account_id = $1 and certificate_id = $2 and not mtls_enabled returning name";
        let released = query(sql).bind(account_id).bind(id).bind(by.0).bind(by.1);
        let mut names: Vec<String> = self.database.all(released, |row| row.value("api_nodes.name")).await?;
        names.sort_unstable();
        Ok(names)
    }

    async fn destroy_certificate(&mut self, id: &str) -> Result<()> {
        for sql in DESTROY {
            self.database.change(query(sql).bind(id)).await?;
        }
        Ok(())
    }

    async fn destroy_deleted_before(&mut self, before: Timestamp) -> Result<Vec<(String, String)>> {
        // What another server is destroying or restoring at this moment is left to it.
        let sql = "select account_id, id from certificates where deleted_on < $1 and not is_destroyed \
                   for update skip locked";
        let mut destroyed = self.database.all(query(sql).bind(before), rows::account_and_id).await?;
        // In one order for all servers, since each account's audit chain is locked in it next.
        destroyed.sort_unstable();
        for (_account_id, id) in &destroyed {
            self.destroy_certificate(id).await?;
        }
        Ok(destroyed)
    }

    async fn insert_master_key_check(&mut self, check: &MasterKeyCheck) -> Result<()> {
        let sql = "insert into master_key_checks (version, sealed) values ($1, $2)";
        self.database.change(query(sql).bind(check.version).bind(&check.sealed)).await.map(drop)
    }

    async fn insert_token(&mut self, token: &Token) -> Result<()> {
        tokens::insert(&mut self.database, token).await
    }

    async fn count_tokens(&mut self, account_id: &str) -> Result<u64> {
        tokens::count(&mut self.database, account_id).await
    }

    async fn lock_token(&mut self, account_id: &str, id: &str) -> Result<Option<Token>> {
        tokens::lock(&mut self.database, account_id, id).await
    }

    async fn revoke_token(&mut self, id: &str, at: Timestamp) -> Result<()> {
        tokens::revoke(&mut self.database, id, at).await
    }

    async fn touch_token(&mut self, id: &str, at: Timestamp) -> Result<()> {
        tokens::touch(&mut self.database, id, at).await
    }

    async fn hold_master_key(&mut self) -> Result<Option<MasterKeyCheck>> {
        self.database.rows(query("select version from master_key_checks order by version limit 1 for share")).await?;
        self.newest_master_key_check().await
    }

    async fn lock_master_key(&mut self) -> Result<Option<MasterKeyCheck>> {
        self.database.rows(query("select version from master_key_checks order by version limit 1 for update")).await?;
        self.newest_master_key_check().await
    }

    async fn lock_keys_older_than(
        &mut self,
        master_key_version: i64,
        after: (&str, i64),
        limit: u32,
    ) -> Result<Vec<StoredKey>> {
        let sql = "select certificate_id, content_version from sealed_keys \
                   where master_key_version < $1 and (certificate_id, content_version) > ($2, $3) \
                   order by certificate_id, content_version limit $4 for update";
        let page = query(sql).bind(master_key_version).bind(after.0).bind(after.1).bind(i64::from(limit));
        let mut keys = Vec::new();
        for (certificate_id, content_version) in self.database.all(page, rows::key_place).await? {
            let sql = select_stored_key!("where versions.certificate_id = $1 and versions.content_version = $2");
            let key = query(sql).bind(&certificate_id).bind(content_version);
            keys.extend(self.database.one(key, rows::stored_key).await?);
        }
        Ok(keys)
    }

    async fn rewrap_key(&mut self, certificate_id: &str, content_version: i64, key: &SealedKey) -> Result<()> {
        let sql = "update sealed_keys set master_key_version = $3, wrapped_data_key = $4 \
                   where certificate_id = $1 and content_version = $2 and master_key_version < $3";
        let update = query(sql).bind(certificate_id).bind(content_version);
        let update = update.bind(key.master_key_version).bind(&key.wrapped_data_key);
        self.database.change_one("sealed_keys", update).await
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
    pub(super) async fn lock_account(&mut self, account_id: &str) -> Result<()> {
        let sql = "select id from accounts where id = $1 for no key update";
        self.database.rows(query(sql).bind(account_id)).await.map(drop)
    }

    /// Whoever is added to the account is there: the total is kept, and locked until the end of the transaction.
    async fn count_in(&mut self, certificate: &Certificate) -> Result<()> {
        let sql = "insert into certificate_totals (account_id, ca, present) values ($1, $2, 1) \
                   on conflict (account_id, ca) do update set present = certificate_totals.present + 1";
        self.database.change(query(sql).bind(&certificate.account_id).bind(certificate.ca)).await.map(drop)
    }

    /// Keeps the total where a certificate that was locked before comes or goes. To be asked before its row is changed.
    async fn recount(&mut self, certificate: &Certificate) -> Result<()> {
        let sql = "update certificate_totals set present = present + $3 where account_id = $1 and ca = $2 \
                   and exists (select 1 from certificates where id = $4 and (deleted_on is null) = $5)";
        let (step, before) = if certificate.deleted_on.is_some() { (-1, true) } else { (1, false) };
        let recount = query(sql).bind(&certificate.account_id).bind(certificate.ca);
        self.database.change(recount.bind(step).bind(&certificate.id).bind(before)).await.map(drop)
    }

    /// Keeps how many nodes use these certificates and the primary, after a node or the primary has changed.
    pub(super) async fn recount_users(&mut self, account_id: &str, ids: [Option<&str>; 4]) -> Result<()> {
        let [one, two, three, four] = ids;
        let sql = concat!(
            "update certificates set used_by = ",
            rows::used_by!(),
            " where certificates.account_id = $1 and certificates.id in ($2, $3, $4, $5) and certificates.used_by <> ",
            rows::used_by!()
        );
        let named = query(sql).bind(account_id).bind(one).bind(two).bind(three).bind(four);
        self.database.change(named).await?;
        let sql = concat!(
            "update certificates set used_by = ",
            rows::used_by!(),
            " where certificates.account_id = $1 and certificates.is_primary and certificates.deleted_on is null \
              and certificates.used_by <> ",
            rows::used_by!()
        );
        self.database.change(query(sql).bind(account_id)).await.map(drop)
    }

    /// Notes that the contents in use are not in use any more, and the certificate's new ones are others.
    async fn retire_contents(&mut self, certificate: &Certificate) -> Result<()> {
        let sql = "update certificate_versions set replaced_on = $2, replaced_by = $3 \
                   where certificate_id = $1 and replaced_on is null and content_version <> $4";
        let retire = query(sql).bind(&certificate.id).bind(certificate.changed_at).bind(&certificate.changed_by);
        self.database.change_one("certificate_versions", retire.bind(certificate.content_version)).await
    }

    /// Writes what a certificate's row repeats of its contents.
    async fn describe_contents(&mut self, certificate: &Certificate) -> Result<()> {
        search::describe(&mut self.database, certificate).await?;
        let Derived { issued_to, issuer_name, expiring_from, .. } = Derived::of(certificate);
        let sql = "update certificates \
                   set content_version = $3, fingerprint_sha256 = $4, public_key_sha256 = $5, subject = $6, issued_to = $7, \
                     issuer = $8, issuer_name = $9, serial_number = $10, key_type = $11, not_before = $12, not_after = $13, \
                     api_issuer = $14, signature = $15, issued_to_comparable = $16, issuer_name_comparable = $17, \
                     expiring_from = $18 \
                   where account_id = $1 and id = $2 and deleted_on is null";
        let update = query(sql)
            .bind(&certificate.account_id)
            .bind(&certificate.id)
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
            .bind(&certificate.api_issuer)
            .bind(&certificate.signature)
            .bind(issued_to.as_str())
            .bind(issuer_name.as_str())
            .bind(expiring_from);
        self.database.change_one("certificates", update).await
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

    /// To be asked by a statement of its own, after the lock of the oldest one, which never changes: a statement that has waited for
    /// a lock still sees what was there before it waited.
    async fn newest_master_key_check(&mut self) -> Result<Option<MasterKeyCheck>> {
        let sql = "select version, sealed from master_key_checks order by version desc limit 1";
        self.database.one(query(sql), rows::master_key_check).await
    }

    async fn lock_chain_end(&mut self, account_id: Option<&str>) -> Result<Option<(i64, [u8; 32])>> {
        let sql = "select sequence, hash from audit_chains where chain = $1 for update";
        self.database.one(query(sql).bind(rows::chain_name(account_id)), rows::chain_end).await
    }
}

/// What destroys a certificate's key and contents, in the order in which they refer to each other.
const DESTROY: [&str; 5] = [
    search::REMOVE,
    "delete from sealed_keys where certificate_id = $1",
    "delete from certificate_chains where certificate_id = $1",
    "delete from certificate_versions where certificate_id = $1",
    "update certificates set is_destroyed = true where id = $1",
];

/// What a certificate's row holds besides its fields, for the sake of the database.
struct Derived {
    name: String,
    issued_to: String,
    issuer_name: String,
    allowed_hosts: String,
    expiring_from: Timestamp,
}

impl Derived {
    fn of(certificate: &Certificate) -> Self {
        Self {
            name: folded(&certificate.name),
            issued_to: folded(&certificate.issued_to),
            issuer_name: folded(&certificate.issuer_name),
            allowed_hosts: certificate.allowed_hosts.join(" "),
            expiring_from: Status::expiring_from(certificate.not_before, certificate.not_after),
        }
    }
}

fn insert_certificate<'v>(certificate: &'v Certificate, derived: &'v Derived) -> Query<'v> {
    let sql = "insert into certificates \
                 (id, account_id, name, ca, is_primary, content_version, fingerprint_sha256, public_key_sha256, \
                  subject, issued_to, issuer, issuer_name, serial_number, key_type, \
                  not_before, not_after, uploaded_on, changed_at, changed_by, deleted_on, version, name_comparable, \
                  api_issuer, signature, allowed_hosts, issued_to_comparable, issuer_name_comparable, expiring_from, is_destroyed) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, \
                 $23, $24, $25, $26, $27, $28, false)";
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
        .bind(&derived.name)
        .bind(&certificate.api_issuer)
        .bind(&certificate.signature)
        .bind(&derived.allowed_hosts)
        .bind(&derived.issued_to)
        .bind(&derived.issuer_name)
        .bind(derived.expiring_from)
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
