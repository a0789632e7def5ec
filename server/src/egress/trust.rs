//! Which servers are trusted; and what their certificates were, whether they are or not.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

use super::record::Chain;
use super::{Egress, record};

/// Seconds for which a server's certificates are trusted again without a look, if they are the same, byte for byte.
const TRUSTED_FOR: u64 = 60;
/// Servers of which it is remembered, and bytes of their certificates.
const MOST_TRUSTED: usize = 8;
const LARGEST_TRUSTED: usize = 32 * 1024;

/// Asks webpki, and notes the chain. The verdict depends on the certificates, the name and the time alone: so who shows the same again within a
/// minute, under the same name, is not judged again, unless one of the certificates has expired since. The server proves in each full
/// handshake that it holds the key; a session that is resumed hangs on the handshake that it began with (RFC 8446 section 2.2).
#[derive(Debug)]
pub(super) struct Noting {
    /// None if there is no root at all.
    inner: Option<Arc<WebPkiServerVerifier>>,
    schemes: Vec<SignatureScheme>,
    algorithms: rustls::crypto::WebPkiSupportedAlgorithms,
    /// The oldest first.
    trusted: Mutex<VecDeque<Trusted>>,
}

/// A verdict that holds for a while.
#[derive(Debug)]
struct Trusted {
    name: ServerName<'static>,
    chain: Arc<Chain>,
    /// Seconds since 1970: from then on, and before the other.
    from: u64,
    until: u64,
}

impl Noting {
    /// The system's roots, those of the configuration, and these.
    pub(super) fn new(egress: &Egress, more: &[Vec<u8>]) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(egress.roots().cloned());
        roots.add_parsable_certificates(more.iter().map(|der| CertificateDer::from(der.clone())));
        let provider = &egress.0.provider;
        let inner = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider)).build().ok();
        let algorithms = provider.signature_verification_algorithms;
        Self { inner, schemes: algorithms.supported_schemes(), algorithms, trusted: Mutex::default() }
    }

    /// The chain, if the verdict on it holds now.
    fn known(
        &self,
        leaf: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        now: u64,
    ) -> Option<Arc<Chain>> {
        let trusted = self.trusted.lock().unwrap_or_else(PoisonError::into_inner);
        let holds = |trusted: &&Trusted| (trusted.from..trusted.until).contains(&now) && trusted.name == *name;
        let known = trusted.iter().filter(holds).find(|trusted| trusted.chain.is(leaf, others));
        known.map(|trusted| Arc::clone(&trusted.chain))
    }

    /// Remembers that a chain is trusted now.
    fn remember(&self, chain: &Arc<Chain>, name: &ServerName<'_>, now: u64) {
        let known = chain.size() <= LARGEST_TRUSTED;
        let valid_until =
            known.then(|| chain.valid_until()).flatten().and_then(|end| u64::try_from(end.seconds()).ok());
        // Some of those that were not needed may be over already.
        let Some(valid_until) = valid_until.filter(|until| *until > now) else { return };
        let until = valid_until.min(now.saturating_add(TRUSTED_FOR));
        let mut trusted = self.trusted.lock().unwrap_or_else(PoisonError::into_inner);
        trusted.retain(|earlier| earlier.name != *name && earlier.until > now);
        if trusted.len() >= MOST_TRUSTED {
            trusted.pop_front();
        }
        trusted.push_back(Trusted { name: name.to_owned(), chain: Arc::clone(chain), from: now, until });
    }
}

