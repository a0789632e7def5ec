//! The pages of tokens and audit log, and the log as a file.

use app::service::Permission;
use http::StatusCode;
use serde_json::{Value, json};
use server::services::NewUser;

use crate::client::{Client, PASSWORD, TestServer, certificate};

const EXPORT: &str = "/company/audit-log.csv";

async fn create_token(client: &Client<'_>, name: &str) -> Value {
    let request = json!({ "request": { "name": name, "scopes": ["certificates:write"], "days": 30 } });
    let answer = client.call("tokens/create", request).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    answer.json()["Ok"].clone()
}

/// Tomás, who may use API nodes and nothing else.
async fn tomas(server: &TestServer) -> Client<'_> {
    let account = server.services.store.audit_chains().await.unwrap().into_iter().flatten().next().unwrap();
    let user = NewUser {
        email: "tomas@meridian.example".to_owned(),
        name: "Tomás Vidal".to_owned(),
        password: PASSWORD.to_owned().into(),
        permissions: vec![Permission::ManageApiNodes],
    };
    server.services.create_user(&account, user).await.unwrap();
    let client = server.client();
    let sign_in = json!({ "request": { "email": "tomas@meridian.example", "password": PASSWORD } });
    assert_eq!(client.call("sign-in", sign_in).await.json(), json!({ "Ok": null }));
    client
}

#[tokio::test]
async fn the_secret_of_a_token_is_answered_once() {
    let server = TestServer::start().await;
    let ana = server.administrator().await;
    let created = create_token(&ana, "ci-deploy").await;
    let secret = created["secret"].as_str().unwrap();
    assert!(secret.starts_with("sgn_") && secret.len() == 53);
    let page = ana.get("/company/tokens").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("ci-deploy") && page.body.contains("certificates:write"));
    let list = ana.call("tokens/list", json!({})).await;
    assert_eq!(list.json()["Ok"]["rows"][0]["name"], "ci-deploy");
    for body in [&page.body, &list.body, &ana.get("/company/audit-log").await.body, &ana.get(EXPORT).await.body] {
        assert!(!body.contains(&secret[8..]), "{body}");
    }
    let revoked = ana.call("tokens/revoke", json!({ "id": created["token"]["id"] })).await;
    assert_eq!(revoked.json()["Ok"]["name"], "ci-deploy");
    assert!(!ana.get("/company/tokens").await.body.contains("ci-deploy"));
}

#[tokio::test]
async fn who_may_not_sees_nothing_of_tokens_and_log() {
    let server = TestServer::start().await;
    let ana = server.administrator().await;
    create_token(&ana, "canary-token").await;
    let tomas = tomas(&server).await;
    for path in ["/company/tokens", "/company/audit-log"] {
        let page = tomas.get(path).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("settings:company_settings"), "{path}");
        assert!(!page.body.contains("canary") && !page.body.contains("Created the company"), "{path}");
        // Of the others only who can give the permission is named.
        assert!(page.body.contains("href=\"mailto:ana@meridian.example\">Ana Ruiz<"), "{path}: {}", page.body);
    }
    let refused = tomas.get(EXPORT).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.body.contains("settings:company_settings") && !refused.body.contains("Ana"), "{refused:?}");
    let stranger = server.client();
    for path in ["/company/tokens", "/company/audit-log", EXPORT] {
        let answer = stranger.get(path).await;
        assert_eq!((answer.status, answer.body.as_str()), (StatusCode::FOUND, ""), "{path}");
        assert!(answer.header("location").starts_with("/sign-in?next="));
    }
    let query = json!({ "query": {
        "person": "", "action": "", "object": "", "from": "", "to": "", "before": null, "limit": 0
    } });
    let new = json!({ "request": { "name": "x", "scopes": [], "days": null } });
    let forbidden = json!({ "forbidden": { "permission": "settings:company_settings" } });
    for (client, refusal) in [(&stranger, json!("signed_out")), (&tomas, forbidden)] {
        for (function, arguments) in [
            ("tokens/list", json!({})),
            ("tokens/create", new.clone()),
            ("tokens/revoke", json!({ "id": "x" })),
            ("audit-log/list", query.clone()),
            ("audit-log/choices", json!({})),
            ("audit-log/check", json!({})),
        ] {
            assert_eq!(client.call(function, arguments).await.json()["Err"], refusal, "{function}");
        }
    }
}

