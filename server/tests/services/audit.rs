//! Every change has its entry, and an entry that was touched is found.

use app::api_node::{Draft, DraftHeader};
use app::service::{
    AcceptInvitation, ApiNodes, Certificates, ChangePassword, Error, Invite, NewToken, OwnAccount, People, Permission,
    Scope, Team, Tokens,
};
use server::services::NewUser;
use server::services::audit::{Broken, verify, verify_all};
use server::store::AuditEntry;

use crate::files::Files;
use crate::house::{ADDRESS, House, PASSWORD, START, account_id, secret, sign_in, stored, upload};

#[tokio::test]
async fn every_change_has_its_entry() {
    let (house, ana) = House::with_ana().await;
    let (one, other) = (stored(&ana, "One").await, stored(&ana, "Other").await);
    ana.rename(one.id.clone(), 1, "Bank".to_owned()).await.unwrap();
    ana.set_primary(one.id.clone(), 2).await.unwrap();
    ana.set_primary(other.id.clone(), 1).await.unwrap();
    ana.remove_primary(other.id.clone(), 2).await.unwrap();
    ana.delete(other.id.clone(), 3).await.unwrap();
    ana.restore(other.id.clone()).await.unwrap();
    let again = house.sign_in("ana@meridian.example").await;
    again.sign_out().await.unwrap();

    let entries = house.entries(account_id(&ana)).await;
    let said: Vec<_> = entries
        .iter()
        .map(|entry| (entry.action.as_str(), entry.object_name.as_str(), entry.detail.as_str()))
        .collect();
    assert_eq!(said[0], ("account.create", "Meridian Retail", ""));
    assert_eq!(
        said[1],
        ("user.create", "Ana Ruiz", "ana@meridian.example; permissions: settings:company_settings, api_nodes:manage")
    );
    assert_eq!(
        (said[2].0, said[2].1, said[3].0, said[3].1),
        ("certificate.upload", "One", "certificate.upload", "Other")
    );
    assert!(said[2].2.starts_with("SHA-256 ") && said[2].2.len() == 8 + 64, "{}", said[2].2);
    assert_eq!(
        said[4..],
        [
            ("certificate.rename", "Bank", "was “One”"),
            ("certificate.set_primary", "Bank", ""),
            ("certificate.set_primary", "Other", "“Bank” no longer is"),
            ("certificate.remove_primary", "Other", ""),
            ("certificate.delete", "Other", "can be restored until 1 Jul 2026"),
            ("certificate.restore", "Other", ""),
            ("session.sign_in", "Ana Ruiz", ""),
            ("session.sign_out", "Ana Ruiz", ""),
        ]
    );
    for entry in &entries {
        assert_eq!((entry.actor_kind.as_str(), entry.actor_name.as_str()), ("person", "Ana Ruiz"));
        assert_eq!(entry.address.as_deref(), Some(ADDRESS));
        assert_eq!((entry.at, entry.result.as_str()), (START, "done"));
    }
    let link = house.services.store.audit_entries(None, 0, 10).await.unwrap();
    let of_nobody: Vec<_> = link.iter().map(|entry| (entry.action.as_str(), entry.actor_kind.as_str())).collect();
    assert_eq!(of_nobody, [("setup_link.create", "command_line"), ("account.create", "person")]);
    assert_eq!(link[1].object_id.as_deref(), Some(account_id(&ana)));
}

