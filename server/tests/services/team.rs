//! The team: invitations, permissions, and that somebody is left who administers the company.

use app::service::{
    AcceptInvitation, Certificates, Error, InvitationFacts, Invite, ListQuery, MemberRow, OwnAccount, People,
    Permission, Team,
};
use server::services::{Caller, Door, Who};

use crate::house::{DAY, House, PASSWORD, account_id, is_signed_in, secret, sign_in, stored};

const ADMINISTER: Permission = Permission::CompanySettings;
const NODES: Permission = Permission::ManageApiNodes;

/// Every verb of the team, on this member and this invitation, each with what it answers to somebody who may not.
async fn refusals_of_all(door: &Door, member: &str, invitation: &str) -> Vec<(&'static str, Error)> {
    vec![
        ("team", door.team().await.unwrap_err()),
        ("invite", door.invite(invite("new@meridian.example", &[])).await.unwrap_err()),
        ("revoke_invitation", door.revoke_invitation(invitation.to_owned()).await.unwrap_err()),
        ("change_permissions", door.change_permissions(member.to_owned(), 1, Vec::new()).await.unwrap_err()),
        ("remove_member", door.remove_member(member.to_owned(), 1).await.unwrap_err()),
        ("end_sessions", door.end_sessions(member.to_owned()).await.unwrap_err()),
    ]
}

#[tokio::test]
async fn strangers_and_people_without_the_permission_change_nothing() {
    let (house, ana) = House::with_ana().await;
    let invited = ana.invite(invite("jo@meridian.example", &[])).await.unwrap().invitation;
    let tomas = house.colleague(&ana, "tomas@meridian.example", &[NODES]).await;
    let before = ana.team().await.unwrap();
    let ana_id = user_id(&ana);
    for (verb, refusal) in refusals_of_all(&house.nobody(), &ana_id, &invited.id).await {
        assert_eq!(refusal, Error::SignedOut, "{verb}");
    }
    for (verb, refusal) in refusals_of_all(&tomas, &ana_id, &invited.id).await {
        assert_eq!(refusal, Error::Forbidden { permission: ADMINISTER }, "{verb}");
    }
    assert_eq!(ana.team().await.unwrap(), before);
    let refused: Vec<_> =
        actions(&house, &ana).await.into_iter().filter(|(_action, result)| result == "refused").collect();
    assert_eq!(refused.len(), 6, "each attempt to change something, and the look, is recorded: {refused:?}");
}

#[tokio::test]
async fn who_loses_the_permission_while_asking_changes_nothing() {
    let (house, ana) = House::with_ana().await;
    let invited = ana.invite(invite("jo@meridian.example", &[])).await.unwrap().invitation;
    // As a request that began before the permission was taken.
    let tomas = house.colleague(&ana, "tomas@meridian.example", &[ADMINISTER]).await;
    let row = member(&ana, "tomas@meridian.example").await;
    ana.change_permissions(row.id, 1, vec![NODES]).await.unwrap();
    let before = ana.team().await.unwrap();
    let (ana_id, forbidden) = (user_id(&ana), Error::Forbidden { permission: ADMINISTER });
    assert_eq!(tomas.invite(invite("eve@meridian.example", &[ADMINISTER])).await.unwrap_err(), forbidden);
    assert_eq!(tomas.revoke_invitation(invited.id).await.unwrap_err(), forbidden);
    assert_eq!(tomas.change_permissions(ana_id.clone(), 1, Vec::new()).await.unwrap_err(), forbidden);
    assert_eq!(tomas.remove_member(ana_id.clone(), 1).await.unwrap_err(), forbidden);
    assert_eq!(tomas.end_sessions(ana_id).await.unwrap_err(), forbidden);
    assert_eq!(ana.team().await.unwrap(), before);
}

