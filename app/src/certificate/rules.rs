//! The catalogue of rules.

use serde::{Deserialize, Serialize};

use super::report::Severity;

/// A rule of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Rule {
    /// Nothing was given.
    #[serde(rename = "in.empty")]
    InEmpty,
}

impl Rule {
    /// How much it matters.
    pub fn severity(self) -> Severity {
        Severity::Error
    }
}
