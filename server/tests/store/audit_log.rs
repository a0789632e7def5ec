//! Searching the audit log, and what is found when it was touched.

use std::sync::Arc;

use app::service::{NewToken, Scope, Tokens};
use server::clock::{Clock as _, SystemClock, SystemRandomness};
use server::services::audit::{Broken, begin, verify, verify_all};
use server::services::{Caller, CookieRules, Door, Services, Who};
use server::store::{AuditActor, AuditEntry, AuditFilter, AuditPlace, Store};
use server::vault::Vault;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection};

use crate::database::TestDatabase;
use crate::records::{account, account_id, at, next_entry, uuid};

/// Entries of account 1: number, seconds, actor (0 for the command line), action, object.
const ENTRIES: [(i64, i64, u32, &str, &str); 6] = [
    (1, 10, 0, "account.create", ""),
    (2, 20, 1, "certificate.upload", "Bank"),
    (3, 40, 2, "certificate.rename", "BANK prod"),
    (4, 30, 1, "certificate.upload", "Post"),
    (5, 30, 2, "session.sign_in", ""),
    (6, 60, 1, "certificate.delete", "Post"),
];

fn entry((number, seconds, actor, action, object): (i64, i64, u32, &str, &str)) -> AuditEntry {
    let hash = |number: i64| [u8::try_from(number).unwrap(); 32];
    AuditEntry {
        at: at(seconds),
        actor_kind: if actor == 0 { "command_line" } else { "person" }.to_owned(),
        actor_id: (actor > 0).then(|| uuid(actor)),
        actor_name: format!("Person {actor} in entry {number}"),
        object_id: (!object.is_empty()).then(|| uuid(100 + u32::from(object == "Post"))),
        object_name: object.to_owned(),
        hash: hash(number),
        ..next_entry(Some(&account_id(1)), (number - 1, hash(number - 1)), action)
    }
}

#[tokio::test]
async fn sqlite_is_searched() {
    is_searched(TestDatabase::sqlite()).await;
}

#[tokio::test]
async fn postgres_is_searched() {
    is_searched(TestDatabase::postgres().await).await;
}

