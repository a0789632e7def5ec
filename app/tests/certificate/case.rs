//! A case of the table: an upload, and what the validator must find in it.

use app::certificate::{Kind, Upload, Verdict, validate};
use app::timestamp::Timestamp;

use crate::world::{NOW, WORLD};

pub struct Case {
    pub title: &'static str,
    pub kind: Kind,
    pub certificates: Vec<u8>,
    pub private_key: Option<Vec<u8>>,
    pub name: Option<&'static str>,
    pub now: Timestamp,
    /// Every rule that must be found, in any order; the same one as often as it is found.
    pub finds: Vec<&'static str>,
    /// The rules that this case just misses.
    pub misses: Vec<&'static str>,
}

/// A client certificate, everything in one file.
pub fn leaf(title: &'static str, certificates: impl Into<Vec<u8>>) -> Case {
    Case {
        title,
        kind: Kind::Leaf,
        certificates: certificates.into(),
        private_key: None,
        name: None,
        now: NOW,
        finds: Vec::new(),
        misses: Vec::new(),
    }
}

/// A client certificate and its key in two files.
pub fn pair(title: &'static str, certificates: impl Into<Vec<u8>>, private_key: impl Into<Vec<u8>>) -> Case {
    Case { private_key: Some(private_key.into()), ..leaf(title, certificates) }
}

/// A client certificate for the world's client, whose key comes with it.
pub fn client(title: &'static str, certificates: impl Into<Vec<u8>>) -> Case {
    pair(title, certificates, WORLD.client.pem())
}

/// A CA certificate.
pub fn authority(title: &'static str, certificates: impl Into<Vec<u8>>) -> Case {
    Case { kind: Kind::CertificateAuthority, ..leaf(title, certificates) }
}

impl Case {
    /// Exactly these rules are found.
    pub fn finds<const N: usize>(mut self, rules: [&'static str; N]) -> Self {
        self.finds = rules.into();
        self
    }

    /// It comes close to breaking these rules, and does not.
    pub fn misses<const N: usize>(mut self, rules: [&'static str; N]) -> Self {
        self.misses = rules.into();
        self
    }

    pub fn named(mut self, name: &'static str) -> Self {
        self.name = Some(name);
        self
    }

    pub fn at(mut self, now: Timestamp) -> Self {
        self.now = now;
        self
    }

    pub fn judge(&self) -> Verdict {
        let upload = Upload {
            kind: self.kind,
            certificates: &self.certificates,
            private_key: self.private_key.as_deref(),
            name: self.name,
        };
        validate(&upload, self.now)
    }

    /// This rule is found first, then these.
    pub fn finds_with<const N: usize>(mut self, first: &'static str, rules: [&'static str; N]) -> Self {
        self.finds = [&[first], rules.as_slice()].concat();
        self
    }

    pub fn with_key(mut self, private_key: impl Into<Vec<u8>>) -> Self {
        self.private_key = Some(private_key.into());
        self
    }
}