#[tokio::test]
async fn nobody_reaches_into_another_company() {
    let (house, ana) = House::with_ana().await;
    let invited = ana.invite(invite("jo@meridian.example", &[])).await.unwrap().invitation;
    let olga = house.other_company().await;
    let before = ana.team().await.unwrap();
    let id = || user_id(&ana);
    assert_eq!(olga.revoke_invitation(invited.id).await, Err(Error::NotFound));
    assert_eq!(olga.change_permissions(id(), 1, Vec::new()).await, Err(Error::NotFound));
    assert_eq!(olga.remove_member(id(), 1).await, Err(Error::NotFound));
    assert_eq!(olga.end_sessions(id()).await, Err(Error::NotFound));
    assert_eq!(ana.team().await.unwrap(), before);
    assert_eq!(olga.team().await.unwrap().members.len(), 1);
    assert_eq!(olga.switch_company(account_id(&ana).to_owned()).await, Err(Error::NotFound));
    assert_eq!(olga.switch_company("x".to_owned()).await, Err(Error::NotFound));
}

#[tokio::test]
async fn the_command_line_may_all_of_it_but_is_nobody_itself() {
    let (house, ana) = House::with_ana().await;
    house.colleague(&ana, "tomas@meridian.example", &[]).await;
    let caller = Caller::new(Who::CommandLine { account_id: account_id(&ana).to_owned() }, None);
    let console = Door { services: house.services.clone(), caller };
    let tomas = member(&console, "tomas@meridian.example").await;
    let changed = console.change_permissions(tomas.id.clone(), 1, vec![NODES, NODES]).await.unwrap();
    assert_eq!((changed.permissions, changed.version), (vec![NODES], 2));
    assert_eq!(console.end_sessions(tomas.id.clone()).await, Ok(1));
    console.remove_member(tomas.id, 2).await.unwrap();
    let ana_row = member(&console, "ana@meridian.example").await;
    assert_eq!(console.remove_member(ana_row.id, ana_row.version).await, Err(Error::LastAdministrator));
    assert_eq!(console.switch_company(account_id(&ana).to_owned()).await, Err(Error::SignedOut));
    assert_eq!(console.whom_to_ask(ADMINISTER).await, Err(Error::SignedOut));
    assert_eq!(console.sign_out_everywhere().await.unwrap_err(), Error::SignedOut);
}

