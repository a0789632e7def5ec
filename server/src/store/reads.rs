//! What is read outside of a transaction.

use app::certificate::{CertificateName, folded};
use app::service::{Due, ListCounts};
use app::timestamp::Timestamp;
use async_trait::async_trait;

use super::audit_log::{self, AuditActor, AuditFilter, AuditPlace};
use super::changes::Changes;
use super::database::Database;
use super::listed::{self, Found};
use super::query::query;
use super::records::{
    Account, AuditEntry, Certificate, CertificateUser, Contents, EarlierContents, Listed, Listing, MasterKeyCheck,
    Membership, Moment, Outlook, SealedKey, Session, StoredKey, Unsearchable, UploadedFilter, UploadedPage, User,
    Whole,
};
use super::rows::{self, select_certificate, select_stored_key, select_users, select_whole};
use super::state::State;
use super::tokens::{self, Token};
use super::uploaded;
use super::{Result, Store, Transaction};

/// Seconds.
const DAY: i64 = 86_400;

#[async_trait]
impl<D: Database> Store for D {
    async fn ready(&self) -> Result<()> {
        self.rows(query("select 1 as one")).await.map(drop)
    }

    async fn state(&self) -> Option<State> {
        Database::state(self).await
    }

    async fn close(&self) {
        self.disconnect().await;
    }

    async fn begin(&self) -> Result<Box<dyn Transaction>> {
        Ok(Box::new(Changes { database: self.open().await? }))
    }

    async fn has_users(&self) -> Result<bool> {
        Ok(!self.rows(query("select id from users limit 1")).await?.is_empty())
    }

    async fn is_empty(&self) -> Result<bool> {
        let sql = "select id from users union all select id from accounts limit 1";
        Ok(self.rows(query(sql)).await?.is_empty())
    }

    async fn account(&self, id: &str) -> Result<Option<Account>> {
        let sql = "select id, name, created_at from accounts where id = $1";
        self.one(query(sql).bind(id), rows::account).await
    }

    async fn has_account(&self, id: &str) -> Result<bool> {
        Ok(!self.rows(query("select id from accounts where id = $1").bind(id)).await?.is_empty())
    }

    async fn user_by_email(&self, email: &str) -> Result<Option<User>> {
        let sql = "select id, email, name, password_hash, created_at from users where email = $1";
        self.one(query(sql).bind(email), rows::user).await
    }

    async fn first_membership(&self, user_id: &str) -> Result<Option<Membership>> {
        let sql = "select memberships.account_id, accounts.name as account_name, \
                     (select string_agg(permission, ' ' order by permission) from permissions \
                        where permissions.user_id = memberships.user_id \
                        and permissions.account_id = memberships.account_id) as permissions \
                   from memberships join accounts on accounts.id = memberships.account_id \
                   where memberships.user_id = $1 \
                   order by memberships.signed_in_at desc nulls last, accounts.name, accounts.id limit 1";
        self.one(query(sql).bind(user_id), rows::membership).await
    }

    async fn session(&self, id_hash: &[u8; 32]) -> Result<Option<Session>> {
        let sql = "select sessions.user_id, users.name as user_name, users.email as user_email, \
                     sessions.account_id, accounts.name as account_name, sessions.created_at, sessions.used_at, \
                     (select string_agg(permission, ' ' order by permission) from permissions \
                        where permissions.user_id = sessions.user_id \
                        and permissions.account_id = sessions.account_id) as permissions \
                   from sessions \
                   join users on users.id = sessions.user_id \
                   join accounts on accounts.id = sessions.account_id \
                   where sessions.id_hash = $1";
        self.one(query(sql).bind(id_hash), rows::session).await
    }

    async fn setup_link(&self, token_hash: &[u8; 32]) -> Result<Option<Timestamp>> {
        let sql = "select created_at from setup_links where token_hash = $1";
        self.one(query(sql).bind(token_hash), |row| row.time("setup_links.created_at")).await
    }

    async fn certificate_counts(&self, account_id: &str, moment: Moment) -> Result<ListCounts> {
        listed::counts(self, account_id, moment).await
    }

