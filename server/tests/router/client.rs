//! A server without a socket, and clients that keep their cookies.

use std::cell::RefCell;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::body::{Body, Bytes};
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use leptos::config::LeptosOptions;
use serde_json::{Value, json};
use server::clock::{SystemClock, SystemRandomness};
use server::configuration::PublicUrl;
use server::egress::{Egress, SystemResolver};
use server::router::{Limits, Options, router};
use server::services::{CookieRules, Services};
use server::store;
use server::vault::Vault;
use tempfile::TempDir;
use tower::ServiceExt as _;

/// Where the tests' servers are reached, if they do not say otherwise.
pub const PUBLIC_URL: &str = "http://127.0.0.1:3000";
pub const PASSWORD: &str = "a horse in a blue hat";

/// A server with a database of its own.
pub struct TestServer {
    router: Router,
    pub services: Arc<Services>,
    folder: Arc<TempDir>,
    database_url: String,
}

impl TestServer {
    pub async fn start() -> Self {
        Self::start_with(TempDir::new().unwrap(), PUBLIC_URL, Limits::default()).await
    }

    pub async fn start_at(public_url: &str) -> Self {
        Self::start_with(TempDir::new().unwrap(), public_url, Limits::default()).await
    }

    /// With other limits of the services.
    pub async fn start_limiting(limits: server::services::Limits) -> Self {
        let folder = TempDir::new().unwrap();
        Self::start_with_all(folder, PUBLIC_URL, Limits::default(), limits, Egress::default()).await
    }

    /// Whose API nodes may call this machine.
    pub async fn start_calling_itself() -> Self {
        let egress = Egress::new(true, Vec::new(), Arc::new(SystemResolver));
        let limits = server::services::Limits::default();
        Self::start_with_all(TempDir::new().unwrap(), PUBLIC_URL, Limits::default(), limits, egress).await
    }

    pub async fn start_limited(limits: Limits) -> Self {
        Self::start_with(TempDir::new().unwrap(), PUBLIC_URL, limits).await
    }

    /// The same data, served by a new process as it were.
    pub async fn restart(self) -> Self {
        self.services.store.close().await;
        self.beside().await
    }

    /// Another server on the same data.
    pub async fn beside(&self) -> Self {
        Self::start_on(self.database_url.clone(), Arc::clone(&self.folder)).await
    }

    /// A server on this database, which has its other files in this folder.
    pub async fn start_on(database_url: String, folder: Arc<TempDir>) -> Self {
        let limits = server::services::Limits::default();
        Self::start_in_full(database_url, folder, PUBLIC_URL, Limits::default(), limits, Egress::default()).await
    }

    async fn start_with(folder: TempDir, public_url: &str, limits: Limits) -> Self {
        Self::start_with_all(folder, public_url, limits, server::services::Limits::default(), Egress::default()).await
    }

    async fn start_with_all(
        folder: TempDir,
        public_url: &str,
        limits: Limits,
        of_services: server::services::Limits,
        egress: Egress,
    ) -> Self {
        let database_url = format!("sqlite:{}", folder.path().join("signet.db").display());
        Self::start_in_full(database_url, Arc::new(folder), public_url, limits, of_services, egress).await
    }

    async fn start_in_full(
        database_url: String,
        folder: Arc<TempDir>,
        public_url: &str,
        limits: Limits,
        of_services: server::services::Limits,
        egress: Egress,
    ) -> Self {
        let site = folder.path().join("site");
        if !site.exists() {
            write_site(&site);
        }
        let store = store::connect(&database_url).await.unwrap();
        let vault = Vault::open(&folder.path().join("master.key"), &*store, Arc::new(SystemRandomness)).await.unwrap();
        let public_url = PublicUrl::parse(public_url).unwrap();
        let cookies = CookieRules { secure: public_url.is_secure() };
        let services = Services::new(store, vault, Arc::new(SystemClock), Arc::new(SystemRandomness), cookies);
        let services = Arc::new(services.with_limits(of_services).with_egress(egress));
        let options = Options {
            public_url,
            trusted_proxies: Arc::from([]),
            limits,
            leptos: LeptosOptions::builder().output_name("signet").site_root(site.to_string_lossy()).build(),
        };
        Self { router: router(Arc::clone(&services), options), services, folder, database_url }
    }

    /// What answers, for a socket.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// The database's address, for what no service does.
    pub fn database_url(&self) -> String {
        self.database_url.clone()
    }

    /// A client without cookies.
    pub fn client(&self) -> Client<'_> {
        Client { server: self, cookie: RefCell::new(None) }
    }

    /// A client that has set the company up and is signed in as its administrator.
    pub async fn administrator(&self) -> Client<'_> {
        let client = self.client();
        let answer = client.call("set-up", json!({ "request": self.set_up_request().await })).await;
        assert_eq!(answer.json(), json!({ "Ok": null }));
        client
    }

    /// What the set-up page sends, with a link that works.
    pub async fn set_up_request(&self) -> Value {
        let token = self.services.create_setup_link().await.unwrap();
        json!({
            "token": token.expose(),
            "company": "Meridian Retail",
            "name": "Ana Ruiz",
            "email": "ana@meridian.example",
            "password": PASSWORD,
        })
    }
}