#[tokio::test]
async fn other_contents_and_hosts_and_api_nodes_have_their_entries() {
    let (house, ana) = House::with_ana().await;
    let one = stored(&ana, "Bank").await;
    let hosts = vec!["api.bank.example".to_owned()];
    ana.allow_hosts(one.id.clone(), 1, hosts).await.unwrap();
    ana.replace(one.id.clone(), 2, upload(&Files::leaf("renewed"), "")).await.unwrap();
    let draft = Draft { name: "Pay".to_owned(), url: "https://api.bank.example/".to_owned(), ..Draft::default() };
    let node = ana.create_node(draft.clone()).await.unwrap();
    let changed = Draft { timeout_ms: 5_000, ..draft };
    ana.save_node(node.id.clone(), 1, changed).await.unwrap();
    let copy = ana.duplicate_node(node.id.clone()).await.unwrap();
    ana.delete_node(copy.id.clone(), 1).await.unwrap();

    let entries = house.entries(account_id(&ana)).await.split_off(3);
    let said: Vec<_> = entries
        .iter()
        .map(|entry| (entry.action.as_str(), entry.object_id.as_deref().unwrap(), entry.object_name.as_str()))
        .collect();
    assert_eq!(
        said,
        [
            ("certificate.allow_hosts", one.id.as_str(), "Bank"),
            ("certificate.replace", &one.id, "Bank"),
            ("api_node.create", &node.id, "Pay"),
            ("api_node.change", &node.id, "Pay"),
            ("api_node.create", &copy.id, "Pay (copy)"),
            ("api_node.delete", &copy.id, "Pay (copy)"),
        ]
    );
    let details: Vec<_> = entries.iter().map(|entry| entry.detail.as_str()).collect();
    for (detail, part) in details.iter().zip(["api.bank.example", "SHA-256 ", "", "time limit", "a copy of “Pay”", ""])
    {
        assert!(detail.contains(part), "{part}: {details:#?}");
    }
    for entry in &entries {
        assert_eq!((entry.actor_name.as_str(), entry.result.as_str()), ("Ana Ruiz", "done"));
    }
}

#[tokio::test]
async fn a_company_that_is_gone_with_its_chain_is_missed() {
    let (house, ana) = House::with_ana().await;
    let borealis = account_id(&house.other_company().await).to_owned();
    let store = &*house.services.store;
    assert_eq!(verify_all(store).await.unwrap().len(), 3);
    let mut database = house.database().await;
    sqlx::query("pragma foreign_keys = off").execute(&mut database).await.unwrap();
    for table in ["audit_entries where chain", "audit_chains where chain", "accounts where id"] {
        let sql = sqlx::AssertSqlSafe(format!("delete from {table} = ?1"));
        sqlx::query(sql).bind(&borealis).execute(&mut database).await.unwrap();
    }
    let broken = verify_all(store).await.unwrap_err();
    assert!(matches!(&broken, Broken::At { account_id: Some(id), sequence: 1 } if *id == borealis), "{broken}");
    assert_eq!(verify(store, Some(account_id(&ana))).await.unwrap().entries, 2, "the other one is whole");
    assert_eq!(verify(store, None).await.unwrap().entries, 3);
}

#[tokio::test]
async fn each_batch_of_a_rotation_has_its_entry() {
    let (house, ana) = House::with_ana().await;
    for name in ["One", "Other"] {
        stored(&ana, name).await;
    }
    let header = DraftHeader { name: "X-Key".to_owned(), value: Some(secret("hush")), secret: true };
    let url = "https://api.bank.example/".to_owned();
    ana.create_node(Draft { name: "Pay".to_owned(), url, headers: vec![header], ..Draft::default() }).await.unwrap();
    house.services.add_master_key().await.unwrap();
    let broken = "create trigger no_entry before insert on audit_entries when new.action = 'master_key.rewrap' \
                  begin select raise(abort, 'no'); end";
    sqlx::query(broken).execute(&mut house.database().await).await.unwrap();
    assert!(house.services.rotate_master_key().await.is_err());
    let versions = "select count(*) from sealed_keys where master_key_version = 2";
    let rewrapped: i64 = sqlx::query_scalar(versions).fetch_one(&mut house.database().await).await.unwrap();
    assert_eq!(rewrapped, 0, "nothing is wrapped anew without its entry");
    sqlx::query("drop trigger no_entry").execute(&mut house.database().await).await.unwrap();
    for expected in [(2, 1), (0, 0)] {
        let rotation = house.services.rotate_master_key().await.unwrap();
        assert_eq!((rotation.rewrapped, rotation.rewrapped_headers), expected);
    }

    let entries = house.services.store.audit_entries(None, 2, 100).await.unwrap();
    let said: Vec<_> = entries.iter().map(|entry| (entry.action.as_str(), entry.detail.as_str())).collect();
    assert_eq!(
        said,
        [
            ("master_key.add", said[0].1),
            ("master_key.rotate", "number 2 is the active one, it was number 1"),
            ("master_key.rewrap", "2 keys are sealed with number 2 now"),
            ("master_key.rewrap", "1 header value is sealed with number 2 now"),
        ]
    );
}

