//! API tokens: who makes them, what they open, and when they end.

use app::service::{
    AuditLog, AuditQuery, Certificates, CreatedToken, Error, FieldProblem, ListQuery, NewToken, People, Permission,
    Scope, Tokens,
};
use server::auth::{Bearer, read_bearer};
use server::services::{Caller, Door, Unauthenticated, Who};

use crate::database::TestDatabase;
use crate::files::Files;
use crate::house::{ADDRESS, DAY, House, START, account_id, stored, upload};

fn new_token(name: &str, scopes: &[Scope], days: Option<u32>) -> NewToken {
    NewToken { name: name.to_owned(), scopes: scopes.to_vec(), days }
}

async fn created(door: &Door, scopes: &[Scope], days: Option<u32>) -> CreatedToken {
    door.create_token(new_token("ci-deploy", scopes, days)).await.unwrap()
}

impl House {
    /// Whoever calls with this secret.
    async fn with_token(&self, secret: &str) -> Result<Door, Unauthenticated> {
        let header = format!("Bearer {secret}");
        let bearer = read_bearer(std::iter::once(header.as_bytes()));
        let caller = self.services.token_caller(bearer, Some(ADDRESS.parse().unwrap())).await?;
        Ok(Door { services: std::sync::Arc::clone(&self.services), caller })
    }

    fn command_line(&self, account_id: &str) -> Door {
        let who = Who::CommandLine { account_id: account_id.to_owned() };
        Door { services: std::sync::Arc::clone(&self.services), caller: Caller::new(who, None) }
    }

    /// What the log of this company says was refused: actor, action, detail.
    async fn refused(&self, account_id: Option<&str>) -> Vec<(String, String, String)> {
        let entries = self.services.store.audit_entries(account_id, 0, 1000).await.unwrap();
        let refused = entries.into_iter().filter(|entry| entry.result == "refused");
        refused.map(|entry| (entry.actor_name, entry.action, entry.detail)).collect()
    }
}

#[tokio::test]
async fn a_token_is_created_used_and_revoked() {
    let (house, ana) = House::with_ana().await;
    let CreatedToken { token, secret } =
        created(&ana, &[Scope::WriteCertificates, Scope::ReadAuditLog, Scope::ReadAuditLog], Some(90)).await;
    assert_eq!(token.name, "ci-deploy");
    assert_eq!(token.id.len(), 32);
    assert_eq!(token.scopes, [Scope::ReadAuditLog, Scope::WriteCertificates], "each once, in order");
    assert_eq!((token.created_at, token.created_by.as_str()), (START, "Ana Ruiz"));
    assert_eq!((token.expires_at, token.used_at), (Some(START.plus_seconds(90 * DAY)), None));
    assert!(secret.expose().starts_with(&token.beginning) && token.beginning.len() == 8);
    assert_eq!(ana.list_tokens().await.unwrap().rows, std::slice::from_ref(&token));

    let script = house.with_token(secret.expose()).await.unwrap();
    let Who::Token(holder) = &script.caller.who else { panic!() };
    assert_eq!((&holder.id, holder.account_id.as_str()), (&token.id, account_id(&ana)));
    let row = stored(&script, "By the script").await;
    assert_eq!(script.list(ListQuery::default()).await.unwrap().rows, [row]);
    assert_eq!(script.me().await.unwrap(), None, "a token is nobody to the pages");

    assert_eq!(ana.revoke_token(token.id.clone()).await.unwrap().id, token.id);
    assert_eq!(ana.list_tokens().await.unwrap().rows, []);
    assert_eq!(ana.revoke_token(token.id.clone()).await.unwrap_err(), Error::NotFound, "once");
    assert_eq!(house.with_token(secret.expose()).await.err(), Some(Unauthenticated::Unknown));

    let entries = house.services.store.audit_entries(Some(account_id(&ana)), 2, 100).await.unwrap();
    let said: Vec<_> = entries
        .iter()
        .map(|entry| {
            (entry.actor_kind.as_str(), entry.actor_name.as_str(), entry.action.as_str(), entry.result.as_str())
        })
        .collect();
    assert_eq!(
        said,
        [
            ("person", "Ana Ruiz", "token.create", "done"),
            ("token", "ci-deploy", "certificate.upload", "done"),
            ("person", "Ana Ruiz", "token.revoke", "done"),
            ("person", "Ana Ruiz", "token.revoke", "refused"),
            ("token", "ci-deploy", "token.use", "refused"),
        ]
    );
    assert_eq!(entries[0].detail, "audit_log:read, certificates:write; until 30 Aug 2026 at 12:00 UTC");
    assert_eq!(entries[3].detail, "the company has nothing with this id");
    assert_eq!(entries[4].detail, "the token was revoked on 1 Jun 2026");
    assert!(entries.iter().all(|entry| entry.address.as_deref() == Some(ADDRESS)));
    assert!(
        entries[..3]
            .iter()
            .filter(|entry| entry.action.starts_with("token."))
            .all(|entry| entry.object_id.as_ref() == Some(&token.id))
    );
}

