//! What people do with certificates that are stored.

use app::api_node::{Chosen, Draft, Mtls};
use app::certificate::Rule;
use app::service::{
    ApiNodes as _, Certificates, Deleted, Due, Error, ListFilter, ListQuery, ListSort, NotPrimaryBecause, PRIMARY,
    Removal, SortBy,
};
use server::store::AuditFilter;

use crate::files::Files;
use crate::house::{DAY, House, START, account_id, stored, upload};
use crate::uploads::authority;

const DELETED: ListQuery = ListQuery {
    page: 1,
    search: String::new(),
    filter: ListFilter::Deleted,
    sort: ListSort { by: SortBy::Expiry, descending: false },
};

#[tokio::test]
async fn a_stale_rename_is_refused_and_says_by_whom() {
    let (house, ana) = House::with_ana().await;
    let tomas = house.colleague(&ana, "tomas@meridian.example", &app::service::Permission::ALL).await;
    let seen = stored(&ana, "Bank").await;
    house.clock.pass(60);
    let renamed = tomas.rename(seen.id.clone(), seen.version, " Bank prod ".to_owned()).await.unwrap().certificate;
    assert_eq!((renamed.name.as_str(), renamed.version), ("Bank prod", 2));

    let stale = Error::Stale { by: Some("Tomás Vidal".to_owned()), at: START.plus_seconds(60) };
    let id = || seen.id.clone();
    assert_eq!(ana.rename(id(), seen.version, "Bank live".to_owned()).await, Err(stale.clone()));
    assert_eq!(ana.set_primary(id(), seen.version).await, Err(stale.clone()));
    assert_eq!(ana.remove_primary(id(), seen.version).await, Err(stale.clone()));
    assert_eq!(ana.delete(id(), seen.version).await, Err(stale));
    assert_eq!(ana.list(ListQuery::default()).await.unwrap().rows, [renamed]);
}

#[tokio::test]
async fn a_name_must_be_one() {
    let (_house, ana) = House::with_ana().await;
    let row = stored(&ana, "Bank").await;
    for (name, rule) in [(" ", Rule::NameEmpty), ("a\u{0}", Rule::NameControl), ("a\u{202E}b", Rule::NameBidi)] {
        let Error::Refused { findings } = ana.rename(row.id.clone(), 1, name.to_owned()).await.unwrap_err() else {
            panic!()
        };
        assert_eq!(findings[0].rule, rule);
    }
    assert!(matches!(ana.rename(row.id.clone(), 1, "x".repeat(129)).await, Err(Error::Refused { .. })));
    let same = ana.rename(row.id.clone(), 1, "Bank".to_owned()).await.unwrap().certificate;
    assert_eq!(same, row, "the same name is no change");
}

