//! The master key's versions, and the keys that are sealed with them: for whoever runs `signet` on the server's machine.
//!
//! These verbs fail with the vault's own errors: their caller reads them on the machine where the file lies.

mod add;
mod rotate;
mod verify;

use sha2::{Digest as _, Sha256};

pub use self::rotate::Rotation;
pub use self::verify::{Problem, Verification};
use crate::store::StoredKey;
use crate::vault::Place;

/// Which key, for people to look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhichKey {
    /// The account's id.
    pub account_id: String,
    /// The certificate's id.
    pub certificate_id: String,
    /// The certificate's name.
    pub certificate_name: String,
    /// Version of the certificate's contents.
    pub content_version: i64,
}

impl From<StoredKey> for WhichKey {
    fn from(key: StoredKey) -> Self {
        let StoredKey { account_id, certificate_id, certificate_name, content_version, .. } = key;
        Self { account_id, certificate_id, certificate_name, content_version }
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
