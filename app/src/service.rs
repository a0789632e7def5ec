//! What a page may ask of the server, and what it is answered.
//!
//! Server functions call these traits and nothing else; the server implements them for one caller at a time, so authorisation is
//! the implementation's first line and no page can forget it. Requests hold what a person typed, unparsed: the service parses.

mod team;

use std::fmt;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::certificate::{Finding, Rule};
use crate::timestamp::Timestamp;

mod api_nodes;
mod audit_log;
mod certificate_detail;
mod certificate_list;
mod certificate_plans;
mod tokens;

pub use api_nodes::{
    ApiNodes, CertificateChoice, CertificateUsage, LastCall, Node, NodeChoices, NodeHeader, NodeList, NodeQuery,
    NodeRow, NodeShow, NodeTest, UsingNode,
};
pub use audit_log::{AuditChoices, AuditLog, AuditPage, AuditPerson, AuditQuery, AuditRow, ChainCheck};
pub use certificate_detail::{Alike, CertificateDetail, EarlierVersion, HistoryEntry, Renewal, Replaced};
pub use certificate_list::{CertificateList, Count, Due, ListCounts, ListFilter, ListQuery, ListSort, SortBy};
pub use certificate_plans::{DeletePlan, Deleted, PRIMARY, PrimaryPlan, Removal, Replacement};
pub use team::{
    AcceptInvitation, ChangePassword, Company, Contact, InvitationFacts, InvitationRow, Invite, Invited, MemberRow,
    OneTimeToken, OwnAccount, Team, TeamList,
};
pub use tokens::{CreatedToken, NewToken, Scope, ShownOnce, TokenList, TokenRow, Tokens};

/// What a service answers: the result, or one [`Error`].
pub type Answer<T> = Result<T, Error>;

/// People: who is asking, signing in and out, and the first start.
#[async_trait]
pub trait People: Send + Sync {
    /// Who is signed in, with which company and permissions; `None` for nobody. **Permissions:** none.
    async fn me(&self) -> Answer<Option<Me>>;

    /// Whether there is nobody yet who could sign in, so that the set-up link is the only way in. **Permissions:** none.
    async fn is_new(&self) -> Answer<bool>;

    /// Whether this one-time set-up link would be accepted now. **Permissions:** none.
    ///
    /// # Errors
    /// [`Error::SetupLink`] if it is unknown, used, older than a day, or there is a user already.
    async fn check_setup_link(&self, token: Secret) -> Answer<()>;

    /// Creates the company and its first administrator, uses up the link, and signs in. **Permissions:** the one-time link.
    ///
    /// # Errors
    /// [`Error::SetupLink`] as above; [`Error::Fields`] for what was typed.
    async fn set_up(&self, request: SetUp) -> Answer<SessionCookie>;

    /// Signs in with e-mail and password; always a new session. **Permissions:** none.
    ///
    /// # Errors
    /// [`Error::Credentials`] with the same text and in the same time for an unknown e-mail and a wrong password;
    /// [`Error::TooManyAttempts`].
    async fn sign_in(&self, request: SignIn) -> Answer<SessionCookie>;

    /// Ends the caller's session; without one nothing happens. **Permissions:** none.
    async fn sign_out(&self) -> Answer<SessionCookie>;
}

/// The certificates of the caller's company. **Permissions:** `settings:company_settings` for each of them.
///
/// Each can answer [`Error::SignedOut`] and [`Error::Forbidden`]; an id of another company is [`Error::NotFound`].
#[async_trait]
pub trait Certificates: Send + Sync {
    /// One page of the list.
    async fn list(&self, query: ListQuery) -> Answer<CertificateList>;

    /// Everything that there is to say about one certificate, deleted or not, for as long as it can be restored.
    async fn detail(&self, id: String) -> Answer<CertificateDetail>;

    /// What this company's certificates have to do with one that is about to be uploaded; only public facts are asked about.
    async fn known(&self, query: KnownQuery) -> Answer<Known>;

    /// Validates, seals and stores an upload.
    ///
    /// # Errors
    /// [`Error::Refused`] with every finding if one is an error; [`Error::Unconfirmed`] if a strong warning is not among
    /// `confirmed`; [`Error::TooManyAuthorities`].
    async fn upload(&self, upload: NewCertificate) -> Answer<Stored>;