#[tokio::test]
async fn another_server_on_sqlite_refuses_it_from_the_moment_when_it_is_revoked() {
    revoked_by_another_server(TestDatabase::sqlite()).await;
}

#[tokio::test]
async fn another_server_on_postgres_refuses_it_from_the_moment_when_it_is_revoked() {
    revoked_by_another_server(TestDatabase::postgres().await).await;
}

async fn revoked_by_another_server(database: TestDatabase) {
    let (house, ana) = House::with_ana_on(&database.url).await;
    let other = house.beside(&database.url).await;
    for _ in 0..3 {
        let CreatedToken { token, secret } = created(&ana, &[Scope::ReadCertificates], None).await;
        for _ in 0..3 {
            assert!(other.with_token(secret.expose()).await.is_ok());
        }
        ana.revoke_token(token.id.clone()).await.unwrap();
        assert_eq!(other.with_token(secret.expose()).await.err(), Some(Unauthenticated::Unknown));
    }
    for house in [house, other] {
        house.services.store.close().await;
    }
    database.remove().await;
}

#[tokio::test]
async fn the_secret_is_nowhere_afterwards() {
    let (house, ana) = House::with_ana().await;
    let CreatedToken { secret, .. } = created(&ana, &Scope::ALL, None).await;
    let list = format!("{:?}", ana.list_tokens().await.unwrap());
    let log = format!("{:?}", ana.list_entries(AuditQuery::default()).await.unwrap());
    house.services.store.close().await;
    let file = std::fs::read(house.file()).unwrap();
    let body = secret.expose().strip_prefix("sgn_").unwrap();
    for part in body.as_bytes().windows(12) {
        let part_text = std::str::from_utf8(part).unwrap();
        assert!(!list.contains(part_text) && !log.contains(part_text));
        assert!(!file.windows(part.len()).any(|window| window == part), "in the database");
    }
}

#[tokio::test]
async fn what_is_typed_is_checked_field_by_field() {
    let (_house, ana) = House::with_ana().await;
    let problem = |field: &str, message: &str| FieldProblem { field: field.to_owned(), message: message.to_owned() };
    let problems = vec![
        problem("name", "Enter a name, for example of the script that will use the token."),
        problem("scopes", "Choose at least one thing that the token may do."),
        problem("days", "Choose 1 to 3650 days, or no end."),
    ];
    assert_eq!(ana.create_token(new_token(" ", &[], Some(0))).await.unwrap_err(), Error::Fields { problems });
    for (name, days) in [("a\u{202E}b", Some(1)), ("a\nb", Some(1)), (&"x".repeat(65), Some(1)), ("x", Some(3651))] {
        let refused = ana.create_token(new_token(name, &[Scope::ReadCertificates], days)).await.unwrap_err();
        assert!(matches!(&refused, Error::Fields { problems } if problems.len() == 1), "{name:?}: {refused:?}");
    }
    assert_eq!(ana.list_tokens().await.unwrap().rows, []);
}

