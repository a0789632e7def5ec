//! Reading the audit log: who may, what is found, and page after page.

use app::service::{
    AuditChoices, AuditLog, AuditPage, AuditQuery, Certificates, ChainCheck, Error, NewToken, People, Permission,
    Scope, Team, Tokens,
};
use app::timestamp::Timestamp;
use server::services::Door;

use crate::house::{DAY, House, START, account_id, sign_in, stored};

fn actions(page: &AuditPage) -> Vec<&str> {
    page.rows.iter().map(|row| row.action.as_str()).collect()
}

async fn found(door: &Door, query: AuditQuery) -> Vec<i64> {
    door.list_entries(query).await.unwrap().rows.iter().map(|row| row.sequence).collect()
}

fn all() -> AuditQuery {
    AuditQuery::default()
}

#[tokio::test]
async fn who_may_not_reads_nothing() {
    let (house, ana) = House::with_ana().await;
    stored(&ana, "Bank prod").await;
    let nobody = house.nobody();
    assert_eq!(nobody.list_entries(all()).await.unwrap_err(), Error::SignedOut);
    assert_eq!(nobody.audit_choices().await.unwrap_err(), Error::SignedOut);
    let tomas = house.colleague(&ana, "tomas@meridian.example", &[Permission::ManageApiNodes]).await;
    let forbidden = Error::Forbidden { permission: Permission::CompanySettings };
    assert_eq!(tomas.list_entries(all()).await.unwrap_err(), forbidden);
    assert_eq!(tomas.audit_choices().await.unwrap_err(), forbidden);
    assert_eq!(nobody.check_chain().await.unwrap_err(), Error::SignedOut);
    assert_eq!(tomas.check_chain().await.unwrap_err(), forbidden);

    let olga = house.other_company().await;
    let theirs = olga.list_entries(all()).await.unwrap();
    assert_eq!(actions(&theirs), ["session.sign_in", "user.create", "account.create"]);
    let choices = olga.audit_choices().await.unwrap();
    assert!(choices.people.iter().all(|person| person.name != "Ana Ruiz"));
    assert_eq!(choices.actions, ["account.create", "session.sign_in", "user.create"]);
    let own = ana.list_entries(all()).await.unwrap();
    tomas.create_token(NewToken { name: "x".to_owned(), scopes: Vec::new(), days: None }).await.unwrap_err();
    let refused: Vec<_> = ana.list_entries(all()).await.unwrap().rows.into_iter().filter(|row| row.refused).collect();
    let refused: Vec<_> = refused.iter().map(|row| row.action.as_str()).collect();
    assert_eq!(refused, ["token.create", "audit_log.read"], "each kind of them");
    let not_theirs = AuditQuery { object: own.rows.iter().find_map(|row| row.object_id.clone()).unwrap(), ..all() };
    assert_eq!(found(&olga, not_theirs).await, [0; 0]);
}