#[tokio::test]
async fn there_is_one_primary() {
    let (_house, ana) = House::with_ana().await;
    let (one, other) = (stored(&ana, "One").await, stored(&ana, "Other").await);
    assert_eq!(ana.set_primary(one.id.clone(), 1).await.unwrap(), None);
    assert_eq!(ana.set_primary(one.id.clone(), 2).await.unwrap(), None, "it is the primary already");
    let former = ana.set_primary(other.id.clone(), 1).await.unwrap().unwrap();
    assert_eq!((&former.id, former.primary, former.version), (&one.id, false, 3));
    let list = ana.list(ListQuery::default()).await.unwrap();
    assert_eq!(list.primary.as_deref(), Some("Other"));
    assert_eq!(list.rows.iter().filter(|row| row.primary).count(), 1);

    assert!(matches!(ana.remove_primary(one.id, 3).await, Err(Error::Stale { .. })), "it is not the primary any more");
    let removed = ana.remove_primary(other.id, 2).await.unwrap();
    assert_eq!((removed.primary, removed.version), (false, 3));
    assert_eq!(ana.list(ListQuery::default()).await.unwrap().primary, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn there_is_one_primary_whoever_sets_it_at_once() {
    let (_house, ana) = House::with_ana().await;
    let mut rows = Vec::new();
    for number in 0..4 {
        rows.push(stored(&ana, &format!("Bank {number}")).await);
    }
    let setting: Vec<_> = rows
        .into_iter()
        .map(|row| {
            let ana = ana.clone();
            tokio::spawn(async move { ana.set_primary(row.id, row.version).await })
        })
        .collect();
    for set in setting {
        set.await.unwrap().unwrap();
    }
    assert_eq!(ana.list(ListQuery::default()).await.unwrap().rows.iter().filter(|row| row.primary).count(), 1);
}

#[tokio::test]
async fn the_primary_must_be_usable_at_that_moment() {
    let (house, ana) = House::with_ana().await;
    let root = ana.upload(authority(&Files::authority("Root"), "Root")).await.unwrap().certificate;
    let mut request = upload(&Files::leaf_of_year("Next", 2027), "Next");
    request.confirmed = vec![Rule::CrtNotYet];
    let next = ana.upload(request).await.unwrap().certificate;
    let this = stored(&ana, "This").await;
    let refused = |reason| Err(Error::CannotBePrimary { reason });
    assert_eq!(ana.set_primary(root.id, 1).await, refused(NotPrimaryBecause::CertificateAuthority));
    assert_eq!(ana.set_primary(next.id.clone(), 1).await, refused(NotPrimaryBecause::NotYetValid));
    ana.set_primary(this.id.clone(), 1).await.unwrap();

    // A year later: the session is another one, the primary stays, and cannot be set again.
    house.clock.pass(365 * DAY);
    let ana = house.sign_in("ana@meridian.example").await;
    assert_eq!(ana.list(ListQuery::default()).await.unwrap().primary.as_deref(), Some("This"));
    assert_eq!(ana.set_primary(next.id, 1).await.unwrap().unwrap().id, this.id);
    assert_eq!(ana.set_primary(this.id, 3).await, refused(NotPrimaryBecause::Expired));
}

#[tokio::test]
async fn what_is_in_use_is_not_deleted() {
    let (_house, ana) = House::with_ana().await;
    let row = stored(&ana, "Bank").await;
    for (name, enabled) in [("Payouts", true), ("Balance", true), ("Old", false)] {
        let mtls = Mtls { enabled, certificate: Chosen::Pinned(row.id.clone()) };
        let url = "https://api.bank.example/".to_owned();
        ana.create_node(Draft { name: name.to_owned(), url, mtls, ..Draft::default() }).await.unwrap();
    }
    let nodes = vec!["Balance".to_owned(), "Payouts".to_owned()];
    assert_eq!(ana.delete(row.id.clone(), 1).await, Err(Error::InUse { nodes }));
    assert_eq!(ana.list(ListQuery::default()).await.unwrap().rows, [row]);
}

#[tokio::test]
async fn what_a_delete_comes_to_is_told_before_and_done_in_one_step() {
    let (house, ana) = House::with_ana().await;
    let (bank, spare) = (stored(&ana, "Bank").await, stored(&ana, "Spare").await);
    let unused = ana.plan_delete(spare.id.clone()).await.unwrap();
    assert_eq!((unused.nodes.len(), unused.choices.len(), unused.primary), (0, 0, None));
    let node = |name: &str, enabled: bool, certificate: Chosen| {
        let url = "https://api.bank.example/".to_owned();
        Draft { name: name.to_owned(), url, mtls: Mtls { enabled, certificate }, ..Draft::default() }
    };
    let pinned = || Chosen::Pinned(bank.id.clone());
    let payouts = ana.create_node(node("Payouts", true, pinned())).await.unwrap();
    ana.create_node(node("Old", false, pinned())).await.unwrap();

    let plan = ana.plan_delete(bank.id.clone()).await.unwrap();
    let nodes: Vec<_> = plan.nodes.iter().map(|node| (node.name.as_str(), node.active)).collect();
    assert_eq!(nodes, [("Old", false), ("Payouts", true)]);
    assert_eq!(plan.choices.iter().map(|choice| choice.name.as_str()).collect::<Vec<_>>(), ["Spare"]);
    assert_eq!((plan.primary, plan.has_more), (None, false));
    let to = |target: &str| Removal { move_to: Some(target.to_owned()), destroy: false };
    let refused = ana.remove(bank.id.clone(), 1, to(PRIMARY)).await;
    assert!(matches!(refused, Err(Error::Fields { .. })), "there is none: {refused:?}");
    ana.set_primary(bank.id.clone(), 1).await.unwrap();
    let refused = ana.remove(bank.id.clone(), 2, to(PRIMARY)).await;
    assert!(matches!(refused, Err(Error::Fields { .. })), "it is the one itself: {refused:?}");
    assert_eq!(ana.plan_delete(bank.id.clone()).await.unwrap().primary, None);

    ana.set_primary(spare.id.clone(), 1).await.unwrap();
    assert_eq!(ana.plan_delete(bank.id.clone()).await.unwrap().primary.as_deref(), Some("Spare"));
    let refused = ana.remove(bank.id.clone(), 2, to(PRIMARY)).await;
    assert!(matches!(refused, Err(Error::Stale { .. })), "it was the primary meanwhile: {refused:?}");
    let now = ana.current(bank.id.clone()).await.unwrap();
    assert_eq!((now.version, now.primary), (3, false));
    let deleted = ana.remove(bank.id.clone(), 3, to(PRIMARY)).await.unwrap();
    assert_eq!(deleted, Deleted { moved: 1, released: vec!["Old".to_owned()] });
    assert_eq!(ana.node(payouts.id).await.unwrap().mtls, Mtls { enabled: true, certificate: Chosen::Primary });
    assert_eq!(ana.current(bank.id).await, Err(Error::NotFound));
    let log = house.services.store.search_audit(Some(account_id(&ana)), &AuditFilter::default(), 1).await.unwrap();
    assert_eq!(log[0].action, "certificate.delete");
    assert!(
        log[0].detail.starts_with("Payouts moved to the primary, “Spare”; can be restored until "),
        "{}",
        log[0].detail
    );
}

#[tokio::test]
async fn a_key_is_destroyed_at_once_if_that_is_wanted() {
    let (house, ana) = House::with_ana().await;
    let row = stored(&ana, "Leaked").await;
    let removal = Removal { move_to: None, destroy: true };
    assert_eq!(ana.remove(row.id.clone(), 1, removal).await.unwrap(), Deleted::default());
    assert_eq!(ana.restore(row.id.clone()).await, Err(Error::NotFound));
    assert_eq!(house.services.store.sealed_key(account_id(&ana), &row.id, 1).await.unwrap(), None);
    assert_eq!(ana.list(DELETED).await.unwrap().total.number, 0);
}

#[tokio::test]
async fn what_another_primary_comes_to_is_told_before() {
    let (_house, ana) = House::with_ana().await;
    let (bank, spare) = (stored(&ana, "Bank").await, stored(&ana, "Spare").await);
    let node = |name: &str, certificate: Chosen| {
        let url = "https://api.bank.example/".to_owned();
        Draft { name: name.to_owned(), url, mtls: Mtls { enabled: true, certificate }, ..Draft::default() }
    };
    for name in ["Payouts", "Payroll"] {
        ana.create_node(node(name, Chosen::Primary)).await.unwrap();
    }
    for (name, id) in [("Balance", &bank.id), ("Statements", &bank.id), ("Own", &spare.id)] {
        ana.create_node(node(name, Chosen::Pinned(id.clone()))).await.unwrap();
    }
    ana.set_primary(bank.id.clone(), 1).await.unwrap();
    let plan = ana.plan_primary(spare.id.clone()).await.unwrap();
    let followers: Vec<_> = plan.followers.iter().map(|node| node.name.as_str()).collect();
    assert_eq!((followers, plan.follower_count, plan.pinned), (vec!["Payouts", "Payroll"], 2, 2));
    assert_eq!((plan.former.as_deref(), plan.certificate), (Some("Bank"), spare));
    assert_eq!(ana.plan_primary(bank.id).await.unwrap().former, None);
}

#[tokio::test]
async fn what_is_due_is_what_is_used_and_ends_within_days() {
    let (house, ana) = House::with_ana().await;
    let row = stored(&ana, "Bank").await;
    let mtls = Mtls { enabled: true, certificate: Chosen::Primary };
    let url = "https://api.bank.example/".to_owned();
    ana.create_node(Draft { name: "Payouts".to_owned(), url, mtls, ..Draft::default() }).await.unwrap();
    ana.set_primary(row.id, 1).await.unwrap();
    let due = ana.list(ListQuery::default()).await.unwrap();
    assert_eq!((due.due, due.counts.unused.number, due.used_by), (Due::default(), 0, vec![1]));
    house.clock.pass(row.not_after.seconds_since(START) - 3 * DAY);
    let ana = house.sign_in("ana@meridian.example").await;
    assert_eq!(ana.list(ListQuery::default()).await.unwrap().due, Due { certificates: 1, nodes: 1 });
    house.clock.pass(4 * DAY);
    assert_eq!(ana.list(ListQuery::default()).await.unwrap().due, Due::default(), "it is over");
}

#[tokio::test]
async fn a_delete_can_be_taken_back_for_thirty_days() {
    let (house, ana) = House::with_ana().await;
    let row = stored(&ana, "Bank").await;
    ana.set_primary(row.id.clone(), 1).await.unwrap();
    ana.delete(row.id.clone(), 2).await.unwrap();
    let list = ana.list(ListQuery::default()).await.unwrap();
    assert_eq!((list.total.number, list.counts.deleted.number, list.primary), (0, 1, None));
    let deleted = ana.list(DELETED).await.unwrap().rows;
    assert_eq!(deleted.len(), 1);
    assert_eq!(deleted[0].deleted_on, Some(START));
    assert_eq!(ana.delete(row.id.clone(), 3).await, Err(Error::NotFound), "it is gone");
    assert_eq!(ana.rename(row.id.clone(), 3, "x".to_owned()).await, Err(Error::NotFound));

    house.clock.pass(30 * DAY - 1);
    let ana = house.sign_in("ana@meridian.example").await;
    house.services.purge().await.unwrap();
    let restored = ana.restore(row.id.clone()).await.unwrap();
    assert_eq!((restored.primary, restored.deleted_on, restored.version), (false, None, 4));
    assert_eq!(ana.restore(row.id.clone()).await, Err(Error::NotFound), "it is not deleted");
    assert!(house.services.store.sealed_key(account_id(&ana), &row.id, 1).await.unwrap().is_some());

    ana.delete(row.id.clone(), 4).await.unwrap();
    house.clock.pass(30 * DAY);
    let ana = house.sign_in("ana@meridian.example").await;
    assert_eq!(ana.restore(row.id).await, Err(Error::NotFound));
    assert_eq!(ana.list(DELETED).await.unwrap().total.number, 0);
}

#[tokio::test]
async fn after_thirty_days_the_key_is_destroyed() {
    let (house, ana) = House::with_ana().await;
    let (gone, kept) = (stored(&ana, "Gone").await, stored(&ana, "Kept").await);
    ana.delete(gone.id.clone(), 1).await.unwrap();
    house.clock.pass(30 * DAY + 1);
    house.services.purge().await.unwrap();
    house.services.purge().await.unwrap();
    let key = async |id: &str| house.services.store.sealed_key(account_id(&ana), id, 1).await.unwrap();
    assert!(key(&gone.id).await.is_none());
    assert!(key(&kept.id).await.is_some());
    let entries = house.services.store.audit_entries(Some(account_id(&ana)), 0, 1000).await.unwrap();
    let destroyed: Vec<_> = entries.iter().filter(|entry| entry.action == "certificate.destroy").collect();
    assert_eq!(destroyed.len(), 1);
    assert_eq!(destroyed[0].object_id.as_ref(), Some(&gone.id));
    assert_eq!((destroyed[0].actor_kind.as_str(), destroyed[0].actor_name.as_str()), ("nobody", "Signet"));
}

#[tokio::test]
async fn what_was_uploaded_again_is_not_restored() {
    let (_house, ana) = House::with_ana().await;
    let files = Files::leaf("Bank");
    let first = ana.upload(upload(&files, "First")).await.unwrap().certificate;
    ana.delete(first.id.clone(), 1).await.unwrap();
    ana.upload(upload(&files, "Second")).await.unwrap();
    let Error::Refused { findings } = ana.restore(first.id).await.unwrap_err() else { panic!() };
    assert_eq!(findings[0].rule, Rule::CrtDuplicate);
    assert_eq!(findings[0].message, "Already uploaded as “Second” on 1 Jun 2026.");
}

#[tokio::test]
async fn the_list_comes_in_pages_soonest_expiry_first() {
    let (_house, ana) = House::with_ana().await;
    let mut later = upload(&Files::leaf_of_year("Later", 2027), "Later");
    later.confirmed = vec![Rule::CrtNotYet];
    ana.upload(later).await.unwrap();
    for number in 0..50 {
        stored(&ana, &format!("Bank {number}")).await;
    }
    let page = async |page| ana.list(ListQuery { page, ..ListQuery::default() }).await.unwrap();
    let first = page(0).await;
    assert_eq!((first.query.page, first.per_page, first.total.number, first.rows.len()), (1, 50, 51, 50));
    assert!(first.rows.iter().all(|row| row.name != "Later"));
    for number in [2, 3, u32::MAX] {
        let last = page(number).await;
        assert_eq!((last.query.page, last.rows.len()), (2, 1));
        assert_eq!(last.rows[0].name, "Later");
    }
}
