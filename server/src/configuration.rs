//! The configuration: default, then `signet.toml`, then the environment, then flags; parsed to types once, at the start.

mod data_directory;
mod flags;
mod network;
mod public_url;
pub mod settings;
mod site;
mod sources;

use std::ffi::OsString;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

pub use data_directory::{Error as DataDirectoryError, prepare as prepare_data_directory};
pub use flags::Flags;
pub use network::Network;
pub use public_url::PublicUrl;
use settings::Setting;
pub use site::{Error as SiteError, Site, find as find_site};
pub use sources::Error as SourcesError;
use sources::Sources;
use tracing_subscriber::EnvFilter;

use crate::services::Limits;

/// The configuration; each field is one of [`settings`].
#[derive(Clone, Debug)]
pub struct Configuration {
    /// [`settings::ADDR`].
    pub address: SocketAddr,
    /// [`settings::PUBLIC_URL`]; `None` if it follows the address, whose port may not be known yet.
    pub public_url: Option<PublicUrl>,
    /// [`settings::DATA_DIR`].
    pub data_directory: PathBuf,
    /// [`settings::DATABASE_URL`].
    pub database_url: DatabaseUrl,
    /// [`settings::SITE_DIR`]; `None` if it is to be found.
    pub site_directory: Option<PathBuf>,
    /// [`settings::MASTER_KEY_FILE`].
    pub master_key_file: PathBuf,
    /// [`settings::TLS_CERT_FILE`] and [`settings::TLS_KEY_FILE`]; `None` for plain HTTP.
    pub tls: Option<TlsFiles>,
    /// [`settings::LOG`], known to be a filter; `None` for what is usual.
    pub log: Option<String>,
    /// [`settings::LOG_FORMAT`].
    pub log_format: LogFormat,
    /// [`settings::TRUSTED_PROXIES`].
    pub trusted_proxies: Vec<Network>,
    /// [`settings::NODES_ALLOW_PRIVATE`] and [`settings::NODES_CA_FILE`].
    pub nodes: NodeSettings,
    /// [`settings::API_RATE`] and [`settings::CA_QUOTA`].
    pub limits: Limits,
}

/// Where API nodes may call, and whom they trust.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NodeSettings {
    /// Loopback, link-local and private addresses too.
    pub allow_private: bool,
    /// PEM of CA certificates, besides the system's.
    pub ca_file: Option<PathBuf>,
}

/// The files of HTTPS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// PEM of the certificate and its chain.
    pub certificate: PathBuf,
    /// PEM of its private key.
    pub key: PathBuf,
}

/// Where the database is. Its `Debug` is blank: there can be a password in it.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// The URL itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("DatabaseUrl(…)")
    }
}

/// How log events are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// A line for people.
    Text,
    /// A JSON object for machines.
    Json,
}

/// Why there is no configuration. One line each.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file or the environment cannot be read.
    #[error(transparent)]
    Sources(#[from] SourcesError),
    /// A value is not accepted: write one that is.
    #[error("{name} = {value:?}, accepted is {accepted}")]
    Value {
        /// Flag, variable or key that it was given under.
        name: String,
        /// The value; without what can be secret.
        value: String,
        /// What is accepted.
        accepted: &'static str,
        /// Whether a flag gave it.
        by_flag: bool,
    },
    /// One of the two files of HTTPS is named without the other: name both or none.
    #[error("{} is missing: {} is set, and HTTPS needs both", missing.variable(), given.variable())]
    HalfOfTls {
        /// What is set.
        given: &'static Setting,
        /// What is not.
        missing: &'static Setting,
    },
    /// The address is a wildcard, and browsers cannot open that: set the public URL.
    #[error("{} is required when {} is a wildcard ({address}), accepted is {}", settings::PUBLIC_URL.variable(), settings::ADDR.variable(), settings::PUBLIC_URL.accepted)]
    PublicUrlMissing {
        /// The address.
        address: SocketAddr,
    },
}

