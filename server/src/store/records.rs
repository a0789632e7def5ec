//! What the store keeps, as Rust sees it.

use app::service::{ListFilter, ListSort, Permission};
use app::timestamp::Timestamp;

/// A company.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// 32 lower-case hex digits.
    pub id: String,
    /// Its name.
    pub name: String,
    /// When it was created.
    pub created_at: Timestamp,
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// UUID, lower case.
    pub id: String,
    /// E-mail address, lower case, unique.
    pub email: String,
    /// The person's name.
    pub name: String,
    /// PHC string of the password's Argon2id hash.
    pub password_hash: String,
    /// When it was created.
    pub created_at: Timestamp,
}

/// A person's place in a company.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The company's id.
    pub account_id: String,
    /// The company's name.
    pub account_name: String,
    /// What the person may do there.
    pub permissions: Vec<Permission>,
}

/// A session to be started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSession {
    /// SHA-256 of the 256-bit identifier that the browser holds.
    pub id_hash: [u8; 32],
    /// Whose.
    pub user_id: String,
    /// In which company.
    pub account_id: String,
    /// When it was created and first used.
    pub created_at: Timestamp,
}

/// A session with the person it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The person's id.
    pub user_id: String,
    /// The person's name.
    pub user_name: String,
    /// The person's e-mail address.
    pub user_email: String,
    /// The company that the session is in, with the permissions as they are now.
    pub membership: Membership,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last used.
    pub used_at: Timestamp,
}

/// A certificate: what people see of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// UUID, lower case.
    pub id: String,
    /// The account it belongs to.
    pub account_id: String,
    /// The name that people gave it.
    pub name: String,
    /// Whether it is a CA certificate.
    pub ca: bool,
    /// Whether it is the account's primary.
    pub primary: bool,
    /// Version of its contents, from 1; rises with each replacement.
    pub content_version: i64,
    /// Fingerprint, SHA-256 of the leaf's DER, 64 lower-case hex digits.
    pub fingerprint_sha256: String,
    /// SHA-256 of the leaf's `SubjectPublicKeyInfo`, 64 lower-case hex digits.
    pub public_key_sha256: String,
    /// The subject in words.
    pub subject: String,
    /// What the list shows as "Issued to".
    pub issued_to: String,
    /// The issuer in words.
    pub issuer: String,
    /// What the list shows as "Issuer".
    pub issuer_name: String,
    /// The issuer in the words of the REST API.
    pub api_issuer: String,
    /// The algorithm that it is signed with, in the words of the REST API; empty if it was stored by a Signet that did not say.
    pub signature: String,
    /// Serial number in decimal.
    pub serial_number: String,
    /// `RSA 2048`, `EC P-256`, …
    pub key_type: String,
    /// Begin of the validity.
    pub not_before: Timestamp,
    /// End of the validity.
    pub not_after: Timestamp,
    /// When it was uploaded.
    pub uploaded_on: Timestamp,
    /// When it was last changed.
    pub changed_at: Timestamp,
    /// Name of the person or token that changed it last.
    pub changed_by: String,
    /// When it was deleted, if it was.
    pub deleted_on: Option<Timestamp>,
    /// Hosts that it may be presented to; empty for any.
    pub allowed_hosts: Vec<String>,
    /// Rises with each change, from 1.
    pub version: i64,
}

/// A certificate with its text, and how many use it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whole {
    /// What people see of it.
    pub certificate: Certificate,
    /// The PEM text that is kept.
    pub text: String,
    /// How many API nodes use it; not those whose mTLS is off.
    pub used_by: u64,
}

/// A certificate as other programs see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uploaded {
    /// As [`Certificate::id`].
    pub id: String,
    /// As [`Certificate::name`].
    pub name: String,
    /// As [`Certificate::ca`].
    pub ca: bool,
    /// As [`Certificate::primary`].
    pub primary: bool,
    /// As [`Certificate::fingerprint_sha256`].
    pub fingerprint_sha256: String,
    /// As [`Certificate::subject`].
    pub subject: String,
    /// As [`Certificate::api_issuer`].
    pub api_issuer: String,
    /// As [`Certificate::signature`].
    pub signature: String,
    /// As [`Certificate::serial_number`].
    pub serial_number: String,
    /// As [`Certificate::key_type`].
    pub key_type: String,
    /// As [`Certificate::not_before`].
    pub not_before: Timestamp,
    /// As [`Certificate::not_after`].
    pub not_after: Timestamp,
    /// As [`Certificate::uploaded_on`].
    pub uploaded_on: Timestamp,
    /// As [`Certificate::allowed_hosts`].
    pub allowed_hosts: Vec<String>,
    /// As [`Certificate::version`].
    pub version: i64,
    /// As [`Whole::text`].
    pub text: String,
    /// As [`Whole::used_by`].
    pub used_by: u64,
}

impl From<Whole> for Uploaded {
    fn from(whole: Whole) -> Self {
        let Whole { certificate, text, used_by } = whole;
        Self {
            id: certificate.id,
            name: certificate.name,
            ca: certificate.ca,
            primary: certificate.primary,
            fingerprint_sha256: certificate.fingerprint_sha256,
            subject: certificate.subject,
            api_issuer: certificate.api_issuer,
            signature: certificate.signature,
            serial_number: certificate.serial_number,
            key_type: certificate.key_type,
            not_before: certificate.not_before,
            not_after: certificate.not_after,
            uploaded_on: certificate.uploaded_on,
            allowed_hosts: certificate.allowed_hosts,
            version: certificate.version,
            text,
            used_by,
        }
    }
}