#[tokio::test]
async fn only_who_has_the_permission_has_tokens() {
    let (house, ana) = House::with_ana().await;
    let id = created(&ana, &[Scope::ReadCertificates], None).await.token.id;
    let every_scope = created(&ana, &Scope::ALL, None).await;
    let forbidden = Error::Forbidden { permission: Permission::CompanySettings };
    let tomas = house.colleague(&ana, "tomas@meridian.example", &[Permission::ManageApiNodes]).await;
    let script = house.with_token(every_scope.secret.expose()).await.unwrap();
    for (door, refusal) in [(house.nobody(), &Error::SignedOut), (tomas, &forbidden), (script, &forbidden)] {
        assert_eq!(&door.list_tokens().await.unwrap_err(), refusal);
        assert_eq!(&door.create_token(new_token("x", &[Scope::ReadCertificates], None)).await.unwrap_err(), refusal);
        assert_eq!(&door.revoke_token(id.clone()).await.unwrap_err(), refusal);
    }
    assert_eq!(ana.list_tokens().await.unwrap().rows.len(), 2, "nothing has changed");
    let refused = |who: &str, action: &str| {
        let detail = "without the permission settings:company_settings";
        (who.to_owned(), action.to_owned(), detail.to_owned())
    };
    assert_eq!(
        house.refused(Some(account_id(&ana))).await,
        [
            refused("Tomás Vidal", "token.read"),
            refused("Tomás Vidal", "token.create"),
            refused("Tomás Vidal", "token.revoke"),
            refused("ci-deploy", "token.read"),
            refused("ci-deploy", "token.create"),
            refused("ci-deploy", "token.revoke"),
        ]
    );
    // The command line of the server's machine may.
    let command_line = house.command_line(account_id(&ana));
    assert_eq!(
        command_line.create_token(new_token("x", &[Scope::ReadCertificates], None)).await.unwrap().token.created_by,
        "signet"
    );
    assert_eq!(command_line.revoke_token(id.clone()).await.unwrap().id, id);
}

#[tokio::test]
async fn tokens_of_another_company_do_not_exist() {
    let (house, ana) = House::with_ana().await;
    let CreatedToken { token, secret } = created(&ana, &Scope::ALL, None).await;
    let row = stored(&ana, "Bank prod").await;
    let olga = house.other_company().await;
    assert_eq!(olga.list_tokens().await.unwrap().rows, []);
    assert_eq!(olga.revoke_token(token.id.clone()).await.unwrap_err(), Error::NotFound);
    assert!(house.with_token(secret.expose()).await.is_ok(), "it is not revoked");
    for id in ["", "x", &token.id.to_uppercase(), "6b1f5a0e-6f53-4a36-9d8f-0d4b2ef5a111", "\0", &"0".repeat(32)] {
        assert_eq!(ana.revoke_token(id.to_owned()).await.unwrap_err(), Error::NotFound, "{id:?}");
    }

    let other = created(&olga, &Scope::ALL, None).await;
    let script = house.with_token(other.secret.expose()).await.unwrap();
    assert_eq!(script.list(ListQuery::default()).await.unwrap().total.number, 0);
    assert_eq!(script.rename(row.id.clone(), 1, "x".to_owned()).await, Err(Error::NotFound));
    assert_eq!(script.delete(row.id.clone(), 1).await, Err(Error::NotFound));
    let log = script.list_entries(AuditQuery::default()).await.unwrap();
    assert!(log.rows.iter().all(|row| row.actor_name != "Ana Ruiz"));
}