    /// Validates an upload and puts it in the place of a certificate's contents: id, name, primary and users stay. Of the upload only
    /// certificates, private key and what was confirmed are looked at. What was there can be brought back for 30 days.
    ///
    /// # Errors
    /// As [`Certificates::upload`]; [`Error::Fields`] if it is not valid yet and the certificate is needed now; [`Error::Stale`].
    async fn replace(&self, id: String, version: i64, upload: NewCertificate) -> Answer<Replaced>;

    /// Brings contents back that were replaced in the last 30 days; those in use are kept in their turn.
    ///
    /// # Errors
    /// [`Error::NotFound`] if they are not kept any more; else as [`Certificates::replace`].
    async fn restore_version(&self, id: String, version: i64, earlier: i64) -> Answer<Replaced>;

    /// Says which hosts a certificate may be presented to; none for any host.
    ///
    /// # Errors
    /// [`Error::Fields`], each with the place of its host: `allowed_hosts/0`; [`Error::Stale`].
    async fn allow_hosts(&self, id: String, version: i64, hosts: Vec<String>) -> Answer<CertificateRow>;

    /// Gives a certificate another name.
    ///
    /// # Errors
    /// [`Error::Refused`] with the findings of `name.*`; [`Error::Stale`].
    async fn rename(&self, id: String, version: i64, name: String) -> Answer<Stored>;

    /// Makes a certificate the company's only primary; answers with the one that was primary before.
    ///
    /// # Errors
    /// [`Error::CannotBePrimary`] for a CA certificate and one that is not valid now; [`Error::Stale`].
    async fn set_primary(&self, id: String, version: i64) -> Answer<Option<CertificateRow>>;

    /// Leaves the company without a primary.
    ///
    /// # Errors
    /// [`Error::Stale`], also if the certificate is not the primary any more.
    async fn remove_primary(&self, id: String, version: i64) -> Answer<CertificateRow>;

    /// Takes a certificate out of every list and use; [`Certificates::restore`] brings it back for 30 days.
    ///
    /// # Errors
    /// [`Error::InUse`]; [`Error::Stale`].
    async fn delete(&self, id: String, version: i64) -> Answer<()> {
        self.remove(id, version, Removal::default()).await.map(drop)
    }

    /// The same, moving its users to another certificate in the same step, or destroying its key at once.
    ///
    /// # Errors
    /// [`Error::InUse`] if its users are not moved; [`Error::Fields`] for `move_to`; [`Error::CannotBePrimary`] if the other one would
    /// have to be it; [`Error::Stale`].
    async fn remove(&self, id: String, version: i64, removal: Removal) -> Answer<Deleted>;

    /// What a delete would come to.
    async fn plan_delete(&self, id: String) -> Answer<DeletePlan>;

    /// What it would come to if this certificate became the primary.
    async fn plan_primary(&self, id: String) -> Answer<PrimaryPlan>;

    /// A certificate as it is now, for whoever was refused for having seen an earlier version.
    async fn current(&self, id: String) -> Answer<CertificateRow>;

    /// Which API nodes use a certificate, and how the last call with it ended.
    async fn usage(&self, id: String) -> Answer<CertificateUsage>;

    /// Takes back a delete of the last 30 days. It does not come back as primary.
    ///
    /// # Errors
    /// [`Error::Refused`] with `crt.duplicate` if the same certificate was uploaded again; [`Error::TooManyAuthorities`].
    async fn restore(&self, id: String) -> Answer<CertificateRow>;
}

