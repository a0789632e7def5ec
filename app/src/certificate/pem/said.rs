//! What the label of a block says, whatever is inside.

use super::label::{Label, Meaning};
use crate::certificate::report::{Finding, Place};
use crate::certificate::rules::Rule;
use crate::certificate::{input, key};

/// What a label alone says, whatever is inside.
pub(super) fn of_label(label: Label, place: Place) -> Option<Finding> {
    let prefix = place.prefix();
    let finding = match label.meaning {
        // These are judged together with the rest of the upload.
        Meaning::Certificate | Meaning::PrivateKey | Meaning::PublicKey => return None,
        Meaning::OldCertificate => {
            let message = format!("{prefix}The {label} block was taken as a CERTIFICATE.");
            place.finds(Rule::PemLabelConverted, message)
        }
        Meaning::TrustedCertificate => {
            let message = format!("{prefix}The {label} block was taken as a CERTIFICATE, without OpenSSL's additions.");
            place.finds(Rule::PemTrustedCertificate, message)
        }
        Meaning::Parameters => {
            place.finds(Rule::PemLabelIgnored, format!("{prefix}The {label} block is not needed and was ignored."))
        }
        Meaning::RevocationList => {
            place.finds(Rule::PemCrlIgnored, format!("{prefix}The revocation list in the file was ignored."))
        }
        Meaning::EncryptedPrivateKey => key::encrypted_pkcs8(place),
        Meaning::UnusableKey => {
            let kind = if label == Label::of(b"DSA PRIVATE KEY") { "DSA" } else { "SM2" };
            key::unusable_algorithm(kind, place)
        }
        Meaning::Request => request(place),
        Meaning::Pkcs7 => {
            let form = if label == Label::of(b"CMS") { input::Pkcs7::Cms } else { input::Pkcs7::Pem };
            Finding { line: place.line, ..input::pkcs7(place.pointer, form) }
        }
        Meaning::Pkcs12 => place
            .finds(Rule::PemUnsupportedLabel, format!("{prefix}The {label} block holds a PKCS#12 (PFX) file."))
            .hint("Take it out and upload that: `sed '/^-/d' FILE | base64 -d > bundle.p12`."),
        Meaning::Ssh => place.finds(Rule::InSsh, input::SSH).hint(input::SSH_HINT),
        Meaning::Pgp => place
            .finds(Rule::InPgp, "This is a PGP file; TLS needs an X.509 certificate and its private key.")
            .hint("Choose the certificate (.crt, .pem) and the .key file that was created with it."),
        Meaning::Unsupported => {
            let kind =
                if label.is_known() { format!("The {label} block") } else { "A block of an unknown kind".to_owned() };
            let message = format!("{prefix}{kind} cannot be used.");
            let hint = "Upload only CERTIFICATE and PRIVATE KEY blocks.";
            place.finds(Rule::PemUnsupportedLabel, message).hint(hint)
        }
    };
    Some(finding)
}

fn request(place: Place) -> Finding {
    place
        .finds(Rule::PemUnsupportedLabel, "This is a signing request, not a certificate.")
        .hint("Send it to your issuer (CA) and upload the certificate that comes back.")
}
