//! Who may do what, by each door: one row for each verb. A verb without a row fails.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use app::service::{Permission, Scope, Secret};
use http::Method;
use serde_json::{Value, json};
use server::services::NewUser;

use crate::client::{Client, PASSWORD, TestServer, authority, certificate};
use crate::rest::{Program, done};

/// What a server function asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asks {
    /// Nothing: a link, a password, or nothing at all.
    Nothing,
    /// Somebody who is signed in.
    Session,
    /// `settings:company_settings`.
    Settings,
    /// `api_nodes:manage`.
    Nodes,
}

use Asks::{Nodes, Nothing, Session, Settings};

/// A server function: its name, what it asks for, what is sent, and the answer to those who may: `Ok`, or the code of another
/// refusal. `$certificate`, `$node`, `$member` and `$token` stand for what Meridian has; for its own people they stand for what it has
/// not, so that nothing is changed, and the answer is the same.
fn functions() -> Vec<(&'static str, Asks, Value, &'static str)> {
    let upload = json!({
        "ca": false, "certificates": "x", "private_key": null, "name": "", "primary": false, "confirmed": []
    });
    let draft = json!({
        "name": "", "method": "GET", "url": "", "headers": [], "body": "", "timeout_ms": 1000, "follow_redirects": false,
        "server_ca": null, "mtls": { "enabled": false, "certificate": "primary" }
    });
    let certificate = || json!({ "id": "$certificate" });
    let certificate_1 = || json!({ "id": "$certificate", "version": 1 });
    let query = json!({
        "person": "", "action": "", "object": "", "from": "", "to": "", "before": null, "limit": 1
    });
    let invited = json!({ "token": "x", "name": "x", "password": "x" });
    let new = json!({ "token": "x", "company": "x", "name": "x", "email": "x", "password": "x" });
    vec![
        ("accept-invitation", Nothing, json!({ "request": invited }), "invitation"),
        ("api-nodes/choices", Nodes, json!({}), "Ok"),
        ("api-nodes/create", Nodes, json!({ "draft": draft }), "fields"),
        ("api-nodes/delete", Nodes, json!({ "id": "$node", "version": 1 }), "not_found"),
        ("api-nodes/duplicate", Nodes, json!({ "id": "$node" }), "not_found"),
        ("api-nodes/get", Nodes, json!({ "id": "$node" }), "not_found"),
        ("api-nodes/list", Nodes, json!({ "query": { "page": 1, "search": "", "show": "all" } }), "Ok"),
        ("api-nodes/save", Nodes, json!({ "id": "$node", "version": 1, "draft": draft }), "not_found"),
        ("api-nodes/test", Nodes, json!({ "test": { "id": "$node", "draft": draft, "input": {} } }), "not_found"),
        ("audit-log/check", Settings, json!({}), "Ok"),
        ("audit-log/choices", Settings, json!({}), "Ok"),
        ("audit-log/list", Settings, json!({ "query": query }), "Ok"),
        ("certificates/allow-hosts", Settings, json!({ "id": "$certificate", "version": 1, "hosts": [] }), "not_found"),
        ("certificates/current", Settings, certificate(), "not_found"),
        ("certificates/delete", Settings, certificate_1(), "not_found"),
        ("certificates/detail", Settings, certificate(), "not_found"),
        ("certificates/known", Settings, json!({ "query": {} }), "Ok"),
        ("certificates/list", Settings, json!({ "query": {} }), "Ok"),
        ("certificates/plan-delete", Settings, certificate(), "not_found"),
        ("certificates/plan-primary", Settings, certificate(), "not_found"),
        ("certificates/remove-primary", Settings, certificate_1(), "not_found"),
        ("certificates/rename", Settings, json!({ "id": "$certificate", "version": 1, "name": "x" }), "not_found"),
        (
            "certificates/replace",
            Settings,
            json!({ "id": "$certificate", "version": 1, "upload": upload }),
            "not_found",
        ),
        ("certificates/restore", Settings, certificate(), "not_found"),
        (
            "certificates/restore-version",
            Settings,
            json!({ "id": "$certificate", "version": 1, "earlier": 1 }),
            "not_found",
        ),
        ("certificates/set-primary", Settings, certificate_1(), "not_found"),
        ("certificates/upload", Settings, json!({ "upload": upload }), "refused"),
        ("certificates/usage", Settings, certificate(), "not_found"),
        ("change-password", Session, json!({ "request": { "current": "x", "password": "x" } }), "fields"),
        ("check-invitation", Nothing, json!({ "token": "x" }), "invitation"),
        ("check-setup-link", Nothing, json!({ "token": "x" }), "setup_link"),
        ("is-new", Nothing, json!({}), "Ok"),
        ("me", Nothing, json!({}), "Ok"),
        ("set-up", Nothing, json!({ "request": new }), "setup_link"),
        ("sign-in", Nothing, json!({ "request": { "email": "x", "password": "x" } }), "credentials"),
        ("switch-company", Session, json!({ "id": "0".repeat(32) }), "not_found"),
        (
            "team/change-permissions",
            Settings,
            json!({ "id": "$member", "version": 1, "permissions": ["settings:company_settings"] }),
            "not_found",
        ),
        ("team/end-sessions", Settings, json!({ "id": "$member" }), "not_found"),
        ("team/invite", Settings, json!({ "request": { "email": "x", "permissions": [] } }), "fields"),
        ("team/list", Settings, json!({}), "Ok"),
        ("team/remove", Settings, json!({ "id": "$member", "version": 1 }), "not_found"),
        ("team/revoke-invitation", Settings, json!({ "id": "$member" }), "not_found"),
        ("tokens/create", Settings, json!({ "request": { "name": "", "scopes": [], "days": null } }), "fields"),
        ("tokens/list", Settings, json!({}), "Ok"),
        ("tokens/revoke", Settings, json!({ "id": "$token" }), "not_found"),
        ("whom-to-ask", Session, json!({ "permission": "api_nodes:manage" }), "Ok"),
        // Last: they end the session.
        ("sign-out-everywhere", Session, json!({}), "Ok"),
        ("sign-out", Nothing, json!({}), "Ok"),
    ]
}

