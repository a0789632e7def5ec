//! Names that people give to certificates.

/// A certificate's name: trimmed, NFC, 1 to 128 Unicode scalar values, at most 512 bytes, nothing invisible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateName(String);

impl CertificateName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
