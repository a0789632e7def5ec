//! Many at once: what one of them changes, the others see or wait for.

use std::sync::Arc;
use std::time::Duration;

use server::store::{Certificate, Store};
use tokio::task::JoinSet;

use crate::database::TestDatabase;
use crate::records::{account_id, append_audit, at, certificate, listed, next_entry, store_certificates, uuid};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sqlite_keeps_order_among_many() {
    many_at_once(TestDatabase::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn postgres_keeps_order_among_many() {
    many_at_once(TestDatabase::postgres().await).await;
}

pub const MANY: u32 = 8;

async fn many_at_once(database: TestDatabase) {
    let servers = several_start_on_an_empty_database(&database).await;
    let certificates: Vec<_> = (1..=MANY).map(|number| certificate(number, 30)).collect();
    store_certificates(&**servers.first().unwrap(), &certificates).await;

    one_of_many_takes_the_set_up_link(&servers).await;
    primary_changes_leave_one_primary(&servers).await;
    audit_chains_have_no_gap(&servers).await;
    a_commit_of_anybody_is_another_state(&servers).await;
    who_holds_a_transaction_can_read_outside_of_it(servers.first().unwrap()).await;
    a_read_does_not_wait_for_a_change(&**servers.first().unwrap()).await;
    keys_are_destroyed_once(&servers).await;
    crate::team::one_of_many_keeps_the_permission(&servers).await;
    crate::team::one_of_many_takes_an_invitation(&servers).await;

    for server in servers {
        server.close().await;
    }
    database.remove().await;
}

async fn several_start_on_an_empty_database(database: &TestDatabase) -> Vec<Arc<dyn Store>> {
    let mut starting = JoinSet::new();
    for _ in 0..4 {
        let url = database.url.clone();
        starting.spawn(async move { server::store::connect(&url).await.expect("starts beside others") });
    }
    starting.join_all().await
}

async fn a_commit_of_anybody_is_another_state(servers: &[Arc<dyn Store>]) {
    let mut second = 0;
    for committing in servers {
        for watching in servers {
            second += 1;
            let before = watching.state().await.unwrap();
            let mut transaction = committing.begin().await.unwrap();
            transaction.replace_setup_link(&[6; 32], at(second)).await.unwrap();
            transaction.commit().await.unwrap();
            assert_ne!(watching.state().await.unwrap(), before);
        }
    }
}

async fn who_holds_a_transaction_can_read_outside_of_it(store: &Arc<dyn Store>) {
    let mut holding = JoinSet::new();
    for _ in 0..12 {
        let store = Arc::clone(store);
        holding.spawn(async move {
            let transaction = store.begin().await.unwrap();
            // Until all have begun that can.
            tokio::time::sleep(Duration::from_millis(100)).await;
            store.has_users().await.unwrap();
            transaction.commit().await.unwrap();
        });
    }
    tokio::time::timeout(Duration::from_secs(10), holding.join_all()).await.unwrap();
}

async fn one_of_many_takes_the_set_up_link(servers: &[Arc<dyn Store>]) {
    let link = [5; 32];
    let mut transaction = servers.first().unwrap().begin().await.unwrap();
    transaction.replace_setup_link(&link, at(0)).await.unwrap();
    transaction.commit().await.unwrap();
    let taken = by_many(servers, move |store, _number| async move {
        let mut transaction = store.begin().await.unwrap();
        let taken = transaction.take_setup_link(&link).await.unwrap();
        transaction.commit().await.unwrap();
        taken
    });
    assert_eq!(taken.await.into_iter().filter(|taken| *taken).count(), 1);
}

async fn primary_changes_leave_one_primary(servers: &[Arc<dyn Store>]) {
    for _round in 0..5 {
        by_many(servers, |store, number| async move { make_primary(&*store, &uuid(number)).await }).await;
        let all = listed(&**servers.first().unwrap(), &account_id(1), None, 0, 100).await;
        assert_eq!(all.iter().filter(|certificate| certificate.primary).count(), 1);
    }
}

async fn make_primary(store: &dyn Store, id: &str) {
    let mut transaction = store.begin().await.unwrap();
    let certificate = transaction.lock_certificate(&account_id(1), id).await.unwrap().unwrap();
    let former = transaction.lock_primary(&account_id(1)).await.unwrap();
    if let Some(former) = former.filter(|former| former.id != id) {
        let version = former.version + 1;
        transaction.update_certificate(&Certificate { primary: false, version, ..former }).await.unwrap();
    }
    let version = certificate.version + 1;
    let primary = Certificate { primary: true, version, ..certificate };
    transaction.update_certificate(&primary).await.expect("nobody else is making a primary at this moment");
    transaction.commit().await.unwrap();
}

async fn audit_chains_have_no_gap(servers: &[Arc<dyn Store>]) {
    let account = account_id(1);
    for chain in [None, Some(account.as_str())] {
        let owned = chain.map(str::to_owned);
        by_many(servers, move |store, number| {
            let owned = owned.clone();
            async move {
                for entry in 0..5 {
                    append_audit(&*store, owned.as_deref(), &format!("{number}.{entry}")).await;
                }
            }
        })
        .await;
        let entries = servers.first().unwrap().audit_entries(chain, 0, 1000).await.unwrap();
        assert_eq!(entries.len(), 5 * MANY as usize);
        let mut end = (0, [0; 32]);
        for entry in entries {
            assert_eq!(entry, next_entry(chain, end, &entry.action), "linked to the one before");
            end = (entry.sequence, entry.hash);
        }
    }
}

async fn a_read_does_not_wait_for_a_change(store: &dyn Store) {
    let mut transaction = store.begin().await.unwrap();
    let locked = transaction.lock_certificate(&account_id(1), &uuid(1)).await.unwrap().unwrap();
    let renamed = Certificate { name: "Renamed".to_owned(), version: locked.version + 1, ..locked.clone() };
    transaction.update_certificate(&renamed).await.unwrap();
    assert_eq!(store.certificate(&account_id(1), &uuid(1)).await.unwrap(), Some(locked));
    transaction.commit().await.unwrap();
    assert_eq!(store.certificate(&account_id(1), &uuid(1)).await.unwrap(), Some(renamed));
}

async fn keys_are_destroyed_once(servers: &[Arc<dyn Store>]) {
    by_many(servers, |store, number| async move {
        let mut transaction = store.begin().await.unwrap();
        let certificate = transaction.lock_certificate(&account_id(1), &uuid(number)).await.unwrap().unwrap();
        let version = certificate.version + 1;
        let deleted = Certificate { deleted_on: Some(at(10)), primary: false, version, ..certificate };
        transaction.update_certificate(&deleted).await.unwrap();
        transaction.commit().await.unwrap();
    })
    .await;
    let destroyed = by_many(servers, |store, _number| async move {
        let mut transaction = store.begin().await.unwrap();
        let destroyed = transaction.destroy_deleted_before(at(11)).await.unwrap();
        transaction.commit().await.unwrap();
        destroyed
    });
    let mut destroyed = destroyed.await.concat();
    destroyed.sort();
    assert_eq!(destroyed, (1..=MANY).map(|number| (account_id(1), uuid(number))).collect::<Vec<_>>());
}

/// Does this many times at once, on the servers in turn.
pub async fn by_many<F, T>(servers: &[Arc<dyn Store>], act: impl Fn(Arc<dyn Store>, u32) -> F) -> Vec<T>
where
    F: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    let mut acting = JoinSet::new();
    for (number, server) in (1..=MANY).zip(servers.iter().cycle()) {
        acting.spawn(act(Arc::clone(server), number));
    }
    acting.join_all().await
}
