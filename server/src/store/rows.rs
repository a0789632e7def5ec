//! How rows become what the store answers with.

use app::service::{Count, Due, ListCounts, Permission};
use app::timestamp::Timestamp;

use super::listed::COUNTED;
use super::packed::Packed;
use super::query::Row;
use super::records::{
    Account, AuditEntry, Certificate, CertificateUser, Contents, DestroyedContents, EarlierContents, Listed,
    MasterKeyCheck, Membership, Outlook, SealedKey, Session, StoredKey, Unsearchable, Uploaded, UploadedPage, User,
    Whole,
};
use super::{Error, Result};

/// Every column of a certificate. Not `*`: another server's migration could add a column while this one runs, and PostgreSQL refuses a
/// prepared statement whose columns have changed.
macro_rules! certificate_columns {
    () => {
        "certificates.id, certificates.account_id, certificates.name, certificates.ca, certificates.is_primary, \
         certificates.content_version, certificates.fingerprint_sha256, certificates.public_key_sha256, \
         certificates.subject, certificates.issued_to, certificates.issuer, certificates.issuer_name, \
         certificates.api_issuer, certificates.signature, certificates.serial_number, certificates.key_type, \
         certificates.not_before, certificates.not_after, certificates.uploaded_on, certificates.changed_at, \
         certificates.changed_by, certificates.deleted_on, certificates.allowed_hosts, certificates.version"
    };
}
pub(super) use certificate_columns;

/// `select` of a certificate, with what follows it.
macro_rules! select_certificate {
    ($rest:literal) => {
        concat!("select ", $crate::store::rows::certificate_columns!(), " from certificates ", $rest)
    };
}
pub(super) use select_certificate;

/// How many nodes use a certificate.
macro_rules! used_by {
    () => {
        "(select count(*) from api_nodes where api_nodes.account_id = certificates.account_id \
                  and api_nodes.certificate_id = certificates.id and api_nodes.mtls_enabled) \
               + (case when certificates.ca then \
                   (select count(*) from api_nodes where api_nodes.account_id = certificates.account_id \
                      and api_nodes.server_ca = certificates.id) else 0 end) \
               + (case when certificates.is_primary then \
                   (select count(*) from api_nodes where api_nodes.account_id = certificates.account_id \
                      and api_nodes.certificate_id is null and api_nodes.mtls_enabled) else 0 end)"
    };
}
pub(super) use used_by;

/// `select` of a certificate with its text and the number of its users, with what follows it.
macro_rules! select_whole {
    ($rest:literal) => {
        concat!(
            "select ",
            $crate::store::rows::certificate_columns!(),
            ", versions.text, ",
            $crate::store::rows::used_by!(),
            " as used_by \
             from certificates \
             join certificate_versions versions on versions.certificate_id = certificates.id \
               and versions.content_version = certificates.content_version ",
            $rest
        )
    };
}
pub(super) use select_whole;

/// `select` of many certificates as other programs see them as one packed value, in no order, beside a total.
macro_rules! select_packed {
    ($total:expr, $ids:expr) => {
        concat!(
            "select coalesce(string_agg(packed, ''), '') as packed, ",
            $total,
            " as total from (select ",
            $crate::store::packed::packed!(
                word "certificates.id",
                text "certificates.name",
                number "cast(certificates.ca as integer)",
                number "cast(certificates.is_primary as integer)",
                word "certificates.fingerprint_sha256",
                text "certificates.subject",
                text "certificates.api_issuer",
                text "certificates.signature",
                word "certificates.serial_number",
                text "certificates.key_type",
                number "certificates.not_before",
                number "certificates.not_after",
                number "certificates.uploaded_on",
                text "certificates.allowed_hosts",
                number "certificates.version",
                text "versions.text",
                number "certificates.used_by",
            ),
            " as packed from (",
            $ids,
            ") as wanted \
                join certificates on certificates.id = wanted.id \
                join certificate_versions versions on versions.certificate_id = certificates.id \
                  and versions.content_version = certificates.content_version) as page"
        )
    };
}
pub(super) use select_packed;

/// `select` of the nodes that use the certificate `$2` of the account `$1`.
macro_rules! select_users {
    () => {
        "select api_nodes.id, api_nodes.name, api_nodes.mtls_enabled as is_active, false as follows_primary \
         from api_nodes where api_nodes.account_id = $1 and api_nodes.certificate_id = $2 \
         union all \
         select api_nodes.id, api_nodes.name, true as is_active, false as follows_primary \
         from api_nodes where api_nodes.account_id = $1 and api_nodes.server_ca = $2 \
         union all \
         select api_nodes.id, api_nodes.name, true as is_active, true as follows_primary \
         from certificates join api_nodes on api_nodes.account_id = certificates.account_id \
         where certificates.account_id = $1 and certificates.id = $2 and certificates.is_primary \
           and certificates.deleted_on is null and api_nodes.certificate_id is null and api_nodes.mtls_enabled"
    };
}
pub(super) use select_users;

