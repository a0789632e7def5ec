//! Signet with one node for each path of the server, behind its REST API.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use app::api_node::{Chosen, Draft, Mtls};
use app::service::{ApiNodes as _, NewCertificate, NewToken, Scope, Secret, Tokens as _};
use leptos::config::LeptosOptions;
use serde_json::{Value, json};
use server::clock::{SystemClock, SystemRandomness};
use server::configuration::PublicUrl;
use server::connections;
use server::egress::{Egress, SystemResolver};
use server::router::{self, Options, router};
use server::services::{Caller, CookieRules, Door, Limits, Services, Who};
use server::store;
use server::vault::Vault;
use tokio::net::TcpListener;

use crate::load::Target;

/// Where it is, and what is asked of it.
pub struct Place(Value);

impl Place {
    pub fn read(said: &str) -> Self {
        Self(serde_json::from_str(said).unwrap())
    }

    pub fn target(&self, path: &str) -> Target {
        let text = |name: &str| self.0[name].as_str().unwrap();
        let address: SocketAddr = text("address").parse().unwrap();
        let head = format!(
            "POST /client/v4/accounts/{}/api_nodes/{}/call HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\n\
             content-length: 0\r\n\r\n",
            text("account"),
            text(path),
            text("token"),
        );
        Target { address, head }
    }
}

/// Serves until it is stopped.
pub async fn serve(folder: &str, upstream: &str) -> bool {
    let folder = Path::new(folder);
    let store = store::connect(&format!("sqlite:{}", folder.join("signet.db").display())).await.unwrap();
    let vault = Vault::open(&folder.join("master.key"), &*store, Arc::new(SystemRandomness)).await.unwrap();
    let cookies = CookieRules { secure: false };
    let services = Services::new(store, vault, Arc::new(SystemClock), Arc::new(SystemRandomness), cookies);
    let egress = Egress::new(true, Vec::new(), Arc::new(SystemResolver));
    let services = Arc::new(services.with_limits(Limits { calls: 0, authorities: 0 }).with_egress(egress));
    let account_id = services.create_account("Meridian Retail", None).await.unwrap().id;
    let caller = Caller::new(Who::CommandLine { account_id: account_id.clone() }, None);
    let door = Door { services: Arc::clone(&services), caller };
    let read = |name: &str| Secret::from(std::fs::read_to_string(folder.join(name)).unwrap());
    let upload = |ca, certificates, private_key| NewCertificate {
        ca,
        certificates,
        private_key,
        name: String::new(),
        primary: false,
        confirmed: Vec::new(),
    };
    let ca = door.add_certificate(upload(true, read("ca.crt"), None)).await.unwrap().0.certificate.id;
    let client = upload(false, read("client.crt"), Some(read("client.key")));
    let client = door.add_certificate(client).await.unwrap().0.certificate.id;
    let mut said = json!({ "account": account_id });
    for path in ["kept", "close"] {
        let draft = Draft {
            name: path.to_owned(),
            url: format!("https://localhost:{upstream}/{path}"),
            server_ca: Some(ca.clone()),
            mtls: Mtls { enabled: true, certificate: Chosen::Pinned(client.clone()) },
            ..Draft::default()
        };
        said[path] = json!(door.create_node(draft).await.unwrap().id);
    }
    let token = NewToken { name: "bench".to_owned(), scopes: vec![Scope::CallApiNodes], days: None };
    said["token"] = json!(door.create_token(token).await.unwrap().secret.expose());

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    said["address"] = json!(address.to_string());
    let options = Options {
        public_url: PublicUrl::parse(&format!("http://{address}")).unwrap(),
        trusted_proxies: Arc::from([]),
        limits: router::Limits::default(),
        leptos: LeptosOptions::builder().output_name("signet").build(),
    };
    println!("{said}");
    let router = router(services, options);
    connections::serve(listener, None, router, connections::Timeouts::default(), std::future::pending()).await;
    true
}
