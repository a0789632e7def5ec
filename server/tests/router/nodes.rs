//! API nodes, as a program sees them.

use std::net::SocketAddr;

use app::service::Scope;
use axum::Router;
use axum::extract::Request;
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::client::{TestServer, authority, certificate};
use crate::rest::{Program, done, messages, refused};

const NODES: &str = "/api_nodes";

fn path_of(node: &Value) -> String {
    format!("{NODES}/{}", node["id"].as_str().unwrap())
}

/// A service that tells what it was sent.
async fn service() -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let told = async |request: Request| {
        let headers = request.headers().clone();
        let header = |name: &str| headers.get(name).map(|value| value.to_str().unwrap().to_owned());
        let (method, uri) = (request.method().to_string(), request.uri().to_string());
        let body = axum::body::to_bytes(request.into_body(), 100_000).await.unwrap();
        let body = String::from_utf8(body.to_vec()).unwrap();
        let told = json!({ "method": method, "uri": uri, "key": header("x-key"), "a": header("x-a"), "body": body });
        (StatusCode::CREATED, [("x-answer", "1")], told.to_string())
    };
    let router = Router::new().fallback(told);
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

#[tokio::test]
async fn a_node_comes_is_called_is_changed_and_goes() {
    let server = TestServer::start_calling_itself().await;
    let program = Program::new(&server, &[Scope::WriteApiNodes, Scope::CallApiNodes]).await;
    let address = service().await;
    let new = json!({
        "name": "Create transfer",
        "method": "post",
        "url": format!("http://{address}/v1/{{{{id}}}}?a=1"),
        "headers": [{ "name": "X-Key", "value": "hush", "secret": true }, { "name": "X-A", "value": "{{a}}" }],
        "body": "{\"amount\": {{amount}}}",
        "unknown": [1],
    });
    let answer = program.call(Method::POST, NODES, Some(new)).await;
    assert!(!answer.body.contains("hush"));
    let node = done(&answer);
    assert_eq!(answer.header("etag"), "\"1\"");
    for (field, expected) in [
        ("method", json!("POST")),
        ("timeout_ms", json!(30_000)),
        ("follow_redirects", json!(false)),
        ("server_ca", Value::Null),
        ("mtls", json!({ "enabled": false, "certificate": "primary" })),
        ("last_call", Value::Null),
        ("version", json!(1)),
    ] {
        assert_eq!(node[field], expected, "{field}");
    }
    assert_eq!(node["headers"][0], json!({ "name": "X-Key", "value": null, "secret": true }));
    let path = path_of(&node);
    assert_eq!(done(&program.call(Method::GET, &path, None).await), node);
    assert_eq!(done(&program.call(Method::GET, NODES, None).await), json!([node]));
    let info =
        program.call(Method::GET, &format!("{NODES}?per_page=1&page=2"), None).await.json()["result_info"].clone();
    assert_eq!(info, json!({ "count": 0, "page": 2, "per_page": 1, "total_count": 1, "total_pages": 1 }));

    let call = json!({
        "variables": { "id": "a/b", "a": "c", "amount": 12.5 },
        "query": [{ "name": "q", "value": "x y" }],
    });
    let outcome = done(&program.call(Method::POST, &format!("{path}/call"), Some(call)).await);
    assert_eq!((&outcome["status"], &outcome["tls"], &outcome["error"]), (&json!(201), &Value::Null, &Value::Null));
    assert!(outcome["headers"].as_array().unwrap().contains(&json!({ "name": "x-answer", "value": "1" })));
    assert!(outcome["timing_ms"]["total"].as_f64().unwrap() > 0.0);
    let told: Value = serde_json::from_str(outcome["body"].as_str().unwrap()).unwrap();
    let expected = json!({
        "method": "POST", "uri": "/v1/a%2Fb?a=1&q=x%20y", "key": "hush", "a": "c", "body": "{\"amount\": 12.5}",
    });
    assert_eq!(told, expected);
    let missing = program.call(Method::POST, &format!("{path}/call"), None).await;
    let pointers: Vec<_> =
        missing.json()["errors"].as_array().unwrap().iter().map(|error| error["source"]["pointer"].clone()).collect();
    assert_eq!(
        (missing.status, pointers),
        (StatusCode::BAD_REQUEST, vec![json!("/variables/id"), json!("/variables/a"), json!("/variables/amount")])
    );

    // A secret header without a value keeps it; what is left out stays, inside `mtls` too.
    let edits = json!({
        "headers": [{ "name": "x-key", "secret": true }],
        "body": null,
        "mtls": { "enabled": true },
        "url": "https://api.bank.example/",
    });
    let changed = done(&program.call_with(Method::PATCH, &path, Some(edits.clone()), &[("if-match", "\"1\"")]).await);
    assert_eq!(
        (&changed["version"], &changed["method"], &changed["mtls"]),
        (&json!(2), &json!("POST"), &json!({ "enabled": true, "certificate": "primary" }))
    );
    assert_eq!(changed["body"], json!("{\"amount\": {{amount}}}"), "null is as good as nothing");
    let stale = program.call_with(Method::PATCH, &path, Some(edits), &[("if-match", "\"1\"")]).await;
    let (code, _, message) = refused(&stale, 412);
    assert_eq!(code, 3006);
    assert!(message.starts_with("deploy changed this API node on"), "{message}");
    let back = json!({ "mtls": { "enabled": false }, "url": format!("http://{address}/"), "body": "" });
    done(&program.call(Method::PATCH, &path, Some(back)).await);
    let outcome = done(&program.call(Method::POST, &format!("{path}/call"), Some(json!({ "body": "as it is" }))).await);
    let told: Value = serde_json::from_str(outcome["body"].as_str().unwrap()).unwrap();
    assert_eq!((&told["key"], &told["body"]), (&json!("hush"), &json!("as it is")));

    server.services.write_uses().await.unwrap();
    let last = done(&program.call(Method::GET, &path, None).await)["last_call"].clone();
    assert_eq!((&last["result"], &last["host"], &last["calls"]), (&json!("ok"), &json!("127.0.0.1"), &json!(2)));
    refused(&program.call_with(Method::DELETE, &path, None, &[("if-match", "\"1\"")]).await, 412);
    assert_eq!(done(&program.call(Method::DELETE, &path, None).await)["id"], node["id"]);
    for (method, path) in [
        (Method::GET, path.clone()),
        (Method::DELETE, path.clone()),
        (Method::POST, format!("{path}/call")),
        (Method::GET, format!("{NODES}/nothing")),
    ] {
        assert_eq!(
            refused(&program.call(method, &path, None).await, 404),
            (3012, String::new(), "API node not found".to_owned())
        );
    }
}