async fn is_searched(database: TestDatabase) {
    let store = database.connect().await;
    let store = &*store;
    let mut transaction = store.begin().await.unwrap();
    transaction.insert_account(&account(1, "Example")).await.unwrap();
    transaction.insert_account(&account(2, "Another")).await.unwrap();
    let end = transaction.lock_audit_chain(Some(&account_id(1))).await.unwrap();
    assert_eq!(end, (0, [0; 32]));
    for made_up in ENTRIES {
        transaction.append_audit(&entry(made_up)).await.unwrap();
    }
    transaction.commit().await.unwrap();
    let own = account_id(1);
    let own = Some(own.as_str());
    let found = async |filter: AuditFilter, limit: u32| {
        let entries = store.search_audit(own, &filter, limit).await.unwrap();
        entries.into_iter().map(|entry| entry.sequence).collect::<Vec<_>>()
    };
    let all = AuditFilter::default;
    assert_eq!(found(all(), 10).await, [6, 3, 5, 4, 2, 1], "by time, then by number");
    assert_eq!(found(all(), 2).await, [6, 3]);
    let other = store.search_audit(Some(&account_id(2)), &all(), 10).await.unwrap();
    assert_eq!(other, []);
    assert_eq!(store.search_audit(own, &all(), 1).await.unwrap(), [entry(ENTRIES[5])], "with every field");

    let actor = |actor: &str| AuditFilter { actor: actor.to_owned(), ..all() };
    assert_eq!(found(actor(&uuid(1)), 10).await, [6, 4, 2]);
    assert_eq!(found(actor("command_line"), 10).await, [1]);
    assert_eq!(found(actor("person"), 10).await, [0; 0], "who has an id is found by it");
    let action = |action: &str| AuditFilter { action: action.to_owned(), ..all() };
    assert_eq!(found(action("certificate.upload"), 10).await, [4, 2]);
    let object_id = AuditFilter { object_id: uuid(100), ..all() };
    assert_eq!(found(object_id.clone(), 10).await, [3, 2]);
    let object_name = |name: &str| AuditFilter { object_name: name.to_owned(), ..all() };
    assert_eq!(found(object_name("bank PROD"), 10).await, [3, 2], "what it was called before, too");
    assert_eq!(found(object_name("nK"), 10).await, [3, 2], "a part");
    assert_eq!(found(object_name("o"), 10).await, [6, 3, 4, 2], "of several objects");
    assert_eq!(found(object_name("o"), 2).await, [6, 3]);
    assert_eq!(
        found(AuditFilter { before: Some(AuditPlace { at: at(40), sequence: 3 }), ..object_name("o") }, 9).await,
        [4, 2]
    );
    assert_eq!(found(AuditFilter { actor: uuid(2), ..object_name("bank") }, 10).await, [3]);
    for pattern in ["bank%", "b_nk", "!", "%", "nothing of the kind"] {
        assert_eq!(found(object_name(pattern), 10).await, [0; 0], "{pattern}");
    }
    assert_eq!(found(AuditFilter { actor: uuid(2), ..object_id }, 10).await, [3]);
    assert_eq!(found(AuditFilter { action: "certificate.upload".to_owned(), ..actor(&uuid(1)) }, 1).await, [4]);

    let time = |since, until| AuditFilter { since: Some(at(since)), until: Some(at(until)), ..all() };
    assert_eq!(found(time(20, 60), 10).await, [3, 5, 4, 2], "from, and before");
    assert_eq!(found(AuditFilter { actor: uuid(1), ..time(21, 60) }, 10).await, [4]);
    for (sequence, seconds, expected) in [(5, 30, &[4, 2, 1][..]), (3, 40, &[5, 4, 2, 1]), (1, 10, &[])] {
        let place = store.audit_place(own, sequence).await.unwrap();
        assert_eq!(place, Some(AuditPlace { at: at(seconds), sequence }));
        assert_eq!(found(AuditFilter { before: place, ..all() }, 10).await, expected);
        assert_eq!(found(AuditFilter { before: place, ..time(0, 100) }, 10).await, expected);
    }
    assert_eq!(store.audit_place(own, 7).await.unwrap(), None);
    assert_eq!(store.audit_place(Some(&account_id(2)), 1).await.unwrap(), None);

    let person = |number: u32, entry: i64| AuditActor {
        key: uuid(number),
        kind: "person".to_owned(),
        name: format!("Person {number} in entry {entry}"),
    };
    let actors = store.audit_actors(&account_id(1), 10).await.unwrap();
    assert_eq!(actors[..2], [person(1, 6), person(2, 3)], "the newest name");
    assert_eq!((actors.len(), actors[2].key.as_str()), (3, "command_line"));
    assert_eq!(store.audit_actors(&account_id(1), 2).await.unwrap(), actors[..2]);
    assert_eq!(store.audit_actors(&account_id(2), 10).await.unwrap(), []);
    let actions = store.audit_actions(&account_id(1), 10).await.unwrap();
    let expected =
        ["account.create", "certificate.delete", "certificate.rename", "certificate.upload", "session.sign_in"];
    assert_eq!(actions, expected);
    assert_eq!(store.audit_actions(&account_id(1), 2).await.unwrap(), expected[..2]);

    assert_eq!(store.audit_chains().await.unwrap(), [None, Some(account_id(1)), Some(account_id(2))]);
    assert_eq!(store.audit_chain_end(own).await.unwrap(), Some((6, [6; 32])));
    assert_eq!(store.audit_chain_end(None).await.unwrap(), None);
    assert!(store.has_account(&account_id(1)).await.unwrap());
    assert!(!store.has_account(&account_id(3)).await.unwrap());
    uses_indexes(&database).await;
    store.close().await;
    database.remove().await;
}

