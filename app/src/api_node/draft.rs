//! A node as somebody typed it.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::USUAL_TIMEOUT_MS;
use crate::service::Secret;

/// A node as somebody typed it. It travels to the server only: a header's value can be a secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Draft {
    /// Its name.
    pub name: String,
    /// The HTTP method.
    pub method: String,
    /// The URL; `{{variable}}` may stand in its path and query.
    pub url: String,
    /// The headers, in their order.
    pub headers: Vec<DraftHeader>,
    /// The body; empty for none.
    pub body: String,
    /// How long a call may take, in milliseconds.
    pub timeout_ms: u32,
    /// Whether redirects are followed.
    pub follow_redirects: bool,
    /// A CA certificate of the company that its server is trusted by, besides the system's: a UUID.
    pub server_ca: Option<String>,
    /// Whether it identifies itself, and with which certificate.
    pub mtls: Mtls,
}

impl Default for Draft {
    /// A GET of nothing, 30 seconds, without redirects and mTLS.
    fn default() -> Self {
        Self {
            name: String::new(),
            method: "GET".to_owned(),
            url: String::new(),
            headers: Vec::new(),
            body: String::new(),
            timeout_ms: USUAL_TIMEOUT_MS,
            follow_redirects: false,
            server_ca: None,
            mtls: Mtls::default(),
        }
    }
}

/// A header as somebody typed it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DraftHeader {
    /// Its name.
    pub name: String,
    /// Its value; `None` leaves a secret one as it is.
    pub value: Option<Secret>,
    /// Whether its value is for nobody's eyes.
    pub secret: bool,
}

/// Whether a node identifies itself, and with which certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mtls {
    /// Whether it does.
    pub enabled: bool,
    /// With which one.
    pub certificate: Chosen,
}

/// Which certificate a node identifies itself with: `"primary"`, or a UUID.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Chosen {
    /// The primary of the moment.
    #[default]
    Primary,
    /// This one, whatever becomes primary.
    Pinned(String),
}

impl Chosen {
    /// The id of the certificate that it is pinned to.
    pub fn pinned(&self) -> Option<&str> {
        match self {
            Self::Primary => None,
            Self::Pinned(id) => Some(id),
        }
    }
}

impl From<Option<String>> for Chosen {
    fn from(pinned: Option<String>) -> Self {
        pinned.map_or(Self::Primary, Self::Pinned)
    }
}

impl Serialize for Chosen {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.pinned().unwrap_or("primary"))
    }
}

impl<'de> Deserialize<'de> for Chosen {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(if text == "primary" { Self::Primary } else { Self::Pinned(text) })
    }
}