#[tokio::test]
async fn is_filtered_by_person_action_object_and_time() {
    let (house, ana) = House::with_ana().await;
    let one = stored(&ana, "Bank").await;
    let other = stored(&ana, "Überweisung").await;
    house.clock.pass(DAY);
    let tomas = house.colleague(&ana, "tomas@meridian.example", &Permission::ALL).await;
    tomas.rename(one.id.clone(), 1, "Bank prod".to_owned()).await.unwrap();
    tomas.delete(other.id.clone(), 1).await.unwrap();
    house.clock.pass(DAY);
    let new = NewToken { name: "ci".to_owned(), scopes: vec![Scope::ReadAuditLog], days: None };
    let token = ana.create_token(new).await.unwrap();

    let page = ana.list_entries(all()).await.unwrap();
    assert_eq!(
        actions(&page),
        [
            "token.create",
            "certificate.delete",
            "certificate.rename",
            "session.sign_in",
            "user.create",
            "certificate.upload",
            "certificate.upload",
            "user.create",
            "account.create"
        ]
    );
    assert_eq!(page.next, None);
    assert_eq!(page.rows.iter().map(|row| row.sequence).collect::<Vec<_>>(), [9, 8, 7, 6, 5, 4, 3, 2, 1]);
    assert_eq!(page.rows[2].detail, "was “Bank”");

    let AuditChoices { people, actions } = ana.audit_choices().await.unwrap();
    let names: Vec<_> = people.iter().map(|person| (person.kind.as_str(), person.name.as_str())).collect();
    assert_eq!(names, [("person", "Ana Ruiz"), ("command_line", "signet"), ("person", "Tomás Vidal")]);
    assert_eq!(people[1].key, "command_line");
    assert_eq!(actions.len(), 7);
    let by = |place: usize| AuditQuery { person: people[place].key.clone(), ..all() };
    assert_eq!(found(&ana, by(0)).await, [9, 4, 3, 2, 1]);
    assert_eq!(found(&ana, by(1)).await, [5]);
    assert_eq!(found(&ana, by(2)).await, [8, 7, 6]);

    let action = |action: &str| AuditQuery { action: action.to_owned(), ..all() };
    assert_eq!(found(&ana, action("certificate.upload")).await, [4, 3]);
    assert_eq!(found(&ana, action("certificate")).await, [0; 0]);
    let object = |object: &str| AuditQuery { object: object.to_owned(), ..all() };
    assert_eq!(found(&ana, object(&one.id)).await, [7, 3], "whatever it was called");
    assert_eq!(found(&ana, object(&token.token.id)).await, [9]);
    assert_eq!(found(&ana, object(" bANK ")).await, [7, 3], "under its former name too");
    assert_eq!(found(&ana, object("PROD")).await, [7, 3], "the entry of before the name as well");
    assert_eq!(found(&ana, object("weis")).await, [8, 4]);
    assert_eq!(found(&ana, object("an%p")).await, [0; 0]);
    assert_eq!(found(&ana, object("bank\u{5f}prod")).await, [0; 0]);
    assert_eq!(found(&ana, object("Überweisung")).await, [8, 4]);
    assert_eq!(found(&ana, object("nothing\0 of the kind")).await, [0; 0]);
    assert_eq!(found(&ana, AuditQuery { action: "certificate.rename".to_owned(), ..object(&one.id) }).await, [7]);
    assert_eq!(found(&ana, AuditQuery { action: "certificate.upload".to_owned(), ..by(2) }).await, [0; 0]);

    let time = |from: &str, to: &str| AuditQuery { from: from.to_owned(), to: to.to_owned(), ..all() };
    assert_eq!(found(&ana, time("2026-06-02", "")).await, [9, 8, 7, 6, 5]);
    assert_eq!(found(&ana, time("2026-06-02", "2026-06-02")).await, [8, 7, 6, 5]);
    assert_eq!(found(&ana, time("", "2026-06-01")).await, [4, 3, 2, 1]);
    assert_eq!(found(&ana, time("2026-06-01T12:00:00Z", "2026-06-02T12:00:00Z")).await, [4, 3, 2, 1], "before, not at");
    assert_eq!(found(&ana, AuditQuery { person: people[0].key.clone(), ..time("2026-06-02", "") }).await, [9]);
    for (from, to) in [("2026-06-03", "2026-06-02"), ("2026-06-01T12:00:00Z", "2026-06-01T12:00:00Z")] {
        let Error::Fields { problems } = ana.list_entries(time(from, to)).await.unwrap_err() else { panic!() };
        assert_eq!((problems[0].field.as_str(), problems.len()), ("to", 1), "{from} {to}");
    }
    let Error::Fields { problems } = ana.list_entries(time("yesterday", "2026-02-30")).await.unwrap_err() else {
        panic!()
    };
    assert_eq!(problems.iter().map(|problem| problem.field.as_str()).collect::<Vec<_>>(), ["from", "to"]);

    let script = house.services.token_caller(server::auth::Bearer::Text(token.secret.expose()), None).await.unwrap();
    let script = Door { services: std::sync::Arc::clone(&house.services), caller: script };
    assert_eq!(found(&script, all()).await.len(), 9, "a token with the scope reads it too");
}

