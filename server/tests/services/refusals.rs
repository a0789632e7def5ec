//! Who may not, and what does not exist for them.

use app::service::{
    Certificates, Error, Known, KnownQuery, ListFilter, ListQuery, NewCertificate, NewToken, OwnAccount, Permission,
    Scope, Team, Tokens,
};
use server::services::Door;

use crate::files::Files;
use crate::house::{House, account_id, secret, stored, upload};

/// Every verb of the certificates, on this certificate, each with what it answers to somebody who may not.
async fn refusals_of_all(door: &Door, id: &str) -> Vec<(&'static str, Error)> {
    let id = || id.to_owned();
    vec![
        ("list", door.list(ListQuery::default()).await.unwrap_err()),
        ("known", door.known(KnownQuery::default()).await.unwrap_err()),
        ("detail", door.detail(id()).await.unwrap_err()),
        ("current", door.current(id()).await.unwrap_err()),
        ("usage", door.usage(id()).await.unwrap_err()),
        ("plan_delete", door.plan_delete(id()).await.unwrap_err()),
        ("plan_primary", door.plan_primary(id()).await.unwrap_err()),
        ("upload", door.upload(upload(&Files::leaf("x"), "x")).await.unwrap_err()),
        ("rename", door.rename(id(), 1, "x".to_owned()).await.unwrap_err()),
        ("set_primary", door.set_primary(id(), 1).await.unwrap_err()),
        ("remove_primary", door.remove_primary(id(), 1).await.unwrap_err()),
        ("delete", door.delete(id(), 1).await.unwrap_err()),
        ("restore", door.restore(id()).await.unwrap_err()),
        ("replace", door.replace(id(), 1, upload(&Files::leaf("x"), "x")).await.unwrap_err()),
        ("restore_version", door.restore_version(id(), 1, 1).await.unwrap_err()),
        ("allow_hosts", door.allow_hosts(id(), 1, Vec::new()).await.unwrap_err()),
    ]
}

#[tokio::test]
async fn who_is_signed_out_may_nothing() {
    let (house, ana) = House::with_ana().await;
    let certificate = stored(&ana, "Bank prod").await;
    for (verb, refusal) in refusals_of_all(&house.nobody(), &certificate.id).await {
        assert_eq!(refusal, Error::SignedOut, "{verb}");
    }
    assert_eq!(ana.list(ListQuery::default()).await.unwrap().rows, [certificate], "nothing has changed");
}

#[tokio::test]
async fn who_lacks_the_permission_may_nothing_and_it_is_recorded() {
    let (house, ana) = House::with_ana().await;
    let certificate = stored(&ana, "Bank prod").await;
    for permissions in [&[][..], &[Permission::ManageApiNodes]] {
        let email = format!("colleague{}@meridian.example", permissions.len());
        let colleague = house.colleague(&ana, &email, permissions).await;
        for (verb, refusal) in refusals_of_all(&colleague, &certificate.id).await {
            assert_eq!(refusal, Error::Forbidden { permission: Permission::CompanySettings }, "{verb}");
        }
    }
    assert_eq!(
        ana.list(ListQuery::default()).await.unwrap().rows,
        std::slice::from_ref(&certificate),
        "nothing has changed"
    );
    let colleague = house.colleague(&ana, "typing@meridian.example", &[]).await;
    colleague.delete("what somebody typed".to_owned(), 1).await.unwrap_err();

    let entries = house.services.store.audit_entries(Some(account_id(&ana)), 0, 1000).await.unwrap();
    let refused: Vec<_> = entries.iter().filter(|entry| entry.result == "refused").collect();
    assert_eq!(refused.len(), 2 * (9 + 1) + 1, "each attempt to change something, and the first look, by each of them");
    assert_eq!(refused.last().unwrap().object_id, None, "only ids are recorded");
    for entry in refused {
        assert_eq!(entry.actor_name, "Tomás Vidal");
        assert_eq!(entry.detail, "without the permission settings:company_settings");
        assert!(entry.object_id.is_none() || entry.object_id.as_ref() == Some(&certificate.id));
    }
    house.services.write_refusals(true).await.unwrap();
    let looks: Vec<_> = self::refused(&house, &ana).await;
    let looks = looks.iter().filter(|(action, ..)| action == "certificate.read").map(|(_, _, detail)| detail.as_str());
    let sum =
        "without the permission settings:company_settings; 6 more times in the minute from 1 Jun 2026 at 12:00 UTC";
    let first = "without the permission settings:company_settings";
    let mut looks: Vec<_> = looks.collect();
    looks.sort_unstable();
    assert_eq!(looks, [first, first, sum, sum]);
}

