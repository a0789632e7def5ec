//! API tokens: what pages ask about them, and what they may do.

use std::fmt;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::Answer;
use crate::timestamp::Timestamp;

/// The API tokens of the caller's company. **Permissions:** `settings:company_settings` for each of them; no token may.
///
/// Each can answer [`super::Error::SignedOut`] and [`super::Error::Forbidden`]; an id of another company is
/// [`super::Error::NotFound`].
#[async_trait]
pub trait Tokens: Send + Sync {
    /// All tokens that are not revoked, the newest first.
    async fn list_tokens(&self) -> Answer<TokenList>;

    /// Creates a token. Its secret is in this answer and never in another.
    ///
    /// # Errors
    /// [`super::Error::Fields`] for `name`, `scopes` and `days`.
    async fn create_token(&self, request: NewToken) -> Answer<CreatedToken>;

    /// Revokes a token: it is refused from this moment on, and nothing brings it back.
    ///
    /// # Errors
    /// [`super::Error::NotFound`] also if it is revoked already.
    async fn revoke_token(&self, id: String) -> Answer<TokenRow>;
}

/// What a token may do. Writing includes reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Scope {
    /// See certificates.
    #[serde(rename = "certificates:read")]
    ReadCertificates,
    /// See, upload, rename, replace and delete certificates.
    #[serde(rename = "certificates:write")]
    WriteCertificates,
    /// See API nodes.
    #[serde(rename = "api_nodes:read")]
    ReadApiNodes,
    /// See and change API nodes.
    #[serde(rename = "api_nodes:write")]
    WriteApiNodes,
    /// Make calls through API nodes.
    #[serde(rename = "api_nodes:call")]
    CallApiNodes,
    /// Read the audit log.
    #[serde(rename = "audit_log:read")]
    ReadAuditLog,
}

impl Scope {
    /// Every scope there is.
    pub const ALL: [Self; 6] = [
        Self::ReadCertificates,
        Self::WriteCertificates,
        Self::ReadApiNodes,
        Self::WriteApiNodes,
        Self::CallApiNodes,
        Self::ReadAuditLog,
    ];

    /// `certificates:read`, …
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ReadCertificates => "certificates:read",
            Self::WriteCertificates => "certificates:write",
            Self::ReadApiNodes => "api_nodes:read",
            Self::WriteApiNodes => "api_nodes:write",
            Self::CallApiNodes => "api_nodes:call",
            Self::ReadAuditLog => "audit_log:read",
        }
    }

    /// The scope of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == name)
    }

    /// Whether who has this scope may do what needs `other`.
    pub const fn includes(self, other: Self) -> bool {
        matches!(
            (self, other),
            (Self::ReadCertificates | Self::WriteCertificates, Self::ReadCertificates)
                | (Self::WriteCertificates, Self::WriteCertificates)
                | (Self::ReadApiNodes | Self::WriteApiNodes, Self::ReadApiNodes)
                | (Self::WriteApiNodes, Self::WriteApiNodes)
                | (Self::CallApiNodes, Self::CallApiNodes)
                | (Self::ReadAuditLog, Self::ReadAuditLog)
        )
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A token to be created.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewToken {
    /// Its name, as typed.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// In how many days it ends; `None` for a token without an end.
    pub days: Option<u32>,
}

/// A token that was just created.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CreatedToken {
    /// As the list shows it.
    pub token: TokenRow,
    /// What its holder sends.
    pub secret: ShownOnce,
}

/// All tokens of a company.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenList {
    /// The server's time when the list was read.
    pub now: Timestamp,
    /// The newest first.
    pub rows: Vec<TokenRow>,
}

/// A token as the list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenRow {
    /// 32 lower-case hex digits.
    pub id: String,
    /// The name that people gave it.
    pub name: String,
    /// The first characters of its secret, by which its holder recognises it: `sgn_7kq2`.
    pub beginning: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// When it was created.
    pub created_at: Timestamp,
    /// Name of the person who created it; `signet` for the command line.
    pub created_by: String,
    /// When it ends, if it does.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub used_at: Option<Timestamp>,
}

impl TokenRow {
    /// Whether it has ended.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }
}

/// A secret that its owner is told this once: the only text of its kind that leaves the server.
///
/// Wiped from memory when dropped; `Debug` is blank.
#[derive(Clone, Deserialize)]
#[serde(from = "String")]
pub struct ShownOnce(Zeroizing<String>);

impl ShownOnce {
    /// The text itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for ShownOnce {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl Serialize for ShownOnce {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose())
    }
}

impl fmt::Debug for ShownOnce {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ShownOnce(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writing_includes_reading_and_nothing_else() {
        for scope in Scope::ALL {
            let included: Vec<_> =
                Scope::ALL.into_iter().filter(|other| scope.includes(*other)).map(Scope::as_str).collect();
            let expected: &[&str] = match scope {
                Scope::WriteCertificates => &["certificates:read", "certificates:write"],
                Scope::WriteApiNodes => &["api_nodes:read", "api_nodes:write"],
                other => &[other.as_str()],
            };
            assert_eq!(included, expected, "{scope}");
        }
    }

    #[test]
    fn names_are_the_same_everywhere() {
        for scope in Scope::ALL {
            assert_eq!(Scope::parse(scope.as_str()), Some(scope));
            assert_eq!(serde_json::to_string(&scope).unwrap(), format!("\"{scope}\""));
        }
        assert_eq!(Scope::parse("certificates"), None);
    }

    #[test]
    fn the_secret_is_not_printed() {
        assert_eq!(format!("{:?}", ShownOnce::from("sgn_secret".to_owned())), "ShownOnce(…)");
    }
}
