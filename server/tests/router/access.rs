//! Who is led where, and who sees nothing.

use axum::body::Body;
use http::Request;
use serde_json::json;

use crate::client::{TestServer, certificate};

const LIST: &str = "/company/security/certificates";

#[tokio::test]
async fn the_first_page_is_the_list() {
    let server = TestServer::start().await;
    let answer = server.client().get("/").await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (307, LIST));
}

#[tokio::test]
async fn strangers_are_led_to_sign_in_and_back() {
    let server = TestServer::start().await;
    let client = server.client();
    for (wanted, next) in [
        (LIST, "%2Fcompany%2Fsecurity%2Fcertificates"),
        (
            "/company/security/certificates?page=2&q=a%26b",
            "%2Fcompany%2Fsecurity%2Fcertificates%3Fpage%3D2%26q%3Da%2526b",
        ),
        ("/company/nowhere", "%2Fcompany%2Fnowhere"),
        ("/api-nodes", "%2Fapi-nodes"),
    ] {
        let answer = client.get(wanted).await;
        assert_eq!(answer.status, 302, "{wanted}");
        assert_eq!(answer.header("location"), format!("/sign-in?next={next}"));
        assert_eq!(answer.body, "");
    }
}

#[tokio::test]
async fn who_is_signed_in_is_told_that_there_is_no_such_page() {
    let server = TestServer::start().await;
    let administrator = server.administrator().await;
    for (path, words) in [
        ("/company", "This page does not exist"),
        ("/company/nowhere", "This page does not exist"),
        ("/company/team/nowhere", "This page does not exist"),
        ("/company/security/certificates/nowhere", "There is no such certificate"),
        ("/api-nodes/nowhere", "This API node is not there"),
        ("/nowhere", "This page does not exist"),
    ] {
        let answer = administrator.get(path).await;
        assert_eq!(answer.status, 404, "{path}: {answer:?}");
        assert!(answer.body.contains(words), "{path}");
    }
}

#[tokio::test]
async fn pages_say_when_they_came_in_the_clear() {
    for (public_url, is_said) in [
        ("http://signet.test", true),
        ("https://signet.test", false),
        ("http://127.0.0.1:3000", false),
        ("http://localhost:3000", false),
    ] {
        let server = TestServer::start_at(public_url).await;
        let answer = server.client().get("/sign-in").await;
        assert_eq!(answer.body.contains("This page came without encryption"), is_said, "{public_url}: {answer:?}");
    }
}

