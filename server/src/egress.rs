//! API nodes' outgoing calls, with a client certificate where the server asks for one.
//!
//! An [`Outlet`] is the pool of connections of one node, in one version, with one certificate: whatever changes, the next call has
//! another one, and calls that are under way end where they began. What happened in a handshake is noted for its connection.

pub mod address;
mod answer;
mod connector;
mod failure;
pub mod hosts;
mod identity;
mod outlet;
mod pool;
mod record;
mod redirect;
mod trust;

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;

pub use self::identity::{Identity, Unusable};
pub use self::outlet::{Outlet, Setting};

/// Looks names up, and connects.
#[async_trait]
pub trait Resolve: Send + Sync + 'static {
    /// The addresses of a host name.
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>>;

    /// A connection to an address that may be called.
    async fn connect(&self, address: SocketAddr) -> io::Result<TcpStream> {
        TcpStream::connect(address).await
    }
}

/// Looks names up and connects as the machine does.
#[derive(Clone, Copy, Debug)]
pub struct SystemResolver;

#[async_trait]
impl Resolve for SystemResolver {
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        let found = tokio::net::lookup_host((host, 0)).await?;
        Ok(found.map(|address| address.ip()).collect())
    }
}

/// What all calls of this server have in common. Cheap to clone.
#[derive(Clone)]
pub struct Egress(Arc<Inner>);

struct Inner {
    allow_private: bool,
    more_roots: Vec<CertificateDer<'static>>,
    resolver: Arc<dyn Resolve>,
    provider: Arc<CryptoProvider>,
    system_roots: OnceLock<Vec<CertificateDer<'static>>>,
    /// Each look-up takes a thread until the name server answers.
    lookups: Arc<Semaphore>,
    idle: Duration,
}

/// Names that are looked up at once.
const LOOKUPS_IN_ALL: usize = 128;
/// How long a connection is kept that nothing goes over: a little less than the minute or more that servers keep theirs.
const IDLE: Duration = Duration::from_secs(55);

impl Egress {
    /// Calls to addresses that everybody can reach, or also to private ones; servers are trusted by the system's roots and these.
    pub fn new(allow_private: bool, more_roots: Vec<CertificateDer<'static>>, resolver: Arc<dyn Resolve>) -> Self {
        Self::closing_after(IDLE, allow_private, more_roots, resolver)
    }

    /// The same, where connections are closed that nothing has gone over for this long.
    pub fn closing_after(
        idle: Duration,
        allow_private: bool,
        more_roots: Vec<CertificateDer<'static>>,
        resolver: Arc<dyn Resolve>,
    ) -> Self {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let (system_roots, lookups) = (OnceLock::new(), Arc::new(Semaphore::new(LOOKUPS_IN_ALL)));
        Self(Arc::new(Inner { allow_private, more_roots, resolver, provider, system_roots, lookups, idle }))
    }

    /// Whether loopback, link-local and private addresses may be called.
    pub fn allows_private(&self) -> bool {
        self.0.allow_private
    }

    /// Why a URL's host may not be called, as far as that can be said without looking its name up: one sentence.
    pub fn refuses_host(&self, host: &str) -> Option<String> {
        if self.0.allow_private {
            return None;
        }
        let is_local = |name: &str| name == "localhost" || name.ends_with(".localhost");
        let why = match host.parse::<IpAddr>() {
            Ok(address) => address::refused_because(address)?,
            Err(_name) if is_local(host) => "this machine itself",
            Err(_name) => return None,
        };
        Some(format!(
            "API nodes may not call {host}: it is {why}. Whoever runs this server can allow it with SIGNET_NODES_ALLOW_PRIVATE."
        ))
    }

    /// Roots that this machine trusts, read once. What cannot be read is left out, and said in the log.
    fn roots(&self) -> impl Iterator<Item = &CertificateDer<'static>> {
        let system = self.0.system_roots.get_or_init(|| {
            let found = rustls_native_certs::load_native_certs();
            for error in &found.errors {
                tracing::warn!(%error, "some of the system's root certificates could not be read");
            }
            found.certs
        });
        system.iter().chain(&self.0.more_roots)
    }
}

impl std::fmt::Debug for Egress {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Egress").field("allow_private", &self.0.allow_private).finish_non_exhaustive()
    }
}

impl Default for Egress {
    /// Only to addresses that everybody can reach, with the system's roots.
    fn default() -> Self {
        Self::new(false, Vec::new(), Arc::new(SystemResolver))
    }
}
