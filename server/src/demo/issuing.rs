//! Makes the demo's certificates.

use app::timestamp::Timestamp;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_ECDSA_P521_SHA512, PKCS_ED25519, PKCS_RSA_SHA256, RsaKeySize,
    SanType,
};
use time::OffsetDateTime;
use zeroize::Zeroizing;

use super::sample::{Key, Sample};

const YEAR: i64 = 365 * 24 * 3600;

/// Why a certificate could not be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Keys or names are not accepted by the library.
    #[error(transparent)]
    Library(#[from] rcgen::Error),
    /// A point in time is out of range.
    #[error(transparent)]
    Time(#[from] time::error::ComponentRange),
}

/// PEM text: the certificate, perhaps its issuer's, and its private key; nothing but the certificate for a CA.
pub(super) fn issue(sample: &Sample) -> Result<Zeroizing<String>, Error> {
    let key = generate(sample.key)?;
    let validity = (sample.not_before, sample.not_after);
    if sample.authority {
        return Ok(Zeroizing::new(authority(sample.issued_to, validity)?.self_signed(&key)?.pem()));
    }

    let root_key = generate(Key::P384)?;
    // An issuer is there before what it issues, and after it.
    let issuers_validity = (sample.not_before.plus_seconds(-YEAR), sample.not_after.plus_seconds(3 * YEAR));
    let root = Issuer::new(authority(&format!("{} Root", organisation(sample.issuer)), issuers_validity)?, root_key);
    let issuer_key = generate(Key::P256)?;
    let issuer_parameters = authority(sample.issuer, issuers_validity)?;
    let issuer_certificate = issuer_parameters.signed_by(&issuer_key, &root)?;
    let issuer = Issuer::new(issuer_parameters, issuer_key);

    let certificate = leaf(sample)?.signed_by(&key, &issuer)?;
    let mut pem = Zeroizing::new(certificate.pem());
    if sample.chain {
        pem.push_str(&issuer_certificate.pem());
    }
    pem.push_str(&Zeroizing::new(key.serialize_pem()));
    Ok(pem)
}

fn leaf(sample: &Sample) -> Result<CertificateParams, Error> {
    let mut parameters = CertificateParams::default();
    parameters.distinguished_name.push(DnType::CountryName, "ES");
    parameters.distinguished_name.push(DnType::OrganizationName, "Meridian Retail");
    parameters.distinguished_name.push(DnType::CommonName, sample.issued_to);
    if sample.issued_to.contains('.') {
        parameters.subject_alt_names = vec![SanType::DnsName(sample.issued_to.try_into()?)];
    }
    (parameters.not_before, parameters.not_after) = (date(sample.not_before)?, date(sample.not_after)?);
    parameters.is_ca = IsCa::ExplicitNoCa;
    parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    parameters.use_authority_key_identifier_extension = true;
    Ok(parameters)
}

fn authority(name: &str, (not_before, not_after): (Timestamp, Timestamp)) -> Result<CertificateParams, Error> {
    let mut parameters = CertificateParams::default();
    parameters.distinguished_name.push(DnType::OrganizationName, organisation(name));
    parameters.distinguished_name.push(DnType::CommonName, name);
    (parameters.not_before, parameters.not_after) = (date(not_before)?, date(not_after)?);
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    parameters.use_authority_key_identifier_extension = true;
    Ok(parameters)
}

/// `Northern Bank` of `Northern Bank Client CA`.
fn organisation(name: &str) -> String {
    let is_role =
        |word: &&str| matches!(*word, "Client" | "Issuing" | "Sub" | "API" | "Partner" | "CA" | "Root" | "Exchange");
    let words: Vec<&str> = name.split(' ').take_while(|word| !is_role(word)).collect();
    if words.is_empty() { name.to_owned() } else { words.join(" ") }
}

fn date(time: Timestamp) -> Result<OffsetDateTime, Error> {
    Ok(OffsetDateTime::from_unix_timestamp(time.seconds())?)
}

fn generate(key: Key) -> Result<KeyPair, Error> {
    Ok(match key {
        Key::Rsa2048 => KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048)?,
        Key::Rsa4096 => KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_4096)?,
        Key::P256 => KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?,
        Key::P384 => KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384)?,
        Key::P521 => KeyPair::generate_for(&PKCS_ECDSA_P521_SHA512)?,
        Key::Ed25519 => KeyPair::generate_for(&PKCS_ED25519)?,
    })
}