/// Neither the list nor the choices read all entries or sort them; what SQLite says of its plans is enough to know for both.
async fn uses_indexes(database: &TestDatabase) {
    let Some(file) = database.file() else { return };
    let mut connection = SqliteConnection::connect(&format!("sqlite:{}", file.display())).await.unwrap();
    for (condition, index) in [
        ("", "audit_entries_time_idx"),
        ("coalesce(actor_id, actor_kind) = 'x' and", "audit_entries_actor_idx"),
        ("action = 'x' and", "audit_entries_action_idx"),
        ("object_id = 'x' and", "audit_entries_object_idx"),
    ] {
        let sql = format!(
            "explain query plan select detail from audit_entries where chain = 'x' and {condition} \
             ('' = '' or action = '') and at between 1 and 9 and (at < 9 or sequence < 9) \
             order by at desc, sequence desc limit 5"
        );
        let plan: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(AssertSqlSafe(sql)).fetch_all(&mut connection).await.unwrap();
        let plan: Vec<_> = plan.into_iter().map(|(_, _, _, step)| step).collect();
        assert!(plan.len() == 1 && plan[0].contains(index), "{condition} {plan:?}");
    }
    // The names, from one to the next.
    let sql = "explain query plan select min(lower(object_name)) from audit_entries where chain = 'x' and lower(object_name) > 'x'";
    let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(sql).fetch_all(&mut connection).await.unwrap();
    assert!(
        plan.iter().any(|(_, _, _, step)| step.contains("SEARCH") && step.contains("audit_entries_object_name_idx")),
        "{plan:?}"
    );
    connection.close().await.unwrap();
}

#[tokio::test]
async fn sqlite_tampering_is_found() {
    tampering_is_found(TestDatabase::sqlite()).await;
}

#[tokio::test]
async fn postgres_tampering_is_found() {
    tampering_is_found(TestDatabase::postgres().await).await;
}

/// What somebody does with the database's own tools, and the first entry that is bad then. `$chain` stands for the chain's name.
const TAMPERING: [(&str, i64); 17] = [
    ("update audit_entries set detail = 'nothing' where chain = $chain and sequence = 3", 3),
    ("update audit_entries set actor_name = 'Eve' where chain = $chain and sequence = 1", 1),
    ("update audit_entries set actor_id = 'eve' where chain = $chain and sequence = 4", 4),
    ("update audit_entries set at = at + 1 where chain = $chain and sequence = 5", 5),
    ("update audit_entries set result = 'refused' where chain = $chain and sequence = 2", 2),
    ("update audit_entries set hash = previous_hash where chain = $chain and sequence = 4", 4),
    ("update audit_entries set previous_hash = hash where chain = $chain and sequence = 4", 4),
    // Removed: the first, one in the middle, the last, all.
    ("delete from audit_entries where chain = $chain and sequence = 1", 1),
    ("delete from audit_entries where chain = $chain and sequence = 3", 3),
    ("delete from audit_entries where chain = $chain and sequence = 5", 5),
    ("delete from audit_entries where chain = $chain", 1),
    ("delete from audit_entries where chain = $chain; delete from audit_chains where chain = $chain", 1),
    (
        "update audit_chains set sequence = 0, hash = (select previous_hash from audit_entries where chain = $chain and sequence = 1) \
         where chain = $chain; \
         delete from audit_entries where chain = $chain",
        1,
    ),
    // The end, with what the chain knows of it: its hash does not fit; nor does one that was left behind.
    ("update audit_chains set sequence = 4 where chain = $chain", 4),
    (
        "update audit_chains set sequence = 4, hash = (select hash from audit_entries where chain = $chain and sequence = 4) \
         where chain = $chain",
        5,
    ),
    (
        "update audit_chains set hash = (select hash from audit_entries where chain = $chain and sequence = 1) where chain = $chain",
        5,
    ),
    // Reordered.
    (
        "update audit_entries set sequence = 100 where chain = $chain and sequence = 2; \
         update audit_entries set sequence = 2 where chain = $chain and sequence = 3; \
         update audit_entries set sequence = 3 where chain = $chain and sequence = 100",
        2,
    ),
];

