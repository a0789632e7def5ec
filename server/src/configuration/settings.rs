//! Every setting there is, documented where it is declared.

/// A setting. Its key in `signet.toml` gives its other two names: `data_dir`, `SIGNET_DATA_DIR`, `--data-dir`.
#[derive(Debug, PartialEq, Eq)]
pub struct Setting {
    /// Key in `signet.toml`.
    pub key: &'static str,
    /// What stands for its value in the help.
    pub placeholder: &'static str,
    /// What it is when it is not set, in words.
    pub default: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// Which values are accepted; ends the line that refuses another one.
    pub accepted: &'static str,
}

impl Setting {
    /// The environment variable, `SIGNET_DATA_DIR`.
    pub fn variable(&self) -> String {
        format!("SIGNET_{}", self.key.to_ascii_uppercase())
    }

    /// The flag without its dashes, `data-dir`.
    pub fn flag(&self) -> String {
        self.key.replace('_', "-")
    }
}

/// Listen address.
pub const ADDR: Setting = Setting {
    key: "addr",
    placeholder: "IP:PORT",
    default: "127.0.0.1:3000",
    meaning: "Address to listen on; port 0 takes a free one",
    accepted: "an IP address and a port, such as 127.0.0.1:3000 or [::1]:3000",
};

/// The origin that browsers use.
pub const PUBLIC_URL: Setting = Setting {
    key: "public_url",
    placeholder: "URL",
    default: "http:// (https:// with the TLS files) and the address",
    meaning: "Origin that browsers use, for cookies, links and the check for cross-site requests; required when the address is a wildcard",
    accepted: "http:// or https://, a host, and a port if it is not the usual one, such as https://signet.example.com",
};

/// The same, once Signet serves HTTPS itself.
pub const PUBLIC_URL_OVER_TLS: Setting =
    Setting { accepted: "https:// and a host, since Signet serves HTTPS (SIGNET_TLS_CERT_FILE)", ..PUBLIC_URL };

/// Where the embedded database and the master key are.
pub const DATA_DIR: Setting = Setting {
    key: "data_dir",
    placeholder: "DIRECTORY",
    default: "./data",
    meaning: "Directory of the embedded database and the master key, for nobody else's eyes (mode 0700)",
    accepted: "a directory of Signet's own, which is created if it is missing",
};

/// The database.
pub const DATABASE_URL: Setting = Setting {
    key: "database_url",
    placeholder: "URL",
    default: "sqlite:signet.db in the data directory",
    meaning: "Database; PostgreSQL lets several servers share one. Prefer the environment: a flag can be read by every user of the machine",
    accepted: "sqlite:FILE or postgres://USER:PASSWORD@HOST/DATABASE",
};

/// The pages' files.
pub const SITE_DIR: Setting = Setting {
    key: "site_dir",
    placeholder: "DIRECTORY",
    default: "found from the program's own place",
    meaning: "Directory of the pages' files",
    accepted: "the directory `site` of a build, with `pkg` in it",
};

/// The master key.
pub const MASTER_KEY_FILE: Setting = Setting {
    key: "master_key_file",
    placeholder: "FILE",
    default: "master.key in the data directory",
    meaning: "File with the master key's versions, one `NUMBER:BASE64` a line (mode 0600); created at the very first start",
    accepted: "a file's path",
};

/// The certificate of HTTPS.
pub const TLS_CERT_FILE: Setting = Setting {
    key: "tls_cert_file",
    placeholder: "FILE",
    default: "none, plain HTTP",
    meaning: "Serve HTTPS (TLS 1.2 and 1.3) with the certificate and chain in this PEM file; read again on SIGHUP",
    accepted: "a file's path, together with SIGNET_TLS_KEY_FILE",
};

/// The private key of HTTPS.
pub const TLS_KEY_FILE: Setting = Setting {
    key: "tls_key_file",
    placeholder: "FILE",
    default: "none",
    meaning: "The certificate's private key, PEM, not encrypted; refused if others can read it, a warning if its group can",
    accepted: "a file's path, together with SIGNET_TLS_CERT_FILE",
};

/// What is logged.
pub const LOG: Setting = Setting {
    key: "log",
    placeholder: "FILTER",
    default: "info for serve, off for other commands",
    meaning: "What is logged, to standard error",
    accepted: "error, warn, info, debug, trace or off, also for parts of the program: info,server::store=debug",
};

/// How it is logged.
pub const LOG_FORMAT: Setting = Setting {
    key: "log_format",
    placeholder: "FORMAT",
    default: "text",
    meaning: "How it is logged: lines for people, or JSON objects for machines",
    accepted: "text or json",
};

/// Whose forwarded headers are believed.
pub const TRUSTED_PROXIES: Setting = Setting {
    key: "trusted_proxies",
    placeholder: "NETWORKS",
    default: "none",
    meaning: "Networks of the reverse proxies whose X-Forwarded-For header is believed",
    accepted: "IP addresses or networks, separated by commas, such as 10.0.0.0/8,::1",
};

/// How often programs may call.
pub const API_RATE: Setting = Setting {
    key: "api_rate",
    placeholder: "NUMBER",
    default: "100",
    meaning: "API requests per second that this server answers to one token, bursts of ten times that",
    accepted: "a whole number from 1 to 1000000, or 0 for no limit",
};

/// How many CA certificates there may be.
pub const CA_QUOTA: Setting = Setting {
    key: "ca_quota",
    placeholder: "NUMBER",
    default: "5",
    meaning: "CA certificates that an account can have",
    accepted: "a whole number from 1 to 1000000, or 0 for no limit",
};

/// Whether API nodes may call addresses that are not everybody's.
pub const NODES_ALLOW_PRIVATE: Setting = Setting {
    key: "nodes_allow_private",
    placeholder: "BOOLEAN",
    default: "false",
    meaning: "Whether API nodes may call loopback, link-local and private addresses. Whoever may edit nodes can then reach everything that this machine can",
    accepted: "true or false",
};

/// More roots for API nodes' servers.
pub const NODES_CA_FILE: Setting = Setting {
    key: "nodes_ca_file",
    placeholder: "FILE",
    default: "none, only the system's roots",
    meaning: "CA certificates (PEM) that API nodes trust servers by, besides the system's",
    accepted: "the path of a file with PEM certificates",
};

/// All of them, in the order of the help.
pub const ALL: [&Setting; 15] = [
    &ADDR,
    &PUBLIC_URL,
    &DATA_DIR,
    &DATABASE_URL,
    &SITE_DIR,
    &MASTER_KEY_FILE,
    &TLS_CERT_FILE,
    &TLS_KEY_FILE,
    &LOG,
    &LOG_FORMAT,
    &TRUSTED_PROXIES,
    &NODES_ALLOW_PRIVATE,
    &NODES_CA_FILE,
    &API_RATE,
    &CA_QUOTA,
];