/// `select` of everything that a key is opened and checked with, with what follows it.
macro_rules! select_stored_key {
    ($rest:literal) => {
        concat!(
            "select certificates.account_id, certificates.id, certificates.name, certificates.fingerprint_sha256, \
               certificates.content_version as newest_version, versions.content_version, chains.der, \
               sealed_keys.master_key_version, sealed_keys.wrapped_data_key, sealed_keys.sealed \
             from certificate_versions versions \
             join certificates on certificates.id = versions.certificate_id \
             left join certificate_chains chains on chains.certificate_id = versions.certificate_id \
               and chains.content_version = versions.content_version and chains.position = 0 \
             left join sealed_keys on sealed_keys.certificate_id = versions.certificate_id \
               and sealed_keys.content_version = versions.content_version ",
            $rest
        )
    };
}
pub(super) use select_stored_key;

pub(super) fn certificate(row: &Row) -> Result<Certificate> {
    Ok(Certificate {
        id: row.value("certificates.id")?,
        account_id: row.value("certificates.account_id")?,
        name: row.value("certificates.name")?,
        ca: row.value("certificates.ca")?,
        primary: row.value("certificates.is_primary")?,
        content_version: row.value("certificates.content_version")?,
        fingerprint_sha256: row.value("certificates.fingerprint_sha256")?,
        public_key_sha256: row.value("certificates.public_key_sha256")?,
        subject: row.value("certificates.subject")?,
        issued_to: row.value("certificates.issued_to")?,
        issuer: row.value("certificates.issuer")?,
        issuer_name: row.value("certificates.issuer_name")?,
        api_issuer: row.value("certificates.api_issuer")?,
        signature: row.value("certificates.signature")?,
        serial_number: row.value("certificates.serial_number")?,
        key_type: row.value("certificates.key_type")?,
        not_before: row.time("certificates.not_before")?,
        not_after: row.time("certificates.not_after")?,
        uploaded_on: row.time("certificates.uploaded_on")?,
        changed_at: row.time("certificates.changed_at")?,
        changed_by: row.value("certificates.changed_by")?,
        deleted_on: row.optional_time("certificates.deleted_on")?,
        allowed_hosts: hosts(&row.value::<String>("certificates.allowed_hosts")?),
        version: row.value("certificates.version")?,
    })
}

fn hosts(joined: &str) -> Vec<String> {
    joined.split_ascii_whitespace().map(str::to_owned).collect()
}

pub(super) fn whole(row: &Row) -> Result<Whole> {
    Ok(Whole {
        certificate: certificate(row)?,
        text: row.value("versions.text")?,
        used_by: row.count("api_nodes.used_by")?,
    })
}

pub(super) fn listed(row: &Row) -> Result<Listed> {
    Ok(Listed { certificate: certificate(row)?, used_by: row.count("certificates.used_by")? })
}

/// Everything that was selected as one packed value, in the order in which it was uploaded, and the total beside it.
pub(super) fn packed(row: &Row) -> Result<UploadedPage> {
    let mut rows = Packed(&row.value::<String>("certificates.packed")?).rows(uploaded)?;
    rows.sort_unstable_by(|one, other| (one.uploaded_on, &one.id).cmp(&(other.uploaded_on, &other.id)));
    Ok(UploadedPage { rows, total: row.count("certificate_totals.total")? })
}

/// Fields are read in the order in which they stand here, which is the one of the packed ones.
fn uploaded(row: &mut Packed<'_>) -> Result<Uploaded> {
    Ok(Uploaded {
        id: row.word("certificates.id")?.to_owned(),
        name: row.text("certificates.name")?.to_owned(),
        ca: row.number("certificates.ca")? != 0,
        primary: row.number("certificates.is_primary")? != 0,
        fingerprint_sha256: row.word("certificates.fingerprint_sha256")?.to_owned(),
        subject: row.text("certificates.subject")?.to_owned(),
        api_issuer: row.text("certificates.api_issuer")?.to_owned(),
        signature: row.text("certificates.signature")?.to_owned(),
        serial_number: row.word("certificates.serial_number")?.to_owned(),
        key_type: row.text("certificates.key_type")?.to_owned(),
        not_before: Timestamp::from_microseconds(row.number("certificates.not_before")?),
        not_after: Timestamp::from_microseconds(row.number("certificates.not_after")?),
        uploaded_on: Timestamp::from_microseconds(row.number("certificates.uploaded_on")?),
        allowed_hosts: hosts(row.text("certificates.allowed_hosts")?),
        version: row.number("certificates.version")?,
        text: row.text("versions.text")?.to_owned(),
        used_by: u64::try_from(row.number("api_nodes.used_by")?)
            .map_err(|_negative| Error::Unreadable { column: "api_nodes.used_by" })?,
    })
}

