//! Companies, permissions and invitations, as a browser meets them.

use app::service::{Permission, Secret};
use serde_json::{Value, json};
use server::services::NewUser;

use crate::client::{Client, PASSWORD, TestServer, certificate};

const LIST: &str = "/company/security/certificates";
const TEAM: &str = "/company/team";

/// A colleague with no other permissions, who is signed in.
pub async fn colleague<'a>(server: &'a TestServer, permissions: &[Permission]) -> Client<'a> {
    let account = server.services.accounts().await.unwrap().remove(0);
    let user = NewUser {
        email: "jonas@meridian.example".to_owned(),
        name: "Jonas Weber".to_owned(),
        password: Secret::from(PASSWORD.to_owned()),
        permissions: permissions.to_vec(),
    };
    server.services.create_user(&account.id, user).await.unwrap();
    signed_in(server, "jonas@meridian.example").await
}

/// A client that has signed in.
pub async fn signed_in<'a>(server: &'a TestServer, email: &str) -> Client<'a> {
    let client = server.client();
    let answer = client.call("sign-in", json!({ "request": { "email": email, "password": PASSWORD } })).await;
    assert_eq!(answer.json(), json!({ "Ok": null }));
    client
}

async fn invite(client: &Client<'_>, email: &str) -> String {
    let request = json!({ "request": { "email": email, "permissions": ["api_nodes:manage"] } });
    let invited = client.call("team/invite", request).await.json();
    invited["Ok"]["token"].as_str().unwrap_or_else(|| panic!("{invited}")).to_owned()
}

fn accept(token: &str) -> Value {
    json!({ "request": { "token": token, "name": "Jo Park", "password": PASSWORD } })
}

#[tokio::test]
async fn without_the_permission_the_page_says_which_and_whom_to_ask_and_nothing_else() {
    let server = TestServer::start().await;
    let administrator = server.administrator().await;
    let upload = json!({ "upload": {
        "ca": false, "certificates": certificate("canary.example"), "private_key": null,
        "name": "Canary", "primary": true, "confirmed": []
    } });
    let uploaded = administrator.call("certificates/upload", upload).await.json();
    let id = uploaded["Ok"]["certificate"]["id"].as_str().unwrap().to_owned();

    let jonas = colleague(&server, &[Permission::ManageApiNodes]).await;
    for page in [LIST, TEAM] {
        let page = jonas.get(page).await;
        assert_eq!(page.status, 200);
        for said in ["settings:company_settings", "Ana Ruiz", "mailto:ana@meridian.example"] {
            assert!(page.body.contains(said), "{said} is missing in {}", page.body);
        }
        let mut hidden = vec!["anary".to_owned(), "CERTIFICATE-".to_owned(), "fingerprint".to_owned()];
        hidden.push(id.clone());
        for hidden in hidden {
            assert!(!page.body.contains(&hidden), "{hidden} is in {}", page.body);
        }
    }
    let refused = jonas.call("certificates/list", json!({ "query": {} })).await.json();
    assert_eq!(refused, json!({ "Err": { "forbidden": { "permission": "settings:company_settings" } } }));
    let page = administrator.get(LIST).await;
    assert!(page.body.contains("Canary") && !page.body.contains("mailto:"), "who has it is not told whom to ask");
}

#[tokio::test]
async fn strangers_are_refused_by_every_server_function_about_people() {
    let server = TestServer::start().await;
    server.administrator().await;
    let stranger = server.client();
    for (function, arguments) in [
        ("team/list", json!({})),
        ("team/invite", json!({ "request": { "email": "x@y.example", "permissions": [] } })),
        ("team/revoke-invitation", json!({ "id": "x" })),
        ("team/change-permissions", json!({ "id": "x", "version": 1, "permissions": [] })),
        ("team/remove", json!({ "id": "x", "version": 1 })),
        ("team/end-sessions", json!({ "id": "x" })),
        ("switch-company", json!({ "id": "x" })),
        ("whom-to-ask", json!({ "permission": "settings:company_settings" })),
        ("change-password", json!({ "request": { "current": PASSWORD, "password": "seven blue lamps at dusk" } })),
        ("sign-out-everywhere", json!({})),
    ] {
        let answer = stranger.call(function, arguments).await;
        assert_eq!(answer.json(), json!({ "Err": "signed_out" }), "{function}");
        assert_eq!(stranger.get(&format!("/sfn/{function}")).await.status, 405, "{function} is no GET");
    }
}