    async fn due(&self, account_id: &str, now: Timestamp) -> Result<Due> {
        listed::due(self, account_id, now).await
    }

    async fn count_listed(&self, account_id: &str, listing: &Listing) -> Result<Found> {
        listed::count(self, account_id, listing).await
    }

    async fn certificates_listed(
        &self,
        account_id: &str,
        listing: &Listing,
        found: &Found,
        offset: u64,
        limit: u32,
    ) -> Result<Vec<Listed>> {
        listed::page(self, account_id, listing, found, offset, limit).await
    }

    async fn certificates_by_upload(
        &self,
        account_id: &str,
        filter: &UploadedFilter,
        offset: u64,
        limit: u32,
    ) -> Result<UploadedPage> {
        uploaded::page(self, account_id, filter, offset, limit).await
    }

    async fn whole_certificate(&self, account_id: &str, id: &str) -> Result<Option<Whole>> {
        let sql = select_whole!(
            "where certificates.account_id = $1 and certificates.id = $2 and certificates.deleted_on is null"
        );
        self.one(query(sql).bind(account_id).bind(id), rows::whole).await
    }

    async fn was_deleted(&self, account_id: &str, id: &str) -> Result<bool> {
        let sql = "select id from certificates where account_id = $1 and id = $2 and deleted_on is not null";
        Ok(!self.rows(query(sql).bind(account_id).bind(id)).await?.is_empty())
    }

    async fn users_of(&self, account_id: &str, id: &str) -> Result<Vec<CertificateUser>> {
        let users = query(select_users!()).bind(account_id).bind(id);
        self.all(users, rows::certificate_user).await.map(rows::sorted)
    }

    async fn earlier_contents(
        &self,
        account_id: &str,
        id: &str,
        replaced_after: Timestamp,
    ) -> Result<Vec<EarlierContents>> {
        let sql = "select versions.certificate_id, versions.content_version, versions.text, versions.stored_at, \
                     versions.replaced_on, versions.replaced_by, chains.der \
                   from certificates \
                   join certificate_versions versions on versions.certificate_id = certificates.id \
                   left join certificate_chains chains on chains.certificate_id = versions.certificate_id \
                     and chains.content_version = versions.content_version \
                   where certificates.account_id = $1 and certificates.id = $2 and certificates.deleted_on is null \
                     and (versions.replaced_on is null or versions.replaced_on > $3) \
                   order by versions.content_version desc, chains.position";
        rows::earlier_contents(&self.rows(query(sql).bind(account_id).bind(id).bind(replaced_after)).await?)
    }

    async fn outlook(&self, now: Timestamp) -> Result<Outlook> {
        let sql = "select \
                     count(*) filter (where not_before > $1 and not_after >= $1) as not_yet_valid, \
                     count(*) filter (where not_before <= $1 and not_after > $3) as later, \
                     count(*) filter (where not_before <= $1 and not_after > $2 and not_after <= $3) as within_30_days, \
                     count(*) filter (where not_before <= $1 and not_after >= $1 and not_after <= $2) as within_7_days, \
                     count(*) filter (where not_after < $1) as expired, \
                     count(*) filter (where not_after < $1 and is_primary) as expired_primaries \
                   from certificates where deleted_on is null";
        let outlook = query(sql).bind(now).bind(now.plus_seconds(7 * DAY)).bind(now.plus_seconds(30 * DAY));
        Ok(self.one(outlook, rows::outlook).await?.unwrap_or_default())
    }

    async fn undescribed_certificates(&self, limit: u32) -> Result<Vec<(String, Vec<u8>)>> {
        let sql = "select certificates.id, chains.der from certificates \
                   join certificate_chains chains on chains.certificate_id = certificates.id \
                     and chains.content_version = certificates.content_version and chains.position = 0 \
                   where certificates.signature = '' and not certificates.is_destroyed \
                   order by certificates.id limit $1";
        self.all(query(sql).bind(i64::from(limit)), |row| {
            Ok((row.value("certificates.id")?, row.value("certificate_chains.der")?))
        })
        .await
    }