/// What Meridian has, by its placeholder.
struct Possessions(Vec<(&'static str, String)>);

impl Possessions {
    fn fill(&self, arguments: &Value) -> Value {
        let fill = |text: String, (name, id): &(&str, String)| text.replace(name, id);
        serde_json::from_str(&self.0.iter().fold(arguments.to_string(), fill)).unwrap()
    }
}

impl TestServer {
    /// Somebody in a company with these permissions, who is signed in.
    pub async fn member(&self, account_id: &str, email: &str, permissions: &[Permission]) -> Client<'_> {
        let user = NewUser {
            email: email.to_owned(),
            name: "Tomás Vidal".to_owned(),
            password: Secret::from(PASSWORD.to_owned()),
            permissions: permissions.to_vec(),
        };
        self.services.create_user(account_id, user).await.unwrap();
        let client = self.client();
        let request = json!({ "request": { "email": email, "password": PASSWORD } });
        assert_eq!(client.call("sign-in", request).await.json(), json!({ "Ok": null }));
        client
    }

    /// How many refusals are recorded of this company; the sums of this minute are written first.
    async fn recorded(&self, account_id: &str) -> usize {
        self.services.write_refusals(true).await.unwrap();
        let entries = self.services.store.audit_entries(Some(account_id), 0, 10_000).await.unwrap();
        entries.iter().filter(|entry| entry.result == "refused").count()
    }
}

#[tokio::test]
async fn every_server_function_refuses_whom_it_has_to() {
    let table = functions();
    let rows: BTreeSet<String> = table.iter().map(|(name, ..)| format!("/sfn/{name}")).collect();
    let registered: BTreeSet<String> =
        server_fn::axum::server_fn_paths().map(|(path, _method)| path.to_owned()).collect();
    assert_eq!(rows, registered, "each server function has a row, and each row is one");
    assert_eq!(rows.len(), table.len(), "no row stands there twice");

    let server = TestServer::start().await;
    let ana = server.administrator().await;
    let meridian = server.services.accounts().await.unwrap().remove(0).id;
    let borealis = server.services.create_account("Borealis", None).await.unwrap().id;
    let upload = json!({ "upload": {
        "ca": false, "certificates": certificate("bank.example"), "private_key": null, "name": "Bank",
        "primary": false, "confirmed": []
    } });
    let program = Program::in_account(&server, meridian.clone(), &Scope::ALL).await;
    let own = Possessions(vec![
        ("$certificate", ana.call("certificates/upload", upload).await.json()["Ok"]["certificate"]["id"].id()),
        ("$node", done(&program.call(Method::POST, "/api_nodes", Some(node())).await)["id"].id()),
        ("$member", ana.call("team/list", json!({})).await.json()["Ok"]["members"][0]["id"].id()),
        ("$token", ana.call("tokens/list", json!({})).await.json()["Ok"]["rows"][0]["id"].id()),
    ]);
    let unknown = "00000000-0000-4000-8000-000000000000";
    let nothing =
        Possessions(["$certificate", "$node", "$member", "$token"].map(|name| (name, unknown.to_owned())).into());

    let (settings, nodes) = (Permission::CompanySettings, Permission::ManageApiNodes);
    let callers = [
        ("nobody", None, server.client()),
        ("without a permission", Some(vec![]), server.member(&meridian, "none@meridian.example", &[]).await),
        ("for API nodes", Some(vec![nodes]), server.member(&meridian, "nodes@meridian.example", &[nodes]).await),
        ("for the company", Some(vec![settings]), server.member(&meridian, "jo@meridian.example", &[settings]).await),
        (
            "of another company",
            Some(vec![settings, nodes]),
            server.member(&borealis, "olga@borealis.example", &[settings, nodes]).await,
        ),
    ];
    for (who, permissions, client) in &callers {
        for (function, asks, arguments, answer) in &table {
            let needed = match asks {
                Settings => Some(settings),
                Nodes => Some(nodes),
                Nothing | Session => None,
            };
            let lacks = |needed: Permission| permissions.as_ref().is_some_and(|held| !held.contains(&needed));
            let (expected, is_recorded) = match (asks, permissions, needed) {
                (Session | Settings | Nodes, None, _) => (json!("signed_out"), false),
                (_, _, Some(needed)) if lacks(needed) => {
                    (json!({ "forbidden": { "permission": needed.as_str() } }), true)
                }
                _ => (json!(answer), false),
            };
            // Meridian's own people find nothing, so that nothing is changed.
            let is_own = *who != "of another company" && !is_recorded;
            let arguments = if is_own { nothing.fill(arguments) } else { own.fill(arguments) };
            let before = server.recorded(&meridian).await;
            let answered = client.call(function, arguments).await;
            assert_eq!(answered.status, 200, "{who}: {function}: {answered:?}");
            let said = answered.json();
            let said = match &said["Err"] {
                Value::Null => json!(said.as_object().unwrap().keys().next()),
                // Of what else is said of a refusal, other tests speak.
                Value::Object(details) if !is_recorded => json!(details.keys().next()),
                refusal => refusal.clone(),
            };
            assert_eq!(said, expected, "{who}: {function}: {answered:?}");
            if is_recorded {
                assert_eq!(server.recorded(&meridian).await, before + 1, "{who}: {function} is recorded");
            }
        }
    }
    let left = ana.call("certificates/list", json!({ "query": {} })).await.json();
    assert_eq!(left["Ok"]["rows"][0]["name"], "Bank", "nothing has changed: {left}");
    assert_eq!(done(&program.call(Method::GET, "/api_nodes", None).await)[0]["version"], 1);
}

trait Id {
    fn id(&self) -> String;
}

impl Id for Value {
    fn id(&self) -> String {
        self.as_str().unwrap_or_else(|| panic!("{self}")).to_owned()
    }
}

fn node() -> Value {
    json!({ "name": "Create transfer", "url": "https://api.bank.example/" })
}

/// What an operation of the REST API asks for: a scope, or any token of the account; and the answer to those who may and send a body
/// that breaks off: status and code.
fn operations() -> BTreeMap<&'static str, (Option<Scope>, u16, u64)> {
    use Scope::{CallApiNodes, ReadApiNodes, ReadAuditLog, ReadCertificates, WriteApiNodes, WriteCertificates};
    BTreeMap::from([
        ("listCertificates", (Some(ReadCertificates), 200, 0)),
        ("uploadCertificate", (Some(WriteCertificates), 400, 3001)),
        ("getCertificate", (Some(ReadCertificates), 404, 1472)),
        ("changeCertificate", (Some(WriteCertificates), 400, 3001)),
        ("replaceCertificate", (Some(WriteCertificates), 400, 3001)),
        ("deleteCertificate", (Some(WriteCertificates), 404, 1472)),
        ("listAssociations", (Some(ReadCertificates), 404, 1472)),
        ("listVersions", (Some(ReadCertificates), 404, 1472)),
        ("restoreVersion", (Some(WriteCertificates), 404, 1472)),
        ("restoreCertificate", (Some(WriteCertificates), 404, 1472)),
        ("validateCertificate", (Some(WriteCertificates), 400, 3001)),
        ("listApiNodes", (Some(ReadApiNodes), 200, 0)),
        ("createApiNode", (Some(WriteApiNodes), 400, 3001)),
        ("getApiNode", (Some(ReadApiNodes), 404, 3012)),
        ("changeApiNode", (Some(WriteApiNodes), 400, 3001)),
        ("deleteApiNode", (Some(WriteApiNodes), 404, 3012)),
        ("callApiNode", (Some(CallApiNodes), 400, 3001)),
        ("listAuditLog", (Some(ReadAuditLog), 200, 0)),
        ("showUser", (None, 200, 0)),
        ("verifyToken", (None, 200, 0)),
        ("verifyAccountToken", (None, 200, 0)),
        ("listAccounts", (None, 200, 0)),
        ("listMemberships", (None, 200, 0)),
    ])
}

