//! What can go wrong with opening, and what is said of it.

use der::asn1::ObjectIdentifier;

use crate::certificate::report::{Finding, Place};
use crate::certificate::rules::Rule;

/// Why something could not be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The passphrase is another one, or what it protects was changed.
    Passphrase,
    /// It would take too long, or too much memory.
    Work {
        /// What the file asks for.
        asks: String,
        /// The most that is done.
        most: &'static str,
    },
    /// It is encrypted in a way that is not supported; its name or dotted identifier.
    Scheme(String),
    /// Its structure cannot be read.
    Damaged,
    /// There is nothing in it.
    Empty,
}

/// What is to be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Locked {
    /// A PKCS#12 file.
    Pfx,
    /// A private key in PKCS#8.
    Key,
}

impl Fault {
    /// An algorithm that is not supported, by its identifier.
    pub(super) fn scheme(identifier: &ObjectIdentifier) -> Self {
        let dotted = identifier.to_string();
        let name = NAMES.iter().find(|(known, _)| *known == dotted).map(|(_, name)| (*name).to_owned());
        Self::Scheme(name.unwrap_or(dotted))
    }

    /// What is said of it.
    pub(super) fn told(self, locked: Locked, place: Place) -> Finding {
        let what = match locked {
            Locked::Pfx => "file",
            Locked::Key => "private key",
        };
        match self {
            Self::Passphrase => {
                let message = format!("The passphrase does not open the {what}.");
                let hint = "Check capital letters and the layout of the keyboard. If you are sure of the passphrase, the file \
                            is damaged: export it again.";
                place.finds(Rule::KeyPassphraseWrong, message).hint(hint)
            }
            Self::Work { asks, most } => {
                let message = format!("Opening the {what} takes {asks}; at most {most} are allowed.");
                let hint = match locked {
                    Locked::Pfx => {
                        "Create it again with less work: `openssl pkcs12 -in FILE -nodes -out bundle.pem`, then `openssl \
                         pkcs12 -export -in bundle.pem -out new.p12`. Or upload bundle.pem itself."
                    }
                    Locked::Key => {
                        "Create it again with less work: `openssl pkcs8 -topk8 -in FILE -out new.key`, then upload new.key."
                    }
                };
                place.finds(Rule::KeyPassphraseWork, message).hint(hint)
            }
            Self::Scheme(name) => {
                let message = format!("The {what} is protected by {name}, which cannot be opened here.");
                let hint = match locked {
                    Locked::Pfx => {
                        "Convert it: `openssl pkcs12 -in FILE -nodes -out bundle.pem` (OpenSSL 3 also needs `-legacy`), then \
                         upload bundle.pem."
                    }
                    Locked::Key => {
                        "Convert it: `openssl pkey -in FILE -out key.pem` (OpenSSL 3 also needs `-provider legacy -provider \
                         default`), then upload key.pem."
                    }
                };
                place.finds(Rule::KeyPassphraseScheme, message).hint(hint)
            }
            Self::Damaged => {
                let message = format!("The {what} is damaged or cut off; no passphrase opens it.");
                place.finds(Rule::KeyPassphraseScheme, message).hint("Export it again.")
            }
            Self::Empty => {
                let message = "The PKCS#12 file was opened. It holds neither a certificate nor a private key.";
                place
                    .finds(Rule::InPfxEmpty, message)
                    .hint("Export the certificate again, together with its private key.")
            }
        }
    }
}

/// What can be met and is not supported.
const NAMES: &[(&str, &str)] = &[
    ("1.2.840.113549.1.5.1", "DES with MD2"),
    ("1.2.840.113549.1.5.3", "DES with MD5"),
    ("1.2.840.113549.1.5.4", "RC2 with MD2"),
    ("1.2.840.113549.1.5.6", "RC2 with MD5"),
    ("1.2.840.113549.1.5.10", "DES with SHA-1"),
    ("1.2.840.113549.1.5.11", "RC2 with SHA-1"),
    ("1.2.840.113549.1.7.2", "a signature"),
    ("1.2.840.113549.1.7.3", "a public key"),
    ("1.2.840.113549.1.12.1.1", "RC4"),
    ("1.2.840.113549.1.12.1.2", "RC4"),
    ("1.2.840.113549.2.5", "MD5"),
    ("1.2.840.113549.3.2", "RC2"),
    ("1.2.840.113549.3.4", "RC4"),
    ("1.3.14.3.2.7", "DES"),
    ("1.2.392.200011.61.1.1.1.2", "Camellia"),
    ("1.2.392.200011.61.1.1.1.3", "Camellia"),
    ("1.2.392.200011.61.1.1.1.4", "Camellia"),
    ("1.2.410.200004.1.4", "SEED"),
    ("2.16.840.1.101.3.4.1.6", "AES-GCM"),
    ("2.16.840.1.101.3.4.1.26", "AES-GCM"),
    ("2.16.840.1.101.3.4.1.46", "AES-GCM"),
];