    async fn unsearchable_certificates(&self, limit: u32) -> Result<Vec<Unsearchable>> {
        let sql = "select certificates.account_id, certificates.id, certificates.name, certificates.not_after, chains.der \
                   from certificates \
                   join certificate_chains chains on chains.certificate_id = certificates.id \
                     and chains.content_version = certificates.content_version and chains.position = 0 \
                   where not certificates.is_destroyed and not exists \
                     (select 1 from certificate_search search where search.certificate_id = certificates.id) \
                   order by certificates.id limit $1";
        self.all(query(sql).bind(i64::from(limit)), rows::unsearchable).await
    }

    async fn certificate(&self, account_id: &str, id: &str) -> Result<Option<Certificate>> {
        let sql = select_certificate!("where account_id = $1 and id = $2 and deleted_on is null");
        self.one(query(sql).bind(account_id).bind(id), rows::certificate).await
    }

    async fn certificate_or_deleted(&self, account_id: &str, id: &str) -> Result<Option<Certificate>> {
        let sql = select_certificate!("where account_id = $1 and id = $2 and not is_destroyed");
        self.one(query(sql).bind(account_id).bind(id), rows::certificate).await
    }

    async fn certificates_issued_to(&self, account_id: &str, issued_to: &str, limit: u32) -> Result<Vec<Certificate>> {
        let sql = select_certificate!(
            "where account_id = $1 and issued_to_comparable = $2 and deleted_on is null \
             order by not_after desc, id limit $3"
        );
        let issued_to = folded(issued_to);
        self.all(query(sql).bind(account_id).bind(issued_to.as_str()).bind(i64::from(limit)), rows::certificate).await
    }

    async fn certificate_by_fingerprint(
        &self,
        account_id: &str,
        fingerprint_sha256: &str,
    ) -> Result<Option<Certificate>> {
        let sql = select_certificate!("where account_id = $1 and fingerprint_sha256 = $2 and deleted_on is null");
        self.one(query(sql).bind(account_id).bind(fingerprint_sha256), rows::certificate).await
    }

    async fn certificate_by_public_key(
        &self,
        account_id: &str,
        public_key_sha256: &str,
    ) -> Result<Option<Certificate>> {
        let sql = select_certificate!(
            "where account_id = $1 and public_key_sha256 = $2 and deleted_on is null order by uploaded_on, id limit 1"
        );
        self.one(query(sql).bind(account_id).bind(public_key_sha256), rows::certificate).await
    }

    async fn certificate_by_name(
        &self,
        account_id: &str,
        name: &CertificateName,
        except: Option<&str>,
    ) -> Result<Option<Certificate>> {
        let sql = select_certificate!(
            "where account_id = $1 and name_comparable = $2 and id <> $3 and deleted_on is null \
             order by uploaded_on, id limit 1"
        );
        let name = name.comparable();
        let by_name = query(sql).bind(account_id).bind(name.as_str()).bind(except.unwrap_or_default());
        self.one(by_name, rows::certificate).await
    }

