//! The headers that every answer carries.

use app::service::{Permission, Scope};
use axum::body::Body;
use http::Request;
use serde_json::json;

use crate::client::{Answer, Client, TestServer};
use crate::rest::Program;

const ALWAYS: [(&str, &str); 5] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];

/// An answer of every kind, errors first.
async fn one_of_each(server: &TestServer) -> Vec<(&'static str, u16, Answer)> {
    let client = server.client();
    let post = |path: &str| Request::post(path).header("content-type", "application/json");
    let cross_site = post("/sfn/me").header("sec-fetch-site", "cross-site").body(Body::from("{}")).unwrap();
    let too_large = post("/sfn/me").header("content-length", "1048577").body(Body::empty()).unwrap();
    let rebound = Request::get("/sign-in").header("host", "evil.example").body(Body::empty()).unwrap();
    let wrong_method = Request::delete("/healthz").body(Body::empty()).unwrap();
    vec![
        ("no such page", 404, client.get("/nowhere").await),
        ("no such file", 404, client.get("/pkg/nothing.js").await),
        ("no such server function", 404, client.call("nothing", json!({})).await),
        ("broken arguments", 400, client.call("sign-in", json!(17)).await),
        ("wrong method", 405, client.send(wrong_method).await),
        ("cross-site", 403, client.send(cross_site).await),
        ("too large", 413, client.send(too_large).await),
        ("rebound name", 421, client.send(rebound).await),
        ("first page", 307, client.get("/").await),
        ("not signed in", 302, client.get("/company/security/certificates").await),
        ("page", 200, client.get("/sign-in").await),
        ("server function", 200, client.call("me", json!({})).await),
        ("hashed file", 200, client.get("/pkg/signet.1B2M2Y8AsgTpgAmY7PhCfg.js").await),
        ("other file", 200, client.get("/icons.svg").await),
        ("alive", 200, client.get("/healthz").await),
        ("ready", 200, client.get("/readyz").await),
        ("figures", 200, client.get("/metrics").await),
        ("description of the API", 200, client.get("/openapi.json").await),
        ("reference of the API", 200, client.get("/docs").await),
        ("API without a token", 400, client.get("/client/v4/user").await),
        ("no such operation", 404, client.get("/client/v4/nothing").await),
        ("API", 200, client.get_with("/client/v4/user", "authorization", &token(server).await).await),
        ("audit log as a file", 200, somebody(server).await.get("/company/audit-log.csv").await),
    ]
}

/// What stands in the header of somebody with a token.
async fn token(server: &TestServer) -> String {
    format!("Bearer {}", Program::new(server, &[Scope::ReadAuditLog]).await.token)
}

/// Somebody who may see everything.
async fn somebody(server: &TestServer) -> Client<'_> {
    let account = server.services.create_account("Borealis", None).await.unwrap().id;
    server.member(&account, "olga@borealis.example", &Permission::ALL).await
}

#[tokio::test]
async fn every_answer_carries_them() {
    let server = TestServer::start().await;
    for (kind, status, answer) in one_of_each(&server).await {
        assert_eq!(answer.status, status, "{kind}: {answer:?}");
        for (name, value) in ALWAYS {
            assert_eq!(answer.header(name), value, "{kind}");
        }
        assert!(answer.header("permissions-policy").contains("camera=()"), "{kind}");
        assert_eq!(answer.header("x-request-id").len(), 16, "{kind}");
        assert!(answer.headers.contains_key("cache-control"), "{kind}");
        assert!(!answer.headers.contains_key("strict-transport-security"), "{kind}");
        assert!(!answer.headers.contains_key("access-control-allow-origin"), "{kind}");

        let policy = answer.header("content-security-policy");
        assert_eq!(answer.headers.get_all("content-security-policy").iter().count(), 1, "{kind}");
        for part in ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "report-uri /csp-reports"] {
            assert!(policy.contains(part), "{kind}: {policy}");
        }
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{kind}: {policy}");
    }
}

#[tokio::test]
async fn https_is_asked_for_only_over_https() {
    let server = TestServer::start_at("https://signet.example.com").await;
    for (kind, _status, answer) in one_of_each(&server).await {
        assert_eq!(answer.header("strict-transport-security"), "max-age=63072000; includeSubDomains", "{kind}");
    }
}

#[tokio::test]
async fn each_script_of_a_page_has_the_nonce_of_its_answer() {
    let server = TestServer::start().await;
    let client = server.client();
    let mut nonces = Vec::new();
    for path in ["/sign-in", "/sign-in", "/nowhere"] {
        let page = client.get(path).await;
        let policy = page.header("content-security-policy");
        let (_before, nonce) = policy.split_once("'nonce-").expect(policy);
        let nonce = nonce.split('\'').next().unwrap().to_owned();
        let scripts: Vec<&str> = page.body.split("<script").skip(1).collect();
        assert!(!scripts.is_empty(), "{path}");
        for script in scripts {
            let tag = script.split('>').next().unwrap();
            assert!(tag.contains(&format!("nonce=\"{nonce}\"")), "{path}: <script{tag}>");
        }
        assert!(!page.body.contains(" style=\"") && !page.body.contains(" onclick="), "{path}");
        assert!(!nonces.contains(&nonce), "a nonce is used once");
        nonces.push(nonce);
    }
}

#[tokio::test]
async fn errors_say_nothing_of_the_inside() {
    let server = TestServer::start().await;
    for (kind, status, answer) in one_of_each(&server).await {
        if status >= 400 {
            for word in ["panicked", "src/", "sqlx", "select ", "axum", "/sfn/"] {
                assert!(!answer.body.contains(word), "{kind}: {}", answer.body);
            }
        }
    }
}

#[tokio::test]
async fn a_server_function_that_does_not_understand_says_so() {
    let server = TestServer::start().await;
    let client = server.client();
    for arguments in [json!(17), json!({}), json!({ "request": { "email": 1 } })] {
        let answer = client.call("sign-in", arguments).await;
        assert_eq!((answer.status.as_u16(), answer.json()), (400, json!("BadRequest")));
    }
}

#[tokio::test]
async fn the_page_for_nothing_is_a_page() {
    let server = TestServer::start().await;
    let page = server.client().get("/nowhere").await;
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert!(page.body.contains("<h1"), "{}", page.body);
}
