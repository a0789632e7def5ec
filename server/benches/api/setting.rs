//! A server with so many certificates, and what it is asked.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use app::service::{ListQuery, NewToken, People as _, Permission, Scope, Secret, SignIn, Tokens as _};
use leptos::config::LeptosOptions;
use server::clock::{SystemClock, SystemRandomness};
use server::configuration::PublicUrl;
use server::connections;
use server::router::{self, Options, router};
use server::services::{Caller, CookieRules, Door, Limits, NewUser, Services, Who};
use server::store;
use server::vault::Vault;
use sqlx::{Connection as _, Executor as _, SqliteConnection};
use tempfile::TempDir;
use tokio::net::TcpListener;

use crate::bare;
use crate::load::{Connection, Target};

/// Uploads that are measured.
const UPLOADS: usize = 200;

pub struct Setting {
    signet: SocketAddr,
    bare: SocketAddr,
    account: String,
    token: String,
    cookie: String,
    folder: TempDir,
}

impl Setting {
    pub async fn with(rows: u32) -> Self {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("signet.db");
        let store = store::connect(&format!("sqlite:{}", file.display())).await.unwrap();
        let vault = Vault::open(&folder.path().join("master.key"), &*store, Arc::new(SystemRandomness)).await.unwrap();
        let services = Services::new(
            store,
            vault,
            Arc::new(SystemClock),
            Arc::new(SystemRandomness),
            CookieRules { secure: false },
        );
        let services = Arc::new(services.with_limits(Limits { calls: 0, authorities: 0 }));
        let account = services.create_account("Meridian Retail", None).await.unwrap().id;
        let caller = Caller::new(Who::CommandLine { account_id: account.clone() }, None);
        let door = Door { services: Arc::clone(&services), caller };
        let request = NewToken { name: "bench".to_owned(), scopes: vec![Scope::WriteCertificates], days: None };
        let token = door.create_token(request).await.unwrap().secret.expose().to_owned();

        let (email, password) = ("ana@meridian.example", "correct horse battery staple");
        let user = NewUser {
            email: email.to_owned(),
            name: "Ana Ruiz".to_owned(),
            password: Secret::from(password.to_owned()),
            permissions: Permission::ALL.to_vec(),
        };
        services.create_user(&account, user).await.unwrap();
        let stranger = Door { services: Arc::clone(&services), caller: Caller::new(Who::Nobody, None) };
        let request = SignIn { email: email.to_owned(), password: Secret::from(password.to_owned()) };
        let cookie = stranger.sign_in(request).await.unwrap().0.split(';').next().unwrap().to_owned();

        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let signet = listener.local_addr().unwrap();
        let options = Options {
            public_url: PublicUrl::parse(&format!("http://{signet}")).unwrap(),
            trusted_proxies: Arc::from([]),
            limits: router::Limits::default(),
            leptos: LeptosOptions::builder().output_name("signet").build(),
        };
        let router = router(services, options);
        tokio::spawn(connections::serve(
            listener,
            None,
            router,
            connections::Timeouts::default(),
            std::future::pending(),
        ));
        let setting = Self { signet, bare: bare::serve(&file, account.clone()).await, account, token, cookie, folder };
        setting.fill(rows).await;
        setting
    }

    /// Uploads one, and copies its rows.
    async fn fill(&self, rows: u32) {
        if rows == 0 {
            return;
        }
        self.upload(&mut Connection::open(self.signet).await, &certificate("client-0.example")).await;
        let file = self.folder.path().join("signet.db");
        let mut database = SqliteConnection::connect(&format!("sqlite:{}", file.display())).await.unwrap();
        let id = "'ffffffff-0000-4000-8000-' || printf('%012d', value)";
        let numbers = format!(
            "with recursive numbers(value) as (select 1 union all select value + 1 from numbers where value < {})",
            rows - 1
        );
        // Each has a fingerprint of its own, which they end with.
        let facts = "substr(facts, 1, length(facts) - 64) || lower(hex(randomblob(32)))";
        let columns = "account_id, ca, is_primary, content_version, public_key_sha256, subject, issued_to, issuer, issuer_name, \
                       serial_number, key_type, not_before, changed_at, changed_by, is_destroyed, version, \
                       api_issuer, signature, allowed_hosts, issued_to_comparable, issuer_name_comparable, used_by";
        for sql in [
            "begin".to_owned(),
            format!(
                "{numbers} insert into certificates (id, name, fingerprint_sha256, uploaded_on, name_comparable, not_after, \
                 expiring_from, {columns}) \
                 select {id}, name || value, printf('%064d', value), uploaded_on + value, name_comparable || value, \
                 not_after - value * 60000000, expiring_from - value * 60000000, {columns} \
                 from numbers, (select * from certificates limit 1)"
            ),
            format!(
                "{numbers} insert into certificate_versions (certificate_id, content_version, text, stored_at) \
                 select {id}, content_version, text, stored_at from numbers, (select * from certificate_versions limit 1)"
            ),
            format!(
                "{numbers} insert into certificate_search (number, certificate_id, account_id, facts, text) \
                 select number - value * 60 * 16777216, {id}, account_id, facts, 'client-0.example' || value || char(10) || {facts} \
                 from numbers, (select * from certificate_search limit 1)"
            ),
            format!("update certificate_totals set present = {rows}"),
            "commit".to_owned(),
            "analyze".to_owned(),
        ] {
            database.execute(sqlx::AssertSqlSafe(sql)).await.unwrap();
        }
    }