#[tokio::test]
async fn a_missing_scope_is_named_and_recorded_once_a_minute() {
    let (house, ana) = House::with_ana().await;
    let row = stored(&ana, "Bank prod").await;
    let id = || row.id.clone();
    let secret = created(&ana, &[Scope::ReadCertificates], None).await.secret;
    let reader = house.with_token(secret.expose()).await.unwrap();
    assert_eq!(reader.list(ListQuery::default()).await.unwrap().total.number, 1);
    let missing = |scope| Error::MissingScope { scope };
    for _ in 0..3 {
        let write = missing(Scope::WriteCertificates);
        assert_eq!(reader.known(app::service::KnownQuery::default()).await.unwrap_err(), write);
        assert_eq!(reader.upload(upload(&Files::leaf("x"), "x")).await.unwrap_err(), write);
        assert_eq!(reader.rename(id(), 1, "x".to_owned()).await.unwrap_err(), write);
        assert_eq!(reader.set_primary(id(), 1).await.unwrap_err(), write);
        assert_eq!(reader.remove_primary(id(), 1).await.unwrap_err(), write);
        assert_eq!(reader.delete(id(), 1).await.unwrap_err(), write);
        assert_eq!(reader.restore(id()).await.unwrap_err(), write);
    }
    assert_eq!(reader.list_entries(AuditQuery::default()).await.unwrap_err(), missing(Scope::ReadAuditLog));
    assert_eq!(reader.audit_choices().await.unwrap_err(), missing(Scope::ReadAuditLog));
    assert_eq!(ana.list(ListQuery::default()).await.unwrap().rows, std::slice::from_ref(&row), "nothing has changed");

    let refused = house.refused(Some(account_id(&ana))).await;
    let without = "without the scope certificates:write";
    let actions = ["read", "upload", "rename", "set_primary", "remove_primary", "delete", "restore"];
    let entry = |action: String, without: &str| ("ci-deploy".to_owned(), action, without.to_owned());
    let mut at_once: Vec<_> = actions.map(|action| entry(format!("certificate.{action}"), without)).into();
    at_once.push(entry("audit_log.read".to_owned(), "without the scope audit_log:read"));
    assert_eq!(refused, at_once);
    house.services.write_refusals(false).await.unwrap();
    assert_eq!(house.refused(Some(account_id(&ana))).await.len(), 8, "the minute is not over");
    house.clock.pass(60);
    house.services.write_refusals(false).await.unwrap();
    house.services.write_refusals(false).await.unwrap();
    let summed_up: Vec<_> = house.refused(Some(account_id(&ana))).await.split_off(8);
    assert_eq!(summed_up.len(), 8);
    for (actor, action, detail) in summed_up {
        assert_eq!(actor, "ci-deploy");
        let sum = if action == "audit_log.read" {
            "without the scope audit_log:read; 1 more time".to_owned()
        } else {
            format!("{without}; 2 more times")
        };
        assert_eq!(detail, format!("{sum} in the minute from 1 Jun 2026 at 12:00 UTC"));
    }

    for scopes in [&[Scope::WriteApiNodes, Scope::CallApiNodes, Scope::ReadAuditLog][..], &[Scope::ReadApiNodes]] {
        let secret = created(&ana, scopes, None).await.secret;
        let other = house.with_token(secret.expose()).await.unwrap();
        assert_eq!(other.list(ListQuery::default()).await.unwrap_err(), missing(Scope::ReadCertificates));
    }
    let secret = created(&ana, &[Scope::WriteCertificates], None).await.secret;
    let writer = house.with_token(secret.expose()).await.unwrap();
    assert_eq!(writer.list(ListQuery::default()).await.unwrap().total.number, 1, "write includes read");
    writer.rename(id(), 1, "Renamed by a token".to_owned()).await.unwrap();
    let stale = ana.rename(id(), 1, "x".to_owned()).await.unwrap_err();
    assert!(matches!(stale, Error::Stale { by: Some(by), .. } if by == "ci-deploy"));
}

