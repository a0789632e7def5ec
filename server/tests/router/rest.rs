//! The REST API, as a program sees it.

use app::service::{NewToken, Scope, Tokens as _};
use axum::body::Body;
use http::{Method, Request, StatusCode};
use serde_json::{Value, json};
use server::services::{Caller, Door, Limits, Who};
use sqlx::{Connection as _, Executor as _, SqliteConnection};

use crate::client::{Answer, TestServer, authority, certificate};

/// A program with a token of its own.
pub struct Program<'a> {
    pub server: &'a TestServer,
    pub account: String,
    pub token: String,
}

impl<'a> Program<'a> {
    /// In a new company.
    pub async fn new(server: &'a TestServer, scopes: &[Scope]) -> Self {
        let account = server.services.create_account("Meridian Retail", None).await.unwrap().id;
        Self::in_account(server, account, scopes).await
    }

    pub async fn in_account(server: &'a TestServer, account: String, scopes: &[Scope]) -> Self {
        let caller = Caller::new(Who::CommandLine { account_id: account.clone() }, None);
        let door = Door { services: server.services.clone(), caller };
        let request = NewToken { name: "deploy".to_owned(), scopes: scopes.to_vec(), days: None };
        let token = door.create_token(request).await.unwrap().secret.expose().to_owned();
        Self { server, account, token }
    }

    /// Calls a path of the account.
    pub async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        self.call_with(method, path, body, &[]).await
    }

    pub async fn call_with(&self, method: Method, path: &str, body: Option<Value>, headers: &[(&str, &str)]) -> Answer {
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        self.send(method, &format!("/client/v4/accounts/{}{path}", self.account), body, headers).await
    }

    pub async fn send(&self, method: Method, path: &str, body: String, headers: &[(&str, &str)]) -> Answer {
        let mut request =
            Request::builder().method(method).uri(path).header("authorization", format!("Bearer {}", self.token));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = self.server.client().send(request.body(Body::from(body)).unwrap()).await;
        assert_eq!(answer.header("content-type"), "application/json", "{answer:?}");
        assert!(!answer.body.contains("PRIVATE KEY"), "{answer:?}");
        answer
    }

    async fn upload(&self, name: &str) -> Value {
        let body = json!({ "ca": false, "certificates": certificate(name), "name": name });
        done(&self.call(Method::POST, CERTIFICATES, Some(body)).await)
    }

    async fn upload_authority(&self, name: &str) -> Answer {
        let body = json!({ "ca": true, "certificates": authority(name) });
        self.call(Method::POST, CERTIFICATES, Some(body)).await
    }

    /// Lets an API node of this name use a certificate.
    async fn use_in_node(&self, id: &Value, name: &str, is_active: bool) {
        let mtls = json!({ "enabled": is_active, "certificate": id });
        let node = json!({ "name": name, "url": "https://api.bank.example/", "mtls": mtls });
        done(&self.call(Method::POST, "/api_nodes", Some(node)).await);
    }
}

const CERTIFICATES: &str = "/mtls_certificates";

fn path_of(certificate: &Value) -> String {
    format!("{CERTIFICATES}/{}", certificate["id"].as_str().unwrap())
}

/// The result of what was done.
pub fn done(answer: &Answer) -> Value {
    let envelope = answer.json();
    assert_eq!((answer.status, &envelope["success"]), (StatusCode::OK, &json!(true)), "{answer:?}");
    assert_eq!(envelope["errors"], json!([]));
    envelope["result"].clone()
}

/// Code, pointer and text of the only error.
pub fn refused(answer: &Answer, status: u16) -> (u64, String, String) {
    let envelope = answer.json();
    assert_eq!(answer.status.as_u16(), status, "{answer:?}");
    assert_eq!((&envelope["success"], &envelope["result"]), (&json!(false), &Value::Null));
    let [error] = envelope["errors"].as_array().unwrap().as_slice() else { panic!("{answer:?}") };
    let pointer = error["source"]["pointer"].as_str().unwrap_or_default();
    (error["code"].as_u64().unwrap(), pointer.to_owned(), error["message"].as_str().unwrap().to_owned())
}