impl ServerCertVerifier for Noting {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let seconds = now.as_secs();
        if let Some(chain) = self.known(end_entity, intermediates, server_name, seconds) {
            record::note_server(chain, true);
            return Ok(ServerCertVerified::assertion());
        }
        let verified = match &self.inner {
            Some(inner) => inner.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now),
            None => Err(Error::InvalidCertificate(CertificateError::UnknownIssuer)),
        };
        let chain = Arc::new(Chain::new(end_entity, intermediates));
        if verified.is_ok() {
            self.remember(&chain, server_name, seconds);
        }
        record::note_server(chain, verified.is_ok());
        verified
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.schemes.clone()
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use rcgen::{
        BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair, date_time_ymd,
    };

    use super::super::SystemResolver;
    use super::*;

    const NOON: u64 = 1_800_000_000;

    struct Shown {
        noting: Noting,
        leaf: CertificateDer<'static>,
        authority: CertificateDer<'static>,
        /// Not of this chain, with an end of its own.
        others: [CertificateDer<'static>; 2],
    }

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    /// One of the names of the server.
    fn many(number: usize) -> String {
        format!("h{number}.example")
    }

    /// A server of many names, whose certificate ends 20 seconds after noon.
    fn shown() -> Shown {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.not_after = date_time_ymd(2040, 1, 1);
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let names = ["a.example", "b.example"].map(str::to_owned).into_iter().chain((0..20).map(many));
        let mut params = CertificateParams::new(names.collect::<Vec<_>>()).unwrap();
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.not_before = date_time_ymd(2026, 1, 1);
        params.not_after = at(NOON + 20).into();
        let leaf = params.signed_by(&KeyPair::generate().unwrap(), &authority).unwrap();
        let egress = Egress::new(false, Vec::new(), Arc::new(SystemResolver));
        let noting = Noting::new(&egress, &[authority.der().to_vec()]);
        let others = [NOON + 5, NOON - 5].map(|end| {
            let mut params = CertificateParams::default();
            params.not_before = date_time_ymd(2026, 1, 1);
            params.not_after = at(end).into();
            params.self_signed(&KeyPair::generate().unwrap()).unwrap().der().clone()
        });
        Shown { noting, leaf: leaf.der().clone(), authority: authority.der().clone(), others }
    }

    impl Shown {
        /// Whether it is trusted, and whether that was remembered.
        fn look(&self, others: &[CertificateDer<'_>], name: &str, now: u64) -> (bool, bool) {
            let name = ServerName::try_from(name).unwrap();
            let known = self.noting.known(&self.leaf, others, &name, now).is_some();
            let now = UnixTime::since_unix_epoch(Duration::from_secs(now));
            (self.noting.verify_server_cert(&self.leaf, others, &name, &[], now).is_ok(), known)
        }
    }

    #[test]
    fn the_same_certificates_are_judged_once_a_minute() {
        let shown = shown();
        let long_before = NOON - 86_400;
        assert_eq!(shown.look(&[], "a.example", long_before), (true, false));
        assert_eq!(shown.look(&[], "A.example", long_before + 59), (true, true));
        assert_eq!(shown.look(&[], "a.example", long_before + 60), (true, false));
        assert_eq!(shown.look(&[], "a.example", long_before + 59), (true, false), "a clock that was put back");
    }

    #[test]
    fn under_another_name_or_with_other_certificates_they_are_judged_again() {
        let shown = shown();
        assert_eq!(shown.look(&[], "a.example", NOON), (true, false));
        assert_eq!(shown.look(&[], "c.example", NOON), (false, false));
        assert_eq!(shown.look(&[], "c.example", NOON), (false, false), "a refusal is not remembered");
        assert_eq!(shown.look(&[], "b.example", NOON), (true, false));
        assert_eq!(shown.look(std::slice::from_ref(&shown.authority), "a.example", NOON), (true, false));
        assert_eq!(shown.look(&[], "b.example", NOON), (true, true));
        let unreadable = CertificateDer::from(vec![0; 8]);
        assert_eq!(shown.look(std::slice::from_ref(&unreadable), "b.example", NOON), (true, false));
        assert_eq!(shown.look(&[unreadable], "b.example", NOON), (true, false), "nobody knows how long it is valid");
    }

    #[test]
    fn nothing_is_trusted_past_its_end() {
        let shown = shown();
        assert_eq!(shown.look(&[], "a.example", NOON), (true, false));
        assert_eq!(shown.look(&[], "a.example", NOON + 19), (true, true));
        assert_eq!(shown.look(&[], "a.example", NOON + 21), (false, false));

        let [ends_first, is_over] = &shown.others;
        assert_eq!(shown.look(std::slice::from_ref(ends_first), "a.example", NOON), (true, false));
        assert_eq!(shown.look(std::slice::from_ref(ends_first), "a.example", NOON + 4), (true, true));
        assert_eq!(shown.look(std::slice::from_ref(ends_first), "a.example", NOON + 6), (true, false));
        assert_eq!(shown.look(std::slice::from_ref(is_over), "b.example", NOON), (true, false));
        assert_eq!(shown.look(std::slice::from_ref(is_over), "b.example", NOON), (true, false));
    }

    #[test]
    fn few_are_remembered() {
        let shown = shown();
        for name in (0..20).map(many) {
            assert_eq!(shown.look(&[], &name, NOON), (true, false));
        }
        assert_eq!(shown.look(&[], &many(0), NOON), (true, false));
        assert_eq!(shown.look(&[], &many(19), NOON), (true, true));
        assert_eq!(shown.noting.trusted.lock().unwrap().len(), MOST_TRUSTED);
    }
}
