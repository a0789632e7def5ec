//! Every change has its entry, and an entry that was touched is found.

use app::service::{Certificates, People};
use server::services::audit::{Broken, verify};
use server::store::AuditEntry;

use crate::house::{ADDRESS, House, START, account_id, stored};

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
    assert_eq!(
        (link.len(), link[0].action.as_str(), link[0].actor_kind.as_str()),
        (1, "setup_link.create", "command_line")
    );
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
        assert_eq!(verify(store, None).await.unwrap().entries, 1);
        sqlx::query(change).bind(account).execute(&mut house.database().await).await.unwrap();
        let broken = verify(store, Some(account)).await.unwrap_err();
        assert!(matches!(broken, Broken::At { sequence, .. } if sequence == broken_at), "{change}: {broken}");
        assert_eq!(verify(store, None).await.unwrap().entries, 1, "the other chain is whole");
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
