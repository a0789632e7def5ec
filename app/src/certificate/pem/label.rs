//! The labels of PEM blocks (RFC 7468 section 4), and what becomes of each.

use std::fmt;

/// What a block's label says about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Meaning {
    /// A certificate under its proper label.
    Certificate,
    /// A certificate under a label of old.
    OldCertificate,
    /// OpenSSL's own format: a certificate and what it is trusted for.
    TrustedCertificate,
    /// A private key, not encrypted unless its headers say so.
    PrivateKey,
    /// A private key under a passphrase (PKCS#8).
    EncryptedPrivateKey,
    /// A private key of a kind that cannot be used.
    UnusableKey,
    /// A public key.
    PublicKey,
    /// Something that belongs to keys but says nothing new.
    Parameters,
    /// A revocation list.
    RevocationList,
    /// A signing request.
    Request,
    /// A PKCS#7 bundle.
    Pkcs7,
    /// A PKCS#12 file, which is not meant to be written as PEM.
    Pkcs12,
    /// Something of SSH.
    Ssh,
    /// Something of PGP.
    Pgp,
    /// Anything else.
    Unsupported,
}

/// A label. Only known ones are ever shown: an unknown one may be a key that was pasted onto the BEGIN line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Label {
    name: Option<&'static str>,
    pub(in super::super) meaning: Meaning,
}

impl Label {
    /// The label of a BEGIN or END line.
    pub(in super::super) fn of(written: &[u8]) -> Self {
        LABELS
            .iter()
            .find(|(name, _)| name.as_bytes() == written)
            .map_or(Self::UNKNOWN, |(name, meaning)| Self { name: Some(name), meaning: *meaning })
    }

    /// `CERTIFICATE`.
    #[cfg(test)]
    pub(super) const fn certificate() -> Self {
        Self { name: Some("CERTIFICATE"), meaning: Meaning::Certificate }
    }

    /// A label that is not in the table.
    const UNKNOWN: Self = Self { name: None, meaning: Meaning::Unsupported };

    /// Whether it is in the table.
    pub(super) const fn is_known(self) -> bool {
        self.name.is_some()
    }

    /// Whether it stands for a certificate.
    pub(in super::super) const fn is_certificate(self) -> bool {
        matches!(self.meaning, Meaning::Certificate | Meaning::OldCertificate | Meaning::TrustedCertificate)
    }

    /// Whether it stands for a private key of any kind.
    pub(in super::super) const fn is_private_key(self) -> bool {
        matches!(self.meaning, Meaning::PrivateKey | Meaning::EncryptedPrivateKey | Meaning::UnusableKey)
    }

    /// The label that rustls-pemfile decodes such a block under, if it is one that is decoded.
    pub(super) const fn decoded_as(self) -> Option<&'static str> {
        match self.meaning {
            Meaning::Certificate | Meaning::OldCertificate | Meaning::TrustedCertificate => Some("CERTIFICATE"),
            // What is inside decides, not the label: keys under the wrong one of the three are common.
            Meaning::PrivateKey => Some("PRIVATE KEY"),
            _ => None,
        }
    }
}

impl fmt::Display for Label {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name.unwrap_or("unknown"))
    }
}

const LABELS: &[(&str, Meaning)] = &[
    ("CERTIFICATE", Meaning::Certificate),
    ("X509 CERTIFICATE", Meaning::OldCertificate),
    ("TRUSTED CERTIFICATE", Meaning::TrustedCertificate),
    ("PRIVATE KEY", Meaning::PrivateKey),
    ("RSA PRIVATE KEY", Meaning::PrivateKey),
    ("EC PRIVATE KEY", Meaning::PrivateKey),
    ("ANY PRIVATE KEY", Meaning::PrivateKey),
    ("ENCRYPTED PRIVATE KEY", Meaning::EncryptedPrivateKey),
    ("DSA PRIVATE KEY", Meaning::UnusableKey),
    ("SM2 PRIVATE KEY", Meaning::UnusableKey),
    ("PUBLIC KEY", Meaning::PublicKey),
    ("RSA PUBLIC KEY", Meaning::PublicKey),
    ("EC PUBLIC KEY", Meaning::PublicKey),
    ("DSA PUBLIC KEY", Meaning::PublicKey),
    ("EC PARAMETERS", Meaning::Parameters),
    ("DSA PARAMETERS", Meaning::Parameters),
    ("DH PARAMETERS", Meaning::Parameters),
    ("X9.42 DH PARAMETERS", Meaning::Parameters),
    ("X509 CRL", Meaning::RevocationList),
    ("CERTIFICATE REQUEST", Meaning::Request),
    ("NEW CERTIFICATE REQUEST", Meaning::Request),
    ("PKCS7", Meaning::Pkcs7),
    ("PKCS #7 SIGNED DATA", Meaning::Pkcs7),
    ("CMS", Meaning::Pkcs7),
    ("PKCS12", Meaning::Pkcs12),
    ("OPENSSH PRIVATE KEY", Meaning::Ssh),
    ("SSH2 PUBLIC KEY", Meaning::Ssh),
    ("SSH2 ENCRYPTED PRIVATE KEY", Meaning::Ssh),
    ("PGP PUBLIC KEY BLOCK", Meaning::Pgp),
    ("PGP PRIVATE KEY BLOCK", Meaning::Pgp),
    ("PGP MESSAGE", Meaning::Pgp),
    ("PGP SIGNED MESSAGE", Meaning::Pgp),
    ("PGP SIGNATURE", Meaning::Pgp),
    ("ATTRIBUTE CERTIFICATE", Meaning::Unsupported),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_label_is_not_repeated() {
        assert_eq!(Label::of(b"MIGHAGEAMBMGByqGSM49").to_string(), "unknown");
        assert_eq!(Label::of(b"PRIVATE KEY").to_string(), "PRIVATE KEY");
    }
}
