//! What was acknowledged survives `kill -9`.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use server::store::{self, Store};

use crate::database::TestDatabase;
use crate::records::{
    account_id, append_audit, certificate, contents, listed, next_entry, sealed_key, store_certificates, uuid,
};

/// Set in the process that will be killed: the database that it writes to.
const VICTIM: &str = "SIGNET_TEST_KILLED_WRITER_URL";
const ENOUGH: usize = 40;

#[test]
fn sqlite_keeps_what_was_acknowledged_before_a_kill() {
    killed_while_writing("durability::sqlite_keeps_what_was_acknowledged_before_a_kill", || async {
        TestDatabase::sqlite()
    });
}

#[test]
fn postgres_keeps_what_was_acknowledged_before_a_kill() {
    killed_while_writing("durability::postgres_keeps_what_was_acknowledged_before_a_kill", TestDatabase::postgres);
}

/// Starts this very test a second time as a process of its own, which writes until it is killed.
fn killed_while_writing<F: Future<Output = TestDatabase>>(test: &str, database: impl FnOnce() -> F) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    if let Ok(url) = std::env::var(VICTIM) {
        runtime.block_on(write_until_killed(&url));
        return;
    }
    let database = runtime.block_on(database());
    let mut victim = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(VICTIM, &database.url)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut acknowledged = Vec::new();
    for line in BufReader::new(victim.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        // libtest writes its own words on the same line.
        let Some((_, number)) = line.split_once("stored ") else { continue };
        acknowledged.push(number.parse::<u32>().unwrap());
        if acknowledged.len() == ENOUGH {
            // SIGKILL, while it is in the middle of the next one. What it still says until then counts too.
            victim.kill().unwrap();
        }
    }
    victim.wait().unwrap();
    assert!(acknowledged.len() >= ENOUGH, "the writer ended by itself after {acknowledged:?}");

    runtime.block_on(async {
        let store = database.connect().await;
        all_of_it_is_there(&*store, &acknowledged).await;
        store.close().await;
        database.remove().await;
    });
}

async fn write_until_killed(url: &str) {
    let store = store::connect(url).await.unwrap();
    store_certificates(&*store, &[]).await;
    for number in 1.. {
        let certificate = certificate(number, 30);
        let mut transaction = store.begin().await.unwrap();
        transaction.insert_certificate(&certificate, &contents(&certificate), Some(&sealed_key(7))).await.unwrap();
        let end = transaction.lock_audit_chain(Some(&account_id(1))).await.unwrap();
        let entry = next_entry(Some(&account_id(1)), end, &certificate.id);
        transaction.append_audit(&entry).await.unwrap();
        transaction.commit().await.unwrap();
        let mut output = std::io::stdout();
        writeln!(output, "stored {number}").unwrap();
        output.flush().unwrap();
    }
}

async fn all_of_it_is_there(store: &dyn Store, acknowledged: &[u32]) {
    let account = account_id(1);
    for number in acknowledged {
        let expected = certificate(*number, 30);
        assert_eq!(store.certificate(&account, &uuid(*number)).await.unwrap().as_ref(), Some(&expected));
        assert_eq!(store.contents(&account, &uuid(*number)).await.unwrap(), Some(contents(&expected)));
        assert_eq!(store.sealed_key(&account, &uuid(*number), 1).await.unwrap(), Some(sealed_key(7)));
    }
    // A certificate and its audit entry are there together or not at all, and the chain can go on.
    let present = listed(store, &account, None, 0, 100_000).await;
    let entries = store.audit_entries(Some(&account), 0, 100_000).await.unwrap();
    let mut actions: Vec<_> = entries.iter().map(|entry| &entry.action).collect();
    actions.sort();
    assert_eq!(present.iter().map(|certificate| &certificate.id).collect::<Vec<_>>(), actions);
    let next = append_audit(store, Some(&account), "after").await;
    assert_eq!(next.sequence, i64::try_from(entries.len()).unwrap() + 1);
}
