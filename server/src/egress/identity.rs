//! The certificate that a node identifies itself with.

use std::sync::Arc;

use app::certificate::{Facts, RawNames};
use app::timestamp::Timestamp;
use rustls::SignatureScheme;
use rustls::client::ResolvesClientCert;
use rustls::crypto::aws_lc_rs::sign::any_supported_type;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::sign::CertifiedKey;

use super::record;
use crate::vault::OpenedKey;

/// A client certificate with its key, ready for handshakes.
pub struct Identity {
    /// The certificate's id.
    pub certificate_id: String,
    /// Its name.
    pub name: String,
    /// End of its validity.
    pub not_after: Timestamp,
    /// Who has issued it, in words.
    pub issuer: String,
    /// Hosts that it may be presented to; empty for any.
    pub allowed_hosts: Vec<String>,
    key: Arc<CertifiedKey>,
    /// DER of every name above the leaf.
    issuers: Vec<Vec<u8>>,
}

/// The certificate or its key cannot be used in a handshake.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the certificate cannot be used in a handshake")]
pub struct Unusable;

impl Identity {
    /// The certificate with its chain, DER in handshake order, and its key.
    pub fn new(
        certificate_id: String,
        name: String,
        chain: &[Vec<u8>],
        key: &OpenedKey,
        allowed_hosts: Vec<String>,
    ) -> Result<Self, Unusable> {
        let leaf = chain.first().ok_or(Unusable)?;
        let facts = Facts::read(std::slice::from_ref(leaf)).ok_or(Unusable)?;
        let names: Vec<RawNames> = chain.iter().filter_map(|der| RawNames::read(der)).collect();
        let key_der = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.expose_der()));
        let signing_key = any_supported_type(&key_der).map_err(|_not_supported| Unusable)?;
        // A root at the end says nothing that the server would believe (RFC 8446 section 4.4.2).
        let sent = chain.iter().enumerate().filter(|(place, der)| *place == 0 || !is_self_issued(der));
        let sent = sent.map(|(_, der)| CertificateDer::from(der.clone())).collect();
        Ok(Self {
            certificate_id,
            name,
            not_after: facts.not_after,
            issuer: facts.issuer_common_name.unwrap_or(facts.issuer),
            allowed_hosts,
            key: Arc::new(CertifiedKey::new(sent, signing_key)),
            issuers: names.into_iter().map(|names| names.issuer).collect(),
        })
    }

    /// Whether one of the certificate's issuers is among these, DER of names.
    pub(super) fn is_issued_by_one_of(&self, accepted: &[Vec<u8>]) -> bool {
        self.issuers.iter().any(|issuer| accepted.contains(issuer))
    }
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Identity").field("certificate_id", &self.certificate_id).finish_non_exhaustive()
    }
}

fn is_self_issued(der: &[u8]) -> bool {
    RawNames::read(der).is_some_and(|names| names.subject == names.issuer)
}

/// Sends the certificate when it is asked for, and notes that it was. Without one it only notes.
#[derive(Debug)]
pub(super) struct Answering(pub(super) Option<Arc<Identity>>);

impl ResolvesClientCert for Answering {
    fn resolve(&self, hints: &[&[u8]], schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        let key = self.0.as_ref().map(|identity| Arc::clone(&identity.key));
        // The certificate goes even where its issuer is not among those that are named: some servers name too few.
        let key = key.filter(|key| key.key.choose_scheme(schemes).is_some());
        record::note_request(hints, key.is_some());
        key
    }

    fn has_certs(&self) -> bool {
        true
    }
}
