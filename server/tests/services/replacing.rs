//! Other contents in a certificate's place, and bringing earlier ones back.

use app::service::{Certificates, Error, NewCertificate};
use server::services::{Door, Seen};

use crate::files::Files;
use crate::house::{DAY, House, account_id, secret, stored, upload};

async fn replace(door: &Door, id: &str, files: &Files) -> Result<String, Error> {
    let (whole, _findings) = door.replace_certificate(id, &Seen::Any, upload(files, "")).await?;
    Ok(whole.certificate.fingerprint_sha256)
}

#[tokio::test]
async fn id_name_and_primary_stay_and_every_key_opens() {
    let (house, ana) = House::with_ana().await;
    let before = stored(&ana, "Bank prod").await;
    ana.set_primary(before.id.clone(), 1).await.unwrap();
    let renewed = Files::leaf("api.bank.example");
    let (whole, findings) =
        ana.replace_certificate(&before.id, &Seen::Version(2), upload(&renewed, "ignored")).await.unwrap();
    let after = whole.certificate;
    assert_eq!((&after.id, after.name.as_str(), after.primary, after.version), (&before.id, "Bank prod", true, 3));
    assert_eq!(after.subject, "O=Meridian Retail, CN=api.bank.example");
    assert!(findings.iter().all(|finding| !finding.rule.id().starts_with("name.")), "{findings:?}");
    let verified = house.services.verify_keys().await.unwrap();
    assert_eq!((verified.good, verified.bad.len()), (2, 0), "the earlier key is kept");
    let stale = ana.replace_certificate(&before.id, &Seen::Version(2), upload(&Files::leaf("x"), "")).await;
    assert!(matches!(stale, Err(Error::Stale { .. })), "{stale:?}");
    let (same, _findings) = ana.replace_certificate(&before.id, &Seen::Any, upload(&renewed, "")).await.unwrap();
    assert_eq!((same.certificate.version, same.certificate.content_version), (3, 2), "the same again changes nothing");
    let other = stored(&ana, "Other").await;
    let taken = replace(&ana, &other.id, &renewed).await.unwrap_err();
    assert!(matches!(taken, Error::Refused { .. }), "another one's: {taken:?}");
}

#[tokio::test]
async fn a_leaf_stays_a_leaf_and_a_needed_one_stays_valid() {
    let (_house, ana) = House::with_ana().await;
    let leaf = stored(&ana, "Bank prod").await;
    let authority = NewCertificate { ca: true, private_key: None, ..upload(&Files::authority("Root"), "Root") };
    let authority = ana.upload(authority).await.unwrap().certificate;
    for (id, files) in [(&leaf.id, Files::authority("Other root")), (&authority.id, Files::leaf("x"))] {
        let refused = replace(&ana, id, &files).await.unwrap_err();
        assert!(matches!(refused, Error::Refused { .. }), "{refused:?}");
    }
    let other = NewCertificate {
        private_key: None,
        certificates: secret(&Files::authority("Other root").certificates),
        ..upload(&Files::leaf("x"), "")
    };
    ana.replace_certificate(&authority.id, &Seen::Any, other).await.unwrap();

    let next_year = Files::leaf_of_year("api.example", 2027);
    ana.set_primary(leaf.id.clone(), 1).await.unwrap();
    let refused = replace(&ana, &leaf.id, &next_year).await.unwrap_err();
    let Error::Fields { problems } = refused else { panic!("{refused:?}") };
    assert!(problems[0].message.contains("is the primary"), "{problems:?}");
    ana.remove_primary(leaf.id.clone(), 2).await.unwrap();
    replace(&ana, &leaf.id, &next_year).await.unwrap();
}

#[tokio::test]
async fn earlier_contents_come_back_for_30_days() {
    let (house, ana) = House::with_ana().await;
    let id = stored(&ana, "Bank prod").await.id;
    let first = ana.certificate(&id).await.unwrap().certificate.fingerprint_sha256;
    let second = replace(&ana, &id, &Files::leaf("second")).await.unwrap();
    house.clock.pass(29 * DAY);
    let back = ana.restore_certificate_version(&id, &Seen::Any, 1).await.unwrap().certificate;
    assert_eq!((back.fingerprint_sha256.as_str(), back.content_version), (first.as_str(), 1));
    let third = replace(&ana, &id, &Files::leaf("third")).await.unwrap();
    let versions = ana.certificate_versions(&id).await.unwrap();
    let said: Vec<_> = versions
        .iter()
        .map(|one| (one.version, one.facts.fingerprint_sha256.as_str(), one.replaced.is_some()))
        .collect();
    assert_eq!(said, [(3, third.as_str(), false), (2, second.as_str(), true), (1, first.as_str(), true)]);

    house.clock.pass(30 * DAY + 1);
    for version in [1, 2, 4] {
        let refused = ana.restore_certificate_version(&id, &Seen::Any, version).await.unwrap_err();
        assert_eq!(refused, Error::NotFound, "{version}");
    }
    house.services.purge().await.unwrap();
    let verified = house.services.verify_keys().await.unwrap();
    assert_eq!((verified.good, verified.bad.len()), (1, 0), "the other two are destroyed");

    house.services.purge().await.unwrap();
    let entries = house.services.store.audit_entries(Some(account_id(&ana)), 0, 1000).await.unwrap();
    let destroyed = entries.iter().filter(|entry| entry.action == "certificate.destroy");
    let said: Vec<_> = destroyed
        .map(|entry| {
            assert_eq!((entry.actor_name.as_str(), entry.object_id.as_ref()), ("Signet", Some(&id)));
            (entry.object_name.as_str(), entry.detail.as_str())
        })
        .collect();
    let detail = |version: u8| format!("version {version}: replaced more than 30 days ago");
    assert_eq!(said, [("Bank prod", detail(1).as_str()), ("Bank prod", detail(2).as_str())], "each once");
}