/// Why a service did not do what was asked. A page renders the variant; nothing of the server's inside is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Error {
    /// Nobody is signed in, or the session has ended: sign in.
    #[error("nobody is signed in")]
    SignedOut,
    /// The caller lacks this permission: ask the company's administrator for it.
    #[error("the permission {permission} is missing")]
    Forbidden {
        /// The missing one.
        permission: Permission,
    },
    /// The caller is a token without this scope: create one that has it.
    #[error("the scope {scope} is missing")]
    MissingScope {
        /// The missing one.
        scope: Scope,
    },
    /// No such thing in the caller's company, perhaps deleted meanwhile: reload.
    #[error("not found")]
    NotFound,
    /// The validator refused the upload or the name: mend what the findings say.
    #[error("refused by {} findings", findings.len())]
    Refused {
        /// All findings, errors first.
        findings: Vec<Finding>,
    },
    /// A strong warning was not confirmed yet: show it, and ask.
    #[error("not confirmed")]
    Unconfirmed {
        /// All findings of the upload.
        findings: Vec<Finding>,
    },
    /// Somebody changed the object after the caller had read it: show who and when, and reload.
    #[error("changed meanwhile")]
    Stale {
        /// The other person's name, if it is known.
        by: Option<String>,
        /// When.
        at: Timestamp,
    },
    /// The certificate is used by API nodes: move them first.
    #[error("in use by {} API nodes", nodes.len())]
    InUse {
        /// Their names.
        nodes: Vec<String>,
    },
    /// This certificate cannot be the primary.
    #[error("cannot be primary")]
    CannotBePrimary {
        /// Why not.
        reason: NotPrimaryBecause,
    },
    /// The company has as many CA certificates as it may have: delete one that is not needed, or raise the limit.
    #[error("too many CA certificates")]
    TooManyAuthorities {
        /// How many it may have.
        most: u32,
    },
    /// E-mail or password is wrong (which of them is not told).
    #[error("wrong e-mail or password")]
    Credentials,
    /// Too many sign-ins in a short time: wait.
    #[error("too many attempts")]
    TooManyAttempts {
        /// Seconds to wait.
        seconds: u32,
    },
    /// The set-up link is unknown, used or too old: print a new one with `signet setup-link`.
    #[error("the set-up link is not valid")]
    SetupLink,
    /// The invitation's link is unknown, used, revoked, replaced or too old: ask for a new one.
    #[error("the invitation is not valid")]
    Invitation,
    /// Nobody would be left who can administer the company: give somebody else the permission first.
    #[error("the last administrator")]
    LastAdministrator,
    /// Something typed into a form is not accepted.
    #[error("refused fields")]
    Fields {
        /// One line for each field at fault.
        problems: Vec<FieldProblem>,
    },
    /// The server was not reached; nothing is known of what it did. Only ever made in the browser.
    #[error("no connection")]
    Connection,
    /// The request was not understood, for example from a page older than the server: reload.
    #[error("bad request")]
    BadRequest,
    /// The server failed; its log holds the cause under this reference.
    #[error("internal error {reference}")]
    Internal {
        /// Eight hex digits that stand in the log line too; empty if there is none.
        reference: String,
    },
}

/// One field of a form that was not accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldProblem {
    /// The input's name.
    pub field: String,
    /// One sentence that says how to fix it.
    pub message: String,
}

/// Why a certificate cannot be the primary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotPrimaryBecause {
    /// It is a CA certificate and has no private key.
    CertificateAuthority,
    /// Its validity has ended.
    Expired,
    /// Its validity has not begun.
    NotYetValid,
}

/// What a person may do in a company.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Permission {
    /// Certificates, team, tokens, audit log.
    #[serde(rename = "settings:company_settings")]
    CompanySettings,
    /// API nodes; may pick a certificate by name.
    #[serde(rename = "api_nodes:manage")]
    ManageApiNodes,
}

impl Permission {
    /// Every permission there is.
    pub const ALL: [Self; 2] = [Self::CompanySettings, Self::ManageApiNodes];

    /// `settings:company_settings`, `api_nodes:manage`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CompanySettings => "settings:company_settings",
            Self::ManageApiNodes => "api_nodes:manage",
        }
    }

    /// The permission of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|permission| permission.as_str() == name)
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// The person's name.
    pub name: String,
    /// The person's e-mail address.
    pub email: String,
    /// The name of the company that the session is in.
    pub company: String,
    /// What the person may do there.
    pub permissions: Vec<Permission>,
    /// Every company that the person belongs to, by name.
    pub companies: Vec<Company>,
    /// How many of the company's certificates are used and end within days; none for those who may not see them.
    pub due: u64,
}