#[tokio::test]
async fn the_log_is_a_file_that_no_spreadsheet_computes() {
    let server = TestServer::start().await;
    let ana = server.administrator().await;
    let upload = json!({ "upload": {
        "ca": false, "certificates": certificate("canary.example"), "private_key": null,
        "name": "=HYPERLINK(\"https://evil.example\",\"x\")", "primary": false, "confirmed": []
    } });
    assert_eq!(ana.call("certificates/upload", upload).await.json()["Ok"]["certificate"]["ca"], false);

    let file = ana.get(EXPORT).await;
    assert_eq!(file.status, StatusCode::OK);
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8; header=present");
    let disposition = file.header("content-disposition");
    assert!(
        disposition.starts_with("attachment; filename=\"audit-log-20") && disposition.ends_with(".csv\""),
        "{disposition}"
    );
    assert_eq!(file.header("cache-control"), "no-store");
    assert_eq!(file.header("x-content-type-options"), "nosniff");
    let body = file.body.strip_prefix('\u{FEFF}').expect("a byte-order mark, so that Excel reads UTF-8");
    let lines: Vec<&str> = body.split_terminator("\r\n").collect();
    assert_eq!(lines[0], "entry,time,who,who_kind,who_id,address,action,object,object_id,result,details,hash");
    assert_eq!(lines.len(), 4, "{lines:#?}");
    let cell = ",certificate.upload,\"'=HYPERLINK(\"\"https://evil.example\"\",\"\"x\"\")\",";
    assert!(
        lines[1].starts_with("3,20") && lines[1].contains(",Ana Ruiz,person,") && lines[1].contains(cell),
        "{}",
        lines[1]
    );
    assert!(lines[3].starts_with("1,20") && lines[3].contains(",account.create,Meridian Retail,"), "{}", lines[3]);

    let filtered = ana.get(&format!("{EXPORT}?action=user.create&before=1&unknown=x")).await;
    assert_eq!(filtered.body.lines().count(), 2, "{}", filtered.body);
    assert_eq!(ana.get(&format!("{EXPORT}?from=2000-01-01&to=2000-01-02")).await.body.lines().count(), 1);
    assert_eq!(ana.get(&format!("{EXPORT}?from=nonsense")).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_long_log_is_sent_to_its_end() {
    let server = TestServer::start().await;
    let ana = server.administrator().await;
    let account = server.services.store.audit_chains().await.unwrap().into_iter().flatten().next().unwrap();
    let door = server::services::Door {
        services: std::sync::Arc::clone(&server.services),
        caller: server::services::Caller::new(server::services::Who::CommandLine { account_id: account }, None),
    };
    for _ in 0..1_100 {
        let request = app::service::NewToken {
            name: "x".to_owned(),
            scopes: vec![app::service::Scope::ReadAuditLog],
            days: None,
        };
        let created = app::service::Tokens::create_token(&door, request).await.unwrap();
        app::service::Tokens::revoke_token(&door, created.token.id).await.unwrap();
    }
    let file = ana.get(EXPORT).await;
    let numbers: Vec<u32> =
        file.body.lines().skip(1).map(|line| line.split(',').next().unwrap().parse().unwrap()).collect();
    assert_eq!(numbers.len(), 2_202);
    assert!(numbers.is_sorted_by(|one, other| *one > *other), "each once, newest first");
}

#[tokio::test]
async fn the_page_finds_what_its_address_asks_for() {
    let server = TestServer::start().await;
    let ana = server.administrator().await;
    create_token(&ana, "ci-deploy").await;
    let page = async |query: &str| ana.get(&format!("/company/audit-log{query}")).await.body;
    let all = page("").await;
    assert!(all.contains("Created a token") && all.contains("Created the company"));
    let one = page("?action=token.create").await;
    assert!(one.contains("<strong>Created a token") && !one.contains("<strong>Created the company"));
    assert!(page("?object=ci-deploy").await.contains("<strong>Created a token"));
    assert!(page("?object=nothing").await.contains("Nothing found"));
    let wrong = page("?from=nonsense").await;
    assert!(wrong.contains("This is not a date."), "{wrong}");
    assert!(page("?from=2000-01-01&to=2000-01-01").await.contains("Nothing found"));
}