#[tokio::test]
async fn every_change_about_people_and_tokens_has_its_entry() {
    let (house, ana) = House::with_ana().await;
    let borealis = account_id(&house.other_company().await).to_owned();
    let invite =
        |email: &str, permission| Invite { email: email.to_owned(), permissions: vec![permission], replaces: None };
    let accept = |token: &str, password: &str| AcceptInvitation {
        token: secret(token),
        name: String::new(),
        password: secret(password),
    };
    let jo = ana.invite(invite("jo@meridian.example", Permission::ManageApiNodes)).await.unwrap().invitation;
    ana.revoke_invitation(jo.id).await.unwrap();
    let olga = invite("olga@borealis.example", Permission::CompanySettings);
    let link = ana.invite(olga).await.unwrap().token.expose().to_owned();
    house.clock.pass(60);
    house.nobody().accept_invitation(accept(&link, "a wrong password")).await.unwrap_err();
    house.nobody().accept_invitation(accept(&link, PASSWORD)).await.unwrap();
    let olga = ana.team().await.unwrap().members.into_iter().find(|member| member.name == "Olga Berg").unwrap();
    ana.change_permissions(olga.id.clone(), 1, vec![Permission::ManageApiNodes]).await.unwrap();
    ana.end_sessions(olga.id.clone()).await.unwrap();

    let cookie = house.nobody().sign_in(sign_in("olga@borealis.example", PASSWORD)).await.unwrap().0;
    house.with_cookie(&cookie).await.switch_company(borealis.clone()).await.unwrap();
    house.with_cookie(&cookie).await.switch_company(account_id(&ana).to_owned()).await.unwrap();
    let change =
        |current: &str| ChangePassword { current: secret(current), password: secret("seven blue lamps at dusk") };
    let door = house.with_cookie(&cookie).await;
    door.change_password(change("a wrong password")).await.unwrap_err();
    let cookie = door.change_password(change(PASSWORD)).await.unwrap().0;
    house.with_cookie(&cookie).await.sign_out_everywhere().await.unwrap();
    ana.remove_member(olga.id, 2).await.unwrap();
    let new = NewToken { name: "ci".to_owned(), scopes: vec![Scope::ReadCertificates], days: None };
    let token = ana.create_token(new).await.unwrap().token;
    ana.revoke_token(token.id).await.unwrap();

    let entries = house.entries(account_id(&ana)).await;
    let said: Vec<_> = entries
        .iter()
        .map(|entry| {
            let AuditEntry { action, actor_name, object_name, result, detail, .. } = entry;
            [action, actor_name, object_name, result, detail].map(String::as_str)
        })
        .collect();
    let (ana, olga) = ("Ana Ruiz", "Olga Berg");
    let given = "olga@borealis.example; permissions: settings:company_settings; invited by Ana Ruiz";
    assert_eq!(
        said[2..],
        [
            ["invitation.create", ana, "jo@meridian.example", "done", "permissions: api_nodes:manage"],
            ["invitation.revoke", ana, "jo@meridian.example", "done", ""],
            ["invitation.create", ana, "olga@borealis.example", "done", "permissions: settings:company_settings"],
            ["invitation.accept", "", olga, "refused", "wrong password"],
            ["invitation.accept", olga, olga, "done", given],
            ["user.permissions", ana, olga, "done", "was: settings:company_settings; now: api_nodes:manage"],
            ["session.end", ana, olga, "done", "sessions ended: 2"],
            ["session.sign_in", olga, olga, "done", ""],
            ["session.switch", olga, olga, "done", "from “Borealis”"],
            ["user.password", olga, olga, "refused", "wrong password"],
            ["user.password", olga, olga, "done", "all other sessions ended"],
            ["session.sign_out_everywhere", olga, olga, "done", "sessions ended: 1"],
            ["user.remove", ana, olga, "done", "olga@borealis.example"],
            ["token.create", ana, "ci", "done", "certificates:read; no end"],
            ["token.revoke", ana, "ci", "done", ""],
        ]
    );
    assert!(entries.iter().all(|entry| entry.address.as_deref() == Some(ADDRESS)));
    let there = house.entries(&borealis).await;
    let switch = there.last().unwrap();
    assert_eq!((switch.action.as_str(), switch.detail.as_str()), ("session.switch", "from “Meridian Retail”"));
}

