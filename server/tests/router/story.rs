//! From the set-up link to the list, and past a restart.

use serde_json::{Value, json};

use crate::client::{Client, PASSWORD, TestServer, certificate};

async fn names(client: &Client<'_>) -> Vec<Value> {
    let list = client.call("certificates/list", json!({ "query": {} })).await.json();
    list["Ok"]["rows"].as_array().unwrap_or_else(|| panic!("{list}")).iter().map(|row| row["name"].clone()).collect()
}

fn sign_in(password: &str) -> Value {
    json!({ "request": { "email": "Ana@Meridian.example", "password": password } })
}

#[tokio::test]
async fn set_up_upload_restart_sign_in() {
    let server = TestServer::start().await;
    let request = server.set_up_request().await;

    let client = server.client();
    let page = client.get(&format!("/setup?token={}", request["token"].as_str().unwrap())).await;
    assert_eq!(page.status, 200);
    let answer = client.call("set-up", json!({ "request": request })).await;
    assert_eq!(answer.json(), json!({ "Ok": null }));
    let cookie = answer.header("set-cookie");
    for attribute in ["signet=", "; HttpOnly", "; SameSite=Lax", "; Path=/", "; Max-Age="] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert!(!cookie.contains("Domain") && !cookie.contains("Secure"), "{cookie}");

    let again = server.client().call("set-up", json!({ "request": request })).await;
    assert_eq!(again.json(), json!({ "Err": "setup_link" }));
    assert!(!again.headers.contains_key("set-cookie"));

    let upload = json!({ "upload": {
        "ca": false, "certificates": certificate("payments.example"), "private_key": null,
        "name": "Bank prod", "primary": false, "confirmed": []
    } });
    let uploaded = client.call("certificates/upload", upload).await;
    assert_eq!(uploaded.json()["Ok"]["certificate"]["name"], "Bank prod", "{uploaded:?}");
    assert!(!uploaded.body.contains("PRIVATE KEY"));
    assert_eq!(names(&client).await, ["Bank prod"]);

    let old_cookie = client.cookie().unwrap();
    let server = server.restart().await;
    let client = server.client();
    client.set_cookie(&old_cookie);
    assert_eq!(names(&client).await, ["Bank prod"], "the session outlives a restart");
    assert_eq!(client.get("/company/security/certificates").await.status, 200);

    client.call("sign-out", json!({})).await;
    assert_eq!(client.cookie(), None);
    client.set_cookie(&old_cookie);
    assert_eq!(
        client.get("/company/security/certificates").await.status,
        302,
        "the session is over, not only forgotten"
    );

    let client = server.client();
    let refused = client.call("sign-in", sign_in("a horse in a red hat")).await;
    assert_eq!(refused.json(), json!({ "Err": "credentials" }));
    assert_eq!(client.cookie(), None);
    assert_eq!(client.call("sign-in", sign_in(PASSWORD)).await.json(), json!({ "Ok": null }));
    assert_ne!(client.cookie().unwrap(), old_cookie);
    assert_eq!(names(&client).await, ["Bank prod"]);
}

#[tokio::test]
async fn over_https_the_cookie_is_bound_to_the_host() {
    let server = TestServer::start_at("https://signet.example.com").await;
    let request = server.set_up_request().await;
    let answer = server.client().call("set-up", json!({ "request": request })).await;
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-signet=") && cookie.ends_with("; Secure"), "{cookie}");
}

#[tokio::test]
async fn a_second_set_up_link_replaces_the_first() {
    let server = TestServer::start().await;
    let first = server.set_up_request().await;
    let second = server.set_up_request().await;
    let client = server.client();
    let refused = client.call("set-up", json!({ "request": first })).await;
    assert_eq!(refused.json(), json!({ "Err": "setup_link" }));
    assert_eq!(client.call("set-up", json!({ "request": second })).await.json(), json!({ "Ok": null }));
}