#[tokio::test]
async fn an_invitation_brings_somebody_in_once() {
    let server = TestServer::start().await;
    let administrator = server.administrator().await;
    let token = invite(&administrator, "jo@meridian.example").await;

    let jo = server.client();
    let page = jo.get(&format!("/invite?token={token}")).await;
    assert_eq!(page.status, 200);
    assert!(
        page.body.contains("Ana Ruiz") && page.body.contains("Meridian Retail") && page.body.contains("jo@meridian")
    );
    let accepted = jo.call("accept-invitation", accept(&token)).await;
    assert_eq!(accepted.json(), json!({ "Ok": null }));
    assert!(accepted.header("set-cookie").starts_with("signet="));
    assert_eq!(jo.call("me", json!({})).await.json()["Ok"]["email"], "jo@meridian.example");

    let thief = server.client();
    let replayed = thief.call("accept-invitation", accept(&token)).await;
    assert_eq!(replayed.json(), json!({ "Err": "invitation" }));
    assert_eq!(thief.cookie(), None);
    let page = thief.get(&format!("/invite?token={token}")).await;
    assert!(!page.body.contains("Meridian") && page.body.contains("not valid any more"), "{}", page.body);
    for page in [administrator.get(TEAM).await, administrator.get(LIST).await] {
        assert!(!page.body.contains(&token), "shown once");
    }
}

#[tokio::test]
async fn a_session_that_was_there_before_is_never_raised() {
    let server = TestServer::start().await;
    let administrator = server.administrator().await;
    let token = invite(&administrator, "jo@meridian.example").await;

    // A cookie that somebody else has planted.
    let planted = "signet=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let (victim, attacker) = (server.client(), server.client());
    victim.set_cookie(planted);
    victim.call("accept-invitation", accept(&token)).await;
    attacker.set_cookie(planted);
    assert_ne!(victim.cookie().unwrap(), planted);
    assert_eq!(attacker.call("me", json!({})).await.json(), json!({ "Ok": null }));

    // A session of the attacker's own, in the victim's browser.
    let own = signed_in(&server, "jo@meridian.example").await;
    let attackers = own.cookie().unwrap();
    let request = json!({ "request": { "email": "ana@meridian.example", "password": PASSWORD } });
    own.call("sign-in", request).await;
    attacker.set_cookie(&attackers);
    assert_eq!(attacker.call("me", json!({})).await.json(), json!({ "Ok": null }), "ended, not raised");

    // The identifier changes with the password.
    let before = own.cookie().unwrap();
    let change = json!({ "request": { "current": PASSWORD, "password": "seven blue lamps at dusk" } });
    assert_eq!(own.call("change-password", change).await.json(), json!({ "Ok": null }));
    assert_ne!(own.cookie().unwrap(), before);
    attacker.set_cookie(&before);
    assert_eq!(attacker.call("me", json!({})).await.json(), json!({ "Ok": null }));
    assert_eq!(own.call("me", json!({})).await.json()["Ok"]["email"], "ana@meridian.example");
}

#[tokio::test]
async fn switching_the_company_changes_everything_on_the_page() {
    let server = TestServer::start().await;
    let administrator = server.administrator().await;
    let upload = json!({ "upload": {
        "ca": false, "certificates": certificate("canary.example"), "private_key": null,
        "name": "Canary", "primary": true, "confirmed": []
    } });
    administrator.call("certificates/upload", upload).await;
    let other = server.services.create_account("Borealis", None).await.unwrap();
    let user = NewUser {
        email: "ana@meridian.example".to_owned(),
        name: "Ana Ruiz".to_owned(),
        password: Secret::default(),
        permissions: Permission::ALL.to_vec(),
    };
    assert!(server.services.create_user(&other.id, user).await.unwrap().existed);
    let page = administrator.get(LIST).await;
    assert!(
        page.body.contains("Canary") && page.body.contains("id=\"company-menu\"") && page.body.contains("Borealis")
    );

    assert_eq!(administrator.call("switch-company", json!({ "id": other.id })).await.json(), json!({ "Ok": null }));
    let page = administrator.get(LIST).await;
    assert!(!page.body.contains("Canary") && page.body.contains("Borealis"));
    let me = administrator.call("me", json!({})).await.json();
    assert_eq!(me["Ok"]["company"], "Borealis");
    let unknown = administrator.call("switch-company", json!({ "id": "0".repeat(32) })).await.json();
    assert_eq!(unknown, json!({ "Err": "not_found" }));
}

#[tokio::test]
async fn who_is_removed_sees_nothing_from_then_on() {
    let server = TestServer::start().await;
    let administrator = server.administrator().await;
    let jonas = colleague(&server, &[Permission::CompanySettings]).await;
    assert_eq!(jonas.get(TEAM).await.status, 200);
    let team = administrator.call("team/list", json!({})).await.json();
    let members = team["Ok"]["members"].as_array().unwrap();
    let row = members.iter().find(|member| member["name"] == "Jonas Weber").unwrap();
    let removed = administrator.call("team/remove", json!({ "id": row["id"], "version": row["version"] })).await;
    assert_eq!(removed.json(), json!({ "Ok": null }));
    assert_eq!(jonas.get(TEAM).await.status, 302);
    let refused = jonas.call("team/list", json!({})).await.json();
    assert_eq!(refused, json!({ "Err": "signed_out" }));
}