/// The first start: a company and its first administrator.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SetUp {
    /// The one-time link's token.
    pub token: Secret,
    /// The company's name.
    pub company: String,
    /// The administrator's name.
    pub name: String,
    /// The administrator's e-mail address.
    pub email: String,
    /// At least 12 characters.
    pub password: Secret,
}

/// A sign-in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SignIn {
    /// The person's e-mail address, in any case.
    pub email: String,
    /// The person's password.
    pub password: Secret,
}

/// A `Set-Cookie` header's value that starts or ends a session.
#[derive(Clone)]
pub struct SessionCookie(pub String);

impl fmt::Debug for SessionCookie {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SessionCookie(…)")
    }
}

/// A certificate as the list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CertificateRow {
    /// UUID, lower case.
    pub id: String,
    /// The name that people gave it.
    pub name: String,
    /// Whether it is a CA certificate (and so has no private key).
    pub ca: bool,
    /// Whether it is the company's primary.
    pub primary: bool,
    /// The subject's common name, else the first SAN, else the whole subject.
    pub issued_to: String,
    /// The issuer's common name, else the whole issuer.
    pub issuer: String,
    /// Begin of the validity.
    pub not_before: Timestamp,
    /// End of the validity.
    pub not_after: Timestamp,
    /// When it was uploaded.
    pub uploaded_on: Timestamp,
    /// When it was deleted, if it was.
    pub deleted_on: Option<Timestamp>,
    /// Rises with each change; sent along with a change so that a stale one is noticed.
    pub version: i64,
}

/// An upload.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewCertificate {
    /// A CA certificate, without a private key.
    pub ca: bool,
    /// PEM text: the chain, and perhaps the private key.
    pub certificates: Secret,
    /// PEM text of the private key, if it came in a file of its own.
    pub private_key: Option<Secret>,
    /// The name; empty for the one taken from the certificate.
    pub name: String,
    /// Make it the primary in the same step.
    pub primary: bool,
    /// The strong warnings that the person has ticked.
    pub confirmed: Vec<Rule>,
}

/// A certificate that was stored, new or changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    /// As the list shows it.
    pub certificate: CertificateRow,
    /// What was found and did not speak against storing it.
    pub findings: Vec<Finding>,
}

/// Public facts of a certificate that is about to be uploaded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct KnownQuery {
    /// It is said to be a CA certificate.
    pub ca: bool,
    /// The id of the certificate that it is to take the place of, if that is decided.
    pub in_place_of: Option<String>,
    /// SHA-256 of the DER certificate, 64 hex digits.
    pub fingerprint_sha256: String,
    /// SHA-256 of its `SubjectPublicKeyInfo`, 64 hex digits; empty for a CA certificate.
    pub public_key_sha256: String,
    /// The name that it would get.
    pub name: String,
    /// Whom it is issued to, as [`Facts::issued_to`](crate::certificate::Facts::issued_to) has it.
    pub issued_to: String,
    /// The subject, as [`Facts::subject`](crate::certificate::Facts::subject) has it.
    pub subject: String,
    /// The issuer, in the same way.
    pub issuer: String,
    /// Subject alternative names.
    pub names: Vec<String>,
}

/// What is known of a certificate that is about to be uploaded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// The same certificate, stored already: uploading it again is refused with `crt.duplicate`.
    pub stored: Option<CertificateRow>,
    /// What else there is to say: `key.reused`, and the warnings about the name.
    pub findings: Vec<Finding>,
    /// Certificates that it may renew, the likeliest first; the one that it is to take the place of, if that is decided.
    pub renewals: Vec<Renewal>,
}

/// Text that must not be printed: a password, a one-time link's token, PEM text with a private key.
///
/// Wiped from memory when dropped; `Debug` is blank. It travels from the browser to the server only: on the server it refuses to
/// be serialised, so it can get into no answer, page or log by mistake.
#[derive(Clone, Default, Deserialize)]
#[serde(from = "String")]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// The text itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl From<Zeroizing<String>> for Secret {
    fn from(text: Zeroizing<String>) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

impl Serialize for Secret {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if cfg!(feature = "ssr") {
            return Err(serde::ser::Error::custom("a secret does not leave the server"));
        }
        serializer.serialize_str(self.expose())
    }
}
