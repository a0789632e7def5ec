//! The page of one certificate.

use app::certificate::Role;
use app::service::{Certificates, Error, NewCertificate, Permission};

use crate::files::Files;
use crate::house::{DAY, House, START, stored, upload};
use crate::uploads::authority;

#[tokio::test]
async fn everything_there_is_to_say() {
    let (house, ana) = House::with_ana().await;
    let files = Files::leaf_with_names("pay.example", &["pay.example", "b.example"], "Meridian Issuing CA");
    let row = ana.upload(NewCertificate { primary: true, ..upload(&files, "Bank prod") }).await.unwrap().certificate;
    let detail = ana.detail(row.id.clone()).await.unwrap();
    assert_eq!(detail.row, row);
    assert_eq!((detail.now, detail.primary.as_deref(), detail.restorable_until), (START, Some("Bank prod"), None));
    assert_eq!(detail.subject, "O=Meridian Retail, CN=pay.example");
    assert_eq!((detail.names, detail.allowed_hosts.len()), (vec!["pay.example".to_owned(), "b.example".to_owned()], 0));
    assert_eq!((detail.key_type.as_str(), detail.signature.as_str()), ("EC P-256", "ECDSA with SHA-256"));
    assert_eq!(detail.usages, ["Digital signature", "Client authentication"]);
    assert_eq!((detail.fingerprint_sha256.len(), detail.fingerprint_sha1.len()), (64, 40));
    let decimal =
        detail.serial_hex.bytes().fold(Vec::new(), |digits, hex| shifted(digits, char::from(hex).to_digit(16)));
    assert_eq!(detail.serial_number, decimal.iter().rev().map(ToString::to_string).collect::<String>());
    let chain: Vec<_> = detail.chain.iter().map(|link| (link.name.as_str(), link.role)).collect();
    assert_eq!(
        chain,
        [("pay.example", Role::Leaf), ("Meridian Issuing CA", Role::Root)],
        "with the root that came along"
    );
    assert_eq!((detail.usage.nodes.len(), detail.usage.last_call), (0, None));
    assert_eq!(detail.history.iter().map(|entry| entry.action.as_str()).collect::<Vec<_>>(), ["certificate.upload"]);
    assert!(!detail.history_goes_on);

    let root = ana.upload(authority(&Files::authority("Root"), "Root")).await.unwrap().certificate;
    let detail = ana.detail(root.id).await.unwrap();
    assert_eq!(
        (detail.row.ca, detail.usages),
        (true, vec!["Certificate signing".to_owned(), "CRL signing".to_owned()])
    );

    for version in 2..14 {
        house.clock.pass(1);
        ana.rename(row.id.clone(), version - 1, format!("Name {version}")).await.unwrap();
    }
    let detail = ana.detail(row.id).await.unwrap();
    assert!(detail.history_goes_on);
    assert_eq!((detail.history.len(), detail.history[0].detail.as_str()), (10, "was “Name 12”"), "newest first");
}

#[tokio::test]
async fn a_deleted_one_is_shown_for_as_long_as_it_can_be_restored() {
    let (house, ana) = House::with_ana().await;
    let id = stored(&ana, "Bank prod").await.id;
    ana.delete(id.clone(), 1).await.unwrap();
    house.clock.pass(29 * DAY);
    let detail = ana.detail(id.clone()).await.unwrap();
    assert_eq!(detail.row.deleted_on, Some(START));
    assert_eq!(detail.restorable_until, Some(START.plus_seconds(30 * DAY)));
    ana.restore(id.clone()).await.unwrap();
    assert_eq!(ana.detail(id.clone()).await.unwrap().row.deleted_on, None);
    ana.delete(id.clone(), 3).await.unwrap();
    house.clock.pass(30 * DAY);
    assert_eq!(ana.detail(id.clone()).await, Err(Error::NotFound), "before its key is destroyed, and after");
    house.services.purge().await.unwrap();
    assert_eq!(ana.detail(id).await, Err(Error::NotFound));
}

#[tokio::test]
async fn only_those_who_may_see_it() {
    let (house, ana) = House::with_ana().await;
    let id = stored(&ana, "Bank prod").await.id;
    let tomas = house.colleague(&ana, "tomas@meridian.example", &[Permission::ManageApiNodes]).await;
    let forbidden = Error::Forbidden { permission: Permission::CompanySettings };
    let (nobody, olga) = (house.nobody(), house.other_company().await);
    for (door, error) in [(&nobody, Error::SignedOut), (&tomas, forbidden), (&olga, Error::NotFound)] {
        assert_eq!(door.detail(id.clone()).await, Err(error.clone()));
        assert_eq!(door.allow_hosts(id.clone(), 1, Vec::new()).await, Err(error.clone()));
        assert_eq!(door.restore_version(id.clone(), 1, 1).await, Err(error.clone()));
        assert_eq!(door.replace(id.clone(), 1, upload(&Files::leaf("x"), "")).await, Err(error));
    }
    for id in ["nonsense", "", "00000000-0000-4000-8000-000000000000"] {
        assert_eq!(ana.detail(id.to_owned()).await, Err(Error::NotFound), "{id}");
    }
}

#[tokio::test]
async fn hosts_are_changed_and_refused_by_their_place() {
    let (_house, ana) = House::with_ana().await;
    let id = stored(&ana, "Bank prod").await.id;
    let hosts = |hosts: &[&str]| hosts.iter().map(|&host| host.to_owned()).collect::<Vec<_>>();
    let row = ana.allow_hosts(id.clone(), 1, hosts(&["API.example.com", "*.bank.example"])).await.unwrap();
    assert_eq!(row.version, 2);
    assert_eq!(ana.detail(id.clone()).await.unwrap().allowed_hosts, ["api.example.com", "*.bank.example"]);
    let refused = ana.allow_hosts(id.clone(), 2, hosts(&["a.example", "https://x.example"])).await;
    let Err(Error::Fields { problems }) = refused else { panic!("{refused:?}") };
    assert_eq!(problems[0].field, "allowed_hosts/1");
    assert!(matches!(ana.allow_hosts(id.clone(), 1, Vec::new()).await, Err(Error::Stale { .. })));
    ana.allow_hosts(id.clone(), 2, Vec::new()).await.unwrap();
    assert_eq!(ana.detail(id).await.unwrap().allowed_hosts, [""; 0]);
}

/// Sixteen times a number of decimal digits, the lowest first, plus another digit.
fn shifted(digits: Vec<u32>, plus: Option<u32>) -> Vec<u32> {
    let mut carry = plus.unwrap();
    let mut shifted: Vec<u32> = digits
        .into_iter()
        .map(|digit| {
            let number = digit * 16 + carry;
            carry = number / 10;
            number % 10
        })
        .collect();
    while carry > 0 {
        shifted.push(carry % 10);
        carry /= 10;
    }
    shifted
}
