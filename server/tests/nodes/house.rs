//! A server without HTTP: services on a database of their own, calling servers on this machine.

use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use app::api_node::{CallInput, CallOutcome, Chosen, Draft, FailureKind, Mtls};
use app::service::{ApiNodes as _, NewCertificate, Node, Permission, Secret};
use async_trait::async_trait;
use server::clock::{SystemClock, SystemRandomness};
use server::egress::{Egress, Resolve, SystemResolver};
use server::services::{Caller, Changes, CookieRules, Door, Person, Seen, Services, Who};
use server::store;
use server::vault::Vault;
use tempfile::TempDir;

use crate::material::{Authority, Issued};
use crate::tls_server::own;

/// What most calls need: authorities, the certificate of a server, and a house that trusts it.
pub struct Setting {
    /// Issues client certificates.
    pub clients: Authority,
    /// The server's certificate.
    pub own: Issued,
    pub house: House,
    /// The id of the server's CA certificate.
    pub ca: String,
}

impl Setting {
    pub async fn new() -> Self {
        let (servers, clients) = (Authority::new("Server CA"), Authority::new("Client CA"));
        let house = House::new().await;
        let ca = house.upload_authority(&servers).await;
        Self { clients, own: own(&servers), house, ca }
    }
}

pub struct House {
    pub services: Arc<Services>,
    pub account_id: String,
    pub folder: TempDir,
}

impl House {
    /// That may call this machine.
    pub async fn new() -> Self {
        Self::calling(Egress::new(true, Vec::new(), Arc::new(SystemResolver))).await
    }

    pub async fn calling(egress: Egress) -> Self {
        let folder = TempDir::new().unwrap();
        let url = format!("sqlite:{}", folder.path().join("signet.db").display());
        Self::on(&url, folder, egress).await
    }

    pub async fn on(url: &str, folder: TempDir, egress: Egress) -> Self {
        let store = store::connect(url).await.unwrap();
        let vault = Vault::open(&folder.path().join("master.key"), &*store, Arc::new(SystemRandomness)).await.unwrap();
        let cookies = CookieRules { secure: true };
        let services = Services::new(store, vault, Arc::new(SystemClock), Arc::new(SystemRandomness), cookies);
        let services = Arc::new(services.with_egress(egress));
        let account_id = services.create_account("Meridian Retail", None).await.unwrap().id;
        Self { services, account_id, folder }
    }

    /// Whoever runs `signet` on the server's machine: may do everything.
    pub fn door(&self) -> Door {
        self.door_of(Who::CommandLine { account_id: self.account_id.clone() })
    }

    /// A person with these permissions.
    pub fn person(&self, permissions: &[Permission]) -> Door {
        self.door_of(Who::Person(Person {
            user_id: "00000000-0000-4000-8000-000000000000".to_owned(),
            name: "Ana Ruiz".to_owned(),
            email: "ana@meridian.example".to_owned(),
            account_id: self.account_id.clone(),
            account_name: "Meridian Retail".to_owned(),
            permissions: permissions.to_vec(),
            session: [0; 32],
        }))
    }

    pub fn door_of(&self, who: Who) -> Door {
        Door { services: Arc::clone(&self.services), caller: Caller::new(who, None) }
    }

    /// Stores a client certificate; its id.
    pub async fn upload(&self, issued: &Issued, name: &str) -> String {
        self.door().add_certificate(upload(issued, name)).await.unwrap().0.certificate.id
    }

    /// Stores a CA certificate; its id.
    pub async fn upload_authority(&self, authority: &Authority) -> String {
        let upload = NewCertificate {
            ca: true,
            certificates: Secret::from(authority.pem()),
            private_key: None,
            name: String::new(),
            primary: false,
            confirmed: Vec::new(),
        };
        self.door().add_certificate(upload).await.unwrap().0.certificate.id
    }

    pub async fn make_primary(&self, id: &str) {
        let changes = Changes { primary: Some(true), ..Changes::default() };
        self.door().change_certificate(id, &Seen::Any, changes).await.unwrap();
    }

    pub async fn create(&self, draft: Draft) -> Node {
        self.door().create_node(draft).await.unwrap()
    }

    pub async fn call(&self, node: &Node) -> CallOutcome {
        self.door().call_api_node(&node.id, &CallInput::default()).await.unwrap()
    }
}

pub fn upload(issued: &Issued, name: &str) -> NewCertificate {
    NewCertificate {
        ca: false,
        certificates: Secret::from(issued.certificate.clone()),
        private_key: Some(Secret::from(issued.key.clone())),
        name: name.to_owned(),
        primary: false,
        confirmed: Vec::new(),
    }
}

/// A node that is trusting this authority.
pub fn draft(url: &str, server_ca: &str) -> Draft {
    Draft {
        name: "Create transfer".to_owned(),
        url: url.to_owned(),
        server_ca: Some(server_ca.to_owned()),
        timeout_ms: 10_000,
        ..Draft::default()
    }
}

pub fn with_primary(draft: Draft) -> Draft {
    Draft { mtls: Mtls { enabled: true, certificate: Chosen::Primary }, ..draft }
}

pub fn pinned(draft: Draft, id: &str) -> Draft {
    Draft { mtls: Mtls { enabled: true, certificate: Chosen::Pinned(id.to_owned()) }, ..draft }
}

/// What the server has told of the request.
pub fn told(outcome: &CallOutcome) -> serde_json::Value {
    let answer = outcome.answer.as_ref().unwrap_or_else(|| panic!("{outcome:?}"));
    serde_json::from_str(&answer.body).unwrap_or_else(|error| panic!("{error}: {outcome:?}"))
}

/// The kind of the failure, which says what happened and what to do.
pub fn failure(outcome: &CallOutcome) -> FailureKind {
    let error = outcome.error.as_ref().unwrap_or_else(|| panic!("{outcome:?}"));
    assert!(error.message.ends_with('.') && !error.hint.is_empty(), "{error:?}");
    error.kind
}

/// Names with the addresses that they have, one look after the other; the last ones stay.
pub struct Names(Mutex<Vec<Vec<IpAddr>>>);

impl Names {
    pub fn new(looks: &[&[&str]]) -> Arc<Self> {
        let look = |look: &&[&str]| look.iter().map(|address| address.parse().unwrap()).collect();
        Arc::new(Self(Mutex::new(looks.iter().rev().map(look).collect())))
    }
}

#[async_trait]
impl Resolve for Names {
    async fn resolve(&self, _host: &str) -> io::Result<Vec<IpAddr>> {
        let mut looks = self.0.lock().unwrap();
        let last = looks.len() == 1;
        Ok(if last { looks[0].clone() } else { looks.pop().unwrap() })
    }
}
