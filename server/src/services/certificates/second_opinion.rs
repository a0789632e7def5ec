//! What the TLS library thinks of an upload that the validator has passed: can it sign with the key, does the signature verify with
//! the certificate's public key, and does the chain keep to its name constraints?

use std::sync::Arc;
use std::time::Duration;

use app::certificate::{Finding, Material, Pointer, PrivateKey, Rule};
use app::timestamp::Timestamp;
use rustls::crypto::CryptoProvider;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, SubjectPublicKeyInfoDer, UnixTime};
use rustls::sign::{CertifiedKey, SigningKey};
use rustls::{Error, InconsistentKeys};
use webpki::{EndEntityCert, KeyUsage, RawPublicKeyEntity, anchor_from_trusted_cert};

/// Asks the TLS library. Takes as long as a signature and its check: some milliseconds, a tenth of a second for the longest keys.
pub(super) fn second_opinion(material: &Material, now: Timestamp) -> Vec<Finding> {
    let provider = aws_lc_rs::default_provider();
    let of_key = material.private_key.as_ref().and_then(|key| about_key(material, key, &provider));
    of_key.into_iter().chain(about_names(material, now, &provider)).collect()
}

fn about_key(material: &Material, key: &PrivateKey, provider: &CryptoProvider) -> Option<Finding> {
    let der = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.expose_der()));
    let Ok(signing_key) = aws_lc_rs::sign::any_supported_type(&der) else {
        return Some(not_usable());
    };
    if !agrees(material, &signing_key) {
        // The fingerprint is public; which of the two is right is for a person to find out.
        tracing::error!(
            fingerprint_sha256 = material.facts.fingerprint_sha256,
            "validator.disagree: the TLS library says that the private key does not belong to the certificate"
        );
        return Some(no_signature());
    }
    match signs(material, signing_key.as_ref(), provider) {
        Some(true) => None,
        Some(false) => Some(no_signature()),
        None => Some(not_usable()),
    }
}

/// Whether the TLS library, too, says that the key belongs to the certificate.
///
/// It compares the certificate's `SubjectPublicKeyInfo` byte by byte, and knows neither compressed points nor all critical
/// extensions: so only its clear "no" counts, and only if the public key that it computes is not the certificate's in its usual form.
fn agrees(material: &Material, signing_key: &Arc<dyn SigningKey>) -> bool {
    let chain = material.chain.iter().map(|der| CertificateDer::from(der.clone())).collect();
    let answer = CertifiedKey::new(chain, Arc::clone(signing_key)).keys_match();
    let says_no = matches!(answer, Err(Error::InconsistentKeys(InconsistentKeys::KeyMismatch)));
    !says_no || signing_key.public_key().is_some_and(|public| public.as_ref() == material.public_key)
}

/// Whether a signature with the private key verifies with the certificate's public key; `None` if the library does not sign with
/// such keys.
fn signs(material: &Material, signing_key: &dyn SigningKey, provider: &CryptoProvider) -> Option<bool> {
    const MESSAGE: &[u8] = b"Signet asks whether this key can sign.";
    let mapping = provider.signature_verification_algorithms.mapping;
    let schemes: Vec<_> = mapping.iter().map(|(scheme, _)| *scheme).collect();
    let signer = signing_key.choose_scheme(&schemes)?;
    let signature = signer.sign(MESSAGE).ok()?;
    let public_key = SubjectPublicKeyInfoDer::from(material.public_key.as_slice());
    let public_key = RawPublicKeyEntity::try_from(&public_key).ok()?;
    let (_scheme, algorithms) = mapping.iter().find(|(scheme, _)| *scheme == signer.scheme())?;
    Some(algorithms.iter().any(|algorithm| public_key.verify_signature(*algorithm, MESSAGE, &signature).is_ok()))
}