#[tokio::test]
async fn expired_revoked_and_unknown_are_answered_alike_and_malformed_is_not() {
    let (house, ana) = House::with_ana().await;
    let short = created(&ana, &[Scope::ReadCertificates], Some(1)).await;
    let endless = created(&ana, &[Scope::ReadCertificates], None).await;
    house.clock.pass(DAY - 1);
    assert!(house.with_token(short.secret.expose()).await.is_ok());
    house.clock.pass(1);
    let unknown = |door: Result<Door, Unauthenticated>| door.err();
    assert_eq!(unknown(house.with_token(short.secret.expose()).await), Some(Unauthenticated::Unknown), "expired");
    assert!(house.with_token(endless.secret.expose()).await.is_ok());
    let other_house = House::with_ana().await;
    let elsewhere = created(&other_house.1, &Scope::ALL, None).await;
    let mut typing_error = endless.secret.expose().to_owned();
    typing_error.replace_range(10..11, if typing_error.as_bytes()[10] == b'x' { "y" } else { "x" });
    for text in [elsewhere.secret.expose(), &typing_error, "sgn_", "nonsense", &"A".repeat(5_000)] {
        assert_eq!(unknown(house.with_token(text).await), Some(Unauthenticated::Unknown), "{text}");
    }
    let call = async |bearer| house.services.token_caller(bearer, None).await.err();
    assert_eq!(call(Bearer::Missing).await, Some(Unauthenticated::Missing));
    assert_eq!(call(Bearer::Malformed).await, Some(Unauthenticated::Malformed));

    let ana = house.sign_in("ana@meridian.example").await;
    let refused = house.refused(Some(account_id(&ana))).await;
    let expired = ("ci-deploy".to_owned(), "token.use".to_owned(), "the token expired on 2 Jun 2026".to_owned());
    assert_eq!(refused, [expired]);
    assert!(
        ana.list_tokens()
            .await
            .unwrap()
            .rows
            .iter()
            .any(|row| row.id == short.token.id && row.is_expired(START.plus_seconds(DAY)))
    );
    // A whole token that is not known, and what is none: both are strangers.
    house.services.write_refusals(true).await.unwrap();
    let strangers = house.refused(None).await;
    let detail = "not a token of this server; 5 times in the minute from 2 Jun 2026 at 12:00 UTC".to_owned();
    assert_eq!(strangers, [(String::new(), "token.use".to_owned(), detail)]);
}

#[tokio::test]
async fn the_last_use_is_noted_to_the_minute() {
    let (house, ana) = House::with_ana().await;
    let CreatedToken { token, secret } = created(&ana, &[Scope::ReadCertificates], None).await;
    let used_at = async || ana.list_tokens().await.unwrap().rows[0].used_at;
    assert_eq!(used_at().await, None);
    house.clock.pass(59);
    house.with_token(secret.expose()).await.unwrap();
    assert_eq!(used_at().await, Some(START), "the minute, not the second");
    let by_hand = sqlx::query("update tokens set used_at = used_at - 1 where id = ?1").bind(&token.id);
    by_hand.execute(&mut house.database().await).await.unwrap();
    house.with_token(secret.expose()).await.unwrap();
    assert_eq!(used_at().await, Some(START));
    house.clock.pass(1);
    for _ in 0..3 {
        house.with_token(secret.expose()).await.unwrap();
        assert_eq!(used_at().await, Some(START.plus_seconds(60)));
    }
    // Within the same minute nothing is written: whoever holds the database keeps nobody waiting.
    let mut database = house.database().await;
    sqlx::query("begin immediate").execute(&mut database).await.unwrap();
    let used = tokio::time::timeout(std::time::Duration::from_secs(2), house.with_token(secret.expose())).await;
    used.unwrap().unwrap();
    sqlx::query("rollback").execute(&mut database).await.unwrap();
}

#[tokio::test]
async fn a_company_has_five_hundred_tokens_at_most() {
    let (_house, ana) = House::with_ana().await;
    let mut last = String::new();
    for _ in 0..500 {
        last = created(&ana, &[Scope::ReadCertificates], None).await.token.id;
    }
    let refused = ana.create_token(new_token("one more", &[Scope::ReadCertificates], None)).await.unwrap_err();
    assert!(matches!(&refused, Error::Fields { problems } if problems[0].field == "name"), "{refused:?}");
    ana.revoke_token(last).await.unwrap();
    created(&ana, &[Scope::ReadCertificates], None).await;
}

#[tokio::test]
async fn nothing_is_created_without_its_entry() {
    let (house, ana) = House::with_ana().await;
    let id = created(&ana, &[Scope::ReadCertificates], None).await.token.id;
    // The chain's end is set back, so that nothing can be appended.
    let broken = "create trigger no_entry before insert on audit_entries begin select raise(abort, 'no'); end";
    sqlx::query(broken).execute(&mut house.database().await).await.unwrap();
    let failed = ana.create_token(new_token("x", &[Scope::ReadCertificates], None)).await.unwrap_err();
    assert!(matches!(failed, Error::Internal { .. }), "{failed}");
    assert!(matches!(ana.revoke_token(id.clone()).await.unwrap_err(), Error::Internal { .. }));
    let rows = ana.list_tokens().await.unwrap().rows;
    assert_eq!(rows.iter().map(|row| &row.id).collect::<Vec<_>>(), [&id]);
}