#[tokio::test]
async fn what_belongs_to_another_company_does_not_exist() {
    let (house, ana) = House::with_ana().await;
    let certificate = stored(&ana, "Bank prod").await;
    let olga = house.other_company().await;
    let id = || certificate.id.clone();
    assert_eq!(olga.rename(id(), 1, "x".to_owned()).await, Err(Error::NotFound));
    assert_eq!(olga.set_primary(id(), 1).await, Err(Error::NotFound));
    assert_eq!(olga.remove_primary(id(), 1).await, Err(Error::NotFound));
    assert_eq!(olga.delete(id(), 1).await, Err(Error::NotFound));
    assert_eq!(olga.restore(id()).await, Err(Error::NotFound));
    let list = olga.list(ListQuery::default()).await.unwrap();
    assert_eq!((list.rows.len(), list.total.number, list.primary), (0, 0, None));

    let fingerprint = house.services.store.certificate(account_id(&ana), &certificate.id).await.unwrap().unwrap();
    let fingerprint = fingerprint.fingerprint_sha256;
    let ask = || KnownQuery { fingerprint_sha256: fingerprint.to_uppercase(), ..KnownQuery::default() };
    assert_eq!(olga.known(ask()).await.unwrap(), Known::default());
    assert_eq!(ana.known(ask()).await.unwrap().stored, Some(certificate.clone()));

    ana.delete(certificate.id.clone(), 1).await.unwrap();
    assert_eq!(olga.restore(id()).await, Err(Error::NotFound));
    assert_eq!(
        olga.list(ListQuery { filter: ListFilter::Deleted, ..ListQuery::default() }).await.unwrap().total.number,
        0
    );
}

#[tokio::test]
async fn what_is_no_id_is_not_found() {
    let (_house, ana) = House::with_ana().await;
    let unknown = "6b1f5a0e-6f53-4a36-9d8f-0d4b2ef5a111";
    for id in
        ["", "x", "\0", "../etc", "6B1F5A0E-6F53-4A36-9D8F-0D4B2EF5A111", "6b1f5a0e6f534a369d8f0d4b2ef5a111", unknown]
    {
        let id = || id.to_owned();
        assert_eq!(ana.rename(id(), 1, "x".to_owned()).await, Err(Error::NotFound));
        assert_eq!(ana.set_primary(id(), 1).await, Err(Error::NotFound));
        assert_eq!(ana.remove_primary(id(), 1).await, Err(Error::NotFound));
        assert_eq!(ana.delete(id(), 1).await, Err(Error::NotFound));
        assert_eq!(ana.restore(id()).await, Err(Error::NotFound));
    }
    let nonsense = KnownQuery {
        fingerprint_sha256: "\0".to_owned(),
        public_key_sha256: "\0".to_owned(),
        name: "\0".to_owned(),
        ..KnownQuery::default()
    };
    assert_eq!(ana.known(nonsense).await.unwrap(), Known::default());
}

#[tokio::test]
async fn what_is_refused_for_a_reason_of_its_own_is_recorded_too() {
    let (house, ana) = House::with_ana().await;
    let certificate = stored(&ana, "Bank prod").await;
    let authority = Files::authority("Root");
    let of_another =
        NewCertificate { private_key: Some(secret(&authority.private_key)), ..upload(&Files::leaf("x"), "x") };
    ana.upload(of_another).await.unwrap_err();
    ana.rename(certificate.id.clone(), 1, String::new()).await.unwrap_err();
    let authority = NewCertificate { ca: true, private_key: None, ..upload(&authority, "Root") };
    let authority = ana.upload(authority).await.unwrap().certificate;
    ana.set_primary(authority.id.clone(), 1).await.unwrap_err();

    let entries = house.services.store.audit_entries(Some(account_id(&ana)), 0, 1000).await.unwrap();
    let refused = entries.iter().filter(|entry| entry.result == "refused");
    let said: Vec<_> =
        refused.map(|entry| (entry.action.as_str(), entry.detail.as_str(), entry.object_id.clone())).collect();
    assert_eq!(
        said,
        [
            ("certificate.upload", "key.mismatch", None),
            ("certificate.rename", "name.empty", Some(certificate.id)),
            ("certificate.set_primary", "a CA certificate cannot be the primary", Some(authority.id)),
        ]
    );
}