#[tokio::test]
async fn a_call_that_fails_is_an_answer() {
    let server = TestServer::start_calling_itself().await;
    let program = Program::new(&server, &[Scope::WriteApiNodes, Scope::CallApiNodes]).await;
    for (url, mtls, kind) in [
        ("https://127.0.0.1:1/", false, "connect"),
        ("https://nowhere.invalid/", false, "dns"),
        ("https://nowhere.invalid/", true, "no_certificate"),
    ] {
        let new = json!({ "name": "x", "url": url, "mtls": { "enabled": mtls } });
        let node = done(&program.call(Method::POST, NODES, Some(new)).await);
        let outcome = done(&program.call(Method::POST, &format!("{}/call", path_of(&node)), Some(json!({}))).await);
        assert_eq!(outcome["error"]["kind"], kind);
        assert!(outcome.get("status").is_none() && outcome["error"]["hint"].is_string(), "{outcome}");
    }
}

#[tokio::test]
async fn bad_input_is_said_at_its_field() {
    let server = TestServer::start().await;
    let program = Program::new(&server, &[Scope::WriteApiNodes]).await;
    let good = || json!({ "name": "x", "url": "https://api.bank.example/" });
    let with = |field: &str, value: Value| {
        let mut body = good();
        body[field] = value;
        body
    };
    let node = done(&program.call(Method::POST, NODES, Some(good())).await);
    let path = path_of(&node);
    for (body, pointer) in [
        (json!({ "name": "x" }), "/url"),
        (json!({ "url": "https://api.bank.example/" }), "/name"),
        (with("name", json!("")), "/name"),
        (with("name", json!(7)), "/name"),
        (with("url", json!("https://{{host}}/")), "/url"),
        (with("url", json!("https://127.0.0.1/")), "/url"),
        (with("url", json!("https://2130706433/")), "/url"),
        (with("url", json!("https://localhost/")), "/url"),
        (with("method", json!("TRACE")), "/method"),
        (with("timeout_ms", json!(1)), "/timeout_ms"),
        (with("timeout_ms", json!("30")), "/timeout_ms"),
        (with("timeout_ms", json!(-1)), "/timeout_ms"),
        (with("follow_redirects", json!("yes")), "/follow_redirects"),
        (with("headers", json!([{ "name": "Host", "value": "x" }])), "/headers/0/name"),
        (with("headers", json!([{ "name": "X-A", "value": "a\nb" }])), "/headers/0/value"),
        (with("headers", json!([{ "name": "X-A", "secret": true }])), "/headers/0/value"),
        (with("headers", json!([{ "name": "X-A", "secret": true, "value": "" }])), "/headers/0/value"),
        (with("headers", json!("X-A: b")), "/headers"),
        (with("server_ca", json!("x")), "/server_ca"),
        (with("mtls", json!({ "certificate": "x" })), "/mtls/certificate"),
        (with("mtls", json!({ "enabled": "yes" })), "/mtls/enabled"),
        (with("body", json!("{{a")), "/body"),
    ] {
        let answer = program.call(Method::POST, NODES, Some(body.clone())).await;
        let (code, at, _) = refused(&answer, 400);
        assert_eq!((code, at.as_str()), (3002, pointer), "{body}");
        if body.get("url").is_some() && body.get("name").is_some() {
            let answer = program.call(Method::PATCH, &path, Some(body)).await;
            assert_eq!(refused(&answer, 400).1, pointer);
        }
    }
    assert_eq!(done(&program.call(Method::GET, &path, None).await), node, "nothing was changed");
}