#[tokio::test]
async fn a_password_that_is_reset_is_recorded_in_each_company_of_the_person() {
    let (house, ana) = House::with_ana().await;
    let olga = house.other_company().await;
    let (meridian, borealis) = (account_id(&ana), account_id(&olga));
    let user = NewUser {
        email: "olga@borealis.example".to_owned(),
        name: String::new(),
        password: secret(""),
        permissions: Vec::new(),
    };
    let id = house.services.create_user(meridian, user).await.unwrap().user.id;
    assert_eq!(house.services.reset_password("olga@borealis.example", secret("seven blue lamps at dusk")).await, Ok(1));
    for company in [meridian, borealis] {
        let last = house.entries(company).await.pop().unwrap();
        assert_eq!((last.action.as_str(), last.actor_kind.as_str()), ("user.password", "command_line"));
        assert_eq!((last.object_id.as_deref(), last.object_name.as_str()), (Some(id.as_str()), "Olga Berg"));
        assert_eq!(
            (last.detail.as_str(), last.result.as_str()),
            ("set on the server's command line; sessions ended: 1", "done")
        );
    }
    let refused = house.services.reset_password("nobody@borealis.example", secret("seven blue lamps at dusk")).await;
    assert_eq!(refused, Err(Error::NotFound));
}

#[tokio::test]
async fn a_chain_that_was_touched_is_found() {
    let changes = [
        ("update audit_entries set detail = 'nothing' where chain = ?1 and sequence = 3", 3),
        ("update audit_entries set actor_name = 'Eve' where chain = ?1 and sequence = 1", 1),
        ("update audit_entries set at = at + 1 where chain = ?1 and sequence = 5", 5),
        ("update audit_entries set hash = zeroblob(32) where chain = ?1 and sequence = 4", 4),
        ("delete from audit_entries where chain = ?1 and sequence = 3", 3),
    ];
    for (change, broken_at) in changes {
        let (house, ana) = House::with_ana().await;
        for number in 0..3 {
            stored(&ana, &format!("Bank {number}")).await;
        }
        let account = account_id(&ana);
        let store = &*house.services.store;
        assert_eq!(verify(store, Some(account)).await.unwrap().entries, 5);
        assert_eq!(verify(store, None).await.unwrap().entries, 2);
        sqlx::query(change).bind(account).execute(&mut house.database().await).await.unwrap();
        let broken = verify(store, Some(account)).await.unwrap_err();
        assert!(matches!(broken, Broken::At { sequence, .. } if sequence == broken_at), "{change}: {broken}");
        assert_eq!(verify(store, None).await.unwrap().entries, 2, "the other chain is whole");
    }
}

#[tokio::test]
async fn entries_that_have_changed_places_are_found() {
    let (house, ana) = House::with_ana().await;
    for number in 0..3 {
        stored(&ana, &format!("Bank {number}")).await;
    }
    let account = account_id(&ana);
    for (from, to) in [(3, 100), (4, 3), (100, 4)] {
        let swap = sqlx::query("update audit_entries set sequence = ?3 where chain = ?1 and sequence = ?2");
        swap.bind(account).bind(from).bind(to).execute(&mut house.database().await).await.unwrap();
    }
    let broken = verify(&*house.services.store, Some(account)).await.unwrap_err();
    assert!(matches!(broken, Broken::At { sequence: 3, .. }), "{broken}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_happens_at_once_is_still_one_chain() {
    let (house, ana) = House::with_ana().await;
    let uploads: Vec<_> = (0..8)
        .map(|number| {
            let ana = ana.clone();
            tokio::spawn(async move { stored(&ana, &format!("Bank {number}")).await })
        })
        .collect();
    for upload in uploads {
        upload.await.unwrap();
    }
    assert_eq!(verify(&*house.services.store, Some(account_id(&ana))).await.unwrap().entries, 10);
}

impl House {
    async fn entries(&self, account_id: &str) -> Vec<AuditEntry> {
        self.services.store.audit_entries(Some(account_id), 0, 1000).await.unwrap()
    }
}