/// What was refused to whoever is signed in here: action, object, detail.
async fn refused(house: &House, door: &Door) -> Vec<(String, Option<String>, String)> {
    let entries = house.services.store.audit_entries(Some(account_id(door)), 0, 1000).await.unwrap();
    let refused = entries.into_iter().filter(|entry| entry.result == "refused");
    refused.map(|entry| (entry.action, entry.object_id, entry.detail)).collect()
}

#[tokio::test]
async fn edits_that_come_too_late_and_the_last_administrators_leave_are_recorded() {
    let (house, ana) = House::with_ana().await;
    let certificate = stored(&ana, "Bank prod").await;
    ana.rename(certificate.id.clone(), 1, "Bank".to_owned()).await.unwrap();
    for _ in 0..3 {
        ana.rename(certificate.id.clone(), 1, "Other".to_owned()).await.unwrap_err();
    }
    ana.remove_primary(certificate.id.clone(), 1).await.unwrap_err();
    let own = ana.team().await.unwrap().members.remove(0);
    assert_eq!(ana.remove_member(own.id.clone(), 1).await, Err(Error::LastAdministrator));
    assert_eq!(ana.change_permissions(own.id.clone(), 1, Vec::new()).await, Err(Error::LastAdministrator));
    assert!(matches!(ana.remove_member(own.id.clone(), 7).await, Err(Error::Stale { .. })));
    house.services.write_refusals(true).await.unwrap();

    let (late, last) = ("changed meanwhile by Ana Ruiz", "nobody would be left who administers the company");
    let own = Some(own.id);
    let certificate = Some(certificate.id);
    let expected = [
        ("certificate.rename", &certificate, late),
        ("certificate.remove_primary", &certificate, late),
        ("user.remove", &own, last),
        ("user.permissions", &own, last),
        ("user.remove", &own, "changed meanwhile"),
        (
            "certificate.rename",
            &certificate,
            "changed meanwhile by Ana Ruiz; 2 more times in the minute from 1 Jun 2026 at 12:00 UTC",
        ),
    ];
    let expected: Vec<_> =
        expected.map(|(action, object, detail)| (action.to_owned(), object.clone(), detail.to_owned())).into();
    assert_eq!(refused(&house, &ana).await, expected);
}

#[tokio::test]
async fn reaching_for_another_companys_people_and_certificates_is_recorded_once_a_minute() {
    let (house, ana) = House::with_ana().await;
    let certificate = stored(&ana, "Bank prod").await;
    let person = ana.team().await.unwrap().members.remove(0).id;
    let token = ana.create_token(NewToken { name: "ci".to_owned(), scopes: vec![Scope::ReadAuditLog], days: None });
    let token = token.await.unwrap().token.id;
    let olga = house.other_company().await;
    let meridian = account_id(&ana).to_owned();
    olga.remove_member(person.clone(), 1).await.unwrap_err();
    olga.change_permissions(person.clone(), 1, Vec::new()).await.unwrap_err();
    olga.end_sessions(person.clone()).await.unwrap_err();
    olga.revoke_invitation(person.clone()).await.unwrap_err();
    olga.switch_company(meridian.clone()).await.unwrap_err();
    olga.revoke_token(token.clone()).await.unwrap_err();
    olga.delete(certificate.id.clone(), 1).await.unwrap_err();
    for number in 0..50 {
        olga.remove_member(format!("6b1f5a0e-6f53-4a36-9d8f-0d4b2ef5a1{number:02}"), 1).await.unwrap_err();
    }
    olga.switch_company("what somebody typed".to_owned()).await.unwrap_err();

    let none = "the company has nothing with this id".to_owned();
    let expected = [
        ("user.remove", &person),
        ("user.permissions", &person),
        ("session.end", &person),
        ("invitation.revoke", &person),
        ("session.switch", &meridian),
        ("token.revoke", &token),
        ("certificate.delete", &certificate.id),
    ];
    let expected: Vec<_> =
        expected.map(|(action, object)| (action.to_owned(), Some(object.clone()), none.clone())).into();
    assert_eq!(refused(&house, &olga).await, expected);
    house.services.write_refusals(true).await.unwrap();
    let sums: Vec<_> = refused(&house, &olga).await.split_off(7);
    let mut said: Vec<_> =
        sums.iter().map(|(action, object, detail)| (action.as_str(), object, detail.as_str())).collect();
    said.sort_unstable();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].0 == "session.switch" && said[0].2.contains("; 1 more time "), "{said:?}");
    assert!(said[1].0 == "user.remove" && said[1].2.contains("; 50 more times "), "{said:?}");
    assert_eq!(refused(&house, &ana).await, [], "she is not told what others try");
}
