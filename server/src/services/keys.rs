//! The master key's versions, and the keys that are sealed with them: for whoever runs `signet` on the server's machine.
//!
//! These verbs fail with the vault's own errors: their caller reads them on the machine where the file lies.

mod add;
mod rotate;
mod verify;

use sha2::{Digest as _, Sha256};

pub use self::rotate::Rotation;
pub use self::verify::{Problem, Verification};
use crate::store::{StoredHeader, StoredKey};
use crate::vault::{HeaderPlace, Place};

/// What is sealed, for people to look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhichKey {
    /// The account's id.
    pub account_id: String,
    /// The id of the certificate, or of the API node.
    pub id: String,
    /// The name of the certificate, or of the API node.
    pub name: String,
    /// What of it.
    pub part: WhichPart,
}

/// What of a certificate or an API node is sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhichPart {
    /// The private key of this version of a certificate's contents.
    Key {
        /// From 1.
        content_version: i64,
    },
    /// The value of this header of an API node.
    Header {
        /// Its name.
        name: String,
    },
}

impl From<StoredKey> for WhichKey {
    fn from(key: StoredKey) -> Self {
        let StoredKey { account_id, certificate_id, certificate_name, content_version, .. } = key;
        Self { account_id, id: certificate_id, name: certificate_name, part: WhichPart::Key { content_version } }
    }
}

impl From<StoredHeader> for WhichKey {
    fn from(stored: StoredHeader) -> Self {
        let StoredHeader { account_id, node_id, node_name, header, .. } = stored;
        Self { account_id, id: node_id, name: node_name, part: WhichPart::Header { name: header } }
    }
}

/// SHA-256 of the leaf, 64 lower-case hex digits, as keys are bound to it. Computed from the leaf itself, since the certificate knows
/// only that of its newest contents.
fn fingerprint(leaf: &[u8]) -> String {
    hex::encode(Sha256::digest(leaf))
}

/// Where a stored key belongs.
fn place<'a>(key: &'a StoredKey, fingerprint_sha256: &'a str) -> Place<'a> {
    Place {
        account_id: &key.account_id,
        certificate_id: &key.certificate_id,
        fingerprint_sha256,
        content_version: key.content_version,
    }
}

/// Where a stored header value belongs.
fn header_place(stored: &StoredHeader) -> HeaderPlace<'_> {
    HeaderPlace { account_id: &stored.account_id, node_id: &stored.node_id, header: &stored.header }
}
