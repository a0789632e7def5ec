//! Certificates and keys for the commands, made on the spot.

use std::ops::Range;
use std::time::{Duration, SystemTime};

use rcgen::{
    CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose, PKCS_RSA_SHA256, RsaKeySize,
};
use serde_json::{Value, json};

/// A certificate that is valid now, and its key.
pub struct Pair {
    /// The bytes of [`Pair::key_der`] in which nothing is public.
    pub secret: Range<usize>,
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

    /// A client certificate with an RSA key.
    pub fn rsa_client(name: &str) -> Self {
        let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
        // PKCS#8: headers, modulus and public exponent, which certificates name as well; then follow the private exponent and all
        // others (RFC 8017, appendix A.1.2).
        assert_eq!(key.serialize_der()[294..299], [2, 3, 1, 0, 1], "the public exponent");
        let secret = 304..key.serialize_der().len();
        Self::of(name, ExtendedKeyUsagePurpose::ClientAuth, &key, secret)
    }

    /// A server's certificate.
    pub fn server(name: &str) -> Self {
        Self::for_use(name, ExtendedKeyUsagePurpose::ServerAuth)
    }

    fn for_use(name: &str, purpose: ExtendedKeyUsagePurpose) -> Self {
        // PKCS#8 of a P-256 key: a version and an algorithm, which certificates name as well; from byte 27 on what only private keys
        // have; bytes 36 to 67 are the secret; then follows the public key, which is in the certificate as well (RFC 5915).
        Self::of(name, purpose, &KeyPair::generate().unwrap(), 27..68)
    }

    fn of(name: &str, purpose: ExtendedKeyUsagePurpose, key: &KeyPair, secret: Range<usize>) -> Self {
        let mut parameters = CertificateParams::new(vec![name.to_owned()]).unwrap();
        parameters.distinguished_name.push(DnType::CommonName, name);
        #[expect(clippy::disallowed_methods, reason = "a test's certificates are valid now")]
        let now = SystemTime::now();
        parameters.not_before = (now - Duration::from_hours(1)).into();
        parameters.not_after = (now + Duration::from_hours(24 * 365)).into();
        parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        parameters.extended_key_usages = vec![purpose];
        let certificate = parameters.self_signed(key).unwrap();
        Self {
            secret,
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
