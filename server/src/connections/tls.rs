//! HTTPS: the certificate and its key, from files that can be replaced while the server runs.

use std::fmt;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{InconsistentKeys, ServerConfig};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use zeroize::Zeroizing;

use crate::configuration::TlsFiles;

/// HTTPS with the certificate of these files.
pub struct Tls {
    files: TlsFiles,
    current: Arc<Current>,
    acceptor: TlsAcceptor,
}

impl Tls {
    /// Reads the files. TLS 1.2 and 1.3.
    pub fn load(files: TlsFiles) -> Result<Self, Error> {
        let current = Arc::new(Current(RwLock::new(Arc::new(read(&files)?))));
        let builder = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
        let builder = builder.with_safe_default_protocol_versions().map_err(|_no_version| Error::Library)?;
        let mut configuration = builder.with_no_client_auth().with_cert_resolver(Arc::clone(&current) as _);
        configuration.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { files, current, acceptor: TlsAcceptor::from(Arc::new(configuration)) })
    }

    /// Reads the files again, for connections from now on. If they don't do, everything stays as it is.
    pub fn reload(&self) -> Result<(), Error> {
        let renewed = Arc::new(read(&self.files)?);
        *self.current.0.write().unwrap_or_else(PoisonError::into_inner) = renewed;
        Ok(())
    }

    /// Makes the handshake.
    pub(super) async fn accept(&self, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        self.acceptor.accept(stream).await
    }
}

/// The certificate that is shown at this moment.
struct Current(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for Current {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl fmt::Debug for Current {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Current(…)")
    }
}

fn read(files: &TlsFiles) -> Result<CertifiedKey, Error> {
    let TlsFiles { certificate, key } = files;
    let chain = read_chain(certificate)?;
    let der = read_key(key)?;
    let unusable = || Error::UnusableKey { path: key.clone() };
    let signing_key = aws_lc_rs::sign::any_supported_type(&der).map_err(|_quotes_nothing| unusable())?;
    let pair = CertifiedKey::new(chain, signing_key);
    match pair.keys_match() {
        // What the library cannot compare is for the clients to judge.
        Ok(()) | Err(rustls::Error::InconsistentKeys(InconsistentKeys::Unknown)) => Ok(pair),
        Err(rustls::Error::InconsistentKeys(_)) => {
            Err(Error::OtherKey { certificate: certificate.clone(), key: key.clone() })
        }
        Err(_) => Err(Error::NoCertificate { path: certificate.clone() }),
    }
}

fn read_chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, Error> {
    let text = fs::read(path).map_err(|cause| Error::Io { path: path.to_owned(), cause })?;
    match CertificateDer::pem_slice_iter(&text).collect::<Result<Vec<_>, _>>() {
        Ok(chain) if !chain.is_empty() => Ok(chain),
        _ => Err(Error::NoCertificate { path: path.to_owned() }),
    }
}

fn read_key(path: &Path) -> Result<PrivateKeyDer<'static>, Error> {
    let failed = |cause| Error::Io { path: path.to_owned(), cause };
    let mode = fs::metadata(path).map_err(failed)?.mode() & 0o7777;
    if mode & 0o027 != 0 {
        return Err(Error::OpenToOthers { path: path.to_owned(), mode });
    }
    if mode & 0o040 != 0 {
        tracing::warn!(path = %path.display(), "the TLS key file can be read by its whole group");
    }
    let text = Zeroizing::new(fs::read(path).map_err(failed)?);
    // The library's own words can quote the file.
    PrivateKeyDer::from_pem_slice(&text).map_err(|_quotes| Error::NoKey { path: path.to_owned() })
}

/// Why there is no HTTPS. One line each.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file cannot be read: see the operating system's reason.
    #[error("the TLS file {} cannot be read: {cause}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// There is no certificate in the file: name a PEM file with the certificate and its chain.
    #[error("the TLS certificate file {} holds no certificate in PEM format", path.display())]
    NoCertificate {
        /// The file.
        path: PathBuf,
    },
    /// There is no key in the file, or an encrypted one: name a PEM file with the key, not encrypted.
    #[error("the TLS key file {} holds no private key in PEM format that is not encrypted", path.display())]
    NoKey {
        /// The file.
        path: PathBuf,
    },
    /// Anybody on the machine can read the key, or its group can change it.
    #[error("the TLS key file {} is open to others (mode {mode:04o}): chmod 600, or 640 for a group that may read it", path.display())]
    OpenToOthers {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The key is damaged or of a kind that TLS does not use.
    #[error("the private key in the TLS key file {} cannot be used", path.display())]
    UnusableKey {
        /// The file.
        path: PathBuf,
    },
    /// Key and certificate don't belong together: name the right pair.
    #[error("the TLS key file {} does not belong to the certificate file {}", key.display(), certificate.display())]
    OtherKey {
        /// The certificate's file.
        certificate: PathBuf,
        /// The key's file.
        key: PathBuf,
    },
    /// The library knows no version of TLS: a mistake in Signet.
    #[error("no version of TLS is available")]
    Library,
}
