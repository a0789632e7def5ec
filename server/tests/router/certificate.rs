//! The page of one certificate, and its public PEM.

use app::service::Permission;
use http::StatusCode;
use serde_json::json;
use server::services::NewUser;

use crate::client::{Client, PASSWORD, TestServer, certificate};

const LIST: &str = "/company/security/certificates";

async fn uploaded(client: &Client<'_>, name: &str) -> (String, String) {
    let text = certificate("canary.example");
    let upload = json!({ "upload": {
        "ca": false, "certificates": text, "private_key": null, "name": name, "primary": true, "confirmed": []
    } });
    let answer = client.call("certificates/upload", upload).await.json();
    (answer["Ok"]["certificate"]["id"].as_str().unwrap().to_owned(), text)
}

/// Somebody of this company, or of another one.
async fn person<'a>(server: &'a TestServer, other: bool, permissions: &[Permission]) -> Client<'a> {
    let account = if other {
        server.services.create_account("Borealis", None).await.unwrap().id
    } else {
        server.services.store.audit_chains().await.unwrap().into_iter().flatten().next().unwrap()
    };
    let email = if other { "olga@borealis.example" } else { "tomas@meridian.example" };
    let user = NewUser {
        email: email.to_owned(),
        name: "Somebody Else".to_owned(),
        password: PASSWORD.to_owned().into(),
        permissions: permissions.to_vec(),
    };
    server.services.create_user(&account, user).await.unwrap();
    let client = server.client();
    let sign_in = json!({ "request": { "email": email, "password": PASSWORD } });
    assert_eq!(client.call("sign-in", sign_in).await.json(), json!({ "Ok": null }));
    client
}

#[tokio::test]
async fn the_public_pem_is_a_file_without_a_key() {
    let server = TestServer::start().await;
    let ana = server.administrator().await;
    let (id, text) = uploaded(&ana, "Bank “prod”").await;
    let file = ana.get(&format!("{LIST}/{id}/public.pem")).await;
    assert_eq!(file.status, StatusCode::OK);
    assert_eq!(file.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(file.header("x-content-type-options"), "nosniff");
    assert_eq!(file.header("cache-control"), "no-store");
    assert_eq!(
        file.header("content-disposition"),
        "attachment; filename=\"Bank _prod_.pem\"; filename*=UTF-8''Bank%20%E2%80%9Cprod%E2%80%9D.pem"
    );
    let (public, key) = text.split_at(text.find("-----BEGIN PRIVATE KEY").unwrap());
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(lines(&file.body), lines(public));
    let page = ana.get(&format!("{LIST}/{id}")).await;
    for body in [&file.body, &page.body] {
        assert!(!body.contains("PRIVATE KEY"), "{body}");
        assert!(key.lines().filter(|line| line.len() > 20 && !line.starts_with('-')).all(|line| !body.contains(line)));
    }
    assert_eq!(ana.get(&format!("{LIST}/nonsense/public.pem")).await.status, StatusCode::NOT_FOUND);
    let deleted = ana.call("certificates/delete", json!({ "id": id, "version": 1 })).await;
    assert_eq!(deleted.json(), json!({ "Ok": { "moved": 0, "released": [] } }));
    assert_eq!(ana.get(&format!("{LIST}/{id}/public.pem")).await.status, StatusCode::NOT_FOUND);
    let page = ana.get(&format!("{LIST}/{id}")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("This certificate was deleted on"), "{}", page.body);
}

#[tokio::test]
async fn nobody_else_gets_the_page_or_the_pem() {
    let server = TestServer::start().await;
    let ana = server.administrator().await;
    let (id, _text) = uploaded(&ana, "Canary").await;
    let (page, pem) = (format!("{LIST}/{id}"), format!("{LIST}/{id}/public.pem"));
    let found = ana.get(&page).await;
    assert_eq!(found.status, StatusCode::OK);
    assert!(found.body.contains("<title>Canary · Signet</title>"), "{}", found.body);

    let stranger = server.client();
    for path in [&page, &pem] {
        let answer = stranger.get(path).await;
        assert_eq!((answer.status, answer.body.as_str()), (StatusCode::FOUND, ""), "{path}");
        assert!(answer.header("location").starts_with("/sign-in?next="));
    }
    let tomas = person(&server, false, &[Permission::ManageApiNodes]).await;
    let refused = tomas.get(&pem).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.body.contains("settings:company_settings") && !refused.body.contains("BEGIN"), "{refused:?}");
    let answer = tomas.get(&page).await;
    assert!(answer.body.contains("You cannot see this certificate"), "{}", answer.body);
    assert!(!answer.body.contains("anary"), "{}", answer.body);

    let olga = person(&server, true, &Permission::ALL).await;
    let missing = olga.get(&pem).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    assert!(!missing.body.contains("BEGIN"));
    for unknown in [page, format!("{LIST}/00000000-0000-4000-8000-000000000000"), format!("{LIST}/nonsense")] {
        let answer = olga.get(&unknown).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{unknown}");
        assert!(answer.body.contains("There is no such certificate") && !answer.body.contains("anary"), "{unknown}");
    }
}