#[tokio::test]
async fn who_is_signed_in_is_led_on_from_the_sign_in_page() {
    let server = TestServer::start().await;
    let administrator = server.administrator().await;
    for (query, landing) in [
        ("", LIST),
        ("?next=%2Fcompany%2Fteam", "/company/team"),
        (
            "?next=%2Fcompany%2Fsecurity%2Fcertificates%3Fpage%3D2%26q%3Da%2526b",
            "/company/security/certificates?page=2&q=a%26b",
        ),
        ("?other=x&next=%2Fcompany%2Fteam&next=%2Fapi-nodes", "/company/team"),
        ("?next=https%3A%2F%2Fevil.example%2F", LIST),
        ("?next=%2F%2Fevil.example%2F", LIST),
        ("?next=%2F%5Cevil.example%2F", LIST),
        ("?next=%2Fcompany%0D%0ASet-Cookie%3A%20x%3Dy", LIST),
        ("?next=%2Fcompany%00", LIST),
        ("?next=%2Fcompany%2F%C3%BC%2525", "/company/%C3%BC%25"),
        ("?next=", LIST),
    ] {
        let answer = administrator.get(&format!("/sign-in{query}")).await;
        assert_eq!((answer.status.as_u16(), answer.body.as_str()), (302, ""), "{query}");
        assert_eq!(answer.header("location"), landing, "{query}");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    // Leading to itself it ends at the list.
    let answer = administrator.get("/sign-in?next=%2Fsign-in%3Fnext%3D%252Fsign-in").await;
    assert_eq!(answer.header("location"), "/sign-in?next=%2Fsign-in");
    assert_eq!(administrator.get(answer.header("location")).await.header("location"), "/sign-in");

    assert_eq!(administrator.get("/invite?token=x").await.status, 200, "only that page");
    let stranger = server.client();
    stranger.set_cookie("signet=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    assert_eq!(stranger.get("/sign-in?next=%2Fcompany%2Fteam").await.status, 200);
    administrator.call("sign-out", json!({})).await;
    assert_eq!(administrator.get("/sign-in").await.status, 200);
}

#[tokio::test]
async fn a_new_server_says_how_to_begin_and_one_with_people_does_not() {
    let server = TestServer::start().await;
    let stranger = server.client();
    let page = stranger.get("/sign-in").await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("signet setup-link"), "{}", page.body);
    assert!(!page.body.contains("type=\"password\""), "{}", page.body);
    assert_eq!(stranger.call("is-new", json!({})).await.json(), json!({ "Ok": true }));

    server.administrator().await;
    let page = stranger.get("/sign-in").await;
    assert!(!page.body.contains("setup-link"), "{}", page.body);
    assert!(page.body.contains("type=\"password\""), "{}", page.body);
    assert_eq!(stranger.call("is-new", json!({})).await.json(), json!({ "Ok": false }));
}

#[tokio::test]
async fn a_made_up_cookie_is_nobody() {
    let server = TestServer::start().await;
    server.administrator().await;
    let client = server.client();
    for cookie in
        ["signet=", "signet=x", "signet=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "signet=\u{1}", "other=x"]
    {
        let Ok(value) = http::HeaderValue::from_str(cookie) else { continue };
        let request = Request::get(LIST).header("cookie", value).body(Body::empty()).unwrap();
        assert_eq!(client.send(request).await.status, 302, "{cookie}");
    }
}

#[tokio::test]
async fn strangers_are_refused_by_every_server_function_of_the_company() {
    let server = TestServer::start().await;
    server.administrator().await;
    let stranger = server.client();
    for (function, arguments) in [
        ("certificates/list", json!({ "query": {} })),
        (
            "certificates/known",
            json!({ "query": { "fingerprint_sha256": "00", "public_key_sha256": "00", "name": "x" } }),
        ),
        (
            "certificates/upload",
            json!({ "upload": {
                "ca": false, "certificates": "x", "private_key": null, "name": "", "primary": false, "confirmed": []
            } }),
        ),
        ("certificates/rename", json!({ "id": "x", "version": 1, "name": "y" })),
        ("certificates/set-primary", json!({ "id": "x", "version": 1 })),
        ("certificates/remove-primary", json!({ "id": "x", "version": 1 })),
        ("certificates/delete", json!({ "id": "x", "version": 1 })),
        ("certificates/restore", json!({ "id": "x" })),
        ("certificates/detail", json!({ "id": "x" })),
        ("certificates/restore-version", json!({ "id": "x", "version": 1, "earlier": 1 })),
        ("certificates/allow-hosts", json!({ "id": "x", "version": 1, "hosts": [] })),
        (
            "certificates/replace",
            json!({ "id": "x", "version": 1, "upload": {
                "ca": false, "certificates": "x", "private_key": null, "name": "", "primary": false, "confirmed": []
            } }),
        ),
    ] {
        let answer = stranger.call(function, arguments).await;
        assert_eq!(answer.status, 200, "{function}: {answer:?}");
        assert_eq!(answer.json(), json!({ "Err": "signed_out" }), "{function}");
    }
}

#[tokio::test]
async fn no_page_tells_a_stranger_of_a_certificate() {
    let server = TestServer::start().await;
    let administrator = server.administrator().await;
    let upload = json!({ "upload": {
        "ca": false, "certificates": certificate("canary.example"), "private_key": null,
        "name": "Canary", "primary": true, "confirmed": []
    } });
    let uploaded = administrator.call("certificates/upload", upload).await.json();
    assert_eq!(uploaded["Ok"]["certificate"]["name"], "Canary", "{uploaded}");
    let page = administrator.get(LIST).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Canary"));
    assert!(!page.body.contains("PRIVATE KEY"));

    let stranger = server.client();
    for path in [LIST, "/", "/sign-in", "/setup", "/nowhere", "/company/nowhere", "/icons.svg", "/readyz"] {
        let answer = stranger.get(path).await;
        assert!(!answer.body.contains("anary"), "{path}");
        assert!(!answer.body.contains("Meridian"), "{path}");
    }
}