pub(super) fn certificate_user(row: &Row) -> Result<CertificateUser> {
    Ok(CertificateUser {
        node_id: row.value("api_nodes.id")?,
        name: row.value("api_nodes.name")?,
        is_active: row.value("api_nodes.is_active")?,
        follows_primary: row.value("api_nodes.follows_primary")?,
    })
}

/// In the order of their names.
pub(super) fn sorted(mut users: Vec<CertificateUser>) -> Vec<CertificateUser> {
    users.sort_by(|one, other| (&one.name, &one.node_id).cmp(&(&other.name, &other.node_id)));
    users
}

pub(super) fn outlook(row: &Row) -> Result<Outlook> {
    Ok(Outlook {
        not_yet_valid: row.count("certificates.not_yet_valid")?,
        later: row.count("certificates.later")?,
        within_30_days: row.count("certificates.within_30_days")?,
        within_7_days: row.count("certificates.within_7_days")?,
        expired: row.count("certificates.expired")?,
        expired_primaries: row.count("certificates.expired_primaries")?,
    })
}

pub(super) fn account(row: &Row) -> Result<Account> {
    Ok(Account {
        id: row.value("accounts.id")?,
        name: row.value("accounts.name")?,
        created_at: row.time("accounts.created_at")?,
    })
}

/// Contents that can be brought back, from one row for each certificate of a chain.
pub(super) fn earlier_contents(rows: &[Row]) -> Result<Vec<EarlierContents>> {
    let mut all: Vec<EarlierContents> = Vec::new();
    for row in rows {
        let version: i64 = row.value("certificate_versions.content_version")?;
        let der: Option<Vec<u8>> = row.value("certificate_chains.der")?;
        if let Some(last) = all.last_mut().filter(|last| last.contents.content_version == version) {
            last.contents.chain.extend(der);
            continue;
        }
        all.push(EarlierContents {
            contents: Contents {
                certificate_id: row.value("certificate_versions.certificate_id")?,
                content_version: version,
                text: row.value("certificate_versions.text")?,
                chain: der.into_iter().collect(),
                stored_at: row.time("certificate_versions.stored_at")?,
            },
            replaced_on: row.optional_time("certificate_versions.replaced_on")?,
            replaced_by: row.value("certificate_versions.replaced_by")?,
        });
    }
    Ok(all)
}

pub(super) fn account_and_id(row: &Row) -> Result<(String, String)> {
    Ok((row.value("certificates.account_id")?, row.value("certificates.id")?))
}

/// How many certificates there are of each kind.
pub(super) fn counts(row: &Row) -> Result<ListCounts> {
    Ok(ListCounts {
        all: Count { number: row.count("certificate_totals.present")?, more: false },
        expired: count(row, "certificates.expired")?,
        expiring: count(row, "certificates.expiring")?,
        authorities: Count { number: row.count("certificate_totals.authorities")?, more: false },
        deleted: count(row, "certificates.deleted")?,
        unused: count(row, "certificates.unused")?,
    })
}

pub(super) fn due(row: &Row) -> Result<Due> {
    Ok(Due { certificates: row.count("certificates.certificates")?, nodes: row.count("certificates.nodes")? })
}

/// A count of those that are looked at, which are one more than are counted.
pub(super) fn count(row: &Row, column: &'static str) -> Result<Count> {
    let number = row.count(column)?;
    Ok(Count { number: number.min(COUNTED), more: number > COUNTED })
}

pub(super) fn unsearchable(row: &Row) -> Result<Unsearchable> {
    Ok(Unsearchable {
        account_id: row.value("certificates.account_id")?,
        id: row.value("certificates.id")?,
        name: row.value("certificates.name")?,
        not_after: row.time("certificates.not_after")?,
        leaf: row.value("certificate_chains.der")?,
    })
}

/// One version of a certificate's contents from one row for each certificate of its chain.
pub(super) fn contents(rows: &[Row]) -> Result<Option<Contents>> {
    let Some(first) = rows.first() else { return Ok(None) };
    let chain = rows.iter().map(|row| row.value::<Option<Vec<u8>>>("certificate_chains.der"));
    Ok(Some(Contents {
        certificate_id: first.value("certificate_versions.certificate_id")?,
        content_version: first.value("certificate_versions.content_version")?,
        text: first.value("certificate_versions.text")?,
        chain: chain.filter_map(Result::transpose).collect::<Result<_>>()?,
        stored_at: first.time("certificate_versions.stored_at")?,
    }))
}