    async fn valid_certificates(
        &self,
        account_id: &str,
        ca: bool,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Certificate>> {
        let sql = select_certificate!(
            "where account_id = $1 and ca = $2 and deleted_on is null and not_after >= $3 and not_before <= $3 \
             order by not_after desc, id desc limit $4"
        );
        self.all(query(sql).bind(account_id).bind(ca).bind(now).bind(i64::from(limit)), rows::certificate).await
    }

    async fn primary(&self, account_id: &str) -> Result<Option<Certificate>> {
        let sql = select_certificate!("where account_id = $1 and is_primary and deleted_on is null");
        self.one(query(sql).bind(account_id), rows::certificate).await
    }

    async fn contents(&self, account_id: &str, id: &str) -> Result<Option<Contents>> {
        let sql = "select versions.certificate_id, versions.content_version, versions.text, versions.stored_at, chains.der \
                   from certificates \
                   join certificate_versions versions on versions.certificate_id = certificates.id \
                     and versions.content_version = certificates.content_version \
                   left join certificate_chains chains on chains.certificate_id = versions.certificate_id \
                     and chains.content_version = versions.content_version \
                   where certificates.account_id = $1 and certificates.id = $2 \
                   order by chains.position";
        rows::contents(&self.rows(query(sql).bind(account_id).bind(id)).await?)
    }

    async fn sealed_key(
        &self,
        account_id: &str,
        certificate_id: &str,
        content_version: i64,
    ) -> Result<Option<SealedKey>> {
        let sql = "select master_key_version, wrapped_data_key, sealed \
                   from sealed_keys join certificates on certificates.id = sealed_keys.certificate_id \
                   where certificates.account_id = $1 and certificates.id = $2 and sealed_keys.content_version = $3";
        let key = query(sql).bind(account_id).bind(certificate_id).bind(content_version);
        self.one(key, rows::sealed_key).await
    }

    async fn master_key_checks(&self) -> Result<Vec<MasterKeyCheck>> {
        let sql = "select version, sealed from master_key_checks order by version";
        self.all(query(sql), rows::master_key_check).await
    }

    async fn needs_master_key(&self, version: i64) -> Result<bool> {
        let sql = "select certificate_id as id from sealed_keys where master_key_version = $1 \
                   union all select node_id as id from sealed_headers where master_key_version = $1 limit 1";
        Ok(!self.rows(query(sql).bind(version)).await?.is_empty())
    }

    async fn stored_keys(&self, after: (&str, i64), limit: u32) -> Result<Vec<StoredKey>> {
        let sql = select_stored_key!(
            "where (versions.certificate_id, versions.content_version) > ($1, $2) \
               and (sealed_keys.sealed is not null or not certificates.ca) \
             order by versions.certificate_id, versions.content_version limit $3"
        );
        self.all(query(sql).bind(after.0).bind(after.1).bind(i64::from(limit)), rows::stored_key).await
    }

    async fn audit_entries(&self, account_id: Option<&str>, after: i64, limit: u32) -> Result<Vec<AuditEntry>> {
        let sql = "select audit_chains.account_id, audit_entries.sequence, at, actor_kind, actor_id, actor_name, address, \
                     action, object_id, object_name, result, detail, previous_hash, audit_entries.hash \
                   from audit_entries join audit_chains on audit_chains.chain = audit_entries.chain \
                   where audit_entries.chain = $1 and audit_entries.sequence > $2 \
                   order by audit_entries.sequence limit $3";
        let page = query(sql).bind(rows::chain_name(account_id)).bind(after).bind(i64::from(limit));
        self.all(page, rows::audit_entry).await
    }

    async fn search_audit(
        &self,
        account_id: Option<&str>,
        filter: &AuditFilter,
        limit: u32,
    ) -> Result<Vec<AuditEntry>> {
        audit_log::search(self, account_id, filter, limit).await
    }

    async fn audit_place(&self, account_id: Option<&str>, sequence: i64) -> Result<Option<AuditPlace>> {
        audit_log::place(self, account_id, sequence).await
    }

    async fn audit_actors(&self, account_id: &str, limit: u32) -> Result<Vec<AuditActor>> {
        audit_log::actors(self, account_id, limit).await
    }

    async fn audit_actions(&self, account_id: &str, limit: u32) -> Result<Vec<String>> {
        audit_log::actions(self, account_id, limit).await
    }

    async fn audit_chains(&self) -> Result<Vec<Option<String>>> {
        audit_log::chains(self).await
    }

    async fn audit_chain_end(&self, account_id: Option<&str>) -> Result<Option<(i64, [u8; 32])>> {
        audit_log::chain_end(self, account_id).await
    }

    async fn audit_chain_ends(&self, account_ids: &[&str]) -> Result<Vec<(String, i64)>> {
        audit_log::chain_ends(self, account_ids).await
    }

    async fn has_changed(&self, account_id: &str, after: i64, up_to: i64) -> Result<bool> {
        audit_log::has_changed(self, account_id, after, up_to).await
    }

    async fn tokens(&self, account_id: &str) -> Result<Vec<Token>> {
        tokens::list(self, account_id).await
    }

    async fn token_by_secret(&self, secret_hash: &[u8; 32]) -> Result<Option<Token>> {
        tokens::by_secret(self, secret_hash).await
    }

    async fn token_by_id(&self, id: &str) -> Result<Option<Token>> {
        tokens::by_id(self, id).await
    }
}