#[tokio::test]
async fn comes_in_pages_whatever_is_added_meanwhile() {
    let (house, ana) = House::with_ana().await;
    for _ in 0..60 {
        let again = house.sign_in("ana@meridian.example").await;
        again.sign_out().await.unwrap();
        house.clock.pass(1);
    }
    let first = ana.list_entries(all()).await.unwrap();
    assert_eq!((first.rows.len(), first.rows[0].sequence, first.next), (50, 122, Some(73)));
    house.sign_in("ana@meridian.example").await;
    let second = ana.list_entries(AuditQuery { before: first.next, ..all() }).await.unwrap();
    assert_eq!((second.rows.len(), second.rows[0].sequence, second.next), (50, 72, Some(23)));
    let third = ana.list_entries(AuditQuery { before: second.next, ..all() }).await.unwrap();
    assert_eq!((third.rows.len(), third.rows[0].sequence, third.next), (22, 22, None));

    let filtered = AuditQuery { action: "session.sign_out".to_owned(), limit: 40, ..all() };
    let first = ana.list_entries(filtered.clone()).await.unwrap();
    assert_eq!((first.rows.len(), first.next), (40, Some(44)));
    let second = ana.list_entries(AuditQuery { before: first.next, ..filtered }).await.unwrap();
    assert_eq!((second.rows.len(), second.next), (20, None));
    for made_up in [0, -1, i64::MIN, i64::MAX, 1_000] {
        assert_eq!(found(&ana, AuditQuery { before: Some(made_up), limit: 1, ..all() }).await, [123], "{made_up}");
    }
    assert_eq!(found(&ana, AuditQuery { before: Some(1), ..all() }).await, [0; 0]);
    assert_eq!(found(&ana, AuditQuery { limit: u32::MAX, ..all() }).await.len(), 123);
}

#[tokio::test]
async fn entries_of_a_clock_that_went_back_stand_where_their_time_is() {
    let (house, ana) = House::with_ana().await;
    house.clock.pass(100);
    stored(&ana, "Later").await;
    house.clock.pass(-50);
    stored(&ana, "Earlier").await;
    house.clock.pass(100);
    stored(&ana, "Last").await;
    assert_eq!(found(&ana, all()).await, [5, 3, 4, 2, 1]);
    let mut paged = Vec::new();
    let mut query = AuditQuery { limit: 1, ..all() };
    loop {
        let page = ana.list_entries(query.clone()).await.unwrap();
        paged.extend(page.rows.iter().map(|row| row.sequence));
        if page.next.is_none() {
            break;
        }
        query.before = page.next;
    }
    assert_eq!(paged, [5, 3, 4, 2, 1], "none twice, none left out");
}

#[tokio::test]
async fn the_chain_is_looked_at_once_in_ten_minutes() {
    let (house, ana) = House::with_ana().await;
    let whole = |checked_at: Timestamp, entries: i64| ChainCheck { checked_at, entries, broken_at: None };
    assert_eq!(ana.check_chain().await.unwrap(), whole(START, 2));
    stored(&ana, "Bank prod").await;
    let touched = "update audit_entries set detail = 'x' where chain <> '-' and sequence = 2";
    sqlx::query(touched).execute(&mut house.database().await).await.unwrap();
    house.clock.pass(599);
    assert_eq!(ana.check_chain().await.unwrap(), whole(START, 2));
    house.clock.pass(1);
    let broken = ChainCheck { checked_at: START.plus_seconds(600), entries: 0, broken_at: Some(2) };
    assert_eq!(ana.check_chain().await.unwrap(), broken);
    let olga = house.other_company().await;
    assert_eq!(olga.check_chain().await.unwrap(), whole(START.plus_seconds(600), 3), "each company has its own");
}

#[tokio::test]
async fn sums_that_cannot_be_recorded_are_recorded_later() {
    let (house, _ana) = House::with_ana().await;
    for _ in 0..3 {
        house.nobody().sign_in(sign_in("stranger@example.com", "a wrong password")).await.unwrap_err();
    }
    house.clock.pass(60);
    let broken = "create trigger no_entry before insert on audit_entries begin select raise(abort, 'no'); end";
    sqlx::query(broken).execute(&mut house.database().await).await.unwrap();
    for all in [false, true] {
        assert!(matches!(house.services.write_refusals(all).await, Err(Error::Internal { .. })));
    }
    sqlx::query("drop trigger no_entry").execute(&mut house.database().await).await.unwrap();
    for _ in 0..2 {
        house.services.write_refusals(false).await.unwrap();
        let entries = house.services.store.audit_entries(None, 2, 100).await.unwrap();
        assert_eq!(entries.len(), 1, "once");
        assert_eq!(entries[0].detail, "unknown email address; 3 times in the minute from 1 Jun 2026 at 12:00 UTC");
    }
}

