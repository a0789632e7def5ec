//! Authorities, and certificates that they issue.

use std::time::{Duration, SystemTime};

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CertifiedIssuer, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

/// Days.
pub const VALID: (i64, i64) = (-1, 300);
/// Days.
pub const EXPIRED: (i64, i64) = (-30, -2);

/// An authority of this name.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate and its key.
pub struct Issued {
    pub certificate: String,
    pub key: String,
    pub certificate_der: CertificateDer<'static>,
    key_der: Vec<u8>,
}

impl Issued {
    pub fn key_der(&self) -> PrivateKeyDer<'static> {
        PrivatePkcs8KeyDer::from(self.key_der.clone()).into()
    }
}

impl Authority {
    pub fn new(name: &str) -> Self {
        let mut params = params(name, (-10, 3000));
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    pub fn pem(&self) -> String {
        self.0.pem()
    }

    pub fn der(&self) -> CertificateDer<'static> {
        self.0.der().clone()
    }

    /// A client certificate.
    pub fn client(&self, name: &str, days: (i64, i64)) -> Issued {
        let mut params = params(name, days);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        self.issue(&params)
    }

    /// A client certificate that expires in a moment: to be stored at once, and waited for by [`expire`].
    pub fn client_until_now(&self, name: &str) -> Issued {
        let mut params = params(name, VALID);
        params.not_after = (in_days(0) + Duration::from_secs(3)).into();
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        self.issue(&params)
    }

    /// A server certificate for these names.
    pub fn server(&self, names: &[&str], days: (i64, i64)) -> Issued {
        let mut params = params(names[0], days);
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        params.subject_alt_names = CertificateParams::new(names).unwrap().subject_alt_names;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        self.issue(&params)
    }

    /// A server certificate that has its name in the subject only.
    pub fn server_without_names(&self, name: &str) -> Issued {
        let mut params = params(name, VALID);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        self.issue(&params)
    }

    fn issue(&self, params: &CertificateParams) -> Issued {
        let key = KeyPair::generate().unwrap();
        issued(&params.signed_by(&key, &self.0).unwrap(), &key)
    }
}

/// A server certificate that has signed itself; it can be marked as a CA's, as OpenSSL makes them.
pub fn self_signed_server(name: &str, is_ca: bool) -> Issued {
    let mut params = params(name, VALID);
    params.subject_alt_names = CertificateParams::new(vec![name.to_owned()]).unwrap().subject_alt_names;
    if is_ca {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    }
    let key = KeyPair::generate().unwrap();
    issued(&params.self_signed(&key).unwrap(), &key)
}

fn issued(certificate: &Certificate, key: &KeyPair) -> Issued {
    Issued {
        certificate: certificate.pem(),
        key: key.serialize_pem(),
        certificate_der: certificate.der().clone(),
        key_der: key.serialize_der(),
    }
}

/// Waits until a certificate that expires in a moment has expired.
pub async fn expire() {
    tokio::time::sleep(Duration::from_secs(5)).await;
}

fn params(name: &str, (from, until): (i64, i64)) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = in_days(from).into();
    params.not_after = in_days(until).into();
    params
}

fn in_days(days: i64) -> SystemTime {
    #[expect(clippy::disallowed_methods, reason = "TLS goes by the machine's clock")]
    let now = SystemTime::now();
    let span = Duration::from_hours(24 * days.unsigned_abs());
    if days < 0 { now - span } else { now + span }
}