pub fn messages(answer: &Answer) -> Vec<String> {
    let envelope = answer.json();
    let messages = envelope["messages"].as_array().unwrap().iter();
    messages.map(|message| message["message"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_certificate_comes_is_changed_and_goes() {
    let server = TestServer::start().await;
    let program = Program::new(&server, &[Scope::WriteCertificates]).await;
    let body = json!({ "ca": false, "certificates": certificate("api.example"), "unknown": [1] });
    let answer =
        program.call_with(Method::POST, CERTIFICATES, Some(body.clone()), &[("content-type", "text/plain")]).await;
    let uploaded = done(&answer);
    assert_eq!(answer.header("etag"), "\"1\"");
    assert!(messages(&answer).iter().any(|message| message.contains("self-signed")), "{answer:?}");
    for (field, expected) in [
        ("ca", json!(false)),
        ("name", json!("api.example")),
        ("issuer", json!("CN=api.example")),
        ("signature", json!("ECDSAWithSHA256")),
        ("type", json!("custom")),
        ("primary", json!(false)),
        ("used_by", json!(0)),
        ("allowed_hosts", json!([])),
        ("key_type", json!("EC P-256")),
        ("status", json!("valid")),
        ("version", json!(1)),
    ] {
        assert_eq!(uploaded[field], expected, "{field}");
    }
    let kept = uploaded["certificates"].as_str().unwrap();
    assert!(kept.starts_with("-----BEGIN CERTIFICATE-----") && kept.ends_with("-----END CERTIFICATE-----"), "{kept}");
    assert!(uploaded["updated_at"].as_str().unwrap().ends_with('Z'));

    let path = path_of(&uploaded);
    let mut without_update = uploaded.clone();
    without_update.as_object_mut().unwrap().remove("updated_at");
    assert_eq!(done(&program.call(Method::GET, &path, None).await), without_update);
    assert_eq!(done(&program.call(Method::GET, CERTIFICATES, None).await), json!([without_update]));
    let associations = format!("{path}/associations");
    assert_eq!(done(&program.call(Method::GET, &associations, None).await), json!([]));

    let again = program.call(Method::POST, CERTIFICATES, Some(body)).await;
    let (code, pointer, message) = refused(&again, 400);
    assert_eq!((code, pointer.as_str()), (1471, "/certificates"));
    assert!(message.contains("already exists"), "{message}");

    let changes = json!({ "name": "Bank", "primary": true, "allowed_hosts": ["API.Bank.example", "*.bank.example"] });
    let after = done(&program.call_with(Method::PATCH, &path, Some(changes), &[("if-match", "\"1\"")]).await);
    assert_eq!((&after["name"], &after["primary"], &after["version"]), (&json!("Bank"), &json!(true), &json!(2)));
    assert_eq!(after["allowed_hosts"], json!(["api.bank.example", "*.bank.example"]));
    let (code, _pointer, message) =
        refused(&program.call_with(Method::PATCH, &path, Some(json!({})), &[("if-match", "\"1\"")]).await, 412);
    assert_eq!(code, 3006);
    assert!(message.starts_with("deploy changed this certificate on"), "{message}");

    let new = json!({ "certificates": certificate("api.example") });
    let replaced = done(&program.call(Method::PUT, &path, Some(new)).await);
    assert_eq!(
        (&replaced["id"], &replaced["name"], &replaced["primary"]),
        (&uploaded["id"], &json!("Bank"), &json!(true))
    );
    assert_ne!(replaced["fingerprint_sha256"], uploaded["fingerprint_sha256"]);
    let versions = done(&program.call(Method::GET, &format!("{path}/versions"), None).await);
    assert_eq!((&versions[0]["version"], &versions[0]["current"]), (&json!(2), &json!(true)));
    assert_eq!((&versions[1]["version"], &versions[1]["replaced_by"]), (&json!(1), &json!("deploy")));
    assert_eq!(versions[1]["fingerprint_sha256"], uploaded["fingerprint_sha256"]);
    let back = done(&program.call(Method::POST, &format!("{path}/versions/1/restore"), None).await);
    assert_eq!(back["fingerprint_sha256"], uploaded["fingerprint_sha256"]);
    assert_eq!(back["certificates"], uploaded["certificates"]);
    refused(&program.call(Method::POST, &format!("{path}/versions/3/restore"), None).await, 404);
    let verified = server.services.verify_keys().await.unwrap();
    assert_eq!((verified.good, verified.bad.as_slice()), (2, [].as_slice()));

    let deleted = done(&program.call(Method::DELETE, &path, None).await);
    assert_eq!(deleted["id"], uploaded["id"]);
    assert_eq!(
        refused(&program.call(Method::GET, &path, None).await, 404),
        (1472, String::new(), "Certificate not found".to_owned())
    );
    let (_code, _pointer, message) = refused(&program.call(Method::DELETE, &path, None).await, 400);
    assert!(message.contains("already deleted"), "{message}");
    let restored = done(&program.call(Method::POST, &format!("{path}/restore"), None).await);
    assert_eq!((&restored["id"], &restored["primary"]), (&uploaded["id"], &json!(false)));
    done(&program.call(Method::DELETE, &format!("{path}?destroy=true"), None).await);
    refused(&program.call(Method::POST, &format!("{path}/restore"), None).await, 404);
}

#[tokio::test]
async fn a_certificate_in_use_stays() {
    let server = TestServer::start().await;
    let program = Program::new(&server, &[Scope::WriteCertificates, Scope::WriteApiNodes]).await;
    let [used, other] = [program.upload("used").await, program.upload("other").await];
    program.use_in_node(&used["id"], "payments", true).await;
    program.use_in_node(&used["id"], "ledger", true).await;
    program.use_in_node(&used["id"], "asleep", false).await;
    let path = path_of(&used);
    let associations = done(&program.call(Method::GET, &format!("{path}/associations"), None).await);
    assert_eq!(
        associations,
        json!([
            { "service": "api_node:asleep", "status": "inactive" },
            { "service": "api_node:ledger", "status": "active" },
            { "service": "api_node:payments", "status": "active" },
        ])
    );
    let answer = program.call(Method::DELETE, &path, None).await;
    assert_eq!(refused(&answer, 400).2, "Certificate cannot be deleted while in use.");
    assert_eq!(messages(&answer), ["Used by api_node:ledger", "Used by api_node:payments"]);
    assert_eq!(done(&program.call(Method::GET, &path, None).await)["used_by"], 2);

    let to = |id: &Value| format!("{path}?move_to={}", id.as_str().unwrap());
    for id in [&used["id"], &json!("nothing"), &json!("00000000-0000-4000-8000-000000000000")] {
        let (code, pointer, _message) = refused(&program.call(Method::DELETE, &to(id), None).await, 400);
        assert_eq!((code, pointer.as_str()), (3002, "/move_to"));
    }
    let answer = program.call(Method::DELETE, &to(&other["id"]), None).await;
    done(&answer);
    assert_eq!(messages(&answer), ["api_node:asleep had pinned it with its mTLS off; it follows the primary now."]);
    assert_eq!(done(&program.call(Method::GET, &path_of(&other), None).await)["used_by"], 2);
}

#[tokio::test]
async fn users_move_only_to_what_is_valid() {
    let server = TestServer::start().await;
    let program = Program::new(&server, &[Scope::WriteCertificates, Scope::WriteApiNodes]).await;
    let used = program.upload("used").await;
    program.use_in_node(&used["id"], "payments", true).await;
    let other = program.upload("other").await;
    for (change, why) in [
        ("not_after = not_before + 1", "has expired"),
        ("not_before = 9000000000000000, not_after = 9100000000000000", "is not valid yet"),
    ] {
        let sql = format!("update certificates set {change} where id = '{}'", other["id"].as_str().unwrap());
        let mut database = SqliteConnection::connect(&server.database_url()).await.unwrap();
        database.execute(sqlx::AssertSqlSafe(sql)).await.unwrap();
        let path = format!("{}?move_to={}", path_of(&used), other["id"].as_str().unwrap());
        let (code, pointer, message) = refused(&program.call(Method::DELETE, &path, None).await, 400);
        assert_eq!((code, pointer.as_str()), (3002, "/move_to"));
        assert!(message.contains(why), "{message}");
    }
    assert_eq!(done(&program.call(Method::GET, &path_of(&used), None).await)["used_by"], 1);
}

#[tokio::test]
async fn what_is_deleted_can_still_be_destroyed() {
    let server = TestServer::start().await;
    let program = Program::new(&server, &[Scope::WriteCertificates]).await;
    let path = path_of(&program.upload("gone").await);
    done(&program.call(Method::DELETE, &path, None).await);
    refused(&program.call(Method::DELETE, &path, None).await, 400);
    done(&program.call(Method::DELETE, &format!("{path}?destroy=true"), None).await);
    let answer = program.call(Method::POST, &format!("{path}/restore"), None).await;
    assert_eq!(refused(&answer, 404).0, 1472);
    let again = program.call(Method::DELETE, &format!("{path}?destroy=true"), None).await;
    assert!(refused(&again, 400).2.contains("already deleted"), "{again:?}");
}

#[tokio::test]
async fn a_weak_tag_is_told_from_a_change() {
    let server = TestServer::start().await;
    let program = Program::new(&server, &[Scope::WriteCertificates]).await;
    let path = path_of(&program.upload("weak").await);
    let rename = || Some(json!({ "name": "Renamed" }));
    let answer = program.call_with(Method::PATCH, &path, rename(), &[("if-match", "W/\"1\"")]).await;
    let (code, _pointer, message) = refused(&answer, 412);
    assert_eq!(code, 3006);
    assert!(message.starts_with("A weak ETag"), "{message}");
    done(&program.call_with(Method::PATCH, &path, rename(), &[("if-match", "W/\"1\", \"1\"")]).await);
}

#[tokio::test]
async fn lists_are_filtered_and_come_in_pages() {
    let server = TestServer::start().await;
    let program = Program::new(&server, &[Scope::WriteCertificates]).await;
    for name in ["a", "b", "c"] {
        program.upload(name).await;
    }
    done(&program.upload_authority("Root").await);
    let list = async |query: &str| {
        let answer = program.call(Method::GET, &format!("{CERTIFICATES}?{query}"), None).await;
        let names: Vec<Value> =
            done(&answer).as_array().unwrap().iter().map(|certificate| certificate["name"].clone()).collect();
        (json!(names), answer.json()["result_info"].clone())
    };
    let info = |count: u32, page: u64, per_page: u32, total: u32, pages: u32| json!({ "count": count, "page": page, "per_page": per_page, "total_count": total, "total_pages": pages });
    assert_eq!(list("").await, (json!(["a", "b", "c", "Root"]), info(4, 1, 50, 4, 1)));
    assert_eq!(list("per_page=3").await, (json!(["a", "b", "c"]), info(3, 1, 3, 4, 2)));
    assert_eq!(list("per_page=3&page=2").await, (json!(["Root"]), info(1, 2, 3, 4, 2)));
    assert_eq!(list("per_page=3&page=3").await, (json!([]), info(0, 3, 3, 4, 2)));
    assert_eq!(list("page=18446744073709551615").await.0, json!([]));
    assert_eq!(list("ca=true").await, (json!(["Root"]), info(1, 1, 50, 1, 1)));
    assert_eq!(list("ca=false&per_page=2&page=2").await, (json!(["c"]), info(1, 2, 2, 3, 2)));
    assert_eq!(list("name=b").await.0, json!(["b"]));
    assert_eq!(list("name=B").await.0, json!([]));
    assert_eq!(list("type=custom&type=access_managed").await.0, json!(["a", "b", "c", "Root"]));
    assert_eq!(list("type=gateway_managed,access_managed").await, (json!([]), info(0, 1, 50, 0, 0)));
    for (query, pointer) in [
        ("page=0", "/page"),
        ("page=", "/page"),
        ("page=-1", "/page"),
        ("page=1&page=2", "/page"),
        ("per_page=0", "/per_page"),
        ("per_page=1001", "/per_page"),
        ("per_page=ten", "/per_page"),
        ("ca=yes", "/ca"),
        ("type=other", "/type"),
    ] {
        let answer = program.call(Method::GET, &format!("{CERTIFICATES}?{query}"), None).await;
        let (code, at, _message) = refused(&answer, 400);
        assert_eq!((code, at.as_str()), (3003, pointer), "{query}");
    }
}

#[tokio::test]
async fn bad_input_says_where_and_repeats_nothing() {
    let server = TestServer::start().await;
    let program = Program::new(&server, &[Scope::WriteCertificates]).await;
    let secret = "-----BEGIN PRIVATE KEY-----";
    let path = format!("/client/v4/accounts/{}{CERTIFICATES}", program.account);
    for (body, code, pointer) in [
        (String::new(), 3001, ""),
        ("null".to_owned(), 3001, ""),
        ("[true, \"x\"]".to_owned(), 3001, ""),
        (format!("{{\"ca\": {secret}"), 3001, ""),
        ("{\"ca\": false, \"certificates\": \"x\"} {".to_owned(), 3001, ""),
        (json!({ "certificates": "x" }).to_string(), 3002, "/ca"),
        (json!({ "ca": false }).to_string(), 3002, "/certificates"),
        (json!({ "ca": secret, "certificates": "x" }).to_string(), 3002, "/ca"),
        (json!({ "ca": false, "certificates": [secret] }).to_string(), 3002, "/certificates"),
        (json!({ "ca": false, "certificates": "x", "private_key": { "a": secret } }).to_string(), 3002, "/private_key"),
        (json!({ "ca": false, "certificates": "x", "name": 7 }).to_string(), 3002, "/name"),
        (format!("{{\"ca\": false, \"certificates\": \"{secret}\", \"ca\": true}}"), 3002, "/ca"),
        (
            json!({ "ca": false, "certificates": certificate("a").split_once("-----BEGIN PRIV").unwrap().0 })
                .to_string(),
            2202,
            "/private_key",
        ),
    ] {
        let answer = program.send(Method::POST, &path, body, &[]).await;
        let (found, at, message) = refused(&answer, 400);
        assert_eq!((found, at.as_str()), (code, pointer), "{message}");
    }
    let large = json!({ "ca": false, "certificates": "x".repeat(1024 * 1024) }).to_string();
    assert_eq!(refused(&program.send(Method::POST, &path, large, &[]).await, 413).0, 3007);
    assert_eq!(done(&program.call(Method::GET, CERTIFICATES, None).await), json!([]), "nothing was stored");

    let certificate = program.upload("a").await;
    for (body, pointer) in [
        (json!({ "name": "" }), "/name"),
        (json!({ "primary": 1 }), "/primary"),
        (json!({ "allowed_hosts": "a" }), "/allowed_hosts"),
        (json!({ "allowed_hosts": ["a.example", 7] }), "/allowed_hosts/1"),
        (json!({ "allowed_hosts": ["a.example", "https://b.example"] }), "/allowed_hosts/1"),
    ] {
        let answer = program.call(Method::PATCH, &path_of(&certificate), Some(body.clone())).await;
        assert_eq!(refused(&answer, 400).1, pointer, "{body}");
    }
    let authority = done(&program.upload_authority("Root").await);
    let answer = program.call(Method::PATCH, &path_of(&authority), Some(json!({ "primary": true, "name": "b" }))).await;
    assert_eq!(refused(&answer, 400).1, "/primary");
    assert_eq!(done(&program.call(Method::GET, &path_of(&authority), None).await)["name"], "Root", "all or nothing");
    let answer = program
        .call(Method::PUT, &path_of(&authority), Some(json!({ "certificates": crate::client::certificate("b") })))
        .await;
    assert_eq!(answer.status, 400, "a leaf in the place of a CA");
}

#[tokio::test]
async fn what_is_validated_is_not_stored() {
    let server = TestServer::start().await;
    let program = Program::new(&server, &[Scope::WriteCertificates]).await;
    let validate = format!("{CERTIFICATES}/validate");
    let text = certificate("api.example");
    let body = json!({ "ca": false, "certificates": text });
    let report = done(&program.call(Method::POST, &validate, Some(body.clone())).await);
    assert_eq!(report["valid"], json!(true));
    assert_eq!(report["certificate"]["subject"], "CN=api.example");
    assert_eq!(report["certificate"]["issuer"], "CN=api.example");
    assert_eq!(done(&program.call(Method::GET, CERTIFICATES, None).await), json!([]));

    done(&program.call(Method::POST, CERTIFICATES, Some(body.clone())).await);
    let report = done(&program.call(Method::POST, &validate, Some(body)).await);
    assert_eq!(report["valid"], json!(false));
    assert_eq!(report["findings"][0]["rule"], "crt.duplicate");
    assert_eq!(report["findings"][0]["severity"], "error");
    let report =
        done(&program.call(Method::POST, &validate, Some(json!({ "ca": false, "certificates": "hello" }))).await);
    assert_eq!((&report["valid"], &report["certificate"]), (&json!(false), &Value::Null));
}

#[tokio::test]
async fn tokens_open_what_they_are_for() {
    let server = TestServer::start().await;
    let program = Program::new(&server, &[Scope::ReadCertificates]).await;
    let path = format!("/client/v4/accounts/{}{CERTIFICATES}", program.account);
    let send = async |authorization: &[&str]| {
        let mut request = Request::get(&path);
        for value in authorization {
            request = request.header("authorization", *value);
        }
        server.client().send(request.body(Body::empty()).unwrap()).await
    };
    assert_eq!(refused(&send(&[]).await, 400), (9106, String::new(), "Missing Authorization header".to_owned()));
    for headers in [&["Basic YTpi"][..], &["Bearer"], &["Bearer a", "Bearer a"]] {
        assert_eq!(refused(&send(headers).await, 400).0, 6003);
    }
    for token in ["Bearer nonsense", "Bearer sgn_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"] {
        assert_eq!(refused(&send(&[token]).await, 401), (9109, String::new(), "Invalid access token".to_owned()));
    }

    done(&program.call(Method::GET, CERTIFICATES, None).await);
    let body = json!({ "ca": false, "certificates": "x" });
    let answer = program.call(Method::POST, CERTIFICATES, Some(body)).await;
    assert_eq!(refused(&answer, 403), (10000, String::new(), "Authentication error".to_owned()));
    assert!(messages(&answer)[0].contains("certificates:write"), "{answer:?}");
    let answer = program.call(Method::GET, "/audit_log", None).await;
    assert!(messages(&answer)[0].contains("audit_log:read"), "{answer:?}");

    let other = Program::new(&server, &[Scope::WriteCertificates, Scope::ReadAuditLog]).await;
    let theirs = other.upload("theirs").await;
    assert_eq!(refused(&other.send(Method::GET, &path, String::new(), &[]).await, 403).0, 10000);
    assert_eq!(
        refused(&program.call(Method::GET, &path_of(&theirs), None).await, 404).0,
        1472,
        "an id of another account"
    );

    let log = done(&other.call(Method::GET, "/audit_log?per_page=2", None).await);
    assert_eq!((&log[0]["action"], &log[0]["result"]), (&json!("token.use"), &json!("refused")), "{log}");
    assert_eq!(log[0]["detail"], "for another company than its own");
    assert_eq!((&log[1]["action"], &log[1]["actor_name"]), (&json!("certificate.upload"), &json!("deploy")));
    let verified = done(&other.send(Method::GET, "/client/v4/user/tokens/verify", String::new(), &[]).await);
    assert_eq!(verified["status"], "active");
    for (list, field) in [("accounts", "/0/id"), ("memberships", "/0/account/id")] {
        let path = format!("/client/v4/{list}");
        let first = done(&other.send(Method::GET, &path, String::new(), &[]).await);
        assert_eq!(first.pointer(field).unwrap(), &json!(other.account), "{list}");
        let second = done(&other.send(Method::GET, &format!("{path}?page=2"), String::new(), &[]).await);
        assert_eq!(second, json!([]));
    }
}

#[tokio::test]
async fn what_is_not_there_is_said_in_the_envelope() {
    let server = TestServer::start().await;
    let program = Program::new(&server, &[Scope::WriteCertificates]).await;
    for path in [
        "/client/v4",
        "/client/v4/",
        "/client/v4/zones",
        "/client/v4/acc",
        "/client/v4//accounts",
        "/client/v4/accounts/x/mtls_certificates/",
        "/client/v4/accounts/x/y/z/%00",
    ] {
        let (code, _pointer, message) = refused(&program.send(Method::GET, path, String::new(), &[]).await, 404);
        assert_eq!(code, 7003, "{path}");
        assert!(message.starts_with("Could not route to /client/v4"), "{message}");
    }
    for method in [Method::PUT, Method::DELETE, Method::OPTIONS, Method::from_bytes(b"BREW").unwrap()] {
        assert_eq!(refused(&program.call(method, CERTIFICATES, None).await, 405).0, 10001);
    }
    let answer = program.call(Method::HEAD, CERTIFICATES, None).await;
    assert_eq!((answer.status, answer.body.as_str()), (StatusCode::OK, ""));
}

#[tokio::test]
async fn metrics_count_and_name_nothing() {
    let server = TestServer::start().await;
    let program = Program::new(&server, &[Scope::WriteCertificates]).await;
    let certificate = program.upload("api.example").await;
    refused(&program.call(Method::GET, "/mtls_certificates/none", None).await, 404);
    let metrics = server.client().get("/metrics").await;
    assert!(metrics.header("content-type").starts_with("application/openmetrics-text"));
    for line in [
        "signet_requests_total{door=\"api\",status=\"200\"} 1",
        "signet_requests_total{door=\"api\",status=\"404\"} 1",
        "signet_request_duration_seconds_count{door=\"api\"} 2",
        "signet_certificates{validity=\"later\"} 1",
        "signet_certificates{validity=\"expired\"} 0",
        "signet_expired_primaries 0",
    ] {
        assert!(metrics.body.lines().any(|given| given == line), "{line} in {}", metrics.body);
    }
    for secret in ["api.example", certificate["id"].as_str().unwrap(), &program.account] {
        assert!(!metrics.body.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn limits_are_told() {
    let server = TestServer::start_limiting(Limits { authorities: 1, calls: 1 }).await;
    let program = Program::new(&server, &[Scope::WriteCertificates]).await;
    done(&program.upload_authority("Root").await);
    let answer = program.upload_authority("Another root").await;
    assert_eq!(refused(&answer, 400).2, "Hit maximum CA cert allocation.");
    assert_eq!(done(&program.call(Method::GET, CERTIFICATES, None).await).as_array().unwrap().len(), 1);

    let mut last = program.call(Method::GET, CERTIFICATES, None).await;
    for _ in 0..20 {
        last = program.call(Method::GET, CERTIFICATES, None).await;
    }
    assert_eq!(refused(&last, 429).0, 971);
    let seconds: u32 = last.header("retry-after").parse().unwrap();
    assert!((1..=2).contains(&seconds), "{seconds}");
}

#[tokio::test]
async fn the_description_and_the_page_say_the_same() {
    let server = TestServer::start().await;
    let client = server.client();
    let description = client.get("/openapi.json").await.json();
    assert_eq!(description["openapi"], "3.1.0");
    assert_eq!(description["servers"][0]["url"], "http://127.0.0.1:3000/client/v4");
    let page = client.get("/docs").await;
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert!(page.header("content-security-policy").contains("style-src 'self'"));
    assert!(!page.body.contains("src=\"http") && !page.body.contains("href=\"http"), "it loads nothing from elsewhere");
    assert!(client.get("/docs.css").await.body.contains("color-scheme"));

    let program = Program::new(&server, &Scope::ALL).await;
    let mut operations = 0;
    for (path, methods) in description["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            operations += 1;
            let id = operation["operationId"].as_str().unwrap();
            assert!(page.body.contains(&format!("<section id=\"{id}\">")), "{id}");
            let filled = path
                .replace("{account_id}", &program.account)
                .replace("{mtls_certificate_id}", "00000000-0000-4000-8000-000000000000")
                .replace("{version}", "1");
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let answer = program.send(method, &format!("/client/v4{filled}"), String::new(), &[]).await;
            assert!(operation["responses"].get(answer.status.as_str()).is_some(), "{id}: {answer:?}");
            let code = answer.json()["errors"][0]["code"].as_u64();
            assert!(!matches!(code, Some(7003 | 10001)), "{id} is not there: {answer:?}");
        }
    }
    assert_eq!(operations, 23);
}
