//! The rules for one certificate, `crt.*`, in the catalogue's order.

mod algorithms;
mod factors;
mod names;
mod public_authority;
mod structure;
mod usage;
mod validity;

use super::parsed::Parsed;
use super::report::Finding;
use crate::timestamp::Timestamp;

/// What a certificate is in its upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The client certificate.
    Leaf,
    /// One of the others in a client certificate's file.
    Issuer,
    /// The first certificate of a CA upload.
    Authority,
    /// One of the others of a CA upload.
    OtherAuthority,
}

impl Role {
    /// Whether the upload is about this certificate: the facts are its own.
    const fn is_first(self) -> bool {
        matches!(self, Self::Leaf | Self::Authority)
    }

    /// Whether it was uploaded as a CA certificate.
    const fn is_authority(self) -> bool {
        matches!(self, Self::Authority | Self::OtherAuthority)
    }
}

/// Judges one certificate.
pub(super) fn check(certificate: &Parsed<'_>, role: Role, now: Timestamp, findings: &mut Vec<Finding>) {
    validity::check(certificate, role, now, findings);
    structure::check(certificate, role, findings);
    algorithms::check(certificate, role, findings);
    names::check(certificate, role, findings);
    usage::check(certificate, role, findings);
}

/// Judges the client certificate by what stands above it. `path` begins with it.
pub(super) fn check_path(path: &[&Parsed<'_>], findings: &mut Vec<Finding>) {
    names::check_authorities(path, findings);
}