/// A company with five entries for each kind of tampering.
async fn tampering_is_found(database: TestDatabase) {
    let store = database.connect().await;
    let folder = tempfile::TempDir::new().unwrap();
    let services = services(Arc::clone(&store), &folder).await;
    services.create_setup_link().await.unwrap();
    let mut accounts = Vec::new();
    for _ in TAMPERING {
        accounts.push(company_with_five_entries(&services).await);
    }
    accounts.sort_unstable();
    let whole = verify_all(&*store).await.unwrap();
    // The link, and that each company was created.
    let of_none = i64::try_from(1 + TAMPERING.len()).unwrap();
    let expected: Vec<_> =
        [(None, of_none)].into_iter().chain(accounts.iter().map(|id| (Some(id.clone()), 5))).collect();
    assert_eq!(whole.into_iter().map(|chain| (chain.account_id, chain.entries)).collect::<Vec<_>>(), expected);

    // From the last one to the first, so that the first bad one is always the one that was touched just now.
    for (account_id, (sql, bad)) in accounts.iter().zip(TAMPERING).rev() {
        by_hand(&database, sql.replace("$chain", &format!("'{account_id}'"))).await;
        for found in [verify(&*store, Some(account_id)).await.unwrap_err(), verify_all(&*store).await.unwrap_err()] {
            let Broken::At { account_id: account, sequence } = &found else { panic!("{sql}: {found}") };
            assert_eq!((account.as_ref(), *sequence), (Some(account_id), bad), "{sql}");
            assert!(found.to_string().contains(&format!("account {account_id} is broken: entry {bad} ")), "{found}");
        }
    }
    assert_eq!(verify(&*store, None).await.unwrap().entries, of_none, "that of no account is whole");
    let zeros = "(select previous_hash from audit_entries where chain = '-' and sequence = 1)";
    for sql in [
        format!("update audit_chains set sequence = 0, hash = {zeros} where chain = '-'"),
        "delete from audit_entries where chain = '-'".to_owned(),
        "delete from audit_chains where chain = '-'".to_owned(),
    ] {
        by_hand(&database, sql).await;
        for found in [verify(&*store, None).await.unwrap_err(), verify_all(&*store).await.unwrap_err()] {
            assert!(matches!(found, Broken::At { account_id: None, sequence: 1 }), "{found}");
        }
    }
    begin(&*store, SystemClock.now()).await.unwrap();
    let found = verify_all(&*store).await.unwrap_err();
    assert!(matches!(found, Broken::At { account_id: None, sequence: 1 }), "it is not begun again: {found}");
    store.close().await;
    database.remove().await;
}

async fn services(store: Arc<dyn Store>, folder: &tempfile::TempDir) -> Arc<Services> {
    let vault = Vault::open(&folder.path().join("master.key"), &*store, Arc::new(SystemRandomness)).await.unwrap();
    let cookies = CookieRules { secure: true };
    Arc::new(Services::new(store, vault, Arc::new(SystemClock), Arc::new(SystemRandomness), cookies))
}

async fn company_with_five_entries(services: &Arc<Services>) -> String {
    let account_id = services.create_account("Example", None).await.unwrap().id;
    let who = Who::CommandLine { account_id: account_id.clone() };
    let door = Door { services: Arc::clone(services), caller: Caller::new(who, None) };
    for number in 0..4 {
        let token = NewToken { name: format!("Token {number}"), scopes: vec![Scope::ReadAuditLog], days: None };
        door.create_token(token).await.unwrap();
    }
    account_id
}

async fn by_hand(database: &TestDatabase, sql: String) {
    if let Some(file) = database.file() {
        let mut connection = SqliteConnection::connect(&format!("sqlite:{}", file.display())).await.unwrap();
        connection.execute(AssertSqlSafe(sql)).await.unwrap();
        connection.close().await.unwrap();
    } else {
        let mut connection = PgConnection::connect(&database.url).await.unwrap();
        connection.execute(AssertSqlSafe(sql)).await.unwrap();
        connection.close().await.unwrap();
    }
}
