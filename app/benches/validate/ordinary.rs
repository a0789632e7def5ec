//! What people upload.

use app::certificate::Kind;

use crate::Sample;
use crate::forge::{Forge, Signer};
use crate::openssl;

pub fn samples() -> Vec<Sample> {
    let [p256, rsa_2048, rsa_4096] =
        [Signer::new as fn() -> Signer, || rsa("rsa_keygen_bits:2048"), || rsa("rsa_keygen_bits:4096")].map(Chain::new);
    vec![
        leaf("P-256, leaf and key", &p256, 1),
        leaf("P-256, chain of three and key", &p256, 3),
        leaf("RSA 2048, leaf and key", &rsa_2048, 1),
        leaf("RSA 2048, chain of three and key", &rsa_2048, 3),
        leaf("RSA 4096, chain of three and key", &rsa_4096, 3),
        Sample {
            title: "RSA 2048, CA certificate",
            hostile: false,
            kind: Kind::CertificateAuthority,
            certificates: rsa_2048.certificates[2].clone(),
            private_key: None,
            name: None,
        },
    ]
}

fn rsa(bits: &str) -> Signer {
    Signer::OpenSsl { key: openssl::key("RSA", &[bits]), hash: "sha256" }
}

/// Leaf, issuer and root in PEM, and the leaf's key.
struct Chain {
    certificates: [Vec<u8>; 3],
    private_key: Vec<u8>,
}

impl Chain {
    fn new(signer: fn() -> Signer) -> Self {
        let [root, issuer, client] = [(); 3].map(|()| signer());
        let valid = |forge: Forge| forge.valid("200101000000Z", "491231235959Z");
        let certificates = [
            valid(Forge::leaf("api.example", "Issuing CA", client.spki())).pem(&issuer),
            valid(Forge::authority("Issuing CA", "Root", issuer.spki())).pem(&root),
            valid(Forge::authority("Root", "Root", root.spki())).pem(&root),
        ];
        Self { certificates, private_key: client.pem() }
    }
}

/// The chain's first certificates, and the key in a file of its own.
fn leaf(title: &'static str, chain: &Chain, length: usize) -> Sample {
    Sample {
        title,
        hostile: false,
        kind: Kind::Leaf,
        certificates: chain.certificates[..length].concat(),
        private_key: Some(chain.private_key.clone()),
        name: None,
    }
}
