//! The certificates and keys that most cases start from. All are made anew for each run.

use std::sync::LazyLock;

use app::timestamp::Timestamp;

use crate::forge::{Forge, Signer};
use crate::openssl;

/// 2026-11-21 10:42 UTC, the prototype's sample day.
pub const NOW: Timestamp = Timestamp::from_seconds(1_795_257_720);

pub static WORLD: LazyLock<World> = LazyLock::new(World::new);

pub struct World {
    /// "Root", self-signed.
    pub root: Signer,
    pub root_pem: Vec<u8>,
    /// "Issuing CA", issued by the root.
    pub issuer: Signer,
    pub issuer_pem: Vec<u8>,
    /// The client's key, and a certificate without fault for it, issued by the issuing CA.
    pub client: Signer,
    pub leaf_pem: Vec<u8>,
    /// A key that nothing was issued for.
    pub other: Signer,
    /// RSA keys of 2048 bits.
    pub rsa: Vec<u8>,
    pub other_rsa: Vec<u8>,
    /// An Ed25519 key.
    pub ed25519: Vec<u8>,
}

impl World {
    fn new() -> Self {
        let [root, issuer, client, other] = [(); 4].map(|()| Signer::new());
        let root_pem = Forge::authority("Root", "Root", root.spki()).pem(&root);
        let issuer_pem = Forge::authority("Issuing CA", "Root", issuer.spki()).pem(&root);
        let leaf_pem = Forge::leaf("api.example", "Issuing CA", client.spki()).pem(&issuer);
        let rsa = || openssl::key("RSA", &["rsa_keygen_bits:2048"]);
        Self {
            root,
            root_pem,
            issuer,
            issuer_pem,
            client,
            leaf_pem,
            other,
            rsa: rsa(),
            other_rsa: rsa(),
            ed25519: openssl::key("ED25519", &[]),
        }
    }

    /// Leaf and issuing CA: a file without fault.
    pub fn chain(&self) -> Vec<u8> {
        [self.leaf_pem.as_slice(), &self.issuer_pem].concat()
    }

    /// Leaf, issuing CA and key in one file.
    pub fn bundle(&self) -> Vec<u8> {
        [self.chain(), self.client.pem()].concat()
    }

    /// The same of three files that each begin with a byte-order mark.
    pub fn bundle_of_marked_files(&self) -> Vec<u8> {
        const MARK: &[u8] = b"\xEF\xBB\xBF";
        [MARK, &self.leaf_pem, MARK, &self.issuer_pem, MARK, &self.client.pem()].concat()
    }

    /// A certificate without fault for this key, in front of its issuer's.
    pub fn issue(&self, forge: &Forge) -> Vec<u8> {
        [forge.pem(&self.issuer), self.issuer_pem.clone()].concat()
    }

    /// The client's certificate before it is signed, to be changed.
    pub fn leaf(&self) -> Forge {
        Forge::leaf("api.example", "Issuing CA", self.client.spki())
    }
}