/// Name constraints (RFC 5280 section 4.2.1.10) of the chain, the root's included where it came along.
fn about_names(material: &Material, now: Timestamp, provider: &CryptoProvider) -> Option<Finding> {
    let (leaf, issuers) = material.chain.split_first()?;
    let certificates: Vec<CertificateDer<'_>> =
        issuers.iter().chain(&material.root).map(|der| CertificateDer::from(der.as_slice())).collect();
    let (top, intermediates) = certificates.split_last()?;
    let anchors = [anchor_from_trusted_cert(top).ok()?];
    let leaf = CertificateDer::from(leaf.as_slice());
    let leaf = EndEntityCert::try_from(&leaf).ok()?;
    // A certificate that is not valid yet is judged as on its first day: dates are the validator's matter.
    let moment = now.max(material.facts.not_before);
    let seconds = u64::try_from(moment.microseconds() / 1_000_000).unwrap_or_default();
    let algorithms = provider.signature_verification_algorithms.all;
    let time = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
    let verified =
        leaf.verify_for_usage(algorithms, &anchors, intermediates, time, KeyUsage::client_auth(), None, None);
    matches!(verified, Err(webpki::Error::NameConstraintViolation)).then(|| Finding {
        hint: "Services that check the chain refuse it. Ask your issuer for a certificate with a name that its CA may certify."
            .to_owned(),
        certificate: Some(1),
        ..Finding::new(
            Rule::ChainNameConstraints,
            Pointer::Certificates,
            "The certificate has a name that a CA of its chain may not certify (name constraints).",
        )
    })
}

fn not_usable() -> Finding {
    Finding::new(
        Rule::KeyProvider,
        Pointer::PrivateKey,
        "The TLS library cannot load this private key, or not sign with it.",
    )
    .hint("Create a new key with another tool: RSA of 2048 to 8192 bits, P-256, P-384, P-521 or Ed25519.")
}

fn no_signature() -> Finding {
    let message = "A signature made with the private key could not be verified; the key is damaged.";
    Finding::new(Rule::KeyPopFailed, Pointer::PrivateKey, message)
        .hint("Choose another copy of the .key file. If there is none, create a new key and certificate.")
}

#[cfg(test)]
mod tests {
    use app::certificate::{Kind, Upload, validate};
    use rcgen::{
        CertificateParams, CertifiedIssuer, GeneralSubtree, IsCa, KeyPair, NameConstraints, SanType, date_time_ymd,
    };

    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_780_315_200);

    /// What the validator makes of these PEM texts.
    fn material(certificates: &str, private_key: &str) -> Material {
        let upload = Upload {
            kind: Kind::Leaf,
            certificates: certificates.as_bytes(),
            private_key: Some(private_key.as_bytes()),
            name: None,
        };
        let verdict = validate(&upload, NOW);
        verdict.material.unwrap_or_else(|| panic!("{:?}", verdict.report))
    }

    fn params(name: &str) -> CertificateParams {
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        params.not_before = date_time_ymd(2026, 1, 1);
        params.not_after = date_time_ymd(2027, 1, 1);
        params
    }

    fn self_signed() -> Material {
        let key = KeyPair::generate().unwrap();
        material(&params("api.example").self_signed(&key).unwrap().pem(), &key.serialize_pem())
    }

    fn rules(material: &Material) -> Vec<Rule> {
        second_opinion(material, NOW).iter().map(|finding| finding.rule).collect()
    }

    #[test]
    fn a_key_that_belongs_signs() {
        assert_eq!(rules(&self_signed()), []);
    }

    #[test]
    fn a_key_that_the_validator_should_not_have_passed_is_refused() {
        let other = Material { private_key: self_signed().private_key, ..self_signed() };
        assert_eq!(rules(&other), [Rule::KeyPopFailed]);
    }

    #[test]
    fn a_signature_that_does_not_verify_is_noticed_without_the_comparison_too() {
        let material = self_signed();
        let key = self_signed().private_key.unwrap();
        let der = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.expose_der()));
        let signing_key = aws_lc_rs::sign::any_supported_type(&der).unwrap();
        assert_eq!(signs(&material, signing_key.as_ref(), &aws_lc_rs::default_provider()), Some(false));
    }

    #[test]
    fn name_constraints_of_an_intermediate_and_of_the_root_are_kept() {
        let constrained = |permitted: &str| {
            let mut params = params("ca.example");
            params.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
            params.name_constraints = Some(NameConstraints {
                permitted_subtrees: vec![GeneralSubtree::DnsName(permitted.to_owned())],
                excluded_subtrees: Vec::new(),
            });
            CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
        };
        let rules_of = |permitted: &str| {
            let root = constrained(permitted);
            let key = KeyPair::generate().unwrap();
            let mut leaf = params("api.example");
            leaf.distinguished_name.push(rcgen::DnType::CommonName, "api.example");
            leaf.subject_alt_names = vec![SanType::DnsName("api.example".try_into().unwrap())];
            let leaf = leaf.signed_by(&key, &root).unwrap();
            rules(&material(&(leaf.pem() + &root.pem()), &key.serialize_pem()))
        };
        assert_eq!(rules_of("other.test"), [Rule::ChainNameConstraints]);
        assert_eq!(rules_of("example"), []);
    }
}