pub(super) fn sealed_key(row: &Row) -> Result<SealedKey> {
    Ok(SealedKey {
        master_key_version: row.value("sealed_keys.master_key_version")?,
        wrapped_data_key: row.value("sealed_keys.wrapped_data_key")?,
        sealed: row.value("sealed_keys.sealed")?,
    })
}

pub(super) fn key_place(row: &Row) -> Result<(String, i64)> {
    Ok((row.value("sealed_keys.certificate_id")?, row.value("sealed_keys.content_version")?))
}

pub(super) fn destroyed_contents(row: &Row) -> Result<DestroyedContents> {
    Ok(DestroyedContents {
        account_id: row.value("certificates.account_id")?,
        certificate_id: row.value("certificate_versions.certificate_id")?,
        content_version: row.value("certificate_versions.content_version")?,
        name: row.value("certificates.name")?,
    })
}

pub(super) fn stored_key(row: &Row) -> Result<StoredKey> {
    let content_version = row.value("versions.content_version")?;
    let newest = row.value::<i64>("certificates.newest_version")? == content_version;
    let fingerprint_sha256: String = row.value("certificates.fingerprint_sha256")?;
    let sealed = row.value::<Option<Vec<u8>>>("sealed_keys.sealed")?;
    Ok(StoredKey {
        account_id: row.value("certificates.account_id")?,
        certificate_id: row.value("certificates.id")?,
        certificate_name: row.value("certificates.name")?,
        content_version,
        fingerprint_sha256: newest.then_some(fingerprint_sha256),
        leaf: row.value("chains.der")?,
        key: sealed.map(|_sealed| sealed_key(row)).transpose()?,
    })
}

pub(super) fn master_key_check(row: &Row) -> Result<MasterKeyCheck> {
    Ok(MasterKeyCheck {
        version: row.value("master_key_checks.version")?,
        sealed: row.value("master_key_checks.sealed")?,
    })
}

pub(super) fn user(row: &Row) -> Result<User> {
    Ok(User {
        id: row.value("users.id")?,
        email: row.value("users.email")?,
        name: row.value("users.name")?,
        password_hash: row.value("users.password_hash")?,
        created_at: row.time("users.created_at")?,
    })
}

pub(super) fn membership(row: &Row) -> Result<Membership> {
    Ok(Membership {
        account_id: row.value("memberships.account_id")?,
        account_name: row.value("accounts.account_name")?,
        permissions: permissions(row)?,
    })
}

/// Names in one text, with spaces between them.
pub(super) fn permissions(row: &Row) -> Result<Vec<Permission>> {
    let names = row.value::<Option<String>>("permissions.permissions")?.unwrap_or_default();
    let permissions = names
        .split_whitespace()
        .map(|name| Permission::parse(name).ok_or(Error::Unreadable { column: "permissions.permission" }));
    permissions.collect()
}

pub(super) fn session(row: &Row) -> Result<Session> {
    Ok(Session {
        user_id: row.value("sessions.user_id")?,
        user_name: row.value("users.user_name")?,
        user_email: row.value("users.user_email")?,
        membership: membership(row)?,
        created_at: row.time("sessions.created_at")?,
        used_at: row.time("sessions.used_at")?,
    })
}

/// The name of an account's audit chain, or of the one for what belongs to none.
pub(super) fn chain_name(account_id: Option<&str>) -> &str {
    account_id.unwrap_or("-")
}

pub(super) fn chain_end(row: &Row) -> Result<(i64, [u8; 32])> {
    Ok((row.value("audit_chains.sequence")?, row.hash("audit_chains.hash")?))
}

pub(super) fn audit_entry(row: &Row) -> Result<AuditEntry> {
    Ok(AuditEntry {
        account_id: row.value("audit_chains.account_id")?,
        sequence: row.value("audit_entries.sequence")?,
        at: row.time("audit_entries.at")?,
        actor_kind: row.value("audit_entries.actor_kind")?,
        actor_id: row.value("audit_entries.actor_id")?,
        actor_name: row.value("audit_entries.actor_name")?,
        address: row.value("audit_entries.address")?,
        action: row.value("audit_entries.action")?,
        object_id: row.value("audit_entries.object_id")?,
        object_name: row.value("audit_entries.object_name")?,
        result: row.value("audit_entries.result")?,
        detail: row.value("audit_entries.detail")?,
        previous_hash: row.hash("audit_entries.previous_hash")?,
        hash: row.hash("audit_entries.hash")?,
    })
}
