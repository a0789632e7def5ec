//! Certificates and keys for the commands, made on the spot.

use std::time::{Duration, SystemTime};

use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose};
use serde_json::{Value, json};

/// A certificate that is valid now, and its key.
pub struct Pair {
    pub certificate: String,
    pub certificate_der: Vec<u8>,
    pub key: String,
    pub key_der: Vec<u8>,
}

impl Pair {
    /// A client certificate.
    pub fn client(name: &str) -> Self {
        Self::for_use(name, ExtendedKeyUsagePurpose::ClientAuth)
    }

    /// A server's certificate.
    pub fn server(name: &str) -> Self {
        Self::for_use(name, ExtendedKeyUsagePurpose::ServerAuth)
    }

    fn for_use(name: &str, purpose: ExtendedKeyUsagePurpose) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut parameters = CertificateParams::new(vec![name.to_owned()]).unwrap();
        parameters.distinguished_name.push(DnType::CommonName, name);
        #[expect(clippy::disallowed_methods, reason = "a test's certificates are valid now")]
        let now = SystemTime::now();
        parameters.not_before = (now - Duration::from_hours(1)).into();
        parameters.not_after = (now + Duration::from_hours(24 * 365)).into();
        parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        parameters.extended_key_usages = vec![purpose];
        let certificate = parameters.self_signed(&key).unwrap();
        Self {
            certificate: certificate.pem(),
            certificate_der: certificate.der().to_vec(),
            key: key.serialize_pem(),
            key_der: key.serialize_der(),
        }
    }

    /// What the page sends to store it.
    pub fn upload(&self, name: &str) -> Value {
        json!({ "upload": {
            "ca": false, "certificates": self.certificate, "private_key": self.key, "name": name, "primary": false,
            "confirmed": []
        } })
    }
}
