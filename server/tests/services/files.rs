//! Certificates and keys, made on the spot.

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, SanType, date_time_ymd,
};

/// A certificate and its private key.
pub struct Files {
    /// PEM of the certificate and its issuer.
    pub certificates: String,
    /// PEM of the private key.
    pub private_key: String,
    /// DER of the private key.
    pub private_key_der: Vec<u8>,
}

impl Files {
    /// A client certificate of this common name, valid for the year 2026, issued by a CA.
    pub fn leaf(common_name: &str) -> Self {
        Self::leaf_of_year(common_name, 2026)
    }

    /// A client certificate that is valid for this year.
    pub fn leaf_of_year(common_name: &str, year: i32) -> Self {
        Self::leaf_with_key(common_name, year, &KeyPair::generate().unwrap())
    }

    /// A client certificate with these subject alternative names, issued by a CA of this name.
    pub fn leaf_with_names(common_name: &str, names: &[&str], issued_by: &str) -> Self {
        let mut params = params(common_name);
        params.subject_alt_names =
            names.iter().map(|name| SanType::DnsName((*name).to_owned().try_into().unwrap())).collect();
        Self::signed(params, 2026, &KeyPair::generate().unwrap(), issued_by)
    }

    /// Two client certificates for one key.
    pub fn two_of_one_key(common_name: &str) -> [Self; 2] {
        let key = KeyPair::generate().unwrap();
        [(); 2].map(|()| Self::leaf_with_key(common_name, 2026, &key))
    }

    /// A self-signed certificate for an RSA key, made with these options of `openssl genpkey`; valid from today on.
    pub fn of_openssl(options: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let run = |arguments: &[&str]| {
            let output = std::process::Command::new("openssl").args(arguments).current_dir(&folder).output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        };
        run(&[&["genpkey", "-algorithm", "RSA", "-out", "key.pem"], options].concat());
        run(&["req", "-x509", "-new", "-key", "key.pem", "-subj", "/CN=api.example", "-out", "crt.pem"]);
        let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
        Self { certificates: read("crt.pem"), private_key: read("key.pem"), private_key_der: Vec::new() }
    }

    fn leaf_with_key(common_name: &str, year: i32, key: &KeyPair) -> Self {
        Self::signed(params(common_name), year, key, "Meridian Issuing CA")
    }

    fn signed(mut params: CertificateParams, year: i32, key: &KeyPair, issued_by: &str) -> Self {
        params.not_before = date_time_ymd(year, 1, 1);
        params.not_after = date_time_ymd(year + 1, 1, 1);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let issuer = issuer(issued_by);
        let leaf = params.signed_by(key, &issuer).unwrap();
        Self {
            certificates: leaf.pem() + &issuer.pem(),
            private_key: key.serialize_pem(),
            private_key_der: key.serialize_der(),
        }
    }

    /// A CA certificate, valid for ten years from 2020.
    pub fn authority(common_name: &str) -> Self {
        let issuer = issuer(common_name);
        Self {
            certificates: issuer.pem(),
            private_key: issuer.key().serialize_pem(),
            private_key_der: issuer.key().serialize_der(),
        }
    }
}

fn issuer(common_name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = params(common_name);
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2030, 1, 1);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn params(common_name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.remove(DnType::CommonName);
    params.distinguished_name.push(DnType::CommonName, common_name);
    params.distinguished_name.push(DnType::OrganizationName, "Meridian Retail");
    params
}