    pub fn list(&self, page: u32) -> Target {
        let head = format!(
            "GET /client/v4/accounts/{}/mtls_certificates?per_page=50&page={page} HTTP/1.1\r\nhost: {}\r\n\
             authorization: Bearer {}\r\n\r\n",
            self.account, self.signet, self.token
        );
        Target { address: self.signet, head }
    }

    /// What the page of the certificates asks for.
    pub fn page(&self, query: &ListQuery) -> Target {
        let body = serde_json::json!({ "query": query }).to_string();
        let head = format!(
            "POST /sfn/certificates/list HTTP/1.1\r\nhost: {}\r\norigin: http://{}\r\ncookie: {}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.signet,
            self.signet,
            self.cookie,
            body.len()
        );
        Target { address: self.signet, head }
    }

    pub fn bare_list(&self) -> Target {
        Target { address: self.bare, head: format!("GET / HTTP/1.1\r\nhost: {}\r\n\r\n", self.bare) }
    }

    async fn upload(&self, connection: &mut Connection, text: &str) {
        let body = serde_json::json!({ "ca": false, "certificates": text }).to_string();
        let head = format!(
            "POST /client/v4/accounts/{}/mtls_certificates HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\n\
             content-length: {}\r\n\r\n",
            self.account,
            self.signet,
            self.token,
            body.len()
        );
        let (status, answer) = connection.ask(head.as_bytes(), body.as_bytes()).await;
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&answer));
    }
}

/// Uploads against bare inserts that wait for the disk as well, one after the other.
pub async fn uploads() -> String {
    let setting = Setting::with(0).await;
    let texts: Vec<String> = (0..UPLOADS).map(|number| certificate(&format!("client-{number}.example"))).collect();
    let mut connection = Connection::open(setting.signet).await;
    let start = Instant::now();
    for text in &texts {
        setting.upload(&mut connection, text).await;
    }
    let uploads = rate(start);

    let file = setting.folder.path().join("bare.db");
    let mut database = SqliteConnection::connect(&format!("sqlite:{}?mode=rwc", file.display())).await.unwrap();
    for sql in [
        "pragma journal_mode = wal",
        "pragma synchronous = full",
        "create table rows (id integer primary key, text text)",
    ] {
        database.execute(sql).await.unwrap();
    }
    let start = Instant::now();
    for text in &texts {
        sqlx::query("insert into rows (text) values ($1)").bind(text).execute(&mut database).await.unwrap();
    }
    let inserts = rate(start);
    format!(
        "Uploads of an EC P-256 certificate with its key: {uploads:.0} per second; bare durable inserts: {inserts:.0} per second"
    )
}

fn rate(start: Instant) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "hundreds")]
    let number = UPLOADS as f64;
    number / start.elapsed().as_secs_f64()
}

/// PEM text of a certificate for this name with its private key.
fn certificate(name: &str) -> String {
    let key = rcgen::KeyPair::generate().unwrap();
    let mut parameters = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap();
    parameters.distinguished_name.push(rcgen::DnType::CommonName, name);
    // Without many digits, which all copies would have in common.
    parameters.serial_number = Some(rcgen::SerialNumber::from(1_u64));
    parameters.not_before = rcgen::date_time_ymd(2026, 1, 1);
    parameters.not_after = rcgen::date_time_ymd(2036, 1, 1);
    parameters.key_usages = vec![rcgen::KeyUsagePurpose::DigitalSignature];
    parameters.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ClientAuth];
    format!("{}{}", parameters.self_signed(&key).unwrap().pem(), key.serialize_pem())
}

/// What this process holds in memory.
pub fn resident_megabytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|kilobytes| kilobytes.parse::<u64>().ok()).unwrap_or(0) / 1024
}