impl Configuration {
    /// Reads and parses all settings. `environment` answers with a variable's value.
    pub fn load(flags: &Flags, environment: &dyn Fn(&str) -> Option<OsString>) -> Result<Self, Error> {
        let sources = Sources::read(flags, environment)?;
        let address = parse(&sources, &settings::ADDR, |text| text.parse().ok())?
            .unwrap_or_else(|| SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 3000));
        let public_url = parse(&sources, &settings::PUBLIC_URL, PublicUrl::parse)?;
        if public_url.is_none() && address.ip().is_unspecified() {
            return Err(Error::PublicUrlMissing { address });
        }
        let tls = tls_files(&sources)?;
        if tls.is_some() {
            // Browsers would keep cookies that are for https only from an origin that is said to be http.
            parse(&sources, &settings::PUBLIC_URL_OVER_TLS, |text| {
                PublicUrl::parse(text).filter(PublicUrl::is_secure)
            })?;
        }
        let data_directory = parse(&sources, &settings::DATA_DIR, path)?.unwrap_or_else(|| PathBuf::from("./data"));
        let database_url = parse(&sources, &settings::DATABASE_URL, database_url)?
            .unwrap_or_else(|| DatabaseUrl(format!("sqlite:{}", data_directory.join("signet.db").display())));
        let master_key_file =
            parse(&sources, &settings::MASTER_KEY_FILE, path)?.unwrap_or_else(|| data_directory.join("master.key"));
        Ok(Self {
            address,
            public_url,
            database_url,
            site_directory: parse(&sources, &settings::SITE_DIR, site_directory)?,
            master_key_file,
            tls,
            log: parse(&sources, &settings::LOG, log_filter)?,
            log_format: parse(&sources, &settings::LOG_FORMAT, log_format)?.unwrap_or(LogFormat::Text),
            trusted_proxies: parse(&sources, &settings::TRUSTED_PROXIES, networks)?.unwrap_or_default(),
            nodes: NodeSettings {
                allow_private: parse(&sources, &settings::NODES_ALLOW_PRIVATE, boolean)?.unwrap_or_default(),
                ca_file: parse(&sources, &settings::NODES_CA_FILE, path)?,
            },
            limits: limits(&sources)?,
            data_directory,
        })
    }

    /// The public URL when the server listens on this address.
    pub fn public_url_at(&self, address: SocketAddr) -> PublicUrl {
        self.public_url.clone().unwrap_or_else(|| PublicUrl::of_address(address, self.tls.is_some()))
    }
}

impl Error {
    /// Whether the command line is to blame, and not the file or the environment.
    pub fn is_usage(&self) -> bool {
        matches!(self, Self::Value { by_flag: true, .. })
    }
}

/// The variables that look like settings and are none, so that a typing error or a setting of another version does not go unseen.
pub fn unknown_variables(names: impl Iterator<Item = OsString>) -> Vec<String> {
    let known = settings::ALL.map(Setting::variable);
    let mut unknown: Vec<String> = names
        .filter_map(|name| name.into_string().ok())
        .filter(|name| name.starts_with("SIGNET_") && !known.contains(name))
        .collect();
    unknown.sort();
    unknown
}

fn parse<T>(sources: &Sources, setting: &Setting, parser: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Error> {
    let Some(given) = sources.given(setting) else { return Ok(None) };
    match parser(given.value.trim()) {
        Some(value) => Ok(Some(value)),
        None => Err(Error::Value {
            name: given.name.clone(),
            value: if *setting == settings::DATABASE_URL { hide_password(&given.value) } else { given.value.clone() },
            accepted: setting.accepted,
            by_flag: given.by_flag,
        }),
    }
}

fn limits(sources: &Sources) -> Result<Limits, Error> {
    let usual = Limits::default();
    Ok(Limits {
        calls: parse(sources, &settings::API_RATE, number)?.unwrap_or(usual.calls),
        authorities: parse(sources, &settings::CA_QUOTA, number)?.unwrap_or(usual.authorities),
    })
}

fn boolean(text: &str) -> Option<bool> {
    match text {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

fn number(text: &str) -> Option<u32> {
    text.parse().ok().filter(|number| *number <= 1_000_000)
}

fn path(text: &str) -> Option<PathBuf> {
    (!text.is_empty()).then(|| PathBuf::from(text))
}

fn tls_files(sources: &Sources) -> Result<Option<TlsFiles>, Error> {
    let certificate = parse(sources, &settings::TLS_CERT_FILE, path)?;
    let key = parse(sources, &settings::TLS_KEY_FILE, path)?;
    match (certificate, key) {
        (Some(certificate), Some(key)) => Ok(Some(TlsFiles { certificate, key })),
        (None, None) => Ok(None),
        (Some(_), None) => Err(Error::HalfOfTls { given: &settings::TLS_CERT_FILE, missing: &settings::TLS_KEY_FILE }),
        (None, Some(_)) => Err(Error::HalfOfTls { given: &settings::TLS_KEY_FILE, missing: &settings::TLS_CERT_FILE }),
    }
}

fn site_directory(text: &str) -> Option<PathBuf> {
    path(text).filter(|path| path.join("pkg").is_dir())
}

fn database_url(text: &str) -> Option<DatabaseUrl> {
    let (scheme, rest) = text.split_once(':')?;
    let accepted = match scheme {
        "sqlite" => !rest.is_empty(),
        "postgres" | "postgresql" => rest.starts_with("//"),
        _ => false,
    };
    accepted.then(|| DatabaseUrl(text.to_owned()))
}

fn log_filter(text: &str) -> Option<String> {
    EnvFilter::try_new(text).ok().map(|_filter| text.to_owned())
}

fn log_format(text: &str) -> Option<LogFormat> {
    match text {
        "text" => Some(LogFormat::Text),
        "json" => Some(LogFormat::Json),
        _ => None,
    }
}

fn networks(text: &str) -> Option<Vec<Network>> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(Network::parse).collect()
}

/// The URL as far as it surely holds no password.
fn hide_password(url: &str) -> String {
    match url.rsplit_once('@') {
        Some((_secret, host)) => format!("…@{host}"),
        None if url.contains(':') || url.contains('=') => {
            let end = url.find([':', '=']).unwrap_or(0);
            format!("{}…", url.get(..=end).unwrap_or_default())
        }
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests;