#[tokio::test]
async fn an_invitation_is_accepted_once() {
    let (house, ana) = House::with_ana().await;
    let invited = ana.invite(invite(" Jo@Meridian.example", &[NODES])).await.unwrap();
    let token = invited.token.expose().to_owned();
    assert_eq!(format!("{:?}", invited.token), "OneTimeToken(…)");
    assert_eq!(invited.invitation.email, "jo@meridian.example");
    assert_eq!(ana.team().await.unwrap().invitations, [invited.invitation]);

    let nobody = house.nobody();
    let facts = nobody.check_invitation(secret(&token)).await.unwrap();
    let expected = InvitationFacts {
        company: "Meridian Retail".to_owned(),
        email: "jo@meridian.example".to_owned(),
        invited_by: "Ana Ruiz".to_owned(),
        known: false,
        you: false,
        signed_in_as: None,
    };
    assert_eq!(facts, expected);
    let cookie = nobody.accept_invitation(accept(&token, "Jo Park", PASSWORD)).await.unwrap();
    let jo = house.with_cookie(&cookie.0).await;
    let me = jo.me().await.unwrap().unwrap();
    assert_eq!((me.name.as_str(), me.company.as_str(), me.permissions), ("Jo Park", "Meridian Retail", vec![NODES]));
    assert!(ana.team().await.unwrap().invitations.is_empty());
    assert!(is_signed_in(&house.sign_in("jo@meridian.example").await));

    assert_eq!(nobody.check_invitation(secret(&token)).await, Err(Error::Invitation));
    let replayed = nobody.accept_invitation(accept(&token, "Eve", "another long password")).await;
    assert_eq!(replayed.unwrap_err(), Error::Invitation);
    assert!(actions(&house, &ana).await.contains(&("invitation.accept".to_owned(), "done".to_owned())));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_who_accept_at_once_one_comes_in() {
    let (house, ana) = House::with_ana().await;
    let token = ana.invite(invite("jo@meridian.example", &[])).await.unwrap().token.expose().to_owned();
    let attempts = ["Jo Park", "Eve"].map(|name| {
        let (door, request) = (house.nobody(), accept(&token, name, PASSWORD));
        tokio::spawn(async move { door.accept_invitation(request).await.is_ok() })
    });
    let mut came_in = 0;
    for attempt in attempts {
        came_in += usize::from(attempt.await.unwrap());
    }
    assert_eq!((came_in, ana.team().await.unwrap().members.len()), (1, 2));
}

#[tokio::test]
async fn invitations_end() {
    let (house, ana) = House::with_ana().await;
    let nobody = house.nobody();
    let ask = async |token: &str| nobody.check_invitation(secret(token)).await.map(|facts| facts.email);
    for made_up in ["", "x", &"A".repeat(43)] {
        assert_eq!(ask(made_up).await, Err(Error::Invitation), "{made_up}");
    }
    let first = ana.invite(invite("jo@meridian.example", &[])).await.unwrap();
    let renewed = Invite { replaces: Some(first.invitation.id.clone()), ..invite("jo@meridian.example", &[NODES]) };
    let second = ana.invite(renewed.clone()).await.unwrap();
    assert_eq!(ask(first.token.expose()).await, Err(Error::Invitation), "replaced");
    assert!(ask(second.token.expose()).await.is_ok());
    ana.revoke_invitation(second.invitation.id.clone()).await.unwrap();
    assert_eq!(ask(second.token.expose()).await, Err(Error::Invitation), "revoked");
    assert_eq!(ana.revoke_invitation(second.invitation.id).await, Err(Error::NotFound));
    assert_eq!(ana.invite(renewed).await.unwrap_err(), Error::NotFound, "who wants another link is told");

    let third = ana.invite(invite("jo@meridian.example", &[])).await.unwrap();
    house.clock.pass(7 * DAY - 1);
    assert!(ask(third.token.expose()).await.is_ok());
    house.clock.pass(1);
    assert_eq!(ask(third.token.expose()).await, Err(Error::Invitation), "a week old");
    let late = nobody.accept_invitation(accept(third.token.expose(), "Jo Park", PASSWORD)).await;
    assert_eq!(late.unwrap_err(), Error::Invitation);
    let ana = house.sign_in("ana@meridian.example").await;
    assert!(ana.team().await.unwrap().invitations.is_empty());
    house.clock.pass(1);
    house.services.purge().await.unwrap();
    let rows: (i64,) =
        sqlx::query_as("select count(*) from invitations").fetch_one(&mut house.database().await).await.unwrap();
    assert_eq!(rows.0, 0);
}

#[tokio::test]
async fn of_two_who_invite_the_same_person_the_second_is_told() {
    let (house, ana) = House::with_ana().await;
    let tomas = house.colleague(&ana, "tomas@meridian.example", &[ADMINISTER]).await;
    let first = ana.invite(invite("jo@meridian.example", &[])).await.unwrap();
    let refused = |answer: Result<_, Error>| match answer {
        Err(Error::Fields { problems }) => (problems[0].field.clone(), problems[0].message.clone()),
        Err(other) => panic!("{other}"),
        Ok(()) => panic!("it was replaced"),
    };
    let said = "jo@meridian.example has been invited already by Ana Ruiz, until 8 Jun 2026 at 12:00 UTC; use “New link” in the list \
                for another link.";
    let told = ("email".to_owned(), said.to_owned());
    assert_eq!(refused(tomas.invite(invite(" Jo@meridian.example", &[ADMINISTER])).await.map(drop)), told);
    let link = secret(first.token.expose());
    assert!(house.nobody().check_invitation(link).await.is_ok(), "the first link stays good");

    // Both have the list before them, and ask for a new link.
    let renewed = Invite { replaces: Some(first.invitation.id.clone()), ..invite("jo@meridian.example", &[NODES]) };
    let second = ana.invite(renewed.clone()).await.unwrap();
    assert_eq!(refused(tomas.invite(renewed).await.map(drop)), told);
    assert!(house.nobody().check_invitation(secret(second.token.expose())).await.is_ok());

    house.clock.pass(7 * DAY);
    let ana = house.sign_in("ana@meridian.example").await;
    ana.invite(invite("jo@meridian.example", &[])).await.unwrap();
}

#[tokio::test]
async fn a_link_that_is_used_again_is_counted() {
    let (house, ana) = House::with_ana().await;
    let setup = house.nobody();
    assert_eq!(setup.check_setup_link(secret("x")).await, Err(Error::SetupLink));
    let used = ana.invite(invite("jo@meridian.example", &[])).await.unwrap().token.expose().to_owned();
    house.nobody().accept_invitation(accept(&used, "Jo Park", PASSWORD)).await.unwrap();
    let late = ana.invite(invite("eve@meridian.example", &[])).await.unwrap();
    house.clock.pass(7 * DAY);
    for token in [used.as_str(), late.token.expose()] {
        assert_eq!(house.nobody().check_invitation(secret(token)).await.unwrap_err(), Error::Invitation);
        let again = house.nobody().accept_invitation(accept(token, "Jo Park", PASSWORD)).await;
        assert_eq!(again.unwrap_err(), Error::Invitation);
    }
    house.services.write_refusals(true).await.unwrap();
    let entries = |entries: Vec<server::store::AuditEntry>| {
        let refused = entries.into_iter().filter(|entry| entry.result == "refused");
        refused.map(|entry| (entry.action, entry.object_name, entry.detail)).collect::<Vec<_>>()
    };
    let store = &house.services.store;
    let nobodys = entries(store.audit_entries(None, 0, 100).await.unwrap());
    let (setup, week) = ("in the minute from 1 Jun 2026 at 12:00 UTC", "in the minute from 8 Jun 2026 at 12:00 UTC");
    let entry = |action: &str, name: &str, detail: String| (action.to_owned(), name.to_owned(), detail);
    assert_eq!(
        nobodys,
        [
            entry("setup_link.use", "", format!("there is somebody already; 1 time {setup}")),
            entry(
                "invitation.accept",
                "",
                format!("the link is used, revoked or replaced, or never was one; 2 times {week}")
            ),
        ]
    );
    let own = entries(store.audit_entries(Some(account_id(&ana)), 0, 100).await.unwrap());
    assert_eq!(
        own,
        [entry("invitation.accept", "eve@meridian.example", format!("the link is past its end; 2 times {week}"))]
    );
}

#[tokio::test]
async fn what_is_typed_for_an_invitation_is_judged() {
    let (house, ana) = House::with_ana().await;
    let message = |error: Error| match error {
        Error::Fields { problems } => {
            problems.into_iter().map(|problem| (problem.field, problem.message)).collect::<Vec<_>>()
        }
        other => panic!("{other}"),
    };
    let refused = ana.invite(invite("ANA@meridian.example", &[])).await.unwrap_err();
    assert_eq!(
        message(refused),
        [("email".to_owned(), "Ana Ruiz has this address and is in the team already.".to_owned())]
    );
    assert_eq!(message(ana.invite(invite("jo", &[])).await.unwrap_err())[0].0, "email");

    let token = ana.invite(invite("jo@meridian.example", &[])).await.unwrap().token.expose().to_owned();
    let nobody = house.nobody();
    let both = nobody.accept_invitation(accept(&token, " ", "short")).await.unwrap_err();
    assert_eq!(message(both).into_iter().map(|(field, _)| field).collect::<Vec<_>>(), ["name", "password"]);
    for guessed in ["Password2026!", "jo.park.jo.park", "Meridian Retail 1"] {
        let refused = nobody.accept_invitation(accept(&token, "Jo Park", guessed)).await.unwrap_err();
        assert_eq!(message(refused)[0].0, "password", "{guessed}");
    }
    assert!(nobody.accept_invitation(accept(&token, "Jo Park", PASSWORD)).await.is_ok(), "the link stays good");
}

#[tokio::test]
async fn somebody_whom_signet_knows_joins_with_the_password_or_signed_in() {
    let (house, ana) = House::with_ana().await;
    let olga = house.other_company().await;
    let certificate = stored(&olga, "Northern").await;
    let token = ana.invite(invite("olga@borealis.example", &[NODES])).await.unwrap().token.expose().to_owned();

    let facts = ana.check_invitation(secret(&token)).await.unwrap();
    assert_eq!((facts.known, facts.you, facts.signed_in_as.as_deref()), (true, false, Some("Ana Ruiz")));
    let guess = house.nobody().accept_invitation(accept(&token, "Eve", "another long password")).await;
    assert!(matches!(guess, Err(Error::Fields { .. })), "{guess:?}");
    assert!(ana.accept_invitation(accept(&token, "", "")).await.is_err(), "somebody else's session is worth nothing");
    assert!(olga.check_invitation(secret(&token)).await.unwrap().you);

    let Who::Person(former) = &olga.caller.who else { panic!() };
    let cookie = olga.accept_invitation(accept(&token, "", "")).await.unwrap();
    assert!(house.services.store.session(&former.session).await.unwrap().is_none(), "a new identifier");
    let olga = house.with_cookie(&cookie.0).await;
    let me = olga.me().await.unwrap().unwrap();
    assert_eq!((me.name.as_str(), me.company.as_str()), ("Olga Berg", "Meridian Retail"));
    let companies: Vec<_> = me.companies.iter().map(|company| (company.name.as_str(), company.current)).collect();
    assert_eq!(companies, [("Borealis", false), ("Meridian Retail", true)]);
    let refusal = olga.list(ListQuery::default()).await.unwrap_err();
    assert_eq!(refusal, Error::Forbidden { permission: ADMINISTER }, "other permissions here than there");

    let Who::Person(person) = &olga.caller.who else { panic!() };
    let (session, borealis) = (person.session, me.companies[0].id.clone());
    olga.switch_company(borealis).await.unwrap();
    let there = house.services.store.session(&session).await.unwrap().unwrap();
    assert_eq!(there.membership.account_name, "Borealis");
    let again = house.sign_in("olga@borealis.example").await;
    assert_eq!(again.me().await.unwrap().unwrap().company, "Borealis", "where one was last");
    assert_eq!(again.list(ListQuery::default()).await.unwrap().rows, [certificate]);
}

#[tokio::test]
async fn passwords_are_guessed_at_an_invitation_no_faster_than_at_the_sign_in() {
    let (house, ana) = House::with_ana().await;
    house.other_company().await;
    let token = ana.invite(invite("olga@borealis.example", &[])).await.unwrap().token.expose().to_owned();
    // Signing in has counted as one and was taken back.
    for _ in 0..10 {
        let guess = house.nobody().accept_invitation(accept(&token, "", "another long password")).await;
        assert!(matches!(guess, Err(Error::Fields { .. })), "{guess:?}");
    }
    let waits = house.nobody().accept_invitation(accept(&token, "", PASSWORD)).await.unwrap_err();
    assert_eq!(waits, Error::TooManyAttempts { seconds: 30 });
    house.services.write_refusals(true).await.unwrap();
    let last = house.services.store.audit_entries(Some(account_id(&ana)), 0, 100).await.unwrap().pop().unwrap();
    assert_eq!((last.action.as_str(), last.object_name.as_str()), ("invitation.accept", "Olga Berg"));
    assert_eq!(last.detail, "too many attempts; 1 time in the minute from 1 Jun 2026 at 12:00 UTC");
    assert_eq!(ana.team().await.unwrap().members.len(), 1);
}

#[tokio::test]
async fn permissions_take_effect_at_once_and_are_recorded() {
    let (house, ana) = House::with_ana().await;
    let tomas = house.colleague(&ana, "tomas@meridian.example", &[NODES]).await;
    let row = member(&ana, "tomas@meridian.example").await;
    assert_eq!((row.version, row.you, row.signed_in_at), (1, false, Some(crate::house::START)));
    assert!(member(&ana, "ana@meridian.example").await.you);
    let contacts = tomas.whom_to_ask(ADMINISTER).await.unwrap();
    assert_eq!(contacts.iter().map(|contact| contact.name.as_str()).collect::<Vec<_>>(), ["Ana Ruiz"]);
    assert_eq!(tomas.whom_to_ask(NODES).await.unwrap(), [], "who has it asks nobody");

    let changed = ana.change_permissions(row.id.clone(), 1, Permission::ALL.to_vec()).await.unwrap();
    assert_eq!((changed.version, changed.permissions.len()), (2, 2));
    let tomas_now = house.sign_in("tomas@meridian.example").await;
    assert!(tomas_now.list(ListQuery::default()).await.is_ok());
    assert_eq!(
        ana.change_permissions(row.id.clone(), 2, Permission::ALL.to_vec()).await.unwrap().version,
        2,
        "no change"
    );

    let stale = ana.change_permissions(row.id.clone(), 1, Vec::new()).await.unwrap_err();
    assert_eq!(stale, Error::Stale { by: Some("Ana Ruiz".to_owned()), at: crate::house::START });
    assert!(matches!(ana.remove_member(row.id.clone(), 1).await, Err(Error::Stale { .. })));
    let entries = house.services.store.audit_entries(Some(account_id(&ana)), 0, 100).await.unwrap();
    let entry = entries.iter().find(|entry| entry.action == "user.permissions").unwrap();
    assert_eq!(entry.detail, "was: api_nodes:manage; now: settings:company_settings, api_nodes:manage");
    assert_eq!((entry.object_id.as_deref(), entry.object_name.as_str()), (Some(row.id.as_str()), "Tomás Vidal"));
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let (house, ana) = House::with_ana().await;
    let row = member(&ana, "ana@meridian.example").await;
    assert_eq!(ana.change_permissions(row.id.clone(), 1, vec![NODES]).await, Err(Error::LastAdministrator));
    assert_eq!(ana.remove_member(row.id.clone(), 1).await, Err(Error::LastAdministrator));
    assert!(ana.change_permissions(row.id.clone(), 1, vec![ADMINISTER]).await.is_ok(), "other permissions can go");

    let tomas = house.colleague(&ana, "tomas@meridian.example", &[ADMINISTER]).await;
    ana.change_permissions(row.id.clone(), 2, Vec::new()).await.unwrap();
    let refused = ana.change_permissions(row.id.clone(), 3, Permission::ALL.to_vec()).await;
    assert_eq!(refused, Err(Error::Forbidden { permission: ADMINISTER }), "asked again under the lock");
    tomas.remove_member(row.id, 3).await.unwrap();
    assert_eq!(tomas.team().await.unwrap().members.len(), 1);
    assert_eq!(
        house.nobody().sign_in(sign_in("ana@meridian.example", PASSWORD)).await.unwrap_err(),
        Error::Credentials
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_administrators_who_take_each_others_permission_leave_one() {
    let (house, ana) = House::with_ana().await;
    let tomas = house.colleague(&ana, "tomas@meridian.example", &[ADMINISTER]).await;
    let (ana_id, tomas_id) = (user_id(&ana), user_id(&tomas));
    let one = tokio::spawn({
        let (ana, id) = (ana.clone(), tomas_id.clone());
        async move { ana.change_permissions(id, 1, Vec::new()).await.is_ok() }
    });
    let other = tokio::spawn(async move { tomas.remove_member(ana_id, 1).await.is_ok() });
    assert_ne!(one.await.unwrap(), other.await.unwrap(), "exactly one of them");
    let members = house.services.store.members(account_id(&ana)).await.unwrap();
    let administrators = members.iter().filter(|member| member.permissions.contains(&ADMINISTER)).count();
    assert_eq!(administrators, 1);
}

#[tokio::test]
async fn removing_and_ending_sessions_signs_out() {
    let (house, ana) = House::with_ana().await;
    house.colleague(&ana, "tomas@meridian.example", &[]).await;
    let cookie = house.nobody().sign_in(sign_in("tomas@meridian.example", PASSWORD)).await.unwrap().0;
    let row = member(&ana, "tomas@meridian.example").await;
    assert_eq!(ana.end_sessions(row.id.clone()).await, Ok(2));
    assert!(!is_signed_in(&house.with_cookie(&cookie).await));
    assert_eq!(ana.end_sessions("x".to_owned()).await, Err(Error::NotFound));

    let cookie = house.nobody().sign_in(sign_in("tomas@meridian.example", PASSWORD)).await.unwrap().0;
    ana.remove_member(row.id.clone(), 1).await.unwrap();
    assert!(!is_signed_in(&house.with_cookie(&cookie).await));
    assert_eq!(ana.remove_member(row.id, 1).await, Err(Error::NotFound));

    // Whoever was removed comes back by an invitation, with the password of before.
    let token = ana.invite(invite("tomas@meridian.example", &[])).await.unwrap().token.expose().to_owned();
    let cookie = house.nobody().accept_invitation(accept(&token, "", PASSWORD)).await.unwrap().0;
    assert!(is_signed_in(&house.with_cookie(&cookie).await));
    let done: Vec<_> = actions(&house, &ana).await.into_iter().map(|(action, _result)| action).collect();
    for action in ["session.end", "user.remove", "invitation.create", "invitation.accept"] {
        assert!(done.iter().any(|done| done == action), "{action}: {done:?}");
    }
}

#[tokio::test]
async fn an_invitation_of_somebody_who_came_in_another_way_is_worth_nothing() {
    let (house, ana) = House::with_ana().await;
    let token = ana.invite(invite("tomas@meridian.example", &[ADMINISTER])).await.unwrap().token.expose().to_owned();
    house.colleague(&ana, "tomas@meridian.example", &[]).await;
    assert!(ana.team().await.unwrap().invitations.is_empty());
    let refused = house.nobody().accept_invitation(accept(&token, "", PASSWORD)).await.unwrap_err();
    assert_eq!(refused, Error::Invitation);
    assert_eq!(member(&ana, "tomas@meridian.example").await.permissions, []);
}

/// An invitation as typed.
fn invite(email: &str, permissions: &[Permission]) -> Invite {
    Invite { email: email.to_owned(), permissions: permissions.to_vec(), replaces: None }
}

/// What an invited person types.
fn accept(token: &str, name: &str, password: &str) -> AcceptInvitation {
    AcceptInvitation { token: secret(token), name: name.to_owned(), password: secret(password) }
}

async fn member(door: &Door, email: &str) -> MemberRow {
    let members = door.team().await.unwrap().members;
    members.into_iter().find(|member| member.email == email).unwrap()
}

fn user_id(door: &Door) -> String {
    match &door.caller.who {
        Who::Person(person) => person.user_id.clone(),
        Who::Nobody | Who::Token(_) | Who::CommandLine { .. } => panic!("nobody is signed in"),
    }
}

async fn actions(house: &House, door: &Door) -> Vec<(String, String)> {
    let entries = house.services.store.audit_entries(Some(account_id(door)), 0, 1000).await.unwrap();
    entries.into_iter().map(|entry| (entry.action, entry.result)).collect()
}
