//! What a delete or another primary would come to, asked before it is done.

use serde::{Deserialize, Serialize};

use super::{CertificateRow, UsingNode};
use crate::timestamp::Timestamp;

/// What stands in a certificate's place for "follow the primary".
pub const PRIMARY: &str = "primary";

/// How a certificate is to be deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removal {
    /// The id of the certificate that its users are to use instead, or [`PRIMARY`].
    pub move_to: Option<String>,
    /// Destroy its key at once instead of keeping it for 30 days.
    pub destroy: bool,
}

/// What a delete came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deleted {
    /// How many API nodes use another certificate now.
    pub moved: u64,
    /// API nodes that had pinned it with their mTLS off: they follow the primary now.
    pub released: Vec<String>,
}

/// What a delete would come to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletePlan {
    /// The server's time.
    pub now: Timestamp,
    /// The certificate as it is now.
    pub certificate: CertificateRow,
    /// Who uses it, or has pinned it with its mTLS off; by name.
    pub nodes: Vec<UsingNode>,
    /// The primary's name, if its users can follow it instead.
    pub primary: Option<String>,
    /// Certificates of its kind that are valid, the last one to end first.
    pub choices: Vec<Replacement>,
    /// There are more of them.
    pub has_more: bool,
}

/// A certificate that can be used in another one's place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replacement {
    /// UUID, lower case.
    pub id: String,
    /// The name that people gave it.
    pub name: String,
    /// End of the validity.
    pub not_after: Timestamp,
    /// `RSA 2048`, `EC P-256`, `Ed25519`, …
    pub key_type: String,
}

/// What another primary would come to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrimaryPlan {
    /// The certificate as it is now.
    pub certificate: CertificateRow,
    /// The name of the one that is the primary.
    pub former: Option<String>,
    /// The first API nodes that follow the primary, by name.
    pub followers: Vec<UsingNode>,
    /// How many follow it in all.
    pub follower_count: u64,
    /// How many are pinned to another certificate.
    pub pinned: u64,
}