#[tokio::test]
async fn refused_sign_ins_of_strangers_are_summed_up_per_minute_and_address() {
    let (house, ana) = House::with_ana().await;
    let wrong = |email: &str| {
        let (door, request) = (house.nobody(), sign_in(email, "a wrong password"));
        async move { door.sign_in(request).await.unwrap_err() }
    };
    for number in 0..3 {
        assert_eq!(wrong(&format!("stranger{number}@example.com")).await, Error::Credentials);
    }
    for _ in 0..12 {
        wrong("one@example.com").await;
    }
    let strangers = async || house.services.store.audit_entries(None, 2, 100).await.unwrap();
    house.services.write_refusals(false).await.unwrap();
    assert_eq!(strangers().await, [], "the minute is not over");
    house.clock.pass(60);
    wrong("later@example.com").await;
    house.services.write_refusals(false).await.unwrap();
    let mut said: Vec<_> = strangers().await.into_iter().map(|entry| entry.detail).collect();
    said.sort_unstable();
    let minute = "in the minute from 1 Jun 2026 at 12:00 UTC";
    assert_eq!(
        said,
        [format!("too many attempts; 2 times {minute}"), format!("unknown email address; 13 times {minute}")]
    );
    for entry in strangers().await {
        assert_eq!((entry.actor_kind.as_str(), entry.actor_name.as_str()), ("nobody", ""));
        assert_eq!(entry.address.as_deref(), Some(crate::house::ADDRESS));
        assert_eq!((entry.action.as_str(), entry.result.as_str()), ("session.sign_in", "refused"));
        assert_eq!(entry.at, START.plus_seconds(60));
    }
    house.services.write_refusals(true).await.unwrap();
    assert_eq!(strangers().await.len(), 3, "at the end of the program, this minute's too");
    let own = house.services.store.audit_entries(Some(account_id(&ana)), 2, 100).await.unwrap();
    assert_eq!(own, [], "they are nobody's business");
    assert_eq!(server::services::audit::verify_all(&*house.services.store).await.unwrap().len(), 2);
}

#[tokio::test]
async fn too_many_attempts_with_somebodys_address_are_in_that_persons_company_too() {
    let (house, ana) = House::with_ana().await;
    let wrong = |email: &str| {
        let (door, request) = (house.nobody(), sign_in(email, "a wrong password"));
        async move { door.sign_in(request).await.unwrap_err() }
    };
    for _ in 0..13 {
        wrong("Ana@meridian.example").await;
        wrong("nobody@example.com").await;
    }
    house.clock.pass(60);
    house.services.write_refusals(false).await.unwrap();
    let own = house.services.store.audit_entries(Some(account_id(&ana)), 2, 100).await.unwrap();
    let too_many: Vec<_> = own.iter().filter(|entry| entry.detail.starts_with("too many")).collect();
    assert_eq!(too_many.len(), 1, "{own:#?}");
    let entry = too_many[0];
    assert_eq!(entry.detail, "too many attempts; 3 times in the minute from 1 Jun 2026 at 12:00 UTC");
    assert_eq!((entry.action.as_str(), entry.result.as_str()), ("session.sign_in", "refused"));
    assert_eq!((entry.actor_kind.as_str(), entry.object_name.as_str()), ("nobody", "Ana Ruiz"));
    assert_eq!(entry.address.as_deref(), Some(crate::house::ADDRESS));
    let nobodys = house.services.store.audit_entries(None, 2, 100).await.unwrap();
    let all = nobodys.iter().find(|entry| entry.detail.starts_with("too many")).unwrap();
    assert_eq!(all.detail, "too many attempts; 6 times in the minute from 1 Jun 2026 at 12:00 UTC");
}

#[tokio::test]
async fn a_wrong_password_of_somebody_without_a_company_is_counted() {
    let (house, ana) = House::with_ana().await;
    house.colleague(&ana, "tomas@meridian.example", &[]).await;
    let tomas = ana.team().await.unwrap().members.into_iter().find(|member| member.name == "Tomás Vidal").unwrap();
    ana.remove_member(tomas.id, tomas.version).await.unwrap();
    let refused = house.nobody().sign_in(sign_in("tomas@meridian.example", "a wrong password")).await;
    assert_eq!(refused.unwrap_err(), Error::Credentials);
    // It is counted beside the answer.
    for _ in 0..100 {
        house.services.write_refusals(true).await.unwrap();
        let entries = house.services.store.audit_entries(None, 2, 100).await.unwrap();
        if let [entry] = entries.as_slice() {
            let detail =
                "wrong password of a person without a company; 1 time in the minute from 1 Jun 2026 at 12:00 UTC";
            assert_eq!((entry.action.as_str(), entry.detail.as_str()), ("session.sign_in", detail));
            return;
        }
        assert_eq!(entries, []);
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("it is not recorded");
}