/// An operation as `/openapi.json` describes it.
struct Operation {
    id: String,
    method: Method,
    path: String,
}

impl Operation {
    fn all(description: &Value) -> Vec<Self> {
        let mut all = Vec::new();
        for (path, methods) in description["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
                all.push(Self { id: operation["operationId"].id(), method, path: path.clone() });
            }
        }
        all
    }

    /// In this account, about what it does not have.
    fn path_in(&self, account_id: &str) -> String {
        let path = self.path.replace("{account_id}", account_id).replace("{version}", "1");
        let unknown = "00000000-0000-4000-8000-000000000000";
        format!("/client/v4{}", path.replace("{mtls_certificate_id}", unknown).replace("{node_id}", unknown))
    }

    fn is_of_account(&self) -> bool {
        self.path.contains("{account_id}")
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ({} {})", self.id, self.method, self.path)
    }
}

#[tokio::test]
async fn every_operation_of_the_rest_api_refuses_whom_it_has_to_before_it_reads_the_body() {
    let server = TestServer::start().await;
    let described = Operation::all(&server.client().get("/openapi.json").await.json());
    let table = operations();
    let ids: BTreeSet<&str> = described.iter().map(|operation| operation.id.as_str()).collect();
    assert_eq!(ids, table.keys().copied().collect(), "each operation has a row, and each row is one");
    assert_eq!(ids.len(), described.len());

    let every = Program::new(&server, &Scope::ALL).await;
    let account = every.account.clone();
    let broken = "{\"name\": ";
    let code = |answer: &crate::client::Answer| answer.json()["errors"][0]["code"].as_u64().unwrap_or_default();
    for operation in &described {
        let path = operation.path_in(&account);
        for (authorization, status, expected) in
            [(None, 400, 9106), (Some("Basic eDp4"), 400, 6003), (Some("Bearer sgn_unknown"), 401, 9109)]
        {
            let mut request = http::Request::builder().method(operation.method.clone()).uri(&path);
            if let Some(authorization) = authorization {
                request = request.header("authorization", authorization);
            }
            let answer = server.client().send(request.body(axum::body::Body::from(broken)).unwrap()).await;
            assert_eq!((answer.status.as_u16(), code(&answer)), (status, expected), "{operation}: {answer:?}");
        }
    }

    let stranger = Program::new(&server, &Scope::ALL).await;
    for operation in described.iter().filter(|operation| operation.is_of_account()) {
        let before = server.recorded(&stranger.account).await;
        let answer =
            stranger.send(operation.method.clone(), &operation.path_in(&account), broken.to_owned(), &[]).await;
        assert_eq!(
            (answer.status.as_u16(), code(&answer)),
            (403, 10000),
            "of another account: {operation}: {answer:?}"
        );
        assert_eq!(server.recorded(&stranger.account).await, before + 1, "{operation} is recorded");
    }

    for scope in Scope::ALL {
        let program = Program::in_account(&server, account.clone(), &[scope]).await;
        for operation in &described {
            let (needed, status, expected) = table[operation.id.as_str()];
            let may = needed.is_none_or(|needed| scope.includes(needed));
            let (status, expected) = if may { (status, expected) } else { (403, 10000) };
            let before = server.recorded(&account).await;
            let answer =
                program.send(operation.method.clone(), &operation.path_in(&account), broken.to_owned(), &[]).await;
            assert_eq!((answer.status.as_u16(), code(&answer)), (status, expected), "{scope}: {operation}: {answer:?}");
            if !may {
                let named = answer.json()["messages"][0]["message"].to_string();
                assert!(named.contains(needed.unwrap().as_str()), "{operation}: {named}");
                assert_eq!(server.recorded(&account).await, before + 1, "{scope}: {operation} is recorded");
            }
        }
    }
}

#[tokio::test]
async fn a_query_that_nobody_understands_is_nothing_to_whoever_may_not_ask() {
    let server = TestServer::start().await;
    let program = Program::new(&server, &[Scope::CallApiNodes]).await;
    for path in ["/mtls_certificates?page=x", "/api_nodes?per_page=0", "/audit_log?before=x"] {
        let answer = program.call(Method::GET, path, None).await;
        assert_eq!(answer.status, 403, "{path}: {answer:?}");
    }
    let precondition = [("if-match", "nonsense")];
    let path = "/mtls_certificates/00000000-0000-4000-8000-000000000000";
    let answer = program.call_with(Method::DELETE, path, None, &precondition).await;
    assert_eq!(answer.status, 403, "{answer:?}");
    // The certificate of somebody who may is read as ever.
    let writer = Program::in_account(&server, program.account.clone(), &[Scope::WriteCertificates]).await;
    let body = json!({ "ca": true, "certificates": authority("Root") });
    done(&writer.call(Method::POST, "/mtls_certificates", Some(body)).await);
}