#[tokio::test]
async fn scopes() {
    let server = TestServer::start().await;
    let writer = Program::new(&server, &[Scope::WriteApiNodes]).await;
    let reader = Program::in_account(&server, writer.account.clone(), &[Scope::ReadApiNodes]).await;
    let caller = Program::in_account(&server, writer.account.clone(), &[Scope::CallApiNodes]).await;
    let certificates = Program::in_account(&server, writer.account.clone(), &[Scope::WriteCertificates]).await;
    let node =
        done(&writer.call(Method::POST, NODES, Some(json!({ "name": "x", "url": "https://nowhere.invalid/" }))).await);
    let path = path_of(&node);
    let call = format!("{path}/call");
    for (program, method, path, scope) in [
        (&reader, Method::PATCH, &path, "api_nodes:write"),
        (&reader, Method::POST, &call, "api_nodes:call"),
        (&writer, Method::POST, &call, "api_nodes:call"),
        (&caller, Method::GET, &path, "api_nodes:read"),
        (&certificates, Method::GET, &path, "api_nodes:read"),
    ] {
        let answer = program.call(method, path, Some(json!({}))).await;
        assert_eq!(refused(&answer, 403).0, 10000);
        assert!(messages(&answer)[0].contains(scope), "{answer:?}");
    }
    done(&reader.call(Method::GET, &path, None).await);
    done(&caller.call(Method::POST, &call, None).await);
}

#[tokio::test]
async fn a_certificate_in_use_says_by_whom() {
    let server = TestServer::start().await;
    let program = Program::new(&server, &[Scope::WriteCertificates, Scope::WriteApiNodes]).await;
    let upload = async |body: Value| done(&program.call(Method::POST, "/mtls_certificates", Some(body)).await);
    let leaf = upload(json!({ "ca": false, "certificates": certificate("one"), "name": "One" })).await;
    let ca = upload(json!({ "ca": true, "certificates": authority("Root") })).await;
    let new = json!({
        "name": "Payouts", "url": "https://api.bank.example/", "server_ca": ca["id"],
        "mtls": { "enabled": true, "certificate": "primary" },
    });
    done(&program.call(Method::POST, NODES, Some(new)).await);
    let certificate = format!("/mtls_certificates/{}", leaf["id"].as_str().unwrap());
    assert_eq!(done(&program.call(Method::GET, &certificate, None).await)["used_by"], 0);
    done(&program.call(Method::PATCH, &certificate, Some(json!({ "primary": true }))).await);
    for id in [&leaf["id"], &ca["id"]] {
        let path = format!("/mtls_certificates/{}", id.as_str().unwrap());
        assert_eq!(done(&program.call(Method::GET, &path, None).await)["used_by"], 1);
        let associations = done(&program.call(Method::GET, &format!("{path}/associations"), None).await);
        assert_eq!(associations, json!([{ "service": "api_node:Payouts", "status": "active" }]));
        let answer = program.call(Method::DELETE, &path, None).await;
        refused(&answer, 400);
        assert_eq!(messages(&answer), ["Used by api_node:Payouts"]);
    }
}