/// Files as a build leaves them.
fn write_site(site: &Path) {
    let package = site.join("pkg");
    std::fs::create_dir_all(&package).unwrap();
    for (name, contents) in [
        ("signet.1B2M2Y8AsgTpgAmY7PhCfg.wasm", "wasm"),
        ("signet.1B2M2Y8AsgTpgAmY7PhCfg.wasm.br", "brotli"),
        ("signet.1B2M2Y8AsgTpgAmY7PhCfg.wasm.gz", "gzip"),
        ("signet.1B2M2Y8AsgTpgAmY7PhCfg.js", "script"),
        ("signet.1B2M2Y8AsgTpgAmY7PhCfg.css", "style"),
        ("signet.js", "script"),
    ] {
        std::fs::write(package.join(name), contents).unwrap();
    }
    std::fs::write(site.join("icons.svg"), "<svg/>").unwrap();
}

/// A client that keeps its cookie, as a browser does.
pub struct Client<'a> {
    server: &'a TestServer,
    cookie: RefCell<Option<String>>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    /// A header that has to be there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no {name} in {self:?}")).to_str().unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }
}

/// Events as they come.
#[derive(Debug)]
pub struct Events(Body);

impl Events {
    /// The next thing that is said within this time; `None` if nothing is, `Some(None)` if there is nothing more.
    pub async fn next(&mut self, within: Duration) -> Option<Option<String>> {
        let said = tokio::time::timeout(within, self.0.frame()).await.ok()?;
        Some(said.map(|frame| String::from_utf8(frame.unwrap().into_data().unwrap().to_vec()).unwrap()))
    }
}

impl Client<'_> {
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    pub async fn get_with(&self, path: &str, name: &str, value: &str) -> Answer {
        self.send(Request::get(path).header(name, value).body(Body::empty()).unwrap()).await
    }

    /// Calls a server function as the page does, but for its answer, which is JSON.
    pub async fn call(&self, function: &str, arguments: Value) -> Answer {
        let (head, body) = self.call_accepting("application/json", function, arguments).await.into_parts();
        Answer { status: head.status, headers: head.headers, body: String::from_utf8(body.to_vec()).unwrap() }
    }

    /// Calls a server function as somebody who accepts this.
    pub async fn call_accepting(&self, accept: &str, function: &str, arguments: Value) -> Response<Bytes> {
        let request = Request::post(format!("/sfn/{function}"))
            .header("content-type", "application/json")
            .header("accept", accept)
            .header("sec-fetch-site", "same-origin")
            .header("origin", PUBLIC_URL);
        self.exchange(request.body(Body::from(arguments.to_string())).unwrap()).await
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let (head, body) = self.exchange(request).await.into_parts();
        Answer { status: head.status, headers: head.headers, body: String::from_utf8(body.to_vec()).unwrap() }
    }

    async fn exchange(&self, mut request: Request<Body>) -> Response<Bytes> {
        if let Some(cookie) = &*self.cookie.borrow() {
            request.headers_mut().append("cookie", cookie.parse().unwrap());
        }
        let response = self.server.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        if let Some(cookie) = head.headers.get("set-cookie") {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
            *self.cookie.borrow_mut() = (!pair.ends_with('=')).then_some(pair);
        }
        Response::from_parts(head, body.collect().await.unwrap().to_bytes())
    }

    /// The events that are told from now on, or the answer if there are none.
    pub async fn events(&self, path: &str, headers: &[(&str, &str)]) -> Result<Events, Answer> {
        let mut request = Request::get(path).header("sec-fetch-site", "same-origin");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(cookie) = &*self.cookie.borrow() {
            request = request.header("cookie", cookie);
        }
        let response = self.server.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let (head, body) = response.into_parts();
        if head.status == StatusCode::OK {
            assert_eq!(head.headers["content-type"], "text/event-stream");
            return Ok(Events(body));
        }
        let body = body.collect().await.unwrap().to_bytes();
        let body = String::from_utf8(body.to_vec()).unwrap();
        Err(Answer { status: head.status, headers: head.headers, body })
    }

    /// The cookie as it is sent, or nothing.
    pub fn cookie(&self) -> Option<String> {
        self.cookie.borrow().clone()
    }

    pub fn set_cookie(&self, cookie: &str) {
        *self.cookie.borrow_mut() = Some(cookie.to_owned());
    }
}

/// PEM text of a certificate for this name that was issued just now, with its private key.
pub fn certificate(name: &str) -> String {
    let key = rcgen::KeyPair::generate().unwrap();
    let mut parameters = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap();
    parameters.distinguished_name.push(rcgen::DnType::CommonName, name);
    #[expect(clippy::disallowed_methods, reason = "a test's certificates are valid now")]
    let now = SystemTime::now();
    parameters.not_before = (now - Duration::from_hours(1)).into();
    parameters.not_after = (now + Duration::from_hours(24 * 365)).into();
    parameters.key_usages = vec![rcgen::KeyUsagePurpose::DigitalSignature];
    parameters.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ClientAuth];
    format!("{}{}", parameters.self_signed(&key).unwrap().pem(), key.serialize_pem())
}

/// PEM text of a CA certificate of this name.
pub fn authority(name: &str) -> String {
    let key = rcgen::KeyPair::generate().unwrap();
    let mut parameters = rcgen::CertificateParams::default();
    parameters.distinguished_name = rcgen::DistinguishedName::new();
    parameters.distinguished_name.push(rcgen::DnType::CommonName, name);
    parameters.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    parameters.key_usages = vec![rcgen::KeyUsagePurpose::KeyCertSign, rcgen::KeyUsagePurpose::CrlSign];
    parameters.self_signed(&key).unwrap().pem()
}