/// One page of certificates as other programs see them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UploadedPage {
    /// In the order in which they were uploaded.
    pub rows: Vec<Uploaded>,
    /// How many match in all.
    pub total: u64,
}

/// Which certificates of an account are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UploadedFilter {
    /// Only CA certificates, or only others.
    pub ca: Option<bool>,
    /// Only those with exactly this name.
    pub name: Option<String>,
}

/// An API node that uses a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateUser {
    /// The node's id.
    pub node_id: String,
    /// The node's name.
    pub name: String,
    /// Whether it really does: its mTLS is on.
    pub is_active: bool,
    /// Whether it does because the certificate is the primary.
    pub follows_primary: bool,
}

/// Contents that were replaced and can be brought back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EarlierContents {
    /// The contents.
    pub contents: Contents,
    /// When other contents took their place; `None` for those that are in use.
    pub replaced_on: Option<Timestamp>,
    /// Who did it.
    pub replaced_by: String,
}

/// Contents that were destroyed with their sealed key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DestroyedContents {
    /// The account.
    pub account_id: String,
    /// The certificate, which has other contents now.
    pub certificate_id: String,
    /// Which contents: from 1.
    pub content_version: i64,
    /// The certificate's name.
    pub name: String,
}

/// One version of a certificate's contents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    /// The certificate.
    pub certificate_id: String,
    /// From 1.
    pub content_version: i64,
    /// The PEM text that is kept.
    pub text: String,
    /// DER certificates in handshake order, leaf first.
    pub chain: Vec<Vec<u8>>,
    /// When this version was stored.
    pub stored_at: Timestamp,
}

/// A private key as it lies in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedKey {
    /// Version of the master key that wraps the data key.
    pub master_key_version: i64,
    /// The data key, sealed with the master key: 24 bytes nonce, then ciphertext and tag.
    pub wrapped_data_key: Vec<u8>,
    /// The private key, sealed with the data key: 24 bytes nonce, then ciphertext and tag.
    pub sealed: Vec<u8>,
}

/// A private key with what it is opened and checked with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredKey {
    /// The account that the certificate belongs to.
    pub account_id: String,
    /// The certificate.
    pub certificate_id: String,
    /// Its name.
    pub certificate_name: String,
    /// Version of the contents that the key belongs to.
    pub content_version: i64,
    /// The fingerprint that the certificate is known by; `None` for earlier contents than the newest.
    pub fingerprint_sha256: Option<String>,
    /// DER of the leaf, if it is there.
    pub leaf: Option<Vec<u8>>,
    /// The sealed key, if it is there.
    pub key: Option<SealedKey>,
}

/// A known text, sealed with one version of the master key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MasterKeyCheck {
    /// Version of the master key.
    pub version: i64,
    /// 24 bytes nonce, then ciphertext and tag.
    pub sealed: Vec<u8>,
}

/// How many certificates of all accounts are how near to their end. Each counts once, but for the primaries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outlook {
    /// Their validity has not begun.
    pub not_yet_valid: u64,
    /// More than 30 days are left.
    pub later: u64,
    /// At most 30 days are left.
    pub within_30_days: u64,
    /// At most 7 days are left.
    pub within_7_days: u64,
    /// Their validity has ended.
    pub expired: u64,
    /// Primaries whose validity has ended: calls go out with them.
    pub expired_primaries: u64,
}

/// Which certificates of an account are listed, and in which order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// When: what has expired is told by it.
    pub moment: Moment,
    /// Only some of them.
    pub filter: ListFilter,
    /// Only those with this in their texts, as [`app::certificate::search_term`] makes it; empty for all of them.
    pub term: String,
    /// Their order, but for deleted ones: those come latest first.
    pub sort: ListSort,
}

/// A certificate as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// What people see of it.
    pub certificate: Certificate,
    /// As [`Whole::used_by`].
    pub used_by: u64,
}

/// A time, and what follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Now, in whole seconds.
    pub now: Timestamp,
    /// What was deleted after this time can be restored.
    pub restorable_after: Timestamp,
}

/// A certificate that is not among what is searched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsearchable {
    /// Its account.
    pub account_id: String,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The end of its validity.
    pub not_after: Timestamp,
    /// The certificate, DER.
    pub leaf: Vec<u8>,
}

/// An entry of an audit chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// The chain: an account's, or the one for what belongs to none.
    pub account_id: Option<String>,
    /// Place in the chain, from 1, without gaps.
    pub sequence: i64,
    /// When.
    pub at: Timestamp,
    /// `person`, `token`, `command_line` or `nobody`.
    pub actor_kind: String,
    /// Id of the person or token, if any.
    pub actor_id: Option<String>,
    /// Name of the person or token at that time.
    pub actor_name: String,
    /// The client's address, if there is one.
    pub address: Option<String>,
    /// `certificate.upload`, `session.sign_in`, …
    pub action: String,
    /// Id of the certificate, person or token that was acted on, if any.
    pub object_id: Option<String>,
    /// Its name at that time.
    pub object_name: String,
    /// `done` or `refused`.
    pub result: String,
    /// What else matters, one line; never a secret.
    pub detail: String,
    /// Hash of the entry before; zeros for the first.
    pub previous_hash: [u8; 32],
    /// SHA-256 over everything above.
    pub hash: [u8; 32],
}
