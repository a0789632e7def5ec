use std::collections::BTreeMap;

use super::*;

fn load(file: &str, environment: &[(&str, &str)], flags: &[(&'static str, &str)]) -> Result<Configuration, String> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("signet.toml");
    std::fs::write(&path, file).unwrap();
    let values = flags.iter().map(|(key, value)| (*key, (*value).to_owned())).collect();
    let environment: BTreeMap<String, String> =
        environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Configuration::load(&Flags { config: Some(path.clone()), values }, &|name| {
        environment.get(name).map(OsString::from)
    })
    .map_err(|error| error.to_string().replace(path.to_str().unwrap(), "signet.toml"))
}

#[test]
fn defaults() {
    let configuration = load("", &[], &[]).unwrap();
    assert_eq!(configuration.address, "127.0.0.1:3000".parse().unwrap());
    assert_eq!(configuration.public_url_at(configuration.address).origin(), "http://127.0.0.1:3000");
    assert_eq!(configuration.data_directory, PathBuf::from("./data"));
    assert_eq!(configuration.database_url.expose(), "sqlite:./data/signet.db");
    assert_eq!(configuration.master_key_file, PathBuf::from("./data/master.key"));
    assert_eq!(configuration.log, None);
    assert_eq!(configuration.log_format, LogFormat::Text);
    assert_eq!(configuration.trusted_proxies, []);
    assert_eq!(configuration.nodes, NodeSettings { allow_private: false, ca_file: None });
}

#[test]
fn the_later_source_wins() {
    let file = "addr = '127.0.0.1:1'";
    let environment = [("SIGNET_ADDR", "127.0.0.1:2")];
    let flags = [("addr", "127.0.0.1:3")];
    assert_eq!(load(file, &[], &[]).unwrap().address.port(), 1);
    assert_eq!(load(file, &environment, &[]).unwrap().address.port(), 2);
    assert_eq!(load(file, &environment, &flags).unwrap().address.port(), 3);
    assert_eq!(load(file, &[("SIGNET_ADDR", "")], &[]).unwrap().address.port(), 1, "an empty variable is not set");
}

#[test]
fn values_of_the_file_have_their_own_types() {
    let configuration = load("log_format = 'json'\ntrusted_proxies = ['10.0.0.0/8', '::1']", &[], &[]).unwrap();
    assert_eq!(configuration.log_format, LogFormat::Json);
    assert_eq!(configuration.trusted_proxies.len(), 2);
    let nodes = load("nodes_allow_private = true\nnodes_ca_file = 'ca.pem'", &[], &[]).unwrap().nodes;
    assert_eq!(nodes, NodeSettings { allow_private: true, ca_file: Some(PathBuf::from("ca.pem")) });
}

#[test]
fn refusals_name_key_value_and_what_is_accepted() {
    for (file, environment, expected) in [
        ("", ("SIGNET_ADDR", "3000"), "SIGNET_ADDR = \"3000\", accepted is an IP address and a port"),
        ("addr = 3000", ("", ""), "signet.toml: addr = \"3000\", accepted is an IP address and a port"),
        ("", ("SIGNET_NODES_ALLOW_PRIVATE", "yes"), "SIGNET_NODES_ALLOW_PRIVATE = \"yes\", accepted is true or false"),
        ("addr = {}", ("", ""), "signet.toml: addr = table, accepted is an IP address and a port"),
        (
            "",
            ("SIGNET_PUBLIC_URL", "example.com"),
            "SIGNET_PUBLIC_URL = \"example.com\", accepted is http:// or https://",
        ),
        (
            "",
            ("SIGNET_ADDR", "0.0.0.0:3000"),
            "SIGNET_PUBLIC_URL is required when SIGNET_ADDR is a wildcard (0.0.0.0:3000)",
        ),
        (
            "",
            ("SIGNET_DATABASE_URL", "mysql://me:secret@db/signet"),
            "SIGNET_DATABASE_URL = \"…@db/signet\", accepted is sqlite:FILE",
        ),
        ("", ("SIGNET_SITE_DIR", "/nowhere"), "SIGNET_SITE_DIR = \"/nowhere\", accepted is the directory `site`"),
        ("", ("SIGNET_LOG", "server=shout"), "SIGNET_LOG = \"server=shout\", accepted is error, warn"),
        ("", ("SIGNET_LOG_FORMAT", "xml"), "SIGNET_LOG_FORMAT = \"xml\", accepted is text or json"),
        (
            "",
            ("SIGNET_TRUSTED_PROXIES", "10.0.0.0/40"),
            "SIGNET_TRUSTED_PROXIES = \"10.0.0.0/40\", accepted is IP addresses",
        ),
        (
            "tls_cert_file = 'x'",
            ("", ""),
            "SIGNET_TLS_KEY_FILE is missing: SIGNET_TLS_CERT_FILE is set, and HTTPS needs both",
        ),
        ("", ("SIGNET_TLS_KEY_FILE", "x"), "SIGNET_TLS_CERT_FILE is missing: SIGNET_TLS_KEY_FILE is set, and HTTPS"),
        (
            "tls_cert_file = 'x'\ntls_key_file = 'y'",
            ("SIGNET_PUBLIC_URL", "http://a"),
            "SIGNET_PUBLIC_URL = \"http://a\", accepted is https://",
        ),
        ("prot = 1", ("", ""), "signet.toml: unknown key prot, accepted are addr, public_url, "),
        ("addr = 'x'\nlog = ", ("", ""), "signet.toml, line 2: "),
    ] {
        let error = load(file, &[environment], &[]).unwrap_err();
        assert!(error.starts_with(expected), "{error}\nis not\n{expected}");
        assert!(!error.contains('\n'), "{error}");
    }
}

#[test]
fn with_the_tls_files_the_public_url_is_https() {
    let configuration = load("tls_cert_file = 'x'\ntls_key_file = 'y'", &[], &[]).unwrap();
    assert_eq!(configuration.tls, Some(TlsFiles { certificate: "x".into(), key: "y".into() }));
    assert_eq!(configuration.public_url_at(configuration.address).origin(), "https://127.0.0.1:3000");
    assert_eq!(load("", &[], &[]).unwrap().tls, None);
}

#[test]
fn a_database_password_is_in_no_message() {
    for url in
        ["mysql://me:secret@db/signet", "postgres:me:secret", "host=db password=secret", "postgrs://me:secret@db"]
    {
        let error = load("", &[("SIGNET_DATABASE_URL", url)], &[]).unwrap_err();
        assert!(!error.contains("secret"), "{error}");
    }
    let configuration = load("", &[("SIGNET_DATABASE_URL", "postgres://me:secret@db/signet")], &[]).unwrap();
    assert!(!format!("{configuration:?}").contains("secret"));
}

#[test]
fn only_flags_are_usage() {
    let value = |by_flag| Error::Value { name: String::new(), value: String::new(), accepted: "", by_flag };
    assert!(value(true).is_usage());
    assert!(!value(false).is_usage());
}

#[test]
fn variables_that_are_no_settings() {
    let names = ["SIGNET_ADDR", "SIGNET_ADR", "PATH"].map(OsString::from);
    assert_eq!(unknown_variables(names.into_iter()), ["SIGNET_ADR"]);
}
